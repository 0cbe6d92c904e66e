"""Weaker clauses put back, one at a time: functions of the product replaced in a test, to see that the state machine would notice.

Each is named as in the findings of the protocol's first simulator, or by what it leaves out. No product code knows of any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from xieli_sync import delivery, exchange, heads, inbox_echo, inbox_returns, rules, rules_stated
from xieli_tui.casework import carriage, echoing, epoch_mark, epochs
from xieli_tui.desk import enrolment, letters
from xieli_tui.desk import send as sending
from xieli_tui.store import (
    carried,
    court,
    deliveries,
    importing,
    journal,
    receipts,
    recipients,
    relay,
    relay_events,
    relay_receipts,
    statements,
    trust,
    verdict,
)
from xieli_tui.store import epochs as own

Patch = pytest.MonkeyPatch


def _laptopverdict(p: Patch) -> None:
    """A laptop judges by itself: nobody's statement counts there."""
    real = verdict._said
    p.setattr(verdict, "_said", lambda tx, events: statements.Stated(exchange.Statements(), {}) if tx.role == "village" else real(tx, events))


def _cover(p: Patch) -> None:
    """Receipts go for a recipient's own chains only."""
    real = relay_receipts.chains_for
    p.setattr(relay_receipts, "chains_for", lambda tx, to: [chain for chain in real(tx, to) if chain[0] == to.dev])


def _lowest(p: Patch) -> None:
    """What is exported begins at the lowest receipt among the desks."""
    real = receipts.county_receipt

    def lowest(tx: Any, dev: str, ep: str) -> int:
        towns = [x for x in (trust.grant(tx) or {}).get("desks", ()) if x["role"] == "township"]
        return min(real(tx, dev, ep), receipts.township_receipt(tx, dev, ep)) if towns else real(tx, dev, ep)

    p.setattr(receipts, "county_receipt", lowest)


def _ack(p: Patch) -> None:
    """Every return taken in makes the next export owed."""
    p.setattr(exchange, "has_content", lambda items: True)


def _resend(p: Patch) -> None:
    """A return is owed for lines never written only: a lost stick is lost."""
    p.setattr(exchange, "needs_send", lambda lines, acked, **_: next((x.r for x in lines if not x.written), None))


def _carry_down(p: Patch) -> None:
    """The township lays nothing of the county's down."""
    p.setattr(carriage, "bring_down", lambda *_args, **_kwargs: [])


def _carry_up(p: Patch) -> None:
    """The township sends its own chain on, no village bundle."""
    p.setattr(carriage, "forward", lambda *_args, **_kwargs: [])


def _carry_once(p: Patch) -> None:
    """The township forwards a village bundle once."""
    real = carried.owed_up
    p.setattr(carried, "owed_up", lambda tx: [row for row in real(tx) if not row.laid])


def _area_chains(p: Patch) -> None:
    """A township hears of effective events only, as a laptop does."""
    p.setattr(recipients, "devices_of_area", lambda tx, to: set())


def _row12(p: Patch) -> None:
    """What comes from a frozen epoch is turned away at the door."""
    real = importing.StoreImport.ingest

    def ingest(self: Any, lines: Any, **more: Any) -> Any:
        shut = {(e.d["dev"], e.d["ep"]) for e in journal.events_of_type(self.tx, "fork.frozen") if e.dev == self.tx.dev}
        return real(self, [x for x in lines if (x.dev, x.ep) not in shut], **more)

    p.setattr(importing.StoreImport, "ingest", ingest)


def _rights(p: Patch) -> None:
    """Rights are those of the grant that arrived last, not of the one stated last before the event in its own chain."""

    def stated(self: Any, head: Any) -> Any:
        known = list(self._enrolled.get(head.dev, ()))
        return rules_stated.Stated(known[-1].ref if known else None, None)

    p.setattr(rules.RuleSet, "_stated", stated)


def _forkrcpt(p: Patch) -> None:
    """One receipt for a chain, forked or not."""
    real = exchange.branches
    p.setattr(exchange, "branches", lambda parents: real(parents)[-1:])


def _prevrcpt(p: Patch) -> None:
    """No receipt at the point a later epoch names."""
    real = exchange.receipts
    p.setattr(exchange, "receipts", lambda dev, ep, tips, marks=(), named=(): real(dev, ep, tips, marks, ()))


def _lost(p: Patch) -> None:
    """What a restored machine lost is not given back."""
    p.setattr(exchange, "lost_lines", lambda chains, prevs, newest: set())


