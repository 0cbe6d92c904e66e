"""Money: read exactly, shown with two decimals, in 大写 on papers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xieli_tui.domain.money import format_fen, parse_fen, upper_fen
from xieli_tui.errors import Refused

FEN = st.integers(0, 10**14)


@given(FEN)
def test_what_is_shown_reads_back(fen: int) -> None:
    assert parse_fen(format_fen(fen)) == fen
    assert parse_fen(format_fen(fen, grouping=True)) == fen
    assert parse_fen(f"¥{format_fen(fen)}元") == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [("800", 80000), ("800.5", 80050), ("０.０１", 1), ("1,200.50", 120050), ("1.2万", 1200000), ("￥735.00", 73500), (735.0, 73500), (0.1, 10), (12.34, 1234), (" 3 000 ", 300000), ("800元整", 80000)],
)
def test_forms_people_use(text: object, fen: int) -> None:
    assert parse_fen(text) == fen  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "-5", "八百", "1.234", "1,2,3", "12,34", "1e5", "nan", "inf", "9" * 30, ".", "800块钱", True, float("nan"), "٣٠٠"])
def test_what_is_no_amount_is_refused(text: object) -> None:
    with pytest.raises(Refused) as caught:
        parse_fen(text)  # type: ignore[arg-type]
    assert caught.value.code == "XL-V04"


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"), (5, "伍分"), (50, "伍角整"), (55, "伍角伍分"), (80000, "捌佰元整"), (300001, "叁仟元零壹分"), (1005, "壹拾元零伍分"), (100_10, "壹佰元壹角整"),
        (10_0100_00, "壹拾万零壹佰元整"), (10_500_000, "壹拾万伍仟元整"), (100_000_000_00, "壹亿元整"), (1_0000_5000_00, "壹亿零伍仟元整"), (2_0003_0004_00, "贰亿零叁万零肆元整"),
        (12_3456_7890_12, "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"), (1_0000_0000_0000_00, "壹兆元整"),
    ],
)
def test_amounts_in_words(fen: int, words: str) -> None:
    assert upper_fen(fen) == words


_DIGIT = {mark: value for value, mark in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNIT = {"拾": 10, "佰": 100, "仟": 1000}


def read_back(words: str) -> int:
    """An independent reader of 大写."""
    yuan, _, rest = words.rpartition("元") if "元" in words else ("", "", words)
    total = section = digit = 0
    for mark in yuan:
        if mark in _DIGIT:
            digit = _DIGIT[mark]
        elif mark in _UNIT:
            section += digit * _UNIT[mark]
            digit = 0
        else:
            total = total + (section + digit) * {"万": 10**4, "亿": 10**8, "兆": 10**12}[mark]
            section = digit = 0
    fen = (total + section + digit) * 100
    for at, mark in enumerate(rest):
        if mark == "角":
            fen += _DIGIT[rest[at - 1]] * 10
        if mark == "分":
            fen += _DIGIT[rest[at - 1]]
    return fen


@given(FEN)
def test_words_say_the_amount_they_stand_for(fen: int) -> None:
    words = upper_fen(fen)
    assert read_back(words) == fen
    assert "零零" not in words
    assert not words.startswith("零") or fen == 0


def test_there_is_no_negative_amount_in_words() -> None:
    with pytest.raises(ValueError, match="negative"):
        upper_fen(-1)
    assert format_fen(-150) == "-1.50"
