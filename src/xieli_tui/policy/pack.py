"""A policy pack: one issuing document as data, frozen after loading.

Rules kept here
- numbers are exact: decimal strings in the file, `Fraction` for a rule, never a float;
- a pack says nothing it was not given: no default for a local parameter, no day invented beyond R11 (and then flagged `assumed`);
- a rule row says where the rule lives; the coverage table is made from these rows.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from xieli_tui.policy.readings import r10_covers

LEVELS: dict[str, int] = {"township": 5, "county": 4, "prefecture": 3, "province": 2, "national": 1, "external": 0}
"""Level of an issuer; the higher number is the lower level and speaks first (X-02)."""
OPS = ("<", "<=", ">", ">=", "=", "between")
TEXT_UNITS = ("text", "enum", "list", "tel", "place", "actor", "flag", "year")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


@lru_cache(maxsize=4096)
def exact(text: str, unit: str = "") -> Fraction | dt.date | str:
    """A text of a pack as number or day; words (and numbers that are names, like a telephone) stay text."""
    if unit not in TEXT_UNITS and _NUMBER.match(text):
        return Fraction(text)
    if unit not in TEXT_UNITS and _DAY.match(text):
        return dt.date.fromisoformat(text)
    return text


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number, list or word of the document, with its sign and clause."""

    id: str
    value: str | bool | tuple[str, ...]
    unit: str = ""
    op: str = ""
    cite: str = ""
    note: str = ""

    def typed(self) -> Any:
        """Fraction, day, word, flag, or a tuple of them."""
        if isinstance(self.value, tuple):
            return tuple(exact(one, self.unit) for one in self.value)
        return self.value if isinstance(self.value, bool) else exact(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule of the document: `where` = engine | casework:<name> | desk:<name> | frame:<name> | ui:<name> | context."""

    id: str
    priority: str
    type: str
    cite: str
    text: str
    where: str
    reason: str = ""
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adoption:
    """A rule of another pack that this one takes over: `cite` is the clause here, the other one is cited beside it; `kinds` limits it to those."""

    rule: str
    source: str
    cite: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of assistance in this document: who is responsible, for whom. `test` = a rule of another pack that answers for it (X-05);
    `persons` = whom it can mean where the document writes no condition (`whom`)."""

    id: str
    unit: str
    cite: str
    lead: str = ""
    text: str = ""
    also: tuple[str, ...] = ()
    targets: str = ""
    document_only: bool = False
    test: str = ""
    persons: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """A function and the name the document prints for it; `successor` says who does it now."""

    id: str
    name: str
    successor: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One paper of a kind's check-list; a queryable one must not be asked for where the platform has it."""

    kind: str
    doc: str
    label: str = ""
    required: bool = True
    queryable: bool = False
    cite: str = ""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One form of the document."""

    id: str
    title: str
    kind: str = ""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """One document. `id` is the short name in citations (003), `version` the digest of the file."""

    id: str
    pack_id: str
    title: str
    doc_no: str
    issuers: tuple[str, ...]
    level: str
    region_code: str
    issued: dt.date | None
    effective_from: dt.date | None
    assumed: bool
    effective_to: dt.date | None
    source: str
    currency: str
    notes: tuple[str, ...]
    adopt_label: str
    version: str
    file: str
    parameters: dict[str, Parameter]
    rules: dict[str, RuleRow]
    adopt: dict[str, Adoption]
    kinds: dict[str, KindRow]
    departments: dict[str, tuple[Department, ...]]
    documents: tuple[DocumentRow, ...]
    forms: tuple[FormRow, ...]
    cards: dict[str, dict[str, str]]

    def active(self, region: str, asof: dt.date) -> tuple[bool, str]:
        """Whether the pack speaks about this region on this day, and why (X-01, R10)."""
        if not r10_covers(self.region_code, region):
            return False, "不管这个地区"
        if self.effective_from is None:
            return False, "没有生效日期"
        if asof < self.effective_from:
            return False, f"{self.effective_from.isoformat()} 起才施行"
        if self.effective_to is not None and asof > self.effective_to:
            return False, f"{self.effective_to.isoformat()} 已停止施行"
        assumed = "（推定）" if self.assumed else ""
        return True, f"管这个地区，{self.effective_from.isoformat()}{assumed} 起施行"

    @property
    def order(self) -> tuple[int, int, str]:
        """Sort key: lowest level first, then newest, then id."""
        return (-LEVELS[self.level], -(self.effective_from or dt.date.min).toordinal(), self.id)

    def cite(self, clause: str) -> str:
        """`003:(一)` from a clause written with or without the pack's own id; several are told apart by "; "."""
        return "; ".join(one if ":" in one or one == "EXT" else f"{self.id}:{one}" for one in clause.split("; "))
