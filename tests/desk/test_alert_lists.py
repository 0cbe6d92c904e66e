"""Lists of alerts both ways: taken in at a village, issued at a county, one alert a row wherever it is read; answers laid back into the sender's workbook."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk_office import VILLAGE, Office
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from python_calamine import CalamineWorkbook

from bookkit import ods_book, xls_book
from rosterkit import id_number
from xieli_tui.casework import alert_feedback, alert_lists, alerts, households, today
from xieli_tui.casework.alerts import AnswerAlert
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.desk import alert_lists as desk_lists
from xieli_tui.desk import answers, queue
from xieli_tui.desk.parameters import SetLocal, set_local
from xieli_tui.errors import Refused
from xieli_tui.paper.alert_sheet import read_alerts
from xieli_tui.store import queries
from xieli_tui.store.rebuild import rebuild

HEADS = ("预警编号", "姓名", "身份证号", "所在村", "预警类型", "预警内容", "自付金额(元)", "推送日期", "核查时限", "包片领导", "核查人", "核查结果", "核查时间", "是否符合救助条件", "拟采取措施", "备注")
PEOPLE = (("石守田", 1950), ("李有田", 1961), ("周桂香", 1972), ("吴德厚", 1983))
NUMBERS = {name: id_number(dt.date(year, 3, 5), 121) for name, year in PEOPLE}
NOBODY = ("查无此人", id_number(dt.date(1950, 1, 1), 101))
KINDS = (("新增残疾预警", "新核发残疾人证"), ("医疗支出预警", "年度自付超过阈值"), ("死亡比对预警", "与殡葬数据比中"), ("政策落实不到位", "两项补贴没有发"), ("失业预警", "新增失业登记"))
TODAY = dt.date(2026, 12, 28)


def write_list(path: Path, names: tuple[tuple[str, str], ...] | None = None, *, first: int = 1, mirrored: bool = False, put: dict[str, str] | None = None, **cells: str) -> Path:
    """An office's list: a title over merged cells, coloured head, borders, a signature below; row r of the people stands in sheet row r + 4."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "预警明细"
    heads = list(reversed(HEADS)) if mirrored else list(HEADS)
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(heads))
    page["A1"] = "测试县困难群众预警信息核查反馈表"
    page["A1"].font = Font(name="方正小标宋简体", size=18)
    page["A2"] = "填报单位："
    side = Side(style="thin")
    for at, head in enumerate(heads, 1):
        cell = page.cell(3, at, head)
        cell.fill, cell.font, cell.border = PatternFill("solid", fgColor="FFD9E1F2"), Font(bold=True), Border(left=side, right=side, top=side, bottom=side)
    rows = names if names is not None else (*NUMBERS.items(), NOBODY)
    for row, (name, number) in enumerate(rows):
        kind, text = KINDS[row % len(KINDS)]
        said = dict(zip(HEADS, (f"YJ2026{row + first:04d}", name, number, "石桥村", kind, text, 47195 if row == 1 else None, "2026-12-02", "2027-01-03", "周主任"), strict=False))
        for at, head in enumerate(heads, 1):
            cell = page.cell(row + 4, at, said.get(head))
            cell.border, cell.alignment = Border(left=side, right=side, top=side, bottom=side), Alignment(wrap_text=True, vertical="center")
            if head == "核查时间":
                cell.number_format = "yyyy\\.mm\\.dd"
    page.cell(len(rows) + 5, 1, "制表人：")
    page.column_dimensions["C"].width = 22.5
    page.freeze_panes = "C4"
    page.page_setup.orientation = "landscape"
    for place, value in {**cells, **(put or {})}.items():
        page[place] = value
    book.save(path)
    return path


def people(office: Office) -> dict[str, str]:
    """name -> household of the people on the list, at the village."""
    return {name: households.add_household(office.village, households.AddHousehold(name, {"group": "一组"}, {"id_no": number})).id for name, number in NUMBERS.items()}


