"""Dated local parameters of the county (`local.set`): delegations, notice days, ceilings. Never defaulted, only set (design 06).

Rules kept here
- only the county sets them; a delegation table is read before it is stored, so nothing unreadable is in force;
- a plain text value is stored as JSON text, so that a reader always finds JSON;
- notice days: the county's own `notice_days`, a number or {"days": 7, "unit": "working"}; without it the external default of 7 days, marked EXT;
- working days are counted by the calendar in force in the workspace (`casework.packs.calendar`).
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import values
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk.guards import parse_delegations, require_county
from xieli_tui.desk.procedure import NoticeRule
from xieli_tui.domain.events.road import LocalSet
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx


@dataclass(frozen=True, slots=True)
class SetLocal:
    """`value` is JSON or plain text; `start`/`end` ISO days; `area` urban | rural | a township code."""

    key: str
    value: str
    start: str
    end: str | None = None
    area: str | None = None


def set_local(session: Session, request: SetLocal) -> Saved:
    """Record one parameter; `id` of the result is its key.

    Raises:
        Refused: XL-P07, XL-P03 not the county; XL-V11 a delegation table or notice rule that does not read; XL-V01/V02 days.
    """
    require_county(session)
    text = _as_json(values.needed(request.value, "value"))
    if request.key == "delegations":
        for row in parse_delegations(text):
            values.coded(row.kind, "kind", "value")
    if request.key == "notice_days":
        read_notice_rule(text)
    payload = values.make(
        LocalSet, key=request.key, value=text, start=values.day(values.needed(request.start, "start"), session.today, "start", future=True),
        end=values.day(request.end, session.today, "end", future=True) if request.end else None, area=request.area or None,
    )
    return saved(request.key, session.record(payload), "set")


def list_local(session: Session) -> list[dict[str, str]]:
    """Every parameter ever set, newest first: key, value, start, end, area."""
    with session.reading() as tx:
        return [{"key": p.key, "value": p.value, "start": p.start, "end": p.end, "area": p.area} for p in queries.local_params(tx)]


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
    try:
        value = json.loads(text)
    except ValueError:
        value = text
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


def _as_json(text: str) -> str:
    try:
        json.loads(text)
    except ValueError:
        return json.dumps(text, ensure_ascii=False)
    return text.strip()
