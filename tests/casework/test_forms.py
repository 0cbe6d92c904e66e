"""Every form for three families: a name of rare characters, a minor, twenty people (issue 7, Must show); what is recorded; what is refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from form_families import MANY, MINOR, RARE, Home, many, minor, rare

from basekit import START, Template, reopened, state_at
from xieli_tui.casework import forms, papers
from xieli_tui.casework.households import AddHousehold, add_household, set_household
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import NotFound, Refused
from xieli_tui.paper import pdf
from xieli_tui.paper.catalogue import FORMS, Form
from xieli_tui.store import journal

VILLAGE_FORMS = [one for one in FORMS.values() if not one.desk]
OF_FAMILIES = [one.id for one in VILLAGE_FORMS if one.about not in ("", "kind")]
WITH_NUMBERS = {"application": "all", "consent": "all", "commitment": "all", "survey": "all", "temp_aid": "all", "entrust": "head", "selfcare": "head", "kin": "head"}
"""Forms that carry identity numbers: of everybody, of the applicant."""
OFFICE_WORDS = ("受理", "审核", "审批", "确认")
PAGE = (595.3, 841.9)
WHERE = """(
  query(<shown>).map(m => (m.value.at(0), m.value.at(1), m.location().page(), m.location().position().x.pt(), m.location().position().y.pt())),
  query(<number>).map(m => m.value),
)"""


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory, village_template: Template) -> Iterator[tuple[Session, dict[str, Home]]]:
    """A village with the three families; nothing here writes a fact."""
    import shutil

    base = tmp_path_factory.mktemp("forms")
    shutil.copytree(village_template.folder, base / "v")
    shutil.copytree(village_template.state, base / "state")
    with state_at(base / "state"):
        session = reopened(village_template, base / "v", FixedClock(START))
        yield session, {home.name: home for home in (rare(session), minor(session), many(session))}
        session.close()


def about(form: Form, home: Home) -> str:
    """What `--for` names for a family."""
    return {"household": home.household, "application": home.application, "visit": home.visit, "referral": home.referral, "kind": "dibao"}.get(form.about, "")


def documents(session: Session, form: Form, *given: str) -> list[dict[str, Any]]:
    """The data of a form's documents."""
    with session.reading() as tx:
        found = forms._subjects(tx, form, given)
    return [forms._document(session, form, [one]) for one in found]


@pytest.mark.parametrize("name", OF_FAMILIES)
def test_each_form_of_each_family_holds_its_values_on_the_page_and_each_number_on_one_line(village: tuple[Session, dict[str, Home]], name: str) -> None:
    session, homes = village
    form = FORMS[name]
    docs = documents(session, form, *(about(form, home) for home in homes.values()))
    shown, measured = pdf.asked(pdf.shipped(name), docs, WHERE)
    pairs = list(zip(shown[::2], shown[1::2], strict=True))
    assert all(a[0] == b[0] and (a[1], b[1]) == ("a", "b") for a, b in pairs)
    assert name not in WITH_NUMBERS or len(measured) >= len(homes)
    wide, high = PAGE
    for value, _, _, x, y in shown:
        assert 40 < x < wide - 40, value
        assert 30 < y <= high - 40, value
    values = "\n".join(a[0] for a, _ in pairs)
    for home in homes.values():
        assert home.name in values
        numbers = {"all": home.ids, "head": home.ids[:1]}.get(WITH_NUMBERS.get(name, ""), ())
        assert all(number in values for number in numbers)
    for number, room, needs in measured:
        assert needs <= room, f"{number} does not stand on one line: {needs} of {room}"
    pages = {one[2] for one in shown}
    assert pages == set(range(1, max(pages) + 1)), "a sheet with nothing but places to sign"
    assert not {"10000002191", "10000002192", "100-0000-2191"} & set(re.findall(r"[0-9-]{11,}", values)), "a number out of somebody's note"
    if name not in WITH_NUMBERS:
        assert not any(number in values for home in homes.values() for number in home.ids), "a number on a form that does not ask for it"


