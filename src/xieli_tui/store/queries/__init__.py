"""Reading the projections: functions over a transaction, plain frozen rows out (docs/architecture.md lists the doors)."""

from xieli_tui.store.queries.aid import (
    advances,
    aids,
    application,
    applications,
    commitments,
    consents,
    decisions,
    kin,
    notices,
    papers,
    resolve_application,
    step_heads,
    steps,
    untold,
)  # fmt: skip
from xieli_tui.store.queries.claims import conflicts, field_heads, heads
from xieli_tui.store.queries.desk import queue_rows
from xieli_tui.store.queries.households import (
    all_members,
    household,
    household_by_number,
    household_heads,
    household_rows,
    households,
    members,
    person,
    persons,
    persons_by_id_no,
    resolve_household,
)  # fmt: skip
from xieli_tui.store.queries.road import (
    counts,
    device,
    devices,
    entry_states,
    local_params,
    local_value,
    operator_names,
    operators,
    quarantined,
)  # fmt: skip
from xieli_tui.store.queries.timeline import describe, timeline
from xieli_tui.store.queries.work import (
    alert,
    alerts,
    change,
    changes,
    flag,
    flags,
    informed,
    last_visits,
    promises,
    referrals,
    statements,
    visit,
    visits,
)  # fmt: skip

__all__ = [
    "advances", "aids", "alert", "alerts", "all_members", "application", "applications", "change", "changes", "commitments", "conflicts", "consents",
    "counts", "decisions", "describe", "device", "devices", "entry_states", "field_heads", "flag", "flags", "heads", "household",
    "household_by_number", "household_heads", "household_rows", "households", "informed", "kin", "last_visits", "local_params", "local_value", "members",
    "notices", "operator_names", "operators", "papers", "person", "persons", "persons_by_id_no", "promises", "quarantined", "queue_rows", "referrals",
    "resolve_application", "resolve_household", "statements", "step_heads", "steps", "timeline", "untold", "visit", "visits",
]  # fmt: skip
