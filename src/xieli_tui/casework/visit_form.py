"""The visit as it is asked: its choices by digit, the words for who went along, and how an answered form becomes a request.

Used by the form of the app and by the one-question-at-a-time form of the command line, so that a draft begun in one is taken up in the other.

Rules kept here
- a form is a mapping of field names to texts and lists of ids, the same in a draft and on a screen (`met`, `on`, `visitor`, `together`, `marks`,
  `changes`, `safety`, `note`, `promise`, `promise_on`, `finding`);
- nobody's role is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from xieli_tui.casework.record_visit import RecordVisit
from xieli_tui.errors import Refused

FORM = "visit"
"""Its name among the drafts; the key is the household."""
MET = (("self", "本人"), ("family", "家属"), ("neighbour", "邻居"), ("none", "未遇"))
CHANGES = (
    ("hospital", "住院"), ("illness", "大病"), ("birth", "添人"), ("death", "去世"), ("job", "务工"), ("income", "收入"), ("move", "搬家"), ("schooling", "上学"),
    ("other", "其他"),
)
SAFETY = (("safe", "安全"), ("risk", "有隐患"), ("unseen", "没看"))
FINDINGS = (("true", "属实"), ("false", "不符"))
MARKS = ((1, "正常"), (2, "留意"), (3, "有困难"))
ROLE_WORDS = (
    ("村", "village_committee"), ("支书", "village_committee"), ("会计", "village_committee"), ("网格", "grid"), ("驻村", "cadre"), ("包村", "cadre"), ("镇", "township"),
    ("社工", "social_worker"), ("志愿", "volunteer"), ("邻", "neighbour"), ("结对", "pair"), ("协理", "coordinator"), ("慈善", "charity"), ("家属", "family"),
)


def companions(text: str) -> list[tuple[str, str]]:
    """`李平 网格员、王会 村干部` -> [(李平, grid), (王会, village_committee)].

    Raises:
        Refused: XL-V11 a name without a word for who it is.
    """
    out: list[tuple[str, str]] = []
    for piece in re.split(r"[、，,；;]", text):
        name, _, word = piece.strip().replace("(", " ").replace("（", " ").rstrip(")）").partition(" ")
        if not name:
            continue
        role = next((role for part, role in ROLE_WORDS if part in word), None)
        if role is None:
            raise Refused("XL-V11", "同去的人写上身份，如 李平 网格员", field="together")
        out.append((name, role))
    return out


def request(household: str, form: Mapping[str, Any], *, kind: str = "routine", alert: str = "") -> RecordVisit:
    """The verb's request of an answered form.

    Raises:
        Refused: XL-V11 somebody who went along has no role.
    """
    visitor = _text(form, "visitor")
    return RecordVisit(
        household=household, met=_one(form, "met"), on=_text(form, "on"), kind=kind, marks=dict(form.get("marks") or {}), changes=tuple(form.get("changes") or ()),
        house_safety=_one(form, "safety") or None, visitors=[*([(visitor, "coordinator")] if visitor else []), *companions(_text(form, "together"))],
        promise=_text(form, "promise") or None, promise_on=_text(form, "promise_on") or None, note=_text(form, "note") or None, answers_alert=alert or None,
        alert_finding=(_one(form, "finding") or None) if alert else None,
    )


def _text(form: Mapping[str, Any], name: str) -> str:
    value = form.get(name) or ""
    return value.strip() if isinstance(value, str) else ""


def _one(form: Mapping[str, Any], name: str) -> str:
    value = form.get(name) or ()
    return str(value[0]) if isinstance(value, (list, tuple)) and value else ""
