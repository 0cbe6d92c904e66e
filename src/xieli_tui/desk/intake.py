"""Taking bundles in at a desk: files or folders, dry run first.

Rules kept here
- nothing is assumed about order: each file goes through the importer as it is, gaps park and drain by themselves (design 04);
- a folder means its *.xieli files; a file that is no bundle is offered all the same and refused with its code;
- a dry run writes nothing and shows line by line what would come, masked;
- one bad file never stops the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_tui.casework.views import ImportOutcome
from xieli_tui.desk import guards
from xieli_tui.errors import NotFound

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

ACCEPTED = frozenset({"imported", "duplicate", "parked"})
"""Statuses with exit code 0 (design 08)."""


def import_files(session: Session, paths: Iterable[Path | str], *, dry_run: bool = False) -> list[ImportOutcome]:
    """Offer each file to the importer. One outcome per file; a bad file is an outcome, not an exception.

    Raises:
        NotFound: XL-F05 a path does not exist. Refused: XL-P07.
    """
    guards.require_desk(session)
    from xieli_tui.casework import exchange

    return exchange.take_in(session, [file for path in paths for file in _files(Path(path))], dry_run=dry_run)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(child for child in path.glob("*.xieli") if child.is_file())
    if not path.exists():
        raise NotFound("XL-F05", path.name)
    return [path]
