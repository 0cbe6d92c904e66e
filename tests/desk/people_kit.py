"""More laptops beside those of `desk_office`: a second one of the same village, one of the next village; rounds of the stick among all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from desk_office import PASSPHRASE, VILLAGE, Office, _open, seeded

from xieli_tui.casework import exchange, setup
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import ImportOutcome
from xieli_tui.desk import enrolment, handovers, intake, send
from xieli_tui.store.vault import Vault

NEXT = "999999001002"
NAMES = {VILLAGE: "石桥村", NEXT: "柳林村", "999999001003": "杨家村"}


def laptop(office: Office, name: str, operator: str, villages: Sequence[str] = (VILLAGE,), *, desk: Session | None = None) -> Session:
    """A laptop set up, enrolled by the county and at home with its grant; nothing else has come to it."""
    base = office.stick.parent
    seed = 100 + len(office.sessions)
    setup.init_village(
        base / name, setup.InitVillage(tuple(villages), NAMES[villages[0]], operator, kdf="floor"), PASSPHRASE, clock=office.clock, rand=seeded(seed))
    session = _open(base / name, Vault.unlock(base / name, PASSPHRASE), office.clock, seeded(seed + 1000))
    office.sessions.append(session)
    grant = base / f"{name}.xieli"
    enrolment.enrol_device(desk or office.county, enrolment.EnrolDevice(
        setup.device_code(session).code, tuple(villages), operator, grant, names={village: NAMES[village] for village in villages}))
    setup.enrol(session, grant, office.root_fingerprint)
    return session


def up(office: Office, *laptops: Session, to: Session | None = None) -> list[ImportOutcome]:
    """Each of these exports onto the stick; the desk takes it all in."""
    office.clock.tick(minutes=1)
    files = [Path(f.path) for one in laptops for f in exchange.export(one, office.stick, with_backup=False).files]
    return intake.import_files(to or office.county, files)


def down(office: Office, *laptops: Session, desk: Session | None = None) -> list[ImportOutcome]:
    """The desk writes to each of these; each takes its own in."""
    office.clock.tick(minutes=1)
    out: list[ImportOutcome] = []
    for one in laptops:
        files = [Path(f.path) for f in send.send(desk or office.county, office.stick, device=one.dev)]
        out += exchange.take_in(one, files)
    return out


def settle(office: Office, *laptops: Session, rounds: int = 6) -> int:
    """Rounds of everybody up and down until nobody has anything to say; how many it took."""
    for done in range(rounds):
        went, came = up(office, *laptops), down(office, *laptops)
        assert all(o.status == "imported" for o in (*went, *came)), (went, came)
        if not went and not came:
            return done
    raise AssertionError("still something to say")


def handing(office: Office) -> tuple[Session, str]:
    """(the successor of the village's laptop, a family both hold); the county allowed the hand-over and both know."""
    home = office.household("石守田")
    office.up()
    successor = laptop(office, "next", "吴小青")
    settle(office, office.village, successor)
    handovers.allow(office.county, office.village.dev[:8], successor.dev)
    settle(office, office.village, successor)
    return successor, home
