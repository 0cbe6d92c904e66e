"""政策提示: what the active packs say of a household as recorded. A screening is a hint and never reads as a decision (X-04).

Rules kept here
- the question is made from the journal (facts.py), the answer by the pure engine; nothing is stored and nothing decided;
- every hint carries its clause, its reason and what is missing in plain words; a missing local standard is named, never invented;
- packs are those in force in this workspace (casework/packs.py); another region may be tried for comparison.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import duties, fact_places, fact_words, facts, packs, reads, values
from xieli_tui.casework.views import PolicyHint, PolicyHints
from xieli_tui.domain import codes
from xieli_tui.domain.events.aid import HintSeen
from xieli_tui.errors import Refused
from xieli_tui.policy import ask
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.duty import Duty
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

PLACE = {kind.id: at for at, kind in enumerate(codes.KINDS)}
"""Basic aid before services: the order of the kinds."""
URGENT = ("temp_emergency", "temp_advance", "med_emergency")
"""Kinds that stand first while an emergency is open."""
ORDER = {"meets": 0, "discretion": 1, "needs_info": 2, "fails": 3, "not_in_pack": 4}


def screen(session: Session, household: str, *, region: str | None = None, asof: str | None = None) -> PolicyHints:
    """Every kind any pack knows, for this household and its members, the promising first.

    Args:
        region: try another region's packs (2 to 12 digits), for comparison only.
        asof: look with the packs, local amounts and records of that day (an appeal); today when None. Claims without a day are as they stand now.

    Raises:
        NotFound: XL-V40. Refused: XL-V12 region, XL-V01, XL-V02, XL-V13 day, XL-Q06 facts that contradict each other.
    """
    if region is not None and not (region.isdigit() and 2 <= len(region) <= 12):
        raise Refused("XL-V12", field="as_region")
    day = dt.date.fromisoformat(values.day(asof, session.today, "asof"))
    with session.reading() as tx:
        home = reads.household(tx, household)
        return _screen(tx, home, {m.person: m.name for m in queries.members(tx, home.id)}, day, region)


def _screen(tx: Tx, home: rows.Household, names: dict[str, str], day: dt.date, region: str | None) -> PolicyHints:
    question = facts.question(tx, home, "screen", day, region=region)
    answer = ask(question, packs.of(tx))
    wrong = tuple(one.sentence() for one in packs.problems(tx))
    hints = [_hint(one, names) for one in answer["answers"] if "kind" in one]
    members = list(names)
    urgent = bool(question["given"].get("event", {}).get("traits"))
    hints.sort(key=lambda h: (ORDER[h.verdict], not (urgent and h.kind in URGENT), len(h.missing), PLACE.get(h.kind, len(PLACE)), members.index(h.person) if h.person in names else -1))
    held = tuple((str(p["id"]), str(p.get("title", "")), bool(p["active"]), str(p.get("reason", ""))) for p in answer["packs"])
    return PolicyHints(answer["asof"], question["region"], held, tuple(hints), question, wrong)


def seen(tx: Tx, home: rows.Household, kinds: Sequence[str], person: str | None, asof: dt.date) -> list[HintSeen]:
    """What the packs say of these kinds on a day, to be kept with an application (X-06). Of a kind no pack has, or where the facts contradict each
    other, nothing is kept."""
    try:
        answers = ask(facts.question(tx, home, "screen", asof), packs.of(tx))["answers"]
    except Refused:
        return []  # the page of the family says what contradicts; a start is never refused for it
    return [
        HintSeen(
            kind=one["kind"], person=one.get("person"), verdict=one["verdict"], rule=one.get("rule"), pack=one["pack"], pack_version=one["pack_version"], asof=asof.isoformat(),
        )
        for one in answers if one.get("kind") in kinds and one["verdict"] != "not_in_pack" and (person is None or one.get("person") in (None, person))
    ]


def _hint(one: dict[str, Any], names: dict[str, str]) -> PolicyHint:
    missing = tuple(str(x) for x in one.get("missing", ()))
    words = tuple(fact_words.word(x) for x in missing)
    cite = str(one.get("cite") or "")
    return PolicyHint(
        kind=str(one["kind"]), label=codes.label("kind", str(one["kind"])), person=str(one.get("person", "")), who=names.get(str(one.get("person", "")), ""),
        verdict=one["verdict"], words=_words(str(one["verdict"]), words), cite=cite, rule=str(one.get("rule") or ""), doc_no=str(one.get("doc_no") or ""),
        department=str(one.get("dept_text") or ""), because=tuple(str(x) for x in one.get("because", ())), missing=missing, missing_words=words,
        conflict=bool(one.get("conflict")), adopted="adopted" in one, adopted_label=str((one.get("adopted") or {}).get("label", "")),
        adopted_cite=_adopted(one.get("adopted") or {}), pack=str(one.get("pack") or ""), pack_version=str(one.get("pack_version") or ""),
        used=fact_words.used(one.get("facts") or {}, names), reason=codes.label("monitor_reason", str(one.get("reason") or "")),
    )


def _adopted(found: dict[str, Any]) -> str:
    return "  ".join(str(found[part]) for part in ("cite", "doc_no") if found.get(part))


@dataclass(frozen=True, slots=True)
class Lacking:
    """One missing fact and where it is written. `who` is the member it is about, "" for the family; `says` stands for a fact that is not hers."""

    name: str
    word: str
    person: str
    who: str
    place: fact_places.Place
    count: int = 1
    """how many kinds wait for it"""
    others: int = 0
    """how many more members lack it"""

    @property
    def says(self) -> str:
        """Who writes it, in one sentence; "" when she does."""
        return self.place.says


@dataclass(frozen=True, slots=True)
class Look:
    """政策 of one family: the hints, its duties (the nearest first) and the members' names by id."""

    page: PolicyHints
    duties: tuple[Duty, ...]
    names: dict[str, str]


