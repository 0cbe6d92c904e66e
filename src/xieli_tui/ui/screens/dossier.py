"""户档: one family on nine tabs by digit; the same digit again opens that tab's form (4, 4 is a new visit).

Rules kept here
- what is ruled (在册) and what the village claims (村台账登记) are told apart in words;
- several values of one field are all shown, under 两处写的不一样;
- a tab that is not served yet says so in one line and shows nothing invented;
- every entry of the chain says where it stands: 本机, 待签收, 镇已签收, 县已签收.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from xieli_tui.casework import application, chain, family_view, hints, households, matters, notices, statements
from xieli_tui.casework.chain import Chain
from xieli_tui.casework.family_view import Family, Gone
from xieli_tui.casework.hints import Lacking, Look
from xieli_tui.casework.matters import Matter
from xieli_tui.casework.statements import Means
from xieli_tui.casework.views import ApplicationCard, ApplicationRow, FlagRow, HouseholdCard, MemberRow, TimelineEntry, VisitView
from xieli_tui.domain import codes
from xieli_tui.errors import XieliError
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens import chain_tab, means_tab, members_tab, papers_tab, policy_tab
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.choice import LEVELS
from xieli_tui.ui.widgets.paint import (
    MAIN,
    Line,
    Paint,
    Part,
    blank,
    cell,
    head,
    line,
    rail_block,
    row,
    say,
    split,
    under,
    width_of,
    wrap,
)
from xieli_tui.ui.widgets.row_list import RowList

TABS = ("概况", "成员", "收支", "走访", "困难", "申请", "救助链", "材料", "政策")
FIELD_WORDS = {
    "number": "户编号", "group": "组", "address": "住址", "phone": "电话", "nickname": "小名", "head": "户主", "category": "类别", "status": "状态", "name": "姓名",
    "id_no": "身份证号", "birth": "出生日期", "sex": "性别", "category_since": "类别起始", "aid_month": "月救助金", "health": "健康", "disability_level": "残疾等级",
    "disability_kind": "残疾类别", "house_safety": "房屋", "work": "就业", "labour": "劳动力", "school": "学校", "student_stage": "学段", "guardian": "监护人",
    "away": "外出", "bank": "银行账号", "note": "备注", "village": "所在村",
}


BESIDE = 12
"""Entries of the chain beside the first page; the whole chain is tab 7."""


@dataclass(frozen=True, slots=True)
class Act:
    """A row that does something."""

    text: str
    word: str
    do: Callable[[], None]


class DossierPage(Page):
    """One household."""

    NAME = "户档"
    GUIDE = Help(
        "一家一本。数字换页，同一数字再按一次就填表，4 4 是新走访。",
        (("1-9", "换页"), ("左右", "换页，救助链里换人"), ("0", "来电查询"), ("Enter", "打开这一行"), ("F4", "走访"), ("Ctrl+R", "看全号")),
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
        self._means = self._family = self._chain = None
        self.look()
        self.follow()
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip()
        if self._say_next is not None and self._say_next[2] == "done":
            self.rows.show(())  # something was just written: the cursor starts on it, at the top
        self._lay()
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
            "1": self._overview, "2": self._members, "3": self._money, "4": self._visits, "5": self._flags, "6": self._applications, "7": self._aid_chain, "8": self._papers,
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
        card, day = self.card, self.xapp.today()
        assert card is not None
        row_ = card.row
        since = str(card.ruled.get("category_since", card.fields.get("category_since", "")))
        rank = {"claim": "村台账登记", "ruling": "在册"}.get(row_.category_rank, "")
        category = "，".join(part for part in (words.category_word(row_.category), rank) if part)
        met = next((one for one in card.visits if one.met != "none"), None)
        school = sum(1 for one in card.members if one.in_school)
        last = f"{words.short_day(met.on, day)} {words.MET[met.met]}" if met else "从未"
        left = [
            ("证件", words.masked_id(row_.id_no, full=self.full)), ("电话", words.masked_phone(row_.phone, full=self.full) or "没有"),
            ("住址", str(card.fields.get("address", "")) or "没有登记"), ("成员", f"{row_.size} 人" + (f"，在校 {school}" if school else "")),
            ("类别", category or "没有登记"), *([("起始", f"{since[:7]} 起")] if since else []), ("上次走访", last),
        ]
        if card.promises:
            left.append(("答应的事", f"{words.short_day(card.promises[0][1], day)} {card.promises[0][0]}".strip()))
        right = card.timeline[: min(BESIDE, max(6, len(left)))]
        out: list[Any] = [line(cell("这一家", 38, "bold"), ("救助链", "bold"), ("  近的在上", "$ink-3")), *self.air()]
        for place in range(max(len(left), len(right))):
            name, value = left[place] if place < len(left) else ("", "")
            parts: list[Part] = ["  ", cell(name, 10, "$ink-3"), cell(value, 25), " "]
            if place < len(right):
                one = right[place]
                parts += [cell(words.short_day(one.on, day), 8, "$ink-3"), cell(one.word, 9), cell(one.summary, 21, "$ink-2")]
            out.append(line(*parts))
        out.append(blank())
        if card.next_step:
            out.append(Act(card.next_step, "办这一步", self._next))
        if self.left:
            more = f"，等 {len(self.left)} 条" if len(self.left) > 1 else ""
            out.append(Act(f"接着办：{words.gist(self.left[0].what, 30)}{more}", "接着办", self._follow))
        for pair in self._beside():
            out.append(Act(pair, "结对", self._pairs))
        for clash in card.conflicts:
            name = FIELD_WORDS.get(clash.field, clash.field)
            both = "；".join(f"{who} 写 {value}" for value, who, _ in clash.values)
            out.append(line(("! ", "bold $warning"), cell("两处写的不一样", 16, "bold $warning"), cell(name, 10), (both, "$ink-2")))
        out += [*self.air(), *policy_tab.overview(self.found, 2 if self.xapp.size.height < 34 else 4)]
        return out

    def _members(self) -> list[Any]:
        card = self.card
        assert card is not None
        return members_tab.page(card, self.family())

    def family(self) -> Family | None:
        """Who left, who stands by the family: read when a tab asks for it."""
        if self._family is None:
            self._family = self.attempt(lambda: family_view.look(self.xapp.session, self.household))
        return self._family

    def _beside(self) -> list[str]:
        """Pairs and helping groups of the first page, one line."""
        family = self.family()
        if family is None or not (family.pairs or family.groups):
            return []
        pairs = [f"{one.name}{'（党员）' if one.party else ''}" for one in family.pairs]
        return ["，".join(part for part in (f"结对 {'、'.join(pairs)}" if pairs else "", *(f"{one.name}：{'、'.join(one.members)}" for one in family.groups[:1])) if part)]

    def _pairs(self) -> None:
        from xieli_tui.ui import family_ways

        family_ways.open_pairs(self.xapp, self.household)

    def _money(self) -> list[Any]:
        card = self.card
        assert card is not None
        if self._means is None:
            self._means = self.attempt(lambda: statements.show(self.xapp.session, self.household))
        return means_tab.page(self._means, {one.person: one.name for one in card.members}, self.xapp.today())

    def _visits(self) -> list[Any]:
        card = self.card
        assert card is not None
        if not card.visits:
            return [blank(), line("  ", ("还没有走访过。按 4 记第一次。", "$ink-2"))]
        return [line("  ", cell("日期", 9, "$ink-3"), cell("见到谁", 10, "$ink-3"), cell("哪一种", 14, "$ink-3"), ("记了什么", "$ink-3")), *card.visits]

    def _flags(self) -> list[Any]:
        card = self.card
        assert card is not None
        if not card.flags:
            return [blank(), line("  ", ("没有登记过困难。按 5 登记。", "$ink-2"))]
        return [line("  ", cell("日期", 9, "$ink-3"), cell("缓急", 7, "$ink-3"), cell("原因", 18, "$ink-3"), cell("谁", 10, "$ink-3"), ("到哪一步", "$ink-3")), *card.flags]

    def _applications(self) -> list[Any]:
        card, day = self.card, self.xapp.today()
        assert card is not None
        out: list[Any] = []
        if card.applications:
            out = [line("  ", cell("开始", 9, "$ink-3"), cell("办什么", 34, "$ink-3"), cell("到哪一步", 16, "$ink-3"), ("来处", "$ink-3")), *card.applications]
        else:
            out = [blank(), line("  ", ("没有办过申请。按 6 协助填写。", "$ink-2"))]
        if card.informed:
            out += [blank(), head("告知过的")]
            out += [line("  ", cell(words.short_day(on, day), 9, "$ink-3"), cell(kind, 24), (answer, "$ink-2")) for kind, answer, on in card.informed]
        return out

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
        day = self.xapp.today()
        if isinstance(item, Line):
            return (item,)
        if isinstance(item, policy_tab.Kind):
            return policy_tab.draw(item, on)
        if isinstance(item, Lacking):
            return policy_tab.draw_lacking(item, on)
        if isinstance(item, policy_tab.Fold):
            return policy_tab.draw_fold(item, on)
        if isinstance(item, policy_tab.Owed):
            return policy_tab.draw_owed(item, on, day)
        if isinstance(item, policy_tab.Brief):
            return policy_tab.draw_brief(item, on)
        if isinstance(item, Act):
            return (row(cell(item.text, 52, "bold $primary" if on else "bold"), ("Enter ", "bold $primary"), (item.word, "$ink-2"), on=on),)
        if isinstance(item, TimelineEntry):
            return chain_tab.draw(item, on, day)
        if isinstance(item, Gone):
            return members_tab.draw_gone(item, on)
        if isinstance(item, (papers_tab.Sheet, papers_tab.Board)):
            return papers_tab.draw(item, on, day)
        if isinstance(item, VisitView):
            return self._draw_visit(item, on)
        if isinstance(item, FlagRow):
            urgent = item.urgency == "emergency"
            state = f"{item.settled[5:]} 已了结" if item.settled else f"{item.reported_at[11:16]} 已电话报告，{item.answered_by}接" if item.reported_at else "! 还没电话报告" if urgent else "在跟"
            lines = [row(cell(words.short_day(item.on, day), 9, "$ink-3"), cell(codes.label("urgency", item.urgency), 7, "bold $error" if urgent else ""),
                         cell(codes.labels("cause", item.causes), 18, "bold" if on else ""), cell(item.who, 10, "$ink-2"), cell(state, 30, "$ink-2"), on=on)]
            return [*lines, under(item.note, 11)] if on and item.note else lines
        if isinstance(item, ApplicationRow):
            emergency = "! " if item.emergency else ""
            return (row(cell(words.short_day(item.started, day), 9, "$ink-3"), cell(emergency + words.kinds_word(item.kinds), 34, "bold" if on else ""),
                        cell(item.state_label, 16), cell(codes.label("application_source", item.source), 15, "$ink-2"), on=on),)
        return members_tab.draw(item, on, self._family, self.full)

    def _draw_visit(self, item: VisitView, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        gist = "、".join([codes.label("change", one) for one in item.changes] + [f"{codes.label('dimension', name)}{LEVELS[level]}" for name, level in item.marks.items() if level > 1])
        text = "；".join(part for part in (gist, item.note) if part) or "没有另记的"
        late = "  补录" if item.late else ""
        lines = [row(cell(words.short_day(item.on, day), 9, "$ink-3"), cell(words.MET.get(item.met, item.met), 10, "bold" if on else ""),
                     cell(codes.label("visit_kind", item.kind), 14, "$ink-2"), cell(text + late, 41, "" if on else "$ink-2"), on=on)]
        if on:
            if cell_len(text + late) > 41:  # what does not fit the row is read here, to the last word
                lines += [under(piece, 11) for piece in wrap(text, MAIN - 12)]
            rest = "  ".join(part for part in ("、".join(item.visitors), f"答应 {item.promise} {item.promise_on[5:]}".rstrip() if item.promise else "") if part)
            lines += [under(piece, 11) for piece in wrap(rest, MAIN - 12)[:2]] if rest else []
        return lines

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
        # the key is shown only where it does something
        act = {"1": ("Enter", "打开"), "2": ("Enter", "看档案"), "4": ("Enter", "看全文"), "7": ("Enter", "看全文"), "8": ("Enter", "登记"), "3": ("3", "填表"), "9": ("Enter", "打开")}.get(self.tab, ("Enter", "打开") if self.tab in "56" else ("上下", "看"))
        return (act, ("1-9", "换页"), ("F4", "走访"), ("F5", "困难"), ("Ctrl+R", "看全号"), ("Esc", "返回"))

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
            self.say({"1": "再按 1 改户的情况。", "2": "Enter 看一人一档，再按 2 加人、离开、分户。", "7": "再按 7 是接着办：转介、变化、评估。", "8": "再按 8 看一人一档。", "5": "Enter 打开这一件，再按 5 登记新的。", "9": "Enter 打开这一种，或去填缺的；再按 9 告知家里。"}.get(digit, "同一数字再按一次就填表。" if digit in "3456" else ""))
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

