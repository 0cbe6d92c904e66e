"""The spool: what a crash leaves between two steps is put right, and importers take rows apart from each other."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import pytest
from carrier_kit import MS, SEED, bundle, make_world

from xieli_sync.carriers.spooling import Quota, SpoolError, Standing
from xieli_tui.errors import Damaged, NotFound, Refused
from xieli_tui.store.spool import FileSpool
from xieli_tui.store.spool_fs import OsSpoolFs

WORLD = make_world(SEED)
DEV = WORLD.laptop.dev
QUOTA = Quota()


class Stops(Exception):
    """The process ends here."""


class StopsAt(OsSpoolFs):
    """A machine that stops before or after its n-th step that changes anything; everything before is on the disk."""

    def __init__(self, step: int, *, after: bool) -> None:
        self.left, self.after = step, after

    def _step(self, done: bool) -> None:
        if done == self.after:
            self.left -= 1
            if self.left < 0:
                raise Stops

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        self._step(False)
        super().write_at(path, offset, data)
        self._step(True)

    def rename(self, source: Path, target: Path) -> None:
        self._step(False)
        super().rename(source, target)
        self._step(True)

    def remove(self, path: Path) -> None:
        self._step(False)
        super().remove(path)
        self._step(True)


def spool(folder: Path, fs: OsSpoolFs | None = None) -> FileSpool:
    return FileSpool(folder / "spool", now_ms=lambda: MS, fs=fs)


def pieces(data: bytes, size: int = 4_000) -> list[tuple[int, bytes]]:
    return [(at, data[at : at + size]) for at in range(0, len(data), size)]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(8))
def test_a_stop_at_any_step_leaves_a_spool_that_goes_on(tmp_path: Path, step: int, after: bool) -> None:
    """Upload, import, done: the machine stops at each step once; then a new one finishes the work, and nothing is there twice or half."""
    data = bundle(WORLD, 8_000, 1)
    file = sha256(data).hexdigest()
    first = spool(tmp_path, StopsAt(step, after=after))
    first.receive()
    said = Standing(0)
    try:
        for at, piece in pieces(data):
            said = first.add(DEV, file, len(data), at, piece, QUOTA)
        importer = first.importer()
        row = first.take(importer)
        assert row is not None
        first.done(row, "imported", "")
        importer.close()
    except Stops:
        pass
    first.close()
    again = spool(tmp_path)
    again.receive()
    standing = again.standing(DEV, file)
    assert standing.offset >= said.offset, "what was said to be kept is kept"
    assert standing.taken or not said.taken
    while not standing.taken:
        at = standing.offset
        standing = again.add(DEV, file, len(data), at, data[at : at + 4_000], QUOTA)
    importer = again.importer()
    row = again.take(importer)
    if row is not None:
        assert row.path.read_bytes() == data
        again.done(row, "imported", "")
    assert again.take(importer) is None
    importer.close()
    assert [(digest, state) for digest, state, _, _ in again.rows()] == [(file, "done")]
    again.close()
    third = spool(tmp_path)
    third.receive()
    assert list((tmp_path / "spool" / "parts").iterdir()) == []
    assert list((tmp_path / "spool" / "whole").iterdir()) == []
    third.close()


def test_a_whole_file_without_a_row_is_enqueued_at_the_start_and_one_that_lies_is_not(tmp_path: Path) -> None:
    data = bundle(WORLD, 3_000, 1)
    one = spool(tmp_path)
    one.close()
    whole = tmp_path / "spool" / "whole"
    (whole / f"{sha256(data).hexdigest()}.xieli").write_bytes(data)
    (whole / f"{'0' * 64}.xieli").write_bytes(data)
    (tmp_path / "spool" / "parts" / "stray.part").write_bytes(b"x")
    again = spool(tmp_path)
    assert again.receive() == 1
    assert [state for _, state, _, _ in again.rows()] == ["waiting"]
    assert len(list(whole.iterdir())) == 1
    assert list((tmp_path / "spool" / "parts").iterdir()) == []
    again.close()


def test_a_row_whose_bytes_are_gone_is_forgotten_so_that_they_are_sent_again(tmp_path: Path) -> None:
    data = bundle(WORLD, 3_000, 1)
    file = sha256(data).hexdigest()
    one = spool(tmp_path)
    one.add(DEV, file, len(data), 0, data, QUOTA)
    one.close()
    (tmp_path / "spool" / "whole" / f"{file}.xieli").unlink()
    again = spool(tmp_path)
    again.receive()
    assert again.standing(DEV, file) == Standing(0)
    again.close()


def test_a_part_shorter_than_counted_is_begun_again(tmp_path: Path) -> None:
    data = bundle(WORLD, 8_000, 1)
    file = sha256(data).hexdigest()
    one = spool(tmp_path)
    one.add(DEV, file, len(data), 0, data[:5_000], QUOTA)
    one.close()
    part = next((tmp_path / "spool" / "parts").iterdir())
    part.write_bytes(part.read_bytes()[:100])
    again = spool(tmp_path)
    again.receive()
    assert again.standing(DEV, file) == Standing(0)
    again.close()


def test_bytes_beyond_what_was_counted_do_not_matter(tmp_path: Path) -> None:
    data = bundle(WORLD, 8_000, 1)
    file = sha256(data).hexdigest()
    one = spool(tmp_path)
    one.add(DEV, file, len(data), 0, data[:5_000], QUOTA)
    with next((tmp_path / "spool" / "parts").iterdir()).open("ab") as torn:
        torn.write(b"\0" * 3_000)
    assert one.add(DEV, file, len(data), 5_000, data[5_000:], QUOTA).taken
    one.close()


def test_a_folder_has_one_receiver(tmp_path: Path) -> None:
    one, two = spool(tmp_path), spool(tmp_path)
    one.receive()
    with pytest.raises(Refused) as refused:
        two.receive()
    assert refused.value.code == "XL-F09"
    one.close()
    two.receive()
    two.close()


def test_importers_take_every_row_once_between_them(tmp_path: Path) -> None:
    files = [bundle(WORLD, 700, n) for n in range(24)]
    one = spool(tmp_path)
    for data in files:
        one.add(DEV, sha256(data).hexdigest(), len(data), 0, data, QUOTA)
    got: list[str] = []

    def work() -> None:
        mine = spool(tmp_path)
        importer = mine.importer()
        while (row := mine.take(importer)) is not None:
            got.append(row.file)
            mine.done(row, "imported", "")
        importer.close()
        mine.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(got) == sorted(sha256(data).hexdigest() for data in files)
    one.close()


def test_the_row_of_an_importer_that_was_killed_goes_to_the_next(tmp_path: Path) -> None:
    data = bundle(WORLD, 700, 1)
    one = spool(tmp_path)
    one.add(DEV, sha256(data).hexdigest(), len(data), 0, data, QUOTA)
    code = (
        "import sys, os, signal; from pathlib import Path; from xieli_tui.store.spool import FileSpool\n"
        f"s = FileSpool(Path({str(tmp_path / 'spool')!r}), now_ms=lambda: 0); i = s.importer(); print(s.take(i).id, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "1", done.stderr
    importer = one.importer()
    row = one.take(importer)
    assert row is not None
    other = one.importer()
    assert one.take(other) is None, "while its importer lives a row is its own"
    other.close()
    importer.close()
    assert [path.name for path in (tmp_path / "spool" / "importers").iterdir()] == []
    one.close()


def test_a_row_that_could_not_be_written_waits_behind_the_others(tmp_path: Path) -> None:
    one = spool(tmp_path)
    for n in range(2):
        data = bundle(WORLD, 700, n)
        one.add(DEV, sha256(data).hexdigest(), len(data), 0, data, QUOTA)
    importer = one.importer()
    first = one.take(importer)
    assert first is not None
    one.put_back(first, "XL-A01")
    second = one.take(importer)
    assert second is not None
    assert second.id != first.id
    third = one.take(importer)
    assert third is not None
    assert third.id == first.id
    importer.close()
    one.close()


def test_what_was_done_is_forgotten_after_a_month(tmp_path: Path) -> None:
    now = [MS]
    one = FileSpool(tmp_path / "spool", now_ms=lambda: now[0])
    data = bundle(WORLD, 700, 1)
    file = sha256(data).hexdigest()
    one.add(DEV, file, len(data), 0, data, QUOTA)
    importer = one.importer()
    row = one.take(importer)
    assert row is not None
    one.done(row, "imported", "")
    importer.close()
    now[0] += 29 * 86_400_000
    assert one.sweep() == 0
    now[0] += 2 * 86_400_000
    assert one.sweep() == 1
    assert one.standing(DEV, file) == Standing(0)
    one.close()


def test_a_folder_that_is_none_and_a_database_that_is_none_have_their_codes(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused) as refused:
        FileSpool(tmp_path / "file", now_ms=lambda: 0)
    assert refused.value.code == "XL-F07"
    with pytest.raises(NotFound):
        FileSpool(tmp_path / "none", now_ms=lambda: 0, create=False)
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "spool.db").write_bytes(os.urandom(8192))
    with pytest.raises(Damaged) as damaged:
        FileSpool(tmp_path / "bad", now_ms=lambda: 0)
    assert damaged.value.code == "XL-L06"
    one = spool(tmp_path)
    one._db.execute("PRAGMA user_version = 9")
    one.close()
    with pytest.raises(Refused) as refused:
        spool(tmp_path)
    assert refused.value.code == "XL-L07"


def test_nothing_in_the_spool_names_anybody(tmp_path: Path) -> None:
    data = bundle(WORLD, 3_000, 1)
    one = spool(tmp_path)
    with pytest.raises(SpoolError):
        one.add(DEV, sha256(data).hexdigest(), len(data), 7, data, QUOTA)
    one.add(DEV, sha256(data).hexdigest(), len(data), 0, data, QUOTA)
    one.close()
    for path in (tmp_path / "spool").rglob("*"):
        assert "999999001" not in path.name
        if path.is_file():
            assert b"999999001001" not in path.read_bytes()
