"""A roster of 20,000 rows in households of 2.5: read beside calamine alone, tried and taken in beside Core upserts of exactly the rows it writes; and the largest workbook there may be.

`roster.read` reads every cell, the head, every rule of a row; `roster.dry` lays it beside an empty village; `roster` signs, chains and projects every entry in
one durable transaction; `roster.again` is the same file once more (nothing changes); `roster.later` a list in which every second person has another phone, beside taking all of it in; `roster.limit` is a workbook one row below the limit, with the memory it took.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.common import interleaved, report
from bench.kit import PASSPHRASE, SEED, VILLAGE, joined

ROUNDS = 3
ROWS = 20_000
LIMIT = 99_998
HEADS = ("序号", "户编号", "村民小组", "户主姓名", "姓名", "与户主关系", "性别", "公民身份号码", "出生日期", "联系电话", "救助类别", "健康状况", "月收入", "备注")
_RELATIONS = (("户主", "男"), ("配偶", "女"), ("长子", "男"), ("女儿", "女"))


def book(path: Path, count: int, *, later: bool = False) -> Path:
    """Invented people of region 999999, a head of one row under a title. `later`: the list of the month after, every second phone another."""
    import xlsxwriter

    from xieli_tui.domain.idnum import check_digit

    rnd = random.Random(SEED)
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "constant_memory": True}) as out:
        sheet = out.add_worksheet("台账")
        sheet.write_string(0, 0, f"填报时间:2026年{12 if later else 11}月1日")
        for at, head in enumerate(HEADS):
            sheet.write_string(1, at, head)
        family = left = line = 0
        name = ""
        while line < count:
            if left == 0:
                family, left, place = family + 1, rnd.choice((1, 2, 2, 3, 4)), 0
            birth = dt.date(rnd.randint(1930, 2020), rnd.randint(1, 12), rnd.randint(1, 28))
            relation, sex = _RELATIONS[place]
            body = f"999999{birth:%Y%m%d}{line % 500 * 2 + (sex == '男'):03d}"
            person = f"测{line:05d}"
            name = person if place == 0 else name
            row = (line + 1, f"{family:05d}", f"{family % 9 + 1}组", name, person, relation, sex, body + check_digit(body), f"{birth:%Y.%m.%d}", f"1000000{(line + 5_000 * (later and line % 2)) % 10_000:04d}", "低保", "健康", line % 900, "")
            for at, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(line + 2, at, value)
                elif value:
                    sheet.write_string(line + 2, at, value)
            line, left, place = line + 1, left - 1, place + 1
    return path


def calamine(path: Path) -> None:
    """The cells, as the library gives them."""
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(str(path)) as found:
        found.get_sheet_by_index(0).to_python(skip_empty_area=False)


def _rows(session: Any) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of a store."""
    from sqlalchemy import MetaData, select

    with session.store.read() as tx:
        known = MetaData()
        known.reflect(tx.conn)
        return {table.name: rows for table in known.sorted_tables if (rows := [dict(row._mapping) for row in tx.conn.execute(select(table))])}


class Upserts:
    """The same rows into an empty encrypted store of the same recipe, by Core, in one durable transaction."""

    def __init__(self, folder: Path) -> None:
        from xieli_tui.casework.session import open_session
        from xieli_tui.casework.setup import InitVillage, init_village

        self.open = lambda at: open_session(at, PASSPHRASE)
        self.make = lambda at: init_village(at, InitVillage(villages=(VILLAGE,), village_name="上坪村", operator="测量员", kdf="floor"), PASSPHRASE)
        self.folder = folder
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.rounds = 0

    def run(self) -> float:
        """Seconds."""
        from sqlalchemy import MetaData
        from sqlalchemy.dialects.sqlite import insert

        self.rounds += 1
        place = self.folder / f"core{self.rounds}"
        self.make(place)
        session = self.open(place)
        known = MetaData()
        with session.store.write() as tx:
            known.reflect(tx.conn)
            for name in self.rows:
                tx.conn.execute(known.tables[name].delete())
        start = time.perf_counter()
        with session.store.write() as tx:
            for name, rows in self.rows.items():
                upsert = insert(known.tables[name])
                keys = [column.name for column in known.tables[name].primary_key]
                rest = {column.name: upsert.excluded[column.name] for column in known.tables[name].columns if column.name not in keys}
                tx.conn.execute(upsert.on_conflict_do_update(index_elements=keys, set_=rest) if keys and rest else upsert, rows)
        seconds = time.perf_counter() - start
        session.close()
        return seconds


