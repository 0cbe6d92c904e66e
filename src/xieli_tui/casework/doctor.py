"""`xieli doctor`: what is wrong with this workspace, and what to do about each of it.

Rules kept here
- it repairs nothing and records nothing: chains and rows are looked at in a snapshot beside the store, which goes again (a restore or a change of
  key that was begun is finished first, as at any opening);
- it works as far as it can be read: key file, then the file's pages, then the version, then every line, then the rows made from them;
- each finding says what helps; where that is a backup, it is the newest one that was opened just now and found whole;
- nothing of a payload is handed out: findings name files, counts and places in a chain.
"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xieli_tui import __version__
from xieli_tui.casework import audit, drives, epochs
from xieli_tui.casework.session import Session, road_errors
from xieli_tui.domain.clock import Clock, SystemClock
from xieli_tui.errors import Damaged, Locked, Refused, XieliError
from xieli_tui.store import audit as walking
from xieli_tui.store import backup as copies
from xieli_tui.store import drafts, keyfile, migrations, queries, rebuild, rekey, restoring, vault
from xieli_tui.store import engine as engines
from xieli_tui.store import epochs as own
from xieli_tui.store import workspace as rooms
from xieli_tui.store.store import Store
from xieli_tui.store.vault import OpenVault, Vault

OK, DAMAGED, UNREAD = "ok", "damaged", "unread"
DAMAGE, NOTICE = "damage", "notice"
PLACE = "doctor.part"
FIRST_BAD = 5
DOUBTS = {
    "mark_missing": "这台电脑上的进度标记不见了", "mark_other": "进度标记记的是另一段", "mark_ahead": "资料比进度标记记的旧，像是放回来的",
    "receipt_ahead": "签收单签到的比这里有的多，像有另一台在用同一份资料", "restored": "这份资料刚从备份恢复",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: `weight` damage or notice, what it is, what to do, the code of the error it leads to ("" none)."""

    weight: str
    what: str
    advice: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The state of a workspace. `integrity` and `chain` are ok | damaged | unread; numbers are None where they could not be read."""

    ok: bool
    integrity: str
    chain: str
    events: int | None
    drafts: int | None
    unreceipted: int | None
    versions: dict[str, Any]
    findings: tuple[Finding, ...]


class _Notes:
    """What was found so far."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.integrity = self.chain = UNREAD
        self.numbers: tuple[int | None, int | None, int | None] = (None, None, None)
        self.version: int | None = None

    def damage(self, what: str, advice: str, code: str = "") -> None:
        self.found.append(Finding(DAMAGE, what, advice, code))

    def notice(self, what: str, advice: str, code: str = "") -> None:
        self.found.append(Finding(NOTICE, what, advice, code))

    def diagnosis(self) -> Diagnosis:
        weights = sorted(self.found, key=lambda one: one.weight != DAMAGE)
        events, kept, unreceipted = self.numbers
        return Diagnosis(
            not any(one.weight == DAMAGE for one in weights), self.integrity, self.chain, events, kept, unreceipted, versions(self.version), tuple(weights),
        )


def versions(store: int | None) -> dict[str, Any]:
    """What is at work here: program, store, engine."""
    return {
        "program": __version__, "store": store, "newest": len(migrations.MIGRATIONS), "sqlite": engines.library_version(), "python": platform.python_version(),
    }


def examine(workspace: Path | str, passphrase: str, *, clock: Clock | None = None) -> Diagnosis:
    """Look at everything a workspace is made of.

    Raises:
        Locked: XL-L02 no workspace, XL-L01, XL-L10 the passphrase. Refused: XL-L07 a newer program wrote it, XL-L21 it lies on a removable drive,
            XL-F02, XL-F03 the disk has no room to look.
    """
    space, clock, notes = Path(workspace), clock or SystemClock(), _Notes()
    if not rooms.exists(space):
        raise Locked("XL-L02")
    drives.refuse_removable(space)
    if restoring.settle(space):
        notes.notice("上次的恢复没有做完，刚才接着做完了", "打开看一看，再报送一次")
    shutil.rmtree(space / PLACE, ignore_errors=True)
    opened = _keys(space, passphrase, notes)
    _new_key(space, opened, notes)
    profile = _profile(space, notes)
    helps = _Copies(space, passphrase, opened)
    if not rooms.store_path(space).is_file():
        notes.damage("资料文件 store.db 不见了", helps.advice(), "XL-L06")
    elif opened is not None:
        _store(space, profile, opened, clock, notes, helps)
    if opened is None or profile is None:
        notes.found = [replace(one, advice=helps.advice()) if one.weight == DAMAGE else one for one in notes.found]
    _leftovers(space, notes)
    _backups(space, helps, notes)
    return notes.diagnosis()


