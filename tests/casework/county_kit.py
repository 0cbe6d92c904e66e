"""A county made of the road's own parts: it enrols a laptop, signs for what it got and sends a decision home. Keys are real, no store behind it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from xieli_sync import certs, container, delivery, identity, outbox, seal
from xieli_sync.event import ZERO, Line, chain_hash, make_line, parse_line, ref_text
from xieli_tui.casework.session import Session
from xieli_tui.casework.setup import EnrolResult, enrol

VILLAGE = "999999001001"
DAY = "2026-12-28"
MS = 1_798_419_600_000


class County:
    """One county desk towards one laptop."""

    def __init__(self, seed: int = 7) -> None:
        self.rand = random.Random(seed).randbytes
        self.root = identity.RootKey.generate(self.rand)
        self.keys = identity.KeyPair.generate(self.rand)
        self.cert = certs.issue_desk_cert(self.root, sign_pub=self.keys.sign_pub, enc_pub=self.keys.enc_pub, role="county", area="999999")
        self.net = identity.net_of(self.root.sign_pub)
        self.ep, self.seq, self.head = self.rand(8).hex(), 0, ZERO
        self.r, self.delivered = 0, ZERO
        self.got: dict[str, list[Line]] = {}
        """event lines taken in, per epoch of the laptop"""

    def write(self, t: str, d: dict[str, Any]) -> tuple[bytes, str]:
        """Append a line to the county's own chain."""
        self.seq += 1
        line = make_line(by="1", d=d, dev=self.keys.dev, ep=self.ep, hlc=(MS + self.seq, 0), seq=self.seq, t=t, v=1).raw
        self.head = chain_hash(self.head, line)
        return line, self.head

    def grant(self, session: Session, folder: Path, role: str = "village", name: str = "石桥村") -> Path:
        """Register the laptop and lay its grant down."""
        keys = session.keys
        desk = {"dev": self.keys.dev, "kid": identity.kid_of(self.keys.enc_pub), "enc_pub": self.keys.enc_pub.hex(), "role": "county", "area": "999999"}
        rights = {
            "dev": session.dev, "kid": keys.kid, "sign_pub": keys.sign_pub.hex(), "enc_pub": keys.enc_pub.hex(), "role": "village", "area": "999999",
            "villages": [VILLAGE], "village_names": {VILLAGE: name}, "operators": [{"operator": "1", "name": "陈秀兰"}], "desks": [desk], "on": DAY,
        }
        line, head = self.write("device.enrolled", rights)
        mine = certs.issue_device_cert(self.keys, sign_pub=keys.sign_pub, enc_pub=keys.enc_pub)
        body = {
            "root": self.root.sign_pub.hex(), "certs": [self.cert, mine], "role": role, "area": "999999", "villages": [VILLAGE], "operators": [],
            "desks": [desk], "local": {},
        }
        return self.send(session, folder, "grant", [delivery.grant_line(1, body), delivery.event_line(2, line, head), delivery.head_line(3, self.ep, self.seq, self.head)])

    def take(self, session: Session, *files: str) -> None:
        """Take bundles in, checking each against what came before."""
        for file in files:
            bundle = container.parse(Path(file).read_bytes())
            seal.verify_signature(bundle, certs.verify_chain(bundle.core["cert"], self.root.sign_pub))
            lines = seal.unseal(bundle, {self.keys.box_kid: self.keys.box})
            held = self.got.setdefault(bundle.core["ep"], [])
            held.extend(one for one in map(parse_line, lines) if one.seq > len(held))
            assert [one.seq for one in held] == list(range(1, len(held) + 1))

    def receipt(self, ep: str) -> delivery.Receipt:
        """What it holds of one epoch of the laptop."""
        head = ZERO
        for line in self.got.get(ep, []):
            head = chain_hash(head, line.raw)
        dev = self.got[ep][0].dev
        return delivery.Receipt(dev, ep, len(self.got[ep]), head)

    def sign_for(self, session: Session, folder: Path, *events: tuple[bytes, str]) -> Path:
        """A return: receipts of everything held, and these events."""
        lines, r = [], self.r
        for ep in self.got:
            r += 1
            lines.append(delivery.receipt_line(r, self.receipt(ep)))
        for line, head in events:
            r += 1
            lines.append(delivery.event_line(r, line, head))
        return self.send(session, folder, "return", lines)

    def send(self, session: Session, folder: Path, kind: str, lines: list[bytes]) -> Path:
        """Seal delivery lines for the laptop and lay the file down."""
        prev = self.delivered
        for line in lines:
            self.delivered = delivery.delivery_hash(self.delivered, line)
        core = {
            "net": self.net, "kind": kind, "bid": self.rand(16).hex(), "dev": self.keys.dev, "ep": self.ep, "first": self.r + 1, "last": self.r + len(lines),
            "prev": prev, "head": self.delivered, "cert": [self.cert], "to": session.dev,
        }
        self.r += len(lines)
        data = seal.seal(core, lines, self.keys, [session.keys.enc_pub], self.rand)
        folder.mkdir(exist_ok=True)
        return outbox.write_bundle(folder, outbox.file_name(core), data).path

    def enrol(self, session: Session, folder: Path) -> EnrolResult:
        """Grant and enrol in one go."""
        return enrol(session, self.grant(session, folder), self.root.fingerprint)

    def ref(self) -> str:
        """Reference of its newest line."""
        return ref_text(self.keys.dev, self.ep, self.seq, self.head)
