"""Opening a workspace, writing events, closing it."""

from __future__ import annotations

from pathlib import Path

import pytest

from basekit import OPERATOR, PASSPHRASE, VILLAGE
from xieli_tui.casework import epoch_mark
from xieli_tui.casework.session import Session, open_session
from xieli_tui.casework.setup import InitVillage, device_code, init_village, make_workspace, save_code
from xieli_tui.domain.clock import FixedClock
from xieli_tui.domain.events.aid import ApplicationAccepted, CheckRequested
from xieli_tui.domain.events.household import HouseholdOpened, PlatformLinked
from xieli_tui.errors import Locked, Refused, XieliError
from xieli_tui.store import journal, queries
from xieli_tui.store import workspace as rooms


def types_of(session: Session) -> list[str]:
    with session.reading() as tx:
        return [one.t for batch in journal.iterate_all(tx) for one in batch]


def test_a_new_workspace_begins_with_its_operator_and_a_fingerprint_of_twenty_digits(tmp_path: Path, clock: FixedClock) -> None:
    made = init_village(tmp_path / "w", InitVillage((VILLAGE,), "石桥村", OPERATOR, kdf="floor", post="协理员"), PASSPHRASE, clock=clock)
    assert len(made.device) == 32
    assert len(made.epoch) == 16
    assert [len(part) for part in made.fingerprint.split()] == [4, 4, 4, 4, 4]
    assert made.enrol_code.startswith("XE1-")
    with open_session(tmp_path / "w", PASSPHRASE, clock=clock) as session:
        assert (session.dev, session.ep, session.role, session.operator) == (made.device, made.epoch, "village", "1")
        assert types_of(session) == ["operator.added", "audit.unlocked"]
        assert device_code(session).code == made.enrol_code
        with session.reading() as tx:
            assert queries.operator_names(tx)[(session.dev, "1")] == OPERATOR


def test_nothing_personal_lies_outside_the_encrypted_store(workspace: Path, village_session: Session) -> None:
    village_session.close()
    for file in workspace.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert OPERATOR.encode() not in data
            assert b"CREATE TABLE" not in data
            assert b"SQLite format 3" not in data


@pytest.mark.parametrize(
    ("request_", "passphrase", "code"),
    [
        (InitVillage(("12345",), "村", "甲", kdf="floor"), PASSPHRASE, "XL-V05"),
        (InitVillage((), "村", "甲", kdf="floor"), PASSPHRASE, "XL-V06"),
        (InitVillage((VILLAGE,), "村", " ", kdf="floor"), PASSPHRASE, "XL-V06"),
        (InitVillage((VILLAGE,), "村", "甲", kdf="fast"), PASSPHRASE, "XL-V08"),
        (InitVillage((VILLAGE,), "村", "甲", kdf="floor", role="county"), PASSPHRASE, "XL-V08"),
        (InitVillage((), "镇", "甲", kdf="floor", role="township", area="999999"), PASSPHRASE, "XL-V12"),
        (InitVillage((VILLAGE,), "村", "甲\x07", kdf="floor"), PASSPHRASE, "XL-V10"),
        (InitVillage((VILLAGE,), "村", "甲", kdf="floor"), "short", "XL-V09"),
    ],
)
def test_a_refused_start_leaves_nothing_behind(tmp_path: Path, request_: InitVillage, passphrase: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        init_village(tmp_path / "w", request_, passphrase)
    assert caught.value.code == code
    assert not (tmp_path / "w").exists()


def test_a_start_that_cannot_write_its_epoch_mark_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "blocked").write_text("")
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "blocked"))
    with pytest.raises(Refused) as caught:
        init_village(tmp_path / "w", InitVillage((VILLAGE,), "石桥村", OPERATOR, kdf="floor"), PASSPHRASE)
    assert caught.value.code == "XL-F03"
    assert not (tmp_path / "w").exists()


def test_an_existing_workspace_is_never_written_over(workspace: Path) -> None:
    before = (workspace / "keys.json").read_bytes()
    with pytest.raises(Refused) as caught:
        init_village(workspace, InitVillage((VILLAGE,), "石桥村", OPERATOR, kdf="floor"), PASSPHRASE)
    assert caught.value.code == "XL-L03"
    assert (workspace / "keys.json").read_bytes() == before


def test_a_township_workspace_works_for_an_area(tmp_path: Path, clock: FixedClock) -> None:
    request = InitVillage((), "青石镇", "周敏", kdf="floor", role="township", area="999999001")
    init_village(tmp_path / "t", request, PASSPHRASE, clock=clock)
    with open_session(tmp_path / "t", PASSPHRASE, clock=clock) as session:
        assert (session.role, session.profile.area, session.profile.villages) == ("township", "999999001", ())


