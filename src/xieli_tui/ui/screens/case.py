"""个案 at a desk: the family, the steps this kind owes, the chain, and what can be done now. Enter on a line does it.

Rules kept here
- what is owed is said with the clause it rests on, and an emergency owes only 受理 before its decision;
- each act passes the heads that stand on the screen, so nobody settles what he has not looked at (XL-P06);
- hints stand beside the case and are never a wall.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult

from xieli_tui.casework import about
from xieli_tui.casework.views import DeskCase, QueueItem, Saved
from xieli_tui.desk import further, queue, steps
from xieli_tui.desk.further import STAGED
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key, Offer, Page
from xieli_tui.ui.screens.desk_forms import (
    AdvancePage,
    CheckPage,
    ClosePage,
    DecidePage,
    DeskToldPage,
    NoticePage,
    PayPage,
    ReturnPage,
    ReviewPage,
    SurveyPage,
)
from xieli_tui.ui.screens.desk_further import AppraisePage, ReportPage, StagePage
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, Part, blank, cell, head, line, rail_block, row, say, split, wrap
from xieli_tui.ui.widgets.row_list import RowList

BEFORE = ("draft", "entrusted", "handed_over", "returned", "started")
UNDER_WAY = ("accepted", "checking", "investigated", "reviewed", "reported", "publicity_review", "publicity_decision")
DECIDED = ("decided_granted", "decided_rejected", "paid")
STEP_WORDS = {"done": ("  已办", "$success"), "owed": ("! 欠", "bold $error"), "not_needed": ("  不需要", "$ink-3")}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done now."""

    key: str
    word: str
    what: str
    do: Callable[[], None]

    @property
    def text(self) -> str:
        """What the palette calls it."""
        return self.word


