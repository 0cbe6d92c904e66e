"""The threat model names tests, and they are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")


def test_every_test_the_threat_model_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)
    assert len(named) > 30
    for file, name in named:
        path = ROOT / file
        assert path.is_file(), file
        assert not name or re.search(rf"^(?:async )?def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE), (file, name)


def test_every_attacker_has_what_shows_it() -> None:
    parts = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
    attackers = [x for x in parts if x.startswith(("The thief", "A laptop", "A curious", "A forging", "An insider", "The network"))]
    assert len(attackers) == 7
    for part in attackers:
        assert "tests/" in part, part[:40]
