"""统计: every village of a desk and all of them together, the same numbers again for the same day."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from desk_office import VILLAGE, Office
from python_calamine import CalamineWorkbook

from xieli_tui.casework import corrections, flag_hardship, households, record_visit
from xieli_tui.cli.main import main
from xieli_tui.desk import rulings, statistics, steps
from xieli_tui.domain.clock import millis
from xieli_tui.errors import Refused
from xieli_tui.store import journal, rebuild


def test_the_same_day_gives_the_same_numbers_whatever_arrives_is_mended_or_taken_back_later(office: Office, tmp_path: Path) -> None:
    home = households.add_household(office.village, households.AddHousehold("石守田", {"group": "一组", "category": "dibao"})).id
    record_visit.record_visit(office.village, record_visit.RecordVisit(home, "self", on="2026-12-20"))
    flag_hardship.flag_hardship(office.village, flag_hardship.FlagHardship(("accident",), outsider="过路人", place="桥头"))
    office.up()
    told = statistics.statistics(office.county)
    assert (told.since, told.asof, told.known) == ("2026-12-01", "2026-12-28", "asof")
    [village] = [one for one in told.villages if one.village == VILLAGE]
    assert village.numbers["visits"]["visits"] == told.total["visits"]["visits"] == 1
    assert (village.numbers["households"]["dibao_households"], village.numbers["flags"]["outsiders"]) == (1, 1)
    office.clock.tick(days=4)
    households.set_household(office.village, home, {"category": "tekun"}, "改过来")
    office.household("石守水")
    for day in ("2026-12-21", "2026-12-22"):
        record_visit.record_visit(office.village, record_visit.RecordVisit(home, "self", on=day))
    corrections.withdraw(office.village, next(one.ref for one in households.timeline(office.village, home) if one.type == "visit.recorded" and one.on == "2026-12-20"), "记错了人家")
    office.up()
    with office.county.reading() as tx:
        before = rebuild.digests(tx)
    assert statistics.statistics(office.county, asof="2026-12-28") == told, "what came later changes no number that was told"
    with office.county.reading() as tx:
        assert rebuild.digests(tx) == before
    today = statistics.statistics(office.county, "2026-12-01", "2026-12-28", now=True)
    assert (today.known, today.total["visits"]["visits"], today.total["households"]["households"]) == ("now", 2, 2)
    sheet = tmp_path / "s.xlsx"
    written = statistics.write(office.county, told, sheet)
    rows = CalamineWorkbook.from_path(str(sheet)).get_sheet_by_index(0).to_python()
    assert (rows[0][:3], rows[-1][:3], written.rows) == (["村代码", "村", "登记的户"], ["", "合计", "1"], len(rows) - 1)
    assert not [cell for row in rows for cell in row if "石守田" in str(cell)]
    with office.county.reading() as tx:
        assert [one.d["what"] for one in journal.events_of_type(tx, "audit.exported")] == ["statistics"]


def test_a_township_counts_the_villages_of_its_area_and_no_other(office: Office) -> None:
    office.household("石守田")
    office.up(to=office.township)
    for village in ("999999001007", "999999002001"):
        office.clock.tick(minutes=1)
        households.add_household(office.county, households.AddHousehold("别村的", {"group": "一组"}, village=village))
    office.up()
    town, county = statistics.statistics(office.township), statistics.statistics(office.county)
    assert [(one.village, one.numbers["households"]["households"]) for one in town.villages if one.numbers["households"]["households"]] == [(VILLAGE, 1)]
    assert all(one.village.startswith("999999001") for one in town.villages)
    assert {one.village for one in county.villages} >= {VILLAGE, "999999001007", "999999002001"}
    assert county.total["households"]["households"] == sum(one.numbers["households"]["households"] for one in county.villages) == 3


def test_a_village_has_no_statistics_of_a_desk_and_a_day_to_come_has_no_numbers(office: Office) -> None:
    for session, asof, code in ((office.village, None, "XL-P07"), (office.county, "2027-03-01", "XL-V02")):
        with pytest.raises(Refused) as caught:
            statistics.statistics(session, asof=asof)
        assert caught.value.code in (code, "XL-V13")


def test_the_command_prints_the_same_document_again_for_the_same_day_and_writes_the_table(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    office.household("石守田")
    office.up()
    monkeypatch.setattr("xieli_tui.casework.session.open_session", lambda *_given, **_more: office.county)
    monkeypatch.setattr(type(office.county), "close", lambda _self: None)
    monkeypatch.setenv("XIELI_PASSPHRASE", "x")
    capsys.readouterr()

    def told(*more: str) -> dict[str, object]:
        assert main(["county", "stats", "-w", str(office.county.workspace), *more, "--json"]) == 0
        found: dict[str, object] = json.loads(capsys.readouterr().out)
        return found

    first = told("--asof", "2026-12-28")
    assert (first["known"], first["since"], first["total"]["households"]["households"]) == ("asof", "2026-12-01", 1)  # type: ignore[index]
    office.clock.tick(days=2)
    office.household("石守水")
    office.up()
    assert told("--asof", "2026-12-28") == first
    assert told("--asof", "2026-12-28", "--now")["total"]["households"]["households"] == 2  # type: ignore[index]
    written = told("--asof", "2026-12-28", "--out", str(tmp_path / "s.csv"), "--format", "csv")
    assert (tmp_path / "s.csv").read_text("utf-8-sig").splitlines()[-1].startswith(",合计,1")
    assert written["rows"] == 2
    assert main(["county", "stats", "-w", str(office.county.workspace)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("2026-12-01 至 ")
    assert not any("石守田" in line for line in lines)


def test_a_look_back_finds_every_table_as_it_stood_at_the_end_of_each_day_at_the_county_and_in_the_village(office: Office) -> None:
    """Whatever was written, arrived, was mended, taken back, ruled on or came home since."""
    stood: list[tuple[int, dict[str, str], dict[str, str]]] = []

    def night() -> None:
        found = []
        for session in (office.county, office.village):
            with session.reading() as tx:
                found.append(rebuild.digests(tx))
        stood.append((millis(office.clock.now()), found[0], found[1]))
        office.clock.tick(days=1)

    night()
    home = office.household("石守田")
    visit = record_visit.record_visit(office.village, record_visit.RecordVisit(home, "self", note="说腿疼"))
    assert visit.id
    night()
    app = office.application("dibao", household=home)
    office.up()
    night()
    steps.accept(office.county, app)
    office.down()
    night()
    corrections.withdraw(office.village, next(one.ref for one in households.timeline(office.village, home) if one.type == "visit.recorded"), "记错了")
    rulings.annul(office.county, next(one.ref for one in households.timeline(office.county, home) if one.type == "application.accepted"), "受理错了")
    office.up()
    night()
    office.down()
    record_visit.record_visit(office.village, record_visit.RecordVisit(home, "none", on="2026-12-28"))
    night()
    assert len({str(one[1:]) for one in stood}) == len(stood), "each day something was written"
    for cut, county, village in stood:
        for session, there in ((office.county, county), (office.village, village)):
            with rebuild.known_at(session.store, cut) as tx:
                now = rebuild.digests(tx)
            assert {name for name in there if there[name] != now[name]} == set(), (session.role, cut)
