"""The invented village: nothing in it is real, and everything the demo promises is in it."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from xieli_sample import source, workbook
from xieli_sample.builder import on_the_list

SOURCE = source.load()
FAMILIES = SOURCE.village.families
PEOPLE = [p for f in FAMILIES for p in f.people]
EVERYBODY = PEOPLE + [p for f in SOURCE.neighbour.families for p in f.people]
DEMO = dt.date(2026, 12, 28)


def test_sixty_households_and_about_a_hundred_and_fifty_people() -> None:
    assert len(FAMILIES) == 60
    assert [f.no for f in FAMILIES] == list(range(1, 61))
    assert 140 <= len(PEOPLE) <= 160


def test_no_code_of_a_real_region_is_in_the_source() -> None:
    text = Path(source.__file__).with_name("shiqiao.toml").read_text("utf-8")
    for number in re.findall(r"\d{6,}", text):
        assert number.startswith(("999999", "1000000")) or number == "999999", number
    assert {p.true_id[:6] for p in EVERYBODY} == {"999999"}
    assert "测试" in SOURCE.county_name
    assert all("测试" in v.name for v in (SOURCE.village, SOURCE.neighbour))


def test_no_phone_number_can_be_reached() -> None:
    phones = [p.phone for p in EVERYBODY if p.phone]
    assert phones
    assert all(re.fullmatch(r"1000000\d{4}", phone) for phone in phones)
    assert len(phones) == len(set(phones))


def test_every_identity_number_is_valid_and_says_birth_and_sex() -> None:
    for soul in EVERYBODY:
        total = sum(int(d) * w for d, w in zip(soul.true_id[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True))
        assert soul.true_id[17] == "10X98765432"[total % 11]
        assert soul.true_id[6:14] == f"{soul.birth:%Y%m%d}"
        assert (int(soul.true_id[16]) % 2 == 1) == soul.male
    assert len({p.true_id for p in PEOPLE}) == len(PEOPLE)


def test_every_category_of_the_documents_is_there() -> None:
    assert {f.category for f in FAMILIES} == {"低保", "特困", "低保边缘", "刚性支出困难", "防止返贫监测", "其他困难", ""}


def test_two_pairs_of_heads_share_a_name() -> None:
    twice = [name for name, n in Counter(f.head.name for f in FAMILIES).items() if n == 2]
    assert sorted(twice) == ["王秀英", "石建国"]


def test_rare_characters_are_there_one_of_them_outside_the_basic_plane() -> None:
    names = "".join(p.name for p in PEOPLE)
    assert {"㛃", "𠮷", "䶮", "堃", "喆"} <= set(names)
    assert any(ord(char) > 0xFFFF for char in names)


def test_damaged_identity_numbers_of_every_sort() -> None:
    assert Counter(p.trouble for p in PEOPLE if p.trouble) == {"blank": 1, "float": 1, "bad": 1, "old15": 1}
    (bad,) = (p for p in PEOPLE if p.trouble == "bad")
    assert bad.on_paper != bad.true_id
    assert len(bad.on_paper) == 18
    (old,) = (p for p in PEOPLE if p.trouble == "old15")
    assert len(old.on_paper) == 15


def _age(birth: dt.date, day: dt.date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@pytest.mark.parametrize("age", [18, 60])
def test_somebody_reaches_the_age_within_the_demo_month(age: int) -> None:
    inside = [p for p in PEOPLE if _age(p.birth, dt.date(2026, 11, 30)) == age - 1 and _age(p.birth, dt.date(2026, 12, 31)) == age]
    assert len(inside) == 1
    if age == 18:
        (family,) = (f for f in FAMILIES if inside[0] in f.people)
        assert family.category == "特困"
        assert inside[0].guardian


def test_one_person_stands_in_two_villages() -> None:
    shared = {p.true_id for p in PEOPLE} & {p.true_id for f in SOURCE.neighbour.families for p in f.people}
    assert len(shared) == 1


def test_homes_of_the_old_alone_of_grandparents_with_a_child_and_of_absent_adults() -> None:
    alone = [f for f in FAMILIES if len(f.people) == 1 and _age(f.head.birth, DEMO) >= 75]
    skipped = [f for f in FAMILIES if any(p.relation in ("孙子", "孙女", "外孙") for p in f.people) and not any(18 <= _age(p.birth, DEMO) < 55 for p in f.people)]
    away = [p for p in PEOPLE if p.away and _age(p.birth, DEMO) >= 18]
    assert len(alone) >= 4
    assert len(skipped) >= 3
    assert len(away) >= 4


def test_wives_married_in_with_other_surnames() -> None:
    wives = [(f.head.name, p.name) for f in FAMILIES for p in f.people if p.relation == "配偶" and not p.male]
    assert sum(1 for head, wife in wives if head[0] != wife[0]) > 0.9 * len(wives)


def test_the_sheet_of_a_day_knows_nobody_born_later_and_no_category_given_later() -> None:
    early = on_the_list(FAMILIES, dt.date(2025, 12, 3))
    assert sum(len(f.people) for f in early) == len(PEOPLE) - 1
    assert early[7].category == ""
    assert FAMILIES[7].category == "其他困难"
    late = on_the_list(FAMILIES, DEMO, dead_too=False)
    assert sum(len(f.people) for f in late) == len(PEOPLE) - 1


def test_the_workbook_is_odd_in_the_ways_of_life(tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    path = workbook.write_roster(tmp_path / "台账.xlsx", SOURCE.village, FAMILIES, "2026年12月")
    book = CalamineWorkbook.from_path(str(path))
    rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    header = next(n for n, row in enumerate(rows) if "姓名" in row)
    column = rows[header].index("公民身份号码")
    assert header == 2
    assert len(book.sheet_names) == 2
    ids = [row[column] for row in rows[header + 1 : header + 1 + len(PEOPLE)]]
    assert sum(1 for x in ids if isinstance(x, float)) == 1
    assert sum(1 for x in ids if x == "") == 1
    groups = {row[2] for row in rows[header + 1 : header + 1 + len(PEOPLE)]}
    assert "三组" in groups
    assert "3组" in groups
    assert rows[-1][0].startswith("填表人")
