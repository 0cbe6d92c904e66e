"""Every printed form for three families as PNG: python .ci/form_pictures.py docs/pictures/forms (looked at by a person; nothing of anybody real is in it)."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "casework")]

from form_families import many, minor, rare  # noqa: E402

from basekit import OPERATOR, PASSPHRASE, START, VILLAGE, seeded  # noqa: E402
from xieli_tui.casework import forms  # noqa: E402
from xieli_tui.casework.session import open_session  # noqa: E402
from xieli_tui.casework.setup import InitVillage, init_village  # noqa: E402
from xieli_tui.domain.clock import FixedClock  # noqa: E402
from xieli_tui.paper import pdf  # noqa: E402
from xieli_tui.paper.catalogue import FORMS  # noqa: E402

PPI, LARGE_PPI = 72, 150
LARGE = {("application", "rare"), ("consent", "minor"), ("temp_aid", "minor")}
"""First pages kept in full size too: names, numbers and places to sign as they come out of the printer."""


def main(out: Path) -> int:
    """Lay the pictures down: FORM-FAMILY-PAGE.png."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    made = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XIELI_STATE"] = f"{folder}/state"
        clock = FixedClock(START)
        init_village(Path(folder) / "v", InitVillage((VILLAGE,), "石桥村", OPERATOR, kdf="floor"), PASSPHRASE, clock=clock, rand=seeded())
        with open_session(Path(folder) / "v", PASSPHRASE, clock=clock, rand=seeded(5)) as session:
            homes = {"rare": rare(session), "minor": minor(session), "twenty": many(session)}
            clock.tick(days=2)
            for form in FORMS.values():
                for family, home in homes.items():
                    subject = {"household": home.household, "application": home.application, "visit": home.visit, "referral": home.referral, "kind": "dibao"}.get(form.about, "")
                    if form.about in ("", "kind") and family != "rare":
                        continue
                    with session.reading() as tx:
                        about = forms._subjects(tx, form, [subject] if subject else [])
                    document = forms._document(session, form, about)
                    pages = pdf.pictures(pdf.shipped(form.id), [document], clock.now(), PPI)
                    if (form.id, family) in LARGE:
                        (out / f"{form.id}-{family}-large.png").write_bytes(pdf.pictures(pdf.shipped(form.id), [document], clock.now(), LARGE_PPI)[0])
                    for number, page in enumerate(pages, 1):
                        (out / f"{form.id}-{family}-{number}.png").write_bytes(page)
                        made += 1
    print(f"{made} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
