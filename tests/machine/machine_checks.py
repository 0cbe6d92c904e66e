"""What must hold of any history once everybody has exchanged everything (design 03, 04, 11).

Rules kept here
- each check returns the sentences that do not hold, [] when all do; none of them repairs anything;
- rows are compared as the projections hold them, by family: those of which every line is about villages of both sides;
- the set decides: a county that is fed the same files in another order, and every store that is dropped and replayed, has the same rows.
"""

from __future__ import annotations

import json
import random
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from machine_office import Machine
from machine_world import World, take, version

from xieli_sync.event import parse_line
from xieli_sync.exchange import is_contentful
from xieli_sync.heads import TRUST_TYPES
from xieli_tui.domain.events import EVENTS
from xieli_tui.store import chains, epochs, journal, rebuild, receipts, sink

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

Key = tuple[str, str, int, str]
OPENINGS = ("household.opened", "household.transferred")
DESKS_ONLY = ("complaint.received", "complaint.answered", "conference.held", "fraud.suspected")


def lines(tx: Tx) -> dict[Key, tuple[Any, ...]]:
    """(dev, ep, seq, hash) -> (t, v, role, village, household, line) of everything held."""
    return {(r[0], r[1], int(r[2]), r[3]): tuple(r[4:]) for r in tx.ask("SELECT dev, ep, seq, hash, t, v, role, village, household, line FROM journal")}


def verdicts(tx: Tx) -> dict[Key, tuple[str, str]]:
    """(status, code) of every line that does not count."""
    return {(r[0], r[1], int(r[2]), r[3]): (r[4], r[5]) for r in tx.ask("SELECT dev, ep, seq, hash, status, code FROM verdict")}


def villages_of(world: World, machine: Machine) -> set[str]:
    """The villages the county last granted a laptop."""
    with world.county.session.reading() as tx:
        held = [e for e in journal.events_of_type(tx, "device.enrolled") if e.role == "county" and e.d["dev"] == machine.dev]
        return set(max(held, key=lambda e: (e.hlc_ms, e.hlc_n, e.seq)).d["villages"]) if held else set()


def covers(world: World, machine: Machine, village: str) -> bool:
    if machine is world.town:
        return village.startswith("999999001")
    return village in villages_of(world, machine)


def check(world: World, dice: random.Random, *, replay: Iterable[Machine] = ()) -> list[str]:
    """Everything that does not hold."""
    with world.county.session.reading() as tx:
        held, bad = lines(tx), verdicts(tx)
    trouble: list[str] = []
    out = world.stopped()
    for machine in [*world.laptops, world.town]:
        trouble += _side(world, machine, held, bad, stopped=machine in out)
    trouble += _county(world, held, bad)
    for machine in replay:
        if not rebuild.rebuild(machine.session.store)["equal"]:
            trouble.append(f"rebuild differs at {machine}")
    if not world.county_restored:
        trouble += refed(world, dice)
    return sorted(set(trouble))


# -- a laptop or the township against the county ------------------------------------------------------


