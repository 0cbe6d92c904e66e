"""Layouts of forms the county sent in place of the program's own (design 10; 03 blob.part: packs, templates, mappings).

Rules kept here
- a layout comes by the road alone, signed by the county like a pack: `pack.installed` under the name `form-<FORM>.<typ|docx>`, its bytes in pieces;
- what counts is the last one in force on the day that is here whole; a file that is missing a piece or does not have its digest is not used;
- what a laptop may run of it is checked again where it is used (`paper.pdf.check`, `paper.docx.check`).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.store.queries.packs import Install
    from xieli_tui.store.store import Tx

KIND = "template"
PREFIX = "form-"
ENDINGS = {"typ": "pdf", "docx": "docx"}


def named(form: str, ending: str) -> str:
    """The name under which a layout is put in force."""
    return f"{PREFIX}{form}.{ending}"


def in_force(tx: Tx, today: dt.date) -> dict[tuple[str, str], Install]:
    """(form, pdf | docx) -> the county's layout that is used on this day."""
    out: dict[tuple[str, str], Install] = {}
    for one in queries.installs(tx):
        form, _, ending = one.pack.removeprefix(PREFIX).rpartition(".")
        if one.pack.startswith(PREFIX) and one.kind == KIND and one.state == "whole" and ending in ENDINGS and one.start <= today.isoformat():
            out[form, ENDINGS[ending]] = one
    return out


def bytes_of(tx: Tx, one: Install | None) -> bytes | None:
    """Its bytes; None for none."""
    return queries.blob(tx, one.digest) if one is not None else None
