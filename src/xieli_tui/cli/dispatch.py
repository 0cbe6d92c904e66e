"""One command of `xieli`: finds it in the tree, turns errors into Chinese sentences and exit codes (design 08)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from xieli_tui import traces
from xieli_tui.cli import zh
from xieli_tui.cli.common import document
from xieli_tui.cli.tree import TREE, Tree
from xieli_tui.domain.text import safe
from xieli_tui.errors import REGISTRY, Misused, XieliError


def build() -> typer.Typer:
    """The top of the command tree; the branches are imported when used (tree.py)."""
    from xieli_tui.cli.start import start

    app = typer.Typer(
        help="协理：社会救助协理员的离线工作台，和送到镇、县的签名数据包。", rich_markup_mode=None, add_completion=False, cls=Tree,
        invoke_without_command=True, no_args_is_help=False,
    )
    app.callback()(start)
    return app


def told(err: Exception, *, as_json: bool, debug: bool = False) -> int:
    """Say what happened, without a value; the exit code of the error's class, 1 for a defect, of which a note is kept. `debug` adds the places in the code."""
    if isinstance(err, XieliError):
        sentence, body, code = err.sentence(), err.as_json(), err.exit_code
    else:
        entry = REGISTRY["XL-X01"]
        written = traces.note(err, folder=_state())
        sentence = f"错误 XL-X01：{entry.what}({type(err).__name__})。{entry.next_step}。{written.sentence()}"
        body, code = {"error": {"code": "XL-X01", "what": entry.what, "next_step": entry.next_step}}, 1
    sys.stderr.write(safe(sentence) + "\n")
    if debug:
        sys.stderr.write("\n".join(traces.told(err)) + "\n")
    if as_json:
        sys.stdout.write(document(body) + "\n")
    return code


def _state() -> Path:
    """Where a note goes when no workspace is known."""
    from xieli_tui.casework.epoch_mark import folder

    return folder() / "log"


def dispatch(args: list[str]) -> int:
    """Run one command; returns the exit code of design 08."""
    debug = bool(os.environ.get("XIELI_DEBUG"))
    if "--debug" in args:
        args.remove("--debug")
        debug = True
    traces.set_up(lines=debug)
    traces.at(None)
    traces.doing(next((one for one in args if one in TREE), ""))
    as_json = "--json" in args or (args[:2] == ["policy", "ask"] and not sys.stdout.isatty())  # a question in JSON asked by a program is answered in JSON
    for stream in (sys.stdout, sys.stderr):
        # Windows consoles and pipes may stand at GBK: the contract is UTF-8 everywhere
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = build()(args=args, prog_name="xieli", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except typer.Exit as err:
        return int(err.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write("已停下。\n")
        return 2
    except typer.TyperException as err:
        if type(err).__name__ == "NoArgsIsHelpError":
            sys.stdout.write(str(err) + "\n")
            return 2
        wrong = Misused("XL-X03", zh.usage(err))
        wrong.next_step = zh.next_step(err)
        return told(wrong, as_json=as_json)
    except Exception as err:
        return told(err, as_json=as_json, debug=debug)
