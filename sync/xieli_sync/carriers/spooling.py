"""What the receiver needs from whoever keeps the uploads: the doors the store implements (store/spool.py) and tests may fake.

A part is what a device has sent of a file so far; every byte of it was vouched for by a signed digest. A file is whole when its SHA-256 is the name it
was sent under and its outer form is a bundle's; it is *taken* when its row in the inbox is committed, and only then may anybody be told so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Why = Literal["offset", "length", "quota", "digest", "form", "full", "busy"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a file has come: bytes kept, and whether its row in the inbox is committed."""

    offset: int
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of one device may lie here, parts and files that wait for an importer together."""

    files: int = 50
    bytes: int = 64 * 1024 * 1024


class SpoolError(Exception):
    """A part was not kept.

    Attributes:
        why: offset (another one is right), length (past the end), quota, digest (whole, but not what its name says; the part is dropped), form (whole,
            but no bundle; dropped), full (the disk), busy (try again).
        offset: where to go on.
        code: of the registry, for `form`.
    """

    def __init__(self, why: Why, offset: int = 0, code: str = "") -> None:
        super().__init__(why)
        self.why: Why = why
        self.offset = offset
        self.code = code


class Spool(Protocol):
    """Uploads under way and the inbox. Calls may come from several threads; those about one file come one at a time."""

    def standing(self, dev: str, file: str) -> Standing:
        """What is kept of a file of this device. Raises SpoolError."""

    def add(self, dev: str, file: str, length: int, offset: int, piece: bytes, quota: Quota) -> Standing:
        """Keep a piece; with the last byte the file is checked and its row committed. Raises SpoolError."""

    def sweep(self) -> int:
        """Drop parts nobody went on with and what is long done; how many went. Raises SpoolError."""
