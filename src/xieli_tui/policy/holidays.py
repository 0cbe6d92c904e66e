"""The yearly files of the State Council's arrangements: the shipped ones in `holidays/`, a county's from a folder. Read into a `domain.calendar.Calendar`.

Rules kept here
- a file is wholly right or not used: days of its own year only, a day off once, a make-up working day on a weekend and never also off, no unknown key;
  everything wrong is told with file and line, all of it at once, and a damaged file never disables the others;
- two files of one year: the higher `calendar_version` (`<year>.<number>`) is in force; the same version with other content is refused, the first stays;
- a year without a file is no problem: the arithmetic says 暂估.

File: `year`, `calendar_version`, `source`, `notice` (left out where no source for the number was found), and `[[holiday]]` with `name`, `off`, `work`.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from xieli_tui.domain.calendar import Calendar, Year
from xieli_tui.errors import Refused
from xieli_tui.policy.pack_text import Problem

_HEAD = ({"year", "calendar_version", "source", "holiday"}, {"notice"})
_HOLIDAY = ({"name", "off"}, {"work"})
_HEADER_LINE = re.compile(r"^\s*\[\[\s*holiday\s*\]\]")


class HolidayError(Refused):
    """A file that cannot be used (XL-Q09); `.problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(
            "XL-Q09", first.sentence(), field=f"{first.file}:{first.line}",
            extra={"problems": [{"file": one.file, "line": one.line, "what": one.what} for one in problems]},
        )


@dataclass(frozen=True, slots=True)
class Holidays:
    """The calendar that was read, what was wrong, and which files are not used."""

    calendar: Calendar
    problems: tuple[Problem, ...] = ()
    damaged: tuple[str, ...] = ()


class _Reader:
    """One file: collects problems and finds the line each is on."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.lines = text.splitlines()
        self.heads = [at for at, line in enumerate(self.lines) if _HEADER_LINE.match(line)]

    def part(self, row: int | None) -> range:
        """Lines of the header (None) or of the row-th `[[holiday]]`."""
        if row is None or row >= len(self.heads):
            return range(self.heads[0] if self.heads else len(self.lines))
        return range(self.heads[row], self.heads[row + 1] if row + 1 < len(self.heads) else len(self.lines))

    def bad(self, what: str, row: int | None = None, key: str = "", text: str = "", nth: int = 0) -> None:
        """`text` is looked for under the key (its nth occurrence), else the key, else the head of the part."""
        part = self.part(row)
        at = next((one for one in part if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", self.lines[one])), None)
        if at is not None and text:
            hits = [one for one in part if one >= at for _ in range(self.lines[one].partition("#")[0].count(text))]
            at = hits[min(nth, len(hits) - 1)] if hits else at
        if at is None and row is not None and row < len(self.heads):
            at = self.heads[row]
        self.problems.append(Problem(self.name, at + 1 if at is not None else 1, what))

    def keys(self, table: dict[str, Any], allowed: tuple[set[str], set[str]], row: int | None = None) -> None:
        needed, more = allowed
        for key in sorted(needed - set(table)):
            self.bad(f"缺 {key}", row)
        for key in sorted(set(table) - needed - more):
            self.bad(f"不认识 {key}", row, key)

    def text(self, table: dict[str, Any], key: str, row: int | None = None) -> str:
        value = table.get(key, "")
        if not isinstance(value, str) or (key in table and not value.strip()):
            self.bad(f"{key} 要写成文字", row, key)
            return ""
        return value

    def days(self, table: dict[str, Any], key: str, row: int, year: int) -> list[dt.date]:
        """Days of that year, in order of the file; what is none is told and left out."""
        value = table.get(key, [])
        if not isinstance(value, list):
            self.bad(f"{key} 要写成日期的列表", row, key)
            return []
        out: list[dt.date] = []
        for one in value:
            shown = one.isoformat() if isinstance(one, dt.date) else str(one)
            day = _day(one)
            if day is None:
                self.bad(f"{shown} 不是日期，请写成 \"2026-01-31\"", row, key, shown)
            elif day.year != year:
                self.bad(f"{shown} 不是 {year} 年的日子", row, key, shown)
            else:
                out.append(day)
        return out


def _day(value: object) -> dt.date | None:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def read_year(name: str, data: bytes) -> Year:
    """One yearly file from its bytes. Raises HolidayError (XL-Q09) with every problem."""
    try:
        text = data.decode("utf-8")
        raw = tomllib.loads(text)
    except UnicodeDecodeError as err:
        raise HolidayError([Problem(name, data[: err.start].count(b"\n") + 1, "不是 UTF-8 文字")]) from None
    except tomllib.TOMLDecodeError as err:
        hit = re.search(r"at line (\d+)", str(err))
        raise HolidayError([Problem(name, int(hit.group(1)) if hit else data.count(b"\n") + 1, "不是合格的 TOML")]) from None
    reader = _Reader(name, text)
    year = _build(reader, raw)
    if year is None or reader.problems:
        raise HolidayError(sorted(reader.problems, key=lambda one: one.line))
    return year


def _build(r: _Reader, raw: dict[str, Any]) -> Year | None:
    r.keys(raw, _HEAD)
    number = raw.get("year")
    if not isinstance(number, int) or isinstance(number, bool) or not 1949 <= number <= 2199:
        r.bad("year 要写成四位的年份，例如 year = 2026", None, "year")
        return None
    version = r.text(raw, "calendar_version")
    if version and not re.fullmatch(rf"{number}\.[1-9][0-9]{{0,3}}", version):
        r.bad(f"calendar_version 要写成 \"{number}.1\"，改一次加一", None, "calendar_version")
    rows = raw.get("holiday", [])
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        if "holiday" in raw:
            r.bad("放假要写成 [[holiday]]，至少一段", None, "holiday")
        return None
    off: dict[dt.date, str] = {}
    work: dict[dt.date, str] = {}
    for at, row in enumerate(rows):
        r.keys(row, _HOLIDAY, at)
        name = r.text(row, "name", at)
        if row.get("off") == []:
            r.bad("off 里至少要有一天", at, "off")
        for key, found in (("off", off), ("work", work)):
            for day in r.days(row, key, at, number):
                iso = day.isoformat()
                if day in found:
                    r.bad(f"{iso} 写了两次", at, key, iso, nth=row[key].count(iso) - 1)
                elif key == "work" and day.weekday() < 5:
                    r.bad(f"{iso} 不是周末，不用写成调休上班", at, key, iso)
                else:
                    found[day] = name
    for day in sorted(set(off) & set(work)):
        at = next(at for at, row in enumerate(rows) if isinstance(row.get("work"), list) and any(_day(one) == day for one in row["work"]))
        r.bad(f"{day.isoformat()} 又放假又上班", at, "work", day.isoformat())
    return Year(number, version, r.text(raw, "source"), MappingProxyType(off), MappingProxyType(work), r.text(raw, "notice"))


def gather(files: Iterable[tuple[str, bytes]], base: Holidays | None = None) -> Holidays:
    """A calendar out of files; what is wrong with one is a problem of that one."""
    calendar = base.calendar if base else Calendar()
    problems, damaged = list(base.problems if base else ()), list(base.damaged if base else ())
    for name, data in files:
        try:
            year = read_year(name, data)
        except HolidayError as err:
            problems += err.problems
            damaged.append(name)
            continue
        held = calendar.years.get(year.year)
        if held is not None and held.version == year.version and held != year:
            problems.append(Problem(name, 1, f"日历版本 {year.version} 已经有了，内容不同；改了内容要改版本"))
            damaged.append(name)
        elif held is None or _number(year) > _number(held):
            calendar = calendar.having(year)
    return Holidays(calendar, tuple(problems), tuple(damaged))


def _number(year: Year) -> int:
    return int(year.version.partition(".")[2])


@cache
def shipped() -> Holidays:
    """The files inside the program."""
    folder = resources.files("xieli_tui.policy") / "holidays"
    return gather((item.name, item.read_bytes()) for item in sorted(folder.iterdir(), key=lambda one: one.name) if item.name.endswith(".toml"))


def load(places: Iterable[Path] = (), *, use_shipped: bool = True) -> Holidays:
    """The shipped years and those of folders (every *.toml in it), or of single files.

    Raises:
        Refused: XL-F05 for a folder or file that is not there.
    """
    files: list[tuple[str, bytes]] = []
    for place in places:
        if not place.exists():
            raise Refused("XL-F05", field="holidays")
        files += [(one.name, one.read_bytes()) for one in (sorted(place.glob("*.toml")) if place.is_dir() else [place])]
    return gather(files, shipped() if use_shipped else None)
