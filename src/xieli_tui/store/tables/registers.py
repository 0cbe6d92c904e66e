"""Projection tables of the county's registers: staff, stations; and of who stands by a family: pairs, helping groups. Same rules as tables.household."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class StaffTable(SQLModel, table=True):
    """One person of the staff register for one village or area; `source` not empty = a coordinator."""

    __tablename__ = "staff"
    __table_args__ = (Index("ix_staff_village", "village"),)

    county_code: str = Field(primary_key=True)
    staff: str = Field(primary_key=True)
    village: str
    area: str
    name: str
    post: str
    source: str
    since: str
    until: str
    phone: str
    dev: str
    operator: str
    role: str
    ref: str
    ms: int


class StationTable(SQLModel, table=True):
    """社会救助服务站(点) of a village."""

    __tablename__ = "station"
    __table_args__ = (Index("ix_station_village", "village"),)

    county_code: str = Field(primary_key=True)
    station: str = Field(primary_key=True)
    village: str
    name: str
    since: str
    until: str
    phone: str
    role: str
    ref: str
    ms: int


class PairTable(SQLModel, table=True):
    """结对帮扶 of a household; `party` 1 party member, 0 not, -1 not said."""

    __tablename__ = "pair"
    __table_args__ = (Index("ix_pair_household", "household"),)

    county_code: str = Field(primary_key=True)
    pair: str = Field(primary_key=True)
    household: str
    village: str
    name: str
    post: str
    party: int
    since: str
    until: str
    ref: str
    ms: int


class HelpingGroupTable(SQLModel, table=True):
    """困难群众救助帮扶小组 of a village; `heads` = refs of the claims nobody replaced, the winner's values shown."""

    __tablename__ = "helping_group"
    __table_args__ = (Index("ix_helping_group_village", "village"),)

    county_code: str = Field(primary_key=True)
    grp: str = Field(primary_key=True)
    village: str
    name: str
    members: str
    households: str
    heads: str
    ref: str
    ms: int
