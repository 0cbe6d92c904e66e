"""Which rule waits for which local parameter: what `county lint` calls missing, and for whom.

Rules kept here
- a parameter is missing when a rule of an active pack reads it and no row of the county is in force; the rules that wait are named with it (X-03);
- the table is written out and a test holds it against the code of the rules, so that nothing has to be read out of code at run time;
- a switch (可, 有条件的地方, an emergency that is not on) that was never thrown is no gap: its rule says so by itself.
"""

from __future__ import annotations

READ_BY: dict[str, tuple[str, ...]] = {
    "alert_days": ("CQ-17",),
    "city_std_month": ("JM-16", "JX-06"),
    "delegations": ("GX-18", "GX-19", "JX-43"),
    "departments": ("GX-24",),
    "dibao_mode": ("JX-01",),
    "dibao_std_month": ("CQ-02", "GX-01", "GX-03", "GX-05", "JM-16", "JX-01", "JX-05", "JX-06", "JX-15", "X-05"),
    "dibao_tiers": ("JX-01",),
    "dis_extend": ("CQ-35", "JX-38"),
    "disaster": ("JX-37",),
    "dispo_income_prev_year": ("CQ-03",),
    "emergency_items": ("CN-02",),
    "emergency_windows": ("JX-08", "JX-09"),
    "employment_cost_rule": ("GX-06", "JX-14"),
    "half_year_condition": ("JX-08", "JX-09"),
    "insure_other_ok": ("CQ-23", "CQ-24"),
    "insure_tier1_fee": ("CQ-23", "CQ-24"),
    "kind_rules": ("CQ-34", "CQ-35", "GX-09", "GX-24", "JX-03", "JX-16"),
    "med_rules": ("CQ-25", "CQ-26", "JX-31"),
    "min_wage_month": ("GX-07",),
    "poverty_key_county": ("JX-33",),
    "price_link": ("JX-07",),
    "prov_floor": ("JX-06",),
    "queryable_docs": ("JX-46",),
    "referral_days": ("CN-07",),
    "reserve_balance": ("JX-25",),
    "rigid_ratio": ("CQ-03",),
    "small_advance_cap": ("CQ-32", "JX-21"),
    "supplement_days": ("CQ-32", "JX-21"),
    "taper_months": ("JX-15",),
    "tekun_std_month": ("JX-05",),
    "village_ta_entrusted": ("JX-22",),
}
"""Parameter -> rules whose function reads it."""

BESIDE: dict[str, tuple[str, ...]] = {
    "hotline": ("CN-09",), "phones": ("CN-09",), "risk_indicators": ("GX-14",),
}
"""Parameter -> rules that live outside the engine and need it."""

SWITCHES: frozenset[str] = frozenset({
    "city_std_month", "departments", "dibao_tiers", "dis_extend", "disaster", "emergency_windows", "half_year_condition", "insure_other_ok", "poverty_key_county",
    "price_link", "reserve_balance", "village_ta_entrusted",
})
"""Off, or not applicable, until the county says otherwise: never called missing."""


def waiting() -> dict[str, tuple[str, ...]]:
    """Every parameter a rule cannot do without -> the rules, in both tables together."""
    keys = sorted((set(READ_BY) | set(BESIDE)) - SWITCHES)
    return {key: (*READ_BY.get(key, ()), *BESIDE.get(key, ())) for key in keys}