def run() -> None:
    """Three interleaved rounds; six lines."""
    from xieli_tui.casework.roster import import_roster
    from xieli_tui.paper.roster_sheet import read_roster

    today = dt.date(2026, 12, 28)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        path = book(base / "台账.xlsx", ROWS)
        after = book(base / "后来.xlsx", ROWS, later=True)
        core = Upserts(base)
        taken: dict[str, list[float]] = {"dry": [], "real": [], "again": [], "later": []}
        shape: dict[str, int] = {}

        def ours() -> float:
            place = base / f"round{len(taken['real'])}"
            place.mkdir()
            pair = joined(place)
            for name, dry, list_ in (("dry", True, path), ("real", False, path), ("again", False, path), ("later", False, after)):
                if name == "later":
                    core.rows = core.rows or _rows(pair.village)
                start = time.perf_counter()
                done = import_roster(pair.village, list_, dry_run=dry)
                taken[name].append(time.perf_counter() - start)
                shape.update({f"{name}_updated": done.updated, f"{name}_created": done.created, f"{name}_unchanged": done.unchanged, "households": done.households, "events": max(done.events, shape.get("events", 0))})
            pair.village.close()
            pair.county.close()
            return taken["real"][-1]

        samples = interleaved(ROUNDS, {"xieli": ours, "core": core.run, "calamine": lambda: calamine(path), "read": lambda: _timed(lambda: read_roster(path, today))})
        assert shape["real_created"] == shape["again_unchanged"] == ROWS, shape
        written = sum(map(len, core.rows.values()))
        report("roster", "well under a minute", "xieli", "core", samples, rows=ROWS, rows_written=written, households=shape["households"], events=shape["events"])
        both = {**samples, **taken}
        report("roster.read", "as measured", "read", "calamine", both, rows=ROWS)
        report("roster.dry", "as measured", "dry", "calamine", both, rows=ROWS)
        report("roster.again", "as measured", "again", "calamine", both, rows=ROWS, created=0)
        assert shape["later_updated"] == ROWS // 2, shape
        report("roster.later", "as measured", "later", "real", both, rows=ROWS, updated=shape["later_updated"])
        large = book(base / "大.xlsx", LIMIT)
        alone = subprocess.run([sys.executable, "-m", "bench.roster", str(large)], check=True, capture_output=True, text=True, timeout=600)
        found = json.loads(alone.stdout)
        report("roster.limit", "bounded", "read", "calamine", {name: [found[name]] for name in ("calamine", "read")}, rows=LIMIT, calamine_mb=found["calamine_mb"], read_mb=found["read_mb"])


def limit(path: Path) -> None:
    """In a process of its own: seconds and megabytes over the start, the library first, then ours."""
    from xieli_tui.paper.roster_sheet import read_roster

    start = _highest()
    found: dict[str, float] = {}
    for name, task in (("calamine", lambda: calamine(path)), ("read", lambda: read_roster(path, dt.date(2026, 12, 28)))):
        found[name] = _timed(task)
        found[f"{name}_mb"] = (_highest() - start) // 1024
    sys.stdout.write(json.dumps(found))


def _highest() -> int:
    """The most kilobytes this program held; what getrusage says begins with those of the program that started it."""
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))


def _timed(task: Any) -> float:
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


if __name__ == "__main__":
    limit(Path(sys.argv[1]))
