"""The event catalogue v1 (design 03): payload models by topic, one registry.

Importing this package fills `EVENTS`; unknown (t, v) stay storable and are projected after an upgrade.
"""

from xieli_tui.domain.events import aid, household, registers, road, work
from xieli_tui.domain.events.base import COUNTY, DESK, EVENTS, EventType, Payload, event_type

__all__ = ["COUNTY", "DESK", "EVENTS", "EventType", "Payload", "aid", "event_type", "household", "registers", "road", "work"]
