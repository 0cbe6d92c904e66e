"""000:1, 000:3, 000:4 and the income side of 000:9, written from the clauses."""

from __future__ import annotations

import pytest
from tests.policy.jx_kit import ABOVE, STD, check, lints, quantities, quantity, state, task, tasks, verdict

from xieli_tui.policy import ask

LOW = {"low_income": True}
SPECIAL = {"low_income": False, "exp_poor": False, "filed_poor": False}


# JX-01
@pytest.mark.parametrize(("income", "amount"), [("700.00", "700.00"), ("699.99", "700.01"), ("0", "1400.00"), ("1400.00", "0.00"), ("5000.00", "0.00")])
def test_the_gap_is_standard_times_members_less_income_and_never_below_zero(income: str, amount: str) -> None:
    found = quantity("benefit_gap", hh={"size": 2, "income_month": income}, local={**STD, "dibao_mode": "gap"})
    assert (found["value"], found["rule"], found["cite"], found["estimate"]) == (amount, "JX-01", "000:3", True)


def test_without_the_countys_mode_the_amount_is_not_guessed() -> None:
    found = quantity("benefit_gap", hh={"size": 2, "income_month": "700.00"}, local=STD)
    assert (found["verdict"], found["missing"]) == ("needs_info", ["local.dibao_mode"])


def test_an_unknown_standard_is_named() -> None:
    assert quantity("benefit_gap", hh={"size": 2, "income_month": "1"}, local={"dibao_mode": "差额"})["missing"] == ["local.dibao_std_month"]


@pytest.mark.parametrize(("income", "amount"), [("599.98", "800.00"), ("600.00", "500.00"), ("1399.99", "500.00"), ("1400.00", "0.00")])
def test_by_tiers_the_first_row_the_family_lies_under_counts(income: str, amount: str) -> None:
    tiers = [{"income_below": "700.00", "amount": "250.00"}, {"income_below": "300.00", "amount": "400.00"}]
    assert quantity("benefit_gap", hh={"size": 2, "income_month": income}, local={"dibao_mode": "tier", "dibao_tiers": tiers})["value"] == amount


def test_by_tiers_without_a_table_the_table_is_missing() -> None:
    found = quantity("benefit_gap", hh={"size": 2, "income_month": "1.00"}, local={"dibao_mode": "分档"})
    assert found["missing"] == ["local.dibao_tiers"]


# JX-02
@pytest.mark.parametrize("family", ["low_income", "exp_poor", "filed_poor"])
@pytest.mark.parametrize("trait", ["severe_disabled", "severe_illness"])
def test_a_special_person_of_a_poor_family_may_be_taken_alone(family: str, trait: str) -> None:
    found = verdict("dibao_single", hh={family: True}, persons=[{"id": "a", trait: True}])
    assert (found["verdict"], found["rule"], found["cite"], found["person"]) == ("discretion", "JX-02", "000:3", "a")
    assert "oneoff_subsidy" in found["alternatives"]
    assert "temp_aid" in found["alternatives"]


def test_the_one_off_subsidy_is_the_same_test() -> None:
    assert verdict("oneoff_subsidy", hh=LOW, persons=[{"id": "a", "severe_illness": True}])["verdict"] == "discretion"


def test_a_person_of_no_poor_family_is_not_taken_alone() -> None:
    found = verdict("dibao_single", hh=SPECIAL, persons=[{"id": "a", "severe_disabled": True}])
    assert (found["verdict"], found["because"]) == ("fails", ["低收入、支出型贫困家庭或建档立卡贫困对象"])


def test_known_false_decides_before_unknown() -> None:
    found = verdict("dibao_single", hh=SPECIAL, persons=[{"id": "a"}])
    assert (found["verdict"], found["missing"]) == ("fails", [])


def test_unknown_traits_are_asked_for() -> None:
    found = verdict("dibao_single", hh=LOW, persons=[{"id": "a", "severe_disabled": False}])
    assert (found["verdict"], found["missing"]) == ("needs_info", ["p.severe_illness"])


