"""The canonical fields of a question with their types (policy-source.md §0), and how each is read.

Rules kept here
- money and ratios are decimal strings and become `Fraction`; a JSON number with a point is refused everywhere, a whole number where money is meant;
- flags are true / false (yes / no are understood); "unknown", null and "" are unknown and dropped (R12): an absent field is never false;
- a value that cannot be is refused with the path of its field: a birth in the future, a negative sum, a household of nobody, a category no
  vocabulary has; nothing of the value itself is repeated in the error;
- a field nobody listed passes as it is (a county's own pack may use it), as long as no float is in it.

Types: money, ratio, count, day, flag, region, mark (flag or word), words (list), sums (money, or a table or list of money), spec (days or
{days, unit}), vocab:<name>, text, any, table:<section>, rows:<section>.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from xieli_tui.domain import codes
from xieli_tui.domain.idnum import region_known
from xieli_tui.errors import Refused
from xieli_tui.policy.readings import r12_says_nothing

_DECIMAL = re.compile(r"^-?\d{1,15}(\.\d{1,12})?$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_FIRST_BIRTH = dt.date(1850, 1, 1)

_SPEC: dict[str, dict[str, str]] = {
    "hh": {
        "money": "income_month income_year income_gross_month necessary_exp_year rigid_deduction_month",
        "count": "size pair_party_members",
        "day": "category_since exit_date monitor_until grant_date last_review assessed_date",
        "flag": "assets_ok low_income exp_poor filed_poor illness_poverty from_agri housing_difficulty exit_consent rigid_beyond_capacity returned_poor "
                "unstable_out_of_poverty edge_easy_poor sudden_hardship out_of_poverty",
        "region": "region hukou_region live_region residence_permit_region",
        "vocab:category": "category", "vocab:status": "status exit_from", "vocab:area": "area",
        "words": "members rigid_causes causes", "text": "id income_rise_cause income_stability house_safety group_id grid_id",
    },
    "p": {
        "day": "birth_date", "money": "wage_month",
        "flag": "severe_disabled disability_cert severe_illness cannot_selfcare labour_able employed registered_unemployed wants_job wants_training in_school orphan "
                "unsupported_child left_behind has_hukou parent_in_prison returned_oc basic_life_hardship",
        "vocab:category": "category", "vocab:status": "status", "vocab:support_mode": "support_mode", "vocab:sex": "sex",
        "mark": "guardian away_hardship near_relative_of", "rows:obligor": "obligors",
        "text": "id name relation disability_kind cares_for cared_kind student_stage single_kind insure_tier", "any": "disability_level",
    },
    "obligor": {"flag": "low_income safety_net can_fully_support"},
    "app": {
        "money": "amount", "day": "date", "flag": "emergency commitment_signed economy_clear facts_clear special",
        "mark": "objection declaration kin_relation village_opinion opinion", "rows:authorisation": "authorisation", "rows:publicity": "publicity",
        "table:entrust": "entrust", "table:check": "check", "any": "investigations stages needs", "text": "id kind state submitted_by platform_no result",
    },
    "authorisation": {"day": "valid_to date from", "text": "person"},
    "publicity": {"day": "from to", "text": "kind place"},
    "entrust": {"day": "date", "text": "by"},
    "check": {"day": "valid_to date", "text": "result"},
    "event": {"day": "date", "region": "place_region", "flag": "other_aid_covers major", "words": "traits", "text": "kind"},
    "visit": {"day": "date", "mark": "change finding apparent_disability answers_alert", "text": "kind channel visitor_role house_safety"},
    "it_check": {"day": "date"}, "home_survey": {"day": "date"}, "review": {"day": "date"},
    "service": {"day": "date", "text": "person kind"},
    "aid": {"money": "amount", "day": "date", "text": "kind form matter_id dept person period"},
    "station": {"day": "enter_date", "flag": "id_known"},
    "medical": {"money": "in_policy_selfpay total", "sums": "paid_by_layers"},
    "alert": {"day": "date deadline", "mark": "disposition", "text": "id class"},
    "referral": {"day": "sent due", "mark": "feedback", "text": "id dept kind"},
    "advance": {"day": "date", "money": "amount", "mark": "followup"},
    "taper": {"day": "start end", "count": "months"},
    "change": {"day": "date", "flag": "handled", "mark": "effect", "text": "kind"},
    "roster": {"day": "from", "text": "person source"},
    "village": {"count": "coordinators recipients", "mark": "station", "text": "id"},
    "service_body": {"count": "technical_posts socialwork_posts", "text": "id"},
    "user": {"text": "role"},
    "args": {"money": "amount", "day": "start date end", "count": "months", "text": "kind doc matter_id period person what actor"},
    "local": {
        "money": "dibao_std_month tekun_std_month prov_floor city_std_month dispo_income_prev_year small_advance_cap insure_tier1_fee insure_tier2_fee min_wage_month "
                 "reserve_balance",
        "ratio": "rigid_ratio", "count": "taper_months lock_minutes", "flag": "village_ta_entrusted insure_other_ok poverty_key_county private_machines notice_names_masked",
        "rows:delegation": "delegations", "rows:window": "emergency_windows", "table:price_link": "price_link", "table:employment_cost_rule": "employment_cost_rule",
        "table:disaster": "disaster", "spec": "visit_days supplement_days", "specs": "referral_days alert_days",
        "words": "queryable_docs emergency_items", "any": "dibao_tiers med_rules phones dis_extend kind_rules departments", "text": "dibao_mode hotline half_year_condition",
    },
    "delegation": {"money": "max_amount", "day": "from to", "text": "kind township"},
    "window": {"day": "from to"},
    "price_link": {"money": "amount", "any": "month months categories"},
    "employment_cost_rule": {"money": "per_worker_month"},
    "disaster": {"ratio": "metric plan_threshold", "flag": "is_poor_area", "text": "kind"},
}
FIELDS: dict[str, dict[str, str]] = {
    section: {name: kind for kind, names in types.items() for name in names.split()} for section, types in _SPEC.items()
}
"""section -> field -> type."""

LISTS: dict[str, str] = {
    "aid": "aid", "visits": "visit", "it_checks": "it_check", "home_surveys": "home_survey", "services": "service", "alerts": "alert", "referrals": "referral",
    "changes": "change", "reviews": "review", "roster": "roster", "villages": "village", "service_bodies": "service_body", "persons": "p",
}
"""Lists of a question and the section of their entries."""
TABLES: tuple[str, ...] = ("hh", "app", "event", "station", "medical", "advance", "taper", "user")


def fraction(text: object, path: str) -> Fraction:
    """A decimal string as an exact number. Raises XL-Q05 for anything else, a JSON number included."""
    if not isinstance(text, str) or not _DECIMAL.match(text):
        raise Refused("XL-Q05", field=path)
    return _exact(text)


_exact = lru_cache(maxsize=8192)(Fraction)
"""A number never changes, and a village has a few hundred different ones."""


def positive(text: object, path: str) -> Fraction:
    """The same, not below zero (XL-Q06)."""
    found = fraction(text, path)
    if found < 0:
        raise Refused("XL-Q06", field=path)
    return found


def day(text: object, path: str) -> dt.date:
    """An ISO day. Raises XL-Q04."""
    if not isinstance(text, str) or not _DAY.match(text):
        raise Refused("XL-Q04", field=path)
    try:
        return _date(text)
    except ValueError:
        raise Refused("XL-Q04", field=path) from None


@lru_cache(maxsize=16384)
def _date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def region(text: object, path: str) -> str:
    """A region code of 2, 4, 6, 9 or 12 digits in a province that exists (or 999999). Raises XL-Q07."""
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) not in (2, 4, 6, 9, 12) or not region_known(text):
        raise Refused("XL-Q07", field=path)
    return text


def count(value: object, path: str) -> int:
    """A whole number not below zero. Raises XL-Q06."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
        raise Refused("XL-Q06", field=path)
    return value


