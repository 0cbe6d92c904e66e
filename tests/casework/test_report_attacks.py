"""The report machine at a village that is sent something harmful: its other reports go on, and what leaves holds only what its columns say."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from casework_kit import HEAD_ID, Family, family

from xieli_tui.casework import reports
from xieli_tui.casework.households import set_household, set_person
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.errors import XieliError
from xieli_tui.paper.report_map import Answers
from xieli_tui.store import journal, settings

SPACED, PHONE = "9999 9919 5103 0704 25", "10000002190"


def sheet(path: Path, *heads: str) -> Path:
    book = openpyxl.Workbook()
    for at, head in enumerate(heads, 1):
        book.active.cell(1, at).value = head
    book.save(path)
    return path


@pytest.fixture
def home(village_session: Session) -> Family:
    made = family(village_session, f"王秀英{SPACED}", f"2组{PHONE}")
    set_person(village_session, made.head, {"id_no": HEAD_ID, "note": f"{SPACED} {PHONE}", "school": SPACED, "nation": HEAD_ID})
    set_household(village_session, made.id, {"address": f"2组7号 {PHONE}", "number": HEAD_ID, "note": HEAD_ID})
    record_visit(village_session, RecordVisit(made.id, "self", note=f"{SPACED}，电话 {PHONE}", promise=SPACED, visitors=((f"李{PHONE}", "coordinator"),), changes=("income",)))
    return made


def test_one_damaged_report_hides_none_of_the_others(village_session: Session, home: Family, tmp_path: Path) -> None:
    reports.learn(village_session, sheet(tmp_path / "a.xlsx", "序号", "户主姓名", "家庭人口"), "好表")
    with village_session.writing() as tx:
        settings.put(tx, "report:坏表", '{"report":1}')
        settings.put(tx, "reports", ["坏表", "好表"])
    assert [(one.name, one.unit) for one in reports.listed(village_session)] == [("坏表", reports.DAMAGED), ("好表", "一户一行")]
    reports.run(village_session, "好表", tmp_path / "b.xlsx")
    with pytest.raises(XieliError) as caught:
        reports.run(village_session, "坏表", tmp_path / "c.xlsx")
    assert caught.value.code == "XL-W05"
    assert reports.forget(village_session, "坏表") == "坏表"


TEXTS = ("户主", "姓名", "小组", "户编号", "住址", "备注", "走访人", "答应的事", "走访备注", "走访看到的和变化", "家庭成员姓名", "就读学校", "民族", "救助链")


@pytest.mark.parametrize("unit", ["household", "person", "visit"])
def test_no_number_stands_in_a_column_of_texts_however_it_was_typed(village_session: Session, home: Family, tmp_path: Path, unit: str) -> None:
    answers = Answers(unit=unit, columns={head: head for head in TEXTS})
    learnt = reports.learn(village_session, sheet(tmp_path / "a.xlsx", "序号", *TEXTS), "表", answers)
    assert not learnt.full
    reports.run(village_session, "表", tmp_path / "b.xlsx")
    cells = [str(cell or "") for line in openpyxl.load_workbook(tmp_path / "b.xlsx").active.iter_rows(min_row=2, values_only=True) for cell in line]
    assert any("王秀英" in cell for cell in cells)
    for cell in cells:
        digits = "".join(char for char in cell if char.isdigit() or char == "*")
        assert HEAD_ID not in digits, cell
        assert PHONE not in digits, cell


@pytest.mark.parametrize(
    ("heads", "formats", "full"),
    [
        (("姓名", "身份证号"), {"身份证号": "id_mask"}, False), (("姓名", "身份证号", "出生日期"), {"身份证号": "id_mask"}, True), (("姓名", "身份证号", "出生日期"), {"身份证号": "id_last4"}, True),
        (("姓名", "身份证号", "出生日期"), {"身份证号": "id_mask", "出生日期": "year"}, False), (("姓名", "身份证号"), {}, True), (("姓名", "联系电话"), {"联系电话": "phone_mask"}, False), (("姓名", "联系电话"), {}, True),
    ],
)
def test_what_counts_as_full_is_recorded_so_a_day_of_birth_beside_a_covered_number_too(
    village_session: Session, home: Family, tmp_path: Path, heads: tuple[str, ...], formats: dict[str, str], full: bool,
) -> None:
    assert reports.learn(village_session, sheet(tmp_path / "a.xlsx", "序号", *heads), "表", Answers(unit="person", formats=formats)).full is full
    reports.run(village_session, "表", tmp_path / "b.xlsx")
    with village_session.reading() as tx:
        [line] = journal.events_of_type(tx, "audit.exported")
    assert (line.d["full"], bool(line.d["reason"])) == (full, True)


def test_last_months_people_are_not_in_the_settings_and_not_in_the_next_report(village_session: Session, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(sheet(tmp_path / "a.xlsx", "序号", "姓名", "身份证号"))
    for row in range(2, 6):
        for at, text in enumerate((row, "赵某某", "999999197805010014"), 1):
            book.active.cell(row, at).value = text
    old = book.create_sheet("上月")
    old.sheet_state = "hidden"
    for line in (("序号", "姓名", "身份证号"), (1, "赵某某", "999999197805010014")):
        old.append(line)
    out = io.BytesIO()
    book.save(out)
    (tmp_path / "b.xlsx").write_bytes(out.getvalue())
    reports.learn(village_session, tmp_path / "b.xlsx", "表")
    reports.run(village_session, "表", tmp_path / "c.xlsx")
    done = openpyxl.load_workbook(tmp_path / "c.xlsx")
    assert done.sheetnames == ["Sheet"]
    assert [cell for line in done.active.iter_rows(min_row=2, values_only=True) for cell in line if cell is not None] == []
