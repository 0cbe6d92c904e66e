"""The road as the store knows it: where each entry stands, what is held back, devices, operators, parameters, counts.

Rules kept here (design 01 and 04)
- an entry is local, exported (已导出，待签收), township (镇已签收), county (县已签收) or quarantined; nothing is ever 成功;
- an event relayed from another author has been signed for by the desk that relayed it; at a desk everything held is signed for at that level;
- `audit.*` and `return.received` are nobody's work and are not counted.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from xieli_sync.event import ref_text
from xieli_tui.domain.events import EVENTS
from xieli_tui.store import journal, outbox_log, receipts
from xieli_tui.store.queries.read import RowMapping, kept, obj, one, rows, texts, where
from xieli_tui.store.queries.rows import Counts, Device, EntryState, LocalParam, Operator, Quarantined

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

NOT_COUNTED = (*sorted(t for (t, _), known in EVENTS.items() if known.kind == "audit"), "return.received")
ANNULLED = "XL-S07"
"""An annulled ruling has no effect either, but nobody has to look at it: it is not in the quarantine."""


def entry_states(tx: Tx, refs: Iterable[str]) -> dict[str, EntryState]:
    """reference -> where the entry stands, for references of any author; a quarantine stands above everything."""
    wanted = set(refs)
    by_chain: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for ref in wanted:
        dev, ep, place, _ = ref.split(":")
        by_chain[dev, ep].append((int(place), ref))
    out: dict[str, EntryState] = {}
    for (dev, ep), places in by_chain.items():
        held = set(tx.column("SELECT ref FROM verdict WHERE dev=? AND ep=? AND code<>?", (dev, ep, ANNULLED)))
        county, township, exported = _marks(tx, dev, ep)
        brought = _brought(tx, ep) if dev == tx.dev else frozenset()
        for seq, ref in places:
            if ref in held:
                out[ref] = "quarantined"
            elif ref in brought or seq <= county:
                out[ref] = "county"
            elif seq <= township:
                out[ref] = "township"
            else:
                out[ref] = "exported" if seq <= exported else "local"
    return out


def _brought(tx: Tx, ep: str) -> frozenset[str]:
    """Lines of an own epoch that a copy of this machine wrote: they came home by way of a desk and are none of ours."""
    if not tx.ask("SELECT 1 FROM alarm WHERE code='XL-C02' AND dev=? AND ep=? LIMIT 1", (tx.dev, ep)):
        return frozenset()
    tip = journal.point(tx, tx.dev, ep)
    ours = journal.branch(tx, tx.dev, ep, tip.seq, tip.hash)
    found = tx.ask("SELECT seq, hash FROM journal WHERE dev=? AND ep=? AND seq>=?", (tx.dev, ep, min(ours, default=1)))
    return frozenset(ref_text(tx.dev, ep, int(seq), str(digest)) for seq, digest in found if ours.get(int(seq)) != digest)


FAR = 2**53


def _marks(tx: Tx, dev: str, ep: str) -> tuple[int, int, int]:
    """(county, township, exported): highest seq of a chain that stands so. What came from elsewhere came through a desk."""
    if tx.role == "county":
        return FAR, FAR, FAR
    county = receipts.county_receipt(tx, dev, ep)
    if tx.role == "township":
        return county, FAR, FAR
    if dev == tx.dev:
        return county, receipts.township_receipt(tx, dev, ep), outbox_log.exported_to(tx, ep)
    role = tx.value("SELECT role FROM journal WHERE dev=? LIMIT 1", (dev,))
    return (FAR, FAR, FAR) if role == "county" else (county, FAR, FAR)


def quarantined(tx: Tx) -> list[Quarantined]:
    """Events held that have no effect, newest first; annulled rulings are not among them."""
    found = rows(
        tx,
        "SELECT v.*, j.t, j.village, j.household, j.hlc_ms FROM verdict v JOIN journal j ON j.dev=v.dev AND j.ep=v.ep AND j.seq=v.seq AND j.hash=v.hash"
        " WHERE v.code<>? ORDER BY j.rowid DESC",
        (ANNULLED,),
    )
    return [
        Quarantined(
            row["dev"], row["ep"], row["seq"], row["ref"], row["t"], "unknown" if row["status"] == "unknown" else "quarantined", row["code"],
            row["village"], row["household"], row["hlc_ms"],
        )
        for row in found
    ]


def _device(row: RowMapping, last: dict[str, int]) -> Device:
    return Device(
        dev=row["dev"], role=row["role"], area=row["area"], villages=texts(row["villages"]), village_names=obj(row["village_names"]),
        operators=tuple((number, name) for number, name in json.loads(row["operators"])), desks=tuple(json.loads(row["desks"])),
        enrolled_on=row["enrolled_on"], revoked=bool(row["revoked"]), heard=row["dev"] in last, last_ms=last.get(row["dev"], 0),
        grant=row["grant_ref"], frozen=bool(row["frozen"]),
    )


def devices(tx: Tx) -> list[Device]:
    """Registered computers, as they were enrolled; ones that were only revoked or frozen have no grant."""
    last = {str(dev): int(ms) for dev, ms in tx.ask("SELECT dev, max(hlc_ms) FROM device_head WHERE seq>0 GROUP BY dev")}
    return [_device(row, last) for row in rows(tx, "SELECT * FROM device ORDER BY enrolled_on, dev")]


def device(tx: Tx, dev: str) -> Device | None:
    """One registered computer."""
    row = one(tx, "SELECT * FROM device WHERE dev=?", (dev,))
    if row is None:
        return None
    last = tx.value("SELECT max(hlc_ms) FROM device_head WHERE seq>0 AND dev=?", (dev,))
    return _device(row, {dev: int(last)} if last is not None else {})


def operators(tx: Tx) -> list[Operator]:
    """Everybody who works on a device, as their own chains say."""
    return [
        Operator(row["dev"], row["operator"], row["name"], row["post"], row["role"], row["area"], row["ended"])
        for row in rows(tx, "SELECT * FROM operator ORDER BY dev, operator")
    ]


def operator_names(tx: Tx) -> dict[tuple[str, str], str]:
    """(dev, by) -> name: the chain's own word, else the name the grant gave that number."""
    names = {(row["dev"], number): name for row in rows(tx, "SELECT dev, operators FROM device") for number, name in json.loads(row["operators"])}
    names.update({(row["dev"], row["operator"]): row["name"] for row in rows(tx, "SELECT dev, operator, name FROM operator")})
    return names


