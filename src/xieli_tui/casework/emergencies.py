"""“救急难”信息档案 (004:二(二); CN-04, CN-05, M-21, M-42): a file of its own for an urgent case, from the finding to the follow-up.

Rules kept here
- it opens with the emergency finding, in the same transaction, or with the first step somebody notes: nobody has to think of it;
- what is recorded elsewhere (the telephone report, the application, what was paid first, the decision, referrals, later visits) is read from there
  and not typed again;
- times are those people name; what has not happened yet is said as such, and there is no score of speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.events.work import EmergencyOpened, EmergencyStep
from xieli_tui.domain.money import format_fen
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store.queries import matters, rows
    from xieli_tui.store.store import Tx

KIND_OF_CAUSE = {"illness": "illness", "acute": "illness", "accident": "accident", "disaster": "disaster", "stranded": "stranded"}
"""Cause of a finding -> urgent kind; a cause that says no kind (年老, 受害 ...) leaves 其他, to be said by who knows."""
STAGES = (("found", "发现"), ("reported", "报告"), ("visited", "上门"), ("helped", "帮助"), ("applied", "申请"), ("paid", "先行救助"), ("decided", "决定"), ("papers", "补手续"), ("followed", "跟进"))
"""The links of the file, in order."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One thing that happened: the stage it belongs to, when (a day or an instant), what, in words."""

    stage: str
    label: str
    at: str
    what: str


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """The whole file."""

    id: str
    flag: str
    household: str
    who: str
    place: str
    kind: str
    kind_label: str
    opened_at: str
    situation: str
    needs: str
    found_by: str
    channel: str
    entries: tuple[FileEntry, ...]
    open_stages: tuple[str, ...]
    """labels of the links nothing is recorded for"""
    settled: str


def opening(session: Session, *, village: str, household: str | None, flag: str, causes: Sequence[str]) -> EmergencyOpened:
    """The opening that goes with an emergency finding."""
    kind = next((KIND_OF_CAUSE[cause] for cause in causes if cause in KIND_OF_CAUSE), "other")
    return values.make(
        EmergencyOpened, emergency=session.new_id(), village=village, household=household, flag=flag, at=values.moment(None, session.clock.now()), kind=kind,
    )


def open_file(session: Session, flag: str, kind: str, at: str | None = None) -> Saved:
    """A file on a finding that has none yet; `id` is the file's.

    Raises:
        NotFound: XL-V43. Refused: XL-V08 kind, XL-V13, XL-P05 the finding has its file.
    """
    emergency = session.new_id()
    what = values.coded(kind, "urgent_kind", "kind")
    when = values.moment(at, session.clock.now())

    def build(tx: Tx) -> list[EmergencyOpened]:
        found = reads.flag(tx, flag)
        if any(one.known for one in queries.emergencies(tx, flag=found.id)):
            raise Refused("XL-P05", "这件登记已经有急难档案")
        return [values.make(EmergencyOpened, emergency=emergency, village=found.village, household=found.household or None, flag=found.id, at=when, kind=what)]

    return saved(emergency, session.transact(build), "opened")


def add_step(session: Session, given: str, step: str, at: str | None = None, note: str | None = None) -> Saved:
    """One step of an emergency. `given` is a file or its finding; a finding without a file gets one with this step.

    Raises:
        NotFound: XL-V45 neither a file nor a finding. Refused: XL-V08 step, XL-V13, XL-V02 before the file was opened.
    """
    what = values.coded(step, "emergency_step", "step")
    when = values.moment(at, session.clock.now())
    words = values.text(note, "note")
    file = ""

    def build(tx: Tx) -> list[Payload]:
        nonlocal file
        out: list[Payload] = []
        found = _file(tx, given)
        if found is not None:
            file, village, household = found.id, found.village, found.household
            if found.opened_at and when[:10] < found.opened_at[:10]:
                raise Refused("XL-V02", "早于开档那天", field="at")
        else:
            raised = _flag(tx, given)
            if when[:10] < raised.on:
                raise Refused("XL-V02", "早于登记那天", field="at")
            made = opening(session, village=raised.village, household=raised.household or None, flag=raised.id, causes=raised.causes)
            out.append(made)
            file, village, household = made.emergency, raised.village, raised.household
        out.append(values.make(EmergencyStep, emergency=file, village=village, household=household or None, at=when, step=what, note=words))
        return out

    recorded = session.transact(build)
    return saved(file, recorded, what)


def show_file(session: Session, given: str) -> EmergencyCard:
    """The whole file, by its id or by its finding's. Raises NotFound("XL-V45")."""
    with session.reading() as tx:
        found = _file(tx, given)
        if found is None:
            raise NotFound("XL-V45", "没有这份急难档案")
        return card(tx, found)


def list_files(session: Session) -> list[EmergencyCard]:
    """Every file, the newest first."""
    with session.reading() as tx:
        return [card(tx, one) for one in queries.emergencies(tx) if one.known]


