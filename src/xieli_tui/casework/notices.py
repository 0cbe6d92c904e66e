"""公示 as the village handles it: what was put up on the village board, taken down, objected to (002:三(二)3, JM-06, JM-08, M-29).

Rules kept here
- the village writes what hangs on its own board; what the township's board shows is written at the desk;
- how long a notice hangs is the desk's word, else the county's number of days; none is invented, and without either there is no last day;
- an objection is kept with the words said and goes up with the next bundle; who objected is not asked for;
- a notice is of an application, so nothing about illness, numbers or telephones can be on it: sheets are printed from a fixed list of columns.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import packs, reads, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes, jsontext
from xieli_tui.domain.calendar import Days, WorkingDays, add
from xieli_tui.domain.events.aid import PaperAdded
from xieli_tui.domain.events.work import NoticeObjected, NoticePosted, NoticeTakenDown
from xieli_tui.errors import NotFound, Refused, XieliError
from xieli_tui.policy import facts as fields
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

NOT_YET = ("", "started", "returned", "withdrawn")
"""States in which there is nothing to announce. From the hand-over on the desk may have come further than this laptop has heard: it asks by telephone."""
LEVELS = (("minor", "一般异议"), ("major", "重大异议"))


@dataclass(frozen=True, slots=True)
class PostNotice:
    """A notice put up on the village board. `end` blank: the desk says when; 长期公示 has none. `photo`: where a photo of the board lies, on paper."""

    application: str
    kind: str
    start: str | None = None
    end: str | None = None
    by_whom: str | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice."""

    id: str
    application: str
    household: str
    head: str
    kind: str
    kind_label: str
    place_label: str
    start: str
    end: str
    taken_down: str
    objections: tuple[tuple[str, str, str], ...]
    """(day, level in words, what was said)"""
    over: bool
    """its last day has passed and it still hangs"""
    days_left: int | None
    doubt: str = ""
    """暂估 where the last day was counted by a calendar that is not published"""


def post(session: Session, request: PostNotice) -> Saved:
    """A notice put up on the village board; `state` is its last day, "" when none is set.

    Raises:
        NotFound: XL-V42. Refused: XL-P05 nothing to announce yet; XL-V08 kind; XL-V02 end before start; XL-V11 one hangs already.
    """
    notice = session.new_id()
    kind = values.coded(request.kind, "notice_kind", "kind")
    end: str | None = None

    def build(tx: Tx) -> list[Payload]:
        nonlocal end
        app = reads.application(tx, request.application)
        if app.state in NOT_YET:
            raise Refused("XL-P05", "还在村里，没有可公示的")
        start = values.day(request.start, session.today, "start")
        end = values.day(request.end, session.today, "end", future=True) if request.end and request.end.strip() else None
        if kind == "long_term" and end:
            raise Refused("XL-V11", "长期公示没有截止那天", field="end")
        if end and end < start:
            raise Refused("XL-V02", "早于贴出那天", field="end")
        if any(one.kind == kind and one.place == "village" and not one.taken_down for one in queries.notices(tx, app=app.id)):
            raise Refused("XL-V11", "这一种公示正贴着", field="kind")
        on = min(start, session.today.isoformat())
        where = values.text(request.photo, "photo")
        photo: list[Payload] = [
            values.make(PaperAdded, village=app.village, household=app.household, paper=session.new_id(), application=app.id, doc="notice_photo", where=where, on=on)
        ] if where else []
        return [
            *photo,
            values.make(
                NoticePosted, village=app.village, household=app.household, notice=notice, application=app.id, kind=kind, place="village", start=start, end=end,
                by_whom=values.name(request.by_whom, "by_whom") or reads.operator_name(session, tx) or None,
            ),
        ]

    recorded = session.transact(build)
    return saved(notice, recorded, end or "")


def take_down(session: Session, notice: str, on: str | None = None) -> Saved:
    """A notice taken down. Raises NotFound("XL-V45"), Refused("XL-P05" taken down already, "XL-V02" before it was put up)."""

    def build(tx: Tx) -> list[NoticeTakenDown]:
        found = one(tx, notice)
        if found.taken_down:
            raise Refused("XL-P05", "已经取下了")
        day = values.day(on, session.today)
        if day < found.start:
            raise Refused("XL-V02", "早于贴出那天", field="on")
        home, village = reads.home(tx, found.household)
        return [values.make(NoticeTakenDown, village=village, household=home, notice=found.id, on=day)]

    return saved(notice.strip(), session.transact(build), "taken_down")


def object_to(session: Session, notice: str, level: str, text: str, on: str | None = None) -> Saved:
    """An objection somebody made while it hung. Raises NotFound("XL-V45"), Refused("XL-V06" no words, "XL-V08" level, "XL-V02")."""
    words = values.needed(values.text(text, "text"), "text")
    how = next((ident for ident, word in LEVELS if level.strip() in (ident, word)), None)
    if how is None:
        raise Refused("XL-V08", "、".join(f"{ident} {word}" for ident, word in LEVELS), field="level")

    def build(tx: Tx) -> list[NoticeObjected]:
        found = one(tx, notice)
        day = values.day(on, session.today)
        if day < found.start:
            raise Refused("XL-V02", "早于贴出那天", field="on")
        home, village = reads.home(tx, found.household)
        return [values.make(NoticeObjected, village=village, household=home, notice=found.id, on=day, level=how, text=words)]

    return saved(notice.strip(), session.transact(build), how)


