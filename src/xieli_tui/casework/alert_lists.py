"""A list of alerts (预警名单, 疑点名单) handed to the village as a workbook: taken in, and a person's word on whose an unmatched row is (M-04, ADR 0013).

Rules kept here
- nobody is matched by guess: a row is somebody's when its usable identity number is, and the names agree; or where name, day of birth and sex in it are those
  of the one person of the village whose own number is 待补, which is told. Everything else is kept as 未匹配 with its columns;
- a village issues nothing (design 03): the rows are kept beside the alerts of the desks, under the id that every copy of the row has. The list taken in again, or
  issued by a desk as well, is one alert;
- a row that names a village that is none of ours is left out and told, unless the person is ours;
- the class comes of the words of the row, else of what the officer says; what is not known is `risk` and told. The day is that of the list, else the county's
  limit where the list has none, else none;
- all of it stands, or nothing; a dry run keeps nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import alerts, reads, roster_villages, values
from xieli_tui.domain import codes
from xieli_tui.domain.clock import millis
from xieli_tui.domain.text import clean_name
from xieli_tui.errors import REGISTRY, Refused
from xieli_tui.paper import alert_sheet
from xieli_tui.paper.columns import ColumnMap, load_mapping
from xieli_tui.paper.roster_sheet import Issue
from xieli_tui.store import listed_alerts, queries
from xieli_tui.store.queries.by_number import numberless_born, persons_by_id_nos

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.paper.alert_sheet import AlertList, AlertRow
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

UNKNOWN_CLASS = "risk"


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with whose it is. `home` None = 未匹配; `state` new | known | matched (it was here without a family)."""

    row: AlertRow
    village: str
    home: rows.Household | None
    person: str
    cls: str
    on: str
    due: str
    state: str = "new"


@dataclass(frozen=True, slots=True)
class TakenRow:
    """One row as it was taken. Ids alone: names stand in the list itself."""

    row: int
    sheet: str
    alert: str
    household: str
    person: str
    village: str
    cls: str
    on: str
    due: str
    state: str


@dataclass(frozen=True, slots=True)
class ListReport:
    """What taking a list in did, or would do. `matched` and `unmatched` count the rows that are not rejected, `known` those that were here already."""

    rows: int
    matched: int
    unmatched: int
    known: int
    new: int
    rejected: tuple[Issue, ...]
    notes: tuple[Issue, ...]
    alerts: tuple[TakenRow, ...]
    classes: Mapping[str, int]
    """class -> how many rows"""
    unknown_kinds: tuple[str, ...]
    """Kinds whose class nobody said: taken as `risk`."""
    columns: Mapping[str, Mapping[str, str]]
    """sheet -> head -> field; a head that is none is kept with every row."""
    dry_run: bool = False

    def as_json(self, new: str = "new") -> dict[str, Any]:
        """The JSON shape of design 08; `new` is the word for rows that were not here (`issued` at a desk)."""
        return {
            "rows": self.rows, "matched": self.matched, "unmatched": self.unmatched, "known": self.known, new: self.new, "rejected": [one.as_json() for one in self.rejected],
            "notes": [one.as_json() for one in self.notes], "alerts": self.alerts, "classes": dict(self.classes), "unknown_kinds": list(self.unknown_kinds),
            "columns": {name: dict(heads) for name, heads in self.columns.items()}, "dry_run": self.dry_run,
        }


def read(session: Session, path: Path, mapping: Path | ColumnMap | None = None) -> tuple[AlertList, ColumnMap]:
    """The list and the mapping it was read by. Raises as `alert_sheet.read_alerts`, `load_mapping`."""
    chosen = load_mapping(mapping, alert_sheet.words()) if isinstance(mapping, Path) else mapping or ColumnMap()
    return alert_sheet.read_alerts(path, session.today, mapping=chosen, known=tuple({village[:6] for village in session.profile.villages})), chosen


def import_list(session: Session, path: Path, *, dry_run: bool = False, mapping: Path | None = None, cls: str | None = None) -> ListReport:
    """Take a list in at the village.

    Args:
        mapping: a TOML file: columns that are called otherwise, `[values.kind]` word -> class, `[values.village]` word -> village.
        cls: class of the rows whose words say none.

    Raises:
        NotFound: XL-F05. Refused: XL-P08 at a desk; XL-F01, F06, W01 to W05; XL-V08 class. Nothing is kept then.
    """
    if session.role != "village":
        raise Refused("XL-P08", "工作台用 xieli county alert issue 发名单")
    wanted = values.coded(cls, "alert_class", "class") if cls else ""
    found, chosen = read(session, path, mapping)
    if dry_run:
        with session.reading() as tx:
            return _taken(session, tx, found, chosen, wanted, write=False)
    with session.writing() as tx:
        return _taken(session, tx, found, chosen, wanted, write=True)


