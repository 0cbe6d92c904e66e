"""What earlier versions wrote is read by this one: their stores word for word, their bundles in every order."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from golden_kit import ORDER, PASSPHRASE, at_work, put, told, told_by_county, versions

from xieli_sync.verify import verify_file
from xieli_tui.casework import audit, doctor, exchange, setup
from xieli_tui.domain.clock import FixedClock
from xieli_tui.store import migrations, queries
from xieli_tui.store import rebuild as rebuilding

EVERY = pytest.mark.parametrize("frozen", [pytest.param(path, id=path.name) for path in versions()])


def facts(frozen: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((frozen / "facts.json").read_text(encoding="utf-8"))
    return found


def test_at_least_this_version_is_frozen() -> None:
    assert [path.name for path in versions()], "nothing frozen: tests/golden/make_golden.py"


@EVERY
def test_a_store_of_every_version_is_read_word_for_word(frozen: Path, tmp_path: Path, clock: FixedClock) -> None:
    folder = put(frozen / "village", tmp_path / "v")
    with at_work(folder) as session:
        assert told(session) == facts(frozen)["village"]
        with session.reading() as tx:
            assert migrations.version(tx.conn) == len(migrations.MIGRATIONS)
        assert audit.verify(session).ok
        assert rebuilding.rebuild(session.store)["equal"]
    clock.tick(days=1)
    found = doctor.examine(folder, PASSPHRASE, clock=clock)
    assert (found.ok, found.events, found.drafts) == (True, facts(frozen)["village"]["lines"], facts(frozen)["village"]["drafts"])


@EVERY
def test_bundles_of_every_version_are_whole_and_signed_under_their_root(frozen: Path) -> None:
    bundles = sorted((frozen / "bundles").glob("*.xieli"))
    assert {path.stem for path in bundles} >= {"village", "township", "return", "grant", "echo"}
    for path in bundles:
        seen = verify_file(path.read_bytes(), facts(frozen)["root_fingerprint"])
        assert (seen["ok"], seen["code"], seen["pinned"]) == (True, "", True), path.name


@EVERY
def test_a_county_takes_the_bundles_of_every_version_in_any_order(frozen: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = facts(frozen)["county"]
    orders = list(itertools.permutations(ORDER))
    for number, order in enumerate([orders[0], orders[-1], orders[9], orders[14]]):
        monkeypatch.setenv("XIELI_STATE", str(tmp_path / f"state{number}"))
        found = told_by_county(frozen, tmp_path / f"c{number}", facts(frozen), order)
        assert found["cases"] == expected["cases"], order
        assert {status for status, _ in found["files"].values()} <= {"imported", "parked"}, (order, found)
        if order == ORDER:
            assert found == expected


@EVERY
def test_a_laptop_on_its_first_day_takes_the_grant_and_the_return_of_every_version(frozen: Path, tmp_path: Path) -> None:
    with at_work(put(frozen / "village-new", tmp_path / "v")) as session:
        done = setup.enrol(session, frozen / "bundles" / "grant.xieli", facts(frozen)["root_fingerprint"])
        assert done.scope == tuple(facts(frozen)["villages"])
        returns = sorted((frozen / "bundles").glob("return*.xieli"), key=lambda path: (len(path.name), path.name))
        outcomes = [one for path in returns for one in exchange.take_in(session, [path])]
        assert outcomes[0].status == "imported"
        assert {one.status for one in outcomes} <= {"imported", "duplicate"}, "a return may say again what an earlier one said"
        with session.reading() as tx:
            granted = {(one.application, one.result) for one in queries.decisions(tx)}
        assert granted >= {(app, "granted") for app in facts(frozen)["applications"].values()}, "the desks' decisions, on a laptop that wrote none of the cases"
