"""What several rules of 001 (珙县) share: who is a 社会救助家庭, the household's income against N times the standard, which sort of aid a question is about.

Rules kept here
- a recipient is told by hh.status, else by hh.category; never by a computed verdict;
- `income_per_standard` multiplies, nothing is divided (R1); the sign is the pack's.
"""

from __future__ import annotations

from xieli_tui.policy.context import Context
from xieli_tui.policy.logic import Test, Value

RECIPIENT = ("dibao", "tekun")
DIBAO_KINDS = ("dibao", "dibao_single", "dibao_expenditure")
"""What carries the 确认权 of 低保: the single person and the expenditure household enter the same scheme (001:2, 001:3)."""
TEMP_KINDS = ("temp_emergency", "temp_expenditure", "temp_transitional", "temp_topup", "temp_advance")
"""临时救助; 一事一议 (temp_special) is not among them."""


def status(ctx: Context) -> Value:
    """hh.status, else hh.category."""
    return ctx.hh("status").else_(ctx.hh("category"))


def on_dibao(ctx: Context) -> Test:
    """低保对象."""
    return status(ctx).is_("dibao", "是低保对象")


def receives(ctx: Context, label: str = "是社会救助对象") -> Test:
    """社会救助家庭 / 救助对象: 低保 or 特困, by household."""
    return status(ctx).in_(RECIPIENT, label)


def person_receives(ctx: Context, label: str = "是社会救助对象") -> Test:
    """救助对象 by person: p.category, else hh.category, else hh.status."""
    return ctx.category().in_(RECIPIENT, label)


def income_per_standard(ctx: Context, name: str, label: str) -> Test:
    """家庭人均收入 against `name` × 低保标准: income on one side, standard × members on the other."""
    return ctx.bound(name, ctx.hh("income_month"), ctx.local("dibao_std_month") * ctx.hh("size")).named(label)


def kind_asked(ctx: Context) -> Value:
    """The kind a decision is about: the action's, else the application's."""
    return ctx.arg("kind").else_(ctx.app("kind"))
