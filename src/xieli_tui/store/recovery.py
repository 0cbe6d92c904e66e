"""Recovery slots in `keys.json`, the officers in force, and the one-time key that waits for answers.

Rules kept here (design 05)
- a slot of type `recovery` holds the two sealed shares of one pair of officers and lies under the MAC like every slot;
- an officer counts only with a certificate of the root pinned here, and only while the newest `officer.set` of the county names him;
- slots stand for exactly the pairs of the officers in force: nobody who left, none for fewer than two;
- the one-time private key lies in a file of its own (0600) in the workspace and goes with the next request, when it has served, or
  when somebody opens the desk by a passphrase; a drill's lies in the encrypted store alone;
- nothing here holds a name outside the store.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from xieli_sync import recovery as wire
from xieli_tui.domain.clock import Rand
from xieli_tui.errors import Damaged, Locked, Refused
from xieli_tui.store import deliveries, journal, keyfile, settings, stopped, trust
from xieli_tui.store import workspace as rooms
from xieli_tui.store.store import Tx
from xieli_tui.store.vault import OpenVault

SLOT = "recovery"
PENDING = "recovery.json"
_FORMAT = "xieli-recovery-pending"
_DRILL, DRILLED, FINISHED = "recovery.drill", "recovery.drilled", "recovery.finished"
"""Settings: the drill that waits, the day of the last one, a recovery the chain does not tell of yet."""
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Officer:
    """A recovery officer: the name the root certified, kid, raw public key, and the certificate as text."""

    name: str
    kid: str
    enc_pub: bytes
    cert: str


@dataclass(frozen=True, slots=True)
class OfficerList:
    """One `officer.set` as far as its certificates hold: `hash` of its line ("" when there is none), the day it began."""

    officers: tuple[Officer, ...] = ()
    hash: str = ""
    on: str = ""


# -- officers ---------------------------------------------------------------------------------------


def lists(tx: Tx) -> list[OfficerList]:
    """Every `officer.set` of the county that stands, the newest first."""
    root = trust.root_public(tx)
    held = stopped.standing(tx, [e for e in journal.events_of_type(tx, "officer.set") if e.role == "county"])
    held.sort(key=lambda e: (e.hlc_ms, e.hlc_n, e.ep, e.seq), reverse=True)
    return [OfficerList(_certified(e.d, root), e.hash, str(e.d.get("on", ""))) for e in held]


def in_force(tx: Tx) -> OfficerList:
    """The newest one."""
    return next(iter(lists(tx)), OfficerList())


def _certified(d: Mapping[str, Any], root: bytes | None) -> tuple[Officer, ...]:
    found: dict[str, Officer] = {}
    for one in d.get("officers", ()):
        try:
            cert = json.loads(one.get("cert", ""))
        except (ValueError, RecursionError):
            continue
        named = wire.officer_in(cert, root) if root is not None else None
        if named is not None:
            name, pub = named
            found.setdefault(cert["s"]["kid"], Officer(name, cert["s"]["kid"], pub, str(one["cert"])))
    return tuple(found.values())[: wire.MOST]


def acknowledged(tx: Tx, dev: str, known: Sequence[OfficerList]) -> OfficerList | None:
    """(county) The newest of these lists that the device says it took; None when it took none."""
    upto = deliveries.acked(tx, dev)
    for one in known:
        told = tx.first(
            "SELECT r FROM delivery_out WHERE to_dev=? AND issuer_ep=? AND event_hash=? ORDER BY r LIMIT 1", (dev, tx.ep, one.hash)
        )
        if told is not None and int(told[0]) <= upto:
            return one
    return None


def answered(tx: Tx, dev: str) -> list[journal.StoredEvent]:
    """Answers given for a computer, as far as is known here, the newest first: whoever uses it sees that somebody asked in its name."""
    found = [e for e in journal.load(tx, entity=dev, t="recovery.answered") if e.role in trust.DESKS]
    return sorted(stopped.standing(tx, found), key=lambda e: (e.hlc_ms, e.hlc_n), reverse=True)


# -- slots ------------------------------------------------------------------------------------------


def pairs_in(body: Mapping[str, Any]) -> set[wire.Pair]:
    """The pairs the file has a slot for."""
    return {(slot["pair"][0], slot["pair"][1]) for slot in _shared(body)}


def _shared(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = [{"pair": slot.get("pair"), "shares": slot.get("shares")} for slot in body["slots"] if slot.get("type") == SLOT]
    return [slot for slot in found if wire.is_slot(slot)]


def make_slots(dek: bytes, store: str, dev: str, officers: Sequence[bytes], rand: Rand) -> list[dict[str, Any]]:
    """Fresh slots for every pair of these officers."""
    return [{"id": rand(8).hex(), "type": SLOT, **slot} for slot in wire.share_out(dek, store, dev, officers, rand)]


def follow(workspace: Path, vault: OpenVault, officers: Sequence[bytes], rand: Rand) -> bool:
    """Let the slots stand for the pairs of these officers; False when they do already. The generation rises.

    Raises:
        Refused: XL-F02, XL-F03 the file cannot be written, XL-A01 another program holds it; it is as before then. Damaged: XL-L05.
    """
    if pairs_in(keyfile.read(workspace)) == set(wire.pairs_of(officers)):
        return False
    dek = bytes(vault.dek)
    with keyfile.changing(workspace, dek) as body:
        kept = [slot for slot in body["slots"] if slot.get("type") != SLOT]
        body["slots"] = [*kept, *make_slots(dek, body["store"], body["dev"], officers, rand)]
    vault.generation = body["gen"]
    return True


# -- asking -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, repr=False)
class Waiting:
    """A request that waits for its answers: its name, its 20 digits, and the one-time private key."""

    name: str
    fingerprint: str
    key: X25519PrivateKey


def make(workspace: Path, net: str, rand: Rand, *, drill: bool = False) -> tuple[wire.Request, Waiting]:
    """A request out of the key file as it lies, with a fresh one-time key. Nothing is kept yet.

    Raises:
        Locked: XL-L02, XL-L14 the file has no recovery slots. Damaged: XL-L05.
    """
    body = keyfile.read(workspace)
    slots = _shared(body)
    if not slots:
        raise Locked("XL-L14")
    key = X25519PrivateKey.from_private_bytes(rand(32))
    asked = wire.Request(body["dev"], net, body["store"], key.public_key().public_bytes_raw(), tuple(slots), drill)
    return asked, Waiting(asked.name, asked.fingerprint, key)


def keep(workspace: Path, waiting: Waiting) -> None:
    """Keep the one-time key of a request in the workspace; an earlier one is gone. Raises Refused("XL-F02"/"XL-F03")."""
    data = keyfile.canonical({"fmt": _FORMAT, "v": 1, **_plain(waiting)})
    try:
        rooms.atomic_write(workspace / PENDING, data)
    except OSError as error:
        raise keyfile.unwritten(error) from None


def waiting(workspace: Path) -> Waiting | None:
    """The request that waits, if one does."""
    try:
        body = json.loads((workspace / PENDING).read_bytes())
        return _kept(body) if body["fmt"] == _FORMAT else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, KeyError, TypeError):
        return None  # spoilt: a new request takes its place, nothing else depends on it


def forget(workspace: Path) -> None:
    """The one-time key has served, or a passphrase was remembered: answers that come now open nothing."""
    (workspace / PENDING).unlink(missing_ok=True)


def keep_drill(tx: Tx, waiting: Waiting) -> None:
    """The one-time key of a drill, in the encrypted store alone."""
    settings.put(tx, _DRILL, _plain(waiting))


def waiting_drill(tx: Tx) -> Waiting | None:
    """The drill that waits, if one does."""
    kept = settings.get(tx, _DRILL)
    return None if kept is None else _kept(kept)


def drilled(tx: Tx, day: str) -> None:
    """Keep the day a drill came through; its key is gone."""
    settings.drop(tx, _DRILL)
    settings.put(tx, DRILLED, day)


def _plain(waiting: Waiting) -> dict[str, str]:
    return {"name": waiting.name, "fingerprint": waiting.fingerprint, "key": waiting.key.private_bytes_raw().hex()}


def _kept(body: Mapping[str, Any]) -> Waiting:
    return Waiting(str(body["name"]), str(body["fingerprint"]), X25519PrivateKey.from_private_bytes(bytes.fromhex(body["key"])))


def finished(tx: Tx) -> str | None:
    """The request of a recovery that no line of the chain tells of yet; forgotten here, since that line goes with this transaction."""
    found = settings.get(tx, FINISHED)
    if found is not None:
        settings.drop(tx, FINISHED)
    return None if found is None else str(found)


# -- joining ----------------------------------------------------------------------------------------


def opens(workspace: Path, dek: bytes) -> None:
    """Whether a joined key is the key of this workspace, and its key file whole.

    Raises:
        Refused: XL-L15 it is another key. Damaged: XL-L05 it is the key, and the file was changed.
    """
    body = keyfile.read(workspace)
    try:
        keyfile.unseal(keyfile.derive(dek, "device-keys"), body["store"], body["device"])
    except InvalidTag:
        raise Refused("XL-L15", "合起来打不开这台电脑") from None
    try:
        keyfile.check(body, dek)
    except Damaged:
        raise Damaged("XL-L05") from None
