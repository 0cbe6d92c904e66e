"""A county's own layout from the file to the village's printer; the notices a desk alone writes (issue 7, Build 3)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from desk_office import Office

from xieli_tui.casework import application as papers
from xieli_tui.casework import forms, packs, templates
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.desk import form_templates, steps
from xieli_tui.errors import NotFound, Refused, XieliError
from xieli_tui.paper import docx, pdf
from xieli_tui.paper.catalogue import FORMS

OWN = '#let form(d) = {\n  heading-line("测试县自己的表样")\n  fields(1, (("户主", d.home.head), ("人口", d.home.size),))\n}\n'


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(XieliError) as caught:
        act()
    assert caught.value.code == code, caught.value


def replaced(session: Session, form: str) -> tuple[str, ...]:
    return next(one.replaced for one in forms.listed(session) if one.id == form)


def shown(session: Session, form: str, subject: str) -> list[str]:
    """Values on the sheet as this workspace lays it out."""
    with session.reading() as tx:
        found = forms._subjects(tx, FORMS[form], [subject])
        own = templates.bytes_of(tx, templates.in_force(tx, session.today).get((form, "pdf")))
    source = own.decode() if own is not None else pdf.shipped(form)
    return [str(one) for one in pdf.asked(source, [forms._document(session, FORMS[form], found)], 'query(<shown>).map(m => m.value.at(0))')]


def test_the_countys_layout_reaches_the_village_and_is_used_and_taken_back(office: Office, tmp_path: Path) -> None:
    home = office.household("石守田")
    file = tmp_path / "封面.typ"
    file.write_text(OWN, "utf-8")
    before = shown(office.village, "cover", home)
    done = form_templates.install(office.county, file, "cover", "2026-01-01")
    assert (done.pack, done.new, done.parts) == ("form-cover.typ", True, 1)
    assert form_templates.install(office.county, file, "cover", "2026-01-01").new is False
    office.up()
    office.down()
    assert replaced(office.village, "cover") == ("pdf",)
    assert set(shown(office.village, "cover", home)) == {"石守田", "1 人"} != set(before)
    assert forms.render(office.village, "cover", [home]).data.startswith(b"%PDF-")
    assert forms.render(office.village, "cover", [home], "docx").data.startswith(b"PK")
    with office.village.reading() as tx:
        assert packs.problems(tx) == ()
        [line] = [one for one in packs.lines(tx, office.village.today) if one.pack == "form-cover.typ"]
        assert (line.title, line.words) == ("户档封面目录的表样", "在用")
    form_templates.withdraw(office.county, next(one.ref for one in _lines(office.county)), "有错字")
    office.up()
    office.down()
    assert replaced(office.village, "cover") == ()
    assert shown(office.village, "cover", home) == before


def _lines(session: Session) -> list[packs.PackLine]:
    with session.reading() as tx:
        return [one for one in packs.lines(tx, session.today) if one.pack.startswith("form-")]


def test_a_layout_of_tomorrow_waits(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(docx.shipped("cover"))
    form_templates.install(office.county, file, "cover", "2027-01-01")
    assert replaced(office.county, "cover") == ()
    office.clock.tick(days=5)
    assert replaced(office.county, "cover") == ("docx",)


def test_what_the_county_may_not_send_is_refused_and_nothing_is_written(office: Office, tmp_path: Path) -> None:
    def of(name: str, data: bytes) -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    for code, file, form in (
        ("XL-W32", of("a.typ", b"#let form(d) = { read(\"/etc/passwd\") }"), "cover"), ("XL-W32", of("b.typ", b"#let form(d) = { d.nobody }"), "cover"),
        ("XL-W32", of("c.typ", b"\xff\xfe"), "cover"), ("XL-W32", of("d.docx", b"PK"), "cover"), ("XL-V11", of("e.txt", b"x"), "cover"), ("XL-V08", of("f.typ", OWN.encode()), "nothing"),
        ("XL-W32", of("g.typ", b"#let form(d) = { image(\"../../../x.png\") }"), "cover"), ("XL-F05", tmp_path / "no.typ", "cover"),
    ):
        refused(code, lambda file=file, form=form: form_templates.install(office.county, file, form, "2026-01-01"))  # type: ignore[misc]
    good = of("h.typ", OWN.encode())
    refused("XL-P03", lambda: form_templates.install(office.township, good, "cover", "2026-01-01"))
    refused("XL-P07", lambda: form_templates.install(office.village, good, "cover", "2026-01-01"))
    refused("XL-V45", lambda: form_templates.withdraw(office.county, "nothing", "错"))
    assert _lines(office.county) == []


def test_every_shipped_layout_stands_its_own_trial(office: Office) -> None:
    for form in FORMS.values():
        sample = forms.sample(form, pdf.shipped(form.id))
        assert pdf.pdf(pdf.shipped(form.id), [sample], office.clock.now()).startswith(b"%PDF-")


def test_the_commands_of_a_layout(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XIELI_PASSPHRASE", "1111 2222 3333 4444")
    monkeypatch.setenv("XIELI_NOW", "2026-12-28T11:00:00+08:00")
    at = str(office.county.workspace)
    out = tmp_path / "visit.typ"
    assert main(["form", "template", "visit", "--out", str(out), "-w", at, "--json"]) == 0
    assert out.read_text("utf-8") == pdf.shipped("visit")
    assert main(["county", "form", "install", str(out), "--form", "visit", "--from", "2026-01-01", "-w", at]) == 0
    assert "走访记录" in capsys.readouterr().out


# -- notices of a desk ----------------------------------------------------------------------------------------------------------------


def test_the_notices_of_a_desk_say_what_was_done_and_a_village_cannot_print_them(office: Office) -> None:
    app = office.application("temp_emergency", emergency=True)
    office.up()
    steps.accept(office.county, app, platform_no="PT-7")
    steps.decide(office.county, steps.Decide(app, None, True, "800", "2026-12-28", "火灾损失房屋两间"))
    values = shown(office.county, "acceptance", app)
    assert "PT-7" in values
    assert "2026-12-28" in values
    decided = shown(office.county, "decision", app)
    assert {"急难型临时救助", "已审核确认", "800.00", "捌佰元整", "火灾损失房屋两间", "县级"} <= set(decided)
    for form in ("acceptance", "non_acceptance", "decision", "check_list"):
        assert forms.render(office.county, form, [app]).data.startswith(b"%PDF-")
        with pytest.raises(Refused) as said:
            forms.render(office.village, form, [app])
        assert said.value.code == "XL-P02"
    office.down()
    assert {"已审核确认", "捌佰元整", "12349"} <= set(shown(office.village, "told", app))


def test_only_who_authorised_it_is_on_the_list_for_the_check(office: Office) -> None:
    first, second = office.application("dibao", head="石守田"), office.application("dibao", head="何秀珍")
    with office.village.reading() as tx:
        from xieli_tui.store import queries

        person = queries.members(tx, papers.show_application(office.village, first).household)[0].person
    papers.consent(office.village, papers.Consent(first, person=person, until="2027-06-30"))
    office.up()
    made = forms.render(office.county, "check_list", [first, second])
    assert len(made.numbers) == 1
    with office.county.reading() as tx:
        found = forms._subjects(tx, FORMS["check_list"], [first, second])
    rows = forms._document(office.county, FORMS["check_list"], found)["checks"]
    assert [(row["name"], row["until"]) for row in rows] == [("石守田", "2027-06-30")]


def test_a_case_that_is_not_there_is_not_printed(office: Office) -> None:
    with pytest.raises(NotFound) as said:
        forms.render(office.county, "decision", ["00000000-0000-7000-8000-000000000000"])
    assert said.value.code == "XL-V40"
