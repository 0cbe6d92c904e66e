"""Reading an application: its state in the product's words, who has signed, what it still lacks.

Rules kept here
- one state word per application, by its head step; a desk's words are read, never written, at the village;
- what lacks is listed in one order: what the law wants before hand-over first, then signatures, the kin question, papers;
- an adult is whoever is 18 or whose birth is not known: nobody's signature is skipped for a missing date;
- a commitment of the applicant stands for the whole family (001:12); an authorisation never does (M-16).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal, cast

from xieli_tui.casework.views import ApplicationCard, ApplicationRow, DecisionView, Missing, PaperRow, SignRow, TimelineEntry
from xieli_tui.domain import codes
from xieli_tui.domain.dates import age_on
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

ENDED = frozenset({"decided_granted", "decided_rejected", "paid", "closed", "withdrawn", "expired", "transferred"})
BASIC_DOCS = ("application_form", "id_card", "hukou_book")
"""Papers every application lists until a policy pack names its own (design 06); all of them may follow later."""
_STATES = {
    "handed_over": "handed_over", "withdrawn": "withdrawn", "accepted": "accepted", "returned": "returned", "checked": "checking", "investigated": "investigated",
    "reviewed": "reviewed", "appraised": "investigated", "reported": "reported", "stage_set": "decided_granted", "paid": "paid", "closed": "closed",
}


def state(app: rows.Application, decisions: list[rows.Decision] | None = None) -> str:
    """The V8 id of an application's state; a decided one is granted when any kind was."""
    if app.state == "started":
        return "entrusted" if app.entrusted else "draft"
    if app.state == "decided":
        granted = any(one.result == "granted" for one in decisions or ())
        return "decided_granted" if granted or not decisions else "decided_rejected"
    return _STATES.get(app.state, app.state)


def state_label(tx: Tx, app: rows.Application, decisions: list[rows.Decision] | None = None) -> str:
    """The words for a state; 并发 when several steps stand side by side. They name the level that acted: 县已受理 where the county took it in."""
    if app.concurrent:
        return codes.label("application_state", "concurrent")
    return by_level(tx, app, codes.label("application_state", state(app, decisions)))


def by_level(tx: Tx, app: rows.Application, word: str) -> str:
    """A state word with the level that acted; what came to a desk's own window waits for it: nobody helps to fill it in there, nobody entrusts."""
    if app.state == "started" and app.source != "village":
        return "待受理"
    if word.startswith("镇已") and any(one.head and one.role == "county" for one in queries.steps(tx, app.id)):
        return word.replace("镇", "县", 1)
    return word


def state_word(session: Session, app: str) -> str:
    """The words for the state an application stands in now; "" for one that is not held."""
    with session.reading() as tx:
        found = queries.application(tx, queries.resolve_application(tx, app) or app)
        return state_label(tx, found, queries.decisions(tx, app=found.id)) if found is not None else ""


def row(tx: Tx, app: rows.Application) -> ApplicationRow:
    """One line of a list."""
    home = queries.household(tx, app.household)
    decided = queries.decisions(tx, app=app.id) if app.state == "decided" else []
    return ApplicationRow(
        id=app.id,
        household=app.household,
        head=home.head_name if home else "",
        kinds=app.kinds,
        state=state(app, decided),
        state_label=state_label(tx, app, decided),
        emergency=app.emergency,
        started=app.started,
        source=app.source,
        concurrent=bool(app.concurrent),
    )


def is_minor(who: rows.Member, today: dt.date) -> bool:
    """Known to be under 18."""
    return bool(who.birth) and age_on(dt.date.fromisoformat(who.birth), today) < 18


def signers(tx: Tx, app: rows.Application) -> list[rows.Member]:
    """Who the authorisation is about: the living members who live together, and the applicant in any case."""
    family = queries.members(tx, app.household)
    return [one for one in family if not one.died_on and (one.living or one.is_(app.person))]


def signatures(tx: Tx, app: rows.Application, today: dt.date) -> list[SignRow]:
    """The authorisation matrix, member x {授权, 承诺}."""
    consents: dict[str, str] = {}
    for one in queries.consents(tx, app.household):
        if one.until >= today.isoformat():
            consents[one.person] = max(one.on, consents.get(one.person, ""))
    commitments = {one.person: one.on for one in queries.commitments(tx, app.id)}
    home = queries.household(tx, app.household)
    applicant = app.person or (home.head if home else "")
    for_all = commitments.get("", commitments.get(applicant, ""))
    out = []
    for who in signers(tx, app):
        minor = is_minor(who, today)
        files = (who.person, *who.same)
        signed = max((consents[each] for each in files if each in consents), default="guardian" if minor else "")
        promised = "-" if minor else next((commitments[each] for each in files if each in commitments), for_all)
        age = age_on(dt.date.fromisoformat(who.birth), today) if who.birth else None
        out.append(SignRow(who.person, who.name, codes.label("relation", who.relation), age, signed, promised, who.away))
    return out


