"""`xieli export households|persons|visits|events`: rows of the records as a file, covered unless a reason is given. A topic more is a command more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.errors import Refused

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("导出成文件：证件号、电话、账号盖住；要完整的写 --full 和理由，会记一笔。")
WHAT = {"households": "户", "persons": "人员", "visits": "走访", "events": "记录原文"}
Out = Annotated[Path, typer.Option("--out", help="存成哪个文件；已经有的不覆盖。")]
Form = Annotated[str, typer.Option("--format", help="xlsx 表格，csv、json、jsonl 给程序用。")]
Since = Annotated[str | None, typer.Option("--since", help="只要哪天以后写过的。")]
Mask = Annotated[bool, typer.Option("--mask", help="证件号、电话、账号盖住；不写也是这样。")]
Full = Annotated[bool, typer.Option("--full", help="不盖住，要写 --reason，会记一笔。")]
Reason = Annotated[str | None, typer.Option("--reason", help="为什么要完整的。")]


@app.callback()
def _group() -> None:
    """导出成文件：证件号、电话、账号盖住；要完整的写 --full 和理由，会记一笔。"""


@app.work("households")
def households(session: Session, out: Out, form: Form = "xlsx", since: Since = None, mask: Mask = False, full: Full = False, reason: Reason = None) -> Said:
    """每户一行。"""
    return _written(session, "households", out, form, since, mask, full, reason)


@app.work("persons")
def persons(session: Session, out: Out, form: Form = "xlsx", since: Since = None, mask: Mask = False, full: Full = False, reason: Reason = None) -> Said:
    """每人一行，带户的住址和类别。"""
    return _written(session, "persons", out, form, since, mask, full, reason)


@app.work("visits")
def visits(session: Session, out: Out, form: Form = "xlsx", since: Since = None, mask: Mask = False, full: Full = False, reason: Reason = None) -> Said:
    """每次走访一行。"""
    return _written(session, "visits", out, form, since, mask, full, reason)


@app.work("events")
def events(session: Session, out: Out, form: Form = "jsonl", since: Since = None, mask: Mask = False, full: Full = False, reason: Reason = None) -> Said:
    """记录的原文，一个字不差，带链值；只能 --full。"""
    return _written(session, "events", out, form, since, mask, full, reason)


def _written(session: Session, what: str, out: Path, form: str, since: str | None, mask: bool, full: bool, reason: str | None) -> Said:
    from xieli_tui.casework.export import export

    if mask and full:
        raise Refused("XL-V11", "--mask 和 --full 只能写一个", field="mask")
    done = export(session, what, out, form=form, since=since, full=full, reason=reason)
    covered = "里面有完整的姓名和证件号，请按规定保管；已记一笔。" if done.full else "证件号、电话、账号盖住了；已记一笔。"
    return Said(done, [f"已写好：{done.file}，{WHAT[done.what]} {done.rows} 行，{done.bytes} 字节。", covered])
