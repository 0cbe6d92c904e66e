"""One workspace as the importer sees it: `xieli_sync.ports` over the store.

Rules kept here
- the importer owns the order of the checks and what an issuer may vouch for; here things are looked up, written and nothing is decided twice;
- everything of one file is one transaction that holds the sender's head rows; a dry run goes all the way and is rolled back;
- a return is taken in whole: delivery lines, roles and grant, receipts, events, then one `return.received` by this device;
- another writer in the way is `Busy`: nothing was written, the importer tries again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from xieli_sync import delivery, exchange
from xieli_sync import event as wire
from xieli_sync.echo import Returned
from xieli_sync.errors import SyncError
from xieli_sync.identity import KeyPair, verify_chain
from xieli_sync.ports import Busy, ChainLine, Delivered, Envelope, Ingested, Parked, Role, SeenBundle, Signer, Trust
from xieli_tui.domain.clock import Clock, SystemClock, millis
from xieli_tui.domain.events.road import HandoverOpened, ReturnReceived
from xieli_tui.store import carried, chains, echoes, handing, issuers, journal, outbox_log, receipts, settings, trust
from xieli_tui.store.calm import uncollected
from xieli_tui.store.engine import is_busy
from xieli_tui.store.store import Store, Tx
from xieli_tui.store.tables.journal import DeviceHead

PARK_BYTES = 64 * 1024 * 1024
PARK_FILES = 50


class _DryRun(Exception):
    """Leaves the transaction so that it is rolled back."""


class StoreDesk:
    """`ports.Desk` over an open store.

    Args:
        keys: the device's keys, or wrap kid -> private key (retired ones included) as `OpenVault.decrypt_keys` gives them.
        operator: `by` of what an import writes (return.received, fork.frozen).
    """

    def __init__(
        self, store: Store, keys: KeyPair | Mapping[str, X25519PrivateKey], *, operator: str = "1", clock: Clock | None = None, practice: bool = False
    ) -> None:
        self.store = store
        self.dev = store.dev
        self.role: Role = store.role
        self.trust: Trust = trust.StoreTrust(store)
        self.practice = practice
        self._keys = {keys.box_kid: keys.box} if isinstance(keys, KeyPair) else dict(keys)
        self._operator = operator
        self._clock = clock or SystemClock()

    def decrypt_keys(self) -> Mapping[str, X25519PrivateKey]:
        """wrap kid -> private key."""
        return self._keys

    @contextmanager
    def importing(self, dev: str, *, dry_run: bool = False) -> Iterator[StoreImport]:
        """One import transaction; the sender's head rows are locked first."""
        try:
            with uncollected(), self.store.write() as tx:
                tx.conn.execute(select(DeviceHead.__table__.c.ep).where(DeviceHead.__table__.c.dev == dev).with_for_update())  # type: ignore[attr-defined]
                yield StoreImport(tx, self._operator, millis(self._clock.now()), practice=self.practice)
                if dry_run:
                    raise _DryRun
        except _DryRun:
            return
        except Exception as err:
            if is_busy(err):
                raise Busy from err
            raise


