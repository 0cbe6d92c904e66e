"""户的情况: where a family lives, its category, what the place has recognised it as. Claims only: a desk's ruling stands above them.

Rules kept here
- category and 享受 are one question: who is 低保 is a recipient;
- every label is 有 or 没有 or open: open is not 没有.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from xieli_tui.casework import facts
from xieli_tui.casework.keep_facts import KeepHousehold, keep_household
from xieli_tui.casework.views import HouseholdCard, Saved
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help
from xieli_tui.ui.screens.section_form import HAVE, SectionForm
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, line, rail_block, say

LABELS = (
    ("low_income", "低收入家庭"), ("exp_poor", "支出型困难家庭"), ("filed_poor", "建档立卡"), ("out_of_poverty", "脱贫人口"), ("unstable_out_of_poverty", "脱贫不稳定户"),
    ("edge_easy_poor", "边缘易致贫户"), ("sudden_hardship", "突发严重困难户"), ("returned_poor", "返贫致贫人口"),
)
TEXTS = ("number", "group", "address", "phone", "nickname", "grid", "hukou_region", "live_region", "permit_region", "category_since")
YES_NO = ("from_agri", "housing_difficulty", "goods_hard_to_get", "illness_poverty", "exit_consent")


class HouseholdFormPage(SectionForm):
    """What is known of one household."""

    NAME = "户的情况"
    FORM = "household"
    doing = "household"
    SECTIONS: ClassVar[tuple[tuple[str, str], ...]] = (("home", "住处"), ("category", "类别和认定"))
    QUIET = "知道几样写几样，不知道的空着。"
    GUIDE = Help(
        "这一家的基本情况。知道的写，不知道的空着，空着不等于没有。",
        (("Tab", "下一格"), ("PgDn", "下一页"), ("数字", "选"), ("退格", "去掉选的"), ("Ctrl+S", "保存"), ("Esc", "返回")),
        (("类别", "村里自己记的，镇里、县里定的在册类别另外写着，以在册的为准。"), ("认定", "有就选 1，问过没有选 2，没问过空着。"), ("写错了", "改了再存，原记录保留。")),
    )

    def __init__(self, card: HouseholdCard, focus: str = "") -> None:
        super().__init__(card.row.id, focus)
        self.card = card
        self.stood = {card.row.id: card.heads.get(card.row.id, {})}
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip()

    def _known(self, name: str) -> str:
        return str(self.card.fields.get(name, ""))

    def _flag(self, name: str) -> bool | None:
        value = self.card.fields.get(name)
        return value if isinstance(value, bool) else None

    def section(self, name: str) -> ComposeResult:
        return self._home() if name == "home" else self._category()

    def _home(self) -> ComposeResult:
        known = self._known
        yield FormRow(Field("户编号", self.text("number", known("number"), fold=True), width=16), Field("小组", self.text("group", known("group")), width=10, room=6, before=3),
                      Field("网格", self.text("grid", known("grid")), width=14, room=6, before=3))
        yield FormRow(Field("住址", self.text("address", known("address")), width=64))
        yield FormRow(Field("电话", self.hidden("phone", known("phone"), words.masked_phone(known("phone"))), width=16), Field("小名", self.text("nickname", known("nickname")), width=14, room=6, before=3))
        yield FormRow(Field("城乡", self.choice("area", codes.choices("area"), chosen=self._one("area"))),
                      self.yes_no("农业人口", "from_agri", self._flag("from_agri"), room=10, before=5))
        yield FormRow(Field("户籍地", self.text("hukou_region", known("hukou_region"), fold=True), width=16),
                      Field("现住地", self.text("live_region", known("live_region"), fold=True), width=16, room=8, before=3))
        yield FormRow(Field("居住证地", self.text("permit_region", known("permit_region"), fold=True, hint="区划代码"), width=16))
        yield FormRow(Field("房屋", self.choice("house_safety", codes.choices("house_safety"), chosen=self._one("house_safety"))),
                      self.yes_no("住房困难", "housing_difficulty", self._flag("housing_difficulty"), room=10, before=3))
        yield FormRow(self.yes_no("生活物资难买到", "goods_hard_to_get", self._flag("goods_hard_to_get"), room=16))

    def _category(self) -> ComposeResult:
        yield FormRow(Field("类别", self.choice("category", codes.choices("category"), gap=0, chosen=self._one("category"), width=64)))
        aid = self.card.fields.get("aid_month")
        yield FormRow(Field("从哪天起", self.day("category_since", self._known("category_since")), width=14),
                      Field("月救助金", self.money("aid_month", format_fen(aid) if isinstance(aid, int) else ""), width=14, room=10, before=3, after=" 元"))
        given = facts.labels(self.card.fields)
        for at in range(0, len(LABELS), 2):
            yield FormRow(*(self.yes_no(word, f"label_{name}", given.get(name), room=16, before=4 * (place > 0), words=HAVE)
                            for place, (name, word) in enumerate(LABELS[at : at + 2])))
        yield FormRow(self.yes_no("因病致贫", "illness_poverty", self._flag("illness_poverty"), room=16),
                      self.yes_no("同意直接转认定", "exit_consent", self._flag("exit_consent"), room=16, before=4))

    def _one(self, name: str) -> tuple[str, ...]:
        value = self._known(name)
        return (value,) if value else ()

    def rail(self) -> Sequence[Line]:
        out = [line(("户的情况", "bold")), line(), *say("知道几样写几样。空着就是还不知道，不是没有。")]
        ruled = str(self.card.ruled.get("category", ""))
        if ruled:
            out += [line(), *rail_block("在册类别", f"{codes.label('category', ruled)}，镇里、县里定的，以它为准。")]
        return [*out, line(), *rail_block("认定", "低收入家庭、建档立卡这些，看证件或者名册。问过没有的选没有。"), *rail_block("同意直接转", "退出低保、特困的，本人同意就不用再交一遍材料。")]

    def about(self) -> str | None:
        return self.card.row.id

    def store(self) -> Saved:
        fields: dict[str, object] = {}
        labels: dict[str, bool] = {}
        for name in self.values():
            if name.startswith("label_"):
                answer = self.answer_of(name)
                if answer is not None:
                    labels[name.removeprefix("label_")] = answer
            elif name in YES_NO:
                fields[name] = self.answer_of(name)
            else:
                fields[name] = self.value(name)
        return keep_household(self.xapp.session, KeepHousehold(self.card.row.id, fields, labels, self.seen(self.card.row.id)))

    def stored(self, result: Saved) -> None:
        self.xapp.back("没有改动" if result.state == "unchanged" else f"已保存(第{result.seq}条)", tone="done")
