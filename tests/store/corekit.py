"""Real stores on disk for the tests of the store core: a county and laptops with their keys, real bundles, the real importer.

A store is opened with a random raw key (no Argon2id here: the vault has its own tests). Time stands still unless a test moves it.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xieli_sync import container, delivery, exchange, identity, seal
from xieli_sync.event import ZERO, parse_line
from xieli_sync.inbox import Result, import_bundle
from xieli_sync.ports import ChainLine, Delivered, Ingested, Role
from xieli_tui.domain.clock import TZ, FixedClock, millis, uuid7
from xieli_tui.domain.events import Payload
from xieli_tui.domain.events.household import HouseholdOpened
from xieli_tui.domain.events.road import DeviceEnrolled, EpochOpened
from xieli_tui.domain.events.work import VisitRecorded
from xieli_tui.store import deliveries, epochs, journal, migrations, outbox_log, receipts, recipients, relay, trust
from xieli_tui.store.engine import make_engine
from xieli_tui.store.importing import StoreDesk
from xieli_tui.store.journal import Recorded
from xieli_tui.store.store import Store, Tx, open_store

VILLAGE, OTHER = "999999001001", "999999001002"
COUNTY = "999999"
START = dt.datetime(2026, 12, 28, 9, 0, tzinfo=TZ)


def seeded(seed: int) -> Callable[[int], bytes]:
    """A source of bytes whose seed is printed."""
    print(f"seed={seed}")
    return random.Random(seed).randbytes


def no_projection(tx: Tx, new: Sequence[journal.StoredEvent]) -> Ingested:
    """For tests of the journal alone."""
    return Ingested(new=len(new))


def bare_store(folder: Path, rand: Callable[[int], bytes], *, role: Role = "village", dev: str = "a" * 32, key: bytes = bytes(range(32))) -> Store:
    """A store without a projector."""
    engine = make_engine(folder / "store.db", key)
    migrations.migrate(engine)
    return open_store(engine, dev, role, rand, millis(START), absorb=no_projection)


@dataclass
class Node:
    """One workspace: store, keys, the importer's view of it."""

    folder: Path
    role: Role
    rand: Callable[[int], bytes]
    keys: identity.KeyPair
    certs: list[identity.Cert] = field(default_factory=list)
    recipients: list[bytes] = field(default_factory=list)
    net: str = ""
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.key = self.rand(32)
        self.open()

    def open(self) -> None:
        """Open (again)."""
        engine = make_engine(self.folder / "store.db", self.key)
        migrations.migrate(engine)
        self.store = open_store(engine, self.keys.dev, self.role, self.rand, self.now)
        self.desk = StoreDesk(self.store, self.keys, clock=self.clock)

    @property
    def now(self) -> int:
        return millis(self.clock.now())

    @property
    def dev(self) -> str:
        return self.keys.dev

    def id(self) -> str:
        return uuid7(self.now, self.rand)

    def record(self, *payloads: Payload) -> list[Recorded]:
        with self.store.write() as tx:
            return journal.append(tx, [(payload, "1") for payload in payloads], self.now)

    def household(self, village: str = VILLAGE) -> str:
        """A household, opened here."""
        household = self.id()
        self.record(HouseholdOpened(village=village, household=household, fields={"number": "7"}))
        return household

    def visit(self, household: str, village: str = VILLAGE, **other: Any) -> Recorded:
        return self.record(VisitRecorded(village=village, household=household, visit=self.id(), on="2026-12-28", met="self", **other))[0]

    def take(self, data: bytes, **other: Any) -> Result:
        result = import_bundle(data, self.desk, pause=lambda _: None, **other)
        if result.cause is not None:
            raise result.cause
        return result

    # -- a laptop -----------------------------------------------------------------------------------
    def bundle(self, first: int, last: int, ep: str | None = None, bid: bytes | None = None) -> bytes:
        """Own lines first..last as a `changes` file."""
        ep = ep or self.store.ep
        with self.store.read() as tx:
            lines = journal.lines(tx, self.dev, ep, first, last)
            prev = journal.lines(tx, self.dev, ep, first - 1, first - 1)[0].hash if first > 1 else ZERO
        return self.seal_changes(ep, lines, prev, bid)

    def seal_changes(self, ep: str, lines: Sequence[ChainLine], prev: str, bid: bytes | None = None) -> bytes:
        core = {
            "net": self.net, "kind": "changes", "bid": (bid or self.rand(16)).hex(), "dev": self.dev, "ep": ep, "first": lines[0].seq,
            "last": lines[-1].seq, "prev": prev, "head": lines[-1].hash, "cert": self.certs,
        }
        return seal.seal(core, [x.line for x in lines], self.keys, self.recipients, self.rand)

    def export(self) -> list[bytes]:
        """What the idle rule asks for, one file per own epoch."""
        files = []
        with self.store.read() as tx:
            eps = epochs.all_own(tx)
            signed = {ep: receipts.county_receipt(tx, self.dev, ep) for ep in eps}
            lasts = {ep: journal.head(tx, self.dev, ep)[0] for ep in eps}
            lines = {ep: journal.lines(tx, self.dev, ep, signed[ep] + 1, lasts[ep]) for ep in eps}
        for ep in eps:
            own = [(x.seq, parse_line(x.line)) for x in lines[ep]]
            if exchange.needs_export([exchange.OwnLine(seq, x.t, bool(x.d.get("content", True))) for seq, x in own], signed[ep]):
                files.append(self.bundle(signed[ep] + 1, lasts[ep], ep))
        return files

    def new_epoch(self, reason: str = "restored") -> str:
        """Open a new epoch as a restore does."""
        with self.store.write() as tx:
            old, (seq, head) = self.store.ep, journal.head(tx, self.dev, self.store.ep)
            ep = epochs.begin(tx, self.now)
        self.store.ep = ep
        with self.store.write() as tx:
            prev = (old, seq, head) if seq else None
            enrolled = journal.load(tx, entity=self.dev, t="device.enrolled")
            grant = enrolled[-1].ref if enrolled else None
            journal.append(tx, [(EpochOpened(prev=prev, grant=grant, reason=reason), "1")], self.now)
        return ep


