"""Two laptops and a county (a township when asked) in memory: real keys, real bundles, the real importer, stores kept as dicts.

Rules kept here
- a Node is everything a workspace is to the road: it implements `xieli_sync.ports.Desk`, writes its own chain, exports and sends by the pure
  rules of `xieli_sync.exchange`, and judges by `xieli_sync.rules` (desks) or by what desks stated (laptops);
- nothing is mocked and no socket is opened; randomness and time come from one seed;
- `weak` names clauses of the design a test switches off, to see that the explorer notices (test_explorer.py). Product code has no such switch.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import ValidationError

from xieli_sync import delivery, exchange, identity, rules, seal
from xieli_sync.echo import Returned
from xieli_sync.event import ZERO, chain_hash, make_line, next_hlc, parse_line, ref_text
from xieli_sync.heads import TRUST_TYPES, Head, TypeRule, Verdict, head_of, is_trust, parents_of, standing
from xieli_sync.inbox import Result, import_bundle
from xieli_sync.ports import ChainLine, Delivered, Envelope, Ingested, Parked, Role, SeenBundle, Signer
from xieli_tui.domain.events import EVENTS

COUNTY, TOWN, VILLAGE, OTHER_VILLAGE = "999999", "999999001", "999999001001", "999999001002"
PARK_BYTES, PARK_FILES = 64 * 1024 * 1024, 50
PLACES = {"household.transferred": ("village", "to"), "person.merged": ("villages",), "reserve.moved": ("area",)}


@lru_cache(maxsize=1024)
def type_rule(t: str, v: int) -> TypeRule | None:
    """The catalogue as the road sees it."""
    known = EVENTS.get((t, v))
    if known is None:
        return None
    fields = known.model.model_fields
    places = PLACES.get(t, ("village",) if "village" in fields else ())
    opens = t in ("household.opened", "household.transferred")
    covered = _covered if t == "application.decided" else None
    return TypeRule(known.writers, known.ruling, known.scope, places, "household" if "household" in fields else "", opens, covered)


def _covered(d: Mapping[str, Any], table: Mapping[str, Any], dev: str) -> bool:
    """A delegation for tests: the value names the most a township may decide."""
    amount = d.get("amount", 0)
    return bool(table["key"] == "delegations" and amount <= int(table["value"]) and table["start"] <= d["on"] <= table.get("end", "9999-12-31"))


@lru_cache(maxsize=20_000)
def head_at(hash_hex: str, line: bytes) -> Head:
    """The head of a line; the payload is validated by its model."""
    parsed = parse_line(line)
    known = EVENTS.get((parsed.t, parsed.v))
    valid = True
    if known is not None:
        try:
            known.model.model_validate(parsed.d)
        except ValidationError:
            valid = False
    return head_of(parsed, hash_hex, type_rule, valid=valid)


@dataclass
class State:
    """What a workspace keeps. `clone` is the transaction: the old one is put back when an import fails."""

    lines: dict[str, ChainLine] = field(default_factory=dict)  # "dev:ep:seq:hash64" -> line
    at: dict[tuple[str, str], dict[int, tuple[str, ...]]] = field(default_factory=dict)
    own: dict[str, list[ChainLine]] = field(default_factory=dict)  # own epochs, as this machine wrote them
    ep: str = ""
    hlc: tuple[int, int] = (0, 0)
    seen: dict[tuple[str, str], SeenBundle] = field(default_factory=dict)
    parks: dict[tuple[str, str], tuple[Parked, ...]] = field(default_factory=dict)
    taken: dict[tuple[str, str], tuple[Delivered, ...]] = field(default_factory=dict)  # (issuer, issuer ep) -> delivery lines
    issuers: dict[tuple[str, str], Signer] = field(default_factory=dict)
    envelopes: dict[tuple[str, str, int], Envelope] = field(default_factory=dict)  # (issuer, issuer ep, last r)
    signers: dict[str, Signer] = field(default_factory=dict)
    outdated: frozenset[tuple[str, str]] = frozenset()  # (dev, kid) of keys that a later one took the place of
    roles: dict[str, Role] = field(default_factory=dict)
    root: bytes | None = None
    net: str | None = None
    out: dict[tuple[str, str], tuple[Delivered, ...]] = field(default_factory=dict)  # (own ep, to) -> delivery lines
    written: dict[tuple[str, str], int] = field(default_factory=dict)
    said: dict[tuple[str, str, str], tuple[delivery.Receipt, ...]] = field(default_factory=dict)  # (to, dev, ep) -> receipts last written
    heard: frozenset[str] = frozenset()
    alarms: tuple[tuple[str, str, int], ...] = ()
    frozen_files: tuple[str, ...] = ()

    def clone(self) -> State:
        """A copy that shares nothing that changes."""
        copy = State(**self.__dict__)
        for name in ("lines", "seen", "parks", "taken", "issuers", "envelopes", "signers", "roles", "out", "written", "said"):
            setattr(copy, name, dict(getattr(self, name)))
        copy.at = {key: dict(value) for key, value in self.at.items()}
        copy.own = {key: list(value) for key, value in self.own.items()}
        return copy


def key_of(line: ChainLine) -> str:
    """Identity of a line including its whole hash: two lines under one seq are two."""
    return f"{line.dev}:{line.ep}:{line.seq}:{line.hash}"


class Transaction:
    """The node inside an import: its doors, and `trust` as the verb the port names."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def __getattr__(self, name: str) -> Any:
        if name == self._node.breaks_at:
            raise OSError(28, "No space left on device")
        return getattr(self._node, name)

    def trust(self, signer: Signer) -> None:
        self._node.accept(signer)


