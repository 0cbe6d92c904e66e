"""Who owes whom a file, and what stands in a receipt: the pure half of export, send and status.

Rules kept here
- export: owed while anything but `audit.*` and a content-less `return.received` is unreceipted by the county (idle stays idle);
- send: owed for a line never written, unacknowledged content, or unacknowledged lines once that device was heard again; it starts after the
  highest r acknowledged, so a lost return heals as a lost export does;
- what is acknowledged is what the newest epoch of the recipient states, and only for a head that is ours;
- receipts: per branch of a forked chain and at the `prev` of a closed epoch besides; a laptop counts only a head in its own chain;
- of its own chains a laptop gets back every line that is no ancestor, by hash, of the head its newest epoch names through `prev`;
- statements: the county's last one covering an event, else the township's (last by generation, issuer epoch, then r).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from xieli_sync.delivery import CONTENT, RANGES_PER_LINE, Item, Range, Receipt
from xieli_sync.event import ZERO
from xieli_sync.heads import Parents, Verdict
from xieli_sync.ports import EventStatus

Point = tuple[int, str]
"""(seq, hash)."""


# -- upwards ---------------------------------------------------------------------------------------------------------------------------


class OwnLine(NamedTuple):
    """An own event as the idle rule sees it; `content` is that field of a `return.received`, else True."""

    seq: int
    t: str
    content: bool = True


def is_contentful(t: str, content: bool = True) -> bool:
    """Whether this event by itself causes an export."""
    return not t.startswith("audit.") and (t != "return.received" or content)


def needs_export(lines: Iterable[OwnLine], county_seq: int) -> bool:
    """Whether this (dev, ep) has something to export beyond what the county receipted. The export then carries all since `county_seq`."""
    return any(x.seq > county_seq and is_contentful(x.t, x.content) for x in lines)


def receipted(receipts: Iterable[Receipt], holds: Callable[[int, str], bool]) -> int:
    """Highest seq of one own (dev, ep) receipted: `holds(seq, hash)` says whether a head lies in the own chain; others do not count."""
    return max((x.seq for x in receipts if x.seq and holds(x.seq, x.head)), default=0)


def has_content(items: Iterable[Item]) -> bool:
    """`content` of the `return.received` that acknowledges these lines."""
    return any(x.k in CONTENT for x in items)


# -- downwards -------------------------------------------------------------------------------------------------------------------------


class Opened(NamedTuple):
    """An epoch of a device: when its first event was stamped, and the epoch its `epoch.opened` names as `prev`."""

    ep: str
    hlc: tuple[int, int]
    prev_ep: str | None = None


class Acked(NamedTuple):
    """A recipient states, in epoch `ep` of its own, that it took lines up to r; `head` where it names one (`return.received`)."""

    ep: str
    r: int
    head: str = ""


def newest_epoch(epochs: Iterable[Opened]) -> str | None:
    """The epoch a device writes in now: named as `prev` by none; of several (nested restores) the one opened last."""
    held = list(epochs)
    closed = {x.prev_ep for x in held}
    return max((x for x in held if x.ep not in closed), key=lambda x: (x.hlc, x.ep), default=Opened("", (0, 0))).ep or None


def acked_r(stated: Iterable[Acked], newest: str | None, hash_at: Callable[[int], str | None] | None = None) -> int:
    """Highest r acknowledged towards the current issuer epoch.

    Args:
        stated: what `return.received` and `epoch.opened` of the recipient say about this issuer epoch.
        newest: `newest_epoch` of the recipient: an older epoch's word is void, that machine may have lost what it took.
        hash_at: our hash at r; a stated head that is not ours does not count.
    """
    good = (x.r for x in stated if x.ep == newest and (hash_at is None or not x.head or hash_at(x.r) == x.head))
    return max(good, default=0)


class Sent(NamedTuple):
    """A delivery line of one (issuer ep, to): number, kind, whether it was ever written to a file."""

    r: int
    k: str
    written: bool


def needs_send(lines: Sequence[Sent], acked: int, *, heard: bool, township: bool = False, reissue: bool = False) -> int | None:
    """The r a return must start with, or None when none is owed.

    Args:
        lines: all delivery lines towards the recipient, ascending r.
        acked: `acked_r`.
        heard: a bundle of the recipient came in since the last file was written for it.
        township: the issuer is a township: unacknowledged content alone makes no new file until it heard that device again.
        reissue: the grant is issued again: delivery restarts at r = 1.
    """
    start = 1 if reissue else acked + 1
    open_lines = [x for x in lines if x.r >= start]
    if not open_lines:
        return None
    never = any(not x.written for x in lines)
    content = any(x.k in CONTENT for x in open_lines)
    return start if reissue or never or (content and not township) or heard else None


def lost_lines(chains: Mapping[str, Parents], prevs: Mapping[str, tuple[str, int, str] | None], newest: str | None) -> set[tuple[str, int, str]]:
    """(ep, seq, hash) of a device's own lines it must get back.

    Args:
        chains: per epoch of the device, the lines held of it.
        prevs: per epoch, the `prev` [ep, seq, head] of its `epoch.opened`.
        newest: the epoch it writes in now.
    """
    had: set[tuple[str, int, str]] = set()
    prev = prevs.get(newest) if newest is not None else None
    met: set[str] = set()
    while prev is not None and prev[0] not in met:
        ep, seq, hash_hex = prev
        met.add(ep)
        chain = chains.get(ep, {})
        if seq and (seq, hash_hex) not in chain:
            # The tip it names has not come yet: what lies below is taken as its own past rather than sent twice.
            had |= {(ep, s, h) for s, h in chain if s <= seq}
        while (seq, hash_hex) in chain:
            had.add((ep, seq, hash_hex))
            seq, hash_hex = seq - 1, chain[seq, hash_hex]
        prev = prevs.get(ep)
    return {(ep, seq, hash_hex) for ep, chain in chains.items() if ep != newest for seq, hash_hex in chain} - had


# -- receipts --------------------------------------------------------------------------------------------------------------------------


class Mark(NamedTuple):
    """The status of one line of a chain."""

    seq: int
    hash: str
    status: EventStatus
    code: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A tip of a chain reached without a gap; `own` are its lines from the fork on, () when the chain is not forked."""

    seq: int
    head: str
    own: tuple[Point, ...] = ()


