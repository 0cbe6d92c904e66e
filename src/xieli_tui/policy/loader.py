"""Reading packs: the shipped ones of the package, a county's from a folder. The only place of the engine that opens a file.

Rules kept here
- everything wrong is told with file and line, all of it at once; a pack with a problem is not used, every other pack is;
- a number without quotes is refused when it has a point: a float is no money; days are ISO texts;
- ids are checked against the vocabularies (kinds, department functions, levels) and the register (a rule that says `engine` has a function);
- an adopted rule must exist in the pack it is taken from, with a function; that is checked when all packs are read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tomllib
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from xieli_tui.domain import codes
from xieli_tui.errors import Refused
from xieli_tui.policy import registry
from xieli_tui.policy.pack import LEVELS, OPS, Adoption, Department, DocumentRow, FormRow, KindRow, Pack, Parameter, RuleRow
from xieli_tui.policy.readings import r11_effective

_CODE = re.compile(r"^(\d{6}|\d{9}|\d{12})$")
_HOMES = ("engine", "casework", "desk", "frame", "ui", "paper", "cli", "context", "later")
_HEADER = {
    "id", "pack_id", "title", "doc_no", "issuers", "level", "region_code", "issued", "effective_from", "effective_to", "source", "currency", "notes", "adopt_label",
    "parameters", "rules", "kinds", "departments", "documents", "forms", "cards", "adopt",
}
_ROWS: dict[str, tuple[set[str], set[str]]] = {
    "rules": ({"id", "priority", "type", "cite", "text", "where"}, {"reason", "params"}),
    "kinds": ({"id", "unit", "cite"}, {"lead", "text", "also", "targets", "document_only", "test"}),
    "departments": ({"id", "name"}, {"successor"}),
    "documents": ({"kind", "doc"}, {"label", "required", "queryable", "cite"}),
    "forms": ({"id", "title"}, {"kind", "cite"}),
    "adopt": ({"rule", "from", "cite"}, {"kinds"}),
    "parameters": ({"value"}, {"unit", "op", "cite", "note"}),
}
_LISTS = {"also", "rule"}
_FLAGS = {"document_only", "required", "queryable"}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a pack: file name, line (0 = the whole file), Chinese sentence."""

    file: str
    line: int
    what: str

    def sentence(self) -> str:
        """`file:line what`."""
        return f"{self.file}:{self.line} {self.what}" if self.line else f"{self.file} {self.what}"


