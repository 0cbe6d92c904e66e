"""Between a session and the road: the grant in force, and one file offered to the importer.

Rules kept here
- before enrolment nothing leaves (XL-K10, exit 3);
- a file is read once, with its own codes for a folder, a missing or an unreadable file; what is in it never raises: it comes back as an outcome;
- words of an outcome are those of the registry; nothing of a file's content is in them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_sync import container, identity, inbox
from xieli_sync.errors import SyncError
from xieli_tui.casework import own_keys
from xieli_tui.casework.views import ImportOutcome
from xieli_tui.errors import REGISTRY, Locked, NotFound, Refused
from xieli_tui.store import stopped, trust

if TYPE_CHECKING:
    from xieli_sync.identity import KeyPair
    from xieli_tui.casework.session import Session
    from xieli_tui.store.store import Tx

_log = logging.getLogger(__name__)
STATUS_WORDS = {
    "imported": "已导入", "duplicate": "已导入过", "parked": "暂放，等前一个包", "quarantined": "已转人工核对", "refused": "没有收下", "frozen": "停收，请联系县里",
    "failed": "没有写入",
}
CARRIED = "县里给村里的回传，原样带下去"
CARRIED_UP = "不是写给本机的，原样带给县里"


@dataclass(frozen=True, slots=True)
class Grant:
    """What the county gave this device: its network, root key (raw), role, certificates up to the key it signs with, and the desks to wrap for; `also` is
    the key before, which signs besides until the county signed for the new one."""

    net: str
    root: bytes
    role: str
    certs: tuple[dict[str, Any], ...]
    desks: tuple[dict[str, Any], ...]
    also: KeyPair | None = None

    @property
    def recipients(self) -> list[bytes]:
        """Raw X25519 public keys of every desk of the grant, each once."""
        return [bytes.fromhex(key) for key in dict.fromkeys(str(desk["enc_pub"]) for desk in self.desks)]


def require_grant(session: Session, tx: Tx) -> Grant:
    """The grant in force. Raises Locked("XL-K10") before enrolment."""
    body, net, root = trust.grant(tx), trust.net(tx), trust.root_public(tx)
    if body is None or net is None or root is None:
        raise Locked("XL-K10")
    return Grant(net, root, str(body["role"]), tuple(own_keys.chain(session, tx)), tuple(_desks(tx, body["desks"])), own_keys.other(session, tx))


def _desks(tx: Tx, granted: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """The desks of the grant by the newest key each has shown since; those the county stopped are left out."""
    for desk in granted:
        if stopped.stopped(tx, str(desk["dev"])):
            continue
        newest = next(iter(trust.signers(tx, str(desk["dev"]))), None)
        yield desk if newest is None else {**desk, "kid": identity.kid_of(newest.enc_pub), "enc_pub": newest.enc_pub.hex()}


def read_file(path: Path) -> bytes:
    """The bytes of one file.

    Raises:
        NotFound: XL-F05. Refused: XL-F01 a folder, XL-B01 too large, XL-F06 cannot be read.
    """
    try:
        if path.is_dir():  # asks the system too: a name no file can have is refused here
            raise Refused("XL-F01")
        if path.stat().st_size > container.FILE_LIMIT:
            raise Refused("XL-B01")
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound("XL-F05") from None
    except NotADirectoryError:
        raise NotFound("XL-F05") from None
    except OSError:
        raise Refused("XL-F06") from None


def files_of(paths: Iterable[Path | str]) -> list[Path]:
    """The files named; a folder means its `*.xieli` files by name.

    Raises:
        NotFound: XL-F05 a path that is not there.
    """
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            found += sorted(one for one in path.iterdir() if one.suffix == ".xieli" and one.is_file())
        elif path.exists():
            found.append(path)
        else:
            raise NotFound("XL-F05", path.name)
    return found


def ours_first(session: Session, files: Iterable[Path]) -> list[Path]:
    """The files in their order; at a township what is addressed to itself first: from it, it learns which laptops are of its area."""
    found = list(files)
    return sorted(found, key=lambda path: _addressee(path) != session.dev) if session.role == "township" else found


def _addressee(path: Path) -> str:
    try:
        return str(container.parse(read_file(path)).core.get("to", ""))
    except (SyncError, Refused, NotFound):
        return ""


def import_file(session: Session, path: Path, *, dry_run: bool = False, root_fingerprint: str | None = None, only: str | None = None) -> ImportOutcome:
    """Offer one file to the importer.

    Args:
        only: the kind wanted; a file of another kind is refused XL-K03 before anything is looked at.

    Raises:
        NotFound, Refused: the codes of `read_file`; what is wrong inside the file comes back in the outcome.
    """
    from xieli_tui.store.importing import StoreDesk

    data = read_file(path)
    own = written_here(session, path, data)
    if own is not None:
        return own
    if only is not None:
        try:
            kind = container.parse(data).core.get("kind")
        except SyncError as error:
            return outcome(path, inbox.Result("refused", error.code))
        if kind not in (only, None):
            return outcome(path, inbox.Result("refused", "XL-K03"))
    desk = StoreDesk(
        session.store, session.vault.decrypt_keys(), operator=session.operator, clock=session.clock, practice=session.profile.practice,
    )
    return outcome(path, inbox.import_bundle(data, desk, dry_run=dry_run, root_fingerprint=root_fingerprint))


def written_here(session: Session, path: Path, data: bytes) -> ImportOutcome | None:
    """What is said of a bundle this computer laid down itself: nothing to take in and nothing wrong; None for any other file."""
    try:
        core = container.parse(data).core
    except SyncError:
        return None
    if core["dev"] != session.dev:
        return None
    return ImportOutcome(file=str(path), status="duplicate", code="", what="自己以前写的，不用导入", dev=session.dev, first=int(core["first"]), last=int(core["last"]))


def outcome(path: Path, result: inbox.Result) -> ImportOutcome:
    """A result in the product's words. What the store raised on a failed file goes to the debug log (`--debug` shows it), never to the screen."""
    if result.cause is not None:
        _log.debug("an import failed", exc_info=result.cause)
    what = REGISTRY[result.code].what if result.code in REGISTRY else (CARRIED if result.kind in ("return", "grant") else CARRIED_UP) if result.carried else STATUS_WORDS[result.status]
    if result.code == "XL-G01" and result.missing is not None:
        what = f"{STATUS_WORDS['parked']}：缺少第 {result.missing[0]} 至 {result.missing[1]} 条"
    return ImportOutcome(
        file=str(path), status=result.status, code=result.code, what=what, events=result.events, new=result.new, quarantined=result.quarantined,
        conflicts=result.conflicts, receipts=result.receipts, rulings=result.rulings, alerts=result.alerts, dev=result.dev, first=result.first,
        last=result.last,
    )
