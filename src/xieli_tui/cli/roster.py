"""`xieli roster import | look | mappings`: a township's workbook becomes households and persons (JSON shape of design 08)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.words import ident, row
from xieli_tui.errors import Refused

if TYPE_CHECKING:
    from xieli_tui.casework.roster import RosterReport
    from xieli_tui.casework.session import Session
    from xieli_tui.paper.mapping import Look, LookColumn
    from xieli_tui.paper.roster_sheet import Issue

app = group("人员台账：从 Excel 导入。")
SHOWN = 20
"""Lines of one sort on the screen; the error workbook has them all."""

Book = Annotated[Path, typer.Argument(help="台账文件 .xlsx .xls .ods。")]
Mapping = Annotated[Path | None, typer.Option("--mapping", help="栏目对应文件 .toml；导入以后记住，下次表头一样就照用。")]


@app.callback()
def _group() -> None:
    """人员台账：从 Excel 导入。"""


@app.work("import")
def import_(
    session: Session,
    file: Book,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入。")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="身份证号不对的行不收。")] = False,
    mapping: Mapping = None,
    errors: Annotated[Path | None, typer.Option("--errors", help="把有问题的行写成一张带原因的表。")] = None,
    changes: Annotated[Path | None, typer.Option("--changes", help="把和我们不一样的地方写成一张表，号码盖着。")] = None,
    take: Annotated[list[str] | None, typer.Option("--take", help="这一处取表里的：行号:栏目，可写多个；all 是要您定的全取。")] = None,
    keep: Annotated[list[str] | None, typer.Option("--keep", help="这一处留我们的：行号:栏目，可写多个；all 是要您定的全留。")] = None,
) -> Said:
    """导入台账。同一份再导一次，什么都不会变；我们这里写得更新的不会被盖掉。"""
    from xieli_tui.casework.mappings import look_at
    from xieli_tui.casework.roster import import_roster
    from xieli_tui.cli import roster_changes

    report = import_roster(session, file, dry_run=dry_run, strict=strict, mapping=mapping, errors_out=errors, changes_out=changes, decisions=roster_changes.decisions(take, keep))
    seen = look_at(session, file, mapping) if dry_run else None

    def lines() -> list[str]:
        return [*(_columns(seen) if seen else _recalled(report)), *_counts(report), *_issues(report), *roster_changes.lines(report), *_after(report)]

    return Said(report.as_json(), lines)


@app.work("look")
def look(session: Session, file: Book, mapping: Mapping = None) -> Said:
    """只看表头：每一栏当作什么，哪一栏拿不准，哪一栏不读。什么都不写入。"""
    from xieli_tui.casework.mappings import look_at

    seen = look_at(session, file, mapping)
    if not seen.sheets and not seen.headless:
        raise Refused("XL-W01")
    return Said(seen.as_json(), lambda: _columns(seen))


@app.work("mappings")
def mappings(
    session: Session,
    learn: Annotated[Path | None, typer.Option("--learn", help="照 --mapping 记住这个文件的表头，不导入。")] = None,
    mapping: Mapping = None,
    forget: Annotated[str | None, typer.Option("--forget", help="忘掉这一个，写编号。")] = None,
) -> Said:
    """记住的栏目对应：表头一样的表再来，就照上次的读。"""
    from xieli_tui.casework import mappings as kept

    if forget is not None:
        gone = kept.forget(session, forget)
        return Said({"id": gone, "state": "forgotten"}, [f"已忘掉，下次重新认：{ident(gone)}。"])
    if learn is not None:
        if mapping is None:
            raise Refused("XL-V06", "还要写 --mapping", field="mapping")
        ids = kept.learn(session, learn, mapping)
        return Said({"ids": ids, "state": "remembered"}, [f"已记住 {ident(one)}。" for one in ids])
    found = kept.listed(session)
    return Said({"mappings": [one.as_json() for one in found]}, lambda: [
        row(one.sheet, f"{len(one.heads)} 栏", "、".join(f"{where} {label}" for where, label in one.columns), f"{one.on} {'县里发的' if one.source == 'county' else '记下'}", "" if one.usable else "这一版读不了，下次重新认", ident(one.id))
        for one in found
    ] or ["还没有记住的对应。导入时用 --mapping 改过的会记住。"])


def _columns(seen: Look) -> list[str]:
    """What every column of every sheet is taken for; doubts and what is not read by name."""
    out: list[str] = []
    for sheet in seen.sheets:
        heads = f"第 {sheet.header_row} 行" if sheet.top == sheet.header_row else f"第 {sheet.top} 到 {sheet.header_row} 行"
        out.append(row(f"表 {sheet.name}", f"表头在{heads}", f"下面 {sheet.rows} 行", f"填报时间 {sheet.as_of}" if sheet.as_of else "没写填报时间", "按上次的对应" if sheet.remembered else ""))
        plain = [one for one in sheet.columns if one.field and not one.doubt]
        out.append(f"读 {len(plain)} 栏：{'、'.join(_read(one) for one in plain)}")
        out += [row("拿不准", _place(one), f"当作{one.label}" if one.field else "没有读", one.doubt) for one in sheet.doubts]
        if unread := [one for one in sheet.unread if not one.doubt]:
            out.append(f"不认识、没有读的栏：{'、'.join(map(_place, unread))}。要读就写 --mapping 文件。")
    out += [row("没有读", f"表 {name}", why) for name, why in seen.left_out]
    return [*out, *seen.said]


def _read(one: LookColumn) -> str:
    same = one.head == one.label
    return f"{one.letter} {one.head or '没有栏名'}" + ("" if same else f" 当作{one.label}") + ("（您定的）" if one.basis == "told" and not same else "")


def _place(one: LookColumn) -> str:
    return f"{one.letter} 栏 {one.head}" if one.head else f"{one.letter} 栏"


def _recalled(report: RosterReport) -> list[str]:
    out = [f"按上次的对应读：表 {'、'.join(report.recalled)}。"] if report.recalled else []
    return [*out, *(row("没有读", f"表 {name}", why) for name, why in report.left_out), *report.said]


def _counts(report: RosterReport) -> list[str]:
    return [
        "试算，没有写入。" if report.dry_run else "已保存。",
        f"{report.rows} 行，{report.households} 户，{report.persons} 人；新增 {report.created}，改动 {report.updated}，不变 {report.unchanged}，没收 {len(report.rejected)}",
    ]


def _issues(report: RosterReport) -> list[str]:
    many = len(report.columns) > 1

    def of(word: str, issues: tuple[Issue, ...]) -> list[str]:
        lines = [row(word, f"表 {one.sheet}" if many else "", f"第 {one.row} 行", one.column, one.code, one.what) for one in issues[:SHOWN]]
        return [*lines, *([f"{word}还有 {len(issues) - SHOWN} 处，用 --errors 写成表看。"] if len(issues) > SHOWN else [])]

    return [*of("没收", report.rejected), *of("留意", report.warnings), *of("说明", report.notes)]


def _after(report: RosterReport) -> list[str]:
    out = [f"待补身份证 {report.open_tasks} 人" + ("。" if report.dry_run else "，已列在今日。")] if report.open_tasks else []
    if report.error_rows is not None:
        out.append(f"有问题的 {report.error_rows} 行已写成带原因的表，可以发回给对方。")
    return out
