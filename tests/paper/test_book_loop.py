"""Two hundred workbooks spoilt at random end in a code or are read; twenty thousand by `python tests/paper/book_loop.py 20000`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from book_loop import CODES, end_of, seeds

FIRST, COUNT = 20_261_122, 200


def test_a_spoilt_workbook_is_read_or_refused_by_a_code_and_nothing_else(tmp_path: Path) -> None:
    print(f"seeds {FIRST} to {FIRST + COUNT - 1}")
    whole = seeds(tmp_path)
    ends: Counter[str] = Counter(end_of(tmp_path, whole, seed)[0] for seed in range(FIRST, FIRST + COUNT))
    assert set(ends) <= CODES | {"read"}
    assert ends["read"] > 30
    assert ends["XL-W02"] > 60
