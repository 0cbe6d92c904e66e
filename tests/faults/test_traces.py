"""What the program leaves behind of itself: log lines and crash notes hold no value, whatever is thrown at them."""

from __future__ import annotations

import ast
import logging
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xieli_tui import traces

ROOT = Path(__file__).resolve().parents[2]
NAME, NUMBER, PHONE, NOTE = "欧阳锦瑟", "999999195103020041", "10000002345", "夜里咳血不肯去看"
SECRETS = (NAME, NUMBER, PHONE, NOTE)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Everything of the process as it was."""
    root = logging.getLogger()
    before = (logging.lastResort, logging.raiseExceptions, sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning, list(root.handlers))
    levels = [(name, logging.getLogger(name).level) for name in (*traces.OURS, "sqlalchemy.engine")]
    yield
    logging.lastResort, logging.raiseExceptions, sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = before[:6]
    root.handlers[:] = before[6]
    for name, level in levels:
        logging.getLogger(name).setLevel(level)
    traces.set_up()
    root.handlers[:] = before[6]
    logging.lastResort, logging.raiseExceptions = before[:2]
    traces.at(None)
    traces.doing("")


def _thrown(error: BaseException) -> BaseException:
    secret_local = NOTE  # noqa: F841 (a local of the frame that fails)
    try:
        try:
            raise ValueError(NAME, NUMBER)
        except ValueError as first:
            raise error from first
    except BaseException as caught:
        return caught


def _clean(text: str) -> None:
    for secret in (*SECRETS, str(ROOT), str(Path.home())):
        assert secret not in text, secret


@pytest.mark.parametrize(
    "error", [KeyError(NAME), OSError(28, NOTE, f"/srv/{NAME}/{NUMBER}.xlsx"), ExceptionGroup(NAME, [KeyError(PHONE), ValueError(NOTE)]), UnicodeDecodeError("utf-8", NAME.encode(), 0, 1, NOTE)],
    ids=["key", "os", "group", "decode"],
)
def test_an_error_is_told_by_kinds_and_places_and_never_by_its_words(error: BaseException, tmp_path: Path) -> None:
    caught = _thrown(error)
    text = "\n".join(traces.told(caught))
    assert type(error).__name__ in text
    assert "ValueError" in text, "what caused it is told too"
    assert "test_traces:" in text
    _clean(text)
    written = traces.note(caught, folder=tmp_path / "log")
    assert written.path is not None
    _clean(written.path.read_text(encoding="utf-8") + written.path.name + written.sentence())
    assert written.path.stat().st_mode & 0o077 == 0
    assert ("ENOSPC" in text) is isinstance(error, OSError), "a number of the system is a code and is told"


def test_the_same_fault_has_the_same_number_and_ten_notes_are_kept(tmp_path: Path) -> None:
    ticks = iter(range(1_700_000_000, 1_700_000_100))
    made = [traces.note(_thrown(KeyError(str(n))), folder=tmp_path, now=lambda: next(ticks)) for n in range(14)]
    assert len({one.fault for one in made}) == 1
    left = sorted(path.name for path in tmp_path.iterdir())
    assert len(left) == traces.KEPT
    assert made[-1].path is not None
    assert made[-1].path.name in left
    assert made[0].path is not None
    assert made[0].path.name not in left


def test_a_note_that_cannot_be_written_ends_in_a_number_and_not_in_another_crash(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where the folder belongs")
    written = traces.note(_thrown(KeyError(NAME)), folder=tmp_path / "log")
    assert written.path is None
    assert re.fullmatch(r"毛病号 [0-9a-f]{8}。", written.sentence())


def test_debug_lines_of_ours_carry_codes_and_counts_and_hide_everything_else(capsys: pytest.CaptureFixture[str]) -> None:
    traces.set_up(lines=True)
    log = logging.getLogger("xieli_tui.casework.road")
    log.debug("taken %s of %s: %d", "3f2a9c10", NAME, 12)
    log.warning("%s %s", NUMBER, PHONE)
    log.info("%(name)s", {"name": NAME})
    log.error("a count of %d", NAME)
    log.error("failed", exc_info=_thrown(KeyError(NAME)))
    log.info(NUMBER + NAME)
    said = capsys.readouterr().err
    _clean(said)
    assert "taken 3f2a9c10 of ***: 12" in said
    assert "KeyError" in said


def test_libraries_tell_that_they_failed_and_never_what_at_any_level(capsys: pytest.CaptureFixture[str]) -> None:
    traces.set_up(lines=True)
    for name in ("sqlalchemy.engine.Engine", "textual", "asyncio", "uvicorn.error", "starlette", "concurrent.futures", NAME):
        log = logging.getLogger(name)
        log.setLevel(logging.DEBUG)
        log.debug("SELECT %s", NAME)
        log.warning("slow: %s", NUMBER)
        log.error(f"request {PHONE} failed", exc_info=_thrown(RuntimeError(NOTE)))
        log.setLevel(logging.NOTSET)
    said = capsys.readouterr().err
    _clean(said)
    assert said.count("a library reported a fault") == 7
    assert "SELECT" not in said


def test_without_debug_nothing_at_all_is_written_not_even_by_the_librarys_last_resort(capsys: pytest.CaptureFixture[str]) -> None:
    traces.set_up()
    logging.getLogger("asyncio").error("Task exception was never retrieved %s", NAME)
    logging.getLogger("xieli_tui.casework.road").error("failed", exc_info=_thrown(KeyError(NAME)))
    logging.getLogger("xieli_tui").warning("%d", NAME)
    assert capsys.readouterr() == ("", "")


@given(st.one_of(st.text(max_size=60), st.integers(), st.floats(allow_nan=False), st.lists(st.text(max_size=8)), st.from_regex(r"[1-9]\d{5}(19|20)\d{9}[\dX]", fullmatch=True)))
@example("10000001234")
@example("6222 0210 0100 0000 001")
@example("/srv/chen/x")
def test_an_argument_of_a_log_line_is_short_ascii_without_a_long_number_or_hidden(value: object) -> None:
    shown = str(traces.plain(value))
    assert len(shown) <= 40
    assert shown == traces.HIDDEN or shown.isascii()
    assert not re.search(r"\d{11}", shown.partition(".")[0] if isinstance(value, float) else shown)


def _calls() -> Iterator[tuple[Path, ast.Call]]:
    for room in (ROOT / "src", ROOT / "sync" / "xieli_sync"):
        for path in room.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield path, node


def test_what_the_code_logs_is_constant_text_and_nothing_else_of_ours_sets_logging_up_starts_programs_or_makes_temporary_files() -> None:
    logged = 0
    for path, call in _calls():
        name = ast.unparse(call.func)
        where = f"{path.relative_to(ROOT)}:{call.lineno}"
        if re.fullmatch(r"(_log|log|logger|logging)\.(debug|info|warning|error|critical|exception|log)", name):
            logged += 1
            assert isinstance(call.args[0], ast.Constant), f"{where}: the text of a log line is a constant"
        if path.name != "traces.py":
            assert name not in ("logging.basicConfig", "logging.StreamHandler", "logging.FileHandler", "warnings.warn", "faulthandler.enable", "traceback.print_exc", "traceback.format_exc"), where
        starts = re.match(r"(subprocess|os\.(system|popen|spawn|exec|posix_spawn|startfile)|webbrowser|multiprocessing)\b", name)
        if path.name == "printing.py" and name.startswith("subprocess."):
            assert {one.arg: ast.unparse(one.value) for one in call.keywords}.get("env") == "clean()", f"{where}: the printer's program gets none of our variables"
        else:
            assert not starts or (path.name, name) == ("printing.py", "os.startfile"), f"{where}: a child would inherit the passphrase in the environment"
        if "tempfile" in name:
            assert path.name == "start.py", f"{where}: nothing of a person's goes to the temporary folder; the demonstration's people are invented"
    assert logged >= 8


CHILD = """
import sys, threading
from xieli_tui import traces
from xieli_tui.cli import dispatch
from pathlib import Path
traces.guard_process(); traces.set_up(); traces.at(Path(sys.argv[1]) / 'log')
import resource
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
import warnings; warnings.warn(sys.argv[2])
class Gone:
    def __del__(self): raise KeyError(sys.argv[2])
