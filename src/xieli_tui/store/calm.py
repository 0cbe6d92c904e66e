"""The search for cycles set aside while many lines go through: it walks over every batch again and again, and of a line and its rows none is part of one.

Rules kept here
- what holds no cycle is freed as before; the rest waits until the work is done;
- whoever had it switched off keeps it off.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Until the end nothing looks for cycles."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
