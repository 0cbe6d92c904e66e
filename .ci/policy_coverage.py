"""Writes docs/policy-coverage.md: each rule of each pack -> clause -> where it lives -> its tests; each mechanism -> record, screen, command, tests.

    python .ci/policy_coverage.py

Rules come from the packs and the register of rule functions, mechanisms from docs/mechanisms.toml; a test keeps the page equal to this. Every
claim is looked up: events in the catalogue, screens in ui/screens, commands in the tree of `xieli`, tests in tests/ (and that they name the
rule, the mechanism or the command). What has no home yet stands in the page as 还没有 with its reason; nothing is left out silently.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from xieli_tui.policy import shipped
from xieli_tui.policy.registry import registered

ROOT = Path(__file__).resolve().parent.parent
MECHANISMS = ROOT / "docs" / "mechanisms.toml"
NO_HOME = ("engine", "later", "")


@cache
def texts() -> dict[str, str]:
    """Every test file and case table with its text."""
    found = sorted([*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "tests" / "policy" / "cases").glob("*.txt")])
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}


def tests_of() -> dict[str, list[str]]:
    """Rule id -> test files and case tables that name it."""
    found: dict[str, list[str]] = {}
    for name, text in texts().items():
        told = {f"{head}-{number}" for head, number in re.findall(r"\b(JX|GX|JM|CQ|CN|X)-(\d\d)\b", text)}
        told |= {f"{head.upper()}-{number}" for head, number in re.findall(r"_(jx|gx|jm|cq|cn|x)_?(\d\d)(?=[_(])", text)}  # def test_..._jx_23(
        for rule in sorted(told):
            found.setdefault(rule, []).append(name)
    return found


def homeless() -> dict[str, str]:
    """Rules of the first two priorities without a home: id -> reason of the pack."""
    return {
        rule.id: rule.reason for pack in shipped().packs.values() for rule in pack.rules.values()
        if rule.priority in ("P0", "P1") and rule.id not in registered() and rule.where in NO_HOME
    }


def unproven() -> list[str]:
    """Rules of the first two priorities that have a home and no test that names them."""
    named = tests_of()
    return [
        rule.id for pack in shipped().packs.values() for rule in pack.rules.values()
        if rule.priority in ("P0", "P1") and rule.id not in homeless() and rule.id not in named and rule.where != "context"
    ]


def stray_homes() -> list[str]:
    """Homes of rules that do not exist: `casework:record_visit` is src/xieli_tui/casework/record_visit.py, `frame:engine.stack` policy/engine.py."""
    stray = []
    for pack in shipped().packs.values():
        for rule in pack.rules.values():
            room, _, name = rule.where.partition(":")
            if not name:
                continue
            for one in re.split(r"[,;，；、]\s*", name):
                if not _exists(room, one):
                    stray.append(f"{rule.id} {room}:{one}")
    return stray


def _exists(room: str, name: str) -> bool:
    folder = ROOT / "src" / "xieli_tui" / {"frame": "policy"}.get(room, room)
    parts = name.split(".")
    if room == "cli":
        return name in commands() or any(one.startswith(f"{name} ") for one in commands())
    if room == "ui":
        folder = folder / "screens"
    for size in range(len(parts), 0, -1):
        file = folder.joinpath(*parts[:size]).with_suffix(".py")
        if file.is_file():
            return all(re.search(rf"^\s*(?:def|class) {part}\b", file.read_text(encoding="utf-8"), re.M) for part in parts[size:])
    return False


# mechanisms
def mechanisms() -> dict[str, dict[str, Any]]:
    """The rows of docs/mechanisms.toml."""
    return tomllib.loads(MECHANISMS.read_text(encoding="utf-8"))


@cache
def commands() -> frozenset[str]:
    """Every command of `xieli`, as typed: walked through the tree the program itself uses."""
    from typer.main import get_command

    from xieli_tui.cli.dispatch import build

    return frozenset(_walk(get_command(build()), None, ()))


def _walk(command: Any, parent: Any, path: tuple[str, ...]) -> Iterator[str]:
    if not hasattr(command, "list_commands"):
        yield " ".join(path)
        return
    context = command.context_class(command, info_name=path[-1] if path else "xieli", parent=parent)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        if below is not None:
            yield from _walk(below, context, (*path, name))


@cache
def screens() -> frozenset[str]:
    """`module:Class` of every page."""
    return frozenset(
        f"{path.stem}:{node.name}" for path in (ROOT / "src" / "xieli_tui" / "ui" / "screens").glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)
    )


@cache
def events() -> frozenset[str]:
    """Every event type of the catalogue."""
    from xieli_tui.domain.events import EVENTS

    return frozenset(t for t, _ in EVENTS)


def claims_that_do_not_hold() -> list[str]:
    """What docs/mechanisms.toml says and the program does not have."""
    wrong: list[str] = []
    for number, (ident, row) in enumerate(mechanisms().items(), 1):
        if ident != f"M-{number:02}":
            wrong.append(f"{ident}: the {number}th row")
        wrong += [f"{ident}: {key} is no key" for key in row if key not in ("name", "cite", "record", "screen", "command", "test", "context", "waits")]
        wrong += [f"{ident}: {key} is missing" for key in ("name", "cite") if not row.get(key)]
        wrong += [f"{ident}: no event {one}" for one in row.get("record", ()) if one not in events()]
        wrong += [f"{ident}: no screen {one}" for one in row.get("screen", ()) if one not in screens()]
        wrong += [f"{ident}: no command {one}" for one in row.get("command", ()) if one not in commands()]
        for name in row.get("test", ()):
            text = texts().get(name)
            if text is None:
                wrong.append(f"{ident}: no test {name}")
            elif not names(text, ident, row):
                wrong.append(f"{ident}: {name} names neither it nor one of its commands")
        served = all(row.get(key) for key in ("record", "screen", "command", "test"))
        if not served and not row.get("context") and not row.get("waits"):
            wrong.append(f"{ident}: not served, and says neither what it waits for nor why it is context")
        if "waits" in row and not re.match(r"issue \d+：", row["waits"]):
            wrong.append(f"{ident}: waits for no issue")
    if len(mechanisms()) != 83:
        wrong.append(f"{len(mechanisms())} mechanisms instead of 83")
    return wrong


def names(text: str, ident: str, row: dict[str, Any]) -> bool:
    """Whether a test names the mechanism (M-19, _m19_), or types one of its commands, or asks every row of the file."""
    if _says(text, ident) or ("docs/mechanisms.toml" in text and "parametrize" in text):
        return True
    return any('"' + '", "'.join(one.split()) + '"' in text for one in row.get("command", ()))


def _says(text: str, ident: str) -> bool:
    return ident in text or bool(re.search(rf"_{ident.lower().replace('-', '_?')}(?=[_(])", text))


def state_of(row: dict[str, Any]) -> str:
    """有, 有一部分, 只作背景 or 还没有."""
    if not row.get("record"):
        return "只作背景" if row.get("context") else "还没有"
    whole = all(row.get(key) for key in ("record", "screen", "command", "test")) and not row.get("waits")
    return "有" if whole else "有一部分"


# the page
def page() -> str:
    """The whole page as Markdown."""
    tests, functions = tests_of(), registered()
    out = [
        "# 政策规则和机制在哪里", "",
        "由 `.ci/policy_coverage.py` 从政策包、规则登记和 `docs/mechanisms.toml` 生成，不要手改。「还没有」就是还没有。测试核对每一格。", "",
    ]
    total = done = tested = 0
    body: list[str] = []
    for pack in sorted(shipped().packs.values(), key=lambda p: p.id):
        body += [f"## {pack.id} {pack.title}", "", "| 规则 | 级 | 类 | 条款 | 在哪里 | 测试 |", "|---|---|---|---|---|---|"]
        for rule in sorted(pack.rules.values(), key=lambda r: r.id):
            total += 1
            homes = [f"{f.op} `{f.where.removeprefix('xieli_tui.policy.rules.')}`" for f in functions.get(rule.id, ())]
            if rule.where not in NO_HOME:
                homes.append(f"`{rule.where}`")
            named = tests.get(rule.id, [])
            done += bool(homes)
            tested += bool(homes and named)
            home = "；".join(homes) if homes else "还没有"
            if rule.reason:
                home += f"：{rule.reason}"
            body.append(f"| {rule.id} | {rule.priority} | {rule.type} | {rule.cite} | {home} | {'、'.join(f'`{t}`' for t in named) or '还没有'} |")
        body.append("")
    out += [f"规则共 {total} 条，有去处的 {done} 条，其中有测试点名的 {tested} 条。"]
    rows = mechanisms()
    counted = [state_of(row) for row in rows.values()]
    out += [
        f"机制共 {len(rows)} 项：" + "，".join(f"{word} {counted.count(word)} 项" for word in ("有", "有一部分", "只作背景", "还没有")) + "。"
        "「有」是记录、页面、命令、测试都有。", "",
    ]
    body += ["## 机制 M-01 至 M-83", "", "| 机制 | 名称 | 条款 | 现在 | 记录 | 页面 | 命令 | 测试 | 说明 |", "|---|---|---|---|---|---|---|---|---|"]
    for ident, row in rows.items():
        named = [name for name, text in texts().items() if _says(text, ident) and name not in row.get("test", ())]
        cells = ["、".join(f"`{one}`" for one in row.get(key, ())) or "—" for key in ("record", "screen", "command")]
        cells.append("、".join(f"`{one}`" for one in (*row.get("test", ()), *named)) or "—")
        why = "；".join(text for text in (row.get("context", ""), f"等 {row['waits']}" if row.get("waits") else "") if text)
        body.append(f"| {ident} | {row['name']} | {row['cite']} | {state_of(row)} | {' | '.join(cells)} | {why or '—'} |")
    body.append("")
    return "\n".join(out + body)


if __name__ == "__main__":
    ROOT.joinpath("docs", "policy-coverage.md").write_text(page(), encoding="utf-8")
