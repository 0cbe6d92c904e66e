"""F8 by keys: rows taken out, a number told and what it is made of, a sheet for the board, statistics of a desk."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from desk_office import Office

from xieli_tui.casework import application, counting, households, printing, record_visit, start_application
from xieli_tui.casework.session import Session
from xieli_tui.errors import Refused
from xieli_tui.store import journal
from xieli_tui.ui.screens.counts import CountedPage, CountPage, StatisticsPage
from xieli_tui.ui.screens.exports import ExportPage
from xieli_tui.ui.screens.filed import FiledPage
from xieli_tui.ui.screens.notice_sheets import NoticePickPage, NoticeSheetPage


class Desk:
    """A printer and a viewer that note what they get."""

    def __init__(self) -> None:
        self.printed: list[bytes] = []
        self.shown: list[Path] = []
        self.broken = False

    def show(self, path: Path) -> None:
        if self.broken:
            raise Refused("XL-F31")
        self.shown.append(path)

    def print(self, path: Path) -> None:
        self.printed.append(path.read_bytes())


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(printing, "MACHINE", desk)
    return desk


def recorded(session: Session, kind: str) -> list[dict[str, Any]]:
    with session.reading() as tx:
        return [event.d for event in journal.events_of_type(tx, kind)]


async def clear_and_type(hand: Any, name: str, text: str) -> None:
    """Write over an entry, as a paste does."""
    hand.page.entries[name].value = text
    hand.page.entries[name].focus()
    await hand.settle()


async def test_rows_are_taken_out_covered_and_in_full_only_with_a_reason_and_the_page_says_where_they_lie(village: Session, open_app: Any, tmp_path: Path) -> None:
    async with open_app(village) as hand:
        await hand.press("f8", "3")
        assert isinstance(hand.page, ExportPage)
        await hand.press("ctrl+s")
        assert hand.shows("这一格不能空"), hand.text()
        await hand.press("2")
        assert "人员-20261228.XLSX" in hand.page.value("out"), "the place follows what is taken out"
        await clear_and_type(hand, "out", str(tmp_path / "a.xlsx"))
        await hand.press("ctrl+s")
        assert isinstance(hand.page, FiledPage)
        assert hand.shows("人员 7 行"), hand.text()
        assert hand.shows("a.xlsx"), hand.text()
        await hand.press("escape", "3", "1")
        hand.page.entries["full"].choose("yes")
        await clear_and_type(hand, "out", str(tmp_path / "b.xlsx"))
        await hand.press("ctrl+s")
        assert hand.page.focused is hand.page.entries["reason"], "why it must leave uncovered"
        await hand.type("县里要核对")
        await hand.press("ctrl+s")
        assert hand.shows("里面有完整的姓名和号码"), hand.text()
    assert [(one["what"], one.get("full", False), one.get("reason")) for one in recorded(village, "audit.exported")] == [("persons", False, None), ("households", True, "县里要核对")]
    assert (tmp_path / "b.xlsx").exists()


async def test_a_number_is_read_out_its_families_stand_behind_it_and_only_the_sentence_leaves(village: Session, open_app: Any, machine: Desk, tmp_path: Path) -> None:
    home = households.list_households(village, "何秀珍")[0].id
    record_visit.record_visit(village, record_visit.RecordVisit(home, "self", on="2026-12-03"))
    record_visit.record_visit(village, record_visit.RecordVisit(home, "none", on="2026-11-30"))
    async with open_app(village) as hand:
        await hand.press("f8", "5")
        assert isinstance(hand.page, CountPage)
        assert hand.shows("登记 5 户 7 人"), hand.text()
        await hand.press("down", "down")
        assert hand.shows("走访 1 次，见到人 1 次"), hand.text()
        await hand.press("2")
        assert hand.shows("2026-11-01 至 2026-11-30"), hand.text()
        assert hand.shows("走访 1 次，见到人 0 次、0 户，未遇 1"), hand.text()
        await hand.press("5")
        await clear_and_type(hand, "since", "11-30")
        await clear_and_type(hand, "asof", "12-03")
        await hand.press("ctrl+s")
        assert hand.shows("2026-11-30 至 2026-12-03"), hand.text()
        await hand.press("enter")
        assert isinstance(hand.page, CountedPage)
        assert hand.shows("未遇的走访  1"), hand.text()
        assert hand.shows("何秀珍"), hand.text()
        await hand.press("1")
        assert hand.app.clipboard == hand.page.counted.sentence
        await hand.press("3")
        [paper] = machine.printed
        assert "何秀珍" not in paper.decode("utf-8-sig")
        await hand.press("2")
        await clear_and_type(hand, "out", str(tmp_path / "数.txt"))
        await hand.press("ctrl+s")
        assert isinstance(hand.page, FiledPage)
        await hand.press("escape", "down", "enter")
        assert hand.page.NAME == "户档"
    assert (tmp_path / "数.txt").read_text("utf-8-sig").strip() == counting.count(village, "visits", "2026-11-30", "2026-12-03").sentence


async def test_a_sheet_for_the_board_is_made_of_ticked_applications_and_a_minor_is_told_as_a_number(village: Session, open_app: Any, machine: Desk, tmp_path: Path) -> None:
    apps = []
    for name in ("何秀珍", "周大山"):
        home = households.list_households(village, name)[0].id
        apps.append(start_application.start_application(village, start_application.StartApplication(home, ["dibao"])).id)
        application.entrust(village, application.Entrust(apps[-1], name))
        application.hand_over(village, apps[-1])
    async with open_app(village) as hand:
        await hand.press("f8", "4")
        assert isinstance(hand.page, NoticePickPage)
        assert hand.shows("决定前公示  2 件"), hand.text()
        await hand.press("ctrl+s")
        assert hand.shows("还没有勾"), hand.text()
        await hand.press("space", "down", "space")
        assert hand.shows("勾上 2 件"), hand.text()
        await hand.press("ctrl+s")
        assert isinstance(hand.page, NoticeSheetPage)
        await hand.press("ctrl+s")
        assert hand.shows("打开了：1 张，2 行"), hand.text()
        assert machine.shown[0].read_bytes().startswith(b"%PDF-")
        await hand.press("space", "ctrl+s")
        machine.broken = True
        await hand.press("ctrl+s")
        assert hand.page.query(".-wrong"), "no viewer: said under how it is printed, and it can still be kept"
        machine.broken = False
        await hand.press("escape", "2")
        assert hand.shows("没有同意了的申请"), hand.text()
        await hand.press("1", "space", "ctrl+s")
        hand.page.entries["way"].choose("file")
        await clear_and_type(hand, "out", str(tmp_path / "单.pdf"))
        await hand.press("ctrl+s")
        assert isinstance(hand.page, FiledPage)
        assert hand.shows("记一笔"), hand.text()
    assert len(recorded(village, "audit.printed")) == 4
    assert (tmp_path / "单.pdf").exists()


async def test_a_desk_counts_its_villages_keeps_the_table_and_says_for_which_day(office: Office, open_app: Any, tmp_path: Path) -> None:
    random.seed(7)
    home = office.household("石守田")
    record_visit.record_visit(office.village, record_visit.RecordVisit(home, "self", on="2026-12-20"))
    office.up()
    async with open_app(office.county) as hand:
        await hand.press("f8", "6")
        assert isinstance(hand.page, StatisticsPage)
        assert hand.shows("2026-12-01 至 2026-12-28，照到现在收到的，今天还会变"), hand.text()
        assert hand.shows("各村  "), hand.text()
        await hand.press("2")
        assert hand.shows("2026-11-01 至 2026-11-30，照那天收到的"), hand.text()
        assert hand.shows("登记 0 户"), "that day nothing had arrived"
        await hand.press("1", "6")
        await clear_and_type(hand, "out", str(tmp_path / "统计.xlsx"))
        await hand.press("ctrl+s")
        assert isinstance(hand.page, FiledPage)
    assert (tmp_path / "统计.xlsx").exists()
