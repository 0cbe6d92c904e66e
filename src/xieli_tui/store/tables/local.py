"""Tables of the local class: what only this machine knows. Never dropped by a rebuild, in every backup, never on the road.

The DDL that really runs is in `store/migrations.py`; a test holds the two together.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

KIND: dict[str, Any] = {"info": {"kind": "local"}}


class Setting(SQLModel, table=True):
    """One named value as JSON text."""

    __tablename__ = "setting"
    __table_args__: ClassVar[Any] = (KIND,)

    key: str = Field(sa_type=Text, primary_key=True)
    value: str = Field(sa_type=Text)


class OwnEpoch(SQLModel, table=True):
    """The epochs this device opened, in order; the last one is the one it writes in."""

    __tablename__ = "own_epoch"
    __table_args__: ClassVar[Any] = (KIND,)

    n: int = Field(primary_key=True)
    ep: str = Field(sa_type=Text)
    opened_ms: int = Field(sa_type=BigInteger)


class Draft(SQLModel, table=True):
    """A half-filled form, saved at every change of a field."""

    __tablename__ = "draft"
    __table_args__: ClassVar[Any] = (KIND,)

    form: str = Field(sa_type=Text, primary_key=True)
    key: str = Field(sa_type=Text, primary_key=True)
    version: int
    """Version of the form it was begun with."""
    data: str = Field(sa_type=Text)
    begun_ms: int = Field(sa_type=BigInteger)
    at_ms: int = Field(sa_type=BigInteger)


class Outbox(SQLModel, table=True):
    """A bundle laid down: what it carried and where it went. Writing one is a row here, not an event."""

    __tablename__ = "outbox"
    __table_args__: ClassVar[Any] = (Index("ix_outbox_slice", "ep", "last"), KIND)

    bid: str = Field(sa_type=Text, primary_key=True)
    kind: str = Field(sa_type=Text)
    to_dev: str = Field(sa_type=Text)
    ep: str = Field(sa_type=Text)
    first: int = Field(sa_type=BigInteger)
    last: int = Field(sa_type=BigInteger)
    events: int
    size: int
    digest: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    at_ms: int = Field(sa_type=BigInteger)


class Parked(SQLModel, table=True):
    """A bundle that waits for the one before it."""

    __tablename__ = "parked"
    __table_args__: ClassVar[Any] = (KIND,)

    dev: str = Field(sa_type=Text, primary_key=True)
    ep: str = Field(sa_type=Text, primary_key=True)
    bid: str = Field(sa_type=Text, primary_key=True)
    first: int = Field(sa_type=BigInteger)
    last: int = Field(sa_type=BigInteger)
    size: int
    data: bytes = Field(sa_type=LargeBinary)
    at_ms: int = Field(sa_type=BigInteger)


class Carried(SQLModel, table=True):
    """A file on its way through this township, byte for byte: a village's bundle for the county, or what the county wrote for a laptop."""

    __tablename__ = "carried"
    __table_args__: ClassVar[Any] = (KIND,)

    dev: str = Field(sa_type=Text, primary_key=True)
    """Sender."""
    bid: str = Field(sa_type=Text, primary_key=True)
    kind: str = Field(sa_type=Text)
    to_dev: str = Field(sa_type=Text)
    """The laptop it is for; "" = on its way up."""
    ep: str = Field(sa_type=Text)
    first: int = Field(sa_type=BigInteger)
    last: int = Field(sa_type=BigInteger)
    head: str = Field(sa_type=Text)
    gen: int
    """Generation of the desk that wrote it; 0 of a village."""
    content: int
    """The last delivery number in it that waits to be acknowledged, as it says of itself; 0: none does."""
    data: bytes = Field(sa_type=LargeBinary)
    at_ms: int = Field(sa_type=BigInteger)
    laid: str = Field(sa_type=Text)
    """What had been heard of the laptop when it was last laid down; "" = never was."""


class DutyKept(SQLModel, table=True):
    """What the policy engine last answered about a household (`store.duty_cache`). Worth nothing but time: it may be emptied whenever."""

    __tablename__ = "duty_kept"
    __table_args__: ClassVar[Any] = (KIND,)

    household: str = Field(sa_type=Text, primary_key=True)
    body: str = Field(sa_type=Text)


class ListedAlert(SQLModel, table=True):
    """A row of a list (预警名单) this computer was handed as a workbook, and whose a row is by a person's word (`store.listed_alerts`, ADR 0013)."""

    __tablename__ = "listed_alert"
    __table_args__: ClassVar[Any] = (Index("ix_listed_alert_household", "household"), KIND)

    alert: str = Field(sa_type=Text, primary_key=True)
    """The id that every copy of the row has."""
    household: str = Field(sa_type=Text)
    person: str = Field(sa_type=Text)
    village: str = Field(sa_type=Text)
    number: str = Field(sa_type=Text)
    cls: str = Field(sa_type=Text)
    """"" = only `household` and `person` are ours: a desk issued it, somebody here said whose it is."""
    text: str = Field(sa_type=Text)
    amount: int | None = Field(default=None, sa_type=BigInteger)
    on_day: str = Field(sa_type=Text)
    due: str = Field(sa_type=Text)
    columns: str = Field(sa_type=Text)
    at_ms: int = Field(sa_type=BigInteger)


class TrustSigner(SQLModel, table=True):
    """A key whose certificate chain held, or that a grant named."""

    __tablename__ = "trust_signer"
    __table_args__: ClassVar[Any] = (KIND,)

    dev: str = Field(sa_type=Text, primary_key=True)
    kid: str = Field(sa_type=Text, primary_key=True)
    sign_pub: bytes = Field(sa_type=LargeBinary)
    enc_pub: bytes = Field(sa_type=LargeBinary)
    role: str = Field(sa_type=Text)
    area: str = Field(sa_type=Text)
    ver: int
    gen: int


class ResendRequest(SQLModel, table=True):
    """Events another side asks to have again."""

    __tablename__ = "resend_request"
    __table_args__: ClassVar[Any] = (KIND,)

    issuer: str = Field(sa_type=Text, primary_key=True)
    dev: str = Field(sa_type=Text, primary_key=True)
    ep: str = Field(sa_type=Text, primary_key=True)
    first: int = Field(sa_type=BigInteger, primary_key=True)
    last: int = Field(sa_type=BigInteger, primary_key=True)
    at_ms: int = Field(sa_type=BigInteger)


class Alarm(SQLModel, table=True):
    """Something a person at this desk must look at: another history of a chain, a foreign head, a line from the wrong hand."""

    __tablename__ = "alarm"
    __table_args__: ClassVar[Any] = (KIND,)

    code: str = Field(sa_type=Text, primary_key=True)
    dev: str = Field(sa_type=Text, primary_key=True)
    ep: str = Field(sa_type=Text, primary_key=True)
    seq: int = Field(sa_type=BigInteger, primary_key=True)
    detail: str = Field(sa_type=Text, primary_key=True)
    at_ms: int = Field(sa_type=BigInteger)
