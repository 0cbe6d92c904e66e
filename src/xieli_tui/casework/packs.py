"""The policy packs and the holiday calendar in force in this workspace: those of the program and those the county sent.

Rules kept here
- the doors are `of(tx)` and `calendar(tx)`; every question of the product is asked with what they give: `ask(question, packs.of(tx))`,
  and the engine takes the edition in force on the day of the question;
- only what the county put in force counts, only when every piece of it came and the whole has its digest (store/project/packs.py);
- a file that is not whole, damaged or of a newer form is named (`problems`, `lines`) and disables nothing else;
- what was read once is kept by the digests of what it was read from: a question costs no parsing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from xieli_tui.paper.catalogue import FORMS
from xieli_tui.policy import holidays, installed, loader
from xieli_tui.policy.holidays import Holidays
from xieli_tui.policy.loader import PackSet
from xieli_tui.policy.pack_text import Problem
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.domain.calendar import Calendar
    from xieli_tui.store import Tx
    from xieli_tui.store.queries.packs import Install

PACK = "pack"
HOLIDAYS = "holidays"
YEAR = "holidays-"
"""Name under which a year's arrangement is put in force: holidays-2027."""
SHEETS = frozenset({"template", "mapping"})
SHEET_NAMES = ("form-", "mapping-", "columns-")
"""What else the county puts in force by the same road; a piece that is not here yet is told by the name it goes under."""
KEPT = 8
"""States of which the reading is kept; a program has one workspace open, a test several."""

T = TypeVar("T")
_Mark = tuple[tuple[str, str, str, str], ...]
_packs: dict[_Mark, PackSet] = {}
_years: dict[_Mark, Holidays] = {}


@dataclass(frozen=True, slots=True)
class PackLine:
    """A file the county put in force. `state`: in_force | later | replaced | missing | wrong | unreadable; `words` says it in Chinese."""

    pack: str
    kind: str
    title: str
    name: str
    start: str
    version: str
    state: str
    words: str
    ref: str


def of(tx: Tx) -> PackSet:
    """The packs of this workspace: shipped, and installed by the county."""
    rows = [one for one in queries.installs(tx) if not _is_year(one) and not _is_sheet(one)]
    if not rows:
        return loader.shipped()
    mark = _mark(rows)
    found = _packs.get(mark)
    if found is None:
        unfit = [problem for one in rows if (problem := _unfit(one, PACK)) is not None]
        sent = [
            installed.Sent(one.pack, dt.date.fromisoformat(one.start), label(one, rows), data)
            for one in rows if one.kind == PACK and (data := queries.blob(tx, one.digest)) is not None
        ]
        found = _keep(_packs, mark, installed.lay_over(loader.shipped(), sent, unfit))
    return found


def holidays_of(tx: Tx) -> Holidays:
    """The years of the program and of the county, and what was wrong with the county's."""
    rows = [one for one in queries.installs(tx) if _is_year(one)]
    if not rows:
        return holidays.shipped()
    mark = _mark(rows)
    found = _years.get(mark)
    if found is None:
        base = holidays.shipped()
        unfit = tuple(problem for one in rows if (problem := _unfit(one, HOLIDAYS)) is not None)
        files = [(label(one, rows), data) for one in rows if one.kind == HOLIDAYS and (data := queries.blob(tx, one.digest)) is not None]
        found = _keep(_years, mark, holidays.gather(files, Holidays(base.calendar, (*base.problems, *unfit), base.damaged)))
    return found


def calendar(tx: Tx) -> Calendar:
    """The holiday calendar of this workspace: shipped years, and those the county sent."""
    return holidays_of(tx).calendar


def problems(tx: Tx) -> tuple[Problem, ...]:
    """Everything wrong with packs and calendars here."""
    return tuple(dict.fromkeys((*of(tx).problems, *holidays_of(tx).problems)))


def lines(tx: Tx, today: dt.date) -> list[PackLine]:
    """Every file the county put in force, as it stands today."""
    rows = queries.installs(tx)
    held = of(tx)
    years = holidays_of(tx)
    damaged = {*held.damaged, *years.damaged}
    day = today.isoformat()
    out = []
    for at, one in enumerate(rows):
        after = [other for other in rows[at + 1 :] if other.pack == one.pack and other.start <= day and other.state == "whole"]
        state = _state(one, day, label(one, rows) in damaged, any(label(other, rows) not in damaged for other in after))
        title, version = _title(tx, one, held)
        out.append(PackLine(one.pack, one.kind, title, one.name, one.start, version, state, _words(state, one), one.ref))
    return out


def _title(tx: Tx, one: Install, held: PackSet) -> tuple[str, str]:
    if _is_year(one):
        return f"{one.pack.removeprefix(YEAR)} 年放假安排", one.digest[:16]
    if one.pack.startswith("form-"):
        form = FORMS.get(one.pack.removeprefix("form-").rpartition(".")[0])
        return f"{form.title if form is not None else one.pack}的表样", one.digest[:16]
    if one.pack.startswith("mapping-"):
        return f"报表：{one.pack.removeprefix('mapping-')}", one.digest[:16]
    if one.pack.startswith("columns-"):
        return f"台账栏目：{one.name.removesuffix('.json')}", one.digest[:16]
    edition = next((v.pack for v in held.versions if v.pack.id == one.pack and v.pack.version == one.digest[:16]), None)
    return (edition.title if edition is not None else ""), one.digest[:16]


def _state(one: Install, day: str, damaged: bool, replaced: bool) -> str:
    if one.state != "whole":
        return one.state
    if damaged:
        return "unreadable"
    if one.start > day:
        return "later"
    return "replaced" if replaced else "in_force"


def _words(state: str, one: Install) -> str:
    return {
        "in_force": "在用", "later": f"{one.start} 起用", "replaced": "已由后一版代替", "missing": f"还没有收齐（{one.held}/{one.parts or '?'} 片），没有使用",
        "wrong": "收到的内容和县里的不一样，没有使用", "unreadable": "这个程序读不了，没有使用",
    }[state]


def _unfit(one: Install, kind: str) -> Problem | None:
    """Why a file cannot even be read; None when it can."""
    if one.state != "whole":
        return Problem(one.name or one.pack, 0, _words(one.state, one))
    if one.kind != kind:
        return Problem(one.name or one.pack, 0, "不认识这一种文件，没有使用")
    return None


def label(one: Install, rows: Sequence[Install]) -> str:
    """The file's name; two files of one name are told apart by their digest."""
    same = {other.digest for other in rows if other.name == one.name}
    return one.name if len(same) == 1 else f"{one.name}#{one.digest[:8]}"


def _is_year(one: Install) -> bool:
    return one.kind == HOLIDAYS or (not one.kind and one.pack.startswith(YEAR))


def _is_sheet(one: Install) -> bool:
    """A layout of a form or a mapping of a workbook: no policy, read by those who print and fill."""
    return one.kind in SHEETS or (not one.kind and one.pack.startswith(SHEET_NAMES))


def _mark(rows: Sequence[Install]) -> _Mark:
    return tuple((one.pack, one.start, one.digest, f"{one.kind}:{one.state}:{one.held}") for one in rows)


def _keep(kept: dict[_Mark, T], mark: _Mark, found: T) -> T:
    while len(kept) >= KEPT:
        kept.pop(next(iter(kept)))
    kept[mark] = found
    return found
