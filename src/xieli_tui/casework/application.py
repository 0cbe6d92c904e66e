"""The village's part of an application after its start: entrustment, authorisations, papers, hand-over, telling the family.

Rules kept here
- law-required before hand-over: entrustment always (002:三(二)1), and what the region's packs want besides (001:12, 003:(二十二): the signed
  诚信承诺); everything else is 后补, listed and never a wall (M-17, M-31);
- one authorisation per adult, valid to a day, serves all applications of the household (M-16); a minor's guardian signs for him; where the region
  says 一次申请授权, nobody is asked again while it is valid (003:(二十));
- a paper the county's platform can be asked for is not collected (000:17);
- there is no place for a compulsory village opinion, and the village writes no desk state (M-18);
- states carry the words of the product: 受委托代为提交(转交), never 审核 or 确认 by the village.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, rules_check, values
from xieli_tui.casework.application_card import ENDED, card, is_minor, lacks, row, state_label
from xieli_tui.casework.rules_check import Beside
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import ApplicationCard, ApplicationRow, Missing, Saved
from xieli_tui.domain.events.aid import (
    ApplicationEntrusted,
    ApplicationHandedOver,
    ApplicationWithdrawn,
    CommitmentSigned,
    ConsentSigned,
    DecisionTold,
    PaperAdded,
)
from xieli_tui.domain.events.base import Payload
from xieli_tui.domain.events.household import KinFiled
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Entrust:
    """委托: `by_whom` entrusts `to_whom` (blank: the operator) on a day; `paper` says where the signed sheet lies."""

    application: str
    by_whom: str
    on: str | None = None
    to_whom: str | None = None
    person: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """经济状况核对授权 of one person until a day; `guardian` is the name of who signs for a minor."""

    application: str
    person: str
    until: str | None = None
    on: str | None = None
    guardian: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """诚信承诺 for one application; `person` blank: the applicant signs for all."""

    application: str
    person: str | None = None
    on: str | None = None
    paper: str | None = None


@dataclass(frozen=True, slots=True)
class Kin:
    """The kin question: `none`, or who (`person` of the file or `staff` name) and which relation."""

    application: str
    none: bool = False
    person: str | None = None
    staff: str | None = None
    relation: str | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class AddPaper:
    """Where a paper lies. `later`: it is promised for later (后补)."""

    application: str
    doc: str
    where: str
    person: str | None = None
    on: str | None = None
    later: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """已告知: the family was told of a decision, how and who."""

    application: str
    how: str = "in_person"
    on: str | None = None
    kind: str | None = None
    told_to: str | None = None
    note: str | None = None


def entrust(session: Session, request: Entrust) -> Saved:
    """委托 noted: who entrusts whom, when, where the signed sheet lies.

    Raises:
        NotFound: XL-V42, XL-V41. Refused: XL-V06 nobody named, XL-P05 the application is past the village's hands.
    """
    by_whom = values.needed(values.name(request.by_whom, "by"), "by")

    def build(tx: Tx) -> list[ApplicationEntrusted]:
        app = _open(tx, request.application)
        to_whom = values.name(request.to_whom, "to") or reads.operator_name(session, tx)
        return [
            values.make(
                ApplicationEntrusted,
                village=app.village,
                household=app.household,
                application=app.id,
                on=_since(app, values.day(request.on, session.today)),
                by_whom=by_whom,
                to_whom=values.needed(to_whom, "to"),
                person=reads.member(tx, app.household, request.person).person if request.person else None,
                paper=values.text(request.paper, "paper"),
            )
        ]

    return _done(session, request.application, build, "entrusted")


def consent(session: Session, request: Consent) -> Saved:
    """经济状况核对授权 of one member until a day; it serves every application of the household.

    Raises:
        NotFound: XL-V42, XL-V41. Refused: XL-V06 no end day, or a minor without a guardian; XL-V02 an end before its start; XL-P09 an earlier
            one is still valid and the region's policy forbids asking twice.
    """
    return sign(session, request, None)


def commit(session: Session, request: Commit) -> Saved:
    """诚信承诺 for this application. Raises NotFound: XL-V42, XL-V41."""
    return sign(session, None, request)


def sign(session: Session, consented: Consent | None, committed: Commit | None) -> Saved:
    """What one member signed at one sitting: one act, recorded whole or not at all. Raises as `consent` and `commit`; XL-V06 nothing was signed."""
    beside = Beside()
    made = session.new_id()

    def build(tx: Tx) -> list[Payload]:
        papers: list[Payload] = []
        if consented is not None:
            papers.append(_consent(session, tx, consented, made, beside))
        if committed is not None:
            papers.append(_commitment(session, tx, committed, made if consented is None else session.new_id()))
        if not papers:
            raise Refused("XL-V06", "签了哪一张", field="consent")
        return papers

    return beside.on(saved(made, session.transact(build), "signed"))


def _consent(session: Session, tx: Tx, request: Consent, made: str, beside: Beside) -> ConsentSigned:
    app = reads.application(tx, request.application)
    who = reads.member(tx, app.household, request.person)
    guardian = values.name(request.guardian, "guardian")
    if guardian is None and is_minor(who, session.today):
        raise Refused("XL-V06", "未成年人由监护人代签，请写监护人", field="guardian")
    on = values.day(request.on, session.today)
    until = values.day(values.needed(request.until, "until"), session.today, "until", future=True)
    if until < on:
        raise Refused("XL-V02", "到期早于签字那天", field="until")
    home = reads.household(tx, app.household)
    said = rules_check.check(tx, home, app, "repeat_authorisation", dt.date.fromisoformat(on), session.role, person=who.person, what="authorisation")
    beside.take(rules_check.require(said, "XL-P09", "person"))
    return values.make(
        ConsentSigned, village=app.village, household=app.household, consent=made, person=who.person, on=on, until=until, guardian=guardian,
        paper=values.text(request.paper, "paper"),
    )


def _commitment(session: Session, tx: Tx, request: Commit, made: str) -> CommitmentSigned:
    app = reads.application(tx, request.application)
    return values.make(
        CommitmentSigned, village=app.village, household=app.household, commitment=made, application=app.id,
        person=reads.member(tx, app.household, request.person).person if request.person else None,
        on=values.day(request.on, session.today), paper=values.text(request.paper, "paper"),
    )


def kin(session: Session, request: Kin) -> Saved:
    """近亲属备案: the answer to the kin question, none or who and how (002:三(一)2).

    Raises:
        NotFound: XL-V42, XL-V41. Refused: XL-V06 neither or both answers.
    """
    made = session.new_id()
    relation = values.coded(request.relation, "relation", "relation") if request.relation else None
    if request.none == bool(relation):
        raise Refused("XL-V06", "没有亲属关系，或写明什么关系，选一个", field="relation")

    def build(tx: Tx) -> list[KinFiled]:
        app = reads.application(tx, request.application)
        return [
            values.make(
                KinFiled, village=app.village, household=app.household, kin=made, application=app.id, on=values.day(request.on, session.today),
                none=request.none, person=reads.member(tx, app.household, request.person).person if request.person else None,
                staff=values.name(request.staff, "staff"), relation=relation,
            )
        ]

    return saved(made, session.transact(build), "none" if request.none else "filed")


def add_paper(session: Session, request: AddPaper) -> Saved:
    """Where one paper lies, or that it follows later.

    Raises:
        NotFound: XL-V42, XL-V41. Refused: XL-V08 the paper is not of the list; XL-P09 the county can look it up, nobody is asked for it.
    """
    made = session.new_id()
    beside = Beside()
    doc = values.coded(request.doc, "doc", "doc")
    where = values.needed(values.text(request.where, "where"), "where")

    def build(tx: Tx) -> list[PaperAdded]:
        app = reads.application(tx, request.application)
        beside.warn(*rules_check.papers_may_be_asked(tx, app, [doc], session.today, session.role))
        return [
            values.make(
                PaperAdded, village=app.village, household=app.household, paper=made, application=app.id,
                person=reads.member(tx, app.household, request.person).person if request.person else None,
                doc=doc, where=where, on=values.day(request.on, session.today), later=request.later,
            )
        ]

    return beside.on(saved(made, session.transact(build), "later" if request.later else "present"))


def hand_over(session: Session, application: str, on: str | None = None, *, seen: Sequence[str] | None = None) -> Saved:
    """受委托代为提交(转交): out of the village's hands, naming what follows later.

    Raises:
        NotFound: XL-V42.
        Refused: XL-P01 with `missing` in extra while something the law requires is absent (why, cite and rule when a pack of the region wants it);
            XL-P05 it is not the village's to hand over now; XL-P06 `seen`, the steps that stood on the page, are not those that stand now.
    """
    beside = Beside()

    def build(tx: Tx) -> list[ApplicationHandedOver]:
        app = reads.application(tx, application)
        if app.concurrent or app.state not in ("started", "returned"):
            raise Refused("XL-P05", state_label(tx, app))
        after = _after(app, seen)
        lacking = lacks(tx, app, session.today)
        said = rules_check.submit(tx, app, session.today)
        required = [item for item in lacking if item.required]
        if required or said.result in ("block", "route"):
            raise _not_yet(app, required, said)
        beside.take(said)
        return [
            values.make(
                ApplicationHandedOver, village=app.village, household=app.household, application=app.id,
                on=_since(app, values.day(on, session.today)), after=after,
                missing=list(dict.fromkeys(item.doc for item in lacking if not item.queried)),
            )
        ]

    return beside.on(_done(session, application, build, "handed_over"))


def _not_yet(app: rows.Application, required: Sequence[Missing], said: rules_check.Said) -> Refused:
    """The refusal to hand over, with everything that is owed at once. An emergency has another way: the township takes it in by telephone."""
    extra: dict[str, object] = {"missing": list(dict.fromkeys(item.doc for item in required))}
    if said.result in ("block", "route"):
        extra = {**said.refused("XL-P01").extra, **extra}
    words = "、".join(dict.fromkeys(item.label for item in required)) or f"{said.why}（{said.cite}）"
    return Refused("XL-P01", words + ("；急难先打电话，镇里可以直接受理" if app.emergency else ""), extra=extra)


def withdraw(session: Session, application: str, reason: str, on: str | None = None, *, seen: Sequence[str] | None = None) -> Saved:
    """The applicant withdraws. Raises NotFound: XL-V42; Refused: XL-V06 no reason, XL-P05 already decided or closed, XL-P06 a step came in since `seen`."""
    why = values.needed(values.text(reason, "reason"), "reason")

    def build(tx: Tx) -> list[ApplicationWithdrawn]:
        app = _open(tx, application)
        return [
            values.make(
                ApplicationWithdrawn, village=app.village, household=app.household, application=app.id,
                on=_since(app, values.day(on, session.today)), after=_after(app, seen), reason=why,
            )
        ]

    return _done(session, application, build, "withdrawn")


def told(session: Session, request: Told) -> Saved:
    """已告知: the family was told of the decision, how and who.

    Raises:
        NotFound: XL-V42. Refused: XL-P05 no decision has come (for this kind) yet.
    """
    how = values.coded(request.how, "told", "how")

    def build(tx: Tx) -> list[DecisionTold]:
        app = reads.application(tx, request.application)
        kind = values.coded(request.kind, "kind", "kind") if request.kind else None
        standing = [one for one in queries.decisions(tx, app=app.id) if kind in (None, one.kind)]
        if not standing:
            raise Refused("XL-P05", "决定还没有回来")
        on = values.day(request.on, session.today)
        if on < min(one.on for one in standing):
            raise Refused("XL-V02", "早于决定那天", field="on")
        return [
            values.make(
                DecisionTold, village=app.village, household=app.household, application=app.id, on=on, how=how, kind=kind,
                told_to=values.name(request.told_to, "told_to"), note=values.text(request.note, "note"),
            )
        ]

    return _done(session, request.application, build, "told")


def missing(session: Session, application: str) -> list[Missing]:
    """What the application still lacks, law-required first. Raises NotFound: XL-V42."""
    with session.reading() as tx:
        return lacks(tx, reads.application(tx, application), session.today)


def show_application(session: Session, application: str) -> ApplicationCard:
    """The whole of one application. Raises NotFound: XL-V42."""
    with session.reading() as tx:
        return card(tx, reads.application(tx, application), session.today)


def list_applications(session: Session, *, household: str | None = None, open_only: bool = False) -> list[ApplicationRow]:
    """Applications, newest first; `open_only` leaves out the decided, closed and withdrawn."""
    with session.reading() as tx:
        home = reads.household(tx, household).id if household else None
        rows_ = [row(tx, app) for app in queries.applications(tx, home) if app.known]
    return [one for one in rows_ if not (open_only and one.state in ENDED)]


def _after(app: rows.Application, seen: Sequence[str] | None) -> list[str]:
    """The steps a next one names: those on the page when it tells which they were. Raises Refused("XL-P06") when others came in since."""
    if seen is not None and set(seen) != set(app.heads):
        raise Refused("XL-P06", "这件申请又有了新的一步，请看过再办")
    return list(app.heads)


def _open(tx: Tx, given: str) -> rows.Application:
    """The application while it is still before its decision. Raises Refused("XL-P05")."""
    app = reads.application(tx, given)
    if app.state in ("withdrawn", "decided", "paid", "closed", "stage_set"):
        raise Refused("XL-P05", state_label(tx, app))
    return app


def _since(app: rows.Application, on: str) -> str:
    """A step is not earlier than the start it follows."""
    if app.started and on < app.started:
        raise Refused("XL-V02", "早于申请开始那天", field="on")
    return on


def _done(session: Session, application: str, build: Callable[[Tx], Sequence[Payload]], state: str) -> Saved:
    recorded = session.transact(build)
    with session.reading() as tx:
        return saved(reads.application(tx, application).id, recorded, state)
