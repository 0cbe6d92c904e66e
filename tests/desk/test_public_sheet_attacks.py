"""公示 under attack: every way somebody thought of to hang out a number, an illness or a child; each fails, and the sheet of an honest family is still printed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk_office import VILLAGE, Office

from xieli_tui.casework import application as papers
from xieli_tui.casework import households, notice_sheet, start_application
from xieli_tui.casework.session import Session
from xieli_tui.desk import parameters, rulings, standing, steps
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import XieliError
from xieli_tui.paper import notice_sheet as paper
from xieli_tui.store import queries

ID, PHONE, CHILD = "999999195103070425", "10000002190", "李晓雨"
NAMES = (
    ID, f"王秀英{ID}", "９９９９９９", "王①③⑧", "王一三八零零", "一三八·零零零·二一九·零零", "\uf9d1三八零王", "洞幺拐两", "王零四二五", "王㈠㈡㈢", "王聋哑", "王秀英中风", "王秀英截肢", "王秀英脑梗", "王透析", "王癌",
    "王殘疾", "晓雨奶奶", "王秀英之子", "王秀英儿媳", "王\u200b秀英9", "王秀英 2190", "何秀珍身份证",
)
GROUPS = (
    ID, "2组李晓雨", "李晓雨家", "李建军家", "王秀英儿子", "一三八村零零零组", "六三八零组", "\uf9d1三八零组", "2组2190", "0425二一九零组", "中风瘫", "透析户", "聋哑家", "盲人户", "肺Ca", "卧床户", "孤寡老人", "单亲户", "精神户",
    "脑梗户", "坐牢户", "艾兹户", "殘疾戶", "二组尘肺", "重病组", "困难户组", "肺癌组", "特困队",
)
HONEST = ("2组", "３组", "三组", "第十二村民小组", "下寨", "塘尾", "石脑上", "红星队", "")


def family(session: Session, head: str = "王秀英", group: str = "2组", phone: str = "", **told: str) -> str:
    home = households.add_household(session, households.AddHousehold(head, {"group": group, "phone": phone}, {"birth": "1951-03-07"} | told)).id
    households.add_person(session, households.AddPerson(home, CHILD, "孙女", {"birth": "2011-09-10"}))
    households.add_person(session, households.AddPerson(home, "李建军", "20", {"birth": "1978-05-01"}))
    return home


def handed_over(office: Office, home: str, kind: str = "temp_emergency", **more: Any) -> str:
    office.clock.tick(minutes=1)
    app = start_application.start_application(office.village, start_application.StartApplication(home, (kind,), reason="测试", **more)).id
    papers.entrust(office.village, papers.Entrust(app, "王秀英"))
    papers.hand_over(office.village, app)
    return app


def refused(act: Callable[[], object], *codes: str) -> XieliError:
    with pytest.raises(XieliError) as caught:
        act()
    assert caught.value.code in codes, caught.value
    return caught.value


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[paper.Board]:
    """The boards of every sheet that was made; the page itself is looked at in test_notice_sheet."""
    out: list[paper.Board] = []

    def sheet(boards: Any, now: Any, mark: Any = "") -> bytes:
        paper.documents(boards, now.date(), mark)
        out[:] = boards
        return b"%PDF-"

    monkeypatch.setattr(paper, "sheet", sheet)
    return out


def test_no_name_and_no_group_carries_a_number_an_illness_or_somebody_else(office: Office, tmp_path: Path, laid_out: list[paper.Board]) -> None:
    village, home = office.village, family(office.village)
    app, head = handed_over(office, home), households.show(village, home).members[0].person
    out, stored = tmp_path / "a.pdf", 0
    for field, tries in (("name", NAMES), ("group", GROUPS)):
        for text in tries:
            try:
                if field == "name":
                    households.set_person(village, head, {"name": text})
                else:
                    households.set_household(village, home, {"group": text})
            except XieliError:
                continue
            stored += 1
            said = refused(lambda: notice_sheet.write(village, "review", [app], out), "XL-V15", "XL-P05", "XL-V06")
            assert text not in f"{said} {said.extra}", "the refusal does not repeat it"
            assert laid_out == [], ascii(text)
        households.set_person(village, head, {"name": "王秀英"})
        households.set_household(village, home, {"group": "2组"})
    assert stored >= len(NAMES) + len(GROUPS) - 6, "the records take such values: it is the sheet that does not"
    assert not out.exists()
    for number, group in enumerate(HONEST):
        households.set_household(village, home, {"group": group})
        notice_sheet.write(village, "review", [app], tmp_path / f"{number}.pdf")
        assert laid_out[0].lines[0].head == "王秀英", "an honest place is printed"
    for number, name in enumerate(("买买提•艾力", "买买提．艾力", "买买提・艾力", "欧阳㛃")):
        households.set_person(village, head, {"name": name})
        notice_sheet.write(village, "review", [app], tmp_path / f"n{number}.pdf")
        assert laid_out[0].lines[0].head in ("买买提·艾力", "欧阳㛃"), "an honest name is printed, whatever its dot"
    for name in ("第3社区", "八一村", "十里铺居委会（城东）"):
        village.profile.village_names[VILLAGE] = name
        notice_sheet.write(village, "review", [app], tmp_path / f"{name}.pdf")
        assert laid_out[0].village == name
    for name in ("石桥138村", "1号3院8组0幢", ID, f"李晓雨村{PHONE}", "李晓雨村"):
        village.profile.village_names[VILLAGE] = name
        refused(lambda: notice_sheet.write(village, "review", [app], out), "XL-V15")
    village.profile.village_names[VILLAGE] = "石桥村"
    households.set_household(village, home, {"group": "新胜"})
    refused(lambda: notice_sheet.write(village, "review", [app], out), "XL-V15")
    family(village, "何秀珍", "新胜")
    notice_sheet.write(village, "review", [app], out)
    assert laid_out[0].lines[0].group == "新胜", "several families live by that name: it is a place"


def test_a_child_is_kept_off_by_any_day_anybody_wrote_and_by_a_merge(office: Office, tmp_path: Path, laid_out: list[paper.Board], clock: FixedClock) -> None:
    village = office.village
    young = family(village, "何小满", birth="2012-01-01", id_no="")
    head = households.show(village, young).members[0].person
    app = handed_over(office, young)
    refused(lambda: notice_sheet.write(village, "review", [app], tmp_path / "a.pdf"), "XL-P05")
    office.up()
    households.set_person(office.county, head, {"birth": "1990-01-01"})
    clock.tick(minutes=1)
    households.set_person(village, head, {"birth": "2012-01-02"})
    office.up()
    refused(lambda: notice_sheet.write(office.county, "review", [app], tmp_path / "a.pdf"), "XL-P05")
    twin = family(village, "何小满", birth="1990-01-01")
    second = handed_over(office, twin)
    office.up()
    notice_sheet.write(office.county, "review", [second], tmp_path / "b.pdf")
    rulings.merge(office.county, households.show(village, twin).members[0].person, head, "同一个人")
    laid_out.clear()
    refused(lambda: notice_sheet.write(office.county, "review", [second], tmp_path / "c.pdf"), "XL-P05")
    grown, child = (family(village, "石守田", birth=day) for day in ("1990-01-01", "2012-01-01"))
    third = handed_over(office, grown)
    office.up()
    rulings.merge(office.county, *(households.show(village, each).members[0].person for each in (grown, child)), "同一个人")
    refused(lambda: notice_sheet.write(office.county, "review", [third], tmp_path / "d.pdf"), "XL-P05")
    assert laid_out == []


def test_the_county_file_cannot_hang_out_a_familys_telephone_and_its_rule_of_surnames_is_kept_in_any_words(office: Office, tmp_path: Path, laid_out: list[paper.Board]) -> None:
    app = handed_over(office, family(office.village, phone=PHONE, id_no=ID))
    office.up()

    def local(key: str, value: str, area: str | None = None) -> None:
        with office.county.reading() as tx:
            there = any(row.area == (area or "") for row in queries.local_params(tx, key))
        parameters.set_local(office.county, parameters.SetLocal(key, value, "2026-01-01", area=area, replace=there, reason="试" if there else None))

    for number in (ID[:12], "(100)00002190", f"{PHONE}{PHONE}"):
        refused(lambda number=number: local("phones", json.dumps({"township": number})), "XL-V11")  # type: ignore[misc]
    for number in (PHONE, "100-0000-2190", ID[6:14], "1951030转7042"):
        local("phones", json.dumps({"township": number}))
        refused(lambda: notice_sheet.write(office.county, "review", [app], tmp_path / "a.pdf"), "XL-V15")
    local("phones", json.dumps({"township": "0000-2345678"}))
    for at, (value, area, shown) in enumerate((("否", None, False), ("yes", None, True), ("否", None, False), ("是", "urban", True), ("否", "urban", False), ("true", "999999001", True))):
        local(notice_sheet.MASKED, value, area)
        notice_sheet.write(office.county, "review", [app], tmp_path / f"{at}.pdf")
        assert laid_out[0].lines[0].masked is shown, (value, area)
        assert laid_out[0].phones == ("0000-2345678", "12349")


def test_a_family_that_was_refused_or_left_is_not_announced_and_the_days_are_the_countys_for_the_place(office: Office, tmp_path: Path, laid_out: list[paper.Board]) -> None:
    app = handed_over(office, family(office.village), emergency=True)
    home = family(office.village, "何秀珍")
    office.up()
    parameters.set_local(office.county, parameters.SetLocal("notice_days", "7天", "2026-01-01"))
    parameters.set_local(office.county, parameters.SetLocal("notice_days", "3天", "2026-01-01", area="999999001"))
    done = notice_sheet.write(office.county, "review", [app, f" {app} ", app[:8]], tmp_path / "a.pdf")
    assert (done.end, done.lines) == ("2026-12-30", 1), "however often it is named"
    steps.accept(office.county, app)
    steps.decide(office.county, steps.Decide(app, grant=False, reason="不符合"))
    for kind in ("review", "decision"):
        refused(lambda kind=kind: notice_sheet.write(office.county, kind, [app], tmp_path / "b.pdf"), "XL-P05")  # type: ignore[misc]
    standing.set_category(office.county, standing.SetCategory(home, "dibao", "县里定的", "2026-01-01"))
    assert notice_sheet.write(office.county, "long_term", [], tmp_path / "c.pdf").lines == 1
    standing.record_exit(office.county, standing.RecordExit(home, "dibao", "income_above", "2026-12-28"))
    refused(lambda: notice_sheet.write(office.county, "long_term", [], tmp_path / "d.pdf"), "XL-P05")


def test_the_file_itself_says_nothing_more_than_the_page(office: Office, tmp_path: Path) -> None:
    app = handed_over(office, family(office.village, phone=PHONE, id_no=ID))
    notice_sheet.write(office.village, "review", [app], out := tmp_path / "a.pdf")
    data = out.read_bytes()
    assert not re.search(rb"/(?:Title|Author|Subject|Keywords)\b", data)
    for secret in (ID, PHONE, CHILD, "王秀英", "李建军"):
        for code in ("utf-8", "utf-16-be", "gb18030"):
            assert secret.encode(code) not in data
