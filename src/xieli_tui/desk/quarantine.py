"""转人工核对: what is held and has no effect; released or kept by a person, with a reason (design 03).

Rules kept here
- a release lifts XL-S01, XL-S04 and a fork (XL-S06), never XL-S02 or XL-S03: what is not of its form or was not its author's to write stays without
  effect, and is written anew by who may;
- the county releases; keeping (looked at, stays as it is) is a note of either desk about a line of its area, and changes no verdict;
- both carry a reason and go home to the author, and to everybody who has the line;
- what is shown of a line carries no identity, phone or bank number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import values
from xieli_tui.casework.views import Saved
from xieli_tui.desk import guards, known_devices
from xieli_tui.desk.registers import village_names
from xieli_tui.domain.clock import day_of
from xieli_tui.domain.events.road import QuarantineKept, QuarantineReleased
from xieli_tui.errors import REGISTRY, NotFound, Refused
from xieli_tui.store import journal, queries, verdict
from xieli_tui.store.queries.road import NOT_COUNTED

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries.rows import Quarantined

LIFTED = frozenset({"XL-S01", "XL-S04", "XL-S06"})
WAITS = "等一条还没有收到的登记或授权，到了会自动起作用"


@dataclass(frozen=True, slots=True)
class Held:
    """One line without effect.

    Attributes:
        event: its reference; id: a short name of it for people, good while it is in the quarantine.
        code, why: the reason; "" and a sentence for a line that waits for a registration.
        author, village_name: who wrote it where; on: day of its stamp; word, summary: what it says, masked.
        head: head of the family it is about. liftable: a release would give it effect.
        kept: why a desk decided to leave it here, "" when nobody did.
    """

    id: str
    event: str
    dev: str
    ep: str
    seq: int
    code: str
    why: str
    author: str
    village: str
    village_name: str
    on: str
    type: str
    word: str
    summary: str
    household: str
    head: str
    liftable: bool
    kept: str = ""


def short_id(dev: str, ep: str, seq: int, digest: str) -> str:
    """How people name a line of the quarantine: enough of its reference to tell it apart."""
    return f"{dev[:8]}-{ep[:4]}-{seq}-{digest[:4]}"


def list_held(session: Session, device: str | None = None) -> list[Held]:
    """What is held without effect in this desk's area: not looked at first, then kept ones; each part newest first. Lines that are nobody's work (the
    audit, acknowledgements) are not among them.

    Raises:
        Refused: XL-P07, XL-V44. NotFound: XL-V44.
    """
    guards.require_desk(session)
    with session.reading() as tx:
        only = known_devices.find(tx, device) if device else None
        found = [one for one in _in_area(session, tx) if only in (None, one.dev) and one.t not in NOT_COUNTED]
        rows = _rows(tx, found)
    return sorted(rows, key=lambda one: bool(one.kept))


def _in_area(session: Session, tx: Tx) -> list[Quarantined]:
    who = guards.officer(session, tx)
    if who.role == "county":
        return queries.quarantined(tx)
    return [one for one in queries.quarantined(tx) if one.village.startswith(who.area) or (not one.village and _of_area(tx, one.dev, who.area))]


def _of_area(tx: Tx, dev: str, area: str) -> bool:
    one = queries.device(tx, dev)
    return one is not None and any(village.startswith(area) for village in one.villages)


def _rows(tx: Tx, found: Sequence[Quarantined]) -> list[Held]:
    events = journal.by_refs(tx, [one.ref for one in found])
    names, places = queries.operator_names(tx), village_names(tx)
    kept = _kept(tx, [one.ref for one in found])
    heads: dict[str, str] = {}
    rows = []
    for one in found:
        e = events[one.ref]
        if e.household and e.household not in heads:
            home = queries.household(tx, e.household)
            heads[e.household] = home.head_name if home is not None else ""
        word, summary = queries.describe(e.t, e.d)
        rows.append(Held(
            id=short_id(e.dev, e.ep, e.seq, e.hash), event=e.ref, dev=e.dev, ep=e.ep, seq=e.seq, code=one.code,
            why=REGISTRY[one.code].what if one.code in REGISTRY else WAITS, author=names.get((e.dev, e.by), known_devices.called(tx, e.dev)),
            village=e.village, village_name=places.get(e.village, e.village), on=day_of(e.hlc_ms), type=e.t, word=word, summary=summary,
            household=e.household, head=heads.get(e.household, ""), liftable=one.code in LIFTED, kept=kept.get(one.ref, ""),
        ))
    return rows


def _kept(tx: Tx, refs: Sequence[str]) -> dict[str, str]:
    """reference -> the last reason for which a desk kept it."""
    about = [e for e in journal.events_about(tx, refs) if e.t == "quarantine.kept"]
    overruled = verdict.not_ok(tx, about) if about else {}
    return {e.of: str(e.d.get("reason", "")) for e in about if e.ref not in overruled and verdict.valid(e)}


def release(session: Session, events: Sequence[str], reason: str) -> list[Saved]:
    """Give lines their effect. All of them or none.

    Args:
        events: references, or short names as `list_held` shows them.

    Raises:
        Refused: XL-P07, XL-P03 not the county, XL-V06 no reason, XL-P10 one that no release lifts. NotFound: XL-V45 one that is not in the quarantine.
    """
    guards.require_county(session)
    why = values.needed(values.text(reason, "reason"), "reason")

    def build(tx: Tx) -> list[Payload]:
        return [values.make(QuarantineReleased, of=_liftable(one).ref, reason=why) for one in _meant(session, tx, events)]

    return [Saved(done.ref, done.seq, "released") for done in session.transact(build)]


def _liftable(one: Quarantined) -> Quarantined:
    if one.code not in LIFTED:
        raise Refused("XL-P10", REGISTRY[one.code].what if one.code in REGISTRY else WAITS, field="event")
    return one


def keep(session: Session, events: Sequence[str], reason: str) -> list[Saved]:
    """Leave lines as they are, with a reason: they were looked at.

    Raises:
        Refused: XL-P07, XL-V06 no reason. NotFound: XL-V45 one that is not in the quarantine of this desk's area.
    """
    guards.require_desk(session)
    why = values.needed(values.text(reason, "reason"), "reason")

    def build(tx: Tx) -> list[Payload]:
        return [values.make(QuarantineKept, of=one.ref, reason=why) for one in _meant(session, tx, events)]

    return [Saved(done.ref, done.seq, "kept") for done in session.transact(build)]


def _meant(session: Session, tx: Tx, events: Sequence[str]) -> list[Quarantined]:
    held = _in_area(session, tx)
    lines = journal.by_refs(tx, [one.ref for one in held]) if any(":" not in typed for typed in events) else {}
    hashes = {ref: e.hash for ref, e in lines.items()}
    found: dict[str, Quarantined] = {}
    for typed in events:
        asked = typed.strip().lower()
        met = [one for one in held if asked == one.ref or (":" not in asked and asked == short_id(one.dev, one.ep, one.seq, hashes[one.ref]))]
        if not met:
            raise NotFound("XL-V45", "转人工核对里没有这一条", field="event")
        if len(met) > 1:
            raise Refused("XL-V45", "不止一条，请写整个编号", field="event")
        found[met[0].ref] = met[0]
    if not found:
        raise Refused("XL-V06", field="event")
    return list(found.values())
