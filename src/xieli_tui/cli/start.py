"""`xieli`, `run`, `demo`, `practice`, `init`: opening the app, the invented county, a new workspace."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from xieli_tui.cli.common import Json, PassFile, Workspace, emit, folder_of, read_passphrase
from xieli_tui.cli.words import row


def start(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="版本号。")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="出毛病时印出细节。")] = False,
) -> None:
    """打开工作台。"""
    if version:
        from xieli_tui import __version__

        sys.stdout.write(__version__ + "\n")
        raise typer.Exit(0)
    if ctx.invoked_subcommand is None:
        _open_app(folder_of(None))


def _open_app(folder: Path, *, passphrase: str | None = None, stick: Path | None = None) -> None:
    from xieli_tui.cli.folders import require_terminal

    require_terminal()
    from xieli_tui.ui.app import run as run_app

    raise typer.Exit(run_app(folder, passphrase=passphrase, stick=stick))


def run(w: Workspace = None) -> None:
    """打开工作台。"""
    _open_app(folder_of(w))


def demo(
    folder: Annotated[Path | None, typer.Option("--dir", help="放演示资料的文件夹；不写就放在临时文件夹。")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="不开界面，把整条路走一遍。")] = False,
    json: Json = False,
) -> None:
    """打开演示：虚构的村、镇和县，区划代码 999999。"""
    import tempfile

    from xieli_sample import demo as sample

    place = folder if folder is not None else Path(tempfile.mkdtemp(prefix="xieli-demo-"))
    if headless or json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        result = sample.walk(place)
        body = result.as_json()

        def lines() -> list[str]:
            rows = [row('已办' if s.ok else '没成', s.name, s.detail) for s in result.steps]
            return [*rows, f"村工作区 {result.village_dir}", f"镇工作区 {result.township_dir}", f"县工作区 {result.county_dir}", f"口令 {result.passphrase}"]

        emit(json, body, lines)
        raise typer.Exit(0 if result.ok else 1)
    sys.stdout.write("正在准备演示资料，约十秒。\n")
    sys.stdout.flush()
    made = sample.prepare(place)
    # The demo has its day: without it every clock of the invented year would stand months away.
    os.environ.setdefault("XIELI_NOW", made.now.isoformat())
    _open_app(made.village_dir, passphrase=made.passphrase, stick=made.stick)


def practice(
    folder: Annotated[Path | None, typer.Option("--dir", help="练习放在哪个文件夹；不写就在本机资料夹旁边。")] = None,
    again: Annotated[bool, typer.Option("--again", help="把原来的练习清掉，从头来。")] = False,
) -> None:
    """练习：虚构的村，十分钟走一遍，和正式资料分开。"""
    from xieli_tui.cli.folders import practice_folder, require_terminal

    require_terminal()
    from xieli_sample import demo as sample

    place = folder if folder is not None else practice_folder()
    sys.stdout.write("正在准备练习，头一次约十秒。\n")
    sys.stdout.flush()
    made = sample.practice(place, again=again)
    # The practice has its day, like the demo: every clock of the invented year stands where the story needs it.
    os.environ.setdefault("XIELI_NOW", made.now.isoformat())
    _open_app(made.village_dir, passphrase=made.passphrase, stick=made.stick)


def init(
    village: Annotated[list[str] | None, typer.Option("--village", help="村代码，12 位；可以写几个。")] = None,
    village_name: Annotated[str, typer.Option("--village-name", help="村名。")] = "",
    operator: Annotated[str, typer.Option("--operator", help="操作员姓名。")] = "",
    role: Annotated[str, typer.Option("--role", help="village 村，township 镇（街道）。")] = "village",
    area: Annotated[str | None, typer.Option("--area", help="镇的 9 位代码。")] = None,
    owner: Annotated[str, typer.Option("--owner", help="电脑是谁的：office 公家配发，private 私人。")] = "office",
    kdf: Annotated[str, typer.Option("--kdf", help="口令强度：auto 按本机调到约一秒，floor 最低一档。")] = "auto",
    practice: Annotated[bool, typer.Option("--practice", help="练习用，和正式数据分开。")] = False,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """建一个新的工作区。"""
    from xieli_tui.casework.setup import InitVillage, init_village

    if not operator:
        raise typer.BadParameter("--operator 要写姓名", param_hint="--operator")
    passphrase = read_passphrase(passphrase_file, prompt="新口令", twice=True, offer=True)
    request = InitVillage(
        villages=tuple(village or ()), village_name=village_name, operator=operator, owner=owner, kdf=kdf, role=role, area=area, practice=practice
    )
    made = init_village(folder_of(w), request, passphrase)
    private = ["登记为私人电脑：照常记，县里准许用私人电脑以前不能报送。"] if owner == "private" else []
    said = [f"工作区已建好：{folder_of(w)}", f"登记码：{made.enrol_code}", f"核对码：{made.fingerprint}", "把登记码交给县里，当面核对 20 位核对码。", *private]
    emit(json, made, said)


