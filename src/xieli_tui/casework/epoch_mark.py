"""The epoch mark: how far this machine's chain had come when a file last left it, kept outside the workspace.

Rules kept here
- `[ep, seq, head]` per device, in the platform's state folder (or `XIELI_STATE`), written and flushed before a file is laid down;
- a workspace whose mark is missing, names another epoch, or names a line the store does not hold cannot prove that it is the only
  continuation of its chain: it opens a new epoch before it writes anything (design 03), so a copied folder never forks a chain;
- a desk keeps beside it how far it had come towards each device (`sent`): a return may carry nothing of the desk's own chain, and a database put back
  from a copy made between two of them would give the same number to another line;
- both hold numbers only, nothing personal.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xieli_tui.errors import Refused


@dataclass(frozen=True, slots=True)
class Mark:
    """Epoch, seq and hash of the last line that may have left this machine."""

    ep: str
    seq: int
    head: str


def folder() -> Path:
    """Where marks lie: `XIELI_STATE`, else the platform's state folder."""
    named = os.environ.get("XIELI_STATE", "")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_state_dir("xieli", appauthor=False))


def _path(dev: str) -> Path:
    return folder() / f"{dev}.mark"


def read(dev: str) -> Mark | None:
    """The mark of a device; None when there is none or it cannot be read (both mean: continuity is not proven)."""
    try:
        ep, seq, head = json.loads(_path(dev).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    if isinstance(ep, str) and isinstance(seq, int) and isinstance(head, str):
        return Mark(ep, seq, head)
    return None


def write(dev: str, mark: Mark) -> None:
    """Write and flush the mark; it is whole or the old one.

    Raises:
        Refused: XL-F02 no room, XL-F03 cannot be written.
    """
    _replace(_path(dev), [mark.ep, mark.seq, mark.head])


@dataclass(frozen=True, slots=True)
class Sent:
    """How far a desk had come in an issuer epoch: device -> (r, hash) of the last delivery line that may have left it."""

    ep: str
    to: Mapping[str, tuple[int, str]]


def read_sent(dev: str) -> Sent | None:
    """What a desk had sent; None when it never did, or the file cannot be read."""
    try:
        ep, rows = json.loads(_sent_path(dev).read_text(encoding="ascii"))
        return Sent(str(ep), {str(to): (int(r), str(digest)) for to, r, digest in rows})
    except (OSError, ValueError, TypeError):
        return None


def write_sent(dev: str, ep: str, to: str, r: int, digest: str) -> None:
    """Remember and flush the last line about to leave for one device. Raises as `write`."""
    before = read_sent(dev)
    known = dict(before.to) if before is not None and before.ep == ep else {}
    known[to] = (r, digest)
    _replace(_sent_path(dev), [ep, [[one, *said] for one, said in sorted(known.items())]])


def read_gen(dev: str) -> int:
    """The highest generation a desk went by on this machine; 0 when it was never reopened here, or the file cannot be read."""
    try:
        return int(json.loads(_gen_path(dev).read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return 0


def write_gen(dev: str, gen: int) -> None:
    """Remember and flush a generation before anything is signed under it. Raises as `write`."""
    _replace(_gen_path(dev), gen)


def _gen_path(dev: str) -> Path:
    return folder() / f"{dev}.gen"


def _sent_path(dev: str) -> Path:
    return folder() / f"{dev}.sent"


def _replace(target: Path, body: object) -> None:
    from xieli_tui.store.workspace import sync_folder  # here: the first picture asks this module where the state folder is, and needs no store

    part = target.with_suffix(f"{target.suffix}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "w", encoding="ascii") as out:
            out.write(json.dumps(body))
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, target)
        sync_folder(target.parent)
    except OSError as error:
        raise Refused("XL-F02" if error.errno == 28 else "XL-F03", "本机的状态文件夹") from None
