"""`xieli alert`: 预警 at the village: the list, one, and how it was disposed of. `xieli county alert`: issued, scanned, the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said, group, plain
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("预警：核查，处置。")
county_app = group("预警：发出，按指标扫一遍，一事一议清单。")

Alert = Annotated[str, typer.Argument(help="预警的编号。", metavar="ALERT")]
Class = Annotated[str | None, typer.Option("--class", help="只看哪一类：{alert_class}。")]


@app.callback()
def _group() -> None:
    """预警：核查，处置。"""


@app.work("list")
def list_(
    session: Session,
    household: Annotated[str | None, typer.Option("--household", help="只看一户。")] = None,
    cls: Class = None,
    open_: Annotated[bool, typer.Option("--open", help="只看还没处置的。")] = False,
) -> Said:
    """看预警，期限近的在前。"""
    from xieli_tui.casework.alerts import list_alerts

    rows = list_alerts(session, household, cls=cls, open_only=open_)
    return Said(
        {"alerts": [plain(r) for r in rows]},
        lambda: [row(f"{r.due} 前" if r.due else r.on, r.head or "没有对上人", r.cls_label, r.text, r.answered_label or "还没处置", ident(r.id)) for r in rows] or ["没有预警。"],
    )


@app.work("show")
def show(session: Session, alert: Alert) -> Said:
    """看一条预警，能怎么处置。"""
    from xieli_tui.casework import alerts

    one = alerts.show(session, alert)
    return Said(
        plain(one),
        lambda: [row(one.head or "没有对上人", one.cls_label, one.text), f"核查走访：{one.visit or '还没有'}"]
        + [f"可以处置为：{way} {word}，{follows}" for way, word, follows in one.ways],
    )


@app.work("answer")
def answer(
    session: Session,
    alert: Alert,
    disposition: Annotated[str, typer.Option("--disposition", help="怎么处置，xieli alert show 列出这一类能选的。")],
    visit: Annotated[str | None, typer.Option("--visit", help="哪次走访核查的；不写就用答这条预警的那一次。")] = None,
    note: Annotated[str | None, typer.Option("--note", help="看到了什么。")] = None,
    on: Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")] = None,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="哪种救助，可以写几个，例如 低保。")] = None,
    answer_: Annotated[str | None, typer.Option("--answer", help="告知以后本人怎么说：{answer}。")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="不愿申请的原因。")] = None,
    department: Annotated[list[str] | None, typer.Option("--department", help="转给哪个部门，可以写几个。")] = None,
    person: Annotated[str | None, typer.Option("--person", help="这一户的哪个人。")] = None,
    household: Annotated[str | None, typer.Option("--household", help="没有对上人的预警，写是哪一户。")] = None,
) -> Said:
    """处置一条预警；跟着要做的同时记下。"""
    from xieli_tui.casework import alerts

    saved = alerts.answer(session, alerts.AnswerAlert(
        alert, disposition, visit, note, on, tuple(kind or ()), answer_, reason, tuple(department or ()), person, household,
    ))
    words = {"informed": "已记告知", "application": "已起草申请", "referral": "已开转介"}
    return Said(
        {"id": saved.id, "seq": saved.seq, "state": saved.state, **saved.more},
        lambda: [f"已保存(第{saved.seq}条)"] + [row(words[one['what']], one.get('kind', ''), one.get('department', ''), one['id']) for one in saved.more["follow"]],
    )


@county_app.callback()
def _county() -> None:
    """预警：发出，按指标扫一遍，一事一议清单。"""


@county_app.work("issue")
def issue(
    session: Session,
    text: Annotated[str, typer.Option("--text", help="请村里看什么。")],
    cls: Annotated[str, typer.Option("--class", help="哪一类：{alert_class}。")],
    household: Annotated[str | None, typer.Option("--household", help="哪一户。")] = None,
    person: Annotated[str | None, typer.Option("--person", help="哪个人。")] = None,
    due: Annotated[str | None, typer.Option("--due", help="哪天以前；不写按县里定的时限，没定就没有。")] = None,
    amount: Annotated[str | None, typer.Option("--amount", help="元。")] = None,
) -> Said:
    """发一条预警给村里。"""
    from xieli_tui.desk import alerts

    saved = alerts.issue(session, alerts.IssueAlert(cls, text, household, person, due, amount))
    return Said({"id": saved.id, "seq": saved.seq, "due": saved.state or None}, [row(f"已保存(第{saved.seq}条)", saved.state, "回传以后村里看得到")])


@county_app.work("list")
def county_list(session: Session, open_: Annotated[bool, typer.Option("--open", help="只看还没处置的。")] = False) -> Said:
    """看发出的预警。"""
    return list_(session, open_=open_)


@county_app.work("scan")
def scan(session: Session, dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会发哪些，不写入。")] = False) -> Said:
    """按县里的风险指标看一遍已登记的情况，请村里走访；没有定指标就什么也不做。"""
    from xieli_tui.desk import alerts

    found = alerts.scan(session, dry_run=dry_run)
    return Said(
        {"dry_run": dry_run, "alerts": [plain(one) for one in found]},
        lambda: (["试算，没有写入。"] if dry_run else []) + ([row(one.village, one.head, one.why, one.due) for one in found] or ["没有要请走访的。"]),
    )


@county_app.work("agenda")
def agenda(session: Session) -> Said:
    """一事一议清单：村里核查为情形复杂、还没有会商的。"""
    from xieli_tui.desk import alerts

    rows = alerts.agenda(session)
    return Said({"agenda": [plain(r) for r in rows]}, lambda: [row(r.on, r.village, r.head, r.note, ident(r.alert)) for r in rows] or ["清单是空的。"])


def mount(county: App) -> None:
    """Hang the desk's part under `xieli county`."""
    county.add_typer(county_app, name="alert")
