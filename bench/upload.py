"""Bundles of a county morning handed in over loopback HTTP, beside the least a receiver could do: the same server library, one request a file, the body
written, flushed and renamed, nobody asked who he is.

Ours: two requests a file (HEAD, PATCH), Ed25519 checked on both, a row committed, the outer form of the bundle looked at. Two sizes: 120 of 3 KB and 2 of 1 MB.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from bench.common import interleaved, report
from xieli_sync.carriers import http as carrier
from xieli_sync.event import ZERO, chain_hash, make_line
from xieli_sync.identity import KeyPair, RootKey, issue_desk_cert, issue_device_cert, net_of
from xieli_sync.seal import seal

SIZES = {"3KB": (120, 900), "1MB": (2, 1_000_000)}
_BARE = """
import os, sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
folder = sys.argv[1]
async def put(request):
    name = os.path.join(folder, request.path_params["file"])
    handle = os.open(name + ".part", os.O_RDWR | os.O_CREAT)
    async for chunk in request.stream():
        os.write(handle, chunk)
    os.fsync(handle); os.close(handle); os.rename(name + ".part", name)
    return Response(status_code=204)
config = uvicorn.Config(Starlette(routes=[Route("/{file}", put, methods=["PUT"])]), port=0, log_config=None, access_log=False)
sock = config.bind_socket(); print(sock.getsockname()[1], flush=True)
uvicorn.Server(config).run(sockets=[sock])
"""


class _Laptop:
    """Keys of one laptop and its county, and bundles that are never twice the same."""

    def __init__(self) -> None:
        self.rand = random.Random(20261228)
        root, county = RootKey.generate(self.rand.randbytes), KeyPair.generate(self.rand.randbytes)
        self.keys, self.net, self.county = KeyPair.generate(self.rand.randbytes), net_of(root.sign_pub), county
        self.cert = [
            issue_desk_cert(root, sign_pub=county.sign_pub, enc_pub=county.enc_pub, role="county", area="999999"),
            issue_device_cert(county, sign_pub=self.keys.sign_pub, enc_pub=self.keys.enc_pub),
        ]
        self.root = root

    def trust(self) -> str:
        keys = self.keys
        device = {"dev": keys.dev, "role": "village", "area": "999999", "revoked": False, "kid": keys.kid, "sign_pub": keys.sign_pub.hex()}
        return json.dumps({"v": 1, "net": self.net, "root": self.root.sign_pub.hex(), "certs": [], "devices": [device]})

    def bundle(self, size: int) -> bytes:
        lines, head = [], ZERO
        for seq in range(1, max(size // 4_000, 1) + 1):
            note = self.rand.randbytes(min(size, 4_000)).hex()
            lines.append(make_line(by="1", d={"note": note}, dev=self.keys.dev, ep="00112233445566ff", hlc=(seq, 0), seq=seq, t="visit.recorded", v=1).raw)
            head = chain_hash(head, lines[-1])
        core = {"net": self.net, "kind": "changes", "dev": self.keys.dev, "ep": "00112233445566ff", "first": 1, "last": len(lines), "prev": ZERO, "head": head, "cert": self.cert}
        return seal(core, lines, self.keys, [self.county.enc_pub], self.rand.randbytes)


def _started(command: list[str], read: Callable[[str], int]) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if process.stdout is None:
        raise RuntimeError("no output")
    return process, read(process.stdout.readline())


def _one(size: str, count: int, bytes_each: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        laptop = _Laptop()
        (folder / "trust.json").write_text(laptop.trust())
        (folder / "bare").mkdir()
        spool = folder / "spool"
        ours, port = _started(
            ["-m", "xieli_tui", "county", "serve", "--listen", "127.0.0.1:0", "--trust", str(folder / "trust.json"), "--spool", str(spool), "--json"],
            lambda line: int(json.loads(line)["listen"].rpartition(":")[2]),
        )
        bare, bare_port = _started(["-c", _BARE, str(folder / "bare")], int)
        try:
            files: list[bytes] = []

            def hand_in() -> float:
                files[:] = [laptop.bundle(bytes_each) for _ in range(count)]
                _empty(spool)
                client = carrier.Client(
                    carrier.target(f"http://127.0.0.1:{port}"), dev=laptop.keys.dev, net=laptop.net, keys=[laptop.keys], clock_ms=lambda: int(time.time() * 1000), rand=os.urandom,
                )
                start = time.perf_counter()
                for place, data in enumerate(files):
                    if place % 40 == 39:
                        paused = time.perf_counter()
                        _empty(spool)  # the importers' part, outside what is measured
                        start += time.perf_counter() - paused
                    client.send(data)
                spent = time.perf_counter() - start
                client.close()
                return spent

            def put() -> float:
                line = http.client.HTTPConnection("127.0.0.1", bare_port)
                start = time.perf_counter()
                for data in files:
                    line.request("PUT", f"/{sha256(data).hexdigest()}", data)
                    if line.getresponse().read():
                        raise RuntimeError("the bare server said something")
                spent = time.perf_counter() - start
                line.close()
                return spent

            samples = interleaved(5, {"handed in": hand_in, "bare PUT + fsync": put})
            report(f"upload.{size}", "none set", "handed in", "bare PUT + fsync", samples, files=count, bytes_each=len(files[0]))
        finally:
            for process in (ours, bare):
                process.terminate()
                process.wait(20)
                if process.stdout is not None:
                    process.stdout.close()


def _empty(spool: Path) -> None:
    """Take every row as an importer does."""
    from xieli_tui.store.spool import FileSpool

    held = FileSpool(spool, now_ms=lambda: 0)
    importer = held.importer()
    while (row := held.take(importer)) is not None:
        held.done(row, "imported", "")
    importer.close()
    held.close()


def run() -> None:
    """Both sizes."""
    for size, (count, each) in SIZES.items():
        _one(size, count, each)
