"""Every verb of a day with logging at its loudest: what is written down names nobody, though the libraries say what they read."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from desk_office import Office
from page_book import desk_book, village_book

from xieli_tui import traces
from xieli_tui.casework import exchange, households
from xieli_tui.casework.session import Session

LOUD = ("", "xieli_tui", "xieli_sync", "sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool", "textual", "asyncio", "uvicorn", "docxtpl", "xlsxwriter")


class Unfiltered(logging.Handler):
    """What the records hold before anybody looked at them."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@pytest.fixture
def loud() -> Iterator[Unfiltered]:
    """Everything at debug."""
    before = {name: logging.getLogger(name).level for name in LOUD}
    raise_before, last = logging.raiseExceptions, logging.lastResort
    traces.set_up(lines=True)
    seen = Unfiltered()
    logging.getLogger().addHandler(seen)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield seen
    logging.getLogger().removeHandler(seen)
    traces.set_up()
    logging.raiseExceptions, logging.lastResort = raise_before, last
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def people(session: Session) -> set[str]:
    """Names, numbers and words of the families there."""
    found: set[str] = set()
    for row in households.list_households(session):
        card = households.show(session, row.id)
        found |= {row.head, row.id_no, row.phone, *(one.name for one in card.members), *(one.note for one in card.visits), *(str(value) for value in card.fields.values() if len(str(value)) > 5)}
    return {one for one in found if len(one) > 1 and not re.fullmatch(r"[a-z_]+|[0-9a-f-]{36}", one)}


def nobody(session: Session, loud: Unfiltered, capsys: pytest.CaptureFixture[str]) -> None:
    written: Any = capsys.readouterr()
    who = people(session)
    capsys.readouterr()
    assert who
    assert sum("Row (" in line for line in loud.said) > 5, "the libraries said what they read: there was something to keep back"
    logging.getLogger("sqlalchemy.engine.Engine").debug("Row %r", tuple(who))
    logging.getLogger("textual").error("a key %s", next(iter(who)))
    written = (written.out, written.err + capsys.readouterr().err)
    assert [name for name in who if name in written[1]] == []
    assert "SELECT" not in written[1]
    assert "textual ERROR a library reported a fault" in written[1]
    logging.getLogger("xieli_tui.casework.road").debug("an import failed", exc_info=(KeyError, KeyError(next(iter(who))), None))
    assert "an import failed" in capsys.readouterr().err, "lines are written"


def test_a_day_of_every_verb_of_a_village_writes_nobody_down_at_debug(village: Session, loud: Unfiltered, capsys: pytest.CaptureFixture[str]) -> None:
    village.store.engine.echo = "debug"
    village_book(village)
    nobody(village, loud, capsys)


def test_a_day_on_the_road_and_at_the_desk_writes_nobody_down_at_debug(office: Office, loud: Unfiltered, capsys: pytest.CaptureFixture[str]) -> None:
    for session in (office.village, office.county):
        session.store.engine.echo = "debug"
    desk_book(office)
    office.up()
    office.down()
    exchange.status(office.village)
    nobody(office.county, loud, capsys)
