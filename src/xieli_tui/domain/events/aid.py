"""Payloads of an application: the village's steps up to hand-over, and the desks' rulings after it.

One intake opens several kinds. Steps name in `after` the steps their author saw; the desk's steps are rulings and never effective from a
village chain (002:三(二)1: the village does not accept, review or decide).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from xieli_tui.domain.events.base import (
    COUNTY, DESK, Code, Day, Fen, Hex32, HouseholdPayload, Id, Name, OperatorId, RefText, RegionCode, Scalar, Text, VillageCode, event, Payload,
)

Source = Literal["village", "window", "phone", "hotline"]


class ApplicationPayload(HouseholdPayload):
    """A payload about one application."""

    application: Id


class StepPayload(ApplicationPayload):
    """A step: the day it is about and the steps its author saw."""

    on: Day
    after: list[RefText] = Field(default_factory=list)


class HintSeen(Payload):
    """A hint as it stood when the application was started (X-06): verdict, rule, pack and version, the day; asked again with `policy screen --asof`."""

    kind: Code
    person: Id | None = None
    verdict: Literal["meets", "discretion", "needs_info", "fails"]
    rule: Name | None = None
    pack: Name
    pack_version: Name
    asof: Day


@event("application.started", kind="step", entity="application")
class ApplicationStarted(ApplicationPayload):
    """One intake for one or more kinds. At the village this is 协助填写, never 受理."""

    on: Day
    kinds: Annotated[list[Code], Field(min_length=1, max_length=20)]
    unit: Literal["household", "person"] = "household"
    person: Id | None = None
    source: Source = "village"
    emergency: bool = False
    flag: Id | None = None
    reason: Text | None = None
    amount_asked: Fen | None = None
    event_region: RegionCode | None = None
    hints: list[HintSeen] = Field(default_factory=list)

    @model_validator(mode="after")
    def _unit(self) -> ApplicationStarted:
        if self.unit == "person" and self.person is None:
            raise ValueError("person: a personal application names its person")
        return self


@event("application.entrusted", kind="fact", entity="application")
class ApplicationEntrusted(ApplicationPayload):
    """委托: who entrusts whom, on which day, where the signed paper lies (M-17)."""

    on: Day
    by_whom: Name
    to_whom: Name
    person: Id | None = None
    paper: Text | None = None


@event("application.handed_over", kind="step", entity="application")
class ApplicationHandedOver(StepPayload):
    """受委托代为提交(转交): out of the village's hands, with what is still missing named."""

    missing: list[Code] = Field(default_factory=list)


@event("application.withdrawn", kind="step", entity="application")
class ApplicationWithdrawn(StepPayload):
    """The applicant withdraws."""

    reason: Text


@event("application.accepted", kind="step", entity="application", writers=DESK)
class ApplicationAccepted(StepPayload):
    """受理 by a township or county window."""

    platform_no: Name | None = None
    window: Name | None = None


@event("application.returned", kind="step", entity="application", writers=DESK)
class ApplicationReturned(StepPayload):
    """退回补正: all missing papers at once (一次性告知)."""

    papers: Annotated[list[Code], Field(min_length=1)]
    note: Text | None = None


@event("application.checked", kind="step", entity="application", writers=DESK)
class ApplicationChecked(StepPayload):
    """经济状况核对 result; villages see the flag only."""

    result: Literal["pass", "fail", "pending"]
    until: Day | None = None


@event("application.investigated", kind="step", entity="application", writers=DESK)
class ApplicationInvestigated(StepPayload):
    """入户调查 by two township names; the coordinator may accompany."""

    by_whom: Annotated[list[Name], Field(min_length=2)]
    accompanied_by: list[Name] = Field(default_factory=list)
    method: Code = "home_survey"
    note: Text | None = None


@event("application.reviewed", kind="step", entity="application", writers=DESK)
class ApplicationReviewed(StepPayload):
    """初审 by the township."""

    opinion: Literal["grant", "reject"] = "grant"
    note: Text | None = None


