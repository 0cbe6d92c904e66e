"""The journal: exact lines of all authors, appended to and never changed.

Rules kept here (design 03)
- `append` reads the chain head inside the writing transaction, builds the canonical line, runs the checks a desk would run on it, and writes
  line, head and projection together: the program cannot write what a desk would refuse;
- identity is (dev, ep, seq); two hashes under one identity are a fork and both rows stay;
- a line is stored as the bytes it came as; the columns beside it only repeat what it says;
- HLC = max(now, own last) + counter; a received stamp never moves it. Only a desk's clamp of a mad clock sets the own last back (or on).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import from_json
from sqlalchemy import Table

from xieli_sync import event as wire
from xieli_sync.errors import SyncError
from xieli_sync.ports import ChainLine
from xieli_tui.domain.events import EVENTS, Payload, event_type
from xieli_tui.errors import Refused
from xieli_tui.store.store import Tx
from xieli_tui.store.tables.journal import Journal

TABLE: Table = Journal.__table__  # type: ignore[attr-defined]
IN_LIST = 500
"""Values of one IN (…): far below every engine's limit of parameters."""


class StoredEvent(NamedTuple):
    """One line as the projector meets it. `d` is the payload object, `ref` the reference text other events name it by. A tuple, because a rebuild
    makes one of every line."""

    rowid: int
    dev: str
    ep: str
    seq: int
    hash: str
    ref: str
    prev: str
    t: str
    v: int
    by: str
    hlc_ms: int
    hlc_n: int
    role: str
    d: dict[str, Any]
    village: str
    household: str
    entity: str
    of: str
    line: bytes


