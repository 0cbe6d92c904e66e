"""打印 from the pages: three ways, the last one kept, nothing left behind (issue 7, Build 3)."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from xieli_tui.casework import households, papers, printing, start_application
from xieli_tui.casework.session import Session
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal
from xieli_tui.ui.screens.printing import KeepSheetPage, PrintPage


class Desk:
    """A printer and a viewer that note what they get."""

    def __init__(self) -> None:
        self.printed: list[bytes] = []
        self.shown: list[Path] = []

    def show(self, path: Path) -> None:
        assert path.read_bytes().startswith(b"%PDF-")
        self.shown.append(path)

    def print(self, path: Path) -> None:
        self.printed.append(path.read_bytes())


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr(printing, "MACHINE", desk)
    return desk


def printed(session: Session) -> list[str]:
    """Forms recorded as printed."""
    with session.reading() as tx:
        return [event.d["form"] for event in journal.events_of_type(tx, "audit.printed")]


async def test_a_family_in_front_is_printed_by_two_keys_and_the_way_is_kept(village: Session, open_app: Any, machine: Desk) -> None:
    home = households.list_households(village, "何秀珍")[0].id
    app = start_application.start_application(village, start_application.StartApplication(home, ["dibao"])).id
    async with open_app(village) as hand:
        await hand.press("f3")
        await hand.type("hxz")
        await hand.press("enter", "ctrl+p")
        assert isinstance(hand.page, PrintPage)
        assert hand.shows("[打开查看]")
        assert hand.shows("一次性告知单")
        await hand.press("1")
        assert hand.shows("一次性告知单，打开了。")
        [path] = machine.shown
        assert path.parent == papers.of(village).room
        await hand.press("left", "2")
        assert hand.shows("社会救助申请表，送到打印机了。")
        assert len(machine.printed) == 1
        assert printed(village) == ["missing", "application"]
        assert [offer.subject for offer in hand.page.sheets[:2]] == [app, app]
        await hand.press("escape", "ctrl+p")
        assert hand.shows("[直接打印]")
        await hand.press("ctrl+l")
        assert not path.exists()


async def test_on_the_page_of_the_day_the_route_comes_first_and_is_kept_as_a_file(village: Session, open_app: Any, machine: Desk, tmp_path: Path) -> None:
    async with open_app(village) as hand:
        await hand.press("f2", "ctrl+p")
        assert hand.page.sheets[0].form == "route"
        await hand.press("right", "1")
        assert isinstance(hand.page, KeepSheetPage)
        hand.page.entries["out"].value = str(tmp_path / "路线.docx")
        await hand.press("ctrl+s")
        assert hand.shows("走访路线单，存到")
        assert (tmp_path / "路线.docx").read_bytes().startswith(b"PK")
        await hand.press("1")
        hand.page.entries["out"].value = str(tmp_path / "路线.docx")
        await hand.press("ctrl+s")
        assert hand.shows("已经有同名的文件")
        assert printing.last_way(village) == "file"
    assert machine.printed == machine.shown == []


async def test_several_families_are_ticked_and_printed_in_one_piece_each_recorded(village: Session, open_app: Any, machine: Desk, tmp_path: Path) -> None:
    async with open_app(village) as hand:
        await hand.press("f2", "ctrl+p", "space")
        assert hand.page.NAME == "几户一起印", hand.text()
        await hand.press("ctrl+s")
        assert hand.shows("还没有勾"), hand.text()
        await hand.press("3")
        assert hand.shows("2组  3 户"), hand.text()
        await hand.press("1")
        assert hand.shows("勾上 3 户"), hand.text()
        await hand.press("space", "ctrl+s")
        assert hand.shows("户档封面目录"), hand.text()
        assert hand.shows("2 户"), hand.text()
        assert not hand.shows("一次性告知单"), "no family has an application"
        await hand.press("left", "1")
        assert len(machine.printed) == 1
        assert printed(village) == ["cover", "cover"]
        await hand.press("left", "3")
        hand.page.entries["out"].value = str(tmp_path / "申请表.docx")
        await hand.press("ctrl+s")
        assert hand.shows("docx 一次一份"), hand.text()
        hand.page.entries["out"].value = str(tmp_path / "申请表.pdf")
        await hand.press("ctrl+s")
        assert hand.shows("存到"), hand.text()
    assert (tmp_path / "申请表.pdf").read_bytes().startswith(b"%PDF-")
    assert printed(village)[2:] == ["application", "application"]


def test_away_from_a_family_the_sheets_of_the_work_and_a_card_of_every_kind_can_be_printed(village: Session) -> None:
    offers = printing.offers(village)
    assert [one.form for one in offers[:4]] == ["route", "handover", "receipt", "recovery"]
    cards = {one.which: one.subject for one in offers[4:]}
    assert {one.form for one in offers[4:]} == {"card"}
    assert {"dibao", "temp_emergency"} <= set(cards.values())
    assert printing.offers_of_many(village, []) == []
    with pytest.raises(NotFound):
        printing.offers_of_many(village, ["00000000-0000-7000-8000-000000000000"])


async def test_no_printer_is_said_and_the_sheet_can_still_be_kept(village: Session, open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing.shutil, "which", lambda _name: None)
    async with open_app(village) as hand:
        await hand.press("f2", "ctrl+p", "4")
        assert hand.shows("XL-F31")
        assert isinstance(hand.page, PrintPage)


def test_a_program_that_is_started_gets_none_of_our_variables(village: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIELI_PASSPHRASE", "1111 2222 3333 4444")
    monkeypatch.setattr(printing.shutil, "which", lambda name: f"/usr/bin/{name}")
    seen: list[tuple[list[str], dict[str, str]]] = []

    def run(command: list[str], *, env: dict[str, str], **_more: Any) -> None:
        seen.append((command, env))

    monkeypatch.setattr(printing.subprocess, "run", run)
    monkeypatch.setattr(printing.subprocess, "Popen", run)
    for way in ("print", "show"):
        printing.go(village, printing.offers(village)[-1], way, printing.SystemMachine())
    assert [command[0] for command, _ in seen] == ["lp", "xdg-open"]
    assert all("PATH" in env and not any("XIELI" in name or "1111" in value for name, value in env.items()) for _, env in seen)
    assert os.environ["XIELI_PASSPHRASE"]


def test_a_printer_that_fails_is_an_error_with_a_code(village: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing.shutil, "which", lambda name: name)

    def run(*_args: Any, **_more: Any) -> None:
        raise subprocess.TimeoutExpired("lp", 20)

    monkeypatch.setattr(printing.subprocess, "run", run)
    with pytest.raises(Refused) as said:
        printing.go(village, printing.offers(village)[-1], "print", printing.SystemMachine())
    assert said.value.code == "XL-F31"
    assert printing.last_way(village) == "show"
