"""The county's HTTP endpoint: two requests about one kind of thing (SPEC section 11).

    HEAD  /bundles/{sha256}   -> 200, Upload-Offset: how many bytes are kept
    PATCH /bundles/{sha256}   -> 202 kept, go on at Upload-Offset; 204 whole and taken: its row in the inbox is committed

Rules kept here
- who asks is known from the trust file alone; no passphrase, no store, no private key is anywhere near this process;
- nothing of a body is kept before its digest is the one in the signed header; at most `PIECE_LIMIT` of it is held in memory, of at most `bodies` requests;
- what is refused is refused before the body is waited for where that can be known; a short body is read to its end first, so that the answer arrives;
- requests about one file are served one after the other; a request is good once (nonce) and for a quarter of an hour, and never from before the start;
- a log line is a short device id, a short digest, a number of bytes and a code. Never a header, never a path as it came.

starlette is imported here and in `serving`, nowhere else in this package.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NoReturn

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from xieli_sync.carriers import signed
from xieli_sync.carriers.spooling import Quota, Spool, SpoolError, Standing
from xieli_sync.carriers.trust_file import Sender, TrustFile
from xieli_sync.container import FILE_LIMIT
from xieli_sync.errors import SyncError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one receiver. Times in seconds.

    Attributes:
        window: how far the clock of a request may be from ours.
        nonces: requests of one device remembered inside the window.
        bodies: parts held in memory at a time; more wait, and after `patience` are told 503.
        body_time: how long the body of one part may take; `head_time` the head of a request.
        connections: open at a time; more are told 503.
        head_bytes: of one request line and its headers.
        quota: device role -> what may lie here of one device. A township forwards the bundles of its villages.
        sweep_every: between two looks for stale parts.
    """

    window: float = 900.0
    nonces: int = 20_000
    bodies: int = 16
    patience: float = 10.0
    body_time: float = 60.0
    head_time: float = 15.0
    connections: int = 512
    head_bytes: int = 8 * 1024
    quota: Mapping[str, Quota] = field(default_factory=lambda: {"village": Quota(), "township": Quota(500, 512 * 1024 * 1024)})
    sweep_every: float = 3600.0


class _Answer(Exception):
    """A request ends here: status, code of the registry, offset where one is told; `close` where its body is not worth waiting for."""

    def __init__(self, status: int, code: str = "", offset: int | None = None, *, close: bool = False) -> None:
        super().__init__(status)
        self.status, self.code, self.offset, self.close = status, code, offset, close


_SPOOL = {"offset": 409, "length": 400, "quota": 429, "digest": 422, "form": 415, "full": 507, "busy": 503}
_SPOOL_CODES = {"quota": "XL-F14", "digest": "XL-B04", "full": "XL-F13", "busy": "XL-A01"}


