"""练习: the tour of the first ten minutes. One line at the bottom says the next step and notices when it was done.

Rules kept here
- the line takes the place of the light rule above the keys: no page is laid out differently in practice;
- a step is done by what stands on the screen or by what was recorded since it began; nothing is pressed for her and nothing is blocked;
- every key of a step stands with its twin for a keyboard without F-keys;
- she can hide the line, skip a step, begin again, leave; the next start goes on where she was;
- the story is that of design 01, village part: 今日, 找人, 户档, 救助链, 走访, 急难, 电话, 政策, 申请, 委托, 报送, 锁屏.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xieli_tui.casework.practice import Progress
    from xieli_tui.ui.app import XieliApp
    from xieli_tui.ui.commands import Command


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, and how it is seen to be done: by the page in front, or by a line of a type written since."""

    id: str
    say: str
    page: Callable[[Any], bool] | None = None
    wrote: str = ""


def _named(name: str, more: Callable[[Any], bool] = lambda _page: True) -> Callable[[Any], bool]:
    return lambda page: type(page).__name__ == name and more(page)


STEPS: tuple[Step, ...] = (
    Step("today", "这是今日。按几下 下 键，看每件事为什么要办。", _named("TodayPage", lambda page: page.rows.passed > 0)),
    Step("find", "按 F3（或 Esc、3）找人，打 wxy，王秀英的拼音头字母。", _named("HouseholdsPage", lambda page: len(page.search.value) > 1)),
    Step("open", "上下选好是哪一家，按 Enter 打开户档。", _named("DossierPage")),
    Step("chain", "按 7 看救助链，这一家的事从头到尾都在。", _named("DossierPage", lambda page: page.tab == "7")),
    Step("visit", "按 F4（或 4、4）记走访：1 是见到本人，再按 Ctrl+S。", wrote="visit.recorded"),
    Step("flag", "按 F5（或 5、5）：谁、什么事，多急选 3急难，Ctrl+S。", _named("UrgentPage")),
    Step("phone", "急难先打电话(练习不用真打)，按 1 记下谁接的。", wrote="reported.by_phone"),
    Step("policy", "回到这家户档，按 9 看政策提示：为什么，还缺什么。", _named("DossierPage", lambda page: page.tab == "9")),
    Step("apply", "按 F6（或 6、6）协助填写：选种类，问过愿意再 Ctrl+S。", wrote="application.started"),
    Step("entrust", "在写委托那一行按 Enter，再按 Ctrl+S。", wrote="application.entrusted"),
    Step("send", "按 F9（或 Esc 回到主菜单按 9），文件夹那一格按 Enter。", _named("SendPage", lambda page: page.round is not None)),
    Step("lock", "按 Ctrl+L 锁屏，再用口令打开。"),
)
END = "走完了，接着玩也行。正式用：退出，再运行 xieli。"
HELP = "没有 F 键：Esc 再按数字。"


class Tour:
    """The tour of one running practice app."""

    def __init__(self, app: XieliApp) -> None:
        from xieli_tui.casework import practice

        self.app = app
        self.at: Progress = practice.load(app.session)
        step = self.step
        if step is not None and step.id == "lock" and app.was_locked:
            self._go(self.at.step + 1)  # she came back through the door

    @property
    def step(self) -> Step | None:
        """The step at hand; None when the tour is over."""
        return STEPS[self.at.step] if self.at.step < len(STEPS) else None

    def line(self) -> tuple[str, str]:
        """(where, what to do) for the line at the bottom; ("", "") while it is hidden."""
        if not self.at.shown:
            return "", ""
        if self.step is None:
            return "练习", END
        return f"练习 {self.at.step + 1}/{len(STEPS)}", self.step.say

    def look(self) -> bool:
        """Was the step at hand done? Then the next one is shown."""
        step, app = self.step, self.app
        if step is None or app.open_session is None:
            return False
        if not self._done(step):
            return False
        self._go(self.at.step + 1)
        return True

    def _done(self, step: Step) -> bool:
        if step.page is not None:
            return app_page_is(self.app, step.page)
        if step.wrote:
            from xieli_tui.casework import practice

            return practice.written(self.app.session).get(step.wrote, 0) > self.at.base.get(step.wrote, 0)
        return False

    def _go(self, step: int, *, shown: bool = True) -> None:
        from xieli_tui.casework import practice

        self.at = practice.keep(self.app.session, step, shown=shown)
        if self.app.page is not None:
            self.app.page.redraw()

    # -- her own say ------------------------------------------------------------------------------
    def turn(self) -> None:
        """Hide the line, or show it again."""
        self._go(self.at.step, shown=not self.at.shown)

    def skip(self) -> None:
        self._go(min(self.at.step + 1, len(STEPS)))

    def again(self) -> None:
        self._go(0)

    def commands(self) -> list[Command]:
        """What the command list offers."""
        from xieli_tui.ui.commands import Command

        word = "停下练习提示" if self.at.shown else "接着练习"
        return [
            Command("90", word, f"下面那一行。{HELP}", lambda _app: self.turn()),
            Command("91", "跳过这一步", "这一步会了，看下一步", lambda _app: self.skip()),
            Command("92", "从头练习", "回到第一步，已经记的都留着", lambda _app: self.again()),
        ]


def app_page_is(app: XieliApp, wanted: Callable[[Any], bool]) -> bool:
    """Does the page in front fit, mounted and ready to be asked?"""
    page = app.page
    return page is not None and page.is_mounted and wanted(page)
