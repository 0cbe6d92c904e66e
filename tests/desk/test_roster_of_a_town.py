"""A township officer imports one workbook of all villages: rows of other places stay out; what a desk locked or is of record waits for a person."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from desk_office import TOWN, VILLAGE, Office

from rosterkit import Book, id_number, write_book
from xieli_tui.casework import exchange
from xieli_tui.casework.roster import RosterReport, import_roster
from xieli_tui.casework.roster_changes import Decisions
from xieli_tui.casework.session import Session
from xieli_tui.desk import fixes, registers, send, standing
from xieli_tui.desk.registers import SetVillage
from xieli_tui.store import queries

SECOND = f"{TOWN}002"
HEADS = ("序号", "所在村", "户编号", "姓名", "与户主关系", "身份证号", "联系电话", "救助类别", "家庭住址")
ID_A, ID_B, ID_C = (id_number(dt.date(1960 + at, 3, 4), 121 + at) for at in range(3))


def workbook(path: Path, *rows: tuple[object, ...], filled: str = "2026年11月1日") -> Path:
    return write_book(path, Book([[at, *row] for at, row in enumerate(rows, 1)]), heads=HEADS, filled=filled)


def take(session: Session, path: Path, **more: object) -> RosterReport:
    return import_roster(session, path, **more)  # type: ignore[arg-type]


def test_one_workbook_of_all_villages_goes_to_each_and_rows_of_other_places_are_left_out(office: Office, tmp_path: Path) -> None:
    town = office.township
    registers.set_village(office.county, SetVillage(SECOND, "2026-01-01", "远山村"))
    exchange.take_in(town, [Path(one.path) for one in send.send(office.county, office.stick, device=town.dev)])
    rows = (
        ("石桥村", "001", "王大山", "户主", ID_A, "", "低保", ""), ("远山村", "001", "陈有福", "户主", ID_B, "", "低保", ""),
        ("别处村", "001", "外人", "户主", ID_C, "", "低保", ""), ("", "009", "没写村", "户主", "", "", "低保", ""),
    )
    report = take(town, workbook(tmp_path / "全镇.xlsx", *rows))
    with town.reading() as tx:
        placed = {home.head_name: home.village for home in queries.households(tx)}
    assert placed == {"王大山": VILLAGE, "陈有福": SECOND}
    assert [(one.row, one.code) for one in report.rejected] == [(6, "XL-S01"), (7, "XL-V06")]
    assert take(town, tmp_path / "全镇.xlsx").updated == 0


def test_locked_fields_and_categories_of_record_wait_for_a_person_and_a_move_to_another_village_is_not_a_lists(office: Office, tmp_path: Path) -> None:
    desk = office.county
    registers.set_village(desk, SetVillage(SECOND, "2026-01-01", "远山村"))
    take(desk, workbook(tmp_path / "1.xlsx", ("石桥村", "001", "王大山", "户主", ID_A, "10000001111", "低保", "石桥村1号"), filled="2026年6月1日"))
    with desk.reading() as tx:
        (home,) = queries.households(tx)
    fixes.fix(desk, home.id, "address", "石桥村 8 号", "看过房", lock=True)
    standing.set_category(desk, standing.SetCategory(home.id, "dibao", "县里台账", "2026-07-01"))
    office.clock.tick(days=40)
    later = workbook(tmp_path / "2.xlsx", ("远山村", "001", "王大山", "户主", ID_A, "10000001111", "特困", "远山村9号"), filled="2027年1月30日")
    report = take(desk, later, decisions=Decisions(rest="take"), dry_run=True)
    told = {one.label: (one.take, one.fixed) for one in take(desk, later, dry_run=True).changes}
    assert told == {"村": ("ask", True), "类别": ("ask", False), "住址": ("ask", False)}
    assert {one.label: one.take for one in report.changes} == {"村": "ask", "类别": "take", "住址": "take"}
    assert report.households_created == 0
    with desk.reading() as tx:
        (same,) = queries.households(tx)
    assert (same.village, same.category, same.fields["address"]) == (VILLAGE, "dibao", "石桥村 8 号")
    assert take(desk, later).updated == 0
