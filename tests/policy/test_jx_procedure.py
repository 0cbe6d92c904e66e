"""000:12, 000:17 and 000:三(二): who accepts and decides, what is not asked for, written from the clauses."""

from __future__ import annotations

import pytest
from tests.policy.jx_kit import check, quantities, quantity

HERE = "360102001001"


# JX-20
def test_urgent_aid_is_handled_where_it_happens_whatever_the_hukou() -> None:
    found = check("township.accept_application", app={"emergency": True}, event={"place_region": "360102"}, hh={"hukou_region": "500112"})
    assert (found["result"], found["handled_by"], found["next_actor"], found["rule"], found["cite"]) == ("allow", "360102", "township", "JX-20", "000:12")


def test_the_kind_alone_says_that_it_is_urgent() -> None:
    assert check("township.accept_application", {"kind": "temp_emergency"}, event={"place_region": "360102"})["rule"] == "JX-20"


def test_an_unknown_place_warns_and_never_refuses() -> None:
    found = check("township.accept_application", app={"emergency": True})
    assert (found["result"], found["missing"]) == ("warn", ["event.place_region"])


# JX-44
PERMIT = {"from_agri": True, "residence_permit_region": "360103", "hukou_region": "420100"}


def test_a_permit_holder_from_the_country_belongs_to_the_place_of_the_permit() -> None:
    found = check("township.accept_application", app={"kind": "dibao", "emergency": False}, hh=PERMIT)
    assert (found["result"], found["handled_by"], found["rule"]) == ("allow", "360103", "JX-44")
    assert found["cite"].startswith("000:17")


@pytest.mark.parametrize("hh", [{**PERMIT, "from_agri": False}, {"from_agri": True}, {}])
def test_without_the_permit_no_other_place_is_named_and_nobody_is_refused(hh: dict[str, object]) -> None:
    found = check("township.accept_application", app={"kind": "dibao"}, hh=hh)
    assert found["result"] == "allow"
    assert "handled_by" not in found


# JX-41
def test_the_window_takes_assesses_and_passes_on() -> None:
    found = check("township.accept_application", app={"kind": "dibao", "needs": ["edu"]})
    assert (found["result"], found["rule"], found["steps"], found["needs"]) == ("allow", "JX-41", ["受理", "综合评估", "办理或转请"], ["edu"])


def test_a_village_is_not_the_window() -> None:
    assert check("village.accept_application", app={"kind": "dibao"})["result"] == "block"


# JX-43
ROW = {"kind": "dibao", "max_amount": "1000.00", "from": "2026-01-01"}


def _decide(action: str = "township.decide", *, amount: str = "1000.00", kind: str = "dibao", asof: str = "2026-11-21", region: str = HERE, **row: object) -> dict[str, object]:
    return check(action, {"kind": kind, "amount": amount}, region=region, asof=asof, local={"delegations": [{**ROW, **row}]})


def test_a_delegated_kind_is_confirmed_by_the_township() -> None:
    found = _decide()
    assert (found["result"], found["next_actor"], found["rule"], found["cite"]) == ("allow", "township", "JX-43", "000:17")


@pytest.mark.parametrize("case", [{"amount": "1000.01"}, {"kind": "tekun"}, {"asof": "2025-12-31"}, {"to": "2026-10-31"}, {"township": "360102002"}])
def test_outside_the_delegation_the_county_decides(case: dict[str, str]) -> None:
    found = _decide(**case)  # type: ignore[arg-type]
    assert (found["result"], found["next_actor"]) == ("block", "county")


def test_a_delegation_to_this_township_holds() -> None:
    assert _decide(township="360102001")["result"] == "allow"


def test_without_a_table_of_delegations_the_county_decides() -> None:
    found = check("township.decide", {"kind": "dibao", "amount": "1.00"})
    assert (found["result"], found["next_actor"], found["missing"]) == ("block", "county", ["local.delegations"])