class Node:
    """A laptop, a township or a county."""

    practice = False
    breaks_at = ""
    """Door of the import transaction at which the disk is full."""
    freeze_off = False
    """Set while files are fed again to a county whose own events stand already."""

    def __init__(self, sim: Simulator, name: str, role: Role, villages: Sequence[str] = (), area: str = "") -> None:
        self.sim, self.name, self.role = sim, name, role
        self.villages, self.area = tuple(villages), area
        self.keys = identity.KeyPair.generate(sim.rand)
        self.dev = self.keys.dev
        self.state = State()
        self.skew = 0
        self.failures: list[Exception] = []
        """Raised, one each, by the next transactions that begin."""
        self._judged: tuple[object, dict[str, Verdict]] | None = None
        self.open_epoch(None, "init")

    # -- ports: Desk and Trust ----------------------------------------------------------------------
    @property
    def trust(self) -> Node:
        return self

    @property
    def net(self) -> str | None:
        return self.state.net

    @property
    def root_public(self) -> bytes | None:
        return self.state.root

    def highest(self, dev: str) -> tuple[int, int]:
        found = self.state.signers.get(dev)
        return (found.gen, found.ver) if found else (0, 0)

    def of_my_place(self, signer: Signer) -> bool:
        return any(village.startswith(signer.area) for village in self.villages)

    def outdated(self, dev: str, kid: str) -> bool:
        return (dev, kid) in self.state.outdated

    def role_of(self, dev: str) -> Role:
        return self.role if dev == self.dev else self.state.roles.get(dev, "village")

    def accept(self, signer: Signer) -> None:
        if (signer.gen, signer.ver) >= self.highest(signer.dev):
            before = self.state.signers.get(signer.dev)
            if before is not None and before.kid != signer.kid:
                self.state.outdated = (self.state.outdated | {(signer.dev, before.kid)}) - {(signer.dev, signer.kid)}
            self.state.signers[signer.dev] = signer
            self.state.roles[signer.dev] = signer.role

    def decrypt_keys(self) -> Mapping[str, X25519PrivateKey]:
        return {self.keys.box_kid: self.keys.box}

    @contextmanager
    def importing(self, dev: str, *, dry_run: bool = False) -> Iterator[Transaction]:
        before = self.state
        self.state = before.clone()
        done = False
        try:
            if self.failures:
                raise self.failures.pop(0)
            yield Transaction(self)
            done = not dry_run
            if done:
                self.state.heard |= {dev}
                self._after_import()
        finally:
            if not done:
                self.state = before
            self._judged = None

    # -- ports: ImportTx ----------------------------------------------------------------------------
    def seen(self, dev: str, bid: str) -> SeenBundle | None:
        return self.state.seen.get((dev, bid))

    def remember(self, dev: str, bid: str, seen: SeenBundle, core: bytes) -> None:
        self.state.seen[dev, bid] = seen

    def stored(self, dev: str, ep: str, first: int, last: int) -> Mapping[int, frozenset[str]]:
        chain = self.state.at.get((dev, ep), {})
        return {seq: frozenset(chain[seq]) for seq in range(first, last + 1) if seq in chain}

    def contiguous(self, dev: str, ep: str) -> int:
        chain = self.state.at.get((dev, ep), {})
        seq = 0
        while seq + 1 in chain:
            seq += 1
        return seq

    def ingest(self, lines: Sequence[ChainLine], *, author_role: Role | None = None) -> Ingested:
        if "row12" in self.sim.weak:  # the arrival decides: what comes from a frozen epoch is turned away
            shut = {(h.d["dev"], h.d["ep"]) for h in self.heads() if h.t == "fork.frozen" and h.dev == self.dev}
            lines = [line for line in lines if (line.dev, line.ep) not in shut or key_of(line) in self.state.lines]
        new = [line for line in lines if key_of(line) not in self.state.lines]
        for line in new:
            self._keep(line)
        verdicts = self.verdicts()
        done = Ingested(new=len(new))
        for line in lines:
            verdict = verdicts[key_of(line)]
            if verdict.status != "ok":
                done.verdicts[line.dev, line.ep, line.seq] = verdict.code
                done.quarantined += verdict.status == "quarantined"
        return done

    def freeze(self, dev: str, ep: str, seq: int, hashes: Sequence[str]) -> None:
        if self.role == "village" or dev in (x for x, role in self.state.roles.items() if role != "village"):
            self.state.alarms += ((dev, ep, seq),)
            return
        if self.freeze_off:
            return
        for line in self.own_lines():
            d = parse_line(line.line).d if head_at(line.hash, line.line).t == "fork.frozen" else {}
            if (d.get("dev"), d.get("ep")) == (dev, ep) and d["seq"] <= seq:
                return
        self.append("fork.frozen", {"dev": dev, "ep": ep, "seq": seq, "hashes": list(hashes)})

    def park(self, dev: str, ep: str, bundle: Parked) -> bool:
        kept = list(self.state.parks.get((dev, ep), ()))
        if all(x.bid != bundle.bid for x in kept):
            kept.append(bundle)
        kept.sort(key=lambda x: (x.first, x.last, x.bid))
        while len(kept) > PARK_FILES or sum(len(x.data) for x in kept) > PARK_BYTES:
            kept.pop()
        self.state.parks[dev, ep] = tuple(kept)
        return any(x.bid == bundle.bid for x in kept)

    def parked(self, dev: str, ep: str) -> Sequence[Parked]:
        return self.state.parks.get((dev, ep), ())

    def unpark(self, dev: str, ep: str, bid: str) -> None:
        self.state.parks[dev, ep] = tuple(x for x in self.parked(dev, ep) if x.bid != bid)

    def delivery_point(self, issuer: str, ep: str) -> tuple[int, str]:
        held = self.state.taken.get((issuer, ep), ())
        return (held[-1].r, held[-1].hash) if held else (0, ZERO)

    def delivery_hashes(self, issuer: str, ep: str, first: int, last: int) -> Mapping[int, str]:
        return {x.r: x.hash for x in self.state.taken.get((issuer, ep), ()) if first <= x.r <= last}

    def take_deliveries(self, issuer: Signer, ep: str, lines: Sequence[Delivered]) -> Ingested:
        point = self.delivery_point(issuer.dev, ep)[0]
        assert lines
        assert [x.r for x in lines] == list(range(point + 1, point + 1 + len(lines)))
        self.state.taken[issuer.dev, ep] = (*self.state.taken.get((issuer.dev, ep), ()), *lines)
        self.state.issuers[issuer.dev, ep] = issuer
        items = [x.item for x in lines if x.item is not None]
        for item in items:
            if isinstance(item, delivery.GrantItem):
                self._take_grant(item.grant)
        events = [x for x in items if isinstance(x, delivery.EventItem)]
        done = self.ingest([ChainLine(x.parsed.dev, x.parsed.ep, x.parsed.seq, x.hash, x.raw) for x in events])
        d: dict[str, Any] = {"issuer": issuer.dev, "ep": ep, "r": lines[-1].r, "head": lines[-1].hash, **self._stated()}
        d["content"] = True if "ack" in self.sim.weak else exchange.has_content(items)
        self.append("return.received", d)
        return done

    def handover_allowed(self, dev: str) -> bool:
        return (dev, self.dev) in self.sim.handovers

    def take_handover(self, sender: Signer, ep: str, lines: Sequence[Delivered], digest: str) -> Ingested:
        self.state.taken[sender.dev, ep] = (*self.state.taken.get((sender.dev, ep), ()), *lines)
        self.state.issuers[sender.dev, ep] = sender
        events = [x.item for x in lines if isinstance(x.item, delivery.EventItem)]
        return self.ingest([ChainLine(x.parsed.dev, x.parsed.ep, x.parsed.seq, x.hash, x.raw) for x in events])

    def carry(self, core: Mapping[str, Any], data: bytes, *, read: bool = True) -> bool:
        return False  # the simulator's own `push` brings files both ways; what a township carries is tested on the real store

    def keep_envelope(self, issuer: str, ep: str, last: int, envelope: Envelope) -> None:
        self.state.envelopes[issuer, ep, last] = envelope

    def take_echo(self, sender: str, returns: Sequence[Returned]) -> Ingested:
        events = [x.item for one in returns for x in one.lines if isinstance(x.item, delivery.EventItem)]
        return self.ingest([ChainLine(x.parsed.dev, x.parsed.ep, x.parsed.seq, x.hash, x.raw) for x in events])

    # -- inside -------------------------------------------------------------------------------------
    def _keep(self, line: ChainLine) -> None:
        self.state.lines[key_of(line)] = line
        chain = self.state.at.setdefault((line.dev, line.ep), {})
        chain[line.seq] = (*chain.get(line.seq, ()), line.hash)
        self._judged = None

    def _take_grant(self, grant: Mapping[str, Any]) -> None:
        root = bytes.fromhex(grant["root"])
        if self.state.root is None:
            self.state.root, self.state.net = root, identity.net_of(root)
        for desk in grant["desks"]:
            self.state.roles[desk["dev"]] = desk["role"]

    def _stated(self) -> dict[str, str]:
        """The last grant for this device and the last delegations held, by reference, in county order."""
        found: dict[str, str] = {}
        held = [head_at(x.hash, x.line) for x in self.state.lines.values()]
        grants = [h for h in held if h.t == "device.enrolled" and h.d["dev"] == self.dev]
        tables = [h for h in held if h.t == "local.set" and h.d["key"] == "delegations"]
        for name, some in (("grant", grants), ("deleg", tables if self.role == "township" else [])):
            if some:
                found[name] = max(some, key=lambda h: (h.hlc, h.dev, h.ep, h.seq)).ref
        return found

    def _after_import(self) -> None:
        """A laptop that learns it is frozen goes on in a new epoch."""
        frozen = {(h.d["dev"], h.d["ep"]) for h in self.heads() if h.t == "fork.frozen" and h.dev != self.dev}
        if (self.dev, self.state.ep) in frozen:
            last = self.own_lines()[-1]
            self.open_epoch((self.state.ep, last.seq, last.hash), "frozen")

    def own_lines(self) -> list[ChainLine]:
        """The current epoch, as written."""
        return self.state.own[self.state.ep]

    def heads(self) -> list[Head]:
        """Heads of every line held."""
        return [head_at(x.hash, x.line) for x in self.state.lines.values()]

    def statements(self) -> exchange.Statements:
        """What desks stated to this workspace."""

        def holds(dev: str, ep: str, seq: int, head: str) -> bool:
            return dev != self.dev or f"{dev}:{ep}:{seq}:{head}" in self.state.lines

        found = exchange.Statements(holds)
        for where, lines in self.state.taken.items():
            issuer = self.state.issuers[where]
            for x in lines:
                if isinstance(x.item, delivery.Receipt) and issuer.role != "village":
                    found.take(issuer.role, issuer.gen, x.r, x.item)
        return found

    def rule_set(self, heads: Iterable[Head]) -> rules.RuleSet:
        """The rules over these events, as this node applies them (a test may weaken them)."""
        return self.sim.rules_class.from_events(heads, type_rule, self.role_of, self.parents)

    def parents(self, dev: str, ep: str) -> Mapping[tuple[int, str], str]:
        """Which line precedes which in a chain held."""
        chain = self.state.at.get((dev, ep), {})
        return parents_of([(seq, h, self.state.lines[f"{dev}:{ep}:{seq}:{h}"].line) for seq, some in chain.items() for h in some])

    def verdicts(self) -> dict[str, Verdict]:
        """Verdict of every line held, by `key_of`."""
        if self._judged is not None and self._judged[0] is self.state.lines and len(self._judged[1]) == len(self.state.lines):
            return self._judged[1]
        heads = {key: head_at(x.hash, x.line) for key, x in self.state.lines.items()}
        computes = self.role != "village" or "laptopverdict" in self.sim.weak
        rule_set = self.rule_set(h for h in heads.values() if is_trust(h, type_rule)) if computes else None
        said = self.statements() if self.role != "county" else None
        found: dict[str, Verdict] = {}
        for key, head in heads.items():
            own = rule_set.judge(head) if rule_set else self._static(head)
            if said is None or "laptopverdict" in self.sim.weak:
                found[key] = own
            else:
                where = (head.dev, head.ep, head.seq, head.hash)
                found[key] = standing(own, county=said.says("county", *where), township=said.says("township", *where), role=self.role)
        self._judged = (self.state.lines, found)
        return found

    def _static(self, head: Head) -> Verdict:
        """What a laptop knows by itself: schema and writers."""
        rule = type_rule(head.t, head.v)
        if rule is None:
            return rules.UNKNOWN_TYPE
        if not head.valid:
            return rules.BAD_PAYLOAD
        return rules.OK if self.role_of(head.dev) in rule.writers else rules.NOT_ENTITLED

    def effective(self, villages: Iterable[str] | None = None) -> dict[str, Head]:
        """Effective events (about some villages), by reference: what every node must agree on."""
        verdicts, scope = self.verdicts(), None if villages is None else set(villages)
        found = {key: head_at(x.hash, x.line) for key, x in self.state.lines.items() if verdicts[key].status == "ok"}
        return {h.ref: h for h in found.values() if h.t not in TRUST_TYPES and (scope is None or scope & set(h.places))}

    # -- writing ------------------------------------------------------------------------------------
    def open_epoch(self, prev: tuple[str, int, str] | None, reason: str) -> None:
        """A new epoch; every one but the first opens with `epoch.opened`."""
        ret = [[issuer, ep, lines[-1].r] for (issuer, ep), lines in sorted(self.state.taken.items())]
        self.state.ep = self.sim.rand(8).hex()
        self.state.own[self.state.ep] = []
        if prev is not None:
            d: dict[str, Any] = {"prev": list(prev), "reason": reason, **self._stated()}
            self.append("epoch.opened", {**d, "ret": ret} if ret else d)

    def append(self, t: str, d: Mapping[str, Any], v: int = 1) -> ChainLine:
        """Write an event to the own chain."""
        self.state.hlc = next_hlc(self.state.hlc, max(0, self.sim.now + self.skew))
        own = self.own_lines()
        seq, prev = len(own) + 1, own[-1].hash if own else ZERO
        line = make_line(by="1", d=dict(d), dev=self.dev, ep=self.state.ep, hlc=self.state.hlc, seq=seq, t=t, v=v)
        made = ChainLine(self.dev, self.state.ep, seq, chain_hash(prev, line.raw), line.raw)
        own.append(made)
        self._keep(made)
        return made

    def write(self, t: str, d: Mapping[str, Any], v: int = 1) -> str:
        """Write an event; its reference."""
        made = self.append(t, d, v)
        return ref_text(made.dev, made.ep, made.seq, made.hash)

    # -- upwards ------------------------------------------------------------------------------------
    @property
    def cert(self) -> list[identity.Cert]:
        return self.sim.certs[self.dev]

    def horizon(self, ep: str) -> int:
        """What the county receipted of an own epoch."""
        held = {(x.seq, x.hash) for x in self.state.own[ep]}
        said = [
            x.item
            for (issuer, iep), lines in self.state.taken.items()
            if self.state.issuers[issuer, iep].role == "county"
            for x in lines
            if isinstance(x.item, delivery.Receipt) and (x.item.dev, x.item.ep) == (self.dev, ep)
        ]
        return exchange.receipted(said, lambda seq, head: (seq, head) in held)

    def export(self) -> list[bytes]:
        """The files owed upwards, one per epoch."""
        files: list[bytes] = []
        for ep, own in self.state.own.items():
            at = self.horizon(ep)
            idle_view = [exchange.OwnLine(x.seq, head_at(x.hash, x.line).t, bool(parse_line(x.line).d.get("content", True))) for x in own]
            if self.state.root is not None and exchange.needs_export(idle_view, at):
                files.append(self.seal_slice(ep, at + 1))
        return files

    def seal_slice(self, ep: str | None = None, first: int = 1, last: int | None = None, **core: Any) -> bytes:
        """A changes file of own events first..last (all by default), receipted or not; `core` overrides fields for bad files."""
        own = self.state.own[ep or self.state.ep]
        part = own[first - 1 : last]
        whole: dict[str, Any] = {
            "net": self.state.net, "kind": "changes", "dev": self.dev, "ep": ep or self.state.ep, "first": first, "last": part[-1].seq,
            "prev": own[first - 2].hash if first > 1 else ZERO, "head": part[-1].hash, "cert": self.cert, "bid": self.sim.rand(16).hex(), **core,
        }  # fmt: skip
        return seal.seal(whole, [x.line for x in part], self.keys, self.sim.desk_keys(), self.sim.rand)

    def take(self, data: bytes, *, dry_run: bool = False, root_fingerprint: str | None = None) -> Result:
        """Import a file."""
        return import_bundle(data, self, dry_run=dry_run, root_fingerprint=root_fingerprint, pause=lambda seconds: None)

    # -- downwards ----------------------------------------------------------------------------------
    def deliver(self, to: Node, make: Any) -> None:
        """Append one delivery line towards a device; `make(r)` gives its bytes."""
        key = (self.state.ep, to.dev)
        held = self.state.out.get(key, ())
        line = make(len(held) + 1)
        r, item = delivery.parse_delivery(line)
        self.state.out[key] = (*held, Delivered(r, delivery.delivery_hash(held[-1].hash if held else ZERO, line), line, item))

    def delivered(self, to: Node) -> tuple[Delivered, ...]:
        """Delivery lines made towards a device."""
        return self.state.out.get((self.state.ep, to.dev), ())

    def seal_return(self, to: Node, first: int = 1, *, kind: str = "return", last: int | None = None, **core: Any) -> bytes:
        """A return (or grant) with delivery lines first..last."""
        lines = self.delivered(to)
        part = lines[first - 1 : last]
        whole: dict[str, Any] = {
            "net": self.state.net, "kind": kind, "dev": self.dev, "to": to.dev, "ep": self.state.ep, "first": first, "last": part[-1].r,
            "prev": lines[first - 2].hash if first > 1 else ZERO, "head": part[-1].hash, "cert": self.cert, "bid": self.sim.rand(16).hex(), **core,
        }  # fmt: skip
        return seal.seal(whole, [x.line for x in part], self.keys, [to.keys.enc_pub], self.sim.rand)

    def enrol(self, to: Node, villages: Sequence[str] | None = None) -> bytes:
        """County: write `device.enrolled`, lay down the grant. `villages` changes the rights of a laptop known already."""
        if villages is not None:
            to.villages = tuple(villages)
        desks = [
            {"dev": x.dev, "kid": x.keys.box_kid, "enc_pub": x.keys.enc_pub.hex(), "role": x.role, "area": x.area}
            for x in self.sim.desks() if x is not to
        ]  # fmt: skip
        d = {
            "dev": to.dev, "kid": to.keys.kid, "sign_pub": to.keys.sign_pub.hex(), "enc_pub": to.keys.enc_pub.hex(), "role": to.role,
            "area": to.area, "villages": list(to.villages), "desks": desks, "on": "2026-01-05",
        }  # fmt: skip
        made = self.append("device.enrolled", d)
        self.state.roles[to.dev] = to.role
        grant = {
            "root": self.sim.root.sign_pub.hex(), "certs": self.cert, "role": to.role, "area": to.area, "villages": list(to.villages),
            "operators": [], "desks": desks, "local": [],
        }  # fmt: skip
        self.deliver(to, lambda r: delivery.grant_line(r, grant))
        self.deliver(to, lambda r: delivery.event_line(r, made.line, made.hash))
        self.deliver(to, lambda r: delivery.head_line(r, self.state.ep, made.seq, made.hash))
        self.state.written[self.state.ep, to.dev] = len(self.delivered(to))
        return self.seal_return(to, kind="grant")

    def acked(self, to: Node) -> tuple[int, str | None]:
        """(r acknowledged by a device, its newest epoch)."""
        stated: list[exchange.Acked] = []
        opened: dict[str, exchange.Opened] = {}
        for x in self.state.lines.values():
            if x.dev != to.dev:
                continue
            parsed = parse_line(x.line)
            if x.seq == 1 or parsed.t == "epoch.opened":
                prev = parsed.d.get("prev") if parsed.t == "epoch.opened" else None
                opened[x.ep] = exchange.Opened(x.ep, parsed.hlc, prev[0] if prev else None)
            if parsed.t == "return.received" and (parsed.d["issuer"], parsed.d["ep"]) == (self.dev, self.state.ep):
                stated.append(exchange.Acked(x.ep, parsed.d["r"], parsed.d["head"]))
            if parsed.t == "epoch.opened":
                stated += [exchange.Acked(x.ep, r) for issuer, iep, r in parsed.d.get("ret", []) if (issuer, iep) == (self.dev, self.state.ep)]
        newest = exchange.newest_epoch(opened.values())
        if "oldack" in self.sim.weak:  # the word of every epoch counts, also of what a restored machine has lost
            stated = [x._replace(ep=newest or "") for x in stated]
        hashes = {x.r: x.hash for x in self.delivered(to)}
        return exchange.acked_r(stated, newest, hashes.get), newest

    def _given_back(self, to: Node, newest: str | None) -> set[str]:
        """Own lines of a laptop it must get back, by `key_of`."""
        chains = {ep: self.parents(dev, ep) for dev, ep in self.state.at if dev == to.dev}
        prevs: dict[str, tuple[str, int, str] | None] = {}
        for x in self.state.lines.values():
            if x.dev == to.dev and x.seq == 1:
                d = parse_line(x.line).d
                prevs[x.ep] = tuple(d["prev"]) if head_at(x.hash, x.line).t == "epoch.opened" and d.get("prev") else None  # type: ignore[assignment]
        if "lost" in self.sim.weak:
            return set()
        return {f"{to.dev}:{ep}:{seq}:{h}" for ep, seq, h in exchange.lost_lines(chains, prevs, newest)}

    def _owed(self, to: Node, newest: str | None) -> list[ChainLine]:
        """Events to relay: effective ones in scope that the device lacks, and its own lost ones."""
        verdicts = self.verdicts()
        had = {f"{x.item.parsed.dev}:{x.item.parsed.ep}:{x.item.parsed.seq}:{x.item.hash}" for x in self.delivered(to) if isinstance(x.item, delivery.EventItem)}
        back = self._given_back(to, newest)
        area_chains = self.role == "county" and to.role == "township"
        found: list[ChainLine] = []
        for key, x in sorted(self.state.lines.items(), key=lambda kv: (self.role_of(kv[1].dev) != "county", kv[1].dev, kv[1].ep, kv[1].seq)):
            if key in had or (self.role != "county" and self.role_of(x.dev) == "county"):
                continue
            head = head_at(x.hash, x.line)
            if x.dev == to.dev:
                wanted = key in back
            elif area_chains and self.role_of(x.dev) == "village":
                wanted = True
            elif verdicts[key].status != "ok" or head.t in ("return.received", "epoch.opened"):
                wanted = False
            elif head.t in ("device.enrolled", "device.revoked", "fork.frozen", "fork.settled"):
                wanted = head.d["dev"] == to.dev or area_chains
            else:
                wanted = to.covers(head.places) or (area_chains and head.t in TRUST_TYPES)
            if wanted:
                found.append(x)
        return found

    def covers(self, places: Sequence[str]) -> bool:
        """Whether any of these villages is in this node's scope."""
        return any(x in self.villages or bool(self.area and x.startswith(self.area)) for x in places)

    def _receipts(self, dev: str, ep: str) -> list[delivery.Receipt]:
        """What this desk says of a chain today."""
        parents, verdicts = self.parents(dev, ep), self.verdicts()
        tips = exchange.branches(parents)
        if "forkrcpt" in self.sim.weak:
            tips = tips[-1:]
        top = max((x.seq for x in tips), default=0)
        marks = []
        for seq, h in parents:
            verdict = verdicts[f"{dev}:{ep}:{seq}:{h}"]
            if verdict.status != "ok" or seq > top:
                marks.append(exchange.Mark(seq, h, verdict.status, verdict.code))
        later = [parse_line(x.line).d.get("prev") for x in self.state.lines.values() if x.dev == dev and head_at(x.hash, x.line).t == "epoch.opened"]
        named = [(p[1], p[2]) for p in later if p and p[0] == ep and (p[1], p[2]) in parents]
        return exchange.receipts(dev, ep, tips, marks, () if "prevrcpt" in self.sim.weak else named)

    def send(self, to: Node, *, reissue: bool = False) -> bytes | None:
        """The return owed to a device, if one is."""
        acked, newest = self.acked(to)
        for x in self._owed(to, newest):
            self.deliver(to, lambda r, x=x: delivery.event_line(r, x.line, x.hash))
        relayed = {(i.parsed.dev, i.parsed.ep) for i in (x.item for x in self.delivered(to)) if isinstance(i, delivery.EventItem)}
        for dev, ep in sorted(self.state.at):
            speaks = dev == to.dev or ((dev, ep) in relayed and "cover" not in self.sim.weak)
            if not speaks:
                continue
            now = tuple(self._receipts(dev, ep))
            if now != self.state.said.get((to.dev, dev, ep)):
                self.state.said[to.dev, dev, ep] = now
                for receipt in now:
                    self.deliver(to, lambda r, receipt=receipt: delivery.receipt_line(r, receipt))
        own = self.own_lines()
        heads = [x.item for x in self.delivered(to) if isinstance(x.item, delivery.HeadItem)]
        if own and (not heads or (heads[-1].ep, heads[-1].seq) != (self.state.ep, own[-1].seq)):
            self.deliver(to, lambda r: delivery.head_line(r, self.state.ep, own[-1].seq, own[-1].hash))
        key = (self.state.ep, to.dev)
        sent = [exchange.Sent(x.r, x.item.k if x.item else "", x.r <= self.state.written.get(key, 0)) for x in self.delivered(to)]
        heard = to.dev in self.state.heard
        start = exchange.needs_send(sent, acked, heard=heard, township=self.role == "township", reissue=reissue)
        if "resend" in self.sim.weak and sent:
            start = next((x.r for x in sent if not x.written), None)
        self.state.heard -= {to.dev}
        if start is None:
            return None
        self.state.written[key] = len(sent)
        return self.seal_return(to, start, kind="grant" if reissue else "return")


