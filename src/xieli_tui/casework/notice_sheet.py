"""`xieli notice sheet`: 公示 to hang out, made of the whitelist of `paper.notice_sheet` and of nothing else (design 10, 08 Out).

Rules kept here
- the reader of the records is this module: it takes a head's name, a group, numbers of people, a kind, an amount and a day, and hands over no row;
- a minor is on no board: neither as head nor as the one the aid is for, nor by name in another field; a day of birth, the number's and every value two people
  wrote count; whose age is not known is not announced before it is;
- where a family lives is a number or the name of a place: nobody's name, and a word that is no place's only where several families live by it;
- the telephone to object by is the office's, never one a single family is called by, nor a piece of a number of theirs;
- 初审公示 needs a case the office has and has not refused, 确认公示 a granted decision of a kind the family did not leave since, 长期公示 a family of record;
  a kind that would say why somebody is poor is not announced;
- surnames alone stand on it wherever the county's rule says so for the place, in whatever words it was said;
- the days are those typed, else counted by the county's rule; without either the last day stays open to be written by hand;
- the village prints its own board's sheet, a desk both boards'; each printing is recorded (`audit.printed`), posting and taking down are records of their own.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from xieli_sync import outbox
from xieli_tui.casework import contacts, notices, out_file, papers, reads, values
from xieli_tui.domain import codes, jsontext
from xieli_tui.domain.dates import age_on, month_end
from xieli_tui.domain.events.road import AuditPrinted
from xieli_tui.domain.idnum import check_id
from xieli_tui.domain.text import group_word
from xieli_tui.errors import Refused
from xieli_tui.paper import notice_sheet as paper
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

ADULT = 18
"""未成年人: 民法典17."""
MASKED = "notice_names_masked"
"""Local parameter: the county's rule that a board shows surnames only."""
_HOTLINE = "12349"


@dataclass(frozen=True, slots=True)
class Sheets:
    """What was printed. `left_out`: families a minor keeps off the board, by number alone; `age_unknown`: families of the roll left off
    because nobody wrote down when the head was born."""

    file: str
    kind: str
    boards: int
    lines: int
    left_out: int
    age_unknown: tuple[str, ...]
    start: str
    end: str
    bytes: int


class _Entry(NamedTuple):
    """A line, its village and family, and the application (or family) it is of."""

    subject: str
    household: str
    village: str
    line: paper.Line


def write(
    session: Session, kind: str, applications: Sequence[str], out: Path | str | None, *, place: str | None = None, start: str | None = None, end: str | None = None, fs: outbox.Fs = outbox.OS_FS,
) -> Sheets:
    """The sheets of these applications as one PDF: one for each village and board.

    Args:
        kind: review, decision or long_term.
        applications: none for 长期公示: everybody of record.
        out: None to look at or print it: it lies in the session's private folder (`papers`).
        place: township or village; blank: the village's own, at a desk both.

    Raises:
        Refused: XL-V06 no application, or a head whose age is not known; XL-V08 kind, place; XL-V11 the file's ending, a kind that is not announced, a long-term last day;
            XL-V15 a value that may not hang out; XL-P02 the township's board in a village; XL-P05 nothing to announce; XL-W31; XL-F01, XL-F02, XL-F03, XL-F07, XL-F08.
        NotFound: XL-V42, XL-F05.
    """
    which = values.coded(kind, "notice_kind", "kind")
    path = papers.of(session).place("notice", "pdf") if out is None else out_file.free(out)
    if path.suffix.lower() != ".pdf":
        raise Refused("XL-V11", "文件名要以 .pdf 结尾", field="out")
    first = values.day(start, session.today, "start", future=True)
    places = _places(session, place)
    with session.reading() as tx, queries.read.together(tx):
        named = list(dict.fromkeys(one.strip() for one in applications if one.strip()))
        found = _found(tx, which, named)
        people = _People(tx, session.today, [home for home, _ in found])
        entries, left_out, unknown = _entries(session, tx, which, found, people, strict=bool(named))
        if not entries:
            raise Refused("XL-P05", "没有可以公示的，未成年人不公示" if left_out else "没有可以公示的")
        villages = tuple(dict.fromkeys(one.village for one in entries))
        days = {village: (first, *_until(session, tx, which, first, end, village)) for village in villages}
        boards = [board for village in villages for board in _boards(session, tx, which, places, village, entries, days[village], people)]
        last = max(until for _, until, _ in days.values())
    mark: Literal["", "演示", "练习"] = "演示" if session.profile.demo else "练习" if session.profile.practice else ""
    data = paper.sheet(boards, session.clock.now(), mark)
    session.record(*(values.make(AuditPrinted, form="notice", subject=one.subject) for one in entries))
    written = out_file.write(path, data, fs)
    return Sheets(str(written), which, len(boards), len(entries), left_out, unknown, first, last, len(data))


