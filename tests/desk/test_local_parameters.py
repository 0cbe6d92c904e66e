"""Local parameters at the county: read by their type, dated, never overlapping, put right by annulling."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from desk_office import Office

from xieli_tui.desk import parameters
from xieli_tui.desk.parameters import SetLocal
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries
from xieli_tui.store.projector import rebuild


def refused(code: str, field: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert (caught.value.code, caught.value.field) == (code, field), caught.value
    return caught.value


def put(office: Office, key: str, value: str, start: str = "2026-01-01", **more: object) -> None:
    parameters.set_local(office.county, SetLocal(key, value, start, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "value", "code", "field"),
    [
        ("no_such_key", "1", "XL-V08", "key"),
        ("dibao_std_month", "about 700", "XL-Q05", "local.dibao_std_month"),
        ("dibao_std_month", "-1", "XL-Q06", "local.dibao_std_month"),
        ("dibao_std_month", "[]", "XL-Q05", "local.dibao_std_month"),
        ("taper_months", "3.5", "XL-Q06", "local.taper_months"),
        ("insure_other_ok", "maybe", "XL-Q06", "local.insure_other_ok"),
        ("emergency_items", '{"a":1}', "XL-Q06", "local.emergency_items"),
        ("emergency_windows", '[{"from":"2026-02-30","to":"2026-03-01"}]', "XL-Q04", "local.emergency_windows[0].from"),
        ("emergency_windows", '[{"from":"2026-03-02","to":"2026-03-01"}]', "XL-Q06", "local.emergency_windows[0].to"),
        ("dibao_mode", "sometimes", "XL-V08", "local.dibao_mode"),
        ("alert_days", '{"gap":30,"urgent":3}', "XL-V08", "local.alert_days"),
        ("alert_days", '{"gap":{"days":"x"}}', "XL-Q06", "local.alert_days.gap"),
        ("phones", '{"township":"call me"}', "XL-V11", "local.phones.township"),
        ("phones", '{"nobody":"0000-1234567"}', "XL-V08", "local.phones"),
        ("kind_rules", '{"nothing":["dibao"]}', "XL-V08", "local.kind_rules"),
        ("village", '{"boards":[]}', "XL-V06", "local.village.name"),
        ("service_bodies", '[{"id":"a","technical_posts":2,"socialwork_posts":3}]', "XL-Q06", "local.service_bodies[0].socialwork_posts"),
        ("risk_indicators", '[{"id":"a","fact":"expense.medical"}]', "XL-V06", "local.risk_indicators[0].over"),
        ("risk_indicators", '[{"id":"a","fact":"expense.dreams","over":"1.00"}]', "XL-V08", "local.risk_indicators[0].fact"),
        ("risk_indicators", '[{"id":"a","fact":"change.job","over":"1.00"}]', "XL-V11", "local.risk_indicators[0].over"),
        ("risk_indicators", '[{"id":"a","fact":"change.job"},{"id":"a","fact":"house.risk"}]', "XL-V11", "local.risk_indicators[1].id"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_field_and_nothing_is_stored(office: Office, key: str, value: str, code: str, field: str) -> None:
    error = refused(code, field, lambda: put(office, key, value))
    assert value not in str(error)
    with office.county.reading() as tx:
        assert [p.key for p in queries.local_params(tx)] == ["delegations"]


def test_an_indicator_that_names_a_kind_of_aid_is_refused() -> None:
    """GX-14: an indicator asks for a visit and names no aid."""
    from xieli_tui.casework.risk_indicators import parse

    with pytest.raises(Refused) as caught:
        parse([{"id": "a", "fact": "house.risk", "text": "可以办低保"}])
    assert caught.value.field == "local.risk_indicators[0].text"


def test_sums_are_kept_as_exact_text_however_they_were_typed(office: Office) -> None:
    put(office, "dibao_std_month", "735")
    put(office, "dibao_std_month", "735.10", "2026-07-01")
    put(office, "hotline", "12349")
    put(office, "taper_months", "6")
    stored = {(p["key"], p["start"]): json.loads(p["value"]) for p in parameters.list_local(office.county)}
    assert stored["dibao_std_month", "2026-01-01"] == "735"
    assert stored["dibao_std_month", "2026-07-01"] == "735.10"
    assert stored["hotline", "2026-01-01"] == "12349"
    assert stored["taper_months", "2026-01-01"] == 6


def test_days_and_lists_and_yes_may_be_said_in_words(office: Office) -> None:
    """天 and 工作日 are told apart by the word."""
    for key, typed, stored in (
        ("visit_days", "90 天", {"days": 90, "unit": "days"}), ("supplement_days", "10个工作日", {"days": 10, "unit": "working"}),
        ("notice_days", "７天", {"days": 7, "unit": "days"}), ("emergency_items", "火灾、溺水", ["火灾", "溺水"]), ("insure_other_ok", "是", True),
        ("village_ta_entrusted", "否", False), ("dibao_mode", "差额", "gap"), ("half_year_condition", "同时", "all"),
    ):
        put(office, key, typed)
        assert [json.loads(p["value"]) for p in parameters.list_local(office.county) if p["key"] == key] == [stored]


def test_a_row_without_an_end_gives_way_to_the_next_and_overlaps_are_refused(office: Office) -> None:
    put(office, "dibao_std_month", "700", "2026-01-01", end="2026-12-31")
    refused("XL-Q06", "local.dibao_std_month", lambda: put(office, "dibao_std_month", "735", "2026-07-01"))
    refused("XL-Q06", "local.dibao_std_month", lambda: put(office, "dibao_std_month", "735", "2026-01-01"))
    refused("XL-V11", "end", lambda: put(office, "dibao_std_month", "735", "2027-02-01", end="2027-01-01"))
    put(office, "dibao_std_month", "735", "2027-01-01")
    put(office, "dibao_std_month", "610", "2026-07-01", area="rural")
    assert len(parameters.list_local(office.county)) == 4


def test_a_mistyped_row_is_put_right_only_with_a_reason_and_the_old_line_stays(office: Office) -> None:
    put(office, "dibao_std_month", "7350")
    refused("XL-V06", "reason", lambda: put(office, "dibao_std_month", "735", replace=True))
    put(office, "dibao_std_month", "735", replace=True, reason="多写了一个零")
    assert [p["value"] for p in parameters.list_local(office.county) if p["key"] == "dibao_std_month"] == ['"735"']
    parameters.annul_local(office.county, "dibao_std_month", "2026-01-01", "文件还没有发")
    assert [p["key"] for p in parameters.list_local(office.county)] == ["delegations"]
    with pytest.raises(NotFound):
        parameters.annul_local(office.county, "dibao_std_month", "2026-01-01", "再来一次")
    with pytest.raises(NotFound):
        put(office, "small_advance_cap", "500", replace=True, reason="没有可改的")
    assert rebuild(office.county.store)["equal"]


def test_what_is_in_force_on_a_day_in_a_place_is_shown_and_nothing_else(office: Office) -> None:
    put(office, "dibao_std_month", "700", "2025-01-01", end="2025-12-31")
    put(office, "dibao_std_month", "735")
    put(office, "dibao_std_month", "610", area="rural")
    put(office, "hotline", "12349", area="999999001")

    def shown(on: str, area: str | None = None) -> dict[str, str]:
        return {p["key"]: p["value"] for p in parameters.list_local(office.county, on, area) if p["key"] != "delegations"}

    assert shown("2025-06-01") == {"dibao_std_month": '"700"'}
    assert shown("2026-12-28", "rural") == {"dibao_std_month": '"610"'}
    assert shown("2026-12-28", "urban") == {"dibao_std_month": '"735"'}
    assert shown("2026-12-28", "999999001001") == {"dibao_std_month": '"735"', "hotline": '"12349"'}
    assert shown("2026-12-28", "999999002001") == {"dibao_std_month": '"735"'}


def test_scopes_outside_the_county_and_half_codes_are_refused(office: Office) -> None:
    refused("XL-V12", "area", lambda: put(office, "dibao_std_month", "735", area="99999"))
    refused("XL-P03", "area", lambda: put(office, "dibao_std_month", "735", area="888888001"))
    refused("XL-P03", None, lambda: parameters.annul_local(office.township, "delegations", "2026-01-01", "不归镇"))  # type: ignore[arg-type]