def _taken(session: Session, tx: Tx, found: AlertList, mapping: ColumnMap, cls: str, *, write: bool) -> ListReport:
    placed, rejected, notes = place(session, tx, found, mapping, cls)
    here = {one.id: one for one in queries.alerts(tx) if one.known}
    placed = known_first(placed, {ident: one.household or one.answered for ident, one in here.items()}, notes)
    if write:
        at_ms = millis(session.clock.now())
        issued = {one.row.alert for one in placed if (held := here.get(one.row.alert)) is not None and held.source == "issued"}
        for one in placed:
            if one.state == "matched" and one.row.alert in issued and one.home is not None:
                listed_alerts.match(tx, one.row.alert, one.village, one.home.id, one.person, at_ms)
        listed_alerts.keep(tx, (_listed(one) for one in placed if one.state != "known" and one.row.alert not in issued), at_ms)
    return report(found, placed, rejected, notes, dry_run=not write)


def _listed(one: Placed) -> listed_alerts.Listed:
    return listed_alerts.Listed(
        one.row.alert, one.village, one.cls, one.row.text, one.on, one.home.id if one.home is not None else "", one.person, one.row.number, one.row.amount, one.due, dict(one.row.columns),
    )


# -- what desks and villages share ---------------------------------------------------------------------


def place(session: Session, tx: Tx, found: AlertList, mapping: ColumnMap, cls: str = "") -> tuple[list[Placed], list[Issue], list[Issue]]:
    """(rows with whose they are, rows left out, remarks)."""
    ours = roster_villages.villages(session, tx)
    people = persons_by_id_nos(tx, {row.id.number for row in found.rows if row.id.usable})
    pending = numberless_born(tx, {row.id.birth.isoformat() for row in found.rows if row.id.birth is not None and row.id.number not in people})
    homes: dict[str, rows.Household | None] = {}
    heads = {sheet.name: sheet.header for sheet in found.sheets}
    placed: list[Placed] = []
    rejected: list[Issue] = list(found.bad)
    notes: list[Issue] = [note for row in found.rows for note in row.notes]
    dues: dict[tuple[str, str, str, str], str] = {}
    for row in found.rows:
        named = mapping.values.get("village", {}).get(row.village, row.village)
        mine = people.get(row.id.number, ()) if row.id.usable else ()
        home, person, why = _whose(tx, row, mine, homes)
        if not mine and row.id.birth is not None:
            near = [one for one in pending.get((row.name, row.id.birth.isoformat()), ()) if one.sex in ("", row.id.sex) and (not named or ours.find(named) in ("", one.village))]
            home, person, why = _whose(tx, row, near, homes) if len(near) == 1 else (None, "", "")
            why = "按姓名和出生日期对上；家里登记的身份证号待补，请看原件补上" if home is not None else why
        if why:
            notes.append(Issue(row.sheet, row.row, heads[row.sheet].text("id_no"), "XL-V03", why))
        village = home.village if home is not None else ours.find(named) if named else ours.find(row.sheet) or ours.default
        if not village and not (named and any(ours.names.values())):
            village = ours.default
        if not village:
            code = "XL-S01" if session.role == "village" else "XL-V08" if named else "XL-V06"
            rejected.append(Issue(row.sheet, row.row, heads[row.sheet].text("village"), code, _NO_VILLAGE[code]))
            continue
        kind = row.cls or cls or UNKNOWN_CLASS
        on = row.on if row.on and row.on <= session.today.isoformat() else session.today.isoformat()
        if row.on and row.on > on:
            notes.append(Issue(row.sheet, row.row, heads[row.sheet].text("on"), "XL-V13", "日期在将来，按收到这天算"))
        due = row.due
        if not row.due_given:
            key = (home.id if home is not None else "", village, kind, on)
            if key not in dues:
                dues[key] = alerts.due_of(tx, home, kind, on, session.today, village)[0]
            due = dues[key]
        placed.append(Placed(row, village, home, person, kind, on, due))
    return placed, rejected, notes


_NO_VILLAGE = {
    "XL-S01": REGISTRY["XL-S01"].what, "XL-V06": "没有写是哪个村，也没有对上人",
    "XL-V08": "不知道是哪个村。登记过的村才收，或者在 --mapping 的 [values.village] 里写明",
}


