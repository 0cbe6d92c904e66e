"""From events to rows: what came in is judged, and the entities it touches are derived anew from all that stands about them.

Rules kept here (design 03)
- the rows of an entity are a pure function of all standing events of that entity: any order, any duplication, the same rows;
- an entity met for the first time is derived from what is in hand; one met before is read again from the journal, with everything that
  corrects, withdraws or annuls its events;
- a household, person or application that is only named is a stub (`known` = 0), and goes again when nothing effective names it any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xieli_sync.ports import Ingested
from xieli_tui.domain.events import EVENTS
from xieli_tui.store import journal, sink, stubs, verdict
from xieli_tui.store import project as _topics  # noqa: F401  registers the topics
from xieli_tui.store.journal import IN_LIST, StoredEvent
from xieli_tui.store.project.base import MENDERS, TOPIC_OF, TOPICS, Place, Row, Rows, Standing, Topic, clamped, counties, standing

if TYPE_CHECKING:
    from xieli_tui.store.store import Store, Tx

Key = tuple[str, str]
"""(topic, entity)."""


@dataclass(slots=True)
class Work:
    """What one pass has to derive: entities read from the journal, and entities whose events are all in hand."""

    reload: set[Key] = field(default_factory=set)
    fresh: dict[Key, list[StoredEvent]] = field(default_factory=dict)
    households: set[str] = field(default_factory=set)
    """Households named by events that came or changed: stubs to look at."""


@dataclass(slots=True)
class Done:
    """What a pass did."""

    conflicts: int = 0
    clamped: set[str] = field(default_factory=set)
    """Devices whose clamps changed."""


def absorb(tx: Tx, new: Sequence[StoredEvent]) -> Ingested:
    """Judge and project events just written to the journal. Verdicts of those that do not count come back, and what is new to see."""
    if not new:
        return Ingested()
    judged = verdict.judge_new(tx, new)
    counting = [e for e in new if judged.verdicts[e.ref].status == "ok"]
    conflicts = _project(tx, counting, judged.changed, min(e.rowid for e in new))
    rulings = alerts = 0
    for e in counting:
        known = EVENTS[e.t, e.v]
        rulings += known.ruling and known.kind in ("ruling", "step", "claim")
        alerts += e.t == "alert.issued"
    bad = {(e.dev, e.ep, e.seq): judged.verdicts[e.ref].code for e in new if judged.verdicts[e.ref].status != "ok"}
    held_back = sum(1 for e in new if judged.verdicts[e.ref].status == "quarantined")
    return Ingested(len(new), bad, held_back, conflicts, rulings, alerts)


def rejudge(tx: Tx, chains: Iterable[tuple[str, str]] | None = None) -> int:
    """After statements about chains came in (or, with None, after roles changed): judge again and derive what changed. How many did."""
    judged = verdict.rejudge(tx, chains)
    if judged.changed:
        _project(tx, [], judged.changed, journal.next_rowid(tx))
    return len(judged.changed)


def relearn(tx: Tx, dev: str) -> int:
    """After the role of an author was put right on lines held: everything of that device is judged and derived anew. How many verdicts changed."""
    for name in ("court", "roles", "clamps"):
        tx.memo.pop(name, None)
    judged = verdict.rejudge(tx)
    _project(tx, [], [*judged.changed, *journal.load(tx, dev=dev)], journal.next_rowid(tx))
    return len(judged.changed)


def rebuild(store: Store) -> dict[str, object]:
    """Drop, replay, compare (store.rebuild): {"equal", "before": {table: hex}, "after": {table: hex}}."""
    from xieli_tui.store import rebuild as replaying  # here: it replays through this module

    return replaying.rebuild(store)


def _project(tx: Tx, counting: Sequence[StoredEvent], changed: Sequence[StoredEvent], lowest: int) -> int:
    """Derive what these events touch; the number of conflicts that became visible."""
    work = _plan(tx, counting, changed, lowest)
    clocks = {key for key in (*work.reload, *work.fresh) if key[0] == "device"}
    conflicts = 0
    if clocks:
        first = Work({k for k in work.reload if k in clocks}, {k: v for k, v in work.fresh.items() if k in clocks})
        done = derive(tx, first)
        for key in clocks:
            work.reload.discard(key)
            work.fresh.pop(key, None)
        for dev in done.clamped:
            tx.memo.pop("clamps", None)
            for e in journal.load(tx, dev=dev):
                _touch(tx, work, [e])
                for key in [k for k in work.fresh if k in work.reload]:
                    del work.fresh[key]
    return conflicts + derive(tx, work).conflicts


def _plan(tx: Tx, counting: Sequence[StoredEvent], changed: Sequence[StoredEvent], lowest: int) -> Work:
    work = Work()
    groups: dict[Key, list[StoredEvent]] = defaultdict(list)
    menders: list[StoredEvent] = []
    for e in counting:
        if e.household:
            work.households.add(e.household)
        if e.t in MENDERS:
            menders.append(e)
            continue
        found = TOPIC_OF.get(e.t)
        if found is not None:
            groups[found.name, e.entity].append(e)
    work.households.update(e.household for e in changed if e.household)
    _touch(tx, work, [*menders, *changed])
    met = _met_before(tx, {entity for _, entity in groups}, lowest)
    mended = _mended(tx, counting)
    for key, events in groups.items():
        if key in work.reload or key[1] in met or any(e.ref in mended for e in events):
            work.reload.add(key)
        else:
            work.fresh[key] = events
    return work


def _touch(tx: Tx, work: Work, events: Sequence[StoredEvent]) -> None:
    """Mark the entities of these events; a correction, withdrawal or annulment leads to what it mends, through any number of them."""
    waiting = list(events)
    while waiting:
        targets: set[str] = set()
        for e in waiting:
            if e.t in MENDERS:
                targets.add(e.of)
            elif e.t in TOPIC_OF:
                work.reload.add((TOPIC_OF[e.t].name, e.entity))
        waiting = list(journal.by_refs(tx, targets).values()) if targets else []


def _met_before(tx: Tx, entities: set[str], lowest: int) -> set[str]:
    """Those of these entities the journal knew before row `lowest`."""
    if lowest <= 1:
        return set()
    wanted = sorted(entities)
    found: set[str] = set()
    for at in range(0, len(wanted), IN_LIST):
        part = wanted[at : at + IN_LIST]
        marks = ",".join("?" * len(part))
        found.update(str(row[0]) for row in tx.ask(f"SELECT DISTINCT entity FROM journal WHERE entity IN ({marks}) AND rowid < ?", (*part, lowest)))
    return found


def _mended(tx: Tx, events: Sequence[StoredEvent]) -> set[str]:
    """References among these events that a correction, withdrawal or annulment names."""
    if not tx.ask("""SELECT 1 FROM journal WHERE "of" > '' LIMIT 1"""):
        return set()
    refs = [e.ref for e in events]
    found: set[str] = set()
    for at in range(0, len(refs), IN_LIST):
        part = refs[at : at + IN_LIST]
        marks = ",".join("?" * len(part))
        found.update(str(row[0]) for row in tx.ask(f'SELECT "of" FROM journal WHERE "of" IN ({marks})', part))
    return found


# -- deriving ---------------------------------------------------------------------------------------


def clamps(tx: Tx) -> dict[tuple[str, str], list[tuple[int, int, int]]]:
    """Clamps in force, in their order."""
    found: dict[tuple[str, str], list[tuple[int, int, int]]] | None = tx.memo.get("clamps")
    if found is None:
        found = {}
        for dev, ep, first, last, ms in tx.ask("SELECT dev, ep, first, last, ms FROM clamp ORDER BY dev, ep, pos"):
            found.setdefault((dev, ep), []).append((first, last, ms))
        tx.memo["clamps"] = found
    return found


def derive(tx: Tx, work: Work) -> Done:
    """Write the rows of every entity of `work`, then see to the stubs they bring or leave behind."""
    done = Done()
    in_force = clamps(tx)
    named = stubs.Named()
    rows: Rows = defaultdict(list)
    homes: dict[Key, set[str]] = {}
    made: set[Key] = set()
    loaded = _load(tx, work.reload, in_force)
    for key in work.reload:
        events, found = loaded.get(key, ((), ()))
        homes[key] = set().union(*(counties(e) for e in events)) if events else set()
        if _derive_one(TOPICS[key[0]], key[1], found, rows, named):
            made.add(key)
    for key, events in work.fresh.items():
        found = [Standing(e, e.d, clamped(e, in_force)) for e in events]
        if len(found) > 1:
            found.sort(key=lambda s: s.when)
        if _derive_one(TOPICS[key[0]], key[1], found, rows, named):
            made.add(key)
    before = _conflicts(tx, homes) if homes else set()
    clamps_before = _clamps_of(tx, homes)
    _clear(tx, work, homes, named)
    sink.insert(tx.conn, rows)
    named.write(tx.conn)
    after = {(row[1], row[2], row[3]) for row in rows.get("claim_head", ())}
    done.conflicts = len(after - before)
    done.clamped = {dev for dev in {k[1] for k in (*homes, *work.fresh) if k[0] == "device"}
                    if clamps_before.get(dev, set()) != {row[2:] for row in rows.get("clamp", ()) if row[1] == dev}}
    stubs.settle(tx, named, made, {key for key in work.reload if key not in made}, work.households)
    return done


def lay(tx: Tx, alone: Iterable[StoredEvent], reload: set[Key]) -> None:
    """Write rows into tables that hold nothing of these entities yet, as a rebuild does: nothing old is looked for, stubs are left to `stubs.settle_all`.

    Args:
        alone: standing events, each the only one of its entity.
        reload: entities whose events are read from the journal.
    """
    in_force = clamps(tx)
    named = stubs.Named()
    rows: Rows = defaultdict(list)
    for e in alone:
        found = TOPIC_OF[e.t]
        only = (Standing(e, e.d, clamped(e, in_force) if in_force else e.hlc_ms),)
        for table, some in found.derive(e.entity, only).items():
            rows[table] += some
        if found.mentions:
            named.read(found.name, e.entity, only)
    if reload:
        for key, (_, events) in _load(tx, reload, in_force).items():
            _derive_one(TOPICS[key[0]], key[1], events, rows, named)
    sink.insert(tx.conn, rows)
    named.write(tx.conn)


def _derive_one(found: Topic, entity: str, events: Sequence[Standing], rows: Rows, named: stubs.Named) -> bool:
    made = found.derive(entity, events)
    for table, some in made.items():
        rows[table].extend(some)
    if found.mentions and events:
        named.read(found.name, entity, events)
    return bool(made)


def _load(
    tx: Tx, keys: set[Key], in_force: Mapping[tuple[str, str], Sequence[tuple[int, int, int]]]
) -> dict[Key, tuple[list[StoredEvent], list[Standing]]]:
    """Every event of these entities, and those that stand."""
    events = journal.events_of_entity(tx, {entity for _, entity in keys})
    groups: dict[Key, list[StoredEvent]] = defaultdict(list)
    for e in events:
        found = TOPIC_OF.get(e.t)
        if found is not None and (found.name, e.entity) in keys:
            groups[found.name, e.entity].append(e)
    menders: dict[str, list[StoredEvent]] = defaultdict(list)
    waiting = {e.ref for group in groups.values() for e in group}
    held = list(events)
    while waiting:
        some = [m for m in journal.events_about(tx, waiting) if m.t in MENDERS]
        held += some
        for m in some:
            menders[m.of].append(m)
        waiting = {m.ref for m in some}
    bad = set(verdict.not_ok(tx, held))
    return {key: (group, standing(group, menders, bad, in_force)) for key, group in groups.items()}


def _conflicts(tx: Tx, homes: Mapping[Key, set[str]]) -> set[tuple[str, str, str]]:
    found: set[tuple[str, str, str]] = set()
    for (name, entity), codes in homes.items():
        if name in ("household", "person"):
            for county in codes:
                found.update((name, entity, str(f)) for f in tx.column(
                    "SELECT DISTINCT field FROM claim_head WHERE county_code=? AND kind=? AND entity=?", (county, name, entity)
                ))
    return found


def _clamps_of(tx: Tx, homes: Mapping[Key, set[str]]) -> dict[str, set[Row]]:
    found: dict[str, set[Row]] = {}
    for name, dev in homes:
        if name == "device":
            found[dev] = {tuple(row) for row in tx.ask("SELECT ep, pos, first, last, ms, ref FROM clamp WHERE dev=?", (dev,))}
    return found


def _clear(tx: Tx, work: Work, homes: Mapping[Key, set[str]], named: stubs.Named) -> None:
    """Take away old rows of entities met before, and stubs of entities now met."""
    by_topic: dict[str, list[tuple[str, set[str]]]] = defaultdict(list)
    for (name, entity), codes in homes.items():
        by_topic[name].append((entity, codes))
    for name, entities in by_topic.items():
        for place in TOPICS[name].places:
            sink.delete(tx.conn, place, entities)
        if TOPICS[name].mentions:
            named.forget(tx.conn, name, entities)
    for name in stubs.KINDS:
        fresh = [(entity, ()) for topic_name, entity in work.fresh if topic_name == name]
        if fresh:
            sink.delete(tx.conn, Place(name, name, alone=True), fresh)
