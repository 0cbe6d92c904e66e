"""What the record says of an application, an advance, a 渐退期, reviews, checks and exits, as facts of a policy question (policy-source §0).

Rules kept here
- only what was recorded is given (R12). The register of authorisations and the desks' own steps are kept by this program alone, so an empty
  list of them is known to be empty; a paper, a statement or a pledge nobody wrote down stays unknown;
- one authorisation and one 核对 serve every application of the family (003:(二十)), so they are read over all of them;
- 如实申报 (003:(二十二)) is on record when the family stated its means since this application began, or signed the 诚信承诺书 of this application,
  whose text is that declaration (M-31);
- nobody's name is in a question: who entrusted is told by an id, or only that somebody did;
- there is no field for an opinion of the village: nothing here can carry one (002:三(二)1).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.casework.application_card import ENDED, papers_owed, state
from xieli_tui.domain import jsontext
from xieli_tui.domain.dates import add_months
from xieli_tui.domain.money import format_fen
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

EMERGENCY_KINDS = frozenset({"temp_emergency", "temp_advance"})
"""Kinds that are 急难型 by name."""
STATEMENT = "situation_statement"


def money(fen: int) -> str:
    """分 as the decimal string of a question: 80000 -> "800.00"."""
    return format_fen(fen).replace(",", "")


@dataclass(frozen=True, slots=True)
class Filed:
    """One application with its standing steps and decisions."""

    app: rows.Application
    steps: Sequence[rows.Step]
    decisions: Sequence[rows.Decision]

    @property
    def state(self) -> str:
        """V8 id."""
        return state(self.app, list(self.decisions))


def filed(tx: Tx, household: str) -> list[Filed]:
    """Every application of a family, newest first."""
    return [Filed(one, queries.steps(tx, one.id), queries.decisions(tx, app=one.id)) for one in queries.applications(tx, household) if one.known]


def lead(found: Sequence[Filed]) -> Filed | None:
    """The application a question about a family is about: the newest that still runs, else the newest."""
    return next((one for one in found if one.state not in ENDED), found[0] if found else None)


def more(tx: Tx, home: rows.Household, asof: dt.date, app: str | None = None) -> dict[str, Any]:
    """The parts of `given` this module knows, as `facts.Known.more` takes them.

    Args:
        app: the application the question is about; the one `lead` finds when None.
    """
    found = filed(tx, home.id)
    about = next((one for one in found if one.app.id == app), None) if app else lead(found)
    out: dict[str, Any] = {"hh": exits(home), "taper": taper(tx, home.id), "reviews": reviews(tx, home.id, asof)}
    if about is not None:
        out["app"] = application(tx, home, about, found, asof)
        if about.app.event_region:
            out["event"] = {"place_region": about.app.event_region}
    out["advance"] = advance(tx, found, about, asof)
    out["it_checks"] = [{"date": one.on} for one in _checks(found)]
    out["home_surveys"] = [{"date": one.on} for each in found for one in each.steps if one.t == "application.investigated" and _method(one) == "home_survey"]
    out["aid"] = decided(tx, home, found, about)
    return {name: part for name, part in out.items() if part}


def more_of_many(tx: Tx, homes: Iterable[rows.Household], asof: dt.date) -> dict[str, dict[str, Any]]:
    """household -> `more`, read only for the families that have an application, a 渐退期, a review or an exit."""
    touched = {one.household for one in queries.applications(tx)} | {one.household for one in queries.tapers(tx)} | {one.household for one in queries.reviews(tx)}
    return {home.id: more(tx, home, asof) for home in homes if home.id in touched or home.ruled.get("exits")}


def application(tx: Tx, home: rows.Household, about: Filed, found: Sequence[Filed], asof: dt.date) -> dict[str, Any]:
    """`app` of a question."""
    app, decisions = about.app, about.decisions
    out: dict[str, Any] = {
        "id": app.id, "kind": (app.open_kinds or app.kinds or ("",))[0], "needs": list(app.kinds), "state": about.state, "date": app.started,
        "emergency": app.emergency or bool(EMERGENCY_KINDS & set(app.kinds)),
        "authorisation": [{"person": one.person, "from": one.on, "valid_to": one.until} for one in queries.consents(tx, home.id)],
        "publicity": [_notice(one) for one in queries.notices(tx, app=app.id) if one.known],
    }
    if app.kinds and set(app.kinds) <= {"temp_special"}:
        out["special"] = True
    if app.source != "village" or app.handed_over:
        out["submitted_by"] = "village" if app.source == "village" else "self"
    if app.amount_asked is not None:
        out["amount"] = money(app.amount_asked)
    if app.entrusted:
        out["entrust"] = {"by": app.person or "applicant", "date": app.entrusted}
    pledged = bool(queries.commitments(tx, app.id))
    if pledged:
        out["commitment_signed"] = True
    if pledged or any(one.on >= app.started for one in queries.statements(tx, home.id)):
        out["declaration"] = True
    if app.accepted:
        out.update(_desk(about.steps))
    checks = _checks(found)
    if checks:
        last = max(checks, key=lambda one: (one.on, one.ms))
        out["check"] = {"result": str(last.d["result"]), "date": last.on, **({"valid_to": last.d["until"]} if last.d.get("until") else {})}
    kin = queries.kin(tx, app.id)
    if kin is not None:
        out["kin_relation"] = "none" if kin.none else {"filed": True}
    out["objection"] = _objection(queries.notices(tx, app=app.id))
    out["platform_no"] = app.platform_no or str(home.ruled.get("platform_no", ""))
    out["stages"] = [{"stage": one.d["stage"], "amount": money(one.d["amount"]), "due": one.d["due"]} for one in about.steps if one.t == "application.stage.set"]
    if decisions and not app.open_kinds:
        out["result"] = "granted" if any(one.result == "granted" for one in decisions) else "rejected"
    return {name: value for name, value in out.items() if value != "" and (value != [] or name in ("authorisation", "publicity", "investigations"))}


def _method(step: rows.Step) -> str:
    return str(step.d.get("method", "home_survey"))


def _desk(steps: Sequence[rows.Step]) -> dict[str, Any]:
    """What a desk did since it took the case in: which ways of investigating, which opinion, what it called unclear. What it did not do is known
    not to be done."""
    ways: set[str] = set()
    out: dict[str, Any] = {"opinion": False}
    for one in steps:
        if one.t == "application.checked" and one.d.get("result") in ("pass", "fail"):
            ways.add("it_check")
        elif one.t == "application.investigated":
            ways.add(_method(one))
        elif one.t == "application.reviewed":
            out["opinion"] = str(one.d.get("opinion", "grant"))
        elif one.t == "application.appraised":
            out.update({f"{name}_clear": False for name in one.d.get("unclear", [])})
    return {"investigations": sorted(ways)} | out


def _checks(found: Sequence[Filed]) -> list[rows.Step]:
    """核对 with a result, over every application of the family (003:(二十): 一次调查核对)."""
    return [one for each in found for one in each.steps if one.t == "application.checked" and one.d.get("result") in ("pass", "fail")]


def _notice(one: rows.Notice) -> dict[str, Any]:
    return {"kind": one.kind, "place": one.place, "from": one.start, **({"to": one.end} if one.end else {})}


def _objection(notices: Sequence[rows.Notice]) -> str:
    """none | minor | major once a notice hung, "" before."""
    hung = [one for one in notices if one.known]
    levels = {level for one in hung for _, level, _ in one.objections}
    return "major" if "major" in levels else "minor" if levels else "none" if hung else ""


def reviews(tx: Tx, household: str, asof: dt.date) -> list[dict[str, Any]]:
    """Reviews of record by a desk."""
    return [{"date": one.on} for one in queries.reviews(tx, household) if one.on <= asof.isoformat()]


def taper(tx: Tx, household: str) -> dict[str, Any]:
    """The 渐退期 set last; `end` is the first day it no longer covers."""
    found = queries.tapers(tx, household)
    if not found:
        return {}
    return {"start": found[0].start, "months": found[0].months, "end": taper_end(found[0].start, found[0].months)}


def taper_end(start: str, months: int) -> str:
    """First uncovered day of a 渐退期, ISO text."""
    return add_months(dt.date.fromisoformat(start), months).isoformat()


def exits(home: rows.Household) -> dict[str, Any]:
    """hh.exit_from, exit_date, exit_consent of the last exit of the whole family."""
    left = [one for one in home.ruled.get("exits") or [] if not one.get("person")]
    if not left:
        return {}
    last = max(left, key=lambda one: str(one["on"]))
    out = {"exit_from": last["category"], "exit_date": last["on"]}
    return out | ({"exit_consent": last["consent"]} if "consent" in last else {})


def queryable(tx: Tx, asof: dt.date) -> frozenset[str]:
    """`local.queryable_docs`: the papers the county's platform can look up by itself."""
    found = jsontext.value(queries.local_value(tx, "queryable_docs", asof.isoformat()))
    return frozenset(str(one) for one in found) if isinstance(found, list) else frozenset()


