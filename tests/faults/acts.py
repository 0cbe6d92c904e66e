"""The acts a failure is tried in, and what must hold after it.

Each act starts from a stage: a folder with the workspaces, a stick and a state folder, made once. After the failure the act is done again and the whole exchange is
carried to its end; village and county must then have the rows they have when nothing failed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faultkit import VILLAGE, Made, Place, bundles, homes, lines_of, rows, sound, stick, visits

from xieli_tui.casework import application as papers
from xieli_tui.casework import backup, exchange, start_application
from xieli_tui.casework.session import Session
from xieli_tui.desk import intake, send, steps
from xieli_tui.domain.events.work import VisitRecorded
from xieli_tui.store import engine as engines

SEED = 20261228
VISIT = "01942222-2222-7222-8222-222222222222"
ACCEPTED = ("imported", "duplicate", "parked")


@dataclass(frozen=True)
class Act:
    """Something a person does at one desk.

    Attributes:
        desk: whose workspace is open.
        stage: where it starts.
        opening: the act is the opening itself: a workspace that cannot prove that it is the only continuation of its chain.
    """

    name: str
    desk: str
    stage: str
    work: Callable[[Session, Place], None]
    opening: bool = False


def _record(session: Session, _place: Place) -> None:
    """A visit with a known id: whoever sees it there does not write it twice."""
    with session.reading() as tx:
        if tx.ask("SELECT 1 FROM visit WHERE visit=?", (VISIT,)):
            return
        home = str(tx.ask("SELECT min(household) FROM household")[0][0])
    session.record(VisitRecorded(village=VILLAGE, household=home, visit=VISIT, on="2026-12-28", met="self", note="没有写完就断电"))


def _export(session: Session, place: Place) -> None:
    done = exchange.export(session, place.stick)
    assert done.files
    assert not done.backup_failed, done.backup_failed


def _import(session: Session, place: Place) -> None:
    taken = intake.import_files(session, bundles(place.stick))
    assert all(one.status in ACCEPTED for one in taken), taken


def _take_in(session: Session, place: Place) -> None:
    taken = exchange.take_in(session, [place.stick])
    assert all(one.status in ACCEPTED for one in taken), taken


def _send(session: Session, place: Place) -> None:
    send.send(session, place.stick, device=place.made.vaults["village"].dev)


def _carry(session: Session, place: Place) -> None:
    done = exchange.export(session, place.stick, with_backup=False)
    assert any(file.carried for file in done.files), done


def _open(_session: Session, _place: Place) -> None:
    """Opening was all."""


def _backup(session: Session, _place: Place) -> None:
    backup.create(session)


ACTS = (
    Act("a visit is recorded", "village", "written", _record),
    Act("a bundle is laid down", "village", "written", _export),
    Act("a backup is made", "village", "written", _backup),
    Act("a copied workspace is opened", "village", "copied", _open, opening=True),
    Act("a bundle is taken in", "county", "laid", _import),
    Act("returns are laid down", "county", "decided", _send),
    Act("a return is taken in", "village", "home", _take_in),
    Act("a township lays down what it carries", "township", "carried", _carry),
)


class Stages:
    """The folders acts start from, made one out of the other when first asked for."""

    def __init__(self, made: Made, base: Path) -> None:
        self.made, self.base = made, base
        self.places: dict[str, Place] = {}
        self.fair: dict[str, dict[str, dict[str, str]]] = {}
        self.held: dict[str, dict[str, dict[tuple[str, int], str]]] = {}

    def at(self, name: str) -> Place:
        """The stage itself; never worked on."""
        if name not in self.places:
            self.places[name] = getattr(self, f"_{name}")(name)
            # opening a copied workspace begins an epoch: what was acknowledged in it is what was at the original
            of = "written" if name == "copied" else name
            self.held[name] = self.held[of] if of != name else {desk: self._lines(name, desk) for desk in ("village", "township", "county")}
        return self.places[name]

    def _lines(self, name: str, desk: str) -> dict[tuple[str, int], str]:
        copy = self.copy(name, self.base / f"{name}-{desk}-held")
        with copy.open(desk) as session:
            found = lines_of(session, session.dev)
        shutil.rmtree(copy.folder)
        return found

    def copy(self, name: str, folder: Path) -> Place:
        """A place of one's own at a stage."""
        source = self.at(name) if name not in self.places else self.places[name]
        place = Place.copy(self.made, source.folder, folder)
        place.clock.tick(hours=1)
        for path in source.stick.iterdir():
            shutil.copy(path, place.stick / path.name)
        return place

    def _next(self, name: str, source: str) -> Place:
        return self.copy(source, self.base / name)

    def _written(self, name: str) -> Place:
        place = Place.copy(self.made, self.made.folder, self.base / name)
        with place.open("village", SEED) as village:
            families = homes(village, 5, SEED)
            visits(village, families, 20, SEED + 1)
            app = start_application.start_application(village, start_application.StartApplication(families[0], ("dibao",), reason="测试")).id
            papers.entrust(village, papers.Entrust(app, "本人"))
            papers.hand_over(village, app)
        return place

    def _copied(self, name: str) -> Place:
        place = self._next(name, "written")
        (place.state / f"{self.made.vaults['village'].dev}.mark").unlink()
        return place

    def _laid(self, name: str) -> Place:
        place = self._next(name, "written")
        with place.open("village", SEED + 2) as village:
            exchange.export(village, place.stick, with_backup=False)
        return place

    def _decided(self, name: str) -> Place:
        place = self._next(name, "laid")
        with place.open("county", SEED + 3) as county:
            _import(county, place)
            with county.reading() as tx:
                app = str(tx.ask("SELECT application FROM application")[0][0])
            steps.accept(county, app)
        return place

    def _home(self, name: str) -> Place:
        place = self._next(name, "decided")
        with place.open("county", SEED + 4) as county:
            _send(county, place)
        return place

    def _carried(self, name: str) -> Place:
        place = self._next(name, "laid")
        with place.open("township", SEED + 11) as township:
            _import(township, place)
        for path in place.stick.iterdir():
            path.unlink()
        return place

    def expected(self, act: Act) -> dict[str, dict[str, str]]:
        """Rows of village and county after the act and everything that follows, when nothing fails."""
        if act.name not in self.fair:
            place = self.copy(act.stage, self.base / f"fair-{ACTS.index(act)}")
            self.run(act, place)
            self.fair[act.name] = self.to_the_end(place)
            shutil.rmtree(place.folder)
        return self.fair[act.name]

    def run(self, act: Act, place: Place, seed: int = SEED + 5) -> None:
        """The act in a session of its own."""
        with place.open(act.desk, seed) as session:
            act.work(session, place)

    def to_the_end(self, place: Place) -> dict[str, dict[str, str]]:
        """Hand over both ways until nobody has anything to say; then every desk is sound. The rows of village and county."""
        with place.open("village", SEED + 6) as village, place.open("county", SEED + 7) as county:
            for _ in range(4):
                place.clock.tick(minutes=1)
                laid = [file.path for file in exchange.export(village, place.stick, with_backup=False).files]
                _import(county, place)
                place.clock.tick(minutes=1)
                home = [file.path for file in send.send(county, place.stick, device=village.dev)]
                _take_in(village, place)
                if not laid and not home:
                    break
            else:
                raise AssertionError("they do not fall silent")
            status = exchange.status(village)
            assert status.unconfirmed == 0, status
            for session in (village, county):
                sound(session)
            return {"village": rows(village), "county": rows(county)}

    def check(self, act: Act, place: Place, *, whole: bool = True) -> None:
        """After a failure: nothing acknowledged is lost, nothing half counts, and the work goes on; `whole`: to the very end, on both sides."""
        seen = stick(place.stick)
        assert seen.torn == (), seen
        for desk, before in self.held[act.stage].items():
            if not whole and desk != act.desk:
                continue
            with place.open(desk, SEED + 8) as session:
                now = lines_of(session, session.dev)
                assert {key: now.get(key) for key in before} == before, f"lines acknowledged at the {desk} are gone"
        for copy in (place.folder / "village" / "backups").iterdir():
            if not copy.name.endswith(".part"):
                assert engines.integrity(copy / "store.db", self.made.vaults["village"].store_key()) == []
        self.run(act, place, SEED + 9)
        if not whole:
            with place.open(act.desk, SEED + 10) as session:
                sound(session, replay=False)
            return
        place.clock.tick(minutes=1)
        found = self.to_the_end(place)
        for desk, fair in self.expected(act).items():
            differing = {table for table, digest in fair.items() if found[desk][table] != digest}
            assert not differing - self.may_differ(act), (desk, differing)

    def may_differ(self, act: Act) -> set[str]:
        """Tables that carry numbers of the road itself: how many returns there were, and in which epoch a line was written."""
        return {"receipt", "device"} | ({"verdict"} if act.opening else set())
