"""Reading rows: small helpers the queries share."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping

from xieli_tui.store.journal import IN_LIST

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


def rows(tx: Tx, sql: str, values: Sequence[Any] = ()) -> list[RowMapping]:
    """All rows of a query by column name."""
    return list(tx.conn.exec_driver_sql(sql, tuple(values)).mappings())


def one(tx: Tx, sql: str, values: Sequence[Any] = ()) -> RowMapping | None:
    """The first row, None when there is none."""
    return tx.conn.exec_driver_sql(sql, tuple(values)).mappings().first()


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
