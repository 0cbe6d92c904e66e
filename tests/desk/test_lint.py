"""县里自查: the county's own data under the packs in force and under other regions' packs; every finding says what, what next, where it is written."""

from __future__ import annotations

import json

import pytest
from desk_office import PASSPHRASE, VILLAGE, Office

from xieli_tui.casework import households
from xieli_tui.cli.main import main
from xieli_tui.desk import lint as desk
from xieli_tui.desk import registers
from xieli_tui.desk.lint import Finding
from xieli_tui.desk.parameters import SetLocal, set_local
from xieli_tui.desk.registers import AddStaff, SetBody, SetStation, SetVillage
from xieli_tui.domain.events.household import AidRecorded, CategorySet
from xieli_tui.domain.events.road import LocalSet
from xieli_tui.errors import Refused

JX, GX, JM, CQ = "360000", "511526", "440700", "500000"
DAY = "2026-01-01"


def ids(found: list[Finding]) -> set[str]:
    return {one.lint for one in found}


def put(office: Office, key: str, value: str, **more: str) -> None:
    set_local(office.county, SetLocal(key, value, DAY, **more))  # type: ignore[arg-type]


def looked(office: Office, region: str) -> list[Finding]:
    return desk.lint(office.county, region=region)


def test_what_nobody_set_is_named_with_the_rules_that_wait_for_it_and_no_rule_of_another_region(office: Office) -> None:
    """X-03: a missing standard is a finding; JX-01, X-05 … wait for it."""
    found = {one.lint: one for one in looked(office, JX)}
    waiting = found["param_missing:dibao_std_month"]
    assert waiting.rule in waiting.rules
    assert {"JX-01", "X-05"} <= set(waiting.rules)
    assert not {"CQ-02", "GX-01"} & set(waiting.rules)
    assert "低保标准" in waiting.what
    assert "000:" in waiting.cite
    assert "param_missing:rigid_ratio" not in found, "only 003 reads it"
    assert "param_missing:price_link" not in found, "a switch never thrown is no gap"
    assert "param_missing:rigid_ratio" in ids(looked(office, CQ))
    put(office, "dibao_std_month", "735")
    assert "param_missing:dibao_std_month" not in ids(looked(office, JX))


def test_a_standard_set_for_the_country_only_is_missing_for_the_town(office: Office) -> None:
    put(office, "dibao_std_month", "610", area="rural")
    found = {one.lint: one for one in looked(office, JX)}
    assert "城市" in found["param_partial:dibao_std_month"].what
    put(office, "dibao_std_month", "735", area="urban")
    assert "param_partial:dibao_std_month" not in ids(looked(office, JX))


@pytest.mark.parametrize(("tekun", "low"), [("955.50", False), ("955.49", True)])
def test_the_standard_of_tekun_is_at_least_one_and_a_third_to_the_fen(office: Office, tekun: str, low: bool) -> None:
    """JX-05, M-57: 不低于1.3倍 includes the number; 735 x 1.3 = 955.50."""
    put(office, "dibao_std_month", "735")
    put(office, "tekun_std_month", tekun)
    assert ("tekun_std_below_1_3" in ids(looked(office, JX))) is low


def test_standards_are_looked_at_scope_by_scope(office: Office) -> None:
    """JX-05, JX-06, JM-16: fine in the town, too low in the country."""
    for key, urban, rural in (("dibao_std_month", "735", "600"), ("tekun_std_month", "955.50", "700")):
        put(office, key, urban, area="urban")
        put(office, key, rural, area="rural")
    put(office, "prov_floor", "600")
    put(office, "city_std_month", "610", area="rural")
    found = [one for one in looked(office, JX) if one.lint == "tekun_std_below_1_3"]
    assert [("农村" in one.what, one.rule, one.cite) for one in found] == [(True, "JX-05", "000:4")]
    assert "std_below_floor" not in ids(looked(office, JX))
    assert [one.rule for one in looked(office, JM) if one.lint == "std_below_floor"] == ["JM-16"]


def test_coordinators_are_counted_by_village_and_day_and_each_region_has_its_own_rule(office: Office) -> None:
    """JX-47 one or two; GX-21 exactly one from committee or grid; JM-18 committee only (M-72)."""
    missing = f"coordinators_out_of_range:{VILLAGE}"
    assert missing in ids(looked(office, JX))
    (first,) = registers.add_staff(office.county, AddStaff("陈秀兰", (VILLAGE,), source="hired", since=DAY))
    assert missing not in ids(looked(office, JX))
    assert f"coordinator_source:{VILLAGE}" in ids(looked(office, GX))
    registers.add_staff(office.county, AddStaff("孙小梅", (VILLAGE,), source="grid", since=DAY))
    assert missing not in ids(looked(office, JX))
    assert missing in ids(looked(office, GX))
    registers.end_staff(office.county, first.id, "2026-12-01")
    assert missing not in ids(looked(office, GX))
    assert f"coordinator_source:{VILLAGE}" not in ids(looked(office, GX))
    assert any("孙小梅(网格员)" in one.what for one in looked(office, JM) if one.rule == "JM-18")


@pytest.mark.parametrize(("recipients", "owed"), [(200, False), (201, True)])
def test_a_station_is_owed_above_two_hundred_recipients_not_at_it(office: Office, recipients: int, owed: bool) -> None:
    """JX-48, M-73: 超过200人."""
    registers.set_village(office.county, SetVillage(VILLAGE, DAY, "石桥村", recipients=recipients))
    assert (f"station_missing:{VILLAGE}" in ids(looked(office, JX))) is owed
    registers.set_station(office.county, SetStation(VILLAGE, "石桥村服务点", since=DAY))
    assert f"station_missing:{VILLAGE}" not in ids(looked(office, JX))


