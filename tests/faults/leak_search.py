"""The search for what must not be there: texts and keys in every shape a program leaves them in, in every file, name of a file and compressed piece.

Rules kept here
- a text is looked for as UTF-8, UTF-16 both ways, GB 18030, hex, base64 at each of its three alignments, percent and `\\u` escapes; a key as raw bytes, hex
  and base64, in halves; long texts by their beginning and their end, for programs cut them;
- what is compressed is opened: zip members (an .xlsx is one), gzip, zlib streams wherever they begin, deflate at the beginning of a file;
- a search that finds nothing proves nothing by itself: `plant` lays every secret down in every shape, and all must be found by the same search.
"""

from __future__ import annotations

import base64
import io
import json
import re
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Secret = str | bytes
PIECE = 6
"""Characters of the beginning and of the end of a longer text."""
OPENED = 32 << 20
"""Bytes read of one compressed piece."""
DEEPEST = 3
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_GZIP = re.compile(rb"\x1f\x8b\x08")


@dataclass(frozen=True)
class Hit:
    """A secret that stands somewhere: whose, in which shape, where."""

    label: str
    shape: str
    place: str


def pieces(secret: Secret) -> list[Secret]:
    """What of it is looked for."""
    if isinstance(secret, bytes):
        return [secret] if len(secret) < 32 else [secret[: len(secret) // 2], secret[len(secret) // 2 :]]
    return [secret] if secret.isascii() or len(secret) <= 2 * PIECE else [secret[:PIECE], secret[-PIECE:]]


def _base64(raw: bytes) -> Iterator[bytes]:
    """The characters of base64 that this piece alone decides, at each alignment, in both alphabets."""
    for before in range(3):
        padded = base64.b64encode(b"\0" * before + raw + b"\0" * (-(before + len(raw)) % 3))
        middle = padded[(0, 2, 3)[before] : 8 * (before + len(raw)) // 6]
        yield middle
        yield middle.translate(bytes.maketrans(b"+/", b"-_"))


def shapes(piece: Secret) -> dict[str, list[bytes]]:
    """How it may stand in a file."""
    raw = piece if isinstance(piece, bytes) else piece.encode()
    found = {"utf-8" if isinstance(piece, str) else "raw": [raw], "hex": [raw.hex().encode(), raw.hex().upper().encode()], "base64": sorted(set(_base64(raw)))}
    if isinstance(piece, str):
        found["utf-16"] = [piece.encode("utf-16-le"), piece.encode("utf-16-be")]
        if not piece.isascii():
            found["gb18030"] = [piece.encode("gb18030")]
            found["decomposed"] = [unicodedata.normalize("NFD", piece).encode()]
            found["percent"] = [urllib.parse.quote(piece).encode(), urllib.parse.quote(piece).lower().encode()]
            found["references"] = ["".join(f"&#{ord(char)};" for char in piece).encode(), *("".join(form.format(ord(char)) for char in piece).encode() for form in ("&#x{:x};", "&#x{:X};"))]
            found["escaped"] = [json.dumps(piece)[1:-1].encode(), json.dumps(piece)[1:-1].upper().replace("\\U", "\\u").encode()]
    return {shape: [one for one in given if len(one) >= 6] for shape, given in found.items()}


NAMES = re.compile(
    r"store\.db(-wal|-shm)?|keys\.json|kind\.json|unlock\.json|[0-9a-z-]+\.lock|in-use|outbox|inbox|backups|log|papers|push|[0-9a-f]{16}|[a-z][a-z-]*-\d+\.[a-z]{3,4}"
    r"|spool\.db(-journal)?|parts|whole|importers|[0-9a-f]{64}\.([0-9a-f]{8}\.part|xieli)"
    r"|\d{8}-\d{6}(-\d+)?|crash-[0-9a-f]{8}-\d{8}T\d{6}\.txt|[0-9a-f]{32}\.(mark|sent)|screen\.json|[0-9a-f]{4}-[0-9a-f]{4}-\d+-\d+-[0-9a-f]{4}\.xieli(\.part)?|xieli-root\.json|grant\.xieli|trust\.json"
)
"""Every name the program gives, and the three a person chose here: devices, epochs, numbers and days; nobody's name is in any."""


def strange_names(root: Path) -> list[str]:
    """Names beneath a folder that are none of these."""
    return [path.name for path in root.rglob("*") if not NAMES.fullmatch(path.name)]


class Search:
    """Looks for secrets; `code` digits are looked for between characters that are no hex digits: six of them stand in any digest now and then."""

    def __init__(self, secrets: Mapping[str, Secret], codes: Mapping[str, str] | None = None) -> None:
        self.patterns: dict[bytes, tuple[str, str]] = {}
        for label, secret in secrets.items():
            for piece in pieces(secret):
                for shape, given in shapes(piece).items():
                    for one in given:
                        self.patterns.setdefault(one, (label, shape))
        self.codes = [(re.compile(rb"(?<![0-9a-fA-F])" + code.encode() + rb"(?![0-9a-fA-F])"), label) for label, code in (codes or {}).items()]
        self.files = self.bytes = 0

    def data(self, data: bytes, place: str, depth: int = 0) -> Iterator[Hit]:
        """Every secret in these bytes and in what is compressed in them."""
        for pattern, (label, shape) in self.patterns.items():
            if pattern in data:
                yield Hit(label, shape, place)
        for code, label in self.codes:
            if code.search(data):
                yield Hit(label, "digits", place)
        if depth < DEEPEST:
            for inner, piece in unfolded(data):
                yield from self.data(piece, f"{place} > {inner}", depth + 1)

    def file(self, path: Path) -> Iterator[Hit]:
        """A file, and its name."""
        yield from self.data(str(path).encode("utf-8", "surrogateescape"), f"the name {path.name}", DEEPEST)
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            self.files += 1
            self.bytes += len(data)
            yield from self.data(data, str(path))

    def folders(self, roots: Iterable[Path]) -> list[Hit]:
        """Everything beneath these folders."""
        found: list[Hit] = []
        for root in roots:
            for path in sorted(root.rglob("*")):
                found += self.file(path)
        return found


def unfolded(data: bytes) -> Iterator[tuple[str, bytes]]:
    """What is compressed in it."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for info in packed.infolist():
                if not info.flag_bits & 1:
                    with packed.open(info) as member:
                        yield info.filename, member.read(OPENED)
    for pattern, bits, word in ((_GZIP, 31, "gzip"), (_ZLIB, 15, "zlib")):
        for found in pattern.finditer(data):
            out = _inflated(data[found.start() :], bits)
            if out:
                yield f"{word} at {found.start()}", out
    for start in (0, 1, 2, 4, 8, 16):
        out = _inflated(data[start:], -15)
        if len(out) >= 16:
            yield f"deflate at {start}", out


def _inflated(data: bytes, bits: int) -> bytes:
    """As much as comes out before it ends or breaks."""
    out, reader = bytearray(), zlib.decompressobj(bits)
    try:
        for at in range(0, len(data), 1 << 14):
            out += reader.decompress(data[at : at + (1 << 14)], OPENED)
            if reader.eof or len(out) >= OPENED:
                break
    except zlib.error:
        pass
    return bytes(out)


def plant(folder: Path, secrets: Mapping[str, Secret], codes: Mapping[str, str] | None = None) -> set[tuple[str, str]]:
    """Every secret in every shape, and compressed in every way; what a search must find: (label, name of the file)."""
    folder.mkdir(parents=True, exist_ok=True)
    expected: set[tuple[str, str]] = set()
    for number, (label, secret) in enumerate(secrets.items()):
        raw = secret if isinstance(secret, bytes) else secret.encode()
        laid = {f"{shape}-{at}": one for shape, given in shapes(secret).items() for at, one in enumerate(given)}
        for before in range(3):
            laid[f"base64 at {before}"] = base64.b64encode(b"x" * before + raw + b"tail")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/sharedStrings.xml", b"<t>" + raw * 3 + b"</t>")
        deflate = zlib.compressobj(wbits=-15)
        laid |= {"zip": packed.getvalue(), "zlib": b"head" * 50 + zlib.compress(raw * 3), "gzip": b"?" + zlib.compress(raw * 3, wbits=31), "deflate": deflate.compress(raw * 3) + deflate.flush()}
        for shape, data in laid.items():
            name = f"{number:03d}-{shape}.bin"
            (folder / name).write_bytes(b"\x00\xff" * 2 * (shape != "deflate") + data + b"\xff" * 7)
            expected.add((label, name))
    for label, code in (codes or {}).items():
        (folder / f"{label}.log").write_text(f"the code {code}.")
        expected.add((label, f"{label}.log"))
    return expected
