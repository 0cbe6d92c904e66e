"""Every page there is, each over a family, an application or a case in which it has something to show.

Rules kept here
- the classes are found by looking through `ui/screens`: one that stands neither here nor among `DOORS` fails `test_page_book.py`, so that a new page
  cannot escape what holds of all pages;
- a class that only others are made of (it has heirs and no page of its own here) is no page.
"""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import os
import pkgutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from test_layout import desk_pages, village_pages

import rosterkit
from xieli_tui.casework import (
    alerts,
    application,
    backup,
    counting,
    emergencies,
    entry_view,
    exchange,
    findings,
    flag_hardship,
    frauds,
    helpers,
    households,
    mappings,
    notices,
    passphrases,
    printing,
    record_visit,
    referrals,
    reports,
    roster,
    roster_look,
    services,
    start_application,
)
from xieli_tui.casework.report_views import Filled
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import DecisionView
from xieli_tui.desk import enrolment, intake, operators, packs, quarantine, queue, registers, report_maps, rulings, standing
from xieli_tui.desk import matters as desk_matters
from xieli_tui.domain.events.household import HouseholdClaimed, HouseholdOpened
from xieli_tui.domain.events.road import DeviceRevoked
from xieli_tui.store import queries
from xieli_tui.ui import screens
from xieli_tui.ui.screens.alert_forms import AlertIssuePage, ScanPage
from xieli_tui.ui.screens.alert_lists import AlertFeedbackPage, AlertListPage, IssueListPage
from xieli_tui.ui.screens.alerts import AlertsPage, DisposePage
from xieli_tui.ui.screens.backups import BackupsPage
from xieli_tui.ui.screens.base import Page
from xieli_tui.ui.screens.call import CallPage
from xieli_tui.ui.screens.complaints import ComplaintAnswerPage, ComplaintPage, ComplaintsPage
from xieli_tui.ui.screens.conferences import ConferencePage, ConferencesPage
from xieli_tui.ui.screens.conflicts import ConflictsPage, ResolvePage
from xieli_tui.ui.screens.counts import CountedPage, CountPage, DaysPage, KeepPage, StatisticsPage
from xieli_tui.ui.screens.coverage import CoveragePage
from xieli_tui.ui.screens.desk_forms import PayPage
from xieli_tui.ui.screens.desk_further import AppraisePage, ReportPage, StagePage
from xieli_tui.ui.screens.desk_handing import AllowPage, DeskHandoversPage
from xieli_tui.ui.screens.desk_packs import HolidaysPage, PackBackPage, PackPage, PacksPage
from xieli_tui.ui.screens.devices import DevicesPage, EnrolledPage, EnrolPage
from xieli_tui.ui.screens.digit_menu import DigitMenuPage, Way
from xieli_tui.ui.screens.drafts import DraftsPage
from xieli_tui.ui.screens.drill import DrillPage
from xieli_tui.ui.screens.entry import CorrectPage, EntryPage, StrikePage
from xieli_tui.ui.screens.exports import ExportPage
from xieli_tui.ui.screens.filed import Filed, FiledPage
from xieli_tui.ui.screens.findings import FindingPage, FindingsPage, FindingStepPage, HeardPage, ReferOutPage, SettlePage
from xieli_tui.ui.screens.forks import ForkSettlePage, ForksPage
from xieli_tui.ui.screens.given import EncounterPage, GiveAidPage, LossPage
from xieli_tui.ui.screens.handing import HandoverPage, OpenHandoverPage, SealPage
from xieli_tui.ui.screens.held_back import HeldBackPage, HeldPage
from xieli_tui.ui.screens.helpers import EndPairPage, GroupPage, HelpersPage, PairPage
from xieli_tui.ui.screens.inform import InformPage
from xieli_tui.ui.screens.joining import JoinPage, NewHouseholdPage
from xieli_tui.ui.screens.leaving import HeadPage, LeavePage, LivingPage, MoveAwayPage, SplitPage
from xieli_tui.ui.screens.lint import LintPage
from xieli_tui.ui.screens.local_rules import LocalPage, LocalSetPage
from xieli_tui.ui.screens.matter_forms import AssessPage, ChangePage, FeedbackPage, ReferPage, ServicePage, StepPage
from xieli_tui.ui.screens.matters import MattersPage
from xieli_tui.ui.screens.merges import MergePage, MergesPage, UnmergePage
from xieli_tui.ui.screens.notice_sheets import NoticePickPage, NoticeSheetPage
from xieli_tui.ui.screens.notices import NoticesPage, ObjectPage, PostPage, TakeDownPage
from xieli_tui.ui.screens.officers import OfficerAddPage, OfficersPage, RecoveryAnswerPage
from xieli_tui.ui.screens.palette import PalettePage
from xieli_tui.ui.screens.passphrases import GivePassphrasePage, OwnPassphrasePage, WorkersPage
from xieli_tui.ui.screens.person_page import PersonFilePage
from xieli_tui.ui.screens.phone_book import PhonesPage
from xieli_tui.ui.screens.pick import PickPage
from xieli_tui.ui.screens.platform import PlatformPage, PlatformsPage, TransferPage
from xieli_tui.ui.screens.print_many import PrintManyPage
from xieli_tui.ui.screens.printing import KeepSheetPage, PrintPage
from xieli_tui.ui.screens.public_events import EventClosePage, EventOpenPage, EventsPage
from xieli_tui.ui.screens.receiver import ReceiverPage
from xieli_tui.ui.screens.referral_list import ReferralsPage
from xieli_tui.ui.screens.register_lists import BodyPage, EndStaffPage, OperatorPage, OperatorsPage, RegistersPage
from xieli_tui.ui.screens.registers import StaffPage, StationPage, VillagePage
from xieli_tui.ui.screens.report_forms import ReportAskPage, ReportBackPage, ReportDonePage, ReportLearnPage, ReportRunPage, ReportSendPage
from xieli_tui.ui.screens.reports import ReportsPage
from xieli_tui.ui.screens.restore import RestorePage
from xieli_tui.ui.screens.roster_changes import RosterChangesPage
from xieli_tui.ui.screens.roster_mapping import RosterColumnPage, RosterMapPage, Shown
from xieli_tui.ui.screens.roster_page import RosterPage
from xieli_tui.ui.screens.roster_task import RosterTask
from xieli_tui.ui.screens.send_up import SendUpPage
from xieli_tui.ui.screens.settings import SettingsPage
from xieli_tui.ui.screens.standing import CategoryPage, ExitPage, ReservePage, TaperPage
from xieli_tui.ui.screens.stop_device import StopPage
from xieli_tui.ui.screens.suspicions import FraudRulePage, SuspectPage, SuspicionsPage
from xieli_tui.ui.screens.today import TodayPage
from xieli_tui.ui.screens.trip import TripPage
from xieli_tui.ui.screens.village_lists import EncountersPage, LongTermPage, PolicyFilesPage
from xieli_tui.ui.screens.visit import VisitPage

