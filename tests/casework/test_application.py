"""An application from the family's word to hand-over: what the law requires stops it, everything else may follow."""

from __future__ import annotations

import dataclasses

import pytest
from casework_kit import Family, family

from xieli_tui.casework.application import (
    AddPaper,
    Commit,
    Consent,
    Entrust,
    Kin,
    Told,
    add_paper,
    commit,
    consent,
    entrust,
    hand_over,
    kin,
    list_applications,
    missing,
    show_application,
    sign,
    told,
    withdraw,
)
from xieli_tui.casework.flag_hardship import FlagHardship, flag_hardship
from xieli_tui.casework.households import EndMembership, end_membership, timeline
from xieli_tui.casework.inform import Inform, inform
from xieli_tui.casework.session import Session
from xieli_tui.casework.start_application import StartApplication, start_application
from xieli_tui.domain.events.aid import ApplicationStarted
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


@pytest.fixture
def app(village_session: Session, home: Family) -> str:
    return start_application(village_session, StartApplication(home.id, ["temp_emergency"], emergency=True)).id


def test_one_intake_opens_several_kinds(village_session: Session, home: Family) -> None:
    saved = start_application(village_session, StartApplication(home.id, ["低保", "temp_emergency"], emergency=True, reason="儿子住院"))
    card = show_application(village_session, saved.id)
    assert (card.kinds, card.unit, card.source, card.emergency) == (("dibao", "temp_emergency"), "household", "village", True)
    assert (card.state, card.state_label) == ("draft", "协助填写")
    assert [row.id for row in list_applications(village_session)] == [saved.id]
    assert [row.id for row in list_applications(village_session, household=home.id, open_only=True)] == [saved.id]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kinds": []}, "XL-V06"),
        ({"kinds": ["money"]}, "XL-V08"),
        ({"source": "window"}, "XL-P02"),
        ({"source": "hotline"}, "XL-P02"),
        ({"unit": "person"}, "XL-V06"),
        ({"on": "2026-11-31"}, "XL-V02"),
        ({"event_region": "abc"}, "XL-V12"),
        ({"amount_asked": "很多"}, "XL-V04"),
    ],
)
def test_an_intake_that_cannot_be_is_refused(village_session: Session, home: Family, fields: dict[str, object], code: str) -> None:
    request = dataclasses.replace(StartApplication(home.id, ["dibao"]), **fields)  # type: ignore[arg-type]
    with pytest.raises(Refused) as caught:
        start_application(village_session, request)
    assert caught.value.code == code
    assert list_applications(village_session) == []


def test_an_application_names_people_and_findings_of_its_own_family(village_session: Session, home: Family) -> None:
    other = family(village_session, "钱有才", "2组")
    flag = flag_hardship(village_session, FlagHardship(["illness"], household=other.id)).id
    for request, code in (
        (StartApplication(home.id, ["dibao"], person=other.son), "XL-V41"),
        (StartApplication(home.id, ["dibao"], flag=flag), "XL-V43"),
        (StartApplication(home.id, ["dibao"], flag=village_session.new_id()), "XL-V43"),
    ):
        with pytest.raises(NotFound) as caught:
            start_application(village_session, request)
        assert caught.value.code == code


def test_hand_over_without_entrustment_is_refused_and_says_what_lacks(village_session: Session, app: str) -> None:
    with pytest.raises(Refused) as caught:
        hand_over(village_session, app)
    assert (caught.value.code, caught.value.exit_code, caught.value.extra["missing"]) == ("XL-P01", 4, ["entrust"])
    assert caught.value.as_json()["error"]["missing"] == ["entrust"]  # type: ignore[index]
    assert show_application(village_session, app).handed_over == ""


