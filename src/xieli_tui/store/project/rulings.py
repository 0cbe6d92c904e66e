"""Rows of the desks' smaller rulings (tables.rulings): one event, one row; an id used twice keeps its first meaning."""

from __future__ import annotations

from collections.abc import Sequence

from xieli_tui.store.project.base import Place, Rows, Standing, county_of, first, js, topic


@topic("taper", ("taper.set",), (Place("taper", "taper"),), mentions=False)
def taper(entity: str, found: Sequence[Standing]) -> Rows:
    """A 渐退期."""
    s = first(found, "taper.set")
    if s is None:
        return {}
    d = s.d
    return {"taper": [(
        county_of(d["village"]), entity, d["household"], d["village"], d["start"], d["months"], d.get("income_month"), s.e.role, s.e.ref, s.ms,
    )]}


@topic("review", ("review.done",), (Place("review_done", "review"),), mentions=False)
def review(entity: str, found: Sequence[Standing]) -> Rows:
    """A review of record."""
    s = first(found, "review.done")
    if s is None:
        return {}
    d = s.d
    return {"review_done": [(
        county_of(d["village"]), entity, d["household"], d["village"], d["on"], d["result"], d.get("note", ""), s.e.role, s.e.ref, s.ms,
    )]}


@topic("check_request", ("check.requested",), (Place("check_request", "check_id"),))
def check_request(entity: str, found: Sequence[Standing]) -> Rows:
    """核对委托."""
    s = first(found, "check.requested")
    if s is None:
        return {}
    d = s.d
    return {"check_request": [(
        county_of(d["village"]), entity, d["household"], d["village"], d["application"], d["on"], js(d.get("persons", [])), s.e.role, s.e.ref, s.ms,
    )]}


@topic("reserve", ("reserve.moved",), (Place("reserve_move", "reserve"),), mentions=False)
def reserve(entity: str, found: Sequence[Standing]) -> Rows:
    """Money into or out of a reserve."""
    s = first(found, "reserve.moved")
    if s is None:
        return {}
    d = s.d
    return {"reserve_move": [(
        county_of(d["area"]), entity, d["area"], d["on"], d["direction"], d["amount"], d.get("application", ""), d.get("note", ""), s.e.role, s.e.ref, s.ms,
    )]}