class PackError(Refused):
    """A pack that cannot be used; `.problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(
            "XL-Q08", first.sentence(), field=f"{first.file}:{first.line}",
            extra={"problems": [{"file": one.file, "line": one.line, "what": one.what} for one in problems]},
        )


@dataclass(frozen=True, slots=True)
class Version:
    """A pack the county put in force from `start` on; it takes the place of an earlier one of its id."""

    start: dt.date
    pack: Pack


@dataclass(frozen=True, slots=True)
class PackSet:
    """Packs by id, and what was wrong with the others. `damaged` names the files that are not used.

    `versions` (by start) are packs in force from a day on; `packs` holds the newest of each id, whenever it starts. A question is asked with
    `on(its day)`, so that an old question still meets the pack of its day.
    """

    packs: dict[str, Pack]
    problems: tuple[Problem, ...] = ()
    damaged: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    base: dict[str, Pack] = field(default_factory=dict)
    """What holds where no version has started yet."""
    _days: dict[tuple[str, ...], PackSet] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: dt.date) -> PackSet:
        """The packs in force on a day; the same object for all days of one state."""
        if not self.versions:
            return self
        started = {one.pack.id: one.pack for one in self.versions if one.start <= day}
        mark = tuple(f"{ident}:{pack.version}" for ident, pack in sorted(started.items()))
        found = self._days.get(mark)
        if found is None:
            found = self._days[mark] = PackSet(dict(sorted({**self.base, **started}.items())), self.problems, self.damaged)
        return found


class _Float(str):
    """A number with a point as it was written."""

    __slots__ = ()


class _Reader:
    """One file: collects problems, finds lines."""

    def __init__(self, name: str, data: bytes, known: Container[str] = ()) -> None:
        self.name = name
        self.known = known
        self.data = data
        self.problems: list[Problem] = []
        self.lines = data.decode("utf-8", "replace").splitlines()

    def line(self, table: str, index: int = 0, key: str = "") -> int:
        """Line of the index-th `[[table]]` (or of `[table]`), of a key inside it where that is found; 0 when nowhere."""
        heads = [at for at, text in enumerate(self.lines) if text.strip().startswith((f"[[{table}]]", f"[{table}]"))]
        start = heads[index] if index < len(heads) else -1
        if not table:
            start = -1
        elif start < 0:
            return 0
        if not key:
            return start + 1
        for at in range(start + 1, len(self.lines)):
            text = self.lines[at].strip()
            if re.match(rf"^{re.escape(key)}\s*=", text):
                return at + 1
            if text.startswith("["):
                break
        return max(start + 1, 0)

    def bad(self, what: str, table: str = "", index: int = 0, key: str = "") -> None:
        self.problems.append(Problem(self.name, self.line(table, index, key), what))

    # values
    def text(self, table: dict[str, Any], key: str, where: tuple[str, int], *, needed: bool = False) -> str:
        value = table.get(key, "")
        if not isinstance(value, str) or isinstance(value, _Float):
            self.bad(f"{key} 要写成文字", *where, key)
            return ""
        if needed and not value.strip():
            self.bad(f"缺 {key}", *where, key)
        return value

    def texts(self, table: dict[str, Any], key: str, where: tuple[str, int]) -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, str) and not isinstance(value, _Float) and key in _LISTS:
            value = [value]
        if not isinstance(value, list) or not all(isinstance(one, str) and not isinstance(one, _Float) for one in value):
            self.bad(f"{key} 要写成文字的列表", *where, key)
            return ()
        return tuple(value)

    def flag(self, table: dict[str, Any], key: str, where: tuple[str, int], default: bool) -> bool:
        value = table.get(key, default)
        if not isinstance(value, bool):
            self.bad(f"{key} 要写 true 或 false", *where, key)
            return default
        return value

    def day(self, table: dict[str, Any], key: str) -> dt.date | None:
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        try:
            if isinstance(value, str) and len(value) == 10:
                return dt.date.fromisoformat(value)
        except ValueError:
            pass  # told below, with its line
        self.bad(f"{key} 不是日期，请写成 \"2026-01-31\"", "", 0, key)
        return None

    def rows(self, raw: dict[str, Any], name: str) -> list[tuple[dict[str, Any], tuple[str, int]]]:
        """Rows of an array of tables, with unknown and missing keys reported."""
        found = raw.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.bad(f"{name} 要写成 [[{name}]]", name)
            return []
        needed, more = _ROWS[name]
        out = []
        for index, row in enumerate(found):
            self.keys(row, needed, more, (name, index))
            out.append((row, (name, index)))
        return out

    def keys(self, row: dict[str, Any], needed: set[str], more: set[str], where: tuple[str, int]) -> None:
        for key in sorted(needed - set(row)):
            self.bad(f"缺 {key}", *where)
        for key in sorted(set(row) - needed - more):
            self.bad(f"不认识 {key}", *where, key)


def read_pack(name: str, data: bytes, known: Container[str] = ()) -> Pack:
    """One pack from its bytes. Raises PackError (XL-Q08) with every problem.

    Args:
        known: rules of other packs that live outside the engine (a workflow guard, a register) and may be adopted too.
    """
    reader = _Reader(name, data, known)
    try:
        raw = tomllib.loads(data.decode("utf-8"), parse_float=_Float)
    except UnicodeDecodeError as err:
        raise PackError([Problem(name, data[: err.start].count(b"\n") + 1, "不是 UTF-8 文字")]) from None
    except tomllib.TOMLDecodeError as err:
        hit = re.search(r"at line (\d+)", str(err))
        raise PackError([Problem(name, int(hit.group(1)) if hit else len(reader.lines), "不是合格的 TOML")]) from None
    pack = _build(reader, raw)
    if reader.problems:
        raise PackError(sorted(reader.problems, key=lambda one: one.line))
    return pack


def _build(r: _Reader, raw: dict[str, Any]) -> Pack:
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


def _parameters(r: _Reader, raw: dict[str, Any]) -> dict[str, Parameter]:
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
        r.keys(row, *_ROWS["parameters"], at)
        value = row.get("value")
        if isinstance(value, list):
            value = tuple(value)
        parts = value if isinstance(value, tuple) else (value,)
        if "value" in row and not all((isinstance(one, str) and not isinstance(one, _Float)) or (isinstance(one, bool) and not isinstance(value, tuple)) for one in parts):
            r.bad("数要写在引号里，例如 value = \"1.5\"", *at, "value")
        op = r.text(row, "op", at)
        if op and op not in OPS:
            r.bad("op 要写 < <= > >= = between 之一", *at, "op")
        if op == "between" and not (isinstance(value, tuple) and len(value) == 2):
            r.bad("between 要两个数", *at, "value")
        if isinstance(value, (str, bool, tuple)):
            out[ident] = Parameter(ident, value, r.text(row, "unit", at), op, r.text(row, "cite", at), r.text(row, "note", at))
    return out


def _rules(r: _Reader, raw: dict[str, Any]) -> dict[str, RuleRow]:
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


def _adopt(r: _Reader, raw: dict[str, Any], own: str) -> dict[str, Adoption]:
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


def _kind_id(r: _Reader, row: dict[str, Any], key: str, at: tuple[str, int]) -> str:
    ident = r.text(row, key, at)
    if ident and ident not in codes.ids("kind"):
        r.bad(f"没有救助种类 {ident}", *at, key)
    return ident


def _function_id(r: _Reader, ident: str, key: str, at: tuple[str, int]) -> None:
    if ident and ident not in codes.ids("department"):
        r.bad(f"没有部门职能 {ident}", *at, key)


def _kinds(r: _Reader, raw: dict[str, Any]) -> dict[str, KindRow]:
    out: dict[str, KindRow] = {}
    for row, at in r.rows(raw, "kinds"):
        ident, unit, lead = _kind_id(r, row, "id", at), r.text(row, "unit", at), r.text(row, "lead", at)
        also = r.texts(row, "also", at)
        if ident in out:
            r.bad(f"种类 {ident} 写了两次", *at, "id")
        if unit not in ("hh", "person"):
            r.bad("unit 要写 hh 或 person", *at, "unit")
        _function_id(r, lead, "lead", at)
        for one in also:
            _function_id(r, one, "also", at)
        out[ident] = KindRow(
            ident, unit, r.text(row, "cite", at, needed=True), lead, r.text(row, "text", at), also, r.text(row, "targets", at),
            r.flag(row, "document_only", at, False), r.text(row, "test", at),
        )
    return out


def _departments(r: _Reader, raw: dict[str, Any]) -> dict[str, tuple[Department, ...]]:
    out: dict[str, tuple[Department, ...]] = {}
    for row, at in r.rows(raw, "departments"):
        ident = r.text(row, "id", at, needed=True)
        _function_id(r, ident, "id", at)
        out[ident] = (*out.get(ident, ()), Department(ident, r.text(row, "name", at, needed=True), r.text(row, "successor", at)))
    return out


def _documents(r: _Reader, raw: dict[str, Any]) -> tuple[DocumentRow, ...]:
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


def _cards(r: _Reader, raw: dict[str, Any]) -> dict[str, dict[str, str]]:
    found = raw.get("cards", {})
    if not isinstance(found, dict):
        r.bad("cards 要写成 [cards.<种类>]", "", 0, "cards")
        return {}
    out: dict[str, dict[str, str]] = {}
    for kind, row in found.items():
        at = (f"cards.{kind}", 0)
        if kind not in codes.ids("kind"):
            r.bad(f"没有救助种类 {kind}", *at)
        if not isinstance(row, dict) or not all(isinstance(one, str) and not isinstance(one, _Float) for one in row.values()) or not row.get("text"):
            r.bad("明白卡要有 text，都是文字", *at)
            continue
        out[kind] = dict(row)
    return out


def gather(files: Iterable[tuple[str, bytes]], base: PackSet | None = None) -> PackSet:
    """Packs out of files; what is wrong with one is a problem of that one."""
    packs = dict(base.packs) if base else {}
    ground = dict(base.base) if base else {}
    problems = list(base.problems) if base else []
    damaged = list(base.damaged) if base else []
    for name, data in files:
        try:
            pack = read_pack(name, data, rule_ids(packs))
        except PackError as err:
            problems += err.problems
            damaged.append(name)
            continue
        twin = next((one for one in packs.values() if one.id == pack.id or one.pack_id == pack.pack_id), None)
        if twin is not None:
            problems.append(Problem(name, 1, f"和 {twin.file} 的 id 或 pack_id 相同"))
            damaged.append(name)
            continue
        packs[pack.id] = ground[pack.id] = pack
    problems += adoptions(packs)
    return PackSet(dict(sorted(packs.items())), tuple(dict.fromkeys(problems)), tuple(damaged), base.versions if base else (), ground)


def rule_ids(packs: Mapping[str, Pack]) -> frozenset[str]:
    """Every rule of these packs."""
    return frozenset(ident for pack in packs.values() for ident in pack.rules)


def adoptions(packs: Mapping[str, Pack]) -> list[Problem]:
    """Adopted rules whose pack, or whose rule in it, is not there."""
    found: list[Problem] = []
    for pack in packs.values():
        for one in pack.adopt.values():
            source = packs.get(one.source)
            if source is None or one.rule not in source.rules:
                what = f"没有政策包 {one.source}" if source is None else f"政策包 {one.source} 里没有规则 {one.rule}"
                found.append(Problem(pack.file, 0, f"采用的规则 {one.rule}：{what}，这一条不起作用"))
    return found


@cache
def shipped() -> PackSet:
    """The packs inside the program."""
    folder = resources.files("xieli_tui.policy") / "packs"
    return gather((item.name, item.read_bytes()) for item in sorted(folder.iterdir(), key=lambda one: one.name) if item.name.endswith(".toml"))


def load(folders: Iterable[Path] = (), *, use_shipped: bool = True, base: PackSet | None = None) -> PackSet:
    """The shipped packs and those of folders (every *.toml in it), or of single files.

    Args:
        base: packs of a workspace, to stand in the place of the shipped ones.

    Raises:
        Refused: XL-F05 for a folder or file that is not there.
    """
    files: list[tuple[str, bytes]] = []
    for place in folders:
        if not place.exists():
            raise Refused("XL-F05", field="packs")
        files += [(one.name, one.read_bytes()) for one in (sorted(place.glob("*.toml")) if place.is_dir() else [place])]
    base = base or (shipped() if use_shipped else None)
    return gather(files, base) if files or base is None else base
