"""What hangs on a board: the whitelist and nothing else, whatever is tried (issue 7, Must show)."""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk_office import Office

from xieli_tui.casework import application as papers
from xieli_tui.casework import forms, households, notice_sheet, start_application
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.desk import form_templates, local_check, parameters, standing, steps
from xieli_tui.domain.events.base import Payload
from xieli_tui.errors import Refused, XieliError
from xieli_tui.paper import notice_sheet as paper
from xieli_tui.paper import pdf

ID_NO, PHONE, BANK, ILL, CHILD = "999999195103070425", "10000002190", "6222021001000000019", "肺癌晚期", "李晓雨"
SECRETS = (ID_NO, PHONE, BANK, ILL, CHILD, "肢体", "大米")
SHOWN = "query(<shown>).map(m => m.value.at(0))"


def family(session: Session, head: str = "王秀英", **fields: str) -> str:
    """A family in which everything secret is written wherever it belongs."""
    told = {"birth": "1951-03-07", "id_no": ID_NO, "phone": PHONE, "bank": BANK, "health": "重病", "note": f"{ILL}{PHONE}", "disability_kind": "肢体"} | fields
    home = households.add_household(session, households.AddHousehold(head, {"group": "2组", "address": f"2组7号{ILL}", "phone": PHONE, "note": f"{ILL} {BANK}"}, told)).id
    households.add_person(session, households.AddPerson(home, CHILD, "孙女", {"birth": "2011-09-10"}))
    return home


