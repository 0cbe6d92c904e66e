"""Steps between 受理 and the end that not every case takes: a request for a 核对, 民主评议, 上报 to the county, and a grant paid in stages.

Rules kept here
- a 核对 is asked for authorised persons only, and not again while a result is valid (002:二, 000:三(二), 003:(二十));
- 民主评议 is held only where the economy or the facts are unclear, or somebody objected gravely: the officer says which (000:17);
- 上报 waits for what the county decides on: 核对, investigation, opinion and, where the region says so, both boards (002:三(二)2-3, 002:四(二));
- one decision may be paid in stages (000:12): their sums never pass what was decided, and the day of the next one is a clock of the queue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import rules_check, values
from xieli_tui.casework.application_card import signers
from xieli_tui.casework.rules_check import Beside
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import facts, guards, procedure
from xieli_tui.desk.moves import act, avoid_kin, move, opened, refuse_state
from xieli_tui.domain.events.aid import ApplicationAppraised, ApplicationReported, ApplicationStageSet, CheckRequested
from xieli_tui.domain.money import format_fen, parse_fen
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

STAGED = ("temp_expenditure",)
"""Kinds that may be paid in stages: 支出型临时救助 (000:12)."""
UNCLEAR = ("economy", "facts")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a grant: its number, 分, the day it is due, and whether its payment is noted."""

    stage: int
    amount: int
    due: str
    paid: bool


def request_check(session: Session, app: str, on: str | None = None) -> Saved:
    """核对委托 for the members whose authorisation is in force; `more["persons"]` says how many.

    Raises:
        Refused: XL-P04 nobody has signed; XL-P09 the region wants everybody's authorisation, or a result is still valid; XL-P05 not accepted.
    """
    guards.require_desk(session)
    day, made, beside = values.day(on, session.today), session.new_id(), Beside()

    def build(tx: Tx) -> list[Payload]:
        a, who = opened(session, tx, app)
        avoid_kin(tx, a.household, who)
        if a.state not in facts.UNDER_WAY:
            raise refuse_state(tx, a, "还没有受理" if a.state in facts.BEFORE_ACCEPTANCE else "")
        act(tx, a, who, "export_check_request", day, beside, code="XL-P09")
        valid = {one.person for one in queries.consents(tx, a.household) if one.on <= day <= one.until}
        persons = [one.person for one in signers(tx, a) if one.person in valid]
        if not persons:
            raise Refused("XL-P04", "还没有一个人签了核对授权")
        beside.more["persons"] = len(persons)
        return [values.make(CheckRequested, village=a.village, household=a.household, application=a.id, check=made, on=day, persons=persons)]

    return beside.on(saved(made, session.transact(build), "requested"))


def appraise(
    session: Session, app: str, result: str, unclear: Sequence[str] = (), on: str | None = None, *, seen: Sequence[str] | None = None,
) -> Saved:
    """民主评议 with its result; `unclear` says what was not clear (economy | facts).

    Raises:
        Refused: XL-P09 everything is clear and nobody objected gravely (000:17); XL-V06 no result, or nothing named as unclear; XL-P05, XL-P06.
    """
    words, day, beside = values.needed(values.text(result, "result"), "result"), values.day(on, session.today), Beside()
    vague = list(dict.fromkeys(values.choice(one, UNCLEAR, "unclear") for one in unclear))

    def build(tx: Tx, a: rows.Application, after: list[str]) -> Payload:
        if a.state not in facts.UNDER_WAY and not a.concurrent:
            raise refuse_state(tx, a)
        levels = {level for one in queries.notices(tx, app=a.id) for _, level, _ in one.objections}
        objection = "major" if "major" in levels else "minor" if levels else "none"
        stated = {"economy_clear": "economy" not in vague, "facts_clear": "facts" not in vague, "objection": objection}
        said = act(tx, a, guards.officer(session, tx), "hold_appraisal", day, beside, code="XL-P09", field="unclear", stated=stated)
        if not said.spoken and not vague and objection != "major":
            raise Refused("XL-V06", "写明哪里不清楚，经济状况还是事实；清楚又没有重大异议的不用评议", field="unclear")
        return values.make(ApplicationAppraised, village=a.village, household=a.household, application=a.id, on=day, after=after, result=words, unclear=vague)

    return move(session, app, build, "appraised", seen, beside)


