"""A receiver of a true county at work, and its village handing in."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk_office import Office

from xieli_sync.carriers.serving import Server
from xieli_tui.casework import push, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.desk import enrolment, receiving


@dataclass
class Door:
    """A receiver of the office's county at work."""

    server: Server
    spool: Path
    trust: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def whole(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted((self.spool / "whole").glob("*.xieli"))]


@contextlib.contextmanager
def door(office: Office, tmp_path: Path) -> Iterator[Door]:
    """Trust file exported, receiver in a thread."""
    listed = tmp_path / "trust.json"
    if not listed.exists():
        enrolment.save_trust(office.county, listed)
    with receiving.receiver("127.0.0.1:0", listed, tmp_path / "spool", clock=office.clock) as (server, _devices, _late):
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            yield Door(server, tmp_path / "spool", listed)
        finally:
            server.stop()
            thread.join(20)
            assert not thread.is_alive()


def hand_in(office: Office, url: str, session: Session | None = None, **more: Any) -> Any:
    office.clock.tick(minutes=1)
    return push.push(session or office.village, url, sleep=lambda _: None, timeout=10, **more)


def visit(office: Office, household: str) -> None:
    office.clock.tick(minutes=1)
    record_visit.record_visit(office.village, record_visit.RecordVisit(household, "self", note="屋顶漏雨"))
