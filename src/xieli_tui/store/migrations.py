"""Numbered migrations of the journal and local tables, and the making of projection tables.

Rules kept here (design 05)
- `PRAGMA user_version` is the number of the last migration done; each runs in one transaction together with that number;
- the DDL of a released migration never changes; a test holds what they add up to against the SQLModel tables;
- projection tables are not migrated: when their version changes they are dropped, made new and replayed from the journal;
- a store written by a newer program is refused (XL-L07); before an old one is touched `before` is called (the encrypted copy).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from sqlalchemy import Table
from sqlalchemy.engine import Connection, Engine
from sqlmodel import SQLModel

from xieli_tui.errors import Refused
from xieli_tui.store.engine import read, write
from xieli_tui.store.tables import journal as _journal_tables  # noqa: F401  registers the tables
from xieli_tui.store.tables import local as _local_tables  # noqa: F401

V1: tuple[str, ...] = (
    """CREATE TABLE bundle_seen (dev TEXT NOT NULL, bid TEXT NOT NULL, digest TEXT NOT NULL, status TEXT NOT NULL, code TEXT NOT NULL,
    events INTEGER NOT NULL, core BLOB NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (dev, bid))""",
    """CREATE TABLE delivery_in (issuer TEXT NOT NULL, issuer_ep TEXT NOT NULL, r BIGINT NOT NULL, hash TEXT NOT NULL, role TEXT NOT
    NULL, gen INTEGER NOT NULL, k TEXT NOT NULL, dev TEXT NOT NULL, ep TEXT NOT NULL, seq BIGINT NOT NULL, line BLOB NOT NULL, at_ms
    BIGINT NOT NULL, PRIMARY KEY (issuer, issuer_ep, r))""",
    """CREATE INDEX ix_delivery_in_event ON delivery_in (dev, ep, seq)""",
    """CREATE TABLE delivery_out (to_dev TEXT NOT NULL, issuer_ep TEXT NOT NULL, r BIGINT NOT NULL, hash TEXT NOT NULL, k TEXT NOT NULL,
    dev TEXT NOT NULL, ep TEXT NOT NULL, event_hash TEXT NOT NULL, household TEXT NOT NULL, line BLOB NOT NULL, at_ms BIGINT NOT NULL,
    PRIMARY KEY (to_dev, issuer_ep, r))""",
    """CREATE INDEX ix_delivery_out_about ON delivery_out (to_dev, k, dev, ep)""",
    """CREATE INDEX ix_delivery_out_event ON delivery_out (to_dev, event_hash)""",
    """CREATE TABLE device_head (dev TEXT NOT NULL, ep TEXT NOT NULL, seq BIGINT NOT NULL, hash TEXT NOT NULL, hlc_ms BIGINT NOT NULL,
    hlc_n INTEGER NOT NULL, heard_ms BIGINT NOT NULL, PRIMARY KEY (dev, ep))""",
    """CREATE TABLE journal (rowid INTEGER NOT NULL, dev TEXT NOT NULL, ep TEXT NOT NULL, seq BIGINT NOT NULL, hash TEXT NOT NULL, prev
    TEXT NOT NULL, t TEXT NOT NULL, v INTEGER NOT NULL, "by" TEXT NOT NULL, hlc_ms BIGINT NOT NULL, hlc_n INTEGER NOT NULL, role TEXT
    NOT NULL, county TEXT NOT NULL, village TEXT NOT NULL, household TEXT NOT NULL, entity TEXT NOT NULL, "of" TEXT NOT NULL, line
    BLOB NOT NULL, arrived_ms BIGINT NOT NULL, PRIMARY KEY (rowid), CONSTRAINT uq_journal_place UNIQUE (dev, ep, seq, hash))""",
    """CREATE INDEX ix_journal_entity ON journal (entity)""",
    """CREATE INDEX ix_journal_household ON journal (household)""",
    """CREATE INDEX ix_journal_of ON journal ("of")""",
    """CREATE INDEX ix_journal_type ON journal (t, dev)""",
    """CREATE INDEX ix_journal_village ON journal (village, dev, ep)""",
    """CREATE TABLE receipt (issuer TEXT NOT NULL, issuer_ep TEXT NOT NULL, r BIGINT NOT NULL, role TEXT NOT NULL, gen INTEGER NOT NULL,
    dev TEXT NOT NULL, ep TEXT NOT NULL, seq BIGINT NOT NULL, head TEXT NOT NULL, partial INTEGER NOT NULL, at_ms BIGINT NOT NULL,
    PRIMARY KEY (issuer, issuer_ep, r))""",
    """CREATE INDEX ix_receipt_chain ON receipt (dev, ep)""",
    """CREATE TABLE alarm (code TEXT NOT NULL, dev TEXT NOT NULL, ep TEXT NOT NULL, seq BIGINT NOT NULL, detail TEXT NOT NULL, at_ms
    BIGINT NOT NULL, PRIMARY KEY (code, dev, ep, seq, detail))""",
    """CREATE TABLE draft (form TEXT NOT NULL, "key" TEXT NOT NULL, version INTEGER NOT NULL, data TEXT NOT NULL, begun_ms BIGINT NOT
    NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (form, "key"))""",
    """CREATE TABLE outbox (bid TEXT NOT NULL, kind TEXT NOT NULL, to_dev TEXT NOT NULL, ep TEXT NOT NULL, first BIGINT NOT NULL, last
    BIGINT NOT NULL, events INTEGER NOT NULL, size INTEGER NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL, at_ms BIGINT NOT NULL,
    PRIMARY KEY (bid))""",
    """CREATE INDEX ix_outbox_slice ON outbox (ep, last)""",
    """CREATE TABLE own_epoch (n INTEGER NOT NULL, ep TEXT NOT NULL, opened_ms BIGINT NOT NULL, PRIMARY KEY (n))""",
    """CREATE TABLE parked (dev TEXT NOT NULL, ep TEXT NOT NULL, bid TEXT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL, size
    INTEGER NOT NULL, data BLOB NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (dev, ep, bid))""",
    """CREATE TABLE resend_request (issuer TEXT NOT NULL, dev TEXT NOT NULL, ep TEXT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT
    NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (issuer, dev, ep, first, last))""",
    """CREATE TABLE setting ("key" TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY ("key"))""",
    """CREATE TABLE trust_signer (dev TEXT NOT NULL, kid TEXT NOT NULL, sign_pub BLOB NOT NULL, enc_pub BLOB NOT NULL, role TEXT NOT
    NULL, area TEXT NOT NULL, ver INTEGER NOT NULL, gen INTEGER NOT NULL, PRIMARY KEY (dev, kid))""",
)


V2: tuple[str, ...] = (
    """CREATE TABLE duty_kept (household TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (household))""",
)


CARRIED: tuple[str, ...] = (
    """CREATE TABLE carried (dev TEXT NOT NULL, bid TEXT NOT NULL, kind TEXT NOT NULL, to_dev TEXT NOT NULL, ep TEXT NOT NULL, first BIGINT
    NOT NULL, last BIGINT NOT NULL, head TEXT NOT NULL, gen INTEGER NOT NULL, content INTEGER NOT NULL, data BLOB NOT NULL, at_ms BIGINT NOT
    NULL, laid TEXT NOT NULL, PRIMARY KEY (dev, bid))""",
)


ECHO: tuple[str, ...] = (
    """CREATE TABLE envelope (issuer TEXT NOT NULL, issuer_ep TEXT NOT NULL, last BIGINT NOT NULL, core BLOB NOT NULL, wraps BLOB NOT NULL,
    body TEXT NOT NULL, sigs BLOB NOT NULL, at_ms BIGINT NOT NULL, PRIMARY KEY (issuer, issuer_ep, last))""",
    """CREATE TABLE issuer_epoch (issuer TEXT NOT NULL, issuer_ep TEXT NOT NULL, gen INTEGER NOT NULL, age INTEGER NOT NULL, first_ms BIGINT
    NOT NULL, PRIMARY KEY (issuer, issuer_ep))""",
    """INSERT INTO issuer_epoch SELECT issuer, issuer_ep, max(gen), 0, min(at_ms) FROM delivery_in GROUP BY issuer, issuer_ep""",
    """UPDATE issuer_epoch SET age=(SELECT count(*) FROM issuer_epoch o WHERE o.issuer=issuer_epoch.issuer AND (o.gen, o.first_ms, o.issuer_ep) >
    (issuer_epoch.gen, issuer_epoch.first_ms, issuer_epoch.issuer_ep))""",
)


LISTED: tuple[str, ...] = (
    """CREATE TABLE listed_alert (alert TEXT NOT NULL, household TEXT NOT NULL, person TEXT NOT NULL, village TEXT NOT NULL, number TEXT NOT
    NULL, cls TEXT NOT NULL, text TEXT NOT NULL, amount BIGINT, on_day TEXT NOT NULL, due TEXT NOT NULL, columns TEXT NOT NULL, at_ms BIGINT NOT
    NULL, PRIMARY KEY (alert))""",
    """CREATE INDEX ix_listed_alert_household ON listed_alert (household)""",
)


def _making(statements: tuple[str, ...]) -> Callable[[Connection], None]:
    def step(conn: Connection) -> None:
        for statement in statements:
            conn.exec_driver_sql(statement)

    return step


MIGRATIONS: tuple[tuple[str, Callable[[Connection], None]], ...] = (
    ("journal, deliveries, local tables", _making(V1)),
    ("duties kept by family", _making(V2)),
    ("files carried on by a township", _making(CARRIED)),
    ("envelopes of returns, issuer epochs", _making(ECHO)),
    ("lists of alerts taken in here", _making(LISTED)),
)
"""(name, step); the number of a migration is its place in this list, from 1."""


def version(conn: Connection) -> int:
    """`PRAGMA user_version`."""
    return int(conn.exec_driver_sql("PRAGMA user_version").scalar_one())


def projection_tables() -> Sequence[Table]:
    """Every table that a rebuild may drop: all that are neither of the journal nor of the local class."""
    import_module("xieli_tui.store.tables.projections")
    return [table for table in SQLModel.metadata.sorted_tables if table.info.get("kind") not in ("journal", "local")]


def migrate(engine: Engine, *, before: Callable[[int], None] | None = None) -> list[str]:
    """Bring the store to this program's version; names of the migrations done.

    Args:
        before: called once with the old version before an existing store is changed.

    Raises:
        Refused: XL-L07, the store was written by a newer program.
    """
    with read(engine) as conn:
        found = version(conn)
    if found > len(MIGRATIONS):
        raise Refused("XL-L07")
    if 0 < found < len(MIGRATIONS) and before is not None:
        before(found)
    done: list[str] = []
    for number, (name, step) in enumerate(MIGRATIONS, start=1):
        if number <= found:
            continue
        with write(engine) as conn:
            if version(conn) >= number:
                continue  # another process did it while we waited for the lock
            step(conn)
            conn.exec_driver_sql(f"PRAGMA user_version={number}")
        done.append(name)
    ensure_projections(engine)
    return done


def ensure_projections(engine: Engine) -> None:
    """Make the projection tables that are missing."""
    tables = projection_tables()
    with read(engine) as conn:
        there = {str(row[0]) for row in conn.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'")}
    if all(table.name in there for table in tables):
        return
    with write(engine) as conn:
        SQLModel.metadata.create_all(conn, tables=tables)
