"""A report the county learnt reaches the villages, is filled in there with their own data, and is taken back; a desk fills it in over all its villages."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from desk_office import Office

from xieli_tui.casework import packs, reports
from xieli_tui.desk import report_maps
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
