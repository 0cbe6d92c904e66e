"""What a workbook is taken for can be looked at, settled by a person, and is known again by the words of its head; and dangerous names go through and out as texts."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from rosterkit import id_number
from xieli_tui.casework import mappings
from xieli_tui.casework.export import export
from xieli_tui.casework.roster import import_roster
from xieli_tui.casework.session import Session
from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper.columns import ColumnMap
from xieli_tui.paper.heads import COLUMN_NAMES
from xieli_tui.paper.mapping import FIELD_LABELS, amended, choices, covered, look, role_label, together
from xieli_tui.paper.roster_sheet import read_roster
from xieli_tui.store import journal, queries, settings
from xieli_tui.store.rebuild import rebuild

TODAY = dt.date(2026, 12, 28)
ID = [id_number(dt.date(1950 + at, 1 + at % 12, 1 + at), 101 + 2 * at) for at in range(8)]
ODD: list[object] = ["对象", "证号", "与户关系", "身份", "手机", "人员分类", "收入"]


def book(path: Path, *rows: list[object], sheet: str = "名册", more: dict[str, list[list[object]]] | None = None) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}) as out:
        for title, content in {sheet: list(rows), **(more or {})}.items():
            page = out.add_worksheet(title)
            for r, row in enumerate(content):
                for c, value in enumerate(row):
                    if value not in ("", None):
                        page.write(r, c, value)
    return path


def odd(path: Path, *names: str) -> Path:
    """A sheet whose head has no word we know."""
    rows = [[name, number, "户主" if at == 0 else "配偶", "当家", "10000000001", "A档", 10] for at, (name, number) in enumerate(zip(names, ID, strict=False))]
    return book(path, ["某乡名册"], ODD, *rows)


def test_a_look_names_every_column_with_masked_samples_what_is_doubtful_and_what_is_not_read(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx", ["台账"], ["序号", "姓名", "身份证号", "身份证号", "与户主关系", "电话", "血型", ""],
        [1, "王强", ID[0], ID[1], "户主", "10000000001", "A", "边上的字"], [2, "刘英", ID[2], "", "配偶", "", "B", ""], more={"说明": [["请认真填写 " + ID[3]]]},
    )
    seen = look(path, TODAY)
    (sheet,) = seen.sheets
    assert (sheet.name, sheet.top, sheet.header_row, sheet.layout, sheet.rows, sheet.basis) == ("名册", 2, 2, "rows", 2, "guess")
    assert [(one.letter, one.head, one.field, one.basis) for one in sheet.columns] == [
        ("A", "序号", "serial", "head"), ("B", "姓名", "name", "head"), ("C", "身份证号", "id_no", "head"), ("D", "身份证号", "", ""), ("E", "与户主关系", "relation", "head"),
        ("F", "电话", "phone", "head"), ("G", "血型", "", ""), ("H", "", "", ""),
    ]
    assert [one.letter for one in sheet.doubts] == ["C", "D"]
    assert [one.letter for one in sheet.unread] == ["D", "G"]
    assert sheet.columns[2].samples == (f"{ID[0][:6]}********{ID[0][-4:]}", f"{ID[2][:6]}********{ID[2][-4:]}")
    assert sheet.columns[5].samples == ("100****0001",)
    assert seen.left_out == (("说明", "没有找到表头"),)
    text = f"{seen!r}{seen.as_json()}"
    assert not any(number in text for number in ID)
    assert "王强" not in text
    assert ID[3] not in seen.headless[0].rows[0][1]


def test_every_field_has_a_name_to_choose_and_every_choice_can_be_settled(tmp_path: Path) -> None:
    assert FIELD_LABELS.keys() == COLUMN_NAMES.keys()
    (sheet,) = look(book(tmp_path / "a.xlsx", ["姓名", "身份证号", "与户主关系"], ["王强", ID[0], "户主"]), TODAY).sheets
    for role, label in choices(sheet):
        assert role_label(role) == label
        if role not in ("name", "id_no"):
            assert amended(sheet, {2: role}).columns.get(role) == ("C" if role else None)
    with pytest.raises(Refused) as caught:
        amended(sheet, {2: "name"})
    assert (caught.value.code, caught.value.field) == ("XL-W05", "C")


def test_a_number_is_covered_wherever_it_stands() -> None:
    assert covered(f"见{ID[0]}号") == f"见{ID[0][:6]}********{ID[0][-4:]}号"
    assert covered("６２２２０２１００１００００００１９", "bank") == "******"
    assert covered(ID[0][:17] + "x") == f"{ID[0][:6]}********{ID[0][14:17]}X"
    assert covered("石桥村三组") == "石桥村三组"


def test_a_sheet_without_a_head_we_know_is_settled_column_by_column_and_known_again(village_session: Session, tmp_path: Path) -> None:
    path = odd(tmp_path / "a.xlsx", "王强", "刘英")
    seen = mappings.look_at(village_session, path)
    assert seen.sheets == ()
    assert [number for number, _ in seen.headless[0].rows[:2]] == [1, 2]
    pointed = mappings.look_at(village_session, path, together({"名册": ColumnMap(header_row=2)}))
    settled = together({"名册": amended(pointed.sheets[0], {0: "name", 1: "id_no", 2: "relation", 3: "", 4: "phone"})})
    dry = import_roster(village_session, path, mapping=settled, dry_run=True)
    assert (dry.rows, dry.created) == (2, 2)
    assert mappings.listed(village_session) == []
    with pytest.raises(Refused):
        import_roster(village_session, path)
    done = import_roster(village_session, path, mapping=settled)
    assert (done.created, done.recalled) == (2, ())
    (kept,) = mappings.listed(village_session)
    assert (kept.sheet, kept.on, kept.usable) == ("名册", "2026-12-28", True)
    assert dict(kept.columns) == {"A": "姓名", "B": "身份证号", "C": "与户主关系", "E": "电话"}
    again = import_roster(village_session, odd(tmp_path / "b.xlsx", "王强", "刘英", "王小"))
    assert (again.created, again.unchanged, again.recalled) == (1, 2, ("名册",))
    seen = mappings.look_at(village_session, path)
    assert seen.sheets[0].remembered
    assert {one.basis for one in seen.sheets[0].columns if one.field} == {"last"}
    assert rebuild(village_session.store)["equal"]
    assert mappings.listed(village_session) == [kept]
    with village_session.reading() as tx:
        assert not any(number in str(settings.get(tx, mappings.KEY)) for number in ID)
    assert mappings.forget(village_session, kept.id) == kept.id
    with pytest.raises(NotFound):
        mappings.forget(village_session, kept.id)
    with pytest.raises(Refused) as caught:
        import_roster(village_session, path)
    assert caught.value.code == "XL-W01"


def test_a_remembered_head_that_means_nothing_any_more_is_passed_over(village_session: Session, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["姓名", "身份证号", "与户主关系"], ["王强", ID[0], "户主"])
    (sheet,) = look(path, TODAY).sheets
    with village_session.writing() as tx:
        settings.put(tx, mappings.KEY, {sheet.fingerprint: {"columns": {"blood": "A"}, "skip": [], "sheet": "x", "on": "2026-01-01", "heads": []}})
    assert [one.usable for one in mappings.listed(village_session)] == [False]
    assert import_roster(village_session, path).created == 1
    with village_session.writing() as tx:
        settings.put(tx, mappings.KEY, {sheet.fingerprint: {"columns": {"name": "Z"}, "skip": [], "sheet": "x", "on": "2026-01-01", "heads": []}})
    assert import_roster(village_session, path).recalled == ()


def test_sheets_settled_differently_are_each_read_as_settled_and_a_sheet_that_is_not_there_is_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [["姓名", "别名", "身份证号", "与户主关系"], ["王强", "王大强", ID[0], "户主"]]
    path = book(tmp_path / "a.xlsx", *rows, sheet="甲", more={"乙": rows})
    mapping = together({"乙": ColumnMap(columns={"name": "别名"}, skip=("姓名",))})
    assert [(row.sheet, row.name) for row in read_roster(path, TODAY, mapping=mapping).rows] == [("甲", "王强"), ("乙", "王大强")]
    with pytest.raises(Refused) as caught:
        read_roster(path, TODAY, mapping=together({"丙": ColumnMap(columns={"name": "别名"})}))
    assert caught.value.code == "XL-W05"


def test_names_that_look_like_formulas_go_through_as_texts_and_are_inert_in_csv(village_session: Session, tmp_path: Path) -> None:
    names = ["=1+1", "@SUM(A1)", "-2+3", "+cmd|' /C calc'!A0"]
    rows: list[Any] = [[at + 1, f"{at + 1:03d}", name, ID[at], "户主"] for at, name in enumerate(names)]
    done = import_roster(village_session, book(tmp_path / "a.xlsx", ["序号", "户编号", "姓名", "身份证号", "与户主关系"], *rows))
    assert (done.created, done.rejected) == (4, ())
    with village_session.reading() as tx:
        assert sorted(person.name for person in queries.persons(tx)) == sorted(names)
        before = journal.count(tx)
    export(village_session, "persons", tmp_path / "out.xlsx", form="xlsx", full=True, reason="核对")
    cells = [cell for line in openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert set(names) <= {cell.value for cell in cells}
    export(village_session, "persons", tmp_path / "out.csv", form="csv", full=True, reason="核对")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert {row["姓名"] for row in table} == {f"'{name}" for name in names}
    assert not any(value.startswith(("=", "+", "-", "@")) for row in table for value in row.values())
    again = import_roster(village_session, tmp_path / "out.xlsx")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 4)
    with village_session.reading() as tx:
        assert journal.count(tx) - before == 2  # the two records that something left


def test_a_family_in_a_row_is_taken_in_person_by_person_and_again_without_change(village_session: Session, tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx", ["户编号", "户主姓名", "户主身份证号", "成员1姓名", "成员1关系", "成员1身份证号", "成员2姓名", "成员2关系", "成员2身份证号"],
        ["001", "王强", ID[0], "刘英", "配偶", ID[1], "王小", "长子", ""], ["002", "丁玉", ID[2], "陈财", "配偶", ID[3], "丁小", "长子", ID[3]],
    )
    first = import_roster(village_session, path)
    assert (first.rows, first.households, first.persons, first.created, first.open_tasks) == (2, 2, 6, 6, 2)
    assert {(note.row, note.code) for note in first.notes} == {(3, "XL-V03")}
    second = import_roster(village_session, path)
    assert (second.created, second.updated, second.unchanged) == (0, 0, 6)
    with village_session.reading() as tx:
        assert sorted((person.name, person.id_state) for person in queries.persons(tx)) == sorted(
            [("王强", "ok"), ("刘英", "ok"), ("王小", "pending"), ("丁玉", "ok"), ("陈财", "ok"), ("丁小", "pending")]
        )
