"""转介: a need goes to the department that is responsible, with a day, and stays open until the answer is there.

001:10 及时转介 (GX-13), 004:二(二) 首问负责、分办转办的办理时限 (CN-06, CN-07), 003:(四) 反馈 (CQ-13, CQ-38), 000:17 (JX-41), 004:二(五) 救助管理站 (CN-12);
M-19, M-58, M-63, M-83.

Rules kept here
- a department is a function (KD); the name shown is the one the region's pack prints, with its successor where the pack knows one (M-83);
- the time limit is the day written, else the county's `referral_days` of that department; without either there is none and that is said, never a guess;
- the first receiver (首问人) stays answerable until the matter is finished or handed on by name; there is no way to refuse a person at the door;
- `forwarded` and `continuing` keep a referral open; done, refused and partial are the feedback that closes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import facts, packs, reads, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.calendar import Days, WorkingDays, add
from xieli_tui.domain.events.work import ReferralAnswered, ReferralSent
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.policy.loader import PackSet
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

GOES_ON = ("forwarded", "continuing")
"""Results that leave a referral open."""
NOT_ASKED = ("village",)
"""Functions a referral cannot go to: the village is where it starts."""
NO_LIMIT = "县里没有定办理时限"


@dataclass(frozen=True, slots=True)
class SendReferral:
    """One referral. `kind` is what is asked for (an assistance kind); `due` blank: the county's limit; `first_receiver` blank: the operator.

    `flag` instead of a household: the finding about somebody who is on no list; nobody is sent away for where he comes from (M-23).
    """

    household: str
    department: str
    kind: str
    person: str | None = None
    on: str | None = None
    due: str | None = None
    first_receiver: str | None = None
    note: str | None = None
    flag: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerReferral:
    """What was heard. A forwarded one names the department it went to (and who answers for it there)."""

    referral: str
    result: str
    on: str | None = None
    note: str | None = None
    department: str | None = None
    first_receiver: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One referral, open or answered."""

    id: str
    household: str
    head: str
    who: str
    department: str
    department_name: str
    """as the region's pack prints it"""
    successor: str
    """what the pack says of who does it now, "" where it says nothing"""
    kind: str
    kind_label: str
    on: str
    due: str
    overdue: bool
    days_over: int
    first_receiver: str
    open: bool
    result: str
    answered_on: str
    note: str
    answer_note: str
    limit: str
    """where the day comes from, or why there is none"""
    flag: str = ""
    """the finding about somebody who is on no list; "" for a family's"""


def send_referral(session: Session, request: SendReferral) -> Saved:
    """One referral, durable when this returns; `state` is the day by which it is asked about again, "" when nothing sets one.

    Raises:
        NotFound: XL-V40, XL-V41, XL-V43. Refused: XL-V06 neither or both of household and finding, XL-V08 department or kind, XL-V02 a day before it
            was sent, XL-V13.
    """
    referral = session.new_id()
    department = _department(request.department)
    due = ""

    def build(tx: Tx) -> list[ReferralSent]:
        nonlocal due
        if bool(request.household) == bool(request.flag):
            raise Refused("XL-V06", "哪一家，或者名单外哪个人的登记，选一个", field="household")
        home = reads.household(tx, request.household) if request.household else None
        raised = reads.flag(tx, request.flag) if request.flag else None
        if raised is not None and raised.household:  # a finding about a family of the list: the referral is that family's
            home, raised = reads.household(tx, raised.household), None
        on = values.day(request.on, session.today)
        due = _due(tx, home, department, on, request.due, session.today)
        return [
            values.make(
                ReferralSent,
                village=home.village if home is not None else raised.village if raised is not None else "",
                household=home.id if home is not None else None,
                flag=raised.id if raised is not None else None,
                referral=referral,
                person=reads.member(tx, home.id, request.person).person if request.person and home is not None else None,
                on=on,
                department=department,
                kind=values.coded(request.kind, "kind", "kind"),
                due=due or None,
                first_receiver=values.name(request.first_receiver, "first_receiver") or reads.operator_name(session, tx) or None,
                note=values.text(request.note, "note"),
            )
        ]

    recorded = session.transact(build)
    return saved(referral, recorded, due)


def answer_referral(session: Session, request: AnswerReferral) -> Saved:
    """Feedback on a referral; `state` is "open" while it goes on, else "closed".

    Raises:
        NotFound: XL-V45. Refused: XL-P05 answered already, XL-V06 a forwarded one without its department, XL-V08, XL-V02 before it was sent.
    """
    result = values.coded(request.result, "referral_result", "result")
    department = _department(request.department) if request.department else None
    if result == "forwarded" and department is None:
        raise Refused("XL-V06", "转到了哪个单位", field="department")
    if result != "forwarded" and (department or request.first_receiver or request.due):
        raise Refused("XL-V11", "只有转下一单位才写新的单位、首问人和期限", field="department")

    def build(tx: Tx) -> list[ReferralAnswered]:
        found = one(tx, request.referral)
        if found.result:
            raise Refused("XL-P05", "这件转介已经有反馈了")
        on = values.day(request.on, session.today)
        if on < found.on:
            raise Refused("XL-V02", "早于转介那天", field="on")
        home = reads.household(tx, found.household) if found.household else None
        due = _due(tx, home, department, on, request.due, session.today) if department else ""
        return [
            values.make(
                ReferralAnswered, village=home.village if home is not None else found.village, household=home.id if home is not None else None, referral=found.id, on=on, result=result, note=values.text(request.note, "note"),
                department=department, first_receiver=values.name(request.first_receiver, "first_receiver"), due=due or None,
            )
        ]

    recorded = session.transact(build)
    return saved(request.referral.strip(), recorded, "open" if result in GOES_ON else "closed")


