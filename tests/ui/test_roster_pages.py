"""导入台账 by keys: the file, its columns, what it would change with a decision on each line, and only then it is taken in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from desk_office import Office
from page_book import roster_task

from rosterkit import HEADS, Book, id_number, write_book
from xieli_tui.casework import drafts, households
from xieli_tui.casework.roster import import_roster
from xieli_tui.casework.session import Session
from xieli_tui.store import journal, queries
from xieli_tui.ui.screens.roster_changes import RosterChangesPage
from xieli_tui.ui.screens.roster_mapping import RosterMapPage
from xieli_tui.ui.screens.roster_page import RosterPage

ID_A, ID_B = (id_number(dt.date(1960 + at, 3, 4), 121 + at) for at in range(2))


def list_of(path: Path, phone: str, *, filled: str, health: str = "", heads: tuple[str, ...] = HEADS, name: str = "王大山") -> Path:
    rows: list[list[object]] = [
        [1, "001", "三组", name, name, "户主", "男", ID_A, "", phone, "低保", "", health, "", ""],
        [2, "001", "三组", name, "刘小翠", "配偶", "女", ID_B, "", "", "低保", "", "", "", ""],
    ]
    return write_book(path, Book(rows), filled=filled, heads=heads)


def events(session: Session) -> int:
    with session.reading() as tx:
        return journal.count(tx)


def person(session: Session, name: str) -> Any:
    with session.reading() as tx:
        return next(one for one in queries.persons(tx) if one.name == name)


async def opened(hand: Any, file: Path) -> None:
    """The form with the file written, read."""
    hand.app.open(RosterPage())
    await hand.settle()
    hand.page.entries["file"].focus()
    hand.page.entries["file"].value = str(file)
    await hand.press("ctrl+s")


async def test_a_list_goes_from_its_file_over_its_columns_and_changes_into_the_store_and_nothing_is_written_before(village: Session, open_app: Any, tmp_path: Path) -> None:
    import_roster(village, list_of(tmp_path / "1.xlsx", "10000001111", filled="2026年6月1日"))
    who = person(village, "王大山").id
    households.set_person(village, who, {"phone": "10000002222", "health": "chronic"}, "问过本人", as_of="2026-11-01")
    heads = tuple("联络" if head == "联系电话" else head for head in HEADS)
    later = list_of(tmp_path / "2.xlsx", "10000003333", filled="2026年11月1日", health="大病", heads=heads)
    before = events(village)
    async with open_app(village) as hand:
        await opened(hand, later)
        assert isinstance(hand.page, RosterMapPage)
        assert hand.shows("不读的 1 栏"), hand.text()
        while hand.page.rows.item.column.head != "联络":
            await hand.press("down")
        await hand.press("enter")
        assert hand.page.NAME == "这一栏是什么"
        await hand.type("dh")
        await hand.press("enter")
        assert isinstance(hand.page, RosterMapPage)
        assert hand.shows("J 栏当作电话"), hand.text()
        await hand.press("ctrl+s")
        assert isinstance(hand.page, RosterChangesPage)
        assert hand.shows("要您定 2 处"), hand.text()
        assert not hand.shows("10000003333")
        await hand.press("1")
        assert hand.shows("还有 1 处要您定"), hand.text()
        await hand.press("2")
        assert hand.shows("没有要您定的了"), hand.text()
        assert events(village) == before
        await hand.press("ctrl+s")
        assert hand.page.NAME == "今日", hand.text()
        assert hand.shows("收下了：1 户 2 人"), hand.text()
    found = person(village, "王大山")
    assert (found.phone, found.fields["health"]) == ("10000003333", "chronic")
    assert drafts.list_drafts(village) == []
    assert import_roster(village, later).fated("ask") == 0, "what was kept is not asked again, the column is remembered"


async def test_what_was_settled_and_decided_is_in_the_draft_until_the_list_is_taken_in(village: Session, open_app: Any, tmp_path: Path) -> None:
    import_roster(village, list_of(tmp_path / "1.xlsx", "10000001111", filled="2026年11月1日"))
    later = list_of(tmp_path / "2.xlsx", "10000003333", filled="2026年11月1日")
    async with open_app(village) as hand:
        await opened(hand, later)
        await hand.press("2")
        assert hand.shows("不读"), hand.text()
        await hand.press("ctrl+s")
        await hand.press("1")
        await hand.press("escape", "escape")
        assert isinstance(hand.page, RosterPage)
        await hand.press("escape")
    async with open_app(village) as hand:
        await opened(hand, later)
        assert sum(len(some) for some in hand.page.intake.settling.roles.values()) == 1
        await hand.press("ctrl+s")
        assert list(hand.page.intake.said.values()) == ["take"]
        assert hand.shows("没有要您定的了"), hand.text()
        hand.page.intake.said.clear()
        await hand.press("ctrl+s")
        assert hand.shows("还有 1 处没定，先照我们的"), hand.text()
        await hand.press("ctrl+s")
        assert hand.page.NAME == "今日"
        assert hand.shows("1 处没定，照我们的"), hand.text()
    assert person(village, "王大山").phone == "10000001111"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_doubt_stands_first_and_a_sheet_without_a_head_is_pointed_at(village: Session, open_app: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    odd = write_book(tmp_path / "odd.xlsx", Book([["王大山", "户主", ID_A, "三组"], ["刘小翠", "配偶", ID_B, "三组"]]), heads=("甲", "乙", "丙", "丁"), titles=False)
    async with open_app(village, size=size) as hand:
        await opened(hand, odd)
        assert hand.shows("没有找到表头：低收入人口台账"), hand.text()
        assert ID_A not in hand.text()
        await hand.press("ctrl+s")
        assert hand.shows("没有一张表找到表头"), hand.text()
        await hand.press("enter")
        assert hand.shows("丁"), hand.text()
        assert hand.page.intake.settling.heads == {"低收入人口台账": 1}


async def test_a_change_nobody_may_take_here_says_so(village: Session, open_app: Any, tmp_path: Path) -> None:
    from dataclasses import replace

    task = roster_task(village)
    assert task.report is not None
    moved = replace(task.report.changes[0], fixed=True, take="ask", label="村", why="迁村由镇里、县里办")
    task.report = replace(task.report, changes=(moved,))
    async with open_app(village) as hand:
        hand.app.open(RosterChangesPage(task))
        await hand.settle()
        await hand.press("1")
        assert hand.shows("迁村由镇里、县里办"), hand.text()
        assert task.said == {}


async def test_a_township_takes_one_workbook_of_its_villages_in_and_rows_of_others_stay_out(office: Office, open_app: Any, tmp_path: Path) -> None:
    heads = ("序号", "所在村", "户编号", "姓名", "与户主关系", "身份证号")
    file = write_book(tmp_path / "全镇.xlsx", Book([[1, "石桥村", "001", "王大山", "户主", ID_A], [2, "别处村", "001", "陈有福", "户主", ID_B]]), heads=heads)
    async with open_app(office.township) as hand:
        await hand.press("ctrl+g")
        await hand.type("63")
        await hand.press("enter")
        assert isinstance(hand.page, RosterPage)
        assert hand.shows("F2 队列"), hand.text()
        hand.page.entries["file"].value = str(file)
        await hand.press("ctrl+s", "ctrl+s")
        assert hand.shows("新增 1 户 1 人"), hand.text()
        assert hand.shows("没收"), hand.text()
        await hand.press("ctrl+s")
        assert hand.shows("收下了：1 户 1 人，1 行没收"), hand.text()
    assert [one.head for one in households.list_households(office.township)] == ["王大山"]
