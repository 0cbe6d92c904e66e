"""结对帮扶 and 救助帮扶小组: who stands by a family (M-43, M-44).

Rules kept here
- whether a helper is a party member is asked, never assumed;
- an end is a line of its own: who helped stays readable;
- the other families of a helping group are kept when one family is put in or taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult

from xieli_tui.casework import helpers
from xieli_tui.casework.helpers import GroupRow, PairRow
from xieli_tui.casework.views import HouseholdCard, Saved
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.joining import FamilyForm
from xieli_tui.ui.screens.leaving import KEYS
from xieli_tui.ui.screens.section_form import YES
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row
from xieli_tui.ui.widgets.row_list import RowList

SPLIT = "、，,；;"


def names_of(text: str) -> list[str]:
    """`李平、王会` -> [李平, 王会]."""
    for mark in SPLIT[1:]:
        text = text.replace(mark, SPLIT[0])
    return [piece.strip() for piece in text.split(SPLIT[0]) if piece.strip()]


class HelpersPage(Page):
    """Who stands by one family."""

    NAME = "结对帮扶"
    GUIDE = Help("谁和这一家结了对，哪个帮扶小组管这一家。", (("1", "结对"), ("2", "帮扶小组"), ("Enter", "结束、改"), ("Esc", "返回")),
                 (("党员", "问一声再写，没问就空着。"), ("结束", "写结束那天，以前帮过的还在。")))

    def __init__(self, card: HouseholdCard) -> None:
        super().__init__()
        self.card = card
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip()
        self.pairs: list[PairRow] = []
        self.groups: list[GroupRow] = []

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: not isinstance(item, Line), key=lambda item: getattr(item, "id", None) or id(item), id="helpers")
        yield self.rows

    def reload(self) -> None:
        session = self.xapp.session
        self.pairs = self.attempt(lambda: helpers.list_pairs(session, self.card.row.id)) or []
        self.groups = self.attempt(lambda: helpers.list_groups(session, self.card.row.village)) or []
        self._lay()
        self.rows.focus()
        self.stand("1 结对，2 帮扶小组。")

    def refresh_body(self) -> None:
        if self.is_mounted:
            self._lay()

    def _lay(self) -> None:
        items: list[Any] = [head("结对", "按 1 写一对"), *self.air(), *sorted(self.pairs, key=lambda one: (not one.holds, one.since))]
        if not self.pairs:
            items.append(line("  ", ("还没有人结对。", "$ink-2")))
        items += [blank(), head("帮扶小组", "按 2 写一个小组"), *self.air(), *sorted(self.groups, key=lambda one: self.card.row.id not in one.households)]
        if not self.groups:
            items.append(line("  ", ("村里还没有登记帮扶小组。", "$ink-2")))
        self.rows.show(items)

    def _draw(self, item: Any, on_: bool) -> Sequence[Line]:
        if isinstance(item, PairRow):
            party = {True: "党员", False: "不是党员", None: "没问是不是党员"}[item.party]
            span = f"{item.since} 起" + (f"，到 {item.until}" if item.until else "")
            return (row(cell(item.name, 10, "bold" if item.holds else "$ink-3"), cell(item.post, 14, "$ink-2"), cell(party, 16, "$ink-2"), cell(span, 26, "$ink-2"),
                        ("Enter 写结束", "bold $primary") if on_ and not item.until else "", on=on_),)
        if isinstance(item, GroupRow):
            ours = "管这一家" if self.card.row.id in item.households else f"管 {len(item.households)} 家"
            clash = "两处写的不一样" if item.conflict else ""
            return (row(cell(item.name, 18, "bold"), cell("、".join(item.members), 30, "$ink-2"), cell(ours, 11, "$ink-2"), cell(clash, 15, "$warning"), on=on_),)
        return (item,)

    def rail(self) -> Sequence[Line]:
        return [*rail_block("结对帮扶", "党员干部和困难群众结对，谁来看过，走访时同去的人里写上。"), *rail_block("帮扶小组", "村里的救助帮扶小组：有谁，管哪几家。")]

    def foot(self) -> Sequence[Key]:
        return (("1", "结对"), ("2", "小组"), ("Enter", "结束、改"), ("F4", "走访"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.card.row.id

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit in (1, 2):
            event.stop()
            self.xapp.open(PairPage(self.card) if digit == 1 else GroupPage(self.card))

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        item = event.item
        if isinstance(item, PairRow):
            if item.until:
                self.say(f"{item.name}：{item.until} 已经结束。")
            else:
                self.xapp.open(EndPairPage(self.card, item))
        elif isinstance(item, GroupRow):
            self.xapp.open(GroupPage(self.card, item))


class PairPage(FamilyForm):
    """A helper is paired with the family."""

    NAME = "结对"
    FORM = "pair"
    doing = "pair"
    NEEDED = ("name",)
    QUIET = "谁和这一家结对。"
    GUIDE = Help("党员干部和这一家结对帮扶，写姓名和哪天起。", KEYS, (("党员", "问一声，是就按 1，不是按 2，没问空着。"),))

    def body(self) -> ComposeResult:
        yield Paint((head("结对", "一对一行"), *self.air()))
        yield FormRow(Field("姓名", self.text("name"), width=16, needed=True), Field("职务", self.text("post", hint="如 驻村干部"), width=20, room=6, before=3))
        yield FormRow(Field("是党员吗", self.choice("party", YES)))
        yield FormRow(Field("哪天起", self.day("since", self.xapp.today().isoformat()), width=14), Field("到哪天", self.day("until", hint="没有就空着"), width=14, room=8, before=3))

    def rail(self) -> Sequence[Line]:
        return self.family_rail("结对的人来看", "走访时写在同去的人里，身份写 结对。")

    def store(self) -> Saved:
        party = self.value("party")
        return helpers.assign_pair(self.xapp.session, helpers.AssignPair(
            self.card.row.id, self.value("name"), self.value("since"), self.value("post") or None, None if not party else party == "yes", self.value("until") or None,
        ))


class EndPairPage(FamilyForm):
    """The last day of a pair."""

    NAME = "结束结对"
    FORM = "pair_end"
    doing = "pair"
    FIELDS: ClassVar[dict[str, str]] = {"until": "on"}
    QUIET = "以前帮过的还在。"
    GUIDE = Help("这一对到哪天为止。", KEYS)

    def __init__(self, card: HouseholdCard, pair: PairRow) -> None:
        super().__init__(card, pair.id)
        self.pair = pair

    def body(self) -> ComposeResult:
        yield Paint((head(f"结束结对  {self.pair.name}", f"{self.pair.since} 起"), *self.air()))
        yield FormRow(Field("到哪天", self.day("on", self.xapp.today().isoformat()), width=14))

    def store(self) -> Saved:
        return helpers.end_pair(self.xapp.session, self.pair.id, self.value("on"))


class GroupPage(FamilyForm):
    """A helping group: its people, and whether it stands by this family. `group` None = a new one."""

    NAME = "帮扶小组"
    FORM = "group"
    doing = "group"
    NEEDED = ("name", "members")
    QUIET = "小组里有谁，管不管这一家。"
    GUIDE = Help("村里的救助帮扶小组。改了是新的一版，原来写的留着。", KEYS, (("别的家", "这里只改这一家，别的家原样不动。"),))

    def __init__(self, card: HouseholdCard, group: GroupRow | None = None) -> None:
        super().__init__(card, group.id if group else "new")
        self.group = group

    def body(self) -> ComposeResult:
        one = self.group
        ours = one is None or self.card.row.id in one.households
        yield Paint((head("帮扶小组", f"管 {len(one.households)} 家" if one else "新的"), *self.air()))
        yield FormRow(Field("名称", self.text("name", one.name if one else ""), width=30, needed=True))
        yield FormRow(Field("有谁", self.text("members", "、".join(one.members) if one else "", hint="几个人用顿号分开"), width=64, needed=True))
        yield FormRow(Field("这一家", self.choice("ours", (("yes", "由它管"), ("no", "不由它管")), chosen=("yes" if ours else "no",))))
        if one is not None and one.homes:
            yield Paint((blank(), line("  ", cell("现在管", 10, "$ink-3"), ("、".join(one.homes[:10]), "$ink-2"))))

    def store(self) -> Saved:
        held = list(self.group.households) if self.group else []
        rest = [home for home in held if home != self.card.row.id]
        homes = [*rest, self.card.row.id] if self.value("ours") == "yes" else rest
        return helpers.set_group(self.xapp.session, helpers.SetGroup(
            self.value("name"), names_of(self.value("members")), homes, self.card.row.village, self.group.id if self.group else None,
        ))