def _side(world: World, machine: Machine, held: dict[Key, tuple[Any, ...]], bad: dict[Key, tuple[str, str]], *, stopped: bool) -> list[str]:
    found: list[str] = []
    with machine.session.reading() as tx:
        here, not_ok = lines(tx), verdicts(tx)
        own_epochs = epochs.all_own(tx)
        signed = {ep: receipts.county_receipt(tx, machine.dev, ep) for ep in own_epochs}
    for ep in own_epochs:
        with machine.session.reading() as tx:  # the branch this machine wrote: what a copy of it wrote comes home too
            own = [(machine.dev, ep, x.seq, x.hash) for x in journal.lines(tx, machine.dev, ep, 1, journal.head(tx, machine.dev, ep)[0])]
        last = max((k[2] for k in own if is_contentful(here[k][0], bool(parse_line(here[k][5]).d.get("content", True)))), default=0)
        if any(k not in held for k in own if k[2] <= last):
            found.append(f"a line of {machine} is nowhere at the county")
        if signed[ep] < last:
            found.append(f"a line of {machine} is never signed for")
    found += [f"{machine} holds a {x[0]} of {x[2]} that the county lacks" for k, x in here.items() if k not in held and k[0] != machine.dev]
    if stopped:  # it is told what became of its own lines, nothing of anybody else's
        return found + [
            f"{machine} and the county disagree about its own {x[0]}" for k, x in here.items()
            if k in held and k[0] == machine.dev and not_ok.get(k, ("ok", ""))[0] != bad.get(k, ("ok", ""))[0] and x[0] not in TRUST_TYPES
        ]
    scope = {v for v in {str(x[3]) for x in held.values()} if v and covers(world, machine, v)}
    for key, (t, _v, role, village, _home, line) in held.items():
        if t == "person.merged" and key not in bad and key not in here and scope & set(parse_line(line).d["villages"]):
            found.append(f"{machine} never gets a merge of its people")
        if t in TRUST_TYPES or t.startswith("audit.") or village not in scope:
            continue
        counts = key not in bad
        if counts and key not in here and (machine is world.town or t not in DESKS_ONLY):
            found.append(f"{machine} never gets an effective {t} of {role}")
    for key, (t, _v, role, village, _home, _line) in here.items():
        told = village in scope or (key[0] == machine.dev and t not in TRUST_TYPES and is_contentful(t))
        if key in held and told and not_ok.get(key, ("ok", ""))[0] != bad.get(key, ("ok", ""))[0]:
            found.append(f"{machine} and the county disagree about {t} of {role}: {not_ok.get(key)} {bad.get(key)}")
    found += _closure(world, machine, held, bad, here, scope)
    found += _rows(world, machine, held, here, scope)
    return found


def _closure(
    world: World, machine: Machine, held: dict[Key, tuple[Any, ...]], bad: dict[Key, tuple[str, str]], here: dict[Key, tuple[Any, ...]], scope: set[str],
) -> list[str]:
    """A family that a desk moved comes with its file; openings and transfers go wherever a line about the family went (design 04)."""
    found: list[str] = []
    with world.county.session.reading() as tx:
        at = {str(home): str(village) for home, village in tx.ask("SELECT household, village FROM household WHERE known=1")}
    counting = {k: x for k, x in held.items() if k not in bad}
    moved = {str(x[4]) for x in counting.values() if x[0] == "household.transferred" and x[2] != "village"}
    came = {home for home in moved if at.get(home) in scope}
    told = {str(x[4]) for k, x in here.items() if x[4] and k[0] != machine.dev}
    for key, (t, _v, role, _village, home, _line) in counting.items():
        if key in here or t in TRUST_TYPES - set(OPENINGS) or t.startswith("audit."):
            continue
        if home in told and t in OPENINGS:
            found.append(f"{machine} never gets the {t} of a family it hears of")
        if home in came and (machine is world.town or t not in DESKS_ONLY):
            found.append(f"{machine} never gets a {t} of {role} about a family that moved to it")
    return found


def _rows(world: World, machine: Machine, held: dict[Key, tuple[Any, ...]], here: dict[Key, tuple[Any, ...]], scope: set[str]) -> list[str]:
    """Families that concern both sides alone have the same rows."""
    places: dict[str, set[str]] = defaultdict(set)
    for x in (*held.values(), *here.values()):
        if x[4]:
            places[str(x[4])].add(str(x[3]))
    common = {home for home, some in places.items() if some <= scope and home}
    found = []
    with machine.session.reading() as tx, world.county.session.reading() as other:
        for table in sink.tables().values():
            names = [c.name for c in table.columns]
            if "household" not in names or table.name in ("mention", "complaint", "conference", "fraud"):
                continue
            at = names.index("household")
            mine, theirs = (
                sorted(json.dumps(list(row), ensure_ascii=False) for row in x.ask(f"SELECT {','.join(chr(34) + n + chr(34) for n in names)} FROM {table.name}")
                       if row[at] in common)
                for x in (tx, other)
            )
            if mine != theirs:
                differ = sorted(set(mine) ^ set(theirs))[0]
                found.append(f"rows of {table.name} differ at {machine}: {differ[:300]}")
    return found


# -- the county alone -----------------------------------------------------------------------------------


