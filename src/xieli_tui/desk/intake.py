"""Taking bundles in at a desk: files or folders, dry run first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_tui.casework.views import ImportOutcome

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


def import_files(session: Session, paths: Iterable[Path], *, dry_run: bool = False) -> list[ImportOutcome]:
    """Offer each file to the importer; a folder means its *.xieli files. One outcome per file, never raises for a bad file.

    Raises:
        NotFound: XL-F05 a path does not exist.
    """
    raise NotImplementedError
