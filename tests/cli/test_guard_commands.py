"""The desk's new commands as they are typed: refusals carry why, cite and rule; results carry warnings; help is Chinese."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parent.parent / "desk"))
from region_desk import CQ, GX, JX, PASSPHRASE, Regions, family, region_base, regions, town, window

from xieli_tui.cli.main import main
from xieli_tui.desk import standing, steps

__all__ = ["region_base", "regions"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """`run(desk, *args, code=0)` -> the JSON document."""
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T11:00:00+08:00")

    def call(desk: Any, *args: object, code: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["xieli", *(str(one) for one in args), "-w", str(desk.workspace), "--json"])
        assert main() == code, capsys.readouterr()
        return dict(json.loads(capsys.readouterr().out))

    return call


def test_a_taper_outside_its_bounds_exits_four_with_the_clause_and_one_inside_tells_its_end_gx_02(regions: Regions, run: Any) -> None:
    desk = regions.county(GX)
    home = family(desk)
    standing.set_category(desk, standing.SetCategory(home, "dibao", "经审核确认", "2026-01-01"))
    error = run(desk, "county", "taper", home, "--months", 2, "--start", "2027-01-01", code=4)["error"]
    assert (error["code"], error["rule"], error["cite"], error["field"]) == ("XL-P09", "GX-02", "001:1", "months")
    done = run(desk, "county", "taper", home, "--months", 3, "--start", "2027-01-01")
    assert (done["taper_end"], done["warnings"]) == ("2027-04-01", [])


def test_an_exit_with_consent_names_the_watch_and_the_next_application_cq_20(regions: Regions, run: Any) -> None:
    desk = regions.county(CQ)
    home = family(desk)
    run(desk, "county", "category", home, "dibao", "--reason", "经审核确认", "--from", "2026-01-01")
    done = run(desk, "county", "exit", home, "--from", "dibao", "--reason", "income_above", "--on", "2026-12-28", "--consent", "--to", "dibao_edge")
    assert done["monitor_until"] == "2028-12-27"
    assert run(desk, "apply", "show", done["application"])["kinds"] == ["dibao_edge"]


def test_the_reserve_and_the_stages_are_listed_jx_23_jx_25(regions: Regions, run: Any) -> None:
    desk = regions.county(JX)
    run(desk, "county", "reserve", "in", "--amount", "2000", "--area", town(desk))
    assert run(desk, "county", "reserve", "out", "--amount", "500", "--area", town(desk), "--note", "急难")["left"] == "1500.00"
    found = run(desk, "county", "reserve", "list", "--area", town(desk))
    assert (found["left"], [one["what"] for one in found["lines"]]) == ("1500.00", ["in", "out"])
    app = window(desk, "temp_expenditure")
    steps.accept(desk, app)
    steps.review(desk, app)
    steps.decide(desk, steps.Decide(app, None, True, "1500.00", None, "按规定"))
    run(desk, "county", "stage", "set", app, "--stage", 1, "--amount", "500", "--due", "2027-01-10")
    assert run(desk, "county", "stage", "list", app)["stages"] == [{"stage": 1, "amount": "500.00", "due": "2027-01-10", "paid": False}]


def test_an_appraisal_where_all_is_clear_is_refused_and_a_request_for_a_check_needs_everybody_jx_45_jx_50(regions: Regions, run: Any) -> None:
    desk = regions.county(JX)
    app = window(desk, "dibao", authorised=False)
    accepted = run(desk, "county", "accept", app)
    assert accepted["warnings"] == []
    assert run(desk, "county", "appraise", app, "--result", "多数同意", code=4)["error"]["rule"] == "JX-45"
    assert run(desk, "county", "request-check", app, code=4)["error"]["rule"] == "JX-50"
    assert run(desk, "county", "appraise", app, "--result", "多数同意", "--unclear", "economy")["state"] == "appraised"


def test_a_step_and_the_queue_speak_in_words_and_never_in_codes(regions: Regions, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T11:00:00+08:00")
    desk = regions.county(JX)
    app = window(desk, "temp_expenditure")

    def said(*args: str) -> str:
        capsys.readouterr()
        assert main([*args, "-w", str(desk.workspace)]) == 0
        return capsys.readouterr().out

    assert "支出型临时救助，待受理" in said("county", "queue")
    assert said("county", "accept", app).splitlines()[0].endswith("，县已受理")
    assert said("county", "review", app).splitlines()[0].endswith("，县已初审")
    queue, case = said("county", "queue"), said("county", "show", app)
    assert "支出型临时救助，县已初审" in queue
    assert "支出型临时救助，县已初审" in case
    assert not re.search("temp_expenditure|accepted|reviewed", queue + case)
    assert all(re.search("编号 [0-9a-f-]{36}$", line) for line in queue.splitlines())


def test_every_new_command_explains_itself_in_chinese() -> None:
    """In a program of its own: what speaks Chinese is bound when the library of the command line is first imported."""
    walk = (
        "import sys\nfrom xieli_tui.cli.main import main\n"
        "for name in ('taper', 'exit', 'category', 'appraise', 'report', 'request-check', 'stage', 'reserve'):\n"
        "    sys.argv = ['xieli', 'county', name, '--help']\n    assert main() == 0\n"
    )
    out = subprocess.run([sys.executable, "-c", walk], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert out.count("用法") == 8
    assert not [word for word in ("Usage", "Options", "Commands", "Show this") if word in out]
