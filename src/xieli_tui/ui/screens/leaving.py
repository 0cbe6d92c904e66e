"""离开, 分户, 整户迁出, 共同生活, 户主: the ways a family becomes another one. Nothing is taken away: who left stays readable.

Rules kept here
- when the head leaves and several stay, the form asks who heads the family now; nobody is chosen for them;
- 分户 asks of everybody who goes what they are to the new head, and refuses when nobody stays;
- a day before somebody was born, or before they came, is told at its field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from xieli_tui.casework import families
from xieli_tui.casework.views import HouseholdCard, Saved
from xieli_tui.errors import Refused
from xieli_tui.ui.screens.base import Help
from xieli_tui.ui.screens.joining import HINT, RELATIONS, TOGETHER, FamilyForm
from xieli_tui.ui.widgets.choice import Choice
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, head

WHY = (("death", "去世"), ("moved_out", "迁出"), ("married_out", "婚嫁"), ("error", "登记有误"), ("other", "其他"))
AWAY = (("moved_out", "迁出"), ("other", "其他"))
KEYS = (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("Ctrl+N", "丢掉草稿"), ("F1", "帮助"), ("Esc", "返回"))


class LeavePage(FamilyForm):
    """Somebody leaves the family."""

    NAME = "离开"
    FORM = "leave"
    doing = "member"
    NEEDED = ("person", "why")
    QUIET = "去世、迁出、婚嫁，人还在档里，随时能看。"
    GUIDE = Help(
        "家里有人走了。档案不动，以前的都还在。去世、迁出、婚嫁的变化一起报给镇里。", KEYS,
        (("户主走了", "家里还有几个人的，问清谁当户主。"), ("分户", "几个人一起分出去，回去选 分户。"), ("日子", "不能早于出生，也不能早于来这一家那天。")),
    )

    def __init__(self, card: HouseholdCard, person: str = "") -> None:
        super().__init__(card, person)
        self.person = person

    def body(self) -> ComposeResult:
        yield Paint((head("离开", "人还在档里"), *self.air()))
        yield FormRow(Field("谁", self.choice("person", self.members(), width=64, chosen=(self.person,) if self.person else (), sole=True), needed=True))
        yield FormRow(Field("怎么走的", self.choice("why", WHY), needed=True))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        yield FormRow(Field("谁当户主", self.choice("new_head", (), width=64)), id="row-new-head")
        yield FormRow(Field("一句话", self.text("note"), width=64))
        yield Paint(self.goes_on(), classes="give")

    def on_mount(self) -> None:
        super().on_mount()
        self._ask_head()

    @on(Choice.Changed, "#person")
    def _ask_head(self) -> None:
        entry = self.entries["new_head"]
        assert isinstance(entry, Choice)
        stay = [(person, name) for person, name in self.members() if person != self.value("person")]
        if [option for option, _ in entry.options] != [person for person, _ in stay]:
            entry.set_options(stay)
        self.query_one("#row-new-head").display = self._head_goes and len(stay) > 1

    def fill(self, values: Mapping[str, object]) -> None:
        super().fill({name: value for name, value in values.items() if name != "new_head"})
        self._ask_head()  # the choices stand by who leaves, so they come before the one that was made
        super().fill({name: value for name, value in values.items() if name == "new_head"})

    @property
    def _head_goes(self) -> bool:
        return self.value("person") == str(self.card.fields.get("head", ""))

    def rail(self) -> Sequence[Line]:
        return self.family_rail("一起报", "去世、迁出、婚嫁是重大变化，存下就一起报给镇里。增减停发由镇里、县里定。")

    def store(self) -> Saved:
        if self._head_goes and len(self.card.members) > 2 and not self.value("new_head"):
            raise Refused("XL-V06", "户主走了，问清谁当户主", field="new_head")
        return families.leave(self.xapp.session, families.Leave(
            self.value("person"), self.value("why"), on=self.value("on"), note=self.value("note") or None, new_head=self.value("new_head") if self._head_goes else None,
        ))


class SplitPage(FamilyForm):
    """分户: some of the family become one of their own."""

    NAME = "分户"
    FORM = "split"
    doing = "household"
    NEEDED = ("persons", "head")
    FIELDS: ClassVar[Mapping[str, str]] = {"relation": "relation_1"}
    QUIET = "谁分出去，谁当新户主。"
    GUIDE = Help("一家分成两家。选分出去的人，再选新户主，别人写和新户主的关系。", KEYS,
                 (("全家都走", "不是分户，回去选 整户迁出。"), ("地址、小组", "先照老户，有变化写新地址。"), ("以前的", "走访、救助都留在老户的档里，新户从今天起。")))
    ROWS = 6
    """Relations that stand on the page; more who go are written on the command line."""

    def body(self) -> ComposeResult:
        people = self.members()
        yield Paint((head("分户", "谁分出去"), *self.air()))
        yield FormRow(Field("分出去", self.choice("persons", people, multi=True, width=64), needed=True))
        yield FormRow(Field("新户主", self.choice("head", people, width=64), needed=True))
        for at in range(1, self.ROWS + 1, 2):
            yield FormRow(*(Field("", self.listed(f"relation_{at + more}", RELATIONS, vocab="relation", hint="是新户主的"), width=20, room=11, before=3 * more) for more in (0, 1)), id=f"row-{at}")
        yield FormRow(Field("谁当户主", self.choice("new_head", people, width=64)), id="row-new-head")
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14), Field("小组", self.text("group"), width=12, room=6, before=3))
        yield FormRow(Field("新住址", self.text("address", hint="和老户一样就空着"), width=64))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def on_mount(self) -> None:
        super().on_mount()
        self._lay()

    def changed(self) -> None:
        self._lay()

    def fill(self, values: Mapping[str, object]) -> None:
        super().fill(values)
        self._lay()

    def _others(self) -> list[tuple[str, str]]:
        """Those who go besides the new head, in the order of the family."""
        going, leader = self.many("persons"), self.value("head")
        return [(person, name) for person, name in self.members() if person in going and person != leader]

    def _lay(self) -> None:
        """A relation for each who goes with the new head; the old family's head when its own leaves."""
        others = self._others()
        for at in range(1, self.ROWS + 1):
            entry = self.entries[f"relation_{at}"]
            field = next(one for one in entry.ancestors if isinstance(one, Field))
            there = at <= len(others)
            field.display = there
            if there and field.label_text != others[at - 1][1]:
                field.label_text = others[at - 1][1]
                field.paint_label()
        for at in range(1, self.ROWS + 1, 2):
            self.query_one(f"#row-{at}").display = at <= len(others)
        self.query_one("#row-new-head").display = str(self.card.fields.get("head", "")) in (*self.many("persons"), self.value("head")) and len(self._stay()) > 1

    def _stay(self) -> list[str]:
        going = {*self.many("persons"), self.value("head")}
        return [person for person, _ in self.members() if person not in going]

    def rail(self) -> Sequence[Line]:
        return self.family_rail("以前的记录", "走访、申请、救助都留在老户的档里。新户的类别、救助由镇里、县里另看。")

    def store(self) -> Saved:
        others = self._others()
        if len(others) > self.ROWS:
            raise Refused("XL-V11", f"一次最多写 {self.ROWS} 个人的关系，先分这几个，再加人", field="persons")
        relations = {person: self.value(f"relation_{at}") for at, (person, _) in enumerate(others, 1) if self.value(f"relation_{at}")}
        leader = self.value("head")
        leaves = str(self.card.fields.get("head", "")) in (*self.many("persons"), leader)
        fields = {name: self.value(name) for name in ("group", "address") if self.value(name)}
        try:
            return families.split(self.xapp.session, families.SplitHousehold(
                self.card.row.id, leader, [person for person, _ in others], relations, self.value("new_head") if leaves and self.value("new_head") else None, fields,
                self.value("on"), self.value("note") or None,
            ))
        except Refused as error:
            without = error.extra.get("persons")
            if error.field == "relation" and isinstance(without, list) and without:
                at = next((place for place, (person, _) in enumerate(others, 1) if person == without[0]), 1)
                raise Refused(error.code, "写明和新户主的关系", field=f"relation_{at}") from None
            raise

    def stored(self, result: Saved) -> None:
        from xieli_tui.ui import places

        self.app.pop_screen()
        places.open_dossier(self.xapp, result.id, "2")
        if self.xapp.page is not None:
            self.xapp.page.say(f"已保存(第{result.seq}条)", "这是新户，Esc 回老户。", "done")


