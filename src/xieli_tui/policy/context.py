"""What a rule is handed: facts, persons, records, local parameters and the numbers of its pack, each remembering that it was looked at.

Rules kept here
- every fact is asked for by its canonical name of policy-source.md §0 (`ctx.hh("income_month")` is `hh.income_month`), comes as a `Value`
  that may be unknown, and is written into `facts` of the answer when known;
- a number is looked up in the adopting pack, then in the pack the rule comes from, then among the external ones (marked);
- nothing here knows which rule is asking: a rule cannot reach the clock, a file or another household.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xieli_tui.policy.answer import Quantity, Task, Verdict
from xieli_tui.policy.logic import Test, Value, any_of, unknown
from xieli_tui.policy.readings import Clock, days_after

if TYPE_CHECKING:
    from xieli_tui.domain.calendar import Calendar, Computed
    from xieli_tui.policy.pack import Pack, Parameter, RuleRow
    from xieli_tui.policy.question import Question

SINGULAR: dict[str, str] = {
    "visits": "visit", "it_checks": "it_check", "home_surveys": "home_survey", "services": "service", "alerts": "alert", "referrals": "referral",
    "changes": "change", "reviews": "review", "villages": "village", "service_bodies": "service_body", "aid": "aid", "roster": "roster",
}


_TABLES = frozenset({"hh", "app", "event", "user"})
_NOTHING: dict[str, Any] = {}


@dataclass(slots=True)
class Trace:
    """What one run of a rule looked at: known facts, external numbers."""

    facts: dict[str, Any] = field(default_factory=dict)
    external: list[str] = field(default_factory=list)


class Record:
    """One table of facts under a canonical prefix: `record("date")` or `record.date` is a Value named `prefix.date`."""

    __slots__ = ("_data", "_prefix", "_shown", "_trace", "id")

    def __init__(self, prefix: str, data: dict[str, Any], trace: Trace, shown: str | None = None) -> None:
        self._prefix = prefix
        self._shown = shown or prefix
        self._data = data
        self._trace = trace
        self.id: str | None = data.get("id")

    def __call__(self, name: str) -> Value:
        """The fact of that name; a dotted name reaches into a table (`alert_days.gap`)."""
        value: Any
        if "." not in name:
            value = self._data.get(name)
            if value is None:
                return Value(None, frozenset((f"{self._prefix}.{name}",)))
            self._trace.facts[f"{self._shown}.{name}"] = value
            return Value(value)
        value = self._data
        path = ""
        for part in name.split("."):
            path = f"{path}.{part}" if path else part
            value = value.get(part) if isinstance(value, dict) else None
            if value is None:
                return Value(None, frozenset({f"{self._prefix}.{path}"}))
        self._trace.facts[f"{self._shown}.{name}"] = value
        return Value(value)

    def __getattr__(self, name: str) -> Value:
        if name.startswith("_"):
            raise AttributeError(name)
        return self(name)

    def rows(self, name: str) -> list[Record]:
        """A list of tables inside (`obligors`, `investigations`, `delegations`); empty when absent: ask `record(name).known` where it matters."""
        found = self(name).value
        return [
            Record(f"{self._prefix}.{name}", one, self._trace, f"{self._shown}.{name}[{index}]") for index, one in enumerate(found or ()) if isinstance(one, dict)
        ]

    def raw(self) -> dict[str, Any]:
        """The plain table."""
        return self._data


class Context:
    """A question as one rule sees it."""

    def __init__(
        self, question: Question, *, pack: Pack, source: Pack, row: RuleRow, key: str, external: Pack | None, trace: Trace, person: dict[str, Any] | None = None,
        action: dict[str, Any] | None = None, ask: Callable[[str, Context, dict[str, Any] | None], Verdict] | None = None, calendar: Calendar | None = None,
    ) -> None:
        self.question = question
        self.asof: dt.date = question.asof
        self.region: str = question.hh_region
        self.pack = pack
        self.source = source
        self.row = row
        self.key = key
        self.trace = trace
        self._external = external
        self._ask = ask
        self._person = person
        self._action = action or {}
        self._calendar = calendar

    hh: Record
    local: Record
    app: Record
    event: Record
    user: Record
    arg: Record
    persons: list[Record]
    """The tables and persons of the question, made when a rule first asks for them: most rules look at one or two."""

    def __getattr__(self, name: str) -> Any:
        found: Any
        if name == "persons":
            found = [Record("p", one, self.trace, f"p[{one['id']}]") for one in self.question.given.get("persons", ())]
        elif name == "local":
            found = Record("local", self.question.local, self.trace)
        elif name == "arg":
            found = Record("args", self._action.get("args", {}), self.trace)
        elif name in _TABLES:
            found = Record(name, self.question.given.get(name, _NOTHING), self.trace)
        else:
            raise AttributeError(name)
        self.__dict__[name] = found
        return found

    @property
    def person(self) -> Record:
        """The person a person rule is about."""
        if self._person is None:
            raise LookupError("this rule is asked about a household; the kind's unit is hh")
        return Record("p", self._person, self.trace)

    @property
    def about_person(self) -> bool:
        """Whether a person is set."""
        return self._person is not None

    @property
    def action(self) -> str:
        """Id of the action being checked."""
        return str(self._action.get("action", ""))

    @property
    def actor(self) -> str | None:
        """Who acts: the action's prefix (village.…, township.…, county.…), else args.actor."""
        head, dot, _ = self.action.partition(".")
        return head if dot else self.arg("actor").or_default(None)

    def group(self, name: str) -> Record:
        """A single table of the question: station, medical, advance, taper, …"""
        found = self.question.given.get(name, {})
        return Record(name, found if isinstance(found, dict) else {}, self.trace)

    def records(self, name: str) -> list[Record]:
        """A list of the question: visits, aid, it_checks, home_surveys, services, alerts, referrals, changes, reviews, roster, villages, service_bodies."""
        prefix = SINGULAR.get(name, name)
        return [Record(prefix, one, self.trace, f"{prefix}[{index}]") for index, one in enumerate(self.question.given.get(name, []))]

    def has(self, name: str) -> bool:
        """Whether the question gave this list or table at all."""
        return name in self.question.given

    def days(self, name: str, key: str | None = None) -> Value:
        """A number of days the county set: {days, unit} of `local.<name>`, for a key (class, department) or for all."""
        if key is None:
            return self.local(name)
        return self.local(f"{name}.{key}").else_(self.local(f"{name}.*"))

    def after(self, start: dt.date, spec: dict[str, Any]) -> Computed:
        """The day `spec` {days, unit} after a day, by the calendar of the question (None given: the one of the program)."""
        if self._calendar is None:
            from xieli_tui.policy import holidays  # read when a rule first counts working days

            self._calendar = holidays.shipped().calendar
        return days_after(start, spec, self._calendar)

    def by(self, due: Computed, why: str, **more: Any) -> Task:
        """A task owed by a computed day: an estimated one says so in its reason and carries the calendar it was counted by."""
        extra = dict(more.pop("extra", {}))
        if due.label:
            why = f"{why}（{due.label}）"
            extra["estimated"] = True
        if due.version:
            extra["calendar"] = due.version
        return self.pending(due.day, why, extra=extra, **more)

    # numbers of the pack
    def param(self, name: str) -> Value:
        """A parameter of the pack as exact number, day, word or tuple. One that no pack has is unknown and waits for `pack.<id>.<name>`:
        a pack with a hole silences one rule, not the others."""
        row = self.param_row(name)
        return Value(None, frozenset({f"pack.{self.source.id}.{name}"})) if row is None else Value(row.typed())

    def param_row(self, name: str) -> Parameter | None:
        """The parameter's row (value, op, unit, cite); an external one is noted."""
        for pack in (self.pack, self.source, self._external):
            if pack is not None and name in pack.parameters:
                if pack is self._external and pack is not self.source:
                    self.trace.external.append(name)
                return pack.parameters[name]
        return None

    def bound(self, name: str, left: Value, times: Value | Fraction | int = 1) -> Test:
        """`left OP parameter × times` with the sign the pack writes: < <= > >= = or between (both ends inclusive). Cross-multiplied, exact."""
        row = self.param_row(name)
        limit = self.param(name)
        if row is None:
            return left.compare("<=", limit)
        if row.op == "between":
            low, high = limit.value
            return left.compare(">=", Value(low) * times) & left.compare("<=", Value(high) * times)
        return left.compare(row.op or "<=", limit * times)

    # people
    def any_person(self, what: str | Callable[[Record], Test], label: str = "") -> Test:
        """Whether some person has the flag, or passes the test; nobody given -> unknown, waiting for `persons`."""
        if not self.persons:
            return unknown("persons", label=label)
        tests = [one(what).is_true() if isinstance(what, str) else what(one) for one in self.persons]
        return any_of(*tests).named(label) if label else any_of(*tests)

    def category(self, person: Record | None = None) -> Value:
        """Category (V1): p.category, else hh.category, else hh.status. Without a person: of the household."""
        if person is None and self._person is not None:
            person = self.person
        chain = ([person("category")] if person is not None else []) + [self.hh("category"), self.hh("status")]
        for one in chain:
            if one.known:
                return one
        return Value(None, chain[0].missing)

    # other rules
    def outcome(self, rule_id: str, person: Record | None = None) -> Verdict:
        """What another screening rule says about the same household or person (or this one): `ctx.outcome("X-05").is_("fails")` is a Test."""
        if self._ask is None:
            raise LookupError("no engine behind this context")
        return self._ask(rule_id, self, person.raw() if person is not None else self._person)

    # findings
    def task(self, clock: Clock, why: str, **more: Any) -> Task:
        """A Clock of the readings as a Task; the person is filled in."""
        more.setdefault("person", self._person.get("id") if self._person else None)
        return Task(clock.state, why, clock.due, count=clock.count, missing=clock.missing, **more)

    def pending(self, due: dt.date | None, why: str, **more: Any) -> Task:
        """A task that is owed by a day: pending, overdue from the next day; without a day it is pending with due null."""
        more.setdefault("person", self._person.get("id") if self._person else None)
        return Task("overdue" if due is not None and self.asof > due else "pending", why, due, **more)

    def quantity(self, value: Value, **extra: Any) -> Quantity:
        """A Value as a Quantity: needs_info with missing[] while it is unknown. Keyword extras (unit, estimate, lines) go into the answer."""
        person = self._person.get("id") if self._person else None
        return Quantity(value.value, tuple(sorted(value.missing)), person=person, extra=extra)
