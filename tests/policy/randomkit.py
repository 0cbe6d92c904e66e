"""Random households for the properties of all packs: every field a rule asks for, with values near its bounds.

The generator takes a `random.Random` whose seed the caller fixes and prints; the same seed is the same household.
"""

from __future__ import annotations

import copy
import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from xieli_tui.domain import codes

REGIONS = ("360100", "360111001", "511526", "511526001", "440703", "500112", "320101")
DAY = dt.date(2026, 11, 21)
HH_FLAGS = (
    "assets_ok", "low_income", "exp_poor", "filed_poor", "illness_poverty", "from_agri", "housing_difficulty", "exit_consent", "rigid_beyond_capacity",
    "returned_poor", "unstable_out_of_poverty", "edge_easy_poor", "sudden_hardship", "out_of_poverty", "goods_hard_to_get",
)
P_FLAGS = (
    "severe_disabled", "disability_cert", "severe_illness", "cannot_selfcare", "labour_able", "employed", "registered_unemployed", "wants_job", "wants_training",
    "in_school", "orphan", "unsupported_child", "left_behind", "has_hukou", "parent_in_prison", "returned_oc", "basic_life_hardship", "student_loan",
    "ability_to_pay", "in_county_inpatient", "apparent_disability",
)
BIRTHS = ("1940-05-01", "1966-11-21", "1966-11-22", "1980-02-29", "1995-07-01", "2008-11-21", "2008-11-22", "2010-11-22", "2016-01-01", "2024-11-21", "2025-06-01")
KINDS = ("dibao", "dibao_single", "tekun", "dibao_edge", "rigid_exp", "temp_emergency", "temp_expenditure", "temp_special", "edu", "med_aid")
MONEY: dict[str, tuple[str, ...]] = {
    "hh": ("income_month", "income_year", "income_gross_month", "necessary_exp_year", "rigid_deduction_month"), "app": ("amount",), "advance": ("amount",),
    "medical": ("in_policy_selfpay", "total"), "persons": ("wage_month",), "aid": ("amount",),
    "local": (
        "dibao_std_month", "tekun_std_month", "prov_floor", "city_std_month", "dispo_income_prev_year", "small_advance_cap", "insure_tier1_fee", "insure_tier2_fee",
        "min_wage_month", "reserve_balance",
    ),
}
"""Sums that stand as plain fields, by table."""
DEEP = ("max_amount", "per_worker_month", "amount", "tilt_selfpay_min", "income_below")
"""Names of sums inside the tables of the county file."""


def day(rng: random.Random, years: int = 3) -> str:
    """A day of the last years, often the end of a month."""
    one = DAY - dt.timedelta(days=rng.randrange(0, 365 * years))
    return (one.replace(day=1) - dt.timedelta(days=1) if rng.random() < 0.3 else one).isoformat()


def near(rng: random.Random, amount: str) -> str:
    """A sum at a bound, one 分 beside it, or anywhere."""
    exact = Decimal(amount)
    return str(rng.choice([exact, exact - Decimal("0.01"), exact + Decimal("0.01"), Decimal(rng.randrange(0, 900000)) / 100]).max(Decimal("0.00")))


