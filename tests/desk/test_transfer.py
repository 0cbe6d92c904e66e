"""A household moved to another village: nothing either side wrote is dropped, the new one has its file, the old one is told (C1 of the field's complaints)."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from desk_office import Office
from people_kit import NEXT, down, laptop, settle, up

from xieli_tui.casework import application as papers
from xieli_tui.casework import exchange, households, record_visit, start_application, today
from xieli_tui.casework.session import Session
from xieli_tui.desk import fixes, matters, rulings, steps
from xieli_tui.errors import Refused
from xieli_tui.store import journal, queries
from xieli_tui.store.rebuild import rebuild


@dataclass
class Two:
    """The old village's laptop, the new one's, and the family that is moved."""

    old: Session
    new: Session
    home: str
    person: str


@pytest.fixture
def two(office: Office) -> Two:
    home = office.household("石守田")
    office.household("石留下")
    new = laptop(office, "next", "柳小叶", (NEXT,))
    households.add_household(new, households.AddHousehold("柳大树"))
    settle(office, office.village, new)
    return Two(office.village, new, home, households.show(office.village, home).members[0].person)


def visit(session: Session, home: str, note: str) -> str:
    return record_visit.record_visit(session, record_visit.RecordVisit(home, "self", note=note)).id


def notes(session: Session, home: str) -> set[str]:
    return {one.note for one in households.show(session, home).visits}


def test_a_transfer_while_both_laptops_hold_unsent_work_drops_none_of_it(office: Office, two: Two) -> None:
    visit(two.old, two.home, "转走以前记的，没报")
    households.set_person(two.old, two.person, {"phone": "13900000001"})
    own = next(iter(households.list_households(two.new, "柳大树"))).id
    visit(two.new, own, "自己村的，没报")
    matters.transfer_household(office.county, two.home, NEXT)
    office.clock.tick(minutes=5)
    visit(two.old, two.home, "还不知道转走，又去了")
    taken = up(office, two.old, two.new)
    assert {(one.status, one.quarantined) for one in taken} == {("imported", 0)}, "received, none of it put aside"
    settle(office, two.old, two.new)
    everything = {"转走以前记的，没报", "还不知道转走，又去了"}
    for session in (office.county, two.new, two.old):
        assert notes(session, two.home) == everything
        assert households.show(session, two.home).members[0].phone == "13900000001"
        assert households.show(session, two.home).row.village == NEXT
        assert rebuild(session.store)["equal"] is True
    for session in (two.old, two.new):
        where = exchange.status(session)
        assert (where.unconfirmed, where.quarantined) == (0, 0), "each has its receipt"
    assert {one.head for one in households.list_households(two.new)} == {"柳大树", "石守田"}, "nothing of the old village's other families"


def test_the_old_laptop_is_told_its_counts_say_so_and_what_it_still_learns_is_heard(office: Office, two: Two) -> None:
    matters.transfer_household(office.county, two.home, NEXT, "2026-12-28")
    settle(office, two.old, two.new)
    assert exchange.status(two.old).moved == ((two.home, "石守田", "2026-12-28", "柳林村"),)
    assert exchange.status(two.new).moved == ()
    card = households.show(two.old, two.home)
    assert card.moved == "2026-12-28 转到柳林村"
    assert card.next_step.startswith("2026-12-28 已转到柳林村")
    assert any("转到 柳林村" in one.summary for one in households.timeline(two.old, two.home))
    assert {one.household for one in today.everything(two.old)} & {two.home} == set(), "what is owed to them is the new village's to do"
    assert two.home in {one.household for one in today.everything(two.new)}
    office.clock.tick(minutes=5)
    visit(two.old, two.home, "碰到他家老人，说了一声")
    with two.old.reading() as tx:
        assert journal.events_of_type(tx, "visit.recorded")[-1].village == "999999001001", "captured for the village she works for"
    (taken,) = up(office, two.old)
    assert (taken.status, taken.quarantined) == ("imported", 0)
    settle(office, two.old, two.new)
    assert notes(two.new, two.home) == {"碰到他家老人，说了一声"}
    assert {one.state for one in households.timeline(two.old, two.home)} == {"county"}


def test_the_new_village_goes_on_with_everything_of_the_file_and_the_old_one_hears_no_more_of_it(office: Office, two: Two) -> None:
    app = start_application.start_application(two.old, start_application.StartApplication(two.home, ("dibao",), reason="测试")).id
    settle(office, two.old, two.new)
    matters.transfer_household(office.county, two.home, NEXT)
    settle(office, two.old, two.new)
    visit(two.new, two.home, "新村第一次走访")
    households.set_person(two.new, two.person, {"phone": "13900000009"})
    households.set_household(two.new, two.home, {"address": "柳林村 3 组"})
    papers.entrust(two.new, papers.Entrust(app, "石守田"))
    papers.hand_over(two.new, app)
    taken = up(office, two.new)
    assert [(one.status, one.quarantined) for one in taken] == [("imported", 0)], "what an old entry captured elsewhere is hers to go on with"
    steps.accept(office.county, app)
    settle(office, two.old, two.new)
    assert households.show(two.new, two.home).applications[0].state_label == "县已受理"
    assert households.show(two.new, two.home).fields["address"] == "柳林村 3 组"
    fixes.fix(office.county, two.person, "nickname", "县里写的称呼", "核实过")
    steps.check(office.county, app, "pending", "2027-06-30")
    settle(office, two.old, two.new)
    assert households.show(two.new, two.home).members[0].fields["nickname"] == "县里写的称呼"
    old = households.show(two.old, two.home)
    assert old.visits == ()
    assert old.applications[0].state == "draft", "what the county does in the case since goes to the new village alone"
    assert "县里写的称呼" not in str(old)
    assert "柳林村 3 组" not in str(old), "minimal: the old village gets nothing new of a family that left"


def test_a_transfer_annulled_brings_the_family_back_and_one_moved_on_is_the_third_villages(office: Office, two: Two) -> None:
    matters.transfer_household(office.county, two.home, NEXT)
    settle(office, two.old, two.new)
    visit(two.new, two.home, "新村记的")
    settle(office, two.old, two.new)
    with office.county.reading() as tx:
        ref = journal.events_of_type(tx, "household.transferred")[-1].ref
    rulings.annul(office.county, ref, "转错了村")
    settle(office, two.old, two.new)
    for session in (office.county, two.old):
        assert households.show(session, two.home).row.village == "999999001001"
    assert exchange.status(two.old).moved == ()
    with office.county.reading() as tx:
        (held,) = queries.quarantined(tx)
    assert held.code == "XL-S01", "what the other village wrote meanwhile is kept, and waits for somebody to look"
    matters.transfer_household(office.county, two.home, NEXT)
    settle(office, two.old, two.new)
    with office.county.reading() as tx:
        assert queries.quarantined(tx) == []
    assert notes(office.county, two.home) == {"新村记的"}
    assert rebuild(office.county.store)["equal"] is True


def test_a_family_moved_on_once_more_is_told_to_the_third_and_no_longer_to_the_second(office: Office, two: Two) -> None:
    third = "999999001003"
    last = laptop(office, "third", "杨大姐", (third,))
    matters.transfer_household(office.county, two.home, NEXT)
    settle(office, two.old, two.new, last)
    matters.transfer_household(office.county, two.home, third)
    settle(office, two.old, two.new, last)
    visit(last, two.home, "第三个村记的")
    settle(office, two.old, two.new, last)
    assert notes(last, two.home) == {"第三个村记的"}
    assert notes(two.new, two.home) == set()
    assert exchange.status(two.new).moved[0][3] == "杨家村"
    assert exchange.status(two.old).moved[0][3] == "杨家村"


def test_who_may_move_a_family_and_where_to(office: Office, two: Two) -> None:
    for session, to, code in (
        (two.old, NEXT, "XL-P07"), (office.county, "888888001001", "XL-P03"), (office.county, "999999001001", "XL-V11"), (office.county, "999", "XL-V05"),
    ):
        with pytest.raises(Refused) as refused:
            matters.transfer_household(session, two.home, to)
        assert refused.value.code == code
    down(office, two.new)
