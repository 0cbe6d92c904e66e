"""Two laptops for one village: the second has its roster from a return; what either writes reaches the other through the desk."""

from __future__ import annotations

import datetime as dt

import pytest
from desk_office import Office
from people_kit import down, laptop, settle, up

from xieli_tui.casework import application as papers
from xieli_tui.casework import exchange, flag_hardship, households, record_visit, start_application
from xieli_tui.desk import further, queue, steps
from xieli_tui.domain.clock import TZ, FixedClock, millis
from xieli_tui.errors import Refused
from xieli_tui.store import journal, queries
from xieli_tui.store.rebuild import rebuild


def test_the_second_laptop_has_its_roster_from_a_return_and_not_from_the_grant(office: Office) -> None:
    home = office.household("石守田")
    office.up()
    second = laptop(office, "second", "吴小青")
    assert list(households.list_households(second)) == [], "a grant is one small file"
    down(office, second)
    assert [one.head for one in households.list_households(second)] == ["石守田"]
    assert households.show(second, home).members[0].name == "石守田"
    assert exchange.status(second).confirmed == 0
    assert rebuild(second.store)["equal"] is True


def test_what_either_laptop_writes_reaches_the_other_and_both_end_alike(office: Office) -> None:
    home = office.household("石守田")
    office.up()
    first, second = office.village, laptop(office, "second", "吴小青")
    down(office, first, second)
    office.clock.tick(minutes=5)
    record_visit.record_visit(first, record_visit.RecordVisit(home, "self", note="甲机记的"))
    record_visit.record_visit(second, record_visit.RecordVisit(home, "family", note="乙机记的"))
    flag_hardship.flag_hardship(second, flag_hardship.FlagHardship(("illness",), household=home))
    households.set_household(first, home, {"address": "村东头"})
    households.set_household(second, home, {"nickname": "守田家"})
    app = start_application.start_application(first, start_application.StartApplication(home, ("dibao",), reason="测试")).id
    settle(office, first, second)
    papers.entrust(second, papers.Entrust(app, "石守田"))
    papers.hand_over(second, app)
    settle(office, first, second)
    for session in (first, second, office.county):
        card = households.show(session, home)
        assert {one.note for one in card.visits} == {"甲机记的", "乙机记的"}
        assert (card.fields["address"], card.fields["nickname"]) == ("村东头", "守田家"), "two fields, no conflict"
        assert len(card.flags) == 1
        assert card.applications[0].state == "handed_over"
        assert card.conflicts == ()
        assert rebuild(session.store)["equal"] is True
    assert first.ep != second.ep
    for session in (first, second):
        assert exchange.status(session).unconfirmed == 0


def test_two_numbers_written_on_two_laptops_are_one_conflict_everywhere_and_one_answer_ends_it_everywhere(office: Office) -> None:
    home = office.household("石守田")
    office.up()
    first, second = office.village, laptop(office, "second", "吴小青")
    down(office, first, second)
    households.set_household(first, home, {"phone": "10000000001"})
    households.set_household(second, home, {"phone": "10000000002"})
    settle(office, first, second)
    for session in (first, second, office.county):
        (clash,) = exchange.conflicts(session)
        assert {text for text, _, _ in clash.values} == {"10000000001", "10000000002"}
        assert {who for _, who, _ in clash.values} == {"村 陈秀兰", "村 吴小青"}, "who wrote which is said on every computer"
    exchange.resolve(second, home, "phone", "10000000001", "问过本人")
    settle(office, first, second)
    for session in (first, second, office.county):
        assert exchange.conflicts(session) == []
        assert households.show(session, home).fields["phone"] == "10000000001"


def test_steps_written_side_by_side_are_shown_as_such_until_a_desk_puts_them_in_order_and_nothing_is_paid_before(office: Office) -> None:
    home = office.household("石守田")
    office.up()
    first, second = office.village, laptop(office, "second", "吴小青")
    down(office, first, second)
    app = start_application.start_application(
        first, start_application.StartApplication(home, ("temp_emergency",), emergency=True, reason="测试")).id
    papers.entrust(first, papers.Entrust(app, "石守田"))
    settle(office, first, second)
    papers.hand_over(first, app)
    papers.withdraw(second, app, "本人不办了")
    settle(office, first, second)
    for session in (first, second, office.county):
        with session.reading() as tx:
            found = queries.application(tx, app)
        assert found is not None
        assert set(found.concurrent) == {"handed_over", "withdrawn"}
        assert households.show(session, home).applications[0].state_label == "并发"
    for verb in (
        lambda: steps.decide(office.county, steps.Decide(app, amount="800.00", reason="急难")), lambda: steps.pay(office.county, app, "P-1"),
        lambda: steps.advance(office.county, app, "300.00", "镇里"),
    ):
        with pytest.raises(Refused) as refused:
            verb()
        assert refused.value.code == "XL-P06"
        assert "几步" in refused.value.next_step
    hints = queue.case(office.county, app).hints
    assert any("并发：" in one and "把几步都接上" in one for one in hints), "the desk is told what to do about it"
    steps.accept(office.county, app)
    settle(office, first, second)
    for session in (first, second, office.county):
        with session.reading() as tx:
            found = queries.application(tx, app)
        assert found is not None
        assert (found.concurrent, found.state) == ((), "accepted")
    assert not any("并发" in one for one in queue.case(office.county, app).hints)
    assert steps.decide(office.county, steps.Decide(app, amount="800.00", reason="急难")).state == "decided"


def test_an_emergency_above_the_townships_limit_goes_up_to_the_county_by_a_step_of_its_own(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up(to=office.township)
    steps.accept(office.township, app)
    with pytest.raises(Refused) as refused:
        steps.decide(office.township, steps.Decide(app, amount="3000.01", reason="急难"))
    assert (refused.value.code, refused.value.extra["next_actor"]) == ("XL-P03", "county")
    assert further.report(office.township, app, "超过授权，请县里决定").state == "reported"
    up(office, office.village)
    up(office, office.township)
    assert queue.case(office.county, app).card.state == "reported"
    assert steps.decide(office.county, steps.Decide(app, amount="3000.01", reason="急难")).state == "decided"


def test_a_clock_far_ahead_moves_nobody_elses_stamp_and_who_saw_it_still_has_the_last_word(office: Office) -> None:
    home = office.household("石守田")
    office.up()
    first, second = office.village, laptop(office, "second", "吴小青")
    down(office, first, second)
    second.clock = FixedClock(dt.datetime(2099, 1, 1, 9, 0, tzinfo=TZ))
    households.set_household(second, home, {"phone": "10000000002"})
    settle(office, first, second)
    assert households.show(first, home).fields["phone"] == "10000000002"
    households.set_household(first, home, {"phone": "10000000001"})
    settle(office, first, second)
    for session in (first, second, office.county):
        assert households.show(session, home).fields["phone"] == "10000000001", "seen and replaced, whatever the clocks say"
    for session in (first, office.county):
        with session.reading() as tx:
            own = [e for e in journal.load(tx, dev=session.dev) if e.hlc_ms >= millis(dt.datetime(2090, 1, 1, tzinfo=TZ))]
        assert own == [], "no received stamp ever moved its own"


def test_it_falls_idle_with_two_laptops(office: Office) -> None:
    office.household("石守田")
    second = laptop(office, "second", "吴小青")
    assert settle(office, office.village, second) <= 4
    for _ in range(3):
        assert up(office, office.village, second) == []
        assert down(office, office.village, second) == []
