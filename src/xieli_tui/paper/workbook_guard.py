"""Looking a workbook over before a parser gets it: what it is, whether it fits, and what the parser would keep silent about.

Rules kept here
- no size somebody wrote into the file is believed: every part is inflated and counted, and a part that would unpack too far stops there;
- a sheet is measured by its cells that hold something: one stray cell in the last row would cost a gigabyte, so it is refused by name of the cell;
- a page of the web, a text table or a damaged archive under the name of a workbook is told as what it is;
- hidden rows and columns, formulas without a stored result, error values, macros and links to other files are found here, because the reader passes them in silence.
"""

from __future__ import annotations

import errno
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree
from xml.parsers import expat

from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper import workbook_ole

MAX_FILE = 64 * 1024 * 1024
MAX_UNPACKED = 400 * 1024 * 1024
MAX_PARTS = 5_000
MAX_CELLS = 3_000_000
"""Cells that hold something in one sheet: 100,000 rows of thirty columns."""
MAX_AREA = 8_000_000
"""Cells of the rectangle they span, which the reader lays out whole."""
MAX_LAST = 200_000
"""The last row that holds something: rows with something are counted apart, what is blank between them costs too."""
_MAX_MARKED = 50_000
_SMALL = 4 * 1024 * 1024
_LETTERS = [chr(65 + at) for at in range(26)]

_P = rb"(?:[A-Za-z_][\w.-]*:)?"
_ATTRS = rb"""[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*"""
_QUIET = rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|"
_TOKEN = re.compile(
    _QUIET
    + rb"<" + _P + rb"(?:"
    + rb'c(?=[\s/>])(?P<cell>(?:\s+r="(?P<col>[A-Z]{1,3})(?P<row>[0-9]{1,7})")?(?P<rest>' + _ATTRS + rb"))>"
    + rb"(?P<none>\s*</|\s*<" + _P + rb"f(?=[\s/>])" + _ATTRS + rb">(?:[^<]*</" + _P + rb"f>)?\s*(?:<" + _P + rb"v\s*/>|<" + _P + rb"v>\s*</" + _P + rb"v>)?\s*</" + _P + rb"c>)?"
    + rb"|row(?=[\s/>])(?P<line>" + _ATTRS + rb")>"
    + rb"|col(?=[\s/>])(?P<column>" + _ATTRS + rb")>)",
    re.DOTALL,
)
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_ANY_CELL = re.compile(rb"<c[\s/>]")
_ODD = (b"<!--", b"<![CDATA[", b":c ", b":row", b"<f", b"hidden", b't="e"', b"t='e'")
"""What a sheet of plain values has not: only with one of these is it gone through token by token."""
_COUNTED = re.compile(rb"<" + _P + rb"(?:sst|mergeCells|cellXfs|numFmts)(?=[\s/>])(" + _ATTRS + rb")>")
"""Lists that say how long they are: the reader takes that much memory at their word, and dies."""
_ODS_TOKEN = re.compile(
    _QUIET + rb"<table:(?P<what>table-row|table-cell|covered-table-cell|table-column|table)(?=[\s/>])(?P<attrs>" + _ATTRS + rb")>|</table:(?P<end>table-row|table)\s*>", re.DOTALL,
)
_REF = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_TOO_MANY = 10**9
_ATTR = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TRUE = (b"1", b"true")
_BROKEN, _AGAIN = "文件不完整或已损坏", "请对方重新发一份；还能打开的，在 WPS 里另存为 .xlsx 再导入"
_BAD_VALUE = "请在 WPS 或 Excel 里打开，另存为 .xlsx 再导入"


@dataclass(slots=True)
class SheetFacts:
    """What a sheet has that the reader does not tell. Places are (row, column) from 0."""

    hidden_rows: int = 0
    hidden_columns: int = 0
    no_result: set[tuple[int, int]] = field(default_factory=set)
    """Formulas nobody computed, and error values: the reader gives blanks for them."""
    merges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    """Merged cells where the reader gives none (.ods)."""


@dataclass(slots=True)
class Facts:
    """What a workbook has besides its cells."""

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    macros: bool = False
    links: bool = False
    from_1904: bool = False


