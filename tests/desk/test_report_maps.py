"""A report the county learnt reaches the villages, is filled in there with their own data, and is taken back; a desk fills it in over all its villages."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from desk_office import VILLAGE, Office

from xieli_tui.casework import households, packs, reports
from xieli_tui.desk import registers, report_maps
from xieli_tui.errors import XieliError


def table(path: Path) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["各村困难家庭表"])
    page.append(["序号", "村(社区)", "户主姓名", "家庭人口"])
    page.append([1, "别的村", "县里的样例", 9])
    page.merge_cells("A1:D1")
    book.save(path)
    return path


def test_a_report_of_the_county_is_filled_in_by_the_village_and_taken_back(office: Office, tmp_path: Path) -> None:
    office.household("石守田")
    reports.learn(office.county, table(tmp_path / "t.xlsx"), "困难家庭表")
    done = report_maps.install(office.county, "困难家庭表", "2026-01-01")
    assert (done.pack, done.new) == ("mapping-困难家庭表", True)
    assert report_maps.install(office.county, "困难家庭表", "2026-01-01").new is False
    office.up()
    office.down()
    assert [(one.name, one.source) for one in reports.listed(office.village)] == [("困难家庭表", "county")]
    filled = reports.run(office.village, "困难家庭表", tmp_path / "v.xlsx")
    page = openpyxl.load_workbook(tmp_path / "v.xlsx").active
    assert (filled.source, filled.rows, page["C3"].value, page["D3"].value) == ("county", 1, "石守田", 1)
    assert "县里的样例" not in str(list(page.values))
    at_county = reports.run(office.county, "困难家庭表", tmp_path / "c.xlsx")
    assert at_county.rows == 1
    with office.village.reading() as tx:
        assert packs.problems(tx) == ()
        [line] = [one for one in packs.lines(tx, office.village.today) if one.pack.startswith("mapping-")]
    assert (line.title, line.words) == ("报表：困难家庭表", "在用")
    report_maps.withdraw(office.county, line.ref, "改了样子")
    office.up()
    office.down()
    assert reports.listed(office.village) == []


def test_a_village_sends_no_report_and_what_was_never_learnt_is_not_sent(office: Office, tmp_path: Path) -> None:
    for session, name, code in ((office.village, "表", "XL-P07"), (office.county, "没有学过", "XL-V45")):
        with pytest.raises(XieliError) as caught:
            report_maps.install(session, name, "2026-01-01")
        assert caught.value.code == code


def test_a_desk_fills_one_table_over_all_its_villages_in_the_order_of_their_codes_or_one_village_by_name(office: Office, tmp_path: Path) -> None:
    for at, (code, head) in enumerate((("999999001009", "丙一"), (VILLAGE, "甲一"), ("999999001005", "乙一"), (VILLAGE, "甲二"))):
        office.clock.tick(minutes=1)
        households.add_household(office.county, households.AddHousehold(head, {"group": "一组", "number": str(at)}, village=code))
    registers.set_village(office.county, registers.SetVillage("999999001005", name="测试县青石镇柳树村"))
    reports.learn(office.county, table(tmp_path / "t.xlsx"), "困难家庭表")

    def filled(name: str, village: str | None = None) -> list[list[object]]:
        done = reports.run(office.county, "困难家庭表", tmp_path / name, village=village)
        rows = [list(row)[1:3] for row in openpyxl.load_workbook(tmp_path / name).active.iter_rows(min_row=3, values_only=True)]
        assert done.rows == len(rows)
        return rows

    every = filled("all.xlsx")
    assert [head for _, head in every] == ["甲一", "甲二", "乙一", "丙一"]
    assert (every[2][0], every[3][0]) == ("测试县青石镇柳树村", "999999001009"), "a village nobody named stands by its code"
    assert filled("one.xlsx", "柳树村") == [every[2]]
    assert filled("code.xlsx", "999999001009") == [every[3]]
    with pytest.raises(XieliError) as caught:
        filled("no.xlsx", "没有的村")
    assert caught.value.code == "XL-V08"


@pytest.mark.parametrize("name", ["../../etc/月报", "月报😀" * 20, "表" * 190, "镇:月/报\\第1版"])
def test_a_report_of_any_name_travels_and_says_where_it_stands(office: Office, tmp_path: Path, name: str) -> None:
    title = reports.learn(office.county, table(tmp_path / "t.xlsx"), name).name
    report_maps.install(office.county, title, "2026-01-01")
    office.up()
    office.down()
    assert [one.name for one in reports.listed(office.village)] == [title]
    [sent] = report_maps.listed(office.county)
    assert (sent.name, sent.words) == (title, "在用")
