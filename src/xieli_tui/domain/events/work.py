"""Payloads of the village's daily work: visits, findings, emergencies, referrals, alerts, notices, services."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from xieli_tui.domain.events.base import (
    COUNTY, DESK, Code, Count, Day, Fen, HouseholdPayload, Id, Moment, Name, Payload, RegionCode, Scalar, Text, VillageCode, event,
)

Dimension = Literal["economy", "health", "education", "housing", "employment", "participation"]
Mark = Annotated[int, Field(ge=1, le=3, strict=True)]
"""1 正常, 2 留意, 3 有困难."""
Met = Literal["self", "family", "neighbour", "none"]


class Visitor(Payload):
    """Who went: name and role (V7)."""

    name: Name
    role: Code = "coordinator"


class Promise(Payload):
    """答应的事: what was promised and the day it comes back on 今日."""

    text: Text
    on: Day | None = None


@event("visit.recorded", kind="fact", entity="visit")
class VisitRecorded(HouseholdPayload):
    """A visit. `met` has no default; `none` (未遇) satisfies no clock. `on` is the day named by the person, typing time is the HLC."""

    visit: Id
    on: Day
    kind: Code = "routine"
    channel: Literal["home", "phone", "video", "neighbour"] = "home"
    met: Met
    visitors: list[Visitor] = Field(default_factory=list)
    marks: dict[Dimension, Mark] = Field(default_factory=dict)
    changes: list[Code] = Field(default_factory=list)
    house_safety: Literal["safe", "risk", "unseen"] | None = None
    answers_alert: Id | None = None
    alert_finding: Literal["true", "false"] | None = None
    promise: Promise | None = None
    note: Text | None = None
    trip: Id | None = None


@event("change.reported", kind="fact", entity="change")
class ChangeReported(HouseholdPayload):
    """重大变化 (000:5): open until answered by a desk."""

    change: Id
    on: Day
    kind: Code
    person: Id | None = None
    effect: Text | None = None
    note: Text | None = None
    visit: Id | None = None
    """The visit it was noticed on, when there was one: written once, there."""


@event("change.answered", kind="ruling", entity="change", writers=DESK)
class ChangeAnswered(HouseholdPayload):
    """The desk's answer to a change report."""

    change: Id
    disposition: Code
    note: Text | None = None


@event("policy.informed", kind="fact", entity="informed")
class PolicyInformed(HouseholdPayload):
    """主动告知: which aid, to whom, what they answered. An unwilling answer needs its reason."""

    informed: Id
    on: Day
    kind: Code
    person: Id | None = None
    answer: Literal["willing", "considering", "unwilling"]
    reason: Text | None = None

    @model_validator(mode="after")
    def _reason_of_refusal(self) -> PolicyInformed:
        if self.answer == "unwilling" and not self.reason:
            raise ValueError("reason: an unwilling answer needs its reason")
        return self


class Outsider(Payload):
    """A person outside the roster: a name and where they are, nothing else is required."""

    name: Name
    place: Text
    id_no: Name | None = None
    phone: Name | None = None


@event("flag.raised", kind="fact", entity="flag", scope="village")
class FlagRaised(Payload):
    """困难标记: a finding about a household of the roster or an outsider; never refused for 户籍 (003:(十四))."""

    flag: Id
    village: VillageCode
    household: Id | None = None
    outsider: Outsider | None = None
    persons: list[Id] = Field(default_factory=list)
    on: Day
    causes: Annotated[list[Code], Field(min_length=1)]
    urgency: Literal["normal", "urgent", "emergency"] = "normal"
    channel: Code = "visit"
    found_by: Code = "coordinator"
    hukou_region: RegionCode | None = None
    live_region: RegionCode | None = None
    permit_region: RegionCode | None = None
    event_region: RegionCode | None = None
    place: Text | None = None
    situation: Text | None = None
    needs: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _about_someone(self) -> FlagRaised:
        if (self.household is None) == (self.outsider is None):
            raise ValueError("flag: a household or an outsider, exactly one")
        return self


@event("flag.settled", kind="fact", entity="flag", scope="village")
class FlagSettled(Payload):
    """A finding is settled: how, by whom it was taken further."""

    flag: Id
    village: VillageCode
    household: Id | None = None
    on: Day
    how: Code
    note: Text | None = None


@event("reported.by_phone", kind="fact", entity="flag", scope="village")
class ReportedByPhone(Payload):
    """急难: the telephone report to the township, when and who answered."""

    flag: Id
    village: VillageCode
    household: Id | None = None
    at: Moment
    answered_by: Name
    number: Name | None = None


@event("emergency.opened", kind="fact", entity="emergency", scope="village")
class EmergencyOpened(Payload):
    """“救急难”信息档案 (004:二(二)) opened on a finding."""

    emergency: Id
    village: VillageCode
    household: Id | None = None
    flag: Id
    at: Moment
    kind: Code


@event("emergency.step", kind="fact", entity="emergency", scope="village")
class EmergencyStep(Payload):
    """One step of an emergency: seen, visited, helped, paid, papers followed."""

    emergency: Id
    village: VillageCode
    household: Id | None = None
    at: Moment
    step: Code
    note: Text | None = None


@event("referral.sent", kind="fact", entity="referral")
class ReferralSent(Payload):
    """转介 to a department function (KD), with its deadline and first receiver; of a household, or of the finding about somebody who is on no list."""

    village: VillageCode
    household: Id | None = None
    flag: Id | None = None
    referral: Id
    person: Id | None = None
    on: Day
    department: Code
    kind: Code
    due: Day | None = None
    first_receiver: Name | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _of_someone(self) -> ReferralSent:
        if self.household is None and self.flag is None:
            raise ValueError("referral: a household or a finding")
        return self


