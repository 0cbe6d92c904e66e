"""What queries hand out: frozen plain values, never ORM rows.

Rules kept here
- names are the field's terms of design 02; money is integer 分, days are ISO text, "" means not known;
- identity and phone numbers are carried in full and masked where they are shown (Law 4);
- a row says by `ref` which event it rests on, so that a correction, an answer or a next step can name it;
- one room a topic (`family`, `work`, `aid`, `road`); whoever reads rows takes them from here.
"""

from xieli_tui.store.queries.rows.aid import Advance, Aid, Application, Commitment, Consent, Decision, Kin, Notice, Paper, Step
from xieli_tui.store.queries.rows.family import Conflict, Head, Household, HouseholdLine, Member, Person
from xieli_tui.store.queries.rows.marks import EntryState, Rank
from xieli_tui.store.queries.rows.road import Counts, Device, LocalParam, Operator, Quarantined, QueueRow, TimelineRow
from xieli_tui.store.queries.rows.work import Alert, Change, Flag, Informed, Promise, Referral, Statement, Visit

__all__ = [
    "Advance",
    "Aid",
    "Alert",
    "Application",
    "Change",
    "Commitment",
    "Conflict",
    "Consent",
    "Counts",
    "Decision",
    "Device",
    "EntryState",
    "Flag",
    "Head",
    "Household",
    "HouseholdLine",
    "Informed",
    "Kin",
    "LocalParam",
    "Member",
    "Notice",
    "Operator",
    "Paper",
    "Person",
    "Promise",
    "Quarantined",
    "QueueRow",
    "Rank",
    "Referral",
    "Statement",
    "Step",
    "TimelineRow",
    "Visit",
]  # fmt: skip
