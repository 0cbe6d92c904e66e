"""The two small words many rows carry: how far an entry has got, and whose word a value is."""

from __future__ import annotations

from typing import Literal

EntryState = Literal["local", "exported", "township", "county", "quarantined"]
Rank = Literal["claim", "ruling", ""]
