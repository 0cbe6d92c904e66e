"""加人, 新户: who comes into a family, and a family that comes to the village.

Rules kept here
- how somebody came (出生, 迁入, 婚入 …) is one key; the change is reported with it, nobody writes it a second time;
- somebody whose file is in the village already (his identity number says so) comes over with it: no second file;
- 不共同生活 is answered, and asks for its reason only then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult

from xieli_tui.casework import families, family_view, households
from xieli_tui.casework.views import HouseholdCard, Saved
from xieli_tui.domain import codes
from xieli_tui.errors import Refused
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.fields import IdField
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, head, line, rail_block, say, wrap

TOGETHER = (("yes", "一起"), ("no", "不一起"))
RELATIONS = tuple((ident, word) for ident, word in codes.choices("relation") if ident not in ("01", "02"))
HINT = "数字、拼音头字母或汉字"


class FamilyForm(FormPage):
    """A form about one family."""

    def __init__(self, card: HouseholdCard, part: str = "") -> None:
        super().__init__(f"{card.row.id}:{part}" if part else card.row.id)
        self.card = card
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip()

    def about(self) -> str | None:
        return self.card.row.id

    def foot(self) -> Sequence[Key]:
        return (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def family_rail(self, caption: str, *texts: str) -> list[Line]:
        """Who is in the family, then what the form is about."""
        out = [line(("这一家", "bold")), line()]
        for one in self.card.members[:8]:
            age = f"{one.age} 岁" if one.age is not None else ""
            out += say("  ".join(part for part in (one.name, one.relation_label, age) if part))
        return [*out, line(), *rail_block(caption, *texts)]

    def goes_on(self) -> list[Line]:
        """What of the family is not finished yet and must be looked at one by one when somebody leaves it; [] when nothing is."""
        found = self.attempt(lambda: family_view.still_open(self.xapp.session, self.card.row.id)) or ()
        if not found:
            return []
        return [blank(), *[line("! " if not at else "  ", (piece, "bold $warning")) for at, piece in enumerate(wrap(f"还没有完：{'；'.join(found)}。存下以后逐件问清，不会自己停。", MAIN - 2))]]

    def members(self) -> list[tuple[str, str]]:
        """(person, name), told apart by birth year where two have one name."""
        names = [one.name for one in self.card.members]
        return [(one.person, f"{one.name} {one.birth[:4]}" if names.count(one.name) > 1 and one.birth else one.name) for one in self.card.members]


class JoinPage(FamilyForm):
    """Somebody comes into the family. `person`, `name`: whose file is here already (who came back)."""

    NAME = "加人"
    FORM = "join"
    doing = "member"
    NEEDED = ("how", "name", "relation")
    FIELDS: ClassVar[Mapping[str, str]] = {"person": "id_no", "living_reason": "living_reason"}
    QUIET = "出生、迁入、婚入，都在这里加。"
    GUIDE = Help(
        "家里添了人。存下以后，变化也一起报给镇里，不用再写一遍。",
        (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("Ctrl+N", "丢掉草稿"), ("F1", "帮助"), ("Esc", "返回")),
        (("身份证", "没有可以空着，以后补。号在本村已经有人，就把那份档案转过来。"), ("不一起生活", "写一句原因，如 在外地读书、已经另过。"), ("关系", "和户主的关系，大儿子、儿媳这样写。")),
    )

    def __init__(self, card: HouseholdCard, person: str = "", name: str = "") -> None:
        super().__init__(card, person)
        self.person, self.known_name = person, name

    def body(self) -> ComposeResult:
        yield Paint((head(f"{self.known_name} 回来" if self.person else "加人"), *self.air()))
        yield FormRow(Field("怎么来的", self.choice("how", families.CAME, chosen=("back",) if self.person else ()), needed=True))
        if not self.person:
            yield FormRow(Field("姓名", self.text("name"), width=16, needed=True))
        yield FormRow(Field("关系", self.listed("relation", RELATIONS, vocab="relation", hint="是户主的什么人"), width=24, needed=True))
        if not self.person:
            yield FormRow(Field("身份证", self.id_no("id_no"), width=24))
            yield FormRow(Field("出生", self.day("birth"), width=14), Field("性别", self.choice("sex", codes.choices("sex")), room=6, before=3))
            yield FormRow(Field("电话", self.text("phone", fold=True), width=16))
        yield FormRow(Field("哪天来的", self.day("on", self.xapp.today().isoformat()), width=14))
        yield FormRow(Field("生活", self.choice("living", TOGETHER, chosen=("yes",))), Field("原因", self.text("living_reason", hint="不一起生活才写"), width=30, room=6, before=3))
        yield Paint((blank(), line("  ", ("存下以后接着补这个人的情况：残疾、上学、就业。", "$ink-3"))), classes="give")

    def rail(self) -> Sequence[Line]:
        return self.family_rail("一起报", "添人、迁入、婚入是重大变化，存下就一起报给镇里。")

    def store(self) -> Saved:
        person = self.person or None
        entry = self.entries.get("id_no")
        if isinstance(entry, IdField) and entry.taken is not None:
            self.sure("over", f"{entry.taken.words}就是这个号。", "是同一个人，再按一次 Ctrl+S 转过来。")
            person = entry.taken.person
        if not self.value("relation"):
            raise Refused("XL-V08", field="relation")
        fields = {} if person else {name: self.value(name) for name in ("id_no", "birth", "sex", "phone") if self.value(name)}
        return families.join(self.xapp.session, families.Join(
            self.card.row.id, self.value("relation"), self.value("how"), name="" if person else self.value("name"), fields=fields, person=person, on=self.value("on"),
            living=self.value("living") != "no", living_reason=self.value("living_reason") or None,
        ))

    def stored(self, result: Saved) -> None:
        self.xapp.back(f"已保存(第{result.seq}条)", "选这个人按 Enter，接着补情况。", "done")


class NewHouseholdPage(FormPage):
    """A family that is not on the list yet: 整户迁入, or one that nobody had written down."""

    NAME = "新户"
    FORM = "new_household"
    doing = "household"
    NEEDED = ("head",)
    FIELDS: ClassVar[Mapping[str, str]] = {"name": "head"}
    QUIET = "有户主姓名就能建，别的以后补。"
    GUIDE = Help(
        "名单里没有的一家，手工建一本户档。先写户主，再一个一个加人。",
        (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("Ctrl+N", "丢掉草稿"), ("F1", "帮助"), ("Esc", "返回")),
        (("户口不在这里", "照样建档、照样办。户籍地写区划代码，不写也行。"), ("同一个人", "身份证号在本村已经有人，会告诉您是哪一家。")),
    )

    def __init__(self) -> None:
        super().__init__("new")

    def body(self) -> ComposeResult:
        yield Paint((head("新户", "先写户主"), *self.air()))
        yield FormRow(Field("户主", self.text("head"), width=16, needed=True), Field("性别", self.choice("sex", codes.choices("sex")), room=6, before=3))
        yield FormRow(Field("身份证", self.id_no("id_no"), width=24))
        yield FormRow(Field("出生", self.day("birth"), width=14), Field("电话", self.text("phone", fold=True), width=16, room=6, before=3))
        yield FormRow(Field("小组", self.text("group"), width=12), Field("户编号", self.text("number", fold=True), width=16, room=8, before=3))
        yield FormRow(Field("住址", self.text("address"), width=64))
        yield FormRow(Field("户籍地", self.text("hukou_region", fold=True, hint="区划代码"), width=16), Field("居住证地", self.text("permit_region", fold=True, hint="区划代码"), width=16, room=10, before=3))
        yield FormRow(Field("从哪里", self.text("note", hint="如 从外县迁来、分户、漏登"), width=64))

    def foot(self) -> Sequence[Key]:
        return (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def rail(self) -> Sequence[Line]:
        return [line(("新户", "bold")), line(), *rail_block("先建户主", "存下就打开户档，按 2 再按 2 加人。"), *rail_block("户口不在这里", "照样建。事在哪里就在哪里办。")]

    def store(self) -> Saved:
        fields = {name: self.value(name) for name in ("group", "number", "address", "phone", "hukou_region", "permit_region", "note") if self.value(name)}
        head_fields = {name: self.value(name) for name in ("id_no", "birth", "sex") if self.value(name)}
        return households.add_household(self.xapp.session, households.AddHousehold(self.value("head"), fields, head_fields))

    def stored(self, result: Saved) -> None:
        from xieli_tui.ui import places

        self.app.pop_screen()
        places.open_dossier(self.xapp, result.id, "2")
        if self.xapp.page is not None:
            self.xapp.page.say(f"已保存(第{result.seq}条)", "按 2 加人。", "done")
