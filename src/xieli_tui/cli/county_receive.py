"""`xieli county serve` and `xieli county work`: the county's door for uploads, and the importers behind it."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui import traces
from xieli_tui.cli.common import App, Json, PassFile, Workspace, emit, opened
from xieli_tui.cli.sync import outcome_lines, taken
from xieli_tui.domain.text import safe

if TYPE_CHECKING:
    from xieli_tui.casework.views import ImportOutcome


def serve(
    listen: Annotated[str, typer.Option("--listen", help="在哪个地址和端口上收，例如 127.0.0.1:8443；端口写 0 由系统选。")],
    trust: Annotated[Path, typer.Option("--trust", help="信任名单，用 xieli county trust export 写；换了新的会自己重读。")],
    spool: Annotated[Path, typer.Option("--spool", help="收到的文件放在哪个文件夹。")],
    certfile: Annotated[Path | None, typer.Option("--certfile", help="证书文件；要给别的电脑用就得有。")] = None,
    keyfile: Annotated[Path | None, typer.Option("--keyfile", help="证书的钥匙文件，和 --certfile 一起写。")] = None,
    json: Json = False,
) -> None:
    """开收件处：各村、镇从网上报送到这里；不用口令，看不到内容。"""
    from xieli_tui.desk import receiving

    traces.set_up(lines=True, level=logging.DEBUG if traces.debugging() else logging.INFO)
    with receiving.receiver(listen, trust, spool, certfile=certfile, keyfile=keyfile) as (server, devices, late):
        where = f"[{server.host}]:{server.port}" if ":" in server.host else f"{server.host}:{server.port}"
        address = f"{'https' if certfile is not None else 'http'}://{where}"
        emit(
            json, {"listen": where, "url": address, "spool": str(spool), "devices": devices, "enqueued_late": late},
            [f"收件处开着：{address}，名单上 {devices} 台。按 Ctrl+C 停下。", *([f"上次没来得及记的 {late} 件，已排上。"] if late else [])],
        )
        receiving.serve(server)


def work(
    spool: Annotated[Path | None, typer.Option("--spool", help="收件处的文件夹；不写就是本工作区里的收件文件夹。")] = None,
    once: Annotated[bool, typer.Option("--once", help="收完现有的就停；不写就一直收，按 Ctrl+C 停下。")] = False,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """把收件处收到的数据包导入；几个同时开也行，各收各的。"""
    from xieli_tui.desk import importers

    def tell(outcome: ImportOutcome) -> None:
        (sys.stderr if json else sys.stdout).write(safe(outcome_lines([outcome])[0]) + "\n")
        (sys.stderr if json else sys.stdout).flush()

    with opened(w, passphrase_file) as session:
        results = importers.work(session, spool, once=once, tell=None if once else tell)
    emit(json, {"results": results}, lambda: outcome_lines(results) or (["没有等着收的。"] if once else ["已停下。"]))
    if taken(results):
        raise typer.Exit(taken(results))


def mount(county: App) -> None:
    """Hang the commands under `xieli county`."""
    county.command("serve")(serve)
    county.command("work")(work)