def household(rng: random.Random, op: str, known: float = 0.75) -> dict[str, Any]:
    """One question; every fact is there with the probability `known`."""
    some = rng.random

    def maybe(table: dict[str, Any], name: str, value: Any) -> None:
        if some() < known:
            table[name] = value

    size = rng.randrange(1, 5)
    std = Decimal("735.00")
    hh: dict[str, Any] = {}
    for flag in HH_FLAGS:
        maybe(hh, flag, some() < 0.5)
    maybe(hh, "size", size)
    for name, bound in (
        ("income_month", std * size * Decimal(rng.choice(["1", "1.5", "2"]))), ("income_year", Decimal(38000) * size), ("income_gross_month", std * size),
        ("necessary_exp_year", Decimal("0.6") * 38000 * size), ("rigid_deduction_month", Decimal(300)),
    ):
        maybe(hh, name, near(rng, f"{bound:.2f}"))
    status = rng.choice(["none", "dibao", "tekun"])
    maybe(hh, "status", status)
    if status == "none":
        maybe(hh, "category", rng.choice(["none", "edge", "rigid", "relapse_monitor", "other_hard"]))
    words: tuple[tuple[str, Any], ...] = (
        ("area", rng.choice(["urban", "rural"])), ("income_stability", rng.choice(["stable", "unstable"])), ("income_rise_cause", rng.choice(["employment", "measures", "other"])),
        ("rigid_causes", rng.sample(["illness", "disability", "schooling", "housing"], 2)), ("causes", rng.sample(["illness", "schooling", "housing", "disaster"], 2)),
        ("house_safety", rng.choice(["ok", "danger"])), ("exit_from", rng.choice(["none", "dibao", "tekun"])), ("hukou_region", "360100"), ("residence_permit_region", "360111"),
        ("pair_party_members", rng.randrange(0, 2)),
    )
    for name, value in words:
        maybe(hh, name, value)
    for name in ("grant_date", "last_review", "assessed_date", "category_since", "exit_date"):
        if some() < known * 0.6:
            hh[name] = day(rng)
    if hh.get("exit_from") == "none":
        hh.pop("exit_date", None)  # who never had aid never left it
    persons = []
    for number in range(rng.randrange(0, 4)):
        person: dict[str, Any] = {"id": f"p{number}"}
        for flag in P_FLAGS:
            maybe(person, flag, some() < 0.4)
        maybe(person, "birth_date", rng.choice(BIRTHS))
        if some() < 0.4:
            person["category"] = rng.choice(["none", "edge", "rigid"] if status == "none" else ["none", status])
        more: tuple[tuple[str, Any], ...] = (
            ("support_mode", rng.choice(["dispersed", "centralised"])), ("single_kind", rng.choice(["severe_ill", "elder_hard", "minor_hard", "left_behind", "dementia"])),
            ("student_stage", rng.choice(["kindergarten", "primary", "university"])), ("disability_kind", rng.choice(["none", "intellect", "limb"])),
            ("away_hardship", rng.choice([False, "lost", "domestic"])), ("insure_tier", rng.choice(["tier1", "tier2", "none"])), ("guardian", rng.choice([False, "grandmother"])),
            ("cares_for", rng.choice(["none", "p0", "p1"])), ("wage_month", near(rng, "2100.00")),
            ("obligors", [{"low_income": some() < 0.6, "safety_net": some() < 0.5, "can_fully_support": some() < 0.4} for _ in range(rng.randrange(0, 3))]),
        )
        for name, value in more:
            if some() < known * 0.7:
                person[name] = value
        persons.append(person)
    local: dict[str, Any] = {}
    county: tuple[tuple[str, Any], ...] = (
        ("dibao_std_month", "735.00"), ("tekun_std_month", near(rng, "955.50")), ("prov_floor", near(rng, "735.00")), ("city_std_month", near(rng, "735.00")),
        ("dispo_income_prev_year", "38000.00"), ("rigid_ratio", "0.6"), ("employment_cost_rule", {"per_worker_month": "300.00"}), ("taper_months", 6),
        ("small_advance_cap", "1000.00"), ("village_ta_entrusted", some() < 0.5), ("dibao_mode", rng.choice(["gap", "tier"])),
        ("dibao_tiers", [{"income_below": "300.00", "amount": "400.00"}, {"income_below": "735.00", "amount": "200.00"}]),
        ("delegations", [{"kind": "dibao", "from": "2026-01-01"}, {"kind": "temp_emergency", "max_amount": "3000.00"}]), ("insure_tier1_fee", "400.00"),
        ("insure_tier2_fee", "775.00"), ("insure_other_ok", some() < 0.5), ("med_rules", {"tilt_selfpay_min": "20000.00"}), ("min_wage_month", "2100.00"),
        ("dis_extend", {"dis_living": some() < 0.5, "dis_nursing": True}), ("kind_rules", {"tekun": ["tekun"], "med_aid": ["low_income"], "fee_tv": ["edge"], "edu": ["dibao"]}),
        ("price_link", {"month": "2026-11", "categories": ["dibao"], "amount": "30.00"}), ("poverty_key_county", some() < 0.5), ("supplement_days", 10),
        ("referral_days", {"education": 10}), ("alert_days", {"gap": 20}), ("queryable_docs", ["household_register"]), ("reserve_balance", "5000.00"),
        ("disaster", {"metric": "80", "plan_threshold": "100", "is_poor_area": some() < 0.5}), ("emergency_items", ["火灾"]),
        ("departments", {"edu": "县教育局"}), ("emergency_windows", [{"from": "2026-03-01", "to": "2026-04-15"}]),
    )
    for name, value in county:
        maybe(local, name, value)
    given: dict[str, Any] = {"hh": hh, "persons": persons}
    _case(rng, given, known)
    _records(rng, given, persons)
    return {"op": op, "region": rng.choice(REGIONS), "asof": DAY.isoformat(), "local": local, "given": given}


def _case(rng: random.Random, given: dict[str, Any], known: float) -> None:
    some = rng.random
    tables: dict[str, dict[str, Any]] = {
        "event": {
            "kind": rng.choice(["fire", "crime", "disaster", "public_event", "stranded", "death"]), "traits": rng.sample(["sudden", "temporary", "catastrophic", "slow"], 1),
            "other_aid_covers": some() < 0.5, "major": some() < 0.5, "compensated": some() < 0.5, "date": day(rng, 1), "place_region": "360111",
        },
        "app": {
            "kind": rng.choice(KINDS), "state": rng.choice(["draft", "handed_over", "accepted", "decided_rejected"]), "emergency": some() < 0.5,
            "amount": near(rng, rng.choice(["1000.00", "3000.00"])), "special": some() < 0.3, "result": rng.choice(["rejected", "granted"]), "date": day(rng, 1),
            "commitment_signed": some() < 0.5, "declaration": some() < 0.5, "economy_clear": some() < 0.5, "facts_clear": some() < 0.5,
            "objection": rng.choice(["none", "major"]), "kin_relation": rng.choice(["none", True]), "opinion": rng.choice([False, "grant"]),
            "investigations": rng.choice([[], ["it_check"]]), "platform_no": "X1",
        },
        "medical": {"in_policy_selfpay": near(rng, "20000.00"), "total": "30000.00", "paid_by_layers": {"基本": "10000.00", "大病": "5000.00"}},
        "station": {"enter_date": day(rng, 1), "id_known": some() < 0.5},
        "taper": {"start": day(rng, 1), "months": rng.randrange(1, 14)},
        "advance": {"date": day(rng, 1), "amount": "500.00", "followup": some() < 0.3},
    }
    for name, table in tables.items():
        if some() < 0.7:
            given[name] = {key: value for key, value in table.items() if some() < known}


