"""Bundles of laptops that exist only as keys: real certificates, real chains, real seals, without a workspace for each."""

from __future__ import annotations

import random
from typing import Any

from bench.kit import VILLAGE, WORDS

T0 = 1_798_420_000_000
"""ms of the first invented visit, 2026-12-28 +08:00."""


class Laptop:
    """A registered device whose chain of visits is made line by line.

    Args:
        county: the open desk that registers it.
        homes: household ids its visits are about.
        grant: a folder for the grant file.
    """

    def __init__(self, county: Any, homes: list[str], grant: Any, seed: int) -> None:
        from xieli_sync import identity
        from xieli_sync.event import ZERO
        from xieli_tui.desk.enrolment import EnrolDevice, enrol_device
        from xieli_tui.store import deliveries, journal

        self.rnd = random.Random(seed)
        self.keys = identity.KeyPair.generate(self.rnd.randbytes)
        self.dev, self.ep, self.seq, self.head, self.ms, self.homes = self.keys.dev, self.rnd.randbytes(8).hex(), 0, ZERO, T0, homes
        made = enrol_device(county, EnrolDevice(
            identity.enrol_code(self.keys.sign_pub, self.keys.enc_pub), (VILLAGE,), f"测量员{seed}", grant / f"{self.dev[:8]}.xieli",
        ))
        with county.reading() as tx:
            from xieli_sync import delivery
            from xieli_tui.store import trust

            sent = deliveries.lines_after(tx, made.dev, 0)
            self.grant = next(x.grant for x in (delivery.parse_delivery(one.line)[1] for one in sent) if isinstance(x, delivery.GrantItem))
            self.net = trust.net(tx)
            enrolled = next(e.ref for e in journal.events_of_type(tx, "device.enrolled") if e.d["dev"] == made.dev)
            # the acknowledgement of the grant: it names the rights the visits after it are judged by
            self.first = ("return.received", {
                "issuer": county.dev, "ep": county.ep, "r": sent[-1].r, "head": sent[-1].hash, "grant": enrolled, "content": True,
            })

    def bundle(self, count: int) -> bytes:
        """The next `count` visits of the chain as a sealed file."""
        from xieli_sync import seal

        prev, first, lines = self.head, self.seq + 1, []
        if self.seq == 0:
            lines.append(self._line(*self.first))
        while len(lines) < count:
            lines.append(self._line("visit.recorded", self._visit()))
        core = {
            "net": self.net, "kind": "changes", "bid": self.rnd.randbytes(16).hex(), "dev": self.dev, "ep": self.ep, "first": first, "last": self.seq, "prev": prev,
            "head": self.head, "cert": [dict(cert) for cert in self.grant["certs"]],
        }
        desks = [bytes.fromhex(desk["enc_pub"]) for desk in self.grant["desks"]]
        return seal.seal(core, lines, self.keys, desks, self.rnd.randbytes)

    def _line(self, t: str, d: dict[str, Any]) -> bytes:
        from xieli_sync.event import canonical, chain_hash

        self.seq += 1
        self.ms += 1000
        line = canonical({"by": "1", "dev": self.dev, "ep": self.ep, "hlc": [self.ms, 0], "seq": self.seq, "t": t, "v": 1, "d": d})
        self.head = chain_hash(self.head, line)
        return line

    def _visit(self) -> dict[str, Any]:
        from xieli_tui.domain.clock import uuid7

        rnd = self.rnd
        return {
            "channel": "home", "household": rnd.choice(self.homes), "kind": "routine", "marks": {"economy": rnd.randint(1, 3), "health": 2}, "met": "self",
            "note": "".join(rnd.choice(WORDS) for _ in range(12)), "on": f"2026-{rnd.randint(1, 11):02d}-{rnd.randint(1, 28):02d}", "village": VILLAGE,
            "visit": uuid7(self.ms, rnd.randbytes), "visitors": [{"name": "测量员", "role": "coordinator"}],
        }


def taken_in(county: Any, data: bytes) -> Any:
    """One file through the importer; raises unless it was imported whole."""
    from xieli_sync import inbox
    from xieli_tui.store.importing import StoreDesk

    desk = StoreDesk(county.store, county.vault.decrypt_keys(), operator=county.operator, clock=county.clock)
    result = inbox.import_bundle(data, desk)
    if result.status != "imported" or result.quarantined or result.unknown:
        raise RuntimeError(f"the measured import did not import: {result}")
    return result
