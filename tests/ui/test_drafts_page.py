"""没写完: two drafts of one family, one form of two families, a draft of last week, of a family that moved away, of a thing that is over; and throwing one away."""

from __future__ import annotations

from typing import Any

from desk_office import Office
from test_flows_village import first

from xieli_tui.casework import drafts, families, flag_hardship, households, today, unfinished
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock


async def to_row(hand: Any, words: str) -> None:
    """The cursor on the row that has these words."""
    await hand.press("home")
    for _ in range(40):
        if words in hand.page.rows._draw_row(hand.page.rows.item, True)[0].text:
            return
        await hand.press("down")
    raise AssertionError(f"no row {words}:\n{hand.text()}")


async def typed(hand: Any, initials: str, key: str, tabs: int, text: str) -> None:
    """A form of a family, left half-filled."""
    await hand.press("f3")
    await hand.type(initials)
    await hand.press(key, *["tab"] * tabs)
    await hand.type(text)
    await hand.press("escape", "f2")


async def test_each_draft_is_its_own_and_stays_until_she_throws_it_away(village: Session, open_app: Any, clock: FixedClock) -> None:
    home, other = first(village), next(one.id for one in households.list_households(village, "周大山"))
    finding = flag_hardship.flag_hardship(village, flag_hardship.FlagHardship(["illness"], household=other, situation="住院")).id
    drafts.save_draft(village, "settle", f"{other}:{finding}", {"how": [], "on": "2026-12-28", "note": "县里来人看过了"})
    async with open_app(village) as hand:
        await typed(hand, "ljj", "f4", 7, "王家走访写一半")
        await typed(hand, "ljj", "f5", 5, "王家困难写一半")
        await typed(hand, "zds", "f4", 7, "周家走访写一半")
        await hand.press("f3")
        await hand.type("hxz")
        await hand.press("ctrl+g")
        await hand.type("51")
        await hand.press("enter")
        assert hand.page.NAME == "户的情况"
        await hand.press("escape")
        found = {(one.form, one.who): one.typed for one in unfinished.listed(village)}
        assert set(found) == {("visit", "王秀英"), ("flag", "王秀英"), ("visit", "周大山"), ("settle", "周大山")}, "and none of a form nobody typed into"
        await hand.press("f2")
        assert hand.shows("今天要办  4 件")
        for who, form, words in (("王秀英", "走访", "王家走访写一半"), ("王秀英", "困难", "王家困难写一半"), ("周大山", "走访", "周家走访写一半")):
            word = {"走访": "走访写到一半", "困难": "发现登记写到一半"}[form]
            row = next(line for line in hand.lines() if word in line and who in line)
            await hand.press(row.strip()[0], "enter")
            assert form == hand.page.NAME
            assert hand.shows(words), (who, form)
            assert hand.shows("草稿在")
            await hand.press("escape", "f2")
        # what it was about is over, and the family moves away: both drafts are still there to be read
        flag_hardship.settle_flag(village, finding, "unfounded", None, "2026-12-28")
        families.move_away(village, other, on="2026-12-28")
        clock.tick(hours=50)
        told = {one.target: one for one in today.everything(village) if one.task == "draft_open"}
        assert told[f"visit:{other}"].who == "周大山"
        assert told[f"visit:{home}"].why == "走访 12-28 写到一半，草稿在"
        await hand.press("ctrl+g", "8", "9", "enter")
        assert hand.page.NAME == "没写完"
        await to_row(hand, "了结")
        assert hand.shows("写了：县里来人看过了")
        await hand.press("ctrl+n")
        assert hand.shows("丢掉周大山的了结草稿？再按一次 Ctrl+N。")
        await hand.press("up", "down", "ctrl+n")
        assert len(drafts.list_drafts(village)) == 4, "moving away takes the question back"
        await hand.press("ctrl+n")
        assert hand.shows("周大山的了结草稿丢掉了")
        assert {one.form for one in drafts.list_drafts(village)} == {"visit", "flag"}
        await to_row(hand, "周大山")
        await hand.press("enter")
        assert hand.page.NAME == "走访"
        assert hand.shows("周家走访写一半")
        assert hand.shows("草稿在，12-28")
        await hand.press("ctrl+n")
        assert hand.shows("丢掉草稿，重新填？")
        await hand.press("ctrl+n")
        assert not hand.shows("周家走访写一半")
        await hand.press("escape")
        assert hand.page.NAME == "没写完"
        assert not any("走访" in line and "周大山" in line for line in hand.lines())
        assert len(drafts.list_drafts(village)) == 2


async def test_more_drafts_than_today_holds_are_one_line_that_leads_to_all_of_them(village: Session, open_app: Any) -> None:
    homes = [one.id for one in households.list_households(village)]
    for home in homes:
        for form in ("visit", "change", "loss"):
            drafts.save_draft(village, form, home, {"note": "写了一半"})
    async with open_app(village) as hand:
        await to_row(hand, "没写完")
        await hand.press("enter")
        assert hand.page.NAME == "没写完"
        assert hand.shows(f"没写完  {3 * len(homes)} 份")
        await hand.press("1", "enter")
        assert hand.shows("草稿在")


async def test_an_application_begun_from_a_finding_still_belongs_to_it_after_the_program_died(village: Session, open_app: Any) -> None:
    home = first(village)
    finding = flag_hardship.flag_hardship(village, flag_hardship.FlagHardship(["illness"], household=home, urgency="emergency", situation="押金交不上")).id
    async with open_app(village) as hand:
        await hand.press("ctrl+g", "4", "5", "enter", "enter", "f6")
        assert hand.page.NAME == "申请"
        await hand.press("1", "tab")
        await hand.type("取暖救助")
        hand.page.keeper.write()
        hand.page.leave = lambda: None  # the program dies here
    assert drafts.load_draft(village, "apply", home) is not None
    async with open_app(village) as hand:
        await to_row(hand, "申请写到一半")
        await hand.press("enter")
        assert hand.page.flag == finding
        assert hand.shows("取暖救助")


async def test_a_desk_sees_what_it_left_half_filled_and_goes_on_with_it(office: Office, open_app: Any) -> None:
    office.application("dibao")
    office.up()
    async with open_app(office.county) as hand:
        assert not hand.shows("没写完")
        await hand.press("ctrl+g", "3", "5", "enter", "tab")
        await hand.type("石桥村服务点")
        await hand.press("escape")
        assert any("没写完" in line and "登记服务站" in line for line in hand.lines())
        await hand.press("end", "enter")
        assert hand.page.NAME == "没写完"
        assert hand.shows("登记服务站")
        await hand.press("enter")
        assert hand.shows("石桥村服务点")
        assert hand.shows("草稿在")
