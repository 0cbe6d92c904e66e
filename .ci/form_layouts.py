"""The printed forms as layouts: the one source of `paper/forms/*.typ` and `*.docx` (`.ci/make_forms.py` writes both).

A layout is a list of blocks. `fields`: (label, value path[, over how many pairs]); `rows`: (list path, least rows, [(head, path in the row, width)][, height of a row to sign in]);
`text`: parts, those beginning with `=` are paths (a line to write on when nothing is there), with `~` too (nothing then); `room`: label, path, height; `ticks`: label, [(word, path)]; `signs`: whose (words, or pieces as in `text`), with a fingerprint or without, or a list of that for each;
`head`: a heading of a section. Widths are mm, or `*` for what is left.

Fields: ../reading/china-practice.md section 2. The titles 临时救助申请审批表, 受理通知书, 不予受理通知书 and 审核确认结果告知书 are those of the offices' own papers
(国发〔2014〕47号; 民发〔2021〕57号): the words 受理, 审核, 审批, 确认 stand in them as printed titles and opinion boxes of the office, nowhere else, and the three notices are
written by desks alone. The survey is called 协助填写底稿 in a village: its title is data.
"""

from __future__ import annotations

from typing import Any

Block = tuple[Any, ...]

HOUSEHOLD: Block = ("fields", 2, [
    ("户主", "home.head"), ("联系电话", "home.phone"), ("村(居)组", "home.place"), ("家庭人口", "home.size"), ("现住址", "home.address"), ("户编号", "home.number"),
])
APPLICANT: Block = ("fields", 2, [
    ("申请人", "who.name"), ("性别", "who.sex"), ("身份证号", "who.id"), ("联系电话", "who.phone"), ("户口所在地", "home.hukou"), ("户籍性质", "home.area"),
    ("现住址", "home.address", 2),
])
PEOPLE: Block = ("rows", "people", 4, [
    ("序\n号", "no", 7), ("姓名", "name", 16.5), ("与户主\n关系", "relation", 15.5), ("身份证号", "id", 35.5), ("年龄", "age", 8.5), ("文化\n程度", "education", "*"), ("婚姻", "marital", "*"),
    ("健康\n状况", "health", "*"), ("残疾类\n别等级", "disability", "*"), ("劳动\n能力", "labour", "*"), ("从业状\n况单位", "work", "*"), ("身份", "special", "*"), ("月收入\n(元)", "wage", "*"),
])
SIGNED: Block = ("rows", "signers", 2, [
    ("序号", "no", 9), ("姓名", "name", 22), ("与户主关系", "relation", 22), ("身份证号", "id", 37), ("谁来签", "by", 30), ("签名", "blank", "*"), ("指印", "blank", 18), ("日期", "signed", 20),
], 11)

