"""Which applications a 公示 sheet of a kind may be printed for, to choose from; what is printed of them `notice_sheet` alone decides.

Rules kept here
- offered is what the sheet would take: an application the office has (初审), one with a granted decision (确认), a family of record (长期);
- a kind that would say why somebody is poor is not offered, nor is an application that was taken back or came to its end another way;
- whether a minor keeps a family off is found when the sheet is made, and said there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import notices, values
from xieli_tui.domain import codes
from xieli_tui.paper import notice_sheet as paper
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class Offer:
    """One application that can be announced. `hangs`: where a notice of this kind hangs already."""

    id: str
    household: str
    head: str
    group: str
    village: str
    kinds: str
    state_label: str
    on: str
    hangs: str


def offers(session: Session, kind: str) -> list[Offer]:
    """What a sheet of this kind may be printed for, the newest first; of 长期公示 nothing is chosen, everybody of record stands on it. Raises Refused: XL-V08."""
    which = values.coded(kind, "notice_kind", "kind")
    if which == "long_term":
        return []
    with session.reading() as tx, queries.read.together(tx):
        homes = {home.id: home for home in queries.households(tx) if home.known}
        gone = queries.moved_away(tx)
        granted: dict[str, set[str]] = {}
        ruled: set[str] = set()
        for one in queries.decisions(tx):
            ruled.add(one.application)
            if one.result == "granted" and not one.concurrent:
                granted.setdefault(one.application, set()).add(one.kind)
        hanging: dict[str, list[str]] = {}
        for notice in queries.notices(tx):
            if notice.kind == which and not notice.taken_down:
                hanging.setdefault(notice.application, []).append(codes.label("place", notice.place))
        out = []
        for app in queries.applications(tx):
            home = homes.get(app.household)
            if home is None or not app.known or app.household in gone or app.state in notices.NOT_YET:
                continue
            kinds = granted.get(app.id, set()) if which == "decision" else set() if app.id in ruled else set(app.kinds)
            if not kinds or kinds - paper.OF_KIND.keys():
                continue
            out.append(Offer(
                app.id, home.id, home.head_name, str(home.fields.get("group", "")), home.village, codes.labels("kind", sorted(kinds)), codes.label("application_state", app.state), app.state_on or app.started,
                "、".join(hanging.get(app.id, ())),
            ))
        return out