def handed_over(office: Office, home: str, kind: str = "temp_emergency", **more: Any) -> str:
    app = start_application.start_application(office.village, start_application.StartApplication(home, (kind,), reason=f"{ILL}，卡号{BANK}", **more)).id
    papers.entrust(office.village, papers.Entrust(app, "王秀英"))
    papers.hand_over(office.village, app)
    return app


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every value of every sheet that was laid out, as typst has it on the page."""
    out: list[str] = []
    layout = pdf.pdf

    def seen(source: str, docs: Any, now: Any) -> bytes:
        out.extend(str(one) for one in pdf.asked(source, docs, SHOWN))
        out.append(json.dumps([{key: value for key, value in doc.items() if key != "form"} for doc in docs], ensure_ascii=False))
        return layout(source, docs, now)

    monkeypatch.setattr(paper.pdf, "pdf", seen)
    return out


def refused(code: str, act: Callable[[], object]) -> XieliError:
    with pytest.raises(XieliError) as caught:
        act()
    assert caught.value.code == code, caught.value
    assert not [secret for secret in SECRETS if secret in str(caught.value)], "the refusal repeats it"
    return caught.value


def test_the_sheet_says_what_the_law_wants_said_on_both_boards_and_not_one_thing_more(office: Office, tmp_path: Path, written: list[str]) -> None:
    parameters.set_local(office.county, parameters.SetLocal("notice_days", "7天", "2026-01-01"))
    parameters.set_local(office.county, parameters.SetLocal("phones", json.dumps({"township": "0000-2345678"}), "2026-01-01"))
    app = handed_over(office, family(office.village), emergency=True)
    office.up()
    done = notice_sheet.write(office.village, "review", [app], tmp_path / "a.pdf")
    assert (done.boards, done.lines, done.end) == (1, 1, ""), "the village has not heard the county's days yet: the last day is left to be written"
    steps.accept(office.county, app)
    steps.decide(office.county, steps.Decide(app, amount="800.00", reason=ILL))
    done = notice_sheet.write(office.county, "decision", [app], tmp_path / "b.pdf")
    assert (done.boards, done.lines, done.start, done.end) == (2, 1, "2026-12-28", "2027-01-03")
    text = "\n".join(written)
    for word in ("王秀英", "石桥村2组", "临时救助", "800.00 元", "0000-2345678", "镇公开栏", "村公开栏"):
        assert word in text, word
    assert not [secret for secret in SECRETS if secret in text]
    parameters.set_local(office.county, parameters.SetLocal("notice_names_masked", "是", "2026-01-01"))
    written.clear()
    notice_sheet.write(office.county, "decision", [app], tmp_path / "c.pdf", place="village")
    assert "王**" in "".join(written)
    assert "王秀英" not in "".join(written)


@pytest.mark.parametrize("field", ["name", "group", "long name", "child's name", "village"])
def test_by_a_field_nothing_secret_gets_onto_it(office: Office, tmp_path: Path, written: list[str], field: str) -> None:
    home = family(office.village)
    app = handed_over(office, home)
    with office.village.reading() as tx:
        head = notice_sheet.reads.household(tx, home).head
    out = tmp_path / "a.pdf"
    if field == "village":
        for name in (ID_NO, f"石桥村{PHONE}", f"石桥村{ILL}"):
            office.village.profile.village_names["999999001001"] = name
            refused("XL-V15", lambda: notice_sheet.write(office.village, "review", [app], out))
        return
    tries = {
        "name": (ID_NO, f"王秀英{ID_NO}", PHONE, f"王{BANK}", "王秀英 13", "王秀英１３８", "王一三八零零", f"王{ILL}"[:6], "王秀英\u200b9"), "group": (ID_NO, f"2组{PHONE}", f"2组{ILL}", "一三八零零组", "重病组", BANK),
        "long name": ("王秀英患有大病", "王秀英身份证号某"), "child's name": (CHILD, "李晓雨王"),
    }[field]
    stored = 0
    for text in tries:
        try:
            if field == "group":
                households.set_household(office.village, home, {"group": text})
            else:
                households.set_person(office.village, head, {"name": text})
        except Refused:
            continue
        stored += 1
        with pytest.raises(XieliError) as caught:
            notice_sheet.write(office.village, "review", [app], out)
        assert caught.value.code in ("XL-V15", "XL-P05"), ascii(text)
        assert text not in str(caught.value)
        assert not out.exists(), ascii(text)
    assert stored >= 2, "the records take such a value: it is the sheet that does not"
    assert written == []


def test_a_minor_is_on_no_board_and_who_may_be_one_neither(office: Office, tmp_path: Path, written: list[str]) -> None:
    child = households.add_household(office.village, households.AddHousehold(CHILD, {"group": "2组"}, {"birth": "2011-09-10"})).id
    unknown = households.add_household(office.village, households.AddHousehold("石守田", {"group": "2组"})).id
    home = family(office.village)
    with office.village.reading() as tx:
        grandchild = next(one.person for one in notice_sheet.queries.members(tx, home) if one.name == CHILD)
    alone, young = handed_over(office, child), handed_over(office, home, person=grandchild)
    assert refused("XL-P05", lambda: notice_sheet.write(office.village, "review", [alone, young], tmp_path / "a.pdf")).what.endswith("未成年人不公示")
    refused("XL-V06", lambda: notice_sheet.write(office.village, "review", [handed_over(office, unknown)], tmp_path / "a.pdf"))
    grown = handed_over(office, family(office.village, "何秀珍", id_no=""), "dibao")
    done = notice_sheet.write(office.village, "review", [alone, young, grown], tmp_path / "a.pdf")
    assert (done.lines, done.left_out) == (1, 2)
    assert CHILD not in "".join(written)
    for kind in ("orphan_basic", "dis_nursing", "med_aid"):
        app = handed_over(office, home, kind)
        refused("XL-V11", lambda app=app: notice_sheet.write(office.village, "review", [app], tmp_path / "b.pdf"))  # type: ignore[misc]


def test_no_template_mapping_county_file_flag_or_json_reaches_it(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert [one.name for one in dataclasses.fields(paper.Line)] == ["head", "group", "size", "covered", "category", "amount", "period", "start", "masked"]
    assert [one.name for one in dataclasses.fields(paper.Board)] == ["kind", "place", "village", "start", "end", "doubt", "phones", "lines"]
    assert set(inspect.signature(notice_sheet.write).parameters) == {"session", "kind", "applications", "out", "place", "start", "end", "fs"}
    layout = tmp_path / "notice.typ"
    layout.write_text('#let form(d) = { val(d.people.at(0).id) }\n', encoding="utf-8")
    refused("XL-V08", lambda: form_templates.install(office.county, layout, "notice", "2026-01-01"))
    refused("XL-V08", lambda: forms.render(office.village, "notice", ["x"]))
    parameters.set_local(office.county, parameters.SetLocal("phones", json.dumps({"township": "0000-2345678"}), "2026-01-01"))
    for value in (json.dumps({"township": ID_NO}), json.dumps({"county": BANK})):
        put = parameters.SetLocal("phones", value, "2026-01-01", replace=True, reason="试")
        refused("XL-V11", lambda put=put: parameters.set_local(office.county, put))  # type: ignore[misc]
        with monkeypatch.context() as older:  # a county file of a program that took it
            older.setattr(local_check, "office_number", lambda _text: True)
            parameters.set_local(office.county, put)
        app = handed_over(office, family(office.village, id_no=""))
        office.up()
        refused("XL-V15", lambda app=app: notice_sheet.write(office.county, "review", [app], tmp_path / "c.pdf"))  # type: ignore[misc]
    for option in ("--full", "--mapping", "--template", "--columns", "--fields", "--reason", "--mask", "--phone", "--note", "--answers"):
        assert main(["notice", "sheet", "x", "--kind", "review", "--out", str(tmp_path / "d.pdf"), option, "id_no"]) == 2
        assert "XL-X03" in capsys.readouterr().err
    for bad in ({"head": ID_NO}, {"head": CHILD, "group": BANK}, {"covered": 9}, {"category": "dis_nursing"}, {"size": True}, {"start": PHONE}, {"id_no": ID_NO}, {"amount": 10**12}):
        with pytest.raises((Refused, TypeError)):
            paper.Line(**({"head": "王秀英", "group": "2组", "size": 3, "covered": 3, "category": "dibao"} | bad))  # type: ignore[arg-type]


def test_each_printing_is_recorded_and_what_is_refused_leaves_nothing(office: Office, tmp_path: Path) -> None:
    app = handed_over(office, family(office.village))
    before: list[Payload] = []
    record = office.village.record
    office.village.record = lambda *made: (before.extend(made), record(*made))[1]  # type: ignore[method-assign]
    notice_sheet.write(office.village, "review", [app], tmp_path / "a.pdf", end="2027-01-05")
    assert [(one.as_d()["form"], one.as_d()["subject"]) for one in before] == [("notice", app)]
    for code, act in {
        "XL-F08": lambda: notice_sheet.write(office.village, "review", [app], tmp_path / "a.pdf"), "XL-V08": lambda: notice_sheet.write(office.village, "secret", [app], tmp_path / "b.pdf"),
        "XL-P02": lambda: notice_sheet.write(office.village, "review", [app], tmp_path / "b.pdf", place="township"), "XL-P05": lambda: notice_sheet.write(office.village, "decision", [app], tmp_path / "b.pdf"),
        "XL-V02": lambda: notice_sheet.write(office.village, "review", [app], tmp_path / "b.pdf", end="2026-12-01"), "XL-V42": lambda: notice_sheet.write(office.village, "review", ["nobody"], tmp_path / "b.pdf"),
    }.items():
        refused(code, act)
    assert len(before) == 1
    assert sorted(one.name for one in tmp_path.glob("*.pdf")) == ["a.pdf"]


def test_the_long_term_sheet_is_the_roll_of_today_without_minors_and_names_whose_age_is_missing(office: Office, tmp_path: Path, written: list[str]) -> None:
    homes = [family(office.village), *(households.add_household(office.village, households.AddHousehold(name, {"group": "3组"}, told)).id for name, told in (
        ("李小河", {"birth": "2012-01-01"}), ("石守田", {}), ("何秀珍", {"birth": "1960-01-01"}),
    ))]
    office.up()
    for home in homes[:3]:
        standing.set_category(office.county, standing.SetCategory(home, "dibao", "县里定的", "2026-01-01"))
    done = notice_sheet.write(office.county, "long_term", [], tmp_path / "a.pdf")
    assert (done.boards, done.lines, done.left_out, done.age_unknown, done.end) == (2, 1, 1, (homes[2],), "")
    text = "".join(written)
    assert "王秀英" in text
    assert not [name for name in (*SECRETS, "李小河", "石守田", "何秀珍") if name in text]
    refused("XL-V11", lambda: notice_sheet.write(office.county, "long_term", [], tmp_path / "b.pdf", end="2027-01-05"))