sys.path.append(str(Path(__file__).parent.parent / "desk"))
from desk_office import Office

VILLAGE = "999999001002"
DOORS = frozenset({"UnlockScreen", "WizardPage", "ForgottenPage"})
"""Pages before anything is unlocked; test_unlock.py and test_kit.py open them."""


def classes() -> list[type[Page]]:
    """Every page class of the package."""
    found = []
    for module in pkgutil.iter_modules(screens.__path__):
        loaded = importlib.import_module(f"xieli_tui.ui.screens.{module.name}")
        found += [cls for _, cls in inspect.getmembers(loaded, inspect.isclass) if issubclass(cls, Page) and cls.__module__ == loaded.__name__ and cls is not Page]
    return found


def learnt(session: Session) -> Filled:
    """A report with a doubtful column, filled in once."""
    import openpyxl

    place = session.workspace.parent
    book = openpyxl.Workbook()
    book.active.append(["序号", "户主姓名", "身份证号", "走访日期(如2026.11)", "发现问题"])
    book.save(place / f"report-{session.role}.xlsx")
    reports.learn(session, place / f"report-{session.role}.xlsx", "走访月报")
    return reports.run(session, "走访月报", place / f"filled-{session.role}.xlsx")


def roster_task(session: Session) -> RosterTask:
    """A list over a list: a doubtful column, changes of every sort, rows left out, people missing."""
    place = session.workspace.parent
    heads = (*rosterkit.HEADS[:-1], "说明二")
    number = [rosterkit.id_number(dt.date(1960 + at, 3, 4), 121 + at) for at in range(3)]
    rows: list[list[object]] = [
        [at, "901", "三组", "欧阳大山河", name, relation, "", number[at], "", "10000001111", "低保", "", "健康", "", "独居"]
        for at, (name, relation) in enumerate((("欧阳大山河", "户主"), ("刘小翠", "配偶"), ("王小河", "长子")))
    ]
    first = rosterkit.write_book(place / "list-1.xlsx", rosterkit.Book(rows), filled="2026年6月1日")
    roster.import_roster(session, first)
    with session.reading() as tx:
        (who,) = [one.id for one in queries.persons(tx) if one.id_no == number[0]]
    households.set_person(session, who, {"health": "chronic", "phone": "10000002222"}, "问过本人", as_of="2026-11-01")
    households.set_household(session, households.list_households(session, "欧阳")[0].id, {"group": "五组"}, "搬了")
    later = [[*row[:9], "10000003333", "特困", "肢体三级", "大病", "", "住在山上，离村委会十里路" * 3] for row in rows[:2]]
    later[1][7] = number[1][:17] + ("0" if number[1][17] != "0" else "1")
    file = rosterkit.write_book(place / "list-2.xlsx", rosterkit.Book(later), filled="2026年11月1日", heads=heads)
    task = RosterTask(None, file, False, "", roster_look.stamp(file), roster_look.Settling(mappings.look_at(session, file)))
    task.run(session, dry=True)
    return task


