"""接着办: what is open about one family beside its applications, and what can be written for it; 一人一档 of its people.

Rules kept here
- every open line says why it is here, since when, and its clause; what has passed its day says how far, never more;
- Enter on a line opens what deals with it: feedback of a referral, a step of an emergency, a referral that the record offers;
- a file lists what is there and what is missing, with the clause that asks for it; no mark, no share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from textual import events, on
from textual.app import ComposeResult

from xieli_tui.casework import matters, person_file
from xieli_tui.casework.matters import Matter
from xieli_tui.casework.person_file import FileItem, PersonFile
from xieli_tui.casework.views import HouseholdCard
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.matter_forms import AssessPage, ChangePage, FeedbackPage, ReferPage, ServicePage, StepPage
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row, say, under
from xieli_tui.ui.widgets.row_list import RowList

KIND_WORDS = {"emergency": "急难", "referral": "转介", "change": "变化", "offer": "提醒"}
MARK = {"there": ("  有", "$ink-3"), "missing": ("! 缺", "bold $error"), "queried": ("  查", "$ink-3")}


@dataclass(frozen=True, slots=True)
class Deed:
    """A row that opens a form; found by the command list through `text` and `do`."""

    digit: str
    text: str
    what: str
    do: Callable[[], None]


class MattersPage(Page):
    """What is open about one family, and what can be written."""

    NAME = "接着办"
    GUIDE = Help(
        "这一家除了申请以外还要接着办的，和能替它记的。",
        (("数字", "记一样"), ("上下", "选"), ("Enter", "办这条"), ("F4", "走访"), ("F1", "帮助"), ("Esc", "返回")),
        (("提醒", "按已登记的情况提出来的，办不办您看，不会自己转出去。"), ("变化", "报上去以后一直列着，到镇里、县里答复为止。"), ("转介", "Enter 记回音；有了结果才放下。")),
    )

    def __init__(self, card: HouseholdCard) -> None:
        super().__init__()
        self.card = card
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip()
        self.found: list[Matter] = []

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: not isinstance(item, Line), key=lambda item: getattr(item, "target", None) or getattr(item, "digit", None) or id(item), id="matters")
        yield self.rows

    def _deeds(self) -> list[Deed]:
        opened, card = self.xapp.open, self.card
        return [
            Deed("1", "报变化", "添人、去世、大病、就业、迁移、大笔款项", lambda: opened(ChangePage(card))),
            Deed("2", "转介", "转给残联、住建、教育、人社、救助站等", lambda: opened(ReferPage(card))),
            Deed("3", "六方面评估", "经济、健康、教育、居住、就业、社会参与", lambda: opened(AssessPage(card))),
            Deed("4", "记服务", "岗位信息、职业指导、照料、探访、陪护", lambda: opened(ServicePage(card))),
            Deed("5", "一人一档", "每个人有什么，还缺什么", lambda: opened(PersonFilePage(card))),
        ]

    def reload(self) -> None:
        self.found = self.attempt(lambda: matters.show(self.xapp.session, self.card.row.id)) or []
        self._lay()
        self.rows.focus()
        self.stand(f"{len(self.found)} 条要接着办。" if self.found else "没有要接着办的。", "数字记一样。")

    def _lay(self) -> None:
        items: list[Any] = [head("要接着办的", "急难、转介、变化、提醒"), *self.air(), *self.found]
        if not self.found:
            items.append(line("  ", ("没有。", "$ink-2")))
        items += [blank(), head("替这一家记", "按数字"), *self.air(), *self._deeds()]
        self.rows.show(items)

    def refresh_body(self) -> None:
        if self.is_mounted:
            self._lay()

    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, Deed):
            return (row(cell(item.digit, 4, "bold $primary"), cell(item.text, 14, "bold"), cell(item.what, 54, "$ink-2"), on=on),)
        if not isinstance(item, Matter):
            return (item,)
        when, style = words.due_word(item.due, "overdue" if item.late else "", self.xapp.today()) if item.kind == "referral" and item.due else (words.short_day(item.due, self.xapp.today()) if item.due else "", "$ink-3")
        first = row(cell(KIND_WORDS[item.kind], 6, "$ink-2"), cell(item.what, 46, "bold" if on else ""), cell(when, 20, style), on=on)
        return [first, under(f"{item.why}{f'  {item.cite}' if item.cite else ''}", 8)] if on else [first]

    def rail(self) -> Sequence[Line]:
        out = [line(("这一家", "bold")), line()]
        for one in self.card.members[:8]:
            out += say("  ".join(part for part in (one.name, one.relation_label, f"{one.age} 岁" if one.age is not None else "") if part))
        return [*out, line(), *rail_block("提醒从哪里来", "走访看到房屋有隐患、孩子登记为不在校、有劳动能力的都没有就业、留守儿童没有监护人。没记过的不提醒。")]

    def foot(self) -> Sequence[Key]:
        return (("1-5", "记一样"), ("Enter", "办这条"), ("上下", "选"), ("F4", "走访"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.card.row.id

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        deed = next((one for one in self._deeds() if one.digit == str(digit)), None)
        if deed is not None:
            event.stop()
            deed.do()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        item = event.item
        if isinstance(item, Deed):
            item.do()
        elif isinstance(item, Matter):
            self._deal(item)

    def _deal(self, item: Matter) -> None:
        if item.kind == "referral":
            self.xapp.open(FeedbackPage(self.card, item.target))
        elif item.kind == "emergency":
            self.xapp.open(StepPage(self.card, item.target))
        elif item.kind == "offer" and item.department:
            self.xapp.open(ReferPage(self.card, item.department, item.aid, item.person))
        elif item.kind == "offer" and item.person:
            from xieli_tui.ui import fact_ways

            fact_ways.open_person(self.xapp, self.card.row.id, item.person)
        else:
            self.say("已经报上去了，等镇里、县里答复。", "答复会随回传回来。")


class PersonFilePage(Page):
    """一人一档: the files of a family, one person at a time."""

    NAME = "一人一档"
    GUIDE = Help(
        "每个人一份档：证件、材料、决定、核对、走访、公示，享受过什么，转给过谁，类别怎么变的。",
        (("左右", "换一个人"), ("上下", "看"), ("Ctrl+R", "看全号"), ("F3", "找人"), ("F1", "帮助"), ("Esc", "返回")),
        (("缺", "按本地政策包的材料清单和一人一档的规定列出来，不是催交。"), ("查", "县里能在共享平台查到，不用交。")),
    )

    def __init__(self, card: HouseholdCard, person: str = "") -> None:
        super().__init__()
        self.card, self.person = card, person
        self.files: list[PersonFile] = []
        self.at = 0

    def body(self) -> ComposeResult:
        yield Paint((), id="who")
        self.rows = RowList(self._draw, (), id="file")
        yield self.rows

    def reload(self) -> None:
        self.files = self.attempt(lambda: person_file.of_household(self.xapp.session, self.card.row.id)) or []
        self.at = next((place for place, one in enumerate(self.files) if one.person == self.person), min(self.at, max(0, len(self.files) - 1)))
        self._lay()
        self.rows.focus()

    def refresh_body(self) -> None:
        if self.is_mounted and self.files:
            self._lay()

    def _lay(self) -> None:
        if not self.files:
            return
        one = self.files[self.at]
        self.person, self.subject = one.person, one.name
        full = self.card.row.id in self.xapp.revealed
        number = words.masked_id(one.id_no if one.id_state == "ok" else "", full=full)
        age = f"{one.age} 岁" if one.age is not None else ""
        rank = {"claim": "村台账登记", "ruling": "在册"}.get(one.category_rank, "")
        self.query_one("#who", Paint).show((
            line((one.name, "bold"), (f"  {one.relation_label}  {age}  {number}", "$ink-2")),
            line((f"{one.category_label or '没有登记类别'}  {rank}  {'、'.join(one.labels)}".rstrip(), "$ink-2")), *self.air(),
        ))
        items: list[Any] = [head("档里", f"还缺 {len(one.missing)} 样" if one.missing else "不缺"), *one.items]
        for title, rows in (
            ("类别", [(day, what, f"{why} {who}".strip()) for day, what, why, who in one.categories]), ("享受", list(one.aids)), ("申请", list(one.applications)),
            ("转介", list(one.referrals)),
        ):
            if rows:
                items += [blank(), head(title), *[self._plain(*found) for found in rows]]
        self.rows.show(items)
        self.stand(f"第 {self.at + 1} 个人，共 {len(self.files)} 个。", "左右键换人。" if len(self.files) > 1 else "")

    def _plain(self, on: str, what: str, tail: str) -> Line:
        return line("  ", cell(words.short_day(on, self.xapp.today()) if on else "", 10, "$ink-3"), cell(what, 40), (tail, "$ink-2"))

    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        if not isinstance(item, FileItem):
            return (item,)
        mark, style = MARK[item.state]
        where = f"{words.short_day(item.on, self.xapp.today()) if item.on else ''} {item.where}".strip() or ("县里查，不用交" if item.state == "queried" else "")
        return (row(cell(mark, 6, style), cell(item.section, 7, "$ink-3"), cell(item.label, 26, "bold" if item.state == "missing" else ""), cell(where, 22, "$ink-2"), cell(item.cite, 13, "$ink-3"), on=on),)

    def rail(self) -> Sequence[Line]:
        out = [line(("这一家的人", "bold")), line()]
        for place, one in enumerate(self.files):
            out.append(line((("> " if place == self.at else "  ") + one.name, "bold" if place == self.at else ""), (f"  缺 {len(one.missing)} 样" if one.missing else "  不缺", "$ink-3")))
        return out

    def foot(self) -> Sequence[Key]:
        return (("左右", "换人"), ("上下", "看"), ("Ctrl+R", "看全号"), ("F3", "住户"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.card.row.id

    def on_key(self, event: events.Key) -> None:
        if event.key in ("left", "right") and len(self.files) > 1:
            event.stop()
            self.at = (self.at + (1 if event.key == "right" else -1)) % len(self.files)
            self._lay()
            self.redraw()
