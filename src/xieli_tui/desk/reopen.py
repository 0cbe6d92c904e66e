"""Going on after this desk was put back from a copy, or its key was in other hands: a higher generation under the root key (design 04).

Rules kept here
- the root key at hand is the proof: who holds a copy of the database alone cannot go on as this desk (XL-K09, XL-K11);
- the desk's certificate is made anew one generation higher, for the keys, area and version it has; its returns start again at r = 1 in an issuer
  epoch of their own, so nothing it says can contradict what is out there;
- the generation is kept outside the database as well: the same old copy put back twice must not be given the same one twice;
- devices take the higher generation whatever r they had, send their work again and give back what this desk had said (an echo);
- nothing is taken out of the journal; until every device was heard again the desk simply does not know yet what it lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from xieli_sync import identity
from xieli_tui.casework import epoch_mark, epochs
from xieli_tui.desk import guards
from xieli_tui.desk.desk_keys import keep_own_cert, own_cert
from xieli_tui.desk.setup import load_root
from xieli_tui.errors import Refused
from xieli_tui.store import settings, trust

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.store import Tx


@dataclass(frozen=True, slots=True)
class Reopened:
    """The desk, its generation from now on, its new epoch, and how many computers are to be told by the next return."""

    dev: str
    gen: int
    ep: str
    devices: int


def reopen(session: Session, root_dir: Path, root_passphrase: str | None) -> Reopened:
    """Raise this desk's generation and begin a new issuer epoch.

    Raises:
        Refused: XL-P07 in a village, XL-K09 no root key file there or another county's, XL-F02, XL-F03 the state folder.
        Locked: XL-K10 not enrolled, XL-K11 its passphrase.
    """
    guards.require_desk(session)
    root = load_root(root_dir, root_passphrase)
    with session.reading() as tx:
        if root.sign_pub != trust.root_public(tx):
            raise Refused("XL-K09", "不是本县的根密钥")
        own_cert(tx)
        fresh = settings.get(tx, epochs.BEHIND) == session.ep
    if not fresh:
        epochs.open_new(session, "reopened", behind=True)
    with session.writing() as tx:
        cert = _next(session, tx, root)
        trust.accept(tx, identity.verify_chain([cert], root.sign_pub))
        keep_own_cert(tx, [cert])
        settings.drop(tx, epochs.BEHIND)
        known = len({one.dev for one in trust.signers(tx)} - {session.dev})
        return Reopened(session.dev, int(cert["s"]["gen"]), tx.ep, known)


def _next(session: Session, tx: Tx, root: identity.RootKey) -> identity.Cert:
    now = own_cert(tx)[0]["s"]
    gen = max(int(now["gen"]), trust.highest(tx, session.dev)[0], epoch_mark.read_gen(session.dev)) + 1
    epoch_mark.write_gen(session.dev, gen)
    return identity.issue_desk_cert(
        root, sign_pub=session.keys.sign_pub, enc_pub=session.keys.enc_pub, role=cast(Literal["township", "county"], now["role"]), area=str(now["area"]),
        ver=int(now["ver"]), gen=gen, dev=session.dev,
    )