def test_recipients_are_counted_from_the_roll_when_the_register_says_nothing(office: Office) -> None:
    """JX-48: 202 persons of one family on the roll are more than 200, without anybody typing the number."""
    from xieli_tui.desk.lint import _recipients
    from xieli_tui.store import queries

    home = households.add_household(office.county, households.AddHousehold("石守田", {"category": "dibao"}, village=VILLAGE)).id
    households.add_person(office.county, households.AddPerson(home, "石小田", "20", {}))
    with office.county.reading() as tx:
        assert _recipients(tx, [h for h in queries.households(tx) if h.known]) == {VILLAGE: 2}


def test_posts_of_service_bodies_are_measured(office: Office) -> None:
    """JX-49, M-71: 80% included."""
    registers.set_body(office.county, SetBody("good", 5, 4, None, DAY))
    registers.set_body(office.county, SetBody("low", 10, 7, None, DAY))
    assert {one for one in ids(looked(office, JX)) if one.startswith("socialwork")} == {"socialwork_posts_low:low"}


def test_urgent_matters_not_listed_are_a_finding_everywhere(office: Office) -> None:
    """CN-02: 004 is national, so the county sees it without a pack of its own."""
    found = {one.lint: one for one in desk.lint(office.county)}
    assert (found["emergency_items_empty"].cite, found["emergency_items_empty"].rule) == ("004:二(一)", "CN-02")
    put(office, "emergency_items", '["火灾","溺水"]')
    assert "emergency_items_empty" not in ids(desk.lint(office.county))


def test_aid_registered_twice_is_told_once_with_the_families_as_ids(office: Office) -> None:
    """CQ-22: same kind, matter and period twice in one chain."""
    home = households.add_household(office.county, households.AddHousehold("石守田", {}, village=VILLAGE)).id
    office.county.record(CategorySet(village=VILLAGE, household=home, category="dibao", since=DAY))
    for _ in range(2):
        office.county.record(AidRecorded(
            village=VILLAGE, household=home, aid=office.county.new_id(), kind="dibao", amount=500_00, period="2026-11", matter="m1", on="2026-11-05"))
    registers.set_village(office.county, SetVillage(VILLAGE, DAY, "石桥村"))
    question_region = {one.lint: one for one in desk.lint(office.county)}
    assert "aid_duplicate" not in question_region, "003 is not in force at 999999"
    set_local(office.county, SetLocal("emergency_items", '["火灾"]', DAY))
    with office.county.reading() as tx:
        from xieli_tui.casework import facts
        from xieli_tui.policy import ask
        from xieli_tui.store import queries

        row = queries.household(tx, home)
        assert row is not None
        answer = ask(facts.question(tx, row, "lint", office.county.today, region=CQ))
    assert "aid_duplicate:dibao" in [one["lint"] for one in answer["answers"]]


def test_what_the_desk_sees_by_itself(office: Office) -> None:
    """M-07: unregistered villages, laptops not heard, coordinators without an account."""
    found = ids(desk.lint(office.county))
    assert f"village_unregistered:{VILLAGE}" in found
    assert f"device_not_heard:{office.village.dev[:8]}" in found
    office.household()
    office.up()
    registers.set_village(office.county, SetVillage(VILLAGE, DAY, "石桥村"))
    (staff,) = registers.add_staff(office.county, AddStaff("陈秀兰", (VILLAGE,), source="grid", since=DAY))
    found = ids(desk.lint(office.county))
    assert f"device_not_heard:{office.village.dev[:8]}" not in found
    assert f"board_missing:{VILLAGE}" in found
    assert f"coordinator_without_operator:{staff.id}" in found
    registers.end_staff(office.county, staff.id, "2026-12-27")
    registers.add_staff(office.county, AddStaff("陈秀兰", (VILLAGE,), source="grid", since="2026-12-28", dev=office.village.dev, operator="1"))
    assert not any(one.startswith("coordinator_without_operator") for one in ids(desk.lint(office.county)))


def test_rows_an_older_program_let_through_are_named_and_the_rest_is_still_looked_at(office: Office) -> None:
    office.county.record(
        LocalSet(key="dibao_std_month", value='"735"', start=DAY, end="2026-12-31"), LocalSet(key="dibao_std_month", value='"740"', start="2026-06-01"),
        LocalSet(key="taper_months", value='"soon"', start=DAY),
    )
    put(office, "tekun_std_month", "1")
    found = ids(looked(office, JX))
    assert {"param_overlap:dibao_std_month", "param_unreadable:taper_months", "emergency_items_empty"} <= found


def test_a_township_sees_its_own_villages_and_a_village_nothing(office: Office) -> None:
    registers.add_staff(office.county, AddStaff("赵六", ("999999002001",), source="grid", since=DAY))
    assert any("999999002001" in one for one in ids(desk.lint(office.county)))
    assert not any("999999002001" in one for one in ids(desk.lint(office.township)))
    with pytest.raises(Refused) as caught:
        desk.lint(office.village)
    assert caught.value.code == "XL-P07"
    with pytest.raises(Refused):
        desk.lint(office.county, region="nowhere")


def test_the_command_prints_one_document_with_what_and_what_next(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    folder = office.county.workspace
    office.county.close()
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T10:00:00+08:00")
    assert main(["county", "lint", "-w", str(folder), "--as-region", JX, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert {"lint", "what", "next_step", "cite", "rule"} <= body["lints"][0].keys()
    assert all(one["what"] and one["next_step"] for one in body["lints"])
