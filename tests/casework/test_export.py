"""What leaves as a file: covered unless a reason is given, recorded before it is written, exact, and harmless for whoever opens it."""

from __future__ import annotations

import csv
import json
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from casework_kit import HEAD_ID, Family, count, family

from xieli_sync.event import ZERO, chain_hash
from xieli_tui.casework import export as exports
from xieli_tui.casework.export import export
from xieli_tui.casework.export_families import OF_FAMILIES
from xieli_tui.casework.households import set_household, set_person
from xieli_tui.casework.reads import operator_name
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.domain.text import safe
from xieli_tui.errors import NotFound, Refused, XieliError
from xieli_tui.paper.table_out import exact, table
from xieli_tui.store import journal

PHONE, BANK, CERT, GUARDIAN = "10000002190", "6222021001000000019", "99999919510307042543", "李建军大伯"
NOTE = f"他说号是 {HEAD_ID}，电话 {PHONE}，别记错"
REASON = "县民政局核对在册人员"


@pytest.fixture
def home(village_session: Session) -> Family:
    made = family(village_session)
    set_person(village_session, made.head, {"id_no": HEAD_ID, "phone": PHONE, "bank": BANK, "disability_cert": CERT, "guardian": GUARDIAN, "note": NOTE})
    set_household(village_session, made.id, {"address": "石桥村2组7号", "note": "=1+1"})
    record_visit(village_session, RecordVisit(made.id, "self", note=NOTE, marks={"economy": 3}))
    return made


def audited(session: Session) -> list[dict[str, Any]]:
    """Every record that something left, oldest first."""
    with session.reading() as tx:
        return [event.d for batch in journal.iterate_all(tx, types=("audit.exported",)) for event in batch]


def rows(session: Session, what: str, folder: Path, **more: Any) -> list[dict[str, str]]:
    out = folder / f"{what}-{len(list(folder.iterdir()))}.json"
    export(session, what, out, form="json", **more)
    return list(json.loads(out.read_text(encoding="utf-8")))


@pytest.mark.parametrize("what", list(OF_FAMILIES))
@pytest.mark.parametrize("form", ["xlsx", "csv", "json", "jsonl"])
def test_nothing_that_identifies_leaves_uncovered_without_a_reason_in_any_format(village_session: Session, home: Family, tmp_path: Path, what: str, form: str) -> None:
    out = tmp_path / f"a.{form}"
    done = export(village_session, what, out, form=form)
    text = " ".join(str(cell) for line in openpyxl.load_workbook(out).active.values for cell in line) if form == "xlsx" else out.read_text(encoding="utf-8-sig")
    assert done.rows == {"households": 1, "persons": 3, "visits": 1}[what]
    assert "王秀英" in text
    for number in (HEAD_ID, PHONE, BANK, CERT, GUARDIAN, BANK[-4:]):
        assert number not in text, number
    assert audited(village_session)[-1] == {"what": what, "rows": done.rows, "full": False}


def test_in_full_it_is_exact_and_the_reason_is_in_the_chain_before_the_file(village_session: Session, home: Family, tmp_path: Path) -> None:
    head = next(row for row in rows(village_session, "persons", tmp_path, full=True, reason=REASON) if row["name"] == "王秀英")
    assert (head["id_no"], head["phone"], head["bank"], head["disability_cert"], head["guardian"], head["note"]) == (HEAD_ID, PHONE, BANK, CERT, GUARDIAN, NOTE)
    assert audited(village_session)[-1] == {"what": "persons", "rows": 3, "full": True, "reason": REASON}
    [visit] = rows(village_session, "visits", tmp_path, full=True, reason=REASON)
    assert (visit["note"], visit["head"]) == (NOTE, "王秀英")
    with village_session.reading() as tx:
        assert visit["visitors"] == operator_name(village_session, tx) != "", "who wrote it down went, where nobody is named"


@pytest.mark.parametrize(
    ("what", "more", "code", "field"),
    [
        ("persons", {"full": True}, "XL-V06", "reason"), ("persons", {"full": True, "reason": "  "}, "XL-V06", "reason"), ("people", {}, "XL-V08", "what"), ("persons", {"form": "docx"}, "XL-V08", "format"),
        ("events", {}, "XL-V11", "full"), ("events", {"full": True, "reason": REASON, "form": "xlsx"}, "XL-V11", "format"), ("visits", {"since": "随便"}, "XL-V01", "since"),
    ],
)
def test_what_cannot_be_exported_is_refused_before_anything_is_recorded_or_written(village_session: Session, home: Family, tmp_path: Path, what: str, more: dict[str, Any], code: str, field: str) -> None:
    before = count(village_session)
    with pytest.raises(XieliError) as caught:
        export(village_session, what, tmp_path / "a.xlsx", **more)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert count(village_session) == before
    assert not (tmp_path / "a.xlsx").exists()


