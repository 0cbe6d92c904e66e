"""Guards: what the policy packs in force say of an act, asked where the act is done (design 06, `check`).

Rules kept here
- the question is made from the journal and asked of the packs in force (`packs.of`); the pack decides what a region forbids, no verb does;
- `block` refuses with the clause, the reason and who may do it instead; `route` (the decision is another's) refuses too, unless there is no such
  desk here; `warn` is said beside the act and never stops it; where no pack speaks nothing is said;
- what the engine does not know it says by name; nothing is guessed to make an act pass or fail;
- a refusal names no person: both records of an overlap are told by kind, day and amount.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from xieli_tui.casework import fact_app, fact_words, facts, packs
from xieli_tui.casework.fact_app import money
from xieli_tui.domain import codes
from xieli_tui.errors import NotFound, Refused
from xieli_tui.policy import ask
from xieli_tui.policy.engine import NO_RULE
from xieli_tui.policy.plan import plan, stack, voices_of
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.views import Saved
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

__all__ = [
    "Beside", "Said", "Warned", "advances_of", "aid_twice", "alike", "check", "family", "hand_over_stops", "in_force", "money", "papers_may_be_asked", "queried", "require", "reserve_left",
    "submit", "verdicts", "village_gives",
]

Role = Literal["village", "township", "county"]
ACTOR_WORDS = {
    "village": "村里", "township": "镇（街道）", "county": "县级", "county_coord": "县级协调机制", "applicant": "申请人本人", "other_officer": "别的经办人员",
}
NOT_CERTIFICATES = frozenset({
    "application_form", "entrust", "consent", "commitment", "kin_form", "situation_statement", "survey", "selfcare_form", "care_agreement", "notice_photo",
    "advance_receipt", "other",
})
"""Papers the procedure itself makes: 证明材料 (000:17) are those the family would have to fetch elsewhere."""
_STOPS = {"app.commitment_signed": "commitment", "app.declaration": "commitment", "app.entrust": "entrust", "app.entrust.by": "entrust", "app.entrust.date": "entrust"}
"""Fact a guard waits for -> the paper that supplies it. The 诚信承诺书 carries the 如实申报 (M-31)."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something the policy says beside an act. `missing` in plain words, `records` the records it is about."""

    why: str
    cite: str
    rule: str
    missing: tuple[str, ...] = ()
    records: tuple[str, ...] = ()

    def line(self) -> str:
        """One line for a form or the command line."""
        tail = f"，还不清楚：{'、'.join(self.missing)}" if self.missing else ""
        held = f"（{'；'.join(self.records)}）" if self.records else ""
        return f"{self.why}{held}{tail}  {self.cite}"


@dataclass(frozen=True, slots=True)
class Said:
    """The answer of the packs about one act."""

    action: str
    result: Literal["allow", "block", "warn", "route"]
    why: str
    cite: str = ""
    rule: str = ""
    next_actor: str = ""
    missing: tuple[str, ...] = ()
    others: tuple[Mapping[str, Any], ...] = ()
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def spoken(self) -> bool:
        """Whether a rule of a pack in force spoke at all."""
        return bool(self.rule)

    def warnings(self, records: Sequence[str] = ()) -> tuple[Warned, ...]:
        """What is to be shown beside the act: its own warning, and those of other rules."""
        own = [Warned(self.why, self.cite, self.rule, tuple(fact_words.word(one) for one in self.missing), tuple(records))] if self.result == "warn" else []
        beside = [
            Warned(str(one["why"]), str(one["cite"] or ""), str(one["rule"] or "")) for one in self.others if one["result"] == "warn" and one["rule"] != self.rule
        ]
        return (*own, *beside)

    def more(self) -> dict[str, Any]:
        """What follows from the act, as the answer tells it."""
        return {name: self.answer[name] for name in ("handled_by", "followup", "taper_end", "steps", "notices") if name in self.answer}

    def refused(self, code: str, field_: str | None = None) -> Refused:
        """The refusal this answer makes."""
        extra: dict[str, object] = {"why": self.why, "cite": self.cite, "rule": self.rule}
        if self.next_actor:
            extra["next_actor"] = self.next_actor
        if self.missing:
            extra["missing_facts"] = list(self.missing)
        word = ACTOR_WORDS.get(self.next_actor, "")
        return Refused(code, f"{self.why}（{self.cite}）{f'，由{word}办' if word and self.result == 'route' else ''}", field=field_, extra=extra)


