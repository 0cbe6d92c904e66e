"""Alerts from the desk to the village and back: issued, scanned, verified by a visit, disposed of with what follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk_office import PASSPHRASE, VILLAGE, Office

from xieli_tui.casework import alerts as village
from xieli_tui.casework import risk
from xieli_tui.casework.alerts import AnswerAlert
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.cli.main import main
from xieli_tui.desk import alerts as desk
from xieli_tui.desk import queue
from xieli_tui.desk.alerts import IssueAlert
from xieli_tui.desk.parameters import SetLocal, set_local
from xieli_tui.domain.events.household import MoneyLine, StatementMade
from xieli_tui.domain.events.work import ConferenceHeld
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries
from xieli_tui.store.projector import rebuild

OVER = '[{"id":"med_year","fact":"expense.medical","over":"10000.00","text":"一年医药费自付","period":"half"}]'


def refused(code: str, field: str | None, act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    assert (caught.value.code, caught.value.field) == (code, field), caught.value
    return caught.value


def home_at_both(office: Office) -> str:
    home = office.household()
    office.up()
    return home


def alerted(office: Office, cls: str = "gap", **more: str) -> tuple[str, str]:
    """(household, alert) known at county and village."""
    home = home_at_both(office)
    alert = desk.issue(office.county, IssueAlert(cls, "请上门看看", home, **more)).id
    office.down()
    return home, alert


def visited(office: Office, home: str, alert: str, met: str = "self") -> str:
    return record_visit(office.village, RecordVisit(home, met, kind="alert_answer", answers_alert=alert)).id


def test_an_alert_has_the_day_the_county_gives_its_class_and_none_when_it_gave_none(office: Office) -> None:
    """CQ-17: no time limit is invented; 天 and 工作日 are told apart."""
    home = home_at_both(office)
    assert desk.issue(office.county, IssueAlert("gap", "看看", home)).state == ""
    set_local(office.county, SetLocal("alert_days", '{"gap":30,"complex":{"days":3,"unit":"working"}}', "2026-01-01"))
    assert desk.issue(office.county, IssueAlert("gap", "看看", home)).state == "2027-01-27"
    assert desk.issue(office.county, IssueAlert("complex", "看看", home)).state == "2026-12-31"
    assert desk.issue(office.county, IssueAlert("uncovered", "看看", home)).state == ""
    assert desk.issue(office.county, IssueAlert("uncovered", "看看", home, due="2026-12-30")).state == "2026-12-30"
    refused("XL-V02", "due", lambda: desk.issue(office.county, IssueAlert("gap", "看看", home, due="2026-12-01")))
    refused("XL-V08", "class", lambda: desk.issue(office.county, IssueAlert("bad", "看看", home)))
    refused("XL-V06", "household", lambda: desk.issue(office.county, IssueAlert("gap", "看看")))
    refused("XL-V06", "text", lambda: desk.issue(office.county, IssueAlert("gap", " ", home)))
    refused("XL-P07", None, lambda: desk.issue(office.village, IssueAlert("gap", "看看", home)))


def test_a_disposition_rests_on_a_visit_that_met_somebody_since_the_alert(office: Office) -> None:
    """CQ-13, M-05: verified on the spot; 未遇 verifies nothing."""
    home, alert = alerted(office)
    reply = AnswerAlert(alert, "false", note="已经发了")
    refused("XL-V06", "visit", lambda: village.answer(office.village, reply))
    missed = visited(office, home, alert, "none")
    refused("XL-V06", "visit", lambda: village.answer(office.village, reply))
    refused("XL-V11", "visit", lambda: village.answer(office.village, AnswerAlert(alert, "false", missed, "没人")))
    before = record_visit(office.village, RecordVisit(home, "self", "2026-12-01")).id
    refused("XL-V11", "visit", lambda: village.answer(office.village, AnswerAlert(alert, "false", before, "早就看过")))
    other = office.household("李有田")
    strange = record_visit(office.village, RecordVisit(other, "self")).id
    refused("XL-V11", "visit", lambda: village.answer(office.village, AnswerAlert(alert, "false", strange, "看的别家")))
    with pytest.raises(NotFound):
        village.answer(office.village, AnswerAlert(alert, "false", home, "不是走访"))
    visited(office, home, alert)
    assert village.answer(office.village, reply).state == "false"
    refused("XL-P05", None, lambda: village.answer(office.village, reply))
    assert village.list_alerts(office.village, open_only=True) == []


def test_each_class_leaves_its_own_ways_open_and_no_other(office: Office) -> None:
    """003:(七): four classes, four ways."""
    home, alert = alerted(office, "no_longer")
    visited(office, home, alert)
    refused("XL-V08", "disposition", lambda: village.answer(office.village, AnswerAlert(alert, "implement", kinds=("dibao",))))
    refused("XL-V08", "disposition", lambda: village.answer(office.village, AnswerAlert(alert, "no_action", note="不管")))
    assert [way for way, _, _ in village.show(office.village, alert).ways] == ["verify_exit", "false"]
    assert set(village.WAYS) == {"gap", "uncovered", "no_longer", "complex", "risk", "life_threat"}


def test_a_gap_is_closed_by_help_with_the_application_or_by_referrals_made_at_once(office: Office) -> None:
    """CQ-13: 尽快落实或商请主管部门落实."""
    home, alert = alerted(office)
    visited(office, home, alert)
    refused("XL-V06", "kind", lambda: village.answer(office.village, AnswerAlert(alert, "implement")))
    refused("XL-V06", "department", lambda: village.answer(office.village, AnswerAlert(alert, "referred", kinds=("dis_living",))))
    made = village.answer(office.village, AnswerAlert(alert, "referred", kinds=("dis_living",), departments=("残联", "civil_affairs"), note="两项补贴没有落实")).more["follow"]
    with office.village.reading() as tx:
        sent = queries.referrals(tx, home)
        assert {one.department for one in sent} == {"dpf", "civil_affairs"}
        assert {one.id for one in sent} == {one["id"] for one in made}
        assert {one.due for one in sent} == {""}, "no limit was set, none is invented"
    assert rebuild(office.village.store)["equal"]


def test_help_with_an_application_does_not_start_a_second_one(office: Office) -> None:
    home = home_at_both(office)
    first, second = (desk.issue(office.county, IssueAlert("gap", "看看", home)).id for _ in range(2))
    office.down()
    for alert in (first, second):
        visited(office, home, alert)
    made = village.answer(office.village, AnswerAlert(first, "implement", kinds=("dibao",))).more["follow"]
    assert [one["what"] for one in made] == ["application"]
    assert village.answer(office.village, AnswerAlert(second, "implement", kinds=("dibao", "med_insure"))).more["follow"][0]["kind"] == "med_insure"


def test_the_uncovered_are_told_and_their_answer_is_kept(office: Office) -> None:
    """CQ-14: 告知政策和申办渠道; an unwilling answer keeps its reason and starts nothing."""
    home, alert = alerted(office, "uncovered")
    visited(office, home, alert)
    refused("XL-V06", "answer", lambda: village.answer(office.village, AnswerAlert(alert, "inform_apply", kinds=("dibao",))))
    refused("XL-V06", "reason", lambda: village.answer(office.village, AnswerAlert(alert, "inform_apply", kinds=("dibao",), answer="unwilling")))
    village.answer(office.village, AnswerAlert(alert, "inform_apply", kinds=("dibao",), answer="unwilling", reason="儿子接回去住"))
    with office.village.reading() as tx:
        assert [(one.kind, one.answer, one.reason) for one in queries.informed(tx, home)] == [("dibao", "unwilling", "儿子接回去住")]
        assert queries.applications(tx, home) == []
    again = desk.issue(office.county, IssueAlert("uncovered", "再看看", home)).id
    office.down()
    visited(office, home, again)
    made = village.answer(office.village, AnswerAlert(again, "inform_apply", kinds=("dibao",), answer="willing")).more["follow"]
    assert [one["what"] for one in made] == ["informed", "application"]


def test_no_longer_eligible_goes_to_the_desk_and_ends_nothing_by_itself(office: Office) -> None:
    """CQ-15: 及时核查; the end is a desk's ruling and no alert's."""
    home, alert = alerted(office, "no_longer")
    visited(office, home, alert)
    refused("XL-V06", "note", lambda: village.answer(office.village, AnswerAlert(alert, "verify_exit")))
    village.answer(office.village, AnswerAlert(alert, "verify_exit", note="儿子在城里买了房"))
    with office.village.reading() as tx:
        before = queries.household(tx, home)
        assert before is not None
        assert before.ruled.get("exits") is None
    office.up()
    assert [(item.kind, item.household) for item in queue.queue(office.county)] == [("alert", home)]
    with office.county.reading() as tx:
        row = queries.household(tx, home)
        assert row is not None
        assert row.ruled.get("exits") is None


def test_a_complex_case_stays_on_the_agenda_until_a_conference_has_named_the_family(office: Office) -> None:
    """CQ-16, M-54: 一事一议."""
    home, alert = alerted(office, "complex")
    visited(office, home, alert)
    village.answer(office.village, AnswerAlert(alert, "special_case", note="三代人都病着"))
    assert desk.agenda(office.county) == []
    office.up()
    (item,) = desk.agenda(office.county)
    assert (item.alert, item.household, item.note) == (alert, home, "三代人都病着")
    office.county.record(ConferenceHeld(
        conference=office.county.new_id(), on="2026-12-28", members=["周敏"], households=[home], result="按临时救助办，医保局一起跟进"))
    assert desk.agenda(office.county) == []


def test_a_scan_issues_each_hit_once_a_period_and_the_village_is_asked_to_visit(office: Office) -> None:
    """GX-14, M-06: class risk, a visit, no aid named; once per household, indicator and period."""
    home = office.household()
    quiet = office.household("李有田")
    for one, fen in ((home, 1_000_001), (quiet, 1_000_000)):
        office.village.record(StatementMade(
            village=VILLAGE, household=one, statement=office.village.new_id(), on="2026-12-20", expenses=[MoneyLine(kind="medical", amount=fen)]))
    office.up()
    assert desk.scan(office.county) == [], "no indicator, nothing happens"
    set_local(office.county, SetLocal("risk_indicators", OVER, "2026-01-01"))
    (would,) = desk.scan(office.county, dry_run=True)
    assert would.id == ""
    (found,) = desk.scan(office.county)
    assert (found.household, found.indicator, found.period) == (home, "med_year", "2026H2")
    assert desk.scan(office.county) == []
    office.down()
    (alert,) = village.list_alerts(office.village, open_only=True)
    assert (alert.id, alert.cls, alert.text) == (found.id, "risk", "按县里的指标（一年医药费自付），请走访看看")
    with office.village.reading() as tx:
        asked = queries.household(tx, home)
        assert asked is not None
        assert risk.asking(tx, asked, office.village.today) is None, "the county asked already: one line, not two"
    visited(office, home, alert.id)
    village.answer(office.village, AnswerAlert(alert.id, "true", note="药费是大女儿垫的"))
    office.up()
    assert desk.scan(office.county) == []
    office.clock.tick(days=10)  # 2027H1: the ledger is still of the last twelve months, and nobody has been there in the new period
    assert desk.scan(office.county) == [], "somebody was met since the fact became known"
    for session in (office.county, office.village):
        assert rebuild(session.store)["equal"]


def test_a_scan_is_the_countys(office: Office) -> None:
    refused("XL-P03", None, lambda: desk.scan(office.township))
    refused("XL-P07", None, lambda: desk.scan(office.village))


def test_an_alert_that_matched_nobody_is_answered_without_a_visit_or_given_its_household(office: Office) -> None:
    from xieli_tui.domain.events.work import AlertIssued

    home = home_at_both(office)
    ids = [office.county.new_id() for _ in range(2)]
    for ident in ids:
        office.county.record(AlertIssued(alert=ident, village=VILLAGE, cls="uncovered", text="名单里有，村里没有对上", on="2026-12-28"))
    office.down()
    refused("XL-V06", "household", lambda: village.answer(office.village, AnswerAlert(ids[0], "inform_apply", kinds=("dibao",), answer="willing")))
    village.answer(office.village, AnswerAlert(ids[0], "false", note="村里没有这个人"))
    visited(office, home, ids[1])
    visit = visited(office, home, ids[1])
    village.answer(office.village, AnswerAlert(ids[1], "inform_apply", visit, kinds=("dibao",), answer="considering", household=home))
    assert village.list_alerts(office.village, open_only=True) == []
    refused("XL-P08", None, lambda: village.answer(office.county, AnswerAlert(ids[1], "false", note="县里")))


def test_the_whole_way_by_commands(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """M-04, M-05: issued at the desk, verified by a visit that names it, disposed of, and the referral is there."""
    home = home_at_both(office)
    places: dict[str, Path] = {"county": office.county.workspace, "village": office.village.workspace}

    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T15:00:00+08:00")

    def xieli(where: str, *words: str, code: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        assert main([*words, "-w", str(places[where]), "--json"]) == code
        body: dict[str, Any] = json.loads(capsys.readouterr().out)
        return body

    for session in office.sessions:
        session.close()
    alert = xieli("county", "county", "alert", "issue", "--household", home, "--class", "gap", "--text", "两项补贴没有发", "--due", "2027-01-10")["id"]
    xieli("county", "county", "send", "--to", str(office.stick))
    xieli("village", "sync", "import", str(office.stick))
    assert [one["id"] for one in xieli("village", "alert", "list", "--open")["alerts"]] == [alert]
    refusal = xieli("village", "alert", "answer", alert, "--disposition", "referred", "--kind", "dis_living", "--department", "dpf", code=4)
    assert refusal["error"]["field"] == "visit"
    visit = xieli("village", "visit", "add", "--household", home, "--met", "self", "--kind", "alert_answer", "--answers-alert", alert, "--finding", "true")["id"]
    done = xieli("village", "alert", "answer", alert, "--visit", visit, "--disposition", "referred", "--kind", "dis_living", "--department", "dpf")
    assert [(one["what"], one["department"]) for one in done["follow"]] == [("referral", "dpf")]
    assert xieli("village", "alert", "show", alert)["answered"] == "referred"
