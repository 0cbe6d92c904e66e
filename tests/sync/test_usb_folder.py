"""What lies on a stick, and which sticks there are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from roadkit import changes, make_world

from xieli_sync.carriers.usb import bundles_in, linux_mounts, list_folder, removable_drives
from xieli_sync.container import FILE_LIMIT, build, parse
from xieli_sync.errors import SyncError
from xieli_sync.event import canonical
from xieli_sync.outbox import file_name


def test_a_folder_lists_our_files_with_their_state_and_skips_the_rest(tmp_path: Path) -> None:
    world = make_world(51)
    data = changes(world)
    core = parse(data).core
    good = file_name(core)
    (tmp_path / good).write_bytes(data)
    (tmp_path / "cut.xieli").write_bytes(data[:-5])
    (tmp_path / "photo.XIELI").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "big.xieli").write_bytes(b"")
    os.truncate(tmp_path / "big.xieli", FILE_LIMIT + 1)
    (tmp_path / "later.xieli").write_bytes(build(canonical({"v": 9, "suite": "A1", "crit": []}), b"[]", b"[]", b""))
    (tmp_path / "x.xieli.part").write_bytes(b"half")
    (tmp_path / "letter.docx").write_bytes(b"PK")
    (tmp_path / "folder.xieli").mkdir()
    listing = list_folder(tmp_path)
    assert {item.path.name: item.code for item in listing.items} == {
        good: "", "cut.xieli": "XL-B04", "photo.XIELI": "XL-B02", "big.xieli": "XL-B01", "later.xieli": "XL-U01", "x.xieli.part": "XL-B03",
    }  # fmt: skip
    item = next(item for item in listing.items if not item.code)
    assert (item.kind, item.dev, item.first, item.last, item.n, item.bid, item.bytes) == (
        "changes",
        world.laptop.dev,
        1,
        2,
        2,
        core["bid"],
        len(data),
    )
    assert 0 < listing.free <= listing.total


def test_a_folder_that_is_none_is_named_by_its_code(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    for path, code in ((tmp_path / "none", "XL-F05"), (tmp_path / "file", "XL-F07")):
        with pytest.raises(SyncError) as caught:
            list_folder(path)
        assert caught.value.code == code


def test_a_command_given_a_folder_means_its_bundles_by_name(tmp_path: Path) -> None:
    for name in ("b.xieli", "a.xieli", "c.txt", "d.xieli.part"):
        (tmp_path / name).write_bytes(b"x")
    assert [path.name for path in bundles_in(tmp_path)] == ["a.xieli", "b.xieli"]
    assert bundles_in(tmp_path / "c.txt") == [tmp_path / "c.txt"]
    with pytest.raises(SyncError) as caught:
        bundles_in(tmp_path / "none")
    assert caught.value.code == "XL-F05"


def test_linux_mounts_counts_removable_disks_and_what_the_desktop_mounted(tmp_path: Path) -> None:
    for disk, part, flag in (("sda", "sda1", "0"), ("sdb", "sdb1", "1"), ("sdc", "sdc1", "0")):
        folder = tmp_path / "devices" / disk / part
        folder.mkdir(parents=True)
        (tmp_path / "devices" / disk / "removable").write_text(flag + "\n")
        block = tmp_path / "block"
        block.mkdir(exist_ok=True)
        (block / part).symlink_to(folder)
    mounts = (
        "proc /proc proc rw 0 0\n"
        "/dev/sda1 / ext4 rw,relatime 0 0\n"
        "/dev/sdb1 /mnt/stick vfat ro,nosuid 0 0\n"
        "/dev/sdc1 /media/用户/我的\\040盘 vfat rw 0 0\n"
        "/dev/sdd1 /data ext4 rw 0 0\n"
        "short\n"
    )
    assert linux_mounts(mounts, tmp_path / "block") == [(Path("/mnt/stick"), False), (Path("/media/用户/我的 盘"), True)]


def test_asking_for_drives_never_fails() -> None:
    assert all(drive.path.is_dir() for drive in removable_drives())
