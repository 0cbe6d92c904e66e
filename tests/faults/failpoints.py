"""Points at which a write can fail: every fsync, rename and replace of a file, every commit of the store and every VACUUM INTO of a backup.

Rules kept here
- the list of points is what a recording run of the real code passes through, in its order: nothing is listed by hand, so a new fsync is a new point;
- a point can fail as the system fails (no room, an I/O error that stays) or the process dies there, before or after the step;
- a commit that fails is one whose transaction is undone, as SQLite does it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from unittest import mock

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.engine.default import DefaultDialect

from xieli_tui.store import backup as copies

Mode = Literal["no room", "dead disk", "dies before", "dies after"]
MODES: tuple[Mode, ...] = ("no room", "dead disk", "dies before", "dies after")
RAISING: tuple[Mode, ...] = ("no room", "dead disk")
DEATH = 137


@dataclass(frozen=True)
class Point:
    """One step of the code: its number in the run, what it does, to which kind of file."""

    number: int
    op: str
    where: str

    def __str__(self) -> str:
        return f"{self.number} {self.op} {self.where}"


def _kind(path: Any) -> str:
    """A word for a file that says the same in every run: its ending, or the folder's name."""
    if isinstance(path, int):
        path = os.readlink(f"/proc/self/fd/{path}") if os.path.isdir("/proc/self/fd") else "?"
    name = Path(os.fspath(path)).name
    for ending in (".xieli.part", ".xieli", ".mark", ".json.part", ".json", ".db", ".part"):
        if name.endswith(ending):
            return f"*{ending}"
    return "folder"


class Failpoints:
    """Counts the points passed; armed, it fails at one."""

    def __init__(self) -> None:
        self.passed: list[Point] = []
        self.armed: tuple[int, Mode] | None = None
        self.failed = False

    def step(self, op: str, where: str, work: Callable[[], Any], broken: Callable[[bool], Exception]) -> Any:
        number = len(self.passed)
        self.passed.append(Point(number, op, where))
        if self.armed is None:
            return work()
        at, mode = self.armed
        if number == at:
            self.failed = True
            if mode == "dies before":
                os._exit(DEATH)
        if mode in RAISING and (number == at or (mode == "dead disk" and number > at)):
            raise broken(mode == "no room")
        done = work()
        if number == at and mode == "dies after":
            os._exit(DEATH)
        return done

    @contextmanager
    def watching(self, armed: tuple[int, Mode] | None = None) -> Iterator[Failpoints]:
        """While it lasts every point goes through here."""
        self.passed, self.armed, self.failed = [], armed, False

        def system(full: bool) -> Exception:
            code = errno.ENOSPC if full else errno.EIO
            return OSError(code, os.strerror(code))

        def database(full: bool) -> Exception:
            return sqlcipher.OperationalError("database or disk is full" if full else "disk I/O error")

        real = {name: getattr(os, name) for name in ("fsync", "rename", "replace")}
        commit, vacuum = DefaultDialect.do_commit, copies._vacuum

        def fsync(handle: Any) -> None:
            self.step("fsync", _kind(handle), lambda: real["fsync"](handle), system)

        def rename(source: Any, target: Any, **more: Any) -> None:
            self.step("rename", _kind(target), lambda: real["rename"](source, target, **more), system)

        def replace(source: Any, target: Any, **more: Any) -> None:
            self.step("replace", _kind(target), lambda: real["replace"](source, target, **more), system)

        def do_commit(dialect: Any, connection: Any) -> None:
            self.step("commit", "*.db", lambda: commit(dialect, connection), database)

        def vacuumed(engine: Any, target: Path) -> None:
            def broken(full: bool) -> Exception:
                from xieli_tui.errors import Refused

                return Refused("XL-F02" if full else "XL-F03")

            self.step("vacuum", "*.db", lambda: vacuum(engine, target), broken)

        with (
            mock.patch.object(os, "fsync", fsync), mock.patch.object(os, "rename", rename), mock.patch.object(os, "replace", replace),
            mock.patch.object(DefaultDialect, "do_commit", do_commit), mock.patch.object(copies, "_vacuum", vacuumed),
        ):
            yield self


