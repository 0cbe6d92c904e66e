"""What the program leaves behind of itself: log lines, crash notes, nothing else (design 05 Leaks).

Rules kept here
- a log line is a constant text, numbers, codes and short ids; every other argument, and every number long enough to be somebody's, is written `***`;
- an exception is told by its kind and by the places in the code it went through: no message, no argument, no local, no path (a path names an account);
- of a library only that something went wrong is written, never its words: SQL, keys pressed and requests are in those;
- nothing is written without being asked for (`--debug`, the receiver); the app writes none: its lines would stand on the screen;
- a crash leaves a note of a few hundred bytes in `log/` of the workspace, of which the newest are kept; it may be handed to anybody;
- the process leaves no core dump. What the system swaps out or hibernates is not ours to promise (docs/manual/08).

Stdlib only, nothing of ours: it stands below every room. Tests: tests/faults/test_traces.py.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import re
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NamedTuple, TextIO

OURS = ("xieli_tui", "xieli_sync", "xieli_sample")
HIDDEN = "***"
KEPT = 10
"""Notes kept in one folder."""
_WORD = re.compile(r"[A-Za-z0-9_.:/+-]{1,40}")
_LONG_NUMBER = re.compile(r"\d[\d ./:+-]{8,}\d|\d{9,}")
_NOTE = re.compile(r"crash-[0-9a-f]{8}-\d{8}T\d{6}\.txt")
_FRAMES_FIRST, _FRAMES_LAST, _CHAIN = 8, 32, 6


class Note(NamedTuple):
    """A crash that was written down: the eight characters that are the same whenever the same fault happens, and the file (None: it could not be written)."""

    fault: str
    path: Path | None

    def sentence(self) -> str:
        """Where the details lie."""
        return f"细节记在 log 文件夹的 {self.path.name}，里面没有姓名和证件号，可以交给县里。" if self.path is not None else f"毛病号 {self.fault}。"


# -- an exception without its values ------------------------------------------------------------------


def kind_of(error: BaseException) -> str:
    """The class of an error, with what of it is a code and not a text: our code, the name of an errno, SQLite's name of its error."""
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    code = getattr(error, "code", None)
    extra = [code] if isinstance(code, str) and re.fullmatch(r"XL-[A-Z]\d\d", code) else []
    if isinstance(error, OSError) and error.errno is not None and error.errno in errno.errorcode:
        extra.append(errno.errorcode[error.errno])
    for one in (error, getattr(error, "orig", None)):
        told = getattr(one, "sqlite_errorname", None)
        if isinstance(told, str) and _WORD.fullmatch(told):
            extra.append(told)
    return " ".join((name, *extra))


def places(tb: TracebackType | None) -> list[str]:
    """`module:line function` of every frame, the outermost first."""
    found = []
    while tb is not None:
        found.append(_place(tb.tb_frame, tb.tb_lineno))
        tb = tb.tb_next
    if len(found) > _FRAMES_FIRST + _FRAMES_LAST:
        left = len(found) - _FRAMES_FIRST - _FRAMES_LAST
        found[_FRAMES_FIRST:-_FRAMES_LAST] = [f"... {left} more"]
    return found


def _place(frame: FrameType, line: int | None) -> str:
    module = frame.f_globals.get("__name__", "?")
    return f"{module if isinstance(module, str) and _WORD.fullmatch(module) else '?'}:{line} {frame.f_code.co_name}"


def told(error: BaseException) -> list[str]:
    """An error, what caused it and what was in it, without a value: what `--debug` prints and a note holds."""
    out: list[str] = []
    queue: list[tuple[str, BaseException]] = [("", error)]
    seen: set[int] = set()
    while queue and len(seen) < _CHAIN:
        word, one = queue.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        out += [f"{word}{kind_of(one)}", *(f"  {place}" for place in places(one.__traceback__))]
        if one.__cause__ is not None:
            queue.append(("caused by ", one.__cause__))
        elif one.__context__ is not None:
            queue.append(("while handling ", one.__context__))
        if isinstance(one, BaseExceptionGroup):
            queue += [("within ", inner) for inner in one.exceptions]
    return out


# -- crash notes --------------------------------------------------------------------------------------

_folder: Path | None = None
_doing = ""


def at(folder: Path | None) -> None:
    """Where notes go from now on: `log/` of the workspace that is being worked with. It is not made before a note is."""
    global _folder
    _folder = folder


def doing(words: str) -> None:
    """Which command is running, by its name in the tree: never an argument."""
    global _doing
    _doing = words


