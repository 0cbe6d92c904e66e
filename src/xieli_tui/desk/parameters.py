"""Dated local parameters of the county (`local.set`): delegations, notice days, ceilings. Never defaulted, only set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework.views import Saved

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class SetLocal:
    """`value` is JSON or plain text; `start`/`end` ISO days; `area` urban | rural | a township code."""

    key: str
    value: str
    start: str
    end: str | None = None
    area: str | None = None


def set_local(session: Session, request: SetLocal) -> Saved:
    """Record one parameter. Raises Refused: XL-P03 not the county, XL-V11 a delegation table that does not read."""
    raise NotImplementedError


def list_local(session: Session) -> list[dict[str, str]]:
    """Every parameter in force or to come: key, value, start, end, area."""
    raise NotImplementedError
