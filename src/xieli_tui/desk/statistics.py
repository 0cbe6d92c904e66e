"""统计: the numbers of every village of a desk, of the days that are said; asked again for the same day they are the same (design 08, 09).

Rules kept here
- what is counted is what had arrived at this desk by the end of the as-of day, judged as it was judged then: what comes later changes no number that was
  told; `now` counts the same days by all that is here today, and says so;
- villages stand by their codes: no rate, no order of merit, nobody's name;
- a township's officer counts the villages of his area; a village without a line stands with zeros, for it may only not have handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import outbox
from xieli_tui.casework import about, counting, out_file, values
from xieli_tui.desk import guards
from xieli_tui.desk.registers import village_names
from xieli_tui.domain.events.road import AuditExported
from xieli_tui.paper import table_out
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.store import Tx

Numbers = dict[str, dict[str, int]]
"""Sentence -> number -> how many."""


@dataclass(frozen=True, slots=True)
class VillageNumbers:
    """One village."""

    village: str
    name: str
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of the days `since` to `asof`. `known`: asof (what had arrived by then) or now."""

    since: str
    asof: str
    known: str
    sentences: tuple[counting.Counted, ...]
    total: Numbers
    villages: tuple[VillageNumbers, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """Where the table went."""

    file: str
    rows: int
    bytes: int


def statistics(session: Session, since: str | None = None, asof: str | None = None, *, now: bool = False) -> Statistics:
    """The numbers of this desk's villages.

    Args:
        since, asof: first and last day; blank: the month of the last day until today.
        now: by all that is here today, also what came after the last day.

    Raises:
        Refused: XL-P07 in a village; XL-V01, XL-V02, XL-V13 the days.
    """
    guards.require_desk(session)
    first, last = counting.span(session, since, asof)
    if now:
        with session.reading() as tx, queries.read.together(tx):
            return _of(session, tx, first, last, "now")
    with counting.known_at(session, last) as tx:
        return _of(session, tx, first, last, "asof")


def _of(session: Session, tx: Tx, first: str, last: str, known: str) -> Statistics:
    area = guards.officer(session, tx).area
    it = counting.Source(tx, first, last, area=area)
    names = {code: name for code, name in village_names(tx).items() if code.startswith(area)}
    sentences = tuple(counting.counted(ident, it, about.place(session)) for ident in counting.SENTENCES)
    villages = []
    for code in sorted({*names, *it.by_village, *(village for topic in counting.READERS for village in it.parted(topic) if village)}):
        part = it.part(code)
        villages.append(VillageNumbers(code, names.get(code, code), {ident: {one.key: one.many for one in sentence.make(part)[1]} for ident, sentence in counting.SENTENCES.items()}))
    return Statistics(first, last, known, sentences, {one.id: one.numbers for one in sentences}, tuple(villages))


def write(session: Session, found: Statistics, out: Path | str, form: str = "xlsx", fs: outbox.Fs = outbox.OS_FS) -> Written:
    """The numbers as a table, a village a row and all of them in the last. Raises Refused: XL-V08 the form; XL-F01 to F08. NotFound: XL-F05."""
    kind = values.choice(form, table_out.FORMATS, "format")
    path = out_file.free(out)
    heads = [("village", "村代码"), ("name", "村")]
    for one in found.sentences:
        heads += [(f"{one.id}.{part.key}", part.word) for part in one.parts]
    rows = [_row(one.village, one.name, one.numbers) for one in found.villages] + [_row("", "合计", found.total)]
    data = table_out.table(kind, f"统计 {found.since} 至 {found.asof}", heads, rows)
    session.record(values.make(AuditExported, what="statistics", rows=len(rows), full=False, reason=f"{found.since} 至 {found.asof}"))
    return Written(str(out_file.write(path, data, fs)), len(rows), len(data))


def _row(village: str, name: str, numbers: Numbers) -> dict[str, str]:
    return {"village": village, "name": name} | {f"{ident}.{key}": str(many) for ident, found in numbers.items() for key, many in found.items()}
