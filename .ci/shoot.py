"""Pictures of the app on the invented village, for docs/pictures: real screens, driven by keys, drawn cell by cell.

    python .ci/shoot.py OUT [NAME…]        needs rsvg-convert and the Noto CJK and DejaVu Sans Mono fonts (apt: librsvg2-bin fonts-noto-cjk)

Why not the framework's own screenshot: its SVG gives lengths in characters, so Chinese is squashed and columns drift. Here every run of
narrow or wide characters is placed by its cell, grounds are rectangles, light rules are drawn as lines.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import html
import os
import random
import struct
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

CELL_W, CELL_H = 12, 26
NARROW = f"font-family:'DejaVu Sans Mono';font-size:{CELL_W / 0.602:.2f}px"
WIDE = "font-family:'Noto Sans Mono CJK SC';font-size:23px;letter-spacing:1px"
RULES = {"─": (CELL_H / 2, 1.4), "━": (CELL_H / 2 - 1, 3.4)}


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: who is at work, the keys pressed after unlocking (`~` waits), the sizes and themes to draw."""

    name: str
    desk: str
    keys: tuple[str, ...]
    sizes: tuple[tuple[int, int], ...] = ((80, 24), (120, 40))
    themes: tuple[str, ...] = ("日间",)
    locked: bool = False


def typed(text: str) -> tuple[str, ...]:
    """Single keys of a text; `=` before a character that Pilot cannot press."""
    return tuple("space" if char == " " else char if char.isalnum() or ord(char) < 127 else f"={char}" for char in text)


