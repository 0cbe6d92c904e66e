"""Operators and passphrases: who may open, what the chain says of it, and that a change of one's own moves no byte of the store."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from casework_kit import count, family

from basekit import PASSPHRASE
from xieli_tui.casework import audit, backup, drafts, own_standing, passphrases, record_visit
from xieli_tui.casework.passphrases import AddOperator
from xieli_tui.casework.rebuild import rebuild
from xieli_tui.casework.session import Session, open_session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Locked, Refused, XieliError
from xieli_tui.store import backup as copies
from xieli_tui.store import queries
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import Vault

SECOND = "5555 6666 7777 8888"
THIRD = "0123 4567 8901 2345"


def given(session: Session, name: str = "李建国", passphrase: str = SECOND, **more: Any) -> passphrases.Given:
    return passphrases.add(session, AddOperator(name, kdf="floor", **more), passphrase)


def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(XieliError) as refused:
        call()
    return refused.value.code


def files(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("store.db*")) if not path.name.endswith("-shm")}


def test_a_second_operator_writes_under_her_own_number_and_name(village_session: Session, clock: FixedClock) -> None:
    home = family(village_session).id
    made = given(village_session, post="会计")
    assert (made.operator, made.name, made.replaced) == ("2", "李建国", False)
    clock.tick(hours=1)
    with open_session(village_session.workspace, SECOND, clock=clock) as second:
        assert second.operator == "2"
        record_visit.record_visit(second, record_visit.RecordVisit(home, "self", note="李建国去的"))
        found = passphrases.listed(second)
    assert [(one.operator, one.name, one.post, one.since, one.passphrase, one.current) for one in found.operators] == [
        ("1", "陈秀兰", "", "2026-12-28", True, False), ("2", "李建国", "会计", "2026-12-28", True, True),
    ]
    with village_session.reading() as tx:
        by = tx.ask("SELECT by FROM journal WHERE t='visit.recorded'")
        assert (by, queries.operator_names(tx)[(village_session.dev, "2")]) == ([("2",)], "李建国")
    assert audit.verify(village_session).ok
    assert rebuild(village_session).equal


def test_a_change_moves_no_byte_of_the_store_while_the_desk_is_open(village_session: Session) -> None:
    family(village_session)
    before, generation = files(village_session.workspace), village_session.vault.generation
    assert set(before) == {"store.db", "store.db-wal"}
    done = passphrases.change(village_session, PASSPHRASE, THIRD, kdf="floor")
    assert (done.operator, done.generation) == ("1", generation + 1)
    assert files(village_session.workspace) == before
    assert code_of(lambda: Vault.unlock(village_session.workspace, PASSPHRASE)) == "XL-L01"
    assert Vault.unlock(village_session.workspace, THIRD).dek == village_session.vault.dek


def test_a_change_moves_no_byte_of_a_store_that_is_shut(village_session: Session, clock: FixedClock) -> None:
    drafts.save_draft(village_session, "visit", "x", {"note": "没写完"})
    folder = village_session.workspace
    village_session.close()
    before = files(folder)
    assert passphrases.change_outside(folder, PASSPHRASE, THIRD, kdf="floor").operator == "1"
    assert files(folder) == before
    with open_session(folder, THIRD, clock=clock) as again:
        assert drafts.load_draft(again, "visit", "x") is not None
        assert not again.old_keys


@pytest.mark.parametrize(("old", "new", "code", "field"), [
    ("wrong passphrase", THIRD, "XL-L01", "old"), (PASSPHRASE, "short", "XL-V09", "passphrase"), (PASSPHRASE, "石桥村的口令十二个字以上了", "XL-V11", "passphrase"),
    (PASSPHRASE, PASSPHRASE.replace(" ", ""), "XL-V11", "passphrase"),
])
def test_a_change_that_may_not_be_changes_nothing(village_session: Session, old: str, new: str, code: str, field: str) -> None:
    before = rooms.keys_path(village_session.workspace).read_bytes()
    with pytest.raises(XieliError) as refused:
        passphrases.change(village_session, old, new, kdf="floor")
    assert (refused.value.code, refused.value.field) == (code, field)
    assert rooms.keys_path(village_session.workspace).read_bytes() == before


def test_one_changed_by_command_while_the_desk_is_open_is_changed_again_on_the_page(village_session: Session) -> None:
    passphrases.change_outside(village_session.workspace, PASSPHRASE, SECOND, kdf="floor")
    assert code_of(lambda: passphrases.change(village_session, PASSPHRASE, THIRD, kdf="floor")) == "XL-L01"
    assert passphrases.change(village_session, SECOND, THIRD, kdf="floor").generation == 3
    assert Vault.unlock(village_session.workspace, THIRD).operators == ("1",)


def test_the_old_passphrase_cannot_be_guessed_at_an_open_desk_without_waiting(village_session: Session) -> None:
    for _ in range(3):
        assert code_of(lambda: passphrases.change(village_session, "wrong passphrase", THIRD, kdf="floor")) == "XL-L01"
    assert code_of(lambda: passphrases.change(village_session, PASSPHRASE, THIRD, kdf="floor")) == "XL-L10"


def test_who_forgot_it_is_given_a_new_one_and_the_chain_says_by_whom(village_session: Session) -> None:
    given(village_session)
    lines = count(village_session)
    again = passphrases.add(village_session, AddOperator(operator="2", kdf="floor"), THIRD)
    assert (again.operator, again.name, again.replaced, count(village_session)) == ("2", "李建国", True, lines + 1)
    assert code_of(lambda: Vault.unlock(village_session.workspace, SECOND)) == "XL-L01"
    assert Vault.unlock(village_session.workspace, THIRD).operator == "2"
    with village_session.reading() as tx:
        assert tx.ask("SELECT by, count(*) FROM journal WHERE t='operator.added' AND entity='2' GROUP BY by") == [("1", 2)]


@pytest.mark.parametrize(("request_", "field"), [
    (AddOperator("李建国"), "name"), (AddOperator(operator="1"), "operator"), (AddOperator(operator="9"), "operator"), (AddOperator("别的名字", operator="2"), "name"),
    (AddOperator(""), "name"), (AddOperator("王", kdf="none"), "kdf"),
])
def test_a_request_that_means_nobody_or_the_wrong_one_writes_nothing(village_session: Session, request_: AddOperator, field: str) -> None:
    given(village_session)
    lines, before = count(village_session), rooms.keys_path(village_session.workspace).read_bytes()
    with pytest.raises(Refused) as refused:
        passphrases.add(village_session, request_, THIRD)
    assert refused.value.field == field
    assert (count(village_session), rooms.keys_path(village_session.workspace).read_bytes()) == (lines, before)


def test_a_passphrase_somebody_has_is_refused_before_a_line_is_written(village_session: Session) -> None:
    lines = count(village_session)
    assert code_of(lambda: given(village_session, passphrase=PASSPHRASE)) == "XL-V11"
    assert code_of(lambda: given(village_session, passphrase="short")) == "XL-V09"
    assert count(village_session) == lines


def test_who_left_opens_nothing_and_what_he_wrote_stays_his(village_session: Session, clock: FixedClock) -> None:
    given(village_session)
    taken = passphrases.remove(village_session, "2")
    assert (taken.name, taken.ended, taken.had) == ("李建国", "2026-12-28", True)
    assert code_of(lambda: open_session(village_session.workspace, SECOND, clock=clock)) == "XL-L01"
    last = passphrases.listed(village_session).operators[-1]
    assert (last.operator, last.ended, last.passphrase) == ("2", "2026-12-28", False)
    assert code_of(lambda: passphrases.remove(village_session, "2")) == "XL-V11"
    clock.tick(days=3)
    back = passphrases.add(village_session, AddOperator(operator="2", kdf="floor"), THIRD)
    assert back.operator == "2"
    with open_session(village_session.workspace, THIRD, clock=clock) as again:
        assert [(one.operator, one.since, one.ended) for one in passphrases.listed(again).operators] == [("1", "2026-12-28", ""), ("2", "2026-12-31", "")]


@pytest.mark.parametrize(("operator", "on", "code"), [("1", None, "XL-V11"), ("9", None, "XL-V11"), ("", None, "XL-V06"), ("2", "2027-01-01", "XL-V13"), ("2", "昨年", "XL-V01")])
def test_nobody_takes_his_own_back_nor_one_that_is_nobodys_nor_for_a_day_to_come(village_session: Session, operator: str, on: str | None, code: str) -> None:
    given(village_session)
    lines, before = count(village_session), rooms.keys_path(village_session.workspace).read_bytes()
    assert code_of(lambda: passphrases.remove(village_session, operator, on)) == code
    assert (count(village_session), rooms.keys_path(village_session.workspace).read_bytes()) == (lines, before)


def test_an_older_key_file_lets_nobody_back_in_and_is_said_until_it_is_the_newest_again(village_session: Session, clock: FixedClock) -> None:
    """A copy of keys.json from the day he still worked here, put back by hand."""
    folder = village_session.workspace
    given(village_session)
    old = rooms.keys_path(folder).read_bytes()
    passphrases.remove(village_session, "2")
    village_session.close()
    with open_session(folder, PASSPHRASE, clock=clock) as session:
        assert not session.old_keys
    rooms.keys_path(folder).write_bytes(old)
    with pytest.raises(Locked) as shut:
        open_session(folder, SECOND, clock=clock)
    assert shut.value.code == "XL-L18"
    with open_session(folder, PASSPHRASE, clock=clock) as session:
        assert session.old_keys
        found = passphrases.listed(session)
        assert (found.old_keys, [(one.operator, one.ended, one.passphrase) for one in found.operators]) == (True, [("1", "", True), ("2", "2026-12-28", True)])
        with session.reading() as tx:
            assert "钥匙文件是旧的" in own_standing.of(tx).briefs[0]
        passphrases.remove(session, "2")
    with open_session(folder, PASSPHRASE, clock=clock) as session:
        assert not session.old_keys
        with session.reading() as tx:
            assert own_standing.of(tx) == own_standing.OwnStanding()


def test_keys_newer_than_the_store_are_nothing_to_speak_of(village_session: Session, clock: FixedClock) -> None:
    folder = village_session.workspace
    village_session.close()
    for new, old in ((SECOND, PASSPHRASE), (THIRD, SECOND)):
        passphrases.change_outside(folder, old, new, kdf="floor")
    with open_session(folder, THIRD, clock=clock) as session:
        assert not session.old_keys


def test_an_operator_whom_a_crash_left_without_a_passphrase_gets_it_by_the_same_command(village_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The chain has his name, the key file was not written: no second person is made of him."""
    from xieli_tui.store import keyfile

    with monkeypatch.context() as patch:
        patch.setattr(keyfile, "write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            given(village_session)
    assert [(one.operator, one.name, one.passphrase) for one in passphrases.listed(village_session).operators][1:] == [("2", "李建国", False)]
    again = given(village_session)
    assert (again.operator, again.replaced) == ("2", False)
    assert Vault.unlock(village_session.workspace, SECOND).operator == "2"


def test_a_number_is_never_given_twice_not_even_one_only_a_slot_has(village_session: Session) -> None:
    Vault.give_slot(village_session.workspace, village_session.vault, "4", THIRD, kdf="floor")
    assert given(village_session).operator == "5"
    nameless = [one for one in passphrases.listed(village_session).operators if not one.name]
    assert [(one.operator, one.passphrase) for one in nameless] == [("4", True)]
    assert passphrases.remove(village_session, "4").had


def test_nothing_of_a_passphrase_or_a_name_is_in_any_file_of_the_workspace(village_session: Session, clock: FixedClock) -> None:
    given(village_session)
    passphrases.change(village_session, PASSPHRASE, THIRD, kdf="floor")
    folder = village_session.workspace
    code_of(lambda: open_session(folder, "wrong passphrase 77", clock=clock))
    village_session.close()
    for path in (path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        for secret in (PASSPHRASE, SECOND, THIRD, "wrong passphrase 77", "李建国", "陈秀兰"):
            assert secret.encode() not in data, path.name
            assert secret.replace(" ", "").encode() not in data, path.name
    assert set(json.loads(rooms.keys_path(folder).read_bytes())) == {"fmt", "v", "store", "dev", "gen", "slots", "device", "mac"}


def opens(folder: Path, passphrase: str) -> list[bool]:
    return [copies.key_of(place, passphrase=passphrase) is not None for place in copies.list_all(folder)]


def test_a_changed_passphrase_opens_no_copy_of_this_computer_any_more(village_session: Session, clock: FixedClock) -> None:
    folder = village_session.workspace
    for _ in range(2):
        backup.create(village_session)
        clock.tick(hours=1)
    left = copies.list_all(folder)[1]
    left.rename(left.with_name(left.name + ".part"))
    assert passphrases.change(village_session, PASSPHRASE, THIRD, kdf="floor").left == ()
    assert (opens(folder, PASSPHRASE), opens(folder, THIRD)) == ([False], [True])
    assert (left.with_name(left.name + ".part") / "keys.json").read_bytes() == rooms.keys_path(folder).read_bytes(), "what a crash left of one, too"
    assert backup.verify(village_session, copies.list_all(folder)[0].name).good
    village_session.close()
    assert passphrases.change_outside(folder, THIRD, SECOND, kdf="floor").left == ()
    assert (opens(folder, THIRD), opens(folder, SECOND)) == ([False], [True])


def test_whose_passphrase_was_taken_back_does_not_come_in_through_a_copy(village_session: Session, clock: FixedClock) -> None:
    folder = village_session.workspace
    given(village_session)
    backup.create(village_session)
    given(village_session, "", THIRD, operator="2")
    assert (opens(folder, SECOND), opens(folder, THIRD)) == ([False], [True]), "one made anew"
    clock.tick(days=1)
    assert passphrases.remove(village_session, "2").left == ()
    assert (opens(folder, THIRD), opens(folder, PASSPHRASE)) == ([False], [True])


def test_a_copy_that_could_not_be_written_is_told_by_name(village_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    name = Path(backup.create(village_session).path).name
    write = rooms.atomic_write

    def stuck(path: Path, data: bytes, **more: bool) -> None:
        if path.parent.name == name:
            raise OSError(13, "read only")
        write(path, data, **more)

    monkeypatch.setattr(rooms, "atomic_write", stuck)
    done = passphrases.change(village_session, PASSPHRASE, THIRD, kdf="floor")
    assert done.left == (name,)
    assert name in passphrases.left_open(done.left)
    assert Vault.unlock(village_session.workspace, THIRD).dek == village_session.vault.dek, "changed all the same"
