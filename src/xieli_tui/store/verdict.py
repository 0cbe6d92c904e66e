"""Which events count: the rules of `xieli_sync.rules` laid over the journal, and the `verdict` table kept true to them.

Rules kept here (design 03)
- desks compute; a laptop goes by the county's last statement covering an event, else the township's, else ok, and knows by itself only what
  needs no rights: an unknown type (XL-S05), a payload its model refuses (XL-S02), a role that may not write the type (XL-S03);
- at a township the county's statement outranks its own computation;
- the set decides, not the order: what new events touch is judged again, and the result equals a judgement of the whole journal.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from xieli_sync.heads import (
    BAD_PAYLOAD,
    COUNTY_ONLY,
    NOT_ENTITLED,
    OK,
    TRUST_TYPES,
    UNKNOWN_TYPE,
    WAITS,
    Head,
    Parents,
    TypeRule,
    Verdict,
    parents_of,
    standing,
)  # fmt: skip
from xieli_sync.ports import Role
from xieli_sync.rules import RuleSet
from xieli_tui.domain.events import EVENTS, EventType
from xieli_tui.domain.money import parse_fen
from xieli_tui.errors import XieliError
from xieli_tui.store import journal
from xieli_tui.store.journal import IN_LIST, TABLE, StoredEvent
from xieli_tui.store.statements import Stated, statements

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

OPENINGS = ("household.opened", "household.transferred")
PLACES: dict[str, tuple[str, ...]] = {
    "household.transferred": ("village", "to"), "person.merged": ("villages",), "event.opened": ("villages",), "reserve.moved": ("area",),
    "local.set": ("area",),
}
"""Payload fields that name the places of a type, where it is not `village` alone."""
DELEGATED = ("application.decided",)
"""What a township may write only under a delegation (design 09)."""


# -- what a type means to the road ------------------------------------------------------------------


def covers(decided: Mapping[str, Any], table: Mapping[str, Any], areas: Iterable[str]) -> bool:
    """Whether a delegation table (a `local.set` of key `delegations`) lets a township of one of these areas make this decision.

    The table is JSON text `[{"kind", "max_amount": "3000.00", "township": "999999001", "from", "to"?}]`; `to` is the last day. A refusal has no
    amount and needs the kind and the day alone. Anything unreadable delegates nothing.
    """
    if table.get("key") != "delegations":
        return False
    try:
        rows = json.loads(table["value"])
    except ValueError:
        return False
    on = decided["on"]
    if not isinstance(rows, list) or on < table["start"] or on > table.get("end", on):
        return False
    held = set(areas)
    for row in rows:
        if not isinstance(row, dict) or row.get("kind") != decided["kind"] or row.get("township") not in held:
            continue
        if on < str(row.get("from", on)) or on > str(row.get("to", on)):
            continue
        amount = decided.get("amount", 0)
        try:
            limit = parse_fen(str(row.get("max_amount", "0")))
        except XieliError:
            continue
        if amount <= limit:
            return True
    return False


def in_force(decided: Mapping[str, Any], tables: Sequence[Mapping[str, Any]]) -> int | None:
    """Which of the county's delegation tables (earliest written first) a decision falls under by its own day: of those whose dates hold that day the
    one that begins last, of one beginning the last written. The desk's own guard reads its parameters the same way (`queries.local_params`)."""
    on = decided["on"]
    dated = [(x["start"], at) for at, x in enumerate(tables) if x["start"] <= on <= x.get("end", on)]
    return max(dated)[1] if dated else None


def _rule(known: EventType, areas_of: Callable[[str], Iterable[str]]) -> TypeRule:
    fields = known.model.model_fields
    places = PLACES.get(known.t, ("village",) if "village" in fields else ())
    delegated = (lambda d, table, dev: covers(d, table, areas_of(dev))) if known.t in DELEGATED else None
    return TypeRule(
        known.writers, known.ruling, known.scope, places, "household" if "household" in fields else "", known.t in OPENINGS, delegated,
        in_force if known.t in DELEGATED else None,
    )


def valid(e: StoredEvent) -> bool:
    """Whether the payload passes the model of its type (a type not known passes: nothing is known about it)."""
    known = EVENTS.get((e.t, e.v))
    if known is None:
        return True
    try:
        known.model.model_validate(e.d)
    except ValidationError:
        return False
    return True


