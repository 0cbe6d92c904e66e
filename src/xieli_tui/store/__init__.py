"""The store: the only room that knows SQL. `Store`, `Tx` and `open_store` are here by name; they load SQLAlchemy when first asked for.

Light without it: `workspace` (profile), so that the unlock screen is painted before sqlmodel is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xieli_tui.store.store import Store, Tx, open_store

__all__ = ["Store", "Tx", "open_store"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from xieli_tui.store import store

        return getattr(store, name)
    raise AttributeError(name)
