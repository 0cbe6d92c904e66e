"""报个数 and 统计: what is counted of the records: one sentence somebody asks for by telephone, and the same numbers of every village of a desk (design 07 F8, 08 Out).

Rules kept here
- numbers and the place alone: no name, no number of anybody, nothing that was written freely; which families a number is made of is told beside it, by id;
- what happened is counted by its own day, from and up to the days that are said in the sentence; a sentence speaks of all that is written here by now,
  so that what was noted late counts in its month; how many there are is how many were registered here at the end of the last day;
- `counted` (statistics of a desk) knows at the end of a day what had arrived here by then, and nothing later: asked again, the same day gives the same numbers;
- 在册 and 村台账登记 are told apart, 未遇 is no meeting, and a family that moved away is its new village's to count.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from xieli_tui.casework import about, values
from xieli_tui.domain import codes
from xieli_tui.domain.clock import TZ, millis
from xieli_tui.domain.money import format_fen
from xieli_tui.errors import Refused
from xieli_tui.store import queries, rebuild

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xieli_tui.casework.session import Session
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx


class Number(NamedTuple):
    """One number: its key, its Chinese word, how many, and the families it is made of (none where it is of no family)."""

    key: str
    word: str
    many: int
    families: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """The sentence and its numbers. `since` "" for what is counted as it stood at the end of `asof`; `parts`: what each number is and of which families."""

    id: str
    sentence: str
    since: str
    asof: str
    numbers: dict[str, int]
    parts: tuple[Number, ...] = ()


READERS: dict[str, Callable[[Tx], Sequence[Any]]] = {
    "visits": queries.visits, "flags": queries.flags, "applications": queries.applications, "decisions": queries.decisions, "aids": queries.aids, "referrals": queries.referrals,
    "alerts": queries.alerts,
}


@dataclass
class Source:
    """What is counted: everything here, or (`part`) what is of one village. Read once, however many villages there are."""

    tx: Tx
    since: str
    asof: str
    village: str = ""
    whole: Source | None = None
    area: str = ""
    """Villages whose code begins so: what an officer answers for."""
    _kept: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def part(self, village: str) -> Source:
        """The same of one village."""
        return Source(self.tx, self.since, self.asof, village, self)

    @cached_property
    def homes(self) -> dict[str, rows.Household]:
        if self.whole is not None:
            return {home.id: home for home in self.whole.by_village.get(self.village, ())}
        gone = queries.moved_away(self.tx)
        return {home.id: home for home in queries.households(self.tx) if home.known and home.id not in gone and home.village.startswith(self.area)}

    @cached_property
    def by_village(self) -> dict[str, list[rows.Household]]:
        out: dict[str, list[rows.Household]] = defaultdict(list)
        for home in self.homes.values():
            out[home.village].append(home)
        return out

    @cached_property
    def people(self) -> dict[str, list[rows.Member]]:
        if self.whole is not None:
            return {home: self.whole.people[home] for home in self.homes}
        found = queries.all_members(self.tx)
        return {home: [one for one in found.get(home, ()) if not one.ended and not one.died_on] for home in self.homes}

    def parted(self, name: str) -> dict[str, list[Any]]:
        """village -> what of a kind is its own: its families', and of somebody on no list what was found there."""
        if name not in self._kept:
            out: dict[str, list[Any]] = defaultdict(list)
            for one in READERS[name](self.tx):
                home = self.homes.get(one.household)
                if home is not None:
                    out[home.village].append(one)
                elif not one.household and (village := str(getattr(one, "village", ""))).startswith(self.area):
                    out[village].append(one)
            self._kept[name] = out
        return self._kept[name]

    def of(self, name: str) -> Iterable[Any]:
        """Everything of a kind that is of the own families, or of nobody on a list."""
        if self.whole is not None:
            return self.whole.parted(name).get(self.village, ())
        return (one for group in self.parted(name).values() for one in group)

    def within(self, name: str, day: Callable[[Any], str], outsiders: bool = False) -> list[Any]:
        """Those between the days."""
        return [one for one in self.of(name) if self.since <= day(one) <= self.asof and getattr(one, "known", True) and (one.household or outsiders)]


_Made = tuple[str, tuple[Number, ...]]


def _of(found: Iterable[Any]) -> tuple[str, ...]:
    """The families something is about, each once."""
    return tuple(dict.fromkeys(one.household for one in found if one.household))


def _some(key: str, word: str, found: Sequence[Any]) -> Number:
    return Number(key, word, len(found), _of(found))


def _by(words: Sequence[tuple[str, str]], found: Counter[str], unit: str) -> str:
    return "，".join(f"{word} {found[ident]} {unit}" for ident, word in words if found[ident])