def test_no_persons_is_one_answer_that_waits_for_them() -> None:
    assert verdict("dibao_single", hh=LOW)["missing"] == ["persons"]


# JX-03
def _tekun(birth: str, asof: str = "2026-11-21", **person: object) -> dict[str, object]:
    return verdict("tekun", asof=asof, local={"kind_rules": {"tekun": ["other_hard"]}}, persons=[{"id": "a", "birth_date": birth, "category": "other_hard", **person}])


def test_a_seventeen_year_old_is_within_the_age_for_tekun() -> None:
    found = _tekun("2008-11-22")
    assert (found["verdict"], found["age_condition"], found["rule"]) == ("meets", True, "JX-03")


def test_on_the_eighteenth_birthday_the_minor_is_no_minor() -> None:
    found = _tekun("2008-11-21", severe_disabled=False)
    assert (found["verdict"], found["age_condition"]) == ("fails", False)


def test_a_leap_day_child_is_eighteen_on_the_twenty_eighth_of_february() -> None:
    assert _tekun("2008-02-29", "2026-02-27", severe_disabled=False)["verdict"] == "meets"
    assert _tekun("2008-02-29", "2026-02-28", severe_disabled=False)["verdict"] == "fails"


def test_an_old_person_is_not_refused_by_the_age_of_minors() -> None:
    found = _tekun("1950-01-01")
    assert (found["verdict"], found["external"]) == ("meets", ["ext_elder_age"])


def test_the_other_conditions_of_tekun_are_local() -> None:
    found = verdict("tekun", persons=[{"id": "a", "birth_date": "2015-01-01"}])
    assert (found["verdict"], found["missing"], found["age_condition"]) == ("needs_info", ["local.kind_rules.tekun"], True)


def test_an_unknown_birth_is_asked_for() -> None:
    assert "p.birth_date" in verdict("tekun", persons=[{"id": "a", "severe_disabled": False}])["missing"]


# JX-04
def _minor(birth: str, asof: str, **hh: str) -> str:
    return state("review_minor_18", asof=asof, hh={"grant_date": "2015-01-01", **hh}, persons=[{"id": "a", "status": "tekun", "birth_date": birth}])


def test_the_review_at_eighteen_is_due_on_the_birthday() -> None:
    found = task("review_minor_18", hh={"grant_date": "2015-01-01"}, persons=[{"id": "a", "status": "tekun", "birth_date": "2009-03-05"}])
    assert (found["due"], found["state"], found["person"], found["cite"]) == ("2027-03-05", "pending", "a", "000:3")


@pytest.mark.parametrize(("asof", "expected"), [("2027-03-05", "pending"), ("2027-03-06", "overdue")])
def test_after_the_birthday_it_is_overdue(asof: str, expected: str) -> None:
    assert _minor("2009-03-05", asof) == expected


def test_a_review_on_or_after_the_birthday_clears_it() -> None:
    assert _minor("2009-03-05", "2027-04-01", last_review="2027-03-05") == "none"
    assert _minor("2009-03-05", "2027-04-01", last_review="2027-03-04") == "overdue"


def test_somebody_granted_as_an_adult_owes_no_review_of_minors() -> None:
    assert _minor("1950-03-05", "2026-11-21") == "none"


def test_an_unknown_grant_counts_as_before_the_birthday() -> None:
    found = task("review_minor_18", persons=[{"id": "a", "category": "tekun", "birth_date": "2000-02-29"}])
    assert (found["due"], found["state"]) == ("2018-02-28", "overdue")


def test_a_minor_who_is_no_tekun_owes_nothing() -> None:
    assert state("review_minor_18", persons=[{"id": "a", "category": "dibao", "birth_date": "2009-03-05"}]) == "none"


def test_a_tekun_person_without_birth_date_waits_for_it() -> None:
    assert task("review_minor_18", persons=[{"id": "a", "status": "tekun"}])["missing"] == ["p.birth_date"]


