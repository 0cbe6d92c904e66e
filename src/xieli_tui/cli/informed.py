"""`xieli informed`: 主动告知, what was told to whom and what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("主动告知：告诉了哪种救助，愿意不愿意。")


@app.callback()
def _group() -> None:
    """主动告知：告诉了哪种救助，愿意不愿意。"""


@app.work("add")
def add(
    session: Session,
    household: Annotated[str, typer.Option("--household", help="户的编号。")],
    kind: Annotated[str, typer.Option("--kind", help="哪种救助，例如 dibao 或 低保。")],
    answer: Annotated[str, typer.Option("--answer", help="怎么说：{answer}。")],
    reason: Annotated[str | None, typer.Option("--reason", help="不愿申请的原因。")] = None,
    person: Annotated[str | None, typer.Option("--person", help="告诉了谁。")] = None,
    on: Annotated[str | None, typer.Option("--on", help="哪天。")] = None,
) -> Said:
    """记一次主动告知。"""
    from xieli_tui.casework import contacts
    from xieli_tui.casework.inform import Inform, inform

    saved = inform(session, Inform(household, kind, answer, reason, person, on))
    slip = contacts.of_household(session, household)
    return Said({"id": saved.id, "seq": saved.seq, "contacts": slip}, [f"已保存(第{saved.seq}条)", *([slip] if slip else [])])