def report(session: Session, app: str, note: str | None = None, on: str | None = None, *, seen: Sequence[str] | None = None) -> Saved:
    """上报 to the county with the township's opinion.

    Raises:
        Refused: XL-P04 with owed[] what the county cannot decide without, or with the clause of the region; XL-P05 at the county, or not accepted; XL-P06.
    """
    words, day, beside = values.text(note, "note"), values.day(on, session.today), Beside()

    def build(tx: Tx, a: rows.Application, after: list[str]) -> Payload:
        who = guards.officer(session, tx)
        if who.role == "county":
            raise Refused("XL-P05", "已经在县级，不用再上报")
        if a.state not in facts.UNDER_WAY and not a.concurrent:
            raise refuse_state(tx, a, "还没有受理" if a.state in facts.BEFORE_ACCEPTANCE else "")
        lead, on_file = facts.strictest(a.open_kinds or a.kinds), facts.case_facts(tx, a)
        owed = procedure.still_owed(
            lead, on_file, dt.date.fromisoformat(day), procedure.NoticeRule(), grant=facts.opinion(tx, a) != "reject", region=facts.region(tx, a.village, day, lead),
        )
        procedure.require_done([one for one in owed if one.step != "notice"])
        act(tx, a, who, "township.report_up", day, beside, code="XL-P04", kind=lead, granted=facts.opinion(tx, a) != "reject")
        return values.make(ApplicationReported, village=a.village, household=a.household, application=a.id, on=day, after=after, note=words)

    return move(session, app, build, "reported", seen, beside)


def set_stage(
    session: Session, app: str, stage: int, amount: str | int, due: str, on: str | None = None, *, seen: Sequence[str] | None = None,
) -> Saved:
    """One stage of a grant that is paid in stages (一次审批、分阶段救助). A stage set again replaces the earlier word about it.

    Raises:
        Refused: XL-P05 no granted 支出型临时救助; XL-V04 the stages together pass what was decided; XL-V11 number; XL-P06.
    """
    fen = amount if isinstance(amount, int) else parse_fen(values.needed(amount, "amount"))
    if not 1 <= stage <= 20:
        raise Refused("XL-V11", "第 1 至 20 阶段", field="stage")
    if fen == 0:
        raise Refused("XL-V04", field="amount")
    day, when, beside = values.day(on, session.today), values.day(values.needed(due, "due"), session.today, "due", future=True), Beside()

    def build(tx: Tx, a: rows.Application, after: list[str]) -> Payload:
        if a.concurrent:
            raise Refused("XL-P06")
        granted = [one for one in queries.decisions(tx, app=a.id) if one.kind in STAGED and one.result == "granted"]
        if not granted or a.state == "closed":
            raise refuse_state(tx, a, "分阶段要先有支出型临时救助的决定")
        held = stages(tx, a.id)
        if any(one.stage == stage and one.paid for one in held):
            raise refuse_state(tx, a, "这一阶段已经付了")
        total, limit = fen + sum(one.amount for one in held if one.stage != stage), granted[0].amount or 0
        if total > limit:
            raise Refused("XL-V04", f"各阶段合计 {format_fen(total)} 元，决定的是 {format_fen(limit)} 元", field="amount")
        clause = rules_check.in_force(tx, a.village, dt.date.fromisoformat(day), "JX-23")
        beside.more.update(left=format_fen(limit - total), **({"cite": clause["JX-23"]} if clause else {}))
        return values.make(
            ApplicationStageSet, village=a.village, household=a.household, application=a.id, on=day, after=after, stage=stage, amount=fen, due=when,
        )

    return move(session, app, build, "stage_set", seen, beside)


def stages(tx: Tx, app: str) -> list[Stage]:
    """The stages of an application, first to last; payments fill them in their order."""
    steps = queries.steps(tx, app)
    last = {int(one.d["stage"]): one.d for one in steps if one.t == "application.stage.set"}
    paid = sum(1 for one in steps if one.t == "application.paid" and one.d.get("kind") in STAGED)
    return [Stage(number, int(last[number]["amount"]), str(last[number]["due"]), at < paid) for at, number in enumerate(sorted(last))]


def list_stages(session: Session, app: str) -> list[Stage]:
    """The same for a screen or a command. Raises NotFound: XL-V42; Refused: XL-P07, XL-P03."""
    guards.require_desk(session)
    with session.reading() as tx:
        return stages(tx, opened(session, tx, app)[0].id)
