"""`xieli change`: 重大变化, reported and followed until a desk has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("变化：添人、去世、就业、大病、迁移、大笔款项、购房购车，报上去，一直跟到有答复。")


@app.callback()
def _group() -> None:
    """变化：添人、去世、就业、大病、迁移、大笔款项、购房购车，报上去，一直跟到有答复。"""


@app.work("add")
def add(
    session: Session,
    household: Annotated[str, typer.Option("--household", help="户的编号。")],
    kind: Annotated[str, typer.Option("--kind", help="哪种变化：{change}。")],
    person: Annotated[str | None, typer.Option("--person", help="谁，人的编号。")] = None,
    on: Annotated[str | None, typer.Option("--on", help="哪天的事；不写就是今天。")] = None,
    effect: Annotated[str | None, typer.Option("--effect", help="家里怎么说：{change_effect}。")] = None,
    note: Annotated[str | None, typer.Option("--note", help="一句话。")] = None,
) -> Said:
    """报一件变化；镇里、县里答复之前一直列着。"""
    from xieli_tui.casework.changes import ReportChange, report_change

    saved = report_change(session, ReportChange(household, kind, person, on, effect, note))
    return Said(saved, [row(f"已保存(第{saved.seq}条)", ident(saved.id)), "等镇里、县里答复。"])


@app.work("list")
def list_(
    session: Session,
    household: Annotated[str | None, typer.Option("--household", help="只看一户。")] = None,
    open_only: Annotated[bool, typer.Option("--open", help="只看还没有答复的。")] = False,
) -> Said:
    """变化，没有答复的在前。"""
    from xieli_tui.casework.changes import list_changes

    rows = list_changes(session, household, open_only=open_only)
    return Said(
        {"changes": rows},
        lambda: [
            row(r.on, r.head, r.who, r.kind_label, r.effect, f"等答复，{r.days} 天" if r.open else f"{r.answer} {r.answer_note}".rstrip(), ident(r.id)) for r in rows
        ] or ["没有报过变化。"],
    )
