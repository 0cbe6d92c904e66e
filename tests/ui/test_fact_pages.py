"""From a hint to the fact it waits for and back: every form of facts by keys, its draft, its errors, its place on the grid."""

from __future__ import annotations

from typing import Any

import pytest
from test_layout import BANNED, READ_ONLY, VILLAGE_BANNED, check_page

from xieli_tui.casework import facts, households, reads, statements
from xieli_tui.casework.session import Session
from xieli_tui.ui import fact_ways
from xieli_tui.ui.screens.household_form import HouseholdFormPage
from xieli_tui.ui.screens.person_form import PersonFormPage
from xieli_tui.ui.screens.section_form import SectionForm
from xieli_tui.ui.screens.statement import StatementPage, split_per

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


def family(session: Session) -> str:
    return next(row.id for row in households.list_households(session, "李建军"))


def known(session: Session, household: str) -> dict[str, Any]:
    with session.reading() as tx:
        found: dict[str, Any] = facts.question(tx, reads.household(tx, household), "screen", session.today)["given"]
        return found


async def policy(hand: Any) -> None:
    await hand.press("f3", "l", "j", "j", "enter", "9")
    await hand.app.workers.wait_for_complete()
    await hand.settle()


def to(hand: Any, word: str) -> str:
    """What the cursor row says must hold the word."""
    return next(line for line in hand.lines() if word in line)


@SIZES
async def test_every_section_of_every_form_keeps_the_grid_and_the_words(village: Session, open_app: Any, size: tuple[int, int]) -> None:
    card = households.show(village, family(village))
    means = statements.show(village, card.row.id)
    seen = 0
    async with open_app(village, size=size) as hand:
        for page in (HouseholdFormPage(card), PersonFormPage(card, card.members[0].person), StatementPage(card, means)):
            hand.app.open(page)
            await hand.settle()
            for name, _ in page.SECTIONS:
                assert page.here == name
                check_page(hand, f"{page.code()}-{name}")
                text = hand.text()
                for allowed in READ_ONLY:
                    text = text.replace(allowed, "")
                assert not any(word in text for word in (*BANNED, *VILLAGE_BANNED))
                seen += 1
                await hand.press("pagedown")
            await hand.press("escape")
    assert seen == sum(len(page.SECTIONS) for page in (HouseholdFormPage, PersonFormPage, StatementPage))


async def test_a_missing_fact_leads_to_its_very_field_and_the_answer_is_renewed(village: Session, open_app: Any) -> None:
    """03 to 07: 政策 -> a kind -> a missing fact -> its entry -> saved -> back with the answer anew."""
    async with open_app(village) as hand:
        await policy(hand)
        for _ in range(3):
            await hand.press("down")
        assert "重特大疾病医疗救助" in next(line for line in hand.lines() if line.strip().startswith(">"))
        await hand.press("enter")
        assert hand.page.NAME == "政策提示"
        assert hand.shows("004:二(一)")
        assert hand.shows("政策包版本")
        await hand.press("enter")
        assert hand.page.NAME == "人的情况"
        assert hand.app.focused is hand.page.entries["severe_illness"]
        await hand.press("1", "ctrl+s")
        assert hand.page.NAME == "政策提示"
        assert hand.shows("已保存")
        assert hand.shows("可能符合")
        await hand.press("escape")
        await hand.app.workers.wait_for_complete()
        await hand.settle()
        assert hand.shows("可能符合")
    found = known(village, family(village))["persons"]
    assert [one.get("severe_illness") for one in found] == [True, None, None]