def verdicts(
    tx: Tx, home: rows.Household, app: rows.Application | None, actions: Sequence[tuple[str, Mapping[str, Any]]], asof: dt.date, role: Role,
    *, facts_of_app: Mapping[str, Any] | None = None, facts_of_home: Mapping[str, Any] | None = None,
) -> list[Said]:
    """What the packs in force say of each (action, args).

    Args:
        app: the application the act is about; for an act about the family alone, the one that runs.
        facts_of_app, facts_of_home: what the officer states with the act, over what is on record.
    """
    held = packs.of(tx)
    spoken = {key for _, fn in plan(held.on(asof), home.village, asof).once("check") for key in fn.keys}
    if not any(action in spoken for action, _ in actions):  # nothing to ask: the family is not even read
        return [Said(action, "allow", NO_RULE) for action, _ in actions]
    known = replace(facts.gather(tx, home, asof), more=fact_app.more(tx, home, asof, app.id if app is not None else None))
    question = facts.put(known, "check", asof)
    given = question["given"]
    given["user"] = {"role": role}
    if facts_of_app:
        given["app"] = {**given.get("app", {}), **facts_of_app}
    given["hh"].update(facts_of_home or {})
    left = reserve_left(tx, home.village)
    if left is not None:
        question["local"]["reserve_balance"] = money(max(left, 0))
    question["actions"] = [{"action": action, "args": {name: value for name, value in args.items() if value is not None}} for action, args in actions]
    try:
        answers = ask(question, held, packs.calendar(tx))["answers"]
    except Refused as error:
        if role != "village" or error.code != "XL-Q06":
            raise  # a desk rules on nothing that contradicts itself
        # The village never turns a family away for what somebody wrote down wrongly: it is told, 今日 asks to put it right (`fix_facts`).
        return [Said(action, "warn", f"登记的资料对不上（{error.what}），政策没法核对，请先改资料") for action, _ in actions]
    return [_said(one) for one in answers]


def check(
    tx: Tx, home: rows.Household, app: rows.Application | None, action: str, asof: dt.date, role: Role, *, facts_of_app: Mapping[str, Any] | None = None,
    facts_of_home: Mapping[str, Any] | None = None, **args: Any,
) -> Said:
    """The same for one act."""
    return verdicts(tx, home, app, [(action, args)], asof, role, facts_of_app=facts_of_app, facts_of_home=facts_of_home)[0]


def require(said: Said, code: str, field_: str | None = None) -> Said:
    """The answer, unless it forbids the act or leaves it to another. Raises Refused(`code`) with why, cite, rule, next_actor."""
    if said.result in ("block", "route"):
        raise said.refused(code, field_)
    return said


def _said(one: dict[str, Any]) -> Said:
    return Said(
        str(one["action"]), one["result"], str(one["why"]), str(one.get("cite") or ""), str(one.get("rule") or ""), str(one.get("next_actor") or ""),
        tuple(str(x) for x in one.get("missing", ())), tuple(one.get("others", ())), one,
    )


class Beside:
    """What the packs say while an act is done: taken up inside the transaction, laid on the result after it."""

    def __init__(self) -> None:
        self.warnings: list[Warned] = []
        self.more: dict[str, Any] = {}

    def take(self, said: Said, records: Sequence[str] = ()) -> Said:
        """Keep the warnings and what follows of an answer."""
        self.warn(*said.warnings(records))
        self.more.update(said.more())
        return said

    def warn(self, *warned: Warned) -> None:
        """Keep warnings, each once."""
        self.warnings += [one for one in warned if (one.rule, one.why) not in {(held.rule, held.why) for held in self.warnings}]

    def on(self, saved: Saved) -> Saved:
        """The result of the verb with them."""
        return replace(saved, warnings=tuple(self.warnings), more=dict(self.more))


# which rules are in force ----------------------------------------------------------------------------------------------------------------


def in_force(tx: Tx, region: str, asof: dt.date, *rules: str, kind: str | None = None) -> dict[str, str]:
    """rule -> clause, for those of these rules that a pack in force here speaks itself or adopted (for this kind of aid); the lowest level's words."""
    held = packs.of(tx).on(asof)
    out: dict[str, str] = {}
    for pack in stack(held, region, asof):
        for rule in rules:
            if rule in out:
                continue
            if rule in pack.adopt:
                voice = next((one for one in voices_of(pack, held) if one.row.id == rule and one.about(kind)), None)
                if voice is not None:
                    out[rule] = voice.cite()
            elif rule in pack.rules:
                out[rule] = pack.cite(pack.rules[rule].cite)
    return out


# handing over ----------------------------------------------------------------------------------------------------------------------------


def submit(tx: Tx, app: rows.Application, asof: dt.date) -> Said:
    """What the packs say of the village handing this application in."""
    return check(tx, family(tx, app), app, "village.submit_on_behalf", asof, "village")


def family(tx: Tx, app: rows.Application) -> rows.Household:
    """The family of an application, also one of which nothing more has arrived. Raises NotFound("XL-V40") when it is not held at all."""
    home = queries.household(tx, app.household)
    if home is None:
        raise NotFound("XL-V40")
    return home


def hand_over_stops(tx: Tx, app: rows.Application, asof: dt.date) -> dict[str, str]:
    """paper -> why, for what the policy of this region wants before the village may hand in; {} where it wants nothing more than the 委托."""
    if app.state not in ("started", "returned"):
        return {}
    said = submit(tx, app, asof)
    if said.result != "block":
        return {}
    return dict.fromkeys((_STOPS[one] for one in said.missing if one in _STOPS), f"{said.why}（{said.cite}）")


