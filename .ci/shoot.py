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
import subprocess
import sys
import tempfile
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
    """Single keys of a text."""
    return tuple("space" if char == " " else char for char in text)


BOTH = ((80, 24), (120, 40))
SMALL = ((80, 24),)
VISIT = ("f3", *typed("wxy"), "~", "enter", "~", "4", "4", "~")
SCENES = (
    Scene("unlock", "village", (), SMALL, locked=True),
    Scene("today", "village", ("~",), themes=("日间", "夜间", "素框")),
    Scene("menu", "village", ("escape", "~"), SMALL),
    Scene("households", "village", ("f3", *typed("wxy"), "~")),
    Scene("dossier", "village", ("f3", *typed("wxy"), "~", "enter", "~"), themes=("日间", "夜间")),
    Scene("chain", "village", ("f3", *typed("wxy"), "~", "enter", "~", "7", "~"), SMALL),
    Scene("visit", "village", VISIT, themes=("日间", "素框")),
    Scene("visit-filled", "village", (*VISIT, "1", "tab", "tab", "tab", "tab", "2", "3", "1", "right", "right", "3", "tab", "1", "tab", "1", "tab",
                                      *typed("儿子今早住进县医院，押金是借的。"), "tab", *typed("问清医疗救助要什么单子"), "tab", *typed("12-31"), "shift+tab", "~")),
    Scene("flag", "village", ("f3", *typed("wxy"), "~", "f5", "~", "1", "tab", "1", "tab", "3", "~")),
    Scene("urgent", "village", ("f3", *typed("wxy"), "~", "f5", "~", "1", "tab", "1", "tab", "3", "tab", "tab", *typed("县医院 3 楼"), "tab", *typed("押金交不上，有人陪"),
                                "tab", *typed("押金、家里老人的饭"), "ctrl+s", "~")),
    Scene("apply", "village", ("f6", "~")),
    Scene("application", "village", ("f6", "~", "down", "enter", "~")),
    Scene("start", "village", ("f3", *typed("wxy"), "~", "f6", "~", "5", "~"), SMALL),
    Scene("send", "village", ("f9", "~", "tab", "~")),
    Scene("help", "village", (*VISIT, "f1", "~")),
    Scene("queue", "county", ("~",)),
    Scene("case", "county", ("~", "enter", "~")),
    Scene("inbox", "county", ("f3", "~"), SMALL),
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


async def shoot(scene: Scene, size: tuple[int, int], theme: str, workspace: Path, passphrase: str, out: Path) -> str:
    """Walk to the screen and draw it; its text comes back."""
    from xieli_tui.domain.clock import TZ, FixedClock
    from xieli_tui.ui.app import XieliApp

    app = XieliApp(workspace, clock=FixedClock(dt.datetime(2026, 12, 28, 14, 2, tzinfo=TZ)))
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
            else:
                await pilot.press(key)
        await pilot.pause(0.4)
        strips = [list(strip) for strip in app.screen._compositor.render_strips()]
        paper = app.theme_variables["background"].lower()
    suffix = {"日间": "", "夜间": "-night", "素框": "-ascii"}[theme]
    stem = f"{scene.name}-{size[0]}x{size[1]}{suffix}"
    picture = svg(strips, size, paper)
    subprocess.run(["rsvg-convert", "-z", "1.0", "-o", str(out / f"{stem}.png")], input=picture.encode(), check=True)
    text = "\n".join("".join(seg.text for seg in strip).rstrip() for strip in strips) + "\n"
    (out / f"{stem}.txt").write_text(text, encoding="utf-8")
    print(stem, (out / f"{stem}.png").stat().st_size // 1024, "KB")
    return text


async def main(out: Path, only: list[str]) -> None:
    """Every scene, each on a fresh copy of the invented village."""
    import shutil

    from xieli_sample import demo

    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XIELI_STATE"] = str(Path(folder) / "state")
        made = demo.prepare(Path(folder) / "demo", random.Random(20261228).randbytes)
        places = {"village": made.village_dir, "county": made.county_dir}
        for at, scene in enumerate(SCENES):
            if only and scene.name not in only:
                continue
            for size in scene.sizes:
                for theme in scene.themes if size == (80, 24) else scene.themes[:1]:
                    copy = Path(folder) / f"w{at}-{size[0]}-{theme}"
                    shutil.copytree(places[scene.desk], copy)
                    await shoot(scene, size, theme, copy, made.passphrase, out)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
