"""Upkeep of families: joins, leaves, deaths, splits, moves, 共同生活. What exists stays."""

from __future__ import annotations

import pytest
from casework_kit import Family, count, family

from xieli_tui.casework import family_view, households
from xieli_tui.casework.families import Leave, MoveIn, SplitHousehold, leave, move_away, move_in, name_head, set_living, split
from xieli_tui.casework.households import EndMembership
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import MemberRow
from xieli_tui.errors import NotFound, Refused, XieliError
from xieli_tui.store import projector, queries


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


def people(session: Session, household: str) -> list[tuple[str, str]]:
    return [(one.name, one.relation_label) for one in households.show(session, household).members]


def member(session: Session, household: str, person: str) -> MemberRow:
    return next(one for one in households.show(session, household).members if one.person == person)


def test_a_part_of_a_family_becomes_a_household_of_its_own_and_the_old_one_stays(village_session: Session, home: Family) -> None:
    made = split(village_session, SplitHousehold(home.id, home.son, [home.child], {home.child: "女"}, fields={"number": "88"}, on="12-20")).id
    assert people(village_session, made) == [("李建军", "户主"), ("李晓雨", "女")]
    assert people(village_session, home.id) == [("王秀英", "户主")]
    new = households.show(village_session, made)
    assert (new.row.head, new.row.group, new.fields["number"], new.row.category) == ("李建军", "2组", "88", ""), "the place goes along, the category does not"
    with village_session.reading() as tx:
        old = queries.members(tx, home.id, ended=True)
    assert {(one.ended, one.ended_why) for one in old if one.person != home.head} == {("2026-12-20", "split")}


@pytest.mark.parametrize(
    ("make", "code", "field"),
    [
        (lambda h: SplitHousehold(h.id, "", [h.son]), "XL-V06", "head"), (lambda h: SplitHousehold(h.id, h.son, [h.child]), "XL-V06", "relation"),
        (lambda h: SplitHousehold(h.id, h.son, [h.child], {h.child: "邻居"}), "XL-V08", "relation"),
        (lambda h: SplitHousehold(h.id, h.head, []), "XL-V06", "new_head"),
        (lambda h: SplitHousehold(h.id, h.head, [h.son, h.child], {h.son: "子", h.child: "孙女"}), "XL-V11", "persons"),
        (lambda h: SplitHousehold(h.id, h.son, [], on="2027-02-02"), "XL-V13", "on"),
    ],
)
def test_a_split_that_cannot_be_writes_nothing(village_session: Session, home: Family, make: object, code: str, field: str) -> None:
    before = count(village_session)
    with pytest.raises(XieliError) as caught:
        split(village_session, make(home))  # type: ignore[operator]
    assert (caught.value.code, caught.value.field, count(village_session)) == (code, field, before)


def test_a_family_whose_head_leaves_is_headed_by_the_one_named(village_session: Session, home: Family) -> None:
    split(village_session, SplitHousehold(home.id, home.head, [], new_head=home.son))
    assert households.show(village_session, home.id).row.head == "李建军"
    assert member(village_session, home.id, home.son).relation_label == "户主"


def test_a_death_of_the_head_is_written_once_and_the_new_head_is_not_guessed(village_session: Session, home: Family) -> None:
    saved = leave(village_session, Leave(home.head, "去世", "12-20"))
    assert saved.state == home.id
    card = households.show(village_session, home.id)
    assert (card.row.head, card.row.size) == ("王秀英", 2), "called by its last head until another one is named"
    assert all(one.relation_label != "户主" for one in card.members)
    assert family_view.still_open(village_session, home.id)[0] == "户主走了，问清谁当户主"
    with village_session.reading() as tx:
        who = queries.person(tx, home.head)
    assert who is not None
    assert who.fields["died_on"] == "2026-12-20"
    name_head(village_session, home.id, home.son, "母亲去世")
    assert households.show(village_session, home.id).row.head == "李建军"
    with pytest.raises(Refused):
        name_head(village_session, home.id, home.son)


