"""Ground of the projections: which events stand, in which order, and how a topic says what rows follow from them.

Rules kept here (design 03)
- an event counts when its verdict is ok and no standing withdrawal (facts) or annulment (rulings) names it; references are acyclic, so the
  question always ends;
- a correction, withdrawal or annulment counts only from a hand at least as high as the one it mends: nobody below undoes a desk, and a
  township annuls only its own;
- order is (rank, ms, n, dev, ep, seq, hash) with the ms of a clamped clock replaced; it is total, so any arrival order gives the same rows;
- a topic is a pure function of the standing events of one entity: rows never depend on what was projected before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from xieli_tui.domain.events import EVENTS
from xieli_tui.store.tables.household import NO_COUNTY

if TYPE_CHECKING:
    from xieli_tui.store.journal import StoredEvent

RANK = {"village": 0, "township": 1, "county": 2}
MENDERS = ("fact.corrected", "fact.withdrawn", "ruling.annulled")
NEVER_ANNULLED = ("fork.frozen",)
"""Only settled, never annulled (design 03)."""

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]
Clamps = Mapping[tuple[str, str], Sequence[tuple[int, int, int]]]
"""(dev, ep) -> (first, last, ms) in their order; the last that covers a seq counts."""
OrderKey = tuple[int, int, int, str, str, int, str]


class Standing(NamedTuple):
    """An event that counts, with its payload after corrections and its ordering time."""

    e: StoredEvent
    d: dict[str, Any]
    ms: int
    corrected: bool = False

    @property
    def desk(self) -> bool:
        """Written at a desk."""
        return self.e.role != "village"

    @property
    def when(self) -> tuple[int, int, str, str, int, str]:
        """Order in time: hlc, then identity."""
        e = self.e
        return (self.ms, e.hlc_n, e.dev, e.ep, e.seq, e.hash)

    @property
    def order(self) -> OrderKey:
        """Order of claims: desk rank above village, then time."""
        return (1 if self.desk else 0, *self.when)


@dataclass(frozen=True, slots=True)
class Place:
    """A table a topic writes, and the column that names the entity a row belongs to. `alone`: that column has an index of its own,
    so old rows are found without the county (stubs may change it)."""

    table: str
    column: str
    alone: bool = False
    also: tuple[tuple[str, str], ...] = ()
    """Fixed columns of the topic where a table is shared, for instance (("kind", "person"),)."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One family of entities: the event types that make it, the tables it fills, and the pure function between."""

    name: str
    types: frozenset[str]
    places: tuple[Place, ...]
    derive: Callable[[str, Sequence[Standing]], Rows]
    mentions: bool = True
    """Whether its events may name persons or applications other than its own entity."""


TOPICS: dict[str, Topic] = {}
TOPIC_OF: dict[str, Topic] = {}
"""Event type -> topic. A type without a topic has no rows; the timeline reads it from the journal."""


def topic(
    name: str, types: Iterable[str], places: Sequence[Place], *, mentions: bool = True
) -> Callable[[Callable[[str, Sequence[Standing]], Rows]], Callable[[str, Sequence[Standing]], Rows]]:
    """Register a derive function `(entity id, standing events oldest first) -> {table: rows}`."""

    def register(derive: Callable[[str, Sequence[Standing]], Rows]) -> Callable[[str, Sequence[Standing]], Rows]:
        made = Topic(name, frozenset(types), tuple(places), derive, mentions)
        TOPICS[name] = made
        for t in made.types:
            if t in TOPIC_OF:
                raise ValueError(f"two topics for {t}")
            TOPIC_OF[t] = made
        return derive

    return register


def clamped(e: StoredEvent, clamps: Clamps) -> int:
    """The ms that orders an event."""
    ms = e.hlc_ms
    for first, last, instead in clamps.get((e.dev, e.ep), ()):
        if first <= e.seq <= last:
            ms = instead
    return ms


def _mends(mender: StoredEvent, target: StoredEvent) -> bool:
    if RANK[mender.role] < RANK[target.role]:
        return False
    known = EVENTS.get((target.t, target.v))
    if known is None or target.t in NEVER_ANNULLED:
        return False
    if mender.t == "ruling.annulled":
        return known.ruling and (mender.role == "county" or mender.dev == target.dev)
    return known.kind == "fact" and mender.household == target.household


