"""What a desk must tell a recipient: events in its scope that it lacks, receipts, gaps, the desk's own head (design 04).

Rules kept here
- a laptop gets every effective event of its villages that is not of its own chain, and of its own chains what it lost by a restore;
- nothing of other villages, but what closes it: openings and transfers of its households, a merge of its persons, what annuls, releases, keeps
  or clamps a line that went; a household transferred to it comes with its file;
- complaints, conferences and suspicions stay at the desks;
- county-wide parameters, packs and emergencies go to everyone, a village's row of the register to that village, officers to the places of their
  area; rulings about a device go to that device; who works on the other computers of its villages goes to a laptop by name;
- a township gets every line of the chains of its area, effective or not, besides;
- a stopped computer is told what concerns itself and its own lines, nothing about anybody (`stopped`); the laptops of a stopped township learn of it;
- receipts go for every chain with a line about the recipient's villages, its own chains and its desks', when they changed. That the desk's own
  chain grew, or its head moved by audit lines alone, is told along with other news, and makes none by itself (idle stays idle).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xieli_sync import delivery, exchange, heads
from xieli_sync.ports import Delivered
from xieli_tui.store import chains, deliveries, echoes, journal, stopped, trust
from xieli_tui.store.journal import StoredEvent
from xieli_tui.store.store import Tx

EVERYWHERE = ("local.set", "pack.installed", "blob.part", "event.opened", "event.closed", "officer.set")
ABOUT_A_DEVICE = (
    "device.enrolled", "device.revoked", "fork.frozen", "fork.settled", "gap.accepted", "clock.clamped", "recovery.answered", "handover.allowed",
)
DESKS_ONLY = ("complaint.received", "complaint.answered", "conference.held", "fraud.suspected")
"""Read at desks: not written to a laptop, unless it is a line of its own that it lost."""
ABOUT_AN_EVENT = ("ruling.annulled", "quarantine.released", "quarantine.kept")
NAMES = ("operator.added", "operator.ended")
OPENINGS = ("household.opened", "household.transferred")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom to tell: a laptop with its villages, or a township desk with its area (9 digits)."""

    dev: str
    role: Literal["village", "township"] = "village"
    villages: tuple[str, ...] = ()
    area: str = ""

    def covers(self, village: object) -> bool:
        """Whether a village is the recipient's."""
        return isinstance(village, str) and (village in self.villages or bool(self.area and village.startswith(self.area)))


@dataclass(frozen=True, slots=True)
class _Where:
    sql: str
    values: tuple[Any, ...]


def _scope(to: Recipient) -> _Where:
    if to.role == "township":
        return _Where("j.village >= ? AND j.village < ?", (to.area, to.area + ":"))
    return _Where(f"j.village IN ({','.join('?' * len(to.villages))})", to.villages)


_COLUMNS = (
    'j.rowid, j.dev, j.ep, j.seq, j.hash, j.prev, j.t, j.v, j."by", j.hlc_ms, j.hlc_n, j.role, j.village, j.household, j.entity, j."of", j.line'
)
_NEW = "NOT EXISTS (SELECT 1 FROM delivery_out o WHERE o.to_dev=? AND o.event_hash=j.hash AND o.issuer_ep=?)"
_STANDS = "NOT EXISTS (SELECT 1 FROM verdict x WHERE x.dev=j.dev AND x.ep=j.ep AND x.seq=j.seq AND x.hash=j.hash)"


def _find(tx: Tx, to: Recipient, where: str, values: Iterable[Any], *, effective: bool = True) -> list[StoredEvent]:
    """Events not of the recipient's own chain and not yet written to it."""
    sql = f"SELECT {_COLUMNS} FROM journal j WHERE ({where}) AND j.dev<>? AND {_NEW}" + (f" AND {_STANDS}" if effective else "")
    return [journal.from_row(row) for row in tx.conn.exec_driver_sql(sql, (*values, to.dev, to.dev, tx.ep))]


