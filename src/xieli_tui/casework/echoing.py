"""Echoes on their way out: a desk that was put back from a copy gets the returns it lost from every device that holds them (design 04).

Rules kept here
- what is owed is the store's (`echoes.owed`); nothing owed, nothing written; it is laid down again with every export until it is acknowledged;
- wrapped for every desk of the grant, like a bundle of changes, so a township carries it and the county takes it;
- laid down beside the bundles of changes, never instead of them; an echo counts no entry of this device.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import container, echo, outbox, seal
from xieli_sync.errors import SyncError
from xieli_sync.event import ZERO
from xieli_tui.casework.session import road_errors
from xieli_tui.casework.views import ExportedFile
from xieli_tui.domain.clock import millis
from xieli_tui.store import echoes, outbox_log

if TYPE_CHECKING:
    from xieli_tui.casework.road import Grant
    from xieli_tui.casework.session import Session

TOO_LARGE = frozenset({"XL-B01", "XL-B03", "XL-B06"})


def owed(session: Session) -> list[list[bytes]]:
    """The lines of each echo owed now."""
    with session.reading() as tx:
        return echo.grouped(echoes.owed(tx))


def lay_down(session: Session, grant: Grant, folder: Path, files: list[list[bytes]], *, fs: outbox.Fs = outbox.OS_FS) -> list[ExportedFile]:
    """Write these echoes into `folder`.

    Raises:
        Refused: XL-F02, XL-F03, XL-F04. NotFound: XL-F05.
    """
    return [laid for lines in files if (laid := _one(session, grant, folder, lines, fs)) is not None]


def _one(session: Session, grant: Grant, folder: Path, lines: list[bytes], fs: outbox.Fs) -> ExportedFile | None:
    bid = session.rand(16).hex()
    core = {
        "net": grant.net, "kind": "echo", "bid": bid, "dev": session.dev, "ep": session.ep, "first": 1, "last": len(lines), "prev": ZERO,
        "head": echo.chain(lines), "cert": [dict(cert) for cert in grant.certs],
    }
    with road_errors():
        try:
            data = seal.seal(core, lines, session.keys, grant.recipients, session.rand, also=grant.also)
        except SyncError as error:
            if error.code in TOO_LARGE:  # its issuer left no room for an envelope: this return cannot travel back
                return None
            raise
        written = outbox.write_bundle(folder, outbox.file_name(core), data, fs)
    now = millis(session.clock.now())
    digest = seal.signed_digest(container.parse(data))
    with session.writing() as tx:
        outbox_log.add(tx, outbox_log.Laid(bid, "echo", session.ep, 1, len(lines), len(lines), len(data), digest, written.path.name, now))
    code = f"{bid[:4]}-{bid[4:8]}".upper()
    return ExportedFile(str(written.path), bid, session.ep, 1, len(lines), len(lines), len(data), code, written.verified, echo=True)
