"""在册: a family's category of record, its 渐退期 and its exit, as rulings of a desk.

Rules kept here
- a township rules on what it may decide (its delegation in force that day), a county on all of its villages; an officer who is a filed near
  relative rules on nothing here (002:三(一)2);
- every category set carries its reason, and beside it stands what the screening says of it (003:(一)): a hint, never the reason itself;
- a 渐退期 is of a 低保 family; its months and the income it rests on are held against the packs in force (001:1, 000:9), its end follows;
- nothing ends by itself: an exit is a person's ruling with a reason of V9; an alert that was not verified is pointed out (003:(七)), a change of
  measures the region leaves to the county goes there (002:三(二)4), and the family is asked whether its papers may be used again (003:(二十)).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import facts as questions
from xieli_tui.casework import packs, reads, rules_check, values
from xieli_tui.casework.fact_app import taper_end
from xieli_tui.casework.fact_words import word
from xieli_tui.casework.rules_check import Beside, Warned
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import guards
from xieli_tui.desk.moves import avoid_kin
from xieli_tui.domain import codes
from xieli_tui.domain.events.aid import ApplicationStarted, PaperAdded
from xieli_tui.domain.events.household import CategorySet, ExitRecorded, TaperSet
from xieli_tui.errors import Refused
from xieli_tui.policy import ask
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

KIND_OF = {"dibao": "dibao", "tekun": "tekun", "edge": "dibao_edge", "rigid": "rigid_exp"}
"""Category of record (V1) -> the kind whose delegation covers ruling on it; the others are the county's."""
TRANSFERS = ("dibao_edge", "rigid_exp")
"""Kinds a family may be considered for at once when it leaves 低保 or 特困 (003:(二十))."""


__all__ = ["KIND_OF", "TRANSFERS", "RecordExit", "SetCategory", "SetTaper", "exit_said", "record_exit", "set_category", "set_taper", "taper_end", "taper_said"]


@dataclass(frozen=True, slots=True)
class SetTaper:
    """渐退期: months from a first day; `income_month` the family's net monthly income it rests on, as typed (元) or in 分."""

    household: str
    months: int
    start: str
    income_month: str | int | None = None


@dataclass(frozen=True, slots=True)
class RecordExit:
    """An exit from a category: `reason` of V9; `consent` to the papers being used again (None = not asked); `to` the kinds gone on to at once."""

    household: str
    category: str
    reason: str
    on: str | None = None
    person: str | None = None
    consent: bool | None = None
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetCategory:
    """The category of record of a family or one member, with its reason."""

    household: str
    category: str
    reason: str
    since: str | None = None
    until: str | None = None
    person: str | None = None


def set_taper(session: Session, request: SetTaper) -> Saved:
    """A 渐退期; `more["taper_end"]` is the first day it no longer covers.

    Raises:
        NotFound: XL-V40. Refused: XL-P07, XL-P03 area, XL-P09 not 低保, or the months or the income lie outside what the region's policy allows;
            XL-V11 months; XL-V01/V02 the first day.
    """
    guards.require_desk(session)
    if not 1 <= request.months <= 60:
        raise Refused("XL-V11", "1 至 60 个月", field="months")
    start = values.day(values.needed(request.start, "start"), session.today, "start", future=True)
    income = values.fen(request.income_month, "income_month")
    made, beside = session.new_id(), Beside()

    def build(tx: Tx) -> list[Payload]:
        home, who = _family(session, tx, request.household)
        if home.category != "dibao":
            raise Refused("XL-P09", "渐退期是低保户的，这一家现在不是低保", field="household")
        said = taper_said(tx, home, session.today, who.role, request.months, start, income)
        beside.take(rules_check.require(said, "XL-P09", "months" if said.rule in ("GX-02", "JX-15") else "income_month"))
        beside.more["taper_end"] = taper_end(start, request.months)
        return [values.make(TaperSet, village=home.village, household=home.id, taper=made, start=start, months=request.months, income_month=income)]

    return beside.on(saved(made, session.transact(build), "tapering"))


def taper_said(tx: Tx, home: rows.Household, today: dt.date, role: rules_check.Role, months: int, start: str, income: int | None) -> rules_check.Said:
    """What the packs say of a 渐退期; `income` 分, over what the family stated."""
    stated = {"income_month": rules_check.money(income)} if income is not None else None
    return rules_check.check(tx, home, None, "set_taper", today, role, facts_of_home=stated, months=months, start=start, actor=role)


