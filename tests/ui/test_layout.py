"""What is asked of a page (`check_page`): nothing typed below row 17, nothing cut at the edge, no word that does not belong, no English of the
framework. `page_book.py` has every page there is, `test_page_book.py` asks it of all of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator
from typing import Any

from desk_office import Office
from rich.cells import cell_len
from textual.screen import Screen
from textual.widget import Widget

from xieli_tui.casework import application, hints, households, start_application, statements
from xieli_tui.casework.session import Session
from xieli_tui.desk import queue
from xieli_tui.ui.keys import APP_KEYS
from xieli_tui.ui.screens import application as application_pages
from xieli_tui.ui.screens import (
    apply,
    case,
    desk_forms,
    dossier,
    flag,
    help,
    hint,
    household_form,
    inbox,
    menu,
    person_form,
    policy_tab,
    send,
    sign,
    statement,
    today,
    urgent,
    visit,
)
from xieli_tui.ui.screens import households as list_pages
from xieli_tui.ui.screens import queue as queue_pages
from xieli_tui.ui.screens.base import Page
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.form import is_entry
from xieli_tui.ui.widgets.han_input import HanInput

LAST_ROW = 17
LIGHT_RULES = set("─━│")
BANNED = (
    "成功", "逾期", "通过", "驳回", "批了", "应发", "预计可领", "风险等级", "评分", "完成率", "排名", "bundle", "哈希", "密钥", "删除", "隔离", "冻结", "分叉", "主管台",
    "领导", "销户", "贫困户", "五保户", "精神病", "上报审批",
)
VILLAGE_BANNED = ("初审", "审核", "审批", "确认")
READ_ONLY = ("已审核确认", "不予确认", "镇已初审", "镇已受理", "受理和决定是镇里")


def village_pages(session: Session) -> dict[str, Page]:
    """Every page of a village, over one family and one application of hers."""
    home = next(row for row in households.list_households(session, "李建军"))
    card = households.show(session, home.id)
    app = start_application.start_application(session, start_application.StartApplication(home.id, ["dibao", "med_aid"], emergency=True))
    whole = application.show_application(session, app.id)
    emergency = urgent.Emergency("f", home.id, "李建军  48 岁", "因病", "2026-12-28", place="县医院", situation="押金交不上", needs="押金", seq=9)
    pages: list[Page] = [
        today.TodayPage(), menu.MenuPage(), list_pages.HouseholdsPage(), list_pages.HouseholdsPage("visit"), dossier.DossierPage(home.id),
        visit.VisitPage(card), visit.VisitPage(card, "alert_answer", "01a002a5-9080-7164-96e8-37350a943130"), flag.FlagPage(card), flag.FlagPage(None),
        urgent.UrgentPage(emergency), apply.ApplicationsPage(), apply.StartPage(card), application_pages.ApplicationPage(app.id), sign.EntrustPage(whole),
        sign.SignPage(whole, whole.signatures[0]), sign.SignPage(whole, whole.signatures[2]), sign.KinPage(whole), sign.PaperPage(whole, whole.papers[0]),
        sign.PaperPage(whole), sign.ToldPage(whole), sign.WithdrawPage(whole), send.SendPage(),
    ]
    looked = hints.look(session, home.id)
    pages += [
        household_form.HouseholdFormPage(card), person_form.PersonFormPage(card, card.members[0].person), statement.StatementPage(card, statements.show(session, home.id)),
        hint.HintPage(home.id, "王秀英 2组", policy_tab.Kind(looked.page.hints[:1]), looked), dossier.DossierPage(home.id, "3"), dossier.DossierPage(home.id, "9"),
    ]
    named = {f"{page.code()}-{at}": page for at, page in enumerate(pages)}
    named["help"] = help.HelpPage(visit.VisitPage(card))
    return named


def desk_pages(office: Office) -> dict[str, Page]:
    """Every page of a desk over one case."""
    app = office.application("dibao", "temp_emergency", emergency=True)
    office.up()
    found = queue.case(office.county, app)
    item = queue.queue(office.county)[0]
    pages: list[Page] = [
        queue_pages.QueuePage(), inbox.InboxPage(), inbox.SendHomePage(), case.CasePage(app), case.AnswerPage(item), desk_forms.ReturnPage(found),
        desk_forms.CheckPage(found), desk_forms.SurveyPage(found), desk_forms.ReviewPage(found), desk_forms.NoticePage(found), desk_forms.AdvancePage(found),
        desk_forms.DecidePage(found, ["dibao", "temp_emergency"]), desk_forms.DeskToldPage(found), desk_forms.ClosePage(found),
    ]
    return {f"{page.code()}-{at}": page for at, page in enumerate(pages)}


async def each(hand: Any, pages: dict[str, Page]) -> AsyncIterator[str]:
    """Every page in front, one after the other, in one run of the app. An empty page lies beneath: 今日 would be read and drawn again after each."""
    hand.app.push_screen(Screen())
    for name, page in pages.items():
        hand.app.open(page)
        await hand.settle()
        yield name
        page.leave()
        hand.app.pop_screen()
        await hand.pilot.pause()
    hand.app.pop_screen()


def entries_of(page: Page) -> list[Widget]:
    return [widget for widget in page.walk_children(Widget) if is_entry(widget) and all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))]


def check_page(hand: Any, name: str) -> None:
    """What holds of every page."""
    page, lines = hand.page, hand.lines()
    height = hand.app.size.height
    if height == 24 and not isinstance(page, (inbox.FolderPage, send.SendPage)):
        for widget in entries_of(page):
            last = widget.region.bottom if isinstance(page, FormPage) else widget.region.y + 1
            assert last <= LAST_ROW, (name, widget.id, widget.region)
    for widget in entries_of(page):
        assert widget.region.right <= hand.app.size.width, (name, widget.id)
        assert widget.region.width >= 4, (name, widget.id, widget.region)
    foot = page.foot()
    assert foot[0 if isinstance(page, help.HelpPage) else -1][0] == "Esc", name
    assert sum(cell_len(key) + 1 + cell_len(word) for key, word in foot) + 2 * (len(foot) - 1) <= 76, name
    text = "\n".join(lines)
    assert lines[0].lstrip().startswith("协理"), name
    wide = {char for char in text if unicodedata.east_asian_width(char) == "A"} - LIGHT_RULES
    assert not wide, (name, wide)
    english = set(re.findall(r"[A-Za-z]{3,}", text)) - {"Enter", "Tab", "Esc", "Ctrl", "PgDn", "xieli", "root", "home"}
    english -= {word for word in english if word.isupper()}
    assert not english, (name, english)
    for word in BANNED:
        assert word not in text, (name, word)


def test_no_app_key_is_an_editing_key_of_a_field() -> None:
    editing = {key for binding in HanInput.BINDINGS for key in binding.key.split(",")}  # type: ignore[union-attr]
    mine = {one for key in APP_KEYS for one in key.keys.split(",")} | {"ctrl+n", "ctrl+p", "ctrl+g"}
    assert not editing & mine
    assert not editing & {"ctrl+k", "ctrl+u", "ctrl+w", "ctrl+d"}


def test_every_key_has_a_chinese_label_and_its_own_id() -> None:
    assert len({key.id for key in APP_KEYS}) == len(APP_KEYS)
    assert all(any("\u4e00" <= char <= "\u9fff" for char in key.label) for key in APP_KEYS)
    assert all(not re.fullmatch(r"[a-z]", one) for key in APP_KEYS for one in key.keys.split(","))
