"""Everything one can ask for, in one list: this page's keys, the places, the verbs, the program's own. The palette (Ctrl+G) searches it.

Rules kept here
- every command has Chinese words, a sentence of what it does, and digits that stay the same: 0x this page, 1-9 the places of the menu, 11-79 verbs,
  80-99 the program;
- it is found by Han, by pinyin initials, by digits (full-width folded), and by the words of its sentence;
- a command that needs a family takes the one in front, else asks for it first; none records anything by itself.

A new form becomes reachable by one row in VILLAGE or DESK.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xieli_tui.domain import pinyin
from xieli_tui.ui import application_ways, desk_ways, entry_ways, fact_ways, family_ways, finding_ways, matter_ways, places, standing_ways
from xieli_tui.ui.keys import APP_KEYS
from xieli_tui.ui.screens import menu
from xieli_tui.ui.screens.pick import PickPage
from xieli_tui.ui.screens.registers import StaffPage, StationPage, VillagePage

if TYPE_CHECKING:
    from xieli_tui.ui.app import XieliApp
    from xieli_tui.ui.screens.base import Page

Run = Callable[["XieliApp"], object]
PRESSED = {"Enter": "enter", "空格": "space", "PgDn": "pagedown"}
"""Keys of a footer as the terminal names them; Ctrl and F keys are spelt the same way in small letters."""
MOVING = frozenset({"Esc", "Tab", "F1", "上下", "左右", "Ctrl+G"})


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette. `key` is the key that does the same without it, "" when there is none."""

    code: str
    word: str
    what: str
    run: Run
    key: str = ""


def _place(name: str) -> Run:
    return lambda app: app.action_go(name)


def _family(open_form: Callable[[XieliApp, str], object], word: str) -> Run:
    """A verb about one family: the one in front, or the one she picks."""

    def run(app: XieliApp) -> None:
        page = app.page
        household = page.about() if page is not None else None
        if household:
            open_form(app, household)
        else:
            app.open(PickPage(word, open_form))

    return run


