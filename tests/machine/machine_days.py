"""What people write: a laptop's day, a township's, a county's, and what an intruder or a later program leaves in a chain.

Every entry goes through `session.transact`, reading and writing in one transaction as the verbs do. The dice are those of the step: the same step
of the same history writes the same.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from machine_office import V1, V2, V3, Machine

from xieli_sync import exchange
from xieli_tui.domain.clock import millis
from xieli_tui.domain.events import EVENTS, Payload, aid, household, road, work
from xieli_tui.store import chains, journal, queries

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

DAY = "2026-12-28"
PLACES = (V1, V2, V3)


def villages(machine: Machine, tx: Tx) -> tuple[str, ...]:
    """The villages this machine may write about, as it knows them."""
    if machine.role == "county":
        return PLACES
    if machine.role == "township":
        return (V1, V3)
    known = queries.device(tx, machine.dev)
    return tuple(known.villages) if known is not None else ()


def homes(tx: Tx) -> list[tuple[str, str]]:
    """(household, village) known here."""
    return [(str(a), str(b)) for a, b in tx.ask("SELECT household, village FROM household WHERE known=1 ORDER BY household")]


def _some(tx: Tx, column: str, table: str) -> list[tuple[str, ...]]:
    return [tuple(str(x) for x in row) for row in tx.ask(f"SELECT {column} FROM {table} ORDER BY {column}")]


# -- at the village (and, with more types, at a desk) -------------------------------------------------


def write(machine: Machine, dice: random.Random, what: str) -> None:
    """One entry of the day."""
    with machine.here():
        machine.session.transact(lambda tx: _entry(machine, tx, dice, what))


def _entry(m: Machine, tx: Tx, dice: random.Random, what: str) -> Sequence[Payload]:
    places, known = villages(m, tx), homes(tx)
    if not places:
        return []
    if what == "open" or not known:
        home, who = m.session.new_id(), m.session.new_id()
        place = dice.choice(places)
        return [
            household.HouseholdOpened(village=place, household=home, fields={"number": str(dice.randrange(9))}),
            household.PersonAdded(village=place, household=home, person=who, fields={"name": dice.choice(["石守田", "李秀英", "王强"])}),
            household.MembershipStarted(village=place, household=home, membership=m.session.new_id(), person=who, relation="02"),
        ]
    home, place = dice.choice(known)
    return list(_ABOUT[what](m, tx, dice, home, place))


def _visit(m: Machine, tx: Tx, dice: random.Random, home: str, place: str) -> Sequence[Payload]:
    return [work.VisitRecorded(village=place, household=home, visit=m.session.new_id(), on=DAY, met="self", note=dice.choice(["好", "住院", "漏雨"]))]


def _claim(m: Machine, tx: Tx, dice: random.Random, home: str, place: str) -> Sequence[Payload]:
    field = dice.choice(["phone", "group", "nickname"])
    lock = True if m.role != "village" and dice.random() < 0.4 else None
    return [household.HouseholdClaimed(
        village=place, household=home, fields={field: dice.choice("甲乙丙丁")}, replaces=list(queries.heads(tx, home, (field,))), lock=lock)]


def _person(m: Machine, tx: Tx, dice: random.Random, home: str, place: str) -> Sequence[Payload]:
    people = [row[0] for row in tx.ask("SELECT person FROM person WHERE household=? AND known=1 ORDER BY person", (home,))]
    if people and dice.random() < 0.5:
        who = dice.choice(people)
        return [household.PersonClaimed(
            village=place, household=home, person=who, fields={"phone": dice.choice(["10000001", "10000002"])}, replaces=list(queries.heads(tx, who, ("phone",))))]
    who = m.session.new_id()
    return [
        household.PersonAdded(village=place, household=home, person=who, fields={"name": dice.choice(["石守田", "李秀英"])}),
        household.MembershipStarted(village=place, household=home, membership=m.session.new_id(), person=who, relation="20"),
    ]


def _start(m: Machine, tx: Tx, dice: random.Random, home: str, place: str) -> Sequence[Payload]:
    return [aid.ApplicationStarted(village=place, household=home, application=m.session.new_id(), on=DAY, kinds=["temp_emergency"], reason="测试")]


def _step(m: Machine, tx: Tx, dice: random.Random, home: str, place: str) -> Sequence[Payload]:
    apps = _some(tx, "application, household, village", "application")
    if not apps:
        return _start(m, tx, dice, home, place)
    app, home, place = dice.choice(apps)
    heads = [str(row[0]) for row in tx.ask("SELECT ref FROM app_step WHERE application=? AND head=1 ORDER BY ref", (app,))]
    base: dict[str, Any] = {"village": place, "household": home, "application": app, "on": DAY, "after": heads}
    village: list[tuple[type[aid.StepPayload], dict[str, Any]]] = [
        (aid.ApplicationHandedOver, {}), (aid.ApplicationHandedOver, {}), (aid.ApplicationWithdrawn, {"reason": "不要了"})]
    if m.role == "village":
        kind, more = dice.choice(village)
        return [kind(**base, **more)]
    amount = dice.choice([80_000, 300_000, 300_001])
    decided: dict[str, Any] = {"kind": "temp_emergency", "result": "granted", "amount": amount, "reason": "困难", "level": m.role}
    desk: list[tuple[type[aid.StepPayload], dict[str, Any]]] = [
        (aid.ApplicationAccepted, {}), (aid.ApplicationReturned, {"papers": ["id_card"]}), (aid.ApplicationReviewed, {}), (aid.ApplicationDecided, decided),
        (aid.ApplicationDecided, decided), (aid.ApplicationClosed, {})]
    kind, more = dice.choice(desk)
    return [kind(**base, **more)]


def _mend(m: Machine, tx: Tx, dice: random.Random, home: str, place: str) -> Sequence[Payload]:
    visits = _some(tx, "ref, household, village", "visit")
    if not visits:
        return _visit(m, tx, dice, home, place)
    ref, home, place = dice.choice(visits)
    if dice.random() < 0.5:
        return [road.FactCorrected(village=place, household=home, of=ref, fields={"note": "更正"}, reason="记错")]
    return [road.FactWithdrawn(village=place, household=home, of=ref, reason="不是这户")]


_ABOUT = {"visit": _visit, "claim": _claim, "person": _person, "start": _start, "step": _step, "mend": _mend}
ENTRIES = ("open", *_ABOUT)


def intrude(machine: Machine, dice: random.Random, what: str) -> None:
    """A line this program would not write, in this machine's chain."""
    with machine.here(), machine.session.reading() as tx:
        known, places = homes(tx), villages(machine, tx)
        refs = [str(row[0]) for row in tx.ask("SELECT dev || ':' || ep || ':' || seq || ':' || substr(hash, 1, 32) FROM journal ORDER BY rowid")]
        new = machine.session.new_id()
    if not known or not places:
        return
    home, place = dice.choice(known)
    if what == "future":
        machine.forge("from.future", {"village": place, "household": home, "colour": "蓝"})
    elif what == "newer":
        machine.forge("visit.recorded", {"village": place, "household": home}, v=7)
    elif what == "broken":
        machine.forge("visit.recorded", {"village": place, "household": home, "visit": new, "on": "哪天", "met": "self"})
    elif what == "elsewhere":  # about a family, as if it were another village's
        machine.forge("visit.recorded", {
            "village": dice.choice([x for x in PLACES if x != place]), "household": home, "visit": new, "on": DAY, "met": "self"})
    elif what == "freeze":  # a village freezes somebody
        with machine.session.reading() as tx:
            chains = tx.ask("SELECT DISTINCT dev, ep FROM journal WHERE role='village' ORDER BY dev, ep")
        dev, ep = dice.choice(chains)
        machine.forge("fork.frozen", {"dev": dev, "ep": ep, "seq": 1, "hashes": ["1" * 64, "2" * 64]})
    elif what == "decision":
        machine.forge("application.decided", {
            "village": place, "household": home, "application": new, "on": DAY, "kind": "temp_emergency", "result": "granted", "amount": 900_000, "reason": "自批",
            "level": "county", "after": [],
        })
    elif what == "annulment":
        machine.forge("ruling.annulled", {"of": dice.choice(refs), "reason": "自批"})
    elif what == "release":
        machine.forge("quarantine.released", {"of": dice.choice(refs)})
    else:
        machine.forge("device.enrolled", {
            "dev": machine.dev, "kid": "0" * 16, "sign_pub": "0" * 64, "enc_pub": "0" * 64, "role": "village", "area": "999999", "villages": list(PLACES), "on": DAY,
        })


