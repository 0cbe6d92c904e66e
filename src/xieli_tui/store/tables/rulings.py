"""Projection tables of the desks' smaller rulings: 渐退期, reviews of record, requests for a 核对, money into and out of a township's reserve.
Same rules as tables.household."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class TaperTable(SQLModel, table=True):
    """低保渐退期 (001:1, 000:9): first day and number of months."""

    __tablename__ = "taper"
    __table_args__ = (Index("ix_taper_household", "household"),)

    county_code: str = Field(primary_key=True)
    taper: str = Field(primary_key=True)
    household: str
    village: str
    start: str
    months: int
    income_month: int | None
    role: str
    ref: str
    ms: int


class ReviewTable(SQLModel, table=True):
    """A review of record by a desk."""

    __tablename__ = "review_done"
    __table_args__ = (Index("ix_review_done_household", "household"),)

    county_code: str = Field(primary_key=True)
    review: str = Field(primary_key=True)
    household: str
    village: str
    on_day: str
    result: str
    note: str
    role: str
    ref: str
    ms: int


class CheckRequestTable(SQLModel, table=True):
    """核对委托: for whom a 核对 was asked."""

    __tablename__ = "check_request"
    __table_args__ = (Index("ix_check_request_application", "application"),)

    county_code: str = Field(primary_key=True)
    check_id: str = Field(primary_key=True)
    household: str
    village: str
    application: str
    on_day: str
    persons: str
    role: str
    ref: str
    ms: int


class ReserveTable(SQLModel, table=True):
    """乡镇临时救助备用金 (000:12): one movement of one township's reserve."""

    __tablename__ = "reserve_move"
    __table_args__ = (Index("ix_reserve_move_area", "area"),)

    county_code: str = Field(primary_key=True)
    reserve: str = Field(primary_key=True)
    area: str
    on_day: str
    direction: str
    amount: int
    application: str
    note: str
    role: str
    ref: str
    ms: int
