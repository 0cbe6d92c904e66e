"""急难: the full-width band, the number to call, one key that records when and who answered.

Rules kept here
- the band stays until who answered is recorded; nobody answering is said and records nothing, because a call nobody took is no report;
- the number comes from the county's parameters; where none was set the page says so and names 12349.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from xieli_tui.casework import about
from xieli_tui.casework import flag_hardship as verb
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.choice import Choice
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import Line, Paint, Part, blank, cell, head, line, rail_block, say, split

ANSWERED = (("township", "镇民政办值班"), ("county", "县里值班"), ("named", "另填姓名"), ("nobody", "没人接"))
ANSWERED_BY = {"township": "镇民政办值班", "county": "县里值班"}


@dataclass(frozen=True, slots=True)
class Emergency:
    """What the telephone page shows of a finding."""

    flag: str
    household: str
    who: str
    what: str
    on: str
    place: str = ""
    situation: str = ""
    needs: str = ""
    found_by: str = ""
    seq: int = 0
    village: str = ""


def band_lines(phone: str, note: str, width: int) -> list[Line]:
    """The band: an empty row, the sentence and the number, an empty row."""
    number = phone or "电话县里还没有下发，打 12349"
    return [line(ground="band"), split([(f"! 请立即电话报告镇民政办  {number}", "bold $on-band")], [(note, "bold $on-band")], width, "band"), line(ground="band")]


class UrgentPage(Page):
    """The telephone report of one emergency."""

    NAME = "困难"
    doing = "emergency_report"
    CSS_PATH = "urgent.tcss"
    GUIDE = Help(
        "急难先打电话，再补材料。打完按一个键，时间和谁接的就记下了。",
        (("1-4", "记谁接的"), ("F6", "填申请"), ("F2", "今日"), ("Esc", "返回")),
        (("没人接", "过一会儿再打。这一行会一直在今日里，直到记下谁接的。"), ("先行救助", "镇里决定。村里只报告、协助。")),
    )

    def __init__(self, found: Emergency) -> None:
        super().__init__()
        self.found = found
        self.subject = f"{found.who.split('  ')[0]}  急难"
        self.reported = ""

    def body(self) -> ComposeResult:
        yield Paint((line(("打完电话，按一个键", "bold")), *self.air()), id="ask")
        self.answered_by = Choice(ANSWERED, id="answered")
        self.name_entry = HanInput(id="answered_name")
        yield FormRow(Field("谁接的", self.answered_by))
        yield FormRow(Field("姓名", self.name_entry, width=20, after="  Enter 记下"), id="name-row")
        yield Paint(self._facts, id="facts")

    def _facts(self, _width: int) -> list[Line]:
        one, day = self.found, self.xapp.today()
        title = f"急难登记  第{one.seq}条" if one.seq else "急难登记"
        pairs = [("谁", one.who), ("哪里", one.place), ("什么事", one.what), ("哪天", words.short_day(one.on, day)), ("现在", one.situation), ("急需", one.needs),
                 ("谁发现", one.found_by), ("", "")]
        out = [blank(), head(title), *self.air()]
        for place in range(0, 8, 2):
            (a, b), (c, d) = pairs[place], pairs[place + 1]
            if b or d:
                out += [line("  ", cell(a, 10, "$ink-3"), cell(b, 26), cell(c, 10, "$ink-3"), d), *self.air()]
        out += [blank(), head("接着要做", "从今天数"), *self.air()]
        report: list[Part] = ["  ", cell("今天", 10, "$ink-3" if self.reported else "bold $error"), cell("电话报告镇民政办", 36, "" if self.reported else "bold")]
        out.append(line(*report, (self.reported, "$success") if self.reported else ("等您打", "$ink-2")))
        out += [line("  ", cell("之后", 10, "$ink-3"), cell("镇里回话，是不是先行救助", 36), ("镇民政办", "$ink-2")),
                line("  ", cell("补上", 10, "$ink-3"), cell("缴费单、情况说明", 36), ("不耽误先救", "$ink-2"))]
        return out

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#name-row").display = False
        self.answered_by.focus()
        if not self._said[0]:
            self.say("先打电话，再按一个键。")

    def phone(self) -> str:
        return about.township_phone(self.xapp.session, self.found.village)

    def band(self) -> Sequence[Line]:
        if self.reported:
            return ()
        return band_lines(self.phone(), "记下谁接的才收起", self.app.size.width - (6 if self.big else 4))

    def rail(self) -> Sequence[Line]:
        app, one = self.xapp, self.found
        text = f"我是{app.place_name}协理员{app.operator_name}。{one.who.replace('  ', '，')}，{one.what}"
        text += f"，{one.situation}" if one.situation else ""
        text += f"，急需{one.needs}" if one.needs else ""
        out = [line(("电话里照着说", "bold")), *say(text + "。请镇里看能不能先行救助。"), line()]
        return [*out, *rail_block("没人接怎么办", "按 4，过一会儿再打。也可以打 12349。"), *say("按 F6 现在就协助填写申请。户口在哪里不要紧，事在哪里就在哪里办。", "$ink-2")]

    def foot(self) -> Sequence[Key]:
        return (("1-4", "记谁接的"), ("F6", "填申请"), ("F5", "困难"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.found.household or None

    def go_here(self, place: str) -> bool:
        if place == "apply" and self.found.household:
            from xieli_tui.ui import places

            places.open_start(self.xapp, self.found.household, emergency=True, flag=self.found.flag)
            return True
        return False

    @on(Choice.Changed, "#answered")
    def _chose(self, event: Choice.Changed) -> None:
        if self.reported or not event.chosen:
            return
        choice = event.chosen[0]
        row = self.query_one("#name-row")
        row.display = choice == "named"
        if choice == "named":
            self.name_entry.focus()
        elif choice == "nobody":
            self.say(f"{self.xapp.clock.now():%H:%M} 没人接，还没有报告。", "过一会儿再打，也可以打 12349。", "look")
        else:
            self.record(ANSWERED_BY[choice])

    @on(Input.Submitted, "#answered_name")
    def _named(self) -> None:
        name = self.name_entry.value.strip()
        if name:
            self.record(name)
        else:
            self.say("写上接电话的人。", "", "wrong")

    def save(self) -> None:
        if self.answered_by.value == "named":
            self._named()
        else:
            self.say("按 1 到 4 记谁接的。")

    def record(self, who: str) -> None:
        """The one key: time and who answered."""
        result = self.attempt(lambda: verb.report_by_phone(self.xapp.session, self.found.flag, None, who, self.phone() or None))
        if result is None:
            return
        self.reported = f"{self.xapp.clock.now():%H:%M} {who}接的"
        self.query_one("#name-row").display = False
        self.redraw()
        self.query_one("#facts", Paint).show(self._facts)
        self.say(f"已保存(第{result.seq}条)", f"{self.reported}。按 F6 协助填写申请。", "done")
