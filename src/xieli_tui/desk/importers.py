"""The importers behind the county's door: rows of the inbox taken one by one and offered to the desk (design 09 Ingest).

Rules kept here
- an importer offers the bytes to the very function a stick's file goes through (`intake.import_files`) and records its answer; what could not be
  written or read goes back and waits; one bad file never stops the others;
- several importers on one machine take rows apart from each other; the store itself has one writer at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync.carriers.spooling import SpoolError
from xieli_tui.desk import guards, intake
from xieli_tui.desk.receiving import quiet_signals
from xieli_tui.domain.clock import millis
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import workspace as rooms
from xieli_tui.store.spool import FileSpool

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import ImportOutcome
    from xieli_tui.store.spool import Importer, Waiting

PAUSE = 2.0
"""Seconds between two looks into an empty inbox."""
UNREAD = "XL-F06"
"""The bytes could not be read this time: that says nothing about the file."""


def default_spool(session: Session) -> Path:
    """Where a desk's own inbox lies when no folder is named."""
    return rooms.folder(session.workspace, "inbox")


def work(
    session: Session, spool: Path | None = None, *, once: bool = False, tell: Callable[[ImportOutcome], None] | None = None,
    stop: Callable[[], bool] | None = None, pause: float = PAUSE,
) -> list[ImportOutcome]:
    """Import what lies in the inbox; `once` until nothing waits, else until `stop` (Ctrl+C and a request to end stop it in either case).

    Returns:
        With `once` one outcome per file, in the order taken; else nothing, each was told. A file that could not be written is tried once a round.

    Raises:
        Refused: XL-P07, XL-F02, XL-F03, XL-F07. NotFound: XL-F05 no spool there.
    """
    guards.require_desk(session)
    held = FileSpool(spool or default_spool(session), now_ms=lambda: millis(session.clock.now()), create=spool is None)
    importer = held.importer()
    ended = threading.Event()
    outcomes: list[ImportOutcome] = []
    tried: list[int] = []
    try:
        with quiet_signals(ended.set):
            while not ended.is_set() and not (stop is not None and stop()):
                row = _next(held, importer, tried)
                if row is not None:
                    tried.append(row.id)
                    outcome = _one(session, held, row)
                    if outcome is not None and once:
                        outcomes.append(outcome)
                    if outcome is not None and tell is not None:
                        tell(outcome)
                elif once:
                    break
                else:
                    tried.clear()
                    ended.wait(pause)
    finally:
        importer.close()
        held.close()
    return outcomes


def _next(held: FileSpool, importer: Importer, tried: list[int]) -> Waiting | None:
    try:
        return held.take(importer, tried)
    except SpoolError as error:
        raise Refused("XL-F02" if error.why == "full" else "XL-F03") from None


def _one(session: Session, held: FileSpool, row: Waiting) -> ImportOutcome | None:
    """What became of one row; None when its bytes are not there any more: it is forgotten, so the sender will send it again."""
    try:
        outcome = replace(intake.import_files(session, [row.path])[0], file=row.path.name)
    except NotFound:
        outcome = None
    try:
        if outcome is None:
            held.forget(row)
        elif outcome.status == "failed" or outcome.code == UNREAD:
            held.put_back(row, outcome.code)
        else:
            held.done(row, outcome.status, outcome.code)
    except SpoolError as error:
        # What was imported stays imported; the row is taken again and answered as a duplicate.
        raise Refused("XL-F02" if error.why == "full" else "XL-F03") from None
    return outcome