async def test_the_fact_most_kinds_wait_for_stands_on_the_first_page_and_opens_its_form(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter")
        await hand.app.workers.wait_for_complete()
        await hand.settle()
        assert "种在等" in to(hand, "基本生活")
        await hand.press("enter")
        assert hand.app.focused is hand.page.entries["basic_life_hardship"]


async def test_a_local_amount_says_whom_to_ask_and_opens_nothing(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await policy(hand)
        await hand.press(*["down"] * 9)
        assert "低保" in next(line for line in hand.lines() if line.strip().startswith(">"))
        await hand.press("enter", "down", "down")
        assert "本县低保标准" in next(line for line in hand.lines() if line.strip().startswith(">"))
        await hand.press("enter")
        assert hand.page.NAME == "政策提示"
        assert hand.shows("请问县民政局")


async def test_what_cannot_move_today_is_folded_and_counted(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await policy(hand)
        assert hand.shows("种等县里、镇里给标准")
        before = len(hand.page.rows.items)
        while "种等县里" not in next(line for line in hand.lines() if line.strip().startswith(">")):
            await hand.press("down")
        await hand.press("enter")
        assert len(hand.page.rows.items) > before
        await hand.press("enter")
        assert len(hand.page.rows.items) == before


async def test_income_and_expenses_are_typed_as_people_say_them_and_added_up(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "3", "3")
        assert hand.app.focused is hand.page.entries["income_wage"]
        await hand.type("1200")
        await hand.press("tab")
        await hand.type("6000/年")
        await hand.press("tab")
        assert hand.shows("1,700.00 元")
        assert hand.shows("估算")
        assert hand.page.entries["income_farming"].value == "6000.00/年"
        await hand.press("pagedown", "pagedown", "tab")
        await hand.type("300*12")
        await hand.press("tab")
        assert hand.shows("必需支出 3,600.00")
        await hand.press("ctrl+s")
        assert hand.shows("已保存")
        assert hand.shows("1,700.00")
    hh = known(village, family(village))["hh"]
    assert (hh["income_month"], hh["income_year"], hh["necessary_exp_year"]) == ("1700.00", "20400.00", "3600.00")


async def test_a_deduction_without_its_basis_turns_to_its_page_and_says_so_there(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "3", "3", "pagedown")
        await hand.type("200")
        await hand.press("pageup", "ctrl+s")
        assert hand.page.here == "deductions"
        assert hand.app.focused is hand.page.entries["basis_employment_cost"]
        assert hand.shows("! ")
        await hand.type("001:3")
        await hand.press("ctrl+s")
        assert hand.shows("已保存")


async def test_a_number_nobody_can_read_is_told_at_its_field_and_nothing_is_saved(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "3", "3")
        await hand.type("八百块钱")
        await hand.press("ctrl+s")
        assert hand.shows("! ")
        assert hand.page.entries["income_wage"].value == "八百块钱"
    assert statements.show(village, family(village)).statements == ()


async def test_a_half_written_statement_comes_back_and_an_old_draft_brings_no_old_value(village: Session, open_app: Any) -> None:
    household = family(village)
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "3", "3")
        await hand.type("900")
        await hand.press("tab", "escape")
    statements.state(village, statements.State(household, expenses=[statements.Line("medical", "500")]))
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "3", "3")
        assert hand.shows("草稿在")
        assert hand.page.entries["income_wage"].value == "900.00"
        assert hand.page.entries["expense_medical"].value == "500.00"


async def test_a_line_with_its_owner_keeps_it_when_another_line_is_changed(village: Session, open_app: Any) -> None:
    household = family(village)
    son = next(one.person for one in households.show(village, household).members if one.name == "李建军")
    statements.state(village, statements.State(household, income=[statements.Line("wage", "1000", person=son)]))
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "3", "3", "tab")
        await hand.type("600")
        await hand.press("ctrl+s")
    lines = statements.show(village, household).parts["income"]
    assert {(one["kind"], one.get("person")) for one in lines} == {("wage", son), ("farming", None)}


async def test_nothing_written_is_not_saved_and_that_there_is_none_is_one_key(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "3", "3", "ctrl+s")
        assert hand.shows("! ")
        fact_ways.open_statement(hand.app, family(village), "none_income")
        await hand.settle()
        assert hand.app.focused is hand.page.entries["none_income"]
        await hand.press("1", "ctrl+s")
        assert hand.shows("已保存")
    assert known(village, family(village))["hh"]["income_month"] == "0.00"


async def test_obligors_are_written_on_the_last_page_of_a_person(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        fact_ways.open_person(hand.app, family(village), households.show(village, family(village)).members[0].person)
        await hand.settle()
        assert hand.page.NAME == "人的情况"
        await hand.press("pageup")
        assert hand.page.here == "obligor"
        await hand.press("tab")
        await hand.type("李建军")
        await hand.press("tab", "1", "tab", "1", "tab", "tab", "2", "ctrl+s")
        assert hand.shows("已保存")
        await hand.press("f3", "l", "j", "j", "enter", "3")
        assert hand.shows("担不起全部")
    head = known(village, family(village))["persons"][0]
    assert head["obligors"] == [{"low_income": True, "can_fully_support": False}]


async def test_numbers_stay_covered_in_the_forms_until_they_are_revealed(village: Session, open_app: Any) -> None:
    """Law 4: a form is no way round the mask."""
    household = family(village)
    person = households.show(village, household).members[0].person
    households.set_person(village, person, {"id_no": "999999195104170428", "phone": "10000002190"})
    async with open_app(village) as hand:
        fact_ways.open_person(hand.app, household, person)
        await hand.settle()
        assert not hand.shows("195104170428")
        assert not hand.shows("10000002190")
        assert hand.shows("999999********0428")
        await hand.press("tab", "tab", "tab", "tab", "tab", "1", "ctrl+s")
        assert not hand.shows("XL-")
    found = households.show(village, household).members[0]
    assert (found.id_no, found.phone) == ("999999195104170428", "10000002190")


async def test_a_label_is_answered_by_one_key_and_blank_stays_open(village: Session, open_app: Any) -> None:
    household = family(village)
    async with open_app(village) as hand:
        fact_ways.open_household(hand.app, household, "label_low_income")
        await hand.settle()
        await hand.press("1", "tab", "2", "ctrl+s")
        assert hand.shows("已保存")
    hh = known(village, household)["hh"]
    assert (hh["low_income"], hh["exp_poor"]) == (True, False)
    assert "filed_poor" not in hh


async def test_saving_an_untouched_form_says_that_nothing_changed(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "2", "1", "1")
        assert isinstance(hand.page, HouseholdFormPage)
        await hand.press("ctrl+s")
        assert hand.shows("没有改动")


async def test_tab_walks_through_every_entry_of_every_section(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        fact_ways.open_statement(hand.app, family(village))
        await hand.settle()
        page = hand.page
        assert isinstance(page, SectionForm)
        met = []
        for _ in page.entries:
            met.append(hand.app.focused.id)
            await hand.press("tab")
        assert set(met) == set(page.entries)


@pytest.mark.parametrize(
    ("text", "amount", "per"), [("6000/年", "6000", "year"), ("6000年", "6000", "year"), ("500/月", "500", "month"), ("500", "500", "month"), ("1.2万每年", "1.2万", "year")]
)
def test_a_period_is_read_behind_the_sum(text: str, amount: str, per: str) -> None:
    assert split_per(text) == (amount, per)
