"""交接: what a coordinator has not finished goes to the computer of her successor, sealed for it alone (design 04, kind handover).

Rules kept here
- a desk allowed it first (XL-P11); without that neither side seals or opens anything;
- inside are her entries the county has not signed for and her drafts, of the villages both computers work for; the drafts stay on her own computer too;
- the bundles she owes the desks are inside as well, sealed for them: the successor's exports carry them on until the county signs for them, so
  nothing is stranded when her own computer never comes to the office again;
- a second hand-over to the same computer begins with the very lines of the first: what was given once is the same line for ever;
- one file: what does not fit is delivered to the county first.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import container, delivery, outbox, seal
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO, parse_line
from xieli_sync.exchange import is_contentful
from xieli_tui.casework import exchange, road, values
from xieli_tui.casework.session import Session, road_errors
from xieli_tui.casework.views import ImportOutcome
from xieli_tui.domain.clock import day_of, millis
from xieli_tui.domain.events.road import HandoverSealed
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import deliveries, drafts, handing, journal, outbox_log, queries

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from xieli_sync.ports import ChainLine, Delivered
    from xieli_tui.store.store import Tx

NO_FAMILY = ("audit.", "return.", "epoch.", "handover.", "key.", "operator.")
"""Lines of her chain that only speak of her computer: the desks get them, the successor does not need them."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A hand-over laid down: the file, whom it is for, how many entries, drafts and undelivered bundles are inside, `left` drafts that did not fit."""

    file: str
    to: str
    bid: str
    check_code: str
    events: int
    drafts: int
    bundles: int
    left: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A hand-over taken in: the importer's answer, and how many drafts of it lie here now."""

    result: ImportOutcome
    drafts: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """A hand-over that a desk allowed, as one of the two computers knows it.

    Attributes:
        dev, to: from which computer to which. name: who works on the other one, "" when no desk said. ours: this computer hands over; else it takes over.
        on: the day it was allowed. sealed: last day this computer sealed one for it, "" not yet. opened: last day it opened one, where only one computer
            hands over to it; the own line does not say from whom.
    """

    dev: str
    to: str
    name: str
    villages: tuple[str, ...]
    ours: bool
    on: str
    sealed: str = ""
    opened: str = ""


def allowances(session: Session) -> list[Allowance]:
    """Hand-overs that concern this computer, those it gives first."""
    with session.reading() as tx:
        names = {dev: name for (dev, _), name in queries.operator_names(tx).items()}
        out = []
        for e in journal.events_of_type(tx, "handover.allowed"):
            dev, to = e.entity, str(e.d.get("to"))
            standing = handing.allowed(tx, dev, to) if session.dev in (dev, to) else None
            if standing is None or standing.ref != e.ref:
                continue
            sealed = [x for x in journal.load(tx, dev=session.dev, t="handover.sealed") if x.d.get("to") == to]
            ours = dev == session.dev
            out.append(Allowance(
                dev, to, str(e.d.get("name") or "") if ours else names.get(dev, ""), tuple(e.d.get("villages", ())), ours, str(e.d.get("on", "")),
                day_of(sealed[-1].hlc_ms) if sealed else "",
            ))
        opened = journal.load(tx, dev=session.dev, t="handover.opened")
    theirs = [one for one in out if not one.ours]
    if len(theirs) == 1 and opened:
        out[out.index(theirs[0])] = replace(theirs[0], opened=day_of(opened[-1].hlc_ms))
    return sorted(out, key=lambda one: (not one.ours, one.on, one.dev, one.to))


def seal_for(session: Session, to: str, out: Path | str, *, fs: outbox.Fs = outbox.OS_FS) -> Handed:
    """Lay a hand-over down.

    Args:
        to: the successor's computer, or its first eight digits.
        out: a new file name, or a folder.

    Raises:
        Locked: XL-K10. NotFound: XL-F05. Refused: XL-P11 not allowed, XL-B01 too much for one file, XL-V11 the name, XL-F02, XL-F03, XL-F04, XL-F08.
    """
    place, name = _place(Path(out))
    asked = values.needed(to, "to").lower().replace(" ", "")
    with session.reading() as tx:
        grant = road.require_grant(session, tx)
        ruling = handing.allowed(tx, session.dev, asked) if len(asked) >= 8 else None
        if ruling is None or not ruling.d.get("enc_pub"):
            raise Refused("XL-P11")
        receiver, villages = str(ruling.d["to"]), list(ruling.d.get("villages", ()))
        owed = exchange.unsigned(tx)
    bundles = [exchange.sealed(session, grant, ep, part)[1] for ep, lines in owed for part in _pieces(lines)]
    now = millis(session.clock.now())
    with session.writing() as tx:
        pages, left = handing.travelling(tx, villages)
        deliveries.append_lines(tx, receiver, _new(tx, receiver, owed, villages, pages, bundles), now)
        lines = deliveries.lines_after(tx, receiver, 0)
        if not lines:
            raise Refused("XL-V11", "没有没报送的记录，也没有草稿，不用交接", field="to")
        core: dict[str, object] = {
            "net": grant.net, "kind": "handover", "bid": session.rand(16).hex(), "dev": session.dev, "to": receiver, "ep": session.ep, "first": 1,
            "last": len(lines), "prev": ZERO, "head": lines[-1].hash, "cert": [dict(cert) for cert in grant.certs],
        }
        with road_errors():  # inside: what did not fit was not given, and does not stand in every later hand-over
            data = _sealed(session, core, lines, bytes.fromhex(ruling.d["enc_pub"]), grant)
    exchange.mark(session)
    with road_errors():
        written = outbox.write_bundle(place, name or outbox.file_name(core), data, fs)
    digest = seal.signed_digest(container.parse(data))
    session.record(HandoverSealed(to=receiver, digest=digest))
    with session.writing() as tx:
        outbox_log.add(tx, outbox_log.Laid(str(core["bid"]), "handover", session.ep, 1, len(lines), len(lines), len(data), digest, written.path.name, now, receiver))
    items = [delivery.parse_delivery(line.line)[1] for line in lines]
    return Handed(
        str(written.path), receiver, str(core["bid"]), exchange.check_code(str(core["bid"])), sum(isinstance(x, delivery.EventItem) for x in items), len(pages),
        len(bundles), left,
    )


