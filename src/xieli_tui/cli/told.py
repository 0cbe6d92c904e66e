"""How the result of a verb is told on the command line: its id and state, what follows from it, and what the policy says beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xieli_tui.cli.common import Said
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.views import Saved

_MORE = {
    "taper_end": "渐退到", "monitor_until": "跟踪监测到", "handled_by": "由发生地办", "followup": "之后要补", "left": "还剩（元）", "persons": "人数",
    "application": "转入的申请", "papers": "沿用的材料份数", "notices": "之后还要公示", "screening": "初筛",
}
_FOLLOWUPS = {"supplement_materials": "相关材料", "supplement_statement": "情况说明"}


def told(saved: Saved, shown: str = "", **extra: Any) -> Said:
    """What is said of a result: `warnings` is always there, empty where the packs say nothing. `shown` stands beside 已保存; `extra` are further keys."""
    body = {
        "id": saved.id, "seq": saved.seq, "state": saved.state, **extra, **saved.more,
        "warnings": [{"why": one.why, "cite": one.cite, "rule": one.rule, "missing": one.missing, "records": one.records} for one in saved.warnings],
    }
    return Said(body, lambda: [row(f"已保存(第{saved.seq}条)", shown), *_more(saved), *(f"看一看：{one.line()}" for one in saved.warnings)])


def _more(saved: Saved) -> list[str]:
    out = []
    for name, value in saved.more.items():
        word = _MORE.get(name)
        if word is None or isinstance(value, (dict, list)):
            continue
        out.append(f"{word}：{_FOLLOWUPS.get(str(value), value)}")
    return out