class Simulator:
    """A county, two laptops of one village, a township when asked; the clock moves by hand.

    Args:
        seed: of all randomness.
        township: the laptops' bundles are wrapped for a township desk as well.
        enrol: lay down and take in the grants.
        weak: clauses switched off (explorer).
        rules_class: the rules desks compute by (a test may weaken one).
    """

    def __init__(
        self, seed: int = 1, *, township: bool = False, enrol: bool = True, weak: Iterable[str] = (), rules_class: type[rules.RuleSet] = rules.RuleSet
    ) -> None:
        self.random = random.Random(seed)
        self.rand = self.random.randbytes
        self.now = 1_767_600_000_000
        self.weak, self.rules_class = frozenset(weak), rules_class
        self.handovers: set[tuple[str, str]] = set()
        """(from, to) a desk allowed"""
        self.root = identity.KeyPair.generate(self.rand)
        self.root_fingerprint = identity.fingerprint(self.root.sign_pub)
        self.certs: dict[str, list[identity.Cert]] = {}
        self.county = Node(self, "C", "county", area=COUNTY)
        self.township = Node(self, "T", "township", area=TOWN) if township else None
        self.a = Node(self, "A", "village", [VILLAGE], TOWN)
        self.b = Node(self, "B", "village", [VILLAGE], TOWN)
        for desk in self.desks():
            link = identity.issue_desk_cert(self.root, sign_pub=desk.keys.sign_pub, enc_pub=desk.keys.enc_pub, role=desk.role, area=desk.area)
            self.certs[desk.dev] = [link]
        for laptop in (self.a, self.b):
            self.certify(laptop)
        self.county.state.root = self.root.sign_pub
        self.county.state.net = identity.net_of(self.root.sign_pub)
        if enrol:
            for node in self.nodes()[1:]:
                assert node.take(self.county.enrol(node), root_fingerprint=self.root_fingerprint).status == "imported"

    def certify(self, laptop: Node, ver: int = 1) -> None:
        """The county's certificate for a laptop."""
        link = identity.issue_device_cert(self.county.keys, sign_pub=laptop.keys.sign_pub, enc_pub=laptop.keys.enc_pub, ver=ver, dev=laptop.dev)
        self.certs[laptop.dev] = [self.certs[self.county.dev][0], link]

    def desks(self) -> list[Node]:
        return [self.county, *([self.township] if self.township else [])]

    def nodes(self) -> list[Node]:
        return [*self.desks(), self.a, self.b]

    def desk_keys(self) -> list[bytes]:
        return [x.keys.enc_pub for x in self.desks()]

    def uuid(self) -> str:
        """An entity id."""
        raw = self.rand(16).hex()
        return f"{raw[:8]}-{raw[8:12]}-7{raw[13:16]}-8{raw[17:20]}-{raw[20:]}"

    # -- events in short ----------------------------------------------------------------------------
    def visit(self, household: str | None = None, village: str = VILLAGE) -> tuple[str, dict[str, Any]]:
        """(t, d) of a visit."""
        return "visit.recorded", {"village": village, "household": household or self.uuid(), "visit": self.uuid(), "on": "2026-01-05", "met": "self"}

    def opened(self, household: str, village: str = VILLAGE) -> tuple[str, dict[str, Any]]:
        """(t, d) of an opening."""
        return "household.opened", {"village": village, "household": household}

    def decided(self, household: str, amount: int = 100, village: str = VILLAGE) -> tuple[str, dict[str, Any]]:
        """(t, d) of a decision."""
        return "application.decided", {
            "village": village, "household": household, "application": self.uuid(), "on": "2026-01-05", "kind": "temp_emergency",
            "result": "granted", "amount": amount, "reason": "测试", "level": "county",
        }  # fmt: skip
