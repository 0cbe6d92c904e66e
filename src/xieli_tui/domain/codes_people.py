"""Vocabularies about persons: kinship (GB/T 4761-2008), sex, disability, health, categories, and the words offices write for them.

Rules kept here
- relation codes are the two-digit codes of GB/T 4761-2008, complete; `sex` is the sex a relation implies, "" where it implies none;
- a word that an office writes ("老婆", "大儿子") maps to the narrowest code that says no more than the word does;
- 精神残疾, never the word for an illness; 低保 and not the formal title where a row of a screen must fit.
"""

from __future__ import annotations

from typing import NamedTuple

MALE = "male"
FEMALE = "female"


class Relation(NamedTuple):
    """A relation to the household head: GB/T 4761 code, wording of the standard, implied sex ("" = none)."""

    id: str
    label: str
    sex: str


RELATIONS: tuple[Relation, ...] = tuple(
    Relation(*row)
    for row in (
        ("01", "本人", ""), ("02", "户主", ""), ("10", "配偶", ""), ("11", "夫", MALE), ("12", "妻", FEMALE),
        ("20", "子", MALE), ("21", "独生子", MALE), ("22", "长子", MALE), ("23", "次子", MALE), ("24", "三子", MALE), ("25", "四子", MALE), ("26", "五子", MALE),
        ("27", "养子或继子", MALE), ("28", "女婿", MALE), ("29", "其他儿子", MALE),
        ("30", "女", FEMALE), ("31", "独生女", FEMALE), ("32", "长女", FEMALE), ("33", "次女", FEMALE), ("34", "三女", FEMALE), ("35", "四女", FEMALE),
        ("36", "五女", FEMALE), ("37", "养女或继女", FEMALE), ("38", "儿媳", FEMALE), ("39", "其他女儿", FEMALE),
        ("40", "孙子、孙女或外孙子、外孙女", ""), ("41", "孙子", MALE), ("42", "孙女", FEMALE), ("43", "外孙子", MALE), ("44", "外孙女", FEMALE),
        ("45", "孙媳妇或外孙媳妇", FEMALE), ("46", "孙女婿或外孙女婿", MALE), ("47", "曾孙子或外曾孙子", MALE), ("48", "曾孙女或外曾孙女", FEMALE),
        ("49", "其他孙子、孙女或外孙子、外孙女", ""),
        ("50", "父母", ""), ("51", "父亲", MALE), ("52", "母亲", FEMALE), ("53", "公公", MALE), ("54", "婆婆", FEMALE), ("55", "岳父", MALE), ("56", "岳母", FEMALE),
        ("57", "继父或养父", MALE), ("58", "继母或养母", FEMALE), ("59", "其他父母关系", ""),
        ("60", "祖父母或外祖父母", ""), ("61", "祖父", MALE), ("62", "祖母", FEMALE), ("63", "外祖父", MALE), ("64", "外祖母", FEMALE),
        ("65", "配偶的祖父母或外祖父母", ""), ("66", "曾祖父", MALE), ("67", "曾祖母", FEMALE), ("68", "配偶的曾祖父母或外曾祖父母", ""), ("69", "其他祖父母或外祖父母关系", ""),
        ("70", "兄弟姐妹", ""), ("71", "兄", MALE), ("72", "嫂", FEMALE), ("73", "弟", MALE), ("74", "弟媳", FEMALE), ("75", "姐姐", FEMALE), ("76", "姐夫", MALE),
        ("77", "妹妹", FEMALE), ("78", "妹夫", MALE), ("79", "其他兄弟姐妹", ""),
        ("80", "其他", ""), ("81", "伯父", MALE), ("82", "伯母", FEMALE), ("83", "叔父", MALE), ("84", "婶母", FEMALE), ("85", "舅父", MALE), ("86", "舅母", FEMALE),
        ("87", "姨父", MALE), ("88", "姨母", FEMALE), ("89", "姑父", MALE), ("90", "姑母", FEMALE), ("91", "堂兄弟、堂姐妹", ""), ("92", "表兄弟、表姐妹", ""),
        ("93", "侄子", MALE), ("94", "侄女", FEMALE), ("95", "外甥", MALE), ("96", "外甥女", FEMALE), ("97", "其他亲属", ""), ("99", "非亲属", ""),
    )
)