def branches(parents: Parents) -> list[Branch]:
    """The branches of one (dev, ep) that reach back to its first line, the shortest first."""
    whole: dict[Point, Point] = {}
    for seq, hash_hex in sorted(parents):
        before = (seq - 1, parents[seq, hash_hex])
        if (seq == 1 and before[1] == ZERO) or before in whole:
            whole[seq, hash_hex] = before
    lines_at = Counter(seq for seq, _ in parents)
    fork = min((seq for seq, count in lines_at.items() if count > 1), default=None)
    tips = sorted(set(whole) - set(whole.values()))
    found: list[Branch] = []
    for tip in tips:
        own: list[Point] = []
        at = tip
        while fork is not None and at in whole and at[0] >= fork:
            own.append(at)
            at = whole[at]
        found.append(Branch(tip[0], tip[1], tuple(reversed(own))))
    return found


def ranges(marks: Iterable[tuple[int, str, str]]) -> list[Range]:
    """(seq, status, code) -> ranges, ascending."""
    found: list[Range] = []
    for seq, status, code in sorted(set(marks)):
        if found and found[-1].last + 1 == seq and found[-1][2:] == (status, code):
            found[-1] = found[-1]._replace(last=seq)
        else:
            found.append(Range(seq, seq, status, code))
    return found


