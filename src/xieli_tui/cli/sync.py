"""`xieli sync`: laying down bundles, looking into them, taking in returns."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xieli_tui.cli.common import Full, Json, Reason, Said, emit, group, plain
from xieli_tui.cli.sync_push import mount as mount_push
from xieli_tui.cli.words import covered, field_word, ident, row
from xieli_tui.errors import NotFound, Refused

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("报送：导出数据包，收回签收单。")
conflicts_app = group("两处写的不一样：看，定。")
app.add_typer(conflicts_app, name="conflicts")

WORDS = {
    "imported": "已导入", "duplicate": "已导入过", "parked": "暂放", "quarantined": "已转人工核对", "refused": "没有导入", "frozen": "停收", "failed": "没有写成",
}


def outcome_lines(results: list[Any]) -> list[str]:
    """One line per file for people."""
    out = []
    for r in results:
        if r.status == "duplicate":  # nothing is wrong with it, so there is no code to look up
            said: tuple[str, ...] = (r.what if not r.code else WORDS[r.status],)
        else:
            said = (WORDS[r.status] if r.code else r.what,) if r.status == "imported" else (WORDS[r.status], r.code, r.what)
        out.append(row(Path(r.file).name, *said, f"{r.events} 条，新 {r.new} 条" if r.events else ""))
    return out


def taken(results: list[Any]) -> int:
    """Exit code of an import: 0 when every file was taken in, came before or waits, else 4 (design 08)."""
    return 0 if all(r.status in ("imported", "duplicate", "parked") for r in results) else Refused.exit_code


def read_bytes(path: Path) -> bytes:
    """A bundle's bytes, with the codes of the carrier."""
    if path.is_dir():
        raise Refused("XL-F01")
    if not path.exists():
        raise NotFound("XL-F05")
    try:
        with path.open("rb") as handle:
            # one byte above the limit is enough for the importer's own size check to refuse it
            return handle.read(16 * 1024 * 1024 + 1)
    except OSError as err:
        raise Refused("XL-F06") from err


@app.work("export")
def export(session: Session, to: Annotated[Path, typer.Option("--to", help="放到哪个文件夹或U盘。")]) -> Said:
    """导出没签收的记录。没有新东西就不写文件。"""
    from xieli_tui.casework.exchange import export as lay_down

    done = lay_down(session, to)
    whose = "交接过来的包，原样带给县里" if session.role == "village" else "村里的包，原样带给县里"

    def lines() -> list[str]:
        if not done.files:
            return ["没有要报送的，没有写文件。"]
        words = {(True, False): whose, (False, True): "以前的回传，还给上面"}
        rows = [
            row(Path(f.path).name, words.get((f.carried, f.echo), ""), "" if f.echo else f"第 {f.first}-{f.last} 条", f"核对码 {f.check_code}") for f in done.files
        ]
        beside = ["旁边放了一份备份，只有找回口令时打得开。"] if done.carried_copy else [done.no_copy] if done.no_copy else []
        return [*rows, f"已导出，待签收。还有 {done.pending_unconfirmed} 条等县里签收。", *beside]

    body = {"files": done.files, "pending_unconfirmed": done.pending_unconfirmed}
    body.update({name: said for name, said in (("carried_copy", done.carried_copy), ("no_copy", done.no_copy)) if said})
    if done.backup_failed:
        body["backup_failed"] = done.backup_failed
        sys.stderr.write(done.backup_failed + "\n")
    return Said(body, lines)


mount_push(app)


@app.command("inspect")
def inspect(file: Annotated[Path, typer.Argument(help="数据包。")], json: Json = False) -> None:
    """看一个数据包的外皮，不用口令。"""
    from xieli_sync.verify import inspect as look

    body = look(read_bytes(file))

    def lines() -> list[str]:
        core = body.get("core") or {}
        return [row(name, core[name]) for name in ("kind", "dev", "ep", "first", "last", "n", "bid") if name in core] + [
            f"大小：{body['bytes']}", row("完整", '是' if body['trailer_ok'] else '否', body['code'] or ''),
        ]

    emit(json, body, lines)
    if body["code"]:
        raise typer.Exit(4)


