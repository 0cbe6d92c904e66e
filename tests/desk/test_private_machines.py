"""A private computer: recorded when the workspace is made; it keeps everything and hands nothing in until its county allows private computers."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from desk_office import Office

from basekit import PASSPHRASE
from xieli_tui.casework import exchange, push
from xieli_tui.cli.main import main
from xieli_tui.desk import parameters
from xieli_tui.errors import Refused
from xieli_tui.store import workspace as rooms


@pytest.fixture
def private(office: Office) -> Office:
    """The office, its laptop somebody's own."""
    office.village.profile = dataclasses.replace(office.village.profile, owner="private")
    rooms.save_profile(office.village.workspace, office.village.profile)
    return office


def test_it_keeps_what_is_written_and_hands_nothing_in_before_the_county_allows_it(private: Office) -> None:
    private.household()
    waiting = exchange.status(private.village).unconfirmed
    assert waiting > 0
    for call in (lambda: exchange.export(private.village, private.stick), lambda: push.push(private.village, "http://127.0.0.1:9")):
        with pytest.raises(Refused, match="XL-P12"):
            call()
    assert list(private.stick.iterdir()) == []
    assert any("私人电脑" in note for note in exchange.status(private.village).notes)
    parameters.set_local(private.county, parameters.SetLocal("private_machines", "是", "2026-12-01", "2026-12-31"))
    private.down()
    assert not any("私人电脑" in note for note in exchange.status(private.village).notes)
    private.up()
    private.down()
    assert exchange.status(private.village).unconfirmed == 0
    private.clock.tick(days=10)
    private.household("李桂英")
    with pytest.raises(Refused, match="XL-P12"):
        exchange.export(private.village, private.stick)


def test_the_permission_may_be_one_townships_and_a_no_is_no(private: Office) -> None:
    private.household()
    parameters.set_local(private.county, parameters.SetLocal("private_machines", "否", "2026-12-01"))
    private.down()
    with pytest.raises(Refused, match="XL-P12"):
        exchange.export(private.village, private.stick)
    parameters.set_local(private.county, parameters.SetLocal("private_machines", "true", "2026-12-01", area="999999001"))
    private.down()
    assert exchange.export(private.village, private.stick, with_backup=False).files


def test_a_computer_of_the_office_asks_for_no_permission(office: Office) -> None:
    office.household()
    assert exchange.export(office.village, office.stick, with_backup=False).files


def test_init_records_whose_computer_it_is_and_says_what_a_private_one_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    common = ["--village", "999999001001", "--village-name", "上坪村", "--operator", "陈秀兰", "--kdf", "floor"]
    assert main(["init", "-w", str(tmp_path / "p"), *common, "--owner", "private"]) == 0
    assert "登记为私人电脑" in capsys.readouterr().out
    assert main(["init", "-w", str(tmp_path / "o"), *common]) == 0
    assert "私人" not in capsys.readouterr().out
    assert [rooms.load_profile(tmp_path / name).owner for name in ("p", "o")] == ["private", "office"]
