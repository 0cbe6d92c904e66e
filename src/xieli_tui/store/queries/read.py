"""Reading rows: small helpers the queries share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

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
    cursor = tx.conn.connection.cursor()
    try:
        cursor.execute(sql, tuple(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    finally:
        cursor.close()


def one(tx: Tx, sql: str, values: Sequence[Any] = ()) -> RowMapping | None:
    """The first row, None when there is none."""
    cursor = tx.conn.connection.cursor()
    try:
        cursor.execute(sql, tuple(values))
        row = cursor.fetchone()
        return None if row is None else dict(zip([column[0] for column in cursor.description], row, strict=True))
    finally:
        cursor.close()


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
    return tuple(json.loads(column)) if column and column != "[]" else ()


def obj(column: str) -> dict[str, Any]:
    """A JSON object."""
    return dict(json.loads(column)) if column and column != "{}" else {}
