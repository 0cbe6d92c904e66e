"""Projection tables of what comes up beside visits and applications: assessments, services, encounters, losses, emergency files, public events,
complaints, conferences, suspicions. Same rules as tables.household."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class AssessmentTable(SQLModel, table=True):
    """A six-dimension assessment after its corrections: levels and notes as JSON, no score."""

    __tablename__ = "assessment"
    __table_args__ = (Index("ix_assessment_household", "household", "on_day"),)

    county_code: str = Field(primary_key=True)
    assessment: str = Field(primary_key=True)
    household: str
    village: str
    on_day: str
    levels: str
    notes: str
    ref: str
    role: str
    ms: int


class ServiceTable(SQLModel, table=True):
    """A service act for a family or one of its members."""

    __tablename__ = "service"
    __table_args__ = (Index("ix_service_household", "household"),)

    county_code: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    household: str
    village: str
    person: str
    kind: str
    on_day: str
    provider: str
    hours: int | None
    note: str
    ref: str
    ms: int


class EncounterTable(SQLModel, table=True):
    """An encounter with somebody without a living, and what was done."""

    __tablename__ = "encounter"

    county_code: str = Field(primary_key=True)
    encounter: str = Field(primary_key=True)
    village: str
    on_day: str
    place: str
    outsider: str
    action: str
    note: str
    ref: str
    ms: int


class LossTable(SQLModel, table=True):
    """What a family lost in a disaster, 分."""

    __tablename__ = "loss"
    __table_args__ = (Index("ix_loss_household", "household"),)

    county_code: str = Field(primary_key=True)
    loss: str = Field(primary_key=True)
    household: str
    village: str
    event: str
    on_day: str
    kind: str
    amount: int | None
    note: str
    ref: str
    ms: int


class EmergencyTable(SQLModel, table=True):
    """A 急难信息档案: opened on a finding, with its steps in their order."""

    __tablename__ = "emergency"
    __table_args__ = (Index("ix_emergency_flag", "flag"),)

    county_code: str = Field(primary_key=True)
    emergency: str = Field(primary_key=True)
    household: str
    village: str
    known: int
    flag: str
    opened_at: str
    kind: str
    steps: str
    ref: str
    ms: int


class PublicEventTable(SQLModel, table=True):
    """A 突发公共事件 a desk opened, and when it was closed."""

    __tablename__ = "public_event"
    __table_args__ = (Index("ix_public_event", "event"),)

    county_code: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    known: int
    kind: str
    name: str
    on_day: str
    villages: str
    suspend_reviews: int
    closed: str
    role: str
    ref: str
    ms: int


class ComplaintTable(SQLModel, table=True):
    """A complaint received at a desk, and how it was answered."""

    __tablename__ = "complaint"
    __table_args__ = (Index("ix_complaint", "complaint"),)

    county_code: str = Field(primary_key=True)
    complaint: str = Field(primary_key=True)
    household: str
    village: str
    known: int
    channel: str
    on_day: str
    text: str
    answered_on: str
    result: str
    ref: str
    ms: int


class ConferenceTable(SQLModel, table=True):
    """A 个案会商 with its members and result."""

    __tablename__ = "conference"

    county_code: str = Field(primary_key=True)
    conference: str = Field(primary_key=True)
    on_day: str
    members: str
    applications: str
    households: str
    result: str
    role: str
    ref: str
    ms: int


class FraudTable(SQLModel, table=True):
    """A suspicion, and the county's ruling on it."""

    __tablename__ = "fraud"
    __table_args__ = (Index("ix_fraud_household", "household"),)

    county_code: str = Field(primary_key=True)
    fraud: str = Field(primary_key=True)
    household: str
    village: str
    known: int
    on_day: str
    text: str
    ruled_on: str
    result: str
    ruling_text: str
    ref: str
    ms: int