# -- keys and profile -------------------------------------------------------------------------------


def _keys(space: Path, passphrase: str, notes: _Notes) -> OpenVault | None:
    try:
        return Vault.unlock(space, passphrase)
    except Damaged as error:
        notes.damage(error.what, error.next_step, error.code)
    except Locked as error:
        if error.code != "XL-L02":
            raise
        notes.damage("钥匙文件 keys.json 不见了", error.next_step, "XL-L05")
    return None


def _new_key(space: Path, opened: OpenVault | None, notes: _Notes) -> None:
    """A change of key after a recovery that was cut off between its two renames is whole, and looks like damage until it is completed."""
    try:
        if opened is not None and rekey.settle(space, opened.store_key(), bytes(opened.dek)):
            notes.notice("上次的换钥匙没有做完，刚才接着做完了", "打开看一看，再报送一次")
    except Damaged:
        return  # neither file opens: told where the store is looked at


def _profile(space: Path, notes: _Notes) -> rooms.Profile | None:
    try:
        return rooms.load_profile(space)
    except Damaged as error:
        notes.damage("工作区说明 kind.json 损坏", error.next_step, error.code)
    except Locked:
        notes.damage("工作区说明 kind.json 不见了", "", "XL-L06")
    return None


# -- the store --------------------------------------------------------------------------------------


def _store(space: Path, profile: rooms.Profile | None, opened: OpenVault, clock: Clock, notes: _Notes, helps: _Copies) -> None:
    path, key = rooms.store_path(space), opened.store_key()
    try:
        engines.require(path)
        faults = engines.integrity(path, key)
    except XieliError as error:
        if not isinstance(error, Damaged):
            raise
        faults = [error.what]
    if faults:
        notes.integrity = DAMAGED
        notes.damage(f"资料文件损坏，查出 {len(faults)} 处", helps.advice(), "XL-L06")
        return
    notes.integrity = OK
    engine = engines.make_engine(path, key)
    try:
        with engines.read(engine) as conn:
            notes.version = migrations.version(conn)
        if notes.version > len(migrations.MIGRATIONS):
            raise Refused("XL-L07")
        if notes.version == 0:
            notes.integrity = DAMAGED
            notes.damage("资料文件是空的", helps.advice(), "XL-L06")
            return
        if notes.version < len(migrations.MIGRATIONS):
            notes.notice(f"资料是第 {notes.version} 版的，这个程序用第 {len(migrations.MIGRATIONS)} 版", "打开一次就升级，升级前会先备份")
        if profile is not None:
            with _snapshot(space, engine, key) as copy:
                _inside(space, copy, profile, opened, clock, notes, helps)
    except engines.BROKEN:
        notes.integrity = DAMAGED
        notes.damage("资料文件读到一半读不下去", helps.advice(), "XL-L06")
    finally:
        engine.dispose()


@contextmanager
def _snapshot(space: Path, engine: Any, key: bytes) -> Iterator[Any]:
    """An engine over a copy of this moment, at this program's version."""
    place = space / PLACE
    try:
        place.mkdir(mode=0o700)
        copies.snapshot(engine, place / rooms.STORE)
        copy = engines.make_engine(place / rooms.STORE, key)
        try:
            migrations.migrate(copy)
            yield copy
        finally:
            copy.dispose()
    except OSError as err:
        raise Refused("XL-F02" if err.errno == 28 else "XL-F03") from None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _inside(space: Path, engine: Any, profile: rooms.Profile, opened: OpenVault, clock: Clock, notes: _Notes, helps: _Copies) -> None:
    store = Store(engine, opened.dev, "", profile.kind, os.urandom)
    session = Session(space, store, profile, replace(opened, dek=bytearray(opened.dek)), clock, os.urandom)
    with road_errors(), session.reading() as tx:
        store.ep = own.newest(tx) or ""
        told = not store.ep or audit_ok(session, notes, helps)
        if told:
            counts = queries.counts(tx)
            notes.numbers = (counts.events, len(drafts.list_all(tx)), counts.unconfirmed)
        why = epochs.doubt(session, tx) if store.ep else ""
        older = vault.known_generation(tx) > opened.generation
    if why:
        notes.notice(DOUBTS.get(why, "证明不了这是唯一的一份"), "下次打开会另起一段接着记，没签收的照样报送")
    if older:
        notes.notice("钥匙文件 keys.json 比资料旧，像是从别处放回来的", "已经收回的口令可能又能用了；请换一次口令：xieli passphrase change，并告诉县里")
    if notes.chain == OK:
        try:
            differ = rebuild.differing(store)
        except (XieliError, *engines.BROKEN):
            differ = ["?"]
        if differ:
            notes.damage(f"有 {len(differ)} 张表和记录对不上", "记录是好的。请运行 xieli store rebuild 重新排出各张表", "XL-C03")


