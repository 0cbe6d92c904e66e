"""Any layout: heads of several rows, merged cells in the data, whole families in a row, several sheets, .ods and .xls beside .xlsx."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from bookkit import ods_book, xls_book
from rosterkit import id_number
from xieli_tui.errors import Refused
from xieli_tui.paper.columns import ColumnMap, load_mapping
from xieli_tui.paper.mapping import amended, look, together
from xieli_tui.paper.roster_sheet import Roster, read_roster

TODAY = dt.date(2026, 12, 28)
ID = [id_number(dt.date(1950 + at, 1 + at % 12, 1 + at), 101 + 2 * at) for at in range(12)]
Merge = tuple[int, int, int, int]


def book(path: Path, sheets: dict[str, list[list[object]]], merges: dict[str, list[Merge]] | None = None) -> Path:
    """A workbook; merges (top, left, bottom, right) from 0, over cells whose first holds the value."""
    with xlsxwriter.Workbook(str(path)) as out:
        for name, rows in sheets.items():
            page = out.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, str) and value:
                        page.write_string(r, c, value)
                    elif value not in ("", None):
                        page.write(r, c, value)
            for top, left, bottom, right in (merges or {}).get(name, []):
                value = rows[top][left]
                page.merge_range(top, left, bottom, right, None)
                if isinstance(value, str):
                    page.write_string(top, left, value)
                else:
                    page.write(top, left, value)
    return path


def people(roster: Roster) -> list[tuple[object, ...]]:
    return [(row.row, row.head, row.name, row.relation, row.id.number) for row in roster.rows]


def test_a_word_merged_over_two_columns_tells_the_heads_name_from_the_members(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        {"表": [
            ["石桥村低收入家庭表", "", "", "", "", "", "", ""],
            ["序号", "户主", "", "家庭成员", "", "", "监护人", ""],
            ["", "姓名", "身份证号", "姓名", "身份证号", "与户主关系", "姓名", "电话"],
            [1, "王强", ID[0], "刘英", ID[1], "配偶", "陈财", "10000000001"],
            ["", "", "", "王小", ID[2], "长子", "", ""],
            [2, "丁玉", ID[3], "", "", "", "", ""],
        ]},
        {"表": [(0, 0, 0, 7), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 5), (1, 6, 1, 7)]},
    )
    roster = read_roster(path, TODAY)
    header = roster.sheets[0].header
    assert (header.top, header.row) == (2, 3)
    assert header.roles == ("serial", "head", "head.id_no", "name", "id_no", "relation", "", "")
    assert people(roster) == [
        (4, "王强", "王强", "02", ID[0]), (4, "王强", "刘英", "10", ID[1]), (5, "王强", "王小", "22", ID[2]), (6, "丁玉", "丁玉", "02", ID[3]),
    ]
    assert [row.nth for row in roster.rows] == [0, 1, 0, 0]
    assert roster.data_rows == 3
    assert not any("phone" in row.fields for row in roster.rows)


def test_a_head_who_also_stands_among_the_members_is_one_person(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        {"表": [
            ["户编号", "户主", "", "家庭成员", "", ""], ["", "姓名", "身份证号", "姓名", "身份证号", "与户主关系"],
            ["001", "王强", ID[0], "王强", ID[0], "户主"], ["001", "王强", ID[0], "刘英", ID[1], "配偶"],
            ["002", "丁玉", ID[3], "丁玉", "", "户主"],
        ]},
        {"表": [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 5), (2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 3, 2)]},
    )
    assert people(read_roster(path, TODAY)) == [(3, "王强", "王强", "02", ID[0]), (4, "王强", "刘英", "10", ID[1]), (5, "丁玉", "丁玉", "02", ID[3])]


def test_a_head_of_three_rows_is_read_by_its_lowest_words(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        {"表": [
            ["表一"], ["序号", "家庭基本情况", "", "", "", "备注"], ["", "对象基本情况", "", "", "其他", ""], ["", "姓名", "身份证号", "与户主关系", "联系电话", ""],
            [1, "王强", ID[0], "户主", "10000000001", "好"],
        ]},
        {"表": [(0, 0, 0, 5), (1, 0, 3, 0), (1, 1, 1, 4), (1, 5, 3, 5), (2, 1, 2, 3)]},
    )
    roster = read_roster(path, TODAY)
    assert (roster.sheets[0].header.top, roster.sheets[0].header.row) == (2, 4)
    assert [(row.row, row.name, row.id.number, row.fields) for row in roster.rows] == [(5, "王强", ID[0], {"phone": "10000000001", "note": "好"})]


def test_a_family_in_a_row_with_numbered_members_is_read_person_by_person(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"表": [
        ["户编号", "户主姓名", "身份证号码", "住址", "电话", "成员1姓名", "成员1关系", "成员1身份证号", "成员2姓名", "成员2关系", "成员2身份证号", "备注"],
        ["001", "王强", ID[0], "三组", "10000000001", "刘英", "配偶", ID[1], "王小", "长子", ID[2], "常去"],
        ["002", "丁玉", ID[3], "四组", "", "", "", "", "", "", "", ""],
    ]})
    roster = read_roster(path, TODAY)
    assert people(roster) == [(2, "王强", "王强", "02", ID[0]), (2, "王强", "刘英", "10", ID[1]), (2, "王强", "王小", "22", ID[2]), (3, "丁玉", "丁玉", "02", ID[3])]
    assert [row.fields for row in roster.rows] == [{"phone": "10000000001", "note": "常去"}, {}, {}, {}]
    assert {row.key for row in roster.rows} == {("表", 2, 0), ("表", 2, 1), ("表", 2, 2), ("表", 3, 0)}


@pytest.mark.parametrize("heads", [
    ["户号", "户主姓名", "户主身份证号", "姓名", "与户主关系", "身份证号", "姓名", "与户主关系", "身份证号"],
    ["户号", "姓名", "身份证号", "姓名", "与户主关系", "身份证号", "姓名", "与户主关系", "身份证号"],
    ["户号", "户主姓名", "户主身份证号", "家庭成员一姓名", "家庭成员一关系", "家庭成员一身份证号", "家庭成员二姓名", "家庭成员二关系", "家庭成员二身份证号"],
    ["户号", "户主姓名", "户主身份证号", "姓名1", "关系1", "身份证号1", "姓名2", "关系2", "身份证号2"],
])
def test_a_family_in_a_row_is_known_by_repeated_columns_too(tmp_path: Path, heads: list[object]) -> None:
    path = book(tmp_path / "a.xlsx", {"表": [heads, ["001", "王强", ID[0], "刘英", "配偶", ID[1], "王小", "长子", ID[2]], ["002", "丁玉", ID[3], "丁玉", "户主", ID[3], "陈财", "配偶", ID[4]]]})
    assert people(read_roster(path, TODAY)) == [
        (2, "王强", "王强", "02", ID[0]), (2, "王强", "刘英", "10", ID[1]), (2, "王强", "王小", "22", ID[2]), (3, "丁玉", "丁玉", "02", ID[3]), (3, "丁玉", "陈财", "10", ID[4]),
    ]


def test_a_numbered_telephone_is_no_member(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"表": [["姓名", "身份证号", "与户主关系", "电话1", "电话2"], ["王强", ID[0], "户主", "10000000001", "10000000002"]]})
    roster = read_roster(path, TODAY)
    assert people(roster) == [(2, "王强", "王强", "02", ID[0])]
    assert roster.rows[0].fields == {"phone": "10000000001"}


def test_the_group_of_a_sheets_name_a_title_or_a_line_between_counts_where_the_row_has_none(tmp_path: Path) -> None:
    head: list[object] = ["序号", "姓名", "身份证号", "与户主关系"]
    path = book(tmp_path / "a.xlsx", {
        "三组": [head, [1, "王强", ID[0], "户主"]],
        "Sheet2": [["石桥村第四村民小组台账"], head, [1, "刘英", ID[1], "户主"]],
        "混合": [head, ["五组（2户）"], [1, "丁玉", ID[2], "户主"], ["六组"], [2, "陈财", ID[3], "户主"]],
        "领导小组": [head, [1, "石军", ID[4], "户主"]],
        "上坪村": [head, [1, "苏梅", ID[5], "户主"]],
        "全村": [["阳光第一社区台账"], head, [1, "许财", ID[6], "户主"]],
    })
    assert [(row.name, row.group, row.village) for row in read_roster(path, TODAY).rows] == [
        ("王强", "三组", ""), ("刘英", "第四村民小组", ""), ("丁玉", "五组", ""), ("陈财", "六组", ""), ("石军", "", ""), ("苏梅", "", "上坪村"), ("许财", "", ""),
    ]


def test_sheets_that_are_not_read_are_named_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as out:
        for name, row in (("台账", ["姓名", "身份证号", "与户主关系"]), ("说明", ["请按文本填写"]), ("字典", ["姓名", "身份证号", "与户主关系"])):
            page = out.add_worksheet(name)
            page.write_row(0, 0, row)
            page.write_row(1, 0, ["王强", ID[0], "户主"])
            if name == "字典":
                page.hide()
            if name == "台账":
                page.set_row(1, None, None, {"hidden": True})
                page.set_column(5, 6, None, None, {"hidden": True})
        out.add_worksheet("空")
    roster = read_roster(path, TODAY)
    assert [one.name for one in roster.sheets] == ["台账"]
    assert roster.left_out == (("说明", "没有找到表头"), ("空", "是空表"), ("字典", "是隐藏的表"))
    assert roster.said == ("表 台账 有 1 行是隐藏的（也许是筛选），也读了", "表 台账 有 2 列是隐藏的，也读了")
    assert people(roster) == [(2, "王强", "王强", "02", ID[0])]


def test_heads_printed_again_numbered_columns_and_sums_are_no_data(tmp_path: Path) -> None:
    head: list[object] = ["序号", "基本情况", "", "", "备注"]
    low: list[object] = ["", "姓名", "身份证号", "与户主关系", ""]
    path = book(
        tmp_path / "a.xlsx",
        {"表": [
            head, low, [1, 2, 3, 4, 5], [1, "王强", ID[0], "户主", ""], ["小计", "1人", "", "", ""], head, low, [2, "刘英", ID[1], "户主", "合计过"],
            ["合  计", "2 人", "", "", ""], ["注：以上为测试", "", "", "", ""],
        ]},
        {"表": [(0, 0, 1, 0), (0, 1, 0, 3), (0, 4, 1, 4), (5, 0, 6, 0), (5, 1, 5, 3), (5, 4, 6, 4)]},
    )
    assert people(read_roster(path, TODAY)) == [(4, "王强", "王强", "02", ID[0]), (8, "刘英", "刘英", "02", ID[1])]


def test_merges_in_the_data_repeat_downwards_and_never_shift_a_column(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        {"表": [
            ["户编号", "组", "姓名", "身份证号", "与户主关系", "联系电话", "备注"],
            ["001", "三组", "王强", ID[0], "户主", "10000000001", "一户的话"], ["", "", "刘英", ID[1], "配偶", "", ""],
            ["002", "四组", "丁玉", ID[2], "户主", "没有电话也没有备注", ""],
        ]},
        {"表": [(1, 0, 2, 1), (1, 6, 2, 6), (3, 5, 3, 6)]},
    )
    roster = read_roster(path, TODAY)
    assert [(row.number, row.group, row.name, row.id.number, row.fields.get("note")) for row in roster.rows] == [
        ("001", "三组", "王强", ID[0], "一户的话"), ("001", "三组", "刘英", ID[1], "一户的话"), ("002", "四组", "丁玉", ID[2], None),
    ]


def test_of_two_id_columns_the_one_by_the_heads_name_or_with_a_familys_value_is_the_heads(tmp_path: Path) -> None:
    near = book(tmp_path / "a.xlsx", {"表": [["户主姓名", "身份证号", "姓名", "身份证号", "与户主关系"], ["王强", ID[0], "刘英", ID[1], "配偶"]]})
    assert people(read_roster(near, TODAY)) == [(2, "王强", "王强", "02", ID[0]), (2, "王强", "刘英", "10", ID[1])]
    rows: list[list[object]] = [["王强", ID[0], "王强", "户主", ID[0]], ["王强", ID[1], "刘英", "配偶", ID[0]], ["王强", ID[2], "王小", "长子", ID[0]]]
    far = book(tmp_path / "b.xlsx", {"表": [["户主姓名", "公民身份号码", "姓名", "与户主关系", "身份证号"], *rows]})
    assert read_roster(far, TODAY).sheets[0].header.roles[1] in ("id_no", "head.id_no")
    values = book(tmp_path / "c.xlsx", {"表": [["户主姓名", "姓名", "与户主关系", "身份证号", "身份证号"], *([row[0], row[2], row[3], row[4], row[1]] for row in rows)]})
    assert [(row.name, row.id.number) for row in read_roster(values, TODAY).rows] == [("王强", ID[0]), ("刘英", ID[1]), ("王小", ID[2])]


def test_twins_nobody_can_tell_apart_are_a_doubt_and_a_mapping_settles_it(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"表": [["序号", "姓名", "身份证号", "身份证号", "与户主关系"], [1, "王强", ID[0], ID[1], "户主"]]})
    roster = read_roster(path, TODAY)
    assert roster.rows[0].id.number == ID[0]
    assert roster.sheets[0].header.doubts == {2: "有 2 栏是这个意思，按第一栏读", 3: "有 2 栏是这个意思，这一栏没有读"}
    mapping = tmp_path / "m.toml"
    mapping.write_text('[sheets."表"]\nskip = ["C"]\ncolumns = { id_no = "D" }\n', encoding="utf-8")
    roster = read_roster(path, TODAY, mapping=load_mapping(mapping))
    assert roster.rows[0].id.number == ID[1]
    assert roster.sheets[0].header.doubts == {}


@pytest.mark.parametrize("make", [ods_book, xls_book], ids=["ods", "xls"])
def test_the_same_table_is_read_alike_from_every_kind_of_file(tmp_path: Path, make: object) -> None:
    rows: list[list[object]] = [
        ["石桥村台账"], ["户编号", "户主", "", "家庭成员", "", "", ""], ["", "姓名", "身份证号", "姓名", "身份证号", "与户主关系", "出生日期"],
        ["001", "王强", ID[0], "王强", ID[0], "户主", dt.date(1950, 1, 1)], ["", "", "", "刘英", ID[1], "配偶", 18_662.0], ["002", "丁玉", ID[3], "丁玉", ID[3], "户主", ""],
    ]
    merges = [(0, 0, 0, 6), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 6), (3, 0, 4, 0), (3, 1, 4, 1), (3, 2, 4, 2)]
    plain = read_roster(book(tmp_path / "a.xlsx", {"表": rows}, {"表": merges}), TODAY)
    other = read_roster(make(tmp_path / f"b.{'ods' if make is ods_book else 'xls'}", {"表": rows}, {"表": merges}), TODAY)  # type: ignore[operator]
    assert people(plain) == [(4, "王强", "王强", "02", ID[0]), (5, "王强", "刘英", "10", ID[1]), (6, "丁玉", "丁玉", "02", ID[3])]
    assert people(other) == people(plain)
    assert [(row.number, row.birth_cell) for row in other.rows] == [(row.number, row.birth_cell) for row in plain.rows] == [("001", "1950-01-01"), ("001", "1951-02-03"), ("002", "")]
    assert other.sheets[0].header.fingerprint == plain.sheets[0].header.fingerprint


def test_a_list_of_alerts_is_not_taken_in_as_a_roster_unless_somebody_says_so(tmp_path: Path) -> None:
    heads: list[object] = ["预警编号", "姓名", "身份证号", "所在村", "预警类型"]
    path = book(tmp_path / "a.xlsx", {"预警明细": [heads, ["YJ1", "王强", ID[0], "石桥村", "新增残疾预警"]]})
    with pytest.raises(Refused) as caught:
        read_roster(path, TODAY)
    assert (caught.value.code, caught.value.what) == ("XL-W01", "表里没有找到表头：像是预警、疑点名单，不是台账")
    assert "alert import" in caught.value.next_step
    assert [one.name for one in look(path, TODAY).headless] == ["预警明细"]
    (sheet,) = look(path, TODAY, together({"预警明细": ColumnMap(header_row=1)})).sheets
    assert [row.name for row in read_roster(path, TODAY, mapping=together({"预警明细": amended(sheet, {})})).rows] == ["王强"]
    both = book(tmp_path / "b.xlsx", {"预警明细": [heads, ["YJ1", "王强", ID[0], "石桥村", "x"]], "台账": [["姓名", "身份证号", "与户主关系"], ["刘英", ID[1], "户主"]]})
    roster = read_roster(both, TODAY)
    assert [row.name for row in roster.rows] == ["刘英"]
    assert roster.left_out == (("预警明细", "像是预警、疑点名单，不是台账"),)


def test_columns_of_officers_beside_the_family_are_nobodys(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        {"表": [
            ["序号", "家庭成员", "", "", "包保干部", "", "网格员姓名"], ["", "姓名", "身份证号", "与户主关系", "姓名", "联系电话", ""],
            [1, "王强", ID[0], "户主", "陈财", "10000000009", "丁玉"], [2, "刘英", ID[1], "配偶", "陈财", "10000000009", "丁玉"],
        ]},
        {"表": [(0, 0, 1, 0), (0, 1, 0, 3), (0, 4, 0, 5), (0, 6, 1, 6)]},
    )
    roster = read_roster(path, TODAY)
    assert [(row.name, row.fields) for row in roster.rows] == [("王强", {}), ("刘英", {})]
    assert roster.sheets[0].header.roles == ("serial", "name", "id_no", "relation", "", "", "")
