"""预警 at the village: the list, and the forced disposition of each class, resting on a visit, with what follows from it (003:(七), M-05).

Rules kept here
- every class has its own ways and no other; 现场核查 first: a visit of that family that met somebody, no earlier than the alert (未遇 verifies nothing);
- the follow-up is made in the same transaction: help with an application, what the family was told and answered, the referral to each department
  (CQ-13, CQ-14); nothing is left to be remembered;
- 可能不再符合 is verified and handed to the desk with what was seen; aid never ends by an alert (CQ-15);
- 情形复杂 asks the county's mechanism for a conference; the desk finds it in its queue and on its agenda (CQ-16);
- an alert is a desk's word: the answer stands beside it, the alert itself is never changed;
- what a list says may hold numbers: they are covered wherever an alert is shown (Law 4).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import facts, packs, reads, referrals, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.calendar import Days, WorkingDays, add
from xieli_tui.domain.events.aid import ApplicationStarted
from xieli_tui.domain.events.work import AlertAnswered, PolicyInformed, ReferralSent
from xieli_tui.domain.masks import masked
from xieli_tui.domain.text import clean_name, fold_code
from xieli_tui.errors import NotFound, Refused
from xieli_tui.policy import facts as types
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

NOT_ASKED = referrals.NOT_ASKED
"""Who is no department to refer to: the village's own desks."""
OPEN_APPLICATION = ("started", "handed_over", "accepted", "returned", "checked", "investigated", "reviewed", "appraised", "reported")


_NAME = re.compile(r"^[\u3400-\u9fff\U00020000-\U0003ffff·]{2,8}$")
"""What may be somebody's name in a column of a list; words of a column that are none find nobody."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to dispose of an alert: what it asks for (`apply` kinds, `told` kinds and the answer, `refer` departments and a kind, `note`), what follows."""

    disposition: str
    asks: frozenset[str]
    follows: str


def _way(disposition: str, asks: str, follows: str) -> Way:
    return Way(disposition, frozenset(asks.split()), follows)


_REFER = _way("referred", "refer", "给每个部门各开一张转介单，等反馈")
_FALSE = _way("false", "note", "写清看到了什么，回县里")
WAYS: dict[str, tuple[Way, ...]] = {
    "gap": (_way("implement", "apply", "起草申请，协助办理"), _REFER, _FALSE),
    "uncovered": (_way("inform_apply", "told", "记下告知和本人的答复；愿意的起草申请"), _REFER, _FALSE),
    "no_longer": (_way("verify_exit", "note", "交镇、县核查；是否终止由有权机关按规定决定，不会自动停"), _FALSE),
    "complex": (_way("special_case", "note", "提请区县协调机制一事一议"), _REFER, _FALSE),
    "risk": (_way("true", "note", "写清看到了什么；有困难另记发现登记"), _way("inform_apply", "told", "记下告知和本人的答复；愿意的起草申请"), _REFER, _FALSE),
    "life_threat": (_way("handled", "note", "写清怎么处置的"), _REFER, _FALSE),
}
"""Class of an alert -> the ways 003:(七) leaves open."""


@dataclass(frozen=True, slots=True)
class AnswerAlert:
    """The disposition of one alert. `visit`: the visit that verified it; left out, the newest one that answers it.

    `kinds`: aid to apply for or told of; `answer` (willing …) and `reason` of the family; `departments`: whom a referral goes to.
    `household`: whose it is, for an alert that matched nobody.
    """

    alert: str
    disposition: str
    visit: str | None = None
    note: str | None = None
    on: str | None = None
    kinds: Sequence[str] = ()
    answer: str | None = None
    reason: str | None = None
    departments: Sequence[str] = ()
    person: str | None = None
    household: str | None = None


