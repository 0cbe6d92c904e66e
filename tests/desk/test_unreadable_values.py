"""Local parameters whose value another program wrote wrongly: refused at intake when no reader could take them, read as far as they go otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from desk_office import VILLAGE, Office

from xieli_tui.casework import comfort, contacts, local_words, notices
from xieli_tui.casework.session import Session
from xieli_tui.desk import lint, parameters, registers
from xieli_tui.domain import jsontext
from xieli_tui.domain.events.road import LocalSet
from xieli_tui.errors import Refused
from xieli_tui.store.rebuild import rebuild

DAY = "2026-01-01"
BROKEN = ("{", '{"name":', "NaN", "[" * 5000, "[" * 33 + "]" * 33, "9" * 30, "石桥村", '"\\ud8')
WRONG = ("[]", "5", "null", '"石桥村"', '{"name":5,"boards":"村部","recipients":"many","phone":[]}', '[{"id":1}]', '[[]]', '{"days":"soon"}')


def unchecked(key: str, value: str, area: str | None) -> LocalSet:
    return LocalSet.model_construct(key=key, value=value, start=DAY, area=area)


@pytest.mark.parametrize("value", BROKEN)
def test_what_no_reader_could_take_is_no_payload(office: Office, value: str) -> None:
    """The model is what the importer asks: such a line is XL-S02 at every desk, and no verb writes one."""
    with pytest.raises(Refused) as caught:
        office.county.record(unchecked("village", value, VILLAGE))
    assert caught.value.code == "XL-V11"


@pytest.mark.parametrize("value", WRONG)
def test_a_value_of_the_wrong_shape_is_read_as_far_as_it_goes(office: Office, value: str) -> None:
    keys = (("village", VILLAGE), ("service_bodies", None), ("notice_days", None), ("lock_minutes", None), ("phones", None), ("hotline", None), ("queryable_docs", None))
    for key, area in keys:
        office.county.record(unchecked(key, value, area))
    assert [(one.village, one.name) for one in registers.list_villages(office.county)] == [(VILLAGE, VILLAGE)]
    assert registers.list_bodies(office.county) == []
    seen = shown(office.county)
    assert seen["village"] == VILLAGE
    assert ("param_unreadable:service_bodies" in {one.lint for one in lint.lint(office.county)}) is (value != "[]")
    registers.set_village(office.county, registers.SetVillage(VILLAGE, "2026-12-01", "石桥村"))
    assert [one.name for one in registers.list_villages(office.county)] == ["石桥村"]
    assert rebuild(office.county.store)["equal"] is True


def shown(session: Session) -> dict[str, Any]:
    """What the pages that go by parameters read."""
    return {
        "words": local_words.in_force(session), "contacts": contacts.look(session, VILLAGE), "minutes": comfort.load(session),
        "notices": notices.list_notices(session), "village": contacts.look(session, VILLAGE).village, "listed": parameters.list_local(session),
    }


@pytest.mark.parametrize("typed", ["[" * 5000, "{" * 40 + "}" * 40])
def test_what_is_typed_too_deep_is_refused_in_words(office: Office, typed: str) -> None:
    with pytest.raises(Refused):
        parameters.set_local(office.county, parameters.SetLocal("service_bodies", typed, DAY))


def test_depth_is_measured_outside_of_words() -> None:
    deep = '"' + "[" * 500 + '\\"' + '"'
    assert jsontext.parse(f'{{"note":{deep}}}') == {"note": "[" * 500 + '"'}
    assert jsontext.value("[" * 32 + "]" * 32) is not None
    assert jsontext.value("[" * 33 + "]" * 33, "no") == "no"
