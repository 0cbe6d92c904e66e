"""An .xls looked over record by record before the reader gets it: the reader panics on a torn one, and a torn stick is no rare thing.

Rules kept here
- every chain of sectors must end inside the file and never turn back; a record must end inside its stream;
- the cells that hold something are measured before anybody lays them out (`workbook_guard`);
- a password, hidden rows and columns, error values and macros are found here, because the reader passes them in silence.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_CELLS = frozenset({0x203, 0x27E, 0xFD, 0x204, 0xD6, 0x06, 0x205})
_BOF = frozenset({0x809, 0x409, 0x209, 0x09})


class Torn(ValueError):
    """What is no whole container of an old workbook."""


@dataclass(slots=True)
class OldSheet:
    """What one sheet has that the reader does not tell. Places are (row, column) from 0."""

    hidden_rows: int = 0
    hidden_columns: int = 0
    no_result: set[tuple[int, int]] = field(default_factory=set)


@dataclass(slots=True)
class OldBook:
    """What was found: sheets by name; `protected` when it asks for a password."""

    sheets: dict[str, OldSheet] = field(default_factory=dict)
    protected: bool = False
    macros: bool = False


def look_over(data: bytes, measure: Callable[[], Callable[[int, int], None]]) -> OldBook:
    """Walk through the container and its workbook.

    Args:
        measure: called once per sheet; what it gives is called with every cell that holds something, and may refuse.

    Raises:
        Torn: it is cut, turns in circles or holds no workbook.
    """
    box = _Container(data)
    if "EncryptedPackage" in box.entries:
        return OldBook(protected=True)
    name = next((one for one in ("Workbook", "Book") if one in box.entries), None)
    if name is None:
        raise Torn
    found = _records(box.stream(name), measure)
    found.macros = "_VBA_PROJECT_CUR" in box.entries or "VBA" in box.entries
    return found


class _Container:
    """The streams of an OLE container (MS-CFB)."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(OLE):
            raise Torn
        self.data = data
        shift, mini = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or mini != 6:
            raise Torn
        self.size = 1 << shift
        self.count = max(0, len(data) // self.size - 1)
        fats, first, _, self.cutoff, mini_first, _minis, difat, difats = struct.unpack_from("<IIIIIIII", data, 44)
        if fats > self.count or difats > self.count:
            raise Torn
        places = [one for one in struct.unpack_from("<109I", data, 76) if one not in (_FREE, _END)]
        seen = 0
        while difat not in (_FREE, _END):
            seen += 1
            if seen > difats:
                raise Torn
            *more, difat = struct.unpack(f"<{self.size // 4}I", self.sector(difat))
            places += [one for one in more if one not in (_FREE, _END)]
        self.fat: list[int] = []
        for place in places[:fats]:
            self.fat += struct.unpack(f"<{self.size // 4}I", self.sector(place))
        listing = self.chain(first)
        self.entries: dict[str, tuple[int, int]] = {}
        root = None
        for at in range(0, len(listing), 128):
            raw = listing[at : at + 128]
            length, kind = struct.unpack_from("<HB", raw, 64)
            if kind in (1, 2, 5) and 2 <= length <= 64:
                start, size = struct.unpack_from("<II", raw, 116)
                self.entries[raw[: length - 2].decode("utf-16-le", "replace")] = (start, size)
                root = (start, size) if kind == 5 else root
        self.mini = self.chain(root[0]) if root and root[0] not in (_FREE, _END) else b""
        minis = self.chain(mini_first) if mini_first not in (_FREE, _END) else b""
        self.mini_fat = struct.unpack(f"<{len(minis) // 4}I", minis)

    def sector(self, at: int) -> bytes:
        if at >= self.count:
            raise Torn
        return self.data[(at + 1) * self.size : (at + 2) * self.size]

    def chain(self, at: int) -> bytes:
        parts: list[bytes] = []
        while at != _END:
            if at >= len(self.fat) or len(parts) > self.count:
                raise Torn
            parts.append(self.sector(at))
            at = self.fat[at]
        return b"".join(parts)

    def stream(self, name: str) -> bytes:
        start, size = self.entries[name]
        if size >= self.cutoff:
            found = self.chain(start)
        else:
            parts: list[bytes] = []
            while start != _END:
                if start >= len(self.mini_fat) or len(parts) > len(self.mini_fat):
                    raise Torn
                parts.append(self.mini[start * 64 : start * 64 + 64])
                start = self.mini_fat[start]
            found = b"".join(parts)
        if len(found) < size:
            raise Torn
        return found[:size]


def _records(data: bytes, measure: Callable[[], Callable[[int, int], None]]) -> OldBook:
    book = OldBook()
    names: dict[int, str] = {}
    sheet, cell = OldSheet(), measure()
    at = depth = 0
    while at + 4 <= len(data):
        ident, length = struct.unpack_from("<HH", data, at)
        if ident == 0 and length == 0 and depth == 0:
            break
        body = data[at + 4 : at + 4 + length]
        if len(body) < length:
            raise Torn
        if ident in _BOF:
            depth += 1
            if at in names:
                sheet, cell = OldSheet(), measure()
                book.sheets[names[at]] = sheet
        elif ident == 0x0A:
            depth = max(0, depth - 1)
        elif ident == 0x2F:
            book.protected = True
            return book
        elif ident == 0x85 and length >= 8:
            wide = body[7] & 1
            size = body[6]
            names[struct.unpack_from("<I", body)[0]] = body[8 : 8 + size * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1", "replace")
        elif ident in _CELLS and length >= 6:
            row, column = struct.unpack_from("<HH", body)
            cell(row, column)
            failed = (ident == 0x205 and length >= 8 and body[7] == 1) or (ident == 0x06 and length >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2)
            if failed:
                sheet.no_result.add((row, column))
        elif ident == 0x200 and length >= 10:  # how far the sheet reaches by its own word: the reader takes that much memory at once
            first, last, left, right = struct.unpack_from("<IIHH" if length >= 12 else "<HHHH", body)
            if last < first or right < left:
                raise Torn
            if last and right:
                cell(last - 1, right - 1)
        elif ident == 0xBD and length >= 6:
            row, column = struct.unpack_from("<HH", body)
            cell(row, column)
            cell(row, struct.unpack_from("<H", body, length - 2)[0])
        elif ident == 0x208 and length >= 16:
            sheet.hidden_rows += bool(body[12] & 0x20)
        elif ident == 0x7D and length >= 10 and body[8] & 1:
            first, last = struct.unpack_from("<HH", body)
            sheet.hidden_columns += max(0, min(last, 255) - first + 1)
        at += 4 + length
    return book
