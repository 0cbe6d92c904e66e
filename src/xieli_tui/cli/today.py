"""`xieli today`: what is due, why, by which clause, and the command that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, in_workspace
from xieli_tui.cli.words import row
from xieli_tui.domain.text import group_word

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import TodayTask


def _command(task: TodayTask) -> str:
    """What to type for it, by what the duty is and else by what Enter would open in the desk; somebody on no list is known by the finding."""
    home, about = task.household, task.target
    by_task = {
        "decision_back": f"xieli apply told {about}", "notice_end": "xieli notice list --hanging", "unreceipted_old": "xieli sync status", "own_device": "xieli sync status", "recovery_drill": "xieli recovery drill --out U盘",
        "emergency_report": f"xieli flag reported {about} --answered-by 谁接的", "alert_verify": f"xieli alert show {about}", "add_id": f"xieli person set {task.person} --set id_no=身份证号",
        "draft_open": f"xieli visit new --household {home}" if task.why.startswith("走访") else "xieli run",
    }
    if task.task in by_task:
        return by_task[task.task]
    if not home:
        return f"xieli flag show {about}" if about else ""
    by_page = {
        "apply": f"xieli apply missing {about}" if about else f"xieli household show {home}", "visit": f"xieli visit new --household {home}",
        "start": f"xieli policy screen {home}", "inform": f"xieli policy screen {home}", "follow": f"xieli household follow {home}",
    }
    return by_page.get(task.action, f"xieli household show {home}")


def _lines(number: int, task: TodayTask) -> list[str]:
    out = [f"第 {number} 件：{row(task.who, group_word(task.group), task.detail or task.due, task.why)}"]
    if task.cite:
        out.append(f"  依据：{task.cite}")
    way = _command(task)
    return [*out, f"  去办：{way}"] if way else out


@in_workspace
def today(
    session: Session,
    all_: Annotated[bool, typer.Option("--all", help="一件一件全列出来，不合并。")] = False,
    group_: Annotated[str | None, typer.Option("--group", help="今天去哪个组，顺路的按这个组算。")] = None,
) -> Said:
    """今天要办的，为什么，依据哪一条，用哪条命令去办。"""
    from xieli_tui.casework import today as due

    page = None if all_ else due.today(session, group=group_)
    tasks = due.everything(session) if page is None else list(page.tasks)
    bulk = page.bulk if page is not None else ()
    body = {
        "tasks": [
            {
                "task": t.task, "household": t.household, "person": t.person, "who": t.who, "group": t.group, "due": t.due,
                "state": t.state, "why": t.why, "cite": t.cite, "target": t.target,
            }
            for t in tasks
        ],
        "bulk": [{"task": b.task, "left": b.left, "nearby": b.nearby, "why": b.why, "fact": b.fact, "cite": b.cite, "households": b.households} for b in bulk],
    }

    def lines() -> list[str]:
        out = [f"今天要办 {len(tasks)} 件。" if not all_ else f"一共 {len(tasks)} 件。"]
        for number, task in enumerate(tasks, 1):
            out += _lines(number, task)
        if bulk:
            out += ["合起来的，用 xieli today --all 一件一件列出来：", *(b.why for b in bulk)]
        return out

    return Said(body, lines)
