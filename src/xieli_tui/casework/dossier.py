"""The dossier of one household, put together from the store's queries.

Rules kept here
- values are carried in full and masked where they are shown;
- what is owed to the family comes first: the next step is the most urgent open thing, in one sentence;
- a promise is owed until a later visit on or after its day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from xieli_tui.casework.application_card import entry, row, state
from xieli_tui.casework.views import ApplicationRow, ConflictView, FlagRow, HouseholdCard, HouseholdRow, MemberRow, VisitView
from xieli_tui.domain import codes
from xieli_tui.domain.dates import age_on
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx


RECENT = 60
"""Visits of a file that is opened to be looked at: years of them; the page reads the rest when its list of visits is turned to."""


def recent(tx: Tx, household: str) -> list[rows.Visit]:
    """The newest visits, far enough back to tell when somebody was met last and what the six dimensions were."""
    found = queries.visits(tx, household, limit=RECENT)
    if len(found) == RECENT and not (any(one.met != "none" for one in found) and any(one.marks for one in found)):
        return queries.visits(tx, household)
    return found


def card(tx: Tx, home: rows.Household, today: dt.date, entries: int | None = None) -> HouseholdCard:
    """Everything the dossier shows; with `entries` only the newest of the chain, and the recent visits."""
    members = queries.members(tx, home.id)
    visits = queries.visits(tx, home.id) if entries is None else recent(tx, home.id)
    flags = queries.flags(tx, home.id)
    applications = tuple(row(tx, app) for app in queries.applications(tx, home.id) if app.known)
    promised = owed(queries.promises(tx, home.id), visits)
    gone = queries.moved(tx, home.id, home.village)
    return HouseholdCard(
        row=line(home, members, visits),
        fields=dict(home.fields),
        ruled=dict(home.ruled),
        members=tuple(member(one, today) for one in members),
        visits=tuple(visit(one) for one in visits),
        flags=tuple(flag(one, {who.person: who.name for who in members}) for one in flags),
        applications=applications,
        timeline=tuple(entry(one) for one in queries.timeline(tx, home.id, entries)),
        conflicts=tuple(conflict(tx, one) for one in queries.conflicts(tx, home.id)),
        promises=tuple((one.text, one.on) for one in promised),
        informed=tuple((codes.label("kind", one.kind), codes.label("answer", one.answer), one.on) for one in queries.informed(tx, home.id)),
        next_step=f"{gone.on} 已{gone.words}，往后由那边办；还记得什么照样可以记" if gone else next_step(tx, home, flags, applications, promised),
        heads=queries.family_heads(tx, home.id, [one.person for one in members]),
        moved=f"{gone.on} {gone.words}" if gone else "",
    )


def line(home: rows.Household, members: list[rows.Member], visits: list[rows.Visit]) -> HouseholdRow:
    """The household as one line of the list."""
    head = next((one for one in members if one.person == home.head), None)
    met = [one.on for one in visits if one.met != "none"]
    return HouseholdRow(
        id=home.id,
        head=home.head_name,
        group=str(home.fields.get("group", "")),
        birth_year=head.birth[:4] if head else "",
        size=home.size,
        category=home.category,
        category_rank=home.category_rank,
        id_no=head.id_no if head else "",
        phone=str(home.fields.get("phone", "")) or (head.phone if head else ""),
        nickname=str(home.fields.get("nickname", "")),
        last_visit=max(met, default=""),
        village=home.village,
        initials="",
        known=home.known,
    )


def member(one: rows.Member, today: dt.date) -> MemberRow:
    """A member with age and the word for the relation."""
    return MemberRow(
        person=one.person,
        membership=one.membership,
        name=one.name,
        relation=one.relation,
        relation_label=codes.label("relation", one.relation),
        sex=one.sex,
        birth=one.birth,
        age=age_on(dt.date.fromisoformat(one.birth), today) if one.birth else None,
        id_no=one.id_no,
        id_state=one.id_state,
        phone=one.phone,
        category=one.category,
        labels=one.labels,
        living=one.living,
        away=one.away,
        in_school=one.in_school,
        fields=dict(one.fields),
    )


def visit(one: rows.Visit) -> VisitView:
    """A visit; 补录 when it was typed on a later day."""
    return VisitView(
        id=one.id,
        on=one.on,
        kind=one.kind,
        met=one.met,
        marks=dict(one.marks),
        changes=one.changes,
        house_safety=one.house_safety,
        note=one.note,
        promise=one.promise,
        promise_on=one.promise_on,
        visitors=tuple(who for who, _role in one.visitors),
        late=bool(one.typed_on) and one.typed_on > one.on,
    )


def flag(one: rows.Flag, names: dict[str, str]) -> FlagRow:
    """A finding and who it is about."""
    who = one.outsider or "、".join(names[person] for person in one.persons if person in names)
    return FlagRow(
        id=one.id,
        household=one.household,
        who=who,
        on=one.on,
        causes=one.causes,
        urgency=one.urgency,
        settled=one.settled_on,
        reported_at=one.reported_at,
        answered_by=one.answered_by,
        village=one.village,
        note=one.note or one.situation,
    )


def conflict(tx: Tx, one: rows.Conflict) -> ConflictView:
    """两处写的不一样: each value, who wrote it, its reference."""
    names = queries.operator_names(tx)
    values = tuple(
        (shown(one.field, head.value), f"{codes.label('role', head.role)} {names.get((head.dev, head.by), '')}".rstrip(), head.ref) for head in one.heads
    )
    home = queries.household(tx, one.household) if one.household else None
    return ConflictView(entity_kind=one.kind, entity=one.entity, field=one.field, values=values, where=home.head_name if home else "")


def shown(field: str, value: Any) -> str:
    """A claimed value as text."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(str(part) for part in value)
    if field == "category":
        return codes.label("category", str(value))
    return str(value)


def owed(promises: Iterable[rows.Promise], visits: Iterable[rows.Visit]) -> list[rows.Promise]:
    """Promises no later visit has come back to: one later than the visit that made it and not before the day promised."""
    days: dict[str, list[str]] = {}
    for one in visits:
        if one.met != "none":
            days.setdefault(one.household, []).append(one.on)
    return [
        promise
        for promise in promises
        if not any(on > promise.visited_on and on >= (promise.on or promise.visited_on) for on in days.get(promise.household, ()))
    ]


def next_step(
    tx: Tx, home: rows.Household, flags: list[rows.Flag], applications: tuple[ApplicationRow, ...], promised: list[rows.Promise],
) -> str:
    """The most urgent open thing of the family, "" when there is none."""
    for one in flags:
        if one.urgency == "emergency" and not one.settled_on and not one.reported_at:
            return "请立即电话报告镇民政办"
    if any(not one.told_on for one in queries.decisions(tx, household=home.id)):
        return "决定已回，告诉家里"
    for app in queries.applications(tx, home.id):
        if app.state == "returned":
            return f"退回补正：缺{codes.labels('doc', app.returned_papers)}"
    for app in queries.applications(tx, home.id):
        if app.state == "started" and app.known:
            return "办好委托，转交镇里" if state(app) == "draft" else "转交镇里"
    if promised:
        return f"答应的事：{promised[0].text}"
    return ""
