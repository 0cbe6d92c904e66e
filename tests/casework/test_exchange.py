"""Out and home again: enrolment, export, receipts, a decision that comes back, and everything that may go wrong with a folder or a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from casework_kit import Family, family
from county_kit import DAY, County

from basekit import PASSPHRASE, VILLAGE, reopened
from xieli_sync import container, delivery
from xieli_sync.event import ZERO
from xieli_sync.outbox import OsFs
from xieli_tui.casework import backup, epoch_mark, exchange
from xieli_tui.casework.application import Entrust, Told, entrust, hand_over, show_application, told
from xieli_tui.casework.households import set_household, timeline
from xieli_tui.casework.rebuild import rebuild
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session, open_session
from xieli_tui.casework.setup import enrol
from xieli_tui.casework.start_application import StartApplication, start_application
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Locked, NotFound, Refused
from xieli_tui.store import journal


@pytest.fixture
def county() -> County:
    return County()


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def round_trip(session: Session, county: County, stick: Path) -> None:
    """Hand in, be signed for, take the receipt home, and hand the acknowledgement in."""
    county.take(session, *(file.path for file in exchange.export(session, stick).files))
    assert exchange.take_in(session, [county.sign_for(session, stick / "back")])[0].status == "imported"


# -- enrolment --------------------------------------------------------------------------------------


def test_nothing_leaves_before_enrolment(village_session: Session, home: Family, stick: Path) -> None:
    with pytest.raises(Locked) as caught:
        exchange.export(village_session, stick)
    assert (caught.value.code, caught.value.exit_code) == ("XL-K10", 3)
    assert list(stick.iterdir()) == []


def test_enrolment_pins_the_root_and_gives_the_villages(village_session: Session, county: County, stick: Path) -> None:
    done = county.enrol(village_session, stick)
    assert (done.dev, done.net, done.scope, done.root_fingerprint) == (village_session.dev, county.net, (VILLAGE,), county.root.fingerprint)
    assert village_session.profile.net == county.net
    assert village_session.profile.area == "999999"
    with village_session.reading() as tx:
        ack = journal.events_of_type(tx, "return.received")[0]
    assert (ack.d["issuer"], ack.d["r"], ack.d["content"], ack.d["grant"]) == (county.keys.dev, 3, True, county.ref())


@pytest.mark.parametrize(("named", "kept"), [(VILLAGE, "石桥村"), ("石桥社区", "石桥社区")])
def test_a_grant_without_a_village_name_keeps_the_one_typed_at_the_start(
    village_session: Session, county: County, stick: Path, named: str, kept: str,
) -> None:
    enrol(village_session, county.grant(village_session, stick, name=named), county.root.fingerprint)
    assert village_session.profile.village_names == {VILLAGE: kept}


def test_digits_typed_wrong_pin_nothing(village_session: Session, county: County, stick: Path) -> None:
    path = county.grant(village_session, stick)
    with pytest.raises(Refused) as caught:
        enrol(village_session, path, "1234 5678 9012 3456 7890")
    assert caught.value.code == "XL-K07"
    with pytest.raises(Locked):
        exchange.export(village_session, stick)
    assert enrol(village_session, path, county.root.fingerprint.replace(" ", "")).net == county.net


def test_the_same_grant_again_changes_nothing(village_session: Session, county: County, stick: Path) -> None:
    path = county.grant(village_session, stick)
    first = enrol(village_session, path, county.root.fingerprint)
    assert enrol(village_session, path, county.root.fingerprint) == first


def test_what_is_no_grant_is_refused(village_session: Session, county: County, stick: Path, tmp_path: Path) -> None:
    county.enrol(village_session, stick)
    returned = county.send(village_session, stick, "return", [b'{"k":"time","ms":1,"r":4}'])
    (tmp_path / "letter.txt").write_text("您好")
    for path, code in ((returned, "XL-K03"), (tmp_path / "letter.txt", "XL-B02"), (stick, "XL-F01")):
        with pytest.raises(Refused) as caught:
            enrol(village_session, path, county.root.fingerprint)
        assert caught.value.code == code
    with pytest.raises(NotFound) as caught_missing:
        enrol(village_session, tmp_path / "nothing", county.root.fingerprint)
    assert caught_missing.value.code == "XL-F05"


def test_a_grant_for_another_machine_is_refused(village_session: Session, county: County, stick: Path, tmp_path: Path, clock: FixedClock) -> None:
    from xieli_tui.casework.setup import InitVillage, init_village

    init_village(tmp_path / "other", InitVillage((VILLAGE,), "石桥村", "甲", kdf="floor"), PASSPHRASE, clock=clock)
    with open_session(tmp_path / "other", PASSPHRASE, clock=clock) as other:
        path = county.grant(other, stick)
    with pytest.raises(Refused) as caught:
        enrol(village_session, path, county.root.fingerprint)
    assert caught.value.code == "XL-K05"


def test_a_grant_of_another_role_is_refused_and_the_next_one_counts(village_session: Session, county: County, stick: Path) -> None:
    with pytest.raises(Refused) as caught:
        enrol(village_session, county.grant(village_session, stick, role="township"), county.root.fingerprint)
    assert caught.value.code == "XL-K03"
    county.r, county.delivered, county.ep = 0, ZERO, "ab" * 8
    assert enrol(village_session, county.grant(village_session, stick), county.root.fingerprint).scope == (VILLAGE,)


# -- export -----------------------------------------------------------------------------------------


def test_an_export_carries_every_line_under_a_name_that_says_nothing(village_session: Session, home: Family, county: County, stick: Path) -> None:
    county.enrol(village_session, stick / "..")
    record_visit(village_session, RecordVisit(home.id, "self"))
    done = exchange.export(village_session, stick)
    file = done.files[0]
    assert len(done.files) == 1
    assert file.first == 1
    assert file.events == file.last
    assert Path(file.path).parent == stick
    assert file.check_code == f"{file.bid[:4]}-{file.bid[4:8]}".upper()
    assert done.counts["visit.recorded"] == 1
    assert "audit.unlocked" not in done.counts
    assert done.pending_unconfirmed == exchange.status(village_session).unconfirmed > 0
    core = json.dumps(container.parse(Path(file.path).read_bytes()).core, ensure_ascii=False)
    for word in ("石桥", VILLAGE, "王秀英", home.id):
        assert word not in core
        assert word.encode() not in Path(file.path).read_bytes()
    county.take(village_session, file.path)
    assert county.got[village_session.ep][-1].t == "visit.recorded"


def test_an_export_backs_the_workspace_up(village_session: Session, home: Family, county: County, stick: Path, workspace: Path) -> None:
    county.enrol(village_session, stick)
    exchange.export(village_session, stick)
    assert len([one for one in (workspace / "backups").iterdir() if one.is_dir()]) == 1
    assert backup.last_backup(village_session) == DAY


def test_a_backup_that_fails_is_told_beside_the_files_and_not_instead_of_them(
    village_session: Session, home: Family, county: County, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.enrol(village_session, stick)
    monkeypatch.setattr(backup.copies, "create", lambda *_args, **_more: (_ for _ in ()).throw(Refused("XL-F02")))
    done = exchange.export(village_session, stick)
    assert len(done.files) == 1
    assert Path(done.files[0].path).exists()
    assert "XL-F02" in done.backup_failed
    assert exchange.status(village_session).last_export


def test_the_mark_is_flushed_before_the_file_is_laid_down(village_session: Session, home: Family, county: County, stick: Path) -> None:
    county.enrol(village_session, stick)
    with village_session.reading() as tx:
        seq, head = journal.head(tx, village_session.dev, village_session.ep)
    seen: list[epoch_mark.Mark | None] = []

    class Watching(OsFs):
        def write_new(self, path: Path, data: bytes) -> None:
            seen.append(epoch_mark.read(village_session.dev))
            super().write_new(path, data)

    exchange.export(village_session, stick, fs=Watching())
    assert seen == [epoch_mark.Mark(village_session.ep, seq, head)]


def test_a_full_stick_leaves_nothing_and_the_entries_stay_local(village_session: Session, home: Family, county: County, stick: Path) -> None:
    county.enrol(village_session, stick / "..")

    class Full(OsFs):
        def write_new(self, path: Path, data: bytes) -> None:
            super().write_new(path, data[:100])
            raise OSError(28, "no space")

    with pytest.raises(Refused) as caught:
        exchange.export(village_session, stick, fs=Full())
    assert (caught.value.code, caught.value.exit_code) == ("XL-F02", 4)
    assert list(stick.iterdir()) == []
    assert {one.state for one in timeline(village_session, home.id)} == {"local"}
    assert exchange.status(village_session).last_export == ""


@pytest.mark.parametrize(("name", "code"), [("a file", "XL-F07"), ("nowhere", "XL-F05")])
def test_a_target_that_is_no_folder_is_refused(village_session: Session, home: Family, county: County, stick: Path, name: str, code: str) -> None:
    county.enrol(village_session, stick)
    (stick / "a file").write_text("")
    with pytest.raises((Refused, NotFound)) as caught:
        exchange.export(village_session, stick / name)
    assert caught.value.code == code


def test_everything_is_carried_again_until_the_county_signed(village_session: Session, home: Family, county: County, stick: Path, clock: FixedClock) -> None:
    county.enrol(village_session, stick)
    first = exchange.export(village_session, stick).files[0]
    record_visit(village_session, RecordVisit(home.id, "self"))
    second = exchange.export(village_session, stick).files[0]
    assert (first.first, second.first) == (1, 1)
    assert second.last == first.last + 1
    assert first.path != second.path
    assert [row[3:] for row in exchange.status(village_session).bundles] == [("", "待签收")] * 2  # no township desk in the grant, nobody to wait for


def test_after_the_receipt_only_what_is_new_is_carried_and_idle_stays_idle(village_session: Session, home: Family, county: County, stick: Path) -> None:
    county.enrol(village_session, stick)
    round_trip(village_session, county, stick)
    state = exchange.status(village_session)
    assert (state.unconfirmed, state.confirmed) == (0, state.events)
    assert state.last_receipt == DAY
    assert state.bundles[0][4] == "县已签收"
    assert {one.state for one in timeline(village_session, home.id)} == {"county"}
    idle = exchange.export(village_session, stick)
    assert (idle.files, idle.pending_unconfirmed) == ((), 0)
    signed = len(county.got[village_session.ep])
    record_visit(village_session, RecordVisit(home.id, "self"))
    assert exchange.export(village_session, stick).files[0].first == signed + 1


def test_an_opening_alone_is_no_reason_to_hand_in(village_session: Session, county: County, stick: Path, workspace: Path, clock: FixedClock) -> None:
    county.enrol(village_session, stick)
    round_trip(village_session, county, stick)
    clock.tick(days=1)
    village_session.close()
    with open_session(workspace, PASSPHRASE, clock=clock, where="app") as session:
        assert exchange.export(session, stick).files == ()


def test_a_workspace_on_another_machine_exports_both_epochs(
    village_session: Session, home: Family, county: County, stick: Path, workspace: Path, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    county.enrol(village_session, stick)
    old = village_session.ep
    village_session.close()
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "elsewhere"))
    with open_session(workspace, PASSPHRASE, clock=clock) as session:
        record_visit(session, RecordVisit(home.id, "self"))
        done = exchange.export(session, stick)
        assert {file.ep for file in done.files} == {old, session.ep}
        county.take(session, *(file.path for file in done.files))
        assert county.got[session.ep][0].t == "epoch.opened"
        assert county.got[session.ep][0].d["grant"] == county.ref()
        assert exchange.take_in(session, [county.sign_for(session, stick / "back")])[0].receipts == 2
        assert exchange.status(session).unconfirmed == 0


# -- home again -------------------------------------------------------------------------------------


@pytest.fixture
def decided(village_session: Session, home: Family, county: County, stick: Path) -> Iterator[str]:
    """An application handed over, granted by the county, and the decision home."""
    county.enrol(village_session, stick)
    app = start_application(village_session, StartApplication(home.id, ["temp_emergency"], emergency=True)).id
    entrust(village_session, Entrust(app, "王秀英"))
    hand_over(village_session, app)
    county.take(village_session, exchange.export(village_session, stick).files[0].path)
    last = county.receipt(village_session.ep)
    after = f"{last.dev}:{last.ep}:{last.seq}:{last.head[:32]}"
    grant = county.write(
        "application.decided",
        {"village": VILLAGE, "household": home.id, "application": app, "on": DAY, "after": [after], "kind": "temp_emergency", "result": "granted", "amount": 80000,
         "period": "once", "reason": "突发重病", "level": "county"},
    )
    outcome = exchange.take_in(village_session, [county.sign_for(village_session, stick / "back", grant)])[0]
    assert (outcome.status, outcome.rulings, outcome.receipts) == ("imported", 1, 1)
    return app


def test_a_decision_comes_home_onto_the_chain_and_waits_to_be_told(village_session: Session, home: Family, decided: str) -> None:
    card = show_application(village_session, decided)
    assert (card.state, card.state_label, card.decisions[0].amount, card.decisions[0].told) == ("decided_granted", "已审核确认", 80000, "")
    newest = timeline(village_session, home.id)[0]
    assert (newest.type, newest.source) == ("application.decided", "county")
    assert exchange.status(village_session).unconfirmed == 0
    with pytest.raises(Refused):
        told(village_session, Told(decided, on="2026-12-27"))
    told(village_session, Told(decided, "phone", told_to="王秀英"))
    assert show_application(village_session, decided).decisions[0].told == DAY


def test_a_decided_application_is_out_of_the_villages_hands(village_session: Session, decided: str) -> None:
    with pytest.raises(Refused) as caught:
        entrust(village_session, Entrust(decided, "王秀英"))
    assert caught.value.code == "XL-P05"


def test_replaying_the_journal_gives_the_same_rows(village_session: Session, decided: str) -> None:
    done = rebuild(village_session)
    assert done.equal, {name for name in done.before if done.before[name] != done.after.get(name)}


def test_the_same_return_again_is_already_imported(village_session: Session, county: County, decided: str, stick: Path) -> None:
    outcomes = exchange.take_in(village_session, [stick / "back"])
    assert [(one.status, one.code, one.what) for one in outcomes] == [("duplicate", "XL-D01", "已导入过")]


def test_a_flipped_byte_brings_nothing_in(village_session: Session, home: Family, county: County, stick: Path) -> None:
    county.enrol(village_session, stick)
    county.take(village_session, exchange.export(village_session, stick).files[0].path)
    path = county.sign_for(village_session, stick / "back")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    assert [(one.status, one.code) for one in exchange.take_in(village_session, [path])] == [("refused", "XL-B04")]
    assert exchange.status(village_session).confirmed == 0


def test_a_dry_run_says_what_would_come_and_brings_nothing_in(village_session: Session, home: Family, county: County, stick: Path) -> None:
    county.enrol(village_session, stick)
    county.take(village_session, exchange.export(village_session, stick).files[0].path)
    path = county.sign_for(village_session, stick / "back")
    assert exchange.take_in(village_session, [path], dry_run=True)[0].status == "imported"
    assert exchange.status(village_session).confirmed == 0
    assert exchange.take_in(village_session, [path])[0].status == "imported"


def test_a_stick_with_other_peoples_files_is_looked_through_quietly(village_session: Session, home: Family, county: County, stick: Path) -> None:
    county.enrol(village_session, stick / "..")
    exchange.export(village_session, stick)
    (stick / "notes.txt").write_text("x")
    assert exchange.take_in(village_session, [stick]) == []
    own = next(stick.glob("*.xieli"))
    assert [(one.status, one.code, one.what) for one in exchange.take_in(village_session, [own])] == [("duplicate", "", "自己以前写的，不用导入")]
    with pytest.raises(NotFound):
        exchange.take_in(village_session, [stick / "gone.xieli"])


def test_a_receipt_for_lines_this_machine_never_wrote_opens_a_new_epoch(village_session: Session, home: Family, county: County, stick: Path) -> None:
    county.enrol(village_session, stick)
    round_trip(village_session, county, stick)
    old = village_session.ep
    ahead = delivery.Receipt(village_session.dev, old, 999, "ab" * 32)
    path = county.send(village_session, stick / "back", "return", [delivery.receipt_line(county.r + 1, ahead)])
    exchange.take_in(village_session, [path])
    assert village_session.ep != old
    with village_session.reading() as tx:
        opened = journal.events_of_type(tx, "epoch.opened")
    assert [(one.ep, one.d["reason"], one.d["prev"][0]) for one in opened] == [(village_session.ep, "receipt_ahead", old)]
    exchange.take_in(village_session, [path])
    assert village_session.ep == opened[0].ep
    assert exchange.status(village_session).alarms == (("XL-C02", "同一设备出现两份历史", village_session.dev, DAY),)


# -- conflicts --------------------------------------------------------------------------------------


def test_two_values_stay_visible_until_one_is_chosen(village_session: Session, home: Family, county: County, stick: Path) -> None:
    county.enrol(village_session, stick)
    desk = county.write("household.claimed", {"village": VILLAGE, "household": home.id, "fields": {"phone": "10000007777"}})
    round_trip(village_session, county, stick)
    exchange.take_in(village_session, [county.sign_for(village_session, stick / "back", desk)])
    found = exchange.conflicts(village_session)
    assert [(one.entity, one.field, {value for value, _who, _ref in one.values}) for one in found] == [(home.id, "phone", {"10000002190", "10000007777"})]
    assert exchange.status(village_session).conflicts == 1
    for value, reason, code in (("10000001111", "问过", "XL-V08"), ("10000002190", " ", "XL-V06")):
        with pytest.raises(Refused) as caught:
            exchange.resolve(village_session, home.id, "phone", value, reason)
        assert caught.value.code == code
    exchange.resolve(village_session, home.id, "phone", "10000002190", "当面问过")
    assert exchange.conflicts(village_session) == []
    with pytest.raises(NotFound):
        exchange.resolve(village_session, home.id, "phone", "10000002190", "再来")


def test_a_change_by_hand_settles_a_conflict_too(village_session: Session, home: Family, county: County, stick: Path) -> None:
    county.enrol(village_session, stick)
    desk = county.write("household.claimed", {"village": VILLAGE, "household": home.id, "fields": {"phone": "10000007777"}})
    round_trip(village_session, county, stick)
    exchange.take_in(village_session, [county.sign_for(village_session, stick / "back", desk)])
    assert set_household(village_session, home.id, {"phone": "10000007777"}).state == "changed"
    assert exchange.conflicts(village_session) == []


def test_reopening_after_an_export_goes_on_in_the_same_epoch(
    village_session: Session, home: Family, county: County, stick: Path, workspace: Path, village_template: object, clock: FixedClock,
) -> None:
    county.enrol(village_session, stick)
    exchange.export(village_session, stick)
    ep = village_session.ep
    village_session.close()
    session = reopened(village_template, workspace, clock)  # type: ignore[arg-type]
    try:
        assert session.ep == ep
    finally:
        session.close()
