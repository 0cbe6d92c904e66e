"""`xieli form`: every paper out of what was entered once; `xieli route`: the sheet to carry along."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.forms import Printed
    from xieli_tui.casework.session import Session

app = group("表单：申请表、授权书、走访记录这些，填过一次，都能印。")
route_app = group("走访路线单：带着上门，回来一次录。")

Out = Annotated[Path, typer.Option("--out", help="写到哪个文件，.PDF 或 .DOCX。")]
Group = Annotated[str | None, typer.Option("--group", help="只印一个村民小组。")]


@app.callback()
def _group() -> None:
    """表单：申请表、授权书、走访记录这些，填过一次，都能印。"""


@route_app.callback()
def _route_group() -> None:
    """走访路线单：带着上门，回来一次录。"""


def said(done: Printed) -> Said:
    """What was printed, where it lies, and what the font lacks."""
    lines = [row(done.title, "、".join(done.numbers), done.file)]
    if done.lacking:
        lines.append(f"注意：{'、'.join(done.lacking)} 协理的字体里没有，打开看看这些字在不在。")
    return Said(done, [*lines, *(["里面有姓名和证件号，用完收好。"] if done.personal else [])])


@app.work("list")
def list_(session: Session) -> Said:
    """有哪些表单，各要写哪个编号。"""
    from xieli_tui.casework import forms

    found = forms.listed(session)
    return Said({"forms": found}, lambda: [
        row(one.title, one.id, f"--for {one.about}" if one.about else "", "" if one.here else "镇、县的表单", "用县里的表样" if one.replaced else "") for one in found
    ])


@app.work("render")
def render(
    session: Session,
    form: Annotated[str, typer.Argument(help="哪一张，见 xieli form list。", metavar="FORM")],
    out: Out,
    about: Annotated[list[str] | None, typer.Option("--for", help="给谁的：申请、户、走访、转介的编号，或救助种类；可以写几次，一个一份。", metavar="ID")] = None,
    only: Annotated[str | None, typer.Option("--group", help="一个村民小组的每一户，一户一份；写 全村 就是每一户。")] = None,
    each: Annotated[str | None, typer.Option("--each", help="一户一个文件，写 PDF 或 DOCX；--out 写文件夹，文件名是表单编号。", metavar="KIND")] = None,
) -> Said:
    """印一张表单，存成 .PDF 或 .DOCX；几份合成一个文件，或一户一个文件。会记一笔。"""
    from xieli_tui.casework import forms

    whom = [*(about or ()), *(forms.families(session, only) if only else ())]
    if each is None:
        return said(forms.save(session, form, whom, out))
    done = forms.save_each(session, form, whom, out, each.lower())
    return Said({"files": done}, [*(row(one.title, *one.numbers, one.file) for one in done), f"{len(done)} 个文件。里面有姓名和证件号，用完收好。"])


@route_app.work("print")
def route(session: Session, out: Out, only: Group = None) -> Said:
    """走访路线单：要上门的户，为什么，上次答应的，还缺的材料。会记一笔。"""
    from xieli_tui.casework import forms

    return said(forms.save(session, "route", (), out, only))


@app.work("template")
def template(session: Session, form: Annotated[str, typer.Argument(help="哪一张，见 xieli form list。", metavar="FORM")], out: Annotated[Path, typer.Option("--out", help="写到哪个文件，.typ 或 .docx。")]) -> Said:
    """程序自带的表样，存出来由县里改；改好了用 xieli county form install 发给各村。"""
    from xieli_tui.casework import forms

    path = forms.lay_down(session, form, out)
    return Said({"file": path, "form": form}, [row("表样", path)])