def test_a_wrong_passphrase_is_locked_out_with_exit_code_3(workspace: Path) -> None:
    with pytest.raises(Locked) as caught:
        open_session(workspace, "9999 9999 9999 9999")
    assert (caught.value.code, caught.value.exit_code) == ("XL-L01", 3)


def test_a_folder_without_a_workspace_is_not_one(tmp_path: Path) -> None:
    with pytest.raises(Locked) as caught:
        open_session(tmp_path, PASSPHRASE)
    assert caught.value.code == "XL-L02"


def test_the_command_line_records_one_opening_per_day_and_the_app_every_one(workspace: Path, clock: FixedClock) -> None:
    for where in ("cli", "cli", "app", "app"):
        with open_session(workspace, PASSPHRASE, clock=clock, where=where) as session:  # type: ignore[arg-type]
            found = types_of(session)
    assert found.count("audit.unlocked") == 3
    clock.tick(days=1)
    with open_session(workspace, PASSPHRASE, clock=clock) as session:
        assert types_of(session).count("audit.unlocked") == 4


def test_a_village_may_not_write_a_desk_step(village_session: Session) -> None:
    app, home = village_session.new_id(), village_session.new_id()
    step = ApplicationAccepted(village=VILLAGE, household=home, application=app, on="2026-12-28")
    before = types_of(village_session)
    with pytest.raises(Refused) as caught:
        village_session.record(HouseholdOpened(village=VILLAGE, household=home), step)
    assert caught.value.code == "XL-P02"
    assert types_of(village_session) == before


def test_a_township_may_not_write_what_is_the_countys(tmp_path: Path, clock: FixedClock) -> None:
    profile = rooms.Profile(kind="township", area="999999001")
    with make_workspace(tmp_path / "t", profile, "周敏", PASSPHRASE, kdf="floor", clock=clock) as session:
        with pytest.raises(Refused) as caught:
            session.record(PlatformLinked(village=VILLAGE, household=session.new_id(), platform_no="1"))
        assert caught.value.code == "XL-P03"
        session.record(
            CheckRequested(
                village=VILLAGE, household=session.new_id(), application=session.new_id(), check=session.new_id(), on="2026-12-28", persons=[session.new_id()],
            )
        )
        assert types_of(session)[-1] == "check.requested"


def test_a_verb_that_fails_half_way_writes_nothing(village_session: Session) -> None:
    before = types_of(village_session)

    def build(_tx: object) -> list[HouseholdOpened]:
        raise XieliError("XL-V11")

    with pytest.raises(XieliError):
        village_session.transact(build)
    assert types_of(village_session) == before


def test_a_closed_session_has_forgotten_its_keys(village_session: Session) -> None:
    dek = village_session.vault.dek
    village_session.close()
    assert bytes(dek) == bytes(32)
    for use in (lambda: village_session.keys, lambda: village_session.store, lambda: village_session.record()):
        with pytest.raises(Locked):
            use()


def test_a_copied_workspace_without_its_mark_opens_a_new_epoch(workspace: Path, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_session(workspace, PASSPHRASE, clock=clock) as session:
        old, head = session.ep, journal_head(session)
    monkeypatch.setenv("XIELI_STATE", str(tmp_path / "another machine"))
    with open_session(workspace, PASSPHRASE, clock=clock) as session:
        assert session.ep != old
        with session.reading() as tx:
            opened = journal.events_of_type(tx, "epoch.opened")[0]
        assert (opened.ep, opened.seq, opened.d["prev"], opened.d["reason"]) == (session.ep, 1, [old, *head], "mark_missing")
        new = session.ep
    with open_session(workspace, PASSPHRASE, clock=clock) as session:
        assert session.ep == new


def test_a_mark_ahead_of_the_store_opens_a_new_epoch(workspace: Path, clock: FixedClock) -> None:
    with open_session(workspace, PASSPHRASE, clock=clock) as session:
        old = session.ep
        epoch_mark.write(session.dev, epoch_mark.Mark(old, 999, "ab" * 32))
    with open_session(workspace, PASSPHRASE, clock=clock) as session:
        assert session.ep != old
        with session.reading() as tx:
            assert journal.events_of_type(tx, "epoch.opened")[0].d["reason"] == "mark_ahead"


def journal_head(session: Session) -> tuple[int, str]:
    with session.reading() as tx:
        return journal.head(tx, session.dev, session.ep)


def test_the_code_is_laid_down_once_and_overwrites_nothing(village_session: Session, tmp_path: Path) -> None:
    code = device_code(village_session)
    save_code(code, tmp_path / "code.txt")
    assert code.code in (tmp_path / "code.txt").read_text(encoding="utf-8")
    for path, refused in ((tmp_path / "code.txt", "XL-F08"), (tmp_path, "XL-F01")):
        with pytest.raises(Refused) as caught:
            save_code(code, path)
        assert caught.value.code == refused
