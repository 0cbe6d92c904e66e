"""`xieli flag`: hardship findings, the telephone report, settling."""

from __future__ import annotations

from typing import Annotated

import typer

from xieli_tui.cli.common import Json, PassFile, Workspace, emit, group, opened

app = group("发现登记：困难、急难、电话报告。")


@app.command("add")
def add(
    cause: Annotated[list[str], typer.Option("--cause", help="原因，例如 illness；可以写几个。")],
    household: Annotated[str | None, typer.Option("--household", help="户的编号。")] = None,
    outsider: Annotated[str | None, typer.Option("--outsider", help="不在册的人，姓名。")] = None,
    place: Annotated[str | None, typer.Option("--place", help="人在哪里。")] = None,
    urgency: Annotated[str, typer.Option("--urgency", help="normal urgent emergency。")] = "normal",
    person: Annotated[list[str] | None, typer.Option("--person", help="人的编号。")] = None,
    channel: Annotated[str, typer.Option("--channel", help="怎么知道的。")] = "visit",
    found_by: Annotated[str, typer.Option("--found-by", help="谁发现的。")] = "coordinator",
    on: Annotated[str | None, typer.Option("--on", help="哪天。")] = None,
    note: Annotated[str | None, typer.Option("--note")] = None,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """登记一件困难。不在册的人、外地的人也能登记。"""
    from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship

    request = FlagHardship(
        causes=tuple(cause), household=household, outsider=outsider, place=place, urgency=urgency, persons=tuple(person or ()),
        channel=channel, found_by=found_by, on=on, note=note,
    )
    with opened(w, passphrase_file) as session:
        saved = flag_hardship(session, request)
    lines = [f"已保存(第{saved.seq}条)  {saved.id}"]
    if urgency == "emergency":
        lines.append("请立即电话报告镇民政办，打完用 xieli flag reported 记下谁接的。")
    emit(json, {"id": saved.id, "seq": saved.seq}, lines)


@app.command("reported")
def reported(
    flag: Annotated[str, typer.Argument(help="困难登记的编号。")],
    answered_by: Annotated[str, typer.Option("--answered-by", help="谁接的电话。")],
    at: Annotated[str | None, typer.Option("--at", help="几点，2026-12-28T14:06；不写就是现在。")] = None,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """记下电话报告：几点，谁接的。"""
    from xieli_tui.casework.flag_hardship import report_by_phone

    with opened(w, passphrase_file) as session:
        saved = report_by_phone(session, flag, at, answered_by)
    emit(json, {"id": saved.id, "seq": saved.seq}, [f"已保存(第{saved.seq}条)"])


@app.command("settle")
def settle(
    flag: Annotated[str, typer.Argument(help="困难登记的编号。")],
    how: Annotated[str, typer.Option("--how", help="怎么办的：helped applied referred false。")],
    note: Annotated[str | None, typer.Option("--note")] = None,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """一件困难办完了。"""
    from xieli_tui.casework.flag_hardship import settle_flag

    with opened(w, passphrase_file) as session:
        saved = settle_flag(session, flag, how, note)
    emit(json, {"id": saved.id, "seq": saved.seq}, [f"已保存(第{saved.seq}条)"])


