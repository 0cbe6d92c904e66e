"""Two files of one person: merged at a desk, one person on every page on both sides, two again when the merge is taken back; rulings taken back."""

from __future__ import annotations

import pytest
from desk_office import Office

from xieli_tui.casework import chain, households, overlaps, person_file, services
from xieli_tui.casework.families import Leave, leave
from xieli_tui.casework.session import Session
from xieli_tui.desk import queue, rulings, standing, steps
from xieli_tui.desk.standing import SetCategory
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal, queries
from xieli_tui.store.rebuild import rebuild

NUMBER = "999999195803120016"


def two_files(office: Office) -> tuple[str, str, str]:
    """(household, a file, a second file of the same man in the same family): typed twice, once with the nickname."""
    home = office.household("石守田")
    first = households.add_person(office.village, households.AddPerson(home, "石小田", "子", {"birth": "1990-05-06"})).id
    office.clock.tick(minutes=1)
    second = households.add_person(office.village, households.AddPerson(home, "石田", "子", {"phone": "13900000002"})).id
    office.up()
    return home, first, second


def names(session: Session, home: str) -> list[str]:
    return [one.name for one in households.show(session, home).members]


def test_two_files_of_one_person_are_one_line_on_both_sides_and_two_again_when_the_merge_is_annulled(office: Office) -> None:
    home, first, second = two_files(office)
    assert names(office.county, home) == ["石守田", "石小田", "石田"]
    done = rulings.merge(office.county, second, first, "身份证是同一张")
    assert done.id == min(first, second) == first
    office.down()
    for session in (office.county, office.village):
        card = households.show(session, home)
        assert [one.person for one in card.members][1:] == [first]
        assert card.members[1].name == "石小田"
        assert card.members[1].phone == "13900000002", "what one file lacks is taken from the other"
        assert card.row.size == 2
        assert [(one.head, one.size) for one in households.list_households(session, "石守田")] == [("石守田", 2)]
        for asked in (first, second):
            assert person_file.show_file(session, asked).person == first
        assert rebuild(session.store)["equal"] is True
    rulings.annul(office.county, done.more["event"], "看错了，是两兄弟")
    office.down()
    for session in (office.county, office.village):
        assert names(session, home) == ["石守田", "石小田", "石田"]
        assert households.show(session, home).members[1].phone == ""
        assert households.list_households(session, "石守田")[0].size == 3
        assert person_file.show_file(session, second).person == second
        assert rebuild(session.store)["equal"] is True
    assert rulings.merges(office.county) == []


def test_a_chain_of_merges_is_one_person_under_the_smallest_id_and_taking_one_edge_out_splits_it(office: Office) -> None:
    home, first, second = two_files(office)
    third = households.add_person(office.village, households.AddPerson(home, "石老二", "子")).id
    office.up()
    rulings.merge(office.county, second, third)
    edge = rulings.merge(office.county, first, third)
    with office.county.reading() as tx:
        assert queries.component(tx, second) == tuple(sorted((first, second, third)))
        assert {queries.person(tx, each).shown for each in (first, second, third)} == {min(first, second, third)}  # type: ignore[union-attr]
    assert len(rulings.merges(office.county)) == 2
    with pytest.raises(Refused) as refused:
        rulings.merge(office.county, second, first)
    assert refused.value.code == "XL-V11"
    rulings.annul(office.county, str(edge.seq), "不是他")
    with office.county.reading() as tx:
        assert queries.component(tx, first) == (first,)
        assert queries.component(tx, second) == tuple(sorted((second, third)))
    assert len(households.show(office.county, home).members) == 3


def test_who_died_leaves_by_both_files_and_his_aid_is_one_chain(office: Office) -> None:
    home, first, second = two_files(office)
    for person, day in ((first, "2026-12-01"), (second, "2026-12-01")):
        services.give_aid(office.village, services.GiveAid(home, "大米", person=person, on=day))
    office.up()
    assert overlaps.of_household(office.village, home) == ()
    rulings.merge(office.county, first, second)
    office.down()
    assert len(overlaps.of_household(office.village, home)) == 1, "the same thing on the same day to one person is told"
    assert len([one for one in chain.show(office.village, home, second).entries if one.type == "aid.given"]) == 2
    leave(office.village, Leave(second, "death", on="2026-12-20"))
    assert names(office.village, home) == ["石守田"], "nobody stays behind as his own double"


