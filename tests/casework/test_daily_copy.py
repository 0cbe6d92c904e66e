"""The copy of the day: once a day, when something was written; its failure is said and stops nobody, on the command line and in the app."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from basekit import PASSPHRASE, Template, reopened
from xieli_tui.casework import backup, drafts, households, restore
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Damaged, Refused
from xieli_tui.store import backup as copies


def family(session: Session, head: str) -> None:
    households.add_household(session, households.AddHousehold(head, {}))


def names(session: Session) -> list[str]:
    return [path.name for path in copies.list_all(session.workspace)]


def test_the_first_opening_of_a_day_makes_one_copy_when_something_was_written_since_the_last(village_session: Session, clock: FixedClock) -> None:
    assert backup.daily(village_session) == ""
    assert names(village_session) == [], "a new workspace holds nothing to lose"
    family(village_session, "石守田")
    backup.daily(village_session)
    backup.daily(village_session)
    assert names(village_session) == ["20261228-090000"]
    clock.tick(days=1)
    backup.daily(village_session)
    assert len(names(village_session)) == 1, "nothing was written yesterday"
    drafts.save_draft(village_session, "visit", "", {"note": "没有写完"})
    backup.daily(village_session)
    assert names(village_session)[0] == "20261229-090000", "a draft is work too"
    row = backup.list_copies(village_session)[0]
    assert row.good
    assert row.checked


def test_seven_days_stay(village_session: Session, clock: FixedClock) -> None:
    for _ in range(9):
        clock.tick(days=1)
        family(village_session, "石守田")
        assert backup.daily(village_session) == ""
    first = dt.date(2026, 12, 31).strftime("%Y%m%d")
    assert len(names(village_session)) == 7
    assert names(village_session)[-1].startswith(first)


def test_a_copy_that_failed_is_said_and_the_next_opening_tries_again(village_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    family(village_session, "石守田")
    with monkeypatch.context() as patch:
        patch.setattr(copies, "verify", lambda *_args: (_ for _ in ()).throw(Refused("XL-F02")))
        said = backup.daily(village_session)
    assert said.startswith("今天的备份没有做成。错误 XL-F02")
    assert names(village_session) == []
    assert backup.daily(village_session) == ""
    assert len(names(village_session)) == 1


def test_after_a_clock_that_ran_ahead_the_copy_of_the_day_is_made_and_is_the_newest(village_session: Session, clock: FixedClock) -> None:
    family(village_session, "石守田")
    village_session.clock = FixedClock(clock.now() + dt.timedelta(days=100))
    for _ in range(7):
        village_session.clock.tick(seconds=5)
        backup.create(village_session)
    village_session.clock = clock
    family(village_session, "李桂英")
    assert (backup.last_backup(village_session), backup.daily(village_session)) == ("", "")
    assert backup.last_backup(village_session) == "2026-12-28"
    assert len(names(village_session)) == 7
    assert backup.list_copies(village_session)[0].name == "20261228-090000"
    assert restore.find(village_session.workspace, "", clock).name == "20261228-090000", "what is restored when none is named"


def test_a_copy_whose_key_file_was_altered_is_said_to_be_damaged(village_session: Session) -> None:
    place = Path(backup.create(village_session).path)
    whole = (place / "keys.json").read_text(encoding="utf-8")
    (place / "keys.json").write_text(whole.replace('"gen": 1', '"gen": 7'), encoding="utf-8")
    with pytest.raises(Damaged, match="XL-L06"):
        backup.verify(village_session, place.name)
    assert [row.good for row in backup.list_copies(village_session)] == [False]


def test_a_command_makes_it_before_its_work_and_goes_on_when_it_cannot(
    workspace: Path, village_template: Template, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    with reopened(village_template, workspace, clock) as session:
        family(session, "石守田")
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-29T08:00:00+08:00")
    with monkeypatch.context() as patch:
        patch.setattr(copies, "_vacuum", lambda *_args: (_ for _ in ()).throw(Refused("XL-F02")))
        assert main(["household", "list", "-w", str(workspace), "--json"]) == 0
    told = capsys.readouterr()
    assert "今天的备份没有做成" in told.err
    assert "石守田" in told.out
    for _ in range(2):
        assert main(["household", "list", "-w", str(workspace), "--json"]) == 0
        assert capsys.readouterr().err == ""
    assert [path.name for path in copies.list_all(workspace)] == ["20261229-080000"]
