"""Which local parameter which rule waits for: the table `county lint` goes by, held against the code of the rules."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from xieli_tui.policy import local, local_needs, rules, shipped
from xieli_tui.policy.registry import registered

FOLDER = Path(rules.__path__[0])
DAYS = "days"
"""`ctx.days("alert_days", …)` reads `local.alert_days`."""


def _key(call: ast.Call) -> str | None:
    """The parameter a call reads: `ctx.local("x.y")`, `ctx.local(f"x.{…}")`, `ctx.local.rows("x")`, `ctx.days("x")`."""
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else ""
    rows = name == "rows" and isinstance(func, ast.Attribute) and isinstance(func.value, ast.Attribute) and func.value.attr == "local"
    if not (rows or name in ("local", DAYS)) or not call.args:
        return None
    first = call.args[0]
    if isinstance(first, ast.JoinedStr):
        first = first.values[0]
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value.split(".")[0]
    return None


def _functions() -> dict[tuple[str, str], ast.FunctionDef]:
    found: dict[tuple[str, str], ast.FunctionDef] = {}
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                found[path.stem, node.name] = node
    return found


def _imports() -> dict[str, dict[str, str]]:
    out: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("xieli_tui.policy.rules."):
                for name in node.names:
                    out[path.stem][name.asname or name.name] = node.module.rsplit(".", 1)[1]
    return out


def _reads(module: str, name: str, seen: set[tuple[str, str]], functions: dict[tuple[str, str], ast.FunctionDef], imports: dict[str, dict[str, str]]) -> set[str]:
    if (module, name) in seen or (module, name) not in functions:
        return set()
    seen.add((module, name))
    out: set[str] = set()
    by_name = any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "local" and isinstance(node.args[0], ast.Name)
        for node in ast.walk(functions[module, name])
    )
    for node in ast.walk(functions[module, name]):
        if isinstance(node, ast.Call):
            key = _key(node)
            if key:
                out.add(key)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            out |= _reads(imports[module].get(node.id, module), node.id, seen, functions, imports)
        if by_name and isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in {key for key, _, _ in local.CATALOGUE}:
            out.add(node.value)  # a name handed to ctx.local through a loop
    return out


def read_by_the_code() -> dict[str, set[str]]:
    """Parameter -> rules whose function (or what it calls) reads it."""
    functions, imports = _functions(), _imports()
    found: dict[str, set[str]] = defaultdict(set)
    for rule, registers in registered().items():
        for one in registers:
            module, _, name = one.where.partition(":")
            for key in _reads(module.rsplit(".", 1)[1], name, set(), functions, imports):
                found[key].add(rule)
    return found


def test_the_table_of_waiting_rules_is_what_the_rules_really_read() -> None:
    """X-03: a parameter a rule reads is in the table under that rule, and nothing else is."""
    assert {key: set(rules) for key, rules in local_needs.READ_BY.items()} == dict(read_by_the_code())


def test_every_parameter_a_rule_waits_for_is_in_the_catalogue_and_every_rule_in_a_pack() -> None:
    known = {key for key, _, _ in local.CATALOGUE}
    ids = {rule for pack in shipped().packs.values() for rule in pack.rules}
    for table in (local_needs.READ_BY, local_needs.BESIDE):
        assert set(table) <= known
        assert {rule for rules in table.values() for rule in rules} <= ids


def test_what_only_widens_a_rule_is_not_called_missing() -> None:
    """A switch the clause leaves to the county (可, 有条件的地方) is no gap when it was never thrown."""
    assert set(local_needs.READ_BY) | set(local_needs.BESIDE) >= local_needs.SWITCHES
    assert "dibao_std_month" not in local_needs.SWITCHES


if __name__ == "__main__":
    for key, rules_ in sorted(read_by_the_code().items()):
        print(f'    "{key}": {tuple(sorted(rules_))},')
