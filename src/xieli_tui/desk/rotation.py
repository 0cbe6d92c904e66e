"""New keys for a desk, certified by the root: a township's or the county's (design 04).

Rules kept here
- the root key at hand is what allows it (XL-K09, XL-K11); the version rises within the generation, and never falls for anybody who has seen it;
- the desk keeps its name and its area; its own chain says so in a line (`key.rotated`);
- the old keys stay to open what was wrapped for them; they sign nothing any more, since a return carries the root's word for one key;
- laptops learn the new key from the next return, and wrap for it from then on; a township is told in the same way.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from xieli_sync import identity
from xieli_tui.casework import own_keys
from xieli_tui.desk import guards
from xieli_tui.desk.desk_keys import keep_own_cert, own_cert
from xieli_tui.desk.letters import require_ahead
from xieli_tui.desk.setup import load_root
from xieli_tui.errors import Refused
from xieli_tui.store import own_keys as certificates
from xieli_tui.store import trust
from xieli_tui.store import vault as vaults

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.domain.events.base import Payload
    from xieli_tui.store import Tx


def rotate_desk(session: Session, root_dir: Path | None, root_passphrase: str | None) -> own_keys.NewKey:
    """Give this desk new keys.

    Raises:
        Refused: XL-P07 in a village, XL-P03 a township officer at work on the county's database, XL-K09 no root key file there or another county's.
        Locked: XL-K10 not enrolled, XL-K11 the root's passphrase. Damaged: XL-C03 the database is behind what was sent (`county reopen` first).
    """
    guards.require_desk(session)
    if session.role == "county":
        guards.require_county(session)
    root = load_root(root_dir, root_passphrase)
    own_keys.follow(session)
    with session.reading() as tx:
        if root.sign_pub != trust.root_public(tx):
            raise Refused("XL-K09", "不是本县的根密钥")
        own_cert(tx)
        require_ahead(session, tx)
    pair = own_keys.fresh(session)
    made: list[int] = []

    def build(tx: Tx) -> list[Payload]:
        now = own_cert(tx)[0]["s"]
        made.append(certificates.highest(tx) + 1)
        cert = identity.issue_desk_cert(
            root, sign_pub=pair.sign_pub, enc_pub=pair.enc_pub, role=cast(Literal["township", "county"], now["role"]), area=str(now["area"]), ver=made[0],
            gen=max(int(now["gen"]), trust.highest(tx, session.dev)[0]), dev=session.dev,
        )
        trust.accept(tx, identity.verify_chain([cert], root.sign_pub))
        keep_own_cert(tx, [cert])
        vaults.follow_generation(tx, session.vault.generation)
        return [own_keys.announcement(session, pair)]

    [done] = session.transact(build)
    own_keys.choose(session)
    return own_keys.NewKey(session.dev, pair.kid, made[0], done.seq)