@pytest.mark.parametrize("name", [one.id for one in VILLAGE_FORMS])
def test_each_form_is_a_pdf_and_a_word_file_with_the_same_values(village: tuple[Session, dict[str, Home]], name: str) -> None:
    session, homes = village
    form, home = FORMS[name], homes[RARE]
    given = [about(form, home)] if form.about else []
    made = forms.render(session, name, given)
    assert made.data.startswith(b"%PDF-")
    word = forms.render(session, name, given, "docx")
    assert word.numbers == made.numbers
    assert word.lacking == ()
    with zipfile.ZipFile(io.BytesIO(word.data)) as archive:
        text = archive.read("word/document.xml").decode()
        assert any(part.startswith("word/media/") for part in archive.namelist()), "no QR code"
    assert made.numbers[0] in text
    assert "{{" not in text
    assert "{%" not in text
    if form.about in ("household", "application", "visit", "referral"):
        assert RARE in text


@pytest.mark.parametrize("name", [one.id for one in VILLAGE_FORMS])
def test_a_village_prints_no_word_of_the_office_but_in_a_title_of_the_offices_own(name: str) -> None:
    source = pdf.shipped(name)
    found = [word for word in OFFICE_WORDS if word in source or word in FORMS[name].title_at("village")]
    assert found == (["审核", "审批"] if name == "temp_aid" else [])


def test_a_minor_is_signed_for_by_the_guardian_and_every_adult_signs(village: tuple[Session, dict[str, Home]]) -> None:
    session, homes = village
    child = documents(session, FORMS["consent"], homes[MINOR].application)[0]["signers"]
    assert [(row["name"], row["by"]) for row in child] == [(MINOR, "监护人李建国代签"), ("李赵氏", "本人")]
    who = documents(session, FORMS["application"], homes[MINOR].application)[0]["who"]
    assert (who["guardian"], who["by"]) == ("李建国", "（未成年，监护人李建国代签）")
    assert documents(session, FORMS["application"], homes[RARE].application)[0]["who"]["by"] == ""
    assert child[1]["signed"].startswith("已签")
    everybody = documents(session, FORMS["consent"], homes[MANY].application)[0]["signers"]
    assert len(everybody) == 20
    assert {row["by"] for row in everybody} == {"本人"}


def test_amounts_stand_in_digits_and_in_capitals(village: tuple[Session, dict[str, Home]]) -> None:
    session, homes = village
    app = documents(session, FORMS["temp_aid"], homes[RARE].application)[0]["app"]
    assert (app["asked"], app["asked_upper"]) == ("800.00 元", "捌佰元整")


def test_a_survey_is_a_draft_in_a_village(village: tuple[Session, dict[str, Home]]) -> None:
    session, homes = village
    made = documents(session, FORMS["survey"], homes[RARE].application)[0]
    assert made["form"]["title"] == "入户调查表（协助填写底稿）"
    assert made["survey"]["by"] == ""
    for part, kinds, stated in (("income_all", 9, {"种养殖", "养老金"}), ("assets_all", 7, {"住房", "牲畜"}), ("expenses_all", 7, {"生活", "医疗自付"})):
        rows = made["means"][part]
        assert len(rows) == kinds, "every kind is asked"
        assert {row["item"] for row in rows if row.get("amount") or row.get("value") or row["text"] == "砖瓦房三间"} == stated


def test_a_folder_lists_what_it_has_and_leaves_a_place_for_the_rest(village: tuple[Session, dict[str, Home]]) -> None:
    session, homes = village
    rows = documents(session, FORMS["cover"], homes[RARE].household)[0]["papers"]
    assert (rows[0]["doc"], rows[0]["where"]) == ("身份证复印件", "村办公室铁柜二层")
    assert [row["no"] for row in rows] == [str(at) for at in range(1, 14)]
    assert [row["doc"] for row in rows].count("身份证复印件") == 1
    assert documents(session, FORMS["temp_aid"], homes[RARE].application)[0]["docs"]["id_card"] == "1"
    assert documents(session, FORMS["temp_aid"], homes[RARE].application)[0]["docs"]["hukou_book"] == ""


