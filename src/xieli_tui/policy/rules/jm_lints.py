"""002 三(一)2, 三(二)6: what the county's own data must keep to: standards not below the city's, coordinators from the committee (JM-16, JM-18)."""

from __future__ import annotations

from xieli_tui.policy.answer import Lint
from xieli_tui.policy.context import Context
from xieli_tui.policy.registry import rule


@rule("JM-16", op="lint", task="std_below_floor")
def standard_not_below_the_city(ctx: Context) -> list[Lint]:
    """002:三(一)2: 执行不低于江门市政府确定公布的保障标准."""
    if not ctx.bound("jm_std_floor", ctx.local("dibao_std_month"), ctx.local("city_std_month")).fails:
        return []
    return [Lint("std_below_floor", "低保标准低于江门市政府公布的标准")]


@rule("JM-18", op="lint", task="coordinator_source")
def coordinator_sits_on_the_committee(ctx: Context) -> list[Lint]:
    """002:三(二)6: 在村(居)民委员会委员中设立兼职民政协理员. Grid workers are not named."""
    return [
        Lint("coordinator_source", "民政协理员要从村（居）民委员会委员中设立", one("village").else_(one("person")).value)
        for one in ctx.records("roster") if (one("source") == ctx.param("jm_coordinator_source")).fails
    ]
