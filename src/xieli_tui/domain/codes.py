"""Controlled vocabularies V1-V19 of the documents, with the words a screen shows, and the two ways to look them up.

Rules kept here
- plain tuples of `(id, 中文)`, no pydantic, nothing heavy: the command line imports this at start;
- ids travel in events and never change; words are those of design 01 (a village never 受理, 审核, 审批 or 确认; 去世, 精神残疾);
- an id this version does not know is shown as itself, never dropped: a newer laptop may have written it;
- a word that is not known is `None`, never guessed.

`label("category", "dibao")` -> 低保; `find("category", "低保户")` -> "dibao"; `choices("visit_kind")` -> the tuple to offer.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from xieli_tui.domain.codes_kinds import DEPARTMENTS, KIND_GROUPS, KIND_WORDS, KINDS, Kind
from xieli_tui.domain.codes_people import (
    CARED_KINDS,
    CATEGORIES,
    CATEGORIES_FORMAL,
    CATEGORY_WORDS,
    CAUSE_WORDS,
    CAUSES,
    DISABILITY_KINDS,
    DISABILITY_LEVELS,
    DISABILITY_WORDS,
    EDUCATION,
    FEMALE,
    HEALTH,
    HEALTH_WORDS,
    ID_STATES,
    INSURE_TIERS,
    LABOUR,
    LABOUR_WORDS,
    MALE,
    MARITAL,
    OLD_LABELS,
    RELATION_WORDS,
    RELATIONS,
    SEX,
    SEX_WORDS,
    SPECIAL,
    STATUSES,
    STUDENT_STAGES,
    SUPPORT_MODES,
    WORK,
    Relation,
)

__all__ = [
    "ACTIONS", "APPLICATION_STATES", "CATEGORIES", "CATEGORIES_FORMAL", "CAUSES", "CHANGES", "CHANNELS", "DEPARTMENTS", "DIMENSIONS", "DISABILITY_KINDS", "DISABILITY_LEVELS",
    "DISCOVERERS", "DOCS", "FEMALE", "HEALTH", "KINDS", "KIND_GROUPS", "MALE", "MARKS", "MET", "OLD_LABELS", "RELATIONS", "SEX", "SPECIAL", "TASKS", "URGENCIES", "VISIT_KINDS",
    "VOCABULARIES", "Kind", "Relation", "choices", "find", "ids", "kind_group", "kind_name", "label", "labels", "parse_disability", "relation_sex",
]

Vocabulary = tuple[tuple[str, str], ...]

DIMENSIONS: Vocabulary = (
    ("economy", "经济"), ("health", "健康"), ("education", "教育"), ("housing", "居住"), ("employment", "就业"), ("participation", "社会参与"),
)
"""V4: the six aspects, in the order of 001:9."""
MARKS: Vocabulary = (("1", "正常"), ("2", "留意"), ("3", "有困难"))
VISIT_KINDS: Vocabulary = (
    ("quarterly", "季度探访"), ("routine", "经常性走访"), ("hardship", "困难排查"), ("review", "复核入户"), ("annual_survey", "年度入户调查"), ("event_check", "突发事件排查"),
    ("alert_answer", "预警核查"), ("service", "服务探视"), ("return", "回访"), ("assessment", "评残、能力评估"),
)
"""V5."""
CHANNELS: Vocabulary = (
    ("self", "自主申报"), ("behalf", "代为申报"), ("visit", "入户走访"), ("match", "数据比对"), ("backflow", "部门数据回流"), ("report", "报告急难、热线"),
    ("found", "主动发现"), ("neighbour", "邻里反映"),
)
"""V6: how a finding came about."""
DISCOVERERS: Vocabulary = (
    ("coordinator", "协理员"), ("village_committee", "村两委"), ("grid", "网格员"), ("cadre", "驻村、包村干部"), ("township", "乡镇干部"), ("social_worker", "社工"),
    ("volunteer", "志愿者"), ("charity", "慈善机构"), ("neighbour", "邻里"), ("self", "本人"), ("family", "家属"), ("pair", "结对帮扶人"),
)
"""V7: who found, who went along."""
APPLICATION_STATES: Vocabulary = (
    ("draft", "协助填写"), ("entrusted", "已受委托"), ("handed_over", "已转交"), ("accepted", "镇已受理"), ("checking", "核对中"), ("investigated", "已入户调查"),
    ("reviewed", "镇已初审"), ("publicity_review", "初审公示"), ("reported", "已报县级"), ("decided_granted", "已审核确认"), ("decided_rejected", "不予确认"),
    ("publicity_decision", "确认公示"), ("paid", "已发放"), ("closed", "已办结"), ("returned", "退回补正"), ("withdrawn", "已撤回"), ("expired", "已过期"),
    ("transferred", "已转介"), ("concurrent", "并发"),
)
"""V8 in the words of design 01. States from `accepted` on are written by desks only; any profile may read them."""
EXIT_REASONS: Vocabulary = (
    ("income_above", "收入超标准"), ("taper_end", "渐退期满"), ("fraud", "骗取停止"), ("refusal", "拒不配合"), ("death", "去世"), ("move", "迁出"), ("minor_18", "满18周岁"),
    ("category_change", "转其他类别"), ("self_withdraw", "本人退出"), ("policy_end", "政策终止"),
)
"""V9."""
ALERT_CLASSES: Vocabulary = (
    ("gap", "政策落实不到位"), ("uncovered", "可能符合未纳入"), ("no_longer", "可能不再符合"), ("complex", "情形复杂"), ("risk", "贫困风险"), ("life_threat", "紧急"),
)
"""V10."""
MONITOR_REASONS: Vocabulary = (("rejected", "申请未通过"), ("exited_2y", "退出不满两年"), ("risk_other", "其他有潜在困难"), ("relapse", "防返贫"))
"""V11."""
URGENT_KINDS: Vocabulary = (
    ("fire", "火灾"), ("accident", "意外事故"), ("illness", "罹患重病"), ("disaster", "自然灾害"), ("public_event", "突发公共事件"), ("crime", "犯罪侵害"), ("domestic", "家暴"),
    ("stranded", "务工不着、走失"), ("other", "其他"),
)
"""V13."""
AID_FORMS: Vocabulary = (("cash", "现金"), ("in_kind", "实物"), ("service", "服务"), ("fee_relief", "减免"))
"""V14."""
INVESTIGATIONS: Vocabulary = (("it_check", "信息化核对"), ("home_survey", "入户调查"), ("neighbour", "邻里访问"), ("letter", "信函索证"), ("other", "其他"))
"""V15."""
NOTICE_KINDS: Vocabulary = (("review", "初审公示"), ("decision", "确认公示"), ("long_term", "长期公示"))
"""V16; the place is a vocabulary of its own."""
TASKS: Vocabulary = (
    ("visit_quarter", "季度探访"), ("visit_routine", "经常性走访"), ("review", "复核"), ("it_check", "信息核对"), ("annual_survey", "年度入户调查"), ("review_minor_18", "将满18周岁复核"),
    ("taper_end", "渐退期满"), ("exit_review", "退出核查"), ("alert_verify", "预警核查"), ("referral_followup", "转介跟踪"), ("supplement_materials", "补材料"),
    ("supplement_statement", "补充说明"), ("help_apply", "协助申请"), ("inform", "主动告知"), ("start_application", "协助填写申请"), ("job_offer", "岗位信息"), ("guidance", "职业指导"),
    ("training_info", "培训信息"), ("settlement_plan", "安置方案"), ("event_check", "突发事件排查"), ("adjust_benefit", "增减停发"),
    ("add_id", "补身份证"), ("never_visited", "从未走访"), ("draft_open", "没写完"), ("papers_returned", "退回补正"), ("decision_back", "结果待告知"), ("notice_end", "公示到期"),
    ("unreceipted_old", "久未签收"), ("own_device", "本机"), ("recovery_drill", "找回演练"), ("promise_due", "答应的事"),
    ("emergency_report", "急难电话报告"), ("change_open", "变化等答复"), ("follow_up", "接着办"), ("risk_visit", "看看有没有困难"), ("pair_party", "结对帮扶"), ("birthday", "生日"), ("watch_end", "监测到期"), ("consent_end", "授权到期"),
    ("certificate_end", "残疾证到期"), ("missing_fact", "还缺资料"), ("fix_facts", "改登记资料"),
)
"""V17 and the tasks design 08 adds."""
TASK_STATES: Vocabulary = (("pending", "待办"), ("overdue", "已过期限"), ("suspended", "暂停"), ("done", "已办"))
QUANTITIES: Vocabulary = (
    ("benefit_gap", "补差额"), ("income_net", "核定收入"), ("insure_subsidy", "参保资助额"), ("med_residual", "医疗费用余额"), ("taper_end", "渐退期止"),
    ("monitor_until", "监测到期日"), ("decision_level", "决定层级"), ("imputed_income", "推定收入"),
)
"""V18."""
LINTS: Vocabulary = (
    ("tekun_std_below_1_3", "特困标准低于低保标准1.3倍"), ("std_below_floor", "标准低于省级最低指导标准"), ("coordinators_out_of_range", "协理员人数不合规定"),
    ("coordinator_source", "协理员来源不合规定"), ("station_missing", "应设服务站点未设"), ("socialwork_posts_low", "社工岗位不足"), ("emergency_items_empty", "先行救助事项未定"),
)
"""V19."""
VERDICTS: Vocabulary = (
    ("meets", "可能符合"), ("discretion", "可酌情"), ("needs_info", "还缺资料才能看"), ("fails", "暂看不符合"), ("not_in_pack", "本政策包无此规定"),
)
ACTIONS: Vocabulary = (
    ("village.accept_application", "村(居)受理申请"), ("village.require_opinion", "要求村(居)先提出意见"), ("village.submit_on_behalf", "受委托代为提出、转交"),
    ("village.pay_temp_aid", "村(居)实施临时救助"), ("township.accept_application", "乡镇受理"), ("township.decide", "乡镇确认"), ("county.decide", "县级确认"),
    ("township.report_up", "乡镇上报"), ("request_certificate", "要求提交证明材料"), ("hold_appraisal", "组织民主评议"), ("set_taper", "设定渐退期"), ("terminate_aid", "终止救助"),
    ("repeat_authorisation", "再次要求授权或材料"), ("reuse_documents", "转退出沿用材料"), ("adjust_benefit", "增减停发救助金"), ("export_check_request", "导出核对请求"),
    ("special_aid_decide", "一事一议决定"), ("add_aid", "登记一笔救助"), ("pay_first", "小额先行救助"),
)
"""Actions the engine can check; the first two name what a village may not do."""
MET: Vocabulary = (("self", "本人"), ("family", "家属"), ("neighbour", "邻居"), ("none", "未遇"))
VISIT_CHANNELS: Vocabulary = (("home", "入户"), ("phone", "电话"), ("video", "视频"), ("neighbour", "邻里"))
CHANGES: Vocabulary = (
    ("birth", "添人"), ("death", "去世"), ("illness", "大病"), ("hospital", "住院"), ("disability", "残疾变化"), ("job", "就业变化"), ("income", "收入变化"), ("schooling", "入学或毕业"),
    ("housing", "住房变化"), ("away", "外出"), ("back", "返乡"), ("move", "迁出"), ("move_in", "迁入"), ("marriage", "婚姻变化"), ("windfall", "得到大笔款项"),
    ("property", "购房购车"), ("disaster", "受灾"), ("other", "其他"),
)
"""重大变化 (M-09)."""
CHANGE_EFFECTS: Vocabulary = (("worse", "更困难了"), ("better", "好转了"), ("none", "没有影响"))
"""What a change does to the family, in its own word."""
URGENCIES: Vocabulary = (("normal", "一般"), ("urgent", "紧急"), ("emergency", "急难"))
ANSWERS: Vocabulary = (("willing", "愿意申请"), ("considering", "再考虑"), ("unwilling", "本人不愿申请"))
HOUSE_SAFETY: Vocabulary = (("safe", "安全"), ("risk", "有隐患"), ("unseen", "没看到"))
APPLICATION_SOURCES: Vocabulary = (("village", "村里协助"), ("window", "窗口"), ("phone", "电话"), ("hotline", "热线12349"))
APPLICATION_UNITS: Vocabulary = (("household", "按户"), ("person", "按人"))
DECISIONS: Vocabulary = (("granted", "已审核确认"), ("rejected", "不予确认"))
TOLD: Vocabulary = (("paper", "书面"), ("phone", "电话"), ("in_person", "当面"))
CHECK_RESULTS: Vocabulary = (("pass", "核对通过"), ("fail", "核对有疑点"), ("pending", "核对中"))
MEMBERSHIP_ENDS: Vocabulary = (("death", "去世"), ("moved_out", "迁出"), ("married_out", "婚嫁"), ("split", "分户"), ("error", "登记有误"), ("other", "其他"))
DISPOSITIONS: Vocabulary = (
    ("implement", "落实政策"), ("inform_apply", "告知并协助申请"), ("verify_exit", "核查疑似不符"), ("special_case", "一事一议"), ("referred", "已转介"),
    ("handled", "已处置"), ("true", "情况属实"), ("false", "情况不实"), ("no_action", "无需处置"), ("tracking", "继续跟踪"),
)
"""The four ways of 003:(七), then what a desk or a visit may say besides."""
FLAG_OUTCOMES: Vocabulary = (
    ("applied", "已协助申请"), ("reported", "已报镇里"), ("referred", "已转介"), ("helped", "已就地帮扶"), ("solved", "困难已解除"), ("unfounded", "查无此情"), ("duplicate", "重复登记"), ("other", "其他"),
)
REFERRAL_RESULTS: Vocabulary = (("done", "已办理"), ("refused", "不予办理"), ("partial", "部分办理"), ("forwarded", "已转下一单位"), ("continuing", "办理中"))
EMERGENCY_STEPS: Vocabulary = (("seen", "已看到"), ("reported", "已报告"), ("visited", "已上门"), ("helped", "已帮助"), ("paid", "已先行救助"), ("papers", "已补手续"))
SERVICES: Vocabulary = (
    ("job_offer", "岗位信息"), ("guidance", "职业指导"), ("training_info", "培训信息"), ("care", "照料护理"), ("visit", "探访"), ("escort", "送医陪护"), ("rehab", "康复训练"),
    ("counsel", "心理疏导"), ("guardian_urged", "督促监护"), ("other", "其他"),
)
ENCOUNTER_ACTIONS: Vocabulary = (
    ("helped", "就地帮助"), ("family", "联系家人"), ("station", "护送到救助站"), ("police", "报公安"), ("hospital", "送医"), ("township", "报镇里"), ("declined", "本人不要帮助"),
)
"""生活无着流浪乞讨、离家在外遇困: what was done (000:13, 004:二(五))."""
COMPLAINT_CHANNELS: Vocabulary = (("visit", "来访"), ("phone", "来电"), ("hotline", "热线12349"), ("letter", "来信"), ("online", "网上"), ("other", "其他"))
PLACES: Vocabulary = (("township", "镇公开栏"), ("village", "村公开栏"))
AREAS: Vocabulary = (("rural", "农村"), ("urban", "城市"))
INCOME_STABILITY: Vocabulary = (("stable", "稳定"), ("unstable", "不固定"))
ROLES: Vocabulary = (("village", "村"), ("township", "镇(街道)"), ("county", "县级"))
INCOME_KINDS: Vocabulary = (
    ("wage", "工资性收入"), ("farming", "种养殖"), ("business", "经营"), ("property", "财产收入"), ("land", "土地流转"), ("pension", "养老金"), ("support", "赡抚扶养费"),
    ("subsidy", "生活补助"), ("other", "其他收入"),
)
EXPENSE_KINDS: Vocabulary = (("living", "生活"), ("medical", "医疗自付"), ("schooling", "教育"), ("rehab", "残疾康复"), ("housing", "住房"), ("utilities", "水电燃料"), ("other", "其他支出"))
DEDUCTION_KINDS: Vocabulary = (("employment_cost", "就业成本"), ("rigid", "刚性支出"), ("care", "照护"), ("other", "其他扣减"))
ASSET_KINDS: Vocabulary = (("house", "住房"), ("vehicle", "机动车"), ("deposit", "存款"), ("securities", "证券"), ("shop", "门面或企业"), ("livestock", "牲畜"), ("other", "其他财产"))
MEDICAL_LAYERS: Vocabulary = (
    ("basic", "基本医保"), ("major", "大病保险"), ("aid", "医疗救助"), ("other", "其他补充"), ("self_pay", "个人自付"), ("in_policy", "其中政策范围内自付"),
)
"""Who paid of a bill; `in_policy` is part of `self_pay` and adds nothing to the total."""
STATEMENT_PARTS: Vocabulary = (("income", "收入"), ("deductions", "扣减"), ("assets", "财产"), ("expenses", "支出"), ("medical", "医疗费"))
STATEMENT_ANSWERS: Vocabulary = (
    ("beyond_capacity", "刚性支出超出承受能力"), ("other_aid_covers", "其他救助管得上"), ("major", "遭遇重大困难"), ("compensated", "已得到赔偿"),
)
"""Yes or no as the family states it."""
RISE_CAUSES: Vocabulary = (("employment", "就业、创业"), ("measures", "帮扶措施"), ("other", "其他原因"))
"""Why an income rose (001:1)."""
DOCS: Vocabulary = (
    ("application_form", "社会救助申请表"), ("entrust", "委托书"), ("consent", "核对授权书"), ("commitment", "诚信承诺书"), ("id_card", "身份证复印件"), ("hukou_book", "户口簿复印件"),
    ("income_proof", "收入证明"), ("medical_bill", "医疗费用票据"), ("diagnosis", "诊断证明或病历"), ("disability_cert", "残疾人证"), ("student_cert", "在校证明"),
    ("marriage_cert", "婚姻状况证明"), ("house_cert", "住房证明"), ("accident_proof", "事故或火灾证明"), ("death_cert", "死亡证明"), ("support_proof", "赡养抚养扶养材料"),
    ("guardian_proof", "监护关系材料"), ("unemployment_cert", "失业登记材料"), ("bank_card", "一卡通或社保卡复印件"), ("aid_cert", "低保证或特困证"), ("kin_form", "近亲属备案表"),
    ("situation_statement", "情况说明"), ("survey", "入户调查表"), ("selfcare_form", "自理能力评估表"), ("care_agreement", "照料服务协议"), ("notice_photo", "公示照片"),
    ("advance_receipt", "先行救助领款单"), ("other", "其他材料"),
)
"""Papers of an application's check-list."""