def test_what_lacks_is_said_at_once_and_twenty_signatures_are_one_row(village: tuple[Session, dict[str, Home]]) -> None:
    session, homes = village
    rows = documents(session, FORMS["missing"], homes[MANY].application)[0]["missing"]
    assert len(rows) < 10
    assert any("核对授权书" in row["doc"] and "王建军" in row["doc"] and "欧阳石头" in row["doc"] for row in rows)


def test_the_route_has_the_last_promise_and_the_open_papers_and_no_number(village: tuple[Session, dict[str, Home]]) -> None:
    session, homes = village
    session.clock.tick(days=3)  # type: ignore[attr-defined]  # the promise is due
    try:
        made = documents(session, FORMS["route"])[0]
    finally:
        session.clock.tick(days=-3)  # type: ignore[attr-defined]
    rows = made["route"]["rows"]
    assert {row["head"] for row in rows} == {RARE, MINOR, MANY}
    assert [row["place"][0] for row in rows] == ["1", "2", "3"]
    assert all(row["promise"] == "带临时救助的表来，先打 100****2192（2026-12-30）" for row in rows)
    assert not any(number in str(made) for number in ("10000002192", "2191")), "a number out of a note"
    assert all("社会救助申请表" in row["papers"] for row in rows)
    assert not any(number in str(made) for home in homes.values() for number in home.ids)


def test_the_number_and_the_digest_say_nothing_and_the_digest_changes_with_the_content(village: tuple[Session, dict[str, Home]]) -> None:
    session, homes = village
    one, two = (documents(session, FORMS[name], homes[RARE].application)[0]["form"] for name in ("application", "consent"))
    assert one["number"].startswith("SQ-20261228-")
    assert two["number"].startswith("HS-20261228-")
    assert one["number"][-8:] == two["number"][-8:]
    assert one["digest"] != two["digest"]
    assert documents(session, FORMS["application"], homes[RARE].application)[0]["form"] == one


def test_several_subjects_are_one_pdf_and_each_is_recorded(village: tuple[Session, dict[str, Home]]) -> None:
    session, homes = village
    with session.reading() as tx:
        before = journal.head(tx, session.dev, session.ep)[0]
    made = forms.render(session, "诚信承诺书", [home.application for home in homes.values()])
    assert len(set(made.numbers)) == 3
    with session.reading() as tx:
        lines = [event.d for event in journal.events_of_type(tx, "audit.printed") if event.seq > before]
    assert [(one["form"], one["subject"]) for one in lines] == [("commitment", home.application) for home in homes.values()]


def test_a_group_is_printed_in_one_file_or_a_file_for_each_family_named_by_its_number(village: tuple[Session, dict[str, Home]], tmp_path: Path) -> None:
    session, homes = village
    assert set(forms.families(session, "全村")) == {home.household for home in homes.values()}
    assert forms.families(session, "三组") == [homes[RARE].household]
    with pytest.raises(NotFound, match="XL-V40"):
        forms.families(session, "9组")
    whole = forms.save(session, "cover", forms.families(session, "全村"), tmp_path / "a.pdf")
    assert len(whole.numbers) == 3
    room = tmp_path / "each"
    room.mkdir()
    done = forms.save_each(session, "cover", forms.families(session, "全村"), room)
    assert {Path(one.file).name for one in done} == {f"{one.numbers[0]}.PDF" for one in done}
    assert set(whole.numbers) == {one.numbers[0] for one in done}
    with session.reading() as tx:
        before = journal.head(tx, session.dev, session.ep)[0]
    for code, folder, kind in (("XL-F08", room, "pdf"), ("XL-F05", tmp_path / "no", "pdf"), ("XL-F07", tmp_path / "a.pdf", "pdf"), ("XL-V08", room, "exe")):
        with pytest.raises((Refused, NotFound)) as said:
            forms.save_each(session, "cover", [homes[RARE].household], folder, kind)
        assert said.value.code == code
    with session.reading() as tx:
        assert journal.head(tx, session.dev, session.ep)[0] == before, "nothing is recorded of what was refused"
    assert len(forms.save_each(session, "cover", [homes[RARE].household, homes[RARE].household], room, "docx")) == 1


