"""低收入人口六类 (003:(一), CQ-01; V1, V1b; M-02, M-69, M-82): what a household and each of its people count as, whose word that is, since when, why.

Rules kept here
- 在册 is what a desk ruled, 村台账登记 what the village wrote down; both are shown and neither is made out of a screening;
- for each of the six the packs say what they see in the record: a hint with its reason and clause. 其他困难人员 has no test in any of the documents, and is
  said so; it is never computed;
- older labels (V1b) stand beside the category as labels of their own: 支出型贫困 of 001 is not 刚性支出 of 003;
- whoever left the roll is watched until the last day of the two years (CQ-08); that day is the engine's answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import facts, hints, packs, reads
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import PolicyHint
from xieli_tui.domain import codes
from xieli_tui.policy import ask
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries import matters, rows
    from xieli_tui.store.store import Tx

TESTED = {"dibao": "dibao", "tekun": "tekun", "edge": "dibao_edge", "relapse_monitor": "antirelapse", "rigid": "rigid_exp"}
"""Category -> the kind a pack screens for it."""
NO_TEST = "文件没有写条件，由镇、县认定"
SAYS = {"meets": 0, "discretion": 1, "needs_info": 2, "fails": 3, "not_in_pack": 4}


@dataclass(frozen=True, slots=True)
class CategoryUnit:
    """A household or one of its people: the category, whose word it is, since when, why, and the older labels."""

    person: str
    """"" = the household"""
    who: str
    category: str
    label: str
    """"" = nothing recorded"""
    rank: str
    """在册 | 村台账登记 | """""
    since: str
    until: str
    reason: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CategoryHint:
    """What the packs see for one of the six: words, reasons, what is missing, clause. Never a decision."""

    category: str
    label: str
    formal: str
    who: str
    verdict: str
    words: str
    because: tuple[str, ...]
    missing: tuple[str, ...]
    cite: str


@dataclass(frozen=True, slots=True)
class Categories:
    """六类 of a household."""

    household: str
    head: str
    asof: str
    units: tuple[CategoryUnit, ...]
    six: tuple[CategoryHint, ...]
    monitor_until: str
    """the last day of the two-year watch, "" when there is none"""
    monitor_reasons: tuple[tuple[str, str], ...]
    """(why the family is watched, clause): 申请未通过, 退出不满两年, 其他有潜在困难, 防返贫"""


def show(session: Session, household: str) -> Categories:
    """六类 of a household and its people. Raises NotFound("XL-V40")."""
    screened = hints.screen(session, household)
    with session.reading() as tx:
        home = reads.household(tx, household)
        question = facts.question(tx, home, "compute", session.today)
        computed = ask(question, packs.of(tx))["answers"]
        watched = ask({**question, "op": "screen"}, packs.of(tx))["answers"]
        until = next((str(one["value"]) for one in computed if one.get("quantity") == "monitor_until" and one.get("value")), "")
        reasons = {
            codes.label("monitor_reason", str(one["reason"])): str(one.get("cite", "")) for one in watched
            if one.get("kind") == "monitoring" and one.get("verdict") == "meets" and one.get("reason")
        }
        units = tuple(_units(tx, home))
    return Categories(
        household=home.id, head=home.head_name, asof=session.today.isoformat(), units=units, six=tuple(_six(screened.hints)), monitor_until=until,
        monitor_reasons=tuple(sorted(reasons.items())),
    )


def _units(tx: Tx, home: rows.Household) -> Iterable[CategoryUnit]:
    rulings = queries.category_rulings(tx, home.id)
    yield _unit(home.fields, home.category, home.category_rank, rulings, "", home.head_name or "这一家", home.category_since)
    for one in queries.members(tx, home.id):
        ruled = [row for row in rulings if row.person == one.person]
        since = next((row.on for row in reversed(ruled) if row.what == "set"), str(one.fields.get("category_since", "")))
        yield _unit(one.fields, one.category, one.category_rank, rulings, one.person, one.name, since)


def _unit(fields: dict[str, object], category: str, rank: str, rulings: Sequence[matters.CategoryRuling], person: str, who: str, since: str) -> CategoryUnit:
    ruled = next((row for row in reversed(rulings) if row.person == person and row.what in ("set", "exit")), None)
    standing = ruled if rank == "ruling" else None
    labels = fields.get("labels")
    return CategoryUnit(
        person=person, who=who, category=category, label=codes.label("category", category) if category else "",
        rank={"ruling": "在册", "claim": "村台账登记"}.get(rank, ""), since=since if category else "", until=standing.until if standing else "",
        reason=_reason(standing), labels=tuple(codes.label("old_label", str(one)) for one in labels) if isinstance(labels, list) else (),
    )


def _reason(ruled: matters.CategoryRuling | None) -> str:
    if ruled is None or not ruled.reason:
        return ""
    return codes.label("exit_reason", ruled.reason) if ruled.what == "exit" else ruled.reason


def _six(found: Iterable[PolicyHint]) -> Iterable[CategoryHint]:
    by_kind: dict[str, list[PolicyHint]] = {}
    for one in found:
        by_kind.setdefault(one.kind, []).append(one)
    for category, label in codes.CATEGORIES:
        if category == "none":
            continue
        formal = codes.label("category_formal", category)
        said = sorted(by_kind.get(TESTED.get(category, ""), ()), key=lambda one: SAYS[one.verdict])
        if not said:
            yield CategoryHint(category, label, formal, "", "not_in_pack", NO_TEST if category not in TESTED else "本地政策包没有这一种", (), (), "")
            continue
        for one in said:
            if one is said[0] or one.verdict in ("meets", "discretion"):
                yield CategoryHint(category, label, formal, one.who, one.verdict, one.words, one.because, one.missing_words, one.cite)
