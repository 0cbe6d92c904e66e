"""A random history of two laptops and a county over the simulator, then a fair exchange, then what must hold of any history.

Rules kept here
- files are shuffled, lost and doubled in both directions; laptops are restored and copied, the county rules, revokes, releases, settles;
- a history is named by its seed: `walk(seed)` makes the same one again and `Trouble` says what did not hold;
- what must hold (design 03, 04): nothing contentful is lost, everybody agrees on what is effective in a village, the county's verdicts do
  not depend on order, the exchange comes to rest receipted, no village ruling and nothing after a cut is effective, nobody honest is frozen.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from simulator import OTHER_VILLAGE, VILLAGE, Node, Simulator, head_at, type_rule
from xieli_sync import exchange, rules
from xieli_sync.event import parse_line
from xieli_sync.heads import Head, Verdict, is_trust

ROUNDS = 14


@dataclass
class World:
    """One history under way."""

    seed: int
    sim: Simulator
    dice: random.Random
    pool: list[tuple[Node, bytes]] = field(default_factory=list)
    snapshots: dict[str, object] = field(default_factory=dict)
    cloned: set[str] = field(default_factory=set)
    came: list[bytes] = field(default_factory=list)
    households: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    @property
    def laptops(self) -> list[Node]:
        return [self.sim.a, self.sim.b]


def walk(
    seed: int, *, steps: int | None = None, weak: Iterable[str] = (), rules_class: type[rules.RuleSet] = rules.RuleSet,
    actions: Iterable[str] | None = None,
) -> list[str]:  # fmt: skip
    """Walk one history and return what did not hold, [] when all did."""
    dice = random.Random(seed)
    world = World(seed, Simulator(seed, weak=weak, rules_class=rules_class), dice)
    menu = [x for x in MENU if actions is None or x[1].__name__ in set(actions)]
    for _ in range(steps if steps is not None else dice.choice([15, 30, 50])):
        world.sim.now += dice.randrange(1, 5_000)
        act = dice.choices([x[1] for x in menu], [x[0] for x in menu])[0]
        world.log.append(act.__name__)
        act(world)
    rounds = settle(world)
    return [*([] if rounds is not None else ["not idle"]), *check(world)]


# -- what happens --------------------------------------------------------------------------------------------------------------------


def write(world: World) -> None:
    """A laptop's day: openings, visits, a wrong village, a future type, a bad payload, a ruling it may not make."""
    node, dice, sim = world.dice.choice(world.laptops), world.dice, world.sim
    known = sorted({h.subject for h in node.effective([*node.villages]).values() if h.subject})
    roll = dice.random()
    if roll < 0.25 or not known:
        household = sim.uuid()
        world.households.append(household)
        node.write(*sim.opened(household, dice.choice(node.villages)))
    elif roll < 0.65:
        node.write(*sim.visit(dice.choice(known), dice.choice(node.villages)))
    elif roll < 0.72:
        node.write(*sim.visit(dice.choice(world.households), dice.choice([VILLAGE, OTHER_VILLAGE])))
    elif roll < 0.78:
        node.write("from.future", {"village": VILLAGE, "household": dice.choice(known)})
    elif roll < 0.83:
        node.write("visit.recorded", {"village": VILLAGE, "household": dice.choice(known), "colour": "blue"})
    elif roll < 0.92:
        node.write(*sim.decided(dice.choice(known)))
    elif roll < 0.96:
        other = dice.choice(world.laptops)
        node.write("fork.frozen", {"dev": other.dev, "ep": other.state.ep, "seq": 1, "hashes": ["1" * 64, "2" * 64]})
    else:
        node.write("audit.unlocked", {"where": "app"})