def audit_ok(session: Session, notes: _Notes, helps: _Copies) -> bool:
    """Walk every chain; whether the numbers can be read all the same."""
    try:
        done = audit.verify(session)
    except (XieliError, *engines.BROKEN):
        notes.chain = DAMAGED
        notes.damage("记录读不通", helps.advice(chain=True), "XL-C03")
        return False
    notes.chain = OK if done.ok else DAMAGED
    for one in done.bad[:FIRST_BAD]:
        since = f"，到第 {one.since} 条还对得上" if one.since else ""
        notes.damage(f"设备 {one.dev[:8]} 第 {one.seq} 条：{audit.WORDS[one.what]}{since}", helps.advice(chain=True), "XL-C03")
    if len(done.bad) > FIRST_BAD:
        notes.damage(f"另有 {len(done.bad) - FIRST_BAD} 条链对不上", "逐条看：xieli audit verify", "XL-C03")
    return True


# -- copies and leftovers ---------------------------------------------------------------------------


class _Copies:
    """The newest copy that holds, looked for once and only when somebody needs it."""

    def __init__(self, space: Path, passphrase: str, opened: OpenVault | None) -> None:
        self.space, self.passphrase, self.opened = space, passphrase, opened
        self._found: dict[bool, str] = {}

    def advice(self, *, chain: bool = False) -> str:
        """What to do: the newest copy that holds, or whom to call."""
        name = self.newest(chain=chain)
        if name:
            return f"请不要继续使用。最近一份好的备份是 {name}，先看一看：xieli backup restore {name}"
        return "请不要继续使用，也不要改动，电脑里没有好的备份：有U盘上的备份就用它恢复，没有请联系县里"

    def newest(self, *, chain: bool = False) -> str:
        """Its name; "" when none holds. `chain`: its lines must hold too."""
        if chain not in self._found:
            self._found[chain] = next((place.name for place in copies.list_all(self.space) if self._holds(place, chain)), "")
        return self._found[chain]

    def _holds(self, place: Path, chain: bool) -> bool:
        try:
            key = copies.key_of(place, dek=bytes(self.opened.dek) if self.opened is not None else None, passphrase=self.passphrase)
            if key is None:
                return False
            copies.verify(place, key)
            return not chain or self._walks(place, key)
        except (XieliError, OSError, *engines.BROKEN):
            return False

    def _walks(self, place: Path, key: bytes) -> bool:
        beside = self.space / f"{PLACE}.copy"
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(mode=0o700)
        try:
            shutil.copyfile(rooms.store_path(place), beside / rooms.STORE)
            engine = engines.make_engine(beside / rooms.STORE, key)
            try:
                migrations.migrate(engine)
                store = Store(engine, keyfile.read(place)["dev"], "", rooms.load_profile(place).kind, os.urandom)
                with store.read() as tx:
                    store.ep = own.newest(tx) or ""
                    return not walking.walk(tx).bad
            finally:
                engine.dispose()
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def _leftovers(space: Path, notes: _Notes) -> None:
    parts = sorted(path for pattern in ("*.part", "backups/*.part", "outbox/*.part") for path in space.glob(pattern))
    if parts:
        notes.notice(f"有 {len(parts)} 个没写完的文件（.part），是断电或强行关掉留下的", "不用管，过一天会自动清掉；里面没有别处没有的东西")
    if (space / restoring.NEXT).exists():
        notes.notice("有一份恢复到一半没有定下来的备份（restore.next）", "原来的没有动；再恢复一次就会清掉")
    for aside in restoring.asides(space):
        notes.notice(f"以前恢复时留下的旧资料：{aside.name}", "还用得着，请留着；协理不会删它")


def _backups(space: Path, helps: _Copies, notes: _Notes) -> None:
    there = copies.list_all(space)
    if not there:
        notes.notice("电脑里还没有备份", "做一份：xieli backup create")
        return
    good = helps.newest()
    if good != there[0].name:
        held = f"最近一份好的是 {good}" if good else "没有一份是好的"
        notes.notice(f"最近一份备份 {there[0].name} 打不开，{held}", "马上再做一份：xieli backup create")
