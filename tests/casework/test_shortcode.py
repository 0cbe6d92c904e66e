"""短码: six digits open a desk that locked itself, five wrong ones or twelve hours do not."""

from __future__ import annotations

import pytest

from basekit import PASSPHRASE
from xieli_tui.casework import shortcode
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Locked, Refused
from xieli_tui.store.vault import Vault

CODE = "802915"


def opened(session: Session, held: shortcode.HeldKey, code: str, clock: FixedClock) -> Session:
    return shortcode.reopen(session.workspace, held, code, watch=clock, clock=clock)


def test_the_code_opens_the_same_desk_again_and_the_opening_is_in_the_chain(village_session: Session, clock: FixedClock) -> None:
    held = shortcode.hold(village_session, CODE, clock.now())
    dev, operator = village_session.dev, village_session.operator
    village_session.close()
    clock.tick(minutes=20)
    with opened(village_session, held, "８０２９１５", clock) as again:
        assert (again.dev, again.operator) == (dev, operator)
        with again.reading() as tx:
            lines = tx.conn.exec_driver_sql("SELECT t FROM journal ORDER BY rowid DESC LIMIT 1").scalar_one()
        assert lines == "audit.unlocked"


def test_five_wrong_codes_and_only_the_passphrase_opens(village_session: Session, clock: FixedClock) -> None:
    held = shortcode.hold(village_session, CODE, clock.now())
    for left in (4, 3, 2, 1):
        with pytest.raises(Locked) as wrong:
            opened(village_session, held, "802916", clock)
        assert (wrong.value.code, wrong.value.extra["left"]) == ("XL-L11", left)
    with pytest.raises(Locked, match="XL-L12"):
        opened(village_session, held, "802916", clock)
    with pytest.raises(Locked, match="XL-L12"):
        opened(village_session, held, CODE, clock)
    Vault.unlock(village_session.workspace, PASSPHRASE).forget()


def test_after_twelve_hours_the_passphrase_is_due(village_session: Session, clock: FixedClock) -> None:
    held = shortcode.hold(village_session, CODE, clock.now())
    clock.tick(hours=11, minutes=59)
    opened(village_session, held, CODE, clock).close()
    clock.tick(minutes=1)
    assert not held.usable(clock.now())
    with pytest.raises(Locked, match="XL-L12"):
        opened(village_session, held, CODE, clock)


def test_a_clock_set_back_does_not_stretch_the_twelve_hours(village_session: Session, clock: FixedClock) -> None:
    held = shortcode.hold(village_session, CODE, clock.now())
    clock.tick(hours=-1)
    with pytest.raises(Locked, match="XL-L12"):
        opened(village_session, held, CODE, clock)


def test_a_passphrase_changed_meanwhile_takes_the_code_away(village_session: Session, clock: FixedClock) -> None:
    held = shortcode.hold(village_session, CODE, clock.now())
    Vault.change_passphrase(village_session.workspace, village_session.vault, "2222 3333 4444 5555", kdf="floor")
    with pytest.raises(Locked, match="XL-L12"):
        opened(village_session, held, CODE, clock)


@pytest.mark.parametrize("code", ["12345", "1234567", "123456", "987654", "000000", "77777７", "八零二九一五", "80291a", ""])
def test_a_code_that_is_no_code_or_too_easy_is_refused(village_session: Session, clock: FixedClock, code: str) -> None:
    with pytest.raises(Refused) as refused:
        shortcode.hold(village_session, code, clock.now())
    assert (refused.value.code, refused.value.field) == ("XL-V11", "code")
    assert code not in str(refused.value) or not code


def test_nothing_of_the_code_is_on_disk_or_in_its_repr(village_session: Session, clock: FixedClock) -> None:
    held = shortcode.hold(village_session, CODE, clock.now())
    assert CODE not in repr(held)
    village_session.close()
    for path in village_session.workspace.rglob("*"):
        if path.is_file():
            assert CODE.encode() not in path.read_bytes()
            assert held._sealed not in path.read_bytes()
