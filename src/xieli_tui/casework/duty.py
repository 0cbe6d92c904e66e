"""A duty about a family, and how the answers of several packs about one duty become one.

Rules kept here
- the same task about the same person and matter is one duty, with every clause that asks for it;
- of two answers the one that asks for more is told: past its day before owed, owed before suspended, all of them before a fact that is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

RANK = {"overdue": 5, "pending": 4, "suspended": 2, "needs_info": 1}
ABOUT = ("alert", "referral")
"""Keys of an answer that make it a duty of its own: every alert, every referral."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed to or about a family. `state`: overdue | pending | suspended | needs_info; `cite` holds every clause behind it.

    `about` = id of the alert or referral, `kinds` = kinds of aid it speaks of, `missing` = canonical facts it waits for, `estimated` = the day is 暂估.
    """

    task: str
    household: str
    state: str
    due: str
    why: str
    cite: str
    person: str = ""
    about: str = ""
    rules: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    count: int = 0
    estimated: bool = False

    def plain(self) -> list[Any]:
        """As JSON, in the order of the fields."""
        return [
            self.task, self.household, self.state, self.due, self.why, self.cite, self.person, self.about, self.rules, self.kinds, self.missing, self.count,
            self.estimated,
        ]

    @classmethod
    def of(cls, plain: list[Any]) -> Duty:
        """Back from `plain`."""
        task, household, state, due, why, cite, person, about, rules, kinds, missing, count, estimated = plain
        return cls(task, household, state, due, why, cite, person, about, tuple(rules), tuple(kinds), tuple(missing), count, estimated)


def nearest(one: Duty) -> tuple[int, str, str, str, str]:
    """What is past first, then by day; what cannot be counted yet last."""
    return (-RANK[one.state], one.due or "9999", one.task, one.person, one.about)


def merged(household: str, answers: Iterable[Mapping[str, Any]]) -> list[Duty]:
    """The duties in the answers about one household: one per task, person and matter."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for one in answers:
        about = next((str(one[key]) for key in ABOUT if one.get(key)), "")
        groups.setdefault((one["task"], one.get("person") or "", about), []).append(one)
    return sorted((_one(household, *key, group) for key, group in groups.items()), key=nearest)


def _one(household: str, task: str, person: str, about: str, group: list[Mapping[str, Any]]) -> Duty:
    if len(group) > 1:
        group = sorted(group, key=lambda one: (-RANK[one["state"]], one["due"] or "9999"))
    lead = group[0]
    same = [one for one in group if one["rule"] == lead["rule"] and one["state"] == lead["state"]]
    kinds = dict.fromkeys(str(kind) for one in group for kind in ([one["kind"]] if one.get("kind") else one.get("kinds", ())))
    return Duty(
        task, household, lead["state"], lead["due"] or "", "；".join(dict.fromkeys(one["why"] for one in same)),
        "; ".join(dict.fromkeys(cite for one in group for cite in one["cite"].split("; "))), person, about, tuple(dict.fromkeys(one["rule"] for one in group)),
        tuple(kinds), tuple(sorted({name for one in group for name in one.get("missing", ())})), sum(one.get("count") or 0 for one in same),
        any(one.get("estimated") for one in group),
    )
