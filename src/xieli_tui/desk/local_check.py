"""What a local parameter must look like before it is stored: known key, the engine's type, a shape that can be read, no overlap in time.

Rules kept here
- the types are those of the engine (`policy.facts`), so that nothing is stored that a question would refuse; a wrong value is refused with the
  path of its field (`local.delegations[0].max_amount`) and never repeated;
- a sum is stored as decimal text, a day as ISO text; nothing is rounded, filled in or guessed; days, yes and no and lists may be said in words;
- two rows of one parameter and scope that begin on one day, or a stated end that reaches into the next row, overlap: XL-Q06.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from xieli_tui.casework import risk_indicators
from xieli_tui.domain import codes, jsontext
from xieli_tui.domain.masks import office_number
from xieli_tui.errors import Refused
from xieli_tui.policy import facts, local

KEYS = tuple(key for key, _, _ in local.CATALOGUE)
WORDS = {key: word for key, word, _ in local.CATALOGUE}
UNITS = {key: unit for key, _, unit in local.CATALOGUE}
AREA_WORDS = ("urban", "rural")
VILLAGE_KEYS = frozenset({"name", "boards", "phone", "recipients"})
BODY_KEYS = frozenset({"id", "name", "technical_posts", "socialwork_posts"})


def known(key: str) -> str:
    """The key when the catalogue has it. Raises Refused("XL-V08")."""
    plain = key.strip()
    if plain not in KEYS:
        raise Refused("XL-V08", "没有这个参数，xieli county local keys 列出全部", field="key")
    return plain


def scope(area: str | None, county: str) -> str | None:
    """`urban`, `rural`, a township's 9 or a village's 12 digits inside the county, or None for all of it.

    Raises:
        Refused: XL-V12, XL-P03 outside the county.
    """
    plain = (area or "").strip()
    if not plain or plain == county:
        return None
    found = codes.find("area", plain)
    if found in AREA_WORDS:
        return found
    if not (plain.isascii() and plain.isdigit()) or len(plain) not in (9, 12):
        raise Refused("XL-V12", "写 rural、urban、镇 9 位或村 12 位代码", field="area")
    if not plain.startswith(county):
        raise Refused("XL-P03", "不在本单位辖区", field="area")
    return plain


def canonical(key: str, text: str) -> str:
    """The JSON text to store for a value as typed (JSON, or plain words).

    Raises:
        Refused: XL-Q04, XL-Q05, XL-Q06, XL-V04, XL-V08, XL-V11 with the path of the field.
    """
    try:
        value: Any = jsontext.parse(text, str)
    except ValueError:
        value = text.strip()
    path = f"local.{key}"
    kind = facts.FIELDS["local"].get(key, "any")
    if isinstance(value, int) and not isinstance(value, bool) and (kind in ("money", "ratio", "text") or key == "phones"):
        value = text.strip()
    if isinstance(value, str):
        value = _in_words(key, kind, value)
    if facts.absent(value):
        raise Refused("XL-V06", field=path)
    facts.read(kind, value, path)
    check = _SHAPES.get(key)
    if check is not None:
        check(value, path)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_DAYS = re.compile(r"^(\d{1,4})\s*(天|日|个?工作日)$")
_YES_NO = {"是": True, "有": True, "定了": True, "否": False, "不是": False, "没有": False}
_WORDS = {"dibao_mode": {"差额": "gap", "分档": "tier"}, "half_year_condition": {"任一": "any", "任一条": "any", "同时": "all", "两条都要": "all"}}


def _in_words(key: str, kind: str, text: str) -> Any:
    """A value as people say it: 10 天, 10 个工作日, 是, 火灾、溺水, 差额."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if kind in ("spec", "specs") or key == "notice_days":
        found = _DAYS.match(plain)
        if found is not None:
            return {"days": int(found[1]), "unit": "working" if found[2].endswith("工作日") else "days"}
    if kind == "flag" and plain in _YES_NO:
        return _YES_NO[plain]
    if kind == "words" and plain:
        return [part.strip() for part in re.split(r"[、,，;；]", plain) if part.strip()]
    return _WORDS.get(key, {}).get(plain, text)


def no_overlap(rows: Iterable[local.LocalRow], new: local.LocalRow) -> None:
    """Raises Refused("XL-Q06") when the new row cannot stand beside those held of its key and scope."""
    beside = [row for row in rows if row.key == new.key and row.area == new.area]
    if any(row.start == new.start for row in beside):
        raise Refused("XL-Q06", "同一天起已经有一行，要改写请加 --replace 和 --reason", field=f"local.{new.key}")
    local.require_no_overlap([*beside, new])


