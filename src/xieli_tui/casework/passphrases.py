"""Operators of one laptop and their passphrases: who may open it, a passphrase changed, one given, one taken back.

Rules kept here (design 05)
- every operator has a passphrase of his own; what it opens is the same workspace, and what he writes carries his id;
- every passphrase given to another is a line of the chain (`operator.added`, also when it replaces one), every one taken back is too (`operator.ended`);
  changing one's own is nobody's business: 32 bytes are wrapped anew and the store is not touched;
- given: the chain first, then the key file. A machine that dies between leaves an operator without a passphrase, who is given one by the same command;
  taken back: the key file first, then the chain. A machine that dies between leaves one who can open nothing, and the same command ends it;
- nobody takes his own passphrase back, so the last one stays;
- a slot that was changed, replaced or taken away is so in the copies of this computer too: they get today's key file, and one that could not be written
  is told (`left`); what was carried away earlier is out of reach;
- whoever was ended does not come in by an older key file either: the chain says so (XL-L18).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from xieli_tui.casework import values
from xieli_tui.casework.own_standing import OLD_KEYS
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import Clock, Rand, day_of
from xieli_tui.domain.events.household import OperatorAdded, OperatorEnded
from xieli_tui.domain.passphrase import check_passphrase, normal, offer, same
from xieli_tui.errors import Locked, Refused
from xieli_tui.store import backup, journal, queries, restoring
from xieli_tui.store import vault as vaults
from xieli_tui.store.kdf import Strength
from xieli_tui.store.vault import OpenVault, Vault

if TYPE_CHECKING:
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx
    from xieli_tui.store.queries import rows

__all__ = ["OLD_KEYS", "AddOperator", "Change", "Given", "Operators", "Taken", "Worker", "add", "change", "change_outside", "left_open", "listed", "meant", "normal", "offer", "remove", "same"]


@dataclass(frozen=True, slots=True)
class Worker:
    """One who works here. `since` and `ended` are days ("" not known, not ended), `passphrase` whether he has one, `current` who is at work now."""

    operator: str
    name: str
    post: str
    since: str
    ended: str
    passphrase: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Operators:
    """Everybody of this laptop by number, those who left last; `old_keys`: the key file is older than the one it was opened with before (旧钥匙文件)."""

    operators: tuple[Worker, ...]
    old_keys: bool = False


@dataclass(frozen=True, slots=True)
class AddOperator:
    """A new one by `name`; or one who is known by his number (`operator`), whose passphrase is made anew."""

    name: str = ""
    operator: str = ""
    post: str | None = None
    kdf: str = "auto"


@dataclass(frozen=True, slots=True)
class Given:
    """Who has a passphrase now; `seq` of the own line that says so, `replaced` whether he had one before; `left` as in `Change`."""

    operator: str
    name: str
    seq: int
    replaced: bool
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """Whose passphrase was taken back, from which day; `seq` of the own line, `had` whether he still had one; `left` as in `Change`."""

    operator: str
    name: str
    ended: str
    seq: int
    had: bool
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Whose passphrase was changed, the generation of the key file since, and the copies (`left`) that could not be written: the old one opens them."""

    operator: str
    generation: int
    left: tuple[str, ...] = ()


def left_open(left: Sequence[str]) -> str:
    """What is said of copies that still open with the old passphrase, "" when there are none."""
    return f"有 {len(left)} 份备份写不进去，旧口令还打得开：{'、'.join(left)}。请删掉它们" if left else ""


def listed(session: Session) -> Operators:
    """Everybody who works or worked on this laptop."""
    held = set(Vault.slot_holders(session.workspace))
    with session.reading() as tx:
        known = {one.operator: one for one in _known(tx)}
        since = _since(tx)
        names = queries.operator_names(tx)
        old = vaults.older_file(tx)
    out = []
    for number in sorted({*known, *held}, key=_order):
        one = known.get(number)
        out.append(Worker(
            number, one.name if one else names.get((session.dev, number), ""), one.post if one else "", since.get(number, ""), one.ended if one else "",
            number in held, number == session.operator,
        ))
    return Operators(tuple(sorted(out, key=lambda one: bool(one.ended))), old)


