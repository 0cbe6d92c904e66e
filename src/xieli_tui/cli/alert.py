"""`xieli alert`: 预警 at the village: a list taken in, the list, one, how it was disposed of, the answers for the sender. `xieli county alert`, `county feedback`: the same at a desk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said, group, plain
from xieli_tui.cli.words import ident, row
from xieli_tui.errors import Misused

if TYPE_CHECKING:
    from xieli_tui.casework.alert_feedback import FedBack
    from xieli_tui.casework.alert_lists import ListReport
    from xieli_tui.casework.session import Session

app = group("预警：收名单，核查，处置，反馈。")
county_app = group("预警：发出，按指标扫一遍，一事一议清单。")
SHOWN = 20
"""Remarks printed one by one; all of them stand in --json."""

Alert = Annotated[str, typer.Argument(help="预警的编号。", metavar="ALERT")]
Class = Annotated[str | None, typer.Option("--class", help="只看哪一类：{alert_class}。")]
OfRows = Annotated[str | None, typer.Option("--class", help="看不出类别的行按哪一类：{alert_class}；不写按贫困风险。")]
Mapping = Annotated[Path | None, typer.Option("--mapping", help="栏目对应文件 .toml：叫法不同的栏，哪个类型算哪一类，哪个写法是哪个村。")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入。")]
Out = Annotated[Path, typer.Option("--out", help="反馈表写到哪里，.xlsx。原表不动。")]


@app.callback()
def _group() -> None:
    """预警：收名单，核查，处置，反馈。"""


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
        lambda: [row(f"{r.due} 前" if r.due else r.on, r.head or f"{r.given}（未匹配）", r.cls_label, r.text, r.answered_label or "还没处置", ident(r.id)) for r in rows] or ["没有预警。"],
    )


@app.work("show")
def show(session: Session, alert: Alert) -> Said:
    """看一条预警，能怎么处置。"""
    from xieli_tui.casework import alerts

    one = alerts.show(session, alert)
    return Said(
        plain(one),
        lambda: [row(one.head or f"{one.given}（未匹配）", one.cls_label, one.text, "村里自己收的名单" if one.source == "list" else ""), f"核查走访：{one.visit or '还没有'}"]
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


@app.work("import")
def import_(session: Session, file: Annotated[Path, typer.Argument(help="预警、疑点名单 .xlsx .xls .ods。", metavar="FILE")], dry_run: DryRun = False, mapping: Mapping = None, cls: OfRows = None) -> Said:
    """收一份预警、疑点名单。同一份再收一次，或县里又发来一次，都只有一条。"""
    from xieli_tui.casework.alert_lists import import_list

    found = import_list(session, file, dry_run=dry_run, mapping=mapping, cls=cls)
    return Said(found.as_json(), lambda: _taken(found, "收下"))


def _taken(found: ListReport, word: str) -> list[str]:
    from xieli_tui.casework.alert_lists import class_words

    lines = ["试算，没有写入。" if found.dry_run else "已保存。"]
    lines.append(f"{found.rows} 行：对上人 {found.matched}，未匹配 {found.unmatched}；新{word} {found.new}，原来就有 {found.known}，没收 {len(found.rejected)}")
    if found.classes:
        lines.append(f"类别：{class_words(found)}")
    if found.unknown_kinds:
        lines.append(f"看不出类别，先按贫困风险：{'、'.join(found.unknown_kinds)}。要改，用 --class 或 --mapping 的 [values.kind] 再来一次。")
    lines += [row("没收", f"第 {one.row} 行", one.column, one.code, one.what) for one in found.rejected]
    lines += [row("留意", f"第 {one.row} 行", one.column, one.code, one.what) for one in found.notes[:SHOWN]]
    if len(found.notes) > SHOWN:
        lines.append(f"还有 {len(found.notes) - SHOWN} 处要留意，见 --json。")
    return lines


@app.work("match")
def match(
    session: Session,
    alert: Alert,
    household: Annotated[str, typer.Option("--household", help="是哪一户。")],
    person: Annotated[str | None, typer.Option("--person", help="这一户的哪个人。")] = None,
) -> Said:
    """未匹配的一条，由人认是哪一户。"""
    from xieli_tui.casework import alert_lists

    done = alert_lists.match(session, alert, household, person)
    return Said(plain(done), [row("已记下", f"{done.head}家", ident(done.alert))])


@app.work("feedback")
def feedback(session: Session, file: Annotated[Path, typer.Argument(help="当初收到的那份名单。", metavar="FILE")], out: Out, mapping: Mapping = None) -> Said:
    """把核查结果填回来表：原来的栏、顺序和样子，只填空着的格。"""
    from xieli_tui.casework import alert_feedback

    done = alert_feedback.feedback(session, file, out, mapping=mapping)
    return Said(plain(done), lambda: _fed_back(done))


def _fed_back(done: FedBack) -> list[str]:
    lines = [row(f"已写出 {done.file}", f"{done.rows} 行", f"填了 {done.filled}", f"查无 {done.nobody}" if done.nobody else "", f"还没处置 {done.open}，空着" if done.open else "")]
    if done.strange:
        lines.append(f"{done.strange} 行没有收过，空着。先收这份名单。")
    lines += [row("原来填过，没有动", f"第 {one.row} 行", one.column) for one in done.kept]
    if done.copied:
        lines.append("来表不是 .xlsx：内容、栏目、顺序照原样写成 .xlsx，样子没有带过来。")
    if done.lost:
        lines.append(f"反馈表里没有原表的：{'、'.join(done.lost)}。")
    return lines


@county_app.callback()
def _county() -> None:
    """预警：发出，按指标扫一遍，一事一议清单。"""


@county_app.work("issue")
def issue(
    session: Session,
    file: Annotated[Path | None, typer.Argument(help="一份预警、疑点名单，一行一条；不写就按下面的选项发一条。", metavar="[FILE]")] = None,
    text: Annotated[str | None, typer.Option("--text", help="请村里看什么。")] = None,
    cls: Annotated[str | None, typer.Option("--class", help="哪一类：{alert_class}。发名单时是看不出类别的行按哪一类。")] = None,
    household: Annotated[str | None, typer.Option("--household", help="哪一户。")] = None,
    person: Annotated[str | None, typer.Option("--person", help="哪个人。")] = None,
    due: Annotated[str | None, typer.Option("--due", help="哪天以前；不写按县里定的时限，没定就没有。")] = None,
    amount: Annotated[str | None, typer.Option("--amount", help="元。")] = None,
    dry_run: DryRun = False,
    mapping: Mapping = None,
) -> Said:
    """发一条预警，或者一份名单，给村里。"""
    if file is not None:
        from xieli_tui.desk.alert_lists import issue_list

        if text or household or person or due or amount:
            raise Misused("XL-X03", "发名单时不写 --text、--household、--person、--due、--amount")
        found = issue_list(session, file, dry_run=dry_run, mapping=mapping, cls=cls)
        return Said(found.as_json("issued"), lambda: [*_taken(found, "发"), *([] if found.dry_run or not found.new else ["回传以后村里看得到。"])])
    from xieli_tui.desk import alerts

    if dry_run or mapping is not None:
        raise Misused("XL-X03", "--dry-run 和 --mapping 只在发名单时用")
    saved = alerts.issue(session, alerts.IssueAlert(cls or "", text or "", household, person, due, amount))
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


def county_feedback(session: Session, file: Annotated[Path, typer.Argument(help="当初发出的那份名单。", metavar="ALERTFILE")], out: Out, mapping: Mapping = None) -> Said:
    """把各村核查的结果填回来表：原来的栏、顺序和样子，只填空着的格。"""
    from xieli_tui.desk.alert_lists import feedback as fed

    done = fed(session, file, out, mapping=mapping)
    return Said(plain(done), lambda: _fed_back(done))


def mount(county: App) -> None:
    """Hang the desk's part under `xieli county`."""
    county.add_typer(county_app, name="alert")
    county.work("feedback")(county_feedback)
