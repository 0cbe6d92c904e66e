"""收入支出: what the family says is kept as it was said, adds up exactly, and reaches the question part by part."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from casework_kit import Family, family

from basekit import PASSPHRASE
from xieli_tui.casework import fact_money, facts, reads
from xieli_tui.casework.session import Session
from xieli_tui.casework.statements import Line, Obligor, State, amount, show, state
from xieli_tui.errors import NotFound, Refused


@pytest.fixture
def home(village_session: Session) -> Family:
    return family(village_session)


def hh(session: Session, household: str) -> dict[str, Any]:
    with session.reading() as tx:
        found: dict[str, Any] = facts.question(tx, reads.household(tx, household), "screen", session.today)["given"]
        return found


@pytest.mark.parametrize(
    ("typed", "fen"), [("800", 800_00), ("1.2万", 12_000_00), ("300*12", 3_600_00), ("500+260.50", 760_50), ("80×12+40", 1_000_00), ("0", 0), ("1,200.5", 1_200_50), (5, 5)]
)
def test_an_amount_is_read_as_people_say_it(typed: str | int, fen: int) -> None:
    assert amount(typed, "x") == fen


@pytest.mark.parametrize("typed", ["", "八百", "-5", "1.234", "300*", "*", "1+", "0.01*0.5", "9999999999999999*99", "1e3"])
def test_what_is_no_amount_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        amount(typed, "income_wage")
    assert caught.value.field == "income_wage"
    assert caught.value.code in ("XL-V04", "XL-V06")


def test_lines_add_up_to_the_month_and_the_year(village_session: Session, home: Family) -> None:
    state(village_session, State(home.id, income=[Line("工资性收入", "1200", person=home.son), Line("farming", "6000", "年")], deductions=[Line("就业成本", "200", basis="001:3 就业成本")]))
    found = hh(village_session, home.id)["hh"]
    assert found["income_gross_month"] == "1700.00"
    assert found["income_month"] == "1500.00"
    assert found["income_year"] == "18000.00"
    assert "rigid_deduction_month" not in found


def test_a_yearly_sum_that_is_no_whole_fen_a_month_stays_exact(village_session: Session, home: Family) -> None:
    """1000 元 a year is 83.333… a month: no rounding may make a family cross a line."""
    state(village_session, State(home.id, income=[Line("farming", "1000", "year")]))
    found = hh(village_session, home.id)["hh"]
    assert found["income_month"] == "83.333333333333"
    assert found["income_year"] == "1000.00"
    assert show(village_session, home.id).sums.net_month == Fraction(100_000, 12)


def test_a_total_said_alone_stands_and_wins_over_lines(village_session: Session, home: Family) -> None:
    state(village_session, State(home.id, income_month="3307.50"))
    assert hh(village_session, home.id)["hh"]["income_month"] == "3307.50"
    assert "income_gross_month" not in hh(village_session, home.id)["hh"]
    state(village_session, State(home.id, income=[Line("wage", "1000")], income_month="950"))
    assert hh(village_session, home.id)["hh"]["income_month"] == "950.00"
    assert hh(village_session, home.id)["hh"]["income_gross_month"] == "1000.00"


def test_each_part_comes_from_the_newest_statement_that_speaks_of_it(village_session: Session, home: Family) -> None:
    state(village_session, State(home.id, on="2026-11-01", expenses=[Line("medical", "12000"), Line("living", "9000")], income_month="800"))
    state(village_session, State(home.id, on="2026-12-01", income_month="900", rise_cause="就业、创业"))
    found = hh(village_session, home.id)["hh"]
    assert (found["income_month"], found["income_rise_cause"]) == ("900.00", "employment")
    assert found["necessary_exp_year"] == "12000.00"
    assert found["rigid_causes"] == ["illness"]
    assert show(village_session, home.id).since == {"income": "2026-12-01", "expenses": "2026-11-01"}


def test_that_there_is_none_is_known_and_nothing_asked_is_not_known(village_session: Session, home: Family) -> None:
    assert "necessary_exp_year" not in hh(village_session, home.id)["hh"]
    state(village_session, State(home.id, nothing=["expenses", "medical", "income"]))
    found = hh(village_session, home.id)
    assert found["hh"]["necessary_exp_year"] == "0.00"
    assert found["hh"]["income_month"] == "0.00"
    assert found["medical"]["total"] == "0.00"


def test_a_deduction_asks_for_its_basis_and_only_rigid_ones_count_as_rigid(village_session: Session, home: Family) -> None:
    """GX-06: 按规定程序适当予以扣减."""
    with pytest.raises(Refused) as caught:
        state(village_session, State(home.id, deductions=[Line("rigid", "300")]))
    assert (caught.value.code, caught.value.field) == ("XL-V06", "basis_rigid")
    state(village_session, State(home.id, income=[Line("wage", "1000")], deductions=[Line("rigid", "300", basis="县残联评定 2026 年")]))
    found = hh(village_session, home.id)["hh"]
    assert (found["rigid_deduction_month"], found["income_month"]) == ("300.00", "700.00")


def test_bills_are_told_by_layer_and_by_patient(village_session: Session, home: Family) -> None:
    """JX-32, CQ-26: who paid what; the part inside the policy adds nothing to the total."""
    state(village_session, State(home.id, medical=[
        Line("basic", "10000", person=home.head), Line("个人自付", "4000", person=home.head), Line("in_policy", "2500", person=home.head), Line("self_pay", "10", person=home.son),
    ]))  # fmt: skip
    assert hh(village_session, home.id)["medical"] == {
        "total": "14000.00", "paid_by_layers": {"basic": "10000.00"}, "in_policy_selfpay": "2500.00", "person": home.head,
    }  # fmt: skip


def test_a_part_cannot_be_written_and_denied_at_once(village_session: Session, home: Family) -> None:
    with pytest.raises(Refused) as caught:
        state(village_session, State(home.id, expenses=[Line("medical", "5")], nothing=["expenses"]))
    assert (caught.value.code, caught.value.field) == ("XL-V11", "expenses")


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (State("x", income=[Line("lottery", "5")]), "income"), (State("x", income=[Line("wage", "5", "week")]), "income_wage"), (State("x", answers={"nope": True}), "answers"),
        (State("x", nothing=["nope"]), "nothing"), (State("x", rise_cause="nope"), "rise_cause"), (State("x", on="2099-01-01", income_month="5"), "on"),
        (State("x", claims={"assets_ok": "也许"}), "assets_ok"), (State("x", medical=[Line("nobody", "5")]), "medical"), (State("x", assets=[("yacht", "", None)]), "assets"),
    ],
)  # fmt: skip
def test_nonsense_is_refused_at_its_field_and_writes_nothing(village_session: Session, home: Family, request_: State, field: str) -> None:
    from dataclasses import replace

    with pytest.raises(Refused) as caught:
        state(village_session, replace(request_, household=home.id))
    assert caught.value.field == field
    assert show(village_session, home.id).statements == ()


def test_nobody_of_another_family_is_written_into_a_statement(village_session: Session, home: Family) -> None:
    other = family(village_session, "何秀珍")
    with pytest.raises(NotFound):
        state(village_session, State(home.id, income=[Line("wage", "5", person=other.son)]))
    with pytest.raises(NotFound):
        state(village_session, State(home.id, obligors=[Obligor(other.head, "张三")]))
    with pytest.raises(NotFound):
        state(village_session, State("00000000-0000-7000-8000-000000000000", income_month="1"))


def test_an_empty_statement_is_refused(village_session: Session, home: Family) -> None:
    with pytest.raises(Refused) as caught:
        state(village_session, State(home.id))
    assert caught.value.code == "XL-V11"


def test_assets_and_steadiness_are_claims_written_with_the_statement(village_session: Session, home: Family) -> None:
    state(village_session, State(home.id, assets=[("house", "砖房三间", None)], claims={"assets_ok": "是", "income_stability": "不固定"}))
    found = hh(village_session, home.id)["hh"]
    assert (found["assets_ok"], found["income_stability"]) == (True, "unstable")
    seen = show(village_session, home.id)
    assert seen.parts["assets"] == [{"kind": "house", "text": "砖房三间"}]
    assert seen.claims == {"assets_ok": True, "income_stability": "unstable"}


def test_a_share_of_a_fen_keeps_twelve_places() -> None:
    assert fact_money.decimal(Fraction(100_000, 12)) == "83.333333333333"
    assert fact_money.decimal(Fraction(5)) == "0.05"
    assert fact_money.decimal(0) == "0.00"


def test_the_rows_are_the_same_after_a_rebuild(village_session: Session, home: Family) -> None:
    from xieli_tui.casework.rebuild import rebuild

    state(village_session, State(home.id, income=[Line("wage", "1000", person=home.son)], nothing=["medical"], answers={"beyond_capacity": True}, obligors=[Obligor(home.head, none=True)]))
    assert rebuild(village_session).equal


def test_the_commands_record_and_show_what_the_family_said(
    workspace: Path, village_session: Session, home: Family, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    from xieli_tui.cli.main import main

    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T09:00:00+08:00")
    village_session.close()
    given = ["-w", str(workspace)]
    assert main(["household", "income", home.id, *given, "--line", f"wage=1200@{home.son}", "--line", "farming=6000/年", "--deduct", "rigid=100：县残联评定",
                 "--expense", "medical=300*12", "--bill", f"self_pay=4000@{home.head}", "--asset", "house=砖房", "--assets-ok", "是", "--answer", "beyond_capacity=是",
                 "--obligor", f"person={home.head},name=李建军,relation=子,low_income=是,can_fully_support=否", "--json"]) == 0  # fmt: skip
    assert json.loads(capsys.readouterr().out)["state"] == "stated"
    assert main(["household", "statement", "show", home.id, *given, "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["sums"] == {"gross_month": "1700.00", "net_month": "1600.00", "net_year": "19200.00", "expenses": "3600.00", "necessary": "3600.00", "bills": "4000.00", "self_pay": "4000.00"}
    assert main(["household", "statement", "show", home.id, *given]) == 0
    assert "估算" in capsys.readouterr().out
    assert main(["household", "income", home.id, *given, "--month", "一千", "--json"]) == 4
    assert json.loads(_error(capsys))["error"]["field"] == "income_month"


def _error(capsys: pytest.CaptureFixture[str]) -> str:
    found = capsys.readouterr()
    return found.out.strip() or found.err.strip()


@pytest.mark.parametrize("table", ["household", "person"])
def test_the_help_of_set_lists_every_field_in_chinese(table: str, capsys: pytest.CaptureFixture[str]) -> None:
    from xieli_tui.cli.main import main
    from xieli_tui.domain.events.household import HOUSEHOLD_FIELDS, PERSON_FIELDS

    main([table, "set", "--help"])
    out = capsys.readouterr().out
    for name in HOUSEHOLD_FIELDS if table == "household" else PERSON_FIELDS:
        row = next((text for text in out.splitlines() if text.strip().startswith(f"{name} ")), "")
        assert any("一" <= char <= "鿿" for char in row), name
