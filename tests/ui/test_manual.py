"""The manual is true: every walk of 00, 01, 03 and 04 is done literally at 80x24 on a fresh practice, every command of 05 and 06 is run, every page has its
picture, its keys and its words, and the numbers of key presses the manual states are counted."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import random
import re
import shlex
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from manual_book import BOOK, Block, blocks, commands, presses, walks
from stillness import until

from basekit import SEED, START
from xieli_sample import demo
from xieli_sample.scene import Demo
from xieli_tui.cli.main import main
from xieli_tui.desk.setup import InitCounty, init_county
from xieli_tui.domain.clock import FixedClock

WALKED = ("00-开始.md", "01-一天.md", "03-写错了怎么办.md", "04-键盘和屏幕.md")
STATED = re.compile(r"^\| ([^|]+?) \| (\d+) \| (\d+) \|$", re.M)
"""A row of the table of key presses: what, keys, characters."""
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Walk:
    """One walk in progress: its folder, its app, what stands for the places, how many keys were pressed."""

    home: Path
    made: Demo
    hand: Any = None
    desk: str = "county"
    counts: dict[str, list[int]] = field(default_factory=dict)
    """What is counted -> keys pressed, characters typed."""
    said: dict[str, str] = field(default_factory=dict)

    def filled(self, text: str) -> str:
        """A text with its places filled in."""
        for place, word in self.said.items():
            text = text.replace(place, word)
        return text

    def note_id(self, said: str, piece: str) -> None:
        """〈编号〉 from now on: the id that ends the line the manual points at."""
        for line in said.splitlines():
            last = line.rsplit(None, 1)[-1] if line.strip() else ""
            if piece in line and ID.fullmatch(last):
                self.said["〈编号〉"] = last

    def county(self, line: str) -> str:
        """A command at the county's desk; what it printed."""
        return call(self.filled(line), self.home, self.desk, self.made.passphrase)


def call(line: str, home: Path, desk: str, passphrase: str, *, fails: bool = False) -> str:
    """A command of the manual in the workspace of a desk; what it printed. In this process: a Python of its own for each would take most of the time."""
    words = shlex.split(line)
    assert words[0] == "xieli", line
    surroundings = {"XIELI_PASSPHRASE": passphrase, "XIELI_WORKSPACE": str(home / desk), "XIELI_NOW": START.isoformat(), "XIELI_STATE": str(home / "state")}
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        for name, value in surroundings.items():
            patch.setenv(name, value)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(words[1:])
    assert (code != 0) is fails, (line, out.getvalue(), err.getvalue())
    return err.getvalue() if fails else out.getvalue()


async def do(walk: Walk, block: Block) -> None:
    """One block, literally."""
    hand = walk.hand
    if block.kind == "keys":
        count = walk.counts.setdefault(block.how.removeprefix("数："), [0, 0])
        for press, again in groupby(presses(block)):
            times = len(list(again))
            if press.key:
                await hand.press(*[press.key] * times)
            else:
                await hand.type(walk.filled(press.text) * times)
            count[0 if press.key else 1] += times * (len(press.text) or 1)
        await hand.settle()
    elif block.kind == "sees":
        for line in block.lines:
            wanted = line.strip().removeprefix("没有 ")
            if wanted.startswith("草稿已存"):  # written a moment after the last key
                await until(hand, lambda wanted=wanted: hand.shows(walk.filled(wanted)))
            assert hand.shows(walk.filled(wanted)) is not line.startswith("没有 "), f"{block.place}: {wanted}\n{hand.text()}"
    else:
        for one in commands(block):
            said = walk.county(one.line)
            walk.note_id(said, one.holds[0])
            for piece in one.holds:
                assert walk.filled(piece) in said, f"{block.place}: {piece}\n{said}"


