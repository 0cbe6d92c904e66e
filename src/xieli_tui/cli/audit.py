"""`xieli audit verify`, `xieli evidence`: whether anything was altered, and a family's file that can be checked without xieli."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xieli_tui.cli.common import Json, PassFile, Workspace, emit, group, opened
from xieli_tui.cli.words import row
from xieli_tui.errors import Damaged, Refused

if TYPE_CHECKING:
    from xieli_tui.casework.audit import Audit

app = group("核对：记录有没有被改动过。")


@app.callback()
def _group() -> None:
    """核对：记录有没有被改动过。"""


@app.command("verify")
def verify(
    files: Annotated[list[Path] | None, typer.Argument(help="数据包；不写就核对工作区里的全部记录。")] = None,
    against: Annotated[Path | None, typer.Option("--against", help="拿一份回传文件来对。")] = None,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """逐条核对记录链，找出最早被改动的一条。"""
    from xieli_tui.casework import audit

    if files and against is not None:
        raise Refused("XL-V11", "--against 核对的是工作区，不能和数据包一起写", field="against")
    if files and w is None:
        done = audit.verify_files(files)
    else:
        with opened(w, passphrase_file) as session:
            if files:
                done = audit.verify_files(files, session)
            elif against is not None:
                done = audit.against(session, against)
            else:
                done = audit.verify(session)
    emit(json, _body(done), lambda: _lines(done))
    if not done.ok:
        raise typer.Exit(Refused.exit_code if done.refused else Damaged.exit_code)


def _body(done: Audit) -> dict[str, Any]:
    body: dict[str, Any] = {"ok": done.ok, "events": done.events, "devices": done.devices, "first_bad": done.first_bad}
    if done.bad:
        body["bad"] = done.bad
    if done.files:
        body["files"] = done.files
    return body


def _lines(done: Audit) -> list[str]:
    from xieli_tui.casework.audit import WORDS
    from xieli_tui.errors import REGISTRY

    out = [row(Path(one.file).name, REGISTRY[one.code].what if one.code else "签名相符", one.code) for one in done.files]
    for one in done.bad:
        out.append(row(f"设备 {one.dev[:8]} 第 {one.seq} 条", WORDS[one.what], f"到第 {one.since} 条还对得上" if one.since else ""))
    if done.bad:
        return [*out, "被改动过，错误 XL-C03。请不要继续使用，把这些话告诉县里。"]
    if done.refused:
        return out
    return [*out, f"共 {done.events} 条，{len(done.devices)} 条链，前后相接，没有改动。"]
