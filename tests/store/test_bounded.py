"""Memory of an import follows what the file honestly holds, never what it claims or inflates to. Ratios of bytes, no clocks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("resource")  # not on Windows

PER_BYTE = 20
"""Growth of the peak for each byte of event lines: 10 measured (at 2,000, 8,000 and 20,000 lines alike)."""


def measured(what: str) -> dict[str, Any]:
    script = Path(__file__).with_name("bounded.py")
    done = subprocess.run([sys.executable, str(script), what], capture_output=True, text=True, encoding="utf-8", check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_bundle_costs_memory_in_proportion_to_its_lines() -> None:
    found = measured("1500")
    assert (found["status"], found["new"]) == ("imported", 1500 - 19)
    assert found["growth"] < PER_BYTE * found["inflated"]


def test_a_bomb_costs_a_small_part_of_what_it_would_inflate_to() -> None:
    found = measured("bomb")
    assert (found["status"], found["code"]) == ("refused", "XL-B07")
    assert found["growth"] < found["inflated"] / 20
