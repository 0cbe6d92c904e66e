"""Rows of the registers: staff, stations, pairs, helping groups.

Rules kept here
- the last line about a staff member, a station or a pair counts, a desk's above a village's; an end is a later line with `until`;
- a helping group is a claim: what no standing claim replaced are its heads, the highest of them is shown and all are kept to be named.
"""

from __future__ import annotations

from collections.abc import Sequence

from xieli_tui.store.project.base import Place, Rows, Standing, county_of, js, last, topic

STAFF = "staff.registered"
STATION = "station.set"
PAIR = "pair.assigned"
GROUP = "group.set"


@topic("staff", (STAFF,), (Place("staff", "staff"),), mentions=False)
def staff(entity: str, found: Sequence[Standing]) -> Rows:
    """One row of the staff register."""
    s = last(found, STAFF)
    if s is None:
        return {}
    get = s.d.get
    return {"staff": [(
        county_of(get("village") or get("area")), entity, get("village", ""), get("area", ""), s.d["name"], s.d["post"], get("source", ""), get("since", ""),
        get("until", ""), get("phone", ""), get("dev", ""), get("operator", ""), s.e.role, s.e.ref, s.ms,
    )]}


@topic("station", (STATION,), (Place("station", "station"),), mentions=False)
def station(entity: str, found: Sequence[Standing]) -> Rows:
    """A service station."""
    s = last(found, STATION)
    if s is None:
        return {}
    d, get = s.d, s.d.get
    return {"station": [(
        county_of(d["village"]), entity, d["village"], d["name"], get("since", ""), get("until", ""), get("phone", ""), s.e.role, s.e.ref, s.ms,
    )]}


@topic("pair", (PAIR,), (Place("pair", "pair"),))
def pair(entity: str, found: Sequence[Standing]) -> Rows:
    """Who is paired with a household."""
    s = last(found, PAIR)
    if s is None:
        return {}
    d, get = s.d, s.d.get
    party = get("party")
    return {"pair": [(
        county_of(d["village"]), entity, d["household"], d["village"], d["name"], get("post", ""), -1 if party is None else int(party), d["since"],
        get("until", ""), s.e.ref, s.ms,
    )]}


@topic("group", (GROUP,), (Place("helping_group", "grp"),), mentions=False)
def group(entity: str, found: Sequence[Standing]) -> Rows:
    """A helping group of a village."""
    named = {ref for s in found for ref in s.d.get("replaces", ())}
    heads = [s for s in found if s.e.ref not in named]
    if not heads:
        return {}
    s = max(heads, key=lambda one: one.order)
    return {"helping_group": [(
        county_of(s.d["village"]), entity, s.d["village"], s.d["name"], js(s.d.get("members", [])), js(s.d.get("households", [])),
        js(sorted(one.e.ref for one in heads)), s.e.ref, s.ms,
    )]}
