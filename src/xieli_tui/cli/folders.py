"""Where a workspace lies when nobody names it."""

from __future__ import annotations

import os
from pathlib import Path


def default_workspace() -> Path:
    """`XIELI_WORKSPACE`, else a folder in the platform's place for data."""
    named = os.environ.get("XIELI_WORKSPACE")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("xieli", appauthor=False) / "workspace"
