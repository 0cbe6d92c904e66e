"""A form whose work takes a while: a workbook read, a report filled in. It runs beside the page, and keys pressed meanwhile start nothing twice.

A form gives `job`: what is to be done, its answers read already, and the call for what came of it.

Rules kept here
- the entries are checked and read before anything runs; an error is shown under its field as by every form;
- the draft goes in the transaction of what is stored, or when the work is done and nothing was stored of it;
- who left the page meanwhile is not called back to it, and the draft stays as the work left it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from textual import work

from xieli_tui.errors import XieliError
from xieli_tui.ui.screens.form_page import FormPage, NotYet


class Job(NamedTuple):
    """What is to be done in a thread, the call for what came of it on the page, and whether the draft is of no more use then."""

    call: Callable[[], Any]
    done: Callable[[Any], None]
    ends: bool = True


class SlowForm(FormPage):
    """A form that works in a thread."""

    DOING: ClassVar[str] = "正在办，稍等。"
    busy = False

    def job(self) -> Job:
        """What Ctrl+S begins. Raises XieliError, NotYet."""
        raise NotImplementedError

    def save(self) -> None:
        if self.busy:
            return
        self.clear_wrong()
        try:
            self.check()
            job = self.job()
        except NotYet:
            return
        except XieliError as error:
            self.refuse(error)
            return
        self.busy = True
        self.say(self.DOING)
        self._do(job)

    @work(thread=True, exclusive=True, exit_on_error=False, group="slow-form")
    def _do(self, job: Job) -> None:
        try:
            assert self.keeper is not None  # a form that is shown has one
            with self.keeper.finishing(self.values()):
                found = job.call()
        except XieliError as error:
            self.app.call_from_thread(self._failed, error)
            return
        self.app.call_from_thread(self._done, job, found)

    def _failed(self, error: XieliError) -> None:
        self.busy = False
        if self.is_attached:
            self.refuse(error)

    def _done(self, job: Job, found: Any) -> None:
        self.busy = False
        if not self.is_attached:
            return
        if job.ends and self.keeper is not None:
            self.keeper.drop()
        job.done(found)
