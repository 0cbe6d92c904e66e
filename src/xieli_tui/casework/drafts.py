"""Half-filled forms: kept at every change, offered after a crash, never part of the chain.

Rules kept here
- a draft is local, encrypted with the store and in every backup; a rebuild does not touch it;
- a draft is dropped by saving the form or by her word, never by time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class Draft:
    """A half-filled form: `form` names the screen, `key` what it is about, `saved` when (ISO)."""

    form: str
    key: str
    data: Mapping[str, Any]
    saved: str


def save_draft(session: Session, form: str, key: str, data: Mapping[str, Any]) -> str: ...
def load_draft(session: Session, form: str, key: str) -> Draft | None: ...
def list_drafts(session: Session) -> list[Draft]: ...
def drop_draft(session: Session, form: str, key: str) -> None: ...
