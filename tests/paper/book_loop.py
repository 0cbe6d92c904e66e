"""Workbooks spoilt at random: the file cut or flipped, parts with strange text put in, elements moved, doubled and their attributes exchanged. Read, or refused by a code; no crash, no hang.

In full: `python tests/paper/book_loop.py 20000`. One again: `python tests/paper/book_loop.py 1 --first SEED`.
"""

from __future__ import annotations

import argparse
import copy
import datetime as dt
import io
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bookkit import ods_book, raw_book, raw_rows, xls_book
from xieli_tui.errors import XieliError
from xieli_tui.paper.mapping import look
from xieli_tui.paper.roster_sheet import read_roster

TODAY = dt.date(2026, 12, 28)
ROWS: list[list[object]] = [["序号", "户主姓名", "姓名", "身份证号", "与户主关系", "出生日期"], [1, "王强", "王强", "999999197001096295", "户主", 45_963], [2, "", "刘英", "", "配偶", "1970.1.1"]]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CODES = {"XL-W01", "XL-W02", "XL-W03", "XL-W04", "XL-W05"}
STRANGE = (
    b"<", b">", b'"', b"'", b"/", b"999999999", b"1048576", b"XFD", b"-1", b'<c r="ZZZ9999999"><v>1</v></c>', b'<row r="99999999">', b"<!--", b"-->", b"<![CDATA[", b"&#65;", b' r=""',
    b'<mergeCell ref="A1:XFD1048576"/>', b'<mergeCell ref="B2:A1"/>', b' table:number-columns-repeated="99999"', b' table:number-rows-repeated="1048576"', b"</row>", b"<c>", b"<f>1</f>",
    b't="s"', b't="d"', b"<v>1e999</v>", b"<v>nan</v>", b"\xff", b"\x00",
)
VALUES = ("", "+9999999", "&#57;99999999", "99999999999999999999", "F9999999993", "4294967296", "-1", "0", "1", "A1", "XFD1048576", "1048576", "999999999999", "nan", "1e999", "s", "b", "d", "e", "str", "percentage", "1960-13-45", "true", "A1:XFD1048576", "B2:A1", "rId9", "..")


def seeds(folder: Path) -> dict[str, bytes]:
    """The sound workbooks the loop spoils."""
    merges = [(1, 1, 2, 1)]
    rows: list[list[object]] = [*ROWS, [3, "丁玉", "丁玉", "", "户主", dt.date(1970, 1, 9)]]
    return {
        "xlsx": raw_book(
            folder / "a.xlsx", raw_rows(*ROWS), front='<dimension ref="A1:F3"/><cols><col min="1" max="2" hidden="1"/></cols>', tail='<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>',
            properties='<workbookPr date1904="0"/>',
            more={
                "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" count="2" uniqueCount="1"><si><t>甲</t></si></sst>'.encode(),
                "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="170" formatCode="yyyy"/></numFmts><cellXfs count="1"><xf numFmtId="170"/></cellXfs></styleSheet>'.encode(),
            },
        ).read_bytes(),
        "ods": ods_book(folder / "a.ods", {"表": rows}, {"表": merges}).read_bytes(),
        "xls": xls_book(folder / "a.xls", {"表": rows}, {"表": merges}).read_bytes(),
    }


def cut(rnd: random.Random, data: bytes) -> bytes:
    """The file, shortened or with bits flipped."""
    out = bytearray(data)
    if rnd.random() < 0.5:
        del out[rnd.randrange(len(out)) :]
    else:
        for _ in range(rnd.randint(1, 6)):
            out[rnd.randrange(len(out))] ^= 1 << rnd.randrange(8)
    return bytes(out)


def _parts(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(name, change(name, given.read(name)))
    return out.getvalue()


def _spoilt_part(rnd: random.Random, data: bytes) -> str:
    return "content.xml" if b"content.xml" in data else rnd.choice(("xl/worksheets/sheet1.xml",) * 4 + ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml"))


def strange(rnd: random.Random, data: bytes) -> bytes:
    """Strange text in one part; the archive is sound."""
    part = _spoilt_part(rnd, data)

    def change(name: str, text: bytes) -> bytes:
        if name != part:
            return text
        out = bytearray(text)
        for _ in range(rnd.randint(1, 4)):
            at = rnd.randrange(len(out))
            out[at : at + rnd.choice((0, rnd.randint(1, 12)))] = rnd.choice(STRANGE)
        return bytes(out)

    return _parts(data, change)


def moved(rnd: random.Random, data: bytes) -> bytes:
    """Elements moved, doubled or dropped, attributes exchanged: well-formed, and senseless."""
    part = _spoilt_part(rnd, data)

    def change(name: str, text: bytes) -> bytes:
        if name != part:
            return text
        for prefix, space in (("office", "office:1.0"), ("table", "table:1.0"), ("text", "text:1.0")):
            ElementTree.register_namespace(prefix, f"urn:oasis:names:tc:opendocument:xmlns:{space}")
        ElementTree.register_namespace("r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships")
        if b"spreadsheetml" in text:
            ElementTree.register_namespace("", "http://schemas.openxmlformats.org/spreadsheetml/2006/main")
        else:
            ElementTree.register_namespace("", "http://schemas.openxmlformats.org/package/2006/relationships")
        root = ElementTree.fromstring(text)  # noqa: S314 - our own workbook
        for _ in range(rnd.randint(1, 5)):
            every = list(root.iter())
            one, other = rnd.choice(every), rnd.choice(every)
            what = rnd.randrange(4)
            if what == 0 and one.attrib:
                one.set(rnd.choice(list(one.attrib)), rnd.choice(VALUES))
            elif what == 1 and other.attrib:
                key = rnd.choice(list(other.attrib))
                one.set(key, other.attrib[key])
            elif what == 2:
                one.append(copy.deepcopy(other))
            elif len(one):
                one.remove(rnd.choice(list(one)))
        return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)

    return _parts(data, change)


def end_of(folder: Path, whole: dict[str, bytes], seed: int) -> tuple[str, float]:
    """How reading the spoilt workbook of a seed ends ("read" or a code), and the seconds of CPU it took."""
    rnd = random.Random(seed)
    kind = rnd.choice(("xlsx", "xlsx", "ods", "xls"))
    spoil = cut if kind == "xls" else rnd.choice((cut, strange, moved, moved))
    path = folder / f"x.{kind}"
    path.write_bytes(spoil(rnd, whole[kind]))
    (folder / "seed").write_text(str(seed))
    start = time.process_time()
    try:
        read_roster(path, TODAY)
        look(path, TODAY)
        end = "read"
    except XieliError as error:
        end = error.code
    return end, time.process_time() - start


def main() -> int:
    """Run the loop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=1)
    asked = parser.parse_args()
    ends: Counter[str] = Counter()
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        whole = seeds(Path(name))
        for seed in range(asked.first, asked.first + asked.count):
            try:
                end, took = end_of(Path(name), whole, seed)
            except BaseException as error:
                sys.stdout.write(f"seed={seed} {type(error).__name__}: {error}\n")
                raise
            ends[end] += 1
            worst = max(worst, took)
    sys.stdout.write(f"books={asked.count} first={asked.first} {dict(sorted(ends.items()))} slowest={worst:.2f} s\n")
    return 1 if set(ends) - CODES - {"read"} else 0


if __name__ == "__main__":
    raise SystemExit(main())