VILLAGE: tuple[Command, ...] = (
    Command("11", "记走访", "记一次走访，先选一家", _family(places.open_visit, "记走访"), "F4"),
    Command("32", "一趟走访", "一起走几家，走到一户按一个数字", lambda app: places.open_trip(app)),
    Command("12", "发现登记", "登记困难或急难，先选一家", _family(places.open_flag, "登记困难"), "F5"),
    Command("13", "名单外的人", "户口不在这里的、外来的，也登记困难", lambda app: places.open_flag(app)),
    Command("14", "协助填写申请", "先问一句愿意不愿意，再起一件申请", _family(places.open_start, "协助填写申请"), "F6"),
    Command("15", "申请名单", "这个村的申请，到了哪一步", places.open_applications),
    Command("16", "开户档", "一家一本：概况、成员、走访、救助链、政策", _family(places.open_dossier, "开户档")),
    Command("17", "看救助链", "这一家从发现到办结，一件一件", _family(lambda app, home: places.open_dossier(app, home, "7"), "看救助链")),
    Command("18", "看政策提示", "按已登记情况，哪些可能符合，还缺什么", _family(lambda app, home: places.open_dossier(app, home, "9"), "看政策提示")),
    Command("19", "导出报送", "U盘：先收带回来的，再导出、备份、核对", _place("send"), "F9"),
    Command("31", "当地规定", "县里定的标准、时限、电话，只看", _place("local")),
    Command("21", "接着办", "这一家的急难、转介、变化、提醒", _family(matter_ways.open_matters, "接着办")),
    Command("22", "报变化", "添人、去世、大病、就业、迁移、大笔款项", _family(matter_ways.open_change, "报变化")),
    Command("23", "转介", "转给残联、住建、教育、人社、救助站等", _family(matter_ways.open_refer, "转介")),
    Command("24", "六方面评估", "经济、健康、教育、居住、就业、社会参与", _family(matter_ways.open_assess, "六方面评估")),
    Command("25", "记服务", "岗位信息、职业指导、照料、探访、陪护", _family(matter_ways.open_service, "记服务")),
    Command("27", "来电查询", "家里来问办到哪里了，照着念", _family(entry_ways.open_call, "来电查询")),
    Command("28", "加人", "出生、迁入、婚入、返乡", _family(family_ways.open_join, "加人")),
    Command("29", "离开", "去世、迁出、婚嫁", _family(family_ways.open_leave, "离开")),
    Command("41", "分户", "几个人另立一户", _family(family_ways.open_split, "分户")),
    Command("42", "整户迁出", "全家都走，户档留着", _family(family_ways.open_move_away, "整户迁出")),
    Command("43", "新户", "名单里没有的一家，整户迁入", family_ways.open_new_household),
    Command("48", "给东西", "村里给的米油棉被，帮的忙", _family(family_ways.open_give, "给东西")),
    Command("49", "受灾损失", "遭了灾、出了事，损失什么", _family(family_ways.open_loss, "受灾损失")),
    Command("53", "遇到的人", "生活无着、流浪走失的，不问户口", family_ways.open_encounter),
    Command("45", "发现名单", "登记过的困难、急难，名单外的人也在", finding_ways.open_list),
    Command("46", "公示", "公示栏上贴了什么，取下，记异议", application_ways.open_board),
    Command("47", "告知政策", "告诉家里有这一种，本人怎么说", _family(application_ways.open_inform, "告知政策")),
    Command("54", "报疑点", "看到听到的和家里说的不一样，只报县级", _family(desk_ways.open_suspect, "报疑点")),
    Command("55", "转介名单", "转出去的，哪天要回音，回了什么", desk_ways.open_list("referrals")),
    Command("56", "两处写的不一样", "选一个，写明原因，两个都留着", desk_ways.open_list("conflicts")),
    Command("57", "导入台账", "镇里给的人员台账，先看一遍再收", desk_ways.open_list("roster")),
    Command("58", "电话", "镇里、县里、热线、各部门，该找谁", desk_ways.open_list("phones")),
    Command("59", "遇到过的人", "生活无着、流浪走失的，记过哪几次", desk_ways.open_list("encounters")),
    Command("61", "长期公示名单", "在册的低保、特困，该贴的、该取下的", desk_ways.open_list("long_term")),
    Command("62", "政策文件", "提示照哪些文件说的，文号，从哪天起", desk_ways.open_list("files")),
    Command("63", "找回演练", "忘了口令找不找得回来，一年走一遍", desk_ways.open_list("drill")),
    Command("64", "交接", "换人了，没报送的和草稿交给接手的电脑", desk_ways.open_list("handover")),
    Command("65", "网上收件处", "县里给的地址，报送那一页就能从网上交", desk_ways.open_list("receiver")),
    Command("66", "导出", "户、人员、走访、救助写成一张表，号码盖住", desk_ways.open_list("export")),
    Command("67", "报个数", "电话里要的数，一句话，是哪几户", desk_ways.open_list("count")),
    Command("69", "收预警名单", "上面发来的预警、疑点名单，先看一遍再收", desk_ways.open_list("alert_list")),
    Command("70", "预警反馈表", "核查结果填回来表，栏目顺序都是原来的", desk_ways.open_list("alert_feedback")),
    Command("68", "印公示单", "勾上申请，印贴在公开栏的单子", desk_ways.open_list("notice_sheet")),
    Command("44", "结对帮扶", "谁和这一家结对，哪个帮扶小组管", _family(family_ways.open_pairs, "结对帮扶")),
    Command("51", "户的情况", "住址、城乡、类别、低收入和建档立卡这些认定", _family(fact_ways.open_household, "户的情况")),
    Command("52", "收入支出", "家里说的收入、扣减、支出、医疗费、财产", _family(fact_ways.open_statement, "收入支出")),
    Command("26", "一人一档", "每个人有什么，还缺什么", _family(matter_ways.open_file, "一人一档")),
)
DESK: tuple[Command, ...] = (
    Command("11", "收件", "看一遍再收，签收单自己写好", _place("households"), "F3"),
    Command("12", "窗口受理", "来人、来电，替他们起一件申请", _place("visit"), "F4"),
    Command("13", "开户档", "找一家，看户档", _family(places.open_dossier, "开户档"), "F5"),
    Command("14", "回传", "签收单和决定写到U盘", _place("send"), "F9"),
    Command("21", "个案会商", "情形复杂的，谁参加的，商定了什么", desk_ways.open_list("conferences")),
    Command("22", "反映", "来访、来电、热线说的，怎么答复的", desk_ways.open_list("complaints")),
    Command("23", "疑点", "只有县级看，由县级查，写属实还是不实", desk_ways.open_list("suspicions")),
    Command("24", "突发事件", "开一次，各村排查；过去了写结束", desk_ways.open_list("events")),
    Command("25", "转介名单", "转出去的，哪天要回音，回了什么", desk_ways.open_list("referrals")),
    Command("26", "发预警", "请村里去看一家，先选一家", _family(desk_ways.open_alert_issue, "发预警")),
    Command("71", "发预警名单", "一份名单，一行一条发给各村，先看一遍", desk_ways.open_list("alert_list_out")),
    Command("72", "预警反馈表", "各村核查的结果填回来表", desk_ways.open_list("alert_feedback")),
    Command("27", "按指标看一遍", "按县里的风险指标，看看哪几家要请走访", desk_ways.open_list("scan")),
    Command("28", "公示", "贴着的、取下的、有异议的", application_ways.open_board),
    Command("29", "各村情况", "最近一包、低收入家庭、本季走访，不分先后", desk_ways.open_list("coverage")),
    Command("41", "定类别", "在册的类别，理由必写", _family(standing_ways.open_category, "定类别")),
    Command("42", "定渐退期", "低保户收入上来了，几个月，从哪天起", _family(standing_ways.open_taper, "定渐退期")),
    Command("43", "记退出", "从哪一类退出，为什么；之后两年还在监测里", _family(standing_ways.open_exit, "记退出")),
    Command("44", "备用金", "乡镇临时救助备用金：拨进、付出、还剩多少", standing_ways.open_reserve),
    Command("31", "当地规定", "标准、上限、时限、电话：看，县里定", _place("local")),
    Command("32", "县里自查", "标准、参数、名册、电脑，哪里要改", _place("lint")),
    Command("33", "登记协理员", "协理员和经办人员名册，一个村一条", lambda app: app.open(StaffPage())),
    Command("34", "登记村", "村名、公示栏、电话、救助对象人数", lambda app: app.open(VillagePage())),
    Command("35", "登记服务站", "社会救助服务站(点)", lambda app: app.open(StationPage())),
    Command("36", "名册", "协理员、服务站、村、服务机构：看，改，写离任", desk_ways.open_list("registers")),
    Command("37", "政策包", "县里装的政策包、放假安排：装，收回", desk_ways.open_list("packs")),
    Command("38", "登记电脑", "登记过的电脑，登记一台，停用一台", desk_ways.open_list("devices")),
    Command("39", "办事人员", "在这台工作台上办事的人", desk_ways.open_list("operators")),
    Command("45", "平台编号", "在册的、还没有业务系统编号的", desk_ways.open_list("platforms")),
    Command("46", "迁到别的村", "一家搬到别的村，户档跟着走", _family(desk_ways.open_transfer, "迁到别的村")),
    Command("47", "两处写的不一样", "选一个，写明原因，两个都留着", desk_ways.open_list("conflicts")),
    Command("48", "电话", "县里、热线、各部门", desk_ways.open_list("phones")),
    Command("49", "长期公示名单", "在册的低保、特困，该贴的、该取下的", desk_ways.open_list("long_term")),
    Command("51", "政策文件", "提示照哪些文件说的，文号，从哪天起", desk_ways.open_list("files")),
    Command("53", "找回口令的人", "找回人员，有人忘了口令来答复", desk_ways.open_list("officers")),
    Command("54", "准许交接", "有人调走，没报送的和草稿交给接手的电脑", desk_ways.open_list("handovers")),
    Command("55", "合并档案", "一个人两份档案，并成一个人；并错了撤回", desk_ways.open_list("merges")),
    Command("56", "两份历史", "同一台电脑写出两份，由县级定哪一份算数", desk_ways.open_list("forks")),
    Command("57", "报送县里", "镇里写的、各村交来的，写到U盘带给县里", desk_ways.open_list("send_up")),
    Command("58", "统计", "各村和合计，照截止那天收到的数", desk_ways.open_list("statistics")),
    Command("59", "报个数", "电话里要的数，一句话，是哪几户", desk_ways.open_list("count")),
    Command("61", "导出", "户、人员、走访、救助写成一张表，号码盖住", desk_ways.open_list("export")),
    Command("62", "印公示单", "勾上申请，印两处公开栏的单子", desk_ways.open_list("notice_sheet")),
    Command("63", "导入台账", "村里的人员台账，几个村一张表也行，先看一遍再收", desk_ways.open_list("roster")),
    Command("52", "转人工核对", "收下了、不起作用的记录，放行或者留着", desk_ways.open_list("held")),
)
PROGRAM: tuple[Command, ...] = (
    Command("80", "主菜单", "每个地方一个数字", _place("menu"), "Esc"),
    Command("81", "设置", "主题、几分钟锁屏、短码、版本", _place("settings")),
    Command("93", "操作员和口令", "谁能打开这台电脑，改口令，加一名，收回", desk_ways.open_list("workers")),
    Command("82", "备份", "有哪几份，做一份，核对一份", _place("backups")),
    Command("89", "没写完", "草稿都在这里：接着写，或者不要了", _place("drafts")),
    Command("83", "找人", "姓名、小名、拼音头字母、证件和电话尾号", _place("find"), "Ctrl+F"),
    Command("90", "打印", "表、授权书、清单、路线单，填过的都能印", lambda app: app.action_print(), "Ctrl+P"),
    Command("94", "几户一起印", "勾上几户，同一张表一户一份", desk_ways.open_list("print_many")),
    Command("84", "看全号", "证件号、电话显示 20 秒，会记一笔", lambda app: app.action_reveal(), "Ctrl+R"),
    Command("85", "锁屏", "离开一会儿，没写完的都在草稿里", lambda app: app.action_lock(), "Ctrl+L"),
    Command("86", "换色", "日间、夜间、素框轮着换", lambda app: app.action_turn_theme(), "Ctrl+T"),
    Command("87", "帮助", "这一页怎么用", lambda app: app.action_help(), "F1"),
    Command("88", "退出", "再按一次 Ctrl+Q 才退出", lambda app: app.action_ask_quit(), "Ctrl+Q"),
)


