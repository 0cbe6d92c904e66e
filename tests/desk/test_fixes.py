"""Two values for one field: settled at a desk or in a village, the same on both sides; a field put right and locked; a form that was open meanwhile."""

from __future__ import annotations

import pytest
from desk_office import Office
from people_kit import laptop, settle

from xieli_tui.casework import application as papers
from xieli_tui.casework import exchange, households, keep_facts, start_application
from xieli_tui.casework.keep_facts import KeepHousehold, KeepPerson
from xieli_tui.casework.session import Session
from xieli_tui.desk import fixes, rulings, steps
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal, queries
from xieli_tui.store.rebuild import rebuild


def sides(office: Office) -> tuple[Session, Session]:
    return office.county, office.village


def test_a_conflict_settled_at_the_county_is_settled_in_the_village_with_the_same_value(office: Office) -> None:
    home = office.household("孙长福")
    office.up()
    households.set_household(office.county, home, {"phone": "10000000278"})
    households.set_household(office.village, home, {"phone": "10000000279"})
    settle(office, office.village)
    for session in sides(office):
        (clash,) = exchange.conflicts(session)
        assert clash.values[0][0] == "10000000278", "the desk's value is the one shown, the other stands beside it"
    fixes.resolve(office.county, home, "phone", "10000000279", "打电话问过本人")
    settle(office, office.village)
    for session in sides(office):
        assert exchange.conflicts(session) == []
        assert households.show(session, home).fields["phone"] == "10000000279"
        assert rebuild(session.store)["equal"] is True


def test_a_locked_field_keeps_the_desks_value_and_a_village_claim_stays_a_visible_proposal_on_both_sides(office: Office) -> None:
    home = office.household("孙长福")
    office.up()
    person = households.show(office.village, home).members[0].person
    fixes.fix(office.county, person, "name", "孙常福", "按身份证", lock=True)
    settle(office, office.village)
    households.set_person(office.village, person, {"name": "孙长富"})
    settle(office, office.village)
    for session in sides(office):
        assert households.show(session, home).members[0].name == "孙常福"
        (clash,) = exchange.conflicts(session)
        assert [text for text, _, _ in clash.values] == ["孙常福", "孙长富"]
        with session.reading() as tx:
            (held,) = queries.conflicts(tx)
        assert held.locked
        assert [one.proposal for one in held.heads] == [False, True]
    fixes.resolve(office.county, person, "name", "孙长富", "重新看过户口本", lock=True)
    settle(office, office.village)
    for session in sides(office):
        assert exchange.conflicts(session) == []
        assert households.show(session, home).members[0].name == "孙长富"


def test_the_desks_next_value_without_a_lock_opens_the_field_again(office: Office) -> None:
    home = office.household("孙长福")
    office.up()
    assert fixes.fix(office.county, home, "phone", "10000000278", "核实", lock=True).state == "changed"
    assert fixes.fix(office.county, home, "phone", "10000000278", "再说一遍", lock=True).state == "unchanged"
    assert fixes.fix(office.county, home, "phone", "10000000278", "不锁了").state == "changed"
    settle(office, office.village)
    households.set_household(office.village, home, {"phone": "10000000279"})
    settle(office, office.village)
    for session in sides(office):
        assert exchange.conflicts(session) == []
    assert households.show(office.county, home).fields["phone"] == "10000000279", "she saw the desk's value and put another in its place"


def test_a_fix_taken_back_leaves_what_the_village_wrote(office: Office) -> None:
    home = office.household("孙长福")
    office.up()
    person = households.show(office.village, home).members[0].person
    fixes.fix(office.county, person, "name", "错的", "看错了", lock=True)
    with office.county.reading() as tx:
        ref = journal.events_of_type(tx, "roster.fixed")[-1].ref
    rulings.annul(office.county, ref, "改错了人")
    settle(office, office.village)
    for session in sides(office):
        assert households.show(session, home).members[0].name == "孙长福"


