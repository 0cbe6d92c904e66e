"""Money in integer 分: reading what people type, showing it, and 大写 for papers.

Rules kept here
- no float ever holds money; a text is read exactly, more than two decimals of value are refused rather than rounded;
- amounts are not negative and stay below 2^53 分.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from xieli_tui.domain.text import fold_code
from xieli_tui.errors import Refused

_LIMIT = 2**53
_SHAPE = re.compile(r"^\d+(\.\d+)?$|^\.\d+$")
_GROUPED = re.compile(r"^\d{1,3}(,\d{3})+(\.\d+)?$")
_HAN = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_MYRIADS = ("", "万", "亿", "兆")


def parse_fen(text: str | int | float | Decimal) -> int:
    """`800`, `800.00`, `¥1,200.5`, `800元`, `1.2万`, a number cell -> 分.

    A whole number is 元, never 分. Raises Refused XL-V04 for anything else, negative amounts, fractions of a 分 and absurd sizes.
    """
    if isinstance(text, bool):
        raise Refused("XL-V04")
    if isinstance(text, float):
        text = repr(round(text, 9))
    raw = fold_code(str(text))
    raw = raw.removeprefix("人民币").removeprefix("RMB").lstrip("¥￥$").removesuffix("元整").removesuffix("元").removesuffix("块")
    scale = 1
    if raw.endswith("万"):
        raw, scale = raw[:-1], 10_000
    if _GROUPED.match(raw):
        raw = raw.replace(",", "")
    if len(raw) > 40 or not raw.isascii() or not _SHAPE.match(raw):
        raise Refused("XL-V04")
    try:
        fen = Decimal(raw) * 100 * scale
    except InvalidOperation:
        raise Refused("XL-V04") from None
    if fen != fen.to_integral_value() or fen >= _LIMIT:
        raise Refused("XL-V04")
    return int(fen)


def format_fen(fen: int, *, grouping: bool = False) -> str:
    """80000 -> "800.00"; with grouping "1,234.50"."""
    yuan, rest = divmod(abs(fen), 100)
    body = f"{yuan:,}" if grouping else str(yuan)
    return f"{'-' if fen < 0 else ''}{body}.{rest:02d}"


def _upper_group(group: int) -> str:
    out = ""
    gap = False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            out += ("零" if gap and out else "") + _HAN[digit] + _PLACES[place]
            gap = False
        elif out:
            gap = True
    return out


def upper_fen(fen: int) -> str:
    """大写 of an amount: 80000 -> 捌佰元整, 1005 -> 壹拾元零伍分, 0 -> 零元整. Raises ValueError below zero."""
    if fen < 0:
        raise ValueError("money is not negative")
    yuan, rest = divmod(fen, 100)
    groups = [yuan // 10_000**place % 10_000 for place in range(4)]
    text = ""
    for place in (3, 2, 1, 0):
        group = groups[place]
        if group:
            if text and (group < 1000 or not groups[place + 1]):
                text += "零"
            text += _upper_group(group) + _MYRIADS[place]
    jiao, cent = divmod(rest, 10)
    out = f"{text}元" if text else ("" if rest else "零元")
    if not rest:
        return out + "整"
    if jiao:
        out += f"{_HAN[jiao]}角"
    elif text:
        out += "零"
    return out + (f"{_HAN[cent]}分" if cent else "整")
