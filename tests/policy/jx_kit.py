"""Questions to the shipped packs about a household of Jiangxi, and the answers of pack 000 picked out of the whole."""

from __future__ import annotations

from typing import Any

from xieli_tui.policy import ask

REGION = "360100"
DAY = "2026-11-21"
STD = {"dibao_std_month": "700.00"}
ABOVE = {"size": 2, "income_month": "1400.00", "assets_ok": True}
"""Exactly one standard: X-05 fails."""


def answers(op: str, *, region: str = REGION, asof: str = DAY, local: dict[str, Any] | None = None, **given: Any) -> list[dict[str, Any]]:
    """Everything the engine answers."""
    found: list[dict[str, Any]] = ask({"op": op, "region": region, "asof": asof, "local": local or {}, "given": given})["answers"]
    return found


def verdict(kind: str, person: str | None = None, **question: Any) -> dict[str, Any]:
    """The one answer of 000 about a kind (of one person)."""
    found = [one for one in answers("screen", **question) if one.get("kind") == kind and one["pack"] == "000" and (person is None or one.get("person") == person)]
    assert len(found) == 1, found
    return found[0]


def tasks(name: str, person: str | None = None, **question: Any) -> list[dict[str, Any]]:
    """The duties of that name that are not none."""
    return [
        one for one in answers("due", **question)
        if one["task"] == name and one["pack"] == "000" and one["state"] != "none" and (person is None or one.get("person") == person)
    ]


def task(name: str, person: str | None = None, **question: Any) -> dict[str, Any]:
    """The one duty of that name."""
    found = tasks(name, person, **question)
    assert len(found) == 1, found
    return found[0]


def state(name: str, **question: Any) -> str:
    """The state of the one duty of that name, `none` when nothing is owed."""
    found = {one["state"] for one in answers("due", **question) if one["task"] == name and one["pack"] == "000"}
    assert len(found) == 1, found
    return str(found.pop())


def quantity(name: str, **question: Any) -> dict[str, Any]:
    """The one computed value of that name."""
    found = quantities(name, **question)
    assert len(found) == 1, found
    return found[0]


def quantities(name: str, **question: Any) -> list[dict[str, Any]]:
    """Computed values of that name."""
    return [one for one in answers("compute", **question) if one["quantity"] == name and one["pack"] == "000"]


def check(action: str, args: dict[str, Any] | None = None, *, region: str = REGION, asof: str = DAY, local: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
    """The answer about one action."""
    question = {"op": "check", "region": region, "asof": asof, "local": local or {}, "given": given, "actions": [{"action": action, "args": args or {}}]}
    found: dict[str, Any] = ask(question)["answers"][0]
    return found


def lints(**question: Any) -> set[str]:
    """Lint ids of 000."""
    return {one["lint"] for one in answers("lint", **question) if one["pack"] == "000"}
