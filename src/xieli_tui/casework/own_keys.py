"""The keys this computer signs with, and new ones in their place (design 04).

Rules kept here
- the store says which key signs: the last of the own certificates. New keys lie in `keys.json` first, so a crash between the two leaves the old key
  signing and the new one waiting, never a key that nobody certified;
- the device keeps its name: it is made of its first keys, and the code it shows is theirs;
- both keys sign until the county signed for the rotation; earlier keys stay to open what was wrapped for them;
- a laptop's new key is certified by the one before, so nobody has to travel for it; a version never falls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xieli_sync import identity
from xieli_sync.certs import CHAIN_LIMIT
from xieli_tui.casework import values
from xieli_tui.domain.events.road import KeyRotated
from xieli_tui.errors import Locked, Refused
from xieli_tui.store import journal, own_keys
from xieli_tui.store import vault as vaults

if TYPE_CHECKING:
    from xieli_sync.identity import Cert, KeyPair
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx


@dataclass(frozen=True, slots=True)
class NewKey:
    """The device, its new signer kid and version; `seq` of the own line that says so."""

    dev: str
    kid: str
    ver: int
    seq: int


def pairs(session: Session) -> dict[str, KeyPair]:
    """signer kid -> pair, of every key this workspace has."""
    return {pair.kid: pair for pair in (*session.vault.retired, session.vault.device_keys)}


def identity_keys(session: Session) -> KeyPair:
    """The first keys, which the device's name is made of."""
    return next((pair for pair in pairs(session).values() if pair.dev == session.dev), session.vault.device_keys)


def choose(session: Session) -> None:
    """Sign with the key the own certificates end at."""
    if not session.vault.retired:
        session.sign_with(None)
        return
    held = pairs(session)
    with session.reading() as tx:
        chain = own_keys.chain(tx, held)
    session.sign_with(held.get(chain[-1]["s"]["kid"]) if chain else identity_keys(session))


def follow(session: Session) -> None:
    """Take up keys that another program over this workspace made since it was opened: asked before anything is signed or opened.

    Raises:
        Locked: XL-L12 the passphrase was changed since as well: open the workspace anew. Damaged: XL-L05.
    """
    with session.reading() as tx:
        whole = own_keys.chain(tx)
    if whole and whole[-1]["s"]["kid"] not in pairs(session):
        now = vaults.reopen(session.workspace, bytes(session.vault.dek), session.vault.slot)
        session.vault.device_keys, session.vault.retired, session.vault.generation = now.device_keys, now.retired, now.generation
        now.forget()
    choose(session)


def chain(session: Session, tx: Tx) -> list[Cert]:
    """The certificates of the key this session signs with."""
    return own_keys.chain(tx, pairs(session))


def other(session: Session, tx: Tx) -> KeyPair | None:
    """The key that signs as well until the rotation is receipted."""
    kid = own_keys.unreceipted(tx)
    return pairs(session).get(kid) if kid and kid != session.keys.kid else None


def fresh(session: Session) -> KeyPair:
    """New keys in the vault, not yet signing; those of a rotation that was cut short are taken up again."""
    session.sign_with(session.keys)
    waiting = session.vault.device_keys
    if waiting.kid != session.keys.kid and not _used(session, waiting):
        return waiting
    return vaults.Vault.add_keys(session.workspace, session.vault, session.rand)


def _used(session: Session, pair: KeyPair) -> bool:
    with session.reading() as tx:
        return pair.dev == session.dev or pair.kid in {cert["s"]["kid"] for cert in own_keys.base(tx)} | {one.kid for one in own_keys.rotations(tx)}


def announcement(session: Session, pair: KeyPair) -> KeyRotated:
    """The line that says so in the own chain."""
    return values.make(KeyRotated, dev=session.dev, kid=pair.kid, sign_pub=pair.sign_pub.hex(), enc_pub=pair.enc_pub.hex())


def rotate(session: Session) -> NewKey:
    """Give this laptop new keys.

    Raises:
        Locked: XL-K10 before enrolment. Refused: XL-P08 on a desk (`county rotate`), XL-K12 the chain of keys is too long to grow.
    """
    if session.role != "village":
        raise Refused("XL-P08", "工作台的钥匙用 xieli county rotate 换")
    follow(session)
    with session.reading() as tx:
        before = chain(session, tx)
    if not before:
        raise Locked("XL-K10")
    if len(before) >= CHAIN_LIMIT:
        raise Refused("XL-K12")
    old, pair = session.keys, fresh(session)
    made: list[int] = []

    def build(tx: Tx) -> list[Payload]:
        ver = own_keys.highest(tx) + 1
        cert = identity.issue_rotation_cert(old, dev=session.dev, sign_pub=pair.sign_pub, enc_pub=pair.enc_pub, ver=ver)
        own_keys.add_rotation(tx, own_keys.Rotation(cert, tx.ep, journal.head(tx, tx.dev, tx.ep)[0] + 1))
        vaults.follow_generation(tx, session.vault.generation)
        made.append(ver)
        return [announcement(session, pair)]

    [done] = session.transact(build)
    choose(session)
    return NewKey(session.dev, pair.kid, made[0], done.seq)
