"""Rows of households and persons: claims and rulings on them, memberships, merges, statements.

Rules kept here
- `household.opened` and `.transferred` are claims on the field `village`; the winner says where a household is;
- a ruling (category.set, exit.recorded, platform.linked) outranks the village's claim and is kept beside it, never over it: both can be read;
- a row without an opening of its own is a stub (`known` = 0), also when a later claim about it is already here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xieli_tui.domain.pinyin import initials
from xieli_tui.store.project.base import Place, Row, Rows, Standing, county_of, first, js, last, topic
from xieli_tui.store.project.claims import head_rows, heads_by_field, heads_json, shown_fields

HOUSEHOLD_CLAIMS = ("household.opened", "household.claimed", "household.transferred")
RULINGS = ("category.set", "exit.recorded", "platform.linked")
PERSON_CLAIMS = ("person.added", "person.claimed", "roster.fixed")


def _sets(s: Standing) -> dict[str, Any]:
    """Fields a claim sets."""
    if s.e.t == "household.transferred":
        return {"village": s.d["to"]}
    fields = dict(s.d.get("fields", {}))
    if s.e.t == "household.opened":
        fields["village"] = s.d["village"]
    return fields


def _ruled(rulings: Sequence[Standing]) -> dict[str, Any]:
    """What rulings say of the household as a whole, in their order: a later one replaces, an exit ends its category."""
    out: dict[str, Any] = {}
    exits: list[dict[str, Any]] = []
    for s in rulings:
        d = s.d
        if s.e.t == "platform.linked":
            if "person" not in d:
                out["platform_no"] = d["platform_no"]
        elif s.e.t == "exit.recorded":
            left = {"category": d["category"], "on": d["on"], "reason": d["reason"], "person": d.get("person", "")}
            exits.append(left | ({"consent": d["consent_reroute"]} if "consent_reroute" in d else {}))
            if "person" not in d and out.get("category", d["category"]) == d["category"]:
                out.update(category="", category_since=d["on"])
                out.pop("category_until", None)
        elif "person" not in d:
            out.update(category=d["category"], category_since=d["since"])
            out.pop("category_until", None)
            if "until" in d:
                out["category_until"] = d["until"]
    if exits:
        out["exits"] = exits
    return out


@topic(
    "household",
    (*HOUSEHOLD_CLAIMS, *RULINGS),
    (
        Place("household", "household", alone=True),
        Place("claim_head", "entity", also=(("kind", "household"),)),
        Place("category_ruling", "household"),
    ),
)
def household(entity: str, found: Sequence[Standing]) -> Rows:
    """One household from its claims and rulings; {} when none stands (the projector then looks whether a stub is due)."""
    if not found:
        return {}
    claims = [(s, _sets(s)) for s in found if s.e.t in HOUSEHOLD_CLAIMS]
    rulings = sorted((s for s in found if s.e.t in RULINGS), key=lambda s: s.order)
    fields = heads_by_field(claims)
    shown = shown_fields(fields)
    village = str(shown.pop("village", "") or min(s.d["village"] for s in found))
    county = county_of(village)
    opened = first(found, "household.opened")
    ruled = _ruled(rulings)
    by_ruling = "category" in ruled
    row: Row = (
        county, entity, village, int(opened is not None), str(shown.get("head", "")), str(shown.get("number", "")), str(shown.get("group", "")),
        str(shown.get("address", "")), str(shown.get("phone", "")), str(shown.get("nickname", "")),
        str(ruled["category"] if by_ruling else shown.get("category", "")),
        "ruling" if by_ruling else "claim" if shown.get("category") else "",
        str(ruled["category_since"] if by_ruling else shown.get("category_since", "")),
        js(shown), heads_json(fields), js(ruled), opened.ms if opened is not None else 0,
    )
    rows: Rows = {"household": [row]}
    heads = head_rows(county, "household", entity, entity, fields, {s.e.ref: sets for s, sets in claims})
    if heads:
        rows["claim_head"] = heads
    if rulings:
        rows["category_ruling"] = [
            (
                county, entity, pos, s.d.get("person", ""), {"category.set": "set", "exit.recorded": "exit"}.get(s.e.t, "platform"),
                s.d.get("category", ""), s.d.get("since", s.d.get("on", "")), s.d.get("until", ""), s.d.get("reason", ""),
                s.d.get("platform_no", ""), s.e.role, s.e.ref,
            )
            for pos, s in enumerate(rulings)
        ]
    return rows


def household_stub(county: str, entity: str, village: str) -> Row:
    """A household that is named and not met yet."""
    return (county, entity, village, 0, "", "", "", "", "", "", "", "", "", "{}", "", "{}", 0)


@topic("person", PERSON_CLAIMS, (Place("person", "person", alone=True), Place("claim_head", "entity", also=(("kind", "person"),))))
def person(entity: str, found: Sequence[Standing]) -> Rows:
    """One person from their claims."""
    if not found:
        return {}
    claims = [(s, s.d["fields"]) for s in found]
    fields = heads_by_field(claims)
    shown = shown_fields(fields)
    added = last(found, "person.added")
    home = (added or found[0]).d
    county = county_of(home["village"])
    name = str(shown.get("name", ""))
    row: Row = (
        county, entity, home["household"], home["village"], int(added is not None), name, str(shown.get("id_no", "")),
        str(shown.get("id_state", "")), str(shown.get("birth", "")), str(shown.get("sex", "")), str(shown.get("phone", "")),
        str(shown.get("nickname", "")), " ".join(initials(name)) if name else "", str(shown.get("category", "")), js(shown), heads_json(fields),
    )
    rows: Rows = {"person": [row]}
    heads = head_rows(county, "person", entity, home["household"], fields, {s.e.ref: sets for s, sets in claims})
    if heads:
        rows["claim_head"] = heads
    return rows


def person_stub(county: str, entity: str, household: str, village: str) -> Row:
    """A person that is named and not met yet."""
    return (county, entity, household, village, 0, "", "", "", "", "", "", "", "", "", "{}", "")


@topic("membership", ("membership.started", "membership.ended"), (Place("membership", "membership"),))
def membership(entity: str, found: Sequence[Standing]) -> Rows:
    """A membership; an end without its start is a stub that already says who and where."""
    if not found:
        return {}
    start = first(found, "membership.started")
    end = last(found, "membership.ended")
    base = start or found[0]
    d = base.d
    return {"membership": [(
        county_of(d["village"]), entity, d["household"], d["person"], d["village"], d.get("relation", ""), int(d.get("living", True)),
        d.get("on", "") if start is not None else "", end.d["on"] if end else "", end.d["why"] if end else "", int(start is not None),
        base.e.ref, base.ms,
    )]}


@topic("merge", ("person.merged",), (Place("person_merge", "person"),))
def merge(entity: str, found: Sequence[Standing]) -> Rows:
    """Edges of one person; the component is read where it is shown."""
    rows: list[Row] = []
    for s in found:
        villages = s.d.get("villages") or [""]
        rows.append((county_of(villages[0]), entity, s.d["other"], s.e.ref))
    return {"person_merge": rows} if rows else {}


@topic("statement", ("statement.made",), (Place("statement_made", "statement"),), mentions=False)
def statement(entity: str, found: Sequence[Standing]) -> Rows:
    """What the family stated."""
    s = first(found, "statement.made")
    if s is None:
        return {}
    d = s.d
    return {"statement_made": [(
        county_of(d["village"]), entity, d["household"], d["village"], d["on"], d.get("income_month"), d.get("income_year"), js(d), s.e.ref, s.ms,
    )]}
