"""Numbers in a text are covered however they are written, and what is no number of anybody stays readable (issue 7, design 10: masked exports)."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from xieli_tui.casework.values import typed_fields
from xieli_tui.domain.events.household import PERSON_FIELDS
from xieli_tui.domain.masks import masked, office_number
from xieli_tui.errors import Refused

NUMBER, CARD, MOBILE = "999999195103070425", "6222020000000000000", "10000002190"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (NUMBER, "999999********0425"), ("9999 9919 5103 0704 25", "9999 99** **** **04 25"), ("9999-9919-5103-0704-2X", "9999-99**-****-**04-2X"), ("999999 19510307 042X", "999999 ******** 042X"),
        ("９９９９９９１９５１０３０７０４２５", "９９９９９９********０４２５"), ("9 9 9 9 9 9 1 9 5 1 0 3 0 7 0 4 2 5", "9 9 9 9 9 9 * * * * * * * * 0 4 2 5"), ("999999/19510307/0425", "999999/********/0425"),
        ("99999919510307\u200b0425", "999999********\u200b0425"), ("999999　19510307　0425", "999999　********　0425"), ("999999510307042", "999999*****7042"),
        ("99999919\n5103070425", "999999**\n******0425"), ("6 2 2 2 0 2 0 0 0 0 0 0 0 0 0 0 0 0 0", "6 2 2 2 0 2 * * * * * * * * * 0 0 0 0"), ("6222020-000000000000", "622202*-********0000"),
        (CARD, "622202*********0000"), ("6222 0200 0000 0000 000", "6222 02** **** ***0 000"), ("6222-0200-0000-0000", "6222-02**-****-0000"),
        (MOBILE, "100****2190"), ("100 0000 2190", "100 **** 2190"), ("100-0000-2190", "100-****-2190"), ("100(0000)2190", "100(****)2190"), ("+86 100-0000-2190", "+86 100-****-2190"),
        ("8610000002190", "86100****2190"), ("１００００００２１９０", "１００****２１９０"), ("1 0 0 0 0 0 0 2 1 9 0", "1 0 0 * * * * 2 1 9 0"), ("一零零零零零零二一九零", "一零零******九零"),
        ("13900\n002190", "139**\n**2190"), ("1390-0002190", "139*-***2190"),
        ("0000-1234567", "0000-*****67"), ("（0000）12345678", "（0000）******78"), ("0000-1234 5678", "0000-**** **78"), ("000012345678", "0000******78"), ("电话：1234567", "电话：*****67"),
    ],
)
def test_a_number_is_covered_in_the_middle_of_words_and_its_ends_stay(text: str, shown: str) -> None:
    assert masked(f"他家的{text}，请回") == f"他家的{shown}，请回"


@pytest.mark.parametrize(
    "text",
    [
        "", "王秀英", "2026-12-28", "2026-12-28 2026-12-29", "2026.12.28-2027.06.30", "2026年12月28日 10:30", "二〇二六年十二月二十八日", "1951 1952 1953 1954", "20800.50 元", "自付 20800.50 12345.00 300",
        "1,234,567 元", "SQ-20261228-12345678", "999999001001", "999999 001 001", "12349", "户号001 002 003 004", "7 户 12 人，1234567 元", "20800\n12345\n300\n2026", "2026-12-28\n2026-12-29\n2026-12-30", "1951\n1952\n1953\n1954",
    ],
)
def test_days_amounts_codes_and_numbers_of_papers_stay(text: str) -> None:
    assert masked(text) == text


def test_two_numbers_beside_each_other_and_a_day_before_them_are_told_apart() -> None:
    assert masked(f"2026-12-28 {MOBILE} {NUMBER}") == "2026-12-28 100****2190 999999********0425"
    assert masked(f"{MOBILE}\n{MOBILE}") == "100****2190\n100****2190"


def test_a_text_of_nothing_but_digits_is_covered_in_no_time() -> None:
    began = time.process_time()
    assert masked("1 2 " * 25_000).count("1") > 0
    assert set(masked("9" * 100_000)[6:-4]) == {"*"}
    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", ["12349", "110", "0000-1234567", "(0000)12345678", "（0000）12345678", MOBILE, "100-0000-2190", "400-000-0000", "1234567", "12345678转801", f"+86 {MOBILE}", "0000-1234-5678"])
def test_the_number_of_an_office_may_be_written_so(text: str) -> None:
    assert office_number(text)


@pytest.mark.parametrize("text", [NUMBER, "9999 9919 5103 0704 25", "999999 19510307 042x", CARD, "９９９９９９１９５１０３０７０４２５"])
def test_a_number_of_a_card_typed_as_a_telephone_is_refused_under_its_entry(text: str) -> None:
    with pytest.raises(Refused) as said:
        typed_fields(PERSON_FIELDS, {"phone": text}, dt.date(2026, 12, 28))
    assert (said.value.code, said.value.field) == ("XL-V11", "phone")
    assert text not in str(said.value)


@pytest.mark.parametrize("text", [MOBILE, f"{MOBILE}、{MOBILE}", f"{MOBILE} 儿子的", "0000-1234567转2", "12349", "没有", "100-0000-2190 / 100 0000 2191"])
def test_what_people_write_as_a_telephone_is_taken(text: str) -> None:
    assert typed_fields(PERSON_FIELDS, {"phone": text}, dt.date(2026, 12, 28)) == {"phone": text}


@pytest.mark.parametrize("text", [NUMBER, "9999 9919 5103 0704 25", CARD, "999999510307042", "", "12", "abc", "123456789012345", f"{MOBILE} {MOBILE}", f"0000-{NUMBER}"])
def test_an_identity_number_or_a_card_is_no_number_of_an_office(text: str) -> None:
    assert not office_number(text)
