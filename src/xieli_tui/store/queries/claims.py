"""Heads of claims: what a next claim names in `replaces`, and what two people wrote differently."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from xieli_tui.store import journal, trust
from xieli_tui.store.project.claims import heads_of
from xieli_tui.store.queries.read import one, parts, rows
from xieli_tui.store.queries.rows import Conflict, Head

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


def field_heads(tx: Tx, entity: str) -> dict[str, tuple[str, ...]]:
    """field -> references of its heads and proposals, of a household or a person; {} for an id not met."""
    for table in ("household", "person"):
        row = one(tx, f"SELECT heads FROM {table} WHERE {table}=?", (entity,))
        if row is not None:
            return heads_of(row["heads"])
    return {}


def claim_heads(tx: Tx, kind: Literal["household", "person"], ids: Iterable[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """id -> `field_heads`, of many households or (`kind` person) people in a few statements."""
    return {
        row[kind]: heads_of(row["heads"])
        for part, marks in parts(ids) for row in rows(tx, f"SELECT {kind}, heads FROM {kind} WHERE {kind} IN ({marks})", part)
    }


def family_heads(tx: Tx, household: str, persons: Iterable[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """household or person -> `field_heads`, of a family in two statements."""
    found = {household: field_heads(tx, household)}
    wanted = sorted(set(persons))
    marks = ",".join("?" * len(wanted))
    if wanted:
        found.update((row["person"], heads_of(row["heads"])) for row in rows(tx, f"SELECT person, heads FROM person WHERE person IN ({marks})", tuple(wanted)))
    return found


def heads(tx: Tx, entity: str, fields: Iterable[str] | None = None) -> tuple[str, ...]:
    """References a claim on these fields (None: on all) names in `replaces`, each once."""
    found = field_heads(tx, entity)
    wanted = found if fields is None else [name for name in fields if name in found]
    return tuple(dict.fromkeys(ref for name in wanted for ref in found[name]))


def locked(tx: Tx, entity: str, field: str) -> bool:
    """Whether a desk holds a field to its value."""
    held = field_heads(tx, entity).get(field, ())
    events = journal.by_refs(tx, held) if held else {}
    return any(e.role in trust.DESKS and e.d.get("lock") is True for e in events.values())


def conflicts(tx: Tx, household: str | None = None) -> list[Conflict]:
    """Fields where more than one value stands, or a proposal waits beside a locked one; the first head is the one shown."""
    if household is None:
        found = rows(tx, "SELECT * FROM claim_head ORDER BY household, kind, entity, field, pos")
    else:
        found = rows(tx, "SELECT * FROM claim_head WHERE household=? ORDER BY kind, entity, field, pos", (household,))
    groups: dict[tuple[str, str, str, str], list[Head]] = defaultdict(list)
    locked: set[tuple[str, str, str, str]] = set()
    for row in found:
        key = (row["kind"], row["entity"], row["household"], row["field"])
        if row["locked"]:
            locked.add(key)
        groups[key].append(Head(
            row["ref"], json.loads(row["value"]), row["role"], row["dev"], row["by_op"], row["ms"], row["source"], bool(row["proposal"]),
        ))
    return [Conflict(kind, entity, home, name, (kind, entity, home, name) in locked, tuple(some)) for (kind, entity, home, name), some in groups.items()]
