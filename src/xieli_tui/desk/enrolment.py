"""Devices: registering a village laptop or a township desk, the list of them, the trust file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xieli_tui.casework.views import DeviceRow

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


@dataclass(frozen=True, slots=True)
class EnrolDevice:
    """A device's code and the rights it gets. `out` is the grant file to write; `root` the folder of the root key file (township only).

    `names` gives village code -> name; missing names fall back to the code.
    """

    code: str
    villages: Sequence[str]
    operator: str
    out: Path
    role: str = "village"
    area: str | None = None
    root: Path | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The registered device, the 20 digits to compare, the grant file."""

    dev: str
    fingerprint: str
    file: str


def enrol_device(session: Session, request: EnrolDevice, *, root_passphrase: str | None = None) -> Enrolled:
    """Register a device and lay down its grant. A known device gets the same grant again and delivery restarts at r = 1.

    Raises:
        Refused: XL-K08 bad code, XL-V05 village code, XL-V12 area, XL-P03 outside the county, XL-K09 no root file, XL-F08 file exists.
        Locked: XL-K11 root passphrase.
    """
    raise NotImplementedError


def devices(session: Session) -> list[DeviceRow]:
    """Registered devices; `heard` False = 待首次上报 until the first valid bundle."""
    raise NotImplementedError


def trust_export(session: Session) -> dict[str, Any]:
    """What a receiver needs to authenticate senders: net, root, devices with role and keys. No names, no villages."""
    raise NotImplementedError