@dataclass(frozen=True, slots=True)
class AlertView:
    """One alert as the village sees it. `ways` = (disposition, word, what follows) still open, () once answered."""

    id: str
    household: str
    head: str
    person: str
    who: str
    village: str
    cls: str
    cls_label: str
    text: str
    on: str
    due: str
    overdue: bool
    answered: str
    answered_label: str
    answered_on: str
    note: str
    visit: str
    """the visit that answers it, recorded already, "" when none"""
    ways: tuple[tuple[str, str, str], ...]
    number: str = ""
    given: str = ""
    """the name as the list writes it, for a row that matched nobody"""
    source: str = "issued"
    """issued by a desk | list: a list that was handed to the village"""
    amount: int | None = None


def list_alerts(session: Session, household: str | None = None, *, cls: str | None = None, open_only: bool = False) -> list[AlertView]:
    """Alerts, the nearest day first. Raises NotFound("XL-V40"), Refused("XL-V08") for a class that is none."""
    wanted = values.coded(cls, "alert_class", "class") if cls else None
    with session.reading() as tx:
        home = reads.home(tx, household)[0] if household else None
        found = [one for one in queries.alerts(tx, home, open_only) if one.known and wanted in (None, one.cls)]
        return [_view(tx, one, session.today) for one in found]


def show(session: Session, alert: str) -> AlertView:
    """One alert. Raises NotFound("XL-V45")."""
    with session.reading() as tx:
        return _view(tx, find(tx, alert), session.today)


def likely(session: Session, alert: str) -> list[rows.HouseholdLine]:
    """Families a line that matched nobody may mean: by an identity number or a name in its columns, best first. Raises NotFound("XL-V45").

    Said to a person who knows the village; nothing is matched by it.
    """
    with session.reading() as tx:
        one = find(tx, alert)
        cells = [fold_code(str(cell)) for cell in one.columns.values() if isinstance(cell, str)]
        names = [str(cell).strip() for cell in one.columns.values() if isinstance(cell, str) and _NAME.match(str(cell).strip())]
        homes = [person.household for number in cells if len(number) in (15, 18) for person in queries.persons_by_id_no(tx, number)]
        finder = session.kept.setdefault("households", queries.Finder())
        lines = {line.id: line for line in finder.find(tx)}
        by_name = [line.id for name in names for line in finder.find(tx, name)]
        return [lines[home] for home in dict.fromkeys([*homes, *by_name]) if home in lines]


def find(tx: Tx, given: str) -> rows.Alert:
    """The alert of an id, or of a prefix of at least eight characters met once. Raises NotFound("XL-V45")."""
    plain = given.strip()
    one = queries.alert(tx, plain)
    if one is None and len(plain) >= 8:
        near = [x for x in queries.alerts(tx) if x.id.startswith(plain)]
        one = near[0] if len(near) == 1 else None
    if one is None or not one.known:
        raise NotFound("XL-V45", "没有这条预警", field="alert")
    return one


def _view(tx: Tx, one: rows.Alert, today: dt.date) -> AlertView:
    home = queries.household(tx, one.household) if one.household else None
    person = queries.person(tx, one.person) if one.person else None
    verified = _verified(tx, one) if home is not None else None
    return AlertView(
        one.id, one.household, home.head_name if home else "", one.person, person.name if person else "", one.village, one.cls,
        codes.label("alert_class", one.cls), masked(one.text), one.on, one.due, bool(one.due) and not one.answered and one.due < today.isoformat(), one.answered,
        codes.label("disposition", one.answered) if one.answered else "", one.answered_on, one.answer_note, verified.id if verified else "",
        () if one.answered else tuple((way.disposition, codes.label("disposition", way.disposition), way.follows) for way in WAYS.get(one.cls, ())),
        one.number, "" if home is not None else given_name(one.columns), one.source, one.amount,
    )


def given_name(columns: Mapping[str, Any]) -> str:
    """The name a list writes in its columns, "" none."""
    from xieli_tui.paper.alert_sheet import field_of

    named = {field_of(head): str(cell) for head, cell in columns.items() if isinstance(cell, str)}
    return clean_name(named.get("name") or named.get("head") or "")


