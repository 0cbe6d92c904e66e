"""Builds src/xieli_tui/domain/pinyin_table.py: which letters a character's readings begin with.

Run by hand when the table should be renewed, in an environment of its own that has the `pypinyin` package; the product never imports it:

    python -m venv /some/where && /some/where/bin/pip install pypinyin
    /some/where/bin/python .ci/build_initials.py

The table holds all readings of every character the package knows in the CJK blocks (so also 8,105 characters of 通用规范汉字表, GBK, Ext A and B),
grouped by the letters, in code point order, so that two runs over the same data give the same bytes.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from pathlib import Path

import pypinyin
from pypinyin.pinyin_dict import pinyin_dict

OUT = Path(__file__).resolve().parent.parent / "src" / "xieli_tui" / "domain" / "pinyin_table.py"
LIMIT = 150_000

HEAD = '''"""First letters of the readings of Chinese characters. Made by .ci/build_initials.py from pypinyin {version} (MIT); do not edit.

One line a group: the letters, a blank, the characters whose readings begin with exactly these letters, the usual reading's first. Read through
`domain.pinyin` only, which loads it on first use.
"""

TABLE = """\\
'''


def first_letters(readings: str) -> str:
    """`qiáng,qiǎng,jiàng` -> "qj": tone marks stripped, in the order of the readings, the usual one first."""
    found: dict[str, None] = {}
    for reading in readings.split(","):
        plain = "".join(mark for mark in unicodedata.normalize("NFD", reading) if not unicodedata.combining(mark))
        if plain and plain[0].isascii() and plain[0].isalpha():
            found[plain[0].lower()] = None
    return "".join(found)


def main() -> None:
    groups: dict[str, list[int]] = defaultdict(list)
    for point, readings in sorted(pinyin_dict.items()):
        letters = first_letters(readings)
        if letters and unicodedata.category(chr(point)) in ("Lo", "Nl"):
            groups[letters].append(point)
    lines = [HEAD.format(version=pypinyin.__version__)]
    lines.extend(f"{letters} {''.join(map(chr, groups[letters]))}\n" for letters in sorted(groups, key=lambda one: (len(one), one)))
    lines.append('"""\n')
    body = "".join(lines)
    size = len(body.encode())
    if size > LIMIT:
        raise SystemExit(f"table too large: {size} bytes")
    OUT.write_text(body, encoding="utf-8", newline="\n")
    print(f"{OUT.name}: {sum(map(len, groups.values()))} characters, {len(groups)} groups, {size} bytes")


if __name__ == "__main__":
    main()
