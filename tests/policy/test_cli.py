"""`xieli policy` from the shell: stdin, file, exit codes, one JSON document."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from packkit import COUNTY, PROVINCE, install

from xieli_tui.cli.main import main

QUESTION = {"op": "screen", "region": "500112", "asof": "2026-11-21", "local": {"dibao_std_month": "735.00"}, "given": {"hh": {"size": 1, "income_month": "1.00", "assets_ok": True}}}


def run(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(["policy", *args])
    out = capsys.readouterr()
    return code, out.out, out.err


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


def test_a_question_on_stdin_is_answered_with_one_json_document(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    feed(monkeypatch, json.dumps(QUESTION).encode())
    code, out, err = run(capsys, "ask", "--json")
    assert (code, err) == (0, "")
    [dibao] = [one for one in json.loads(out)["answers"] if one.get("kind") == "dibao"]
    assert (dibao["verdict"], dibao["cite"]) == ("meets", "EXT")


def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)


def test_a_question_in_a_file_is_answered_at_a_terminal_in_lines_that_say_it_is_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "q.json"
    file.write_text(json.dumps(QUESTION), encoding="utf-8")
    at_a_terminal(monkeypatch)
    code, out, _ = run(capsys, "ask", str(file))
    assert code == 0
    assert "可能符合，低保" in out
    assert out.rstrip().endswith("以上只是提示，以审核确认机关为准。")


def test_a_question_of_a_program_is_answered_in_json_and_refused_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "q.json"
    file.write_text(json.dumps(QUESTION), encoding="utf-8")
    code, out, _ = run(capsys, "ask", str(file))
    assert (code, json.loads(out)["asof"]) == (0, "2026-11-21")
    file.write_text("{", encoding="utf-8")
    code, out, err = run(capsys, "ask", str(file))
    assert (code, json.loads(out)["error"]["code"]) == (4, "XL-Q01")
    assert "XL-Q01" in err


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        (b"{", "XL-Q01", None), (b'{"op":"x"}', "XL-Q02", "op"), (b'{"op":"due","region":"500112","asof":"2026-02-30"}', "XL-Q04", "asof"),
        (b'{"op":"due","region":"12","asof":"2026-02-20","local":{"dibao_std_month":735.5}}', "XL-Q05", "local.dibao_std_month"),
        (b'{"op":"due","region":"xx","asof":"2026-02-20"}', "XL-Q07", "region"),
        (b'{"op":"due","region":"500112","asof":"2026-02-20","given":{"hh":{"status":"tekun","category":"dibao"}}}', "XL-Q06", "given.hh.category"),
    ],
)
def test_a_bad_question_exits_4_with_a_json_error_naming_the_field(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], data: bytes, code: str, field: str | None
) -> None:
    feed(monkeypatch, data)
    exit_code, out, err = run(capsys, "ask", "-", "--json")
    error = json.loads(out)["error"]
    assert exit_code == 4
    assert (error["code"], error.get("field")) == (code, field)
    assert error["what"]
    assert error["next_step"]
    assert code in err


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "ask", str(tmp_path / "none.json"))[0] == 4
    assert "XL-F01" in run(capsys, "ask", str(tmp_path))[2]


def test_a_countys_folder_of_packs_is_used_and_a_broken_one_is_only_warned_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(monkeypatch)
    (tmp_path / "province.toml").write_text(PROVINCE, encoding="utf-8")
    (tmp_path / "county.toml").write_text(COUNTY, encoding="utf-8")
    (tmp_path / "broken.toml").write_text("id = \n", encoding="utf-8")
    code, out, _ = run(capsys, "list", "--packs", str(tmp_path), "--json")
    listed = json.loads(out)
    assert code == 0
    assert {"T0", "T1", "EXT"} <= {one["id"] for one in listed["packs"]}
    assert {"file": "broken.toml", "line": 1, "what": "不是合格的 TOML"} in listed["problems"]
    feed(monkeypatch, json.dumps({"op": "due", "region": "999999", "asof": "2026-11-21", "given": {"hh": {"status": "dibao", "grant_date": "2026-01-01"}}}).encode())
    at_a_terminal(monkeypatch)
    code, out, _ = run(capsys, "ask", "--packs", str(tmp_path))
    assert code == 0
    assert "季度探访" in out
    assert "T1:第五条; T0:四" in out


def test_validate_says_what_is_wrong_with_file_and_line_and_exits_4(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    install(monkeypatch)
    (tmp_path / "province.toml").write_text(PROVINCE, encoding="utf-8")
    file = tmp_path / "county.toml"
    file.write_text(COUNTY, encoding="utf-8")
    assert run(capsys, "validate", str(file), "--packs", str(tmp_path / "province.toml"))[0] == 0
    code, out, _ = run(capsys, "validate", str(file), "--json")
    assert code == 4
    assert "没有政策包 T0" in json.loads(out)["error"]["what"]
    file.write_text(COUNTY.replace('"T-04"', '"T-77"'), encoding="utf-8")
    code, out, _ = run(capsys, "validate", str(file), "--packs", str(tmp_path / "province.toml"), "--json")
    error = json.loads(out)["error"]
    assert (code, error["code"]) == (4, "XL-Q08")
    assert error["field"].startswith("county.toml:")
    assert error["problems"][0]["what"] == "没有规则 T-77"


def test_show_prints_a_pack_and_an_unknown_one_is_exit_5(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "show", "EXT", "--json")
    assert code == 0
    assert json.loads(out)["parameters"]["x_dibao_income_lt"]["op"] == "<"
    assert "X-05" in run(capsys, "show", "ext-dibao")[1]
    assert run(capsys, "show", "nope")[0] == 5