def _verified(tx: Tx, alert: rows.Alert) -> rows.Visit | None:
    """The newest visit that answers this alert and met somebody."""
    answering = [v for v in queries.visits(tx, alert.household) if v.answers_alert == alert.id and v.met != "none"]
    return answering[0] if answering else None


def answer(session: Session, request: AnswerAlert) -> Saved:
    """The village's disposition with its follow-ups, one transaction; `id` is the alert, `more["follow"]` what was made: [{what, id, department?}].

    Raises:
        NotFound: XL-V45 no such alert or visit, XL-V40, XL-V41. Refused: XL-P08 at a desk; XL-P05 answered already; XL-V08 a disposition its class does not
        leave open; XL-V06 no visit, or what the way asks for is missing (`field`); XL-V11 a visit that verifies nothing; value codes.
    """
    if session.role != "village":
        raise Refused("XL-P08", "工作台用 xieli county answer")
    made: list[dict[str, str]] = []
    ident: list[str] = []

    def build(tx: Tx) -> list[Payload]:
        alert = find(tx, request.alert)
        ident.append(alert.id)
        if alert.answered:
            raise Refused("XL-P05", "这条预警已经处置过了")
        way = _chosen(alert.cls, request.disposition)
        on = values.day(request.on, session.today)
        home = _home(tx, alert, request)
        visit = _visit(tx, alert, home, request, on) if home is not None else None
        note = values.text(request.note, "note")
        if "note" in way.asks and note is None:
            raise Refused("XL-V06", "写清看到了什么", field="note")
        follow = _follow(session, tx, way, home, request, on, made) if home is not None else []
        return [*follow, values.make(
            AlertAnswered, alert=alert.id, village=alert.village, household=home.id if home else None, on=on, visit=visit.id if visit else None,
            disposition=way.disposition, note=note, **(_of_list(alert) if alert.source == "list" else {}),
        )]

    recorded = session.transact(build)
    return Saved(ident[-1], recorded[-1].seq, request.disposition, more={"follow": made})


def _of_list(alert: rows.Alert) -> dict[str, Any]:
    """What a desk that issued nothing must be told to read the answer (ADR 0013)."""
    return {"cls": alert.cls, "text": alert.text or None, "number": alert.number or None, "issued": alert.on or None}


def _chosen(cls: str, given: str) -> Way:
    ways = WAYS.get(cls, ())
    picked = codes.find("disposition", values.needed(given, "disposition"))
    way = next((one for one in ways if one.disposition == picked), None)
    if way is None:
        listed = "、".join(f"{one.disposition} {codes.label('disposition', one.disposition)}" for one in ways)
        raise Refused("XL-V08", listed, field="disposition")
    return way


def _home(tx: Tx, alert: rows.Alert, request: AnswerAlert) -> rows.Household | None:
    if alert.household:
        return reads.household(tx, alert.household)
    if request.household:
        return reads.household(tx, request.household)
    if codes.find("disposition", request.disposition) == "false":
        return None  # nobody here answers to it: said with a note
    raise Refused("XL-V06", "这条没有对上哪一户，先写是哪一户", field="household")


def _visit(tx: Tx, alert: rows.Alert, home: rows.Household, request: AnswerAlert, on: str) -> rows.Visit:
    if request.visit:
        found = queries.visit(tx, request.visit.strip())
        if found is None:
            raise NotFound("XL-V45", "没有这次走访", field="visit")
    else:
        found = _verified(tx, alert)
        if found is None:
            raise Refused("XL-V06", "先走访核查，再写怎么处置", field="visit")
    if found.household != home.id:
        raise Refused("XL-V11", "这次走访是别家的", field="visit")
    if found.met == "none":
        raise Refused("XL-V11", "未遇不算核查", field="visit")
    if found.on < alert.on or found.on > on:
        raise Refused("XL-V11", "走访要在预警以后、答复以前", field="visit")
    return found


