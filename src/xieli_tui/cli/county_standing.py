"""`xieli county`: what stands in the register of a family, mounted by county.py: category, taper, exit; and the reserve of a township."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said, group
from xieli_tui.cli.told import told
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

Household = Annotated[str, typer.Argument(help="户的编号。", metavar="HOUSEHOLD")]
Person = Annotated[str | None, typer.Option("--person", help="只是其中一个人的，写人的编号。")]

reserve_app = group("乡镇临时救助备用金：进、出、还剩多少。")


def mount(app: App) -> None:
    """Put the commands under `xieli county`."""
    app.work("category")(category)
    app.work("taper")(taper)
    app.work("exit")(exit_)
    app.add_typer(reserve_app, name="reserve")


def category(
    session: Session,
    household: Household,
    category: Annotated[str, typer.Argument(help="哪一类：{category}。", metavar="CATEGORY")],
    reason: Annotated[str, typer.Option("--reason", help="为什么，必写。")],
    since: Annotated[str | None, typer.Option("--from", help="从哪天起；不写就是今天。")] = None,
    until: Annotated[str | None, typer.Option("--to", help="到哪天。")] = None,
    person: Person = None,
) -> Said:
    """定在册的类别。"""
    from xieli_tui.desk import standing

    saved = standing.set_category(session, standing.SetCategory(household, category, reason, since, until, person))
    return told(saved)


def taper(
    session: Session,
    household: Household,
    months: Annotated[int, typer.Option("--months", help="几个月。")],
    start: Annotated[str, typer.Option("--start", help="从哪天起。")],
    income: Annotated[str | None, typer.Option("--income", help="家庭月收入（元，扣减以后）；不写就用家里申报的。")] = None,
) -> Said:
    """定低保渐退期。"""
    from xieli_tui.desk import standing

    saved = standing.set_taper(session, standing.SetTaper(household, months, start, income))
    return told(saved)


def exit_(
    session: Session,
    household: Household,
    category: Annotated[str, typer.Option("--from", help="从哪一类退出：{category}。")],
    reason: Annotated[str, typer.Option("--reason", help="为什么退出：{exit_reason}。")],
    on: Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")] = None,
    consent: Annotated[bool | None, typer.Option("--consent/--no-consent", help="本人同不同意沿用材料、直接转入；没问就不写。")] = None,
    to: Annotated[list[str] | None, typer.Option("--to", help="直接转入：dibao_edge 低保边缘，rigid_exp 刚性支出困难；可以写两次。")] = None,
    person: Person = None,
) -> Said:
    """记退出；之后两年还在监测里。"""
    from xieli_tui.desk import standing

    saved = standing.record_exit(session, standing.RecordExit(household, category, reason, on, person, consent, tuple(to or ())))
    return told(saved)


Area = Annotated[str | None, typer.Option("--area", help="镇的 9 位代码；在镇里不用写。")]
Amount = Annotated[str, typer.Option("--amount", help="元，例如 20000.00。")]
Note = Annotated[str | None, typer.Option("--note", help="说明。")]
On = Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")]


@reserve_app.work("in")
def reserve_in(session: Session, amount: Amount, area: Area = None, on: On = None, note: Note = None) -> Said:
    """备用金拨进来。"""
    from xieli_tui.desk import reserve

    saved = reserve.move(session, reserve.MoveReserve("in", amount, area, on, None, note))
    return told(saved)


@reserve_app.work("out")
def reserve_out(
    session: Session,
    amount: Amount,
    area: Area = None,
    on: On = None,
    application: Annotated[str | None, typer.Option("--app", help="为哪一件申请。")] = None,
    note: Note = None,
) -> Said:
    """备用金付出去；先行救助自己会记，不用再写。"""
    from xieli_tui.desk import reserve

    saved = reserve.move(session, reserve.MoveReserve("out", amount, area, on, application, note))
    return told(saved)


@reserve_app.work("list")
def reserve_list(
    session: Session,
    area: Area = None,
    start: Annotated[str | None, typer.Option("--from", help="从哪天。")] = None,
    end: Annotated[str | None, typer.Option("--to", help="到哪天。")] = None,
) -> Said:
    """备用金的账。"""
    from xieli_tui.desk import reserve
    from xieli_tui.domain.money import format_fen

    found = reserve.ledger(session, area, start, end)

    def money(fen: int) -> str:
        return format_fen(fen) if fen >= 0 else f"-{format_fen(-fen)}"

    words = {"in": "拨进", "out": "付出", "advance": "先行救助"}
    return Said(
        {
            "area": found.area, "before": money(found.before), "left": money(found.left),
            "lines": [
                {"on": r.on, "what": r.what, "amount": money(r.amount), "left": money(r.left), "application": r.application, "note": r.note} for r in found.lines
            ],
        },
        lambda: [f"之前：{money(found.before)} 元"]
        + [row(r.on, words[r.what], f"{money(r.amount)} 元", f"还剩 {money(r.left)} 元", r.note) for r in found.lines]
        + [f"还剩：{money(found.left)} 元"],
    )
