"""A receiver on loopback, devices of a trust file, bundles of any size, and a line that breaks where one says."""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent.parent / "sync"))  # a county of keys and small bundles, shared with the tests of the road's ground

from roadkit import World, core_for, make_world, visits

from xieli_sync.carriers import http, signed
from xieli_sync.carriers.receiver import Limits, Receiver
from xieli_sync.carriers.serving import Server, listen_on
from xieli_sync.carriers.trust_file import TrustFile
from xieli_sync.keys import KeyPair
from xieli_sync.seal import seal
from xieli_tui.store.spool import FileSpool
from xieli_tui.store.spool_fs import SpoolFs

SEED = 20261228
MS = 1_798_419_600_000


def bundle(world: World, size: int, seed: int) -> bytes:
    """A true bundle of about `size` bytes: notes no deflate makes smaller. The same for the same seed."""
    rng = random.Random(seed)
    lines: list[bytes] = []
    while sum(map(len, lines)) < size * 4 // 3:
        note = rng.randbytes(min(size, 4000)).hex()
        lines += visits(world.laptop.dev, 1, first=len(lines) + 1, note=note)
    return seal(core_for(world, lines), lines, world.laptop, [world.county.enc_pub], rng.randbytes)


def listed(world: World, **revoked: bool) -> dict[str, Any]:
    """A trust file of the laptop, its sibling and the township."""
    devices = [
        {"dev": keys.dev, "role": role, "area": "999999", "revoked": revoked.get(name, False), "kid": keys.kid, "sign_pub": keys.sign_pub.hex(), "enc_pub": keys.enc_pub.hex()}
        for name, keys, role in (("laptop", world.laptop, "village"), ("sibling", world.sibling, "village"), ("township", world.township, "township"))
    ]
    return {"v": 1, "net": world.net, "root": world.root.sign_pub.hex(), "certs": [], "devices": devices}


class Wall:
    """The receiver's clock, in seconds; `add` moves it."""

    def __init__(self) -> None:
        self.ms = MS

    def now_ms(self) -> int:
        return self.ms

    def __call__(self) -> float:
        return self.ms / 1000

    def add(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)


