"""Sending home: per laptop the delivery lines it lacks, one return file when the idle rule says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xieli_tui.casework.views import ExportedFile

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


def send(session: Session, folder: Path, device: str | None = None) -> list[ExportedFile]:
    """Write the returns owed into `folder`; none owed, none written.

    Raises:
        NotFound: XL-V44 no such device.
        Refused: XL-F02/F03/F07 the folder.
    """
    raise NotImplementedError
