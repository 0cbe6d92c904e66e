"""The 10,000 visits every contender moves: what the village's own journal says of them, as flat dicts of text, one per visit."""

from __future__ import annotations

import json
from typing import Any

COLUMNS = ("visit", "county_code", "village", "household", "on_day", "met", "by_id", "hlc", "payload")
"""Columns of the plain table the peers keep: the keys a query needs, the rest as one JSON text."""


def visits_of(session: Any) -> list[dict[str, str]]:
    """Every visit of the own chain in its order; nothing of it is left out and nothing is added."""
    from xieli_tui.store import journal

    with session.reading() as tx:
        events = journal.events_of_type(tx, "visit.recorded")
    rows = []
    for e in events:
        d = dict(e.d)
        rows.append({
            "visit": d.pop("visit"), "county_code": d["village"][:6], "village": d.pop("village"), "household": d.pop("household"), "on_day": d.pop("on"),
            "met": d.pop("met"), "by_id": e.by, "hlc": f"{e.hlc_ms}-{e.hlc_n}-{e.dev[:8]}", "payload": json.dumps(d, ensure_ascii=False, separators=(",", ":")),
        })
    return rows


CREATE = (
    "CREATE TABLE visits(visit TEXT NOT NULL PRIMARY KEY, county_code TEXT, village TEXT, household TEXT, on_day TEXT, met TEXT, by_id TEXT, hlc TEXT, payload TEXT);"
    "CREATE INDEX by_household ON visits(household, on_day);"
    "CREATE INDEX by_day ON visits(village, on_day);"
)
"""The table with the two indexes a list of visits wants."""
