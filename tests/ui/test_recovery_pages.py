"""找回 in the app: before the lock on the laptop, at the county's desk, and the drill from 今日."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent.parent / "desk"))
from recovery_hand import KEYS, NAMES, NEW, PASSPHRASE, Hand, copy, make

from xieli_tui.ui.app import XieliApp


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Hand:
    return make(tmp_path_factory.mktemp("recovery"))


@pytest.fixture
def places(begun: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hand:
    found = copy(begun, tmp_path / "p")
    monkeypatch.setenv("XIELI_STATE", str(found.folder / "state"))
    monkeypatch.setenv("XIELI_NOW", found.moment)
    return found


def waiting_digits(app: XieliApp) -> str:
    return str(app.page.digits)  # type: ignore[union-attr]


async def test_a_forgotten_passphrase_is_found_again_from_the_first_page(places: Hand, open_app: Any) -> None:
    stick = places.fresh()
    async with open_app(folder=places.folder / "v", stick=stick) as hand:
        assert hand.shows("忘了口令，按 F4 找回")
        await hand.press("f4")
        assert hand.page.NAME == "找回口令"
        await hand.press("ctrl+s")
        digits = waiting_digits(hand.app)
        assert hand.shows("念给两名找回人员听")
        assert all(hand.shows(" ".join(group)) for group in digits.split()), "every group stands there to be read out"
        assert not hand.shows("陈秀兰")
        await hand.press("ctrl+s")
        assert hand.shows("XL-L15")
        asked = {"file": stick / "xieli-recovery-request.json", "fingerprint": digits}
        for at in (0, 1):
            (stick / f"answer-{at}.json").write_bytes(places.answer(asked, at).read_bytes())
        await hand.press("ctrl+s")
        assert hand.shows("定一个新口令")
        await hand.type("short")
        await hand.press("ctrl+s")
        assert hand.shows("! 这一格不能空")
        await hand.press("up", "end", *["backspace"] * 5)
        for _ in range(2):
            await hand.type(NEW)
            await hand.press("tab")
        await hand.press("ctrl+s")
        assert hand.page.NAME == "解锁", hand.text()
        assert hand.shows("口令换好了，用新的打开")
        await hand.type(PASSPHRASE)
        await hand.press("enter")
        assert hand.shows("! 口令不对")
        await hand.type(NEW)
        await hand.press("enter")
        assert hand.shows("今天要办")


async def test_leaving_forgets_what_was_joined_and_the_request_goes_on(places: Hand, open_app: Any) -> None:
    stick = places.fresh()
    asked = places.run("recovery", "request", "--out", stick / "r.json", w="v")
    for at in (0, 1):
        (stick / f"answer-{at}.json").write_bytes(places.answer(asked, at).read_bytes())
    async with open_app(folder=places.folder / "v", stick=stick) as hand:
        await hand.press("ctrl+f")
        assert hand.page.NAME == "找回口令", "a keyboard without F keys"
        assert hand.shows("上一次做的申请还等着答复")
        await hand.press("ctrl+s")
        joined = hand.page.joined
        assert joined is not None
        await hand.press("escape", "escape")
        assert hand.page.NAME == "解锁"
        assert not any(joined.vault.dek)
        await hand.type(PASSPHRASE)
        await hand.press("enter")
        assert hand.shows("今天要办"), "nothing was changed"


async def test_without_officers_the_page_says_whom_to_call(workspace: Path, open_app: Any, tmp_path: Path) -> None:
    async with open_app(stick=tmp_path) as hand:
        await hand.press("f4", "ctrl+s")
        assert hand.shows("XL-L14")
        assert hand.shows("请打县里电话")


async def test_an_officer_answers_after_the_digits_and_only_then(places: Hand, open_app: Any) -> None:
    stick = places.fresh()
    asked = places.run("recovery", "request", "--out", stick / "xieli-recovery-request.json", w="v")
    async with open_app(folder=places.folder / "c", stick=stick) as hand:
        await hand.type(PASSPHRASE)
        await hand.press("enter")
        await hand.press("ctrl+g")
        await hand.type("53")
        await hand.press("enter")
        assert hand.page.NAME == "找回口令的人"
        assert hand.shows(NAMES[0])
        await hand.press("3")
        assert hand.shows("石桥村 陈秀兰")
        assert hand.shows("先和本人见面")
        assert asked["fingerprint"] not in hand.text(), "nobody copies the digits from the file"
        await hand.press("tab")
        await hand.type("1111 2222 3333 4444 5555")
        await hand.press("tab")
        await hand.type(str(places.officer(0)))
        await hand.press("tab")
        await hand.type(KEYS)
        await hand.press("ctrl+s")
        assert hand.shows("! 申请文件和念的 20 位数字对不上"), hand.text()
        assert not list(stick.glob("xieli-recovery-answer*"))
        await hand.press("end", *["backspace"] * 24)
        await hand.type(asked["fingerprint"])
        await hand.press("ctrl+s")
        assert hand.page.NAME == "找回口令的人"
        assert hand.shows(f"{NAMES[0]}答复了 石桥村 陈秀兰")
        assert len(list(stick.glob("xieli-recovery-answer*"))) == 1


async def test_an_officer_is_added_and_taken_off_at_the_desk(places: Hand, open_app: Any) -> None:
    async with open_app(folder=places.folder / "c", stick=places.fresh()) as hand:
        await hand.type(PASSPHRASE)
        await hand.press("enter")
        await hand.press("ctrl+g")
        await hand.type("53")
        await hand.press("enter", "1")
        await hand.type("赵强")
        await hand.press("tab", "tab")
        for _ in range(2):
            await hand.type("7777 8888 9999 0000")
            await hand.press("tab")
        await hand.type(str(places.folder / "root"))
        await hand.press("tab")
        await hand.type(KEYS)
        await hand.press("ctrl+s")
        assert hand.shows("在任的  3 名"), hand.text()
        await hand.press("down", "2")
        assert hand.shows("离任了？再按一次 2")
        await hand.press("2")
        assert hand.shows("在任的  2 名")


async def test_the_drill_is_offered_on_the_page_of_the_day_and_walked_from_there(places: Hand, open_app: Any) -> None:
    stick = places.fresh()
    async with open_app(folder=places.folder / "v", stick=stick) as hand:
        await hand.type(PASSPHRASE)
        await hand.press("enter")
        assert hand.shows("忘了口令能找回，还没有演练过")
        assert any(text.strip().startswith("> 1") and "Enter 演练" in text for text in hand.lines()), hand.text()
        await hand.press("enter")
        assert hand.page.NAME == "找回演练"
        assert hand.shows("、".join(NAMES[:2])) or hand.shows("、".join(reversed(NAMES[:2])))
        await hand.press("ctrl+s")
        asked = {"file": stick / "xieli-recovery-request.json", "fingerprint": hand.page.how.waiting}
        for at in (0, 1):
            (stick / f"answer-{at}.json").write_bytes(places.answer(asked, at).read_bytes())
        await hand.press("ctrl+s")
        assert hand.shows("演练通过")
        assert not hand.shows("还没有演练过")
