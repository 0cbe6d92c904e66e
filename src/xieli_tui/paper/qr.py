"""QR codes (GB/T 18284, ISO/IEC 18004) as PNG or SVG: what a telephone at the county can read off a screen or a sheet.

Rules kept here
- nothing personal goes in: enrolment codes, form numbers and digests only;
- black on white with the quiet zone of four modules the standard asks for, error correction M or better;
- the picture depends on the text alone, so the same code is the same file.
"""

from __future__ import annotations

import io

import segno

SCALE = 8
"""Pixels of a module: read from a screen at arm's length, and 2 mm on a sheet printed at 100 dpi."""
QUIET = 4


def png(text: str) -> bytes:
    """The QR code of a text as PNG bytes."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=SCALE, border=QUIET)
    return out.getvalue()


def svg(text: str) -> str:
    """The QR code of a text as SVG, for a printed form (drawn by lines, sharp on any printer)."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", scale=1, border=QUIET, xmldecl=False, svgns=True, nl=False)
    return out.getvalue().decode("ascii")
