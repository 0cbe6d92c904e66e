"""The desk's steps: who may take them, when, and what is refused with which list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from desk_office import DELEGATED, Office

from xieli_tui.casework import application as papers
from xieli_tui.casework import flag_hardship, households, setup
from xieli_tui.casework.session import Session
from xieli_tui.desk import enrolment, operators, parameters, queue, steps
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries

REASON = "按规定"


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code, caught.value
    return caught.value


def ready(office: Office, app: str, at: Session) -> None:
    """Everything an ordinary case owes before its decision."""
    steps.accept(at, app)
    steps.check(at, app, "pass", until="2027-06-28")
    steps.survey(at, app, ("刘芳", "张志远"))
    steps.review(at, app)
    steps.notice(at, app, "review", "township")
    steps.notice(at, app, "review", "village")
    office.clock.tick(days=7)


# -- the whole of an ordinary case -------------------------------------------------------------------------------------------------------


def test_an_ordinary_case_walks_to_its_payment_and_its_end(office: Office) -> None:
    app = office.application("dibao")
    office.up()
    ready(office, app, office.county)
    decided = steps.decide(office.county, steps.Decide(app, None, True, "638", "2027-01-01", REASON))
    assert decided.id == app
    assert decided.state == "decided"
    assert steps.pay(office.county, app, "一卡通 2027-01").state == "paid"
    assert steps.told(office.county, app, "in_person").id == app
    assert steps.close(office.county, app).state == "closed"
    card = queue.case(office.county, app).card
    assert card.state == "closed"
    assert card.decisions[0].amount == 638_00
    assert households.show(office.county, card.household).row.category_rank == "ruling"
    assert queue.queue(office.county) == []


def test_a_decision_without_its_steps_is_refused_with_all_of_them(office: Office) -> None:
    app = office.application("dibao")
    office.up()
    steps.accept(office.county, app)
    error = refused("XL-P04", lambda: steps.decide(office.county, steps.Decide(app, "dibao", True, "600", None, REASON)))
    assert [o["step"] for o in error.extra["owed"]] == ["checked", "investigated", "reviewed", "notice"]  # type: ignore[attr-defined]
    assert queue.case(office.county, app).card.decisions == ()


def test_the_decision_waits_until_the_notice_has_run_its_days(office: Office) -> None:
    parameters.set_local(office.county, parameters.SetLocal("notice_days", "3", "2026-01-01"))
    app = office.application("tekun")
    office.up()
    steps.accept(office.county, app)
    steps.check(office.county, app, "pass")
    steps.survey(office.county, app, ("刘芳", "张志远"))
    steps.review(office.county, app)
    for place in ("township", "village"):
        steps.notice(office.county, app, "review", place)
    decide = steps.Decide(app, None, True, "900", None, REASON)
    office.clock.tick(days=2)
    error = refused("XL-P04", lambda: steps.decide(office.county, decide))
    assert [o["step"] for o in error.extra["owed"]] == ["notice"]  # type: ignore[attr-defined]
    office.clock.tick(days=1)
    assert steps.decide(office.county, decide).state == "decided"


def test_an_emergency_is_decided_right_after_its_acceptance(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    error = refused("XL-P04", lambda: steps.decide(office.county, steps.Decide(app, None, True, "800.00", None, REASON)))
    assert [o["step"] for o in error.extra["owed"]] == ["accepted"]  # type: ignore[attr-defined]
    steps.accept(office.county, app)
    assert steps.decide(office.county, steps.Decide(app, None, True, "800.00", None, REASON)).state == "decided"


def test_a_review_waits_for_the_investigation(office: Office) -> None:
    app = office.application("dibao")
    office.up()
    steps.accept(office.county, app)
    error = refused("XL-P04", lambda: steps.review(office.county, app))
    assert [o["step"] for o in error.extra["owed"]] == ["checked", "investigated"]  # type: ignore[attr-defined]


# -- rights --------------------------------------------------------------------------------------------------------------------------------


def test_a_village_may_take_no_desk_step(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    for act in (
        lambda: steps.accept(office.village, app), lambda: steps.decide(office.village, steps.Decide(app, None, True, "1", None, REASON)),
        lambda: steps.return_for_papers(office.village, app, ("hukou_book",)), lambda: queue.queue(office.village),
        lambda: steps.answer(office.village, app, "handled"),
    ):
        refused("XL-P07", act)


@pytest.mark.parametrize(("amount", "code"), [("3000.00", ""), ("3000.01", "XL-P03"), ("3,000", "")])
def test_a_township_decides_up_to_its_delegation_and_not_one_fen_more(office: Office, amount: str, code: str) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up(to=office.township)
    steps.accept(office.township, app)
    decide = steps.Decide(app, None, True, amount, None, REASON)
    if code:
        error = refused(code, lambda: steps.decide(office.township, decide))
        assert error.extra["next_actor"] == "county"
        assert error.extra["max_amount"] == "3000.00"
        return
    steps.decide(office.township, decide)
    with office.township.reading() as tx:
        (step,) = (s for s in queries.steps(tx, app) if s.t == "application.decided")
    assert step.d["level"] == "township"
    assert step.d["delegation"]


def test_a_kind_nobody_delegated_is_the_countys(office: Office) -> None:
    app = office.application("dibao")
    office.up(to=office.township)
    ready(office, app, office.township)
    refused("XL-P03", lambda: steps.decide(office.township, steps.Decide(app, None, True, "100", None, REASON)))
    refused("XL-P03", lambda: steps.decide(office.township, steps.Decide(app, None, False, None, None, REASON)))


def test_a_delegation_counts_from_its_first_day(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up(to=office.township)
    steps.accept(office.township, app, on="2025-12-30")
    refused("XL-P03", lambda: steps.decide(office.township, steps.Decide(app, None, True, "10", None, REASON, on="2025-12-31")))
    assert steps.decide(office.township, steps.Decide(app, None, True, "10", None, REASON)).state == "decided"


def test_a_township_officer_at_the_county_desk_is_held_to_his_township(office: Office) -> None:
    added = operators.add_operator(office.county, operators.AddOperator("刘芳", "township", "999999002"))
    app = office.application("temp_emergency", emergency=True)
    office.up()
    office.county.operator = added.id
    refused("XL-P03", lambda: steps.accept(office.county, app))
    assert queue.queue(office.county) == []


@pytest.mark.parametrize(("role", "area", "code"), [
    ("township", "999999", "XL-V12"), ("township", "888888001", "XL-P03"), ("village", "999999001", "XL-V08"), ("county", "999999001", "XL-V12"),
])
def test_an_officer_outside_the_desk_is_not_entered(office: Office, role: str, area: str, code: str) -> None:
    refused(code, lambda: operators.add_operator(office.county, operators.AddOperator("刘芳", role, area)))


def test_a_township_officer_at_the_county_desk_does_nothing_that_is_the_countys(office: Office, tmp_path: Path) -> None:
    added = operators.add_operator(office.county, operators.AddOperator("刘芳", "township", "999999001"))
    office.county.operator = added.id
    refused("XL-P03", lambda: parameters.set_local(office.county, parameters.SetLocal("delegations", DELEGATED, "2026-01-01")))
    refused("XL-P03", lambda: operators.add_operator(office.county, operators.AddOperator("刘芳二", "county", "999999")))
    refused("XL-P03", lambda: operators.add_operator(office.county, operators.AddOperator("刘芳二", "township", "999999002")))
    request = enrolment.EnrolDevice(setup.device_code(office.village).code, ("999999001002",), "陈秀兰", tmp_path / "g.xieli")
    refused("XL-P03", lambda: enrolment.enrol_device(office.county, request))
    refused("XL-P03", lambda: enrolment.trust_export(office.county))


def test_only_the_county_sets_parameters(office: Office) -> None:
    refused("XL-P03", lambda: parameters.set_local(office.township, parameters.SetLocal("notice_days", "3", "2026-01-01")))
    refused("XL-P07", lambda: parameters.set_local(office.village, parameters.SetLocal("notice_days", "3", "2026-01-01")))
    refused("XL-V11", lambda: parameters.set_local(office.county, parameters.SetLocal("notice_days", "soon", "2026-01-01")))
    assert [p["key"] for p in parameters.list_local(office.county)] == ["delegations"]


# -- states, kin, money, words ---------------------------------------------------------------------------------------------------------------


def test_what_was_not_handed_over_is_not_accepted(office: Office) -> None:
    from xieli_tui.casework import start_application

    home = office.household()
    app = start_application.start_application(office.village, start_application.StartApplication(home, ("dibao",))).id
    office.up()
    assert "还没有转交" in refused("XL-P05", lambda: steps.accept(office.county, app)).what


def test_an_application_is_accepted_once(office: Office) -> None:
    app = office.application("dibao")
    office.up()
    steps.accept(office.county, app)
    refused("XL-P05", lambda: steps.accept(office.county, app))


def test_a_case_sent_back_names_every_paper_and_is_accepted_again_when_they_came(office: Office) -> None:
    app = office.application("dibao")
    office.up()
    refused("XL-V06", lambda: steps.return_for_papers(office.county, app, ()))
    refused("XL-V08", lambda: steps.return_for_papers(office.county, app, ("a_paper_nobody_knows",)))
    steps.return_for_papers(office.county, app, ("hukou_book", "户口簿复印件", "medical_bill"), "今年的")
    office.down()
    card = papers.show_application(office.village, app)
    assert card.state == "returned"
    assert len(card.returned) == 2
    refused("XL-P05", lambda: steps.check(office.county, app, "pass"))
    assert steps.accept(office.county, app).state == "accepted"


def test_a_survey_needs_two_names_and_no_relative(office: Office) -> None:
    app = office.application("dibao")
    papers.kin(office.village, papers.Kin(app, staff="石德明", relation="91"))
    office.up()
    steps.accept(office.county, app)
    refused("XL-V06", lambda: steps.survey(office.county, app, ("刘芳",)))
    refused("XL-V06", lambda: steps.survey(office.county, app, ("刘芳", " 刘芳 ")))
    refused("XL-P03", lambda: steps.survey(office.county, app, ("刘芳", "石德明")))
    refused("XL-P03", lambda: steps.survey(office.county, app, ("刘芳", "石守田")))
    assert steps.survey(office.county, app, ("刘芳", "张志远"), accompanied_by=("陈秀兰",)).state == "investigated"


def test_a_filing_of_another_application_of_the_family_counts_too(office: Office) -> None:
    home = office.household()
    first, second = office.application("dibao", household=home), office.application("med_aid", household=home)
    papers.kin(office.village, papers.Kin(first, staff="石德明", relation="91"))
    office.up()
    steps.accept(office.county, second)
    refused("XL-P03", lambda: steps.survey(office.county, second, ("刘芳", "石德明")))


@pytest.mark.parametrize(("request_", "code"), [
    ({"reason": ""}, "XL-V06"), ({"reason": "  "}, "XL-V06"), ({"amount": None}, "XL-V06"), ({"amount": "0"}, "XL-V06"), ({"amount": "八百"}, "XL-V04"),
    ({"amount": "1.005"}, "XL-V04"), ({"kind": "dibao"}, "XL-V08"), ({"grant": False}, "XL-V11"), ({"on": "2026-12-32"}, "XL-V02"), ({"on": "2027-05-01"}, "XL-V13"),
])
def test_a_decision_that_says_too_little_or_nonsense_is_refused(office: Office, request_: dict[str, object], code: str) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app)
    given: dict[str, object] = {"amount": "800.00", "reason": REASON, **request_}
    refused(code, lambda: steps.decide(office.county, steps.Decide(app, **given)))  # type: ignore[arg-type]
    assert queue.case(office.county, app).card.decisions == ()


def test_a_rejection_has_its_reason_and_no_amount(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app)
    steps.decide(office.county, steps.Decide(app, grant=False, reason="他处已经救助", reroute=("dibao_edge",)))
    (decision,) = queue.case(office.county, app).card.decisions
    assert decision.result == "rejected"
    assert decision.amount is None
    refused("XL-P05", lambda: steps.pay(office.county, app, "R1"))


def test_one_intake_of_two_kinds_is_decided_kind_by_kind(office: Office) -> None:
    app = office.application("temp_emergency", "med_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app)
    refused("XL-V06", lambda: steps.decide(office.county, steps.Decide(app, None, True, "1", None, REASON)))
    steps.decide(office.county, steps.Decide(app, "temp_emergency", True, "800", None, REASON))
    refused("XL-P05", lambda: steps.decide(office.county, steps.Decide(app, "temp_emergency", True, "800", None, REASON)))
    error = refused("XL-P04", lambda: steps.close(office.county, app))
    assert [o["kind"] for o in error.extra["owed"]] == ["med_emergency"]  # type: ignore[attr-defined]
    steps.decide(office.county, steps.Decide(app, None, False, None, None, REASON))
    assert {d.kind for d in queue.case(office.county, app).card.decisions} == {"temp_emergency", "med_emergency"}


def test_an_advance_is_for_emergencies_within_cap_and_delegation(office: Office) -> None:
    parameters.set_local(office.county, parameters.SetLocal("small_advance_cap", '"1000.00"', "2026-01-01"))
    ordinary, urgent = office.application("dibao"), office.application("temp_emergency", emergency=True, head="石长庚")
    office.up()
    refused("XL-P05", lambda: steps.advance(office.county, urgent, "500", "备用金"))
    for app in (ordinary, urgent):
        steps.accept(office.county, app)
    refused("XL-P05", lambda: steps.advance(office.county, ordinary, "500", "备用金"))
    refused("XL-P03", lambda: steps.advance(office.county, urgent, "1000.01", "备用金"))
    refused("XL-V04", lambda: steps.advance(office.county, urgent, "0", "备用金"))
    assert steps.advance(office.county, urgent, "1000.00", "备用金", followup_due="2027-01-11").state == "accepted"
    (item,) = (i for i in queue.queue(office.county) if i.app == urgent)
    assert item.clock_due == "2027-01-11"


def test_an_advance_of_a_township_stays_within_its_delegation(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up(to=office.township)
    steps.accept(office.township, app)
    refused("XL-P03", lambda: steps.advance(office.township, app, "3000.01", "备用金"))
    assert steps.advance(office.township, app, "3000.00", "备用金").id


def test_a_payment_is_noted_once_per_kind(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app)
    refused("XL-P05", lambda: steps.pay(office.county, app, "R1"))
    steps.decide(office.county, steps.Decide(app, None, True, "800", None, REASON))
    steps.pay(office.county, app, "R1")
    refused("XL-P05", lambda: steps.pay(office.county, app, "R2"))


def test_nobody_can_be_told_of_what_was_not_decided(office: Office) -> None:
    app = office.application("dibao")
    office.up()
    refused("XL-P05", lambda: steps.told(office.county, app))


def test_a_case_nobody_knows_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound) as caught:
        steps.accept(office.county, "0190a0b0-0000-7000-8000-000000000000")
    assert caught.value.code == "XL-V42"


# -- 并发 ----------------------------------------------------------------------------------------------------------------------------------


def _side_by_side(office: Office) -> str:
    """Accepted at the county while the village, not knowing, withdraws it."""
    app = office.application("temp_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app)
    papers.withdraw(office.village, app, "本人不要了")
    office.up()
    return app


def test_two_steps_side_by_side_are_shown_as_such_and_nothing_is_decided_or_paid_from_them(office: Office) -> None:
    app = _side_by_side(office)
    (item,) = (i for i in queue.queue(office.county) if i.app == app)
    assert item.state_label == "并发"
    assert "理顺" in item.why
    refused("XL-P06", lambda: steps.decide(office.county, steps.Decide(app, None, True, "800", None, REASON)))
    refused("XL-P06", lambda: steps.advance(office.county, app, "100", "备用金"))
    refused("XL-P06", lambda: steps.pay(office.county, app, "R1"))


def test_a_desk_step_that_names_every_head_makes_them_one_again(office: Office) -> None:
    app = _side_by_side(office)
    card = queue.case(office.county, app).card
    assert len(card.heads) == 2
    refused("XL-P06", lambda: steps.accept(office.county, app, seen=card.heads[:1]))
    steps.accept(office.county, app, seen=card.heads)
    after = queue.case(office.county, app).card
    assert after.concurrent == ()
    assert after.state == "accepted"
    assert steps.decide(office.county, steps.Decide(app, None, True, "800", None, REASON, seen=after.heads)).state == "decided"


# -- the queue and its answers -----------------------------------------------------------------------------------------------------------------


def test_emergencies_come_first_then_clocks_then_age(office: Office) -> None:
    old = office.application("dibao", head="石甲")
    office.clock.tick(days=3)
    hung = office.application("dibao", head="石乙")
    urgent = office.application("temp_emergency", emergency=True, head="石丙")
    office.up()
    steps.accept(office.county, hung)
    steps.check(office.county, hung, "pass")
    steps.survey(office.county, hung, ("刘芳", "张志远"))
    steps.review(office.county, hung)
    steps.notice(office.county, hung, "review", "township")
    items = queue.queue(office.county)
    assert [i.app for i in items] == [urgent, hung, old]
    assert [i.emergency for i in items] == [True, False, False]
    assert items[1].clock_due == (office.clock.now().date() + dt.timedelta(days=6)).isoformat()
    assert items[2].age_days == 3
    assert all(i.why for i in items)
    assert items[0].village_name == "石桥村"


def test_a_finding_is_answered_once_and_the_answer_goes_home(office: Office) -> None:
    home = office.household()
    found = flag_hardship.flag_hardship(office.village, flag_hardship.FlagHardship(("illness",), household=home, urgency="emergency"))
    office.up()
    (item,) = queue.queue(office.county)
    assert item.kind == "flag"
    assert item.emergency
    assert "电话" in item.why
    refused("XL-V08", lambda: steps.answer(office.county, found.id, "whatever"))
    steps.answer(office.county, found.id, "handled", "镇上已上门")
    refused("XL-P05", lambda: steps.answer(office.county, found.id, "handled"))
    assert queue.queue(office.county) == []
    office.down()
    (flag,) = households.show(office.village, home).flags
    assert flag.settled


def test_an_application_is_not_answered_like_a_finding(office: Office) -> None:
    app = office.application("dibao")
    office.up()
    refused("XL-P05", lambda: steps.answer(office.county, app, "handled"))
    with pytest.raises(NotFound):
        steps.answer(office.county, "nothing", "handled")


def test_the_case_shows_what_is_owed_kin_and_delegation(office: Office) -> None:
    app = office.application("temp_emergency", "dibao", emergency=True)
    papers.kin(office.village, papers.Kin(app, staff="石德明", relation="91"))
    office.up(to=office.township)
    shown = queue.case(office.township, app)
    assert [s.step for s in shown.steps if s.status == "owed"][:5] == ["accepted", "checked", "investigated", "reviewed", "notice"]
    hints = "；".join(shown.hints)
    assert "近亲属" in hints
    assert "3000.00" in hints
    assert "由县级决定" in hints
    assert "EXT" in hints