# JX-05, JX-06
@pytest.mark.parametrize(("tekun", "low"), [("910.00", False), ("909.99", True), ("1000.00", False)])
def test_the_tekun_standard_is_at_least_one_point_three_times(tekun: str, low: bool) -> None:
    assert ("tekun_std_below_1_3" in lints(local={**STD, "tekun_std_month": tekun})) is low


def test_no_lint_about_a_standard_nobody_set() -> None:
    assert lints(local=STD) == set()


@pytest.mark.parametrize(("floor", "low"), [("700.00", False), ("700.01", True)])
def test_a_standard_below_the_provinces_floor_is_a_lint(floor: str, low: bool) -> None:
    assert ("std_below_floor" in lints(local={**STD, "prov_floor": floor})) is low


# JX-07
LINK = {"price_link": {"month": "2026-11", "categories": ["dibao", "tekun"], "amount": "30.00"}}


def test_in_a_linked_month_the_listed_categories_are_shown_with_the_countys_amount() -> None:
    found = verdict("price_subsidy", hh={"category": "dibao"}, local=LINK)
    assert (found["verdict"], found["amount"], found["rule"]) == ("meets", "30.00", "JX-07")


def test_a_category_not_listed_or_another_month_gets_no_price_subsidy() -> None:
    assert verdict("price_subsidy", hh={"category": "edge"}, local=LINK)["verdict"] == "fails"
    assert verdict("price_subsidy", hh={"category": "dibao"}, local=LINK, asof="2026-12-01")["verdict"] == "fails"


def test_without_the_countys_switch_nothing_is_said_about_prices() -> None:
    assert verdict("price_subsidy", hh={"category": "dibao"})["missing"] == ["local.price_link"]


# JX-14
WORK = {"employment_cost_rule": {"per_worker_month": "300.00"}}


def test_employment_cost_is_taken_off_for_each_worker() -> None:
    found = quantity("income_net", hh={"status": "dibao", "income_gross_month": "2400.00"}, persons=[{"id": "a", "employed": True}, {"id": "b", "employed": True}], local=WORK)
    assert (found["value"], found["cite"]) == ("1800.00", "000:9")
    assert found["lines"] == [{"gross": "2400.00", "workers": 2, "per_worker": "300.00", "deducted": "600.00"}]


def test_nobody_at_work_needs_no_rule() -> None:
    assert quantity("income_net", hh={"status": "dibao", "income_gross_month": "900.00"}, persons=[{"id": "a", "employed": False}])["value"] == "900.00"


def test_a_worker_without_the_local_rule_is_needs_info() -> None:
    found = quantity("income_net", hh={"status": "dibao", "income_gross_month": "900.00"}, persons=[{"id": "a", "employed": True}])
    assert (found["verdict"], found["missing"]) == ("needs_info", ["local.employment_cost_rule"])


def test_unknown_employment_is_not_read_as_unemployed() -> None:
    found = quantity("income_net", hh={"status": "dibao", "income_gross_month": "900.00"}, persons=[{"id": "a"}], local=WORK)
    assert found["missing"] == ["p.employed"]


def test_the_deduction_is_for_recipients() -> None:
    assert quantities("income_net", hh={"status": "none", "income_gross_month": "900.00"}, persons=[{"id": "a", "employed": True}], local=WORK) == []


# JX-15
def _taper(income: str, **local: object) -> dict[str, object]:
    return verdict("dibao_taper", hh={"status": "dibao", "size": 2, "income_month": income}, persons=[{"id": "a", "employed": True}], local={**STD, **local})


def test_an_employed_recipient_above_the_standard_may_taper() -> None:
    found = _taper("1400.01", taper_months=6)
    assert (found["verdict"], found["rule"], found["taper_months"], found["dept"]) == ("discretion", "JX-15", 6, "hrss")


def test_at_exactly_one_standard_there_is_no_taper() -> None:
    assert _taper("1400.00", taper_months=6)["verdict"] == "fails"


