"""`xieli roster look | import | mappings` as a person reads them and as a program does."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from basekit import PASSPHRASE, Template, reopened
from rosterkit import HEADS, township_book, write_book
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.domain.clock import FixedClock

Call = Callable[..., tuple[list[str], dict[str, Any]]]


@pytest.fixture
def call(workspace: Path, village_template: Template, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    seeds = itertools.count(20261228)

    def quickly(folder: Path, *_given: object, **_more: object) -> Session:
        with contextlib.redirect_stdout(io.StringIO()):
            return reopened(village_template, folder, clock, next(seeds))

    monkeypatch.setattr("xieli_tui.casework.session.open_session", quickly)
    for name, value in (("XIELI_PASSPHRASE", PASSPHRASE), ("XIELI_NOW", "2026-12-28T09:00:00+08:00"), ("XIELI_WORKSPACE", str(workspace))):
        monkeypatch.setenv(name, value)

    def run(*args: str, code: int = 0, form: str = "both") -> tuple[list[str], dict[str, Any]]:
        lines: list[str] = []
        body: dict[str, Any] = {}
        capsys.readouterr()
        if form != "json":
            assert main([*args]) == code, args
            lines = capsys.readouterr().out.splitlines()
        if form != "lines":
            assert main([*args, "--json"]) == code, args
            body = json.loads(capsys.readouterr().out)
        return lines, body

    return run


def test_a_workbook_is_looked_at_tried_taken_in_and_taken_in_again(call: Call, tmp_path: Path) -> None:
    path = str(write_book(tmp_path / "台账.xlsx", township_book()))
    lines, body = call("roster", "look", path)
    assert lines[0] == "表 低收入人口台账，表头在第 3 行，下面 124 行，填报时间 2026-11-01"
    assert lines[1].startswith("读 15 栏：A 序号、B 户编号、C 村民小组、D 户主姓名、E 姓名、F 与户主关系、G 性别、H 公民身份号码 当作身份证号、")
    assert lines[-1] == "没有读，表 填表说明，没有找到表头"
    assert [one["field"] for one in body["sheets"][0]["columns"]][:5] == ["serial", "number", "group", "head", "name"]
    assert body["left_out"] == [{"sheet": "填表说明", "why": "没有找到表头"}]
    lines, body = call("roster", "import", path, "--dry-run", "--errors", str(tmp_path / "错误.xlsx"))
    assert "试算，没有写入。" in lines
    assert "123 行，62 户，123 人；新增 123，改动 0，不变 0，没收 0" in lines
    assert sum(1 for line in lines if line.startswith("留意，第 ")) == 9
    assert lines[-2:] == ["待补身份证 6 人。", "有问题的 9 行已写成带原因的表，可以发回给对方。"]
    assert (body["rows"], body["created"], body["dry_run"]) == (123, 123, True)
    lines, _ = call("roster", "import", path, form="lines")
    assert lines[:3] == ["没有读，表 填表说明，没有找到表头", "已保存。", "123 行，62 户，123 人；新增 123，改动 0，不变 0，没收 0"]
    _, body = call("roster", "import", path, form="json")
    assert (body["created"], body["updated"], body["unchanged"]) == (0, 0, 123)


def test_a_mapping_is_said_remembered_listed_and_forgotten(call: Call, tmp_path: Path) -> None:
    heads = tuple({"公民身份号码": "证号", "联系电话": "找他打这个"}.get(head, head) for head in HEADS)
    path = str(write_book(tmp_path / "台账.xlsx", township_book(sizes=(2, 1), faults=False), heads=heads))
    mapping = tmp_path / "m.toml"
    mapping.write_text('skip = ["残疾情况"]\n[columns]\nphone = "找他打这个"\n', encoding="utf-8")
    assert call("roster", "mappings") == (["还没有记住的对应。导入时用 --mapping 改过的会记住。"], {"mappings": []})
    lines, _ = call("roster", "look", path, form="lines")
    assert "不认识、没有读的栏：J 栏 找他打这个。要读就写 --mapping 文件。" in lines
    assert "拿不准，H 栏 证号，当作身份证号，栏名没见过，按里面的内容认的" in lines
    lines, _ = call("roster", "import", path, "--mapping", str(mapping), "--dry-run", form="lines")
    assert "J 找他打这个 当作电话（您定的）" in lines[1]
    call("roster", "import", path, "--mapping", str(mapping), form="json")
    lines, body = call("roster", "import", path)
    assert lines[0] == "按上次的对应读：表 低收入人口台账。"
    assert body["recalled"] == ["低收入人口台账"]
    lines, _ = call("roster", "look", path, form="lines")
    assert lines[0].endswith("按上次的对应")
    (kept,) = call("roster", "mappings", form="json")[1]["mappings"]
    assert kept["columns"]["J"] == "电话"
    assert "L" not in kept["columns"]
    assert call("roster", "mappings", "--forget", kept["id"], form="lines")[0] == [f"已忘掉，下次重新认：编号 {kept['id']}。"]
    assert call("roster", "mappings", "--forget", kept["id"], code=5, form="json")[1]["error"]["code"] == "XL-V45"


def test_a_page_of_the_web_is_told_as_what_it_is_and_a_headless_book_is_refused(call: Call, tmp_path: Path) -> None:
    page = tmp_path / "台账.xls"
    page.write_text("<html><table></table></html>", encoding="utf-8")
    for command in ("look", "import"):
        body = call("roster", command, str(page), code=4, form="json")[1]
        assert (body["error"]["code"], body["error"]["what"]) == ("XL-W02", "打不开这个表格文件：这是网页（HTML），只是名字像 Excel")
    empty = str(write_book(tmp_path / "空.xlsx", township_book(sizes=(1,), faults=False), heads=("甲",) * 15))
    assert call("roster", "import", empty, code=4, form="json")[1]["error"]["code"] == "XL-W01"
    assert call("roster", "look", empty, form="json")[1]["left_out"][0] == {"sheet": "低收入人口台账", "why": "没有找到表头"}
