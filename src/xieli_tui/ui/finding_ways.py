"""The ways to one finding, to the list of them, and from a finding to what deals with it; and from a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xieli_tui.casework import findings
from xieli_tui.ui.screens.digit_menu import Way
from xieli_tui.ui.screens.findings import FindingPage, FindingsPage, FindingStepPage, HeardPage, ReferOutPage, SettlePage
from xieli_tui.ui.screens.urgent import Emergency, UrgentPage

if TYPE_CHECKING:
    from xieli_tui.casework.findings import Finding
    from xieli_tui.ui.app import XieliApp

FORMS = frozenset({"settle", "finding_step", "refer_out", "refer_heard"})
"""Drafts that are opened again here; the key is the household (or `outsider`) with the finding behind a colon."""


def open_list(app: XieliApp) -> None:
    """Every finding."""
    app.open(FindingsPage())


def open_finding(app: XieliApp, flag: str) -> None:
    """One finding."""
    app.open(FindingPage(flag))


def of_finding(one: Finding) -> list[Way]:
    """What can be done about a finding, in the order of the digits."""
    from xieli_tui.ui import entry_ways, matter_ways, places

    done = f"{one.settled_on} 已经了结" if one.settled_on else ""
    outside = "不在名单上的人没有户档，先建新户" if one.outsider else ""

    def report(app: XieliApp) -> None:
        app.open(UrgentPage(Emergency(
            one.id, one.household, one.who, one.causes, one.on, place=one.place, situation=one.situation, needs=one.needs, found_by=one.found_by, village=one.village,
        )))

    waiting = next((sent for sent in one.referrals if sent.open), None)

    def refer(app: XieliApp) -> None:
        if one.outsider:
            app.open(ReferOutPage(one))
        else:
            matter_ways.open_refer(app, one.household)

    def mend(app: XieliApp) -> None:
        if one.outsider:
            entry_ways.open_outside(app, one.ref, one.who)
        else:
            entry_ways.open_entry(app, one.household, one.ref)

    ways = [
        Way("记一步", "看到、上门、帮助、补手续", lambda app: app.open(FindingStepPage(one)), "" if one.file is not None and one.file.open_stages else done),
        Way("电话报告", "几点打的，谁接的", report, f"{one.reported_at[5:16].replace('T', ' ')} 报告过了" if one.reported_at else done),
        Way("协助申请", "带着这件登记起一件申请", lambda app: places.open_start(app, one.household, emergency=one.urgency == "emergency", flag=one.id), outside),
        Way("转介", "转给医保、住建、救助站", refer),
        Way("了结", "怎么了结的", lambda app: app.open(SettlePage(one)), done),
        Way("更正", "写错了更正，写重了撤回", mend),
    ]
    if waiting is not None:
        ways.append(Way("转介回音", f"{waiting.department_name}怎么说", lambda app: app.open(HeardPage(one, waiting))))
    return ways


def open_draft(app: XieliApp, form: str, key: str) -> None:
    """A half-filled form of this kind."""
    _, _, flag = key.partition(":")
    page = app.page
    found = page.attempt(lambda: findings.show(app.session, flag)) if page is not None else None
    if found is None:
        return
    waiting = next((sent for sent in found.referrals if sent.open), None)
    if form == "refer_out":
        app.open(ReferOutPage(found))
    elif form == "refer_heard":
        app.open(HeardPage(found, waiting) if waiting is not None else FindingPage(flag))
    elif found.settled_on:
        app.open(FindingPage(flag))
    else:
        app.open(SettlePage(found) if form == "settle" else FindingStepPage(found))
