"""报送到收件处: the bundles of an export handed in over HTTP.

Rules kept here
- what is handed in is what an export would lay down, as the same files; they lie in the workspace's own outbox until the receiver has said 204 and are
  the same bytes in every try, so a push that broke off goes on where it stood;
- 已交到收件处 is not a receipt: everything stays owed until the county's return says otherwise. What a receiver took today is not handed in twice
  that day unless asked; from the next day on it is, so an upload that was lost behind the receiver heals like a lost stick;
- a kept file that would no longer be taken (other keys, other desks, signed for meanwhile) is made anew, never sent;
- only bundles of events and echoes go up; the address and what is sent beside the file name no person and no village.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_sync import container
from xieli_sync.carriers import http
from xieli_sync.errors import SyncError
from xieli_sync.identity import kid_of
from xieli_tui.casework import exchange, own_keys, ownership, road
from xieli_tui.casework.session import Session, road_errors
from xieli_tui.casework.views import HandedIn, PushResult
from xieli_tui.domain.clock import millis
from xieli_tui.errors import Refused
from xieli_tui.store import epochs, queries, receipts, settings
from xieli_tui.store import workspace as rooms

if TYPE_CHECKING:
    from xieli_tui.casework.road import Grant

FOLDER = "push"
TAKEN = "push.taken"
"""Setting {day, url, reach: {epoch: seq}}: what a receiver took on its last day."""
RECEIVER = "push.receiver"
"""Setting {url, ca}: the receiver written down at this computer."""
GOES_UP = frozenset({"changes", "echo"})


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where this computer hands in over the network: `url` "" = not at all; `ca` a file of certificates, "" = the system's."""

    url: str = ""
    ca: str = ""

    @property
    def place(self) -> str:
        """Host and port for a line, without anything that stands behind them."""
        return self.url.partition("://")[2].partition("/")[0]


def receiver(session: Session) -> Receiver:
    """What was written down at this computer."""
    with session.reading() as tx:
        held = settings.get(tx, RECEIVER)
    return Receiver(str(held.get("url", "")), str(held.get("ca", ""))) if isinstance(held, dict) else Receiver()


def keep_receiver(session: Session, url: str, ca: str = "") -> Receiver:
    """Write the county's receiver down, or take it away with an empty address. A setting of this computer, no event.

    Raises:
        Refused: XL-F15, XL-F16 the address, XL-F05 no such certificate file.
    """
    address, trusted = url.strip(), ca.strip()
    if address:
        with road_errors():
            http.target(address)
    if trusted and not Path(trusted).expanduser().is_file():
        raise Refused("XL-F05", field="ca")
    kept = Receiver(address, trusted if address else "")
    with session.writing() as tx:
        settings.put(tx, RECEIVER, {"url": kept.url, "ca": kept.ca})
    return kept


def push(
    session: Session, url: str, *, again: bool = False, ca: Path | None = None, sleep: Callable[[float], None] = time.sleep,
    progress: Callable[[int, int], None] | None = None, timeout: float = http.TIMEOUT,
) -> PushResult:
    """Hand in what the county has not signed for.

    Args:
        url: `https://host:port` of the county's receiver.
        again: also what a receiver took today already.
        ca: a file of certificates to trust instead of the system's.
        progress: told (bytes there, bytes in all) of the file under way.

    Raises:
        Locked: XL-K10 before enrolment. Refused: XL-F11 … XL-F21 of the carrier, XL-F02, XL-F03 the own disk; XL-B0x what the receiver says of a file.
            Files that were not taken lie in the outbox and go on from there next time.
    """
    with session.reading() as tx:
        grant = road.require_grant(session, tx)
        ownership.require(session, tx)
    folder = _folder(session)
    others = [pair for kid, pair in own_keys.pairs(session).items() if kid != session.keys.kid]
    keys = [session.keys, *reversed(others)]
    with road_errors():
        where = http.target(url)
        client = http.Client(
            where, dev=session.dev, net=grant.net, keys=keys, clock_ms=lambda: millis(session.clock.now()), rand=session.rand, sleep=sleep, ca=ca,
            progress=progress, timeout=timeout,
        )
    address = f"{where.host}:{where.port}{where.prefix}"
    try:
        handed = [_hand_in(session, client, path, address) for path in _kept(session, grant, folder)]
        done = exchange.export(session, folder, after={} if again and not handed else _reach(session, address))
        handed += [_hand_in(session, client, Path(file.path), address) for file in done.files if _goes_up(Path(file.path))]
    finally:
        client.close()
    with session.reading() as tx:
        waiting = queries.counts(tx).unconfirmed
    return PushResult(tuple(handed), waiting, done.backup_failed)


def _folder(session: Session) -> Path:
    folder = rooms.folder(session.workspace, "outbox") / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        raise Refused("XL-F03") from None
    return folder


def _kept(session: Session, grant: Grant, folder: Path) -> list[Path]:
    """Own files of a push that broke off, oldest line first; what would not be taken any more, or is carried for others, is removed and made anew."""
    found: list[tuple[str, int, Path]] = []
    wanted = {kid_of(key) for key in grant.recipients}
    with session.reading() as tx:
        signed = {ep: receipts.county_receipt(tx, tx.dev, ep) for ep in epochs.all_own(tx)}
    for path in sorted(folder.glob("*.xieli")):
        core = _core(path)
        if (
            core is not None and core["dev"] == session.dev and core["kid"] == session.keys.kid and core["net"] == grant.net and core["kind"] in GOES_UP
            and core["ep"] in signed and (core["kind"] != "changes" or core["last"] > signed[core["ep"]]) and core["to_kids"] == wanted
        ):
            found.append((core["ep"], core["first"], path))
        else:
            path.unlink(missing_ok=True)
    return [path for _, _, path in sorted(found)]


def _core(path: Path) -> dict[str, Any] | None:
    """The core of a kept file, and whom it is wrapped for; None when the file is not whole."""
    try:
        bundle = container.parse(road.read_file(path))
    except (SyncError, Refused):
        return None
    return {**bundle.core, "to_kids": {wrap["kid"] for wrap in bundle.wraps}}


def _goes_up(path: Path) -> bool:
    core = _core(path)
    return core is not None and core["kind"] in GOES_UP


def _hand_in(session: Session, client: http.Client, path: Path, address: str) -> HandedIn:
    data = road.read_file(path)
    with road_errors():
        core = container.parse(data).core
        sent = client.send(data)
    if core["dev"] == session.dev and core["kind"] == "changes":
        _note(session, address, core["ep"], core["first"], core["last"])
    path.unlink(missing_ok=True)
    bid = core["bid"]
    return HandedIn(path.name, bid, core["ep"], core["first"], core["last"], core["n"], len(data), exchange.check_code(bid), sent.resumed, sent.pieces)


def _reach(session: Session, address: str) -> dict[str, int]:
    """Epoch -> seq up to which this receiver took everything today."""
    with session.reading() as tx:
        held = settings.get(tx, TAKEN)
    if held is None or held["day"] != session.today.isoformat() or held["to"] != address:
        return {}
    return {str(ep): int(seq) for ep, seq in held["reach"].items()}


def _note(session: Session, address: str, ep: str, first: int, last: int) -> None:
    """Remember that a file was taken, as far as it goes on from what was."""
    reach = _reach(session, address)
    with session.writing() as tx:
        if first <= max(reach.get(ep, 0), receipts.county_receipt(tx, session.dev, ep)) + 1:
            reach[ep] = max(reach.get(ep, 0), last)
        settings.put(tx, TAKEN, {"day": session.today.isoformat(), "to": address, "reach": reach})
