"""公示 on the village board: what hangs, until when, objections; put up, taken down, objected to.

Rules kept here
- how long a notice hangs is the township's or the county's word: the day is typed from their paper or left open, never proposed;
- an objection is kept with the words that were said; who said it is not asked;
- the photo of the board stays on paper: only where it lies is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget

from xieli_tui.casework import notices as verb
from xieli_tui.casework.notices import NoticeRow
from xieli_tui.casework.views import ApplicationCard, Saved
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Offer, Page
from xieli_tui.ui.screens.leaving import KEYS
from xieli_tui.ui.screens.sign import SmallForm
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row, under
from xieli_tui.ui.widgets.row_list import RowList

KINDS = (("review", "决定前公示"), ("decision", "决定后公示"), ("long_term", "长期公示"))
"""Kinds by what a villager sees; the township's own names stand in the list."""
FORMS = frozenset({"notice", "take_down", "objection"})


def due_of(one: NoticeRow, today: Any) -> tuple[str, str]:
    """(words, style) of how long a notice still hangs."""
    if one.taken_down:
        return f"{words.short_day(one.taken_down, today)} 取下", "$ink-3"
    if one.over:
        return f"{words.short_day(one.end, today)} 已到期", "bold $warning"
    return (f"{words.short_day(one.end, today)} 到期{' 暂估' if one.doubt else ''}", "") if one.end else ("到哪天听镇里的", "$ink-2")


