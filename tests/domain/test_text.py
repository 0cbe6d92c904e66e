"""Folding, cleaning, groups, masks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xieli_tui.domain.text import clean_line, clean_name, clean_note, fold_code, group_key, han_number, mask_name, mask_phone, same_group, width_fold

_UNITS = "零一二三四五六七八九"


def han(n: int) -> str:
    """1..99 in Chinese."""
    tens, ones = divmod(n, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _UNITS[tens] + "十") + (_UNITS[ones] if ones or not tens else "")


@given(st.integers(1, 99))
def test_han_numbers_and_groups_read_as_digits(n: int) -> None:
    assert han_number(han(n)) == n
    for form in (f"{han(n)}组", f"第{han(n)}组", f"{n}组", f" {n} 村民小组", f"第{n}小组", str(n), f"０{n}组"):
        assert same_group(form, f"{n}组"), form
    assert not same_group(f"{n}组", f"{n + 1}组")


@pytest.mark.parametrize(("text", "n"), [("一百零三", 103), ("一百二十", 120), ("百", 100), ("二〇二六", 2026), ("两", 2), ("十十", None), ("", None), ("三组", None)])
def test_larger_and_odd_han_numbers(text: str, n: int | None) -> None:
    assert han_number(text) == n


def test_groups_with_names_compare_by_name() -> None:
    assert same_group("上坪组", "上坪小组")
    assert not same_group("上坪组", "下坪组")
    assert group_key("") == ""


@given(st.text())
def test_folding_a_code_twice_changes_nothing_more(text: str) -> None:
    once = fold_code(text)
    assert fold_code(once) == once
    assert not any(mark.isspace() for mark in once)


@given(st.text())
def test_a_cleaned_note_can_be_stored_and_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_note(text)
    assert clean_note(once) == once
    once.encode("utf-8")
    assert all(mark == "\n" or mark.isprintable() or not mark.isascii() for mark in once)


def test_a_note_keeps_its_lines_and_its_full_width_marks() -> None:
    assert clean_note("低保金已到账。\r\n\x07下周再去１次 \n") == "低保金已到账。\n下周再去１次"
    assert clean_line("上坪村 \n 三组") == "上坪村 三组"


@pytest.mark.parametrize(("text", "name"), [(" 王 强 ", "王强"), ("王\u3000强", "王强"), ("John  Smith", "John Smith"), ("阿依·古丽", "阿依·古丽"), ("陈强㛃", "陈强㛃"), ("𠅤石", "𠅤石")])
def test_names_lose_blanks_between_characters_and_nothing_else(text: str, name: str) -> None:
    assert clean_name(text) == name


def test_masks() -> None:
    assert mask_phone("10000003267") == "100****3267"
    assert mask_phone("83201") == "***01"
    assert mask_phone("") == ""
    assert mask_name("王秀英") == "王**"


def test_full_width_menu_digits_fold_and_chinese_does_not() -> None:
    assert width_fold("４，王") == "4,王"
