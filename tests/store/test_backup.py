"""A backup is a verified, encrypted copy with its keys; and no file of a workspace shows a name, an ID number or a table."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from corekit import START, VILLAGE, no_projection, seeded

from xieli_tui.domain.clock import millis, uuid7
from xieli_tui.domain.events.household import PersonAdded
from xieli_tui.errors import Damaged, NotFound, Refused
from xieli_tui.store import backup, drafts, journal, keyfile, migrations, workspace
from xieli_tui.store import engine as engines
from xieli_tui.store.store import Store, open_store
from xieli_tui.store.vault import OpenVault, Vault

NOW = millis(START)
NAME, ID_NO, PASSPHRASE = "测试欧阳小明", "99999919700101001X", "1234 5678 9012 3456"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, OpenVault]:
    space = tmp_path_factory.mktemp("backup") / "w"
    workspace.prepare(space)
    return space, Vault.create(space, operator="1", passphrase=PASSPHRASE, kdf="floor", rand=seeded(7))


@pytest.fixture
def opened(tmp_path: Path, template: tuple[Path, OpenVault]) -> tuple[Path, Store, bytes]:
    space, rand = tmp_path / "w", seeded(8)
    shutil.copytree(template[0], space)
    workspace.save_profile(space, workspace.Profile("village", (VILLAGE,), {VILLAGE: "上坪村"}))
    key = template[1].store_key()
    engine = engines.make_engine(workspace.store_path(space), key)
    migrations.migrate(engine)
    store = open_store(engine, template[1].dev, "village", rand, NOW, absorb=no_projection)
    person = PersonAdded(
        village=VILLAGE, household=uuid7(NOW, rand), person=uuid7(NOW, rand), fields={"name": NAME, "id_no": ID_NO, "phone": "10000001234"}
    )
    with store.write() as tx:
        journal.append(tx, [(person, "1")], NOW)
        drafts.save(tx, "visit", "h", {"note": f"{NAME} {ID_NO}"}, now_ms=NOW)
    return space, store, key


def everything(space: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(space.rglob("*")) if p.is_file())


def test_no_file_of_a_workspace_shows_a_name_an_id_number_or_a_table(opened: tuple[Path, Store, bytes]) -> None:
    space, store, key = opened
    backup.create(space, store.engine, key, NOW)
    for state in ("open, with its log", "closed"):
        found = everything(space)
        for text in (NAME, ID_NO, "10000001234", PASSPHRASE, "CREATE TABLE", "SQLite format 3", "household", "person.added"):
            for encoded in (text.encode(), text.encode("utf-16-le"), text.encode("gb18030")):
                assert encoded not in found, (state, text)
        assert key not in found
        assert key.hex().encode() not in found
        if state.startswith("open"):
            assert (space / "store.db-wal").stat().st_size > 0
            store.close()
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(space / "store.db").execute("SELECT count(*) FROM sqlite_master")


def test_a_backup_opens_with_the_same_key_and_holds_the_same_lines(opened: tuple[Path, Store, bytes]) -> None:
    space, store, key = opened
    made = backup.create(space, store.engine, key, NOW)
    assert (made.made, made.lines, made.folder.parent) == ("2026-12-28T09:00:00+08:00", 1, space / "backups")
    assert sorted(p.name for p in made.folder.iterdir()) == ["keys.json", "kind.json", "store.db"]
    assert (made.folder / "keys.json").read_bytes() == (space / "keys.json").read_bytes()
    with store.read() as tx:
        line = journal.lines(tx, store.dev, store.ep, 1, 1)[0].line
    copy = engines.connect(made.folder / "store.db", key)
    assert copy.execute("SELECT line FROM journal").fetchall() == [(line,)]
    assert copy.execute("SELECT count(*) FROM draft").fetchone() == (1,)
    copy.close()


def test_a_copy_is_made_while_a_reader_looks_on(opened: tuple[Path, Store, bytes]) -> None:
    space, store, key = opened
    with store.read() as tx:
        journal.count(tx)
        assert backup.create(space, store.engine, key, NOW).lines == 1


def test_the_newest_seven_copies_stay_and_nothing_else_is_touched(opened: tuple[Path, Store, bytes]) -> None:
    space, store, key = opened
    (space / "backups" / "mine").mkdir()
    for day in range(9):
        backup.create(space, store.engine, key, NOW + day * 86_400_000)
    names = [p.name for p in backup.list_all(space)]
    assert names == [f"202701{day:02d}-090000" for day in (5, 4, 3, 2, 1)] + ["20261231-090000", "20261230-090000"]
    assert (space / "backups" / "mine").is_dir()


def test_two_copies_of_one_second_do_not_overwrite_each_other(opened: tuple[Path, Store, bytes]) -> None:
    space, store, key = opened
    first, second = (backup.create(space, store.engine, key, NOW) for _ in range(2))
    assert first.folder != second.folder
    assert backup.list_all(space) == [second.folder, first.folder]


def test_ten_copies_of_one_second_leave_the_newest_seven_and_each_is_there_when_it_was_made(opened: tuple[Path, Store, bytes]) -> None:
    space, store, key = opened
    made = []
    for _ in range(10):
        copy = backup.create(space, store.engine, key, NOW)
        assert backup.verify(copy.folder, key) == 1
        made.append(copy.folder)
    assert backup.list_all(space) == made[:2:-1]


def test_what_a_crash_left_of_a_copy_is_in_nobodys_way_and_goes_after_a_day(opened: tuple[Path, Store, bytes]) -> None:
    space, store, key = opened
    left = space / "backups" / "20261228-090000.part"
    left.mkdir()
    (left / "store.db").write_bytes(b"half")
    first = backup.create(space, store.engine, key, NOW)
    assert (first.folder.name, left.is_dir()) == ("20261228-090000-2", True)
    assert backup.list_all(space) == [first.folder]
    for hour in (23, 25):
        backup.create(space, store.engine, key, NOW + hour * 3_600_000)
        assert left.is_dir() == (hour < 24)


@pytest.mark.parametrize("damage", ["flip", "cut", "foreign"])
def test_a_damaged_copy_is_recognised(opened: tuple[Path, Store, bytes], damage: str) -> None:
    space, store, key = opened
    made = backup.create(space, store.engine, key, NOW)
    path = made.folder / "store.db"
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 1
    elif damage == "cut":
        del data[-5000:]
    else:
        data = bytearray(os.urandom(len(data)))
    path.write_bytes(data)
    with pytest.raises(Damaged) as damaged:
        backup.verify(made.folder, key)
    assert damaged.value.code == "XL-L06"
    (made.folder / "keys.json").unlink()
    with pytest.raises(NotFound):
        backup.verify(made.folder, key)


def test_a_copy_that_cannot_be_written_leaves_nothing_behind(opened: tuple[Path, Store, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    space, store, key = opened

    def full(_path: Path, _data: bytes, **_other: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workspace, "atomic_write", full)
    with pytest.raises(Refused) as refused:
        backup.create(space, store.engine, key, NOW)
    assert refused.value.code == "XL-F02"
    assert list((space / "backups").iterdir()) == []


def test_a_copy_that_does_not_verify_is_taken_away_again(opened: tuple[Path, Store, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    space, store, key = opened
    good = backup._vacuum

    def damaged(engine: object, target: Path) -> None:
        good(engine, target)  # type: ignore[arg-type]
        data = bytearray(target.read_bytes())
        data[-100] ^= 1
        target.write_bytes(data)

    monkeypatch.setattr(backup, "_vacuum", damaged)
    with pytest.raises(Damaged) as refused:
        backup.create(space, store.engine, key, NOW)
    assert refused.value.code == "XL-L06"
    assert list((space / "backups").iterdir()) == []


def test_a_key_file_that_was_altered_is_never_copied_over_the_good_copies(opened: tuple[Path, Store, bytes], template: tuple[Path, OpenVault]) -> None:
    space, store, key = opened
    dek = bytes(template[1].dek)
    good = backup.create(space, store.engine, key, NOW, dek=dek)
    live = space / "keys.json"
    whole = live.read_text()
    body = json.loads(whole)
    body["slots"].append({"id": "00", "type": "recovery", "pair": ["0" * 16, "1" * 16], "shares": []})
    for altered in (json.dumps(body), whole.replace(body["slots"][0]["ct"][:8], "00000000")):
        live.write_text(altered)
        for second in range(1, 9):
            with pytest.raises(Damaged, match="XL-L05"):
                backup.create(space, store.engine, key, NOW + second * 1000, dek=dek)
        assert list((space / "backups").iterdir()) == [good.folder]
    assert backup.key_of(good.folder, passphrase=PASSPHRASE) == key
    (good.folder / "keys.json").write_text(json.dumps(body))
    with pytest.raises(Damaged, match="XL-L05"):
        backup.verify(good.folder, key, dek)
    with pytest.raises(Damaged, match="XL-L05"):
        backup.carry(good.folder, space.parent / "u", dek)
    assert not (space.parent / "u").exists(), "nothing of it is given a MAC"


def test_after_a_clock_that_ran_ahead_the_new_copies_stay_and_the_ahead_ones_go_first(opened: tuple[Path, Store, bytes]) -> None:
    space, store, key = opened
    later = NOW + 100 * 86_400_000
    ahead = [backup.create(space, store.engine, key, later + second * 1000).folder for second in range(7)]
    made = []
    for second in range(8):
        copy = backup.create(space, store.engine, key, NOW + second * 1000)
        assert copy.folder.is_dir()
        made.append(copy.folder)
        assert backup.list_all(space, now_ms=NOW + second * 1000)[0] == copy.folder
        assert [place for place in ahead if place.is_dir()] == ahead[second + 1 :]
    assert backup.list_all(space) == made[:0:-1]


def test_the_copy_on_a_stick_goes_only_when_the_new_one_stands(opened: tuple[Path, Store, bytes], template: tuple[Path, OpenVault], monkeypatch: pytest.MonkeyPatch) -> None:
    space, store, key = opened
    dek, stick = bytes(template[1].dek), space.parent / "u"
    with keyfile.changing(space, dek) as body:
        body["slots"].append({"id": "00", "type": "recovery"})
    copy = backup.create(space, store.engine, key, NOW, dek=dek).folder
    first = backup.carry(copy, stick, dek).folder
    rename = Path.rename

    def pulled(self: Path, target: Path) -> Path:
        assert first.is_dir(), "the old one lies there until the new one does"
        raise OSError(5, "no device")

    monkeypatch.setattr(Path, "rename", pulled)
    with pytest.raises(Refused, match="XL-F03"):
        backup.carry(copy, stick, dek)
    monkeypatch.setattr(Path, "rename", rename)
    assert backup.verify(first, key, dek) == 1
    second = backup.carry(copy, stick, dek).folder
    assert (list(stick.iterdir()), second != first) == ([second], True)
    for day in (30, 31):  # what a clock that ran ahead has laid there
        shutil.copytree(second, stick / f"202712{day}-090000")
    third = backup.carry(copy, stick, dek)
    assert (third.folder.is_dir(), len(list(stick.iterdir()))) == (True, 2)
