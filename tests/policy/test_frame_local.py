"""Dated, scoped local parameters: which row holds, and overlaps."""

from __future__ import annotations

import datetime as dt

import pytest

from xieli_tui.errors import Refused
from xieli_tui.policy import facts
from xieli_tui.policy.local import CATALOGUE, Row, resolve

ON = dt.date(2026, 11, 21)


def test_the_nearest_scope_holds_and_of_one_scope_the_row_that_began_last() -> None:
    rows = [
        Row("dibao_std_month", '"700.00"', "2025-01-01"), Row("dibao_std_month", '"735.00"', "2026-07-01"), Row("dibao_std_month", '"735.00"', "2027-01-01"),
        Row("dibao_std_month", '"900.00"', "2026-07-01", "", "urban"), Row("small_advance_cap", "500", "2026-01-01", "", "999999001"),
    ]
    assert resolve(rows, ON, "999999002") == {"dibao_std_month": "735.00"}
    assert resolve(rows, ON, "999999001003", "urban") == {"dibao_std_month": "900.00", "small_advance_cap": "500"}
    assert resolve(rows, dt.date(2026, 6, 30), "999999", "rural") == {"dibao_std_month": "700.00"}
    assert resolve(rows, dt.date(2024, 1, 1), "999999") == {}


def test_a_row_that_ended_holds_no_longer() -> None:
    rows = [Row("taper_months", "6", "2026-01-01", "2026-11-20")]
    assert resolve(rows, ON, "999999") == {}
    assert resolve(rows, dt.date(2026, 11, 20), "999999") == {"taper_months": 6}


@pytest.mark.parametrize(
    "rows",
    [
        [Row("taper_months", "6", "2026-01-01", "2026-12-31"), Row("taper_months", "9", "2026-12-31")],
        [Row("taper_months", "6", "2026-01-01"), Row("taper_months", "9", "2026-01-01")],
    ],
)
def test_overlapping_rows_are_refused_by_name(rows: list[Row]) -> None:
    with pytest.raises(Refused) as caught:
        resolve(rows, ON, "999999")
    assert (caught.value.code, caught.value.field) == ("XL-Q06", "local.taper_months")


def test_a_table_with_a_point_in_a_number_stays_exact_text() -> None:
    found = resolve([Row("delegations", '[{"kind":"temp_emergency","max_amount":3000.50}]', "2026-01-01")], ON, "999999")
    assert found == {"delegations": [{"kind": "temp_emergency", "max_amount": "3000.50"}]}
    assert facts.section("local", found, "local")["delegations"][0]["max_amount"] * 2 == 6001


def test_plain_text_that_is_no_json_is_a_word() -> None:
    assert resolve([Row("hotline", "12349a", "2026-01-01")], ON, "999999") == {"hotline": "12349a"}


def test_every_local_parameter_a_question_types_is_in_the_catalogue() -> None:
    assert set(facts.FIELDS["local"]) <= {key for key, _, _ in CATALOGUE}
