"""Writes docs/columns.md from the topics of `xieli export`; a test keeps the two equal. Run: python .ci/columns.py"""

from __future__ import annotations

from pathlib import Path

from xieli_tui.casework.export import COVERED, TOPICS

HEAD = """# 导出的列

由 `src/xieli_tui/casework/export*.py` 生成，不要手改（`python .ci/columns.py`）。

- `xieli export 哪一种 --format xlsx|csv|json|jsonl [--since 日期] [--mask | --full --reason 理由] --out 文件`。
- xlsx 和 csv 的第一行是“表头”，json 和 jsonl 用“键”；每一格都是文字，空格就是没有记。
- 日期写成 2026-12-28，钱是元、两位小数，是非写“是”“否”，代码写成页面上的字。
- 不写 `--full` 时，各列文字里的证件号、电话、账号也盖住；下表“盖住”一列说整列怎样盖。
- `--since`：这一天以后写过的、或这一天以后送到的，补录的、迟到的、撤销和合并牵涉到的都在里面。
- csv 是带 BOM 的 UTF-8；以 = + - @（前面有空格的、全角的也算）或制表符、回车开头的格子前面加一个单引号。
- xlsx 一格最多 32,000 字，写不下的末尾会说；一张表最多 1,048,575 行。
- “协理…号”在各张表里是同一个号，可以拿来对。
"""


def page() -> str:
    """The whole page as Markdown."""
    out = [HEAD]
    for name, topic in TOPICS.items():
        out += [f"## {name} {topic.title}", ""]
        if not topic.masks:
            out += ["原文盖住就没有用了：只能 `--full`，只有 json 和 jsonl。", ""]
        out += ["| 键 | 表头 | 盖住 |", "|---|---|---|", *(f"| {key} | {head} | {COVERED.get(key, '') if topic.masks else ''} |" for key, head in topic.heads), ""]
    return "\n".join(out)


if __name__ == "__main__":
    Path(__file__).resolve().parent.parent.joinpath("docs", "columns.md").write_text(page(), encoding="utf-8")