def roster_pages(session: Session) -> list[Page]:
    """The pages of a list on its way in."""
    task = roster_task(session)
    sheet = task.settling.look.sheets[0]
    return [RosterMapPage(task), RosterColumnPage(task, Shown(sheet, sheet.columns[-1]), lambda _text, _more: None), RosterChangesPage(task)]


def village_book(session: Session) -> dict[str, Page]:
    """Every page of a village; all of them over the family of 李建军."""
    pages = list(village_pages(session).values())
    home = households.list_households(session, "李建军")[0].id
    helpers.assign_pair(session, helpers.AssignPair(home, "石党员", party=True))
    helpers.set_group(session, helpers.SetGroup("老人组", ["石党员"], [home]))
    sent = referrals.send_referral(session, referrals.SendReferral(home, "housing", "housing_rural", due="2027-01-10", note="房梁有裂缝"))
    record_visit.record_visit(session, record_visit.RecordVisit(home, "self", note="说腿疼" * 40, changes=["job"], house_safety="risk", marks={"housing": 3}))
    services.give_service(session, services.GiveService(home, "care", hours=2))
    raised = flag_hardship.flag_hardship(session, flag_hardship.FlagHardship(["illness"], household=home, urgency="emergency", situation="押金交不上", place="县医院"))
    file = emergencies.list_files(session)[0].id
    filled = learnt(session)
    report = filled.name
    session.record(HouseholdClaimed(village=VILLAGE, household=home, fields={"address": "石桥村6组"}))  # names no earlier entry: two hands wrote two things
    app = start_application.start_application(session, start_application.StartApplication(home, ["tekun"])).id
    application.entrust(session, application.Entrust(app, "王秀英"))
    application.hand_over(session, app)
    hung = notices.post(session, notices.PostNotice(app, "review", "12-18", "12-24"))
    notices.object_to(session, hung.id, "minor", "听说他家儿子在外面挣钱")
    whole = application.show_application(session, app)
    [row] = [one for one in notices.list_notices(session) if one.id == hung.id]
    found = findings.show(session, raised.id)
    stranger = flag_hardship.flag_hardship(session, flag_hardship.FlagHardship(["stranded"], outsider="孙长福", place="村口桥下", urgency="emergency", note="说不清家在哪里" * 9))
    referrals.send_referral(session, referrals.SendReferral("", "stations", "vagrant", on="2026-12-18", due="2026-12-20", flag=stranger.id))
    outside = findings.show(session, stranger.id)
    theirs = entry_view.show(session, outside.ref)
    card = households.show(session, home)
    visit = entry_view.show(session, next(one.ref for one in households.timeline(session, home) if one.type == "visit.recorded"))
    pair = helpers.list_pairs(session, home)[0]
    alert = alerts.AlertView("01a002a5-9080-7164-96e8-37350a943130", home, "王秀英", "", "", VILLAGE, "risk", "有风险", "医疗自付较高", "2026-12-20", "2026-12-30", False, "", "", "", "", "",
                             (("keep", "维持现状", "不用再做"), ("help", "给予帮扶", "写怎么帮")))
    colleague = passphrases.Worker("2", "李建国", "会计", "2026-12-28", "", False, False)
    pages += [
        AlertsPage(), DisposePage(alert), AlertListPage(), AlertFeedbackPage(), BackupsPage(), RestorePage(Path(backup.create(session).path).name), SettingsPage(), WorkersPage(), OwnPassphrasePage(), GivePassphrasePage(), GivePassphrasePage(colleague), PalettePage(TodayPage()), PickPage("看救助链", lambda _app, _home: None), CallPage(home), TripPage(),
        DigitMenuPage("家里的人", "王秀英", (Way("加人", "出生、嫁入、迁入", lambda _app: None), Way("离开", "去世、嫁出、迁出", lambda _app: None, "只有一个人"))),
        EntryPage(card, visit.ref), StrikePage(card, visit), *(CorrectPage(card, visit, field) for field in visit.fields if field.name in ("on", "met", "marks", "note")),
        FindingPage(stranger.id), ReferOutPage(outside), HeardPage(outside, outside.referrals[0]), EntryPage(None, outside.ref, outside.who), StrikePage(None, theirs, outside.who),
        *(CorrectPage(None, theirs, field, outside.who) for field in theirs.fields if field.name in ("outsider", "causes")),
        FindingPage(raised.id), FindingsPage(), SettlePage(found), FindingStepPage(found), HelpersPage(card), PairPage(card), EndPairPage(card, pair), GroupPage(card),
        InformPage(card), JoinPage(card), JoinPage(card, card.members[1].person, card.members[1].name), NewHouseholdPage(), LeavePage(card, card.members[0].person),
        SplitPage(card), MoveAwayPage(card), LivingPage(card), HeadPage(card), MattersPage(card), ChangePage(card), FeedbackPage(card, sent.id), ReferPage(card, "dpf", "dis_living"),
        AssessPage(card), ServicePage(card), StepPage(card, file), NoticesPage(whole), NoticesPage(), PostPage(whole), TakeDownPage(whole, row), ObjectPage(whole, row),
        PersonFilePage(card), GiveAidPage(card), LossPage(card), EncounterPage(), SuspectPage(card), ReferralsPage(), ConflictsPage(), ResolvePage(f"{home}:address"), RosterPage(), *roster_pages(session), PhonesPage(), EncountersPage(), LongTermPage(), PolicyFilesPage(), DrillPage(), VisitPage(card, "alert_answer", alert.id), LocalPage(), DraftsPage(),
        HandoverPage(), SealPage(), OpenHandoverPage(), ReceiverPage(), PrintPage("王秀英", home, app), PrintPage("今日", work=True), PrintPage("2 户", households=(home, home)), PrintManyPage(), KeepSheetPage(printing.offers(session, home)[0]),
        ReportsPage(), ReportLearnPage(), ReportAskPage(report), ReportRunPage(report), ReportDonePage(replace(filled, file="/盘/走访月报.XLSX"), diff=True), ExportPage(), CountPage(), CountedPage(counting.count(session, "households")), DaysPage(CountPage("2026-12-01", "2026-12-28")),
        KeepPage("统计", "xlsx", lambda place: Filed("统计", str(place))), FiledPage(Filed("走访 3 行", "/盘/走访-20261228.XLSX" * 4, ("走访 3 行。",))), NoticePickPage(), NoticePickPage("long_term"), NoticeSheetPage(f"review:{app}"),
    ]
    return named(pages)


