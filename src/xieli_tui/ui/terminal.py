"""What must be settled before Textual is imported: the environment it reads once.

Rules kept here
- stdlib only (the place of the state folder comes from casework.epoch_mark, which is as light): this module runs before first paint;
- the kitty keyboard protocol is switched off on Linux and macOS, where terminals lose text committed by an input method under it; on Windows
  the same switch would turn Escape into text (`ESC[27u`), so there it is never set;
- no animations: old laptops, and a moving screen hides what changed;
- the framework's ways to write keys and pictures into a file or to another program (its log, its console for developers, its screenshots) are shut.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

BOX_SAFE_ENV = "XIELI_THEME"
"""Name of a theme to start with; overrides what was chosen and what was detected."""
THEME_NAMES = ("日间", "夜间", "素框")


_LEAKS = ("TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL_SCREENSHOT", "TEXTUAL_SCREENSHOT_LOCATION", "TEXTUAL_SCREENSHOT_FILENAME", "TEXTUAL_SHOW_RETURN")


def prepare(environ: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> None:
    """Set what Textual reads at import. Values the user set are left alone, but for those that would write what stands on the screen somewhere."""
    env = os.environ if environ is None else environ
    for name in _LEAKS:
        env.pop(name, None)
    if platform != "win32":
        env.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
    env.setdefault("TEXTUAL_ANIMATIONS", "none")


def gone(handle: int = 0) -> bool:
    """True when the window in front was closed under the program: nobody can type any more, and nobody told it to end.

    Windows ends a program with its window; elsewhere a hang-up signal does, unless the program was started away from its terminal.
    """
    if sys.platform == "win32":
        return False
    import select

    watch = select.poll()
    watch.register(handle, select.POLLHUP)
    try:
        return any(event & (select.POLLHUP | select.POLLNVAL | select.POLLERR) for _handle, event in watch.poll(0))
    except OSError:
        return True


def old_console(environ: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """True in the old Windows console, whose Chinese fonts draw box lines two cells wide and break every border.

    Windows Terminal says so by WT_SESSION; anything else on win32 is treated as the old one.
    """
    env = os.environ if environ is None else environ
    return platform == "win32" and not env.get("WT_SESSION")


def few_colours(environ: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> bool:
    """True where a terminal says of itself that it has sixteen colours or none: grey on white cannot be read there, 素框 is made of those sixteen.

    The rule is the library's own (`rich`): COLORTERM, else what stands behind the last hyphen of TERM; a TERM that is not set says nothing.
    """
    env = os.environ if environ is None else environ
    term = env.get("TERM", "").casefold()
    if platform == "win32" or not term or env.get("COLORTERM", "").casefold() in ("truecolor", "24bit"):
        return False
    return term.rpartition("-")[2] not in ("256color", "kitty", "direct")


def window(environ: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> str:
    """The kind of window in front, in a few words."""
    env = os.environ if environ is None else environ
    if platform == "win32":
        return "旧命令窗口" if old_console(env, platform) else "Windows 终端"
    if env.get("TERM", "") == "linux":
        return "没有桌面的文字屏"
    return "颜色少的终端" if few_colours(env, platform) else "一般的终端"


def theme_reason(name: str, environ: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> str:
    """Why this theme stands: chosen here, asked for at the start, or taken because of the window."""
    env = os.environ if environ is None else environ
    if kept_theme() == name:
        return "您选的，下次还是它"
    if env.get(BOX_SAFE_ENV, "") == name:
        return "启动时定的"
    if name == _fit(env, platform):
        return "旧窗口横线占两格，先用它" if old_console(env, platform) else "颜色少，先用它" if few_colours(env, platform) else "没有选过，先用它"
    return "这次选的"


def advice(environ: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> list[str]:
    """What to change about the window in front, in plain words; empty when nothing is wrong with it."""
    env = os.environ if environ is None else environ
    out = []
    if old_console(env, platform):
        out.append("这是旧的命令窗口，横线会占两格。请改用 Windows 终端打开；没有的话就用素框。")
    if platform != "win32":
        if env.get("TERM", "") == "linux":
            out.append("这是没有桌面的文字屏，显示不了汉字。请在桌面里打开终端。")
        elif env.get("TERM", "") in ("dumb", "vt100", "vt220", "ansi"):
            out.append("这个终端太旧，颜色和边线不全。请换桌面自带的终端，或用素框。")
        elif few_colours(env, platform):
            out.append("这个终端颜色少，先用素框。换桌面自带的终端，颜色就全。")
        locale = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
        if locale and "utf" not in locale.casefold():
            out.append("系统的字符集不是 UTF-8，汉字会乱。请把语言设成 zh_CN.UTF-8。")
    return out


def state() -> Path:
    """The state folder of this machine, beside the epoch marks: what is known while the store is still locked."""
    from xieli_tui.casework.epoch_mark import folder

    return folder()


def _kept() -> Path:
    """Where the look of this machine is remembered."""
    return state() / "screen.json"


def kept_theme() -> str:
    """The theme chosen last on this machine, "" when none was or it cannot be read."""
    try:
        name = json.loads(_kept().read_text(encoding="utf-8"))["theme"]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return name if name in THEME_NAMES else ""


def keep_theme(name: str) -> None:
    """Remember a theme for the next start.

    Raises:
        Refused: XL-F03 the state folder cannot be written.
    """
    from xieli_tui.errors import Refused

    path = _kept()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"theme": name}, ensure_ascii=False), encoding="utf-8")
    except OSError:
        raise Refused("XL-F03", "记不住这个主题") from None


def first_theme(environ: MutableMapping[str, str] | None = None, platform: str = sys.platform) -> str:
    """XIELI_THEME, else what was chosen last, else 日间, or 素框 where borders or colours cannot be trusted."""
    env = os.environ if environ is None else environ
    asked = env.get(BOX_SAFE_ENV, "")
    if asked in THEME_NAMES:
        return asked
    return kept_theme() or _fit(env, platform)


def _fit(env: MutableMapping[str, str], platform: str) -> str:
    """The theme a window can show."""
    return "素框" if old_console(env, platform) or few_colours(env, platform) else "日间"
