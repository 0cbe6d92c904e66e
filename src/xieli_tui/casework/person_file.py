"""一人一档 (002:三(一)4, 003:(四); JM-15, M-41): one person's file, put together from everything the journal holds, and what is not in it yet.

Rules kept here
- nothing is stored for it: the household's file (一户一档) stays the folder, a person's file is a way to read it;
- what a file should hold is said by the check-lists of the packs in force for the kinds the person has or asked for, and for those on the roll by
  002:三(一)4 (证件, 决定, 核对, 走访, 公示); a paper the county can look up itself is not missing, and is said so;
- missing is a list of what is not recorded, never a mark or a percentage; identity numbers are carried in full and masked where they are shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from xieli_tui.casework import facts, packs, reads
from xieli_tui.casework.session import Session
from xieli_tui.domain import codes
from xieli_tui.domain.dates import age_on
from xieli_tui.domain.money import format_fen
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.policy.loader import PackSet
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx

_R = TypeVar("_R")

ON_THE_ROLL = ("dibao", "tekun", "edge", "rigid", "relapse_monitor", "other_hard")
SUPPORTED = ("dibao", "tekun")
"""保障对象 of 002: their file holds the decision, the check, the visits and the publicity (JM-15)."""
SIGNED = {"entrust": "entrusted", "consent": "consent", "commitment": "commitment", "kin_form": "kin"}
"""Papers that are records of their own and not sheets in a drawer."""


@dataclass(frozen=True, slots=True)
class FileItem:
    """One item of the file: there, missing, or looked up by the county."""

    section: str
    label: str
    state: str
    """there | missing | queried"""
    on: str = ""
    where: str = ""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class PersonFile:
    """One person's file."""

    person: str
    name: str
    household: str
    head: str
    relation: str
    relation_label: str
    birth: str
    age: int | None
    id_no: str
    id_state: str
    category: str
    category_label: str
    category_rank: str
    labels: tuple[str, ...]
    died_on: str
    left: str
    """day and way of leaving the family, "" while a member"""
    items: tuple[FileItem, ...]
    missing: tuple[str, ...]
    categories: tuple[tuple[str, str, str, str], ...]
    """(day, what happened, reason, who says so), oldest first"""
    aids: tuple[tuple[str, str, str], ...]
    """(day, what, 在册 | 村里)"""
    applications: tuple[tuple[str, str, str], ...]
    """(day, kinds, state)"""
    referrals: tuple[tuple[str, str, str], ...]
    """(day, to whom and what for, answer or 在办)"""


def show_file(session: Session, person: str) -> PersonFile:
    """The file of one person. Raises NotFound("XL-V41")."""
    with session.reading() as tx:
        return view(tx, reads.person(tx, person), session.today)


def of_household(session: Session, household: str) -> list[PersonFile]:
    """The files of a family, its head first: the folder. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        home = reads.household(tx, household)
        found = [queries.person(tx, one.person) for one in queries.members(tx, home.id)]
        return [view(tx, one, session.today, home) for one in found if one is not None and one.known]


def view(tx: Tx, given: rows.Person, today: dt.date, home: rows.Household | None = None) -> PersonFile:
    """A person's file on a day. Files that are one person's are read as one, under the smallest id; `home` is the family it is looked at from."""
    who = _whole(tx, given)
    home = home or queries.household(tx, who.household)
    belongs = [one for one in queries.members(tx, home.id, ended=True) if one.is_(who.id)] if home else []
    now = next((one for one in belongs if not one.ended), belongs[-1] if belongs else None)
    apps = [app for app in _of_homes(tx, who, queries.applications) if app.known and app.person in _mine(who)]
    category = who.category or (home.category if home else "")
    items = tuple(_items(tx, who, home, apps, category, today))
    return PersonFile(
        person=who.id, name=who.name, household=who.household, head=home.head_name if home else "", relation=now.relation if now else "",
        relation_label=codes.label("relation", now.relation) if now and now.relation else "", birth=who.birth,
        age=age_on(dt.date.fromisoformat(who.birth), today) if who.birth else None, id_no=who.id_no, id_state=who.id_state, category=category,
        category_label=codes.label("category", category) if category else "", category_rank=who.category_rank if who.category else home.category_rank if home else "",
        labels=tuple(codes.label("old_label", str(one)) for one in who.fields.get("labels", ())), died_on=str(who.fields.get("died_on", "")),
        left=f"{now.ended} {codes.label('membership_end', now.ended_why)}" if now and now.ended else "", items=items,
        missing=tuple(one.label for one in items if one.state == "missing"), categories=tuple(history(tx, who, home)), aids=tuple(_aids(tx, who)),
        applications=tuple((app.started, codes.labels("kind", app.kinds), _state_label(tx, app)) for app in apps), referrals=tuple(_referrals(tx, who)),
    )


def _whole(tx: Tx, given: rows.Person) -> rows.Person:
    """Somebody's files as one: the shown one, what it lacks taken from the others, the household where he lives now."""
    if not given.same:
        return given
    files = [one for one in (queries.person(tx, ident) for ident in queries.component(tx, given.id)) if one is not None and one.known]
    if not files:
        return given
    whole = files[0]
    for other in files[1:]:
        empty = {name: getattr(other, name) for name in ("name", "id_no", "id_state", "birth", "sex", "phone", "category", "category_rank") if not getattr(whole, name)}
        whole = replace(whole, **empty, fields={**other.fields, **whole.fields}, ruled=whole.ruled or other.ruled)
    return replace(whole, same=tuple(ident for ident in queries.component(tx, given.id) if ident != whole.id))


