"""The end of every error: a sentence and a code, never a traceback, never a name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from xieli_tui.casework.session import Session
from xieli_tui.errors import Refused
from xieli_tui.ui import app as apps


async def test_a_refusal_of_a_verb_is_said_in_the_status_line(village: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_app(village) as hand:
        def refused(*_args: object, **_more: object) -> None:
            raise Refused("XL-F03")

        monkeypatch.setattr("xieli_tui.casework.households.list_households", refused)
        await hand.press("f3")
        assert hand.shows("XL-F03 目标写不进去")


@pytest.mark.parametrize("debug", [False, True])
def test_a_defect_ends_in_a_sentence_and_exit_code_one_and_leaves_a_note_without_a_value(
    village: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, debug: bool,
) -> None:
    class Broken(apps.XieliApp):
        CSS_PATH = Path(apps.__file__).parent / "base.tcss"

        def run(self, **_more: Any) -> int | None:  # type: ignore[override]
            return super().run(headless=True)

        def on_ready(self) -> None:
            secret = "王秀英 999999195103020041"
            raise RuntimeError(secret)

    monkeypatch.setattr(apps, "XieliApp", Broken)
    assert apps.run(village.workspace, debug=debug) == 1
    out = capsys.readouterr()
    [note] = (village.workspace / "log").glob("crash-*.txt")
    first, second, *more = out.err.strip().split("\n")
    assert first == "错误 XL-X01：程序出了毛病，没有存的都在草稿里。请把这个编号告诉县里；加 --debug 可看细节。"
    assert second == f"细节记在 log 文件夹的 {note.name}，里面没有姓名和证件号，可以交给县里。"
    assert bool(more) is debug
    written = note.read_text(encoding="utf-8")
    assert "test_errors:" in written, "the note says where in the code"
    assert "RuntimeError" in written
    assert note.stat().st_mode & 0o077 == 0
    for text in (out.out + out.err, written):
        for leak in ("王秀英", "999999195103020041", "Traceback", "secret", str(tmp_path), str(Path(__file__).parent)):
            assert leak not in text, leak


async def test_a_defect_in_a_thread_is_said_on_the_page_and_noted_without_a_value(village: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from xieli_tui import traces
    from xieli_tui.ui.screens.roster_page import RosterPage

    traces.at(village.workspace / "log")

    def broken(*_args: object, **_more: object) -> None:
        secret = "王秀英 999999195103020041"
        raise KeyError(secret)

    monkeypatch.setattr("xieli_tui.casework.mappings.look_at", broken)
    try:
        async with open_app(village) as hand:
            hand.app.open(RosterPage())
            await hand.settle()
            hand.page.entries["file"].focus()
            await hand.type("台账.xlsx")
            await hand.press("ctrl+s")
            for _ in range(50):
                await hand.settle()  # the end of a thread reaches its page by a message of its own
                if hand.shows("XL-X01 程序出了毛病"):
                    break
            assert hand.shows("XL-X01 程序出了毛病")
            assert not hand.page.busy
    finally:
        traces.at(None)
    [note] = (village.workspace / "log").glob("crash-*.txt")
    written = note.read_text(encoding="utf-8")
    assert "KeyError" in written
    assert "xieli_tui.ui.screens.roster_page:" in written
    assert "王秀英" not in written
    assert "999999195103020041" not in written


async def test_quitting_asks_once(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("ctrl+q")
        assert hand.shows("真要退出")
        assert hand.app.return_code is None
        await hand.press("ctrl+q")
    assert hand.app.return_code == 0


async def test_the_workbook_of_reasons_lies_in_the_private_folder_after_a_look_and_is_gone_at_lock(village: Session, open_app: Any, tmp_path: Path) -> None:
    from rosterkit import township_book, write_book
    from xieli_tui.casework import papers
    from xieli_tui.ui.screens.roster_page import RosterPage

    book = write_book(tmp_path / "b.xlsx", township_book())
    async with open_app(village) as hand:
        hand.app.open(RosterPage())
        await hand.settle()
        hand.page.entries["file"].focus()
        await hand.type(str(book))
        await hand.press("ctrl+s")
        await hand.press("ctrl+s")
        [paper] = (village.workspace / papers.FOLDER).glob("*/roster-errors-1.xlsx")
        assert hand.page.intake.paper == paper
        assert any("锁屏或退出就没有了" in one.text for section in hand.page.sections() for one in section.items if getattr(one, "id", "") == "paper")
        await hand.press("ctrl+l")
        assert hand.shows("已锁屏")
    assert not (village.workspace / papers.FOLDER).exists()
