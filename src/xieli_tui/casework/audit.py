"""Checking what lies here against itself and against what others signed: the journal in the store, files named, and a return.

Rules kept here
- the journal is walked line by line (`store.audit`); the mark outside the workspace is one of its witnesses;
- a file is checked by its signature and certificates, in a workspace also by its lines where it was wrapped for this device, and compared with what is held;
- several files of one chain must join: two that say different hashes at one place are two histories;
- a return speaks about the chains of others by receipts, by the lines it relays and by its signer's own head: what is held here must agree with each. A return
  that this desk wrote itself is compared with the delivery lines it keeps;
- `first_bad` is the lowest altered number of the first broken chain, this device's own before others'; nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_sync import container, delivery, seal
from xieli_sync.errors import SyncError
from xieli_sync.event import chain_hash, parse_line
from xieli_sync.identity import fingerprint
from xieli_sync.verify import verify_file
from xieli_tui.casework import epoch_mark, road
from xieli_tui.errors import Refused
from xieli_tui.store import audit, receipts, trust
from xieli_tui.store.audit import Bad, Chain

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.store import Tx

WORDS = {
    "line": "这一条的内容和链值对不上", "row": "这一条旁边的栏目和原文对不上", "missing": "这一条不见了", "prev": "这一条被换过，后一条接不上",
    "witness": "这一条和别处留下的链值不一样", "delivery": "收发的行接不上", "signed": "这里的和当初签名的不一样", "receipt": "签收单上的链值和这里的不一样", "head": "发件单位写的链值和这里的不一样",
    "relayed": "转来的原文和这里的不一样", "return": "这份回传文件和这里留的不一样", "file": "这个文件",
}
BEHIND = "签收单签到的比这里有的多，这里少了记录"


@dataclass(frozen=True, slots=True)
class Checked:
    """One file of a check: its code ("" when it holds) and whether its lines could be read here."""

    file: str
    code: str
    opened: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """What was checked. `first_bad`: the lowest altered seq (or r) of the first chain in `bad`, None when nothing is altered."""

    ok: bool
    events: int
    devices: tuple[Chain, ...]
    first_bad: int | None
    bad: tuple[Bad, ...]
    files: tuple[Checked, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether all that is wrong is a file that cannot be taken for what it says, and nothing held here."""
        return any(one.code for one in self.files) and not self.bad


def verify(session: Session) -> Audit:
    """Walk the journal of the workspace."""
    mark = epoch_mark.read(session.dev)
    with session.reading() as tx:
        done = audit.walk(tx, [(session.dev, mark.ep, mark.seq, mark.head)] if mark is not None else [])
    return _audit(done.events, done.chains, done.bad)


def against(session: Session, path: Path) -> Audit:
    """Walk the journal, then compare it with a return: one this device was sent, or one this desk wrote.

    Raises:
        NotFound: XL-F05. Refused: XL-F01, XL-F06, XL-B01; XL-K05 it is addressed to another device; XL-K03 it is no return; the codes of a file that is
            not whole, not signed, or not of this county.
    """
    data = road.read_file(path)
    walked = verify(session)
    with session.reading() as tx:
        root = trust.root_public(tx)
        checked = verify_file(data, fingerprint(root) if root is not None else None)
        if checked["code"]:
            raise Refused(checked["code"])
        bundle = container.parse(data)
        if bundle.core["kind"] not in ("return", "grant"):
            raise Refused("XL-K03", "要的是回传文件")
        if bundle.core["dev"] == session.dev:
            bad = _own_return(tx, bundle.core)
        elif bundle.core["to"] != session.dev:
            raise Refused("XL-K05")
        else:
            try:
                bad = _return(tx, bundle.core, seal.unseal(bundle, session.vault.decrypt_keys()))
            except SyncError as error:
                raise Refused(error.code, error.detail) from None
    return _audit(walked.events, walked.devices, (*walked.bad, *bad), (Checked(str(path), "", bundle.core["dev"] != session.dev),))


def verify_files(paths: Iterable[Path | str], session: Session | None = None) -> Audit:
    """Check files: each by itself, those of one chain against each other, and in a workspace against what it holds.

    Raises:
        NotFound: XL-F05. Refused: XL-F01, XL-F06 (what is wrong inside a file is in the result).
    """
    found: list[Checked] = []
    points: dict[tuple[str, str], dict[int, set[str]]] = {}
    spans: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    bad: list[Bad] = []
    events = 0
    for path in road.files_of(paths):
        data = road.read_file(path)
        code, core, lines = _looked_at(session, data)
        found.append(Checked(str(path), code, lines is not None))
        if code or core is None:
            continue
        if core["kind"] != "changes":
            continue
        events += core["n"]
        place = (core["dev"], core["ep"])
        spans.setdefault(place, []).append((core["first"], core["last"], core["head"]))
        said = points.setdefault(place, {})
        for seq, digest in [(core["first"] - 1, core["prev"]), *_hashes(core, lines)]:
            said.setdefault(seq, set()).add(digest)
    for (dev, ep), said in sorted(points.items()):
        seq = next((seq for seq in sorted(said) if len(said[seq]) > 1 or (session is not None and _held_otherwise(session, dev, ep, seq, said[seq]))), None)
        if seq is not None:
            bad.append(Bad(dev, ep, seq, "file"))
    devices = [
        Chain(dev, ep, min(x[0] for x in of), max(of, key=lambda x: x[1])[1], max(of, key=lambda x: x[1])[2], sum(x[1] - x[0] + 1 for x in of))
        for (dev, ep), of in sorted(spans.items())
    ]
    return _audit(events, devices, bad, found)


