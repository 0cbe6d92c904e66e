"""The desk's own certificate chain, root first: what stands in the core of every return it signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from xieli_sync.identity import Cert
from xieli_tui.errors import Locked
from xieli_tui.store import settings, trust

if TYPE_CHECKING:
    from xieli_tui.store import Tx

_KEY = "desk.certs"


def keep_own_cert(tx: Tx, chain: Sequence[Cert]) -> None:
    """Remember the chain."""
    settings.put(tx, _KEY, list(chain))


def own_cert(tx: Tx) -> list[Cert]:
    """The chain: of a county from its init, of a township from its grant.

    Raises:
        Locked: XL-K10, a township that is not enrolled yet.
    """
    kept = settings.get(tx, _KEY)
    if kept is None:
        granted = trust.grant(tx)
        kept = granted["certs"] if granted else None
    if not kept:
        raise Locked("XL-K10")
    return cast("list[Cert]", kept)
