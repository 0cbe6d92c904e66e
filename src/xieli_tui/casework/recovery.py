"""找回: a forgotten passphrase, two officers, a new key; and the drill that shows it would work.

Rules kept here (design 05)
- a request needs no passphrase and says nothing about anybody: which computer, its sealed shares, a one-time key, 20 digits to read out;
- two answers of two officers to the last request made here, joined on this computer alone; then a new passphrase and a new key for everything;
- the chain says that it happened (`audit.unlocked`, where `recovery`, naming the request); entries, drafts, epochs and the name of the computer stay;
- the slots follow the officers in force at every opening and with every return; a change that cannot be written now is made at the next opening;
- a drill joins and compares, and changes nothing but the day it keeps.
"""

from __future__ import annotations

import datetime as dt
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from xieli_sync import recovery as wire
from xieli_sync.errors import SyncError
from xieli_sync.rootkey import write_once
from xieli_tui.casework import backup, contacts, drives
from xieli_tui.casework.session import Session, attach, road_errors
from xieli_tui.domain.clock import Clock, Rand, day_of
from xieli_tui.errors import Locked, NotFound, Refused, XieliError
from xieli_tui.store import keyfile, queries, recovery, rekey, restoring, settings, vault
from xieli_tui.store import workspace as rooms
from xieli_tui.store.kdf import Strength, check_passphrase

if TYPE_CHECKING:
    from xieli_tui.store import Tx
    from xieli_tui.store.vault import OpenVault

DRILL_DAYS = 365
"""A drill is a year's: then it is on 今日 again (design 05: yearly)."""
REQUEST_FILE, ANSWER_START = "xieli-recovery-request.json", "xieli-recovery-answer"
_LATER = ("XL-F02", "XL-F03", "XL-A01")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was laid down: the file, the 20 digits to read out, the computer."""

    file: str
    fingerprint: str
    dev: str
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator of this computer."""

    operator: str
    name: str


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a recovery did: whose passphrase opens now, who must be let in again, whether a copy under the new key was made ("" or what went wrong)."""

    dev: str
    operator: str
    name: str
    others: tuple[str, ...] = ()
    backup: str = ""


@dataclass(frozen=True, slots=True)
class Drilled:
    """A drill that came through, and on which day."""

    dev: str
    on: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How this computer would be recovered.

    Attributes:
        officers: names of the officers in force as known here.
        ready: the key file holds a slot for every pair of them.
        drilled: the day of the last drill, "" = never. due: a drill is due now.
        waiting: the 20 digits of a drill that waits for its answers, "" = none.
        answered: (day, officer, drill, digits compared) of answers the county gave for this computer, the newest first.
    """

    officers: tuple[str, ...]
    ready: bool
    drilled: str
    due: bool
    waiting: str = ""
    answered: tuple[tuple[str, str, bool, bool], ...] = ()


# -- slots ------------------------------------------------------------------------------------------


def keep_slots(session: Session) -> bool:
    """Let the recovery slots follow the officers in force; whether they were made anew. A county's desk has none: it is who answers."""
    if session.role == "county":
        return False
    with session.reading() as tx:
        officers = recovery.in_force(tx).officers
    try:
        with road_errors():
            return recovery.follow(session.workspace, session.vault, [one.enc_pub for one in officers], session.rand)
    except Refused as error:
        if error.code not in _LATER:
            raise
        return False  # the disk is full, or another program has the file: opening and returns go on, and the next opening makes them


def standing(tx: Tx, workspace: Path, today: dt.date) -> Standing:
    """How this computer would be recovered, as known here."""
    officers = recovery.in_force(tx).officers
    wanted = set(wire.pairs_of(one.enc_pub for one in officers))
    ready = bool(wanted) and recovery.pairs_in(keyfile.read(workspace)) == wanted
    last = str(settings.get(tx, recovery.DRILLED, ""))
    due = ready and (not last or (today - dt.date.fromisoformat(last)).days >= DRILL_DAYS)
    waiting = recovery.waiting_drill(tx)
    return Standing(tuple(one.name for one in officers), ready, last, due, waiting.fingerprint if waiting is not None else "")


def look(session: Session) -> Standing:
    """`standing` of an open session."""
    with session.reading() as tx:
        given = tuple((day_of(e.hlc_ms), str(e.d["officer"]), bool(e.d.get("drill")), bool(e.d.get("compared"))) for e in recovery.answered(tx, session.dev))
        return replace(standing(tx, session.workspace, session.today), answered=given)


# -- asking -----------------------------------------------------------------------------------------


def request(workspace: Path, out: Path, rand: Rand = os.urandom) -> Asked:
    """Lay a request down, without a passphrase. An earlier one of this computer is over.

    Args:
        out: a file that is not there yet, or a folder (a stick).

    Raises:
        Locked: XL-L02 no workspace, XL-L14 no recovery slots. Refused: XL-F02, XL-F03, XL-F08. Damaged: XL-L05.
    """
    restoring.settle(workspace)
    profile = rooms.load_profile(workspace)
    if profile.kind == "county":
        raise Locked("XL-L14", "县级工作台没有", next_step="它的口令由几个人各记一份；都忘了，从另存的备份恢复")
    asked, waiting = recovery.make(workspace, profile.net, rand)
    path = place(Path(out), REQUEST_FILE)
    with road_errors():
        write_once(path, asked.to_bytes())
    try:
        recovery.keep(workspace, waiting)
    except BaseException:
        path.unlink(missing_ok=True)  # nobody could use its answers
        raise
    return Asked(str(path), asked.fingerprint, asked.dev)


