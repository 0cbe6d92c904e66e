"""Who may do what at a desk: role, area, delegation.

Rules kept here
- a desk verb runs in a township or county workspace only (XL-P07);
- a township acts for villages whose code starts with its area, a county for its own six digits (XL-P03);
- what a township may decide is a delegation in force on that day: kind, township, amount (000:17, 001:三(二)); an amount exactly at the ceiling
  is inside it (reading R1), one 分 more is not.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.errors import Refused

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class Delegation:
    """One row of `local.delegations`: `max_fen` None = no ceiling; `ref` of the `local.set` that carries it."""

    kind: str
    township: str
    max_fen: int | None
    start: str
    end: str
    ref: str = ""


def require_desk(session: Session) -> None:
    """Raises Refused("XL-P07") when this workspace is a village's."""
    if session.role not in ("township", "county"):
        raise Refused("XL-P07")


def require_county(session: Session) -> None:
    """Raises Refused: XL-P07 in a village, XL-P03 at a township."""
    require_desk(session)
    if session.role != "county":
        raise Refused("XL-P03", "这一步由县级办理")


def require_area(session: Session, village: str) -> None:
    """Raises Refused("XL-P03") when the village lies outside this desk's area."""
    if not village.startswith(session.profile.area or ""):
        raise Refused("XL-P03", "不在本单位辖区")


def delegations(session: Session, on: dt.date) -> list[Delegation]:
    """The delegations this desk holds that are in force on `on`."""
    raise NotImplementedError