INTRUSIONS = ("future", "newer", "broken", "elsewhere", "freeze", "decision", "annulment", "release", "rights")


# -- rulings ------------------------------------------------------------------------------------------


def rule(desk: Machine, dice: random.Random, what: str) -> None:
    """One ruling of a desk."""
    with desk.here():
        desk.session.transact(lambda tx: _RULINGS[what](desk, tx, dice))


def _events(tx: Tx, *types: str) -> list[journal.StoredEvent]:
    return sorted(journal.events_of_type(tx, *types), key=lambda e: e.ref)


def _annul(m: Machine, tx: Tx, dice: random.Random) -> Sequence[Payload]:
    rulings = sorted(t for (t, _), known in EVENTS.items() if known.ruling and t not in ("device.enrolled", "fork.frozen"))
    held = [e for e in _events(tx, *rulings) if m.role == "county" or e.dev == m.dev]
    return [road.RulingAnnulled(of=dice.choice(held).ref, reason="测试")] if held else []


def _release(m: Machine, tx: Tx, dice: random.Random) -> Sequence[Payload]:
    held = [one.ref for one in queries.quarantined(tx)]
    return [road.QuarantineReleased(of=dice.choice(sorted(held)), reason="核实过")] if held else []


def _transfer(m: Machine, tx: Tx, dice: random.Random) -> Sequence[Payload]:
    mine = villages(m, tx)
    known = [(home, place) for home, place in homes(tx) if place in mine]
    if not known:
        return []
    home, place = dice.choice(known)
    to = dice.choice([x for x in mine if x != place])
    return [household.HouseholdTransferred(village=place, household=home, to=to, on=DAY, replaces=list(queries.heads(tx, home, ("village",))))]


