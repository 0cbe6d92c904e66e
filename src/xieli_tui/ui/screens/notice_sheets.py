"""公示单: applications are ticked, the sheet for the board is printed, shown or kept (design 10 公示).

Rules kept here
- what stands on the sheet is the whitelist of `paper.notice_sheet`; this page gives applications, a board and days, and no word of its own;
- the days of the county's paper are typed or left to its rule; without either the last day is written by hand;
- that it hangs is a record of its own: the page leads there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult

from xieli_tui.casework import notice_choice
from xieli_tui.casework.notice_choice import Offer
from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.filed import Filed, FiledPage, Offered
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.slow_form import Job, SlowForm
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, cell, head, line, rail_block, row

if TYPE_CHECKING:
    from xieli_tui.casework.notice_sheet import Sheets

KINDS = (("review", "决定前公示"), ("decision", "决定后公示"), ("long_term", "长期公示"))
"""Kinds by what a villager sees, as on the page of notices."""
PLACES = (("", "两处各一张"), ("township", "镇公开栏"), ("village", "村公开栏"))
WAYS = (("show", "打开查看"), ("print", "直接打印"), ("file", "存成文件"))
KEYS: tuple[Key, ...] = (("Tab", "下一格"), ("数字", "选"), ("Ctrl+S", "印"), ("F8", "报表"), ("F1", "帮助"), ("Esc", "返回"))


class NoticePickPage(ListPage):
    """Which applications stand on the sheet."""

    NAME = "印公示单"
    WAYS = (("1", "决定前公示", "镇里、县里在办的"), ("2", "决定后公示", "已经同意的"), ("3", "长期公示", "在册的全部，不用勾"))
    GUIDE = Help(
        "勾上要公示的，Ctrl+S 印。单子上只有户主姓名、村组、人口、类别、金额和日期，别的写不上去。",
        (("空格", "勾上"), ("1", "决定前公示"), ("2", "决定后公示"), ("3", "长期公示"), ("Ctrl+S", "印"), ("F1", "帮助"), ("Esc", "返回")),
        (
            ("未成年人", "户主或申请人没满 18 岁的不写上，印好以后说有几户。"), ("没有列出来的", "会说出病、残或孩子的事，不公示。"), ("长期公示", "按今天的在册情况重新印，不用一户一户改。"),
            ("贴出以后", "记一笔，到期今日会提醒取下。"),
        ),
    )

    def __init__(self, kind: str = "review") -> None:
        super().__init__()
        self.kind = kind
        self.ticked: tuple[str, ...] = ()

    def sections(self) -> Sequence[Section]:
        word = dict(KINDS)[self.kind]
        if self.kind == "long_term":
            return (Section(word, (), "在册的全部", "在册的低保、特困全部印上，不用勾。按 Ctrl+S 印；该贴的、该取下的在长期公示名单里。"),)
        found = notice_choice.offers(self.xapp.session, self.kind)
        self.ticked = tuple(one.id for one in found if one.id in self.ticked)
        empty = "没有正在办的申请。" if self.kind == "review" else "没有同意了的申请。"
        return (Section(f"{word}  {len(found)} 件" if found else word, found, f"勾上 {len(self.ticked)} 件" if self.ticked else "空格勾上", empty),)

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return (f"勾上 {len(self.ticked)} 件，Ctrl+S 印。" if self.ticked else "空格勾上，Ctrl+S 印。" if self.kind != "long_term" else "Ctrl+S 印。"), "1 决定前，2 决定后，3 长期。"

    def draw(self, item: Offer, on: bool) -> Sequence[Line]:
        mark = "[x]" if item.id in self.ticked else "[ ]"
        lines = [row(
            cell(mark, 4, "bold $primary"), cell(item.head, 12, "bold" if on else ""), cell(words.group_word(item.group), 8, "$ink-2"), cell(item.kinds, 24, ""), cell(item.state_label, 14, "$ink-2"),
            cell(words.short_day(item.on, self.xapp.today()), 8, "$ink-3"), on=on,
        )]
        return [*lines, *self.opened(f"{item.hangs}正贴着。" if item.hangs else "")] if on else lines

    def chosen(self, item: Offer) -> None:
        self.ticked = tuple(one for one in self.ticked if one != item.id) if item.id in self.ticked else (*self.ticked, item.id)
        self.reload()
        self.say(*self.standing(()))

    def on_key(self, event: events.Key) -> None:
        item = self.rows.item
        if event.key == "space" and isinstance(item, Offer):
            event.stop()
            self.chosen(item)

    def way(self, digit: int) -> None:
        self.kind, self.ticked = KINDS[digit - 1][0], ()
        self.reload()
        self.say(*self.standing(()))

    def save(self) -> None:
        if self.kind != "long_term" and not self.ticked:
            self.say("还没有勾。", "空格勾上要公示的。", "look")
            return
        self.xapp.open(NoticeSheetPage(f"{self.kind}:{','.join(self.ticked)}"))

    def about(self) -> str | None:
        item = self.rows.item
        return item.household if isinstance(item, Offer) else None

    def rail(self) -> Sequence[Line]:
        return [line(("印公示单", "bold")), line(), *rail_block("单子上有什么", "户主姓名、村组、人口、类别、金额、日期。"), *rail_block("没有", "证件号、电话、银行号、病情、孩子的姓名。")]

    def foot(self) -> Sequence[Key]:
        return (("空格", "勾上"), ("1-3", "换一种"), ("Ctrl+S", "印"), ("F8", "报表"), ("F1", "帮助"), ("Esc", "返回"))


class NoticeSheetPage(SlowForm):
    """The sheet made."""

    NAME = "公示单"
    FORM = "notice_sheet"
    NEEDED: ClassVar[tuple[str, ...]] = ("way",)
    DOING = "正在印，稍等。"
    QUIET = "贴到哪天不写，就按县里定的天数。"
    GUIDE = Help(
        "一个村一处公开栏一张。先打开看看，再印。", KEYS,
        (("贴到哪天", "镇里、县里写的；不写按县里定的天数，县里没定就留空手写。"), ("长期公示", "没有截止那天。"), ("贴出以后", "在那件申请的公示里记贴出，到期今日会提醒取下。")),
    )

    def __init__(self, key: str) -> None:
        super().__init__(key)
        kind, _, named = key.partition(":")
        self.kind = kind if kind in dict(KINDS) else "review"
        self.applications = [one for one in named.split(",") if one]

    def body(self) -> ComposeResult:
        desk = self.xapp.session.role != "village"
        yield Paint((head("公示单", f"{dict(KINDS)[self.kind]}{f'  {len(self.applications)} 件' if self.applications else ''}"), *self.air()))
        if desk:
            yield FormRow(Field("贴在哪里", self.choice("place", PLACES, gap=2, chosen=("",))))
        days = [Field("哪天贴", self.day("start", self.xapp.today().isoformat()), width=14)]
        if self.kind != "long_term":
            days.append(Field("贴到", self.day("end", hint="不写按县里的"), width=16, room=6, before=3))
        yield FormRow(*days)
        yield FormRow(Field("怎么印", self.choice("way", WAYS, gap=2, chosen=("show",)), needed=True))
        place = self.text("out", hint="存成文件才要写")
        self.offer = Offered(self.xapp, place, dict(KINDS)[self.kind], "pdf")
        yield FormRow(Field("存到", place, width=64))

    def foot(self) -> Sequence[Key]:
        return KEYS

    def rail(self) -> Sequence[Line]:
        return [line(("公示单", "bold")), line(), *rail_block("贴到哪天", "不写按县里定的天数，县里没定就留空手写。"), *rail_block("贴出以后", "在那件申请的公示里记贴出。")]

    def job(self) -> Job:
        from xieli_tui.casework import notice_sheet, printing

        session, kind, apps, way = self.xapp.session, self.kind, list(self.applications), self.value("way")
        place = self.value("place") if "place" in self.entries else ""
        start, end = self.value("start") or None, (self.value("end") or None) if "end" in self.entries else None
        if way == "file" and not self.value("out"):
            raise Refused("XL-V06", field="out")
        typed = Path(self.value("out")).expanduser()

        def make() -> Sheets:
            made = notice_sheet.write(session, kind, apps, typed if way == "file" else None, place=place or None, start=start, end=end)
            if way != "file":
                printing.hand(Path(made.file), way)
            return made

        return Job(make, lambda made: self._made(made, way))

    def refuse(self, error: XieliError) -> None:
        if error.field is None and error.code.startswith(("XL-F0", "XL-V11")):
            error.field = "out"
        elif error.code == "XL-F31":
            error.field = "way"
        super().refuse(error)

    def _made(self, made: Sheets, way: str) -> None:
        facts = [f"{made.boards} 张，{made.lines} 行，{made.start} 贴{f'，贴到 {made.end}' if made.end else ''}。"]
        if made.left_out:
            facts.append(f"有未成年人的 {made.left_out} 户没有写上。")
        if made.age_unknown:
            facts.append(f"户主出生日期没有登记的 {len(made.age_unknown)} 户没有写上，补上再印。")
        facts.append("贴出以后，在那件申请的公示里记一笔；到期今日会提醒取下。")
        self.xapp.back()
        if way == "file":
            self.xapp.open(FiledPage(Filed("公示单", made.file, tuple(facts))))
            return
        front = self.xapp.page
        if front is not None:
            front.say_next(f"{'送到打印机了' if way == 'print' else '打开了'}：{facts[0]}", "".join(facts[1:-1]) or "贴出以后记一笔。", "done")




__all__ = ["NoticePickPage", "NoticeSheetPage"]
