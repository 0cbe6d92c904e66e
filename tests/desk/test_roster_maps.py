"""How the county reads its roster reaches the villages; what a village settled itself goes first; it is taken back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter
from desk_office import Office

from rosterkit import id_number
from xieli_tui.casework import mappings, packs
from xieli_tui.casework.roster import import_roster
from xieli_tui.desk import roster_maps
from xieli_tui.errors import XieliError

ID = [id_number(dt.date(1960 + at, 2, 3), 101 + 2 * at) for at in range(3)]


def book(path: Path, name: str, number: str) -> Path:
    with xlsxwriter.Workbook(str(path)) as out:
        page = out.add_worksheet("县册")
        for r, row in enumerate((("对象", "别名", "证号", "与户关系"), (name, "小名", number, "户主"))):
            for c, value in enumerate(row):
                page.write_string(r, c, value)
    return path


def toml(path: Path, name: str) -> Path:
    path.write_text(f'header_row = 1\n[columns]\nname = "{name}"\nid_no = "证号"\nrelation = "与户关系"\n', encoding="utf-8")
    return path


def test_a_mapping_of_the_county_is_used_by_the_village_until_it_settles_its_own_or_it_is_taken_back(office: Office, tmp_path: Path) -> None:
    path, mapping = book(tmp_path / "a.xlsx", "石守田", ID[0]), toml(tmp_path / "m.toml", "对象")
    with pytest.raises(XieliError) as caught:
        import_roster(office.village, path)
    assert caught.value.code == "XL-W01"
    (ident,) = mappings.learn(office.county, path, mapping)
    done = roster_maps.install(office.county, ident, "2026-01-01")
    assert (done.pack, done.title, done.new) == (f"columns-{ident}", "县册", True)
    assert roster_maps.install(office.county, ident, "2026-01-01").new is False
    office.up()
    office.down()
    assert [(one.id, one.source, one.usable) for one in mappings.listed(office.village)] == [(ident, "county", True)]
    taken = import_roster(office.village, path)
    assert (taken.created, taken.recalled) == (1, ("县册",))
    with office.village.reading() as tx:
        assert packs.problems(tx) == ()
        line = next(one for one in packs.lines(tx, office.village.today) if one.pack.startswith("columns-"))
        assert not any(number in str(mappings.sent(tx, office.village.today)) for number in ID)
    assert (line.title, line.words) == ("台账栏目：县册", "在用")
    other = book(tmp_path / "b.xlsx", "石守地", ID[1])
    mappings.learn(office.village, other, toml(tmp_path / "n.toml", "别名"))
    assert [one.source for one in mappings.listed(office.village)] == ["own"]
    assert import_roster(office.village, other).created == 1
    mappings.forget(office.village, ident)
    assert [one.source for one in mappings.listed(office.village)] == ["county"]
    roster_maps.withdraw(office.county, roster_maps.listed(office.county)[0].ref, "改了表头")
    office.up()
    office.down()
    assert mappings.listed(office.village) == []


def test_only_the_county_sends_one_and_only_what_it_settled(office: Office) -> None:
    for session, ident, code in ((office.village, "abc", "XL-P07"), (office.county, "abc", "XL-V45")):
        with pytest.raises(XieliError) as caught:
            roster_maps.install(session, ident, "2026-01-01")
        assert caught.value.code == code
    with pytest.raises(XieliError) as caught:
        roster_maps.withdraw(office.county, "abc", "不要了")
    assert caught.value.code == "XL-V45"
