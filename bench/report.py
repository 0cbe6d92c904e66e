"""Refilling an office's workbook with 20,000 rows beside XlsxWriter writing the same cells, and beside openpyxl's own saving of them.

Refilling keeps somebody else's styles, which XlsxWriter cannot do at all: the ratio says what that costs. `report.village` is the size it is used at, 400 rows.
"""

from __future__ import annotations

import io
import time

from bench.common import interleaved, report

ROUNDS = 3
HEADS = ("序号", "户主姓名", "身份证号(4-4-4-4-2分段)", "家庭人口", "走访日期(如2026.11)", "走访人", "致困原因", "是否低保(是/否)", "联系电话", "备注")


def template() -> bytes:
    """A head of one row, a drawn row, a sum beneath."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    page.title = "月报"
    page.append(["困难群众走访情况月报表"])
    page.append(list(HEADS))
    page.append([None] * len(HEADS))
    page.append(["合计", None, None, "=SUM(D3:D3)"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def run() -> None:
    """Print the two lines."""
    import xlsxwriter

    from xieli_tui.paper import refill
    from xieli_tui.paper.report_guess import guess
    from xieli_tui.paper.report_map import ReportMap

    data = template()
    found, *_ = guess(refill.layouts(data))
    made = ReportMap("月报", found.sheet, found.head_rows, found.first, found.last, found.unit, found.columns, data)

    def values(at: int) -> list[object]:
        return [at + 1, f"测试{at:05d}", "9999 9919 5103 0704 25", at % 6 + 1, "2026.11", "测量员", "因病", "是", "10000002190", ""]

    for name, count in (("report", 20_000), ("report.village", 400)):
        rows = [refill.Row({one.at: values(at)[one.at] for one in made.columns if one.field}) for at in range(count)]

        def ours(rows: list[refill.Row] = rows) -> float:
            start = time.perf_counter()
            refill.refill(made, rows)
            return time.perf_counter() - start

        def base(count: int = count) -> float:
            start = time.perf_counter()
            with xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True}) as book:
                sheet, text = book.add_worksheet("月报"), book.add_format({"num_format": "@"})
                for at in range(count):
                    for column, value in enumerate(values(at)):
                        if isinstance(value, int):
                            sheet.write_number(at + 3, column, value)
                        else:
                            sheet.write_string(at + 3, column, str(value), text)
            return time.perf_counter() - start

        report(name, "a village's report in 2 s", "refill", "xlsxwriter", interleaved(ROUNDS, {"refill": ours, "xlsxwriter": base}), rows=count, columns=len(HEADS))
