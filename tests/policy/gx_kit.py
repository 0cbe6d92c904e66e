"""Questions to the shipped packs about a household of 珙县, and the answers of pack 001 picked out of the whole."""

from __future__ import annotations

from typing import Any

from xieli_tui.policy import ask

DAY = "2026-11-21"
STD = {"dibao_std_month": "735.00"}


def answers(op: str, *, region: str = "511526", asof: str = DAY, local: dict[str, Any] | None = None, **given: Any) -> list[dict[str, Any]]:
    """Everything the engine answers."""
    found: list[dict[str, Any]] = ask({"op": op, "region": region, "asof": asof, "local": local or {}, "given": given})["answers"]
    return found


def verdict(kind: str, person: str | None = None, **question: Any) -> dict[str, Any]:
    """The one answer of 001 about a kind (of one person)."""
    found = [
        one for one in answers("screen", **question) if one.get("kind") == kind and one["pack"] == "001" and (person is None or one.get("person") == person)
    ]
    assert len(found) == 1, found
    return found[0]


def screen_tasks(**question: Any) -> list[dict[str, Any]]:
    """Tasks a screening itself calls for."""
    return [one for one in answers("screen", **question) if "task" in one]


def task(name: str, **question: Any) -> dict[str, Any]:
    """The duty of that name."""
    found = [one for one in answers("due", **question) if one["task"] == name and one["pack"] == "001"]
    assert len(found) == 1, found
    return found[0]


def quantities(name: str, **question: Any) -> list[dict[str, Any]]:
    """Computed values of that name."""
    return [one for one in answers("compute", **question) if one["quantity"] == name]


def check(action: str, args: dict[str, Any] | None = None, *, region: str = "511526", asof: str = DAY, local: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    """The answer about one action."""
    question = {"op": "check", "region": region, "asof": asof, "local": local or {}, "given": given, "actions": [{"action": action, "args": args or {}}]}
    found: dict[str, Any] = ask(question)["answers"][0]
    return found


def lints(**question: Any) -> set[str]:
    """Lint ids."""
    return {one["lint"] for one in answers("lint", **question)}