def test_entrustment_opens_the_way_and_what_lacks_travels_along(village_session: Session, home: Family, app: str) -> None:
    entrust(village_session, Entrust(app, "王秀英", paper="村委会档案柜"))
    card = show_application(village_session, app)
    assert (card.state, card.entrusted, card.entrusted_to) == ("entrusted", "2026-12-28", "陈秀兰")
    saved = hand_over(village_session, app)
    card = show_application(village_session, app)
    assert (saved.id, saved.state, card.state, card.state_label, card.handed_over) == (app, "handed_over", "handed_over", "已转交", "2026-12-28")
    with village_session.reading() as tx:
        step = journal.events_of_type(tx, "application.handed_over")[0]
        start = journal.events_of_type(tx, "application.started")[0]
    assert step.d["after"] == [start.ref]
    assert step.d["missing"] == ["consent", "commitment", "kin_form", "application_form", "id_card", "hukou_book"]
    assert [one.type for one in card.steps][:1] == ["application.handed_over"]


def test_what_lacks_is_listed_law_first_then_each_signature(village_session: Session, home: Family, app: str) -> None:
    found = missing(village_session, app)
    assert (found[0].doc, found[0].required) == ("entrust", True)
    assert [one.required for one in found[1:]] == [False] * (len(found) - 1)
    assert {(one.doc, one.person) for one in found if one.person} == {
        ("consent", home.head), ("consent", home.son), ("consent", home.child), ("commitment", home.head), ("commitment", home.son),
    }


def test_signatures_and_papers_fill_the_matrix_until_nothing_lacks(village_session: Session, home: Family, app: str) -> None:
    entrust(village_session, Entrust(app, "王秀英"))
    for person, guardian in ((home.head, None), (home.son, None), (home.child, "李建军")):
        consent(village_session, Consent(app, person, "2027-12-28", guardian=guardian))
    commit(village_session, Commit(app))
    kin(village_session, Kin(app, none=True))
    for doc in ("社会救助申请表", "id_card", "hukou_book"):
        add_paper(village_session, AddPaper(app, doc, "村委会，原件已还"))
    assert missing(village_session, app) == []
    card = show_application(village_session, app)
    assert card.kin == "none"
    assert card.missing == ()
    assert [(one.name, one.consent, one.commitment) for one in card.signatures] == [
        ("王秀英", "2026-12-28", "2026-12-28"), ("李建军", "2026-12-28", "2026-12-28"), ("李晓雨", "2026-12-28", "-"),
    ]
    assert {one.doc for one in card.papers if one.present} == {"application_form", "id_card", "hukou_book", "entrust"}


def test_one_authorisation_serves_every_application_of_the_family(village_session: Session, home: Family, app: str) -> None:
    consent(village_session, Consent(app, home.son, "2027-12-28"))
    second = start_application(village_session, StartApplication(home.id, ["dibao"])).id
    assert ("consent", home.son) not in {(one.doc, one.person) for one in missing(village_session, second)}


def test_an_authorisation_that_ran_out_lacks_again(village_session: Session, home: Family, app: str) -> None:
    consent(village_session, Consent(app, home.son, "2026-12-27", on="2026-12-01"))
    assert ("consent", home.son) in {(one.doc, one.person) for one in missing(village_session, app)}


@pytest.mark.parametrize(("until", "guardian", "code", "field"), [(None, None, "XL-V06", "until"), ("2026-12-01", None, "XL-V02", "until"), ("明天后", None, "XL-V01", "until")])
def test_an_authorisation_needs_an_end(village_session: Session, home: Family, app: str, until: str | None, guardian: str | None, code: str, field: str) -> None:
    with pytest.raises(Refused) as caught:
        consent(village_session, Consent(app, home.son, until, guardian=guardian))
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_minor_does_not_sign_for_himself(village_session: Session, home: Family, app: str) -> None:
    with pytest.raises(Refused) as caught:
        consent(village_session, Consent(app, home.child, "2027-12-28"))
    assert (caught.value.code, caught.value.field) == ("XL-V06", "guardian")


def test_who_has_left_the_family_need_not_sign(village_session: Session, home: Family, app: str) -> None:
    end_membership(village_session, EndMembership(home.id, home.son, "moved_out"))
    assert home.son not in {one.person for one in missing(village_session, app)}


def test_the_kin_question_has_one_answer(village_session: Session, home: Family, app: str) -> None:
    for request in (Kin(app), Kin(app, none=True, relation="93")):
        with pytest.raises(Refused):
            kin(village_session, request)
    kin(village_session, Kin(app, person=home.son, staff="陈大有", relation="侄子"))
    assert show_application(village_session, app).kin == "侄子"