def queried(tx: Tx, app: rows.Application, docs: Iterable[str], asof: dt.date) -> dict[str, str]:
    """paper -> clause, for those of these papers that may not be asked for, because the platform can be asked (000:17)."""
    wanted = [doc for doc in docs if doc not in NOT_CERTIFICATES]
    if not wanted:
        return {}
    found = verdicts(tx, family(tx, app), app, [("request_certificate", {"doc": doc}) for doc in wanted], asof, "village")
    return {doc: said.cite for doc, said in zip(wanted, found, strict=True) if said.result == "block"}


def papers_may_be_asked(tx: Tx, app: rows.Application, docs: Sequence[str], asof: dt.date, role: Role) -> tuple[Warned, ...]:
    """Warnings about asking for these papers. Raises Refused("XL-P09") for one that the platform can be asked for."""
    wanted = [doc for doc in docs if doc not in NOT_CERTIFICATES]
    if not wanted:
        return ()
    found = verdicts(tx, family(tx, app), app, [("request_certificate", {"doc": doc}) for doc in wanted], asof, role)
    for doc, said in zip(wanted, found, strict=True):
        if said.result in ("block", "route"):
            error = said.refused("XL-P09", "doc")
            error.extra["doc"] = doc
            raise error
    seen: dict[tuple[str, str], Warned] = {}
    for said in found:
        for one in said.warnings():
            seen.setdefault((one.rule, one.why), one)
    return tuple(seen.values())


# what a village gives itself -------------------------------------------------------------------------------------------------------------


def village_gives(tx: Tx, home: rows.Household, kind: str, on: str, person: str | None, role: Role, beside: Beside) -> None:
    """Aid a village hands out itself: 临时救助 only where the county entrusted it (000:12), off unless `local.village_ta_entrusted` says so, whichever
    pack is in force; what may be given twice is said.

    Raises:
        Refused: XL-P02 with why, cite and next_actor.
    """
    day = dt.date.fromisoformat(on)
    if role == "village" and kind.startswith("temp_"):
        said = check(tx, home, None, "village.pay_temp_aid", day, role, kind=kind)
        beside.take(require(said, "XL-P02", "kind"))
        if not said.spoken and queries.local_value(tx, "village_ta_entrusted", on) != "true":
            raise Refused("XL-P02", "县里没有委托村(社区)实施临时救助", field="kind", extra={"next_actor": "township"})
    twice = check(tx, home, None, "add_aid", day, role, kind=kind, date=on, person=person)
    records = alike(tx, home, None, kind) if twice.result == "warn" else ()
    if records:
        beside.take(twice, records)


# nothing twice ---------------------------------------------------------------------------------------------------------------------------


def aid_twice(
    tx: Tx, home: rows.Household, app: rows.Application | None, asof: dt.date, role: Role, *, kind: str, amount: int | None = None, person: str | None = None,
) -> Said:
    """One more aid of this kind beside those on the chain (CN-10, CQ-22)."""
    matter = app.flag if app is not None and app.flag else None
    return check(
        tx, home, app, "add_aid", asof, role, kind=kind, date=asof.isoformat(), matter_id=matter, person=person,
        amount=money(amount) if amount is not None else None,
    )


def alike(tx: Tx, home: rows.Household, app: rows.Application | None, kind: str) -> tuple[str, ...]:
    """The aids on the chain that a new one of this kind may repeat, told by kind, day and amount."""
    family = kind.split("_")[0]
    out = [
        _aid_line(one.kind, one.on, one.amount) for one in queries.aids(tx, home.id) if one.kind == kind or (family == "temp" and one.kind.startswith("temp_"))
    ]
    found = fact_app.filed(tx, home.id)
    about = next((one for one in found if app is not None and one.app.id == app.id), None)
    for one in fact_app.decided(tx, home, found, about):
        if one["kind"] == kind or (family == "temp" and str(one["kind"]).startswith("temp_")):
            other = queries.decisions(tx, app=one["application"])
            out += [_aid_line(each.kind, each.on, each.amount) for each in other if each.kind == one["kind"]]
    return tuple(dict.fromkeys(out))


def _aid_line(kind: str, on: str, amount: int | None) -> str:
    return f"{on} {codes.label('kind', kind)}" + (f" {money(amount)} 元" if amount is not None else "")


# the reserve of a township ---------------------------------------------------------------------------------------------------------------


def reserve_left(tx: Tx, village: str) -> int | None:
    """What is left in the reserve of the township of a village, 分; None while nothing was ever put on record. An advance comes out of it."""
    area = village[:9]
    moves = queries.reserve_moves(tx, area)
    if not moves:
        return None
    return sum(one.amount if one.direction == "in" else -one.amount for one in moves) - sum(one.amount for one in advances_of(tx, area))


def advances_of(tx: Tx, area: str) -> list[rows.Advance]:
    """先行救助 of the families of a township."""
    villages: dict[str, str] = {}
    out = []
    for one in queries.advances(tx):
        if one.household not in villages:
            villages[one.household] = queries.village_of(tx, one.household) or ""
        if villages[one.household].startswith(area):
            out.append(one)
    return out
