"""Rows of the village's daily work: visits, findings, information given, changes, alerts, referrals, notices.

Rules kept here
- an id belongs to the first event that opened it; answers, reports and settlements join it, the latest of each kind shown, a desk's above a village's;
- an answer whose finding, change or alert has not arrived makes a stub row (`known` = 0) and is not lost.
"""

from __future__ import annotations

from collections.abc import Sequence

from xieli_tui.store.project.base import Place, Rows, Standing, county_of, first, js, last, topic

VISIT = "visit.recorded"


@topic("visit", (VISIT,), (Place("visit", "visit"),), mentions=False)
def visit(entity: str, found: Sequence[Standing]) -> Rows:
    """A visit."""
    s = first(found, VISIT)
    if s is None:
        return {}
    e, d, ms, mended = s
    get = d.get
    village, promise, visitors, marks, changes = d["village"], get("promise"), get("visitors"), get("marks"), get("changes")
    said, due = (promise.get("text", ""), promise.get("on", "")) if promise else ("", "")
    return {"visit": [(
        county_of(village), entity, d["household"], village, d["on"], get("kind", "routine"), get("channel", "home"), d["met"],
        js([[v["name"], v.get("role", "coordinator")] for v in visitors]) if visitors else "[]", js(marks) if marks else "{}",
        js(changes) if changes else "[]", get("house_safety", ""), get("answers_alert", ""), get("alert_finding", ""), said, due,
        get("note", ""), get("trip", ""), int(mended), e.ref, e.by, e.role, ms,
    )]}


REGIONS = ("hukou", "live", "permit", "event")


@topic("flag", ("flag.raised", "flag.settled", "reported.by_phone"), (Place("flag", "flag"),))
def flag(entity: str, found: Sequence[Standing]) -> Rows:
    """A finding with its telephone report and settlement."""
    if not found:
        return {}
    raised = first(found, "flag.raised")
    phone = last(found, "reported.by_phone")
    settled = last(found, "flag.settled")
    base = raised or found[0]
    d, get = base.d, (raised.d if raised else {}).get
    outsider = get("outsider") or {}
    regions = {name: get(f"{name}_region") for name in REGIONS if get(f"{name}_region")}
    return {"flag": [(
        county_of(d["village"]), entity, d.get("household", ""), d["village"], int(raised is not None), outsider.get("name", ""),
        outsider.get("place", ""), js(get("persons", [])), get("on", ""), js(get("causes", [])), get("urgency", ""), get("channel", ""),
        get("found_by", ""), get("place", ""), get("situation", ""), get("needs", ""), get("note", ""), js(regions),
        phone.d["at"] if phone else "", phone.d["answered_by"] if phone else "", settled.d["on"] if settled else "",
        settled.d["how"] if settled else "", settled.d.get("note", "") if settled else "", settled.e.role if settled else "",
        base.e.ref, base.e.role, base.ms,
    )]}


@topic("informed", ("policy.informed",), (Place("informed", "informed"),))
def informed(entity: str, found: Sequence[Standing]) -> Rows:
    """主动告知."""
    s = first(found, "policy.informed")
    if s is None:
        return {}
    d = s.d
    return {"informed": [(
        county_of(d["village"]), entity, d["household"], d["village"], d["kind"], d.get("person", ""), d["answer"], d.get("reason", ""), d["on"],
        s.e.ref, s.ms,
    )]}


@topic("change", ("change.reported", "change.answered"), (Place("change", "change"),))
def change(entity: str, found: Sequence[Standing]) -> Rows:
    """A change report and its answer."""
    if not found:
        return {}
    reported = first(found, "change.reported")
    answer = last(found, "change.answered")
    base = reported or found[0]
    d, get = base.d, (reported.d if reported else {}).get
    return {"change": [(
        county_of(d["village"]), entity, d["household"], d["village"], int(reported is not None), get("kind", ""), get("person", ""),
        get("on", ""), get("effect", ""), get("note", ""), get("visit", ""), answer.d["disposition"] if answer else "", answer.d.get("note", "") if answer else "",
        base.e.ref, base.ms,
    )]}


