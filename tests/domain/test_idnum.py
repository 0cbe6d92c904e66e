"""GB 11643 identity numbers."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xieli_tui.domain.idnum import IdCheck, check_digit, check_id, mask_id, require_id, to18
from xieli_tui.errors import Refused

TODAY = dt.date(2026, 12, 28)
STANDARD = "11010519491231002X"
"""The example printed in GB 11643-1999."""


def numbers(region: str = "999999") -> st.SearchStrategy[str]:
    days = st.dates(dt.date(1900, 1, 1), TODAY)
    return st.builds(lambda day, order: (body := f"{region}{day:%Y%m%d}{order:03d}") + check_digit(body), days, st.integers(0, 999))


def test_the_printed_example_of_the_standard_is_right() -> None:
    check = check_id(STANDARD, TODAY)
    assert check == IdCheck("ok", STANDARD, dt.date(1949, 12, 31), "female", "110105", (), STANDARD)


@given(numbers())
def test_a_number_with_its_check_digit_is_usable_and_says_birth_and_sex(number: str) -> None:
    check = check_id(number, TODAY)
    assert check.usable
    assert check.birth == dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    assert check.sex == ("male" if int(number[16]) % 2 else "female")
    assert check.warnings == ()


@given(numbers(), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: str, at: int, shift: int) -> None:
    alphabet = "0123456789X" if at == 17 else "0123456789"
    other = alphabet[(alphabet.index(number[at]) + shift) % len(alphabet)]
    assert check_id(number[:at] + other + number[at + 1 :], TODAY).state == "bad"


@given(numbers(), st.integers(0, 15))
def test_two_neighbours_that_differ_and_change_places_are_always_found(number: str, at: int) -> None:
    if number[at] != number[at + 1]:
        swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        assert check_id(swapped, TODAY).state == "bad"


@given(numbers(), st.sampled_from(["'{}", " {} ", "’{}", "{}\u3000", "\ufeff{}", "{}\u200b", "\t{}\n"]))
def test_apostrophes_and_white_space_around_are_no_part_of_the_number(number: str, wrap: str) -> None:
    assert check_id(wrap.format(number), TODAY).number == number


@given(numbers())
def test_full_width_spaced_and_lower_case_writing_is_the_same_number(number: str) -> None:
    wide = "".join(chr(ord(mark) + 0xFEE0) for mark in number)
    assert check_id(wide, TODAY).number == number
    assert check_id(f" {number[:6]} {number[6:14]} {number[14:]} ", TODAY).number == number
    assert check_id(number.lower(), TODAY).number == number


@given(st.dates(dt.date(1900, 1, 1), dt.date(1999, 12, 31)), st.integers(0, 999))
def test_fifteen_digits_become_eighteen_of_century_19(day: dt.date, order: int) -> None:
    short = f"999999{day:%y%m%d}{order:03d}"
    check = check_id(short, TODAY)
    assert check.state == "ok"
    assert check.warnings == ("XL-W14",)
    assert check.number == to18(short)
    assert check.birth == day
    assert check_id(check.number, TODAY).usable


def test_fifteen_digits_whose_birth_cell_disagrees_stay_as_given() -> None:
    check = check_id("999999540811996", TODAY, birth=dt.date(1954, 8, 12))
    assert (check.state, check.number, check.warnings) == ("ok", "999999540811996", ("XL-W15",))
    assert check.birth == dt.date(1954, 8, 12)
    assert check_id("999999540811996", TODAY, birth=dt.date(1954, 8, 11)).warnings == ("XL-W14",)


@pytest.mark.parametrize("cell", [9.999991971082308e17, 999999197108230800, "9.99999E+17", "9.999991971082308e+17"])
def test_a_number_cell_has_lost_its_digits_and_is_never_rebuilt(cell: object) -> None:
    check = check_id(cell, TODAY)
    assert (check.state, check.number, check.warnings) == ("float", "", ("XL-W11",))
    assert check.birth is None


@pytest.mark.parametrize("cell", [None, "", "   ", "'", "无", "—".replace("—", "-"), "\u3000"])
def test_a_blank_is_a_blank(cell: object) -> None:
    assert check_id(cell, TODAY).warnings == ("XL-W13",)


@pytest.mark.parametrize(
    "text",
    [
        "99999919970725245", "9999991997072524500", "99999919790725245A", "九九九九九九一九七九零七二五二四五零", "999999990230123", "999999999999999",
        "999999199702302450", "护照E12345678", "1", "X" * 18, "99999919700906547٧",
    ],
)
def test_other_lengths_characters_and_impossible_days_are_unusable_and_examined_no_further(text: str) -> None:
    assert check_id(text, TODAY).warnings == ("XL-W12",)


def test_a_birth_in_the_future_is_refused() -> None:
    body = "99999920261229001"
    assert check_id(body + check_digit(body), TODAY).state == "bad"
    assert check_id(body + check_digit(body), dt.date(2026, 12, 29)).state == "ok"


@given(numbers("888888"))
def test_an_unknown_region_warns_and_never_rejects(number: str) -> None:
    check = check_id(number, TODAY)
    assert check.usable
    assert check.warnings == ("XL-W17",)
    assert check_id(number, TODAY, known={"888888"}).warnings == ()


def test_a_typed_number_that_is_wrong_is_refused_without_repeating_a_digit() -> None:
    with pytest.raises(Refused) as caught:
        require_id("999999197907252451", TODAY)
    assert caught.value.code == "XL-V03"
    assert "19790725" not in str(caught.value)
    assert require_id("'999999197907252450", TODAY).number == "999999197907252450"
    with pytest.raises(Refused):
        to18("12345")


def test_masks_show_six_and_four_and_nothing_of_a_short_text() -> None:
    assert mask_id("999999197907252450") == "999999********2450"
    assert mask_id("999999790725245") == "999999*****5245"
    assert mask_id("") == ""
    assert mask_id("1234") == "**34"
    assert mask_id("12") == "**"
