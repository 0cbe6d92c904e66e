"""Payloads of the road and the desks' housekeeping: devices, verdict rulings, parameters, packs, audit.

`xieli_sync` reads some of these by name (`device.enrolled`, `return.received`, `epoch.opened`, `key.rotated`); their field names are part of the format.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from xieli_tui.domain import jsontext
from xieli_tui.domain.events.base import (
    COUNTY, DESK, Code, Count, Day, DeviceId, EpochId, Hex32, Id, Name, OperatorId, Payload, RefText, RegionCode, Scalar, Text,
    VillageCode, event,
)

Kid = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Seq = Annotated[int, Field(ge=0, lt=2**53, strict=True)]
ChainPoint = tuple[EpochId, Seq, Hex32]
"""[ep, seq, head]."""


def _json_text(text: str) -> str:
    jsontext.parse(text)
    return text


JsonText = Annotated[Text, AfterValidator(_json_text)]
"""Text that every reader can take as JSON."""


class OperatorEntry(Payload):
    """An operator as a grant names it."""

    operator: OperatorId
    name: Name
    post: Name | None = None


class DeskEntry(Payload):
    """A desk a device wraps its bundles for."""

    dev: DeviceId
    kid: Kid
    enc_pub: Hex32
    role: Literal["township", "county"]
    area: RegionCode


@event("device.enrolled", kind="road", entity="dev", writers=COUNTY, scope="device")
class DeviceEnrolled(Payload):
    """A device gets its rights: role, villages or area, the desks it wraps for. A later one supersedes, by reference only (design 03)."""

    dev: DeviceId
    kid: Kid
    sign_pub: Hex32
    enc_pub: Hex32
    role: Literal["village", "township", "county"]
    area: RegionCode
    villages: list[VillageCode] = Field(default_factory=list)
    village_names: dict[VillageCode, Name] = Field(default_factory=dict)
    operators: list[OperatorEntry] = Field(default_factory=list)
    desks: list[DeskEntry] = Field(default_factory=list)
    on: Day


@event("device.revoked", kind="road", entity="dev", writers=DESK, scope="device")
class DeviceRevoked(Payload):
    """Events after `cut[ep]` are quarantined XL-S04; an epoch not named counts as 0. Only the county's counts."""

    dev: DeviceId
    cut: dict[EpochId, Seq] = Field(default_factory=dict)
    reason: Text | None = None


@event("key.rotated", kind="road", entity="dev", scope="device")
class KeyRotated(Payload):
    """The device's new signing key; both keys sign until the rotation is receipted."""

    dev: DeviceId
    kid: Kid
    sign_pub: Hex32
    enc_pub: Hex32


@event("return.received", kind="road", scope="device")
class ReturnReceived(Payload):
    """Delivery lines up to r of one issuer were taken in; names the grant and delegations then held."""

    issuer: DeviceId
    ep: EpochId
    r: Seq
    head: Hex32
    grant: RefText | None = None
    deleg: RefText | None = None
    content: bool = True


@event("epoch.opened", kind="road", scope="device")
class EpochOpened(Payload):
    """First event of every later epoch: where the device came from and what it holds."""

    prev: ChainPoint | None = None
    ret: list[tuple[DeviceId, EpochId, Seq]] = Field(default_factory=list)
    grant: RefText | None = None
    deleg: RefText | None = None
    reason: Code


@event("echoed", kind="road", writers=DESK, scope="device")
class Echoed(Payload):
    """An echo of the returns of one issuer epoch to `dev` was taken back up to r."""

    issuer: DeviceId
    ep: EpochId
    r: Seq
    dev: DeviceId | None = None


@event("quarantine.released", kind="road", writers=DESK, scope="device")
class QuarantineReleased(Payload):
    """Lifts XL-S01, XL-S04 and fork from one event; never S02 or S03."""

    of: RefText
    reason: Text | None = None


@event("quarantine.kept", kind="road", writers=DESK, scope="device")
class QuarantineKept(Payload):
    """A desk looked and keeps the quarantine, with its reason."""

    of: RefText
    reason: Text


@event("fork.frozen", kind="road", entity="dev", writers=DESK, scope="device")
class ForkFrozen(Payload):
    """Two histories under one (dev, ep): frozen from `seq` on. By the desk that holds both lines; never annulled, only settled."""

    dev: DeviceId
    ep: EpochId
    seq: Seq
    hashes: Annotated[list[Hex32], Field(min_length=2)]


@event("fork.settled", kind="road", entity="dev", writers=COUNTY, scope="device")
class ForkSettled(Payload):
    """Which branch of a frozen (dev, ep) stands: the tip kept, or none."""

    dev: DeviceId
    ep: EpochId
    keep: tuple[Seq, Hex32] | None = None
    release_other: bool = False
    reason: Text | None = None