@topic("alert", ("alert.issued", "alert.answered"), (Place("alert", "alert"),))
def alert(entity: str, found: Sequence[Standing]) -> Rows:
    """An alert and the village's answer; an answer to a list the village was handed itself says what it answers."""
    if not found:
        return {}
    issued = first(found, "alert.issued")
    answer = last(found, "alert.answered")
    base = issued or found[0]
    said = {} if issued else next((s.d for s in found if s.d.get("cls")), {})
    d, get = base.d, (issued.d if issued else {**said, "on": said.get("issued", "")}).get
    a = answer.d if answer else {}
    household = d.get("household") or next((s.d["household"] for s in found if s.d.get("household")), "")
    return {"alert": [(
        county_of(d["village"]), entity, household, get("person", "") if issued else "", d["village"], int(bool(issued or said)), int(bool(said)), get("number", ""),
        get("cls", ""), get("text", ""), get("amount"), get("on", ""), get("due", "") if issued else "", js(get("columns", {})), a.get("disposition", ""),
        a.get("on", ""), a.get("visit", ""), a.get("note", ""), answer.e.role if answer else "", answer.ms if answer else 0, base.e.ref, base.ms,
    )]}


REFERRAL_GOES_ON = ("forwarded", "continuing")
"""Results that leave a referral open: another unit has it, or it is still being dealt with."""


@topic("referral", ("referral.sent", "referral.answered"), (Place("referral", "referral"),))
def referral(entity: str, found: Sequence[Standing]) -> Rows:
    """A referral: who has it now, what was heard last, and the feedback that closed it."""
    if not found:
        return {}
    sent = first(found, "referral.sent")
    base = sent or found[0]
    d, get = base.d, (sent.d if sent else {}).get
    heard = [s for s in found if s.e.t == "referral.answered"]
    answer = max((s for s in heard if s.d["result"] not in REFERRAL_GOES_ON), key=lambda s: s.order, default=None)
    going = [s for s in heard if s.d["result"] in REFERRAL_GOES_ON]
    now = {name: get(name, "") for name in ("department", "first_receiver", "due")}
    for s in going:
        if s.d["result"] == "forwarded":
            now.update({name: s.d.get(name, now[name] if name != "due" else "") for name in now})
    word = answer or (going[-1] if going else None)
    return {"referral": [(
        county_of(d["village"]), entity, d.get("household", ""), get("flag", ""), d["village"], int(sent is not None), get("person", ""), now["department"], get("kind", ""),
        get("on", ""), now["due"], now["first_receiver"], get("department", ""), get("note", ""), going[-1].d["result"] if going else "",
        answer.d["result"] if answer else "", word.d["on"] if word else "", word.d.get("note", "") if word else "", base.e.ref, base.ms,
    )]}


@topic("notice", ("notice.posted", "notice.taken_down", "notice.objected"), (Place("notice", "notice"),))
def notice(entity: str, found: Sequence[Standing]) -> Rows:
    """公示: posted, taken down, objections in their order."""
    if not found:
        return {}
    posted = first(found, "notice.posted")
    down = last(found, "notice.taken_down")
    base = posted or found[0]
    d, get = base.d, (posted.d if posted else {}).get
    objections = [[s.d["on"], s.d["level"], s.d["text"]] for s in found if s.e.t == "notice.objected"]
    return {"notice": [(
        county_of(d["village"]), entity, d["household"], d["village"], int(posted is not None), get("application", ""), get("kind", ""),
        get("place", ""), get("start", ""), get("end", ""), get("counted", ""), get("calendar", ""), down.d["on"] if down else "", js(objections), base.e.ref,
        base.ms,
    )]}
