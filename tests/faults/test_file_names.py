"""Every file a desk writes by itself is called by device, epoch, number or day: a folder that is looked at names nobody."""

from __future__ import annotations

import json
from pathlib import Path

import leak_search
from desk_office import Office

from xieli_tui import traces
from xieli_tui.casework import backup, exchange, papers, record_visit, setup
from xieli_tui.desk import enrolment, send

WHO = "欧阳锦瑟"


def test_no_file_of_any_desk_is_called_by_a_person_a_family_or_a_place(office: Office, tmp_path: Path) -> None:
    home = office.household(WHO)
    record_visit.record_visit(office.village, record_visit.RecordVisit(home, "self", note=WHO))
    office.application(household=home, head=WHO)
    out = tmp_path / "out"
    out.mkdir()
    office.clock.tick(minutes=1)
    laid = [Path(one.path) for one in exchange.export(office.village, office.stick).files]
    exchange.take_in(office.township, laid)
    office.clock.tick(minutes=1)
    exchange.export(office.township, office.stick)
    for desk in (office.county, office.township):
        send.send(desk, office.stick)
    enrolled = enrolment.enrol_device(office.county, enrolment.EnrolDevice(setup.device_code(office.village).code, ("999999001001",), WHO, out, names={"999999001001": "石桥村"}))
    enrolment.save_trust(office.county, out / "trust.json")
    backup.create(office.village)
    for session in (office.village, office.township, office.county):
        papers.of(session).write("notice", "pdf", WHO.encode())
    for number in range(2):
        traces.note(KeyError(WHO), folder=office.village.workspace / "log", now=lambda n=number: 1_800_000_000 + n)
    assert Path(enrolled.file).parent == out
    roots = [tmp_path / name for name in ("village", "township", "county", "state", "stick", "out")]
    names = sorted(path.name for root in roots for path in root.rglob("*") if path.is_file())
    print(json.dumps(names, ensure_ascii=False))
    assert len(names) > 30
    assert [name for root in roots for name in leak_search.strange_names(root)] == []
    found = leak_search.Search({"who": WHO, "village": "石桥村", "family": home, "application": "石守田"})
    assert [hit for root in roots for path in root.rglob("*") for hit in found.file(path) if hit.place.startswith("the name")] == []


def test_a_name_that_says_somebody_is_noticed(tmp_path: Path) -> None:
    for name in (f"{WHO}.xlsx", "wangxiuying.json", "store.db-王秀英", "20261228-王秀英"):
        (tmp_path / name).write_text("")
    assert len(leak_search.strange_names(tmp_path)) == 4
