"""公家配发 or 私人: whose computer this is, and what a private one may do.

Rules kept here (design 05)
- recorded when the workspace is made, kept outside the store (`kind.json`), changed by nobody afterwards;
- a private computer works, keeps and backs up like any other; it hands nothing in before its county allows private computers (`private_machines`, off
  unless set), and the permission comes home with a return like every local rule;
- the permission is the county's for all of it, a township or a village; practice and demonstration ask for none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.domain import jsontext
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx

KEY = "private_machines"
NOTE = "这台登记的是私人电脑，县里没有准许用私人电脑，先不能报送。记录都在本机；请县里准许，收下回传就能报送。"


def allowed(session: Session, tx: Tx) -> bool:
    """May this computer hand its entries in?"""
    if session.profile.owner != "private" or session.profile.practice or session.profile.demo:
        return True
    area = next(iter(session.places(tx)), "")
    said = queries.local_value(tx, KEY, session.today.isoformat(), area)
    return said is not None and jsontext.value(said) is True


def require(session: Session, tx: Tx) -> None:
    """Raises Refused("XL-P12")."""
    if not allowed(session, tx):
        raise Refused("XL-P12")
