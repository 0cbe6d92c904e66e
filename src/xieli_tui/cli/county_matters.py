"""`xieli county complaint|fraud|conference|event|platform`: what a desk records beside applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said, group
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import Saved

complaint_app = group("群众反映、举报：收到、答复、还没答复的。")
fraud_app = group("疑点：只有县级看，县级认定。")
conference_app = group("个案会商。")
event_app = group("突发公共事件：开、结束、有哪些。")
platform_app = group("业务系统里的编号。")

On = Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")]


def _saved(saved: Saved) -> Said:
    return Said(saved, [row(f"已保存(第{saved.seq}条)", ident(saved.id))])


@complaint_app.work("receive")
def complaint_receive(
    session: Session,
    channel: Annotated[str, typer.Option("--channel", help="怎么来的：{complaint_channel}。")],
    text: Annotated[str, typer.Option("--text", help="反映的什么。")],
    household: Annotated[str | None, typer.Option("--household", help="说的是哪一户，有才写。")] = None,
    on: On = None,
) -> Said:
    """记一件反映；不发给村里。"""
    from xieli_tui.desk.matters import ReceiveComplaint, receive_complaint

    saved = receive_complaint(session, ReceiveComplaint(channel, text, household, on))
    return _saved(saved)


@complaint_app.work("answer")
def complaint_answer(
    session: Session,
    complaint: Annotated[str, typer.Argument(help="反映的编号。")],
    result: Annotated[str, typer.Option("--result", help="查到什么，怎么答复的。")],
    on: On = None,
) -> Said:
    """记怎么办结的。"""
    from xieli_tui.desk.matters import answer_complaint

    saved = answer_complaint(session, complaint, result, on)
    return _saved(saved)


@complaint_app.work("list")
def complaint_list(
    session: Session,
    open_only: Annotated[bool, typer.Option("--open", help="只看没有答复的。")] = False,
) -> Said:
    """反映，没有答复的在前。"""
    from xieli_tui.desk.matters import list_complaints
    from xieli_tui.domain.codes import label

    rows = list_complaints(session, open_only=open_only)
    return Said(
        {"complaints": rows},
        lambda: [row(r.on, label('complaint_channel', r.channel), r.text, f"{f'{r.answered_on} {r.result}' if r.result else '没有答复'}", ident(r.id)) for r in rows] or ["没有反映。"],
    )


@fraud_app.work("list")
def fraud_list(session: Session) -> Said:
    """疑点，没有认定的在前。只有县级能看。"""
    from xieli_tui.desk.matters import list_frauds
    from xieli_tui.domain.codes import label

    rows = list_frauds(session)
    return Said(
        {"suspicions": rows},
        lambda: [row(r.on, r.text, f"{f'{r.ruled_on} ' + label('disposition', r.result) if r.result else '没有认定'}", ident(r.id)) for r in rows] or ["没有疑点。"],
    )


@fraud_app.work("rule")
def fraud_rule(
    session: Session,
    fraud: Annotated[str, typer.Argument(help="疑点的编号。")],
    result: Annotated[str, typer.Option("--result", help="true 情况属实，false 情况不实。")],
    text: Annotated[str | None, typer.Option("--text", help="查到了什么，属实必写。")] = None,
    on: On = None,
) -> Said:
    """县级认定；停发、追回另外办。"""
    from xieli_tui.desk.matters import rule_on_fraud

    saved = rule_on_fraud(session, fraud, result, text, on)
    return _saved(saved)


@conference_app.work("hold")
def conference_hold(
    session: Session,
    member: Annotated[list[str], typer.Option("--member", help="参加的人，写两个以上。")],
    result: Annotated[str, typer.Option("--result", help="商定了什么。")],
    application: Annotated[list[str] | None, typer.Option("--application", help="哪件申请。")] = None,
    household: Annotated[list[str] | None, typer.Option("--household", help="哪一户。")] = None,
    on: On = None,
) -> Said:
    """记一次个案会商。"""
    from xieli_tui.desk.matters import HoldConference, hold_conference

    saved = hold_conference(session, HoldConference(tuple(member), result, tuple(application or ()), tuple(household or ()), on))
    return _saved(saved)


@conference_app.work("list")
def conference_list(
    session: Session,
    case: Annotated[str | None, typer.Option("--case", help="只看哪件申请或哪一户的。")] = None,
) -> Said:
    """个案会商，新的在前。"""
    from xieli_tui.desk.matters import list_conferences

    rows = list_conferences(session, case)
    return Said({"conferences": rows}, lambda: [row(r.on, '、'.join(r.members), r.result) for r in rows] or ["没有会商。"])


@event_app.work("open")
def event_open(
    session: Session,
    kind: Annotated[str, typer.Option("--kind", help="哪种事：{urgent_kind}。")],
    name: Annotated[str, typer.Option("--name", help="叫什么，例如 7月暴雨。")],
    village: Annotated[list[str] | None, typer.Option("--village", help="哪些村，12 位代码；县里不写就是全县。")] = None,
    suspend_reviews: Annotated[bool, typer.Option("--suspend-reviews", help="这期间暂停核查。")] = False,
    on: On = None,
) -> Said:
    """开一次突发公共事件，各村随回传收到，排查在册的家庭。"""
    from xieli_tui.desk.matters import OpenEvent, open_event

    saved = open_event(session, OpenEvent(kind, name, tuple(village or ()), on, suspend_reviews))
    return _saved(saved)


@event_app.work("close")
def event_close(session: Session, event: Annotated[str, typer.Argument(help="突发事件的编号。")], on: On = None) -> Said:
    """结束一次突发公共事件。"""
    from xieli_tui.desk.matters import close_event

    saved = close_event(session, event, on)
    return _saved(saved)


@event_app.work("list")
def event_list(session: Session, open_only: Annotated[bool, typer.Option("--open", help="只看没有结束的。")] = False) -> Said:
    """突发公共事件，新的在前；村里看得到发给它的。"""
    from xieli_tui.desk.matters import list_events
    from xieli_tui.domain.codes import label

    rows = list_events(session, open_only=open_only)
    return Said(
        {"events": rows},
        lambda: [row(r.on, r.name, label('urgent_kind', r.kind), f"{f'{r.closed} 结束' if r.closed else '进行中'}", ident(r.id)) for r in rows] or ["没有突发事件。"],
    )


@platform_app.work("link")
def platform_link(
    session: Session,
    household: Annotated[str, typer.Argument(help="户的编号。")],
    number: Annotated[str, typer.Option("--no", help="业务系统里的编号。")],
    person: Annotated[str | None, typer.Option("--person", help="是哪个人的，按户的不写。")] = None,
) -> Said:
    """记一户或一人在业务系统里的编号。"""
    from xieli_tui.desk.matters import link_platform

    saved = link_platform(session, household, number, person)
    return _saved(saved)


@platform_app.work("missing")
def platform_missing(session: Session) -> Said:
    """在册的、还没有业务系统编号的。"""
    from xieli_tui.desk.matters import unlinked

    rows = unlinked(session)
    body = {"households": [{"id": home, "head": who, "category": category} for home, who, category in rows]}
    return Said(body, lambda: [row(who, category, ident(home)) for home, who, category in rows] or ["都有编号。"])


def mount(county: App) -> None:
    """Put these groups on `xieli county`."""
    for name, part in (("complaint", complaint_app), ("fraud", fraud_app), ("conference", conference_app), ("event", event_app), ("platform", platform_app)):
        county.add_typer(part, name=name)
