"""渐退期, reviews of record, requests for a 核对, the reserve of a township."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.store.queries.read import rows, texts, where

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Taper:
    """A 渐退期 of record; `income_month` the family's net income it was set on, 分."""

    id: str
    household: str
    village: str
    start: str
    months: int
    income_month: int | None
    role: str
    ref: str


@dataclass(frozen=True, slots=True)
class Review:
    """A review of record by a desk."""

    id: str
    household: str
    on: str
    result: str
    note: str
    role: str
    ref: str


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """核对委托 of one application for these persons."""

    id: str
    household: str
    application: str
    on: str
    persons: tuple[str, ...]
    role: str
    ref: str


@dataclass(frozen=True, slots=True)
class ReserveMove:
    """One movement of a township's reserve, 分."""

    id: str
    area: str
    on: str
    direction: str
    amount: int
    application: str
    note: str
    role: str
    ref: str


def tapers(tx: Tx, household: str | None = None) -> list[Taper]:
    """渐退期, the one set last first."""
    condition, values = where(household=household)
    found = rows(tx, f"SELECT * FROM taper{condition} ORDER BY ms DESC, taper DESC", values)
    return [Taper(r["taper"], r["household"], r["village"], r["start"], r["months"], r["income_month"], r["role"], r["ref"]) for r in found]


def reviews(tx: Tx, household: str | None = None) -> list[Review]:
    """Reviews of record, newest first."""
    condition, values = where(household=household)
    found = rows(tx, f"SELECT * FROM review_done{condition} ORDER BY on_day DESC, ms DESC, review DESC", values)
    return [Review(r["review"], r["household"], r["on_day"], r["result"], r["note"], r["role"], r["ref"]) for r in found]


def check_requests(tx: Tx, app: str | None = None, household: str | None = None) -> list[CheckRequest]:
    """核对委托, newest first."""
    condition, values = where(application=app, household=household)
    found = rows(tx, f"SELECT * FROM check_request{condition} ORDER BY on_day DESC, ms DESC, check_id DESC", values)
    return [CheckRequest(r["check_id"], r["household"], r["application"], r["on_day"], texts(r["persons"]), r["role"], r["ref"]) for r in found]


def reserve_moves(tx: Tx, area: str | None = None) -> list[ReserveMove]:
    """Movements of the reserves, as they happened; of one township when its nine digits are given."""
    condition, values = where(area=area)
    found = rows(tx, f"SELECT * FROM reserve_move{condition} ORDER BY on_day, ms, reserve", values)
    return [
        ReserveMove(r["reserve"], r["area"], r["on_day"], r["direction"], r["amount"], r["application"], r["note"], r["role"], r["ref"]) for r in found
    ]