class StoreImport:
    """`ports.ImportTx` over a writing transaction."""

    def __init__(self, tx: Tx, operator: str, now_ms: int, *, practice: bool = False) -> None:
        self.tx = tx
        self._operator = operator
        self._now = now_ms
        self._practice = practice

    # -- bundles ------------------------------------------------------------------------------------
    def seen(self, dev: str, bid: str) -> SeenBundle | None:
        """What was answered to a bundle, None when it is new."""
        row = self.tx.first("SELECT digest, status, code, events FROM bundle_seen WHERE dev=? AND bid=?", (dev, bid))
        return None if row is None else SeenBundle(str(row[0]), str(row[1]), str(row[2]), int(row[3]))

    def remember(self, dev: str, bid: str, seen: SeenBundle, core: bytes) -> None:
        """Keep the answer; a later one (a parked file that went through) replaces it."""
        self.tx.conn.exec_driver_sql(
            "INSERT INTO bundle_seen(dev, bid, digest, status, code, events, core, at_ms) VALUES (?,?,?,?,?,?,?,?)"
            " ON CONFLICT (dev, bid) DO UPDATE SET digest=excluded.digest, status=excluded.status, code=excluded.code, events=excluded.events,"
            " at_ms=excluded.at_ms",
            (dev, bid, seen.digest, seen.status, seen.code, seen.events, core, self._now),
        )
        settings.put(self.tx, outbox_log.heard_key(dev), True)

    # -- chains -------------------------------------------------------------------------------------
    def stored(self, dev: str, ep: str, first: int, last: int) -> Mapping[int, frozenset[str]]:
        """seq -> hashes held."""
        return chains.stored(self.tx, dev, ep, first, last)

    def contiguous(self, dev: str, ep: str) -> int:
        """Highest seq up to which nothing is missing."""
        return chains.reach(self.tx, dev, ep)[0]

    def ingest(self, lines: Sequence[ChainLine], *, author_role: Role | None = None) -> Ingested:
        """Store lines whose chain the importer followed, and project them."""
        return chains.ingest(self.tx, lines, self._now, role=author_role, checked=True)

    def freeze(self, dev: str, ep: str, seq: int, hashes: Sequence[str]) -> None:
        """A fork was found."""
        chains.freeze(self.tx, dev, ep, seq, hashes, self._operator, self._now)

    # -- parks --------------------------------------------------------------------------------------
    def park(self, dev: str, ep: str, bundle: Parked) -> bool:
        """Keep a bundle for later within the quota of its device; the highest ones go first."""
        self.tx.conn.exec_driver_sql(
            "INSERT INTO parked(dev, ep, bid, first, last, size, data, at_ms) VALUES (?,?,?,?,?,?,?,?) ON CONFLICT (dev, ep, bid) DO NOTHING",
            (dev, ep, bundle.bid, bundle.first, bundle.last, len(bundle.data), bundle.data, self._now),
        )
        rows = self.tx.ask("SELECT ep, bid, size FROM parked WHERE dev=? ORDER BY first, last, ep, bid", (dev,))
        total, kept = 0, True
        for place, (row_ep, bid, size) in enumerate(rows):
            total += int(size)
            if place >= PARK_FILES or total > PARK_BYTES:
                self.unpark(dev, str(row_ep), str(bid))
                total -= int(size)
                kept = kept and bid != bundle.bid
        return kept

    def parked(self, dev: str, ep: str) -> Sequence[Parked]:
        """Bundles of a chain that wait, lowest first."""
        rows = self.tx.ask("SELECT bid, first, last, data FROM parked WHERE dev=? AND ep=? ORDER BY first, last, bid", (dev, ep))
        return [Parked(str(bid), int(first), int(last), bytes(data)) for bid, first, last, data in rows]

    def unpark(self, dev: str, ep: str, bid: str) -> None:
        """It went through, or was dropped."""
        self.tx.conn.exec_driver_sql("DELETE FROM parked WHERE dev=? AND ep=? AND bid=?", (dev, ep, bid))

    # -- deliveries ---------------------------------------------------------------------------------
    def delivery_point(self, issuer: str, ep: str) -> tuple[int, str]:
        """(r, hash) last taken from this issuer epoch."""
        row = self.tx.first(
            "SELECT r, hash FROM delivery_in WHERE issuer=? AND issuer_ep=? ORDER BY r DESC LIMIT 1", (issuer, ep)
        )
        return (0, wire.ZERO) if row is None else (int(row[0]), str(row[1]))

    def delivery_hashes(self, issuer: str, ep: str, first: int, last: int) -> Mapping[int, str]:
        """r -> hash taken."""
        rows = self.tx.ask(
            "SELECT r, hash FROM delivery_in WHERE issuer=? AND issuer_ep=? AND r BETWEEN ? AND ?", (issuer, ep, first, last)
        )
        return {int(r): str(digest) for r, digest in rows}

    def take_deliveries(self, issuer: Signer, ep: str, lines: Sequence[Delivered]) -> Ingested:
        """Keep delivery lines, apply what they say, acknowledge them."""
        self._keep(issuer, ep, lines)
        reordered = issuers.note(self.tx, issuer.dev, ep, issuer.gen, [line.item for line in lines], self._now)
        for line in lines:
            if isinstance(line.item, delivery.GrantItem):
                self._grant(line.item)
            elif isinstance(line.item, delivery.Resend):
                self._resend(issuer.dev, line.item)
        self.trust(issuer)
        spoken = self._receipts(issuer, ep, lines, own=False)
        events = [line.item for line in lines if isinstance(line.item, delivery.EventItem)]
        outcome = self.ingest_relayed([x for x in map(self._carried, events) if x is not None])
        spoken |= self._receipts(issuer, ep, lines, own=True)  # after the events: own lines that came home may be the ones signed for
        if reordered:  # what earlier epochs of this desk said stands elsewhere now
            spoken |= receipts.chains_of(self.tx, issuer.dev)
        if spoken:
            from xieli_tui.store.projector import rejudge  # here: the projector reads the journal, which this module feeds

            rejudge(self.tx, spoken)
        items = [line.item for line in lines if line.item is not None]
        self._acknowledge(issuer, ep, lines[-1], content=exchange.has_content(items))
        return outcome

    def keep_envelope(self, issuer: str, ep: str, last: int, envelope: Envelope) -> None:
        """Keep what an echo of this return would need."""
        echoes.keep(self.tx, issuer, ep, last, envelope, self._now)

    def take_echo(self, sender: str, returns: Sequence[Returned]) -> Ingested:
        """Events, own delivery lines and acknowledgements out of an echo."""
        events = [line.item for one in returns for line in one.lines if isinstance(line.item, delivery.EventItem)]
        once = {(x.parsed.dev, x.parsed.ep, x.parsed.seq, x.hash): x for x in events}
        outcome = self.ingest_relayed([x for x in map(self._carried, once.values()) if x is not None])
        echoes.take_back(self.tx, sender, returns, self._operator, self._now)
        return outcome

    def ingest_relayed(self, lines: Sequence[ChainLine]) -> Ingested:
        """Store lines that a desk vouches for: what precedes each may not be held."""
        return chains.ingest(self.tx, lines, self._now)

    def _keep(self, issuer: Signer, ep: str, lines: Sequence[Delivered]) -> None:
        rows = []
        for line in lines:
            item = line.item
            dev = about = ""
            seq = 0
            if isinstance(item, delivery.EventItem):
                dev, about, seq = item.parsed.dev, item.parsed.ep, item.parsed.seq
            elif isinstance(item, delivery.Receipt):
                dev, about, seq = item.dev, item.ep, item.seq
            kind = item.k if item is not None else "refused"
            rows.append((issuer.dev, ep, line.r, line.hash, issuer.role, issuer.gen, kind, dev, about, seq, line.line, self._now))
        self.tx.conn.exec_driver_sql(
            "INSERT INTO delivery_in(issuer, issuer_ep, r, hash, role, gen, k, dev, ep, seq, line, at_ms) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", rows
        )

    def _grant(self, item: delivery.GrantItem) -> None:
        """Pin root and net, keep the grant, learn the desks it names."""
        grant = item.grant
        root = bytes.fromhex(grant["root"])
        trust.pin_root(self.tx, root, practice=self._practice)
        trust.set_grant(self.tx, grant)
        self.tx.memo.pop("roles", None)
        for cert in grant["certs"]:
            try:
                signer = verify_chain([cert], root)
            except SyncError:
                continue  # a device's own certificate hangs below a desk's; only desks are learned here
            self.trust(signer)
        for desk in grant["desks"]:
            trust.learn_role(self.tx, desk["dev"], desk["role"])

    def _resend(self, issuer: str, item: delivery.Resend) -> None:
        self.tx.conn.exec_driver_sql(
            "INSERT INTO resend_request(issuer, dev, ep, first, last, at_ms) VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING",
            (issuer, item.dev, item.ep, item.first, item.last, self._now),
        )

    def _receipts(self, issuer: Signer, ep: str, lines: Sequence[Delivered], *, own: bool) -> set[tuple[str, str]]:
        """Take receipts about the own chains, or about others', in; the chains they speak about."""
        spoken: set[tuple[str, str]] = set()
        for line in lines:
            item = line.item
            if not isinstance(item, delivery.Receipt) or (item.dev == self.tx.dev) != own:
                continue
            ours = receipts.take(self.tx, issuer.dev, ep, issuer.role, issuer.gen, line.r, item, self._now)
            # Of an epoch left behind, lines may be lost and on their way home: only another line where one stands contradicts.
            if not ours and (item.ep == self.tx.ep or chains.stored(self.tx, item.dev, item.ep, item.seq, item.seq)):
                chains.alarm(self.tx, "XL-C02", item.dev, item.ep, item.seq, self._now, "receipt")
            spoken.add((item.dev, item.ep))
        return spoken

    def _carried(self, item: delivery.EventItem) -> ChainLine | None:
        """A relayed line to store. One of the own current epoch that we do not hold was written by a copy of this machine."""
        parsed = item.parsed
        if (parsed.dev, parsed.ep) == (self.tx.dev, self.tx.ep) and not receipts.holds(self.tx, parsed.dev, parsed.ep, parsed.seq, item.hash):
            chains.alarm(self.tx, "XL-C02", parsed.dev, parsed.ep, parsed.seq, self._now, "copy")
            return None
        return ChainLine(parsed.dev, parsed.ep, parsed.seq, item.hash, item.raw, parsed)

    def _acknowledge(self, issuer: Signer, ep: str, last: Delivered, *, content: bool) -> None:
        if chains.doubled(self.tx):  # not one line more in an epoch that was written twice: the next one opens with what was taken in
            return
        grant, deleg = held_rights(self.tx)
        payload = ReturnReceived(issuer=issuer.dev, ep=ep, r=last.r, head=last.hash, grant=grant, deleg=deleg, content=content)
        journal.append(self.tx, [(payload, self._operator)], self._now)

    def trust(self, signer: Signer) -> None:
        """Remember a signer whose certificate chain held."""
        trust.accept(self.tx, signer)
        self.tx.memo.pop("roles", None)

    def handover_allowed(self, dev: str) -> bool:
        """Whether a desk lets this computer take over from a device."""
        return handing.allowed(self.tx, dev, self.tx.dev) is not None

    def take_handover(self, sender: Signer, ep: str, lines: Sequence[Delivered], digest: str) -> Ingested:
        """Her own events, her drafts, then that it was opened."""
        self._keep(sender, ep, lines)
        self.trust(sender)
        events = [line.item for line in lines if isinstance(line.item, delivery.EventItem)]
        outcome = self.ingest_relayed([x for x in map(self._carried, events) if x is not None])
        for line in lines:
            if isinstance(line.item, delivery.DraftItem):
                handing.take_draft(self.tx, line.item.draft)
        journal.append(self.tx, [(HandoverOpened(digest=digest), self._operator)], self._now)
        return outcome

    def carry(self, core: Mapping[str, Any], data: bytes, *, read: bool = True) -> bool:
        """Keep a file that passes through this township."""
        return carried.keep(self.tx, core, data, self._now, read=read)


def held_rights(tx: Tx) -> tuple[str | None, str | None]:
    """References of the last `device.enrolled` for this device and (a township) the last delegations held; what an own event states."""
    enrolled = journal.load(tx, entity=tx.dev, t="device.enrolled", role="county")
    tables = []
    if tx.role == "township":
        tables = journal.load(tx, entity="delegations", t="local.set", role="county")
    return _last(enrolled), _last(tables)


def _last(events: Sequence[journal.StoredEvent]) -> str | None:
    return max(events, key=lambda e: (e.hlc_ms, e.hlc_n, e.dev, e.ep, e.seq)).ref if events else None