def test_a_person_in_two_families_is_one_person_and_the_case_says_where_the_other_file_is(office: Office) -> None:
    app = office.application("dibao")
    office.up()
    with office.county.reading() as tx:
        home = queries.application(tx, app).household  # type: ignore[union-attr]
    other = office.household("石大山")
    double = households.add_person(office.village, households.AddPerson(other, "石守田", "其他", {"id_no": NUMBER})).id
    head = households.show(office.village, home).members[0].person
    households.set_person(office.village, head, {"id_no": NUMBER}, "核对过原件")
    services.give_aid(office.village, services.GiveAid(other, "棉被", person=double))
    office.up()
    assert any("同一证件在别的户也有登记" in hint for hint in queue.case(office.county, app).hints)
    rulings.merge(office.county, head, double)
    hints = queue.case(office.county, app).hints
    assert not any("同一证件" in hint for hint in hints)
    assert any("并成一个人" in hint for hint in hints)
    file = person_file.show_file(office.county, double)
    assert file.person == head
    assert any("棉被" in what for _, what, _ in file.aids), "what was given under the other file is in his file"
    assert [one.kind for one in queue.queue(office.county)].count("application") == 1


def test_an_annulled_decision_takes_the_category_it_brought_with_it_and_says_so(office: Office) -> None:
    app = office.application("rigid_exp")
    office.up()
    steps.accept(office.county, app)
    with office.county.reading() as tx:
        home = queries.application(tx, app).household  # type: ignore[union-attr]
    made = _decided(office, app)
    assert households.show(office.county, home).row.category == "rigid"
    done = rulings.annul(office.county, made, "金额算错了")
    assert done.more["category_gone"] == "rigid"
    office.down()
    for session in (office.county, office.village):
        assert households.show(session, home).row.category == "", "nothing is 在册 that nobody decided"
        with session.reading() as tx:
            assert queries.decisions(tx, app=app) == []
        assert rebuild(session.store)["equal"] is True
    with pytest.raises(Refused) as again:
        rulings.annul(office.county, made, "再撤一次")
    assert again.value.code == "XL-P05"


def _decided(office: Office, app: str) -> str:
    """The reference of a decision with its category, written as the verb writes them; the steps it owes are not what is asked here."""
    from xieli_tui.domain.events.aid import ApplicationDecided
    from xieli_tui.domain.events.household import CategorySet

    with office.county.reading() as tx:
        a = queries.application(tx, app)
        assert a is not None
        after = list(queries.step_heads(tx, app))
    on = office.county.today.isoformat()
    recorded = office.county.record(
        ApplicationDecided(
            village=a.village, household=a.household, application=a.id, on=on, after=after, kind="rigid_exp", result="granted", reason="测试", level="county"),
        CategorySet(village=a.village, household=a.household, category="rigid", since=on),
    )
    return recorded[0].ref


def test_a_category_set_by_itself_goes_by_itself(office: Office) -> None:
    home = office.household()
    office.up()
    standing.set_category(office.county, SetCategory(home, "other_hard", reason="会商决定"))
    with office.county.reading() as tx:
        ref = journal.events_of_type(tx, "category.set")[-1].ref
    done = rulings.annul(office.county, ref, "对象弄错了")
    assert "also" not in done.more
    assert households.show(office.county, home).row.category == ""


def test_what_cannot_be_annulled_is_refused_with_its_reason(office: Office) -> None:
    home, first, second = two_files(office)
    with office.county.reading() as tx:
        fact = next(e for e in journal.events_of_household(tx, home) if e.t == "membership.started").ref
        grant = journal.events_of_type(tx, "device.enrolled")[0].ref
    for ref in (fact, grant):
        with pytest.raises(Refused) as refused:
            rulings.annul(office.county, ref, "试试")
        assert refused.value.code == "XL-V11"
    for given in ("99999", "abc", "0" * 32):
        with pytest.raises(NotFound) as unknown:
            rulings.annul(office.county, given, "试试")
        assert unknown.value.code == "XL-V45"
    with pytest.raises(Refused) as reason:
        rulings.annul(office.county, fact, " ")
    assert reason.value.code == "XL-V06"
    for verb in (lambda: rulings.merge(office.village, first, second), lambda: rulings.annul(office.village, fact, "试试")):
        with pytest.raises(Refused) as desk:
            verb()
        assert desk.value.code == "XL-P07"
    with pytest.raises(Refused) as same:
        rulings.merge(office.county, first, first)
    assert same.value.code == "XL-V11"
    with pytest.raises(NotFound) as nobody:
        rulings.merge(office.county, first, home)
    assert nobody.value.code == "XL-V41"


def test_a_township_takes_back_its_own_ruling_and_not_the_countys(office: Office) -> None:
    home, first, second = two_files(office)
    office.up(to=office.township)
    own = rulings.merge(office.township, first, second)
    assert rulings.annul(office.township, own.more["event"], "看错了").state == "annulled"
    with office.township.reading() as tx:
        county = next(e for e in journal.events_of_type(tx, "local.set") if e.role == "county").ref
    with pytest.raises(Refused) as refused:
        rulings.annul(office.township, county, "不要这个")
    assert refused.value.code == "XL-P03"
    assert home