def _places(session: Session, given: str | None) -> tuple[str, ...]:
    here = ("village",) if session.role == "village" else ("township", "village")
    if not given:
        return here
    place = values.coded(given, "place", "place")
    if place not in here:
        raise Refused("XL-P02", "镇公开栏由镇(街道)贴", field="place")
    return (place,)


def _until(session: Session, tx: Tx, kind: str, first: str, end: str | None, village: str) -> tuple[str, bool]:
    if end and end.strip():
        if kind == "long_term":
            raise Refused("XL-V11", "长期公示没有截止那天", field="end")
        last = values.day(end, session.today, "end", future=True)
        if last < first:
            raise Refused("XL-V02", "早于贴出那天", field="end")
        return last, False
    if kind == "long_term":
        return "", False
    last, doubt = notices.ends(tx, first, village)
    return last, bool(doubt)


def _boards(session: Session, tx: Tx, kind: str, places: Iterable[str], village: str, entries: Sequence[_Entry], days: tuple[str, str, bool], people: _People) -> list[paper.Board]:
    book = contacts.of(tx, village, session.today)
    phones = tuple(dict.fromkeys(number for number in (book.township, book.county, book.hotline or _HOTLINE) if number))
    mine = [one for one in entries if one.village == village]
    if any(people.private(number, (one.household for one in mine)) for number in phones):
        raise Refused("XL-V15", "监督电话", field="notice", extra={"column": "监督电话"})
    names: dict[str, str] = {}
    for device in queries.devices(tx):
        names.update(device.village_names)
    name = paper.plain((names | session.profile.village_names).get(village, "")).replace("(", "（").replace(")", "）")
    if people.named_in(name, ""):
        raise Refused("XL-V15", "村名", field="notice", extra={"column": "村名"})
    lines = tuple(one.line for one in mine)
    return [paper.Board(kind, place, name, *days, phones, lines) for place in places]


class _People:
    """Whom the records know in the villages of these families, as far as a sheet must not name them: read once."""

    def __init__(self, tx: Tx, today: dt.date, about: Sequence[rows.Household]) -> None:
        self.today = today
        villages = sorted({home.village for home in about})
        self.disputed: dict[str, list[str]] = defaultdict(list)
        """file of a person -> days of birth and numbers that stand beside the one shown"""
        self.homes = {ident: people for village in villages for ident, people in queries.all_members(tx, village).items()}
        homes = {home.id for home in about}
        for other in (file for home in about for one in self.homes.get(home.id, ()) for file in one.same):
            file = queries.person(tx, other)
            if file is not None:
                homes.add(file.household)
                self.disputed[other] += [file.birth, file.id_no]
        for two in (two for home in sorted(homes - {""}) for two in queries.conflicts(tx, home)):
            if two.field in ("birth", "id_no"):
                self.disputed[two.entity] += [str(head.value) for head in two.heads]
        self.minors: set[str] = set()
        self.phones: dict[str, set[str]] = defaultdict(set)
        """digits of a telephone -> families it is written for"""
        self.numbers: dict[str, list[str]] = defaultdict(list)
        """family -> digits of what identifies them"""
        self.groups: Counter[tuple[str, str]] = Counter()
        for home in (home for village in villages for home in queries.households(tx, village)):
            self.groups[home.village, group_word(str(home.fields.get("group", "")))] += 1
            self.phones[_digits(str(home.fields.get("phone", "")))].add(home.id)
        for ident, people in self.homes.items():
            for one in people:
                self.phones[_digits(one.phone)].add(ident)
                self.numbers[ident] += [number for number in (_digits(one.id_no), _digits(str(one.fields.get("bank") or "")), _digits(str(one.fields.get("disability_cert") or ""))) if number]
                if one.name and self.under_age(one):
                    self.minors.add(paper.plain(one.name))

    def under_age(self, one: rows.Member) -> bool | None:
        """Whether somebody is, or by one of the values written may be, a minor; None where nothing says when he was born."""
        days = [day for day in (_born(text, self.today) for file in (one.person, *one.same) for text in (one.birth, one.id_no, *self.disputed.get(file, ()))) if day is not None]
        return any(age_on(day, self.today) < ADULT for day in days) if days else None

    def named_in(self, place: str, household: str) -> bool:
        """Whether a place says the name of a minor, or of one of the family."""
        shown = {place[start:end] for start in range(len(place)) for end in range(start + 3, len(place) + 1)} | {place, place.removesuffix("家")}
        own = {paper.plain(one.name) for one in self.homes.get(household, ()) if len(one.name) > 1}
        return not shown.isdisjoint(self.minors) or not shown.isdisjoint(own)

    def private(self, phone: str, households: Iterable[str]) -> bool:
        """Whether a telephone is one a single family is called by, or part of a number of one of these families."""
        digits = _digits(phone.split("转")[0])
        return len(digits) >= _TELLING and (len(self.phones.get(digits, ())) == 1 or any(digits in number for home in households for number in self.numbers.get(home, ())))


