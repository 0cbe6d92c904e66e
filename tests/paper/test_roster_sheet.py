"""Reading a township's roster: what is a row, what a column means, what is wrong with a cell."""

from __future__ import annotations

import collections
import datetime as dt
import io
import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rosterkit import HEADS, id_number, township_book, write_book
from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper import workbook, workbook_guard
from xieli_tui.paper.columns import load_mapping
from xieli_tui.paper.error_book import write_error_book
from xieli_tui.paper.roster_sheet import Issue, Roster, read_roster

TODAY = dt.date(2026, 12, 28)
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "roster-a.xlsx"


def sheet(path: Path, *rows: list[object], name: str = "Sheet1", more: dict[str, list[list[object]]] | None = None) -> Path:
    """A workbook of plain rows."""
    with xlsxwriter.Workbook(str(path)) as out:
        for title, content in {name: list(rows), **(more or {})}.items():
            page = out.add_worksheet(title)
            for r, row in enumerate(content):
                for c, value in enumerate(row):
                    if isinstance(value, str):
                        page.write_string(r, c, value)
                    elif value is not None:
                        page.write(r, c, value)
    return path


def found(roster: Roster) -> list[tuple[int, str, str]]:
    return sorted((issue.row, issue.column, issue.code) for row in roster.rows for issue in row.warnings)


def refusal(path: Path, **kwargs: object) -> str:
    with pytest.raises((Refused, NotFound)) as caught:
        read_roster(path, TODAY, **kwargs)  # type: ignore[arg-type]
    return caught.value.code


GOOD = id_number(dt.date(1970, 1, 9), 629)


def test_a_townships_workbook_is_read_whole_and_every_fault_is_named_by_row_and_column(tmp_path: Path) -> None:
    book = township_book()
    roster = read_roster(write_book(tmp_path / "台账.xlsx", book), TODAY)
    assert len(roster.rows) == 123
    assert len({row.number for row in roster.rows}) == 62
    assert found(roster) == book.expected
    assert collections.Counter(code for _, _, code in found(roster)) == {"XL-W11": 3, "XL-W12": 2, "XL-W13": 1, "XL-W14": 1, "XL-W16": 2}
    assert roster.sheets[0].as_of == "2026-11-01"
    assert [one.name for one in roster.sheets] == ["低收入人口台账"]
    assert roster.rows[-1].fields["note"] == "=1+1"
    assert not any(row.notes for row in roster.rows)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared roster is not on this machine")
def test_the_shared_roster_gives_what_its_truth_file_says() -> None:
    roster = read_roster(SHARED, TODAY)
    truth = json.loads(SHARED.with_suffix("").with_suffix(".truth.json").read_text(encoding="utf-8"))
    assert len(roster.rows) == truth["persons"] == 123
    assert len({row.number for row in roster.rows}) == truth["households"] == 62
    names = {"float_id": "XL-W11", "checksum": "XL-W12", "missing_id_ok": "XL-W13", "sex": "XL-W16"}
    assert sorted((row.name, issue.code) for row in roster.rows for issue in row.warnings if issue.code != "XL-W14") == sorted(
        (name, names[what]) for name, what in truth["bad"]
    )
    assert [issue.row for row in roster.rows for issue in row.warnings if issue.code == "XL-W14"] == [22]


def test_words_of_the_sheet_become_the_values_of_the_file(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "a.xlsx", list(HEADS),
        [1, "001", "三组", "王强红", "王 强红", "户主", "男", f"'{GOOD}", "1970.01.09", 10000003267, "特困", "肢体三级", "慢性病", 735, "要 常去"],
    )
    row = read_roster(path, TODAY).rows[0]
    assert (row.row, row.number, row.group, row.head, row.name, row.relation) == (2, "001", "三组", "王强红", "王强红", "02")
    assert (row.id.number, row.birth, row.sex, row.category) == (GOOD, "1970-01-09", "male", "tekun")
    assert row.fields == {
        "phone": "10000003267", "disability_kind": "limb", "disability_level": 3, "health": "chronic", "wage_month": 73500, "note": "要 常去",
    }


@pytest.mark.parametrize(
    "heads",
    [
        ("姓名", "身份证号", "关系"), ("成员姓名", "居民身份证号码", "与户主的关系"), (" 姓 名 ", "身份证\n号码", "与户主关系*"), ("家庭成员姓名", "证件号码（18位）", "家庭关系"),
        ("姓名", "这一栏没人认识", "关系"),
    ],
)
def test_columns_are_known_by_many_names_and_an_id_column_also_by_its_values(tmp_path: Path, heads: tuple[str, str, str]) -> None:
    rows: list[list[object]] = [[name, id_number(dt.date(1960 + at, 2, 3), 101 + 2 * at), rel] for at, (name, rel) in enumerate([("王强", "户主"), ("刘英", "配偶"), ("王小", "长子")])]
    roster = read_roster(sheet(tmp_path / "a.xlsx", ["户表"], [*heads, "性别"], *rows), TODAY)
    assert [row.id.state for row in roster.rows] == ["ok"] * 3
    assert [row.relation for row in roster.rows] == ["02", "10", "22"]
    assert roster.sheets[0].header.row == 2


