"""Bundles of kind `handover` at the computer they are addressed to: what a coordinator passes on to her successor, rows 17-21 of design 04.

Rules kept here
- a desk allowed it, and the workspace holds that ruling: else the whole file is refused and may come again when the ruling has come (XL-P11);
- the sender vouches for her own chain and for nothing else: a line of another author, a receipt, a grant in it is kept and not applied;
- her lines must chain where two of them follow each other; what precedes the first may not be held here, as with relayed lines;
- the bundles she had not delivered are inside, byte for byte and sealed for the desks: the successor cannot read them and carries them on, so
  that nothing is stranded with a computer that never exports again. One that is not hers, or does not hold, is not carried.
"""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from xieli_sync import container, delivery, echo, seal
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO, chain_hash
from xieli_sync.identity import verify_links
from xieli_sync.inbox_result import Checked, Result, Work, counted
from xieli_sync.inbox_returns import relayed_forks
from xieli_sync.ports import ChainLine, Delivered


def take(work: Work, checked: Checked, lines: Sequence[bytes]) -> Result:
    """Rows 17-21 for a hand-over."""
    core = checked.bundle.core
    dev, ep, first, last = core["dev"], core["ep"], core["first"], core["last"]
    chain = echo.delivery_lines(first, core["prev"], core["head"], lines)
    if not work.tx.handover_allowed(dev):
        raise SyncError("XL-P11")
    at, _ = work.tx.delivery_point(dev, ep)
    held = work.tx.delivery_hashes(dev, ep, max(first - 1, 1), min(last, at)) if at else {}
    own = [_own(x, dev) for x in chain]
    events = [x.item for x in own if isinstance(x.item, delivery.EventItem)]
    for r, hash_hex in [(first - 1, core["prev"]), *((x.r, x.hash) for x in chain)]:
        if r in held and held[r] != hash_hex:
            work.tx.freeze(dev, ep, r, sorted((held[r], hash_hex)))
            return replace(checked.blank, status="frozen", code="XL-C02", events=len(events))
    if first > at + 1:
        return work.park(checked, at, len(events))
    _follow(events)
    fresh = [x for x in own if x.r > at]
    if not fresh:
        return replace(checked.blank, status="duplicate", code="XL-D01", events=len(events), known=len(chain))
    carried = [ChainLine(x.parsed.dev, x.parsed.ep, x.parsed.seq, x.hash, x.raw, x.parsed) for x in events]
    forks = relayed_forks(work, carried)
    done = work.tx.take_handover(checked.signer, ep, fresh, seal.signed_digest(checked.bundle))
    for (author, epoch), (seq, hashes) in forks.items():
        work.tx.freeze(author, epoch, seq, hashes)
    for data in _files(own):
        bundle = _hers(data, checked)
        if bundle is not None:
            work.tx.carry(bundle.core, data)
    work.drain.append((dev, ep))
    return counted(checked.blank, done, events=len(events), new=len(fresh), known=len(chain) - len(fresh))


def _own(line: Delivered, dev: str) -> Delivered:
    """The line, without its item when the sender may not vouch for it."""
    item = line.item
    if isinstance(item, delivery.EventItem):
        return line if item.parsed.dev == dev else replace(line, item=None)
    return line if isinstance(item, delivery.DraftItem | delivery.FileItem) else replace(line, item=None)


def _follow(events: Sequence[delivery.EventItem]) -> None:
    """Lines of one chain that follow each other follow by their hashes."""
    at = {(x.parsed.ep, x.parsed.seq): x for x in events}
    for (ep, seq), item in at.items():
        before = at.get((ep, seq - 1))
        prev = ZERO if seq == 1 else before.hash if before is not None else None
        if prev is not None and chain_hash(prev, item.raw) != item.hash:
            raise SyncError("XL-C01", "handed line")


def _files(lines: Sequence[Delivered]) -> list[bytes]:
    """Bundles of which every piece is here."""
    pieces: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    for x in lines:
        if isinstance(x.item, delivery.FileItem):
            pieces[x.item.bid, x.item.of][x.item.part] = x.item.data
    found = []
    for (_, of), parts in sorted(pieces.items()):
        if len(parts) == of and min(parts) == 1 and max(parts) == of:  # never counted up to what a line claims
            try:
                found.append(base64.b64decode("".join(parts[n] for n in sorted(parts)), validate=True))
            except binascii.Error:
                continue
    return found


def _hers(data: bytes, checked: Checked) -> container.Bundle | None:
    """A bundle of changes by the sender, as a desk would take it; None when it is not."""
    try:
        bundle = container.parse(data)
        container.check_core(bundle.core, checked.bundle.core["net"])
        links = verify_links(bundle.core["cert"], checked.root)
        seal.verify_signature(bundle, links[-1], links)
    except SyncError:
        return None
    core = bundle.core
    mine = core["kind"] == "changes" and core["dev"] == links[-1].dev == checked.signer.dev and links[-1].kid == core["kid"]
    return bundle if mine else None
