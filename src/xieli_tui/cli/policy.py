"""`xieli policy`: the packs, what is in one, asking the engine, checking a pack of one's own.

Needs no workspace: the engine is pure; with `-w` the packs the county put in force there count too. What it says is a hint, the authority decides.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xieli_tui.cli.common import Json, PassFile, Said, emit, group, opened
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.policy.loader import PackSet
    from xieli_tui.policy.pack import Pack

app = group("政策：看政策包，问一问，核对政策包。")

Packs = Annotated[list[Path] | None, typer.Option("--packs", help="另外的政策包：文件，或放 .toml 的文件夹；可以写几个。")]


Held = Annotated[Path | None, typer.Option("-w", "--workspace", help="用这个工作区里的政策包，县里下发的也在内；不写就用程序自带的。")]


def _load(places: list[Path] | None, w: Path | None, passphrase_file: Path | None) -> PackSet:
    from xieli_tui.policy.loader import load

    if w is None:
        return load(places or ())
    from xieli_tui.casework import packs

    with opened(w, passphrase_file) as session, session.reading() as tx:
        return load(places or (), base=packs.of(tx))


def _problems(packs: PackSet) -> list[str]:
    return [f"警告 {one.sentence()}" for one in packs.problems]


@app.command("list")
def list_(packs: Packs = None, w: Held = None, passphrase_file: PassFile = None, json: Json = False) -> None:
    """有哪些政策包，从哪天起，管哪里。"""
    loaded = _load(packs, w, passphrase_file)
    sent = [{"start": one.start.isoformat(), "id": one.pack.id, "version": one.pack.version, "file": one.pack.file} for one in loaded.versions]
    rows = [
        {
            "id": one.id, "pack_id": one.pack_id, "title": one.title, "doc_no": one.doc_no, "level": one.level, "region_code": one.region_code,
            "effective_from": one.effective_from.isoformat() if one.effective_from else None, "assumed": one.assumed,
            "effective_to": one.effective_to.isoformat() if one.effective_to else None, "currency": one.currency, "version": one.version,
            "rules": len(one.rules), "kinds": len(one.kinds), "adopted": len(one.adopt),
        }
        for one in sorted(loaded.packs.values(), key=lambda one: one.order, reverse=True)
    ]
    problems = [{"file": one.file, "line": one.line, "what": one.what} for one in loaded.problems]
    emit(json, {"packs": rows, "installed": sent, "problems": problems}, lambda: [
        row(one['id'], one['region_code'], f"{one['effective_from']}{'(推定)' if one['assumed'] else ''} 起", one['title'], one['doc_no'], "是否现行：未核对") for one in rows
    ] + [row("县里下发", one['id'], f"{one['start']} 起用", one['file']) for one in sent] + _problems(loaded))


@app.command("show")
def show(
    pack: Annotated[str, typer.Argument(help="政策包编号，例如 003。")], packs: Packs = None, w: Held = None, passphrase_file: PassFile = None, json: Json = False
) -> None:
    """一个政策包里的参数、规则、种类、部门、材料、明白卡。"""
    from dataclasses import asdict

    from xieli_tui.errors import NotFound
    from xieli_tui.policy.answer import plain

    loaded = _load(packs, w, passphrase_file)
    found = next((one for one in loaded.packs.values() if pack in (one.id, one.pack_id)), None)
    if found is None:
        raise NotFound("XL-V45", f"没有政策包，现有 {' '.join(loaded.packs)}", field="pack")
    emit(json, plain(asdict(found)), lambda: _lines(found))


def _lines(pack: Pack) -> list[str]:
    from xieli_tui.domain.codes import kind_name

    lines = [row(pack.title, pack.doc_no), row('、'.join(pack.issuers), f"{pack.effective_from}{'(推定)' if pack.assumed else ''} 起", "是否现行：未核对"), *pack.notes, "参数"]
    lines += [row(one.id, f"{one.op} {' '.join(one.value) if isinstance(one.value, tuple) else one.value} {one.unit}", one.cite) for one in pack.parameters.values()]
    lines += ["规则", *(row(one.id, one.priority, one.where, one.cite, one.text) for one in pack.rules.values())]
    if pack.adopt:
        lines += [pack.adopt_label, *(row(one.rule, f"{pack.cite(one.cite)}（来自 {one.source}）") for one in pack.adopt.values())]
    lines += ["种类", *(row(one.id, kind_name(one.id), one.text, one.cite) for one in pack.kinds.values())]
    return lines


@app.command("ask")
def ask(
    question: Annotated[str, typer.Argument(help="问题文件(JSON)；- 是标准输入。")] = "-", packs: Packs = None, w: Held = None, passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """问一问：screen 看符合不符合、check 看能不能办、due 看期限、compute 算数、lint 自查、packs 看政策包。答的是提示，以审核确认机关为准。接到管道里时答的是 JSON。"""
    from xieli_tui.policy.engine import ask_text

    answer = ask_text(_question(question), _load(packs, w, passphrase_file))
    emit(json or not sys.stdout.isatty(), answer, lambda: _spoken(answer))  # design 06: a question in JSON, an answer in JSON; words are for a terminal


def _question(name: str) -> bytes:
    from xieli_tui.errors import XieliError

    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except IsADirectoryError as err:
        raise XieliError("XL-F01", field="question") from err
    except FileNotFoundError as err:
        raise XieliError("XL-F05", field="question") from err
    except OSError as err:
        raise XieliError("XL-F06", field="question") from err


def _spoken(answer: dict[str, Any]) -> list[str]:
    from xieli_tui.domain.codes import label

    lines = [row(one["id"] or one["pack_id"], "用" if one["active"] else "不用", one["reason"]) for one in answer["packs"]]
    for one in answer["answers"]:
        who = one.get("person") or ""
        tail = row(one["cite"], one["doc_no"]) if one.get("cite") else ""
        lacking = f"缺：{'、'.join(one['missing'])}" if one.get("missing") else ""
        if "kind" in one:
            if one["verdict"] != "not_in_pack":
                lines.append(row(label("verdict", one["verdict"]), label("kind", one["kind"]), who, "；".join(one["because"]), lacking, tail))
        elif "task" in one:
            state = {"none": "没有要办的", "needs_info": "还缺资料"}.get(one["state"]) or label("task_state", one["state"])
            lines.append(row(label("task", one["task"]), who, state, one["due"], one["why"], lacking, tail))
        elif "quantity" in one:
            lines.append(row(label("quantity", one["quantity"]), who, one.get("value", ""), lacking, tail))
        elif "lint" in one:
            lines.append(row(one["lint"], one["why"], tail))
        else:
            words = {"allow": "可以", "block": "不得", "warn": "可以但须提示", "route": "转由他人决定"}
            lines.append(row(words[one["result"]], label("action", one["action"]), one["why"], lacking, tail))
    return [*lines, "以上只是提示，以审核确认机关为准。"]


@app.command("validate")
def validate(
    file: Annotated[Path, typer.Argument(help="政策包文件(.toml)。")],
    packs: Annotated[list[Path] | None, typer.Option("--packs", help="一起看的政策包，采用的规则要在里面或在程序自带的里面。")] = None,
    w: Held = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """核对一个政策包：有错就按文件和行列出，退出码 4。"""
    import datetime as dt

    from xieli_tui.errors import XieliError
    from xieli_tui.policy.installed import Sent, lay_over
    from xieli_tui.policy.loader import rule_ids
    from xieli_tui.policy.pack_text import PackError
    from xieli_tui.policy.read_pack import read_pack

    try:
        data = file.read_bytes()
    except IsADirectoryError as err:
        raise XieliError("XL-F01", field="file") from err
    except FileNotFoundError as err:
        raise XieliError("XL-F05", field="file") from err
    except OSError as err:
        raise XieliError("XL-F06", field="file") from err
    others = _load([one for one in packs or () if one != file], w, passphrase_file)
    pack = read_pack(file.name, data, rule_ids(others.packs))
    together = lay_over(others, [Sent(pack.id, dt.date.min, file.name, data)])
    mine = [one for one in together.problems if one.file == file.name]
    if mine:
        raise PackError(mine)
    body = {"pack": pack.id, "pack_id": pack.pack_id, "version": pack.version, "rules": len(pack.rules), "adopted": len(pack.adopt), "kinds": len(pack.kinds)}
    emit(json, body, [f"政策包 {pack.id} 合格：参数 {len(pack.parameters)}，规则 {len(pack.rules)}，采用 {len(pack.adopt)}，种类 {len(pack.kinds)}"])


@app.command("facts")
def facts(json: Json = False) -> None:
    """规则要看的每一样事实：叫什么，在哪里填，记在哪条记录里。"""
    from xieli_tui.casework import fact_places, fact_words

    forms = {
        "household": "户的情况", "person": "人的情况", "statement": "收入支出", "members": "成员", "visit": "走访", "flag": "困难", "apply": "申请", "informed": "告知", "service": "服务",
        "referral": "转介", "change": "变化", "pair": "结对", "desk": "镇、县记", "county": "县里给", "derived": "算出来", "later": "还没有",
    }
    rows = [
        {"fact": name, "word": fact_words.word(name), "where": one.form, "entry": one.entry, "event": one.event, "says": one.says} for name, one in fact_places.PLACES.items()
    ]
    emit(json, {"facts": rows}, lambda: [
        row(one["word"], forms[one["where"]] + (f"：{one['says']}" if one["says"] else ""), one["event"], one["fact"]) for one in rows
    ])


@app.work("screen")
def screen(
    session: Session,
    household: Annotated[str, typer.Argument(help="户的编号。")],
    as_region: Annotated[str | None, typer.Option("--as-region", help="换一个地区的政策包看看，只作比较。")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="只看一种。")] = None,
    asof: Annotated[str | None, typer.Option("--asof", help="按哪一天的政策包、当地标准和登记看；不写就是今天。")] = None,
) -> Said:
    """政策提示：按已登记情况看一户可能符合哪些，还缺什么。"""
    from xieli_tui.casework.hints import screen as look

    page = look(session, household, region=as_region, asof=asof)
    hints = [h for h in page.hints if kind is None or h.kind == kind]
    body = {
        "asof": page.asof, "region": page.region,
        "packs": [{"id": i, "title": title, "active": active, "reason": reason} for i, title, active, reason in page.packs], "problems": page.problems,
        "hints": [
            {
                "kind": h.kind, "label": h.label, "person": h.person, "verdict": h.verdict, "words": h.words, "cite": h.cite, "rule": h.rule, "doc_no": h.doc_no,
                "department": h.department, "because": h.because, "missing": h.missing, "missing_words": h.missing_words, "conflict": h.conflict,
                "adopted": h.adopted_label or None, "pack": h.pack, "pack_version": h.pack_version, "used": h.used, "reason": h.reason,
            }
            for h in hints
        ],
    }

    def lines() -> list[str]:
        rows = ["只是提示，以镇(街道)、县级为准。" + (f"按 {as_region} 的政策包看，只作比较。" if as_region else "") + (f"按 {page.asof} 那天的政策包和登记看。" if asof else "")]
        rows += [row(h.label, h.who, h.words, h.cite, h.adopted_label if h.adopted else "") for h in hints if h.verdict != "not_in_pack"]
        rows += [f"警告 {wrong}" for wrong in page.problems]
        return rows

    return Said(body, lines)


@app.work("card")
def card(
    session: Session,
    kind: Annotated[str, typer.Argument(help="哪种救助：{kind}。", metavar="KIND")],
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件，.PDF 或 .DOCX。")],
) -> Said:
    """明白卡：一种救助说的是什么、当地的数额、要带的材料，印出来给人带走。会记一笔。"""
    from xieli_tui.casework import forms
    from xieli_tui.cli.form import said

    return said(forms.save(session, "card", [kind], out))
