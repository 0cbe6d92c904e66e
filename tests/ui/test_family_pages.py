"""成员, 一人一档, 救助链, 来电查询 at the keyboard: every form by keys, its draft, its errors. (`page_book` holds each page to the grid and the words.)"""

from __future__ import annotations

from typing import Any

from test_layout import check_page

from xieli_tui.casework import changes, families, family_view, households, statements
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import HouseholdCard
from xieli_tui.ui.screens import dossier, helpers, leaving, overview_tab
from xieli_tui.ui.screens.digit_menu import DigitMenuPage
from xieli_tui.ui.screens.person_page import PersonFilePage


def card_of(session: Session) -> HouseholdCard:
    return households.show(session, households.list_households(session, "李建军")[0].id)


def names(session: Session, household: str) -> list[str]:
    return [one.name for one in households.show(session, household).members]


async def members(hand: Any, session: Session) -> str:
    """The 成员 tab of the family of three."""
    home = card_of(session).row.id
    hand.app.open(dossier.DossierPage(home, "2"))
    await hand.settle()
    return home


async def test_two_twice_opens_the_menu_of_the_family_and_a_child_is_added_with_the_change(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        home = await members(hand, village)
        await hand.press("2")
        assert isinstance(hand.page, DigitMenuPage)
        await hand.press("2")
        assert hand.page.NAME == "加人"
        await hand.press("1", "tab")
        await hand.type("李小宝")
        await hand.press("tab")
        await hand.type("孙子")
        await hand.press("ctrl+s")
        assert hand.shows("已保存")
        assert hand.shows("李小宝")
    assert names(village, home) == ["王秀英", "李建军", "李晓雨", "李小宝"]
    assert [(one.kind, one.who) for one in changes.list_changes(village, home)] == [("birth", "李小宝")]


async def test_the_death_of_the_head_asks_who_heads_the_family_and_the_dead_stay_readable(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        home = await members(hand, village)
        await hand.press("2", "3")
        assert hand.page.NAME == "离开"
        await hand.press("tab", "1", "ctrl+s")
        assert hand.shows("户主走了，问清谁当户主")
        assert hand.app.focused is hand.page.entries["new_head"]
        await hand.press("1", "ctrl+s")
        assert hand.shows("已保存")
        assert hand.shows("离开的")
        assert any("王秀英" in line and "去世" in line for line in hand.lines())
        await hand.press("down", "down", "enter")
        assert hand.page.NAME == "一人一档"
        assert hand.shows("王秀英")
        assert hand.shows("去世")
    assert households.show(village, home).row.head == "李建军"
    assert [one.why for one in family_view.look(village, home).gone] == ["death"]


async def test_a_death_before_the_birth_is_told_at_its_day_and_nothing_is_written(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        home = await members(hand, village)
        await hand.press("down", "down", "2", "3", "tab", "1", "tab")
        hand.page.entries["on"].value = ""
        await hand.type("2010-01-01")
        await hand.press("ctrl+s")
        assert hand.shows("早于出生那天")
        assert hand.app.focused is hand.page.entries["on"]
    assert len(names(village, home)) == 3


async def test_somebody_who_has_died_already_cannot_leave_again_and_does_not_come_back(village: Session, open_app: Any) -> None:
    home = card_of(village).row.id
    child = card_of(village).members[2].person
    async with open_app(village) as hand:
        hand.app.open(leaving.LeavePage(card_of(village), child))
        await hand.settle()
        families.leave(village, families.Leave(child, "death"))
        await hand.press("tab", "1", "ctrl+s")
        assert hand.shows("不在哪一户里")
        await hand.press("escape", "escape")
        hand.app.open(PersonFilePage(card_of(village), child))
        await hand.settle()
        assert hand.shows("李晓雨")
        await hand.press("9")
        assert hand.shows("登记为去世")
    assert [one.name for one in family_view.look(village, home).gone] == ["李晓雨"]


async def test_a_split_asks_the_relation_of_everybody_who_goes_and_keeps_the_old_file(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        home = await members(hand, village)
        await hand.press("2", "4")
        assert hand.page.NAME == "分户"
        await hand.press("2", "3", "tab", "2", "ctrl+s")
        assert hand.shows("写明和新户主的关系")
        assert hand.app.focused is hand.page.entries["relation_1"]
        await hand.type("女儿")
        await hand.press("ctrl+s")
        assert hand.shows("这是新户")
        made = hand.page.household
        assert hand.shows("李晓雨")
    assert names(village, home) == ["王秀英"]
    assert names(village, made) == ["李建军", "李晓雨"]


async def test_splitting_off_everybody_is_no_split(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        home = await members(hand, village)
        await hand.press("2", "4", "1", "2", "3", "tab", "2")
        await hand.press("tab")
        await hand.type("母亲")
        await hand.press("tab")
        await hand.type("女儿")
        await hand.press("ctrl+s")
        assert hand.shows("全家都走就不是分户")
    assert len(names(village, home)) == 3


async def test_ten_thousand_characters_pasted_into_a_name_are_kept_in_the_draft_and_refused_at_the_field(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        home = await members(hand, village)
        await hand.press("2", "2", "1")
        hand.page.entries["name"].value = "长" * 10_000
        hand.page.entries["relation"].value = "孙子"
        await hand.settle()
        await hand.press("ctrl+s")
        assert hand.shows("10,000 个字")
        await hand.press("escape")
        assert hand.page.NAME == "户档"
        await hand.press("2", "2")
        assert hand.page.entries["name"].value == "长" * 10_000
    assert len(names(village, home)) == 3


async def test_the_whole_family_moves_away_and_a_member_comes_back(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        home = await members(hand, village)
        await hand.press("2", "7", "1", "tab", "tab")
        await hand.type("迁到外县")
        await hand.press("ctrl+s")
        assert hand.shows("已经没有人了")
        assert names(village, home) == []
        son = next(one for one in family_view.look(village, home).gone if one.name == "李建军")
        hand.app.open(PersonFilePage(households.show(village, home), son.person))
        await hand.settle()
        await hand.press("9")
        assert hand.shows("李建军 回来")
        await hand.press("tab")
        await hand.type("儿子")
        await hand.press("ctrl+s")
    assert names(village, home) == ["李建军"]


async def test_living_apart_needs_its_reason_and_holds_from_its_day(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        home = await members(hand, village)
        await hand.press("down", "2", "5", "tab", "2", "ctrl+s")
        assert hand.shows("不共同生活，请写原因")
        await hand.type("在外地成家")
        await hand.press("ctrl+s")
        assert hand.shows("已保存")
    assert [one.living for one in households.show(village, home).members] == [True, False, True]


async def test_a_pair_and_a_helping_group_are_written_and_ended(village: Session, open_app: Any) -> None:
    from xieli_tui.casework import helpers as verbs

    home = card_of(village).row.id
    async with open_app(village) as hand:
        hand.app.open(helpers.HelpersPage(card_of(village)))
        await hand.settle()
        await hand.press("1")
        await hand.type("刘强")
        await hand.press("tab", "tab", "1", "ctrl+s")
        assert hand.shows("刘强")
        assert hand.shows("党员")
        await hand.press("2")
        await hand.type("石桥村帮扶小组")
        await hand.press("tab")
        await hand.type("张书记、刘强")
        await hand.press("ctrl+s")
        assert hand.shows("管这一家")
        await hand.press("home", "enter", "ctrl+s")
    [pair] = verbs.list_pairs(village, home)
    assert (pair.party, pair.until) == (True, village.today.isoformat())
    assert [one.households for one in verbs.list_groups(village)] == [(home,)]


async def test_a_half_written_form_of_the_family_comes_back_from_its_draft(village: Session, open_app: Any) -> None:
    from xieli_tui.ui import places

    async with open_app(village) as hand:
        await members(hand, village)
        await hand.press("2", "2", "1")
        await hand.press("tab")
        await hand.type("李小宝")
        await hand.press("escape")
        hand.app.back_home()
        await hand.settle()
        assert hand.shows("加人写到一半")
        places.open_draft(hand.app, f"join:{card_of(village).row.id}")
        await hand.settle()
        assert hand.page.entries["name"].value == "李小宝"


async def test_zero_says_what_to_tell_a_caller(village: Session, open_app: Any) -> None:
    from xieli_tui.casework import start_application

    home = card_of(village).row.id
    async with open_app(village) as hand:
        hand.app.open(dossier.DossierPage(home))
        await hand.settle()
        await hand.press("0")
        assert hand.shows("没有在办的事")
        await hand.press("escape")
        start_application.start_application(village, start_application.StartApplication(home, ["dibao"]))
        await hand.press("0")
        assert hand.shows("申请的低保")
        assert hand.shows("现在在村里")
        assert hand.shows("下一步")


async def test_left_and_right_turn_the_chain_from_the_family_to_each_person(village: Session, open_app: Any) -> None:
    home = card_of(village).row.id
    record_visit(village, RecordVisit(home, "self"))
    households.set_person(village, card_of(village).members[1].person, {"work": "migrant"})
    async with open_app(village) as hand:
        hand.app.open(dossier.DossierPage(home, "7"))
        await hand.settle()
        assert hand.shows("[全家]")
        assert any("走访" in line for line in hand.lines()[5:])
        await hand.press("right", "right")
        assert hand.shows("[李建军]")
        assert hand.shows("外出务工")
        assert not any("走访" in line for line in hand.lines()[6:18])
        await hand.press("right", "right")
        assert hand.page.tab == "8"
        await hand.press("left")
        assert hand.page.tab == "7"
        assert hand.shows("[全家]")


async def test_a_large_family_is_split_above_the_last_rows(village: Session, open_app: Any) -> None:
    """Nine people, seven of them go: every entry stays above row 17 at 80x24."""
    home = card_of(village).row.id
    for at in range(6):
        households.add_person(village, households.AddPerson(home, f"李家第{at + 4}个", "49", {"birth": f"20{at:02}-03-04"}))
    async with open_app(village) as hand:
        hand.app.open(leaving.SplitPage(card_of(village)))
        await hand.settle()
        await hand.press("1", "2", "3", "4", "5", "6", "7", "tab", "2")
        check_page(hand, "split")
        await hand.press("ctrl+s")
        assert hand.app.focused is hand.page.entries["relation_1"]
        check_page(hand, "split refused")


async def test_the_first_page_says_what_the_family_lives_on_and_when_somebody_is_to_come_again(village: Session, open_app: Any) -> None:
    home = card_of(village).row.id
    async with open_app(village) as hand:
        hand.app.open(dossier.DossierPage(home))
        await hand.settle()
        assert hand.shows("收入      没有问过")
        assert hand.shows("下次走访")
        statements.state(village, statements.State(home, income=[statements.Line("wage", "1200.00")]))
        hand.app.open(dossier.DossierPage(home))
        await hand.settle()
        assert hand.shows("每月 1,200.00 元，自报")


def test_a_sum_stays_to_be_read_where_a_summary_is_cut() -> None:
    told = "急难型临时救助 已审核确认，800.00 元，突发重病，押金无力交；本年首次。"
    assert overview_tab._brief(told, 21) == "急难型临.. 800.00 元"
    assert overview_tab._brief("低保 已审核确认，1,102.50 元/月，自 2026-12-01 起", 21) == "低保 1,102.50 元/月"
    assert overview_tab._brief("季度探访，见到本人", 21) == "季度探访，见到本人"


async def test_a_file_of_many_years_opens_with_the_recent_visits_and_lists_all_of_them_where_they_are_asked_for(village: Session, open_app: Any) -> None:
    home = card_of(village).row.id
    record_visit(village, RecordVisit(home, "self", on="2026-01-05", marks={"health": 2}, note="那一次见到了"))
    for number in range(65):
        record_visit(village, RecordVisit(home, "none", on=f"2026-{2 + number // 20:02d}-{1 + number % 20:02d}"))
    short = households.show(village, home, entries=8)
    assert len(households.visits(village, home)) == 66
    assert short.row.last_visit == "2026-01-05"
    assert any(one.marks for one in short.visits), "nobody was met for years: all of them are read"
    for number in range(65):
        record_visit(village, RecordVisit(home, "family", on=f"2026-{6 + number // 20:02d}-{1 + number % 20:02d}", marks={"health": 1}))
    assert len(households.show(village, home, entries=8).visits) == 60
    async with open_app(village) as hand:
        hand.app.open(dossier.DossierPage(home, "4"))
        await hand.settle()
        await hand.press("end")
        assert hand.shows("那一次见到了")
