"""Forms as .docx (docxtpl): a template an office edits in WPS or Word, one document, bytes out.

Rules kept here
- values are put in with everything of XML escaped, by a sandbox that reaches nothing but the values; a name the template asks for and nobody gives is an error;
- a template with macros, links out of the file or parts too large is refused before it is opened;
- the computer's own font prints it: what the program's font lacks is told beside it, not refused (`glyphs`).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from xieli_tui.errors import Refused
from xieli_tui.paper.pdf import FORMS

TEMPLATE_LIMIT = 2 * 1024 * 1024
INFLATED_LIMIT = 20 * 1024 * 1024
_OUTWARD = re.compile(rb"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
_MACROS = re.compile(r"vba|activeX|embeddings|\.bin$", re.IGNORECASE)


def shipped(form: str) -> bytes:
    """The program's own template of a form."""
    return (FORMS / f"{form}.docx").read_bytes()


def check(template: bytes) -> None:
    """Whether a template may be opened at all. Raises Refused: XL-W32 with what is wrong."""
    if len(template) > TEMPLATE_LIMIT:
        raise Refused("XL-W32", f"表样最大 {TEMPLATE_LIMIT // 1024} KiB", field="file")
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            parts = archive.infolist()
            if "word/document.xml" not in {one.filename for one in parts}:
                raise Refused("XL-W32", "不是 Word 文件", field="file")
            if sum(one.file_size for one in parts) > INFLATED_LIMIT:
                raise Refused("XL-W32", "展开太大", field="file")
            for one in parts:
                if _MACROS.search(one.filename):
                    raise Refused("XL-W32", "里面有宏或嵌入的文件", field="file")
                if one.filename.endswith(".rels") and _OUTWARD.search(archive.read(one)):
                    raise Refused("XL-W32", "里面有连到外面的链接", field="file")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refused("XL-W32", "不是 Word 文件，或加了密", field="file") from error


def docx(template: bytes, data: Mapping[str, Any], code: bytes) -> bytes:
    """One document. `code` is its QR code as PNG.

    Raises:
        Refused: XL-W32 the template.
    """
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from lxml.etree import LxmlError

    check(template)
    try:
        document = DocxTemplate(io.BytesIO(template))
        room = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        document.render({**data, "qr": InlineImage(document, io.BytesIO(code), width=Mm(17))}, room, autoescape=True)
        out = io.BytesIO()
        document.save(out)
    except TemplateError as error:
        raise Refused("XL-W32", str(error.message or "")[:200], field="file") from error
    except (LxmlError, KeyError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        raise Refused("XL-W32", "表样里的写法不对", field="file") from error
    return out.getvalue()
