"""Applications: state, chain, decisions, and the papers around them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from xieli_tui.store.queries.households import resolve
from xieli_tui.store.queries.read import RowMapping, obj, one, rows, texts, where
from xieli_tui.store.queries.rows import Advance, Aid, Application, Commitment, Consent, Decision, Kin, Notice, Paper, Step

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


def _application(row: RowMapping) -> Application:
    return Application(
        id=row["application"], household=row["household"], village=row["village"], known=bool(row["known"]), person=row["person"],
        kinds=texts(row["kinds"]), unit=row["unit"], source=row["source"], emergency=bool(row["emergency"]), flag=row["flag"], reason=row["reason"],
        amount_asked=row["amount_asked"], event_region=row["event_region"], started=row["started"], state=row["state"], state_on=row["state_on"],
        concurrent=texts(row["concurrent"]), heads=texts(row["heads"]), open_kinds=texts(row["open_kinds"]), handed_over=row["handed_over"],
        accepted=row["accepted"], returned_papers=texts(row["returned_papers"]), returned_note=row["returned_note"], entrusted=row["entrusted"],
        entrusted_to=row["entrusted_to"], entrusted_by=row["entrusted_by"], platform_no=row["platform_no"], ref=row["ref"],
    )


def applications(tx: Tx, household: str | None = None) -> list[Application]:
    """Applications, newest first."""
    condition, values = where(household=household)
    return [_application(row) for row in rows(tx, f"SELECT * FROM application{condition} ORDER BY started DESC, ms DESC, application DESC", values)]


def application(tx: Tx, id: str) -> Application | None:
    """One application, a stub included."""
    row = one(tx, "SELECT * FROM application WHERE application=?", (id,))
    return None if row is None else _application(row)


def resolve_application(tx: Tx, prefix_or_id: str) -> str | None:
    """A full id that is held, or the one application a prefix of at least 8 characters fits."""
    return resolve(tx, "application", prefix_or_id)


def steps(tx: Tx, app: str) -> list[Step]:
    """The standing chain of an application, oldest first."""
    found = rows(tx, "SELECT * FROM app_step WHERE application=? ORDER BY county_code, pos", (app,))
    return [
        Step(row["ref"], row["t"], row["on_day"], row["ms"], row["role"], row["dev"], row["by_op"], bool(row["head"]), texts(row["after"]), obj(row["d"]))
        for row in found
    ]


def step_heads(tx: Tx, app: str) -> tuple[str, ...]:
    """References a next step names in `after`; () for an application not met."""
    found = application(tx, app)
    return found.heads if found is not None else ()


def _decision(row: RowMapping) -> Decision:
    return Decision(
        application=row["application"], household=row["household"], kind=row["kind"], result=row["result"], amount=row["amount"], period=row["period"],
        start=row["start"], reason=row["reason"], level=row["level"], on=row["on_day"], told_on=row["told_on"], told_how=row["told_how"],
        paid_reference=row["paid_reference"], paid_on=row["paid_on"], concurrent=bool(row["concurrent"]), role=row["role"], ref=row["ref"],
    )


def decisions(tx: Tx, app: str | None = None, household: str | None = None) -> list[Decision]:
    """Standing decisions, in the order they were made."""
    condition, values = where(application=app, household=household)
    return [_decision(row) for row in rows(tx, f"SELECT * FROM decision{condition} ORDER BY on_day, ms, kind, ref", values)]


def untold(tx: Tx) -> list[Decision]:
    """Standing decisions nobody told the family yet."""
    return [_decision(row) for row in rows(tx, "SELECT * FROM decision WHERE told_on='' ORDER BY on_day, ms, kind, ref")]


def consents(tx: Tx, household: str) -> list[Consent]:
    """核对授权 of a household, newest first."""
    found = rows(tx, "SELECT * FROM consent WHERE household=? ORDER BY on_day DESC, ms DESC, consent DESC", (household,))
    return [
        Consent(
            row["consent"], row["household"], row["person"], row["on_day"], row["until"], row["scope"], row["guardian"], row["paper"], row["ref"],
        )
        for row in found
    ]


def commitments(tx: Tx, app: str) -> list[Commitment]:
    """诚信承诺 of an application."""
    found = rows(tx, "SELECT * FROM commitment WHERE application=? ORDER BY on_day, ms, commitment", (app,))
    return [
        Commitment(row["commitment"], row["household"], row["application"], row["person"], row["on_day"], row["paper"], row["ref"]) for row in found
    ]


def papers(tx: Tx, app: str | None = None, household: str | None = None) -> list[Paper]:
    """Papers of an application or a household, as they came."""
    condition, values = where(application=app, household=household)
    found = rows(tx, f"SELECT * FROM paper{condition} ORDER BY on_day, ms, paper", values)
    return [
        Paper(
            row["paper"], row["household"], row["application"], row["person"], row["doc"], row["place"], row["on_day"], bool(row["later"]), row["ref"],
        )
        for row in found
    ]


def kin(tx: Tx, app: str) -> Kin | None:
    """The last answer to the kin question of an application."""
    row = one(tx, "SELECT * FROM kin WHERE application=? ORDER BY ms DESC, kin DESC", (app,))
    if row is None:
        return None
    return Kin(
        row["kin"], row["household"], row["application"], row["on_day"], bool(row["none"]), row["person"], row["staff"], row["relation"], row["ref"],
    )


def notices(tx: Tx, app: str | None = None) -> list[Notice]:
    """公示, as they were posted."""
    condition, values = where(application=app)
    found = rows(tx, f"SELECT * FROM notice{condition} ORDER BY start, ms, notice", values)
    return [
        Notice(
            id=row["notice"], household=row["household"], application=row["application"], kind=row["kind"], place=row["place"], start=row["start"],
            end=row["end_day"], taken_down=row["taken_down"], objections=tuple((a, b, c) for a, b, c in json.loads(row["objections"])),
            known=bool(row["known"]), ref=row["ref"], counted=row["counted"], calendar=row["calendar"],
        )
        for row in found
    ]


def advances(tx: Tx, app: str | None = None) -> list[Advance]:
    """先行救助, as they were paid."""
    condition, values = where(application=app)
    found = rows(tx, f"SELECT * FROM advance{condition} ORDER BY on_day, ms, advance", values)
    return [
        Advance(
            row["advance"], row["household"], row["application"], row["on_day"], row["amount"], row["payer"], row["followup_due"], row["ref"],
        )
        for row in found
    ]


def aids(tx: Tx, household: str | None = None) -> list[Aid]:
    """Aids, newest first."""
    condition, values = where(household=household)
    found = rows(tx, f"SELECT * FROM aid{condition} ORDER BY on_day DESC, ms DESC, aid DESC", values)
    return [
        Aid(
            row["aid"], row["household"], row["person"], row["kind"], row["form"], row["amount"], row["period"], row["matter"], row["item"],
            row["on_day"], row["rank"], row["ref"],
        )
        for row in found
    ]
