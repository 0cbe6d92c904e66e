"""Failures below Python, a few of them: all are `python tests/faults/deep.py` (the database's own writes and flushes, half-written pages, a dead disk)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from deep import compiler

SEED = 20261228


@pytest.mark.skipif(compiler() is None, reason="needs Linux and a C compiler: the calls are met by a small library of our own")
def test_a_write_of_the_database_itself_that_fails_or_is_cut_in_half_loses_nothing(tmp_path: Path) -> None:
    print(f"seed={SEED}")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("deep.py")), "--acts", "0,4", "--sample", "7", "--seed", str(SEED)],
        capture_output=True, text=True, check=False, env={**os.environ, "TMPDIR": str(tmp_path)}, timeout=200,
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    assert re.search(r"^14 failures tried, 0 with a loss", done.stdout, re.MULTILINE)
