"""Three-valued logic and exact numbers: what a rule computes with.

Rules kept here
- unknown is a value of its own (R12): it never becomes false, and one condition known false decides even when others are unknown;
- every unknown remembers the canonical names of the facts it waits for, so `missing[]` is never written by hand;
- money and ratios are `Fraction`, made from decimal strings; comparing multiplies, nothing is divided or rounded (R1);
- a `Test` refuses to be used by `if` or `and`: that would turn unknown into false. Use `all_of`, `any_of`, `not_` or `& | ~`.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from xieli_tui.domain.dates import age_on

_NONE: frozenset[str] = frozenset()
_OPS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Test:
    """A condition: `state` True, False or None (unknown); `label` says it in Chinese; `missing` names what an unknown one waits for."""

    __test__ = False

    state: bool | None
    label: str = ""
    missing: frozenset[str] = _NONE
    parts: tuple[Test, ...] = ()

    def named(self, label: str) -> Test:
        """The same condition said in these words (they go into `because`)."""
        return replace(self, label=label)

    @property
    def holds(self) -> bool:
        """Known to be true."""
        return self.state is True

    @property
    def fails(self) -> bool:
        """Known to be false."""
        return self.state is False

    @property
    def unknown(self) -> bool:
        """Neither."""
        return self.state is None

    def labels(self, state: bool) -> tuple[str, ...]:
        """The words of the conditions in here that are known to be `state`; a label of the whole stands for its parts."""
        if self.label:
            return (self.label,) if self.state is state else ()
        return tuple(dict.fromkeys(word for part in self.parts for word in part.labels(state)))

    def __and__(self, other: Test) -> Test:
        return all_of(self, other)

    def __or__(self, other: Test) -> Test:
        return any_of(self, other)

    def __invert__(self) -> Test:
        return not_(self)

    def __bool__(self) -> bool:
        raise TypeError("a Test has three values: use .holds, .fails, .unknown, or all_of / any_of / not_")


YES = Test(True)
NO = Test(False)


def known(state: bool, label: str = "") -> Test:
    """A condition decided by code."""
    return Test(state, label)


def unknown(*missing: str, label: str = "") -> Test:
    """A condition that waits for these canonical names."""
    return Test(None, label, frozenset(missing))


def all_of(*tests: Test) -> Test:
    """False when one is known false, else unknown when one is unknown, else true."""
    if any(one.fails for one in tests):
        return Test(False, parts=tests)
    waiting = [one for one in tests if one.unknown]
    if waiting:
        return Test(None, missing=_NONE.union(*(one.missing for one in waiting)), parts=tests)
    return Test(True, parts=tests)


def any_of(*tests: Test) -> Test:
    """True when one is known true, else unknown when one is unknown, else false (so an empty list is false)."""
    if any(one.holds for one in tests):
        return Test(True, parts=tests)
    waiting = [one for one in tests if one.unknown]
    if waiting:
        return Test(None, missing=_NONE.union(*(one.missing for one in waiting)), parts=tests)
    return Test(False, parts=tests)


def not_(test: Test, label: str = "") -> Test:
    """True for false, false for true, unknown stays unknown."""
    words = label or (f"不是：{test.label}" if test.label else "")
    return Test(None if test.state is None else not test.state, words, test.missing)


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A fact or a number: `value` (None = unknown) and, when unknown, the canonical names it waits for.

    Compare (`<`, `<=`, `>`, `>=`, `==`, `!=`) gives a Test; `+ - * ` give a Value. Sums are exact (`Fraction`).
    """

    value: Any
    missing: frozenset[str] = _NONE

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None

    # numbers
    def _with(self, other: Value | Fraction | int, op: Callable[[Any, Any], Any]) -> Value:
        right = as_value(other)
        if self.value is None or right.value is None:
            return Value(None, self.missing | right.missing)
        return Value(op(self.value, right.value))

    def __add__(self, other: Value | Fraction | int) -> Value:
        return self._with(other, operator.add)

    def __sub__(self, other: Value | Fraction | int) -> Value:
        return self._with(other, operator.sub)

    def __mul__(self, other: Value | Fraction | int) -> Value:
        return self._with(other, operator.mul)

    __radd__ = __add__
    __rmul__ = __mul__

    # conditions
    def test(self, check: Callable[[Any], bool], label: str = "") -> Test:
        """Any condition on the value; unknown when there is none."""
        return Test(None, label, self.missing) if self.value is None else Test(bool(check(self.value)), label)

    def compare(self, op: str, other: Value | Fraction | int | dt.date, label: str = "") -> Test:
        """`op` is < <= > >= = as a parameter of a pack writes it (R1)."""
        right = as_value(other)
        if self.value is None or right.value is None:
            return Test(None, label, self.missing | right.missing)
        return Test(_OPS[op](self.value, right.value), label)

    def __lt__(self, other: Value | Fraction | int | dt.date) -> Test:
        return self.compare("<", other)

    def __le__(self, other: Value | Fraction | int | dt.date) -> Test:
        return self.compare("<=", other)

    def __gt__(self, other: Value | Fraction | int | dt.date) -> Test:
        return self.compare(">", other)

    def __ge__(self, other: Value | Fraction | int | dt.date) -> Test:
        return self.compare(">=", other)

    def __eq__(self, other: object) -> Test:  # type: ignore[override]
        return self.is_(other)

    def __ne__(self, other: object) -> Test:  # type: ignore[override]
        return not_(self.is_(other))

    __hash__ = None  # type: ignore[assignment]

    def is_(self, other: object, label: str = "") -> Test:
        """Equal to a plain value or another Value."""
        right = as_value(other)
        if self.value is None or right.value is None:
            return Test(None, label, self.missing | right.missing)
        return Test(bool(self.value == right.value), label)

    def is_true(self, label: str = "") -> Test:
        """A flag that is set: false fails, absent waits."""
        return self.test(lambda value: value is True, label)

    def is_false(self, label: str = "") -> Test:
        """A flag known not to be set."""
        return self.test(lambda value: value is False, label)

    def in_(self, values: Iterable[object], label: str = "") -> Test:
        """One of these."""
        allowed = tuple(values)
        return self.test(lambda value: value in allowed, label)

    def has(self, word: object, label: str = "") -> Test:
        """A list that contains this."""
        return self.test(lambda value: word in value, label)

    def has_any(self, words: Iterable[object], label: str = "") -> Test:
        """A list that contains one of these."""
        wanted = tuple(words)
        return self.test(lambda value: any(word in value for word in wanted), label)

    # days
    def age(self, asof: dt.date) -> Value:
        """Whole birthdays passed on that day (R2), of a birth date."""
        return Value(None, self.missing) if self.value is None else Value(age_on(self.value, asof))

    def map(self, fn: Callable[[Any], Any]) -> Value:
        """Another value made from this one; unknown stays unknown."""
        return Value(None, self.missing) if self.value is None else Value(fn(self.value))

    def else_(self, other: Value) -> Value:
        """This one, or the other where this is unknown; when both are, what is missing is this one's name."""
        if self.value is not None:
            return self
        return other if other.value is not None else Value(None, self.missing or other.missing)

    def or_default(self, value: object) -> Any:
        """The plain value, or this where it is unknown: only where the clause itself gives the default."""
        return value if self.value is None else self.value


def as_value(item: object) -> Value:
    """A Value as it is; a plain number, day or word wrapped."""
    if isinstance(item, Value):
        return item
    if isinstance(item, int) and not isinstance(item, bool):
        return Value(_whole(item))
    return Value(item)


@lru_cache(maxsize=1024)
def _whole(number: int) -> Fraction:
    return Fraction(number)


def total(values: Iterable[Value]) -> Value:
    """The sum; unknown when one is."""
    out = Value(Fraction(0))
    for one in values:
        out = out + one
    return out


def decimal_text(number: Fraction) -> str:
    """Exact decimal text with at least two places: 1309.50, 0.125.

    A number no decimal writes exactly (1/3) is cut after six places and ends in …, so that nobody takes it for exact.
    """
    sign, number = ("-", -number) if number < 0 else ("", number)
    places, rest = 2, number * 100
    while rest.denominator != 1 and places < 18:
        rest *= 10
        places += 1
    if rest.denominator != 1:
        digits = str(int(number * 10**6)).rjust(7, "0")
        return f"{sign}{digits[:-6]}.{digits[-6:]}…"
    digits = str(rest.numerator).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"
