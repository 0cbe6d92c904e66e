"""The app and the command line may be open at once over one workspace: they share one chain and one epoch."""

from __future__ import annotations

from pathlib import Path

import pytest
from casework_kit import family

from basekit import PASSPHRASE
from xieli_tui.casework import epoch_mark, epochs
from xieli_tui.casework.session import open_session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.store import epochs as own
from xieli_tui.store import journal


def test_two_programs_that_cannot_prove_continuity_open_one_epoch_between_them(
    workspace: Path, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open_session(workspace, PASSPHRASE, clock=clock) as app, open_session(workspace, PASSPHRASE, clock=clock) as cli:
        first = app.ep
        monkeypatch.setenv("XIELI_STATE", str(tmp_path / "elsewhere"))
        epochs.prove(cli)
        assert epochs.open_new(app, "mark_missing") == cli.ep != first
        family(app)
        family(cli, head="李四")
        with app.reading() as tx:
            assert own.all_own(tx) == [first, cli.ep]
            opened = journal.events_of_type(tx, "household.opened")
            assert {e.ep for e in opened} == {cli.ep}
        mark = epoch_mark.read(app.dev)
        assert mark is not None
        assert mark.ep == cli.ep