def _merge(m: Machine, tx: Tx, dice: random.Random) -> Sequence[Payload]:
    mine = set(villages(m, tx))
    people = [row for row in _some(tx, "person, village", "person") if row[1] in mine]
    if len(people) < 2:
        return []
    (one, where), (other, place) = dice.sample(people, 2)
    return [household.PersonMerged(villages=sorted({where, place}), person=one, other=other)]


def _clamp(m: Machine, tx: Tx, dice: random.Random) -> Sequence[Payload]:
    heads = [row for row in tx.ask("SELECT dev, ep, seq FROM device_head WHERE seq>2 ORDER BY dev, ep") if row[0] != m.dev]
    if not heads:
        return []
    dev, ep, seq = dice.choice(heads)
    first = dice.randrange(1, int(seq))
    return [road.ClockClamped(dev=str(dev), ep=str(ep), first=first, last=int(seq), ms=millis(m.session.clock.now()) - dice.randrange(10**8))]


def _settle(m: Machine, tx: Tx, dice: random.Random) -> Sequence[Payload]:
    frozen = [e for e in _events(tx, "fork.frozen") if e.role in ("township", "county")]
    if not frozen:
        return []
    e = dice.choice(frozen)
    tips = exchange.branches(chains.parents_of(tx, e.d["dev"], e.d["ep"]))
    if not tips:
        return []
    tip = dice.choice(tips)
    keep = (tip.seq, tip.head) if dice.random() < 0.8 else None
    return [road.ForkSettled(dev=e.d["dev"], ep=e.d["ep"], keep=keep, release_other=keep is not None and dice.random() < 0.25)]


def _delegate(m: Machine, tx: Tx, dice: random.Random) -> Sequence[Payload]:
    most = dice.choice(["0.00", "1000.00", "3000.00", "9000.00"])
    return [road.LocalSet(
        key="delegations", start="2026-01-01", value=f'[{{"kind":"temp_emergency","max_amount":"{most}","township":"999999001","from":"2026-01-01"}}]')]


_RULINGS = {"annul": _annul, "release": _release, "transfer": _transfer, "merge": _merge, "clamp": _clamp, "settle": _settle, "delegate": _delegate}
COUNTY_RULINGS = tuple(_RULINGS)
TOWNSHIP_RULINGS = ("annul", "transfer", "merge", "release", "clamp")
