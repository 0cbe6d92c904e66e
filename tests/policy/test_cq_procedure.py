"""003:(四)(十四)(二十)(二十二): urgent aid at the place of the event, pay first, one pass, one chain, truthful statements, feedback."""

from __future__ import annotations

from typing import Any

import pytest
from cq_kit import check, lints, screen, tasks, verdict

HARD = [{"id": "p1", "basic_life_hardship": True}]
CAP = {"small_advance_cap": "1000.00"}


@pytest.mark.parametrize("trait", ["突发性", "紧迫性", "灾难性", "sudden", "urgent", "catastrophic"])
def test_any_one_trait_with_a_hardship_of_somebody_is_an_urgent_case(trait: str) -> None:
    found = screen("temp_emergency", {"event": {"traits": [trait], "place_region": "510100"}, "persons": HARD})
    assert (found["verdict"], found["rule"], found["handled_by"]) == ("meets", "CQ-31", "510100")


def test_other_traits_or_no_hardship_are_not() -> None:
    assert verdict("temp_emergency", {"event": {"traits": ["临时性"]}, "persons": HARD}) == "fails"
    assert verdict("temp_emergency", {"event": {"traits": ["urgent"]}, "persons": [{"id": "p1", "basic_life_hardship": False}]}) == "fails"


def test_unknown_traits_and_hardship_are_named() -> None:
    found = screen("temp_emergency", {"persons": [{"id": "p1"}]})
    assert (found["verdict"], found["missing"]) == ("needs_info", ["event.traits", "p.basic_life_hardship"])


def test_hukou_elsewhere_changes_no_urgent_verdict() -> None:
    given: dict[str, Any] = {"hh": {"hukou_region": "360000", "live_region": "510000"}, "event": {"traits": ["urgent"]}, "persons": HARD}
    assert verdict("temp_emergency", given) == "meets"


def test_a_stranded_person_is_helped_where_he_is() -> None:
    assert verdict("vagrant", {"event": {"kind": "stranded"}, "persons": [{"id": "p1"}]}, person="p1") == "meets"
    assert verdict("vagrant", {"event": {"kind": "illness"}, "persons": [{"id": "p1", "away_hardship": False}]}, person="p1") == "fails"
    assert verdict("vagrant", {"persons": [{"id": "p1"}]}, person="p1") == "needs_info"


def test_acceptance_in_an_emergency_is_by_the_place_of_the_event_and_never_refused_for_hukou() -> None:
    given = {"hh": {"hukou_region": "360000"}, "app": {"emergency": True}, "event": {"place_region": "500112"}}
    found = check("township.accept_application", {}, given)
    assert (found["result"], found["handled_by"], found["rule"], found["cite"]) == ("allow", "500112", "CQ-31", "003:(十四)")


def test_acceptance_in_an_emergency_without_a_place_asks_for_it_and_is_not_blocked() -> None:
    found = check("township.accept_application", {}, {"app": {"emergency": True}})
    assert (found["result"], found["missing"]) == ("warn", ["event.place_region"])


@pytest.mark.parametrize(("kind", "place"), [("temp_emergency", "500112"), ("vagrant", "500112"), ("dibao", None)])
def test_the_kinds_of_urgent_aid_go_by_the_place_and_the_others_do_not(kind: str, place: str | None) -> None:
    given = {"app": {"kind": kind, "declaration": True, "emergency": False}, "event": {"place_region": "500112"}}
    assert check("township.accept_application", {}, given).get("handled_by") == place


def test_a_village_accepts_nothing_in_an_emergency_either() -> None:
    assert check("village.accept_application", {}, {"app": {"emergency": True}})["result"] == "block"


def test_pay_first_exactly_at_the_cap_is_allowed_with_a_statement_to_follow() -> None:
    found = check("pay_first", {"amount": "1000.00", "actor": "township"}, {"app": {"emergency": True}}, CAP)
    assert (found["result"], found["followup"], found["next_actor"]) == ("allow", "supplement_statement", "township")


def test_one_fen_over_the_cap_goes_the_ordinary_way() -> None:
    found = check("pay_first", {"amount": "1000.01", "actor": "township"}, {"app": {"emergency": True}}, CAP)
    assert (found["result"], found["rule"]) == ("block", "CQ-32")


def test_without_urgency_nothing_is_paid_first() -> None:
    assert check("pay_first", {"amount": "100.00", "actor": "township"}, {"app": {"emergency": False}}, CAP)["result"] == "block"


