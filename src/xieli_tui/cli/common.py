"""What every command shares: options, opening a workspace, one JSON document, errors to exit codes.

Rules kept here (design 08)
- `--json` prints exactly one JSON document on stdout and nothing else there; everything for people goes to stdout as plain lines without
  boxes, every error to stderr as `错误 XL-K02：…`;
- the passphrase comes from `--passphrase-file`, else `XIELI_PASSPHRASE`, else a prompt on a terminal; it is never an argument;
- what people wrote is printed through `safe`: it moves no cursor, turns no direction and begins no line of its own;
- no traceback without `--debug`; the exit code is that of the error's class.

Most commands are a function of an open workspace that answers with what is to be said (`App.work`): opening, closing and printing stand here once.

No pydantic, no rich and no store is imported at module level: `xieli --help` must stay quick.
"""

from __future__ import annotations

import inspect
import json as jsonlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from xieli_tui import traces
from xieli_tui.cli import zh
from xieli_tui.cli.folders import default_workspace
from xieli_tui.domain.text import safe
from xieli_tui.errors import Locked, XieliError

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

Workspace = Annotated[
    Path | None, typer.Option("-w", "--workspace", envvar="XIELI_WORKSPACE", help="工作区文件夹；不写就是本机默认的。", show_envvar=False)
]
PassFile = Annotated[Path | None, typer.Option("--passphrase-file", help="存口令的文件；也可设 XIELI_PASSPHRASE。")]
Json = Annotated[bool, typer.Option("--json", help="只印一份 JSON。")]
Full = Annotated[bool, typer.Option("--full", help="印出完整的证件号和电话，要写 --reason，会记一笔。")]
Reason = Annotated[str | None, typer.Option("--reason", help="为什么要看完整的。")]


class Said(NamedTuple):
    """What a command has to say: the body of `--json`, the lines for people (put together only when they are printed), the exit code."""

    body: Any
    lines: Callable[[], list[str]] | list[str]
    exit_code: int = 0


Verb = TypeVar("Verb", bound=Callable[..., Said])


class Command(TyperCommand):
    """A command whose help page is Chinese throughout."""

    def get_help(self, ctx: Any) -> str:
        return zh.page(self, ctx)


class Group(TyperGroup):
    """A group whose help page is Chinese throughout; its commands are listed in the order they were written."""

    def get_help(self, ctx: Any) -> str:
        return zh.page(self, ctx, zh.commands(self, ctx))


class App(typer.Typer):
    """Typer without rich markup and completion, with Chinese help."""

    def __init__(self, help_text: str, **more: Any) -> None:
        super().__init__(help=help_text, no_args_is_help=True, rich_markup_mode=None, add_completion=False, cls=Group, **more)

    def command(self, name: str | None = None, **more: Any) -> Callable[[Any], Any]:  # type: ignore[override]
        more.setdefault("cls", Command)
        return super().command(name, **more)

    def work(self, name: str, **more: Any) -> Callable[[Verb], Verb]:
        """A command of an open workspace: see `in_workspace`. The function itself stays as it was written."""

        def mount(verb: Verb) -> Verb:
            self.command(name, **more)(in_workspace(verb))
            return verb

        return mount


def group(help_text: str) -> App:
    """A command group."""
    return App(help_text)


def folder_of(workspace: Path | None) -> Path:
    """The workspace named, or the default one; what goes wrong from here on is noted there."""
    folder = workspace if workspace is not None else default_workspace()
    traces.at(folder / "log")
    return folder


