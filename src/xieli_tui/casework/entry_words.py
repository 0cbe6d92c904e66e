"""The fields of every entry of a family's chain in Chinese, and their values in words (pure).

Rules kept here
- an id, a reference, a digest is nobody's reading: it is left out (`HIDDEN`), never shown half;
- a vocabulary id is shown by its word; money in 元; identity, bank and phone numbers leave here masked (Law 4);
- a field this program does not know is left out and counted by the caller. Tests hold that every field of the catalogue is in one of the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from xieli_tui.casework.corrections import CODED
from xieli_tui.domain import codes
from xieli_tui.domain.events import EVENTS
from xieli_tui.domain.idnum import mask_id
from xieli_tui.domain.masks import masked
from xieli_tui.domain.money import format_fen
from xieli_tui.domain.text import mask_phone
from xieli_tui.store.queries.words import FIELDS as CLAIMED
from xieli_tui.store.queries.words import value_text

Names = Mapping[str, str]
Line = tuple[str, str, str]
"""(field, its word, its value in words)"""

WORDS = {
    "on": "哪天", "at": "几点", "kind": "哪一种", "kinds": "办什么", "channel": "怎么知道的", "met": "见到谁", "visitors": "谁去的", "marks": "六方面", "levels": "六方面",
    "notes": "说明", "changes": "变化", "house_safety": "房屋", "alert_finding": "核实结果", "promise": "答应的事", "note": "一句话", "person": "谁", "persons": "谁",
    "effect": "影响", "disposition": "处置", "answer": "本人说", "reason": "原因", "outsider": "名单外的人", "causes": "什么事", "urgency": "多急", "found_by": "谁发现",
    "hukou_region": "户籍地", "live_region": "居住地", "permit_region": "居住证地", "event_region": "发生地", "place": "在哪里", "situation": "现在", "needs": "急需",
    "how": "怎么办的", "answered_by": "谁接的", "number": "号码", "step": "哪一步", "department": "哪个单位", "due": "期限", "first_receiver": "首问人", "result": "结果",
    "cls": "哪一类", "text": "内容", "amount": "金额", "provider": "谁给的", "hours": "几小时", "start": "从哪天", "end": "到哪天", "by_whom": "谁办的", "level": "哪一级",
    "accompanied_by": "谁陪同", "amount_asked": "想要多少", "answers": "家里的回答", "as_of": "截至哪天", "assets": "财产", "category": "类别", "consent_reroute": "同意直接转",
    "deductions": "扣减", "doc": "哪一样", "emergency": "急难", "expenses": "支出", "fields": "栏目", "followup_due": "补手续期限", "form": "怎么给的", "guardian": "监护人",
    "income": "收入", "income_month": "月收入", "income_year": "年收入", "item": "给了什么", "later": "后补", "living": "一起生活", "living_reason": "为什么不一起",
    "matter": "哪件事", "medical": "医疗费", "method": "怎么查的", "missing": "还缺", "months": "几个月", "name": "姓名", "none": "没有亲属关系", "nothing": "问过没有的",
    "obligors": "义务人", "opinion": "意见", "paper": "纸在哪里", "papers": "缺哪些", "party": "是党员", "payer": "谁付的", "period": "一次或按月", "platform_no": "平台编号",
    "post": "职务", "quantity": "多少", "reference": "发放凭据", "relation": "关系", "reroute": "转看哪些", "rise_cause": "收入为什么多了", "since": "从哪天", "source": "来处",
    "staff": "经办人", "stage": "第几阶段", "to": "转到", "to_whom": "托给谁", "told_to": "告诉了谁", "unclear": "不清楚的", "unit": "单位", "until": "到哪天", "urgent": "急难",
    "where": "在哪里", "why": "怎么走的", "window": "窗口", "lock": "锁定", "to_name": "转到的村", "issued": "名单日期",
}
HIDDEN = frozenset({
    "village", "household", "replaces", "after", "of", "scope", "counted", "calendar", "delegation", "decision", "sha256", "hints", "columns", "trip", "visit", "answers_alert", "event", "screen", "task",
    "advance", "aid", "alert", "application", "assessment", "change", "check", "commitment", "complaint", "consent", "flag", "fraud", "informed", "kin", "loss",
    "membership", "notice", "pair", "referral", "review", "service", "statement", "taper",
})
VOCAB = {
    "level": {"notice.objected": {"minor": "一般异议", "major": "重大异议"}, "application.decided": {"township": "镇(街道)", "county": "县级"}},
    "period": {"application.decided": {"once": "一次", "month": "每月"}}, "opinion": {"application.reviewed": {"grant": "建议给予", "reject": "建议不予"}},
    "unclear": {"application.appraised": {"economy": "经济状况", "facts": "事实"}}, "alert_finding": {"visit.recorded": {"true": "属实", "false": "不符"}},
}
"""Short closed lists that are no vocabulary of the domain: field -> type -> id -> word."""
CODES: dict[str, dict[str, str]] = {
    **CODED,
    "change.answered": {"disposition": "disposition"}, "exit.recorded": {"category": "category", "reason": "exit_reason"}, "category.set": {"category": "category"},
    "application.started": {"kinds": "kind", "unit": "application_unit", "source": "application_source"}, "application.handed_over": {"missing": "doc"},
    "application.returned": {"papers": "doc"}, "application.checked": {"result": "check_result"}, "application.investigated": {"method": "investigation"},
    "application.decided": {"kind": "kind", "result": "decision", "reroute": "kind"}, "application.paid": {"kind": "kind"}, "aid.recorded": {"kind": "kind", "form": "aid_form", "department": "department"},
    "aid.given": {"kind": "kind", "form": "aid_form"}, "alert.issued": {"cls": "alert_class"}, "alert.answered": {**CODED["alert.answered"], "cls": "alert_class"}, "review.done": {"result": "disposition"}, "fraud.ruled": {"result": "disposition"},
    "complaint.received": {"channel": "complaint_channel"}, "kin.filed": {"relation": "relation"}, "statement.made": {"rise_cause": "rise_cause", "nothing": "statement_part"},
    "notice.posted": {"kind": "notice_kind", "place": "place"},
}
"""Type -> field -> vocabulary."""
MONEY = ("amount", "amount_asked", "income_month", "income_year")
LINE_VOCAB = {"income": "income_kind", "deductions": "deduction_kind", "expenses": "expense_kind", "medical": "expense_kind", "assets": "asset_kind"}


def lines(t: str, d: Mapping[str, Any], names: Names) -> Iterator[Line]:
    """Every field of an entry that says something, in the order of its model."""
    entity = entity_of(t)
    model = EVENTS.get((t, 1))
    order = {name: place for place, name in enumerate(model.model.model_fields)} if model is not None else {}
    for name, value in sorted(d.items(), key=lambda item: order.get(item[0], len(order))):
        if name in HIDDEN or name == entity or value in ("", [], {}, None):
            continue
        if name == "fields":
            for field, each in value.items():
                yield field, CLAIMED.get(field, field), claimed(field, each, names)
        elif name in WORDS:
            yield name, word(t, name), said(t, name, value, names)


def entity_of(t: str) -> str:
    """The field that is the entry's own id."""
    return next((kind.entity for (name, _), kind in EVENTS.items() if name == t), "")