_TELLING = 7
"""Digits from which a number says whose it is."""


def _digits(text: str) -> str:
    return "".join(mark for mark in paper.plain(text) if mark.isdigit())


def _born(text: str, today: dt.date) -> dt.date | None:
    """The day of birth a day or an identity number says; a year and a month say their last day."""
    try:
        if len(text) in (15, 18):
            return check_id(text, today).birth
        if len(text) == len("2011-09"):
            return month_end(dt.date.fromisoformat(f"{text}-01"))
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


_Found = list[tuple["rows.Household", "rows.Application | None"]]


def _found(tx: Tx, kind: str, named: Sequence[str]) -> _Found:
    """The families a sheet is asked for, with the application; 长期公示: those of the roll."""
    if kind == "long_term":
        return [(home, None) for home in _of_record(tx, [reads.application(tx, one) for one in named])]
    if not named:
        raise Refused("XL-V06", "写明是哪几件申请", field="application")
    apps = {app.id: app for app in (reads.application(tx, one) for one in named)}
    return [(reads.household(tx, app.household), app) for app in apps.values()]


def _entries(session: Session, tx: Tx, kind: str, found: _Found, people: _People, *, strict: bool) -> tuple[list[_Entry], int, tuple[str, ...]]:
    """The lines, how many families a minor keeps off, and those whose age nobody wrote down (`strict`: that is refused)."""
    out: list[_Entry] = []
    left_out = 0
    unknown: list[str] = []
    for home, app in found:
        lines = _of_case(tx, kind, home, app) if app is not None else _of_roll(tx, home)
        if not lines:
            continue
        minor = _minor(tx, home, app, people)
        if minor is None and strict:
            raise Refused("XL-V06", "户主或申请人的出生日期没有登记，不知道是不是未成年人，补上再印", field="birth", extra={"household": home.id})
        if minor is None:
            unknown.append(home.id)
            continue
        if minor:
            left_out += 1
            continue
        size = sum(1 for one in queries.members(tx, home.id) if not one.died_on and one.living) or home.size
        covered = 1 if app is not None and app.unit == "person" else size
        for category, amount, period, start in lines:
            try:
                line = paper.Line(paper.plain(home.head_name), _group(home, people), size, covered, category, amount, period, start, _masked(session, tx, home))
            except Refused as bad:  # which family it is, so that it can be put right; never what stood there
                raise Refused(bad.code, f"{bad.extra['column']}，编号 {home.id}", field="notice", extra={**bad.extra, "household": home.id}) from bad
            out.append(_Entry(app.id if app is not None else home.id, home.id, home.village, line))
    return out, left_out, tuple(unknown)


def _group(home: rows.Household, people: _People) -> str:
    """Where the family lives. Raises Refused: XL-V15 what is no name of a place."""
    said = group_word(str(home.fields.get("group", "")))
    text = paper.plain(said)
    if people.named_in(text, home.id) or not (paper.is_place(text) or people.groups[home.village, said] > 1):
        raise Refused("XL-V15", "小组", field="notice", extra={"column": "小组"})
    return text


