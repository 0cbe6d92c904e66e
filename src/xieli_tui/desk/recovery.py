"""One officer's answer to a laptop whose passphrase is forgotten.

Rules kept here (design 05)
- which computer asks, of which village, used by whom comes from the register of this county, never from the file;
- the officer types the 20 digits the person reads out to him, met or called on the number on file: they must be those of this very file;
- a stopped computer, one of another county, an officer who is not in force or has no share in it is refused, and what would help is named;
- he opens his own share alone and seals it to the one-time key of the request; this desk never sees two;
- it is recorded before it is handed out, once for each officer and request; a drill is answered with the same care, and recorded as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import recovery as wire
from xieli_sync.errors import SyncError
from xieli_sync.identity import same_fingerprint
from xieli_sync.rootkey import write_once
from xieli_tui.casework import values
from xieli_tui.casework.recovery import ANSWER_START, place, read_file
from xieli_tui.casework.session import road_errors
from xieli_tui.desk import guards, known_devices
from xieli_tui.domain.events.road import RecoveryAnswered
from xieli_tui.domain.passphrase import normal
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal, queries, recovery, stopped, trust
from xieli_tui.store.queries import registers

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx

FIRST = "先和本人见面，或打登记册上的电话，请他念出屏幕上的 20 位数字。不要用找上门的人给的电话。"


@dataclass(frozen=True, slots=True)
class Asking:
    """A request as the county knows its computer.

    Attributes:
        dev, called: the computer; its village and who uses it, out of the register.
        phones: numbers on file of who uses it.
        fingerprint: the 20 digits of the file, to be compared, not to be read out to anybody.
        drill: a rehearsal.
        helpers: officers in force who have a share; two of them are needed. departed: names of officers no longer in force who have one.
        answered: officers who answered this very request before.
        stopped: the computer is stopped: no answer is given.
    """

    dev: str
    called: str
    phones: tuple[str, ...]
    fingerprint: str
    drill: bool
    helpers: tuple[str, ...]
    departed: tuple[str, ...]
    answered: tuple[str, ...]
    stopped: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer laid down: its file, for which computer, by whom; `again` = this officer had answered this request before."""

    file: str
    dev: str
    called: str
    officer: str
    drill: bool
    again: bool


def look(session: Session, file: Path) -> Asking:
    """Who asks, and what to do first; nothing is written.

    Raises:
        Refused: XL-P07, XL-P03, XL-L13, XL-N01 another county's. NotFound: XL-F05, XL-V44 not registered here.
    """
    guards.require_county(session)
    asked = _read(file)
    with session.reading() as tx:
        return _asking(tx, asked)


def _read(file: Path) -> wire.Request:
    with road_errors():
        return wire.read_request(read_file(Path(file)))


def _asking(tx: Tx, asked: wire.Request) -> Asking:
    if asked.net != trust.net(tx):
        raise Refused("XL-N01")
    if queries.device(tx, asked.dev) is None:
        raise NotFound("XL-V44")
    now = {one.kid: one.name for one in recovery.in_force(tx).officers}
    ever = {one.kid: one.name for held in recovery.lists(tx) for one in held.officers}
    phones = tuple(dict.fromkeys(one.phone for one in registers.staff(tx) if one.dev == asked.dev and one.phone and not one.until))
    return Asking(
        asked.dev, known_devices.called(tx, asked.dev), phones, asked.fingerprint, asked.drill, tuple(now[kid] for kid in asked.officers if kid in now),
        tuple(ever[kid] for kid in asked.officers if kid in ever and kid not in now), tuple(sorted({e.d["officer"] for e in _answers(tx, asked)})),
        stopped.stopped(tx, asked.dev),
    )


def _answers(tx: Tx, asked: wire.Request) -> list[journal.StoredEvent]:
    found = journal.load(tx, entity=asked.dev, t="recovery.answered")
    return [e for e in found if e.dev == tx.dev and e.d.get("request") == asked.name]


def answer(session: Session, file: Path, officer_file: Path, officer_passphrase: str, out: Path, fingerprint: str, *, compared: bool) -> Answered:
    """Answer as one officer.

    Args:
        officer_file: the officer's key file.
        out: the answer to write, or a folder for it.
        fingerprint: the 20 digits the person read out.
        compared: they were typed as he read them; False where they were taken from the file, to be compared before the answer is handed over. Recorded.

    Raises:
        Refused: XL-P07, XL-P03, XL-L13, XL-N01, XL-K17 stopped, XL-K15 the digits differ, XL-K16 this officer cannot help this computer, XL-F08, XL-F03.
        Locked: XL-K13, XL-K14 the officer's key file. NotFound: XL-F05, XL-V44.
    """
    guards.require_county(session)
    asked = _read(file)
    with session.reading() as tx:
        seen = _asking(tx, asked)
    if seen.stopped:
        raise Refused("XL-K17")
    if not same_fingerprint(values.needed(fingerprint, "fingerprint"), asked.fingerprint):
        raise Refused("XL-K15", field="fingerprint")
    with road_errors():
        officer = wire.OfficerKey.load(Path(officer_file), normal(officer_passphrase))
    with session.reading() as tx:
        name = next((one.name for one in recovery.in_force(tx).officers if one.kid == officer.kid), "")
    helpers = f"能答复的是：{'、'.join(seen.helpers)}" if len(seen.helpers) > 1 else "这台电脑的找回人员都换过了：要本人记起口令，或从备份恢复"
    if not name:
        raise Refused("XL-K16", "不是在任的找回人员", next_step=helpers)
    try:
        made = wire.answer(asked, officer)
    except SyncError as error:
        if error.code == "XL-K16":
            raise Refused("XL-K16", "它还不认得这名找回人员", next_step=helpers) from None
        raise Refused("XL-L13", "里面的份额打不开") from None
    path = place(Path(out), f"{ANSWER_START}-{officer.kid[:4]}.json")
    if path.exists():
        raise Refused("XL-F08")
    again: list[bool] = []

    def build(tx: Tx) -> list[Payload]:
        again.append(any(e.d["officer"] == name for e in _answers(tx, asked)))
        return [] if again[0] else [values.make(
            RecoveryAnswered, dev=asked.dev, request=asked.name, officer=name, drill=asked.drill or None, compared=compared or None,
        )]

    session.transact(build)
    with road_errors():
        write_once(path, made.to_bytes())
    return Answered(str(path), asked.dev, seen.called, name, asked.drill, again[0])
