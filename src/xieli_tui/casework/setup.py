"""A new workspace, its enrolment code, and the grant that ties it to its county."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import Clock, Rand


@dataclass(frozen=True, slots=True)
class InitVillage:
    """A new workspace of a village laptop (or of a township desk: `role` township with its 9-digit `area`)."""

    villages: Sequence[str]
    village_name: str
    operator: str
    owner: str = "office"
    kdf: str = "auto"
    role: str = "village"
    area: str | None = None
    post: str | None = None
    practice: bool = False


@dataclass(frozen=True, slots=True)
class InitResult:
    """device id, epoch, 20-digit fingerprint and the code to carry to the county."""

    device: str
    epoch: str
    fingerprint: str
    enrol_code: str


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """The enrolment code and its 20 digits."""

    code: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class EnrolResult:
    """What the grant gave: device, network, scope (villages or area), root fingerprint."""

    dev: str
    net: str
    scope: tuple[str, ...]
    root_fingerprint: str


def init_village(
    workspace: Path | str, request: InitVillage, passphrase: str, *, clock: Clock | None = None, rand: Rand = os.urandom,
) -> InitResult: ...
def device_code(session: Session) -> DeviceCode: ...
def enrol(session: Session, path: Path | str, root_fingerprint: str) -> EnrolResult: ...
