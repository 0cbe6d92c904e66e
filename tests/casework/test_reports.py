"""报表机: somebody's odd workbook is learnt once, and its copy filled in ever after."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.styles import Border, Font, PatternFill, Side
from python_calamine import CalamineWorkbook

from basekit import FullDisk
from xieli_tui.casework import reports
from xieli_tui.casework.helpers import AssignPair, assign_pair
from xieli_tui.casework.households import AddHousehold, AddPerson, add_household, add_person
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.report_data import READ
from xieli_tui.casework.session import Session
from xieli_tui.errors import XieliError
from xieli_tui.paper import refill, report_map
from xieli_tui.paper.report_fields import DOUBTFUL, FIELDS, shown
from xieli_tui.paper.report_guess import Layout, guess
from xieli_tui.paper.report_map import Answers
from xieli_tui.store import journal

ID = "999999195103070425"


def monthly(path: Path, drawn: int = 2, foot: bool = True) -> Path:
    """A township's month report: a title, a line to sign, a head of two rows, a few drawn rows, a sum over them, a second sheet that counts."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "月报"
    page["A1"], page["A2"] = "困难群众走访情况月报表", "村(社区):"
    page["A1"].font = Font(name="方正小标宋", size=18, bold=True)
    for place, text in {"A3": "序号", "B3": "对象基本情况", "B4": "户主姓名", "C4": "身份证号(4-4-4-4-2分段)", "D4": "家庭人口", "E3": "走访情况", "E4": "走访日期(如2026.11)", "F4": "发现问题", "G3": "是否低保(打√)", "H3": "每人(元)", "I3": "备注"}.items():
        page[place] = text
        page[place].fill = PatternFill("solid", fgColor="FFDDEBF7")
    for area in ("A1:I1", "A3:A4", "B3:D3", "E3:F3", "G3:G4", "H3:H4", "I3:I4"):
        page.merge_cells(area)
    for row in range(5, 5 + drawn):
        for column in range(1, 10):
            page.cell(row, column).border = Border(bottom=Side("thin"))
            page.cell(row, column).font = Font(name="仿宋_GB2312", size=11)
        page.row_dimensions[row].height = 24
        page.cell(row, 8).value = f"=D{row}*10"
    if foot:
        at = 5 + drawn
        page.cell(at, 1).value, page.cell(at, 4).value = "合计", f"=SUM(D5:D{at - 1})"
        page.cell(at + 1, 1).value = "填表人:            审核人:"
        page.merge_cells(start_row=at + 1, start_column=1, end_row=at + 1, end_column=9)
    page.column_dimensions["C"].width = 26
    page.print_title_rows, page.page_setup.orientation, page.freeze_panes = "3:4", "landscape", "A5"
    page.print_area = f"A1:I{4 + drawn + (2 if foot else 0)}"
    total = book.create_sheet("汇总")
    total["A1"] = f"=月报!D{5 + drawn}"
    book.create_sheet("填表说明")["A1"] = "请按月报送"
    book.save(path)
    return path


def village_of(session: Session, names: tuple[str, ...] = ("王秀英", "李建国", "=1+1", "@SUM", "-2+3")) -> list[str]:
    """Families with one or two people."""
    homes = []
    for at, name in enumerate(names):
        home = add_household(session, AddHousehold(name, {"group": "2组", "number": f"{at + 1:03d}", "category": "低保" if at == 0 else "特困"}, {"id_no": ID} if at == 0 else {})).id
        homes.append(home)
    add_person(session, AddPerson(homes[0], "李建军", "20", {"birth": "1978-05-01"}))
    record_visit(session, RecordVisit(homes[0], "self", on="2026-11-02", note="屋顶漏水，号码 999999195103070425"))
    return homes


