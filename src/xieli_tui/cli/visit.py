"""`xieli visit`: one visit, many from a file, question by question (visit_new), and which families are due."""

from __future__ import annotations

import json as jsonlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli import zh
from xieli_tui.cli.common import Json, PassFile, Said, Workspace, emit, group, opened
from xieli_tui.cli.visit_new import new
from xieli_tui.cli.words import ident, row
from xieli_tui.domain.text import group_word
from xieli_tui.errors import NotFound, Refused

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("走访：记一次，一问一答，或按行导入。")
app.command("new")(new)


@app.callback()
def _group() -> None:
    """走访：记一次，一问一答，或按行导入。"""


@app.command("add")
def add(
    household: Annotated[str | None, typer.Option("--household", help="户的编号。")] = None,
    met: Annotated[str | None, typer.Option("--met", help="见到谁：{met}。没有默认。")] = None,
    on: Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")] = None,
    kind: Annotated[str, typer.Option("--kind", help="哪种走访：{visit_kind}。")] = "routine",
    mark: Annotated[list[str] | None, typer.Option("--mark", help="六方面：{dimension}；1 正常，2 留意，3 有困难，例如 economy=2。")] = None,
    change: Annotated[list[str] | None, typer.Option("--change", help="变化：{change}。")] = None,
    visitor: Annotated[list[str] | None, typer.Option("--visitor", help="同去的人，姓名:身份，身份是 {discoverer}，例如 李平:grid。")] = None,
    house_safety: Annotated[str | None, typer.Option("--house-safety", help="房屋：{house_safety}。")] = None,
    channel: Annotated[str, typer.Option("--channel", help="怎么走访的：{visit_channel}。")] = "home",
    promise: Annotated[str | None, typer.Option("--promise", help="答应的事。")] = None,
    promise_on: Annotated[str | None, typer.Option("--promise-on", help="哪天兑现。")] = None,
    note: Annotated[str | None, typer.Option("--note", help="一句话。")] = None,
    answers_alert: Annotated[str | None, typer.Option("--answers-alert", help="核查的是哪条预警，编号。")] = None,
    finding: Annotated[str | None, typer.Option("--finding", help="预警说的是不是真的：true 情况属实，false 情况不实。")] = None,
    from_jsonl: Annotated[Path | None, typer.Option("--from-jsonl", help="一行一次走访的文件，每存一次印一行。")] = None,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """记一次走访。"""
    from xieli_tui.casework.record_visit import RecordVisit, record_many, record_visit

    if from_jsonl is not None:
        if from_jsonl.is_dir():
            raise Refused("XL-F01", field="from_jsonl")
        if not from_jsonl.exists():
            raise NotFound("XL-F05", field="from_jsonl")
        with opened(w, passphrase_file) as session, from_jsonl.open(encoding="utf-8") as lines:
            for saved in record_many(session, lines):
                # one line per stored visit, as soon as it is durable: a reader may count acknowledged lines after a crash
                sys.stdout.write(jsonlib.dumps({"id": saved.id, "seq": saved.seq}) + "\n")
                sys.stdout.flush()
        return
    if household is None:
        raise typer.BadParameter("要写户的编号，xieli household list 每行的末尾有，例如 xieli visit add --household 户编号 --met self", param_hint="--household")
    if met is None:
        raise typer.BadParameter(zh.filled("要写见到谁：{met}，没有默认，例如 xieli visit add --household 户编号 --met self"), param_hint="--met")
    marks: dict[str, int] = {}
    for text in mark or []:
        name, _, level = text.partition("=")
        if level not in ("1", "2", "3"):
            raise Refused("XL-V08", "1 正常、2 留意、3 有困难", field="mark")
        marks[name] = int(level)
    visitors = [(v.partition(":")[0], v.partition(":")[2] or "coordinator") for v in visitor or []]
    request = RecordVisit(
        household=household, met=met, on=on, kind=kind, marks=marks, changes=tuple(change or ()), visitors=tuple(visitors),
        house_safety=house_safety, channel=channel, promise=promise, promise_on=promise_on, note=note, answers_alert=answers_alert, alert_finding=finding,
    )
    with opened(w, passphrase_file) as session:
        saved = record_visit(session, request)
    emit(json, {"id": saved.id, "seq": saved.seq}, [f"已保存(第{saved.seq}条)"])


@app.work("plan")
def plan(
    session: Session,
    group_: Annotated[str | None, typer.Option("--group", help="只看哪个小组。")] = None,
    visit: Annotated[str | None, typer.Option("--only", help="care 只看走访关怀，discovery 只看走访发现。")] = None,
) -> Said:
    """该走访哪些家，为什么：在册的走访关怀，不在册的走访发现。"""
    from xieli_tui.casework.visit_plan import plan as planned

    if visit not in (None, "care", "discovery"):
        raise typer.BadParameter("care 或 discovery", param_hint="--only")
    rows = planned(session, group_, visit=visit)
    return Said(
        {"plan": rows},
        lambda: [
            row(r.visit_label, r.head, group_word(r.group), r.category_label, "已过期限" if r.overdue else f"{r.due} 前" if r.due else "", "；".join(f"{why}（{cite}）" if cite else why for why, cite in r.reasons), ident(r.household))
            for r in rows
        ] or ["没有要走访的。"],
    )
