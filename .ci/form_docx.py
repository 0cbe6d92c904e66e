"""A layout as a Word template for docxtpl: what a county edits in WPS or Word (called by `.ci/make_forms.py`)."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FACE = "宋体"
PORTRAIT, LANDSCAPE, LABEL = 176, 263, 25
"""Width of the text in mm, and of a label's column."""


def write_docx(out: Path, layout: list[Any], landscape: bool) -> None:
    """Lay the template down; the same layout is the same file."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    page.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    page.left_margin = page.right_margin = Mm(17)
    page.top_margin, page.bottom_margin = Mm(14), Mm(16)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FACE, Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FACE)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    total = LANDSCAPE if landscape else PORTRAIT
    _headline(document, total)
    for one in layout:
        _block(document, one, total)
    _footer(page)
    core = document.core_properties
    core.author = core.last_modified_by = core.comments = core.title = ""
    core.created = core.modified = dt.datetime(2026, 1, 1)  # noqa: DTZ001 (Word's own stamp has no zone)
    document.save(str(out))
    _still(out)


def same(out: Path, layout: list[Any], landscape: bool) -> bool:
    """Whether the file says what the layout says."""
    with tempfile.TemporaryDirectory() as folder:
        other = Path(folder) / "other.docx"
        write_docx(other, layout, landscape)
        return _parts(other) == _parts(out)


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in ("word/document.xml", "word/footer1.xml", "word/styles.xml")}


def _still(path: Path) -> None:
    """The same bytes each time, and no picture of the template the writer brings along."""
    parts: list[tuple[str, bytes]] = []
    with zipfile.ZipFile(path) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist() if "thumbnail" not in name]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            if name == "_rels/.rels":
                data = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", data)
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data)


def _write(paragraph: Any, text: str, size: float = 9.5, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    run.font.name = FACE
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FACE)


def _table(document: Any, rows: int, widths: list[float]) -> Any:
    table = document.add_table(rows=rows, cols=len(widths))
    table.style, table.autofit, table.alignment = "Table Grid", False, WD_TABLE_ALIGNMENT.CENTER
    for row in table.rows:
        for cell, wide in zip(row.cells, widths, strict=True):
            cell.width = Mm(wide)
    return table


def _gap(document: Any) -> None:
    document.add_paragraph().paragraph_format.line_spacing = Pt(5)


def _headline(document: Any, total: int) -> None:
    table = _table(document, 1, [30, total - 60, 30])
    table.style = "Normal Table"
    left, middle, right = table.rows[0].cells
    _write(left.paragraphs[0], "{{ form.mark }}", 11, True)
    middle.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(middle.paragraphs[0], "{{ form.title }}", 18, True)
    right.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _write(right.paragraphs[0], "{{ qr }}")
    _write(document.add_paragraph(), "编号：{{ form.number }}　　{{ place.village }}　　打印日期：{{ form.on }}")


def _footer(page: Any) -> None:
    paragraph = page.footer.paragraphs[0]
    _write(paragraph, "{{ form.number }}　{{ form.digest }}　　第 ", 8)
    for field in ("PAGE", "NUMPAGES"):
        for kind, text in (("begin", ""), ("", field), ("end", "")):
            run = paragraph.add_run()
            run.font.size = Pt(8)
            piece = OxmlElement("w:instrText" if text else "w:fldChar")
            if text:
                piece.text = text
            else:
                piece.set(qn("w:fldCharType"), kind)
            run._element.append(piece)
        _write(paragraph, " 页，共 " if field == "PAGE" else " 页", 8)


def _value(path: str) -> str:
    return f"{{{{ {path} }}}}"


def _said(piece: str) -> str:
    if piece[:1] in ("=", "~") and len(piece) > 1:
        return f"{{{{ {piece[1:]} or '________' }}}}" if piece[0] == "=" else _value(piece[1:])
    return piece


def _block(document: Any, one: tuple[Any, ...], total: int) -> None:
    name, *rest = one
    if name == "head":
        _gap(document)
        _write(document.add_paragraph(), rest[0], 11, True)
    elif name in ("text", "small"):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(4)
        _write(paragraph, "".join(_said(piece) for piece in rest), 9 if name == "small" else 10.5)
    elif name == "fields":
        _gap(document)
        _fields(document, rest[0], rest[1], total)
    elif name == "rows":
        _rows(document, total, *rest)
    elif name == "room":
        table = _table(document, 1, [LABEL, total - LABEL])
        _write(table.rows[0].cells[0].paragraphs[0], rest[0].replace("\n", ""))
        _write(table.rows[0].cells[1].paragraphs[0], _value(rest[1]))
        table.rows[0].height, table.rows[0].height_rule = Mm(rest[2]), WD_ROW_HEIGHT_RULE.AT_LEAST
    elif name == "ticks":
        table = _table(document, 1, [LABEL, total - LABEL])
        _write(table.rows[0].cells[0].paragraphs[0], rest[0])
        _write(table.rows[0].cells[1].paragraphs[0], "　　".join(f"[{{% if {at} %}}√{{% else %}}　{{% endif %}}] {word}" for word, at in rest[1]))
    elif name == "signs":
        _gap(document)
        _signs(document, rest[0], rest[1], total)
    else:
        raise SystemExit(f"unknown block {name}")


def _fields(document: Any, pairs: int, cells: list[tuple[Any, ...]], total: int) -> None:
    value = total / pairs - LABEL
    table = _table(document, 0, [LABEL, value] * pairs)
    at = 0
    for label, path, *over in cells:
        if at == 0 or at >= pairs:
            row, at = table.add_row(), 0
            row.height, row.height_rule = Mm(8), WD_ROW_HEIGHT_RULE.AT_LEAST
            for cell, wide in zip(row.cells, [LABEL, value] * pairs, strict=True):
                cell.width = Mm(wide)
        wide = over[0] if over else 1
        _write(row.cells[2 * at].paragraphs[0], label.replace("\n", ""))
        cell = row.cells[2 * at + 1]
        if wide > 1:
            cell = cell.merge(row.cells[2 * (at + wide) - 1])
        _write(cell.paragraphs[0], _value(path))
        at += wide


def _rows(document: Any, total: int, path: str, least: int, columns: list[tuple[Any, ...]], tall: int = 0) -> None:
    fixed = sum(wide for _, _, wide in columns if wide != "*")
    loose = [wide for _, _, wide in columns if wide == "*"]
    widths = [(total - fixed) / len(loose) if wide == "*" else wide for _, _, wide in columns]
    table = _table(document, 6, widths)
    head, begin, values, end, more, blank = table.rows
    for cell, (label, _, _) in zip(head.cells, columns, strict=True):
        _write(cell.paragraphs[0], label.replace("\n", ""), 9)
    mark = OxmlElement("w:tblHeader")
    head._tr.get_or_add_trPr().append(mark)
    _write(begin.cells[0].paragraphs[0], f"{{%tr for r in {path} %}}")
    for cell, (_, at, _) in zip(values.cells, columns, strict=True):
        _write(cell.paragraphs[0], _value(f"r.{at}"), 9)
    _write(end.cells[0].paragraphs[0], "{%tr endfor %}")
    _write(more.cells[0].paragraphs[0], f"{{%tr for n in range({least} - {path}|length) %}}")
    blank.height, blank.height_rule = Mm(tall or 8), WD_ROW_HEIGHT_RULE.AT_LEAST
    if tall:
        values.height, values.height_rule = Mm(tall), WD_ROW_HEIGHT_RULE.AT_LEAST
    last = table.add_row()
    _write(last.cells[0].paragraphs[0], "{%tr endfor %}")


def _signs(document: Any, labels: list[str | tuple[str, ...]], finger: bool | list[bool], total: int) -> None:
    fingers = finger if isinstance(finger, list) else [finger] * len(labels)
    across = 3 if len(labels) == 3 else min(2, len(labels))
    table = _table(document, 0, [total / across] * across)
    for start in range(0, len(labels), across):
        row = table.add_row()
        row.height, row.height_rule = Mm(21), WD_ROW_HEIGHT_RULE.AT_LEAST
        for cell, label, pressed in zip(row.cells, labels[start : start + across], fingers[start : start + across], strict=False):
            cell.width = Mm(total / across)
            _write(cell.paragraphs[0], f"{label if isinstance(label, str) else ''.join(_said(piece) for piece in label)}：{'　　　　　　（指印）' if pressed else ''}")
            paragraph = cell.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _write(paragraph, "年　　月　　日")
