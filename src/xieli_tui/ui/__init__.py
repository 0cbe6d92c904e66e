"""The terminal app (Textual). `run` is the one door the command line uses.

`terminal.prepare()` runs before anything of Textual is imported: the framework reads its environment once.
"""

from xieli_tui.ui.terminal import prepare

prepare()
