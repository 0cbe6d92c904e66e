"""The command behind `python -m tests.machine`: full sizes, and the table of weakened clauses."""

from __future__ import annotations

import argparse
from contextlib import ExitStack

from machine_office import make_template, scratch, stretched_once
from machine_run import from_start, in_memory, run
from machine_starts import STARTS
from machine_weak import WEAK, weakened

BATCH = 25


def weak(names: list[str], seed: int, patience: int) -> int:
    """The table of weakened clauses; 1 when one was not noticed."""
    missed = 0
    with ExitStack() as stack:
        template = in_memory(stack, stack.enter_context(scratch(memory=True)))
        for name in names:
            with weakened(name):
                trouble = from_start(template, STARTS[name], seed)
            if trouble:
                print(f"{name:16} noticed by its head start: {trouble[0][:110]}", flush=True)
                continue
            found = run(template, patience, seed_at=seed, steps=8, start=STARTS.get(name), weak=lambda name=name: weakened(name))
            missed += not found.trouble
            said = f"noticed by history {found.examples}: {found.trouble[0][:110]}" if found.trouble else f"NOT noticed in {found.examples}"
            print(f"{name:16} {said} ({found.seconds:.0f} s, {found.cpu:.0f} of the processor)", flush=True)
    return 1 if missed else 0


def main(args: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.machine")
    parser.add_argument("count", type=int, nargs="?", default=2000)
    parser.add_argument("on_files", type=int, nargs="?", default=50)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--weak", nargs="*", metavar="CLAUSE", default=None)
    parser.add_argument("--patience", type=int, default=40)
    given = parser.parse_args(args)
    if given.weak is not None:
        return weak(given.weak or list(WEAK), given.seed, given.patience)
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
