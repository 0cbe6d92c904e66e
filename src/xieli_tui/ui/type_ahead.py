"""Keys pressed faster than the program works: each is handled after the one before it has been, on the page that one led to.

Why: the framework hands a key to the focused widget and goes on. With two keys waiting, Ctrl+S would save before the last words stand in
their field, Esc would leave without them, and what is typed after Tab would go to the field she has left. A laptop that was busy for half a second
has many keys waiting.

Rules kept here
- a key that no widget took (Tab, Backspace, an arrow: everything bound) comes back to the app's own queue, behind the keys already waiting there:
  those are laid aside in the order they came, with every key that comes meanwhile, and given out one by one once it has been handled;
- the widget in front, and everything around it that a key bubbles through, is asked to finish first;
- nothing waits for ever: what has not finished within `PATIENCE` gets the key as the framework would have given it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from textual import events
from textual.dom import DOMNode
from textual.screen import Screen

if TYPE_CHECKING:
    from textual.app import App

PATIENCE = 2.0
"""Seconds."""


class Ahead:
    """The keys and pastes that came while the one before them was still being handled.

    Args:
        hand_out: gives one to the page in front.
    """

    def __init__(self, app: App[Any], hand_out: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app, self._hand_out = app, hand_out
        self.waiting: deque[events.Key | events.Paste] = deque()
        """In the order they came."""
        self._turning = False

    def add(self, event: events.Key | events.Paste) -> None:
        """One more, behind the others."""
        self.waiting.append(event)
        self.wake()

    def wake(self) -> None:
        """Turn to the keys that wait, behind what the key before left in the queue: a cursor on its way to another field."""
        if self.waiting and not self._turning:
            self._turning = self._app.call_later(self._take)

    async def _take(self) -> None:
        """The pages finish what the keys before led to; what they asked of the app by that stands in its queue, and comes first."""
        await caught_up(self._app)
        self._turning = not on_the_way(self._app) and self._app.call_later(self._give)

    async def _give(self) -> None:
        """The first of the keys that wait goes out; the next is asked for behind what is in the queue by then."""
        await caught_up(self._app)
        self._turning = False
        if not self.waiting or on_the_way(self._app):
            return  # asked for again as soon as that key was handled
        event = self.waiting.popleft()
        if not self._app.screen_stack:
            self.waiting.clear()  # the program was left while these keys waited: there is no page they could be for
            return
        await self._hand_out(event)
        self.wake()


async def caught_up(app: App[Any]) -> None:
    """Come back when the keys before this one have been handled."""
    if not app.screen_stack:
        return
    try:
        await asyncio.wait_for(_finished(app), PATIENCE)
    except TimeoutError:
        return  # somebody is at work longer than a key may wait: the key goes on as it would have without us


def on_the_way(app: App[Any]) -> bool:
    """Is a key that was handed out already waiting in the app's queue to be looked up among the bindings?"""
    waiting = [*app._message_queue.values, app._pending_message]
    return any(isinstance(one, events.Key) and one.is_forwarded for one in waiting)


async def _finished(app: App[Any]) -> None:
    front = app.focused or app.screen
    for node in _around(front):
        for _ in range(2):  # the key, then what it told the page by that (a choice that shows another row)
            done = asyncio.Event()
            if node.is_running and node.call_later(done.set):
                await done.wait()


def _around(node: DOMNode) -> list[DOMNode]:
    """The node and those a key of it bubbles through, up to its screen."""
    chain: list[DOMNode] = []
    for one in node.ancestors_with_self:
        chain.append(one)
        if isinstance(one, Screen):
            break
    return chain
