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
from typing import TYPE_CHECKING, Any

from textual import events
from textual.dom import DOMNode
from textual.screen import Screen

if TYPE_CHECKING:
    from textual.app import App

PATIENCE = 2.0
"""Seconds."""


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
