"""Line mode: the same work as plain text, one question at a time, for screen readers, scripts and bad terminals. No pty: input is a pipe."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from basekit import PASSPHRASE
from xieli_tui.casework import drafts, households
from xieli_tui.casework.households import AddHousehold
from xieli_tui.casework.session import Session, open_session
from xieli_tui.cli.main import main
from xieli_tui.domain.clock import FixedClock

CODE = "import sys; from xieli_tui.cli.main import main; sys.exit(main(sys.argv[1:]))"
NOW = "2026-12-28T09:00:00+08:00"
DRAWN = re.compile("[\u2500-\u259f\x1b|]")


@pytest.fixture
def here(workspace: Path, village_session: Session) -> Path:
    """A workspace with three families, closed again."""
    for head, group in (("王秀英", "2"), ("何秀珍", "2"), ("王秀英", "5")):
        households.add_household(village_session, AddHousehold(head, {"group": group}, {"birth": "1951-03-02", "sex": "female"}))
    village_session.close()
    return workspace


def begin(workspace: Path, *args: str) -> subprocess.Popen[str]:
    env = {**os.environ, "XIELI_PASSPHRASE": PASSPHRASE, "XIELI_NOW": NOW, "PYTHONUTF8": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", CODE, *args, "-w", str(workspace)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=env,
    )


def said(workspace: Path, typed: list[str], *args: str) -> tuple[int, str]:
    """(exit code, what was said) of one command with lines typed into it, in this process; `piped` does the same with a program of its own."""
    out, errors = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("XIELI_PASSPHRASE", PASSPHRASE), ("XIELI_NOW", NOW)):
            patch.setenv(name, value)
        patch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            code = main([*args, "-w", str(workspace)])
    assert not errors.getvalue(), errors.getvalue()
    return code, out.getvalue()


def piped(workspace: Path, typed: list[str], *args: str) -> tuple[int, str]:
    """As `said`, through real pipes of a real program."""
    process = begin(workspace, *args)
    out, errors = process.communicate("".join(f"{line}\n" for line in typed), timeout=90)
    assert not errors, errors
    return process.returncode, out


def looked(workspace: Path, clock: FixedClock) -> Session:
    return open_session(workspace, PASSPHRASE, clock=clock)


SKIP = ["", "", *[""] * 6, "", ""]
"""哪天, 同去, six marks, 变化, 房屋: all left as they are."""


def test_a_visit_is_asked_one_question_at_a_time_and_kept_as_answered(here: Path, clock: FixedClock) -> None:
    typed = ["hxz", "1", "２", "12-27", "李平 网格员", "2", "", "", "", "3", "", "13", "2", "灶房漏雨", "问清医疗救助", "12-31", "1"]
    code, out = piped(here, typed, "visit", "new")
    assert code == 0
    assert "已保存(第" in out
    assert "六方面，经济：1 正常；2 留意；3 有困难。没问就回车。" in out
    assert not DRAWN.search(out)
    with looked(here, clock) as session:
        home = next(row.id for row in households.list_households(session, "何秀珍"))
        visit = households.show(session, home).visits[0]
        assert (visit.on, visit.met, visit.house_safety, visit.note) == ("2026-12-27", "family", "risk", "灶房漏雨")
        assert visit.marks == {"economy": 2, "employment": 3}
        assert visit.changes == ("hospital", "birth")
        assert (visit.promise, visit.promise_on) == ("问清医疗救助", "2026-12-31")
        assert visit.visitors == ("陈秀兰", "李平")
        assert not drafts.list_drafts(session)


def test_whom_was_met_has_no_default_and_wrong_answers_are_asked_again(here: Path) -> None:
    code, out = said(here, ["没这个人", "hxz", "1", "", "7", "本人", "4", "明天的明天", "", *SKIP[1:], "", "", "1"], "visit", "new")
    assert code == 0, out
    assert "没有找到，换个字。" in out
    assert "这一问不能空，没有默认。" in out
    assert out.count("没有这一项，打 1 到 4。") == 2
    assert "日期看不懂" in out
    assert "见到谁：未遇" in out


def test_two_families_of_one_name_are_told_apart_before_anything_is_asked(here: Path) -> None:
    code, out = said(here, ["wxy", "3", "wxy", "2", "1", *SKIP, "", "", "1"], "visit", "new")
    assert code == 0, out
    assert "1 王秀英，2组，1951 年生，1 口人；2 王秀英，5组，1951 年生，1 口人；3 都不是，再找" in out
    assert "记 王秀英，5组" in out


def test_one_question_back_changes_the_answer(here: Path, clock: FixedClock) -> None:
    code, out = said(here, ["hxz", "1", "1", "<", "3", *SKIP, "", "", "1"], "visit", "new")
    assert code == 0, out
    assert "现在是 本人，回车不变" in out
    with looked(here, clock) as session:
        home = next(row.id for row in households.list_households(session, "何秀珍"))
        assert [one.met for one in households.show(session, home).visits] == ["neighbour"]


def test_input_that_ends_half_way_keeps_a_draft_that_is_taken_up_again(here: Path, clock: FixedClock) -> None:
    code, out = said(here, ["hxz", "1", "1", "12-26"], "visit", "new")
    assert code == 2
    assert "没有存。草稿留着" in out
    with looked(here, clock) as session:
        draft = drafts.list_drafts(session)[0]
        assert (draft.form, draft.data["met"], draft.data["on"]) == ("visit", ["self"], "12-26")
        assert not households.show(session, draft.key).visits
    code, out = said(here, ["hxz", "1", "1", "", "", *SKIP[1:], "补一句", "", "1"], "visit", "new")
    assert code == 0, out
    assert "有一份草稿，12-28 09:00 存的。" in out
    assert "现在是 本人，回车不变" in out
    with looked(here, clock) as session:
        visit = households.show(session, draft.key).visits[0]
        assert (visit.met, visit.on, visit.note) == ("self", "2026-12-26", "补一句")


def test_a_killed_dialogue_left_its_answers_in_the_draft(here: Path, clock: FixedClock) -> None:
    process = begin(here, "visit", "new")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("hxz\n1\n2\n\n\n3\n")
    process.stdin.flush()
    text, end = "", time.monotonic() + 60
    while "六方面，健康" not in text and time.monotonic() < end:
        text += process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    for stream in (process.stdin, process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    with looked(here, clock) as session:
        draft = drafts.list_drafts(session)[0]
        assert (draft.data["met"], draft.data["marks"]) == (["family"], {"economy": 3})


def test_what_the_verb_refuses_leads_back_to_its_question(here: Path) -> None:
    code, out = said(here, ["hxz", "1", "1", "12-30", "", *SKIP[2:], "", "", "1", "12-28", *SKIP[1:], "", "", "1"], "visit", "new")
    assert "还没有存。日期在将来" in out, out
    assert "已保存(第" in out
    assert code == 0


@pytest.mark.parametrize("command", [("today",), ("household", "list")])
def test_reading_commands_print_plain_lines(here: Path, command: tuple[str, ...]) -> None:
    code, out = said(here, [], *command)
    assert code == 0
    assert out.strip()
    assert not DRAWN.search(out)
    assert max(len(line) for line in out.splitlines()) < 400


async def test_the_app_takes_up_what_line_mode_left(here: Path, clock: FixedClock) -> None:
    said(here, ["hxz", "1", "2", "", "", "3"], "visit", "new")
    from xieli_tui.ui.app import XieliApp
    from xieli_tui.ui.screens.visit import VisitPage

    with looked(here, clock) as session:
        app = XieliApp(here, clock=clock, kdf="floor")
        async with app.run_test(size=(80, 24)) as pilot:
            await app.workers.wait_for_complete()
            app.unlocked(session)
            await pilot.pause()
            home = next(row.id for row in households.list_households(session, "何秀珍"))
            app.open(VisitPage(households.show(session, home)))
            await app.workers.wait_for_complete()
            await pilot.pause()
            page = app.page
            assert isinstance(page, VisitPage)
            assert page.value("met") == "family"
            assert page.marks.marks == {"economy": 3}
