"""Bundles of kind `echo` at a desk: returns that a laptop had taken in before a desk was put back from a copy, rows 17-21 of design 04.

Rules kept here
- every return in it is checked as if it had just come: signer from the root, signature, chain; one that does not hold refuses the whole file;
- a county's key that a later one of the same generation took the place of vouches for nothing: nobody lost what was said under it (a county that lost
  something goes on in a higher generation), and it may be in other hands;
- lines that fork a chain freeze it like lines of a bundle, except one of this desk's own chain, which is an alarm;
- what is taken is told to the sender by the store: the own returns by `old` in the next head line, others by the county's `echoed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xieli_sync import delivery, echo
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO
from xieli_sync.inbox_result import Checked, Result, Work, counted
from xieli_sync.inbox_returns import relayed_forks
from xieli_sync.ports import ChainLine, Delivered, Signer


def take(work: Work, checked: Checked, lines: Sequence[bytes]) -> Result:
    """Rows 17-21 for an echo."""
    core = checked.bundle.core
    if core["first"] != 1 or core["prev"] != ZERO or echo.chain(lines) != core["head"]:
        raise SyncError("XL-C01", "echo")
    found = echo.read(lines, sender=core["dev"], net=core["net"], root=checked.root)
    returns = [replace(one, lines=tuple(_vouched(work, line, one.signer) for line in one.lines)) for one in found]
    items = [line.item for one in returns for line in one.lines if isinstance(line.item, delivery.EventItem)]
    carried = [ChainLine(x.parsed.dev, x.parsed.ep, x.parsed.seq, x.hash, x.raw, x.parsed) for x in items]
    forks = relayed_forks(work, carried)
    done = work.tx.take_echo(core["dev"], returns)
    for (author, epoch), (seq, hashes) in forks.items():
        work.tx.freeze(author, epoch, seq, hashes)
    work.drain.extend(sorted({(x.dev, x.ep) for x in carried}))
    return counted(checked.blank, done, events=len(carried), new=done.new, known=len(carried) - done.new)


def _vouched(work: Work, line: Delivered, signer: Signer) -> Delivered:
    """The line, without its item when this return may not vouch for the event in it."""
    item = line.item
    gen, ver = work.desk.trust.highest(signer.dev)
    if signer.role == "county" and signer.gen == gen and signer.ver < ver:
        return replace(line, item=None)
    if isinstance(item, delivery.EventItem) and not echo.vouched(item, signer, work.desk.trust.role_of(item.parsed.dev), work.desk.dev):
        return replace(line, item=None)
    return line
