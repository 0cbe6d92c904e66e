"""The epoch mark: how far this machine's chain had come when a file last left it, kept outside the workspace.

Rules kept here
- `[ep, seq, head]` per device, in the platform's state folder (or `XIELI_STATE`), written and flushed before a file is laid down;
- a workspace whose mark is missing, names another epoch, or names a line the store does not hold cannot prove that it is the only
  continuation of its chain: it opens a new epoch before it writes anything (design 03), so a copied folder never forks a chain;
- the mark holds numbers only, nothing personal.
"""

from __future__ import annotations

import json
import os
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
    target = _path(dev)
    part = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "w", encoding="ascii") as out:
            out.write(json.dumps([mark.ep, mark.seq, mark.head]))
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, target)
        if os.name == "posix":
            handle = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    except OSError as error:
        raise Refused("XL-F02" if error.errno == 28 else "XL-F03", "本机的状态文件夹") from None
