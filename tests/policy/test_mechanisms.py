"""The 83 mechanisms (M-01 .. M-83): every command and event docs/mechanisms.toml claims is run and recorded in one walk of a village and a county.

One test per mechanism, so that the page's word 有 never stands on a name alone. What the others say about each command (refusals, wording,
states) is in their own tests; here is that it is there, ends well and leaves its record.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.policy.mechanism_walk import Walked, walk
from tests.policy.test_coverage import generator

ROOT = Path(__file__).resolve().parents[2]
ROWS: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "docs" / "mechanisms.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """The walk, once: a hundred and sixty commands in one process."""
    with pytest.MonkeyPatch.context() as patch:
        return walk(tmp_path_factory.mktemp("mechanisms"), generator().commands(), patch.setenv)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("mechanism", ROWS)
def test_a_mechanism_is_served_by_commands_that_run_and_events_that_are_recorded(mechanism: str, walked: Walked) -> None:
    row = ROWS[mechanism]
    assert set(row.get("command", ())) - walked.commands == set(), f"{mechanism}: claimed and not run"
    assert set(row.get("record", ())) - walked.events == set(), f"{mechanism}: claimed and not recorded"
    assert row.get("record") or row.get("context") or row.get("waits"), mechanism


def test_a_mechanism_that_only_gives_context_claims_no_record_and_says_why() -> None:
    only = [one for one, row in ROWS.items() if not row.get("record") and "waits" not in row]
    assert only == ["M-24", "M-74", "M-81"], "mechanisms.md says of these three alone that nothing is recorded"
    assert all(len(ROWS[one]["context"]) > 10 for one in only)


def test_the_village_is_asked_for_no_opinion_and_takes_nothing_in_m_18(walked: Walked) -> None:
    """M-18: no payload of a village has a field for an opinion before acceptance, and no village command is called 受理 (JM-02, JM-03)."""
    from xieli_tui.domain.events import EVENTS

    village_fields = {
        name for kind in EVENTS.values() if "village" in kind.writers and kind.t.startswith("application.") for name in kind.model.model_fields
    }
    assert village_fields
    assert not {name for name in village_fields if "opinion" in name or "approve" in name or "accept" in name}
    assert not any("village" in kind.writers for kind in EVENTS.values() if kind.t in ("application.accepted", "application.reviewed", "application.decided"))