def _whose(tx: Tx, row: AlertRow, people: Sequence[rows.Person], homes: dict[str, rows.Household | None]) -> tuple[rows.Household | None, str, str]:
    """(household, person, why nobody although the number is here)."""
    fitting = [one for one in people if not row.name or clean_name(one.name) == row.name]
    if people and not fitting:
        return None, "", "这个身份证号登记在另一个姓名名下，没有对上，请看一看"
    found: dict[str, tuple[rows.Household, str]] = {}
    for one in fitting:
        if one.household not in homes:
            homes[one.household] = queries.household(tx, one.household) if one.household else None
        home = homes[one.household]
        if home is not None and home.known:
            found.setdefault(home.id, (home, one.id))
    if len(found) > 1:
        return None, "", "两户都有这个身份证号，没有对上，请先看清是哪一户"
    return (*next(iter(found.values())), "") if found else (None, "", "")


def known_first(placed: Iterable[Placed], here: Mapping[str, str], notes: list[Issue]) -> list[Placed]:
    """The rows with their state: `here` = alert -> "" where nobody knows yet whose it is; a row the list says twice is told once."""
    out: list[Placed] = []
    met: dict[str, int] = {}
    for one in placed:
        ident = one.row.alert
        if ident in met:
            notes.append(Issue(one.row.sheet, one.row.row, "", "XL-V11", f"和第 {met[ident]} 行是同一条，只登记一次"))
            out.append(replace(one, state="known"))
            continue
        met[ident] = one.row.row
        out.append(replace(one, state="new" if ident not in here else "matched" if one.home is not None and not here[ident] else "known"))
    return out


def report(found: AlertList, placed: Sequence[Placed], rejected: Sequence[Issue], notes: Sequence[Issue], *, dry_run: bool) -> ListReport:
    """What came of a list, remarks as the rows stand in it."""
    classes: dict[str, int] = {}
    for one in placed:
        classes[one.cls] = classes.get(one.cls, 0) + 1
    new = sum(1 for one in placed if one.state == "new")
    order = {sheet.name: at for at, sheet in enumerate(found.sheets)}

    def by_row(one: Issue) -> tuple[int, int]:
        return order.get(one.sheet, 0), one.row

    return ListReport(
        rows=len(found.rows) + len(found.bad), matched=sum(1 for one in placed if one.home is not None), unmatched=sum(1 for one in placed if one.home is None),
        known=len(placed) - new, new=new, rejected=tuple(sorted(rejected, key=by_row)), notes=tuple(sorted(notes, key=by_row)),
        alerts=tuple(TakenRow(
            one.row.row, one.row.sheet, one.row.alert, one.home.id if one.home is not None else "", one.person, one.village, one.cls, one.on, one.due, one.state,
        ) for one in placed),
        classes=classes, unknown_kinds=tuple(dict.fromkeys(one.row.kind or "没有写类型" for one in placed if not one.row.cls and one.cls == UNKNOWN_CLASS)),
        columns={sheet.name: {text: next((name for name, at in sheet.header.columns.items() if at == place), "") for place, text in enumerate(sheet.header.texts) if text} for sheet in found.sheets},
        dry_run=dry_run,
    )


def class_words(found: ListReport) -> str:
    """How many rows of each class, in words."""
    return "，".join(f"{codes.label('alert_class', cls)} {count}" for cls, count in found.classes.items())


# -- a person's word -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Matched:
    """Whose an alert is, by a person's word."""

    alert: str
    household: str
    head: str
    person: str


def match(session: Session, alert: str, household: str, person: str | None = None) -> Matched:
    """Say whose an unmatched row is. Said again, the last word counts.

    Raises:
        NotFound: XL-V45, XL-V40, XL-V41. Refused: XL-P08 at a desk; XL-P05 answered already, or a desk wrote whose it is.
    """
    if session.role != "village":
        raise Refused("XL-P08", "名单上的人是哪一户，由村里来认")
    with session.writing() as tx:
        one = alerts.find(tx, alert)
        if one.answered:
            raise Refused("XL-P05", "这条预警已经处置过了")
        if one.household and listed_alerts.whose(tx, one.id) != one.household:
            raise Refused("XL-P05", "这条预警发来时就写明了是哪一户")
        home = reads.household(tx, household)
        who = reads.member(tx, home.id, person).person if person else ""
        listed_alerts.match(tx, one.id, one.village, home.id, who, millis(session.clock.now()))
    return Matched(one.id, home.id, home.head_name, who)
