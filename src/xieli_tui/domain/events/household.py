"""Payloads about households and persons: openings, claims, membership, statements.

Claims set fields and name in `replaces` the claims their author saw (design 03). The fields a claim may set are closed lists with a
type each, so that a projection column, a form field and a claim always mean the same thing.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from xieli_tui.domain.events.base import (
    COUNTY, DESK, Code, Count, Day, DeviceId, Fen, HouseholdPayload, Id, Name, OperatorId, Payload, RefText, Scalar, Text, VillageCode, event,
)

HOUSEHOLD_FIELDS: dict[str, str] = {
    "number": "text", "group": "text", "address": "text", "phone": "text", "nickname": "text", "head": "id",
    "category": "code", "category_since": "day", "status": "code", "aid_month": "fen", "labels": "codes", "grid": "text",
    "area": "code", "hukou_region": "text", "live_region": "text", "permit_region": "text", "event_region": "text",
    "house_safety": "code", "income_stability": "code", "assets_ok": "bool", "from_agri": "bool", "note": "text",
    "labels_no": "codes", "housing_difficulty": "bool", "illness_poverty": "bool", "exit_consent": "bool", "goods_hard_to_get": "bool",
}
"""Field -> value type (text, id, code, codes, day, fen, bool, count). Money is monthly 分 where the name says month. `labels_no` names the labels
that were asked about and do not apply: a label in neither list is not known."""

PERSON_FIELDS: dict[str, str] = {
    "name": "text", "id_no": "text", "id_state": "code", "birth": "day", "sex": "code", "phone": "text", "nickname": "text",
    "category": "code", "status": "code", "labels": "codes", "health": "code", "disability_kind": "code", "disability_level": "count",
    "disability_cert": "text", "disability_cert_until": "day", "severe_illness": "bool", "cannot_selfcare": "bool",
    "labour": "code", "work": "code", "wage_month": "fen", "student_stage": "code", "in_school": "bool", "school": "text",
    "special": "codes", "orphan": "bool", "unsupported_child": "bool", "left_behind": "bool", "guardian": "text",
    "away": "bool", "away_place": "text", "support_mode": "code", "registered_unemployed": "bool", "wants_job": "bool",
    "died_on": "day", "nation": "text", "marital": "code", "education": "code", "bank": "text", "note": "text",
    "has_disability_cert": "bool", "apparent_disability": "bool", "wants_training": "bool", "cares_for": "id", "cared_kind": "code",
    "has_hukou": "bool", "parent_in_prison": "bool", "returned_oc": "bool", "has_guardian": "bool", "insure_tier": "code",
    "basic_life_hardship": "bool", "away_hardship": "bool", "student_loan": "bool", "ability_to_pay": "bool", "in_county_inpatient": "bool",
}
"""Field -> value type. `id_state` is ok | pending (待补) | none; `id_no` keeps what the paper says, `pending` when it cannot be trusted.
`cares_for` is a person id, or `none` when the person cares for nobody."""


def _check_fields(table: dict[str, str], fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        kind = table.get(name)
        if kind is None:
            raise ValueError(f"unknown field: {name}")
        if kind in ("text", "id", "code", "day"):
            good = isinstance(value, str) and len(value) <= 10_000
        elif kind == "codes":
            good = isinstance(value, list) and all(isinstance(x, str) for x in value)
        elif kind == "bool":
            good = isinstance(value, bool)
        else:
            good = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
        if not good:
            raise ValueError(f"wrong type for field: {name}")


def _household_fields(fields: dict[str, Any]) -> dict[str, Any]:
    _check_fields(HOUSEHOLD_FIELDS, fields)
    return fields


def _person_fields(fields: dict[str, Any]) -> dict[str, Any]:
    _check_fields(PERSON_FIELDS, fields)
    return fields


HouseholdFields = Annotated[dict[str, Scalar], Field(max_length=60), AfterValidator(_household_fields)]
PersonFields = Annotated[dict[str, Scalar], Field(max_length=60), AfterValidator(_person_fields)]
ClaimSource = Literal["台账", "存折", "本人", "走访", "导入", "证件", "核对", "其他"]


@event("household.opened", kind="claim", entity="household")
class HouseholdOpened(HouseholdPayload):
    """A household is put on the village's list; a claim on `village` that carries its first fields."""

    fields: HouseholdFields = Field(default_factory=dict)
    source: ClaimSource | None = None
    as_of: Day | None = None


