"""The session: one opened workspace, one operator; `record` is the only way an event of the product is made.

Rules kept here
- one verb = one transaction: journal lines and projections together, or nothing;
- a payload whose type the session's role may not write is refused before anything is written (XL-P02 at the village, XL-P03 at a desk);
- a verb that reads before it writes does both inside the same transaction (`transact`), so what it saw is what it replaces;
- a form that is saved takes its draft away in the same transaction (`finishing`): a machine that dies offers what was not stored, never what was;
- opening is recorded (`audit.unlocked`; from the command line at most once per operator and day);
- who opens by a passphrase needs no recovery: the request that waits is over, its one-time key gone;
- while it is open it says so (`openings`): nobody puts another store in the place of the one it writes;
- `close` disposes of the engine and forgets every key; after it the session can do nothing.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from xieli_sync.errors import SyncError
from xieli_tui.casework.views import Saved
from xieli_tui.domain.clock import Clock, Rand, SystemClock, millis, uuid7
from xieli_tui.domain.events.base import Payload, Role, event_type
from xieli_tui.domain.events.road import AuditUnlocked
from xieli_tui.errors import REGISTRY, Damaged, Locked, Refused, XieliError

if TYPE_CHECKING:
    from xieli_sync.identity import KeyPair
    from xieli_tui.casework.papers import Papers
    from xieli_tui.store.journal import Recorded
    from xieli_tui.store.oslock import OsLock
    from xieli_tui.store.store import Store, Tx
    from xieli_tui.store.vault import OpenVault
    from xieli_tui.store.workspace import Profile

Where = Literal["app", "cli"]

_LOCKED_CODES = frozenset({"XL-K10", "XL-K11", "XL-K13", "XL-K14"})
_DAMAGED_CODES = frozenset({"XL-C03", "XL-L06"})


def wrapped(error: SyncError) -> XieliError:
    """The product's error for one of the road: same code, the class by the exit code it deserves."""
    code = error.code if error.code in REGISTRY else "XL-B05"
    if code in _LOCKED_CODES:
        return Locked(code, error.detail)
    if code in _DAMAGED_CODES:
        return Damaged(code, error.detail)
    return Refused(code, error.detail)


@contextmanager
def road_errors() -> Iterator[None]:
    """Everything of xieli_sync raised inside leaves as a XieliError."""
    try:
        yield
    except SyncError as error:
        raise wrapped(error) from None


@dataclass
class Finishing:
    """A form being saved: its draft goes with the events it becomes."""

    form: str
    key: str
    written: int = 0
    """Transactions that stored events and took the draft with them; a verb is one."""

    @property
    def dropped(self) -> bool:
        """The draft is gone with what was stored."""
        return self.written > 0


