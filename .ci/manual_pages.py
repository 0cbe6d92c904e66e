"""docs/manual/02-每一页.md, from the program itself: every page with its picture, its keys and its rules.

    python .ci/manual_pages.py            writes the page again; tests/ui/test_manual.py says when it is behind

Rules kept here
- words stand in one place: what a page says about itself in F1 is what the manual says;
- a page that no section names stands in the last one, so none is forgotten.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
PAGE = ROOT / "docs" / "manual" / "02-每一页.md"
SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("进门", (("UnlockScreen", "unlock"), ("ForgottenPage", "forgotten"), ("WizardPage", "wizard"), ("MenuPage", "menu"), ("PalettePage", "commands"), ("SettingsPage", "settings"), ("DrillPage", "drill"), ("WorkersPage", "workers"), ("OwnPassphrasePage", "passphrase"), ("GivePassphrasePage", ""), ("BackupsPage", "backups"), ("RestorePage", "restore"))),
    ("今日和找人", (("TodayPage", "today"), ("DraftsPage", ""), ("HouseholdsPage", "households"), ("PickPage", ""))),
    ("户档", (
        ("DossierPage", "dossier members means chain papers policy"), ("CallPage", "call"), ("PersonFilePage", "person"), ("EntryPage", "entry"), ("CorrectPage", "correct"),
        ("StrikePage", ""), ("HintPage", "hint"), ("HouseholdFormPage", "household-form"), ("PersonFormPage", "person-form"), ("StatementPage", "statement"),
    )),
    ("走访和预警", (("VisitPage", "visit visit-filled"), ("TripPage", "trip"), ("AlertsPage", "alerts"), ("DisposePage", "dispose"), ("AlertListPage", "alert-list"), ("AlertFeedbackPage", ""))),
    ("困难", (("FlagPage", "flag"), ("UrgentPage", "urgent"), ("FindingsPage", "findings"))),
    ("申请", (
        ("InformPage", "inform"), ("ApplicationsPage", "apply"), ("StartPage", "start"), ("ApplicationPage", "application"), ("EntrustPage", ""), ("SignPage", "sign"),
        ("KinPage", ""), ("PaperPage", ""), ("ToldPage", "told"), ("WithdrawPage", ""),
    )),
    ("打印", (("PrintPage", "print"), ("PrintManyPage", "print-many"), ("KeepSheetPage", ""))),
    ("报表", (
        ("ReportsPage", "reports"), ("ReportLearnPage", "report-learn"), ("ReportAskPage", "report-ask"), ("ReportRunPage", "report-run"), ("ReportDonePage", "report-done"), ("ExportPage", "export"), ("FiledPage", ""), ("NoticePickPage", "notice-pick"),
        ("NoticeSheetPage", "notice-sheet"), ("CountPage", "count"), ("CountedPage", "counted"), ("StatisticsPage", "statistics"), ("ReportSendPage", ""), ("ReportBackPage", ""),
    )),
    ("接着办", (("MattersPage", "matters"), ("ReferralsPage", "referrals"), ("HelpersPage", "helpers"), ("NoticesPage", "notices"), ("LongTermPage", ""), ("EncountersPage", ""), ("SuspectPage", "suspect"), ("PhonesPage", "phones"), ("PolicyFilesPage", "policy-files"))),
    ("添人、走人", (("DigitMenuPage", "family-menu"), ("JoinPage", ""), ("LeavePage", ""), ("SplitPage", ""), ("MoveAwayPage", ""))),
    ("报送", (("SendPage", "send enrol"), ("ReceiverPage", "receiver"), ("HandoverPage", "handover"), ("SealPage", ""), ("OpenHandoverPage", ""), ("ConflictsPage", ""), ("RosterPage", "roster"), ("RosterMapPage", "roster-columns"), ("RosterColumnPage", "roster-column"), ("RosterChangesPage", "roster-changes"))),
    ("镇(街道)、县级工作台", (
        ("QueuePage", "queue"), ("CasePage", "case"), ("DecidePage", "decide"), ("AnswerPage", ""), ("InboxPage", "inbox"), ("SendHomePage", "desk-send"), ("LocalPage", "local"),
        ("LocalSetPage", ""), ("LintPage", "lint"), ("StaffPage", "staff"), ("ReservePage", "reserve"),
    )),
    ("镇、县另外记的", (
        ("ComplaintsPage", "complaints"), ("SuspicionsPage", "suspicions"), ("ConferencesPage", "conferences"), ("EventsPage", "events"), ("AlertIssuePage", ""), ("IssueListPage", ""), ("ScanPage", "scan"),
        ("CoveragePage", "coverage"), ("RegistersPage", "registers"), ("PacksPage", "packs"), ("DevicesPage", "devices"), ("EnrolPage", ""), ("OfficersPage", "officers"), ("OfficerAddPage", ""), ("RecoveryAnswerPage", ""), ("PlatformsPage", ""), ("TransferPage", ""),
        ("OperatorsPage", ""), ("StopPage", "stop-device"), ("HeldBackPage", "held-back"), ("HeldPage", ""), ("ForksPage", "forks"), ("ForkSettlePage", ""), ("MergesPage", "merges"),
        ("MergePage", ""), ("UnmergePage", ""), ("DeskHandoversPage", "handovers"), ("AllowPage", "handover-allow"), ("SendUpPage", ""),
    )),
)
HEAD = """# 02 每一页

