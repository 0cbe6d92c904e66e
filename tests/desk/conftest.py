"""The desks of `desk_office`, as fixtures of every test here."""

from __future__ import annotations

from desk_office import made, office
from region_desk import region_base, regions

__all__ = ["made", "office", "region_base", "regions"]
