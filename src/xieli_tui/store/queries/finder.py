"""The list of households and its search: every line and what it is found by, kept in memory and brought up to date by the journal.

A key of the search must not read the store: at 10,000 households the answer comes from a few long strings (one per thing that is met),
searched by the interpreter's own substring search, and is a sequence that makes a line only when it is looked at.

Rules kept here
- a search meets name, nickname, pinyin initials, ID tail, phone tail, group and number, and says what it met when it was not the head's name;
- those met by the head's name stand first, then members and nicknames, then tails, numbers and groups; within them village, group, number;
- what is kept is never believed without asking: before every answer the journal says whether lines came in since, and whose;
- an entry of one family renews that family alone; one that can touch others (merges, rulings of the road, deliveries) renews the list.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from xieli_tui.domain.pinyin import matches
from xieli_tui.domain.text import fold_code, group_key, whole
from xieli_tui.store.queries.merges import components
from xieli_tui.store.queries.read import parts
from xieli_tui.store.queries.rows import HouseholdLine

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

HEAD_RELATIONS = ("02", "01")
"""GB/T 4761: 户主; 本人, which rosters write for the head as well."""
SEP = "\n"
"""Between the things of one string; it never stands in a name (`domain.text`)."""
FEW = 64
"""So many families or fewer are renewed by themselves; more, and the whole list is read again."""

HEAD, MEMBER, OTHER = 0, 1, 2
"""What was met: the head's name, a member or a nickname, a tail, number or group."""
_ALOOF = frozenset({
    "advance", "aid", "alert", "application", "assessment", "audit", "change", "check", "commitment", "complaint", "conference", "consent", "decision", "emergency",
    "encounter", "event", "flag", "fraud", "group", "informed", "kin", "local", "loss", "notice", "officer", "operator", "pack", "pair", "paper", "policy", "referral",
    "reported", "reserve", "review", "service", "staff", "statement", "station", "taper",
})
"""First words of event types that never change a line of the list (a category ruled by a decision is an event of its own)."""


class _Who(NamedTuple):
    """A person of a family, as far as a search goes."""

    home: str
    person: str
    name: str
    nickname: str
    initials: str
    id_no: str
    phone: str
    is_head: bool


class _Home(NamedTuple):
    """A household, as far as the list goes."""

    order: tuple[str, tuple[int, str], tuple[int, str], str]
    line: HouseholdLine
    number: str
    phone: str


@lru_cache(maxsize=1024)
def group_order(group: str) -> tuple[int, str]:
    """一组 before 二组 before 10组; a name of no number behind them."""
    key = group_key(group) if group else ""
    place = whole(key)
    return (place, "") if place is not None else (10**15, key)


@lru_cache(maxsize=4096)
def number_order(number: str) -> tuple[int, str]:
    """户编号 as numbers; others behind them."""
    place = whole(number)
    return (place, "") if place is not None else (10**15, number)


