"""Workbooks as offices send them round, full of last month's people: odd heads, gaps, merges, feet, second blocks, hidden sheets. In full: python tests/paper/office_books.py 1000"""

from __future__ import annotations

import html
import io
import random
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl

from xieli_tui.errors import XieliError
from xieli_tui.paper import refill
from xieli_tui.paper.report_guess import guess

_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "秀英建军晓雨国华玉梅志强小河守田"
Person = dict[str, str]
Cell = Callable[[random.Random, Person], Any]
HEADS: tuple[tuple[str, Cell], ...] = (
    ("序号", lambda _r, p: int(p["number"])), ("户主姓名", lambda _r, p: p["name"]), ("姓名", lambda _r, p: p["name"]), ("身份证号", lambda _r, p: p["id"]),
    ("身份证号码(分段)", lambda _r, p: p["segments"]), ("联系电话", lambda _r, p: p["phone"]), ("银行账号", lambda _r, p: p["bank"]),
    ("家庭住址", lambda r, _p: r.choice(("石桥村2组", "单位宿舍", "经办楼", "说明路3号", "合计院"))), ("备注", lambda r, _p: r.choice(("", "说明：低保", "单位：无"))), ("性别", lambda _r, _p: "男"),
    ("年龄", lambda _r, _p: "66"), ("与户主关系", lambda _r, _p: "本人"), ("家庭人口", lambda r, _p: r.randint(1, 6)),
)


def book_of(seed: int) -> tuple[bytes, list[Person]]:
    """A workbook, and whoever stands in it."""
    r = random.Random(seed)
    book, people = openpyxl.Workbook(), list[Person]()

    def somebody(number: int) -> Person:
        digits = f"999999{r.randint(1930, 2015)}{r.randint(1, 12):02d}{r.randint(1, 28):02d}{r.randint(0, 999):03d}{r.choice('0123456789X')}"
        people.append({
            "number": str(number), "name": r.choice(_SURNAMES) + "".join(r.sample(_GIVEN, r.choice((1, 2, 2, 2)))), "id": digits, "segments": " ".join(digits[at : at + 4] for at in range(0, 18, 4)),
            "phone": f"1{r.randint(10**9, 10**10 - 1)}", "bank": f"62{r.randint(10**16, 10**17 - 1)}",
        })
        return people[-1]

    for sheet in range(r.choice((1, 1, 2, 3))):
        page = book.active if sheet == 0 else book.create_sheet(f"表{sheet}")
        if sheet and r.random() < 0.4:
            page.sheet_state = "hidden"
        heads = [HEADS[0], r.choice(HEADS[1:3]), *r.sample(HEADS[3:], r.randint(2, 6))]
        page["A1"] = r.choice(("困难群众月报", "填报单位：", "2026年11月"))
        row = r.randint(2, 4)
        for at, (head, _) in enumerate(heads, 1):
            page.cell(row, at).value = head
        for number in range(r.randint(0, 12)):
            row += 1 if r.random() < 0.85 else 2
            person = somebody(number + 1)
            for at, (_, cell) in enumerate(heads, 1):
                if r.random() < 0.9 or at == 2:
                    page.cell(row, at).value = cell(r, person)
            if r.random() < 0.1 and len(heads) > 4:
                page.merge_cells(start_row=row, start_column=3, end_row=row, end_column=5)
        if r.random() < 0.6:
            row += 1
            page.cell(row, 1).value = r.choice(("合计", "填表人：", "村(盖章)"))
        if r.random() < 0.3:
            page.cell(row + 1, 1).value = "附：补报"
            person = somebody(99)
            for at, (_, cell) in enumerate(heads, 1):
                page.cell(row + 2, at).value = cell(r, person)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), people


def left(seed: int) -> list[str]:
    """What of the people is still in the workbook once it was learnt; nothing where no report can be learnt of it."""
    data, people = book_of(seed)
    try:
        learnt = refill.emptied(data, [one.map for one in guess(refill.layouts(data))])
    except XieliError as none:
        if none.code != "XL-W18":
            raise
        return []
    with zipfile.ZipFile(io.BytesIO(learnt)) as archive:
        text = "".join(html.unescape(archive.read(name).decode("utf-8", "replace")) for name in archive.namelist())
    return [f"seed={seed} {key}" for person in people for key in ("name", "id", "segments", "phone", "bank") if person[key] in text]


def leaks(seeds: range) -> Iterator[str]:
    """Every leak of these seeds."""
    for seed in seeds:
        yield from left(seed)


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    found = list(leaks(range(many)))
    sys.stdout.write("".join(f"{one}\n" for one in found) + f"{many} workbooks, {len(found)} leaks\n")
    sys.exit(bool(found))
