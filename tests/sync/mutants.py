"""Damaged bundles in numbers: every length a file can be cut to, every byte flipped, seeded mutants with and without a repaired trailer.

    python tests/sync/mutants.py [COUNT]        20,000 mutants unless told otherwise; prints a table of codes

Each goes to the product's reader (rows 1-10 and 14-17), to the one written from SPEC.md alone, and through the whole importer over a real store: one county
desk for bundles, one laptop for returns and grants, on SQLCipher. What may not happen: that one is taken, that anything but a code comes out, that two of them
give different codes, that one reaches the exception of the store (XL-A01), that a byte of the desk changes. At the end the undamaged file goes in.
A part of it runs in the suite (test_independent_reader.py, test_mutants_whole.py).
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import independent_reader as second
from roadkit import code_when
from test_spec_vectors import IDENTITY, VECTORS, pair, take

from xieli_sync import container
from xieli_sync.event import canonical
from xieli_sync.inbox import import_bundle
from xieli_sync.ports import Role
from xieli_tui.domain.clock import TZ, FixedClock, millis
from xieli_tui.store import migrations, trust
from xieli_tui.store.engine import make_engine
from xieli_tui.store.importing import StoreDesk
from xieli_tui.store.store import open_store

NOW = dt.datetime(2026, 12, 28, 9, 0, tzinfo=TZ)
SEED = 20261122
ROOT = IDENTITY["root"]["sign_pub"]
TRAILER = 40


def repaired(data: bytes) -> bytes:
    """With the digest and the end mark a careful forger would write."""
    whole = data[:-TRAILER]
    return whole + sha256(whole).digest() + b"XLBEND\r\n"


def cut(good: bytes) -> Iterator[bytes]:
    return (good[:size] for size in range(len(good)))


def flipped(good: bytes) -> Iterator[bytes]:
    return (good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :] for at in range(len(good)))


def mutant(good: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """One damaged file; never the good one."""
    while True:
        data = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            at, size = rng.randrange(len(data)), rng.randint(1, 40)
            what = rng.randrange(6)
            if what == 0:
                data[at] ^= 1 << rng.randrange(8)
            elif what == 1:
                data[at : at + size] = rng.randbytes(min(size, len(data) - at))
            elif what == 2:
                del data[at : at + size]
            elif what == 3:
                data[at:at] = data[at : at + size]
            elif what == 4:
                other = rng.choice(others)
                data[at : at + size] = other[at : at + size]
            else:
                data[at : at + 1] = rng.choice([b'"', b"{", b"}", b"0", b"9", b",", b"\0", "中".encode()])
            if len(data) < 60:
                break
        out = repaired(bytes(data)) if rng.random() < 0.7 else bytes(data)
        if out != good:
            return out


def rebuilt(good: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """One part damaged or taken from another file, lengths and trailer right: what reaches the rows behind the container."""
    while True:
        parts = list(container.split(good))
        at = rng.randrange(4)
        if rng.random() < 0.2:
            parts[at] = container.split(rng.choice(others))[at]
        elif at == 0 and rng.random() < 0.6:  # a core that is still canonical and says something else
            core = json.loads(parts[0])
            name = rng.choice(sorted(core))
            core[name] = rng.choice([core[rng.choice(sorted(core))], 0, 1, 2**53 - 1, -1, "", "a" * 32, [], {}, True, "x" * 20_000])
            parts[0] = canonical(core)
        else:
            part = bytearray(parts[at])
            for _ in range(rng.randint(1, 3)):
                place = rng.randrange(len(part))
                part[place : place + rng.randint(0, 2)] = rng.choice([b"", b"0", b"a", b"f", b'"', b",", rng.randbytes(1)])
            parts[at] = bytes(part)
        out = container.build(*parts)
        if out != good:
            return out


def codes(data: bytes) -> tuple[str, str]:
    """What the product and the second reader say; "" = taken."""
    shown = IDENTITY["keys"]["county"]
    try:
        second.read(data, ROOT, {shown["box_kid"]: bytes.fromhex(shown["box_private"])})
        said = ""
    except second.No as no:
        said = str(no)
    return code_when(take, data, pair("county")), said


def run(count: int, seed: int = SEED) -> dict[str, Counter[str]]:
    """Codes by kind of damage. Raises AssertionError when a file is taken or the readers differ."""
    table: dict[str, Counter[str]] = {}
    for name, place, data in damaged("changes", count, seed):
        ours, theirs = codes(data)
        assert ours, f"{name} {place} was taken (seed {seed})"
        assert ours == theirs, f"{name} {place}: {ours} here, {theirs} by SPEC.md (seed {seed})"
        table.setdefault(name, Counter())[ours] += 1
    return table


def damaged(of: str, count: int, seed: int, step: int = 1) -> Iterator[tuple[str, int, bytes]]:
    """(kind of damage, number, file): every `step`-th cut and flip of a file of the vectors, and `count` mutants of it of either kind."""
    good = (VECTORS / f"{of}.xieli").read_bytes()
    others = [(VECTORS / f"{name}.xieli").read_bytes() for name in ("changes", "rotation", "grant", "return") if name != of]
    rng = random.Random(seed)
    for name, files in (
        ("cut", cut(good)), ("flipped", flipped(good)), ("mutants", (mutant(good, others, rng) for _ in range(count))),
        ("rebuilt", (rebuilt(good, others, rng) for _ in range(count))),
    ):  # fmt: skip
        for place, data in enumerate(files):
            if name in ("mutants", "rebuilt") or place % step == 0:
                yield name, place, data


# -- through the whole importer ----------------------------------------------------------------------------------------------------------


def desk_of(name: str, role: Role, folder: Path) -> StoreDesk:
    """A workspace of the vectors over a real store, with its root pinned."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = make_engine(folder / "store.db", bytes(range(32)))
    migrations.migrate(engine)
    keys = pair(name)
    store = open_store(engine, IDENTITY["keys"][name]["dev"], role, random.Random(1).randbytes, millis(NOW))
    with store.write() as tx:
        trust.pin_root(tx, bytes.fromhex(ROOT))
    return StoreDesk(store, keys, clock=FixedClock(NOW))


