"""The county's registers: dated rows, each village sent its own, ends as later lines, and a rebuild that is equal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk_office import TOWN, VILLAGE, Office

from xieli_tui.desk import registers as desk
from xieli_tui.desk.registers import AddStaff, SetBody, SetStation, SetVillage
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import queries
from xieli_tui.store.projector import rebuild
from xieli_tui.store.queries import registers

OTHER = "999999002001"


def refused(code: str, field: str | None, act: Callable[[], object]) -> None:
    with pytest.raises(Refused) as caught:
        act()
    assert (caught.value.code, caught.value.field) == (code, field), caught.value


def test_a_coordinator_of_two_villages_is_a_row_in_each_and_each_village_is_sent_its_own(office: Office) -> None:
    """M-72, M-07: source, period, region; bundles bring a village what concerns it."""
    made = desk.add_staff(office.county, AddStaff("陈秀兰", (VILLAGE, OTHER), source="committee", since="2026-01-01", phone="10000002001"))
    desk.add_staff(office.county, AddStaff("刘芳", area=TOWN, post="民政办干部"))
    desk.add_staff(office.county, AddStaff("赵国强", area="999999", post="社会救助股干部"))
    desk.set_station(office.county, SetStation(VILLAGE, "石桥村服务点", since="2026-03-01"))
    desk.set_village(office.county, SetVillage(VILLAGE, "2026-01-01", "石桥村", ["村委会门口"], "0000-1230001", 180))
    desk.set_village(office.county, SetVillage(OTHER, "2026-01-01", "河湾村"))
    assert len(made) == 2
    office.down()
    with office.village.reading() as tx:
        assert sorted((one.village, one.area, one.name, one.source) for one in registers.staff(tx)) == [
            ("", "999999", "赵国强", ""), ("", TOWN, "刘芳", ""), (VILLAGE, "", "陈秀兰", "committee")]
        assert [one.name for one in registers.stations(tx)] == ["石桥村服务点"]
        assert {row.area for row in queries.local_params(tx, "village")} == {VILLAGE}
    for session in (office.county, office.village):
        assert rebuild(session.store)["equal"]


def test_a_person_who_leaves_stays_in_the_register_with_both_days(office: Office) -> None:
    (made,) = desk.add_staff(office.county, AddStaff("陈秀兰", (VILLAGE,), source="grid", since="2026-01-01"))
    refused("XL-V11", "on", lambda: desk.end_staff(office.county, made.id, "2025-12-31"))
    desk.end_staff(office.county, made.id, "2026-06-30")
    (row,) = desk.list_staff(office.county)
    assert (row.since, row.until, row.source, row.serves) == ("2026-01-01", "2026-06-30", "grid", False)
    assert desk.list_staff(office.county, on="2026-07-01") == []
    assert len(desk.list_staff(office.county, on="2026-06-30")) == 1
    refused("XL-P05", None, lambda: desk.end_staff(office.county, made.id))


def test_what_a_register_must_know_is_asked_for_with_the_field_named(office: Office) -> None:
    refused("XL-V06", "name", lambda: desk.add_staff(office.county, AddStaff(" ", (VILLAGE,), source="grid")))
    refused("XL-V06", "post", lambda: desk.add_staff(office.county, AddStaff("陈秀兰", (VILLAGE,))))
    refused("XL-V06", "village", lambda: desk.add_staff(office.county, AddStaff("陈秀兰", source="grid")))
    refused("XL-V08", "source", lambda: desk.add_staff(office.county, AddStaff("陈秀兰", (VILLAGE,), source="friend")))
    refused("XL-V05", "village", lambda: desk.add_staff(office.county, AddStaff("陈秀兰", ("9999",), source="grid")))
    refused("XL-V06", "name", lambda: desk.set_village(office.county, SetVillage(VILLAGE)))
    refused("XL-V06", "device", lambda: desk.add_staff(office.county, AddStaff("陈秀兰", (VILLAGE,), source="grid", operator="1")))
    with pytest.raises(NotFound):
        desk.add_staff(office.county, AddStaff("陈秀兰", (VILLAGE,), source="grid", dev="ffffffff"))
    with pytest.raises(NotFound):
        desk.add_staff(office.county, AddStaff("陈秀兰", (VILLAGE,), source="grid", dev=office.village.dev, operator="7"))
    assert desk.list_staff(office.county) == []


def test_a_coordinator_is_tied_to_the_account_she_works_under(office: Office) -> None:
    """M-72: the user account of the program is tied to the roster."""
    desk.add_staff(office.county, AddStaff("陈秀兰", (VILLAGE,), source="committee", dev=office.village.dev[:8], operator="1"))
    (row,) = desk.list_staff(office.county)
    assert (row.dev, row.operator, row.village_name) == (office.village.dev, "1", "石桥村")


def test_a_township_keeps_the_register_of_its_own_villages_only(office: Office) -> None:
    desk.add_staff(office.township, AddStaff("孙小梅", (VILLAGE,), source="grid"))
    refused("XL-P03", "village", lambda: desk.add_staff(office.township, AddStaff("孙小梅", (OTHER,), source="grid")))
    refused("XL-P03", "village", lambda: desk.set_station(office.township, SetStation(OTHER, "河湾村服务点")))
    refused("XL-P03", None, lambda: desk.set_village(office.township, SetVillage(VILLAGE, name="石桥村")))
    refused("XL-P07", None, lambda: desk.add_staff(office.village, AddStaff("孙小梅", (VILLAGE,), source="grid")))


def test_a_village_row_keeps_what_was_not_named_and_can_be_put_right_the_same_day(office: Office) -> None:
    desk.set_village(office.county, SetVillage(VILLAGE, "2026-01-01", "石桥村", ["村委会门口", "小学墙上"], recipients=201))
    desk.set_village(office.county, SetVillage(VILLAGE, "2026-07-01", recipients=198))
    desk.set_village(office.county, SetVillage(VILLAGE, "2026-07-01", phone="0000-1230001"))
    (row,) = desk.list_villages(office.county)
    assert (row.name, row.boards, row.phone, row.recipients, row.since) == ("石桥村", ("村委会门口", "小学墙上"), "0000-1230001", 198, "2026-07-01")
    (before,) = desk.list_villages(office.county, "2026-06-30")
    assert before.recipients == 201


def test_service_bodies_are_kept_side_by_side(office: Office) -> None:
    """M-71."""
    desk.set_body(office.county, SetBody("station1", 5, 4, "救助服务中心", "2026-01-01"))
    desk.set_body(office.county, SetBody("station2", 3, 2, None, "2026-01-01"))
    desk.set_body(office.county, SetBody("station1", 6, 4, "救助服务中心", "2026-05-01"))
    assert {row["id"]: row["technical_posts"] for row in desk.list_bodies(office.county)} == {"station1": 6, "station2": 3}
    assert {row["id"]: row["technical_posts"] for row in desk.list_bodies(office.county, "2026-02-01")} == {"station1": 5, "station2": 3}
    refused("XL-Q06", "socialwork_posts", lambda: desk.set_body(office.county, SetBody("station3", 1, 2)))