Gone()
def thread(): raise KeyError(sys.argv[2])
one = threading.Thread(target=thread); one.start(); one.join()
raise ValueError(sys.argv[2])
"""


def test_a_process_ends_by_a_defect_with_a_sentence_no_core_no_warning_and_notes_without_values(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path), NAME + NUMBER], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("错误 XL-X01：程序出了毛病")
    assert done.stderr.count("\n") == 1
    notes = [path.read_text(encoding="utf-8") for path in (tmp_path / "log").iterdir()]
    assert sorted(text.split("\n")[4] for text in notes) == ["KeyError", "ValueError"], "of the thread and of the program"
    for text in (done.stderr, *notes):
        _clean(text)


@pytest.mark.parametrize("debug", [False, True])
def test_a_command_that_ends_by_a_defect_says_so_and_notes_where_not_what(workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], debug: bool) -> None:
    from xieli_tui.cli.main import main

    def broken(*_given: object, **_more: object) -> None:
        raise LookupError(NAME, NUMBER)

    monkeypatch.setattr("xieli_tui.casework.session.open_session", broken)
    monkeypatch.setenv("XIELI_PASSPHRASE", NOTE)
    assert main(["household", "list", "-w", str(workspace), "--query", NAME, *(["--debug"] if debug else [])]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("错误 XL-X01：程序出了毛病，没有存的都在草稿里(LookupError)。请把这个编号告诉县里")
    assert ("xieli_tui.cli.common:" in said.err) is debug
    [note] = (workspace / "log").glob("crash-*.txt")
    text = note.read_text(encoding="utf-8")
    assert "  household\n" in text, "which command, by its name"
    for one in (said.err, text):
        _clean(one)
        assert "Traceback" not in one


def test_the_app_writes_no_line_over_its_page_and_still_knows_that_details_were_asked_for(workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from xieli_tui.ui import app

    class Quick(app.XieliApp):
        def run(self, **_more: object) -> int | None:
            assert self.traces
            logging.getLogger("xieli_tui").error("a line")
            return 0

    monkeypatch.setattr(app, "XieliApp", Quick)
    traces.set_up(lines=True)
    assert traces.debugging()
    assert app.run(workspace) == 0
    assert capsys.readouterr() == ("", "")


def test_what_the_framework_would_write_to_a_file_or_to_another_program_is_shut() -> None:
    from xieli_tui.ui.terminal import prepare

    env = {"TEXTUAL": "devtools,debug", "TEXTUAL_LOG": "keys.log", "TEXTUAL_SCREENSHOT": "1", "TEXTUAL_SCREENSHOT_LOCATION": ".", "TEXTUAL_THEME": "x"}
    prepare(env, "linux")
    assert set(env) == {"TEXTUAL_THEME", "TEXTUAL_DISABLE_KITTY_KEY", "TEXTUAL_ANIMATIONS"}