def _audit(events: int, devices: Sequence[Chain], bad: Sequence[Bad], files: Sequence[Checked] = ()) -> Audit:
    return Audit(not bad and not any(x.code for x in files), events, tuple(devices), bad[0].seq if bad else None, tuple(bad), tuple(files))


# -- files ------------------------------------------------------------------------------------------


def _looked_at(session: Session | None, data: bytes) -> tuple[str, dict[str, Any] | None, list[bytes] | None]:
    """(code, core, lines) of a file; lines only where it was wrapped for this device."""
    root = None
    if session is not None:
        with session.reading() as tx:
            root = trust.root_public(tx)
    seen = verify_file(data, fingerprint(root) if root is not None else None)
    if seen["code"]:
        return str(seen["code"]), None, None
    bundle = container.parse(data)
    if session is None or bundle.core["kind"] != "changes":
        return "", bundle.core, None
    try:
        lines = seal.unseal(bundle, session.vault.decrypt_keys())
    except SyncError as error:
        return ("" if error.code == "XL-K05" else error.code), bundle.core, None
    follows = _hashes(bundle.core, lines)
    return ("" if follows and follows[-1][1] == bundle.core["head"] else "XL-C01"), bundle.core, lines


def _hashes(core: dict[str, Any], lines: Sequence[bytes] | None) -> list[tuple[int, str]]:
    """(seq, hash) of every line, or only of the last when the lines cannot be read; [] when a line is none of this chain."""
    if lines is None:
        return [(core["last"], core["head"])]
    found: list[tuple[int, str]] = []
    digest = str(core["prev"])
    for seq, line in enumerate(lines, core["first"]):
        try:
            read = parse_line(line)
        except SyncError:
            return []
        if (read.dev, read.ep, read.seq) != (core["dev"], core["ep"], seq):
            return []
        digest = chain_hash(digest, line)
        found.append((seq, digest))
    return found


def _held_otherwise(session: Session, dev: str, ep: str, seq: int, hashes: Iterable[str]) -> bool:
    with session.reading() as tx:
        held = audit.hashes_at(tx, dev, ep, seq)
    return bool(held) and not set(hashes) <= held


# -- a return ---------------------------------------------------------------------------------------


def _own_return(tx: Tx, core: dict[str, Any]) -> list[Bad]:
    """A return of this desk against the delivery lines it keeps: its first and last hash must be ours."""
    for r, digest in ((core["first"] - 1, core["prev"]), (core["last"], core["head"])):
        if r and audit.written_at(tx, core["to"], core["ep"], r) != digest:
            return [Bad(core["to"], core["ep"], r, "return")]
    return []


def _return(tx: Tx, core: dict[str, Any], lines: Sequence[bytes]) -> list[Bad]:
    """What a return says of chains, against what is held."""
    bad: list[Bad] = []
    digest, r = str(core["prev"]), int(core["first"])
    for line in lines:
        number, item = delivery.parse_delivery(line)
        digest = delivery.delivery_hash(digest, line)
        if number != r:
            raise SyncError("XL-C01", "r")
        r += 1
        kept = audit.taken_at(tx, core["dev"], core["ep"], number)
        if kept is not None and kept != digest:
            bad.append(Bad(core["dev"], core["ep"], number, "return"))
        if isinstance(item, delivery.Receipt) and item.seq:
            bad += _agrees(tx, item.dev, item.ep, item.seq, item.head, "receipt", needed=item.dev == tx.dev)
        elif isinstance(item, delivery.HeadItem) and item.seq:
            bad += _agrees(tx, core["dev"], item.ep, item.seq, item.head, "head", needed=False)
        elif isinstance(item, delivery.EventItem):
            # an own line of this epoch that is not here was written by a copy of this machine and never taken
            needed = kept is not None and item.parsed.dev != tx.dev
            bad += _agrees(tx, item.parsed.dev, item.parsed.ep, item.parsed.seq, item.hash, "relayed", needed=needed)
    if digest != core["head"]:
        raise SyncError("XL-C01", "head")
    bad.sort(key=lambda x: (x.dev != tx.dev, x.dev, x.ep, x.seq))
    firsts: dict[tuple[str, str, str], Bad] = {}
    for one in bad:
        firsts.setdefault((one.dev, one.ep, one.what), one)
    return list(firsts.values())


def _agrees(tx: Tx, dev: str, ep: str, seq: int, digest: str, what: str, *, needed: bool) -> list[Bad]:
    """[] when the line is held, or nothing is held there and need not be."""
    if receipts.holds(tx, dev, ep, seq, digest) or (not needed and not audit.hashes_at(tx, dev, ep, seq)):
        return []
    return [Bad(dev, ep, seq, what, 0, "return")]
