"""Bundles up, returns down: dry runs, order, doubles, losses, and silence when nothing happened."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import pytest
from desk_office import PASSPHRASE, Office

from xieli_sync import verify
from xieli_tui.casework import application as papers
from xieli_tui.casework import exchange, households, rebuild, record_visit
from xieli_tui.cli.main import main
from xieli_tui.desk import intake, queue, send, steps
from xieli_tui.errors import Damaged, NotFound, Refused

REASON = "按规定"


def exported(office: Office) -> list[Path]:
    office.clock.tick(minutes=1)
    return [Path(f.path) for f in exchange.export(office.village, office.stick, with_backup=False).files]


def visit(office: Office, home: str) -> str:
    office.clock.tick(minutes=1)
    return record_visit.record_visit(office.village, record_visit.RecordVisit(home, "self", note="好")).id


# -- taking in ---------------------------------------------------------------------------------------------------------------------------------


def test_a_dry_run_says_line_by_line_what_would_come_and_writes_nothing(office: Office) -> None:
    home = office.household("石守田")
    households.set_person(office.village, households.show(office.village, home).members[0].person, {"id_no": "999999194410021012", "phone": "10000001234"})
    visit(office, home)
    files = exported(office)
    before = exchange.status(office.county).events
    (dry,) = intake.import_files(office.county, files, dry_run=True)
    assert dry.status == "imported"
    assert dry.new == dry.events > 4
    text = "\n".join(dry.diff)
    assert "新的" in dry.diff[0]
    assert "走访" in text
    assert "石守田" in text
    assert "999999194410021012" not in text
    assert "10000001234" not in text
    assert households.list_households(office.county) == []
    assert exchange.status(office.county).events == before
    (real,) = intake.import_files(office.county, files)
    assert (real.status, real.new) == ("imported", dry.new)
    assert len(households.list_households(office.county)) == 1


def test_a_dry_run_names_known_lines_and_conflicts(office: Office) -> None:
    home = office.household("石守田")
    office.up()
    office.clock.tick(minutes=1)
    households.set_household(office.county, home, {"phone": "10000000001"})
    households.set_household(office.village, home, {"phone": "10000000002"})
    (dry,) = intake.import_files(office.county, exported(office), dry_run=True)
    assert "已有的" in dry.diff[0]
    assert any(line.startswith("两处写的不一样") for line in dry.diff)
    assert exchange.conflicts(office.county) == []


def test_two_numbers_of_one_family_are_listed_covered_and_one_is_chosen_as_it_is_shown(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = office.household("孙长福")
    office.up()
    households.set_household(office.county, home, {"phone": "10000000278"})
    households.set_household(office.village, home, {"phone": "10000000279"})
    office.up()
    folder = office.county.workspace
    office.county.close()
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T12:00:00+08:00")

    def said(*words: str) -> str:
        capsys.readouterr()
        assert main([*words, "-w", str(folder)]) == 0
        return capsys.readouterr().out

    for words in (("sync", "conflicts", "list"), ("sync", "conflicts", "list", "--json"), ("household", "show", home), ("household", "show", home, "--json")):
        out = said(*words)
        assert "100****0278" in out, words
        assert "100****0279" in out, words
        assert "10000000278" not in out, words
        assert "10000000279" not in out, words
    assert "10000000278" in said("sync", "conflicts", "list", "--full", "--reason", "核对")
    said("sync", "conflicts", "resolve", home, "--field", "phone", "--value", "100****0279", "--reason", "本人说的")
    assert said("sync", "conflicts", "list") == "没有。\n"


def test_a_dry_run_says_what_would_be_held_back(office: Office) -> None:
    home = office.household("石守田")
    files = exported(office)
    stolen = office.stick / "stolen"
    stolen.mkdir()
    assert files
    # A county that no longer grants this village: the next registration leaves it out.
    from desk_office import VILLAGE

    from xieli_tui.casework import setup
    from xieli_tui.desk import enrolment

    intake.import_files(office.county, files)
    out = office.stick / "other.xieli"
    enrolment.enrol_device(office.county, enrolment.EnrolDevice(setup.device_code(office.village).code, ("999999001009",), "陈秀兰", out))
    setup.enrol(office.village, out, office.root_fingerprint)
    assert VILLAGE not in office.village.profile.villages
    visit(office, home)
    (dry,) = intake.import_files(office.county, exported(office), dry_run=True)
    assert dry.quarantined == 1
    assert any(line.startswith("转人工（不在这台电脑负责的村）") for line in dry.diff)


def test_the_same_file_again_is_known_and_changes_nothing(office: Office) -> None:
    office.household()
    files = office.up()
    (again,) = intake.import_files(office.county, files)
    assert (again.status, again.code, again.new) == ("duplicate", "XL-D01", 0)


def test_a_file_one_wrote_oneself_is_no_error_and_says_so_on_both_sides(office: Office) -> None:
    office.household()
    (up,) = office.up()
    (mine,) = exchange.take_in(office.village, [up])
    assert (mine.status, mine.code, mine.what) == ("duplicate", "", "自己以前写的，不用导入")
    (back,) = office.down(lose=True)
    (theirs,) = intake.import_files(office.county, [back])
    assert (theirs.status, theirs.code, theirs.what) == ("duplicate", "", "自己以前写的，不用导入")
    assert [Path(one.file).name for one in exchange.take_in(office.village, [office.stick])] == [back.name]


def test_a_folder_means_its_bundles_and_leaves_our_own_returns_alone(office: Office) -> None:
    office.application("dibao")
    office.up()
    office.down(lose=True)
    (office.stick / "readme.txt").write_text("x")
    results = intake.import_files(office.county, [office.stick])
    assert [r.status for r in results] == ["duplicate"]
    (office.stick / "photo.xieli").write_bytes(b"not a bundle at all")
    results = intake.import_files(office.county, [office.stick])
    assert sorted((r.status, r.code) for r in results) == [("duplicate", "XL-D01"), ("refused", "XL-B02")]


def test_a_bad_file_stops_no_other_and_a_missing_one_is_said(office: Office, tmp_path: Path) -> None:
    home = office.household()
    (good,) = exported(office)
    bad = tmp_path / "bad.xieli"
    data = bytearray(good.read_bytes())
    data[len(data) // 2] ^= 1
    bad.write_bytes(bytes(data))
    results = intake.import_files(office.county, [bad, good])
    assert [r.status for r in results] == ["refused", "imported"]
    assert results[0].code.startswith("XL-")
    assert results[0].what
    assert households.show(office.county, home).row.head == "石守田"
    with pytest.raises(NotFound):
        intake.import_files(office.county, [tmp_path / "nowhere.xieli"])


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_three_exports_without_a_receipt_end_the_same_in_every_order(office: Office, order: tuple[int, ...]) -> None:
    home = office.household()
    files: list[Path] = []
    for n in range(3):
        visit(office, home)
        (laid,) = exported(office)
        files.append(shutil.copy(laid, office.stick / f"copy{n}"))
    for at in order:
        (outcome,) = intake.import_files(office.county, [files[at]])
        assert outcome.status in ("imported", "duplicate"), outcome
    assert len(households.show(office.county, home).visits) == 3
    assert rebuild.rebuild(office.county).equal


def test_nothing_of_a_bundles_outside_tells_names_or_places(office: Office) -> None:
    office.application("dibao")
    (path,) = exported(office)
    told = json.dumps(verify.inspect(path.read_bytes()), ensure_ascii=False, default=str)
    for secret in ("石守田", "石桥", "999999001001", "陈秀兰"):
        assert secret not in told
        assert secret.encode() not in path.read_bytes()
        assert secret not in path.name


# -- going home ------------------------------------------------------------------------------------------------------------------------------------


def test_a_decision_comes_home_and_everything_is_signed_for(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app)
    steps.decide(office.county, steps.Decide(app, None, True, "800.00", None, REASON))
    assert exchange.status(office.village).unconfirmed > 0
    office.down()
    status = exchange.status(office.village)
    assert (status.unconfirmed, status.quarantined) == (0, 0)
    card = papers.show_application(office.village, app)
    assert card.state == "decided_granted"
    assert card.decisions[0].amount == 800_00
    chain = households.timeline(office.village, card.household)
    assert {e.state for e in chain if e.source == "village"} == {"county"}
    assert any(e.type == "application.decided" and e.source == "county" for e in chain)


def test_after_two_rounds_both_sides_fall_silent(office: Office) -> None:
    app = office.application("dibao")
    office.up()
    steps.accept(office.county, app)
    office.down()
    office.up()
    office.down()
    for _ in range(2):
        assert exported(office) == []
        assert list(send.send(office.county, office.stick, device=office.village.dev)) == []


def test_opening_the_desk_day_after_day_makes_no_return(office: Office) -> None:
    from xieli_tui.domain.events.road import AuditUnlocked

    office.household()
    for _ in range(2):
        office.up()
        office.down()
    for _ in range(3):
        office.clock.tick(days=1)
        office.county.record(AuditUnlocked(where="cli"))
        office.village.record(AuditUnlocked(where="cli"))
    assert exported(office) == []
    assert send.send(office.county, office.stick, device=office.village.dev) == []


def test_a_lost_return_heals_with_the_next_one(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app)
    (lost,) = office.down(lose=True)
    assert papers.show_application(office.village, app).state == "handed_over"
    steps.decide(office.county, steps.Decide(app, None, True, "800.00", None, REASON))
    (found,) = office.down()
    assert papers.show_application(office.village, app).state == "decided_granted"
    first, second = (verify.inspect(p.read_bytes())["core"] for p in (lost, found))
    assert second["first"] == first["first"]
    assert second["last"] > first["last"]
    (late,) = exchange.take_in(office.village, [lost])
    assert late.status == "duplicate"


def test_a_lost_export_heals_with_the_next_one(office: Office) -> None:
    home = office.household()
    visit(office, home)
    assert exported(office)  # lies on a stick nobody ever brought
    visit(office, home)
    office.up()
    assert len(households.show(office.county, home).visits) == 2
    office.down()
    assert exchange.status(office.village).unconfirmed == 0


def test_unacknowledged_content_is_sent_again_and_receipts_alone_are_not(office: Office) -> None:
    app = office.application("dibao")
    office.up()
    steps.accept(office.county, app)
    assert len(office.down(lose=True)) == 1
    assert len(office.down(lose=True)) == 1
    office.down()
    office.up()
    assert len(office.down(lose=True)) == 1  # the receipt of the acknowledgement, written once
    assert office.down(lose=True) == []


def test_a_later_return_taken_first_waits_for_the_earlier_one(office: Office) -> None:
    from xieli_tui.desk.letters import lay_down

    app = office.application("temp_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app)
    (first,) = office.down(lose=True)
    core = verify.inspect(first.read_bytes())["core"]
    steps.decide(office.county, steps.Decide(app, None, True, "800.00", None, REASON))
    office.down(lose=True)
    (later,) = lay_down(office.county, office.stick, office.village.dev, office.village.keys.enc_pub, core["last"] + 1)
    (early,) = exchange.take_in(office.village, [Path(later.path)])
    assert (early.status, early.code) == ("parked", "XL-G01")
    assert papers.show_application(office.village, app).state == "handed_over"
    assert exchange.take_in(office.village, [first])[0].status == "imported"
    assert papers.show_application(office.village, app).state == "decided_granted"


def test_the_registers_of_both_desks_are_rebuilt_to_the_same_rows(office: Office) -> None:
    app = office.application("dibao")
    office.up()
    steps.accept(office.county, app)
    steps.return_for_papers(office.county, app, ("hukou_book",))
    office.down()
    office.up()
    for session in (office.village, office.county):
        assert rebuild.rebuild(session).equal


def test_a_county_put_back_from_a_copy_sends_nothing(office: Office, tmp_path: Path) -> None:
    from desk_office import PASSPHRASE

    from xieli_tui.casework.session import open_session

    app = office.application("dibao")
    office.up()
    office.county.close()
    shutil.copytree(tmp_path / "county", tmp_path / "copy")
    with open_session(tmp_path / "county", PASSPHRASE, clock=office.clock) as county:
        steps.accept(county, app)
        assert send.send(county, office.stick)
    with open_session(tmp_path / "copy", PASSPHRASE, clock=office.clock) as behind:
        with pytest.raises(Damaged) as caught:
            send.send(behind, office.stick)
        assert caught.value.code == "XL-C03"


def test_what_stopped_an_import_is_in_the_debug_log_and_not_on_the_screen(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:
    from xieli_tui.store.importing import StoreImport

    office.application("dibao")
    files = [Path(f.path) for f in exchange.export(office.village, office.stick, with_backup=False).files]

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("stopped half way")

    with monkeypatch.context() as patch, caplog.at_level("DEBUG", logger="xieli_tui"):
        patch.setattr(StoreImport, "ingest", broken)
        (failed,) = intake.import_files(office.county, files)
    assert (failed.status, failed.code) == ("failed", "XL-A01")
    assert "stopped" not in failed.what
    assert "stopped half way" in caplog.text
    assert [o.status for o in intake.import_files(office.county, files)] == ["imported"]


@pytest.mark.parametrize(("where", "error", "code"), [("nowhere", NotFound, "XL-F05"), ("file", Refused, "XL-F07")])
def test_a_return_goes_into_a_folder(office: Office, tmp_path: Path, where: str, error: type[Exception], code: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(error) as caught:
        send.send(office.county, tmp_path / where)
    assert caught.value.code == code  # type: ignore[attr-defined]


# -- a township between village and county ---------------------------------------------------------------------------------------------------------


def test_a_village_bundle_serves_township_and_county_alike(office: Office) -> None:
    from desk_office import TOWN, VILLAGE

    from xieli_tui.casework import setup
    from xieli_tui.desk import enrolment

    # The laptop was registered after the township, so its grant names both desks.
    assert VILLAGE[:9] == TOWN
    app = office.application("temp_emergency", emergency=True)
    files = office.up(to=office.township)
    assert [i.app for i in queue.queue(office.township)] == [app]
    assert [o.status for o in intake.import_files(office.county, files)] == ["imported"]
    assert enrolment.devices(office.township) is not None
    assert setup.device_code(office.village).fingerprint


def test_the_countys_rulings_reach_the_township(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    files = office.up(to=office.township)
    intake.import_files(office.county, files)
    steps.accept(office.county, app)
    laid = [Path(f.path) for f in send.send(office.county, office.stick, device=office.township.dev)]
    assert [o.status for o in intake.import_files(office.township, laid)] == ["imported"]
    assert queue.case(office.township, app).card.state == "accepted"


def test_a_township_leaves_its_own_bundle_on_the_stick_alone(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up(to=office.township)
    steps.accept(office.township, app)
    own = {Path(f.path).name for f in exchange.export(office.township, office.stick, with_backup=False).files if not f.carried}
    assert own
    assert not own & {Path(o.file).name for o in intake.import_files(office.township, [office.stick])}
    assert own & {Path(o.file).name for o in intake.import_files(office.county, [office.stick]) if o.status == "imported"}
    assert queue.case(office.county, app).card.state == "accepted"


def test_a_revoked_device_is_told_only_when_it_is_named(office: Office) -> None:
    from xieli_tui.domain.events.road import DeviceRevoked

    office.household()
    office.up()
    office.county.record(DeviceRevoked(dev=office.village.dev, cut={office.village.ep: 1}))
    sent = send.send(office.county, office.stick)
    assert [verify.inspect(Path(f.path).read_bytes())["core"]["to"] for f in sent] == [office.township.dev]
    assert len(send.send(office.county, office.stick, device=office.village.dev[:8])) == 1
