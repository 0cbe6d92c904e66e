"""政策提示 of a household as recorded: what is known is given once, what is not known stays unknown, and the words never decide."""

from __future__ import annotations

import json

import pytest

from basekit import PASSPHRASE
from xieli_tui.casework import duties, facts, hints, households, reads
from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship
from xieli_tui.casework.households import AddHousehold, AddPerson, add_household, add_person
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import uuid7
from xieli_tui.domain.events.household import MoneyLine, StatementMade
from xieli_tui.errors import NotFound, Refused

NAME, NUMBER, PHONE = "王秀英", "999999195104170428", "10000001234"


@pytest.fixture
def family(village_session: Session) -> str:
    """A mother of 75 with a severely disabled son, a statement, two visits of which one met nobody."""
    saved = add_household(
        village_session,
        AddHousehold(NAME, {"group": "2组", "category": "dibao", "phone": PHONE, "labels": ["filed_poor"]}, {"id_no": NUMBER, "birth": "1951-04-17", "sex": "female"}),
    )
    add_person(village_session, AddPerson(saved.id, "李建军", "长子", {"birth": "1978-05-11", "sex": "male", "disability_level": 1, "work": "unemployed"}))
    record_visit(village_session, RecordVisit(saved.id, "self", on="2026-11-20"))
    record_visit(village_session, RecordVisit(saved.id, "none", on="2026-12-20"))
    return saved.id


def state_income(session: Session, household: str, month: int) -> None:
    made = uuid7(0, session.rand)
    session.record(
        StatementMade(village=session.profile.villages[0], household=household, statement=made, on="2026-12-01", income_month=month,
                      expenses=[MoneyLine(kind="medical", amount=123_450)])
    )


def asked(session: Session, household: str, op: str = "screen") -> dict[str, object]:
    with session.reading() as tx:
        return facts.question(tx, reads.household(tx, household), op, session.today)


def test_a_question_carries_what_was_recorded_and_nothing_that_names_a_person(village_session: Session, family: str) -> None:
    state_income(village_session, family, 90_050)
    question = asked(village_session, family)
    text = json.dumps(question, ensure_ascii=False)
    for secret in (NAME, NUMBER, PHONE, "李建军"):
        assert secret not in text
    given = question["given"]
    assert isinstance(given, dict)
    assert given["hh"]["size"] == 2
    assert given["hh"]["category"] == "dibao"
    assert given["hh"]["filed_poor"] is True
    assert given["hh"]["income_month"] == "900.50"
    assert given["hh"]["necessary_exp_year"] == "1234.50"
    son = next(p for p in given["persons"] if p["birth_date"] == "1978-05-11")
    assert son["severe_disabled"] is True
    assert son["employed"] is False


def test_what_was_never_recorded_is_absent_and_not_false(village_session: Session, family: str) -> None:
    given = asked(village_session, family)["given"]
    assert isinstance(given, dict)
    assert "income_month" not in given["hh"]
    assert "assets_ok" not in given["hh"]
    mother = next(p for p in given["persons"] if p["birth_date"] == "1951-04-17")
    assert "severe_disabled" not in mother
    assert "employed" not in mother


def test_a_visit_that_met_nobody_answers_no_clock(village_session: Session, family: str) -> None:
    given = asked(village_session, family)["given"]
    assert isinstance(given, dict)
    assert [v["date"] for v in given["visits"]] == ["2026-11-20"]


def test_open_findings_give_their_causes_and_an_emergency_its_event(village_session: Session, family: str) -> None:
    flag_hardship(village_session, FlagHardship(("illness",), household=family, urgency="emergency"))
    given = asked(village_session, family)["given"]
    assert isinstance(given, dict)
    assert given["hh"]["causes"] == ["illness"]
    assert given["event"]["traits"] == ["urgent"]


def test_a_missing_local_standard_is_named_in_plain_words_and_never_invented(village_session: Session, family: str) -> None:
    state_income(village_session, family, 90_000)
    found = next(h for h in hints.screen(village_session, family).hints if h.kind == "dibao")
    assert found.verdict == "needs_info"
    assert "local.dibao_std_month" in found.missing
    assert "本县低保标准" in found.words
    assert found.words.startswith("还缺")


def test_no_hint_ever_reads_as_a_decision(village_session: Session, family: str) -> None:
    page = hints.screen(village_session, family)
    assert page.hints
    for hint in page.hints:
        assert not any(word in hint.words for word in ("受理", "审核", "审批", "确认", "符合条件", "可领", "应发"))


def test_another_region_may_be_tried_and_a_wrong_one_is_refused(village_session: Session, family: str) -> None:
    assert hints.screen(village_session, family, region="511526").region == "511526"
    with pytest.raises(Refused) as caught:
        hints.screen(village_session, family, region="珙县")
    assert caught.value.code == "XL-V12"
    with pytest.raises(NotFound):
        hints.screen(village_session, "00000000-0000-7000-8000-000000000000")


