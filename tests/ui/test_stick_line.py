"""报送 says what became of the stick's copy, in one line, and everything still stands on 80x24."""

from __future__ import annotations

from typing import Any

from desk_office import Office

from xieli_tui.casework import backup
from xieli_tui.casework.backup import BackupResult


async def test_without_officers_the_page_says_that_no_copy_was_laid_on_the_stick_and_whom_to_call(office: Office, open_app: Any) -> None:
    office.household()
    async with open_app(office.village, stick=office.stick) as hand:
        await hand.press("f9", "enter")
        for part in ("整本一份，打开看过", "没放  U盘备份 还没定两名找回人员，U盘上没放备份，请打县里电话。", "可以拔出U盘了", "签收单", "数据包"):
            assert hand.shows(part), part
        (row,) = [line for line in hand.lines() if "U盘备份" in line]
        assert "请打县里电话" in row, "one line"


async def test_a_copy_on_the_stick_is_said_beside_the_others(office: Office, open_app: Any, monkeypatch: Any) -> None:
    office.household()
    laid: list[str] = []

    def carry(_session: Any, folder: Any) -> BackupResult:
        laid.append(str(folder))
        return BackupResult(str(folder), "", 1, 1)

    monkeypatch.setattr(backup, "carry", carry)
    async with open_app(office.village, stick=office.stick) as hand:
        await hand.press("f9", "enter")
        assert hand.shows("已办  U盘备份 放了一份，找回口令时才打得开")
    assert laid == [str(office.stick)]
