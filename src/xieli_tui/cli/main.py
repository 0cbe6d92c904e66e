"""The command `xieli`.

Opening the desk is what she does every morning on a slow laptop: `xieli [run] [-w DIR]` goes straight to the app, without the command
tree and the library behind it (60 ms of the first paint). Everything else is a command (dispatch.py).
"""

from __future__ import annotations

import sys
from pathlib import Path

from xieli_tui import traces
from xieli_tui.cli.folders import default_workspace, require_terminal


def _opens_the_desk(args: list[str]) -> Path | None:
    """The workspace to open, when the arguments say nothing but that; None for every other command."""
    rest = args[1:] if args[:1] == ["run"] else args
    if not rest:
        return default_workspace()
    if len(rest) == 2 and rest[0] in ("-w", "--workspace"):
        return Path(rest[1])
    return None


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code of design 08."""
    args = list(sys.argv[1:] if argv is None else argv)
    folder = _opens_the_desk(args)
    if folder is None:
        from xieli_tui.cli.dispatch import dispatch

        return dispatch(args)
    traces.set_up()
    try:
        require_terminal()
        from xieli_tui.ui.app import run as run_app

        return run_app(folder)
    except Exception as err:
        from xieli_tui.cli.dispatch import told

        return told(err, as_json=False, debug=traces.debugging())


def run() -> None:
    """Entry point of the console script."""
    traces.guard_process()
    sys.exit(main())
