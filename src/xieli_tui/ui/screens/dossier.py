"""户档: one family on nine tabs by digit; the same digit again opens that tab's form (4, 4 is a new visit).

Rules kept here
- what is ruled (在册) and what the village claims (村台账登记) are told apart in words;
- several values of one field are all shown, under 两处写的不一样;
- a tab that is not served yet says so in one line and shows nothing invented;
- every entry of the chain says where it stands: 本机, 待签收, 镇已签收, 县已签收.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from xieli_tui.casework import application, chain, family_view, hints, households, matters, notices, statements
from xieli_tui.casework.chain import Chain
from xieli_tui.casework.dossier import RECENT
from xieli_tui.casework.family_view import Family, Gone
from xieli_tui.casework.hints import Lacking, Look
from xieli_tui.casework.matters import Matter
from xieli_tui.casework.statements import Means
from xieli_tui.casework.views import ApplicationCard, ApplicationRow, FlagRow, HouseholdCard, MemberRow, TimelineEntry, VisitView
from xieli_tui.domain import codes
from xieli_tui.errors import XieliError
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens import chain_tab, means_tab, members_tab, overview_tab, papers_tab, policy_tab, record_tabs, tab_rows
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.overview_tab import BESIDE, Act
from xieli_tui.ui.widgets.paint import (
    MAIN,
    Line,
    Paint,
    Part,
    blank,
    line,
    rail_block,
    say,
    split,
    width_of,
)
from xieli_tui.ui.widgets.row_list import RowList

TABS = ("概况", "成员", "收支", "走访", "困难", "申请", "救助链", "材料", "政策")
OPENED = {
    "1": "再按 1 改户的情况。", "2": "Enter 看一人一档，再按 2 加人、离开、分户。", "5": "Enter 打开这一件，再按 5 登记新的。",
    "7": "再按 7 是接着办：转介、变化、评估。", "8": "再按 8 看一人一档。", "9": "Enter 打开这一种，或去填缺的；再按 9 告知家里。",
}
"""What a tab says when it opens; the others have a form behind the same digit."""
ENTER = {
    "1": ("Enter", "打开"), "2": ("Enter", "看档案"), "3": ("3", "填表"), "4": ("Enter", "看全文"), "5": ("Enter", "打开"), "6": ("Enter", "打开"), "7": ("Enter", "看全文"),
    "8": ("Enter", "登记"), "9": ("Enter", "打开"),
}


class DossierPage(Page):
    """One household."""

    NAME = "户档"
    GUIDE = Help(
        "一家一本。数字换页，同一数字再按一次就填表，4 4 是新走访。",
        (("1-9", "换页"), ("左右", "换页，救助链里换人"), ("0", "来电查询"), ("Enter", "打开这一行"), ("F4", "走访"), ("Ctrl+P", "打印"), ("Ctrl+R", "看全号")),
        (("在册", "镇里、县里定的。村台账登记是村里自己记的，两样分开写。"), ("两处写的不一样", "两个都留着，谁写的都看得到。"),
         ("待签收", "已经导出，还没有收到签收单。")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("left", "turn(-1)", show=False), Binding("right", "turn(1)", show=False)]

    def __init__(self, household: str, tab: str = "1", card: HouseholdCard | None = None) -> None:
        super().__init__()
        self.household, self.tab = household, tab
        self.card: HouseholdCard | None = None
        self._read = card  # just read by whoever opens the page: not read a second time
        self.found: Look | None = None
        self.left: list[Matter] = []
        self.opened: set[str] = set()
        self._means: Means | None = None
        self._family: Family | None = None
        self._chain: Chain | None = None
        self._visits: tuple[VisitView, ...] | None = None
        self.chain_of = ""
        """whose chain tab 7 shows, "" = the family's"""

    def body(self) -> ComposeResult:
        yield Paint((), id="who")
        yield Paint((), id="tabs")
        self.rows = RowList(self._draw, (), chosen=lambda item: not isinstance(item, Line), key=policy_tab.key, id="tab")
        yield self.rows

    def reload(self) -> None:
        card = self._read or self.attempt(lambda: households.show(self.xapp.session, self.household, entries=BESIDE))
        self._read = None
        if card is None:
            return
        self.card = card
        self._means = self._family = self._chain = self._visits = None
        self.look()
        self.follow()
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip()
        if self._say_next is not None and self._say_next[2] == "done":
            self.rows.show(())  # something was just written: the cursor starts on it, at the top
        self.rows.focus()
        if not self._said[0]:
            self.say("数字换页，同一数字再按一次就填表。")

    @dataclass
    class Hinted(Message):
        """The packs were asked about this family."""

        found: Look

    @work(thread=True, exclusive=True, exit_on_error=False, group="hints")
    def look(self) -> None:
        """Ask the packs: reading them the first time takes a moment, and the page must not wait for it."""
        try:
            self.post_message(self.Hinted(hints.look(self.xapp.session, self.household)))
        except XieliError as error:
            self.app.call_from_thread(self.complain, error)

    @dataclass
    class Followed(Message):
        """What is open about this family beside its applications."""

        left: list[Matter]

    @work(thread=True, exclusive=True, exit_on_error=False, group="matters")
    def follow(self) -> None:
        """Ask what is open: the page must not wait for it."""
        try:
            self.post_message(self.Followed(matters.show(self.xapp.session, self.household)))
        except XieliError as error:
            self.app.call_from_thread(self.complain, error)

    def on_dossier_page_followed(self, event: Followed) -> None:
        if event.left != self.left:
            self.left = event.left
            if self.card is not None and self.tab == "1":
                self._lay()

    def on_dossier_page_hinted(self, event: Hinted) -> None:
        self.found = event.found
        if self.card is not None and self.tab in "19":
            self._lay()

    def refresh_body(self) -> None:
        if self.card is not None:
            self._lay()

    def about(self) -> str | None:
        return self.household

    @property
    def full(self) -> bool:
        return self.household in self.xapp.revealed

    # -- head and tabs ----------------------------------------------------------------------------
    def _lay(self) -> None:
        card = self.card
        assert card is not None
        row_ = card.row
        sex = next((codes.label("sex", one.sex) for one in card.members if one.person == card.fields.get("head") and one.sex), "")
        left: list[Part] = [(row_.head, "bold"), (f"  {sex}" if sex else "", "$ink-2"), (f"  {row_.birth_year} 年生" if row_.birth_year else "", "$ink-2"),
                            (f"  {words.group_word(row_.group)}", "$ink-2")]
        right: list[Part] = [(words.category_word(row_.category), "$ink-2"), (f"  {row_.size} 口人", "$ink-2")]
        self.query_one("#who", Paint).show((split(left, right), blank(), *self.air()))
        self.query_one("#tabs", Paint).show(self._tab_lines())
        draw = {
            "1": self._overview, "2": self._members, "3": self._money, "4": self._visited, "5": lambda: record_tabs.flags(card),
            "6": lambda: record_tabs.applications(card, self.xapp.today()), "7": self._aid_chain, "8": self._papers,
            "9": lambda: policy_tab.page(self.found, self.opened, tall=self.tall),
        }
        self.rows.show(draw[self.tab]())

    def _tab_lines(self) -> list[Line]:
        names: list[Part] = []
        under_line: list[Part] = []
        for place, name in enumerate(TABS):
            text = f"{place + 1}{name}"
            here = str(place + 1) == self.tab
            names += [(text, "bold $primary" if here else "$ink-2"), "   " if place < 8 else ""]
            cells = width_of([text])
            under_line += [(("━" if here else "─") * cells, "$primary" if here else "$line"), ("─" * 3 if place < 8 else "", "$line")]
        used = width_of(under_line)
        return [line(*names), line(*under_line, ("─" * max(0, MAIN - used), "$line"))]

    # -- tabs -------------------------------------------------------------------------------------
    def _overview(self) -> list[Any]:
        card = self.card
        assert card is not None
        acts = [Act(card.next_step, "办这一步", self._next)] if card.next_step else []
        if card.members and all(one.relation not in ("01", "02") and one.person != card.fields.get("head") for one in card.members):
            acts.insert(0, Act("户主走了，问清谁当户主", "写户主", self._name_head))
        if self.left:
            more = f"，等 {len(self.left)} 条" if len(self.left) > 1 else ""
            acts.append(Act(f"接着办：{words.gist(self.left[0].what, 30)}{more}", "接着办", self._follow))
        helped = self.attempt(lambda: family_view.beside(self.xapp.session, self.household))
        if helped:
            acts.append(Act(helped, "结对", self._pairs))
        shown = overview_tab.page(card, self.xapp.today(), acts, self.air(), self.found, full=self.full)
        return [*shown, *self.air(), *policy_tab.overview(self.found, 2 if self.xapp.size.height < 34 else 4)]

    def _visited(self) -> list[Any]:
        card = self.card
        assert card is not None
        if self._visits is None:
            whole = len(card.visits) < RECENT
            self._visits = card.visits if whole else self.attempt(lambda: households.visits(self.xapp.session, self.household)) or card.visits
        return record_tabs.visits(self._visits)

    def _members(self) -> list[Any]:
        card = self.card
        assert card is not None
        return members_tab.page(card, self.family())

    def family(self) -> Family | None:
        """Who left, who stands by the family: read when a tab asks for it."""
        if self._family is None:
            self._family = self.attempt(lambda: family_view.look(self.xapp.session, self.household))
        return self._family

    def _pairs(self) -> None:
        from xieli_tui.ui import family_ways

        family_ways.open_pairs(self.xapp, self.household)

    def _money(self) -> list[Any]:
        card = self.card
        assert card is not None
        if self._means is None:
            self._means = self.attempt(lambda: statements.show(self.xapp.session, self.household))
        return means_tab.page(self._means, {one.person: one.name for one in card.members}, self.xapp.today())

    def _aid_chain(self) -> list[Any]:
        if self._chain is None or self._chain.person != self.chain_of:
            self._chain = self.attempt(lambda: chain.show(self.xapp.session, self.household, self.chain_of))
        return chain_tab.page(self._chain)

    def _papers(self) -> list[Any]:
        card = self.card
        assert card is not None
        found = [whole for whole in (self._whole(app.id) for app in card.applications) if whole is not None]
        hung = (self.attempt(lambda: notices.list_notices(self.xapp.session, household=self.household)) or []) if found else []
        return papers_tab.page(found, hung)

    def _whole(self, application_id: str) -> ApplicationCard | None:
        return self.attempt(lambda: application.show_application(self.xapp.session, application_id))

    # -- rows -------------------------------------------------------------------------------------
    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        return tab_rows.draw(item, on, self.xapp.today(), self._family, full=self.full)

    # -- rail -------------------------------------------------------------------------------------
    def rail(self) -> Sequence[Line]:
        card, day = self.card, self.xapp.today()
        if card is None:
            return ()
        out = [line(("这一家", "bold")), line()]
        if card.next_step:
            out += rail_block("下一步", card.next_step)
        out.append(line(("成员", "$ink-3")))
        for one in card.members[:8]:
            age = f"{one.age} 岁" if one.age is not None else ""
            out += say("  ".join(part for part in (one.name, one.relation_label, age) if part))
        out.append(line())
        if card.promises:
            out += rail_block("答应过的", *[f"{words.short_day(on, day)} {text}".strip() for text, on in card.promises[:3]])
        if card.informed:
            out += rail_block("告知过的", *[f"{kind} {answer}" for kind, answer, _ in card.informed[:3]])
        return [*out, *rail_block("怎么走", ("数字换页。同一数字再按一次就填表，4 4 是新走访。", "$ink-2"))]

    def foot(self) -> Sequence[Key]:
        return (ENTER[self.tab], ("1-9", "换页"), ("0", "来电"), ("F4", "走访"), ("Ctrl+R", "看全号"), ("Esc", "返回"))

    # -- acting -----------------------------------------------------------------------------------
    def on_key(self, event: events.Key) -> None:
        from xieli_tui.ui import entry_ways

        digit = digit_of(event)
        if digit == 0:
            event.stop()
            entry_ways.open_call(self.xapp, self.household)
        elif digit:
            event.stop()
            self.press(str(digit))

    def press(self, digit: str) -> None:
        """A tab; the same digit again is its form."""
        if digit != self.tab:
            self.tab = digit
            self.redraw()
            self.say(OPENED.get(digit, "同一数字再按一次就填表。"))
            return
        from xieli_tui.ui import application_ways, fact_ways, family_ways, matter_ways, places

        if digit == "1":
            fact_ways.open_household(self.xapp, self.household)
        elif digit == "2":
            family_ways.open_menu(self.xapp, self.household, self.rows.item)
        elif digit == "3":
            fact_ways.open_statement(self.xapp, self.household)
        elif digit == "4":
            places.open_visit(self.xapp, self.household)
        elif digit == "5":
            places.open_flag(self.xapp, self.household)
        elif digit == "6":
            places.open_start(self.xapp, self.household)
        elif digit == "7":
            matter_ways.open_matters(self.xapp, self.household)
        elif digit == "8":
            matter_ways.open_file(self.xapp, self.household)
        elif digit == "9":
            application_ways.open_inform(self.xapp, self.household)
        else:
            self.say("这一页只看，没有表要填。")

    def action_turn(self, by: int) -> None:
        whose = chain_tab.turned(self._chain, by) if self.tab == "7" else None
        if whose is None:
            self.chain_of = ""
            self.press(str((int(self.tab) - 1 + by) % 9 + 1))
            return
        self.chain_of = whose
        self._lay()

    def _follow(self) -> None:
        from xieli_tui.ui import matter_ways

        matter_ways.open_matters(self.xapp, self.household)

    def _name_head(self) -> None:
        from xieli_tui.ui import family_ways

        family_ways.open_head(self.xapp, self.household)

    def _next(self) -> None:
        """The most urgent open thing of the family."""
        from xieli_tui.ui import places

        card = self.card
        assert card is not None
        flag = next((one for one in card.flags if one.urgency == "emergency" and not one.settled and not one.reported_at), None)
        app = next((one for one in card.applications if one.state not in ("closed", "withdrawn")), None)
        if flag is not None:
            places.open_urgent(self.xapp, flag.id, self.household)
        elif app is not None:
            places.open_application(self.xapp, app.id)
        else:
            places.open_visit(self.xapp, self.household)

    def _open_hint(self, kind: policy_tab.Kind) -> None:
        from xieli_tui.ui.screens.hint import HintPage

        if self.found is not None:
            self.xapp.open(HintPage(self.household, self.subject, kind, self.found))

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        from xieli_tui.ui import application_ways, entry_ways, fact_ways, family_ways, finding_ways, places

        item = event.item
        if isinstance(item, Act):
            item.do()
        elif isinstance(item, (policy_tab.Kind, policy_tab.Brief)):
            self._open_hint(item.kind if isinstance(item, policy_tab.Brief) else item)
        elif isinstance(item, Lacking):
            fact_ways.open_fact(self.xapp, self.household, item)
        elif isinstance(item, policy_tab.Fold):
            self.opened ^= {item.name}
            self._lay()
        elif isinstance(item, (MemberRow, Gone)):
            family_ways.open_file(self.xapp, self.household, item.person)
        elif isinstance(item, TimelineEntry):
            entry_ways.open_entry(self.xapp, self.household, item.ref)
        elif isinstance(item, ApplicationRow):
            places.open_application(self.xapp, item.id)
        elif isinstance(item, FlagRow) and item.urgency == "emergency" and not item.reported_at:
            places.open_urgent(self.xapp, item.id, self.household)
        elif isinstance(item, FlagRow):
            finding_ways.open_finding(self.xapp, item.id)
        elif isinstance(item, VisitView):
            entry_ways.open_of(self.xapp, self.household, "visit.recorded", item.id)
        elif isinstance(item, (papers_tab.Sheet, papers_tab.Board)):
            application_ways.open_paper(self.xapp, item)