def card(tx: Tx, file: matters.EmergencyFile) -> EmergencyCard:
    """The file put together from everything recorded about the case since it was found."""
    raised = queries.flag(tx, file.flag)
    entries = _of_flag(raised) if raised is not None and raised.known else []
    entries += [_entry(_stage_of(step), at, _said(codes.label("emergency_step", step), note)) for at, step, note, _role in file.steps]
    home = file.household
    since = raised.on if raised is not None and raised.on else file.opened_at[:10]
    if home:
        entries += _of_applications(tx, home, file.flag, since)
        entries += [_entry("visited", one.on, f"走访，见到{codes.label('met', one.met)}") for one in queries.visits(tx, home, since=since) if one.met != "none"]
        entries += [
            _entry("followed", one.on, f"转介{codes.label('department', one.department)}，{codes.label('kind', one.kind)}")
            for one in queries.referrals(tx, home) if one.known and one.on >= since
        ]
        entries += [_entry("helped", one.on, one.item or codes.label("kind", one.kind)) for one in queries.aids(tx, home) if one.on >= since and one.rank == "claim"]
    entries.sort(key=lambda one: (one.at[:10], [stage for stage, _ in STAGES].index(one.stage), one.at))
    there = {one.stage for one in entries}
    return EmergencyCard(
        id=file.id, flag=file.flag, household=home, who=_who(tx, raised, home), place=(raised.place or raised.outsider_place) if raised else "", kind=file.kind,
        kind_label=codes.label("urgent_kind", file.kind) if file.kind else "", opened_at=file.opened_at, situation=raised.situation if raised else "",
        needs=raised.needs if raised else "", found_by=codes.label("discoverer", raised.found_by) if raised else "",
        channel=codes.label("channel", raised.channel) if raised else "", entries=tuple(entries),
        open_stages=tuple(label for stage, label in STAGES if stage not in there), settled=raised.settled_on if raised else "",
    )


def _of_flag(one: rows.Flag) -> list[FileEntry]:
    out = [_entry("found", one.on, f"{codes.label('discoverer', one.found_by)}，{codes.label('channel', one.channel)}：{codes.labels('cause', one.causes)}")]
    if one.reported_at:
        out.append(_entry("reported", one.reported_at, f"电话报告，{one.answered_by}接听"))
    if one.settled_on:
        out.append(_entry("followed", one.settled_on, _said(f"了结：{codes.label('flag_outcome', one.settled_how)}", one.settled_note)))
    return out


def _of_applications(tx: Tx, household: str, flag: str, since: str) -> list[FileEntry]:
    """Applications the finding led to: those that name it, and emergency ones begun since."""
    out: list[FileEntry] = []
    for app in queries.applications(tx, household):
        if not app.known or not (app.flag == flag or (app.emergency and not app.flag and app.started >= since)):
            continue
        out.append(_entry("applied", app.started, f"协助申请{codes.labels('kind', app.kinds)}"))
        out += [_entry("paid", one.on, f"先行救助 {format_fen(one.amount)} 元") for one in queries.advances(tx, app=app.id)]
        for one in queries.decisions(tx, app=app.id):
            amount = f" {format_fen(one.amount)} 元" if one.amount is not None and one.result == "granted" else ""
            out.append(_entry("decided", one.on, f"{codes.label('kind', one.kind)} {codes.label('decision', one.result)}{amount}"))
        out += [_entry("papers", one.on, codes.label("doc", one.doc)) for one in queries.papers(tx, app=app.id) if not one.later]
    return out


def _stage_of(step: str) -> str:
    return {"seen": "found", "reported": "reported", "visited": "visited", "helped": "helped", "paid": "paid", "papers": "papers"}[step]


def _entry(stage: str, at: str, what: str) -> FileEntry:
    return FileEntry(stage, dict(STAGES)[stage], at, what)


def _said(word: str, note: str) -> str:
    return f"{word}，{note}" if note else word


def _who(tx: Tx, raised: rows.Flag | None, household: str) -> str:
    if raised is not None and raised.outsider:
        return raised.outsider
    if raised is not None and raised.persons:
        return "、".join(found.name for found in (queries.person(tx, one) for one in raised.persons) if found is not None)
    return queries.household_heads(tx, [household]).get(household, "") if household else ""


def _file(tx: Tx, given: str) -> matters.EmergencyFile | None:
    ident = given.strip()
    found = queries.emergency(tx, ident)
    if found is not None:
        return found
    of_flag = [one for one in queries.emergencies(tx, flag=ident) if one.known]
    return min(of_flag, key=lambda one: one.opened_at) if of_flag else None


def _flag(tx: Tx, given: str) -> rows.Flag:
    found = queries.flag(tx, given.strip())
    if found is None or not found.known:
        raise NotFound("XL-V45", "没有这份急难档案，也没有这条困难登记")
    return found
