"""困难, 公示, 告知政策, 近亲属, 材料 at the keyboard: each form by keys, its draft, its errors. (`page_book` holds each page to the grid and the words.)"""

from __future__ import annotations

from typing import Any

import pytest
from desk_office import Office

from xieli_tui.casework import application, emergencies, findings, households, notices, start_application
from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import HouseholdCard
from xieli_tui.desk import registers
from xieli_tui.ui import places
from xieli_tui.ui.screens import dossier, sign
from xieli_tui.ui.screens.application import ApplicationPage
from xieli_tui.ui.screens.findings import FindingPage, FindingsPage, FindingStepPage, SettlePage
from xieli_tui.ui.screens.inform import InformPage
from xieli_tui.ui.screens.notices import PostPage


def card_of(session: Session) -> HouseholdCard:
    return households.show(session, households.list_households(session, "李建军")[0].id)


def handed_over(session: Session, home: str, *kinds: str) -> str:
    app = start_application.start_application(session, start_application.StartApplication(home, kinds or ("dibao",))).id
    application.entrust(session, application.Entrust(app, "王秀英"))
    application.hand_over(session, app)
    return app


async def test_a_finding_is_opened_stepped_and_settled_by_digits(village: Session, open_app: Any) -> None:
    """CN-04, M-42: the urgent file from the dossier, and its end."""
    home = card_of(village).row.id
    made = flag_hardship(village, FlagHardship(["illness"], household=home))
    async with open_app(village) as hand:
        hand.app.open(dossier.DossierPage(home, "5"))
        await hand.settle()
        await hand.press("enter")
        assert isinstance(hand.page, FindingPage)
        await hand.press("1", "3", "ctrl+s")
        assert hand.shows("已保存")
        assert hand.shows("急难信息档案")
        await hand.press("5", "ctrl+s")
        assert hand.shows("! ")
        await hand.press("4", "ctrl+s")
        assert hand.shows("已就地帮扶")
        await hand.press("5")
        assert hand.shows("已经了结")
        await hand.press("escape")
        assert hand.shows("已了结")
    assert [step for _, step, *_ in [(one.at, one.label) for one in emergencies.show_file(village, made.id).entries] if step == "上门"] == ["上门"]
    assert findings.show(village, made.id).settled == "已就地帮扶"


async def test_somebody_of_no_list_and_no_village_is_found_with_four_codes_and_followed_to_the_end(village: Session, open_app: Any) -> None:
    """M-23: never refused for 户籍."""
    async with open_app(village) as hand:
        await hand.press("f5")
        await hand.type("过路人")
        await hand.press("enter")
        assert hand.page.subject == "名单外的人"
        assert hand.page.entries["outsider"].value == "过路人"
        await hand.press("tab", "tab", "tab", "4")
        page = hand.page
        for name, text in (("place", "村口车站"), ("hukou_region", "999998"), ("live_region", "999997"), ("permit_region", "9999"), ("event_region", "999999001")):
            page.entries[name].value = text
        await hand.settle()
        await hand.press("ctrl+s")
        assert hand.shows("已保存")
        hand.app.open(FindingsPage())
        await hand.settle()
        assert hand.shows("过路人(外)")
        await hand.press("enter")
        assert hand.shows("户籍地 999998，居住地 999997，居住证地 9999，发生地 999999001")
        await hand.press("3")
        assert hand.shows("先建新户")
        await hand.press("1", "4", "ctrl+s")
        assert hand.shows("急难信息档案")
        await hand.press("5", "4", "ctrl+s")
    [found] = findings.list_findings(village)
    assert (found.settled, found.household) == ("已就地帮扶", "")


