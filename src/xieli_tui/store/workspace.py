"""The folder of one desk: what lies where, and its profile.

Rules kept here
- `keys.json store.db kind.json outbox/ inbox/ backups/ log/`, and `papers/` while a session has one; nothing else of ours;
- `kind.json` says what kind of desk this is and which places it works for; nothing personal is ever in it; it carries a sum of itself, so that a flipped
  bit in a village's code is not taken for another village;
- an existing workspace is never written over (XL-L03); files are replaced whole: written beside, fsynced, renamed, folder fsynced.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from xieli_tui.errors import Damaged, Locked, Refused

Kind = Literal["village", "township", "county"]

KEYS = "keys.json"
STORE = "store.db"
PROFILE = "kind.json"
ORDER = "restore.json"
"""While it lies there the workspace is what was staged (`restoring`): nothing of the old one is changed any more."""
FOLDERS = ("outbox", "inbox", "backups", "log")
_FORMAT = "xieli-workspace"


@dataclass(frozen=True, slots=True)
class Profile:
    """What kind of desk a workspace is.

    Attributes:
        kind: village, township or county.
        villages: 12-digit codes this desk works for (a village desk).
        village_names: code -> name of the place.
        area: 9-digit (township) or 6-digit (county) prefix; at a village the county's 6 digits once known, else "".
        county_name: name of the county, "" before it is known.
        net: hex32 of the county's network, "" before enrolment.
        practice: this is the practice network; prefix and banner follow.
        demo: invented people; banner 演示.
        owner: 公家配发 (office) or 私人 (private) machine.
    """

    kind: Kind
    villages: tuple[str, ...] = ()
    village_names: dict[str, str] = field(default_factory=dict)
    area: str = ""
    county_name: str = ""
    net: str = ""
    practice: bool = False
    demo: bool = False
    owner: Literal["office", "private"] = "office"


def atomic_write(path: Path, data: bytes, *, private: bool = True) -> None:
    """Replace a file whole or not at all; after return it is on the disk as far as the OS can say."""
    part = path.with_name(path.name + ".part")
    with open(part, "wb", opener=lambda name, flags: os.open(name, flags, 0o600 if private else 0o644)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries; Windows cannot, and there the rename itself is the promise."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keys_path(workspace: Path) -> Path:
    """Where the key slots lie."""
    return workspace / KEYS


def store_path(workspace: Path) -> Path:
    """Where the encrypted store lies."""
    return workspace / STORE


def folder(workspace: Path, name: Literal["outbox", "inbox", "backups", "log"]) -> Path:
    """A folder of the workspace, made when it is not there."""
    path = workspace / name
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def exists(workspace: Path) -> bool:
    """Whether something of a workspace is there."""
    return any((workspace / name).exists() for name in (KEYS, STORE, PROFILE))


def prepare(workspace: Path) -> None:
    """Make an empty workspace folder.

    Raises:
        Refused: XL-L03 a workspace is there already, XL-F07 the path is a file, XL-F03 it cannot be made.
    """
    if workspace.is_file():
        raise Refused("XL-F07")
    if exists(workspace):
        raise Refused("XL-L03")
    try:
        workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FOLDERS:
            (workspace / name).mkdir(mode=0o700, exist_ok=True)
    except OSError:
        raise Refused("XL-F03") from None


def require(workspace: Path) -> None:
    """Refuse a folder that is no workspace.

    Raises:
        Locked: XL-L02.
    """
    if not (workspace / KEYS).is_file() or not (workspace / PROFILE).is_file():
        raise Locked("XL-L02")


def save_profile(workspace: Path, profile: Profile) -> None:
    """Write `kind.json`."""
    body: dict[str, Any] = {"fmt": _FORMAT, "v": 1, **asdict(profile)}
    body["sum"] = _sum(body)
    atomic_write(workspace / PROFILE, json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")


def _sum(body: dict[str, Any]) -> str:
    """What a damaged file does not come to by chance (whoever means to change it can make it anew; nothing secret hangs on it)."""
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode(errors="surrogatepass")).hexdigest()[:16]


def load_profile(workspace: Path) -> Profile:
    """Read `kind.json`.

    Raises:
        Locked: XL-L02, there is none.
        Damaged: XL-L06, it is not what we wrote.
        Refused: XL-L07, a newer program wrote it.
    """
    try:
        body = json.loads((workspace / PROFILE).read_bytes())
    except FileNotFoundError:
        raise Locked("XL-L02") from None
    except (NotADirectoryError, IsADirectoryError):
        raise Locked("XL-L02") from None
    except ValueError:
        raise Damaged("XL-L06", PROFILE) from None
    if not isinstance(body, dict) or body.get("fmt") != _FORMAT:
        raise Damaged("XL-L06", PROFILE)
    if body.get("v") != 1:
        raise Refused("XL-L07")
    given = body.pop("sum", None)  # workspaces made before it was written have none
    if given is not None and given != _sum(body):
        raise Damaged("XL-L06", PROFILE)
    kind, villages, names = body.get("kind"), body.get("villages", []), body.get("village_names", {})
    area, county, net = body.get("area", ""), body.get("county_name", ""), body.get("net", "")
    good = (
        kind in ("village", "township", "county")
        and isinstance(villages, list) and all(isinstance(x, str) and re.fullmatch(r"\d{12}", x) for x in villages)
        and isinstance(names, dict) and all(isinstance(x, str) for x in names.values())
        and all(isinstance(x, str) for x in (area, county, net))
        and body.get("owner", "office") in ("office", "private")
    )
    if not good:
        raise Damaged("XL-L06", PROFILE)
    return Profile(
        cast(Kind, kind), tuple(villages), dict(names), area, county, net, body.get("practice") is True, body.get("demo") is True, body.get("owner", "office")
    )
