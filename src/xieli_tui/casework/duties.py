"""What the documents ask for, family by family: `due` of every active pack, the same duty told once, and the ends of what was granted for a time.

Rules kept here
- nothing is counted here: states, days, clauses and reasons are the engine's answers; what two packs ask alike is one duty with both clauses;
- a duty that waits for a fact says which; a suspended one says why and is nobody's work today;
- answers are kept per family and asked again when an entry touched that family, or when the day, the packs, the calendar or the program changed;
  what is kept is never believed without asking the journal first.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_tui import __version__
from xieli_tui.casework import expiries, fact_rows, fact_words, packs, risk
from xieli_tui.casework.duty import Duty, merged, nearest
from xieli_tui.errors import Refused
from xieli_tui.policy.engine import owing
from xieli_tui.store import duty_cache, queries
from xieli_tui.store.queries.read import together

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

FEW = 60
"""So many touched families or fewer are asked by themselves; more, and all are asked again."""
AT_ONCE = 8
"""So many families are asked again while a key waits."""
KEPT = "duties"
UNFIT = "fix_facts"
"""Task of a family whose facts no question can be made of."""


def of_household(tx: Tx, home: rows.Household, asof: dt.date) -> list[Duty]:
    """Everything owed about one family, the nearest first: what is far ahead, suspended or waiting for a fact included."""
    return list(_asked(tx, [home], asof)[home.id])


def _asked(tx: Tx, homes: Sequence[rows.Household], asof: dt.date) -> dict[str, tuple[Duty, ...]]:
    """household -> its duties, asked now. Facts that cannot be asked about (two that contradict) are a duty of that family alone."""
    held, calendar = packs.of(tx), packs.calendar(tx)
    owed_by = owing(held, calendar)
    out: dict[str, tuple[Duty, ...]] = {}
    for home, question in zip(homes, fact_rows.questions(tx, homes, "due", asof), strict=True):
        try:
            found = merged(home.id, owed_by(question))
            found += expiries.of(tx, home, question, found, held, calendar, asof)
        except Refused as error:
            found = [_unfit(home, error)]
        out[home.id] = tuple(sorted([*found, *_risks(tx, home, asof)], key=nearest))
    return out


def _unfit(home: rows.Household, error: Refused) -> Duty:
    name = (error.field or "").removeprefix("given.").partition("[")[0]
    what = fact_words.word(name) if "." in name else "登记的资料"
    return Duty(UNFIT, home.id, "pending", "", f"{what}登记得不对或互相矛盾，改了才能看政策", "登记资料", missing=(name,) if name else ())


def _everybody(tx: Tx, asof: dt.date) -> dict[str, tuple[Duty, ...]]:
    with _uncollected(), together(tx):
        return _asked(tx, [home for home in queries.households(tx) if home.known], asof)


@contextmanager
def _uncollected() -> Iterator[None]:
    """The cycle collector rests while a village's questions are made and answered: nothing of them forms cycles, and it would walk them all again and again."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _risks(tx: Tx, home: rows.Household, asof: dt.date) -> list[Duty]:
    """The county's indicators this family meets, nobody having asked or come since: one visit (001:10, GX-14)."""
    found = risk.asking(tx, home, asof)
    return [] if found is None else [Duty(risk.TASK, home.id, "pending", "", found.why, found.cite, found.person)]


# -- kept between looks -----------------------------------------------------------------------------


@dataclass(slots=True)
class _Kept:
    """The answers of one session; looked after by one thread at a time."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    mark: str = ""
    reach: duty_cache.Reach | None = None
    by_home: dict[str, tuple[Duty, ...]] = field(default_factory=dict)
    unsaved: tuple[duty_cache.Reach | None, dict[str, tuple[Duty, ...]]] | None = None


def of_all(session: Session, tx: Tx) -> Mapping[str, tuple[Duty, ...]]:
    """household -> its duties, for every known household of the workspace; asked anew only where something changed. `settle` keeps the work."""
    kept: _Kept = session.kept.setdefault(KEPT, _Kept())
    with kept.lock:
        mark, now = _mark(tx, session.today), duty_cache.reach(tx)
        if kept.reach is None or kept.mark != mark:
            _take_up(tx, kept, mark)
        if kept.reach is None:
            everyone = _everybody(tx, session.today)
            kept.by_home, kept.unsaved = {home: found for home, found in everyone.items() if found}, (None, everyone)
        elif kept.reach != now:
            _renew(tx, kept, kept.reach, now, session.today)
        kept.mark, kept.reach = mark, now
        return kept.by_home


def quick(session: Session) -> bool:
    """Whether `of_all` would answer at once: what is kept is of this day and these packs, hardly anything happened since, and nobody is at it."""
    kept: _Kept | None = session.kept.get(KEPT)
    if kept is None or kept.reach is None or kept.lock.locked():
        return False
    with session.reading() as tx:
        homes = duty_cache.touched(tx, kept.reach, duty_cache.reach(tx))
        return homes is not None and len(homes) <= AT_ONCE and kept.mark == _mark(tx, session.today)


def settle(session: Session) -> None:
    """Keep in the store what `of_all` worked out, so that the next start need not. Outside any reading."""
    kept: _Kept | None = session.kept.get(KEPT)
    if kept is None:
        return
    with kept.lock:
        work, mark, at = kept.unsaved, kept.mark, kept.reach
        kept.unsaved = None
    if work is None or at is None:
        return
    with session.writing() as tx:
        duty_cache.save(tx, mark, work[0], at, {home: [one.plain() for one in found] for home, found in work[1].items()})


def _take_up(tx: Tx, kept: _Kept, mark: str) -> None:
    """What the last start left in the store, when it is of this day, these packs and this program."""
    found = duty_cache.load(tx)
    if found is None or found.mark != mark:
        kept.reach = None
        return
    kept.reach = found.reach
    kept.by_home = {home: tuple(Duty.of(one) for one in body) for home, body in found.bodies.items()}


def _renew(tx: Tx, kept: _Kept, before: duty_cache.Reach, now: duty_cache.Reach, today: dt.date) -> None:
    """Ask again about the families something happened to."""
    since: duty_cache.Reach | None = before
    found: dict[str, tuple[Duty, ...]]
    homes = duty_cache.touched(tx, before, now)
    if homes is not None and len(homes) <= FEW:
        listed = [home for home in (queries.household(tx, one) for one in sorted(homes)) if home is not None and home.known]
        found = {**dict.fromkeys(homes, ()), **_asked(tx, listed, today)}
        if kept.unsaved is not None:  # what was not kept yet goes along
            since, found = kept.unsaved[0], {**kept.unsaved[1], **found}
    else:
        since, found = None, _everybody(tx, today)
        kept.by_home = {}
    by_home = {**kept.by_home, **found}
    kept.by_home = {home: owed for home, owed in by_home.items() if owed}
    kept.unsaved = (since, found)


def _mark(tx: Tx, day: dt.date) -> str:
    """Everything an answer rests on besides the journal: the day, the packs and the calendar in force, the program."""
    held, calendar = packs.of(tx).on(day), packs.calendar(tx)
    editions = [[pack.id, pack.version] for pack in sorted(held.packs.values(), key=lambda one: one.id)]
    text = json.dumps([day.isoformat(), editions, list(held.damaged), calendar.version(calendar.years), _program()], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _program() -> str:
    """The program that answered: its version, and for one run from its source the newest change to it."""
    folder = Path(__file__).parent
    newest = max((file.stat().st_mtime_ns for part in ("casework", "policy", "store", "domain") for file in (folder.parent / part).rglob("*.py")), default=0)
    return f"{__version__} {newest}"
