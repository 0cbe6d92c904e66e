"""Writes docs/policy-coverage.md: each rule of each pack -> clause -> where it lives -> its tests. A test keeps the page equal to this.

    python .ci/policy_coverage.py

What has no home yet stands in the page as 还没有 with the pack's reason; nothing is left out silently.
"""

from __future__ import annotations

import re
from pathlib import Path

from xieli_tui.policy import shipped
from xieli_tui.policy.registry import registered

ROOT = Path(__file__).resolve().parent.parent


def tests_of() -> dict[str, list[str]]:
    """Rule id -> test files that name it."""
    found: dict[str, list[str]] = {}
    for path in sorted([*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "tests" / "policy" / "cases").glob("*.txt")]):
        for rule in sorted(set(re.findall(r"\b(?:JX|GX|JM|CQ|CN|X)-\d\d\b", path.read_text(encoding="utf-8")))):
            found.setdefault(rule, []).append(path.relative_to(ROOT).as_posix())
    return found


def page() -> str:
    """The whole page as Markdown."""
    tests, functions = tests_of(), registered()
    out = ["# 政策规则在哪里", "", "由 `.ci/policy_coverage.py` 从政策包和规则登记生成，不要手改。「还没有」就是还没有。", ""]
    total = done = tested = 0
    body: list[str] = []
    for pack in sorted(shipped().packs.values(), key=lambda p: p.id):
        body += [f"## {pack.id} {pack.title}", "", "| 规则 | 级 | 类 | 条款 | 在哪里 | 测试 |", "|---|---|---|---|---|---|"]
        for rule in sorted(pack.rules.values(), key=lambda r: r.id):
            total += 1
            homes = [f"{f.op} `{f.where}`" for f in functions.get(rule.id, ())]
            if not homes and rule.where not in ("engine", "later", ""):
                homes = [f"`{rule.where}`"]
            named = tests.get(rule.id, [])
            done += bool(homes)
            tested += bool(homes and named)
            home = "；".join(homes) if homes else f"还没有{'：' + rule.reason if rule.reason else ''}"
            body.append(f"| {rule.id} | {rule.priority} | {rule.type} | {rule.cite} | {home} | {'、'.join(f'`{t}`' for t in named) or '还没有'} |")
        body.append("")
    out += [f"共 {total} 条，有去处的 {done} 条，其中有测试点名的 {tested} 条。", ""]
    return "\n".join(out + body)


if __name__ == "__main__":
    ROOT.joinpath("docs", "policy-coverage.md").write_text(page(), encoding="utf-8")