def of_places(app: XieliApp) -> Iterator[Command]:
    """The places of the menu by their digits."""
    entries = menu.DESK if places.is_desk(app) else menu.VILLAGE
    for entry in entries:
        if entry.place not in ("help", "commands"):
            yield Command(entry.digit, entry.word, entry.what, _place(entry.place), entry.fkey)


def of_page(page: Page) -> Iterator[Command]:
    """What can be done on the page in front: the keys it names, what stands under its cursor, and what it offers by itself."""
    app_words = {key.shown for key in APP_KEYS if key.id not in ("save", "back")} & {one.key for one in (*of_places(page.xapp), *PROGRAM)}
    seen: dict[str, str] = {}
    for key, word in (*page.foot(), *page.GUIDE.keys):
        if key in MOVING or key in app_words or _pressed(key) is None:
            continue
        seen.setdefault(key, word)
    rows: list[tuple[str, str, Run, str]] = [(word, f"{page.NAME}这一页", _press(str(_pressed(key))), key) for key, word in seen.items()]
    rows += [(text, f"{page.NAME}里的一行", _do(act), "") for text, act in acts_of(page)]
    rows += list(page.commands())
    for place, (word, what, run, key) in enumerate(rows, 1):
        yield Command(f"{place:02d}", word, what, run, key)


