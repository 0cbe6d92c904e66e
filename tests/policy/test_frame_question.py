"""Bad questions: each refused with its code and the path of the field, without repeating a value."""

from __future__ import annotations

from typing import Any

import pytest

from xieli_tui.errors import Refused
from xieli_tui.policy import ask, ask_text
from xieli_tui.policy.question import parse_question

GOOD: dict[str, Any] = {"op": "screen", "region": "500112", "asof": "2026-11-21"}


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"op": "guess"}, "XL-Q02", "op"), ({"op": None}, "XL-Q02", "op"), ({"asof": "2026-02-30"}, "XL-Q04", "asof"), ({"asof": "21.11.2026"}, "XL-Q04", "asof"),
        ({"asof": None}, "XL-Q04", "asof"), ({"region": "50011"}, "XL-Q07", "region"), ({"region": "990101"}, "XL-Q07", "region"), ({"region": 500112}, "XL-Q07", "region"),
        ({"region": None}, "XL-Q07", "region"), ({"given": {"hh": {"region": "00"}}}, "XL-Q07", "given.hh.region"),
        ({"op": "check"}, "XL-Q03", "actions"), ({"op": "check", "actions": [{"action": "village.approve"}]}, "XL-Q03", "actions[0].action"),
        ({"op": "check", "actions": [{"action": "pay_first", "args": {"amount": 100}}]}, "XL-Q05", "actions[0].args.amount"),
        ({"local": {"dibao_std_month": 735.0}}, "XL-Q05", "local.dibao_std_month"), ({"local": {"dibao_std_month": 735}}, "XL-Q05", "local.dibao_std_month"),
        ({"local": {"rigid_ratio": 0.6}}, "XL-Q05", "local.rigid_ratio"), ({"local": {"own_thing": {"x": [1.5]}}}, "XL-Q05", "local.own_thing.x[0]"),
        ({"given": {"hh": {"income_month": "1,000.00"}}}, "XL-Q05", "given.hh.income_month"), ({"given": {"hh": {"income_month": "1e3"}}}, "XL-Q05", "given.hh.income_month"),
        ({"given": {"hh": {"income_month": "-1.00"}}}, "XL-Q06", "given.hh.income_month"), ({"given": {"hh": {"size": 0}}}, "XL-Q06", "given.hh.size"),
        ({"given": {"hh": {"size": 2.0}}}, "XL-Q06", "given.hh.size"), ({"given": {"hh": {"size": True}}}, "XL-Q06", "given.hh.size"),
        ({"given": {"hh": {"assets_ok": "maybe"}}}, "XL-Q06", "given.hh.assets_ok"), ({"given": {"hh": {"category": "rich"}}}, "XL-Q06", "given.hh.category"),
        ({"given": {"hh": {"status": "dibao", "category": "tekun"}}}, "XL-Q06", "given.hh.category"),
        ({"given": {"persons": [{"id": "a"}, {"status": "tekun", "category": "dibao"}]}}, "XL-Q06", "given.persons[1].category"),
        ({"given": {"persons": [{"birth_date": "2026-11-22"}]}}, "XL-Q06", "given.persons[0].birth_date"),
        ({"given": {"persons": [{"birth_date": "2026-13-01"}]}}, "XL-Q04", "given.persons[0].birth_date"),
        ({"given": {"persons": [{"id": "a"}, {"id": "a"}]}}, "XL-Q06", "given.persons[1].id"), ({"given": {"persons": {}}}, "XL-Q06", "given.persons"),
        ({"given": {"visits": ["2026-01-01"]}}, "XL-Q06", "given.visits[0]"), ({"given": {"visits": [{"date": "2026-1-1"}]}}, "XL-Q04", "given.visits[0].date"),
        ({"given": []}, "XL-Q06", "given"), ({"local": []}, "XL-Q06", "local"),
        ({"given": {"persons": [{"obligors": [{"low_income": "perhaps"}]}]}}, "XL-Q06", "given.persons[0].obligors[0].low_income"),
    ],
)
def test_a_bad_question_is_refused_with_its_code_and_field(change: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refused) as caught:
        ask({**GOOD, **change})
    assert (caught.value.code, caught.value.field, caught.value.exit_code) == (code, field, 4)


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"op": "screen", "op": "due"}', '{"op": NaN}', "[" * 100_000, b"\xff\xfe"])
def test_what_is_no_json_object_is_q01(text: str | bytes) -> None:
    with pytest.raises(Refused) as caught:
        ask_text(text)
    assert caught.value.code == "XL-Q01"


def test_an_error_repeats_no_value_of_the_question() -> None:
    with pytest.raises(Refused) as caught:
        ask({**GOOD, "given": {"persons": [{"name": "甲乙丙", "birth_date": "2099-01-01"}]}})
    assert "2099" not in str(caught.value.as_json())


def test_yes_no_and_chinese_categories_are_understood_and_unknown_is_dropped() -> None:
    question = parse_question({**GOOD, "given": {"hh": {"assets_ok": "yes", "low_income": "unknown", "category": "低保边缘"}, "persons": [{"employed": "no"}]}})
    assert question.given["hh"] == {"assets_ok": True, "category": "edge", "region": "500112"}
    assert question.given["persons"] == [{"employed": False, "id": "p1"}]


def test_days_of_the_county_may_be_a_number_or_a_number_with_a_unit() -> None:
    question = parse_question({**GOOD, "local": {"alert_days": 5, "referral_days": {"hrss": {"days": 3, "unit": "working"}}, "supplement_days": {"days": 10}}})
    assert question.local["alert_days"] == {"*": {"days": 5, "unit": "days"}}
    assert question.local["referral_days"] == {"hrss": {"days": 3, "unit": "working"}}
    assert question.local["supplement_days"] == {"days": 10, "unit": "days"}


def test_a_field_nobody_listed_is_kept_for_a_countys_own_rule() -> None:
    assert parse_question({**GOOD, "given": {"hh": {"own_field": "x"}}}).given["hh"]["own_field"] == "x"
