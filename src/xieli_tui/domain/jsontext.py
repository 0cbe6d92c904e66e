"""JSON that somebody else wrote and that is kept as text: the values of local parameters.

Rules kept here
- what nests deeper than `DEEPEST`, is no JSON or holds a number that is none is refused, by the same measure on every machine: how deep the program
  itself stands when it reads plays no part;
- a reader that may meet an older line asks `value`, and gets `otherwise` in place of what cannot be read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

DEEPEST = 32
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)


def parse(text: str, real: Callable[[str], Any] = float) -> Any:
    """The value, a number with a point made by `real`. Raises ValueError for what is not JSON or nests too deep."""
    depth = 0
    for char in _STRING.sub("", text):
        depth += (char in "[{") - (char in "]}")
        if depth > DEEPEST:
            raise ValueError("nested too deep")
    return json.loads(text, parse_constant=_no_number, parse_float=real, parse_int=_whole)


def value(text: str | None, otherwise: Any = None) -> Any:
    """The value, or `otherwise` where there is none or it cannot be read."""
    try:
        return otherwise if text is None else parse(text)
    except ValueError:
        return otherwise


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _whole(text: str) -> int:
    if len(text) > 18:
        raise ValueError("too many digits")
    return int(text)
