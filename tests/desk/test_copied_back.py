"""A laptop whose folder lies as it was last week, whose whole disk was reset, or that lives twice: work goes on in a new epoch and nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from desk_copies import Desks, decide, desks, emergency, kinds

from xieli_tui.casework import application as papers
from xieli_tui.casework import exchange, households, rebuild
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.desk import queue, send
from xieli_tui.store import chains, epochs, journal

__all__ = ["desks"]


def visit(desks: Desks, household: str, note: str) -> None:
    desks.office.clock.tick(minutes=1)
    record_visit(desks.session("village"), RecordVisit(household, met="self", note=note))


def notes(session: Session, household: str) -> list[str]:
    with session.reading() as tx:
        return sorted(e.d["note"] for e in journal.events_of_household(tx, household) if e.t == "visit.recorded")


def opened(session: Session, dev: str) -> list[str]:
    with session.reading() as tx:
        return [e.d["reason"] for e in journal.events_of_type(tx, "epoch.opened") if e.dev == dev]


def alarms(session: Session) -> list[str]:
    with session.reading() as tx:
        return [code for code, *_ in chains.alarms(tx)]


def frozen(session: Session) -> int:
    with session.reading() as tx:
        return len(journal.events_of_type(tx, "fork.frozen"))


def test_a_folder_copied_back_to_last_week_goes_on_in_a_new_epoch_and_loses_nothing(desks: Desks) -> None:
    village, county = desks.session("village"), desks.session("county")
    home = desks.office.household()
    visit(desks, home, "上周")
    desks.settle()
    copy = desks.copy("village")
    app = emergency(desks, "李桂英")
    visit(desks, home, "周一")
    desks.up("village")
    decide(county, app)
    desks.down("county")
    visit(desks, home, "周二，报送了没有签收")
    desks.up("village")
    village = desks.put_back("village", copy)
    assert opened(village, village.dev) == ["mark_ahead"]
    assert notes(village, home) == ["上周"]
    visit(desks, home, "周三，照常工作")
    desks.settle()
    week = ["上周", "周一", "周三，照常工作", "周二，报送了没有签收"]
    assert notes(village, home) == notes(county, home) == sorted(week)
    assert papers.show_application(village, app).state == "decided_granted"
    assert (frozen(county), alarms(county), alarms(village)) == (0, [], [])
    with village.reading() as tx:
        assert len(epochs.all_own(tx)) == 2
    status = exchange.status(village)
    assert status.unconfirmed == 0
    for session in (village, county):
        assert rebuild.rebuild(session).equal


def test_a_folder_copied_back_again_and_again_gets_every_epoch_back(desks: Desks) -> None:
    home = desks.office.household()
    desks.settle()
    copy = desks.copy("village")
    for number in range(3):
        visit(desks, home, f"第{number}次")
        desks.up("village")
        if number == 1:
            desks.down("county")
        desks.put_back("village", copy)
    village, county = desks.session("village"), desks.session("county")
    desks.settle()
    assert notes(village, home) == notes(county, home) == ["第0次", "第1次", "第2次"]
    assert (frozen(county), alarms(county), alarms(village)) == (0, [], [])
    with county.reading() as tx:
        assert len({e.ep for e in journal.events_of_type(tx, "epoch.opened") if e.dev == village.dev}) == 3, "the fourth epoch has just begun"


def reset(desks: Desks, copy: Path, state: Path) -> Session:
    """The whole disk as it was: folder and epoch mark alike."""
    desks.session("village").close()
    shutil.rmtree(desks.folder / "state")
    shutil.copytree(state, desks.folder / "state")
    return desks.put_back("village", copy)


@pytest.fixture
def image(desks: Desks) -> tuple[str, Path, Path]:
    """(household, copy of the folder, copy of the state folder); one visit was made and signed for since."""
    home = desks.office.household()
    desks.settle()
    copy = desks.copy("village")
    shutil.copytree(desks.folder / "state", desks.folder / "state-copy")
    visit(desks, home, "重置以前")
    desks.up("village")
    return home, copy, desks.folder / "state-copy"


def test_a_reset_disk_that_takes_a_return_first_opens_a_new_epoch(desks: Desks, image: tuple[str, Path, Path]) -> None:
    home, copy, state = image
    village = reset(desks, copy, state)
    county = desks.session("county")
    assert opened(village, village.dev) == [], "nothing shows yet"
    desks.down("county")
    assert opened(village, village.dev) == ["receipt_ahead"]
    visit(desks, home, "重置以后")
    desks.settle()
    assert notes(village, home) == notes(county, home) == ["重置以前", "重置以后"]
    assert frozen(county) == 0


def test_a_reset_disk_that_hands_in_first_is_stopped_and_both_histories_are_kept(desks: Desks, image: tuple[str, Path, Path]) -> None:
    """The one case that no computer can see by itself (design 03): the desk stops the epoch, a person settles it."""
    home, copy, state = image
    village = reset(desks, copy, state)
    county = desks.session("county")
    visit(desks, home, "重置以后")
    desks.office.clock.tick(minutes=1)
    (file,) = [Path(f.path) for f in exchange.export(village, desks.office.stick, with_backup=False).files]
    from xieli_tui.desk import intake

    (outcome,) = intake.import_files(county, [file])
    assert (outcome.status, outcome.code) == ("frozen", "XL-C02")
    assert frozen(county) == 1
    with county.reading() as tx:
        kept = {e.d["note"] for e in journal.events_of_household(tx, home) if e.t == "visit.recorded"}
    assert kept == {"重置以前", "重置以后"}


def test_one_laptop_alive_on_two_machines_is_an_alarm_at_the_desk(desks: Desks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = desks.office.household()
    desks.settle()
    copy = desks.copy("village")
    visit(desks, home, "第一台")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("XIELI_STATE", str(tmp_path / "elsewhere"))
        first = desks.session("village")
        second = desks.open("village", copy)
        assert opened(second, second.dev) == ["mark_missing"]
        visit(desks, home, "第二台")
        desks.up("village")
        second.close()
    desks.office.village = first
    visit(desks, home, "第一台还在写")
    desks.up("village")
    county = desks.session("county")
    assert alarms(county) == ["XL-C04"]
    assert exchange.status(county).alarms[0][1] == "同一设备号在两台机器上使用"
    assert notes(county, home) == ["第一台", "第一台还在写", "第二台"]
    assert frozen(county) == 0


def test_laptop_and_county_put_back_to_the_same_day_keep_what_either_had_sent(desks: Desks) -> None:
    """Both copies are of one evening; what the laptop handed in that day is gone with both, what it wrote since is not."""
    home = desks.office.household()
    desks.settle()
    laptop, office = desks.copy("village"), desks.copy("county")
    app = emergency(desks, "李桂英")
    desks.up("village")
    decide(desks.session("county"), app)
    desks.down("county")
    desks.put_back("county", office)
    village = desks.put_back("village", laptop)
    visit(desks, home, "照常工作")
    desks.reopen()
    desks.settle()
    county = desks.session("county")
    assert notes(village, home) == notes(county, home) == ["照常工作"]
    assert queue.queue(county) == []
    assert send.send(county, desks.office.stick, device=village.dev) == []
    assert kinds(desks.up("village")) == []
    assert (frozen(county), alarms(county), alarms(village)) == (0, [], [])
    assert households.show(village, home).row.head == "石守田"
