"""A question: read, checked and frozen before any rule sees it.

Rules kept here
- every refusal names the field by its path (`given.persons[0].birth_date`) and repeats no value;
- what is unknown is dropped here, so that a rule meets two cases only: a value, or none;
- nothing is filled in but `given.hh.region`, which defaults to `region`.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Literal, cast

from xieli_tui.domain import codes
from xieli_tui.errors import Refused
from xieli_tui.policy import facts

Op = Literal["screen", "check", "due", "compute", "lint", "packs"]
OPS = ("screen", "check", "due", "compute", "lint", "packs")


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `given`, `local` and `actions` hold typed values (Fraction, date, bool, words)."""

    op: Op
    region: str
    asof: dt.date
    local: dict[str, Any]
    given: dict[str, Any]
    actions: tuple[dict[str, Any], ...]

    @property
    def hh_region(self) -> str:
        """The household's region."""
        return str(self.given["hh"]["region"])


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise ValueError("a key stands twice")
    return out


def _no_constant(word: str) -> Any:
    raise ValueError(word)


def read_json(text: str | bytes) -> Any:
    """JSON as it is on paper: no NaN, no key twice. Raises XL-Q01."""
    try:
        return json.loads(text, object_pairs_hook=_pairs, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused("XL-Q01") from None


def parse_question(raw: Any, local: dict[str, Any] | None = None) -> Question:
    """The question of design 06. `local` = its parameters read already, where many questions share one table.

    Raises:
        Refused: XL-Q01 no JSON object, XL-Q02 op, XL-Q03 action, XL-Q04 day, XL-Q05 money, XL-Q06 impossible value, XL-Q07 region; each with `field`.
    """
    if not isinstance(raw, dict):
        raise Refused("XL-Q01")
    op = raw.get("op")
    if op not in OPS:
        raise Refused("XL-Q02", field="op")
    asof = facts.day(raw.get("asof"), "asof")
    region = facts.region(raw.get("region"), "region")
    local = facts.section("local", _table(raw, "local"), "local") if local is None else local
    given = _given(_table(raw, "given"), asof)
    given["hh"].setdefault("region", region)
    return Question(cast(Op, op), region, asof, local, given, _actions(raw, str(op)))


def _table(raw: dict[str, Any], name: str) -> dict[str, Any]:
    found = raw.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Refused("XL-Q06", field=name)
    return found


def _given(raw: dict[str, Any], asof: dt.date) -> dict[str, Any]:
    out: dict[str, Any] = {"hh": {}}
    for name, value in raw.items():
        path = f"given.{name}"
        if facts.absent(value):
            continue
        if name in facts.LISTS:
            if not isinstance(value, list):
                raise Refused("XL-Q06", field=path)
            out[name] = [facts.section(facts.LISTS[name], one, f"{path}[{index}]") for index, one in enumerate(value)]
        elif name in facts.TABLES:
            out[name] = facts.section(name, value, path)
        else:
            out[str(name)] = facts.free(value, path)
    size = out["hh"].get("size")
    if size is not None and size < 1:
        raise Refused("XL-Q06", field="given.hh.size")
    facts.no_contradiction(out["hh"], "given.hh")
    seen: set[str] = set()
    for index, person in enumerate(out.get("persons", [])):
        path = f"given.persons[{index}]"
        facts.no_future_birth(person, asof, path)
        facts.no_contradiction(person, path)
        person.setdefault("id", f"p{index + 1}")
        if person["id"] in seen:
            raise Refused("XL-Q06", "编号重复", field=f"{path}.id")
        seen.add(person["id"])
    return out


def _actions(raw: dict[str, Any], op: str) -> tuple[dict[str, Any], ...]:
    found = raw.get("actions")
    if op != "check":
        return ()
    if not isinstance(found, list) or not found:
        raise Refused("XL-Q03", field="actions")
    known = codes.ids("action")
    out = []
    for index, one in enumerate(found):
        path = f"actions[{index}]"
        if not isinstance(one, dict) or one.get("action") not in known:
            raise Refused("XL-Q03", field=f"{path}.action")
        args = one.get("args")
        if args is not None and not isinstance(args, dict):
            raise Refused("XL-Q06", field=f"{path}.args")
        out.append({"action": one["action"], "args": facts.section("args", args or {}, f"{path}.args"), "raw": args or {}})
    return tuple(out)
