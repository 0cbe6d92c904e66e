"""After printing and locking no name and no number of anybody lies anywhere in clear: workspace, state, temporary folder (issue 7, Must show)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import leak_search
import pytest

from xieli_tui.casework import forms, papers
from xieli_tui.casework.households import AddHousehold, AddPerson, add_household, add_person, show
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.casework.start_application import StartApplication, start_application

PEOPLE = {"head": "欧阳㛃㐱子", "child": "慕容㚥㛃儿", "place": "老槐树底下第九家红门", "note": "炕塌了半边没人管"}
NUMBER = "999999195103070425"


def test_a_search_after_printing_every_form_and_locking_finds_nothing(village_session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    session = village_session
    home = add_household(session, AddHousehold(PEOPLE["head"], {"group": "1组", "address": PEOPLE["place"]}, {"birth": "1951-03-07", "sex": "女", "id_no": NUMBER})).id
    add_person(session, AddPerson(home, PEOPLE["child"], "孙女", {"birth": "2013-09-10"}))
    record_visit(session, RecordVisit(home, "self", note=PEOPLE["note"]))
    app = start_application(session, StartApplication(home, ("dibao",), reason=PEOPLE["note"])).id
    for form in ("application", "consent", "commitment", "entrust", "survey", "selfcare", "temp_aid", "kin", "missing", "visit", "cover", "told", "delivery"):
        for kind in ("pdf", "docx"):
            forms.to_look_at(session, form, [home if form in ("cover", "visit") else app], kind)
    for form in ("route", "handover"):
        forms.to_look_at(session, form)
    assert show(session, home).row.head == PEOPLE["head"]
    search = leak_search.Search({**PEOPLE, "number": NUMBER})
    room = papers.of(session).room
    found = {hit.label for hit in search.folders([room])}
    assert found >= {"head", "child", "place", "number"}, "the search finds what lies there while the desk is open"
    session.close()
    before = search.files
    assert search.folders([session.workspace, tmp_path / "state", temporary]) == []
    assert search.files > before, "nothing was searched"
    assert not (session.workspace / papers.FOLDER).exists()
    assert list(temporary.rglob("*")) == []