def test_the_one_who_is_left_heads_the_family_without_asking(village_session: Session, home: Family) -> None:
    leave(village_session, Leave(home.child, "moved_out"))
    households.end_membership(village_session, EndMembership(home.id, home.head, "death"))
    assert people(village_session, home.id) == [("李建军", "户主")]


def test_a_new_head_who_is_not_of_those_who_stay_is_not_found(village_session: Session, home: Family) -> None:
    other = family(village_session, "钱有才")
    for chosen in (other.son, home.head):
        with pytest.raises(NotFound) as caught:
            leave(village_session, Leave(home.head, "death", new_head=chosen))
        assert caught.value.code == "XL-V41"
    assert len(people(village_session, home.id)) == 3


def test_a_person_belongs_to_one_family_at_a_time(village_session: Session, home: Family) -> None:
    other = family(village_session, "钱有才", "5组")
    move_in(village_session, MoveIn(other.id, home.son, "女婿", "12-15", why="婚嫁"))
    assert ("李建军", "女婿") in people(village_session, other.id)
    assert ("李建军", "子") not in people(village_session, home.id)
    with village_session.reading() as tx:
        assert [one.ended_why for one in queries.members(tx, home.id, ended=True) if one.person == home.son] == ["married_out"]
    with pytest.raises(Refused) as caught:
        move_in(village_session, MoveIn(other.id, home.son, "女婿"))
    assert caught.value.code == "XL-V11"


def test_who_comes_back_has_a_second_membership_and_who_died_does_not_come(village_session: Session, home: Family) -> None:
    leave(village_session, Leave(home.son, "moved_out", "12-01"))
    move_in(village_session, MoveIn(home.id, home.son, "子", "12-10"))
    with village_session.reading() as tx:
        assert [(one.since, one.ended) for one in queries.members(tx, home.id, ended=True) if one.person == home.son] == [("2026-12-10", ""), ("", "2026-12-01")]
    leave(village_session, Leave(home.son, "death"))
    with pytest.raises(Refused) as caught:
        move_in(village_session, MoveIn(home.id, home.son, "子"))
    assert caught.value.code == "XL-V11"


def test_not_living_together_needs_its_reason_and_begins_on_its_day(village_session: Session, home: Family) -> None:
    with pytest.raises(Refused) as caught:
        set_living(village_session, home.son, False)
    assert (caught.value.code, caught.value.field) == ("XL-V06", "living_reason")
    set_living(village_session, home.son, False, "在县城租房做工", "12-10")
    assert not member(village_session, home.id, home.son).living
    with village_session.reading() as tx:
        assert [(one.living, one.ended) for one in queries.members(tx, home.id, ended=True) if one.person == home.son] == [(False, ""), (True, "2026-12-10")]
    set_living(village_session, home.son, True, on="12-20")
    assert member(village_session, home.id, home.son).living
    with pytest.raises(Refused):
        set_living(village_session, home.son, True)


def test_a_family_that_moves_away_keeps_its_file(village_session: Session, home: Family) -> None:
    move_away(village_session, home.id, on="12-22", note="全家去了县城")
    card = households.show(village_session, home.id)
    assert (card.members, card.row.size) == ((), 0)
    assert card.timeline
    with pytest.raises(Refused) as caught:
        move_away(village_session, home.id)
    assert caught.value.code == "XL-V11"


def test_a_person_in_no_family_cannot_leave_one(village_session: Session, home: Family) -> None:
    leave(village_session, Leave(home.son, "moved_out"))
    with pytest.raises(Refused) as caught:
        leave(village_session, Leave(home.son, "moved_out"))
    assert caught.value.code == "XL-V11"


def test_a_rebuild_finds_the_same_families(village_session: Session, home: Family) -> None:
    split(village_session, SplitHousehold(home.id, home.head, [], new_head=home.son))
    set_living(village_session, home.child, False, "住校")
    assert projector.rebuild(village_session.store)["equal"] is True
