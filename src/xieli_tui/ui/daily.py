"""The copy of the day: made behind the first page of the first opening.

Rules kept here: nobody waits for it, and a page stands before it begins; that it failed is said in the status line and stops nothing; who locks or leaves
meanwhile loses only this copy, the next opening makes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.errors import XieliError

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.ui.app import XieliApp


def keep(app: XieliApp, session: Session) -> None:
    """Begin once the page in front was drawn."""

    def work() -> None:
        from xieli_tui.casework import backup

        try:
            said = backup.daily(session)
        except XieliError as error:
            if app.open_session is not session:
                return  # locked meanwhile
            said = error.sentence()
        if said:
            app.call_from_thread(tell, said)

    def tell(said: str) -> None:
        if app.page is not None and app.open_session is session:
            app.page.say(said, "", "wrong")

    app.call_after_refresh(lambda: app.run_worker(work, thread=True, exit_on_error=False, group="daily"))
