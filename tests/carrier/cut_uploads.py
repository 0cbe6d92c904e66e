"""The whole proof of the carrier, at the size of the issue: python tests/carrier/cut_uploads.py 50 [--seed S] [--every STEP]

50 uploads through a line cut at random bytes, to a true `xieli county serve` in a process of its own, which is killed with SIGKILL in the middle of every
fifth. Counted: files lost, files that differ, repeats not answered 204 (all must be zero), how often a line broke, how much was gone on with.
`--every 1`: besides, small bundles cut at every single byte of the conversation, both ways, one after the other (`--every 9`: at each ninth).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from carrier_kit import SEED, CuttingProxy, Process, bundle, listed, make_world

from xieli_sync.carriers import http
from xieli_sync.errors import SyncError


class Proof:
    """A receiver in a process, a laptop, and the counts."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.world = make_world(SEED)
        self.folder, self.rng = folder, random.Random(seed)
        (folder / "trust.json").write_text(json.dumps(listed(self.world)))
        self.process = Process(folder)
        self.counts = {"uploads": 0, "lines_broken": 0, "receiver_killed": 0, "pushes": 0, "bytes_sent": 0, "bytes_of_files": 0, "bytes_gone_on_with": 0, "lost": 0, "different": 0, "repeats_not_204": 0}

    def send(self, data: bytes, port: int, progress: Any = None) -> http.Sent:
        mine = self.world.laptop
        client = http.Client(
            http.target(f"http://127.0.0.1:{port}"), dev=mine.dev, net=self.world.net, keys=[mine], clock_ms=lambda: 0, rand=self.rng.randbytes,
            sleep=lambda _: None, timeout=10, progress=progress,
        )
        try:
            return client.send(data)
        finally:
            client.close()

    def upload(self, data: bytes, cuts: list[tuple[str, int]], *, kill: bool) -> None:
        """One file across, however often it has to be begun; then looked at, then repeated."""
        counts = self.counts
        counts["uploads"] += 1
        counts["bytes_of_files"] += len(data)
        killed = not kill
        while True:
            counts["pushes"] += 1
            proxy = CuttingProxy(self.process.port, cuts)

            def look(there: int, whole: int) -> None:
                nonlocal killed
                if not killed and (there < whole or whole < http.FIRST_PIECE):
                    self.process.kill()
                    killed = True

            try:
                sent = self.send(data, proxy.port, look)
                counts["bytes_gone_on_with"] += sent.resumed
                break
            except SyncError as error:
                if error.code not in ("XL-F11", "XL-F21"):
                    raise
                if not self.process.alive():
                    self.process.start()
                    counts["receiver_killed"] += 1
            finally:
                proxy.close()
                counts["lines_broken"] += proxy.broken
                counts["bytes_sent"] += proxy.carried
                cuts = []
        if not self.process.alive():
            self.process.start()
            counts["receiver_killed"] += 1
        kept = self.folder / "spool" / "whole" / f"{sha256(data).hexdigest()}.xieli"
        if not kept.exists():
            counts["lost"] += 1
        elif kept.read_bytes() != data:
            counts["different"] += 1
        again = self.send(data, self.process.port)
        counts["repeats_not_204"] += (again.pieces, again.resumed) != (1, len(data))


def run(uploads: int, seed: int, *, every: int) -> dict[str, Any]:
    """The counts of all uploads."""
    with tempfile.TemporaryDirectory() as name:
        proof = Proof(Path(name), seed)
        try:
            for number in range(uploads):
                data = bundle(proof.world, proof.rng.choice((1_500, 12_000, 90_000, 400_000)), number)
                size = len(data) + 2_000
                cuts = [(proof.rng.choice(("up", "up", "up", "down")), proof.rng.randrange(1, size if proof.rng.random() < 0.7 else 1_500)) for _ in range(4)]
                proof.upload(data, cuts, kill=number % 5 == 4)
                proof.process.empty_inbox()
            random_cuts = dict(proof.counts)
            print(json.dumps({"seed": seed, "random": random_cuts}), flush=True)
            bytewise: dict[str, Any] = {}
            if every:
                proof.counts = dict.fromkeys(proof.counts, 0)
                for way in ("up", "down"):
                    for at in range(1, 3_200 if way == "up" else 420, every):
                        proof.upload(bundle(proof.world, 900, 20_000 + at + (50_000 if way == "down" else 0)), [(way, at)], kill=False)
                        proof.process.empty_inbox()
                bytewise = dict(proof.counts)
            return {"seed": seed, "random": random_cuts, **({"every_byte": bytewise} if every else {})}
        finally:
            proof.process.end()


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("uploads", type=int, nargs="?", default=50)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--every", type=int, default=0)
    given = options.parse_args()
    found = run(given.uploads, given.seed, every=given.every)
    if given.every:
        print(json.dumps({"every_byte": found["every_byte"]}))
    sys.exit(any(part[name] for part in found.values() if isinstance(part, dict) for name in ("lost", "different", "repeats_not_204")))
