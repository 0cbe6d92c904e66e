"""How a desk is left: drafts written, session closed, keys forgotten; the lock, the question before the end, the window that is gone.

Rules kept here
- whatever shuts the desk writes every open form's draft first and says which could not be written;
- the keys are forgotten whatever happened before;
- who sits down again after a lock finds the form that was in front.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App

from xieli_tui.errors import XieliError
from xieli_tui.ui.guard import Guard, Veil

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.ui.screens.base import Page
    from xieli_tui.ui.tour import Tour


class LeavingApp(App[int]):
    """The part of the app that shuts the desk.

    Attributes:
        open_session: the session at hand, None behind the lock.
        resume: `form:key` of the form that was in front when the desk locked.
        revealed: households whose numbers are shown in full for the moment.
    """

    guard: Guard

    def __init__(self) -> None:
        super().__init__()
        self.open_session: Session | None = None
        self.resume = ""
        self.was_locked = False
        self.revealed: frozenset[str] = frozenset()
        self.tour: Tour | None = None

    @property
    def page(self) -> Page | None:
        """The page in front; None under a veil."""
        from xieli_tui.ui.screens.base import Page

        return self.screen if isinstance(self.screen, Page) else None

    def leave_all(self) -> XieliError | None:
        """Write the draft of every open form; the first error that kept one from being written."""
        failed: XieliError | None = None
        for screen in reversed(self.screen_stack):
            leave = getattr(screen, "leave", None)
            try:
                if leave is not None:
                    leave()
            except XieliError as error:
                failed = failed or error
        return failed

    def keep_drafts(self) -> XieliError | None:
        """Write what is not in a draft yet, without leaving a page; the first error that kept one from being written."""
        failed: XieliError | None = None
        for screen in reversed(self.screen_stack):
            keeper = getattr(screen, "keeper", None)
            try:
                if keeper is not None and keeper.pending:
                    keeper.write()
            except XieliError as error:
                failed = failed or error
        return failed

    def close_session(self) -> XieliError | None:
        """Leave every form (drafts are written), close the session, forget the keys; the first error that kept a draft from being written."""
        failed = self.leave_all()
        self.revealed = frozenset()
        if self.open_session is not None:
            self.open_session.close()
        self.open_session = None
        return failed

    def forget(self) -> None:
        """Close the session whatever happened; used when the app has ended."""
        if self.open_session is not None:
            self.open_session.close()
        self.open_session = None

    def action_lock(self) -> None:
        """Ctrl+L: at once; only a draft that cannot be written asks first."""
        if self.open_session is None:
            return
        failed, page = self.leave_all(), self.page
        if failed is not None and page is not None and not page.answered("lock"):
            page.ask("lock", f"{failed.code} 草稿存不下：{failed.what}。", "再按一次 Ctrl+L 就不存了，锁上。")
            return
        self.lock("已锁屏。", "没写完的都在草稿里。")

    def lock(self, said: str, kept: str = "") -> str:
        """Close the session, take every page away, ask at the door. Who sits down again finds the form that was in front.

        Args:
            said: why the door is shut. kept: what follows when every draft is written.

        Returns:
            What was said instead of `kept` when one could not be written, "" when all are.
        """
        from xieli_tui.ui.screens.unlock import UnlockScreen

        self.was_locked, self.tour = True, None
        front = next((screen for screen in reversed(self.screen_stack) if not isinstance(screen, Veil)), None)
        self.resume = getattr(front, "unsaved", "")
        lost = lost_draft(self.close_session())
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(UnlockScreen(said=said + (lost or kept), tone="wrong" if lost else ""))
        self.call_after_refresh(self.guard.fit)
        return lost

    def action_ask_quit(self) -> None:
        """Ctrl+Q asks once, in the status line; the second press leaves. What cannot be written into its draft is told before."""
        page = self.page
        failed = self.keep_drafts() if self.open_session is not None else None
        if page is None or self.open_session is None or page.asked == "lost" or (page.asked == "quit" and failed is None):
            lost = lost_draft(self.close_session())
            self.exit(0, message=lost or None)
        elif failed is None:
            page.ask("quit", "真要退出，再按一次 Ctrl+Q。", "没写完的都在草稿里，按别的键就留下。")
        else:
            page.ask("lost", f"{failed.code} 草稿存不下：{failed.what}。", "再按一次 Ctrl+Q 就不存了，退出。")

    def end_unseen(self) -> None:
        """The window is gone: write the drafts, forget the keys, end."""
        self.close_session()
        self.exit(0)


def lost_draft(failed: XieliError | None) -> str:
    """What is said of a draft that could not be written, "" when all are."""
    return "" if failed is None else f"{failed.code} 最后写的没存进草稿。"
