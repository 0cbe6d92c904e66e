"""Where a workspace lies when nobody names it, and what the desk needs before it opens."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from xieli_tui.errors import Misused


def default_workspace() -> Path:
    """`XIELI_WORKSPACE`, else a folder in the platform's place for data."""
    named = os.environ.get("XIELI_WORKSPACE")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("xieli", appauthor=False) / "workspace"


def practice_folder() -> Path:
    """Where the practice lies: beside the workspace, never in it."""
    from platformdirs import user_data_path

    return user_data_path("xieli", appauthor=False) / "practice"


def require_terminal() -> None:
    """The desk is a full-screen page: without a terminal in front and behind nobody could use it, and a pipe would fill with escape codes.

    Raises:
        Misused: XL-X02.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Misused("XL-X02")
