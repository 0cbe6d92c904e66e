"""Two histories of one computer: frozen, gone on from in a new epoch under a new key, settled by the county; and clocks that ran mad, put right for ordering."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from desk_office import PASSPHRASE, Office, lay, notes, seeded, visit

from xieli_sync import container
from xieli_tui.casework import epoch_mark, exchange, households
from xieli_tui.casework.session import Session, attach
from xieli_tui.casework.today import today
from xieli_tui.desk import clocks, forks, intake, quarantine, send
from xieli_tui.domain.clock import TZ, FixedClock, millis
from xieli_tui.domain.events.road import ClockClamped, ForkSettled, RulingAnnulled
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import rebuild
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import Vault


def opened(folder: Path, office: Office, seed: int, clock: FixedClock | None = None) -> Session:
    return attach(folder, rooms.load_profile(folder), Vault.unlock(folder, PASSPHRASE), clock=clock or office.clock, rand=seeded(seed))


def up(office: Office) -> None:
    """Export and import; a last line of the frozen epoch is still frozen."""
    office.clock.tick(minutes=1)
    assert {o.status for o in intake.import_files(office.county, lay(office.village, office.stick))} <= {"imported", "frozen"}


def home_again(office: Office) -> None:
    files = [Path(f.path) for f in send.send(office.county, office.stick, device=office.village.dev)]
    assert [o.status for o in exchange.take_in(office.village, files)] == ["imported"] * len(files)


def forked(office: Office, tmp_path: Path) -> str:
    """A folder copied while its state folder was copied too: both write in one epoch, the copy's file comes first, then the laptop's own."""
    home = office.household()
    visit(office.village, home, "分开以前")
    office.up()
    office.down()
    office.village.close()
    shutil.copytree(tmp_path / "village", tmp_path / "copy")
    shutil.copytree(tmp_path / "state", tmp_path / "state2")
    office.village = opened(tmp_path / "village", office, 71)
    mark = epoch_mark.read(office.village.dev)
    visit(office.village, home, "本机写的")
    office.clock.tick(minutes=5)
    mine = lay(office.village, office.stick)
    kept = epoch_mark.read(office.village.dev)
    assert mark is not None
    assert kept is not None
    epoch_mark.write(office.village.dev, mark)
    copy = opened(tmp_path / "copy", office, 72)
    assert copy.ep == office.village.ep
    visit(copy, home, "另一台写的")
    visit(copy, home, "另一台又写的")
    theirs = lay(copy, office.stick)
    copy.close()
    epoch_mark.write(office.village.dev, kept)
    assert [o.status for o in intake.import_files(office.county, theirs)] == ["imported"]
    assert [o.status for o in intake.import_files(office.county, mine)] == ["frozen"]
    return home


# -- frozen, and on ------------------------------------------------------------------------------------------------------------------------------


def test_both_histories_are_held_back_from_the_fork_on_and_listed_side_by_side(office: Office, tmp_path: Path) -> None:
    forked(office, tmp_path)
    assert notes(office.county) == ["分开以前"]
    [one] = forks.list_forks(office.county)
    assert (one.dev, one.ep, one.state, one.called) == (office.village.dev, office.village.ep, "open", "石桥村 陈秀兰")
    assert [(b.number, b.kept) for b in one.branches] == [(1, 0), (2, 0)]
    assert "走访 2 条" in one.branches[0].what
    assert "走访 1 条" in one.branches[1].what
    assert {row.code for row in quarantine.list_held(office.county)} == {"XL-S06"}
    office.village.close()


def test_the_laptop_learns_it_in_the_next_return_goes_on_under_a_new_key_and_says_so(office: Office, tmp_path: Path) -> None:
    home = forked(office, tmp_path)
    old_ep, old_key = office.village.ep, office.village.keys.kid
    home_again(office)
    assert office.village.ep != old_ep
    assert office.village.keys.kid != old_key
    now = exchange.status(office.village)
    assert any("已经换了钥匙、另起一段" in note for note in now.notes), now.notes
    assert any(task.task == "own_device" and "两份" in task.why for task in today(office.village).tasks)
    assert "本机写的" not in notes(office.village), "it goes by the county's word"
    visit(office.village, home, "接着写的")
    office.clock.tick(minutes=1)
    files = lay(office.village, office.stick)
    assert {o.status for o in intake.import_files(office.county, files)} <= {"imported", "frozen"}
    core = container.parse(next(f for f in files if container.parse(f.read_bytes()).core["ep"] == office.village.ep).read_bytes()).core
    assert [cert["s"]["ver"] for cert in core["cert"]] == [1, 1, 2]
    assert notes(office.county) == ["分开以前", "接着写的"]
    ep = office.village.ep
    home_again(office)
    assert (office.village.ep, exchange.status(office.village).unconfirmed) == (ep, 0), "once is enough"
    office.village.close()


@pytest.mark.parametrize(("keep", "other", "stand"), [
    ("2", False, ["分开以前", "本机写的"]), ("1", False, ["分开以前", "另一台写的", "另一台又写的"]),
    ("1", True, ["分开以前", "另一台写的", "另一台又写的", "本机写的"]), ("none", False, ["分开以前"]),
])
def test_the_county_keeps_one_history_both_or_neither_and_both_sides_agree(office: Office, tmp_path: Path, keep: str, other: bool, stand: list[str]) -> None:
    forked(office, tmp_path)
    home_again(office)
    done = forks.settle(office.county, office.village.dev[:8], keep, release_other=other, reason="打电话问过")
    assert done.state == "settled"
    assert notes(office.county) == sorted(stand)
    up(office)
    home_again(office)
    assert notes(office.village) == sorted(stand)
    assert forks.list_forks(office.county)[0].state == "settled"
    for session in (office.county, office.village):
        assert rebuild.rebuild(session.store)["equal"]
    office.village.close()


def test_the_last_settlement_counts_and_freezing_is_not_annulled(office: Office, tmp_path: Path) -> None:
    forked(office, tmp_path)
    with office.county.reading() as tx:
        from xieli_tui.store import journal

        [frozen] = journal.events_of_type(tx, "fork.frozen")
    office.county.record(RulingAnnulled(of=frozen.ref, reason="试试"))
    assert notes(office.county) == ["分开以前"]
    for keep, stand in (("1", "另一台写的"), ("2", "本机写的"), ("1", "另一台写的")):
        forks.settle(office.county, office.village.dev, keep)
        assert stand in notes(office.county)
    assert "本机写的" not in notes(office.county)
    office.village.close()


def test_a_settled_branch_that_grew_is_to_be_settled_again(office: Office, tmp_path: Path) -> None:
    home = forked(office, tmp_path)
    forks.settle(office.county, office.village.dev, "2")
    visit(office.village, home, "定了以后才交来的")
    intake.import_files(office.county, lay(office.village, office.stick))
    assert "定了以后才交来的" not in notes(office.county)
    assert forks.list_forks(office.county)[0].state == "more"
    forks.settle(office.county, office.village.dev, "2")
    assert "定了以后才交来的" in notes(office.county)
    office.village.close()


def test_one_line_of_the_other_history_can_be_released_by_itself(office: Office, tmp_path: Path) -> None:
    forked(office, tmp_path)
    forks.settle(office.county, office.village.dev, "2")
    [one] = [row for row in quarantine.list_held(office.county) if row.summary.endswith("另一台写的")]
    quarantine.release(office.county, [one.id], "那天是她在邻居电脑上写的")
    assert notes(office.county) == sorted(["分开以前", "本机写的", "另一台写的"])
    home_again(office)
    up(office)
    home_again(office)
    assert notes(office.village) == notes(office.county)
    office.village.close()


@pytest.mark.parametrize(("change", "code"), [
    ({"keep": "3"}, "XL-V45"), ({"keep": "zz"}, "XL-V45"), ({"keep": "none", "release_other": True}, "XL-V11"), ({"keep": "1", "epoch": "ffff"}, "XL-V45"),
    ({"keep": "1", "device": "TOWNSHIP"}, "XL-V45"),
])
def test_a_settlement_that_names_nothing_is_refused(office: Office, tmp_path: Path, change: dict[str, object], code: str) -> None:
    forked(office, tmp_path)
    given = dict(change)
    device = office.township.dev if given.pop("device", "") else office.village.dev
    with pytest.raises((Refused, NotFound)) as caught:
        forks.settle(office.county, device, **given)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert forks.list_forks(office.county)[0].state == "open"
    office.village.close()


def test_only_the_county_settles(office: Office, tmp_path: Path) -> None:
    forked(office, tmp_path)
    with pytest.raises(Refused) as caught:
        forks.settle(office.township, office.village.dev, "1")
    assert caught.value.code == "XL-P03"
    [one] = forks.list_forks(office.county)
    with pytest.raises(Refused) as refused:
        office.township.record(ForkSettled(dev=one.dev, ep=one.ep, keep=(one.branches[0].seq, one.branches[0].head)))
    assert refused.value.code == "XL-P03"
    office.village.close()


# -- clocks --------------------------------------------------------------------------------------------------------------------------------------

NOW = dt.datetime(2026, 12, 28, 10, 0, tzinfo=TZ)


def on(office: Office, moment: dt.datetime, act: Callable[[Session], object], tmp_path: Path, seed: int) -> None:
    """The laptop at work with its clock at another moment."""
    office.village.close()
    session = opened(tmp_path / "village", office, seed, FixedClock(moment))
    act(session)
    session.close()
    office.village = opened(tmp_path / "village", office, seed + 1)


def address(session: Session, home: str) -> str:
    return str(households.show(session, home).fields.get("address", ""))


def test_the_lines_of_a_mad_clock_are_found_and_stand_elsewhere_on_both_sides(office: Office, tmp_path: Path) -> None:
    home = office.household()
    office.up()
    office.down()
    on(office, dt.datetime(2099, 1, 1, 8, 0, tzinfo=TZ), lambda s: households.set_household(s, home, {"address": "钟错时写的"}), tmp_path, 81)
    office.up()
    done = clocks.clamp(office.county, office.village.dev[:8], "2026-12-28 09:30")
    assert done.lines >= 1
    with office.county.reading() as tx:
        stamps = dict(tx.conn.exec_driver_sql("SELECT seq, hlc_ms FROM journal WHERE dev=? AND ep=?", (done.dev, done.ep)).all())
    assert all((stamps[seq] > millis(NOW) + clocks.AHEAD_MS) == (done.first <= seq <= done.last) for seq in stamps)
    home_again(office)
    with office.village.reading() as tx:
        rows = tx.conn.exec_driver_sql("SELECT ep, first, last, ms FROM clamp").all()
    assert [tuple(row) for row in rows] == [(done.ep, done.first, done.last, done.ms)]
    assert any("时间走错过" in note for note in exchange.status(office.village).notes)
    for session in (office.county, office.village):
        assert rebuild.rebuild(session.store)["equal"]
    office.village.close()


def test_what_a_clock_of_2099_wrote_is_outdone_by_what_came_after_it(office: Office, tmp_path: Path) -> None:
    """Two heads of one field: the winner is the later one as the clamp has it."""
    from xieli_tui.domain.events.household import HouseholdClaimed

    home = office.household()
    village = office.village.profile.villages[0]
    office.up()
    office.down()
    on(office, dt.datetime(2099, 1, 1, 8, 0, tzinfo=TZ), lambda s: s.record(HouseholdClaimed(village=village, household=home, fields={"address": "2099 写的"})), tmp_path, 83)
    office.up()
    intake.import_files(office.township, list(office.stick.glob("*.xieli")))
    files = [Path(f.path) for f in send.send(office.county, office.stick, device=office.township.dev)]
    exchange.take_in(office.township, files)
    office.clock.tick(hours=1)
    office.township.record(HouseholdClaimed(village=village, household=home, fields={"phone": "10000002190"}))
    assert address(office.county, home) == "2099 写的"
    done = clocks.clamp(office.county, office.village.dev, "2026-12-27")
    again = ClockClamped(dev=done.dev, ep=done.ep, first=done.first, last=done.last, ms=done.ms)
    assert again.ms == millis(dt.datetime(2026, 12, 27, tzinfo=TZ))
    office.village.record(HouseholdClaimed(village=village, household=home, fields={"address": "后来写的"}))
    office.up()
    assert address(office.county, home) == "后来写的"
    office.county.record(RulingAnnulled(of=done.event, reason="弄错了"))
    with office.county.reading() as tx:
        assert tx.conn.exec_driver_sql("SELECT count(*) FROM clamp").scalar_one() == 0
    office.village.close()


def test_a_laptop_that_began_in_1999_loses_nothing_to_its_clock_once_it_is_clamped(office: Office, tmp_path: Path) -> None:
    """Its claim is the later one in truth; by its clock it would be the first ever made."""
    from xieli_tui.casework import setup
    from xieli_tui.desk import enrolment
    from xieli_tui.domain.events.household import HouseholdClaimed

    home = office.household()
    village = office.village.profile.villages[0]
    office.village.record(HouseholdClaimed(village=village, household=home, fields={"address": "前天写的"}))
    office.up()
    old = FixedClock(dt.datetime(1999, 1, 1, 8, 0, tzinfo=TZ))
    setup.init_village(tmp_path / "slow", setup.InitVillage((village,), "石桥村", "柳玉芬", kdf="floor"), PASSPHRASE, clock=old, rand=seeded(87))
    slow = opened(tmp_path / "slow", office, 88, old)
    done = enrolment.enrol_device(office.county, enrolment.EnrolDevice(setup.device_code(slow).code, (village,), "柳玉芬", office.stick / "slow.xieli"))
    setup.enrol(slow, Path(done.file), office.root_fingerprint)
    slow.record(HouseholdClaimed(village=village, household=home, fields={"address": "今天写的"}))
    intake.import_files(office.county, lay(slow, office.stick))
    assert address(office.county, home) == "前天写的"
    clocks.clamp(office.county, slow.dev, (office.clock.now() + dt.timedelta(hours=-1)).strftime("%Y-%m-%d %H:%M"))
    assert address(office.county, home) == "前天写的"
    office.county.record(ClockClamped(dev=slow.dev, ep=slow.ep, first=1, last=99, ms=millis(office.clock.now())))
    assert address(office.county, home) == "今天写的"
    exchange.take_in(slow, [Path(f.path) for f in send.send(office.county, office.stick, device=slow.dev)])
    assert address(slow, home) == "今天写的"
    slow.record(HouseholdClaimed(village=village, household=home, fields={"phone": "10000002190"}))
    with slow.reading() as tx:
        newest = tx.conn.exec_driver_sql("SELECT hlc_ms FROM journal WHERE dev=? ORDER BY rowid DESC LIMIT 1", (slow.dev,)).scalar_one()
        [(ms,)] = tx.conn.exec_driver_sql("SELECT ms FROM clamp WHERE dev=? AND last=99", (slow.dev,)).all()
    slow.close()
    assert newest >= ms, "and goes on from there, though its clock still says 1999"
    assert rebuild.rebuild(office.county.store)["equal"]


def test_a_laptop_whose_clock_was_put_right_stamps_by_the_right_time_again(office: Office, tmp_path: Path) -> None:
    home = office.household()
    office.up()
    office.down()
    on(office, dt.datetime(2099, 1, 1, 8, 0, tzinfo=TZ), lambda s: visit(s, home, "2099"), tmp_path, 85)
    visit(office.village, home, "钟对了，章还在 2099")
    office.up()
    clocks.clamp(office.county, office.village.dev, "2026-12-28 09:00")
    home_again(office)
    visit(office.village, home, "照今天的时间")
    with office.village.reading() as tx:
        newest = tx.conn.exec_driver_sql("SELECT hlc_ms FROM journal WHERE dev=? ORDER BY rowid DESC LIMIT 1", (office.village.dev,)).scalar_one()
    assert newest < millis(office.clock.now()) + clocks.AHEAD_MS
    office.village.close()


@pytest.mark.parametrize(("given", "code"), [
    ({}, "XL-V45"), ({"first": 0}, "XL-V11"), ({"first": 3, "last": 2}, "XL-V11"), ({"first": 1, "last": 9999}, "XL-V11"), ({"at": "哪天", "first": 1}, "XL-V01"),
    ({"at": "2099-01-01", "first": 1}, "XL-V13"), ({"epoch": "ffff", "first": 1}, "XL-V45"),
])
def test_a_clamp_that_names_nothing_to_put_right_is_refused(office: Office, given: dict[str, object], code: str) -> None:
    office.household()
    office.up()
    with pytest.raises((Refused, NotFound)) as caught:
        clocks.clamp(office.county, office.village.dev, **given)  # type: ignore[arg-type]
    assert caught.value.code == code


def test_a_township_clamps_the_laptops_of_its_area_only(office: Office) -> None:
    office.household()
    files = office.up(to=office.township)
    assert files
    exchange.take_in(office.township, [Path(f.path) for f in send.send(office.county, office.stick, device=office.township.dev)])
    assert clocks.clamp(office.township, office.village.dev, "2026-12-28", first=1).first == 1
    with pytest.raises(Refused) as caught:
        clocks.clamp(office.township, office.township.dev, "2026-12-28", first=1)
    assert caught.value.code == "XL-P03"
    with pytest.raises(Refused) as refused:
        clocks.clamp(office.county, office.county.dev, "2026-12-28", first=1)
    assert refused.value.code == "XL-P03"