def _mine(who: rows.Person) -> tuple[str, ...]:
    """What names this person in a record of his family: nobody in particular, or any of his files."""
    return ("", who.id, *who.same)


def _of_homes(tx: Tx, who: rows.Person, ask: Callable[[Tx, str], list[_R]]) -> list[_R]:
    """Records of every family one of his files lives in, his own first."""
    files = [who, *(one for one in (queries.person(tx, ident) for ident in who.same) if one is not None)]
    return [one for home in dict.fromkeys(one.household for one in files if one.household) for one in ask(tx, home)]


def history(tx: Tx, who: rows.Person, home: rows.Household | None) -> Iterable[tuple[str, str, str, str]]:
    """(day, what, reason, who says so) of the person's categories and those of the household, oldest first."""
    out = []
    for one in _of_homes(tx, who, queries.category_rulings):
        if one.person not in _mine(who):
            continue
        unit = "" if one.person else "全家 "
        by = codes.label("role", one.role)
        if one.what == "set":
            until = f"，到 {one.until}" if one.until else ""
            out.append((one.on, f"{unit}列为{codes.label('category', one.category)}{until}", one.reason, by))
        elif one.what == "exit":
            out.append((one.on, f"{unit}退出{codes.label('category', one.category)}", codes.label("exit_reason", one.reason), by))
        else:
            out.append((one.on, f"{unit}平台编号 {one.platform_no}", "", by))
    for unit, fields in (("", who.fields), ("全家 ", home.fields if home else {})):
        if fields.get("category") and fields["category"] != "none":
            out.append((str(fields.get("category_since", "")), f"{unit}村台账登记为{codes.label('category', str(fields['category']))}", "", "村台账"))
    return sorted(out, key=lambda one: (one[0] or "0", one[1]))


def _items(
    tx: Tx, who: rows.Person, home: rows.Household | None, apps: list[rows.Application], category: str, today: dt.date,
) -> Iterable[FileItem]:
    yield FileItem("证件", "身份证号", "there" if who.id_state == "ok" else "missing")
    yield FileItem("证件", "出生日期", "there" if who.birth else "missing")
    if home is None:
        return
    yield from _papers(tx, who, home, apps, category, today)
    visits = [one for one in queries.visits(tx, home.id) if one.met != "none"]
    if category in ON_THE_ROLL:
        yield FileItem("走访", "走访记录", "there" if visits else "missing", visits[0].on if visits else "", f"{len(visits)} 次" if visits else "")
    if category in SUPPORTED:
        yield from _process(tx, home, apps)


def _papers(
    tx: Tx, who: rows.Person, home: rows.Household, apps: list[rows.Application], category: str, today: dt.date,
) -> Iterable[FileItem]:
    kinds = list(dict.fromkeys([kind for app in apps for kind in app.kinds] + ([category] if category in SUPPORTED else [])))
    held = packs.of(tx)
    queryable = set(facts.local(tx, home, today).get("queryable_docs") or ())
    there = {one.doc: one for one in queries.papers(tx, household=home.id) if not one.later and one.person in _mine(who)}
    signed = _signed(tx, who, home, apps, today)
    asked: set[str] = set()
    for pack, doc, label, cite, may_query in _listed(held, home.village, today, kinds):
        if doc in asked:
            continue
        asked.add(doc)
        if doc in SIGNED:
            yield FileItem("材料", label, "there" if doc in signed else "missing", signed.get(doc, ""), cite=f"{pack}:{cite}")
        elif doc in there:
            yield FileItem("材料", label, "there", there[doc].on, there[doc].where, f"{pack}:{cite}")
        elif doc == "id_card" and who.id_state == "ok" and doc in queryable:
            yield FileItem("材料", label, "queried", cite=f"{pack}:{cite}")
        else:
            yield FileItem("材料", label, "queried" if may_query and doc in queryable else "missing", cite=f"{pack}:{cite}")
    for doc, one in sorted(there.items()):
        if doc not in asked:
            yield FileItem("材料", codes.label("doc", doc), "there", one.on, one.where)


