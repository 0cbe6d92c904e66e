"""Missing pieces of a laptop's chain: parked within a quota, asked for, filled, or given up by a desk (design 03, 04)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from desk_office import PASSPHRASE, Office
from test_township_road import another, folder, idle, laid, rows, sent, taken, trip, visit

from xieli_sync import outbox
from xieli_tui.casework import exchange, households, road
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.desk import gaps, intake
from xieli_tui.domain.events.road import GapAccepted
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import chains, journal


def piece(office: Office, name: str, first: int, last: int, session: Session | None = None) -> Path:
    """A bundle of lines first..last alone, as a laptop wrote it before the one in front of it was lost for ever."""
    laptop = session or office.village
    with laptop.reading() as tx:
        grant = road.require_grant(laptop, tx)
        lines = journal.lines(tx, laptop.dev, laptop.ep, first, last)
    return Path(exchange._lay_down(laptop, grant, folder(office, name), laptop.ep, lines, outbox.OS_FS).path)


def length(session: Session) -> int:
    with session.reading() as tx:
        return journal.head(tx, session.dev, session.ep)[0]


@pytest.fixture
def torn(office: Office) -> tuple[int, int, str]:
    """Lines first..last of the laptop are lost; behind them a household stands. (first, last, household)."""
    office.household("石守田")
    trip(office, 1)
    idle(office)
    with office.county.reading() as tx:  # acknowledgements the laptop wrote since are not worth a file
        before = chains.reach(tx, office.village.dev, office.village.ep)[0]
    visit(office, office.household("孙长福"))
    last = length(office.village)
    home = office.household("周桂兰")
    return before + 1, last, home


def heads(session: Session) -> set[str]:
    return {row.head for row in households.list_households(session)}


def test_a_gap_is_listed_asked_for_and_filled(office: Office, torn: tuple[int, int, str]) -> None:
    first, last, _ = torn
    assert taken(office.county, piece(office, "a", last + 1, length(office.village)).parent) == ["parked"]
    [gap] = gaps.list_gaps(office.county)
    assert (gap.dev, gap.ep, gap.first, gap.last, gap.files, gap.asked) == (office.village.dev, office.village.ep, first, last, 1, False)
    assert "陈秀兰" in gap.called
    taken(office.village, sent(office.county, office, "b", office.village.dev)[0].parent)
    assert gaps.list_gaps(office.county)[0].asked
    with office.village.reading() as tx:
        assert tx.conn.exec_driver_sql("SELECT first, last FROM resend_request").all() == [(first, last)]
    taken(office.county, laid(office.village, office, "c")[0].parent)
    assert gaps.list_gaps(office.county) == []
    assert heads(office.county) == {"石守田", "孙长福", "周桂兰"}


def test_a_gap_given_up_lets_what_waited_through_and_the_laptop_goes_on(office: Office, torn: tuple[int, int, str]) -> None:
    first, last, home = torn
    taken(office.county, piece(office, "a", last + 1, length(office.village)).parent)
    with pytest.raises(Refused) as refused:
        gaps.accept_gap(office.county, office.village.dev[:8], " ")
    assert refused.value.code == "XL-V06"
    done = gaps.accept_gap(office.county, office.village.dev[:8], "旧电脑坏了，谁也没有这几条")
    assert (done.first, done.last, done.drained) == (first, last, 1)
    assert done.events > 0
    assert gaps.list_gaps(office.county) == []
    assert heads(office.county) == {"石守田", "周桂兰"}
    visit(office, home)
    late = piece(office, "late", first, last)
    office.clock.tick(minutes=1)
    (one,) = intake.import_files(office.county, [late])  # found after all
    assert (one.status, one.new) == ("imported", last - first + 1)
    assert heads(office.county) == {"石守田", "孙长福", "周桂兰"}
    idle(office)
    assert exchange.status(office.village).unconfirmed == 0
    for session in (office.county, office.township, office.village):
        rows(session)


@pytest.mark.parametrize("who", ["county", "township"])
def test_a_gap_given_up_at_one_desk_drains_the_other_when_it_learns_it(office: Office, torn: tuple[int, int, str], who: str) -> None:
    _, last, _ = torn
    wait = piece(office, "a", last + 1, length(office.village))
    for desk in (office.county, office.township):
        assert taken(desk, wait.parent) == ["parked"]
    first, other = (office.county, office.township) if who == "county" else (office.township, office.county)
    gaps.accept_gap(first, office.village.dev, "谁也没有这几条")
    assert heads(first) == {"石守田", "周桂兰"}
    assert heads(other) == {"石守田"}
    if who == "county":
        taken(other, sent(first, office, "b", other.dev)[0].parent)
    else:
        taken(other, laid(first, office, "b")[0].parent)
    assert heads(other) == {"石守田", "周桂兰"}
    assert gaps.list_gaps(other) == []
    for desk in (first, other):
        rows(desk)


def test_beyond_the_quota_the_highest_is_turned_away_and_the_rest_waits(office: Office) -> None:
    home = office.household()
    for _ in range(53):
        visit(office, home)
    end = length(office.village)
    files = [piece(office, "a", seq, seq) for seq in range(end - 50, end + 1)]
    found = intake.import_files(office.county, files)
    assert [one.status for one in found] == ["parked"] * 50 + ["refused"]
    assert found[-1].code == "XL-G02"
    assert gaps.list_gaps(office.county)[0].files == 50
    (lower,) = intake.import_files(office.county, [piece(office, "b", end - 51, end - 51)])
    assert lower.status == "parked", "a lower one stays and the highest goes"
    assert gaps.list_gaps(office.county)[0].files == 50
    (first,) = intake.import_files(office.county, [piece(office, "c", 1, end - 52)])
    assert first.status == "imported"
    assert len(households.show(office.county, home).visits) == 51
    assert [one.status for one in intake.import_files(office.county, files)] == ["duplicate"] * 49 + ["imported", "imported"]
    assert len(households.show(office.county, home).visits) == 53


def test_a_piece_is_given_up_by_a_desk_of_its_place_alone_and_only_where_one_is_missing(office: Office, torn: tuple[int, int, str]) -> None:
    _, last, _ = torn
    with pytest.raises(NotFound) as missing:
        gaps.accept_gap(office.county, office.village.dev, "没有缺的")
    assert missing.value.code == "XL-V45"
    wait = piece(office, "a", last + 1, length(office.village))
    taken(office.county, wait.parent)
    with pytest.raises(Refused) as refused:
        gaps.accept_gap(office.village, office.village.dev, "村里不能")
    assert refused.value.code == "XL-P07"
    far = another(office, "远村", "999999002001")
    with pytest.raises((Refused, NotFound)) as refused:
        gaps.accept_gap(office.township, far.dev, "不是本镇的")
    assert refused.value.code in ("XL-P03", "XL-V44")
    with pytest.raises(NotFound) as missing:
        gaps.accept_gap(office.county, "ffffffffffffffff", "没有这台")
    assert missing.value.code == "XL-V44"
    assert len(gaps.list_gaps(office.county)) == 1


def test_a_waiting_file_offered_again_goes_through_once_the_gap_is_closed(office: Office, torn: tuple[int, int, str]) -> None:
    """As after a power cut between giving the piece up and taking in what waited."""
    first, last, _ = torn
    wait = piece(office, "a", last + 1, length(office.village))
    taken(office.county, wait.parent)
    office.county.record(GapAccepted(dev=office.village.dev, ep=office.village.ep, first=first, last=last, reason="断电"))
    assert "周桂兰" not in heads(office.county)
    assert taken(office.county, wait.parent) == ["imported"]
    assert "周桂兰" in heads(office.county)


def test_the_commands_list_a_gap_and_give_it_up(
    office: Office, torn: tuple[int, int, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, last, _ = torn
    taken(office.county, piece(office, "a", last + 1, length(office.village)).parent)
    folder_, dev = office.county.workspace, office.village.dev
    office.county.close()
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T15:00:00+08:00")

    def said(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        assert main([*words, "-w", str(folder_), "--json"]) == 0
        return dict(json.loads(capsys.readouterr().out))

    [gap] = said("county", "gap", "list")["gaps"]
    assert (gap["dev"], gap["first"], gap["last"], gap["files"]) == (dev, first, last, 1)
    done = said("county", "gap", "accept", dev[:8], "--reason", "谁也没有这几条")
    assert (done["first"], done["last"], done["drained"]) == (first, last, 1)
    assert said("county", "gap", "list")["gaps"] == []