RELATION_WORDS: dict[str, str] = {
    "户主本人": "02", "老公": "11", "丈夫": "11", "夫妻": "10", "爱人": "10", "老婆": "12", "妻子": "12", "儿子": "20", "之子": "20", "大儿子": "22", "大儿": "22", "二子": "23", "二儿子": "23",
    "小儿子": "29", "幼子": "29", "三儿子": "24", "四儿子": "25", "五儿子": "26", "养子": "27", "继子": "27", "女儿": "30", "之女": "30", "大女儿": "32", "大女": "32",
    "二女": "33", "二女儿": "33", "三女儿": "34", "四女儿": "35", "五女儿": "36", "小女儿": "39", "幼女": "39", "养女": "37", "继女": "37", "媳妇": "38", "儿媳妇": "38", "长媳": "38",
    "孙": "41", "长孙": "41", "次孙": "41", "孙儿": "41", "孙辈": "40", "外孙": "43", "孙媳": "45", "孙媳妇": "45", "外孙媳妇": "45", "孙女婿": "46", "外孙女婿": "46", "曾孙": "47",
    "曾孙子": "47", "重孙": "47", "重孙子": "47", "外曾孙子": "47", "曾孙女": "48", "重孙女": "48", "外曾孙女": "48",
    "父": "51", "爸爸": "51", "父亲": "51", "母": "52", "妈妈": "52", "公": "53", "婆": "54", "家公": "53", "家婆": "54", "丈人": "55", "岳丈": "55", "丈母娘": "56",
    "继父": "57", "养父": "57", "继母": "58", "养母": "58", "爷爷": "61", "奶奶": "62", "祖辈": "60", "外公": "63", "姥爷": "63", "外婆": "64", "姥姥": "64", "曾祖辈": "69",
    "哥": "71", "哥哥": "71", "兄长": "71", "大哥": "71", "嫂子": "72", "弟弟": "73", "弟妹": "74", "弟媳妇": "74", "姐": "75", "妹": "77", "兄弟": "70", "姐妹": "70", "姊妹": "70",
    "伯伯": "81", "大伯": "81", "叔叔": "83", "叔": "83", "婶婶": "84", "婶": "84", "舅舅": "85", "舅": "85", "舅妈": "86", "姨夫": "87", "姨妈": "88", "姨": "88",
    "姑夫": "89", "姑妈": "90", "姑姑": "90", "姑": "90", "堂兄": "91", "堂弟": "91", "堂姐": "91", "堂妹": "91", "表兄": "92", "表弟": "92", "表姐": "92", "表妹": "92",
    "侄": "93", "侄儿": "93", "外甥子": "95", "亲属": "97", "其它亲属": "97", "其它": "80", "其他关系": "80", "保姆": "99", "非亲属关系": "99", "无亲属关系": "99",
}
"""Words as offices write them -> GB/T 4761 code. 小儿子 is 其他儿子: the word does not say which one."""

SEX: tuple[tuple[str, str], ...] = ((MALE, "男"), (FEMALE, "女"))
SEX_WORDS: dict[str, str] = {"1": MALE, "2": FEMALE, "男性": MALE, "女性": FEMALE, "m": MALE, "f": FEMALE}