BOTH = ((80, 24), (120, 40))
SMALL = ((80, 24),)
WXY = ("f3", *typed("wxy"), "~", "enter", "~")
VISIT = ("f3", *typed("wxy"), "~", "enter", "~", "4", "4", "~")
LISTED = ("f7", "~", "1", "~", "=预", "=警", "=名", "=单", *typed(".xlsx"), "ctrl+s", "~", "~")
SCENES = (
    Scene("unlock", "village", (), SMALL, locked=True),
    Scene("forgotten", "village", ("f4", "~"), SMALL, locked=True),
    Scene("officers", "county", ("ctrl+g", *typed("53"), "enter", "~"), SMALL),
    Scene("drill", "village", ("ctrl+g", *typed("63"), "enter", "~"), SMALL),
    Scene("today", "village", ("~",), themes=("日间", "夜间", "素框")),
    Scene("menu", "village", ("escape", "~"), SMALL),
    Scene("households", "village", ("f3", *typed("wxy"), "~")),
    Scene("dossier", "village", ("f3", *typed("wxy"), "~", "enter", "~"), themes=("日间", "夜间")),
    Scene("dossier-decided", "village", ("f3", *typed("hxz"), "~", "enter", "~"), SMALL, themes=("日间", "夜间")),
    Scene("policy", "village", ("f3", *typed("wxy"), "~", "enter", "~", "9", "~")),
    Scene("hint", "village", ("f3", *typed("wxy"), "~", "enter", "~", "9", "~", *["down"] * 8, "enter", "~")),
    Scene("statement", "village", ("f3", *typed("wxy"), "~", "enter", "~", "3", "3", "~", *typed("1200"), "tab", *typed("6000/"), "=年", "tab", "~")),
    Scene("person-form", "village", ("f3", *typed("wxy"), "~", "enter", "~", "9", "~", *["down"] * 5, "enter", "~"), SMALL),
    Scene("household-form", "village", ("f3", *typed("wxy"), "~", "enter", "~", "2", "1", "1", "~", "pagedown", "~"), SMALL),
    Scene("chain", "village", ("f3", *typed("wxy"), "~", "enter", "~", "7", "~"), SMALL),
    Scene("visit", "village", VISIT, themes=("日间", "素框")),
    Scene("visit-filled", "village", (*VISIT, "1", "tab", "tab", "tab", "tab", "2", "3", "1", "right", "right", "3", "tab", "1", "tab", "1", "tab",
                                      *typed("儿子今早住进县医院，押金是借的。"), "tab", *typed("问清医疗救助要什么单子"), "tab", *typed("12-31"), "shift+tab", "~")),
    Scene("flag", "village", ("f3", *typed("wxy"), "~", "f5", "~", "1", "tab", "1", "tab", "3", "~")),
    Scene("urgent", "village", ("f3", *typed("wxy"), "~", "f5", "~", "1", "tab", "1", "tab", "3", "tab", "tab", *typed("县医院 3 楼"), "tab", *typed("押金交不上，有人陪"),
                                "tab", *typed("押金、家里老人的饭"), "ctrl+s", "~")),
    Scene("apply", "village", ("ctrl+g", *typed("15"), "enter", "~")),
    Scene("application", "village", ("ctrl+g", *typed("15"), "enter", "~", "down", "enter", "~")),
    Scene("start", "village", ("f3", *typed("wxy"), "~", "f6", "~", "5", "~"), SMALL),
    Scene("send", "village", ("f9", "~", "tab", "~")),
    Scene("help", "village", (*VISIT, "f1", "~")),
    Scene("queue", "county", ("~",)),
    Scene("case", "county", ("~", "enter", "~")),
    Scene("inbox", "county", ("f3", "~"), SMALL),
    Scene("wizard", "new", (*typed("999999001001"), "tab", "=上", "=坪", "=村", "tab", "=王", "=小", "=兰"), SMALL, locked=True),
    Scene("enrol", "new", (*typed("999999001001"), "tab", "=上", "=坪", "=村", "tab", "=王", "=小", "=兰", "ctrl+s", "~", *typed("1234123412341234"), "tab",
                           *typed("1234123412341234"), "ctrl+s", "~", "enter", "~", "f9", "~"), SMALL, locked=True),
    Scene("trip", "village", ("~", *["down"] * 9, "enter", "~", "1", "4", "~")),
    Scene("alerts", "village", ("f7", "~")),
    Scene("dispose", "village", ("f7", "~", "enter", "~", "1", *["tab"] * 6, "1", "ctrl+s", "~", "f7", "~", "enter", "~", "1", "~"), SMALL),
    Scene("members", "village", (*WXY, "2", "~"), SMALL),
    Scene("means", "village", (*WXY, "3", "~"), SMALL),
    Scene("papers", "village", (*WXY, "8", "~"), SMALL),
    Scene("person", "village", (*WXY, "2", "enter", "~"), SMALL),
    Scene("family-menu", "village", (*WXY, "2", "2", "~"), SMALL),
    Scene("entry", "village", (*WXY, "7", "~", "enter", "~"), SMALL),
    Scene("correct", "village", (*WXY, "7", "~", "enter", "~", "enter", "~"), SMALL),
    Scene("matters", "village", (*WXY, "7", "7", "~"), SMALL),
    Scene("call", "village", (*WXY, "0", "~"), SMALL),
    Scene("inform", "village", (*WXY, "9", "9", "~"), SMALL),
    Scene("print", "village", (*WXY, "ctrl+p", "~"), SMALL),
    Scene("print-many", "village", ("f2", "~", "ctrl+p", "~", "space", "~", "space", "down", "space", "~")),
    Scene("sign", "village", ("~", "2", "enter", "~", "down", "down", "down", "enter", "~"), SMALL),
    Scene("told", "village", ("~", "2", "enter", "~", "enter", "~"), SMALL),
    Scene("notices", "village", ("~", "3", "enter", "~"), SMALL),
    Scene("findings", "village", ("ctrl+g", *typed("45"), "enter", "~"), SMALL),
    Scene("helpers", "village", (*WXY, "ctrl+g", *typed("44"), "enter", "~"), SMALL),
    Scene("commands", "village", ("ctrl+g", "~"), SMALL),
    Scene("settings", "village", ("ctrl+g", *typed("81"), "enter", "~"), SMALL),
    Scene("workers", "village", ("ctrl+g", *typed("93"), "enter", "~"), SMALL),
    Scene("passphrase", "village", ("ctrl+g", *typed("93"), "enter", "~", "1", "~", *typed("wrong"), "tab", *typed("5555666677778888")), SMALL),
    Scene("backups", "village", ("ctrl+g", *typed("82"), "enter", "~"), SMALL),
    Scene("restore", "village", ("ctrl+g", *typed("82"), "enter", "~", "down", "down", "ctrl+r", "~"), SMALL),
    Scene("local", "county", ("ctrl+g", *typed("31"), "enter", "~"), SMALL),
    Scene("lint", "county", ("ctrl+g", *typed("32"), "enter", "~"), SMALL),
    Scene("staff", "county", ("ctrl+g", *typed("33"), "enter", "~"), SMALL),
    Scene("reserve", "county", ("ctrl+g", *typed("44"), "enter", "~"), SMALL),
    *(Scene(name, "county", ("ctrl+g", *typed(digits), "enter", "~"), SMALL) for name, digits in (
        ("conferences", "21"), ("complaints", "22"), ("suspicions", "23"), ("events", "24"), ("scan", "27"), ("coverage", "29"), ("registers", "36"), ("packs", "37"), ("devices", "38"),
    )),
    *(Scene(name, "village", ("ctrl+g", *typed(digits), "enter", "~"), SMALL) for name, digits in (("referrals", "55"), ("roster", "57"), ("phones", "58"), ("policy-files", "62"))),
    Scene("reports", "village", ("f8", "~")),
    Scene("report-learn", "village", ("f8", "~", "1", "~"), SMALL),
    Scene("report-ask", "village", ("f8", "~", "2", "~")),
    Scene("report-run", "village", ("f8", "~", "enter", "~"), SMALL),
    Scene("report-done", "village", ("f8", "~", "enter", "~", "ctrl+s", "~")),
    Scene("export", "village", ("f8", "~", "3", "~", "3", "~")),
    Scene("count", "village", ("f8", "~", "5", "~", "4", "~", "down", "down", "~")),
    Scene("counted", "village", ("f8", "~", "5", "~", "4", "~", "down", "down", "enter", "~")),
    Scene("notice-pick", "village", ("f8", "~", "4", "~", "space", "~"), SMALL),
    Scene("notice-sheet", "village", ("f8", "~", "4", "~", "space", "ctrl+s", "~"), SMALL),
    Scene("statistics", "county", ("f8", "~", "6", "~", "4", "~")),
    *(Scene(name, "village", ("ctrl+g", *typed("57"), "enter", "~", "=台", "=账", *typed(".xlsx"), "ctrl+s", "~", *further), sizes) for name, sizes, further in (
        ("roster-columns", SMALL, ()), ("roster-column", SMALL, ("enter", "~", *typed("dh"), "~")), ("roster-changes", BOTH, ("enter", "~", *typed("dh"), "~", "enter", "~", "ctrl+s", "~", "1")),
    )),
    Scene("alert-list", "village", LISTED),
    Scene("alerts-listed", "village", (*LISTED, "ctrl+s", "~", "~", *["down"] * 6, "~")),
    Scene("suspect", "village", (*WXY, "ctrl+g", *typed("54"), "enter", "~"), SMALL),
    Scene("handover", "village", ("ctrl+g", *typed("64"), "enter", "~"), SMALL),
    Scene("receiver", "village", ("ctrl+g", *typed("65"), "enter", "~"), SMALL),
    Scene("merges", "county", ("ctrl+g", *typed("55"), "enter", "~")),
    *(Scene(name, "county", ("ctrl+g", *typed(digits), "enter", "~"), SMALL) for name, digits in (("handovers", "54"), ("forks", "56"), ("held-back", "52"))),
    Scene("handover-allow", "county", ("ctrl+g", *typed("54"), "enter", "~", "1", "~")),
    Scene("stop-device", "county", ("ctrl+g", *typed("38"), "enter", "~", "2", "~")),
    Scene("desk-send", "county", ("f9", "~"), SMALL),
    Scene("decide", "county", ("~", "enter", "~", "enter", "~"), SMALL),
)


