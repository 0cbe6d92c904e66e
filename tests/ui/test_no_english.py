"""Nothing of the framework speaks English to her, no sign of ours breaks the grid of an old window, no word of the village is a word of the law."""

from __future__ import annotations

import ast
import re
import string
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from test_flows_village import first

import xieli_tui
from xieli_tui.casework.session import Session
from xieli_tui.domain.events.base import EVENTS
from xieli_tui.ui import commands
from xieli_tui.ui.app import XieliApp
from xieli_tui.ui.keys import APP_KEYS
from xieli_tui.ui.screens import menu
from xieli_tui.ui.screens.dossier import DossierPage

SOURCE = Path(xieli_tui.__file__).parent
SPOKEN = ("ui", "cli", "casework", "desk")
LIGHT_RULES = set("─━│")
OURS = {"Enter", "Tab", "Esc", "Ctrl", "xieli"}
"""Words on keys, and the command she types."""
VILLAGE_NEVER = ("受理", "初审", "审核", "审批", "确认")


def spoken() -> Iterator[tuple[Path, ast.Constant]]:
    """Every text in the code that somebody may read: no documentation, no single signs of a table, no pattern."""
    for folder in SPOKEN:
        for path in (SOURCE / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent and len(node.value) > 2 and not node.value.startswith("^"):
                    yield path, node


def test_no_text_of_ours_has_a_glyph_of_two_widths() -> None:
    found = [
        (path.name, node.lineno, node.value[:30])
        for path, node in spoken() if {char for char in node.value if unicodedata.east_asian_width(char) == "A"} - LIGHT_RULES
    ]
    assert not found


def test_the_app_is_built_of_our_own_widgets_and_two_of_the_framework_that_say_nothing() -> None:
    taken: set[str] = set()
    for path in (SOURCE / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
                taken |= {f"{node.module}.{name.name}" for name in node.names}
    speaking = {one for one in taken if one.startswith(("textual.widgets", "textual.validation", "textual.command", "textual.suggester"))}
    assert speaking == {"textual.widgets.Input", "textual.widgets.ContentSwitcher"}
    assert XieliApp.ENABLE_COMMAND_PALETTE is False


def test_nothing_pops_up_or_prints_by_the_framework() -> None:
    calls = {"notify", "bell", "action_command_palette", "deliver_text", "open_url", "print"}
    used = []
    for path in (SOURCE / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
                if name in calls:
                    used.append((path.name, node.lineno, name))
    assert not used


async def test_no_key_of_any_keyboard_brings_an_english_word_to_the_screen(village: Session, open_app: Any) -> None:
    keys = [f"ctrl+{letter}" for letter in string.ascii_lowercase if letter not in "ql"]
    keys += [*(f"f{n}" for n in range(10, 13)), "ctrl+backslash", "ctrl+at", "ctrl+up", "shift+tab", "insert", "ctrl+pageup", "alt+enter", "shift+f1"]
    async with open_app(village) as hand:
        home = first(village)
        for tab in ("1", "4"):
            for at in range(0, len(keys), 5):
                hand.app.back_home()
                hand.app.open(DossierPage(home, tab))
                await hand.settle()
                if tab == "4":
                    await hand.press("4")
                    assert hand.page.NAME == "走访"
                await hand.press_all(keys[at:at + 5])
                await hand.settle()
                words = set(re.findall("[A-Za-z]{3,}", hand.text())) - OURS
                assert not {word for word in words if not word.isupper()}, (tab, keys[at:at + 5], words)
                assert not hand.app._notifications


def test_every_app_key_has_chinese_words_and_a_way_without_letters_and_without_an_f_key() -> None:
    menu_places = {entry.place for entry in (*menu.VILLAGE, *menu.DESK)}
    for key in APP_KEYS:
        names = key.keys.split(",")
        assert any("\u4e00" <= char <= "\u9fff" for char in key.label), key.id
        assert not any(len(name) == 1 for name in names), key.id
        if all(re.fullmatch(r"f\d+", name) for name in names):
            assert key.action.removeprefix("go('").removesuffix("')") in menu_places, f"{key.id} needs a digit of the menu"


def test_no_button_command_or_place_of_a_village_is_a_verb_of_the_law() -> None:
    said = [(one.word, one.what) for one in (*commands.VILLAGE, *commands.PROGRAM)] + [(one.word, one.what) for one in menu.VILLAGE] + [(key.label, "") for key in APP_KEYS]
    assert not [pair for pair in said for word in VILLAGE_NEVER if word in "".join(pair)]


def test_no_event_a_village_may_write_is_a_step_of_the_law() -> None:
    lawful = {"accepted", "checked", "reviewed", "appraised", "decided", "reported", "returned", "paid"}
    written = {kind.t for kind in EVENTS.values() if "village" in kind.writers}
    assert written
    assert not {name for name in written if name.startswith("application.") and name.rpartition(".")[2] in lawful}


async def test_the_names_of_a_family_are_the_only_words_a_screen_takes_from_outside(village: Session, open_app: Any) -> None:
    """What people wrote is shown, markup and all, and never read as an instruction."""
    from xieli_tui.casework import record_visit

    note = "[bold red]急[/] [@click=app.quit]点我[/] \\[x] :smile:"
    record_visit.record_visit(village, record_visit.RecordVisit(first(village), "self", note=note))
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "enter", "4")
        shown = hand.text().replace("\n", "").replace(" ", "")
        assert note.replace(" ", "")[:30] in shown
