"""Whom a kind can mean at all, where its document writes no condition (`persons` of a kind's row): pupils for 教育救助, people who can work for 就业救助.

Rules kept here
- this only narrows the county's own list (`local.kind_rules`): who is outside is never offered the kind, who is unknown is asked about, nobody is let in by it;
- the working age is the external one of the EXT pack, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xieli_tui.policy.logic import Test, all_of

if TYPE_CHECKING:
    from xieli_tui.policy.context import Context


def _pupil(ctx: Context) -> Test:
    """In school; a stage written down once does not say so, a pupil leaves."""
    return ctx.person("in_school").is_true("在校学生")


def _worker(ctx: Context) -> Test:
    """Able to work and of working age."""
    age = ctx.bound("ext_working_age", ctx.person("birth_date").age(ctx.asof))
    return all_of(age, ctx.person("labour_able").is_true()).named("劳动年龄内有劳动能力")


WHOM: dict[str, Callable[[Context], Test]] = {"pupil": _pupil, "worker": _worker}
