"""Make the font of the printed forms out of Debian's `fonts-noto-cjk` (OFL-1.1): `python .ci/font.py [NotoSansCJK-Regular.ttc] OUT.otf`.

Needs `fonttools` (not in any lock: this is run once per release of the font, by hand, and takes a minute or two). Kept are the simplified-Chinese
shapes of Latin, punctuation, signs, every Han character of the basic block, of extension A and of the planes above that the font has; layout tables and
hints go, since a form is set from left to right at print resolution. What is kept is what `paper.glyphs` says can be printed.
"""

from __future__ import annotations

import sys

SIMPLIFIED = 2
"""Number of Noto Sans CJK SC in the collection."""
KEPT = (
    (0x20, 0x250), (0x2000, 0x2700), (0x3000, 0x3040), (0x3200, 0x3400), (0x3400, 0xA000), (0xF900, 0xFB00), (0xFE30, 0xFE50), (0xFF00, 0xFFF0),
    (0x20000, 0x40000),
)
DROPPED = ("VORG", "vhea", "vmtx", "GSUB", "GPOS", "BASE", "DSIG")


def make(source: str, target: str) -> int:
    """Write the subset; the number of characters in it."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(source, fontNumber=SIMPLIFIED)
    wanted = [char for char in font.getBestCmap() if any(first <= char < end for first, end in KEPT)]
    options = subset.Options()
    options.hinting, options.layout_features, options.notdef_outline, options.name_IDs, options.glyph_names = False, [], True, ["*"], False
    options.drop_tables += list(DROPPED)
    maker = subset.Subsetter(options)
    maker.populate(unicodes=wanted)
    maker.subset(font)
    subset.save_font(font, target, options)
    return len(wanted)


if __name__ == "__main__":
    *given, out = sys.argv[1:]
    sys.stdout.write(f"{make(given[0] if given else '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', out)} characters\n")