def add(session: Session, request: AddOperator, passphrase: str) -> Given:
    """Give a passphrase: to somebody new, or to one who is known (he forgot it, or has none since a recovery).

    Raises:
        Refused: XL-V09, XL-V11 no passphrase (field `passphrase`), XL-V06 neither name nor number, XL-V11 the number is nobody's, the own one, or the
            name is taken; XL-P03 a township's officer on the county's desk; XL-A01, XL-F02, XL-F03 nothing was written, or he has no passphrase yet.
    """
    check_passphrase(passphrase)
    kdf = _strength(request.kdf)
    old, number, name, held = _who(session, request)
    with session.reading() as tx:
        above = vaults.known_generation(tx)
    post = values.name(request.post, "post") or (old.post or None if old is not None else None)
    role, area = (old.role, old.area or None) if old is not None else (session.role, session.profile.area or None)
    seq: list[int] = []

    def line() -> None:
        def build(tx: Tx) -> list[Payload]:
            if old is None and _free(tx, session) != number:
                raise Refused("XL-A01")
            return [values.make(OperatorAdded, operator=number, name=name, post=post, role=role, area=area)]

        seq.append(session.transact(build)[-1].seq)

    Vault.give_slot(session.workspace, session.vault, number, passphrase, kdf=kdf, above=above, rand=session.rand, first=line)
    return Given(number, name, seq[0], held, _copies_too(session.workspace, session.vault))


def meant(session: Session, request: AddOperator) -> str:
    """Whom a request means, in words, before anybody is asked for a passphrase. Raises as `add`."""
    _, number, name, _ = _who(session, request)
    return f"{number} 号 {name}"


def _who(session: Session, request: AddOperator) -> tuple[rows.Operator | None, str, str, bool]:
    """The operator who is known (None: a new one), the number, the name, whether he has a slot."""
    typed = values.name(request.name, "name")
    with session.reading() as tx:
        known = list(_known(tx))
        free = _free(tx, session)
    _entitled(session, known)
    held = set(Vault.slot_holders(session.workspace))
    old = _meant(session, known, request.operator.strip(), typed, held)
    return (old, old.operator, old.name, old.operator in held) if old is not None else (None, free, str(typed), False)


def remove(session: Session, operator: str, on: str | None = None) -> Taken:
    """Take a passphrase back; who had it does not work here any more.

    Args:
        on: the last day, today when it is not said.

    Raises:
        Refused: XL-V06, XL-V11 nobody has this number, the own one, or he has left already; XL-V13 a day to come; XL-P03, XL-A01, XL-F02, XL-F03.
    """
    number = values.needed(operator, "operator").strip()
    day = values.day(on, session.today)
    with session.reading() as tx:
        known = list(_known(tx))
        above = vaults.known_generation(tx)
    _entitled(session, known)
    one = next((each for each in known if each.operator == number), None)
    holds = number in Vault.slot_holders(session.workspace)
    if one is None and not holds:
        raise Refused("XL-V11", "没有这位操作员，看 xieli passphrase list", field="operator")
    if number == session.operator:
        raise Refused("XL-V11", "自己的口令不能自己收回，请另一位操作员来收", field="operator")
    if one is not None and one.ended and not holds:
        raise Refused("XL-V11", f"{one.ended} 就收回了", field="operator")
    had = Vault.take_slot(session.workspace, session.vault, number, above=above)
    left = _copies_too(session.workspace, session.vault)
    done = session.record(values.make(OperatorEnded, operator=number, on=day))
    return Taken(number, one.name if one is not None else "", day, done[-1].seq, had, left)


def change(session: Session, old: str, new: str, *, kdf: str = "auto") -> Change:
    """Change the own passphrase while the desk is open; the old one is asked, the store is not touched.

    Raises:
        Locked: XL-L01 the old one is wrong, XL-L10 wait (both field `old`).
        Refused: XL-V09, XL-V11 (field `passphrase`), XL-A01, XL-F02, XL-F03.
    """
    check_passphrase(new)
    strength = _strength(kdf)
    try:
        opened = Vault.unlock(session.workspace, old, operator=session.operator)
    except Locked as error:
        error.field = "old"
        raise
    session.vault.slot = opened.slot  # made anew elsewhere while this desk was open: it is still hers
    opened.forget()
    with session.reading() as tx:
        above = vaults.known_generation(tx)
    Vault.change_passphrase(session.workspace, session.vault, new, kdf=strength, above=above, rand=session.rand)
    return Change(session.operator, session.vault.generation, _copies_too(session.workspace, session.vault))


