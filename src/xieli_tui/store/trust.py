"""Who is known here: the pinned root and net, keys whose certificates held, the grant in force.

Rules kept here (design 04)
- a laptop pins the first root it was shown under a compared fingerprint and never another;
- gen and ver of a device never fall; within a gen the highest ver counts;
- the author role of a device: the own profile for oneself, a desk named by a certificate or the grant, any other = village.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from xieli_sync.identity import net_of
from xieli_sync.ports import Role, Signer
from xieli_tui.errors import Refused
from xieli_tui.store import settings
from xieli_tui.store.store import Store, Tx

ROOT = "trust.root"
NET = "trust.net"
GRANT = "trust.grant"
DESKS = ("township", "county")


def pin_root(tx: Tx, root_pub: bytes, *, practice: bool = False) -> str:
    """Pin the root and its net (at a desk: its own root, at init). The net.

    Raises:
        Refused: XL-N01, another root is pinned.
    """
    net = net_of(root_pub, practice)
    if settings.get(tx, ROOT) not in (None, root_pub.hex()) or settings.get(tx, NET) not in (None, net):
        raise Refused("XL-N01")
    settings.put(tx, ROOT, root_pub.hex())
    settings.put(tx, NET, net)
    return net


def net(tx: Tx) -> str | None:
    """hex32 of the county's network, None before the first grant."""
    found = settings.get(tx, NET)
    return None if found is None else str(found)


def root_public(tx: Tx) -> bytes | None:
    """The pinned root public key."""
    found = settings.get(tx, ROOT)
    return None if found is None else bytes.fromhex(found)


def grant(tx: Tx) -> dict[str, Any] | None:
    """The grant in force on this laptop or township desk: {root, certs, role, area, villages, operators, desks, local}."""
    found = settings.get(tx, GRANT)
    return None if found is None else dict(found)


def set_grant(tx: Tx, body: Mapping[str, Any]) -> None:
    """Keep a grant as the one in force."""
    settings.put(tx, GRANT, dict(body))


_COLUMNS = "dev, kid, sign_pub, enc_pub, role, area, ver, gen"


def signers(tx: Tx, dev: str | None = None) -> list[Signer]:
    """Keys known by certificate, the newest of a device first."""
    where, values = ("WHERE dev=?", (dev,)) if dev is not None else ("", ())
    rows = tx.ask(f"SELECT {_COLUMNS} FROM trust_signer {where} ORDER BY dev, gen DESC, ver DESC", values)
    return [
        Signer(str(d), str(kid), bytes(sign), bytes(enc), cast(Role, role), str(area), int(ver), int(gen))
        for d, kid, sign, enc, role, area, ver, gen in rows
    ]


def desks(tx: Tx) -> list[Signer]:
    """Desks known by certificate, one key each."""
    found: dict[str, Signer] = {}
    for signer in signers(tx):
        if signer.role in DESKS:
            found.setdefault(signer.dev, signer)
    return list(found.values())


def highest(tx: Tx, dev: str) -> tuple[int, int]:
    """(gen, ver) last accepted for a device; (0, 0) when it is new."""
    known = signers(tx, dev)
    return (known[0].gen, known[0].ver) if known else (0, 0)


def of_my_place(tx: Tx, signer: Signer) -> bool:
    """Whether a desk is one of this laptop's: its area holds a village of the grant, or the grant names it."""
    held = grant(tx) or {}
    return any(str(village).startswith(signer.area) for village in held.get("villages", ())) or signer.dev in {desk["dev"] for desk in held.get("desks", ())}


def outdated(tx: Tx, dev: str, kid: str) -> bool:
    """Whether this key of a device is known, and a later one of it as well."""
    known = signers(tx, dev)
    return any(x.kid == kid for x in known[1:]) and known[0].kid != kid


def accept(tx: Tx, signer: Signer) -> None:
    """Remember a key whose certificate chain held. A role learned late is written into the lines already held, and they are judged again."""
    before = signers(tx, signer.dev)
    tx.conn.exec_driver_sql(
        f"INSERT INTO trust_signer({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?)"
        " ON CONFLICT (dev, kid) DO UPDATE SET role=excluded.role, area=excluded.area, ver=excluded.ver, gen=excluded.gen"
        " WHERE (excluded.gen, excluded.ver) >= (trust_signer.gen, trust_signer.ver)",  # an old chain, met again on an old file, lowers nothing
        (signer.dev, signer.kid, signer.sign_pub, signer.enc_pub, signer.role, signer.area, signer.ver, signer.gen),
    )
    _doubled(tx, signer, before)
    learn_role(tx, signer.dev, signers(tx, signer.dev)[0].role)


def _doubled(tx: Tx, signer: Signer, before: Sequence[Signer]) -> None:
    """Alarm at a desk when a laptop shows a new key that its last known one did not certify: two machines, or an old key in other hands. Links of one
    chain are accepted from the root down, in one transaction."""
    met: set[str] = tx.memo.setdefault("links", set())
    met.add(signer.kid)
    newest = before[0] if before and signer.kid not in {x.kid for x in before} else None
    strange = newest is not None and newest.kid not in met and (signer.gen < newest.gen or (signer.gen == newest.gen and signer.ver >= newest.ver))
    if strange and tx.role in DESKS and signer.role == "village":
        from xieli_tui.store import chains  # here: chains asks this module for roles

        chains.alarm(tx, "XL-C04", signer.dev, "", signer.ver, 0, signer.kid)


def learn_role(tx: Tx, dev: str, role: str) -> None:
    """Put the role of an author right on the lines held of it."""
    if dev == tx.dev:
        return
    late = tx.conn.exec_driver_sql("UPDATE journal SET role=? WHERE dev=? AND role<>?", (role, dev, role)).rowcount
    if late:
        from xieli_tui.store.projector import relearn  # here: the projector reads what this module knows

        relearn(tx, dev)


def role_of(tx: Tx, dev: str) -> Role:
    """The author role of a device."""
    roles: dict[str, Role] | None = tx.memo.get("roles")
    if roles is None:
        roles = {}
        for desk in (grant(tx) or {}).get("desks", ()):
            roles[desk["dev"]] = desk["role"]
        for signer in reversed(signers(tx)):  # the newest key of a device has the last word
            roles[signer.dev] = signer.role
        roles[tx.dev] = tx.role
        tx.memo["roles"] = roles
    return roles.get(dev, "village")


class StoreTrust:
    """`xieli_sync.ports.Trust` over a store; each answer is a short read of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def net(self) -> str | None:
        with self._store.read() as tx:
            return net(tx)

    @property
    def root_public(self) -> bytes | None:
        with self._store.read() as tx:
            return root_public(tx)

    def highest(self, dev: str) -> tuple[int, int]:
        with self._store.read() as tx:
            return highest(tx, dev)

    def of_my_place(self, signer: Signer) -> bool:
        with self._store.read() as tx:
            return of_my_place(tx, signer)

    def outdated(self, dev: str, kid: str) -> bool:
        with self._store.read() as tx:
            return outdated(tx, dev, kid)

    def role_of(self, dev: str) -> Role:
        with self._store.read() as tx:
            return role_of(tx, dev)

    def accept(self, signer: Signer) -> None:
        """Outside an import; inside one use `ImportTx.trust`, which is part of its transaction."""
        with self._store.write() as tx:
            accept(tx, signer)