def _in(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({','.join('?' * len(values))})"


# -- events -----------------------------------------------------------------------------------------


def undelivered_events(tx: Tx, to: Recipient) -> list[StoredEvent]:
    """Events to write to a recipient, in the order they arrived here."""
    found: dict[int, StoredEvent] = {}

    def add(events: Iterable[StoredEvent]) -> None:
        found.update((e.rowid, e) for e in events)

    desks = "j.role IN ('township','county')"
    if stopped.stopped(tx, to.dev):
        add(_find(tx, to, f"j.entity=? AND {_in('j.t', ABOUT_A_DEVICE)} AND {desks}", (to.dev, *ABOUT_A_DEVICE)))
        add(_lost(tx, to))
        add(_about_lines(tx, to, found.values()))
        return [found[rowid] for rowid in sorted(found) if tx.role == "county" or found[rowid].role != "county"]
    scope = _scope(to)
    if to.villages or to.area:
        add(_find(tx, to, scope.sql, scope.values))
    add(e for e in _find(tx, to, f"{_in('j.t', EVERYWHERE)} AND {desks}", EVERYWHERE) if _meant_for(e, to))
    add(e for e in _find(tx, to, f"j.t='staff.registered' AND j.village='' AND {desks}", ()) if _officer_of(e, to))
    devices = [to.dev]
    if to.role == "township":
        devices += sorted(_devices_of_area(tx, to))
        add(e for e in _find(tx, to, "j.t='reserve.moved'", ()) if to.covers(e.d.get("area")))
        for dev in devices[1:]:
            add(_find(tx, to, "j.dev=?", (dev,), effective=False))
    for dev in devices:
        add(_find(tx, to, f"j.entity=? AND {_in('j.t', ABOUT_A_DEVICE)} AND {desks}", (dev, *ABOUT_A_DEVICE)))
    if to.role == "village":  # a laptop wraps for a township that was stopped no more
        for desk in _desks_of(tx, to):
            add(_find(tx, to, "j.entity=? AND j.t='device.revoked' AND j.role='county'", (desk,)))
    add(e for e in _find(tx, to, f"j.t='handover.allowed' AND {desks}", ()) if e.d.get("to") in devices)
    add(_names(tx, to))
    add(_lost(tx, to))
    add(_transferred_in(tx, to))
    add(_openings(tx, to, found.values()))
    add(_merges(tx, to))
    add(_about_lines(tx, to, found.values()))
    if to.role == "village":
        found = {rowid: e for rowid, e in found.items() if e.t not in DESKS_ONLY or e.dev == to.dev}
    if tx.role == "township":  # the county's lines count only out of the county's own returns
        found = {rowid: e for rowid, e in found.items() if e.role != "county"}
    return [found[rowid] for rowid in sorted(found)]


def _meant_for(e: StoredEvent, to: Recipient) -> bool:
    if e.t == "local.set" and e.d.get("key") == "village":  # a village's own row of the register: nothing of other villages
        return to.covers(e.d.get("area"))
    villages = e.d.get("villages")
    return not (e.t == "event.opened" and isinstance(villages, list) and villages) or any(to.covers(village) for village in villages)


def _officer_of(e: StoredEvent, to: Recipient) -> bool:
    """Officers of the township and the county are known to their villages (the kin question asks about them)."""
    area = e.d.get("area")
    places = [*to.villages, *([to.area] if to.area else [])]
    return isinstance(area, str) and bool(area) and any(place.startswith(area) for place in places)


def _desks_of(tx: Tx, to: Recipient) -> list[str]:
    """Township desks of the recipient's villages, by certificate."""
    return [desk.dev for desk in trust.desks(tx) if desk.role == "township" and any(village.startswith(desk.area) for village in to.villages)]


def _names(tx: Tx, to: Recipient) -> list[StoredEvent]:
    """Who works on the other computers of these villages: what two people wrote differently is shown with their names."""
    enrolled = {e.d["dev"] for e in journal.events_of_type(tx, "device.enrolled") if e.role == "county" and any(map(to.covers, e.d.get("villages", ())))}
    return [e for e in _find(tx, to, f"{_in('j.t', NAMES)} AND j.role='village'", NAMES) if e.dev in enrolled]


def _devices_of_area(tx: Tx, to: Recipient) -> set[str]:
    """Laptops of a township's area: enrolled for one of its villages, or authors of a line about one."""
    scope = _scope(to)
    found = {str(dev) for dev in tx.conn.exec_driver_sql(f"SELECT DISTINCT j.dev FROM journal j WHERE {scope.sql} AND j.role='village'", scope.values).scalars()}
    for e in journal.events_of_type(tx, "device.enrolled"):
        if e.role == "county" and e.d["role"] == "village" and any(to.covers(village) for village in e.d.get("villages", ())):
            found.add(e.d["dev"])
    return found - {to.dev, tx.dev}


def laptop_of_area(tx: Tx, dev: str) -> bool:
    """At a township: whether this is a laptop of its own area, by its registration or by what it wrote."""
    area = (trust.grant(tx) or {}).get("area", "")
    return bool(area) and dev in _devices_of_area(tx, Recipient(tx.dev, "township", (), area))


def _lost(tx: Tx, to: Recipient) -> list[StoredEvent]:
    """Lines of the recipient's own chains that its newest epoch does not stand on."""
    opened = deliveries.epochs_of(tx, to.dev)
    if len(opened) < 2:
        return []
    prevs: dict[str, tuple[str, int, str] | None] = {x.ep: None for x in opened}
    for e in journal.load(tx, journal.TABLE.c.dev == to.dev, journal.TABLE.c.t == "epoch.opened"):
        prevs[e.ep] = deliveries.prev_of(e)
    parents = {x.ep: parents_of(tx, to.dev, x.ep) for x in opened}
    lost = exchange.lost_lines(parents, prevs, exchange.newest_epoch(opened))
    events = []
    for ep in sorted({ep for ep, _, _ in lost}):
        seqs = [seq for e, seq, _ in lost if e == ep]
        held = journal.load(tx, journal.TABLE.c.dev == to.dev, journal.TABLE.c.ep == ep, journal.TABLE.c.seq.between(min(seqs), max(seqs)))
        events += [e for e in held if (ep, e.seq, e.hash) in lost and not _written(tx, to, e.hash)]
    return events


def parents_of(tx: Tx, dev: str, ep: str) -> dict[tuple[int, str], str]:
    """(seq, hash) -> hash of the line before, for every line held of a chain."""
    rows = tx.conn.exec_driver_sql("SELECT seq, hash, prev FROM journal WHERE dev=? AND ep=?", (dev, ep))
    found = {(int(seq), str(digest)): str(prev) for seq, digest, prev in rows}
    if "" not in found.values():
        return found
    # A line that came before the one it follows has no `prev` beside it; that one may have come since, so what precedes what is hashed anew.
    held = tx.conn.exec_driver_sql("SELECT seq, hash, line FROM journal WHERE dev=? AND ep=?", (dev, ep))
    return heads.parents_of((int(seq), str(digest), bytes(line)) for seq, digest, line in held)


def _written(tx: Tx, to: Recipient, digest: str) -> bool:
    sql = "SELECT 1 FROM delivery_out WHERE to_dev=? AND event_hash=? AND issuer_ep=? LIMIT 1"
    return tx.conn.exec_driver_sql(sql, (to.dev, digest, tx.ep)).first() is not None


def _transferred_in(tx: Tx, to: Recipient) -> list[StoredEvent]:
    """The file of each household that a desk moved to one of the recipient's villages, while it is there."""
    found: list[StoredEvent] = []
    households = _moved_in(tx, to)
    for at in range(0, len(households), deliveries.CHUNK):
        part = households[at : at + deliveries.CHUNK]
        found += _find(tx, to, _in("j.household", part), part)
    return found


def _moved_in(tx: Tx, to: Recipient) -> list[str]:
    """Households a desk moved to the recipient and that are there now: one that was moved on is the next village's to hear about."""
    moved = [e for e in journal.events_of_type(tx, "household.transferred") if to.covers(e.d.get("to")) and e.role in trust.DESKS]
    came = sorted({e.household for e in moved if not _overruled(tx, e)})
    found: list[str] = []
    for at in range(0, len(came), deliveries.CHUNK):
        part = came[at : at + deliveries.CHUNK]
        found += [str(home) for home, village in tx.ask(f"SELECT household, village FROM household WHERE {_in('household', part)}", tuple(part)) if to.covers(village)]
    return found


def _overruled(tx: Tx, e: StoredEvent) -> bool:
    sql = "SELECT 1 FROM verdict WHERE dev=? AND ep=? AND seq=? AND hash=?"
    return tx.conn.exec_driver_sql(sql, (e.dev, e.ep, e.seq, e.hash)).first() is not None


def _openings(tx: Tx, to: Recipient, going: Iterable[StoredEvent]) -> list[StoredEvent]:
    """Openings and transfers of every household about which a line went or goes."""
    households = {e.household for e in going if e.household}
    went = tx.conn.exec_driver_sql("SELECT DISTINCT household FROM delivery_out WHERE to_dev=? AND household>''", (to.dev,)).scalars()
    wanted = sorted(households | {str(x) for x in went})
    found: list[StoredEvent] = []
    for at in range(0, len(wanted), deliveries.CHUNK):
        part = wanted[at : at + deliveries.CHUNK]
        found += _find(tx, to, f"{_in('j.household', part)} AND {_in('j.t', OPENINGS)}", (*part, *OPENINGS))
    return found


def _merges(tx: Tx, to: Recipient) -> list[StoredEvent]:
    """Merges of a component of which one person is the recipient's."""
    edges = [e for e in journal.events_of_type(tx, "person.merged") if e.role in trust.DESKS and not _overruled(tx, e)]
    if not edges:
        return []
    near: dict[str, set[str]] = defaultdict(set)
    for e in edges:
        near[e.d["person"]].add(e.d["other"])
        near[e.d["other"]].add(e.d["person"])
    own = {person for person in near if _concerns(tx, to, person)}
    own |= {e.d[side] for e in edges for side in ("person", "other") if any(to.covers(village) for village in e.d.get("villages", ()))}
    waiting = list(own)
    while waiting:
        for person in near[waiting.pop()] - own:
            own.add(person)
            waiting.append(person)
    return [e for e in edges if e.d["person"] in own and e.dev != to.dev and not _written(tx, to, e.hash)]


def _concerns(tx: Tx, to: Recipient, person: str) -> bool:
    scope = _scope(to)
    return tx.conn.exec_driver_sql(f"SELECT 1 FROM journal j WHERE j.entity=? AND {scope.sql} LIMIT 1", (person, *scope.values)).first() is not None


def _about_lines(tx: Tx, to: Recipient, going: Iterable[StoredEvent]) -> list[StoredEvent]:
    """What annuls, releases, keeps or clamps a line that went, goes, or is the recipient's own; and what annuls that in turn."""
    known = {e.ref for e in going}
    devs = {e.dev for e in going} | {str(x) for x in tx.conn.exec_driver_sql(
        "SELECT DISTINCT dev FROM delivery_out WHERE to_dev=? AND k='event'", (to.dev,)
    ).scalars()}
    found = [
        e for e in _find(tx, to, "j.t='clock.clamped' AND j.role IN ('township','county')", ()) if e.entity in devs
    ]
    waiting = _find(tx, to, f"{_in('j.t', ABOUT_AN_EVENT)} AND j.role IN ('township','county')", ABOUT_AN_EVENT)
    targets = journal.by_refs(tx, {e.of for e in waiting if e.of})
    grew = True
    while grew:
        grew = False
        for e in list(waiting):
            target = targets.get(e.of)
            if e.of in known or (target is not None and (target.dev == to.dev or _written(tx, to, target.hash))):
                found.append(e)
                known.add(e.ref)
                waiting.remove(e)
                grew = True
    return found


# -- receipts ---------------------------------------------------------------------------------------


def chains_for(tx: Tx, to: Recipient) -> list[tuple[str, str]]:
    """Every chain that holds a line about the recipient's villages, is its own, or is one of its desks'."""
    found: set[tuple[str, str]] = set()
    known = not stopped.stopped(tx, to.dev)
    if known and (to.villages or to.area):
        scope = _scope(to)
        rows = tx.conn.exec_driver_sql(f"SELECT DISTINCT j.dev, j.ep FROM journal j WHERE {scope.sql}", scope.values)
        found |= {(str(dev), str(ep)) for dev, ep in rows}
    came = _moved_in(tx, to)
    for at in range(0, len(came), deliveries.CHUNK):  # what was captured for the village they came from
        part = came[at : at + deliveries.CHUNK]
        rows = tx.conn.exec_driver_sql(f"SELECT DISTINCT dev, ep FROM journal WHERE {_in('household', part)}", tuple(part))
        found |= {(str(dev), str(ep)) for dev, ep in rows}
    desks = {tx.dev} | {
        desk.dev for desk in trust.desks(tx) if to.area.startswith(desk.area) or any(village.startswith(desk.area) for village in to.villages)
    }
    # a township carries what its laptops write until the county signs for it, so it must hear of chains that speak of no village yet too
    laptops = _devices_of_area(tx, to) if to.role == "township" else set()
    for dev in sorted({to.dev, *desks, *laptops}):
        found |= {(dev, str(ep)) for ep in tx.conn.exec_driver_sql("SELECT DISTINCT ep FROM journal WHERE dev=?", (dev,)).scalars()}
    return sorted(found)


def receipts_of(tx: Tx, dev: str, ep: str) -> list[delivery.Receipt]:
    """What this desk says of one chain: the full receipts of all its branches and closed points."""
    seq, digest = chains.reach(tx, dev, ep)
    forked = tx.conn.exec_driver_sql("SELECT 1 FROM journal WHERE dev=? AND ep=? GROUP BY seq HAVING count(*)>1 LIMIT 1", (dev, ep)).first()
    if seq and not digest:  # the chain reaches to the end of an accepted gap: the last line held stands for it
        row = tx.conn.exec_driver_sql("SELECT seq, hash FROM journal WHERE dev=? AND ep=? AND seq<=? ORDER BY seq DESC LIMIT 1", (dev, ep, seq)).first()
        seq, digest = (int(row[0]), str(row[1])) if row is not None else (0, "")
    tips = [exchange.Branch(seq, digest)] if seq else []
    if forked is not None:
        tips = exchange.branches(parents_of(tx, dev, ep))
    marks: dict[tuple[int, str], exchange.Mark] = {}
    for row in tx.conn.exec_driver_sql("SELECT seq, hash FROM journal WHERE dev=? AND ep=? AND seq>?", (dev, ep, seq)):
        marks[int(row[0]), str(row[1])] = exchange.Mark(int(row[0]), str(row[1]), "ok")
    for row in tx.conn.exec_driver_sql("SELECT seq, hash, status, code FROM verdict WHERE dev=? AND ep=?", (dev, ep)):
        status: Literal["quarantined", "unknown"] = "unknown" if row[2] == "unknown" else "quarantined"
        marks[int(row[0]), str(row[1])] = exchange.Mark(int(row[0]), str(row[1]), status, str(row[3]))
    named = []
    for e in journal.load(tx, journal.TABLE.c.dev == dev, journal.TABLE.c.t == "epoch.opened"):
        prev = deliveries.prev_of(e)
        if prev is not None and prev[0] == ep and prev[1] and prev[2] in chains.stored(tx, dev, ep, prev[1], prev[1]).get(prev[1], ()):
            named.append((prev[1], prev[2]))
    return exchange.receipts(dev, ep, tips, list(marks.values()), named)


def receipts_for(tx: Tx, to: Recipient) -> tuple[list[delivery.Receipt], list[delivery.Receipt]]:
    """(receipts that are news, receipts to tell along with other news): those that differ from what was last written to the recipient."""
    news: list[delivery.Receipt] = []
    along: list[delivery.Receipt] = []
    for dev, ep in chains_for(tx, to):
        now = receipts_of(tx, dev, ep)
        before = _last_receipts(tx, to, dev, ep, len(now))
        if now == before or all(x.seq == 0 and not x.not_ok for x in now):
            continue
        only_grew = dev == tx.dev and [x.not_ok for x in now] == ([x.not_ok for x in before] or [()])
        (along if only_grew else news).extend(now)
    return news, along


def _last_receipts(tx: Tx, to: Recipient, dev: str, ep: str, count: int) -> list[delivery.Receipt]:
    rows = tx.conn.exec_driver_sql(
        "SELECT line FROM delivery_out WHERE to_dev=? AND k='receipt' AND dev=? AND ep=? AND issuer_ep=? ORDER BY r DESC LIMIT ?",
        (to.dev, dev, ep, tx.ep, count),
    ).scalars()
    items = [delivery.parse_delivery(bytes(line))[1] for line in rows]
    return [item for item in reversed(items) if isinstance(item, delivery.Receipt)]


# -- gaps and the own head --------------------------------------------------------------------------


def missing(tx: Tx, dev: str) -> list[tuple[str, int, int]]:
    """(ep, first, last): per chain of a device the first piece missing here, where something behind it is held or waits."""
    found = []
    for (ep,) in tx.conn.exec_driver_sql(
        "SELECT ep FROM parked WHERE dev=? UNION SELECT DISTINCT ep FROM journal WHERE dev=? ORDER BY 1", (dev, dev)
    ).all():
        seq, _ = chains.reach(tx, dev, str(ep))
        beyond = tx.conn.exec_driver_sql(
            "SELECT min(first) FROM (SELECT min(seq) AS first FROM journal WHERE dev=? AND ep=? AND seq>? UNION ALL"
            " SELECT min(first) FROM parked WHERE dev=? AND ep=? AND first>?) AS held",
            (dev, ep, seq, dev, ep, seq),
        ).scalar()
        if beyond is not None and int(beyond) > seq + 1:
            found.append((str(ep), seq + 1, int(beyond) - 1))
    return found


def gaps(tx: Tx, to: Recipient) -> list[delivery.Resend]:
    """Events of the recipient's own chains that are missing here, not asked for yet."""
    asked = [delivery.Resend(to.dev, ep, first, last) for ep, first, last in missing(tx, to.dev)]
    return [one for one in asked if one not in _asked(tx, to, one.ep)]


def _asked(tx: Tx, to: Recipient, ep: str) -> list[delivery.Item]:
    rows = tx.conn.exec_driver_sql(
        "SELECT line FROM delivery_out WHERE to_dev=? AND k='resend' AND dev=? AND ep=? AND issuer_ep=?", (to.dev, to.dev, ep, tx.ep)
    ).scalars()
    return [delivery.parse_delivery(bytes(line))[1] for line in rows]


def own_head(tx: Tx, to: Recipient) -> tuple[delivery.HeadItem | None, bool]:
    """(head line when the own head moved since the last one, whether more than audit and acknowledgements moved it)."""
    seq, digest = journal.head(tx, tx.dev, tx.ep)
    row = tx.conn.exec_driver_sql(
        "SELECT line FROM delivery_out WHERE to_dev=? AND k='head' AND issuer_ep=? ORDER BY r DESC LIMIT 1", (to.dev, tx.ep)
    ).first()
    last = delivery.parse_delivery(bytes(row[0]))[1] if row is not None else None
    told = last.seq if isinstance(last, delivery.HeadItem) else 0
    old = tuple(
        (str(ep), int(r), str(h)) for ep, r, h in tx.conn.exec_driver_sql(
            "SELECT o.issuer_ep, o.r, o.hash FROM delivery_out o WHERE o.to_dev=? AND o.issuer_ep<>?"
            " AND o.r=(SELECT max(r) FROM delivery_out m WHERE m.to_dev=o.to_dev AND m.issuer_ep=o.issuer_ep) ORDER BY o.issuer_ep",
            (to.dev, tx.ep),
        )
    )
    remembered = isinstance(last, delivery.HeadItem) and last.old != old  # lines that an echo brought back: told, or it comes again and again
    if seq == 0 or (isinstance(last, delivery.HeadItem) and (last.seq, last.head) == (seq, digest) and not remembered):
        return None, False
    moved = tx.conn.exec_driver_sql(
        "SELECT 1 FROM journal WHERE dev=? AND ep=? AND seq>? AND t NOT IN ('return.received','echoed') AND substr(t, 1, 6)<>'audit.' LIMIT 1",
        (tx.dev, tx.ep, told),
    ).first()
    return delivery.HeadItem(tx.ep, seq, digest, old), moved is not None or remembered


def echoed(tx: Tx, to: Recipient) -> list[delivery.Echoed]:
    """What this county took back out of echoes of the recipient, as far as it was not told in this issuer epoch."""
    rows = tx.conn.exec_driver_sql("SELECT line FROM delivery_out WHERE to_dev=? AND k='echoed' AND issuer_ep=?", (to.dev, tx.ep)).scalars()
    told = [delivery.parse_delivery(bytes(line))[1] for line in rows]
    due = [delivery.Echoed(e.d["issuer"], e.d["ep"], int(e.d["r"])) for e in echoes.echoed_to(tx, to.dev)]
    return [item for item in due if item not in told] if tx.role == "county" else []


def refresh(tx: Tx, to: Recipient, now_ms: int) -> list[Delivered]:
    """Write every delivery line that is due to a recipient; none when there is no news."""
    items: list[delivery.Item] = [deliveries.event_item(e) for e in undelivered_events(tx, to)]
    news, along = receipts_for(tx, to)
    items += [*news, *gaps(tx, to), *echoed(tx, to)]
    head, moved = own_head(tx, to)
    if not items and not moved:
        return []
    items += along
    if head is not None:
        items.append(head)
    return deliveries.append_lines(tx, to.dev, items, now_ms)
