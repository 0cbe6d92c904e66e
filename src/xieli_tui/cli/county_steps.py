"""`xieli county`: the steps every case goes through at a desk, mounted by county.py: accept to close, and the answer to an item of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said
from xieli_tui.cli.told import told as told_

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import Saved

App_ = Annotated[str, typer.Argument(help="申请的编号。", metavar="APP")]
On = Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")]
Note = Annotated[str | None, typer.Option("--note", help="说明。")]


def stepped(session: Session, app_id: str, saved: Saved) -> Said:
    """What is said of a step: where the case stands now, in words."""
    from xieli_tui.casework.application_card import state_word

    return told_(saved, state_word(session, app_id))


def accept(
    session: Session,
    app_id: App_,
    on: On = None,
    platform_no: Annotated[str | None, typer.Option("--platform-no", help="业务系统里的编号。")] = None,
) -> Said:
    """受理。"""
    from xieli_tui.desk import steps

    return stepped(session, app_id, steps.accept(session, app_id, on, platform_no))


def return_(
    session: Session,
    app_id: App_,
    paper: Annotated[list[str], typer.Option("--paper", help="缺哪份材料，一次说清，可以写几个：{doc}。")],
    note: Note = None,
    on: On = None,
) -> Said:
    """退回补正，一次性告知。"""
    from xieli_tui.desk import steps

    return stepped(session, app_id, steps.return_for_papers(session, app_id, paper, note, on))


def check(
    session: Session,
    app_id: App_,
    result: Annotated[str, typer.Option("--result", help="结果：{check_result}。")],
    until: Annotated[str | None, typer.Option("--until", help="有效到哪天。")] = None,
    on: On = None,
) -> Said:
    """记经济状况核对结果。"""
    from xieli_tui.desk import steps

    return stepped(session, app_id, steps.check(session, app_id, result, until, on))


def survey(
    session: Session,
    app_id: App_,
    by: Annotated[list[str], typer.Option("--by", help="调查人，两名，写两次。")],
    with_: Annotated[list[str] | None, typer.Option("--with", help="陪同人员。")] = None,
    note: Note = None,
    on: On = None,
) -> Said:
    """记两人入户调查。"""
    from xieli_tui.desk import steps

    return stepped(session, app_id, steps.survey(session, app_id, by, on, tuple(with_ or ()), note))


def review(
    session: Session,
    app_id: App_,
    opinion: Annotated[str, typer.Option("--opinion", help="grant 同意，reject 不同意。")] = "grant",
    note: Note = None,
    on: On = None,
) -> Said:
    """初审。"""
    from xieli_tui.desk import steps

    return stepped(session, app_id, steps.review(session, app_id, opinion, note, on))


def notice(
    session: Session,
    app_id: App_,
    kind: Annotated[str, typer.Option("--kind", help="哪种公示：{notice_kind}。")],
    place: Annotated[str, typer.Option("--place", help="贴在哪里：{place}。")],
    start: Annotated[str, typer.Option("--from", help="哪天贴的。")],
    end: Annotated[str | None, typer.Option("--to", help="到哪天。")] = None,
) -> Said:
    """记公示。"""
    from xieli_tui.desk import steps

    return stepped(session, app_id, steps.notice(session, app_id, kind, place, start, end))


def advance(
    session: Session,
    app_id: App_,
    amount: Annotated[str, typer.Option("--amount", help="元，例如 500.00。")],
    payer: Annotated[str, typer.Option("--payer", help="谁付的。")],
    on: On = None,
) -> Said:
    """记先行救助。"""
    from xieli_tui.desk import steps

    return stepped(session, app_id, steps.advance(session, app_id, amount, payer, on))


def decide(
    session: Session,
    app_id: App_,
    grant: Annotated[bool, typer.Option("--grant/--reject", help="审核确认，或不予确认。")],
    reason: Annotated[str, typer.Option("--reason", help="理由，不予确认必写。")],
    kind: Annotated[str | None, typer.Option("--kind", help="哪一种；只申请了一种可以不写。")] = None,
    amount: Annotated[str | None, typer.Option("--amount", help="元，例如 800.00。")] = None,
    start: Annotated[str | None, typer.Option("--from", help="从哪天起。")] = None,
) -> Said:
    """决定一种救助。"""
    from xieli_tui.desk import steps

    return stepped(session, app_id, steps.decide(session, steps.Decide(app_id, kind, grant, amount, start, reason)))


def told(
    session: Session,
    app_id: App_,
    how: Annotated[str, typer.Option("--how", help="怎么告知的：{told}。")] = "phone",
    on: On = None,
) -> Said:
    """决定已告知申请人。"""
    from xieli_tui.desk import steps

    return stepped(session, app_id, steps.told(session, app_id, how, on))


def pay(
    session: Session,
    app_id: App_,
    ref: Annotated[str, typer.Option("--ref", help="付款单号；付款在别处，这里只记号。")],
    kind: Annotated[str | None, typer.Option("--kind", help="哪一种。")] = None,
    amount: Annotated[str | None, typer.Option("--amount", help="元。")] = None,
    on: On = None,
) -> Said:
    """记付款单号。"""
    from xieli_tui.desk import steps

    return stepped(session, app_id, steps.pay(session, app_id, ref, kind, amount, on))


def close(session: Session, app_id: App_, reason: Annotated[str | None, typer.Option("--reason", help="为什么办结，有才写。")] = None) -> Said:
    """办结。"""
    from xieli_tui.desk import steps

    return stepped(session, app_id, steps.close(session, app_id, reason))


def answer(
    session: Session,
    item: Annotated[str, typer.Argument(help="困难登记、变化或预警的编号。")],
    disposition: Annotated[str, typer.Option("--disposition", help="怎么处理：{disposition}。")],
    note: Note = None,
) -> Said:
    """答复一件，答复会回到村里。"""
    from xieli_tui.desk import steps

    return told_(steps.answer(session, item, disposition, note))


def mount(app: App) -> None:
    """Put the steps under `xieli county`, in the order of the road."""
    for name, step in (
        ("accept", accept),
        ("return", return_),
        ("check", check),
        ("survey", survey),
        ("review", review),
        ("notice", notice),
        ("advance", advance),
        ("decide", decide),
        ("told", told),
        ("pay", pay),
        ("close", close),
        ("answer", answer),
    ):
        app.work(name)(step)
