"""What a passphrase may be, the same at every door: first use, change, one more operator, a key file.

Rules kept here (design 05)
- NFKC: full-width letters of an input method are the same passphrase;
- at least 12 characters, or the offered 16 digits, whose groups do not count;
- letters, digits and signs of the keyboard alone: a page of stars takes no Han, so a passphrase with one could be made and never typed again.
"""

from __future__ import annotations

import unicodedata

from xieli_tui.domain.clock import Rand
from xieli_tui.errors import Refused

LEAST = 12
OFFERED = 16
"""Digits of the one the program offers."""
_LETTERS = "口令只用英文字母、数字和键盘上的符号，汉字解锁时打不进去"


def normal(typed: str) -> str:
    """One form of what was typed: NFKC; the offered digits with or without their groups are the same passphrase."""
    text = unicodedata.normalize("NFKC", typed)
    digits = text.replace(" ", "").replace("-", "")
    return digits if len(digits) == OFFERED and digits.isascii() and digits.isdigit() else text


def check_passphrase(typed: str, field: str = "passphrase") -> str:
    """The normal form of a new passphrase.

    Raises:
        Refused: XL-V11 a character no unlock page takes, XL-V09 shorter than 12 characters.
    """
    text = normal(typed)
    if not all(" " <= char <= "~" for char in text):
        raise Refused("XL-V11", _LETTERS, field=field)
    if len(text.strip()) < LEAST:
        raise Refused("XL-V09", field=field)
    return text


def same(typed: str, again: str) -> bool:
    """Were the same passphrase typed twice?"""
    return normal(typed) == normal(again)


def offer(rand: Rand) -> str:
    """Sixteen random digits in four groups: no input method, no letters."""
    digits = f"{int.from_bytes(rand(16), 'big') % 10**OFFERED:0{OFFERED}d}"
    return " ".join(digits[at : at + 4] for at in range(0, OFFERED, 4))
