"""The desks of `desk_office`, as fixtures of every test here."""

from __future__ import annotations

from desk_office import made, office

__all__ = ["made", "office"]
