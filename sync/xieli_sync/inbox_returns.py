"""Bundles of kind `return` and `grant` at the device they are addressed to: delivery lines, rows 17-21 of design 04.

Rules kept here
- a county-authored line, a grant and an `echoed` count only out of a return signed by the county;
- of the grant lines a file brings the last must be of the own role, and hand over the root its fingerprint was compared with;
- relayed lines that fork a chain freeze it like lines of a bundle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from xieli_sync import delivery, echo
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO, chain_hash
from xieli_sync.inbox_result import Checked, Result, Work, accepted_gaps, counted
from xieli_sync.ports import ChainLine, Delivered, Signer


def take(work: Work, checked: Checked, lines: Sequence[bytes]) -> Result:
    """Rows 17-21 for delivery lines."""
    core, signer = checked.bundle.core, checked.signer
    dev, ep, first, last = core["dev"], core["ep"], core["first"], core["last"]
    chain = delivery_chain(checked, lines)
    at, _ = work.tx.delivery_point(dev, ep)
    events = sum(1 for x in chain if isinstance(x.item, delivery.EventItem))
    held = work.tx.delivery_hashes(dev, ep, max(first - 1, 1), min(last, at)) if at else {}
    for r, hash_hex in [(first - 1, core["prev"]), *((x.r, x.hash) for x in chain)]:
        if r in held and held[r] != hash_hex:
            work.tx.freeze(dev, ep, r, sorted((held[r], hash_hex)))
            return replace(checked.blank, status="frozen", code="XL-C02", events=events)
    if first > at + 1:
        return work.park(checked, at, events)
    fresh = _of_my_role(work, [_allowed(work, x, signer) for x in chain if x.r > at])
    if not fresh:
        return replace(checked.blank, status="duplicate", code="XL-D01", events=events, known=len(chain))
    relayed = [x.item for x in fresh if isinstance(x.item, delivery.EventItem)]
    carried = [ChainLine(x.parsed.dev, x.parsed.ep, x.parsed.seq, x.hash, x.raw, x.parsed) for x in relayed]
    forks = relayed_forks(work, carried)
    work.tx.keep_envelope(dev, ep, last, echo.envelope_of(checked.bundle))
    done = work.tx.take_deliveries(signer, ep, fresh)
    for (author, epoch), (seq, hashes) in forks.items():
        work.tx.freeze(author, epoch, seq, hashes)
    work.drain.append((dev, ep))
    if work.desk.role != "village":
        work.drain.extend([*sorted({(x.dev, x.ep) for x in carried}), *accepted_gaps(carried)])
    receipts = sum(1 for x in fresh if isinstance(x.item, delivery.Receipt))
    return replace(counted(checked.blank, done, events=events, new=len(fresh), known=len(chain) - len(fresh)), receipts=receipts)


def delivery_chain(checked: Checked, lines: Sequence[bytes]) -> list[Delivered]:
    """Row 17 for delivery lines; a grant must hand over the root its fingerprint was compared with."""
    core = checked.bundle.core
    chain = echo.delivery_lines(core["first"], core["prev"], core["head"], lines)
    for line in chain:
        if isinstance(line.item, delivery.EventItem) and line.item.parsed.seq == 1 and chain_hash(ZERO, line.item.raw) != line.item.hash:
            raise SyncError("XL-C01", "relayed line")
    grants = [x.item for x in chain if isinstance(x.item, delivery.GrantItem)]
    if any(x.grant["root"] != checked.root.hex() for x in grants) or (core["kind"] == "grant" and not grants):
        raise SyncError("XL-K07", "root")
    return chain


def _allowed(work: Work, line: Delivered, signer: Signer) -> Delivered:
    """The line, without its item when this issuer may not vouch for it."""
    if signer.role == "county":
        return line
    item = line.item
    forged = isinstance(item, delivery.EventItem) and work.desk.trust.role_of(item.parsed.dev) == "county"
    return replace(line, item=None) if forged or isinstance(item, delivery.GrantItem | delivery.Echoed) else line


def _of_my_role(work: Work, lines: list[Delivered]) -> list[Delivered]:
    """The lines; a grant of another role is not applied when a later one supersedes it, and otherwise refuses the file: it would pin a root
    and hand over certificates this workspace cannot work under."""
    grants = [x for x in lines if isinstance(x.item, delivery.GrantItem)]
    other = {x.r for x in grants if isinstance(x.item, delivery.GrantItem) and x.item.grant["role"] != work.desk.role}
    if grants and grants[-1].r in other:
        raise SyncError("XL-K03", "role of the grant")
    return [replace(x, item=None) if x.r in other else x for x in lines]


def relayed_forks(work: Work, carried: Iterable[ChainLine]) -> dict[tuple[str, str], tuple[int, list[str]]]:
    """Forks that relayed lines make with what is held: at a desk of any chain, on a laptop of its own."""
    by_chain: dict[tuple[str, str], list[ChainLine]] = {}
    for x in carried:
        if work.desk.role != "village" or x.dev == work.desk.dev:
            by_chain.setdefault((x.dev, x.ep), []).append(x)
    found: dict[tuple[str, str], tuple[int, list[str]]] = {}
    for (dev, ep), some in by_chain.items():
        before = work.tx.stored(dev, ep, min(x.seq for x in some), max(x.seq for x in some))
        beside = {seq: set(hashes) for seq, hashes in before.items()}
        for x in some:
            beside.setdefault(x.seq, set()).add(x.hash)
        new = sorted(seq for seq, hashes in beside.items() if len(hashes) > 1 and hashes != before.get(seq, frozenset()))
        if new:
            found[dev, ep] = (new[0], sorted(beside[new[0]]))
    return found
