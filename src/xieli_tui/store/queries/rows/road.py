"""Rows about the road and the desk: who writes where, local parameters, quarantine, the queue, a family's chain, the counts (rules: `rows`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from xieli_tui.store.queries.rows.marks import EntryState


@dataclass(frozen=True, slots=True)
class Operator:
    """Who `by` is on a device."""

    dev: str
    operator: str
    name: str
    post: str
    role: str
    area: str
    ended: str


@dataclass(frozen=True, slots=True)
class Device:
    """A registered computer as the set knows it."""

    dev: str
    role: str
    area: str
    villages: tuple[str, ...]
    village_names: dict[str, str]
    operators: tuple[tuple[str, str], ...]
    """(operator id, name) of the last grant"""
    desks: tuple[dict[str, Any], ...]
    enrolled_on: str
    revoked: bool
    heard: bool
    """At least one event of its chains is held."""
    last_ms: int
    """HLC ms of its newest event held, 0 when none."""
    grant: str
    """ref of the last effective device.enrolled"""
    frozen: bool = False
    """An epoch of it is frozen and not settled."""


@dataclass(frozen=True, slots=True)
class LocalParam:
    """A dated local parameter; `value` is the JSON text."""

    key: str
    area: str
    start: str
    end: str
    value: str
    role: str
    dev: str
    ref: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event that is stored and has no effect."""

    dev: str
    ep: str
    seq: int
    ref: str
    t: str
    status: Literal["quarantined", "unknown"]
    code: str
    village: str
    household: str
    on_ms: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One line of a desk's queue: open flags, unanswered changes, applications handed over and not closed, answered alerts not yet read.

    Ordered by emergency, then `since` (a clock's due day is the policy's to say)."""

    kind: Literal["flag", "change", "application", "alert"]
    id: str
    household: str
    head: str
    village: str
    emergency: bool
    state: str
    since: str
    """Day the item began to wait at the desk."""
    kinds: tuple[str, ...]
    detail: str
    concurrent: bool = False


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One event of a family's chain: the word and summary carry no ID, phone or bank number; newest first."""

    on: str
    at: str
    """Typed at, YYYY-MM-DDTHH:MM in +08:00."""
    type: str
    word: str
    summary: str
    state: EntryState
    source: str
    """Role of the author: village, township, county."""
    ref: str
    entity: str
    struck: bool
    """Withdrawn or annulled: shown with 已撤回 / 已撤销."""
    by: str
    dev: str
    persons: tuple[str, ...] = ()
    """Whom it is about, () = the whole family. What mends another event, and a step of a personal application, is about the same people."""
    corrected: bool = False
    """The summary carries corrected values."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of the store; `audit.*` and `return.received` are not counted in own, confirmed, unconfirmed."""

    households: int
    persons: int
    visits: int
    flags_open: int
    applications: int
    events: int
    own: int
    confirmed: int
    unconfirmed: int
    exported: int
    conflicts: int
    quarantined: int
    extra: dict[str, int] = field(default_factory=dict)
