"""Recording a visit: one transaction each, three presses for a routine one.

Rules kept here
- whom was met has no default: a visit is never pre-filled as done (Law 1), and 未遇 satisfies no clock;
- `on` is the day she names, not later than today; typing time is the HLC, so 补录 shows by itself;
- a promise with a day comes back on 今日;
- a change ticked on a visit is a change report as well, in the same transaction (CQ-19): open until a desk answers;
- `record_many` acknowledges each line only when it is durable.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import reads, values
from xieli_tui.casework.changes import noticed
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain import jsontext
from xieli_tui.domain.events.base import Payload
from xieli_tui.domain.events.work import Promise, Visitor, VisitRecorded
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

FINDINGS = ("true", "false")


@dataclass(frozen=True, slots=True)
class RecordVisit:
    """One visit as typed. `on` in any form people write (blank: today); `visitors` are (name, role) pairs, the operator when none is named."""

    household: str
    met: str
    on: str | None = None
    kind: str = "routine"
    channel: str = "home"
    marks: Mapping[str, int] = field(default_factory=dict)
    changes: Sequence[str] = ()
    house_safety: str | None = None
    visitors: Sequence[tuple[str, str]] = ()
    promise: str | None = None
    promise_on: str | None = None
    note: str | None = None
    answers_alert: str | None = None
    alert_finding: str | None = None
    trip: str | None = None


def _payload(session: Session, tx: Tx, request: RecordVisit, visit: str) -> VisitRecorded:
    home, village = reads.home(tx, request.household)
    marks: dict[str, int] = {}
    for dimension, mark in request.marks.items():
        aspect = values.coded(dimension, "dimension", "mark")
        if mark not in (1, 2, 3) or isinstance(mark, bool):
            raise Refused("XL-V08", "1 正常、2 留意、3 有困难", field="mark")
        marks[aspect] = mark
    visitors = [
        Visitor(name=values.needed(values.name(who, "visitor"), "visitor"), role=values.coded(role or "coordinator", "discoverer", "visitor"))
        for who, role in request.visitors
    ]
    promised = values.text(request.promise, "promise")
    promised_on = values.day(request.promise_on, session.today, "promise_on", future=True) if request.promise_on else None
    if promised_on and not promised:
        raise Refused("XL-V06", "写了哪天，没写答应了什么", field="promise")
    alert = None
    if request.answers_alert:
        found = queries.alert(tx, request.answers_alert)
        if found is None:
            raise NotFound("XL-V45", field="answers_alert")
        alert = found.id
    return values.make(
        VisitRecorded,
        village=village,
        household=home,
        visit=visit,
        on=values.day(request.on, session.today),
        kind=values.coded(request.kind, "visit_kind", "kind"),
        channel=values.coded(request.channel, "visit_channel", "channel"),
        met=values.coded(request.met, "met", "met"),
        visitors=visitors,
        marks=marks,
        changes=values.coded_all(request.changes, "change", "change"),
        house_safety=values.coded(request.house_safety, "house_safety", "house_safety") if request.house_safety else None,
        answers_alert=alert,
        alert_finding=values.choice(request.alert_finding, FINDINGS, "alert_finding") if request.alert_finding else None,
        promise=values.make(Promise, text=promised, on=promised_on) if promised else None,
        note=values.text(request.note, "note"),
        trip=request.trip,
    )


def record_visit(session: Session, request: RecordVisit) -> Saved:
    """One visit, durable when this returns.

    Raises:
        NotFound: XL-V40 the household, XL-V45 the alert answered.
        Refused: the value codes of `values`; whom was met has no default (XL-V06).
    """
    visit = session.new_id()

    def build(tx: Tx) -> list[Payload]:
        made = _payload(session, tx, request, visit)
        return [made, *noticed(session, tx, village=made.village, household=made.household, visit=visit, on=made.on, kinds=made.changes)]

    return saved(visit, session.transact(build))


def record_trip(session: Session, visits: Sequence[RecordVisit]) -> Saved:
    """The visits of one trip under one trip id, in one transaction: all are kept or none.

    Raises:
        Refused: XL-V06 nobody was entered; otherwise as `record_visit`, and nothing is stored.
    """
    if not visits:
        raise Refused("XL-V06", "还没有记哪一户", field="met")
    trip = session.new_id()
    requests = [(replace(one, trip=trip), session.new_id()) for one in visits]

    def build(tx: Tx) -> list[Payload]:
        out: list[Payload] = []
        for request, visit in requests:
            made = _payload(session, tx, request, visit)
            out += [made, *noticed(session, tx, village=made.village, household=made.household, visit=visit, on=made.on, kinds=made.changes)]
        return out

    return saved(trip, session.transact(build))


def record_many(session: Session, lines: Iterable[str | Mapping[str, Any]]) -> Iterator[Saved]:
    """Visits of a JSONL file: one transaction each, yielded as soon as it is durable; blank lines are skipped.

    Raises:
        Refused, NotFound: of the first bad line, with `line` in extra; the ones before it stay stored.
    """
    for number, line in enumerate(lines, 1):
        if isinstance(line, str) and not line.strip():
            continue
        try:
            yield record_visit(session, from_json(line))
        except (Refused, NotFound) as error:
            error.extra["line"] = number
            raise


_KEYS = frozenset({
    "household", "met", "on", "kind", "channel", "mark", "marks", "change", "changes", "house_safety", "visitor", "visitors", "promise", "promise_on",
    "note", "answers_alert", "alert_finding", "trip",
})


def from_json(line: str | Mapping[str, Any]) -> RecordVisit:
    """A request from one JSON object with the keys of the flags (`promise-on` or `promise_on`; `mark` as `economy=2` or an object).

    Raises:
        Refused: XL-V11 not an object or an unknown key, and the value codes.
    """
    if isinstance(line, str):
        try:
            found = jsontext.parse(line)
        except ValueError:
            raise Refused("XL-V11", "这一行不是 JSON") from None
    else:
        found = line
    if not isinstance(found, Mapping):
        raise Refused("XL-V11", "这一行不是 JSON 对象")
    given = {str(key).replace("-", "_"): value for key, value in found.items()}
    for key in given:
        if key not in _KEYS:
            raise Refused("XL-V11", "没有这一项", field=key if key.isascii() and len(key) <= 40 else None)
    return RecordVisit(
        household=_word(given, "household") or "",
        met=_word(given, "met") or "",
        on=_word(given, "on"),
        kind=_word(given, "kind") or "routine",
        channel=_word(given, "channel") or "home",
        marks=parse_marks(given.get("mark", given.get("marks"))),
        changes=_words(given.get("change", given.get("changes")), "change"),
        house_safety=_word(given, "house_safety"),
        visitors=tuple(parse_visitor(word) for word in _words(given.get("visitor", given.get("visitors")), "visitor")),
        promise=_word(given, "promise"),
        promise_on=_word(given, "promise_on"),
        note=_word(given, "note"),
        answers_alert=_word(given, "answers_alert"),
        alert_finding=_word(given, "alert_finding"),
        trip=_word(given, "trip"),
    )


def parse_visitor(text: str) -> tuple[str, str]:
    """`NAME:ROLE` -> (name, role); the role is coordinator when it is left out."""
    who, _, role = text.replace("：", ":").rpartition(":") if ":" in text.replace("：", ":") else (text, "", "")
    return who.strip(), role.strip() or "coordinator"


def parse_marks(given: object) -> dict[str, int]:
    """`["economy=2"]`, `"economy=2"` or `{"economy": 2}` -> {"economy": 2}."""
    if given is None:
        return {}
    pairs = list(given.items()) if isinstance(given, Mapping) else [tuple(word.partition("=")[::2]) for word in _words(given, "mark")]
    out: dict[str, int] = {}
    for aspect, mark in pairs:
        try:
            out[str(aspect).strip()] = int(str(mark).strip())
        except ValueError:
            raise Refused("XL-V08", "1 正常、2 留意、3 有困难", field="mark") from None
    return out


def _word(given: Mapping[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is None or isinstance(value, str):
        return value
    raise Refused("XL-V11", field=key)


def _words(value: object, field: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence) and all(isinstance(word, str) for word in value):
        return tuple(value)
    raise Refused("XL-V11", field=field)