@app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="数据包。")],
    root_fingerprint: Annotated[str | None, typer.Option("--root-fingerprint", help="县里的 20 位数字。")] = None,
    json: Json = False,
) -> None:
    """核对签名和证书链，不用工作区。"""
    from xieli_sync.verify import verify_file

    body = {"file": str(file), **verify_file(read_bytes(file), root_fingerprint)}
    emit(json, body, [row('签名相符' if body['ok'] else '签名不符', body['code'] or '')])
    if not body["ok"]:
        raise typer.Exit(4)


@app.work("import")
def import_(
    session: Session,
    files: Annotated[list[Path], typer.Argument(help="签收单文件或文件夹。")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不写入。")] = False,
) -> Said:
    """收回签收单和决定。"""
    from xieli_tui.casework.exchange import take_in

    results = take_in(session, files, dry_run=dry_run)
    return Said({"results": [_brief(r) for r in results]}, lambda: outcome_lines(results), taken(results))


def _brief(result: Any) -> dict[str, Any]:
    body = plain(result)
    if not body["diff"]:
        del body["diff"]
    return dict(body)


@app.work("status")
def status(session: Session) -> Said:
    """报送到哪里了。"""
    from xieli_tui.casework.exchange import status as where

    now = where(session)
    return Said(
        now,
        [
            f"共 {now.events} 条，县已签收 {now.confirmed} 条，待签收 {now.unconfirmed} 条。",
            f"上次报送 {now.last_export or '还没有'}，上次收到签收单 {now.last_receipt or '还没有'}。",
            f"两处写的不一样 {now.conflicts} 处，转人工核对 {now.quarantined} 条。",
            *([f"带着给县里的 {now.carried[0]} 个包，给村里的 {now.carried[1]} 个。"] if any(now.carried) else []),
            *now.notes,
            *(row(f"已转到别的村：{head}家" if head else "已转到别的村", f"{day} 转到{place}", "往后由那边办，这边写过的都在", ident(home)) for home, head, day, place in now.moved),
            *(row(code, what, f"设备 {dev[:8]}", day) for code, what, dev, day in now.alarms),
        ],
    )


@conflicts_app.work("list")
def conflicts_list(session: Session, full: Full = False, reason: Reason = None) -> Said:
    """两处写的不一样的地方；证件号、电话盖着。"""
    from xieli_tui.casework.exchange import conflicts

    return conflicts_said(session, conflicts(session), full, reason)


def conflicts_said(session: Session, found: list[Any], full: bool, reason: str | None) -> Said:
    """Fields with several values, numbers covered; in full with a reason, which is recorded."""
    from xieli_tui.casework.reveal import require_reason

    if full:
        require_reason(session, "conflicts_list", reason, len(found))
    rows = [{**plain(r), "values": [[text if full else covered(r.field, text), who, ref] for text, who, ref in r.values]} for r in found]
    return Said(
        {"conflicts": rows},
        lambda: [row(r["where"], field_word(r["field"]), *(f"{text}（{who}）" for text, who, _ in r["values"]), f"栏目 {r['field']}", ident(r["entity"])) for r in rows] or ["没有。"],
    )


@conflicts_app.work("resolve")
def conflicts_resolve(
    session: Session,
    entity: Annotated[str, typer.Argument(help="户或人的编号。")],
    field: Annotated[str, typer.Option("--field", help="哪一栏，xieli sync conflicts list 里的栏目。")],
    value: Annotated[str, typer.Option("--value", help="以哪个为准，照列出来的写，盖着的号码也照着写。")],
    reason: Annotated[str, typer.Option("--reason", help="为什么。")],
) -> Said:
    """定下用哪一个，两个都留着。"""
    from xieli_tui.casework.exchange import conflicts, resolve

    saved = resolve(session, entity, field, uncovered(conflicts(session), entity, field, value), reason)
    return Said(saved, [f"已保存(第{saved.seq}条)"])


def uncovered(found: list[Any], entity: str, field: str, value: str) -> str:
    """The value meant by one as it is shown, covered or not."""
    meant = {text for one in found if (one.entity, one.field) == (entity.strip(), field) for text, _, _ in one.values if covered(field, text) == value.strip()}
    return str(meant.pop()) if len(meant) == 1 else value
