"""报送: what leaves this machine, what comes home, and where each entry stands.

Rules kept here
- a file is written only when something other than `audit.*` and an empty `return.received` is unreceipted by the county; it carries everything
  since the county's receipt, exported before or not; one slice per epoch, cut to what one file may hold;
- the epoch mark is flushed outside the workspace before a file is laid down; the outbox row follows the file;
- exporting deletes nothing and is no event; its word is 已导出，待签收, never 成功;
- returns that a desk lost are given back to it in echoes (`echoing`); a township lays down the village bundles it carries besides its own (`carriage`);
- 核对码 is the start of the random bundle id: it says nothing about anybody;
- nothing leaves before enrolment (XL-K10).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import container, outbox, seal
from xieli_sync.event import ZERO, parse_line
from xieli_sync.exchange import OwnLine, is_contentful, needs_export
from xieli_tui.casework import backup, carriage, dossier, echoing, epoch_mark, fork_exit, own_keys, own_standing, ownership, recovery, road, values
from xieli_tui.casework import epochs as own
from xieli_tui.casework.epoch_mark import Mark
from xieli_tui.casework.households import set_household, set_person
from xieli_tui.casework.session import Session, road_errors
from xieli_tui.casework.views import ConflictView, ExportedFile, ExportResult, ImportOutcome, Saved, SyncStatus
from xieli_tui.domain.clock import day_of, millis
from xieli_tui.errors import REGISTRY, NotFound, Refused, XieliError
from xieli_tui.store import carried, chains, epochs, journal, outbox_log, queries, receipts, trust

if TYPE_CHECKING:
    from xieli_sync.ports import ChainLine
    from xieli_tui.casework.road import Grant
    from xieli_tui.store.store import Tx

EXPORTED, TOWNSHIP, COUNTY = "待签收", "镇已签收", "县已签收"


def check_code(bid: str) -> str:
    """核对码: the first eight hex digits of a bundle id in two groups, to compare by voice."""
    return f"{bid[:4]}-{bid[4:8]}".upper()


def export(
    session: Session, folder: Path | str, *, fs: outbox.Fs = outbox.OS_FS, with_backup: bool = True, after: Mapping[str, int] | None = None,
) -> ExportResult:
    """Lay down what the county has not signed for, then back the workspace up.

    Args:
        folder: an existing folder, usually the root of a stick.
        fs: the file system, so that each step can be made to fail.
        with_backup: make and verify a copy in the workspace afterwards, and lay it, for recovery only, beside the files.
        after: epoch -> seq up to which a file is on its way already and need not be carried again now (`push`).

    Raises:
        Locked: XL-K10 before enrolment.
        Refused: XL-F02 no room, XL-F03 not writable, XL-F04 did not verify, XL-F07 a file and not a folder; XL-P12 a private computer. NotFound: XL-F05.
    """
    target = Path(folder)
    own_keys.follow(session)
    with session.reading() as tx:
        grant = road.require_grant(session, tx)
        ownership.require(session, tx)
    if target.is_file():
        raise Refused("XL-F07")
    if not target.is_dir():
        raise NotFound("XL-F05")
    with session.reading() as tx:
        slices = _owed(tx, after or {})
    echoes = echoing.owed(session)
    files: list[ExportedFile] = []
    counts: Counter[str] = Counter()
    if slices or echoes:
        mark(session)
    for ep, lines, types in slices:
        at = 0
        for piece in outbox.split_slice([line.line for line in lines]):
            files.append(_lay_down(session, grant, target, ep, lines[at : at + len(piece)], fs))
            at += len(piece)
        counts.update(types)
    files += echoing.lay_down(session, grant, target, echoes, fs=fs)
    files += carriage.forward(session, target, fs=fs)
    failed = copied = no_copy = ""
    if files and with_backup:
        try:
            backup.create(session)
            copied, no_copy = _beside(session, target)
        except XieliError as error:  # the files lie there and were read back: what went wrong afterwards is told beside them, not instead of them
            failed = error.sentence()
    with session.reading() as tx:
        waiting = queries.counts(tx).unconfirmed
    return ExportResult(tuple(files), waiting, dict(counts), failed, copied, no_copy)


def _beside(session: Session, target: Path) -> tuple[str, str]:
    """(the copy laid beside the files on a stick, why there is none). The own outbox is no stick."""
    if target.resolve().is_relative_to(session.workspace.resolve()):
        return "", ""
    try:
        return backup.carry(session, target).path, ""
    except XieliError as error:
        return "", error.sentence() if error.code != "XL-L14" else f"{error.next_step}。"


def mark(session: Session) -> None:
    """Flush how far the own chain has come, before a file of it is laid down anywhere."""
    epoch_mark.write(session.dev, _newest(session))


def _newest(session: Session) -> Mark:
    """Where the own newest epoch stands, whichever program over this workspace opened it."""
    with session.reading() as tx:
        ep = epochs.newest(tx) or tx.ep
        return Mark(ep, *journal.head(tx, session.dev, ep))


def _owed(tx: Tx, after: Mapping[str, int]) -> list[tuple[str, list[ChainLine], list[str]]]:
    """Per own epoch the lines to carry and the types that say something; epochs with nothing to say are left out."""
    owed = []
    for ep in epochs.all_own(tx):
        signed = max(receipts.county_receipt(tx, tx.dev, ep), after.get(ep, 0))
        last, _ = journal.head(tx, tx.dev, ep)
        if last <= signed:
            continue
        named = journal.typed_lines(tx, tx.dev, ep, signed + 1, last)
        # only of an acknowledgement what it says decides; reading ten thousand others would take longer than sealing them
        if needs_export((OwnLine(line.seq, t, t != "return.received" or _says_something(line)) for line, t in named), signed):
            owed.append((ep, [line for line, _ in named], [t for _, t in named if is_contentful(t)]))
    return owed


def _says_something(line: ChainLine) -> bool:
    return bool(parse_line(line.line).d.get("content", True))


def sealed(session: Session, grant: Grant, ep: str, lines: Sequence[ChainLine]) -> tuple[dict[str, object], bytes]:
    """A bundle of changes for the desks: its core and its bytes. Nothing is laid down."""
    first, last = lines[0].seq, lines[-1].seq
    with session.reading() as tx:
        prev = journal.lines(tx, session.dev, ep, first - 1, first - 1)[0].hash if first > 1 else ZERO
    core: dict[str, object] = {
        "net": grant.net, "kind": "changes", "bid": session.rand(16).hex(), "dev": session.dev, "ep": ep, "first": first, "last": last, "prev": prev,
        "head": lines[-1].hash, "cert": [dict(cert) for cert in grant.certs],
    }
    with road_errors():
        return core, seal.seal(core, [line.line for line in lines], session.keys, grant.recipients, session.rand, also=grant.also)


def unsigned(tx: Tx) -> list[tuple[str, list[ChainLine]]]:
    """Per own epoch everything the county has not signed for, where it says anything."""
    return [(ep, lines) for ep, lines, _ in _owed(tx, {})]


def _lay_down(session: Session, grant: Grant, folder: Path, ep: str, lines: Sequence[ChainLine], fs: outbox.Fs) -> ExportedFile:
    first, last = lines[0].seq, lines[-1].seq
    core, data = sealed(session, grant, ep, lines)
    bid = str(core["bid"])
    with road_errors():
        written = outbox.write_bundle(folder, outbox.file_name(core), data, fs)
    now = millis(session.clock.now())
    digest = seal.signed_digest(container.parse(data))
    with session.writing() as tx:
        outbox_log.add(tx, outbox_log.Laid(bid, "changes", ep, first, last, len(lines), len(data), digest, written.path.name, now))
    return ExportedFile(str(written.path), bid, ep, first, last, len(lines), len(data), check_code(bid), written.verified)


def take_in(session: Session, paths: Sequence[Path | str], *, dry_run: bool = False) -> list[ImportOutcome]:
    """Returns and grants brought home; a folder means its `*.xieli` files. One outcome per file.

    Of a folder, files that are not addressed to this device, and those it wrote itself, are left alone: a stick carries them too.

    Raises:
        NotFound: XL-F05. Refused: XL-F06 (the codes of a single named file come back in its outcome).
    """
    own_keys.follow(session)
    named = {Path(path) for path in paths if not Path(path).is_dir()}
    outcomes = []
    for file in road.ours_first(session, road.files_of(paths)):
        one = road.import_file(session, file, dry_run=dry_run)
        if file not in named and (one.dev == session.dev or (one.status == "refused" and one.code in ("XL-K05", "XL-K03"))):
            continue
        outcomes.append(one)
    if not dry_run:
        after_returns(session)
    return outcomes


def after_returns(session: Session) -> None:
    """What this device does about itself when returns came in: its key, a way out of a stopped epoch, a new one when this was written twice."""
    if session.role != "county":
        own_keys.choose(session)  # a grant that came along may end at another of our keys
        recovery.keep_slots(session)
        fork_exit.leave(session)
        _leave_a_doubled_epoch(session)


def _leave_a_doubled_epoch(session: Session) -> None:
    """A desk holds lines of the own epoch that are not here: a copy of this machine wrote them. Go on in a new epoch (design 03)."""
    with session.reading() as tx:
        doubled = chains.doubled(tx)
    if doubled:
        own.open_new(session, "receipt_ahead")


def status(session: Session) -> SyncStatus:
    """Where this device's own entries stand; `audit.*` and `return.received` are not counted."""
    with session.reading() as tx:
        counts = queries.counts(tx)
        laid = sorted(outbox_log.list_all(tx, kind="changes"), key=lambda one: (one.at_ms, one.last), reverse=True)
        county = {ep: receipts.county_receipt(tx, tx.dev, ep) for ep in epochs.all_own(tx)}
        township = {ep: receipts.township_receipt(tx, tx.dev, ep) for ep in epochs.all_own(tx)}
        last_receipt = receipts.last_receipt(tx)
        held = trust.grant(tx)
        mine = own_standing.of(tx)
        notes = (*mine.notes, *(() if ownership.allowed(session, tx) else (ownership.NOTE,)))
        on_the_way = carried.waiting(tx) if tx.role == "township" else (0, 0)
        went = queries.moved_away(tx)
        heads = queries.household_heads(tx, went)
        alarms = tuple((code, REGISTRY[code].what, dev, day_of(at)) for code, dev, _ep, _seq, _detail, at in chains.alarms(tx))
    # Where no township desk was granted there is nobody to wait for: an empty column, not a 待签收 that never ends.
    waits_township = held is not None and any(desk["role"] == "township" for desk in held["desks"])
    bundles = tuple(
        (
            check_code(one.bid), day_of(one.at_ms), one.events,
            TOWNSHIP if township.get(one.ep, 0) >= one.last else EXPORTED if waits_township else "",
            COUNTY if county.get(one.ep, 0) >= one.last else EXPORTED,
        )
        for one in laid
    )
    return SyncStatus(
        events=counts.own, confirmed=counts.confirmed, unconfirmed=counts.unconfirmed, last_export=day_of(laid[0].at_ms) if laid else "",
        last_receipt=day_of(last_receipt), conflicts=counts.conflicts, quarantined=counts.quarantined, bundles=bundles, carried=on_the_way,
        stopped=mine.stopped, notes=notes,
        alarms=alarms, moved=tuple((home, heads.get(home, ""), one.on, one.name or one.to) for home, one in sorted(went.items(), key=lambda pair: (pair[1].on, pair[0]))),
    )


