"""六方面综合评估 (001:9; GX-12, M-12): 经济, 健康, 教育, 居住, 就业, 社会参与, each 正常, 留意 or 有困难. Never a score.

Rules kept here
- a dimension nobody looked at is absent and named as missing; it is never taken for 正常;
- beside the assessment stand what the 核对 said and what the home surveys found: the document wants the three seen together;
- what the last visit marked is shown grey as a help to the eye and never copied into an assessment by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.domain.events.household import AssessmentMade
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

SURVEY_VISITS = ("annual_survey", "review", "assessment")
"""Visits of the village that count as seeing the family's home for an assessment."""


@dataclass(frozen=True, slots=True)
class MakeAssessment:
    """`levels`: dimension -> 1 正常, 2 留意, 3 有困难 (id or word of both); `notes`: dimension -> a few words."""

    household: str
    levels: Mapping[str, int | str]
    notes: Mapping[str, str] = field(default_factory=dict)
    on: str | None = None


@dataclass(frozen=True, slots=True)
class DimensionRow:
    """One of the six: its level in words ("" = not looked at), the note, and what the last visit that marked it said."""

    dimension: str
    label: str
    level: int
    level_label: str
    note: str
    seen_on: str
    """the day of the last visit that marked this dimension"""
    seen_label: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """The assessment of a family as it stands, with what belongs beside it."""

    household: str
    on: str
    """"" = never made"""
    dimensions: tuple[DimensionRow, ...]
    missing: tuple[str, ...]
    """labels of the dimensions nobody looked at"""
    complete: bool
    check: str
    """the last 核对 in words with its day, or that there is none"""
    survey: str
    """the last home survey in words with its day, or that there is none"""
    lacking: tuple[str, ...]
    """what is still needed before the three can be seen together, in words"""
    cite: str = "001:9"


def make_assessment(session: Session, request: MakeAssessment) -> Saved:
    """One assessment; `state` is "complete" when all six were looked at, else "partial".

    Raises:
        NotFound: XL-V40. Refused: XL-V06 no dimension at all, XL-V08 dimension or level, XL-V11 a note without its level, XL-V13.
    """
    levels: dict[str, int] = {}
    for dimension, level in request.levels.items():
        levels[values.coded(dimension, "dimension", "mark")] = int(values.coded(str(level), "mark", "mark"))
    if not levels:
        raise Refused("XL-V06", "至少看一方面", field="mark")
    notes: dict[str, str] = {}
    for dimension, words in request.notes.items():
        which = values.coded(dimension, "dimension", "note")
        if which not in levels:
            raise Refused("XL-V11", f"{codes.label('dimension', which)}只写了说明，没有写情况", field="note")
        text = values.text(words, "note")
        if text:
            notes[which] = text
    assessment = session.new_id()

    def build(tx: Tx) -> list[AssessmentMade]:
        home, village = reads.home(tx, request.household)
        return [
            values.make(
                AssessmentMade, village=village, household=home, assessment=assessment, on=values.day(request.on, session.today), levels=levels,
                notes=notes or None,
            )
        ]

    return saved(assessment, session.transact(build), "complete" if len(levels) == len(codes.ids("dimension")) else "partial")


def show_assessment(session: Session, household: str) -> Assessed:
    """The last assessment and what belongs beside it. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        return view(tx, reads.household(tx, household).id)


def view(tx: Tx, household: str) -> Assessed:
    """The assessment of a family: each dimension from the newest assessment that has it."""
    made = queries.assessments(tx, household)
    visits = queries.visits(tx, household)
    levels: dict[str, tuple[int, str]] = {}
    for one in made:  # newest first: an older assessment fills only what the newer ones left out
        for dimension, level in one.levels.items():
            levels.setdefault(dimension, (level, one.notes.get(dimension, "")))
    dimensions = tuple(_dimension(ident, label, levels.get(ident), visits) for ident, label in codes.choices("dimension"))
    missing = tuple(one.label for one in dimensions if not one.level)
    check, checked = _check(tx, household)
    survey, surveyed = _survey(tx, household, visits)
    lacking = [*(f"还没看{label}" for label in missing), *(() if checked else ("还没有核对结果",)), *(() if surveyed else ("还没有入户调查",))]
    return Assessed(
        household=household, on=made[0].on if made else "", dimensions=dimensions, missing=missing, complete=not missing, check=check, survey=survey,
        lacking=tuple(lacking),
    )


def _dimension(ident: str, label: str, found: tuple[int, str] | None, visits: list[rows.Visit]) -> DimensionRow:
    seen = next((one for one in visits if ident in one.marks), None)
    level, note = found or (0, "")
    return DimensionRow(
        dimension=ident, label=label, level=level, level_label=codes.label("mark", str(level)) if level else "", note=note, seen_on=seen.on if seen else "",
        seen_label=codes.label("mark", str(seen.marks[ident])) if seen else "",
    )


def _check(tx: Tx, household: str) -> tuple[str, bool]:
    found = [(step.on, step.d) for app in queries.applications(tx, household) for step in queries.steps(tx, app.id) if step.t == "application.checked"]
    if not found:
        return "还没有核对结果", False
    on, d = max(found, key=lambda pair: pair[0])
    until = f"，有效到 {d['until']}" if d.get("until") else ""
    return f"{on} {codes.label('check_result', d['result'])}{until}", d["result"] != "pending"


def _survey(tx: Tx, household: str, visits: list[rows.Visit]) -> tuple[str, bool]:
    surveys = [(step.on, "镇入户调查") for app in queries.applications(tx, household) for step in queries.steps(tx, app.id) if step.t == "application.investigated"]
    surveys += [(one.on, f"村{codes.label('visit_kind', one.kind)}") for one in visits if one.kind in SURVEY_VISITS and one.met != "none" and one.channel == "home"]
    if not surveys:
        return "还没有入户调查", False
    on, what = max(surveys)
    return f"{on} {what}", True
