"""Dated local parameters of the county (`local.set`): delegations, notice days, ceilings. Never defaulted, only set (design 06).

Rules kept here
- only the county sets them; every value is read by its type before it is stored (`local_check`), so nothing unreadable is in force;
- a plain text value is stored as JSON text, so that a reader always finds JSON;
- two rows never overlap: a later row takes over where an open one ends, a row of the same day is put in the place of the old one only on demand;
- notice days: the county's own `notice_days`, a number or {"days": 7, "unit": "working"}; without it the external default of 7 days, marked EXT;
- working days are counted by the calendar in force in the workspace (`casework.packs.calendar`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import values
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk.guards import parse_delegations, require_county
from xieli_tui.desk.procedure import NoticeRule
from xieli_tui.domain import jsontext
from xieli_tui.domain.events.road import LocalSet, RulingAnnulled
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows


@dataclass(frozen=True, slots=True)
class SetLocal:
    """`value` is JSON or plain text; `start`/`end` ISO days; `area` urban | rural | a township or village code.

    `replace` puts it in the place of the row that begins on the same day in the same scope (annulled, kept in the journal); `reason` says why.
    """

    key: str
    value: str
    start: str
    end: str | None = None
    area: str | None = None
    replace: bool = False
    reason: str | None = None


def set_local(session: Session, request: SetLocal) -> Saved:
    """Record one parameter; `id` of the result is its key.

    Raises:
        Refused: XL-P07, XL-P03 not the county; XL-V08 a key the catalogue has not; XL-Q04/Q05/Q06, XL-V04, XL-V08, XL-V11 a value of the wrong
            type (`field` = its path, local.<key>…); XL-Q06 a row that overlaps another; XL-V12 the area; XL-V01/V02 days; XL-V06 replaced without a reason.
    """
    from xieli_tui.desk import local_check  # the engine's types come with it (~150 ms cold): only who sets or lists parameters pays
    from xieli_tui.policy import local

    require_county(session)
    key = local_check.known(request.key)
    typed = values.needed(request.value, "value")
    text = local_check.canonical(key, typed)
    if key == "delegations":
        for row in parse_delegations(text):
            values.coded(row.kind, "kind", "value")
    if key == "notice_days":
        read_notice_rule(text)
    start = values.day(values.needed(request.start, "start"), session.today, "start", future=True)
    end = values.day(request.end, session.today, "end", future=True) if request.end else None
    if end is not None and end < start:
        raise Refused("XL-V11", "止在起之前", field="end")
    area = local_check.scope(request.area, session.profile.area or "")
    reason = values.text(request.reason, "reason")
    if request.replace and reason is None:
        raise Refused("XL-V06", "改写要写原因", field="reason")
    payload = values.make(LocalSet, key=key, value=text, start=start, end=end, area=area)

    def build(tx: Tx) -> list[Payload]:
        held = queries.local_params(tx, key)
        same = [row for row in held if row.start == start and row.area == (area or "")] if request.replace else []
        if request.replace and not same:
            raise NotFound("XL-V45", "那一天起没有这个参数", field="start")
        local_check.no_overlap([row for row in held if row not in same], local.Row(key, text, start, end or "", area or ""))
        return [*[values.make(RulingAnnulled, of=row.ref, reason=reason) for row in same], payload]

    return saved(key, session.transact(build), "set")


def annul_local(session: Session, key: str, start: str, reason: str, area: str | None = None) -> Saved:
    """Take one row back: it never held. The line stays in the journal with its reason.

    Raises:
        Refused: XL-P07, XL-P03, XL-V06 no reason. NotFound: XL-V45 no such row.
    """
    from xieli_tui.desk import local_check

    require_county(session)
    words = values.needed(values.text(reason, "reason"), "reason")
    name = local_check.known(key)
    day = values.day(values.needed(start, "start"), session.today, "start", future=True)
    where = local_check.scope(area, session.profile.area or "") or ""

    def build(tx: Tx) -> list[Payload]:
        found = [row for row in queries.local_params(tx, name) if row.start == day and row.area == where]
        if not found:
            raise NotFound("XL-V45", "那一天起没有这个参数", field="start")
        return [values.make(RulingAnnulled, of=row.ref, reason=words) for row in found]

    return saved(name, session.transact(build), "annulled")


def list_local(session: Session, on: str | None = None, area: str | None = None) -> list[dict[str, str]]:
    """Parameters, newest first: key, word, unit, value (JSON text), start, end, area.

    Args:
        on: only the rows in force on that day; with `area` (urban, rural, a code) only those that hold there, one per parameter.

    Raises:
        Refused: XL-V01/V02 the day, XL-V12 the area.
    """
    from xieli_tui.desk import local_check

    day = values.day(on, session.today, "on", future=True) if on or area else ""
    where = local_check.scope(area, session.profile.area or (session.profile.villages or ("",))[0][:6]) if area else None
    with session.reading() as tx:
        held = queries.local_params(tx, None, day or None)
    if where is not None:
        held = _there(held, where)
    return [
        {"key": p.key, "word": local_check.WORDS.get(p.key, p.key), "unit": local_check.UNITS.get(p.key, ""), "value": p.value, "start": p.start, "end": p.end,
         "area": p.area}
        for p in held
    ]


def _there(held: Sequence[rows.LocalParam], where: str) -> list[rows.LocalParam]:
    """Of rows in force the one of each parameter that holds in a place: its narrowest scope, then the one that began last."""
    best: dict[str, rows.LocalParam] = {}
    for row in held:
        if row.area and row.area != where and not (row.area.isdigit() and where.startswith(row.area)):
            continue
        if row.key not in best or (len(row.area), row.start) > (len(best[row.key].area), best[row.key].start):
            best[row.key] = row
    return [best[key] for key in sorted(best)]


def notice_rule(tx: Tx, day: str) -> NoticeRule:
    """How long a notice hangs in this county on that day."""
    text = queries.local_value(tx, "notice_days", day)
    if not text:
        return NoticeRule()
    rule = read_notice_rule(text)
    if not rule.working:
        return rule
    from xieli_tui.casework import packs

    return dataclasses.replace(rule, calendar=packs.calendar(tx))


def read_notice_rule(text: str) -> NoticeRule:
    """The rule by the years the program carries. Raises Refused("XL-V11") for anything but a number of days from 1 to 60, with or without a unit."""
    value = jsontext.value(text, text)
    unit = "days"
    if isinstance(value, dict):
        unit, value = str(value.get("unit", "days")), value.get("days")
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 60 or unit not in ("days", "working"):
        raise Refused("XL-V11", "公示天数要在 1 到 60 之间", field="value")
    if unit == "days":
        return NoticeRule(value, external=False)
    from xieli_tui.policy import holidays  # brings the whole engine along (~150 ms cold); only a county that counts working days pays for it

    return NoticeRule(value, working=True, external=False, calendar=holidays.shipped().calendar)

