"""What a family's own record says should be followed up: a house that is not safe, a child out of school, nobody in work, a child left behind.

000:8 危房动态监测 (JX-36, M-61); 000:7 控辍保学 (JX-34, M-59); 000:9 零就业家庭、常住地失业登记 (JX-30, M-60); 002:三(二)4 留守儿童 (JM-20, M-65).

Rules kept here
- an offer is a suggestion with its reason and clause: who could be told, or what could be done; nothing is sent by itself;
- it rests on a recorded fact. What nobody recorded offers nothing: unknown is never read as yes or no;
- a referral to that department for the same thing, made since the fact, ends the offer;
- the clause is that of the packs in force where the family lives; where none of them says it, the offer stands on the fact alone and carries no clause.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import packs
from xieli_tui.domain.dates import age_on
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.policy.loader import PackSet
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

COMPULSORY, WORKING = "ext_compulsory_age", "ext_working_age"
"""义务教育年龄 and 劳动年龄: the five documents name none, so they stand in the external pack (EXT), both ends in."""
AT_WORK = frozenset({"employed", "flexible", "self_employed", "migrant", "farming"})


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing to follow up. `department` "" = to be done in the village itself."""

    id: str
    household: str
    person: str
    who: str
    what: str
    why: str
    department: str
    kind: str
    """what a referral would ask for, an assistance kind"""
    since: str
    """the day of the fact, "" where it has none"""
    cite: str
    rule: str


def of_household(tx: Tx, home: rows.Household, asof: dt.date) -> list[Offer]:
    """What this family's record calls for on a day, houses first."""
    people = [one for one in queries.members(tx, home.id) if not one.died_on]
    sent = [one for one in queries.referrals(tx, home.id) if one.known]
    held = packs.of(tx)
    found = [*_house(tx, home), *_left_behind(tx, people, home)]
    if (school := _ages(held, COMPULSORY)) is not None:
        found += _school(people, home, asof, school)
    if (working := _ages(held, WORKING)) is not None:
        found += _work(people, home, asof, working)
    return [_cited(one, held, home.village, asof) for one in found if not _followed(one, sent)]


def waiting(tx: Tx, homes: Collection[str], asof: dt.date) -> list[Offer]:
    """Offers of all these households that rest on something seen (a house, a child), for 今日; only families whose record says such a thing are read."""
    out: list[Offer] = []
    for ident in queries.families_to_follow(tx):
        home = queries.household(tx, ident) if ident in homes else None
        if home is not None:
            out += [one for one in of_household(tx, home, asof) if one.rule != "JX-30"]
    return out


def cite_in_force(held: PackSet, region: str, asof: dt.date, rule: str) -> str:
    """The clause of a rule where a pack in force in the region has it, or took it over; "" where none does."""
    for pack in sorted(held.packs.values(), key=lambda one: one.order):
        if not pack.active(region, asof)[0]:
            continue
        if rule in pack.rules:
            return pack.cite(pack.rules[rule].cite)
        taken = pack.adopt.get(rule)
        if taken is not None:
            source = held.packs.get(taken.source)
            return "; ".join((pack.cite(taken.cite), *([source.cite(source.rules[rule].cite)] if source and rule in source.rules else [])))
    return ""


def _cited(one: Offer, held: PackSet, region: str, asof: dt.date) -> Offer:
    return Offer(
        one.id, one.household, one.person, one.who, one.what, one.why, one.department, one.kind, one.since, cite_in_force(held, region, asof, one.rule), one.rule,
    )


def _followed(one: Offer, sent: Sequence[rows.Referral]) -> bool:
    """A referral to that department is still open, or was sent since the fact became known."""
    return bool(one.department) and any(
        ref.department == one.department and (not one.person or ref.person in ("", one.person)) and (not ref.result or (one.since != "" and ref.on >= one.since))
        for ref in sent
    )


def _house(tx: Tx, home: rows.Household) -> Iterator[Offer]:
    on, state = queries.house_seen(tx, home.id) or ("", "")
    if state == "risk":
        yield Offer(
            f"house:{home.id}", home.id, "", "", "转介住建，看房屋安全", f"{on} 走访看到房屋有隐患", "housing", "housing_rural", on, "", "JX-36",
        )


def _school(people: Sequence[rows.Member], home: rows.Household, asof: dt.date, ages: range) -> Iterator[Offer]:
    for one in people:
        age = _age(one, asof)
        if age is not None and age in ages and one.in_school is False:
            yield Offer(
                f"school:{one.person}", home.id, one.person, one.name, "转介教育，劝返复学或送教上门", f"{age} 岁，登记为不在校", "education", "edu_retention", "", "", "JX-34",
            )


def _work(people: Sequence[rows.Member], home: rows.Household, asof: dt.date, ages: range) -> Iterator[Offer]:
    able = [one for one in people if _able(one, asof, ages)]
    known = [one for one in able if one.fields.get("work")]
    if able and len(known) == len(able) and not any(one.fields["work"] in AT_WORK for one in able):
        yield Offer(
            f"work:{home.id}", home.id, "", "", "转介人社，零就业家庭", f"有劳动能力的 {len(able)} 人都没有就业", "hrss", "employment", "", "", "JX-30",
        )
    for one in able:
        if one.fields.get("work") == "unemployed" and not one.fields.get("registered_unemployed"):
            yield Offer(
                f"register:{one.person}", home.id, one.person, one.name, "提醒到常住地办失业登记", "有劳动能力，未就业，没有登记失业", "", "employment", "", "", "JX-30",
            )


URGE = "urge"
"""Begins the id of an offer that is followed by a service of the kind 督促监护."""


def _left_behind(tx: Tx, people: Sequence[rows.Member], home: rows.Household) -> Iterator[Offer]:
    children = [one for one in people if one.fields.get("left_behind")]
    urged = {given.person for given in queries.services(tx, home.id) if given.kind == "guardian_urged"} if children else set()
    for one in children:
        if one.fields.get("has_guardian") is False and not one.fields.get("guardian"):
            if not urged & {one.person, "" if len(people) == 1 else one.person}:
                yield Offer(
                    f"{URGE}:{one.person}", home.id, one.person, one.name, "督促父母和照看的人，说了记一笔督促监护", "留守儿童，登记为没有监护人", "", "left_behind", "", "", "JM-20",
                )
        elif not one.fields.get("guardian"):
            yield Offer(
                f"guardian:{one.person}", home.id, one.person, one.name, "问清谁照看，写上监护人", "留守儿童，没有登记监护人", "", "left_behind", "", "", "JM-20",
            )
        if one.fields.get("has_hukou") is False:
            yield Offer(
                f"hukou:{one.person}", home.id, one.person, one.name, "转介公安，落户籍", "留守儿童，登记为没有户口", "police", "left_behind", "", "", "JM-20",
            )


def _able(one: rows.Member, asof: dt.date, ages: range) -> bool:
    age = _age(one, asof)
    return age is not None and age in ages and one.fields.get("labour") == "full" and not one.fields.get("in_school") and one.fields.get("work") != "student"


def _ages(held: PackSet, name: str) -> range | None:
    """An age span of the external pack; None when it is not there (a damaged pack offers nothing)."""
    row = next((pack.parameters[name] for pack in held.packs.values() if name in pack.parameters), None)
    if row is None or not isinstance(row.value, tuple) or len(row.value) != 2:
        return None
    low, high = row.typed()
    return range(int(low), int(high) + 1)


def _age(one: rows.Member, asof: dt.date) -> int | None:
    return age_on(dt.date.fromisoformat(one.birth), asof) if one.birth else None
