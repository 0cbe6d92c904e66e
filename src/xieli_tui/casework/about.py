"""What a screen says of the workspace itself: which place it is, who is at work, whom to call.

Rules kept here
- before unlocking only `kind.json` is read, which holds nothing personal;
- a phone number is a local parameter of the county; where none was set the answer is empty, never invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xieli_tui.casework import reads
from xieli_tui.casework.session import Session
from xieli_tui.domain import codes
from xieli_tui.store import workspace as rooms


@dataclass(frozen=True, slots=True)
class Outside:
    """A workspace seen from outside its lock."""

    kind: str
    place: str
    demo: bool
    enrolled: bool
    practice: bool = False


def _place(profile: rooms.Profile) -> str:
    names = [profile.village_names.get(code, code) for code in profile.villages]
    if profile.kind == "village":
        return names[0] if len(names) == 1 else f"{names[0]}等 {len(names)} 村" if names else ""
    if profile.kind == "county":
        return profile.county_name or profile.area
    return profile.village_names.get(profile.area) or next(iter(profile.village_names.values()), "") or profile.area


def outside(workspace: Path) -> Outside:
    """Place, county and region code of a locked workspace. Raises Locked("XL-L02"), Damaged("XL-L06")."""
    profile = rooms.load_profile(workspace)
    county = profile.county_name if profile.kind != "county" else ""
    code = profile.area or (profile.villages[0][:6] if profile.villages else "")
    return Outside(profile.kind, "  ".join(part for part in (f"{county} {_place(profile)}".strip(), code) if part), profile.demo, bool(profile.net), profile.practice)


def place(session: Session) -> str:
    """Name of the village or office at work."""
    return _place(session.profile)


def operator(session: Session) -> str:
    """Name of the operator at work, from the chain; "" when it is not known."""
    with session.reading() as tx:
        return reads.operator_name(session, tx)


def desk_title(session: Session) -> str:
    """镇民政办工作台, 县级工作台, "" at a village."""
    return "" if session.role == "village" else "镇民政办工作台" if session.role == "township" else f"{codes.label('role', session.role)}工作台"


def township_phone(session: Session, village: str = "") -> str:
    """The number to call in an emergency, "" when the county has set none."""
    code = village or (session.profile.villages[0] if session.profile.villages else "")
    if not code:
        return ""
    with session.reading() as tx:
        return reads.township_phone(tx, code, session.today)


def versions() -> tuple[tuple[str, str], ...]:
    """Word and version of what runs here, for a telephone call with the county."""
    from importlib import metadata

    from xieli_tui import __version__

    parts = (("界面", "textual"), ("加密", "cryptography"), ("数据库", "sqlcipher3"))
    return (("程序", __version__), *((word, metadata.version(name)) for word, name in parts))
