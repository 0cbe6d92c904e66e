"""What a rule gives back, and how it is written out.

Rules kept here
- a rule states only its finding; rule id, clause, document number, pack version, facts used and as-of date are added by the engine (X-06);
- no text reads as a decision: verdicts are hints, and the words of V18 are the only ones;
- sums are written as exact decimal strings, days as ISO texts.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from xieli_tui.policy.logic import Test, all_of, decimal_text

VerdictWord = Literal["meets", "discretion", "needs_info", "fails", "not_in_pack"]
GuardWord = Literal["allow", "block", "warn", "route"]
TaskState = Literal["pending", "overdue", "suspended", "none", "needs_info"]

RANK: dict[str, int] = {"meets": 4, "discretion": 3, "needs_info": 2, "fails": 1, "not_in_pack": 0}
"""Of several rules of one pack about one kind the highest is the answer (they are alternatives)."""
STRICT: dict[str, int] = {"block": 4, "route": 3, "warn": 2, "allow": 1}


@dataclass(frozen=True, slots=True)
class Task:
    """One duty. `due` None = no day can be told; `count` = acts still missing; `person` an id."""

    state: TaskState
    why: str
    due: dt.date | None = None
    task: str | None = None
    person: str | None = None
    count: int | None = None
    missing: tuple[str, ...] = ()
    cite: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One screening finding. `reason` (V11) makes it an answer of its own; `tasks` are duties the finding itself calls for."""

    verdict: VerdictWord
    because: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str | None = None
    tasks: tuple[Task, ...] = ()
    cite: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def is_(self, *words: str) -> Test:
        """Whether the verdict is one of these; a needs_info is unknown unless needs_info is asked for."""
        if self.verdict == "needs_info" and "needs_info" not in words:
            return Test(None, missing=frozenset(self.missing))
        return Test(self.verdict in words)


@dataclass(frozen=True, slots=True)
class Guard:
    """One finding about an action. A guard with nothing to object returns `allow` (or None: the rule does not speak here)."""

    result: GuardWord
    why: str
    next_actor: str | None = None
    missing: tuple[str, ...] = ()
    handled_by: str | None = None
    followup: str | None = None
    taper_end: dt.date | None = None
    cite: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One computed value: a sum, a day, a count or a word; None with `missing` when it waits for something."""

    value: Fraction | dt.date | int | str | None
    missing: tuple[str, ...] = ()
    quantity: str | None = None
    person: str | None = None
    cite: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lint:
    """One thing wrong with the county's own data; `about` = id of the village or body."""

    id: str
    why: str
    about: str | None = None
    cite: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


Finding = Verdict | Task | Guard | Quantity | Lint


def judge(*tests: Test, then: VerdictWord = "meets", reason: str | None = None, tasks: tuple[Task, ...] = (), cite: str | None = None,
          **extra: Any) -> Verdict:
    """All conditions together: one known false -> fails, else one unknown -> needs_info, else `then`.

    `then="discretion"` only where the clause itself says 可 / 视情 / 鼓励 / 酌情. Keyword extras go into the answer as they are.
    """
    whole = all_of(*tests)
    if whole.fails:
        return Verdict("fails", tuple(dict.fromkeys(word for one in tests for word in one.labels(False))), (), reason, (), cite, extra)
    held = tuple(dict.fromkeys(word for one in tests for word in one.labels(True)))
    if whole.unknown:
        return Verdict("needs_info", held, tuple(sorted(whole.missing)), reason, (), cite, extra)
    return Verdict(then, held, (), reason, tasks, cite, extra)


_AS_IT_IS = frozenset((str, int, bool, type(None)))


def plain(item: Any) -> Any:
    """Days, fractions and tuples as JSON values."""
    kind = type(item)
    if kind in _AS_IT_IS:
        return item
    if kind is dict:
        return {key if type(key) is str else str(key): value if type(value) in _AS_IT_IS else plain(value) for key, value in item.items()}
    if kind is list or kind is tuple:
        return [value if type(value) in _AS_IT_IS else plain(value) for value in item]
    if isinstance(item, Fraction):
        return decimal_text(item)
    if isinstance(item, dt.date):
        return item.isoformat()
    if isinstance(item, dict):
        return {str(key): plain(value) for key, value in item.items()}
    if isinstance(item, (list, tuple)):
        return [plain(value) for value in item]
    if isinstance(item, (set, frozenset)):
        return sorted(plain(value) for value in item)
    return item


def allow(why: str, **more: Any) -> Guard:
    """可以; `next_actor` is filled with who acts."""
    return Guard("allow", why, **more)


def block(why: str, next_actor: str | None = None, **more: Any) -> Guard:
    """不得; `next_actor` = who may instead."""
    return Guard("block", why, next_actor, **more)


def warn(why: str, **more: Any) -> Guard:
    """可以但须提示."""
    return Guard("warn", why, **more)


def route(why: str, next_actor: str, **more: Any) -> Guard:
    """转由他人决定."""
    return Guard("route", why, next_actor, **more)


def guard(test: Test, *, ok: str, otherwise: str, unknown: Literal["block", "warn"] = "warn", next_actor: str | None = None) -> Guard:
    """A condition as a guard: holds -> allow, fails -> block, unknown -> `unknown` with missing[].

    Entrustment, delegation, village payment and declaration take `unknown="block"`; every other guard warns (design 06).
    """
    if test.holds:
        return allow(ok)
    if test.fails:
        return block(otherwise, next_actor)
    return Guard(unknown, otherwise if unknown == "block" else f"请先核实：{otherwise}", next_actor if unknown == "block" else None, tuple(sorted(test.missing)))