CATEGORIES: tuple[tuple[str, str], ...] = (
    ("dibao", "低保"), ("tekun", "特困"), ("edge", "低保边缘"), ("relapse_monitor", "防返贫监测"), ("rigid", "刚性支出困难"), ("other_hard", "其他困难"), ("none", "未纳入"),
)
"""V1 in the words of rows and lists."""
CATEGORIES_FORMAL: tuple[tuple[str, str], ...] = (
    ("dibao", "最低生活保障对象"), ("tekun", "特困人员"), ("edge", "最低生活保障边缘家庭成员"), ("relapse_monitor", "防止返贫监测对象"),
    ("rigid", "刚性支出困难家庭成员"), ("other_hard", "其他困难人员"), ("none", "未纳入"),
)
"""V1 as forms print it (003:(一))."""
CATEGORY_WORDS: dict[str, str] = {
    "低保户": "dibao", "低保对象": "dibao", "农村低保": "dibao", "城市低保": "dibao", "城镇低保": "dibao", "最低生活保障": "dibao", "最低生活保障对象": "dibao", "最低生活保障家庭": "dibao",
    "特困户": "tekun", "特困供养": "tekun", "特困人员": "tekun", "特困供养人员": "tekun", "分散特困": "tekun", "集中特困": "tekun", "分散供养": "tekun", "集中供养": "tekun", "农村特困": "tekun",
    "特困分散供养": "tekun", "特困集中供养": "tekun", "边缘": "edge", "边缘户": "edge", "低边": "edge", "低保边缘户": "edge", "低保边缘家庭": "edge", "最低生活保障边缘家庭": "edge",
    "最低生活保障边缘家庭成员": "edge", "防返贫": "relapse_monitor", "监测户": "relapse_monitor", "防返贫监测户": "relapse_monitor", "防返贫监测对象": "relapse_monitor",
    "防止返贫监测对象": "relapse_monitor", "防止返贫监测": "relapse_monitor", "三类户": "relapse_monitor", "三类监测对象": "relapse_monitor", "刚性": "rigid", "刚性支出": "rigid",
    "刚性支出困难户": "rigid", "刚性支出困难家庭": "rigid", "刚性支出困难家庭成员": "rigid", "支出型困难": "rigid", "其他": "other_hard", "其他困难户": "other_hard", "其他困难人员": "other_hard",
    "其他困难家庭": "other_hard", "其它困难": "other_hard", "无": "none", "否": "none", "一般户": "none", "普通户": "none", "不是": "none",
}

OLD_LABELS: tuple[tuple[str, str], ...] = (
    ("low_income", "低收入家庭"), ("exp_poor", "支出型贫困家庭"), ("filed_poor", "建档立卡"), ("relative_poor", "相对贫困对象"), ("out_of_poverty", "脱贫人口"),
    ("unstable_out_of_poverty", "脱贫不稳定户"), ("edge_easy_poor", "边缘易致贫户"), ("sudden_hardship", "突发严重困难户"), ("returned_poor", "返贫致贫人口"),
)
"""V1b: older labels, kept as flags beside the category."""

CAUSES: tuple[tuple[str, str], ...] = (
    ("illness", "因病"), ("disability", "因残"), ("schooling", "因学"), ("disaster", "因灾"), ("accident", "意外或突发"), ("unemployment", "失业或就业不足"),
    ("old_age", "年老"), ("childcare", "年幼"), ("no_labour", "缺劳动力"), ("housing", "住房困难"), ("loss_of_support", "丧失生活来源"), ("acute", "急重危伤病"),
    ("victim", "受害(家暴、犯罪侵害)"), ("stranded", "流落、走失"), ("other", "其他"),
)
"""V2 hardship causes."""
CAUSE_WORDS: dict[str, str] = {
    "病": "illness", "生病": "illness", "疾病": "illness", "重病": "illness", "大病": "illness", "残": "disability", "残疾": "disability", "学": "schooling", "就学": "schooling", "上学": "schooling",
    "灾": "disaster", "受灾": "disaster", "意外": "accident", "突发": "accident", "失业": "unemployment", "老": "old_age", "幼": "childcare", "缺劳力": "no_labour",
    "住房": "housing", "丧失来源": "loss_of_support", "急病": "acute", "受害": "victim", "家暴": "victim", "流落": "stranded", "走失": "stranded",
}

SPECIAL: tuple[tuple[str, str], ...] = (
    ("severe_disabled_adult", "成年重度残疾人"), ("severe_ill", "重特大疾病患者"), ("elder_hard", "困难老年人"), ("minor_hard", "困难未成年人"),
    ("disabled_unemployed_adult", "成年无业重度残疾人"), ("cannot_selfcare", "生活不能自理"), ("dementia", "失能失智"), ("family_planning_elder", "计生特殊家庭老人"),
    ("orphan", "孤儿"), ("unsupported_child", "事实无人抚养儿童"), ("left_behind", "留守儿童"), ("victim", "家庭暴力受害人"),
    ("none", "都不是"),
)
"""V3 special persons; `none` says it was asked and nothing applies."""

