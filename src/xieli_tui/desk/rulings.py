"""What a desk rules about files and about its own rulings: two files are one person, and a ruling taken back.

Rules kept here
- a merge is an undirected edge and moves nothing: both files stay, each with its own claims; annulling the edge makes them two again;
- an annulment undoes one ruling, with a reason; the line stays and is struck. A township undoes only what it wrote itself, the county what lies
  in its area (design 03, 09); a registration is superseded or stopped, a freeze is settled: neither is annulled;
- a decision brought its category with it, in one transaction: annulled, both go, or the family would keep a 在册 that nobody decided;
- what was paid on a decision is said beside the annulment: no program takes money back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import corrections, reads, values
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import guards
from xieli_tui.desk.decisions import CATEGORY_OF
from xieli_tui.domain.clock import day_of
from xieli_tui.domain.events import EVENTS
from xieli_tui.domain.events.household import PersonMerged
from xieli_tui.domain.events.road import RulingAnnulled
from xieli_tui.domain.idnum import mask_id
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal, queries, trust, verdict
from xieli_tui.store.project.base import NEVER_ANNULLED

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.journal import StoredEvent
    from xieli_tui.store.queries import rows

SUPERSEDED = ("device.enrolled",)
"""Rulings another one takes the place of; undone they would leave a computer that never had any rights."""


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge that stands: both files, and the event `xieli county annul` undoes it by."""

    event: str
    person: str
    other: str
    name: str
    other_name: str
    on: str
    reason: str
    shown: str
    """the id they are shown under"""


# -- two files, one person --------------------------------------------------------------------------


def merge(session: Session, person: str, other: str, reason: str | None = None) -> Saved:
    """Two files are one person's. `id` is the id shown from now on, `more["event"]` what undoes it.

    Raises:
        NotFound: XL-V41. Refused: XL-P07, XL-P03 one of them outside the area, XL-V11 the same file, or one person already.
    """
    guards.require_desk(session)
    words = values.text(reason, "reason")
    files: list[str] = []

    def build(tx: Tx) -> list[Payload]:
        who = guards.officer(session, tx)
        one, two = reads.person(tx, _person(tx, person)), reads.person(tx, _person(tx, other))
        if one.id == two.id:
            raise Refused("XL-V11", "这是同一份档案", field="other")
        if two.id in one.same:
            raise Refused("XL-V11", "这两份档案已经并成一个人了", field="other")
        villages = sorted({village for each in (one, two) for village in _villages(tx, each)})
        for village in villages:
            guards.require_area(who, village)
        files[:] = sorted({one.id, two.id, *one.same, *two.same})
        first, second = sorted((one.id, two.id))
        return [values.make(PersonMerged, person=first, other=second, villages=villages, reason=words)]

    recorded = session.transact(build)
    return Saved(files[0], recorded[-1].seq, "merged", more={"event": recorded[-1].ref, "files": files})


def merges(session: Session) -> list[Merge]:
    """Merges that stand, the newest first."""
    guards.require_desk(session)
    with session.reading() as tx:
        shown = queries.components(tx)
        found = []
        for person, other, ref in tx.ask("SELECT person, other, ref FROM person_merge ORDER BY person, other, ref"):
            event = journal.get(tx, str(ref))
            one, two = queries.person(tx, str(person)), queries.person(tx, str(other))
            found.append((event.hlc_ms if event else 0, Merge(
                str(ref), str(person), str(other), one.name if one else "", two.name if two else "", day_of(event.hlc_ms) if event else "",
                str(event.d.get("reason", "")) if event else "", shown.get(str(person), str(person)),
            )))
    return [each for _, each in sorted(found, key=lambda pair: (-pair[0], pair[1].event))]


def _person(tx: Tx, given: str) -> str:
    """A full id, or the one person a prefix of at least eight characters fits."""
    return queries.resolve_person(tx, given.strip()) or given.strip()


def _villages(tx: Tx, who: rows.Person) -> set[str]:
    """Where a file is at home: where it was written, and where its family is now."""
    home = queries.village_of(tx, who.household)
    return {who.village, *([home] if home else [])}


@dataclass(frozen=True, slots=True)
class Double:
    """Two files with one identity number that nobody ruled on: person and family of each."""

    person: str
    name: str
    household: str
    village: str
    other: str
    other_name: str
    other_household: str
    other_village: str


@dataclass(frozen=True, slots=True)
class File:
    """One file as a person decides about it: numbers covered."""

    name: str
    birth: str
    id_no: str
    village: str
    head: str