async def test_a_region_code_that_is_none_is_told_at_its_own_field(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        places.open_flag(hand.app)
        await hand.settle()
        await hand.type("过路人")
        page = hand.page
        page.entries["place"].value, page.entries["live_region"].value = "车站", "测试县"
        await hand.press("tab", "tab", "tab", "4")
        await hand.press("ctrl+s")
        assert hand.app.focused is page.entries["live_region"]
        assert hand.shows("XL-V12")


async def test_a_notice_is_put_up_from_the_application_objected_to_and_taken_down(village: Session, open_app: Any) -> None:
    """JM-06, JM-08, M-29."""
    home = card_of(village).row.id
    app = handed_over(village, home)
    async with open_app(village) as hand:
        hand.app.open(ApplicationPage(app))
        await hand.settle()
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "notices")
        await hand.press("enter", "2", "1", "tab")
        await hand.press("tab")
        await hand.type("2027-01-05")
        await hand.press("tab", "tab")
        await hand.type("村办公室公示夹")
        await hand.press("ctrl+s")
        assert hand.shows("01-05 到期")
        await hand.press("1", "1", "tab")
        await hand.type("听说他家有两辆车")
        await hand.press("ctrl+s")
        assert hand.shows("1 条异议")
        await hand.press("enter", "ctrl+s")
        assert hand.shows("取下")
    [row] = notices.list_notices(village)
    assert (row.end, row.taken_down, len(row.objections)) == ("2027-01-05", village.today.isoformat(), 1)
    assert ("notice_photo", "村办公室公示夹") in {(one.doc, one.where) for one in application.show_application(village, app).papers}


async def test_a_notice_that_ends_before_it_begins_is_told_at_its_end_and_nothing_hangs(village: Session, open_app: Any) -> None:
    app = handed_over(village, card_of(village).row.id)
    async with open_app(village) as hand:
        hand.app.open(PostPage(application.show_application(village, app)))
        await hand.settle()
        await hand.press("1", "tab", "tab")
        await hand.type("2026-12-01")
        await hand.press("ctrl+s")
        assert hand.app.focused is hand.page.entries["end"]
        assert hand.shows("早于贴出那天")
    assert notices.list_notices(village) == []


async def test_nine_twice_tells_the_family_of_aid_and_an_unwilling_answer_needs_its_reason(village: Session, open_app: Any) -> None:
    home = card_of(village).row.id
    async with open_app(village) as hand:
        hand.app.open(dossier.DossierPage(home, "9"))
        await hand.settle()
        await hand.press("9", "1", "7", "tab")
        await hand.type("取暖救助")
        await hand.press("tab", "tab", "3", "ctrl+s")
        assert hand.app.focused is hand.page.entries["reason"]
        await hand.type("说还过得去")
        await hand.press("ctrl+s")
        assert hand.shows("本人的意思记下了")
    assert [(kind, answer) for kind, answer, _ in card_of(village).informed] == [("取暖救助", "本人不愿申请"), ("医疗救助", "本人不愿申请"), ("低保", "本人不愿申请")]


async def test_an_intake_that_is_refused_writes_no_answer_either(village: Session, open_app: Any) -> None:
    """One save is one transaction: what the family said and the application stand together or not at all."""
    home = card_of(village).row.id
    async with open_app(village) as hand:
        places.open_start(hand.app, home, flag="no-such-finding")
        await hand.settle()
        await hand.press("1")
        hand.page.entries["answer"].choose("willing")
        await hand.settle()
        await hand.press("ctrl+s")
        assert hand.shows("XL-V43")
        assert card_of(village).informed == ()
        hand.page.flag = ""
        await hand.press("ctrl+s")
        assert hand.page.NAME == "申请"
    assert len(card_of(village).informed) == 1
    assert len(application.list_applications(village)) == 1


async def test_the_kin_question_names_the_countys_register(office: Office, open_app: Any) -> None:
    """M-28, 002:三(一)2."""
    registers.add_staff(office.county, registers.AddStaff("张经办", post="民政专干", area=office.village.profile.villages[0][:9]))
    app = office.application("dibao")
    office.up()
    office.down()
    async with open_app(office.village) as hand:
        hand.app.open(sign.KinPage(application.show_application(office.village, app)))
        await hand.settle()
        assert hand.shows("县里登记的经办人 1 位")
        await hand.press("2", "ctrl+s")
        assert hand.app.focused is hand.page.entries["handler"]
        await hand.press("1", "tab", "tab", "tab")
        await hand.type("侄子")
        await hand.press("ctrl+s")
        assert not hand.shows("XL-")
    assert application.show_application(office.village, app).kin == "侄子"