def _listed(held: PackSet, region: str, today: dt.date, kinds: list[str]) -> Iterable[tuple[str, str, str, str, bool]]:
    """(pack, paper, label, clause, whether the platform may know it) of the required papers of these kinds, the lowest level first."""
    for pack in sorted((one for one in held.packs.values() if one.active(region, today)[0]), key=lambda one: one.order):
        for row in pack.documents:
            if row.kind in kinds and row.required:
                yield pack.id, row.doc, row.label or codes.label("doc", row.doc), row.cite, row.queryable


def _signed(tx: Tx, who: rows.Person, home: rows.Household, apps: list[rows.Application], today: dt.date) -> dict[str, str]:
    """Papers that are records of their own -> the day they were signed."""
    out: dict[str, str] = {}
    entrusted = max((app.entrusted for app in apps), default="")
    consent = max((one.on for one in queries.consents(tx, home.id) if one.person in _mine(who)[1:] and one.until >= today.isoformat()), default="")
    commitment = max((one.on for app in apps for one in queries.commitments(tx, app.id) if one.person in _mine(who)), default="")
    kin = max((one.on for one in (queries.kin(tx, app.id) for app in apps) if one is not None), default="")
    for doc, day in (("entrust", entrusted), ("consent", consent), ("commitment", commitment), ("kin_form", kin)):
        if day:
            out[doc] = day
    return out


def _process(tx: Tx, home: rows.Household, apps: list[rows.Application]) -> Iterable[FileItem]:
    """决定, 核对, 公示 of somebody on the roll (JM-15)."""
    decisions = [one for one in queries.decisions(tx, household=home.id) if one.result == "granted" and one.kind.startswith(SUPPORTED)]
    yield _last("决定", "审核确认决定", [(one.on, codes.label("kind", one.kind)) for one in decisions])
    steps = [step for app in apps for step in queries.steps(tx, app.id)]
    checks = [(step.on, codes.label("check_result", step.d["result"])) for step in steps if step.t == "application.checked"]
    yield _last("核对", "经济状况核对", checks)
    surveys = [(step.on, "、".join(step.d["by_whom"])) for step in steps if step.t == "application.investigated"]
    yield _last("核对", "入户调查", surveys)
    notices = [(one.start, codes.label("notice_kind", one.kind)) for app in apps for one in queries.notices(tx, app=app.id) if one.known]
    yield _last("公示", "公示记录", notices)


def _last(section: str, label: str, found: list[tuple[str, str]]) -> FileItem:
    on, where = max(found, default=("", ""))
    return FileItem(section, label, "there" if found else "missing", on, where, "002:三(一)4")


def _aids(tx: Tx, who: rows.Person) -> Iterable[tuple[str, str, str]]:
    for one in _of_homes(tx, who, queries.aids):
        if one.person in _mine(who):
            amount = f" {format_fen(one.amount)} 元{one.period}" if one.amount is not None else f" {one.item}" if one.item else ""
            yield one.on, f"{codes.label('kind', one.kind)}{amount}", "在册" if one.rank == "ruling" else "村里"
    for made in _of_homes(tx, who, lambda tx, home: queries.decisions(tx, household=home)):
        if made.result == "granted":
            amount = f" {format_fen(made.amount)} 元" if made.amount is not None else ""
            yield made.on, f"{codes.label('kind', made.kind)}{amount}", "决定"


def _referrals(tx: Tx, who: rows.Person) -> Iterable[tuple[str, str, str]]:
    for one in _of_homes(tx, who, queries.referrals):
        if one.known and one.person in _mine(who):
            answer = codes.label("referral_result", one.result) if one.result else "在办"
            yield one.on, f"{codes.label('department', one.department)} {codes.label('kind', one.kind)}", answer


def _state_label(tx: Tx, app: rows.Application) -> str:
    from xieli_tui.casework.application_card import state_label  # here: the card asks the guards, which ask facts

    return state_label(tx, app)
