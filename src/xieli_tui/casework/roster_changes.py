"""What a later list would change, field by field: our value and its day, the list's value and its day, and which of the two stands afterwards.

Rules kept here (design 10 and Law 6)
- the day of ours is the day it is about (`as_of`), else the day it was written; the day of the list is its 填报时间;
- ours is newer: it stays, and that is listed; ours is older: the list's is taken, and that is listed; both of one day: a person decides;
- a list without a day fills what is empty and replaces what an older list said, nothing else;
- what a desk locked, what is of record, what two people wrote differently, an identity number, a name and who died or left: a person decides;
- what this same list said before and somebody replaced since stays replaced; what was once decided about a value of a list is not asked again;
- nothing is decided by being left alone: what waits for a person stays as it is here and is asked again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from xieli_tui.casework.roster_families import number_key, place_key
from xieli_tui.domain.clock import day_of
from xieli_tui.domain.text import group_key
from xieli_tui.store import journal, queries, settings, trust
from xieli_tui.store.project.claims import normal
from xieli_tui.store.queries import words

if TYPE_CHECKING:
    from xieli_tui.store import Tx
    from xieli_tui.store.journal import StoredEvent

Fate = Literal["take", "keep", "ask"]
SOURCE = "台账"
KEPT = "roster_kept"
"""Setting: marks of the values of lists that somebody decided against. Digests alone, nothing of a person."""
FATES = {"take": "取表里的", "keep": "留我们的", "ask": "要您定"}
WORDS = {"village": "村", "household": "所在户", "relation": "与户主关系", "member": "家里的人"}
"""What is changed besides the fields of claims."""
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between what is known and what a list says.

    Attributes:
        sheet, row, column: where the list says it; `place` names it for a decision.
        household, person: ids ("" where the whole household is meant, or where the household would be new); head, name: what they are called.
        field, label: what it is about.
        ours, ours_on, ours_source: our value as it may be shown ("" = nothing), its day, whose it is.
        theirs, theirs_on: the list's.
        take: take | keep | ask.
        why: why, in words.
        fixed: nothing can be taken here (a move to another village is a desk's).
    """

    sheet: str
    row: int
    column: str
    household: str
    head: str
    person: str
    name: str
    field: str
    label: str
    ours: str
    ours_on: str
    ours_source: str
    theirs: str
    theirs_on: str
    take: Fate
    why: str
    fixed: bool = False

    @property
    def place(self) -> str:
        """Sheet, row and column, as a decision names them."""
        return f"{self.sheet}!{self.row}:{self.column}"

    @property
    def names(self) -> tuple[str, str]:
        """`place`, and what it may be called where the workbook has one sheet."""
        return self.place, f"{self.row}:{self.column}"

    def as_json(self) -> dict[str, Any]:
        """The entry of `changes`, numbers masked."""
        return {
            "row": self.row, "column": self.column, "household": self.household, "person": self.person, "field": self.field, "ours": self.ours,
            "ours_on": self.ours_on, "theirs": self.theirs, "theirs_on": self.theirs_on, "take": self.take, "sheet": self.sheet, "head": self.head,
            "name": self.name, "label": self.label, "ours_source": self.ours_source, "why": self.why, "fixed": self.fixed,
        }


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who is here and not in the list: never ended for that. `person` "" = the whole family is not in it."""

    household: str
    head: str
    person: str
    name: str

    def as_json(self) -> dict[str, str]:
        """The entry of `missing`."""
        return {"household": self.household, "head": self.head, "person": self.person, "name": self.name}


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a person decided: places (`row:column`, with several sheets `sheet!row:column`), and `rest` for whatever else waits for a person."""

    take: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    rest: Literal["", "take", "keep"] = ""

    def about(self, change: Change) -> Literal["", "take", "keep"]:
        """What was decided about a change, "" when nothing was."""
        if not self.take.isdisjoint(change.names):
            return "take"
        if not self.keep.isdisjoint(change.names):
            return "keep"
        return self.rest if change.take == "ask" else ""

    @property
    def places(self) -> frozenset[str]:
        return self.take | self.keep


UNDECIDED = Decisions()


@dataclass(frozen=True, slots=True)
class Held:
    """What stands here about one field."""

    value: Any = None
    on: str = ""
    source: str = ""
    listed: bool = False
    """A list said it."""
    locked: bool = False
    ruled: bool = False
    clash: bool = False
    """Two people wrote it differently and nobody settled it yet."""
    replaced: bool = False
    """This same list said before what it says now, and it was replaced since."""


