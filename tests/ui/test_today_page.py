"""今日 on the screen: asked away from the keys, the clause under the cursor row, Enter where the duty is dealt with."""

from __future__ import annotations

from typing import Any

import pytest

from xieli_tui.casework import duties, packs
from xieli_tui.casework.households import AddHousehold, add_household
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import BulkDuty
from xieli_tui.policy import loader
from xieli_tui.ui.screens.visit import VisitPage

PACK = """
id = "T"
pack_id = "test-999999"
title = "测试县实施细则（虚构）"
doc_no = "测试〔2026〕1号"
issuers = ["测试县"]
level = "county"
region_code = "999999"
effective_from = "2026-01-01"
source = "invented"
currency = "unverified"
adopt_label = "演示采用"

[[adopt]]
rule = ["JX-08", "JX-09"]
from = "000"
cite = "第四条"

[[adopt]]
rule = ["GX-10"]
from = "001"
cite = "第五条"
"""


@pytest.fixture
def owed(village_session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Four families; one review is past its day."""
    held = loader.gather([("t.toml", PACK.encode())], loader.shipped())
    monkeypatch.setattr(packs, "of", lambda tx: held)
    for at in range(4):
        since = "2025-11-01" if at == 0 else "2026-12-01"
        add_household(village_session, AddHousehold(f"李{at}", {"group": "2组", "category": "特困", "category_since": since}, {"birth": "1951-03-07"}))
    return village_session


async def test_a_new_day_is_asked_in_a_thread_and_an_entry_at_once(owed: Session, open_app: Any) -> None:
    assert not duties.quick(owed)
    async with open_app(owed) as hand:
        assert hand.shows("特困人员每年核查一次")
        assert duties.quick(owed)


async def test_the_clause_is_under_the_cursor_row_and_enter_opens_the_review(owed: Session, open_app: Any) -> None:
    async with open_app(owed) as hand:
        for _ in range(9):
            item = hand.page.rows.item
            if getattr(item, "task", "") == "review":
                break
            await hand.press("down")
        assert hand.shows("特困人员每年核查一次")
        assert hand.shows("T:第四条; 000:5")
        await hand.press("enter")
        assert isinstance(hand.page, VisitPage)
        assert hand.shows("复核入户")


async def test_a_line_of_many_families_says_how_many_are_left(owed: Session, open_app: Any) -> None:
    async with open_app(owed) as hand:
        lines = [item for item in hand.page.seen.bulk if isinstance(item, BulkDuty)]
        assert any(one.task == "visit_quarter" for one in lines)
        assert hand.shows("本季还有 3 户没走访")