def one(tx: Tx, given: str) -> rows.Referral:
    """The referral of an id, or of a prefix of at least eight characters met once. Raises NotFound("XL-V45")."""
    found = queries.referral(tx, given.strip())
    if found is None or not found.known:
        raise NotFound("XL-V45", "没有这件转介", field="referral")
    return found


def list_referrals(session: Session, household: str | None = None, *, open_only: bool = False, overdue_only: bool = False) -> list[ReferralRow]:
    """Referrals: overdue first, then open by day, then answered, newest first. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        home = reads.household(tx, household).id if household else None
        found = view(tx, home, session.today)
    return [row for row in found if (row.open or not open_only) and (row.overdue or not overdue_only)]


def view(tx: Tx, household: str | None, today: dt.date) -> list[ReferralRow]:
    """Referrals as rows; stubs are left out."""
    return rows_of(tx, queries.referrals(tx, household), today)


def rows_of(tx: Tx, listed: Sequence[rows.Referral], today: dt.date) -> list[ReferralRow]:
    """These referrals as rows; stubs are left out."""
    found = [row for row in listed if row.known]
    held = packs.of(tx) if found else None
    heads = queries.household_heads(tx, {row.household for row in found})
    homes: dict[str, rows.Household | None] = {}
    out = []
    for row in found:
        if row.household not in homes:
            homes[row.household] = queries.household(tx, row.household)
        home = homes[row.household]
        who = queries.person(tx, row.person) if row.person else None
        raised = queries.flag(tx, row.flag) if row.flag else None
        due, limit = (row.due, "写明的期限") if row.due else limit_of(tx, home, row.department, row.on, today)
        over = not row.result and bool(due) and due < today.isoformat()
        region = home.village if home else row.village
        out.append(ReferralRow(
            id=row.id, household=row.household, head=raised.outsider if raised else heads.get(row.household, ""), who=who.name if who else "", department=row.department,
            department_name=printed(held, region, today, row.department)[0], successor=printed(held, region, today, row.department)[1], kind=row.kind, kind_label=codes.label("kind", row.kind), on=row.on,
            due=due, overdue=over, days_over=(today - dt.date.fromisoformat(due)).days if over else 0, first_receiver=row.first_receiver,
            open=not row.result, result=codes.label("referral_result", row.result or row.progress) if row.result or row.progress else "",
            answered_on=row.answered_on, note=row.note, answer_note=row.answer_note, limit=limit, flag=row.flag,
        ))
    waiting = sorted((row for row in out if row.open), key=lambda row: (not row.overdue, row.due or "9999", row.on, row.id))
    return [*waiting, *(row for row in out if not row.open)]


def departments(session: Session, household: str | None = None) -> list[tuple[str, str]]:
    """(function id, name printed in the region of the household or of this desk) in the order of KD, the village itself left out."""
    with session.reading() as tx:
        region = reads.household(tx, household).village if household else (session.profile.villages or [session.profile.area or ""])[0]
        held = packs.of(tx)
        return [(ident, printed(held, region, session.today, ident)[0]) for ident in codes.ids("department") if ident not in NOT_ASKED]


def printed(held: PackSet | None, region: str, on: dt.date, ident: str) -> tuple[str, str]:
    """(name, note on its successor) a pack of the region prints for a function, the lowest level first; the function's own name where none speaks."""
    if held is not None and region:
        speaking = sorted((pack for pack in held.packs.values() if pack.active(region, on)[0]), key=lambda pack: pack.order)
        for pack in speaking:
            for row in pack.departments.get(ident, ()):
                return row.name, row.successor
    return codes.label("department", ident), ""


def limit_of(tx: Tx, home: rows.Household | None, department: str, on: str, today: dt.date) -> tuple[str, str]:
    """(the day the county's limit gives for a referral sent on that day, why); ("", why there is none)."""
    if home is None or not on:
        return "", NO_LIMIT
    spec = facts.local(tx, home, today).get("referral_days")
    one_ = _spec(spec, department)
    if one_ is None:
        return "", NO_LIMIT
    count, unit = one_
    computed = add(dt.date.fromisoformat(on), WorkingDays(count) if unit == "working" else Days(count), packs.calendar(tx))
    word = f"县里定的 {count} {'个工作日' if unit == 'working' else '天'}"
    return computed.day.isoformat(), f"{word}，{computed.label}" if computed.label else word


def _spec(spec: object, department: str) -> tuple[int, str] | None:
    """(count, unit) of `local.referral_days`: one number or {days, unit} for all, or a table by function with `*` for the others."""
    if isinstance(spec, Mapping) and not ("days" in spec and not isinstance(spec["days"], Mapping)):
        spec = spec.get(department, spec.get("*"))
    unit = "days"
    if isinstance(spec, Mapping):
        unit, spec = str(spec.get("unit", "days")), spec.get("days")
    if isinstance(spec, str) and spec.isascii() and spec.isdigit():
        spec = int(spec)
    if not isinstance(spec, int) or isinstance(spec, bool) or unit not in ("days", "working"):
        return None
    return spec, unit


def _due(tx: Tx, home: rows.Household | None, department: str, on: str, given: str | None, today: dt.date) -> str:
    if given and given.strip():
        due = values.day(given, today, "due", future=True)
        if due < on:
            raise Refused("XL-V02", "早于转介那天", field="due")
        return due
    return limit_of(tx, home, department, on, today)[0]


def _department(given: str) -> str:
    found = values.coded(given, "department", "department")
    if found in NOT_ASKED:
        raise Refused("XL-V08", "转介给村外的单位", field="department")
    return found