def desk_book(office: Office) -> dict[str, Page]:
    """Every page of a desk."""
    pages = list(desk_pages(office).values())
    found = queue.case(office.county, next(one.app for one in queue.queue(office.county) if one.app))
    card = found.household
    village = card.row.village
    granted = DecisionView("temp_emergency", "急难型临时救助", "granted", 80_000, "2026-12-28", "", "county", "2026-12-28")
    pages += [
        PayPage(replace(found, card=replace(found.card, decisions=(granted,)))), AppraisePage(found), ReportPage(found), StagePage(found), LintPage(), LocalPage(), LocalSetPage("dibao_std_month"), LocalSetPage("risk_indicators"),
        StaffPage(village), StationPage(village), VillagePage(village), CategoryPage(card), ExitPage(card), TaperPage(card), ReservePage(), SettingsPage(), BackupsPage(), WorkersPage(),
        PalettePage(TodayPage()), *beside(office, card.row.id),
    ]
    return named(pages)


def beside(office: Office, home: str) -> list[Page]:
    """What a desk keeps beside applications, each list with something on it."""
    county = office.county
    frauds.suspect(office.village, frauds.Suspect(home, "去年买了小汽车，家里没有说"))
    office.up()
    complaint = desk_matters.receive_complaint(county, desk_matters.ReceiveComplaint("phone", "他家儿子在外面开了店，还吃低保" * 4, home))
    done = desk_matters.receive_complaint(county, desk_matters.ReceiveComplaint("visit", "问低保怎么申请"))
    desk_matters.answer_complaint(county, done.id, "当面讲了，给了明白卡")
    desk_matters.hold_conference(county, desk_matters.HoldConference(("周敏", "刘芳"), "先救助，再补材料", households=(home,)))
    event = desk_matters.open_event(county, desk_matters.OpenEvent("disaster", "12月寒潮", (), suspend_reviews=True))
    fraud = desk_matters.list_frauds(county)[0].id
    card = households.show(county, home)
    village = card.row.village
    staff = registers.add_staff(county, registers.AddStaff("陈秀兰", (village,), source="committee"))[0].id
    station = registers.set_station(county, registers.SetStation(village, "石桥村服务站")).id
    registers.set_village(county, registers.SetVillage(village, name="石桥村", boards=["村委会门口"], phone="10000001234"))
    registers.set_body(county, registers.SetBody("01", 5, 4, "县社会救助服务中心"))
    standing.set_category(county, standing.SetCategory(home, "dibao", "按规定核定"))
    operators.add_operator(county, operators.AddOperator("刘芳", "township", "999999001", "经办"))
    year = office.stick.parent / "year.toml"
    year.write_text('year = 2027\ncalendar_version = "2027.1"\nsource = "测试"\n[[holiday]]\nname = "元旦"\noff = ["2027-01-01"]\nwork = []\n', "utf-8")
    packs.install_holidays(county, year)
    pack = packs.list_packs(county)[0].ref
    other = households.add_household(county, households.AddHousehold("石守田", {"group": "二组"}, village=village)).id
    one, two = card.members[0].person, households.show(county, other).members[0].person
    merged = rulings.merge(county, one, two, "看过身份证").more["event"]
    report_maps.install(county, learnt(county).name, "2026-12-28")
    sent = report_maps.listed(county)[0]
    return [
        ReportsPage(), ReportSendPage(sent.name), ReportBackPage(sent.ref), CoveragePage(), StatisticsPage(), RegistersPage(), EndStaffPage(staff), StationPage(village, station), BodyPage("01"), OperatorsPage(), OperatorPage(), PacksPage(), PackPage(), HolidaysPage(), PackBackPage(pack),
        OfficersPage(), OfficerAddPage(), RecoveryAnswerPage(), DevicesPage(), EnrolPage(), EnrolledPage(enrolment.Enrolled("0" * 32, "1234 5678 9012 3456 7890", "1.xieli")), AlertIssuePage(card), IssueListPage(), ScanPage(), PhonesPage(), ReferralsPage(),
        PlatformsPage(), PlatformPage(card), TransferPage(card), ConflictsPage(), LongTermPage(), PolicyFilesPage(),
        ComplaintsPage(), ComplaintPage(home), ComplaintAnswerPage(complaint.id), SuspicionsPage(), FraudRulePage(fraud), ConferencesPage(), ConferencePage(home), EventsPage(), EventOpenPage(),
        EventClosePage(event.id), StopPage(office.village.dev), DeskHandoversPage(), AllowPage(), MergesPage(), MergePage(f"{one}:{two}"), UnmergePage(str(merged)), ForksPage(), ForkSettlePage(f"{office.village.dev}:0"), SendUpPage(), HeldBackPage(), *map(HeldPage, held_back(office)),
    ]


