"""The session: one opened workspace, one operator; `record` is the only way an event of the product is made.

Rules kept here
- one verb = one transaction: journal lines and projections together, or nothing;
- a payload whose type the session's role may not write is refused before anything is written (XL-P02 at the village, XL-P03 at a desk);
- a verb that reads before it writes does both inside the same transaction (`transact`), so what it saw is what it replaces;
- opening is recorded (`audit.unlocked`; from the command line at most once per operator and day);
- `close` disposes of the engine and forgets every key; after it the session can do nothing.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from xieli_tui.domain.clock import Clock, Rand, SystemClock, millis, uuid7
from xieli_tui.domain.events.base import Payload, Role, event_type
from xieli_tui.errors import Refused

if TYPE_CHECKING:
    from xieli_sync.identity import KeyPair

    from xieli_tui.casework.views import Saved
    from xieli_tui.store import Store, Tx
    from xieli_tui.store.journal import Recorded
    from xieli_tui.store.workspace import Profile

Where = Literal["app", "cli"]


class Session:
    """An opened workspace.

    Attributes:
        workspace: its folder.
        profile: kind, villages, county; nothing personal.
        operator: operator id, `by` of every event made here.
    """

    def __init__(
        self, workspace: Path, store: Store, profile: Profile, operator: str, clock: Clock, rand: Rand, keys: KeyPair,
    ) -> None:
        self.workspace = workspace
        self.store = store
        self.profile = profile
        self.operator = operator
        self.clock = clock
        self.rand = rand
        self.keys = keys

    @property
    def role(self) -> Role: ...

    @property
    def today(self) -> dt.date: ...

    @property
    def dev(self) -> str: ...

    @property
    def ep(self) -> str: ...

    def new_id(self) -> str: ...

    def record(self, *payloads: Payload) -> list[Recorded]: ...

    def transact(self, build: Callable[[Tx], Sequence[Payload]]) -> list[Recorded]: ...

    @contextmanager
    def reading(self) -> Iterator[Tx]: ...

    def close(self) -> None: ...


def open_session(
    workspace: Path | str,
    passphrase: str,
    *,
    operator: str | None = None,
    clock: Clock | None = None,
    rand: Rand = os.urandom,
    where: Where = "cli",
) -> Session:
    """Unlock a workspace."""
    ...
