"""Words of 000 (江西省) that several of its clauses use: 救助对象, 困难家庭, 支出型与低收入家庭, 当地规定.

Rules kept here
- who is a recipient is what was recorded (status, category), never what a screening computed;
- what the document leaves to 当地 waits for the county's file and says so (X-03).
"""

from __future__ import annotations

import datetime as dt

from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import Test, Value, any_of, known, unknown

RECIPIENT = ("dibao", "tekun")
OLD_LABELS = ("low_income", "exp_poor", "filed_poor")


def person_is(ctx: Context, person: Record, *categories: str) -> Test:
    """Whether a person is recorded as one of these; without own record the household's stands for him."""
    own = [one for one in (person("category"), person("status")) if one.known]
    return any_of(*(one.in_(categories) for one in own)) if own else ctx.category(person).in_(categories)


def household_is(ctx: Context, *categories: str) -> Test:
    """Whether the household, or somebody in it, is recorded as one of these."""
    own = [one for one in (ctx.hh("status"), ctx.hh("category")) if one.known]
    tests = [one.in_(categories) for one in own] or [ctx.hh("status").in_(categories)]
    members = [one for person in ctx.persons for one in (person("status"), person("category")) if one.known and one.value in categories]
    return any_of(*tests, known(bool(members)))


def recipient(ctx: Context) -> Test:
    """救助对象家庭: 低保或特困."""
    return household_is(ctx, *RECIPIENT).named("低保或特困对象")


def poor_family(ctx: Context) -> Test:
    """经济困难家庭: 低保、特困、低收入、支出型贫困、建档立卡."""
    return any_of(recipient(ctx), *(ctx.hh(one).is_true() for one in OLD_LABELS)).named("经济困难家庭")


def by_local_rule(ctx: Context) -> Test:
    """符合当地规定: `local.kind_rules.<kind>`, a list of categories and older labels the county wrote down.

    A listed label that nobody recorded of this family is open, not a no.
    """
    found = ctx.local(f"kind_rules.{ctx.key}")
    if not found.known:
        return unknown(f"local.kind_rules.{ctx.key}", label="当地规定的对象")
    labels = [ctx.hh(one).is_true() for one in OLD_LABELS if one in found.value]
    return any_of(*labels, ctx.category().in_(found.value)).named("当地规定的对象")


def latest(days: list[Value], asof: dt.date) -> dt.date | None:
    """The last of the known days that is not after the day asked about."""
    return max((one.value for one in days if one.known and one.value <= asof), default=None)


def has_passed(mark: Value) -> bool:
    """Whether a mark of a record says the thing was done: true, or a word other than none and pending."""
    return mark.value is True or (isinstance(mark.value, str) and mark.value not in ("none", "pending", "no"))
