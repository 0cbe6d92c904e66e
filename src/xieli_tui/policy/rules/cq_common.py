"""003 重庆: the few questions that many of its clauses ask in the same words (whose category, which list of the pack).

Rules kept here
- the category of a person is p.category, else hh.category, else hh.status; a computed verdict never stands in for it (design 06);
- lists of categories stand in the pack under their clause, never here;
- where the clause leaves the rest to 按规定 / 符合条件, the county's own list `local.kind_rules.<kind>` is asked, and named when it is absent.
"""

from __future__ import annotations

from xieli_tui.policy.answer import Verdict, judge
from xieli_tui.policy.context import Context, Record
from xieli_tui.policy.logic import YES, Test, Value, all_of, any_of, not_, unknown

TEKUN = "tekun"
DISPERSED = "dispersed"


def among(ctx: Context, value: Value, parameter: str, label: str = "") -> Test:
    """Whether a value is in a list of the pack."""
    words = ctx.param(parameter)
    return unknown(*words.missing, label=label) if not words.known else value.in_(words.value, label)


def one_of_us(ctx: Context, parameter: str, label: str) -> Test:
    """Whether the person (or, for a household kind, the household or some member with a category of his own) is in a list of the pack."""
    if ctx.about_person:
        return among(ctx, ctx.category(), parameter, label)
    own = [among(ctx, p("category"), parameter) for p in ctx.persons if p("category").known]
    return any_of(among(ctx, ctx.category(), parameter), *own).named(label)


def any_one(ctx: Context, word: str) -> Test:
    """Whether the household, or some member with a category of his own, has this category."""
    own = [p("category").is_(word) for p in ctx.persons if p("category").known]
    return any_of(ctx.category().is_(word), *own)


def dispersed_tekun(ctx: Context) -> Test:
    """分散供养特困人员 in the family; 集中供养 is not meant."""
    if not ctx.persons:
        return all_of(ctx.category().is_(TEKUN), unknown("p.support_mode"))
    return any_of(*(all_of(ctx.category(p).is_(TEKUN), p("support_mode").is_(DISPERSED)) for p in ctx.persons))


def adult(ctx: Context, person: Record) -> Test:
    """已成年: 18 周岁, reached on the birthday (external number)."""
    return ctx.bound("ext_adult_age", person("birth_date").age(ctx.asof))


def elder(ctx: Context, person: Record) -> Test:
    """老年人: 60 周岁 (external number)."""
    return ctx.bound("ext_elder_age", person("birth_date").age(ctx.asof))


def minor(ctx: Context, person: Record) -> Test:
    """未成年人: not yet 18."""
    return not_(adult(ctx, person))


def disabled(person: Record) -> Test:
    """残疾人: a certificate, a level or a severe disability on record. The level is printed on the certificate: without one there is none."""
    level = person("disability_level")
    if level.known:
        return YES
    return any_of(person("severe_disabled").is_true(), person("disability_cert").is_true())


def urgent_traits(ctx: Context) -> Test:
    """突发性、紧迫性、灾难性: any one of them (Chinese or id)."""
    words = ctx.param("cq_emergency_traits")
    if not words.known:
        return unknown(*words.missing)
    return ctx.event("traits").has_any(words.value)


def on_county_list(ctx: Context, label: str = "本地规定的对象类别") -> Test:
    """What the clause leaves to 按规定: the county's list of categories for this kind; without one it waits for it by name (X-03)."""
    allowed = ctx.local(f"kind_rules.{ctx.key}")
    return ctx.category().in_(allowed.value, label) if allowed.known else unknown(f"local.kind_rules.{ctx.key}")


def by_county_list(ctx: Context, label: str = "本地规定的对象类别") -> Verdict:
    """The same as a verdict of its own."""
    return judge(on_county_list(ctx, label))
