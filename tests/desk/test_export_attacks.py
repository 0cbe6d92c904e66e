"""Exports under attack: everything secret is written into every place of the records that takes a text, in every form; covered, none of it leaves. And a delta has all of it."""

from __future__ import annotations

import json
import os
import stat
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from desk_office import VILLAGE, Office, visit

from basekit import FullDisk
from xieli_tui.casework import households, papers
from xieli_tui.casework.export import COVERED, TOPICS, export
from xieli_tui.casework.session import Session
from xieli_tui.desk import rulings, standing
from xieli_tui.domain.events import aid, household, work
from xieli_tui.domain.events.base import Payload
from xieli_tui.errors import XieliError
from xieli_tui.store import journal

ID, PHONE, CARD = "999999195103070425", "10000002190", "6222021001000000019"
FORMS = (
    ID, "9999 9919 5103 0704 25", "999999-19510307-0425", "９９９９９９１９５１０３０７０４２５", "99999919510307\u200b0425", PHONE, "100-0000-2190", "+86 10000002190", "8610000002190",
    CARD, "6222 0210 0100 0000 019", "0000-1234567",
)
TEXT = "他说：" + "；".join(f"{at}号 {form} 完" for at, form in enumerate(FORMS))
DIGITS = (ID, PHONE, CARD, "1234567", ID[6:14])
DAY = "2026-12-28"


def uuid(n: int) -> str:
    return f"01a2ba60-4100-7bc1-8c5c-{n:012x}"


def everything(home: str, person: str) -> list[Payload]:
    """A record of each topic, the secret in every text of it."""
    at, name = {"village": VILLAGE, "household": home}, TEXT[:190]
    return [
        household.HouseholdClaimed(**at, fields={"address": TEXT, "nickname": TEXT, "grid": TEXT, "note": TEXT, "number": ID}, replaces=[]),
        household.PersonClaimed(**at, person=person, fields={"nickname": TEXT, "guardian": TEXT, "school": TEXT, "note": TEXT, "bank": "6222 0210 0100 0000 019", "disability_cert": f"{ID}42"}, replaces=[]),
        work.VisitRecorded(**at, visit=uuid(1), on=DAY, met="self", visitors=[work.Visitor(name=name, role="coordinator")], promise=work.Promise(text=TEXT, on=DAY), note=TEXT),
        work.FlagRaised(**at, flag=uuid(2), on=DAY, causes=["illness"], place=TEXT, situation=TEXT, needs=TEXT, note=TEXT),
        work.FlagRaised(village=VILLAGE, flag=uuid(3), outsider=work.Outsider(name=name, place=TEXT), on=DAY, causes=["illness"]),
        work.FlagSettled(**at, flag=uuid(2), on=DAY, how="handled", note=TEXT),
        work.ReportedByPhone(**at, flag=uuid(2), at="2026-12-28T10:00", answered_by=name, number=PHONE),
        aid.ApplicationStarted(**at, application=uuid(4), on=DAY, kinds=["dibao"], reason=TEXT),
        household.AidGiven(**at, aid=uuid(5), kind="in_kind", form="in_kind", item=TEXT, unit=name, on=DAY, by_whom=name),
        work.ReferralSent(**at, referral=uuid(6), on=DAY, department="hospital", kind="med_aid", first_receiver=name, note=TEXT),
        work.ReferralAnswered(**at, referral=uuid(6), on=DAY, result="done", note=TEXT),
        work.AlertAnswered(**at, alert=uuid(7), on=DAY, disposition="stays", note=TEXT),
    ]


def of_the_county(home: str) -> list[Payload]:
    at = {"village": VILLAGE, "household": home}
    columns = {"身份证": "9 9 9 9 9 9 1 9 5 1", "联系方式": "电话 100 0000 2190", "银行账号": "622202100100", "短号；手机": "1000000", "备注": TEXT[:900], "姓名": "王秀英"}
    return [
        work.AlertIssued(**at, alert=uuid(7), number=ID, cls="risk", text=TEXT, on=DAY, columns=columns), work.AlertIssued(village=VILLAGE, alert=uuid(8), cls="risk", text=TEXT, on=DAY, columns=columns),
        household.AidRecorded(**at, aid=uuid(9), kind="dibao", matter=TEXT[:190], on=DAY), household.PlatformLinked(**at, platform_no=TEXT[:190]),
    ]


