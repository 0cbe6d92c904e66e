"""What is open about one family beside its applications: changes without an answer, referrals, urgent files, public events, and what its record offers.

Rules kept here
- one line each, with its day, its reason and its clause; the most urgent first; nothing is scored;
- lines are read from what their own modules say, so that the dossier, 今日 and a command never disagree.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import changes, emergencies, reads, referrals
from xieli_tui.casework import offers as offering
from xieli_tui.casework.session import Session
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Matter:
    """One open line. `kind`: emergency | referral | change | offer; `target` the id behind it; `late` its day has passed."""

    kind: str
    target: str
    what: str
    why: str
    due: str
    late: bool
    cite: str
    department: str = ""
    aid: str = ""
    """for an offered referral: the kind it would ask for"""
    person: str = ""


def of_household(tx: Tx, home: rows.Household, today: dt.date) -> list[Matter]:
    """Everything open about one family."""
    out: list[Matter] = []
    for file in queries.emergencies(tx, home.id):
        if file.known:
            seen = emergencies.card(tx, file)
            if not seen.settled:
                waits = f"还没有记录：{'、'.join(seen.open_stages[:3])}" if seen.open_stages else "各步都有记录，办完请了结"
                out.append(Matter("emergency", file.id, f"急难档案：{seen.kind_label or '急难'}", waits, file.opened_at[:10], False, "004:二(二)"))
    for ref in referrals.view(tx, home.id, today):
        if ref.open:
            heard = f"，{ref.result}" if ref.result else ""
            why = f"首问人 {ref.first_receiver or '没有写'}{heard}" + ("" if ref.due else f"，{ref.limit}")
            out.append(Matter("referral", ref.id, f"转介{ref.department_name}：{ref.kind_label}", why, ref.due, ref.overdue, "004:二(二); 003:(四)", ref.department, ref.kind))
    for one in changes.view(tx, queries.changes(tx, home.id, open_only=True), today):
        who = f"{one.who} " if one.who else ""
        out.append(Matter("change", one.id, f"变化：{who}{one.kind_label}", f"{one.on} 报的，等镇里、县里答复", one.on, False, "000:5; 003:(六)"))
    for offer in offering.of_household(tx, home, today):
        who = f"{offer.who}：" if offer.who else ""
        out.append(Matter("offer", offer.id, f"{who}{offer.what}", offer.why, "", False, offer.cite, offer.department, offer.kind, offer.person))
    return sorted(out, key=lambda one: (ORDER[one.kind], not one.late, one.due or "9999", one.target))


ORDER = {"emergency": 0, "referral": 1, "change": 2, "offer": 3}


def show(session: Session, household: str) -> list[Matter]:
    """The same for a screen. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        return of_household(tx, reads.household(tx, household), session.today)


def offers(session: Session, household: str) -> list[offering.Offer]:
    """What the family's record offers to follow up. Raises NotFound("XL-V40")."""
    with session.reading() as tx:
        return offering.of_household(tx, reads.household(tx, household), session.today)
