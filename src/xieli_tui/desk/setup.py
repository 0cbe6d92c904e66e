"""A new county: root key, desk keys, the county's own chain.

Rules kept here
- the root key is sealed in a file of its own under its own passphrase, outside the workspace: its place is a safe, not this computer (design 04);
- nothing lies half-made: a failure takes back workspace and key file alike, an existing one is never written over (XL-L03, XL-F08);
- laptops pin the root's 20 digits, told on paper; the network id follows from the root key.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from xieli_sync import identity
from xieli_tui.casework import values
from xieli_tui.casework.session import road_errors
from xieli_tui.casework.setup import clear, make_workspace
from xieli_tui.desk.desk_keys import keep_own_cert
from xieli_tui.domain.clock import Clock, Rand
from xieli_tui.errors import Locked, Refused
from xieli_tui.store import trust
from xieli_tui.store import workspace as rooms
from xieli_tui.store.kdf import check_passphrase
from xieli_tui.store.workspace import Profile

ROOT_FILE = "xieli-root.json"


@dataclass(frozen=True, slots=True)
class InitCounty:
    """`county` is the six-digit area; `root_out` the folder for the sealed root key file (None = beside the workspace)."""

    county: str
    name: str
    operator: str
    root_out: Path | None = None
    kdf: str = "auto"
    database: str | None = None
    practice: bool = False
    post: str | None = None


@dataclass(frozen=True, slots=True)
class CountyResult:
    """What the CLI prints: net, the desk's device id, the root's fingerprint (told on paper), where the root key file lies."""

    net: str
    dev: str
    root_fingerprint: str
    root_file: str


def init_county(
    workspace: Path | str, request: InitCounty, passphrase: str, root_passphrase: str, *, clock: Clock | None = None, rand: Rand = os.urandom,
) -> CountyResult:
    """Make a county workspace and its root key.

    Raises:
        Refused: XL-L03 workspace exists, XL-V12 area not six digits, XL-V09 passphrase too short, XL-F08 a root key file lies there already,
            XL-V11 an engine this version does not have.
    """
    space = Path(workspace)
    area = (request.county or "").strip()
    if len(area) != 6 or not (area.isascii() and area.isdigit()):
        raise Refused("XL-V12", field="county")
    name = values.needed(values.name(request.name, "name"), "name")
    operator = values.needed(values.name(request.operator, "operator"), "operator")
    if request.database:
        raise Refused("XL-V11", "这一版只有本机的加密资料库", field="database")
    check_passphrase(passphrase)
    check_passphrase(root_passphrase)
    if rooms.exists(space):
        raise Refused("XL-L03")
    root_dir = Path(request.root_out) if request.root_out is not None else space.absolute().parent / f"{space.absolute().name}-root"
    root_file = _free_place(root_dir)
    profile = Profile(kind="county", area=area, county_name=name, practice=request.practice)
    session = make_workspace(space, profile, operator, passphrase, post=request.post, kdf=request.kdf, clock=clock, rand=rand)
    try:
        root = identity.RootKey.generate(rand)
        keys = session.keys
        cert = identity.issue_desk_cert(root, sign_pub=keys.sign_pub, enc_pub=keys.enc_pub, role="county", area=area)
        with session.writing() as tx:
            net = trust.pin_root(tx, root.sign_pub, practice=request.practice)
            trust.accept(tx, identity.verify_chain([cert], root.sign_pub))
            keep_own_cert(tx, [cert])
        rooms.save_profile(space, replace(profile, net=net))
        with road_errors():
            root.save(root_file, root_passphrase, rand)
        return CountyResult(net, session.dev, root.fingerprint, str(root_file))
    except BaseException:
        session.close()
        clear(space)
        raise
    finally:
        session.close()


def _free_place(folder: Path) -> Path:
    """Where the root key file goes; the folder is made. Raises Refused: XL-F07, XL-F08, XL-F03."""
    if folder.is_file():
        raise Refused("XL-F07")
    path = folder / ROOT_FILE
    if path.exists():
        raise Refused("XL-F08", ROOT_FILE)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise Refused("XL-F03") from None
    return path


def load_root(folder: Path | None, root_passphrase: str | None) -> identity.RootKey:
    """The root key out of its folder (or the file itself).

    Raises:
        Locked: XL-K11 passphrase, XL-L04 none given. Refused: XL-K09 no file there.
    """
    if folder is None:
        raise Refused("XL-K09")
    if not root_passphrase:
        raise Locked("XL-L04", "根密钥文件的口令")
    path = Path(folder)
    with road_errors():
        return identity.RootKey.load(path / ROOT_FILE if path.is_dir() else path, root_passphrase)
