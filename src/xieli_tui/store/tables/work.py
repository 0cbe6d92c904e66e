"""Projection tables of the village's daily work: visits, findings, changes, alerts, referrals, notices. Same rules as tables.household."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class VisitTable(SQLModel, table=True):
    """A visit after its corrections, with the promise made on it."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_household", "household", "on_day"),)

    county_code: str = Field(primary_key=True)
    visit: str = Field(primary_key=True)
    household: str
    village: str
    on_day: str
    kind: str
    channel: str
    met: str
    visitors: str
    marks: str
    changes: str
    house_safety: str
    answers_alert: str
    alert_finding: str
    promise: str
    promise_on: str
    note: str
    trip: str
    corrected: int
    ref: str
    by_op: str
    role: str
    ms: int


class FlagTable(SQLModel, table=True):
    """A hardship finding, its telephone report and its settlement."""

    __tablename__ = "flag"
    __table_args__ = (Index("ix_flag_household", "household"),)

    county_code: str = Field(primary_key=True)
    flag: str = Field(primary_key=True)
    household: str
    village: str
    known: int
    outsider: str
    outsider_place: str
    persons: str
    on_day: str
    causes: str
    urgency: str
    channel: str
    found_by: str
    place: str
    situation: str
    needs: str
    note: str
    regions: str
    reported_at: str
    answered_by: str
    settled_on: str
    settled_how: str
    settled_note: str
    settled_role: str
    ref: str
    role: str
    ms: int


class InformedTable(SQLModel, table=True):
    """主动告知: which aid, to whom, what they answered."""

    __tablename__ = "informed"
    __table_args__ = (Index("ix_informed_household", "household"),)

    county_code: str = Field(primary_key=True)
    informed: str = Field(primary_key=True)
    household: str
    village: str
    kind: str
    person: str
    answer: str
    reason: str
    on_day: str
    ref: str
    ms: int


class ChangeTable(SQLModel, table=True):
    """A change report and the desk's answer."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_household", "household"),)

    county_code: str = Field(primary_key=True)
    change: str = Field(primary_key=True)
    household: str
    village: str
    known: int
    kind: str
    person: str
    on_day: str
    effect: str
    note: str
    visit: str
    answered: str
    answer_note: str
    ref: str
    ms: int


class AlertTable(SQLModel, table=True):
    """An alert of a desk and the village's answer. `own` = 1: a village's answer to a list it was handed itself, which no desk issued here."""

    __tablename__ = "alert"
    __table_args__ = (Index("ix_alert_household", "household"),)

    county_code: str = Field(primary_key=True)
    alert: str = Field(primary_key=True)
    household: str
    person: str
    village: str
    known: int
    own: int
    number: str
    cls: str
    text: str
    amount: int | None
    on_day: str
    due: str
    columns: str
    answered: str
    answered_on: str
    answer_visit: str
    answer_note: str
    answer_role: str
    answer_ms: int
    ref: str
    ms: int


class ReferralTable(SQLModel, table=True):
    """A referral to a department and its feedback. `department`, `due`, `first_receiver` are those of the last hand-over; `sent_to` the first."""

    __tablename__ = "referral"
    __table_args__ = (Index("ix_referral_household", "household"),)

    county_code: str = Field(primary_key=True)
    referral: str = Field(primary_key=True)
    household: str
    flag: str
    village: str
    known: int
    person: str
    department: str
    kind: str
    on_day: str
    due: str
    first_receiver: str
    sent_to: str
    note: str
    progress: str
    result: str
    answered_on: str
    answer_note: str
    ref: str
    ms: int


class NoticeTable(SQLModel, table=True):
    """公示 of an application: posted, taken down, objections."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_application", "application"),)

    county_code: str = Field(primary_key=True)
    notice: str = Field(primary_key=True)
    household: str
    village: str
    known: int
    application: str
    kind: str
    place: str
    start: str
    end_day: str
    counted: str
    calendar: str
    taken_down: str
    objections: str
    ref: str
    ms: int