def conflicts(session: Session) -> list[ConflictView]:
    """两处写的不一样: every field with several heads."""
    with session.reading() as tx:
        return [dossier.conflict(tx, one) for one in queries.conflicts(tx)]


def resolve(
    session: Session, entity: str, field: str, value: str, reason: str, *, seen: Sequence[str] | None = None, lock: bool = False,
) -> Saved:
    """Settle a conflict: a claim with the value chosen that replaces every head; all of them stay visible in the chain.

    Args:
        seen: references of the values that were on the page: a further one that came in since is not replaced, and stays to be settled.
        lock: (a desk) the field is held to this value.

    Raises:
        NotFound: XL-V45 no such conflict. Refused: XL-V06 no reason, XL-V08 a value none of them wrote.
    """
    why = values.needed(values.text(reason, "reason"), "reason")
    with session.reading() as tx:
        found = next((one for one in queries.conflicts(tx) if one.entity == entity.strip() and one.field == field), None)
    if found is None:
        raise NotFound("XL-V45")
    offered = {dossier.shown(field, head.value): head.value for head in found.heads}
    picked = offered.get(value.strip(), next((head.value for head in found.heads if head.value == value), None))
    if picked is None:
        raise Refused("XL-V08", field="value")
    was = {field: tuple(seen)} if seen is not None else None
    if found.kind == "person":
        return set_person(session, found.entity, {field: picked}, why, seen=was, lock=lock)
    return set_household(session, found.entity, {field: picked}, why, seen=was, lock=lock)