def record_exit(session: Session, request: RecordExit) -> Saved:
    """An exit of record: opens the two-year watch (003:(五)), `more["monitor_until"]` where a pack of the region keeps one.

    With `to`, and the family's consent, an application for those kinds begins at once with the papers on file (`more["application"]`).

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-P07; XL-P03 area, delegation, or the region leaves it to the county; XL-P09 papers used again without
            consent or without a clause for it; XL-V11 not of this category; XL-V08 category or reason.
    """
    guards.require_desk(session)
    category, reason = values.coded(request.category, "category", "category"), values.coded(request.reason, "exit_reason", "reason")
    to = values.coded_all(request.to, "kind", "to")
    if any(kind not in TRANSFERS for kind in to):
        raise Refused("XL-V08", "、".join(f"{kind} {codes.label('kind', kind)}" for kind in TRANSFERS), field="to")
    on, app, beside = values.day(request.on, session.today), session.new_id(), Beside()
    ident: list[str] = []

    def build(tx: Tx) -> list[Payload]:
        home, who = _family(session, tx, request.household)
        person = _member(tx, home, request.person)
        held = person.category if person is not None and person.category else home.category
        if held != category:
            raise Refused("XL-V11", f"在册的是{codes.label('category', held)}" if held else "没有在册的类别", field="category")
        guards.require_delegation(tx, who, KIND_OF.get(category, category), None, on)
        day = dt.date.fromisoformat(on)
        said, unverified = exit_said(session, tx, home, category, reason, day)
        beside.take(rules_check.require(said, "XL-P03", "reason"), unverified)
        ident.append(home.id)
        left = values.make(
            ExitRecorded, village=home.village, household=home.id, person=person.person if person else None, category=category, on=on, reason=reason,
            consent_reroute=request.consent,
        )
        return [left, *_onward(session, tx, home, category, on, request.consent, to, app, beside)]

    recorded = session.transact(build)
    with session.reading() as tx:
        beside.more.update(_watch(tx, reads.household(tx, ident[0]), session.today))
    return beside.on(saved(ident[0], recorded[:1], "exited"))


def exit_said(session: Session, tx: Tx, home: rows.Household, category: str, reason: str, day: dt.date) -> tuple[rules_check.Said, tuple[str, ...]]:
    """What the packs say of an end, and the alerts nobody verified."""
    role = guards.officer(session, tx).role
    said = rules_check.check(tx, home, None, "terminate_aid", day, role, actor=role, reason=reason or None, kind=KIND_OF.get(category))
    return said, _unverified(tx, home.id)


def set_category(session: Session, request: SetCategory) -> Saved:
    """The category of record; `more["screening"]` is what the packs say of that category on the facts on file, a hint.

    Raises:
        NotFound: XL-V40, XL-V41. Refused: XL-P07, XL-P03 area or delegation; XL-V06 no reason; XL-V08 category; XL-V02 an end before its start.
    """
    guards.require_desk(session)
    category = values.coded(request.category, "category", "category")
    why = values.needed(values.text(request.reason, "reason"), "reason")
    since = values.day(request.since, session.today, "since", future=True)
    until = values.day(request.until, session.today, "until", future=True) if request.until else None
    if until is not None and until < since:
        raise Refused("XL-V02", "止在起之前", field="until")
    ident, beside = [""], Beside()

    def build(tx: Tx) -> list[Payload]:
        home, who = _family(session, tx, request.household)
        person = _member(tx, home, request.person)
        if who.role != "county" and category not in KIND_OF:
            raise Refused("XL-P03", "这一类由县级定", field="category", extra={"next_actor": "county"})
        guards.require_delegation(tx, who, KIND_OF.get(category, category), None, session.today.isoformat())
        ident[0] = home.id
        beside.more.update(_screened(tx, home, person.person if person else "", category, session.today, beside))
        return [values.make(
            CategorySet, village=home.village, household=home.id, person=person.person if person else None, category=category, since=since, until=until, reason=why,
        )]

    recorded = session.transact(build)
    return beside.on(saved(ident[0], recorded, "set"))


