"""Whom to call: numbers of the county, the township and the village, narrow before wide, never invented, and on what a family takes home."""

from __future__ import annotations

import json

import pytest
from desk_office import PASSPHRASE, TOWN, VILLAGE, Office

from xieli_tui.casework import about, contacts, start_application
from xieli_tui.cli.main import main
from xieli_tui.desk.parameters import SetLocal, set_local
from xieli_tui.desk.registers import SetStation, SetVillage, set_station, set_village

DAY = "2026-01-01"
OTHER = "999999002001"


def put(office: Office, key: str, value: str, area: str | None = None) -> None:
    set_local(office.county, SetLocal(key, value, DAY, area=area))


def test_a_number_nobody_set_is_empty_and_the_slip_says_nothing(office: Office) -> None:
    """CN-09: the numbers on the slip are the county's own."""
    found = contacts.look(office.village)
    assert (found.urgent, found.slip(), found.departments) == ("", "", ())


def test_a_township_row_stands_over_the_countys_entry_by_entry(office: Office) -> None:
    """M-75: readable per township and village."""
    put(office, "phones", json.dumps({TOWN: "0000-1110001", "county": "0000-1110000", "education": "0000-1110009"}))
    put(office, "phones", json.dumps({"township": "0000-1110002", "dpf": "0000-1110008"}), TOWN)
    put(office, "hotline", "12349")
    set_village(office.county, SetVillage(VILLAGE, DAY, "石桥村", phone="0000-1230001"))
    set_station(office.county, SetStation(VILLAGE, "石桥村服务点", DAY, phone="0000-1230009"))
    here = contacts.look(office.county, VILLAGE)
    assert here.township == "0000-1110002", "the narrow row stands over the county's"
    assert (here.county, here.hotline, here.office) == ("0000-1110000", "12349", "0000-1230001")
    assert {ident: number for ident, _, number in here.departments} == {"education": "0000-1110009", "dpf": "0000-1110008"}
    assert here.stations == (("石桥村服务点", "0000-1230009"),)
    there = contacts.look(office.county, OTHER)
    assert (there.township, there.urgent, [ident for ident, _, _ in there.departments]) == ("", "0000-1110000", ["education"])
    assert there.slip() == "咨询电话：县民政局 0000-1110000，救助热线 12349。"


def test_one_number_for_a_township_is_the_one_to_call_in_an_emergency(office: Office) -> None:
    put(office, "phones", "0000-1110002", TOWN)
    office.down()
    assert about.township_phone(office.village) == "0000-1110002"


def test_the_slip_of_missing_papers_and_a_word_about_policy_carry_the_numbers(
    office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    """CN-09: 联系方式 is on what is given to the family."""
    put(office, "phones", "0000-1110002", TOWN)
    put(office, "hotline", "12349")
    office.down()
    home = office.household()
    app = start_application.start_application(office.village, start_application.StartApplication(home, ("dibao",))).id
    folder = office.village.workspace
    office.village.close()

    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T12:00:00+08:00")

    def xieli(*words: str) -> str:
        capsys.readouterr()
        assert main([*words, "-w", str(folder)]) == 0
        return capsys.readouterr().out

    slip = "咨询电话：镇(街道)民政办 0000-1110002，救助热线 12349。"
    assert xieli("apply", "missing", app).splitlines()[-1] == slip
    assert xieli("informed", "add", "--household", home, "--kind", "dibao", "--answer", "considering").splitlines()[-1] == slip
    assert "救助热线：12349" in xieli("phones")
