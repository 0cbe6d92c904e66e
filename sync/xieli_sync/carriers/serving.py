"""A receiver on a socket: the ASGI application of its one path, the address it listens on, the server that runs it (SPEC section 11).

Rules kept here
- without a certificate it listens to this machine alone;
- a connection on which no request is under way is hung up on after `head_time`; more connections than `connections` are told 503.

uvicorn is imported here and nowhere else in this package.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

from xieli_sync.carriers.receiver import Receiver
from xieli_sync.errors import SyncError


def application(receiver: Receiver) -> Starlette:
    """The ASGI application: this one path, nothing else."""

    @asynccontextmanager
    async def living(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(receiver.sweeping())
        yield
        task.cancel()

    app = Starlette(routes=[Route("/bundles/{file}", receiver.bundles, methods=["HEAD", "PATCH"])], lifespan=living)
    app.router.redirect_slashes = False  # a redirect would say back what came
    return app


def _protocol(head_time: float) -> type[H11Protocol]:
    """uvicorn's own, with an end to waiting for the head of a request: it would let a silent connection stand for ever."""

    class Impatient(H11Protocol):
        _waiting: asyncio.TimerHandle | None = None
        _before: object = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._waiting = self.loop.call_later(head_time, self._give_up)

        def _give_up(self) -> None:
            """Called once per `head_time`: a connection on which no request is under way, nor came since the last look, is hung up on. A body that
            nobody reads is no request under way."""
            if self.transport.is_closing():
                return
            busy = self.cycle is not None and not self.cycle.response_complete
            if not busy and self.cycle is self._before:
                self.transport.close()
                return
            self._before = self.cycle
            self._waiting = self.loop.call_later(head_time, self._give_up)

        def connection_lost(self, exc: Exception | None) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
            super().connection_lost(exc)

    return Impatient


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen. Port 0 lets the system choose. Without a certificate only on this machine itself."""

    host: str
    port: int
    certfile: Path | None = None
    keyfile: Path | None = None


_LOOPBACK = re.compile(r"127(\.[0-9]{1,3}){3}|::1|localhost")


def listen_on(text: str, certfile: Path | None = None, keyfile: Path | None = None) -> Listen:
    """`127.0.0.1:8443`, `[::1]:8443`.

    Raises:
        SyncError: XL-F15 not an address, XL-F16 another machine could reach it and there is no certificate.
    """
    found = re.fullmatch(r"(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[0-9A-Za-z.-]+)):(?P<port>[0-9]{1,5})", text.strip())
    if found is None or int(found["port"]) > 65535 or (certfile is None) != (keyfile is None):
        raise SyncError("XL-F15", "listen")
    host = found["six"] or found["host"]
    if certfile is None and _LOOPBACK.fullmatch(host) is None:
        raise SyncError("XL-F16", host)
    return Listen(host, int(found["port"]), certfile, keyfile)


class Server:
    """A receiver on a socket of its own. `run` returns when `stop` was called, or on the usual signals in the main thread."""

    def __init__(self, receiver: Receiver, listen: Listen) -> None:
        """Bind and listen: from here on a connection waits for `run` and is not refused.

        Raises:
            SyncError: XL-F15 the address cannot be used, XL-F19 the certificate or its key cannot.
        """
        limits = receiver.limits
        config = uvicorn.Config(
            application(receiver), http=_protocol(limits.head_time), ws="none", loop="asyncio", lifespan="on", log_config=None, log_level="error",
            access_log=False, server_header=False, proxy_headers=False, limit_concurrency=limits.connections, h11_max_incomplete_event_size=limits.head_bytes,
            timeout_keep_alive=15, timeout_graceful_shutdown=5, ssl_certfile=listen.certfile, ssl_keyfile=listen.keyfile,
        )
        try:
            config.load()
        except (OSError, ssl.SSLError):
            raise SyncError("XL-F19") from None
        family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name == "posix":
                # On Windows this option would let a second program take the port away.
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind((listen.host, listen.port))
            self._socket.listen(limits.connections)
        except OSError:
            self._socket.close()
            raise SyncError("XL-F15", f"{listen.host}:{listen.port}") from None
        self._server = uvicorn.Server(config)
        self.host, self.port = str(self._socket.getsockname()[0]), int(self._socket.getsockname()[1])

    def run(self) -> None:
        """Serve until stopped."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """End `run`, from any thread."""
        self._server.should_exit = True
