"""The private folder: what is written to be looked at or printed is gone at lock and exit, and after a kill at the next start."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from basekit import Template, reopened
from xieli_tui.casework import papers
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Refused

SECRET = "欧阳锦瑟 999999195103020041".encode()


def left(workspace: Path) -> list[str]:
    """Every file beneath the private folder."""
    return sorted(str(path.relative_to(workspace)) for path in (workspace / papers.FOLDER).rglob("*") if path.is_file())


def test_only_the_owner_may_look_and_no_name_is_in_a_name(village_session: Session) -> None:
    mine = papers.of(village_session)
    first, second = mine.write("notice", "txt", SECRET), mine.write("notice", "txt", SECRET)
    assert [path.name for path in (first, second)] == ["notice-1.txt", "notice-2.txt"]
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == stat.S_IMODE(first.parent.parent.stat().st_mode) == 0o700
    assert papers.of(village_session) is mine
    for bad in ("欧阳锦瑟", "../notice", "", "A"):
        with pytest.raises(ValueError, match="plain word"):
            mine.place(bad, "txt")


def test_it_goes_when_the_session_closes_and_nothing_is_left_of_it(village_session: Session) -> None:
    papers.of(village_session).write("notice", "txt", SECRET)
    assert len(left(village_session.workspace)) == 2
    village_session.close()
    assert not (village_session.workspace / papers.FOLDER).exists()


def test_two_sessions_of_one_workspace_leave_each_others_alone(village_session: Session, workspace: Path, village_template: Template, clock: FixedClock) -> None:
    paper = papers.of(village_session).write("notice", "txt", SECRET)
    other = reopened(village_template, workspace, clock, 5)
    papers.of(other).write("notice", "txt", SECRET)
    assert papers.sweep(workspace) == 0
    other.close()
    assert paper.exists()
    assert [name.rpartition("/")[2] for name in left(workspace)] == ["in-use", "notice-1.txt"]


KILLED = """
import sys, time
from pathlib import Path
from xieli_tui.casework.papers import Papers
import os
Papers(Path(sys.argv[1]), os.urandom).write("notice", "txt", sys.stdin.buffer.read())
print("written", flush=True)
time.sleep(60)
"""


def test_what_a_kill_left_goes_at_the_next_start_and_not_before_the_killed_one_is_dead(workspace: Path, village_template: Template, clock: FixedClock) -> None:
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(workspace)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    with child:
        child.stdin.write(SECRET)
        child.stdin.close()
        assert child.stdout.readline() == b"written\n"
        assert papers.sweep(workspace) == 0, "it is still being looked at"
        child.send_signal(signal.SIGKILL)
    assert len(left(workspace)) == 2
    reopened(village_template, workspace, clock).close()
    assert not (workspace / papers.FOLDER).exists()


def test_sweeping_takes_nothing_but_rooms_and_follows_no_link(workspace: Path, tmp_path: Path) -> None:
    hers = tmp_path / "hers"
    hers.mkdir()
    (hers / "a.txt").write_text("hers")
    folder = workspace / papers.FOLDER
    (folder / "0123456789abcdef").mkdir(parents=True)
    (folder / "notes").mkdir()
    (folder / "fedcba9876543210").symlink_to(hers)
    assert papers.sweep(workspace) == 1
    assert (hers / "a.txt").read_text() == "hers"
    assert sorted(path.name for path in folder.iterdir()) == ["fedcba9876543210", "notes"]
    assert papers.sweep(tmp_path / "no") == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_where_the_folder_cannot_be_made_it_is_said(village_session: Session) -> None:
    village_session.workspace.chmod(0o500)
    try:
        with pytest.raises(Refused) as caught:
            papers.of(village_session)
    finally:
        village_session.workspace.chmod(0o700)
    assert caught.value.code == "XL-F03"


def test_a_file_where_the_folder_belongs_is_said(village_session: Session) -> None:
    (village_session.workspace / papers.FOLDER).write_text("a file")
    with pytest.raises(Refused) as caught:
        papers.of(village_session)
    assert caught.value.code == "XL-F03"


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "XL-F02"), (errno.EDQUOT, "XL-F02"), (errno.EROFS, "XL-F03"), (errno.EIO, "XL-F03")])
def test_a_sheet_that_cannot_be_written_leaves_no_half_of_it_and_says_why(village_session: Session, monkeypatch: pytest.MonkeyPatch, number: int, code: str) -> None:
    room = papers.of(village_session)
    whole = room.write("visit", "pdf", b"whole")
    real = open

    def torn(path: Any, *given: Any, **more: Any) -> Any:
        file = real(path, *given, **more)
        file.write(b"hal")
        file.close()
        raise OSError(number, "no")

    monkeypatch.setattr(papers, "open", torn, raising=False)
    with pytest.raises(Refused) as said:
        room.write("visit", "pdf", b"half a family")
    assert said.value.code == code
    assert [one.name for one in room.room.glob("*.pdf")] == [whole.name]
