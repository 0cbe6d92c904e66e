"""The ways to what stands beside families and applications: a desk's lists and registers, what a village looks up; from the command list, a case, a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xieli_tui.casework import households
from xieli_tui.ui.screens.alert_forms import AlertIssuePage, ScanPage
from xieli_tui.ui.screens.alert_lists import AlertFeedbackPage, AlertListPage, IssueListPage
from xieli_tui.ui.screens.complaints import ComplaintAnswerPage, ComplaintPage, ComplaintsPage
from xieli_tui.ui.screens.conferences import ConferencePage, ConferencesPage
from xieli_tui.ui.screens.conflicts import ConflictsPage, ResolvePage
from xieli_tui.ui.screens.counts import CountPage, StatisticsPage
from xieli_tui.ui.screens.coverage import CoveragePage
from xieli_tui.ui.screens.desk_handing import AllowPage, DeskHandoversPage
from xieli_tui.ui.screens.desk_packs import HolidaysPage, PackBackPage, PackPage, PacksPage
from xieli_tui.ui.screens.devices import DevicesPage, EnrolPage
from xieli_tui.ui.screens.drill import DrillPage
from xieli_tui.ui.screens.exports import ExportPage
from xieli_tui.ui.screens.forks import ForkSettlePage, ForksPage
from xieli_tui.ui.screens.handing import HandoverPage, OpenHandoverPage, SealPage
from xieli_tui.ui.screens.held_back import HeldBackPage, HeldPage
from xieli_tui.ui.screens.merges import MergePage, MergesPage, UnmergePage
from xieli_tui.ui.screens.notice_sheets import NoticePickPage, NoticeSheetPage
from xieli_tui.ui.screens.officers import OfficersPage
from xieli_tui.ui.screens.passphrases import WorkersPage
from xieli_tui.ui.screens.phone_book import PhonesPage
from xieli_tui.ui.screens.platform import PlatformPage, PlatformsPage, TransferPage
from xieli_tui.ui.screens.print_many import PrintManyPage
from xieli_tui.ui.screens.public_events import EventClosePage, EventOpenPage, EventsPage
from xieli_tui.ui.screens.receiver import ReceiverPage
from xieli_tui.ui.screens.referral_list import ReferralsPage
from xieli_tui.ui.screens.register_lists import BodyPage, EndStaffPage, OperatorPage, OperatorsPage, RegistersPage
from xieli_tui.ui.screens.report_forms import ReportAskPage, ReportBackPage, ReportLearnPage, ReportRunPage, ReportSendPage
from xieli_tui.ui.screens.roster_page import RosterPage
from xieli_tui.ui.screens.send_up import SendUpPage
from xieli_tui.ui.screens.stop_device import StopPage
from xieli_tui.ui.screens.suspicions import FraudRulePage, SuspectPage, SuspicionsPage
from xieli_tui.ui.screens.village_lists import EncountersPage, LongTermPage, PolicyFilesPage

if TYPE_CHECKING:
    from xieli_tui.casework.views import HouseholdCard
    from xieli_tui.ui.app import XieliApp
    from xieli_tui.ui.screens.base import Page

LISTS: dict[str, Callable[[], Page]] = {
    "complaints": ComplaintsPage, "suspicions": SuspicionsPage, "conferences": ConferencesPage, "events": EventsPage, "coverage": CoveragePage, "registers": RegistersPage,
    "operators": OperatorsPage, "packs": PacksPage, "devices": DevicesPage, "scan": ScanPage, "phones": PhonesPage, "referrals": ReferralsPage, "platforms": PlatformsPage,
    "conflicts": ConflictsPage, "roster": RosterPage, "encounters": EncountersPage, "long_term": LongTermPage, "files": PolicyFilesPage, "held": HeldBackPage, "workers": WorkersPage, "officers": OfficersPage,
    "handover": HandoverPage, "handovers": DeskHandoversPage, "merges": MergesPage, "forks": ForksPage, "send_up": SendUpPage, "receiver": ReceiverPage, "drill": DrillPage,
    "export": ExportPage, "count": CountPage, "statistics": StatisticsPage, "notice_sheet": NoticePickPage, "alert_list": AlertListPage, "alert_list_out": IssueListPage, "alert_feedback": AlertFeedbackPage,
    "print_many": PrintManyPage,
}
"""Pages by name, as the command list opens them."""
NEW = "new"
"""Key of a form that is about nothing that is there yet."""


def _named(page: Callable[[str], Page]) -> Callable[[str], Page]:
    """A form whose key is what it is about, or NEW."""
    return lambda key: page("" if key == NEW else key)


def _conference(key: str) -> Page:
    household, _, application = key.partition(":")
    return ConferencePage("" if household == NEW else household, application)


PAGES: dict[str, Callable[[str], Page]] = {
    ComplaintPage.FORM: _named(ComplaintPage), ComplaintAnswerPage.FORM: ComplaintAnswerPage, FraudRulePage.FORM: FraudRulePage, ConferencePage.FORM: _conference,
    EventOpenPage.FORM: lambda _key: EventOpenPage(), EventClosePage.FORM: EventClosePage, EndStaffPage.FORM: EndStaffPage, BodyPage.FORM: _named(BodyPage),
    OperatorPage.FORM: lambda _key: OperatorPage(), PackPage.FORM: lambda _key: PackPage(), HolidaysPage.FORM: lambda _key: HolidaysPage(), PackBackPage.FORM: PackBackPage,
    EnrolPage.FORM: lambda _key: EnrolPage(), ResolvePage.FORM: ResolvePage, StopPage.FORM: StopPage, HeldPage.FORM: HeldPage, RosterPage.FORM: lambda _key: RosterPage(),
    SealPage.FORM: lambda _key: SealPage(), OpenHandoverPage.FORM: lambda _key: OpenHandoverPage(), AllowPage.FORM: lambda _key: AllowPage(), MergePage.FORM: MergePage,
    UnmergePage.FORM: UnmergePage, ForkSettlePage.FORM: ForkSettlePage, ReceiverPage.FORM: lambda _key: ReceiverPage(),
    ReportLearnPage.FORM: lambda _key: ReportLearnPage(), ReportAskPage.FORM: ReportAskPage.of_draft, ReportRunPage.FORM: ReportRunPage,
    ReportSendPage.FORM: ReportSendPage, ReportBackPage.FORM: ReportBackPage,
    AlertListPage.FORM: lambda _key: AlertListPage(), IssueListPage.FORM: lambda _key: IssueListPage(), AlertFeedbackPage.FORM: lambda _key: AlertFeedbackPage(),
    ExportPage.FORM: lambda _key: ExportPage(), NoticeSheetPage.FORM: NoticeSheetPage,
}
OF_FAMILY: dict[str, Callable[[HouseholdCard], Page]] = {
    SuspectPage.FORM: SuspectPage, AlertIssuePage.FORM: AlertIssuePage, PlatformPage.FORM: PlatformPage, TransferPage.FORM: TransferPage,
}
"""Forms about one family, whose card they are given."""
FORMS = frozenset({*PAGES, *OF_FAMILY})
"""Drafts that are opened again here."""


def open_list(name: str) -> Callable[[XieliApp], None]:
    """The command that opens a page of its own."""
    return lambda app: app.open(LISTS[name]())


def _of_family(app: XieliApp, household: str, form: str) -> None:
    page = app.page
    card = page.attempt(lambda: households.show(app.session, household)) if page is not None else None
    if card is not None:
        app.open(OF_FAMILY[form](card))


def open_suspect(app: XieliApp, household: str) -> None:
    """报疑点 of a family."""
    _of_family(app, household, SuspectPage.FORM)


def open_alert_issue(app: XieliApp, household: str) -> None:
    """发预警 about a family."""
    _of_family(app, household, AlertIssuePage.FORM)


def open_platform(app: XieliApp, household: str) -> None:
    """平台编号 of a family."""
    _of_family(app, household, PlatformPage.FORM)


def open_transfer(app: XieliApp, household: str) -> None:
    """迁到别的村 of a family."""
    _of_family(app, household, TransferPage.FORM)


def open_complaint(app: XieliApp, household: str = "") -> None:
    """记反映, about a family where one was named."""
    app.open(ComplaintPage(household))


def open_conference(app: XieliApp, household: str = "", application: str = "") -> None:
    """记会商 about a case."""
    app.open(ConferencePage(household, application))


def open_draft(app: XieliApp, form: str, key: str) -> None:
    """A half-filled form of this kind."""
    if form in OF_FAMILY:
        _of_family(app, key, form)
    else:
        app.open(PAGES[form](key))
