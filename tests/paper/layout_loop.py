"""Families laid out as offices lay them out, at random, and read back: nobody lost, nobody doubled, every number with its person.

In full: `python tests/paper/layout_loop.py 3000`. A layout is made from its seed alone: `python tests/paper/layout_loop.py 1 --first SEED`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import xlsxwriter

from bookkit import ods_book, xls_book
from rosterkit import id_number
from xieli_tui.paper.roster_sheet import read_roster

TODAY = dt.date(2026, 12, 28)
SURNAMES, GIVEN = "王刘陈丁仇陶任侯谢段梁苏许尹郑金龚孔莫石单解", "强红木财福根建卫明志军航轩涵秀英翠玉莲香珍桂凤兰梅霞㛃"
RELATIONS = (("户主", "02"), ("配偶", "10"), ("长子", "22"), ("女儿", "30"), ("母亲", "52"), ("孙子", "41"))
NAME = ("姓名", "成员姓名", "家庭成员姓名", "姓  名", "对象姓名")
NUMBER = ("身份证号", "公民身份号码", "身份证号码（18位）", "证件号码", "身份证\n号码")
RELATION = ("与户主关系", "与户主的关系", "家庭关系", "关系")
GROUPS = ("三组", "第四村民小组", "5组", "六社")
Grid = list[list[object]]


@dataclass
class Person:
    name: str
    relation: str
    number: str


@dataclass
class Laid:
    """A table: its rows, merges (top, left, bottom, right), the people in it as (head, name, relation or "", number)."""

    rows: Grid = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    truth: list[tuple[str, str, str, str]] = field(default_factory=list)
    group: str = ""
    shape: str = ""

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.merges.append((top, left, bottom, right))


def families(rnd: random.Random, count: int) -> list[list[Person]]:
    used: set[str] = set()
    out = []
    for _ in range(count):
        people: list[Person] = []
        for place in range(rnd.choice((1, 2, 2, 3, 4))):
            name = ""
            while not name or name in used:
                name = rnd.choice(SURNAMES) + "".join(rnd.sample(GIVEN, rnd.choice((1, 2))))
            used.add(name)
            relation = RELATIONS[place] if place < 2 else rnd.choice(RELATIONS[2:])
            people.append(Person(name, relation[0], id_number(dt.date(rnd.randint(1935, 2020), rnd.randint(1, 12), rnd.randint(1, 28)), rnd.randrange(100, 999))))
        out.append(people)
    return out


def code(word: str) -> str:
    return dict(RELATIONS)[word]


def listed(rnd: random.Random, laid: Laid, homes: list[list[Person]]) -> None:
    """A person a row; the head's name and perhaps number in columns of the house."""
    own_id, with_head, merged = rnd.random() < 0.5, rnd.random() < 0.8, rnd.random() < 0.5
    own_id = own_id and with_head
    heads_apart = own_id and rnd.random() < 0.5
    deep = rnd.random() < 0.5 or heads_apart
    house = [("户编号", "number"), *([("户主姓名", "head")] if with_head else []), *([("户主身份证号", "head_id")] if own_id else []), *([("村民小组", "group")] if rnd.random() < 0.5 else [])]
    person = [(rnd.choice(NAME), "name"), (rnd.choice(NUMBER), "number_id"), (rnd.choice(RELATION), "relation"), *([("联系电话", "phone")] if rnd.random() < 0.4 else [])]
    if rnd.random() < 0.5:
        person = [person[0], *rnd.sample(person[1:], len(person) - 1)]
    columns = [("序号", "serial"), *house, *person, *([(rnd.choice(("备注", "血型", "网格员")), "odd")] if rnd.random() < 0.6 else [])]
    laid.shape = f"listed own_id={own_id} apart={heads_apart} deep={deep} merged={merged}"
    top = len(laid.rows)
    if deep:
        first = next(at for at, (_, key) in enumerate(columns) if key == "name")
        last = max(at for at, (_, key) in enumerate(columns) if key in ("name", "number_id", "relation", "phone"))
        upper: list[object] = [""] * len(columns)
        lower: list[object] = [word for word, _ in columns]
        for at in range(len(columns)):
            if not first <= at <= last and columns[at][1] not in ("head", "head_id"):
                upper[at], lower[at] = lower[at], ""
                laid.merge(top, at, top + 1, at)
        upper[first] = rnd.choice(("家庭成员情况", "家庭成员", "成员信息"))
        laid.merge(top, first, top, last)
        if own_id:
            at = next(place for place, (_, key) in enumerate(columns) if key == "head")
            upper[at], lower[at], lower[at + 1] = rnd.choice(("户主", "户主信息")), "姓名", "身份证号"
            laid.merge(top, at, top, at + 1)
        elif with_head:
            at = next(place for place, (_, key) in enumerate(columns) if key == "head")
            upper[at], lower[at] = "户主姓名", ""
            laid.merge(top, at, top + 1, at)
        block: Grid = [upper, lower]
    else:
        block = [[word for word, _ in columns]]
    laid.rows += [list(row) for row in block]
    serial = 0
    for at, home in enumerate(homes, 1):
        shown = home[1:] if heads_apart and len(home) > 1 else home
        start = len(laid.rows)
        for place, one in enumerate(shown):
            serial += 1
            blank = place > 0 and (merged or rnd.random() < 0.5)
            cells = {
                "serial": serial, "number": "" if blank else f"{at:03d}", "head": "" if blank else home[0].name, "head_id": "" if blank else home[0].number, "group": "" if blank else laid.group,
                "name": one.name, "number_id": one.number, "relation": one.relation, "phone": "10000000001", "odd": rnd.choice(("A型", "", "好")),
            }
            laid.rows.append([cells[key] for _, key in columns])
        if merged and len(shown) > 1:
            for column, (_, key) in enumerate(columns):
                if key in ("number", "head", "head_id", "group"):
                    laid.merge(start, column, len(laid.rows) - 1, column)
        laid.truth += [(home[0].name, one.name, code(one.relation), one.number) for one in home]
        if rnd.random() < 0.1:
            laid.rows.append(rnd.choice(([""] * len(columns), ["小计", *[""] * (len(columns) - 2), len(shown)])))
        if rnd.random() < 0.08:
            top = len(laid.rows)
            laid.rows += [list(row) for row in block]