class CasePage(Page):
    """One application as the desk sees it."""

    NAME = "个案"
    doing = "case"
    GUIDE = Help(
        "这一件从头到尾都在这里：要走的步、救助链、现在能办的。",
        (("上下", "选"), ("Enter", "办这一步"), ("F6", "退回补正"), ("Ctrl+P", "打印"), ("F2", "队列"), ("F9", "回传"), ("Esc", "返回")),
        (("欠", "决定以前要办的步，每一步写着依据。急难先救助，手续后补。"), ("退回补正", "一次说清缺什么。"), ("并发", "两处各走了一步，用一步把几步都接上。"),
         ("之后", "告知申请人。付款在别处，这里只记号。")),
    )

    def __init__(self, application: str) -> None:
        super().__init__()
        self.application = application
        self.case: DeskCase | None = None
        self.villages: dict[str, str] = {}

    def body(self) -> ComposeResult:
        yield Paint((), id="case-head")
        self.rows = RowList(self._draw, (), chosen=lambda item: isinstance(item, Act), key=lambda item: getattr(item, "key", id(item)), id="case")
        yield self.rows

    def reload(self) -> None:
        case = self.attempt(lambda: queue.case(self.xapp.session, self.application))
        if case is None:
            return
        self.case = case
        heard = self.attempt(lambda: queue.villages_heard(self.xapp.session)) or ()
        self.villages = {code: name for name, code, _ in heard}
        self.subject = about.desk_title(self.xapp.session)
        self._lay(case)
        self.rows.focus()
        if not self._said[0]:
            self.say("光标停在哪一步，Enter 就办哪一步。", "决定回村后，村里要当面告知。")

    def refresh_body(self) -> None:
        if self.case is not None:
            self._lay(self.case)

    def commands(self) -> Sequence[Offer]:
        """What belongs to a case and is no step of it."""
        from xieli_tui.ui import desk_ways

        case = self.case
        if case is None:
            return ()
        home = case.card.household
        return (
            ("记会商", "这一件，谁参加的，商定了什么", lambda app: desk_ways.open_conference(app, home, self.application), ""),
            ("记反映", "有人说到这一家", lambda app: desk_ways.open_complaint(app, home), ""),
        )

    def about(self) -> str | None:
        return self.case.card.household if self.case else None

    def about_application(self) -> str:
        return self.application

    # -- lines ------------------------------------------------------------------------------------
    def _lay(self, case: DeskCase) -> None:
        card, home, day = case.card, case.household.row, self.xapp.today()
        full = home.id in self.xapp.revealed
        who = next((one for one in case.household.members if one.name == card.applicant), None)
        age = f"  {who.age} 岁" if who is not None and who.age is not None else ""
        number = words.masked_id(who.id_no if who is not None and who.id_state == "ok" else "", full=full)
        place = words.short_place(self.villages.get(card.village, card.village))
        group = words.group_word(home.group)
        left: list[Part] = [(card.applicant or card.head, "bold"), (f"{age}  {place}{group}  {number}", "$ink-2")]
        right: list[Part] = [("! 急难  ", "bold $error") if card.emergency else "", (card.state_label, "bold")]
        self.query_one("#case-head", Paint).show((split(left, right), line("  ", (words.kinds_word(card.kinds), "$ink-2"),
                                                  (f"  {codes.label('application_source', card.source)}  {words.short_day(card.started, day)} 起", "$ink-3")), blank()))
        items: list[Any] = []
        if card.concurrent:
            items += [line("! ", ("并发：几步写在了一起，用一步把几步都接上。", "bold $warning")), blank()]
        acts = self._acts(case)
        items += [head("现在能办的", "Enter 办这一步"), *self.air(), *acts, blank()]
        if not acts:
            items[-2:] = [line("  ", ("没有要办的步了。", "$ink-2")), blank()]
        if case.hints and not self.big:
            pieces = [piece for hint in case.hints for piece in wrap(hint, MAIN - 12)]
            items += [line("  ", cell("看一看" if not at else "", 10, "$ink-3"), (piece, "$ink-2")) for at, piece in enumerate(pieces)]
            items.append(blank())
        if card.decisions:
            items.append(head("决定"))
            for one in card.decisions:
                amount = f" {format_fen(one.amount)} 元" if one.amount is not None else ""
                items.append(line("  ", cell(words.short_day(one.on, day), 9, "$ink-3"), cell(f"{one.kind_label} {codes.label('decision', one.result)}{amount}", 38, "bold"),
                                  (f"{words.short_day(one.told, day)} 已告知" if one.told else "还没告知", "$ink-2")))
                items += [line(" " * 11, (piece, "$ink-2")) for piece in wrap(f"理由：{one.reason}", MAIN - 11)]
            items.append(blank())
        items += self._columns(case)
        self.rows.show(items)

    def _columns(self, case: DeskCase) -> list[Line]:
        """Steps owed beside the chain."""
        day = self.xapp.today()
        chain = case.household.timeline
        out = [line(cell("这类事要走的步", 41, "bold"), ("救助链", "bold"), ("  近的在上", "$ink-3"))]
        for place in range(max(len(case.steps), min(len(chain), 8))):
            parts: list[Part] = []
            if place < len(case.steps):
                one = case.steps[place]
                word, style = STEP_WORDS[one.status]
                note = words.short_day(one.on, day) if one.on else one.cite if one.status == "owed" else one.why.replace("可以先救助后补", "可后补")
                wide = 21 if cell_len(one.label) > 16 else 16
                parts += [cell(word, 9, style), cell(one.label, wide, "bold" if one.status == "owed" else ""), cell(note, 31 - wide, "$ink-3"), " "]
            else:
                parts.append(" " * 41)
            if place < len(chain):
                entry = chain[place]
                parts += [cell(words.short_day(entry.on, day), 8, "$ink-3"), cell(entry.word, 11), cell(entry.summary, 16, "$ink-2")]
            out.append(line(*parts))
        return out

    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, Line):
            return (item,)
        return (row(cell(item.word, 16, "bold $primary" if on else "bold"), (item.what, "$ink-2"), on=on),)

    # -- acts -------------------------------------------------------------------------------------
    def _acts(self, case: DeskCase) -> list[Act]:
        """What the state of the case allows, the next owed step first."""
        card = case.card
        owed = {one.step for one in case.steps if one.status == "owed"}
        out: list[Act] = []

        def form(key: str, word: str, what: str, page: Callable[[], Page]) -> None:
            out.append(Act(key, word, what, lambda: self.xapp.open(page())))

        if card.state in BEFORE or (card.concurrent and "accepted" in owed):
            out.append(Act("accept", "受理", "收下这一件，从今天算起", self._accept))
        if card.state in UNDER_WAY:
            if "checked" in owed:
                out.append(Act("request", "委托核对", "为签了授权的人提出，一次就够", self._request_check))
                form("check", "经济状况核对", "记核对结果", lambda: CheckPage(case))
            if "investigated" in owed:
                form("survey", "入户调查", "两个人的名字", lambda: SurveyPage(case))
            if "reviewed" in owed:
                form("review", "初审", "写意见", lambda: ReviewPage(case))
            if "notice" in owed:
                form("notice", "公示", "镇、村两处公开栏", lambda: NoticePage(case))
            if self.xapp.session.role == "township" and "accepted" not in owed:
                form("report", "上报县级", "带着镇里的意见", lambda: ReportPage(case))
            if card.emergency and not case.advanced:
                form("advance", "先行救助", "先给钱，说明后补", lambda: AdvancePage(case))
        if card.state in (*UNDER_WAY, *DECIDED):
            undecided = [kind for kind in card.kinds if kind not in {one.kind for one in card.decisions}]
            if undecided:
                form("decide", "决定", "审核确认或不予确认，每种各写一次", lambda: DecidePage(case, undecided))
        if card.emergency and case.advanced and card.state in UNDER_WAY:
            form("advance", "再次先行救助", "已经给过，再给一次", lambda: AdvancePage(case))
        if card.state in UNDER_WAY:
            form("appraise", "民主评议", "只在不清楚或有重大异议的时候", lambda: AppraisePage(case))
        staged = any(one.kind in STAGED and one.result == "granted" for one in card.decisions)
        if staged:
            form("stage", "分阶段救助", "一次决定，分几次付", lambda: StagePage(case))
        if card.state in ("handed_over", *UNDER_WAY):
            form("return", "退回补正", "F6  一次说清缺什么", lambda: ReturnPage(case))
        if card.decisions:
            if any(not one.told for one in card.decisions):
                form("told", "告知申请人", "窗口自己告知的记在这里", lambda: DeskToldPage(case))
            if any(one.result == "granted" for one in card.decisions) and (card.state != "paid" or (staged and self._stage_left())):
                form("pay", "记付款", "付款在别处，这里只记号", lambda: PayPage(case))
            form("close", "办结", "每种都有决定以后", lambda: ClosePage(case))
        return out

    def _accept(self) -> None:
        case = self.case
        assert case is not None
        if not self.answered("accept"):
            self.ask("accept", "受理这一件，再按一次 Enter。", "受理以后时限从今天算起。")
            return
        result = self.attempt(lambda: steps.accept(self.xapp.session, self.application, seen=case.card.heads))
        if result is not None:
            self.done(result, "已受理。")

    def _stage_left(self) -> bool:
        """A stage whose payment is not noted yet."""
        return any(not one.paid for one in self.attempt(lambda: further.list_stages(self.xapp.session, self.application)) or ())

    def _request_check(self) -> None:
        result = self.attempt(lambda: further.request_check(self.xapp.session, self.application))
        if result is not None:
            self.done(result, f"为 {result.more['persons']} 个人委托了核对。")

    def done(self, result: Saved, text: str) -> None:
        """After a step: read again and say it, with what the policy says beside it."""
        self.reload()
        self.redraw()
        self.rows.action_edge(-1)
        self.say(f"已保存(第{result.seq}条)", f"{text}{result.beside() or 'F9 回传以后村里才看得到。'}", "done")

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        if isinstance(event.item, Act):
            event.item.do()

    def go_here(self, place: str) -> bool:
        if place == "apply" and self.case is not None:
            self.xapp.open(ReturnPage(self.case))
            return True
        return False

    def rail(self) -> Sequence[Line]:
        case = self.case
        if case is None:
            return ()
        out: list[Line] = [line(("还缺的材料", "bold"))]
        lacking = case.card.missing
        out += [line(("! ", "bold $error"), piece) for name in lacking[:5] for piece in wrap(name, 28)] if lacking else [line(("没有缺的", "$ink-2"))]
        out.append(line())
        if case.hints:
            out += rail_block("看一看", *case.hints)
        out.append(line(("家里", "$ink-3")))
        for one in case.household.members[:6]:
            age = f"{one.age} 岁" if one.age is not None else ""
            out += say("  ".join(part for part in (one.name, one.relation_label, age) if part))
        kin = {"": "还没有问", "none": "经办人和这家没有亲属关系"}.get(case.card.kin, f"有：{case.card.kin}，要回避")
        return [*out, line(), *rail_block("近亲属", kin)]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "办这一步"), ("F6", "退回补正"), ("F2", "队列"), ("Ctrl+R", "看全号"), ("F9", "回传"), ("Esc", "返回"))