def flag(value: object, path: str) -> bool:
    """true / false, also yes / no. Raises XL-Q06."""
    if isinstance(value, bool):
        return value
    if value in ("yes", "no"):
        return value == "yes"
    raise Refused("XL-Q06", field=path)


def _mark(value: object, path: str) -> Any:
    return value == "yes" if value in ("yes", "no") else free(value, path)


def _words(value: object, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise Refused("XL-Q06", field=path)
    return tuple(free(value, path))


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise Refused("XL-Q06", field=path)
    return value


def _sums(value: object, path: str) -> Any:
    if isinstance(value, dict):
        return {str(key): positive(one, f"{path}.{key}") for key, one in value.items()}
    if isinstance(value, list):
        return tuple(
            positive(one.get("amount") if isinstance(one, dict) else one, f"{path}[{index}]") for index, one in enumerate(value)
        )
    return positive(value, path)


def _spec(value: object, path: str) -> dict[str, Any]:
    """A number of days, or {days, unit}; calendar days unless the unit says working."""
    unit = "days"
    if isinstance(value, dict):
        unit, value = str(value.get("unit", "days")), value.get("days")
    if unit not in ("days", "working"):
        raise Refused("XL-Q06", field=f"{path}.unit")
    return {"days": count(value, path), "unit": unit}


def _specs(value: object, path: str) -> dict[str, Any]:
    if isinstance(value, dict) and not ("days" in value and not isinstance(value["days"], dict)):
        return {str(key): _spec(one, f"{path}.{key}") for key, one in value.items()}
    return {"*": _spec(value, path)}


def free(value: Any, path: str) -> Any:
    """A field without a type: anything but a float."""
    if isinstance(value, float):
        raise Refused("XL-Q05", field=path)
    if isinstance(value, dict):
        return {str(key): free(one, f"{path}.{key}") for key, one in value.items() if not absent(one)}
    if isinstance(value, list):
        return [free(one, f"{path}[{index}]") for index, one in enumerate(value)]
    return value


def absent(value: object) -> bool:
    """Whether a value says nothing (R12)."""
    return r12_says_nothing(value)


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "money": positive, "ratio": positive, "count": count, "day": day, "flag": flag, "region": region, "mark": _mark, "words": _words, "sums": _sums,
    "spec": _spec, "specs": _specs, "text": _text, "any": free,
}


