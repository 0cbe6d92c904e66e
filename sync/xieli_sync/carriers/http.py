"""Handing a bundle in over HTTP: the client side of SPEC section 11, on the standard library.

Rules kept here
- the receiver's 204 is the only word for *taken*; whatever else happens, the same bytes go on from where the receiver says it stands;
- pieces grow while the line holds and shrink when it breaks, so a line that always breaks after a few kilobytes still gets a file across;
- every refusal ends in a code; nothing is tried again that cannot turn out differently, and nothing is tried for ever;
- plain http only to this machine itself; certificates are checked, against the system's list or a file named; no redirect is followed, no proxy of the
  environment is used;
- a wrong clock of this machine does not stop it: the receiver says its time, and the signed header is written by that (events never are).
"""

from __future__ import annotations

import http.client
import ipaddress
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from xieli_sync.carriers import signed
from xieli_sync.errors import SyncError
from xieli_sync.keys import Rand, SigningKey

FIRST_PIECE = 64 * 1024
LEAST_PIECE = 4 * 1024
MOST_PIECE = 256 * 1024
TRIES = 8
"""Failures in a row without a byte gained, once the receiver has answered at all."""
FIRST_TRIES = 3
TIMEOUT = 30.0
_LONGEST_PAUSE = 20.0
_BODY_READ = 4096
_NOT_KNOWN = {"XL-K01": "没有登记", "XL-K02": "签名不符", "XL-S04": "已经停用"}


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver: `https://host:port`, a path in front of ours when a proxy wants one."""

    host: str
    port: int
    tls: bool
    prefix: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that is taken. `resumed` bytes lay there before the first piece of this call; `pieces` were sent, over `broken` broken requests."""

    file: str
    bytes: int
    resumed: int
    pieces: int
    broken: int


