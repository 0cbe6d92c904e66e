"""Side by side: the drawn design on the left, the real screen on the right, one picture per pair in docs/pictures/beside.

    python .ci/side_by_side.py DESIGN_PICTURES        needs rsvg-convert; after .ci/shoot.py

Both pictures are 80x24 cells; ours is scaled to the height of the design's. The design's content is illustrative (other families, other phones).
"""

from __future__ import annotations

import base64
import struct
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from shoot import small

PAIRS = {
    "unlock": "unlock", "today": "today", "menu": "menu", "households": "households", "dossier": "dossier-decided", "visit": "visit", "visit-filled": "visit-filled", "urgent": "urgent",
    "apply": "application", "send": "send", "help": "help", "desk-queue": "queue", "desk-case": "case",
}
"""Name of the design's picture -> of ours."""
SIZE = "80x24"
VARIANTS = {"today": ("", "-night", "-ascii"), "dossier": ("", "-night"), "visit": ("", "-ascii")}
WIDE, GAP, HEAD = 960, 24, 34
"""Pixels: width of each side, between them, of the line above."""


def width_and_height(png: bytes) -> tuple[int, int]:
    """From the IHDR chunk."""
    return struct.unpack(">II", png[16:24])


def beside(left: bytes, right: bytes) -> bytes:
    """One PNG of two."""
    tall = max(round(WIDE * high / wide) for wide, high in (width_and_height(left), width_and_height(right)))
    parts = []
    for at, (word, png) in enumerate((("设计", left), ("做出来的", right))):
        wide, high = width_and_height(png)
        x = at * (WIDE + GAP)
        parts.append(f'<text x="{x + 4}" y="24" style="font-family:\'Noto Sans CJK SC\';font-size:20px" fill="#474D55">{word}</text>')
        parts.append(f'<image x="{x}" y="{HEAD}" width="{WIDE}" height="{round(WIDE * high / wide)}" href="data:image/png;base64,{base64.b64encode(png).decode()}"/>')
    whole = f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDE + GAP}" height="{tall + HEAD}"><rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    return small(subprocess.run(["rsvg-convert", "--unlimited"], input=whole.encode(), check=True, capture_output=True).stdout)


def main(design: Path) -> None:
    """Every pair; a missing picture is an error."""
    ours = Path(__file__).parent.parent / "docs" / "pictures"
    out = ours / "beside"
    out.mkdir(exist_ok=True)
    for theirs, mine in PAIRS.items():
        for variant in VARIANTS.get(theirs, ("",)):
            pair = beside((design / f"{theirs}-{SIZE}{variant}.png").read_bytes(), (ours / f"{mine}-{SIZE}{variant}.png").read_bytes())
            (out / f"{mine}{variant}.png").write_bytes(pair)
            print(mine + variant, len(pair) // 1024, "KB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
