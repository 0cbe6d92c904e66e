"""`xieli county local`: what the county sets: standards, ceilings, days, phones, indicators. Dated, by scope, never defaulted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Json, Said, emit, group
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

app = group("当地规定：标准、上限、时限、电话、指标。")

Key = Annotated[str, typer.Argument(help="参数名，xieli county local keys 列出全部。")]
Area = Annotated[str | None, typer.Option("--area", help="管哪里：{area}，镇 9 位或村 12 位代码；不写是全县。")]


@app.callback()
def _group() -> None:
    """当地规定：标准、上限、时限、电话、指标。"""


@app.work("set")
def set_(
    session: Session,
    key: Key,
    value: Annotated[str, typer.Argument(help="值，可以是 JSON。")],
    start: Annotated[str, typer.Option("--from", help="从哪天起。")],
    end: Annotated[str | None, typer.Option("--to", help="到哪天；不写就到下一次改为止。")] = None,
    area: Area = None,
    replace: Annotated[bool, typer.Option("--replace", help="改写同一天起的那一行；原来的留在记录里。")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="改写的原因。")] = None,
) -> Said:
    """定一个参数。"""
    from xieli_tui.desk.parameters import SetLocal, set_local

    saved = set_local(session, SetLocal(key, value, start, end, area, replace, reason))
    return Said({"id": saved.id, "seq": saved.seq, "state": saved.state}, [f"已保存(第{saved.seq}条)，回传以后村里才看得到"])


@app.work("annul")
def annul(
    session: Session,
    key: Key,
    start: Annotated[str, typer.Option("--from", help="那一行从哪天起。")],
    reason: Annotated[str, typer.Option("--reason", help="为什么撤回。")],
    area: Area = None,
) -> Said:
    """撤回一行，等于没有定过；原记录保留。"""
    from xieli_tui.desk.parameters import annul_local

    saved = annul_local(session, key, start, reason, area)
    return Said({"id": saved.id, "seq": saved.seq, "state": saved.state}, [f"已撤回(第{saved.seq}条)，原记录保留"])


@app.work("list")
def list_(
    session: Session,
    on: Annotated[str | None, typer.Option("--on", help="只看那天在用的。")] = None,
    area: Area = None,
) -> Said:
    """看参数：全部，或某天某地在用的。"""
    from xieli_tui.desk.parameters import list_local

    rows = list_local(session, on, area)
    return Said(
        {"parameters": rows},
        lambda: [row(r['key'], r['word'], f"{r['value']} {r['unit']}".strip(), r['area'] or '全县', f"{r['start']} 起{(' ' + r['end'] + ' 止') if r['end'] else ''}") for r in rows]
        or ["还没有参数。"],
    )


@app.command("keys")
def keys(json: Json = False) -> None:
    """能定哪些参数，哪些规则等着用。"""
    from xieli_tui.policy.local import CATALOGUE
    from xieli_tui.policy.local_needs import BESIDE, READ_BY

    rows = [{"key": key, "word": word, "unit": unit, "rules": [*READ_BY.get(key, ()), *BESIDE.get(key, ())]} for key, word, unit in CATALOGUE]
    emit(json, {"keys": rows}, lambda: [row(r['key'], r['word'], r['unit'], '、'.join(r['rules'])) for r in rows])
