"""Text that would act on a terminal, written by another machine into every entry, told again by every list and every detail of the command line, and packed as evidence.

What the pages make of it is in test_bad_input.py, which lends the text and the desks full of it."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk_office import Office
from page_book import desk_book, village_book
from test_bad_input import HOSTILE, hostile
from typer.main import get_command

from basekit import PASSPHRASE
from rosterkit import Book, write_book
from xieli_tui.casework.session import Session
from xieli_tui.cli.dispatch import build
from xieli_tui.cli.main import main
from xieli_tui.domain.text import safe

__all__ = ["hostile"]

WRITES = {"init", "demo", "practice", "run", "new", "work", "drill", "rotate", "scan", "add-operator", "change", "restore", "create", "rebuild", "validate", "ask"}
"""Commands without a required option that do more than tell something again, or stay."""
OF_HOUSEHOLD = ("household show", "household chain", "household answer", "household duties", "household left", "household category", "household statement show", "timeline", "policy screen")
OF_LIST = {"flag list": "flag show", "apply list": "apply show", "alert list": "alert show", "emergency list": "emergency show", "county queue": "county show", "county alert list": "alert show"}
Call = Callable[..., tuple[int, str]]


def telling() -> Iterator[list[str]]:
    """Every command that needs nothing named and only tells."""

    def walk(command: Any, path: list[str]) -> Iterator[list[str]]:
        if hasattr(command, "list_commands"):
            for name in command.list_commands(None):
                yield from walk(command.get_command(None, name), [*path, name])
        elif not any(param.required for param in command.params) and path[-1] not in WRITES:
            yield path

    yield from walk(get_command(build()), [])


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[Session], Call]:
    """`at(session)(args…) -> (exit code, stdout)`: commands over a session that stays open."""

    def over(session: Session) -> Call:
        session.close = lambda: None  # type: ignore[method-assign]
        monkeypatch.setattr("xieli_tui.casework.session.open_session", lambda *_given, **_more: session)
        for name, value in (("PASSPHRASE", PASSPHRASE), ("NOW", "2026-12-28T09:00:00+08:00"), ("WORKSPACE", str(session.workspace))):
            monkeypatch.setenv(f"XIELI_{name}", value)

        def call(*args: str) -> tuple[int, str]:
            capsys.readouterr()
            code = main(list(args))
            said = capsys.readouterr()
            for line in (said.out + said.err).split("\n"):
                assert safe(line) == line, (args, ascii(line))
            assert code != 1, (args, said.err)
            return code, said.out

        return call

    return over


def ids(document: Any) -> list[str]:
    """Every `id` of a document, in the order they stand."""
    if isinstance(document, dict):
        return [one for one in (document.get("id"),) if isinstance(one, str)] + [one for value in document.values() for one in ids(value)]
    return [one for value in document for one in ids(value)] if isinstance(document, list) else []


def told_everything(call: Call) -> tuple[int, int]:
    """Every list and every detail, in lines and as JSON; how many commands told, how many of them told hostile text."""
    told, with_text = 0, 0
    details: list[list[str]] = []
    for path in telling():
        code, out = call(*path)
        if code not in (0, 6):
            continue
        told, with_text = told + 1, with_text + ("红" in out)
        code, out = call(*path, "--json")
        if not out.strip():
            continue
        document = json.loads(out)
        shows = OF_LIST.get(" ".join(path))
        details += [[*shows.split(), one] for one in dict.fromkeys(ids(document))] if shows else []
        if path == ["household", "list"]:
            details += [[*one.split(), home["id"]] for home in document["households"] for one in OF_HOUSEHOLD]
    people = 0
    for path in details:
        code, out = call(*path)
        told, with_text = told + (code == 0), with_text + (code == 0 and "红" in out)
        code, out = call(*path, "--json")
        if path[:2] == ["household", "show"]:
            for member in json.loads(out)["members"]:
                people += call("person", "file", member["person"])[0] == 0
        if path[0] == "timeline":
            for entry in json.loads(out)["entries"][:12]:
                code, out = call("entry", entry["ref"])
                told, with_text = told + (code == 0), with_text + (code == 0 and "红" in out)
    assert people > 0
    return told, with_text


def test_no_command_of_a_village_lets_what_people_wrote_move_a_terminal(hostile: None, village: Session, at: Callable[[Session], Call], tmp_path: Path) -> None:
    village_book(village)
    told, with_text = told_everything(at(village))
    print(told, with_text)
    assert told > 100
    assert with_text > 50


def test_no_command_of_a_desk_lets_what_people_wrote_move_a_terminal_and_evidence_is_read_without_harm(hostile: None, office: Office, at: Callable[[Session], Call], tmp_path: Path) -> None:
    desk_book(office)
    call = at(office.county)
    told, with_text = told_everything(call)
    print(told, with_text)
    assert told > 50
    assert with_text > 20
    strange = tmp_path / "\x1b]0;题\x07\u202e\n.xieli"
    strange.write_bytes(office.up()[0].read_bytes()[:-7])
    assert "没有收下" in call("county", "import", str(strange))[1] or call("county", "import", str(strange))[0] == 4, "a name of a file moves nothing either"
    home = json.loads(call("household", "list", "--json")[1])["households"][0]["id"]
    assert call("evidence", home, "--out", str(tmp_path / "e.zip"), "--reason", "复议")[0] == 0
    with zipfile.ZipFile(tmp_path / "e.zip") as packed:
        for name in packed.namelist():
            assert safe(name) == name
            text = packed.read(name).decode()
            if name.endswith((".txt", ".json")):
                for line in text.split("\n"):
                    assert safe(line) == line, (name, ascii(line))
            assert "\x1b" not in text, f"{name} may be looked at in a terminal"


def test_a_roster_full_of_it_comes_back_with_its_reasons_as_plain_text_and_nobody_lies_in_the_temporary_folder(village: Session, at: Callable[[Session], Call], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(households=2)
    bad = "".join(char for char in HOSTILE if char.isprintable() or char in "\u202e\u200b\n")
    for number, (name, note) in enumerate(((f"欧阳锦{bad}", "=cmd()"), ("=1+1", "https://x"), ("夏侯翀", "\u2066隔\u2069")), 1):
        book.rows.append([number, f"{number:03d}", "1组", name, name, "户主", "女", "99999919510307042X", "1951.3.7", "", "低保", "", "", "", note])
    source = write_book(tmp_path / "b.xlsx", book)
    monkeypatch.setattr(tempfile, "mkstemp", lambda *_a, **_m: pytest.fail("in the temporary folder in clear"))
    monkeypatch.setattr(tempfile, "mkdtemp", lambda *_a, **_m: pytest.fail("in the temporary folder in clear"))
    call = at(village)
    assert call("roster", "import", str(source), "--errors", str(tmp_path / "e.xlsx"))[0] == 0
    sheet = openpyxl.load_workbook(tmp_path / "e.xlsx").worksheets[0]
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    texts = [str(cell.value) for cell in cells]
    assert any("欧阳锦" in text for text in texts)
    assert {"=1+1", "=cmd()"} & set(texts)
    for text in texts:
        for line in text.split("\n"):
            assert safe(line) == line, ascii(line)


async def test_what_is_written_behind_dots_is_never_copied_out_of_them(village: Session, open_app: Any) -> None:
    from xieli_tui.ui.screens.settings import SettingsPage

    async with open_app(village) as hand:
        hand.app.open(SettingsPage())
        await hand.settle()
        hand.app._clipboard = ""
        for entry, typed, wanted in ((hand.page.code_entry, "402917", ""), (hand.page.cover_entry, "3", "3")):
            entry.value = typed
            entry.focus()
            await hand.press("home", "shift+end", "ctrl+c")
            assert hand.app.clipboard == wanted
        entry = hand.page.code_entry
        entry.focus()
        await hand.press("home", "shift+end", "ctrl+x")
        assert hand.app.clipboard == "3", "cutting does not either"
