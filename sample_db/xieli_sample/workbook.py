"""The township's odd workbook of the village, written from the same source: what a coordinator is handed in life.

Two title rows, a header in the third, groups written now as 三组 and now as 3组, a float cell where an identity number was typed as a
number, birthdays left out, a signature row at the bottom and a sheet of instructions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from xieli_sample.source import Family, Soul, Village

HEADER = ("序号", "户编号", "村民小组", "户主姓名", "姓名", "与户主关系", "性别", "公民身份号码", "联系电话", "救助类别", "残疾情况", "健康状况", "备注")
_DIGITS = dict(zip("一二三四五六七八九", "123456789", strict=True))


def write_roster(path: Path, village: Village, families: Sequence[Family], month: str) -> Path:
    """Lay the sheet down at `path`."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    title = book.add_format({"bold": True, "align": "center", "font_size": 16})
    head = book.add_format({"bold": True, "border": 1})
    text = book.add_format({"num_format": "@", "border": 1})
    number = book.add_format({"border": 1})
    sheet = book.add_worksheet("低收入人口台账")
    sheet.merge_range(0, 0, 0, len(HEADER) - 1, f"{village.name}低收入人口信息台账", title)
    sheet.merge_range(1, 0, 1, len(HEADER) - 1, f"填报单位：{village.name}村民委员会（测试数据）    填报时间：{month}")
    sheet.write_row(2, 0, HEADER, head)
    row = 3
    for serial, (family, soul) in enumerate(_lines(families), start=1):
        sheet.write_number(row, 0, serial, number)
        for column, value in enumerate(_cells(family, soul, serial), start=1):
            if column == 7 and soul.trouble == "float":
                # Typed as a number, Excel keeps 15 digits: the last three are gone for good, as in the sheets of life.
                sheet.write_number(row, column, float(value.replace("X", "0")), number)
            else:
                sheet.write_string(row, column, value, text)
        row += 1
    sheet.write_string(row + 1, 0, "填表人：")
    sheet.write_string(row + 1, 4, "审核人：")
    notes = book.add_worksheet("填表说明")
    notes.write_string(0, 0, "1.身份证号请按文本填写。2.一户多人请连续填写。")
    book.close()
    return path


def _lines(families: Iterable[Family]) -> Iterable[tuple[Family, Soul]]:
    for family in families:
        for soul in family.people:
            yield family, soul


def _cells(family: Family, soul: Soul, serial: int) -> tuple[str, ...]:
    group = family.group if serial % 3 else _DIGITS[family.group[0]] + family.group[1:]
    return (
        family.number, group, family.head.name, soul.name, soul.relation, "男" if soul.male else "女", soul.on_paper, soul.phone,
        family.category, soul.disability, soul.health, "",
    )
