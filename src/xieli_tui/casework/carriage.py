"""What a township carries for others, and a laptop for the one it took over from: village bundles up to the county, the county's returns and grants down to its laptops (design 04, 09).

Rules kept here
- byte for byte as received, under the name its core gives; the township can read none of what goes down;
- what is owed is the store's (`store.carried`); a file is laid down first and remembered after, so a failed write is owed again;
- words stay those of the road: what goes up is 待签收 until the county's receipt covers it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import container, outbox
from xieli_tui.casework.session import Session, road_errors
from xieli_tui.casework.views import ExportedFile
from xieli_tui.store import carried

if TYPE_CHECKING:
    from xieli_tui.store.carried import Carried


def forward(session: Session, folder: Path, *, fs: outbox.Fs = outbox.OS_FS) -> list[ExportedFile]:
    """Lay the bundles of others down that the county has not signed for: at a township those of its villages, on a laptop what came with a hand-over.

    Raises:
        Refused: XL-F02, XL-F03, XL-F04, XL-F08. NotFound: XL-F05. What lies there by then stays.
    """
    if session.role == "county":
        return []
    with session.reading() as tx:
        owed = carried.owed_up(tx)
    return [_lay_down(session, folder, row, fs) for row in owed]


def bring_down(session: Session, folder: Path, laptops: Sequence[str], *, fs: outbox.Fs = outbox.OS_FS) -> list[ExportedFile]:
    """Lay down what the county wrote for these laptops and they are not known to have taken; none anywhere but at a township.

    Raises:
        As `forward`.
    """
    if session.role != "township":
        return []
    with session.reading() as tx:
        owed = [row for dev in laptops for row in carried.owed_down(tx, dev)]
    return [_lay_down(session, folder, row, fs) for row in owed]


def _lay_down(session: Session, folder: Path, row: Carried, fs: outbox.Fs) -> ExportedFile:
    from xieli_tui.casework.exchange import check_code  # here: an export carries on as well

    with session.reading() as tx:
        data = carried.data_of(tx, row)
    with road_errors():
        core = container.parse(data).core
        written = outbox.write_bundle(folder, outbox.file_name(core), data, fs)
    with session.writing() as tx:
        carried.laid_down(tx, row)
    return ExportedFile(str(written.path), row.bid, row.ep, row.first, row.last, int(core["n"]), len(data), check_code(row.bid), written.verified, carried=True)
