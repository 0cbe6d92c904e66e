"""The desks of `desk_office`, made once a run; the state folder named by a test is put back."""

from __future__ import annotations

import faultkit  # first: it makes the desks of tests/desk importable
from desk_office import made, office

__all__ = ["faultkit", "made", "office"]
