"""`xieli notice sheet`: 公示 to hang out, made of the whitelist of `paper.notice_sheet` and of nothing else (design 10, 08 Out).

Rules kept here
- the reader of the records is this module: it takes a head's name, a group, numbers of people, a kind, an amount and a day, and hands over no row;
- a minor is on no board: neither as head nor as the one the aid is for; whose age is not known is not announced before it is;
- 初审公示 needs a case the office has, 确认公示 a granted decision, 长期公示 a family of record; a kind that would say why somebody is poor is not announced;
- the days are those typed, else counted by the county's rule; without either the last day stays open to be written by hand;
- the village prints its own board's sheet, a desk both boards'; each printing is recorded (`audit.printed`), posting and taking down are records of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from xieli_sync import outbox
from xieli_tui.casework import contacts, notices, out_file, reads, values
from xieli_tui.domain import codes, jsontext
from xieli_tui.domain.dates import age_on
from xieli_tui.domain.events.road import AuditPrinted
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
    """A line, its village, and the application (or family) it is of."""

    subject: str
    village: str
    line: paper.Line


def write(
    session: Session, kind: str, applications: Sequence[str], out: Path | str, *, place: str | None = None, start: str | None = None, end: str | None = None, fs: outbox.Fs = outbox.OS_FS,
) -> Sheets:
    """The sheets of these applications as one PDF: one for each village and board.

    Args:
        kind: review, decision or long_term.
        applications: none for 长期公示: everybody of record.
        place: township or village; blank: the village's own, at a desk both.

    Raises:
        Refused: XL-V06 no application, or a head whose age is not known; XL-V08 kind, place; XL-V11 the file's ending, a kind that is not announced, a long-term last day;
            XL-V15 a value that may not hang out; XL-P02 the township's board in a village; XL-P05 nothing to announce; XL-W31; XL-F01, XL-F02, XL-F03, XL-F07, XL-F08.
        NotFound: XL-V42, XL-F05.
    """
    which = values.coded(kind, "notice_kind", "kind")
    path = out_file.free(out)
    if path.suffix.lower() != ".pdf":
        raise Refused("XL-V11", "文件名要以 .pdf 结尾", field="out")
    first = values.day(start, session.today, "start", future=True)
    places = _places(session, place)
    with session.reading() as tx, queries.read.together(tx):
        last, doubt = _until(session, tx, which, first, end)
        named = list(dict.fromkeys(one.strip() for one in applications if one.strip()))
        entries, left_out, unknown = _entries(session, tx, which, named)
        if not entries:
            raise Refused("XL-P05", "没有可以公示的，未成年人不公示" if left_out else "没有可以公示的")
        boards = [board for village in dict.fromkeys(one.village for one in entries) for board in _boards(session, tx, which, places, village, entries, (first, last, doubt))]
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


def _until(session: Session, tx: Tx, kind: str, first: str, end: str | None) -> tuple[str, bool]:
    if end and end.strip():
        if kind == "long_term":
            raise Refused("XL-V11", "长期公示没有截止那天", field="end")
        last = values.day(end, session.today, "end", future=True)
        if last < first:
            raise Refused("XL-V02", "早于贴出那天", field="end")
        return last, False
    if kind == "long_term":
        return "", False
    last, doubt = notices.ends(tx, first)
    return last, bool(doubt)


def _boards(session: Session, tx: Tx, kind: str, places: Iterable[str], village: str, entries: Sequence[_Entry], days: tuple[str, str, bool]) -> list[paper.Board]:
    book = contacts.of(tx, village, session.today)
    phones = tuple(dict.fromkeys(number for number in (book.township, book.county, book.hotline or _HOTLINE) if number))
    names: dict[str, str] = {}
    for device in queries.devices(tx):
        names.update(device.village_names)
    name = (names | session.profile.village_names).get(village, "")
    lines = tuple(one.line for one in entries if one.village == village)
    return [paper.Board(kind, place, name, *days, phones, lines) for place in places]


def _entries(session: Session, tx: Tx, kind: str, named: Sequence[str]) -> tuple[list[_Entry], int, tuple[str, ...]]:
    """The lines, how many families a minor keeps off, and those whose age nobody wrote down."""
    masked = jsontext.value(queries.local_value(tx, MASKED, session.today.isoformat())) is True
    out: list[_Entry] = []
    left_out = 0
    unknown: list[str] = []
    found: list[tuple[rows.Household, rows.Application | None]]
    if kind == "long_term":
        found = [(home, None) for home in _of_record(tx, [reads.application(tx, one) for one in named])]
    else:
        if not named:
            raise Refused("XL-V06", "写明是哪几件申请", field="application")
        found = [(reads.household(tx, app.household), app) for app in (reads.application(tx, one) for one in named)]
    for home, app in found:
        lines = _of_case(tx, kind, home, app) if app is not None else _of_roll(tx, home)
        if not lines:
            continue
        minor = _minor(tx, home, app, session.today)
        if minor is None and named:
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
                line = paper.Line(home.head_name, group_word(str(home.fields.get("group", ""))), size, covered, category, amount, period, start, masked)
            except Refused as bad:  # which family it is, so that it can be put right; never what stood there
                raise Refused(bad.code, f"{bad.extra['column']}，编号 {home.id}", field="notice", extra={**bad.extra, "household": home.id}) from bad
            out.append(_Entry(app.id if app is not None else home.id, home.village, line))
    return out, left_out, tuple(unknown)


_Words = tuple[str, int | None, str, str]


def _of_case(tx: Tx, kind: str, home: rows.Household, app: rows.Application) -> list[_Words]:
    """(category, amount, period, from) of an application: what is asked for while it is looked at, what was granted afterwards."""
    if app.state in notices.NOT_YET:
        raise Refused("XL-P05", "还在村里，没有可公示的")
    if kind == "review":
        wanted: list[_Words] = [(one, None, "month", "") for one in app.kinds]
    else:
        wanted = [(one.kind, one.amount, one.period or "month", one.start) for one in queries.decisions(tx, app=app.id) if one.result == "granted" and not one.concurrent]
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


def _minor(tx: Tx, home: rows.Household, app: rows.Application | None, today: dt.date) -> bool | None:
    """Whether head or applicant is a minor, or the name on the line is that of one of the children; None where an age is not known."""
    applicant = app.person if app is not None else ""
    people = [one for one in queries.members(tx, home.id, ended=True) if not one.ended or (applicant and one.is_(applicant))]
    meant = [next((one for one in people if ident and one.is_(ident)), None) for ident in (home.head, *([applicant] if applicant else []))]
    if any(one is None or not one.birth for one in meant):
        return None
    under = {one.person for one in people if one.birth and age_on(dt.date.fromisoformat(one.birth), today) < ADULT}
    return any(one is not None and one.person in under for one in meant) or any(one.person in under and one.name and one.name in home.head_name for one in people)
