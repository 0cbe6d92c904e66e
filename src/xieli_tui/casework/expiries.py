"""The ends of what was granted for a time, and the birthdays that matter: 16, 18 and 60, the two-year watch, authorisations, disability certificates.

Rules kept here
- a birthday is told only of a family on the list, and only where it changes what the active packs say of that person: the engine is asked about the
  day before and the day itself, so a number no rule uses is no birthday of ours;
- the last day of a watch is the engine's answer; the last day of an authorisation or a certificate is the one written on it;
- an end is a look, not a verdict: nothing stops by itself.

How long before and after its day an end is told is a matter of the screen, not of any document: `AHEAD` and `AFTER`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from xieli_tui.casework.duty import Duty
from xieli_tui.domain import codes
from xieli_tui.domain.dates import birthday_in
from xieli_tui.policy import ask
from xieli_tui.policy.engine import hints_about
from xieli_tui.policy.plan import plan
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.domain.calendar import Calendar
    from xieli_tui.policy import PackSet
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

AGES = (16, 18, 60)
"""周岁 that a document or an external age speaks about: working age, adult, elder."""
AHEAD = 60
"""Days before its day that an end is in the calendar of a family."""
AFTER = 30
"""Days after it that it is still told when nobody has met the family since."""
WATCH, BIRTHDAY, CONSENT, CERTIFICATE = "watch_end", "birthday", "consent_end", "certificate_end"
AUTHORISING = ("CQ-21", "JX-50", "JM-19")
"""Rules that make an authorisation count: their clause stands behind its end."""
CERTIFYING = {"000": "000:11", "002": "002:二 市残联", "003": "003:(十六)"}
"""Clause on disability services by document (M-63)."""
ON_PAPER = "证件所载期限"
"""What stands behind the end of a paper where no document of the region speaks about it."""
_RECIPIENT = ("dibao", "tekun")


def of(
    tx: Tx, home: rows.Household, question: dict[str, Any], owed: Sequence[Duty], held: PackSet, calendar: Calendar, asof: dt.date,
) -> list[Duty]:
    """The ends near enough to be told of one family.

    Args:
        question: its question of the day (op due). owed: what the packs already ask for, so that nothing is told twice.
    """
    people = [one for one in queries.members(tx, home.id) if not one.ended and not one.died_on]
    met = max((visit["date"] for visit in question["given"].get("visits", ())), default="")
    out: list[Duty] = []
    for one in people:
        out += _birthdays(home, one, question, owed, held, calendar, asof, met)
        until = str(one.fields.get("disability_cert_until", ""))
        if until and _near(until, asof, after=None):
            why = f"{one.name}的残疾证{_till(until, asof)}，换证要提前办"
            out.append(_duty(CERTIFICATE, home.id, until, why, _certified(held, question, asof), asof, one.person))
    if home.ruled.get("exits"):
        out += _watch(home, question, held, calendar, asof)
    return out + _consents(tx, home, people, held, question, asof)


def _duty(task: str, household: str, due: str, why: str, cite: str, asof: dt.date, person: str = "", rules: tuple[str, ...] = ()) -> Duty:
    return Duty(task, household, "overdue" if due < asof.isoformat() else "pending", due, why, cite, person, rules=rules)


def _near(day: str, asof: dt.date, after: int | None = AFTER) -> bool:
    left = (dt.date.fromisoformat(day) - asof).days
    return left <= AHEAD and (after is None or left >= -after)


def _till(day: str, asof: dt.date) -> str:
    return f" {day} 已到期" if day < asof.isoformat() else f" {day} 到期"


# -- birthdays --------------------------------------------------------------------------------------


def _birthdays(
    home: rows.Household, one: rows.Member, question: dict[str, Any], owed: Sequence[Duty], held: PackSet, calendar: Calendar, asof: dt.date, met: str,
) -> list[Duty]:
    if not one.birth or (one.category or home.category) in ("", "none"):
        return []
    born = dt.date.fromisoformat(one.birth)
    age = asof.year - born.year
    found = []
    for years in AGES:
        if abs(age - years) > 1:
            continue
        day = birthday_in(born, born.year + years)
        if not -AFTER <= (day - asof).days <= AHEAD or met >= day.isoformat() or any(each.task == "review_minor_18" and each.person == one.person for each in owed):
            continue
        kinds, cites, rules = changes_at(question, one.person, day, held, calendar)
        if kinds:
            named = "、".join(codes.label("kind", kind) for kind in kinds[:3]) + (f"等 {len(kinds)} 项" if len(kinds) > 3 else "")
            when = "那天起" if day > asof else "起"
            why = f"{one.name} {day.isoformat()} 满 {years} 周岁，{when}{named}要重新看"
            found.append(_duty(BIRTHDAY, home.id, day.isoformat(), why, "; ".join(cites), asof, one.person, tuple(rules)))
    return found


def changes_at(question: dict[str, Any], person: str, day: dt.date, held: PackSet, calendar: Calendar) -> tuple[list[str], list[str], list[str]]:
    """(kinds, clauses, rules) of the hints about a person that are another on a day than on the day before it, among those that look at his age."""
    looked = {"p.birth_date", f"p[{person}].birth_date"}
    before = {key: one for key, one in _hints(question, person, day - dt.timedelta(days=1), held, calendar).items() if looked & one["facts"].keys()}
    after = _hints(question, person, day, held, calendar, {kind for kind, _, _ in before}) if before else {}
    kinds: dict[str, None] = {}
    cites: dict[str, None] = {}
    rules: dict[str, None] = {}
    for key, one in before.items():
        other = after.get(key)
        if other is None or one["verdict"] != other["verdict"]:
            said = other or one
            kinds[said["kind"]] = None
            for cite in str(said["cite"] or "").split("; "):
                cites[cite] = None
            rules[str(said["rule"])] = None
    return list(kinds), [one for one in cites if one], list(rules)


def _hints(
    question: dict[str, Any], person: str, day: dt.date, held: PackSet, calendar: Calendar, kinds: Collection[str] | None = None,
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """What the packs say of one person on a day: by kind, pack and reason."""
    given = dict(question["given"])
    given["persons"] = [one for one in given.get("persons", ()) if one.get("birth_date", "") <= day.isoformat()]
    asked = {**question, "op": "screen", "asof": day.isoformat(), "given": given}
    return {(one["kind"], one["pack"], one.get("reason")): one for one in hints_about(asked, person, held, calendar, kinds) if one["rule"]}


# -- what ends by its own day -----------------------------------------------------------------------


def _watch(home: rows.Household, question: dict[str, Any], held: PackSet, calendar: Calendar, asof: dt.date) -> list[Duty]:
    """003:(五) 退出不满两年 under watch: its last day, where a pack keeps a watch."""
    answers = ask({**question, "op": "compute"}, held, calendar)["answers"]
    out = []
    for one in answers:
        until = one.get("value") if one["quantity"] == "monitor_until" else None
        if until and _near(str(until), asof):
            out.append(_duty(WATCH, home.id, str(until), f"退出后的监测{_till(str(until), asof)}，看看家里还有没有困难", one["cite"], asof, rules=(one["rule"],)))
    return out


def _consents(tx: Tx, home: rows.Household, people: Sequence[rows.Member], held: PackSet, question: dict[str, Any], asof: dt.date) -> list[Duty]:
    """核对授权 that end while they are still needed: an application runs, or the family is in receipt."""
    last: dict[str, rows.Consent] = {}
    for one in queries.consents(tx, home.id):
        if one.person not in last or one.until > last[one.person].until:
            last[one.person] = one
    names = {one.person: one.name for one in people}
    ending = [one for one in last.values() if one.person in names and one.until and _near(one.until, asof)]
    if not ending or not (home.category in _RECIPIENT or _runs(question)):
        return []
    cite = _authorised(held, question, asof)
    return [
        _duty(CONSENT, home.id, one.until, f"{names[one.person]}的核对授权{_till(one.until, asof)}，还要核对的话请本人再签", cite, asof, one.person) for one in ending
    ]


def _runs(question: dict[str, Any]) -> bool:
    """Whether an application is on its way."""
    state = question["given"].get("app", {}).get("state", "")
    return bool(state) and state not in ("withdrawn", "closed", "decided_granted", "decided_rejected", "paid")


def _authorised(held: PackSet, question: dict[str, Any], asof: dt.date) -> str:
    here = plan(held.on(asof), question["given"]["hh"]["region"], asof)
    for pack in here.stack:
        for voice in here.voices[pack.id]:
            if voice.row.id in AUTHORISING:
                return voice.cite()
        for rule in AUTHORISING:  # a rule that lives in casework has no voice, but the clause is the pack's all the same
            if rule in pack.rules:
                return pack.cite(pack.rules[rule].cite)
    return ON_PAPER


def _certified(held: PackSet, question: dict[str, Any], asof: dt.date) -> str:
    found = [CERTIFYING[pack.id] for pack in plan(held.on(asof), question["given"]["hh"]["region"], asof).stack if pack.id in CERTIFYING]
    return "; ".join(found) or ON_PAPER
