"""`python -m xieli_tui` is `xieli`."""

from xieli_tui.cli.main import run

run()
