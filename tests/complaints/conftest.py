"""The desks of `desk_office` and the laptops of `people_kit`, made once a run."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "desk"))
from desk_office import made, office

__all__ = ["made", "office"]