def _county(world: World, held: dict[Key, tuple[Any, ...]], bad: dict[Key, tuple[str, str]]) -> list[str]:
    found: list[str] = []
    counting = {k: x for k, x in held.items() if k not in bad}
    rulings = {t for (t, v), known in EVENTS.items() if known.ruling or "village" not in known.writers}
    if any(x[2] == "village" and x[0] in rulings for x in counting.values()):
        found.append("a ruling of a village counts")
    waiting = [x[0] for k, x in held.items() if bad.get(k) == ("unknown", "")]
    if waiting and not world.county_restored:
        found.append(f"waits for ever: {waiting[0]}")
    parsed = {k: parse_line(x[5]).d for k, x in counting.items() if x[0] in ("device.revoked", "fork.frozen", "quarantine.released")}
    released = {d["of"] for k, d in parsed.items() if counting[k][0] == "quarantine.released"}
    for k, d in parsed.items():
        if counting[k][0] == "device.revoked" and counting[k][2] == "county" and any(
            x[0] == d["dev"] and x[2] > d.get("cut", {}).get(x[1], 0) and _ref(x) not in released for x in counting
        ):
            found.append("counts after the cut")
    places: dict[str, set[str]] = defaultdict(set)
    for x in counting.values():
        if x[0] in OPENINGS:
            d = parse_line(x[5]).d
            places[str(x[4])] |= {d["village"], d.get("to", d["village"])}
    if any(x[2] == "village" and x[0] not in OPENINGS and places.get(x[4]) and x[3] not in places[x[4]] and _ref(k) not in released for k, x in counting.items()):
        found.append("a line about a place its family never was counts")
    slots: dict[tuple[str, str, int], list[Key]] = defaultdict(list)
    for k in held:
        slots[k[:3]].append(k)
    forked = {k[:2]: min(s[2] for s, some in slots.items() if s[:2] == k[:2] and len(some) > 1) for k, some in slots.items() if len(some) > 1}
    frozen = {(d["dev"], d["ep"]) for k, d in parsed.items() if counting[k][0] == "fork.frozen"}
    cloned = {x.dev for x in world.machines.values() if x.cloned}
    for chain in forked:
        if chain not in frozen:
            found.append("a fork is not frozen")
    with world.county.session.reading() as tx:
        settled = {(e.d["dev"], e.d["ep"]) for e in journal.events_of_type(tx, "fork.settled") if e.role == "county"}
    for slot, some in slots.items():
        if slot[:2] in settled:
            continue
        if sum(k in counting and _ref(k) not in released for k in some) > 1:
            found.append("two branches count")
    honest = {x.dev: x.name for x in world.laptops if x.name not in world.strayed and not x.cloned}
    for k, (_status, code) in bad.items():
        if code == "XL-S01" and k[0] in honest and k in held:
            found.append(f"an honest {held[k][0]} of {honest[k[0]]} is held back as of another place")
    if any(dev not in cloned for dev, _ep in frozen):
        found.append("an honest machine is frozen")
    return found


def _ref(key: Key) -> str:
    return f"{key[0]}:{key[1]}:{key[2]}:{key[3][:32]}"


# -- in another order -----------------------------------------------------------------------------------


@contextmanager
def _no_freezing() -> Iterator[None]:
    """The county's own rulings about forks stand in the set already."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chains, "freeze", lambda *_args, **_kwargs: False)
        yield


def refed(world: World, dice: random.Random) -> list[str]:
    """A county that holds its own lines only takes every file that ever came, in another order: the same rows."""
    county = world.county
    folder = world.place() / "refed"
    county.close()
    shutil.copytree(county.folder, folder)
    county.open()
    twin = Machine("C'", folder, world.template.vaults["C"], type(county.clock)(world.clock), random.Random(world.seed))
    try:
        with twin.here(), twin.session.writing() as tx:
            for table in ("journal", "device_head"):
                tx.conn.exec_driver_sql(f"DELETE FROM {table} WHERE dev<>?", (twin.dev,))
            for table in ("bundle_seen", "parked"):
                tx.conn.exec_driver_sql(f"DELETE FROM {table}")
            tx.conn.exec_driver_sql("DELETE FROM trust_signer WHERE role='village'")
            rebuild.replay(tx)
        files = list(dict.fromkeys(world.came))
        dice.shuffle(files)
        files.sort(key=version)  # what an older key of a device signed is refused once the newer one was met (design 04, row 9)
        with _no_freezing():
            for path in files:
                outcome = take(twin, path)
                assert outcome.status not in ("failed", "refused"), outcome
        with twin.session.reading() as tx, county.session.reading() as other:
            one, two = rebuild.digests(tx), rebuild.digests(other)
        return [f"fed in another order: {name} differs" for name in one if one[name] != two[name]]
    finally:
        twin.close()
