"""Computers by what an officer types: the id, or the first digits of it; and what a computer is called in a sentence.

Rules kept here
- a computer is known by its registration, by a line of its chains, or by a certificate: a desk put back from an old copy may know it by its lines alone;
- eight digits are enough when they are met once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.desk import guards
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import deliveries, queries, trust

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Role
    from xieli_tui.store import Tx

PREFIX = 8


def find(tx: Tx, typed: str) -> str:
    """The device id meant.

    Raises:
        NotFound: XL-V44 none. Refused: XL-V44 the digits are too few or met more than once.
    """
    asked = typed.strip().lower().replace(" ", "")
    known = {one.dev for one in queries.devices(tx)} | {one.dev for one in trust.signers(tx)}
    known |= {str(dev) for dev in tx.conn.exec_driver_sql("SELECT DISTINCT dev FROM journal").scalars()}
    met = [dev for dev in sorted(known) if dev == asked or (len(asked) >= PREFIX and dev.startswith(asked))]
    if not met:
        raise NotFound("XL-V44")
    if len(met) > 1:
        raise Refused("XL-V44", "不止一台，请多写几位")
    return met[0]


def role(tx: Tx, dev: str) -> Role:
    """village, township or county."""
    return trust.role_of(tx, dev)


def require_own(session: Session, tx: Tx, dev: str) -> None:
    """The officer's place covers this computer: a county's every one, a township's the laptops of its villages.

    Raises:
        Refused: XL-P03.
    """
    who = guards.officer(session, tx)
    if who.role == "county":
        return
    one = queries.device(tx, dev)
    if one is None or one.role != "village" or not any(village.startswith(who.area) for village in one.villages):
        raise Refused("XL-P03", "不是本镇的电脑")


def epochs(tx: Tx, dev: str) -> list[str]:
    """The epochs held of a device, in the order they were opened."""
    return [one.ep for one in sorted(deliveries.epochs_of(tx, dev), key=lambda x: (x.hlc, x.ep))]


def epoch(tx: Tx, dev: str, typed: str | None) -> str:
    """The epoch meant: its id or the first four digits of it; the newest when nothing was typed.

    Raises:
        NotFound: XL-V45 no line of it is held. Refused: XL-V45 met more than once.
    """
    held = epochs(tx, dev)
    if not held:
        raise NotFound("XL-V45", "这台电脑还没有来过数据包", field="epoch")
    if typed is None or not typed.strip():
        return held[-1]
    asked = typed.strip().lower()
    met = [ep for ep in held if ep == asked or (len(asked) >= 4 and ep.startswith(asked))]
    if not met:
        raise NotFound("XL-V45", "没有这一段", field="epoch")
    if len(met) > 1:
        raise Refused("XL-V45", "不止一段，请多写几位", field="epoch")
    return met[0]


def called(tx: Tx, dev: str) -> str:
    """Its village or township and who uses it, for a sentence."""
    one = queries.device(tx, dev)
    if one is None:
        return f"电脑 {dev[:8]}"
    where = "、".join(one.village_names.get(village, village) for village in one.villages) or one.area
    return " ".join(part for part in (where, "、".join(name for _, name in one.operators)) if part) or f"电脑 {dev[:8]}"
