"""A household as recorded becomes a policy question (design 06): nothing the journal knows is asked again, nothing it does not know is guessed.

Rules kept here
- only what was recorded is given; an absent fact stays absent (R12), a fact is never turned round into its opposite;
- the category and status are those the desks set where they did (在册), else what the village wrote down (村台账登记); the clocks run on the
  ruling's day, else on the village's (design 03);
- money leaves as exact decimal strings, days as ISO text, people under their ids: no name, number or phone is in a question;
- local parameters are those of the county in force on the day, the narrowest area first.

`gather` reads, `put` is pure: a reader of many households makes `Known` itself and asks the same function. Where each fact is entered:
`casework/fact_places.py`; money and bills: `fact_money.py`; applications, advances,
reviews, exits: `fact_app.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import fact_app, fact_money
from xieli_tui.domain.idnum import region_known
from xieli_tui.policy import local as parameters
from xieli_tui.store import queries
from xieli_tui.store.queries import matters, registers
from xieli_tui.store.queries.read import reading_together

if TYPE_CHECKING:
    import datetime as dt

    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

SEVERE_LEVEL = 2
"""Disability levels 1 and 2 are 重度残疾 (GB/T 26341: 一级、二级)."""
_RECIPIENT = ("dibao", "tekun")
LABELS = frozenset({
    "filed_poor", "low_income", "exp_poor", "unstable_out_of_poverty", "edge_easy_poor", "sudden_hardship", "returned_poor", "out_of_poverty",
})
"""Older labels (V1b) that are facts of a question under the same name."""
_AT_WORK = frozenset({"employed", "flexible", "self_employed", "migrant", "farming"})
_NOT_AT_WORK = frozenset({"registered_unemployed", "unemployed", "preschool", "student", "retired"})
_SAME = (
    "sex", "support_mode", "severe_illness", "cannot_selfcare", "registered_unemployed", "wants_job", "wants_training", "student_stage", "in_school", "orphan",
    "unsupported_child", "left_behind", "cares_for", "cared_kind", "has_hukou", "parent_in_prison", "returned_oc", "insure_tier", "basic_life_hardship",
    "away_hardship", "student_loan", "ability_to_pay", "in_county_inpatient", "apparent_disability",
)
"""Person fields whose name and meaning are the question's own."""
_SPECIAL_FACTS = {
    "severe_ill": "severe_illness", "cannot_selfcare": "cannot_selfcare", "orphan": "orphan", "unsupported_child": "unsupported_child", "left_behind": "left_behind",
}
"""Special persons (V3) that are a fact of their own besides."""
SINGLE_KINDS = (
    "elder_hard", "minor_hard", "dementia", "family_planning_elder", "severe_disabled_adult", "disabled_unemployed_adult", "severe_ill", "victim", "none",
)
"""A question knows one `p.single_kind`: the first of these that was recorded; the last of them are told by other facts too."""
_EVENT_KINDS = {"acute": "illness", "illness": "illness", "disaster": "disaster", "accident": "accident", "stranded": "stranded", "victim": "crime"}
"""Cause of a finding (V2) -> kind of the event (V13). 受害 is 家暴 or 犯罪侵害: the rules that ask take both alike."""
_TRAITS = {"accident": "sudden", "disaster": "catastrophic"}
"""Causes whose own word is a trait: 意外或突发, 因灾."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the journal knows of one household, rows as the queries give them (statements newest first)."""

    home: rows.Household
    members: Sequence[rows.Member]
    visits: Sequence[rows.Visit] = ()
    flags: Sequence[rows.Flag] = ()
    changes: Sequence[rows.Change] = ()
    alerts: Sequence[rows.Alert] = ()
    referrals: Sequence[rows.Referral] = ()
    aids: Sequence[rows.Aid] = ()
    statements: Sequence[rows.Statement] = ()
    informed: Sequence[rows.Informed] = ()
    services: Sequence[matters.Service] = ()
    emergencies: Sequence[matters.EmergencyFile] = ()
    pairs: Sequence[registers.Pair] = ()
    groups: Sequence[registers.HelpingGroup] = ()
    params: Sequence[rows.LocalParam] = ()
    """Every local parameter in force on the day, as `queries.local_params(tx, None, day)` orders them."""
    more: dict[str, Any] = field(default_factory=lambda: {"hh": {}})
    """Parts of `given` made elsewhere (application, advance, taper, reviews): laid over, lists joined."""


