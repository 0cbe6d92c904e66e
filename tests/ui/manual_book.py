"""The manual as a list of things to do: its fenced blocks, read in order.

Rules kept here
- a `keys` block holds keys as the app names them, typed text in 「」, `下×3` for the same key three times; `keys 从练习开始` and `keys 从空的开始` begin a new walk;
- a `sees` block holds one piece of screen a line; each must stand on the screen now. A line `没有 …` must not;
- a `run` block holds commands after `$ ` and, beneath each, pieces its output must hold; `run 县` is run in the county's workspace, `run 出错` ends with an error;
- nothing else in the manual is done, so everything that matters is written in a block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BOOK = Path(__file__).parents[2] / "docs" / "manual"
FENCE = re.compile(r"^```(\w+)?(?: +(.*))?$")
TOKEN = re.compile(r"「([^」]*)」|([^\s「」]+)")
NAMED = {
    "Enter": "enter", "Tab": "tab", "Esc": "escape", "空格": "space", "退格": "backspace", "PgDn": "pagedown", "PgUp": "pageup",
    "上": "up", "下": "down", "左": "left", "右": "right", "Shift+Tab": "shift+tab", "Home": "home", "End": "end",
}


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: what kind, what stands behind the kind, its lines, and where it is."""

    kind: str
    how: str
    lines: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Press:
    """One key as Textual names it, or a text as it is typed."""

    key: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """One command line and the pieces its output must hold."""

    line: str
    holds: tuple[str, ...]


def blocks(path: Path) -> Iterator[Block]:
    """Fenced blocks of one page that are to be done."""
    inside: list[str] | None = None
    kind = how = place = ""
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = FENCE.match(text)
        if found is None:
            if inside is not None:
                inside.append(text)
        elif inside is None:
            kind, how = found.group(1) or "", found.group(2) or ""
            inside, place = [], f"{path.name}:{number}"
        else:
            if kind in ("keys", "sees", "run"):
                yield Block(kind, how, tuple(line for line in inside if line.strip()), place)
            inside = None
    assert inside is None, f"{path.name}: a fence is open at its end"


def walks(path: Path) -> list[list[Block]]:
    """The walks of a page: blocks of keys and of what is seen, each walk from its own beginning."""
    found: list[list[Block]] = []
    for block in blocks(path):
        if block.kind == "keys" and block.how.startswith("从"):
            found.append([])
        assert found or block.kind == "run", f"{block.place}: before any walk began"
        if found and (block.kind != "run" or block.how == "县"):
            found[-1].append(block)
    return found


def presses(block: Block) -> list[Press]:
    """The keys of a block, one by one."""
    out: list[Press] = []
    for line in block.lines:
        for typed, word in TOKEN.findall(line):
            if typed:
                out.append(Press(text=typed))
                continue
            name, _, times = word.partition("×")
            out += [Press(key=key_of(name, block.place))] * int(times or 1)
    return out


def key_of(name: str, place: str) -> str:
    """A key as Textual names it.

    Raises:
        AssertionError: the manual names a key that is none.
    """
    if name in NAMED:
        return NAMED[name]
    if re.fullmatch(r"F[1-9]|Ctrl\+[A-Z]", name):
        return name.lower()
    assert re.fullmatch(r"[0-9]", name), f"{place}: no such key {name}"
    return name


def commands(block: Block) -> list[Command]:
    """The command lines of a `run` block."""
    out: list[Command] = []
    for line in block.lines:
        if line.startswith("$ "):
            out.append(Command(line[2:].strip(), ()))
        else:
            assert out, f"{block.place}: output before any command"
            out[-1] = Command(out[-1].line, (*out[-1].holds, line.strip()))
    return out
