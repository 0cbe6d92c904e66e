"""Taking bundles in at a desk: files or folders, dry run first.

Rules kept here
- nothing is assumed about order: each file goes through the importer as it is, gaps park and drain by themselves (design 04);
- a folder means its *.xieli files; what this desk itself laid down there, or what is addressed to somebody else, is left alone without a word;
  a file that is no bundle is offered all the same and refused with its code; one bad file never stops the others;
- a dry run goes the whole way inside a transaction that is rolled back, so its lines say what the import would do, not what somebody guessed:
  new, known, conflict, quarantined, in words without an identity, phone or bank number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_sync import container, inbox
from xieli_sync.errors import SyncError
from xieli_sync.event import ref_text
from xieli_tui.casework import exchange, own_keys, road
from xieli_tui.casework.views import ImportOutcome
from xieli_tui.desk import guards
from xieli_tui.domain.events import EVENTS
from xieli_tui.errors import REGISTRY, NotFound, Refused
from xieli_tui.store import journal, queries
from xieli_tui.store.importing import StoreDesk, StoreImport

if TYPE_CHECKING:
    from xieli_sync.ports import ChainLine, Ingested, Role
    from xieli_tui.casework.session import Session
    from xieli_tui.store.store import Tx

ACCEPTED = frozenset({"imported", "duplicate", "parked"})
"""Statuses with exit code 0 (design 08)."""
DIFF_LIMIT = 2000
"""Lines shown of one dry run; a roster of 5,000 is counted, not read."""
_ADDRESSED = frozenset({"return", "grant", "handover"})


def import_files(session: Session, paths: Iterable[Path | str], *, dry_run: bool = False) -> list[ImportOutcome]:
    """Offer each file to the importer. One outcome per file; a bad file is an outcome, not an exception.

    Raises:
        NotFound: XL-F05 a path does not exist. Refused: XL-P07.
    """
    guards.require_desk(session)
    own_keys.follow(session)
    paths = list(paths)
    named = {Path(path) for path in paths if not Path(path).is_dir()}
    found = [(file, _one(session, file, dry_run)) for file in road.ours_first(session, _files(session, paths))]
    if not dry_run:
        exchange.after_returns(session)  # a township takes its county's returns in here as well
    return [one for file, one in found if file in named or (one.status, one.code) != ("refused", "XL-K05")]


def _files(session: Session, paths: Iterable[Path | str]) -> list[Path]:
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            found += [child for child in sorted(path.glob("*.xieli")) if child.is_file() and not _not_for_us(session, child)]
        elif path.exists():
            found.append(path)
        else:
            raise NotFound("XL-F05", path.name)
    return found


def _not_for_us(session: Session, path: Path) -> bool:
    """In a folder only: a return or grant of our own or addressed to another device. A township asks the importer: it may have to carry it."""
    try:
        core: Mapping[str, Any] = container.parse(road.read_file(path)).core
    except (SyncError, Refused, NotFound):
        return False
    if session.role == "township" and core["kind"] in ("return", "grant"):
        return bool(core["dev"] == session.dev)
    return core["dev"] == session.dev or (core["kind"] in _ADDRESSED and core.get("to") != session.dev)


def _one(session: Session, path: Path, dry_run: bool) -> ImportOutcome:
    try:
        data = road.read_file(path)
    except Refused as error:
        return ImportOutcome(file=str(path), status="refused", code=error.code, what=error.what)
    own = road.written_here(session, path, data)
    if own is not None:
        return own
    desk = _Watched(session)
    result = inbox.import_bundle(data, desk, dry_run=dry_run)
    found = road.outcome(path, result)
    if dry_run and result.status in ("imported", "quarantined", "frozen"):
        found = replace(found, diff=tuple(desk.seen.lines(result.new, result.known)))
    return found


class _Watched(StoreDesk):
    """The desk's doors with an onlooker: what an import wrote is put into words while its transaction is still open."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            session.store, session.vault.decrypt_keys(), operator=session.operator, clock=session.clock, practice=session.profile.practice,
        )
        self.seen = _Seen()

    @contextmanager
    def importing(self, dev: str, *, dry_run: bool = False) -> Iterator[StoreImport]:
        """As the desk's own, watched when nothing will be kept."""
        with super().importing(dev, dry_run=dry_run) as inner:
            if dry_run:
                self.seen = _Seen()
                watched = _WatchedImport(inner, self.seen)
                yield watched
            else:
                yield inner


class _WatchedImport(StoreImport):
    """An import transaction that tells the onlooker what went in."""

    def __init__(self, inner: StoreImport, seen: _Seen) -> None:
        self.__dict__.update(inner.__dict__)
        self._seen = seen

    def ingest(self, lines: Sequence[ChainLine], *, author_role: Role | None = None) -> Ingested:
        known = {
            (line.dev, line.ep, line.seq) for line in lines
            if line.hash in self.stored(line.dev, line.ep, line.seq, line.seq).get(line.seq, frozenset())
        }
        before = {(c.entity, c.field) for c in queries.conflicts(self.tx)}
        done = super().ingest(lines, author_role=author_role)
        self._seen.take(self.tx, lines, known, done)
        self._seen.conflicts(self.tx, before)
        return done


class _Seen:
    """The lines of a dry run."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._more = 0
        self._housekeeping = 0

    def _add(self, text: str) -> None:
        if len(self._lines) < DIFF_LIMIT:
            self._lines.append(text)
        else:
            self._more += 1

    def take(self, tx: Tx, lines: Sequence[ChainLine], known: set[tuple[str, str, int]], done: Ingested) -> None:
        """One line per event that is new; those held already are only counted."""
        fresh = [line for line in lines if (line.dev, line.ep, line.seq) not in known]
        events = journal.by_refs(tx, [ref_text(x.dev, x.ep, x.seq, x.hash) for x in fresh])
        heads: dict[str, str] = {}
        for line in fresh:
            event = events[ref_text(line.dev, line.ep, line.seq, line.hash)]
            known_type = EVENTS.get((event.t, event.v))
            if known_type is not None and known_type.kind in ("road", "audit"):
                self._housekeeping += 1
                continue
            word, summary = queries.describe(event.t, event.d)
            code = done.verdicts.get((line.dev, line.ep, line.seq), "")
            mark = f"转人工（{REGISTRY[code].what}）" if code in REGISTRY else "新"
            if event.household and event.household not in heads:
                home = queries.household(tx, event.household)
                heads[event.household] = home.head_name if home is not None else ""
            self._add("  ".join(part for part in (mark, f"第{line.seq}条", word, heads.get(event.household, ""), summary) if part))

    def conflicts(self, tx: Tx, before: set[tuple[str, str]]) -> None:
        """One line per field that would have two values."""
        for one in queries.conflicts(tx):
            if (one.entity, one.field) not in before:
                home = queries.household(tx, one.household)
                self._add("  ".join(part for part in ("两处写的不一样", home.head_name if home is not None else "", one.field) if part))

    def lines(self, new: int, known: int) -> list[str]:
        """Everything, the counts first."""
        tail = [f"还有 {self._more} 条没有列出"] if self._more else []
        if self._housekeeping:
            tail.append(f"另有 {self._housekeeping} 条是登记、签收、开机一类")
        return [f"新的 {new} 条，已有的 {known} 条", *self._lines, *tail]
