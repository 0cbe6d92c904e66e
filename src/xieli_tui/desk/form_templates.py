"""The county puts its own layout of a form in force; it goes to every village and township with the next return, like a pack (design 10, 03 blob.part).

Rules kept here
- a layout is tried before it is sent: it must run on a document in which every value is said, read no file and ask no network;
- its name says which form it is of; the program's own stands again when it is taken back.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xieli_tui.casework import forms, road, templates, values
from xieli_tui.casework.session import saved
from xieli_tui.desk.guards import require_county
from xieli_tui.desk.packs import Installed, put
from xieli_tui.domain.events.road import RulingAnnulled
from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper import docx, pdf, qr
from xieli_tui.paper.catalogue import FORMS
from xieli_tui.store import queries

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import Saved
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx


def install(session: Session, file: Path | str, form: str, start: str) -> Installed:
    """Put a layout in force from a day on; the ending says which kind, .typ or .docx.

    Raises:
        Refused: XL-P07, XL-P03 not the county; XL-V08 no such form; XL-V11 another ending; XL-W31, XL-W32 it does not run; XL-V01/V02 the day; XL-F01, XL-F06.
        NotFound: XL-F05.
    """
    require_county(session)
    found = FORMS[values.choice(form, FORMS, "form")]
    path = Path(file)
    ending = path.suffix.lower().removeprefix(".")
    if ending not in templates.ENDINGS:
        raise Refused("XL-V11", "表样要以 .typ 或 .docx 结尾", field="file")
    data = road.read_file(path)
    day = values.day(values.needed(start, "start"), session.today, "start", future=True)
    sample = forms.sample(found, pdf.shipped(found.id))
    if ending == "typ":
        try:
            source = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("XL-W32", "要存成 UTF-8 文本", field="file") from None
        pdf.pdf(source, [sample], session.clock.now())
    else:
        docx.docx(data, sample, qr.png("XL1"))
    ident = templates.named(found.id, ending)
    made: list[tuple[int, bool]] = []

    def build(tx: Tx) -> list[Payload]:
        payloads, pieces = put(tx, templates.KIND, ident, values.name(path.name, "file") or ident, data, day)
        made.append((pieces, bool(payloads)))
        return payloads

    recorded = session.transact(build)
    pieces, new = made[0]
    return Installed(ident, found.title, "", day, pieces, recorded[-1].seq if recorded else 0, new)


def withdraw(session: Session, ref: str, reason: str) -> Saved:
    """Take a layout back, by its reference in the list. Raises Refused: XL-P07, XL-P03; XL-V06 no reason. NotFound: XL-V45."""
    require_county(session)
    text = values.needed(values.text(reason, "reason"), "reason")

    def build(tx: Tx) -> list[Payload]:
        if ref not in {one.ref for one in queries.installs(tx) if one.pack.startswith(templates.PREFIX)}:
            raise NotFound("XL-V45", field="ref")
        return [RulingAnnulled(of=ref, reason=text)]

    return saved(ref, session.transact(build), "withdrawn")
