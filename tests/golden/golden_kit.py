"""What is read out of a frozen version: a village's store in words, a county that takes the frozen bundles in."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from pathlib import Path
from typing import Any

from xieli_tui.casework import application, drafts, exchange, households
from xieli_tui.casework.session import Session, attach
from xieli_tui.desk import intake
from xieli_tui.domain.clock import FixedClock, SystemClock
from xieli_tui.store import workspace as rooms
from xieli_tui.store.vault import Vault

HERE = Path(__file__).resolve().parent
PASSPHRASE = "1111 2222 3333 4444"
FILES = ("store.db", "keys.json", "kind.json")
NOW = "2026-12-29T09:00:00+08:00"
ORDER = ("echo", "echo-township", "township", "village")


def versions() -> list[Path]:
    """Every frozen version, oldest first."""
    return sorted(path.parent for path in HERE.glob("*/facts.json"))


def put(source: Path, folder: Path) -> Path:
    """A frozen workspace as one of a test's own, with its machine's memory in XIELI_STATE."""
    folder.mkdir(parents=True)
    state = Path(os.environ["XIELI_STATE"])
    state.mkdir(parents=True, exist_ok=True)
    for path in source.iterdir():
        shutil.copy(path, (folder if path.name in FILES else state) / path.name)
    return folder


def at_work(folder: Path, clock: FixedClock | None = None) -> Session:
    """The workspace open, brought to this program's version; the new laptop's is frozen without a store, before its first day."""
    clock = clock or FixedClock(SystemClock(pinned=NOW).now())
    return attach(folder, rooms.load_profile(folder), Vault.unlock(folder, PASSPHRASE), clock=clock, rand=random.Random(20261229).randbytes, where=None, fresh=not rooms.store_path(folder).exists())


def told(session: Session) -> dict[str, Any]:
    """What a village's store says: how many lines, where its chains end, whose files, what state."""
    with session.reading() as tx:
        lines = tx.ask("SELECT hash, line FROM journal ORDER BY dev, ep, seq, hash")
        heads = sorted([str(dev), str(ep), int(seq), str(digest)] for dev, ep, seq, digest in tx.ask("SELECT dev, ep, seq, hash FROM device_head"))
    digest = hashlib.sha256()
    for hashed, line in lines:
        digest.update(str(hashed).encode() + bytes(line))
    rows = households.list_households(session)
    states = {row.head: sorted(one.state for one in application.list_applications(session, household=row.id)) for row in rows}
    status = exchange.status(session)
    return {
        "lines": len(lines), "journal": digest.hexdigest(), "heads": heads, "families": sorted(row.head for row in rows),
        "applications": {head: found for head, found in sorted(states.items()) if found}, "drafts": len(drafts.list_drafts(session)),
        "unconfirmed": status.unconfirmed, "confirmed": status.confirmed,
    }


def told_by_county(frozen: Path, folder: Path, facts: dict[str, Any], order: tuple[str, ...] = ORDER) -> dict[str, Any]:
    """What the frozen county makes of the frozen bundles: [file, status], and where the two cases stand."""
    with at_work(put(frozen / "county", folder)) as county:
        files = [frozen / "bundles" / f"{name}.xieli" for name in order if (frozen / "bundles" / f"{name}.xieli").exists()]
        statuses = {}
        for path in files:
            (one,) = intake.import_files(county, [path])
            statuses[path.stem] = [one.status, one.code]
        from xieli_tui.desk import queue

        return {"files": statuses, "cases": {name: queue.case(county, app).card.state for name, app in facts["applications"].items()}}
