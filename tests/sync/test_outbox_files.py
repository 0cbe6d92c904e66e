"""Laying a file down: whole or absent, nothing overwritten, each step made to fail."""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from roadkit import World, changes, make_world

from xieli_sync import outbox
from xieli_sync.container import FILE_LIMIT, LINES_LIMIT, PLAIN_LIMIT, parse
from xieli_sync.errors import SyncError
from xieli_sync.outbox import BODY_LIMIT, OsFs, file_name, split_slice, sweep, write_bundle

NAME = "abcd-0011-1-20-9f0e.xieli"
DATA = random.Random(1).randbytes(5000)
DAY = 24 * 3600


class Trouble(OsFs):
    """The real file system with one step that fails: `on` names it, `error` what it raises, `times` how often."""

    def __init__(self, on: str = "", error: Callable[[], OSError] | None = None, times: int = 10**9) -> None:
        self.on, self.error, self.times = on, error, times
        self.steps: list[str] = []
        self.slept = 0.0

    def _step(self, name: str) -> None:
        self.steps.append(name)
        if name == self.on and self.times > 0 and self.error is not None:
            self.times -= 1
            raise self.error()

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def names(self, folder: Path) -> Sequence[tuple[str, float]]:
        self._step("names")
        return super().names(folder)

    def write_new(self, path: Path, data: bytes) -> None:
        if self.on == "write half":
            path.write_bytes(data[: len(data) // 2])
        self._step("write half" if self.on == "write half" else "write")
        super().write_new(path, data)

    def rename(self, source: Path, target: Path) -> None:
        self._step("rename")
        super().rename(source, target)

    def sync_folder(self, folder: Path) -> bool:
        self._step("sync")
        return super().sync_folder(folder)

    def read_back(self, path: Path) -> tuple[bytes, bool]:
        self._step("read back")
        return super().read_back(path)

    def remove(self, path: Path) -> None:
        self._step("remove")
        super().remove(path)


def windows(number: int) -> Callable[[], OSError]:
    def make() -> OSError:
        err = PermissionError(errno.EACCES, "busy")
        err.winerror = number  # type: ignore[attr-defined,unused-ignore]
        return err

    return make


def posix(number: int) -> Callable[[], OSError]:
    return lambda: OSError(number, os.strerror(number))


def refused(folder: Path, fs: OsFs, data: bytes = DATA) -> str:
    with pytest.raises(SyncError) as caught:
        write_bundle(folder, NAME, data, fs)
    return caught.value.code


def test_a_written_file_is_there_whole_verified_and_without_a_part(tmp_path: Path) -> None:
    fs = Trouble()
    written = write_bundle(tmp_path, NAME, DATA, fs)
    assert written.path.read_bytes() == DATA
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert fs.steps == ["names", "write", "rename", "sync", "read back"]
    assert written.bytes == len(DATA)
    assert written.verified is hasattr(os, "posix_fadvise")
    assert not written.existed


def test_a_machine_that_cannot_read_past_its_cache_does_not_claim_to_have_verified(tmp_path: Path) -> None:
    class Cached(OsFs):
        def read_back(self, path: Path) -> tuple[bytes, bool]:
            return path.read_bytes(), False

    assert not write_bundle(tmp_path, NAME, DATA, Cached()).verified


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("step", ["names", "write half", "write", "rename", "sync", "read back"])
def test_a_process_that_dies_at_any_step_leaves_the_whole_file_or_none(tmp_path: Path, step: str) -> None:
    class Dies(Trouble):
        def _step(self, name: str) -> None:
            if name == self.on:
                os._exit(9)

    child = os.fork()
    if child == 0:
        write_bundle(tmp_path, NAME, DATA, Dies(step))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    target = tmp_path / NAME
    assert target.exists() is (step in {"sync", "read back"})
    assert not target.exists() or target.read_bytes() == DATA
    assert write_bundle(tmp_path, NAME, DATA).path.read_bytes() == DATA
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_the_same_file_again_changes_nothing_and_another_of_that_name_is_not_overwritten(tmp_path: Path) -> None:
    write_bundle(tmp_path, NAME, DATA)
    stamp = (tmp_path / NAME).stat().st_mtime_ns
    again = write_bundle(tmp_path, NAME, DATA)
    assert again.existed
    assert (tmp_path / NAME).stat().st_mtime_ns == stamp
    assert refused(tmp_path, OsFs(), b"other") == "XL-F08"
    assert (tmp_path / NAME).read_bytes() == DATA


def test_a_file_that_appears_between_the_check_and_the_rename_is_not_overwritten(tmp_path: Path) -> None:
    class Race(OsFs):
        def write_new(self, path: Path, data: bytes) -> None:
            super().write_new(path, data)
            (path.parent / NAME).write_bytes(b"someone else")

    assert refused(tmp_path, Race()) == "XL-F08"
    assert (tmp_path / NAME).read_bytes() == b"someone else"
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_a_part_left_by_a_crash_of_the_same_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / (NAME + ".part")).write_bytes(b"half")
    assert write_bundle(tmp_path, NAME, DATA).path.read_bytes() == DATA
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("step", "error", "code"),
    [
        ("write", posix(errno.ENOSPC), "XL-F02"), ("write half", posix(errno.ENOSPC), "XL-F02"), ("write", posix(errno.EFBIG), "XL-F02"),
        ("write", posix(errno.EDQUOT), "XL-F02"), ("write", posix(errno.EROFS), "XL-F03"), ("write", posix(errno.EACCES), "XL-F03"),
        ("write half", posix(errno.EIO), "XL-F03"), ("write", posix(errno.ENOENT), "XL-F03"), ("rename", posix(errno.ENOSPC), "XL-F02"),
        ("rename", posix(errno.EIO), "XL-F03"), ("names", posix(errno.EIO), "XL-F03"), ("write", windows(19), "XL-F03"),
    ],
)  # fmt: skip
def test_a_step_that_fails_gives_its_code_and_leaves_neither_file_nor_part(
    tmp_path: Path, step: str, error: Callable[[], OSError], code: str
) -> None:
    assert refused(tmp_path, Trouble(step, error)) == code
    assert list(tmp_path.iterdir()) == []
    assert write_bundle(tmp_path, NAME, DATA).path.read_bytes() == DATA