def file_of(session: Session, person: str) -> File:
    """The file of a person. Raises NotFound("XL-V41"), Refused("XL-P07")."""
    guards.require_desk(session)
    with session.reading() as tx:
        one = reads.person(tx, person)
        home = queries.household(tx, one.household)
        return File(one.name, one.birth, mask_id(one.id_no) if one.id_no and one.id_state == "ok" else "", one.village, home.head_name if home is not None else "")


def doubles(session: Session) -> list[Double]:
    """Pairs of files that carry the same number and are not merged, of this desk's area; a hint for a person, never a merge by itself."""
    guards.require_desk(session)
    with session.reading() as tx:
        who = guards.officer(session, tx)
        by_number: dict[str, list[rows.Person]] = {}
        for one in queries.persons(tx):
            if one.id_state == "ok" and one.id_no and one.known and one.village.startswith(who.area):
                by_number.setdefault(one.id_no, []).append(one)
        found = []
        for same in by_number.values():
            shown = {one.shown: one for one in sorted(same, key=lambda each: each.id)}
            first, *others = shown.values()
            found += [Double(first.id, first.name, first.household, first.village, one.id, one.name, one.household, one.village) for one in others]
    return sorted(found, key=lambda one: (one.village, one.name, one.person, one.other))


# -- a ruling taken back ----------------------------------------------------------------------------


def annul(session: Session, event: str, reason: str) -> Saved:
    """Undo one ruling. `id` is its reference, `more["also"]` the references that went with it, `more["paid"]` a payment that is on record.

    Args:
        event: a reference as `xieli timeline` prints it, or the number of a line this desk wrote itself in its current chain.

    Raises:
        NotFound: XL-V45. Refused: XL-P07, XL-V06 no reason, XL-V11 no ruling, XL-P03 another desk's or another area's,
            XL-P05 annulled already or never effective.
    """
    guards.require_desk(session)
    words = values.needed(values.text(reason, "reason"), "reason")
    struck: list[StoredEvent] = []
    more: dict[str, object] = {}

    def build(tx: Tx) -> list[Payload]:
        found = _standing(session, tx, event)
        struck[:] = [found, *_brought(tx, found)]
        if len(struck) > 1:
            more["also"] = [one.ref for one in struck[1:]]
            more["category_gone"] = str(struck[1].d["category"])
        if found.t == "application.decided":
            paid = next((d for d in queries.decisions(tx, app=found.entity) if d.ref == found.ref and d.paid_reference), None)
            if paid is not None:
                more["paid"] = paid.paid_reference
        return [values.make(RulingAnnulled, of=one.ref, reason=words) for one in struck]

    recorded = session.transact(build)
    done = saved(struck[0].ref, recorded, "annulled")
    return Saved(done.id, done.seq, done.state, more=dict(more))


def _standing(session: Session, tx: Tx, given: str) -> StoredEvent:
    plain = given.strip()
    if plain.isascii() and plain.isdigit() and plain:
        held = journal.load(tx, dev=session.dev, ep=session.ep, seq=int(plain[:15]))
        found = held[0] if len(held) == 1 else None
    else:
        found = journal.get(tx, corrections.reference(plain))
    if found is None:
        raise NotFound("XL-V45", "没有这一条记录", field="event")
    known = EVENTS.get((found.t, found.v))
    if known is None or not known.ruling or found.t in (*NEVER_ANNULLED, *SUPERSEDED):
        raise Refused("XL-V11", "这一条不是能撤销的决定：村里的记录请更正，登记请重新登记或停用", field="event")
    if found.role not in trust.DESKS or verdict.not_ok(tx, [found]):
        raise Refused("XL-P05", "这一条没有起作用，或者已经撤销了")
    if any(one.t == "ruling.annulled" and not verdict.not_ok(tx, [one]) and one.role in trust.DESKS for one in journal.events_about(tx, {found.ref})):
        raise Refused("XL-P05", "这一条已经撤销了")
    who = guards.officer(session, tx)
    if who.role == "township" and not (found.dev == session.dev and (session.role == "township" or found.by == session.operator)):
        raise Refused("XL-P03", "只能撤销本单位自己写的决定，别的请转有权的单位")
    for village in [found.village, *found.d.get("villages", ())]:
        if village:
            guards.require_area(who, village)
    return found


def _brought(tx: Tx, found: StoredEvent) -> list[StoredEvent]:
    """The category of record that came with a decision: the next line of the same chain, written in the same transaction."""
    if found.t != "application.decided" or found.d.get("result") != "granted":
        return []
    after = journal.load(tx, dev=found.dev, ep=found.ep, seq=found.seq + 1)
    return [
        one for one in after
        if one.t == "category.set" and one.household == found.household and one.hlc_ms == found.hlc_ms
        and one.d.get("category") == CATEGORY_OF.get(str(found.d["kind"])) and not verdict.not_ok(tx, [one])
    ]