VOCABULARIES: dict[str, Vocabulary] = {
    "category": CATEGORIES, "category_formal": CATEGORIES_FORMAL, "old_label": OLD_LABELS, "cause": CAUSES, "special": SPECIAL, "dimension": DIMENSIONS, "mark": MARKS,
    "visit_kind": VISIT_KINDS, "channel": CHANNELS, "discoverer": DISCOVERERS, "application_state": APPLICATION_STATES, "exit_reason": EXIT_REASONS,
    "alert_class": ALERT_CLASSES, "monitor_reason": MONITOR_REASONS, "department": DEPARTMENTS, "urgent_kind": URGENT_KINDS, "aid_form": AID_FORMS,
    "investigation": INVESTIGATIONS, "notice_kind": NOTICE_KINDS, "task": TASKS, "task_state": TASK_STATES, "quantity": QUANTITIES, "lint": LINTS, "verdict": VERDICTS,
    "action": ACTIONS, "met": MET, "visit_channel": VISIT_CHANNELS, "change": CHANGES, "urgency": URGENCIES, "answer": ANSWERS, "house_safety": HOUSE_SAFETY,
    "application_source": APPLICATION_SOURCES, "application_unit": APPLICATION_UNITS, "decision": DECISIONS, "told": TOLD, "check_result": CHECK_RESULTS,
    "membership_end": MEMBERSHIP_ENDS, "disposition": DISPOSITIONS, "flag_outcome": FLAG_OUTCOMES, "referral_result": REFERRAL_RESULTS,
    "emergency_step": EMERGENCY_STEPS, "change_effect": CHANGE_EFFECTS, "encounter_action": ENCOUNTER_ACTIONS, "complaint_channel": COMPLAINT_CHANNELS, "service": SERVICES, "place": PLACES, "area": AREAS, "income_stability": INCOME_STABILITY, "role": ROLES,
    "income_kind": INCOME_KINDS, "expense_kind": EXPENSE_KINDS, "deduction_kind": DEDUCTION_KINDS, "asset_kind": ASSET_KINDS, "medical_layer": MEDICAL_LAYERS,
    "statement_part": STATEMENT_PARTS, "statement_answer": STATEMENT_ANSWERS, "rise_cause": RISE_CAUSES, "cared_kind": CARED_KINDS, "insure_tier": INSURE_TIERS,
    "doc": DOCS, "kind": (*((kind.id, kind.short) for kind in KINDS), ("monitoring", "纳入监测")), "kind_name": tuple((kind.id, kind.name) for kind in KINDS),
    "kind_group": KIND_GROUPS, "relation": tuple((relation.id, relation.label) for relation in RELATIONS), "sex": SEX, "disability_kind": DISABILITY_KINDS,
    "disability_level": tuple((str(level), word) for level, word in DISABILITY_LEVELS), "health": HEALTH, "labour": LABOUR, "work": WORK, "student_stage": STUDENT_STAGES,
    "education": EDUCATION, "marital": MARITAL, "support_mode": SUPPORT_MODES, "id_state": ID_STATES, "status": STATUSES,
}

