"""One pack from its bytes: header, parameters, rules, kinds, departments, papers, forms, cards.

Rules kept here
- a pack with a problem is not used; all its problems are told at once (`pack_text`);
- ids are checked against the vocabularies (kinds, department functions, levels) and the register (a rule that says `engine` has a function).
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Container
from typing import Any

from xieli_tui.domain import codes
from xieli_tui.policy import registry
from xieli_tui.policy.pack import LEVELS, OPS, Adoption, Department, DocumentRow, FormRow, KindRow, Pack, Parameter, RuleRow
from xieli_tui.policy.pack_text import ROWS, Float, PackError, Problem, Reader
from xieli_tui.policy.readings import r11_effective
from xieli_tui.policy.whom import WHOM

_CODE = re.compile(r"^(\d{6}|\d{9}|\d{12})$")
_HOMES = ("engine", "casework", "desk", "frame", "ui", "paper", "cli", "context", "later")
_HEADER = {
    "id", "pack_id", "title", "doc_no", "issuers", "level", "region_code", "issued", "effective_from", "effective_to", "source", "currency", "notes", "adopt_label",
    "parameters", "rules", "kinds", "departments", "documents", "forms", "cards", "adopt",
}


def read_pack(name: str, data: bytes, known: Container[str] = ()) -> Pack:
    """One pack from its bytes. Raises PackError (XL-Q08) with every problem.

    Args:
        known: rules of other packs that live outside the engine (a workflow guard, a register) and may be adopted too.
    """
    reader = Reader(name, data, known)
    try:
        raw = tomllib.loads(data.decode("utf-8"), parse_float=Float)
    except UnicodeDecodeError as err:
        raise PackError([Problem(name, data[: err.start].count(b"\n") + 1, "不是 UTF-8 文字")]) from None
    except tomllib.TOMLDecodeError as err:
        hit = re.search(r"at line (\d+)", str(err))
        raise PackError([Problem(name, int(hit.group(1)) if hit else len(reader.lines), "不是合格的 TOML")]) from None
    pack = _build(reader, raw)
    if reader.problems:
        raise PackError(sorted(reader.problems, key=lambda one: one.line))
    return pack


def _build(r: Reader, raw: dict[str, Any]) -> Pack:
    head = ("", 0)
    for key in sorted(set(raw) - _HEADER):
        r.bad(f"不认识 {key}", *head, key)
    doc_no = r.text(raw, "doc_no", head)
    issued = r.day(raw, "issued")
    start, assumed = r11_effective(r.day(raw, "effective_from"), issued, doc_no)
    end = r.day(raw, "effective_to")
    if start is None:
        r.bad("没有施行日、印发日，文号里也没有年份，推不出施行日", *head, "doc_no")
    if start is not None and end is not None and end < start:
        r.bad("停止施行日在施行日之前", *head, "effective_to")
    level = r.text(raw, "level", head, needed=True)
    if level and level not in LEVELS:
        r.bad("level 要写 national province prefecture county township 之一", *head, "level")
    region = r.text(raw, "region_code", head, needed=True)
    if region and not _CODE.match(region):
        r.bad("region_code 要 6、9 或 12 位数字", *head, "region_code")
    ident = r.text(raw, "id", head, needed=True)
    if ident and not re.match(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$", ident):
        r.bad("id 用字母和数字", *head, "id")
    return Pack(
        id=ident, pack_id=r.text(raw, "pack_id", head, needed=True), title=r.text(raw, "title", head, needed=True), doc_no=doc_no, issuers=r.texts(raw, "issuers", head),
        level=level, region_code=region, issued=issued, effective_from=start, assumed=assumed, effective_to=end, source=r.text(raw, "source", head),
        currency=r.text(raw, "currency", head, needed=True), notes=r.texts(raw, "notes", head), adopt_label=r.text(raw, "adopt_label", head) or "采用",
        version=hashlib.sha256(r.data).hexdigest()[:16], file=r.name, parameters=_parameters(r, raw), rules=_rules(r, raw), adopt=_adopt(r, raw, ident),
        kinds=_kinds(r, raw), departments=_departments(r, raw), documents=_documents(r, raw),
        forms=tuple(
            FormRow(r.text(row, "id", at, needed=True), r.text(row, "title", at, needed=True), _kind_id(r, row, "kind", at), r.text(row, "cite", at))
            for row, at in r.rows(raw, "forms")
        ),
        cards=_cards(r, raw),
    )


def _parameters(r: Reader, raw: dict[str, Any]) -> dict[str, Parameter]:
    found = raw.get("parameters", {})
    if not isinstance(found, dict):
        r.bad("parameters 要写成 [parameters.<id>]", "", 0, "parameters")
        return {}
    out = {}
    for ident, row in found.items():
        at = (f"parameters.{ident}", 0)
        if not isinstance(row, dict):
            r.bad("参数要写成 [parameters.<id>] 和 value", *at)
            continue
        r.keys(row, *ROWS["parameters"], at)
        value = row.get("value")
        if isinstance(value, list):
            value = tuple(value)
        parts = value if isinstance(value, tuple) else (value,)
        if "value" in row and not all((isinstance(one, str) and not isinstance(one, Float)) or (isinstance(one, bool) and not isinstance(value, tuple)) for one in parts):
            r.bad("数要写在引号里，例如 value = \"1.5\"", *at, "value")
        op = r.text(row, "op", at)
        if op and op not in OPS:
            r.bad("op 要写 < <= > >= = between 之一", *at, "op")
        if op == "between" and not (isinstance(value, tuple) and len(value) == 2):
            r.bad("between 要两个数", *at, "value")
        if isinstance(value, (str, bool, tuple)):
            out[ident] = Parameter(ident, value, r.text(row, "unit", at), op, r.text(row, "cite", at), r.text(row, "note", at))
    return out


def _rules(r: Reader, raw: dict[str, Any]) -> dict[str, RuleRow]:
    out: dict[str, RuleRow] = {}
    for row, at in r.rows(raw, "rules"):
        ident, where = r.text(row, "id", at, needed=True), r.text(row, "where", at, needed=True)
        params = row.get("params", {})
        if ident in out:
            r.bad(f"规则 {ident} 写了两次", *at, "id")
        if where.partition(":")[0] not in _HOMES:
            r.bad(f"where 要以 {' '.join(_HOMES)} 之一开头", *at, "where")
        if where == "engine" and not registry.functions(ident):
            r.bad(f"没有规则 {ident} 的函数", *at, "id")
        if where.startswith(("context", "later")) and not row.get("reason"):
            r.bad("where = context、later 要写 reason", *at, "where")
        if row.get("priority") not in ("P0", "P1", "P2"):
            r.bad("priority 要写 P0 P1 P2", *at, "priority")
        if not isinstance(params, dict):
            r.bad("params 要写成表", *at, "params")
            params = {}
        out[ident] = RuleRow(
            ident, r.text(row, "priority", at), r.text(row, "type", at), r.text(row, "cite", at, needed=True), r.text(row, "text", at, needed=True), where,
            r.text(row, "reason", at), params,
        )
    return out


def _adopt(r: Reader, raw: dict[str, Any], own: str) -> dict[str, Adoption]:
    out: dict[str, Adoption] = {}
    for row, at in r.rows(raw, "adopt"):
        source = r.text(row, "from", at, needed=True)
        kinds = r.texts(row, "kinds", at)
        for kind in kinds:
            if kind not in codes.ids("kind"):
                r.bad(f"没有救助种类 {kind}", "", 0, "adopt")
        if source == own:
            r.bad("不能采用自己的规则", "", 0, "adopt")
        for ident in r.texts(row, "rule", at):
            if ident in out:
                r.bad(f"规则 {ident} 采用了两次", "", 0, "adopt")
            if not registry.functions(ident) and ident not in r.known:
                r.bad(f"没有规则 {ident}", "", 0, "adopt")
            if kinds and not registry.functions(ident, "check") and not registry.functions(ident, "screen"):
                r.bad(f"规则 {ident} 不分救助种类，不能只采用几种", "", 0, "adopt")
            out[ident] = Adoption(ident, source, r.text(row, "cite", at, needed=True), kinds)
    return out


def _kind_id(r: Reader, row: dict[str, Any], key: str, at: tuple[str, int]) -> str:
    ident = r.text(row, key, at)
    if ident and ident not in codes.ids("kind"):
        r.bad(f"没有救助种类 {ident}", *at, key)
    return ident


def _function_id(r: Reader, ident: str, key: str, at: tuple[str, int]) -> None:
    if ident and ident not in codes.ids("department"):
        r.bad(f"没有部门职能 {ident}", *at, key)


def _kinds(r: Reader, raw: dict[str, Any]) -> dict[str, KindRow]:
    out: dict[str, KindRow] = {}
    for row, at in r.rows(raw, "kinds"):
        ident, unit, lead = _kind_id(r, row, "id", at), r.text(row, "unit", at), r.text(row, "lead", at)
        also = r.texts(row, "also", at)
        if ident in out:
            r.bad(f"种类 {ident} 写了两次", *at, "id")
        if unit not in ("hh", "person"):
            r.bad("unit 要写 hh 或 person", *at, "unit")
        persons = r.text(row, "persons", at)
        if persons and (persons not in WHOM or unit != "person"):
            r.bad(f"persons 要写 {' '.join(WHOM)} 之一，unit 要写 person", *at, "persons")
        _function_id(r, lead, "lead", at)
        for one in also:
            _function_id(r, one, "also", at)
        out[ident] = KindRow(
            ident, unit, r.text(row, "cite", at, needed=True), lead, r.text(row, "text", at), also, r.text(row, "targets", at),
            r.flag(row, "document_only", at, False), r.text(row, "test", at), persons,
        )
    return out


def _departments(r: Reader, raw: dict[str, Any]) -> dict[str, tuple[Department, ...]]:
    out: dict[str, tuple[Department, ...]] = {}
    for row, at in r.rows(raw, "departments"):
        ident = r.text(row, "id", at, needed=True)
        _function_id(r, ident, "id", at)
        out[ident] = (*out.get(ident, ()), Department(ident, r.text(row, "name", at, needed=True), r.text(row, "successor", at)))
    return out


def _documents(r: Reader, raw: dict[str, Any]) -> tuple[DocumentRow, ...]:
    out: list[DocumentRow] = []
    seen: set[tuple[str, str]] = set()
    for row, at in r.rows(raw, "documents"):
        kind, doc = _kind_id(r, row, "kind", at), r.text(row, "doc", at, needed=True)
        if (kind, doc) in seen:
            r.bad(f"{kind} 的材料 {doc} 写了两次", *at, "doc")
        seen.add((kind, doc))
        out.append(DocumentRow(
            kind, doc, r.text(row, "label", at), r.flag(row, "required", at, True), r.flag(row, "queryable", at, False), r.text(row, "cite", at),
        ))
    return tuple(out)


def _cards(r: Reader, raw: dict[str, Any]) -> dict[str, dict[str, str]]:
    found = raw.get("cards", {})
    if not isinstance(found, dict):
        r.bad("cards 要写成 [cards.<种类>]", "", 0, "cards")
        return {}
    out: dict[str, dict[str, str]] = {}
    for kind, row in found.items():
        at = (f"cards.{kind}", 0)
        if kind not in codes.ids("kind"):
            r.bad(f"没有救助种类 {kind}", *at)
        if not isinstance(row, dict) or not all(isinstance(one, str) and not isinstance(one, Float) for one in row.values()) or not row.get("text"):
            r.bad("明白卡要有 text，都是文字", *at)
            continue
        out[kind] = dict(row)
    return out