def static(e: StoredEvent) -> Verdict:
    """What needs no rights to know: the type, its payload, the role of its author."""
    known = EVENTS.get((e.t, e.v))
    if known is None:
        return UNKNOWN_TYPE
    if not valid(e):
        return BAD_PAYLOAD
    if e.role not in known.writers or (e.t in COUNTY_ONLY and e.role != "county"):
        return NOT_ENTITLED
    return OK


# -- a judgement in one transaction -----------------------------------------------------------------


@dataclass(slots=True)
class Judged:
    """What a judgement changed: verdicts by reference of all events judged, and the events held before that began or ceased to count."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    changed: list[StoredEvent] = field(default_factory=list)


class Court:
    """The rules over the trust events of one desk's journal. Openings are loaded for the households that are asked about only."""

    def __init__(self, tx: Tx) -> None:
        self.tx = tx
        self._roles: dict[str, Role] = {tx.dev: tx.role}
        self._areas: dict[str, set[str]] = defaultdict(set)
        self._rules_of: dict[tuple[str, int], TypeRule] = {key: _rule(known, lambda dev: self._areas[dev]) for key, known in EVENTS.items()}
        self.rules = RuleSet(self._type, self._role, self._parents)
        self._subjects: set[str] = set()
        self.frozen: set[tuple[str, str]] = set()
        self.upto = 0
        """The highest row whose trust events are in the set."""

    def _type(self, t: str, v: int) -> TypeRule | None:
        return self._rules_of.get((t, v))

    def _role(self, dev: str) -> Role:
        found = self._roles.get(dev)
        if found is None:
            rows = self.tx.ask("SELECT role FROM journal WHERE dev=? LIMIT 1", (dev,))
            found = self._roles[dev] = rows[0][0] if rows else "village"
        return found

    def _parents(self, dev: str, ep: str) -> Parents:
        # by hashing, not by the `prev` column: that one is empty where a line came before the line it follows
        rows = self.tx.conn.exec_driver_sql("SELECT seq, hash, line FROM journal WHERE dev=? AND ep=?", (dev, ep))
        return parents_of((int(seq), str(digest), bytes(line)) for seq, digest, line in rows)

    def head(self, e: StoredEvent) -> Head:
        """The event as the rules see it."""
        rule = self._rules_of.get((e.t, e.v))
        if rule is None:
            return Head(e.dev, e.ep, e.seq, e.hash, e.t, e.v, (e.hlc_ms, e.hlc_n))
        if not valid(e):
            return Head(e.dev, e.ep, e.seq, e.hash, e.t, e.v, (e.hlc_ms, e.hlc_n), valid=False)
        places: tuple[str, ...] = (e.village,) if e.village else ()
        if rule.places != ("village",):
            found: list[str] = []
            for name in rule.places:
                value = e.d.get(name)
                found.extend([value] if isinstance(value, str) else value if isinstance(value, list) else [])
            places = tuple(found)
        keep = e.t in TRUST_TYPES or rule.opens or rule.delegated is not None
        return Head(e.dev, e.ep, e.seq, e.hash, e.t, e.v, (e.hlc_ms, e.hlc_n), True, places, e.household if rule.subject else "", e.d if keep else {})

    def learn(self, events: Iterable[StoredEvent]) -> list[Head]:
        """Heads of trust events; what they say about areas and forks is noted."""
        heads = []
        for e in events:
            head = self.head(e)
            heads.append(head)
            if head.valid and e.t == "device.enrolled" and e.d["role"] == "township":
                self._areas[e.d["dev"]].add(e.d["area"])
            elif head.valid and e.t == "fork.frozen":
                self.frozen.add((e.d["dev"], e.d["ep"]))
        return heads

    def want(self, subjects: Iterable[str], before: int) -> None:
        """Have the openings of these households, of rows below `before`, in the set."""
        fresh = sorted({s for s in subjects if s} - self._subjects)
        self._subjects.update(fresh)
        for at in range(0, len(fresh), IN_LIST):
            part = fresh[at : at + IN_LIST]
            held = journal.load(self.tx, TABLE.c.household.in_(part), TABLE.c.t.in_(OPENINGS), TABLE.c.rowid < before)
            self.rules.add([self.head(e) for e in held])

    def own(self, e: StoredEvent, head: Head | None = None) -> Verdict:
        """This desk's own verdict. A township's own events count at home before its first grant has come."""
        found = self.rules.judge(head or self.head(e))
        return OK if found == WAITS and e.dev == self.tx.dev else found


    def go_on(self, tx: Tx, before: int) -> None:
        """Serve the next transaction: rows written since by whichever program are learned, roles are asked for anew."""
        self.tx = tx
        self._roles = {tx.dev: tx.role}
        types = sorted(TRUST_TYPES) if self.upto == 0 else sorted({*TRUST_TYPES, *OPENINGS})
        self.rules.add(self.learn(journal.load(tx, TABLE.c.t.in_(types), TABLE.c.rowid > self.upto, TABLE.c.rowid < before)))
        self.upto = before - 1