class Session:
    """An opened workspace.

    Attributes:
        workspace: its folder.
        profile: kind, villages, county; nothing personal.
        operator: operator id, `by` of every event made here.
        vault: the open key slots; `keys` are this device's key pairs.
    """

    def __init__(self, workspace: Path, store: Store, profile: Profile, vault: OpenVault, clock: Clock, rand: Rand) -> None:
        self.workspace = workspace
        self._store: Store | None = store
        self.profile = profile
        self.operator = vault.operator
        self._vault: OpenVault | None = vault
        self._signing: KeyPair | None = None
        self.clock = clock
        self.rand = rand
        self.old_keys = False
        """The key file is older than the store has seen (旧钥匙文件): say so at the next start."""
        self.papers: Papers | None = None
        """Its private folder, when something was written there (casework.papers)."""
        self.kept: dict[str, Any] = {}
        """Read models kept between calls, by name. Each says itself when it is out of date; gone when the session closes."""
        self._saving = threading.local()
        self.opening: OsLock | None = None
        """Says to other programs that this workspace is open (store.openings)."""

    @property
    def store(self) -> Store:
        """The open store. Raises Locked("XL-L04") after `close`."""
        if self._store is None:
            raise Locked("XL-L04", "已经锁上了")
        return self._store

    @property
    def vault(self) -> OpenVault:
        """The open key slots. Raises Locked("XL-L04") after `close`."""
        if self._vault is None:
            raise Locked("XL-L04", "已经锁上了")
        return self._vault

    @property
    def keys(self) -> KeyPair:
        """The keys this device signs with (`own_keys` chooses them). Raises Locked("XL-L04") after `close`."""
        return self._signing or self.vault.device_keys

    def sign_with(self, keys: KeyPair | None) -> None:
        """Sign with these keys from now on; None = the newest of the vault."""
        self._signing = keys

    @property
    def role(self) -> Role:
        """village, township or county."""
        return self.store.role

    @property
    def dev(self) -> str:
        """Device id, hex32."""
        return self.store.dev

    @property
    def ep(self) -> str:
        """Current epoch, hex16."""
        return self.store.ep

    @property
    def today(self) -> dt.date:
        """The day in +08:00."""
        return self.clock.now().date()

    def new_id(self) -> str:
        """An entity id, UUIDv7."""
        return uuid7(millis(self.clock.now()), self.rand)

    def record(self, *payloads: Payload) -> list[Recorded]:
        """Write events, one transaction.

        Raises:
            Refused: XL-P02 / XL-P03 a type this role may not write; the line checks of the road; nothing is written then.
        """
        return self.transact(lambda _tx: payloads)

    def transact(self, build: Callable[[Tx], Sequence[Payload]]) -> list[Recorded]:
        """Read, then write what `build` returns, in one transaction; an error of `build` writes nothing.

        Raises:
            Refused: see `record`.
        """
        from xieli_tui.store import journal

        with road_errors(), self.store.write() as tx:
            payloads = [self._captured(tx, payload) for payload in build(tx)]
            for payload in payloads:
                self._guard(payload)
            if not payloads:
                return []
            recorded = journal.append(tx, [(payload, self.operator) for payload in payloads], millis(self.clock.now()))
            ending: Finishing | None = getattr(self._saving, "form", None)
            if ending is not None:
                from xieli_tui.store import drafts

                drafts.drop(tx, ending.form, ending.key)
        if ending is not None:
            ending.written += 1
        return recorded

    @contextmanager
    def finishing(self, form: str, key: str) -> Iterator[Finishing]:
        """While it lasts, in this thread, the events a verb writes take the draft of this form away in their own transaction."""
        ending = Finishing(form, key)
        self._saving.form = ending
        try:
            yield ending
        finally:
            self._saving.form = None

    def _captured(self, tx: Tx, payload: Payload) -> Payload:
        """An entry about a household that was moved is captured for a place of ours that household had, not for somebody else's (design 03)."""
        village, household = getattr(payload, "village", None), getattr(payload, "household", None)
        if not village or not household or (self.role == "village" and village in self.profile.villages):
            return payload
        from xieli_tui.store import queries

        if self.role == "county":
            found = queries.current(tx, household, village)
        else:
            own = self.places(tx)
            found = village if not own or village.startswith(own) else queries.capture(tx, household, village, own)
        return payload if found == village else payload.model_copy(update={"village": found})

    def places(self, tx: Tx) -> tuple[str, ...]:
        """What this workspace works for: villages of the grant (of the profile before it), the area of a desk."""
        from xieli_tui.store import queries

        return (queries.own_villages(tx) or tuple(self.profile.villages)) if self.role == "village" else ((self.profile.area,) if self.profile.area else ())

    def _guard(self, payload: Payload) -> None:
        kind = event_type(payload)
        if self.role not in kind.writers:
            raise Refused("XL-P02" if self.role == "village" else "XL-P03")

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """One consistent view of the store."""
        with road_errors(), self.store.read() as tx:
            yield tx

    @contextmanager
    def writing(self) -> Iterator[Tx]:
        """A transaction over local tables (drafts, outbox, settings); events go through `transact`."""
        with road_errors(), self.store.write() as tx:
            yield tx

    def close(self) -> None:
        """Dispose of the engine, forget the keys, take the private folder away; drafts stay in the store."""
        if self.papers is not None:
            self.papers.clear()
            self.papers = None
        if self._store is not None:
            self._store.close()
        if self._vault is not None:
            self._vault.forget()
        self.kept.clear()
        self._signing = None
        self._store = None
        self._vault = None
        if self.opening is not None:
            from xieli_tui.store import openings

            opening, self.opening = self.opening, None
            openings.leave(opening)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


def saved(entity: str, recorded: Sequence[Recorded], state: str = "") -> Saved:
    """The result of a verb: the entity and the seq of its last line."""
    return Saved(entity, recorded[-1].seq, state)


