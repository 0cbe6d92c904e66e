"""Forms as PDF (typst): one template, one or many documents, bytes out.

Rules kept here
- data goes in as JSON and stays strings: nothing anybody wrote is ever part of a template, so markup in a name is inert;
- only the font of the program is used: the same sheet on every machine, and what it lacks is known beforehand (`glyphs`);
- a template reads no file, attaches none and links nowhere (`root` is the folder of the program's own forms; `import`, `include`, `eval` and packages are refused before typst sees it,
  for a package would be looked for in the network); everything is in memory, no temporary file holds a name;
- a template is tried on its data: what does not compile is refused with the line, what does not end is given up (typst has no clock of its own: the thread that
  lays it out is left behind), and the county's word can be taken back.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from xieli_tui.errors import Refused
from xieli_tui.paper import glyphs

if TYPE_CHECKING:
    import typst

T = TypeVar("T")
FORMS = Path(__file__).parent / "forms"
TEMPLATE_LIMIT = 256 * 1024
_AT_WORK = threading.Lock()
"""One document at a time: the app prints from a thread of its own."""
PATIENCE = 60.0
"""Seconds a sheet may take to be laid out: hundreds of pages take one."""
_FORBIDDEN = re.compile(r"(?<![\w-])(import|include|eval|read|plugin|std|dictionary|module|sys|json|toml|yaml|csv|xml|cbor|bibliography|link|attach|embed)(?![\w-])|@(?:preview|local)")
_DEFINES = re.compile(r"^#let form\(d\) *=", re.MULTILINE)


def shipped(form: str) -> str:
    """The program's own template of a form."""
    return (FORMS / f"{form}.typ").read_text(encoding="utf-8")


def check(source: str) -> None:
    """Whether a template may run at all. Raises Refused: XL-W32 with what is wrong."""
    if len(source.encode()) > TEMPLATE_LIMIT:
        raise Refused("XL-W32", f"表样最大 {TEMPLATE_LIMIT // 1024} KiB", field="file")
    found = _FORBIDDEN.search(source)  # in remarks too: what is a remark and what a text with // in it only typst could say
    if found is not None:
        raise Refused("XL-W32", f"第 {source.count(chr(10), 0, found.start()) + 1} 行用了 {found.group()}，表样只能排版，不能读文件、不能连网", field="file")
    if _DEFINES.search(source) is None:
        raise Refused("XL-W32", "要有一行 #let form(d) =", field="file")


def pdf(source: str, docs: Sequence[Mapping[str, Any]], now: dt.datetime) -> bytes:
    """The documents as one PDF.

    Raises:
        Refused: XL-W31 a character the font lacks, XL-W32 the template.
    """
    return _compile(source, docs, now, "pdf", None)[0]


def pictures(source: str, docs: Sequence[Mapping[str, Any]], now: dt.datetime, ppi: float = 110) -> list[bytes]:
    """Every page as PNG. Raises as `pdf`."""
    return _compile(source, docs, now, "png", ppi)


def asked(source: str, docs: Sequence[Mapping[str, Any]], expression: str) -> Any:
    """What typst answers about the laid out documents: where each value stands, how many pages there are. Raises as `pdf`."""
    import typst

    _require(source, docs)
    return json.loads(_patiently(lambda: typst.Compiler(_whole(source), root=str(FORMS), font_paths=_fonts(), sys_inputs=_given(docs)).eval(expression)))


def _patiently(call: Callable[[], T]) -> T:
    """What a call into typst gives, in a thread that may be left behind. Raises Refused: XL-W32 when it takes too long, or one before it still does."""
    if not _AT_WORK.acquire(timeout=PATIENCE):
        raise Refused("XL-W32", "前一份还没有排完", field="file")
    done: list[T] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            done.append(call())
        except BaseException as error:  # raised again below, by whoever waits
            failed.append(error)
        finally:
            _AT_WORK.release()

    thread = threading.Thread(target=work, name="typst", daemon=True)
    thread.start()
    thread.join(PATIENCE)
    if failed:
        raise failed[0]
    if not done:
        raise Refused("XL-W32", f"排了 {PATIENCE:g} 秒还没有排完", field="file")
    return done[0]


def _require(source: str, docs: Sequence[Mapping[str, Any]]) -> None:
    check(source)
    lacking = glyphs.lacking(list(docs))
    if lacking:
        raise Refused(
            "XL-W31", "、".join(dict.fromkeys(one.words() for one in lacking)), extra={"lacking": [[one.char, f"U+{ord(one.char):04X}", one.where] for one in lacking]},
        )


def _whole(source: str) -> bytes:
    return f'#import "/lib.typ": *\n{source}\n#run(form)\n'.encode()


def _given(docs: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {"data": json.dumps(list(docs), ensure_ascii=False)}


def _compile(source: str, docs: Sequence[Mapping[str, Any]], now: dt.datetime, kind: Literal["pdf", "png"], ppi: float | None) -> list[bytes]:
    import typst

    _require(source, docs)
    try:
        out = _patiently(lambda: _compiler().compile(_whole(source), format=kind, ppi=ppi, sys_inputs=_given(docs), timestamp=int(now.timestamp()), pdf_tags=False))
    except typst.TypstError as error:
        raise Refused("XL-W32", _first_line(error), field="file") from error
    return out if isinstance(out, list) else [out or b""]


def _first_line(error: typst.TypstError) -> str:
    """What typst says, without anything of the data: its message alone."""
    return str(getattr(error, "message", "") or "")[:200]


@cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(glyphs.FONTS)])


def _compiler() -> typst.Compiler:
    """A new one each time: nobody's data stays behind in it."""
    import typst

    return typst.Compiler(root=str(FORMS), font_paths=_fonts())