def digits(text: str) -> str:
    """Every digit of a text, folded, and nothing between."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isdigit() or char == "*")


def text_of(path: Path) -> list[str]:
    """Every value of the file."""
    if path.suffix == ".xlsx":
        return [str(cell or "") for line in openpyxl.load_workbook(path).active.values for cell in line]
    if path.suffix == ".csv":
        return path.read_text(encoding="utf-8-sig").split(",")
    return [value for line in path.read_text(encoding="utf-8").splitlines() for row in (json.loads(line) if line.startswith("[") else [json.loads(line)]) for value in row.values()]


@pytest.fixture
def full(office: Office) -> Office:
    home = households.add_household(office.village, households.AddHousehold("王秀英", {"phone": PHONE}, {"birth": "1951-03-07", "id_no": ID, "phone": PHONE})).id
    person = households.show(office.village, home).members[0].person
    office.village.record(*everything(home, person))
    office.up()
    office.county.record(*of_the_county(home))
    return office


def rows(session: Session, what: str, folder: Path, **more: object) -> list[dict[str, str]]:
    out = folder / f"{what}-{len(list(folder.iterdir()))}.json"
    export(session, what, out, form="json", **more)  # type: ignore[arg-type]
    return list(json.loads(out.read_text(encoding="utf-8")))


def test_covered_no_form_of_no_number_leaves_in_any_topic_or_format_and_in_full_only_with_a_reason_in_the_chain_first(full: Office, tmp_path: Path) -> None:
    for what, topic in TOPICS.items():
        if not topic.masks:
            continue
        for form in ("json", "csv", "xlsx", "jsonl"):
            out = tmp_path / f"{what}.{form}"
            done = export(full.county, what, out, form=form)
            assert done.rows or what == "monitored", what
            for value in text_of(out):
                for secret in DIGITS:
                    assert secret not in digits(value), (what, form, value)
        if what != "monitored":
            whole = "".join(digits(value) for row in rows(full.county, what, tmp_path, full=True, reason="核对") for value in row.values())
            assert ID in whole, "the trap is set"
        before = head(full.county)
        for reason in (None, "", " \n"):
            with pytest.raises(XieliError) as caught:
                export(full.county, what, tmp_path / "x.json", form="json", full=True, reason=reason)
            assert caught.value.code == "XL-V06"
        assert head(full.county) == before
        with pytest.raises(XieliError) as caught:
            export(full.county, what, tmp_path / "full.json", form="json", full=True, reason="核对", fs=FullDisk())
        assert caught.value.code == "XL-F02"
        assert head(full.county) == before + 1, "that it was asked for stands in the chain, also when the disk was full"
        assert not (tmp_path / "full.json").exists()
    [alert, _] = rows(full.county, "alerts", tmp_path)
    assert "姓名：王秀英" in alert["given"]
    for part in ("622202100100", "1000000；", "9 9 9"):
        assert part not in alert["given"], "under a head that asks for a number no digit stands, however few"
    [person] = rows(full.county, "persons", tmp_path)
    assert (person["birth"], person["id_no"]) == ("1951", "999999********0425"), "a whole day of birth beside it would be the number"
    assert set(COVERED) >= {"birth", "id_no", "phone", "bank", "guardian", "disability_cert"}


def head(session: Session) -> int:
    with session.reading() as tx:
        return journal.head(tx, session.dev, session.ep)[0]


def test_a_delta_has_what_came_late_was_annulled_or_merged_and_nothing_else(office: Office, tmp_path: Path) -> None:
    def changed(what: str) -> list[str]:
        return sorted(row["head"] for row in rows(office.county, what, tmp_path, since=office.county.today.isoformat()))

    homes = [households.add_household(office.village, households.AddHousehold(name, {}, {"birth": "1951-03-07"})).id for name in ("王秀英", "何秀珍", "何秀真", "石守田")]
    office.up()
    standing.set_category(office.county, standing.SetCategory(homes[0], "dibao", "县里定的", "2026-01-01"))
    visit(office.village, homes[3])
    office.clock.tick(days=5)
    assert changed("households") == []
    office.up()
    assert (changed("households"), changed("visits")) == (["石守田"], ["石守田"]), "written five days ago, carried today"
    lines = rows(office.county, "events", tmp_path, since=office.county.today.isoformat(), full=True, reason="核对")
    assert any('"visit.recorded"' in line["line"] for line in lines)
    assert not any('"household.opened"' in line["line"] for line in lines)
    office.clock.tick(days=5)
    assert changed("households") == []
    with office.county.reading() as tx:
        [ruling] = journal.events_of_type(tx, "category.set")
    rulings.annul(office.county, ruling.ref, "写错了")
    assert changed("households") == ["王秀英"], "an annulled ruling changes the family it was about"
    two = [households.show(office.county, home).members[0].person for home in homes[1:3]]
    merged = rulings.merge(office.county, *two, "同一个人")
    assert changed("persons") == ["何秀珍", "何秀真", "王秀英"]
    office.clock.tick(days=5)
    assert changed("persons") == []
    rulings.annul(office.county, str(merged.more["event"]), "不是同一个人")
    assert changed("persons") == ["何秀珍", "何秀真"]


def test_no_way_of_naming_the_file_lays_it_into_a_workspace_or_ends_in_a_defect(full: Office, tmp_path: Path) -> None:
    inside = full.county.workspace
    (tmp_path / "link").symlink_to(inside)
    (tmp_path / "nowhere.json").symlink_to(inside / "new.json")
    before, there = head(full.county), sorted(path.name for path in inside.rglob("*"))
    for place, code in (
        (inside / "a.json", "XL-F03"), (inside / "outbox" / "a.xieli", "XL-F03"), (tmp_path / "link" / "a.json", "XL-F03"), (tmp_path / "nowhere.json", "XL-F08"), (Path("/dev/full"), "XL-F08"),
        (tmp_path / ("长" * 100 + ".json"), "XL-V07"), (tmp_path / "a\n.json", "XL-V10"), (tmp_path / "a\0.json", "XL-V10"), (tmp_path / "\x1b[31m.json", "XL-V10"), (tmp_path / "no" / "a.json", "XL-F05"),
        (tmp_path / ("深" * 90) / "a.json", "XL-F03"), (Path(), "XL-F01"),
    ):
        with pytest.raises(XieliError) as caught:
            export(full.county, "households", place, form="json")
        assert caught.value.code == code, ascii(str(place))
    assert (head(full.county), sorted(path.name for path in inside.rglob("*"))) == (before, there)
    room = papers.of(full.county).place("households", "json")
    export(full.county, "households", room, form="json")
    assert room.is_file(), "the private room of the session, which goes when the desk locks, takes it"
    (tmp_path / "a.json.part").write_bytes(b"somebody's own")
    export(full.county, "households", tmp_path / "a.json", form="json")
    assert (tmp_path / "a.json.part").read_bytes() == b"somebody's own"
    assert os.listdir(tmp_path).count("a.json") == 1
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o600, "nobody else on the machine reads it"
