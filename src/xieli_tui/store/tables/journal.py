"""Tables of the journal class: the lines of all authors and what was exchanged about them. Never purged.

Rules kept here
- one row of `journal` is one exact line; two rows under one (dev, ep, seq) are a fork and both stay;
- `entity`, `household`, `village`, `of` repeat what the line says, so that a reader finds its events without opening every line;
- `delivery_out` and `delivery_in` hold delivery lines as they were written or received; receipts are read out of `delivery_in` and can be
  made again from it (`deliveries.replay`).
The DDL that really runs is in `store/migrations.py`; a test holds the two together.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

KIND: dict[str, Any] = {"info": {"kind": "journal"}}


class Journal(SQLModel, table=True):
    """One event line of any author."""

    __tablename__ = "journal"
    __table_args__: ClassVar[Any] = (
        UniqueConstraint("dev", "ep", "seq", "hash", name="uq_journal_place"),
        Index("ix_journal_entity", "entity"),
        Index("ix_journal_household", "household"),
        Index("ix_journal_village", "village", "dev", "ep"),
        Index("ix_journal_of", "of"),
        Index("ix_journal_type", "t", "dev"),
        KIND,
    )

    rowid: int | None = Field(default=None, sa_column=Column("rowid", Integer, primary_key=True))
    dev: str = Field(sa_type=Text)
    ep: str = Field(sa_type=Text)
    seq: int = Field(sa_type=BigInteger)
    hash: str = Field(sa_type=Text)
    prev: str = Field(sa_type=Text)
    """Hash of the line before it in its own branch; "" when that line is not held (a relayed line)."""
    t: str = Field(sa_type=Text)
    v: int
    by: str = Field(sa_type=Text)
    hlc_ms: int = Field(sa_type=BigInteger)
    hlc_n: int
    role: str = Field(sa_type=Text)
    county: str = Field(sa_type=Text)
    village: str = Field(sa_type=Text)
    household: str = Field(sa_type=Text)
    entity: str = Field(sa_type=Text)
    of: str = Field(sa_type=Text)
    line: bytes = Field(sa_type=LargeBinary)
    arrived_ms: int = Field(sa_type=BigInteger)


class DeviceHead(SQLModel, table=True):
    """Where a chain stands here: the highest seq up to which nothing is missing, and for the own chain the last HLC. Locked by an import."""

    __tablename__ = "device_head"
    __table_args__: ClassVar[Any] = (KIND,)

    dev: str = Field(sa_type=Text, primary_key=True)
    ep: str = Field(sa_type=Text, primary_key=True)
    seq: int = Field(sa_type=BigInteger)
    hash: str = Field(sa_type=Text)
    hlc_ms: int = Field(sa_type=BigInteger)
    hlc_n: int
    heard_ms: int = Field(sa_type=BigInteger)
    """When a line of this chain last came in (or was written)."""


class BundleSeen(SQLModel, table=True):
    """A bundle taken in: enough to answer it again without reading it."""

    __tablename__ = "bundle_seen"
    __table_args__: ClassVar[Any] = (KIND,)

    dev: str = Field(sa_type=Text, primary_key=True)
    bid: str = Field(sa_type=Text, primary_key=True)
    digest: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    code: str = Field(sa_type=Text)
    events: int
    core: bytes = Field(sa_type=LargeBinary)
    at_ms: int = Field(sa_type=BigInteger)


class DeliveryOut(SQLModel, table=True):
    """A delivery line this desk wrote to one recipient. A number, once given, is the same line for ever."""

    __tablename__ = "delivery_out"
    __table_args__: ClassVar[Any] = (Index("ix_delivery_out_event", "to_dev", "event_hash"), Index("ix_delivery_out_about", "to_dev", "k", "dev", "ep"), KIND)

    to_dev: str = Field(sa_type=Text, primary_key=True)
    issuer_ep: str = Field(sa_type=Text, primary_key=True)
    r: int = Field(sa_type=BigInteger, primary_key=True)
    hash: str = Field(sa_type=Text)
    k: str = Field(sa_type=Text)
    dev: str = Field(sa_type=Text)
    """Chain the line is about ("" when about none)."""
    ep: str = Field(sa_type=Text)
    event_hash: str = Field(sa_type=Text)
    household: str = Field(sa_type=Text)
    line: bytes = Field(sa_type=LargeBinary)
    at_ms: int = Field(sa_type=BigInteger)


class DeliveryIn(SQLModel, table=True):
    """A delivery line received, exactly as it came."""

    __tablename__ = "delivery_in"
    __table_args__: ClassVar[Any] = (Index("ix_delivery_in_event", "dev", "ep", "seq"), KIND)

    issuer: str = Field(sa_type=Text, primary_key=True)
    issuer_ep: str = Field(sa_type=Text, primary_key=True)
    r: int = Field(sa_type=BigInteger, primary_key=True)
    hash: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    gen: int
    k: str = Field(sa_type=Text)
    dev: str = Field(sa_type=Text)
    ep: str = Field(sa_type=Text)
    seq: int = Field(sa_type=BigInteger)
    line: bytes = Field(sa_type=LargeBinary)
    at_ms: int = Field(sa_type=BigInteger)


class Envelope(SQLModel, table=True):
    """What proves the lines of a return or grant taken in, up to r = `last`, without its body: an echo gives both back to a desk that lost them."""

    __tablename__ = "envelope"
    __table_args__: ClassVar[Any] = (KIND,)

    issuer: str = Field(sa_type=Text, primary_key=True)
    issuer_ep: str = Field(sa_type=Text, primary_key=True)
    last: int = Field(sa_type=BigInteger, primary_key=True)
    core: bytes = Field(sa_type=LargeBinary)
    wraps: bytes = Field(sa_type=LargeBinary)
    body: str = Field(sa_type=Text)
    """SHA-256 of the body, hex."""
    sigs: bytes = Field(sa_type=LargeBinary)
    at_ms: int = Field(sa_type=BigInteger)


class IssuerEpoch(SQLModel, table=True):
    """A numbering of delivery lines that a desk began towards this device; `age` 0 is the one it goes by now."""

    __tablename__ = "issuer_epoch"
    __table_args__: ClassVar[Any] = (KIND,)

    issuer: str = Field(sa_type=Text, primary_key=True)
    issuer_ep: str = Field(sa_type=Text, primary_key=True)
    gen: int
    age: int
    first_ms: int = Field(sa_type=BigInteger)


class Receipt(SQLModel, table=True):
    """A receipt line taken in that may still be the last word on something: where the exact line stands, and what it is about."""

    __tablename__ = "receipt"
    __table_args__: ClassVar[Any] = (Index("ix_receipt_chain", "dev", "ep"), KIND)

    issuer: str = Field(sa_type=Text, primary_key=True)
    issuer_ep: str = Field(sa_type=Text, primary_key=True)
    r: int = Field(sa_type=BigInteger, primary_key=True)
    role: str = Field(sa_type=Text)
    gen: int
    dev: str = Field(sa_type=Text)
    ep: str = Field(sa_type=Text)
    seq: int = Field(sa_type=BigInteger)
    head: str = Field(sa_type=Text)
    partial: int
    """1 when the line speaks about some lines of the chain only (a branch, or one of several lines)."""
    at_ms: int = Field(sa_type=BigInteger)
