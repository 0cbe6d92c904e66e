"""公示 on paper. What can stand on it is what `Line` and `Board` hold, and nothing else: there is no other way onto the sheet (design 10; 002:三(二)3).

Rules kept here
- a line is 户主姓名, 组, 人口, 拟保障人数, 类别, 金额, 起始; a board its kind, its place, its village, its days and the telephone to object by;
- each value has the shape of what it is, or the sheet is not made (XL-V15): a name and a place are Han characters alone, however they are encoded, so that no number
  of any kind fits, and of numerals no four; words of illness, disability, of a relation and of what the law keeps quiet are no part of either;
  numbers are counted people and money; the category is one of five;
- no county layout, mapping or option reaches this module: the layout is the text below, and a form named `notice` is not in the catalogue;
- the name can only become less (surname and stars) by the county's rule.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.domain.text import mask_name
from xieli_tui.errors import Refused
from xieli_tui.paper import pdf, qr

TITLES = {"review": "社会救助初审公示", "decision": "社会救助确认公示", "long_term": "社会救助对象长期公示"}
CATEGORIES = {
    "dibao": "最低生活保障", "tekun": "特困人员救助供养", "edge": "最低生活保障边缘家庭", "rigid": "刚性支出困难家庭", "temp": "临时救助",
}
OF_KIND = {
    "dibao": "dibao", "dibao_single": "dibao", "dibao_expenditure": "dibao", "dibao_taper": "dibao", "tekun": "tekun", "dibao_edge": "edge", "rigid_exp": "rigid",
    "temp_expenditure": "temp", "temp_emergency": "temp", "temp_transitional": "temp", "temp_topup": "temp", "temp_special": "temp",
}
"""Kinds that are announced, as what: 单人户 and 支出型 are 低保 on a board, for the other word says why. A kind that is not here speaks of illness, disability
or a child and is never announced."""
UNITS = {"month": "元/月", "once": "元"}
_HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
_NAME = re.compile(rf"{_HAN}{{2,6}}|{_HAN}{{1,12}}(?:·{_HAN}{{1,12}}){{1,3}}")
_PLACE = re.compile(rf"[0-9]{{0,3}}{_HAN}{{0,10}}")
_VILLAGE = re.compile(rf"(?:{_HAN}|(?<![0-9])[0-9]{{1,2}}(?![0-9])){{0,24}}(?:[（(]{_HAN}{{1,6}}[）)])?")
_NUMERAL = re.compile(r"[0-9〇零一二三四五六七八九两幺壹贰叁叄肆伍陆陸柒捌玖兩貳參貮弐洞拐]")
_DOTS = re.compile(f"(?<={_HAN})[•・‧∙⋅・．.](?={_HAN})")
_COUNTED = re.compile(r"[十百千拾佰仟廿卅]")
_MOST_NUMERALS = 3
"""What a name or a place has at most; four say the end of a number."""
_PHONE = re.compile(r"\(?[0-9](?:[ ()-]{0,2}[0-9]){2,11}(?:转[0-9]{1,4})?")
_UNSAID = (
    "癌|肿瘤|腫瘤|肉瘤|艾滋|愛滋|结核|結核|尿毒|透析|化疗|化療|放疗|尘肺|塵肺|矽肺|瘫|癱|残疾|殘疾|残障|精神|智障|智力|弱智|肝炎|肝硬化|肝腹水|肺炎|肾炎|肾衰|白血|糖尿|血压|心脏|心臟|心梗|冠心|脑梗|腦梗|脑出血|脑溢血|脑瘤|"
    "中风|偏瘫|截肢|失明|聋哑|聾啞|聋人|哑人|盲人|失聪|失能|抑郁|痴呆|癫痫|癲癇|羊癫|帕金森|自闭|红斑狼疮|哮喘|手术|卧床|住院|骨折|植物人|吸毒|戒毒|服刑|坐牢|监狱|劳改|刑满|孤儿|弃婴|弃儿|孤寡|失独|单亲|离异|离婚|丧偶|遗孀|寡妇|留守|流浪|"
    "身份证|账号|帐号|賬號|卡号|电话|電話|手机|微信"
)
_QUIET = re.compile(f"{_UNSAID}|病|患者|患有|症|儿童|孩|学生|老人|五保|低保|特困|贫困|困难|监护|[残殘]户|户$|戶$")
_KIN = "儿子|女儿|之子|之女|孙子|孙女|外孙|奶奶|爷爷|外婆|外公|姥姥|姥爷|婆婆|公公|母亲|父亲|妈妈|爸爸|媳妇|儿媳|女婿|丈夫|妻子|老婆|老公|监护|遗属|代领|代办"
_QUIET_NAME = re.compile(f"{_UNSAID}|{_KIN}|病人|患者|患有|重病|大病|有病|病症|症状|[癌瘤瘫癱聋聾哑啞盲残殘疯瘋痴癡癫癲痨]")
"""A name may hold 病 (去病) or 学生; a name of illness, or who somebody is to somebody, it may not."""
TOPONYM = frozenset(
    "组組队隊社片段区區屯寨湾灣塆垸村庄莊坪坡塘岭嶺冲沖沟溝峪屋院坝壩坳堡店桥橋街里巷弄坑洞田垌峒口头頭尾上下东東西南北中边邊前后後圩墟埠岗岡山河江溪湖海滩灘洲洼岛島井坊营營关關铺鋪场場集排背厂廠楼樓房家园園苑城台臺沱浪塝垭埫墩坎洋港浦滘涌围圍厝社角咀嘴崖岩石磨树樹林木竹湾泉水源川谷原坂畈墈塬圪梁峁堰渠闸渡码头道路点站所校庙廟祠亭塔殿基窑窯炉"
)
"""Characters the name of a place where people live ends in."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

