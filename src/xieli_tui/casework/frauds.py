"""疑点: a suspicion that aid is got by deceit. Anybody may note one; only the county reads them and rules (001:12, 000:三(三); JX-51, GX-17, M-32).

Rules kept here
- a suspicion is words for the county, never a verdict: it changes no aid, no category, no list, and the family's chain says only 只报县级;
- the list and the words are read at the county alone; a ruling says what was found and goes home to be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_tui.casework import reads, values
from xieli_tui.casework.session import Session, saved
from xieli_tui.casework.views import Saved
from xieli_tui.domain.events.work import FraudSuspected

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Suspect:
    """What was noticed about a household, in plain words."""

    household: str
    text: str
    on: str | None = None


def suspect(session: Session, request: Suspect) -> Saved:
    """One suspicion. Raises NotFound("XL-V40"), Refused("XL-V06" no words, "XL-V13")."""
    fraud = session.new_id()
    text = values.needed(values.text(request.text, "text"), "text")

    def build(tx: Tx) -> list[FraudSuspected]:
        home, village = reads.home(tx, request.household)
        return [values.make(FraudSuspected, village=village, household=home, fraud=fraud, on=values.day(request.on, session.today), text=text)]

    return saved(fraud, session.transact(build), "suspected")
