"""疑点: noted by anybody in plain words, read and ruled on by the county alone (001:12, 000:三(三); M-32, JX-51, GX-17).

Rules kept here
- a village writes what was seen or heard and concludes nothing: no category, no list, no aid changes, and its own page shows no list of suspicions;
- a ruling says 情况属实 or 情况不实 and, where it is true, what was found; what follows (退出, 追回) is a step of its own and is not on this page;
- the words of a suspicion stand on the county's pages only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework import frauds
from xieli_tui.casework.views import Saved
from xieli_tui.desk import matters, people
from xieli_tui.domain import codes
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.desk_form import KEYS as DESK_KEYS
from xieli_tui.ui.screens.desk_form import DeskForm
from xieli_tui.ui.screens.joining import FamilyForm
from xieli_tui.ui.screens.leaving import KEYS
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row, say, wrap


class SuspectPage(FamilyForm):
    """What a village noticed about a family, for the county."""

    NAME = "报疑点"
    FORM = "suspect"
    doing = "fraud"
    NEEDED = ("text",)
    QUIET = "只报县级，村里不下结论。"
    GUIDE = Help(
        "看到、听到和家里说的不一样，照原话记一句。只有县级能看，由县级去查。", KEYS,
        (("写什么", "看到了什么，在哪里，哪天。不写猜的，不写人品。"), ("会怎么样", "记了这一句，这一家现在的救助不变，公示、名单也不变。"), ("听来的", "写是听说的，不用写是谁说的。")),
    )

    def body(self) -> ComposeResult:
        yield Paint((head("报疑点", "只有县级能看"), *self.air(), line("  ", ("记一句看到的、听到的。查不查、怎么定，由县级办。", "$ink-2")), blank()))
        yield FormRow(Field("看到什么", self.text("text", hint="如 去年买了小汽车，家里没有说"), width=64, needed=True))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))

    def rail(self) -> Sequence[Line]:
        return self.family_rail("会怎么样", "随数据包报到县级。这一家现在的救助不变。")

    def store(self) -> Saved:
        return frauds.suspect(self.xapp.session, frauds.Suspect(self.card.row.id, self.value("text"), self.value("on")))

    def stored(self, result: Saved) -> None:
        self.xapp.back(f"已保存(第{result.seq}条)", "只报县级，由县级查。这一家现在的救助不变。", "done")


class SuspicionsPage(ListPage):
    """Suspicions at the county."""

    NAME = "疑点"
    GUIDE = Help(
        "各处报来的疑点。只有县级能看，由县级去查，查了写属实还是不实。",
        (("Enter", "写认定"), ("上下", "选"), ("F5", "住户"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回")),
        (("认定", "只说查到的情况。停发、追回、退出另外按步骤办。"), ("回村里", "认定随回传回去，村里只看得到结果。"), ("没有认定的", "在上面，先报的在前。")),
    )

    def sections(self) -> Sequence[Section]:
        found = matters.list_frauds(self.xapp.session)
        self.who = people.families(self.xapp.session, (one.household for one in found))
        waiting = [one for one in found if not one.result]
        done = [one for one in found if one.result]
        return (
            Section(f"等着查的  {len(waiting)} 条" if waiting else "等着查的", waiting, "先报的在前", "没有等着查的疑点。"),
            Section(f"有认定的  {len(done)} 条", done),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        count = len(sections[0].items)
        return (f"{count} 条等着查。", "查了以后按 Enter 写认定。") if count else ("没有等着查的。", "")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        who = self.who.get(item.household, people.NOBODY)
        ruled = codes.label("disposition", item.result) if item.result else "没有认定"
        lines = [row(
            cell(words.short_day(item.on, day), 8, "$ink-3"), cell(words.short_place(who.village_name), 9, "$ink-2"), cell(who.head or "未匹配", 8, "bold" if on else ""),
            cell(words.gist(item.text, 34), 35, "" if on else "$ink-2"), cell(ruled, 12, "$ink-3" if item.result else "$warning"), on=on,
        )]
        if on:
            lines += self.opened(item.text)
            lines += self.opened(f"{words.short_day(item.ruled_on, day)} {ruled}：{item.ruling_text}") if item.result else []
        return lines

    def chosen(self, item: Any) -> None:
        if item.result:
            self.say(f"{words.short_day(item.ruled_on, self.xapp.today())} 有了认定：{codes.label('disposition', item.result)}。")
        else:
            self.xapp.open(FraudRulePage(item.id))

    def rail(self) -> Sequence[Line]:
        return [line(("疑点", "bold")), line(), *rail_block("谁能看", "只有县级。镇里、村里都看不到。"), *rail_block("认定以后", "停发、追回、退出另外按步骤办，不会自动停。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "写认定"), ("上下", "选"), ("F5", "住户"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        item = self.rows.item
        return item.household or None if item is not None else None


class FraudRulePage(DeskForm):
    """The county's ruling on one suspicion."""

    NAME = "疑点认定"
    FORM = "fraud_rule"
    NEEDED: ClassVar[tuple[str, ...]] = ("result",)
    QUIET = "属实要写清查到了什么。"
    GUIDE = Help(
        "查了以后写属实还是不实。这里只留下认定，不停发、不追回。", DESK_KEYS,
        (("情况属实", "查到了什么，哪里来的，写清楚。"), ("情况不实", "写一句怎么查的，可以空着。"), ("以后", "该退出的，在户档那一家记退出，写原因。")),
    )

    def __init__(self, fraud: str) -> None:
        super().__init__(fraud)

    def body(self) -> ComposeResult:
        found = self.attempt(lambda: matters.list_frauds(self.xapp.session)) or []
        one = next((each for each in found if each.id == self.key), None)
        who = people.families(self.xapp.session, [one.household]).get(one.household, people.NOBODY) if one is not None else people.NOBODY
        self.subject = f"{who.head} {words.short_place(who.village_name)}".strip()
        yield Paint((head("疑点认定", f"{words.short_day(one.on, self.xapp.today())} 报的" if one is not None else ""), *[line("  ", piece) for piece in wrap(one.text if one is not None else "", 72)[:4]], blank()))
        yield FormRow(Field("查下来", self.choice("result", [(ident, codes.label("disposition", ident)) for ident in matters.RULINGS], gap=2), needed=True))
        yield FormRow(Field("查到什么", self.text("text", hint="属实要写"), width=64))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))

    def rail(self) -> Sequence[Line]:
        return [line(("认定", "bold")), line(), *say("只说查到的情况。停发、追回、退出另外按步骤办。")]

    def store(self) -> Saved:
        return matters.rule_on_fraud(self.xapp.session, self.key, self.value("result"), self.value("text") or None, self.value("on"))