@event("referral.answered", kind="fact", entity="referral")
class ReferralAnswered(Payload):
    """Feedback that closes or continues a referral. `forwarded` names who has it now: department, first receiver, a day."""

    village: VillageCode
    household: Id | None = None
    referral: Id
    on: Day
    result: Code
    note: Text | None = None
    department: Code | None = None
    first_receiver: Name | None = None
    due: Day | None = None


@event("alert.issued", kind="ruling", entity="alert", writers=DESK, scope="village")
class AlertIssued(Payload):
    """预警 (003:(七)): class, text, deadline; unmatched rows keep their columns in `columns`."""

    alert: Id
    village: VillageCode
    household: Id | None = None
    person: Id | None = None
    number: Name | None = None
    cls: Code
    text: Text
    amount: Fen | None = None
    on: Day
    due: Day | None = None
    columns: dict[str, Scalar] = Field(default_factory=dict)


@event("alert.answered", kind="fact", entity="alert", scope="village")
class AlertAnswered(Payload):
    """The village's forced disposition of an alert, resting on a visit. `cls` to `issued` say what is answered where no desk issued it: a list that was
    handed to the village as a workbook (ADR 0013)."""

    alert: Id
    village: VillageCode
    household: Id | None = None
    on: Day
    visit: Id | None = None
    disposition: Code
    note: Text | None = None
    cls: Code | None = None
    text: Text | None = None
    number: Name | None = None
    issued: Day | None = None


@event("review.done", kind="ruling", entity="review", writers=DESK)
class ReviewDone(HouseholdPayload):
    """A review of record by a desk; a village writes a visit of kind review instead."""

    review: Id
    on: Day
    result: Code
    note: Text | None = None


@event("service.given", kind="fact", entity="service")
class ServiceGiven(HouseholdPayload):
    """A service act: job offer, guidance, training, care, escort (000:9, 003:(十五))."""

    service: Id
    person: Id | None = None
    kind: Code
    on: Day
    provider: Name | None = None
    hours: Count | None = None
    note: Text | None = None


@event("encounter.recorded", kind="fact", entity="encounter", scope="village")
class EncounterRecorded(Payload):
    """生活无着流浪乞讨 (000:13): an encounter, where, what was done."""

    encounter: Id
    village: VillageCode
    on: Day
    place: Text
    outsider: Outsider | None = None
    action: Code
    note: Text | None = None


@event("loss.recorded", kind="fact", entity="loss")
class LossRecorded(HouseholdPayload):
    """受灾: losses of a household in one event, 分."""

    loss: Id
    event: Id | None = None
    on: Day
    kind: Code
    amount: Fen | None = None
    note: Text | None = None


@event("event.opened", kind="ruling", entity="event", writers=DESK, scope="county")
class EventOpened(Payload):
    """突发公共事件 opened: villages get check tasks (000:14)."""

    event: Id
    kind: Code
    name: Name
    on: Day
    villages: list[VillageCode] = Field(default_factory=list)
    suspend_reviews: bool = False


@event("event.closed", kind="ruling", entity="event", writers=DESK, scope="county")
class EventClosed(Payload):
    """突发公共事件 closed."""

    event: Id
    on: Day


@event("notice.posted", kind="fact", entity="notice")
class NoticePosted(HouseholdPayload):
    """公示 posted: kind (V16), place, from and to days, by whom."""

    notice: Id
    application: Id
    kind: Literal["review", "decision", "long_term"]
    place: Literal["township", "village"]
    start: Day
    end: Day | None = None
    by_whom: Name | None = None
    counted: Day | None = None
    """The last day as it was counted in 工作日 when it was posted, and `calendar` the version it was counted by (`2026.1+2027?`, ? = not published)."""
    calendar: Name | None = None


@event("notice.taken_down", kind="fact", entity="notice")
class NoticeTakenDown(HouseholdPayload):
    """公示 taken down."""

    notice: Id
    on: Day


@event("notice.objected", kind="fact", entity="notice")
class NoticeObjected(HouseholdPayload):
    """An objection during 公示; the clock restarts."""

    notice: Id
    on: Day
    level: Literal["minor", "major"]
    text: Text


@event("complaint.received", kind="ruling", entity="complaint", writers=DESK, scope="county")
class ComplaintReceived(Payload):
    """举报 or complaint received at a desk."""

    complaint: Id
    on: Day
    channel: Code
    text: Text
    household: Id | None = None
    village: VillageCode | None = None


@event("complaint.answered", kind="ruling", entity="complaint", writers=DESK, scope="county")
class ComplaintAnswered(Payload):
    """How a complaint was answered."""

    complaint: Id
    on: Day
    result: Text


@event("fraud.suspected", kind="fact", entity="fraud")
class FraudSuspected(HouseholdPayload):
    """A suspicion only; the village never rules on it (001:12)."""

    fraud: Id
    on: Day
    text: Text


@event("fraud.ruled", kind="ruling", entity="fraud", writers=COUNTY)
class FraudRuled(HouseholdPayload):
    """The county's ruling on a suspicion."""

    fraud: Id
    on: Day
    result: Code
    text: Text | None = None


@event("conference.held", kind="ruling", entity="conference", writers=DESK, scope="county")
class ConferenceHeld(Payload):
    """个案会商 / 一事一议: members, cases, result."""

    conference: Id
    on: Day
    members: list[Name]
    applications: list[Id] = Field(default_factory=list)
    households: list[Id] = Field(default_factory=list)
    result: Text
