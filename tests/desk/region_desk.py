"""A county desk and a village in a region of one of the packs: the region of the workspace decides which packs speak. Made once per region, copied.

The regions are those of `tests/policy`; villages and people are invented.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from xieli_tui.casework import application as papers
from xieli_tui.casework import households, setup, start_application
from xieli_tui.casework.session import Session, attach
from xieli_tui.desk import operators, parameters
from xieli_tui.desk.setup import InitCounty, init_county
from xieli_tui.domain.clock import TZ, FixedClock
from xieli_tui.errors import Refused
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import OpenVault, Vault

PASSPHRASE = "1111 2222 3333 4444"
START = dt.datetime(2026, 12, 28, 9, 0, tzinfo=TZ)
JX, GX, JM, CQ, NOWHERE = "360102", "511526", "440703", "500112", "999999"
"""Counties of the packs 000, 001, 002, 003, and one no regional pack covers."""
_MADE: dict[tuple[str, str], tuple[Path, OpenVault]] = {}


def seeded(seed: int) -> Callable[[int], bytes]:
    """n -> n bytes, the same every run."""
    print(f"seed={seed}")
    return random.Random(seed).randbytes


@dataclass
class Regions:
    """Opens desks and villages of any region over copies of their own."""

    base: Path
    folder: Path
    clock: FixedClock
    sessions: list[Session] = field(default_factory=list)

    def county(self, region: str) -> Session:
        """The county desk of a region."""
        return self._open("county", region)

    def village(self, region: str) -> Session:
        """A village of the region, not enrolled: its guards need no county."""
        return self._open("village", region)

    def _open(self, kind: str, region: str) -> Session:
        if (kind, region) not in _MADE:
            place = self.base / f"{kind}-{region}"
            if kind == "county":
                init_county(place, InitCounty(region, "测试县", "周敏", self.base / f"root-{region}", "floor"), PASSPHRASE, "9999 8888 7777 6666",
                            clock=FixedClock(START), rand=seeded(21))
            else:
                setup.init_village(place, setup.InitVillage((f"{region}001001",), "石桥村", "陈秀兰", kdf="floor"), PASSPHRASE, clock=FixedClock(START),
                                   rand=seeded(22))
            _MADE[kind, region] = (place, Vault.unlock(place, PASSPHRASE))
        place, vault = _MADE[kind, region]
        mine = self.folder / f"{kind}-{region}"
        if not mine.exists():
            shutil.copytree(place, mine)
            shutil.copytree(self.base / "state", self.folder / "state", dirs_exist_ok=True)
        session = attach(mine, rooms.load_profile(mine), replace(vault, dek=bytearray(vault.dek)), clock=self.clock, rand=seeded(23 + len(self.sessions)))
        self.sessions.append(session)
        return session


@pytest.fixture(scope="session")
def region_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the workspaces of the run are made."""
    _MADE.clear()
    return tmp_path_factory.mktemp("regions")


@pytest.fixture
def regions(region_base: Path, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Regions]:
    """Desks and villages by region."""
    monkeypatch.setenv("XIELI_STATE", str(region_base / "state"))
    (region_base / "state").mkdir(exist_ok=True)
    clock.tick(hours=1)
    made = Regions(region_base, tmp_path / "desks", clock)
    yield made
    for session in made.sessions:
        session.close()
    os.environ.pop("XIELI_NOW", None)


def town(desk: Session) -> str:
    """The township of the tests."""
    return f"{desk.profile.area}001"


def as_township(desk: Session, name: str = "刘芳") -> Session:
    """The same desk with a township officer at work (design 09: held to the township's rights)."""
    desk.operator = operators.add_operator(desk, operators.AddOperator(name, "township", town(desk))).id
    return desk


def set_local(desk: Session, key: str, value: str) -> None:
    """A parameter of the county, in force since the new year."""
    parameters.set_local(desk, parameters.SetLocal(key, value, "2026-01-01"))


def delegate(desk: Session, kind: str, most: str) -> None:
    """The county's table hands one kind to the township."""
    set_local(desk, "delegations", f'[{{"kind":"{kind}","max_amount":"{most}","township":"{town(desk)}","from":"2026-01-01"}}]')


def family(desk: Session, head: str = "石守田", **fields: object) -> str:
    """A household of one."""
    village = f"{desk.profile.area}001001" if desk.role != "village" else None
    return households.add_household(desk, households.AddHousehold(head, {"group": "一组", **fields}, {"birth": "1970-01-01"}, village=village)).id


def head_of(desk: Session, home: str) -> str:
    """Person id of the head."""
    return households.show(desk, home).members[0].person


def window(desk: Session, *kinds: str, home: str | None = None, pledged: bool = True, authorised: bool = True, kin: bool = True, **more: object) -> str:
    """An application taken in at the desk's own window, with its papers."""
    place = home or family(desk)
    app = start_application.start_application(desk, start_application.StartApplication(place, kinds or ("dibao",), source="window", **more)).id  # type: ignore[arg-type]
    if pledged:
        papers.commit(desk, papers.Commit(app))
    if authorised:
        papers.consent(desk, papers.Consent(app, head_of(desk, place), until="2027-12-28"))
    if kin:
        papers.kin(desk, papers.Kin(app, none=True))
    return app


def refused(code: str, act: Callable[[], object]) -> Refused:
    """The refusal of an act; its extra carries why, cite and rule."""
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code, caught.value
    return caught.value
