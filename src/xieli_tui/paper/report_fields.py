"""What a column of somebody's report may hold: the fields of the report machine, the words offices write over them, and the ways to write a value.

Rules kept here
- a field is named once; its kind says which formats it has, the first is the one taken when the head asks for none;
- free text of people is never a source of an identity number: it is covered before it leaves (`casework.report_data`);
- a column nobody can name holds nothing: `BLANK` is a choice like any other, never a guess.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from xieli_tui.domain.idnum import mask_id
from xieli_tui.domain.money import format_fen
from xieli_tui.domain.text import mask_phone
from xieli_tui.paper.columns import COLUMN_NAMES

BLANK = ""
UNITS = {"household": "一户一行", "person": "一人一行", "visit": "一次走访一行"}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a column may hold. `words`: heads that mean it, folded when compared; `kind`: text, id, phone, date, number, money, yesno."""

    id: str
    label: str
    kind: str
    words: tuple[str, ...] = ()


def _f(ident: str, label: str, kind: str = "text", *words: str) -> Field:
    return Field(ident, label, kind, (label, *COLUMN_NAMES.get(ident, ()), *words))


_ALL = (
    _f("serial", "序号", "number"),
    _f("county", "县(区)", "text", "县", "区县", "县区", "县市区", "所属县"), _f("township", "镇(街道)", "text", "乡镇", "镇", "乡镇(街道)", "所属乡镇", "所在乡镇"), _f("village", "村", "text", "村(社区)", "村居委会", "村(居)", "所在村(社区)", "村(社区)名称", "村名", "所在村"), _f("village_code", "村代码", "text", "行政区划代码", "区划代码"),
    _f("group", "小组"), _f("number", "户编号"), _f("address", "住址", "text", "现居住地", "居住地", "居住地址", "详细地址", "现住地址"), _f("head", "户主"), _f("name", "姓名"),
    _f("relation", "与户主关系"), _f("sex", "性别"), _f("id_no", "身份证号", "id", "户主身份证号", "户主身份证号码", "户主公民身份号码", "户主证件号码"),
    _f("birth", "出生日期", "date"), _f("age", "年龄", "number", "周岁", "实足年龄"), _f("phone", "联系电话", "phone", "户主电话", "户主联系电话"),
    _f("size", "家庭人口", "number", "人口", "人口数", "家庭人数", "家庭人口数", "户人口", "人数", "家庭成员数", "共同生活人数", "家庭总人口", "在册人口", "保障人口", "户内人口"),
    _f("members", "家庭成员姓名", "text", "其他家庭成员", "家庭成员名单", "共同生活家庭成员"), _f("members_with", "家庭成员和关系", "text", "家庭成员情况", "家庭成员及关系", "成员姓名及关系"),
    _f("minors", "未成年人数", "number", "未成年人", "18岁以下人数"), _f("elders", "60岁以上人数", "number", "老年人数", "60周岁以上人数"),
    _f("disabled", "残疾人数", "number"), _f("students", "在校人数", "number", "在校生人数", "学生人数"), _f("workers", "有劳动能力人数", "number", "劳动力人数", "劳动力数", "劳动力人口"),
    _f("category", "救助类别", "text", "困难类型", "户类型", "户类别", "家庭类型"), _f("category_by", "类别依据"), _f("category_since", "纳入时间", "date"),
    _f("aid_month", "月保障金", "money", "月救助金", "每月救助金额", "月低保金", "低保金额", "享受低保金额", "保障金额", "月保障金额", "月补助金额"),
    _f("is_dibao", "是否低保", "yesno", "是否低保户", "低保户", "是否低保对象", "是否享受低保", "低保"), _f("is_tekun", "是否特困", "yesno", "是否特困供养", "是否特困人员", "特困人员", "特困"),
    _f("is_edge", "是否低保边缘", "yesno", "是否低保边缘户", "是否边缘户", "低保边缘"), _f("is_rigid", "是否刚性支出困难", "yesno", "是否支出型困难", "刚性支出困难"),
    _f("is_monitor", "是否防返贫监测", "yesno", "是否监测户", "是否监测对象", "防返贫监测"),
    _f("is_disabled", "是否残疾", "yesno", "是否残疾人", "有无残疾"), _f("is_minor", "是否未成年", "yesno", "是否未成年人"), _f("is_elder", "是否60岁以上", "yesno", "是否老年人"),
    _f("is_student", "是否在校", "yesno", "是否在校生", "是否学生"), _f("is_away", "是否外出", "yesno", "是否外出务工"), _f("is_severe", "是否重病", "yesno", "是否患大病", "有无重病", "是否大病"),
    _f("disability", "残疾情况"), _f("disability_kind", "残疾类别"), _f("disability_level", "残疾等级"), _f("disability_cert", "残疾证号", "id"),
    _f("health", "健康状况"), _f("labour", "劳动能力"), _f("work", "就业状况"), _f("wage_month", "月收入", "money"), _f("marital", "婚姻状况"), _f("education", "文化程度"),
    _f("school", "就读学校"), _f("nation", "民族"), _f("support_mode", "供养方式"), _f("guardian", "监护人", "text", "监护人姓名", "照料人", "监护人(照料人)"), _f("helper", "结对帮扶人", "text", "帮扶责任人", "帮扶人", "结对干部", "包保干部", "联系干部", "帮扶干部"), _f("bank", "银行账号", "id"), _f("note", "备注"),
    _f("income_month", "家庭月收入", "money", "户月收入"), _f("income_year", "家庭年收入", "money", "年收入", "户年收入", "家庭年纯收入"),
    _f("visit_on", "走访日期", "date", "走访时间", "最近走访", "最近走访日期", "入户日期", "入户时间", "探访日期", "探访时间", "最近一次走访", "最近一次走访时间", "走访年月"),
    _f("visit_by", "走访人", "text", "走访人员", "走访干部", "入户人", "入户人员", "探访人", "走访人姓名"), _f("visit_met", "见到谁"),
    _f("visit_kind", "走访类别", "text", "走访方式"), _f("visit_marks", "看到的困难", "text", "困难情况"), _f("visit_changes", "家庭变化", "text", "变化情况", "家庭情况变化"),
    _f("visit_promise", "答应的事", "text", "承诺事项", "答复事项"), _f("visit_note", "走访备注", "text", "走访情况", "走访记录", "走访内容"),
    _f("visit_found", "走访看到的和变化", "text"), _f("visits_year", "今年走访次数", "number", "本年走访次数", "年度走访次数", "走访次数"), _f("visits_month", "本月走访次数", "number"),
    _f("is_visited", "本月是否走访", "yesno", "是否走访", "本月是否入户", "是否入户走访"),
    _f("flags", "困难原因", "text", "致困原因", "致贫原因", "主要致困原因", "困难类型原因"), _f("aid_kinds", "享受的救助", "text", "享受救助情况", "救助情况", "已享受政策", "享受政策"),
    _f("aid_year", "今年救助金额", "money", "本年救助金额", "年度救助金额"), _f("aid_times", "今年救助次数", "number", "救助次数"),
    _f("applications", "申请和进度", "text", "申请情况", "办理进度", "办理情况"), _f("chain", "救助链", "text", "救助过程", "办理过程", "帮扶过程"), _f("asof", "填报日期", "date", "填报时间", "截止日期", "统计日期"),
)
FIELDS: dict[str, Field] = {one.id: one for one in _ALL}