_LAYOUT = """#let form(d) = {
  para(val(d.notice.says))
  rows(("序号", "户主姓名", "村组", "家庭人口", "保障人数", "类别", "金额", "从哪天起"), (11mm, 24mm, 1fr, 19mm, 19mm, 38mm, 26mm, 23mm), d.lines.map(r => (r.no, r.head, r.place, r.size, r.covered, r.category, r.amount, r.start)), least: 1, size: 10pt)
  plain(val(d.notice.until))
  plain(val(d.notice.object))
  signs(("张贴人（张贴地点、日期）", "取下人（取下日期）"), finger: false)
}
"""


def _bad(what: str) -> Refused:
    return Refused("XL-V15", what, field="notice", extra={"column": what})


def _fits(found: re.Match[str] | None, what: str) -> None:
    if found is None:
        raise _bad(what)


def _place(text: str, what: str, shape: re.Pattern[str] = _PLACE) -> None:
    _fits(shape.fullmatch(text), what)
    if _QUIET.search(text) or counted(text):
        raise _bad(what)


def plain(text: str) -> str:
    """A text by the characters it is read as: one that only looks like another is that other, and the dot in a name is one dot."""
    return _DOTS.sub("·", unicodedata.normalize("NFKC", text))


def counted(text: str, most: int = _MOST_NUMERALS) -> bool:
    """Whether numerals in it, one behind the other or not, could be a number that identifies."""
    return len(_NUMERAL.findall(text)) > most or len(_NUMERAL.findall(text)) + len(_COUNTED.findall(text)) > most + 2


def is_place(group: str) -> bool:
    """Whether a group is called by a number or by a word that ends as names of places do."""
    return not group or group[-1] in TOPONYM


@dataclass(frozen=True, slots=True)
class Line:
    """One family. `amount` in 分 with `period` month | once, None where none is decided; `masked`: surname and stars."""

    head: str
    group: str
    size: int
    covered: int
    category: str
    amount: int | None = None
    period: str = "month"
    start: str = ""
    masked: bool = False

    def __post_init__(self) -> None:
        """Raises Refused: XL-V15 where a value is not what it should be."""
        head = plain(self.head)
        _fits(_NAME.fullmatch(head), "户主姓名")
        if head != self.head or _QUIET_NAME.search(head) or counted(head):
            raise _bad("户主姓名")
        if plain(self.group) != self.group:
            raise _bad("小组")
        _place(self.group, "小组")
        if counted(head + self.group, 2 * _MOST_NUMERALS - 1):
            raise _bad("户主姓名")
        if not (0 < self.covered <= self.size <= 99) or isinstance(self.size, bool):
            raise _bad("人口")
        if self.category not in CATEGORIES or (self.amount is not None and (self.period not in UNITS or not 0 <= self.amount < 10**9)):
            raise _bad("类别、金额")
        if self.start:
            _fits(_DAY.fullmatch(self.start), "从哪天起")


