"""`xieli report`: somebody's odd workbook, learnt once, filled in ever after. A question is put only on a terminal; else the likeliest is taken and told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import row
from xieli_tui.domain.text import safe
from xieli_tui.errors import Refused

if TYPE_CHECKING:
    from xieli_tui.casework.report_views import Filled, Learnt
    from xieli_tui.casework.session import Session
    from xieli_tui.paper.report_guess import Question

app = group("报表机：各家的表学一次，往后一条命令填好。")
SHOWN = 12
"""Rows named after a column without data."""
Name = Annotated[str, typer.Argument(help="报表的名字，见 xieli report list。", metavar="N")]


@app.callback()
def _group() -> None:
    """报表机：各家的表学一次，往后一条命令填好。"""


@app.work("learn")
def learn(
    session: Session,
    workbook: Annotated[Path, typer.Argument(help="要填的空表(.xlsx)。", metavar="WORKBOOK")],
    name: Annotated[str, typer.Option("--name", help="起个名字，以后用它来填。")],
    answers: Annotated[Path | None, typer.Option("--answers", help="写明哪一栏填什么的文件(.toml)，只写和猜的不一样的。")] = None,
) -> Said:
    """学一张表：看表头猜每一栏，拿不准的才问，记下来。"""
    from xieli_tui.casework import reports

    done = reports.learn(session, workbook, name, answers, _ask if sys.stdin.isatty() and sys.stderr.isatty() else None)
    body = {**_body(done), "saved": True, "questions": done.questions, "replaced": done.replaced}
    return Said(body, lambda: _learnt(done))


def _body(done: Learnt) -> dict[str, Any]:
    return {"name": done.name, "sheet": done.sheet, "header_rows": done.header_rows, "unit": done.unit, "columns": done.columns, "full": done.full, "more": done.more, "lost": done.lost}


def _ask(one: Question) -> str:
    from xieli_tui.casework import reports

    choices = reports.choice_words(one)
    listed = "  ".join(f"{at} {word}" for at, word in enumerate(choices.values(), 1))
    taken = list(choices).index(one.taken) + 1
    while True:
        typed = typer.prompt(safe(f"{one.sheet} {reports.letter(one.at)} 栏「{one.head}」填什么？{listed}"), default=str(taken), err=True)
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(choices):
            return list(choices)[int(typed) - 1]
        sys.stderr.write(f"请输 1 到 {len(choices)}。\n")


def _learnt(done: Learnt) -> list[str]:
    lines = [row(f"已记下：{done.name}", f"工作表 {done.sheet}", f"表头第 {done.header_rows[0]}-{done.header_rows[1]} 行", done.unit)]
    lines += [row("一起填的", f"工作表 {one.sheet}", f"表头第 {one.header_rows[0]}-{one.header_rows[1]} 行", one.unit) for one in done.more]
    lines += [row(f"{one.sheet} {one.at} 栏".strip(), one.column, one.label, one.format) for one in done.columns]
    lines += [f"拿不准：{one.sheet}{one.at} 栏「{one.column}」先按{one.choices[one.taken]}；还可以是{'、'.join(word for key, word in one.choices.items() if key != one.taken)}。" for one in done.questions]
    if done.questions:
        lines.append("要改：写一个 --answers 文件再学一次，有哪些项看 xieli report fields。")
    if done.lost:
        lines.append(f"注意：表里的{'、'.join(done.lost)}填好的表里不会有。")
    return [*lines, *(["填好的表里有完整的号码，每填一次会记一笔。"] if done.full else [])]


@app.work("list")
def list_(session: Session) -> Said:
    """学过的表，县里发来的表。"""
    from xieli_tui.casework import reports

    found = reports.listed(session)
    return Said({"reports": found}, lambda: [
        row(one.name, one.unit, f"{one.sheets} 张工作表" if one.sheets > 1 else "", f"{one.columns} 栏", "县里发的" if one.source == "county" else "", f"{one.last_run} 填过" if one.last_run else "还没有填过") for one in found
    ] or ["还没有学过表：xieli report learn 表.xlsx --name 名字"])


@app.work("show")
def show(session: Session, name: Name) -> Said:
    """一张表每一栏填什么。"""
    from xieli_tui.casework import reports

    done = reports.show(session, name)
    return Said(_body(done), lambda: _learnt(done))


@app.work("fields")
def fields(session: Session) -> Said:
    """每一栏可以填哪些项，有哪些写法。"""
    from xieli_tui.casework import reports

    found = reports.fields()
    return Said({"fields": [{"field": ident, "label": label, "formats": ways} for ident, label, ways in found]}, lambda: [row(label, ident, "；".join(ways)) for ident, label, ways in found])


@app.work("forget")
def forget(session: Session, name: Name) -> Said:
    """不再用一张学过的表。县里发来的不动。"""
    from xieli_tui.casework import reports

    done = reports.forget(session, name)
    return Said({"name": done, "state": "forgotten"}, [f"已忘掉：{done}。"])


@app.work("run")
def run(
    session: Session,
    name: Name,
    out: Annotated[Path, typer.Option("--out", help="填好存成哪个文件(.xlsx)；已经有的不覆盖。")],
    asof: Annotated[str | None, typer.Option("--asof", help="截止到哪天；不写就是今天。")] = None,
    diff: Annotated[bool, typer.Option("--diff", help="和上次填的比，改过的标黄，新添的标绿。")] = False,
    where: Annotated[list[str] | None, typer.Option("--where", help="只要哪些，写成 项=词，几个词用 | 隔开，可以写几次；例如 救助类别=低保。")] = None,
    village: Annotated[str | None, typer.Option("--village", help="只要一个村，写村名或村代码；不写是全部。")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="为什么要完整的号码；不写用学表时记下的。")] = None,
) -> Said:
    """填一张学过的表：原来的样式、表头不动；没有资料的格会列出来。会记一笔。"""
    from xieli_tui.casework import reports

    filters = {}
    for one in where or ():
        key, mark, word = one.partition("=")
        if not mark or not word.strip():
            raise Refused("XL-V11", "--where 要写成 项=词", field="where")
        filters[key.strip()] = word.strip()
    done = reports.run(session, name, out, asof=asof, diff=diff, where=filters, village=village, reason=reason)
    return Said(done, lambda: _filled(done, diff))


def _filled(done: Filled, diff: bool) -> list[str]:
    lines = [row(f"已填好：{done.file}", f"{done.rows} 行", f"截止 {done.asof}", "，".join(f"{name} {many} 行" for name, many in done.sheets.items()) if len(done.sheets) > 1 else "")]
    by_column: dict[tuple[bool, str, str], list[int]] = {}
    for one in done.blanks:
        by_column.setdefault((one.maybe, one.sheet if len(done.sheets) > 1 else "", one.column), []).append(one.row)
    for (maybe, sheet, column), rows in sorted(by_column.items(), key=lambda found: found[0][0]):
        lines.append(f"{'空着，也许本来就没有' if maybe else '没有资料'}：{f'{sheet} ' if sheet else ''}{column} {len(rows)} 格(第 {'、'.join(map(str, rows[:SHOWN]))} 行{' 等' if len(rows) > SHOWN else ''})")
    if done.unfilled:
        lines.append(f"留空的栏：{'、'.join(done.unfilled)}")
    if done.lost:
        lines.append(f"注意：原来那张表里的{'、'.join(done.lost)}，这一份里没有。")
    if done.diff is not None:
        lines.append(f"和 {done.diff.since} 比：新添 {len(done.diff.added)} 行，改了 {len(done.diff.changed)} 格，少了 {len(done.diff.removed)} 行" + (f"：{'、'.join(done.diff.removed[:SHOWN])}" if done.diff.removed else "") + "。")
    elif diff:
        lines.append("上次没有填过，没有可比的。")
    return [*lines, "里面有完整的号码，请按规定保管；已记一笔。" if done.full else "已记一笔。"]
