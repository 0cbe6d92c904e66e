"""`xieli doctor`: what is wrong with the workspace and what to do; exit 6 when something is damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from xieli_tui.cli.common import Json, PassFile, Workspace, emit, folder_of, read_passphrase
from xieli_tui.cli.words import row
from xieli_tui.errors import Damaged

if TYPE_CHECKING:
    from xieli_tui.casework.doctor import Diagnosis

STATES = {"ok": "完好", "damaged": "损坏", "unread": "没有看成"}


def doctor(w: Workspace = None, passphrase_file: PassFile = None, json: Json = False) -> None:
    """体检：钥匙、资料、记录链、各张表、备份，哪里坏了，怎样办。什么都不改。"""
    from xieli_tui.casework.doctor import examine

    found = examine(folder_of(w), read_passphrase(passphrase_file))
    emit(json, found, lambda: _lines(found))
    if not found.ok:
        raise typer.Exit(Damaged.exit_code)


def _lines(found: Diagnosis) -> list[str]:
    numbers = [f"{name} {'看不出' if number is None else number}" for name, number in (("记录", found.events), ("草稿", found.drafts), ("还没签收", found.unreceipted))]
    out = [row("资料文件", STATES[found.integrity]), row("记录链", STATES[found.chain]), row("里面", *numbers)]
    out.append(row("版本", f"程序 {found.versions['program']}", f"资料 {found.versions['store'] or '看不出'}"))
    for one in found.findings:
        out.append(row("! 坏了" if one.weight == "damage" else "留意", one.what, one.code))
        out.append(f"    {one.advice}。")
    if found.ok:
        out.append("没有坏的。" if not found.findings else "没有坏的，上面几条看一看。")
    return out
