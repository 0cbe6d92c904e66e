"""Rows of the road: devices, operators, local parameters, clocks put right. They belong to no household."""

from __future__ import annotations

from collections.abc import Sequence

from xieli_tui.store.project.base import RANK, Place, Row, Rows, Standing, county_of, js, last, topic
from xieli_tui.store.tables.household import NO_COUNTY


@topic("device", ("device.enrolled", "device.revoked", "fork.frozen", "fork.settled", "clock.clamped"), (
    Place("device", "dev"), Place("clamp", "dev"),
), mentions=False)
def device(entity: str, found: Sequence[Standing]) -> Rows:
    """A device: last grant, cuts, freezes, and the clamps on its clock."""
    rows: Rows = {}
    grant = last(found, "device.enrolled")
    revoked = last(found, "device.revoked")
    frozen = {(s.d["ep"]) for s in found if s.e.t == "fork.frozen"} - {s.d["ep"] for s in found if s.e.t == "fork.settled"}
    if grant or revoked or frozen:
        d = grant.d if grant else {}
        rows["device"] = [(
            county_of(d.get("area")), entity, d.get("role", ""), d.get("area", ""), js(d.get("villages", [])), js(d.get("village_names", {})),
            js([[o["operator"], o["name"]] for o in d.get("operators", [])]), js(d.get("desks", [])), d.get("on", ""), int(revoked is not None),
            int(bool(frozen)), grant.e.ref if grant else "", int(grant is not None),
        )]
    clamps = [s for s in found if s.e.t == "clock.clamped"]
    if clamps:
        rows["clamp"] = [
            (NO_COUNTY, entity, s.d["ep"], pos, s.d["first"], s.d["last"], s.d["ms"], s.e.ref)
            for pos, s in enumerate(sorted(clamps, key=lambda s: (s.e.hlc_ms, s.e.hlc_n, s.e.dev, s.e.ep, s.e.seq, s.e.hash)))
        ]
    return rows


@topic("operator", ("operator.added", "operator.ended"), (Place("operator", "operator"),), mentions=False)
def operator(entity: str, found: Sequence[Standing]) -> Rows:
    """Operators of one number, one row per device (numbers are a device's own)."""
    rows: list[Row] = []
    for dev in sorted({s.e.dev for s in found}):
        mine = [s for s in found if s.e.dev == dev]
        added = last(mine, "operator.added")
        if added is None:
            continue
        ended = last([s for s in mine if s.when > added.when], "operator.ended")
        d = added.d
        rows.append((
            NO_COUNTY, dev, entity, d["name"], d.get("post", ""), d["role"], d.get("area", ""), ended.d["on"] if ended else "", added.e.ref,
        ))
    return {"operator": rows} if rows else {}


@topic("local", ("local.set",), (Place("local_param", "key"),), mentions=False)
def local(entity: str, found: Sequence[Standing]) -> Rows:
    """Values of one parameter, the county's above a township's, then as they were set; a township sets them for its own area only."""
    ordered = sorted((s for s in found if s.e.role == "county" or s.d.get("area")), key=lambda s: (RANK[s.e.role], *s.when))
    return {"local_param": [
        (NO_COUNTY, entity, pos, s.d.get("area", ""), s.d["start"], s.d.get("end", ""), s.d["value"], s.e.role, s.e.dev, s.e.ref)
        for pos, s in enumerate(ordered)
    ]} if ordered else {}