def read_passphrase(
    passphrase_file: Path | None, *, env: str = "XIELI_PASSPHRASE", prompt: str = "口令", twice: bool = False, offer: bool = False, whom: str = "",
    hint: str = "",
) -> str:
    """The passphrase by file, environment or prompt.

    Args:
        offer: before the prompt show sixteen digits that may be copied down and typed.
        whom: said before the first prompt: who is to type it.
        hint: how to give it without a prompt, where that is not XIELI_PASSPHRASE and --passphrase-file.

    Raises:
        Locked: XL-L04 when none of them gave one. XieliError: XL-F01, XL-F05, XL-F06 the file.
    """
    if passphrase_file is not None:
        try:
            return passphrase_file.read_text(encoding="utf-8-sig").rstrip("\r\n")
        except IsADirectoryError as err:
            raise XieliError("XL-F01", field="passphrase_file") from err
        except OSError as err:
            raise XieliError("XL-F05", field="passphrase_file") from err
        except UnicodeDecodeError:
            raise XieliError("XL-F06", "口令文件要存成 UTF-8 文本", field="passphrase_file") from None
    given = os.environ.get(env)
    if given:
        return given
    if sys.stdin.isatty() and sys.stderr.isatty():
        import getpass

        from xieli_tui.domain import passphrase

        if offer:
            sys.stderr.write(f"给您备好一个：{passphrase.offer(os.urandom)}\n照抄在纸上，再输进来最省事；也可以自己定，至少 12 个字。\n")
        first = getpass.getpass(f"{safe(whom)}{prompt}: ")
        if twice and not passphrase.same(getpass.getpass(f"再输一遍{prompt}: "), first):
            raise Locked("XL-L01", "两遍不一样")
        return first
    raise Locked("XL-L04", next_step=hint or ("" if env == "XIELI_PASSPHRASE" else f"请设 {env}，或在终端里输"))


@contextmanager
def opened(workspace: Path | None, passphrase_file: Path | None) -> Iterator[Session]:
    """Open the workspace for one command and close it whatever happens."""
    from xieli_tui.casework.session import open_session

    folder = folder_of(workspace)
    if not (folder / "keys.json").exists():
        raise Locked("XL-L02")
    session = open_session(folder, read_passphrase(passphrase_file), where="cli")
    if session.old_keys:
        from xieli_tui.casework.passphrases import OLD_KEYS

        sys.stderr.write(f"注意：{OLD_KEYS}\n")
    try:
        _keep_daily(session)
        yield session
    finally:
        session.close()


def _keep_daily(session: Session) -> None:
    """The copy of the day, at the first command of a day; that it failed is said and stops nothing."""
    from xieli_tui.casework.backup import daily

    if failed := daily(session):
        sys.stderr.write(failed + "\n")


def in_workspace(verb: Callable[..., Said]) -> Callable[..., None]:
    """The command that opens the workspace, calls `verb(session, …)`, closes it and prints what it said.

    Its options are those of `verb` behind the session, then `-w`, `--passphrase-file`, `--json`.
    """

    def run(w: Path | None = None, passphrase_file: Path | None = None, json: bool = False, **given: Any) -> None:
        with opened(w, passphrase_file) as session:
            said = verb(session, **given)
        emit(json, said.body, said.lines)
        if said.exit_code:
            raise typer.Exit(said.exit_code)

    names = getattr(verb, "__globals__", {})
    own = list(inspect.signature(verb).parameters.values())[1:]
    own = [one.replace(annotation=eval(one.annotation, names) if isinstance(one.annotation, str) else one.annotation) for one in own]  # noqa: S307 (our own annotations)
    shared = [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=kind)
        for name, default, kind in (("w", None, Workspace), ("passphrase_file", None, PassFile), ("json", False, Json))
    ]
    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in (*own, *shared)}
    run.__name__, run.__doc__ = getattr(verb, "__name__", "command"), verb.__doc__
    return run


def plain(value: Any) -> Any:
    """Dataclasses, tuples and paths as JSON values."""
    import dataclasses

    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    if isinstance(value, Path):
        return str(value)
    return value


def document(body: Any) -> str:
    """The JSON document of a result: exact, on one line, and harmless on a terminal (marks that turn direction or hide stand there by their code)."""
    text = jsonlib.dumps(plain(body), ensure_ascii=False)
    return text if safe(text) == text else "".join(char if safe(char) == char else jsonlib.dumps(char)[1:-1] for char in text)


def emit(json: bool, body: Any, lines: Callable[[], list[str]] | list[str]) -> None:
    """Print the result: one JSON document, or plain lines. A reader that has seen enough (head, less) makes no failure of what was done."""
    text = [document(body)] if json else [safe(line) for line in (lines() if callable(lines) else lines)]
    try:
        for line in text:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # the interpreter must not complain again when it flushes at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def day(text: str | None, session: Session, field: str = "on") -> str | None:
    """A day as people type it, as ISO text."""
    if text is None:
        return None
    from xieli_tui.domain.dates import parse_day

    try:
        return parse_day(text, session.today).isoformat()
    except XieliError as err:
        err.field = err.field or field
        raise
