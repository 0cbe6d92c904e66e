"""Which events count: the `verdict` table kept true to the rules over the journal (`court`) and to what desks said.

Rules kept here (design 03)
- desks compute; a laptop goes by the county's last statement covering an event, else the township's, else ok, and knows by itself only what
  needs no rights: an unknown type (XL-S05), a payload its model refuses (XL-S02), a role that may not write the type (XL-S03);
- at a township the county's statement outranks its own computation;
- the set decides, not the order: what new events touch is judged again, and the result equals a judgement of the whole journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xieli_sync.heads import OK, TRUST_TYPES, Verdict, standing
from xieli_tui.store import journal
from xieli_tui.store.court import OPENINGS, Court, static, valid
from xieli_tui.store.journal import IN_LIST, StoredEvent
from xieli_tui.store.statements import Stated, statements

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

__all__ = ["Anew", "Court", "Judged", "forget_court", "judge_new", "not_ok", "rejudge", "valid"]


@dataclass(slots=True)
class Judged:
    """What a judgement changed: verdicts by reference of all events judged, and the events held before that began or ceased to count."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    changed: list[StoredEvent] = field(default_factory=list)


def _court(tx: Tx, before: int) -> Court:
    """The court of this transaction, holding every trust event of rows below `before`. It is passed on from one writing transaction to the next: a
    county that takes in a folder of three hundred files does not read every acknowledgement of the county three hundred times."""
    court: Court | None = tx.memo.get("court")
    if court is None:
        court = tx.store.kept.get("court")
        if court is None or court.upto >= before:
            court = Court(tx)
        court.go_on(tx, before)
        tx.memo["court"] = tx.store.kept["court"] = court
    return court


def forget_court(tx: Tx) -> None:
    """What is known of rights, and who may do what, changed otherwise than by events: judge from the journal again."""
    tx.memo.pop("court", None)
    tx.store.kept.pop("court", None)


def judge_new(tx: Tx, new: Sequence[StoredEvent]) -> Judged:
    """Verdicts of events just written and of all they touch; the `verdict` table is brought up to date."""
    if not new:
        return Judged()
    said = _said(tx, new)
    if tx.role == "village":
        verdicts = {e.ref: _final(tx, said, e, static(e)) for e in new}
        _write(tx, new, verdicts)
        return Judged(verdicts)
    if _plain(tx, new):
        verdicts = {e.ref: static(e) for e in new}
        _write(tx, new, verdicts)
        return Judged(verdicts)
    lowest = min(e.rowid for e in new)
    court = _court(tx, lowest)
    trust = court.learn(e for e in new if e.t in TRUST_TYPES)
    court.want((e.household for e in new), lowest)
    touch = court.rules.add(trust)
    opened = court.rules.add([court.head(e) for e in new if e.t in OPENINGS])
    court.upto = max(court.upto, *(e.rowid for e in new))
    verdicts = {e.ref: _final(tx, said, e, court.own(e)) for e in new}
    _write(tx, new, verdicts)
    judged = Judged(verdicts)
    if touch.everything:
        _everything(tx, court, judged, lowest)
        return judged
    fresh = {(e.dev, e.ep) for e in new}
    chains = set(touch.chains) | (fresh & court.frozen)
    again: dict[str, StoredEvent] = {}
    for dev, ep in sorted(chains):
        for e in journal.load(tx, dev=dev, ep=ep, rowid_below=lowest):
            again[e.ref] = e
    again.update({ref: e for ref, e in journal.by_refs(tx, touch.refs).items() if e.rowid < lowest})
    _again(tx, court, judged, again, set(opened.subjects), lowest)
    return judged


def _plain(tx: Tx, new: Sequence[StoredEvent]) -> bool:
    """Whether a county's own new events can be judged by themselves: nothing hangs on them, and nobody annulled them yet. A desk's click
    then does not read the trust events of the whole county."""
    return tx.role == "county" and all(
        e.dev == tx.dev and e.t not in TRUST_TYPES and e.t not in OPENINGS for e in new
    ) and not journal.events_about(tx, [e.ref for e in new])


def _again(tx: Tx, court: Court, judged: Judged, again: dict[str, StoredEvent], subjects: set[str], before: int) -> None:
    """Judge events held before; an opening that changes its verdict brings its household's events in as well."""
    done: set[str] = set()
    while again or subjects:
        for at in range(0, len(subjects), IN_LIST):
            part = sorted(subjects)[at : at + IN_LIST]
            for e in journal.load(tx, household=part, rowid_below=before):
                if e.ref not in done:
                    again[e.ref] = e
        court.want((e.household for e in again.values()), before)
        said = _said(tx, again.values())
        events = list(again.values())
        verdicts = {e.ref: _final(tx, said, e, court.own(e)) for e in events}
        done |= set(verdicts)
        changed = _change(tx, events, verdicts)
        judged.changed += changed
        subjects = {e.household for e in changed if e.t in OPENINGS}
        again = {}


