"""A client of SPEC.md section 11 written from that section alone: sockets, hashlib, json and an Ed25519 key; nothing of the product.

It hands a file in over a line that breaks in the middle, with a clock that is wrong, and is told what the section says.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carrier_kit import MS, bundle, post
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass
class Second:
    """The other implementation."""

    port: int
    net: str
    dev: str
    kid: str
    key: Ed25519PrivateKey
    clock: int

    def ask(self, method: str, file: str, offset: int = 0, length: int = 0, body: bytes = b"", *, break_after: int | None = None) -> tuple[int, dict[str, str]]:
        claim: dict[str, Any] = {
            "at": self.clock, "dev": self.dev, "digest": hashlib.sha256(body).hexdigest(), "kid": self.kid, "length": length, "method": method, "net": self.net,
            "nonce": os.urandom(16).hex(), "offset": offset, "path": f"/bundles/{file}",
        }
        sig = self.key.sign(b"xieli/http/v1\0" + json.dumps(claim, sort_keys=True, separators=(",", ":")).encode())
        head = [
            f"{method} /bundles/{file} HTTP/1.1", "Host: receiver",
            f"Authorization: Xieli dev={self.dev}, kid={self.kid}, at={self.clock}, nonce={claim['nonce']}, digest={claim['digest']}, sig={sig.hex()}",
        ]
        if method == "PATCH":
            head += [f"Upload-Offset: {offset}", f"Upload-Length: {length}", "Content-Type: application/offset+octet-stream", f"Content-Length: {len(body)}"]
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as line:
            line.sendall("\r\n".join([*head, "", ""]).encode() + body[:break_after])
            if break_after is not None:
                return 0, {}
            got = b""
            while b"\r\n\r\n" not in got:
                got += line.recv(4096)
        first, *rest = got.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        return int(first.split()[1]), {name.lower(): value for name, _, value in (row.partition(": ") for row in rest)}

    def hand_in(self, data: bytes, piece: int) -> list[int]:
        """The statuses it was told, in order."""
        file = hashlib.sha256(data).hexdigest()
        told: list[int] = []
        while True:
            status, says = self.ask("HEAD", file)
            told.append(status)
            if status == 401 and says["xieli-code"] == "XL-F17":
                self.clock = int(says["xieli-time"])
                continue
            offset = int(says["upload-offset"])
            while True:
                status, says = self.ask("PATCH", file, offset, len(data), data[offset : offset + piece])
                told.append(status)
                if status == 204:
                    return told
                offset = int(says["upload-offset"])


def test_a_client_written_from_the_specification_alone_hands_a_file_in(tmp_path: Path) -> None:
    with post(tmp_path) as here:
        mine = here.world.laptop
        client = Second(here.server.port, here.world.net, mine.dev, mine.kid, mine.sign, 915_148_800_000)
        data = bundle(here.world, 30_000, 1)
        file = hashlib.sha256(data).hexdigest()
        told = client.hand_in(data, 10_000)
        assert told[:2] == [401, 200], "1999 is put right"
        assert told[2:] == [202] * (len(told) - 3) + [204]
        assert here.waiting() == [data]
        assert client.hand_in(data, 10_000) == [200, 204]
        other = bundle(here.world, 30_000, 2)
        name = hashlib.sha256(other).hexdigest()
        assert client.ask("PATCH", name, 0, len(other), other[:9_000])[0] == 202
        client.ask("PATCH", name, 9_000, len(other), other[9_000:], break_after=4_000)
        status, says = client.ask("HEAD", name)
        assert (status, says["upload-offset"]) == (200, "9000")
        status, says = client.ask("PATCH", name, 0, len(other), other[:100])
        assert (status, says["upload-offset"]) == (409, "9000")
        assert client.ask("PATCH", name, 9_000, len(other), other[9_000:])[0] == 204
        assert client.ask("PATCH", file, 5, len(data), b"x")[0] == 204, "a repeat, whatever its offset"
        assert client.ask("PATCH", "0" * 64, 0, 8, b"8 bytes.")[1]["xieli-code"] == "XL-B04"
        assert client.clock == MS
