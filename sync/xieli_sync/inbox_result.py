"""What the importer says of a file, and what its kinds work with: the transaction, the workspace, the parks to try again (design 04).

Rules kept here
- one `Result` per file; a drained park is counted into the file that unblocked it;
- a file that comes too early waits in the park within the quota of its device; beyond it the highest is dropped (row 19).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from xieli_sync import container
from xieli_sync.ports import ChainLine, Desk, ImportTx, Ingested, Parked, Signer

Status = Literal["imported", "duplicate", "parked", "quarantined", "refused", "frozen", "failed"]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file.

    Attributes:
        status, code: the decision; code "" when everything was ordinary.
        kind, dev, ep, bid, first, last: from the core, once it could be read.
        events: event lines in the file. new, known: event lines (changes) or delivery lines (returns) not held, held before.
        quarantined, unknown: events of the file that are not effective, by kind. codes: their codes and how often.
        conflicts, receipts, rulings, alerts: what came in besides.
        missing: (a, b) seqs (or r) awaited, for a parked file.
        drained: parked files that went in behind this one; their counts are added to the others.
        carried: at a township: the file is for somebody else and its bytes are kept to be carried on; nothing in it was read.
        cause: what the store raised, for the log of a failed file; never shown.
    """

    status: Status
    code: str = ""
    kind: str = ""
    dev: str = ""
    ep: str = ""
    bid: str = ""
    first: int = 0
    last: int = 0
    events: int = 0
    new: int = 0
    known: int = 0
    quarantined: int = 0
    unknown: int = 0
    codes: Mapping[str, int] = field(default_factory=dict)
    conflicts: int = 0
    receipts: int = 0
    rulings: int = 0
    alerts: int = 0
    missing: tuple[int, int] | None = None
    drained: int = 0
    carried: bool = False
    cause: Exception | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that passed rows 1-11."""

    data: bytes
    bundle: container.Bundle
    signer: Signer
    links: Sequence[Signer]
    root: bytes

    @property
    def blank(self) -> Result:
        """A result that names this file."""
        c = self.bundle.core
        return Result("imported", "", c["kind"], c["dev"], c["ep"], c["bid"], c["first"], c["last"])


class Work:
    """What a kind of bundle has in hand while its file is taken in: `tx`, the `desk`, and in `drain` the (dev, ep) whose parks may go through now."""

    def __init__(self, tx: ImportTx, desk: Desk) -> None:
        self.tx = tx
        self.desk = desk
        self.drain: list[tuple[str, str]] = []

    def park(self, checked: Checked, stored: int, events: int) -> Result:
        """Row 19."""
        core = checked.bundle.core
        missing = (stored + 1, core["first"] - 1)
        if not self.tx.park(core["dev"], core["ep"], Parked(core["bid"], core["first"], core["last"], checked.data)):
            return replace(checked.blank, status="refused", code="XL-G02", events=events, missing=missing)
        return replace(checked.blank, status="parked", code="XL-G01", events=events, missing=missing)


def accepted_gaps(lines: Iterable[ChainLine]) -> list[tuple[str, str]]:
    """Chains of which a line says that a piece will not come any more (`gap.accepted`): what waited behind it may go through now."""
    named = [x.parsed.d for x in lines if x.parsed is not None and x.parsed.t == "gap.accepted"]
    return sorted({(d["dev"], d["ep"]) for d in named if isinstance(d.get("dev"), str) and isinstance(d.get("ep"), str)})


def counted(blank: Result, done: Ingested, *, events: int, new: int, known: int) -> Result:
    codes: dict[str, int] = {}
    for code in done.verdicts.values():
        codes[code] = codes.get(code, 0) + 1
    return replace(
        blank, events=events, new=new, known=known, quarantined=done.quarantined, unknown=len(done.verdicts) - done.quarantined, codes=codes,
        conflicts=done.conflicts, rulings=done.rulings, alerts=done.alerts,
    )  # fmt: skip


def added(result: Result, more: Result) -> Result:
    """The result of the file with what a drained park brought."""
    codes = dict(result.codes)
    for code, count in more.codes.items():
        codes[code] = codes.get(code, 0) + count
    return replace(
        result, drained=result.drained + 1, events=result.events + more.events, new=result.new + more.new, known=result.known + more.known,
        quarantined=result.quarantined + more.quarantined, unknown=result.unknown + more.unknown, codes=codes,
        conflicts=result.conflicts + more.conflicts, receipts=result.receipts + more.receipts, rulings=result.rulings + more.rulings,
        alerts=result.alerts + more.alerts,
    )  # fmt: skip
