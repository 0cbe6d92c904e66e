"""困难: a finding about a family of the list or about someone who is not on it; 急难 goes on to the telephone page.

Rules kept here
- nobody is refused for 户籍: an outsider needs a name and a place, nothing else;
- urgency has no default above 一般; choosing 急难 shows the band before anything is saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.widget import Widget

from xieli_tui.casework import about
from xieli_tui.casework import flag_hardship as verb
from xieli_tui.casework.views import HouseholdCard, Saved
from xieli_tui.domain import codes
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.urgent import Emergency, UrgentPage, band_lines
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, head, line, rail_block

OUTSIDER_KEY = "outsider"
REGIONS = (("hukou_region", "户籍地"), ("live_region", "居住地"), ("permit_region", "居住证"), ("event_region", "发生地"))
"""Asked only of people who are not on the list; it decides who handles the case, never whether (M-23)."""
CAUSES = (
    ("illness", "因病"), ("disability", "因残"), ("schooling", "因学"), ("disaster", "因灾"), ("accident", "意外"), ("unemployment", "失业"), ("old_age", "年老"),
    ("childcare", "年幼"), ("no_labour", "缺劳力"), ("housing", "住房"), ("loss_of_support", "断了来源"), ("acute", "急危重病"), ("victim", "受害"), ("stranded", "走失"),
    ("other", "其他"),
)
URGENCIES = (("normal", "一般"), ("urgent", "紧急"), ("emergency", "急难"))
CHANNELS = (("visit", "走访"), ("self", "本人来说"), ("behalf", "代为来说"), ("found", "主动发现"), ("report", "来电报告"), ("neighbour", "邻里反映"))
FOUND_BY = (
    ("coordinator", "协理员"), ("village_committee", "村两委"), ("grid", "网格员"), ("township", "镇干部"), ("social_worker", "社工"), ("neighbour", "邻里"), ("self", "本人"),
    ("family", "家属"),
)


class FlagPage(FormPage):
    """A new finding. `card` None = someone who is not on the list."""

    NAME = "困难"
    FORM = "flag"
    doing = "flag"
    FIELDS: ClassVar[Mapping[str, str]] = {"cause": "causes", "causes": "causes", "household": "outsider", "person": "persons"}
    QUIET = "先写谁、什么事、多急，别的可以后补。"
    GUIDE = Help(
        "看到谁有难处，先记下来。不看户口在哪里，名单外的人也登记。",
        (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F6", "填申请"), ("F1", "帮助"), ("Esc", "返回")),
        (("急难", "先打电话报告镇民政办，材料后补。存下以后按一个键记谁接的。"), ("名单外的人", "有姓名和人在哪里就够了。户籍地、居住地知道就写，不知道空着。"), ("查实", "登记不等于认定，镇里、县里再看。")),
    )

    def __init__(self, card: HouseholdCard | None, name: str = "") -> None:
        super().__init__(card.row.id if card else OUTSIDER_KEY)
        self.looked_for = name
        self.card = card
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip() if card else "名单外的人"

    def body(self) -> ComposeResult:
        yield Paint((head("发现登记", "谁，什么事，多急"), *self.air()))
        if self.card is not None:
            members = [(one.person, one.name) for one in self.card.members[:9]]
            yield FormRow(Field("谁", self.choice("persons", members, multi=True, width=64, sole=True)))
        else:
            yield FormRow(Field("谁", self.text("outsider", self.looked_for), width=18, needed=True), Field("证件", self.id_no("outsider_id_no", strict=False), width=22, room=5, before=2),
                          Field("电话", self.text("outsider_phone", fold=True), width=13, room=5, before=1))
        yield FormRow(Field("什么事", self.choice("causes", CAUSES, multi=True, gap=0, width=64), needed=True))
        yield FormRow(Field("多急", self.choice("urgency", URGENCIES, chosen=("normal",))))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14), Field("人在哪里", self.text("place"), width=37, room=10, before=3, needed=self.card is None))
        yield FormRow(Field("现在", self.text("situation"), width=64))
        yield FormRow(Field("急需", self.text("needs"), width=64))
        if self.card is None:
            yield FormRow(*(Field(word, self.text(name, fold=True, hint="区划代码" if at == 0 else ""), width=10, room=10 if at == 0 else 7, before=0 if at == 0 else 1) for at, (name, word) in enumerate(REGIONS)))
        else:
            yield Paint((blank(), head("怎么知道的")), classes="give")
        yield FormRow(Field("渠道", self.choice("channel", CHANNELS, gap=0, chosen=("visit",), width=64)))
        yield FormRow(Field("谁发现", self.choice("found_by", FOUND_BY, gap=0, chosen=("coordinator",), width=64)))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def first_entry(self) -> Widget | None:
        return self.entries["persons" if self.card is not None else "outsider"]

    @property
    def emergency(self) -> bool:
        return bool(self.entries) and self.value("urgency") == "emergency"

    def band(self) -> Sequence[Line]:
        if not (self.is_mounted and self.emergency):
            return ()
        return band_lines(self._phone(), "先打电话也行，登记不耽误", self.app.size.width - (6 if self.big else 4))[1:2]

    def _phone(self) -> str:
        return about.township_phone(self.xapp.session, self.card.row.village if self.card else "")

    def changed(self) -> None:
        if self.query_one("#band").has_class("-on") != self.emergency:
            self.redraw()

    def rail(self) -> Sequence[Line]:
        out = [line(("发现登记", "bold")), line(), *rail_block("什么时候用急难", "火灾、事故、重病、没饭吃、没处住，等不得的。"),
               *rail_block("急难怎么办", "先打电话报告镇民政办，材料后补。存下以后按一个键记谁接的。")]
        if self.card is not None:
            out += rail_block("这一家", *[f"{one.name}  {one.relation_label}" for one in self.card.members[:6]])
        return [*out, *rail_block("户口不在这里", "照样登记。事在哪里就在哪里办。")]

    def foot(self) -> Sequence[Key]:
        return (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F6", "填申请"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.card.row.id if self.card else None

    def go_here(self, place: str) -> bool:
        return super().go_here(place) or place == "flag"

    # -- saving -----------------------------------------------------------------------------------
    def store(self) -> Saved:
        card = self.card
        return verb.flag_hardship(self.xapp.session, verb.FlagHardship(
            causes=self.many("causes"), household=card.row.id if card else None, outsider=None if card else self.value("outsider"),
            place=self.value("place") or None, outsider_id_no=None if card else self.value("outsider_id_no") or None,
            outsider_phone=None if card else self.value("outsider_phone") or None, persons=self.many("persons") if card else (),
            on=self.value("on"), urgency=self.value("urgency"), channel=self.value("channel"), found_by=self.value("found_by"),
            situation=self.value("situation") or None, needs=self.value("needs") or None, note=self.value("note") or None,
            **({} if card else {name: self.value(name) or None for name, _ in REGIONS}),
        ))

    def stored(self, result: Saved) -> None:
        if not self.emergency:
            super().stored(result)
            return
        card = self.card
        if card is not None:
            chosen = set(self.many("persons"))
            who = "、".join(f"{one.name}  {one.age} 岁" if one.age is not None else one.name for one in card.members if one.person in chosen) or card.row.head
        else:
            who = self.value("outsider")
        found = Emergency(
            flag=result.id, household=card.row.id if card else "", who=who, place=self.value("place") or str(card.fields.get("address", "") if card else ""),
            what=codes.labels("cause", list(self.many("causes"))), on=self.value("on"), situation=self.value("situation"), needs=self.value("needs"),
            found_by=codes.label("discoverer", self.value("found_by")), seq=result.seq, village=card.row.village if card else "",
        )
        self.app.pop_screen()
        page = UrgentPage(found)
        self.xapp.open(page)
        page.say(f"已保存(第{result.seq}条)", "现在打电话。", "done")
