"""`xieli audit verify`, `xieli evidence`: whether anything was altered, and a family's file that can be checked without xieli."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xieli_tui.cli.common import Json, PassFile, Said, Workspace, emit, group, in_workspace, opened
from xieli_tui.cli.words import row
from xieli_tui.errors import Damaged, Refused

if TYPE_CHECKING:
    from xieli_tui.casework.audit import Audit
    from xieli_tui.casework.session import Session

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


@in_workspace
def evidence(
    session: Session,
    about: Annotated[str, typer.Argument(help="户、申请或人的编号。")],
    out: Annotated[Path, typer.Option("--out", help="存成哪个 zip 文件。")],
    reason: Annotated[str | None, typer.Option("--reason", help="为什么要，会记一笔。")] = None,
) -> Said:
    """一户的记录存成证据，别人家的只有摘要，不用协理也能核对。"""
    from xieli_tui.casework.evidence import evidence as write

    done = write(session, about, out, reason=reason)
    return Said(
        done,
        [
            f"已写好：{done.file}，{done.bytes} 字节。原文 {done.shown} 条，别人家的 {done.hidden} 条只有摘要。",
            "里面有完整的姓名和证件号，已记一笔；怎样核对看里面的 说明.txt。",
        ],
    )
