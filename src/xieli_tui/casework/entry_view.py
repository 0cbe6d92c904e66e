"""One entry of a family's chain shown whole: its fields in words, who wrote it and when, where it stands, every correction with both values (Law 6).

Rules kept here
- what was corrected stays readable: the first wording stands beside the one that counts now, with the reason and who wrote it;
- a withdrawn or annulled entry keeps its words and says by whom and why;
- whether it may be mended here is said beforehand, with the reason when it may not; the verb (`corrections`) decides;
- numbers are masked in every line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import corrections, entry_words
from xieli_tui.casework.session import Session
from xieli_tui.domain import codes
from xieli_tui.domain.clock import day_of, moment_of
from xieli_tui.domain.events import EVENTS
from xieli_tui.domain.masks import masked
from xieli_tui.errors import NotFound, XieliError
from xieli_tui.store import journal, queries, verdict
from xieli_tui.store.project.base import MENDERS, Standing, standing
from xieli_tui.store.queries.words import describe

if TYPE_CHECKING:
    from xieli_tui.store.journal import StoredEvent
    from xieli_tui.store.store import Tx

OUTSIDE = frozenset({"flag.raised", "flag.settled", "reported.by_phone", "emergency.opened", "emergency.step", "referral.sent", "referral.answered"})
"""What is written about somebody who is on no list: entries without a household that are read and mended like any other."""
MEND_WORDS = {"fact.corrected": "更正", "fact.withdrawn": "撤回", "ruling.annulled": "撤销"}


@dataclass(frozen=True, slots=True)
class Mend:
    """What was written about an entry afterwards. `changes`: (field word, before, after)."""

    word: str
    on: str
    who: str
    reason: str
    state: str
    changes: tuple[tuple[str, str, str], ...]
    counts: bool
    """False: itself withdrawn, or written by one who may not"""


@dataclass(frozen=True, slots=True)
class Field:
    """One line: field, its word, the value that counts, the first wording where it was another."""

    name: str
    word: str
    value: str
    first: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, whole. `d` is the payload that counts now, for a form that corrects it."""

    ref: str
    type: str
    household: str
    word: str
    on: str
    typed: str
    late: bool
    """typed on a later day than the one it is about (补录)"""
    who: str
    state: str
    struck: str
    """"" | 已撤回 | 已撤销 | 没有起作用"""
    fields: tuple[Field, ...]
    mends: tuple[Mend, ...]
    closed: str
    """why it cannot be mended here, "" when it can"""
    application: str
    d: dict[str, Any]


def show(session: Session, ref: str) -> Entry:
    """The entry of a reference. Raises NotFound("XL-V45")."""
    plain = corrections.reference(ref)
    with session.reading() as tx:
        found = journal.by_refs(tx, {plain}).get(plain)
        if found is None or not (found.household or found.t in OUTSIDE) or found.t.startswith("audit."):
            raise NotFound("XL-V45", "没有这一条记录", field="ref")
        return _entry(session, tx, found)


def _entry(session: Session, tx: Tx, e: StoredEvent) -> Entry:
    events, menders = _family(tx, e)
    bad = verdict.not_ok(tx, list(events.values()))
    stands = {one.e.ref: one for one in standing(events.values(), menders, set(bad), {})}
    names = _names(tx, e)
    now: Standing | None = stands.get(e.ref)
    d = now.d if now is not None else e.d
    before = {name: value for name, _, value in entry_words.lines(e.t, e.d, names)}
    fields = tuple(
        Field(name, word, value, before.get(name, "（空）") if before.get(name) != value else "") for name, word, value in entry_words.lines(e.t, d, names)
    )
    gone = tuple(Field(name, word, "（空）", value) for name, word, value in entry_words.lines(e.t, e.d, names) if name not in {one.name for one in fields})
    struck = "" if now is not None else "没有起作用" if e.ref in bad and bad[e.ref].code != "XL-S07" else "已撤销" if EVENTS.get((e.t, e.v)) is not None and EVENTS[e.t, e.v].ruling else "已撤回"
    on = next((str(e.d[name])[:10] for name in ("on", "at", "start", "since") if isinstance(e.d.get(name), str)), day_of(e.hlc_ms))
    word, _ = describe(e.t, e.d, names)
    return Entry(
        ref=e.ref, type=e.t, household=e.household, word=word.replace("镇", "县", 1) if e.role == "county" else word, on=on, typed=moment_of(e.hlc_ms), late=day_of(e.hlc_ms) > on,
        who=_who(tx, e), state=queries.entry_states(tx, [e.ref])[e.ref], struck=struck, fields=(*fields, *gone), mends=tuple(_mends(tx, e, events, stands, names)),
        closed=_closed(session, tx, e), application=str(e.d.get("application", "")), d=dict(d),
    )


def _family(tx: Tx, e: StoredEvent) -> tuple[dict[str, StoredEvent], dict[str, list[StoredEvent]]]:
    """The entry and everything written about it, to any depth."""
    events = {e.ref: e}
    menders: dict[str, list[StoredEvent]] = {}
    waiting = {e.ref}
    while waiting:
        found = [one for one in journal.events_about(tx, waiting) if one.t in MENDERS]
        for one in found:
            menders.setdefault(one.of, []).append(one)
        waiting = {one.ref for one in found} - set(events)
        events.update((one.ref, one) for one in found)
    return events, menders


def _mends(tx: Tx, e: StoredEvent, events: Mapping[str, StoredEvent], stands: Mapping[str, Standing], names: Mapping[str, str]) -> list[Mend]:
    """What was written about the entry, the oldest first; each correction with the value before it."""
    out: list[Mend] = []
    held = dict(e.d)
    states = queries.entry_states(tx, list(events))
    for one in sorted((each for each in events.values() if each.of == e.ref), key=lambda each: (each.hlc_ms, each.hlc_n, each.dev, each.seq)):
        changes: list[tuple[str, str, str]] = []
        counts = one.ref in stands
        for name, value in one.d.get("fields", {}).items() if one.t == "fact.corrected" else ():
            if name in entry_words.HIDDEN or name not in entry_words.WORDS:
                continue
            old = entry_words.said(e.t, name, held[name], names) if held.get(name) not in (None, "", [], {}) else "（空）"
            new = entry_words.said(e.t, name, value, names) if value not in ("", [], {}) else "（空）"
            changes.append((entry_words.word(e.t, name), old, new))
            if counts:
                held[name] = value
        out.append(Mend(MEND_WORDS[one.t], day_of(one.hlc_ms), _who(tx, one), masked(str(one.d.get("reason", ""))), states[one.ref], tuple(changes), counts))
    return out


def _who(tx: Tx, e: StoredEvent) -> str:
    name = queries.operator_names(tx).get((e.dev, e.by), "")
    return f"{codes.label('role', e.role)} {name}".rstrip()


def _closed(session: Session, tx: Tx, e: StoredEvent) -> str:
    try:
        corrections.standing_fact(session, tx, e.ref)
    except XieliError as error:
        return error.what.partition("：")[2] or error.what
    return ""


def _names(tx: Tx, e: StoredEvent) -> dict[str, str]:
    """Everybody of the family by id, who left included; somebody of another family by his file."""
    found = {one.person: one.name for one in queries.members(tx, e.household, ended=True)}
    wanted = {str(value) for value in (e.d.get("person"), (e.d.get("fields") or {}).get("head"), (e.d.get("fields") or {}).get("cares_for")) if isinstance(value, str)}
    for ident in wanted - set(found):
        who = queries.person(tx, ident)
        if who is not None and who.name:
            found[ident] = who.name
    return found
