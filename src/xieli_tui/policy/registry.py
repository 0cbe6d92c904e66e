"""The register of rule functions: rule id -> the functions that run it.

A rule is a small function in `policy/rules/<document>_<topic>.py`, registered under its id. It takes a `Context` (facts, person, parameters)
and returns a finding of `answer.py`. Numbers stand in the pack (`ctx.param`), never in code. The engine adds rule id, clause, document number,
pack, facts used and the as-of date; a function states only what it found. One complete rule of each op:

    from xieli_tui.policy.answer import Guard, Lint, Quantity, Task, Verdict, allow, block, guard, judge, route, warn
    from xieli_tui.policy.context import Context
    from xieli_tui.policy.logic import all_of, any_of, known, not_
    from xieli_tui.policy.readings import r4_periodic
    from xieli_tui.policy.registry import rule

    @rule("CQ-02", op="screen", kind="dibao_edge")
    def edge_family(ctx: Context) -> Verdict:
        std = ctx.local("dibao_std_month")
        return judge(
            ctx.outcome("X-05").is_("fails").named("不符合低保条件"),
            ctx.bound("cq_edge_income_lt", ctx.hh("income_month"), std * ctx.hh("size")).named("人均收入低于低保标准的规定倍数"),
            ctx.hh("assets_ok").is_true("财产符合规定"),
        )

    @rule("CQ-06", op="screen", kind="dibao_single")            # unit of the kind is "person": called once per person
    def adult_unemployed_severe(ctx: Context) -> Verdict:
        return judge(
            (ctx.person("birth_date").age(ctx.asof) >= 18).named("已成年"),
            ctx.person("employed").is_false("无业"),
            ctx.person("severe_disabled").is_true("重度残疾"),
            then="discretion",
        )

    @rule("GX-10", op="due", task="visit_quarter")
    def quarterly_visit(ctx: Context) -> Task:
        days = [visit("date").value for visit in ctx.records("visits") if visit("date").known]
        return ctx.task(r4_periodic("quarter", days, ctx.hh("grant_date").value, ctx.asof), "每季度至少探访一次")

    @rule("GX-19", op="check", action="township.decide", topic="decision_level")
    def small_sum_to_township(ctx: Context) -> Guard | None:
        if ctx.arg("kind").value not in ("temp_emergency", "temp_expenditure"):
            return None                                              # the rule does not speak about this
        test = ctx.bound("gx_delegate_ta_max", ctx.arg("amount"))
        return guard(test, ok="金额在乡镇权限之内", otherwise="超过乡镇权限", unknown="block", next_actor="county")

    @rule("JX-01", op="compute", quantity="benefit_gap")
    def gap(ctx: Context) -> Quantity:
        return ctx.quantity(ctx.local("dibao_std_month") * ctx.hh("size") - ctx.hh("income_month"), unit="元/月", estimate=True)

    @rule("JX-48", op="lint", task="station_missing")
    def station(ctx: Context) -> list[Lint]:
        return [Lint("station_missing", "救助对象超过规定人数，未设服务站点", village.id) for village in ctx.records("villages")
                if all_of(ctx.bound("jx_service_station_gt", village("recipients")), village("station").is_false()).holds]

Rules kept here
- a function is registered once per (id, op, key); two functions with the same key are a defect and refuse to load;
- `kind`, `action`, `task`, `quantity` may be one word or a tuple; `ctx.key` tells which one is being asked;
- several screening rules of one pack about one kind are alternatives: the best verdict is the answer;
- findings about one action are all asked, the strictest counts; rules that share a `topic` answer the same question, so the pack of
  the lowest level speaks first (X-02);
- returning None says: this rule does not speak about this case.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from xieli_tui.policy.answer import Finding

if TYPE_CHECKING:
    from xieli_tui.policy.context import Context

Op = Literal["screen", "check", "due", "compute", "lint"]
Unit = Literal["hh", "person"]
Result = Finding | list[Finding] | None
RuleCall = Callable[["Context"], Result]
F = TypeVar("F", bound=Callable[..., object])

ENGINE_WIDE = "EXT"
"""Pack id of the rules that stand above the five documents (X-01 .. X-06)."""


@dataclass(frozen=True, slots=True)
class RuleFunction:
    """One registered function: `keys` = kinds, actions, tasks or quantities it speaks about."""

    rule: str
    op: Op
    keys: tuple[str, ...]
    unit: Unit
    topic: str
    call: RuleCall
    where: str
    needs: str = ""
    """A list or table of the question without which the function has nothing to say; "" = it may speak about any."""


_FUNCTIONS: dict[str, list[RuleFunction]] = {}
_LOADED: list[bool] = []


def _tuple(word: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return () if word is None else (word,) if isinstance(word, str) else tuple(word)


def rule(
    rule_id: str, *, op: Op, kind: str | tuple[str, ...] | None = None, action: str | tuple[str, ...] | None = None,
    task: str | tuple[str, ...] | None = None, quantity: str | tuple[str, ...] | None = None, unit: Unit = "hh", topic: str | None = None,
    needs: str = "",
) -> Callable[[F], F]:
    """Register a function under a rule id.

    Args:
        op: which question it answers; the matching key word must be given (`kind` for screen, `action` for check, `task` for due,
            `quantity` for compute; a lint may name its lint id with `task`).
        unit: due and compute only: "person" = called once per person (`ctx.person` is set). Screening takes the unit of the kind.
        topic: check only: rules with one topic answer the same question; the lowest-level pack speaks first.
        needs: due only: the list or table (`referrals`, `advance`) without which the rule answers nothing; it is then not asked.
    """
    keys = {"screen": _tuple(kind), "check": _tuple(action), "due": _tuple(task), "compute": _tuple(quantity), "lint": _tuple(task)}[op]
    if not keys and op != "lint":
        raise ValueError(f"{rule_id}: op {op} needs its key")

    def register(fn: F) -> F:
        held = _FUNCTIONS.setdefault(rule_id, [])
        for other in held:
            if other.op == op and set(other.keys) & set(keys) and other.where != f"{fn.__module__}:{fn.__qualname__}":
                raise ValueError(f"{rule_id}: registered twice for {op} {keys}")
        held.append(RuleFunction(rule_id, op, keys, unit, topic or rule_id, cast(RuleCall, fn), f"{fn.__module__}:{fn.__qualname__}", needs))
        return fn

    return register


def load_rules() -> None:
    """Import every module of `policy.rules`, once; their decorators fill the register."""
    if _LOADED:
        return
    from xieli_tui.policy import rules

    for found in sorted(pkgutil.iter_modules(rules.__path__), key=lambda one: one.name):
        importlib.import_module(f"{rules.__name__}.{found.name}")
    _LOADED.append(True)  # a module that cannot be imported fails every time, not only the first


def functions(rule_id: str, op: Op | None = None) -> list[RuleFunction]:
    """The functions of a rule, of one op or all."""
    load_rules()
    found = _FUNCTIONS.get(rule_id)
    return [] if found is None else [one for one in found if op is None or one.op == op]


def registered() -> dict[str, tuple[RuleFunction, ...]]:
    """Every registered rule id with its functions, sorted (docs/policy-coverage.md is made from this)."""
    load_rules()
    return {key: tuple(_FUNCTIONS[key]) for key in sorted(_FUNCTIONS)}