def judge(held: Held, on: str, *, person: bool = False) -> tuple[Fate, str]:
    """Which value stands, and why.

    Args:
        on: day of the list, "" when it does not say.
        person: never without a person (identity, name, death).
    """
    if held.locked:
        return "ask", "镇里、县里锁住的"
    if held.ruled:
        return "ask", "在册的，由镇里、县里定"
    if person:
        return "ask", "要看过证件再定"
    if held.clash:
        return "ask", "这里两处写的不一样"
    if held.value is None and not held.on:
        return "take", "这里空着"
    if held.replaced:
        return "keep", "上次导入以后改过"
    return by_day(held.on, on, listed=held.listed)


def by_day(ours: str, theirs: str, *, listed: bool) -> tuple[Fate, str]:
    """The newer of two days; a list without a day replaces an older list alone."""
    if not theirs:
        return ("take", "上一份表写的") if listed else ("keep", "这份表没有填报时间")
    if ours == theirs:
        return "ask", "同一天写的"
    return ("keep", "我们的新") if ours > theirs else ("take", "表里的新")


def same(name: str, value: Any, known: Any) -> bool:
    """Whether two values mean the same: blanks, marks and 三组/3组 apart."""
    if known is None:
        return False
    if isinstance(value, str) and isinstance(known, str):
        if name == "group":
            return group_key(value) == group_key(known)
        if name == "number":
            return number_key(value) == number_key(known)
        if name == "address":
            return place_key(value) == place_key(known)
        return normal(name, value) == normal(name, known)
    return bool(value == known)


def text_of(name: str, value: Any) -> str:
    """A value as it may be shown to anybody: numbers that identify are masked."""
    if value in (None, "", []):
        return ""
    shown = words.masked(words.value_text(name, value)).replace("\n", " ")
    return shown if len(shown) <= _SHORT else shown[: _SHORT - 2] + "…"


def beside_number(change: Change) -> Change:
    """A day of birth beside the covered number of the same person: the day is the covered part of it, so only the month is shown."""
    return replace(change, ours=change.ours[:7], theirs=change.theirs[:7])


def label_of(name: str) -> str:
    """What a field is called."""
    return WORDS.get(name) or words.FIELDS.get(name, name)


def mark(entity: str, name: str, value: Any, on: str) -> str:
    """The mark of a value of a list about one field, for what was decided against."""
    return hashlib.sha256(f"{entity}|{name}|{normal(name, value)}|{on}".encode()).hexdigest()[:24]