def test_what_is_refused_is_said_and_nothing_is_recorded(village: tuple[Session, dict[str, Home]], tmp_path: Path) -> None:
    session, homes = village
    app = homes[RARE].application
    with session.reading() as tx:
        before = journal.head(tx, session.dev, session.ep)[0]
    for code, call in (
        ("XL-P02", lambda: forms.render(session, "acceptance", [app])), ("XL-V08", lambda: forms.render(session, "nothing", [app])), ("XL-V06", lambda: forms.render(session, "consent")),
        ("XL-V40", lambda: forms.render(session, "cover", ["00000000-0000-7000-8000-000000000000"])), ("XL-V45", lambda: forms.render(session, "referral", ["0"])),
        ("XL-V11", lambda: forms.render(session, "consent", [app, homes[MINOR].application], "docx")), ("XL-V11", lambda: forms.save(session, "consent", [app], tmp_path / "a.txt")),
        ("XL-F05", lambda: forms.save(session, "consent", [app], tmp_path / "no" / "a.pdf")), ("XL-F01", lambda: forms.save(session, "consent", [app], tmp_path)),
        ("XL-V08", lambda: forms.render(session, "card", ["什么"])), ("XL-V11", lambda: forms.render(session, "card", ["heating"])),
    ):
        with pytest.raises((Refused, NotFound)) as said:
            call()
        assert said.value.code == code
    with session.reading() as tx:
        assert journal.head(tx, session.dev, session.ep)[0] == before
    assert list(tmp_path.iterdir()) == [tmp_path / "state"] or not list(tmp_path.iterdir())


def test_a_file_that_lies_there_is_not_overwritten(village: tuple[Session, dict[str, Home]], tmp_path: Path) -> None:
    session, homes = village
    out = tmp_path / "a.pdf"
    assert forms.save(session, "cover", [homes[RARE].household], out).bytes == out.stat().st_size
    kept = out.read_bytes()
    with pytest.raises(Refused) as said:
        forms.save(session, "cover", [homes[MINOR].household], out)
    assert said.value.code == "XL-F08"
    assert out.read_bytes() == kept


def test_what_is_looked_at_lies_in_the_private_folder_and_goes_when_the_desk_locks(village_session: Session) -> None:
    home = add_household(village_session, AddHousehold("王秀英", {"group": "1组"}, {"birth": "1951-03-07"})).id
    made = forms.to_look_at(village_session, "cover", [home])
    path = Path(made.file)
    assert path.parent == papers.of(village_session).room
    assert path.name == "cover-1.pdf"
    village_session.close()
    assert not path.exists()


def test_a_name_the_font_lacks_stops_the_pdf_and_the_word_file_says_so(village_session: Session) -> None:
    home = add_household(village_session, AddHousehold("王𪚥", {"group": "1组"}, {"birth": "1951-03-07"})).id
    with pytest.raises(Refused) as said:
        forms.render(village_session, "cover", [home])
    assert said.value.code == "XL-W31"
    assert "𪚥（U+2A6A5）" in str(said.value)
    assert forms.render(village_session, "cover", [home], "docx").lacking == ("𪚥（U+2A6A5）",)
    set_household(village_session, home, {"address": "#read(\"/etc/passwd\") *老街*"})
    assert forms.render(village_session, "cover", [home], "docx").data


def test_a_family_without_an_application_prints_blank_forms_and_nothing_invented(village_session: Session) -> None:
    home = add_household(village_session, AddHousehold("王秀英", {"group": "1组"}, {"birth": "1951-03-07"})).id
    for name in ("application", "consent", "commitment", "entrust", "survey", "selfcare", "temp_aid", "kin", "visit"):
        assert forms.render(village_session, name, [home]).data.startswith(b"%PDF-")
    made = documents(village_session, FORMS["application"], home)[0]
    assert made["means"]["month"] == made["app"]["reason"] == made["who"]["id"] == ""
    with pytest.raises(NotFound) as said:
        forms.render(village_session, "missing", [home])
    assert said.value.code == "XL-V42"
