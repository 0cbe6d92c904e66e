"""The importer: the checks of design 04, rows 1-21, in exactly that order; the first failure decides.

Rules kept here
- rows 1-11 look at the file and the trust list only; rows 12-21 are one transaction that holds the sender's head row, draining included;
- nothing in a file makes this raise: what is wrong comes back as a Result with its code, and a refused or failed file has written nothing;
- well-formed lines that pass the bundle checks enter the set. Freezing and revocation are verdicts on events, never reasons to refuse a file;
- two different lines under one (dev, ep, seq) are a fork however they came: both are stored by hash and a desk freezes that epoch;
- a county-authored line, a grant and an `echoed` count only out of a return signed by the county;
- a township keeps the bytes of what passes through it, in the transaction that takes the file in: village bundles on their way to the county, the
  county's returns and grants on their way to a laptop of its area; what it cannot read it carries all the same (`Result.carried`);
- a file that comes too early waits in the park and goes through again once the one before it is in, to a fixed point; other parks that a
  relayed line unblocks drain as well;
- a dry run goes the same way and is rolled back at the end.

Each kind reads its lines in a module of its own (`KINDS`). A kind that is not among them passes rows 1-16 and is then answered with XL-U01: the
original file is to be kept until a program that knows it reads it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from xieli_sync import container, inbox_changes, inbox_echo, inbox_handover, inbox_returns, seal
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO
from xieli_sync.identity import fingerprint, net_of, root_in, same_fingerprint, verify_links
from xieli_sync.inbox_result import Checked, Result, Work, added
from xieli_sync.ports import Busy, Desk, ImportTx, Parked, Role, SeenBundle

__all__ = ["Result", "drain_parks", "import_bundle"]

Kind = Callable[[Work, Checked, Sequence[bytes]], Result]
"""Rows 17-21 of one kind: the lines of a file that was opened."""
KINDS: Mapping[str, Kind] = {
    "changes": inbox_changes.take, "return": inbox_returns.take, "grant": inbox_returns.take, "echo": inbox_echo.take,
    "handover": inbox_handover.take,
}

TRIES = 6
"""Times a busy store is asked again before the file fails (XL-A01)."""


def import_bundle(
    data: bytes,
    desk: Desk,
    *,
    dry_run: bool = False,
    root_fingerprint: str | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> Result:
    """Take one file in.

    Args:
        data: the bytes of the file, however they came (stick or network).
        desk: the workspace, through its ports.
        dry_run: go all the way and write nothing.
        root_fingerprint: the 20 digits typed by the person; needed for the first grant.
        pause: waits between tries of a busy store (seconds).
    """
    blank = Result("refused")
    try:
        bundle = container.parse(data)
        blank = _named(bundle)
        checked = _check_sender(data, bundle, desk, root_fingerprint)
    except SyncError as err:
        return replace(blank, status="refused", code=err.code)
    return _in_transaction(desk, bundle.core["dev"], blank, lambda work: work.whole(checked), dry_run=dry_run, pause=pause)


def drain_parks(desk: Desk, dev: str, ep: str, *, pause: Callable[[float], None] = time.sleep) -> Result:
    """Send the parks of a chain that fit now through again, after a desk accepted the gap before them. The result counts what they brought."""

    def drain(work: _Import) -> Result:
        work.unblocked(dev, ep)
        return work.drained(Result("imported", dev=dev, ep=ep))

    return _in_transaction(desk, dev, Result("refused", dev=dev, ep=ep), drain, pause=pause)


def _in_transaction(
    desk: Desk, dev: str, blank: Result, act: Callable[[_Import], Result], *, dry_run: bool = False, pause: Callable[[float], None]
) -> Result:
    """Rows 12-21: one transaction, asked again while the store is busy."""
    for attempt in range(TRIES):
        try:
            with desk.importing(dev, dry_run=dry_run) as tx:
                return act(_Import(tx, desk))
        except SyncError as err:
            return replace(blank, status="refused", code=err.code)
        except Busy as err:
            busy = err
            pause(0.02 * 2**attempt)
        except Exception as err:  # row 21: whatever the store met, the transaction is undone and the file may be tried again
            return replace(blank, status="failed", code="XL-A01", cause=err)
    return replace(blank, status="failed", code="XL-A01", cause=busy)


def _named(bundle: container.Bundle) -> Result:
    """A refusal that says which file it was, as far as the core of a known version could be read."""
    c = bundle.core
    if c["v"] != container.FORMAT_VERSION or c["suite"] not in container.KNOWN_SUITES:
        return Result("refused")
    return Result("refused", "", c["kind"], c["dev"], c["ep"], c["bid"], c["first"], c["last"])


# -- rows 6-11 -------------------------------------------------------------------------------------------------------------------------


def _check_sender(data: bytes, bundle: container.Bundle, desk: Desk, typed: str | None) -> Checked:
    core = bundle.core
    container.check_version(core)
    root, net = desk.trust.root_public, desk.trust.net
    first_grant = root is None and core["kind"] == "grant"
    if first_grant:
        root = root_in(core["cert"])
        net = net_of(root, desk.practice)
    if core["net"] != net or root is None:
        raise SyncError("XL-N01")
    container.check_limits(core)
    if core["kind"] == "grant" and (first_grant or typed is not None) and not same_fingerprint(typed or "", fingerprint(root)):
        raise SyncError("XL-K07")
    links = verify_links(core["cert"], root)
    signer = links[-1]
    if signer.dev != core["dev"] or signer.kid != core["kid"]:
        raise SyncError("XL-K01", "signer")
    gen, ver = desk.trust.highest(signer.dev)
    if (signer.role != "village" and signer.gen < gen) or (signer.gen == gen and signer.ver < ver):
        raise SyncError("XL-K01", "version")
    # A laptop goes on under its certificate of a generation before until its next grant comes, but not with a key that a later one took the place of.
    if signer.gen < gen and desk.trust.outdated(signer.dev, signer.kid):
        raise SyncError("XL-K01", "outdated key")
    seal.verify_signature(bundle, signer, links)
    if signer.role not in container.SENDERS[core["kind"]] or not _takes(desk.role, signer.role, core["kind"]):
        raise SyncError("XL-K03")
    if desk.role == "village" and signer.role == "township" and core["kind"] == "return" and not desk.trust.of_my_place(signer):
        raise SyncError("XL-K03", "area")  # its word about these villages is nobody's here
    return Checked(data, bundle, signer, links, root)


def _takes(role: Role, sender: Role, kind: str) -> bool:
    """Whether a workspace takes a kind from such a sender: bundles go up to desks, returns and grants come from above only. What a return relays
    is vouched for by its signer alone, so a township's word must not stand for a village's chain at the county."""
    if kind in ("changes", "echo"):
        return role != "village"
    if kind in ("return", "grant"):
        return role == "village" or (role == "township" and sender == "county")
    return True


# -- rows 12-21 ------------------------------------------------------------------------------------------------------------------------


class _Import:
    """One import transaction."""

    def __init__(self, tx: ImportTx, desk: Desk) -> None:
        self._tx = tx
        self._desk = desk
        self._work = Work(tx, desk)

    def whole(self, checked: Checked) -> Result:
        """Rows 12-21 for the file, then for every park it unblocked."""
        core = checked.bundle.core
        dev, bid = core["dev"], core["bid"]
        digest = seal.signed_digest(checked.bundle)
        seen = self._tx.seen(dev, bid)
        if seen is not None:
            if seen.digest != digest:
                raise SyncError("XL-D02")
            waiting = any(x.bid == bid for x in self._tx.parked(dev, core["ep"]))
            if waiting and core["first"] > self._stored_up_to(checked) + 1:
                return self._still_parked(checked, seen)
            if waiting:  # the piece before it came, or was given up, since
                self.unblocked(dev, core["ep"])
                return self.drained(checked.blank)
            if seen.status == "refused":
                return replace(checked.blank, status="refused", code=seen.code)  # it was parked, and failed when its turn came
            if seen.status != "parked":
                return replace(checked.blank, status="duplicate", code="XL-D01", events=seen.events, known=seen.events)
            # Parked once and then dropped for a lower one: it may come again.
        result = self._single(checked)
        return self.drained(result)

    def unblocked(self, dev: str, ep: str) -> None:
        """Parks of this chain may go through."""
        self._work.drain.append((dev, ep))

    def _still_parked(self, checked: Checked, seen: SeenBundle) -> Result:
        stored = self._stored_up_to(checked)
        return replace(checked.blank, status="parked", code="XL-G01", events=seen.events, missing=(stored + 1, checked.bundle.core["first"] - 1))

    def _stored_up_to(self, checked: Checked) -> int:
        core = checked.bundle.core
        if core["kind"] == "changes":
            return self._tx.contiguous(core["dev"], core["ep"])
        return self._tx.delivery_point(core["dev"], core["ep"])[0]

    def _single(self, checked: Checked) -> Result:
        """Rows 14-21 for one file."""
        bundle, core = checked.bundle, checked.bundle.core
        township = self._desk.role == "township"
        if core["kind"] in container.ADDRESSED and core["to"] != self._desk.dev:
            if township and core["kind"] in ("return", "grant") and self._tx.carry(core, checked.data):
                return self._remembered(checked, replace(checked.blank, carried=True))
            raise SyncError("XL-K05", "to")
        try:
            lines = seal.unseal(bundle, self._desk.decrypt_keys())
        except SyncError as err:
            # Written before this laptop knew of the township: whoever handed the stick in here need not go on to the county with it.
            if err.code == "XL-K05" and township and checked.signer.role == "village" and self._tx.carry(core, checked.data, read=False):
                return self._remembered(checked, replace(checked.blank, carried=True))
            raise
        if len(lines) != core["n"] or (core["first"] == 1 and core["prev"] != ZERO):
            raise SyncError("XL-C01", "count")
        if core["kind"] not in KINDS:
            raise SyncError("XL-U01", core["kind"])
        result = KINDS[core["kind"]](self._work, checked, lines)
        if result.status == "refused":
            return result
        if township and checked.signer.role == "village":
            self._tx.carry(core, checked.data)
        return self._remembered(checked, result)

    def _remembered(self, checked: Checked, result: Result) -> Result:
        """The result, with the answer and the keys met kept for the next time."""
        core = checked.bundle.core
        seen = SeenBundle(seal.signed_digest(checked.bundle), result.status, result.code, result.events)
        self._tx.remember(core["dev"], core["bid"], seen, checked.bundle.core_bytes)
        for link in checked.links:
            self._tx.trust(link)
        return result

    # -- parks --------------------------------------------------------------------------------------
    def drained(self, result: Result) -> Result:
        """Send every park that can go through again, lowest first, until none can."""
        while self._work.drain:
            dev, ep = self._work.drain.pop(0)
            while (parked := self._next_park(dev, ep)) is not None:
                self._tx.unpark(dev, ep, parked.bid)
                more = self._again(parked)
                result = added(result, more)
        return result

    def _next_park(self, dev: str, ep: str) -> Parked | None:
        """The lowest park of a chain, when it would not be parked again."""
        parked = min(self._tx.parked(dev, ep), key=lambda x: (x.first, x.last, x.bid), default=None)
        if parked is None:
            return None
        kind = container.parse(parked.data).core["kind"]
        stored = self._tx.contiguous(dev, ep) if kind == "changes" else self._tx.delivery_point(dev, ep)[0]
        return parked if parked.first <= stored + 1 else None

    def _again(self, parked: Parked) -> Result:
        """Rows 14-21 for a parked file; its sender was checked when it came. What fails now is remembered as refused."""
        bundle = container.parse(parked.data)
        root = self._desk.trust.root_public
        if root is None:
            raise SyncError("XL-K01", "root")
        links = verify_links(bundle.core["cert"], root)
        checked = Checked(parked.data, bundle, links[-1], links, root)
        try:
            return self._single(checked)
        except SyncError as err:
            seen = SeenBundle(seal.signed_digest(bundle), "refused", err.code, 0)
            self._tx.remember(bundle.core["dev"], bundle.core["bid"], seen, bundle.core_bytes)
            return replace(checked.blank, status="refused", code=err.code)