def rule(world: World) -> None:
    """The county's day."""
    county, dice, sim = world.sim.county, world.dice, world.sim
    heads, verdicts = county.heads(), county.verdicts()
    state = {h.ref: verdicts[f"{h.dev}:{h.ep}:{h.seq}:{h.hash}"] for h in heads}
    laptop = dice.choice(world.laptops)
    roll = dice.random()
    if roll < 0.25 and world.households:
        county.write(*sim.decided(dice.choice(world.households)))
    elif roll < 0.35 and world.households:
        d = {"village": VILLAGE, "household": dice.choice(world.households), "to": OTHER_VILLAGE, "on": "2026-01-05"}
        county.write("household.transferred", d)
    elif roll < 0.55:
        refs = sorted(h.ref for h in heads if h.dev == county.dev and (r := type_rule(h.t, h.v)) and r.ruling and h.t not in ("device.enrolled",))
        if refs:
            county.write("ruling.annulled", {"of": dice.choice(refs), "reason": "测试"})
    elif roll < 0.70:
        refs = sorted(ref for ref, x in state.items() if x.status == "quarantined")
        if refs:
            county.write("quarantine.released", {"of": dice.choice(refs)})
    elif roll < 0.80:
        cut = {h.ep: max(x.seq for x in heads if (x.dev, x.ep) == (h.dev, h.ep)) for h in heads if h.dev == laptop.dev}
        county.write("device.revoked", {"dev": laptop.dev, "cut": {ep: max(0, seq - dice.choice([0, 0, 2])) for ep, seq in cut.items()}})
    elif roll < 0.90:
        world.pool.append((laptop, county.enrol(laptop, dice.choice([(VILLAGE,), (VILLAGE, OTHER_VILLAGE)]))))
    else:
        frozen = sorted({(h.d["dev"], h.d["ep"]) for h in heads if h.t == "fork.frozen" and h.dev == county.dev})
        if frozen:
            dev, ep = dice.choice(frozen)
            tip = dice.choice(exchange.branches(county.parents(dev, ep)))
            county.write("fork.settled", {"dev": dev, "ep": ep, "keep": [tip.seq, tip.head]})


def export(world: World) -> None:
    """A laptop lays its files down."""
    node = world.dice.choice(world.laptops)
    world.pool.extend((world.sim.county, x) for x in node.export())


def send(world: World) -> None:
    """The county lays down a return."""
    node = world.dice.choice(world.laptops)
    made = world.sim.county.send(node)
    if made is not None:
        world.pool.append((node, made))


def deliver(world: World) -> None:
    """Any file that lies about arrives; sometimes it stays and arrives again."""
    if world.pool:
        at = world.dice.randrange(len(world.pool))
        hand(world, *(world.pool[at] if world.dice.random() < 0.25 else world.pool.pop(at)))


def lose(world: World) -> None:
    """A stick is lost."""
    if world.pool:
        world.pool.pop(world.dice.randrange(len(world.pool)))


def backup(world: World) -> None:
    """A laptop is backed up."""
    node = world.dice.choice(world.laptops)
    world.snapshots[node.name] = node.state.clone()


def restore(world: World) -> None:
    """A laptop is restored from its backup: a new epoch."""
    node = world.dice.choice(world.laptops)
    snapshot = world.snapshots.get(node.name)
    if snapshot is not None:
        node.state = snapshot.clone()  # type: ignore[attr-defined]
        last = node.own_lines()[-1]
        node.open_epoch((node.state.ep, last.seq, last.hash), "restore")


def copy(world: World) -> None:
    """The folder of a laptop is copied; the copy writes and exports under the same (dev, ep), then is put away."""
    node = world.dice.choice(world.laptops)
    before = node.state.clone()
    world.cloned.add(node.dev)
    for _ in range(world.dice.choice([1, 3])):
        node.write(*world.sim.visit())
    world.pool.extend((world.sim.county, x) for x in node.export())
    node.state = before


MENU: list[tuple[int, Callable[[World], None]]] = [
    (40, write), (12, rule), (16, export), (10, send), (28, deliver), (4, lose), (4, backup), (3, restore), (2, copy),
]  # fmt: skip


def hand(world: World, node: Node, data: bytes) -> None:
    """One file arrives."""
    if node is world.sim.county:
        world.came.append(data)
    result = node.take(data)
    assert result.status != "failed", result.cause


