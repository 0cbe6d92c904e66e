"""What waits at a desk: findings, change reports, applications handed over, alert answers, in one list (design 09).

Rules kept here
- an application waits from its hand-over (or its start, when a desk's own window took it) until it is closed, withdrawn, or every kind has a
  decision that was told; one returned for papers waits at the village, not here;
- an alert answer waits until a desk answers the same alert (a desk's answer stands above the village's);
- emergencies first, then who has waited longest; the day a clock runs out is the policy's to say.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from xieli_tui.store.queries.households import household_heads
from xieli_tui.store.queries.read import rows, texts
from xieli_tui.store.queries.rows import QueueRow

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

ENDED = ("closed", "withdrawn", "returned", "started")


def queue_rows(tx: Tx) -> list[QueueRow]:
    """Everything open, the most urgent first."""
    found = [*_flags(tx), *_changes(tx), *_applications(tx), *_alerts(tx)]
    heads = household_heads(tx, {row.household for row in found if row.household})
    named = [row if row.head else _with_head(row, heads.get(row.household, "")) for row in found]
    return sorted(named, key=lambda row: (not row.emergency, row.since, row.kind, row.id))


def _with_head(row: QueueRow, head: str) -> QueueRow:
    return QueueRow(
        row.kind, row.id, row.household, head, row.village, row.emergency, row.state, row.since, row.kinds, row.detail, row.concurrent,
    )


def _flags(tx: Tx) -> list[QueueRow]:
    return [
        QueueRow(
            "flag", row["flag"], row["household"], row["outsider"], row["village"], row["urgency"] == "emergency", row["urgency"], row["on_day"], (),
            "、".join(texts(row["causes"])),
        )
        for row in rows(tx, "SELECT * FROM flag WHERE known=1 AND settled_on=''")
    ]


def _changes(tx: Tx) -> list[QueueRow]:
    return [
        QueueRow("change", row["change"], row["household"], "", row["village"], False, "reported", row["on_day"], (), row["kind"])
        for row in rows(tx, "SELECT * FROM change WHERE known=1 AND answered=''")
    ]


def _applications(tx: Tx) -> list[QueueRow]:
    told = {row["application"] for row in rows(tx, "SELECT application FROM decision GROUP BY county_code, application HAVING min(told_on)<>''")}
    found = []
    for row in rows(tx, "SELECT * FROM application WHERE known=1"):
        window = row["state"] == "started" and row["source"] != "village"
        if row["state"] in ENDED and not window and not json.loads(row["concurrent"]):
            continue
        if row["open_kinds"] == "[]" and row["application"] in told:
            continue
        since = row["handed_over"] or row["accepted"] or row["started"]
        found.append(QueueRow(
            "application", row["application"], row["household"], "", row["village"], bool(row["emergency"]), row["state"], since,
            texts(row["kinds"]), row["reason"], bool(json.loads(row["concurrent"])),
        ))
    return found


def _alerts(tx: Tx) -> list[QueueRow]:
    return [
        QueueRow(
            "alert", row["alert"], row["household"], "", row["village"], row["cls"] == "life_threat", row["answered"], row["answered_on"], (), row["text"],
        )
        for row in rows(tx, "SELECT * FROM alert WHERE known=1 AND answered<>'' AND answer_role='village'")
    ]