def _records(rng: random.Random, given: dict[str, Any], persons: list[dict[str, Any]]) -> None:
    some = rng.random
    who = [one["id"] for one in persons] or ["p0"]
    lists: dict[str, list[dict[str, Any]]] = {
        "visits": [{"date": day(rng, 2), "finding": rng.choice([False, "eligible"])} for _ in range(3)],
        "it_checks": [{"date": day(rng, 2)} for _ in range(2)], "home_surveys": [{"date": day(rng)}], "reviews": [{"date": day(rng, 2)}],
        "services": [{"person": rng.choice(who), "kind": rng.choice(["job_offer", "guidance"]), "date": day(rng, 1)} for _ in range(3)],
        "alerts": [{"id": f"a{n}", "class": rng.choice(codes.ids("alert_class")), "date": day(rng, 1)} for n in range(2)],
        "referrals": [{"id": f"r{n}", "dept": "education", "sent": day(rng, 1)} for n in range(2)],
        "changes": [{"kind": "job", "date": day(rng, 1), "handled": some() < 0.5} for _ in range(2)],
        "aid": [{"kind": rng.choice(["dibao", "edu", "temp_emergency"]), "matter_id": f"m{n}", "date": day(rng, 1), "amount": "300.00"} for n in range(2)],
        "roster": [{"person": "c1", "village": "v1", "source": rng.choice(["committee", "grid", "hired"])}],
        "villages": [{"id": f"v{n}", "coordinators": rng.randrange(0, 4), "recipients": rng.choice([200, 201]), "station": some() < 0.5} for n in range(2)],
        "service_bodies": [{"id": "b1", "technical_posts": 10, "socialwork_posts": rng.choice([7, 8])}],
        "informed": [{"kind": "dibao", "answer": rng.choice(["willing", "unwilling"])}],
    }
    for name, rows in lists.items():
        if some() < 0.5:
            given[name] = rows


def leaves(question: dict[str, Any]) -> Iterator[list[tuple[dict[str, Any], str]]]:
    """What can be taken away: one fact, or facts that stand for each other and are known together, as (table, name).

    Rows of lists are records, not facts, and stay. The category of a person is p.category, else hh.category, else hh.status (design 06): it is
    unknown only when the whole chain is. An application's result stands in for its state the same way.
    """
    given = question["given"]
    chain = [(table, name) for table in (given["hh"], *given["persons"]) for name in ("category", "status") if name in table]
    chain += [(given["app"], name) for name in ("result", "state") if name in given.get("app", {})]
    if chain:
        yield chain
    taken = {(id(table), name) for table, name in chain}
    for table in (given["hh"], question["local"], *(given[name] for name in ("event", "app", "medical", "station") if name in given), *given["persons"]):
        for name in table:
            if name != "id" and (id(table), name) not in taken:
                yield [(table, name)]


def scaled(question: dict[str, Any], times: int = 10) -> dict[str, Any]:
    """The same question with every money fact and local amount so many times as large."""
    out = copy.deepcopy(question)
    given = out["given"]
    for section, names in MONEY.items():
        held = out["local"] if section == "local" else given.get(section, {})
        for table in held if isinstance(held, list) else [held]:
            for name in names:
                if name in table:
                    table[name] = str(Decimal(table[name]) * times)
    _scale_deep(out["local"], times)
    if "medical" in given and "paid_by_layers" in given["medical"]:
        given["medical"]["paid_by_layers"] = {key: str(Decimal(value) * times) for key, value in given["medical"]["paid_by_layers"].items()}
    for action in out.get("actions", ()):
        if "amount" in action["args"]:
            action["args"]["amount"] = str(Decimal(action["args"]["amount"]) * times)
    return out


def _scale_deep(table: Any, times: int, top: bool = True) -> None:
    if isinstance(table, list):
        for one in table:
            _scale_deep(one, times, False)
    elif isinstance(table, dict):
        for name, value in table.items():
            if not top and name in DEEP:
                table[name] = str(Decimal(value) * times)
            else:
                _scale_deep(value, times, False)


def shuffled(question: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """The same question with every list in another order."""
    def turn(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turn(one) for key, one in value.items()}
        if isinstance(value, list):
            return rng.sample([turn(one) for one in value], len(value))
        return value

    return {**question, "given": turn(question["given"]), "local": turn(question["local"])}
