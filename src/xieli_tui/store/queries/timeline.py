"""救助链: everything that was written about one family, newest first, read from the journal itself.

Rules kept here
- nothing is left out: what was withdrawn or annulled is struck, what is held back says quarantined;
- corrections, withdrawals and annulments are entries of their own, beside what they speak about; what was corrected says so and shows the values that
  count now (`casework.entry_view` shows both);
- who looked at the file (`audit.*`) is not part of a family's chain.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xieli_tui.domain.clock import day_of, moment_of
from xieli_tui.store import journal, verdict
from xieli_tui.store.journal import StoredEvent
from xieli_tui.store.project.base import MENDERS, standing
from xieli_tui.store.queries.read import parts, rows
from xieli_tui.store.queries.road import entry_states
from xieli_tui.store.queries.rows import TimelineRow
from xieli_tui.store.queries.words import describe

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

__all__ = ["describe", "timeline"]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def timeline(tx: Tx, household: str, limit: int | None = None) -> list[TimelineRow]:
    """The chain of one household."""
    events = {e.ref: e for e in journal.events_of_household(tx, household) if not e.t.startswith("audit.")}
    menders: dict[str, list[StoredEvent]] = defaultdict(list)
    waiting = set(events)
    while waiting:
        found = [m for m in journal.events_about(tx, waiting) if m.t in MENDERS]
        for m in found:
            menders[m.of].append(m)
        waiting = {m.ref for m in found} - set(events)
        events.update((m.ref, m) for m in found)
    bad = verdict.not_ok(tx, list(events.values()))
    stands = {s.e.ref: s for s in standing(events.values(), menders, set(bad), {})}
    ordered = sorted(events.values(), key=lambda e: (_on(e), e.hlc_ms, e.hlc_n, e.dev, e.ep, e.seq, e.hash), reverse=True)
    shown = ordered[:limit] if limit is not None else ordered
    states = entry_states(tx, [e.ref for e in shown])
    names = _names(tx, shown)
    applicants = {e.entity: str(e.d.get("person", "")) for e in events.values() if e.t == "application.started"}
    out = []
    for e in shown:
        now = stands.get(e.ref)
        word, summary = describe(e.t, now.d if now is not None else e.d, names)
        if e.role == "county":
            word = word.replace("镇", "县", 1)
        struck = e.ref not in stands and (e.ref not in bad or bad[e.ref].code == "XL-S07")
        out.append(TimelineRow(
            on=_on(e), at=moment_of(e.hlc_ms), type=e.t, word=word, summary=summary, state=states[e.ref], source=e.role, ref=e.ref, entity=e.entity,
            struck=struck, by=e.by, dev=e.dev, persons=_about(e, events, applicants),
            corrected=now is not None and now.corrected,
        ))
    return out


def _about(e: StoredEvent, events: Mapping[str, StoredEvent], applicants: Mapping[str, str]) -> tuple[str, ...]:
    """The people an event is about; () = the family."""
    if e.of and e.of in events and e.of != e.ref:
        return _about(events[e.of], events, applicants)
    named: set[str] = set()
    _ids({name: value for name, value in e.d.items() if name in ("person", "persons")}, named)
    if not named and isinstance(e.d.get("application"), str) and applicants.get(e.d["application"]):
        named.add(applicants[e.d["application"]])
    return tuple(sorted(named))


def _on(e: StoredEvent) -> str:
    """The day an event is about: named, or the day it was typed."""
    for name in ("on", "at", "start", "since"):
        value = e.d.get(name)
        if isinstance(value, str) and _DAY.match(value):
            return value[:10]
    return day_of(e.hlc_ms)


def _names(tx: Tx, events: list[StoredEvent]) -> dict[str, str]:
    wanted: set[str] = set()
    for e in events:
        _ids(e.d, wanted)
    return {
        row["person"]: row["name"]
        for part, marks in parts(wanted)
        for row in rows(tx, f"SELECT person, name FROM person WHERE person IN ({marks})", part)
        if row["name"]
    }


def _ids(d: dict[str, Any], into: set[str]) -> None:
    one = d.get("person")
    if isinstance(one, str):
        into.add(one)
    many = d.get("persons")
    if isinstance(many, list):
        into.update(x for x in many if isinstance(x, str))
    fields = d.get("fields")
    if isinstance(fields, dict) and isinstance(fields.get("head"), str):
        into.add(fields["head"])