def content(desk: StoreDesk) -> str:
    """SHA-256 over every row of every table, local ones included."""
    total = sha256()
    with desk.store.read() as tx:
        for (table,) in tx.ask("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name"):
            for row in sorted(repr(tuple(row)) for row in tx.conn.exec_driver_sql(f"SELECT * FROM {table}")):
                total.update(row.encode())
            total.update(f"/{table}".encode())
    return total.hexdigest()


def whole(desk: StoreDesk, data: bytes) -> str:
    """The code with which the importer ends; "" = taken."""
    result = import_bundle(data, desk, pause=lambda _: None)
    assert result.code != "XL-A01", repr(result.cause)
    assert (result.status == "refused") == bool(result.code), result
    return result.code


def run_whole(of: str, desk: StoreDesk, count: int, seed: int = SEED, step: int = 1) -> dict[str, Counter[str]]:
    """The same damage through the importer; codes by kind of damage."""
    good = {name: (VECTORS / f"{name}.xieli").read_bytes() for name in (of, "grant")}
    if of == "return":  # it goes on where the grant ended
        assert import_bundle(good["grant"], desk, root_fingerprint=IDENTITY["root"]["fingerprint"]).status == "imported"
    before = content(desk)
    table: dict[str, Counter[str]] = {}
    for name, place, data in damaged(of, count, seed, step):
        code = whole(desk, data)
        assert code, f"{of} {name} {place} was taken (seed {seed})"
        table.setdefault(name, Counter())[code] += 1
    assert content(desk) == before, f"{of}: a refused file left something behind (seed {seed})"
    assert import_bundle(good[of], desk, root_fingerprint=IDENTITY["root"]["fingerprint"]).status == "imported"
    assert content(desk) != before
    return table


READERS: tuple[tuple[str, str, Role], ...] = (("changes", "county", "county"), ("return", "laptop", "village"), ("grant", "laptop", "village"))
"""(file of the vectors, who takes it, its role)."""


def shown(title: str, table: dict[str, Counter[str]]) -> None:
    for kind, found in table.items():
        print(f"{title:8} {kind:8} {sum(found.values()):6}  taken 0   " + "  ".join(f"{code} {many}" for code, many in sorted(found.items())))


if __name__ == "__main__":
    import tempfile
    import time

    sys.path.insert(0, str(Path(__file__).parent))
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    print(f"seed={SEED}")
    shown("readers", run(many))
    with tempfile.TemporaryDirectory() as place:
        for of, name, role in READERS:
            began = time.monotonic()
            shown(of, run_whole(of, desk_of(name, role, Path(place) / of), many if of == "changes" else many // 4))
            print(f"{of}: through the whole importer in {time.monotonic() - began:.0f} s; the desk unchanged, then the undamaged file taken in", flush=True)
