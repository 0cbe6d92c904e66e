"""Damaged bundles in numbers: every length a file can be cut to, every byte flipped, seeded mutants with and without a repaired trailer.

    python tests/sync/mutants.py [COUNT]        20,000 mutants unless told otherwise; prints a table of codes

Each goes to the product's reader (rows 1-10 and 14-17) and to the one written from SPEC.md alone. What may not happen: that one is taken, that anything but a
code comes out, that the two give different codes. A part of it runs in the suite (test_independent_reader.py).
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import independent_reader as second
from roadkit import code_when
from test_spec_vectors import IDENTITY, VECTORS, pair, take

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
    good = (VECTORS / "changes.xieli").read_bytes()
    others = [(VECTORS / f"{name}.xieli").read_bytes() for name in ("rotation", "grant", "return")]
    rng = random.Random(seed)
    table: dict[str, Counter[str]] = {}
    for name, files in (("cut", cut(good)), ("flipped", flipped(good)), ("mutants", (mutant(good, others, rng) for _ in range(count)))):
        table[name] = Counter()
        for place, data in enumerate(files):
            ours, theirs = codes(data)
            assert ours, f"{name} {place} was taken (seed {seed})"
            assert ours == theirs, f"{name} {place}: {ours} here, {theirs} by SPEC.md (seed {seed})"
            table[name][ours] += 1
    return table


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    for kind, found in run(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000).items():
        print(f"{kind:8} {sum(found.values()):6}  taken 0   " + "  ".join(f"{code} {many}" for code, many in sorted(found.items())))
