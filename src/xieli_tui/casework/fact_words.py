"""The facts of a policy question in plain words: what is missing, as a villager would be asked for it."""

from __future__ import annotations

HOUSEHOLD = {
    "size": "家庭人口", "category": "类别", "category_since": "类别从哪年起", "status": "是不是低保、特困", "income_month": "家庭月收入", "income_year": "家庭年收入",
    "income_gross_month": "扣减前的月收入", "assets_ok": "财产合不合规定", "necessary_exp_year": "一年的必需支出", "low_income": "当地认没认低收入家庭",
    "area": "城市还是农村", "income_stability": "收入稳不稳", "house_safety": "房屋安全", "housing_difficulty": "住房困不困难", "hukou_region": "户籍地",
    "live_region": "现住地", "residence_permit_region": "居住证在哪", "grant_date": "哪天开始享受", "last_review": "上次复核", "rigid_causes": "刚性支出因为什么",
    "rigid_beyond_capacity": "支出超没超过承受能力", "exit_from": "从哪类退出", "exit_date": "哪天退出", "exit_consent": "同不同意直接转", "from_agri": "是不是农业人口",
    "filed_poor": "是不是建档立卡", "illness_poverty": "是不是因病致贫", "pair_party_members": "有没有结对党员", "income_rise_cause": "收入为什么增加",
    "exp_poor": "当地认没认支出型困难", "region": "住在哪个县",
}
PERSON = {
    "birth_date": "出生日期", "sex": "性别", "relation": "和户主的关系", "category": "类别", "severe_disabled": "是不是重度残疾", "disability_kind": "残疾类别",
    "disability_level": "残疾等级", "disability_cert": "有没有残疾证", "severe_illness": "是不是重病", "cannot_selfcare": "能不能自理", "labour_able": "有没有劳动能力",
    "employed": "有没有工作", "wage_month": "月工资", "registered_unemployed": "是不是登记失业", "wants_job": "想不想找工作", "wants_training": "想不想培训",
    "student_stage": "上几年级", "in_school": "在不在校", "orphan": "是不是孤儿", "unsupported_child": "是不是事实无人抚养", "left_behind": "是不是留守",
    "guardian": "监护人是谁", "obligors": "赡养、抚养义务人的情况", "basic_life_hardship": "基本生活是不是严重困难", "insure_tier": "参保档次", "support_mode": "集中还是分散供养",
    "single_kind": "属于哪种特殊人员", "has_hukou": "有没有户口", "parent_in_prison": "父母是不是服刑", "returned_oc": "是不是归侨", "cares_for": "照顾谁",
    "away_hardship": "在外是不是遇困", "status": "是不是低保、特困",
}
LOCAL = {
    "dibao_std_month": "本县低保标准", "tekun_std_month": "本县特困标准", "rigid_ratio": "本县刚性支出比例", "dispo_income_prev_year": "上年人均可支配收入",
    "small_advance_cap": "小额先行救助上限", "taper_months": "渐退期几个月", "visit_days": "多久走访一次", "employment_cost_rule": "就业成本怎么扣", "prov_floor": "省里最低标准",
    "dibao_mode": "低保按差额还是分档", "dibao_tiers": "低保各档金额", "insure_tier1_fee": "一档参保费", "insure_tier2_fee": "二档参保费", "med_rules": "本县医疗救助办法",
    "delegations": "审核确认权下放到哪", "phones": "部门电话", "price_link": "物价补贴启动没有", "city_std_month": "城市低保标准", "min_wage_month": "最低工资",
}
OTHER = {"persons": "家庭成员", "visits": "走访记录", "event.traits": "急难是什么样的", "event.kind": "出了什么事", "event.date": "哪天出的事"}


def word(name: str) -> str:
    """A canonical name in words; a name nobody worded stays as it is, so that nothing missing is hidden."""
    section, _, field = name.partition(".")
    if section == "hh":
        return HOUSEHOLD.get(field, field)
    if section == "p":
        return PERSON.get(field, field)
    if section == "local":
        if field.startswith("kind_rules."):
            return "本县这一种救助的办法"
        return LOCAL.get(field, f"本县参数 {field}")
    return OTHER.get(name, name)