LAYOUTS: dict[str, list[Block]] = {
    "application": [
        ("fields", 2, [("申请类别", "app.kinds"), ("申请日期", "app.started"), ("经办单位", "place.township"), ("提出方式", "app.source")]),
        ("head", "申请人和家庭"), APPLICANT,
        ("fields", 2, [("家庭人口", "home.size"), ("拟保障人口", "app.covered"), ("致困原因", "app.causes"), ("特殊身份", "home.labels"), ("近亲属备案", "app.kin"), ("开户行", "blank"), ("一卡通账号", "who.bank"), ("未成年人的\n监护人", "who.guardian")]),
        ("head", "共同生活的家庭成员"), PEOPLE,
        ("head", "收入和困难（本人所说，估算，以镇(街道)、县级为准）"),
        ("fields", 2, [("家庭月收入", "means.month"), ("人均月收入", "means.per_head"), ("十二个月支出", "means.spent"), ("其中医疗自付", "means.self_pay")]),
        ("room", "申请理由", "app.reason", 24),
        ("text", "　　本人申请上列救助，所填内容属实。家庭人口、收入、财产有变化时，及时告诉镇(街道)或村(社区)。"),
        ("signs", [("申请人（户主）签名", "~who.by")], True),
        ("small", "受委托代为提交的，另附委托书。", "~call.slip"),
    ],
    "consent": [
        ("text", "致：", "=place.authority"),
        ("text", "　　为申请社会救助，本人及下列共同生活的家庭成员、法定赡养抚养扶养义务人，同意由县级以上民政部门及其核对机构，向公安、人力资源社会保障、住房城乡建设、自然资源、农业农村、医疗保障、市场监管、税务、公积金管理、银行、保险、证券等单位，"
                 "查询核对户籍、婚姻、社会保险、住房公积金、不动产、车辆、存款、证券、保险、工商登记、纳税等情况，仅用于社会救助。"),
        ("text", "　　授权从签名之日起，到 ", "=consent.until", " 止。每名成年人各自签名、按指印；未成年人和无民事行为能力、限制民事行为能力的人，由监护人代签，写明监护人姓名。"),
        ("fields", 2, [("户主", "home.head"), ("村(居)组", "home.place"), ("现住址", "home.address", 2)]),
        ("head", "授权人"), SIGNED,
        ("head", "法定赡养、抚养、扶养义务人（不共同生活的）"),
        ("rows", "means.obligors", 2, [("姓名", "name", 24), ("对谁负有义务", "for_whom", 28), ("关系", "relation", 24), ("身份证号", "blank", 40), ("签名", "blank", "*"), ("指印", "blank", 18)], 11),
        ("signs", ["村(社区)见证人", "镇(街道)经办人"], False),
        ("small", "先授权，再核对。不愿授权的，可以不签，也不能代别人签。", "~call.slip"),
    ],
    "commitment": [
        ("text", "=place.authority", "："),
        ("text", "　　本人 ", "=who.name", "~who.by", "，身份证号 ", "=who.id", "，住 ", "=home.place", "，为申请 ", "=app.kinds", "，郑重承诺："),
        ("text", "　　一、所报的家庭成员、收入、财产、支出情况和交来的材料真实、完整，没有隐瞒。"),
        ("text", "　　二、家庭人口、收入、财产有变化，及时如实报告。"),
        ("text", "　　三、配合镇(街道)、县级依法入户调查和信息核对。"),
        ("text", "　　四、说了假话、交了假材料的，愿退回骗取的救助，并依法承担责任。"),
        ("fields", 2, [("户主", "home.head"), ("家庭人口", "home.size"), ("现住址", "home.address", 2)]),
        ("head", "承诺人（申请人一人签，或者每名成年人都签）"), SIGNED,
        ("signs", [("申请人签名", "~who.by")], True),
    ],
    "entrust": [
        ("fields", 2, [("委托人", "who.name"), ("性别", "who.sex"), ("身份证号", "who.id"), ("联系电话", "who.phone"), ("现住址", "home.address", 2)]),
        ("fields", 2, [("受委托人", "entrust.to"), ("单位或关系", "entrust.body"), ("身份证号", "blank"), ("联系电话", "entrust.phone")]),
        ("text", "　　本人因 ____________________，不便自己到镇(街道)办理，委托上列受委托人代为提出 ", "=app.kinds", " 的申请，代为转交申请材料，代为领取有关文书。"),
        ("text", "　　委托从 ", "=entrust.on", " 起，到这项申请办完为止；本人可以随时收回。受委托人如实转交，不改动本人所说的内容。"),
        ("signs", [("委托人签名", "~who.by"), "受委托人签名"], True),
        ("small", "村(社区)受委托代为提交(转交)，不作决定，也不先提意见。", "~call.slip"),
    ],
    "survey": [
        HOUSEHOLD,
        ("fields", 2, [("申请类别", "app.kinds"), ("入户日期", "survey.on"), ("调查人", "survey.by"), ("陪同人员", "survey.with")]),
        ("head", "家庭成员"), PEOPLE,
        ("fields", 2, [("现在的类别", "home.category"), ("近亲属备案", "app.kin"), ("家庭月收入", "means.month"), ("人均月收入", "means.per_head")]),
        ("head", "收入（最近说的；空行补写）"), ("rows", "means.income_all", 9, [("哪一项", "item", 40), ("谁的", "who", 30), ("金额(元)", "amount", 34), ("每月或每年", "per", 26), ("核实情况", "blank", "*")]),
        ("head", "财产"), ("rows", "means.assets_all", 7, [("哪一类", "item", 26), ("是什么", "text", "*"), ("估值(元)", "value", 28), ("核实情况", "blank", 38)]),
        ("head", "支出（十二个月）"), ("rows", "means.expenses_all", 7, [("哪一项", "item", 40), ("谁的", "who", 30), ("金额(元)", "amount", 34), ("票据和核实情况", "blank", "*")]),
        ("head", "法定赡养、抚养、扶养义务人"),
        ("rows", "means.obligors", 2, [("对谁有义务", "for_whom", 22), ("姓名", "name", 20), ("关系", "relation", 17), ("性别\n年龄", "blank", 14), ("健康和职业", "blank", "*"), ("本身\n困难", "low", 12), ("能负\n担吗", "able", 12),
                                       ("家庭\n人数", "blank", 12), ("家庭年\n收入(元)", "blank", 22)]),
        ("fields", 2, [("住房安全", "home.house"), ("收入稳定", "home.stability")]),
        ("room", "看到的情况", "survey.note", 13), ("room", "调查结论\n和原因", "blank", 12),
        ("signs", ["调查人（一）", "调查人（二）", "被调查人", "在场人"], [False, False, True, False]),
        ("small", "=survey.says"),
    ],
    "selfcare": [
        ("fields", 2, [("姓名", "who.name"), ("性别", "who.sex"), ("身份证号", "who.id"), ("年龄", "who.age"), ("村(居)组", "home.place"), ("供养方式", "who.support"), ("残疾类别等级", "who.disability"), ("家庭人口", "home.size")]),
        ("head", "六项评估（由评估人现场看，一项打一个勾）"),
        ("rows", "selfcare", 6, [("序号", "no", 12), ("项目", "item", 40), ("怎样算能自主完成", "how", "*"), ("能", "blank", 20), ("不能", "blank", 20)]),
        ("text", "　　六项都能自主完成的，具备生活自理能力；有三项以下（含三项）不能的，部分丧失生活自理能力；有四项以上（含四项）不能的，完全丧失生活自理能力（民发〔2021〕43号）。"),
        ("ticks", "结论", [("具备生活自理能力", "blank"), ("部分丧失", "blank"), ("完全丧失", "blank")]),
        ("room", "说明", "blank", 12),
        ("head", "供养和照料"),
        ("ticks", "供养意愿", [("集中供养", "blank"), ("分散供养", "blank")]),
        ("fields", 2, [("照料人", "blank"), ("与本人关系", "blank"), ("照料人电话", "blank"), ("照料协议编号", "blank"), ("协议从哪天", "blank"), ("到哪天", "blank"), ("法定义务人\n有没有能力", "blank", 2)]),
        ("signs", ["评估人（一）", "评估人（二）", "本人或照料人", "镇(街道)经办人"], [False, False, True, False]),
    ],
    "temp_aid": [
        APPLICANT,
        ("fields", 2, [("家庭人口", "home.size"), ("现在的类别", "home.category"), ("申请类型", "app.kinds"), ("申请日期", "app.started"), ("申请金额", "app.asked"), ("大写", "app.asked_upper"),
                       ("上次救助", "aid.last"), ("本年累计", "aid.year"), ("其他救助", "aid.other"), ("困难原因", "app.causes"), ("一卡通账号", "who.bank", 2)]),
        ("room", "事由和困难", "app.reason", 15),
        ("fields", 2, [("家庭月收入", "means.month"), ("医疗自付", "means.self_pay")]),
        ("head", "共同生活的家庭成员"),
        ("rows", "people", 2, [("姓名", "name", 24), ("与户主关系", "relation", 26), ("身份证号", "id", 38), ("年龄", "age", 14), ("健康状况", "health", "*"), ("从业状况", "work", "*")]),
        ("ticks", "附件", [("身份证复印件", "docs.id_card"), ("户口簿复印件", "docs.hukou_book"), ("一卡通复印件", "docs.bank_card"), ("低保证或特困证", "docs.aid_cert"), ("诊断证明", "docs.diagnosis"),
                          ("费用票据", "docs.medical_bill"), ("事故或火灾证明", "docs.accident_proof"), ("公示照片", "docs.notice_photo")]),
        ("signs", [("申请人签名", "~who.by")], True),
        ("head", "以下由镇(街道)、县级填写"),
        ("room", "调查核实\n(两人签名)", "blank", 8.5), ("room", "评议意见\n(可以不评)", "blank", 8), ("room", "镇(街道)\n审核意见", "blank", 8.5), ("room", "县级审批意见", "blank", 8.5),
        ("signs", ["镇(街道)经办人（盖章）", "县级经办人（盖章）"], False),
    ],
    "kin": [
        ("text", "　　经办社会救助的工作人员、村(居)委员会成员，和申请人或救助对象有下列近亲属关系的，填写本表备案，单独存放；经办时回避。"),
        HOUSEHOLD,
        ("fields", 2, [("申请人", "who.name"), ("身份证号", "who.id"), ("申请类别", "app.kinds"), ("问的日期", "kin.on")]),
        ("ticks", "问的结果", [("没有近亲属关系", "kin.none"), ("有，见下表", "kin.some")]),
        ("rows", "kin.rows", 4, [("经办人员", "staff", 24), ("单位和职务", "post", "*"), ("备案亲属", "person", 24), ("身份证号", "id", 37), ("关系", "relation", 24), ("救助类别", "category", 24)]),
        ("small", "近亲属：配偶、父母和配偶的父母、子女及其配偶、兄弟姐妹、祖父母外祖父母、孙子女外孙子女、父母的兄弟姐妹，养父母子女、继父母子女和监护关系照此。"),
        ("signs", ["经办人员签名", "申请人签名"], False),
        ("signs", ["镇(街道)核对人", "县级备案人"], False),
    ],
    "missing": [
        ("text", "=who.name", "："),
        ("text", "　　您家申请 ", "=app.kinds", "，还要补下面的材料。一次说清，补齐就行；写着由县里查的，不用您跑。"),
        ("rows", "missing", 1, [("序号", "no", 12), ("材料", "doc", "*"), ("为什么、怎么办", "why", "*"), ("补好了", "blank", 22)]),
        ("text", "　　材料交到：", "=place.hand_in", "。", "~call.slip"),
        ("text", "　　不会写、走不动的，告诉村里，村里帮着填、受委托代为转交。办救助不收钱。"),
        ("signs", ["告知人", "收到的人"], False),
    ],
    "visit": [
        HOUSEHOLD,
        ("fields", 2, [("走访日期", "visit.on"), ("走访类别", "visit.kind"), ("走访人", "visit.visitors"), ("方式", "visit.channel"), ("见到谁", "visit.met"), ("住房", "visit.house")]),
        ("rows", "visit.marks", 6, [("方面", "item", 34), ("看到的", "mark", 30), ("情况", "blank", "*")]),
        ("fields", 2, [("变化", "visit.changes", 2), ("答应的事", "visit.promise"), ("答应哪天", "visit.promise_on"), ("需要什么", "blank", 2), ("告知的政策", "blank"), ("照片编号", "blank")]),
        ("ticks", "接着怎么办", [("不用办", "blank"), ("报镇里", "blank"), ("协助申请", "blank"), ("转介", "blank"), ("跟着看", "blank")]),
        ("room", "情况", "visit.note", 34),
        ("signs", ["走访人签名", "被走访人签名"], [False, True]),
        ("small", "~call.slip"),
    ],
    "referral": [
        ("fields", 2, [("转给", "refer.to", 2), ("转介日期", "refer.on"), ("答复期限", "refer.due"), ("首问人", "refer.first"), ("首问单位", "place.village")]),
        ("fields", 2, [("户主", "home.head"), ("被转介人", "refer.who"), ("村(居)组", "home.place"), ("联系电话", "home.phone"), ("需要什么", "refer.kind", 2)]),
        ("room", "情况", "refer.note", 40),
        ("signs", ["转出人签名", "本人或家属知情签名"], False),
        ("head", "回执（由接收单位填写，交回转出单位）"),
        ("ticks", "办理结果", [("已办理", "blank"), ("部分办理", "blank"), ("不予办理", "blank"), ("已转下一单位", "blank")]),
        ("room", "说明", "refer.answer", 30),
        ("signs", ["接收人签名（盖章）"], False),
        ("small", "~call.slip"),
    ],
    "delivery": [
        ("text", "　　受 ", "=who.name", " 委托，村(社区)把下列申请材料转交镇(街道)。"),
        ("fields", 2, [("户主", "home.head"), ("村(居)组", "home.place"), ("申请类别", "app.kinds"), ("转交日期", "app.handed")]),
        ("rows", "papers", 6, [("序号", "no", 12), ("材料", "doc", "*"), ("份数", "blank", 18), ("在不在", "state", 28), ("原件在哪里", "where", 44)]),
        ("signs", ["转交人签名", "接收人签名"], False),
        ("small", "一式两份，转交人、接收人各留一份。转交不等于决定。", "~call.slip"),
    ],
    "handover": [
        ("fields", 2, [("村(社区)", "place.village"), ("交接日期", "form.on"), ("移交人", "work.operator"), ("这台电脑", "work.device")]),
        ("head", "移交的工作"),
        ("rows", "work.counts", 1, [("项目", "item", "*"), ("数量", "count", 40), ("点过了", "blank", 30)]),
        ("head", "没办完的事（到交接日）"),
        ("rows", "work.open", 3, [("户主", "head", 28), ("村(居)组", "place", 34), ("什么事", "what", "*"), ("哪天", "due", 28)]),
        ("head", "实物"),
        ("rows", "work.things", 1, [("项目", "item", "*"), ("数量", "blank", 40), ("点过了", "blank", 30)]),
        ("text", "　　口令不交接，不写在纸上：接手的人用自己的口令。没报送的记录用交接包转到接手的电脑。"),
        ("signs", ["移交人签名", "接手人签名", "监交人签名"], False),
    ],
    "cover": [
        ("text", "户主：", "=home.head", "　　户编号：", "=home.number", "　　村(居)组：", "=home.place"),
        ("fields", 2, [("家庭人口", "home.size"), ("类别", "home.category"), ("类别依据", "home.category_by"), ("从哪天起", "home.category_since"), ("现住址", "home.address", 2), ("结对帮扶", "home.pairs", 2)]),
        ("head", "家庭成员"), ("rows", "people", 1, [("序号", "no", 12), ("姓名", "name", 30), ("与户主关系", "relation", 40), ("年龄", "age", 16), ("类别", "category", "*"), ("备注", "blank", "*")]),
        ("head", "材料目录"),
        ("rows", "papers", 10, [("序号", "no", 12), ("材料", "doc", "*"), ("日期", "on", 28), ("页数", "blank", 18), ("存放处", "where", 44)]),
        ("head", "救助经过（近的在上）"), ("rows", "chain", 1, [("日期", "on", 28), ("什么事", "word", 28), ("内容", "summary", "*")]),
        ("signs", ["立卷人", "检查人"], False),
    ],
    "card": [
        ("fields", 2, [("救助种类", "card.kind", 2), ("管的部门", "card.department"), ("依据", "card.cite")]),
        ("head", "说的是什么"), ("text", "　　", "=card.text"),
        ("head", "当地现在的标准"), ("rows", "card.local", 1, [("标准", "item", "*"), ("数额", "amount", 44), ("从哪天起", "since", 34), ("范围", "scope", 34)]),
        ("head", "要带的材料"), ("rows", "card.docs", 1, [("序号", "no", 12), ("材料", "doc", "*"), ("说明", "why", "*")]),
        ("text", "　　想申请：可以自己到镇(街道)，也可以告诉村里，村里帮着填、受委托代为转交。办不办得成，以镇(街道)、县级为准。"),
        ("text", "　　", "~call.slip"),
    ],
    "acceptance": [
        ("text", "=who.name", "："),
        ("text", "　　你于 ", "=app.started", " 提出的 ", "=app.kinds", " 申请，本单位于 ", "=app.accepted", " 收到并予受理。"),
        ("fields", 2, [("户主", "home.head"), ("村(居)组", "home.place"), ("收件编号", "app.platform"), ("经办人", "blank")]),
        ("text", "　　接下来由本单位组织家庭经济状况核对和入户调查，请家里有人配合。按规定需要公示的，结果在村(社区)和镇(街道)公示。"),
        ("text", "　　", "~call.slip"),
        ("signs", ["经办单位（盖章）", "申请人签收"], False),
    ],
    "non_acceptance": [
        ("text", "=who.name", "："),
        ("text", "　　你于 ", "=app.started", " 提出的 ", "=app.kinds", " 申请，经审查，本单位决定不予受理。理由："),
        ("room", "理由", "refusal.reason", 34), ("room", "依据", "blank", 16),
        ("text", "　　你可以补充材料后再次申请；认为不对的，可以向县级民政部门反映，也可以依法申请行政复议或者提起行政诉讼。"),
        ("text", "　　", "~call.slip"),
        ("signs", ["经办单位（盖章）", "申请人签收"], False),
    ],
    "decision": [
        ("text", "=who.name", "："),
        ("text", "　　你于 ", "=app.started", " 提出的申请，审核确认结果如下："),
        ("rows", "decisions", 1, [("救助种类", "kind", 34), ("结果", "result", 24), ("金额(元)", "amount", 28), ("大写", "upper", 42), ("从哪天起", "start", 26), ("决定单位", "level", "*")]),
        ("head", "理由"), ("rows", "decisions", 1, [("救助种类", "kind", 34), ("理由", "reason", "*"), ("决定日期", "on", 28)]),
        ("text", "　　家庭人口、收入、财产有变化，请及时告诉镇(街道)或村(社区)。对结果有异议的，可以向县级民政部门反映，也可以依法申请行政复议或者提起行政诉讼。"),
        ("text", "　　", "~call.slip"),
        ("signs", ["决定单位（盖章）", "申请人签收"], False),
    ],
    "told": [
        ("text", "=who.name", "："),
        ("text", "　　", "=told.says"),
        ("rows", "decisions", 1, [("救助种类", "kind", 34), ("结果", "result", 26), ("金额(元)", "amount", 28), ("大写", "upper", 44), ("从哪天起", "start", "*")]),
        ("rows", "decisions", 1, [("救助种类", "kind", 34), ("理由", "reason", "*")]),
        ("fields", 2, [("户主", "home.head"), ("村(居)组", "home.place"), ("哪一级定的", "told.level"), ("哪天定的", "told.on")]),
        ("text", "　　有疑问，打下面的电话；对结果有异议的，可以向县级民政部门反映。"),
        ("fields", 2, [("镇民政办", "call.township"), ("救助热线", "call.hotline"), ("县民政局", "call.county"), ("村(社区)", "call.office")]),
        ("signs", ["告知人", "收到的人"], False),
    ],
    "check_list": [
        ("text", "致：", "=place.authority", "核对机构"),
        ("text", "　　下列人员已签名授权，委托核对家庭经济状况，仅用于社会救助。没有授权的人不在表上。"),
        ("rows", "checks", 3, [("序号", "no", 10), ("户主", "head", 22), ("姓名", "name", 22), ("与户主关系", "relation", 24), ("身份证号", "id", 37), ("申请类别", "kinds", "*"), ("授权到哪天", "until", 24)]),
        ("fields", 2, [("委托单位", "place.township"), ("委托日期", "form.on")]),
        ("signs", ["委托单位（盖章）", "经办人", "接收人"], False),
    ],
    "receipt": [
        ("fields", 2, [("送件单位", "place.village"), ("送件人", "work.operator"), ("这台电脑", "work.device"), ("送件日期", "form.on")]),
        ("rows", "bundles", 3, [("核对码", "code", 34), ("导出时间", "on", 44), ("记录条数", "events", 26), ("镇(街道)", "township", "*"), ("县级", "county", "*")]),
        ("text", "　　核对码由双方当面念一遍。签了这张单，只说明收到了U盘上的数据包；收进去以后，以电脑里回来的签收为准。"),
        ("signs", ["送件人签名", "收件人签名"], False),
    ],
    "recovery": [
        ("text", "（放在柜子里，不要贴在电脑上。上面没有口令，也没有人名。）"),
        ("fields", 2, [("这台电脑", "work.device"), ("县里电话", "call.county")]),
        ("text", "　　一、打开协理，在输口令的那一页按 F4，把申请存到U盘。"),
        ("text", "　　二、给县里打电话，告诉他们上面的编号，把屏幕上的 20 位数字念给两名找回人员听。"),
        ("text", "　　三、U盘交到县里。两名找回人员各答复一次，得到两个答复文件。"),
        ("text", "　　四、U盘插回这台电脑，收下两个答复，定一个新口令。记录、草稿都在，一条不少。"),
        ("text", "　　电脑丢了、被人拿过，先打电话请县里停用，不要做找回。"),
        ("text", "　　谁向您要口令都不要给。找回的时候没有人需要知道您的旧口令和新口令。"),
    ],
    "route": [
        ("text", "=route.says"),
        ("rows", "route.rows", 1, [("序号", "no", 9), ("户主", "head", 20), ("组和住址", "place", 36), ("去看什么", "why", "*"), ("上次答应的", "promise", 36), ("还缺的材料", "papers", 36), ("上次见到", "last", 21),
                                 ("本人", "blank", 9), ("家属", "blank", 9), ("邻居", "blank", 9), ("未遇", "blank", 9), ("记一笔", "blank", 26)]),
        ("small", "见到谁，本人、家属、邻居、未遇，勾一格。回来一次录进电脑。出门带着，用完收好。"),
    ],
}
