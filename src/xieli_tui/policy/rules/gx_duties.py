"""001:8 and 001:四(三) 珙县: the quarterly visit, the paired party member, and the one coordinator of each village.

Rules kept here
- any dated visit counts, at home or by telephone;
- the duty begins with the document (001:附, X-01): a quarter before it, or the one it began in, was never missed.
"""

from __future__ import annotations

import datetime as dt

from xieli_tui.policy.answer import Lint, Task
from xieli_tui.policy.context import Context
from xieli_tui.policy.readings import period_of, r4_periodic
from xieli_tui.policy.registry import rule
from xieli_tui.policy.rules.gx_common import RECIPIENT, receives

WHY = "社会救助家庭每季度至少探访一次"
PAIR_WHY = "社会救助家庭至少有一名党员结对帮扶"


@rule("GX-10", op="due", task="visit_quarter")
def quarterly_visit(ctx: Context) -> Task | None:
    """001:8: 加强困难群众探访，每个社会救助家庭每季度至少探访一次."""
    family = receives(ctx)
    alone = any(one("status").value in RECIPIENT or one("category").value in RECIPIENT for one in ctx.persons)  # 单人户: the family has a recipient
    if not family.holds and not alone:
        return Task("needs_info", WHY, missing=tuple(sorted(family.missing))) if family.unknown else None
    minimum = ctx.param("gx_visits_min_per_quarter")
    if not minimum.known:
        return Task("needs_info", WHY, missing=tuple(sorted(minimum.missing)))
    days = [visit("date").value for visit in ctx.records("visits") if visit("date").known]
    grant = ctx.hh("grant_date").value
    clock = r4_periodic("quarter", days, grant, ctx.asof, int(minimum.value))
    begin = ctx.pack.effective_from
    if begin is not None and clock.due is not None and clock.due < begin:
        clock = r4_periodic("quarter", days, _since(begin), ctx.asof, int(minimum.value))
    return ctx.task(clock, WHY)


@rule("GX-11", op="due", task="pair_party")
def paired_party_member(ctx: Context) -> Task | None:
    """001:8: 每个社会救助家庭至少有1名党员结对帮扶. No day is named, so none is told; a pair nobody wrote down is not known, never none (R12)."""
    family, enough = receives(ctx), ctx.bound("gx_party_pair_min", ctx.hh("pair_party_members"))
    if family.fails or enough.holds:
        return None
    if family.unknown or enough.unknown:
        return Task("needs_info", PAIR_WHY, missing=tuple(sorted(family.missing | enough.missing)))
    return ctx.pending(None, PAIR_WHY)


def _since(begin: dt.date) -> dt.date:
    """The day the duty counts from as if aid were granted then: the document's first day, or the day before where that opens a quarter."""
    return begin - dt.timedelta(days=1) if period_of("quarter", begin)[0] == begin else begin


@rule("GX-21", op="lint", task="coordinators_out_of_range")
def one_coordinator(ctx: Context) -> list[Lint]:
    """001:四(三): 村(社区)应明确1名 ... 兼任社会救助工作协理员."""
    return [
        Lint("coordinators_out_of_range", "村(社区)应明确 1 名社会救助工作协理员", village.id)
        for village in ctx.records("villages") if ctx.bound("gx_coordinators_per_village", village("coordinators")).fails
    ]


@rule("GX-21", op="lint", task="coordinator_source")
def committee_or_grid(ctx: Context) -> list[Lint]:
    """001:四(三): 委员会成员或网格员兼任."""
    allowed = ctx.param("gx_coordinator_sources").value or ()
    return [
        Lint("coordinator_source", "协理员由委员会成员或网格员兼任", one("village").value or one("person").value)
        for one in ctx.records("roster") if one("source").in_(allowed).fails
    ]
