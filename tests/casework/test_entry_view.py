"""An entry of the chain shown whole, corrected and withdrawn: both values stay, nobody above is mended from below, every field has its word."""

from __future__ import annotations

import pytest

from xieli_tui.casework import chain, corrections, entry_view, entry_words, households, overlaps
from xieli_tui.casework.households import AddHousehold, AddPerson, add_household, add_person
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.services import GiveAid, give_aid
from xieli_tui.casework.session import Session
from xieli_tui.domain.events import EVENTS
from xieli_tui.errors import NotFound
from xieli_tui.store.queries.words import FIELDS


@pytest.fixture
def home(village_session: Session) -> str:
    made = add_household(village_session, AddHousehold("王秀英", {"group": "2"}, {"birth": "1951-03-02"}))
    add_person(village_session, AddPerson(made.id, "李建军", "20", {"birth": "1978-05-05"}))
    return made.id


def ref_of(session: Session, home: str, t: str) -> str:
    return next(one.ref for one in households.timeline(session, home) if one.type == t)


def test_every_field_of_every_entry_of_a_family_has_its_word_or_is_nobodys_reading() -> None:
    without = {
        (t, name) for (t, _), kind in EVENTS.items() if "household" in kind.model.model_fields and not t.startswith("audit.")
        for name in kind.model.model_fields if name not in entry_words.WORDS and name not in entry_words.HIDDEN
    }
    assert without == set()
    assert not set(entry_words.WORDS) & entry_words.HIDDEN


def test_every_vocabulary_named_for_a_field_exists_and_its_field_too() -> None:
    from xieli_tui.domain import codes

    for t, fields in entry_words.CODES.items():
        for name, vocab in fields.items():
            assert name in EVENTS[t, 1].model.model_fields, (t, name)
            assert vocab in codes.VOCABULARIES, vocab


def test_an_entry_is_shown_whole_in_words_with_who_wrote_it_and_that_it_came_late(village_session: Session, home: str) -> None:
    record_visit(village_session, RecordVisit(home, "family", on="12-20", marks={"health": 3}, changes=["hospital"], note="住院第三天，电话 10000001234", promise="带申请表", promise_on="12-30"))
    found = entry_view.show(village_session, ref_of(village_session, home, "visit.recorded"))
    said = {one.name: (one.word, one.value) for one in found.fields}
    assert said["met"] == ("见到谁", "家属")
    assert said["marks"] == ("六方面", "健康有困难")
    assert said["promise"] == ("答应的事", "带申请表，2026-12-30 前")
    assert "10000001234" not in said["note"][1]
    assert found.late
    assert found.who.startswith("村")
    assert (found.struck, found.closed, found.state) == ("", "", "local")


def test_a_correction_shows_both_values_its_reason_and_stays_in_the_chain(village_session: Session, home: str) -> None:
    record_visit(village_session, RecordVisit(home, "family", on="12-20"))
    ref = ref_of(village_session, home, "visit.recorded")
    corrections.correct(village_session, ref, {"met": "self"}, "见到的是本人")
    found = entry_view.show(village_session, ref)
    met = next(one for one in found.fields if one.name == "met")
    assert (met.value, met.first) == ("本人", "家属")
    [mend] = found.mends
    assert (mend.word, mend.reason, mend.changes, mend.counts) == ("更正", "见到的是本人", (("见到谁", "家属", "本人"),), True)
    entry = next(one for one in chain.show(village_session, home).entries if one.ref == ref)
    assert entry.corrected
    assert entry.summary.startswith("（已更正）")
    assert "本人" in entry.summary


def test_a_field_that_was_empty_is_filled_in_by_a_correction_and_one_emptied_says_so(village_session: Session, home: str) -> None:
    record_visit(village_session, RecordVisit(home, "self", note="看过了"))
    ref = ref_of(village_session, home, "visit.recorded")
    corrections.correct(village_session, ref, {"note": "", "house_safety": "risk"}, "补记")
    found = {one.name: (one.value, one.first) for one in entry_view.show(village_session, ref).fields}
    assert found["house_safety"] == ("有隐患", "（空）")
    assert found["note"] == ("（空）", "看过了")


def test_a_withdrawn_entry_keeps_its_words_and_takes_no_second_mending(village_session: Session, home: str) -> None:
    record_visit(village_session, RecordVisit(home, "self"))
    ref = ref_of(village_session, home, "visit.recorded")
    corrections.withdraw(village_session, ref, "记错了家")
    found = entry_view.show(village_session, ref)
    assert found.struck == "已撤回"
    assert [one.word for one in found.mends] == ["撤回"]
    assert "已经撤回" in found.closed
    assert next(one.value for one in found.fields if one.name == "met") == "本人"
    assert next(one for one in chain.show(village_session, home).entries if one.ref == ref).struck


def test_a_claim_is_no_fact_and_says_where_it_is_changed(village_session: Session, home: str) -> None:
    found = entry_view.show(village_session, ref_of(village_session, home, "household.opened"))
    assert "资料请改资料" in found.closed
    assert {one.word for one in found.fields} >= {FIELDS["group"], FIELDS["head"]}


def test_an_entry_that_does_not_exist_is_not_found(village_session: Session) -> None:
    with pytest.raises(NotFound) as error:
        entry_view.show(village_session, "a" * 32 + ":" + "b" * 16 + ":1:" + "c" * 32)
    assert error.value.code == "XL-V45"


def test_a_persons_chain_has_his_own_entries_and_the_aid_of_the_whole_family(village_session: Session, home: str) -> None:
    """003:(四) CQ-22, M-39: one chain a family and one a person."""
    record_visit(village_session, RecordVisit(home, "self"))
    son = next(one.person for one in households.show(village_session, home).members if one.name == "李建军")
    households.set_person(village_session, son, {"work": "migrant"})
    give_aid(village_session, GiveAid(home, "大米"))
    whole = chain.show(village_session, home)
    mine = chain.show(village_session, home, son)
    head = next(person for person, name in whole.people if name == "王秀英")
    assert {one.type for one in whole.entries} >= {"visit.recorded", "aid.given", "person.claimed"}
    assert {one.type for one in mine.entries} == {"aid.given", "person.claimed", "person.added", "membership.started"}
    assert "person.claimed" not in {one.type for one in chain.show(village_session, home, head).entries}


def test_two_aids_of_one_kind_on_one_day_stand_together_with_both_records(village_session: Session, home: str) -> None:
    """CN-10, CQ-22: told with both records, never a verdict; another person's own aid is no second one."""
    people = households.show(village_session, home).members
    give_aid(village_session, GiveAid(home, "大米", on="12-20", person=people[0].person))
    give_aid(village_session, GiveAid(home, "棉被", on="12-21", person=people[0].person))
    assert overlaps.of_household(village_session, home) == ()
    give_aid(village_session, GiveAid(home, "大米", on="12-20", person=people[1].person))
    assert overlaps.of_household(village_session, home) == ()
    give_aid(village_session, GiveAid(home, "食用油", on="12-20", person=people[0].person))
    [pair] = overlaps.of_household(village_session, home)
    assert pair.person == people[0].person
    assert all("2026-12-20" in record for record in pair.records)
    assert {part for record in pair.records for part in ("大米", "食用油") if part in record} == {"大米", "食用油"}
    assert overlaps.of_person(village_session, people[1].person) == ()
    [same] = chain.show(village_session, home, people[0].person).twice
    assert same == pair
