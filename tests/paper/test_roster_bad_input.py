"""Workbooks that are broken, hostile or not workbooks at all: each ends in a code or a safe result, and nothing is recorded."""

from __future__ import annotations

import datetime as dt
import resource
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from bookkit import ods_book, ole, raw_book, raw_rows, xls_book
from rosterkit import id_number
from xieli_tui.casework.roster import import_roster
from xieli_tui.casework.session import Session
from xieli_tui.errors import XieliError
from xieli_tui.paper import workbook, workbook_guard
from xieli_tui.paper.roster_sheet import read_roster
from xieli_tui.store import journal

TODAY = dt.date(2026, 12, 28)
GOOD = id_number(dt.date(1970, 1, 9), 629)
HEAD: list[object] = ["序号", "姓名", "身份证号", "与户主关系", "出生日期", "备注"]
ROWS = raw_rows(HEAD, [1, "王强", GOOD, "户主", "1970.01.09", "好"])
ODS = '<table:table table:name="表">{}</table:table>'
ODS_CELL = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'


def lying(path: Path) -> Path:
    """An .xlsx whose sheet says it is 90 bytes and unpacks to eight million."""
    raw_book(path, ROWS + " " * 8_000_000)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    size = struct.pack("<I", entry.file_size)
    at = data.find(size)
    while at >= 0:
        data[at : at + 4] = struct.pack("<I", 90)
        at = data.find(size, at)
    path.write_bytes(bytes(data))
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def with_many(path: Path) -> Path:
    """More parts than any workbook has."""
    with zipfile.ZipFile(path, "w") as out:
        for at in range(workbook_guard.MAX_PARTS + 1):
            out.writestr(f"xl/{at}", b"")
    return path


def locked(path: Path) -> Path:
    """A zip whose parts ask for a password."""
    raw_book(path, ROWS)
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(bytes(data))
    return path


