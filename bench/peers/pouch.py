"""PouchDB replication (npm pouchdb 9 to express-pouchdb 4 over loopback HTTP), the way CHT-like field systems move records.

Bytes are counted on the socket by a relay that stands between both; it adds a copy in Python, so the seconds are measured without it and the bytes
with it. Nothing of npm is kept in the repository: exact versions stand in package.json, the installed tree lies in `bench/out`.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent / "pouchdb"
PLACE = Path(__file__).parent.parent / "out" / "pouchdb"


class Missing(Exception):
    """Node or its packages cannot be had here; the text says which."""


def installed() -> Path:
    """The folder with the packages, installed on first use."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise Missing("no node or npm on this machine")
    PLACE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "server.js", "client.js"):
        shutil.copy(HERE / name, PLACE / name)
    if not (PLACE / "node_modules" / "pouchdb").is_dir():
        done = subprocess.run(
            ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent"], cwd=PLACE, capture_output=True, text=True, check=False, timeout=600,
        )
        if done.returncode != 0:
            raise Missing(f"npm install failed: {done.stderr.strip()[-200:]}")
    return PLACE


class Relay:
    """Counts the bytes of every connection to a port."""

    def __init__(self, port: int) -> None:
        self.up = self.down = 0
        self._to = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._pump, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, False), daemon=True).start()

    def _pump(self, here: socket.socket, there: socket.socket, up: bool) -> None:
        try:
            while data := here.recv(65536):
                if up:
                    self.up += len(data)
                else:
                    self.down += len(data)
                there.sendall(data)
        except OSError:
            pass  # one side hung up: the other is told below
        finally:
            for end in (here, there):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # hung up already

    def close(self) -> None:
        """No more connections."""
        self._door.close()


class Pouch:
    """A loaded local database and a running server."""

    def __init__(self, rows: Sequence[dict[str, str]]) -> None:
        place = installed()
        self.count = len(rows)
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "server").mkdir()
        file = self.folder / "visits.ndjson"
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        self.server = subprocess.Popen(["node", "server.js", str(self.folder / "server")], cwd=place, stdout=subprocess.PIPE, text=True)
        self.port = int(self._line(self.server))
        self.client = subprocess.Popen(["node", "client.js", str(self.folder), str(file)], cwd=place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        json.loads(self._line(self.client))
        self.turns = 0
        self.bytes = self.down = 0

    @staticmethod
    def _line(child: subprocess.Popen[str]) -> str:
        line = child.stdout.readline() if child.stdout is not None else ""
        if not line:
            raise RuntimeError("the peer ended without an answer")
        return line

    def _replicate(self, batch: int, port: int) -> float:
        self.turns += 1
        if self.client.stdin is None:
            raise RuntimeError("the peer has no ears")
        self.client.stdin.write(f"{batch} http://127.0.0.1:{port}/desk{self.turns}\n")
        self.client.stdin.flush()
        said = json.loads(self._line(self.client))
        if said["docs"] != self.count:
            raise RuntimeError(f"{said['docs']} of {self.count} documents came over")
        return float(said["seconds"])

    def replicate(self, batch: int) -> float:
        """Into a new database of the server; seconds, both ends together."""
        return self._replicate(batch, self.port)

    def count_bytes(self, batch: int) -> None:
        """The same once more through the relay."""
        relay = Relay(self.port)
        self._replicate(batch, relay.port)
        relay.close()
        self.bytes, self.down = relay.up, relay.down

    def close(self) -> None:
        """End both programs and take their data away."""
        for child in (self.client, self.server):
            child.kill()
            child.wait()
            for end in (child.stdin, child.stdout):
                if end is not None:
                    end.close()
        shutil.rmtree(self.folder, ignore_errors=True)
