"""`xieli county lint`: what is wrong or missing in the county's own data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


def lint(
    session: Session,
    as_region: Annotated[str | None, typer.Option("--as-region", help="拿别的地区的政策包比一比，区划代码。")] = None,
) -> Said:
    """县里自查：标准、名册、登记电脑、没有定的参数。"""
    from xieli_tui.desk import lint as desk

    found = desk.lint(session, region=as_region)
    return Said(desk.as_json(found), lambda: desk.words(found) or ["没有发现要改的。"])


def mount(county: App) -> None:
    """Hang the command under `xieli county`."""
    county.work("lint")(lint)