def _prevtree(p: Patch) -> None:
    """Given back is what the last epoch lost, not what an epoch lost with it had written."""
    real = exchange.lost_lines

    def near(chains: Mapping[str, Any], prevs: Mapping[str, Any], newest: str | None) -> set[tuple[str, int, str]]:
        prev = prevs.get(newest) if newest else None
        return {x for x in real(chains, prevs, newest) if prev and x[0] == prev[0]}

    p.setattr(exchange, "lost_lines", near)


def _oldack(p: Patch) -> None:
    """What a lost machine acknowledged still counts."""
    real = exchange.acked_r
    p.setattr(exchange, "acked_r", lambda stated, newest, hash_at=None: real([x._replace(ep="*") for x in stated], "*", hash_at))

    def stated(tx: Any, to_dev: str, issuer: str, ep: str) -> list[exchange.Acked]:
        held = journal.load(tx, dev=to_dev, t="return.received")
        return [exchange.Acked(e.ep, int(e.d["r"]), str(e.d["head"])) for e in held if e.d["issuer"] == issuer and e.d["ep"] == ep]

    p.setattr(deliveries, "stated", stated)


def _registry(p: Patch) -> None:
    """A desk answers those in its register only."""
    p.setattr(sending, "_unregistered", lambda session, tx: [])


def _echo(p: Patch) -> None:
    """Nothing is given back to a desk that was restored."""
    p.setattr(echoing, "owed", lambda session: [])


def _echo_issuer(p: Patch) -> None:
    """Only its issuer takes anything out of an echo."""
    real = inbox_echo._vouched

    def vouched(work: Any, line: Any, signer: Any) -> Any:
        return real(work, line, signer) if signer.dev == work.desk.dev else replace(line, item=None)

    p.setattr(inbox_echo, "_vouched", vouched)


def _head(p: Patch) -> None:
    """A head line stands in every return, whether it changed or not."""

    def head(tx: Any, to: Any) -> tuple[delivery.HeadItem | None, bool]:
        seq, digest = journal.head(tx, tx.dev, tx.ep)
        return delivery.HeadItem(tx.ep, seq, digest), True

    p.setattr(relay, "own_head", head)


def _relay_county(p: Patch) -> None:
    """A county's line counts out of a township's return as well."""
    p.setattr(inbox_returns, "_allowed", lambda work, line, signer: line)


def _forkstar(p: Patch) -> None:
    """Freezing and settling are nobody's ruling: any device may."""
    real = court._rule

    def rule(known: Any, areas_of: Any) -> Any:
        found = real(known, areas_of)
        return replace(found, writers=frozenset({"village", "township", "county"}), ruling=False) if known.t.startswith("fork.") else found

    p.setattr(court, "_rule", rule)
    p.setattr(rules, "COUNTY_ONLY", heads.COUNTY_ONLY - {"fork.settled"})


def _annulfork(p: Patch) -> None:
    """A freezing is annulled like any ruling."""
    p.setattr(rules, "NEVER_ANNULLED", frozenset())


def _relayed_forks(p: Patch) -> None:
    """A fork is one only when a bundle brings it, not a relay or an echo."""
    p.setattr(inbox_returns, "relayed_forks", lambda work, carried: {})
    p.setattr(inbox_echo, "relayed_forks", lambda work, carried: {})


def _mark(p: Patch) -> None:
    """The mark names an epoch and no line: a copied-back folder of the same epoch goes on."""

    def broken(tx: Any, mark: epoch_mark.Mark | None) -> str:
        return "mark_missing" if mark is None else "mark_other" if mark.ep != own.newest(tx) else ""

    p.setattr(epochs, "_broken", broken)


def _mergescope(p: Patch) -> None:
    """A merge goes where its villages say, not where any person of its component went."""
    p.setattr(relay_events, "_merges", lambda tx, to: [])


def _vclosure(p: Patch) -> None:
    """Openings and transfers do not follow the lines of their household."""
    p.setattr(relay_events, "_openings", lambda tx, to, going: [])


def _about(p: Patch) -> None:
    """Annulments, releases and clamps do not follow the line they speak about."""
    p.setattr(relay_events, "_about_lines", lambda tx, to, going: [])


def _transferred(p: Patch) -> None:
    """A family that moved comes without its file."""
    p.setattr(recipients, "moved_in", lambda tx, to: [])


