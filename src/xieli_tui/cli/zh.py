"""The command line in Chinese: the help page of every command, and one sentence for every wrong usage.

Rules kept here
- the page is written here from the command itself, so nothing of the library's English can stand in it: one line a fact, no columns, nothing
  wrapped (a screen reader reads it line by line);
- a help text may name a vocabulary, `{visit_kind}`: its ids and words are put in when the page is printed, so the choices are the ones the verb takes;
- a wrong usage says which option or argument, what may stand there, and never repeats a value that was typed.
"""

from __future__ import annotations

import difflib
import re
from typing import Any

ARGUMENTS = {
    "household": "户编号", "person": "人编号", "app_id": "申请编号", "application": "申请编号", "alert": "预警编号", "flag": "困难登记编号", "file": "文件", "files": "文件", "answers": "答复文件",
    "grant": "登记文件", "notice": "公示编号", "ref": "记录编号", "referral": "转介编号", "pack": "政策包编号", "question": "问题文件", "complaint": "反映编号", "fraud": "疑点编号",
    "event": "突发事件编号", "staff": "名册编号", "village": "村代码", "body": "机构编号", "category": "类别", "key": "参数名", "value": "值", "entity": "户或人的编号", "item": "编号",
    "name": "名字", "workbook": "空表", "form": "哪张表", "sentence": "哪个数", "applications": "申请编号", "pair_id": "结对编号", "case": "编号", "station": "服务点编号", "from_dev": "交出的电脑", "to_dev": "接手的电脑", "other": "另一个人的编号",
}
"""What an argument is called on a page; what it is for stands beside it."""
_HAN = re.compile("[\u4e00-\u9fff]")
_VOCAB = re.compile(r"\{(\w+)\}")


def filled(text: str) -> str:
    """A help text with the vocabularies it names."""
    from xieli_tui.domain import codes

    return _VOCAB.sub(lambda found: "、".join(f"{ident} {word}" for ident, word in codes.choices(found.group(1))), text)


# -- the page ---------------------------------------------------------------------------------------


def named(param: Any) -> str:
    """An option as it is typed, an argument by its Chinese name."""
    if param.param_type_name == "argument":
        return ARGUMENTS.get(param.name, "编号")
    return "、".join([*param.opts, *param.secondary_opts])


def _is(param: Any, kind: str) -> bool:
    return kind in str(getattr(getattr(param, "type_descriptor", None), "annotation", ""))


def _many(param: Any) -> bool:
    return bool(getattr(param, "multiple", False)) or param.nargs == -1


def _what(param: Any) -> str:
    """What is written behind an option."""
    if getattr(param, "is_flag", False) or param.param_type_name == "argument":
        return ""
    return "数" if _is(param, "int") else "文件" if _is(param, "Path") else "文字"


def _line(param: Any, text: str) -> str:
    tail = []
    if param.required:
        tail.append("必填。")
    if getattr(param, "min", None) is not None:
        tail.append(f"至少 {param.min}。")
    if getattr(param, "show_default", False) and isinstance(param.default, str) and param.default:
        tail.append(f"不写就是 {param.default}。")
    if _many(param) and "几个" not in text:
        tail.append("可以写几个。")
    return f"  {f'{named(param)} {_what(param)}'.rstrip()}  {text}{''.join(tail)}".rstrip()


def _usage(command: Any, ctx: Any, arguments: list[Any]) -> str:
    words = [named(one) + (".." if _many(one) else "") for one in arguments]
    parts = [ctx.command_path, "[选项]", *(word if one.required else f"[{word}]" for one, word in zip(arguments, words, strict=True))]
    return "用法：" + " ".join([*parts, *(["命令 [参数].."] if hasattr(command, "list_commands") else [])])


def page(command: Any, ctx: Any, listed: list[tuple[str, str]] | None = None) -> str:
    """The help page of a command; `listed` are the commands of a group, (name, one line)."""
    params = [one for one in command.get_params(ctx) if not getattr(one, "hidden", False)]
    arguments = [one for one in params if one.param_type_name == "argument"]
    out = [_usage(command, ctx, arguments), "", *filled((command.help or "").strip()).splitlines()]
    if arguments:
        out += ["", "参数：", *(_line(one, filled(one.help or "")) for one in arguments)]
    options = [one for one in params if one.param_type_name != "argument"]
    out += ["", "选项：", *("  --help  看这段说明。" if one.name == "help" else _line(one, filled(one.help or "")) for one in options)]
    if listed:
        out += ["", "命令：", *(f"  {name}  {text}" for name, text in listed)]
    return "\n".join(out)


def commands(group: Any, ctx: Any) -> list[tuple[str, str]]:
    """The commands of a group with the first line of their help."""
    found = [(name, group.get_command(ctx, name)) for name in group.list_commands(ctx)]
    return [(name, filled((one.help or "").strip()).partition("\n")[0]) for name, one in found if one is not None and not one.hidden]


# -- wrong usage ------------------------------------------------------------------------------------


def _hint(param: Any) -> str:
    """What may stand at an option or argument, in the words of its help."""
    text = filled(getattr(param, "help", None) or "").rstrip("。")
    least = getattr(param, "min", None)
    return f"{text}，至少 {least}" if least is not None else text


def _of(err: Any) -> str:
    """The option or argument an error is about."""
    if err.param is not None:
        return named(err.param)
    return err.param_hint if isinstance(err.param_hint, str) else "、".join(err.param_hint or ())


def _near(typed: str, known: list[str]) -> str:
    close = difflib.get_close_matches(typed, known, 3)
    return f"，相近的有 {'、'.join(close)}" if close else ""


def usage(err: Any) -> str:
    """What was wrong with the way a command was written, without the closing mark."""
    kind, message, ctx = type(err).__name__, str(getattr(err, "message", "")), getattr(err, "ctx", None)
    param = getattr(err, "param", None)
    if kind == "NoSuchOption":
        return f"没有 {err.option_name} 这个选项" + (f"，相近的有 {'、'.join(err.possibilities)}" if err.possibilities else "")
    if kind == "MissingParameter":
        return f"缺少 {_of(err)}" + (f"：{_hint(param)}" if param is not None and _hint(param) else "")
    if kind == "BadParameter":
        if _HAN.search(message):
            return f"{_of(err)}：{message}" if _of(err) else message
        what = "要写整数" if _is(param, "int") else "要写文件或文件夹" if _is(param, "Path") else "值不对"
        return f"{_of(err)} {what}：{_hint(param)}".strip().rstrip("：")
    if kind == "BadOptionUsage":
        return f"{err.option_name} 后面不带值" if "not take" in message else f"{err.option_name} 后面要写一个值"
    if kind == "BadArgumentUsage":
        return "参数的个数不对"
    if kind == "FileError":
        return "打不开这个文件"
    if "unexpected extra" in message:
        return "多写了值。值里有空格的要用引号括起来"
    typed = re.search(r"No such command '([^']*)'", message)
    if typed is not None:
        known = ctx.command.list_commands(ctx) if ctx is not None else []
        return f"没有 {typed.group(1)} 这个命令" + _near(typed.group(1), known)
    if message.startswith("Missing command"):
        return "没有写命令"
    return message.rstrip("。") if _HAN.search(message) else "值不对"


def next_step(err: Any) -> str:
    """Where to look how it is written."""
    ctx = getattr(err, "ctx", None)
    return f"看用法：{ctx.command_path} --help" if ctx is not None else "加 --help 看用法"
