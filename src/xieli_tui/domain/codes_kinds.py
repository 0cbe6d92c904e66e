"""Kinds of assistance and department functions, as the five documents name them (policy-source.md, kinds table and V12).

Rules kept here
- ids are stable and travel in events; `name` is the wording of the documents, `short` the word that fits a screen row;
- a department is addressed by its function, never by a bureau's name: names change with reforms and by region (M-83);
- plain tuples only: the command line imports this before anything heavy.
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """One kind of assistance: id, full name, short name, group letter A-F."""

    id: str
    name: str
    short: str
    group: str


KIND_GROUPS: tuple[tuple[str, str], ...] = (
    ("A", "基本生活救助"),
    ("B", "专项社会救助"),
    ("C", "急难社会救助"),
    ("D", "服务类救助"),
    ("E", "其他救助帮扶"),
    ("F", "慈善帮扶"),
)

KINDS: tuple[Kind, ...] = (
    Kind("dibao", "最低生活保障", "低保", "A"),
    Kind("dibao_single", "参照单人户/单独纳入低保", "单人户低保", "A"),
    Kind("dibao_expenditure", "支出型贫困家庭低保", "支出型低保", "A"),
    Kind("dibao_taper", "低保渐退期", "低保渐退", "A"),
    Kind("tekun", "特困人员救助供养(集中/分散)", "特困供养", "A"),
    Kind("tekun_care", "分散供养照料 / 供养机构服务", "特困照料", "A"),
    Kind("dibao_edge", "最低生活保障边缘家庭(认定)", "低保边缘认定", "A"),
    Kind("rigid_exp", "刚性支出困难家庭(认定)", "刚性支出认定", "A"),
    Kind("orphan_basic", "孤儿基本生活保障 / 孤儿最低养育标准", "孤儿基本生活保障", "A"),
    Kind("child_in_difficulty", "困境儿童保障", "困境儿童保障", "A"),
    Kind("oneoff_subsidy", "一次性生活补贴", "一次性生活补贴", "A"),
    Kind("price_subsidy", "价格临时补贴(物价联动)", "价格临时补贴", "A"),
    Kind("local_special", "城乡特殊困难群众专项帮扶", "特殊困难专项帮扶", "A"),
    Kind("med_insure", "资助参加居民医保", "资助参保", "B"),
    Kind("med_aid", "医疗救助(住院/门诊/慢病)", "医疗救助", "B"),
    Kind("med_major", "重特大疾病医疗救助", "重特大疾病医疗救助", "B"),
    Kind("med_tilt", "倾斜救助", "医疗倾斜救助", "B"),
    Kind("med_residual", "特困、孤儿剩余医疗费用财政兜底", "医疗费用兜底", "B"),
    Kind("med_emergency", "疾病应急救助", "疾病应急救助", "B"),
    Kind("med_settle", "一站式结算 / 先诊疗后付费", "一站式结算", "B"),
    Kind("edu", "教育救助(奖助贷勤减免)", "教育救助", "B"),
    Kind("edu_loan_relief", "国家助学贷款还款救助", "助学贷款还款救助", "B"),
    Kind("edu_nutrition", "营养改善膳食补助", "营养膳食补助", "B"),
    Kind("edu_retention", "控辍保学 / 送教上门", "控辍保学", "B"),
    Kind("housing_urban", "公租房配租 / 租赁补贴", "公租房或租赁补贴", "B"),
    Kind("housing_rural", "农村危房改造 / 危房监测", "农村危房改造", "B"),
    Kind("employment", "就业救助(岗位/培训/公益岗/补贴)", "就业救助", "B"),
    Kind("startup", "创业扶持(贷款/税费/培训)", "创业扶持", "B"),
    Kind("social_ins", "社保补贴 / 社会保险代缴", "社保补贴代缴", "B"),
    Kind("disaster", "受灾人员救助(应急/过渡/旱灾/冬春/倒损房)", "受灾救助", "B"),
    Kind("temp_emergency", "急难型临时救助", "急难型临时救助", "C"),
    Kind("temp_expenditure", "支出型临时救助", "支出型临时救助", "C"),
    Kind("temp_transitional", "过渡性临时救助", "过渡性临时救助", "C"),
    Kind("temp_topup", "增发临时救助", "增发临时救助", "C"),
    Kind("temp_advance", "小额先行救助", "小额先行救助", "C"),
    Kind("temp_special", "一事一议 特别救助", "一事一议救助", "C"),
    Kind("vagrant", "生活无着流浪乞讨人员救助", "流浪乞讨救助", "C"),
    Kind("public_event", "突发公共事件困难群众救助", "突发事件救助", "C"),
    Kind("svc_visit_care", "探视/访视/巡访/照料护理/康复训练/送医陪护", "探访照料服务", "D"),
    Kind("svc_socialwork", "心理疏导/资源链接/能力提升/社会融入", "社工服务", "D"),
    Kind("svc_disabled_elder", "经济困难失能老年人集中照护", "失能老人集中照护", "D"),
    Kind("svc_boarding", "托养(无偿/低收费)", "托养服务", "D"),
    Kind("svc_dis_care", "贫困重度失能残疾人照护托养", "残疾人照护托养", "D"),
    Kind("in_kind", "实物救助", "实物救助", "D"),
    Kind("fee_electric", "电费减免", "电费减免", "E"),
    Kind("fee_tv", "有线电视基本收视维护费减免", "有线电视费减免", "E"),
    Kind("fee_funeral", "殡葬基本服务费减免", "殡葬费减免", "E"),
    Kind("fee_waste", "生活垃圾处置费减免", "垃圾处置费减免", "E"),
    Kind("dis_living", "困难残疾人生活补贴", "残疾人生活补贴", "E"),
    Kind("dis_nursing", "重度残疾人护理补贴", "残疾人护理补贴", "E"),
    Kind("dis_barrier_free", "家庭无障碍改造", "无障碍改造", "E"),
    Kind("dis_rehab", "康复 / 残疾儿童康复救助", "残疾康复救助", "E"),
    Kind("dis_device", "基本型辅助器具适配补贴", "辅助器具补贴", "E"),
    Kind("dis_cert", "上门评残、办证", "上门评残办证", "E"),
    Kind("dis_orphan_care", "重度残疾孤儿(事实无人抚养儿童)照料护理补贴", "重残孤儿护理补贴", "E"),
    Kind("legal_aid", "法律援助", "法律援助", "E"),
    Kind("judicial_aid", "司法救助", "司法救助", "E"),
    Kind("heating", "取暖救助", "取暖救助", "E"),
    Kind("festival", "传统节日紧急救助", "节日紧急救助", "E"),
    Kind("anti_poverty_insurance", "防贫责任保险", "防贫责任保险", "E"),
    Kind("microcredit", "扶贫小额信贷", "小额信贷", "E"),
    Kind("antirelapse", "防止返贫帮扶", "防止返贫帮扶", "E"),
    Kind("left_behind", "农村留守儿童关爱保护", "留守儿童关爱", "E"),
    Kind("prisoner_child", "服刑人员未成年子女帮扶", "服刑人员子女帮扶", "E"),
    Kind("returned_oc", "困难归侨救助", "困难归侨救助", "E"),
    Kind("land_right", "特困人员土地经营权流转", "土地经营权流转", "E"),
    Kind("targeted_poverty", "精准帮扶(有劳动能力低保家庭)", "精准帮扶", "E"),
    Kind("adult_orphan_job", "成年孤儿/流浪人员技能培训就业帮扶", "成年孤儿就业帮扶", "E"),
    Kind("charity_project", "慈善救助项目对接", "慈善项目对接", "F"),
    Kind("charity_fund", "救急难公益基金", "救急难基金", "F"),
    Kind("volunteer", "志愿服务", "志愿服务", "F"),
)

DEPARTMENTS: tuple[tuple[str, str], ...] = (
    ("civil_affairs", "民政"),
    ("education", "教育(教委)"),
    ("hrss", "人力资源和社会保障"),
    ("housing", "住房城乡建设"),
    ("health", "卫生健康"),
    ("med_insurance", "医疗保障"),
    ("emergency", "应急管理"),
    ("agriculture", "农业农村(乡村振兴)"),
    ("dpf", "残联"),
    ("finance", "财政"),
    ("ndrc", "发展改革"),
    ("urban_mgmt", "城市管理"),
    ("radio_tv", "广电"),
    ("police", "公安"),
    ("justice", "司法行政"),
    ("courts", "政法委、法院、检察院"),
    ("natural_resources", "自然资源"),
    ("eco_env", "生态环境"),
    ("tax", "税务"),
    ("si_agency", "社保局"),
    ("market_reg", "市场监管"),
    ("banks", "人民银行、金融监管"),
    ("stats", "统计、调查队"),
    ("overseas", "外侨"),
    ("stations", "救助管理站、未成年人保护中心"),
    ("county_coord", "区县困难群众基本生活保障工作协调机制"),
    ("township", "乡镇(街道)"),
    ("village", "村(社区)"),
    ("mass_orgs", "工会、共青团、妇联、红十字会"),
    ("social_orgs", "慈善组织、社工机构"),
)
"""Department functions (V12), by function and not by bureau."""

KIND_WORDS: dict[str, str] = {
    "最低生活保障": "dibao", "特困": "tekun", "特困人员": "tekun", "特困人员救助供养": "tekun", "低保边缘": "dibao_edge", "低保边缘家庭": "dibao_edge",
    "刚性支出": "rigid_exp", "刚性支出困难": "rigid_exp", "刚性支出困难家庭": "rigid_exp", "临时救助": "temp_emergency", "急难": "temp_emergency", "急难型": "temp_emergency",
    "急难救助": "temp_emergency", "支出型": "temp_expenditure", "先行救助": "temp_advance", "小金额先行救助": "temp_advance", "一事一议": "temp_special",
    "医疗": "med_aid", "教育": "edu", "住房救助": "housing_rural", "危房改造": "housing_rural", "公租房": "housing_urban", "就业": "employment",
    "生活补贴": "dis_living", "护理补贴": "dis_nursing", "资助参加医保": "med_insure", "受灾人员救助": "disaster", "灾害救助": "disaster", "监测": "monitoring",
}
"""Other words offices write for a kind."""
