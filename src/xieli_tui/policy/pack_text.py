"""One pack file as it was written: its values taken out one by one, every problem kept with file and line.

Rules kept here
- everything wrong is told with file and line, all of it at once;
- a number without quotes is refused when it has a point: a float is no money; days are ISO texts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from xieli_tui.errors import Refused

ROWS: dict[str, tuple[set[str], set[str]]] = {
    "rules": ({"id", "priority", "type", "cite", "text", "where"}, {"reason", "params"}),
    "kinds": ({"id", "unit", "cite"}, {"lead", "text", "also", "targets", "document_only", "test", "persons"}),
    "departments": ({"id", "name"}, {"successor"}),
    "documents": ({"kind", "doc"}, {"label", "required", "queryable", "cite"}),
    "forms": ({"id", "title"}, {"kind", "cite"}),
    "adopt": ({"rule", "from", "cite"}, {"kinds"}),
    "parameters": ({"value"}, {"unit", "op", "cite", "note"}),
}
_LISTS = {"also", "rule"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a pack: file name, line (0 = the whole file), Chinese sentence."""

    file: str
    line: int
    what: str

    def sentence(self) -> str:
        """`file:line what`."""
        return f"{self.file}:{self.line} {self.what}" if self.line else f"{self.file} {self.what}"


class PackError(Refused):
    """A pack that cannot be used; `.problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(
            "XL-Q08", first.sentence(), field=f"{first.file}:{first.line}",
            extra={"problems": [{"file": one.file, "line": one.line, "what": one.what} for one in problems]},
        )


class Float(str):
    """A number with a point as it was written."""

    __slots__ = ()


class Reader:
    """One file: collects problems, finds lines."""

    def __init__(self, name: str, data: bytes, known: Container[str] = ()) -> None:
        self.name = name
        self.known = known
        self.data = data
        self.problems: list[Problem] = []
        self.lines = data.decode("utf-8", "replace").splitlines()

    def line(self, table: str, index: int = 0, key: str = "") -> int:
        """Line of the index-th `[[table]]` (or of `[table]`), of a key inside it where that is found; 0 when nowhere."""
        heads = [at for at, text in enumerate(self.lines) if text.strip().startswith((f"[[{table}]]", f"[{table}]"))]
        start = heads[index] if index < len(heads) else -1
        if not table:
            start = -1
        elif start < 0:
            return 0
        if not key:
            return start + 1
        for at in range(start + 1, len(self.lines)):
            text = self.lines[at].strip()
            if re.match(rf"^{re.escape(key)}\s*=", text):
                return at + 1
            if text.startswith("["):
                break
        return max(start + 1, 0)

    def bad(self, what: str, table: str = "", index: int = 0, key: str = "") -> None:
        self.problems.append(Problem(self.name, self.line(table, index, key), what))

    # values
    def text(self, table: dict[str, Any], key: str, where: tuple[str, int], *, needed: bool = False) -> str:
        value = table.get(key, "")
        if not isinstance(value, str) or isinstance(value, Float):
            self.bad(f"{key} 要写成文字", *where, key)
            return ""
        if needed and not value.strip():
            self.bad(f"缺 {key}", *where, key)
        return value

    def texts(self, table: dict[str, Any], key: str, where: tuple[str, int]) -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, str) and not isinstance(value, Float) and key in _LISTS:
            value = [value]
        if not isinstance(value, list) or not all(isinstance(one, str) and not isinstance(one, Float) for one in value):
            self.bad(f"{key} 要写成文字的列表", *where, key)
            return ()
        return tuple(value)

    def flag(self, table: dict[str, Any], key: str, where: tuple[str, int], default: bool) -> bool:
        value = table.get(key, default)
        if not isinstance(value, bool):
            self.bad(f"{key} 要写 true 或 false", *where, key)
            return default
        return value

    def day(self, table: dict[str, Any], key: str) -> dt.date | None:
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        try:
            if isinstance(value, str) and len(value) == 10:
                return dt.date.fromisoformat(value)
        except ValueError:
            pass  # told below, with its line
        self.bad(f"{key} 不是日期，请写成 \"2026-01-31\"", "", 0, key)
        return None

    def rows(self, raw: dict[str, Any], name: str) -> list[tuple[dict[str, Any], tuple[str, int]]]:
        """Rows of an array of tables, with unknown and missing keys reported."""
        found = raw.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.bad(f"{name} 要写成 [[{name}]]", name)
            return []
        needed, more = ROWS[name]
        out = []
        for index, row in enumerate(found):
            self.keys(row, needed, more, (name, index))
            out.append((row, (name, index)))
        return out

    def keys(self, row: dict[str, Any], needed: set[str], more: set[str], where: tuple[str, int]) -> None:
        for key in sorted(needed - set(row)):
            self.bad(f"缺 {key}", *where)
        for key in sorted(set(row) - needed - more):
            self.bad(f"不认识 {key}", *where, key)