def test_an_unknown_amount_blocks_and_is_named() -> None:
    found = check("township.decide", {"kind": "dibao"}, local={"delegations": [ROW]})
    assert (found["result"], found["missing"]) == ("block", ["args.amount"])


def test_the_county_decides_what_it_kept_and_is_pointed_to_the_township_for_the_rest() -> None:
    assert _decide("county.decide", kind="tekun")["result"] == "allow"
    assert (_decide("county.decide")["result"], _decide("county.decide")["next_actor"]) == ("route", "township")


def test_the_level_of_decision_is_computed() -> None:
    local = {"delegations": [ROW]}
    assert quantity("decision_level", app={"kind": "dibao", "amount": "1000.00"}, local=local)["value"] == "township"
    assert quantity("decision_level", app={"kind": "tekun"}, local=local)["value"] == "county"
    assert quantity("decision_level", app={"kind": "dibao", "special": True}, local=local)["value"] == "county_coord"
    assert quantity("decision_level", app={"kind": "dibao"})["missing"] == ["local.delegations"]
    assert quantities("decision_level") == []


# JX-45
CLEAR = {"economy_clear": True, "facts_clear": True, "objection": "none"}


@pytest.mark.parametrize("objection", ["none", "minor", False])
def test_a_clear_case_is_not_appraised(objection: object) -> None:
    found = check("hold_appraisal", app={**CLEAR, "objection": objection})
    assert (found["result"], found["rule"]) == ("block", "JX-45")


@pytest.mark.parametrize("change", [{"economy_clear": False}, {"facts_clear": False}, {"objection": "major"}, {"objection": True}])
def test_an_unclear_case_may_be_appraised(change: dict[str, object]) -> None:
    assert check("hold_appraisal", app={**CLEAR, **change})["result"] == "allow"


def test_an_unknown_clarity_warns() -> None:
    found = check("hold_appraisal", app={"economy_clear": True, "objection": "none"})
    assert (found["result"], found["missing"]) == ("warn", ["app.facts_clear"])


# JX-46
def test_what_the_platform_has_is_not_asked_for() -> None:
    found = check("request_certificate", {"doc": "house_cert"}, local={"queryable_docs": ["house_cert", "marriage_cert"]})
    assert (found["result"], found["rule"], found["cite"]) == ("block", "JX-46", "000:17")


def test_what_the_platform_does_not_have_may_be_asked_for() -> None:
    assert check("request_certificate", {"doc": "diagnosis"}, local={"queryable_docs": ["house_cert"]})["result"] == "allow"


def test_without_the_countys_list_it_is_a_warning() -> None:
    found = check("request_certificate", {"doc": "house_cert"})
    assert (found["result"], found["missing"]) == ("warn", ["local.queryable_docs"])


# JX-50
TWO = [{"id": "a"}, {"id": "b"}]


def _request(authorisation: list[dict[str, str]] | None) -> dict[str, object]:
    return check("export_check_request", persons=TWO, app={} if authorisation is None else {"authorisation": authorisation})


def test_a_check_needs_everybodys_authorisation_in_force() -> None:
    found = _request([{"person": "a", "valid_to": "2026-11-21"}, {"person": "b", "valid_to": "2027-01-01"}])
    assert (found["result"], found["members"]) == ("allow", ["a", "b"])
    assert len(found["items"]) == 11  # type: ignore[arg-type]


@pytest.mark.parametrize("rows", [[{"person": "a", "valid_to": "2027-01-01"}], [{"person": "a", "valid_to": "2027-01-01"}, {"person": "b", "valid_to": "2026-11-20"}]])
def test_a_missing_or_expired_authorisation_stops_the_check(rows: list[dict[str, str]]) -> None:
    found = _request(rows)
    assert (found["result"], found["rule"]) == ("block", "JX-50")


def test_an_unknown_state_of_authorisations_warns() -> None:
    assert (_request(None)["result"], _request(None)["missing"]) == ("warn", ["app.authorisation"])
