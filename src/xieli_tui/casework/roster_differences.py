"""Where a list and what is known here differ: one `Want` for each field, not judged yet (which value stands: `roster_changes`).

Rules kept here
- a blank cell says nothing; a damaged or missing number never stands against a good one;
- a number that passes its check takes the place of one that does not; a good one against another good one is for a person to decide, as is a name;
- labels are added to those that stand, never exchanged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.casework.roster_changes import same
from xieli_tui.casework.roster_families import Family
from xieli_tui.paper.roster_sheet import RowDraft

if TYPE_CHECKING:
    from xieli_tui.casework.roster_match import Known
    from xieli_tui.store.queries import rows

GIVEN_LIMIT = 40
"""Characters kept of a number that is none."""


@dataclass(slots=True)
class Want:
    """A value of the list that differs from what is shown here, not judged yet."""

    name: str
    ours: Any
    theirs: Any
    row: RowDraft
    claims: dict[str, Any]
    ruled: bool = False
    person: bool = False
    fills: bool = False
    """Taken without asking: a good number in the place of a damaged one."""
    fixed: bool = False


def of_household(family: Family, home: rows.Household, head: str, known: Known) -> Iterator[Want]:
    """What the list says otherwise of a household; `head` the person it names as head, "" for none."""
    lead = family.head_row or family.rows[0]
    if family.village != home.village:
        yield Want("village", home.village, family.village, lead, {}, person=True, fixed=True)
    for name, value in family.fields().items():
        ruled = home.category_rank == "ruling" and name in ("category", "category_since")
        ours = (home.category if name == "category" else home.category_since) if ruled else home.fields.get(name)
        if not same(name, value, ours):
            row = next((row for row in family.rows if row.group), lead) if name == "group" else lead
            yield Want(name, ours, value, row, {name: value}, ruled=ruled)
    if head and head != home.head and not any(m.is_(head) and m.person == home.head for m in known.living.get(head, ())):
        yield Want("head", home.head or None, head, lead, {"head": head})

def of_person(family: Family, row: RowDraft, known: rows.Person, *, sure: bool) -> Iterator[Want]:
    """What the list says otherwise of somebody known; `sure`: the number of the row may be believed to be theirs."""
    yield from _identity(row, known, sure)
    fields = dict(row.fields)
    if row.category and (row.category != family.category or known.fields.get("category")):
        fields["category"] = row.category
    if labels := fields.get("labels"):
        fields["labels"] = [*known.fields.get("labels", ()), *(label for label in labels if label not in known.fields.get("labels", ()))]
    for name, value in fields.items():
        ruled = name == "category" and known.category_rank == "ruling"
        ours = known.category if ruled else known.fields.get(name)
        if value not in ("", None) and not same(name, value, ours):
            yield Want(name, ours, value, row, {name: value}, ruled=ruled)

def _identity(row: RowDraft, known: rows.Person, sure: bool) -> Iterator[Want]:
    """Name, number, birth and sex of somebody known."""
    if row.name != known.name:
        yield Want("name", known.name, row.name, row, {"name": row.name}, person=True)
    given = {"birth": row.birth if sure else row.birth_cell, "sex": row.sex if sure else row.sex_cell}
    if sure and not (known.id_state == "ok" and known.id_no == row.id.number):
        claims = {"id_no": row.id.number, "id_state": "ok", **{name: value for name, value in given.items() if value and value != known.fields.get(name)}}
        doubt = known.id_state in ("ok", "none") or any(known.fields.get(name, value) != value for name, value in given.items() if value)
        yield Want("id_no", known.id_no or None, row.id.number, row, claims, person=doubt, fills=not doubt)
        return
    if not sure and row.id.given and not known.id_no and known.id_state in ("", "pending"):
        yield Want("id_no", None, row.id.given[:GIVEN_LIMIT], row, {"id_no": row.id.given[:GIVEN_LIMIT], "id_state": "pending"}, fills=True)
    if not sure and known.id_state == "ok":
        return
    for name, value in given.items():
        if value and value != known.fields.get(name):
            yield Want(name, known.fields.get(name), value, row, {name: value})