def wide(rnd: random.Random, laid: Laid, homes: list[list[Person]]) -> None:
    """A family a row, members side by side."""
    most = max(2, max(len(home) for home in homes) - 1)
    style = rnd.choice(("成员{n}{w}", "家庭成员{h}{w}", "{w}{n}", "{w}", "above"))
    words = [("姓名", "name"), ("与户主关系" if style == "{w}" else "关系", "relation"), ("身份证号", "number_id")]
    if rnd.random() < 0.5:
        words = [words[0], words[2], words[1]]
    head: list[object] = ["户编号", "户主姓名", rnd.choice(("户主身份证号", "身份证号码")), "联系电话"]
    if style in ("{w}", "{w}{n}"):
        head[2] = "户主身份证号"
    laid.shape = f"wide {style} {most}"
    top = len(laid.rows)
    names: list[object] = []
    upper: list[object] = []
    for n in range(1, most + 1):
        for at, (word, _) in enumerate(words):
            if style == "above":
                names.append(word)
                upper.append(f"成员{n}" if at == 0 else "")
            else:
                names.append(style.format(n=n, h="一二三四五六"[n - 1], w=word))
    if style == "above":
        laid.rows.append([*head, *upper])
        laid.rows.append(["", "", "", "", *names])
        for at in range(4):
            laid.merge(top, at, top + 1, at)
        for n in range(most):
            laid.merge(top, 4 + 3 * n, top, 6 + 3 * n)
    else:
        laid.rows.append([*head, *names])
    for at, home in enumerate(homes, 1):
        row: list[object] = [f"{at:03d}", home[0].name, home[0].number, "10000000001"]
        for one in home[1:]:
            cells = {"name": one.name, "relation": one.relation, "number_id": one.number}
            row += [cells[key] for _, key in words]
        laid.rows.append(row + [""] * (4 + 3 * most - len(row)))
        laid.truth += [(home[0].name, one.name, code(one.relation), one.number) for one in home]


def layout(seed: int) -> tuple[Laid, str]:
    """The table of a seed, and the name of its sheet."""
    rnd = random.Random(seed)
    laid = Laid(group=rnd.choice(GROUPS))
    name = rnd.choice(("Sheet1", laid.group, "低收入人口台账"))
    if rnd.random() < 0.7:
        laid.rows.append([f"测试县测试镇石桥村{laid.group if rnd.random() < 0.5 else ''}台账", *[""] * 5])
        if rnd.random() < 0.7:
            laid.merge(0, 0, 0, 5)
    if rnd.random() < 0.4:
        laid.rows.append(["填报单位：石桥村", "", "", "填报时间：2026年11月1日", ""])
    homes = families(rnd, rnd.randint(2, 9))
    (listed if rnd.random() < 0.65 else wide)(rnd, laid, homes)
    if rnd.random() < 0.3:
        laid.rows.append(["合计", *[""] * 4, sum(map(len, homes))])
    if rnd.random() < 0.3:
        laid.rows.append(["填表人：", "", "审核人：", ""])
    if rnd.random() < 0.2:
        laid.merges.clear()
        laid.shape += " nothing merged"
    return laid, name


def save(folder: Path, laid: Laid, name: str, seed: int) -> Path:
    """As .xlsx, .ods or .xls, by the seed."""
    kind = ("xlsx", "xlsx", "ods", "xls")[seed % 4]
    path = folder / f"{seed}.{kind}"
    width = max(map(len, laid.rows))
    rows = [[*row, *[""] * (width - len(row))] for row in laid.rows]
    if kind == "ods":
        return ods_book(path, {name: rows}, {name: laid.merges})
    if kind == "xls":
        return xls_book(path, {name: rows}, {name: laid.merges})
    with xlsxwriter.Workbook(str(path)) as out:
        page = out.add_worksheet(name)
        for top, left, bottom, right in laid.merges:
            page.merge_range(top, left, bottom, right, "")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value != "":
                    page.write(r, c, value) if isinstance(value, int) else page.write_string(r, c, str(value))
    return path


def wrong(folder: Path, seed: int) -> str:
    """What was read otherwise than it was laid, "" nothing."""
    laid, name = layout(seed)
    path = save(folder, laid, name, seed)
    roster = read_roster(path, TODAY)
    path.unlink()
    found = Counter((row.head, row.name, row.relation, row.id.number) for row in roster.rows)
    truth = Counter(laid.truth)
    if found == truth:
        return ""
    return f"seed={seed} {path.suffix} {laid.shape}\nroles {[one.header.roles for one in roster.sheets]}\nlost {list((truth - found).elements())[:4]}\nmore {list((found - truth).elements())[:4]}\n"


def main() -> int:
    """Run the loop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=1)
    asked = parser.parse_args()
    bad = 0
    shapes: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(asked.first, asked.first + asked.count):
            said = wrong(Path(folder), seed)
            shapes[layout(seed)[0].shape.split(" ")[0]] += 1
            if said:
                bad += 1
                if bad <= 8:
                    sys.stdout.write(said)
    sys.stdout.write(f"layouts={asked.count} first={asked.first} wrong={bad} {dict(shapes)}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
