"""The desk's steps in a case up to the review; each a ruling, guarded by role, area and the state of the case.

Rules kept here
- a step names in `after` every head it found, so two steps written side by side become one again; `seen`, when a screen passes it, must be
  exactly those heads, else XL-P06: nobody settles what he has not looked at;
- all missing papers go back at once (一次性告知); 入户调查 needs two names, none of them a filed near relative or one of the family (002:三(一)2);
- an advance is for an emergency only; above the county's cap, or above a township's delegation, it is refused (000:12, 003:(十四));
- what the region forbids besides is said by its packs (`rules_check`): the pledge before 受理 (001:12, 003:(二十二)), a paper the platform has
  (000:17), a 核对 without authorisation or while one is valid (002:二, 003:(二十));
- deciding, paying and closing live in `decisions`, answers to what is not an application in `answers`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xieli_tui.casework import rules_check, values
from xieli_tui.casework.rules_check import Beside
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import facts, guards, parameters, procedure
from xieli_tui.desk.answers import answer
from xieli_tui.desk.decisions import Decide, close, decide, pay, told
from xieli_tui.desk.moves import act, avoid_kin, move, opened, refuse_state
from xieli_tui.domain import jsontext
from xieli_tui.domain.events.aid import (
    AdvancePaid,
    ApplicationAccepted,
    ApplicationChecked,
    ApplicationInvestigated,
    ApplicationReturned,
    ApplicationReviewed,
)
from xieli_tui.domain.events.work import NoticePosted
from xieli_tui.domain.money import format_fen, parse_fen
from xieli_tui.errors import Refused, XieliError
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

__all__ = ["Decide", "accept", "advance", "answer", "check", "close", "decide", "notice", "pay", "return_for_papers", "review", "survey", "told"]

_RESULTS = ("pass", "fail", "pending")
_RETURNABLE = ("handed_over", "accepted", "checked", "investigated", "appraised", "reviewed", "reported")


def accept(
    session: Session, app: str, on: str | None = None, platform_no: str | None = None, *, window: str | None = None, seen: Sequence[str] | None = None,
) -> Saved:
    """受理: what was handed over, a desk's own intake, an emergency as it is, or a returned case whose papers came.

    An emergency is handled where it happened and never refused for 户籍 (003:(十四), 000:12): `more["handled_by"]` is that place.

    Raises:
        Refused: XL-P05 not handed over yet or accepted already, XL-P03 area, XL-P06 heads not seen, XL-P04 what the region wants first.
    """
    day = values.day(on, session.today)
    platform, where = values.name(platform_no, "platform_no"), values.name(window, "window")
    beside = Beside()

    def build(tx: Tx, a: rows.Application, after: list[str]) -> Payload:
        ready = ("handed_over", "returned", "started") if a.emergency or a.source != "village" else ("handed_over", "returned")
        if a.state not in ready and not a.concurrent:
            raise refuse_state(tx, a, "村里还没有转交" if a.state == "started" else "")
        who = guards.officer(session, tx)
        act(tx, a, who, "township.accept_application", day, beside, code="XL-P04", stated={"platform_no": platform} if platform else None)
        return values.make(
            ApplicationAccepted, village=a.village, household=a.household, application=a.id, on=day, after=after, platform_no=platform, window=where,
        )

    return move(session, app, build, "accepted", seen, beside)


def return_for_papers(
    session: Session, app: str, papers: Sequence[str], note: str | None = None, on: str | None = None, *, seen: Sequence[str] | None = None,
) -> Saved:
    """退回补正, all missing papers at once.

    Raises:
        Refused: XL-V06 no paper named, XL-V08 unknown paper, XL-P05 state, XL-P03 area, XL-P06, XL-P09 a paper the platform can be asked for.
    """
    beside = Beside()
    listed = values.coded_all(papers, "doc", "papers")
    if not listed:
        raise Refused("XL-V06", "请一次列出缺的材料", field="papers")
    day, words = values.day(on, session.today), values.text(note, "note")

    def build(tx: Tx, a: rows.Application, after: list[str]) -> Payload:
        if a.state not in _RETURNABLE and not a.concurrent and not (a.emergency and a.state == "started"):
            raise refuse_state(tx, a)
        beside.warn(*rules_check.papers_may_be_asked(tx, a, listed, dt.date.fromisoformat(day), guards.officer(session, tx).role))
        return values.make(
            ApplicationReturned, village=a.village, household=a.household, application=a.id, on=day, after=after, papers=listed, note=words,
        )

    return move(session, app, build, "returned", seen, beside)


def check(
    session: Session, app: str, result: str, until: str | None = None, on: str | None = None, *, seen: Sequence[str] | None = None,
) -> Saved:
    """核对 result (pass | fail | pending), valid to a day; one check is shared by all kinds (003:(二十)). Villages see the flag only.

    Raises:
        Refused: XL-P09 without the family's authorisation (002:二, 000:三(二)), or while a result is valid (003:(二十)); XL-P05, XL-P06.
    """
    beside = Beside()
    outcome, day = values.choice(result, _RESULTS, "result"), values.day(on, session.today)
    valid = values.day(until, session.today, "until", future=True) if until else None

    def build(tx: Tx, a: rows.Application, after: list[str]) -> Payload:
        _under_way(tx, a)
        act(tx, a, guards.officer(session, tx), "export_check_request", day, beside, code="XL-P09")
        return values.make(
            ApplicationChecked, village=a.village, household=a.household, application=a.id, on=day, after=after, result=outcome, until=valid,
        )

    return move(session, app, build, "checked", seen, beside)


def survey(
    session: Session, app: str, by: Sequence[str], on: str | None = None, accompanied_by: Sequence[str] = (), note: str | None = None,
    *, seen: Sequence[str] | None = None,
) -> Saved:
    """入户调查 by two township names; a coordinator may be 陪同人员, never an investigator.

    Raises:
        Refused: XL-V06 fewer than two names, XL-P03 a filed near relative or one of the family, XL-P05, XL-P06.
    """
    names = list(dict.fromkeys(values.needed(values.name(n, "by"), "by") for n in by))
    if len(names) < 2:
        raise Refused("XL-V06", "入户调查要写两个人的名字", field="by")
    company = [values.needed(values.name(n, "accompanied_by"), "accompanied_by") for n in accompanied_by]
    day, words = values.day(on, session.today), values.text(note, "note")

    def build(tx: Tx, a: rows.Application, after: list[str]) -> Payload:
        _under_way(tx, a)
        avoid = facts.relatives(tx, a.household) | facts.member_names(tx, a.household)
        if avoid & set(names):
            raise Refused("XL-P03", "近亲属要回避，请换人调查", field="by")
        return values.make(
            ApplicationInvestigated, village=a.village, household=a.household, application=a.id, on=day, after=after, by_whom=names,
            accompanied_by=company, note=words,
        )

    return move(session, app, build, "investigated", seen)


def review(
    session: Session, app: str, opinion: str = "grant", note: str | None = None, on: str | None = None, *, seen: Sequence[str] | None = None,
) -> Saved:
    """初审 with the township's opinion, after the investigation its kind owes (002:三(二)2).

    Raises:
        Refused: XL-P04 with owed[] while 受理, 核对 or 入户调查 is open; XL-P05, XL-P06.
    """
    view, day = values.choice(opinion, ("grant", "reject"), "opinion"), values.day(on, session.today)
    words = values.text(note, "note")

    def build(tx: Tx, a: rows.Application, after: list[str]) -> Payload:
        _under_way(tx, a)
        on_file = facts.case_facts(tx, a)
        lead = facts.strictest(a.open_kinds or a.kinds)
        owed = [
            s for s in procedure.still_owed(lead, on_file, session.today, procedure.NoticeRule(), grant=view == "grant", region=facts.region(tx, a.village, day, lead))
            if s.step not in ("reviewed", "notice")
        ]
        procedure.require_done(owed)
        return values.make(
            ApplicationReviewed, village=a.village, household=a.household, application=a.id, on=day, after=after, opinion=view, note=words,
        )

    return move(session, app, build, "reviewed", seen)


def notice(session: Session, app: str, kind: str, place: str, start: str | None = None, end: str | None = None) -> Saved:
    """公示 posted on a board: kind review | decision | long_term (V16), place township | village."""
    which, where = values.coded(kind, "notice_kind", "kind"), values.coded(place, "place", "place")
    first = values.day(start, session.today, "start", future=True)
    last = values.day(end, session.today, "end", future=True) if end else None
    if last is not None and last < first:
        raise Refused("XL-V02", "公示结束早于开始", field="end")
    made = session.new_id()
    state: list[str] = []

    def build(tx: Tx) -> list[Payload]:
        a, who = opened(session, tx, app)
        if a.state not in facts.UNDER_WAY:
            raise refuse_state(tx, a)
        state.append(a.state)
        counted = parameters.notice_rule(tx, first).ends(dt.date.fromisoformat(first)) if last is None and which != "long_term" else None
        by_calendar = counted is not None and bool(counted.version)
        return [values.make(
            NoticePosted, village=a.village, household=a.household, notice=made, application=a.id, kind=which, place=where, start=first, end=last,
            by_whom=who.name or None, counted=counted.day.isoformat() if counted and by_calendar else None, calendar=counted.version if counted and by_calendar else None,
        )]

    recorded = session.transact(build)
    return saved(made, recorded, state[0])


def advance(
    session: Session, app: str, amount: str | int, payer: str, on: str | None = None, followup_due: str | None = None,
) -> Saved:
    """先行救助 paid from the reserve; the state of the case stays.

    Raises:
        Refused: XL-V04 amount, XL-P05 not an emergency or not accepted, XL-P03 above the cap or the delegation, XL-P06. `more["followup"]` names
            what follows: papers (000:12) or a statement (003:(十四)).
    """
    beside = Beside()
    fen = amount if isinstance(amount, int) else parse_fen(values.needed(amount, "amount"))
    if fen == 0:
        raise Refused("XL-V04", field="amount")
    who_pays, day = values.needed(values.name(payer, "payer"), "payer"), values.day(on, session.today)
    due = values.day(followup_due, session.today, "followup_due", future=True) if followup_due else None
    made = session.new_id()
    state: list[str] = []

    def build(tx: Tx) -> list[Payload]:
        a, who = opened(session, tx, app)
        if a.concurrent:
            raise Refused("XL-P06")
        _under_way(tx, a)
        urgent = [kind for kind in a.kinds if procedure.may_skip(kind)]
        if not a.emergency and not urgent:
            raise Refused("XL-P05", "先行救助只用于急难")
        avoid_kin(tx, a.household, who)
        _within_cap(tx, fen, day)
        if who.role == "township" and guards.delegations(tx, day):
            guards.require_delegation(tx, who, urgent[0] if urgent else "temp_emergency", fen, day)
        act(tx, a, who, "pay_first", day, beside, code="XL-P03", field="amount", amount=rules_check.money(fen))
        state.append(a.state)
        return [values.make(
            AdvancePaid, village=a.village, household=a.household, application=a.id, advance=made, on=day, amount=fen, payer=who_pays, followup_due=due,
        )]

    recorded = session.transact(build)
    return beside.on(saved(made, recorded, state[0]))


def _within_cap(tx: Tx, fen: int, day: str) -> None:
    """`small_advance_cap` in 元; not set = the township decides (JX-21: never blocked for want of a number)."""
    text = queries.local_value(tx, "small_advance_cap", day)
    if text:
        try:
            cap = parse_fen(str(jsontext.value(text, text)))
        except XieliError:
            raise Refused("XL-V04", "县里定的小额先行救助上限读不出来，请县里用 xieli county local set small_advance_cap --replace 改写") from None
        if fen > cap:
            raise Refused("XL-P03", f"小额先行救助到 {format_fen(cap)} 元，超过的走一般程序", field="amount")


def _under_way(tx: Tx, a: rows.Application) -> None:
    if a.state not in facts.UNDER_WAY and not a.concurrent:
        raise refuse_state(tx, a, "还没有受理" if a.state in facts.BEFORE_ACCEPTANCE else "")
