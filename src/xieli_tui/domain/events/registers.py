"""Payloads of the registers: helping groups, staff and coordinators, stations."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from xieli_tui.domain.events.base import DESK, Day, DeviceId, Id, Name, OperatorId, Payload, RefText, VillageCode, event


@event("group.set", kind="claim", entity="group", scope="village")
class GroupSet(Payload):
    """困难群众救助帮扶小组 (001:8): members of the village's helping group and the households it helps."""

    group: Id
    village: VillageCode
    name: Name
    members: list[Name]
    households: list[Id] = Field(default_factory=list)
    replaces: list[RefText] = Field(default_factory=list)


@event("staff.registered", kind="ruling", entity="staff", writers=DESK, scope="village")
class StaffRegistered(Payload):
    """经办人员 and village officers, for the kin question and the coordinator register (000:18). A coordinator (协理员) is a row with `source`.

    `operator` on device `dev` is the account the person works under. The last line of a staff id counts; `until` ends it.
    """

    staff: Id
    village: VillageCode | None = None
    area: Name | None = None
    name: Name
    post: Name
    id_no: Name | None = None
    source: Literal["committee", "grid", "hired", "social_worker"] | None = None
    since: Day | None = None
    until: Day | None = None
    phone: Name | None = None
    dev: DeviceId | None = None
    operator: OperatorId | None = None


@event("station.set", kind="ruling", entity="station", writers=DESK, scope="village")
class StationSet(Payload):
    """社会救助服务站(点) of a village (000:18)."""

    station: Id
    village: VillageCode
    name: Name
    since: Day | None = None
    until: Day | None = None
    phone: Name | None = None