每一页上都是一样的：最上面一行写着在哪里、是谁；倒数第二行写着刚才做了什么；最后一行写着这一页能按的键。
F1 随时看这一页的说明，本县定的数也在里面。这一页是照着程序里的 F1 印出来的，不用背。

记号：`!` 要当心的，`>` 光标，`*` 必填，`..` 后面还有字。
"""


def classes() -> dict[str, type]:
    """Every page that has a name and says what it is for."""
    from xieli_tui.ui import screens
    from xieli_tui.ui.screens.base import Page

    found: dict[str, type] = {}
    for module in pkgutil.iter_modules(screens.__path__):
        loaded = importlib.import_module(f"xieli_tui.ui.screens.{module.name}")
        for name, cls in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(cls, Page) and cls.__module__ == loaded.__name__ and cls.NAME and cls.GUIDE.what:
                found[name] = cls
    return found


def entry(cls: type, pictures: str, title: str = "") -> str:
    """One page of the program as a piece of the manual."""
    guide = cls.GUIDE  # type: ignore[attr-defined]
    out = [f"### {title or cls.NAME}", "", guide.what, ""]  # type: ignore[attr-defined]
    out += [f"![{cls.NAME}](../pictures/{name}-80x24.png)" for name in pictures.split()]  # type: ignore[attr-defined]
    out += [""] * bool(pictures) + ["键：" + "，".join(f"**{key}** {word}" for key, word in guide.keys), ""]
    out += [f"- {word}：{rule}" for word, rule in guide.rules] + [""] * bool(guide.rules)
    return "\n".join(out)


def text() -> str:
    """The whole page."""
    left = classes()
    out = [HEAD]
    for title, pages in SECTIONS:
        out.append(f"## {title}\n")
        out += [entry(left.pop(name), pictures) for name, pictures in pages]
    out.append("## 别的小表\n\n这些表只问一两件事，从上面各页里打开，填完按 Ctrl+S。\n")
    said: set[tuple[str, str]] = set()
    for cls in sorted(left.values(), key=lambda one: one.__module__ + one.__qualname__):
        key = (cls.NAME, cls.GUIDE.what)  # type: ignore[attr-defined]
        if key not in said:
            said.add(key)
            out.append(entry(cls, ""))
    return "\n".join(out).rstrip() + "\n\n下一页：[03 写错了怎么办](03-写错了怎么办.md)\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} {len(text().splitlines())} lines\n")
