"""Kinds of aid chosen by digit and written by name, in one list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xieli_tui.domain import codes
from xieli_tui.errors import Refused


def kinds_of(chosen: Sequence[str], written: str, field: str = "others") -> list[str]:
    """Every kind chosen or written, each once.

    Raises:
        Refused: XL-V08 a word that names no kind.
    """
    out = list(chosen)
    for word in re.split(r"[、，,；;\s]+", written):
        if word:
            found = codes.find("kind", word)
            if found is None:
                raise Refused("XL-V08", "没有这个种类，写全名试试", field=field)
            out.append(found)
    return list(dict.fromkeys(out))
