"""The county's door for uploads (design 09 Ingest); the importers behind it are `importers`.

Rules kept here
- the receiver knows the trust file and the spool: it opens no workspace, asks for no passphrase, could decrypt nothing, and loads no store;
- it ends in order on Ctrl+C or a request to end.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_sync.carriers.spooling import SpoolError
from xieli_sync.carriers.trust_file import TrustFile
from xieli_sync.errors import SyncError
from xieli_tui.domain.clock import Clock, SystemClock, millis
from xieli_tui.errors import Misused, NotFound, Refused
from xieli_tui.store.spool import FileSpool

if TYPE_CHECKING:
    from xieli_sync.carriers.receiver import Receiver
    from xieli_sync.carriers.serving import Listen, Server


@contextmanager
def receiver(
    listen: str, trust: Path, spool: Path, *, certfile: Path | None = None, keyfile: Path | None = None, clock: Clock | None = None,
) -> Iterator[tuple[Server, int, int]]:
    """A receiver that listens and has put right what the last one left: (server, devices of the trust file, files enqueued late). `run` it.

    Raises:
        Misused: XL-X04 starlette or uvicorn is not installed. Refused: XL-F15, XL-F16 address, XL-F18 trust file, XL-F19 certificate, XL-F09 the folder has
            its receiver, XL-F02, XL-F03 the disk. NotFound: XL-F05.
    """
    try:
        from xieli_sync.carriers import receiver as endpoint
        from xieli_sync.carriers import serving
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("starlette", "uvicorn", "h11", "anyio"):
            raise
        raise Misused("XL-X04") from None
    wall = clock or SystemClock()
    if not trust.exists():
        raise NotFound("XL-F05")
    try:
        where = serving.listen_on(listen, certfile, keyfile)
        listed = TrustFile(trust)
    except SyncError as error:
        raise Refused(error.code, error.detail) from None
    held = FileSpool(spool, now_ms=lambda: millis(wall.now()))
    try:
        late = _told(held.receive)
        yield _server(endpoint.Receiver(listed, held, wall=lambda: wall.now().timestamp()), where), len(listed.now().senders), late
    finally:
        held.close()


def _server(receiver: Receiver, where: Listen) -> Server:
    from xieli_sync.carriers import serving

    try:
        return serving.Server(receiver, where)
    except SyncError as error:
        raise Refused(error.code, error.detail) from None


def serve(server: Server) -> None:
    """Run until Ctrl+C or a request to end; both end it in order."""
    with quiet_signals(server.stop):
        server.run()


def _told(step: Callable[[], int]) -> int:
    """A spool's trouble at the start, as the code a person is told."""
    try:
        return step()
    except SpoolError as error:
        raise Refused("XL-F02" if error.why == "full" else "XL-F03") from None


@contextmanager
def quiet_signals(stop: Callable[[], Any]) -> Iterator[None]:
    """Ctrl+C and a request to end call `stop` instead of breaking off; elsewhere than in the main thread nothing is changed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