def _scope(p: Patch) -> None:
    """Where a household was is not asked: its author's rights decide."""
    p.setattr(rules.RuleSet, "_places_of", lambda self, subject: frozenset())


def _writers(p: Patch) -> None:
    """The role of the writer is not asked."""
    real = court._rule
    everybody = frozenset({"village", "township", "county"})
    p.setattr(court, "_rule", lambda known, areas_of: replace(real(known, areas_of), writers=everybody, ruling=False))


def _release(p: Patch) -> None:
    """A release lifts what the type or the role refuses as well."""
    real = rules.RuleSet._compute
    p.setattr(rules.RuleSet, "_compute", lambda self, head, ref: heads.OK if self._released(ref) else real(self, head, ref))


def _highest_cut(p: Patch) -> None:
    """Of several revocations the most generous counts."""
    real = rules.RuleSet._compute

    def compute(self: Any, head: Any, ref: str) -> Any:
        found = real(self, head, ref)
        cuts = [x.d.get("cut", {}).get(head.ep, 0) for x in self._revoked.get(head.dev, ()) if self._ok(x)]
        return heads.OK if found == heads.AFTER_CUT and head.seq <= max(cuts) else found

    p.setattr(rules.RuleSet, "_compute", compute)


def _nothing_before(p: Patch) -> None:
    """Before the first statement of a chain nobody has rights."""
    p.setattr(rules.RuleSet, "_first", lambda self, chain, now: now)


def _reissue(p: Patch) -> None:
    """A grant issued again goes on where deliveries stood: a laptop put back to before it cannot use them."""

    def lay_down(session: Any, folder: Any, to_dev: str, enc_pub: bytes, first: int, **more: Any) -> Any:
        with session.reading() as tx:
            held = deliveries.acked(tx, to_dev)
            first = min(held + 1, deliveries.point(tx, to_dev)[0])
        return letters.lay_down(session, folder, to_dev, enc_pub, first, **more)

    p.setattr(enrolment, "lay_down", lay_down)


def _copies(p: Patch) -> None:
    """Of an own epoch that a copy of this machine wrote on, any line held is signed for."""
    p.setattr(receipts, "_written_here", lambda tx, ep, seq, head: receipts.holds(tx, tx.dev, ep, seq, head))


def _says_it_all(p: Patch) -> None:
    """A return says only whether anything in it waits, not up to where."""
    p.setattr(carried, "_content", lambda core: int(core["last"]) if core.get("content") else 0)


def _receipts_of_old(p: Patch) -> None:
    """What a desk signed before it was put back from a copy still counts."""

    def receipted(tx: Any, level: str, dev: str, ep: str) -> int:
        rows = tx.ask("SELECT seq, head FROM receipt WHERE role=? AND dev=? AND ep=? AND seq>0 ORDER BY seq DESC", (level, dev, ep))
        return next((int(seq) for seq, head in rows if dev != tx.dev or receipts.holds(tx, dev, ep, int(seq), str(head))), 0)

    p.setattr(receipts, "receipted", receipted)


WEAK: dict[str, Callable[[Patch], None]] = {
    "laptopverdict": _laptopverdict, "cover": _cover, "lowest": _lowest, "ack": _ack, "resend": _resend, "carry down": _carry_down, "carry up": _carry_up,
    "carry once": _carry_once, "area chains": _area_chains, "row12": _row12, "rights": _rights, "forkrcpt": _forkrcpt, "prevrcpt": _prevrcpt, "lost": _lost,
    "prevtree": _prevtree, "oldack": _oldack, "registry": _registry, "echo": _echo, "echoT": _echo_issuer, "head": _head, "relayC": _relay_county,
    "forkstar": _forkstar, "annulfork": _annulfork, "relayed forks": _relayed_forks, "mark": _mark, "mergescope": _mergescope, "vclosure": _vclosure,
    "about": _about, "transferred": _transferred, "scope": _scope, "writers": _writers, "release": _release, "highest cut": _highest_cut,
    "nothing before": _nothing_before, "reissue": _reissue, "copies": _copies, "said once": _says_it_all, "old receipts": _receipts_of_old,
}
"""name -> what it does to the product. Stratification (two county keys) has no place here: there is one county."""


@contextmanager
def weakened(name: str) -> Iterator[None]:
    """One clause put back for as long as this stands."""
    with pytest.MonkeyPatch.context() as patch:
        WEAK[name](patch)
        yield