def receipts(dev: str, ep: str, tips: Sequence[Branch], marks: Iterable[Mark] = (), named: Iterable[Point] = ()) -> list[Receipt]:
    """The receipts of one chain: closed points first, then one per branch, so that the last word is the fullest.

    Args:
        tips: `branches` of the chain; for an unforked chain just its contiguous head. None: lines are held beyond a gap only.
        marks: every line held that is not ok, and every line held beyond the contiguous head, ok or not.
        named: points that later epochs name as `prev`, when held.
    """
    held = list(marks)
    tops = list(tips) or [Branch(0, ZERO)]
    taken = {(x.seq, x.head) for x in tops}
    found: list[Receipt] = []
    for seq, head in sorted(set(named) - taken):
        holder = next((x for x in tops if (seq, head) in x.own), None)
        own = tuple(x for x in holder.own if x[0] <= seq) if holder else ()
        found.extend(_receipts_of(dev, ep, Branch(seq, head, own), [x for x in held if x.seq <= seq]))
    for top in tops:
        found.extend(_receipts_of(dev, ep, top, held))
    return found


def _receipts_of(dev: str, ep: str, top: Branch, held: Sequence[Mark]) -> list[Receipt]:
    own = dict(top.own)
    start = top.own[0][0] if top.own else None
    mine = [x for x in held if start is None or x.seq < start or own.get(x.seq) == x.hash]
    spans = ranges((x.seq, x.status, x.code) for x in mine)
    end = max([top.seq, *(x.last for x in spans[-1:])])
    line = [(seq, hash_hex[:32]) for seq, hash_hex in top.own]
    cuts = {x.last for x in spans[RANGES_PER_LINE - 1 :: RANGES_PER_LINE]} | {seq for seq, _ in line[RANGES_PER_LINE - 1 :: RANGES_PER_LINE]}
    points = sorted(x for x in cuts if x < end)
    if not points:
        return [Receipt(dev, ep, top.seq, top.head, tuple(spans), None, tuple(line))]
    found: list[Receipt] = []
    for low, high in zip([1, *(x + 1 for x in points)], [*points, end], strict=True):
        part = tuple(Range(max(x.first, low), min(x.last, high), x.status, x.code) for x in spans if x.first <= high and x.last >= low)
        found.append(Receipt(dev, ep, top.seq, top.head, part, (low, high), tuple(x for x in line if low <= x[0] <= high)))
    return found


# -- statements ------------------------------------------------------------------------------------------------------------------------


class Statements:
    """What desks stated about events, for workspaces that do not compute verdicts (and townships, where the county's word stands above).

    Args:
        holds: (dev, ep, seq, head) -> whether this head may count: for a chain of one's own only when it lies in it; True for others'.
    """

    def __init__(self, holds: Callable[[str, str, int, str], bool] = lambda dev, ep, seq, head: True) -> None:
        self._holds = holds
        self._said: dict[tuple[str, str, str], list[tuple[tuple[int, int, int], Receipt]]] = {}

    def take(self, level: Literal["county", "township"], gen: int, r: int, receipt: Receipt, *, epoch: int = 0) -> None:
        """Take one receipt in, in any order. `epoch` ranks the issuer's epochs of one generation, the current one highest."""
        rows = self._said.setdefault((level, receipt.dev, receipt.ep), [])
        if ((gen, epoch, r), receipt) not in rows:
            rows.append(((gen, epoch, r), receipt))
            rows.sort(key=lambda row: row[0], reverse=True)

    def says(self, level: Literal["county", "township"], dev: str, ep: str, seq: int, hash_hex: str) -> Verdict | None:
        """The last statement of that level covering the event."""
        for _, receipt in self._said.get((level, dev, ep), ()):
            found = receipt.says(seq, hash_hex)
            if found is not None and (not receipt.seq or self._holds(dev, ep, receipt.seq, receipt.head)):
                return _verdict(*found)
        return None


def _verdict(status: str, code: str) -> Verdict:
    kind: EventStatus = "ok" if status == "ok" else "quarantined" if status == "quarantined" else "unknown"
    return Verdict(kind, code)