def look_over(path: Path) -> Facts:
    """Refuse what is no readable workbook, and say what is in one besides cells.

    Raises:
        NotFound: XL-F05.
        Refused: XL-F01 a folder, F06 unreadable, W02 no workbook, W03 a password, W04 too large.
    """
    try:
        if path.is_dir():
            raise Refused("XL-F01")
        if not path.exists():
            raise NotFound("XL-F05")
        if path.stat().st_size > MAX_FILE:
            raise Refused("XL-W04")
        with path.open("rb") as file:
            start = file.read(4096)
            if start.startswith(workbook_ole.OLE):
                return _old(start + file.read())
            if not start.startswith(b"PK"):
                raise Refused("XL-W02", _instead(start))
            return _Archive(file).facts()
    except (zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, ElementTree.ParseError, ValueError, EOFError, NotImplementedError, RecursionError):
        raise Refused("XL-W02", _BROKEN, next_step=_AGAIN) from None
    except OSError as error:
        raise unreadable(error) from None


def unreadable(error: OSError) -> Refused:
    """A place in the file that cannot be is a broken file; everything else is the disk."""
    return Refused("XL-W02", _BROKEN, next_step=_AGAIN) if type(error) is OSError and error.errno in (None, errno.EINVAL) else Refused("XL-F06")


def _old(data: bytes) -> Facts:
    """An .xls. Raises Refused XL-W03, W04; ValueError for a torn one."""
    try:
        found = workbook_ole.look_over(data, lambda: _Extent().add)
    except (workbook_ole.Torn, struct.error):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("XL-W03") from None
        raise
    if found.protected:
        raise Refused("XL-W03")
    sheets = {name: SheetFacts(one.hidden_rows, one.hidden_columns, one.no_result) for name, one in found.sheets.items()}
    return Facts(sheets, found.macros)