def note(error: BaseException, *, folder: Path | None = None, now: Callable[[], float] = time.time) -> Note:
    """Write a crash down. A note that cannot be written is told by its number alone: a crash must not end in another.

    Args:
        folder: where it goes when no workspace is known.
    """
    lines = told(error)
    fault = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
    place = _folder if _folder is not None and _folder.parent.is_dir() else folder
    if place is None:
        return Note(fault, None)
    stamp = now()
    body = [f"协理 {_version()}  XL-X01  毛病号 {fault}", f"{_iso(stamp)}  {_doing or '-'}", _system(), "", *lines, ""]
    path = place / f"crash-{fault}-{time.strftime('%Y%m%dT%H%M%S', time.gmtime(stamp))}.txt"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write("\n".join(body))
        for old in sorted((one for one in place.iterdir() if _NOTE.fullmatch(one.name)), key=lambda one: one.name[-19:])[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return Note(fault, None)
    return Note(fault, path)


def _version() -> str:
    from xieli_tui import __version__

    return __version__


def _iso(stamp: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(stamp))


def _system() -> str:
    libraries = [f"{name} {version}" for name in ("textual", "sqlalchemy", "cryptography") if isinstance(version := getattr(sys.modules.get(name), "__version__", None), str)]
    return f"{sys.platform}  Python {'.'.join(map(str, sys.version_info[:3]))}  {'  '.join(libraries)}".rstrip()


# -- log lines ----------------------------------------------------------------------------------------


def plain(value: object) -> object:
    """What of a logged argument is written: numbers that are nobody's, codes, short ids, names of our own kinds of error."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return HIDDEN if abs(value) >= 10_000_000_000 else value
    if isinstance(value, str) and _WORD.fullmatch(value) and not _LONG_NUMBER.search(value) and "/" not in value:
        return value
    return HIDDEN


class Lines(logging.Formatter):
    """A record as it is written: time, module, level, text; see the rules above."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.split(".")[0] in OURS
        text = self._text(record) if ours else "a library reported a fault"
        name = record.name if _WORD.fullmatch(record.name) else "?"
        out = [f"{_iso(record.created)} {name} {record.levelname} {text}"]
        if record.exc_info and isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
            out += told(record.exc_info[1])
        return "\n".join(out)

    def _text(self, record: logging.LogRecord) -> str:
        args: Any = record.args
        if not isinstance(record.msg, str):
            return HIDDEN
        if not args:
            return record.msg if not _LONG_NUMBER.search(record.msg) else HIDDEN
        args = {key: plain(value) for key, value in args.items()} if isinstance(args, dict) else tuple(plain(value) for value in args)
        try:
            return str(record.msg % args)
        except (TypeError, ValueError):  # %d of something hidden
            return record.msg


def _worth(record: logging.LogRecord) -> bool:
    """Ours as asked for; of the libraries only faults."""
    return record.name.split(".")[0] in OURS or record.levelno >= logging.ERROR


class _Out(logging.StreamHandler[TextIO]):
    """The one handler of the program; it writes to what stderr is at that moment and says nothing about itself."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(Lines())
        self.addFilter(_worth)

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the name of the library)
        """A line that cannot be written is left out: the library would print the record and its arguments."""


_debug = False


def debugging() -> bool:
    """Were the details asked for (`--debug`, XIELI_DEBUG)?"""
    return _debug or bool(os.environ.get("XIELI_DEBUG"))


def set_up(*, lines: bool = False, level: int = logging.DEBUG) -> None:
    """Put the logging of this process in order; asked again it changes to what was asked last.

    Args:
        lines: write log lines to stderr (`--debug`, the receiver).
        level: of our own lines.
    """
    global _debug
    _debug = lines and level == logging.DEBUG
    logging.lastResort = None
    logging.raiseExceptions = False
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _Out)]:
        root.removeHandler(old)
    for name in OURS:
        logging.getLogger(name).setLevel(level if lines else logging.WARNING)
    if lines:
        root.addHandler(_Out())


# -- the process --------------------------------------------------------------------------------------


def guard_process() -> None:
    """Of a process of our own (the console script): no core dump, and no end by which the interpreter would print values. Not for a library in use by others."""
    _no_core()
    sys.excepthook = _uncaught
    threading.excepthook = lambda given: _uncaught_in_thread(given.exc_value)
    sys.unraisablehook = _unraisable
    if not sys.warnoptions:
        warnings.showwarning = _no_warning
    if "faulthandler" in sys.modules:
        sys.modules["faulthandler"].disable()  # it would print paths


def _no_core() -> None:
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _uncaught(_kind: type[BaseException], error: BaseException, _tb: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt):
        sys.stderr.write("已停下。\n")
        return
    written = note(error)
    sys.stderr.write(f"错误 XL-X01：程序出了毛病，没有存的都在草稿里({type(error).__name__})。请把这个编号告诉县里。{written.sentence()}\n")


def _uncaught_in_thread(error: BaseException | None) -> None:
    """A thread of ours that ended by a defect: written down. Pages say so themselves; a line here would stand on the screen."""
    if error is not None and not isinstance(error, SystemExit):
        note(error)


def _unraisable(given: sys.UnraisableHookArgs) -> None:
    """An error where nobody can be told (an object that is being taken away): `--debug` shows it."""
    error = given.exc_value
    logging.getLogger("xieli_tui").debug("an error in a place without a caller", exc_info=(type(error), error, error.__traceback__) if error is not None else None)


def _no_warning(*_given: object, **_more: object) -> None:
    """Warnings of libraries hold values and paths and help nobody who uses the program."""