class MoveAwayPage(FamilyForm):
    """整户迁出: everybody leaves on one day; the file stays."""

    NAME = "整户迁出"
    FORM = "move_away"
    doing = "household"
    NEEDED = ("why",)
    QUIET = "户档留着，以后回来接着用。"
    GUIDE = Help("全家都走了。人一个不少都还在档里，回来了从成员那一页再加。", KEYS, (("只走几个人", "回去选 离开 或者 分户。"), ("在办的申请", "先问清还办不办，不办的在申请里撤回。")))

    def body(self) -> ComposeResult:
        yield Paint((head("整户迁出", f"{len(self.card.members)} 个人都走"), *self.air()))
        yield FormRow(Field("怎么走的", self.choice("why", AWAY), needed=True))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        yield FormRow(Field("去哪里", self.text("note", hint="如 迁到外县，电话还是那个"), width=64))
        yield Paint(self.goes_on(), classes="give")

    def rail(self) -> Sequence[Line]:
        return self.family_rail("户档", "留着。以前的走访、救助都能看。")

    def store(self) -> Saved:
        return families.move_away(self.xapp.session, self.card.row.id, self.value("why"), self.value("on"), self.value("note") or None)


class LivingPage(FamilyForm):
    """Whether a member lives with the family, from a day on."""

    NAME = "共同生活"
    FORM = "living"
    doing = "member"
    NEEDED = ("person", "living")
    FIELDS: ClassVar[Mapping[str, str]] = {"living_reason": "reason"}
    QUIET = "改的是从那天起，以前的不动。"
    GUIDE = Help("家里哪个人一起生活、哪个不一起，从哪天起。算几口人，镇里、县里按这个看。", KEYS, (("不一起", "写一句原因。"), ("在外读书、打工", "钱还寄回来、吃住还靠家里的，多半算一起生活，拿不准先问镇里。")))

    def __init__(self, card: HouseholdCard, person: str = "") -> None:
        super().__init__(card, person)
        self.person = person

    def body(self) -> ComposeResult:
        yield Paint((head("共同生活"), *self.air()))
        yield FormRow(Field("谁", self.choice("person", self.members(), width=64, chosen=(self.person,) if self.person else (), sole=True), needed=True))
        yield FormRow(Field("生活", self.choice("living", TOGETHER), needed=True))
        yield FormRow(Field("从哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        yield FormRow(Field("原因", self.text("reason", hint="不一起生活要写"), width=64))

    def rail(self) -> Sequence[Line]:
        now = [f"{one.name}  {'一起' if one.living else '不一起'}" for one in self.card.members[:8]]
        return self.family_rail("现在登记的", *now)

    def store(self) -> Saved:
        return families.set_living(self.xapp.session, self.value("person"), self.value("living") == "yes", self.value("reason") or None, self.value("on"))


class HeadPage(FamilyForm):
    """换户主."""

    NAME = "换户主"
    FORM = "head"
    doing = "household"
    NEEDED = ("head",)
    QUIET = "换了以后，他和户主的关系一起改好。"
    GUIDE = Help("家里换人当户主。老户主不走，只是换了人。", KEYS, (("别人的关系", "和新户主的关系变了的，选这个人按 Enter 改。"),))

    def body(self) -> ComposeResult:
        now = str(self.card.fields.get("head", ""))
        yield Paint((head("换户主", f"现在是 {self.card.row.head}" if self.card.row.head else "还没有户主"), *self.air()))
        yield FormRow(Field("谁当户主", self.choice("head", [one for one in self.members() if one[0] != now], width=64), needed=True))
        yield FormRow(Field("原因", self.text("reason", hint="如 年纪大了，家里商量的"), width=64))

    def rail(self) -> Sequence[Line]:
        return self.family_rail("申请人", "按户申请的，以后就写新户主。")

    def store(self) -> Saved:
        return families.name_head(self.xapp.session, self.card.row.id, self.value("head"), self.value("reason") or None)


__all__ = ["HINT", "HeadPage", "LeavePage", "LivingPage", "MoveAwayPage", "SplitPage"]
