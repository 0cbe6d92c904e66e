"""政策文件: the documents the program knows, those that speak here and today first, lowest level first (001:四(五), 002:四(三); M-77, X-01).

Rules kept here
- what speaks here is asked of the packs themselves (region and days), never decided by a page;
- whether a document is still current was not looked up (X-12): the page says so for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import packs

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One document: `here` with `why` it speaks here or does not; `county` True = put in force by the county."""

    id: str
    title: str
    doc_no: str
    issuers: tuple[str, ...]
    since: str
    assumed: bool
    here: bool
    why: str
    county: bool
    kinds: int


def listed(session: Session) -> list[PolicyFile]:
    """Documents that speak here today, then the others, each in the order in which they are asked."""
    region = session.profile.villages[0] if session.profile.villages else session.profile.area or ""
    with session.reading() as tx:
        held = packs.of(tx).on(session.today)
        sent = {one.pack for one in packs.lines(tx, session.today)}
    out = []
    for one in sorted(held.packs.values(), key=lambda pack: pack.order):
        here, why = one.active(region, session.today)
        out.append(PolicyFile(
            one.id, one.title, one.doc_no, one.issuers, one.effective_from.isoformat() if one.effective_from else "", one.assumed, here, why, one.id in sent, len(one.kinds),
        ))
    return sorted(out, key=lambda file: not file.here)