def gather(tx: Tx, home: rows.Household, asof: dt.date) -> Known:
    """Read everything about one household; the lists once in a transaction that only reads (its page asks for hints and for duties)."""
    if tx.writing or reading_together(tx):
        return _gather(tx, home, asof)
    key = f"gathered {home.id} {asof}"
    if key not in tx.memo:
        tx.memo[key] = _gather(tx, home, asof)
    found: Known = tx.memo[key]
    return replace(found, home=home, more={"hh": {}})


def _gather(tx: Tx, home: rows.Household, asof: dt.date) -> Known:
    return Known(
        home, queries.members(tx, home.id), queries.visits(tx, home.id), queries.flags(tx, home.id), queries.changes(tx, home.id), queries.alerts(tx, home.id),
        queries.referrals(tx, home.id), queries.aids(tx, home.id), queries.statements(tx, home.id), queries.informed(tx, home.id), matters.services(tx, home.id),
        matters.emergencies(tx, home.id), registers.pairs(tx, home.id), registers.helping_groups(tx, home.village), queries.local_params(tx, None, asof.isoformat()),
    )


def question(tx: Tx, home: rows.Household, op: str, asof: dt.date, *, region: str | None = None) -> dict[str, Any]:
    """The question of one household on one day.

    Args:
        op: screen, due or compute.
        region: look at the household under another region's packs; its own village when None.
    """
    known = gather(tx, home, asof)
    if op != "check":  # a guard is asked about one application and adds its facts itself
        known.more.update(fact_app.more(tx, home, asof))
    return put(known, op, asof, region=region)


def put(known: Known, op: str, asof: dt.date, *, region: str | None = None, local: dict[str, Any] | None = None) -> dict[str, Any]:
    """The question, from what was read (pure). What was recorded after the day is not known on it. `local`: the parameters, worked out already."""
    home, day = known.home, asof.isoformat()
    people = list({m.person: m for m in reversed(known.members) if not m.ended and not m.died_on and m.living}.values())[::-1]  # two laptops may enter one twice
    stated = [one for one in known.statements if one.on <= day]
    flags = [f for f in known.flags if f.on <= day and not (f.settled_on and f.settled_on <= day)]
    given: dict[str, Any] = {
        "hh": _household(known, people, stated, flags, day, region), "persons": _persons(people, stated, flags),
        "event": _event(flags, known.emergencies, stated), "medical": fact_money.medical(stated),
        "visits": _visits(known, day), "reviews": [{"date": v.on} for v in _met(known, day) if v.kind == "review"], "aid": _aid(known, day), "changes": _changes(known, day),
        "alerts": _alerts(known, day), "referrals": _referrals(known, day), "services": _services(known, day), "informed": _informed(known, day),
    }
    for name, part in known.more.items():
        given[name] = [*part, *given.get(name, [])] if isinstance(part, list) else {**given.get(name, {}), **part}
    return {
        "op": op, "region": region or home.village, "asof": day, "local": local_of(home, known.params, asof) if local is None else local,
        "given": {name: part for name, part in given.items() if part},
    }


def local(tx: Tx, home: rows.Household, asof: dt.date) -> dict[str, Any]:
    """Parameters of the county in force on a day for this household."""
    return local_of(home, queries.local_params(tx, None, asof.isoformat()), asof)


def local_of(home: rows.Household, params: Sequence[rows.LocalParam], asof: dt.date) -> dict[str, Any]:
    """The same from what was read: its township before 城 / 乡, those before the whole county."""
    return _resolved(params, asof, home.village, str(home.fields.get("area", "")) or None)


def local_in(tx: Tx, village: str, asof: dt.date) -> dict[str, Any]:
    """Parameters in force for a village, where nobody knows which household is meant."""
    return _resolved(queries.local_params(tx, None, asof.isoformat()), asof, village, None)


def _resolved(params: Sequence[rows.LocalParam], asof: dt.date, village: str, area: str | None) -> dict[str, Any]:
    # two desks may have set one parameter for overlapping days: of one scope the later start stands, of one start the last word
    newest: dict[tuple[str, str], rows.LocalParam] = {}
    for one in params:
        newest.setdefault((one.key, one.area), one)
    return parameters.resolve(newest.values(), asof, village, area)


