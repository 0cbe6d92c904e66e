"""One application at the village: entrustment, the authorisation matrix, papers, hand-over; afterwards what the desks said, and telling the family.

Rules kept here
- every line that can be done is a row, Enter does it; what is done shows its day, what lacks shows `!` and what to do;
- only what the law wants stands before the hand-over; missing papers are named and follow later;
- the village writes no desk state: from 镇已受理 on, this page only shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult

from xieli_tui.casework import application as verb
from xieli_tui.casework import notices
from xieli_tui.casework.views import ApplicationCard, DecisionView, PaperRow, SignRow
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.notices import NoticesPage
from xieli_tui.ui.screens.sign import EntrustPage, KinPage, PaperPage, SignPage, ToldPage, WithdrawPage
from xieli_tui.ui.widgets.paint import MAIN, Line, Part, blank, cell, head, line, rail_block, row, say, split, under, wrap
from xieli_tui.ui.widgets.row_list import RowList

OPEN_STATES = ("draft", "entrusted", "returned")


@dataclass(frozen=True, slots=True)
class Step:
    """A row that does one thing: its label, what stands there now, what Enter does."""

    name: str
    now: str
    act: str
    key: str
    done: bool = False
    do: Callable[[], None] | None = None


class ApplicationPage(Page):
    """The village's page of an application."""

    NAME = "申请"
    doing = "apply"
    GUIDE = Help(
        "一件申请从头到尾都在这一页。光标停在哪一行，Enter 就办哪一行。",
        (("上下", "选"), ("Enter", "办这一行"), ("Ctrl+P", "打印"), ("F9", "报送"), ("Esc", "返回")),
        (("委托", "没有委托不能代为提交。"), ("授权书", "每个成年人都要签，签一次几种救助都能用；未成年人由监护人代签。"), ("缺材料", "不挡路，先交后补。"),
         ("转交", "交给镇里以后，镇已受理、退回补正、决定会自己回来。")),
    )

    def __init__(self, application: str) -> None:
        super().__init__()
        self.application = application
        self.card: ApplicationCard | None = None

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: not isinstance(item, Line), key=self._key, id="application")
        yield self.rows

    @staticmethod
    def _key(item: Any) -> Any:
        if isinstance(item, SignRow):
            return item.person
        if isinstance(item, PaperRow):
            return ("paper", item.doc, item.label)
        return getattr(item, "key", None) or getattr(item, "kind", None) or id(item)

    def reload(self) -> None:
        card = self.attempt(lambda: verb.show_application(self.xapp.session, self.application))
        if card is None:
            return
        self.card = card
        self.subject = card.head
        first = not self.rows.items
        self.rows.show(self._items(card))
        if first:
            self.rows.move_to(self._waits)
        elif self._say_next is not None and self._say_next[2] == "done":
            self._go_on()
        self.rows.focus()
        if not self._said[0]:
            self.say("光标停在哪一行，Enter 就办哪一行。", "缺材料不挡路，先交后补。")

    def _go_on(self) -> None:
        """Something was just written: the cursor goes on to the next thing that waits below, so that Enter twice never writes it twice."""
        here = self.rows.cursor
        later = next((item for item in self.rows.items[here + 1 :] if not isinstance(item, Line) and self._waits(item)), None)
        if later is not None and not self._waits(self.rows.items[here]):
            self.rows.move_to(lambda item: item is later)

    @staticmethod
    def _waits(item: Any) -> bool:
        """Is this the first thing to do?"""
        if isinstance(item, DecisionView):
            return not item.told
        if isinstance(item, SignRow):
            return item.consent in ("", "guardian") or item.commitment == ""
        return isinstance(item, Step) and not item.done and item.do is not None

    def about(self) -> str | None:
        return self.card.household if self.card else None

    def about_application(self) -> str:
        return self.application

    # -- rows -------------------------------------------------------------------------------------
    def _items(self, card: ApplicationCard) -> list[Any]:
        day = self.xapp.today()
        unit = codes.label("application_unit", card.unit)
        left: list[Part] = [(words.kinds_word(card.kinds), "bold"), (f"  {unit}  {card.head}家  {words.short_day(card.started, day)} 起", "$ink-2")]
        right: list[Part] = [("! 急难  ", "bold $error") if card.emergency else "", (card.state_label, "bold" if card.state in OPEN_STATES else "bold $success")]
        items: list[Any] = [split(left, right)]
        if card.concurrent:
            items.append(line("! ", ("并发：几步写在了一起，等镇里理顺。", "bold $warning")))
        items += [*self.air(), *self._decisions(card)]
        village_turn = card.state in OPEN_STATES
        if card.returned:
            items.append(line(("! ", "bold $error"), ("退回补正：", "bold $error"), "、".join(card.returned)))
        entrusted = f"{card.applicant} 托 {card.entrusted_to}，{words.short_day(card.entrusted, day)} 签" if card.entrusted else "还没有"
        items.append(Step("委托", entrusted, "改写" if card.entrusted else "写委托", "entrust", bool(card.entrusted), self._entrust if village_turn else None))
        if card.informed:
            items.append(line("  ", cell("本人意愿", 10, "$ink-3"), (words.told_word(card.informed, day), "$ink-2")))
        items += [blank(), *self._matrix(card), blank(), *self._papers(card), blank()]
        kin = {"": "还没有问", "none": "没有亲属关系"}.get(card.kin, f"有：{card.kin}")
        items.append(Step("近亲属", kin, "问一声", "kin", bool(card.kin), self._kin if not card.kin else None))
        if village_turn:
            lack = f"还缺 {len(card.missing)} 样，后补" if card.missing else "齐了"
            items.append(Step("转交", lack, "受委托代为提交", "hand", False, self._hand_over))
            items.append(Step("撤回", "本人改了主意", "写原因", "withdraw", True, self._withdraw))
        elif card.handed_over:
            items.append(Step("转交", f"{words.short_day(card.handed_over, day)} 受委托代为提交", "", "hand", True, None))
        items += self._notices(card)
        items += self._steps(card)
        return items

    def _notices(self, card: ApplicationCard) -> list[Any]:
        """What hangs on the board for this application; nothing while it is still in the village."""
        if card.state in OPEN_STATES or card.state == "withdrawn":
            return []
        found = self.attempt(lambda: notices.list_notices(self.xapp.session, application=card.id)) or []
        hanging = [one for one in found if not one.taken_down]
        now = f"{len(hanging)} 张贴着" if hanging else f"贴过 {len(found)} 张，都取下了" if found else "还没有贴"
        over = "，到期该取下" if any(one.over for one in hanging) else "，有异议" if any(one.objections for one in found) else ""
        return [blank(), Step("公示", now + over, "贴、取下、记异议", "notices", not over, self._open_notices)]

    def _open_notices(self) -> None:
        assert self.card is not None
        self._open(NoticesPage(self.card))

    def _decisions(self, card: ApplicationCard) -> list[Any]:
        return [*card.decisions, blank()] if card.decisions else []

    def _matrix(self, card: ApplicationCard) -> list[Any]:
        columns = line("  ", cell("成员", 9, "$ink-3"), cell("关系", 9, "$ink-3"), cell("年龄", 7, "$ink-3"), cell("授权书", 17, "$ink-3"), cell("承诺书", 14, "$ink-3"), ("下一步", "$ink-3"))
        return [head("授权和承诺", "每个成年人都要签"), *self.air(), columns, *card.signatures]

    def _papers(self, card: ApplicationCard) -> list[Any]:
        there = sum(1 for paper in card.papers if paper.present)
        shown = [paper for paper in card.papers if paper.doc not in ("entrust", "consent", "commitment", "kin_form") or paper.present]
        lacking = sum(1 for paper in shown if not paper.present)
        more = Step("别的材料", "", "登记一样", "paper", True, self._paper) if card.state in OPEN_STATES else None
        return [head("材料", f"有 {there} 份，还缺 {lacking} 份"), *self.air(), *shown, *([more] if more else [])]

    def _steps(self, card: ApplicationCard) -> list[Any]:
        day = self.xapp.today()
        if not card.steps:
            return []
        return [blank(), head("走过的", "近的在上"), *[
            line("  ", cell(words.short_day(one.on, day), 9, "$ink-3"), cell(one.word, 12), cell(one.summary, 41, "$ink-2"), (words.ROAD.get(one.state, ""), "$ink-3"))
            for one in card.steps
        ]]

    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        if isinstance(item, Line):
            return (item,)
        if isinstance(item, Step):
            state = "" if item.done else "bold"
            act: Part = (f"Enter {item.act}", "bold $primary" if on else "$ink-2") if item.do and item.act else ""
            return (row(cell(item.name, 10, "$ink-3" if item.done else "bold"), cell(item.now, 42, state), act, on=on),)
        if isinstance(item, SignRow):
            return self._draw_sign(item, on)
        if isinstance(item, DecisionView):
            return self._draw_decision(item, on)
        assert isinstance(item, PaperRow)
        where = f"{words.short_day(item.on, day)} {item.where}".strip() or ("可后补" if item.later else "")
        return (row(("  " if item.present else "! ", "bold $error"), cell("有" if item.present else "缺", 5, "$ink-3" if item.present else "bold $error"),
                    cell(item.label, 31, "" if item.present else "bold"), cell(where, 24, "$ink-2"),
                    ("Enter 登记", "bold $primary") if on and not item.present else "", on=on),)

    def _draw_sign(self, item: SignRow, on: bool) -> Sequence[Line]:
        day = self.xapp.today()

        def word(value: str) -> tuple[str, str]:
            if value == "-":
                return "  不需要", "$ink-3"
            if value == "guardian":
                return "! 缺监护人代签", "bold $error"
            return (f"  已签 {words.short_day(value, day)}", "$success") if value else ("! 未签", "bold $error")

        first, second = word(item.consent), word(item.commitment)
        open_ = first[0].startswith("!") or second[0].startswith("!")
        nxt = "外出，联系他签" if item.away and open_ else "Enter 记签字" if open_ and on else ""
        return (row(cell(item.name, 9, "bold"), cell(item.relation_label, 9, "$ink-2"), cell(str(item.age) if item.age is not None else "", 5, "$ink-2"),
                    cell(first[0], 17, first[1]), cell(second[0], 14, second[1]), cell("  " + nxt, 20, "bold $primary" if on else "$ink-2"), on=on),)

    def _draw_decision(self, item: DecisionView, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        granted = item.result == "granted"
        amount = f" {format_fen(item.amount)} 元" if granted and item.amount is not None else ""
        text = f"{item.kind_label} {codes.label('decision', item.result)}{amount}"
        told = f"{words.short_day(item.told, day)} 已告知" if item.told else "Enter 告知家里"
        lines = [row(cell(words.short_day(item.on, day), 9, "$ink-3"), cell(text, 44, "bold $success" if granted else "bold"), cell(told, 18, "$ink-2" if item.told else "bold $primary"), on=on)]
        if on and item.reason:
            lines += [under(piece, 11) for piece in wrap(f"理由：{item.reason}", MAIN - 12)[:2]]
        return lines

    # -- acts -------------------------------------------------------------------------------------
    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        item, card = event.item, self.card
        if card is None:
            return
        if isinstance(item, Step):
            if item.do is not None:
                item.do()
            else:
                self.say("这一行已经办过了。" if item.done else "现在不是村里办的时候，只看。")
        elif isinstance(item, SignRow):
            if item.consent in ("", "guardian") or item.commitment == "":
                self.xapp.open(SignPage(card, item))
            else:
                self.say("两张都签过了。")
        elif isinstance(item, PaperRow):
            self.say("这一样有了。") if item.present else self.xapp.open(PaperPage(card, item))
        elif isinstance(item, DecisionView):
            self.say(f"{words.short_day(item.told, self.xapp.today())} 已经告知过。") if item.told else self.xapp.open(ToldPage(card))

    def _open(self, page: Page) -> None:
        self.xapp.open(page)

    def _entrust(self) -> None:
        assert self.card is not None
        self._open(EntrustPage(self.card))

    def _kin(self) -> None:
        assert self.card is not None
        self._open(KinPage(self.card))

    def _paper(self) -> None:
        assert self.card is not None
        self._open(PaperPage(self.card))

    def _withdraw(self) -> None:
        assert self.card is not None
        self._open(WithdrawPage(self.card))

    def _hand_over(self) -> None:
        card = self.card
        assert card is not None
        if not card.entrusted and card.source == "village":
            self.say("还不能转交，先写委托。", "没有委托不能代为提交(XL-P01)。", "wrong")
            self.rows.move_to(lambda item: getattr(item, "key", "") == "entrust")
            return
        if not self.answered("hand"):
            self.ask("hand", "转交给镇里，再按一次 Enter。", f"还缺 {len(card.missing)} 样，写在转交里，后补。" if card.missing else "")
            return
        result = self.attempt(lambda: verb.hand_over(self.xapp.session, self.application, seen=card.heads))
        if result is not None:
            self.reload()
            self.redraw()
            self.say(f"已保存(第{result.seq}条)", result.beside() or "已转交，F9 报送以后镇里才收得到。", "done")

    # -- rail -------------------------------------------------------------------------------------
    def rail(self) -> Sequence[Line]:
        card = self.card
        if card is None:
            return ()
        signed = all(one.consent not in ("", "guardian") and one.commitment != "" for one in card.signatures)
        marks = [("本人愿意", bool(card.informed)), ("委托", bool(card.entrusted)), ("授权和承诺", signed), ("受委托代为提交(转交)", bool(card.handed_over))]
        out = [line(("走到哪一步", "bold"))]
        current = next((name for name, done in marks if not done), "")
        for name, done in marks:
            word = "  已办  " if done else "> 在办  " if name == current else "  后面  "
            out.append(line((word, "$ink-3" if done or name != current else "bold $primary"), (name, "bold" if name == current else "")))
        out += [line(), *rail_block("为什么要两张", "授权书让镇里去核对家底，承诺书是他说的都是真的。签一次，几种救助都能用。")]
        out += rail_block("未成年人", "监护人代签授权书，承诺书不用。")
        out += rail_block("镇里之后的状态", "镇已受理、退回补正、决定，会自己回到这里，村里只看不写。")
        return [*out, line(("金额", "$ink-3")), *say("估算，以镇(街道)、县级为准")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "办这一行"), ("上下", "选"), ("F4", "走访"), ("F9", "报送"), ("F1", "帮助"), ("Esc", "返回"))

    def go_here(self, place: str) -> bool:
        return place == "apply"
