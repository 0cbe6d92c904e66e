"""Which local amounts stand in the help of which page: what a coordinator reads aloud there. The values come from the county's file, never from here.

Rules kept here
- a page names the parameters of its own matter; every page shows whom to telephone;
- what the county did not set does not appear, and the help says whose turn it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xieli_tui.ui.widgets.paint import Line, cell, line, say, split, width_of

if TYPE_CHECKING:
    from xieli_tui.casework.local_words import LocalWord

PHONES = ("phones", "hotline")
MONEY = ("dibao_std_month", "tekun_std_month", "dispo_income_prev_year", "rigid_ratio", "min_wage_month", "employment_cost_rule", "insure_tier1_fee", "insure_tier2_fee")
DAYS = ("visit_days", "alert_days", "referral_days", "notice_days", "supplement_days", "taper_months")
URGENT = ("small_advance_cap", "emergency_items", "supplement_days")
APPLY = (*MONEY, "small_advance_cap", "notice_days", "supplement_days", "taper_months", "dibao_mode", "dis_extend")
OF_PAGE: dict[str, tuple[str, ...]] = {
    "today": DAYS, "visit": ("visit_days", "alert_days"), "trip": ("visit_days", "alert_days"), "flag": URGENT, "urgent": URGENT, "start": APPLY, "applications": APPLY,
    "application": APPLY, "dossier": (*MONEY, *DAYS, "small_advance_cap"), "statement": MONEY, "hint": MONEY, "refer": ("referral_days",), "referral": ("referral_days",),
    "queue": (*DAYS, "small_advance_cap"), "case": (*MONEY, *DAYS, "small_advance_cap", "reserve_balance"), "settings": ("lock_minutes",), "referrals": ("referral_days",), "alert_issue": ("alert_days",), "scan": ("alert_days", "risk_indicators"),
    "event_open": ("visit_days",), "coverage": ("visit_days",), "conference": ("small_advance_cap",),
}


def wanted(code: str) -> tuple[str, ...]:
    """Keys for a page by its code; the telephone numbers for every page."""
    return (*OF_PAGE.get(code, ()), *PHONES)


def chosen(code: str, words: Sequence[LocalWord]) -> list[LocalWord]:
    """What is in force of what the page wants, in the page's order."""
    return [one for key in wanted(code) for one in words if one.key == key]


def lines(words: Sequence[LocalWord], width: int) -> list[Line]:
    """Rows: what it is, how much, since when."""
    if not words:
        return say("县里还没有给出当地的标准、期限和电话。", "$ink-2", width, "  " if width > 40 else "")
    out: list[Line] = []
    for one in words:
        name = f"{one.word}({one.scope})" if one.scope else one.word
        if width > 40:
            pieces = say(one.text, width=31)  # a cell between the sum and its day
            out.append(line("  ", cell(name, 28), cell(pieces[0].text, 32), (f"{one.since} 起" if one.since else "", "$ink-3")))
            out += [line(" " * 30, *piece.parts) for piece in pieces[1:]]
        elif width_of([name, one.text]) + 2 <= width:
            out.append(split([(name, "$ink-3")], [one.text], width))
        else:
            out += [*say(name, "$ink-3", width), *say(one.text, "", width, "  ")]
    return out
