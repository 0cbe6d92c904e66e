"""Projection tables of applications and what belongs to them. Same rules as tables.household."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class ApplicationTable(SQLModel, table=True):
    """One application as its steps leave it; `heads` are the refs the next step names in `after`."""

    __tablename__ = "application"
    __table_args__ = (Index("ix_application_household", "household"), Index("ix_application_id", "application"))

    county_code: str = Field(primary_key=True)
    application: str = Field(primary_key=True)
    household: str
    village: str
    known: int
    person: str
    kinds: str
    unit: str
    source: str
    emergency: int
    flag: str
    reason: str
    amount_asked: int | None
    event_region: str
    started: str
    state: str
    state_on: str
    state_ms: int
    concurrent: str
    heads: str
    open_kinds: str
    handed_over: str
    accepted: str
    returned_papers: str
    returned_note: str
    entrusted: str
    entrusted_to: str
    entrusted_by: str
    platform_no: str
    ref: str
    ms: int


class StepTable(SQLModel, table=True):
    """An effective event of an application's chain, in order; `head` = nobody named it in `after`."""

    __tablename__ = "app_step"

    county_code: str = Field(primary_key=True)
    application: str = Field(primary_key=True)
    pos: int = Field(primary_key=True)
    ref: str
    t: str
    on_day: str
    ms: int
    role: str
    dev: str
    by_op: str
    head: int
    after: str
    d: str


class DecisionTable(SQLModel, table=True):
    """A standing decision for one kind. `concurrent` = several stand, or the application is 并发: nothing is paid from it."""

    __tablename__ = "decision"

    county_code: str = Field(primary_key=True)
    application: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    household: str
    result: str
    amount: int | None
    period: str
    start: str
    reason: str
    level: str
    on_day: str
    told_on: str
    told_how: str
    paid_reference: str
    paid_on: str
    concurrent: int
    role: str
    ms: int


class ConsentTable(SQLModel, table=True):
    """核对授权 of one adult, shared by all applications of the household."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_household", "household"),)

    county_code: str = Field(primary_key=True)
    consent: str = Field(primary_key=True)
    household: str
    village: str
    person: str
    on_day: str
    until: str
    scope: str
    guardian: str
    paper: str
    ref: str
    ms: int


class CommitmentTable(SQLModel, table=True):
    """诚信承诺 for one application."""

    __tablename__ = "commitment"
    __table_args__ = (Index("ix_commitment_application", "application"),)

    county_code: str = Field(primary_key=True)
    commitment: str = Field(primary_key=True)
    household: str
    village: str
    application: str
    person: str
    on_day: str
    paper: str
    ref: str
    ms: int


class PaperTable(SQLModel, table=True):
    """Where a paper lies."""

    __tablename__ = "paper"
    __table_args__ = (Index("ix_paper_household", "household"), Index("ix_paper_application", "application"))

    county_code: str = Field(primary_key=True)
    paper: str = Field(primary_key=True)
    household: str
    village: str
    application: str
    person: str
    doc: str
    place: str
    on_day: str
    later: int
    ref: str
    ms: int


class KinTable(SQLModel, table=True):
    """The answer to the kin question of one application."""

    __tablename__ = "kin"
    __table_args__ = (Index("ix_kin_application", "application"),)

    county_code: str = Field(primary_key=True)
    kin: str = Field(primary_key=True)
    household: str
    village: str
    application: str
    on_day: str
    none: int
    person: str
    staff: str
    relation: str
    ref: str
    ms: int


class AdvanceTable(SQLModel, table=True):
    """先行救助 from a township's reserve."""

    __tablename__ = "advance"
    __table_args__ = (Index("ix_advance_application", "application"),)

    county_code: str = Field(primary_key=True)
    advance: str = Field(primary_key=True)
    household: str
    village: str
    application: str
    on_day: str
    amount: int
    payer: str
    followup_due: str
    ref: str
    ms: int


class AidTable(SQLModel, table=True):
    """An aid of record (rank ruling) or what the village gave (rank claim)."""

    __tablename__ = "aid"
    __table_args__ = (Index("ix_aid_household", "household"),)

    county_code: str = Field(primary_key=True)
    aid: str = Field(primary_key=True)
    household: str
    village: str
    person: str
    kind: str
    form: str
    amount: int | None
    period: str
    matter: str
    item: str
    on_day: str
    rank: str
    ref: str
    ms: int