def refused(code: str, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code, caught.value
    return caught.value


def of(office: Office, number: str) -> alerts.AlertView:
    (found,) = [one for one in alerts.list_alerts(office.village) if one.number == number]
    return found


def dispose(office: Office, number: str, disposition: str, **more: Any) -> str:
    one = of(office, number)
    visit = record_visit(office.village, RecordVisit(one.household, "self", kind="alert_answer", answers_alert=one.id, alert_finding="true", visitors=(("陈秀兰", "coordinator"),)))
    alerts.answer(office.village, AnswerAlert(one.id, disposition, visit.id, **more))
    return one.id


def answered_three(office: Office) -> None:
    dispose(office, "YJ20260001", "true", note="走路要人扶，侄子电话 10000003333")
    dispose(office, "YJ20260002", "inform_apply", kinds=("dibao",), answer="willing")
    dispose(office, "YJ20260003", "verify_exit", note="家里人说上月去世")


def cells(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)


def under(path: Path, row: int, head: str) -> Any:
    table = cells(path)
    return table[row - 1][table[2].index(head)]


def look(path: Path) -> dict[str, tuple[str, ...]]:
    page = openpyxl.load_workbook(path).active
    return {cell.coordinate: tuple(map(repr, (cell.number_format, cell.font, cell.fill, cell.border, cell.alignment, cell.protection))) for row in page.iter_rows() for cell in row}


def test_a_list_taken_in_is_answered_and_fed_back_in_its_own_workbook(office: Office, tmp_path: Path) -> None:
    """M-04, M-05: five rows, four of ours; three verified by visits; heads, order and styles of the sender, the unknown person 查无."""
    people(office)
    path = write_list(tmp_path / "list.xlsx")
    would = alert_lists.import_list(office.village, path, dry_run=True)
    assert (would.rows, would.matched, would.unmatched, would.new, would.known) == (5, 4, 1, 5, 0)
    assert alerts.list_alerts(office.village) == [], "a dry run keeps nothing"
    assert today.everything(office.village) is not None  # what families owe is worked out before the list comes: it must not stay as it was
    taken = alert_lists.import_list(office.village, path)
    assert taken.classes == {"risk": 3, "no_longer": 1, "gap": 1}
    assert taken.columns["预警明细"]["包片领导"] == "", "a column nobody knows is told, and kept"
    again = alert_lists.import_list(office.village, path)
    assert (again.new, again.known) == (0, 5)
    owed = [task for task in today.everything(office.village) if task.task == "alert_verify"]
    assert len(owed) == 5
    assert [task.why for task in owed if not task.household] == ["预警：贫困风险，未匹配 查无此人，失业预警：新增失业登记"]
    first, nobody = of(office, "YJ20260001"), of(office, "YJ20260005")
    assert (first.text, first.due, first.source) == ("新增残疾预警：新核发残疾人证", "2027-01-03", "list")
    assert (nobody.household, nobody.given) == ("", "查无此人")
    assert of(office, "YJ20260002").amount == 4_719_500
    with office.village.reading() as tx:
        kept = queries.alert(tx, first.id)
        assert kept is not None
        assert kept.columns["包片领导"] == "周主任"
    refused("XL-V06", lambda: alerts.answer(office.village, AnswerAlert(first.id, "true", note="没有去")))
    answered_three(office)

    done = alert_feedback.feedback(office.village, path, tmp_path / "back.xlsx")
    assert (done.rows, done.filled, done.nobody, done.open, done.strange, done.kept, done.copied) == (5, 3, 1, 1, 0, (), False)
    back = tmp_path / "back.xlsx"
    assert look(path) == look(back)
    for row, line in enumerate(cells(path), 1):
        for at, value in enumerate(line):
            if value != "":
                assert cells(back)[row - 1][at] == value, (row, at)
    assert under(back, 4, "核查人") == "陈秀兰"
    assert under(back, 4, "核查结果") == "情况属实"
    assert under(back, 4, "备注") == "走路要人扶，侄子电话 100****3333"
    assert under(back, 4, "核查时间") == dt.date(2026, 12, 28), "a day where the office formats days"
    assert under(back, 5, "拟采取措施") == "协助申请低保"
    assert under(back, 5, "是否符合救助条件") == "已协助申请，由镇、县定", "a village gives no verdict"
    assert under(back, 6, "拟采取措施") == "请镇、县核查"
    assert [under(back, 7, head) for head in HEADS[10:]] == [""] * 6, "nobody answered it yet"
    assert under(back, 8, "核查结果") == "查无"
    page = openpyxl.load_workbook(back).active
    assert (page.column_dimensions["C"].width, page.freeze_panes, page.page_setup.orientation, str(page.merged_cells.ranges)) == (22.5, "C4", "landscape", str(openpyxl.load_workbook(path).active.merged_cells.ranges))
    words = " ".join(str(value) for row in cells(back) for value in row[10:])
    assert not [word for word in ("受理", "审核", "审批", "确认") if word in words]
    assert rebuild(office.village.store)["equal"]
    assert len(alerts.list_alerts(office.village)) == 5, "a rebuild drops no list"


def test_a_list_goes_by_the_road_and_its_answers_come_back_into_it(office: Office, tmp_path: Path) -> None:
    """issue -> send -> take in -> answer -> export -> import -> county feedback; the same list handed to the village besides is one alert a row."""
    people(office)
    office.up()
    set_local(office.county, SetLocal("alert_days", '{"no_longer":30}', "2026-01-01"))
    path = write_list(tmp_path / "list.xlsx", I6="")
    would = desk_lists.issue_list(office.county, path, dry_run=True)
    assert (would.rows, would.matched, would.unmatched, would.known, would.new, would.rejected) == (5, 4, 1, 0, 5, ())
    with office.county.reading() as tx:
        assert queries.alerts(tx) == []
    issued = desk_lists.issue_list(office.county, path)
    assert (issued.new, issued.known) == (5, 0)
    assert {one.row: one.due for one in issued.alerts}[6] == "2027-01-01", "the county's limit where the list has none"
    assert desk_lists.issue_list(office.county, path).new == 0
    handed = alert_lists.import_list(office.village, path)
    assert handed.new == 5
    office.down()
    assert len(alerts.list_alerts(office.village)) == 5, "the same rows, by whichever way they came"
    assert {one.source for one in alerts.list_alerts(office.village)} == {"issued"}
    assert alert_lists.import_list(office.village, path).known == 5
    answered_three(office)
    office.up()
    waiting = [item for item in queue.queue(office.county) if item.kind == "alert"]
    assert len(waiting) == 3
    assert not [item for item in waiting if "自己收的" in item.why]
    done = desk_lists.feedback(office.county, path, tmp_path / "back.xlsx")
    assert (done.filled, done.nobody, done.open) == (3, 1, 1)
    back = tmp_path / "back.xlsx"
    assert look(path) == look(back)
    assert under(back, 4, "核查结果") == "情况属实"
    assert under(back, 5, "是否符合救助条件") == "办理中：低保", "said by what stands at the desk"
    assert under(back, 4, "是否符合救助条件") == ""
    assert under(back, 8, "核查结果") == "查无"
    for session in (office.county, office.village):
        assert rebuild(session.store)["equal"]


def test_an_answer_to_a_list_the_county_never_issued_can_be_read_and_answered_there(office: Office, tmp_path: Path) -> None:
    """ADR 0013: the answer says what it answers; issued afterwards, it is that very alert."""
    homes = people(office)
    office.up()
    path = write_list(tmp_path / "list.xlsx")
    alert_lists.import_list(office.village, path)
    alert = dispose(office, "YJ20260003", "verify_exit", note="家里人说上月去世")
    office.up()
    (item,) = [one for one in queue.queue(office.county) if one.kind == "alert"]
    assert item.household == homes["周桂香"]
    assert item.why == "村里自己收的名单，可能不再符合：村里答复核查疑似不符"
    with office.county.reading() as tx:
        held = queries.alert(tx, alert)
        assert held is not None
        assert (held.known, held.source, held.number, held.on, held.text) == (True, "list", "YJ20260003", "2026-12-02", "死亡比对预警：与殡葬数据比中")
    issued = desk_lists.issue_list(office.county, path)
    assert issued.new == 5, "what a village was handed is not issued yet"
    with office.county.reading() as tx:
        held = queries.alert(tx, alert)
        assert held is not None
        assert (held.source, held.answered) == ("issued", "verify_exit"), "answered already"
    answers.answer(office.county, alert, "tracking", "已转县殡葬核对")
    assert not [one for one in queue.queue(office.county) if one.kind == "alert"]
    office.down()
    assert of(office, "YJ20260003").answered == "tracking"
    assert len(alerts.list_alerts(office.village)) == 5
    for session in (office.county, office.village):
        assert rebuild(session.store)["equal"]


def test_a_person_says_whose_an_unmatched_row_is_and_then_it_is_that_familys(office: Office, tmp_path: Path) -> None:
    homes = people(office)
    path = write_list(tmp_path / "list.xlsx", (("石守田", ""), ("李有田", "123"), NOBODY), F4=f"与 {NUMBERS['周桂香']} 同住")
    taken = alert_lists.import_list(office.village, path)
    assert (taken.matched, taken.unmatched) == (0, 3), "a name alone is nobody"
    loose = of(office, "YJ20260001")
    assert NUMBERS["周桂香"] not in loose.text, "a number in what a list says is covered"
    assert [one.head for one in alerts.likely(office.village, loose.id)] == ["石守田"]
    alert_lists.match(office.village, loose.id, homes["李有田"])
    alert_lists.match(office.village, loose.id[:8], homes["石守田"])
    assert of(office, "YJ20260001").household == homes["石守田"], "the last word counts"
    assert [one.household for one in alerts.list_alerts(office.village, homes["石守田"])] == [homes["石守田"]]
    dispose(office, "YJ20260001", "true", note="在家")
    refused("XL-P05", lambda: alert_lists.match(office.village, loose.id, homes["李有田"]))
    office.up()
    (item,) = [one for one in queue.queue(office.county) if one.kind == "alert"]
    assert item.household == homes["石守田"]
    refused("XL-P08", lambda: alert_lists.match(office.county, loose.id, homes["石守田"]))
    # one the county issued without knowing whose it is
    desk_lists.issue_list(office.county, write_list(tmp_path / "second.xlsx", (("周桂", ""),), first=50))
    office.down()
    theirs = of(office, "YJ20260050")
    assert (theirs.household, theirs.source) == ("", "issued")
    alert_lists.match(office.village, theirs.id, homes["周桂香"])
    dispose(office, "YJ20260050", "true", note="就是她，名单少一个字")
    office.up()
    with office.county.reading() as tx:
        held = queries.alert(tx, theirs.id)
        assert held is not None
        assert (held.household, held.source) == (homes["周桂香"], "issued"), "the answer names the family"
    refused("XL-P05", lambda: alert_lists.match(office.village, theirs.id, homes["石守田"]))
    assert rebuild(office.village.store)["equal"]


def test_nobody_is_matched_by_guess(office: Office, tmp_path: Path) -> None:
    people(office)
    pending = households.add_household(office.village, households.AddHousehold("丁土贵", {"group": "二组"}, {"birth": "1951-01-26", "sex": "male"})).id
    men = id_number(dt.date(1951, 1, 26), 945)
    women = id_number(dt.date(1951, 1, 26), 946)
    path = write_list(tmp_path / "list.xlsx", (("冯改名", NUMBERS["石守田"]), ("丁土贵", men), ("丁土贵", women), ("", NUMBERS["吴德厚"])))
    taken = alert_lists.import_list(office.village, path)
    assert [one.household != "" for one in taken.alerts] == [False, True, False, True]
    assert taken.alerts[1].household == pending
    told = {one.row: one.what for one in taken.notes}
    assert told[4].startswith("这个身份证号登记在另一个姓名名下")
    assert told[5].startswith("按姓名和出生日期对上")


def test_rows_of_other_villages_are_left_out_and_told(office: Office, tmp_path: Path) -> None:
    people(office)
    office.up()
    path = write_list(tmp_path / "list.xlsx", (NOBODY, ("孙别村", ""), ("石守田", NUMBERS["石守田"]), ("钱没写", "")), D5="东岭村", D7="")
    at_village = alert_lists.import_list(office.village, path)
    assert [(one.row, one.code) for one in at_village.rejected] == [(5, "XL-S01")]
    at_county = desk_lists.issue_list(office.county, path)
    assert [(one.row, one.code, one.column) for one in at_county.rejected] == [(5, "XL-V08", "所在村"), (7, "XL-V06", "所在村")]
    assert (at_county.matched, at_county.unmatched, at_county.new) == (1, 1, 2)
    mapping = tmp_path / "m.toml"
    mapping.write_text(f'[values.village]\n"东岭村" = "{VILLAGE}"\n[values.kind]\n"医疗支出预警" = "uncovered"\n', encoding="utf-8")
    again = desk_lists.issue_list(office.county, path, mapping=mapping)
    assert [(one.row, one.cls, one.village) for one in again.alerts if one.state == "new"] == [(5, "uncovered", VILLAGE)]
    assert refused("XL-P07", lambda: desk_lists.issue_list(office.village, path))
    assert refused("XL-P08", lambda: alert_lists.import_list(office.county, path))
    assert refused("XL-P08", lambda: alert_feedback.feedback(office.county, path, tmp_path / "x.xlsx"))
    assert refused("XL-P07", lambda: desk_lists.feedback(office.village, path, tmp_path / "x.xlsx"))


def test_feedback_overwrites_nothing_and_refuses_what_it_cannot_write(office: Office, tmp_path: Path) -> None:
    people(office)
    path = write_list(tmp_path / "list.xlsx", L4="镇里已看过", K5="=1+1", O4="  ")
    alert_lists.import_list(office.village, path)
    answered_three(office)
    before = path.read_bytes()
    done = alert_feedback.feedback(office.village, path, tmp_path / "back.xlsx")
    assert [(one.row, one.column) for one in done.kept] == [(4, "核查结果"), (5, "核查人")]
    assert under(tmp_path / "back.xlsx", 4, "核查结果") == "镇里已看过"
    assert path.read_bytes() == before
    refused("XL-F08", lambda: alert_feedback.feedback(office.village, path, path))
    refused("XL-V11", lambda: alert_feedback.feedback(office.village, path, tmp_path / "back.csv"))
    bare = tmp_path / "bare.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["预警编号", "姓名", "身份证号", "预警类型"])
    book.active.append(["YJ20260001", "石守田", NUMBERS["石守田"], "新增残疾预警"])
    book.save(bare)
    assert refused("XL-W18", lambda: alert_feedback.feedback(office.village, bare, tmp_path / "y.xlsx")).next_step.startswith("反馈表要有")
    strange = write_list(tmp_path / "strange.xlsx", first=70)
    assert alert_feedback.feedback(office.village, strange, tmp_path / "z.xlsx").strange == 5


def test_what_has_no_column_of_its_own_stands_with_the_finding(office: Office, tmp_path: Path) -> None:
    people(office)
    path = tmp_path / "short.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["序号", "姓名", "身份证号码", "疑点内容", "下发时间", "办理情况"])
    for at, (name, number) in enumerate(NUMBERS.items(), 1):
        book.active.append([at, name, number, "=cmd()" if at == 1 else "疑似购房", dt.date(2026, 12, 3)])
    book.active["D2"].data_type = "s"  # typed as a text, not a formula
    book.save(path)
    taken = alert_lists.import_list(office.village, path)
    assert (taken.matched, taken.unknown_kinds, taken.classes) == (4, ("没有写类型",), {"risk": 1, "no_longer": 3})
    assert [one.text for one in alerts.list_alerts(office.village) if one.cls == "risk"] == ["=cmd()"]
    one = next(view for view in alerts.list_alerts(office.village) if view.head == "李有田")
    record_visit(office.village, RecordVisit(one.household, "self", kind="alert_answer", answers_alert=one.id))
    alerts.answer(office.village, AnswerAlert(one.id, "verify_exit", note="=房子是弟弟的"))
    refused("XL-W18", lambda: alert_feedback.feedback(office.village, path, tmp_path / "back.xlsx"))
    mapping = tmp_path / "m.toml"
    mapping.write_text('[columns]\nfinding = "办理情况"\n', encoding="utf-8")
    alert_feedback.feedback(office.village, path, tmp_path / "back.xlsx", mapping=mapping)
    assert cells(tmp_path / "back.xlsx")[2][5] == "已上门核查；请镇、县核查；=房子是弟弟的"


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_list_that_is_no_xlsx_is_answered_in_a_copy_of_the_same_columns_and_order(office: Office, tmp_path: Path, kind: str) -> None:
    people(office)
    heads = [*HEADS[:10], "核查结果", "备注"]
    rows: list[list[object]] = [[*heads]]
    for at, (name, number) in enumerate(NUMBERS.items(), 1):
        rows.append([f"YJ2026{at:04d}", name, number, "石桥村", "失业预警", "新增失业登记", "", "2026-12-02", "2027-01-03", "=周主任", "", ""])
    path = (xls_book if kind == "xls" else ods_book)(tmp_path / f"list.{kind}", {"预警明细": rows, "说明": [["按月报"]]})
    assert alert_lists.import_list(office.village, path).matched == 4
    dispose(office, "YJ20260001", "true", note="在家")
    done = alert_feedback.feedback(office.village, path, tmp_path / "back.xlsx")
    assert (done.copied, done.filled, done.open) == (True, 1, 3)
    book = CalamineWorkbook.from_path(str(tmp_path / "back.xlsx"))
    assert book.sheet_names == ["预警明细", "说明"]
    table = book.get_sheet_by_index(0).to_python()
    assert table[0] == heads
    assert table[1] == [*rows[1][:10], "情况属实", "在家"]
    assert table[2] == rows[2]


@pytest.mark.parametrize("change", ["order", "file", "columns"])
def test_a_row_has_one_id_wherever_it_is_read(tmp_path: Path, change: str) -> None:
    """Neither the file's name, nor the order of rows and columns, nor what was filled in since, makes another alert of a row."""
    names = tuple(NUMBERS.items())
    first = {row.name: row.alert for row in read_alerts(write_list(tmp_path / "a.xlsx", names), TODAY).rows}
    other = write_list(tmp_path / "b.xlsx", names, mirrored=change == "columns")
    if change == "order":
        book = openpyxl.load_workbook(other)
        book.active.move_range("A4:P4", rows=len(names))
        book.save(other)
    second = {row.name: row.alert for row in read_alerts(other, dt.date(2027, 6, 1)).rows}
    assert first == second
    assert len(set(first.values())) == len(names)


def test_a_head_of_two_rows_several_sheets_sums_and_covered_numbers_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (
        ["测试县疑点信息核查反馈表"], ["序号", "疑点信息", None, None, None, "核查反馈", None, None, "备注"], [None, "姓名", "身份证号", "疑点内容", "下发时间", "核查人", "核查结果", "核查时间", None],
        [1, "石守田", "999999********0298", "名下有车", dt.date(2026, 12, 1)], [2, "李有田", NUMBERS["李有田"], "家里发生火灾", 46357], ["合计", "2人"], ["填表人：张三", None, None, "负责人：李四"],
    ):
        page.append(row)
    for area in ("A1:I1", "B2:E2", "F2:H2", "A2:A3", "I2:I3"):
        page.merge_cells(area)
    book.create_sheet("说明").append(["请于月底前反馈"])
    other = book.create_sheet("失业比对名单")
    for row in (["编号", "对象姓名", "证件号码", "备注", "备注"], ["A1", "周桂香", "", "先看", "再看"], ["编号", "对象姓名", "证件号码", "备注", "备注"], ["姓名："]):
        other.append(row)
    hidden = book.create_sheet("留底")
    hidden.append(["编号", "对象姓名", "证件号码"])
    hidden.append(["B1", "吴德厚", ""])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "list.xlsx")
    found = read_alerts(tmp_path / "list.xlsx", TODAY)
    assert [(row.name, row.cls, row.on) for row in found.rows] == [("石守田", "no_longer", "2026-12-01"), ("李有田", "risk", "2026-12-01"), ("周桂香", "risk", "")]
    assert found.rows[0].notes[0].what == "身份证号盖住了几位，由人来认是哪一户"
    assert found.rows[2].columns == {"编号": "A1", "对象姓名": "周桂香", "备注": "先看", "备注（E 列）": "再看"}
    assert found.sheets[0].results == {"by": (5,), "finding": (6,), "done_on": (7,), "note": (8,)}


