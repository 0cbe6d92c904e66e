"""Which characters the font of the printed forms has, out of its cmap, as ranges in src/xieli_tui/paper/fonts/coverage.txt.

python .ci/font_coverage.py          writes the table
python .ci/font_coverage.py --check  exits 1 when it differs from the font
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

FONTS = Path(__file__).parents[1] / "src" / "xieli_tui" / "paper" / "fonts"
FONT, TABLE = FONTS / "NotoSansCJKsc-xieli.otf", FONTS / "coverage.txt"


def characters(font: bytes) -> set[int]:
    """Code points with a glyph: subtable of format 12 (OpenType, cmap)."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {font[12 + 16 * i : 16 + 16 * i]: struct.unpack_from(">II", font, 20 + 16 * i)[0] for i in range(count)}
    cmap = tables[b"cmap"]
    for number in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        at = cmap + struct.unpack_from(">I", font, cmap + 8 + 8 * number)[0]
        if struct.unpack_from(">H", font, at)[0] == 12:
            groups = struct.unpack_from(">I", font, at + 12)[0]
            parts = (struct.unpack_from(">III", font, at + 16 + 12 * i) for i in range(groups))
            return {code for first, last, glyph in parts for code in range(first, last + 1) if glyph + code - first}
    raise SystemExit("no cmap of format 12")


def table(codes: set[int]) -> str:
    """The ranges, a line each."""
    ranges: list[list[int]] = []
    for code in sorted(codes):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{first:x}-{last:x}\n" if first != last else f"{first:x}\n" for first, last in ranges)


def main() -> int:
    """Write or compare."""
    text = table(characters(FONT.read_bytes()))
    if "--check" in sys.argv:
        return int(TABLE.read_text(encoding="ascii") != text)
    TABLE.write_text(text, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