# -- household ----------------------------------------------------------------------------------------
def _household(
    known: Known, people: Sequence[rows.Member], stated: Sequence[rows.Statement], flags: Sequence[rows.Flag], day: str, region: str | None,
) -> dict[str, Any]:
    home = known.home
    fields = home.fields
    out: dict[str, Any] = {"id": home.id, "region": region or home.village}
    if people:
        out.update(size=len(people), members=[one.person for one in people])
    if home.category:
        out.update(category=home.category, status=home.category if home.category in _RECIPIENT else "none")
    elif fields.get("status"):
        out["status"] = fields["status"]
    if home.category_since:
        out["category_since"] = home.category_since
        if home.category in _RECIPIENT:
            out["grant_date"] = home.category_since
    for name, source in (("hukou_region", "hukou_region"), ("live_region", "live_region"), ("residence_permit_region", "permit_region")):
        if is_region(fields.get(source)):
            out[name] = fields[source]
    if fields.get("grid"):
        out["grid_id"] = fields["grid"]
    for name in ("area", "income_stability", "assets_ok", "from_agri", "housing_difficulty", "illness_poverty", "exit_consent", "goods_hard_to_get"):
        if fields.get(name) not in (None, ""):
            out[name] = fields[name]
    out.update(labels(fields))
    looked = [v for v in _met(known, day) if v.house_safety and v.house_safety != "unseen"]
    safety = max(looked, key=lambda v: (v.on, v.id)).house_safety if looked else fields.get("house_safety")
    if safety:
        out["house_safety"] = safety
    pairs = [one for one in known.pairs if one.holds(day)]
    party = sum(1 for one in pairs if one.party)
    if pairs and (party or all(one.party is not None for one in pairs)):
        out["pair_party_members"] = party
    group = next((one for one in known.groups if home.id in one.households), None)
    if group is not None:
        out["group_id"] = group.id
    out.update(fact_money.household(stated))
    if any(c.kind == "job" and c.effect == "better" and c.on <= day for c in known.changes):  # 就业变化，好转了
        out.setdefault("income_rise_cause", "employment")
    causes = {cause for f in flags for cause in f.causes}
    if causes:
        out["causes"] = sorted(causes)
    rigid = causes & set(fact_money.RIGID_CAUSES.values())
    if rigid:
        out["rigid_causes"] = sorted(rigid | set(out.get("rigid_causes", ())))
    return out


def is_region(text: object) -> bool:
    """Whether a text is a region code; a place written in words stays at home."""
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) in (2, 4, 6, 9, 12) and region_known(text)


def labels(fields: dict[str, Any]) -> dict[str, bool]:
    """Older labels: 有 and 没有 as they were said; one that stands in both lists is not known."""
    has, not_ = LABELS & set(fields.get("labels") or ()), LABELS & set(fields.get("labels_no") or ())
    return {name: name in has for name in sorted(has ^ not_)}


# -- persons ------------------------------------------------------------------------------------------
def _persons(people: Sequence[rows.Member], stated: Sequence[rows.Statement], flags: Sequence[rows.Flag]) -> list[dict[str, Any]]:
    obligors = fact_money.obligors(stated)
    urgent = [f for f in flags if f.urgency == "emergency"]
    return [_person(m, obligors.get(m.person), any(not f.persons or m.person in f.persons for f in urgent)) for m in people]


def _person(m: rows.Member, obligors: list[dict[str, bool]] | None, urgent: bool) -> dict[str, Any]:
    fields = m.fields
    out: dict[str, Any] = {"id": m.person, "relation": m.relation}
    if m.birth:
        out["birth_date"] = m.birth
    if m.category:
        out["category"] = m.category
        out["status"] = m.category if m.category in _RECIPIENT else "none"
    elif fields.get("status"):
        out["status"] = fields["status"]
    for name in _SAME:
        value = fields.get(name)
        if value not in (None, "") and not (name == "sex" and value not in ("male", "female")):
            out[name] = value
    _disability(fields, out)
    _work(fields, out)
    special = fields.get("special") or []
    for word, fact in _SPECIAL_FACTS.items():
        if word in special:
            out.setdefault(fact, True)
    single = next((word for word in SINGLE_KINDS if word in special), None)
    if single:
        out["single_kind"] = single
    if fields.get("guardian") or "has_guardian" in fields:
        out["guardian"] = bool(fields.get("guardian")) or fields["has_guardian"]
    if obligors is not None:
        out["obligors"] = obligors
    if urgent:  # 急难 is 没饭吃、没处住、等不得: whoever marked it said so of these persons
        out.setdefault("basic_life_hardship", True)
    return out


def _disability(fields: dict[str, Any], out: dict[str, Any]) -> None:
    level, kind = fields.get("disability_level"), fields.get("disability_kind")
    if isinstance(level, int) and level > 0:
        out["disability_level"] = level
        out["severe_disabled"] = level <= SEVERE_LEVEL
    if kind:
        out["disability_kind"] = kind
    if kind == "none":
        out.update(severe_disabled=False, disability_cert=False)
    if fields.get("disability_cert") or "has_disability_cert" in fields:
        out["disability_cert"] = bool(fields.get("disability_cert")) or fields["has_disability_cert"]