def test_who_may_fix_and_lock_and_what(office: Office) -> None:
    home = office.household("孙长福")
    office.up()
    for build, code in (
        (lambda: fixes.fix(office.village, home, "phone", "1", "试"), "XL-P07"), (lambda: fixes.fix(office.county, home, "phone", "10000000001", " "), "XL-V06"),
        (lambda: fixes.fix(office.county, home, "no_field", "1", "试"), "XL-V08"), (lambda: fixes.conflicts(office.village), "XL-P07"),
        (lambda: households.set_household(office.village, home, {"phone": "10000000001"}, lock=True), "XL-P02"),
    ):
        with pytest.raises(Refused) as refused:
            build()
        assert refused.value.code == code
    with pytest.raises(NotFound):
        fixes.fix(office.county, "nobody", "phone", "1", "试")
    with pytest.raises(NotFound) as none:
        fixes.resolve(office.county, home, "phone", "1", "试")
    assert none.value.code == "XL-V45"


# -- what stood on the form when it was opened -----------------------------------------------------------------------------------------------


def test_a_form_replaces_what_it_showed_and_not_what_came_in_while_it_was_open(office: Office) -> None:
    home = office.household("孙长福")
    office.up()
    second = laptop(office, "second", "吴小青")
    settle(office, office.village, second)
    card = households.show(office.village, home)
    person = card.members[0].person
    households.set_household(second, home, {"phone": "10000000002"})
    households.set_person(second, person, {"nickname": "二机写的"})
    settle(office, office.village, second)
    keep_facts.keep_household(office.village, KeepHousehold(home, {"phone": "10000000001"}, seen=card.heads[home]))
    keep_facts.keep_person(office.village, KeepPerson(person, {"nickname": "一机写的"}, seen=card.heads[person]))
    clashes = {one.field: {text for text, _, _ in one.values} for one in exchange.conflicts(office.village)}
    assert clashes == {"phone": {"10000000001", "10000000002"}, "nickname": {"一机写的", "二机写的"}}, "she never saw the other value: it is not replaced unseen"
    now = households.show(office.village, home)
    keep_facts.keep_household(office.village, KeepHousehold(home, {"phone": "10000000001"}, seen=now.heads[home]))
    assert {one.field for one in exchange.conflicts(office.village)} == {"nickname"}, "now she saw both"
    settle(office, office.village, second)
    assert {one.field for one in exchange.conflicts(second)} == {"nickname"}


def test_a_conflict_page_settles_the_values_it_showed_and_a_third_one_stays_to_be_settled(office: Office) -> None:
    home = office.household("孙长福")
    office.up()
    second = laptop(office, "second", "吴小青")
    settle(office, office.village, second)
    for session, number in ((office.village, "10000000001"), (second, "10000000002")):
        households.set_household(session, home, {"phone": number})
    settle(office, office.village, second)
    (shown,) = exchange.conflicts(office.village)
    households.set_household(second, home, {"phone": "10000000003"}, seen={})
    settle(office, office.village, second)
    exchange.resolve(office.village, home, "phone", "10000000001", "问过", seen=[ref for _, _, ref in shown.values])
    (left,) = exchange.conflicts(office.village)
    assert {text for text, _, _ in left.values} == {"10000000001", "10000000003"}


def test_a_step_of_a_village_is_refused_when_the_case_moved_on_while_its_page_was_open(office: Office) -> None:
    home = office.household("孙长福")
    app = start_application.start_application(office.village, start_application.StartApplication(home, ("dibao",), reason="测试")).id
    papers.entrust(office.village, papers.Entrust(app, "孙长福"))
    office.up()
    second = laptop(office, "second", "吴小青")
    settle(office, office.village, second)
    seen = papers.show_application(office.village, app).heads
    papers.hand_over(second, app)
    settle(office, office.village, second)
    with pytest.raises(Refused) as refused:
        papers.withdraw(office.village, app, "不办了", seen=seen)
    assert refused.value.code == "XL-P06"
    papers.withdraw(office.village, app, "不办了", seen=papers.show_application(office.village, app).heads)
    settle(office, office.village, second)
    with office.county.reading() as tx:
        found = queries.application(tx, app)
    assert found is not None
    assert (found.state, found.concurrent) == ("withdrawn", ())


def test_a_payment_is_refused_when_the_case_moved_on_while_its_form_was_open(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app)
    steps.decide(office.county, steps.Decide(app, amount="800.00", reason="急难"))
    seen = papers.show_application(office.county, app).heads
    steps.close(office.county, app)
    with pytest.raises(Refused) as refused:
        steps.pay(office.county, app, "P-1", seen=seen)
    assert refused.value.code == "XL-P06"