DISABILITY_KINDS: tuple[tuple[str, str], ...] = (
    ("sight", "视力残疾"), ("hearing", "听力残疾"), ("speech", "言语残疾"), ("limb", "肢体残疾"), ("intellect", "智力残疾"), ("mental", "精神残疾"), ("multiple", "多重残疾"),
    ("none", "没有残疾"),
)
"""In the order of the digit of the 20-digit certificate, 1 to 7; then `none`, said when it was asked."""
DISABILITY_WORDS: dict[str, str] = {
    "视力": "sight", "盲": "sight", "听力": "hearing", "聋": "hearing", "言语": "speech", "语言": "speech", "哑": "speech",
    "肢体": "limb", "智力": "intellect", "精神": "mental", "多重": "multiple",
}
DISABILITY_LEVELS: tuple[tuple[int, str], ...] = ((1, "一级"), (2, "二级"), (3, "三级"), (4, "四级"))

HEALTH: tuple[tuple[str, str], ...] = (("healthy", "健康"), ("weak", "体弱"), ("chronic", "慢性病"), ("serious", "大病"), ("disabled", "残疾"))
HEALTH_WORDS: dict[str, str] = {
    "良好": "healthy", "健康或良好": "healthy", "正常": "healthy", "一般": "weak", "较弱": "weak", "一般或较弱": "weak", "多病": "weak", "长期慢性病": "chronic", "慢病": "chronic", "有慢性病": "chronic",
    "患有慢性病": "chronic", "重病": "serious", "患有大病": "serious", "重大疾病": "serious", "重特大疾病": "serious", "癌症": "serious", "残": "disabled",
}

LABOUR: tuple[tuple[str, str], ...] = (("full", "有劳动能力"), ("part", "部分丧失劳动能力"), ("none", "无劳动能力"))
LABOUR_WORDS: dict[str, str] = {"有": "full", "普通劳动力": "full", "部分": "part", "弱": "part", "弱劳动力": "part", "半劳动力": "part", "丧失劳动能力": "none", "无": "none"}
WORK: tuple[tuple[str, str], ...] = (
    ("preschool", "学龄前"), ("student", "在校生"), ("farming", "务农"), ("employed", "在职"), ("flexible", "灵活就业"), ("migrant", "外出务工"), ("self_employed", "个体经营"),
    ("registered_unemployed", "登记失业"), ("unemployed", "未就业"), ("retired", "退休"),
)
STUDENT_STAGES: tuple[tuple[str, str], ...] = (
    ("preschool", "学前"), ("primary", "小学"), ("junior", "初中"), ("senior", "高中"), ("vocational", "中职"), ("college", "大专"), ("undergraduate", "本科"), ("postgraduate", "研究生"),
)
EDUCATION: tuple[tuple[str, str], ...] = (
    ("none", "未上学"), ("primary", "小学"), ("junior", "初中"), ("senior", "高中"), ("vocational", "中职"), ("college", "大专"), ("undergraduate", "本科"), ("postgraduate", "研究生"),
)
MARITAL: tuple[tuple[str, str], ...] = (("single", "未婚"), ("married", "已婚"), ("widowed", "丧偶"), ("divorced", "离婚"))
SUPPORT_MODES: tuple[tuple[str, str], ...] = (("centralised", "集中供养"), ("dispersed", "分散供养"))
ID_STATES: tuple[tuple[str, str], ...] = (("ok", "已核"), ("pending", "待补"), ("none", "无证"))
CARED_KINDS: tuple[tuple[str, str], ...] = (("severe_ill", "失能重病患者"), ("disabled", "失能残疾人"), ("elder", "失能老人"), ("infant", "2周岁以下婴儿"))
"""Whom somebody who cannot go to work cares for (001:3)."""
INSURE_TIERS: tuple[tuple[str, str], ...] = (("tier1", "居民医保一档"), ("tier2", "居民医保二档"), ("none", "没参加居民医保"))
STATUSES: tuple[tuple[str, str], ...] = (("none", "未享受"), ("dibao", "低保"), ("tekun", "特困"))