@lru_cache(maxsize=4096)
def _in_vocabulary(name: str, word: str) -> str | None:
    found = codes.find(name, word)
    return found if found is not None and found in codes.ids(name) else None


def read(kind: str, value: Any, path: str) -> Any:
    """One value by its type. Raises Refused XL-Q04 .. Q07 with the path."""
    if isinstance(value, float) and kind not in ("money", "ratio"):
        raise Refused("XL-Q06" if kind in ("count", "flag", "day") else "XL-Q05", field=path)
    reader = _READERS.get(kind)
    if reader is not None:
        return reader(value, path)
    head, _, rest = kind.partition(":")
    if head == "vocab":
        found = _in_vocabulary(rest, value) if isinstance(value, str) else None
        if found is None:
            raise Refused("XL-Q06", field=path)
        return found
    if head == "table":
        return section(rest, value, path) if isinstance(value, dict) else _mark(value, path)
    if head == "rows":
        if not isinstance(value, list):
            raise Refused("XL-Q06", field=path)
        return [section(rest, one, f"{path}[{index}]") for index, one in enumerate(value)]
    raise KeyError(kind)


def section(name: str, table: Any, path: str) -> dict[str, Any]:
    """One table of a question with every known field read and every unknown one dropped."""
    if not isinstance(table, dict):
        raise Refused("XL-Q06", field=path)
    types = FIELDS.get(name, {})
    out: dict[str, Any] = {}
    for key, value in table.items():
        kind = types.get(key, "any")
        if type(value) is str:
            if value == "" or value == "unknown":  # R12, and most facts, without a call for every field of every household
                continue
            if kind == "text" or (kind == "any" and type(key) is str):
                out[key] = value
                continue
        elif value is None:
            continue
        elif (value is True or value is False) and kind == "flag":
            out[key] = value
            continue
        out[str(key)] = read(types.get(str(key), "any"), value, f"{path}.{key}")
    return out


def no_future_birth(person: dict[str, Any], asof: dt.date, path: str) -> None:
    """A birth after the day asked about, or before 1850, cannot be (XL-Q06)."""
    birth = person.get("birth_date")
    if birth is not None and not _FIRST_BIRTH <= birth <= asof:
        raise Refused("XL-Q06", field=f"{path}.birth_date")


def no_contradiction(table: dict[str, Any], path: str) -> None:
    """特困 and 低保 at once cannot be (XL-Q06)."""
    if {table.get("category"), table.get("status")} == {"dibao", "tekun"}:
        raise Refused("XL-Q06", "低保和特困不能同时是", field=f"{path}.category")
