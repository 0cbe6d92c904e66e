"""What the road needs from whoever keeps the events: the doors the store implements and the tests fake.

The importer (inbox.py) owns the order of the checks; it asks through these doors and never looks behind them. Everything between
`Desk.importing()` and its end is one transaction: leaving it by an exception, or with `dry_run`, writes nothing.

What the importer decides by itself, so that no store can get it wrong: the order of checks, which lines of a return may be applied (a county-authored
line only out of a county's return), forks, parks and draining. What the store decides: verdicts (xieli_sync.rules), projection, receipts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from xieli_sync.delivery import Item
from xieli_sync.event import Line

if TYPE_CHECKING:
    from xieli_sync.echo import Returned

Role = Literal["village", "township", "county"]
EventStatus = Literal["ok", "quarantined", "unknown"]


class Busy(Exception):
    """The store is locked by another writer, or a deadlock or serialisation failure: nothing was written, the same call may be made again."""


@dataclass(frozen=True, slots=True)
class ChainLine:
    """One event line with its place in its author's chain. `hash` is hex64; `line` the exact bytes, `parsed` what the importer read in them."""

    dev: str
    ep: str
    seq: int
    hash: str
    line: bytes
    parsed: Line | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Signer:
    """A key the trust list knows: whose, of which role, for which area, of which version and generation."""

    dev: str
    kid: str
    sign_pub: bytes
    enc_pub: bytes
    role: Role
    area: str = ""
    ver: int = 1
    gen: int = 1


@dataclass(frozen=True, slots=True)
class SeenBundle:
    """What is remembered of a bundle already taken in: digest of the signed message, status and code then given."""

    digest: str
    status: str
    code: str
    events: int


@dataclass(slots=True)
class Ingested:
    """Outcome of writing event lines.

    Attributes:
        new: lines not held before.
        verdicts: (dev, ep, seq) -> code for every *given* line that is not ok, held before or new. "" = unknown, waits for a reference.
        quarantined: how many of those are quarantined (the others are unknown).
        conflicts: fields with several heads that had one before.
        rulings, alerts: new effective rulings and alerts among the lines.
    """

    new: int = 0
    verdicts: dict[tuple[str, str, int], str] = field(default_factory=dict)
    quarantined: int = 0
    conflicts: int = 0
    rulings: int = 0
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivery line as received: its number, hash (hex64), exact bytes, and what it says. Every line is kept in the delivery chain;
    one whose `item` is None is kept and not applied (an event line this issuer may not vouch for)."""

    r: int
    hash: str
    line: bytes
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """What proves the delivery lines of a return or grant without its body: core, wraps and sigs as received, SHA-256 of the body (hex64)."""

    core: bytes
    wraps: bytes
    body: str
    sigs: bytes


@dataclass(frozen=True, slots=True)
class Parked:
    """A bundle waiting for the one before it."""

    bid: str
    first: int
    last: int
    data: bytes


class Trust(Protocol):
    """Who is known here."""

    @property
    def net(self) -> str | None:
        """hex32 of this county, None before the first grant."""

    @property
    def root_public(self) -> bytes | None:
        """The pinned (laptop) or own (desk) root public key, raw 32 bytes."""

    def highest(self, dev: str) -> tuple[int, int]:
        """(gen, ver) last accepted for a signer; (0, 0) when new. Versions never fall within a gen."""

    def of_my_place(self, signer: Signer) -> bool:
        """Laptop: whether a township desk is one of its villages', by its area or by the grant. Elsewhere not asked."""

    def outdated(self, dev: str, kid: str) -> bool:
        """Whether this key of a device is known, and a later one of the same device as well."""

    def role_of(self, dev: str) -> Role:
        """Role of an author: own profile; a desk named in a grant or a certificate; any other is a village."""

    def accept(self, signer: Signer) -> None:
        """Remember a signer whose certificate chain held (only called inside `importing`, after all checks)."""