def _work(fields: dict[str, Any], out: dict[str, Any]) -> None:
    labour, work = fields.get("labour"), fields.get("work")
    if labour in ("full", "none"):  # whether 部分丧失 still counts as able is the township's to say
        out["labour_able"] = labour == "full"
    if work in _AT_WORK or work in _NOT_AT_WORK:
        out["employed"] = work in _AT_WORK
    if work == "registered_unemployed":
        out["registered_unemployed"] = True
    if isinstance(fields.get("wage_month"), int):
        out["wage_month"] = fact_money.decimal(fields["wage_month"])


# -- what happened ------------------------------------------------------------------------------------
def _event(flags: Sequence[rows.Flag], files: Sequence[matters.EmergencyFile], stated: Sequence[rows.Statement]) -> dict[str, Any]:
    """The newest open finding that is 急难 or 紧急: what happened, when, where; what the family said of it since."""
    acute = [f for f in flags if f.urgency in ("emergency", "urgent")]
    if not acute:
        return {}
    last = max(acute, key=lambda f: (f.urgency == "emergency", f.on, f.id))
    opened = next((one for one in files if one.flag == last.id and one.kind), None)
    kind = opened.kind if opened else next((_EVENT_KINDS[cause] for cause in last.causes if cause in _EVENT_KINDS), last.causes[0])
    out: dict[str, Any] = {"date": last.on, "kind": kind}
    traits = [trait for cause, trait in _TRAITS.items() if cause in last.causes]
    if last.urgency == "emergency":
        traits.insert(0, "urgent")
    if traits:
        out["traits"] = traits
    if is_region(last.regions.get("event")):
        out["place_region"] = last.regions["event"]
    for name, (value, on) in fact_money.answers(stated).items():
        if name in fact_money.EVENT_ANSWERS and on >= last.on:
            out[name] = value
    return out


def _met(known: Known, day: str) -> list[rows.Visit]:
    """Visits that reached somebody: 未遇 satisfies no clock (design 07)."""
    return [v for v in known.visits if v.met != "none" and v.on <= day]


def _visits(known: Known, day: str) -> list[dict[str, Any]]:
    out = []
    for v in _met(known, day):
        one: dict[str, Any] = {"date": v.on, "kind": v.kind, "channel": v.channel}
        for name, value in (
            ("change", v.changes[0] if v.changes else ""), ("house_safety", v.house_safety), ("visitor_role", v.visitors[0][1] if v.visitors else ""),
            ("answers_alert", v.answers_alert),
        ):
            if value:
                one[name] = value
        out.append(one)
    return out


def _aid(known: Known, day: str) -> list[dict[str, Any]]:
    out = []
    for a in known.aids:
        if a.on > day:
            continue
        one: dict[str, Any] = {"kind": a.kind, "form": a.form, "date": a.on}
        if a.amount is not None:
            one["amount"] = fact_money.decimal(a.amount)
        for name, value in (("person", a.person), ("period", a.period), ("matter_id", a.matter)):
            if value:
                one[name] = value
        out.append(one)
    return out


def _changes(known: Known, day: str) -> list[dict[str, Any]]:
    return [
        {"date": c.on, "kind": c.kind, "handled": bool(c.answered), **({"effect": c.effect} if c.effect else {})}
        for c in known.changes if c.known and c.on <= day
    ]


def _alerts(known: Known, day: str) -> list[dict[str, Any]]:
    return [
        {"id": a.id, "class": a.cls, "date": a.on, **({"deadline": a.due} if a.due else {}), **({"disposition": a.answered} if a.answered else {})}
        for a in known.alerts if a.known and a.on <= day
    ]


def _referrals(known: Known, day: str) -> list[dict[str, Any]]:
    return [
        {"id": r.id, "dept": r.department, "kind": r.kind, "sent": r.on, **({"due": r.due} if r.due else {}), **({"feedback": r.result} if r.result else {})}
        for r in known.referrals if r.known and r.on <= day
    ]


def _services(known: Known, day: str) -> list[dict[str, Any]]:
    return [{"kind": s.kind, "date": s.on, **({"person": s.person} if s.person else {})} for s in known.services if s.on <= day]


def _informed(known: Known, day: str) -> list[dict[str, Any]]:
    """主动告知, oldest first: the last answer about a kind stands (CQ-12)."""
    told = sorted((one for one in reversed(known.informed) if one.on <= day), key=lambda one: one.on)  # rows come newest first
    return [{"kind": one.kind, "date": one.on, "answer": one.answer, **({"person": one.person} if one.person else {})} for one in told]