def _households(it: Source) -> _Made:
    homes, people = it.homes.values(), it.people
    groups: dict[str, list[rows.Household]] = defaultdict(list)
    for home in homes:
        if home.category not in ("", "none"):
            groups[home.category].append(home)
    listed = [home for found in groups.values() for home in found]
    ruled = tuple(home.id for home in listed if home.category_rank == "ruling")
    persons = sum(map(len, people.values()))
    words = [(ident, word, groups[ident]) for ident, word in codes.choices("category") if groups.get(ident)]
    named = "，".join(f"{word} {len(found)} 户 {sum(len(people[home.id]) for home in found)} 人" for _, word, found in words)
    tail = f"；{named}；其中在册 {len(ruled)} 户，村台账登记 {len(listed) - len(ruled)} 户" if named else ""
    return f"登记 {len(it.homes)} 户 {persons} 人{tail}", (
        Number("households", "登记的户", len(it.homes), tuple(it.homes)), Number("persons", "登记的人", persons), Number("on_roll", "在册的户", len(ruled), ruled),
        *(Number(f"{ident}_households", f"{word}户", len(found), tuple(home.id for home in found)) for ident, word, found in words),
        *(Number(f"{ident}_persons", f"{word}户里的人", sum(len(people[home.id]) for home in found)) for ident, word, found in words),
    )


def _ids(it: Source) -> _Made:
    whole = sum(1 for members in it.people.values() for one in members if _whole(one))
    everybody = sum(map(len, it.people.values()))
    lacking = tuple(home for home, members in it.people.items() if not all(map(_whole, members)))
    return f"登记 {everybody} 人，身份证号齐的 {whole} 人，要补的 {everybody - whole} 人", (
        Number("persons", "登记的人", everybody), Number("with_id", "身份证号齐的人", whole), Number("to_add", "要补身份证号的人", everybody - whole, lacking),
    )


def _whole(one: rows.Member) -> bool:
    return bool(one.id_no) and one.id_state in ("", "ok")


def _visits(it: Source) -> _Made:
    found = it.within("visits", lambda one: one.on)
    met = [one for one in found if one.met != "none"]
    missed = [one for one in found if one.met == "none"]
    kinds = _by(codes.choices("visit_kind"), Counter(one.kind for one in found), "次")
    homes = _of(met)
    return f"走访 {len(found)} 次，见到人 {len(met)} 次、{len(homes)} 户，未遇 {len(missed)} 次{f'；{kinds}' if kinds else ''}", (
        _some("visits", "走访", found), _some("met", "见到人的走访", met), _some("not_met", "未遇的走访", missed), Number("households", "见到人的户", len(homes), homes),
    )


def _flags(it: Source) -> _Made:
    found = it.within("flags", lambda one: one.on, outsiders=True)
    settled = [one for one in found if one.settled_on and one.settled_on <= it.asof]
    left = [one for one in found if not (one.settled_on and one.settled_on <= it.asof)]
    outside = sum(1 for one in found if not one.household)
    kinds = _by(codes.choices("urgency"), Counter(one.urgency for one in found), "件")
    return f"发现困难 {len(found)} 件{f'（{kinds}）' if kinds else ''}，已了结 {len(settled)} 件，没了结 {len(left)} 件，不在册的人 {outside} 件", (
        _some("flags", "发现的困难", found), _some("settled", "已了结", settled), _some("open", "没了结", left), Number("outsiders", "不在册的人", outside),
    )


def _applications(it: Source) -> _Made:
    found = it.within("applications", lambda one: one.started)
    handed = [one for one in found if one.handed_over and one.handed_over <= it.asof]
    mine = {one.id for one in found}
    told = [one for one in it.of("decisions") if one.application in mine and one.on <= it.asof and not one.concurrent]
    yes, no = [one for one in told if one.result == "granted"], [one for one in told if one.result == "rejected"]
    return f"开始的申请 {len(found)} 件，已转交 {len(handed)} 件；有结果 {len(told)} 项，其中同意 {len(yes)} 项，不同意 {len(no)} 项", (
        _some("applications", "开始的申请", found), _some("handed_over", "已转交", handed), _some("decided", "有结果", told), _some("granted", "同意", yes), _some("rejected", "不同意", no),
    )


def _aid(it: Source) -> _Made:
    found = it.within("aids", lambda one: one.on)
    record, given = [one for one in found if one.rank == "ruling"], [one for one in found if one.rank != "ruling"]
    once = [one for one in record if one.period in ("", "once")]
    fen = sum(one.amount or 0 for one in once)
    return f"在册的救助 {len(record)} 笔，其中一次性的共 {format_fen(fen)} 元；村里给的实物和服务 {len(given)} 笔", (
        _some("on_record", "在册的救助", record), Number("once_fen", "一次性的，分", fen, _of(once)), _some("by_village", "村里给的", given),
    )


