"""`xieli flag`: hardship findings, the telephone report, settling."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group, plain
from xieli_tui.cli.words import ident, row
from xieli_tui.domain.codes import find

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("发现登记：困难、急难、电话报告。")


@app.work("add")
def add(
    session: Session,
    cause: Annotated[list[str], typer.Option("--cause", help="原因：{cause}；可以写几个。")],
    household: Annotated[str | None, typer.Option("--household", help="户的编号。")] = None,
    outsider: Annotated[str | None, typer.Option("--outsider", help="不在册的人，姓名。")] = None,
    place: Annotated[str | None, typer.Option("--place", help="人在哪里。")] = None,
    urgency: Annotated[str, typer.Option("--urgency", help="急不急：{urgency}。")] = "normal",
    person: Annotated[list[str] | None, typer.Option("--person", help="人的编号。")] = None,
    channel: Annotated[str, typer.Option("--channel", help="怎么知道的：{channel}。")] = "visit",
    found_by: Annotated[str, typer.Option("--found-by", help="谁发现的：{discoverer}。")] = "coordinator",
    on: Annotated[str | None, typer.Option("--on", help="哪天。")] = None,
    situation: Annotated[str | None, typer.Option("--situation", help="现在怎么样。")] = None,
    needs: Annotated[str | None, typer.Option("--needs", help="急需什么。")] = None,
    hukou_region: Annotated[str | None, typer.Option("--hukou-region", help="户籍地，区划代码。")] = None,
    live_region: Annotated[str | None, typer.Option("--live-region", help="居住地，区划代码。")] = None,
    permit_region: Annotated[str | None, typer.Option("--permit-region", help="居住证地，区划代码。")] = None,
    event_region: Annotated[str | None, typer.Option("--event-region", help="事发地，区划代码。")] = None,
    note: Annotated[str | None, typer.Option("--note", help="一句话。")] = None,
) -> Said:
    """登记一件困难。不在册的人、外地的人也能登记，不看户口。"""
    from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship

    request = FlagHardship(
        causes=tuple(cause), household=household, outsider=outsider, place=place, urgency=urgency, persons=tuple(person or ()),
        channel=channel, found_by=found_by, on=on, note=note, situation=situation, needs=needs, hukou_region=hukou_region, live_region=live_region,
        permit_region=permit_region, event_region=event_region,
    )
    saved = flag_hardship(session, request)
    lines = [row(f"已保存(第{saved.seq}条)", ident(saved.id))]
    if find("urgency", urgency) == "emergency":
        lines.append("请立即电话报告镇民政办，打完用 xieli flag reported 记下谁接的。")
    return Said({"id": saved.id, "seq": saved.seq}, lines)


@app.work("reported")
def reported(
    session: Session,
    flag: Annotated[str, typer.Argument(help="困难登记的编号。")],
    answered_by: Annotated[str, typer.Option("--answered-by", help="谁接的电话。")],
    at: Annotated[str | None, typer.Option("--at", help="几点，2026-12-28T14:06；不写就是现在。")] = None,
) -> Said:
    """记下电话报告：几点，谁接的。"""
    from xieli_tui.casework.flag_hardship import report_by_phone

    saved = report_by_phone(session, flag, at, answered_by)
    return Said({"id": saved.id, "seq": saved.seq}, [f"已保存(第{saved.seq}条)"])


@app.work("settle")
def settle(
    session: Session,
    flag: Annotated[str, typer.Argument(help="困难登记的编号。")],
    how: Annotated[str, typer.Option("--how", help="怎么了结：{flag_outcome}。")],
    note: Annotated[str | None, typer.Option("--note", help="说明。")] = None,
) -> Said:
    """一件困难办完了。"""
    from xieli_tui.casework.flag_hardship import settle_flag

    saved = settle_flag(session, flag, how, note)
    return Said({"id": saved.id, "seq": saved.seq}, [f"已保存(第{saved.seq}条)"])


@app.work("list")
def list_(session: Session, open_only: Annotated[bool, typer.Option("--open", help="只看在跟的。")] = False) -> Said:
    """登记过的困难，没有电话报告的急难在前；名单外的人也在。"""
    from xieli_tui.casework.findings import list_findings

    found = list_findings(session, open_only=open_only)
    return Said(
        {"flags": [{name: value for name, value in plain(one).items() if name not in ("file", "owed")} for one in found]},
        lambda: [
            row(one.on, one.urgency_label, f"{one.who}{'（名单外）' if one.outsider else ''}", one.causes, one.settled or ("已电话报告" if one.reported_at else "在跟"), ident(one.id))
            for one in found
        ]
        or ["没有登记过。"],
    )


@app.work("show")
def show(session: Session, flag: Annotated[str, typer.Argument(help="困难登记的编号。")]) -> Said:
    """一件困难的全程：怎么发现的，报告了没有，急难信息档案，还欠什么手续。"""
    from xieli_tui.casework.findings import show as whole

    found = whole(session, flag)

    def lines() -> list[str]:
        out = [row(found.on, found.urgency_label, found.who, found.causes), row(f"怎么知道的：{found.channel}", f"{found.found_by}发现", found.place)]
        out += [f"{word}：{code}" for word, code in found.regions]
        out += [f"{word}：{text}" for word, text in (("现在", found.situation), ("急需", found.needs), ("一句话", found.note)) if text]
        out += [f"经过：{row(one.at.replace('T', ' '), one.label, one.what)}" for one in (found.file.entries if found.file else ())]
        out += [f"转介：{row(one.on, one.department_name, one.kind_label, one.result or '在办', ident(one.id))}" for one in found.referrals]
        out += [f"还要：{row(one.word, one.due, one.why, one.cite)}" for one in found.owed]
        out.append(f"更正、撤回用的记录编号：{found.ref}")
        return [*out, f"了结：{row(found.settled_on, found.settled, found.settled_note)}"] if found.settled_on else out

    return Said(found, lines)
