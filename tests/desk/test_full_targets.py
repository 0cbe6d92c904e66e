"""Targets that are full, read-only, or pulled out in the middle: a clear code in Chinese, nothing lost, and the same act on a good stick goes through.

Every step of laying a file down fails once in every way, for everything that leaves a workspace: bundles, returns, a grant, evidence, a backup.
(What a process that dies there leaves behind: tests/faults.)
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk_office import VILLAGE, Office

from xieli_sync import outbox
from xieli_tui.casework import backup, exchange, forms, out_file, setup
from xieli_tui.casework.evidence import evidence
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.desk import enrolment, intake, send
from xieli_tui.errors import REGISTRY, XieliError
from xieli_tui.store import journal
from xieli_tui.store import workspace as rooms

STEPS = ("names", "write_new", "rename", "sync_folder", "read_back")
WAYS = {"full": errno.ENOSPC, "read-only": errno.EROFS, "input/output": errno.EIO, "pulled out": errno.ENOENT}
CODES = {"full": {"XL-F02"}, "read-only": {"XL-F03"}, "input/output": {"XL-F03"}, "pulled out": {"XL-F03", "XL-F05"}}
AFTER = {"sync_folder", "read_back"}
"""Steps behind the rename: the file lies there, and the person is told that it was not verified."""

Act = Callable[[Office, Path], list[Path]]


def export(office: Office, stick: Path) -> list[Path]:
    return [Path(f.path) for f in exchange.export(office.village, stick, with_backup=False).files]


def home(office: Office, stick: Path) -> list[Path]:
    return [Path(f.path) for f in send.send(office.county, stick, device=office.village.dev)]


def grant(office: Office, stick: Path) -> list[Path]:
    out = stick / "grant.xieli"
    code = setup.device_code(office.village).code
    enrolment.enrol_device(office.county, enrolment.EnrolDevice(code, (VILLAGE,), "陈秀兰", out, names={VILLAGE: "石桥村"}))
    return [out]


def proof(office: Office, stick: Path) -> list[Path]:
    with office.village.reading() as tx:
        household = str(tx.ask("SELECT min(household) FROM household")[0][0])
    return [Path(evidence(office.village, household, stick / "F.zip").file)]


def sheet(office: Office, stick: Path) -> list[Path]:
    with office.village.reading() as tx:
        household = str(tx.ask("SELECT min(household) FROM household")[0][0])
    return [Path(one.file) for one in forms.save_each(office.village, "cover", [household], stick)]


ACTS: dict[str, Act] = {"export": export, "return": home, "grant": grant, "evidence": proof, "sheet": sheet}


def work(office: Office) -> None:
    """A visit, at the county: a bundle and a return are owed."""
    household = office.household()
    record_visit(office.village, RecordVisit(household, "self"))
    office.up()
    office.clock.tick(minutes=1)
    record_visit(office.village, RecordVisit(household, "family"))


@pytest.mark.parametrize("name", ACTS)
def test_every_step_that_fails_in_every_way_is_said_and_the_same_act_goes_through_afterwards(office: Office, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    work(office)
    act, tried = ACTS[name], 0
    lines = lines_of(office)
    for step in STEPS:
        for way, number in WAYS.items():
            stick = office.stick.parent / f"{name}-{step}-{number}"
            stick.mkdir()
            with monkeypatch.context() as patch, pytest.raises(XieliError) as caught:
                failing(patch, step, number, stick)
                act(office, stick)
            expected = {"XL-F04"} if step in AFTER else CODES[way]
            assert caught.value.code in expected, (name, step, way, caught.value.code)
            assert caught.value.next_step == REGISTRY[caught.value.code].next_step
            left = sorted(p.name for p in stick.iterdir())
            assert not [x for x in left if x.endswith(".part")], (step, way, left)
            assert bool(left) == (step in AFTER), (step, way, left)
            tried += 1
    assert tried == len(STEPS) * len(WAYS)
    assert lines <= lines_of(office)  # nothing that was written is gone
    good = office.stick.parent / "good"
    good.mkdir()
    files = act(office, good)
    assert files
    assert all(f.exists() for f in files)
    if name == "export":
        assert {o.status for o in intake.import_files(office.county, files)} == {"imported"}
    if name == "return":
        assert {o.status for o in exchange.take_in(office.village, files)} == {"imported"}


def failing(monkeypatch: pytest.MonkeyPatch, step: str, number: int, stick: Path) -> None:
    """One step of the file system fails below this folder; what was half written is really there."""
    for system in (outbox.OsFs, out_file._Private):
        if step in vars(system):
            _failing(monkeypatch, system, step, number, stick)


def _failing(monkeypatch: pytest.MonkeyPatch, system: type[outbox.OsFs], step: str, number: int, stick: Path) -> None:
    real: Any = vars(system)[step]

    def fail(self: outbox.OsFs, path: Path, *more: Any) -> Any:
        if stick not in (path, *path.parents):
            return real(self, path, *more)
        if step == "write_new":
            path.write_bytes(more[0][: len(more[0]) // 2])
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(system, step, fail)


def lines_of(office: Office) -> set[tuple[str, str, int]]:
    found: set[tuple[str, str, int]] = set()
    for session in (office.village, office.county):
        with session.reading() as tx:
            found |= {(e.dev, e.ep, e.seq) for e in journal.load(tx)}
    return found


def test_a_stick_that_vanishes_between_two_files_keeps_what_is_on_it_and_the_rest_is_owed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    work(office)
    real = outbox.split_slice
    gone = office.stick.parent / "gone"
    gone.mkdir()
    written: list[Path] = []
    write = outbox.OsFs.write_new

    def pulled(self: outbox.OsFs, path: Path, data: bytes) -> None:
        if len(written) == 2:
            shutil.rmtree(gone)
        written.append(path)
        write(self, path, data)

    with monkeypatch.context() as patch, pytest.raises(XieliError) as caught:
        patch.setattr(outbox, "split_slice", lambda lines: [[x] for x in lines] if len(lines) > 1 else real(lines))
        patch.setattr(outbox.OsFs, "write_new", pulled)
        export(office, gone)
    assert caught.value.code in ("XL-F03", "XL-F05")
    assert len(written) == 3
    assert exchange.status(office.village).unconfirmed > 0
    assert {o.status for o in intake.import_files(office.county, export(office, office.stick))} == {"imported"}


@pytest.mark.parametrize(("way", "code"), [("full", "XL-F02"), ("read-only", "XL-F03"), ("input/output", "XL-F03")])
def test_a_backup_that_cannot_be_written_leaves_no_half_copy_and_the_next_one_goes_through(
    office: Office, monkeypatch: pytest.MonkeyPatch, way: str, code: str
) -> None:
    work(office)
    place = office.stick / "copies"

    def fail(path: Path, data: bytes, **_how: object) -> None:
        raise OSError(WAYS[way], os.strerror(WAYS[way]))

    with monkeypatch.context() as patch, pytest.raises(XieliError, match=code):
        patch.setattr(rooms, "atomic_write", fail)
        backup.create(office.village, place)
    assert list(place.iterdir()) == []
    copy = backup.create(office.village, place)
    with office.village.reading() as tx:
        assert copy.events == journal.count(tx)


def test_what_is_not_a_folder_is_told_apart(office: Office) -> None:
    work(office)
    a_file, nothing = office.stick / "file", office.stick / "none"
    a_file.write_bytes(b"x")
    for act, code in ((export, "XL-F07"), (home, "XL-F07")):
        with pytest.raises(XieliError, match=code):
            act(office, a_file)
    for act in (export, home):
        with pytest.raises(XieliError, match="XL-F05"):
            act(office, nothing)
    assert a_file.read_bytes() == b"x"
