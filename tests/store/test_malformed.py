"""Lines that are well formed and say nonsense: they are kept, counted as not understood, and stop nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from corekit import VILLAGE, Node, enrolled, seeded
from pydantic import ValidationError

from xieli_sync.event import chain_hash, make_line
from xieli_sync.ports import ChainLine
from xieli_tui.domain.clock import millis
from xieli_tui.domain.events.work import ReportedByPhone
from xieli_tui.store import chains, deliveries, journal, queries


def forged(node: Node, t: str, d: Mapping[str, Any]) -> bytes:
    """The next line of a laptop, written by a program of its own making, as a bundle."""
    with node.store.read() as tx:
        seq, prev = journal.head(tx, node.dev, node.store.ep)
    line = make_line(by="1", d=dict(d), dev=node.dev, ep=node.store.ep, hlc=(node.now, 99), seq=seq + 1, t=t, v=1).raw
    return node.seal_changes(node.store.ep, [ChainLine(node.dev, node.store.ep, seq + 1, chain_hash(prev, line), line)], prev)


@pytest.mark.parametrize(
    ("t", "d"),
    [
        ("return.received", {"issuer": "COUNTY", "ep": "EPOCH"}),
        ("return.received", {"issuer": "COUNTY", "ep": "EPOCH", "r": "many", "head": 7}),
        ("epoch.opened", {"reason": "x", "ret": [["COUNTY", "EPOCH"]]}),
        ("epoch.opened", {"reason": "x", "ret": [["COUNTY", "EPOCH", "all"]]}),
        ("epoch.opened", {"reason": "x", "ret": 7, "prev": [1, 2, 3]}),
    ],
)
def test_a_malformed_acknowledgement_acknowledges_nothing_and_stops_no_return(tmp_path: Path, t: str, d: dict[str, Any]) -> None:
    county, (one, two) = enrolled(tmp_path, 81, count=2)
    for node in (one, two):
        for data in node.export():
            county.take(data)
    acked = {}
    with county.store.read() as tx:
        acked = {node.dev: deliveries.acked(tx, node.dev) for node in (one, two)}
    text = {"COUNTY": county.dev, "EPOCH": county.store.ep}

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: filled(v) for k, v in value.items()}
        return [filled(v) for v in value] if isinstance(value, list) else text.get(value, value) if isinstance(value, str) else value

    result = county.take(forged(one, t, filled(d)))
    assert (result.status, result.code) == ("quarantined", "XL-S02")
    for node in (one, two):
        county.owed(node)
        with county.store.read() as tx:
            assert deliveries.acked(tx, node.dev) == acked[node.dev]


def test_a_gap_nobody_could_accept_is_no_gap(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 82)
    for _ in range(3):
        one.household()
    assert county.take(one.bundle(1, 1)).status == "imported"
    rand = seeded(83)
    body = {"dev": one.dev, "ep": one.store.ep, "first": 2, "last": 2**40, "reason": "编造"}
    for d in (body, {**body, "first": "two"}, {"dev": one.dev}):
        line = make_line(by="1", d=d, dev=rand(16).hex(), ep=rand(8).hex(), hlc=(1, 0), seq=1, t="gap.accepted", v=1)
        with county.store.write() as tx:
            held = ChainLine(line.dev, line.ep, 1, chain_hash("0" * 64, line.raw), line.raw)
            chains.ingest(tx, [held], millis(county.clock.now()), role="township")
    with county.store.read() as tx:
        assert chains.reach(tx, one.dev, one.store.ep)[0] == 1


def test_a_mad_clock_is_shown_and_no_page_fails(tmp_path: Path) -> None:
    county, (one,) = enrolled(tmp_path, 84)
    household = one.household()
    for data in one.export():
        county.take(data)
    one.clock.tick(days=365 * 7000)
    one.visit(household)
    with one.store.read() as tx:
        seq, prev = journal.head(tx, one.dev, one.store.ep)
    body = {"household": household, "village": VILLAGE, "visit": one.id(), "on": "2026-12-28", "met": "self"}
    line = make_line(by="1", d=body, dev=one.dev, ep=one.store.ep, hlc=(2**53 - 1, 0), seq=seq + 1, t="visit.recorded", v=1).raw
    assert county.take(one.bundle(seq, seq)).status == "imported"
    mad = ChainLine(one.dev, one.store.ep, seq + 1, chain_hash(prev, line), line)
    assert county.take(one.seal_changes(one.store.ep, [mad], prev)).status == "imported"
    with county.store.read() as tx:
        assert queries.timeline(tx, household)[0].at == "9999-12-31T23:59"
        assert [x.typed_on for x in queries.visits(tx, household=household)] == ["9999-12-31", "9022-05-06"]


@pytest.mark.parametrize("at", ["2026-13-40T09:00", "2026-12-28T25:00", "9999-99-99T99:99"])
def test_an_instant_that_does_not_exist_is_no_payload(at: str) -> None:
    with pytest.raises(ValidationError):
        ReportedByPhone(village=VILLAGE, flag="01a20062-546e-7f42-bdc2-df71b1a34ec9", at=at, answered_by="刘芳")


@pytest.mark.parametrize(("value", "code"), [("{", "XL-S02"), ("NaN", "XL-S02"), ("[" * 3000, "XL-S02"), ("\"石桥村\"", "XL-S03")])
def test_a_parameter_whose_value_no_reader_could_take_is_no_payload(tmp_path: Path, value: str, code: str) -> None:
    county, (one,) = enrolled(tmp_path, 83, count=1)
    for data in one.export():
        county.take(data)
    result = county.take(forged(one, "local.set", {"key": "village", "value": value, "start": "2026-01-01", "area": VILLAGE}))
    assert (result.status, result.code) == ("quarantined", code)
    with county.store.read() as tx:
        assert queries.local_params(tx, "village") == []
