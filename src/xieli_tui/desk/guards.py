"""Who may do what at a desk: role, area, delegation.

Rules kept here
- a desk verb runs in a township or county workspace only (XL-P07);
- a township acts for villages whose code starts with its area, a county for its own six digits (XL-P03); a township officer who works
  directly on the county's database is held to the township's rights (design 09);
- what a township may decide is a delegation in force on that day: kind, township, amount (000:17, 001:三(二)); an amount exactly at the ceiling
  is inside it (reading R1), one 分 more is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from xieli_tui.domain import jsontext
from xieli_tui.domain.money import format_fen, parse_fen
from xieli_tui.errors import Refused, XieliError
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx

DeskRole = Literal["township", "county"]


@dataclass(frozen=True, slots=True)
class Officer:
    """Who is at work: the rights of the desk, narrowed to those of the operator when he is entered with less."""

    role: DeskRole
    area: str
    name: str


@dataclass(frozen=True, slots=True)
class Delegation:
    """One row of `local.delegations`; `max_fen` the ceiling in 分, `ref` of the `local.set` that carries it."""

    kind: str
    township: str
    max_fen: int
    start: str
    end: str
    ref: str = ""

    def covers(self, kind: str, area: str, day: str) -> bool:
        """Of this kind, for this township, in force on that day."""
        return self.kind == kind and self.township == area and self.start <= day and (not self.end or day <= self.end)


def require_desk(session: Session) -> None:
    """Raises Refused("XL-P07") when this workspace is a village's."""
    if session.role not in ("township", "county"):
        raise Refused("XL-P07")


def require_county(session: Session) -> None:
    """Raises Refused: XL-P07 in a village, XL-P03 at a township and for a township officer at work on the county's own database."""
    require_desk(session)
    with session.reading() as tx:
        who = officer(session, tx)
    if who.role != "county":
        raise Refused("XL-P03", "这一步由县级办理")


def officer(session: Session, tx: Tx) -> Officer:
    """The rights at work here. Raises Refused("XL-P07") in a village."""
    require_desk(session)
    role, area, name = session.role, session.profile.area or "", ""
    for one in queries.operators(tx):
        if one.dev == session.dev and one.operator == session.operator:
            name = one.name
            if one.role == "township" and role == "county":
                role, area = "township", one.area or area
    return Officer(cast(DeskRole, role), area, name)


def require_area(who: Officer, village: str) -> None:
    """Raises Refused("XL-P03") when the village lies outside this officer's area."""
    if not who.area or not village.startswith(who.area):
        raise Refused("XL-P03", "不在本单位辖区")


def parse_delegations(text: str, ref: str = "") -> list[Delegation]:
    """The table of `local.delegations`, a JSON list of {kind, max_amount, township, from, to?}; money as decimal text.

    Raises:
        Refused: XL-V11 when it does not read.
    """
    try:
        rows = jsontext.parse(text)
    except ValueError:
        raise Refused("XL-V11", "授权表不是合格的 JSON", field="value") from None
    if not isinstance(rows, list):
        raise Refused("XL-V11", "授权表要是一个列表", field="value")
    return [_delegation(row, at, ref) for at, row in enumerate(rows, start=1)]


def _delegation(row: Any, at: int, ref: str) -> Delegation:
    known = {"kind", "max_amount", "township", "from", "to"}
    if not isinstance(row, dict) or not known - {"to"} <= row.keys() <= known or not all(isinstance(v, str) for v in row.values()):
        raise Refused("XL-V11", f"授权表第 {at} 条要有 kind、max_amount、township、from", field="value")
    if len(row["township"]) != 9 or not row["township"].isdigit():
        raise Refused("XL-V12", f"授权表第 {at} 条", field="value")
    try:
        ceiling = parse_fen(row["max_amount"])
    except XieliError as error:
        raise Refused(error.code, f"授权表第 {at} 条", field="value") from None
    return Delegation(row["kind"], row["township"], ceiling, row["from"], row.get("to", ""), ref)


def delegations(tx: Tx, day: str) -> list[Delegation]:
    """The delegation table in force on a day, the county's alone: of those whose dates hold that day the one that begins last, of one beginning the last
    written. `store.court.in_force` judges by the same."""
    held = [one for one in queries.local_params(tx, "delegations", day) if one.role == "county"]
    return parse_delegations(held[0].value, held[0].ref) if held else []


def require_delegation(tx: Tx, who: Officer, kind: str, amount: int | None, day: str) -> Delegation | None:
    """The delegation a township decides under; None at the county, which needs none.

    Raises:
        Refused: XL-P03 when the kind is not delegated to this township on that day, or the amount passes its ceiling.
    """
    if who.role == "county":
        return None
    found = [d for d in delegations(tx, day) if d.covers(kind, who.area, day)]
    if not found:
        raise Refused("XL-P03", "这一种没有授权给本镇决定，请上报县级", extra={"next_actor": "county"})
    within = [d for d in found if amount is None or amount <= d.max_fen]
    if not within:
        ceiling = max(d.max_fen for d in found)
        raise Refused("XL-P03", f"授权到 {format_fen(ceiling)} 元，超过的由县级决定", extra={"next_actor": "county", "max_amount": format_fen(ceiling)})
    return within[0]

