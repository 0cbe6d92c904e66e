"""The stage of the demo: four desks, one clock that moves, and how a verb is done at a moment.

Rules kept here
- everything is made through casework and desk verbs; nothing is written into a store from here;
- a diary line happens when its moment comes: lines are run in time order over one clock, so that every chain is dated as life would date it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xieli_sample.source import Family, Source
from xieli_tui.casework import exchange, households
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import ExportedFile, ImportOutcome
from xieli_tui.desk import intake, send
from xieli_tui.domain.clock import TZ, FixedClock, Rand

MARKER = "demo.json"


@dataclass(frozen=True, slots=True)
class Demo:
    """What `build` left behind (a practice has no township). `steps` are the results of the stages only a build can walk (init, enrol); `kdf` how its vaults were made."""

    folder: Path
    village_dir: Path
    county_dir: Path
    neighbour_dir: Path
    township_dir: Path
    stick: Path
    root_dir: Path
    passphrase: str
    root_passphrase: str
    root_fingerprint: str
    village_dev: str
    now: dt.datetime
    kdf: str
    story: Mapping[str, str]
    """Role in the story -> household or application id: urgent, returned, untold, kin, refused, advance, draft, ordinary."""

    def clock(self) -> FixedClock:
        """A clock that stands at the demo day, one per walk."""
        return FixedClock(self.now)


def moment(text: str) -> dt.datetime:
    """`2026-05-12 10:20` in +08:00."""
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=TZ)


class Diary:
    """Lines with a moment each, run in time order."""

    def __init__(self) -> None:
        self._lines: list[tuple[dt.datetime, int, Callable[[], object]]] = []

    def at(self, when: str, act: Callable[[], object]) -> None:
        """Do `act` at that moment."""
        self._lines.append((moment(when), len(self._lines), act))

    def run(self, clock: FixedClock) -> None:
        """Run all lines, moving the clock forward only."""
        for when, _, act in sorted(self._lines, key=lambda line: line[:2]):
            move_to(clock, when)
            act()


def move_to(clock: FixedClock, when: dt.datetime) -> None:
    """Let the clock stand at `when`, never earlier than it does."""
    ahead = (when - clock.now()).total_seconds()
    if ahead > 0:
        clock.tick(seconds=ahead)


@dataclass
class Scene:
    """The open desks while the demo is built."""

    source: Source
    clock: FixedClock
    rand: Rand
    village: Session
    county: Session
    neighbour: Session
    stick: Path
    homes: dict[int, str] = field(default_factory=dict)
    """Number of a family -> household id."""
    souls: dict[tuple[int, str], str] = field(default_factory=dict)
    """(number, name) -> person id."""
    story: dict[str, str] = field(default_factory=dict)

    def learn_ids(self) -> None:
        """Which ids the roster gave: by 户编号 and name."""
        for row in households.list_households(self.village):
            card = households.show(self.village, row.id)
            number = int(card.fields["number"])
            self.homes[number] = row.id
            for member in card.members:
                self.souls[number, member.name] = member.person

    def family(self, number: int) -> Family:
        """The family of a number in the source."""
        return next(f for f in self.source.village.families if f.no == number)

    def head(self, number: int) -> str:
        """Person id of a family's head."""
        return self.souls[number, self.family(number).head.name]

    def carry(self) -> tuple[list[ImportOutcome], list[ExportedFile], list[ImportOutcome]]:
        """One round of the stick: village -> county -> village."""
        return carry(self.village, self.county, self.stick)


def carry(village: Session, county: Session, stick: Path) -> tuple[list[ImportOutcome], list[ExportedFile], list[ImportOutcome]]:
    """Export, import, send for this laptop, take in. Each side reads only what the other just laid down."""
    laid = exchange.export(village, stick)
    came = intake.import_files(county, [Path(f.path) for f in laid.files])
    back, home = send_home(village, county, stick)
    return came, back, home


def send_home(village: Session, county: Session, stick: Path) -> tuple[list[ExportedFile], list[ImportOutcome]]:
    """The way down alone: what the county has for this laptop."""
    back = send.send(county, stick, device=village.dev)
    return back, exchange.take_in(village, [Path(f.path) for f in back])


def reach_township(township: Session, county: Session, laptops: Sequence[Session], stick: Path) -> list[ImportOutcome]:
    """What the county has for the township goes there; its receipts go to the laptops, its own first bundle to the county. What the laptops took in."""
    intake.import_files(township, [Path(f.path) for f in send.send(county, stick, device=township.dev)])
    down = [exchange.take_in(laptop, [Path(f.path) for f in send.send(township, stick, device=laptop.dev)]) for laptop in laptops]
    intake.import_files(county, [Path(f.path) for f in exchange.export(township, stick).files])
    return [one for taken in down for one in taken]


def save_marker(demo: Demo) -> None:
    """Leave the way back beside the workspaces, so that a later run finds the same demo. Invented secrets only."""
    body = {
        "now": demo.now.isoformat(), "passphrase": demo.passphrase, "root_passphrase": demo.root_passphrase, "root_fingerprint": demo.root_fingerprint,
        "village_dev": demo.village_dev, "kdf": demo.kdf, "story": dict(demo.story),
    }
    (demo.folder / MARKER).write_text(json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def layout(folder: Path) -> dict[str, Path]:
    """Where the parts of a demo lie."""
    return {
        "village_dir": folder / "village", "county_dir": folder / "county", "neighbour_dir": folder / "neighbour",
        "township_dir": folder / "township", "stick": folder / "stick",
        "root_dir": folder / "root",
    }


def load_marker(folder: Path) -> Demo | None:
    """The demo that lies in a folder, None when there is none."""
    path = folder / MARKER
    if not path.is_file():
        return None
    body = json.loads(path.read_text("utf-8"))
    return Demo(
        folder=folder, **layout(folder), passphrase=body["passphrase"], root_passphrase=body["root_passphrase"], root_fingerprint=body["root_fingerprint"],
        village_dev=body["village_dev"], now=dt.datetime.fromisoformat(body["now"]), kdf=body["kdf"], story=body["story"],
    )
