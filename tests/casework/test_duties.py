"""Duties of a village: asked of every active pack, told once, kept by family and never believed without the journal; ends and birthdays."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from casework_kit import Family, family
from county_kit import County

from basekit import VILLAGE
from xieli_sync import delivery
from xieli_tui.casework import corrections, duties, exchange, expiries, fact_rows, facts, packs
from xieli_tui.casework import today as page
from xieli_tui.casework.changes import ReportChange, report_change
from xieli_tui.casework.duty import merged
from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship
from xieli_tui.casework.households import set_household, set_person
from xieli_tui.casework.inform import Inform, inform
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.referrals import SendReferral, send_referral
from xieli_tui.casework.session import Session
from xieli_tui.casework.start_application import StartApplication, start_application
from xieli_tui.casework.views import Today
from xieli_tui.domain.clock import FixedClock
from xieli_tui.domain.events.household import MembershipStarted, PersonClaimed
from xieli_tui.policy import loader
from xieli_tui.store import duty_cache, journal, queries

COUNTY_PACK = """
id = "T"
pack_id = "test-999999"
title = "测试县实施细则（虚构）"
doc_no = "测试〔2026〕1号"
issuers = ["测试县"]
level = "county"
region_code = "999999"
effective_from = "2026-01-01"
source = "invented"
currency = "unverified"
adopt_label = "演示采用"

[[adopt]]
rule = ["GX-10"]
from = "001"
cite = "第五条"

[[adopt]]
rule = ["JX-04", "JX-08", "JX-09", "JX-10", "JX-12", "JX-21"]
from = "000"
cite = "第四条"

[[adopt]]
rule = ["CQ-17", "CQ-32", "CQ-38", "CQ-12", "CQ-08", "CQ-06"]
from = "003"
cite = "第七条"

