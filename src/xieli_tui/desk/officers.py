"""找回人员: the two or three officers who together help a laptop whose passphrase is forgotten.

Rules kept here (design 05)
- an officer's key lies in a file of its own, under a passphrase of its own, certified by the root; the county's desk keeps none;
- `officer.set` always names all who are in force: at most three, no two of one name; with fewer than two nobody can be helped, and that is said;
- who left no longer stands in it: the laptops make new slots with the next return, and until one said it took the list it is named by `lint`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import recovery as wire
from xieli_sync.event import canonical
from xieli_tui.casework import values
from xieli_tui.casework.recovery import place
from xieli_tui.casework.session import road_errors
from xieli_tui.desk import guards
from xieli_tui.desk.setup import load_root
from xieli_tui.domain.events.road import OfficerSet
from xieli_tui.domain.passphrase import check_passphrase
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import recovery, stopped, trust

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows
    from xieli_tui.store.recovery import Officer

FEWEST = 2


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """An officer in force: name, key id, since when the list stands."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Officers:
    """The officers in force after a change: who, whether that is enough, the key file written ("" = none), the line's number."""

    officers: tuple[OfficerRow, ...]
    enough: bool
    file: str = ""
    key: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Behind:
    """A computer whose slots do not stand for the officers in force. `departed` = names its slots may still hold; `never` = it never had two."""

    dev: str
    departed: tuple[str, ...]
    never: bool


def add(session: Session, name: str, out: Path, root_dir: Path | None, root_passphrase: str | None, key_passphrase: str) -> Officers:
    """Make an officer's key, certify it, and name him in the list.

    Args:
        out: the key file to write, or a folder for it.

    Raises:
        Refused: XL-P07, XL-P03 not the county, XL-V06 no name, XL-V11 a fourth one or a name that stands already, XL-V09 passphrase, XL-K09 no root or
            another's, XL-F08, XL-F03. Locked: XL-K11.
    """
    guards.require_county(session)
    called = values.needed(values.name(name, "name"), "name")
    secret = check_passphrase(key_passphrase)
    with session.reading() as tx:
        _room(recovery.in_force(tx).officers, called)
    root = load_root(root_dir, root_passphrase)
    with session.reading() as tx:
        if root.sign_pub != trust.root_public(tx):
            raise Refused("XL-K09", "不是本县的根密钥")
    key = wire.OfficerKey.generate(session.rand)
    cert = wire.issue_officer_cert(root, enc_pub=key.enc_pub, name=called, area=session.profile.area)
    path = place(Path(out), f"xieli-officer-{key.kid[:4]}.key")
    with road_errors():
        key.save(path, secret, session.rand)

    def build(tx: Tx) -> list[Payload]:
        before = recovery.in_force(tx).officers
        _room(before, called)
        return [_list(session, [*before, recovery.Officer(called, key.kid, key.enc_pub, canonical(cert).decode())])]

    try:
        [done] = session.transact(build)
    except BaseException:
        path.unlink(missing_ok=True)  # a key nobody wraps for
        raise
    return _after(session, str(path), key.kid, done.seq)


def _room(before: Sequence[Officer], name: str) -> None:
    if len(before) >= wire.MOST:
        raise Refused("XL-V11", f"找回人员最多 {wire.MOST} 名，先减一名", field="name")
    if any(one.name == name for one in before):
        raise Refused("XL-V11", "已经有一名叫这个名字的；钥匙要换，先减再加", field="name")


def remove(session: Session, who: str) -> Officers:
    """Take one who left off the list.

    Args:
        who: the name, or the first digits of the key.

    Raises:
        Refused: XL-P07, XL-P03. NotFound: XL-V45 nobody of that name is in force.
    """
    guards.require_county(session)
    asked = values.needed(who.strip(), "name")

    def build(tx: Tx) -> list[Payload]:
        before = recovery.in_force(tx).officers
        met = [one for one in before if asked == one.name or (len(asked) >= 4 and one.kid.startswith(asked.lower()))]
        if len(met) != 1:
            raise NotFound("XL-V45", "没有这名找回人员", field="name")
        return [_list(session, [one for one in before if one is not met[0]])]

    [done] = session.transact(build)
    return _after(session, "", "", done.seq)


def _list(session: Session, officers: Iterable[Officer]) -> OfficerSet:
    rows = [{"name": one.name, "kid": one.kid, "enc_pub": one.enc_pub.hex(), "cert": one.cert} for one in officers]
    return values.make(OfficerSet, officers=rows, on=session.today.isoformat())


def _after(session: Session, file: str, key: str, seq: int) -> Officers:
    found = listed(session)
    return Officers(found.officers, found.enough, file, key, seq)


def listed(session: Session) -> Officers:
    """Who is in force, as known here; a laptop sees it too."""
    with session.reading() as tx:
        now = recovery.in_force(tx).officers
    return Officers(tuple(OfficerRow(one.name, one.kid) for one in now), len(now) >= FEWEST)


def behind(tx: Tx, devices: Iterable[rows.Device]) -> list[Behind]:
    """The computers, of these, that have not said they took the newest list; none while there are not two officers."""
    known = recovery.lists(tx)
    if not known or len(known[0].officers) < FEWEST:
        return []
    newest = {one.kid for one in known[0].officers}
    found = []
    for device in devices:
        if device.dev == tx.dev or stopped.stopped(tx, device.dev):
            continue
        took = recovery.acknowledged(tx, device.dev, known)
        if took is not None and took.hash == known[0].hash:
            continue
        upto = known[known.index(took) :] if took is not None else []
        never = not any(len(one.officers) >= FEWEST for one in upto)
        departed = tuple(one.name for one in (took.officers if took is not None and not never else ()) if one.kid not in newest)
        found.append(Behind(device.dev, departed, never))
    return found