_WORDS: dict[str, dict[str, str]] = {
    "category": CATEGORY_WORDS, "cause": CAUSE_WORDS, "relation": RELATION_WORDS, "sex": SEX_WORDS, "health": HEALTH_WORDS, "labour": LABOUR_WORDS, "kind": KIND_WORDS,
    "disability_kind": DISABILITY_WORDS,
    "department": {"救助站": "stations", "教育": "education", "教委": "education", "人社": "hrss", "住建": "housing", "卫健": "health", "卫生计生": "health", "医保": "med_insurance", "应急": "emergency",
                   "农业农村": "agriculture", "乡村振兴": "agriculture", "扶贫": "agriculture", "发改": "ndrc", "城管": "urban_mgmt", "司法": "justice", "市场监管": "market_reg", "工商": "market_reg"},
    "change": {"出生": "birth", "死亡": "death", "生病": "illness", "大病住院": "hospital", "失业": "job", "务工": "away"},
}


@cache
def _labels(vocab: str) -> dict[str, str]:
    return dict(VOCABULARIES[vocab])


@cache
def _finder(vocab: str) -> dict[str, str]:
    table: dict[str, str] = {}
    for word, ident in _WORDS.get(vocab, {}).items():
        table[_fold(word)] = ident
    if vocab == "kind":
        table.update({_fold(kind.name): kind.id for kind in KINDS})
    for ident, word in VOCABULARIES[vocab]:
        table[_fold(word)] = ident
    for ident, _ in VOCABULARIES[vocab]:
        table[_fold(ident)] = ident
    return table


