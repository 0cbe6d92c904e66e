"""Bundles of kind `changes` at a desk: event lines of one (dev, ep) of the sender, rows 17-21 of design 04.

Rules kept here: a line that contradicts one held is stored beside it, never instead of it, and the epoch is frozen by a verdict. What the author signed is kept
without the body: the lines stand in the journal, and together they prove whose they are (`xieli evidence`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from xieli_sync import echo
from xieli_sync.errors import SyncError
from xieli_sync.event import chain_hash, parse_line
from xieli_sync.inbox_result import Checked, Result, Work, accepted_gaps, counted
from xieli_sync.ports import ChainLine


def take(work: Work, checked: Checked, lines: Sequence[bytes]) -> Result:
    """Rows 17-21 for event lines."""
    core = checked.bundle.core
    dev, ep, first, last = core["dev"], core["ep"], core["first"], core["last"]
    chain = event_chain(core, lines)
    held = work.tx.stored(dev, ep, max(first - 1, 1), last)
    fork = first_conflict(((core["prev"],) if first > 1 else ()), first - 1, chain, held)
    if fork is None:
        stored = work.tx.contiguous(dev, ep)
        if first > stored + 1:
            return work.park(checked, stored, len(chain))
    work.tx.keep_envelope(dev, ep, last, echo.envelope_of(checked.bundle))
    done = work.tx.ingest(chain, author_role=checked.signer.role)
    work.drain += [(dev, ep), *accepted_gaps(chain)]
    result = counted(checked.blank, done, events=len(chain), new=done.new, known=len(chain) - done.new)
    if fork is not None:
        work.tx.freeze(dev, ep, fork[0], fork[1])
        return replace(result, status="frozen", code="XL-C02")
    if done.quarantined == len(chain):
        return replace(result, status="quarantined", code=next(iter(done.verdicts.values())))
    return result


def event_chain(core: Mapping[str, object], lines: Sequence[bytes]) -> list[ChainLine]:
    """Row 17 for event lines: identity follows, the chain reaches the head."""
    chain: list[ChainLine] = []
    hash_hex, number = str(core["prev"]), core["first"]
    if not isinstance(number, int):
        raise SyncError("XL-C01", "first")
    for seq, line in enumerate(lines, number):
        try:
            parsed = parse_line(line)
        except SyncError as err:
            raise SyncError("XL-C01", "line") from err
        if (parsed.dev, parsed.ep, parsed.seq) != (core["dev"], core["ep"], seq):
            raise SyncError("XL-C01", "identity")
        hash_hex = chain_hash(hash_hex, line)
        chain.append(ChainLine(parsed.dev, parsed.ep, seq, hash_hex, line, parsed))
    if hash_hex != core["head"]:
        raise SyncError("XL-C01", "head")
    return chain


def first_conflict(
    prev: tuple[str, ...], before: int, chain: Sequence[ChainLine], held: Mapping[int, frozenset[str]]
) -> tuple[int, list[str]] | None:
    """Row 18: the lowest seq under which another line is held than the one this file has (or, for the line before it, names)."""
    for seq, hash_hex in [*((before, x) for x in prev), *((x.seq, x.hash) for x in chain)]:
        if held.get(seq) and hash_hex not in held[seq]:
            return seq, sorted({*held[seq], hash_hex})
    return None
