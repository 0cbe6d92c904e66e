"""Workbooks made by hand: .ods and .xls (BIFF8 in an OLE container), and .xlsx of raw parts, for what no library would write."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

Merges = dict[str, list[tuple[int, int, int, int]]]
Sheets = dict[str, list[list[object]]]
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def raw_book(path: Path, data: str, *, head: str = '<?xml version="1.0" encoding="UTF-8"?>', front: str = "", tail: str = "", properties: str = "", more: dict[str, bytes] | None = None) -> Path:
    """An .xlsx of one sheet 表 with this text between <sheetData> tags."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("[Content_Types].xml", _TYPES)
        out.writestr("_rels/.rels", f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        out.writestr("xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>')
        out.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_RELS}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        out.writestr("xl/worksheets/sheet1.xml", f'{head}<worksheet xmlns="{_MAIN}">{front}<sheetData>{data}</sheetData>{tail}</worksheet>')
        for name, content in (more or {}).items():
            out.writestr(name, content)
    return path


def raw_rows(*rows: list[object]) -> str:
    """Rows of plain cells as sheet text."""
    out = []
    for r, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{escape(value)}</t></is></c>' if isinstance(value, str) else f'<c r="{chr(65 + c)}{r}"><v>{value}</v></c>'
            for c, value in enumerate(row) if value not in ("", None)
        )
        out.append(f'<row r="{r}">{cells}</row>')
    return "".join(out)


def ods_book(path: Path, sheets: Sheets, merges: Merges | None = None, *, manifest: str = "", table: str = "") -> Path:
    """An .ods; `table` takes the place of the sheets."""
    def cell(value: object, span: str) -> str:
        if isinstance(value, dt.date):
            return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"{span}/>'
        if isinstance(value, (int, float)):
            return f'<table:table-cell office:value-type="float" office:value="{value}"{span}/>'
        return f'<table:table-cell office:value-type="string"{span}><text:p>{escape(str(value))}</text:p></table:table-cell>' if value not in ("", None) else f"<table:table-cell{span}/>"

    body = table
    for name, rows in sheets.items():
        width = max(map(len, rows))
        spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in (merges or {}).get(name, [])}
        body += f'<table:table table:name="{name}">'
        for r, row in enumerate(rows):
            body += "<table:table-row>"
            for c in range(width):
                down, right = spans.get((r, c), (1, 1))
                span = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{right}"' if (down, right) != (1, 1) else ""
                body += cell(row[c] if c < len(row) else "", span)
            body += '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        body += '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        out.writestr("META-INF/manifest.xml", manifest or f'<manifest:manifest xmlns:manifest="{space}manifest:1.0"/>')
        out.writestr("content.xml", (
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0" xmlns:text="{space}text:1.0">'
            f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
        ))
    return path


def xls_book(path: Path, sheets: Sheets, merges: Merges | None = None, *, protected: bool = False, reach: tuple[int, int] | None = None) -> Path:
    """An .xls of BIFF8 records in an OLE container; `reach`: how far it says its cells go."""
    def record(ident: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", ident, len(data)) + data

    def text(value: str, wide: str) -> bytes:
        return struct.pack(wide, len(value)) + b"\x01" + value.encode("utf-16-le")

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x1DBB, 0x7CC, 0, 0x600))

    pages = []
    for name, rows in sheets.items():
        page = begin(0x10) + (record(0x200, struct.pack("<IIHHH", 0, reach[0], 0, reach[1], 0)) if reach else b"")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, dt.date):
                    page += record(0x203, struct.pack("<HHHd", r, c, 1, (value - dt.date(1899, 12, 30)).days))
                elif isinstance(value, (int, float)):
                    page += record(0x203, struct.pack("<HHHd", r, c, 0, value))
                elif value not in ("", None):
                    page += record(0x204, struct.pack("<HHH", r, c, 0) + text(str(value), "<H"))
        spans = (merges or {}).get(name, [])
        page += record(0xE5, struct.pack("<H", len(spans)) + b"".join(struct.pack("<HHHH", top, bottom, left, right) for top, left, bottom, right in spans))
        pages.append(page + record(0x0A))
    formats = b"".join(record(0xE0, struct.pack("<HHHBBIIIH", 0, form, 0, 0, 0, 0, 0, 0, 0)[:20]) for form in (0, 14))
    start = begin(5) + (record(0x2F, b"\1\0\1\0\1\0" + b"\0" * 48) if protected else b"") + record(0x42, struct.pack("<H", 1200)) + formats
    names = [record(0x85, struct.pack("<IH", 0, 0) + struct.pack("<B", len(name)) + b"\x01" + name.encode("utf-16-le")) for name in sheets]
    at = len(start) + sum(map(len, names)) + 4
    for place, page in enumerate(pages):
        names[place] = names[place][:4] + struct.pack("<I", at) + names[place][8:]
        at += len(page)
    path.write_bytes(ole({"Workbook": start + b"".join(names) + record(0x0A) + b"".join(pages)}))
    return path


def ole(streams: dict[str, bytes]) -> bytes:
    """An OLE container (512-byte sectors) with these streams, each made long enough for the normal table."""
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    fat: list[int] = []
    body = b""
    entries = []

    def place(data: bytes) -> int:
        nonlocal body
        count = max(1, -(-len(data) // 512))
        first = len(fat)
        fat.extend([*range(first + 1, first + count), end])
        body += data.ljust(count * 512, b"\0")
        return first

    for name, data in streams.items():
        padded = data.ljust(4096, b"\0")
        entries.append((name, 2, place(padded), len(padded)))

    def entry(name: str, kind: int, first: int, size: int, child: int = free, right: int = free) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, free, right, child) + b"\0" * 36 + struct.pack("<IQ", first, size)

    listing = entry("Root Entry", 5, end, 0, child=1)
    for at, (name, kind, first, size) in enumerate(entries, 1):
        listing += entry(name, kind, first, size, right=at + 1 if at < len(entries) else free)
    while len(listing) % 512:
        listing += entry("", 0, 0, 0)[:64].replace(b"\0\0", b"\0\0") + b"\0" * 64
    directory = place(listing)
    sectors = 1
    while sectors * 128 < len(fat) + sectors:
        sectors += 1
    first_fat = len(fat)
    fat.extend([fat_mark] * sectors)
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(sectors * 512, b"\xff")
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
        + struct.pack("<IIIIIIIII", 0, sectors, directory, 0, 4096, end, 0, end, 0) + struct.pack("<109I", *(first_fat + at if at < sectors else free for at in range(109)))
    )
    return header + body + table
