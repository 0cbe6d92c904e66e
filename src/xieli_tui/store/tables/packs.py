"""Projection tables of what the county sends in pieces: blobs put together, and the packs installed. Same rules as tables.household."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class BlobTable(SQLModel, table=True):
    """A file that came in pieces. `state` whole | missing | wrong; `data` (base64) is there only when whole."""

    __tablename__ = "blob"

    county_code: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
    kind: str
    name: str
    held: int
    parts: int
    state: str
    data: str


class PackInstallTable(SQLModel, table=True):
    """A ruling that a file is in force under a name from a day on, in the order they were made."""

    __tablename__ = "pack_install"
    __table_args__ = (Index("ix_pack_install_pack", "pack"),)

    county_code: str = Field(primary_key=True)
    pack: str = Field(primary_key=True)
    pos: int = Field(primary_key=True)
    digest: str
    start: str
    ref: str