def test_without_a_cap_of_the_county_pay_first_is_a_warning_naming_it() -> None:
    found = check("pay_first", {"amount": "100.00", "actor": "township"}, {"app": {"emergency": True}})
    assert (found["result"], found["missing"], found["followup"]) == ("warn", ["local.small_advance_cap"], "supplement_statement")


def test_pay_first_may_be_considered_in_an_urgent_case_only() -> None:
    given = {"event": {"traits": ["sudden"]}, "persons": HARD, "app": {"emergency": True}}
    assert verdict("temp_advance", given) == "discretion"
    assert verdict("temp_advance", given | {"app": {"emergency": False}}) == "fails"
    assert verdict("temp_advance", given | {"app": {}}) == "needs_info"


def statement(followup: Any, local: dict[str, Any] | None = None, asof: str = "2026-11-21") -> list[dict[str, Any]]:
    advance = {"date": "2026-11-11", "amount": "500.00"} | ({} if followup is None else {"followup": followup})
    return tasks("supplement_statement", "CQ-32", {"advance": advance}, local, asof=asof)


def test_after_paying_first_a_statement_is_owed_without_a_day_of_its_own() -> None:
    assert [(one["state"], one["due"]) for one in statement(None)] == [("pending", None)]
    assert [(one["state"], one["due"]) for one in statement(False)] == [("pending", None)]


def test_the_countys_days_give_the_statement_a_day() -> None:
    days = {"supplement_days": {"days": 10, "unit": "days"}}
    assert [(one["state"], one["due"]) for one in statement(None, days)] == [("pending", "2026-11-21")]
    assert [one["state"] for one in statement(None, days, "2026-11-22")] == ["overdue"]


def test_a_statement_on_record_closes_it() -> None:
    assert statement(True) == []
    assert tasks("supplement_statement", "CQ-32", {}) == []


AUTH = {"app": {"authorisation": [{"person": "p1", "valid_to": "2026-11-21"}]}}


def test_an_authorisation_is_not_asked_again_while_valid() -> None:
    args = {"person": "p1", "what": "authorisation"}
    found = check("repeat_authorisation", args, AUTH)
    assert (found["result"], found["rule"], found["cite"]) == ("block", "CQ-21", "003:(二十)")
    assert check("repeat_authorisation", args, AUTH, asof="2026-11-22")["result"] == "allow"


def test_another_member_may_be_asked_and_an_unknown_ledger_is_a_warning() -> None:
    assert check("repeat_authorisation", {"person": "p2", "what": "authorisation"}, AUTH)["result"] == "allow"
    found = check("repeat_authorisation", {"person": "p1", "what": "authorisation"})
    assert (found["result"], found["missing"]) == ("warn", ["app.authorisation"])


def test_a_check_is_not_run_again_while_its_result_is_valid() -> None:
    valid = {"app": {"check": {"result": "pass", "valid_to": "2026-11-21"}}}
    assert check("repeat_authorisation", {"what": "check"}, valid)["result"] == "block"
    assert check("export_check_request", {"actor": "township"}, valid)["rule"] == "CQ-21"
    assert check("export_check_request", {"actor": "township"}, valid)["result"] == "block"
    assert check("repeat_authorisation", {"what": "check"}, valid, asof="2026-11-22")["result"] == "allow"
    assert check("export_check_request", {"actor": "township"}, valid, asof="2026-11-22")["result"] == "allow"


def reuse(**hh: Any) -> dict[str, Any]:
    return check("reuse_documents", {"actor": "township"}, {"hh": hh})


@pytest.mark.parametrize("left", ["dibao", "tekun"])
def test_papers_of_an_exit_are_used_again_with_consent(left: str) -> None:
    assert reuse(exit_from=left, exit_consent=True)["result"] == "allow"


def test_without_consent_papers_are_not_used_again() -> None:
    assert reuse(exit_from="dibao", exit_consent=False)["result"] == "block"
    assert reuse(exit_from="none", exit_consent=True)["result"] == "block"
    found = reuse(exit_from="dibao")
    assert (found["result"], found["missing"]) == ("warn", ["hh.exit_consent"])


def transfer(hh: dict[str, Any], **given: Any) -> list[dict[str, Any]]:
    base = {"exit_from": "dibao", "exit_date": "2026-11-01", "exit_consent": True, "status": "none", "category": "none"}
    return tasks("start_application", "CQ-20", {"hh": base | hh} | given)


