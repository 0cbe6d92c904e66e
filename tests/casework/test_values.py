"""What a person typed is accepted in the ways people type, and refused with its own code."""

from __future__ import annotations

import datetime as dt

import pytest

from xieli_tui.casework import values
from xieli_tui.domain.clock import TZ
from xieli_tui.domain.events.household import HOUSEHOLD_FIELDS, PERSON_FIELDS, HouseholdClaimed
from xieli_tui.domain.events.work import VisitRecorded
from xieli_tui.errors import Refused

TODAY = dt.date(2026, 12, 28)
NOW = dt.datetime(2026, 12, 28, 14, 6, tzinfo=TZ)


@pytest.mark.parametrize(
    ("typed", "iso"), [("", "2026-12-28"), (None, "2026-12-28"), ("2026.11.20", "2026-11-20"), ("20261120", "2026-11-20"), ("11-20", "2026-11-20"), ("昨天", "2026-12-27")],
)
def test_a_day_is_read_as_people_write_it(typed: str | None, iso: str) -> None:
    assert values.day(typed, TODAY) == iso


@pytest.mark.parametrize(("typed", "code"), [("2026-02-30", "XL-V02"), ("2026-13-01", "XL-V02"), ("改天", "XL-V01"), ("2026-12-29", "XL-V13"), ("2027-01-01", "XL-V13")])
def test_a_day_that_cannot_be_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        values.day(typed, TODAY, "on")
    assert (caught.value.code, caught.value.field) == (code, "on")


def test_a_promise_may_lie_ahead() -> None:
    assert values.day("1-3", TODAY, future=True) == "2027-01-03"


@pytest.mark.parametrize(("typed", "at"), [("", "2026-12-28T14:06"), ("14:05", "2026-12-28T14:05"), ("12-27 9:30", "2026-12-27T09:30"), ("2026-12-28T14:06", "2026-12-28T14:06")])
def test_an_instant_is_read_as_people_write_it(typed: str, at: str) -> None:
    assert values.moment(typed, NOW) == at


@pytest.mark.parametrize(("typed", "code"), [("25:00", "XL-V01"), ("中午", "XL-V01"), ("15:06", "XL-V13"), ("12-30 09:00", "XL-V13")])
def test_an_instant_that_cannot_be_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        values.moment(typed, NOW)
    assert caught.value.code == code


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1b[2Jb", "a\u202eb", "a\ud800b", "a\x7fb"])
def test_control_characters_are_refused_without_being_repeated(bad: str) -> None:
    with pytest.raises(Refused) as caught:
        values.text(bad, "note")
    assert caught.value.code == "XL-V10"
    assert bad not in str(caught.value)


def test_line_breaks_stay_in_a_note_and_have_no_place_in_a_name() -> None:
    assert values.text("一\r\n二\t三", "note") == "一\n二\t三"
    with pytest.raises(Refused) as caught:
        values.name("一\n二", "name")
    assert caught.value.code == "XL-V10"


def test_ten_thousand_characters_fit_and_one_more_is_refused_with_the_count() -> None:
    assert values.text("字" * 10_000, "note") == "字" * 10_000
    with pytest.raises(Refused) as caught:
        values.text("字" * 10_001, "note")
    assert caught.value.code == "XL-V07"
    assert caught.value.extra["count"] == 10_001
    assert "10,001" in caught.value.what


def test_a_code_may_be_given_as_its_word() -> None:
    assert values.coded("本人", "met", "met") == "self"
    assert values.coded("ＳＥＬＦ", "met", "met") == "self"
    assert values.coded_all(["illness,住院", "illness"], "change", "change") == ["illness", "hospital"]


def test_a_code_out_of_the_list_is_refused_and_the_list_is_named() -> None:
    with pytest.raises(Refused) as caught:
        values.coded("everyone", "met", "met")
    assert caught.value.code == "XL-V08"
    assert "self 本人" in caught.value.what
    assert "everyone" not in caught.value.what


def test_fields_of_a_claim_get_the_types_of_the_catalogue() -> None:
    typed = values.typed_fields(
        PERSON_FIELDS, {"severe_illness": "是", "wage_month": "1,200.5", "disability_level": "２", "died_on": "12-01", "special": "severe_ill", "note": " ", "sex": "女"}, TODAY,
    )
    assert typed == {"severe_illness": True, "wage_month": 120050, "disability_level": 2, "died_on": "2026-12-01", "special": ["severe_ill"], "sex": "female"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("colour", "red", "XL-V11"), ("category", "rich", "XL-V08"), ("aid_month", "many", "XL-V04"), ("assets_ok", "maybe", "XL-V08"), ("category_since", "2026-02-30", "XL-V02")],
)
def test_a_field_that_does_not_fit_is_refused_by_name(field: str, value: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        values.typed_fields(HOUSEHOLD_FIELDS, {field: value}, TODAY)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_every_code_field_of_a_claim_has_its_vocabulary() -> None:
    coded = {name for table in (HOUSEHOLD_FIELDS, PERSON_FIELDS) for name, kind in table.items() if kind == "code"}
    assert coded <= values.FIELD_VOCAB.keys()


def test_a_payload_that_does_not_fit_names_its_field_and_not_its_value() -> None:
    with pytest.raises(Refused) as caught:
        values.make(VisitRecorded, village="1", household="secret", visit="secret", on="2026-12-28", met="self")
    assert caught.value.code == "XL-V11"
    assert "secret" not in str(caught.value)
    with pytest.raises(Refused) as missing:
        values.make(HouseholdClaimed, village="999999001001")
    assert missing.value.code == "XL-V06"