class Found(Sequence[HouseholdLine]):
    """Lines found, in order; one is made when it is looked at. `places` are (place in the list, what was met)."""

    __slots__ = ("_lines", "_places")

    def __init__(self, lines: Sequence[HouseholdLine], places: Sequence[tuple[int, str]]) -> None:
        self._lines, self._places = lines, places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, at: int) -> HouseholdLine: ...
    @overload
    def __getitem__(self, at: slice) -> Found: ...
    def __getitem__(self, at: int | slice) -> HouseholdLine | Found:
        if isinstance(at, slice):
            return Found(self._lines, self._places[at])
        place, what = self._places[at]
        return dataclasses.replace(self._lines[place], matched=what) if what else self._lines[place]

    def __iter__(self) -> Iterator[HouseholdLine]:
        return (self[at] for at in range(len(self._places)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


class Finder:
    """The households of one store, kept between searches. One per session; not shared between threads without the session's own order."""

    def __init__(self) -> None:
        self._stamp: tuple[int, int] | None = None
        self._homes: dict[str, _Home] = {}
        self._people: dict[str, list[_Who]] = {}
        self._shape: _Shape | None = None

    def find(self, tx: Tx, query: str = "", limit: int | None = None) -> Found:
        """The households a query meets (all when it is empty), best first."""
        self._renew(tx)
        shape = self._shape = self._shape or _Shape(self._homes.values(), self._people)
        wanted = query.strip()
        places = shape.search(wanted) if wanted else [(at, "") for at in range(len(shape.lines))]
        return Found(shape.lines, places if limit is None else places[:limit])

    def lines(self, tx: Tx) -> dict[str, HouseholdLine]:
        """Every household's line by id, in no order: for who asks about many and searches nothing."""
        self._renew(tx)
        return {home: one.line for home, one in self._homes.items()}

    # -- staying true -----------------------------------------------------------------------------
    def _renew(self, tx: Tx) -> None:
        stamp = _stamp(tx)
        if stamp == self._stamp:
            return
        touched = None if self._stamp is None or stamp[1] != self._stamp[1] else _touched(tx, self._stamp[0], self._homes)
        if touched is None or len(touched) > FEW:
            self._homes, self._people = _read(tx, None)
        elif touched:
            homes, people = _read(tx, touched)
            for home in touched:
                self._homes.pop(home, None)
                self._people.pop(home, None)
            self._homes.update(homes)
            self._people.update(people)
        if touched is None or touched:
            self._shape = None
        self._stamp = stamp


def _stamp(tx: Tx) -> tuple[int, int]:
    """How far the journal and what was delivered have come."""
    [(journal, delivered)] = tx.ask("SELECT coalesce((SELECT max(rowid) FROM journal), 0), coalesce((SELECT max(rowid) FROM delivery_in), 0)")
    return int(journal), int(delivered)


def _touched(tx: Tx, since: int, known: Container[str]) -> set[str] | None:
    """Households whose lines may have changed since a journal row; None = any of them. An entry about a family never met makes its stub."""
    out: set[str] = set()
    people: set[str] = set()
    for t, household, entity in tx.conn.exec_driver_sql("SELECT t, household, entity FROM journal WHERE rowid>?", (since,)):
        first = t.partition(".")[0]
        if first in _ALOOF and (not household or household in known):
            continue
        if not household:
            return None
        out.add(household)
        if first in ("person", "roster"):
            people.add(entity)
    for part, marks in parts(people):
        out.update(home for (home,) in tx.conn.exec_driver_sql(f"SELECT household FROM membership WHERE person IN ({marks})", tuple(part)))
    return out


# -- reading ----------------------------------------------------------------------------------------
_HOMES = "SELECT household, village, known, head, number, grp, category, category_rank, phone, nickname FROM household"
_PEOPLE = (
    "SELECT coalesce(m.household, p.household), p.person, p.name, p.nickname, p.initials, p.id_no, p.phone, p.birth, m.relation, m.household IS NOT NULL"
    " FROM person p LEFT JOIN membership m ON m.county_code=p.county_code AND m.person=p.person AND m.ended=''"
)
_STUBS = "SELECT household, count(*) FROM membership m WHERE ended='' AND NOT EXISTS (SELECT 1 FROM person p WHERE p.county_code=m.county_code AND p.person=m.person)"
_SEEN = "SELECT household, max(on_day) FROM visit WHERE met<>'none'"


def _read(tx: Tx, ids: Iterable[str] | None) -> tuple[dict[str, _Home], dict[str, list[_Who]]]:
    homes: dict[str, _Home] = {}
    people: dict[str, list[_Who]] = defaultdict(list)
    for which, part in [("", ())] if ids is None else [(f"IN ({marks})", tuple(part)) for part, marks in parts(ids)]:
        _read_part(tx, which, part, homes, people)
    return homes, dict(people)


def _read_part(tx: Tx, which: str, ids: tuple[str, ...], homes: dict[str, _Home], people: dict[str, list[_Who]]) -> None:
    run = tx.ask
    rows = list(run(_HOMES + (f" WHERE household {which}" if which else ""), ids))
    claimed = {row[0]: row[3] for row in rows}
    sizes: dict[str, int] = defaultdict(int, run(_STUBS + (f" AND household {which}" if which else "") + " GROUP BY household", ids))  # type: ignore[arg-type]
    heads: dict[str, tuple[int, Any]] = {}
    # Those who live there, and those who once did and live nowhere now: they are found under the family they were entered with.
    found = run(_PEOPLE + (f" WHERE m.household {which} OR (m.household IS NULL AND p.household {which})" if which else ""), ids * 2)
    merged = components(tx)
    counted: set[tuple[str, str]] = set()
    for home, who, name, nickname, letters, id_no, phone, birth, relation, lives in found:
        is_head = relation in HEAD_RELATIONS or (bool(lives) and who == claimed.get(home))
        people[home].append(_Who(home, who, name, nickname, letters, id_no, phone, is_head))
        if lives:
            # two files of one person in one family are one head
            if who not in merged or (home, merged[who]) not in counted:
                sizes[home] += 1
            counted.add((home, merged.get(who, who)))
            rank = -1 if who == claimed.get(home) else HEAD_RELATIONS.index(relation) if relation in HEAD_RELATIONS else None
            if rank is not None and (home not in heads or rank < heads[home][0]):
                heads[home] = (rank, (name, birth, id_no, phone, letters))
    lost = {who: home for home, who in claimed.items() if who and home not in heads}
    for part, marks in parts(lost):
        # the family of a head who died or moved out keeps being called by that name until another one is named
        for who, *what in run(f"SELECT person, name, birth, id_no, phone, initials FROM person WHERE person IN ({marks})", tuple(part)):
            heads[lost[who]] = (len(HEAD_RELATIONS), tuple(what))
    seen: dict[str, str] = dict(run(_SEEN + (f" AND household {which}" if which else "") + " GROUP BY household", ids))  # type: ignore[arg-type]
    for home, village, known, _head, number, group, category, rank, phone, nickname in rows:
        name, birth, id_no, head_phone, letters = heads[home][1] if home in heads else ("", "", "", "", "")
        line = HouseholdLine(
            id=home, head=name or "", group=group, birth_year=(birth or "")[:4], size=sizes[home], category=category, category_rank=rank, id_no=id_no or "",
            phone=phone or head_phone or "", nickname=nickname, last_visit=seen.get(home, ""), village=village, initials=(letters or "").split(" ")[0],
            known=bool(known), matched="",
        )
        homes[home] = _Home((village, group_order(group), number_order(number), home), line, number, phone)


# -- searching --------------------------------------------------------------------------------------
class _Text:
    """Many short texts in one long string: where does one of them hold this, begin to end?"""

    def __init__(self, texts: Iterable[str]) -> None:
        held = list(texts)
        self.blob = SEP + SEP.join(held) + SEP
        self.starts = list(accumulate((len(text) + 1 for text in held), initial=1))

    def holding(self, text: str) -> Iterator[int]:
        """Numbers of the texts that hold it, each once, in order."""
        find, at = self.blob.find, self.blob.find(text)
        while at >= 0:
            which = bisect_right(self.starts, at) - 1
            yield which
            at = find(text, self.starts[which + 1])

    def ending(self, text: str) -> Iterator[int]:
        """Numbers of the texts that end with it."""
        tail = text + SEP
        at = self.blob.find(tail)
        while at >= 0:
            yield bisect_right(self.starts, at) - 1
            at = self.blob.find(tail, at + 1)


class _Shape:
    """The list in order with the strings it is searched by."""

    def __init__(self, homes: Iterable[_Home], people: Mapping[str, list[_Who]]) -> None:
        self.homes = sorted(homes, key=lambda one: one.order)
        self.lines = [one.line for one in self.homes]
        self.place = {one.line.id: at for at, one in enumerate(self.homes)}
        self.who = [one for home in self.homes for one in people.get(home.line.id, ())]
        self.letters = _Text(one.initials for one in self.who)
        self.names = _Text(one.name for one in self.who)
        self.nicknames = _Text(one.nickname for one in self.who)
        self.ids = _Text(one.id_no for one in self.who)
        self.phones = _Text(one.phone for one in self.who)
        self.called = [at for at, one in enumerate(self.homes) if one.line.nickname]
        self.numbers: dict[str, list[int]] = defaultdict(list)
        self.groups: dict[str, list[int]] = defaultdict(list)
        self.home_phones = _Text(one.phone for one in self.homes)
        for at, home in enumerate(self.homes):
            if home.number:
                self.numbers[home.number].append(at)
            if home.line.group:
                self.groups[group_key(home.line.group)].append(at)

    def search(self, query: str) -> list[tuple[int, str]]:
        """(place, what was met) of what a query meets, best first."""
        code = fold_code(query)
        met: dict[int, tuple[int, str]] = {}

        def note(place: int, order: int, what: str) -> None:
            before = met.get(place)
            if before is None or (order, what) < before:
                met[place] = (order, what)

        if SEP not in query:
            self._people(query, code, note)
            self._homes(query, code, note)
        for place in self.groups.get(group_key(query), ()):
            note(place, OTHER, self.lines[place].group)
        buckets: tuple[list[tuple[int, str]], ...] = ([], [], [])
        for place in sorted(met):
            order, what = met[place]
            buckets[order].append((place, what))
        return [*buckets[HEAD], *buckets[MEMBER], *buckets[OTHER]]

    def _people(self, query: str, code: str, note: Any) -> None:
        letters = query.casefold()
        if letters.isascii() and letters.isalpha():
            self._named(self.letters.holding(letters), note)
        elif code.isascii() and re.fullmatch(r"[0-9]+X?", code):
            self._coded(code, note)
        else:
            hits = {*self.names.holding(query), *self.nicknames.holding(query)}
            if not hits and any(mark.isascii() and mark.isalpha() for mark in query):
                han = next((mark for mark in query if not mark.isascii()), "")
                hits = {at for at in self.names.holding(han) if matches(query, self.who[at].name)} if han else set()
            self._named(hits, note)

    def _named(self, hits: Iterable[int], note: Any) -> None:
        who, place = self.who, self.place
        for at in hits:
            one = who[at]
            if one.is_head:
                note(place[one.home], HEAD, "")
            else:
                note(place[one.home], MEMBER, one.name)

    def _coded(self, code: str, note: Any) -> None:
        if len(code) < 3:
            return
        ids = set(self.ids.ending(code))
        for at in ids | set(self.phones.ending(code)):
            one = self.who[at]
            note(self.place[one.home], OTHER, f"{'身份证' if at in ids else '电话'}尾号{code[-4:]} {one.name}")

    def _homes(self, query: str, code: str, note: Any) -> None:
        as_letters = code.isascii() and code.isalpha()
        for at in self.called:
            nickname = self.lines[at].nickname
            if query in nickname or (as_letters and matches(query, nickname)):
                note(at, MEMBER, nickname)
        for at in self.numbers.get(code, ()):
            note(at, OTHER, code)
        if len(code) >= 4:
            for at in self.home_phones.ending(code):
                note(at, OTHER, f"电话尾号{code[-4:]}")


def household_rows(tx: Tx, query: str = "", limit: int | None = None) -> Found:
    """The list for one question, nothing kept."""
    return Finder().find(tx, query, limit)
