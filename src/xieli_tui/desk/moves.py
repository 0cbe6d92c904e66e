"""How every step of a case is written: the case found, the officer's area held, all heads named, one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from xieli_tui.casework import reads, rules_check
from xieli_tui.casework.application_card import by_level
from xieli_tui.casework.rules_check import Beside, Said
from xieli_tui.casework.session import saved
from xieli_tui.casework.views import Saved
from xieli_tui.desk import facts, guards
from xieli_tui.domain import codes
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

STATE_WORDS = {
    "": "尚未收到", "started": "协助填写", "checked": "已核对", "appraised": "已评议", "decided": "已有决定", "stage_set": "分阶段救助",
}
"""States of the chain that the vocabulary V8 names otherwise."""


def state_label(tx: Tx, app: rows.Application, decisions: Sequence[rows.Decision] = ()) -> str:
    """The word a desk shows for the state of a case."""
    if app.concurrent:
        return codes.label("application_state", "concurrent")
    if app.state == "decided" and decisions and not app.open_kinds:
        results = {d.result for d in decisions}
        if len(results) == 1:
            return codes.label("decision", results.pop())
    return by_level(tx, app, STATE_WORDS.get(app.state) or codes.label("application_state", app.state))


def opened(session: Session, tx: Tx, app: str) -> tuple[rows.Application, guards.Officer]:
    """The application and who is at work on it.

    Raises:
        Refused: XL-P07, XL-P03. NotFound: XL-V42.
    """
    who = guards.officer(session, tx)
    found = reads.application(tx, app)
    guards.require_area(who, queries.village_of(tx, found.household) or found.village)
    return found, who


def move(
    session: Session, app: str, build: Callable[[Tx, rows.Application, list[str]], Payload], state: str, seen: Sequence[str] | None,
    beside: Beside | None = None,
) -> Saved:
    """Write one step after all heads of the case. `id` of the result is the application; `beside` carries what the policy says with it."""
    guards.require_desk(session)
    ident: list[str] = []

    def inside(tx: Tx) -> list[Payload]:
        found, who = opened(session, tx, app)
        avoid_kin(tx, found.household, who)
        heads = require_seen(tx, found, seen)
        ident.append(found.id)
        return [build(tx, found, heads)]

    recorded = session.transact(inside)
    done = saved(ident[0], recorded, state)
    return beside.on(done) if beside is not None else done


def avoid_kin(tx: Tx, household: str, who: guards.Officer) -> None:
    """回避: an officer filed as near relative of the family takes no step in its case. Raises Refused("XL-P03"); no name is in the error."""
    if facts.conflicted(tx, household, who.name):
        raise Refused("XL-P03", "您是这一家备了案的近亲属，要回避，请换一名经办人", extra={"conflict": "kin", "cite": "002:三(一)2", "next_actor": "other_officer"})


def act(
    tx: Tx, found: rows.Application, who: guards.Officer, action: str, day: str, beside: Beside, *, code: str, field: str | None = None,
    stated: Mapping[str, Any] | None = None, records: Sequence[str] = (), **args: Any,
) -> Said:
    """Ask the packs in force about an act of this officer; their warnings are kept in `beside`.

    Raises:
        Refused: `code`, with why, cite, rule and next_actor, when they forbid the act or leave it to another.
    """
    said = rules_check.check(tx, rules_check.family(tx, found), found, action, dt.date.fromisoformat(day), who.role, facts_of_app=stated, actor=who.role, **args)
    return beside.take(rules_check.require(said, code, field), records)


def require_seen(tx: Tx, app: rows.Application, seen: Sequence[str] | None) -> list[str]:
    """The heads a step names; `seen` must be exactly these when the caller says what was on the screen. Raises Refused("XL-P06")."""
    heads = list(queries.step_heads(tx, app.id))
    if seen is not None and set(seen) != set(heads):
        raise Refused("XL-P06", "个案里又添了新的一步，请看过再办")
    return heads


def refuse_state(tx: Tx, app: rows.Application, why: str = "") -> Refused:
    """XL-P05 with the state in words."""
    word = state_label(tx, app)
    return Refused("XL-P05", f"{why}（现在是「{word}」）" if why else f"现在是「{word}」", extra={"state": app.state})