[[adopt]]
rule = ["JM-11", "JM-13", "JM-20"]
from = "002"
cite = "第八条"
"""


@pytest.fixture
def adopted(monkeypatch: pytest.MonkeyPatch) -> loader.PackSet:
    """An invented county pack in force in 999999 that adopts duties of four documents."""
    held = loader.gather([("t.toml", COUNTY_PACK.encode())], loader.shipped())
    assert not held.damaged, held.problems
    monkeypatch.setattr(packs, "of", lambda tx: held)
    return held


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


def fresh(session: Session) -> dict[str, tuple[Any, ...]]:
    """What the packs ask for, asked anew of everybody, one household after the other."""
    with session.reading() as tx:
        found = {one.id: tuple(duties.of_household(tx, one, session.today)) for one in queries.households(tx) if one.known}
    return {household: owed for household, owed in found.items() if owed}


def held(session: Session) -> dict[str, tuple[Any, ...]]:
    """The same as 今日 has it, kept where nothing changed."""
    with session.reading() as tx:
        found = dict(duties.of_all(session, tx))
    duties.settle(session)
    return found


def named(seen: Today) -> set[str]:
    """Tasks that 今日 names, in lines of their own or in lines of many."""
    return {one.task for one in seen.tasks} | {one.task for one in seen.bulk}


def owed(session: Session, household: str) -> dict[str, Any]:
    with session.reading() as tx:
        one = queries.household(tx, household)
        assert one is not None
        return {duty.task: duty for duty in duties.of_household(tx, one, session.today)}


# -- told once --------------------------------------------------------------------------------------


def test_the_same_duty_of_two_packs_is_one_with_both_clauses_and_the_stricter_state() -> None:
    one = {"task": "referral_followup", "referral": "r1", "cite": "004:二(二)", "rule": "CN-07", "state": "needs_info", "due": None, "why": "转介后要按办理时限跟踪", "missing": ["local.referral_days"]}
    other = {"task": "referral_followup", "referral": "r1", "cite": "T:第七条; 003:(四)", "rule": "CQ-38", "state": "overdue", "due": "2026-12-01", "why": "已转介，还没有反馈"}
    third = {**other, "referral": "r2", "state": "pending", "due": "2026-12-30"}
    found = merged("h1", [one, third, other])
    assert [(duty.about, duty.state, duty.due, duty.cite, duty.rules) for duty in found] == [
        ("r1", "overdue", "2026-12-01", "T:第七条; 003:(四); 004:二(二)", ("CQ-38", "CN-07")), ("r2", "pending", "2026-12-30", "T:第七条; 003:(四)", ("CQ-38",)),
    ]
    assert found[0].missing == ("local.referral_days",)


def test_an_adopted_visit_of_the_quarter_is_owed_until_somebody_is_met(village_session: Session, home: Family, adopted: loader.PackSet) -> None:
    """GX-10, adopted"""
    set_household(village_session, home.id, {"category_since": "2026-01-01"})
    record_visit(village_session, RecordVisit(home.id, "self", on="2026-08-02"))
    visit = owed(village_session, home.id)["visit_quarter"]
    assert (visit.state, visit.due, visit.cite) == ("pending", "2026-12-31", "T:第五条; 001:8")
    record_visit(village_session, RecordVisit(home.id, "none"))
    assert "visit_quarter" in owed(village_session, home.id)
    record_visit(village_session, RecordVisit(home.id, "family"))
    assert "visit_quarter" not in owed(village_session, home.id)


def test_facts_that_contradict_are_a_duty_of_that_family_and_stop_nobody_else(village_session: Session, home: Family, adopted: loader.PackSet) -> None:
    other = family(village_session, "周大山", "3组")
    village_session.record(PersonClaimed(village=VILLAGE, household=home.id, person=home.son, fields={"birth": "2027-05-01"}))
    assert set(owed(village_session, home.id)) == {"fix_facts"}
    assert "visit_quarter" in owed(village_session, other.id)
    with village_session.reading() as tx:
        assert duties.of_all(village_session, tx)[other.id]


# -- ends and birthdays -----------------------------------------------------------------------------


@pytest.mark.parametrize(("birth", "told"), [("2009-01-05", True), ("2008-12-20", True), ("2009-06-05", False), ("1990-01-05", False)])
def test_a_birthday_is_told_when_it_is_near_and_changes_what_the_packs_say(village_session: Session, home: Family, adopted: loader.PackSet, birth: str, told: bool) -> None:
    """JX-03, CQ-06: 18 on the birthday"""
    set_person(village_session, home.child, {"birth": birth, "disability_kind": "limb", "disability_level": 1, "work": "unemployed"})
    found = owed(village_session, home.id).get("birthday")
    assert (found is not None) is told
    if found is not None:
        assert (found.person, found.due) == (home.child, birth_day(birth))
        assert "满 18 周岁" in found.why
        assert found.cite
        record_visit(village_session, RecordVisit(home.id, "self"))
        assert ("birthday" in owed(village_session, home.id)) is (found.due > "2026-12-28")


def birth_day(birth: str) -> str:
    return f"{int(birth[:4]) + 18}{birth[4:]}"


def test_a_certificate_that_ends_is_told_ahead_and_until_a_new_one_is_on_record(village_session: Session, home: Family) -> None:
    """M-63"""
    set_person(village_session, home.head, {"disability_cert_until": "2027-01-20"})
    found = owed(village_session, home.id)["certificate_end"]
    assert (found.state, found.due, found.person) == ("pending", "2027-01-20", home.head)
    assert found.cite
    set_person(village_session, home.head, {"disability_cert_until": "2026-01-20"})
    assert owed(village_session, home.id)["certificate_end"].state == "overdue"
    set_person(village_session, home.head, {"disability_cert_until": "2036-01-20"})
    assert "certificate_end" not in owed(village_session, home.id)


def test_the_two_year_watch_ends_on_the_day_the_pack_computes(village_session: Session, home: Family, adopted: loader.PackSet, tmp_path: Path) -> None:
    """CQ-08"""
    county = County()
    county.enrol(village_session, tmp_path / "stick")
    record_visit(village_session, RecordVisit(home.id, "self", on="2025-01-10"))
    county.take(village_session, exchange.export(village_session, tmp_path / "stick").files[0].path)
    gone = county.write("exit.recorded", {"village": VILLAGE, "household": home.id, "category": "dibao", "on": "2025-01-10", "reason": "income_above"})
    exchange.take_in(village_session, [county.sign_for(village_session, tmp_path / "stick", gone)])
    found = owed(village_session, home.id)["watch_end"]
    assert (found.due, found.rules) == ("2027-01-09", ("CQ-08",))
    assert "003:(五)" in found.cite


def test_authorisations_that_end_while_they_are_needed_are_told_with_a_clause(village_session: Session, home: Family, adopted: loader.PackSet) -> None:
    """CQ-21 stands behind it where a pack has it; else the paper itself"""
    from xieli_tui.casework.application import Consent, consent

    app = start_application(village_session, StartApplication(home.id, ["dibao"])).id
    consent(village_session, Consent(app, home.son, "2027-01-10"))
    found = owed(village_session, home.id)["consent_end"]
    assert (found.person, found.due, found.state, found.cite) == (home.son, "2027-01-10", "pending", expiries.ON_PAPER)


# -- on today's list --------------------------------------------------------------------------------


def test_the_visits_of_the_quarter_are_one_line_and_those_past_their_day_stand_alone(village_session: Session, adopted: loader.PackSet) -> None:
    """GX-10: 本季还有 N 户, 今天顺路 M 户"""
    homes = [family(village_session, f"李{at}", "3组" if at < 2 else "5组") for at in range(6)]
    for one in homes:
        set_household(village_session, one.id, {"category_since": "2026-11-01"})
    set_household(village_session, homes[5].id, {"category_since": "2025-01-01"})
    record_visit(village_session, RecordVisit(homes[0].id, "self", on="2026-12-21", promise="来看药", promise_on="2026-12-28"))
    seen = page.today(village_session)
    assert [(one.task, one.household, one.state, one.due) for one in seen.tasks if one.task.startswith("visit")] == [("visit_quarter", homes[5].id, "overdue", "2026-03-31")]
    line = next(one for one in seen.bulk if one.task == "visit_quarter")
    assert (line.left, line.nearby, line.why) == (4, 3, "本季还有 4 户没走访，今天顺路 3 户（5组）")
    other = next(one for one in page.today(village_session, group="3组").bulk if one.task == "visit_quarter")
    assert (other.left, other.nearby) == (4, 1)
    assert line.cite == "T:第五条; 001:8"
    assert "never_visited" not in named(seen)


def test_what_waits_for_a_fact_is_one_line_a_fact_and_what_the_county_owes_one_line_together(village_session: Session, adopted: loader.PackSet) -> None:
    for at in range(4):
        home = family(village_session, f"李{at}", "3组", "")
        send_referral(village_session, SendReferral(home.id, "health", "med_aid", on="2026-12-01", due="2026-12-30" if at == 0 else None))
    lines = {one.fact: one for one in page.today(village_session).bulk if one.task == "missing_fact"}
    assert (lines["hh.status"].left, len(lines["hh.status"].households)) == (4, 4)
    assert "季度探访" in lines["hh.status"].why
    assert len(lines) == len({one.fact for one in lines.values()})
    assert [one.fact for one in page.today(village_session).bulk if one.fact.startswith("local")] in ([], ["local.*"])


def test_what_a_desk_does_is_told_as_a_desks_work_and_never_as_a_single_line(village_session: Session, home: Family, adopted: loader.PackSet) -> None:
    """JM-11 is done by the township: the village sees that it is owed"""
    set_household(village_session, home.id, {"category_since": "2025-01-01"})
    seen = page.today(village_session)
    assert "it_check" not in {one.task for one in seen.tasks}
    assert next(one.why for one in seen.bulk if one.task == "it_check").startswith("镇(街道)要做的信息核对还有 1 户")


def test_a_duty_far_ahead_is_in_the_calendar_of_the_family_and_not_on_the_list(village_session: Session, home: Family, adopted: loader.PackSet) -> None:
    """JX-04 years ahead; JX-08 months ahead"""
    set_household(village_session, home.id, {"category": "tekun", "category_since": "2026-11-01"})
    set_person(village_session, home.child, {"birth": "2015-05-01"})
    mine = owed(village_session, home.id)
    assert (mine["review_minor_18"].due, mine["review"].due) == ("2033-05-01", "2027-11-01")
    seen = page.today(village_session)
    assert not {"review_minor_18", "review"} & named(seen)


def test_a_suspended_review_is_nobodys_work_today_and_says_why(village_session: Session, home: Family, adopted: loader.PackSet, tmp_path: Path) -> None:
    """JX-12"""
    county = County()
    county.enrol(village_session, tmp_path / "stick")
    set_household(village_session, home.id, {"category": "tekun", "category_since": "2025-12-20"})
    window = county.write("local.set", {"key": "emergency_windows", "value": '[{"from":"2026-12-01","to":"2027-01-31"}]', "start": "2026-12-01"})
    county.take(village_session, exchange.export(village_session, tmp_path / "stick").files[0].path)
    exchange.take_in(village_session, [county.sign_for(village_session, tmp_path / "stick", window)])
    review = owed(village_session, home.id)["review"]
    assert (review.state, review.due) == ("suspended", "2026-12-20")
    assert "应急响应期" in review.why
    seen = page.today(village_session)
    assert "review" not in named(seen)
    assert ("review", "suspended") in {(one.task, one.state) for one in page.everything(village_session)}


def test_every_line_of_today_carries_why_and_cite_and_folding_drops_nothing(village_session: Session, adopted: loader.PackSet, clock: FixedClock, tmp_path: Path) -> None:
    seed = 21
    print(f"seed={seed}")
    rnd, county = random.Random(seed), County(seed)
    county.enrol(village_session, tmp_path / "stick")
    homes = [family(village_session, f"王{at}", f"{at % 3 + 1}组") for at in range(12)]
    for _ in range(60):
        clock.tick(minutes=1)
        _act(rnd, village_session, homes, county, tmp_path / "stick", [])
    seen, every = page.today(village_session), page.everything(village_session)
    assert len(seen.tasks) <= page.SINGLE
    assert all(one.why and one.cite and one.task for one in (*seen.tasks, *every))
    assert all(one.why and one.cite for one in seen.bulk)
    told = {one.household for one in seen.tasks} | {household for one in seen.bulk for household in one.households}
    assert {one.household for one in every if one.state != "suspended"} <= told
    assert seen == page.today(village_session)


# -- one by one and together ------------------------------------------------------------------------


def _act(rnd: random.Random, session: Session, homes: list[Family], county: County, stick: Path, rulings: list[str]) -> str:
    """One thing that may happen in a village; its name."""
    one = rnd.choice(homes)
    person = rnd.choice([one.head, one.son, one.child])
    day = f"2026-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}"
    acts: dict[str, Callable[[], object]] = {
        "visit": lambda: record_visit(session, RecordVisit(one.id, rnd.choice(["self", "none", "family"]), on=day, kind=rnd.choice(["routine", "review"]))),
        "category": lambda: set_household(session, one.id, {"category": rnd.choice(["dibao", "tekun", "edge", "none"]), "category_since": day}),
        "stability": lambda: set_household(session, one.id, {"income_stability": rnd.choice(["stable", "unstable"])}),
        "birth": lambda: session.record(PersonClaimed(
            village=VILLAGE, household=one.id, person=person, fields={"birth": f"{rnd.choice([1966, 1967, 2008, 2009])}-{rnd.choice(['01', '12', '06'])}-11"},
        )),
        "left": lambda: set_person(session, person, {"left_behind": rnd.random() < 0.5, "guardian": rnd.choice(["王五", ""])}),
        "flag": lambda: flag_hardship(session, FlagHardship([rnd.choice(["illness", "disaster"])], household=one.id, urgency=rnd.choice(["normal", "emergency"]))),
        "change": lambda: report_change(session, ReportChange(one.id, rnd.choice(["job", "illness"]), on=day)),
        "refer": lambda: send_referral(session, SendReferral(one.id, "health", "med_aid", on=day)),
        "inform": lambda: inform(session, Inform(one.id, "dibao_edge", "willing", on=day)),
        "apply": lambda: start_application(session, StartApplication(one.id, ["dibao"])),
        "family": lambda: homes.append(family(session, f"李{len(homes)}", f"{len(homes) % 3 + 1}组", rnd.choice(["低保", "特困", "低保边缘"]))),
        "mend": lambda: _mend(rnd, session),
        "move": lambda: _move(rnd, session, homes, person),
        "county": lambda: _county(rnd, session, one, county, stick, rulings),
    }
    name = rnd.choice([*acts, *["county"] * 4, *["birth"] * 2, "move"])
    acts[name]()
    return name


def _move(rnd: random.Random, session: Session, homes: list[Family], person: str) -> None:
    """Somebody is of another family too; what is said of him later may still name the first."""
    session.record(MembershipStarted(village=VILLAGE, household=rnd.choice(homes).id, membership=session.new_id(), person=person, relation="20"))


def _mend(rnd: random.Random, session: Session) -> None:
    """Withdraw a visit that stands."""
    with session.reading() as tx:
        refs = sorted(one.ref for one in queries.visits(tx))
    if refs:
        corrections.withdraw(session, rnd.choice(refs), "记错了人家")


def _county(rnd: random.Random, session: Session, one: Family, county: County, stick: Path, rulings: list[str]) -> None:
    """The county signs for what came, and sends a ruling, an alert, a parameter or an annulment, or holds an entry back."""
    base = {"village": VILLAGE, "household": one.id}
    day = f"2026-{rnd.randint(1, 11):02d}-15"
    for file in exchange.export(session, stick).files:
        county.take(session, file.path)
    what = rnd.choice(["category", "category", "alert", "exit", "local", "annul", "annul", "hold"])
    made: list[tuple[bytes, str]] = []
    if what == "category":
        made = [county.write("category.set", {**base, "category": rnd.choice(["dibao", "tekun"]), "since": day})]
        rulings.append(county.ref())
    elif what == "alert":
        made = [county.write("alert.issued", {**base, "alert": session.new_id(), "cls": "gap", "text": "核对", "on": day})]
    elif what == "exit":
        made = [county.write("exit.recorded", {**base, "category": "dibao", "on": day, "reason": "income_above"})]
    elif what == "local":
        made = [county.write("local.set", {"key": "alert_days", "value": '{"gap":{"days":5,"unit":"working"}}', "start": "2026-01-01"})]
    elif what == "annul" and rulings:
        made = [county.write("ruling.annulled", {"of": rulings.pop(), "reason": "登错了"})]
    elif what == "hold":
        receipts = [county.receipt(ep) for ep in county.got]
        held_back = [delivery.Receipt(one_.dev, one_.ep, one_.seq, one_.head, (delivery.Range(one_.seq, one_.seq, "quarantined", "XL-S01"),)) for one_ in receipts]
        lines = [delivery.receipt_line(county.r + at, each) for at, each in enumerate(held_back, 1)]
        exchange.take_in(session, [county.send(session, stick, "return", lines)])
        return
    exchange.take_in(session, [county.sign_for(session, stick, *made)])


@pytest.mark.parametrize("seed", [7, 8, 16])
def test_what_is_kept_is_what_would_be_asked_anew_after_any_history(village_session: Session, adopted: loader.PackSet, clock: FixedClock, tmp_path: Path, seed: int) -> None:
    print(f"seed={seed}")
    rnd, county, rulings = random.Random(seed), County(seed), []  # type: ignore[var-annotated]
    county.enrol(village_session, tmp_path / "stick")
    homes = [family(village_session, f"王{at}", "2组") for at in range(3)]
    done = []
    for _ in range(40):
        clock.tick(minutes=1)
        done.append(_act(rnd, village_session, homes, county, tmp_path / "stick", rulings))
        if rnd.random() < 0.15:
            village_session.kept.clear()  # another start of the program
            done.append("start")
        if rnd.random() < 0.08:
            clock.tick(days=rnd.randint(1, 40))
            done.append("days")
        if rnd.random() < 0.7:
            assert held(village_session) == fresh(village_session), done
    village_session.kept.clear()
    assert held(village_session) == fresh(village_session), done


def test_a_village_read_at_once_is_asked_what_each_family_would_be(village_session: Session, adopted: loader.PackSet, clock: FixedClock, tmp_path: Path) -> None:
    seed = 5
    print(f"seed={seed}")
    rnd, county = random.Random(seed), County(seed)
    county.enrol(village_session, tmp_path / "stick")
    homes = [family(village_session, f"王{at}", "2组") for at in range(fact_rows.MANY)]
    for _ in range(25):
        _act(rnd, village_session, homes, county, tmp_path / "stick", [])
    with village_session.reading() as tx:
        listed = [one for one in queries.households(tx) if one.known]
        alone = [facts.question(tx, one, "due", village_session.today) for one in listed]
    with village_session.reading() as tx:
        together = list(fact_rows.questions(tx, listed, "due", village_session.today))
    assert together == alone
    assert held(village_session) == fresh(village_session)


def test_every_part_a_family_is_asked_about_is_read_for_a_village_too() -> None:
    import dataclasses

    named = {field.name for field in dataclasses.fields(facts.Known)}
    assert named == {"home", "members", "groups", "params", "more", *fact_rows.TABLES}


# -- kept --------------------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many households were asked about, call by call."""
    calls: list[int] = []
    really = duties._asked

    def counted(tx: Any, homes: Any, asof: Any) -> Any:
        calls.append(len(homes))
        return really(tx, homes, asof)

    monkeypatch.setattr(duties, "_asked", counted)
    return calls


