"""`xieli export …`: rows of the records as a file, covered unless a reason is given. A topic more is a row of WHAT."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.errors import Refused

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("导出成文件：证件号、电话、账号盖住；要完整的写 --full 和理由，会记一笔。")
WHAT = {
    "households": ("户", "每户一行。"), "persons": ("人员", "每人一行，带户的住址和类别。"), "visits": ("走访", "每次走访一行。"), "flags": ("发现", "每件发现一行，不在册的人也在。"),
    "applications": ("申请", "每件申请的每一类一行，办到哪一步、什么结果。"), "aid": ("救助", "每笔救助一行，注明在册的还是村台账登记的。"), "referrals": ("转介", "每件转介一行，有没有回音。"),
    "alerts": ("预警", "每件预警一行，核查结果和原表其他列。"), "monitored": ("监测", "政策规定要继续监测的户：为什么，到哪天，哪一条。"),
    "events": ("记录原文", "记录的原文，一个字不差，带链值；只能 --full。"),
}
"""Command -> (what it is, help)."""
Out = Annotated[Path, typer.Option("--out", help="存成哪个文件；已经有的不覆盖。")]
Form = Annotated[str, typer.Option("--format", help="xlsx 表格，csv、json、jsonl 给程序用。")]
Since = Annotated[str | None, typer.Option("--since", help="只要哪天以后写过的。")]
Mask = Annotated[bool, typer.Option("--mask", help="证件号、电话、账号盖住；不写也是这样。")]
Full = Annotated[bool, typer.Option("--full", help="不盖住，要写 --reason，会记一笔。")]
Reason = Annotated[str | None, typer.Option("--reason", help="为什么要完整的。")]


@app.callback()
def _group() -> None:
    """导出成文件：证件号、电话、账号盖住；要完整的写 --full 和理由，会记一笔。"""


def _mount(what: str, word: str, says: str) -> None:
    def command(session: Session, out: Out, form: Form = "jsonl" if what == "events" else "xlsx", since: Since = None, mask: Mask = False, full: Full = False, reason: Reason = None) -> Said:
        from xieli_tui.casework.export import export

        if mask and full:
            raise Refused("XL-V11", "--mask 和 --full 只能写一个", field="mask")
        done = export(session, what, out, form=form, since=since, full=full, reason=reason)
        covered = "里面有完整的姓名和证件号，请按规定保管；已记一笔。" if done.full else "证件号、电话、账号盖住了；已记一笔。"
        return Said(done, [f"已写好：{done.file}，{word} {done.rows} 行，{done.bytes} 字节。", covered])

    command.__doc__ = says
    app.work(what)(command)


for _what, (_word, _says) in WHAT.items():
    _mount(_what, _word, _says)