@event("household.claimed", kind="claim", entity="household")
class HouseholdClaimed(HouseholdPayload):
    """Sets household fields; `replaces` names the claims its author saw. `lock` counts from a desk only."""

    fields: Annotated[HouseholdFields, Field(min_length=1)]
    replaces: list[RefText] = Field(default_factory=list)
    source: ClaimSource | None = None
    as_of: Day | None = None
    reason: Text | None = None
    lock: bool | None = None


@event("household.transferred", kind="claim", entity="household", writers=DESK)
class HouseholdTransferred(HouseholdPayload):
    """A desk moves a household to another village: a claim on `village` replacing the heads it saw. `village` is the old one."""

    to: VillageCode
    on: Day
    replaces: list[RefText] = Field(default_factory=list)
    to_name: Name | None = None


@event("person.added", kind="claim", entity="person")
class PersonAdded(HouseholdPayload):
    """A person enters the file, with first claims. Membership is a fact of its own (`membership.started`)."""

    person: Id
    fields: PersonFields
    source: ClaimSource | None = None
    as_of: Day | None = None


@event("person.claimed", kind="claim", entity="person")
class PersonClaimed(HouseholdPayload):
    """Sets person fields; `replaces` names the claims its author saw."""

    person: Id
    fields: Annotated[PersonFields, Field(min_length=1)]
    replaces: list[RefText] = Field(default_factory=list)
    source: ClaimSource | None = None
    as_of: Day | None = None
    reason: Text | None = None
    lock: bool | None = None


@event("person.merged", kind="ruling", entity="person", writers=DESK, scope="village")
class PersonMerged(Payload):
    """Two files are one person: an undirected edge over the effective set (design 03)."""

    person: Id
    other: Id
    villages: list[VillageCode]
    reason: Text | None = None


@event("membership.started", kind="fact", entity="membership")
class MembershipStarted(HouseholdPayload):
    """A person belongs to a household. `relation` is a GB/T 4761 code, `living` says 共同生活; `source` and `as_of` say which list said so."""

    membership: Id
    person: Id
    relation: Code
    on: Day | None = None
    living: bool = True
    living_reason: Text | None = None
    source: ClaimSource | None = None
    as_of: Day | None = None


@event("membership.ended", kind="fact", entity="membership")
class MembershipEnded(HouseholdPayload):
    """A person leaves a household; a death, a move or a split is named in `why`."""

    membership: Id
    person: Id
    on: Day
    why: Literal["death", "moved_out", "married_out", "split", "error", "other"]
    note: Text | None = None


class MoneyLine(Payload):
    """One line of a statement: kind by code, 分, whose, the day or month it is about, the legal basis of a deduction.

    `per` says what an income or a deduction is per (a month when absent); expenses are of the last twelve months, bills are once.
    """

    kind: Code
    amount: Fen
    per: Literal["month", "year"] | None = None
    person: Id | None = None
    on: Day | None = None
    basis: Text | None = None
    layer: Code | None = None
    note: Text | None = None


class AssetLine(Payload):
    """One asset: kind by code and what it is; value in 分 when stated."""

    kind: Code
    text: Text
    value: Fen | None = None
    person: Id | None = None


class ObligorLine(Payload):
    """赡养、抚养、扶养义务人 of one member: who, and whether he or his family could bear the duty. `none` says the member has nobody."""

    person: Id
    none: bool = False
    name: Name | None = None
    relation: Code | None = None
    low_income: bool | None = None
    safety_net: bool | None = None
    can_fully_support: bool | None = None


StatementPart = Literal["income", "deductions", "assets", "expenses", "medical"]


@event("statement.made", kind="fact", entity="statement")
class StatementMade(HouseholdPayload):
    """What the family states of income, deductions, assets, 12-month expenses, medical bills by paying layer and obligors. All money 分.

    A part that is empty was not asked about, unless `nothing` names it (没有). `answers` are the family's own yes or no (vocabulary
    statement_answer); `rise_cause` is why the income rose, where it did.
    """

    statement: Id
    on: Day
    by_whom: Name | None = None
    income: list[MoneyLine] = Field(default_factory=list)
    deductions: list[MoneyLine] = Field(default_factory=list)
    assets: list[AssetLine] = Field(default_factory=list)
    expenses: list[MoneyLine] = Field(default_factory=list)
    medical: list[MoneyLine] = Field(default_factory=list)
    obligors: list[ObligorLine] = Field(default_factory=list)
    nothing: list[StatementPart] = Field(default_factory=list)
    answers: dict[Code, bool] = Field(default_factory=dict)
    rise_cause: Code | None = None
    income_month: Fen | None = None
    income_year: Fen | None = None
    note: Text | None = None


