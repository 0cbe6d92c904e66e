"""Histories in numbers: the state machine at full size.

    python -m tests.machine [COUNT] [ON_FILES] [--seed S] [--steps N]      2,000 in memory and 50 on real files unless told otherwise
    python -m tests.machine --weak [CLAUSE…] [--count N]                   each weakened clause: noticed after how many histories

Prints a line per hundred histories. A history that does not hold is printed step by step, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from machine_office import make_template, scratch, stretched_once
from machine_run import in_memory, run

BATCH = 100


def main(args: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.machine")
    parser.add_argument("count", type=int, nargs="?", default=2000)
    parser.add_argument("on_files", type=int, nargs="?", default=50)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--steps", type=int, default=25)
    given = parser.parse_args(args)
    failed = 0
    for memory, wanted in ((True, given.count), (False, given.on_files)):
        with ExitStack() as stack:
            base = stack.enter_context(scratch(memory=memory))
            if memory:
                template = in_memory(stack, base)
            else:
                stack.enter_context(stretched_once())
                template = make_template(base / "template")
            done = 0
            while done < wanted:
                found = run(template, min(BATCH, wanted - done), seed_at=given.seed + done, steps=given.steps, memory=memory)
                done += found.examples
                print("in memory" if memory else "on files", found, flush=True)
                if found.trouble:
                    failed += 1
                    print(found.steps, flush=True)
            print(f"{'in memory' if memory else 'on files'}: {done} histories, {failed} broken", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
