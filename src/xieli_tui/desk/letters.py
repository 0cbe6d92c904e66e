"""A return or grant as a file: delivery lines of one recipient, signed by this desk and wrapped for that device alone (design 04).

Rules kept here
- the lines are those of the store, byte for byte; a number once given is the same line for ever;
- what does not fit one file goes into several, each whole;
- the file is laid down first and remembered after, so a failed write is owed again;
- the desk keeps outside its database how far its own chain, and its lines to each device, had come; a database behind that mark sends nothing (XL-C03): it was put back from a
  copy, and what it would say could contradict what is already out there (design 04).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import container, delivery, echo, outbox, seal
from xieli_sync.exchange import has_content
from xieli_tui.casework import epoch_mark, epochs, own_keys
from xieli_tui.casework.epoch_mark import Mark
from xieli_tui.casework.exchange import check_code
from xieli_tui.casework.session import road_errors
from xieli_tui.casework.views import ExportedFile
from xieli_tui.desk.desk_keys import own_cert
from xieli_tui.domain.clock import millis
from xieli_tui.errors import Damaged, Locked, NotFound, Refused
from xieli_tui.store import deliveries, journal, outbox_log, settings, trust

if TYPE_CHECKING:
    from xieli_sync.ports import Delivered
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx


REOPEN = "请带上根密钥文件，运行 xieli county reopen --root 文件夹，再回传"


def require_folder(folder: Path) -> None:
    """Raises Refused("XL-F07") for a file, NotFound("XL-F05") for nothing."""
    if folder.is_file():
        raise Refused("XL-F07")
    if not folder.is_dir():
        raise NotFound("XL-F05")


def require_place(out: Path) -> None:
    """A grant file can be written here: a new name ending in .xieli in a folder, or a folder. Asked before anything is recorded.

    Raises:
        Refused: XL-F08 something has this name, XL-F07, XL-V11 another ending. NotFound: XL-F05.
    """
    if out.is_dir():
        return
    if out.exists():
        raise Refused("XL-F08", out.name)
    require_folder(out.parent)
    if not outbox.may_be_named(out.name):
        raise Refused("XL-V11", "文件名要以 .xieli 结尾，不带路径符号", field="out")


def require_ahead(session: Session, tx: Tx) -> None:
    """Raises Damaged("XL-C03") when the database is behind what this desk sent: it was put back from a copy (design 04)."""
    if settings.get(tx, epochs.BEHIND) is not None or (session.role == "county" and epochs.doubt(session, tx)):
        raise Damaged("XL-C03", "资料库比上次发出时旧，像是从备份放回来的，先不能发出", next_step=REOPEN)


def lay_down(
    session: Session, folder: Path, to_dev: str, enc_pub: bytes, first: int, *, grant_as: Path | None = None, fs: outbox.Fs = outbox.OS_FS,
) -> list[ExportedFile]:
    """Write the delivery lines of a recipient from r = `first` on.

    Args:
        grant_as: the first file is a grant and gets this name (or the usual one inside this folder).

    Raises:
        Refused: XL-F02, XL-F03, XL-F04, XL-F08. NotFound: XL-F05. Damaged: XL-C03.
    """
    own_keys.follow(session)
    with session.reading() as tx:
        require_ahead(session, tx)
        seq, head = journal.head(tx, tx.dev, tx.ep)
        net, cert = trust.net(tx), own_cert(tx)
        prev = deliveries.hash_at(tx, to_dev, first - 1)
        lines = deliveries.lines_after(tx, to_dev, first - 1)
    if net is None or prev is None:
        raise Locked("XL-K10")
    epoch_mark.write(session.dev, Mark(session.ep, seq, head))
    if lines:
        epoch_mark.write_sent(session.dev, session.ep, to_dev, lines[-1].r, lines[-1].hash)
    out: list[ExportedFile] = []
    at = 0
    pieces = outbox.split_slice([line.line for line in lines], room=echo.ROOM)
    for piece in pieces:
        part = lines[at : at + len(piece)]
        out.append(_one(session, folder, to_dev, enc_pub, part, prev, {"net": net, "cert": cert}, grant_as if at == 0 else None, fs))
        prev = part[-1].hash
        at += len(piece)
    return out


def _one(
    session: Session, folder: Path, to_dev: str, enc_pub: bytes, lines: Sequence[Delivered], prev: str, ours: dict[str, object], grant_as: Path | None,
    fs: outbox.Fs,
) -> ExportedFile:
    bid, kind = session.rand(16).hex(), "return" if grant_as is None else "grant"
    # A township that carries the file cannot read it: this tells it up to which number an acknowledgement will come, 0 = none.
    content = max((line.r for line in lines if has_content([delivery.parse_delivery(line.line)[1]])), default=0)
    core = {
        **ours, "content": content, "kind": kind, "bid": bid, "dev": session.dev, "to": to_dev, "ep": session.ep, "first": lines[0].r, "last": lines[-1].r, "prev": prev,
        "head": lines[-1].hash,
    }
    with road_errors():
        data = seal.seal(core, [line.line for line in lines], session.keys, [enc_pub], session.rand)
        named = grant_as is not None and not grant_as.is_dir()
        place, name = (grant_as.parent, grant_as.name) if grant_as is not None and named else (grant_as or folder, outbox.file_name(core))
        written = outbox.write_bundle(place, name, data, fs)
    digest = seal.signed_digest(container.parse(data))
    with session.writing() as tx:
        outbox_log.add(tx, outbox_log.Laid(
            bid, kind, session.ep, lines[0].r, lines[-1].r, len(lines), len(data), digest, written.path.name, millis(session.clock.now()), to_dev,
        ))
    return ExportedFile(str(written.path), bid, session.ep, lines[0].r, lines[-1].r, len(lines), len(data), check_code(bid), written.verified)