def held_back(office: Office) -> list[str]:
    """What has no effect at the county: a line about another village, which may be released, and a township's ruling, which may not; their references."""
    home = office.village.new_id()
    office.village.record(HouseholdOpened(village="999999002001", household=home, fields={"group": "一组"}))
    office.up()
    office.township.record(DeviceRevoked(dev=office.village.dev))
    files = [Path(f.path) for f in exchange.export(office.township, office.stick, with_backup=False).files]
    intake.import_files(office.county, files)
    return [one.event for one in quarantine.list_held(office.county) if one.code in ("XL-S01", "XL-S03")]


def named(pages: list[Page]) -> dict[str, Page]:
    return {f"{type(page).__name__}-{at}": page for at, page in enumerate(pages)}


def share(pages: dict[str, Page], part: int, of: int) -> dict[str, Page]:
    """Every so manieth page, counted from `part`: for what takes long and is tried on all of them by `make check` (XIELI_WHOLE=1). Sweeps take different parts."""
    whole = os.environ.get("XIELI_WHOLE") == "1"
    return {name: page for at, (name, page) in enumerate(pages.items()) if whole or at % of == part}


def missing(*books: dict[str, Page]) -> list[str]:
    """Page classes that stand in no book: neither shown, nor a door, nor only what others are made of."""
    shown: set[type[Any]] = {type(page) for book in books for page in book.values()}
    every = classes()
    bases = {base for cls in every for base in cls.__mro__[1:]}
    return [cls.__name__ for cls in every if cls not in shown and cls not in bases and cls.__name__ not in DOORS]
