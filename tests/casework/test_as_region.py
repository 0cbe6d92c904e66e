"""One household looked at under other regions' packs, for comparison: each answers by its own clause, or not at all."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from basekit import PASSPHRASE
from xieli_tui.casework import hints
from xieli_tui.casework.households import AddHousehold, AddPerson, add_household, add_person
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import PolicyHint
from xieli_tui.cli.main import main
from xieli_tui.policy import ask

REGIONS = {"360000": "000", "511526": "001", "440700": "002", "500112": "003"}


@pytest.fixture
def family(village_session: Session) -> str:
    """A mother and her grown, severely disabled son without work."""
    home = add_household(village_session, AddHousehold("王秀英", {"group": "2组", "category": "edge"}, {"birth": "1951-04-17", "sex": "female"}))
    add_person(village_session, AddPerson(home.id, "李建军", "长子", {"birth": "1978-05-11", "sex": "male", "disability_level": 1, "work": "unemployed"}))
    return home.id


def single(session: Session, family: str, region: str) -> PolicyHint:
    page = hints.screen(session, family, region=region)
    found = [one for one in page.hints if one.kind == "dibao_single" and one.who in ("李建军", "")]
    assert len(found) == 1
    return found[0]


def test_one_person_under_four_regions_gets_four_answers_with_their_own_clauses(village_session: Session, family: str) -> None:
    """GX-04, JX-03, CQ-05, CQ-06 side by side: 002 says nothing of 单人户."""
    side = {pack: single(village_session, family, region) for region, pack in REGIONS.items()}
    assert {pack: one.verdict for pack, one in side.items()} == {"000": "needs_info", "001": "needs_info", "002": "not_in_pack", "003": "discretion"}
    assert side["003"].cite == "003:(八)"
    assert side["001"].cite == "001:2"
    assert side["000"].cite.startswith("000:")
    assert side["002"].cite == ""
    assert side["000"].missing != side["001"].missing
    assert len({(one.verdict, one.cite, one.missing) for one in side.values()}) == 4


def test_the_comparison_changes_nothing_of_the_household_but_the_packs(village_session: Session, family: str) -> None:
    pages = [hints.screen(village_session, family, region=region) for region in REGIONS]
    for page in pages:
        own = dict(page.question["given"]["hh"])
        own.pop("region")
        base = dict(pages[0].question["given"]["hh"])
        base.pop("region")
        assert own == base
    for page, pack in zip(pages, REGIONS.values(), strict=True):
        assert pack in {ident for ident, _, active, _ in page.packs if active}
        assert not {ident for ident, _, active, _ in page.packs if active} & (set(REGIONS.values()) - {pack})


def test_a_pack_is_silent_before_its_effective_day(village_session: Session, family: str) -> None:
    """珙县 (001) speaks from 2020-05-01 on (R11, X-01)."""
    question = hints.screen(village_session, family, region="511526").question
    before, after = (ask({**question, "asof": day.isoformat()}) for day in (dt.date(2020, 4, 30), dt.date(2020, 5, 1)))
    row = next(one for one in before["packs"] if one["id"] == "001")
    assert (row["active"], row["reason"]) == (False, "2020-05-01 起才施行")
    assert all(one["pack"] != "001" for one in before["answers"])
    assert {one["verdict"] for one in before["answers"] if one.get("kind") == "dibao_single"} == {"not_in_pack"}
    assert any(one["pack"] == "001" for one in after["answers"])


def test_the_command_line_says_that_it_is_a_comparison(
    village_session: Session, family: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    place = str(village_session.workspace)
    assert main(["policy", "screen", family, "--as-region", "511526", "-w", place]) == 0
    assert "按 511526 的政策包看，只作比较。" in capsys.readouterr().out
    assert main(["policy", "screen", family, "--as-region", "500112", "--kind", "dibao_single", "-w", place, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert {one["cite"] for one in body["hints"]} == {"003:(八)"}
    assert main(["policy", "screen", family, "--as-region", "中国", "-w", place]) == 4
