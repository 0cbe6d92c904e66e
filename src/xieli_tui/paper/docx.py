"""Forms as .docx (docxtpl): a template an office edits in WPS or Word, one document, bytes out.

Rules kept here
- values are put in with everything of XML escaped, by a sandbox that reaches nothing but the values, makes no large text out of a small one and gets no object of
  ours into its hands, not even that of the QR code; a name the template asks for and nobody gives is an error;
- a template with macros, embedded parts, links out of the file, fields that fetch or start something, declared entities or parts too large is refused before it is
  opened, however its parts are written; what comes out is looked at once more;
- the computer's own font prints it: what the program's font lacks is told beside it, not refused (`glyphs`).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from xieli_tui.errors import Refused
from xieli_tui.paper.pdf import FORMS

TEMPLATE_LIMIT = 2 * 1024 * 1024
INFLATED_LIMIT = 20 * 1024 * 1024
_MACROS = re.compile(r"vba|activeX|embeddings|afchunk|\.bin$", re.IGNORECASE)
_PARTS = re.compile(r"\.(?:xml|rels)$", re.IGNORECASE)
_BROUGHT = re.compile(r"/(?:aFChunk|subDocument|attachedTemplate|frame|oleObject|package|control|externalLink\w*|vbaProject)$", re.IGNORECASE)
"""Relationships that bring another document in."""
_FIELDS = re.compile(
    r"\b(?:DDE|DDEAUTO|INCLUDE|INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK|HYPERLINK|DATABASE|EMBED|MACROBUTTON|GOTOBUTTON|AUTOTEXT|AUTOTEXTLIST|GLOSSARY|RD|MERGEFIELD|MAILMERGE|SHAPE|CONTROL|ADDIN|PRINT)\b|[{][{%]", re.IGNORECASE,
)
"""Fields that fetch, start or send something; none is made of values."""
_ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//|\\\\)", re.IGNORECASE)
"""A target that is no part of the file, whatever it says of itself."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


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
            names = {one.filename for one in parts}
            if len(names) != len(parts) or any(".." in name.split("/") or name.startswith("/") or "\\" in name for name in names):
                raise Refused("XL-W32", "里面的部分重名，或不在文件里", field="file")
            for one in parts:
                if _MACROS.search(one.filename):
                    raise Refused("XL-W32", "里面有宏或嵌入的文件", field="file")
                if _PARTS.search(one.filename):
                    _look(one.filename, archive.read(one))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refused("XL-W32", "不是 Word 文件，或加了密", field="file") from error


def _look(name: str, part: bytes) -> None:
    """One part of the file, as every program that opens it will read it."""
    from lxml import etree

    try:
        root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.LxmlError as error:
        raise Refused("XL-W32", "里面有读不了的内容", field="file") from error
    if root.getroottree().docinfo.doctype:
        raise Refused("XL-W32", "里面有读不了的内容", field="file")
    if name.lower().endswith(".rels"):
        for link in root.iter("{*}Relationship"):
            if str(link.get("TargetMode", "Internal")).strip().lower() != "internal" or _ELSEWHERE.match(str(link.get("Target", ""))):
                raise Refused("XL-W32", "里面有连到外面的链接", field="file")
            if _BROUGHT.search(str(link.get("Type", ""))):
                raise Refused("XL-W32", "里面有宏或嵌入的文件", field="file")
    fields = "".join(str(one.text or "") for one in root.iter(f"{_W}instrText", f"{_W}delInstrText"))
    if any(_FIELDS.search(text) for text in (fields, *(str(one.get(f"{_W}instr", "")) for one in root.iter(f"{_W}fldSimple")))):
        raise Refused("XL-W32", "里面有会连到外面或会运行的域", field="file")


def _picture(image: Any) -> Any:
    """The QR code as a template may use it: to be written where it stands, and nothing to take hold of."""

    class Picture:
        __slots__ = ()

        def __str__(self) -> str:
            return str(image)

        __html__ = __str__

    return Picture()


_ROWS = 200
"""Blank rows a table draws at most."""
_ALL_ROWS = 2000
"""Blank rows of a whole document, tables within tables too."""


def _few() -> Callable[..., range]:
    """`range` for one document. It raises OverflowError for more rows than a form could need."""
    left = [_ALL_ROWS]

    def few(*given: int) -> range:
        wanted = range(*given)
        left[0] -= len(wanted)
        if len(wanted) > _ROWS or left[0] < 0:
            raise OverflowError
        return wanted

    return few


def _room() -> Any:
    """Where a template runs: no function of ours or of the language, no text multiplied."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Room(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"**", "*", "%"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator == "**" or not all(isinstance(one, (int, float)) for one in (left, right)):
                raise SecurityError(f"{operator} 不能用在这里")
            return super().call_binop(context, operator, left, right)

    room = Room(autoescape=True, undefined=StrictUndefined)
    room.globals.clear()
    room.globals["range"] = _few()
    for name in ("safe", "center", "indent", "format", "wordwrap", "xmlattr", "pprint", "attr"):
        del room.filters[name]
    return room


def docx(template: bytes, data: Mapping[str, Any], code: bytes) -> bytes:
    """One document. `code` is its QR code as PNG.

    Raises:
        Refused: XL-W32 the template.
    """
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage
    from jinja2 import TemplateError
    from lxml.etree import LxmlError

    check(template)
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render({**data, "qr": _picture(InlineImage(document, io.BytesIO(code), width=Mm(17)))}, _room(), autoescape=True)
        out = io.BytesIO()
        document.save(out)
    except TemplateError as error:
        raise Refused("XL-W32", str(error.message or "")[:200], field="file") from error
    except (LxmlError, KeyError, ValueError, TypeError, AttributeError, ArithmeticError, MemoryError, RecursionError) as error:
        raise Refused("XL-W32", "表样里的写法不对", field="file") from error
    made = out.getvalue()
    check(made)
    return made