@dataclass(slots=True)
class Past:
    """What was written about the entities a list wants to change: read in a few statements, however many they are."""

    events: Mapping[str, Sequence[StoredEvent]]
    heads: Mapping[str, Mapping[str, tuple[str, ...]]]
    refs: dict[str, StoredEvent]
    mends: Mapping[str, Sequence[StoredEvent]]
    decided: set[str]
    """Marks of what was decided against."""

    @classmethod
    def load(cls, tx: Tx, homes: Iterable[str], persons: Iterable[str], memberships: Iterable[str]) -> Past:
        """Args: memberships: references of the memberships it is about."""
        homes, persons, started = set(homes), set(persons), set(memberships)
        events: dict[str, list[StoredEvent]] = defaultdict(list)
        refs: dict[str, StoredEvent] = {}
        for event in journal.events_of_entity(tx, homes | persons):
            events[event.entity].append(event)
            refs[event.ref] = event
        mends: dict[str, list[StoredEvent]] = defaultdict(list)
        if started:
            refs.update(journal.by_refs(tx, started))
            for event in journal.events_about(tx, started):
                mends[event.of].append(event)
        heads = {**queries.claim_heads(tx, "household", homes), **queries.claim_heads(tx, "person", persons)}
        return cls(events, heads, refs, mends, set(settings.get(tx, KEPT, [])))

    def held(self, entity: str, name: str, value: Any, theirs: Any, on: str, *, ruled: bool = False) -> Held:
        """What stands about a field.

        Args:
            value: the value shown, None where there is none; theirs, on: what the list says and its day.
        """
        heads = [self.refs[ref] for ref in self.heads.get(entity, {}).get(name, ()) if ref in self.refs]
        said = [event for event in self.events.get(entity, ()) if event.d.get("source") == SOURCE and name in event.d.get("fields", {})]
        standing = {event.ref for event in heads}
        replaced = any(
            event.ref not in standing and event.d.get("as_of", "") == on and same(name, event.d["fields"][name], theirs) for event in said
        )
        if not heads:
            first = next((event for event in self.events.get(entity, ()) if event.t in ("household.opened", "person.added")), None)
            return Held(value, _day(first) if first is not None and value is not None else "", "", False, False, ruled, False, replaced)
        values = [event.d["fields"][name] for event in heads if name in event.d.get("fields", {})]
        return Held(
            value, max(map(_day, heads)), _whose(heads[0]), all(event.d.get("source") == SOURCE for event in heads),
            any(event.role in trust.DESKS and event.d.get("lock") is True for event in heads), ruled,
            any(normal(name, one) != normal(name, values[0]) for one in values[1:]), replaced,
        )

    def stands(self, entity: str, name: str, theirs: Any) -> bool:
        """Whether the list's value is one of those that stand here already: shown, beside another, or as a proposal."""
        heads = (self.refs.get(ref) for ref in self.heads.get(entity, {}).get(name, ()))
        return any(event is not None and same(name, theirs, event.d.get("fields", {}).get(name)) for event in heads)

    def of_membership(self, ref: str, name: str) -> tuple[str, bool]:
        """Day of a membership, or of its field `name` where it was mended, and whether a list said it."""
        event = self.refs.get(ref)
        if event is None:
            return "", False
        found = (str(event.d.get("as_of") or event.d.get("on") or day_of(event.hlc_ms)), event.d.get("source") == SOURCE)
        for mend in self.mends.get(ref, ()):
            fields = mend.d.get("fields", {})
            if mend.t == "fact.corrected" and name in fields:
                found = (str(fields.get("as_of") or day_of(mend.hlc_ms)), fields.get("source") == SOURCE)
        return found

    def said_of_membership(self, ref: str, name: str, theirs: str, on: str) -> bool:
        """Whether this same list said it of the membership before, in its beginning or by a correction."""
        event = self.refs.get(ref)
        lines = [event.d] if event is not None else []
        lines += [mend.d.get("fields", {}) for mend in self.mends.get(ref, ()) if mend.t == "fact.corrected"]
        return any(line.get(name) == theirs and line.get("source") == SOURCE and line.get("as_of", "") == on for line in lines)

    def replaces(self, entity: str, names: Iterable[str]) -> list[str]:
        """References a claim on these fields replaces, each once."""
        heads = self.heads.get(entity, {})
        return list(dict.fromkeys(ref for name in names for ref in heads.get(name, ())))


def _day(event: StoredEvent) -> str:
    return str(event.d.get("as_of") or day_of(event.hlc_ms))


def _whose(event: StoredEvent) -> str:
    if event.role in trust.DESKS:
        return "县里" if event.role == "county" else "镇里"
    return str(event.d.get("source") or "")


@dataclass(slots=True)
class Ledger:
    """The changes of one import, each with what becomes of it; keeps what was decided against."""

    decisions: Decisions
    changes: list[Change] = field(default_factory=list)
    decided: set[str] = field(default_factory=set)
    """Marks as they stand after this import."""
    used: set[str] = field(default_factory=set)

    def settle(self, change: Change, key: str) -> bool:
        """Write the change down; True when the list's value is taken.

        Args:
            key: its `mark`.
        """
        said = self.decisions.about(change)
        self.used.update(name for name in change.names if name in self.decisions.take or name in self.decisions.keep)
        fate, why = change.take, change.why
        if said and not change.fixed:
            fate, why = said, "您定的"
            (self.decided.discard if said == "take" else self.decided.add)(key)
        elif change.fixed:
            fate = "keep" if fate == "take" else fate
        elif key in self.decided and fate != "keep":
            fate, why = "keep", "上次定的"
        self.changes.append(_with(change, fate, why))
        return fate == "take"


def _with(change: Change, fate: Fate, why: str) -> Change:
    return change if (fate, why) == (change.take, change.why) else replace(change, take=fate, why=why)


def remember(tx: Tx, decided: set[str]) -> None:
    """Keep the marks, in the transaction of the import."""
    if decided != set(settings.get(tx, KEPT, [])):
        settings.put(tx, KEPT, sorted(decided))