def _instead(start: bytes) -> str:
    """What a file without a workbook's beginning is."""
    text = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if not start:
        return "文件是空的"
    if b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return "这是 XML 表格，只是名字像 Excel"
    if text.startswith((b"mime-version", b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<style")) or b"<html" in text[:1024]:
        return "这是网页（HTML），只是名字像 Excel"
    if text.startswith(b"%pdf"):
        return "这是 PDF，不是表格"
    if text.startswith((b"\xff\xd8\xff", b"\x89png")):
        return "这是图片，不是表格"
    plain = b"\0" not in start[:512] or start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if plain and any(mark in start for mark in (b",", b"\t", b";")):
        return "这是文本表格（CSV），只是名字像 Excel"
    return ""


class _Archive:
    """A zip of parts, each inflated by us."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.zip = zipfile.ZipFile(file)
        self.entries = self.zip.infolist()
        self.left = MAX_UNPACKED
        if len(self.entries) > MAX_PARTS:
            raise Refused("XL-W04")

    def facts(self) -> Facts:
        found = Facts()
        named = {entry.filename.lower().replace("\\", "/"): entry for entry in self.entries}
        if "content.xml" in named and "xl/workbook.xml" not in named:
            self._ods(found, named)
            return found
        if "xl/workbook.xml" not in named and any(name.startswith("xl/") and name.endswith(".bin") for name in named):
            raise Refused("XL-W02", "这是 .xlsb")
        found.macros = any(name.endswith("vbaproject.bin") for name in named)
        found.links = any(name.startswith("xl/externallinks/") for name in named)
        of_part: dict[str, SheetFacts] = {}
        for entry in self.entries:
            name = entry.filename.lower().replace("\\", "/")
            data = self.whole(entry) if name.endswith((".xml", ".rels")) else self.counted(entry)
            _well_formed(data)
            for opened in _COUNTED.findall(data):
                if any(_whole(_attrs(opened).get(key), 0) > MAX_CELLS for key in (b"count", b"uniqueCount")):
                    raise Refused("XL-W04")
            if b"sheetData" in data:
                of_part[name] = _measure(data)
            elif name == "xl/workbook.xml":
                book = data
            elif name == "xl/_rels/workbook.xml.rels":
                rels = data
        if "xl/workbook.xml" in named and "xl/_rels/workbook.xml.rels" in named:
            self._names(found, of_part, book, rels)
        return found

    def _names(self, found: Facts, of_part: dict[str, SheetFacts], book: bytes, rels: bytes) -> None:
        if len(book) > _SMALL or len(rels) > _SMALL:
            raise Refused("XL-W04")
        related, sheets = (ElementTree.fromstring(part) for part in (rels, book))  # noqa: S314 - small, and neither DOCTYPE nor entity gets here
        targets = {str(one.get("Id")): str(one.get("Target", "")) for one in related}
        for one in sheets.iter():
            tag = one.tag.rsplit("}", 1)[-1]
            if tag == "workbookPr":
                found.from_1904 = (one.get("date1904") or "").encode() in _TRUE
            elif tag == "sheet":
                ident = next((value for key, value in one.attrib.items() if key.rsplit("}", 1)[-1] == "id"), "")
                target = targets.get(ident, "").replace("\\", "/").lower()
                part = target.lstrip("/") if target.startswith(("/", "xl/")) else f"xl/{target}"
                if part in of_part:
                    found.sheets[str(one.get("name", ""))] = of_part[part]

    def _ods(self, found: Facts, named: dict[str, zipfile.ZipInfo]) -> None:
        manifest = named.get("meta-inf/manifest.xml")
        if manifest is not None and b"encryption-data" in self.whole(manifest):
            raise Refused("XL-W03")
        found.macros = any(name.startswith(("basic/", "scripts/")) for name in named)
        for name, entry in named.items():
            if name == "content.xml":
                data = self.whole(entry)
                _well_formed(data)
                found.sheets = _measure_ods(data)
            elif entry is not manifest:
                self.counted(entry)

    def counted(self, entry: zipfile.ZipInfo) -> bytes:
        """Nothing: a part that is only measured."""
        for _ in self.pieces(entry):
            pass
        return b""

    def whole(self, entry: zipfile.ZipInfo) -> bytes:
        """A part."""
        return b"".join(self.pieces(entry))

    def pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The bytes of a part as they really come out, whatever size is written beside it. Raises Refused XL-W03, W04; zipfile.BadZipFile."""
        if entry.flag_bits & 1:
            raise Refused("XL-W03")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile
        self.file.seek(entry.header_offset)
        header = self.file.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise zipfile.BadZipFile
        self.file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        left, inflate = entry.compress_size, zlib.decompressobj(-15)
        while left > 0:
            raw = self.file.read(min(left, 1 << 16))
            if not raw:
                raise EOFError
            left -= len(raw)
            if entry.compress_type == zipfile.ZIP_STORED:
                yield self._spend(raw)
                continue
            while raw and not inflate.eof:
                yield self._spend(inflate.decompress(raw, 1 << 20))
                raw = inflate.unconsumed_tail
        if entry.compress_type == zipfile.ZIP_DEFLATED and not inflate.eof:
            yield self._spend(inflate.flush())
            if not inflate.eof:
                raise EOFError

    def _spend(self, data: bytes) -> bytes:
        self.left -= len(data)
        if self.left < 0:
            raise Refused("XL-W04", "解开以后太大")
        return data


def _well_formed(data: bytes) -> None:
    """The reader never comes back from some .ods that is not well-formed, so every part is gone through first. Raises Refused XL-W02, ExpatError."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refused("XL-W02", "里面有不该有的定义", next_step=_BAD_VALUE)
    try:
        if data:
            expat.ParserCreate().Parse(data, True)
    except LookupError:  # a text in letters nobody knows
        raise Refused("XL-W02", _BROKEN, next_step=_AGAIN) from None


@dataclass(slots=True)
class _Extent:
    """How far the cells that hold something reach."""

    cells: int = 0
    row: int = -1
    column: int = -1

    def add(self, row: int, column: int, cells: int = 1) -> None:
        self.cells += cells
        if row > self.row or column > self.column:
            self.row, self.column = max(row, self.row), max(column, self.column)
            if self.row >= MAX_LAST or (self.row + 1) * (self.column + 1) > MAX_AREA:
                raise Refused("XL-W04", f"最远的一格在 {letter(column)}{row + 1}", next_step="请删掉表格下面、右面多余的格子再导入；一次不超过 100,000 行、500 列")
        if self.cells > MAX_CELLS:
            raise Refused("XL-W04")


def letter(column: int) -> str:
    """A column's letter: 0 is A."""
    out = ""
    at = column + 1
    while at > 0:
        at, rest = divmod(at - 1, 26)
        out = _LETTERS[rest] + out
    return out


def _number(letters: bytes) -> int:
    at = 0
    for one in letters:
        at = at * 26 + one - 64
    return at - 1


def _attrs(raw: bytes) -> dict[bytes, bytes]:
    return {name: double or single for name, double, single in _ATTR.findall(raw)}


def _whole(raw: bytes | None, otherwise: int) -> int:
    """A count as the reader takes it: what is longer than any sheet, or written so that only the reader can tell, is more than may be."""
    if raw is None:
        return otherwise
    plain = raw.removeprefix(b"+")
    return int(plain) if plain.isdigit() and len(plain) <= 9 else _TOO_MANY if b"&" in raw or plain.isdigit() else otherwise


def _place(raw: bytes) -> tuple[int, int]:
    """(row, column) of a cell's own word for its place. Raises ValueError for what is no place: the reader would count round the corner."""
    hit = _REF.fullmatch(raw)
    if hit is None:
        raise ValueError
    return int(hit[2]) - 1, _number(hit[1])


def _plain(data: bytes) -> bool:
    """True for a sheet of plain values that fits, blank cells counted: most are, and this is ten times as fast."""
    if any(mark in data for mark in _ODD):
        return False
    pairs = _PLAIN_CELL.findall(data)
    if len(pairs) > MAX_CELLS or len(pairs) != len(_ANY_CELL.findall(data)):
        return False
    columns, rows = {letters for letters, _ in pairs}, {row for _, row in pairs}
    last = max(map(int, rows), default=0)
    return last <= MAX_LAST and (max(map(_number, columns), default=0) + 1) * last <= MAX_AREA


def _measure(data: bytes) -> SheetFacts:
    """A sheet of an .xlsx, cell by cell, counted as the reader counts: a cell without a place stands after the one before."""
    facts, extent = SheetFacts(), _Extent()
    if _plain(data):
        return facts
    row = column = -1
    places: dict[bytes, int] = {}
    for hit in _TOKEN.finditer(data):
        kind = hit.lastgroup
        if kind is None:
            continue
        if hit["cell"] is not None:
            letters = hit["col"]
            if letters is not None:
                column = places.get(letters, -1)
                if column < 0:
                    column = places[letters] = _number(letters)
                row = int(hit["row"]) - 1
            else:
                column += 1
                if b"r" in hit["rest"] and (own := _attrs(hit["rest"]).get(b"r")) is not None:
                    row, column = _place(own)
            rest, none = hit["rest"], hit["none"]
            if rest.endswith(b"/"):
                continue
            formula = none is not None and b"f" in none
            if none is None or formula:
                extent.add(row, column)
                if (formula or b't="e"' in rest or b"t='e'" in rest) and len(facts.no_result) < _MAX_MARKED:
                    facts.no_result.add((row, column))
        elif hit["line"] is not None:
            found = _attrs(hit["line"])
            row = _place(b"A" + found[b"r"])[0] if b"r" in found else row + 1
            column = -1
            facts.hidden_rows += found.get(b"hidden") in _TRUE
        else:
            found = _attrs(hit["column"])
            if found.get(b"hidden") in _TRUE:
                facts.hidden_columns += min(_whole(found.get(b"max"), 0), 16_384) - _whole(found.get(b"min"), 1) + 1
    return facts


def _measure_ods(data: bytes) -> dict[str, SheetFacts]:
    """The sheets of an .ods: repeats are counted before anybody lays them out."""
    sheets: dict[str, SheetFacts] = {}
    facts, extent = SheetFacts(), _Extent()
    row = column = repeat = depth = 0
    held: list[tuple[int, int]] = []
    for hit in _ODS_TOKEN.finditer(data):
        what = hit["what"]
        if what is None:
            if hit["end"] == b"table-row" and depth == 1:
                for first, last in held:
                    extent.add(row, first)
                    extent.add(row + repeat - 1, last, (last - first + 1) * repeat)
                row += repeat
                held = []
            elif hit["end"] == b"table":
                depth -= 1
            continue
        found = _attrs(hit["attrs"])
        if what == b"table":
            depth += 1
            if depth == 1:
                facts, extent, row = SheetFacts(), _Extent(), 0
                sheets[found.get(b"table:name", b"").decode("utf-8", "replace")] = facts
        elif depth != 1:
            continue
        elif what == b"table-row":
            column, repeat, held = 0, max(1, _whole(found.get(b"table:number-rows-repeated"), 1)), []
            if found.get(b"table:visibility") in (b"collapse", b"filter"):
                facts.hidden_rows += min(repeat, MAX_AREA)
            if hit["attrs"].endswith(b"/"):
                row += repeat
        elif what == b"table-column":
            if found.get(b"table:visibility") == b"collapse":
                facts.hidden_columns += _whole(found.get(b"table:number-columns-repeated"), 1)
        else:
            wide = max(1, _whole(found.get(b"table:number-columns-repeated"), 1))
            if b"office:value-type" in found:
                held.append((column, column + wide - 1))
            elif b"table:formula" in found and len(facts.no_result) < _MAX_MARKED:
                facts.no_result.add((row, column))
            down, right = _whole(found.get(b"table:number-rows-spanned"), 1), _whole(found.get(b"table:number-columns-spanned"), 1)
            if (down > 1 or right > 1) and len(facts.merges) < _MAX_MARKED:
                facts.merges.append(((row, column), (row + down - 1, column + right - 1)))
            column += wide
    return sheets