def advance(tx: Tx, found: Sequence[Filed], about: Filed | None, asof: dt.date) -> dict[str, Any]:
    """The last 先行救助 and whether what follows it is there: the 情况说明, or every paper of the application."""
    paid = [one for each in found for one in queries.advances(tx, app=each.app.id)]
    mine = [one for one in paid if about is not None and one.application == about.app.id] or paid
    if not mine:
        return {}
    last = max(mine, key=lambda one: (one.on, one.id))
    app = next(each.app for each in found if each.app.id == last.application)
    stated = any(one.doc == STATEMENT and not one.later and one.on >= last.on for one in queries.papers(tx, app=app.id))
    whole = not set(papers_owed(tx, app)) - queryable(tx, asof)
    return {"date": last.on, "amount": money(last.amount), "followup": stated or whole}


def decided(tx: Tx, home: rows.Household, found: Sequence[Filed], about: Filed | None) -> list[dict[str, Any]]:
    """What was granted in the other applications of the family, as aid: an aid is on the chain from its decision on.

    A monthly grant that runs has no single day, so it meets every period; one the family left since is not given.
    """
    out: list[dict[str, Any]] = []
    noted = {(one.kind, one.on[:7]) for one in queries.aids(tx, home.id)} if any(each.decisions for each in found) else set()
    left = [str(one["on"]) for one in home.ruled.get("exits") or []]
    for each in found:
        if about is not None and each.app.id == about.app.id:
            continue
        for one in each.decisions:
            if one.result != "granted" or one.concurrent or (one.kind, one.on[:7]) in noted:
                continue
            if one.period == "month" and any(day >= one.on for day in left):
                continue
            aid: dict[str, Any] = {"kind": one.kind, "form": "cash", "application": each.app.id}
            for name, value in (
                ("date", one.on if one.period != "month" else ""), ("amount", money(one.amount) if one.amount is not None else ""), ("matter_id", each.app.flag),
                ("person", each.app.person),
            ):
                if value:
                    aid[name] = value
            out.append(aid)
    return out
