"""Village, township, county: what the township carries up and down, in which order it may come, and when everything is silent (design 04, 09)."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_office import TOWN, VILLAGE, Office

from xieli_tui.casework import exchange, households, rebuild, record_visit, setup
from xieli_tui.casework.session import Session
from xieli_tui.desk import enrolment, intake, send, steps
from xieli_tui.errors import Refused


def laid(session: Session, office: Office, name: str) -> list[Path]:
    """What this computer has for the way up, in a folder of its own."""
    office.clock.tick(minutes=1)
    return [Path(f.path) for f in exchange.export(session, folder(office, name), with_backup=False).files]


def sent(session: Session, office: Office, name: str, device: str | None = None) -> list[Path]:
    """What this desk has for the way down, in a folder of its own."""
    office.clock.tick(minutes=1)
    return [Path(f.path) for f in send.send(session, folder(office, name), device=device)]


def folder(office: Office, name: str) -> Path:
    place = office.stick / name
    place.mkdir(exist_ok=True)
    return place


def taken(session: Session, place: Path) -> list[str]:
    """Take a folder in; the statuses."""
    found = exchange.take_in(session, [place]) if session.role == "village" else intake.import_files(session, [place])
    assert all(one.status in ("imported", "duplicate", "parked") for one in found), found
    return [one.status for one in found]


def trip(office: Office, number: int, *, through: bool = True) -> int:
    """Village -> township -> county -> township -> village; how many files were laid down on the whole way."""
    up, over, back, home = (f"{part}{number}" for part in ("up", "over", "back", "home"))
    files = [*laid(office.village, office, up)]
    if through:
        taken(office.township, folder(office, up))
        files += laid(office.township, office, over)
        taken(office.county, folder(office, over))
    else:
        taken(office.county, folder(office, up))
    files += sent(office.county, office, back)
    taken(office.township, folder(office, back))
    files += sent(office.township, office, home)
    taken(office.village, folder(office, home))
    return len(files)


def idle(office: Office, start: int = 50, limit: int = 8) -> int:
    """Walk until three trips lay nothing down; how many trips wrote something."""
    silent = 0
    for number in range(start, start + limit):
        silent = 0 if trip(office, number) else silent + 1
        if silent == 3:
            return number - start - 2
    raise AssertionError("still writing")


def rows(session: Session) -> dict[str, str]:
    """Digest of every projection table, after a rebuild that must change nothing."""
    report = rebuild.rebuild(session)
    assert report.equal
    return dict(report.after)


def test_a_village_bundle_goes_up_byte_for_byte_and_the_countys_return_comes_down_byte_for_byte(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    (bundle,) = laid(office.village, office, "a")
    taken(office.township, bundle.parent)
    over = laid(office.township, office, "b")
    assert bundle.read_bytes() in [path.read_bytes() for path in over]
    taken(office.county, over[0].parent)
    assert app in {item.id for item in __import__("xieli_tui.desk.queue", fromlist=["queue"]).queue(office.county)}
    back = sent(office.county, office, "c")
    assert len(back) == 2
    taken(office.township, back[0].parent)
    home = sent(office.township, office, "d")
    for_village = [path.read_bytes() for path in home]
    assert sum(path.read_bytes() in for_village for path in back) == 1
    taken(office.village, home[0].parent)
    status = exchange.status(office.village)
    assert status.unconfirmed == 0
    assert status.bundles[0][3:] == ("镇已签收", "县已签收")
    assert idle(office) <= 3