def test_a_full_windows_drive_is_called_full(tmp_path: Path) -> None:
    assert refused(tmp_path, Trouble("write", windows(112))) == "XL-F02"


@pytest.mark.parametrize("step", ["sync", "read back"])
def test_a_stick_that_fails_after_the_rename_is_reported_as_not_verified(tmp_path: Path, step: str) -> None:
    assert refused(tmp_path, Trouble(step, posix(errno.EIO))) == "XL-F04"


def test_a_copy_that_reads_back_different_is_reported_and_taken_away(tmp_path: Path) -> None:
    class Rotten(OsFs):
        def read_back(self, path: Path) -> tuple[bytes, bool]:
            data, past_cache = super().read_back(path)
            return data[:-1] + bytes([data[-1] ^ 1]), past_cache

    assert refused(tmp_path, Rotten()) == "XL-F04"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [5, 32, 33])
def test_a_scanner_holding_the_file_is_waited_for_up_to_three_seconds(tmp_path: Path, number: int) -> None:
    fs = Trouble("rename", windows(number), times=7)
    assert write_bundle(tmp_path, NAME, DATA, fs).path.exists()
    assert 0.6 < fs.slept < 0.8
    stubborn = Trouble("rename", windows(number))
    (tmp_path / NAME).unlink()
    assert refused(tmp_path, stubborn) == "XL-F03"
    assert 2.9 < stubborn.slept < 3.2
    assert list(tmp_path.iterdir()) == []


def test_other_rename_errors_are_not_waited_for(tmp_path: Path) -> None:
    fs = Trouble("rename", posix(errno.EACCES))
    assert refused(tmp_path, fs) == "XL-F03"
    assert fs.slept == 0


def test_a_missing_folder_and_a_file_in_its_place_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    assert refused(tmp_path / "none", OsFs()) == "XL-F05"
    assert refused(tmp_path / "file", OsFs()) == "XL-F07"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes into read-only folders")