class ImportTx(Protocol):
    """One import transaction at a desk or on a laptop; the sender's head row is locked."""

    def seen(self, dev: str, bid: str) -> SeenBundle | None: ...

    def remember(self, dev: str, bid: str, seen: SeenBundle, core: bytes) -> None: ...

    def stored(self, dev: str, ep: str, first: int, last: int) -> Mapping[int, frozenset[str]]:
        """seq -> hashes (hex64) held, for first..last; absent seqs are not in the mapping."""

    def contiguous(self, dev: str, ep: str) -> int:
        """Highest seq up to which nothing is missing (accepted gaps count as held); 0 when nothing is held."""

    def ingest(self, lines: Sequence[ChainLine], *, author_role: Role | None = None) -> Ingested:
        """Store lines not yet held (by hash: a second line under one seq is stored beside the first), give first verdicts, project."""

    def freeze(self, dev: str, ep: str, seq: int, hashes: Sequence[str]) -> None:
        """A fork was found at `seq`, after both lines were ingested: a desk writes `fork.frozen` unless one of its own with this or a lower seq
        stands already; a laptop raises an alarm row. Of a desk's own chain (a return that contradicts an earlier one) only an alarm."""

    def park(self, dev: str, ep: str, bundle: Parked) -> bool:
        """Keep a bundle for later; False when the quota (64 MiB / 50 files a device) made it drop. Highest first is dropped."""

    def parked(self, dev: str, ep: str) -> Sequence[Parked]: ...

    def unpark(self, dev: str, ep: str, bid: str) -> None: ...

    # -- delivery lines: returns, grants and echoes -------------------------------------------------
    def delivery_point(self, issuer: str, ep: str) -> tuple[int, str]:
        """(r, hash) last taken from this issuer epoch; (0, 64 zeros) when none."""

    def delivery_hashes(self, issuer: str, ep: str, first: int, last: int) -> Mapping[int, str]: ...

    def take_deliveries(self, issuer: Signer, ep: str, lines: Sequence[Delivered]) -> Ingested:
        """Store these delivery lines (r follows `delivery_point`, checked) and apply their items in order; then append one `return.received`
        (issuer, ep, r, head, grant, deleg, content=xieli_sync.exchange.has_content(items)). Never called with no line: a return without a new r
        appends nothing. A grant item pins root and net when none are pinned."""

    def keep_envelope(self, issuer: str, ep: str, last: int, envelope: Envelope) -> None:
        """Keep the envelope of a return or grant whose new lines, up to r = `last`, are about to be taken: an echo needs it."""

    def take_echo(self, sender: str, returns: Sequence[Returned]) -> Ingested:
        """A desk: store the events these returns vouch for, put own delivery lines that were lost back where they stood, and (the county) owe the
        sender an `echoed` for what its issuer will not acknowledge by itself."""

    def trust(self, signer: Signer) -> None:
        """Same as Trust.accept, inside this transaction."""

    # -- carried on ---------------------------------------------------------------------------------
    def handover_allowed(self, dev: str) -> bool:
        """Whether a desk's ruling that stands lets this computer take over from `dev`."""

    def take_handover(self, sender: Signer, ep: str, lines: Sequence[Delivered], digest: str) -> Ingested:
        """Store these delivery lines, take in the sender's own events and her drafts (never over one that is here), then append one
        `handover.opened` (digest)."""

    def carry(self, core: Mapping[str, Any], data: bytes, *, read: bool = True) -> bool:
        """Asked at a township only. Keep the exact bytes of a file on its way: a village's bundle on its way to the county (`read` False: it could not
        be opened here), or what the county wrote for a laptop of this area. False, and nothing is kept, for a file this township has no part in."""


class Desk(Protocol):
    """One workspace as the importer sees it: a village laptop, a township or a county."""

    dev: str
    role: Role
    trust: Trust
    practice: bool
    """A practice workspace: only practice nets are taken in by the first grant; never mixed."""

    def decrypt_keys(self) -> Mapping[str, X25519PrivateKey]:
        """wrap kid = first 8 bytes (hex16) of SHA-256(raw X25519 public key) -> private key; retired keys included."""

    def importing(self, dev: str, *, dry_run: bool = False) -> AbstractContextManager[ImportTx]: ...
