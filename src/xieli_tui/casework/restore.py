"""从备份恢复: a look first, then the copy in the place of the workspace.

Rules kept here (design 05)
- nothing is replaced before somebody saw what would be missing against today, and said yes;
- the copy is opened, checked on every page and brought to this program's version where it is staged, never where it lies;
- a key file of today that opens the copy goes on being used: a passphrase changed since, or an operator who left, stays as it is;
- the copy of another computer never takes the place of this one;
- no session has the workspace open from the moment its files are put aside until the order lies (`openings`), whether today's keys are known or not;
- what stood there is put aside whole; the restored workspace goes on in a new epoch (`epochs`), and what was never receipted is exported as before;
- a copy without a passphrase slot (the stick's) is put in place closed: `recovery request` and `finish` open it.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xieli_tui.casework.backup import TRAIL
from xieli_tui.casework.session import Session, attach
from xieli_tui.domain.clock import TZ, Clock, Rand, SystemClock, millis
from xieli_tui.errors import Damaged, Locked, NotFound, Refused, XieliError
from xieli_tui.store import backup as copies
from xieli_tui.store import drafts, epochs, keyfile, openings, queries, receipts, rekey, restoring, tries
from xieli_tui.store import engine as engines
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import OpenVault, Vault

PASSPHRASE, RECOVERY = "passphrase", "recovery"
OPEN, OTHER, DAMAGED, NONE = "open", "other_key", "damaged", "none"


@dataclass(frozen=True, slots=True)
class Look:
    """What a restore from a copy would mean.

    Attributes:
        source: the copy's folder; made: when it was made (ISO, "" when its name does not say).
        opens: passphrase, or recovery (a stick's copy on a machine that has no key for it): then the numbers are not known and None.
        events, unreceipted, drafts: of the copy: journal lines, own entries the county has not signed for (they are exported as before), drafts.
        today: open | other_key (today's passphrase is another one) | damaged | none.
        missing: entries of today's workspace that the copy has not (openings and the like not counted); None when today's could not be read.
        missing_unreceipted: those of them that are own and nobody signed for: only the folder put aside has them. The others come home with a return.
        missing_drafts: drafts of today that the copy has not.
    """

    source: str
    made: str
    kind: str
    dev: str
    opens: str
    events: int | None
    unreceipted: int | None
    drafts: int | None
    today: str
    missing: int | None
    missing_unreceipted: int | None
    missing_drafts: int | None


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done: the copy's moment, journal lines, own entries still to be exported, the new epoch, the folder put aside ("" when nothing stood
    there); `opens` recovery: the workspace waits for `recovery request`."""

    made: str
    kind: str
    opens: str
    events: int | None
    unreceipted: int | None
    epoch: str
    aside: str


def find(workspace: Path, named: str, clock: Clock | None = None) -> Path:
    """The folder of a copy: by its name in the workspace, or a folder: of a copy, of copies (the newest), a stick with one folder of copies. One that is
    stamped after now is the newest only where there is no other.

    Raises:
        NotFound: XL-F05. Refused: XL-V11 a stick with the copies of several computers.
    """
    now = millis((clock or SystemClock()).now())
    own = copies.list_all(workspace, now_ms=now)
    if not named:
        if not own:
            raise NotFound("XL-F05", "还没有备份")
        return own[0]
    for place in own:
        if place.name == named:
            return place
    folder = Path(named)
    if restoring.is_copy(folder):
        return folder
    if inside := copies.list_all(folder, into=folder, now_ms=now):
        return inside[0]
    trails = sorted(path for path in folder.glob(f"{TRAIL}*") if copies.list_all(path, into=path)) if folder.is_dir() else []
    if len(trails) > 1:
        raise Refused("XL-V11", "盘上有几台电脑的备份", field="name", next_step="请写明是哪个文件夹，名字以 xieli-backup 开头")
    if not trails:
        raise NotFound("XL-F05", "这里没有备份", field="name")
    return copies.list_all(trails[0], into=trails[0], now_ms=now)[0]


def look(
    workspace: Path | str, named: str, passphrase: str | None = None, *, session: Session | None = None, clock: Clock | None = None,
) -> Look:
    """Open the copy where it is staged, count, compare with today, and take the staged copy away again.

    Args:
        session: this workspace open already (the app): its key opens the copy, no passphrase is asked.

    Raises:
        NotFound: XL-F05. Locked: XL-L01, XL-L10. Damaged: XL-L06 the copy does not hold, XL-L05. Refused: XL-F02, XL-F03, XL-F06, XL-L07,
            XL-V11 the copy is another computer's.
    """
    space, clock = Path(workspace), clock or SystemClock()
    source = find(space, named, clock)
    with _staged(space, source) as place:
        vault, state, now, _ = _keys(space, place, source, passphrase, session)
        body = keyfile.read(place)
        kind = rooms.load_profile(place).kind
        if vault is None:
            return Look(str(source), _made(source), kind, body["dev"], RECOVERY, None, None, None, state, None, None, None)
        with _opened(place, vault, clock) as copy:
            with copy.reading() as tx:
                held, counts, kept = restoring.held(tx), queries.counts(tx), {(one.form, one.key) for one in drafts.list_all(tx)}
            state, missing, only_here, lost_drafts = _against(space, state, now, session, held, kept, clock)
        return Look(
            str(source), _made(source), kind, body["dev"], PASSPHRASE, counts.events, counts.unconfirmed, len(kept), state, missing, only_here, lost_drafts,
        )


def restore(
    workspace: Path | str, named: str, passphrase: str | None = None, *, held: OpenVault | None = None, clock: Clock | None = None,
    rand: Rand = os.urandom,
) -> Restored:
    """Put the copy in the place of the workspace and go on in a new epoch.

    Args:
        held: the keys of this workspace (the app, which closed its session first).

    Raises:
        as `look`; Refused: XL-L17 another program has this workspace open.
    """
    from xieli_tui.casework import drives

    space, clock = Path(workspace), clock or SystemClock()
    drives.refuse_removable(space)
    restoring.settle(space)
    source = find(space, named, clock)
    stamp = dt.datetime.fromtimestamp(clock.now().timestamp(), TZ).strftime("%Y%m%d-%H%M%S")
    with _staged(space, source) as place:
        vault, _, now, laid = _keys(space, place, source, passphrase, held=held)
        events = unreceipted = None
        if vault is not None:
            with _opened(place, vault, clock) as copy, copy.reading() as tx:
                counts = queries.counts(tx)
                events, unreceipted = counts.events, counts.unconfirmed
            _flush(place)
        for name in rooms.FOLDERS:
            rooms.folder(space, name)  # type: ignore[arg-type]
        kind = rooms.load_profile(place).kind
        _settled(space, now)
        with restoring.locked(space), _alone(space, now) as held_store:
            if laid and now is not None:
                _keys_again(space, place, now)
            aside = restoring.put_aside(space, stamp, held_store)
            restoring.order(space, _made(source))
            if held_store is not None and aside is not None and not (aside / rooms.STORE).samefile(rooms.store_path(space)):
                rekey.supersede(held_store)
        restoring.settle(space)
    epoch = ""
    if vault is not None:
        with _own(space, vault, clock, rand) as session:
            epoch = session.ep
    return Restored(_made(source), kind, PASSPHRASE if vault is not None else RECOVERY, events, unreceipted, epoch, str(aside) if aside else "")


def keys_held(session: Session) -> OpenVault:
    """The keys of an open session, for a restore that begins by closing it. Whoever takes them forgets them."""
    return _twin(session.vault)


@contextmanager
def _staged(space: Path, source: Path) -> Iterator[Path]:
    fresh = not space.exists()
    try:
        yield restoring.stage(space, source)
    finally:
        restoring.drop(space)
        if fresh and space.is_dir() and not any(space.iterdir()):
            space.rmdir()


def _keys(
    space: Path, place: Path, source: Path, passphrase: str | None, session: Session | None = None, held: OpenVault | None = None,
) -> tuple[OpenVault | None, str, OpenVault | None, bool]:
    """The keys that open the staged copy (None: by recovery alone), what today's workspace is, its keys, and whether today's key file, which
    fits, was laid into the copy."""
    body = keyfile.read(place)
    if not _of_this_computer(space, place, source, str(body["dev"])):
        raise Refused("XL-V11", "这份备份是另一台电脑的", field="name", next_step="请核对拿的是哪一份；真要在这里打开它，用 -w 另指一个空文件夹")
    given = session.vault if session is not None else held
    today, wrong, before = given, None, tries.read(space)
    state = OPEN if given is not None else NONE
    if given is None:
        try:
            today = Vault.unlock(space, _needed(passphrase))
            state = OPEN
        except Locked as error:
            if error.code == "XL-L10":
                raise
            state, wrong = (NONE if error.code == "XL-L02" else OTHER), (None if error.code == "XL-L02" else error)
        except (Damaged, Refused):
            state = DAMAGED
    if today is not None:
        try:
            keyfile.check(body, bytes(today.dek))
        except Damaged:
            if given is not None:
                raise Locked("XL-L01", "这份备份是另一把钥匙的", next_step="请用命令恢复：xieli backup restore，输那时的口令") from None
        else:
            rooms.atomic_write(rooms.keys_path(place), rooms.keys_path(space).read_bytes())
            return _twin(today), state, today, True
    if not any(slot.get("type") == "passphrase" for slot in body["slots"]):
        if wrong is not None:
            raise wrong  # a passphrase typed wrong must not put a closed workspace in the place of an open one
        return None, state, None, False
    opened = Vault.unlock(place, _needed(passphrase))
    if wrong is not None:
        tries.taken_back(space, before)  # it was right: for the copy
    return opened, state, today, False


def _keys_again(space: Path, place: Path, now: OpenVault) -> None:
    """Today's key file as it lies now, under its lock: what was changed while the copy was looked at stays changed. Raises Refused("XL-L17")"""
    body = keyfile.read(space)
    try:
        keyfile.check(body, bytes(now.dek))
    except Damaged:
        raise Refused("XL-L17") from None  # another key since
    rooms.atomic_write(rooms.keys_path(place), rooms.keys_path(space).read_bytes())


def _of_this_computer(space: Path, place: Path, source: Path, dev: str) -> bool:
    """Whether a copy of this device may take the place of today's workspace. A key file that says nothing any more is asked for by the other copies that
    lie here, and by `kind.json`: another desk or another network is another computer."""
    try:
        return bool(keyfile.read(space)["dev"] == dev)
    except XieliError:
        pass
    beside = [one for one in (*copies.list_all(space), *restoring.asides(space)) if one.resolve() != source.resolve()]
    known = {found for one in beside if (found := _dev(one))}
    if known:
        return dev in known
    try:
        today, copy = rooms.load_profile(space), rooms.load_profile(place)
    except XieliError:
        return True
    return today.kind == copy.kind and not (today.net and copy.net and today.net != copy.net) and _same_places(today, copy)


def _same_places(today: rooms.Profile, copy: rooms.Profile) -> bool:
    if today.villages and copy.villages and not set(today.villages) & set(copy.villages):
        return False
    return not (today.kind != "village" and today.area and copy.area and today.area != copy.area)


def _dev(folder: Path) -> str:
    try:
        return str(keyfile.read(folder)["dev"])
    except (XieliError, OSError):
        return ""


def _needed(passphrase: str | None) -> str:
    if passphrase is None:
        raise Locked("XL-L04")
    return passphrase


def _twin(vault: OpenVault) -> OpenVault:
    """The same keys in a vault of its own: closing a session wipes what it was given."""
    return replace(vault, dek=bytearray(vault.dek))


@contextmanager
def _opened(place: Path, vault: OpenVault, clock: Clock) -> Iterator[Session]:
    """The staged copy, checked on every page, brought to this version; closed again."""
    copies.verify(place, vault.store_key(), bytes(vault.dek))
    with attach(place, rooms.load_profile(place), _twin(vault), clock=clock, where=None) as session:
        yield session


def _own(space: Path, vault: OpenVault, clock: Clock, rand: Rand) -> Session:
    return attach(space, rooms.load_profile(space), _twin(vault), clock=clock, rand=rand, where="cli")


def _against(
    space: Path, state: str, now: OpenVault | None, session: Session | None, held: dict[tuple[str, str, int], str], kept: set[tuple[str, str]], clock: Clock,
) -> tuple[str, int | None, int | None, int | None]:
    """(what today's workspace is, its lines the copy has not, those nobody signed for, its drafts the copy has not)."""
    if session is not None:
        return (OPEN, *_lacking(session, held, kept))
    if now is None:
        return state, None, None, None
    if not rooms.store_path(space).is_file():
        return NONE, None, None, None
    try:
        with attach(space, rooms.load_profile(space), _twin(now), clock=clock, where=None) as today:
            return (OPEN, *_lacking(today, held, kept))
    except (XieliError, *engines.BROKEN):
        return DAMAGED, None, None, None


def _lacking(session: Session, held: dict[tuple[str, str, int], str], kept: set[tuple[str, str]]) -> tuple[int, int, int]:
    with session.reading() as tx:
        missing = [place for place, digest in restoring.held(tx).items() if held.get(place) != digest]
        signed = {ep: receipts.county_receipt(tx, tx.dev, ep) for ep in epochs.all_own(tx)}
        only_here = sum(1 for dev, ep, seq in missing if dev == tx.dev and seq > signed.get(ep, 0))
        lost = sum(1 for one in drafts.list_all(tx) if (one.form, one.key) not in kept)
    return len(missing), only_here, lost


def _flush(place: Path) -> None:
    """What opening changed in the staged copy is on the disk before it is committed to."""
    for path in (rooms.store_path(place), rooms.keys_path(place)):
        with open(path, "rb+") as file:
            os.fsync(file.fileno())
    rooms.sync_folder(place)


def _settled(space: Path, now: OpenVault | None) -> None:
    """A change of key that was cut off is brought to its end."""
    if now is not None and rooms.store_path(space).is_file():
        with suppress(Damaged):
            rekey.settle(space, now.store_key(), bytes(now.dek))


@contextmanager
def _alone(space: Path, now: OpenVault | None) -> Iterator[Any]:
    """Today's store held for this alone; None where there is none, or it does not open: that is why it is replaced.
    Raises Refused("XL-L17") while a session has it open."""
    openings.refuse_open(space)
    if now is None or not rooms.store_path(space).is_file():
        yield None
        return
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(rekey.alone(space, now.store_key()))
        except Damaged:
            raw = None
        yield raw


def _made(source: Path) -> str:
    try:
        return copies.made(source)
    except ValueError:
        return ""

