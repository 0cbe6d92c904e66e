"""接着办 at the keyboard: a change, a referral and its feedback, an assessment, a service, an emergency's step, one person's file."""

from __future__ import annotations

from typing import Any

from xieli_tui.casework import assessments, changes, drafts, households, matters, referrals, services
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import HouseholdCard
from xieli_tui.ui.screens import dossier
from xieli_tui.ui.screens import matters as list_pages
from xieli_tui.ui.screens.matter_forms import AssessPage, ReferPage, ServicePage


def card_of(session: Session) -> HouseholdCard:
    return households.show(session, households.list_households(session, "李建军")[0].id)


async def test_a_change_and_a_referral_are_written_from_the_dossier_with_digits(village: Session, open_app: Any) -> None:
    home = card_of(village).row.id
    async with open_app(village) as hand:
        hand.app.open(dossier.DossierPage(home, "7"))
        await hand.settle()
        await hand.press("7")
        assert hand.shows("没有要接着办的")
        await hand.press("1", "6", "ctrl+s")
        assert [one.kind for one in changes.list_changes(village, home)] == ["job"]
        assert hand.shows("变化：就业变化")
        await hand.press("2")
        await hand.type("残联")
        await hand.press("tab")
        await hand.type("残疾人生活补贴")
        await hand.press("ctrl+s")
        [sent] = referrals.list_referrals(village, home)
        assert (sent.department, sent.kind, sent.first_receiver) == ("dpf", "dis_living", "陈秀兰")
        assert hand.shows(referrals.NO_LIMIT)
        assert hand.shows("转介残联")


async def test_enter_on_an_offer_opens_the_referral_with_its_department(village: Session, open_app: Any) -> None:
    home = card_of(village).row.id
    record_visit(village, RecordVisit(home, "self", house_safety="risk"))
    async with open_app(village) as hand:
        hand.app.open(list_pages.MattersPage(card_of(village)))
        await hand.settle()
        await hand.press("enter", "ctrl+s")
        [sent] = referrals.list_referrals(village, home)
        assert (sent.department, sent.kind) == ("housing", "housing_rural")
        assert [one.kind for one in matters.show(village, home)] == ["referral"]
        await hand.press("enter")
        assert hand.shows("转介回音")
        await hand.press("1", "ctrl+s")
        assert matters.show(village, home) == []


async def test_the_six_dimensions_are_marked_on_one_line_and_the_missing_ones_said(village: Session, open_app: Any) -> None:
    home = card_of(village).row.id
    async with open_app(village) as hand:
        hand.app.open(AssessPage(card_of(village)))
        await hand.settle()
        await hand.press("3", "1", "ctrl+s")
        seen = assessments.show_assessment(village, home)
        assert [one.level for one in seen.dimensions] == [3, 1, 0, 0, 0, 0]
        assert hand.shows("还有几方面没看")


async def test_a_service_without_its_kind_is_not_saved_and_says_where(village: Session, open_app: Any) -> None:
    home = card_of(village).row.id
    async with open_app(village) as hand:
        hand.app.open(ServicePage(card_of(village)))
        await hand.settle()
        await hand.press("ctrl+s")
        assert services.list_given(village, home) == []
        await hand.press("2", "ctrl+s")
        assert [one.what for one in services.list_given(village, home)] == ["职业指导"]


async def test_a_half_written_referral_comes_back_from_todays_list(village: Session, open_app: Any) -> None:
    home = card_of(village).row.id
    async with open_app(village) as hand:
        hand.app.open(ReferPage(card_of(village)))
        await hand.settle()
        await hand.type("住建")
        await hand.press("escape")
    [draft] = drafts.list_drafts(village)
    assert (draft.form, draft.key) == ("refer", home)


async def test_one_persons_file_after_the_other(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        hand.app.open(dossier.DossierPage(card_of(village).row.id, "8"))
        await hand.settle()
        await hand.press("8")
        assert hand.shows("一人一档")
        assert hand.shows("! 缺")
        assert hand.shows("王秀英")
        await hand.press("right")
        assert hand.shows("第 2 个人")
        assert hand.shows("李建军")