async def test_enter_on_a_missing_paper_of_the_papers_tab_writes_where_it_lies(village: Session, open_app: Any) -> None:
    home = card_of(village).row.id
    app = start_application.start_application(village, start_application.StartApplication(home, ["dibao"])).id
    async with open_app(village) as hand:
        hand.app.open(dossier.DossierPage(home, "8"))
        await hand.settle()
        hand.page.rows.move_to(lambda item: getattr(getattr(item, "paper", None), "doc", "") == "hukou_book")
        await hand.press("enter")
        assert hand.page.NAME == "申请"
        await hand.press("1", "tab")
        await hand.type("村办公室铁柜")
        await hand.press("ctrl+s")
        assert hand.shows("村办公室铁柜")
    assert "hukou_book" in {one.doc for one in application.show_application(village, app).papers if one.present}


@pytest.mark.parametrize("form", ["settle", "finding_step", "notice", "inform"])
async def test_half_written_forms_come_back_with_what_was_typed(village: Session, open_app: Any, form: str) -> None:
    card = card_of(village)
    flagged = flag_hardship(village, FlagHardship(["illness"], household=card.row.id))
    app = handed_over(village, card.row.id)
    found = findings.show(village, flagged.id)
    page: Any = {"settle": lambda: SettlePage(found), "finding_step": lambda: FindingStepPage(found), "notice": lambda: PostPage(application.show_application(village, app)), "inform": lambda: InformPage(card)}[form]()
    entry = {"settle": "note", "finding_step": "note", "notice": "photo", "inform": "reason"}[form]
    async with open_app(village) as hand:
        hand.app.open(page)
        await hand.settle()
        page.entries[entry].value = "写到一半 断电了"
        await hand.settle()
        key = page.key
        await hand.press("escape")
        assert hand.shows("写到一半")
        places.open_draft(hand.app, f"{form}:{key}")
        await hand.settle()
        assert hand.page.entries[entry].value == "写到一半 断电了"


async def test_aid_in_kind_a_loss_and_somebody_met_are_written_from_the_list_of_what_can_be_written(village: Session, open_app: Any) -> None:
    """M-67, M-62, M-64; what is given out is never money."""
    from xieli_tui.casework import services
    from xieli_tui.ui import family_ways
    from xieli_tui.ui.screens.matters import MattersPage

    home = card_of(village).row.id
    async with open_app(village) as hand:
        hand.app.open(MattersPage(card_of(village)))
        await hand.settle()
        await hand.press("6", "ctrl+s")
        assert hand.app.focused is hand.page.entries["item"]
        await hand.type("大米")
        await hand.press("tab", "tab", "tab")
        await hand.type("袋")
        await hand.press("ctrl+s")
        assert hand.app.focused is hand.page.entries["quantity"]
        await hand.type("2")
        await hand.press("ctrl+s")
        assert hand.shows("已保存")
        await hand.press("7", "1", "tab")
        await hand.type("1.2万")
        await hand.press("ctrl+s")
        assert hand.shows("已保存")
        await hand.press("7", "1", "tab")
        await hand.type("很多")
        await hand.press("ctrl+s")
        assert hand.shows("! ")
        await hand.press("ctrl+n", "ctrl+n", "escape")
        family_ways.open_encounter(hand.app)
        await hand.settle()
        await hand.type("村口公路边")
        await hand.press("tab", "3", "ctrl+s")
        assert hand.shows("已保存")
    [given] = services.list_given(village, home)
    assert "大米" in given.what
    assert [(one.place, one.action) for one in services.list_encounters(village)] == [("村口公路边", "station")]
