"""Every household-scoped event in Chinese: a word of two to four characters and one line (pure).

Rules kept here
- the village 发现, 走访, 协助, 转交; 受理, 初审, 审核确认 are words of desk events only (Law 3);
- no ID, phone or bank number leaves here in full, also not out of a free note (Law 4);
- an amount is in 元 with two places, a day as it was named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from xieli_tui.domain import codes
from xieli_tui.domain.idnum import mask_id
from xieli_tui.domain.masks import masked
from xieli_tui.domain.money import format_fen
from xieli_tui.domain.text import group_word, mask_phone

D = Mapping[str, Any]
Names = Mapping[str, str]
NOTE_LIMIT = 60
"""Characters of a free note in a line; the whole is in the dossier."""

FIELDS = {
    "number": "户编号", "group": "小组", "address": "住址", "phone": "电话", "nickname": "称呼", "head": "户主", "category": "类别", "category_since": "类别起", "status": "状态",
    "aid_month": "月救助金", "labels": "标签", "grid": "网格", "area": "城乡", "hukou_region": "户籍地", "live_region": "居住地", "permit_region": "居住证地",
    "event_region": "发生地", "house_safety": "住房", "income_stability": "收入", "assets_ok": "财产", "from_agri": "农业户", "note": "备注", "name": "姓名",
    "id_no": "身份证号", "id_state": "证件情况", "birth": "出生", "sex": "性别", "health": "健康", "disability_kind": "残疾类别", "disability_level": "残疾等级",
    "disability_cert": "残疾证号", "disability_cert_until": "残疾证到期", "severe_illness": "重病", "cannot_selfcare": "不能自理", "labour": "劳动能力", "work": "就业",
    "wage_month": "月工资", "student_stage": "学段", "in_school": "在校", "school": "学校", "special": "特殊情形", "orphan": "孤儿", "unsupported_child": "事实无人抚养",
    "left_behind": "留守", "guardian": "监护人", "away": "外出", "away_place": "外出地", "support_mode": "供养方式", "registered_unemployed": "登记失业",
    "labels_no": "没有的标签", "housing_difficulty": "住房困难", "illness_poverty": "因病致贫", "exit_consent": "同意直接转", "goods_hard_to_get": "物资难买", "has_disability_cert": "有残疾证",
    "apparent_disability": "看得出残疾", "wants_training": "愿意培训", "cares_for": "照护", "cared_kind": "照护哪种人", "has_hukou": "有户口",
    "parent_in_prison": "父母服刑", "returned_oc": "归侨", "has_guardian": "有监护人", "insure_tier": "参保档次", "basic_life_hardship": "基本生活困难",
    "away_hardship": "在外遇困", "student_loan": "助学贷款", "ability_to_pay": "付得起医疗费", "in_county_inpatient": "县内住院",
    "wants_job": "有就业意愿", "died_on": "去世日期", "nation": "民族", "marital": "婚姻", "education": "文化程度", "bank": "银行账号", "village": "村",
}  # fmt: skip
CODED = {
    "category": "category", "status": "status", "area": "area", "house_safety": "house_safety", "income_stability": "income_stability", "sex": "sex",
    "health": "health", "disability_kind": "disability_kind", "disability_level": "disability_level", "labour": "labour", "work": "work",
    "student_stage": "student_stage", "support_mode": "support_mode", "marital": "marital", "education": "education", "id_state": "id_state",
    "special": "special", "labels": "old_label", "labels_no": "old_label", "cared_kind": "cared_kind", "insure_tier": "insure_tier",
}  # fmt: skip


def _short(text: Any) -> str:
    line = masked(" ".join(str(text or "").split()))  # before it is cut: half a number is still a number
    return line if len(line) <= NOTE_LIMIT else line[: NOTE_LIMIT - 2] + ".."


def _join(*pieces: str) -> str:
    return "，".join(piece for piece in pieces if piece)


def _fen(amount: Any) -> str:
    return f"{format_fen(amount)} 元" if isinstance(amount, int) else ""


def value_text(field: str, value: Any) -> str:
    """A claimed value as a line shows it."""
    if field in ("id_no", "bank", "disability_cert"):
        return mask_id(str(value))
    if field == "phone":
        return mask_phone(str(value))
    if field == "group":
        return group_word(str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if field in ("aid_month", "wage_month"):
        return _fen(value)
    if isinstance(value, list):
        return "、".join(codes.label(CODED[field], str(x)) if field in CODED else str(x) for x in value)
    return codes.label(CODED[field], str(value)) if field in CODED else str(value)


def _fields(fields: Mapping[str, Any], names: Names, limit: int = 3) -> str:
    shown = [
        f"{FIELDS.get(name, name)} {names.get(str(value), '没有' if value == 'none' else '') if name in ('head', 'cares_for') else value_text(name, value) or '（清空）'}".rstrip()
        for name, value in list(fields.items())[:limit]
    ]
    return "、".join(shown) + (f" 等{len(fields)}项" if len(fields) > limit else "")


def _who(d: D, names: Names) -> str:
    return names.get(str(d.get("person", "")), "")


def _kinds(kinds: Any) -> str:
    return codes.labels("kind", tuple(kinds or ()))


def _doc(codes_of: Any) -> str:
    return codes.labels("doc", tuple(codes_of or ()))


Say = Callable[[D, Names], str]


def _visit(d: D, n: Names) -> str:
    marks = "、".join(f"{codes.label('dimension', k)}{codes.label('mark', str(v))}" for k, v in d.get("marks", {}).items() if v > 1)
    promise = d.get("promise", {}).get("text", "")
    return _join(
        codes.label("visit_kind", d.get("kind", "routine")), f"见到{codes.label('met', d['met'])}" if d["met"] != "none" else "未遇", marks,
        codes.labels("change", tuple(d.get("changes", ()))), f"答应：{_short(promise)}" if promise else "", _short(d.get("note")),
    )


def _flag(d: D, n: Names) -> str:
    return _join(codes.label("urgency", d.get("urgency", "normal")), codes.labels("cause", tuple(d.get("causes", ()))), _short(d.get("note") or d.get("situation")))


def _decided(d: D, n: Names) -> str:
    amount = _fen(d.get("amount"))
    return _join(
        f"{codes.label('kind', d['kind'])} {codes.label('decision', d['result'])}", f"{amount}{'/月' if d.get('period') == 'month' else ''}" if amount else "",
        f"自 {d['start']} 起" if d.get("start") else "", _short(d["reason"]),
    )


def _membership(d: D, n: Names) -> str:
    return _join(_who(d, n), codes.label("relation", d["relation"]), "" if d.get("living", True) else "不共同生活")


def _statement(d: D, n: Names) -> str:
    kept = [("月收入", d.get("income_month")), ("年收入", d.get("income_year"))]
    return _join(*[f"{word} {_fen(amount)}" for word, amount in kept if amount is not None], f"财产 {len(d['assets'])} 项" if d.get("assets") else "")


SAY: dict[str, tuple[str, Say]] = {
    "household.opened": ("建档", lambda d, n: _fields(d.get("fields", {}), n)),
    "household.claimed": ("更新", lambda d, n: _join(_fields(d["fields"], n), _short(d.get("reason")))),
    "household.transferred": ("转村", lambda d, n: f"{d['on']} 转到 {d.get('to_name', d['to'])}"),
    "person.added": ("添人", lambda d, n: _who(d, n) or str(d["fields"].get("name", ""))),
    "person.claimed": ("更新", lambda d, n: _join(_who(d, n), _fields(d["fields"], n), _short(d.get("reason")))),
    "roster.fixed": ("核正", lambda d, n: _join(_who(d, n), _fields(d["fields"], n), _short(d["reason"]))),
    "membership.started": ("入户", _membership),
    "membership.ended": ("离户", lambda d, n: _join(_who(d, n), codes.label("membership_end", d["why"]), _short(d.get("note")))),
    "statement.made": ("收支申报", _statement),
    "assessment.made": ("六方面", lambda d, n: "、".join(
        f"{codes.label('dimension', k)}{codes.label('mark', str(v))}" for k, v in d["levels"].items() if v > 1) or "都正常"),
    "visit.recorded": ("走访", _visit),
    "change.reported": ("变化", lambda d, n: _join(
        _who(d, n), codes.label("change", d["kind"]), codes.label("change_effect", d["effect"]) if d.get("effect") else "", _short(d.get("note")))),
    "change.answered": ("变化回复", lambda d, n: _join(codes.label("disposition", d["disposition"]), _short(d.get("note")))),
    "policy.informed": ("告知政策", lambda d, n: _join(
        codes.label("kind", d["kind"]), codes.label("answer", d["answer"]), _short(d.get("reason")))),
    "flag.raised": ("发现困难", _flag),
    "flag.settled": ("困难了结", lambda d, n: _join(codes.label("flag_outcome", d["how"]), _short(d.get("note")))),
    "reported.by_phone": ("电话报告", lambda d, n: f"{d['at'].replace('T', ' ')} {d['answered_by']} 接听"),
    "emergency.opened": ("急难建档", lambda d, n: codes.label("urgent_kind", d["kind"])),
    "emergency.step": ("急难处置", lambda d, n: _join(codes.label("emergency_step", d["step"]), _short(d.get("note")))),
    "advance.paid": ("先行救助", lambda d, n: _join(_fen(d["amount"]), d["payer"])),
    "application.started": ("协助申请", lambda d, n: _join(
        _kinds(d["kinds"]), _who(d, n), "急难" if d.get("emergency") else "", codes.label("application_source", d.get("source", "village")))),
    "application.entrusted": ("受委托", lambda d, n: f"{d['by_whom']} 委托 {d['to_whom']}"),
    "application.handed_over": ("转交", lambda d, n: f"还缺 {_doc(d['missing'])}" if d.get("missing") else "受委托代为提交"),
    "application.withdrawn": ("撤回申请", lambda d, n: _short(d["reason"])),
    "application.accepted": ("镇已受理", lambda d, n: _join(d.get("window", ""), f"平台号 {d['platform_no']}" if d.get("platform_no") else "")),
    "application.returned": ("退回补正", lambda d, n: _join(f"缺 {_doc(d['papers'])}", _short(d.get("note")))),
    "application.checked": ("经济核对", lambda d, n: codes.label("check_result", d["result"])),
    "application.investigated": ("入户调查", lambda d, n: "、".join(d["by_whom"])),
    "application.reviewed": ("镇已初审", lambda d, n: _join("建议给予" if d.get("opinion", "grant") == "grant" else "建议不予", _short(d.get("note")))),
    "application.appraised": ("民主评议", lambda d, n: _short(d["result"])),
    "application.reported": ("已报县级", lambda d, n: _short(d.get("note"))),
    "application.decided": ("已决定", _decided),
    "application.stage.set": ("分阶段", lambda d, n: f"第 {d['stage']} 阶段 {_fen(d['amount'])} {d['due']}"),
    "application.paid": ("已发放", lambda d, n: _join(codes.label("kind", d["kind"]), _fen(d.get("amount")))),
    "application.closed": ("已办结", lambda d, n: _short(d.get("reason"))),
    "decision.told": ("已告知", lambda d, n: _join(codes.label("told", d["how"]), d.get("told_to", ""), _short(d.get("note")))),
    "check.requested": ("委托核对", lambda d, n: "、".join(filter(None, (n.get(p, "") for p in d["persons"]))) or f"{len(d['persons'])} 人"),
    "consent.signed": ("签授权", lambda d, n: _join(_who(d, n), f"有效到 {d['until']}", f"监护人 {d['guardian']}" if d.get("guardian") else "")),
    "commitment.signed": ("签承诺", _who),
    "paper.added": ("材料", lambda d, n: _join(_doc((d["doc"],)), _short(d["where"]), "稍后补" if d.get("later") else "")),
    "kin.filed": ("近亲属", lambda d, n: "无" if d.get("none") else _join(codes.label("relation", d.get("relation", "")), d.get("staff", ""))),
    "pair.assigned": ("结对", lambda d, n: _join(d["name"], d.get("post", ""), f"到 {d['until']}" if d.get("until") else "")),
    "notice.posted": ("公示", lambda d, n: _join(codes.label("notice_kind", d["kind"]), codes.label("place", d["place"]), f"{d['start']} 起")),
    "notice.taken_down": ("公示结束", lambda d, n: ""),
    "notice.objected": ("公示异议", lambda d, n: _short(d["text"])),
    "aid.recorded": ("救助在册", lambda d, n: _join(_who(d, n), codes.label("kind", d["kind"]), _fen(d.get("amount")), d.get("period", ""))),
    "aid.given": ("村级帮扶", lambda d, n: _join(_who(d, n), f"{d['item']} {d.get('quantity', '')}{d.get('unit', '')}".strip())),
    "taper.set": ("渐退期", lambda d, n: f"自 {d['start']} 起 {d['months']} 个月"),
    "category.set": ("类别在册", lambda d, n: _join(_who(d, n), codes.label("category", d["category"]), f"自 {d['since']} 起", _short(d.get("reason")))),
    "exit.recorded": ("退出", lambda d, n: _join(_who(d, n), codes.label("category", d["category"]), codes.label("exit_reason", d["reason"]))),
    "platform.linked": ("平台编号", lambda d, n: d["platform_no"]),
    "referral.sent": ("转介", lambda d, n: _join(_who(d, n), codes.label("department", d["department"]), codes.label("kind", d["kind"]), _short(d.get("note")))),
    "referral.answered": ("转介反馈", lambda d, n: _join(
        codes.label("referral_result", d["result"]), codes.label("department", d["department"]) if d.get("department") else "", _short(d.get("note")))),
    "alert.issued": ("预警", lambda d, n: _join(codes.label("alert_class", d["cls"]), _short(d["text"]), _fen(d.get("amount")))),
    "alert.answered": ("预警核查", lambda d, n: _join(codes.label("disposition", d["disposition"]), _short(d.get("note")))),
    "review.done": ("复核", lambda d, n: _join(codes.label("disposition", d["result"]), _short(d.get("note")))),
    "service.given": ("服务", lambda d, n: _join(_who(d, n), codes.label("service", d["kind"]), d.get("provider", ""))),
    "loss.recorded": ("受灾", lambda d, n: _join(codes.label("cause", d["kind"]), _fen(d.get("amount")), _short(d.get("note")))),
    "complaint.received": ("收到反映", lambda d, n: _short(d["text"])),
    "fraud.suspected": ("疑点", lambda d, n: "只报县级"),
    "fraud.ruled": ("疑点认定", lambda d, n: _join(codes.label("disposition", d["result"]), _short(d.get("text")))),
    "fact.corrected": ("更正", lambda d, n: _join("原记录保留", _short(d["reason"]))),
    "fact.withdrawn": ("撤回", lambda d, n: _join("原记录保留", _short(d["reason"]))),
    "ruling.annulled": ("撤销决定", lambda d, n: _short(d["reason"])),
}
"""Event type -> (word, line). Every type of the catalogue that names a household is here; a test holds it so."""

NO_NAMES: Names = {}


def describe(t: str, d: D, names: Names = NO_NAMES) -> tuple[str, str]:
    """(word, one line) of an event; a type this program does not know, or a payload it cannot read, says so."""
    found = SAY.get(t)
    if found is None:
        return "新记录", "升级程序后可以看"
    word, say = found
    try:
        return word, masked(say(d, names))
    except (KeyError, TypeError, AttributeError, ValueError):  # a stored line may be of no valid form (XL-S02): it is shown, never lost
        return word, "内容不合格式"