def test_the_heads_own_id_column_is_not_taken_for_the_persons(tmp_path: Path) -> None:
    heads = ["户主身份证号", "姓名", "与户主关系", "身份证号"]
    roster = read_roster(sheet(tmp_path / "a.xlsx", heads, [GOOD, "刘英", "配偶", ""]), TODAY)
    assert roster.rows[0].id.state == "blank"


def test_a_head_of_two_rows_is_read_as_one(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "a.xlsx", ["月报"], ["序号", "对象基本情况", "", "", "备注"], ["", "姓名", "身份证号", "与户主关系", ""], [1, "王强", GOOD, "户主", "无"],
    )
    roster = read_roster(path, TODAY)
    assert roster.sheets[0].header.row == 3
    assert [(row.row, row.name, row.id.number) for row in roster.rows] == [(4, "王强", GOOD)]


def test_titles_sums_repeated_heads_and_signatures_are_no_rows(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "a.xlsx", list(HEADS[:8]),
        [1, "1", "一组", "王强", "王强", "户主", "男", GOOD],
        ["", "", "", "", "", "", "", ""],
        ["序号", "户编号", "村民小组", "户主姓名", "姓名", "与户主关系", "性别", "公民身份号码"],
        [2, "", "", "", "合计", "", "", ""],
        ["填表人:", "", "", "", "审核人：", "", "", "x"],
        ["", "", "", "", "只有姓名", "", "", ""],
        [3, "", "", "", "有序号", "", "", ""],
    )
    assert [row.name for row in read_roster(path, TODAY).rows] == ["王强", "有序号"]