@event("application.appraised", kind="step", entity="application", writers=DESK)
class ApplicationAppraised(StepPayload):
    """民主评议, only where facts are unclear or objected (000:17); `unclear` says which: economy, facts."""

    result: Text
    unclear: list[Literal["economy", "facts"]] = Field(default_factory=list)


@event("application.reported", kind="step", entity="application", writers=DESK)
class ApplicationReported(StepPayload):
    """上报 to the county with the township's opinion."""

    note: Text | None = None


@event("application.decided", kind="step", entity="application", writers=DESK)
class ApplicationDecided(StepPayload):
    """The decision for one kind: grant with an amount in 分 and a start, or reject; a reason always."""

    kind: Code
    result: Literal["granted", "rejected"]
    amount: Fen | None = None
    period: Literal["once", "month"] = "once"
    start: Day | None = None
    reason: Text
    level: Literal["township", "county"]
    delegation: RefText | None = None
    reroute: list[Code] = Field(default_factory=list)


@event("application.stage.set", kind="step", entity="application", writers=DESK)
class ApplicationStageSet(StepPayload):
    """一次审批、分阶段救助: a stage with amount and day (000:12)."""

    stage: Annotated[int, Field(ge=1, le=20)]
    amount: Fen
    due: Day


@event("application.paid", kind="step", entity="application", writers=DESK)
class ApplicationPaid(StepPayload):
    """Payment made elsewhere; only its reference is kept."""

    kind: Code
    reference: Name
    amount: Fen | None = None


@event("application.closed", kind="step", entity="application", writers=DESK)
class ApplicationClosed(StepPayload):
    """The case is closed."""

    reason: Text | None = None


@event("advance.paid", kind="ruling", entity="advance", writers=DESK)
class AdvancePaid(ApplicationPayload):
    """先行救助 paid from the township reserve, 分."""

    advance: Id
    on: Day
    amount: Fen
    payer: Name
    followup_due: Day | None = None


@event("reserve.moved", kind="ruling", entity="reserve", writers=DESK, scope="county")
class ReserveMoved(Payload):
    """乡镇临时救助备用金: money in or out, 分 (000:12)."""

    reserve: Id
    area: RegionCode
    on: Day
    direction: Literal["in", "out"]
    amount: Fen
    application: Id | None = None
    note: Text | None = None


@event("decision.told", kind="fact", entity="application")
class DecisionTold(ApplicationPayload):
    """已告知: the family was told, how and who."""

    on: Day
    how: Literal["paper", "phone", "in_person"]
    kind: Code | None = None
    told_to: Name | None = None
    note: Text | None = None


@event("check.requested", kind="ruling", entity="check", writers=DESK)
class CheckRequested(ApplicationPayload):
    """核对委托 for authorised persons only."""

    check: Id
    on: Day
    persons: list[Id]


@event("consent.signed", kind="fact", entity="consent")
class ConsentSigned(HouseholdPayload):
    """经济状况核对授权 by one adult, valid to a day, shared by all applications of the household (M-16)."""

    consent: Id
    person: Id
    on: Day
    until: Day
    scope: Code = "all"
    guardian: Name | None = None
    paper: Text | None = None


@event("commitment.signed", kind="fact", entity="commitment")
class CommitmentSigned(HouseholdPayload):
    """诚信承诺 for one application, by one person or by the applicant for all (001:12)."""

    commitment: Id
    application: Id
    person: Id | None = None
    on: Day
    paper: Text | None = None


@event("paper.added", kind="fact", entity="paper")
class PaperAdded(HouseholdPayload):
    """Where a paper lies; v1 stores and carries no scans."""

    paper: Id
    application: Id | None = None
    person: Id | None = None
    doc: Code
    where: Text
    on: Day
    sha256: Hex32 | None = None
    later: bool = False