def cells(path: Path, sheet: str = "月报") -> list[list[Any]]:
    """What the second reader reads."""
    return [list(row) for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


def test_every_field_of_a_report_has_its_reading_and_every_doubt_names_fields() -> None:
    assert set(READ) | {"serial"} == set(FIELDS)
    assert {name for names in DOUBTFUL.values() for name in names} <= set(FIELDS)


def test_a_monthly_report_is_learnt_with_one_question_and_refilled_with_heads_merges_and_styles_as_they_were(village_session: Session, tmp_path: Path) -> None:
    village_of(village_session)
    source = monthly(tmp_path / "a.xlsx")
    learnt = reports.learn(village_session, source, "月报")
    assert [one.column for one in learnt.questions] == ["发现问题"]
    assert learnt.header_rows == (3, 4)
    out = tmp_path / "out.xlsx"
    done = reports.run(village_session, "月报", out)
    assert done.rows == 5
    before, after = openpyxl.load_workbook(source), openpyxl.load_workbook(out)
    assert after.sheetnames == ["月报", "汇总", "填表说明"]
    old, new = before["月报"], after["月报"]
    for row in range(1, 5):
        for column in range(1, 10):
            a, b = old.cell(row, column), new.cell(row, column)
            assert (a.value, repr(a.font), repr(a.fill), repr(a.border)) == (b.value, repr(b.font), repr(b.fill), repr(b.border))
    assert {str(one) for one in new.merged_cells.ranges} == {str(one) for one in old.merged_cells.ranges} - {"A8:I8"} | {"A11:I11"}
    assert (new.column_dimensions["C"].width, new.page_setup.orientation, new.freeze_panes, new.print_title_rows) == (26, "landscape", "A5", "$3:$4")
    first = [new.cell(5, column) for column in range(1, 10)]
    assert [one.value for one in first] == [1, "王秀英", "9999 9919 5103 0704 25", 2, "2026.11", "屋顶漏水，号码 999999********0425", "√", "=D5*10", None]
    assert (first[2].data_type, first[2].number_format, first[4].number_format) == ("s", "@", "@")
    assert all(new.cell(row, 3).font.name == "仿宋_GB2312" and new.cell(row, 3).border.bottom.style == "thin" and new.row_dimensions[row].height == 24 for row in range(5, 10))
    assert cells(out)[4][2] == "9999 9919 5103 0704 25"


def test_rows_beyond_those_drawn_push_the_sum_down_and_every_formula_follows(village_session: Session, tmp_path: Path) -> None:
    village_of(village_session)
    reports.learn(village_session, monthly(tmp_path / "a.xlsx"), "月报")
    reports.run(village_session, "月报", tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    page = book["月报"]
    assert (page["A10"].value, page["D10"].value, page["A11"].value) == ("合计", "=SUM(D5:D9)", "填表人:            审核人:")
    assert [page[f"H{row}"].value for row in range(5, 10)] == [f"=D{row}*10" for row in range(5, 10)]
    assert book["汇总"]["A1"].value == "=月报!D10"
    assert page.print_area.endswith("$A$1:$I$11")


def test_fewer_rows_than_drawn_leave_the_rest_of_the_drawn_rows_blank(village_session: Session, tmp_path: Path) -> None:
    village_of(village_session, ("王秀英",))
    reports.learn(village_session, monthly(tmp_path / "a.xlsx", drawn=4), "月报")
    reports.run(village_session, "月报", tmp_path / "out.xlsx")
    page = openpyxl.load_workbook(tmp_path / "out.xlsx")["月报"]
    assert (page["A6"].value, page["B6"].value, page["D9"].value) == (None, None, "=SUM(D5:D8)")


def test_a_name_that_looks_like_a_formula_is_text_and_a_control_character_breaks_nothing(village_session: Session, tmp_path: Path) -> None:
    village_of(village_session)
    reports.learn(village_session, monthly(tmp_path / "a.xlsx"), "月报")
    reports.run(village_session, "月报", tmp_path / "out.xlsx")
    page = openpyxl.load_workbook(tmp_path / "out.xlsx")["月报"]
    assert [(page[f"B{row}"].value, page[f"B{row}"].data_type) for row in (7, 8, 9)] == [("=1+1", "s"), ("@SUM", "s"), ("-2+3", "s")]
    assert [row[1] for row in cells(tmp_path / "out.xlsx")[6:9]] == ["=1+1", "@SUM", "-2+3"]


def test_last_months_rows_are_not_kept_with_the_report_and_nothing_lies_in_a_temporary_folder(village_session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = monthly(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(source)
    book["月报"]["B5"], book["月报"]["C5"] = "上月的人", ID
    book.save(source)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", lambda *a, **k: pytest.fail("a temporary file was made"))
    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", lambda *a, **k: pytest.fail("a temporary file was made"))
    reports.learn(village_session, source, "月报")
    with village_session.reading() as tx:
        kept = reports.find(tx, village_session.today, "月报")[0]
    inside = zipfile.ZipFile(io.BytesIO(kept.workbook))
    assert not any("上月的人".encode() in inside.read(name) or ID.encode() in inside.read(name) for name in inside.namelist())
    village_of(village_session, ("王秀英",))
    reports.run(village_session, "月报", tmp_path / "out.xlsx")
    assert "上月的人" not in str(cells(tmp_path / "out.xlsx"))


def test_answers_settle_columns_formats_unit_and_filter(village_session: Session, tmp_path: Path) -> None:
    village_of(village_session)
    answers = tmp_path / "m.toml"
    answers.write_text('unit = "一人一行"\nreason = "镇里月报"\n[columns]\n"发现问题" = "年龄"\nI = "致困原因"\n[formats]\n"身份证号" = "id_mask"\n"走访日期" = "二〇二六年十一月二日"\n[filter]\n"救助类别" = "低保"\n', encoding="utf-8")
    learnt = reports.learn(village_session, monthly(tmp_path / "a.xlsx"), "月报", answers)
    assert (learnt.questions, learnt.full, learnt.unit) == ((), False, "一人一行")
    done = reports.run(village_session, "月报", tmp_path / "out.xlsx")
    rows = cells(tmp_path / "out.xlsx")
    assert done.rows == 2
    assert rows[4][2:6] == ["999999********0425", 2.0, "二〇二六年十一月二日", 75.0]
    assert done.reason == "镇里月报"


@pytest.mark.parametrize("text", ["nonsense = 1\n", '[columns]\n"没有这一栏" = "age"\n', '[columns]\n"发现问题" = "没有这一项"\n', '[formats]\n"走访日期" = "火星历"\n', 'sheet = "没有"\n', "[[["])
def test_answers_that_do_not_fit_are_refused_and_nothing_is_kept(village_session: Session, tmp_path: Path, text: str) -> None:
    answers = tmp_path / "m.toml"
    answers.write_text(text, encoding="utf-8")
    with pytest.raises(XieliError) as caught:
        reports.learn(village_session, monthly(tmp_path / "a.xlsx"), "月报", answers)
    assert caught.value.code == "XL-W05"
    assert reports.listed(village_session) == []


def test_cells_without_data_are_told_by_row_and_column_and_the_run_is_recorded_with_its_reason(village_session: Session, tmp_path: Path) -> None:
    village_of(village_session, ("王秀英", "李建国"))
    reports.learn(village_session, monthly(tmp_path / "a.xlsx"), "月报")
    done = reports.run(village_session, "月报", tmp_path / "out.xlsx")
    assert {(one.row, one.column) for one in done.blanks} >= {(6, "身份证号(4-4-4-4-2分段)"), (6, "走访日期(如2026.11)")}
    assert not any(one.row == 5 for one in done.blanks)
    assert done.unfilled == ("备注",)
    with village_session.reading() as tx:
        last = [event for batch in journal.iterate_all(tx) for event in batch if event.t == "audit.exported"][-1]
    assert last.d == {"what": "report", "rows": 2, "full": True, "reason": "按来表要求填报：月报"}


def test_as_of_a_day_before_the_visit_the_visit_is_not_known_and_an_age_is_that_of_the_day(village_session: Session, tmp_path: Path) -> None:
    village_of(village_session, ("王秀英",))
    answers = Answers(columns={"发现问题": "age"})
    reports.learn(village_session, monthly(tmp_path / "a.xlsx"), "月报", answers)
    reports.run(village_session, "月报", tmp_path / "later.xlsx", asof="2027-03-07")
    assert cells(tmp_path / "later.xlsx")[4][5] == 76.0
    reports.run(village_session, "月报", tmp_path / "out.xlsx", asof="2026-03-06")
    assert cells(tmp_path / "out.xlsx")[4][4:6] == ["", 74.0]


def test_what_changed_since_the_last_run_is_told_and_marked_and_who_is_gone_is_named(village_session: Session, tmp_path: Path) -> None:
    homes = village_of(village_session, ("王秀英", "李建国"))
    reports.learn(village_session, monthly(tmp_path / "a.xlsx"), "月报")
    assert reports.run(village_session, "月报", tmp_path / "1.xlsx", diff=True).diff is None
    again = reports.run(village_session, "月报", tmp_path / "2.xlsx", diff=True).diff
    assert again is not None
    assert (again.added, again.changed, again.removed) == ((), (), ())
    record_visit(village_session, RecordVisit(homes[1], "self", on="2026-11-02"))
    add_household(village_session, AddHousehold("赵新来", {"group": "2组", "number": "000"}, {}))
    found = reports.run(village_session, "月报", tmp_path / "3.xlsx", diff=True, where={"救助类别": "特困|"}).diff
    assert found is not None
    assert found.removed == ("王秀英",)
    assert [one.column for one in found.changed] == ["走访日期(如2026.11)"]
    page = openpyxl.load_workbook(tmp_path / "3.xlsx")["月报"]
    fills = {cell.coordinate: cell.fill.fgColor.rgb for row in page.iter_rows(min_row=5, max_row=6) for cell in row if cell.fill.fill_type}
    marked = {at: colour for at, colour in fills.items() if colour == "FFFFF2CC"}
    assert list(marked) == [f"E{found.changed[0].row}"]
    assert {colour for at, colour in fills.items() if int(at[1:]) in found.added} == {"FFE2F0D9"}


def test_a_doubtful_column_is_settled_afterwards_and_the_last_gaps_stand_in_the_list(village_session: Session, tmp_path: Path) -> None:
    village_of(village_session, ("王秀英", "李建国"))
    reports.learn(village_session, monthly(tmp_path / "a.xlsx"), "月报")
    [question] = reports.doubts(village_session, "月报")
    assert (question.at, question.taken) == ("F", "visit_found")
    reports.settle(village_session, "月报", {"F": "visit_met"})
    assert [(one.taken, "visit_met" in one.choices) for one in reports.doubts(village_session, "月报")] == [("visit_met", True)]
    reports.run(village_session, "月报", tmp_path / "out.xlsx")
    assert cells(tmp_path / "out.xlsx")[4][5] == "本人"
    [line] = reports.listed(village_session)
    assert dict(line.gaps) == {"身份证号(4-4-4-4-2分段)": 1, "走访日期(如2026.11)": 1, "发现问题": 1}
    for name, chosen, code in (("别的", {"F": "age"}, "XL-V45"), ("月报", {"Z": "age"}, "XL-W05"), ("月报", {"F": "no"}, "XL-W05")):
        with pytest.raises(XieliError) as caught:
            reports.settle(village_session, name, chosen)
        assert caught.value.code == code


def test_titles_merged_over_most_of_the_columns_in_two_rows_are_no_head_and_a_filled_list_is_learnt_as_one_person_a_line(village_session: Session, tmp_path: Path) -> None:
    village_of(village_session, ("王秀英",))
    book = openpyxl.Workbook()
    page = book.active
    heads = ["序号", "户主姓名", "姓名", "与户主关系", "性别", "公民身份号码", "出生日期", "备注"]
    for row in (["低收入人口信息台账"], ["填报单位:上坪村      填报时间:2026年11月1日"], heads, [1, "旧", "旧", "户主", "男", ID, "1951.03.07", "x"], [2, "旧", "旧", "子", "男", "", "1978.05.01", ""]):
        page.append(row)
    page["B4"].value, page["B4"].data_type, page["H4"] = "=cmd()", "s", "=1+1"  # somebody's name, and a sum in the office's own column
    page.merge_cells("A1:F1")
    page.merge_cells("A2:F2")
    book.save(tmp_path / "t.xlsx")
    learnt = reports.learn(village_session, tmp_path / "t.xlsx", "台账")
    assert (learnt.header_rows, learnt.unit, learnt.questions) == ((3, 3), "一人一行", ())
    reports.run(village_session, "台账", tmp_path / "out.xlsx")
    rows = cells(tmp_path / "out.xlsx", "Sheet")
    assert rows[3][:7] == [1.0, "王秀英", "王秀英", "户主", "女", ID, "1951.03.07"]
    assert [row[2] for row in rows[3:]] == ["王秀英", "李建军"]
    assert not [cell for line in openpyxl.load_workbook(tmp_path / "out.xlsx")["Sheet"].iter_rows() for cell in line if cell.data_type == "f"]


def test_a_table_without_a_known_column_a_password_and_what_is_no_xlsx_are_refused(village_session: Session, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙", "丙"])
    book.save(tmp_path / "x.xlsx")
    (tmp_path / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))
    (tmp_path / "torn.xlsx").write_bytes(monthly(tmp_path / "a.xlsx").read_bytes()[:2000])
    for name, code in (("x.xlsx", "XL-W18"), ("locked.xlsx", "XL-W03"), ("torn.xlsx", "XL-W02"), ("none.xlsx", "XL-F05"), (".", "XL-F01")):
        with pytest.raises(XieliError) as caught:
            reports.learn(village_session, tmp_path / name, "表")
        assert caught.value.code == code, name
    assert reports.listed(village_session) == []


def test_a_file_that_lies_there_a_full_disk_and_an_unknown_name_are_told_and_nothing_is_overwritten(village_session: Session, tmp_path: Path) -> None:
    source = monthly(tmp_path / "a.xlsx")
    before = source.read_bytes()
    reports.learn(village_session, source, "月报")
    village_of(village_session, ("王秀英",))
    for out, name, code in ((source, "月报", "XL-F08"), (tmp_path / "b.xlsx", "别的", "XL-V45"), (tmp_path, "月报", "XL-F01"), (tmp_path / "no" / "b.xlsx", "月报", "XL-F05"), (tmp_path / "b.csv", "月报", "XL-V11")):
        with pytest.raises(XieliError) as caught:
            reports.run(village_session, name, out)
        assert caught.value.code == code
    with pytest.raises(XieliError) as full:
        reports.run(village_session, "月报", tmp_path / "full.xlsx", fs=FullDisk())
    assert full.value.code == "XL-F02"
    assert not (tmp_path / "full.xlsx").exists()
    assert source.read_bytes() == before


def test_a_mapping_that_was_tampered_with_is_refused_whole(village_session: Session, tmp_path: Path) -> None:
    reports.learn(village_session, monthly(tmp_path / "a.xlsx"), "月报")
    with village_session.reading() as tx:
        good = reports.find(tx, village_session.today, "月报")[0]
    assert report_map.read(good.to_bytes()) == good
    for old, new in ((b'"unit":"household"', b'"unit":"x"'), (b'"first":5', b'"first":1'), (b'"id_44442"', b'"tick"'), (b'"filters":{}', b'"filters":{"x":"1"}'), (b'"report":1', b'"report":2')):
        assert old in good.to_bytes()
        with pytest.raises(XieliError):
            report_map.read(good.to_bytes().replace(old, new))
    for junk in (b"", b"[]", b"null", b"[" * 100_000):
        with pytest.raises(XieliError):
            report_map.read(junk)


@pytest.mark.parametrize(
    ("field", "value", "form", "text"),
    [
        ("id_no", ID, "id_text", ID), ("id_no", ID, "id_44442_dash", "9999-9919-5103-0704-25"), ("id_no", ID, "id_last4", "0425"), ("birth", "2026-10-20", "han", "二〇二六年十月二十日"),
        ("birth", "2026-12-31", "han", "二〇二六年十二月三十一日"), ("birth", "2026-11-02", "slash", "2026/11/2"), ("birth", "2026-11-02", "cn_month", "2026年11月"), ("is_dibao", False, "tick", ""),
        ("is_dibao", False, "shi_fou", "否"), ("is_dibao", True, "you_wu", "有"), ("aid_month", 80050, "yuan", 800.5), ("aid_month", 80050, "yuan_text", "800.50"), ("age", 0, "number", 0), ("age", None, "number", ""),
    ],
)
def test_a_value_is_written_as_the_column_asks(field: str, value: Any, form: str, text: Any) -> None:
    assert shown(field, value, form) == text


@pytest.mark.parametrize(
    ("formula", "here", "after"),
    [
        ("=SUM(D5:D6)", "月报", "=SUM(D5:D16)"), ("=SUM($D$5:$D$6)+D4", "月报", "=SUM($D$5:$D$16)+D4"), ("=D7", "月报", "=D17"), ("=D7", "汇总", "=D7"), ("=月报!D7&\"D7\"", "汇总", "=月报!D17&\"D7\""),
        ("='月报'!D5:D6", "x", "='月报'!D5:D16"), ("=LOG10(D5)", "月报", "=LOG10(D5)"), ("=D5", "月报", "=D5"),
    ],
)
def test_a_formula_follows_rows_put_in_behind_the_last(formula: str, here: str, after: str) -> None:
    assert refill.shift_formula(formula, here, "月报", 5, 6, 10) == after


HEADS = {
    "身份证号": "id_text", "身份证号(4-4-4-4-2分段)": "id_44442", "身份证号（每四位空一格）": "id_44442", "身份证号(4-4-4-4-2，用短横线隔开)": "id_44442_dash", "身份证号(中间八位隐藏)": "id_mask", "公民身份号码(脱敏)": "id_mask",
    "身份证号(后四位)": "id_last4", "身份证号码后4位": "id_last4", "走访日期(如2026.11)": "dot_month", "走访日期(2026-11-02)": "iso", "走访日期(2026-11)": "dash_month", "走访日期(二〇二六年十一月)": "han_month",
    "走访日期(2026年11月2日)": "cn", "走访时间(XXXX年XX月)": "cn_month", "走访时间(2026/11/2)": "slash", "走访日期（格式：2026.11.02）": "dot", "走访日期(20261102)": "compact", "出生年月": "dot_month", "是否低保(是/否)": "shi_fou",
    "是否低保(√/×)": "tick_cross", "是否低保(打√)": "tick", "是否残疾(有/无)": "you_wu", "有无残疾": "you_wu", "是否残疾(1/0)": "one_zero", "是否低保(是填1，否填0)": "one_zero", "联系电话(脱敏)": "phone_mask", "月低保金(元)": "yuan",
    "年龄(周岁)": "number", "走访干部签名": "",
}


def test_the_way_a_value_is_written_is_read_from_the_head_in_every_manner_offices_write_it() -> None:
    for head, form in HEADS.items():
        [found] = guess([Layout("表", [["序号", "户主姓名", head], ["", "", ""]], [])])
        assert (found.columns[2].format, found.questions) == (form, ()), head
        assert bool(found.columns[2].field) is bool(form), head


def test_what_stands_beside_a_family_is_read_too_its_people_with_relations_the_helper_the_guardian_and_the_township(village_session: Session, tmp_path: Path) -> None:
    home = village_of(village_session, ("王秀英",))[0]
    child = add_person(village_session, AddPerson(home, "王小丫", "30", {"birth": "2015-05-01", "guardian": "王秀英，10000002190"})).id
    assign_pair(village_session, AssignPair(home, "石党员", since="2026-01-01"))
    book = openpyxl.Workbook()
    book.active.append(["镇(街道)", "户主姓名", "家庭成员情况", "姓名", "监护人姓名", "帮扶责任人"])
    book.save(tmp_path / "t.xlsx")
    learnt = reports.learn(village_session, tmp_path / "t.xlsx", "表", Answers(unit="person"))
    assert learnt.questions == ()
    reports.run(village_session, "表", tmp_path / "o.xlsx")
    rows = cells(tmp_path / "o.xlsx", "Sheet")
    assert rows[3][1:] == ["王秀英", "王秀英(户主)、李建军(子)", "王小丫", "王秀英，100****2190", "石党员"]
    assert child
    assert rows[1][0] == _township_of(village_session)


def _township_of(session: Session) -> str:
    name = session.profile.village_names[session.profile.villages[0]]
    return "青石镇" if "青石镇" in name else ""


def twofold(path: Path) -> Path:
    """The month report with a sheet of people beside it, as townships send them: families on one, everybody on the other, a sheet of sums, one of words."""
    monthly(path)
    book = openpyxl.load_workbook(path)
    page = book.create_sheet("人员表")
    for row in (["人员明细表"], ["序号", "户主姓名", "姓名", "与户主关系", "身份证号(后四位)", "是否残疾(1/0)", "需求"], [1, "旧户主", "旧人", "子", "0425", 0, ""]):
        page.append(row)
    page.merge_cells("A1:G1")
    book.save(path)
    return path


def test_the_sheets_of_a_workbook_that_list_families_or_people_are_one_report_and_filled_in_together(village_session: Session, tmp_path: Path) -> None:
    homes = village_of(village_session, ("王秀英", "李建国"))
    learnt = reports.learn(village_session, twofold(tmp_path / "a.xlsx"), "月报", Answers(columns={"人员表!需求": "留空", "发现问题": "visit_met"}))
    assert ([(one.sheet, one.header_rows, one.unit) for one in learnt.more], learnt.questions) == ([("人员表", (2, 2), "一人一行")], ())
    assert {one.sheet for one in learnt.columns} == {"", "人员表"}
    done = reports.run(village_session, "月报", tmp_path / "1.xlsx")
    assert (done.rows, dict(done.sheets)) == (5, {"月报": 2, "人员表": 3})
    assert [row[:6] for row in cells(tmp_path / "1.xlsx", "人员表")[2:]] == [[1.0, "王秀英", "王秀英", "户主", "0425", ""], [2.0, "王秀英", "李建军", "子", "", ""], [3.0, "李建国", "李建国", "户主", "", ""]]
    assert "旧人" not in str(cells(tmp_path / "1.xlsx", "人员表"))
    assert openpyxl.load_workbook(tmp_path / "1.xlsx").sheetnames == ["月报", "汇总", "填表说明", "人员表"]
    assert ("人员表", 4, "李建军", homes[0]) in {(one.sheet, one.row, one.who.split()[-1], one.household) for one in done.blanks if one.column.startswith("身份证号")}
    add_person(village_session, AddPerson(homes[1], "李小军", "20", {}))
    found = reports.run(village_session, "月报", tmp_path / "2.xlsx", diff=True).diff
    assert found is not None
    assert ([(one.sheet, one.who) for one in found.fresh], found.removed) == ([("人员表", "李建国 李小军")], ())
    assert {(one.sheet, one.column) for one in found.changed} == {("月报", "家庭人口")}
    [line] = reports.listed(village_session)
    assert (line.sheets, line.columns) == (2, 16)
    with village_session.reading() as tx:
        kept = reports.find(tx, village_session.today, "月报")[0]
    assert report_map.read(kept.to_bytes()) == kept


def test_sheets_are_chosen_by_name_and_a_doubt_of_a_further_sheet_is_settled_by_sheet_and_letter(village_session: Session, tmp_path: Path) -> None:
    village_of(village_session, ("王秀英",))
    source = twofold(tmp_path / "a.xlsx")
    assert reports.learn(village_session, source, "甲", Answers(sheet="人员表")).sheet == "人员表"
    both = reports.learn(village_session, source, "乙", Answers(sheet="人员表/月报"))
    assert (both.sheet, [one.sheet for one in both.more]) == ("人员表", ["月报"])
    assert [(one.key, one.taken) for one in reports.doubts(village_session, "乙")] == [("G", "visit_note"), ("月报!F", "visit_found")]
    reports.settle(village_session, "乙", {"月报!F": "visit_met", "G": ""})
    assert [(one.key, one.taken) for one in reports.doubts(village_session, "乙")] == [("G", ""), ("月报!F", "visit_met")]
    for answers in (Answers(sheet="人员表/没有"), Answers(columns={"没有!需求": "age"}), Answers(columns={"月报!需求": "age"})):
        with pytest.raises(XieliError) as caught:
            reports.learn(village_session, source, "丙", answers)
        assert caught.value.code == "XL-W05"


@pytest.mark.parametrize("name", ["../../etc/月报", "a\\b:c*?\"<>|", "月报😀", "镇!月/报 第1版", "表" * 40])
def test_a_report_may_be_called_anything_that_can_be_read_and_the_same_name_twice_is_the_newer(village_session: Session, tmp_path: Path, name: str) -> None:
    village_of(village_session, ("王秀英",))
    source = monthly(tmp_path / "a.xlsx")
    title = reports.learn(village_session, source, name).name
    assert reports.learn(village_session, source, name).replaced
    assert [one.name for one in reports.listed(village_session)] == [title]
    assert reports.run(village_session, title, tmp_path / "out.xlsx").rows == 1
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["a.xlsx", "out.xlsx"]
    assert reports.forget(village_session, title) == title


@pytest.mark.parametrize("name", ["", "   ", "表" * 400, "月\x1b[2J报"])
def test_a_name_nobody_can_read_or_hold_is_said_under_the_name_and_nothing_is_kept(village_session: Session, tmp_path: Path, name: str) -> None:
    with pytest.raises(XieliError) as caught:
        reports.learn(village_session, monthly(tmp_path / "a.xlsx"), name)
    assert (caught.value.code[:4], caught.value.field, reports.listed(village_session)) == ("XL-V", "name", [])


def test_one_village_is_named_by_code_or_name_and_one_that_is_not_there_is_said(village_session: Session, tmp_path: Path) -> None:
    village_of(village_session, ("王秀英",))
    reports.learn(village_session, monthly(tmp_path / "a.xlsx"), "月报")
    [code] = village_session.profile.villages
    for at, word in enumerate((code, village_session.profile.village_names[code])):
        assert reports.run(village_session, "月报", tmp_path / f"{at}.xlsx", village=word).rows == 1
    with pytest.raises(XieliError) as caught:
        reports.run(village_session, "月报", tmp_path / "no.xlsx", village="没有这个村")
    assert (caught.value.code, caught.value.field) == ("XL-V08", "village")
