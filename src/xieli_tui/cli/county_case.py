"""`xieli county`: steps of a case that not every case takes, mounted by county.py: request-check, appraise, report, stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said, group
from xieli_tui.cli.county_steps import stepped
from xieli_tui.cli.told import told
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

App_ = Annotated[str, typer.Argument(help="申请的编号。", metavar="APP")]
On = Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")]

stage_app = group("分阶段：一次决定，分几次付。")


def mount(app: App) -> None:
    """Put the commands under `xieli county`."""
    app.work("request-check")(request_check)
    app.work("appraise")(appraise)
    app.work("report")(report)
    app.add_typer(stage_app, name="stage")


def request_check(session: Session, app_id: App_, on: On = None) -> Said:
    """委托核对：只为签了授权、还在有效期的人。"""
    from xieli_tui.desk import further

    return stepped(session, app_id, further.request_check(session, app_id, on))


def appraise(
    session: Session,
    app_id: App_,
    result: Annotated[str, typer.Option("--result", help="评议的结果，一句话。")],
    unclear: Annotated[list[str] | None, typer.Option("--unclear", help="哪里不清楚：economy 经济状况，facts 事实；可以写两次。")] = None,
    on: On = None,
) -> Said:
    """记民主评议：只在情况不清楚或有重大异议的时候。"""
    from xieli_tui.desk import further

    return stepped(session, app_id, further.appraise(session, app_id, result, tuple(unclear or ()), on))


def report(
    session: Session,
    app_id: App_,
    note: Annotated[str | None, typer.Option("--note", help="说明。")] = None,
    on: On = None,
) -> Said:
    """上报县级，带着镇里的意见。"""
    from xieli_tui.desk import further

    return stepped(session, app_id, further.report(session, app_id, note, on))


@stage_app.work("set")
def stage_set(
    session: Session,
    app_id: App_,
    stage: Annotated[int, typer.Option("--stage", help="第几阶段。")],
    amount: Annotated[str, typer.Option("--amount", help="元，例如 500.00。")],
    due: Annotated[str, typer.Option("--due", help="哪天付。")],
    on: On = None,
) -> Said:
    """定一个阶段的金额和日子。"""
    from xieli_tui.desk import further

    saved = further.set_stage(session, app_id, stage, amount, due, on)
    return told(saved)


@stage_app.work("list")
def stage_list(session: Session, app_id: App_) -> Said:
    """看各个阶段。"""
    from xieli_tui.desk import further
    from xieli_tui.domain.money import format_fen

    rows = further.list_stages(session, app_id)
    return Said(
        {"stages": [{"stage": r.stage, "amount": format_fen(r.amount), "due": r.due, "paid": r.paid} for r in rows]},
        lambda: [row(f"第 {r.stage} 阶段", f"{format_fen(r.amount)} 元", r.due, '已付' if r.paid else '还没付') for r in rows] or ["没有分阶段。"],
    )