def _court(tx: Tx, before: int) -> Court:
    """The court of this transaction, holding every trust event of rows below `before`. It is passed on from one writing transaction to the next: a
    county that takes in a folder of three hundred files does not read every acknowledgement of the county three hundred times."""
    court: Court | None = tx.memo.get("court")
    if court is None:
        court = tx.store.kept.get("court")
        if court is None or court.upto >= before:
            court = Court(tx)
        court.go_on(tx, before)
        tx.memo["court"] = tx.store.kept["court"] = court
    return court


def forget_court(tx: Tx) -> None:
    """What is known of rights, and who may do what, changed otherwise than by events: judge from the journal again."""
    tx.memo.pop("court", None)
    tx.store.kept.pop("court", None)


def judge_new(tx: Tx, new: Sequence[StoredEvent]) -> Judged:
    """Verdicts of events just written and of all they touch; the `verdict` table is brought up to date."""
    if not new:
        return Judged()
    said = _said(tx, new)
    if tx.role == "village":
        verdicts = {e.ref: _final(tx, said, e, static(e)) for e in new}
        _write(tx, new, verdicts)
        return Judged(verdicts)
    if _plain(tx, new):
        verdicts = {e.ref: static(e) for e in new}
        _write(tx, new, verdicts)
        return Judged(verdicts)
    lowest = min(e.rowid for e in new)
    court = _court(tx, lowest)
    trust = court.learn(e for e in new if e.t in TRUST_TYPES)
    court.want((e.household for e in new), lowest)
    touch = court.rules.add(trust)
    opened = court.rules.add([court.head(e) for e in new if e.t in OPENINGS])
    court.upto = max(court.upto, *(e.rowid for e in new))
    verdicts = {e.ref: _final(tx, said, e, court.own(e)) for e in new}
    _write(tx, new, verdicts)
    judged = Judged(verdicts)
    if touch.everything:
        _everything(tx, court, judged, lowest)
        return judged
    fresh = {(e.dev, e.ep) for e in new}
    chains = set(touch.chains) | (fresh & court.frozen)
    again: dict[str, StoredEvent] = {}
    for dev, ep in sorted(chains):
        for e in journal.load(tx, TABLE.c.dev == dev, TABLE.c.ep == ep, TABLE.c.rowid < lowest):
            again[e.ref] = e
    again.update({ref: e for ref, e in journal.by_refs(tx, touch.refs).items() if e.rowid < lowest})
    _again(tx, court, judged, again, set(opened.subjects), lowest)
    return judged


def _plain(tx: Tx, new: Sequence[StoredEvent]) -> bool:
    """Whether a county's own new events can be judged by themselves: nothing hangs on them, and nobody annulled them yet. A desk's click
    then does not read the trust events of the whole county."""
    return tx.role == "county" and all(
        e.dev == tx.dev and e.t not in TRUST_TYPES and e.t not in OPENINGS for e in new
    ) and not journal.events_about(tx, [e.ref for e in new])


def _again(tx: Tx, court: Court, judged: Judged, again: dict[str, StoredEvent], subjects: set[str], before: int) -> None:
    """Judge events held before; an opening that changes its verdict brings its household's events in as well."""
    done: set[str] = set()
    while again or subjects:
        for at in range(0, len(subjects), IN_LIST):
            part = sorted(subjects)[at : at + IN_LIST]
            for e in journal.load(tx, TABLE.c.household.in_(part), TABLE.c.rowid < before):
                if e.ref not in done:
                    again[e.ref] = e
        court.want((e.household for e in again.values()), before)
        said = _said(tx, again.values())
        events = list(again.values())
        verdicts = {e.ref: _final(tx, said, e, court.own(e)) for e in events}
        done |= set(verdicts)
        changed = _change(tx, events, verdicts)
        judged.changed += changed
        subjects = {e.household for e in changed if e.t in OPENINGS}
        again = {}


