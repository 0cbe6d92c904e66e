"""Chinese for what the command-line library prints itself: headings, the help option, wrong usage.

Typer takes some words through `gettext.gettext`, bound when it is first imported; `install()` runs before that import. The rest is written
into its help and its usage errors as plain English, so `Group` and `Command` translate the finished help and `usage()` words an error anew
from its kind. Nothing else in the process asks gettext for anything.
"""

from __future__ import annotations

import gettext
from typing import Any

WORDS = {
    "Options": "选项",
    "Arguments": "参数",
    "Commands": "命令",
    "required": "必填",
    "default: {default}": "不写就是 {default}",
    "env var: {var}": "或设环境变量 {var}",
    "(dynamic)": "(当时算)",
    "Missing command.": "没有写命令。",
    "No such command {name!r}.": "没有 {name!r} 这个命令。",
    "Aborted!": "已停下。",
}
IN_HELP = {"Usage: ": "用法: ", "Show this message and exit.": "看这段说明。", "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]..."}


def install() -> None:
    """Answer the library's own words in Chinese. Call before the first import of typer."""
    original = gettext.gettext

    def one(message: str) -> str:
        return WORDS.get(message) or original(message)

    gettext.gettext = one


def help_text(text: str) -> str:
    """A finished help page with the library's English replaced."""
    for english, chinese in IN_HELP.items():
        text = text.replace(english, chinese)
    return text


def usage(err: Any) -> str:
    """One Chinese sentence for a usage error, worded from its kind; the option or argument is named as typed."""
    kind = type(err).__name__
    hint = ""
    param = getattr(err, "param", None)
    if param is not None:
        hint = "/".join(getattr(param, "opts", None) or [str(param.name)])
    if kind == "NoSuchOption":
        return f"没有 {err.option_name} 这个选项。"
    if kind == "MissingParameter":
        return f"缺少 {hint}。"
    if kind == "BadParameter":
        return f"{hint} 的值不对。" if hint else "值不对。"
    if kind == "BadOptionUsage":
        return f"{err.option_name} 后面要写一个值。"
    message = str(getattr(err, "message", err))
    if "没有" in message:
        return message
    return f"命令写法不对：{message}"