def _everything(tx: Tx, court: Court, judged: Judged, before: int) -> None:
    for events in journal.iterate_all(tx):
        held = [e for e in events if e.rowid < before]
        court.want((e.household for e in held), before)
        said = _said(tx, held)
        judged.changed += _change(tx, held, {e.ref: _final(tx, said, e, court.own(e)) for e in held})


def rejudge(tx: Tx, chains: Iterable[tuple[str, str]] | None = None) -> Judged:
    """Judge again after statements came in: the events of these chains (None: of all) that a statement names or a verdict held back.

    On a desk that computes for itself this is also what a change of roles or a new program version needs: with None everything is judged.
    """
    judged = Judged()
    if chains is None:
        if tx.role == "village":
            for events in journal.iterate_all(tx):
                said = _said(tx, events)
                judged.changed += _change(tx, events, {e.ref: _final(tx, said, e, static(e)) for e in events})
        else:
            forget_court(tx)
            top = journal.next_rowid(tx)
            _everything(tx, _court(tx, top), judged, top)
        return judged
    wanted = set(chains)
    stated = statements(tx, wanted)
    top = journal.next_rowid(tx)
    again: dict[str, StoredEvent] = {}
    for dev, ep in sorted(wanted):
        for first, last in stated.ranges(dev, ep):
            for e in journal.load(tx, dev=dev, ep=ep, seq_from=first, seq_to=last):
                again[e.ref] = e
        held = tx.column("SELECT ref FROM verdict WHERE dev=? AND ep=?", (dev, ep))
        again.update(journal.by_refs(tx, [str(ref) for ref in held]))
    if not again:
        return judged
    if tx.role == "village":
        events = list(again.values())
        said = _said(tx, events)
        judged.changed += _change(tx, events, {e.ref: _final(tx, said, e, static(e)) for e in events})
    else:
        _again(tx, _court(tx, top), judged, again, set(), top)
    return judged


class Anew:
    """Every event judged once, into a `verdict` table that holds nothing yet: what a rebuild does. The set is whole before the first is asked, so
    they may come in any order."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._top = journal.next_rowid(tx)
        self._court: Court | None = None
        if tx.role != "village":
            forget_court(tx)
            self._court = _court(tx, self._top)

    def judge(self, events: Sequence[StoredEvent]) -> set[str]:
        """References of those that do not count; why is written down."""
        tx, court = self._tx, self._court
        if court is not None:
            court.want((e.household for e in events), self._top)
        said = _said(tx, events)
        verdicts = {e.ref: _final(tx, said, e, static(e) if court is None else court.own(e)) for e in events}
        _write(tx, events, verdicts)
        return {ref for ref, found in verdicts.items() if found.status != "ok"}


def _said(tx: Tx, events: Iterable[StoredEvent]) -> Stated:
    return statements(tx, {(e.dev, e.ep) for e in events})


def _final(tx: Tx, said: Stated, e: StoredEvent, own: Verdict) -> Verdict:
    if tx.role == "county":
        return own
    county, township = said.of(e)
    return standing(own, county=county, township=township, role=tx.role)


# -- the table --------------------------------------------------------------------------------------

_INSERT = "INSERT INTO verdict(dev, ep, seq, hash, ref, status, code) VALUES (?,?,?,?,?,?,?)"
_DELETE = "DELETE FROM verdict WHERE dev=? AND ep=? AND seq=? AND hash=?"


def _write(tx: Tx, events: Sequence[StoredEvent], verdicts: Mapping[str, Verdict]) -> None:
    rows = [
        (e.dev, e.ep, e.seq, e.hash, e.ref, v.status, v.code) for e in events if (v := verdicts[e.ref]).status != "ok"
    ]
    if rows:
        tx.conn.exec_driver_sql(_INSERT, rows)


def _change(tx: Tx, events: Sequence[StoredEvent], verdicts: Mapping[str, Verdict]) -> list[StoredEvent]:
    """Bring rows of events held before up to date; those that began or ceased to count."""
    if not events:
        return []
    before = not_ok(tx, events)
    stale = [e for e in events if before.get(e.ref, OK) != verdicts[e.ref]]
    gone = [(e.dev, e.ep, e.seq, e.hash) for e in stale if e.ref in before]
    if gone:
        tx.conn.exec_driver_sql(_DELETE, gone)
    _write(tx, stale, verdicts)
    return [e for e in stale if (before.get(e.ref, OK).status == "ok") != (verdicts[e.ref].status == "ok")]


def not_ok(tx: Tx, events: Sequence[StoredEvent]) -> dict[str, Verdict]:
    """Stored verdicts of those of these events that do not count, by reference."""
    chains = sorted({(e.dev, e.ep) for e in events})
    wanted = {e.ref for e in events}
    found: dict[str, Verdict] = {}
    for dev, ep in chains:
        for ref, status, code in tx.ask("SELECT ref, status, code FROM verdict WHERE dev=? AND ep=?", (dev, ep)):
            if ref in wanted:
                found[ref] = Verdict(status, code)
    return found