def waiting(workspace: Path) -> str:
    """The 20 digits of the request that waits for its answers; "" when none does."""
    found = recovery.waiting(workspace)
    return found.fingerprint if found is not None else ""


def place(out: Path, name: str) -> Path:
    """The file meant: the path itself, or in a folder a name nobody has yet (`-2`, `-3` …)."""
    if not out.is_dir():
        return out
    stem, dot, ending = name.rpartition(".")
    at = 1
    while (path := out / (name if at == 1 else f"{stem}-{at}{dot}{ending}")).exists():
        at += 1
    return path


def read_file(path: Path) -> bytes:
    """The bytes of a request or an answer. Raises NotFound: XL-F05. Refused: XL-F01, XL-F06, XL-L13 too large."""
    if path.is_dir():
        raise Refused("XL-F01")
    try:
        with path.open("rb") as file:
            data = file.read(wire.LIMIT + 1)
    except FileNotFoundError:
        raise NotFound("XL-F05") from None
    except OSError:
        raise Refused("XL-F06") from None
    if len(data) > wire.LIMIT:
        raise Refused("XL-L13")
    return data


def answers_in(paths: Sequence[Path]) -> list[wire.Answer]:
    """The answers in these files. Raises as `read_file`; Refused: XL-L13, XL-U01."""
    with road_errors():
        return [wire.read_answer(read_file(Path(path))) for path in paths]


def find_answers(workspace: Path, folder: Path) -> list[Path]:
    """The answers in a folder (a stick) to the request that waits here, the newest of each officer; files of any other kind are left alone."""
    asked = recovery.waiting(workspace)
    return _answers_to(asked.name, folder) if asked is not None else []


def find_drill_answers(session: Session, folder: Path) -> list[Path]:
    """The same for the drill that waits."""
    with session.reading() as tx:
        asked = recovery.waiting_drill(tx)
    return _answers_to(asked.name, folder) if asked is not None else []


def _answers_to(name: str, folder: Path) -> list[Path]:
    found: dict[str, Path] = {}
    try:
        files = sorted((path for path in folder.iterdir() if path.is_file() and path.stat().st_size <= wire.LIMIT), key=lambda path: path.stat().st_mtime)
    except OSError:
        raise NotFound("XL-F05") from None
    for path in files:
        try:
            one = wire.read_answer(path.read_bytes())
        except (SyncError, OSError):
            continue  # a stick carries other things too
        if one.request == name:
            found[one.officer] = path
    return list(found.values())[:2]


def _joined(waiting: recovery.Waiting | None, answers: Sequence[wire.Answer]) -> bytes:
    if waiting is None:
        raise Refused("XL-L16")
    if len(answers) != 2:
        raise Refused("XL-L15", f"给了 {len(answers)} 份")
    if any(one.request != waiting.name for one in answers):
        raise Refused("XL-L15", "答复的不是这份申请")
    if answers[0].officer == answers[1].officer:
        raise Refused("XL-L15", "两份是同一名找回人员的")
    with road_errors():
        return wire.join(waiting.name, waiting.key, answers)


# -- finishing --------------------------------------------------------------------------------------


@dataclass(slots=True, repr=False)
class Joined:
    """A workspace that two answers opened, before its new passphrase. `forget` it when it is not used."""

    workspace: Path
    vault: OpenVault
    operators: tuple[Operator, ...]
    officers: tuple[bytes, ...]
    request: str
    generation: int

    def forget(self) -> None:
        self.vault.forget()


def join(workspace: Path, answers: Sequence[Path], *, clock: Clock | None = None, rand: Rand = os.urandom) -> Joined:
    """Join two answers and open the workspace with what they make.

    Raises:
        Refused: XL-L16 no request waits, XL-L15 the answers do not fit, XL-L13, XL-L17 another program has the store. NotFound: XL-F05.
        Damaged: XL-L05, XL-L06.
    """
    drives.refuse_removable(workspace)
    restoring.settle(workspace)
    profile = rooms.load_profile(workspace)
    asked = recovery.waiting(workspace)
    if asked is None:
        raise Refused("XL-L16")
    dek = _joined(asked, answers_in(answers))
    recovery.opens(workspace, dek)
    opened = vault.opened_by(workspace, dek)
    session = attach(workspace, profile, replace(opened, dek=bytearray(opened.dek)), clock=clock, rand=rand, where=None)
    try:
        with session.reading() as tx:
            found = tuple(Operator(one.operator, one.name) for one in queries.operators(tx) if one.dev == session.dev and not one.ended)
            officers = tuple(one.enc_pub for one in recovery.in_force(tx).officers)
            generation = vault.known_generation(tx)
    finally:
        session.close()
    return Joined(workspace, opened, found, officers, asked.name, generation)


