"""Stubs: households, persons and applications that are named and have not been met (`known` = 0, shown 尚未收到).

Rules kept here
- a stub stands exactly while something effective names its id and nothing of its own does; it goes when the last namer goes;
- what names a person or an application is kept in `mention`; what names a household is the journal's own column;
- a stub says only where it was named: the smallest naming village, so that any order of arrival gives the same row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Connection

from xieli_tui.store import sink
from xieli_tui.store.journal import IN_LIST
from xieli_tui.store.project.aid import application_stub
from xieli_tui.store.project.base import Row, Standing, county_of
from xieli_tui.store.project.household import household_stub, person_stub

if TYPE_CHECKING:
    from xieli_tui.store.store import Tx

KINDS = ("application", "person", "household")
"""Topics that can be stubs; the table and its id column carry the same name."""
REAL = {"application": "ref", "person": "heads", "household": "heads"}
"""A column that is "" in a stub and never in a row of its own events."""
_WHOM = "SELECT kind, named, village FROM mention WHERE county_code=? AND topic=? AND entity=?"
"""`village` keeps the database from reading every mention of the county for each entity: the primary key has kind and named too, but not in this order."""
_DELETE = "DELETE FROM mention WHERE county_code=? AND topic=? AND entity=?"


class Named:
    """Mentions a pass reads from events, and ids whose stubs it must look at."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.look: dict[str, set[str]] = {"person": set(), "application": set()}

    def read(self, topic: str, entity: str, events: Sequence[Standing]) -> None:
        """Note whom the standing events of an entity name; the first naming event says where."""
        met: set[tuple[str, str]] = set()
        for s in events:
            for kind, named in _names(topic, s.d):
                if (kind, named) in met or (kind == topic and named == entity):
                    continue
                met.add((kind, named))
                village = _village(s.d)
                self.rows.append((county_of(village), kind, named, topic, entity, str(s.d.get("household", "")), village))
                self.look[kind].add(named)

    def forget(self, conn: Connection, topic: str, entities: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Take away what entities met before named until now."""
        keys = [(county, topic, entity) for entity, counties in entities for county in counties]
        for key in keys:
            for kind, named, _village in conn.exec_driver_sql(_WHOM, key):
                self.look[kind].add(named)
        if keys:
            conn.exec_driver_sql(_DELETE, keys)

    def write(self, conn: Connection) -> None:
        """Write the mentions read."""
        sink.insert(conn, {"mention": self.rows})


def _village(d: dict[str, Any]) -> str:
    villages = d.get("villages")
    return str(d.get("village") or (min(villages) if villages else ""))


def _names(topic: str, d: dict[str, Any]) -> list[tuple[str, str]]:
    found = [("person", d[name]) for name in ("person", "other") if name in d and not (topic == "person" and name == "person")]
    found += [("person", one) for one in d.get("persons", ())]
    if topic == "household" and d.get("fields", {}).get("head"):
        found.append(("person", d["fields"]["head"]))
    if topic != "application" and "application" in d:
        found.append(("application", d["application"]))
    return found


def settle(tx: Tx, named: Named, made: set[tuple[str, str]], emptied: set[tuple[str, str]], households: set[str]) -> None:
    """Make and take away stubs after a pass.

    Args:
        made: (topic, entity) that have rows of their own now.
        emptied: (topic, entity) that were derived and have none any more.
        households: households named by events that came or changed.
    """
    for kind in ("application", "person"):
        gone = {entity for name, entity in emptied if name == kind}
        ids = (named.look[kind] | gone) - {entity for name, entity in made if name == kind}
        _settle_named(tx, kind, ids)
    gone = {entity for name, entity in emptied if name == "household"}
    _settle_households(tx, (households | gone) - {entity for name, entity in made if name == "household"})


def settle_all(tx: Tx) -> None:
    """Make every stub that is due, where the tables hold rows of entities met and no stub yet: the end of a rebuild."""
    for kind in ("application", "person"):
        sql = f"SELECT DISTINCT named FROM mention WHERE kind=? AND named NOT IN (SELECT {kind} FROM {kind})"
        _settle_named(tx, kind, {str(row[0]) for row in tx.ask(sql, (kind,))})
    sql = "SELECT DISTINCT household FROM journal WHERE household>'' AND household NOT IN (SELECT household FROM household)"
    _settle_households(tx, {str(row[0]) for row in tx.ask(sql)})


def _parts(ids: Iterable[str]) -> Iterable[list[str]]:
    wanted = sorted(ids)
    for at in range(0, len(wanted), IN_LIST):
        yield wanted[at : at + IN_LIST]


def _table_state(tx: Tx, kind: str, ids: Sequence[str]) -> tuple[set[str], dict[str, list[Row]]]:
    """(ids with a row of their own events, id -> stub rows)."""
    marks = ",".join("?" * len(ids))
    real: set[str] = set()
    stub: dict[str, list[Row]] = defaultdict(list)
    for one, own in tx.ask(f"SELECT {kind}, {REAL[kind]} FROM {kind} WHERE {kind} IN ({marks})", ids):
        if own:
            real.add(one)
    left = [one for one in ids if one not in real]
    if left:
        for row in tx.conn.exec_driver_sql(f"SELECT * FROM {kind} WHERE {kind} IN ({','.join('?' * len(left))})", tuple(left)).mappings():
            stub[row[kind]].append(tuple(row.values()))
    return real, stub


def _settle_named(tx: Tx, kind: str, ids: set[str]) -> None:
    for part in _parts(ids):
        real, stub = _table_state(tx, kind, part)
        marks = ",".join("?" * len(part))
        by_id: dict[str, tuple[str, str, str]] = {}
        for county, one, household, village in tx.ask(
            f"SELECT county_code, named, household, village FROM mention WHERE kind=? AND named IN ({marks})", (kind, *part)
        ):
            by_id[one] = min(by_id.get(one, (county, village, household)), (county, village, household))
        wanted: dict[str, Row] = {}
        for one, (county, village, household) in by_id.items():
            if one not in real:
                make = person_stub if kind == "person" else application_stub
                wanted[one] = make(county, one, household, village)
        _replace(tx, kind, part, stub, wanted)


def _settle_households(tx: Tx, ids: set[str]) -> None:
    for part in _parts(ids):
        real, stub = _table_state(tx, "household", part)
        left = [one for one in part if one not in real]
        if not left:
            continue
        marks = ",".join("?" * len(left))
        wanted: dict[str, Row] = {}
        for one, village in tx.ask(
            "SELECT j.household, min(j.village) FROM journal j LEFT JOIN verdict v ON v.dev=j.dev AND v.ep=j.ep AND v.seq=j.seq AND v.hash=j.hash"
            f" WHERE j.household IN ({marks}) AND v.dev IS NULL AND j.village <> '' AND j.t NOT LIKE 'audit.%' GROUP BY j.household",
            tuple(left),
        ):
            wanted[one] = household_stub(county_of(village), one, village)
        _replace(tx, "household", left, stub, wanted)


def _replace(tx: Tx, kind: str, ids: Sequence[str], stub: dict[str, list[Row]], wanted: dict[str, Row]) -> None:
    stale = [(one,) for one in ids if one in stub and stub[one] != [wanted.get(one)]]
    if stale:
        tx.conn.exec_driver_sql(f"DELETE FROM {kind} WHERE {kind}=? AND {REAL[kind]}=''", stale)
    fresh = [row for one, row in wanted.items() if stub.get(one) != [row]]
    sink.insert(tx.conn, {kind: fresh})