def _follow(session: Session, tx: Tx, way: Way, home: rows.Household, request: AnswerAlert, on: str, made: list[dict[str, str]]) -> list[Payload]:
    kinds = values.coded_all(request.kinds, "kind", "kind")
    person = reads.member(tx, home.id, request.person).person if request.person else None
    out: list[Payload] = []
    if way.asks & {"apply", "told", "refer"} and not kinds:
        raise Refused("XL-V06", "写清是哪种救助", field="kind")
    if "told" in way.asks:
        answer_ = values.coded(request.answer, "answer", "answer")
        reason = values.text(request.reason, "reason")
        if answer_ == "unwilling" and reason is None:
            raise Refused("XL-V06", "本人不愿申请，请写原因", field="reason")
        for kind in kinds:
            informed = session.new_id()
            made.append({"what": "informed", "id": informed, "kind": kind})
            out.append(values.make(
                PolicyInformed, village=home.village, household=home.id, informed=informed, on=on, kind=kind, person=person, answer=answer_, reason=reason))
    if "apply" in way.asks or ("told" in way.asks and answer_ == "willing"):
        out += _applications(session, tx, home, kinds, person, on, made)
    if "refer" in way.asks:
        out += _referrals(session, tx, home, kinds, person, request, on, made)
    return out


def _applications(session: Session, tx: Tx, home: rows.Household, kinds: Sequence[str], person: str | None, on: str, made: list[dict[str, str]]) -> list[Payload]:
    """One application for the kinds that are not under way already."""
    under_way = {kind for app in queries.applications(tx, home.id) if app.state in OPEN_APPLICATION for kind in app.kinds}
    wanted = [kind for kind in kinds if kind not in under_way]
    if not wanted:
        return []
    app = session.new_id()
    made.append({"what": "application", "id": app, "kind": ",".join(wanted)})
    return [values.make(
        ApplicationStarted, village=home.village, household=home.id, application=app, on=on, kinds=wanted, unit="person" if person else "household", person=person,
        source="village",
    )]


def _referrals(
    session: Session, tx: Tx, home: rows.Household, kinds: Sequence[str], person: str | None, request: AnswerAlert, on: str, made: list[dict[str, str]],
) -> list[Payload]:
    departments = values.coded_all(request.departments, "department", "department")
    if not departments:
        raise Refused("XL-V06", "写清转给哪个部门", field="department")
    first = reads.operator_name(session, tx) or None
    out: list[Payload] = []
    for department in departments:
        if department in referrals.NOT_ASKED:
            raise Refused("XL-V08", "转介是转给村外的单位", field="department")
        due, _ = referrals.limit_of(tx, home, department, on, session.today)
        for kind in kinds:
            ident = session.new_id()
            made.append({"what": "referral", "id": ident, "department": department, "kind": kind})
            out.append(values.make(
                ReferralSent, village=home.village, household=home.id, referral=ident, person=person, on=on, department=department, kind=kind, due=due or None,
                first_receiver=first, note=values.text(request.note, "note"),
            ))
    return out


def due_of(tx: Tx, home: rows.Household | None, cls: str, on: str, today: dt.date, village: str = "") -> tuple[str, str]:
    """(the day the county's limit gives for an alert of a class, its words); ("", "") when the county set none: nothing is invented (CQ-17).

    `village`: of an alert that is nobody's yet.
    """
    if home is None and not village:
        return "", ""
    raw: Any = (facts.local(tx, home, today) if home is not None else facts.local_in(tx, village, today)).get("alert_days")
    if raw is None:
        return "", ""
    table = types.read("specs", raw, "local.alert_days")
    spec = table.get(cls, table.get("*"))
    if spec is None:
        return "", ""
    working = spec["unit"] == "working"
    computed = add(dt.date.fromisoformat(on), WorkingDays(spec["days"]) if working else Days(spec["days"]), packs.calendar(tx))
    words = f"县里定的 {spec['days']} {'个工作日' if working else '天'}"
    return computed.day.isoformat(), f"{words}，{computed.label}" if computed.label else words


__all__ = ["WAYS", "AlertView", "AnswerAlert", "Way", "answer", "due_of", "find", "likely", "list_alerts", "saved", "show"]