def svg(strips: list[list[object]], size: tuple[int, int], paper: str) -> str:
    """The cells of a screen as SVG."""
    width, height = size[0] * CELL_W + 20, size[1] * CELL_H + 16
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="-10 -8 {width} {height}" xml:space="preserve">',
           f'<rect x="-10" y="-8" width="{width}" height="{height}" fill="{paper}"/>']
    ink: list[str] = []
    for y, strip in enumerate(strips):
        grounds = {color(seg.style, "bgcolor", paper) for seg in strip if seg.text}  # type: ignore[attr-defined]
        bar = grounds.pop() if len(grounds) == 1 else paper
        if bar != paper:
            up = 8 if y == 0 else 0
            out.append(f'<rect x="-10" y="{y * CELL_H - up}" width="{width}" height="{CELL_H + up}" fill="{bar}" shape-rendering="crispEdges"/>')
        x = 0
        for seg in strip:
            x = run(seg, x, y, bar, paper, out, ink)
    return "\n".join([*out, *ink, "</svg>"])


def color(style: object, name: str, default: str) -> str:
    """#rrggbb of a style's ink or ground."""
    found = getattr(style, name, None) if style else None
    return found.get_truecolor().hex.lower() if found else default


def run(seg: object, x: int, y: int, bar: str, paper: str, out: list[str], ink: list[str]) -> int:
    """Draw one segment; the cell after it comes back."""
    from rich.cells import cell_len

    text, style = seg.text, seg.style  # type: ignore[attr-defined]
    fore, back = color(style, "color", "#000000"), color(style, "bgcolor", paper)
    cells = cell_len(text)
    if back not in (bar, paper):
        out.append(f'<rect x="{x * CELL_W}" y="{y * CELL_H}" width="{cells * CELL_W}" height="{CELL_H}" fill="{back}" shape-rendering="crispEdges"/>')
    if style and style.underline:
        ink.append(f'<rect x="{x * CELL_W}" y="{y * CELL_H + CELL_H - 2.2}" width="{cells * CELL_W}" height="1.2" fill="{fore}"/>')
    weight = "bold" if style and style.bold else "normal"
    for kind, group in groupby(text, key=lambda char: "space" if char.isspace() else cell_len(char)):
        piece = "".join(group)
        wide = cell_len(piece)
        if kind != "space":
            if len(set(piece)) == 1 and piece[0] in RULES:
                down, thick = RULES[piece[0]]
                out.append(f'<rect x="{x * CELL_W}" y="{y * CELL_H + down}" width="{wide * CELL_W}" height="{thick}" fill="{fore}"/>')
            elif set(piece) == {"│"}:
                out.append(f'<rect x="{x * CELL_W + CELL_W / 2}" y="{y * CELL_H}" width="1.4" height="{CELL_H}" fill="{fore}"/>')
            else:
                font, dx = (WIDE, 0.5) if kind == 2 else (NARROW, 0)
                for at, char in enumerate(piece):
                    ink.append(f'<text x="{(x + at * int(kind)) * CELL_W + dx}" y="{y * CELL_H + 19.3}" fill="{fore}" font-weight="{weight}" style="{font}">{html.escape(char)}</text>')
        x += wide
    return x


