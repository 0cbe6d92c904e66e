"""Rows of applications: the chain of steps, decisions per kind, and the papers around them (design 03, row "step").

Rules kept here
- heads = standing steps nobody named in `after`; a start is a head only while no other step stands, whether or not anybody named it;
- one head is the state; several are 并发, shown in the order closed, decided, returned, accepted, withdrawn, handed_over; nothing is paid then;
- a decision is per kind: the decisions of that kind no other of them stands on through `after`;
- what came after what is read from `after` and from days people named, never from clocks: a village's clock may be behind the desk's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xieli_tui.domain.events import EVENTS
from xieli_tui.store.project.base import Place, Row, Rows, Standing, county_of, first, js, last, topic

STARTED = "application.started"
PREFIX = "application."
WEIGHT = {
    name: weight
    for weight, name in enumerate((
        "closed", "paid", "decided", "stage.set", "reported", "reviewed", "appraised", "investigated", "checked", "returned", "accepted",
        "withdrawn", "handed_over", "started",
    ))
}
"""Order of heads side by side. Design 03 names six; the steps between acceptance and decision stand between those two."""
TYPES = (*(t for (t, _) in EVENTS if t.startswith(PREFIX)), "decision.told")
STEPS = tuple(t for (t, _), known in EVENTS.items() if t.startswith(PREFIX) and known.kind == "step")


def state_of(s: Standing) -> str:
    """State a step leads to: its type without the prefix, `stage_set` for stage.set."""
    return s.e.t.removeprefix(PREFIX).replace(".", "_")


def heads_of(found: Sequence[Standing]) -> list[Standing]:
    """Head steps, the one to show first in front."""
    steps = [s for s in found if s.e.t in STEPS]
    later = [s for s in steps if s.e.t != STARTED]
    if not later:
        return sorted(steps, key=lambda s: s.when)[:1]
    named = {ref for s in later for ref in s.d.get("after", ())}
    heads = [s for s in later if s.e.ref not in named]
    heads.sort(key=lambda s: s.when, reverse=True)
    heads.sort(key=lambda s: WEIGHT[s.e.t.removeprefix(PREFIX)])
    return heads


@topic(
    "application",
    TYPES,
    (Place("application", "application", alone=True), Place("app_step", "application"), Place("decision", "application")),
)
def application(entity: str, found: Sequence[Standing]) -> Rows:
    """One application, its chain and its decisions."""
    if not found:
        return {}
    started = first(found, STARTED)
    base = started or found[0]
    d, get = base.d, (started.d if started else {}).get
    county = county_of(d["village"])
    before = _before(found)
    heads = heads_of(found)
    concurrent = [state_of(s) for s in heads] if len(heads) > 1 else []
    head_refs = {s.e.ref for s in heads}
    decisions, decided = _decisions(county, entity, found, before, bool(concurrent))
    kinds = list(get("kinds", sorted(decided)))
    handed = last_step(found, "application.handed_over")
    accepted = last_step(found, "application.accepted")
    answers = [s for s in found if s.e.t in ("application.handed_over", "application.accepted")]
    open_returns = [s for s in found if s.e.t == "application.returned" and not any(s.e.ref in before[x.e.ref] for x in answers)]
    returned = open_returns[-1] if open_returns else None
    entrusted = last(found, "application.entrusted")
    shown = heads[0] if heads else None
    platform = [s for s in found if s.e.t == "application.accepted" and s.d.get("platform_no")]
    rows: Rows = {"application": [(
        county, entity, d["household"], d["village"], int(started is not None), get("person", ""), js(kinds), get("unit", ""), get("source", ""),
        int(get("emergency", False)), get("flag", ""), get("reason", ""), get("amount_asked"), get("event_region", ""), get("on", ""),
        state_of(shown) if shown else "", shown.d["on"] if shown else "", shown.ms if shown else 0, js(concurrent), js([s.e.ref for s in heads]),
        js([k for k in kinds if k not in decided]), handed.d["on"] if handed else "", accepted.d["on"] if accepted else "",
        js(returned.d["papers"] if returned else []), returned.d.get("note", "") if returned else "",
        entrusted.d["on"] if entrusted else "", entrusted.d["to_whom"] if entrusted else "", entrusted.d["by_whom"] if entrusted else "",
        platform[-1].d["platform_no"] if platform else "", base.e.ref, base.ms,
    )]}
    rows["app_step"] = [
        (
            county, entity, pos, s.e.ref, s.e.t, s.d["on"], s.ms, s.e.role, s.e.dev, s.e.by, int(s.e.ref in head_refs), js(s.d.get("after", [])),
            js(s.d),
        )
        for pos, s in enumerate(found)
    ]
    if decisions:
        rows["decision"] = decisions
    return rows


def last_step(found: Sequence[Standing], t: str) -> Standing | None:
    """The latest of one type in time (steps have no rank)."""
    return next((s for s in reversed(found) if s.e.t == t), None)


def _before(found: Sequence[Standing]) -> dict[str, set[str]]:
    """reference -> references of every step it stands on, through `after`."""
    after = {s.e.ref: list(s.d.get("after", ())) for s in found}
    out: dict[str, set[str]] = {}
    for ref in after:
        met: set[str] = set()
        stack = list(after[ref])
        while stack:
            other = stack.pop()
            if other not in met:
                met.add(other)
                stack.extend(after.get(other, ()))
        out[ref] = met
    return out


def _decisions(
    county: str, entity: str, found: Sequence[Standing], before: Mapping[str, set[str]], concurrent: bool
) -> tuple[list[Row], set[str]]:
    made = [s for s in found if s.e.t == "application.decided"]
    if not made:
        return [], set()
    told = [s for s in found if s.e.t == "decision.told"]
    paid = [s for s in found if s.e.t == "application.paid"]
    rows: list[Row] = []
    kinds = {s.d["kind"] for s in made}
    for kind in sorted(kinds):
        same = [s for s in made if s.d["kind"] == kind]
        standing = [s for s in same if not any(s.e.ref in before[other.e.ref] for other in same)]
        for s in standing:
            d = s.d
            tell = [x for x in told if x.d.get("kind", kind) == kind and (len(same) == 1 or x.d["on"] >= d["on"])]
            pays = [x for x in paid if x.d["kind"] == kind and s.e.ref in before[x.e.ref]] if len(standing) == 1 and not concurrent else []
            rows.append((
                county, entity, kind, s.e.ref, d["household"], d["result"], d.get("amount"), d.get("period", "once"), d.get("start", ""),
                d["reason"], d["level"], d["on"], tell[0].d["on"] if tell else "", tell[0].d["how"] if tell else "",
                pays[-1].d["reference"] if pays else "", pays[-1].d["on"] if pays else "", int(concurrent or len(standing) > 1), s.e.role, s.ms,
            ))
    return rows, kinds


def application_stub(county: str, entity: str, household: str, village: str) -> Row:
    """An application that is named and not met yet."""
    return (
        county, entity, household, village, 0, "", "[]", "", "", 0, "", "", None, "", "", "", "", 0, "[]", "[]", "[]", "", "", "[]", "", "", "", "",
        "", "", 0,
    )


@topic("consent", ("consent.signed",), (Place("consent", "consent"),))
def consent(entity: str, found: Sequence[Standing]) -> Rows:
    """核对授权."""
    s = first(found, "consent.signed")
    if s is None:
        return {}
    d = s.d
    return {"consent": [(
        county_of(d["village"]), entity, d["household"], d["village"], d["person"], d["on"], d["until"], d.get("scope", "all"),
        d.get("guardian", ""), d.get("paper", ""), s.e.ref, s.ms,
    )]}


@topic("commitment", ("commitment.signed",), (Place("commitment", "commitment"),))
def commitment(entity: str, found: Sequence[Standing]) -> Rows:
    """诚信承诺."""
    s = first(found, "commitment.signed")
    if s is None:
        return {}
    d = s.d
    return {"commitment": [(
        county_of(d["village"]), entity, d["household"], d["village"], d["application"], d.get("person", ""), d["on"], d.get("paper", ""),
        s.e.ref, s.ms,
    )]}


@topic("paper", ("paper.added",), (Place("paper", "paper"),))
def paper(entity: str, found: Sequence[Standing]) -> Rows:
    """Where a paper lies."""
    s = first(found, "paper.added")
    if s is None:
        return {}
    d = s.d
    return {"paper": [(
        county_of(d["village"]), entity, d["household"], d["village"], d.get("application", ""), d.get("person", ""), d["doc"], d["where"],
        d["on"], int(d.get("later", False)), s.e.ref, s.ms,
    )]}


@topic("kin", ("kin.filed",), (Place("kin", "kin"),))
def kin(entity: str, found: Sequence[Standing]) -> Rows:
    """The kin question."""
    s = first(found, "kin.filed")
    if s is None:
        return {}
    d = s.d
    return {"kin": [(
        county_of(d["village"]), entity, d["household"], d["village"], d.get("application", ""), d["on"], int(d.get("none", False)),
        d.get("person", ""), d.get("staff", ""), d.get("relation", ""), s.e.ref, s.ms,
    )]}


@topic("advance", ("advance.paid",), (Place("advance", "advance"),))
def advance(entity: str, found: Sequence[Standing]) -> Rows:
    """先行救助."""
    s = first(found, "advance.paid")
    if s is None:
        return {}
    d = s.d
    return {"advance": [(
        county_of(d["village"]), entity, d["household"], d["village"], d["application"], d["on"], d["amount"], d["payer"],
        d.get("followup_due", ""), s.e.ref, s.ms,
    )]}


@topic("aid", ("aid.recorded", "aid.given"), (Place("aid", "aid"),))
def aid(entity: str, found: Sequence[Standing]) -> Rows:
    """An aid: a ruling of record outranks what the village noted under the same id."""
    s = last(found, "aid.recorded") or first(found, "aid.given")
    if s is None:
        return {}
    d = s.d
    given = s.e.t == "aid.given"
    item = f"{d['item']} {d.get('quantity', '')}{d.get('unit', '')}".strip() if given else ""
    return {"aid": [(
        county_of(d["village"]), entity, d["household"], d["village"], d.get("person", ""), d["kind"], d.get("form", "cash"), d.get("amount"),
        d.get("period", ""), d.get("matter", ""), item, d["on"], "claim" if given else "ruling", s.e.ref, s.ms,
    )]}