def test_nothing_is_overwritten_and_a_folder_that_is_not_there_is_not_made(village_session: Session, home: Family, tmp_path: Path) -> None:
    there = tmp_path / "a.xlsx"
    there.write_bytes(b"hers")
    before = count(village_session)
    for out, code in ((there, "XL-F08"), (tmp_path, "XL-F01"), (there / "b.xlsx", "XL-F07"), (tmp_path / "no" / "b.xlsx", "XL-F05")):
        with pytest.raises((Refused, NotFound)) as caught:
            export(village_session, "persons", out)
        assert caught.value.code == code
    assert there.read_bytes() == b"hers"
    assert count(village_session) == before


def test_since_a_day_leaves_out_what_nobody_wrote_about(village_session: Session, clock: FixedClock, tmp_path: Path) -> None:
    old = family(village_session)
    record_visit(village_session, RecordVisit(old.id, "self"))
    clock.tick(days=3)
    new = family(village_session, "何秀珍", "3组")
    record_visit(village_session, RecordVisit(new.id, "self", on="2026-12-30"))
    assert {row["head"] for row in rows(village_session, "households", tmp_path)} == {"王秀英", "何秀珍"}
    assert {row["household"] for row in rows(village_session, "persons", tmp_path, since="2026-12-30")} == {new.id}
    assert [row["on"] for row in rows(village_session, "visits", tmp_path, since="12-30")] == ["2026-12-30"]


def test_events_are_the_exact_lines_and_their_hashes_make_the_chain(village_session: Session, home: Family, tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"
    before = count(village_session)
    export(village_session, "events", out, form="jsonl", full=True, reason=REASON)
    told = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(told) == before
    last = ZERO
    for row in told:
        last = chain_hash(last, row["line"].encode())
        assert row["hash"] == last
    assert HEAD_ID in out.read_text(encoding="utf-8")


HOSTILE = "=1+1\n\x1b[31m红\u202e倒\u2066\x9b2J\x1b]52;c;AAAA\x07\x1b]8;;http://x\x07链\x1b]8;;\x07[red]x[/]\ttab"


@pytest.mark.parametrize("form", ["xlsx", "csv", "json", "jsonl"])
def test_what_people_wrote_is_no_formula_no_link_and_moves_nothing_where_the_file_is_opened(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "mkstemp", lambda *_a, **_m: pytest.fail("a workbook lay in the temporary folder in clear"))
    monkeypatch.setattr(tempfile, "mkdtemp", lambda *_a, **_m: pytest.fail("a workbook lay in the temporary folder in clear"))
    data = table(form, "表", (("a", "甲"), ("b", "乙")), [{"a": HOSTILE, "b": text} for text in ("+1", "-1", "@x", "\t=1", "\r=1", "＝1", "https://x", "999999195103070425")])
    out = tmp_path / f"a.{form}"
    out.write_bytes(data)
    if form == "xlsx":
        sheet = openpyxl.load_workbook(out)["表"]
        cells = [cell for line in sheet.iter_rows() for cell in line]
        assert {cell.data_type for cell in cells} == {"s"}
        assert not any(cell.hyperlink for cell in cells)
        texts = [str(cell.value) for cell in cells]
        assert "999999195103070425" in texts
    elif form == "csv":
        texts = [cell for line in csv.reader(data.decode("utf-8-sig").splitlines(keepends=True)) for cell in line]
        assert not any(text.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for text in texts)
    else:
        texts = data.decode().splitlines()
        found = json.loads(data) if form == "json" else [json.loads(line) for line in texts]
        assert found[0]["a"] == HOSTILE, "JSON keeps it exactly"
    for text in texts:
        for line in text.split("\n"):
            assert safe(line) == line, ascii(line)


def test_json_is_exact_whatever_stands_in_it() -> None:
    for text in (HOSTILE, "\u202e", "\u2028", "\x00", "𠮷\ue000", '"\\'):
        told = exact({"a": text})
        assert json.loads(told) == {"a": text}
        assert safe(told) == told


def test_every_topic_of_the_command_is_one_of_the_verb() -> None:
    from xieli_tui.cli.export import WHAT

    assert set(WHAT) == set(exports.TOPICS)


def test_an_id_of_the_program_is_never_taken_for_a_telephone() -> None:
    """One in a hundred has eleven digits somewhere."""
    for key in exports.OWN_IDS:
        for ident in ("01a2ba2a-67d8-7fb9-976a-089098586700", "01a2ba2b-7948-7275-9561-85d6a3ee318c", "01a2ba2e-1928-7363-833e-5d57d8d5a942"):
            assert exports._covered({key: ident, "note": f"电话 {PHONE}"}) == {key: ident, "note": "电话 100****2190"}
    columns = {key for topic in exports.TOPICS.values() for key, head in topic.heads if head.startswith("协理")}
    assert columns == exports.OWN_IDS, "every one of them, and no column of people's"
