"""The events a desk must tell a recipient: those in its scope that it lacks, and what closes them (design 04).

Rules kept here
- a laptop gets every effective event of its villages that is not of its own chain, and of its own chains what it lost by a restore;
- nothing of other villages, but what closes it: openings and transfers of its households, a merge of its persons, what annuls, releases, keeps
  or clamps a line that went; a household transferred to it comes with its file;
- complaints, conferences and suspicions stay at the desks;
- county-wide parameters, packs and emergencies go to everyone, a village's row of the register to that village, officers to the places of their
  area; rulings about a device go to that device; who works on the other computers of its villages goes to a laptop by name;
- a township gets every line of the chains of its area, effective or not, besides;
- a stopped computer is told what concerns itself and its own lines, nothing about anybody (`stopped`); the laptops of a stopped township learn of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from xieli_sync import exchange
from xieli_tui.store import chains, deliveries, journal, recipients, stopped, trust
from xieli_tui.store.journal import StoredEvent
from xieli_tui.store.recipients import Recipient, within
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


_NEW = "NOT EXISTS (SELECT 1 FROM delivery_out o WHERE o.to_dev=? AND o.event_hash=j.hash AND o.issuer_ep=?)"
_STANDS = "NOT EXISTS (SELECT 1 FROM verdict x WHERE x.dev=j.dev AND x.ep=j.ep AND x.seq=j.seq AND x.hash=j.hash)"


def _find(tx: Tx, to: Recipient, where: str, values: Iterable[Any], *, effective: bool = True) -> list[StoredEvent]:
    """Events not of the recipient's own chain and not yet written to it."""
    return journal.found(tx, f"({where}) AND j.dev<>? AND {_NEW}" + (f" AND {_STANDS}" if effective else ""), (*values, to.dev, to.dev, tx.ep))


def undelivered_events(tx: Tx, to: Recipient) -> list[StoredEvent]:
    """Events to write to a recipient, in the order they arrived here."""
    found: dict[int, StoredEvent] = {}

    def add(events: Iterable[StoredEvent]) -> None:
        found.update((e.rowid, e) for e in events)

    desks = "j.role IN ('township','county')"
    if stopped.stopped(tx, to.dev):
        add(_find(tx, to, f"j.entity=? AND {within('j.t', ABOUT_A_DEVICE)} AND {desks}", (to.dev, *ABOUT_A_DEVICE)))
        add(_lost(tx, to))
        add(_about_lines(tx, to, found.values()))
        return [found[rowid] for rowid in sorted(found) if tx.role == "county" or found[rowid].role != "county"]
    scope = recipients.scope(to)
    if to.villages or to.area:
        add(_find(tx, to, scope.sql, scope.values))
    add(e for e in _find(tx, to, f"{within('j.t', EVERYWHERE)} AND {desks}", EVERYWHERE) if _meant_for(e, to))
    add(e for e in _find(tx, to, f"j.t='staff.registered' AND j.village='' AND {desks}", ()) if _officer_of(e, to))
    devices = [to.dev]
    if to.role == "township":
        devices += sorted(recipients.devices_of_area(tx, to))
        add(e for e in _find(tx, to, "j.t='reserve.moved'", ()) if to.covers(e.d.get("area")))
        for dev in devices[1:]:
            add(_find(tx, to, "j.dev=?", (dev,), effective=False))
    for dev in devices:
        add(_find(tx, to, f"j.entity=? AND {within('j.t', ABOUT_A_DEVICE)} AND {desks}", (dev, *ABOUT_A_DEVICE)))
    if to.role == "village":  # a laptop wraps for a township that was stopped no more
        for desk in _desks_of(tx, to):
            add(_find(tx, to, "j.entity=? AND j.t='device.revoked' AND j.role='county'", (desk,)))
    add(e for e in _find(tx, to, f"j.t='handover.allowed' AND {desks}", ()) if e.d.get("to") in devices)
    add(_names(tx, to))
    add(_lost(tx, to))
    add(_transferredwithin(tx, to))
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
    return [e for e in _find(tx, to, f"{within('j.t', NAMES)} AND j.role='village'", NAMES) if e.dev in enrolled]


