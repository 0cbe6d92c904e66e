"""What the journal knows of a family reaches the question, and nothing else does; the parts of policy-source §0 one by one."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from casework_kit import Family, family

from xieli_tui.casework import fact_places, fact_words, facts, reads
from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship
from xieli_tui.casework.households import set_household, set_person
from xieli_tui.casework.inform import Inform, inform
from xieli_tui.casework.keep_facts import KeepHousehold, KeepPerson, keep_household, keep_person
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.casework.statements import Obligor, State, state
from xieli_tui.errors import NotFound, Refused
from xieli_tui.policy import ask


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


def question(session: Session, household: str, op: str = "screen", asof: dt.date | None = None) -> dict[str, Any]:
    with session.reading() as tx:
        return facts.question(tx, reads.household(tx, household), op, asof or session.today)


def given(session: Session, household: str) -> dict[str, Any]:
    found: dict[str, Any] = question(session, household)["given"]
    return found


def person(session: Session, household: str, who: str) -> dict[str, Any]:
    return next(one for one in given(session, household)["persons"] if one["id"] == who)


@pytest.mark.parametrize(
    ("field", "typed", "name", "value"),
    [
        ("labour", "有劳动能力", "labour_able", True), ("labour", "无", "labour_able", False), ("work", "在校生", "employed", False), ("work", "务农", "employed", True),
        ("work", "登记失业", "registered_unemployed", True), ("wage_month", "1,200.5", "wage_month", "1200.50"), ("disability_level", "2", "severe_disabled", True),
        ("disability_level", "3", "severe_disabled", False), ("disability_kind", "没有残疾", "disability_cert", False), ("disability_kind", "没有残疾", "severe_disabled", False),
        ("disability_cert", "43000000000000000011", "disability_cert", True), ("has_disability_cert", "否", "disability_cert", False),
        ("wants_training", "是", "wants_training", True), ("has_hukou", "否", "has_hukou", False), ("parent_in_prison", "是", "parent_in_prison", True),
        ("returned_oc", "是", "returned_oc", True), ("insure_tier", "居民医保二档", "insure_tier", "tier2"), ("guardian", "李大山", "guardian", True),
        ("has_guardian", "否", "guardian", False), ("special", "困难老年人", "single_kind", "elder_hard"), ("special", "孤儿", "orphan", True),
        ("special", "都不是", "single_kind", "none"), ("basic_life_hardship", "是", "basic_life_hardship", True), ("student_loan", "是", "student_loan", True),
        ("ability_to_pay", "否", "ability_to_pay", False), ("cares_for", "none", "cares_for", "none"), ("cared_kind", "失能老人", "cared_kind", "elder"),
        ("student_stage", "高中", "student_stage", "senior"), ("away_hardship", "是", "away_hardship", True), ("apparent_disability", "是", "apparent_disability", True),
    ],
)  # fmt: skip
def test_a_fact_of_a_person_reaches_the_question_under_its_canonical_name(village_session: Session, home: Family, field: str, typed: str, name: str, value: Any) -> None:
    assert name not in person(village_session, home.id, home.son)
    set_person(village_session, home.son, {field: typed})
    assert person(village_session, home.id, home.son)[name] == value


def test_a_partly_lost_ability_says_neither_yes_nor_no_of_the_ability_to_work(village_session: Session, home: Family) -> None:
    set_person(village_session, home.son, {"labour": "part"})
    assert "labour_able" not in person(village_session, home.id, home.son)


def test_somebody_of_another_family_cannot_be_the_one_cared_for(village_session: Session, home: Family) -> None:
    other = family(village_session, "何秀珍")
    with pytest.raises(NotFound) as caught:
        set_person(village_session, home.son, {"cares_for": other.son})
    assert caught.value.code == "XL-V41"
    set_person(village_session, home.son, {"cares_for": home.head})
    assert person(village_session, home.id, home.son)["cares_for"] == home.head


@pytest.mark.parametrize(
    ("field", "typed", "name", "value"),
    [
        ("area", "农村", "area", "rural"), ("from_agri", "是", "from_agri", True), ("housing_difficulty", "是", "housing_difficulty", True),
        ("illness_poverty", "否", "illness_poverty", False), ("exit_consent", "是", "exit_consent", True), ("permit_region", "999999", "residence_permit_region", "999999"),
        ("house_safety", "有隐患", "house_safety", "risk"), ("goods_hard_to_get", "是", "goods_hard_to_get", True), ("income_stability", "不固定", "income_stability", "unstable"),
        ("grid", "第三网格", "grid_id", "第三网格"),
    ],
)  # fmt: skip
def test_a_fact_of_a_household_reaches_the_question(village_session: Session, home: Family, field: str, typed: str, name: str, value: Any) -> None:
    assert name not in given(village_session, home.id)["hh"]
    set_household(village_session, home.id, {field: typed})
    assert given(village_session, home.id)["hh"][name] == value


def test_a_place_written_in_words_stays_at_home_and_breaks_no_question(village_session: Session, home: Family) -> None:
    set_household(village_session, home.id, {"hukou_region": "外省某县", "live_region": "999999001"})
    asked = question(village_session, home.id)
    assert "hukou_region" not in asked["given"]["hh"]
    assert asked["given"]["hh"]["live_region"] == "999999001"
    assert ask(asked)["answers"]


def test_a_label_is_there_or_not_or_not_known_and_never_turned_round(village_session: Session, home: Family) -> None:
    set_household(village_session, home.id, {"labels": ["相对贫困对象"]})
    keep_household(village_session, KeepHousehold(home.id, labels={"low_income": True, "filed_poor": False}))
    hh = given(village_session, home.id)["hh"]
    assert (hh["low_income"], hh["filed_poor"]) == (True, False)
    assert "exp_poor" not in hh
    keep_household(village_session, KeepHousehold(home.id, labels={"low_income": False}))
    assert given(village_session, home.id)["hh"]["low_income"] is False
    with village_session.reading() as tx:
        assert "relative_poor" in reads.household(tx, home.id).fields["labels"]


def test_a_label_in_both_lists_is_not_known(village_session: Session, home: Family) -> None:
    set_household(village_session, home.id, {"labels": ["低收入家庭"], "labels_no": ["低收入家庭"]})
    assert "low_income" not in given(village_session, home.id)["hh"]


def test_the_day_of_the_village_starts_the_clock_until_a_desk_says_otherwise(village_session: Session, home: Family) -> None:
    """Design 03: clocks run on the ruling, else on the claim."""
    set_household(village_session, home.id, {"category_since": "2025-06-30"})
    assert given(village_session, home.id)["hh"]["grant_date"] == "2025-06-30"


def test_what_a_visit_saw_of_the_house_stands_above_an_older_claim(village_session: Session, home: Family) -> None:
    set_household(village_session, home.id, {"house_safety": "safe"})
    record_visit(village_session, RecordVisit(home.id, "self", on="2026-12-01", house_safety="risk"))
    record_visit(village_session, RecordVisit(home.id, "self", on="2026-12-10", house_safety="unseen"))
    assert given(village_session, home.id)["hh"]["house_safety"] == "risk"


def test_an_emergency_finding_is_an_event_and_says_that_life_is_hard(village_session: Session, home: Family) -> None:
    flag_hardship(village_session, FlagHardship(("accident", "illness"), household=home.id, persons=(home.son,), urgency="emergency", on="2026-12-20"))
    found = given(village_session, home.id)
    assert found["event"] == {"date": "2026-12-20", "kind": "accident", "traits": ["urgent", "sudden"]}
    assert person(village_session, home.id, home.son)["basic_life_hardship"] is True
    assert "basic_life_hardship" not in person(village_session, home.id, home.child)
    set_person(village_session, home.son, {"basic_life_hardship": "否"})
    assert person(village_session, home.id, home.son)["basic_life_hardship"] is False


def test_an_ordinary_finding_is_a_cause_and_no_event(village_session: Session, home: Family) -> None:
    flag_hardship(village_session, FlagHardship(("illness",), household=home.id))
    found = given(village_session, home.id)
    assert "event" not in found
    assert found["hh"]["causes"] == ["illness"]
    assert found["hh"]["rigid_causes"] == ["illness"]


def test_an_answer_about_an_event_counts_for_events_before_it_only(village_session: Session, home: Family) -> None:
    state(village_session, State(home.id, on="2026-12-10", answers={"other_aid_covers": False}))
    flag_hardship(village_session, FlagHardship(("illness",), household=home.id, urgency="emergency", on="2026-12-20"))
    assert "other_aid_covers" not in given(village_session, home.id)["event"]
    state(village_session, State(home.id, on="2026-12-21", answers={"other_aid_covers": False, "major": True}))
    event = given(village_session, home.id)["event"]
    assert (event["other_aid_covers"], event["major"]) == (False, True)


def test_once_told_of_a_kind_the_pack_stops_asking_to_tell(village_session: Session, home: Family) -> None:
    """CQ-12: 告知 is owed until it is recorded, an unwilling family is asked no more."""
    set_household(village_session, home.id, {"category": "none", "assets_ok": "是"})
    state(village_session, State(home.id, income_month="600"))

    def owed() -> set[str]:
        asked = question(village_session, home.id, "due")
        asked |= {"region": "500112", "local": {"dibao_std_month": "735.00"}}
        asked["given"]["hh"]["region"] = "500112"
        return {one["task"] for one in ask(asked)["answers"] if one.get("rule") == "CQ-12" and one.get("kind") == "dibao"}

    assert owed() == {"inform", "start_application"}
    inform(village_session, Inform(home.id, "dibao", "willing"))
    assert owed() == {"start_application"}
    inform(village_session, Inform(home.id, "dibao", "unwilling", "孩子不让"))
    assert owed() == set()


def test_obligors_reach_the_question_without_their_names(village_session: Session, home: Family) -> None:
    keep_person(village_session, KeepPerson(home.head, obligors=[Obligor(home.head, "李建军", "子", True, None, False)]))
    assert person(village_session, home.id, home.head)["obligors"] == [{"low_income": True, "can_fully_support": False}]
    assert "obligors" not in person(village_session, home.id, home.son)
    assert "李建军" not in json.dumps(question(village_session, home.id), ensure_ascii=False)
    keep_person(village_session, KeepPerson(home.head, obligors=[Obligor(home.head, none=True)]))
    assert person(village_session, home.id, home.head)["obligors"] == []


def test_single_person_of_a_poor_family_is_told_from_what_was_entered(village_session: Session, home: Family) -> None:
    """GX-04 end to end: every leg has a place at the village."""
    keep_household(village_session, KeepHousehold(home.id, {"category": "none"}, {"low_income": True}))
    keep_person(village_session, KeepPerson(home.head, {"special": ["elder_hard"], "basic_life_hardship": "是"}, [Obligor(home.head, "李建军", "20", True, False, False)]))
    asked = question(village_session, home.id) | {"region": "511526"}
    asked["given"]["hh"]["region"] = "511526"
    found = next(one for one in ask(asked)["answers"] if one.get("kind") == "dibao_single" and one.get("person") == home.head)
    assert found["verdict"] == "discretion"


def test_what_was_recorded_after_a_day_is_not_known_on_it(village_session: Session, home: Family) -> None:
    """X-06: looked at again as of an earlier day."""
    record_visit(village_session, RecordVisit(home.id, "self", on="2026-11-01"))
    record_visit(village_session, RecordVisit(home.id, "self", on="2026-12-20"))
    state(village_session, State(home.id, on="2026-12-20", income_month="900"))
    then = question(village_session, home.id, asof=dt.date(2026, 11, 30))["given"]
    assert [one["date"] for one in then["visits"]] == ["2026-11-01"]
    assert "income_month" not in then["hh"]


def test_a_wrong_label_is_refused_and_writes_nothing(village_session: Session, home: Family) -> None:
    with pytest.raises(Refused) as caught:
        keep_household(village_session, KeepHousehold(home.id, {"area": "农村"}, {"rich": True}))
    assert caught.value.code == "XL-V08"
    assert "area" not in given(village_session, home.id)["hh"]


def test_nothing_changed_writes_nothing(village_session: Session, home: Family) -> None:
    assert keep_person(village_session, KeepPerson(home.son, {"birth": "1978-05-01"})).state == "unchanged"
    assert keep_household(village_session, KeepHousehold(home.id, {"group": "2组"})).state == "unchanged"


def test_a_place_and_a_word_stand_for_the_fact_they_name() -> None:
    assert fact_places.place("hh.income_month") == fact_places.PLACES["hh.income_month"]
    assert fact_places.place("p.obligors.low_income").form == "person"
    assert fact_places.place("local.dibao_std_month").form == "county"
    assert "县民政局" in fact_places.place("local.kind_rules.edu").says
    assert fact_places.place("hh.never_heard_of").form == "later"
    assert fact_words.word("hh.never_heard_of") == "never_heard_of"


def test_work_found_and_a_better_life_say_why_the_income_rose(village_session: Session, home: Family) -> None:
    """GX-01: 因就业创业好转, from the change reported; the family's own word about its income stands above it."""
    from xieli_tui.casework.changes import ReportChange, report_change

    assert "income_rise_cause" not in given(village_session, home.id)["hh"]
    report_change(village_session, ReportChange(home.id, "job", on="2026-12-01", effect="worse"))
    assert "income_rise_cause" not in given(village_session, home.id)["hh"]
    report_change(village_session, ReportChange(home.id, "job", on="2026-12-10", effect="better"))
    assert given(village_session, home.id)["hh"]["income_rise_cause"] == "employment"
    state(village_session, State(home.id, income_month="3000", rise_cause="measures"))
    assert given(village_session, home.id)["hh"]["income_rise_cause"] == "measures"
