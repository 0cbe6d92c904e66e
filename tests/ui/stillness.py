"""Waiting until an app stands still, exactly and no longer.

Textual's own pilot guesses: it sleeps in steps of 20 ms until the process used little time, and asks every widget of the page to answer, several
times for one key. Here the event loop is asked: as long as anything can run, it runs; then the threads are waited for, then what is not drawn
yet is drawn, and again from the start. What only a clock would bring (the draft a quarter of a second after the last key, the glance every five
seconds) is not waited for: a test that wants it sleeps.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from textual._context import active_app
from textual.pilot import Pilot

THREADS = 1.0
"""How long a thread is waited for that a test keeps busy on purpose; `Hand.settle` waits to its end."""

NEVER = 60.0
"""Seconds after which an app that keeps itself busy is told to the test."""


async def still(app: Any) -> None:
    """Come back when nothing can run, no thread is at work and the page in front is drawn."""
    loop: Any = asyncio.get_running_loop()
    patience, end = loop.time() + THREADS, loop.time() + NEVER
    while True:
        quiet = 0
        while quiet < 3:  # a call from a thread and a timer that is due both come in one turn of the loop later
            await asyncio.sleep(0)
            quiet = 0 if loop._ready else quiet + 1
            if loop.time() > end:
                raise TimeoutError(f"the app does not come to rest: {[str(handle)[:200] for handle in loop._ready][:5]}")
        if app._exception is not None or not app.screen_stack:
            return
        working = [one for one in app.workers if one._task is not None and not one._task.done()]
        if working and loop.time() < patience:
            await asyncio.wait([one._task for one in working], timeout=patience - loop.time(), return_when=asyncio.FIRST_COMPLETED)
        elif _undrawn(app.screen):
            app.screen._on_timer_update()
        else:
            return


async def until(hand: Any, seen: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Wait for what a clock of the program brings; whether it came."""
    end = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.02)
        await hand.settle()
    return True


def _undrawn(screen: Any) -> bool:
    """Is there anything the page in front would draw, lay out or call at its next tick?"""
    if not screen.is_current or screen.app._batch_count:
        return bool(screen._callbacks)
    return bool(
        screen._layout_required or screen._scroll_required or screen._repaint_required or screen._recompose_required or screen._dirty_widgets or screen._callbacks
    )


async def _idle(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """Stands where the framework waits for an idle process."""
    await still(active_app.get())


async def _screen_answers(pilot: Pilot[Any], timeout: float = 30.0) -> bool:
    """Stands where the framework asks every widget of the page."""
    await still(pilot.app)
    return pilot.app._exception is None


@pytest.fixture(autouse=True, scope="session")
def exact_waits() -> Any:
    """Every pilot of a run waits exactly."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.app.wait_for_idle", _idle)
        patch.setattr("textual.pilot.wait_for_idle", _idle)
        patch.setattr(Pilot, "_wait_for_screen", _screen_answers)
        yield