def choose(operators: Sequence[Operator], named: str | None) -> Operator:
    """Whose passphrase is made anew: the one named (by name or number), or the only one.

    Raises:
        Refused: XL-V06 several and none named, XL-V08 nobody of that name.
    """
    if named is None or not named.strip():
        if len(operators) == 1:
            return operators[0]
        raise Refused("XL-V06", "这台电脑有几名操作员，请写明是谁：" + "、".join(one.name for one in operators), field="operator")
    met = [one for one in operators if named.strip() in (one.name, one.operator)]
    if len(met) != 1:
        raise Refused("XL-V08", "、".join(one.name for one in operators), field="operator")
    return met[0]


def finish(
    joined: Joined, passphrase: str, operator: str | None = None, *, kdf: Strength = "auto", clock: Clock | None = None, rand: Rand = os.urandom,
) -> Recovered:
    """A new passphrase for one operator, and a new key for the whole workspace; the old key opens nothing here any more.

    Raises:
        Refused: XL-V09, XL-V11 the passphrase, XL-V06, XL-V08 the operator, XL-L17 another program has the store, XL-F02, XL-F03. Nothing changed then.
    """
    check_passphrase(passphrase)
    one = choose(joined.operators, operator)
    space = joined.workspace
    try:
        with road_errors():
            opened = rekey.rekey(
                space, joined.vault, one.operator, passphrase, joined.officers, {recovery.FINISHED: joined.request}, kdf=kdf, above=joined.generation, rand=rand,
            )
    finally:
        joined.forget()
    recovery.forget(space)
    with attach(space, rooms.load_profile(space), opened, clock=clock, rand=rand, where="cli") as session:
        failed = ""
        try:
            backup.create(session)
        except XieliError as error:  # it is done; that the first copy under the new key could not be made is told beside it
            failed = error.sentence()
        return Recovered(session.dev, one.operator, one.name, tuple(other.name for other in joined.operators if other != one), failed)


# -- drill ------------------------------------------------------------------------------------------


def start_drill(session: Session, out: Path) -> Asked:
    """Lay the request of a drill down; its one-time key lies in the encrypted store.

    Raises:
        Refused: XL-P08 on a county's desk, XL-F02, XL-F03, XL-F08. Locked: XL-L14 no recovery slots.
    """
    if session.role == "county":
        raise Refused("XL-P08", "县级工作台由找回人员答复别人，自己不演练")
    asked, waiting = recovery.make(session.workspace, session.profile.net, session.rand, drill=True)
    path = place(Path(out), REQUEST_FILE)
    with road_errors():
        write_once(path, asked.to_bytes())
    try:
        with session.writing() as tx:
            recovery.keep_drill(tx, waiting)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Asked(str(path), asked.fingerprint, asked.dev, True)


def end_drill(session: Session, answers: Sequence[Path]) -> Drilled:
    """Join two answers to the drill and compare what they make with the key that is open. Only the day is kept.

    Raises:
        Refused: XL-L16 no drill waits, XL-L15 the answers do not fit, XL-L13. NotFound: XL-F05.
    """
    found = answers_in(answers)
    with session.reading() as tx:
        asked = recovery.waiting_drill(tx)
    if asked is None:
        raise Refused("XL-L16", "没有做过演练的申请")
    if not hmac.compare_digest(_joined(asked, found), bytes(session.vault.dek)):
        raise Refused("XL-L15", "合起来打不开这台电脑")
    day = session.today.isoformat()
    with session.writing() as tx:
        recovery.drilled(tx, day)
    return Drilled(session.dev, day)


# -- the sheet for the cupboard ---------------------------------------------------------------------


def sheet(session: Session, out: Path) -> str:
    """Lay the recovery sheet down: what to do, whom to call, which computer. No secret and no name is in it. The file.

    Raises:
        Refused: XL-F08, XL-F03.
    """
    path = place(Path(out), "找回口令.txt")
    with session.reading() as tx:
        code = session.profile.villages[0] if session.profile.villages else session.profile.area
        phone = contacts.of(tx, code, session.today).county
    short = session.dev[:8].upper()
    lines = [
        "忘了口令怎么办", "（放在柜子里，不要贴在电脑上）", "",
        f"这台电脑：{short[:4]} {short[4:]}", f"县里电话：{phone or '____________________'}", "",
        "一、打开协理，在输口令的那一页按 F4（或者运行 xieli recovery request --out 文件），把申请存到U盘。",
        "二、给县里打电话，告诉他们上面的编号，把屏幕上的 20 位数字念给两名找回人员听。",
        "三、U盘交到县里。两名找回人员各答复一次，得到两个答复文件。",
        "四、U盘插回这台电脑，收下两个答复，定一个新口令。记录、草稿都在，一条不少。", "",
        "电脑丢了、被人拿过，先打电话请县里停用，不要做找回。",
        "谁向您要口令都不要给。找回的时候没有人需要知道您的旧口令和新口令。", "",
    ]
    with road_errors():
        write_once(path, "\n".join(lines).encode("utf-8"))
    return str(path)
