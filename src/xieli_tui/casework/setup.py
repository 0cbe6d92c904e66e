"""A new workspace, its enrolment code, and the grant that ties it to its county.

Rules kept here
- nothing half-made stays: what a failed start laid down is taken away again, an existing workspace is never touched;
- the first event names the operator; keys are made here and never leave;
- a grant is taken only when the 20 digits the county read out are those of its root (XL-K07).
"""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from xieli_sync import identity
from xieli_sync.event import ZERO
from xieli_tui.casework import drives, epoch_mark, own_keys, road, values
from xieli_tui.casework.epoch_mark import Mark
from xieli_tui.casework.session import Session, attach
from xieli_tui.domain.clock import Clock, Rand
from xieli_tui.domain.events.household import OperatorAdded
from xieli_tui.errors import Refused
from xieli_tui.store import queries
from xieli_tui.store import workspace as rooms
from xieli_tui.store.kdf import check_passphrase
from xieli_tui.store.vault import Vault
from xieli_tui.store.workspace import Profile

OWNERS = ("office", "private")
KDFS = ("auto", "floor")
FIRST_OPERATOR = "1"


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
) -> InitResult:
    """Make a workspace for a village laptop or a township desk.

    Raises:
        Refused: XL-L03 a workspace is there, XL-V05 village code, XL-V12 area, XL-V06 no operator, XL-V09 passphrase, XL-F03/F07 the folder.
    """
    role = values.choice(request.role, ("village", "township"), "role")
    villages = tuple(dict.fromkeys(village_code(code) for code in request.villages))
    area = ""
    if role == "township":
        area = (request.area or "").strip()
        if len(area) != 9 or not (area.isascii() and area.isdigit()):
            raise Refused("XL-V12", field="area")
        villages = ()
    elif not villages:
        raise Refused("XL-V06", field="village")
    name = values.name(request.village_name, "village_name")
    named = area or villages[0]
    profile = Profile(
        kind=cast(Literal["village", "township"], role),
        villages=villages,
        village_names={named: name} if name else {},
        area=area,
        practice=request.practice,
        owner=cast(Literal["office", "private"], values.choice(request.owner, OWNERS, "owner")),
    )
    session = make_workspace(
        Path(workspace), profile, values.needed(values.name(request.operator, "operator"), "operator"), passphrase,
        post=values.name(request.post, "post"), kdf=request.kdf, clock=clock, rand=rand,
    )
    try:
        epoch_mark.write(session.dev, Mark(session.ep, 0, ZERO))
        code = device_code(session)
        return InitResult(session.dev, session.ep, code.fingerprint, code.code)
    except BaseException:
        session.close()
        clear(Path(workspace))
        raise
    finally:
        session.close()


def make_workspace(
    workspace: Path, profile: Profile, operator: str, passphrase: str, *, post: str | None = None, kdf: str = "auto", clock: Clock | None = None,
    rand: Rand = os.urandom,
) -> Session:
    """Keys, store and profile of a new workspace with its first operator; an open session. Used by every kind of desk.

    Raises:
        Refused: XL-L03, XL-V09, XL-V08, XL-F03, XL-F07, XL-L21.
    """
    check_passphrase(passphrase)
    strength = cast(Literal["auto", "floor"], values.choice(kdf, KDFS, "kdf"))
    drives.refuse_removable(workspace)
    rooms.prepare(workspace)
    session: Session | None = None
    try:
        vault = Vault.create(workspace, operator=FIRST_OPERATOR, passphrase=passphrase, kdf=strength, rand=rand)
        session = attach(workspace, profile, vault, clock=clock, rand=rand, where=None, fresh=True)
        session.record(
            values.make(
                OperatorAdded, operator=FIRST_OPERATOR, name=operator, post=post, role=profile.kind, area=profile.area or None,
            )
        )
        rooms.save_profile(workspace, profile)
    except BaseException:
        if session is not None:
            session.close()
        clear(workspace)
        raise
    return session


def clear(workspace: Path) -> None:
    """Take away what a failed start laid down; only our own names, the folder itself only when it is then empty."""
    for name in (rooms.KEYS, rooms.PROFILE, rooms.STORE, rooms.STORE + "-wal", rooms.STORE + "-shm"):
        (workspace / name).unlink(missing_ok=True)
    for name in rooms.FOLDERS:
        shutil.rmtree(workspace / name, ignore_errors=True)
    if workspace.is_dir() and not any(workspace.iterdir()):
        workspace.rmdir()


def village_code(code: str) -> str:
    """A 12-digit village code. Raises Refused("XL-V05")."""
    plain = code.strip()
    if len(plain) != 12 or not (plain.isascii() and plain.isdigit()):
        raise Refused("XL-V05", field="village")
    return plain


def device_code(session: Session) -> DeviceCode:
    """The code to carry to the county and the 20 digits to compare."""
    keys = own_keys.identity_keys(session)
    return DeviceCode(identity.enrol_code(keys.sign_pub, keys.enc_pub), identity.fingerprint(keys.sign_pub, keys.enc_pub))


def save_code(code: DeviceCode, out: Path | str) -> None:
    """Lay the code down as a text file.

    Raises:
        Refused: XL-F01 a folder, XL-F08 something lies there, XL-F03 cannot be written.
    """
    _lay_down(f"登记码  {code.code}\n核对码  {code.fingerprint}\n".encode(), out)


def save_code_picture(code: DeviceCode, out: Path | str) -> None:
    """Lay the code down as a QR code (PNG). The 核对码 is not in it: it is compared by voice, never read off the same picture.

    Raises:
        Refused: XL-F01, XL-F08, XL-F03 as `save_code`.
    """
    from xieli_tui.paper import qr

    _lay_down(qr.png(code.code), out)


def _lay_down(data: bytes, out: Path | str) -> None:
    path = Path(out)
    if path.is_dir():
        raise Refused("XL-F01")
    try:
        with open(path, "xb") as file:
            file.write(data)
    except FileExistsError:
        raise Refused("XL-F08") from None
    except OSError:
        raise Refused("XL-F03") from None


def enrol(session: Session, path: Path | str, root_fingerprint: str) -> EnrolResult:
    """Take the county's grant in: pin its root, its network and this device's rights.

    Raises:
        NotFound: XL-F05.
        Refused: XL-F01, XL-K07 the digits differ, XL-K05 not for this device, XL-K03 not a grant or one of another role (the county issues
            it again, which supersedes), and the codes of a bad file.
    """
    outcome = road.import_file(session, Path(path), root_fingerprint=values.needed(root_fingerprint, "root_fingerprint"), only="grant")
    if outcome.status not in ("imported", "duplicate"):
        raise Refused(outcome.code, "不是登记文件，或者登记的单位类别和这台电脑不一样" if outcome.code == "XL-K03" else "")
    own_keys.choose(session)
    with session.reading() as tx:
        grant = road.require_grant(session, tx)
        device = queries.device(tx, session.dev)
    if device is not None:
        session.profile = dataclasses.replace(
            session.profile,
            villages=device.villages or session.profile.villages,
            village_names={**session.profile.village_names, **{code: name for code, name in device.village_names.items() if name != code}},
            area=device.area,
            net=grant.net,
        )
        rooms.save_profile(session.workspace, session.profile)
    scope = session.profile.villages if session.role == "village" else (session.profile.area,)
    return EnrolResult(session.dev, grant.net, scope, identity.fingerprint(grant.root))
