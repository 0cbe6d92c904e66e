"""What a region's pack wants of the village before it hands in, and what no pack may ever ask of a village (002:三(二)1)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "desk"))  # workspaces of any region, shared with the tests of the desk verbs
from region_desk import CQ, GX, JM, JX, NOWHERE, Regions, family, head_of, refused, region_base, regions

from xieli_tui.casework import application as papers
from xieli_tui.casework import rules_check, start_application, statements
from xieli_tui.casework.session import Session
from xieli_tui.domain.events import EVENTS
from xieli_tui.domain.events.household import PersonClaimed
from xieli_tui.policy import ask, shipped
from xieli_tui.store import queries

__all__ = ["region_base", "regions"]

STATES_OF_DESKS = {
    "application.accepted", "application.returned", "application.checked", "application.investigated", "application.reviewed", "application.appraised",
    "application.reported", "application.decided", "application.stage.set", "application.paid", "application.closed", "exit.recorded", "category.set", "taper.set",
}


def started(village: Session, *kinds: str, entrusted: bool = True, emergency: bool = False) -> str:
    """An application helped with; what the region wants besides is left to the test."""
    app = start_application.start_application(village, start_application.StartApplication(family(village), kinds or ("dibao",), emergency=emergency)).id
    if entrusted:
        papers.entrust(village, papers.Entrust(app, "石守田"))
    return app


@pytest.mark.parametrize(("region", "rule", "cite"), [(GX, "GX-16", "001:12"), (CQ, "CQ-37", "003:(二十二)")])
def test_the_pledge_stops_a_hand_over_only_where_the_region_wants_it_gx_16_cq_37(regions: Regions, region: str, rule: str, cite: str) -> None:
    village = regions.village(region)
    app = started(village)
    first = papers.missing(village, app)[0]
    assert (first.doc, first.required) == ("commitment", True)
    assert cite in first.why
    error = refused("XL-P01", lambda: papers.hand_over(village, app))
    assert error.extra["missing"] == ["commitment"]
    assert (error.extra["rule"], error.extra["cite"]) == (rule, cite)
    papers.commit(village, papers.Commit(app))
    assert papers.hand_over(village, app).state == "handed_over"


@pytest.mark.parametrize("region", [JX, JM, NOWHERE])
def test_elsewhere_the_pledge_may_follow_the_hand_over(regions: Regions, region: str) -> None:
    village = regions.village(region)
    app = started(village)
    assert not any(one.required for one in papers.missing(village, app))
    assert papers.hand_over(village, app).warnings == ()


@pytest.mark.parametrize("region", [JM, NOWHERE])
def test_nothing_is_handed_in_for_a_family_that_entrusted_nobody_jm_04(regions: Regions, region: str) -> None:
    village = regions.village(region)
    app = started(village, entrusted=False)
    error = refused("XL-P01", lambda: papers.hand_over(village, app))
    assert error.extra["missing"] == ["entrust"]
    assert error.extra.get("rule") == ("JM-04" if region == JM else None)


def test_what_the_family_stated_of_its_means_is_the_declaration_cq_37(regions: Regions) -> None:
    village = regions.village(CQ)
    app = started(village)
    statements.state(village, statements.State(papers.show_application(village, app).household, income_month="900.00"))
    assert papers.hand_over(village, app).state == "handed_over"


def test_an_emergency_that_cannot_be_handed_in_yet_is_told_of_the_telephone_gx_16(regions: Regions) -> None:
    village = regions.village(GX)
    app = started(village, "temp_emergency", emergency=True)
    assert "急难先打电话" in refused("XL-P01", lambda: papers.hand_over(village, app)).what


def test_everything_that_stops_a_hand_over_is_named_at_once(regions: Regions) -> None:
    village = regions.village(GX)
    app = started(village, entrusted=False)
    assert refused("XL-P01", lambda: papers.hand_over(village, app)).extra["missing"] == ["entrust", "commitment"]


def test_the_village_asks_nobody_to_sign_twice_cq_21(regions: Regions) -> None:
    village = regions.village(CQ)
    app = started(village)
    who = head_of(village, papers.show_application(village, app).household)
    papers.consent(village, papers.Consent(app, who, until="2027-12-28"))
    error = refused("XL-P09", lambda: papers.consent(village, papers.Consent(app, who, until="2028-12-28")))
    assert (error.extra["rule"], error.field) == ("CQ-21", "person")


def test_a_warning_stops_nothing_and_says_its_clause_jx_46(regions: Regions) -> None:
    village = regions.village(JX)
    app = started(village)
    (warned,) = papers.add_paper(village, papers.AddPaper(app, "marriage_cert", "第3盒")).warnings
    assert (warned.rule, warned.cite) == ("JX-46", "000:17")
    assert warned.line().endswith("000:17")


def test_a_refusal_names_nobody(regions: Regions) -> None:
    village = regions.village(GX)
    app = started(village)
    assert "石守田" not in str(refused("XL-P01", lambda: papers.hand_over(village, app)).as_json())


# -- what no pack and no record may carry ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", ["360102", "511526", "440703", "500112", "999999"])
@pytest.mark.parametrize("action", ["village.accept_application", "terminate_aid", "county.decide", "township.decide", "set_taper"])
def test_a_village_that_decides_is_blocked_in_every_region_x_04_jm_02(region: str, action: str) -> None:
    answer = ask({"op": "check", "region": region, "asof": "2026-12-28", "given": {"user": {"role": "village"}}, "actions": [{"action": action}]})["answers"][0]
    assert answer["result"] == "block"


def test_a_village_may_write_no_state_from_acceptance_on_jm_02_x_04() -> None:
    for (t, _), known in EVENTS.items():
        if t in STATES_OF_DESKS:
            assert "village" not in known.writers, t


def test_no_record_of_a_village_and_no_paper_of_a_pack_is_an_opinion_asked_first_jm_03() -> None:
    for (t, _), known in EVENTS.items():
        if "village" in known.writers:
            assert not [name for name in known.model.model_fields if "opinion" in name or "verdict" in name], t
    for pack in shipped().packs.values():
        for one in (*pack.documents, *pack.forms):
            words = getattr(one, "label", "") + getattr(one, "title", "")
            assert "意见" not in words or "村" not in words, (pack.id, words)
    assert "village_opinion" not in {name for known in EVENTS.values() for name in known.model.model_fields}


def test_a_question_about_an_application_carries_no_name(regions: Regions) -> None:
    from xieli_tui.casework import facts, reads

    village = regions.village(NOWHERE)
    app = started(village)
    with village.reading() as tx:
        home = reads.household(tx, papers.show_application(village, app).household)
        question = facts.question(tx, home, "screen", village.today)
    assert question["given"]["app"]["entrust"] == {"by": "applicant", "date": "2026-12-28"}
    assert "石守田" not in str(question)
    assert question["given"]["app"]["authorisation"] == []


def test_what_was_never_written_down_of_an_application_is_absent_from_its_question(regions: Regions) -> None:
    from xieli_tui.casework import fact_app, reads

    village = regions.village(NOWHERE)
    app = started(village, entrusted=False)
    with village.reading() as tx:
        told = fact_app.more(tx, reads.household(tx, papers.show_application(village, app).household), village.today)["app"]
    assert {"entrust", "commitment_signed", "declaration", "kin_relation", "check", "investigations", "opinion", "platform_no"} & set(told) == set()


def test_facts_of_many_families_are_those_of_each(regions: Regions) -> None:
    from xieli_tui.casework import fact_app

    village = regions.village(NOWHERE)
    for _ in range(2):
        started(village)
    family(village, "石长庚")
    with village.reading() as tx:
        homes = queries.households(tx)
        many = fact_app.more_of_many(tx, homes, village.today)
        assert len(homes) == 3
        assert len(many) == 2
        assert all(many[one.id] == fact_app.more(tx, one, village.today) for one in homes if one.id in many)
        assert all(fact_app.more(tx, one, village.today) == {} for one in homes if one.id not in many)


def test_where_no_pack_speaks_nothing_is_said(regions: Regions) -> None:
    village = regions.village(NOWHERE)
    app = started(village)
    with village.reading() as tx:
        said = rules_check.submit(tx, queries.application(tx, app), village.today)  # type: ignore[arg-type]
    assert (said.result, said.spoken, said.warnings()) == ("allow", False, ())


@pytest.mark.parametrize(("region", "rule"), [(JX, "JX-22"), (NOWHERE, None)])
def test_a_village_hands_out_no_temporary_aid_unless_the_county_entrusted_it_jx_22(regions: Regions, region: str, rule: str | None) -> None:
    from xieli_tui.casework import services

    village = regions.village(region)
    home = family(village)
    error = refused("XL-P02", lambda: services.give_aid(village, services.GiveAid(home, "棉被", "temp_emergency")))
    assert (error.extra.get("rule"), error.extra["next_actor"]) == (rule, "township")
    assert services.give_aid(village, services.GiveAid(home, "棉被", "in_kind")).warnings == ()


def test_an_entrusted_village_may_and_its_ledger_keeps_the_line_jx_22(regions: Regions) -> None:
    from region_desk import set_local

    from xieli_tui.casework import rules_check, services

    desk = regions.county(JX)
    set_local(desk, "village_ta_entrusted", "true")
    home = family(desk)
    with desk.reading() as tx:
        rules_check.village_gives(tx, queries.household(tx, home), "temp_emergency", "2026-12-28", None, "village", rules_check.Beside())  # type: ignore[arg-type]
    services.give_aid(desk, services.GiveAid(home, "棉被", "temp_emergency"))
    again = services.give_aid(desk, services.GiveAid(home, "大米", "temp_emergency"))
    assert [one.rule for one in again.warnings] == ["CN-10"]
    assert again.warnings[0].records == ("2026-12-28 急难型临时救助",)


def test_what_somebody_wrote_down_wrongly_turns_no_family_away(regions: Regions) -> None:
    """登记的资料对不上 is a warning beside the village's act; a desk still rules on nothing that contradicts itself."""
    village = regions.village(GX)
    home = family(village)
    with village.reading() as tx:
        household = queries.household(tx, home)
        assert household is not None
        member = queries.members(tx, home)[0]
    village.record(PersonClaimed(village=household.village, household=home, person=member.person, fields={"birth": "2027-05-01"}))
    done = start_application.start_application(village, start_application.StartApplication(home, ("temp_emergency",), emergency=True))
    papers.entrust(village, papers.Entrust(done.id, "石守田"))
    papers.commit(village, papers.Commit(done.id))
    handed = papers.hand_over(village, done.id)
    assert handed.state == "handed_over"
    assert any("对不上" in one.why for one in (*done.warnings, *handed.warnings))
