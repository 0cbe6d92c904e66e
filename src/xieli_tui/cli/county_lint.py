"""`xieli county lint`: what is wrong or missing in the county's own data."""

from __future__ import annotations

from typing import Annotated

import typer

from xieli_tui.cli.common import Json, PassFile, Workspace, emit, opened


def lint(
    as_region: Annotated[str | None, typer.Option("--as-region", help="拿别的地区的政策包比一比，区划代码。")] = None,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """县里自查：标准、名册、登记电脑、没有定的参数。"""
    from xieli_tui.desk import lint as desk

    with opened(w, passphrase_file) as session:
        found = desk.lint(session, region=as_region)
    emit(json, desk.as_json(found), lambda: desk.words(found) or ["没有发现要改的。"])


def mount(county: typer.Typer) -> None:
    """Hang the command under `xieli county`."""
    county.command("lint")(lint)
