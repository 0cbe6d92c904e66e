"""A township's odd roster workbook, invented row by row, with the faults such workbooks have and a list of what must be found.

Seeded; region 999999, phones that cannot exist. 62 households, 123 persons, as the sheet a coordinator is handed in life.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter

from xieli_tui.domain.idnum import check_digit

HEADS = ("序号", "户编号", "村民小组", "户主姓名", "姓名", "与户主关系", "性别", "公民身份号码", "出生日期", "联系电话", "救助类别", "残疾情况", "健康状况", "月收入", "备注")
ID = HEADS.index("公民身份号码")
NAME = HEADS.index("姓名")
_SURNAMES = "王刘陈丁仇陶任侯谢段梁苏许尹郑金龚孔莫石单解"
_GIVEN = "强红土木财福根建卫明志军航轩涵秀英翠玉莲香珍桂凤兰梅霞㛃"
_CATEGORIES = ("低保", "特困", "低保边缘", "刚性支出困难", "防返贫监测", "其他困难", "")
_HAN = "一二三四五六七八"
_DAY_FORMS: tuple[Callable[[dt.date], object], ...] = (
    lambda day: day, lambda day: f"{day:%Y.%m.%d}", lambda day: f"{day.year}年{day.month}月{day.day}日", lambda day: f"{day:%Y%m%d}",
)
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def id_number(birth: dt.date, order: int, region: str = "999999") -> str:
    """A GB 11643 number of nobody."""
    body = f"{region}{birth:%Y%m%d}{order:03d}"
    return body + check_digit(body)


@dataclass(slots=True)
class Book:
    """Rows to write, in order; row i of `rows` is sheet row i + 4."""

    rows: list[list[object]] = field(default_factory=list)
    expected: list[tuple[int, str, str]] = field(default_factory=list)
    """(sheet row, column, code)"""
    households: int = 0
    seed: int = 0

    def sheet_row(self, at: int) -> int:
        """Sheet row of a data row."""
        return at + 4

    def find(self, test: Callable[[list[object]], bool]) -> int:
        """Place of the first row that meets a test and carries no fault yet."""
        taken = {row for row, _, _ in self.expected}
        return next(at for at, row in enumerate(self.rows) if test(row) and self.sheet_row(at) not in taken)


def township_book(seed: int = 20261228, sizes: tuple[int, ...] | None = None, faults: bool = True) -> Book:
    """62 households and 123 persons unless `sizes` says otherwise."""
    print(f"seed={seed}")
    rnd = random.Random(seed)
    book = Book(seed=seed)
    sizes = sizes if sizes is not None else tuple([1] * 26 + [2] * 20 + [3] * 11 + [4] * 4 + [8])
    used: set[str] = set()

    def person(sex: str, year: tuple[int, int]) -> tuple[str, dt.date, str]:
        while True:
            birth = dt.date(rnd.randint(*year), rnd.randint(1, 12), rnd.randint(1, 28))
            number = id_number(birth, rnd.randrange(100, 999) // 2 * 2 + (1 if sex == "男" else 0))
            if number not in used:
                used.add(number)
                return rnd.choice(_SURNAMES) + "".join(rnd.sample(_GIVEN, rnd.choice((1, 2)))), birth, number

    for at, size in enumerate(sizes, 1):
        group = rnd.randint(1, 8)
        category = rnd.choice(_CATEGORIES)
        head_name = ""
        for place in range(size):
            relation, sex, years = (
                ("户主", rnd.choice("男女"), (1940, 1990)) if place == 0
                else ("配偶", "女", (1940, 1990)) if place == 1
                else rnd.choice((("长子", "男", (1995, 2022)), ("女儿", "女", (1995, 2022)), ("孙子", "男", (2010, 2024)), ("母亲", "女", (1930, 1950))))
            )
            name, birth, number = person(sex, years)
            head_name = head_name or name
            book.rows.append([
                len(book.rows) + 1, f"{at:03d}", f"{group}组" if rnd.random() < 0.4 else f"{_HAN[group - 1]}组", head_name, name, relation, sex, number,
                rnd.choice(_DAY_FORMS)(birth), f"1000000{rnd.randrange(10000):04d}" if place == 0 else "", category,
                rnd.choice(("", "", "", "肢体三级", "精神一级", "智力残疾四级")), rnd.choice(("健康", "慢性病", "大病", "")), rnd.choice(("", "", rnd.randrange(50, 3000))), "",
            ])
    book.households = len(sizes)
    if faults:
        _damage(book, rnd)
    return book


def _damage(book: Book, rnd: random.Random) -> None:
    def hit(test: Callable[[list[object]], bool], code: str, column: str = HEADS[ID]) -> list[object]:
        at = book.find(test)
        book.expected.append((book.sheet_row(at), column, code))
        return book.rows[at]

    for relation in ("户主", "孙子", "户主"):
        row = hit(lambda row, relation=relation: row[5] == relation, "XL-W11")  # type: ignore[misc]
        row[ID] = float(str(row[ID])[:15]) * 1000
    for relation in ("户主", "配偶"):
        row = hit(lambda row, relation=relation: row[5] == relation, "XL-W12")  # type: ignore[misc]
        number = str(row[ID])
        row[ID] = number[:17] + ("0" if number[17] != "0" else "1")
    hit(lambda row: row[5] == "户主", "XL-W13")[ID] = ""
    row = hit(lambda row: row[5] == "户主" and str(row[ID])[6:8] == "19", "XL-W14")
    row[ID] = str(row[ID])[:6] + str(row[ID])[8:17]
    for relation, wrong in (("孙子", "孙女"), ("长子", "女儿")):
        row = hit(lambda row, relation=relation: row[5] == relation, "XL-W16", "与户主关系")  # type: ignore[misc]
        row[5] = wrong
    for dress in (lambda s: "'" + s, lambda s: s.translate(_WIDE), lambda s: f" {s[:6]} {s[6:14]} {s[14:]} "):
        at = book.find(lambda row: isinstance(row[ID], str) and len(row[ID]) == 18 and row[5] == "户主" and str(row[ID]).isascii() and not str(row[ID]).startswith(("'", " ")))
        book.rows[at][ID] = dress(str(book.rows[at][ID]))
    book.rows[-1][14] = "=1+1"
    book.expected.sort()


def write_book(path: Path, book: Book, *, heads: tuple[str, ...] = HEADS, titles: bool = True, filled: str = "2026年11月1日") -> Path:
    """The workbook as the township sends it: two title rows, a header, rows, a blank, a signature row, a second sheet with instructions."""
    with xlsxwriter.Workbook(str(path)) as out:
        sheet = out.add_worksheet("低收入人口台账")
        day = out.add_format({"num_format": "yyyy/m/d"})
        line = 0
        if titles:
            sheet.merge_range(0, 0, 0, len(heads) - 1, "测试县测试镇石桥村低收入人口信息台账", None)
            sheet.merge_range(1, 0, 1, len(heads) - 1, "填报单位:石桥村村民委员会(测试数据)      " + (f"填报时间:{filled}" if filled else "") + "      单位:元", None)
            line = 2
        for at, head in enumerate(heads):
            sheet.write_string(line, at, head)
        for row in book.rows:
            line += 1
            for at, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(line, at, dt.datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif isinstance(value, (int, float)):
                    sheet.write_number(line, at, value)
                elif value != "":
                    sheet.write_string(line, at, str(value))
        sheet.write_string(line + 2, 0, "填表人:")
        sheet.write_string(line + 2, 4, "审核人:")
        out.add_worksheet("填表说明").write_string(0, 0, "1.身份证号请按文本填写。2.一户多人请连续填写。")
    return path
