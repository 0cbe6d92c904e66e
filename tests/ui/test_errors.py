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


def test_a_defect_ends_in_a_sentence_and_exit_code_one(village: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    class Broken(apps.XieliApp):
        def run(self, **_more: Any) -> int | None:  # type: ignore[override]
            return super().run(headless=True)

        def on_ready(self) -> None:
            secret = "王秀英 999999195103020041"
            raise RuntimeError(secret)

    monkeypatch.setattr(apps, "XieliApp", Broken)
    assert apps.run(village.workspace) == 1
    out = capsys.readouterr()
    assert out.err.strip() == "错误 XL-X01：程序出了毛病，没有存的都在草稿里。请把这个编号告诉县里；加 --debug 可看细节。"
    assert "王秀英" not in out.out + out.err
    assert "Traceback" not in out.out + out.err


async def test_quitting_asks_once(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("ctrl+q")
        assert hand.shows("真要退出")
        assert hand.app.return_code is None
        await hand.press("ctrl+q")
    assert hand.app.return_code == 0