def open_session(
    workspace: Path | str,
    passphrase: str,
    *,
    operator: str | None = None,
    clock: Clock | None = None,
    rand: Rand = os.urandom,
    where: Where = "cli",
) -> Session:
    """Unlock a workspace.

    Args:
        operator: the operator whose passphrase it is; else each slot is tried.
        where: "app" records every opening, "cli" one per operator and day.

    Raises:
        Locked: XL-L01 wrong passphrase, XL-L02 no workspace, XL-L10 wait, XL-L18 it was taken back. Damaged: XL-L05, XL-L06. Refused: XL-L07 newer program,
            XL-L21 on a removable drive, XL-F03 a restore that cannot be finished.
    """
    from xieli_tui.casework import drives
    from xieli_tui.store import recovery, restoring
    from xieli_tui.store import workspace as rooms
    from xieli_tui.store.vault import Vault

    folder = Path(workspace)
    drives.refuse_removable(folder)
    restoring.settle(folder)
    profile = rooms.load_profile(folder)
    session = attach(folder, profile, Vault.unlock(folder, passphrase, operator=operator), clock=clock, rand=rand, where=where)
    with suppress(OSError):  # a folder that lets nothing be taken away keeps nobody out; the next opening tries again
        recovery.forget(folder)
    return session


def attach(
    workspace: Path, profile: Profile, vault: OpenVault, *, clock: Clock | None = None, rand: Rand = os.urandom, where: Where | None = "cli",
    fresh: bool = False,
) -> Session:
    """A session over an unlocked vault; `where` None records no opening; `fresh`: a workspace in the making, whose store is made here.

    Raises:
        Damaged: XL-L06 the store is missing, empty or does not open: nothing is made in its place.
    """
    from xieli_tui.casework import own_keys, papers, passphrases, recovery
    from xieli_tui.store import backup, migrations, openings, rekey
    from xieli_tui.store import rebuild as rebuilding
    from xieli_tui.store import vault as vaults
    from xieli_tui.store import workspace as rooms
    from xieli_tui.store.engine import make_engine, read, require
    from xieli_tui.store.store import open_store

    clock = clock or SystemClock()
    now = millis(clock.now())
    papers.sweep(workspace)
    key = vault.store_key()
    opening, engine = openings.enter(workspace, bytes(vault.dek)), None
    try:
        rekey.settle(workspace, key, bytes(vault.dek))
        if not fresh:
            require(rooms.store_path(workspace))
        engine = make_engine(rooms.store_path(workspace), key)
        if not fresh:
            with read(engine) as conn:
                if migrations.version(conn) == 0:
                    raise Damaged("XL-L06")
        migrations.migrate(engine, before=lambda _version: _kept(backup.create(workspace, engine, key, now)))
        session = Session(workspace, open_store(engine, vault.dev, profile.kind, rand, now), profile, vault, clock, rand)
        rebuilding.renew(session.store)
        own_keys.choose(session)
        with session.writing() as tx:
            session.old_keys = not vaults.follow_generation(tx, vault.generation)
            passphrases.require_at_work(tx, vault.operator)
        recovery.keep_slots(session)
        if where is not None:
            _continue_or_open_epoch(session)
            _note_unlocked(session, where)
        session.opening = opening
    except BaseException:
        try:
            if engine is not None:
                engine.dispose()
                vault.forget()
        finally:
            openings.leave(opening)
        raise
    return session


def _kept(_copy: object) -> None:
    """The copy made before a migration stays where it lies."""


def _note_unlocked(session: Session, where: Where) -> None:
    from xieli_tui.store import recovery, settings

    key, day = f"unlocked.cli.{session.operator}", session.today.isoformat()

    def build(tx: Tx) -> list[Payload]:
        asked = recovery.finished(tx)
        told: list[Payload] = [] if asked is None else [AuditUnlocked(where="recovery", request=asked)]
        if where == "cli":
            if settings.get(tx, key) == day:
                return told
            settings.put(tx, key, day)
        return [*told, AuditUnlocked(where=where)]

    session.transact(build)


def _continue_or_open_epoch(session: Session) -> None:
    """Go on in the own epoch when the mark outside the workspace proves that this is its only continuation, else open a new one."""
    from xieli_tui.casework import epochs

    epochs.prove(session)