def word(t: str, name: str) -> str:
    """A field's word; some mean another thing in one type."""
    return {("visit.recorded", "channel"): "怎么见的", ("flag.settled", "how"): "怎么了结", ("decision.told", "how"): "怎么告知", ("aid.given", "unit"): "单位",
            ("application.started", "unit"): "按户或按人", ("application.entrusted", "by_whom"): "谁委托", ("statement.made", "by_whom"): "谁说的"}.get((t, name), WORDS[name])


def claimed(field: str, value: Any, names: Names) -> str:
    """A claimed value in words, numbers masked."""
    if field in ("head", "cares_for"):
        return names.get(str(value), "没有" if value == "none" else "")
    return value_text(field, value) or "（清空）"


def said(t: str, name: str, value: Any, names: Names) -> str:
    """A value in words, numbers masked."""
    special: Callable[[Any, Names], str] | None = SAY.get(name)
    if special is not None and not isinstance(value, (str, bool)):
        return masked(special(value, names))
    table = VOCAB.get(name, {}).get(t)
    if table is not None:
        return "、".join(table.get(str(one), str(one)) for one in value) if isinstance(value, list) else table.get(str(value), str(value))
    vocab = CODES.get(t, {}).get(name)
    if vocab is not None:
        return codes.labels(vocab, tuple(value)) if isinstance(value, list) else codes.label(vocab, str(value))
    if isinstance(value, bool):
        return "是" if value else "不是"
    if name in MONEY and isinstance(value, int):
        return f"{format_fen(value)} 元"
    if name in ("person", "persons"):
        return "、".join(names.get(str(one), "（尚未收到）") for one in (value if isinstance(value, list) else [value]))
    if name == "at":
        return str(value).replace("T", " ")
    if isinstance(value, list):
        return masked("、".join(str(one) for one in value))
    return masked(str(value)) if not isinstance(value, int) else str(value)


