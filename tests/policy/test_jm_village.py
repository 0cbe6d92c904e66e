"""002 三(二)1: taking applications in, and what a village may do (JM-01 .. JM-04), with X-04 beside them."""

from __future__ import annotations

from typing import Any

import pytest

from xieli_tui.policy import ask

REGION = "440703"
ASOF = "2026-11-21"


def check(action: str, *, app: dict[str, Any] | None = None, args: dict[str, Any] | None = None, region: str = REGION, asof: str = ASOF) -> dict[str, Any]:
    """One action checked."""
    given = {"app": app} if app is not None else {}
    answers = ask({"op": "check", "region": region, "asof": asof, "given": given, "actions": [{"action": action, "args": args or {}}]})["answers"]
    assert len(answers) == 1
    return dict(answers[0])


@pytest.mark.parametrize("kind", ["dibao", "tekun", "med_aid", "temp_emergency", "orphan_basic", "dis_living", "dis_nursing"])
def test_the_township_takes_in_each_of_the_seven_kinds_directly(kind: str) -> None:
    found = check("township.accept_application", app={"kind": kind})
    assert (found["result"], found["rule"], found["cite"], found["next_actor"]) == ("allow", "JM-01", "002:三(二)1", "township")


def test_the_clause_is_silent_about_other_kinds() -> None:
    found = check("township.accept_application", app={"kind": "legal_aid"})
    assert (found["result"], found["rule"]) == ("allow", None)


def test_an_application_without_a_kind_is_taken_in_and_the_kind_is_missing() -> None:
    found = check("township.accept_application")
    assert (found["result"], found["missing"]) == ("allow", ["app.kind"])


@pytest.mark.parametrize("opinion", [False, "unknown", True])
def test_taking_in_never_waits_for_the_villages_opinion(opinion: object) -> None:
    assert check("township.accept_application", app={"kind": "dibao", "village_opinion": opinion})["result"] == "allow"


def test_a_village_does_not_take_an_application_in() -> None:
    found = check("village.accept_application", app={"kind": "dibao"})
    assert (found["result"], found["rule"], found["cite"], found["doc_no"]) == ("block", "JM-02", "002:三(二)1", "江府办〔2018〕17号")
    assert found["next_actor"] == "township"


def test_outside_the_prefecture_this_document_does_not_speak_about_the_village() -> None:
    found = check("village.accept_application", region="450100")
    assert (found["result"], found["rule"]) == ("block", "X-04")


def test_before_the_day_it_was_issued_the_document_does_not_speak() -> None:
    assert check("village.require_opinion", asof="2018-08-19")["rule"] is None
    assert check("village.require_opinion", asof="2018-08-20")["rule"] == "JM-03"


def test_no_opinion_of_the_village_may_be_required_first() -> None:
    found = check("village.require_opinion")
    assert (found["result"], found["cite"]) == ("block", "002:三(二)1")


def test_with_the_applicants_word_the_village_may_hand_in() -> None:
    found = check("village.submit_on_behalf", app={"submitted_by": "village", "entrust": {"by": "p1", "date": "2026-11-20"}})
    assert (found["result"], found["rule"], found["next_actor"]) == ("allow", "JM-04", "village")


def test_a_word_given_the_same_day_counts() -> None:
    assert check("village.submit_on_behalf", app={"entrust": {"by": "p1", "date": ASOF}})["result"] == "allow"


def test_a_word_dated_tomorrow_does_not_count() -> None:
    found = check("village.submit_on_behalf", app={"entrust": {"by": "p1", "date": "2026-11-22"}})
    assert (found["result"], found["missing"]) == ("block", [])


def test_without_the_applicants_word_handing_in_is_blocked() -> None:
    found = check("village.submit_on_behalf", app={"entrust": False})
    assert (found["result"], found["next_actor"]) == ("block", "applicant")


@pytest.mark.parametrize(("app", "missing"), [({}, ["app.entrust"]), ({"entrust": {"by": "p1"}}, ["app.entrust.date"]), ({"entrust": {"date": "2026-11-20"}}, ["app.entrust.by"])])
def test_a_word_that_is_not_known_blocks_and_is_named(app: dict[str, Any], missing: list[str]) -> None:
    found = check("village.submit_on_behalf", app=app)
    assert (found["result"], found["missing"]) == ("block", missing)
