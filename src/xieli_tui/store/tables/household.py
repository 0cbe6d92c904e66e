"""Projection tables about households and persons. Dropped and replayed by `store rebuild`; nothing here is the truth.

Rules kept here
- `county_code` (first six digits of the village code, "000000" where no area is known) is first in every primary key, and joins include it;
- text columns hold "" for not known; lists and objects are canonical JSON text, so that two stores with the same set have the same bytes;
- no enforced foreign keys between event-made entities: a row for an id not met yet is a stub (`known` = 0).
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

NO_COUNTY = "000000"
"""County code of rows that no area can be read from (a device, a parameter without an area)."""


class HouseholdTable(SQLModel, table=True):
    """Winners of a household's claims, what rulings say of it, and which claims are its heads."""

    __tablename__ = "household"
    __table_args__ = (Index("ix_household_id", "household"), Index("ix_household_number", "county_code", "village", "number"))

    county_code: str = Field(primary_key=True)
    household: str = Field(primary_key=True)
    village: str
    known: int
    head: str
    number: str
    grp: str
    address: str
    phone: str
    nickname: str
    category: str
    category_rank: str
    category_since: str
    fields: str
    heads: str
    ruled: str
    opened_ms: int


class PersonTable(SQLModel, table=True):
    """Winners of a person's claims. The household is the one named when the person was added; membership says where they live now."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_id", "person"), Index("ix_person_id_no", "county_code", "id_no"))

    county_code: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    household: str
    village: str
    known: int
    name: str
    id_no: str
    id_state: str
    birth: str
    sex: str
    phone: str
    nickname: str
    initials: str
    category: str
    fields: str
    heads: str


class MembershipTable(SQLModel, table=True):
    """Who belongs to which household, since when, until when."""

    __tablename__ = "membership"
    __table_args__ = (
        Index("ix_membership_household", "household"),
        Index("ix_membership_person", "person"),
    )

    county_code: str = Field(primary_key=True)
    membership: str = Field(primary_key=True)
    household: str
    person: str
    village: str
    relation: str
    living: int
    since: str
    ended: str
    ended_why: str
    known: int
    ref: str
    ms: int


class ClaimHeadTable(SQLModel, table=True):
    """The heads of a field where there is more to see than one value: several differing heads, or proposals beside a locked one."""

    __tablename__ = "claim_head"
    __table_args__ = (Index("ix_claim_head_household", "household"),)

    county_code: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    entity: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    pos: int = Field(primary_key=True)
    household: str
    ref: str
    value: str
    role: str
    dev: str
    by_op: str
    ms: int
    source: str
    proposal: int
    locked: int


class CategoryRulingTable(SQLModel, table=True):
    """Rulings of record on a household or one person: category set, exit, number in the system of record."""

    __tablename__ = "category_ruling"
    __table_args__ = (Index("ix_category_ruling_person", "person"),)

    county_code: str = Field(primary_key=True)
    household: str = Field(primary_key=True)
    pos: int = Field(primary_key=True)
    person: str
    what: str
    category: str
    on_day: str
    until: str
    reason: str
    platform_no: str
    role: str
    ref: str


class MentionTable(SQLModel, table=True):
    """Who names a person or an application: what keeps a stub alive. Households are found by the journal's own column."""

    __tablename__ = "mention"
    __table_args__ = (Index("ix_mention_source", "county_code", "topic", "entity"), Index("ix_mention_named", "kind", "named"))

    county_code: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    named: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    entity: str = Field(primary_key=True)
    household: str
    village: str


class PersonMergeTable(SQLModel, table=True):
    """Edges of 两份档案是同一人; the shown id is the smallest of the component."""

    __tablename__ = "person_merge"

    county_code: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    other: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)


class StatementTable(SQLModel, table=True):
    """What a family stated of its means (statement.made), whole payload in `d`."""

    __tablename__ = "statement_made"
    __table_args__ = (Index("ix_statement_made_household", "household"),)

    county_code: str = Field(primary_key=True)
    statement: str = Field(primary_key=True)
    household: str
    village: str
    on_day: str
    income_month: int | None
    income_year: int | None
    d: str
    ref: str
    ms: int
