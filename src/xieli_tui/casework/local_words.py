"""What the county set and what holds here today, in words to read aloud: standards, days, phones. Nothing that was not set appears.

Rules kept here
- only rows in force on the day, of the nearest scope (`policy.local`); each with the day it began;
- a sum carries its unit as the catalogue says, and is never computed from another;
- what has no plain form (rules in tables) is named as set and not spelt out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xieli_tui.casework.session import Session
from xieli_tui.domain import codes
from xieli_tui.policy import facts, local
from xieli_tui.store import queries
from xieli_tui.store.queries.rows import LocalParam

QUIET = frozenset({"village", "service_bodies", "risk_indicators", "reserve_balance"})
"""Registers and desk figures: not for reading aloud at a door."""
CHOSEN = {"dibao_mode": {"gap": "差额", "tier": "分档"}, "half_year_condition": {"any": "任一条", "all": "两条都要"}}
"""Parameters that are one of two words."""


@dataclass(frozen=True, slots=True)
class LocalWord:
    """One local parameter in force: key, what it is, its value in words, the day it began, 城/乡 or a place where it does not hold for all."""

    key: str
    word: str
    text: str
    since: str
    scope: str


def in_force(session: Session) -> list[LocalWord]:
    """Everything in force at this desk today, in the order of the catalogue."""
    with session.reading() as tx:
        rows = queries.local_params(tx, on=session.today.isoformat())
    here = session.profile.villages[0] if session.profile.villages else session.profile.area
    return words(rows, session.today, here)


def words(rows: Sequence[LocalParam], on: dt.date, here: str) -> list[LocalWord]:
    """Dated rows as words; of one key and scope the one that began last."""
    out: list[LocalWord] = []
    for key, word, unit in local.CATALOGUE:
        if key in QUIET:
            continue
        scopes: dict[str, LocalParam] = {}
        for row in sorted((row for row in rows if row.key == key), key=lambda row: row.start):
            if row.area and row.area not in ("urban", "rural") and not here.startswith(row.area):
                continue
            if row.start <= on.isoformat() and (not row.end or on.isoformat() <= row.end):
                scopes[row.area] = row
        for area, row in sorted(scopes.items()):
            text = _text(key, local.value_of(row), unit, here)
            if text:
                out.append(LocalWord(key, word.partition(" ")[0], text, row.start, _scope(area)))
    return out


def _scope(area: str) -> str:
    return codes.label("area", area) if area in ("urban", "rural") else "" if not area else "本镇" if len(area) == 9 else "本村" if len(area) == 12 else ""


def _text(key: str, value: Any, unit: str, here: str) -> str:
    kind = facts.FIELDS["local"].get(key, "any")
    if key == "phones":
        return _phones(value, here)
    if isinstance(value, bool):
        return "是" if value else "否"
    if kind == "ratio":
        return f"{value}"
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "、".join(value) if key != "queryable_docs" else codes.labels("doc", value)
    if key in CHOSEN:
        return CHOSEN[key].get(str(value), str(value))
    if isinstance(value, (str, int)):
        return f"{value} {unit}" if unit else f"{value}"
    if isinstance(value, dict) and "days" in value:
        return f"{value['days']} {'个工作日' if value.get('unit') == 'working' else '天'}"
    if key in ("alert_days", "referral_days") and isinstance(value, dict):
        return _limits(key, value)
    if key == "delegations" and isinstance(value, list):
        return "，".join(f"{codes.label('kind', str(one.get('kind')))} {one.get('max_amount')} 元以内由镇(街道)定" for one in value if here.startswith(str(one.get("township"))))
    return "县里已经定了，看政策提示" if value else ""


def _limits(key: str, value: dict[str, Any]) -> str:
    """Time limits by class or department; one number where all are the same."""
    said = {name: _text("", one, "天", "") for name, one in value.items()}
    if len(set(said.values())) == 1 and len(said) > 1:
        return f"都是 {next(iter(said.values()))}"
    vocab = "alert_class" if key == "alert_days" else "department"
    return "，".join(f"{'其他' if name == '*' else codes.label(vocab, name)} {days}" for name, days in said.items())


def _phones(value: Any, here: str) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    said = []
    for code, number in value.items():
        if code.isdigit():
            if here.startswith(code):
                said.append(f"{'村' if len(code) == 12 else '镇民政办' if len(code) == 9 else '县里'} {number}")
        else:
            said.append(f"{_desk(code)} {number}")
    return "，".join(dict.fromkeys(said))


def _desk(code: str) -> str:
    return {"township": "镇民政办", "county": "县民政局"}.get(code) or codes.label("department", code)
