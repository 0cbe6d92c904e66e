"""`xieli emergency`: “救急难”信息档案 of an urgent case."""

from __future__ import annotations

from typing import Annotated

import typer

from xieli_tui.cli.common import Json, PassFile, Workspace, emit, group, opened

app = group("急难信息档案：登记急难时自己建好，这里补步骤、看全程。")


@app.callback()
def _group() -> None:
    """急难信息档案：登记急难时自己建好，这里补步骤、看全程。"""


@app.command("open")
def open_(
    flag: Annotated[str, typer.Argument(help="困难登记的编号。")],
    kind: Annotated[str, typer.Option("--kind", help="fire accident illness disaster public_event crime domestic stranded other。")],
    at: Annotated[str | None, typer.Option("--at", help="几点，2026-12-28T14:06；不写就是现在。")] = None,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """给一件没有档案的登记建档。"""
    from xieli_tui.casework.emergencies import open_file

    with opened(w, passphrase_file) as session:
        saved = open_file(session, flag, kind, at)
    emit(json, saved, [f"已保存(第{saved.seq}条)  {saved.id}"])


@app.command("step")
def step(
    file: Annotated[str, typer.Argument(help="急难档案或困难登记的编号。")],
    what: Annotated[str, typer.Option("--step", help="seen 已看到 reported 已报告 visited 已上门 helped 已帮助 paid 已先行救助 papers 已补手续。")],
    at: Annotated[str | None, typer.Option("--at", help="几点；不写就是现在。")] = None,
    note: Annotated[str | None, typer.Option("--note", help="一句话。")] = None,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """记一步；还没有档案的同时建档。"""
    from xieli_tui.casework.emergencies import add_step

    with opened(w, passphrase_file) as session:
        saved = add_step(session, file, what, at, note)
    emit(json, saved, [f"已保存(第{saved.seq}条)  {saved.id}"])


@app.command("show")
def show(
    file: Annotated[str, typer.Argument(help="急难档案或困难登记的编号。")],
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """一件急难从发现到跟进的全程。"""
    from xieli_tui.casework.emergencies import show_file

    with opened(w, passphrase_file) as session:
        card = show_file(session, file)
    emit(
        json, card,
        lambda: [
            f"{card.who}  {card.kind_label}  {card.opened_at.replace('T', ' ')} 建档  {card.found_by} {card.channel}",
            *(f"  {e.at.replace('T', ' ')}  {e.label}  {e.what}" for e in card.entries),
            *([f"  还没有记录：{'、'.join(card.open_stages)}"] if card.open_stages else []),
        ],
    )


@app.command("list")
def list_(w: Workspace = None, passphrase_file: PassFile = None, json: Json = False) -> None:
    """全部急难档案，新的在前。"""
    from xieli_tui.casework.emergencies import list_files

    with opened(w, passphrase_file) as session:
        cards = list_files(session)
    emit(json, {"files": cards}, lambda: [f"{c.opened_at.replace('T', ' ')}  {c.who}  {c.kind_label}  {'已了结' if c.settled else '在跟'}  {c.id}" for c in cards] or ["没有急难档案。"])