def change_outside(workspace: Path | str, old: str, new: str, *, kdf: str = "auto", clock: Clock | None = None, rand: Rand = os.urandom) -> Change:
    """Change a passphrase without opening the store at all: whose it is follows from the old one.

    A restore that was cut off is finished first, or its key file would come over this one.

    Raises:
        Locked: XL-L01, XL-L02, XL-L10. Refused: as `change`; XL-L17, XL-F03 a restore that cannot be finished. Damaged: XL-L05, XL-L08.
    """
    check_passphrase(new)
    strength, folder = _strength(kdf), Path(workspace)
    restoring.settle(folder)
    vault = Vault.unlock(folder, old, clock=clock)
    try:
        Vault.change_passphrase(folder, vault, new, kdf=strength, rand=rand)
        return Change(vault.operator, vault.generation, _copies_too(folder, vault))
    finally:
        vault.forget()


def _copies_too(workspace: Path, vault: OpenVault) -> tuple[str, ...]:
    return tuple(backup.follow_keys(workspace, bytes(vault.dek), restoring.asides(workspace)))


def require_at_work(tx: Tx, operator: str) -> None:
    """Raises Locked("XL-L18") when the own chain says that this operator's passphrase was taken back."""
    if any(one.ended for one in _known(tx) if one.operator == operator):
        raise Locked("XL-L18")


def _known(tx: Tx) -> list[rows.Operator]:
    return [one for one in queries.operators(tx) if one.dev == tx.dev]


def _order(number: str) -> tuple[int, str]:
    return (int(number), number) if number.isascii() and number.isdigit() and len(number) < 10 else (10**10, number)


def _since(tx: Tx) -> dict[str, str]:
    """operator -> the day he was entered, after he had left last."""
    out: dict[str, str] = {}
    found = journal.load(tx, dev=tx.dev, t=("operator.added", "operator.ended"))
    for event in sorted(found, key=lambda e: (e.hlc_ms, e.hlc_n, e.seq)):
        number = str(event.d["operator"])
        if event.t == "operator.ended":
            out.pop(number, None)
        else:
            out.setdefault(number, day_of(event.hlc_ms))
    return out


def _free(tx: Tx, session: Session) -> str:
    """The next number: above every one the chain, the grant or a slot names."""
    taken = {number for dev, number in queries.operator_names(tx) if dev == session.dev} | set(Vault.slot_holders(session.workspace))
    return str(max((int(number) for number in taken if number.isascii() and number.isdigit() and len(number) < 10), default=0) + 1)


def _meant(session: Session, known: list[rows.Operator], number: str, name: str | None, held: set[str]) -> rows.Operator | None:
    """The known operator a request means, None when it is somebody new."""
    if number:
        one = next((each for each in known if each.operator == number), None)
        if one is None:
            raise Refused("XL-V11", "没有这位操作员，看 xieli passphrase list", field="operator")
        if number == session.operator:
            raise Refused("XL-V11", "这是您自己，用改口令来换", field="operator")
        if name and name != one.name:
            raise Refused("XL-V11", "这个号是别的名字", field="name")
        return one
    values.needed(name, "name")
    alike = [each for each in known if each.name == name and not each.ended]
    if any(each.operator in held for each in alike):
        raise Refused("XL-V11", f"已经有同名的操作员，是 {alike[0].operator} 号；真是另一个人，名字后面加一个字", field="name")
    return alike[0] if alike else None


def _entitled(session: Session, known: list[rows.Operator]) -> None:
    """A township's officer at work on the county's desk lets nobody in."""
    if any(one.operator == session.operator and one.role != session.role for one in known):
        raise Refused("XL-P03", "请本单位的人来办")


def _strength(kdf: str) -> Strength:
    return cast(Strength, values.choice(kdf, get_args(Strength), "kdf"))