@event("gap.accepted", kind="road", entity="dev", writers=DESK, scope="device")
class GapAccepted(Payload):
    """A desk accepts that events first..last of (dev, ep) will not come."""

    dev: DeviceId
    ep: EpochId
    first: Seq
    last: Seq
    reason: Text


@event("clock.clamped", kind="road", entity="dev", writers=DESK, scope="device")
class ClockClamped(Payload):
    """Replaces the ms of a mad clock for ordering, for events of (dev, ep) from seq first to last."""

    dev: DeviceId
    ep: EpochId
    first: Seq
    last: Seq
    ms: Annotated[int, Field(ge=0, lt=2**53, strict=True)]


@event("recovery.answered", kind="road", entity="dev", writers=DESK, scope="device")
class RecoveryAnswered(Payload):
    """An officer answered a recovery request (`request` = SHA-256 of it); `compared` is written only where the 20 digits were typed and were its own."""

    dev: DeviceId
    request: Hex32
    officer: Name
    drill: bool | None = None
    compared: bool | None = None


@event("officer.set", kind="road", writers=COUNTY, scope="county")
class OfficerSet(Payload):
    """The recovery officers in force: name and certified key of each."""

    officers: list[dict[str, str]]
    on: Day


@event("handover.allowed", kind="road", entity="dev", writers=DESK, scope="device")
class HandoverAllowed(Payload):
    """Drafts and unsent entries of one device may pass to another: `enc_pub` is the key they are sealed for, `villages` what both work for."""

    dev: DeviceId
    to: DeviceId
    on: Day
    enc_pub: Hex32 | None = None
    villages: list[VillageCode] = Field(default_factory=list)
    name: Name | None = None


@event("handover.sealed", kind="road", scope="device")
class HandoverSealed(Payload):
    """This device sealed a hand-over for another."""

    to: DeviceId
    digest: Hex32


@event("handover.opened", kind="road", scope="device")
class HandoverOpened(Payload):
    """This device opened a hand-over."""

    digest: Hex32


@event("local.set", kind="ruling", entity="key", writers=DESK, scope="county")
class LocalSet(Payload):
    """A dated local parameter (design 06): value as JSON text, scope by area, never defaulted."""

    key: Code
    value: JsonText
    start: Day
    end: Day | None = None
    area: Name | None = None


@event("pack.installed", kind="ruling", entity="pack", writers=COUNTY, scope="county")
class PackInstalled(Payload):
    """A policy pack in force: its digest; the bytes travel as blob.part."""

    pack: Name
    digest: Hex32
    start: Day


@event("blob.part", kind="fact", entity="digest", scope="county")
class BlobPart(Payload):
    """A piece (<= 45 KiB, base64) of a pack, template or mapping; takes effect when whole."""

    digest: Hex32
    part: Count
    of: Count
    kind: Code
    name: Name
    data: Annotated[str, Field(max_length=61_440)]


@event("fact.corrected", kind="fact", entity="of")
class FactCorrected(Payload):
    """更正(原记录保留): new values for fields of a fact, with a reason. `household` is that of the fact; absent where the fact names none."""

    village: VillageCode
    household: Id | None = None
    of: RefText
    fields: dict[str, Any]
    reason: Text


@event("fact.withdrawn", kind="fact", entity="of")
class FactWithdrawn(Payload):
    """A fact is withdrawn with a reason; the line stays. `household` is that of the fact; absent where the fact names none."""

    village: VillageCode
    household: Id | None = None
    of: RefText
    reason: Text


@event("ruling.annulled", kind="ruling", entity="of", writers=DESK, scope="device")
class RulingAnnulled(Payload):
    """Undoes one ruling, with a reason. A township annuls only its own."""

    of: RefText
    reason: Text


@event("audit.unlocked", kind="audit", scope="device")
class AuditUnlocked(Payload):
    """The workspace was opened by the operator; `recovery`: two officers' answers to `request` gave it a new passphrase and a new key."""

    where: Literal["app", "cli", "recovery"]
    request: Hex32 | None = None


@event("audit.revealed", kind="audit", scope="device")
class AuditRevealed(Payload):
    """Masked values were shown: on which screen, for which task, about whom."""

    screen: Code
    task: Code | None = None
    household: Id | None = None
    person: Id | None = None
    fields: list[Code] = Field(default_factory=list)


@event("audit.printed", kind="audit", scope="device")
class AuditPrinted(Payload):
    """A form was printed or rendered."""

    form: Code
    subject: Id | None = None
    count: Count = 1


@event("audit.exported", kind="audit", scope="device")
class AuditExported(Payload):
    """Data left the workspace as a file: what, masked or full, why."""

    what: Code
    rows: Count
    full: bool = False
    reason: Text | None = None
