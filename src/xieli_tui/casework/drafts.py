"""Half-filled forms: kept at every change, offered after a crash, never part of the chain.

Rules kept here
- a draft is local, encrypted with the store and in every backup; a rebuild does not touch it;
- a draft is dropped by saving the form or by her word, never by time;
- a draft remembers the version of the form it was begun with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import TZ, millis
from xieli_tui.store import drafts as kept
from xieli_tui.store.handing import BESIDE

HANDED = BESIDE
"""Beginning of the form of a draft that came with a hand-over while she had the same one open."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A half-filled form: `form` names the screen, `key` what it is about, `saved` when (`YYYY-MM-DDTHH:MM`)."""

    form: str
    key: str
    data: Mapping[str, Any]
    saved: str
    version: int = 1


def save_draft(session: Session, form: str, key: str, data: Mapping[str, Any], *, version: int = 1) -> str:
    """Keep a form as it stands; the time it was kept, `YYYY-MM-DDTHH:MM`."""
    now = session.clock.now()
    with session.writing() as tx:
        kept.save(tx, form, key, dict(data), version=version, now_ms=millis(now))
    return now.strftime("%Y-%m-%dT%H:%M")


def load_draft(session: Session, form: str, key: str) -> Draft | None:
    """The draft of a form, None when there is none."""
    with session.reading() as tx:
        found = kept.load(tx, form, key)
    return _draft(found) if found else None


def list_drafts(session: Session) -> list[Draft]:
    """Every draft, the last touched first."""
    with session.reading() as tx:
        return [_draft(one) for one in kept.list_all(tx)]


def drop_draft(session: Session, form: str, key: str) -> None:
    """Forget a draft: its form was saved, or she threw it away."""
    with session.writing() as tx:
        kept.drop(tx, form, key)


def take_up(session: Session, form: str, key: str) -> str:
    """A draft that came with a hand-over and lies beside her own takes its place once hers is saved or thrown away; the form, "" while hers is there."""
    plain = form.removeprefix(HANDED)
    with session.writing() as tx:
        came = kept.load(tx, form, key)
        if came is None or kept.load(tx, plain, key) is not None:
            return ""
        kept.save(tx, plain, key, came.data, version=came.version, now_ms=came.at_ms)
        kept.drop(tx, form, key)
    return plain


def _draft(one: kept.SavedDraft) -> Draft:
    at = dt.datetime.fromtimestamp(one.at_ms / 1000, TZ).strftime("%Y-%m-%dT%H:%M")
    return Draft(one.form, one.key, one.data, at, one.version)
