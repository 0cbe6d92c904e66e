"""Histories in numbers: the state machine at full size.

    python -m tests.machine [COUNT] [ON_FILES] [--seed S] [--steps N]      2,000 in memory and 50 on real files unless told otherwise
    python -m tests.machine --weak [CLAUSE…] [--patience 40]              each weakened clause: noticed after how many histories

Prints a line per twenty-five histories. A history that does not hold is printed step by step, and the exit code is 1.
"""

from __future__ import annotations

import sys
from pathlib import Path


def _run() -> int:
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]
    from machine_command import main

    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(_run())