BAD: dict[str, tuple[str, str, Callable[[Path], object]]] = {
    "a password of Excel": ("XL-W03", "a.xlsx", lambda path: written(path, ole({"EncryptionInfo": b"x", "EncryptedPackage": b"y" * 900}))),
    "a password of an old .xls": ("XL-W03", "a.xls", lambda path: xls_book(path, {"表": [HEAD]}, protected=True)),
    "a password of an .ods": ("XL-W03", "a.ods", lambda path: ods_book(path, {"表": [HEAD]}, manifest="<manifest><encryption-data/></manifest>")),
    "a zip with a password": ("XL-W03", "a.xlsx", locked),
    "a page of the web": ("XL-W02", "a.xls", lambda path: written(path, "<html><table><tr><td>姓名</td></tr></table></html>".encode())),
    "a page of the web with a mark": ("XL-W02", "a.xlsx", lambda path: written(path, b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><html></html>")),
    "a text table": ("XL-W02", "a.xlsx", lambda path: written(path, "姓名,身份证号\n王强,1\n".encode("gb18030"))),
    "a saved mail": ("XL-W02", "a.xls", lambda path: written(path, b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n")),
    "an XML table": ("XL-W02", "a.xls", lambda path: written(path, b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>')),
    "a PDF": ("XL-W02", "a.xlsx", lambda path: written(path, b"%PDF-1.7\n...")),
    "an .et no reader knows": ("XL-W02", "a.et", lambda path: written(path, ole({"WpsCustom": b"z" * 700}))),
    "nothing": ("XL-W02", "a.xlsx", lambda path: written(path, b"")),
    "half a workbook": ("XL-W02", "a.xlsx", lambda path: written(path, raw_book(path, ROWS).read_bytes()[:700])),
    "an .xlsb": ("XL-W02", "a.xlsb", lambda path: _zip(path, {"xl/workbook.bin": b"\x83\x01", "[Content_Types].xml": b"<Types/>"})),
    "an entity bomb": ("XL-W02", "a.xlsx", lambda path: raw_book(path, '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>', head='<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>')),
    "an entity bomb in the texts": ("XL-W02", "a.xlsx", lambda path: raw_book(path, ROWS, more={"xl/sharedStrings.xml": b'<!DOCTYPE x [<!ENTITY a "a">]><sst/>'})),
    "a size that lies": ("XL-W04", "a.xlsx", lying),
    "a part that unpacks too far": ("XL-W04", "a.xlsx", lambda path: raw_book(path, ROWS, more={"xl/media/image1.png": b"\0" * 8_000_000})),
    "too many parts": ("XL-W04", "a.xlsx", with_many),
    "one stray cell in the last row": ("XL-W04", "a.xlsx", lambda path: raw_book(path, ROWS + '<row r="1048576"><c r="Z1048576"><v>1</v></c></row>')),
    "one stray cell in single quotes": ("XL-W04", "a.xlsx", lambda path: raw_book(path, ROWS + "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")),
    "a stray cell behind a comment": ("XL-W04", "a.xlsx", lambda path: raw_book(path, ROWS + '<!-- <c x=" --><row r="1048576"><c r="XFD1048576"><v>1</v></c></row><!-- "> -->')),
    "cells without a place, forever": ("XL-W04", "a.xlsx", lambda path: raw_book(path, "<row>" + "<c><v>1</v></c>" * 16_000 + "</row>" + "<row><c><v>1</v></c></row>" * 600)),
    "a repeated cell of an .ods": ("XL-W04", "a.ods", lambda path: ods_book(path, {}, table=ODS.format("<table:table-row>" + ODS_CELL.format(' table:number-columns-repeated="900000000"', "x") + "</table:table-row>"))),
    "a repeated row of an .ods": ("XL-W04", "a.ods", lambda path: ods_book(path, {}, table=ODS.format('<table:table-row table:number-rows-repeated="900000000">' + ODS_CELL.format("", "x") + "</table:table-row>"))),
    "an .ods the reader never comes back from": ("XL-W02", "a.ods", lambda path: ods_book(path, {}, table="<table:ta le table:name=\"x\"><text<c>:p></text:p></table:table>")),
    "texts by the thousand million, by their own word": ("XL-W04", "a.xlsx", lambda path: raw_book(path, ROWS, more={"xl/sharedStrings.xml": b'<sst count="9" uniqueCount="4000000000"/>'})),
    "merges by the thousand million, by their own word": ("XL-W04", "a.xlsx", lambda path: raw_book(path, ROWS, tail='<mergeCells count="+99999999999"/>')),
    "an .xls that says it has no end": ("XL-W04", "a.xls", lambda path: xls_book(path, {"表": [HEAD]}, reach=(0xFFFFFFFF, 0xFFFF))),
    "a cell beyond any sheet": ("XL-W02", "a.xlsx", lambda path: raw_book(path, ROWS + '<row r="3"><c r="F9999999993"><v>1</v></c></row>')),
    "a repeat only the reader can tell": ("XL-W04", "a.ods", lambda path: ods_book(path, {}, table=ODS.format("<table:table-row>" + ODS_CELL.format(' table:number-columns-repeated="&#57;00000000"', "x") + "</table:table-row>"))),
    "rows far below": ("XL-W04", "a.xlsx", lambda path: raw_book(path, ROWS + '<row r="200001"><c r="A200001"><v>1</v></c></row>')),
    "501 columns": ("XL-W04", "a.xlsx", lambda path: raw_book(path, ROWS + '<row r="3"><c r="SG3"><v>1</v></c></row>')),
    "merges that overlap": ("XL-W02", "a.xlsx", lambda path: raw_book(path, ROWS, tail="<mergeCells>" + '<mergeCell ref="A1:A2"/>' * 60 + "</mergeCells>")),
    "a merge of nonsense": ("XL-W02", "a.xlsx", lambda path: raw_book(path, ROWS, tail='<mergeCells><mergeCell ref="junk"/></mergeCells>')),
    "a NUL in a text": ("XL-W02", "a.xlsx", lambda path: raw_book(path, '<row r="1"><c r="A1" t="inlineStr"><is><t>a&#0;b</t></is></c></row>')),
    "a table without a head": ("XL-W01", "a.xlsx", lambda path: raw_book(path, raw_rows(["甲", "乙"], ["丙", "丁"]))),
}


def _zip(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return path


def test_every_bad_workbook_ends_in_its_code_with_a_next_step_and_nothing_is_recorded(village_session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_guard, "MAX_UNPACKED", 4_000_000)
    with village_session.reading() as tx:
        before = journal.count(tx)
    high = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for at, (what, (code, name, make)) in enumerate(BAD.items()):
        path = tmp_path / f"{at}" / name
        path.parent.mkdir()
        make(path)
        with pytest.raises(XieliError) as caught:
            import_roster(village_session, path)
        assert caught.value.code == code, what
        assert caught.value.next_step, what
        assert caught.value.exit_code == 4, what
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - high < 150 * 1024
    with village_session.reading() as tx:
        assert journal.count(tx) == before


@pytest.mark.parametrize(("what", "says"), [
    ("a page of the web", "这是网页（HTML），只是名字像 Excel"), ("a text table", "这是文本表格（CSV），只是名字像 Excel"), ("half a workbook", "文件不完整或已损坏"),
    ("one stray cell in the last row", "最远的一格在 Z1048576"),
])
def test_what_a_file_really_is_is_said(tmp_path: Path, what: str, says: str) -> None:
    _, name, make = BAD[what]
    make(tmp_path / name)
    with pytest.raises(XieliError) as caught:
        read_roster(tmp_path / name, TODAY)
    assert says in caught.value.what


def test_what_is_only_odd_is_read_and_said(tmp_path: Path) -> None:
    head = raw_rows(HEAD)
    rows = (
        f'<row r="2"><c r="B2" t="inlineStr"><is><t>王强</t></is></c><c r="C2" t="str"><f>D9</f><v>{GOOD}</v></c><c r="D2" t="inlineStr"><is><t>户主</t></is></c>'
        '<c r="E2"><f>DATE(1970,1,9)</f></c><c r="F2" t="e"><v>#REF!</v></c></row>'
        '<row r="3"><c r="A3" t="b"><v>1</v></c><c r="B3" t="inlineStr"><is><t>刘英</t></is></c><c r="C3"><v>nan</v></c><c r="D3" t="inlineStr"><is><t>#N/A</t></is></c><c r="E3"><v>45963</v></c>'
        '<c r="F3" t="inlineStr"><is><t>=cmd|\'/c calc\'!A1</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    )
    path = raw_book(
        tmp_path / "a.xlsm", head + rows, more={"xl/vbaProject.bin": b"macro", "xl/externalLinks/externalLink1.xml": b"<externalLink/>"},
        tail='<mergeCells><mergeCell ref="A1:A1"/></mergeCells>',
    )
    roster = read_roster(path, TODAY)
    first, second = roster.rows
    assert (first.name, first.id.number, first.fields) == ("王强", GOOD, {})
    assert [(note.column, note.code) for note in first.notes] == [("出生日期", "XL-W19"), ("备注", "XL-W19")]
    assert (second.name, second.relation_given, second.birth, second.fields) == ("刘英", False, "2025-11-02", {"note": "=cmd|'/c calc'!A1"})
    assert [(note.column, note.code) for note in second.notes] == [("身份证号", "XL-W19"), ("与户主关系", "XL-W19")]
    assert roster.said == ("这个文件带宏，宏没有运行，只读了格子", "有公式链到别的文件，取的是表里存着的值，没有去打开别的文件")


def test_days_of_a_workbook_that_counts_from_1904_are_the_days_it_shows(tmp_path: Path) -> None:
    rows = raw_rows(HEAD, [1, "王强", "", "户主", 24_115, ""], [2, "刘英", "", "配偶", "1971.2.3", ""])
    path = raw_book(tmp_path / "a.xlsx", rows, properties='<workbookPr date1904="1"/>')
    assert [row.birth for row in read_roster(path, TODAY).rows] == ["1970-01-09", "1971-02-03"]


def test_names_with_marks_that_hide_or_turn_are_the_names_one_sees(tmp_path: Path) -> None:
    rows = raw_rows(HEAD, [1, "王\u200b强", "", "户主", "", ""], [2, "\u202e刘英\u202c", "", "配偶", "", ""], [3, "陈_x0007_财\ufeff", "", "长子", "", ""], [4, "\u200b", "", "次子", "", ""])
    assert [row.name for row in read_roster(raw_book(tmp_path / "a.xlsx", rows), TODAY).rows] == ["王强", "刘英", "陈财"]


def test_five_hundred_columns_and_an_absurd_measure_are_read_in_little_memory(tmp_path: Path) -> None:
    wide = raw_book(tmp_path / "a.xlsx", ROWS + '<row r="3"><c r="SF3"><v>1</v></c></row>')
    assert len(read_roster(wide, TODAY).rows) == 1
    with xlsxwriter.Workbook(str(tmp_path / "b.xlsx")) as out:
        page = out.add_worksheet()
        for at, word in enumerate([*HEAD, *(f"栏{n}" for n in range(494))]):
            page.write_string(0, at, str(word))
        for r in range(1, 60):
            page.write_row(r, 0, [r, f"王{r}", "", "户主", "", *(["x"] * 495)])
    roster = read_roster(tmp_path / "b.xlsx", TODAY)
    assert (len(roster.rows), len(roster.sheets[0].header.texts)) == (59, 500)
    high = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    absurd = raw_book(tmp_path / "c.xlsx", ROWS, front='<dimension ref="A1:XFD1048576"/>')
    assert len(read_roster(absurd, TODAY).rows) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - high < 40 * 1024


def test_rows_up_to_the_limit_are_read_and_one_more_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 300)
    cells = [[at, f"王{at}", "", "户主", "", ""] for at in range(1, 300)]
    assert len(read_roster(raw_book(tmp_path / "a.xlsx", raw_rows(HEAD, *cells)), TODAY).rows) == 299
    over = raw_book(tmp_path / "b.xlsx", raw_rows(HEAD, *cells, [300, "刘英", "", "户主", "", ""]))
    with pytest.raises(XieliError) as caught:
        read_roster(over, TODAY)
    assert caught.value.code == "XL-W04"
