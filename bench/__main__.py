"""`python -m bench [NAME…]`: run the measurements named, or all of them."""

from __future__ import annotations

import importlib
import sys

NAMES = ("help", "first_paint", "unlock", "visit", "store", "bundle", "search", "dossier", "today", "replay", "morning", "upload", "report", "export", "roster", "peers")
LONG = ("flat",)
"""Run by name only: they take a quarter of an hour."""


def main(names: list[str]) -> int:
    """Run each module's `run()`; an unknown name is an error."""
    unknown = set(names) - {*NAMES, *LONG}
    if unknown:
        sys.stderr.write(f"no such measurement: {' '.join(sorted(unknown))}; there are {' '.join((*NAMES, *LONG))}\n")
        return 2
    for name in names or NAMES:
        importlib.import_module(f"bench.{name}").run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