class _Once:
    """Requests seen inside the window, so that none is served twice. Bounded per device."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._seen: dict[str, OrderedDict[str, float]] = {}

    def take(self, dev: str, nonce: str, at: float, now: float) -> None:
        """Remember it.

        Raises:
            _Answer: 401 seen before, 429 too many.
        """
        seen = self._seen.setdefault(dev, OrderedDict())
        horizon = now - self._limits.window
        while seen and next(iter(seen.values())) < horizon:
            seen.popitem(last=False)
        if nonce in seen:
            raise _Answer(401, "XL-K02")
        if len(seen) >= self._limits.nonces:
            raise _Answer(429, "XL-F14")
        # Kept for as long as this very request could be shown again: its own clock may be ahead of ours.
        seen[nonce] = max(at, now)


class Receiver:
    """The two requests over a trust file and a spool.

    Args:
        wall: seconds since 1970; what signed headers are measured by.
    """

    def __init__(self, trust: TrustFile, spool: Spool, limits: Limits | None = None, wall: Callable[[], float] = time.time) -> None:
        self._trust, self._spool, self._wall = trust, spool, wall
        self.limits = limits or Limits()
        self._once = _Once(self.limits)
        self._started = wall()
        self._bodies = asyncio.Semaphore(self.limits.bodies)
        self._files: dict[str, tuple[asyncio.Lock, int]] = {}

    # -- one request --------------------------------------------------------------------------------
    async def bundles(self, request: Request) -> Response:
        """HEAD and PATCH /bundles/{sha256}."""
        try:
            await self._served(request)
        except _Answer as answer:
            answer.close = answer.close or not await self._drained(request)
            return self._response(answer)
        except ClientDisconnect:
            pass  # nobody is there to read an answer
        except Exception as error:
            _log.error("XL-X01 %s", type(error).__name__)
            _log.debug("a request failed", exc_info=error)
        return self._response(_Answer(500, "XL-X01", close=True))

    async def _served(self, request: Request) -> NoReturn:
        """Ends in the answer, raised."""
        if sum(len(name) + len(value) + 4 for name, value in request.headers.raw) > self.limits.head_bytes:
            raise _Answer(431, close=True)
        file = request.path_params["file"]
        if not signed.is_digest(file):
            raise _Answer(404)
        patch = request.method == "PATCH"
        offset, length = self._lengths(request) if patch else (0, 0)
        sender, claim = self._sender(request, file, offset, length)
        if not patch:
            raise _Answer(200, offset=(await self._kept(sender, file)).offset)
        size = self._size(request)
        if length > FILE_LIMIT:
            raise _Answer(413, "XL-B01", close=True)
        standing = await self._kept(sender, file)
        if standing.taken:
            raise _Answer(204, offset=standing.offset)
        if offset != standing.offset:
            raise _Answer(409, offset=standing.offset)
        piece = await self._body(request, size)
        if sha256(piece).hexdigest() != claim.digest:
            raise _Answer(422, "XL-B04", standing.offset)
        quota = self.limits.quota.get(sender.role, Quota())
        async with self._alone(file):
            standing = await self._kept(sender, file, lambda: self._spool.add(sender.dev, file, length, offset, piece, quota))
        if standing.taken:
            _log.info("收到 设备 %s 包 %s %d 字节", sender.dev[:8], file[:8], length)
        raise _Answer(204 if standing.taken else 202, offset=standing.offset)

    async def _kept(self, sender: Sender, file: str, ask: Callable[[], Standing] | None = None) -> Standing:
        """What the spool answers, in a thread of its own; its refusals are answers."""
        try:
            return await asyncio.to_thread(ask or (lambda: self._spool.standing(sender.dev, file)))
        except SpoolError as error:
            code = error.code or _SPOOL_CODES.get(error.why, "")
            if error.why in ("full", "busy"):
                _log.warning("%s 没有收下 设备 %s 包 %s", code, sender.dev[:8], file[:8])
            raise _Answer(_SPOOL[error.why], code, error.offset) from None

    def _lengths(self, request: Request) -> tuple[int, int]:
        offset, length = (signed.number(request.headers.get(name)) for name in (signed.OFFSET, signed.LENGTH))
        if offset is None or length is None or length == 0 or offset > length:
            raise _Answer(400)
        return offset, length

    def _size(self, request: Request) -> int:
        """How long the body says it is."""
        if "transfer-encoding" in request.headers:
            raise _Answer(411, close=True)
        size = signed.number(request.headers.get("content-length", "0"))
        if size is None:
            raise _Answer(400, close=True)
        if size > signed.PIECE_LIMIT:
            raise _Answer(413, close=True)
        return size

    def _sender(self, request: Request, file: str, offset: int, length: int) -> tuple[Sender, signed.Claim]:
        """Who asks; only after this is anything looked up for anybody."""
        listed = self._trust.now()
        given = request.headers.getlist("authorization")
        try:
            claim, signature = signed.read(given[0] if len(given) == 1 else "", method=request.method, file=file, net=listed.net, offset=offset, length=length)
        except SyncError:
            raise _Answer(401, "XL-K02") from None
        sender = listed.senders.get(claim.dev)
        if sender is None or claim.kid not in sender.keys:
            raise _Answer(403, "XL-K01")
        if not signed.holds(claim, signature, sender.keys[claim.kid]):
            raise _Answer(401, "XL-K02")
        if claim.method == "HEAD" and claim.digest != signed.NO_BYTES:
            raise _Answer(401, "XL-K02")
        if sender.revoked:
            # Said only to the holder of the key.
            raise _Answer(403, "XL-S04")
        now, at = self._wall(), claim.at / 1000
        if abs(now - at) > self.limits.window or at < self._started:
            raise _Answer(401, "XL-F17")
        self._once.take(sender.dev, claim.nonce, at, now)
        return sender, claim

    async def _body(self, request: Request, size: int) -> bytes:
        try:
            await asyncio.wait_for(self._bodies.acquire(), self.limits.patience)
        except TimeoutError:
            raise _Answer(503, close=True) from None
        try:
            async with asyncio.timeout(self.limits.body_time):
                data = bytearray()
                async for chunk in request.stream():
                    data += chunk
                    if len(data) > size:
                        raise _Answer(400, close=True)
        except TimeoutError:
            raise _Answer(408, close=True) from None
        finally:
            self._bodies.release()
        request.state.read = True
        return bytes(data)

    async def _drained(self, request: Request) -> bool:
        """Read a short body to its end without keeping it, so that the sender hears the answer instead of a broken pipe."""
        size = signed.number(request.headers.get("content-length", "0"))
        if size is None or size > signed.PIECE_LIMIT or "transfer-encoding" in request.headers:
            return False
        if size == 0 or getattr(request.state, "read", False):
            return True
        try:
            async with asyncio.timeout(self.limits.body_time):
                async for _ in request.stream():
                    pass
        except (TimeoutError, ClientDisconnect):
            return False
        return True

    def _response(self, answer: _Answer) -> Response:
        headers = {signed.TIME: str(int(self._wall() * 1000)), "Cache-Control": "no-store"}
        if answer.code:
            headers[signed.CODE] = answer.code
        if answer.offset is not None:
            headers[signed.OFFSET] = str(answer.offset)
        if answer.status == 503:
            headers["Retry-After"] = "5"
        if answer.close:
            headers["Connection"] = "close"
        return Response(status_code=answer.status, headers=headers)

    @asynccontextmanager
    async def _alone(self, file: str) -> AsyncIterator[None]:
        """One request about a file at a time."""
        lock, users = self._files.get(file, (asyncio.Lock(), 0))
        self._files[file] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._files.pop(file)
            if users > 1:
                self._files[file] = (lock, users - 1)

    # -- housekeeping -------------------------------------------------------------------------------
    async def sweeping(self) -> None:
        """Drop stale parts from time to time, until cancelled."""
        while True:
            try:
                gone = await asyncio.to_thread(self._spool.sweep)
            except SpoolError as error:
                _log.warning("XL-F03 清理没有做成：%s", error.why)
            else:
                if gone:
                    _log.info("清掉过期的 %d 件", gone)
            await asyncio.sleep(self.limits.sweep_every)