class County(Node):
    """A county desk with its root."""

    def __init__(self, folder: Path, rand: Callable[[int], bytes]) -> None:
        super().__init__(folder, "county", rand, identity.KeyPair.generate(rand))
        self.root = identity.RootKey.generate(rand)
        self.cert = identity.issue_desk_cert(self.root, sign_pub=self.keys.sign_pub, enc_pub=self.keys.enc_pub, role="county", area=COUNTY)
        self.certs = [self.cert]
        with self.store.write() as tx:
            self.net = trust.pin_root(tx, self.root.sign_pub)

    def enrol(self, laptop: Node, *villages: str) -> bytes:
        """Register a laptop; its grant file."""
        village_list = list(villages or (VILLAGE,))
        payload = DeviceEnrolled(
            dev=laptop.dev, kid=laptop.keys.kid, sign_pub=laptop.keys.sign_pub.hex(), enc_pub=laptop.keys.enc_pub.hex(), role="village", area=COUNTY,
            villages=village_list, on="2026-12-28",
        )
        cert = identity.issue_device_cert(self.keys, sign_pub=laptop.keys.sign_pub, enc_pub=laptop.keys.enc_pub)
        grant = {
            "root": self.root.sign_pub.hex(), "certs": [self.cert, cert], "role": "village", "area": COUNTY, "villages": village_list, "operators": [],
            "desks": [{"dev": self.dev, "kid": self.keys.kid, "enc_pub": self.keys.enc_pub.hex(), "role": "county", "area": COUNTY}], "local": [],
        }
        with self.store.write() as tx:
            journal.append(tx, [(payload, "1")], self.now)
            event = journal.events_of_entity(tx, [laptop.dev])[-1]
            deliveries.append_lines(tx, laptop.dev, [delivery.GrantItem(grant), deliveries.event_item(event)], self.now)
        laptop.certs, laptop.recipients, laptop.net = [self.cert, cert], [self.keys.enc_pub], self.net
        return self.write(laptop, 1, "grant")

    def write(self, laptop: Node, first: int, kind: str = "return") -> bytes:
        """Delivery lines from `first` on as a file, remembered as written."""
        with self.store.write() as tx:
            lines = deliveries.lines_after(tx, laptop.dev, first - 1)
            prev = deliveries.hash_at(tx, laptop.dev, first - 1)
            core = {
                "net": self.net, "kind": kind, "bid": self.rand(16).hex(), "dev": self.dev, "to": laptop.dev, "ep": self.store.ep,
                "first": lines[0].r, "last": lines[-1].r, "prev": prev, "head": lines[-1].hash, "cert": self.certs,
            }
            data = seal.seal(core, [x.line for x in lines], self.keys, [laptop.keys.enc_pub], self.rand)
            outbox_log.add(tx, outbox_log.Laid(
                core["bid"], kind, self.store.ep, lines[0].r, lines[-1].r, len(lines), len(data), seal.signed_digest(container.parse(data)), "x.xieli",
                self.now, laptop.dev,
            ))
        return data

    def owed(self, laptop: Node, *villages: str) -> tuple[int | None, list[Delivered]]:
        """(r to start with, lines just written) after `refresh`."""
        with self.store.write() as tx:
            fresh = relay.refresh(tx, recipients.Recipient(laptop.dev, "village", villages or (VILLAGE,)), self.now)
            return deliveries.owed(tx, laptop.dev), fresh

    def send(self, laptop: Node, *villages: str) -> bytes | None:
        """The return owed to a laptop."""
        first, _ = self.owed(laptop, *villages)
        return None if first is None else self.write(laptop, first)


def laptop(folder: Path, rand: Callable[[int], bytes]) -> Node:
    return Node(folder, "village", rand, identity.KeyPair.generate(rand))


def enrolled(tmp_path: Path, seed: int, *, count: int = 1) -> tuple[County, list[Node]]:
    """A county and laptops of one village that took their grants in."""
    rand = seeded(seed)
    county = County(tmp_path / "county", rand)
    laptops = []
    for number in range(count):
        node = laptop(tmp_path / f"laptop{number}", rand)
        grant = county.enrol(node)
        result = node.take(grant, root_fingerprint=county.root.fingerprint)
        assert (result.status, result.code) == ("imported", "")
        laptops.append(node)
    return county, laptops