@dataclass(frozen=True, slots=True)
class LongTermRow:
    """A household of record, or a long-term notice of one that is not any more. `state`: owed 该公示 | hanging 正贴着 | remove 该取下."""

    household: str
    head: str
    group: str
    category_label: str
    since: str
    state: str
    state_label: str
    notice: str
    places: tuple[str, ...]


LONG_TERM_STATES = {"owed": "该公示", "hanging": "正贴着", "remove": "该取下"}
PUBLISHED = ("dibao", "tekun")
"""保障对象 of 002: whose names hang as long as they are on the roll."""


def long_term(session: Session) -> list[LongTermRow]:
    """长期公示名单 (JM-08): made from who is 在册 today, what hangs, and what must come down because the roll changed; what must come down first.

    Only names, group, category and its day: never a number, a telephone or an illness.
    """
    with session.reading() as tx:
        hanging: dict[str, list[rows.Notice]] = {}
        for row in queries.notices(tx):
            if row.known and row.kind == "long_term" and not row.taken_down:
                hanging.setdefault(row.household, []).append(row)
        out = []
        for home in queries.households(tx):
            on_roll = home.known and home.category_rank == "ruling" and home.category in PUBLISHED and home.size > 0
            up = hanging.get(home.id, [])
            if not on_roll and not up:
                continue
            state = "hanging" if on_roll and up else "owed" if on_roll else "remove"
            out.append(LongTermRow(
                household=home.id, head=home.head_name, group=str(home.fields.get("group", "")), category_label=codes.label("category", home.category) if on_roll else "",
                since=home.category_since if on_roll else "", state=state, state_label=LONG_TERM_STATES[state], notice=up[0].id if up else "",
                places=tuple(codes.label("place", one.place) for one in up),
            ))
    order = {"remove": 0, "owed": 1, "hanging": 2}
    return sorted(out, key=lambda row: (order[row.state], row.group, row.head, row.household))


def one(tx: Tx, given: str) -> rows.Notice:
    """The notice of an id, or of a prefix of at least eight characters met once. Raises NotFound("XL-V45")."""
    ident = given.strip()
    found = [row for row in queries.notices(tx) if row.known and (row.id == ident or (len(ident) >= 8 and row.id.startswith(ident)))]
    if len(found) != 1:
        raise NotFound("XL-V45", "没有这件公示", field="notice")
    return found[0]


def list_notices(session: Session, *, hanging_only: bool = False, application: str | None = None, household: str | None = None) -> list[NoticeRow]:
    """Notices: those past their last day first, then hanging by last day, then those taken down."""
    with session.reading() as tx:
        found = [
            row for row in queries.notices(tx, app=application) if row.known and not (hanging_only and row.taken_down) and household in (None, row.household)
        ]
        heads = queries.household_heads(tx, {row.household for row in found})
        out = [_row(row, heads.get(row.household, ""), session.today, last_day(tx, row)) for row in found]
    return sorted(out, key=lambda row: (bool(row.taken_down), not row.over, row.end or "9999", row.start, row.id))


def last_day(tx: Tx, one_: rows.Notice) -> tuple[str, str]:
    """(last day of a notice, what is doubtful of it): as written, else by the county's number of days; without either there is none."""
    if one_.end or one_.kind == "long_term":
        return one_.end, ""
    return ends(tx, one_.start, queries.village_of(tx, one_.household) or "")


def ends(tx: Tx, start: str, village: str = "") -> tuple[str, str]:
    """(last day of a notice that begins on a day, what is doubtful of it) by the county's number of days there; ("", "") where it set none."""
    value = jsontext.value(queries.local_value(tx, "notice_days", start, village))
    if value is None:
        return "", ""
    try:
        spec = fields.read("spec", value, "local.notice_days")
    except XieliError:
        return "", ""  # a number of days that cannot be read ends no notice; `county lint` names it
    span = (WorkingDays if spec["unit"] == "working" else Days)(spec["days"])
    counted = add(dt.date.fromisoformat(start), span, packs.calendar(tx), first_counts=True)
    return counted.day.isoformat(), f"（{counted.label}）" if counted.label else ""


def _row(one_: rows.Notice, head: str, today: dt.date, ends: tuple[str, str]) -> NoticeRow:
    hangs = not one_.taken_down
    end, doubt = ends
    left = (dt.date.fromisoformat(end) - today).days if end and hangs else None
    return NoticeRow(
        id=one_.id, application=one_.application, household=one_.household, head=head, kind=one_.kind, kind_label=codes.label("notice_kind", one_.kind),
        place_label=codes.label("place", one_.place), start=one_.start, end=end, taken_down=one_.taken_down,
        objections=tuple((on, dict(LEVELS).get(level, level), text) for on, level, text in one_.objections), over=left is not None and left < 0, days_left=left, doubt=doubt,
    )
