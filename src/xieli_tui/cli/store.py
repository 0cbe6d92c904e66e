"""`xieli store`: what keeps the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.cli.common import Said, group
from xieli_tui.errors import Damaged

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("资料：从记录重新排出各张表。")


@app.callback()
def _group() -> None:
    """资料：从记录重新排出各张表。"""


@app.work("rebuild")
def rebuild(session: Session) -> Said:
    """从记录重新排出各张表，前后应当一样。"""
    from xieli_tui.casework.rebuild import rebuild as replay

    done = replay(session)
    return Said(done, ["前后一样。" if done.equal else "前后不一样，请联系县里。"], 0 if done.equal else Damaged.exit_code)
