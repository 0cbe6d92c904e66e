"""The desk's steps in a case; each a ruling, guarded by role, area, delegation and the steps owed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework.views import Saved

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class Decide:
    """One decision for one kind (None = the only kind not decided yet). `amount` as typed (800, 800.00); `start` ISO day."""

    app: str
    kind: str | None = None
    grant: bool = True
    amount: str | None = None
    start: str | None = None
    reason: str = ""
    on: str | None = None


def accept(session: Session, app: str, on: str | None = None, platform_no: str | None = None) -> Saved:
    """受理."""
    raise NotImplementedError


def return_for_papers(session: Session, app: str, papers: Sequence[str], note: str | None = None, on: str | None = None) -> Saved:
    """退回补正: all missing papers at once."""
    raise NotImplementedError


def check(session: Session, app: str, result: str, until: str | None = None, on: str | None = None) -> Saved:
    """核对 result: pass | fail | pending."""
    raise NotImplementedError


def survey(
    session: Session, app: str, by: Sequence[str], on: str | None = None, accompanied_by: Sequence[str] = (), note: str | None = None,
) -> Saved:
    """入户调查 by two names, none a filed relative of the family."""
    raise NotImplementedError


def review(session: Session, app: str, opinion: str = "grant", note: str | None = None, on: str | None = None) -> Saved:
    """初审."""
    raise NotImplementedError


def notice(session: Session, app: str, kind: str, place: str, start: str, end: str | None = None) -> Saved:
    """公示 posted: kind review | decision | long_term, place township | village."""
    raise NotImplementedError


def advance(session: Session, app: str, amount: str, payer: str, on: str | None = None) -> Saved:
    """先行救助 paid from the township reserve."""
    raise NotImplementedError


def decide(session: Session, request: Decide) -> Saved:
    """The decision for one kind."""
    raise NotImplementedError


def told(session: Session, app: str, how: str = "phone", on: str | None = None, kind: str | None = None, note: str | None = None) -> Saved:
    """已告知, done by the desk itself."""
    raise NotImplementedError


def pay(session: Session, app: str, ref: str, kind: str | None = None, amount: str | None = None, on: str | None = None) -> Saved:
    """Reference of a payment made elsewhere."""
    raise NotImplementedError


def close(session: Session, app: str, reason: str | None = None, on: str | None = None) -> Saved:
    """The case is closed."""
    raise NotImplementedError


def answer(session: Session, item: str, disposition: str, note: str | None = None) -> Saved:
    """Answer a queue item that is not an application: a flag, a change report, an alert answer."""
    raise NotImplementedError
