"""The demo as built: everything its source promises is in the stores, and only through verbs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from basekit import state_at
from xieli_sample import demo as door
from xieli_sample import source
from xieli_sample.scene import Demo, load_marker
from xieli_tui.casework import application as papers
from xieli_tui.casework import drafts, exchange, hints, households, rebuild, today
from xieli_tui.casework.session import Session, open_session
from xieli_tui.casework.views import HouseholdCard
from xieli_tui.desk import enrolment, parameters, queue
from xieli_tui.errors import Refused
from xieli_tui.policy import loader
from xieli_tui.store import queries

SOURCE = source.load()


@pytest.fixture(scope="module")
def desks(built: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Session, Session]]:
    """Village and county over one copy for all readings of this module."""
    import shutil

    base = tmp_path_factory.mktemp("read")
    shutil.copytree(built.folder, base / "demo")
    shutil.copytree(built.folder.parent / "state", base / "state")
    here = load_marker(base / "demo")
    assert here is not None
    clock = here.clock()
    with state_at(base / "state"), open_session(here.village_dir, here.passphrase, clock=clock) as village, \
            open_session(here.county_dir, here.passphrase, clock=clock) as county:
        yield village, county


def cards(session: Session) -> dict[int, HouseholdCard]:
    shown = [households.show(session, row.id) for row in households.list_households(session) if row.village == SOURCE.village.code]
    return {int(card.fields["number"]): card for card in shown}


@pytest.fixture(scope="module")
def village(desks: tuple[Session, Session]) -> dict[int, HouseholdCard]:
    return cards(desks[0])


def test_sixty_households_of_one_village_are_on_the_list(village: dict[int, HouseholdCard], built: Demo) -> None:
    assert sorted(village) == list(range(1, 61))
    assert built.now.date() == SOURCE.demo_day
    for family in SOURCE.village.families:
        assert village[family.no].row.head == family.head.name


def test_every_category_stands_in_the_store(village: dict[int, HouseholdCard]) -> None:
    held = {card.row.category for card in village.values()}
    assert {"dibao", "tekun", "edge", "rigid", "relapse_monitor", "other_hard"} <= held
    assert held - {"dibao", "tekun", "edge", "rigid", "relapse_monitor", "other_hard"} <= {"", "none"}


def test_namesakes_are_two_households_and_rare_names_are_kept(village: dict[int, HouseholdCard]) -> None:
    heads = [card.row.head for card in village.values()]
    assert heads.count("石建国") == heads.count("王秀英") == 2
    names = "".join(m.name for card in village.values() for m in card.members)
    assert {"㛃", "𠮷", "䶮"} <= set(names)


def test_damaged_numbers_are_people_all_the_same(village: dict[int, HouseholdCard]) -> None:
    pending = [m for card in village.values() for m in card.members if m.id_state in ("pending", "none")]
    assert len(pending) == 3  # one typed as a number, one with a wrong check digit, one blank
    assert all(m.name for m in pending)
    (old,) = (m for m in village[53].members if m.relation_label in ("户主", "本人"))
    assert (old.id_state, len(old.id_no)) == ("ok", 18)


def test_an_absent_adult_and_a_child_with_a_guardian(village: dict[int, HouseholdCard]) -> None:
    away = [m for card in village.values() for m in card.members if m.away]
    assert len(away) >= 4
    assert any(m.fields.get("guardian") for m in village[6].members)


def test_the_dead_man_is_no_longer_of_the_household(village: dict[int, HouseholdCard]) -> None:
    assert [m.name for m in village[41].members] == ["李保林", "翟秀兰"]
    assert any("death" in v.changes for v in village[41].visits)


def test_visits_of_a_year_and_families_never_visited(village: dict[int, HouseholdCard]) -> None:
    visits = [v for card in village.values() for v in card.visits]
    assert 100 < len(visits) < 220
    assert {v.met for v in visits} == {"self", "family", "neighbour", "none"}
    assert any(v.late for v in visits)
    for number in SOURCE.raw["never_visited"]:
        assert not village[number].visits
    this_quarter = [n for n in SOURCE.raw["open_this_quarter"] if any(v.on >= "2026-10-01" for v in village[n].visits)]
    assert this_quarter == []


def test_a_refusal_keeps_its_reason(desks: tuple[Session, Session], built: Demo) -> None:
    with desks[0].reading() as tx:
        told = queries.informed(tx, built.story["refused"])
    assert [t.answer for t in told] == ["unwilling", "unwilling"]
    assert all(t.reason for t in told)


def test_the_cases_stand_where_the_story_leaves_them(desks: tuple[Session, Session], built: Demo) -> None:
    states = {key: papers.show_application(desks[0], built.story[key]) for key in ("ordinary", "returned", "untold", "advance")}
    assert states["returned"].state == "returned"
    assert len(states["returned"].returned) == 2
    assert states["untold"].decisions[0].told == ""
    assert states["untold"].decisions[0].amount == 800_00
    assert states["advance"].state == "accepted"
    assert states["ordinary"].kin not in ("", "none")
    assert states["ordinary"].decisions[0].told
    ordinary = queue.case(desks[1], built.story["ordinary"])
    assert ordinary.card.state == "paid"
    assert [s.step for s in ordinary.steps if s.status == "done"][:5] == ["accepted", "checked", "investigated", "reviewed", "notice"]
    assert ordinary.household.row.category_rank == "ruling"


def test_today_has_what_the_story_left_undone(desks: tuple[Session, Session]) -> None:
    found = today.today(desks[0])
    assert {"decision_back", "promise_due", "draft_open", "papers_returned"} <= {t.task for t in found.tasks}
    assert len(found.tasks) <= 9
    assert all(t.why for t in found.tasks)
    assert {"never_visited", "add_id"} <= {b.task for b in found.bulk}


def test_the_story_of_the_demo_day_stands_on_today_with_the_countys_own_clauses(desks: tuple[Session, Session], built: Demo) -> None:
    """Design 01: open visits, a half-year review past its day, an alert, a notice ending, a pay-first case owing papers, a decision, a promise."""
    found = today.today(desks[0])
    tasks = {t.task: t for t in found.tasks}
    assert {"review", "alert_verify", "notice_end", "supplement_statement", "decision_back", "promise_due"} <= set(tasks)
    assert (tasks["review"].who, tasks["review"].state, tasks["review"].cite) == ("李国强", "overdue", "999999:第四条; 000:5")
    assert (tasks["notice_end"].due, tasks["alert_verify"].who) == ("2026-12-28", "石继武")
    assert tasks["supplement_statement"].cite == "999999:第七条; 003:(十四)"
    (visits,) = (b for b in found.bulk if b.task == "visit_quarter")
    assert (visits.left, visits.nearby, visits.cite) == (7, 3, "999999:第五条; 001:8")


def test_every_adopted_hint_says_that_it_is_a_demonstration(desks: tuple[Session, Session], built: Demo) -> None:
    page = hints.screen(desks[0], built.story["urgent"])
    adopted = [one for one in page.hints if one.cite.startswith("999999:")]
    assert {"dibao_edge", "rigid_exp", "temp_emergency", "temp_advance"} <= {one.kind for one in adopted}
    assert {one.adopted_label for one in adopted} == {"演示采用"}
    assert all("; " in one.cite for one in adopted)
    assert page.problems == ()


def test_the_pack_of_the_invented_county_is_not_in_the_program() -> None:
    assert "999999" not in loader.shipped().packs


def test_a_draft_lies_half_written_and_an_older_export_without_receipt(desks: tuple[Session, Session], built: Demo) -> None:
    (draft,) = drafts.list_drafts(desks[0])
    assert (draft.form, draft.key) == ("visit", built.story["draft"])
    status = exchange.status(desks[0])
    newest = status.bundles[0]
    assert newest[1] == "2026-12-21"
    assert newest[3:] == ("待签收", "待签收")
    assert {older[3:] for older in status.bundles[1:]} == {("镇已签收", "县已签收")}, "the township read the year when it came"
    assert status.unconfirmed > 0


def test_one_child_stands_in_two_villages_at_the_county(desks: tuple[Session, Session]) -> None:
    with desks[1].reading() as tx:
        (child,) = (p for p in queries.persons(tx, SOURCE.village.code) if p.name == "吴子豪")
        assert {p.village for p in queries.persons_by_id_no(tx, child.id_no)} == {SOURCE.village.code, SOURCE.neighbour.code}


def test_the_county_set_its_parameters_and_heard_the_township_and_both_laptops(desks: tuple[Session, Session]) -> None:
    assert {"delegations", "notice_days", "phones"} <= {p["key"] for p in parameters.list_local(desks[1])}
    assert sorted((row.role, row.heard) for row in enrolment.devices(desks[1])) == [("township", True), ("village", True), ("village", True)]


def test_the_township_has_the_families_of_both_villages_and_nothing_held_back(demo: Demo) -> None:
    with open_session(demo.township_dir, demo.passphrase, clock=demo.clock()) as town, open_session(demo.county_dir, demo.passphrase, clock=demo.clock()) as county:
        mine, theirs = ({(h.village, h.head) for h in households.list_households(session)} for session in (town, county))
        assert mine == theirs
        assert exchange.status(town).quarantined == 0


def test_no_event_is_held_back_anywhere(desks: tuple[Session, Session]) -> None:
    for session in desks:
        with session.reading() as tx:
            assert queries.quarantined(tx) == []


def test_no_real_region_and_no_reachable_phone_is_in_the_stores(desks: tuple[Session, Session]) -> None:
    for session in desks:
        with session.reading() as tx:
            people = queries.persons(tx)
            homes = queries.households(tx)
        assert {p.village[:6] for p in people} == {h.village[:6] for h in homes} == {"999999"}
        assert all(p.id_no.startswith("999999") for p in people if p.id_no and p.id_state == "ok")
        phones = [p.phone for p in people if p.phone] + [str(h.fields["phone"]) for h in homes if h.fields.get("phone")]
        assert phones
        assert all(len(x) == 11 and x.startswith("1000000") for x in phones)


@pytest.mark.parametrize("which", ["village_dir", "township_dir", "county_dir", "neighbour_dir"])
def test_the_registers_are_rebuilt_to_the_same_rows(demo: Demo, which: str) -> None:
    with open_session(getattr(demo, which), demo.passphrase, clock=demo.clock()) as session:
        result = rebuild.rebuild(session)
        assert result.equal
        assert any(result.before.values())


def test_nothing_readable_lies_in_the_workspaces(built: Demo) -> None:
    family = SOURCE.village.families[0]
    secrets = [text.encode() for text in (family.head.name, family.head.true_id, family.head.phone, "CREATE TABLE", SOURCE.village.coordinator)]
    for folder in (built.village_dir, built.township_dir, built.county_dir, built.neighbour_dir):
        for path in folder.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                assert not any(secret in data for secret in secrets), path.relative_to(built.folder)


def test_the_demo_of_a_folder_is_found_again_and_never_laid_over(demo: Demo) -> None:
    again = door.prepare(demo.folder)
    assert dataclasses.replace(again, story={}) == dataclasses.replace(demo, story={})
    with pytest.raises(Refused) as caught:
        door.walk(demo.folder)
    assert caught.value.code == "XL-L03"


def test_the_marker_is_plain_json_beside_the_workspaces(built: Demo) -> None:
    body = json.loads((built.folder / "demo.json").read_text("utf-8"))
    assert body["now"].startswith("2026-12-28")
    assert Path(built.village_dir).is_dir()
