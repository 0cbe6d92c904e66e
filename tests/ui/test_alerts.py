"""预警 by keys: verified by a visit first, then a disposition of its class with what follows from it."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from rosterkit import id_number
from xieli_tui.casework import alerts, households
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import millis, uuid7
from xieli_tui.store import queries

sys.path.append(str(Path(__file__).parent.parent / "casework"))
from county_kit import County


@pytest.fixture
def alerted(village: Session, tmp_path: Path) -> Session:
    """The village with two alerts of its county: one about a family, one that matched nobody."""
    county = County()
    county.enrol(village, tmp_path)
    home = next(row for row in households.list_households(village, "何秀珍"))
    now = millis(village.clock.now())
    lines = []
    for household, cls, text, columns in ((home.id, "uncovered", "医疗自付较高，未享受救助", {}), (None, "risk", "上网比对：名单里的人", {"姓名": "周大山", "备注": "电话打不通"})):
        d = {"alert": uuid7(now, village.rand), "village": home.village, "cls": cls, "text": text, "on": "2026-12-20", "columns": columns}
        lines.append(county.write("alert.issued", {**d, "household": household} if household else d))
    from xieli_tui.casework import exchange

    exchange.take_in(village, [county.sign_for(village, tmp_path, *lines)])
    with village.reading() as tx:
        assert len(queries.alerts(tx)) == 2
    return village


async def test_an_alert_is_verified_by_a_visit_then_disposed_of(alerted: Session, open_app: Any) -> None:
    async with open_app(alerted) as hand:
        await hand.press("f7")
        assert hand.page.NAME == "预警"
        assert hand.shows("待处置  2 条")
        assert hand.shows("走访核实")
        await hand.press("enter")
        assert hand.page.NAME == "走访"
        await hand.press("1", "ctrl+s")
        assert hand.page.NAME == "预警"
        assert hand.shows("写处置")
        await hand.press("enter", "1")
        assert hand.page.NAME == "处置"
        assert hand.shows("接下来：记下告知和本人的答复")
        await hand.press("ctrl+s")
        assert hand.shows("写清是哪种救助"), "a way that asks for the kind is not saved without it"
        await hand.type("急难型")
        await hand.press("tab")
        await hand.press("1", "ctrl+s")
        assert hand.shows("下一步的单子已做好")
        assert hand.shows("已处置  1 条")
    (done,) = [one for one in alerts.list_alerts(alerted) if one.answered]
    assert done.answered == "inform_apply"
    with alerted.reading() as tx:
        assert [one.answer for one in queries.informed(tx)] == ["willing"]
        assert len(queries.applications(tx)) == 1


async def test_a_line_that_matched_nobody_stays_and_names_who_it_may_be(alerted: Session, open_app: Any) -> None:
    async with open_app(alerted, size=(120, 40)) as hand:
        await hand.press("f7", "down")
        assert hand.shows("未匹配")
        assert hand.shows("可能是")
        assert hand.shows("周大山 3组 1966")
        await hand.press("enter")
        assert hand.shows("哪一户")
        await hand.press("4", "tab", "tab")
        await hand.type("村里没有这个人的情况")
        await hand.press("ctrl+s")
        assert hand.shows("已处置  1 条")
    (done,) = [one for one in alerts.list_alerts(alerted) if one.answered]
    assert (done.answered, done.household) == ("false", "")


async def test_an_alert_on_today_leads_to_what_is_next(alerted: Session, open_app: Any) -> None:
    async with open_app(alerted) as hand:
        assert hand.page.NAME == "今日"
        hand.page.rows.move_to(lambda item: getattr(item, "task", "") == "alert_verify" and item.household)
        await hand.press("enter")
        assert hand.page.NAME == "走访"


async def test_a_disposition_written_half_way_is_taken_up_from_its_draft(alerted: Session, open_app: Any) -> None:
    async with open_app(alerted) as hand:
        await hand.press("f7", "down", "enter", "4", "tab", "tab")
        assert hand.page.NAME == "处置"
        await hand.type("问过组长")
        await hand.press("escape", "f2")
        assert hand.shows("写到一半")
        hand.page.rows.move_to(lambda item: getattr(item, "task", "") == "draft_open")
        await hand.press("enter")
        assert hand.page.NAME == "处置"
        assert hand.shows("问过组长")


def a_list(session: Session, folder: Path) -> Path:
    """A list of three: somebody of ours, somebody of ours without a number, nobody."""
    with session.reading() as tx:
        ours, other = [one for one in queries.persons(tx) if one.birth and one.sex][:2]
    number = id_number(dt.date.fromisoformat(ours.birth), 123 if ours.sex == "male" else 124)
    households.set_person(session, ours.id, {"id_no": number}, "看过原件")
    book = openpyxl.Workbook()
    book.active.append(["预警编号", "姓名", "身份证号", "预警类型", "预警内容", "推送日期", "包片领导", "核查人", "核查结果", "备注"])
    book.active.append(["YJ1", ours.name, number, "用电量异常", "月用电为零", "2026-12-20", "周主任"])
    book.active.append(["YJ2", other.name, "", "失业预警", "新增失业登记", "2026-12-20"])
    book.active.append(["YJ3", "查无此人", "", "死亡比对预警", "请核实", "2026-12-20"])
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


async def test_a_list_is_looked_at_taken_in_matched_and_fed_back_by_keys(village: Session, tmp_path: Path, open_app: Any) -> None:
    """F7: the first Ctrl+S only looks; an unmatched row is somebody's by a person's word; the feedback lies where it was asked for."""
    path, out = a_list(village, tmp_path), tmp_path / "back.xlsx"
    async with open_app(village) as hand:
        await hand.press("f7", "1")
        assert hand.page.NAME == "收名单"
        hand.page.entries["file"].value = str(path)
        await hand.press("ctrl+s")
        await hand.settle()
        assert hand.shows("3 行：对上人 1，未匹配 2；新的 3，原来就有 0，没收 0")
        assert hand.shows("看不出类别，按贫困风险：用电量异常")
        assert hand.shows("原样留着的栏：包片领导")
        assert alerts.list_alerts(village) == [], "a look changes nothing"
        await hand.press("ctrl+s")
        await hand.settle()
        assert hand.page.NAME == "预警"
        assert hand.shows("收下 3 条，原来就有 0 条。")
        assert hand.shows("待处置  3 条")
        loose = next(one for one in alerts.list_alerts(village) if one.number == "YJ2")
        hand.page.rows.move_to(lambda item: getattr(item, "id", "") == loose.id)
        await hand.settle()
        assert hand.shows("3 认人")
        await hand.press("3")
        await hand.settle()
        assert hand.page.subject == "选一家：名单上的人是哪一家"
        await hand.press("enter")
        await hand.settle()
        assert hand.page.NAME == "预警"
        assert hand.shows("已认作")
        assert alerts.show(village, loose.id).head
        await hand.press("2")
        assert hand.page.NAME == "反馈表"
        hand.page.entries["out"].value = str(out)
        hand.page.entries["file"].value = str(path)
        await hand.press("ctrl+s")
        await hand.settle()
        assert hand.page.NAME == "写好了"
        assert hand.shows("3 行：填了 0，查无 1，还没处置 2（空着）。")
    assert [cell.value for cell in openpyxl.load_workbook(out).active["I"]] == ["核查结果", None, None, "查无"]