def _everything(tx: Tx, court: Court, judged: Judged, before: int) -> None:
    for events in journal.iterate_all(tx):
        held = [e for e in events if e.rowid < before]
        court.want((e.household for e in held), before)
        said = _said(tx, held)
        judged.changed += _change(tx, held, {e.ref: _final(tx, said, e, court.own(e)) for e in held})


def rejudge(tx: Tx, chains: Iterable[tuple[str, str]] | None = None) -> Judged:
    """Judge again after statements came in: the events of these chains (None: of all) that a statement names or a verdict held back.

    On a desk that computes for itself this is also what a change of roles or a new program version needs: with None everything is judged.
    """
    judged = Judged()
    if chains is None:
        if tx.role == "village":
            for events in journal.iterate_all(tx):
                said = _said(tx, events)
                judged.changed += _change(tx, events, {e.ref: _final(tx, said, e, static(e)) for e in events})
        else:
            forget_court(tx)
            top = journal.next_rowid(tx)
            _everything(tx, _court(tx, top), judged, top)
        return judged
    wanted = set(chains)
    stated = statements(tx, wanted)
    top = journal.next_rowid(tx)
    again: dict[str, StoredEvent] = {}
    for dev, ep in sorted(wanted):
        for first, last in stated.ranges(dev, ep):
            for e in journal.load(tx, TABLE.c.dev == dev, TABLE.c.ep == ep, TABLE.c.seq.between(first, last)):
                again[e.ref] = e
        held = tx.conn.exec_driver_sql("SELECT ref FROM verdict WHERE dev=? AND ep=?", (dev, ep)).scalars().all()
        again.update(journal.by_refs(tx, [str(ref) for ref in held]))
    if not again:
        return judged
    if tx.role == "village":
        events = list(again.values())
        said = _said(tx, events)
        judged.changed += _change(tx, events, {e.ref: _final(tx, said, e, static(e)) for e in events})
    else:
        _again(tx, _court(tx, top), judged, again, set(), top)
    return judged


def _said(tx: Tx, events: Iterable[StoredEvent]) -> Stated:
    return statements(tx, {(e.dev, e.ep) for e in events})


def _final(tx: Tx, said: Stated, e: StoredEvent, own: Verdict) -> Verdict:
    if tx.role == "county":
        return own
    county, township = said.of(e)
    return standing(own, county=county, township=township, role=tx.role)


# -- the table --------------------------------------------------------------------------------------

_INSERT = "INSERT INTO verdict(dev, ep, seq, hash, ref, status, code) VALUES (?,?,?,?,?,?,?)"
_DELETE = "DELETE FROM verdict WHERE dev=? AND ep=? AND seq=? AND hash=?"


def _write(tx: Tx, events: Sequence[StoredEvent], verdicts: Mapping[str, Verdict]) -> None:
    rows = [
        (e.dev, e.ep, e.seq, e.hash, e.ref, v.status, v.code) for e in events if (v := verdicts[e.ref]).status != "ok"
    ]
    if rows:
        tx.conn.exec_driver_sql(_INSERT, rows)


def _change(tx: Tx, events: Sequence[StoredEvent], verdicts: Mapping[str, Verdict]) -> list[StoredEvent]:
    """Bring rows of events held before up to date; those that began or ceased to count."""
    if not events:
        return []
    before = not_ok(tx, events)
    stale = [e for e in events if before.get(e.ref, OK) != verdicts[e.ref]]
    gone = [(e.dev, e.ep, e.seq, e.hash) for e in stale if e.ref in before]
    if gone:
        tx.conn.exec_driver_sql(_DELETE, gone)
    _write(tx, stale, verdicts)
    return [e for e in stale if (before.get(e.ref, OK).status == "ok") != (verdicts[e.ref].status == "ok")]


def not_ok(tx: Tx, events: Sequence[StoredEvent]) -> dict[str, Verdict]:
    """Stored verdicts of those of these events that do not count, by reference."""
    chains = sorted({(e.dev, e.ep) for e in events})
    wanted = {e.ref for e in events}
    found: dict[str, Verdict] = {}
    for dev, ep in chains:
        for ref, status, code in tx.ask("SELECT ref, status, code FROM verdict WHERE dev=? AND ep=?", (dev, ep)):
            if ref in wanted:
                found[ref] = Verdict(status, code)
    return found
