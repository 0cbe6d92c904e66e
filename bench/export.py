"""Exporting 20,000 persons to a workbook and to CSV, beside XlsxWriter alone writing the same cells as text and csv alone writing the same lines.

What is measured is `paper.table_out`: cells made harmless, widths that fit Chinese, print set-up; the rows are made beforehand.
"""

from __future__ import annotations

import csv
import io
import time

from bench.common import interleaved, report
from xieli_tui.casework.export_families import OF_FAMILIES

ROUNDS = 3
COUNT = 20_000


def run() -> None:
    """Print the two lines."""
    import xlsxwriter

    from xieli_tui.paper.table_out import TEXT_ONLY, table

    heads = OF_FAMILIES["persons"].heads
    rows = [{key: {"id_no": "999999195103070425", "name": f"测试{at:05d}", "address": f"石桥村{at % 9}组{at}号", "birth": "1951-03-07"}.get(key, f"值{at % 97}") for key, _ in heads} for at in range(COUNT)]

    def ours(kind: str) -> float:
        start = time.perf_counter()
        table(kind, "人员", heads, rows)
        return time.perf_counter() - start

    def alone() -> float:
        start = time.perf_counter()
        with xlsxwriter.Workbook(io.BytesIO(), TEXT_ONLY) as book:
            sheet, text = book.add_worksheet("人员"), book.add_format({"num_format": "@"})
            for line, row in enumerate(rows, 1):
                for at, (key, _) in enumerate(heads):
                    sheet.write_string(line, at, row[key], text)
        return time.perf_counter() - start

    def lines() -> float:
        start = time.perf_counter()
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        for row in rows:
            writer.writerow([row[key] for key, _ in heads])
        out.getvalue().encode("utf-8-sig")
        return time.perf_counter() - start

    for name, kind, base in (("export", "xlsx", alone), ("export.csv", "csv", lines)):
        samples = interleaved(ROUNDS, {"xieli": lambda kind=kind: ours(kind), "alone": base})  # type: ignore[misc]
        report(name, "beside the library alone on the same cells", "xieli", "alone", samples, rows=COUNT, columns=len(heads))