@dataclass
class Post:
    """One receiver at work in a thread, over a spool in a folder."""

    world: World
    folder: Path
    wall: Wall
    limits: Limits
    fs: SpoolFs | None = None
    spool: FileSpool = field(init=False)
    server: Server = field(init=False)
    late: int = 0
    slept: list[float] = field(default_factory=list)
    _thread: threading.Thread | None = None
    _clients: list[http.Client] = field(default_factory=list)

    def start(self) -> Post:
        if not self.trust.exists():
            self.trust.write_text(json.dumps(listed(self.world)))
        self.spool = FileSpool(self.folder / "spool", now_ms=self.wall.now_ms, fs=self.fs)
        self.late = self.spool.receive()
        self.server = Server(Receiver(TrustFile(self.trust), self.spool, self.limits, self.wall), listen_on("127.0.0.1:0"))
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        for client in self._clients:
            client.close()
        self.server.stop()
        if self._thread is not None:
            self._thread.join(20)
            assert not self._thread.is_alive(), "the receiver does not end"
        self.spool.close()

    @property
    def trust(self) -> Path:
        return self.folder / "trust.json"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def client(self, keys: KeyPair | None = None, *, port: int | None = None, timeout: float = 10.0, clock: Callable[[], int] | None = None) -> http.Client:
        """A client as one of the devices; its pauses are noted, not waited for."""
        mine = keys or self.world.laptop
        self._clients.append(http.Client(
            http.target(f"http://127.0.0.1:{port or self.server.port}"), dev=mine.dev, net=self.world.net, keys=[mine], clock_ms=clock or self.wall.now_ms,
            rand=random.Random(len(self._clients)).randbytes, sleep=self.slept.append, timeout=timeout,
        ))
        return self._clients[-1]

    def waiting(self) -> list[bytes]:
        """The bytes of every whole file."""
        return [path.read_bytes() for path in sorted((self.folder / "spool" / "whole").glob("*.xieli"))]

    def rows(self) -> list[tuple[str, str]]:
        return [(file, state) for file, state, _status, _code in self.spool.rows()]

    def ask(self, method: str, file: str, *, offset: int = 0, length: int = 0, piece: bytes = b"", keys: KeyPair | None = None, **other: Any) -> Said:
        """One signed request; any part of it may be made wrong."""
        mine = keys or self.world.laptop
        claim = signed.Claim(
            method, file, self.world.net, mine.dev, mine.kid, self.wall.ms, random.randbytes(16).hex(), offset, length,
            signed.sha256(piece).hexdigest(),
        )
        claim = replace(claim, **other.pop("claim", {}))
        headers = {"Authorization": claim.header(other.pop("signer", mine))}
        if method == "PATCH":
            headers |= {signed.OFFSET: str(offset), signed.LENGTH: str(length)}
        headers |= other.pop("headers", {})
        return self.raw(method, other.pop("path", f"/bundles/{file}"), piece, headers)

    def raw(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Said:
        """One request as written."""
        import http.client as library

        connection = library.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return Said(answer.status, answer.getheader(signed.CODE) or "", signed.number(answer.getheader(signed.OFFSET)))
        finally:
            connection.close()


@dataclass(frozen=True)
class Said:
    """What the receiver answered."""

    status: int
    code: str
    offset: int | None


@contextlib.contextmanager
def post(folder: Path, *, limits: Limits | None = None, fs: SpoolFs | None = None, seed: int = SEED) -> Iterator[Post]:
    """A receiver for one test."""
    print(f"seed={seed}")
    folder.mkdir(parents=True, exist_ok=True)
    one = Post(make_world(seed), folder, Wall(), limits or Limits(), fs).start()
    try:
        yield one
    finally:
        one.stop()


class Process:
    """A true `xieli county serve` over a folder with a trust file, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Start (again); returns when it listens."""
        command = [
            sys.executable, "-m", "xieli_tui", "county", "serve", "--listen", "127.0.0.1:0", "--trust", str(self._folder / "trust.json"), "--spool",
            str(self._folder / "spool"), "--json",
        ]
        with (self._folder / "log").open("a") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, "PYTHONUTF8": "1"})
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        self._process.stdout.close()
        assert line, self.log()
        self.pid, self.url = self._process.pid, str(json.loads(line)["url"])
        self.port = int(self.url.rpartition(":")[2])

    def log(self) -> str:
        """What it wrote to stderr, over all its lives."""
        return (self._folder / "log").read_text()

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.wait(10)

    def end(self) -> int:
        """Ask it to end; its exit code."""
        if self.alive():
            self._process.terminate()
        return self._process.wait(20)

    def empty_inbox(self) -> None:
        """Take every row as an importer does, so that the quota of the device is free."""
        spool = FileSpool(self._folder / "spool", now_ms=lambda: MS)
        importer = spool.importer()
        while (row := spool.take(importer)) is not None:
            spool.done(row, "imported", "")
        importer.close()
        spool.close()


class CuttingProxy:
    """A line that carries `up` bytes towards the receiver (or `down` bytes back) and breaks then, once per entry of `cuts`; afterwards it holds.

    `cuts`: ("up" | "down", bytes), one per connection.
    """

    def __init__(self, port: int, cuts: Sequence[tuple[str, int]]) -> None:
        self._port, self._cuts = port, list(cuts)
        self.broken = 0
        self.carried = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = True
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while self._open:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            cut = self._cuts.pop(0) if self._cuts else None
            with near, contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", self._port)) as far:
                self._carry(near, far, cut)

    def _carry(self, near: socket.socket, far: socket.socket, cut: tuple[str, int] | None) -> None:
        left = {"up": sys.maxsize, "down": sys.maxsize}
        if cut is not None:
            left[cut[0]] = cut[1]
        while self._open:
            ready, _, _ = select.select([near, far], [], [], 0.1)
            for one in ready:
                way, other = ("up", far) if one is near else ("down", near)
                try:
                    data = one.recv(min(65536, max(left[way], 1)))
                    if not data:
                        return
                    other.sendall(data[: left[way]])
                except OSError:
                    return
                self.carried += len(data[: left[way]])
                left[way] -= len(data)
                if left[way] <= 0:
                    self.broken += 1
                    # Both ends are torn off, as a pulled cable does, not closed in order.
                    for end in (near, far):
                        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    return

    def close(self) -> None:
        self._open = False
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that comes by itself."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.02)