def target(url: str) -> Target:
    """Read an address.

    Raises:
        SyncError: XL-F15 not an address of a receiver, XL-F16 plain http to another machine.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise SyncError("XL-F15") from None
    if parts.scheme not in ("http", "https") or not host or not host.isascii() or port == 0 or parts.query or parts.fragment or "@" in parts.netloc:
        raise SyncError("XL-F15")
    if not all(33 <= ord(char) < 127 for char in parts.path):
        raise SyncError("XL-F15")
    tls = parts.scheme == "https"
    if not tls and not _loopback(host):
        raise SyncError("XL-F16")
    return Target(host, port or (443 if tls else 80), tls, parts.path.rstrip("/"))


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Broken(Exception):
    """The line or the receiver failed in a way that may pass. `pause`: seconds it asked for."""

    def __init__(self, pause: float = 0.0) -> None:
        super().__init__()
        self.pause = pause


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    offset: int | None
    code: str
    time_ms: int | None
    pause: float


class Client:
    """Hands files in at one receiver, as one device.

    Args:
        keys: this device's signing keys, newest first; during a rotation the old one is tried where the new one is not known yet.
        clock_ms: this machine's clock; `sleep` and `rand` as everywhere passed in.
        ca: a file of certificates to trust instead of the system's.
        progress: told (bytes there, bytes in all) as it goes on.
    """

    def __init__(
        self, where: Target, *, dev: str, net: str, keys: Sequence[SigningKey], clock_ms: Callable[[], int], rand: Rand,
        sleep: Callable[[float], None] = time.sleep, ca: Path | None = None, timeout: float = TIMEOUT, progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """
        Raises:
            SyncError: XL-F19, the certificates named cannot be read.
        """
        self._where, self._dev, self._net, self._keys = where, dev, net, list(keys)
        self._clock, self._rand, self._sleep, self._timeout, self._progress = clock_ms, rand, sleep, timeout, progress
        self._context: ssl.SSLContext | None = None
        if where.tls:
            try:
                self._context = ssl.create_default_context(cafile=None if ca is None else str(ca))
            except (OSError, ssl.SSLError):
                raise SyncError("XL-F19") from None
        self._connection: http.client.HTTPConnection | None = None
        self._ahead = 0
        self._set_right = False
        self._answered = False

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def send(self, data: bytes) -> Sent:
        """Hand one file in; returns when it is taken.

        Raises:
            SyncError: XL-F11 nobody answers, XL-F12 not known or revoked, XL-F13 full, XL-F14 quota, XL-F17 clocks, XL-F19 certificate, XL-F20 not a
                receiver, XL-F21 broken off; XL-B01…B05 what the receiver says of the file.
        """
        file = sha256(data).hexdigest()
        offset: int | None = None
        resumed: int | None = None
        size, failures, pieces, broken = FIRST_PIECE, 0, 0, 0
        while True:
            try:
                if offset is None:
                    offset = self._offset(file, len(data))
                    resumed = offset if resumed is None else resumed
                piece = data[offset : offset + size]
                answer = self._ask("PATCH", file, offset, len(data), piece)
                reached = self._after(answer, offset, len(piece), len(data))
            except _Broken as failure:
                failures, broken = failures + 1, broken + 1
                if failures >= (TRIES if self._answered else FIRST_TRIES):
                    raise SyncError("XL-F21" if self._answered else "XL-F11") from None
                self.close()
                offset, size = None, max(LEAST_PIECE, size // 2)
                self._sleep(max(failure.pause, self._backoff(failures)))
                continue
            pieces += 1
            if answer.status == 204:
                self._tell(len(data), len(data))
                return Sent(file, len(data), resumed or 0, pieces, broken)
            if reached > offset:
                failures, size = 0, min(MOST_PIECE, size * 2)
            else:
                failures += 1
                if failures >= TRIES:
                    raise SyncError("XL-F21")
            offset = reached
            self._tell(offset, len(data))

    # -- answers ------------------------------------------------------------------------------------
    def _offset(self, file: str, length: int) -> int:
        answer = self._ask("HEAD", file, 0, 0, b"")
        if answer.status != 200 or answer.offset is None or answer.offset > length:
            raise self._refusal(answer)
        return answer.offset

    def _after(self, answer: _Answer, offset: int, sent: int, length: int) -> int:
        """Where to go on after a PATCH."""
        if answer.status == 204:
            return length
        if answer.status == 202 and answer.offset == offset + sent:
            return answer.offset
        if answer.status in (409, 422) and answer.offset is not None and answer.offset <= length:
            return answer.offset
        raise self._refusal(answer)

    def _refusal(self, answer: _Answer) -> Exception:
        """What to raise for an answer that is not the one hoped for."""
        status, code = answer.status, answer.code
        if status in (408, 500, 502, 503, 504):
            return _Broken(answer.pause)
        if status == 401 and code == "XL-F17":
            return SyncError("XL-F17")
        if status in (401, 403):
            return SyncError("XL-F12", _NOT_KNOWN.get(code, ""))
        if status == 507:
            return SyncError("XL-F13")
        if status == 429:
            return SyncError("XL-F14")
        if status == 413:
            return SyncError("XL-B01")
        if status == 415 and code in ("XL-B01", "XL-B02", "XL-B03", "XL-B04", "XL-B05"):
            return SyncError(code)
        return SyncError("XL-F20", str(status))

    # -- the line -----------------------------------------------------------------------------------
    def _ask(self, method: str, file: str, offset: int, length: int, piece: bytes) -> _Answer:
        """One request, again with the receiver's time or the next key where that is what was wrong."""
        while True:
            answer = self._once(method, file, offset, length, piece)
            if answer.status == 401 and answer.time_ms is not None and not self._set_right:
                self._set_right = True
                self._ahead = answer.time_ms - self._clock()
            elif answer.status == 403 and answer.code == "XL-K01" and len(self._keys) > 1:
                self._keys.pop(0)
            else:
                return answer

    def _once(self, method: str, file: str, offset: int, length: int, piece: bytes) -> _Answer:
        key = self._keys[0]
        claim = signed.Claim(
            method, file, self._net, self._dev, key.kid, max(self._clock() + self._ahead, 0), self._rand(16).hex(), offset, length, sha256(piece).hexdigest(),
        )
        headers = {"Authorization": claim.header(key)}
        if method == "PATCH":
            headers |= {signed.OFFSET: str(offset), signed.LENGTH: str(length), "Content-Type": signed.MEDIA_TYPE}
        try:
            return self._exchange(method, self._where.prefix + signed.path_of(file), piece if method == "PATCH" else None, headers)
        except ssl.SSLCertVerificationError:
            self.close()
            raise SyncError("XL-F19") from None
        except (OSError, http.client.HTTPException):
            self.close()
            raise _Broken from None

    def _exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> _Answer:
        connection = self._connection
        if connection is None:
            connection = self._connection = self._dial()
        # The receiver may have answered before it hung up: its answer says more than the broken pipe.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, path, body, headers)
        response = connection.getresponse()
        response.read(_BODY_READ)
        if not response.isclosed():
            self.close()  # a receiver says nothing in bodies; whatever talks there is not waited for
        self._answered = True
        pause = signed.number(response.getheader("Retry-After")) or 0
        return _Answer(
            response.status, signed.number(response.getheader(signed.OFFSET)), response.getheader(signed.CODE) or "",
            signed.number(response.getheader(signed.TIME)), min(float(pause), _LONGEST_PAUSE),
        )

    def _dial(self) -> http.client.HTTPConnection:
        where = self._where
        if self._context is not None:
            return http.client.HTTPSConnection(where.host, where.port, timeout=self._timeout, context=self._context)
        return http.client.HTTPConnection(where.host, where.port, timeout=self._timeout)

    def _backoff(self, failures: int) -> float:
        """Seconds before try number `failures` + 1: doubling, with a part left to chance so that laptops do not come back all at once."""
        whole: float = min(0.5 * 2.0**failures, _LONGEST_PAUSE)
        return whole * (0.5 + self._rand(1)[0] / 512)

    def _tell(self, there: int, whole: int) -> None:
        if self._progress is not None:
            self._progress(there, whole)
