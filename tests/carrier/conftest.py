"""The desks of `desk_office` (county, township, village), as fixtures of the tests that walk the whole road."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent / "desk"))

from desk_office import made, office

__all__ = ["made", "office"]
