"""报表 by keys: learnt with what a copy loses said before, doubts page after page, filled in, what is empty and what changed told by family, sent to the villages."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from desk_office import Office

from xieli_tui.casework import households, record_visit, reports
from xieli_tui.casework.session import Session
from xieli_tui.ui.screens.report_forms import ReportAskPage, ReportBackPage, ReportDonePage, ReportLearnPage, ReportRunPage, ReportSendPage

DOUBTS = ("发现问题", "帮扶措施", "日期", "金额", "情况", "收入")


def table(path: Path, picture: bool = False) -> Path:
    """A table with six columns nobody can know, with a picture in it."""
    book = openpyxl.Workbook()
    book.active.title = "月报"
    book.active.append(["序号", "户主姓名", "身份证号", *DOUBTS])
    book.save(path)
    if picture:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("xl/media/image1.png", b"\x89PNG")
    return path


async def put(hand: Any, name: str, text: str) -> None:
    """Paste into an entry."""
    hand.page.entries[name].value = text
    hand.page.entries[name].focus()
    await hand.settle()


async def test_a_table_is_learnt_filled_in_and_compared_and_its_empty_cells_lead_to_the_families(village: Session, open_app: Any, tmp_path: Path) -> None:
    table(tmp_path / "t.xlsx", picture=True)
    async with open_app(village) as hand:
        await hand.press("f8", "1")
        assert isinstance(hand.page, ReportLearnPage)
        await put(hand, "file", str(tmp_path / "t.xlsx"))
        await put(hand, "name", "走访月报")
        await hand.press("ctrl+s")
        assert hand.shows("表里的图片，填好的表里不会有"), hand.text()
        assert reports.listed(village) == [], "nothing is learnt before it was said"
        await hand.press("ctrl+s")
        assert isinstance(hand.page, ReportAskPage)
        assert hand.shows("第 1-4 栏，共 6 栏"), hand.text()
        await hand.press("ctrl+s")
        assert hand.shows("第 5-6 栏，共 6 栏"), hand.text()
        hand.page.entries["at-1"].choose("wage_month")
        await hand.press("ctrl+s")
        assert hand.page.NAME == "报表", hand.text()
        assert next(one for one in reports.show(village, "走访月报").columns if one.column == "收入").field == "wage_month"
        await hand.press("enter")
        assert isinstance(hand.page, ReportRunPage)
        assert hand.shows("原来那张表里的图片"), hand.text()
        await put(hand, "out", str(tmp_path / "1.xlsx"))
        await hand.press("ctrl+s")
        assert isinstance(hand.page, ReportDonePage), hand.text()
        assert hand.shows("1.xlsx"), hand.text()
        assert hand.shows("第 2 行"), hand.text()
        assert hand.shows("图片没有带过来"), hand.text()
        await hand.press("enter")
        assert hand.page.NAME == "户档", hand.text()
        record_visit.record_visit(village, record_visit.RecordVisit(households.list_households(village, "何秀珍")[0].id, "self", marks={"health": 3}))
        households.add_household(village, households.AddHousehold("新来户", {"group": "1"}))
        await hand.press("escape", "escape", "enter")
        await put(hand, "out", str(tmp_path / "2.xlsx"))
        hand.page.entries["diff"].choose("yes")
        await hand.press("ctrl+s")
        assert hand.shows("新添  1 行"), hand.text()
        assert hand.shows("新来户"), hand.text()
        assert hand.shows("改了  "), hand.text()
        await hand.press("escape", "enter")
        await put(hand, "out", str(tmp_path / "3.xlsx"))
        hand.page.entries["category"].choose("tekun")
        await hand.press("ctrl+s")
        assert hand.shows("2 行，截止"), hand.text()
        await hand.press("escape", "enter")
        await put(hand, "out", str(tmp_path / "2.xlsx"))
        await hand.press("ctrl+s")
        assert isinstance(hand.page, ReportRunPage)
        assert hand.page.query(".-wrong"), "what lies there is not written over, and it is said under the place"


async def test_the_county_sends_a_report_to_its_villages_and_takes_it_back_and_no_other_desk_does(office: Office, open_app: Any, tmp_path: Path) -> None:
    reports.learn(office.county, table(tmp_path / "t.xlsx"), "月报")
    async with open_app(office.county) as hand:
        await hand.press("f8", "7")
        assert isinstance(hand.page, ReportSendPage)
        await hand.press("ctrl+s")
        assert hand.shows("发到各村的  1 张"), hand.text()
        await hand.press("7", "ctrl+s")
        assert hand.shows("原来就发过"), hand.text()
        await hand.press("down", "8")
        assert isinstance(hand.page, ReportBackPage)
        await hand.press("ctrl+s")
        assert hand.shows("这一格不能空"), hand.text()
        await hand.type("改了样子")
        await hand.press("ctrl+s")
        assert hand.shows("收回了"), hand.text()
        assert not hand.shows("发到各村的"), hand.text()
    async with open_app(office.village) as hand:
        await hand.press("f8", "7")
        assert hand.shows("由县级发"), hand.text()
