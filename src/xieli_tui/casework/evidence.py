"""`xieli evidence`: one family's file for an appeal, an inspection or a court, provable without xieli and without showing the neighbours (design 03).

Rules kept here
- the family's lines leave in full, numbers included, because a masked line proves nothing: that is recorded (`audit.exported`) before the file is written;
  every other line leaves as its digest;
- whose file it is stands in the manifest by its id only; the name of the file is the officer's choice and nothing in it is taken from the records;
- the file is whole or absent; nothing that lies there is overwritten;
- `说明.txt` says in Chinese what each part is and how to check it, with `check.py` (Python alone) or the road's own verifier (only `cryptography` besides).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_sync import evidence as proof
from xieli_sync import outbox
from xieli_sync.event import line_digest
from xieli_sync.identity import fingerprint, root_in
from xieli_tui.casework import out_file, own_keys, reads, values
from xieli_tui.casework.evidence_text import CHECK, explained
from xieli_tui.casework.session import road_errors
from xieli_tui.domain.events.road import AuditExported
from xieli_tui.errors import Locked, NotFound
from xieli_tui.store import evidence as held
from xieli_tui.store import queries, trust

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store.store import Tx

ABOUT = ("household", "application", "person")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was written: the file, what it is about, lines shown and lines hidden, chains, the 20 digits of the county's root."""

    file: str
    kind: str
    id: str
    shown: int
    hidden: int
    chains: int
    bytes: int
    root_fingerprint: str


def evidence(session: Session, given: str, out: Path | str, *, reason: str | None = None, fs: outbox.Fs = outbox.OS_FS) -> Evidence:
    """Write the file of a household, an application or a person.

    Args:
        given: an id, or an unambiguous prefix of a household's or an application's.
        reason: why; recorded.

    Raises:
        NotFound: XL-V45 nothing has this id, XL-F05 no such folder. Locked: XL-K10 before enrolment: nobody could tell whose signature it is.
        Refused: XL-F01 a folder, XL-F02, XL-F03, XL-F04, XL-F07, XL-F08 something lies there.
    """
    path = out_file.free(out)
    why = values.text(reason, "reason") if reason else None
    with session.reading() as tx:
        kind, entity, household, persons = _about(tx, given)
        cert, net = [dict(one) for one in own_keys.chain(session, tx)], trust.net(tx)
        if net is None or not cert:
            raise Locked("XL-K10")
        lines = held.family_lines(tx, household, persons)
        given_pieces = held.pieces(tx, lines)
        if not given_pieces:
            raise NotFound("XL-V45")
        files = _events(given_pieces)
        sent = held.delivered(tx, given_pieces)
        seals = held.seals(tx, given_pieces, sent)
        authors = sorted({x.dev for x in given_pieces} | {x.issuer for x in sent})
        certs = {dev: found for dev in authors if (found := cert if dev == tx.dev else held.certificates(tx, dev))}
    if sent:
        files["deliveries.jsonl"] = b"\n".join(proof.delivery_row(x.issuer, x.ep, x.to, x.r, x.line, shown=x.shown) for x in sent) + b"\n"
    if seals:
        files["seals.jsonl"] = b"\n".join(proof.seal_row(x.core, x.wraps, x.sigs, x.body) for x in seals) + b"\n"
    shown = sum(len(x.shown) for x in given_pieces)
    hidden = sum(len(x.lines) for x in given_pieces) - shown
    root = fingerprint(root_in(cert))
    files["check.py"] = CHECK.encode()
    files["说明.txt"] = explained(session.today.isoformat(), shown, hidden, root).encode()
    statement: dict[str, Any] = {
        "about": {"kind": kind, "id": entity}, "made": session.today.isoformat(), "dev": session.dev, "net": net, "certs": certs,
        "heads": [{"dev": x.dev, "ep": x.ep, "seq": x.head[0], "head": x.head[1]} for x in given_pieces],
    }
    session.record(values.make(AuditExported, what="evidence", rows=shown, full=True, reason=why))
    with road_errors():
        data = proof.pack(statement, files, session.keys, cert)
    return Evidence(str(out_file.write(path, data, fs)), kind, entity, shown, hidden, len(given_pieces), len(data), root)


def _about(tx: Tx, given: str) -> tuple[str, str, str, tuple[str, ...]]:
    """(kind, id, household, persons) of what an id names; for an application or a person the family it belongs to."""
    asked = given.strip()
    found = queries.resolve_household(tx, asked)
    if found is not None:
        home = reads.household(tx, asked)
        return "household", home.id, home.id, tuple(x.person for x in queries.members(tx, home.id, ended=True))
    app = queries.resolve_application(tx, asked)
    if app is not None:
        one = reads.application(tx, asked)
        return "application", one.id, one.household, tuple(x.person for x in queries.members(tx, one.household, ended=True))
    person = queries.person(tx, asked)
    if person is None or not person.known:
        raise NotFound("XL-V45")
    home_of = person.household or ""
    others = tuple(x.person for x in queries.members(tx, home_of, ended=True)) if home_of else ()
    return "person", person.id, home_of, (person.id, *others)


def _events(given: list[held.Piece]) -> dict[str, bytes]:
    """events.jsonl; a second piece of the same chain goes into a file of its own."""
    files: list[tuple[set[tuple[str, str]], list[bytes]]] = []
    for piece in given:
        place = (piece.dev, piece.ep)
        at = next((one for one in files if place not in one[0]), None)
        if at is None:
            at = (set(), [])
            files.append(at)
        at[0].add(place)
        for number, (seq, digest, line) in enumerate(piece.lines):
            if digest in piece.shown:
                at[1].append(proof.shown_row(line, digest))
            else:
                starts = number == 0 and seq > 1
                at[1].append(proof.hidden_row(piece.dev, piece.ep, seq, line_digest(line), digest if starts else None))
    return {f"events{f'-{n}' if n > 1 else ''}.jsonl": b"\n".join(rows) + b"\n" for n, (_, rows) in enumerate(files, 1)}