def standing(
    events: Iterable[StoredEvent], menders: Mapping[str, Sequence[StoredEvent]], not_ok: frozenset[str] | set[str], clamps: Clamps
) -> list[Standing]:
    """The events that count, oldest first, corrections applied.

    Args:
        events: events of one entity, any verdict.
        menders: reference -> corrections, withdrawals and annulments that name it, to any depth.
        not_ok: references whose verdict is not ok.
    """
    memo: dict[str, bool] = {}

    def counts(e: StoredEvent) -> bool:
        found = memo.get(e.ref)
        if found is None:
            found = memo[e.ref] = e.ref not in not_ok and not any(
                m.t != "fact.corrected" and _mends(m, e) and counts(m) for m in menders.get(e.ref, ())
            )
        return found

    if not menders and not clamps:
        return sorted((Standing(e, e.d, e.hlc_ms) for e in events if e.ref not in not_ok), key=lambda s: s.when)
    out = []
    for e in events:
        if not counts(e):
            continue
        fixes = [m for m in menders.get(e.ref, ()) if m.t == "fact.corrected" and _mends(m, e) and counts(m)]
        fixes.sort(key=lambda m: (RANK[m.role] > 0, clamped(m, clamps), m.hlc_n, m.dev, m.ep, m.seq, m.hash))
        d, changed = corrected(e, fixes)
        out.append(Standing(e, d, clamped(e, clamps), changed))
    return sorted(out, key=lambda s: s.when)


FIXED = ("village", "household")
"""Fields a correction may not move: whose fact it is stays."""


def corrected(e: StoredEvent, fixes: Sequence[StoredEvent]) -> tuple[dict[str, Any], bool]:
    """The payload after corrections in their order. One that leaves a payload its model refuses has no effect: the line stays to be read."""
    d, changed = e.d, False
    known = EVENTS[e.t, e.v]
    for fix in fixes:
        fields = {k: v for k, v in fix.d["fields"].items() if k not in FIXED and k != known.entity}
        if not fields:
            continue
        candidate = {k: v for k, v in {**d, **fields}.items() if v not in ("", [], {})}
        try:
            d = known.model.model_validate(candidate).as_d()
        except ValidationError:
            continue
        changed = True
    return d, changed


def counties(e: StoredEvent) -> set[str]:
    """Every county code under which rows of this event's entity can lie."""
    d = e.d
    found = {NO_COUNTY}
    for name in ("village", "to", "area"):
        found.add(county_of(d.get(name)))
    villages = d.get("villages")
    if isinstance(villages, list):
        found.update(county_of(v) for v in villages)
    return found


def county_of(code: Any) -> str:
    """First six digits of a village or area code, NO_COUNTY when there are none."""
    return _county(code[:6]) if type(code) is str else NO_COUNTY


@lru_cache(4096)
def _county(code: str) -> str:
    return code if len(code) == 6 and code.isascii() and code.isdigit() else NO_COUNTY


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _no_json(value: object) -> Any:
    raise TypeError(f"no JSON value: {type(value).__name__}")


_chunks: Callable[[Any, int], Iterable[str]] | None = None
if (_make := getattr(json.encoder, "c_make_encoder", None)) is not None:  # the encoder the standard library makes anew for every value
    _chunks = _make(None, _no_json, json.encoder.encode_basestring, None, ":", ",", True, False, True)


def js(value: Any) -> str:
    """Canonical JSON text of a list or object column."""
    if not value:
        return "[]" if value == [] else "{}" if value == {} else _encode(value)
    return _encode(value) if _chunks is None else "".join(_chunks(value, 0))


def last(found: Sequence[Standing], *types: str) -> Standing | None:
    """The latest of these types, desk above village, None when there is none."""
    wanted = [s for s in found if s.e.t in types]
    return max(wanted, key=lambda s: s.order) if wanted else None


def first(found: Sequence[Standing], *types: str) -> Standing | None:
    """The earliest of these types: the one that opened an entity. An id used twice keeps its first meaning."""
    for s in found:
        if s.e.t in types:
            return s
    return None
