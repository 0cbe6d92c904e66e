"""Where each fact of a policy question is entered: canonical name (policy-source §0) -> the form, the entry on it, the event that keeps it.

Rules kept here
- every field of `policy.facts.FIELDS` about a family stands here, and every other name a rule asks for; a test holds it so;
- a fact has one place: what is written there is not asked anywhere else;
- a fact only a desk records says who records it, a local amount says whom to ask, one with no place yet names what it waits for.

`xieli policy facts` prints the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Form = Literal["household", "person", "statement", "members", "visit", "flag", "apply", "informed", "service", "referral", "change", "pair", "desk", "county", "derived", "later"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact is written.

    `entry` is the id of the entry on the form (household, person, statement), `event` what keeps it, `says` one sentence for a fact that is not
    written by her.
    """

    form: Form
    entry: str = ""
    event: str = ""
    says: str = ""

    @property
    def hers(self) -> bool:
        """Whether the coordinator writes it herself."""
        return self.form not in ("desk", "county", "derived", "later")


COUNTY = "县里还没有给出，请问县民政局，给出以后随签收单下来"
LOCAL_CALL = "local.set"


def _claims(form: Literal["household", "person"], *names: str, **other: str) -> dict[str, Place]:
    prefix, event = ("hh", "household.claimed") if form == "household" else ("p", "person.claimed")
    same = {name: name for name in names} | other
    return {f"{prefix}.{name}": Place(form, entry, f"{event} fields.{entry}") for name, entry in same.items()}


def _labels(*names: str) -> dict[str, Place]:
    return {f"hh.{name}": Place("household", f"label_{name}", "household.claimed fields.labels / labels_no") for name in names}


def _stated(entry: str, event: str) -> Place:
    return Place("statement", entry, f"statement.made {event}")


def _desk(section: str, says: str, event: str, *names: str) -> dict[str, Place]:
    return {f"{section}.{name}": Place("desk", event=event, says=says) for name in names}


