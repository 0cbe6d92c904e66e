"""The way from place to place: what a place key opens, at a village and at a desk.

Rules kept here
- from the same key the same place, whatever page is in front; a page about a household hands it on (F4 there is a visit of that family);
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_tui.casework import about, alerts, drafts, households
from xieli_tui.casework.views import TodayTask
from xieli_tui.domain import codes
from xieli_tui.ui import application_ways, case_ways, desk_ways, entry_ways, fact_ways, family_ways, finding_ways, matter_ways, standing_ways, words
from xieli_tui.ui.screens.alerts import AlertsPage, DisposePage
from xieli_tui.ui.screens.application import ApplicationPage
from xieli_tui.ui.screens.apply import ApplicationsPage, StartPage
from xieli_tui.ui.screens.backups import BackupsPage
from xieli_tui.ui.screens.base import Page
from xieli_tui.ui.screens.case import CasePage
from xieli_tui.ui.screens.dossier import BESIDE, DossierPage
from xieli_tui.ui.screens.drafts import DraftsPage
from xieli_tui.ui.screens.flag import OUTSIDER_KEY, FlagPage
from xieli_tui.ui.screens.households import HouseholdsPage
from xieli_tui.ui.screens.inbox import InboxPage, SendHomePage
from xieli_tui.ui.screens.lint import LintPage
from xieli_tui.ui.screens.local_rules import LocalPage
from xieli_tui.ui.screens.menu import MenuPage
from xieli_tui.ui.screens.queue import QueuePage
from xieli_tui.ui.screens.reports import ReportsPage
from xieli_tui.ui.screens.send import SendPage
from xieli_tui.ui.screens.settings import SettingsPage
from xieli_tui.ui.screens.today import TodayPage
from xieli_tui.ui.screens.trip import KEY, TripPage
from xieli_tui.ui.screens.urgent import Emergency, UrgentPage
from xieli_tui.ui.screens.visit import VisitPage

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.ui.app import XieliApp

DOSSIER_TABS = {
    "add_id": "2", "fix_facts": "2", "certificate_end": "2", "job_offer": "2", "guidance": "2", "training_info": "2", "birthday": "9", "consent_end": "6",
}
"""Task of 今日 -> page of the dossier where it is dealt with; else 概况."""
VISIT_KINDS = {
    "promise_due": "return", "visit_quarter": "quarterly", "review": "review", "review_minor_18": "review", "taper_end": "review", "exit_review": "review",
}
"""Task of 今日 -> kind of the visit that answers it; else 经常性走访."""


def names(session: Session) -> tuple[str, str]:
    """(operator, village or office) for the title line."""
    return about.operator(session), words.short_place(about.place(session))


def outside(workspace: Path) -> about.Outside:
    """A locked workspace as it is seen from outside."""
    return about.outside(workspace)


def is_desk(app: XieliApp) -> bool:
    return app.session.role != "village"


def home(app: XieliApp) -> Page:
    """The first page of a role: 今日 or 队列."""
    return QueuePage() if is_desk(app) else TodayPage()


def go(app: XieliApp, place: str) -> None:
    """Open a place of the key table."""
    page = app.page
    if page is None or page.go_here(place):
        return
    if place == "today":
        app.back_home()
    elif place == "menu":
        app.open(MenuPage())
    elif place == "alerts":
        _bring(app, AlertsPage())
    elif place == "reports":
        _bring(app, ReportsPage())
    elif place == "local":
        _bring(app, LocalPage())
    elif place == "drafts":
        _bring(app, DraftsPage())
    elif place == "settings":
        _bring(app, SettingsPage())
    elif place == "backups":
        _bring(app, BackupsPage())
    elif is_desk(app):
        _go_desk(app, page, place)
    else:
        _go_village(app, page, place)


def _bring(app: XieliApp, page: Page) -> None:
    """Open a page; one of the same class that stands in front is replaced, so Esc never walks through copies."""
    front = app.page
    if type(front) is type(page):
        front.leave()
        app.pop_screen()
    elif isinstance(front, MenuPage):
        app.pop_screen()
    app.open(page)


def _go_village(app: XieliApp, page: Page, place: str) -> None:
    household = page.about()
    if place in ("households", "find"):
        _bring(app, HouseholdsPage())
    elif place == "visit":
        open_visit(app, household) if household else _bring(app, HouseholdsPage("visit"))
    elif place == "flag":
        open_flag(app, household) if household else _bring(app, HouseholdsPage("flag"))
    elif place == "apply":
        open_start(app, household) if household else _bring(app, ApplicationsPage())
    elif place == "send":
        _bring(app, SendPage())


def _go_desk(app: XieliApp, page: Page, place: str) -> None:
    if place == "households":
        _bring(app, InboxPage())
    elif place == "lint":
        _bring(app, LintPage())
    elif place == "find":
        _bring(app, HouseholdsPage())
    elif place == "visit":
        _bring(app, HouseholdsPage("apply"))
    elif place == "flag":
        _bring(app, HouseholdsPage())
    elif place == "send":
        _bring(app, SendHomePage())
    elif place == "apply":
        page.say("退回补正在个案里按 F6。")


def open_dossier(app: XieliApp, household: str, tab: str = "1") -> None:
    """The dossier of a family."""
    page = app.page
    card = page.attempt(lambda: households.show(app.session, household, entries=BESIDE)) if page else None
    if card is not None:
        app.open(DossierPage(household, tab, card))


def open_visit(app: XieliApp, household: str, kind: str = "", alert: str = "") -> None:
    """A visit form; its draft is taken up when there is one."""
    page = app.page
    card = page.attempt(lambda: households.show(app.session, household)) if page else None
    if card is not None:
        kept = drafts.load_draft(app.session, VisitPage.FORM, household)
        if kept is not None and not alert and kept.data.get("alert"):
            kind, alert = str(kept.data.get("kind") or kind), str(kept.data["alert"])
        elif kept is not None and not kind:
            kind = str(kept.data.get("kind") or "")
        _bring(app, VisitPage(card, kind, alert))


def open_trip(app: XieliApp, only: Sequence[str] = (), here: str = "") -> None:
    """The visits of one trip on one page; its draft is taken up when there is one, with the families pressed there beside those asked for."""
    kept = drafts.load_draft(app.session, TripPage.FORM, KEY) if only else None
    if kept is not None:
        only = tuple(dict.fromkeys((*only, *kept.data.get("met", {}))))
    _bring(app, TripPage(only, here=here))


def open_flag(app: XieliApp, household: str = "", name: str = "") -> None:
    """A finding about a family, or about someone who is not on the list (no household); `name` as she looked for him."""
    page = app.page
    card = page.attempt(lambda: households.show(app.session, household)) if page and household else None
    if card is not None or not household:
        _bring(app, FlagPage(card, name))


def open_start(app: XieliApp, household: str, *, emergency: bool = False, flag: str = "") -> None:
    """协助填写: a new application of a family; a draft that was begun from a finding goes on as that."""
    page = app.page
    card = page.attempt(lambda: households.show(app.session, household)) if page else None
    if card is not None:
        kept = drafts.load_draft(app.session, StartPage.FORM, household)
        if kept is not None and not flag:
            flag = str(kept.data.get("flag") or "")
        _bring(app, StartPage(card, emergency=emergency, flag=flag))


def open_applications(app: XieliApp) -> None:
    """The list of applications, whichever family is in front (F6 there begins one of hers)."""
    _bring(app, ApplicationsPage())


def open_application(app: XieliApp, application: str) -> None:
    """One application: at a village its papers and signatures, at a desk the case."""
    page = app.page
    if page is None:
        return
    if is_desk(app):
        app.open(CasePage(application))
        return
    app.open(ApplicationPage(application))


def act(app: XieliApp, task: TodayTask) -> None:
    """Enter on a line of 今日: open the page where it is dealt with."""
    page = app.page
    if task.task == "alert_verify" and page is not None:
        open_alert(app, page, task.target)
    elif task.task == "notice_end" and task.target:
        application_ways.open_notices(app, task.target)
    elif task.task == "referral_followup" and not task.household and task.target:
        finding_ways.open_finding(app, task.target)
    elif task.task in matter_ways.TASKS and task.household:
        matter_ways.open_matters(app, task.household)
    elif task.action == "visit":
        open_visit(app, task.household, VISIT_KINDS.get(task.task, ""))
    elif task.action == "send":
        _bring(app, SendPage())
    elif task.action == "drill":
        desk_ways.open_list("drill")(app)
    elif task.action in ("apply", "told", "notice") and task.target:
        open_application(app, task.target)
    elif task.action in ("start", "inform"):
        open_start(app, task.household)
    elif task.action == "flag":
        open_urgent(app, task.target, task.household, Emergency(task.target, task.household, task.who, task.why, task.due))
    elif task.action == "draft":
        open_draft(app, task.target)
    elif task.household:
        open_dossier(app, task.household, DOSSIER_TABS.get(task.task, "1"))
    elif page is not None:
        page.say("这一件没有要打开的。")


def open_alert(app: XieliApp, page: Page, ident: str) -> None:
    """An alert: the visit that verifies it, and when that is done its disposition."""
    alert = page.attempt(lambda: alerts.show(app.session, ident))
    if alert is None:
        return
    if alert.household and not alert.visit:
        open_visit(app, alert.household, "alert_answer", alert.id)
    else:
        app.open(DisposePage(alert))


def open_urgent(app: XieliApp, flag: str, household: str = "", known: Emergency | None = None) -> None:
    """The page of an emergency whose telephone report is still open; `known` when the person is not on the list."""
    page = app.page
    card = page.attempt(lambda: households.show(app.session, household)) if page and household else None
    if card is not None:
        found = next((one for one in card.flags if one.id == flag), None)
        if found is not None:
            known = Emergency(flag, household, found.who or card.row.head, codes.labels("cause", list(found.causes)), found.on,
                              place=str(card.fields.get("address", "")), situation=found.note, village=card.row.village)
    if known is not None:
        app.open(UrgentPage(known))


def open_draft(app: XieliApp, target: str) -> None:
    """A half-filled form: `form:key`."""
    form, _, key = target.partition(":")
    if form == "visit":
        open_visit(app, key)
    elif form == "trip":
        open_trip(app)
    elif form == "dispose" and app.page is not None:
        open_alert(app, app.page, key)
    elif form == "flag":
        open_flag(app, "" if key == OUTSIDER_KEY else key)
    elif form == "apply":
        open_start(app, key)
    elif form in fact_ways.FORMS:
        fact_ways.open_draft(app, form, key)
    elif form in matter_ways.FORMS:
        matter_ways.open_draft(app, form, key)
    elif form in standing_ways.FORMS:
        standing_ways.open_draft(app, form, key)
    elif form in family_ways.FORMS:
        family_ways.open_draft(app, form, key)
    elif form in entry_ways.FORMS:
        entry_ways.open_draft(app, form, key)
    elif form in finding_ways.FORMS:
        finding_ways.open_draft(app, form, key)
    elif form in application_ways.FORMS:
        application_ways.open_draft(app, form, key)
    elif form in case_ways.FORMS:
        case_ways.open_draft(app, form, key)
    elif form in desk_ways.FORMS:
        desk_ways.open_draft(app, form, key)
    elif form.startswith(drafts.HANDED) and app.page is not None:
        plain = drafts.take_up(app.session, form, key)
        if plain:
            open_draft(app, f"{plain}:{key}")
        else:
            app.page.say("您自己这张表也写到一半：先存好或扔掉，再打开交接来的这一份。")
    elif app.page is not None:
        app.page.say("这份草稿的表这一版没有，草稿留着。")


def pick(app: XieliApp, intent: str) -> None:
    """Choose a family first, then the form."""
    _bring(app, HouseholdsPage(intent))
