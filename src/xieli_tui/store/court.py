"""What a type means to the road, and the rules of `xieli_sync.rules` over the trust events of one desk's journal.

Rules kept here (design 03)
- a type says which of its fields name villages, whether it rules, who writes it and what a township needs for it; the road knows no household;
- a payload is judged by the model of its type, whoever wrote it and whenever it is read;
- openings are brought in for the households that are asked about only.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from xieli_sync.heads import (
    BAD_PAYLOAD,
    COUNTY_ONLY,
    NOT_ENTITLED,
    OK,
    OUT_OF_SCOPE,
    TRUST_TYPES,
    UNKNOWN_TYPE,
    WAITS,
    Head,
    Parents,
    TypeRule,
    Verdict,
    parents_of,
)
from xieli_sync.ports import Role
from xieli_sync.rules import RuleSet
from xieli_tui.domain.events import EVENTS, EventType
from xieli_tui.domain.money import parse_fen
from xieli_tui.errors import XieliError
from xieli_tui.store import journal
from xieli_tui.store.journal import IN_LIST, StoredEvent

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


LIKE = 100_000
"""Stretches remembered at most."""
_LIKE = itemgetter(*map(StoredEvent._fields.index, ("dev", "ep", "t", "v", "village")))


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
        self._like: dict[tuple[Any, ...], tuple[int, int, Verdict, bool]] = {}
        """What lines say of themselves -> the stretch of their chain in which all of them have one verdict, and whether they are about a household."""
        self._version = self.rules.version
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
        rows = self.tx.ask("SELECT seq, hash, line FROM journal WHERE dev=? AND ep=?", (dev, ep))
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
            # an opening belongs to the household it opens: asked by `household`, every line ever written about these families would be read
            held = journal.load(self.tx, entity=part, t=OPENINGS, rowid_below=before)
            self.rules.add([self.head(e) for e in held])

    def own(self, e: StoredEvent, head: Head | None = None) -> Verdict:
        """This desk's own verdict. A township's own events count at home before its first grant has come."""
        found = self._at_once(e) if head is None else None
        if found is None:
            found = self._remembered(e, head or self.head(e))
        return OK if found == WAITS and e.dev == self.tx.dev else found

    def _at_once(self, e: StoredEvent) -> Verdict | None:
        """What a line before it in the same stretch of its chain showed, None when none did."""
        if self._version != self.rules.version or len(self._like) > LIKE:
            self._like.clear()
            self._version = self.rules.version
        known = self._like.get(_LIKE(e))
        if known is None or not known[0] < e.seq <= known[1] or not valid(e):
            return None
        found = known[2]
        if found.status == "ok" and e.household and known[3] and self.rules.strays(e.dev, (e.village,) if e.village else (), e.household):
            return OUT_OF_SCOPE
        return found

    def _remembered(self, e: StoredEvent, head: Head) -> Verdict:
        rule = self._rules_of.get((e.t, e.v))
        if head.valid and rule is not None and rule.places == ("village",):
            alike = self.rules.alike(head)
            if alike is not None:
                self._like[_LIKE(e)] = (*alike, bool(rule.subject))
        return self.rules.judge(head)

    def go_on(self, tx: Tx, before: int) -> None:
        """Serve the next transaction: rows written since by whichever program are learned, roles are asked for anew."""
        self.tx = tx
        self._roles = {tx.dev: tx.role}
        types = sorted(TRUST_TYPES) if self.upto == 0 else sorted({*TRUST_TYPES, *OPENINGS})
        self.rules.add(self.learn(journal.load(tx, t=types, rowid_above=self.upto, rowid_below=before)))
        self.upto = before - 1
