"""Assessments, services, encounters, losses, emergency files, public events, complaints, conferences, suspicions, category rulings.

Same rules as `queries.rows`: frozen plain values, "" means not known, money in 分, every row names the event it rests on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.store.queries.households import resolve
from xieli_tui.store.queries.read import RowMapping, obj, one, rows, texts, where

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Assessment:
    """A six-dimension assessment: dimension -> 1 正常, 2 留意, 3 有困难; a dimension nobody looked at is absent."""

    id: str
    household: str
    on: str
    levels: dict[str, int]
    notes: dict[str, str]
    role: str
    ref: str


@dataclass(frozen=True, slots=True)
class Service:
    """A service act."""

    id: str
    household: str
    person: str
    kind: str
    on: str
    provider: str
    hours: int | None
    note: str
    ref: str


@dataclass(frozen=True, slots=True)
class Encounter:
    """An encounter with somebody without a living."""

    id: str
    village: str
    on: str
    place: str
    outsider: str
    action: str
    note: str
    ref: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What a family lost."""

    id: str
    household: str
    event: str
    on: str
    kind: str
    amount: int | None
    note: str
    ref: str


@dataclass(frozen=True, slots=True)
class EmergencyFile:
    """A 急难信息档案. `steps` are (at, step, note, role of who wrote it), oldest first."""

    id: str
    household: str
    village: str
    flag: str
    opened_at: str
    kind: str
    steps: tuple[tuple[str, str, str, str], ...]
    known: bool
    ref: str


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """A 突发公共事件; no villages = everywhere the desk reaches; `closed` "" while it is open."""

    id: str
    kind: str
    name: str
    on: str
    villages: tuple[str, ...]
    suspend_reviews: bool
    closed: str
    role: str
    known: bool
    ref: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint; `result` "" while it is open."""

    id: str
    household: str
    village: str
    channel: str
    on: str
    text: str
    answered_on: str
    result: str
    known: bool
    ref: str


@dataclass(frozen=True, slots=True)
class Conference:
    """A 个案会商."""

    id: str
    on: str
    members: tuple[str, ...]
    applications: tuple[str, ...]
    households: tuple[str, ...]
    result: str
    role: str
    ref: str


@dataclass(frozen=True, slots=True)
class Fraud:
    """A suspicion; `result` "" while the county has not ruled."""

    id: str
    household: str
    village: str
    on: str
    text: str
    ruled_on: str
    result: str
    ruling_text: str
    known: bool
    ref: str


@dataclass(frozen=True, slots=True)
class CategoryRuling:
    """One ruling on a category, in the order they count: what = set | exit | platform; `person` "" = the household."""

    household: str
    person: str
    what: str
    category: str
    on: str
    until: str
    reason: str
    platform_no: str
    role: str
    ref: str


def assessments(tx: Tx, household: str) -> list[Assessment]:
    """Assessments of a family, newest first."""
    found = rows(tx, "SELECT * FROM assessment WHERE household=? ORDER BY on_day DESC, ms DESC, assessment DESC", (household,))
    return [
        Assessment(
            row["assessment"], row["household"], row["on_day"], {k: int(v) for k, v in obj(row["levels"]).items()}, obj(row["notes"]), row["role"], row["ref"],
        )
        for row in found
    ]


def services(tx: Tx, household: str | None = None) -> list[Service]:
    """Service acts, newest first."""
    condition, values = where(household=household)
    found = rows(tx, f"SELECT * FROM service{condition} ORDER BY on_day DESC, ms DESC, service DESC", values)
    return [
        Service(
            row["service"], row["household"], row["person"], row["kind"], row["on_day"], row["provider"], row["hours"], row["note"], row["ref"],
        )
        for row in found
    ]


def encounters(tx: Tx) -> list[Encounter]:
    """Encounters, newest first."""
    found = rows(tx, "SELECT * FROM encounter ORDER BY on_day DESC, ms DESC, encounter DESC")
    return [
        Encounter(row["encounter"], row["village"], row["on_day"], row["place"], row["outsider"], row["action"], row["note"], row["ref"]) for row in found
    ]


def losses(tx: Tx, household: str | None = None) -> list[Loss]:
    """Losses, newest first."""
    condition, values = where(household=household)
    found = rows(tx, f"SELECT * FROM loss{condition} ORDER BY on_day DESC, ms DESC, loss DESC", values)
    return [Loss(row["loss"], row["household"], row["event"], row["on_day"], row["kind"], row["amount"], row["note"], row["ref"]) for row in found]


def _emergency(row: RowMapping) -> EmergencyFile:
    return EmergencyFile(
        id=row["emergency"], household=row["household"], village=row["village"], flag=row["flag"], opened_at=row["opened_at"], kind=row["kind"],
        steps=tuple((at, step, note, role) for at, step, note, role in json.loads(row["steps"])), known=bool(row["known"]), ref=row["ref"],
    )


def emergencies(tx: Tx, household: str | None = None, flag: str | None = None) -> list[EmergencyFile]:
    """急难信息档案, newest first."""
    condition, values = where(household=household, flag=flag)
    return [_emergency(row) for row in rows(tx, f"SELECT * FROM emergency{condition} ORDER BY opened_at DESC, ms DESC, emergency DESC", values)]


def emergency(tx: Tx, prefix_or_id: str) -> EmergencyFile | None:
    """The file of an id, or of a prefix of at least 8 characters met once."""
    found = resolve(tx, "emergency", prefix_or_id)
    row = one(tx, "SELECT * FROM emergency WHERE emergency=?", (found,)) if found else None
    return None if row is None else _emergency(row)


def public_events(tx: Tx, open_only: bool = False) -> list[PublicEvent]:
    """突发公共事件, newest first."""
    condition, values = where(closed="" if open_only else None)
    return [
        PublicEvent(
            row["event"], row["kind"], row["name"], row["on_day"], texts(row["villages"]), bool(row["suspend_reviews"]), row["closed"], row["role"],
            bool(row["known"]), row["ref"],
        )
        for row in rows(tx, f"SELECT * FROM public_event{condition} ORDER BY on_day DESC, ms DESC, event DESC", values)
    ]


def complaints(tx: Tx, open_only: bool = False) -> list[Complaint]:
    """Complaints, the longest open first."""
    condition, values = where(result="" if open_only else None)
    return [
        Complaint(
            row["complaint"], row["household"], row["village"], row["channel"], row["on_day"], row["text"], row["answered_on"], row["result"],
            bool(row["known"]), row["ref"],
        )
        for row in rows(tx, f"SELECT * FROM complaint{condition} ORDER BY result<>'', on_day, ms, complaint", values)
    ]


def conferences(tx: Tx) -> list[Conference]:
    """个案会商, newest first."""
    return [
        Conference(
            row["conference"], row["on_day"], texts(row["members"]), texts(row["applications"]), texts(row["households"]), row["result"], row["role"],
            row["ref"],
        )
        for row in rows(tx, "SELECT * FROM conference ORDER BY on_day DESC, ms DESC, conference DESC")
    ]


def frauds(tx: Tx, household: str | None = None) -> list[Fraud]:
    """Suspicions, the longest open first."""
    condition, values = where(household=household)
    return [
        Fraud(
            row["fraud"], row["household"], row["village"], row["on_day"], row["text"], row["ruled_on"], row["result"], row["ruling_text"],
            bool(row["known"]), row["ref"],
        )
        for row in rows(tx, f"SELECT * FROM fraud{condition} ORDER BY result<>'', on_day, ms, fraud", values)
    ]


def category_rulings(tx: Tx, household: str | None = None, person: str | None = None) -> list[CategoryRuling]:
    """Rulings on categories, oldest first."""
    condition, values = where(household=household, person=person)
    return [
        CategoryRuling(
            row["household"], row["person"], row["what"], row["category"], row["on_day"], row["until"], row["reason"], row["platform_no"], row["role"],
            row["ref"],
        )
        for row in rows(tx, f"SELECT * FROM category_ruling{condition} ORDER BY county_code, household, pos", values)
    ]


def families_to_follow(tx: Tx) -> list[str]:
    """Households with a house seen at risk, a child left behind or somebody out of school: who must be looked at closer."""
    found = rows(
        tx,
        "SELECT household FROM visit WHERE house_safety='risk' UNION SELECT m.household FROM person p JOIN membership m ON m.county_code=p.county_code"
        " AND m.person=p.person AND m.ended='' WHERE instr(p.fields, '\"in_school\":false') > 0 OR instr(p.fields, '\"left_behind\":true') > 0",
    )
    return sorted(row["household"] for row in found)