def look(session: Session, household: str) -> Look:
    """Hints and duties of one family together, for its page. Raises as `screen`."""
    with session.reading() as tx:
        home = reads.household(tx, household)
        names = {m.person: m.name for m in queries.members(tx, home.id)}
        page = _screen(tx, home, names, session.today, None)
        return Look(page, tuple(duties.of_household(tx, home, session.today)), names)


def lacking(page: PolicyHints, hint: PolicyHint, names: dict[str, str]) -> tuple[Lacking, ...]:
    """Each missing fact of a hint, hers first; a fact of persons once per member who lacks it."""
    persons = page.question.get("given", {}).get("persons", [])
    out: list[Lacking] = []
    for name in hint.missing:
        place = fact_places.place(name)
        if not fact_places.about_person(name):
            out.append(Lacking(name, fact_words.word(name), "", "", place))
            continue
        field = name.split(".")[1]
        wanting = [one["id"] for one in persons if field not in one or "." in name[2:]]
        for person in [hint.person] if hint.person else wanting:
            out.append(Lacking(name, fact_words.word(name), person, names.get(person, ""), place))
    out.sort(key=lambda one: (not one.place.hers, one.place.form == "county"))
    return tuple(out)


def most_asked(page: PolicyHints, names: dict[str, str], limit: int = 5) -> tuple[Lacking, ...]:
    """The facts of hers most kinds wait for, one line a fact: answering one of these answers many (减负).

    A fact of several members stands for the first of them who lacks it, with how many do.
    """
    found: dict[str, dict[str, Lacking]] = {}
    kinds: dict[str, set[str]] = {}
    for hint in page.hints:
        if hint.verdict != "needs_info":
            continue
        for one in lacking(page, hint, names):
            if one.place.hers and one.place.entry:
                found.setdefault(one.place.entry, {}).setdefault(one.person, one)
                kinds.setdefault(one.place.entry, set()).add(hint.kind)
    members = list(names)
    out: list[Lacking] = []
    for entry in sorted(found, key=lambda entry: (-len(kinds[entry]), list(found).index(entry)))[:limit]:
        first = min(found[entry].values(), key=lambda one: members.index(one.person) if one.person in names else -1)
        out.append(replace(first, count=len(kinds[entry]), others=len(found[entry]) - 1))
    return tuple(out)


def _words(verdict: str, missing: tuple[str, ...]) -> str:
    if verdict == "meets":
        return "按已登记情况，可能符合"
    if verdict == "discretion":
        return "按已登记情况，可酌情，由镇、县定"
    if verdict == "needs_info":
        return f"还缺 {'、'.join(missing)} 才能看" if missing else "还缺资料才能看"
    return "暂看不符合" if verdict == "fails" else "本地政策包没有这一种"
