"""`xieli notice`: 公示 on the village board."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import ident, row
from xieli_tui.domain.text import group_word

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("公示：村公开栏上贴了什么，取下没有，有没有异议。")

Notice = Annotated[str, typer.Argument(help="公示的编号。", metavar="NOTICE")]
On = Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")]


@app.callback()
def _group() -> None:
    """公示：村公开栏上贴了什么，取下没有，有没有异议。"""


@app.work("post")
def post(
    session: Session,
    application: Annotated[str, typer.Argument(help="申请的编号。", metavar="APP")],
    kind: Annotated[str, typer.Option("--kind", help="哪种公示：{notice_kind}。")],
    start: Annotated[str | None, typer.Option("--from", help="哪天贴的；不写就是今天。")] = None,
    end: Annotated[str | None, typer.Option("--to", help="镇里说贴到哪天。")] = None,
    by: Annotated[str | None, typer.Option("--by", help="谁贴的；不写就是操作员。")] = None,
    photo: Annotated[str | None, typer.Option("--photo", help="公示照片放在哪里（只记纸质的）。")] = None,
) -> Said:
    """记在村公开栏贴出。"""
    from xieli_tui.casework.notices import PostNotice
    from xieli_tui.casework.notices import post as put_up

    saved = put_up(session, PostNotice(application, kind, start, end, by, photo))
    return Said({"id": saved.id, "seq": saved.seq, "end": saved.state}, [row(f"已保存(第{saved.seq}条)", ident(saved.id)), f"贴到 {saved.state}。" if saved.state else "贴到哪天听镇里的。"])


@app.work("sheet")
def sheet(
    session: Session,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件，.PDF。")],
    kind: Annotated[str, typer.Option("--kind", help="哪种公示：{notice_kind}。")],
    applications: Annotated[list[str] | None, typer.Argument(help="申请的编号，可以写几个；长期公示不写就是全部。", metavar="APP")] = None,
    place: Annotated[str | None, typer.Option("--place", help="贴在哪里：{place}；不写，村里是村公开栏，镇、县两处各一张。")] = None,
    start: Annotated[str | None, typer.Option("--from", help="从哪天贴；不写就是今天。")] = None,
    end: Annotated[str | None, typer.Option("--to", help="贴到哪天；不写按县里定的天数，县里没定就留空手写。")] = None,
) -> Said:
    """印公示单：只有户主姓名、村组、人口、类别、金额和日期；未成年人不写上。会记一笔。"""
    from xieli_tui.casework import notice_sheet

    done = notice_sheet.write(session, kind, applications or (), out, place=place, start=start, end=end)
    return Said(done, [
        row(f"已写好：{done.file}", f"{done.boards} 张", f"{done.lines} 行", f"贴到 {done.end}" if done.end else ""), *([f"有未成年人的 {done.left_out} 户没有写上。"] if done.left_out else []),
        *([f"户主出生日期没有登记的 {len(done.age_unknown)} 户没有写上：{'、'.join(done.age_unknown)}"] if done.age_unknown else []),
        "贴出以后记一笔：xieli notice post；到期该取下，今日会提醒。",
    ])


@app.work("take-down")
def take_down(session: Session, notice: Notice, on: On = None) -> Said:
    """记取下。"""
    from xieli_tui.casework.notices import take_down as down

    saved = down(session, notice, on)
    return Said(saved, [f"已保存(第{saved.seq}条)"])


@app.work("object")
def object_(
    session: Session,
    notice: Notice,
    text: Annotated[str, typer.Option("--text", help="说的什么；不用写是谁说的。")],
    level: Annotated[str, typer.Option("--level", help="minor 一般异议，major 重大异议。")] = "minor",
    on: On = None,
) -> Said:
    """记一件异议。"""
    from xieli_tui.casework.notices import object_to

    saved = object_to(session, notice, level, text, on)
    return Said(saved, [f"已保存(第{saved.seq}条)", "随下一个数据包报镇里。"])


@app.work("list")
def list_(session: Session, hanging: Annotated[bool, typer.Option("--hanging", help="只看还贴着的。")] = False) -> Said:
    """公示，到期该取下的在前。"""
    from xieli_tui.casework.notices import list_notices

    rows = list_notices(session, hanging_only=hanging)

    def state(taken: str, over: bool, end: str) -> str:
        return f"{taken} 已取下" if taken else f"{end} 已到期，该取下" if over else f"{end} 到期" if end else "正贴着"

    return Said(
        {"notices": rows},
        lambda: [
            row(f"{r.start} 贴", r.head, r.kind_label, r.place_label, state(r.taken_down, r.over, r.end), f"异议 {len(r.objections)} 件" if r.objections else "", ident(r.id)) for r in rows
        ] or ["没有公示。"],
    )


@app.work("long-term")
def long_term(session: Session) -> Said:
    """长期公示名单：按今天的在册情况，该公示的、正贴着的、该取下的。"""
    from xieli_tui.casework.notices import long_term as listed

    rows = listed(session)
    return Said({"long_term": rows}, lambda: [row(r.state_label, r.head, group_word(r.group), r.category_label, r.since, "、".join(r.places)) for r in rows] or ["没有要长期公示的。"])
