"""Rows of what comes up beside visits and applications (tables.matters).

Rules kept here
- an id belongs to the first event that opened it; what answers or closes it joins it, the latest shown, a desk's above a village's;
- an answer, a step or a ruling whose opening has not arrived makes a stub row (`known` = 0) and is not lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from xieli_tui.store.project.base import Place, Rows, Standing, county_of, first, js, last, topic


@topic("assessment", ("assessment.made",), (Place("assessment", "assessment"),), mentions=False)
def assessment(entity: str, found: Sequence[Standing]) -> Rows:
    """A six-dimension assessment."""
    s = first(found, "assessment.made")
    if s is None:
        return {}
    d = s.d
    return {"assessment": [(
        county_of(d["village"]), entity, d["household"], d["village"], d["on"], js(d.get("levels", {})), js(d.get("notes", {})), s.e.ref, s.e.role, s.ms,
    )]}


@topic("service", ("service.given",), (Place("service", "service"),))
def service(entity: str, found: Sequence[Standing]) -> Rows:
    """A service act."""
    s = first(found, "service.given")
    if s is None:
        return {}
    d = s.d
    return {"service": [(
        county_of(d["village"]), entity, d["household"], d["village"], d.get("person", ""), d["kind"], d["on"], d.get("provider", ""), d.get("hours"),
        d.get("note", ""), s.e.ref, s.ms,
    )]}


@topic("encounter", ("encounter.recorded",), (Place("encounter", "encounter"),), mentions=False)
def encounter(entity: str, found: Sequence[Standing]) -> Rows:
    """An encounter."""
    s = first(found, "encounter.recorded")
    if s is None:
        return {}
    d = s.d
    return {"encounter": [(
        county_of(d["village"]), entity, d["village"], d["on"], d["place"], d.get("outsider", {}).get("name", ""), d["action"], d.get("note", ""), s.e.ref,
        s.ms,
    )]}


@topic("loss", ("loss.recorded",), (Place("loss", "loss"),), mentions=False)
def loss(entity: str, found: Sequence[Standing]) -> Rows:
    """A loss."""
    s = first(found, "loss.recorded")
    if s is None:
        return {}
    d = s.d
    return {"loss": [(
        county_of(d["village"]), entity, d["household"], d["village"], d.get("event", ""), d["on"], d["kind"], d.get("amount"), d.get("note", ""), s.e.ref,
        s.ms,
    )]}


@topic("emergency", ("emergency.opened", "emergency.step"), (Place("emergency", "emergency"),), mentions=False)
def emergency(entity: str, found: Sequence[Standing]) -> Rows:
    """A 急难信息档案 with its steps."""
    if not found:
        return {}
    opened = first(found, "emergency.opened")
    base = opened or found[0]
    d, get = base.d, (opened.d if opened else {}).get
    steps = sorted([s.d["at"], s.d["step"], s.d.get("note", ""), s.e.role] for s in found if s.e.t == "emergency.step")
    return {"emergency": [(
        county_of(d["village"]), entity, d.get("household", ""), d["village"], int(opened is not None), get("flag", ""), get("at", ""), get("kind", ""),
        js(steps), base.e.ref, base.ms,
    )]}


@topic("public_event", ("event.opened", "event.closed"), (Place("public_event", "event", alone=True),), mentions=False)
def public_event(entity: str, found: Sequence[Standing]) -> Rows:
    """A 突发公共事件."""
    if not found:
        return {}
    opened = first(found, "event.opened")
    closed = last(found, "event.closed")
    base = opened or found[0]
    get = (opened.d if opened else {}).get
    villages = sorted(get("villages", []))
    return {"public_event": [(
        county_of(villages[0] if villages else ""), entity, int(opened is not None), get("kind", ""), get("name", ""), get("on", ""), js(villages),
        int(get("suspend_reviews", False)), closed.d["on"] if closed else "", base.e.role, base.e.ref, base.ms,
    )]}


@topic("complaint", ("complaint.received", "complaint.answered"), (Place("complaint", "complaint", alone=True),), mentions=False)
def complaint(entity: str, found: Sequence[Standing]) -> Rows:
    """A complaint and its answer."""
    if not found:
        return {}
    received = first(found, "complaint.received")
    answer = last(found, "complaint.answered")
    base = received or found[0]
    get = (received.d if received else {}).get
    return {"complaint": [(
        county_of(get("village")), entity, get("household", ""), get("village", ""), int(received is not None), get("channel", ""), get("on", ""),
        get("text", ""), answer.d["on"] if answer else "", answer.d["result"] if answer else "", base.e.ref, base.ms,
    )]}


@topic("conference", ("conference.held",), (Place("conference", "conference"),), mentions=False)
def conference(entity: str, found: Sequence[Standing]) -> Rows:
    """A 个案会商."""
    s = first(found, "conference.held")
    if s is None:
        return {}
    d = s.d
    return {"conference": [(
        county_of(None), entity, d["on"], js(d["members"]), js(d.get("applications", [])), js(d.get("households", [])), d["result"], s.e.role, s.e.ref, s.ms,
    )]}


@topic("fraud", ("fraud.suspected", "fraud.ruled"), (Place("fraud", "fraud"),), mentions=False)
def fraud(entity: str, found: Sequence[Standing]) -> Rows:
    """A suspicion and the county's ruling."""
    if not found:
        return {}
    suspected = first(found, "fraud.suspected")
    ruled = last(found, "fraud.ruled")
    base = suspected or found[0]
    d = base.d
    return {"fraud": [(
        county_of(d["village"]), entity, d["household"], d["village"], int(suspected is not None), suspected.d["on"] if suspected else "",
        suspected.d["text"] if suspected else "", ruled.d["on"] if ruled else "", ruled.d["result"] if ruled else "",
        ruled.d.get("text", "") if ruled else "", base.e.ref, base.ms,
    )]}
