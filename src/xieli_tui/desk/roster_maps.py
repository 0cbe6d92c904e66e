"""The county sends how the columns of its roster are read: every village reads that workbook without settling anything (design 10; 03 blob.part).

Rules kept here
- it travels as reports and layouts of forms do: `pack.installed` under `columns-<fingerprint>`, its bytes in pieces, signed with the county's chain;
- head words and column letters are in it, no cell of anybody; the same one sent twice is one act;
- what a village settled for the same head itself goes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.casework import mappings, packs, values
from xieli_tui.casework.session import saved
from xieli_tui.desk.guards import require_county
from xieli_tui.desk.packs import Installed, put
from xieli_tui.domain.events.road import RulingAnnulled
from xieli_tui.errors import NotFound
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.packs import PackLine
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import Saved
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx


def install(session: Session, ident: str, start: str) -> Installed:
    """Put a head settled here in force from a day on.

    Args:
        ident: as `roster mappings` lists it.

    Raises:
        Refused: XL-P07, XL-P03 not the county; XL-V01, V02 the day. NotFound: XL-V45 no such head.
    """
    require_county(session)
    day = values.day(values.needed(start, "start"), session.today, "start", future=True)
    wanted = ident.strip().lower()
    made: list[tuple[str, int, bool]] = []

    def build(tx: Tx) -> list[Payload]:
        sheet, data = mappings.to_send(tx, wanted)
        payloads, pieces = put(tx, mappings.KIND, mappings.SENT + wanted, f"{sheet or wanted}.json", data, day)
        made.append((sheet, pieces, bool(payloads)))
        return payloads

    recorded = session.transact(build)
    sheet, pieces, new = made[0]
    return Installed(mappings.SENT + wanted, sheet, "", day, pieces, recorded[-1].seq if recorded else 0, new)


def listed(session: Session) -> list[PackLine]:
    """Every one that was sent, as it stands today."""
    with session.reading() as tx:
        return [one for one in packs.lines(tx, session.today) if one.pack.startswith(mappings.SENT)]


def withdraw(session: Session, ref: str, reason: str) -> Saved:
    """Take one back, by its reference in the list. Raises Refused: XL-P07, XL-P03; XL-V06 no reason. NotFound: XL-V45."""
    require_county(session)
    text = values.needed(values.text(reason, "reason"), "reason")

    def build(tx: Tx) -> list[Payload]:
        if ref not in {one.ref for one in queries.installs(tx) if one.pack.startswith(mappings.SENT)}:
            raise NotFound("XL-V45", field="ref")
        return [RulingAnnulled(of=ref, reason=text)]

    return saved(ref, session.transact(build), "withdrawn")
