"""人的情况: everything a coordinator can know of one member, in five short sections. Claims only; blank is not known.

Rules kept here
- 有没有 is one key (1 or 2), and nothing is chosen while nobody knows;
- who is 没有残疾 is asked once: the grade, the certificate follow from it;
- obligors (赡养、抚养、扶养义务人) are the family's word and stand in a statement; names stay in the file and are never in a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.keep_facts import KeepPerson, keep_person
from xieli_tui.casework.statements import Obligor
from xieli_tui.casework.views import HouseholdCard, MemberRow, Saved
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help
from xieli_tui.ui.screens.section_form import HAVE, SectionForm
from xieli_tui.ui.widgets.fields import IdField
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, line, rail_block, say

TWICE = "本村还有一个人登记了这个号，看过，照存"
OBLIGORS = 3
"""Rows for obligors; more are written on the command line."""
RELATIONS = (("20", "子"), ("30", "女"), ("51", "父"), ("52", "母"), ("10", "配偶"), ("80", "其他"))
SPECIAL = (
    ("elder_hard", "困难老年人"), ("minor_hard", "困难未成年人"), ("dementia", "失能失智"), ("family_planning_elder", "计生特殊家庭老人"), ("victim", "家暴受害人"), ("none", "都不是"),
)
WORK = (
    ("farming", "务农"), ("employed", "在职"), ("flexible", "灵活就业"), ("migrant", "外出务工"), ("self_employed", "个体"), ("registered_unemployed", "登记失业"),
    ("unemployed", "没工作"), ("student", "在校"), ("retired", "退休"), ("preschool", "学龄前"),
)
DISABILITY = (
    ("none", "没有"), ("sight", "视力"), ("hearing", "听力"), ("speech", "言语"), ("limb", "肢体"), ("intellect", "智力"), ("mental", "精神"), ("multiple", "多重"),
)
LEVELS = (("1", "一级"), ("2", "二级"), ("3", "三级"), ("4", "四级"))
TIERS = (("tier1", "一档"), ("tier2", "二档"), ("none", "没参保"))
CARED = (("severe_ill", "失能重病人"), ("disabled", "失能残疾人"), ("elder", "失能老人"), ("infant", "两岁以下婴儿"))
WHO = (("yes", "是"), ("no", "不是"))
CAN = (("yes", "能"), ("no", "不能"))
WANTS = (("yes", "想"), ("no", "不想"))
YES_NO = (
    "away", "severe_illness", "cannot_selfcare", "has_disability_cert", "apparent_disability", "registered_unemployed", "wants_job", "wants_training", "in_school",
    "student_loan", "orphan", "unsupported_child", "left_behind", "has_guardian", "parent_in_prison", "has_hukou", "returned_oc", "basic_life_hardship", "away_hardship",
    "ability_to_pay", "in_county_inpatient",
)
YES_PARTS = ("low_income", "safety_net", "can_fully_support")


class PersonFormPage(SectionForm):
    """What is known of one member. `obligors` are the lines the family stated of this member."""

    NAME = "人的情况"
    FORM = "person"
    doing = "person"
    SECTIONS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("base", "基本"), ("body", "身体"), ("work", "就业上学"), ("state", "处境"), ("obligor", "义务人"),
    )
    FIELDS: ClassVar[Mapping[str, str]] = {"obligor_name": "obligor_name_1", "obligor_relation": "obligor_relation_1"}
    QUIET = "知道几样写几样，不知道的空着。"
    GUIDE = Help(
        "家里一个人的情况，分五页。知道的写，不知道的空着，空着不等于没有。",
        (("Tab", "下一格"), ("PgDn", "下一页"), ("数字", "选"), ("退格", "去掉选的"), ("Ctrl+S", "保存"), ("Esc", "返回")),
        (("残疾", "问过没有残疾的，选没有，等级和证就不用再问。"), ("劳动能力", "部分丧失的照实选，算不算有劳动能力由镇、县定。"),
         ("义务人", "依法要赡养、抚养、扶养他的人：子女、父母、配偶。担不担得起照家里说的写。"), ("写错了", "改了再存，原记录保留。")),
    )

    def __init__(self, card: HouseholdCard, person: str, obligors: Sequence[Mapping[str, Any]] = (), focus: str = "") -> None:
        super().__init__(f"{card.row.id}.{person}", focus)
        self.card, self.person = card, person
        self.stood = {person: card.heads.get(person, {})}
        self.member: MemberRow = next(one for one in card.members if one.person == person)
        self.stated = [one for one in obligors if one["person"] == person]
        self.subject = f"{self.member.name} {self.member.relation_label} {words.group_word(card.row.group)}".strip()

    def _known(self, name: str) -> str:
        value = self.member.fields.get(name, "")
        return format_fen(value) if name == "wage_month" and isinstance(value, int) else str(value)

    def _flag(self, name: str) -> bool | None:
        value = self.member.fields.get(name)
        return value if isinstance(value, bool) else None

    def _one(self, name: str, options: Sequence[tuple[str, str]], label: str, **place: Any) -> Field:
        value = self._known(name)
        return Field(label, self.choice(name, options, gap=0, chosen=(value,) if value else (), width=place.pop("wide", 0)), **place)

    def _yes(self, label: str, name: str, other: tuple[tuple[str, str], ...] = WHO, *, right: bool = False, room: int = 18) -> Field:
        return self.yes_no(label, name, self._flag(name), words=other, room=room, before=6 if right else 0)

    def section(self, name: str) -> ComposeResult:
        return {"base": self._base, "body": self._body, "work": self._work, "state": self._state, "obligor": self._obligor}[name]()

    def _base(self) -> ComposeResult:
        known = self._known
        number = self.id_no("id_no", known("id_no") if self.card.row.id in self.xapp.revealed else "", person=self.person)
        number.placeholder = words.masked_id(known("id_no")) if known("id_no") else ""
        yield FormRow(Field("姓名", self.text("name", known("name")), width=14), Field("证件号", number, width=22, room=8, before=3))
        yield FormRow(Field("出生日期", self.day("birth", known("birth")), width=14), self._one("sex", codes.choices("sex"), "性别", room=6, before=3))
        yield FormRow(Field("电话", self.hidden("phone", known("phone"), words.masked_phone(known("phone"))), width=16), Field("小名", self.text("nickname", known("nickname")), width=14, room=6, before=3))
        yield FormRow(self._one("category", codes.choices("category"), "类别", wide=64))
        yield FormRow(self._one("support_mode", codes.choices("support_mode"), "特困供养"))
        yield FormRow(self._one("insure_tier", TIERS, "居民医保"))
        yield FormRow(self._one("marital", codes.choices("marital"), "婚姻"), Field("民族", self.text("nation", known("nation")), width=10, room=6, before=3))
        yield FormRow(self._one("education", codes.choices("education"), "文化", wide=64))
        yield FormRow(self._yes("在外面", "away", room=10), Field("在哪里", self.text("away_place", known("away_place")), width=30, room=8, before=3))

    def _body(self) -> ComposeResult:
        known = self._known
        yield FormRow(self._one("health", codes.choices("health"), "健康"))
        yield FormRow(self._one("disability_kind", DISABILITY, "残疾", wide=64))
        yield FormRow(self._one("disability_level", LEVELS, "等级"), self._yes("残疾人证", "has_disability_cert", HAVE, right=True, room=10))
        yield FormRow(Field("证号", self.hidden("disability_cert", known("disability_cert"), words.masked_id(known("disability_cert")) if known("disability_cert") else ""), width=24),
                      Field("到期", self.day("disability_cert_until", known("disability_cert_until")), width=14, room=6, before=3))
        yield FormRow(self._yes("看得出残疾", "apparent_disability"), self._yes("重病", "severe_illness", right=True))
        yield FormRow(self._yes("生活不能自理", "cannot_selfcare"), self._yes("正在县内住院", "in_county_inpatient", right=True))
        yield FormRow(self._one("labour", (("full", "有"), ("part", "部分丧失"), ("none", "没有")), "劳动能力"))
        yield FormRow(self._yes("付得起医疗费", "ability_to_pay", CAN))

    def _work(self) -> ComposeResult:
        known = self._known
        yield FormRow(self._one("work", WORK, "就业", wide=64))
        yield FormRow(Field("月工资", self.money("wage_month", known("wage_month")), width=14, after=" 元"), self._yes("登记失业", "registered_unemployed", right=True, room=12))
        yield FormRow(self._yes("找工作", "wants_job", WANTS), self._yes("学技术", "wants_training", WANTS, right=True, room=12))
        others = [(one.person, one.name) for one in self.card.members if one.person != self.person][:8]
        yield FormRow(self._one("cares_for", [*others, ("none", "不用照护人")], "照护谁", wide=64))
        yield FormRow(self._one("cared_kind", CARED, "他是"))
        yield FormRow(self._one("student_stage", codes.choices("student_stage"), "上到", wide=64))
        yield FormRow(self._yes("在校", "in_school", room=10), Field("学校", self.text("school", known("school")), width=30, room=6, before=3))
        yield FormRow(self._yes("有助学贷款没还", "student_loan"))

    def _state(self) -> ComposeResult:
        yield FormRow(self._yes("基本生活严重困难", "basic_life_hardship"), self._yes("在外遇困", "away_hardship", right=True))
        yield FormRow(self._yes("孤儿", "orphan"), self._yes("事实无人抚养", "unsupported_child", right=True))
        yield FormRow(self._yes("留守", "left_behind"), self._yes("父母服刑", "parent_in_prison", right=True))
        yield FormRow(self._yes("监护人", "has_guardian", HAVE), Field("是谁", self.text("guardian", self._known("guardian")), width=18, room=8, before=6))
        yield FormRow(self._yes("户口", "has_hukou", HAVE), self._yes("归侨", "returned_oc", right=True))
        yield FormRow(Field("还属于", self.choice("special", SPECIAL, multi=True, gap=0, width=64, chosen=[one for one in self.member.fields.get("special") or ()
                                                                                                      if one in dict(SPECIAL)])))

    def _obligor(self) -> ComposeResult:
        nobody = any(one.get("none") for one in self.stated)
        yield FormRow(Field("有没有", self.choice("obligor_none", (("no", "有义务人"), ("yes", "没有义务人")), gap=1, chosen=("yes",) if nobody else ("no",) if self.stated else ())))
        named = [one for one in self.stated if not one.get("none")]
        for at in range(1, OBLIGORS + 1):
            one = named[at - 1] if at <= len(named) else {}
            yield FormRow(Field(f"第 {at} 位", self.text(f"obligor_name_{at}", str(one.get("name", "")), hint="姓名"), width=14),
                          Field("是他的", self.choice(f"obligor_relation_{at}", RELATIONS, gap=0, chosen=(one["relation"],) if one.get("relation") else ()), room=8, before=2))
            yield FormRow(*(self.yes_no(word, f"obligor_{part}_{at}", one.get(part), room=room, before=before, words=other) for word, part, room, before, other in (
                ("  低收入", "low_income", 10, 0, WHO), ("低保特困", "safety_net", 10, 1, WHO), ("全担得起", "can_fully_support", 10, 1, CAN))))
        yield Paint((blank(), line("  ", ("子女、父母、配偶里依法要赡养、抚养、扶养他的人。照家里说的写，不用证明。", "$ink-3"))))

    # -- saving -----------------------------------------------------------------------------------
    def rail(self) -> Sequence[Line]:
        age = f"{self.member.age} 岁" if self.member.age is not None else "年龄没有登记"
        out = [line((self.member.name, "bold"), (f"  {self.member.relation_label}  {age}", "$ink-3")), line(), *say("知道几样写几样。空着就是还不知道，不是没有。"), line()]
        if self.here == "obligor":
            return [*out, *rail_block("义务人", "子女、父母、配偶。他们自己是低收入、低保特困，又担不起的，本人可能按单人户看。")]
        if self.here == "body":
            return [*out, *rail_block("残疾", "没有残疾就选没有，等级和证不用再问。"), *rail_block("劳动能力", "部分丧失的照实选，算不算有由镇、县定。")]
        return [*out, *rail_block("别问两遍", "姓名、证件、电话台账里有的，这里已经填好。")]

    def about(self) -> str | None:
        return self.card.row.id

    def _obligors(self) -> list[Obligor]:
        if self.answer_of("obligor_none"):
            return [Obligor(self.person, none=True)]
        out = []
        for at in range(1, OBLIGORS + 1):
            parts = {part: self.answer_of(f"obligor_{part}_{at}") for part in YES_PARTS}
            name, relation = self.value(f"obligor_name_{at}"), self.value(f"obligor_relation_{at}")
            if name or relation or any(value is not None for value in parts.values()):
                out.append(Obligor(self.person, name or None, relation or None, parts["low_income"], parts["safety_net"], parts["can_fully_support"]))
        return out

    def store(self) -> Saved:
        fields: dict[str, Any] = {}
        for name in self.values():
            if name.startswith("obligor_"):
                continue
            if name == "special":
                kept = [one for one in self.member.fields.get("special") or () if one not in dict(SPECIAL)]
                fields[name] = [*kept, *self.many(name)]
            elif name in YES_NO:
                fields[name] = self.answer_of(name)
            else:
                fields[name] = self.value(name)
        if fields.get("id_no") == "":
            del fields["id_no"]
        number, reason = self.entries["id_no"], None
        if isinstance(number, IdField) and number.taken is not None and "id_no" in fields:
            self.sure("same", f"{number.taken.words}就是这个号。", "Ctrl+F 先去看。没错，再按一次 Ctrl+S 照存。")
            reason = TWICE
        return keep_person(self.xapp.session, KeepPerson(self.person, fields, self._obligors() if self.touched("obligor") else None, reason, self.seen(self.person)))

    def stored(self, result: Saved) -> None:
        self.xapp.back("没有改动" if result.state == "unchanged" else f"已保存(第{result.seq}条)", tone="done")