def _marks(value: Mapping[str, Any], _names: Names) -> str:
    return "、".join(f"{codes.label('dimension', name)}{codes.label('mark', str(level))}" for name, level in value.items())


def _notes(value: Mapping[str, Any], _names: Names) -> str:
    return "；".join(f"{codes.label('dimension', name)}：{text}" for name, text in value.items())


def _visitors(value: Any, _names: Names) -> str:
    return "、".join(f"{one['name']}（{codes.label('discoverer', str(one.get('role', 'coordinator')))}）" for one in value)


def _promise(value: Mapping[str, Any], _names: Names) -> str:
    return "，".join(part for part in (str(value.get("text", "")), f"{value['on']} 前" if value.get("on") else "") if part)


def _outsider(value: Mapping[str, Any], _names: Names) -> str:
    parts = [str(value.get("name", "")), str(value.get("place", "")), mask_id(str(value["id_no"])) if value.get("id_no") else "", mask_phone(str(value["phone"])) if value.get("phone") else ""]
    return "，".join(part for part in parts if part)


def _money_lines(vocab: str) -> Callable[[Any, Names], str]:
    def say(value: Any, names: Names) -> str:
        out = []
        for one in value:
            who = names.get(str(one.get("person", "")), "")
            amount = one.get("amount", one.get("value"))
            per = {"month": "/月", "year": "/年"}.get(str(one.get("per", "")), "")
            out.append("".join(part for part in (who, codes.label(vocab, str(one["kind"])), f" {format_fen(amount)} 元{per}" if isinstance(amount, int) else "", f" {one['text']}" if one.get("text") else "") if part))
        return "；".join(out)

    return say


def _obligors(value: Any, names: Names) -> str:
    out = []
    for one in value:
        of = names.get(str(one.get("person", "")), "")
        out.append(f"{of}没有义务人" if one.get("none") else f"{of}的{codes.label('relation', str(one['relation'])) if one.get('relation') else '义务人'} {one.get('name', '')}".strip())
    return "；".join(out)


def _answers(value: Mapping[str, Any], _names: Names) -> str:
    return "；".join(f"{codes.label('statement_answer', name)}：{'是' if answer else '不是'}" for name, answer in value.items())


SAY: dict[str, Callable[[Any, Names], str]] = {
    "marks": _marks, "levels": _marks, "notes": _notes, "visitors": _visitors, "promise": _promise, "outsider": _outsider, "obligors": _obligors, "answers": _answers,
    **{name: _money_lines(vocab) for name, vocab in LINE_VOCAB.items()},
}
