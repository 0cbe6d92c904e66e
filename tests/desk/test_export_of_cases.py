"""Cases leave as a file: what was found, asked for, given, handed on, matched and watched; covered, only what is new, as the pages say it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from region_desk import CQ, GX, Regions

from xieli_tui.casework import flag_hardship, households, referrals, services, start_application
from xieli_tui.casework.export import TOPICS, export
from xieli_tui.casework.export_cases import OF_CASES
from xieli_tui.casework.session import Session
from xieli_tui.desk import alerts, standing, steps

ROOT = Path(__file__).resolve().parent.parent.parent
ID_NO, PHONE, BANK = "999999195103070425", "10000002190", "6222021001000000019"
SAID = f"=1+1 他说号是{ID_NO}，电话{PHONE}，卡{BANK}"


def rows(session: Session, what: str, out: Path, **more: Any) -> list[dict[str, str]]:
    export(session, what, out, form="jsonl", **more)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_every_kind_of_case_leaves_in_the_words_of_its_page_covered_and_only_the_new_since_a_day(regions: Regions, tmp_path: Path) -> None:
    desk = regions.county(CQ)
    village = f"{CQ}001001"
    home = households.add_household(desk, households.AddHousehold("石守田", {"group": "一组"}, village=village)).id
    left = households.add_household(desk, households.AddHousehold("何秀珍", {"group": "二组", "category": "relapse_monitor"}, village=village)).id
    app = start_application.start_application(desk, start_application.StartApplication(home, ("temp_emergency",), emergency=True, reason=SAID, source="window")).id
    flag_hardship.flag_hardship(desk, flag_hardship.FlagHardship(("illness",), home, situation=SAID, urgency="urgent"))
    flag_hardship.flag_hardship(desk, flag_hardship.FlagHardship(("accident",), outsider="过路人", place="桥头", outsider_phone=PHONE, village=village, note=SAID))
    referrals.send_referral(desk, referrals.SendReferral(home, "med_insurance", "med_aid", note=SAID))
    alerts.issue(desk, alerts.IssueAlert("no_longer", SAID, household=home))
    services.give_aid(desk, services.GiveAid(home, "大米", quantity=2, unit="袋"))
    steps.accept(desk, app)
    regions.clock.tick(days=2)
    steps.decide(desk, steps.Decide(app, grant=False, reason="他处已经救助"))
    standing.set_category(desk, standing.SetCategory(left, "dibao", "县里定的", "2026-01-01"))
    standing.record_exit(desk, standing.RecordExit(left, "dibao", "income_above"))

    told = {what: rows(desk, what, tmp_path / f"{what}.jsonl") for what in OF_CASES}
    assert {what: len(found) for what, found in told.items()} == {"flags": 2, "applications": 1, "aid": 1, "referrals": 1, "alerts": 1, "monitored": 2}
    for found in told.values():
        assert not [number for number in (ID_NO, PHONE, BANK) if number in json.dumps(found)]
    (asked,) = told["applications"]
    assert (asked["head"], asked["kind"], asked["emergency"], asked["result"], asked["decided_on"], asked["amount"]) == ("石守田", "急难型临时救助", "是", "不予确认", "2026-12-30", "")
    assert [(one["head"], one["who"], one["urgency"]) for one in told["flags"]] == [("石守田", "", "紧急"), ("", "过路人", "一般")]
    assert {(one["head"], one["ground"], one["until"], one["cite"]) for one in told["monitored"]} == {
        ("石守田", "申请未通过", "", "003:(五)"), ("何秀珍", "退出不满两年", "2028-12-29", "003:(五)"),
    }
    new = {what: len(rows(desk, what, tmp_path / f"new-{what}.jsonl", since="2026-12-30")) for what in OF_CASES}
    assert new == {"flags": 0, "applications": 1, "aid": 0, "referrals": 0, "alerts": 0, "monitored": 2}, "an application decided since is in the delta, whenever it began"
    export(desk, "flags", tmp_path / "f.xlsx", full=True, reason="县里核对")
    cells = {str(cell.value): cell.data_type for line in openpyxl.load_workbook(tmp_path / "f.xlsx").active.iter_rows() for cell in line if cell.value}
    assert cells[SAID] == "s", "in full it is exact, and no formula"


def test_where_no_pack_keeps_a_watch_nobody_is_watched(regions: Regions, tmp_path: Path) -> None:
    desk = regions.county(GX)
    home = households.add_household(desk, households.AddHousehold("石守田", {}, village=f"{GX}001001")).id
    standing.set_category(desk, standing.SetCategory(home, "dibao", "县里定的", "2026-01-01"))
    standing.record_exit(desk, standing.RecordExit(home, "dibao", "income_above"))
    assert rows(desk, "monitored", tmp_path / "a.jsonl") == []


def test_the_page_of_columns_is_what_the_exports_write() -> None:
    spec = importlib.util.spec_from_file_location("columns", ROOT / ".ci" / "columns.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "columns.md").read_text(encoding="utf-8") == module.page(), "run: python .ci/columns.py"


@pytest.mark.parametrize("what", list(TOPICS))
def test_no_two_columns_of_a_topic_have_one_name(what: str) -> None:
    heads = TOPICS[what].heads
    assert len({key for key, _ in heads}) == len({head for _, head in heads}) == len(heads)