def test_a_read_only_folder_is_reported(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert refused(tmp_path, OsFs()) == "XL-F03"
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_really_full_device_is_reported(tmp_path: Path) -> None:
    class Full(OsFs):
        def write_new(self, path: Path, data: bytes) -> None:
            with open("/dev/full", "wb") as out:
                out.write(data)
                out.flush()

    assert refused(tmp_path, Full()) == "XL-F02"


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".xieli",
        "../x.xieli",
        "a/b.xieli",
        "a\\b.xieli",
        "C:x.xieli",
        ".hidden.xieli",
        "x.xieli.part",
        "x.txt",
        NAME + "\n",
        "a\0.xieli",
        "x" * 200 + ".xieli",
    ],
)
def test_a_name_with_a_path_in_it_or_of_another_kind_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a bundle name"):
        write_bundle(tmp_path, name, DATA)
    assert list(tmp_path.iterdir()) == []


def test_a_grant_may_have_a_name_of_the_officers_choice(tmp_path: Path) -> None:
    assert write_bundle(tmp_path, "上坪村 登记.xieli", DATA).path.read_bytes() == DATA


def test_day_old_parts_of_ours_are_swept_and_nothing_else(tmp_path: Path) -> None:
    now = OsFs().now()
    ages = {NAME + ".part": 2 * DAY, "dcba-0011-1-2-0000.xieli.part": DAY / 2, "film.part": 9 * DAY, NAME: 9 * DAY, "notes.txt": 9 * DAY}
    for name, age in ages.items():
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (now - age, now - age))
    assert sweep(tmp_path) == 1
    assert {path.name for path in tmp_path.iterdir()} == ages.keys() - {NAME + ".part"}


def test_a_part_that_cannot_be_swept_does_not_stop_the_export(tmp_path: Path) -> None:
    old = tmp_path / "dcba-0011-1-2-0000.xieli.part"
    old.write_bytes(b"x")
    os.utime(old, (0, 0))
    assert write_bundle(tmp_path, NAME, DATA, Trouble("remove", posix(errno.EACCES))).path.exists()
    assert old.exists()


def test_a_file_name_carries_four_digits_of_each_id_and_the_range() -> None:
    world: World = make_world(41)
    core = parse(changes(world)).core
    name = file_name(core)
    assert name == f"{core['dev'][:4]}-{core['ep'][:4]}-1-2-{core['bid'][:4]}.xieli"
    assert outbox._NAME.fullmatch(name)


# -- cutting a slice -----------------------------------------------------------------------------------------------------------------


def test_a_small_slice_is_one_piece_and_an_empty_one_none() -> None:
    assert split_slice([b"a", b"b"]) == [[b"a", b"b"]]
    assert split_slice([]) == []


def test_a_slice_is_cut_at_twenty_thousand_lines_and_keeps_order() -> None:
    lines = [b"%d" % number for number in range(2 * LINES_LIMIT + 1)]
    pieces = split_slice(lines)
    assert [len(piece) for piece in pieces] == [LINES_LIMIT, LINES_LIMIT, 1]
    assert [line for piece in pieces for line in piece] == lines


def test_a_slice_is_cut_so_that_the_joined_lines_stay_within_the_inflated_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "PLAIN_LIMIT", 1000)
    exact = [b"x" * 100] * 9 + [b"x" * 91]
    assert len(b"\n".join(exact)) == 1000
    assert split_slice(exact) == [exact]
    assert split_slice([*exact[:-1], b"x" * 92]) == [exact[:-1], [b"x" * 92]]
    assert PLAIN_LIMIT == 64 * 2**20


def test_lines_that_deflate_badly_are_cut_until_a_file_can_hold_them() -> None:
    noise = random.Random(7)
    lines = [noise.randbytes(60_000).replace(b"\n", b"x") for _ in range(300)]
    assert sum(map(len, lines)) > FILE_LIMIT
    pieces = split_slice(lines)
    assert [line for piece in pieces for line in piece] == lines
    assert len(pieces) == 2
    assert all(sum(map(len, piece)) < BODY_LIMIT for piece in pieces)


def test_lines_that_deflate_well_share_one_file_however_long() -> None:
    lines = [b"y" * 60_000] * 600
    assert sum(map(len, lines)) > 2 * FILE_LIMIT
    assert split_slice(lines) == [lines]