def test_one_entry_asks_one_family_again_and_the_next_start_asks_nobody(village_session: Session, home: Family, adopted: loader.PackSet, asked: list[int]) -> None:
    other = family(village_session, "周大山", "3组")
    page.today(village_session)
    page.today(village_session)
    assert asked == [2]
    record_visit(village_session, RecordVisit(other.id, "self"))
    page.today(village_session)
    assert asked == [2, 1]
    village_session.kept.clear()
    page.today(village_session)
    assert asked == [2, 1]


def test_another_day_other_packs_or_a_rebuild_ask_everybody_again(
    village_session: Session, home: Family, asked: list[int], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xieli_tui.casework.rebuild import rebuild

    page.today(village_session)
    clock.tick(days=1)
    page.today(village_session)
    held_ = loader.gather([("t.toml", COUNTY_PACK.encode())], loader.shipped())
    monkeypatch.setattr(packs, "of", lambda tx: held_)
    page.today(village_session)
    assert asked == [1, 1, 1]
    assert rebuild(village_session).equal
    page.today(village_session)
    assert asked == [1, 1, 1, 1]


def test_answers_of_two_programs_are_not_mixed(village_session: Session, home: Family) -> None:
    first, second = duty_cache.Reach(10, "a"), duty_cache.Reach(12, "a")
    with village_session.writing() as tx:
        assert duty_cache.save(tx, "monday", None, first, {home.id: [["x"]]})
        assert not duty_cache.save(tx, "tuesday", first, second, {home.id: [["y"]]})
        assert not duty_cache.save(tx, "monday", duty_cache.Reach(11, "a"), second, {home.id: [["y"]]})
        assert not duty_cache.save(tx, "monday", duty_cache.Reach(10, "b"), second, {home.id: [["y"]]})
        assert duty_cache.save(tx, "monday", first, second, {home.id: [["z"]]})
        assert not duty_cache.save(tx, "monday", None, first, {})
        kept = duty_cache.load(tx)
        assert kept is not None
        assert (kept.reach, kept.bodies) == (second, {home.id: [["z"]]})
        assert duty_cache.save(tx, "monday", second, duty_cache.Reach(13, "a"), {home.id: []})
        left = duty_cache.load(tx)
        assert left is not None
        assert left.bodies == {}


def test_every_type_that_names_no_family_asks_everybody_unless_it_is_known_to_be_quiet(village_session: Session, home: Family) -> None:
    with village_session.reading() as tx:
        before = duty_cache.reach(tx)
    village_session.record()
    with village_session.reading() as tx:
        assert duty_cache.touched(tx, before, duty_cache.reach(tx)) == set()
    record_visit(village_session, RecordVisit(home.id, "self"))
    with village_session.reading() as tx:
        assert duty_cache.touched(tx, before, duty_cache.reach(tx)) == {home.id}
    flag_hardship(village_session, FlagHardship(["stranded"], outsider="孙长福", place="村口", urgency="normal"))
    with village_session.reading() as tx:
        assert duty_cache.touched(tx, before, duty_cache.reach(tx)) is None
        assert {each.t for each in journal.load(tx, rowid_above=before.rowid)} == {"visit.recorded", "flag.raised"}