def _referrals(it: Source) -> _Made:
    found = it.within("referrals", lambda one: one.on, outsiders=True)
    answered = [one for one in found if one.result and one.answered_on <= it.asof]
    left = [one for one in found if not (one.result and one.answered_on <= it.asof)]
    return f"转介 {len(found)} 件，有回音 {len(answered)} 件，还没有回音 {len(left)} 件", (
        _some("referrals", "转介", found), _some("answered", "有回音", answered), _some("open", "还没有回音", left),
    )


def _alerts(it: Source) -> _Made:
    found = it.within("alerts", lambda one: one.on)
    answered = [one for one in found if one.answered and one.answered_on <= it.asof]
    left = [one for one in found if not (one.answered and one.answered_on <= it.asof)]
    return f"收到预警 {len(found)} 件，已核查 {len(answered)} 件，没核查 {len(left)} 件", (
        _some("alerts", "收到的预警", found), _some("answered", "已核查", answered), _some("open", "没核查", left),
    )


class Sentence(NamedTuple):
    """One thing that is asked for: what it is called, whether it is of a stretch of days, how it is made."""

    title: str
    dated: bool
    make: Callable[[Source], _Made]


SENTENCES: dict[str, Sentence] = {
    "households": Sentence("多少户、多少人、各类多少", False, _households), "ids": Sentence("身份证号齐不齐", False, _ids), "visits": Sentence("走访了多少", True, _visits),
    "flags": Sentence("发现了多少困难", True, _flags), "applications": Sentence("申请和结果", True, _applications), "aid": Sentence("给了多少救助", True, _aid),
    "referrals": Sentence("转介和回音", True, _referrals), "alerts": Sentence("预警核查", True, _alerts),
}


def span(session: Session, since: str | None, asof: str | None) -> tuple[str, str]:
    """(first, last) day. Blank: the month of the last day until today. Raises Refused: XL-V01, XL-V02, XL-V13."""
    last = values.day(asof, session.today, "asof")
    first = values.day(since, session.today, "since") if since else dt.date.fromisoformat(last).replace(day=1).isoformat()
    if first > last:
        raise Refused("XL-V02", "开始晚于截止", field="since")
    return first, last


@contextmanager
def known_at(session: Session, day: str) -> Iterator[Tx]:
    """A reading of what was written or had arrived here by the end of a day; of today simply what is here."""
    cut = millis(dt.datetime.combine(dt.date.fromisoformat(day) + dt.timedelta(days=1), dt.time(), TZ)) - 1
    with rebuild.known_at(session.store, cut) as tx, queries.read.together(tx):
        yield tx


def counted(ident: str, it: Source, place: str) -> Counted:
    """One sentence of what was read."""
    chosen = SENTENCES[ident]
    said, parts = chosen.make(it)
    when = f"{it.since} 至 {it.asof}" if chosen.dated else f"截至 {it.asof}"
    return Counted(ident, f"{when}，{place}{said}。", it.since if chosen.dated else "", it.asof, {one.key: one.many for one in parts}, parts)


def count(session: Session, sentence: str, since: str | None = None, asof: str | None = None) -> Counted:
    """One sentence.

    Args:
        sentence: a key of SENTENCES.
        since, asof: first and last day; blank: the month of the last day until today. What is counted as it stands has a last day alone.

    Raises:
        Refused: XL-V08 no such sentence; XL-V11 a first day for what is counted as it stands; XL-V01, XL-V02, XL-V13.
    """
    ident = values.choice(sentence, SENTENCES, "sentence")
    if not SENTENCES[ident].dated and since:
        raise Refused("XL-V11", "户和人按截止那天的登记报，没有开始那天", field="since")
    first, last = span(session, since, asof)
    if SENTENCES[ident].dated:
        with session.reading() as tx, queries.read.together(tx):
            return counted(ident, Source(tx, first, last), about.place(session))
    with known_at(session, last) as tx:
        return counted(ident, Source(tx, first, last), about.place(session))


def all_of(session: Session, since: str | None = None, asof: str | None = None) -> list[Counted]:
    """Every sentence of the same days; of households and people those registered at the end of the last one. Raises as `count`."""
    first, last = span(session, since, asof)
    with session.reading() as tx, queries.read.together(tx):
        it = Source(tx, first, last)
        found = {ident: counted(ident, it, about.place(session)) for ident, one in SENTENCES.items() if one.dated or last == session.today.isoformat()}
    if len(found) < len(SENTENCES):
        with known_at(session, last) as tx:
            it = Source(tx, first, last)
            found |= {ident: counted(ident, it, about.place(session)) for ident, one in SENTENCES.items() if not one.dated}
    return [found[ident] for ident in SENTENCES]
