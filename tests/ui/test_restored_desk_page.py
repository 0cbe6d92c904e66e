"""回传 at a desk that was put back from a copy: the page says why nothing was written and what to do, in words that fit the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from desk_copies import Desks, desks

from xieli_tui.ui.screens.inbox import SendHomePage

__all__ = ["desks"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_page_that_sends_home_says_what_to_run_and_writes_nothing(desks: Desks, open_app: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    desks.office.household()
    desks.settle()
    copy = desks.copy("county")
    desks.office.household("李桂英")
    desks.up("village")
    assert desks.down("county")
    behind = desks.put_back("county", copy)
    before = sorted(desks.office.stick.iterdir())
    async with open_app(behind, size=size) as hand:
        hand.app.open(SendHomePage())
        await hand.settle()
        hand.page.start(desks.office.stick)
        await hand.settle()
        assert hand.shows("XL-C03")
        assert hand.shows("xieli county reopen --root")
        assert hand.shows("备份")
    assert sorted(desks.office.stick.iterdir()) == before
