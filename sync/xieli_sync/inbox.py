"""The importer: the checks of design 04, rows 1-21, in exactly that order; the first failure decides.

Rules kept here
- rows 1-11 look at the file and the trust list only; rows 12-21 are one transaction that holds the sender's head row, draining included;
- nothing in a file makes this raise: what is wrong comes back as a Result with its code, and a refused or failed file has written nothing;
- well-formed lines that pass the bundle checks enter the set. Freezing and revocation are verdicts on events, never reasons to refuse a file;
- two different lines under one (dev, ep, seq) are a fork however they came: both are stored by hash and a desk freezes that epoch;
- a county-authored line, a grant and an `echoed` count only out of a return signed by the county;
- a file that comes too early waits in the park and goes through again once the one before it is in, to a fixed point; other parks that a
  relayed line unblocks drain as well;
- a dry run goes the same way and is rolled back at the end.

Kinds: changes at desks, return and grant at the device they are addressed to. handover and echo pass rows 1-17 and are then answered with XL-U01: their
content belongs to later issues, and the original file is to be kept until then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from xieli_sync import container, delivery, seal
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO, chain_hash, parse_line
from xieli_sync.identity import fingerprint, net_of, root_in, same_fingerprint, verify_links
from xieli_sync.ports import Busy, ChainLine, Delivered, Desk, ImportTx, Ingested, Parked, Role, SeenBundle, Signer

Status = Literal["imported", "duplicate", "parked", "quarantined", "refused", "frozen", "failed"]

TRIES = 6
"""Times a busy store is asked again before the file fails (XL-A01)."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file.

    Attributes:
        status, code: the decision; code "" when everything was ordinary.
        kind, dev, ep, bid, first, last: from the core, once it could be read.
        events: event lines in the file. new, known: event lines (changes) or delivery lines (returns) not held, held before.
        quarantined, unknown: events of the file that are not effective, by kind. codes: their codes and how often.
        conflicts, receipts, rulings, alerts: what came in besides.
        missing: (a, b) seqs (or r) awaited, for a parked file.
        drained: parked files that went in behind this one; their counts are added to the others.
        cause: what the store raised, for the log of a failed file; never shown.
    """

    status: Status
    code: str = ""
    kind: str = ""
    dev: str = ""
    ep: str = ""
    bid: str = ""
    first: int = 0
    last: int = 0
    events: int = 0
    new: int = 0
    known: int = 0
    quarantined: int = 0
    unknown: int = 0
    codes: Mapping[str, int] = field(default_factory=dict)
    conflicts: int = 0
    receipts: int = 0
    rulings: int = 0
    alerts: int = 0
    missing: tuple[int, int] | None = None
    drained: int = 0
    cause: Exception | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A file that passed rows 1-11."""

    data: bytes
    bundle: container.Bundle
    signer: Signer
    links: Sequence[Signer]
    root: bytes

    @property
    def blank(self) -> Result:
        """A result that names this file."""
        c = self.bundle.core
        return Result("imported", "", c["kind"], c["dev"], c["ep"], c["bid"], c["first"], c["last"])