@dataclass(frozen=True, slots=True)
class Board:
    """One sheet for one board: `kind` of TITLES, `place` township | village, its last day "" where none is set or it hangs on."""

    kind: str
    place: str
    village: str
    start: str
    end: str
    doubt: bool
    phones: tuple[str, ...]
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        """Raises Refused: XL-V08 kind or place, XL-V15."""
        if self.kind not in TITLES or self.place not in ("township", "village"):
            raise Refused("XL-V08", "、".join(TITLES.values()), field="kind")
        _place(self.village, "村名", _VILLAGE)
        if unicodedata.normalize("NFC", self.village) != self.village:
            raise _bad("村名")
        if any(counted(self.village + one.group, 2 * _MOST_NUMERALS - 1) for one in self.lines):
            raise _bad("小组")
        for day in (self.start, *([self.end] if self.end else [])):
            _fits(_DAY.fullmatch(day), "起止日期")
        for phone in self.phones:
            _fits(_PHONE.fullmatch(phone), "监督电话")


def documents(boards: Sequence[Board], today: dt.date, mark: Literal["", "演示", "练习"] = "") -> list[dict[str, Any]]:
    """The data of the sheets: every value a word of this module, or one of a checked field."""
    return [_document(board, today, mark) for board in boards]


def _document(board: Board, today: dt.date, mark: str) -> dict[str, Any]:
    held = "、".join(board.phones)
    until = f"公示从 {board.start} 起" + (
        "，一直公示，不在保障名单上了就取下。" if board.kind == "long_term" else f"，到 {board.end} 止{'（暂估，待国务院公布）' if board.doubt else ''}。" if board.end else "，到　　　　年　　月　　日止。"
    )
    data: dict[str, Any] = {
        "place": {"village": board.village},
        "notice": {
            "says": f"{'下列家庭正在享受社会救助' if board.kind == 'long_term' else '下列家庭的社会救助情况'}，现在{codes.label('place', board.place)}公示，请群众监督。",
            "until": until, "object": f"有不同意见的，可以当面说，也可以打监督电话：{held or '　　　　　　　　'}。",
        },
        "lines": [_words(no, line, board.village) for no, line in enumerate(board.lines, 1)],
    }
    digest = hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]
    number = f"GS-{today:%Y%m%d}-{digest[:8]}"
    data["form"] = {
        "id": "notice", "title": TITLES[board.kind], "number": number, "digest": digest, "on": f"{today.year}年{today.month}月{today.day}日", "landscape": "", "mark": mark, "qr": qr.svg(f"XL1 {number} {digest}"),
    }
    return data


def _words(no: int, line: Line, village: str) -> dict[str, str]:
    return {
        "no": str(no), "head": mask_name(line.head) if line.masked else line.head, "place": f"{village}{line.group}", "size": str(line.size), "covered": str(line.covered),
        "category": CATEGORIES[line.category], "amount": "" if line.amount is None else f"{format_fen(line.amount)} {UNITS[line.period]}", "start": line.start,
    }


def sheet(boards: Sequence[Board], now: dt.datetime, mark: Literal["", "演示", "练习"] = "") -> bytes:
    """The boards as one PDF. Raises Refused: XL-W31 a character the font lacks."""
    return pdf.pdf(_LAYOUT, documents(boards, now.date(), mark), now)


def pictures(boards: Sequence[Board], now: dt.datetime) -> list[bytes]:
    """Every page as PNG."""
    return pdf.pictures(_LAYOUT, documents(boards, now.date()), now)