SOMETIMES = frozenset({
    "members", "members_with", "category", "category_by", "category_since", "aid_month", "disability", "disability_kind", "disability_level", "disability_cert", "school", "support_mode", "guardian", "helper",
    "note", "visit_marks", "visit_changes", "visit_promise", "visit_note", "visit_found", "flags", "aid_kinds", "aid_year", "applications",
})
"""Fields of which a family or a person may well have nothing: no aid, no promise, no disability. An empty cell of these is told apart from one that lacks its data."""
DOUBTFUL: dict[str, tuple[str, ...]] = {
    "发现问题": ("visit_found", "visit_marks", "visit_changes", "visit_note", "flags"), "存在问题": ("visit_found", "visit_marks", "visit_changes", "visit_note", "flags"),
    "存在困难": ("visit_marks", "flags", "visit_found", "visit_note"), "主要困难": ("flags", "visit_marks", "visit_found"), "困难": ("flags", "visit_marks"), "需求": ("visit_note", "flags"),
    "帮扶措施": ("aid_kinds", "visit_promise", "applications"), "采取措施": ("visit_promise", "aid_kinds"), "处理情况": ("applications", "visit_promise"), "解决情况": ("visit_promise", "applications"),
    "收入": ("income_month", "income_year", "wage_month"), "金额": ("aid_month", "aid_year"), "救助金额": ("aid_month", "aid_year"), "日期": ("visit_on", "asof"), "时间": ("visit_on", "category_since"), "情况": ("visit_note",),
}
"""Heads that mean different things in different offices -> what they may be, the likeliest first: always asked."""