def test_blank_household_cells_are_carried_down_and_merged_cells_too_until_the_next_head(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as out:
        page = out.add_worksheet()
        for at, head in enumerate(HEADS[:8]):
            page.write_string(0, at, head)
        rows = [("王强", "户主"), ("刘英", "配偶"), ("王小", "长子"), ("陈财", "户主"), ("丁玉", "配偶")]
        for r, (name, relation) in enumerate(rows, 1):
            page.write_number(r, 0, r)
            page.write_string(r, 4, name)
            page.write_string(r, 5, relation)
        page.merge_range(1, 1, 3, 1, "007", None)
        page.merge_range(1, 2, 3, 2, "二组", None)
        page.write_string(4, 1, "008")
        page.write_string(4, 3, "陈财")
    roster = read_roster(path, TODAY)
    assert [(row.number, row.group, row.head) for row in roster.rows] == [("007", "二组", "王强")] * 3 + [("008", "", "陈财")] * 2


def test_a_sheet_of_heads_only_is_a_sheet_of_one_person_households(tmp_path: Path) -> None:
    roster = read_roster(sheet(tmp_path / "a.xlsx", ["序号", "户主姓名", "身份证号", "住址"], [1, "王强", GOOD, "石桥村三组"]), TODAY)
    assert [(row.name, row.relation, row.address) for row in roster.rows] == [("王强", "02", "石桥村三组")]


def test_every_sheet_with_a_header_is_read_and_a_hidden_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as out:
        for title, name in (("一组", "王强"), ("二组", "陈财"), ("旧表", "刘英")):
            page = out.add_worksheet(title)
            page.write_row(0, 0, ["序号", "姓名", "身份证号"])
            page.write_row(1, 0, [1, name, ""])
            if title == "旧表":
                page.hide()
    roster = read_roster(path, TODAY)
    assert [(row.sheet, row.row, row.name) for row in roster.rows] == [("一组", 2, "王强"), ("二组", 2, "陈财")]


def test_what_fits_no_vocabulary_or_calendar_is_said_and_left_out(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "a.xlsx", ["姓名", "与户主关系", "性别", "身份证号", "出生日期", "救助类别", "残疾情况", "健康状况", "月收入"],
        ["王强", "干亲", "男", "", "1970年13月1日", "扶贫老户", "有", "不好说", "一千"],
        ["刘英", "配偶", "男", GOOD, "1971-01-09", "建档立卡", "无", "", "800元"],
    )
    first, second = read_roster(path, TODAY).rows
    assert sorted(note.column for note in first.notes) == sorted(["与户主关系", "出生日期", "救助类别", "残疾情况", "健康状况", "月收入"])
    assert (first.relation, first.relation_given, first.birth, first.category, first.fields) == ("80", False, "", "", {"labels": ["扶贫老户"]})
    assert second.fields == {"labels": ["filed_poor"], "wage_month": 80000}
    assert [note.column for note in second.notes] == ["出生日期"]
    assert second.birth == "1970-01-09"
    for note in (*first.notes, *second.notes):
        assert "王强" not in note.what
        assert GOOD not in note.what


def test_a_mapping_names_what_the_guess_missed(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", ["表"], ["对象", "号码", "类", "身份"], ["王强", GOOD, "B类", "当家人"], name="甲")
    assert refusal(path) == "XL-W01"
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        'sheet = "甲"\nheader_row = 2\n[columns]\nname = "对象"\nid_no = "B"\ncategory = "类"\nrelation = "身份"\n[values.category]\n"B类" = "低保"\n[values.relation]\n"当家人" = "户主"\n',
        encoding="utf-8",
    )
    row = read_roster(path, TODAY, mapping=load_mapping(mapping)).rows[0]
    assert (row.name, row.id.number, row.category, row.relation) == ("王强", GOOD, "dibao", "02")


@pytest.mark.parametrize("text", ["[columns", "columns = 3", '[columns]\nshoe_size = "x"', 'sheet = 5', "header_row = 0", "other = 1", '[values]\ncategory = 3', b"\xff\xfe\x00"])
def test_a_mapping_that_is_none_is_refused(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "m.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(Refused) as caught:
        load_mapping(path)
    assert caught.value.code == "XL-W05"


def test_a_mapping_that_does_not_fit_the_sheet_is_refused_and_a_missing_one_is_not_found(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", list(HEADS), [1])
    mapping = tmp_path / "m.toml"
    for text in ('[columns]\nname = "没有这栏"', "header_row = 99"):
        mapping.write_text(text, encoding="utf-8")
        assert refusal(path, mapping=load_mapping(mapping)) == "XL-W05"
    with pytest.raises(NotFound) as caught:
        load_mapping(tmp_path / "nothing.toml")
    assert caught.value.code == "XL-F05"


def test_a_folder_a_missing_file_a_text_file_and_a_headless_book_end_in_their_own_code(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "XL-F01"
    assert refusal(tmp_path / "没有.xlsx") == "XL-F05"
    for content in (b"\xe5\xa7\x93\xe5\x90\x8d,\xe8\xba\xab\xe4\xbb\xbd\xe8\xaf\x81\n", b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken"):
        path = tmp_path / "x.xlsx"
        path.write_bytes(content)
        assert refusal(path) == "XL-W02"
    assert refusal(sheet(tmp_path / "a.xlsx", ["只是", "一些", "字"], [1, 2, 3])) == "XL-W01"
    assert refusal(sheet(tmp_path / "b.xlsx")) == "XL-W01"


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert refusal(path) == "XL-W02"


def test_a_workbook_with_a_password_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600)
    assert refusal(path) == "XL-W03"


def test_too_many_rows_or_columns_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (workbook.MAX_ROWS, workbook.MAX_COLUMNS) == (100_000, 500)
    monkeypatch.setattr(workbook, "MAX_ROWS", 40)
    rows: list[list[object]] = [[at, f"王{at}", ""] for at in range(40)]
    assert refusal(sheet(tmp_path / "a.xlsx", ["序号", "姓名", "身份证号"], *rows)) == "XL-W04"
    assert len(read_roster(sheet(tmp_path / "b.xlsx", ["序号", "姓名", "身份证号"], *rows[:39]), TODAY).rows) == 39
    assert refusal(sheet(tmp_path / "c.xlsx", ["序号", "姓名", "身份证号"], [None] * 500 + ["x"])) == "XL-W04"
    monkeypatch.setattr(workbook_guard, "MAX_FILE", 100)
    assert refusal(tmp_path / "b.xlsx") == "XL-W04"


def test_an_unreadable_file_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sheet(tmp_path / "a.xlsx", ["序号", "姓名", "身份证号"])

    def denied(*_args: object, **_kwargs: object) -> io.BytesIO:
        raise PermissionError

    monkeypatch.setattr(Path, "open", denied)
    assert refusal(path) == "XL-F06"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.lists(st.one_of(st.none(), st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), st.floats(allow_nan=False, allow_infinity=False), st.booleans()), max_size=8), max_size=6))
def test_any_cells_under_a_header_are_read_without_a_crash(tmp_path: Path, rows: list[list[object]]) -> None:
    roster = read_roster(sheet(tmp_path / "a.xlsx", ["姓名", "序号", "身份证号", "出生日期", "月收入", "性别", "救助类别", "与户主关系"], *rows), TODAY)
    for row in roster.rows:
        assert row.name
        assert row.sex in ("", "male", "female")


def test_the_error_workbook_has_the_rows_as_sent_with_a_reason_and_no_formula(tmp_path: Path) -> None:
    book = township_book()
    book.rows[book.expected[0][0] - 4][14] = "=1+1"
    source = write_book(tmp_path / "台账.xlsx", book)
    roster = read_roster(source, TODAY)
    issues = [issue for row in roster.rows for issue in row.warnings]
    out = tmp_path / "错误.xlsx"
    assert write_error_book(out, source, roster, issues) == len({issue.row for issue in issues}) == 9
    page = openpyxl.load_workbook(out)["低收入人口台账"]
    lines = list(page.iter_rows(values_only=True))
    assert lines[0] == ("原表行号", *HEADS, "原因")
    assert [int(str(line[0])) for line in lines[1:]] == sorted({issue.row for issue in issues})
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type == "s" and cell.number_format == "@" for cell in cells)
    assert any(cell.value == "=1+1" for cell in cells)
    assert page.freeze_panes == "A2"
    for line, issue in ((line, issue) for line in lines[1:] for issue in issues if str(issue.row) == line[0]):
        assert issue.code in str(line[-1])
        assert issue.column in str(line[-1])
    by_row = {int(str(line[0])): line for line in lines[1:]}
    for number, _, code in book.expected:
        if code == "XL-W12":
            assert by_row[number][8] == book.rows[number - 4][7]
        if code == "XL-W11":
            assert "E+17" in str(by_row[number][8])