def test_a_paper_promised_for_later_still_lacks(village_session: Session, app: str) -> None:
    add_paper(village_session, AddPaper(app, "id_card", "家里，下周拿来", later=True))
    row = next(one for one in show_application(village_session, app).papers if one.doc == "id_card")
    assert (row.present, row.where, row.later) == (False, "家里，下周拿来", True)
    with pytest.raises(Refused) as caught:
        add_paper(village_session, AddPaper(app, "village_opinion", "x"))
    assert caught.value.code == "XL-V08"


def test_there_is_no_place_for_an_opinion_of_the_village() -> None:
    assert not [name for name in ApplicationStarted.model_fields if "opinion" in name or "review" in name]


def test_an_application_is_handed_over_once(village_session: Session, app: str) -> None:
    entrust(village_session, Entrust(app, "王秀英"))
    hand_over(village_session, app)
    with pytest.raises(Refused) as caught:
        hand_over(village_session, app)
    assert caught.value.code == "XL-P05"


def test_a_step_is_not_earlier_than_the_start(village_session: Session, app: str) -> None:
    with pytest.raises(Refused) as caught:
        entrust(village_session, Entrust(app, "王秀英", on="2026-12-01"))
    assert (caught.value.code, caught.value.field) == ("XL-V02", "on")


def test_a_withdrawn_application_is_over(village_session: Session, home: Family, app: str) -> None:
    with pytest.raises(Refused):
        withdraw(village_session, app, " ")
    withdraw(village_session, app, "家里想再等等")
    card = show_application(village_session, app)
    assert (card.state, card.state_label, card.missing) == ("withdrawn", "已撤回", ())
    for use in (lambda: hand_over(village_session, app), lambda: entrust(village_session, Entrust(app, "王秀英")), lambda: withdraw(village_session, app, "又一次")):
        with pytest.raises(Refused) as caught:
            use()
        assert caught.value.code == "XL-P05"
    assert list_applications(village_session, open_only=True) == []
    assert timeline(village_session, home.id)[0].type == "application.withdrawn"


def test_nothing_is_told_before_a_decision_came(village_session: Session, app: str) -> None:
    with pytest.raises(Refused) as caught:
        told(village_session, Told(app))
    assert caught.value.code == "XL-P05"


def test_an_application_nobody_started_is_not_found(village_session: Session) -> None:
    nowhere = village_session.new_id()
    uses = [
        lambda: show_application(village_session, nowhere),
        lambda: missing(village_session, nowhere),
        lambda: hand_over(village_session, nowhere),
        lambda: entrust(village_session, Entrust(nowhere, "甲")),
        lambda: commit(village_session, Commit(nowhere)),
        lambda: told(village_session, Told(nowhere)),
    ]
    for use in uses:
        with pytest.raises(NotFound) as caught:
            use()
        assert caught.value.code == "XL-V42"


def test_what_the_family_wanted_shows_on_the_application(village_session: Session, home: Family, app: str) -> None:
    inform(village_session, Inform(home.id, "temp_emergency", "willing"))
    assert show_application(village_session, app).informed == "愿意申请 2026-12-28"


def test_what_one_person_signed_at_one_sitting_is_one_act_or_none(village_session: Session) -> None:
    home = family(village_session)
    app = start_application(village_session, StartApplication(home.id, ["dibao"])).id

    def lines() -> int:
        with village_session.reading() as tx:
            return journal.head(tx, tx.dev, tx.ep)[0]

    before = lines()
    with pytest.raises(Refused) as refused:
        sign(village_session, Consent(app, home.son, until="2027-12-27"), Commit(app, person=home.son, on="2027-01-05"))
    assert (refused.value.code, lines()) == ("XL-V13", before)  # the authorisation alone was well, and is not there
    sign(village_session, Consent(app, home.son, until="2027-12-27"), Commit(app, person=home.son))
    [signed] = [one for one in show_application(village_session, app).signatures if one.person == home.son]
    assert (signed.consent, signed.commitment, lines()) == ("2026-12-28", "2026-12-28", before + 2)
    with pytest.raises(Refused) as refused:
        sign(village_session, None, None)
    assert refused.value.code == "XL-V06"