def lacks(tx: Tx, app: rows.Application, today: dt.date) -> list[Missing]:
    """What is missing, law-required first; papers the county looks up itself come last, marked `queried`: nobody owes them (000:17)."""
    from xieli_tui.casework import rules_check  # here: the guard reads the state of an application with this module

    stops = rules_check.hand_over_stops(tx, app, today)
    out: list[Missing] = []
    if not app.entrusted and app.source == "village":
        out.append(Missing("entrust", codes.label("doc", "entrust"), True, why="村里代为提交要有本人委托（002:三(二)1）"))
    if "commitment" in stops:
        out.append(Missing("commitment", codes.label("doc", "commitment"), True, why=stops["commitment"]))
    matrix = signatures(tx, app, today)
    for one in matrix:
        if one.consent in ("", "guardian"):
            why = "由监护人代签" if one.consent == "guardian" else "每个成年人都要签，可后补"
            out.append(Missing("consent", f"{one.name} {codes.label('doc', 'consent')}", False, one.person, why))
    for one in matrix:
        if one.commitment == "":
            out.append(Missing("commitment", f"{one.name} {codes.label('doc', 'commitment')}", False, one.person, "申请人一人签也可以，可后补"))
    if queries.kin(tx, app.id) is None:
        out.append(Missing("kin_form", "近亲属问一声", False, why="经办人和这家有没有亲属关系（002:三(一)2）"))
    owed = papers_owed(tx, app)
    queried = rules_check.queried(tx, app, owed, today)
    for doc in owed:
        if doc not in queried:
            out.append(Missing(doc, codes.label("doc", doc), False, why="镇里退回补正要的" if doc in app.returned_papers else "可后补"))
    return out + [Missing(doc, codes.label("doc", doc), False, why=f"县里查，不用交（{queried[doc]}）", queried=True) for doc in owed if doc in queried]


def papers_owed(tx: Tx, app: rows.Application) -> list[str]:
    """Papers sent back for and not brought since, then those of the basic list that are not there."""
    there = {one.doc for one in queries.papers(tx, app=app.id) if not one.later}
    after_return = {one.doc for one in queries.papers(tx, app=app.id) if not one.later and one.on >= _returned_on(tx, app)}
    asked = [doc for doc in app.returned_papers if doc not in after_return and doc not in ("entrust", "consent", "commitment")]
    return asked + [doc for doc in BASIC_DOCS if doc not in there and doc not in app.returned_papers]


def _returned_on(tx: Tx, app: rows.Application) -> str:
    days = [step.on for step in queries.steps(tx, app.id) if step.t == "application.returned"]
    return max(days, default="")


def papers(tx: Tx, app: rows.Application, lacking: list[Missing]) -> list[PaperRow]:
    """Papers that lack, then papers that are there."""
    promised = {one.doc: one for one in queries.papers(tx, app=app.id) if one.later}
    out = [
        PaperRow(
            item.doc, item.label, False, item.why if item.queried else promised[item.doc].where if item.doc in promised else "",
            later=not item.required, required_before_hand_over=item.required,
        )
        for item in lacking
    ]
    for one in queries.papers(tx, app=app.id):
        if not one.later:
            out.append(PaperRow(one.doc, codes.label("doc", one.doc), True, one.where, one.on))
    if app.entrusted:
        out.append(PaperRow("entrust", codes.label("doc", "entrust"), True, "", app.entrusted))
    return out


def decision(one: rows.Decision) -> DecisionView:
    """A standing decision as screens and the command line show it."""
    return DecisionView(
        kind=one.kind,
        kind_label=codes.label("kind", one.kind),
        result=cast(Literal["granted", "rejected"], one.result),
        amount=one.amount,
        start=one.start,
        reason=one.reason,
        level=one.level,
        on=one.on,
        told=one.told_on,
        ref=one.ref,
    )


def entry(one: rows.TimelineRow) -> TimelineEntry:
    """One event of the chain; a withdrawn or annulled one stays, marked, and so does one that was corrected."""
    mark = "（已撤销）" if one.struck and one.source != "village" else "（已撤回）" if one.struck else "（已更正）" if one.corrected else ""
    return TimelineEntry(
        one.on, one.at, one.type, one.word, f"{mark}{one.summary}", one.state, one.source, one.ref, one.entity, one.persons, one.struck, one.corrected,
    )


def card(tx: Tx, app: rows.Application, today: dt.date) -> ApplicationCard:
    """The whole of one application."""
    home = queries.household(tx, app.household)
    decided = queries.decisions(tx, app=app.id)
    lacking = lacks(tx, app, today) if state(app, decided) not in ENDED else []
    applicant = app.person or (home.head if home else "")
    names = {one.person: one.name for one in queries.members(tx, app.household, ended=True)}
    asked = queries.kin(tx, app.id)
    answers = [one for one in queries.informed(tx, app.household) if one.kind in app.kinds]
    informed = max(answers, key=lambda one: one.on) if answers else None
    return ApplicationCard(
        id=app.id,
        household=app.household,
        village=app.village,
        head=home.head_name if home else "",
        applicant=names.get(applicant, ""),
        kinds=app.kinds,
        unit=app.unit,
        emergency=app.emergency,
        source=app.source,
        started=app.started,
        state=state(app, decided),
        state_label=state_label(tx, app, decided),
        concurrent=app.concurrent,
        entrusted=app.entrusted,
        entrusted_to=app.entrusted_to,
        kin="" if asked is None else "none" if asked.none else codes.label("relation", asked.relation),
        signatures=tuple(signatures(tx, app, today)),
        papers=tuple(papers(tx, app, lacking)),
        missing=tuple(item.label for item in lacking if not item.queried),
        returned=tuple(codes.label("doc", doc) for doc in app.returned_papers),
        decisions=tuple(decision(one) for one in decided),
        steps=tuple(entry(one) for one in queries.timeline(tx, app.household) if one.entity == app.id),
        informed=f"{codes.label('answer', informed.answer)} {informed.on}" if informed else "",
        handed_over=app.handed_over,
        heads=app.heads,
    )
