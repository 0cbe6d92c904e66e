"""Projection tables of the road: verdicts, clocks put right, devices, operators, local parameters. Same rules as tables.household.

`verdict` holds only what is not ok: an event without a row here is effective.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class VerdictTable(SQLModel, table=True):
    """Why an event has no effect: quarantined or unknown, and the code. Its identity is the event's own, not a region's."""

    __tablename__ = "verdict"
    __table_args__ = ({"sqlite_with_rowid": False},)

    dev: str = Field(primary_key=True)
    ep: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    hash: str = Field(primary_key=True)
    ref: str
    status: str
    code: str


class ClampTable(SQLModel, table=True):
    """clock.clamped in force: the ms that orders events first..last of (dev, ep)."""

    __tablename__ = "clamp"

    county_code: str = Field(primary_key=True)
    dev: str = Field(primary_key=True)
    ep: str = Field(primary_key=True)
    pos: int = Field(primary_key=True)
    first: int
    last: int
    ms: int
    ref: str


class DeviceTable(SQLModel, table=True):
    """A registered computer: its last effective grant, whether it is revoked."""

    __tablename__ = "device"

    county_code: str = Field(primary_key=True)
    dev: str = Field(primary_key=True)
    role: str
    area: str
    villages: str
    village_names: str
    operators: str
    desks: str
    enrolled_on: str
    revoked: int
    frozen: int
    grant_ref: str
    known: int


class OperatorTable(SQLModel, table=True):
    """Who works on a device under which number."""

    __tablename__ = "operator"

    county_code: str = Field(primary_key=True)
    dev: str = Field(primary_key=True)
    operator: str = Field(primary_key=True)
    name: str
    post: str
    role: str
    area: str
    ended: str
    ref: str


class LocalParamTable(SQLModel, table=True):
    """A dated local parameter (design 06); never defaulted."""

    __tablename__ = "local_param"
    __table_args__ = (Index("ix_local_param_key", "key"),)

    county_code: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    pos: int = Field(primary_key=True)
    area: str
    start: str
    end_day: str
    value: str
    role: str
    dev: str
    ref: str
