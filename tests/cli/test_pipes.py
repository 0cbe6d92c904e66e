"""The command line in a pipe, and with an environment typed wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def xieli(*args: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    code = "import sys; from xieli_tui.cli.main import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.Popen(
        [sys.executable, "-c", code, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})},
    )


def test_a_reader_that_has_seen_enough_makes_no_failure() -> None:
    code = "from xieli_tui.cli.common import emit; emit(False, {}, [str(n) for n in range(200_000)])"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "0\n"
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=30), errors) == (0, "")


def test_an_instant_that_cannot_be_read_is_refused_and_is_no_defect(tmp_path: Path) -> None:
    process = xieli("init", "-w", str(tmp_path / "w"), "--village", "999999001001", "--village-name", "石桥村", "--operator", "甲", "--kdf", "floor",
                    env={"XIELI_NOW": "昨天", "XIELI_PASSPHRASE": "1111 2222 3333 4444", "XIELI_STATE": str(tmp_path / "s")})
    out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (4, "")
    assert errors.startswith("错误 XL-V01")
    assert not (tmp_path / "w").exists()
