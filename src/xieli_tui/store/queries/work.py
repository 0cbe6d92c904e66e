"""Visits, findings, information given, changes, alerts, statements, referrals."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic_core import from_json

from xieli_tui.domain.clock import day_of
from xieli_tui.store.queries.households import resolve
from xieli_tui.store.queries.read import RowMapping, obj, one, rows, texts, where
from xieli_tui.store.queries.rows import Alert, Change, Flag, Informed, Promise, Referral, Statement, Visit

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx


@lru_cache(maxsize=4096)  # six dimensions of three levels, and says nothing of whom
def _marks(column: str) -> tuple[tuple[str, int], ...]:
    return tuple((k, int(v)) for k, v in obj(column).items())


def _visit(row: RowMapping) -> Visit:
    return Visit(
        id=row["visit"], household=row["household"], village=row["village"], on=row["on_day"], kind=row["kind"], channel=row["channel"], met=row["met"],
        visitors=tuple((name, role) for name, role in from_json(row["visitors"])) if row["visitors"] != "[]" else (),
        marks=dict(_marks(row["marks"])),
        changes=texts(row["changes"]), house_safety=row["house_safety"], answers_alert=row["answers_alert"], alert_finding=row["alert_finding"],
        promise=row["promise"], promise_on=row["promise_on"], note=row["note"], trip=row["trip"], typed_on=day_of(row["ms"]),
        corrected=bool(row["corrected"]), dev=row["ref"].split(":", 1)[0], by=row["by_op"], ref=row["ref"],
    )


def visits(tx: Tx, household: str | None = None, since: str = "", limit: int | None = None) -> list[Visit]:
    """Visits, newest first; those on or after the day `since`."""
    condition, values = where(household=household)
    if since:
        condition += (" AND" if condition else " WHERE") + " on_day>=?"
        values.append(since)
    sql = f"SELECT * FROM visit{condition} ORDER BY on_day DESC, ms DESC, visit DESC"
    return [_visit(row) for row in rows(tx, sql + (f" LIMIT {int(limit)}" if limit is not None else ""), values)]


def house_seen(tx: Tx, household: str) -> tuple[str, str] | None:
    """(day, safe | risk) of the newest visit that looked at the house; None when none did."""
    found = rows(
        tx, "SELECT household, on_day, house_safety FROM visit WHERE household=? AND house_safety IN ('safe', 'risk') ORDER BY on_day DESC, ms DESC, visit DESC", (household,),
    )
    return (str(found[0]["on_day"]), str(found[0]["house_safety"])) if found else None


def visit(tx: Tx, id: str) -> Visit | None:
    """One visit."""
    row = one(tx, "SELECT * FROM visit WHERE visit=?", (id,))
    return None if row is None else _visit(row)


def last_visits(tx: Tx) -> dict[str, str]:
    """household -> day of the last visit that met somebody (未遇 satisfies no clock)."""
    found = rows(tx, "SELECT household, max(on_day) AS day FROM visit WHERE met<>'none' GROUP BY county_code, household")
    return {row["household"]: row["day"] for row in found}


def promises(tx: Tx, household: str | None = None) -> list[Promise]:
    """答应的事 of all visits, the nearest day first."""
    condition, values = where(household=household)
    condition = (condition + " AND" if condition else " WHERE") + " promise<>''"
    found = rows(tx, f"SELECT household, visit, promise, promise_on, on_day FROM visit{condition} ORDER BY promise_on, on_day, visit", values)
    return [Promise(row["household"], row["visit"], row["promise"], row["promise_on"], row["on_day"]) for row in found]


def _flag(row: RowMapping) -> Flag:
    return Flag(
        id=row["flag"], household=row["household"], village=row["village"], outsider=row["outsider"], outsider_place=row["outsider_place"],
        persons=texts(row["persons"]), on=row["on_day"], causes=texts(row["causes"]), urgency=row["urgency"], channel=row["channel"],
        found_by=row["found_by"], place=row["place"], situation=row["situation"], needs=row["needs"], note=row["note"], regions=obj(row["regions"]),
        reported_at=row["reported_at"], answered_by=row["answered_by"], settled_on=row["settled_on"], settled_how=row["settled_how"],
        settled_note=row["settled_note"], settled_role=row["settled_role"], known=bool(row["known"]), ref=row["ref"],
    )


def flags(tx: Tx, household: str | None = None, open_only: bool = False) -> list[Flag]:
    """Hardship findings, newest first."""
    condition, values = where(household=household, settled_on="" if open_only else None)
    return [_flag(row) for row in rows(tx, f"SELECT * FROM flag{condition} ORDER BY on_day DESC, ms DESC, flag DESC", values)]


def flag(tx: Tx, id: str) -> Flag | None:
    """One finding."""
    row = one(tx, "SELECT * FROM flag WHERE flag=?", (id,))
    return None if row is None else _flag(row)


def informed(tx: Tx, household: str | None = None) -> list[Informed]:
    """主动告知, newest first."""
    condition, values = where(household=household)
    found = rows(tx, f"SELECT * FROM informed{condition} ORDER BY on_day DESC, ms DESC, informed DESC", values)
    return [
        Informed(row["informed"], row["household"], row["kind"], row["person"], row["answer"], row["reason"], row["on_day"], row["ref"]) for row in found
    ]


def _change(row: RowMapping) -> Change:
    return Change(
        id=row["change"], household=row["household"], village=row["village"], kind=row["kind"], person=row["person"], on=row["on_day"],
        effect=row["effect"], note=row["note"], visit=row["visit"], answered=row["answered"], answer_note=row["answer_note"], known=bool(row["known"]), ref=row["ref"],
    )


def changes(tx: Tx, household: str | None = None, open_only: bool = False) -> list[Change]:
    """Change reports, newest first."""
    condition, values = where(household=household, answered="" if open_only else None)
    return [_change(row) for row in rows(tx, f"SELECT * FROM change{condition} ORDER BY on_day DESC, ms DESC, change DESC", values)]


def change(tx: Tx, id: str) -> Change | None:
    """One change report."""
    row = one(tx, "SELECT * FROM change WHERE change=?", (id,))
    return None if row is None else _change(row)


def _alert(row: RowMapping) -> Alert:
    return Alert(
        id=row["alert"], household=row["household"], person=row["person"], village=row["village"], number=row["number"], cls=row["cls"],
        text=row["text"], amount=row["amount"], on=row["on_day"], due=row["due"], columns=obj(row["columns"]), answered=row["answered"],
        answered_on=row["answered_on"], answer_visit=row["answer_visit"], answer_note=row["answer_note"], known=bool(row["known"]), ref=row["ref"],
        source="list" if row["own"] else "issued",
    )


def _listed(name: str) -> str:
    return f"CASE WHEN l.cls<>'' AND (a.known=0 OR a.own=1) THEN l.{name} ELSE a.{name} END AS {name}"


_ALERTS = (  # every alert once: as a desk issued it, else as the list that was taken in here has it; whose it is, by the desk or by a person here
    "SELECT a.alert, coalesce(nullif(a.household, ''), l.household, '') AS household, CASE WHEN a.household<>'' AND a.person<>'' THEN a.person"
    " WHEN a.household='' OR a.household=l.household THEN coalesce(l.person, '') ELSE '' END AS person, a.village,"
    " CASE WHEN l.cls<>'' THEN 1 ELSE a.known END AS known, CASE WHEN a.own=1 OR (a.known=0 AND l.cls<>'') THEN 1 ELSE 0 END AS own,"
    f" {', '.join(map(_listed, ('number', 'cls', 'text', 'amount', 'on_day', 'due', 'columns')))},"
    " a.answered, a.answered_on, a.answer_visit, a.answer_note, a.answer_role, a.ref FROM alert a LEFT JOIN listed_alert l ON l.alert=a.alert"
    " UNION ALL SELECT l.alert, l.household, l.person, l.village, 1, 1, l.number, l.cls, l.text, l.amount, l.on_day, l.due, l.columns, '', '', '', '', '', ''"
    " FROM listed_alert l WHERE l.cls<>'' AND l.alert NOT IN (SELECT alert FROM alert)"
)


def alerts(tx: Tx, household: str | None = None, open_only: bool = False) -> list[Alert]:
    """Alerts, the nearest due day first, those of one list as it numbers them."""
    condition, values = where(household=household, answered="" if open_only else None)
    return [_alert(row) for row in rows(tx, f"SELECT * FROM ({_ALERTS}){condition} ORDER BY due='', due, on_day, number, alert", values)]


def alert(tx: Tx, id: str) -> Alert | None:
    """One alert."""
    row = one(tx, f"SELECT * FROM ({_ALERTS}) WHERE alert=?", (id,))
    return None if row is None else _alert(row)


def statements(tx: Tx, household: str | None = None) -> list[Statement]:
    """What a family (every family) stated, newest first."""
    condition, values = where(household=household)
    found = rows(tx, f"SELECT * FROM statement_made{condition} ORDER BY on_day DESC, ms DESC, statement DESC", values)
    return [
        Statement(row["statement"], row["household"], row["on_day"], row["income_month"], row["income_year"], obj(row["d"]), row["ref"]) for row in found
    ]


def referral(tx: Tx, prefix_or_id: str) -> Referral | None:
    """The referral of an id, or of a prefix of at least 8 characters met once."""
    found = resolve(tx, "referral", prefix_or_id)
    return next(iter(_referrals(tx, referral=found)), None) if found else None


def referrals(tx: Tx, household: str | None = None, *, flag: str | None = None) -> list[Referral]:
    """Referrals, newest first; `flag` = those of one finding about somebody who is on no list."""
    return _referrals(tx, household=household, flag=flag)


def _referrals(tx: Tx, **conditions: str | None) -> list[Referral]:
    condition, values = where(**conditions)
    found = rows(tx, f"SELECT * FROM referral{condition} ORDER BY on_day DESC, ms DESC, referral DESC", values)
    return [
        Referral(
            id=row["referral"], household=row["household"], flag=row["flag"], village=row["village"], person=row["person"], department=row["department"], kind=row["kind"], on=row["on_day"],
            due=row["due"], first_receiver=row["first_receiver"], sent_to=row["sent_to"], note=row["note"], progress=row["progress"],
            result=row["result"], answered_on=row["answered_on"],
            answer_note=row["answer_note"], known=bool(row["known"]), ref=row["ref"],
        )
        for row in found
    ]
