"""同一台电脑两份历史: what two lines of the same number at one computer look like, and the county's word on which counts (design 03, 04).

Rules kept here
- a fork was frozen by the desk that holds both lines (`fork.frozen*`, never annulled); from that line on both branches are held without effect;
- `fork.settled*` is the county's: it keeps one branch, or both, or neither; the last one said counts, so a settlement can be made anew;
- what came to the kept branch after the settlement is held back as well until it is settled again or released line by line;
- the laptop has gone on in a new epoch with a new key by then (`casework.fork_exit`): settling changes nothing of what it writes now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_sync import exchange
from xieli_tui.casework import values
from xieli_tui.casework.views import Saved
from xieli_tui.desk import guards, known_devices
from xieli_tui.domain.clock import day_of
from xieli_tui.domain.events.road import ForkSettled
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import chains, journal, queries, verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.journal import StoredEvent

NEITHER = "none"


@dataclass(frozen=True, slots=True)
class Branch:
    """One history from the fork on.

    Attributes:
        number: 1, 2 … by which it is named. head: hash of its last line, seq its number.
        lines: how many lines lie on it from the fork on; first, last: days of the first and last of them.
        what: what they are, in words with counts. kept: lines of it that have effect now.
    """

    number: int
    seq: int
    head: str
    lines: int
    first: str
    last: str
    what: tuple[str, ...]
    kept: int


@dataclass(frozen=True, slots=True)
class Fork:
    """One frozen epoch of a computer. `state`: open, or settled; `more` = settled, and lines came since that are held back."""

    dev: str
    ep: str
    seq: int
    called: str
    state: str
    branches: tuple[Branch, ...]
    frozen_on: str = ""
    settled_on: str = ""


def list_forks(session: Session) -> list[Fork]:
    """Every frozen epoch known here, open ones first. Raises Refused("XL-P07")."""
    guards.require_desk(session)
    with session.reading() as tx:
        found = [_fork(tx, dev, ep, frozen) for (dev, ep), frozen in sorted(_frozen(tx).items())]
    return sorted(found, key=lambda one: one.state == "settled")


def _counting(tx: Tx, t: str) -> list[StoredEvent]:
    held = [e for e in journal.events_of_type(tx, t) if e.role != "village"]
    overruled = verdict.not_ok(tx, held) if held else {}
    return [e for e in held if e.ref not in overruled and verdict.valid(e)]


def _frozen(tx: Tx) -> dict[tuple[str, str], list[StoredEvent]]:
    found: dict[tuple[str, str], list[StoredEvent]] = {}
    for e in _counting(tx, "fork.frozen"):
        found.setdefault((e.d["dev"], e.d["ep"]), []).append(e)
    return found


def _fork(tx: Tx, dev: str, ep: str, frozen: Sequence[StoredEvent]) -> Fork:
    seq = min(int(e.d["seq"]) for e in frozen)
    branches = tuple(_branches(tx, dev, ep, seq))
    said = [e for e in _counting(tx, "fork.settled") if (e.d["dev"], e.d["ep"]) == (dev, ep)]
    last = max(said, key=lambda e: (e.hlc_ms, e.hlc_n, e.dev, e.ep, e.seq, e.hash), default=None)
    state = "open"
    if last is not None:
        keep = last.d.get("keep")
        tip = next((one for one in branches if keep and one.seq > keep[0] and keep[1] in _line(tx, dev, ep, one).values()), None)
        state = "more" if tip is not None and not last.d.get("release_other") else "settled"
    return Fork(
        dev, ep, seq, known_devices.called(tx, dev), state, branches, day_of(min(e.hlc_ms for e in frozen)), day_of(last.hlc_ms) if last is not None else "",
    )


def _line(tx: Tx, dev: str, ep: str, branch: Branch) -> dict[int, str]:
    return journal.branch(tx, dev, ep, branch.seq, branch.head)


def _branches(tx: Tx, dev: str, ep: str, seq: int) -> list[Branch]:
    tips = exchange.branches(chains.parents_of(tx, dev, ep))
    held = journal.load(tx, dev=dev, ep=ep, seq_from=seq)
    at = {(e.seq, e.hash): e for e in held}
    overruled = verdict.not_ok(tx, held)
    found = []
    for tip in tips:
        own = [at[point] for point in journal.branch(tx, dev, ep, tip.seq, tip.head).items() if point in at]
        own.sort(key=lambda e: e.seq)
        if not own:
            continue
        words: dict[str, int] = {}
        for e in own:
            word = queries.describe(e.t, e.d)[0]
            words[word] = words.get(word, 0) + 1
        found.append((own[0].rowid, own[0].hash, Branch(
            0, tip.seq, tip.head, len(own), day_of(own[0].hlc_ms), day_of(own[-1].hlc_ms), tuple(f"{word} {n} 条" for word, n in words.items()),
            sum(1 for e in own if e.ref not in overruled),
        )))
    found.sort(key=lambda one: one[:2])
    return [Branch(n, b.seq, b.head, b.lines, b.first, b.last, b.what, b.kept) for n, (_, _, b) in enumerate(found, 1)]


def settle(session: Session, device: str, keep: str, *, epoch: str | None = None, release_other: bool = False, reason: str | None = None) -> Saved:
    """Say which branch counts.

    Args:
        keep: number of the branch (as listed), the first eight digits of its head, or "none" to hold both back.
        release_other: the other branch counts as well (two people worked on two copies, and both wrote the truth).

    Raises:
        Refused: XL-P07, XL-P03 not the county, XL-V44, XL-V45, XL-V11 both released and none kept. NotFound: XL-V44, XL-V45 no fork, no such branch.
    """
    guards.require_county(session)
    why = values.text(reason, "reason")
    if keep.strip().lower() == NEITHER and release_other:
        raise Refused("XL-V11", "一份都不算数，就没有另一份可以放行", field="keep")

    def build(tx: Tx) -> list[Payload]:
        dev = known_devices.find(tx, device)
        forks = [_fork(tx, dev, ep, frozen) for (one, ep), frozen in sorted(_frozen(tx).items()) if one == dev]
        asked = (epoch or "").strip().lower()
        met = [one for one in forks if (one.ep == asked or (len(asked) >= 4 and one.ep.startswith(asked))) or not asked]
        if not met:
            raise NotFound("XL-V45", "这台电脑没有停收的历史", field="epoch")
        if len(met) > 1:
            raise Refused("XL-V45", "不止一段停收，请写明哪一段", field="epoch")
        tip = _kept(met[0], keep)
        point = (tip.seq, tip.head) if tip is not None else None
        return [values.make(ForkSettled, dev=dev, ep=met[0].ep, keep=point, release_other=release_other, reason=why)]

    [done] = session.transact(build)
    return Saved(done.ref, done.seq, "settled")


def _kept(fork: Fork, typed: str) -> Branch | None:
    asked = typed.strip().lower()
    if asked == NEITHER:
        return None
    met = [one for one in fork.branches if asked == str(one.number) or (len(asked) >= 8 and one.head.startswith(asked))]
    if len(met) != 1:
        raise NotFound("XL-V45", "没有这一份，写列出来的 1、2，或者 none", field="keep")
    return met[0]