def test_the_error_workbook_never_replaces_its_source_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    source = write_book(tmp_path / "台账.xlsx", township_book())
    before = source.read_bytes()
    roster = read_roster(source, TODAY)
    issues: list[Issue] = []
    for out, code in ((source, "XL-F08"), (tmp_path, "XL-F01"), (tmp_path / "没有这个文件夹" / "x.xlsx", "XL-F03")):
        with pytest.raises(Refused) as caught:
            write_error_book(out, source, roster, issues)
        assert caught.value.code == code
    assert source.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["台账.xlsx"]
    assert write_error_book(tmp_path / "e.xlsx", source, roster, []) == 0
    assert write_error_book(tmp_path / "e.xlsx", source, roster, []) == 0


def test_a_sheet_name_excel_forbids_still_gets_a_page(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", ["序号", "姓名", "身份证号"], [1, "王强", ""], name="台账" * 15)
    shutil.copy(path, tmp_path / "b.xlsx")
    roster = read_roster(path, TODAY)
    out = tmp_path / "e.xlsx"
    assert write_error_book(out, path, roster, [issue for row in roster.rows for issue in row.warnings]) == 1
    assert len(openpyxl.load_workbook(out).sheetnames) == 1


def test_an_error_workbook_of_several_sheets_keeps_the_heads_and_a_mended_one_is_imported(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    bad = GOOD[:17] + ("0" if GOOD[17] != "0" else "1")
    with xlsxwriter.Workbook(str(source)) as out:
        for title, number in (("一组", bad), ("二组", GOOD), ("三组", bad)):
            page = out.add_worksheet(title)
            page.write_string(0, 0, "台账")
            page.merge_range(1, 0, 1, 1, "户主")
            page.merge_range(1, 2, 1, 4, "家庭成员")
            for at, head in enumerate(("姓名", "身份证号", "姓名", "与户主关系", "身份证号")):
                page.write_string(2, at, head)
            for r, row in enumerate((["丁玉", GOOD, "", "", ""], ["王强", number, "刘英", "配偶", number])):
                for c, value in enumerate(row):
                    page.write_string(3 + r, c, value)
    roster = read_roster(source, TODAY)
    out_path = tmp_path / "错误.xlsx"
    issues = [issue for row in roster.rows for issue in row.warnings]
    assert write_error_book(out_path, source, roster, issues) == 2
    book = openpyxl.load_workbook(out_path)
    assert book.sheetnames == ["一组", "三组"]
    lines = list(book["三组"].iter_rows(values_only=True))
    assert lines[0][:4] == (None, "户主", None, "家庭成员")
    assert lines[1] == ("原表行号", "姓名", "身份证号", "姓名", "与户主关系", "身份证号", "原因")
    assert lines[2][:6] == ("5", "王强", bad, "刘英", "配偶", bad)
    assert str(lines[2][6]).count("XL-W12") == 1
    assert [row.key for row in roster.rows if row.sheet == "三组"] == [("三组", 4, 0), ("三组", 5, 0), ("三组", 5, 1)]
    again = read_roster(out_path, TODAY)
    assert [(row.sheet, row.group, row.head, row.name, row.relation) for row in again.rows] == [
        (title, title, "王强", name, relation) for title in ("一组", "三组") for name, relation in (("王强", "02"), ("刘英", "10"))
    ]
    assert write_error_book(out_path, source, roster, issues) == 2
    other = sheet(tmp_path / "别的.xlsx", ["姓名"], ["王强"])
    with pytest.raises(Refused) as caught:
        write_error_book(other, source, roster, issues)
    assert caught.value.code == "XL-F08"
