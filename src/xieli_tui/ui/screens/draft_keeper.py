"""The latest values of one form on their way to the draft table: written in a thread, so that typing never waits for the disk.

Rules kept here
- what is saved takes its draft away in the transaction of the verb; between the two there is no moment to die in;
- while a form is saved no thread writes its draft, and what was not saved stays to be written.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xieli_tui.casework.session import Finishing, Session

Values = dict[str, Any]


class DraftKeeper:
    """The latest values of one form on their way to the draft table; safe to write from a thread."""

    def __init__(self, session: Session, form: str, key: str) -> None:
        self._session, self._form, self._key = session, form, key
        self._lock = threading.RLock()
        self._latest: Values | None = None
        self.besides: Values = {}
        """Kept with every draft: what the form stood on when it was opened."""

    def put(self, values: Values) -> None:
        """Remember what is to be written."""
        self._latest = values

    @property
    def pending(self) -> bool:
        return self._latest is not None

    def load(self) -> tuple[Mapping[str, Any], str] | None:
        """(values, saved at) of the draft left behind, None when there is none."""
        from xieli_tui.casework import drafts

        found = drafts.load_draft(self._session, self._form, self._key)
        return (found.data, found.saved) if found else None

    def write(self) -> str:
        """Write what is pending; the time it was saved, "" when nothing was."""
        from xieli_tui.casework import drafts

        with self._lock:
            values = self._latest
            if values is None:
                return ""
            stamp = drafts.save_draft(self._session, self._form, self._key, {**values, **self.besides})
            if self._latest is values:
                self._latest = None
            return stamp

    @contextmanager
    def finishing(self, values: Values) -> Iterator[Finishing]:
        """The form is saved here: its draft goes with what the verb stores. What the verb refuses stays a draft, as it stands."""
        with self._lock:
            before, self._latest = self._latest, None
            with self._session.finishing(self._form, self._key) as ending:
                try:
                    yield ending
                except BaseException:
                    self._latest = values if ending.dropped else before
                    raise
                if not ending.dropped and self._latest is None:
                    self._latest = before

    def drop(self) -> None:
        """She threw the draft away, or saving the form stored nothing new."""
        from xieli_tui.casework import drafts

        with self._lock:
            self._latest = None
            drafts.drop_draft(self._session, self._form, self._key)