TOWNSHIP = "镇(街道)、县级办理时记下，随签收单回来"
PLACES: dict[str, Place] = {
    # household
    **_claims("household", "category", "category_since", "area", "from_agri", "housing_difficulty", "hukou_region", "live_region", "house_safety",
              "illness_poverty", "exit_consent", "goods_hard_to_get", residence_permit_region="permit_region", grid_id="grid", status="category"),
    **_labels("low_income", "exp_poor", "filed_poor", "returned_poor", "unstable_out_of_poverty", "edge_easy_poor", "sudden_hardship", "out_of_poverty"),
    "hh.id": Place("derived", says="户的编号"), "hh.region": Place("derived", says="从所在村来"), "hh.size": Place("members", event="membership.started / ended"),
    "hh.members": Place("members", event="membership.started / ended"), "persons": Place("members", event="person.added, membership.started"),
    "hh.grant_date": Place("household", "category_since", "category.set since，没有的话 household.claimed fields.category_since"),
    "hh.income_month": _stated("income_month", "income_month, income"), "hh.income_year": _stated("income_year", "income_year, income"),
    "hh.income_gross_month": _stated("income_wage", "income"), "hh.rigid_deduction_month": _stated("deduct_rigid", "deductions[kind=rigid, basis]"),
    "hh.necessary_exp_year": _stated("expense_medical", "expenses[medical, schooling, rehab, housing]"),
    "hh.rigid_causes": _stated("expense_medical", "expenses[kind], flag.raised causes"), "hh.causes": Place("flag", event="flag.raised causes"),
    "hh.rigid_beyond_capacity": _stated("beyond_capacity", "answers.beyond_capacity"), "hh.income_rise_cause": _stated("rise_cause", "rise_cause，没有的话 change.reported kind=job effect=better"),
    "hh.assets_ok": Place("statement", "assets_ok", "household.claimed fields.assets_ok"),
    "hh.income_stability": Place("statement", "income_stability", "household.claimed fields.income_stability"),
    "hh.pair_party_members": Place("pair", event="pair.assigned"), "hh.group_id": Place("desk", event="group.set", says="村里的帮扶小组登记以后就有"),
    **_desk("hh", "镇(街道)、县级记退出时写明", "exit.recorded", "exit_from", "exit_date"),
    "hh.last_review": Place("desk", event="review.done", says="镇(街道)、县级复核以后就有；村里记复核入户的走访"),
    "hh.monitor_until": Place("derived", says="从退出那天算出来"),
    "hh.assessed_date": Place("desk", event="application.checked", says="镇(街道)、县级核对收入的日子"),
    # persons
    **_claims("person", "sex", "category", "support_mode", "severe_illness", "cannot_selfcare", "wants_job", "wants_training", "registered_unemployed",
              "wage_month", "student_stage", "in_school", "orphan", "unsupported_child", "left_behind", "cares_for", "cared_kind", "has_hukou", "parent_in_prison",
              "returned_oc", "insure_tier", "basic_life_hardship", "away_hardship", "student_loan", "ability_to_pay", "in_county_inpatient", "apparent_disability",
              "disability_kind", "disability_level", birth_date="birth", severe_disabled="disability_level", disability_cert="has_disability_cert",
              labour_able="labour", employed="work", single_kind="special", guardian="has_guardian", status="category"),
    "p.id": Place("derived", says="人的编号"), "p.name": Place("derived", says="姓名不进问题"), "p.relation": Place("members", event="membership.started relation"),
    "p.near_relative_of": Place("apply", event="kin.filed"),
    **{f"p.obligors{name}": Place("person", "obligor_name_1", "statement.made obligors") for name in ("", ".low_income", ".safety_net", ".can_fully_support")},
    # what happened
    "event.kind": Place("flag", event="flag.raised causes, emergency.opened kind"), "event.date": Place("flag", event="flag.raised on"),
    "event.traits": Place("flag", event="flag.raised urgency, causes"), "event.place_region": Place("flag", event="flag.raised event_region"),
    "event.other_aid_covers": _stated("other_aid_covers", "answers.other_aid_covers"), "event.major": _stated("major", "answers.major"),
    "event.compensated": _stated("compensated", "answers.compensated"),
    # bills
    "medical": _stated("bill_self_pay", "medical"), "medical.in_policy_selfpay": _stated("bill_in_policy", "medical[layer=in_policy]"),
    "medical.total": _stated("bill_self_pay", "medical"), "medical.paid_by_layers": _stated("bill_basic", "medical[layer]"),
    "medical.person": _stated("bill_person", "medical[person]"),
    # work of the village
    "visits": Place("visit", event="visit.recorded"),
    **{f"visit.{name}": Place("visit", event="visit.recorded") for name in ("date", "kind", "channel", "visitor_role", "change", "house_safety", "answers_alert")},
    "visit.finding": Place("later", says="走访发现可能符合的，直接协助填写申请(第 4 期)"),
    "visit.apparent_disability": Place("person", "apparent_disability", "person.claimed fields.apparent_disability"),
    "informed": Place("informed", event="policy.informed"), "informed.kind": Place("informed", event="policy.informed kind"),
    "informed.answer": Place("informed", event="policy.informed answer"),
    "services": Place("service", event="service.given"), **{f"service.{name}": Place("service", event="service.given") for name in ("date", "person", "kind")},
    "referrals": Place("referral", event="referral.sent"),
    **{f"referral.{name}": Place("referral", event="referral.sent / answered") for name in ("id", "dept", "kind", "sent", "due", "feedback")},
    "changes": Place("change", event="change.reported"), **{f"change.{name}": Place("change", event="change.reported") for name in ("date", "kind", "effect", "person")},
    "change.handled": Place("desk", event="change.answered", says=TOWNSHIP),
    "alerts": Place("desk", event="alert.issued", says="县里、镇里下的预警"),
    **_desk("alert", "县里、镇里下的预警", "alert.issued", "id", "class", "date", "deadline"), "alert.disposition": Place("visit", event="alert.answered"),
    # applications and what desks write
    **{f"app.{name}": Place("apply", event="application.started") for name in ("id", "kind", "date", "emergency", "amount", "needs", "submitted_by", "state", "special")},
    **{f"app.{name}": Place("apply", event=f"application.{event}") for name, event in (
        ("entrust", "entrusted"), ("entrust.by", "entrusted"), ("entrust.date", "entrusted"))},
    "entrust.by": Place("apply", event="application.entrusted"), "entrust.date": Place("apply", event="application.entrusted"),
    "app.commitment_signed": Place("apply", event="commitment.signed"), "app.declaration": Place("apply", event="statement.made, commitment.signed"),
    "app.authorisation": Place("apply", event="consent.signed"), "app.kin_relation": Place("apply", event="kin.filed"),
    **{f"authorisation.{name}": Place("apply", event="consent.signed") for name in ("valid_to", "date", "from", "person")},
    **_desk("app", TOWNSHIP, "application.*", "economy_clear", "facts_clear", "objection", "opinion", "check", "check.valid_to", "check.result", "investigations",
            "stages", "platform_no", "result", "publicity"),
    "app.village_opinion": Place("desk", says="村里不写意见，没有这一栏(002:三(二)1)"),
    **_desk("publicity", TOWNSHIP, "notice.posted", "from", "to", "kind", "place"), **_desk("check", TOWNSHIP, "application.checked", "valid_to", "date", "result"),
    "it_checks": Place("desk", event="application.checked", says=TOWNSHIP), "it_check.date": Place("desk", event="application.checked", says=TOWNSHIP),
    "home_surveys": Place("desk", event="application.investigated", says=TOWNSHIP),
    "home_survey.date": Place("desk", event="application.investigated", says=TOWNSHIP),
    "reviews": Place("visit", event="visit.recorded kind=review, review.done"), "review.date": Place("visit", event="visit.recorded kind=review, review.done"),
    "review.person": Place("desk", event="review.done", says=TOWNSHIP),
    "aid": Place("desk", event="aid.recorded, aid.given", says="在册的救助由镇(街道)、县级记；村里给的实物、服务记在村级帮扶"),
    **_desk("aid", TOWNSHIP, "aid.recorded", "kind", "form", "amount", "date", "period", "matter_id", "person"),
    "aid.dept": Place("later", says="一笔救助由哪个部门给，等部门反馈(第 5 期)"),
    **_desk("advance", TOWNSHIP, "advance.paid", "date", "amount", "followup"), **_desk("taper", TOWNSHIP, "taper.set", "start", "end", "months"),
    **{f"station.{name}": Place("later", says="救助站滞留人员由救助管理站记(第 5 期)") for name in ("enter_date", "id_known", "settlement_plan")},
    # registers of a desk, asked by the lints
    **_desk("roster", "县里登记协理员", "staff.registered", "person", "source", "from"), **_desk("village", "县里登记村(社区)", "local.set", "id", "coordinators", "recipients", "station"),
    **_desk("service_body", "县里登记服务机构", "local.set", "id", "technical_posts", "socialwork_posts"), "user.role": Place("derived", says="谁在用这台电脑"),
}
"""Canonical name -> place."""

ASKED = {
    "hh.status": "在不在享受低保、特困", "p.labour_able": "部分丧失劳动能力的，算不算有劳动能力由镇、县定",
}
"""A word of advice under the entry a missing fact leads to."""


def place(name: str) -> Place:
    """The place of a missing fact as the engine names it; a name of a county's own pack nobody listed has no place and says so."""
    section, _, _ = name.partition(".")
    if section in ("local", "pack"):
        return Place("county", event=LOCAL_CALL, says=COUNTY if section == "local" else "政策包里少一个数，请告诉县里")
    found = PLACES.get(name) or PLACES.get(".".join(name.split(".")[:2]))
    return found or Place("later", says="这个程序还没有地方记，请告诉县里")


def about_person(name: str) -> bool:
    """Whether a fact is one of a person's."""
    return name.startswith("p.")