def open_file(session: Session, file: Path | str) -> Opened:
    """Take a hand-over in. What is wrong with the file is in the outcome. Raises NotFound("XL-F05"), Refused("XL-F01", "XL-F06", "XL-B01")."""
    before = _touched(session)
    result = road.import_file(session, Path(file), only="handover")
    after = _touched(session)
    return Opened(result, sum(1 for key, text in after.items() if before.get(key) != text))


def _touched(session: Session) -> dict[tuple[str, str], str]:
    with session.reading() as tx:
        return {(one.form, one.key): f"{one.at_ms}{one.data}" for one in drafts.list_all(tx)}


def _place(out: Path) -> tuple[Path, str]:
    if out.is_dir():
        return out, ""
    if out.exists():
        raise Refused("XL-F08", out.name)
    if out.parent.is_file():
        raise Refused("XL-F07")
    if not out.parent.is_dir():
        raise NotFound("XL-F05")
    if not outbox.may_be_named(out.name):
        raise Refused("XL-V11", "文件名要以 .xieli 结尾，不带路径符号", field="out")
    return out.parent, out.name


def _pieces(lines: Sequence[ChainLine]) -> Iterator[Sequence[ChainLine]]:
    """As an export cuts them."""
    at = 0
    for piece in outbox.split_slice([line.line for line in lines]):
        yield lines[at : at + len(piece)]
        at += len(piece)


def _new(
    tx: Tx, receiver: str, owed: Sequence[tuple[str, Sequence[ChainLine]]], villages: Collection[str], pages: Sequence[dict[str, object]], bundles: Sequence[bytes],
) -> list[delivery.Item]:
    """What this hand-over says beyond the earlier ones to the same computer."""
    given = {str(x) for x in tx.conn.exec_driver_sql("SELECT event_hash FROM delivery_out WHERE to_dev=? AND issuer_ep=? AND k='event'", (receiver, tx.ep)).scalars()}
    told = [
        item.draft for item in (
            delivery.parse_delivery(bytes(line))[1]
            for line in tx.conn.exec_driver_sql("SELECT line FROM delivery_out WHERE to_dev=? AND issuer_ep=? AND k='draft' ORDER BY r", (receiver, tx.ep)).scalars()
        ) if isinstance(item, delivery.DraftItem)
    ]
    items: list[delivery.Item] = []
    for _, lines in owed:
        for line in lines:
            parsed = parse_line(line.line)
            if is_contentful(parsed.t) and not parsed.t.startswith(NO_FAMILY) and parsed.d.get("village") in villages and line.hash not in given:
                items.append(delivery.EventItem(line.line, line.hash, parsed))
    items += [delivery.DraftItem(page) for page in pages if page not in told]
    for data in bundles if items else ():
        text = base64.b64encode(data).decode("ascii")
        parts = [text[at : at + delivery.FILE_PIECE] for at in range(0, len(text), delivery.FILE_PIECE)]
        bid = container.parse(data).core["bid"]
        items += [delivery.FileItem(bid, number, len(parts), part) for number, part in enumerate(parts, 1)]
    return items


def _sealed(session: Session, core: dict[str, object], lines: Sequence[Delivered], enc_pub: bytes, grant: road.Grant) -> bytes:
    try:
        data = seal.seal(core, [line.line for line in lines], session.keys, [enc_pub], session.rand, also=grant.also)
        container.parse(data)
    except SyncError as error:
        if error.code in ("XL-B01", "XL-B03", "XL-B06"):
            raise Refused("XL-B01", "没报送的太多，先报送，县里签收以后再交接") from None
        raise
    return data
