"""A family as its coordinator looks at it: who is here and what must be minded of each, who has left, who stands by them (M-43, M-44, M-63, M-65; JM-20).

Rules kept here
- the dead and the gone stay readable, with the day and the way they went (Law 6);
- a note rests on a recorded fact or on a follow-up of the packs (`offers`); nothing is concluded from what is not recorded;
- a certificate's end is the day on the certificate, told before and after it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import helpers, offers, reads
from xieli_tui.casework.application_card import ENDED, state
from xieli_tui.casework.helpers import GroupRow, PairRow
from xieli_tui.casework.session import Session
from xieli_tui.domain import codes
from xieli_tui.domain.dates import age_on
from xieli_tui.store import queries
from xieli_tui.store.queries import registers

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

SOON = 60
"""Days before its end that a certificate is said to end soon; the same look ahead as in the calendar of a family."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to mind about a member; `urgent`: something is open."""

    text: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """Who left the family, when and how. `back`: may come back (alive, and of no household now)."""

    person: str
    name: str
    relation_label: str
    birth: str
    age: int | None
    """at the day of leaving"""
    on: str
    why: str
    why_label: str
    back: bool


@dataclass(frozen=True, slots=True)
class Family:
    """What stands beside the members of a household."""

    household: str
    notes: dict[str, tuple[Note, ...]]
    gone: tuple[Gone, ...]
    pairs: tuple[PairRow, ...]
    groups: tuple[GroupRow, ...]


def look(session: Session, household: str) -> Family:
    """The family of a household. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        home = reads.household(tx, household)
        members = queries.members(tx, home.id)
        follow: dict[str, list[Note]] = {}
        for one in offers.of_household(tx, home, session.today):
            if one.person:
                follow.setdefault(one.person, []).append(Note(f"{one.why}：{one.what}", urgent=True))
        notes = {one.person: (*_notes(one, session.today), *follow.get(one.person, ())) for one in members}
        gone = tuple(_gone(tx, home.id))
    pairs = tuple(one for one in helpers.list_pairs(session, home.id) if one.holds)
    groups = tuple(one for one in helpers.list_groups(session, home.village) if home.id in one.households)
    return Family(home.id, {person: found for person, found in notes.items() if found}, gone, pairs, groups)


def beside(session: Session, household: str) -> str:
    """Who stands by the family, in one line for its first page; "" when nobody was written down. Raises NotFound("XL-V40")."""
    day = session.today.isoformat()
    with session.reading() as tx:
        home, village = reads.home(tx, household)
        pairs = [f"{one.name}{'（党员）' if one.party else ''}" for one in registers.pairs(tx, home) if one.holds(day)]
        groups = [f"{one.name}：{'、'.join(one.members)}" for one in registers.helping_groups(tx, village) if home in one.households]
    return "，".join(part for part in (f"结对 {'、'.join(pairs)}" if pairs else "", *groups[:1]) if part)


def still_open(session: Session, household: str) -> tuple[str, ...]:
    """What of a family goes on when somebody leaves it or dies, each in a few words: applications, alerts without an answer, pairs, a head nobody named.

    Raises:
        NotFound: XL-V40.
    """
    day = session.today.isoformat()
    with session.reading() as tx:
        home = reads.household(tx, household)
        people = queries.members(tx, home.id)
        running = [one for one in queries.applications(tx, home.id) if one.known and state(one) not in ENDED]
        kinds = codes.labels("kind", list(dict.fromkeys(kind for one in running for kind in one.kinds)))
        alerts = [one for one in queries.alerts(tx, home.id, open_only=True) if one.known]
        pairs = [one.name for one in registers.pairs(tx, home.id) if one.holds(day)]
    headless = bool(people) and home.head not in {one.person for one in people}
    return tuple(part for part in (
        "户主走了，问清谁当户主" if headless else "", f"{len(running)} 件申请（{kinds}）" if running else "", f"{len(alerts)} 条预警" if alerts else "",
        f"结对 {'、'.join(pairs)}" if pairs else "",
    ) if part)


def _notes(one: rows.Member, today: dt.date) -> Iterator[Note]:
    fields = one.fields
    if fields.get("disability_kind") not in (None, "", "none"):
        level = codes.label("disability_level", str(fields["disability_level"])) if fields.get("disability_level") else ""
        yield Note(f"{codes.label('disability_kind', str(fields['disability_kind']))}{level}")
    until = str(fields.get("disability_cert_until", ""))
    if until:
        left = (dt.date.fromisoformat(until) - today).days
        yield Note(f"残疾证 {until} {'已到期，换证' if left < 0 else '到期，提前办换证' if left <= SOON else '到期'}", urgent=left <= SOON)
    if fields.get("in_school") or fields.get("school"):
        stage = codes.label("student_stage", str(fields["student_stage"])) if fields.get("student_stage") else ""
        yield Note("，".join(part for part in ("在校" if fields.get("in_school") else "", str(fields.get("school", "")), stage) if part))
    if fields.get("left_behind"):
        guardian = str(fields.get("guardian", ""))
        yield Note(f"留守儿童，监护人 {guardian}" if guardian else "留守儿童")
    elif fields.get("guardian"):
        yield Note(f"监护人 {fields['guardian']}")
    for name, word in (("orphan", "孤儿"), ("unsupported_child", "事实无人抚养"), ("cannot_selfcare", "不能自理"), ("severe_illness", "重病")):
        if fields.get(name):
            yield Note(word)


def _gone(tx: Tx, household: str) -> Iterator[Gone]:
    """Everybody who left and is not here now, the last to leave first; a membership that only changed (共同生活) is no leaving."""
    here = {one.person for one in queries.members(tx, household)}
    last: dict[str, rows.Member] = {}
    for one in queries.members(tx, household, ended=True):
        if one.ended and one.person not in here and (one.person not in last or one.ended >= last[one.person].ended):
            last[one.person] = one
    for one in sorted(last.values(), key=lambda each: (each.ended, each.name), reverse=True):
        person = queries.person(tx, one.person)
        elsewhere = person is not None and any(each.person == one.person for each in queries.members(tx, person.household))
        yield Gone(
            one.person, one.name, codes.label("relation", one.relation), one.birth, age_on(dt.date.fromisoformat(one.birth), dt.date.fromisoformat(one.ended)) if one.birth else None,
            one.ended, one.ended_why, codes.label("membership_end", one.ended_why), not one.died_on and not elsewhere,
        )
