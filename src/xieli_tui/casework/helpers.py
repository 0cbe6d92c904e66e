"""Who stands by a family: 结对帮扶 (000:2, 001:8, M-44) and the village's 救助帮扶小组 (001:8, M-43).

Rules kept here
- a pair has its days; an end is a later line, the record of who helped stays;
- whether the helper is a party member is asked, never assumed: 001:8 counts party members (GX-11);
- a helping group is a claim of the village: a new wording replaces the one that was seen, another computer's stays visible beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain.events.household import PairAssigned
from xieli_tui.domain.events.registers import GroupSet
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries
from xieli_tui.store.queries import registers

if TYPE_CHECKING:
    from xieli_tui.store import Tx
    from xieli_tui.store.queries.registers import HelpingGroup, Pair


@dataclass(frozen=True, slots=True)
class AssignPair:
    """A helper of a household. `party`: a party member, None when it was not asked."""

    household: str
    name: str
    since: str | None = None
    post: str | None = None
    party: bool | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class SetGroup:
    """A helping group: `group` names one to change, a new one otherwise; `households` ids or prefixes."""

    name: str
    members: Sequence[str] = ()
    households: Sequence[str] = ()
    village: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair as shown."""

    id: str
    household: str
    head: str
    name: str
    post: str
    party: bool | None
    since: str
    until: str
    holds: bool


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A helping group as shown; `homes` = heads of the households it helps; `conflict`: two computers wrote it differently."""

    id: str
    village: str
    name: str
    members: tuple[str, ...]
    households: tuple[str, ...]
    homes: tuple[str, ...]
    conflict: bool


def assign_pair(session: Session, request: AssignPair) -> Saved:
    """Pair a helper with a household.

    Raises:
        NotFound: XL-V40. Refused: XL-V06 no name; XL-V11 the end before the start, or the same helper paired already; days.
    """
    name = values.needed(values.name(request.name, "name"), "name")
    since = values.day(request.since, session.today, "since")
    until = values.day(request.until, session.today, "until", future=True) if request.until else None
    if until is not None and until < since:
        raise Refused("XL-V11", "止在起之前", field="until")
    pair = session.new_id()

    def build(tx: Tx) -> list[PairAssigned]:
        home, village = reads.home(tx, request.household)
        if any(one.name == name and one.holds(since) for one in registers.pairs(tx, home)):
            raise Refused("XL-V11", "这个人已经和这一户结对了", field="name")
        return [values.make(
            PairAssigned, village=village, household=home, pair=pair, name=name, post=values.name(request.post, "post"), party=request.party, since=since,
            until=until,
        )]

    return saved(pair, session.transact(build), "paired")


def end_pair(session: Session, pair: str, on: str | None = None) -> Saved:
    """The last day of a pair. Raises NotFound("XL-V45"), Refused: XL-P05 ended already, XL-V11 before it began."""

    def build(tx: Tx) -> list[PairAssigned]:
        one = _pair(tx, pair)
        if one.until:
            raise Refused("XL-P05", "这一对已经写了结束")
        until = values.day(on, session.today, "on", future=True)
        if until < one.since:
            raise Refused("XL-V11", "止在起之前", field="on")
        return [values.make(
            PairAssigned, village=one.village, household=one.household, pair=one.id, name=one.name, post=one.post or None, party=one.party, since=one.since,
            until=until,
        )]

    return saved(pair.strip(), session.transact(build), "ended")


def _pair(tx: Tx, given: str) -> Pair:
    plain = given.strip()
    found = registers.pair(tx, plain)
    if found is None and len(plain) >= 8:
        near = [one for one in registers.pairs(tx) if one.id.startswith(plain)]
        found = near[0] if len(near) == 1 else None
    if found is None:
        raise NotFound("XL-V45", "没有这一对", field="pair")
    return found


def list_pairs(session: Session, household: str | None = None) -> list[PairRow]:
    """Pairs of a household, or of all; ended ones included. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        home = reads.home(tx, household)[0] if household else None
        found = registers.pairs(tx, home)
        heads = queries.household_heads(tx, {one.household for one in found})
        today = session.today.isoformat()
        return [
            PairRow(one.id, one.household, heads.get(one.household, ""), one.name, one.post, one.party, one.since, one.until, one.holds(today)) for one in found
        ]


def set_group(session: Session, request: SetGroup) -> Saved:
    """Write a helping group, or a new wording of one.

    Raises:
        NotFound: XL-V40 a household, XL-V45 the group. Refused: XL-V06 no name or no member; XL-V05, XL-P03 the village; XL-V11 a household of another one.
    """
    name = values.needed(values.name(request.name, "name"), "name")
    members = [values.needed(values.name(one, "members"), "members") for one in request.members]
    if not members:
        raise Refused("XL-V06", "小组里至少写一个人", field="members")
    group = request.group or session.new_id()
    ident: list[str] = []

    def build(tx: Tx) -> list[GroupSet]:
        held = _group(tx, request.group) if request.group else None
        village = held.village if held is not None else reads.own_village(session, request.village)
        homes = []
        for one in dict.fromkeys(request.households):
            home, where = reads.home(tx, one)
            if where != village:
                raise Refused("XL-V11", "这一户是别的村的", field="households")
            homes.append(home)
        ident.append(held.id if held is not None else group)
        return [values.make(
            GroupSet, group=ident[-1], village=village, name=name, members=list(dict.fromkeys(members)), households=homes or None,
            replaces=list(held.heads) if held is not None else None,
        )]

    recorded = session.transact(build)
    return saved(ident[-1], recorded, "set")


def _group(tx: Tx, given: str) -> HelpingGroup:
    plain = given.strip()
    found = registers.helping_group(tx, plain)
    if found is None and len(plain) >= 8:
        near = [one for one in registers.helping_groups(tx) if one.id.startswith(plain)]
        found = near[0] if len(near) == 1 else None
    if found is None:
        raise NotFound("XL-V45", "没有这个帮扶小组", field="group")
    return found


def list_groups(session: Session, village: str | None = None) -> list[GroupRow]:
    """Helping groups by village."""
    with session.reading() as tx:
        found = registers.helping_groups(tx, village)
        heads = queries.household_heads(tx, {home for one in found for home in one.households})
        return [
            GroupRow(
                one.id, one.village, one.name, one.members, one.households, tuple(heads.get(home, "") or "(尚未收到)" for home in one.households), len(one.heads) > 1,
            )
            for one in found
        ]