def _family(session: Session, tx: Tx, given: str) -> tuple[rows.Household, guards.Officer]:
    """The family and who rules on it. Raises NotFound: XL-V40; Refused: XL-P03 area or near relative."""
    who = guards.officer(session, tx)
    home = reads.household(tx, given)
    guards.require_area(who, home.village)
    avoid_kin(tx, home.id, who)
    return home, who


def _member(tx: Tx, home: rows.Household, given: str | None) -> rows.Member | None:
    return reads.member(tx, home.id, given) if given else None


def _unverified(tx: Tx, household: str) -> tuple[str, ...]:
    """Alerts of the class 可能不再符合 nobody answered, by their day."""
    return tuple(f"{one.on} {codes.label('alert_class', one.cls)}" for one in queries.alerts(tx, household, open_only=True) if one.cls == "no_longer")


def _onward(
    session: Session, tx: Tx, home: rows.Household, category: str, on: str, consent: bool | None, to: list[str], app: str, beside: Beside,
) -> list[Payload]:
    """转退出: with consent, the next application with the papers on file (003:(二十)); without an answer, a word to ask for it."""
    stated: dict[str, Any] = {"exit_from": category, "exit_date": on} | ({} if consent is None else {"exit_consent": consent})
    said = rules_check.check(tx, home, None, "reuse_documents", session.today, session.role, facts_of_home=stated)
    if not to:
        if said.spoken and said.result == "warn":
            beside.warn(Warned("问一问本人同不同意沿用原材料，直接转入低保边缘或刚性支出认定程序", said.cite, said.rule))
        return []
    if not said.spoken:
        raise Refused("XL-P09", "本地政策没有写转退出直接转入，请另起申请", field="to")
    if consent is not True:
        raise Refused("XL-P09", "沿用材料、直接转入要本人同意", field="consent", extra={"why": said.why, "cite": said.cite, "rule": said.rule, "next_actor": "applicant"})
    rules_check.require(said, "XL-P09", "to")
    started = values.make(
        ApplicationStarted, village=home.village, household=home.id, application=app, on=session.today.isoformat(), kinds=to, source="window",
        reason=f"{on} 退出{codes.label('category', category)}，本人同意直接转入，沿用原材料",
    )
    newest: dict[str, rows.Paper] = {}
    for one in queries.papers(tx, household=home.id):
        if not one.later:
            newest[one.doc] = one
    beside.more.update(application=app, papers=len(newest))
    return [started, *(
        values.make(
            PaperAdded, village=home.village, household=home.id, paper=session.new_id(), application=app, person=one.person or None, doc=one.doc, where=one.where,
            on=one.on,
        ) for one in newest.values()
    )]


def _watch(tx: Tx, home: rows.Household, today: dt.date) -> dict[str, Any]:
    """Until when the family stays watched, where a pack of the region says so."""
    answers = ask(questions.question(tx, home, "compute", today), packs.of(tx), packs.calendar(tx))["answers"]
    found = next((one for one in answers if one.get("quantity") == "monitor_until" and one.get("value")), None)
    return {"monitor_until": found["value"], "cite": found["cite"]} if found else {}


def _screened(tx: Tx, home: rows.Household, person: str, category: str, today: dt.date, beside: Beside) -> dict[str, Any]:
    """What the screening says of the kind behind a category; 暂看不符合 is pointed out, never a wall: the authority decides."""
    kind = KIND_OF.get(category, {"relapse_monitor": "antirelapse"}.get(category, ""))
    answers = ask(questions.question(tx, home, "screen", today), packs.of(tx), packs.calendar(tx))["answers"]
    mine = [one for one in answers if one.get("kind") == kind and "verdict" in one and one.get("person", "") in ("", person)]
    found = next((one for one in mine if one["verdict"] != "not_in_pack"), None)
    if found is None:
        return {}
    if found["verdict"] == "fails":
        beside.warn(Warned(f"按已登记情况，这一类暂看不符合：{'、'.join(found['because'])}", str(found["cite"] or ""), str(found["rule"] or "")))
    return {"screening": {
        "verdict": found["verdict"], "because": found["because"], "missing": [word(one) for one in found["missing"]], "cite": found["cite"], "rule": found["rule"],
    }}