FORMATS: dict[str, dict[str, str]] = {
    "id": {"id_text": "整个号码，文本", "id_44442": "4-4-4-4-2 分段，空格隔开", "id_44442_dash": "4-4-4-4-2 分段，横线隔开", "id_mask": "中间八位盖住", "id_last4": "后四位"},
    "phone": {"text": "整个号码，文本", "phone_mask": "盖住"},
    "date": {
        "iso": "2026-11-02", "dot": "2026.11.02", "dot_month": "2026.11", "dash_month": "2026-11", "slash": "2026/11/2", "compact": "20261102", "cn": "2026年11月2日", "cn_month": "2026年11月",
        "han": "二〇二六年十一月二日", "han_month": "二〇二六年十一月", "year": "2026", "cell": "日期单元格，用原表的格式",
    },
    "yesno": {"shi_fou": "是/否", "tick": "√", "tick_cross": "√/×", "you_wu": "有/无", "one_zero": "1/0"},
    "money": {"yuan": "元，数字", "yuan_text": "元，两位小数，文本"}, "number": {"number": "数字", "text": "文本"}, "text": {"text": "文本"},
}
_HAN = "〇一二三四五六七八九"
_YES = {"shi_fou": ("是", "否"), "tick": ("√", ""), "tick_cross": ("√", "×"), "you_wu": ("有", "无"), "one_zero": ("1", "0")}
WHOLE = frozenset({"id_text", "id_44442", "id_44442_dash", "text"})
"""Formats in which a number that identifies stands in full."""


def default_format(field: str) -> str:
    """The way a field is written when nothing asks for another."""
    return next(iter(FORMATS[FIELDS[field].kind]))


def in_full(field: str, form: str) -> bool:
    """Whether a column shows a number that identifies uncovered."""
    return FIELDS[field].kind in ("id", "phone") and form in WHOLE


_WHOLE_DAY = frozenset({"iso", "dot", "slash", "compact", "cn", "han", "cell"})


def uncovers(columns: Iterable[tuple[str, str]]) -> bool:
    """Whether columns (field, format) together show a number that identifies: one in full, or a covered identity number beside the whole day of birth, which is its middle."""
    held = set(columns)
    covered = any(field == "id_no" for field, _ in held) and any(field == "birth" and form in _WHOLE_DAY for field, form in held)
    return covered or any(in_full(field, form) for field, form in held)


def _han(number: int) -> str:
    if number < 10:
        return _HAN[number]
    tens, ones = divmod(number, 10)
    return f"{'' if tens == 1 else _HAN[tens]}十{_HAN[ones] if ones else ''}"


def _day(value: str, form: str) -> Any:
    day = dt.date.fromisoformat(value)
    year = "".join(_HAN[int(digit)] for digit in str(day.year))
    return {
        "iso": value, "dot": f"{day.year}.{day.month:02d}.{day.day:02d}", "dot_month": f"{day.year}.{day.month:02d}", "dash_month": f"{day:%Y-%m}", "slash": f"{day.year}/{day.month}/{day.day}",
        "compact": f"{day:%Y%m%d}", "cn": f"{day.year}年{day.month}月{day.day}日", "cn_month": f"{day.year}年{day.month}月", "han": f"{year}年{_han(day.month)}月{_han(day.day)}日",
        "han_month": f"{year}年{_han(day.month)}月", "year": str(day.year), "cell": day,
    }[form]


def _number(text: str, form: str) -> str:
    if form in ("id_44442", "id_44442_dash"):
        mark = " " if form == "id_44442" else "-"
        return mark.join(text[at : at + 4] for at in range(0, len(text), 4))
    if form == "id_mask":
        return mask_id(text)
    return text[-4:] if form == "id_last4" else text


def shown(field: str, value: Any, form: str) -> Any:
    """A value as the column asks for it: a text, a number or a day; "" for what is not known."""
    kind = FIELDS[field].kind
    if value is None or value == "":
        return ""
    if kind == "id":
        return _number(str(value), form)
    if kind == "phone":
        return mask_phone(str(value)) if form == "phone_mask" else str(value)
    if kind == "date":
        return _day(str(value), form)
    if kind == "yesno":
        return _YES[form][0 if value else 1]
    if kind == "money":
        return value / 100 if form == "yuan" else format_fen(int(value))
    if kind == "number":
        return int(value) if form == "number" else str(value)
    return str(value)