@pytest.mark.parametrize(("data", "code"), [(b"<html><table><tr><td>x</td></tr></table></html>", "XL-W02"), (b"PK\x03\x04", "XL-W02"), (b"", "XL-W02")])
def test_what_is_no_list_is_refused_and_nothing_is_kept(office: Office, tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(data)
    refused(code, lambda: alert_lists.import_list(office.village, path))
    book = openpyxl.Workbook()
    book.active.append(["月份", "户数"])
    book.active.append(["11月", 3])
    book.save(path)
    refused("XL-W01", lambda: desk_lists.issue_list(office.county, path))
    long = write_list(tmp_path / "long.xlsx", (NOBODY,), J4="长" * 30_000, P4="长" * 30_000)
    assert [one.code for one in alert_lists.import_list(office.village, long).rejected] == ["XL-V07"]
    assert alerts.list_alerts(office.village) == []


def test_other_rows_have_other_ids(tmp_path: Path) -> None:
    names = tuple(NUMBERS.items())[:1]
    base = read_alerts(write_list(tmp_path / "a.xlsx", names), TODAY).rows[0].alert
    for place, value in (("A4", "YJ99"), ("B4", "石守"), ("C4", NUMBERS["李有田"]), ("E4", "失业预警"), ("H4", "2026-12-03")):
        other = read_alerts(write_list(tmp_path / "b.xlsx", names, put={place: value}), TODAY).rows[0].alert
        assert (other == base) is (place == "B4"), f"{place}: whose a number is does not change with the name"
    for day, read_on in (("12-02", TODAY), ("12-02", dt.date(2027, 12, 28))):
        assert read_alerts(write_list(tmp_path / "d.xlsx", names, H4=day), read_on).rows[0].alert == read_alerts(write_list(tmp_path / "d.xlsx", names, H4="12-02"), TODAY).rows[0].alert
    bare = [read_alerts(write_list(tmp_path / "c.xlsx", names, A4="", F4=text), TODAY).rows[0].alert for text in ("新核发残疾人证", "新核发残疾人证", "换发残疾人证")]
    assert bare[0] == bare[1] != bare[2]


def test_the_whole_way_by_commands(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from desk_office import PASSPHRASE

    from xieli_tui.cli.main import main

    people(office)
    office.up()
    places = {"county": str(office.county.workspace), "village": str(office.village.workspace)}
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T15:00:00+08:00")

    def xieli(where: str, *words: str, code: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        assert main([*words, "-w", places[where], "--json"]) == code
        body: dict[str, Any] = json.loads(capsys.readouterr().out)
        return body

    for session in office.sessions:
        session.close()
    path = str(write_list(tmp_path / "list.xlsx"))
    issued = xieli("county", "county", "alert", "issue", path)
    assert {key: issued[key] for key in ("rows", "matched", "unmatched", "known", "issued", "rejected")} == {
        "rows": 5, "matched": 4, "unmatched": 1, "known": 0, "issued": 5, "rejected": []}
    assert xieli("county", "county", "alert", "issue", path, "--text", "看看", code=2)["error"]["code"] == "XL-X03"
    taken = xieli("village", "alert", "import", path)
    assert (taken["new"], taken["matched"]) == (5, 4)
    loose = next(one["alert"] for one in taken["alerts"] if not one["household"])
    home = taken["alerts"][0]["household"]
    assert xieli("village", "alert", "match", loose, "--household", home)["household"] == home
    assert xieli("village", "alert", "feedback", path, "--out", str(tmp_path / "v.xlsx"))["open"] == 5
    back = xieli("county", "county", "feedback", path, "--out", str(tmp_path / "c.xlsx"))
    assert (back["rows"], back["filled"], back["nobody"], back["open"]) == (5, 0, 1, 4)
    assert xieli("village", "alert", "import", str(tmp_path / "nowhere.xlsx"), code=5)["error"]["code"] == "XL-F05"
