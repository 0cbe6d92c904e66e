"""`xieli export`: rows of the records leave as a file, masked unless a reason is given (design 08 Out, 10 Excel out).

Rules kept here
- ID, bank, phone and certificate numbers and a guardian are covered as on every screen, in free text too, unless `full` with a reason;
- that something left is recorded (`audit.exported`: what, how many rows, masked or full, why) before the file is written;
- `events` are the exact lines with their hash: covered they would be worth nothing, so they leave in full or not at all;
- the file's name is the officer's choice; it is whole or absent, nothing is overwritten, nothing lies in a temporary file.

A topic more is a row of TOPICS: the columns, and a function of a reading transaction that gives the rows (`export_families`, `export_cases`); then
`.ci/columns.py` writes docs/columns.md anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import outbox
from xieli_tui.casework import out_file, values
from xieli_tui.casework.export_cases import OF_CASES
from xieli_tui.casework.export_families import OF_FAMILIES, OF_RECORDS, Row, Topic
from xieli_tui.domain.events.road import AuditExported
from xieli_tui.domain.masks import masked
from xieli_tui.errors import Refused
from xieli_tui.paper import table_out
from xieli_tui.store.queries.words import value_text

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

TOPICS: dict[str, Topic] = {**OF_FAMILIES, **OF_CASES, **OF_RECORDS}
COVERED = {"id_no": "中间盖住", "phone": "中间盖住", "birth": "只留年份", "disability_cert": "整格盖住", "bank": "整格盖住", "guardian": "整格盖住"}
"""How a whole column is covered; numbers in any other column are covered where they stand in its text. A day of birth is the middle of the number: beside a
covered number it would uncover it."""
_WHOLE = frozenset(key for key, how in COVERED.items() if how == "整格盖住")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    file: str
    what: str
    format: str
    rows: int
    full: bool
    bytes: int


def export(
    session: Session, what: str, out: Path | str, *, form: str = "xlsx", since: str | None = None, full: bool = False, reason: str | None = None, fs: outbox.Fs = outbox.OS_FS,
) -> Exported:
    """Write the rows of one topic.

    Args:
        what: a key of TOPICS.
        form: xlsx, csv, json or jsonl.
        since: only what something was written about since that day.
        full: nothing covered; needs a reason.

    Raises:
        Refused: XL-V06 full without a reason, XL-V08 no such topic or format, XL-V11 events covered, or as a table; XL-F01, XL-F02, XL-F03, XL-F04, XL-F07, XL-F08.
        NotFound: XL-F05.
    """
    topic = TOPICS[values.choice(what, TOPICS, "what")]
    form = values.choice(form, table_out.FORMATS, "format")
    if not topic.masks and not full:
        raise Refused("XL-V11", "记录的原文盖住就没有用了，要写 --full 和 --reason", field="full")
    if not topic.masks and form not in ("json", "jsonl"):
        raise Refused("XL-V11", "记录的原文只能写成 json 或 jsonl", field="format")
    why = values.needed(values.text(reason, "reason"), "reason") if full else values.text(reason, "reason")
    day = values.day(since, session.today, "since") if since else ""
    path = out_file.free(out)
    with session.reading() as tx:
        rows = [row if full else _covered(row) for row in topic.rows(tx, day, session.today)]
    data = table_out.table(form, topic.title, topic.heads, rows)
    session.record(values.make(AuditExported, what=what, rows=len(rows), full=full, reason=why))
    written = out_file.write(path, data, fs)
    return Exported(str(written), what, form, len(rows), full, len(data))


OWN_IDS = frozenset({"household", "person", "visit", "flag", "application", "aid", "referral", "alert"})
"""协理…号: made by the program, nobody's; one in a hundred looks like a telephone somewhere, and covered it would join nothing."""
_SECRET = re.compile(r"证|身份|账|帐|卡|电话|手机|号码|联系|监护|出生|生日")
"""Heads of somebody's own columns under which a number that identifies may stand, in whatever form."""


def _columns(text: str) -> str:
    """原表其他列 (name：value；…): digits under a head that asks for a number go."""
    parts = re.split(r"(；)", text)
    secret = False
    for at, part in enumerate(parts):
        name, colon, value = part.partition("：")
        secret = bool(_SECRET.search(name)) if colon else secret
        if secret and part != "；":
            parts[at] = f"{name}{colon}{re.sub(r'[0-9０-９Xx]', '*', value)}" if colon else re.sub(r"[0-9０-９Xx]", "*", part)
    return "".join(parts)


def _covered(row: Row) -> Row:
    out = {}
    for key, text in row.items():
        if key in _WHOLE:
            out[key] = "*" * 6 if text else ""
        elif key in OWN_IDS:
            out[key] = text
        elif key == "birth":
            out[key] = text[:4]
        elif key == "given":
            out[key] = masked(_columns(text))
        elif key in COVERED:
            out[key] = value_text(key, text) if text else ""
        else:
            out[key] = masked(text)
    return out