@event("assessment.made", kind="fact", entity="assessment")
class AssessmentMade(HouseholdPayload):
    """Six-dimension assessment (001:9): dimension -> level 1 正常, 2 留意, 3 有困难, with a word each. No score."""

    assessment: Id
    on: Day
    levels: dict[Literal["economy", "health", "education", "housing", "employment", "participation"], Annotated[int, Field(ge=1, le=3)]]
    notes: dict[Code, Text] = Field(default_factory=dict)


@event("kin.filed", kind="fact", entity="kin")
class KinFiled(HouseholdPayload):
    """近亲属备案 (002:三(一)2): the answer to the kin question for one application, none or who and how."""

    kin: Id
    application: Id | None = None
    on: Day
    none: bool = False
    person: Id | None = None
    staff: Name | None = None
    relation: Code | None = None

    @model_validator(mode="after")
    def _one_answer(self) -> KinFiled:
        if self.none == bool(self.relation):
            raise ValueError("kin: none or a relation, exactly one")
        return self


@event("pair.assigned", kind="fact", entity="pair")
class PairAssigned(HouseholdPayload):
    """结对帮扶: who is paired with the household, from when, until when. `party`: a party member (001:8); the last line of a pair counts."""

    pair: Id
    name: Name
    post: Name | None = None
    party: bool | None = None
    since: Day
    until: Day | None = None


@event("roster.fixed", kind="claim", entity="person", writers=DESK)
class RosterFixed(HouseholdPayload):
    """A desk-rank claim that mends a person field (identity numbers, names)."""

    person: Id
    fields: Annotated[PersonFields, Field(min_length=1)]
    replaces: list[RefText] = Field(default_factory=list)
    reason: Text
    lock: bool | None = None


@event("category.set", kind="ruling", entity="household", writers=DESK)
class CategorySet(HouseholdPayload):
    """The category of record (在册) of a household or one person, from a decision or the platform list."""

    person: Id | None = None
    category: Code
    since: Day
    until: Day | None = None
    reason: Text | None = None


@event("exit.recorded", kind="ruling", entity="household", writers=DESK)
class ExitRecorded(HouseholdPayload):
    """An exit of record; opens the two-year watch (003:(五))."""

    person: Id | None = None
    category: Code
    on: Day
    reason: Code
    consent_reroute: bool | None = None


@event("taper.set", kind="ruling", entity="taper", writers=DESK)
class TaperSet(HouseholdPayload):
    """低保渐退期: start and months (001:1, 000:9)."""

    taper: Id
    start: Day
    months: Annotated[int, Field(ge=1, le=60)]
    income_month: Fen | None = None


@event("aid.recorded", kind="ruling", entity="aid", writers=DESK)
class AidRecorded(HouseholdPayload):
    """An aid of record: kind, form, money in 分 per period or once."""

    aid: Id
    person: Id | None = None
    kind: Code
    form: Literal["cash", "in_kind", "service", "fee_relief"] = "cash"
    amount: Fen | None = None
    period: Name | None = None
    matter: Name | None = None
    on: Day
    department: Code | None = None
    decision: RefText | None = None


@event("aid.given", kind="fact", entity="aid")
class AidGiven(HouseholdPayload):
    """Village aid in kind or service: what, how much, to whom."""

    aid: Id
    person: Id | None = None
    kind: Code
    form: Literal["in_kind", "service"]
    item: Text
    quantity: Count | None = None
    unit: Name | None = None
    on: Day
    by_whom: Name | None = None


@event("platform.linked", kind="ruling", entity="household", writers=COUNTY)
class PlatformLinked(HouseholdPayload):
    """The number a household carries in the system of record (M-03, M-25)."""

    platform_no: Name
    person: Id | None = None


@event("operator.added", kind="road", entity="operator", scope="device")
class OperatorAdded(Payload):
    """A person who works on this device: the name, post and role behind `by`."""

    operator: OperatorId
    name: Name
    post: Name | None = None
    role: Literal["village", "township", "county"]
    area: Name | None = None


@event("operator.ended", kind="road", entity="operator", scope="device")
class OperatorEnded(Payload):
    """An operator no longer works on this device."""

    operator: OperatorId
    on: Day