def test_the_command_prints_hints_and_says_they_are_hints(workspace: object, village_session: Session, family: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from xieli_tui.cli.main import main

    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T09:00:00+08:00")
    village_session.close()
    capsys.readouterr()
    assert main(["policy", "screen", family, "-w", str(workspace), "--kind", "dibao", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert [h["kind"] for h in body["hints"]] == ["dibao"]
    assert main(["policy", "screen", family, "-w", str(workspace)]) == 0
    assert "以镇(街道)、县级为准" in capsys.readouterr().out


def test_what_is_missing_leads_to_its_place_hers_first_and_once_per_member(village_session: Session, family: str) -> None:
    found = hints.look(village_session, family)
    hint = next(h for h in found.page.hints if h.kind == "dibao")
    facts_ = hints.lacking(found.page, hint, found.names)
    assert [one.name for one in facts_ if one.place.hers] == ["hh.assets_ok", "hh.income_month"]
    assert facts_[-1].name == "local.dibao_std_month"
    assert "县民政局" in facts_[-1].says
    ill = next(h for h in found.page.hints if "p.basic_life_hardship" in h.missing and not h.person)
    assert sorted(one.who for one in hints.lacking(found.page, ill, found.names) if one.name == "p.basic_life_hardship") == ["李建军", NAME]


def test_the_fact_most_kinds_wait_for_is_told_once_with_how_many_lack_it(village_session: Session, family: str) -> None:
    found = hints.look(village_session, family)
    asked = hints.most_asked(found.page, found.names, 3)
    assert asked[0].name == "p.basic_life_hardship"
    assert (asked[0].who, asked[0].others) == (NAME, 1)
    assert asked[0].count >= asked[1].count >= asked[2].count
    assert len({one.name for one in asked}) == 3


def test_a_hint_names_facts_used_pack_version_and_day(village_session: Session, family: str) -> None:
    """X-06: rule, document number, clause, facts used, facts missing, pack version, as-of date."""
    found = next(h for h in hints.screen(village_session, family).hints if h.kind == "dibao")
    assert found.rule == "X-05"
    assert found.pack_version
    assert "家庭人口：2" in found.used
    assert not any(NUMBER in text or PHONE in text for text in found.used)


def test_an_earlier_day_is_looked_at_with_what_was_known_then(village_session: Session, family: str) -> None:
    """X-06: an appeal asks with the packs and the records of that day."""
    state_income(village_session, family, 90_050)
    now = next(h for h in hints.screen(village_session, family).hints if h.kind == "dibao")
    then = next(h for h in hints.screen(village_session, family, asof="2026-11-01").hints if h.kind == "dibao")
    assert "hh.income_month" not in now.missing
    assert "hh.income_month" in then.missing
    before = hints.screen(village_session, family, asof="2014-01-01")
    assert not any(on for ident, _, on, _ in before.packs if ident == "004")
    with pytest.raises(Refused) as caught:
        hints.screen(village_session, family, asof="2099-01-01")
    assert caught.value.code == "XL-V13"


def test_an_application_keeps_the_hint_it_was_started_on(village_session: Session, family: str) -> None:
    """X-06: a stored verdict keeps its rule, pack version and day, and decides nothing."""
    from xieli_tui.casework.start_application import StartApplication, start_application

    started = start_application(village_session, StartApplication(family, ["dibao"]))
    assert started.state == "started"
    with village_session.reading() as tx:
        from xieli_tui.store import queries

        kept = queries.steps(tx, started.id)[0].d["hints"]
    page = next(h for h in hints.screen(village_session, family).hints if h.kind == "dibao")
    assert kept == [{"asof": "2026-12-28", "kind": "dibao", "pack": page.pack, "pack_version": page.pack_version, "rule": "X-05", "verdict": "needs_info"}]


def test_facts_that_contradict_each_other_never_stop_an_application(village_session: Session, family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from xieli_tui.casework.start_application import StartApplication, start_application

    def refuse(*_: object, **__: object) -> dict[str, object]:
        raise Refused("XL-Q06", field="given.hh.category")

    monkeypatch.setattr(facts, "question", refuse)
    assert start_application(village_session, StartApplication(family, ["dibao"])).state == "started"


def test_while_an_emergency_is_open_its_aid_stands_first(village_session: Session, family: str) -> None:
    flag_hardship(village_session, FlagHardship(("acute",), household=family, urgency="emergency"))
    assert hints.screen(village_session, family).hints[0].kind == "temp_emergency"


def test_the_page_of_a_family_says_what_hints_and_duties_asked_apart_say(village_session: Session) -> None:
    home = add_household(village_session, AddHousehold("王秀英", {"group": "2组", "category": "dibao"}, {"birth": "1951-03-02"})).id
    record_visit(village_session, RecordVisit(home, "self", house_safety="risk"))
    both = hints.look(village_session, home)
    assert both.page == hints.screen(village_session, home)
    with village_session.reading() as tx:
        assert list(both.duties) == duties.of_household(tx, reads.household(tx, home), village_session.today)


def test_a_dossier_may_be_read_with_the_newest_entries_of_its_chain_alone(village_session: Session) -> None:
    home = add_household(village_session, AddHousehold("王秀英", {"group": "2组"}, {})).id
    for day in range(1, 9):
        record_visit(village_session, RecordVisit(home, "self", on=f"2026-12-{day:02d}"))
    whole, short = households.show(village_session, home), households.show(village_session, home, entries=4)
    assert len(whole.timeline) > 8
    assert short.timeline == whole.timeline[:4]
    assert (short.visits, short.row) == (whole.visits, whole.row)