def small(png: bytes) -> bytes:
    """The same picture with at most 256 colours: the grounds and inks exactly, their blends rounded. A third of the size, no library needed."""
    at, data, width, height, step_of = 8, b"", 0, 0, 4
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        body = png[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
            step_of = {2: 3, 6: 4}[body[9]]
        elif kind == b"IDAT":
            data += body
        at += size + 12
    rows = unfiltered(zlib.decompress(data), width * step_of, step_of)
    seen = Counter(pixel for row in rows for pixel in zip(row[0::step_of], row[1::step_of], row[2::step_of], strict=True))
    exact = {color for color, _ in seen.most_common(40)}
    for step in (12, 20, 32, 48):
        table = {color: color if color in exact else tuple(min(255, round(part / step) * step) for part in color) for color in seen}
        palette = {color: place for place, color in enumerate(sorted(set(table.values())))}
        if len(palette) <= 256:
            break
    index = {color: palette[table[color]] for color in seen}
    raw = b"".join(b"\x00" + bytes(index[pixel] for pixel in zip(row[0::step_of], row[1::step_of], row[2::step_of], strict=True)) for row in rows)
    colors = b"".join(bytes(color) for color in palette)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"PLTE", colors) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def unfiltered(data: bytes, stride: int, pixel: int) -> list[bytearray]:
    """Rows of a PNG with their filters undone."""
    rows, before = [], bytearray(stride)
    for at in range(0, len(data), stride + 1):
        kind, row = data[at], bytearray(data[at + 1:at + 1 + stride])
        if kind == 1:
            for x in range(pixel, stride):
                row[x] = (row[x] + row[x - pixel]) & 255
        elif kind == 2:
            row = bytearray((one + up) & 255 for one, up in zip(row, before, strict=True))
        elif kind == 3:
            for x in range(stride):
                row[x] = (row[x] + ((row[x - pixel] if x >= pixel else 0) + before[x]) // 2) & 255
        elif kind == 4:
            for x in range(stride):
                left, up, corner = row[x - pixel] if x >= pixel else 0, before[x], before[x - pixel] if x >= pixel else 0
                guess = left + up - corner
                near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
                row[x] = (row[x] + near) & 255
        rows.append(row)
        before = row
    return rows


def learnt(workspace: Path, passphrase: str) -> None:
    """Two tables of the township, learnt: one filled in last month."""
    import openpyxl

    from xieli_tui.casework import reports
    from xieli_tui.casework.session import open_session
    from xieli_tui.domain.clock import TZ, FixedClock

    session = open_session(workspace, passphrase, clock=FixedClock(dt.datetime(2026, 12, 2, 9, 0, tzinfo=TZ)))
    tables = {
        "低收入人口走访月报": ("序号", "村(社区)", "户主姓名", "身份证号(4-4-4-4-2分段)", "家庭人口", "走访日期(如2026.11)", "走访人", "发现问题", "帮扶措施", "是否低保(打√)", "联系电话"),
        "残疾人基本情况表": ("序号", "姓名", "身份证号", "残疾类别及等级", "监护人姓名", "是否低保(是/否)"),
    }
    for at, (name, heads) in enumerate(tables.items()):
        book = openpyxl.Workbook()
        book.active.append(heads)
        book.save(workspace.parent / f"t{at}.xlsx")
        reports.learn(session, workspace.parent / f"t{at}.xlsx", name)
        (workspace.parent / f"t{at}.xlsx").unlink()
    session.close()


async def shoot(scene: Scene, size: tuple[int, int], theme: str, workspace: Path, passphrase: str, out: Path) -> str:
    """Walk to the screen and draw it; its text comes back."""
    from xieli_tui.domain.clock import TZ, FixedClock
    from xieli_tui.ui.app import XieliApp

    app = XieliApp(workspace, clock=FixedClock(dt.datetime(2026, 12, 28, 14, 2, tzinfo=TZ)), kdf="floor")
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        await pilot.pause(0.3)
        if not scene.locked:
            await pilot.press(*typed(passphrase), "enter")
            for _ in range(200):
                await pilot.pause(0.05)
                if app.open_session is not None:
                    break
        for key in scene.keys:
            if key == "~":
                await app.workers.wait_for_complete()
                await pilot.pause(0.15)
            elif key.startswith("=") and app.focused is not None:
                app.focused.insert_text_at_cursor(key[1:])  # type: ignore[attr-defined]
            else:
                await pilot.press(key)
        await pilot.pause(0.4)
        strips = [list(strip) for strip in app.screen._compositor.render_strips()]
        paper = app.theme_variables["background"].lower()
    suffix = {"日间": "", "夜间": "-night", "素框": "-ascii"}[theme]
    stem = f"{scene.name}-{size[0]}x{size[1]}{suffix}"
    picture = svg(strips, size, paper)
    drawn = subprocess.run(["rsvg-convert", "-z", "1.0"], input=picture.encode(), check=True, capture_output=True).stdout
    (out / f"{stem}.png").write_bytes(small(drawn))
    text = "\n".join("".join(seg.text for seg in strip).rstrip() for strip in strips) + "\n"
    (out / f"{stem}.txt").write_text(text, encoding="utf-8")
    print(stem, (out / f"{stem}.png").stat().st_size // 1024, "KB")
    return text


def township_list(place: Path, workspace: Path, passphrase: str) -> None:
    """台账.xlsx of the invented village as its township sends it: two columns it calls otherwise, a sheet of instructions, some people otherwise than here."""
    import xlsxwriter

    from xieli_tui.casework import export
    from xieli_tui.casework.session import open_session
    from xieli_tui.paper.workbook import sheets

    with open_session(workspace, passphrase) as session:
        export.export(session, "persons", place / "all.xlsx", full=True, reason="画图")
    (found,) = sheets(place / "all.xlsx")
    (place / "all.xlsx").unlink()
    at = {str(head): column for column, head in enumerate(found.rows[0])}
    heads = {"小组": "村民小组", "户编号": "户编号", "户主": "户主姓名", "姓名": "姓名", "与户主关系": "与户主关系", "身份证号": "公民身份号码", "电话": "联络", "类别": "救助类别", "劳动能力": "劳动能力"}
    with xlsxwriter.Workbook(str(place / "台账.xlsx"), {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("低收入人口台账")
        sheet.merge_range(0, 0, 0, len(heads) + 1, "青石镇低收入人口台账    填报时间：2026年12月28日", None)
        for column, head in enumerate(("序号", *heads.values(), "走访干部")):
            sheet.write_string(1, column, head)
        for line, row in enumerate(found.rows[1:], 2):
            if line in (4, 30):
                continue
            values = [str(row[at[head]]) for head in heads]
            if line in (3, 9, 21):
                values[6] = f"1000000{line:04d}"
            if line == 14:
                values[3] = values[3][:1] + "建华"
            if line in (25, 26):
                values[0] = "八组"
            for column, value in enumerate((str(line - 1), *values, "周敏")):
                sheet.write_string(line, column, value)
        book.add_worksheet("填表说明").write_string(0, 0, "1.一户多人请连续填写。2.身份证号请按文本填写。")


def alert_list(place: Path, workspace: Path, passphrase: str) -> None:
    """预警名单.xlsx about people of the invented village, one of them unknown there, with a column and a kind nobody knows."""
    import openpyxl

    from xieli_tui.casework.session import open_session
    from xieli_tui.store import queries

    with open_session(workspace, passphrase) as session, session.reading() as tx:
        people = [one for one in queries.persons(tx) if one.id_state == "ok"][:5]
    book = openpyxl.Workbook()
    book.active.append(["预警编号", "姓名", "身份证号", "预警类型", "预警内容", "推送日期", "核查时限", "包片领导", "核查人", "核查结果", "是否符合救助条件", "拟采取措施", "备注"])
    kinds = (("新增残疾预警", "新核发残疾人证"), ("医疗支出预警", "年度自付较高"), ("死亡比对预警", "请核实是否去世"), ("失业预警", "本月新增失业登记"), ("用电量异常", "三个月用电为零"))
    for at, (one, (kind, text)) in enumerate(zip(people, kinds, strict=True), 1):
        book.active.append([f"YJ202612{at:02d}", one.name, one.id_no, kind, text, "2026-12-20", "2027-01-05", "周主任"])
    book.active.append(["YJ20261206", "冯小满", "999999********0010", "失业预警", "本月新增失业登记", "2026-12-20", "2027-01-05", "周主任"])
    book.save(place / "预警名单.xlsx")


async def main(out: Path, only: list[str]) -> None:
    """Every scene, each on a fresh copy of the invented village."""
    import shutil

    from xieli_sample import demo

    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XIELI_STATE"] = str(Path(folder) / "state")
        os.environ["TERM"] = "xterm-256color"  # what the settings say of the window must not depend on where the pictures are made
        made = demo.prepare(Path(folder) / "demo", random.Random(20261228).randbytes)
        places = {"village": made.village_dir, "county": made.county_dir}
        out = out.resolve()
        os.chdir(folder)
        if not only or any(name.startswith("alert") for name in only):
            shutil.copytree(made.village_dir, "alerted")
            alert_list(Path(folder), Path("alerted"), made.passphrase)
        if not only or any(name.startswith("roster") for name in only):
            shutil.copytree(made.village_dir, "listed")
            township_list(Path(folder), Path("listed"), made.passphrase)
        for at, scene in enumerate(SCENES):
            if only and scene.name not in only:
                continue
            for size in scene.sizes:
                for theme in scene.themes if size == (80, 24) else scene.themes[:1]:
                    copy = Path(folder) / f"w{at}-{size[0]}-{theme}"
                    if scene.desk != "new":
                        shutil.copytree(places[scene.desk], copy)
                    if scene.name.startswith("report"):
                        learnt(copy, made.passphrase)
                    await shoot(scene, size, theme, copy, made.passphrase, out)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
