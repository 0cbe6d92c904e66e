"""一趟走访 by keys: a digit a family, nothing pre-filled, one save, the draft kept."""

from __future__ import annotations

from typing import Any

from xieli_tui.casework import drafts, households
from xieli_tui.casework.session import Session
from xieli_tui.store import queries


def met(session: Session) -> dict[str, list[str]]:
    return {row.group + row.head: [visit.met for visit in households.show(session, row.id).visits] for row in households.list_households(session)}


async def test_a_trip_is_a_digit_a_family_and_one_save(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f4", "f4")
        assert hand.page.NAME == "一趟走访"
        assert hand.shows("1本人")
        assert "[1本人]" not in hand.text(), "nobody is pre-filled as met"
        await hand.press("1", "２", "down", "4")
        assert hand.shows("已按 3 户")
        await hand.press("ctrl+s")
        assert hand.shows("3 户的走访已保存")
    done = met(village)
    assert sorted(value for values in done.values() for value in values) == ["family", "none", "self"]
    with village.reading() as tx:
        assert len({visit.trip for visit in queries.visits(tx)}) == 1
    assert not drafts.list_drafts(village)


async def test_zero_takes_a_digit_back_and_an_empty_trip_is_not_saved(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f4", "f4", "1", "up", "0", "ctrl+s")
        assert hand.shows("还没有记哪一户")
    assert not any(met(village).values())


async def test_the_draft_of_a_trip_comes_back_and_a_family_can_be_written_in_full_meanwhile(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f4", "f4", "1", "enter")
        assert hand.page.NAME == "走访"
        await hand.press("2", "ctrl+s")
        assert hand.page.NAME == "一趟走访"
        assert hand.shows("已按 1 户")
        await hand.press("escape")
    async with open_app(village) as hand:
        assert hand.shows("一趟走访写到一半")
        await hand.press("f4", "f4")
        assert hand.shows("已按 1 户")
        await hand.press("ctrl+s")
        assert hand.shows("1 户的走访已保存")
    assert sorted(value for values in met(village).values() for value in values) == ["family", "self"]