ANSWERS = (
    ("helped", "已就地帮扶"), ("applied", "请村里协助申请"), ("referred", "已转介"), ("reported", "镇里接手"), ("solved", "困难已解除"), ("unfounded", "查无此情"),
)
CHANGE_ANSWERS = (("handled", "已处置"), ("implement", "落实政策"), ("verify_exit", "核查疑似不符"), ("tracking", "继续跟踪"), ("no_action", "无需处置"))


class AnswerPage(FormPage):
    """A finding, a change report or an alert answer that waits without an application: the desk's answer goes home."""

    NAME = "答复"
    FORM = "answer"
    FIELDS: ClassVar[Mapping[str, str]] = {"disposition": "disposition"}
    QUIET = "答复会回到村里。"
    GUIDE = Help("村里登记的困难、变化，镇里看过以后在这里答复。", (("数字", "选"), ("Ctrl+S", "保存"), ("Esc", "返回")))

    def __init__(self, item: QueueItem) -> None:
        super().__init__(item.id)
        self.item = item
        self.subject = f"{words.short_place(item.village_name)}  {item.head or '名单外的人'}"

    def body(self) -> ComposeResult:
        item = self.item
        urgent: list[Part] = [("! 急难  ", "bold $error")] if item.emergency else []
        yield Paint((split([(item.head or "名单外的人", "bold"), (f"  {words.short_place(item.village_name)}", "$ink-2")], [*urgent, (item.state_label, "bold")]), blank(),
                     *say(item.why, width=MAIN - 2, indent="  "), blank(), head("答复", "回到村里"), *self.air()))
        yield FormRow(Field("怎么办", self.choice("disposition", CHANGE_ANSWERS if item.kind == "change" else ANSWERS, gap=0, width=64)))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def about(self) -> str | None:
        return self.item.household or None

    def foot(self) -> Sequence[Key]:
        return (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))

    def rail(self) -> Sequence[Line]:
        return [line(("答复", "bold")), line(), *rail_block("回到哪里", "存下以后 F9 回传，村里收下就看得到。"), *rail_block("要办申请的", "请村里协助申请，或者 F4 窗口受理。")]

    def store(self) -> Saved:
        return steps.answer(self.xapp.session, self.item.id, self.value("disposition"), self.value("note") or None)
