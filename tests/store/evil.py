"""Payloads of every type at their edges, signed by a village, a township or the county, through the whole importer into real projections.

    python tests/store/evil.py [COUNT] [SEED]       20,000 lines a role unless told otherwise, 2,000 to a desk

What may not happen: that a line makes the store raise (XL-A01), that a file of well-formed lines is not taken, that a page of the desk cannot be read
afterwards, that a rebuild gives other rows. A part of it runs in the suite (test_evil_device.py).
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import forge
from corekit import COUNTY, VILLAGE, County, Node, enrolled

from xieli_sync import delivery
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO, chain_hash, parse_line
from xieli_sync.inbox import Result, import_bundle
from xieli_tui.domain.events.road import DeviceEnrolled
from xieli_tui.store import audit, journal, queries
from xieli_tui.store.queries import desk as desk_queries
from xieli_tui.store.queries import registers, road
from xieli_tui.store.rebuild import rebuild

BATCH = 100
NAMED = ("person", "visit", "flag", "application", "alert", "membership", "change", "notice", "referral", "case", "event", "complaint")


def take(node: Node, data: bytes, **how: Any) -> Result:
    """Import; what the store raised would be a defect."""
    result = import_bundle(data, node.desk, pause=lambda _: None, **how)
    if result.cause is not None:
        raise AssertionError("the store failed") from result.cause
    return result


def run(folder: Path, role: str, seed: int, count: int) -> Counter[str]:
    """Codes of the lines and how often; "" = effective."""
    print(f"seed={seed}")
    county, (laptop,) = enrolled(folder, seed)
    homes = [laptop.household() for _ in range(3)]
    assert take(county, laptop.export()[0]).status == "imported"
    author, at = (laptop, county) if role == "village" else (county, laptop) if role == "county" else (enrolled_township(county, folder / "t"), county)
    maker = Maker(random.Random(seed), author, at, homes)
    codes: Counter[str] = Counter()
    while count > 0:
        lines = maker.lines(min(BATCH, count))
        result = maker.send(lines)
        assert result.status in ("imported", "quarantined"), result
        codes.update(result.codes)
        codes[""] += len(lines) - sum(result.codes.values())
        count -= len(lines)
    read_everything(at)
    assert rebuild(at.store)["equal"]
    with at.store.read() as tx:
        assert audit.walk(tx).bad == ()
    return codes


def enrolled_township(county: County, folder: Path) -> Node:
    """A township desk with rights, which it has by the first grant of its device."""
    town = forge.township(county, folder)
    keys = town.keys
    county.record(DeviceEnrolled(
        dev=town.dev, kid=keys.kid, sign_pub=keys.sign_pub.hex(), enc_pub=keys.enc_pub.hex(), role="township", area="999999001", on="2026-12-28",
    ))  # fmt: skip
    return town


class Maker:
    """Lines that follow each other in the author's chain, and the files that carry them."""

    def __init__(self, rng: random.Random, author: Node, at: Node, homes: list[str]) -> None:
        self.rng, self.author, self.at = rng, author, at
        with author.store.read() as tx:
            self.seq, self.prev = journal.head(tx, author.dev, author.store.ep)
        with at.store.read() as tx:
            self.refs = [e.ref for e in journal.load(tx)]
            held = journal.head(tx, author.dev, author.store.ep)[0]
        self.r, self.tip = point(at, author)
        if at.role != "village" and held < self.seq:
            assert take(at, author.bundle(held + 1, self.seq)).status == "imported"
        entities = [f"{n:08x}-0000-7000-8000-{9:012x}" for n in range(12)]
        pool: dict[str, list[Any]] = {
            "village": [VILLAGE], "household": homes, "dev": [author.dev, at.dev], "ep": [author.store.ep, at.store.ep], "of": self.refs, "area": [COUNTY, "999999001", VILLAGE],
            "replaces": [[], self.refs[:2]], "after": [[], self.refs[:1]], **dict.fromkeys(NAMED, entities),
        }  # fmt: skip
        self.payloads = forge.Maker(rng, pool)

    def lines(self, count: int) -> list[bytes]:
        found: list[bytes] = []
        head = self.prev
        while len(found) < count:
            t, v, d = self.payloads.any()
            line = forge.line(self.author, self.seq + len(found) + 1, t, d, v=v, ms=self.rng.choice([None, None, None, 0, 2**53 - 1]))
            try:
                parse_line(line)
            except SyncError:
                continue  # not a line: those have tests of their own
            found.append(line)
            head = chain_hash(head, line)
            self.refs.append(f"{self.author.dev}:{self.author.store.ep}:{self.seq + len(found)}:{head[:32]}")
        return found

    def send(self, lines: list[bytes]) -> Result:
        """As a bundle to a desk, as a return to a laptop."""
        first, prev = self.seq + 1, self.prev
        hashes = []
        for line in lines:
            self.prev = chain_hash(self.prev, line)
            hashes.append(self.prev)
        self.seq += len(lines)
        if self.at.role != "village":
            return take(self.at, forge.changes_of(self.author, lines, first=first, prev=prev, head=self.prev))
        before, start = self.tip, self.r + 1
        sent = [delivery.event_line(start + n, line, digest) for n, (line, digest) in enumerate(zip(lines, hashes, strict=True))]
        for one in sent:
            self.tip = delivery.delivery_hash(self.tip, one)
        self.r += len(sent)
        return take(self.at, forge.return_of(self.author, self.at, sent, first=start, prev=before))


def point(at: Node, issuer: Node) -> tuple[int, str]:
    """(r, hash) of the last delivery line taken from an issuer."""
    with at.store.read() as tx:
        rows = tx.ask("SELECT r, hash FROM delivery_in WHERE issuer=? AND issuer_ep=? ORDER BY r DESC LIMIT 1", (issuer.dev, issuer.store.ep))
    return (int(rows[0][0]), str(rows[0][1])) if rows else (0, ZERO)


def read_everything(node: Node) -> None:
    """Every query a page stands on."""
    with node.store.read() as tx:
        homes = queries.households(tx)
        for home in homes:
            queries.members(tx, home.id, ended=True)
            queries.timeline(tx, home.id)
            queries.visits(tx, home.id)
            queries.conflicts(tx, home.id)
            for app in queries.applications(tx, home.id):
                queries.steps(tx, app.id)
                queries.decisions(tx, app=app.id)
        queries.household_rows(tx, "", None)
        queries.flags(tx)
        queries.changes(tx)
        queries.alerts(tx)
        queries.referrals(tx)
        registers.staff(tx)
        registers.pairs(tx)
        road.devices(tx)
        road.operators(tx)
        road.local_params(tx)
        road.quarantined(tx)
        desk_queries.queue_rows(tx)
        assert homes


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    seed_ = int(sys.argv[2]) if len(sys.argv) > 2 else 20261129
    for role_ in ("village", "township", "county"):
        began, found_ = time.monotonic(), Counter[str]()
        for part in range(0, many, 2000):
            with tempfile.TemporaryDirectory() as place:
                found_ += run(Path(place), role_, seed_ + part, min(2000, many - part))
        said = "  ".join(f"{code or 'effective'} {n}" for code, n in sorted(found_.items()))
        print(f"{role_:9} {many} lines in {time.monotonic() - began:.0f} s, XL-A01 0, rebuild equal, audit whole   {said}", flush=True)
