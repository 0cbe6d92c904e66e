"""Reading rows: small helpers the queries share, and many households read at once.

Inside `together(tx)` a statement about one household (`… WHERE household=? …`) is asked once about all of them and dealt out by household, any
other statement is asked once: the very same queries then serve a whole village in a few statements. Only in a reading transaction, whose
picture of the store does not change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_core import from_json

from xieli_tui.store.journal import IN_LIST

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


RowMapping = Mapping[str, Any]
"""A row by column name."""


def rows(tx: Tx, sql: str, values: Sequence[Any] = ()) -> list[RowMapping]:
    """All rows of a query by column name.

    Read through the driver's own cursor, in the transaction of `tx`: a verb asks a dozen small questions, and a result object of the
    library costs ten times what the answer does.
    """
    held: _Together | None = tx.memo.get(_HELD)
    return _rows(tx, sql, values) if held is None else held.rows(tx, sql, tuple(values))


def _rows(tx: Tx, sql: str, values: Sequence[Any]) -> list[RowMapping]:
    cursor = tx.conn.connection.cursor()
    try:
        cursor.execute(sql, tuple(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    finally:
        cursor.close()


def one(tx: Tx, sql: str, values: Sequence[Any] = ()) -> RowMapping | None:
    """The first row, None when there is none."""
    if _HELD in tx.memo:
        found = rows(tx, sql, values)
        return found[0] if found else None
    cursor = tx.conn.connection.cursor()
    try:
        cursor.execute(sql, tuple(values))
        row = cursor.fetchone()
        return None if row is None else dict(zip([column[0] for column in cursor.description], row, strict=True))
    finally:
        cursor.close()


_HELD = "read together"
_ABOUT = re.compile(r"\bWHERE ((?:\w+\.)?(household|application))=\?")
"""A statement about one household, or one application: its first condition says so."""
T = TypeVar("T")


@lru_cache(maxsize=512)
def _about(sql: str) -> tuple[str, str]:
    """(the statement about everybody, the column that says whose a row is) of a statement about one; ("", "") of any other."""
    about = _ABOUT.search(sql)
    if about is None or " LIMIT " in sql or "?" in sql[: about.start()]:
        return "", ""
    return sql.replace(f"{about[1]}=?", "1=1", 1), about[2]


class _Together:
    """What statements answered about every household, by household."""

    def __init__(self) -> None:
        self._dealt: dict[tuple[str, tuple[Any, ...]], dict[str, list[RowMapping]] | None] = {}
        self._asked: dict[tuple[str, tuple[Any, ...]], list[RowMapping]] = {}
        self.kept: dict[Any, Any] = {}

    def rows(self, tx: Tx, sql: str, values: tuple[Any, ...]) -> list[RowMapping]:
        everybody, column = _about(sql)
        if column:
            key = (sql, values[1:])
            if key not in self._dealt:
                self._dealt[key] = self._deal(tx, everybody, values[1:], column)
            dealt = self._dealt[key]
            if dealt is not None:
                return dealt.get(values[0], [])
        if (sql, values) not in self._asked:
            self._asked[sql, values] = _rows(tx, sql, values)
        return self._asked[sql, values]

    @staticmethod
    def _deal(tx: Tx, sql: str, values: tuple[Any, ...], column: str) -> dict[str, list[RowMapping]] | None:
        """Rows of everybody by household, in the order the statement gives; None when the rows do not say whose they are."""
        found = _rows(tx, sql, values)
        if found and column not in found[0]:
            return None
        out: dict[str, list[RowMapping]] = defaultdict(list)
        for row in found:
            out[row[column]].append(row)
        return dict(out)


@contextmanager
def together(tx: Tx) -> Iterator[None]:
    """Until it ends, queries of this reading transaction answer from statements asked once about all households."""
    if tx.writing:
        raise ValueError("what is being written is not read from memory")
    if _HELD in tx.memo:
        yield
        return
    tx.memo[_HELD] = _Together()
    try:
        yield
    finally:
        del tx.memo[_HELD]


def reading_together(tx: Tx) -> bool:
    """Whether many households are read at once."""
    return _HELD in tx.memo


def kept(tx: Tx, key: Any, make: Callable[[], T]) -> T:
    """What `make` gives; made once while many households are read together."""
    held: _Together | None = tx.memo.get(_HELD)
    if held is None:
        return make()
    if key not in held.kept:
        held.kept[key] = make()
    found: T = held.kept[key]
    return found


def parts(values: Iterable[str]) -> Iterator[tuple[list[str], str]]:
    """(values, placeholders) in lists short enough for one IN (…)."""
    wanted = sorted(set(values))
    for at in range(0, len(wanted), IN_LIST):
        part = wanted[at : at + IN_LIST]
        yield part, ",".join("?" * len(part))


def where(**conditions: Any) -> tuple[str, list[Any]]:
    """WHERE over the columns that are not None, and their values; ("", []) when none is."""
    kept = [(name, value) for name, value in conditions.items() if value is not None]
    return (" WHERE " + " AND ".join(f"{name}=?" for name, _ in kept) if kept else "", [value for _, value in kept])


def texts(column: str) -> tuple[str, ...]:
    """A JSON list of texts."""
    return tuple(from_json(column)) if column and column != "[]" else ()


def obj(column: str) -> dict[str, Any]:
    """A JSON object."""
    return dict(from_json(column)) if column and column != "{}" else {}