def _fold(word: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", word)).casefold()


def label(vocab: str, ident: str) -> str:
    """The Chinese word for an id; an unknown id is returned as it is. Raises KeyError for an unknown vocabulary (a programming error)."""
    return _labels(vocab).get(str(ident), str(ident))


def labels(vocab: str, idents: tuple[str, ...] | list[str], sep: str = "、") -> str:
    """Several ids as one piece of text."""
    return sep.join(label(vocab, ident) for ident in idents)


def find(vocab: str, word: str) -> str | None:
    """The id for an id, a label or a word offices write; None when the word is not known. Width, case and inner spaces do not matter."""
    return _finder(vocab).get(_fold(word)) if word else None


def choices(vocab: str) -> Vocabulary:
    """The `(id, 中文)` pairs of a vocabulary, in the order to offer them."""
    return VOCABULARIES[vocab]


def ids(vocab: str) -> tuple[str, ...]:
    """The ids of a vocabulary, in order."""
    return tuple(ident for ident, _ in VOCABULARIES[vocab])


def kind_name(ident: str) -> str:
    """The full wording of a kind, for forms and letters."""
    return label("kind_name", ident)


def kind_group(ident: str) -> str:
    """The group letter A-F of a kind, "" when unknown."""
    return next((kind.group for kind in KINDS if kind.id == ident), "")


@cache
def relation_sex(code: str) -> str:
    """The sex a relation implies: "male", "female" or ""."""
    return next((relation.sex for relation in RELATIONS if relation.id == code), "")


_LEVELS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4, "iv": 4, "iii": 3, "ii": 2, "i": 1, "壹": 1, "贰": 2, "叁": 3, "肆": 4}
_LEVEL = re.compile(r"(iv|iii|ii|i|[一二三四壹贰叁肆1-4])级")


def parse_disability(text: str) -> tuple[str | None, int | None]:
    """`肢体三级`, `智力残疾Ⅱ级`, `视力(2级)` -> (kind id, level); a part the text does not say is None."""
    folded = _fold(text)
    kind: str | None = None
    hits = {ident for word, ident in DISABILITY_WORDS.items() if word in folded}
    if len(hits) == 1:
        kind = next(iter(hits))
    elif len(hits) > 1:
        kind = "multiple"
    match = _LEVEL.search(folded)
    return kind, _LEVELS[match.group(1)] if match else None
