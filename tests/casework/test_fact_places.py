"""Every fact a rule may ask for has one place and its words: this page of the house is complete or the test fails."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import xieli_tui.policy
from xieli_tui.casework import fact_places, fact_words
from xieli_tui.domain.events import EVENTS
from xieli_tui.domain.events.household import HOUSEHOLD_FIELDS, PERSON_FIELDS
from xieli_tui.policy.facts import FIELDS

NOT_OF_A_FAMILY = {"args", "local", "delegation", "window", "price_link", "employment_cost_rule", "disaster", "obligor"}
"""Arguments of an action, parameters of the county (every `local.*` is the county's) and the inside of p.obligors."""
FACTS = sorted(f"{section}.{name}" for section, names in FIELDS.items() if section not in NOT_OF_A_FAMILY for name in names)
ASKS = {"hh": r"(?:ctx\.hh|\bhh)\(\"(\w+)\"", "p": r"(?:ctx\.person|\bperson|\bp|\bone_person)\(\"(\w+)\"", "event": r"ctx\.event\(\"(\w+)\"", "app": r"ctx\.app\(\"([\w.]+)\""}


def asked_by_rules() -> list[str]:
    """Names the rules ask for in so many words, those no type is given for included."""
    rules = Path(xieli_tui.policy.__file__).parent / "rules"
    found = {f"{prefix}.{name}" for file in rules.glob("*.py") for prefix, shape in ASKS.items() for name in re.findall(shape, file.read_text(encoding="utf-8"))}
    return sorted(found)


@pytest.mark.parametrize("name", FACTS)
def test_every_canonical_field_has_a_place_and_words(name: str) -> None:
    place = fact_places.PLACES.get(name)
    assert place is not None, f"{name} 没有地方填"
    assert fact_words.word(name) != name.partition(".")[2], f"{name} 没有中文"
    assert re.search(r"[一-鿿]", fact_words.word(name))


@pytest.mark.parametrize("name", asked_by_rules())
def test_every_fact_a_rule_asks_for_has_a_place_and_words(name: str) -> None:
    assert fact_places.place(name).form != "later" or fact_places.PLACES[name].says
    assert re.search(r"[一-鿿]", fact_words.word(name)), name


@pytest.mark.parametrize("name", sorted(FIELDS["local"]))
def test_every_local_amount_has_words_and_whom_to_ask(name: str) -> None:
    assert re.search(r"[一-鿿]", fact_words.word(f"local.{name}"))
    assert "本县参数" not in fact_words.word(f"local.{name}"), name
    assert fact_places.place(f"local.{name}").says


def test_a_place_on_a_form_names_a_field_that_exists_and_an_event_of_the_catalogue() -> None:
    events = {t for t, _ in EVENTS}
    for name, place in fact_places.PLACES.items():
        for word in re.findall(r"[a-z_]+\.[a-z_.]+", place.event.replace(" / ", " ").replace("fields.", "")):
            assert word in events or word.startswith(("application.", "answers.")), (name, word)
        if place.form in ("household", "person") and "claimed" in place.event:
            table = HOUSEHOLD_FIELDS if place.form == "household" else PERSON_FIELDS
            assert place.entry in table or place.entry.startswith("label_"), (name, place.entry)
        if not place.hers:
            assert place.says, name


def test_no_fact_is_asked_twice() -> None:
    """减负: two facts may be told by one entry, one fact never by two; what is later has its reason."""
    later = {name: place.says for name, place in fact_places.PLACES.items() if place.form == "later"}
    assert all("期" in says for says in later.values()), later
    assert len(later) <= 6, sorted(later)


def test_the_table_of_places_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    from xieli_tui.cli.main import main

    assert main(["policy", "facts"]) == 0
    out = capsys.readouterr().out
    for name in FACTS:
        assert f"，{name}\n" in out
    assert main(["policy", "facts", "--json"]) == 0
