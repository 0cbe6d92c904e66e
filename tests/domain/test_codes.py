"""Vocabularies: complete, consistent, in the words of design 01, and light to import."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from xieli_tui.domain import codes

VILLAGE_MAY_NOT = ("受理", "初审", "审核", "审批", "确认")


@pytest.mark.parametrize("vocab", sorted(codes.VOCABULARIES))
def test_every_vocabulary_has_unique_ids_and_unique_labels(vocab: str) -> None:
    entries = codes.choices(vocab)
    assert entries
    assert len({ident for ident, _ in entries}) == len(entries)
    assert len({word for _, word in entries}) == len(entries)
    assert all(re.fullmatch(r"[a-zA-Z0-9_.]{1,40}", ident) and word.strip() for ident, word in entries)


@pytest.mark.parametrize("vocab", sorted(codes.VOCABULARIES))
def test_every_id_and_every_label_finds_its_id_again(vocab: str) -> None:
    for ident, word in codes.choices(vocab):
        assert codes.find(vocab, ident) == ident
        assert codes.find(vocab, word) == ident
        assert codes.label(vocab, ident) == word


def test_an_id_of_a_newer_version_is_shown_as_itself_and_an_unknown_word_is_not_guessed() -> None:
    assert codes.label("category", "something_new") == "something_new"
    assert codes.find("category", "不知道是什么") is None
    assert codes.find("category", "") is None
    with pytest.raises(KeyError):
        codes.label("no_such_vocabulary", "x")


def test_all_seventy_one_kinds_of_the_documents_are_there_with_their_group() -> None:
    assert len(codes.KINDS) == 71
    assert {kind.group for kind in codes.KINDS} == set("ABCDEF")
    assert codes.kind_group("temp_emergency") == "C"
    assert codes.kind_group("nothing") == ""
    assert codes.label("kind", "temp_emergency") == "急难型临时救助"
    assert codes.kind_name("tekun") == "特困人员救助供养(集中/分散)"
    assert codes.label("kind", "monitoring") == "纳入监测"


def test_thirty_department_functions_are_there() -> None:
    assert len(codes.DEPARTMENTS) == 30
    assert codes.find("department", "医保") == "med_insurance"


def test_the_kinship_table_is_gb_4761_complete() -> None:
    expected = {1, 2, *range(10, 13), *range(20, 98), 99}
    assert {int(relation.id) for relation in codes.RELATIONS} == expected


@pytest.mark.parametrize(
    ("word", "code", "sex"),
    [
        ("户主", "02", ""), ("本人", "01", ""), ("配偶", "10", ""), ("妻子", "12", "female"), ("长子", "22", "male"), ("次子", "23", "male"), ("女儿", "30", "female"),
        ("孙子", "41", "male"), ("孙女", "42", "female"), ("母亲", "52", "female"), ("父亲", "51", "male"), ("儿媳", "38", "female"), ("女婿", "28", "male"),
        ("儿媳妇", "38", "female"), ("奶奶", "62", "female"), ("外孙", "43", "male"), ("弟弟", "73", "male"), ("非亲属", "99", ""), (" 长 子 ", "22", "male"),
    ],
)
def test_words_offices_write_for_a_relation_find_their_code_and_the_sex_they_imply(word: str, code: str, sex: str) -> None:
    assert codes.find("relation", word) == code
    assert codes.relation_sex(code) == sex


@pytest.mark.parametrize(
    ("word", "ident"),
    [
        ("低保", "dibao"), ("特困", "tekun"), ("低保边缘", "edge"), ("刚性支出困难", "rigid"), ("防返贫监测", "relapse_monitor"), ("其他困难", "other_hard"),
        ("最低生活保障对象", "dibao"), ("低保户", "dibao"), ("特困供养人员", "tekun"), ("防止返贫监测对象", "relapse_monitor"), ("无", "none"),
    ],
)
def test_words_offices_write_for_a_category_find_it(word: str, ident: str) -> None:
    assert codes.find("category", word) == ident


@pytest.mark.parametrize(
    ("text", "kind", "level"),
    [
        ("肢体三级", "limb", 3), ("智力残疾Ⅱ级", "intellect", 2), ("视力（1级）", "sight", 1), ("精神残疾四级", "mental", 4), ("听力2级", "hearing", 2),
        ("言语", "speech", None), ("视力、听力 一级", "multiple", 1), ("多重残疾 壹级", "multiple", 1), ("二级", None, 2), ("无", None, None), ("", None, None),
    ],
)
def test_disability_texts_are_read_into_kind_and_level(text: str, kind: str | None, level: int | None) -> None:
    assert codes.parse_disability(text) == (kind, level)


def test_village_states_use_none_of_the_laws_verbs_and_banned_words_appear_nowhere() -> None:
    states = dict(codes.APPLICATION_STATES)
    assert (states["draft"], states["entrusted"], states["handed_over"]) == ("协助填写", "已受委托", "已转交")
    for ident in ("draft", "entrusted", "handed_over", "withdrawn"):
        assert not any(word in states[ident] for word in VILLAGE_MAY_NOT)
    assert states["accepted"] == "镇已受理"
    assert states["reviewed"] == "镇已初审"
    assert states["decided_granted"] == "已审核确认"
    assert states["decided_rejected"] == "不予确认"
    everything = " ".join(word for vocab in codes.VOCABULARIES.values() for _, word in vocab)
    for banned in ("贫困户", "五保", "精神病", "销户", "驳回", "风险等级", "评分", "逾期未完成"):
        assert banned not in everything
    assert codes.label("disability_kind", "mental") == "精神残疾"
    assert codes.label("change", "death") == "去世"


def test_importing_the_codes_loads_nothing_heavy() -> None:
    probe = "import sys, xieli_tui.domain.codes; print([m for m in ('pydantic', 'sqlalchemy', 'sqlmodel', 'textual', 'rich', 'typer') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
