"""The village's daily verbs over a real store: what they keep, and what they refuse with nothing written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from casework_kit import HEAD_ID, Family, count, family

from basekit import VILLAGE
from xieli_tui.casework import households
from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship, report_by_phone, settle_flag
from xieli_tui.casework.households import AddHousehold, AddPerson, EndMembership
from xieli_tui.casework.inform import Inform, inform
from xieli_tui.casework.record_visit import RecordVisit, from_json, parse_visitor, record_many, record_visit
from xieli_tui.casework.reveal import require_reason, reveal
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import NotFound, Refused, XieliError
from xieli_tui.store import journal, queries


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


def payloads(session: Session, *types: str) -> list[dict[str, Any]]:
    with session.reading() as tx:
        return [one.d for one in journal.events_of_type(tx, *types)]


# -- households and persons ------------------------------------------------------------------------


def test_a_family_made_by_hand_is_found_by_name_initials_and_tail(village_session: Session) -> None:
    made = households.add_household(
        village_session, AddHousehold("王秀英", {"group": "二组", "nickname": "英婶", "category": "低保"}, {"id_no": HEAD_ID.lower(), "phone": "10000003344"}),
    )
    other = family(village_session, "李国强", "5组")
    for query in ("王秀英", "wxy", "0425", "3344", "英婶"):
        assert [row.id for row in households.list_households(village_session, query)] == [made.id], query
    assert {row.id for row in households.list_households(village_session)} == {made.id, other.id}
    card = households.show(village_session, made.id)
    assert (card.row.head, card.row.birth_year, card.row.category, card.row.size) == ("王秀英", "1951", "dibao", 1)
    member = card.members[0]
    assert (member.id_no, member.id_state, member.birth, member.sex, member.relation_label) == (HEAD_ID, "ok", "1951-03-07", "female", "户主")


def test_the_list_is_as_long_as_asked_for(village_session: Session, home: Family) -> None:
    family(village_session, "赵小满", "3组")
    assert len(households.list_households(village_session, limit=1)) == 1


def test_an_identity_number_that_is_none_is_refused_unless_it_waits_for_its_paper(village_session: Session, home: Family) -> None:
    with pytest.raises(Refused) as caught:
        households.set_person(village_session, home.son, {"id_no": "999999197805010013"})
    assert (caught.value.code, caught.value.field) == ("XL-V03", "id_no")
    households.set_person(village_session, home.son, {"id_no": "999999197805010013", "id_state": "pending"}, "原件看不清")
    assert next(one for one in households.show(village_session, home.id).members if one.person == home.son).id_state == "pending"


def test_a_change_replaces_the_claims_it_saw_and_the_same_value_changes_nothing(village_session: Session, home: Family) -> None:
    first = households.set_household(village_session, home.id, {"phone": "10000009999"}, "换号了")
    assert first.state == "changed"
    claim = payloads(village_session, "household.claimed")[0]
    assert claim["fields"] == {"phone": "10000009999"}
    assert len(claim["replaces"]) == 1
    assert claim["reason"] == "换号了"
    assert households.show(village_session, home.id).row.phone == "10000009999"
    before = count(village_session)
    again = households.set_household(village_session, home.id, {"phone": "10000009999"})
    assert (again.state, count(village_session)) == ("unchanged", before)
    assert households.show(village_session, home.id).conflicts == ()


def test_a_head_must_be_one_of_the_family(village_session: Session, home: Family) -> None:
    stranger = family(village_session, "钱有才", "2组")
    with pytest.raises(NotFound) as caught:
        households.set_household(village_session, home.id, {"head": stranger.head})
    assert caught.value.code == "XL-V41"
    households.set_household(village_session, home.id, {"head": home.son})
    assert households.show(village_session, home.id).row.head == "李建军"


def test_a_death_is_written_once_and_takes_the_person_out_of_the_family(village_session: Session, home: Family) -> None:
    households.end_membership(village_session, EndMembership(home.id, home.head, "death", "12-20"))
    assert [one.person for one in households.show(village_session, home.id).members] == [home.son, home.child]
    with village_session.reading() as tx:
        found = queries.person(tx, home.head)
    assert found is not None
    assert found.fields["died_on"] == "2026-12-20"


def test_a_person_who_is_there_already_can_move_in_and_not_twice(village_session: Session, home: Family) -> None:
    other = family(village_session, "钱有才", "2组")
    households.end_membership(village_session, EndMembership(other.id, other.son, "moved_out"))
    households.add_person(village_session, AddPerson(home.id, "", "99", person=other.son))
    assert other.son in {one.person for one in households.show(village_session, home.id).members}
    with pytest.raises(Refused):
        households.add_person(village_session, AddPerson(home.id, "", "99", person=other.son))


@pytest.mark.parametrize(
    ("fields", "code"), [({"phone": "1\x002"}, "XL-V10"), ({"note": "字" * 10_001}, "XL-V07"), ({"category": "vip"}, "XL-V08"), ({"height": "1"}, "XL-V11")],
)
def test_a_bad_field_of_a_household_writes_nothing(village_session: Session, home: Family, fields: dict[str, str], code: str) -> None:
    before = count(village_session)
    with pytest.raises(Refused) as caught:
        households.set_household(village_session, home.id, fields)
    assert (caught.value.code, count(village_session)) == (code, before)


def test_an_unknown_household_is_not_found_everywhere(village_session: Session) -> None:
    nowhere = village_session.new_id()
    uses = [
        lambda: households.show(village_session, nowhere),
        lambda: households.timeline(village_session, nowhere),
        lambda: households.set_household(village_session, nowhere, {"phone": "1"}),
        lambda: households.add_person(village_session, AddPerson(nowhere, "甲", "20")),
        lambda: record_visit(village_session, RecordVisit(nowhere, "self")),
        lambda: flag_hardship(village_session, FlagHardship(["illness"], household=nowhere)),
        lambda: inform(village_session, Inform(nowhere, "dibao", "willing")),
        lambda: reveal(village_session, "dossier", household=nowhere),
    ]
    before = count(village_session)
    for use in uses:
        with pytest.raises(NotFound) as caught:
            use()
        assert (caught.value.code, caught.value.exit_code) == ("XL-V40", 5)
    assert count(village_session) == before


# -- visits -----------------------------------------------------------------------------------------


def test_a_routine_visit_needs_the_household_and_whom_she_met(village_session: Session, home: Family) -> None:
    saved = record_visit(village_session, RecordVisit(home.id, "self"))
    card = households.show(village_session, home.id)
    assert [(one.id, one.on, one.met, one.kind) for one in card.visits] == [(saved.id, "2026-12-28", "self", "routine")]
    assert saved.seq == count(village_session)
    assert card.timeline[0].type == "visit.recorded"
    assert card.timeline[0].state == "local"


def test_a_full_visit_is_kept_word_by_word(village_session: Session, home: Family) -> None:
    record_visit(
        village_session,
        RecordVisit(
            home.id, "家属", on="昨天", kind="review", marks={"health": 3, "经济": 2}, changes=["住院"], house_safety="safe", visitors=[("刘芳", "grid")],
            promise="带她去办残疾证", promise_on="12-31", note="儿子建军今早住进县医院。\n押金是借的。",
        ),
    )
    visit = households.show(village_session, home.id).visits[0]
    assert (visit.on, visit.kind, visit.met, visit.late) == ("2026-12-27", "review", "family", True)
    assert visit.marks == {"health": 3, "economy": 2}
    assert visit.changes == ("hospital",)
    assert visit.house_safety == "safe"
    assert (visit.promise, visit.promise_on) == ("带她去办残疾证", "2026-12-31")
    assert visit.note == "儿子建军今早住进县医院。\n押金是借的。"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"met": ""}, "XL-V06", "met"),
        ({"met": "everyone"}, "XL-V08", "met"),
        ({"on": "2026-02-30"}, "XL-V02", "on"),
        ({"on": "2027-01-05"}, "XL-V13", "on"),
        ({"marks": {"economy": 4}}, "XL-V08", "mark"),
        ({"marks": {"mood": 1}}, "XL-V08", "mark"),
        ({"changes": ["haircut"]}, "XL-V08", "change"),
        ({"note": "字" * 10_001}, "XL-V07", "note"),
        ({"note": "a\x00"}, "XL-V10", "note"),
        ({"promise_on": "12-31"}, "XL-V06", "promise"),
        ({"visitors": [("", "grid")]}, "XL-V06", "visitor"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_with_its_field(village_session: Session, home: Family, fields: dict[str, Any], code: str, field: str) -> None:
    before = count(village_session)
    with pytest.raises(XieliError) as caught:
        record_visit(village_session, RecordVisit(**{"household": home.id, "met": "self", **fields}))
    assert (caught.value.code, caught.value.field, caught.value.exit_code) == (code, field, 4)
    assert count(village_session) == before


def test_visits_of_a_file_are_durable_one_by_one_and_a_bad_line_stops_behind_the_good_ones(village_session: Session, home: Family) -> None:
    def lines() -> Iterator[str]:
        yield json.dumps({"household": home.id, "met": "self", "mark": ["economy=2"], "visitor": ["刘芳:grid"], "promise": "来看药", "promise-on": "12-30"})
        yield "\n"
        yield json.dumps({"household": home.id, "met": "none", "on": "2026-12-01", "change": "illness"})
        yield json.dumps({"household": home.id, "met": "self", "on": "2026-99-01"})
        raise AssertionError("a line behind the bad one was read")

    stored = []
    with pytest.raises(Refused) as caught:
        for saved in record_many(village_session, lines()):
            with village_session.reading() as tx:
                assert queries.visit(tx, saved.id) is not None
            stored.append(saved)
    assert (caught.value.code, caught.value.extra["line"], len(stored)) == ("XL-V02", 4, 2)
    assert {one.met for one in households.show(village_session, home.id).visits} == {"self", "none"}


@pytest.mark.parametrize("line", ["{", "[]", '{"household": 1}', '{"household": "x", "met": "self", "mood": "good"}', '{"met": "self", "change": [1]}'])
def test_a_line_that_is_no_visit_is_refused(line: str) -> None:
    with pytest.raises(Refused) as caught:
        from_json(line)
    assert caught.value.code == "XL-V11"


def test_a_visitor_without_a_role_is_a_coordinator() -> None:
    assert parse_visitor("刘芳") == ("刘芳", "coordinator")
    assert parse_visitor("刘芳：grid") == ("刘芳", "grid")


# -- findings ---------------------------------------------------------------------------------------


def test_a_finding_about_a_family_carries_channel_and_finder(village_session: Session, home: Family) -> None:
    saved = flag_hardship(village_session, FlagHardship(["illness"], household=home.id, persons=[home.son], urgency="急难", situation="重病住院"))
    flag = households.show(village_session, home.id).flags[0]
    assert (flag.id, flag.urgency, flag.who, flag.causes, saved.state) == (saved.id, "emergency", "李建军", ("illness",), "emergency")
    assert (payloads(village_session, "flag.raised")[0]["channel"], payloads(village_session, "flag.raised")[0]["found_by"]) == ("visit", "coordinator")


def test_a_stranger_from_elsewhere_is_never_refused(village_session: Session) -> None:
    saved = flag_hardship(
        village_session,
        FlagHardship(["流落"], outsider="孙长福", place="村口桥下", urgency="emergency", hukou_region="110101", live_region="999999001", event_region=VILLAGE),
    )
    kept = payloads(village_session, "flag.raised")[0]
    assert kept["flag"] == saved.id
    assert kept["outsider"] == {"name": "孙长福", "place": "村口桥下"}
    assert kept["village"] == VILLAGE
    assert "household" not in kept


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (FlagHardship(["illness"]), "XL-V06"),
        (FlagHardship([], outsider="甲", place="乙"), "XL-V06"),
        (FlagHardship(["illness"], outsider="甲"), "XL-V06"),
        (FlagHardship(["boredom"], outsider="甲", place="乙"), "XL-V08"),
        (FlagHardship(["illness"], outsider="甲", place="乙", urgency="now"), "XL-V08"),
        (FlagHardship(["illness"], outsider="甲", place="乙", on="2026-12-32"), "XL-V02"),
        (FlagHardship(["illness"], outsider="甲", place="乙", hukou_region="北京"), "XL-V12"),
        (FlagHardship(["illness"], outsider="甲", place="乙", village="999999009009"), "XL-P03"),
    ],
)
def test_a_finding_that_says_too_little_is_refused(village_session: Session, request_: FlagHardship, code: str) -> None:
    before = count(village_session)
    with pytest.raises(Refused) as caught:
        flag_hardship(village_session, request_)
    assert (caught.value.code, count(village_session)) == (code, before)


def test_a_person_of_another_family_is_no_part_of_a_finding(village_session: Session, home: Family) -> None:
    other = family(village_session, "钱有才", "2组")
    with pytest.raises(NotFound) as caught:
        flag_hardship(village_session, FlagHardship(["illness"], household=home.id, persons=[other.son]))
    assert caught.value.code == "XL-V41"


def test_the_telephone_report_and_the_settlement_are_records_of_their_own(village_session: Session, home: Family) -> None:
    flag = flag_hardship(village_session, FlagHardship(["illness"], household=home.id, urgency="emergency")).id
    report_by_phone(village_session, flag, "09:00", "刘芳")
    settle_flag(village_session, flag, "reported", "镇里先行救助")
    row = households.show(village_session, home.id).flags[0]
    assert (row.reported_at, row.answered_by, row.settled) == ("2026-12-28T09:00", "刘芳", "2026-12-28")
    for use in (lambda: report_by_phone(village_session, village_session.new_id(), None, "甲"), lambda: settle_flag(village_session, village_session.new_id(), "solved")):
        with pytest.raises(NotFound) as caught:
            use()
        assert caught.value.code == "XL-V43"
    with pytest.raises(Refused):
        report_by_phone(village_session, flag, None, "  ")


# -- informing and revealing ------------------------------------------------------------------------


def test_not_wanting_to_apply_is_kept_with_its_reason_and_not_without(village_session: Session, home: Family) -> None:
    with pytest.raises(Refused) as caught:
        inform(village_session, Inform(home.id, "dibao", "unwilling"))
    assert (caught.value.code, caught.value.field) == ("XL-V06", "reason")
    inform(village_session, Inform(home.id, "dibao", "本人不愿申请", "儿子说不用"))
    assert households.show(village_session, home.id).informed == (("低保", "本人不愿申请", "2026-12-28"),)


def test_a_reveal_is_recorded_before_anything_is_shown(village_session: Session, home: Family) -> None:
    households.set_person(village_session, home.head, {"id_no": HEAD_ID})
    shown = reveal(village_session, "dossier", "visit_quarter", household=home.id)
    assert shown.persons[home.head]["id_no"] == HEAD_ID
    assert shown.household_phone == "10000002190"
    record = payloads(village_session, "audit.revealed")[0]
    assert (record["screen"], record["task"], record["household"], record["fields"]) == ("dossier", "visit_quarter", home.id, ["id_no", "phone"])
    assert HEAD_ID not in json.dumps(record)
    with pytest.raises(Refused):
        reveal(village_session, "dossier")


def test_full_output_needs_a_reason(village_session: Session, home: Family) -> None:
    with pytest.raises(Refused) as caught:
        require_reason(village_session, "household_show", None, 1, home.id)
    assert (caught.value.code, caught.value.field) == ("XL-V06", "reason")
    require_reason(village_session, "household_show", "核对户口簿", 1, home.id)
    assert [one["reason"] for one in payloads(village_session, "audit.exported")] == ["核对户口簿"]


def test_typing_on_a_later_day_shows_as_entered_late(village_session: Session, home: Family, clock: FixedClock) -> None:
    record_visit(village_session, RecordVisit(home.id, "self", on="12-28"))
    clock.tick(days=2)
    record_visit(village_session, RecordVisit(home.id, "self", on="12-29"))
    assert [(one.on, one.late) for one in households.show(village_session, home.id).visits] == [("2026-12-29", True), ("2026-12-28", False)]