def local_params(tx: Tx, key: str | None = None, on: str | None = None) -> list[LocalParam]:
    """Dated local parameters, the newest start first, of one start the last one set first; those covering the day `on` when given."""
    return kept(tx, ("local", key, on), lambda: _local_params(tx, key, on))


def _local_params(tx: Tx, key: str | None, on: str | None) -> list[LocalParam]:
    condition, values = where(key=key)
    found = rows(tx, f"SELECT * FROM local_param{condition} ORDER BY key, start DESC, pos DESC", values)
    return [
        LocalParam(row["key"], row["area"], row["start"], row["end_day"], row["value"], row["role"], row["dev"], row["ref"])
        for row in found
        if on is None or (row["start"] <= on and (not row["end_day"] or on <= row["end_day"]))
    ]


def local_value(tx: Tx, key: str, on: str, area: str = "") -> str | None:
    """JSON text of a parameter on a day. A value for a longer matching area code, or for the very area word, stands before a general one."""
    best: tuple[int, str] | None = None
    for found in local_params(tx, key, on):
        if found.area and found.area != area and not (found.area.isdigit() and area.startswith(found.area)):
            continue
        if best is None or len(found.area) > best[0]:
            best = (len(found.area), found.value)
    return best[1] if best is not None else None


def own_types(tx: Tx) -> dict[str, int]:
    """How many lines of each type this device has written."""
    return {str(t): int(n) for t, n in tx.ask("SELECT t, count(*) FROM journal WHERE dev=? GROUP BY t", (tx.dev,))}


def counts(tx: Tx) -> Counts:
    """Numbers of the store and of this device's own entries."""

    def number(sql: str, *values: str | int) -> int:
        return int(tx.value(sql, values))

    own = confirmed = exported = 0
    quiet: dict[str, set[str]] = defaultdict(set)
    marks = ",".join("?" * len(NOT_COUNTED))
    for ep, seq, digest in tx.ask(f"SELECT ep, seq, hash FROM journal WHERE t IN ({marks}) AND dev=?", (*NOT_COUNTED, tx.dev)):
        quiet[ep].add(ref_text(tx.dev, ep, int(seq), str(digest)))
    for (ep,) in tx.ask("SELECT ep FROM device_head WHERE dev=?", (tx.dev,)):
        county, _, out = _marks(tx, tx.dev, ep)
        total, signed, laid = tx.conn.exec_driver_sql(
            "SELECT count(*), count(CASE WHEN seq<=? THEN 1 END), count(CASE WHEN seq>? AND seq<=? THEN 1 END) FROM journal WHERE dev=? AND ep=?",
            (county, county, out, tx.dev, ep),
        ).one()
        out_of_it = [int(ref.split(":")[2]) for ref in quiet[ep] | _brought(tx, ep)]
        own += int(total) - len(out_of_it)
        confirmed += int(signed) - sum(seq <= county for seq in out_of_it)
        exported += int(laid) - sum(county < seq <= out for seq in out_of_it)
    return Counts(
        households=number("SELECT count(*) FROM household WHERE known=1"),
        persons=number("SELECT count(*) FROM person WHERE known=1"),
        visits=number("SELECT count(*) FROM visit"),
        flags_open=number("SELECT count(*) FROM flag WHERE known=1 AND settled_on=''"),
        applications=number("SELECT count(*) FROM application WHERE known=1"),
        events=number("SELECT count(*) FROM journal"),
        own=own,
        confirmed=confirmed,
        unconfirmed=own - confirmed,
        exported=exported,
        conflicts=number("SELECT count(*) FROM (SELECT DISTINCT county_code, kind, entity, field FROM claim_head)"),
        quarantined=number("SELECT count(*) FROM verdict WHERE code<>?", ANNULLED),
    )
