"""`xieli roster import`: a township's workbook becomes households and persons (JSON shape of design 08)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("人员台账：从 Excel 导入。")


@app.callback()
def _group() -> None:
    """人员台账：从 Excel 导入。"""


@app.work("import")
def import_(
    session: Session,
    file: Annotated[Path, typer.Argument(help="台账文件 .xlsx .xls .ods。")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入。")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="身份证号不对的行不收。")] = False,
    mapping: Annotated[Path | None, typer.Option("--mapping", help="栏目对应文件 .toml。")] = None,
    errors: Annotated[Path | None, typer.Option("--errors", help="把有问题的行写成一张带原因的表。")] = None,
    changes: Annotated[Path | None, typer.Option("--changes", help="把和我们不一样的地方写成一张表，号码盖着。")] = None,
    take: Annotated[list[str] | None, typer.Option("--take", help="这一处取表里的：行号:栏目，可写多个；all 是要您定的全取。")] = None,
    keep: Annotated[list[str] | None, typer.Option("--keep", help="这一处留我们的：行号:栏目，可写多个；all 是要您定的全留。")] = None,
) -> Said:
    """导入台账。同一份再导一次，什么都不会变；我们这里写得更新的不会被盖掉。"""
    from xieli_tui.casework.roster import import_roster
    from xieli_tui.cli import roster_changes

    report = import_roster(session, file, dry_run=dry_run, strict=strict, mapping=mapping, errors_out=errors, changes_out=changes, decisions=roster_changes.decisions(take, keep))
    body = report.as_json()

    def lines() -> list[str]:
        head = "试算，没有写入。" if dry_run else "已保存。"
        rows = [
            head,
            f"{body['rows']} 行，{body['households']} 户，{body['persons']} 人；新增 {body['created']}，改动 {body['updated']}，不变 {body['unchanged']}，没收 {len(body['rejected'])}",
        ]
        rows += [row("没收", f"第 {r['row']} 行", r['column'], r['code'], r['what']) for r in body["rejected"]]
        rows += [row("留意", f"第 {r['row']} 行", r['column'], r['code'], r['what']) for r in body["warnings"]]
        rows += roster_changes.lines(report)
        if body["open_tasks"]:
            rows.append(f"待补身份证 {body['open_tasks']} 人，已列在今日。")
        return rows

    return Said(body, lines)
