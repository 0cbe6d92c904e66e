"""What must be settled before Textual is imported: the environment it reads once.

Rules kept here
- stdlib only: this module runs before first paint and costs nothing;
- the kitty keyboard protocol is switched off on Linux and macOS, where terminals lose text committed by an input method under it; on Windows
  the same switch would turn Escape into text (`ESC[27u`), so there it is never set;
- no animations: old laptops, and a moving screen hides what changed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping

BOX_SAFE_ENV = "XIELI_THEME"
"""Name of a theme to start with; overrides what was detected."""


def prepare(environ: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> None:
    """Set what Textual reads at import. Values the user set are left alone."""
    env = os.environ if environ is None else environ
    if platform != "win32":
        env.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
    env.setdefault("TEXTUAL_ANIMATIONS", "none")


def old_console(environ: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """True in the old Windows console, whose Chinese fonts draw box lines two cells wide and break every border.

    Windows Terminal says so by WT_SESSION; anything else on win32 is treated as the old one.
    """
    env = os.environ if environ is None else environ
    return platform == "win32" and not env.get("WT_SESSION")


def first_theme(environ: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> str:
    """日间, or 素框 where borders cannot be trusted; XIELI_THEME wins."""
    env = os.environ if environ is None else environ
    asked = env.get(BOX_SAFE_ENV, "")
    if asked in ("日间", "夜间", "素框"):
        return asked
    return "素框" if old_console(env, platform) else "日间"
