"""The desk's own certificate chain, root first: what stands in the core of every return it signs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xieli_sync.identity import Cert
from xieli_tui.errors import Locked
from xieli_tui.store import own_keys, settings

if TYPE_CHECKING:
    from xieli_tui.store import Tx

_KEY = own_keys.DESK


def keep_own_cert(tx: Tx, chain: Sequence[Cert]) -> None:
    """Remember the chain."""
    settings.put(tx, _KEY, list(chain))


def own_cert(tx: Tx) -> list[Cert]:
    """The chain: of a county from its init, of a township from its grant, of either from its last rotation or reopening.

    Raises:
        Locked: XL-K10, a township that is not enrolled yet.
    """
    kept = own_keys.base(tx)
    if not kept:
        raise Locked("XL-K10")
    return kept