def _table(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise Refused("XL-V11", "要写成 {名字: 值}", field=path)
    return value


def _rows(value: Any, path: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or any(not isinstance(one, dict) for one in value):
        raise Refused("XL-V11", "要写成列表，每条是 {名字: 值}", field=path)
    return value


def _known_words(vocab: str) -> Callable[[Any, str], None]:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict) or "days" in value:
            return
        for key in value:
            if key != "*" and key not in codes.ids(vocab):
                raise Refused("XL-V08", "、".join(codes.ids(vocab)), field=path)

    return check


def _one_of(*words: str) -> Callable[[Any, str], None]:
    def check(value: Any, path: str) -> None:
        if value not in words:
            raise Refused("XL-V08", "、".join(words), field=path)

    return check


def _phones(value: Any, path: str) -> None:
    """One number, or a table: a township's or village's code, `township`, `county`, or a department function -> number."""
    if isinstance(value, str):
        _number(value, path)
        return
    for key, number in _table(value, path).items():
        code = key.isascii() and key.isdigit() and len(key) in (6, 9, 12)
        if not code and key not in ("township", "county") and key not in codes.ids("department"):
            raise Refused("XL-V08", "写镇、村代码，township、county，或部门编号", field=path)
        _number(number, f"{path}.{key}")


def _number(value: Any, path: str) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > 40 or any(char not in "0123456789-+() 转" for char in value):
        raise Refused("XL-V11", "电话写数字和横线", field=path)
    if not office_number(value):
        raise Refused("XL-V11", "不像电话：写手机号、区号和号码，或 12349 这样的短号，分机写在 转 后面", field=path)


def _village(value: Any, path: str) -> None:
    table = _table(value, path)
    for key in table:
        if key not in VILLAGE_KEYS:
            raise Refused("XL-V08", "、".join(sorted(VILLAGE_KEYS)), field=path)
    if not isinstance(table.get("name"), str) or not table["name"].strip():
        raise Refused("XL-V06", "要写村名", field=f"{path}.name")
    boards = table.get("boards", [])
    if not isinstance(boards, list) or any(not isinstance(one, str) or not one.strip() for one in boards):
        raise Refused("XL-V11", "公示栏写成列表", field=f"{path}.boards")
    if "phone" in table:
        _number(table["phone"], f"{path}.phone")
    if "recipients" in table:
        facts.count(table["recipients"], f"{path}.recipients")


def _bodies(value: Any, path: str) -> None:
    seen: set[str] = set()
    for at, row in enumerate(_rows(value, path)):
        for key in row:
            if key not in BODY_KEYS:
                raise Refused("XL-V08", "、".join(sorted(BODY_KEYS)), field=f"{path}[{at}]")
        if not isinstance(row.get("id"), str) or not row["id"] or row["id"] in seen:
            raise Refused("XL-V11", "每个机构要有自己的编号", field=f"{path}[{at}].id")
        seen.add(row["id"])
        for name in ("technical_posts", "socialwork_posts"):
            facts.count(row.get(name), f"{path}[{at}].{name}")
        if row["socialwork_posts"] > row["technical_posts"]:
            raise Refused("XL-Q06", "社会工作岗位比专业技术岗还多", field=f"{path}[{at}].socialwork_posts")


def _windows(value: Any, path: str) -> None:
    for at, row in enumerate(_rows(value, path)):
        for name in ("from", "to"):
            facts.day(row.get(name), f"{path}[{at}].{name}")
        if dt.date.fromisoformat(row["to"]) < dt.date.fromisoformat(row["from"]):
            raise Refused("XL-Q06", "止在起之前", field=f"{path}[{at}].to")


def _kind_rules(value: Any, path: str) -> None:
    for kind, categories in _table(value, path).items():
        if kind not in codes.ids("kind"):
            raise Refused("XL-V08", "没有这种救助", field=path)
        if not isinstance(categories, list) or any(one not in codes.ids("category") for one in categories):
            raise Refused("XL-V08", "、".join(codes.ids("category")), field=f"{path}.{kind}")


def _indicators(value: Any, path: str) -> None:
    risk_indicators.parse(value, path)


_SHAPES: dict[str, Callable[[Any, str], None]] = {
    "dibao_mode": _one_of("gap", "tier"), "half_year_condition": _one_of("any", "all"), "alert_days": _known_words("alert_class"),
    "referral_days": _known_words("department"), "phones": _phones, "hotline": _number, "village": _village, "service_bodies": _bodies,
    "emergency_windows": _windows, "kind_rules": _kind_rules, "risk_indicators": _indicators,
}
