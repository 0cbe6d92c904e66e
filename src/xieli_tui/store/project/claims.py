"""Claims: which values of a field are heads, which one is shown, what stays a proposal (design 03, row "claim").

Rules kept here
- a `replaces` edge counts while the replacing claim stands, both speak of the same entity, and only for the fields the replacing claim sets;
- winner = max(rank, hlc, dev, ep, seq), desk rank above village; heads with equal normalised values are one value;
- a field locked by a desk's head keeps the desks' value: village claims neither replace it nor win, they are shown as proposals.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xieli_tui.domain.text import group_key
from xieli_tui.store.project.base import Row, Standing, js

Sets = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldHeads:
    """Heads of one field, the shown one first; `differ` when more than one value stands or a proposal waits."""

    value: Any
    heads: tuple[Standing, ...]
    proposals: tuple[Standing, ...]
    locked: bool
    differ: bool

    @property
    def refs(self) -> list[str]:
        """What a claim that settles this field names in `replaces`."""
        return [s.e.ref for s in (*self.heads, *self.proposals)]


def normal(field: str, value: Any) -> str:
    """Two values with the same text here are one value."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip()
        if field in ("id_no", "phone", "bank", "disability_cert", "number"):
            return "".join(text.split()).replace("-", "").upper()
        if field == "group":
            return group_key(text)
        return " ".join(text.split())
    if isinstance(value, list):
        return js(sorted(str(x) for x in value))
    return js(value)


def heads_by_field(claims: Sequence[tuple[Standing, Sets]]) -> dict[str, FieldHeads]:
    """field -> heads, from (claim, fields it sets)."""
    if len(claims) == 1:
        only, sets = claims[0]
        return {f: FieldHeads(v, (only,), (), only.desk and only.d.get("lock") is True, False) for f, v in sets.items()}
    setters: dict[str, list[tuple[Standing, Any]]] = {}
    for claim, sets in claims:
        for name, value in sets.items():
            setters.setdefault(name, []).append((claim, value))
    return {name: _heads(name, found) for name, found in setters.items()}


def _heads(field: str, found: Sequence[tuple[Standing, Any]]) -> FieldHeads:
    if len(found) == 1:
        only, value = found[0]
        return FieldHeads(value, (only,), (), only.desk and only.d.get("lock") is True, False)
    by_desk = {ref for claim, _ in found if claim.desk for ref in claim.d.get("replaces", ())}
    locked = any(c.desk and c.d.get("lock") is True and c.e.ref not in by_desk for c, _ in found)
    by_village = {ref for claim, _ in found if not claim.desk for ref in claim.d.get("replaces", ())}
    heads: list[tuple[Standing, Any]] = []
    proposals: list[tuple[Standing, Any]] = []
    for claim, value in found:
        ref = claim.e.ref
        if ref in by_desk or (ref in by_village and not (locked and claim.desk)):
            continue
        (proposals if locked and not claim.desk else heads).append((claim, value))
    heads.sort(key=lambda h: h[0].order, reverse=True)
    proposals.sort(key=lambda h: h[0].order, reverse=True)
    shown = heads[0][1]
    mine = normal(field, shown)
    differ = any(normal(field, value) != mine for _, value in (*heads, *proposals))
    return FieldHeads(shown, tuple(c for c, _ in heads), tuple(c for c, _ in proposals), locked, differ)


def head_rows(county: str, kind: str, entity: str, household: str, fields: Mapping[str, FieldHeads], sets: Mapping[str, Sets]) -> list[Row]:
    """`claim_head` rows of the fields where there is more to see than one value.

    Args:
        sets: reference -> fields the claim sets.
    """
    rows: list[Row] = []
    for name in sorted(fields):
        found = fields[name]
        if not found.differ:
            continue
        for pos, claim in enumerate((*found.heads, *found.proposals)):
            e = claim.e
            rows.append((
                county, kind, entity, name, pos, household, e.ref, js(sets[e.ref][name]), e.role, e.dev, e.by, claim.ms,
                str(claim.d.get("source", "")), int(pos >= len(found.heads)), int(found.locked),
            ))
    return rows


def heads_json(fields: Mapping[str, FieldHeads]) -> str:
    """`heads` column: references once, then field -> places in that list."""
    refs: dict[str, int] = {}
    where = {name: [refs.setdefault(ref, len(refs)) for ref in found.refs] for name, found in sorted(fields.items())}
    return js({"refs": list(refs), "fields": where})


def heads_of(text: str) -> dict[str, tuple[str, ...]]:
    """Read a `heads` column back: field -> references."""
    kept = json.loads(text) if text else {"refs": [], "fields": {}}
    refs: list[str] = kept["refs"]
    return {name: tuple(refs[i] for i in places) for name, places in kept["fields"].items()}


def shown_fields(fields: Mapping[str, FieldHeads]) -> dict[str, Any]:
    """Winner of each field; a field cleared with an empty text or list is not there."""
    return {name: found.value for name, found in fields.items() if found.value not in ("", [])}
