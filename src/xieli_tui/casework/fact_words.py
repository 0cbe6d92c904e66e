"""The facts of a policy question in plain words: what is missing, as a villager would be asked for it; what was used, as she would read it.

Rules kept here
- every name a rule may ask for has its words (a test holds it); one of a county's own pack that nobody worded stays as it is, so that nothing
  missing is hidden;
- 是 and 否 take the words of the question they answer: 有没有残疾证 is 有 or 没有;
- a sum is in 元 with two decimals, a code in the words of its vocabulary, a person by name at home only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xieli_tui.domain import codes
from xieli_tui.policy.facts import FIELDS
from xieli_tui.policy.local import CATALOGUE

HOUSEHOLD = {
    "size": "家庭人口", "category": "类别", "category_since": "类别从哪年起", "status": "是不是低保、特困", "income_month": "家庭月收入", "income_year": "家庭年收入",
    "income_gross_month": "扣减前的月收入", "assets_ok": "财产合不合规定", "necessary_exp_year": "一年的必需支出", "low_income": "当地认没认低收入家庭",
    "area": "城市还是农村", "income_stability": "收入稳不稳", "house_safety": "房屋安全", "housing_difficulty": "住房困不困难", "hukou_region": "户籍地",
    "live_region": "现住地", "residence_permit_region": "居住证在哪", "grant_date": "哪天开始享受", "last_review": "上次复核", "rigid_causes": "刚性支出因为什么",
    "rigid_beyond_capacity": "支出超没超过承受能力", "exit_from": "从哪类退出", "exit_date": "哪天退出", "exit_consent": "同不同意直接转", "from_agri": "是不是农业人口",
    "filed_poor": "是不是建档立卡", "illness_poverty": "是不是因病致贫", "pair_party_members": "有没有结对党员", "income_rise_cause": "收入为什么增加",
    "exp_poor": "当地认没认支出型困难", "region": "住在哪个县", "id": "户的编号", "members": "家庭成员", "group_id": "哪个帮扶小组", "grid_id": "哪个网格",
    "monitor_until": "监测到哪天", "assessed_date": "收入哪天核的", "rigid_deduction_month": "认定的刚性支出扣减", "causes": "致困原因", "returned_poor": "是不是返贫致贫",
    "unstable_out_of_poverty": "是不是脱贫不稳定户", "edge_easy_poor": "是不是边缘易致贫户", "sudden_hardship": "是不是突发严重困难户", "out_of_poverty": "是不是脱贫人口",
    "goods_hard_to_get": "生活物资好不好买",
}
PERSON = {
    "birth_date": "出生日期", "sex": "性别", "relation": "和户主的关系", "category": "类别", "severe_disabled": "是不是重度残疾", "disability_kind": "残疾类别",
    "disability_level": "残疾等级", "disability_cert": "有没有残疾证", "severe_illness": "是不是重病", "cannot_selfcare": "能不能自理", "labour_able": "有没有劳动能力",
    "employed": "有没有工作", "wage_month": "月工资", "registered_unemployed": "是不是登记失业", "wants_job": "想不想找工作", "wants_training": "想不想培训",
    "student_stage": "上几年级", "in_school": "在不在校", "orphan": "是不是孤儿", "unsupported_child": "是不是事实无人抚养", "left_behind": "是不是留守",
    "guardian": "有没有监护人", "obligors": "赡养、抚养义务人的情况", "basic_life_hardship": "基本生活是不是严重困难", "insure_tier": "参保档次", "support_mode": "集中还是分散供养",
    "single_kind": "属于哪种特殊人员", "has_hukou": "有没有户口", "parent_in_prison": "父母是不是服刑", "returned_oc": "是不是归侨", "cares_for": "照顾谁",
    "away_hardship": "在外是不是遇困", "status": "是不是低保、特困", "id": "人的编号", "name": "姓名", "cared_kind": "照顾的是哪种人", "near_relative_of": "有没有经办人员是近亲属",
    "student_loan": "有没有助学贷款", "ability_to_pay": "付不付得起医疗费", "in_county_inpatient": "在不在县内住院", "apparent_disability": "看不看得出残疾",
    "obligors.low_income": "义务人是不是低收入", "obligors.safety_net": "义务人是不是低保、特困", "obligors.can_fully_support": "义务人担不担得起",
}
LOCAL = {
    "dibao_std_month": "本县低保标准", "tekun_std_month": "本县特困标准", "rigid_ratio": "本县刚性支出比例", "dispo_income_prev_year": "上年人均可支配收入",
    "small_advance_cap": "小额先行救助上限", "taper_months": "渐退期几个月", "visit_days": "多久走访一次", "employment_cost_rule": "就业成本怎么扣", "prov_floor": "省里最低标准",
    "dibao_mode": "低保按差额还是分档", "dibao_tiers": "低保各档金额", "insure_tier1_fee": "一档参保费", "insure_tier2_fee": "二档参保费", "med_rules": "本县医疗救助办法",
    "delegations": "审核确认权下放到哪", "phones": "部门电话", "price_link": "物价补贴启动没有", "city_std_month": "城市低保标准", "min_wage_month": "最低工资",
    "kind_rules": "本县这一种救助的办法", "departments": "本县这一种由哪个单位办", "poverty_key_county": "是不是国家扶贫开发重点县", "insure_other_ok": "其他低收入人口资不资助参保",
    "village_ta_entrusted": "县里委托村里发临时救助没有", "reserve_balance": "乡镇备用金还有多少", "emergency_windows": "应急响应期", "referral_days": "转办几天",
    "alert_days": "预警几天核", "supplement_days": "先行救助几天补手续", "queryable_docs": "哪些证明平台查得到", "emergency_items": "哪些事可以先行救助", "hotline": "救助热线",
    "half_year_condition": "半年核查怎么算", "dis_extend": "残疾人补贴扩没扩围", "disaster": "灾情和预案标准", "notice_days": "公示几天",
}
OTHER = {
    "persons": "家庭成员", "visits": "走访记录", "changes": "家庭变化", "reviews": "复核记录", "aid": "已有的救助", "services": "服务记录", "medical": "医疗费", "alerts": "预警",
    "referrals": "转介", "informed": "告知记录", "it_checks": "经济状况核对", "home_surveys": "入户调查", "villages": "村(社区)登记", "roster": "协理员登记",
    "service_bodies": "社会救助服务机构",
    "event.kind": "出了什么事", "event.date": "哪天出的事", "event.traits": "急难是什么样的", "event.place_region": "事情出在哪里", "event.other_aid_covers": "其他救助管不管得上",
    "event.major": "是不是重大困难", "event.compensated": "有没有得到赔偿", "medical.in_policy_selfpay": "政策范围内自付医疗费", "medical.total": "医疗费总数",
    "medical.paid_by_layers": "各层报了多少", "medical.person": "医疗费是谁的", "visit.date": "走访日期", "visit.kind": "走访种类", "visit.channel": "怎么走访的",
    "visit.visitor_role": "谁去走访", "visit.change": "走访看到的变化", "visit.finding": "走访的发现", "visit.house_safety": "房屋安全",
    "visit.apparent_disability": "看不看得出残疾", "visit.answers_alert": "核的哪条预警", "it_check.date": "核对日期", "home_survey.date": "入户调查日期", "review.date": "复核日期",
    "review.person": "复核的是谁", "service.date": "服务日期", "service.person": "给谁的服务", "service.kind": "哪种服务", "aid.kind": "哪种救助", "aid.form": "救助方式",
    "aid.amount": "救助金额", "aid.date": "救助日期", "aid.period": "救助哪个月", "aid.matter_id": "为哪件事", "aid.dept": "哪个部门给的", "aid.person": "给谁的救助",
    "station.enter_date": "哪天进的救助站", "station.id_known": "身份查没查明", "station.settlement_plan": "安置方案", "alert.id": "预警编号", "alert.class": "预警种类",
    "alert.date": "预警日期", "alert.deadline": "预警期限", "alert.disposition": "预警怎么处置的", "referral.id": "转介编号", "referral.dept": "转给哪个部门",
    "referral.kind": "转介什么", "referral.sent": "哪天转的", "referral.due": "转介期限", "referral.feedback": "部门怎么答的", "advance.date": "先行救助日期",
    "advance.amount": "先行救助金额", "advance.followup": "先行救助的手续补没补", "taper.start": "渐退从哪天起", "taper.end": "渐退到哪天", "taper.months": "渐退几个月",
    "change.date": "变化日期", "change.kind": "哪种变化", "change.effect": "变化有什么影响", "change.handled": "变化办没办", "change.person": "谁有变化", "user.role": "谁在问",
    "informed.kind": "告知的哪一种", "informed.answer": "愿不愿意申请",
    "app.id": "申请编号", "app.kind": "申请哪一种", "app.state": "申请到哪一步", "app.date": "申请日期", "app.emergency": "是不是急难", "app.amount": "申请金额",
    "app.submitted_by": "谁提交的", "app.needs": "申请哪几种", "app.special": "是不是特别重大困难", "app.result": "申请结果", "app.platform_no": "平台编号",
    "app.entrust": "委托", "app.entrust.by": "谁委托的", "app.entrust.date": "哪天委托的", "app.commitment_signed": "诚信承诺签没签", "app.declaration": "如实申报签没签",
    "app.authorisation": "核对授权", "app.kin_relation": "近亲属问了没有", "app.kin_relation.filed": "近亲属备没备案", "app.check": "经济状况核对",
    "app.check.result": "核对结果", "app.check.valid_to": "核对有效到哪天", "app.investigations": "调查方式", "app.opinion": "镇里的意见", "app.publicity": "公示",
    "app.economy_clear": "经济状况清不清楚", "app.facts_clear": "事实清不清楚", "app.objection": "有没有异议", "app.stages": "分几个阶段", "app.village_opinion": "村里的意见(不要)",
    "authorisation.valid_to": "授权到哪天", "authorisation.date": "哪天授权", "authorisation.from": "授权从哪天起", "authorisation.person": "谁授权",
    "publicity.from": "公示从哪天起", "publicity.to": "公示到哪天", "publicity.kind": "哪次公示", "publicity.place": "公示在哪里", "entrust.by": "谁委托的",
    "entrust.date": "哪天委托的", "check.valid_to": "核对有效到哪天", "check.date": "哪天核对", "check.result": "核对结果", "roster.person": "协理员是谁",
    "roster.source": "协理员从哪里来", "roster.from": "协理员从哪天起", "village.id": "哪个村", "village.coordinators": "有几名协理员", "village.recipients": "有几个救助对象",
    "village.station": "有没有服务站点", "service_body.id": "哪个机构", "service_body.technical_posts": "专业技术岗位几个", "service_body.socialwork_posts": "社工岗位几个",
}
_VOCAB = {
    "hh.category": "category", "hh.status": "status", "hh.exit_from": "category", "hh.area": "area", "hh.income_stability": "income_stability", "hh.house_safety": "house_safety",
    "hh.rigid_causes": "cause", "hh.causes": "cause", "hh.income_rise_cause": "rise_cause", "p.category": "category", "p.status": "status", "p.sex": "sex",
    "p.relation": "relation", "p.disability_kind": "disability_kind", "p.disability_level": "disability_level", "p.student_stage": "student_stage",
    "p.single_kind": "special", "p.insure_tier": "insure_tier", "p.support_mode": "support_mode", "p.cared_kind": "cared_kind", "event.kind": "urgent_kind",
    "app.kind": "kind", "app.needs": "kind", "app.state": "application_state", "aid.kind": "kind", "aid.form": "aid_form", "change.kind": "change", "visit.kind": "visit_kind",
    "visit.channel": "visit_channel", "service.kind": "service", "alert.class": "alert_class", "informed.kind": "kind", "informed.answer": "answer",
    "referral.dept": "department", "medical.paid_by_layers": "medical_layer",
}
_TRAITS = {"urgent": "紧迫", "sudden": "突发", "catastrophic": "灾难", "temporary": "临时"}
_ANSWERS = (
    ("有没有", "有", "没有"), ("是不是", "是", "不是"), ("想不想", "想", "不想"), ("在不在", "在", "不在"), ("合不合", "合", "不合"), ("同不同意", "同意", "不同意"), ("困不困难", "困难", "不困难"),
    ("超没超", "超过", "没超过"), ("认没认", "认定", "没认定"), ("付不付得起", "付得起", "付不起"), ("看不看得出", "看得出", "看不出"), ("管不管得上", "管得上", "管不上"), ("担不担得起", "担得起", "担不起"),
    ("签没签", "签了", "没签"), ("补没补", "补了", "没补"), ("办没办", "办了", "没办"), ("清不清楚", "清楚", "不清楚"),
)
_CATALOGUE = {name: f"本县{text}" for name, text, _ in CATALOGUE}
_QUIET = frozenset({"id", "members", "region", "name"})
"""Facts that say nothing to a reader."""


def word(name: str) -> str:
    """A canonical name in words."""
    section, _, field = name.partition(".")
    if section == "hh":
        return HOUSEHOLD.get(field, field)
    if section == "p":
        return PERSON.get(field, field)
    if section == "local":
        head = field.partition(".")[0]
        return LOCAL.get(field) or LOCAL.get(head) or _CATALOGUE.get(head, f"本县参数 {field}")
    return OTHER.get(name, name)


def value(name: str, found: Any, names: Mapping[str, str] = {}) -> str:
    """A fact's value in words. `names` are the members' names by id."""
    if isinstance(found, bool):
        if name == "p.cannot_selfcare":
            return "不能" if found else "能"
        asked = word(name)
        return next(((yes if found else no) for part, yes, no in _ANSWERS if part in asked), "是" if found else "否")
    if isinstance(found, Mapping):
        return "、".join(f"{codes.label(_VOCAB[name], str(k)) if name in _VOCAB else k} {v}" for k, v in found.items())
    if isinstance(found, (list, tuple)):
        return "、".join(value(name, one, names) for one in found) or "没有"
    text = str(found)
    if name in _VOCAB:
        return codes.label(_VOCAB[name], text)
    if name.startswith("local.kind_rules"):
        return codes.label("category", text) if text in codes.ids("category") else codes.label("old_label", text)
    if name == "event.traits":
        return _TRAITS.get(text, text)
    if text in names:
        return names[text]
    section, _, field = name.partition(".")
    kind = FIELDS.get(section, {}).get(field, "")
    return f"{text} 元" if kind in ("money", "sums") else text


def used(facts: Mapping[str, Any], names: Mapping[str, str] = {}) -> tuple[str, ...]:
    """The facts an answer used, one line each: `李建军 有没有工作：没有`. Ids and codes of places are left out."""
    out: dict[str, None] = {}
    for path, found in facts.items():
        section, _, field = path.partition(".")
        head, bracket, rest = section.partition("[")
        if field.split(".")[0] in _QUIET or field.endswith("_region") or (isinstance(found, Mapping) and head != "medical"):
            continue
        name = f"{head}.{field}"
        who = names.get(rest.rstrip("]"), "") if bracket else ""
        out[f"{who} {word(name)}：{value(name, found, names)}".strip()] = None
    return tuple(out)
