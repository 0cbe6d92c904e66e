"""报个数: numbers of the days they say, and nobody's name."""

from __future__ import annotations

import pytest
from desk_office import Office

from xieli_tui.casework import counting, flag_hardship, households, record_visit, services
from xieli_tui.desk import steps
from xieli_tui.errors import Refused
from xieli_tui.store import rebuild


def test_each_sentence_counts_what_happened_on_its_days_and_names_nobody(office: Office) -> None:
    home = households.add_household(office.village, households.AddHousehold("石守田", {"group": "一组", "category": "dibao"}, {"id_no": "999999195103070425", "phone": "10000002190"})).id
    households.add_person(office.village, households.AddPerson(home, "石小田", "20", {}))
    for on, met in (("2026-11-30", "self"), ("2026-12-01", "self"), ("2026-12-27", "none"), ("2026-12-28", "family")):
        record_visit.record_visit(office.village, record_visit.RecordVisit(home, met, on=on))
    flag_hardship.flag_hardship(office.village, flag_hardship.FlagHardship(("illness",), home, urgency="urgent", on="2026-12-20"))
    flag_hardship.flag_hardship(office.village, flag_hardship.FlagHardship(("accident",), outsider="过路人", place="桥头"))
    services.give_aid(office.village, services.GiveAid(home, "大米"))
    app = office.application("temp_emergency", emergency=True, household=home)
    office.up()
    steps.accept(office.county, app)
    steps.decide(office.county, steps.Decide(app, grant=False, reason="他处已经救助"))
    told = {name: counting.count(office.village, name) for name in counting.SENTENCES}
    assert told["visits"].sentence == "2026-12-01 至 2026-12-28，石桥村走访 3 次，见到人 2 次、1 户，未遇 1 次；经常性走访 3 次。"
    assert told["households"].numbers == {"households": 1, "persons": 2, "on_roll": 0, "dibao_households": 1, "dibao_persons": 2}
    assert told["ids"].numbers == {"persons": 2, "with_id": 1, "to_add": 1}
    assert told["flags"].numbers == {"flags": 2, "settled": 0, "open": 2, "outsiders": 1}
    assert told["aid"].numbers == {"on_record": 0, "once_fen": 0, "by_village": 1}
    assert told["applications"].numbers == {"applications": 1, "handed_over": 1, "decided": 0, "granted": 0, "rejected": 0}
    assert counting.count(office.county, "applications").numbers == {"applications": 1, "handed_over": 1, "decided": 1, "granted": 0, "rejected": 1}
    for one in told.values():
        assert not [name for name in ("石守田", "石小田", "过路人", "桥头", "9999991951") if name in one.sentence]
    november = counting.count(office.village, "visits", asof="2026-11-30")
    assert (november.since, november.numbers["visits"]) == ("2026-11-01", 1)
    office.clock.tick(days=3)
    record_visit.record_visit(office.village, record_visit.RecordVisit(home, "self"))
    assert counting.count(office.village, "visits", "2026-12-01", "2026-12-28") == told["visits"], "the same days, the same numbers"
    record_visit.record_visit(office.village, record_visit.RecordVisit(home, "self", on="2026-12-27"))
    assert counting.count(office.village, "visits", "2026-12-01", "2026-12-28").numbers["visits"] == 4, "what was noted late counts in its month"


def test_how_many_there_are_is_how_many_were_registered_at_the_end_of_the_day_whatever_came_later(office: Office) -> None:
    home = households.add_household(office.village, households.AddHousehold("石守田", {"group": "一组", "category": "dibao"}, {})).id
    first = counting.count(office.village, "households")
    office.clock.tick(days=2)
    other = households.add_household(office.village, households.AddHousehold("石守水", {"group": "一组"}, {})).id
    families_before = counting.count(office.village, "households", asof="2026-12-28")
    assert families_before == first
    assert [(one.key, one.families) for one in first.parts if one.key in ("households", "dibao_households", "on_roll")] == [("households", (home,)), ("on_roll", ()), ("dibao_households", (home,))]
    now = counting.count(office.village, "households")
    assert (now.numbers["households"], set(now.parts[0].families)) == (2, {home, other})
    before = store_rows(office)
    counting.count(office.village, "households", asof="2026-12-27")
    assert store_rows(office) == before, "a look back leaves nothing"


def store_rows(office: Office) -> dict[str, str]:
    with office.village.reading() as tx:
        return rebuild.digests(tx)


@pytest.mark.parametrize(("sentence", "since", "asof", "code"), [("secret", None, None, "XL-V08"), ("households", "2026-12-01", None, "XL-V11"), ("visits", "2026-12-02", "2026-12-01", "XL-V02"), ("visits", "随便", None, "XL-V01")])
def test_what_cannot_be_counted_is_refused(office: Office, sentence: str, since: str | None, asof: str | None, code: str) -> None:
    with pytest.raises(Refused) as caught:
        counting.count(office.village, sentence, since, asof)
    assert caught.value.code == code
