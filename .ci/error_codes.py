"""Writes docs/error-codes.md from the registry; a test keeps the two equal. Run: python .ci/error_codes.py"""

from __future__ import annotations

from pathlib import Path

from xieli_tui.errors import REGISTRY

FAMILIES = {
    "B": "数据包外壳", "U": "版本", "N": "哪个县", "K": "密钥和登记", "D": "重复", "C": "记录链", "G": "缺前一个包", "S": "逐条核对", "A": "写入",
    "W": "表格", "V": "填的值", "P": "职权和步骤", "L": "口令和锁", "F": "文件和U盘", "Q": "政策问答", "X": "程序本身",
}


def page() -> str:
    """The whole page as Markdown."""
    out = ["# 错误编号", "", "由登记表 `src/xieli_tui/errors.py` 生成，不要手改。退出码见每类：3 钥匙，4 不收，5 找不到，6 损坏，2 写法，1 程序毛病。", ""]
    for letter, name in FAMILIES.items():
        out += [f"## {letter} {name}", "", "| 编号 | 发生了什么 | 下一步 |", "|---|---|---|"]
        out += [f"| {code} | {e.what} | {e.next_step} |" for code, e in REGISTRY.items() if code[3] == letter]
        out.append("")
    return "\n".join(out)


if __name__ == "__main__":
    Path(__file__).resolve().parent.parent.joinpath("docs", "error-codes.md").write_text(page(), encoding="utf-8")