def settle(world: World) -> int | None:
    """Fair exchange: everybody exports and sends, everything arrives, until nobody has anything to lay down; None = never at rest."""
    sim, quiet = world.sim, 0
    for rounds in range(1, ROUNDS + 1):
        made = 0
        for act in world.dice.sample([*world.laptops, sim.county], 3):
            files: list[tuple[Node, bytes]]
            if act is sim.county:
                files = [(x, data) for x in world.laptops if (data := sim.county.send(x)) is not None]
            else:
                files = [(sim.county, data) for data in act.export()]
            made += len(files)
            world.pool.extend(files)
            while world.pool:
                hand(world, *world.pool.pop(world.dice.randrange(len(world.pool))))
        quiet = quiet + 1 if made == 0 else 0
        if quiet == 2:
            return rounds
    return None


# -- what must hold ------------------------------------------------------------------------------------------------------------------


def check(world: World) -> list[str]:
    """What does not hold after a fair exchange."""
    county, trouble = world.sim.county, []
    verdicts = county.verdicts()
    for node in world.laptops:
        for ep, own in node.state.own.items():
            contentful = [x.seq for x in own if exchange.is_contentful(head_at(x.hash, x.line).t, bool(parse_line(x.line).d.get("content", True)))]
            if any(f"{x.dev}:{x.ep}:{x.seq}:{x.hash}" not in county.state.lines for x in own[: max(contentful, default=0)]):
                trouble.append("lost events")
            if node.horizon(ep) < max(contentful, default=0):
                trouble.append("unreceipted")
        if county.effective(node.villages).keys() != node.effective(node.villages).keys():
            trouble.append("laptop disagrees")
        if any(h.dev in (world.sim.a.dev, world.sim.b.dev) and h.t in ("application.decided", "fork.frozen") for h in _effective_all(node)):
            trouble.append("village ruling effective")
        if node.dev not in world.cloned and any(h.t == "fork.frozen" and h.dev == county.dev and h.d["dev"] == node.dev for h in county.heads()):
            trouble.append("honest laptop frozen")
    effective = {h.ref: h for h in _effective_all(county)}
    if any(h.dev != county.dev and h.t in ("application.decided", "fork.frozen") for h in effective.values()):
        trouble.append("village ruling effective")
    released = {h.d["of"] for h in effective.values() if h.t == "quarantine.released"}
    for cut in [h for h in effective.values() if h.t == "device.revoked"]:
        if any(h.dev == cut.d["dev"] and h.seq > cut.d["cut"].get(h.ep, 0) and ref not in released for ref, h in effective.items()):
            trouble.append("effective after the cut")
    slots = [(h.dev, h.ep, h.seq) for h in effective.values() if h.ref not in released]
    if len(slots) != len(set(slots)):
        trouble.append("two branches effective")
    heads = county.heads()
    world.dice.shuffle(heads)
    again = county.rule_set(h for h in heads if is_trust(h, type_rule))
    if any(again.judge(h) != verdicts[f"{h.dev}:{h.ep}:{h.seq}:{h.hash}"] for h in heads):
        trouble.append("verdicts depend on order")
    if _refed(world) != verdicts:
        trouble.append("set depends on order of files")
    waiting = [k for k, x in verdicts.items() if x == rules.WAITS]
    if waiting:
        trouble.append("waits for ever")
    return sorted(set(trouble))


def _effective_all(node: Node) -> list[Head]:
    verdicts = node.verdicts()
    return [head_at(x.hash, x.line) for key, x in node.state.lines.items() if verdicts[key].status == "ok"]


def _refed(world: World) -> dict[str, Verdict]:
    """The county's verdicts when its own events stand and all files that ever came are fed in another order."""
    county = world.sim.county
    kept, own = county.state, county.state.clone()
    own.lines = {key: x for key, x in kept.lines.items() if x.dev == county.dev}
    own.at = {key: dict(x) for key, x in kept.at.items() if key[0] == county.dev}
    own.seen, own.parks = {}, {}
    county.state = own
    county.freeze_off = True
    try:
        files = list(world.came)
        world.dice.shuffle(files)
        for data in files:
            county.take(data)
        return dict(county.verdicts())
    finally:
        county.state, county.freeze_off = kept, False