@dataclass(frozen=True, slots=True)
class Recorded:
    """What `append` wrote."""

    ref: str
    dev: str
    ep: str
    seq: int
    hash: str
    t: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands here."""

    seq: int
    hash: str
    hlc_ms: int = 0
    hlc_n: int = 0


NO_HEAD = Head(0, wire.ZERO)


# -- what a line says about itself ------------------------------------------------------------------


def body(line: bytes) -> dict[str, Any]:
    """The object of a line that was checked when it was written or came in."""
    found: dict[str, Any] = from_json(line)
    return found


def _text(d: dict[str, Any], name: str) -> str:
    value = d.get(name)
    return value if isinstance(value, str) and len(value) <= 200 else ""


def places(t: str, v: int, d: dict[str, Any], ref: str) -> tuple[str, str, str, str]:
    """(village, household, entity, of) of a payload; the entity of a type without one, or not understood, is the event itself."""
    known = EVENTS.get((t, v))
    entity = _text(d, known.entity) if known is not None and known.entity else ""
    return _text(d, "village"), _text(d, "household"), entity or ref, _text(d, "of") if "of" in d else ""


def place_anew(tx: Tx) -> int:
    """After an upgrade: rows of types that were not understood when they came get the entity their payload names. How many did."""
    changed = 0
    for t, v in tx.ask("SELECT DISTINCT t, v FROM journal"):
        known = EVENTS.get((str(t), int(v)))
        if known is None or not known.entity:
            continue
        for e in map(_read, tx.ask(f"{_SELECT}t=? AND v=? AND entity LIKE '%:%:%:%' ORDER BY rowid", (t, v))):
            entity = places(e.t, e.v, e.d, e.ref)[2]
            if e.entity == e.ref and entity != e.ref:
                tx.conn.exec_driver_sql("UPDATE journal SET entity=? WHERE rowid=?", (entity, e.rowid))
                changed += 1
    return changed


# -- writing ----------------------------------------------------------------------------------------

_INSERT = (
    'INSERT INTO journal(rowid, dev, ep, seq, hash, prev, t, v, "by", hlc_ms, hlc_n, role, county, village, household, entity, "of", line, arrived_ms)'
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
_HEAD = (
    "INSERT INTO device_head(dev, ep, seq, hash, hlc_ms, hlc_n, heard_ms) VALUES (?,?,?,?,?,?,?)"
    " ON CONFLICT (dev, ep) DO UPDATE SET seq=excluded.seq, hash=excluded.hash, hlc_ms=excluded.hlc_ms, hlc_n=excluded.hlc_n,"
    " heard_ms=excluded.heard_ms"
)


def next_rowid(tx: Tx) -> int:
    """The number the next row gets; true until this transaction writes one, because writers are one at a time."""
    return int(tx.ask("SELECT coalesce(max(rowid), 0) + 1 FROM journal")[0][0])


def insert(tx: Tx, events: Sequence[StoredEvent], arrived_ms: int) -> None:
    """Write rows. Who calls has made sure that none of them is held."""
    if events:
        tx.conn.exec_driver_sql(
            _INSERT,
            # rowid … hash | ref | prev … role | d | village … line
            [(*e[:5], *e[6:13], e.village[:6], *e[14:], arrived_ms) for e in events],
        )


def set_head(tx: Tx, dev: str, ep: str, head: Head, heard_ms: int) -> None:
    """Say where a chain stands."""
    tx.conn.exec_driver_sql(_HEAD, (dev, ep, head.seq, head.hash, head.hlc_ms, head.hlc_n, heard_ms))


def point(tx: Tx, dev: str, ep: str) -> Head:
    """Where a chain stands, with its last HLC; seq 0 when nothing is held."""
    found = tx.ask("SELECT seq, hash, hlc_ms, hlc_n FROM device_head WHERE dev=? AND ep=?", (dev, ep))
    return Head(int(found[0][0]), str(found[0][1]), int(found[0][2]), int(found[0][3])) if found else NO_HEAD


def head(tx: Tx, dev: str, ep: str) -> tuple[int, str]:
    """(seq, hash) up to which nothing of a chain is missing; (0, 64 zeros) when nothing is held."""
    found = point(tx, dev, ep)
    return found.seq, found.hash


def _last_stamp(tx: Tx) -> tuple[int, int]:
    """The own last stamp, as a desk clamped it where the clock had run mad: else one day in 2099 would stamp every later line with that day."""
    heads = {str(ep): (int(ms), int(n), int(seq)) for ep, ms, n, seq in tx.ask("SELECT ep, hlc_ms, hlc_n, seq FROM device_head WHERE dev=?", (tx.dev,))}
    clamps = tx.ask(
        "SELECT c.ep, c.first, c.last, c.ms, j.hlc_ms FROM clamp c LEFT JOIN journal j ON j.dev=c.dev AND j.ep=c.ep AND j.seq=c.last WHERE c.dev=?"
        " ORDER BY c.ep, c.pos", (tx.dev,),
    )
    for ep, first, last, instead, was in clamps:
        ms, n, seq = heads.get(str(ep), (0, 0, 0))
        if first <= seq <= last or (seq > last and ms == was):  # a line behind the clamped ones that only counted on from their stamp
            heads[str(ep)] = (int(instead), n, seq)
    return max(((ms, n) for ms, n, _ in heads.values()), default=(0, 0))


def checked(payload: Payload) -> tuple[str, int, dict[str, Any]]:
    """(t, v, d) of a payload that its own model takes back from its JSON form.

    Raises:
        Refused: XL-V11 with the field at fault.
    """
    kind = event_type(payload)
    d = payload.as_d()
    try:
        kind.model.model_validate(d)
    except ValidationError as err:
        first = err.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Refused("XL-V11", field or kind.t, field=field or None) from None
    return kind.t, kind.v, d


def append(tx: Tx, payloads: Sequence[tuple[Payload, str]], now_ms: int) -> list[Recorded]:
    """Write events of this device: lines, head and projection in this transaction.

    Args:
        payloads: (payload, operator id) in the order they happened.
        now_ms: wall time.

    Raises:
        Refused: XL-P02 a type this role may not write, XL-V11 a payload its model refuses, XL-S02/XL-V07 a line that breaks the rules of lines.
    """
    if not tx.writing:
        raise RuntimeError("append needs a writing transaction")
    ready = []
    for payload, by in payloads:
        if tx.role not in event_type(payload).writers:
            raise Refused("XL-P02")
        ready.append((*checked(payload), by))
    at = point(tx, tx.dev, tx.ep)
    stamp = _last_stamp(tx)
    rowid = next_rowid(tx)
    new: list[StoredEvent] = []
    seq, prev = at.seq, at.hash
    for t, v, d, by in ready:
        seq += 1
        stamp = wire.next_hlc(stamp, now_ms)
        content = {"by": by, "d": d, "dev": tx.dev, "ep": tx.ep, "hlc": [stamp[0], stamp[1]], "seq": seq, "t": t, "v": v}
        try:
            line = wire.canonical(content)
            wire.parse_line(line)
        except SyncError as err:
            raise Refused(err.code, t) from None
        digest = wire.chain_hash(prev, line)
        ref = wire.ref_text(tx.dev, tx.ep, seq, digest)
        village, household, entity, of = places(t, v, d, ref)
        new.append(StoredEvent(
            rowid, tx.dev, tx.ep, seq, digest, ref, prev, t, v, by, stamp[0], stamp[1], tx.role, d, village, household, entity, of, line,
        ))
        rowid += 1
        prev = digest
    if not new:
        return []
    insert(tx, new, now_ms)
    set_head(tx, tx.dev, tx.ep, Head(seq, prev, *stamp), now_ms)
    tx.absorb(new)
    return [Recorded(e.ref, e.dev, e.ep, e.seq, e.hash, e.t) for e in new]


# -- reading ----------------------------------------------------------------------------------------

_REF = "dev || ':' || ep || ':' || seq || ':' || substr(hash, 1, 32)"
_SELECT = f'SELECT rowid, dev, ep, seq, hash, {_REF}, prev, t, v, "by", hlc_ms, hlc_n, role, NULL, village, household, entity, "of", line FROM journal WHERE '
"""A row as `StoredEvent` takes it, but for the payload."""
_D, _DEV = b',"d":', b',"dev":"'


def _read(row: tuple[Any, ...]) -> StoredEvent:
    # A canonical line goes by, d, dev …; no value before or behind the payload can hold either mark.
    line: bytes = row[18]
    return tuple.__new__(StoredEvent, (*row[:13], from_json(line[line.index(_D) + 5 : line.rindex(_DEV)]), *row[14:]))


def found(tx: Tx, condition: str, values: Sequence[Any]) -> list[StoredEvent]:
    """Events a condition of this package is true of; their row is `j` in it."""
    return list(map(_read, tx.ask(_SELECT.replace(" FROM journal WHERE ", " FROM journal j WHERE ") + condition, values)))


_BOUNDS = {"above": ">", "below": "<", "from": ">=", "to": "<="}


def load(tx: Tx, **where: object) -> list[StoredEvent]:
    """Events that meet every condition, in the order they arrived.

    Args:
        where: a column and what it holds (`dev=…`; of several, `t=("a", "b")`), or a bound: `rowid_above`, `rowid_below`, `seq_from`, `seq_to`.
    """
    return _held(tx, [], [], where)


def since(tx: Tx, ms: int, **where: object) -> list[StoredEvent]:
    """Events written or come here at or after `ms`, in the order they arrived; further conditions as in `load`."""
    return _held(tx, ["(hlc_ms>=? OR arrived_ms>=?)"], [ms, ms], where)


def _held(tx: Tx, said: list[str], values: list[Any], where: Mapping[str, object]) -> list[StoredEvent]:
    for name, wanted in where.items():
        column, _, bound = name.rpartition("_")
        if isinstance(wanted, (tuple, list, set, frozenset)):
            said.append(f'"{name}" IN ({",".join("?" * len(wanted))})')
            values += wanted
        else:
            said.append(f'"{column}"{_BOUNDS[bound]}?' if bound in _BOUNDS else f'"{name}"=?')
            values.append(wanted)
    return list(map(_read, tx.ask(f"{_SELECT}{' AND '.join(said) or 'true'} ORDER BY rowid", values)))


def _load_in(tx: Tx, column: str, values: Iterable[str]) -> list[StoredEvent]:
    wanted = sorted(set(values))
    found: list[StoredEvent] = []
    for at in range(0, len(wanted), IN_LIST):
        part = wanted[at : at + IN_LIST]
        found += map(_read, tx.ask(f'{_SELECT}"{column}" IN ({",".join("?" * len(part))})', part))
    return sorted(found, key=lambda e: e.rowid)


def events_of_entity(tx: Tx, entities: Iterable[str]) -> list[StoredEvent]:
    """Events whose primary entity is one of these, in the order they arrived."""
    return _load_in(tx, "entity", entities)


def events_about(tx: Tx, refs: Iterable[str]) -> list[StoredEvent]:
    """Events whose `of` names one of these references."""
    return _load_in(tx, "of", refs)


def events_of_household(tx: Tx, households: str | Iterable[str]) -> list[StoredEvent]:
    """Events that name one of these households, in the order they arrived."""
    return _load_in(tx, "household", [households] if isinstance(households, str) else households)


def events_of_type(tx: Tx, *types: str) -> list[StoredEvent]:
    """Events of these types."""
    return _load_in(tx, "t", types)


def get(tx: Tx, ref: str) -> StoredEvent | None:
    """The event a reference names, None when it has not arrived."""
    found = by_refs(tx, [ref])
    return found.get(ref)


def by_refs(tx: Tx, refs: Iterable[str]) -> dict[str, StoredEvent]:
    """reference -> event, for those that are held. A text that is no reference (out of a payload its model refuses) names nothing."""
    found: dict[str, StoredEvent] = {}
    for ref in sorted(set(refs)):
        try:
            dev, ep, seq, hash16 = wire.parse_ref(ref)
        except SyncError:
            continue
        for event in load(tx, dev=dev, ep=ep, seq=seq):
            if event.hash.startswith(hash16):
                found[ref] = event
    return found


def iterate_all(tx: Tx, batch: int = 2000, types: Sequence[str] = ()) -> Iterator[list[StoredEvent]]:
    """The whole journal in batches, in the order it arrived; of these types alone when some are named."""
    last = 0
    only = f" AND t IN ({','.join('?' * len(types))})" if types else ""
    while True:
        rows = tx.ask(f"{_SELECT}rowid>?{only} ORDER BY rowid LIMIT ?", (last, *types, batch))
        if not rows:
            return
        last = int(rows[-1][0])
        yield list(map(_read, rows))


def count(tx: Tx) -> int:
    """Lines held."""
    return int(tx.value("SELECT count(*) FROM journal"))


def chains(tx: Tx) -> list[tuple[str, str]]:
    """(dev, ep) of every chain of which a line is held."""
    return [(str(a), str(b)) for a, b in tx.ask("SELECT DISTINCT dev, ep FROM journal ORDER BY dev, ep")]


def lines(tx: Tx, dev: str, ep: str, first: int, last: int) -> list[ChainLine]:
    """Lines first..last of one chain as they were written. Of a forked chain: those of the branch its head lies on."""
    return [line for line, _ in typed_lines(tx, dev, ep, first, last)]


def typed_lines(tx: Tx, dev: str, ep: str, first: int, last: int) -> list[tuple[ChainLine, str]]:
    """`lines`, each with its event type: what a line is without reading it."""
    rows = tx.ask(
        "SELECT seq, hash, line, t FROM journal WHERE dev=? AND ep=? AND seq BETWEEN ? AND ? ORDER BY seq", (dev, ep, first, last)
    )
    if len({row[0] for row in rows}) < len(rows):
        keep = branch(tx, dev, ep, *head(tx, dev, ep))
        rows = [row for row in rows if keep.get(row[0]) == row[1]]
    return [(ChainLine(dev, ep, seq, digest, line), t) for seq, digest, line, t in rows]


def branch(tx: Tx, dev: str, ep: str, seq: int, digest: str) -> dict[int, str]:
    """seq -> hash of the lines that lead to (seq, digest), itself included; ends where a line is not held. {} when that one is not held."""
    above = {
        (int(a), str(b)): str(c)
        for a, b, c in tx.ask("SELECT seq, hash, prev FROM journal WHERE dev=? AND ep=? AND seq<=?", (dev, ep, seq))
    }
    found: dict[int, str] = {}
    while (seq, digest) in above:
        found[seq] = digest
        seq, digest = seq - 1, above[(seq, digest)]
    return found
