"""给东西, 受灾损失, 遇到的人: aid in kind of the village, what a family lost, people met without a living (M-67, M-62, M-64).

Rules kept here
- money is never given out here; a loss is what the family says, 分, and nothing is promised for it;
- who is met in the street is asked for a place and what was done, for a name only where one is given.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from xieli_tui.casework import services
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.joining import FamilyForm
from xieli_tui.ui.screens.leaving import KEYS
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, head, line, rail_block, say

FORMS = frozenset({"give_aid", "loss", "encounter"})


def given_rail(page: Page, household: str) -> list[Line]:
    """What the family was given, newest first, for the rail."""
    given = page.attempt(lambda: services.list_given(page.xapp.session, household)) or []
    out = [line(("给过的", "bold")), line()]
    for one in given[:8]:
        out += say(f"{words.short_day(one.on, page.xapp.today())} {one.who} {one.what}")
    return [*out, *(say("没有记过。", "$ink-2") if not given else [])]


class GiveAidPage(FamilyForm):
    """Aid in kind, or a service of the village's own."""

    NAME = "给东西"
    FORM = "give_aid"
    doing = "aid"
    NEEDED = ("item",)
    QUIET = "村里自己给的实物、帮的忙。钱不在这里。"
    GUIDE = Help("村里给了什么就记什么：米、油、棉被、代买代办。救助链上看得到。", KEYS, (("给钱", "不在这里。钱由镇、县定，在册的救助会自己到。"), ("数量", "写几，再写单位，如 2 袋。")))

    def body(self) -> ComposeResult:
        yield Paint((head("给东西", "给了谁，给了什么"), *self.air()))
        yield FormRow(Field("给了什么", self.text("item", hint="如 大米、棉被"), width=40, needed=True))
        yield FormRow(Field("哪一种", self.choice("form", [one for one in codes.choices("aid_form") if one[0] in services.GIVEN_FORMS], chosen=("in_kind",))))
        yield FormRow(Field("多少", self.text("quantity", fold=True), width=8), Field("单位", self.text("unit", hint="袋"), width=8, room=6, before=3))
        yield FormRow(Field("给了谁", self.choice("person", self.members(), width=64, sole=True)))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14), Field("谁给的", self.text("by_whom", hint="如 村委会"), width=20, room=8, before=3))

    def rail(self) -> Sequence[Line]:
        return given_rail(self, self.card.row.id)

    def store(self) -> Saved:
        return services.give_aid(self.xapp.session, services.GiveAid(
            self.card.row.id, self.value("item"), form=self.value("form"), person=self.value("person") or None, quantity=self.value("quantity") or None,
            unit=self.value("unit") or None, on=self.value("on"), by_whom=self.value("by_whom") or None,
        ))


class LossPage(FamilyForm):
    """What a family lost."""

    NAME = "受灾损失"
    FORM = "loss"
    doing = "loss"
    NEEDED = ("kind",)
    QUIET = "照家里说的写，补多少由镇、县定。"
    GUIDE = Help("遭了灾、出了事，家里损失了什么，大概多少。", KEYS, (("金额", "家里估的，不用证明，没有数就空着。"), ("哪一次", "县里开了突发事件的，选是哪一次。")))

    def body(self) -> ComposeResult:
        self.events = self.attempt(lambda: services.open_events(self.xapp.session, self.card.row.village)) or []
        yield Paint((head("受灾损失", "照家里说的"), *self.air()))
        yield FormRow(Field("什么事", self.choice("kind", [one for one in codes.choices("cause") if one[0] in services.LOSS_KINDS]), needed=True))
        if self.events:
            yield FormRow(Field("哪一次", self.choice("event", self.events[:9], width=64)))
        yield FormRow(Field("大概多少", self.money("amount", hint="家里估的"), width=16, after=" 元"))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        yield FormRow(Field("损失什么", self.text("note", hint="如 东厢房塌了一间，猪两头"), width=64))

    def rail(self) -> Sequence[Line]:
        return self.family_rail("报到哪里", "随数据包报镇里、县里，救多少由他们定。")

    def store(self) -> Saved:
        return services.record_loss(self.xapp.session, services.RecordLoss(
            self.card.row.id, self.value("kind"), self.value("amount") or None, (self.value("event") or None) if "event" in self.entries else None, self.value("on"),
            self.value("note") or None,
        ))


class EncounterPage(FormPage):
    """Somebody in trouble away from home: where, what was done."""

    NAME = "遇到的人"
    FORM = "encounter"
    doing = "encounter"
    NEEDED = ("place", "action")
    QUIET = "生活无着、流浪走失的，遇到就记，不问户口。"
    GUIDE = Help("路上遇到生活无着、走失的人，记在哪里遇到，做了什么。", KEYS, (("名字", "人家说了才写，不说就空着。"), ("要跟下去的", "再登记困难，选 名单外的人。"), ("救助站", "送到救助站的，选 护送到救助站。")))

    def __init__(self) -> None:
        super().__init__("encounter")

    def body(self) -> ComposeResult:
        yield Paint((head("遇到的人", "不问户口"), *self.air()))
        yield FormRow(Field("在哪里", self.text("place", hint="如 村口公路边"), width=64, needed=True))
        yield FormRow(Field("做了什么", self.choice("action", codes.choices("encounter_action"), gap=0, width=64), needed=True))
        yield FormRow(Field("叫什么", self.text("name", hint="不说就空着"), width=20), Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14, room=6, before=3))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def foot(self) -> Sequence[Key]:
        return (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F5", "登记困难"), ("F1", "帮助"), ("Esc", "返回"))

    def rail(self) -> Sequence[Line]:
        found = self.attempt(lambda: services.list_encounters(self.xapp.session)) or []
        out = [line(("遇到过的", "bold")), line()]
        for one in found[:6]:
            out += say(f"{words.short_day(one.on, self.xapp.today())} {one.place} {one.action_label}")
        return [*out, *(say("没有记过。", "$ink-2") if not found else []), line(), *rail_block("要跟下去", "按 F5 登记困难，选名单外的人。")]

    def go_here(self, place: str) -> bool:
        if place == "flag":
            from xieli_tui.ui import places

            places.open_flag(self.xapp, name=self.value("name"))
            return True
        return False

    def store(self) -> Saved:
        return services.record_encounter(self.xapp.session, services.RecordEncounter(
            self.value("place"), self.value("action"), self.value("name") or None, self.value("on"), self.value("note") or None,
        ))
