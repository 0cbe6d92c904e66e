"""Key slots (design 05): one passphrase opens, everything else is refused with its code, and nothing is ever wiped."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from corekit import START, seeded

from xieli_tui.domain.clock import FixedClock, millis
from xieli_tui.errors import Damaged, Locked, Refused, XieliError
from xieli_tui.store import kdf, keyfile, migrations, tries, vault, workspace
from xieli_tui.store.engine import make_engine
from xieli_tui.store.oslock import OsLock
from xieli_tui.store.store import open_store
from xieli_tui.store.vault import OpenVault, Vault

PASSPHRASE = "correct horse battery"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, OpenVault]:
    space = tmp_path_factory.mktemp("vault") / "w"
    workspace.prepare(space)
    made = Vault.create(space, operator="1", passphrase=PASSPHRASE, kdf="floor", rand=seeded(5))
    workspace.save_profile(space, workspace.Profile("village", ("999999001001",)))
    return space, made


@pytest.fixture
def space(template: tuple[Path, OpenVault], tmp_path: Path) -> Path:
    shutil.copytree(template[0], tmp_path / "w")
    return tmp_path / "w"


def code_of(call: Callable[[], Any]) -> str:
    try:
        call()
    except XieliError as err:
        return err.code
    return ""


def edit(space: Path, change: Callable[[dict[str, Any]], None]) -> None:
    body = json.loads(workspace.keys_path(space).read_bytes())
    change(body)
    workspace.keys_path(space).write_text(json.dumps(body))


def test_the_passphrase_opens_the_same_keys_and_a_wrong_one_does_not(space: Path, template: tuple[Path, OpenVault]) -> None:
    opened = Vault.unlock(space, PASSPHRASE)
    made = template[1]
    assert (opened.store_key(), opened.dev, opened.device_keys.to_bytes()) == (made.store_key(), made.dev, made.device_keys.to_bytes())
    assert (opened.operator, opened.generation, opened.operators) == ("1", 1, ("1",))
    with pytest.raises(Locked) as refused:
        Vault.unlock(space, PASSPHRASE + "x")
    assert (refused.value.code, refused.value.exit_code) == ("XL-L01", 3)


def test_full_width_letters_of_an_input_method_are_the_same_passphrase(space: Path) -> None:
    assert Vault.unlock(space, "ｃｏｒｒｅｃｔ\u3000horse battery").generation == 1


def test_the_offered_digits_open_with_or_without_their_groups() -> None:
    offered = kdf.offer(seeded(3))
    assert len(offered) == 19
    assert offered.replace(" ", "").isdigit()
    assert kdf.normal(offered) == kdf.normal(offered.replace(" ", "")) == kdf.normal(offered.replace(" ", "-"))


def test_a_short_passphrase_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    assert code_of(lambda: Vault.create(tmp_path, operator="1", passphrase="eleven char", kdf="floor")) == "XL-V09"
    assert code_of(lambda: kdf.check_passphrase("           1")) == "XL-V09"
    assert list(tmp_path.iterdir()) == []


def test_existing_keys_are_never_written_over(space: Path) -> None:
    before = workspace.keys_path(space).read_bytes()
    assert code_of(lambda: Vault.create(space, operator="1", passphrase=PASSPHRASE, kdf="floor")) == "XL-L03"
    assert workspace.keys_path(space).read_bytes() == before


def _add_slot(body: dict[str, Any]) -> None:
    body["slots"].append({"id": "00", "type": "recovery", "ct": "00"})


def _drop_device(body: dict[str, Any]) -> None:
    del body["device"]


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "a slot given to another operator": (lambda b: b["slots"][0].update(op="2"), "XL-L01"),
    "a slot of another workspace": (lambda b: b.update(store="00" * 16), "XL-L01"),
    "a slot added": (_add_slot, "XL-L05"),
    "the generation set back": (lambda b: b.update(gen=0), "XL-L05"),
    "the device renamed": (lambda b: b.update(dev="b" * 32), "XL-L05"),
    "the MAC exchanged": (lambda b: b.update(mac="00" * 32), "XL-L05"),
    "no device keys": (_drop_device, "XL-L05"),
    "memory below the floor": (lambda b: b["slots"][0]["kdf"].update(m_kib=19 * 1024), "XL-L08"),
    "passes below the floor": (lambda b: b["slots"][0]["kdf"].update(t=2), "XL-L08"),
    "a memory bomb": (lambda b: b["slots"][0]["kdf"].update(m_kib=2**31), "XL-L08"),
    "a boolean for a number": (lambda b: b["slots"][0]["kdf"].update(t=True), "XL-L05"),
    "another algorithm": (lambda b: b["slots"][0]["kdf"].update(alg="pbkdf2"), "XL-L05"),
    "hex that is none": (lambda b: b["slots"][0].update(nonce="zz"), "XL-L05"),
    "a newer format": (lambda b: b.update(v=2), "XL-L07"),
    "another format": (lambda b: b.update(fmt="x"), "XL-L05"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_key_file_is_refused_with_its_code(space: Path, what: str) -> None:
    change, code = CHANGES[what]
    edit(space, change)
    assert code_of(lambda: Vault.unlock(space, PASSPHRASE)) == code


def test_a_file_that_is_no_json_is_damaged_and_a_missing_one_is_no_workspace(space: Path) -> None:
    workspace.keys_path(space).write_bytes(b"\xff\x00")
    with pytest.raises(Damaged) as damaged:
        Vault.unlock(space, PASSPHRASE)
    assert (damaged.value.code, damaged.value.exit_code) == ("XL-L05", 6)
    workspace.keys_path(space).unlink()
    assert code_of(lambda: Vault.unlock(space, PASSPHRASE)) == "XL-L02"


def test_waiting_grows_after_wrong_passphrases_outlives_the_process_and_ends(space: Path) -> None:
    clock = FixedClock(START)
    for _ in range(3):
        assert code_of(lambda: Vault.unlock(space, "wrong passphrase", clock=clock)) == "XL-L01"
    with pytest.raises(Locked) as waiting:
        Vault.unlock(space, PASSPHRASE, clock=clock)
    assert (waiting.value.code, waiting.value.extra) == ("XL-L10", {"wait": 1})
    clock.tick(seconds=1)
    assert code_of(lambda: Vault.unlock(space, "wrong passphrase", clock=clock)) == "XL-L01"
    with pytest.raises(Locked) as waiting:
        Vault.unlock(space, PASSPHRASE, clock=clock)
    assert waiting.value.extra == {"wait": 2}
    clock.tick(seconds=2)
    assert Vault.unlock(space, PASSPHRASE, clock=clock).generation == 1
    assert code_of(lambda: Vault.unlock(space, "wrong passphrase", clock=clock)) == "XL-L01"
    assert Vault.unlock(space, PASSPHRASE, clock=clock).generation == 1


@pytest.mark.parametrize(("failed", "span"), [(0, 0), (2, 0), (3, 1), (4, 2), (8, 32), (9, 60), (500, 60)])
def test_the_wait_is_never_longer_than_a_minute_whatever_the_clock_does(failed: int, span: int) -> None:
    now = millis(START)
    before = tries.Tries(failed, now)
    assert before.wait_ms(now) == span * 1000
    assert before.wait_ms(now - 10**9) == span * 1000
    assert before.wait_ms(now + span * 1000) == 0


def test_changing_the_passphrase_keeps_every_key_and_raises_the_generation(space: Path) -> None:
    opened = Vault.unlock(space, PASSPHRASE)
    key = opened.store_key()
    Vault.change_passphrase(space, opened, "another long passphrase", kdf="floor")
    assert code_of(lambda: Vault.unlock(space, PASSPHRASE)) == "XL-L01"
    again = Vault.unlock(space, "another long passphrase")
    assert (again.store_key(), again.generation, again.dev) == (key, 2, opened.dev)


def test_an_older_key_file_beside_a_newer_store_is_noticed(space: Path) -> None:
    old = workspace.keys_path(space).read_bytes()
    opened = Vault.unlock(space, PASSPHRASE)
    engine = make_engine(workspace.store_path(space), opened.store_key())
    migrations.migrate(engine)
    store = open_store(engine, opened.dev, "village", seeded(1), 0)
    with store.write() as tx:
        assert vault.follow_generation(tx, opened.generation)
    Vault.change_passphrase(space, opened, "another long passphrase", kdf="floor")
    with store.write() as tx:
        assert vault.follow_generation(tx, opened.generation)
    workspace.keys_path(space).write_bytes(old)
    with store.write() as tx:
        assert not vault.follow_generation(tx, Vault.unlock(space, PASSPHRASE).generation)
    store.close()


def test_nothing_of_a_secret_is_in_the_repr_and_forgetting_empties_the_key(space: Path) -> None:
    opened = Vault.unlock(space, PASSPHRASE)
    secret = bytes(opened.dek)
    assert secret.hex() not in repr(opened)
    assert opened.store_key().hex() not in repr(opened)
    opened.forget()
    assert bytes(opened.dek) == bytes(32) != secret


def test_calibration_stays_inside_the_bounds_and_spends_more_on_a_fast_machine() -> None:
    def run(seconds: float, memory_kib: int) -> tuple[int, int, int]:
        ticks = iter([0.0, seconds])
        found = kdf.calibrated(seeded(1), lambda: next(ticks), memory_kib)
        return found.t, found.kib, found.p

    assert run(5.0, 8 * 1024 * 1024) == (3, 65536, 1)
    assert run(0.16, 8 * 1024 * 1024) == (8, 131072, 1)
    assert run(0.02, 8 * 1024 * 1024) == (8, 262144, 1)
    assert run(0.02, 400 * 1024) == (8, 65536, 1)


def test_the_four_purposes_have_four_keys(space: Path) -> None:
    dek = bytes(Vault.unlock(space, PASSPHRASE).dek)
    assert len({keyfile.derive(dek, label) for label in ("db", "slots-mac", "backup", "device-keys")} | {dek}) == 5


def test_a_pinned_clock_of_the_work_does_not_lock_anybody_out(space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T09:00:00+08:00")
    for _ in range(3):
        code_of(lambda: Vault.unlock(space, "wrong passphrase"))
    kept = json.loads((space / "log" / "unlock.json").read_text())
    assert kept["failed"] == 3
    assert abs(kept["last_ms"] / 1000 - dt.datetime.now(dt.UTC).timestamp()) < 60


def test_the_words_of_a_short_passphrase_are_those_of_the_registry() -> None:
    with pytest.raises(Refused) as refused:
        kdf.check_passphrase("short")
    assert refused.value.what == "口令太短"


# -- several operators --------------------------------------------------------------------------------------------------------------------------

SECOND = "5555 6666 7777 8888"


@pytest.fixture
def two(space: Path) -> Path:
    """A workspace two people open."""
    opened = Vault.unlock(space, PASSPHRASE)
    Vault.give_slot(space, opened, "2", SECOND, kdf="floor", rand=seeded(11))
    assert (opened.generation, opened.operators) == (2, ("1", "2"))
    return space


def slots(space: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(workspace.keys_path(space).read_bytes())["slots"]
    return found


def test_each_passphrase_opens_the_same_keys_as_another_operator(two: Path) -> None:
    first, second = Vault.unlock(two, PASSPHRASE), Vault.unlock(two, SECOND)
    assert (first.operator, second.operator) == ("1", "2")
    assert (first.dek, first.dev, first.device_keys.to_bytes()) == (second.dek, second.dev, second.device_keys.to_bytes())
    assert Vault.unlock(two, SECOND, operator="2").operator == "2"
    assert code_of(lambda: Vault.unlock(two, SECOND, operator="1")) == "XL-L01"


def test_a_slot_carries_a_number_and_no_name(two: Path) -> None:
    assert [set(slot) for slot in slots(two)] == [{"id", "type", "op", "kdf", "nonce", "ct"}] * 2
    assert [slot["op"] for slot in slots(two)] == ["1", "2"]


EXCHANGED: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "a slot taken out": lambda b, _old: b["slots"].pop(1),
    "a slot added": lambda b, _old: b["slots"].append({**b["slots"][1], "id": "f" * 16}),
    "a slot put back that was made anew since": lambda b, old: b["slots"].__setitem__(1, old["slots"][1]),
    "two slots in the other order": lambda b, _old: b["slots"].reverse(),
    "an older file under the newer number": lambda b, old: (b.update(old), b.update(gen=b["gen"] + 1)),
}


@pytest.mark.parametrize("what", EXCHANGED)
def test_slots_exchanged_behind_our_back_are_noticed_at_the_next_unlock(two: Path, what: str) -> None:
    old = json.loads(workspace.keys_path(two).read_bytes())
    Vault.give_slot(two, Vault.unlock(two, PASSPHRASE), "2", "9999 0000 9999 0000", kdf="floor")
    edit(two, lambda body: EXCHANGED[what](body, old))
    with pytest.raises(Damaged) as noticed:
        Vault.unlock(two, PASSPHRASE)
    assert noticed.value.code == "XL-L05"


def test_a_slot_made_anew_shuts_the_old_passphrase_out_and_leaves_the_others_alone(two: Path) -> None:
    before = slots(two)[0]
    Vault.give_slot(two, Vault.unlock(two, PASSPHRASE), "2", "9999 0000 9999 0000", kdf="floor")
    assert code_of(lambda: Vault.unlock(two, SECOND)) == "XL-L01"
    assert Vault.unlock(two, "9999 0000 9999 0000").operator == "2"
    assert slots(two)[0] == before


def test_a_slot_taken_away_opens_nothing_and_neither_the_own_nor_the_last_goes(two: Path) -> None:
    first, second = Vault.unlock(two, PASSPHRASE), Vault.unlock(two, SECOND)
    assert code_of(lambda: Vault.take_slot(two, first, "1")) == "XL-V11"
    assert not Vault.take_slot(two, first, "7")
    assert Vault.take_slot(two, first, "2")
    assert code_of(lambda: Vault.unlock(two, SECOND)) == "XL-L01"
    assert code_of(lambda: Vault.take_slot(two, second, "1")) == "XL-V11"  # who had the desk open when he was taken out cannot take the last one
    assert Vault.unlock(two, PASSPHRASE).operators == ("1",)


def test_nobody_takes_a_passphrase_that_is_somebodys(two: Path) -> None:
    first, second = Vault.unlock(two, PASSPHRASE), Vault.unlock(two, SECOND)
    before = workspace.keys_path(two).read_bytes()
    for attempt in (
        lambda: Vault.give_slot(two, first, "3", SECOND.replace(" ", ""), kdf="floor"), lambda: Vault.give_slot(two, first, "2", SECOND, kdf="floor"),
        lambda: Vault.change_passphrase(two, second, PASSPHRASE, kdf="floor"), lambda: Vault.change_passphrase(two, second, "５５５５ 6666 7777 8888", kdf="floor"),
    ):
        assert code_of(attempt) == "XL-V11"
    assert workspace.keys_path(two).read_bytes() == before


def test_a_passphrase_changed_elsewhere_meanwhile_is_not_changed_again_by_the_old_one(two: Path) -> None:
    here, elsewhere = Vault.unlock(two, SECOND), Vault.unlock(two, SECOND)
    Vault.change_passphrase(two, elsewhere, "9999 0000 9999 0000", kdf="floor")
    before = workspace.keys_path(two).read_bytes()
    assert code_of(lambda: Vault.change_passphrase(two, here, "1234 1234 1234 1234", kdf="floor")) == "XL-L01"
    assert workspace.keys_path(two).read_bytes() == before


def test_two_programs_that_change_the_file_at_once_lose_neither_change(space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Vault.unlock(space, PASSPHRASE)
    given = {str(number): f"{number:04d} 6666 7777 8888" for number in range(2, 8)}
    monkeypatch.setattr(kdf.Kdf, "derive", lambda self, passphrase: sha256(self.salt + passphrase.encode()).digest())  # not the stretching is tried, the file
    slot = slots(space)[0]
    dek = bytes(opened.dek)
    with keyfile.changing(space, dek) as body:
        body["slots"] = [keyfile.operator_slot(dek, body["store"], "1", kdf.normal(PASSPHRASE), kdf.read_kdf(slot["kdf"]), seeded(3))]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: Vault.give_slot(space, replace(opened, dek=bytearray(opened.dek)), one, given[one], kdf="floor"), given))
    again = Vault.unlock(space, PASSPHRASE)
    assert (sorted(again.operators), again.generation) == (["1", *given], 8)


def test_a_lock_another_program_keeps_is_said_and_nothing_is_written(space: Path) -> None:
    dek, held = bytes(Vault.unlock(space, PASSPHRASE).dek), OsLock(space / "log" / keyfile.LOCK)
    before, waited = workspace.keys_path(space).read_bytes(), []
    assert held.take()
    with pytest.raises(Refused) as refused, keyfile.changing(space, dek, sleep=waited.append):
        pytest.fail("it was changed")
    assert (refused.value.code, sum(waited) > 5) == ("XL-A01", True)
    held.release()
    with keyfile.changing(space, dek, sleep=waited.append):
        pass
    assert workspace.keys_path(space).read_bytes() != before


def test_a_wrong_passphrase_on_a_folder_that_cannot_be_written_is_still_only_wrong(space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(30, "read-only file system")

    monkeypatch.setattr(workspace, "atomic_write", full)
    assert code_of(lambda: Vault.unlock(space, "wrong passphrase")) == "XL-L01"
    assert Vault.unlock(space, PASSPHRASE).generation == 1
    opened = Vault.unlock(space, PASSPHRASE)
    assert code_of(lambda: Vault.change_passphrase(space, opened, SECOND, kdf="floor")) == "XL-F03"
    assert Vault.unlock(space, PASSPHRASE).generation == 1


def test_bytes_that_are_no_text_are_a_wrong_passphrase(space: Path) -> None:
    assert code_of(lambda: Vault.unlock(space, "not a text \udcff at all")) == "XL-L01"
