"""Read models of the road and the desk: files sent and taken in, where this computer stands, the queue, a case, the registered computers (rules: `views`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from xieli_tui.casework.views.aid import ApplicationCard
from xieli_tui.casework.views.family import HouseholdCard


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One bundle laid down."""

    path: str
    bid: str
    ep: str
    first: int
    last: int
    events: int
    bytes: int
    check_code: str = ""
    verified: bool = False
    """read back past the cache and equal: 已写入并核对; else 请安全弹出后再插入核对"""
    carried: bool = False
    """a township lays it down for somebody else, byte for byte"""
    echo: bool = False
    """returns of a desk that was put back from a copy, given back to it; none of the own entries"""


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What an export did."""

    files: tuple[ExportedFile, ...]
    pending_unconfirmed: int
    counts: dict[str, int] = field(default_factory=dict)
    backup_failed: str = ""
    """why no backup could be made afterwards, as a sentence with its next step; "" when it was made or not asked for. The files stand either way"""
    carried_copy: str = ""
    """the folder of the copy laid beside the files, which only recovery opens; "" none"""
    no_copy: str = ""
    """why no copy lies beside the files, as a sentence with what helps; "" when one does or none was asked for"""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One bundle a receiver took. `resumed` of its bytes lay there from an earlier try; `events` and range as its core says."""

    file: str
    bid: str
    ep: str
    first: int
    last: int
    events: int
    bytes: int
    check_code: str
    resumed: int
    pieces: int


@dataclass(frozen=True, slots=True)
class PushResult:
    """What a push handed in; still waiting for the county's receipt is `pending_unconfirmed`."""

    files: tuple[HandedIn, ...]
    pending_unconfirmed: int
    backup_failed: str = ""


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """One file offered to the importer."""

    file: str
    status: str
    code: str
    what: str
    events: int = 0
    new: int = 0
    quarantined: int = 0
    conflicts: int = 0
    receipts: int = 0
    rulings: int = 0
    alerts: int = 0
    dev: str = ""
    first: int = 0
    last: int = 0
    diff: tuple[str, ...] = ()
    """row-level lines of a dry run: what would change"""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Where this device's own events stand. `audit.*` and `return.received` are not counted."""

    events: int
    confirmed: int
    unconfirmed: int
    last_export: str
    last_receipt: str
    conflicts: int
    quarantined: int
    bundles: tuple[tuple[str, str, int, str, str], ...] = ()
    """(check code, exported on, events, township word, county word), newest first"""
    carried: tuple[int, int] = (0, 0)
    """at a township: files on their way through it (up to the county, down to its laptops)"""
    moved: tuple[tuple[str, str, str, str], ...] = ()
    """(household, head, day, where to) of families that were moved to another village: not counted among the own any more, nothing of them is lost"""
    alarms: tuple[tuple[str, str, str, str], ...] = ()
    """(code, what, device, day) of two histories or two machines, newest first: for a person to look at"""
    stopped: str = ""
    """the day the county stopped this computer, "" when it did not"""
    notes: tuple[str, ...] = ()
    """what the desks said about this very computer, in sentences"""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One line of the desk's queue."""

    kind: Literal["flag", "change", "application", "alert"]
    id: str
    app: str
    household: str
    head: str
    village: str
    village_name: str
    emergency: bool
    state: str
    state_label: str
    age_days: int
    clock_due: str
    kinds: tuple[str, ...]
    why: str = ""
    clock_note: str = ""
    """What is doubtful about `clock_due`: 暂估，待国务院公布, or that it was another day when the notice was posted."""


@dataclass(frozen=True, slots=True)
class StepOwed:
    """One step a case of this kind goes through: done, owed or not needed."""

    step: str
    label: str
    status: Literal["done", "owed", "not_needed"]
    on: str = ""
    why: str = ""
    cite: str = ""


@dataclass(frozen=True, slots=True)
class DeskCase:
    """个案 at a desk: the application, its family, what is owed."""

    card: ApplicationCard
    household: HouseholdCard
    steps: tuple[StepOwed, ...]
    hints: tuple[str, ...] = ()
    advanced: bool = False
    """先行救助 was given already"""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A registered computer as the county sees it."""

    dev: str
    role: str
    area: str
    villages: tuple[str, ...]
    names: tuple[str, ...]
    operators: tuple[str, ...]
    enrolled: str
    last_bundle: str
    heard: bool
    revoked: bool = False
    frozen: bool = False
    """two histories of it are held, and nobody said yet which counts"""
