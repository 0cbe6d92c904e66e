"""The village's day by keys only, at 80x24, over a real workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from xieli_tui.casework import application, drafts, households
from xieli_tui.casework.session import Session

PASSPHRASE = "1111 2222 3333 4444"


def first(session: Session, name: str = "王秀英", group: str = "2") -> str:
    """Id of a family by head and group."""
    return next(row.id for row in households.list_households(session, name) if row.group == group)


async def test_a_routine_visit_is_unlock_menu_initials_and_three_presses(village: Session, open_app: Any) -> None:
    async with open_app() as hand:
        await hand.press(*PASSPHRASE.replace(" ", ""), "enter")
        assert hand.shows("今天要办")
        await hand.press("escape", "3", "w", "x", "y")
        assert hand.shows("找到 3 户，共 5 户")
        await hand.press(*["backspace"] * 3, "l", "j", "j")
        assert hand.shows("找到 1 户，共 5 户")
        await hand.press("enter", "4", "4", "1", "ctrl+s")
        assert hand.shows("已保存(第")
        assert hand.shows("见到本人")
    card = households.show(village, first(village))
    assert [visit.met for visit in card.visits] == ["self"]
    assert card.visits[0].visitors == ("陈秀兰",)
    assert not drafts.list_drafts(village)


async def test_a_visit_is_never_pre_filled_as_done(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "ctrl+s")
        assert hand.page.NAME == "走访"
        assert hand.app.focused is not None
        assert hand.app.focused.id == "met"
        assert hand.shows("! 这一格不能空")
    assert not households.show(village, first(village)).visits


async def test_a_full_visit_keeps_every_field_as_typed(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "２", "tab", "tab", "tab")
        await hand.type("李平 网格员")
        await hand.press("tab", "2", "3", "tab", "1", "tab", "2", "tab")
        await hand.type("儿子今早住进县医院，押金是借的。")
        await hand.press("tab")
        await hand.type("问清医疗救助要什么单子")
        await hand.press("tab")
        await hand.type("１２－３１")
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")
    visit = households.show(village, first(village)).visits[0]
    assert visit.met == "family"
    assert visit.marks == {"economy": 2, "health": 3}
    assert visit.changes == ("hospital",)
    assert visit.house_safety == "risk"
    assert visit.note == "儿子今早住进县医院，押金是借的。"
    assert (visit.promise, visit.promise_on) == ("问清医疗救助要什么单子", "2026-12-31")
    assert visit.visitors == ("陈秀兰", "李平")


async def test_someone_who_went_along_is_never_given_a_role_by_guess(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", "tab", "tab", "tab")
        await hand.type("李平")
        await hand.press("ctrl+s")
        assert hand.app.focused is not None
        assert hand.app.focused.id == "together"
        assert hand.shows("写上身份")
    assert not households.show(village, first(village)).visits


async def test_an_impossible_day_is_refused_under_its_field_and_stays_typed(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", "tab", "end", *["backspace"] * 10)
        await hand.type("2026-02-30")
        await hand.press("ctrl+s")
        assert hand.app.focused is not None
        assert hand.app.focused.id == "on"
        lines = hand.lines()
        at = next(place for place, text in enumerate(lines) if "2026-02-30" in text)
        assert "! 日期不可能" in lines[at + 1]
        assert hand.shows("草稿还在")


async def test_a_half_filled_form_survives_the_end_of_the_program(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", "tab", "tab", "tab", "tab", "3", "tab", "tab", "tab")
        await hand.type("写到一半")
        await hand.pilot.pause(0.4)
        await hand.settle()
        # The program ends here without leaving the form, as kill -9 would end it.
        hand.page.keeper.put({"never": "written"})
        hand.page.keeper._latest = None
    assert [one.form for one in drafts.list_drafts(village)] == ["visit"]
    async with open_app(village) as hand:
        assert hand.shows("走访写到一半，草稿在")
        await hand.press("f3", "l", "j", "j", "f4")
        assert hand.shows("草稿在")
        assert hand.shows("写到一半")
        assert hand.shows("[1本人]")
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")
    assert households.show(village, first(village)).visits[0].note == "写到一半"
    assert not drafts.list_drafts(village)


async def test_escape_keeps_the_draft_and_control_n_twice_drops_it(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1", "escape")
        assert hand.shows("草稿留着")
        assert len(drafts.list_drafts(village)) == 1
        await hand.press("f4", "ctrl+n")
        assert len(drafts.list_drafts(village)) == 1
        await hand.press("ctrl+n")
        assert not drafts.list_drafts(village)
        assert not hand.shows("[1本人]")


async def test_an_emergency_stands_in_a_band_until_one_key_recorded_who_answered(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f5", "2", "tab", "1", "tab", "3")
        assert hand.shows("请立即电话报告镇民政办")
        await hand.press("tab", "tab")
        await hand.type("县医院 3 楼")
        await hand.press("ctrl+s")
        assert hand.shows("打完电话，按一个键")
        await hand.press("4")
        assert hand.shows("没人接，还没有报告")
        assert not households.show(village, first(village)).flags[0].reported_at
        await hand.press("1")
        assert not hand.shows("请立即电话报告镇民政办  ")
        assert hand.shows("镇民政办值班接的")
    flag = households.show(village, first(village)).flags[0]
    assert (flag.urgency, flag.causes, flag.who) == ("emergency", ("illness",), "李建军")
    assert (flag.reported_at, flag.answered_by) == ("2026-12-28T09:00", "镇民政办值班")


async def test_someone_who_is_not_on_the_list_is_registered_with_a_name_and_a_place(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("escape", "5", "up", "end")
        for _ in range(6):
            await hand.press("down")
        assert hand.page.rows.item == "outsider"
        await hand.press("enter")
        await hand.type("外来人")
        await hand.press("tab", "tab", "tab", "4", "tab", "tab", "tab")
        await hand.type("村口桥下")
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")


async def test_an_application_goes_from_the_familys_word_to_hand_over(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f6", "5", "tab", "tab", "tab", "1", "tab", "1", "ctrl+s")
        assert hand.page.NAME == "申请"
        assert hand.shows("授权和承诺")
        await hand.press("enter")  # 委托
        await hand.press("ctrl+s")
        assert hand.shows("王秀英 托 陈秀兰")
        hand.page.rows.move_to(lambda item: getattr(item, "name", "") == "李建军")
        await hand.press("enter", "1", "tab")
        await hand.type("2027-12-27")
        await hand.press("tab", "1", "ctrl+s")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "kin")
        await hand.press("enter", "1", "ctrl+s")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "hand")
        await hand.press("enter")
        assert hand.shows("再按一次 Enter")
        await hand.press("enter")
        assert hand.shows("已转交")
    row = application.list_applications(village)[0]
    card = application.show_application(village, row.id)
    assert (card.state, card.kinds, card.emergency, card.kin) == ("handed_over", ("temp_emergency",), True, "none")
    signed = {one.name: (one.consent, one.commitment) for one in card.signatures}
    assert signed["李建军"] == ("2026-12-28", "2026-12-28")
    assert signed["李晓雨"] == ("guardian", "-")


async def test_hand_over_without_entrustment_is_refused_and_the_cursor_goes_there(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f6", "1", "tab", "tab", "tab", "tab", "1", "ctrl+s")
        hand.page.rows.move_to(lambda item: getattr(item, "key", "") == "hand")
        await hand.press("enter")
        assert hand.shows("XL-P01")
        assert hand.page.rows.item.key == "entrust"
    assert application.list_applications(village)[0].state == "draft"


async def test_an_unwilling_family_is_asked_for_the_reason_and_gets_no_application(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f6", "1", "tab", "tab", "tab", "tab", "3", "ctrl+s")
        assert hand.app.focused is not None
        assert hand.app.focused.id == "reason"
        await hand.type("怕邻居说")
        await hand.press("ctrl+s")
        assert hand.shows("没有起申请")
    assert not application.list_applications(village)
    assert households.show(village, first(village)).informed[0][1] == "本人不愿申请"


async def test_before_enrolment_the_send_page_asks_for_the_countys_file(village: Session, open_app: Any, tmp_path: Path) -> None:
    async with open_app(village) as hand:
        await hand.press("escape", "9")
        assert hand.shows("还没有登记，不能报送")
        assert hand.shows("XE1-")
        await hand.type(str(tmp_path / "none.xieli"))
        await hand.press("enter")
        await hand.type("1234")
        await hand.press("enter")
        assert hand.shows("XL-F05")


async def test_a_number_is_masked_until_a_recorded_reveal_and_masked_again_after(village: Session, open_app: Any) -> None:
    home = first(village)
    person = households.show(village, home).members[0].person
    households.set_person(village, person, {"id_no": "99999919510302004X", "id_state": "pending"})
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter")
        assert hand.shows("100****1234")
        assert not hand.shows("10000001234")
        await hand.press("ctrl+r")
        assert hand.shows("10000001234")
        assert hand.shows("已记一笔")
        hand.app.cover()
        await hand.settle()
        assert not hand.shows("10000001234")
    with village.reading() as tx:
        recorded = [bytes(line).decode() for (line,) in tx.conn.exec_driver_sql("SELECT line FROM journal WHERE t='audit.revealed'")]
    assert len(recorded) == 1
    assert '"screen":"dossier"' in recorded[0]
    assert "10000001234" not in recorded[0]


async def test_locking_forgets_the_session_and_keeps_the_draft(village: Session, open_app: Any) -> None:
    async with open_app() as hand:
        await hand.press(*PASSPHRASE.replace(" ", ""), "enter")
        await hand.press("f3", "l", "j", "j", "f4", "1", "ctrl+l")
        assert hand.page.NAME == "解锁"
        assert hand.app.open_session is None
        await hand.press("f3", "f9", "ctrl+r", "ctrl+s")
        assert hand.page.NAME == "解锁"
    assert [one.form for one in drafts.list_drafts(village)] == ["visit"]


async def test_a_table_is_learnt_asked_about_and_filled_in_from_the_report_key(village: Session, open_app: Any, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["序号", "户主姓名", "家庭人口", "发现问题"])
    book.save(tmp_path / "t.xlsx")
    async with open_app(village) as hand:
        await hand.press("f8")
        assert hand.page.NAME == "报表"
        await hand.press("1")
        await hand.type(str(tmp_path / "t.xlsx"))
        await hand.press("tab")
        await hand.type("月报")
        await hand.press("ctrl+s")
        assert (hand.page.NAME, hand.shows("发现问题")) == ("拿不准的栏", True)
        await hand.press("6", "ctrl+s")
        assert hand.page.NAME == "报表"
        await hand.press("enter", "shift+home")
        await hand.type(str(tmp_path / "out.xlsx"))
        await hand.press("ctrl+s")
        await hand.app.workers.wait_for_complete()
        assert hand.page.NAME == "填好的表"
    page = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [cell.value for cell in page[1]] == ["序号", "户主姓名", "家庭人口", "发现问题"]
    assert page["A2"].value == 1
    assert page["B2"].value
    assert page["D2"].value is None
    assert [one.form for one in drafts.list_drafts(village)] == []


async def test_the_policy_page_says_what_may_fit_what_is_missing_and_by_which_clause(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "9")
        await hand.app.workers.wait_for_complete()
        await hand.press("down")
        assert hand.shows("才能看")
        assert hand.shows("004:")
        assert hand.shows("以镇(街道)、县级为准")
        assert hand.shows("还缺 ")
        assert not any(hand.shows(word) for word in ("受理", "审批", "应发", "可领"))
        await hand.press("1")
        assert hand.shows("按 9 看全部")


async def test_who_comes_back_to_look_for_somebody_else_types_over_the_last_name(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "w", "x", "y", "enter", "f3")
        assert hand.page.NAME == "住户"
        await hand.press("f3", "h", "x", "z")
        assert hand.page.search.value == "hxz"
        assert hand.page.rows.item.head == "何秀珍"
        await hand.press("enter", "escape", "z", "d", "s")
        assert hand.page.search.value == "zds"
        assert hand.page.rows.item.head == "周大山"
