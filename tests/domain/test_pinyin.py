"""Pinyin initials: every reading finds the person."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xieli_tui.domain import pinyin
from xieli_tui.domain.pinyin import MAX_READINGS, initials, matches

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=4)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("wxy", "王秀英"), ("sgf", "单桂芳"), ("dgf", "单桂芳"), ("xdh", "解大海"), ("zxm", "曾小明"), ("qhf", "仇火发"), ("zl", "查良"), ("oys", "区玉生"), ("pys", "朴永顺"),
        ("zzj", "翟志军"), ("mhl", "缪红莲"), ("yj", "乐嘉"), ("lj", "乐嘉"), ("qw", "覃伟"), ("tw", "覃伟"), ("gl", "盖丽"), ("oyx", "欧阳秀"), ("ycg", "尉迟恭"),
        ("mqw", "万俟文"), ("zsw", "长孙文"), ("lhc", "令狐冲"), ("WXY", "王秀英"), ("ｗｘｙ", "王秀英"), ("王xy", "王秀英"), ("秀英", "王秀英"), ("xy", "王秀英"), ("cqj", "陈强㛃"),
        ("aygl", "阿依·古丽"),
    ],
)
def test_a_name_is_found_by_the_letters_one_would_type(query: str, name: str) -> None:
    assert matches(query, name)


@pytest.mark.parametrize(("query", "name"), [("wy", "王秀英"), ("wxyz", "王秀英"), ("", "王秀英"), ("wxy", ""), ("李", "王秀英"), ("yex", "王秀英"), ("yw", "王秀英")])
def test_a_name_is_not_found_by_letters_out_of_order(query: str, name: str) -> None:
    assert not matches(query, name)


def test_the_surname_reading_comes_first() -> None:
    assert initials("单桂芳")[0] == "sgf"
    assert initials("欧阳修") == ("oyx",)
    assert initials("尉迟恭")[0] == "ycg"
    assert initials("") == ()


@given(HAN)
def test_every_spelling_given_finds_the_name(name: str) -> None:
    found = initials(name)
    assert 1 <= len(found) <= MAX_READINGS
    assert len(set(found)) == len(found)
    assert all(len(one) == len(name) for one in found)
    assert all(matches(one, name) for one in found)


def test_the_table_covers_the_basic_block_and_stays_small() -> None:
    unknown = [chr(point) for point in range(0x4E00, 0x9FA6) if not initials(chr(point))[0].isascii()]
    assert len(unknown) < 40, "".join(unknown)
    source = Path(pinyin.__file__).with_name("pinyin_table.py")
    assert source.stat().st_size < 150_000


def test_surname_tables_hold_letters_only_and_one_per_character() -> None:
    assert len(pinyin.SURNAME) >= 60
    assert all(len(word) == 2 and len(letters) == 2 and letters.isascii() for word, letters in pinyin.SURNAMES.items())
    assert all(len(word) == 1 and letters.isascii() and letters.islower() for word, letters in pinyin.SURNAME.items())


def test_the_table_is_loaded_on_first_use_only() -> None:
    probe = "import sys, xieli_tui.domain.pinyin as p; a='xieli_tui.domain.pinyin_table' in sys.modules; p.matches('w','王'); print(a, 'xieli_tui.domain.pinyin_table' in sys.modules, 'pypinyin' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "True", "False"]
