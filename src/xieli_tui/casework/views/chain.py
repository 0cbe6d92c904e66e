"""Read models of a family's chain: an entry of it, and a field two people wrote differently (rules: `views`)."""

from __future__ import annotations

from dataclasses import dataclass

from xieli_tui.store.queries.rows import EntryState


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One entry of the 救助链 / timeline, newest first. `word` is the two-to-four Han word, `summary` the detail."""

    on: str
    at: str
    type: str
    word: str
    summary: str
    state: EntryState
    source: str
    ref: str
    entity: str = ""
    persons: tuple[str, ...] = ()
    """whom it is about, () = the whole family"""
    struck: bool = False
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class ConflictView:
    """两处写的不一样: a field with several heads."""

    entity_kind: str
    entity: str
    field: str
    values: tuple[tuple[str, str, str], ...]
    """(value as text, who wrote it, ref) per head; the first is the one shown."""
    where: str = ""
    """head of the household it stands in"""