def _lost(tx: Tx, to: Recipient) -> list[StoredEvent]:
    """Lines of the recipient's own chains that its newest epoch does not stand on."""
    opened = deliveries.epochs_of(tx, to.dev)
    if len(opened) < 2:
        return []
    prevs: dict[str, tuple[str, int, str] | None] = {x.ep: None for x in opened}
    for e in journal.load(tx, dev=to.dev, t="epoch.opened"):
        prevs[e.ep] = deliveries.prev_of(e)
    parents = {x.ep: chains.parents_of(tx, to.dev, x.ep) for x in opened}
    lost = exchange.lost_lines(parents, prevs, exchange.newest_epoch(opened))
    events = []
    for ep in sorted({ep for ep, _, _ in lost}):
        seqs = [seq for e, seq, _ in lost if e == ep]
        held = journal.load(tx, dev=to.dev, ep=ep, seq_from=min(seqs), seq_to=max(seqs))
        events += [e for e in held if (ep, e.seq, e.hash) in lost and not _written(tx, to, e.hash)]
    return events


def _written(tx: Tx, to: Recipient, digest: str) -> bool:
    sql = "SELECT 1 FROM delivery_out WHERE to_dev=? AND event_hash=? AND issuer_ep=? LIMIT 1"
    return tx.first(sql, (to.dev, digest, tx.ep)) is not None


def _transferredwithin(tx: Tx, to: Recipient) -> list[StoredEvent]:
    """The file of each household that a desk moved to one of the recipient's villages, while it is there."""
    found: list[StoredEvent] = []
    households = recipients.moved_in(tx, to)
    for at in range(0, len(households), deliveries.CHUNK):
        part = households[at : at + deliveries.CHUNK]
        found += _find(tx, to, within("j.household", part), part)
    return found


def _openings(tx: Tx, to: Recipient, going: Iterable[StoredEvent]) -> list[StoredEvent]:
    """Openings and transfers of every household about which a line went or goes."""
    households = {e.household for e in going if e.household}
    went = tx.column("SELECT DISTINCT household FROM delivery_out WHERE to_dev=? AND household>''", (to.dev,))
    wanted = sorted(households | {str(x) for x in went})
    found: list[StoredEvent] = []
    for at in range(0, len(wanted), deliveries.CHUNK):
        part = wanted[at : at + deliveries.CHUNK]
        found += _find(tx, to, f"{within('j.household', part)} AND {within('j.t', OPENINGS)}", (*part, *OPENINGS))
    return found


def _merges(tx: Tx, to: Recipient) -> list[StoredEvent]:
    """Merges of a component of which one person is the recipient's."""
    edges = [e for e in journal.events_of_type(tx, "person.merged") if e.role in trust.DESKS and not recipients.overruled(tx, e)]
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
    scope = recipients.scope(to)
    return tx.first(f"SELECT 1 FROM journal j WHERE j.entity=? AND {scope.sql} LIMIT 1", (person, *scope.values)) is not None


def _about_lines(tx: Tx, to: Recipient, going: Iterable[StoredEvent]) -> list[StoredEvent]:
    """What annuls, releases, keeps or clamps a line that went, goes, or is the recipient's own; and what annuls that in turn."""
    known = {e.ref for e in going}
    devs = {e.dev for e in going} | {str(x) for x in tx.column(
        "SELECT DISTINCT dev FROM delivery_out WHERE to_dev=? AND k='event'", (to.dev,)
    )}
    found = [
        e for e in _find(tx, to, "j.t='clock.clamped' AND j.role IN ('township','county')", ()) if e.entity in devs
    ]
    waiting = _find(tx, to, f"{within('j.t', ABOUT_AN_EVENT)} AND j.role IN ('township','county')", ABOUT_AN_EVENT)
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