def _masked(session: Session, tx: Tx, home: rows.Household) -> bool:
    """The county's rule where the family lives, in town or country too (either, where nobody wrote down which); what was said and is no plain 否 covers the names."""
    day, area = session.today.isoformat(), str(home.fields.get("area", ""))
    said = [queries.local_value(tx, MASKED, day, home.village)]
    said += [row.value for row in queries.local_params(tx, MASKED, day) if row.area in ((area,) if area else ("urban", "rural")) and row.area]
    return any(one is not None and jsontext.value(one, one) is not False for one in said)


_Words = tuple[str, int | None, str, str]


def _of_case(tx: Tx, kind: str, home: rows.Household, app: rows.Application) -> list[_Words]:
    """(category, amount, period, from) of an application: what is asked for while it is looked at, what was granted afterwards."""
    if app.state in notices.NOT_YET:
        raise Refused("XL-P05", "已经撤回了，没有可公示的" if app.state == "withdrawn" else "还在村里，没有可公示的")
    decided = queries.decisions(tx, app=app.id)
    if kind == "review":
        refused = {one.kind for one in decided if one.result != "granted"} - {one.kind for one in decided if one.result == "granted"}
        wanted: list[_Words] = [(one, None, "month", "") for one in app.kinds if one not in refused]
        if not wanted:
            raise Refused("XL-P05", "已经决定不同意，不再公示")
    else:
        wanted = [
            (one.kind, one.amount, one.period or "month", one.start) for one in decided
            if one.result == "granted" and not one.concurrent and not any(
                gone["category"] == paper.OF_KIND.get(one.kind) and gone["on"] >= one.on and gone.get("person", "") in ("", app.person) for gone in home.ruled.get("exits", ())
            )
        ]
        if not wanted:
            raise Refused("XL-P05", "还没有同意的决定，没有可公示的")
    unsaid = [codes.label("kind", one) for one, *_ in wanted if one not in paper.OF_KIND]
    if unsaid:
        raise Refused("XL-V11", f"{'、'.join(unsaid)}不公示，会说出病、残或孩子的事", field="application")
    return list({paper.OF_KIND[one]: (paper.OF_KIND[one], amount, period, start) for one, amount, period, start in wanted}.values())


def _of_record(tx: Tx, apps: Sequence[rows.Application]) -> list[rows.Household]:
    among = {app.household for app in apps}
    gone = queries.moved_away(tx)
    found = [
        home for home in queries.households(tx)
        if home.known and home.id not in gone and home.category_rank == "ruling" and home.category in notices.PUBLISHED and home.size > 0 and (not among or home.id in among)
    ]
    if among - {home.id for home in found}:
        raise Refused("XL-P05", "不在保障名单上，不做长期公示")
    return sorted(found, key=lambda home: (home.village, str(home.fields.get("group", "")), home.head_name, home.id))


def _of_roll(tx: Tx, home: rows.Household) -> list[_Words]:
    granted = [one for one in queries.decisions(tx, household=home.id) if one.result == "granted" and not one.concurrent and paper.OF_KIND.get(one.kind) == home.category]
    amount, period = (granted[-1].amount, granted[-1].period or "month") if granted else (None, "month")
    return [(home.category, amount, period, home.category_since)]


def _minor(tx: Tx, home: rows.Household, app: rows.Application | None, people: _People) -> bool | None:
    """Whether head or applicant is a minor, or the name on the line is that of one of the children; None where an age is not known."""
    applicant = app.person if app is not None else ""
    here = [one for one in queries.members(tx, home.id, ended=True) if not one.ended or (applicant and one.is_(applicant))]
    meant = [next((one for one in here if ident and one.is_(ident)), None) for ident in (home.head, *([applicant] if applicant else []))]
    under = [people.under_age(one) if one is not None else None for one in meant]
    if None in under:
        return None
    if any(under):
        return True
    named = [people.under_age(one) for one in here if one not in meant and len(one.name) > 1 and paper.plain(one.name) in paper.plain(home.head_name)]
    return True if any(named) else None if None in named else False