@asynccontextmanager
async def begun(open_app: Any, home: Path, made: Demo, how: str) -> AsyncIterator[Walk]:
    """The app as a walk begins: 从练习开始 at the door of a fresh practice, 从今日开始 behind it, 从空的开始 with nothing there yet."""
    walk = Walk(home, made, said={"〈U盘〉": str(home / "stick"), "〈县里念的20位核对码〉": made.root_fingerprint})
    if how == "从空的开始":
        made_county = init_county(home / "office", InitCounty("999999", "测试县", "李县办", home, kdf="floor"), made.passphrase, made.root_passphrase, clock=FixedClock(START))
        walk.desk, walk.said["〈县里念的20位核对码〉"] = "office", made_county.root_fingerprint  # a practice county registers only practice laptops
    place = home / ("new" if how == "从空的开始" else "village")
    more = {"folder": place} if how == "从空的开始" else {"folder": place, "demo": True, "hint": made.passphrase, "stick": home / "stick"}
    async with open_app(**more) as walk.hand:
        if how == "从今日开始":
            await walk.hand.press("enter")  # a practice fills in its own passphrase
        yield walk


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo]:
    """A practice laid down once; each walk gets its own copy."""
    base = tmp_path_factory.mktemp("manual")
    before = os.environ.get("XIELI_STATE")
    os.environ["XIELI_STATE"] = str(base / "state")
    print(f"seed={SEED}")
    try:
        made = demo.practice(base / "home", random.Random(SEED).randbytes)
    finally:
        if before is None:
            del os.environ["XIELI_STATE"]
        else:
            os.environ["XIELI_STATE"] = before
    if (base / "state").exists():
        shutil.copytree(base / "state", base / "home" / "state")
    return base / "home", made


@pytest.fixture
def home(practice: tuple[Path, Demo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh copy of the practice, and the state folder that belongs to it."""
    shutil.copytree(practice[0], tmp_path / "home")
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "home" / "state"))
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


sys.path.append(str(BOOK.parents[1] / ".ci"))
manual_pages = importlib.import_module("manual_pages")
ALL = [pytest.param(name, at, id=f"{name[:2]}.{at + 1}") for name in WALKED for at in range(len(walks(BOOK / name)))]


@pytest.mark.parametrize(("page", "at"), ALL)
async def test_every_walk_of_the_manual_does_what_it_says(practice: tuple[Path, Demo], home: Path, open_app: Any, page: str, at: int) -> None:
    steps = walks(BOOK / page)[at]
    async with begun(open_app, home, practice[1], steps[0].how) as walk:
        for block in steps:
            await do(walk, block)
        stated = {what: [int(keys), int(typed)] for what, keys, typed in STATED.findall((BOOK / page).read_text(encoding="utf-8"))}
        counted = {what: count for what, count in walk.counts.items() if what in stated}
    assert counted == (stated if counted else {})
    assert counted.get("例行走访", [3, 0]) == [3, 0]


@pytest.mark.parametrize(("page", "desk"), [("05-不用画面.md", "village"), ("06-镇和县.md", "county"), ("10-钥匙和找回.md", "village"), ("11-备份和恢复.md", "village")])
def test_every_command_of_the_manual_prints_what_it_says(practice: tuple[Path, Demo], home: Path, page: str, desk: str) -> None:
    walk = Walk(home, practice[1], desk=desk, said={"〈U盘〉": str(home / "stick")})
    done = 0
    for block in blocks(BOOK / page):
        for one in commands(block):
            done += 1
            said = call(walk.filled(one.line), home, desk, practice[1].passphrase, fails=block.how == "出错")
            walk.note_id(said, one.holds[0])
            for piece in one.holds:
                assert walk.filled(piece) in said, f"{block.place}: {one.line}\n{piece}\n{said}"
    assert done > (10 if page < "07" else 2)


def test_the_page_of_every_screen_says_what_the_program_says() -> None:
    """02 is printed by `python .ci/manual_pages.py`; behind means: run it again, look, commit."""
    told = (BOOK / "02-每一页.md").read_text(encoding="utf-8")
    behind = [name for name, cls in manual_pages.classes().items() if manual_pages.entry(cls, "") not in told and cls.GUIDE.what not in told]
    assert not behind
    assert manual_pages.text() == told


def test_every_picture_and_every_link_of_the_manual_leads_somewhere() -> None:
    for page in BOOK.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (BOOK / target).exists(), (page.name, target)


def test_the_manual_keeps_to_the_words_of_the_village() -> None:
    """The village never 受理, 审核, 审批, 确认; those words stand only where a township or county does them, and no computer's words stand anywhere."""
    for page in BOOK.glob("0[0-4]*.md"):
        if page.name.startswith("02"):
            continue
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
        for word in ("审批", "冲突", "哈希", "密钥", "事件", "风险等级", "评分", "贫困户", "通过", "驳回", "应发", "可领"):
            assert word not in text, (page.name, word)


def test_the_manual_has_a_picture_of_each_place_of_the_menu() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in BOOK.glob("*.md"))
    for name in ("today", "households", "visit", "flag", "apply", "alerts", "send", "queue", "inbox", "case", "desk-send", "lint", "local"):
        assert f"../pictures/{name}-80x24.png" in shown, name