def import_bundle(
    data: bytes,
    desk: Desk,
    *,
    dry_run: bool = False,
    root_fingerprint: str | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Result:
    """Take one file in.

    Args:
        data: the bytes of the file, however they came (stick or network).
        desk: the workspace, through its ports.
        dry_run: go all the way and write nothing.
        root_fingerprint: the 20 digits typed by the person; needed for the first grant.
        pause: waits between tries of a busy store (seconds).
    """
    blank = Result("refused")
    try:
        bundle = container.parse(data)
        blank = _named(bundle)
        checked = _check_sender(data, bundle, desk, root_fingerprint)
    except SyncError as err:
        return replace(blank, status="refused", code=err.code)
    for attempt in range(TRIES):
        try:
            with desk.importing(bundle.core["dev"], dry_run=dry_run) as tx:
                return _Import(tx, desk).whole(checked)
        except SyncError as err:
            return replace(blank, status="refused", code=err.code)
        except Busy as err:
            busy = err
            pause(0.02 * 2**attempt)
        except Exception as err:  # row 21: whatever the store met, the transaction is undone and the file may be tried again
            return replace(blank, status="failed", code="XL-A01", cause=err)
    return replace(blank, status="failed", code="XL-A01", cause=busy)


def _named(bundle: container.Bundle) -> Result:
    """A refusal that says which file it was, as far as the core of a known version could be read."""
    c = bundle.core
    if c["v"] != container.FORMAT_VERSION or c["suite"] not in container.KNOWN_SUITES:
        return Result("refused")
    return Result("refused", "", c["kind"], c["dev"], c["ep"], c["bid"], c["first"], c["last"])


# -- rows 6-11 -------------------------------------------------------------------------------------------------------------------------


def _check_sender(data: bytes, bundle: container.Bundle, desk: Desk, typed: str | None) -> _Checked:
    core = bundle.core
    container.check_version(core)
    root, net = desk.trust.root_public, desk.trust.net
    first_grant = root is None and core["kind"] == "grant"
    if first_grant:
        root = root_in(core["cert"])
        net = net_of(root, desk.practice)
    if core["net"] != net or root is None:
        raise SyncError("XL-N01")
    container.check_limits(core)
    if core["kind"] == "grant" and (first_grant or typed is not None) and not same_fingerprint(typed or "", fingerprint(root)):
        raise SyncError("XL-K07")
    links = verify_links(core["cert"], root)
    signer = links[-1]
    if signer.dev != core["dev"] or signer.kid != core["kid"]:
        raise SyncError("XL-K01", "signer")
    gen, ver = desk.trust.highest(signer.dev)
    if (signer.role != "village" and signer.gen < gen) or (signer.gen == gen and signer.ver < ver):
        raise SyncError("XL-K01", "version")
    seal.verify_signature(bundle, signer, links)
    if signer.role not in container.SENDERS[core["kind"]] or not _takes(desk.role, signer.role, core["kind"]):
        raise SyncError("XL-K03")
    return _Checked(data, bundle, signer, links, root)


def _takes(role: Role, sender: Role, kind: str) -> bool:
    """Whether a workspace takes a kind from such a sender: bundles go up to desks, returns and grants come from above only. What a return relays
    is vouched for by its signer alone, so a township's word must not stand for a village's chain at the county."""
    if kind in ("changes", "echo"):
        return role != "village"
    if kind in ("return", "grant"):
        return role == "village" or (role == "township" and sender == "county")
    return True


# -- rows 12-21 ------------------------------------------------------------------------------------------------------------------------


class _Import:
    """One import transaction."""

    def __init__(self, tx: ImportTx, desk: Desk) -> None:
        self._tx = tx
        self._desk = desk
        self._drain: list[tuple[str, str]] = []

    def whole(self, checked: _Checked) -> Result:
        """Rows 12-21 for the file, then for every park it unblocked."""
        core = checked.bundle.core
        dev, bid = core["dev"], core["bid"]
        digest = seal.signed_digest(checked.bundle)
        seen = self._tx.seen(dev, bid)
        if seen is not None:
            if seen.digest != digest:
                raise SyncError("XL-D02")
            waiting = any(x.bid == bid for x in self._tx.parked(dev, core["ep"]))
            if waiting:
                return self._still_parked(checked, seen)
            if seen.status == "refused":
                return replace(checked.blank, status="refused", code=seen.code)  # it was parked, and failed when its turn came
            if seen.status != "parked":
                return replace(checked.blank, status="duplicate", code="XL-D01", events=seen.events, known=seen.events)
            # Parked once and then dropped for a lower one: it may come again.
        result = self._single(checked)
        return self._drained(result)

    def _still_parked(self, checked: _Checked, seen: SeenBundle) -> Result:
        stored = self._stored_up_to(checked)
        return replace(checked.blank, status="parked", code="XL-G01", events=seen.events, missing=(stored + 1, checked.bundle.core["first"] - 1))

    def _stored_up_to(self, checked: _Checked) -> int:
        core = checked.bundle.core
        if core["kind"] == "changes":
            return self._tx.contiguous(core["dev"], core["ep"])
        return self._tx.delivery_point(core["dev"], core["ep"])[0]

    def _single(self, checked: _Checked) -> Result:
        """Rows 14-21 for one file."""
        bundle, core = checked.bundle, checked.bundle.core
        if core["kind"] in container.ADDRESSED and core["to"] != self._desk.dev:
            raise SyncError("XL-K05", "to")
        lines = seal.unseal(bundle, self._desk.decrypt_keys())
        if len(lines) != core["n"] or (core["first"] == 1 and core["prev"] != ZERO):
            raise SyncError("XL-C01", "count")
        if core["kind"] == "changes":
            result = self._changes(checked, lines)
        elif core["kind"] in ("return", "grant"):
            result = self._return(checked, lines)
        else:
            raise SyncError("XL-U01", core["kind"])
        if result.status != "refused":
            seen = SeenBundle(seal.signed_digest(bundle), result.status, result.code, result.events)
            self._tx.remember(core["dev"], core["bid"], seen, bundle.core_bytes)
            for link in checked.links:
                self._tx.trust(link)
        return result

    def _park(self, checked: _Checked, stored: int, events: int) -> Result:
        """Row 19."""
        core = checked.bundle.core
        missing = (stored + 1, core["first"] - 1)
        if not self._tx.park(core["dev"], core["ep"], Parked(core["bid"], core["first"], core["last"], checked.data)):
            return replace(checked.blank, status="refused", code="XL-G02", events=events, missing=missing)
        return replace(checked.blank, status="parked", code="XL-G01", events=events, missing=missing)

    # -- changes ------------------------------------------------------------------------------------
    def _changes(self, checked: _Checked, lines: Sequence[bytes]) -> Result:
        core = checked.bundle.core
        dev, ep, first, last = core["dev"], core["ep"], core["first"], core["last"]
        chain = _event_chain(core, lines)
        held = self._tx.stored(dev, ep, max(first - 1, 1), last)
        fork = _first_conflict(((core["prev"],) if first > 1 else ()), first - 1, chain, held)
        if fork is None:
            stored = self._tx.contiguous(dev, ep)
            if first > stored + 1:
                return self._park(checked, stored, len(chain))
        done = self._tx.ingest(chain, author_role=checked.signer.role)
        self._drain.append((dev, ep))
        result = _counted(checked.blank, done, events=len(chain), new=done.new, known=len(chain) - done.new)
        if fork is not None:
            self._tx.freeze(dev, ep, fork[0], fork[1])
            return replace(result, status="frozen", code="XL-C02")
        if done.quarantined == len(chain):
            return replace(result, status="quarantined", code=next(iter(done.verdicts.values())))
        return result

    # -- returns ------------------------------------------------------------------------------------
    def _return(self, checked: _Checked, lines: Sequence[bytes]) -> Result:
        core, signer = checked.bundle.core, checked.signer
        dev, ep, first, last = core["dev"], core["ep"], core["first"], core["last"]
        chain = self._delivery_chain(checked, lines)
        at, _ = self._tx.delivery_point(dev, ep)
        events = sum(1 for x in chain if isinstance(x.item, delivery.EventItem))
        held = self._tx.delivery_hashes(dev, ep, max(first - 1, 1), min(last, at)) if at else {}
        for r, hash_hex in [(first - 1, core["prev"]), *((x.r, x.hash) for x in chain)]:
            if r in held and held[r] != hash_hex:
                self._tx.freeze(dev, ep, r, sorted((held[r], hash_hex)))
                return replace(checked.blank, status="frozen", code="XL-C02", events=events)
        if first > at + 1:
            return self._park(checked, at, events)
        fresh = self._of_my_role([self._allowed(x, signer) for x in chain if x.r > at])
        if not fresh:
            return replace(checked.blank, status="duplicate", code="XL-D01", events=events, known=len(chain))
        relayed = [x.item for x in fresh if isinstance(x.item, delivery.EventItem)]
        carried = [ChainLine(x.parsed.dev, x.parsed.ep, x.parsed.seq, x.hash, x.raw, x.parsed) for x in relayed]
        forks = self._relayed_forks(carried)
        done = self._tx.take_deliveries(signer, ep, fresh)
        for (author, epoch), (seq, hashes) in forks.items():
            self._tx.freeze(author, epoch, seq, hashes)
        self._drain.append((dev, ep))
        if self._desk.role != "village":
            self._drain.extend(sorted({(x.dev, x.ep) for x in carried}))
        receipts = sum(1 for x in fresh if isinstance(x.item, delivery.Receipt))
        return replace(_counted(checked.blank, done, events=events, new=len(fresh), known=len(chain) - len(fresh)), receipts=receipts)

    def _delivery_chain(self, checked: _Checked, lines: Sequence[bytes]) -> list[Delivered]:
        """Row 17 for delivery lines; a grant must hand over the root its fingerprint was compared with."""
        core = checked.bundle.core
        chain: list[Delivered] = []
        hash_hex = core["prev"]
        for number, line in enumerate(lines, core["first"]):
            r, item = delivery.parse_delivery(line)
            if r != number:
                raise SyncError("XL-C01", "r")
            hash_hex = delivery.delivery_hash(hash_hex, line)
            chain.append(Delivered(r, hash_hex, line, item))
            if isinstance(item, delivery.EventItem) and item.parsed.seq == 1 and chain_hash(ZERO, item.raw) != item.hash:
                raise SyncError("XL-C01", "relayed line")
        if hash_hex != core["head"]:
            raise SyncError("XL-C01", "head")
        grants = [x.item for x in chain if isinstance(x.item, delivery.GrantItem)]
        if any(x.grant["root"] != checked.root.hex() for x in grants) or (core["kind"] == "grant" and not grants):
            raise SyncError("XL-K07", "root")
        return chain

    def _allowed(self, line: Delivered, signer: Signer) -> Delivered:
        """The line, without its item when this issuer may not vouch for it."""
        if signer.role == "county":
            return line
        item = line.item
        forged = isinstance(item, delivery.EventItem) and self._desk.trust.role_of(item.parsed.dev) == "county"
        return replace(line, item=None) if forged or isinstance(item, delivery.GrantItem | delivery.Echoed) else line

    def _of_my_role(self, lines: list[Delivered]) -> list[Delivered]:
        """The lines; a grant of another role is not applied when a later one supersedes it, and otherwise refuses the file: it would pin a root
        and hand over certificates this workspace cannot work under."""
        grants = [x for x in lines if isinstance(x.item, delivery.GrantItem)]
        other = {x.r for x in grants if isinstance(x.item, delivery.GrantItem) and x.item.grant["role"] != self._desk.role}
        if grants and grants[-1].r in other:
            raise SyncError("XL-K03", "role of the grant")
        return [replace(x, item=None) if x.r in other else x for x in lines]

    def _relayed_forks(self, carried: Iterable[ChainLine]) -> dict[tuple[str, str], tuple[int, list[str]]]:
        """Forks that relayed lines make with what is held: at a desk of any chain, on a laptop of its own."""
        by_chain: dict[tuple[str, str], list[ChainLine]] = {}
        for x in carried:
            if self._desk.role != "village" or x.dev == self._desk.dev:
                by_chain.setdefault((x.dev, x.ep), []).append(x)
        found: dict[tuple[str, str], tuple[int, list[str]]] = {}
        for (dev, ep), some in by_chain.items():
            before = self._tx.stored(dev, ep, min(x.seq for x in some), max(x.seq for x in some))
            beside = {seq: set(hashes) for seq, hashes in before.items()}
            for x in some:
                beside.setdefault(x.seq, set()).add(x.hash)
            new = sorted(seq for seq, hashes in beside.items() if len(hashes) > 1 and hashes != before.get(seq, frozenset()))
            if new:
                found[dev, ep] = (new[0], sorted(beside[new[0]]))
        return found

    # -- parks --------------------------------------------------------------------------------------
    def _drained(self, result: Result) -> Result:
        """Send every park that can go through again, lowest first, until none can."""
        while self._drain:
            dev, ep = self._drain.pop(0)
            while (parked := self._next_park(dev, ep)) is not None:
                self._tx.unpark(dev, ep, parked.bid)
                more = self._again(parked)
                result = _added(result, more)
        return result

    def _next_park(self, dev: str, ep: str) -> Parked | None:
        """The lowest park of a chain, when it would not be parked again."""
        parked = min(self._tx.parked(dev, ep), key=lambda x: (x.first, x.last, x.bid), default=None)
        if parked is None:
            return None
        kind = container.parse(parked.data).core["kind"]
        stored = self._tx.contiguous(dev, ep) if kind == "changes" else self._tx.delivery_point(dev, ep)[0]
        return parked if parked.first <= stored + 1 else None

    def _again(self, parked: Parked) -> Result:
        """Rows 14-21 for a parked file; its sender was checked when it came. What fails now is remembered as refused."""
        bundle = container.parse(parked.data)
        root = self._desk.trust.root_public
        if root is None:
            raise SyncError("XL-K01", "root")
        links = verify_links(bundle.core["cert"], root)
        checked = _Checked(parked.data, bundle, links[-1], links, root)
        try:
            return self._single(checked)
        except SyncError as err:
            seen = SeenBundle(seal.signed_digest(bundle), "refused", err.code, 0)
            self._tx.remember(bundle.core["dev"], bundle.core["bid"], seen, bundle.core_bytes)
            return replace(checked.blank, status="refused", code=err.code)


# -- pure helpers ----------------------------------------------------------------------------------------------------------------------


def _event_chain(core: Mapping[str, object], lines: Sequence[bytes]) -> list[ChainLine]:
    """Row 17 for event lines: identity follows, the chain reaches the head."""
    chain: list[ChainLine] = []
    hash_hex, number = str(core["prev"]), core["first"]
    if not isinstance(number, int):
        raise SyncError("XL-C01", "first")
    for seq, line in enumerate(lines, number):
        try:
            parsed = parse_line(line)
        except SyncError as err:
            raise SyncError("XL-C01", "line") from err
        if (parsed.dev, parsed.ep, parsed.seq) != (core["dev"], core["ep"], seq):
            raise SyncError("XL-C01", "identity")
        hash_hex = chain_hash(hash_hex, line)
        chain.append(ChainLine(parsed.dev, parsed.ep, seq, hash_hex, line, parsed))
    if hash_hex != core["head"]:
        raise SyncError("XL-C01", "head")
    return chain


def _first_conflict(
    prev: tuple[str, ...], before: int, chain: Sequence[ChainLine], held: Mapping[int, frozenset[str]]
) -> tuple[int, list[str]] | None:
    """Row 18: the lowest seq under which another line is held than the one this file has (or, for the line before it, names)."""
    for seq, hash_hex in [*((before, x) for x in prev), *((x.seq, x.hash) for x in chain)]:
        if held.get(seq) and hash_hex not in held[seq]:
            return seq, sorted({*held[seq], hash_hex})
    return None


def _counted(blank: Result, done: Ingested, *, events: int, new: int, known: int) -> Result:
    codes: dict[str, int] = {}
    for code in done.verdicts.values():
        codes[code] = codes.get(code, 0) + 1
    return replace(
        blank, events=events, new=new, known=known, quarantined=done.quarantined, unknown=len(done.verdicts) - done.quarantined, codes=codes,
        conflicts=done.conflicts, rulings=done.rulings, alerts=done.alerts,
    )  # fmt: skip


def _added(result: Result, more: Result) -> Result:
    """The result of the file with what a drained park brought."""
    codes = dict(result.codes)
    for code, count in more.codes.items():
        codes[code] = codes.get(code, 0) + count
    return replace(
        result, drained=result.drained + 1, events=result.events + more.events, new=result.new + more.new, known=result.known + more.known,
        quarantined=result.quarantined + more.quarantined, unknown=result.unknown + more.unknown, codes=codes,
        conflicts=result.conflicts + more.conflicts, receipts=result.receipts + more.receipts, rulings=result.rulings + more.rulings,
        alerts=result.alerts + more.alerts,
    )  # fmt: skip
