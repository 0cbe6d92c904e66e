"""发现登记 as they are followed: one finding whole, with its 急难信息档案, its clocks and what is still owed; and the list of all of them.

Rules kept here
- people who are not on the list stand in the same list as families: nobody is left out for where they come from (M-23);
- a clock is the packs' duty of that family (补材料 or 补充说明, by pack); none is counted here;
- an urgent one nobody has reported by telephone comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import duties, emergencies, reads, referrals
from xieli_tui.casework.emergencies import EmergencyCard
from xieli_tui.casework.referrals import ReferralRow
from xieli_tui.casework.session import Session
from xieli_tui.domain import codes
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

FOLLOW_UP = ("supplement_materials", "supplement_statement", "start_application", "help_apply", "referral_followup")
"""Duties that follow a finding or an advance."""
REGIONS = (("hukou", "户籍地"), ("live", "居住地"), ("permit", "居住证地"), ("event", "发生地"))


@dataclass(frozen=True, slots=True)
class Owed:
    """A clock that runs on the case: what, until when, why, clause."""

    word: str
    due: str
    state: str
    why: str
    cite: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, whole. `file` None = no emergency file; `step` = nothing."""

    id: str
    household: str
    village: str
    head: str
    who: str
    outsider: bool
    on: str
    urgency: str
    urgency_label: str
    causes: str
    channel: str
    found_by: str
    place: str
    situation: str
    needs: str
    note: str
    regions: tuple[tuple[str, str], ...]
    reported_at: str
    answered_by: str
    settled_on: str
    settled: str
    """how, in words"""
    settled_note: str
    ref: str
    file: EmergencyCard | None
    owed: tuple[Owed, ...]
    referrals: tuple[ReferralRow, ...] = ()
    """of somebody who is on no list; a family's stand with the family"""


def show(session: Session, flag: str) -> Finding:
    """One finding, whole. Raises NotFound("XL-V43")."""
    with session.reading() as tx:
        one = reads.flag(tx, flag)
        home = queries.household(tx, one.household) if one.household else None
        owed = tuple(
            Owed(codes.label("task", due.task), due.due, due.state, due.why, due.cite) for due in duties.of_household(tx, home, session.today) if due.task in FOLLOW_UP
        ) if home is not None else ()
        sent = referrals.rows_of(tx, queries.referrals(tx, flag=one.id), session.today) if one.outsider else []
        return _finding(tx, one, owed, tuple(sent))


def list_findings(session: Session, *, open_only: bool = False) -> list[Finding]:
    """Every finding: urgent ones not reported first, then open ones, the newest first, then settled ones."""
    with session.reading() as tx:
        found = [_finding(tx, one, ()) for one in queries.flags(tx, open_only=open_only) if one.known]
    return sorted(sorted(found, key=lambda one: (one.on, one.id), reverse=True), key=lambda one: (bool(one.settled_on), not (one.urgency == "emergency" and not one.reported_at), one.urgency != "emergency"))


def _finding(tx: Tx, one: rows.Flag, owed: tuple[Owed, ...], sent: tuple[ReferralRow, ...] = ()) -> Finding:
    names = {who.person: who.name for who in queries.members(tx, one.household, ended=True)} if one.household else {}
    file = min((each for each in queries.emergencies(tx, flag=one.id) if each.known), key=lambda each: each.opened_at, default=None)
    head = queries.household_heads(tx, [one.household]).get(one.household, "") if one.household else ""
    return Finding(
        id=one.id, household=one.household, village=one.village, head=head, who=one.outsider or "、".join(names[each] for each in one.persons if each in names) or head,
        outsider=bool(one.outsider), on=one.on, urgency=one.urgency, urgency_label=codes.label("urgency", one.urgency), causes=codes.labels("cause", one.causes),
        channel=codes.label("channel", one.channel), found_by=codes.label("discoverer", one.found_by), place=one.place or one.outsider_place, situation=one.situation,
        needs=one.needs, note=one.note, regions=tuple((word, one.regions[name]) for name, word in REGIONS if one.regions.get(name)), reported_at=one.reported_at,
        answered_by=one.answered_by, settled_on=one.settled_on, settled=codes.label("flag_outcome", one.settled_how) if one.settled_how else "", settled_note=one.settled_note,
        ref=one.ref, file=emergencies.card(tx, file) if file is not None else None, owed=owed, referrals=sent,
    )
