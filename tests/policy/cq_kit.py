"""Questions to the engine about a household in 重庆, for the tests of 003."""

from __future__ import annotations

from typing import Any

from xieli_tui.policy import ask

REGION = "500112"
DAY = "2026-11-21"
STD = {"dibao_std_month": "735.00"}


def answers(op: str, given: dict[str, Any] | None = None, local: dict[str, Any] | None = None, *, asof: str = DAY, region: str = REGION,
            actions: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    question: dict[str, Any] = {"op": op, "region": region, "asof": asof, "given": given or {}, "local": local or {}}
    if actions is not None:
        question["actions"] = actions
    found = ask(question)["answers"]
    assert isinstance(found, list)
    return found


def screen(kind: str, given: dict[str, Any], local: dict[str, Any] | None = None, *, person: str | None = None, reason: str | None = None,
           asof: str = DAY) -> dict[str, Any]:
    """The one answer of 003 about a kind."""
    found = [
        one for one in answers("screen", given, local, asof=asof)
        if one.get("kind") == kind and one.get("pack") == "003" and one.get("person") == person and one.get("reason") == reason
    ]
    assert len(found) == 1, found
    return found[0]


def verdict(kind: str, given: dict[str, Any], local: dict[str, Any] | None = None, **more: Any) -> str:
    return str(screen(kind, given, local, **more)["verdict"])


def person_verdict(kind: str, person: dict[str, Any], local: dict[str, Any] | None = None, hh: dict[str, Any] | None = None, **more: Any) -> str:
    return verdict(kind, {"hh": hh or {}, "persons": [{"id": "p1", **person}]}, local, person="p1", **more)


def check(action: str, args: dict[str, Any] | None = None, given: dict[str, Any] | None = None, local: dict[str, Any] | None = None,
          asof: str = DAY) -> dict[str, Any]:
    return answers("check", given, local, asof=asof, actions=[{"action": action, "args": args or {}}])[0]


def tasks(task: str, rule: str, given: dict[str, Any], local: dict[str, Any] | None = None, *, asof: str = DAY) -> list[dict[str, Any]]:
    """Tasks of one rule that ask for something (state none left out)."""
    return [one for one in answers("due", given, local, asof=asof) if one["task"] == task and one["rule"] == rule and one["state"] != "none"]


def quantity(name: str, given: dict[str, Any], local: dict[str, Any] | None = None, *, asof: str = DAY) -> list[dict[str, Any]]:
    return [one for one in answers("compute", given, local, asof=asof) if one["quantity"] == name and one["pack"] == "003"]


def lints(given: dict[str, Any]) -> list[str]:
    return [str(one["lint"]) for one in answers("lint", given) if one["pack"] == "003"]
