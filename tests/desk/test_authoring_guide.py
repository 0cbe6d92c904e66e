"""The county's walk of docs/policy-authoring.md, section 5, followed to the letter: its files, its commands, what it promises behind `=>`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from desk_office import PASSPHRASE, Office

from xieli_tui.cli.main import main

GUIDE = Path(__file__).parents[2] / "docs" / "policy-authoring.md"
BLOCK = re.compile(r"<!-- (file: (?P<file>\S+)|walk) -->\n```\w+\n(?P<text>.*?)```", re.DOTALL)


def section() -> str:
    text = GUIDE.read_text("utf-8")
    return text[text.index("## 5. A county's own pack") :]


def test_the_walk_of_the_guide_does_what_it_says(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T10:30:00+08:00")
    places = {"县": str(office.county.workspace), "村": str(office.village.workspace), "盘": str(office.stick)}
    walked = 0
    for block in BLOCK.finditer(section()):
        if block["file"]:
            Path(block["file"]).write_text(block["text"], "utf-8")
            continue
        for line in block["text"].splitlines():
            command, _, promise = line.partition("# =>")
            words = [places.get(word, word) for word in shlex.split(command)]
            assert words[0] == "xieli"
            code = main(words[1:])
            shown = capsys.readouterr()
            assert promise.strip() in shown.out + shown.err, (command, shown)
            assert code == (4 if "坏.toml" in command else 0), (command, shown)
            walked += 1
    assert walked == 14


def test_every_rule_the_guide_adopts_in_its_examples_exists() -> None:
    from xieli_tui.policy.loader import rule_ids, shipped

    text = section()
    named = set(re.findall(r"\b(?:GX|CQ|JX|JM|CN)-\d\d\b", text)) - {"GX-99"}
    assert named
    assert named <= rule_ids(shipped().packs)