class NoticesPage(Page):
    """Notices of the village, or of one application."""

    NAME = "公示"
    GUIDE = Help("公示栏上贴了什么，贴到哪天，有没有异议。", (("Enter", "取下"), ("1", "记异议"), ("2", "贴一张"), ("3", "印公示单"), ("上下", "选"), ("Ctrl+P", "打印"), ("Esc", "返回")),
                 (("贴到哪天", "听镇里、县里的，纸上写的是哪天就写哪天。"), ("异议", "照人家的原话记，谁说的不用写。"), ("镇公示栏", "镇里贴的由镇里记，这里只看。")))

    def __init__(self, card: ApplicationCard | None = None, household: str = "") -> None:
        super().__init__()
        self.card, self.household = card, household
        self.subject = f"{card.head}  {words.kinds_word(card.kinds)}" if card is not None else ""

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: isinstance(item, NoticeRow), key=lambda item: getattr(item, "id", None) or id(item), id="notices")
        yield self.rows

    def reload(self) -> None:
        card = self.card
        found = self.attempt(lambda: verb.list_notices(self.xapp.session, application=card.id if card is not None else None, household=self.household or None)) or []
        hanging = [one for one in found if not one.taken_down]
        down = [one for one in found if one.taken_down]
        items: list[Any] = [head(f"贴着的  {len(hanging)} 张" if hanging else "贴着的"), *self.air(), *hanging]
        if not hanging:
            items.append(line("  ", ("没有贴着的。" + ("按 2 记一张。" if card is not None else "在申请里按 Enter 贴。"), "$ink-2")))
        if down:
            items += [blank(), head(f"取下的  {len(down)} 张"), *down]
        self.rows.show(items)
        self.rows.focus()
        over = sum(1 for one in hanging if one.over)
        self.stand(f"{over} 张到期了，有没有异议记一笔，取下来。" if over else "Enter 取下，1 记异议。")

    def _draw(self, item: Any, on_: bool) -> Sequence[Line]:
        if not isinstance(item, NoticeRow):
            return (item,)
        day = self.xapp.today()
        when, style = due_of(item, day)
        said = f"{len(item.objections)} 条异议" if item.objections else ""
        lines = [row(cell(item.head, 9, "bold" if on_ else ""), cell(item.kind_label, 11), cell(item.place_label, 11, "$ink-2"), cell(f"{words.short_day(item.start, day)} 贴", 10, "$ink-3"),
                     cell(when, 20, style), cell(said, 12, "bold $warning"), on=on_)]
        if on_:
            lines += [under(f"{words.short_day(at, day)} {level}：{text}", 11) for at, level, text in item.objections]
        return lines

    def rail(self) -> Sequence[Line]:
        return [*rail_block("公示上有什么", "姓名、种类、金额这几样，没有证件号、电话、银行号、病情。"), *rail_block("有人提异议", "照原话记下来，随数据包报上去。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "取下"), ("1", "记异议"), ("2", "贴一张"), ("3", "印公示单"), ("F1", "帮助"), ("Esc", "返回"))

    def commands(self) -> Sequence[Offer]:
        return (("印公示单", "勾上申请，印贴在公开栏的", lambda _app: self._sheet(), "3"),)

    def _sheet(self) -> None:
        from xieli_tui.ui.screens.notice_sheets import NoticePickPage

        self.xapp.open(NoticePickPage())

    def about_application(self) -> str:
        item = self.rows.item
        return self.card.id if self.card is not None else item.application if isinstance(item, NoticeRow) else ""

    def about(self) -> str | None:
        if self.card is not None:
            return self.card.household
        item = self.rows.item
        return self.household or (item.household if isinstance(item, NoticeRow) else None)

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit not in (1, 2, 3):
            return
        event.stop()
        item = self.rows.item
        if digit == 3:
            self._sheet()
            return
        if digit == 2 and self.card is not None:
            self.xapp.open(PostPage(self.card))
        elif digit == 2:
            self.say("哪件申请的公示，打开那件申请，停在公示那一行按 Enter。")
        elif isinstance(item, NoticeRow):
            self._open(item, objection=True)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self._open(event.item, objection=False)

    def _open(self, item: NoticeRow, *, objection: bool) -> None:
        from xieli_tui.casework import application

        card = self.attempt(lambda: application.show_application(self.xapp.session, item.application))
        if card is None:
            return
        if item.taken_down and not objection:
            self.say(f"{words.short_day(item.taken_down, self.xapp.today())} 已经取下了。")
        else:
            self.xapp.open(ObjectPage(card, item) if objection else TakeDownPage(card, item))


class PostPage(SmallForm):
    """A notice put up on the village board."""

    NAME = "贴公示"
    FORM = "notice"
    doing = "notice"
    NEEDED = ("kind",)
    QUIET = "镇里让贴的，贴上以后记一笔。"
    GUIDE = Help("公示贴在村公开栏上，记哪种、哪天贴、贴到哪天。", KEYS, (("贴到哪天", "镇里给的纸上写的。没写就空着。"), ("照片", "只写照片、底稿放在哪里。")))

    def body(self) -> ComposeResult:
        yield Paint((head("贴公示", "村公开栏"), *self.air()))
        yield FormRow(Field("哪一种", self.choice("kind", KINDS), needed=True))
        yield FormRow(Field("哪天贴", self.day("start", self.xapp.today().isoformat()), width=14), Field("贴到", self.day("end", hint="镇里写的"), width=14, room=6, before=3))
        yield FormRow(Field("谁贴的", self.text("by_whom", self.xapp.operator_name), width=20))
        yield FormRow(Field("照片在哪", self.text("photo", hint="如 村办公室公示夹，没拍就空着"), width=64))

    def first_entry(self) -> Widget | None:
        return self.entries["kind"]

    def store(self) -> Saved:
        return verb.post(self.xapp.session, verb.PostNotice(
            self.card.id, self.value("kind"), self.value("start"), self.value("end") or None, self.value("by_whom") or None, self.value("photo") or None,
        ))


class NoticeForm(SmallForm):
    """A form about one notice; its draft lies under the application with the notice behind."""

    def __init__(self, card: ApplicationCard, notice: NoticeRow) -> None:
        super().__init__(card, notice.id)
        self.notice = notice

    def shown(self) -> Paint:
        """What hangs."""
        one, day = self.notice, self.xapp.today()
        return Paint((line("  ", cell("公示", 10, "$ink-3"), f"{one.kind_label}  {one.place_label}  {words.short_day(one.start, day)} 贴", (f"，贴到 {one.end}" if one.end else "", "$ink-2")), blank()))


class TakeDownPage(NoticeForm):
    """A notice taken down."""

    NAME = "取下公示"
    FORM = "take_down"
    doing = "notice"
    QUIET = "有没有人提异议，先问一声。"
    GUIDE = Help("公示到期取下来，记哪天。有异议先回去按 1 记下。", KEYS)

    def body(self) -> ComposeResult:
        yield Paint((head("取下公示", f"{len(self.notice.objections)} 条异议" if self.notice.objections else "没有记过异议"), *self.air()))
        yield self.shown()
        yield self.on_day()

    def store(self) -> Saved:
        return verb.take_down(self.xapp.session, self.notice.id, self.value("on"))


class ObjectPage(NoticeForm):
    """An objection made while it hung."""

    NAME = "公示异议"
    FORM = "objection"
    doing = "notice"
    NEEDED = ("level", "text")
    QUIET = "照人家的原话记，谁说的不用写。"
    GUIDE = Help("有人对公示有话说，照原话记下来，随数据包报上去，由镇里、县里核实。", KEYS, (("重大异议", "说家里条件不符、隐瞒财产这样的。拿不准选一般。"),))

    def body(self) -> ComposeResult:
        yield Paint((head("公示异议", "照原话"), *self.air()))
        yield self.shown()
        yield FormRow(Field("哪一级", self.choice("level", verb.LEVELS), needed=True))
        yield FormRow(Field("说了什么", self.text("text"), width=64, needed=True))
        yield self.on_day()

    def store(self) -> Saved:
        return verb.object_to(self.xapp.session, self.notice.id, self.value("level"), self.value("text"), self.value("on"))


__all__ = ["FORMS", "NoticesPage", "ObjectPage", "PostPage", "TakeDownPage"]
