"""`xieli county pack` and `xieli county holidays`: what the county puts in force for every village."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import Saved
    from xieli_tui.desk.packs import Installed

pack_app = group("本县的政策包：装上就随回传发到各村。")
holidays_app = group("放假安排：每年国务院公布以后装一次。")
form_app = group("县里自己的表样：装上就随回传发到各村。")
report_app = group("县里学过的报表：装上就随回传发到各村，各村直接填。")
columns_app = group("台账栏目的对应：装上就随回传发到各村，各村的表照着读。")

Ref = Annotated[str, typer.Argument(help="那一条的编号，在 xieli county pack list 每行的末尾。", metavar="REF")]
Reason = Annotated[str, typer.Option("--reason", help="为什么收回。")]


def _said(done: Installed) -> Said:
    return Said(
        done,
        [row(done.title, done.pack, f"{done.start} 起用，分 {done.parts} 片，随下次回传发到各村。") if done.new else row(done.title, done.pack, f"{done.start} 起，原来就在用。")],
    )


def _withdrawn(saved: Saved) -> Said:
    return Said({"id": saved.id, "seq": saved.seq, "state": saved.state}, [row(f"已保存(第{saved.seq}条)", "已收回")])


@pack_app.work("install")
def install(
    session: Session,
    file: Annotated[Path, typer.Argument(help="政策包文件(.toml)。")],
    start: Annotated[str, typer.Option("--from", help="从哪天起用。")],
) -> Said:
    """装一个政策包：有错就按文件和行列出，什么也不发。"""
    from xieli_tui.desk import packs

    done = packs.install(session, file, start)
    return _said(done)


@pack_app.work("list")
def list_(session: Session) -> Said:
    """县里装过的政策包和放假安排，现在怎么样。"""
    from xieli_tui.desk import packs

    rows = packs.list_packs(session)
    return Said({"packs": rows}, lambda: [row(r.pack, f"{r.start} 起", r.words, r.title, r.version, r.ref) for r in rows] or ["还没有装过。"])


@pack_app.work("withdraw")
def withdraw(
    session: Session,
    ref: Ref,
    reason: Reason,
) -> Said:
    """收回一次装上：原来的记录保留，前一版接着用。"""
    from xieli_tui.desk import packs

    return _withdrawn(packs.withdraw(session, ref, reason))


@holidays_app.work("install")
def holidays(session: Session, file: Annotated[Path, typer.Argument(help="一年的放假安排(.toml)。")]) -> Said:
    """装一年的放假安排：原来暂估的日子按它重算。"""
    from xieli_tui.desk import packs

    done = packs.install_holidays(session, file)
    return _said(done)


@form_app.work("install")
def install_form(
    session: Session,
    file: Annotated[Path, typer.Argument(help="表样文件(.typ 或 .docx)。")],
    form: Annotated[str, typer.Option("--form", help="哪一张，见 xieli form list。")],
    start: Annotated[str, typer.Option("--from", help="从哪天起用。")],
) -> Said:
    """用县里自己的表样：先试排一遍，排不出来的不发。"""
    from xieli_tui.desk import form_templates

    return _said(form_templates.install(session, file, form, start))


@form_app.work("withdraw")
def withdraw_form(
    session: Session,
    ref: Ref,
    reason: Reason,
) -> Said:
    """收回一张表样：往后用前一版，或程序自带的。"""
    from xieli_tui.desk import form_templates

    return _withdrawn(form_templates.withdraw(session, ref, reason))


@report_app.work("install")
def install_report(
    session: Session,
    name: Annotated[str, typer.Argument(help="学过的报表的名字，见 xieli report list。", metavar="N")],
    start: Annotated[str, typer.Option("--from", help="从哪天起用。")],
) -> Said:
    """把学过的一张报表发给各村：表头、样式、每一栏填什么；数据不发。"""
    from xieli_tui.desk import report_maps

    return _said(report_maps.install(session, name, start))


@report_app.work("list")
def list_reports(session: Session) -> Said:
    """发到各村的报表，现在怎么样。"""
    from xieli_tui.desk import report_maps

    rows = report_maps.listed(session)
    return Said({"reports": rows}, lambda: [row(r.name, f"{r.start} 起", r.words, r.ref) for r in rows] or ["还没有发过：xieli county report install"])


@report_app.work("withdraw")
def withdraw_report(
    session: Session,
    ref: Annotated[str, typer.Argument(help="那一条的编号，在 xieli county report list 每行的末尾。", metavar="REF")],
    reason: Reason,
) -> Said:
    """收回一张发出的报表。"""
    from xieli_tui.desk import report_maps

    return _withdrawn(report_maps.withdraw(session, ref, reason))


@columns_app.work("install")
def install_columns(
    session: Session,
    ident: Annotated[str, typer.Argument(help="记住的表头的编号，见 xieli roster mappings。", metavar="ID")],
    start: Annotated[str, typer.Option("--from", help="从哪天起用。")],
) -> Said:
    """把记住的一个表头发给各村：每一栏当作什么；数据不发。"""
    from xieli_tui.desk import roster_maps

    return _said(roster_maps.install(session, ident, start))


@columns_app.work("list")
def list_columns(session: Session) -> Said:
    """发到各村的栏目对应，现在怎么样。"""
    from xieli_tui.desk import roster_maps

    rows = roster_maps.listed(session)
    return Said({"columns": rows}, lambda: [row(r.title, f"{r.start} 起", r.words, r.ref) for r in rows] or ["还没有发过：xieli county columns install"])


@columns_app.work("withdraw")
def withdraw_columns(
    session: Session,
    ref: Annotated[str, typer.Argument(help="那一条的编号，在 xieli county columns list 每行的末尾。", metavar="REF")],
    reason: Reason,
) -> Said:
    """收回一个发出的栏目对应：各村往后照自己认的读。"""
    from xieli_tui.desk import roster_maps

    return _withdrawn(roster_maps.withdraw(session, ref, reason))
