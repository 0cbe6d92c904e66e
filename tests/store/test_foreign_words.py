"""What a stranger to a matter says does not move it: an annulment that was not its author's to write, a handed draft that cannot be read, a key that came
from nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from corekit import enrolled

from xieli_sync import identity
from xieli_sync.event import ZERO, chain_hash, make_line
from xieli_sync.ports import ChainLine, Signer
from xieli_tui.domain.events.road import GapAccepted
from xieli_tui.store import chains, drafts, handing, trust


def test_a_township_cannot_take_back_that_the_county_gave_a_piece_up(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 31)
    home = one.household()
    for _ in range(6):
        one.visit(home)
    assert county.take(one.bundle(1, 3)).status == "imported"
    assert county.take(one.bundle(6, 8)).status == "parked"
    [ruling] = county.record(GapAccepted(dev=one.dev, ep=one.store.ep, first=4, last=5, reason="换机时丢失"))
    stranger, ep = county.rand(16).hex(), county.rand(8).hex()
    line = make_line(by="1", d={"of": ruling.ref, "reason": "不算"}, dev=stranger, ep=ep, hlc=(county.now, 0), seq=1, t="ruling.annulled", v=1)
    with county.store.write() as tx:
        chains.ingest(tx, [ChainLine(stranger, ep, 1, chain_hash(ZERO, line.raw), line.raw, line)], county.now, role="township")
        assert chains.reach(tx, one.dev, one.store.ep)[0] == 5


@pytest.mark.parametrize("text", ['{"note":' + "[" * 60_000, '{"note":"\\ud800"}', '{"note":NaN}', "[]", "{"])
def test_a_handed_draft_that_cannot_be_read_is_left_and_stops_nothing(tmp_path: Path, text: str) -> None:
    _, (one,) = enrolled(tmp_path, 32)
    with one.store.write() as tx:
        assert handing.take_draft(tx, {"form": "visit", "key": "", "data": text, "version": 1, "begun_ms": 1, "at_ms": 1}) is False
        assert drafts.list_all(tx) == []
        assert handing.take_draft(tx, {"form": "visit", "key": "", "data": '{"note":"在"}', "version": 1, "begun_ms": 1, "at_ms": 1}) is True
        assert [one.data for one in drafts.list_all(tx)] == [{"note": "在"}]


def test_a_key_nobody_met_before_under_a_generation_that_is_over_raises_the_alarm_of_two_machines(tmp_path: Path) -> None:
    """Who holds the county's former key can certify a laptop's name for a key of his own."""
    county, (one,) = enrolled(tmp_path, 33)
    strange = identity.KeyPair.generate(county.rand)
    known = Signer(one.dev, one.keys.kid, one.keys.sign_pub, one.keys.enc_pub, "village", "999999", ver=1, gen=2)
    with county.store.write() as tx:
        trust.accept(tx, known)
    with county.store.write() as tx:
        trust.accept(tx, known)
        assert chains.alarms(tx) == []
    with county.store.write() as tx:
        trust.accept(tx, Signer(one.dev, strange.kid, strange.sign_pub, strange.enc_pub, "village", "999999", ver=9, gen=1))
    with county.store.read() as tx:
        assert [alarm[0] for alarm in chains.alarms(tx)] == ["XL-C04"]
        assert trust.signers(tx, one.dev)[0].kid == one.keys.kid, "returns go on being wrapped for the key of the present generation"