def test_a_transfer_with_consent_is_open_until_the_application_is_there() -> None:
    found = transfer({})
    assert [(one["due"], one["kinds"]) for one in found] == [("2026-11-01", ["dibao_edge", "rigid_exp"])]
    assert transfer({}, app={"kind": "dibao_edge"}) == []
    assert transfer({"category": "edge"}) == []
    assert transfer({"exit_consent": False}) == []


SUBMIT = "village.submit_on_behalf"


def test_handing_in_waits_for_the_truthful_statement() -> None:
    assert check(SUBMIT, {}, {"app": {"declaration": True}})["result"] == "allow"
    found = check(SUBMIT, {}, {"app": {"declaration": False}})
    assert (found["result"], found["rule"], found["cite"]) == ("block", "CQ-37", "003:(二十二)")
    found = check(SUBMIT)
    assert (found["result"], found["missing"]) == ("block", ["app.declaration"])


def test_accepting_waits_for_it_too_but_not_in_an_emergency() -> None:
    assert check("township.accept_application", {}, {"app": {"kind": "dibao", "declaration": False}})["result"] == "block"
    assert check("township.accept_application", {}, {"app": {"kind": "dibao", "declaration": True}})["result"] == "allow"
    emergency = {"app": {"emergency": True}, "event": {"place_region": "500112"}}
    assert check("township.accept_application", {}, emergency)["result"] == "allow"


def test_an_application_for_urgent_aid_that_is_not_marked_urgent_still_needs_the_statement() -> None:
    given = {"app": {"kind": "temp_emergency", "emergency": False}, "event": {"place_region": "500112", "traits": ["sudden"]}}
    assert check("township.accept_application", {}, given)["rule"] == "CQ-37"
    given["app"]["declaration"] = True
    found = check("township.accept_application", {}, given)
    assert (found["result"], found["handled_by"]) == ("allow", "500112")


CHAIN = [{"kind": "temp_emergency", "matter_id": "m1", "period": "2026-11", "amount": "500.00"}]


def add(**args: Any) -> dict[str, Any]:
    return check("add_aid", {"kind": "temp_emergency", "matter_id": "m1", "actor": "township", **args}, {"aid": CHAIN})


def test_the_same_kind_matter_and_period_twice_is_a_warning() -> None:
    found = add(period="2026-11")
    assert (found["result"], found["rule"], found["cite"]) == ("warn", "CQ-22", "003:(四)")
    assert add(date="2026-11-20")["result"] == "warn"


@pytest.mark.parametrize("args", [{"period": "2026-12"}, {"period": "2026-11", "matter_id": "m2"}, {"period": "2026-11", "kind": "edu"}])
def test_another_period_matter_or_kind_is_no_duplicate_by_003(args: dict[str, Any]) -> None:
    found = add(**args)  # 004 stands beside and may object by its own reading
    objections = [found, *found.get("others", [])]
    assert not [one for one in objections if one["rule"] == "CQ-22" and one["result"] != "allow"]


def test_the_same_matter_where_the_matter_was_not_written_is_still_a_warning() -> None:
    assert check("add_aid", {"kind": "temp_emergency", "period": "2026-11"}, {"aid": CHAIN})["result"] == "warn"


def test_the_first_aid_of_a_household_is_no_duplicate() -> None:
    assert check("add_aid", {"kind": "dibao", "period": "2026-11"}, {"aid": []})["result"] == "allow"


def test_duplicates_and_omissions_already_in_the_chain_are_shown() -> None:
    assert lints({"aid": CHAIN + CHAIN}) == ["aid_duplicate:temp_emergency"]
    assert lints({"hh": {"status": "dibao"}, "aid": CHAIN}) == ["aid_omitted:dibao"]
    assert lints({"hh": {"status": "dibao"}, "aid": [{"kind": "dibao", "period": "2026-11"}]}) == []
    assert lints({"hh": {"status": "dibao"}}) == []


def test_a_referral_stays_open_until_its_feedback() -> None:
    referral = {"id": "r1", "dept": "education", "kind": "edu", "sent": "2026-11-01"}
    found = tasks("referral_followup", "CQ-38", {"referrals": [referral]})
    assert [(one["state"], one["due"], one["referral"], one["dept"]) for one in found] == [("pending", None, "r1", "education")]
    found = tasks("referral_followup", "CQ-38", {"referrals": [referral | {"due": "2026-11-20"}]})
    assert found[0]["state"] == "overdue"
    assert tasks("referral_followup", "CQ-38", {"referrals": [referral | {"feedback": "done"}]}) == []
