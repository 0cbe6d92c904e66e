"""The county puts a report it learnt in force: every village and township gets the mapping and the empty workbook with the next return (design 10; 03 blob.part).

Rules kept here
- it travels as packs and layouts of forms do: `pack.installed` under `mapping-<name>`, its bytes in pieces, signed with the county's chain;
- what is sent has no data rows and reads back as it was learnt; the same file sent twice is one act;
- a village runs it under the same name; a report of that name it learnt itself goes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import packs, reports, values
from xieli_tui.casework.session import saved
from xieli_tui.desk.guards import require_county
from xieli_tui.desk.packs import Installed, put
from xieli_tui.domain.events.road import RulingAnnulled
from xieli_tui.errors import NotFound
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import Saved
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx


@dataclass(frozen=True, slots=True)
class SentReport:
    """A report put in force. `words`: how it stands (在用, 以后用 …); `ref` takes it back."""

    name: str
    start: str
    words: str
    ref: str


def listed(session: Session) -> list[SentReport]:
    """What was sent to the villages, as it stands today. Raises Refused: XL-P07, XL-P03 not the county."""
    require_county(session)
    with session.reading() as tx:
        return [SentReport(one.pack.removeprefix(reports.PREFIX), one.start, one.words, one.ref) for one in packs.lines(tx, session.today) if one.pack.startswith(reports.PREFIX)]


def install(session: Session, name: str, start: str) -> Installed:
    """Put a report learnt here in force from a day on.

    Raises:
        Refused: XL-P07, XL-P03 not the county; XL-V01, V02 the day; XL-V07 too large. NotFound: XL-V45 no such report.
    """
    require_county(session)
    day = values.day(values.needed(start, "start"), session.today, "start", future=True)
    made: list[tuple[str, int, bool]] = []

    def build(tx: Tx) -> list[Payload]:
        report, _ = reports.find(tx, session.today, name)
        payloads, pieces = put(tx, reports.KIND, reports.PREFIX + report.name, f"{report.name}.json", report.to_bytes(), day)
        made.append((report.name, pieces, bool(payloads)))
        return payloads

    recorded = session.transact(build)
    title, pieces, new = made[0]
    return Installed(reports.PREFIX + title, title, "", day, pieces, recorded[-1].seq if recorded else 0, new)


def withdraw(session: Session, ref: str, reason: str) -> Saved:
    """Take a report back, by its reference in the list. Raises Refused: XL-P07, XL-P03; XL-V06 no reason. NotFound: XL-V45."""
    require_county(session)
    text = values.needed(values.text(reason, "reason"), "reason")

    def build(tx: Tx) -> list[Payload]:
        if ref not in {one.ref for one in queries.installs(tx) if one.pack.startswith(reports.PREFIX)}:
            raise NotFound("XL-V45", field="ref")
        return [RulingAnnulled(of=ref, reason=text)]

    return saved(ref, session.transact(build), "withdrawn")
