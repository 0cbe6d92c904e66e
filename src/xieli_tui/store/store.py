"""One open store: whose it is, and its transactions.

Rules kept here
- everything that reads or writes goes through a `Tx`; a writing one began IMMEDIATE, so what it read is still true when it writes;
- a casework verb is one `write()`; acknowledged means left without an exception, which means committed with FULL sync;
- the own epoch is a row of the store (`own_epoch`), never a guess, and read anew by every writing transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import Connection, Engine

from xieli_sync.ports import Ingested, Role
from xieli_tui.domain.clock import Rand
from xieli_tui.store import engine as engines

if TYPE_CHECKING:
    from xieli_tui.store.journal import StoredEvent

Absorb = Callable[["Tx", "Sequence[StoredEvent]"], Ingested]
"""Verdicts and rows for events just written, in their transaction."""


def _projector(tx: Tx, new: Sequence[StoredEvent]) -> Ingested:
    from xieli_tui.store.projector import absorb  # here: the projector reads the journal, the journal calls the projector

    return absorb(tx, new)


class Tx:
    """One transaction. `memo` lives as long as it does."""

    __slots__ = ("conn", "memo", "store", "writing")

    def __init__(self, store: Store, conn: Connection, *, writing: bool) -> None:
        self.store = store
        self.conn = conn
        self.writing = writing
        self.memo: dict[str, Any] = {}

    @property
    def dev(self) -> str:
        """This device."""
        return self.store.dev

    @property
    def ep(self) -> str:
        """The epoch this device writes in."""
        return self.store.ep

    @property
    def role(self) -> Role:
        """village, township or county."""
        return self.store.role

    @property
    def rand(self) -> Rand:
        """Source of random bytes."""
        return self.store.rand

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a small question, through the driver's own cursor in this transaction.

        A verb asks a dozen of them; a result object of the library costs ten times what such an answer does.
        """
        cursor = self.conn.connection.cursor()
        try:
            cursor.execute(sql, tuple(values))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def first(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of a small question, None when there is none."""
        found = self.ask(sql, values)
        return found[0] if found else None

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first value of the first row, None when there is none."""
        found = self.ask(sql, values)
        return found[0][0] if found else None

    def column(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """The first value of every row."""
        return [row[0] for row in self.ask(sql, values)]

    def absorb(self, new: Sequence[StoredEvent]) -> Ingested:
        """Hand events just written to the projector."""
        return self.store.absorb(self, new)


class Store:
    """An open store of one device.

    Args:
        engine: from `engine.make_engine`, migrated.
        dev: hex32 of this device.
        ep: the epoch it writes in (hex16).
        role: village, township or county.
        rand: n -> n random bytes.
        absorb: the projector; tests of the journal alone pass their own.
    """

    def __init__(self, engine: Engine, dev: str, ep: str, role: Role, rand: Rand, *, absorb: Absorb | None = None) -> None:
        self.engine = engine
        self.dev = dev
        self.ep = ep
        self.role = role
        self.rand = rand
        self.absorb: Absorb = absorb or _projector
        self.kept: dict[str, Any] = {}
        """What writing transactions pass on to the next one: worth nothing but time, true of what was committed, forgotten when one fails."""

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction that writes; left by an exception it writes nothing. It writes in the newest own epoch: another program over the same
        workspace may have opened one since this store was opened, and a line behind that would look like a second machine's."""
        from xieli_tui.store import epochs

        try:
            with engines.write(self.engine) as conn:
                tx = Tx(self, conn, writing=True)
                self.ep = epochs.newest(tx) or self.ep
                yield tx
        except BaseException:
            self.kept.clear()
            raise

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that sees one moment of the store."""
        with engines.read(self.engine) as conn:
            yield Tx(self, conn, writing=False)

    def close(self) -> None:
        """Give the file back; the key goes with the engine."""
        self.engine.dispose()


def open_store(engine: Engine, dev: str, role: Role, rand: Rand, now_ms: int, *, absorb: Absorb | None = None) -> Store:
    """The store over a migrated engine, in its newest epoch; a store that has none yet gets its first."""
    from xieli_tui.store import epochs

    store = Store(engine, dev, "", role, rand, absorb=absorb)
    with store.read() as tx:
        newest = epochs.newest(tx)
    if newest is None:
        with store.write() as tx:
            newest = epochs.newest(tx) or epochs.begin(tx, now_ms)
    store.ep = newest
    return store
