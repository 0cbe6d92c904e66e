"""Deciding, telling, paying, closing.

Rules kept here
- a decision is per kind, with a reason always; a grant of a money kind has an amount, a rejection has none;
- the steps its procedure owes come first: refused with the whole list at once (XL-P04, owed[]);
- a township decides only what a delegation in force on that day covers, and the decision names that delegation by reference (001:三(二));
- nothing is decided or paid from 并发 (XL-P06); one payment per decided kind, or per stage of it; payment happens elsewhere and only its reference is kept;
- who decides a sum of a kind, what must be on file first, and what may be given twice is also the region's to say: its packs are asked, and refuse or
  warn with their clause; what was handed down to a township that is at work here is not decided by the county (001:三(二), 000:17);
- a granted 认定 or 保障 sets the category of record of the household or the person in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import rules_check, values
from xieli_tui.casework.rules_check import Beside
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import facts, guards, parameters, procedure
from xieli_tui.desk.further import STAGED, stages
from xieli_tui.desk.moves import avoid_kin, move, opened, refuse_state, require_seen
from xieli_tui.domain import codes
from xieli_tui.domain.events.aid import ApplicationClosed, ApplicationDecided, ApplicationPaid, DecisionTold
from xieli_tui.domain.events.household import CategorySet
from xieli_tui.domain.money import parse_fen
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

MONTHLY = frozenset({"dibao", "dibao_single", "dibao_expenditure", "tekun", "orphan_basic"})
"""Kinds granted per month; the others once."""
MONEY = MONTHLY | {
    "temp_emergency", "temp_expenditure", "temp_transitional", "temp_topup", "temp_advance", "temp_special", "oneoff_subsidy", "local_special",
}
"""Kinds that cannot be granted without an amount."""
CATEGORY_OF = {
    "dibao": "dibao", "dibao_single": "dibao", "dibao_expenditure": "dibao", "tekun": "tekun", "dibao_edge": "edge", "rigid_exp": "rigid",
}
"""Kind -> category of record (V1) a grant gives."""


@dataclass(frozen=True, slots=True)
class Decide:
    """One decision for one kind (None = the only kind not decided yet). `amount` as typed (800, 800.00); `start` and `on` ISO days.

    `reroute` names the kinds the family agreed to be considered for after a rejection (003:(二十)); `seen` the heads on the screen.
    """

    app: str
    kind: str | None = None
    grant: bool = True
    amount: str | None = None
    start: str | None = None
    reason: str = ""
    on: str | None = None
    reroute: Sequence[str] = ()
    seen: Sequence[str] | None = None


def decide(session: Session, request: Decide) -> Saved:
    """The decision for one kind.

    Raises:
        Refused: XL-V06 no reason, amount or kind; XL-V04 amount; XL-V08 kind; XL-P03 area or delegation; XL-P04 with owed[];
            XL-P05 state or kind decided already; XL-P06 并发.
    """
    guards.require_desk(session)
    reason = values.needed(values.text(request.reason, "reason"), "reason")
    on = values.day(request.on, session.today)
    start = values.day(request.start, session.today, "start", future=True) if request.start else None
    amount = parse_fen(values.needed(request.amount, "amount")) if request.amount is not None else None
    if not request.grant and amount is not None:
        raise Refused("XL-V11", "不予确认不写金额", field="amount")
    reroute = values.coded_all(request.reroute, "kind", "reroute")
    ident: list[str] = []
    beside = Beside()

    def build(tx: Tx) -> list[Payload]:
        a, who = opened(session, tx, request.app)
        avoid_kin(tx, a.household, who)
        after = require_seen(tx, a, request.seen)
        if a.concurrent:
            raise Refused("XL-P06")
        if a.state in ("withdrawn", "closed", ""):
            raise refuse_state(tx, a)
        kind = _kind(a, request.kind)
        if request.grant and kind in MONEY and not amount:
            raise Refused("XL-V06", "要写金额", field="amount")
        _nothing_owed(tx, a, kind, on, request.grant)
        delegation = guards.require_delegation(tx, who, kind, amount, on)
        _policy_allows(tx, a, who, kind, amount, on, request.grant, beside)
        ident.append(a.id)
        decided = values.make(
            ApplicationDecided, village=a.village, household=a.household, application=a.id, on=on, after=after, kind=kind,
            result="granted" if request.grant else "rejected", amount=amount, period="month" if kind in MONTHLY else "once", start=start,
            reason=reason, level=who.role, delegation=delegation.ref if delegation and delegation.ref else None, reroute=reroute,
        )
        return [decided, *_category(a, kind, start or on, request.grant)]

    recorded = session.transact(build)
    return beside.on(saved(ident[0], recorded[:1], "decided"))


def _kind(a: rows.Application, asked: str | None) -> str:
    if asked is not None:
        kind = values.choice(asked, a.kinds, "kind")
        if kind not in a.open_kinds:
            raise Refused("XL-P05", "这一种已经有决定了", field="kind")
        return kind
    if len(a.open_kinds) == 1:
        return a.open_kinds[0]
    if not a.open_kinds:
        raise Refused("XL-P05", "每一种都已经有决定了")
    raise Refused("XL-V06", f"一件几种，请写明是哪一种：{'、'.join(a.open_kinds)}", field="kind")


def _nothing_owed(tx: Tx, a: rows.Application, kind: str, on: str, grant: bool) -> None:
    day = dt.date.fromisoformat(on)
    region = facts.region(tx, a.village, on, kind)
    procedure.require_done(procedure.still_owed(kind, facts.case_facts(tx, a), day, parameters.notice_rule(tx, on), grant=grant, region=region))


_COMPETENCE = frozenset({"JM-07", "GX-18", "GX-19", "JX-43", "JX-24", "CQ-16", "X-04"})
"""Rules that say whose decision it is; the others say what must be there first."""


def _policy_allows(
    tx: Tx, a: rows.Application, who: guards.Officer, kind: str, amount: int | None, on: str, grant: bool, beside: Beside,
) -> None:
    """Ask the packs; what they say beside the decision is kept in `beside`.

    Raises:
        Refused: XL-P03 another decides it, XL-P04 something must be there first, XL-P09; with why, cite, rule, next_actor.
    """
    for said, records in policy_says(tx, a, who, kind, amount, on, grant):
        if not (said.result == "route" and said.next_actor == "township" and not _township_at_work(tx, a.village)):
            code = "XL-P09" if said.action == "add_aid" else "XL-P03" if said.rule in _COMPETENCE else "XL-P04"
            rules_check.require(said, code, None if code == "XL-P04" else "kind")
        beside.take(said, records)


def policy_says(
    tx: Tx, a: rows.Application, who: guards.Officer, kind: str, amount: int | None, on: str, grant: bool,
) -> list[tuple[rules_check.Said, tuple[str, ...]]]:
    """What the packs say of who decides this, what must be there first, and whether it is given already (with the records it may repeat).

    A rejection gives nothing: its sum is 0.00 and it is not hung out (002:三(二)3 公示 is of those who are to be granted). 一事一议 is the county's
    mechanism's: the county writes down what a conference on this application decided (000:12, 003:(七)).
    """
    home = rules_check.family(tx, a)
    day = dt.date.fromisoformat(on)
    stated = {"kind": kind, "special": kind == "temp_special"}
    actor = "county_coord" if kind == "temp_special" and who.role == "county" and _conference(tx, a) else who.role
    args = {"kind": kind, "amount": rules_check.money(amount or 0), "actor": actor, "granted": grant}
    actions = [(f"{who.role}.decide", args), *([("special_aid_decide", args)] if kind == "temp_special" else [])]
    out: list[tuple[rules_check.Said, tuple[str, ...]]] = [(said, ()) for said in rules_check.verdicts(tx, home, a, actions, day, who.role, facts_of_app=stated)]
    if grant:
        twice = rules_check.aid_twice(tx, home, a, day, who.role, kind=kind, amount=amount, person=a.person or None)
        out.append((twice, rules_check.alike(tx, home, a, kind) if twice.result == "warn" else ()))
    return out


def _conference(tx: Tx, a: rows.Application) -> bool:
    """Whether a 个案会商 of the county dealt with this application."""
    return any(a.id in one.applications and one.role == "county" for one in queries.conferences(tx))


def _township_at_work(tx: Tx, village: str) -> bool:
    """Whether the township of a village has a desk of its own: a county without one loses nothing (design 09)."""
    return any(one.role == "township" and one.area and village.startswith(one.area) and not one.revoked for one in queries.devices(tx))


def _category(a: rows.Application, kind: str, since: str, grant: bool) -> list[Payload]:
    category = CATEGORY_OF.get(kind)
    if not grant or category is None:
        return []
    person = a.person if a.unit == "person" and a.person else None
    return [values.make(CategorySet, village=a.village, household=a.household, person=person, category=category, since=since)]


def told(session: Session, app: str, how: str = "phone", on: str | None = None, kind: str | None = None, note: str | None = None) -> Saved:
    """已告知, by the desk itself. Raises Refused("XL-P05") while there is no decision."""
    guards.require_desk(session)
    way, day = values.coded(how, "told", "how"), values.day(on, session.today)
    words = values.text(note, "note")
    ident: list[tuple[str, str]] = []

    def build(tx: Tx) -> list[Payload]:
        a, _ = opened(session, tx, app)
        if not queries.decisions(tx, app=a.id):
            raise refuse_state(tx, a, "还没有决定")
        which = values.choice(kind, a.kinds, "kind") if kind else None
        ident.append((a.id, a.state))
        return [values.make(DecisionTold, village=a.village, household=a.household, application=a.id, on=day, how=way, kind=which, note=words)]

    recorded = session.transact(build)
    return saved(ident[0][0], recorded, ident[0][1])


def pay(
    session: Session, app: str, ref: str, kind: str | None = None, amount: str | None = None, on: str | None = None, *, seen: Sequence[str] | None = None,
) -> Saved:
    """Reference of a payment made elsewhere, for one granted kind not paid yet.

    Raises:
        Refused: XL-P05 nothing granted or paid already, XL-P06 并发.
    """
    reference, day = values.needed(values.name(ref, "ref"), "ref"), values.day(on, session.today)
    fen = parse_fen(amount) if amount else None

    def build(tx: Tx, a: rows.Application, after: list[str]) -> Payload:
        standing = [d for d in queries.decisions(tx, app=a.id) if d.result == "granted"]
        if a.concurrent or any(d.concurrent for d in standing):
            raise Refused("XL-P06", "并发的件不付款")
        staged = [one for one in stages(tx, a.id) if not one.paid]
        open_ones = [d for d in standing if kind in (None, d.kind) and (not d.paid_reference or (d.kind in STAGED and staged))]
        if not open_ones:
            raise refuse_state(tx, a, "没有等着付款的决定")
        if len(open_ones) > 1:
            raise Refused("XL-V06", f"请写明是哪一种：{'、'.join(d.kind for d in open_ones)}", field="kind")
        whole = staged[0].amount if staged and open_ones[0].kind in STAGED else open_ones[0].amount
        return values.make(
            ApplicationPaid, village=a.village, household=a.household, application=a.id, on=day, after=after, kind=open_ones[0].kind,
            reference=reference, amount=fen if fen is not None else whole,
        )

    return move(session, app, build, "paid", seen)


def close(session: Session, app: str, reason: str | None = None, on: str | None = None, *, seen: Sequence[str] | None = None) -> Saved:
    """办结: every kind decided, or withdrawn by the family.

    Raises:
        Refused: XL-P04 kinds without a decision, XL-P05 closed already.
    """
    words, day = values.text(reason, "reason"), values.day(on, session.today)

    def build(tx: Tx, a: rows.Application, after: list[str]) -> Payload:
        if a.state == "closed" and not a.concurrent:
            raise refuse_state(tx, a)
        if a.open_kinds and a.state != "withdrawn" and "withdrawn" not in a.concurrent:
            owed = [{"step": "decided", "kind": k, "label": f"{codes.label('kind', k)}还没有决定"} for k in a.open_kinds]
            raise Refused("XL-P04", "、".join(str(o["label"]) for o in owed), extra={"owed": owed})
        return values.make(ApplicationClosed, village=a.village, household=a.household, application=a.id, on=day, after=after, reason=words)

    return move(session, app, build, "closed", seen)