def acts_of(page: Page) -> list[tuple[str, Callable[[], object]]]:
    """Rows of the page's list that do something themselves (`Act` of a file, a step of an application)."""
    rows: Any = getattr(page, "rows", None)
    found = []
    for item in getattr(rows, "items", ()) or ():
        act = getattr(item, "do", None)
        text = getattr(item, "text", "")
        if callable(act) and isinstance(text, str) and text:
            found.append((text, act))
    return found


def _pressed(key: str) -> str | None:
    """A footer's key as an event key; None for ranges of keys and for words."""
    if key in PRESSED:
        return PRESSED[key]
    parts = key.split("+")
    if key.isascii() and ((len(parts) == 2 and parts[0] == "Ctrl") or (key[:1] == "F" and key[1:].isdigit())):
        return key.lower()
    return None


def _press(key: str) -> Run:
    return lambda app: app.simulate_key(key)


def _do(act: Callable[[], object]) -> Run:
    return lambda _app: act()


def every(app: XieliApp, page: Page) -> list[Command]:
    """All commands at hand, this page's first."""
    verbs = DESK if places.is_desk(app) else VILLAGE
    return [*of_page(page), *of_places(app), *verbs, *app.tour_commands(), *PROGRAM]


LONGEST_QUERY = 80
"""Characters beyond which nothing typed can mean a command."""


def search(commands: Sequence[Command], typed: str) -> list[Command]:
    """Those that fit, the nearest first; all of them when nothing was typed."""
    query = "".join(unicodedata.normalize("NFKC", typed).split()).casefold()
    if not query:
        return list(commands)
    if len(query) > LONGEST_QUERY:
        return []
    ranked = [(rank, place, one) for place, one in enumerate(commands) if (rank := _rank(one, query)) is not None]
    return [one for _, _, one in sorted(ranked, key=lambda found: found[:2])]


def _rank(one: Command, query: str) -> int | None:
    """0 is the very thing; None does not fit."""
    if query.isdigit():
        return 0 if one.code == query else 1 if one.code.startswith(query) else None
    word = one.word.casefold()
    if word.startswith(query):
        return 0
    if query in word:
        return 1
    letters = pinyin.initials(one.word)
    if letters and letters[0] == query:
        return 2  # the whole word by its usual reading, before longer ones that begin alike
    if letters and letters[0].startswith(query):
        return 3  # by the usual reading; the rarer ones come after it
    if pinyin.matches(query, one.word):
        return 4
    if one.key and one.key.casefold() == query:
        return 4
    return 5 if query in one.what.casefold() else None