def test_jiangxi_states_no_ceiling_for_the_taper() -> None:
    assert _taper("99999.00", taper_months=6)["verdict"] == "discretion"


def test_the_length_of_the_taper_is_local() -> None:
    found = _taper("1400.01")
    assert (found["verdict"], found["missing"]) == ("needs_info", ["local.taper_months"])


def test_nobody_employed_is_no_taper() -> None:
    assert verdict("dibao_taper", hh={"status": "dibao", "size": 1, "income_month": "900.00"}, persons=[{"id": "a", "employed": False}], local=STD)["verdict"] == "fails"


@pytest.mark.parametrize(("months", "expected"), [(6, "allow"), (7, "warn")])
def test_a_taper_is_set_within_the_countys_months(months: int, expected: str) -> None:
    found = check("set_taper", {"start": "2026-08-31", "months": months}, local={"taper_months": 6})
    assert (found["result"], found["next_actor"]) == (expected, "township")
    assert found["taper_end"] == ("2027-02-28" if months == 6 else "2027-03-31")


def test_without_local_months_setting_a_taper_warns() -> None:
    found = check("set_taper", {"start": "2026-08-31", "months": 3})
    assert (found["result"], found["missing"]) == ("warn", ["local.taper_months"])


def test_a_recorded_taper_ends_on_its_first_uncovered_day() -> None:
    taper = {"start": "2026-11-30", "months": 3}
    assert quantity("taper_end", taper=taper)["value"] == "2027-02-28"
    found = task("taper_end", hh={"status": "dibao"}, taper=taper)
    assert (found["due"], found["state"]) == ("2027-02-28", "pending")


def test_no_taper_on_record_is_no_task() -> None:
    assert tasks("taper_end", hh={"status": "dibao"}) == []


# JX-16
POOR = {**ABOVE, "status": "none", "low_income": True, "filed_poor": False, "exp_poor": False}


def test_a_poor_family_outside_dibao_is_looked_at_for_special_aid_instead_of_stopped() -> None:
    found = verdict("housing_urban", hh={**POOR, "area": "urban", "housing_difficulty": True}, persons=[{"id": "a", "support_mode": "centralised"}], local=STD)
    assert (found["verdict"], found["rule"], found["cite"], found["missing"]) == ("needs_info", "JX-16", "000:1", ["local.kind_rules.housing_urban"])
    assert {"med_aid", "edu", "employment", "disaster"} <= set(found["special_kinds"])


def test_with_the_countys_list_a_low_income_family_meets() -> None:
    local = {**STD, "kind_rules": {"housing_rural": ["dibao", "low_income"]}}
    assert verdict("housing_rural", hh={**POOR, "area": "rural", "housing_difficulty": True}, persons=[{"id": "a"}], local=local)["verdict"] == "meets"


def test_without_the_need_there_is_no_special_aid() -> None:
    found = verdict("housing_urban", hh={**POOR, "area": "urban", "housing_difficulty": False}, persons=[{"id": "a"}], local=STD)
    assert found["verdict"] == "fails"


def test_a_family_that_is_not_poor_is_not_taken_in_by_clause_one() -> None:
    hh = {**ABOVE, "status": "none", "low_income": False, "exp_poor": False, "filed_poor": False, "area": "urban", "housing_difficulty": True}
    assert verdict("housing_urban", hh=hh, persons=[{"id": "a"}], local=STD)["verdict"] == "fails"


# the pack
def test_the_pack_is_silent_outside_jiangxi_and_before_its_day() -> None:
    def active(region: str, asof: str) -> bool:
        packs = ask({"op": "packs", "region": region, "asof": asof})["packs"]
        return bool(next(one for one in packs if one["id"] == "000")["active"])

    assert active("360100", "2020-11-13")
    assert not active("360100", "2020-11-12")
    assert not active("511526", "2026-11-21")
    row = next(one for one in ask({"op": "packs", "region": "360100", "asof": "2026-11-21"})["packs"] if one["id"] == "000")
    assert row["assumed"]
    assert row["currency"] == "unverified"
