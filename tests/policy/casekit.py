"""Cases written from the clauses, one line each: the tables in tests/policy/cases/*.txt and how they are read.

    # 003:(一) 低保边缘家庭：人均收入低于 1.5 倍                      a comment: the clause
    [CQ-02 screen dibao_edge 500112]                               rule, op, kind (action, task, quantity, lint), region
    hh.size=3 hh.income_month=3307.49 hh.assets_ok=true            base facts, carried by every case below
    => meets                                                       a case: base, changes, then what must be answered
    hh.income_month=3307.50 => fails because:人均收入
    -hh.assets_ok => needs_info missing:hh.assets_ok

Rules kept here
- `p1.x` is a fact of person p1, `args.x` an argument of the action, `visits=2026-01-02,2026-02-03` dated records; JSON without spaces anywhere;
  `asof=`, `region=`, `key=` stand for the question itself; `-path` takes a fact away; `?` is unknown;
- an expectation is one word (verdict, state, result, `value`, `lint`, `clean`, `absent`, `silent`), then `key:value` pairs that must stand in
  the answer (`missing:a,b` is the whole set, `because:text` a part, `has:key` a key), and `person:`/`reason:` to choose the answer;
- a check that must be stopped by another rule names it (`block rule:X-04`);
- a case is *for* the rule when it yields what the clause gives (meets, discretion, a task, a value, a clean lint, allow, or a guard that has
  nothing to object), *against* it otherwise (fails, needs_info, none, lint, block, warn, route); `!silent` is a silence that counts against.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from xieli_tui.policy import ask, shipped
from xieli_tui.policy.facts import FIELDS, LISTS

FOLDER = Path(__file__).parent / "cases"
FOR = frozenset({"meets", "discretion", "pending", "overdue", "suspended", "value", "clean", "allow", "silent"})
DATED = ("visits", "it_checks", "home_surveys", "reviews")
_HEADER = re.compile(r"^\[(\S+) (screen|check|due|compute|lint) (\S+) (\d+)( \S+)?\]$")


@dataclass(frozen=True)
class Case:
    """One line of a table."""

    where: str
    rule: str
    op: str
    key: str
    facts: tuple[tuple[str, str], ...]
    word: str
    expect: tuple[tuple[str, str], ...]
    flipped: bool = False

    @property
    def is_for(self) -> bool:
        """Whether the case yields what the clause gives."""
        return (self.word in FOR) is not self.flipped

    def question(self) -> dict[str, Any]:
        """The question as `xieli policy ask` takes it."""
        out: dict[str, Any] = {"op": self.op, "region": "", "asof": "2026-11-21", "local": {}, "given": {}}
        args: dict[str, Any] = {}
        key = self.key
        for path, text in self.facts:
            if path in ("region", "asof"):
                out[path] = text
            elif path == "key":
                key = text
            else:
                _put(out, args, path, text)
        if self.op == "check":
            out["actions"] = [{"action": key, "args": args}]
        return out


def _put(out: dict[str, Any], args: dict[str, Any], path: str, text: str) -> None:
    head, _, rest = path.partition(".")
    given = out["given"]
    if not rest:
        given[head] = [{"date": day} for day in text.split(",") if day] if head in DATED and not text.startswith("[") else json.loads(text)
        return
    if head == "args":
        table, section = args, "args"
    elif head == "local":
        table, section = out["local"], "local"
    elif re.fullmatch(r"p\d+", head):
        people: list[dict[str, Any]] = given.setdefault("persons", [])
        if all(one["id"] != head for one in people):
            people.append({"id": head})
        table, section = next(one for one in people if one["id"] == head), "p"
    else:
        table, section = given.setdefault(head, {}), head
    *path_in, name = rest.split(".")
    for part in path_in:
        table = table.setdefault(part, {})
    if name != "_":  # `p1._=1` names a person of whom nothing is known
        table[name] = _value(text, "" if path_in else FIELDS.get(section, {}).get(name, ""))


def _value(text: str, kind: str) -> Any:
    if text == "?":
        return "unknown"
    if text in ("true", "false"):
        return text == "true"
    if text[:1] in "[{" or (kind in ("count", "spec") and text.lstrip("-").isdigit()):
        return json.loads(text)
    return text.split(",") if kind == "words" else text


@cache
def tables() -> tuple[Case, ...]:
    """Every case of every table."""
    found: list[Case] = []
    for path in sorted(FOLDER.glob("*.txt")):
        rule = op = key = ""
        base: dict[str, str] = {}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            text = line.strip()
            where = f"{path.name}:{number}"
            if not text or text.startswith("#"):
                continue
            head = _HEADER.match(text)
            if head:
                rule, op, key = head[1], head[2], head[3]
                base = {"region": head[4]} | ({"asof": head[5].strip()} if head[5] else {})
                continue
            assert rule, f"{where}: no header yet"
            left, arrow, right = text.partition("=>")
            facts = dict(base)
            for token in left.split():
                name, sign, value = token.partition("=")
                if token.startswith("-") and not sign:
                    assert name[1:] in facts, f"{where}: {name[1:]} is not among the base facts"
                    del facts[name[1:]]
                else:
                    assert sign, f"{where}: {token}"
                    facts[name] = value
            if not arrow:
                base = facts
                continue
            word, *more = right.split()
            expect = tuple((one.partition(":")[0], one.partition(":")[2]) for one in more)
            found.append(Case(where, rule, op, key, tuple(facts.items()), word.removeprefix("!"), expect, word.startswith("!")))
    return tuple(found)


def pack_of(rule: str) -> str:
    """Id of the pack whose rule it is."""
    return next(pack.id for pack in shipped().packs.values() if rule in pack.rules)


def answers(case: Case) -> list[dict[str, Any]]:
    """What the packs answer."""
    found: list[dict[str, Any]] = ask(case.question())["answers"]
    return found


def check(case: Case) -> None:
    """Ask, choose the answer of the rule, compare. Raises AssertionError with the line."""
    found = answers(case)
    expect = dict(case.expect)
    facts = dict(case.facts)
    key = facts.get("key", case.key)
    pick = {name: expect.pop(name) for name in ("person", "reason") if name in expect}
    told = f"{case.where} {case.rule} {case.word}: "
    if case.op == "check":
        one = found[0]
        speaks = [one["rule"], *(other["rule"] for other in one.get("others", ()))]
        if case.word == "silent":
            assert case.rule not in speaks, told + repr(one)
            return
        assert one["result"] == case.word, told + repr(one)
        assert one["rule"] == case.rule or case.word == "allow" or "rule" in expect, told + repr(one)
        _compare(one, expect, told)
        return
    mine = [
        one for one in found
        if _key(one, case.op) == key and one.get("pack") == pack_of(case.rule) and all(one.get(name) == value for name, value in pick.items())
    ]
    if case.op == "screen":
        assert len(mine) == 1, told + repr(mine)
        assert mine[0]["verdict"] == case.word, told + repr(mine[0])
        assert case.rule in (mine[0]["rule"], *mine[0].get("rules", ())), told + repr(mine[0])
        _compare(mine[0], expect, told)
        return
    mine = [one for one in mine if one["rule"] == case.rule and one.get("state") != "none"]
    if case.word in ("none", "absent", "clean"):
        assert not mine, told + repr(mine)
        return
    assert mine, told + repr(found)
    one = next((one for one in mine if _word(one, case.op) == case.word), mine[0])
    assert _word(one, case.op) == case.word, told + repr(mine)
    _compare(one, expect, told)


def _key(one: dict[str, Any], op: str) -> Any:
    if op == "lint":
        return one["lint"].partition(":")[0]
    return one.get({"screen": "kind", "due": "task", "compute": "quantity"}[op])


def _word(one: dict[str, Any], op: str) -> str:
    if op == "compute":
        return "value" if "value" in one else str(one["verdict"])
    return "lint" if op == "lint" else str(one["state"])


def _compare(one: dict[str, Any], expect: dict[str, str], told: str) -> None:
    for name, value in expect.items():
        if name == "missing":
            assert set(one.get("missing", ())) == set(value.split(",")), told + repr(one)
        elif name == "because":
            assert any(value in text for text in one["because"]), told + repr(one)
        elif name == "has":
            assert one.get(value) is not None, told + repr(one)
        else:
            assert json.dumps(one.get(name), ensure_ascii=False, separators=(",", ":")).strip('"') == value, told + f"{name} " + repr(one)


__all__ = ["DATED", "FIELDS", "LISTS", "Case", "answers", "check", "pack_of", "tables"]
