"""The county puts a policy pack or a year's holiday arrangement in force; it goes to every village and township with the next return.

Rules kept here
- a file that does not read is refused before anything is written, with file and line of everything wrong;
- a pack speaks about this county, adopts only what is there, and has a name of its own or is the newer edition of the same document;
- the file goes in pieces the road can carry; what is in force already is not sent again, and the same file put in force twice is one act;
- taking a pack back is a ruling like any other: the line stays, what follows from it goes.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_tui.casework import packs, road, values
from xieli_tui.casework.session import saved
from xieli_tui.desk.guards import require_county, require_desk
from xieli_tui.domain.events.road import BlobPart, PackInstalled, RulingAnnulled
from xieli_tui.errors import NotFound, Refused
from xieli_tui.policy import holidays, installed
from xieli_tui.policy.holidays import HolidayError, read_year
from xieli_tui.policy.loader import rule_ids
from xieli_tui.policy.pack_text import PackError, Problem
from xieli_tui.policy.read_pack import read_pack
from xieli_tui.policy.readings import r10_covers, r10_significant
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.packs import PackLine
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import Saved
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.policy.pack import Pack
    from xieli_tui.store import Tx

PIECE = 45 * 1024
"""Bytes of one piece (design 03)."""
PIECES = 100
"""More would be no policy pack."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What was put in force; `new` False when it was so already. `seq` of the last line written, 0 when none."""

    pack: str
    title: str
    version: str
    start: str
    parts: int
    seq: int
    new: bool
    rules: int = 0
    adopted: int = 0


def install(session: Session, file: Path | str, start: str) -> Installed:
    """Put a pack in force from a day on.

    Args:
        start: the day as people type it; one in the past is allowed, one to come too.

    Raises:
        Refused: XL-P07, XL-P03 not the county; XL-Q08 the pack, with every problem; XL-V01/V02 the day; XL-F01, XL-F06.
        NotFound: XL-F05.
    """
    require_county(session)
    path = Path(file)
    data = road.read_file(path)
    day = values.day(values.needed(start, "start"), session.today, "start", future=True)
    name = _plain_name(path)
    made: list[Installed] = []

    def build(tx: Tx) -> list[Payload]:
        pack = read_pack(name, data, rule_ids(packs.of(tx).packs))
        _require_fit(tx, session, pack, name, data, day)
        payloads = _put(tx, packs.PACK, pack.id, name, data, day)
        made.append(Installed(pack.id, pack.title, pack.version, day, _count(data), 0, bool(payloads), len(pack.rules), len(pack.adopt)))
        return payloads

    recorded = session.transact(build)
    return _with_seq(made[0], recorded[-1].seq if recorded else 0)


def install_holidays(session: Session, file: Path | str) -> Installed:
    """Put a year's arrangement in force at once: dates already computed by estimate are computed anew with it.

    Raises:
        Refused: XL-P07, XL-P03 not the county; XL-Q09 the file, with every problem; XL-F01, XL-F06. NotFound: XL-F05.
    """
    require_county(session)
    path = Path(file)
    data = road.read_file(path)
    name = _plain_name(path)
    year = read_year(name, data)
    made: list[Installed] = []

    def build(tx: Tx) -> list[Payload]:
        held = packs.calendar(tx).years.get(year.year)
        if held is not None and held != year:
            after = holidays.gather([(name, data)], packs.holidays_of(tx))
            if after.calendar.years[year.year] != year:
                mine = [one for one in after.problems if one.file == name]
                raise HolidayError(mine or [Problem(name, 1, f"已经有更新的 {held.version}，改了内容要把 calendar_version 加一")])
        payloads = _put(tx, packs.HOLIDAYS, f"{packs.YEAR}{year.year}", name, data, session.today.isoformat())
        made.append(Installed(f"{packs.YEAR}{year.year}", f"{year.year} 年放假安排", year.version, session.today.isoformat(), _count(data), 0, bool(payloads)))
        return payloads

    recorded = session.transact(build)
    return _with_seq(made[0], recorded[-1].seq if recorded else 0)


def withdraw(session: Session, ref: str, reason: str) -> Saved:
    """Take back what was put in force, by its reference in the list.

    Raises:
        Refused: XL-P07, XL-P03; XL-V06 no reason. NotFound: XL-V45 no such act.
    """
    require_county(session)
    text = values.text(reason, "reason")
    if not text:
        raise Refused("XL-V06", field="reason")

    def build(tx: Tx) -> list[Payload]:
        if ref not in {one.ref for one in queries.installs(tx)}:
            raise NotFound("XL-V45", field="ref")
        return [RulingAnnulled(of=ref, reason=text)]

    return saved(ref, session.transact(build), "withdrawn")


def list_packs(session: Session) -> list[PackLine]:
    """What the county put in force, as it stands today."""
    require_desk(session)
    with session.reading() as tx:
        return packs.lines(tx, session.today)


def _require_fit(tx: Tx, session: Session, pack: Pack, name: str, data: bytes, day: str) -> None:
    """Raises PackError: not about this county, another's name, something adopted that is not there."""
    county = session.profile.area
    if not r10_covers(pack.region_code, county) and not r10_significant(pack.region_code).startswith(county):
        raise PackError([Problem(name, _line_of(data, "region_code"), f"region_code {pack.region_code} 不管本县 {county}")])
    before = packs.of(tx)
    after = installed.lay_over(before, [installed.Sent(pack.id, dt.date.fromisoformat(day), name, data)])
    mine = [one for one in after.problems if one.file == name and one not in before.problems]
    if mine:
        raise PackError(mine)


def put(tx: Tx, kind: str, ident: str, name: str, data: bytes, start: str) -> tuple[list[Payload], int]:
    """The lines that put a file in force (none when it is so already), and how many pieces it has: also for layouts of forms."""
    return _put(tx, kind, ident, name, data, start), _count(data)


def _put(tx: Tx, kind: str, ident: str, name: str, data: bytes, start: str) -> list[Payload]:
    """The pieces that are not here yet, and the ruling; nothing when the same file is the last word for that day already."""
    digest = hashlib.sha256(data).hexdigest()
    said = [one for one in queries.installs(tx) if one.pack == ident and one.start == start]
    if said and said[-1].digest == digest and said[-1].state == "whole":
        return []
    pieces: list[Payload] = []
    if queries.blob(tx, digest) is None:
        total = _count(data)
        if total > PIECES:
            raise Refused("XL-V07", f"文件最大 {PIECES * PIECE // 1024} KiB", field="file")
        for number in range(1, total + 1):
            piece = data[(number - 1) * PIECE : number * PIECE]
            pieces.append(values.make(BlobPart, digest=digest, part=number, of=total, kind=kind, name=name, data=base64.b64encode(piece).decode()))
    return [*pieces, values.make(PackInstalled, pack=ident, digest=digest, start=start)]


def _count(data: bytes) -> int:
    return max(1, -(-len(data) // PIECE))


def _with_seq(done: Installed, seq: int) -> Installed:
    return dataclasses.replace(done, seq=seq)


def _plain_name(path: Path) -> str:
    """The file's name without its folder. Raises XL-V07, XL-V10 for one that cannot be kept."""
    return values.name(path.name, "file") or path.name


def _line_of(data: bytes, key: str) -> int:
    """Line of a key of the head; 1 when it is not found."""
    return next((at for at, line in enumerate(data.decode("utf-8").splitlines(), 1) if line.partition("=")[0].strip() == key), 1)
