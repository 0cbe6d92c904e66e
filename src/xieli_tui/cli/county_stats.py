"""`xieli county stats`: the numbers of every village, the same again for the same as-of day. No rate, no order but the codes'."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xieli_tui.cli.common import App, Said, plain
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


def stats(
    session: Session,
    asof: Annotated[str | None, typer.Option("--asof", help="截止哪天；不写就是今天。那天以后才收到的不算，往后再数还是这个数。")] = None,
    since: Annotated[str | None, typer.Option("--since", help="从哪天起；不写就是截止那个月的一号。")] = None,
    now: Annotated[bool, typer.Option("--now", help="同样的日子，照今天手里有的数，后来收到的也算。")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="另写成一张表；已经有的不覆盖，会记一笔。")] = None,
    form: Annotated[str, typer.Option("--format", help="xlsx 表格，csv、json、jsonl 给程序用。")] = "xlsx",
) -> Said:
    """统计：各村和合计，按截止那天收到的数，往后再数一样。按村代码排，不分先后。"""
    from xieli_tui.desk import statistics

    found = statistics.statistics(session, since, asof, now=now)
    written = statistics.write(session, found, out, form) if out is not None else None
    body: dict[str, Any] = {
        "since": found.since, "asof": found.asof, "known": found.known, "total": found.total, "villages": [plain(one) for one in found.villages],
        "sentences": [one.sentence for one in found.sentences], **({"file": written.file, "rows": written.rows, "bytes": written.bytes} if written is not None else {}),
    }

    def lines() -> list[str]:
        known = "照今天手里有的数" if found.known == "now" else "照到现在收到的数，今天过完才定下来" if found.asof == session.today.isoformat() else f"照 {found.asof} 那天收到的数"
        told = [row(f"{found.since} 至 {found.asof}", known), *(one.sentence for one in found.sentences)]
        for one in found.villages:
            numbers = one.numbers
            told.append(row(
                one.name, one.village, f"登记 {numbers['households']['households']} 户 {numbers['households']['persons']} 人", f"走访 {numbers['visits']['visits']} 次",
                f"发现困难 {numbers['flags']['flags']} 件", f"申请 {numbers['applications']['applications']} 件", f"同意 {numbers['applications']['granted']} 项",
            ))
        return [*told, *([f"已写好：{written.file}，{written.rows} 行；已记一笔。"] if written is not None else [])]

    return Said(body, lines)


def mount(county: App) -> None:
    """Hang the command under `xieli county`."""
    county.work("stats")(stats)
