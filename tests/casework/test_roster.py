"""Roster import: a workbook becomes households and persons once; the second time it is no news; nothing is overwritten."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from basekit import VILLAGE
from rosterkit import HEADS, Book, id_number, township_book, write_book
from xieli_tui.casework import households
from xieli_tui.casework.roster import RosterReport, import_roster
from xieli_tui.casework.session import Session
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal, queries, stubs
from xieli_tui.store.queries import rows

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "roster-a.xlsx"
RELATION, NUMBER, GROUP, CATEGORY, PHONE, BIRTH, NAME, SEX = (HEADS.index(one) for one in ("与户主关系", "户编号", "村民小组", "救助类别", "联系电话", "出生日期", "姓名", "性别"))


def events(session: Session) -> int:
    with session.reading() as tx:
        return journal.count(tx)


def homes(session: Session) -> list[rows.Household]:
    with session.reading() as tx:
        return queries.households(tx)


def people(session: Session) -> dict[str, rows.Person]:
    """Persons by name; the books of these tests have unique names where it matters."""
    with session.reading() as tx:
        return {person.name: person for person in queries.persons(tx)}


def members(session: Session, household: str) -> list[rows.Member]:
    with session.reading() as tx:
        return queries.members(tx, household)


def family(*people: tuple[str, str, str, object], number: str = "001", category: str = "低保", **cells: object) -> list[list[object]]:
    """Rows of one household: (name, relation, sex, id)."""
    out = []
    for at, (name, relation, sex, number_cell) in enumerate(people, 1):
        row: list[object] = [at, number, "三组", people[0][0], name, relation, sex, number_cell, "", "", category, "", "", "", ""]
        for head, value in cells.items():
            row[HEADS.index(head)] = value
        out.append(row)
    return out


def book(*families: list[list[object]]) -> Book:
    return Book([list(row) for rows_of_one in families for row in rows_of_one], [], len(families))


LATER = "2026年12月1日"


def take(session: Session, tmp_path: Path, content: Book, name: str = "台账.xlsx", day: str = "", **kwargs: object) -> RosterReport:
    """A list imported; the second and later ones of a test were filled in a month after the first unless they say otherwise."""
    day = day or ("2026年11月1日" if name == "台账.xlsx" else LATER)
    return import_roster(session, write_book(tmp_path / name, content, filled=day), **kwargs)  # type: ignore[arg-type]


ID_A = id_number(dt.date(1960, 3, 4), 121)
ID_B = id_number(dt.date(1962, 5, 6), 122)
ID_C = id_number(dt.date(1990, 7, 8), 123)
A = ("王大山", "户主", "男", ID_A)
B = ("刘小翠", "配偶", "女", ID_B)
C = ("王小河", "长子", "男", ID_C)


def test_the_townships_workbook_becomes_its_households_and_persons_and_the_second_time_nothing_changes(village_session: Session, tmp_path: Path) -> None:
    content = township_book()
    at_start = events(village_session)
    first = take(village_session, tmp_path, content)
    assert (first.rows, first.households, first.persons) == (123, 62, 123)
    assert (first.created, first.updated, first.unchanged) == (123, 0, 0)
    assert first.rejected == ()
    assert sorted((issue.row, issue.column, issue.code) for issue in first.warnings) == content.expected
    assert first.open_tasks == 6
    found = homes(village_session)
    assert len(found) == 62
    assert sum(home.size for home in found) == 123
    assert all(home.head_name and home.village == VILLAGE and home.known for home in found)
    assert {home.category_rank for home in found} <= {"claim", ""}
    before = events(village_session)
    assert before == at_start + 62 + 2 * 123
    second = import_roster(village_session, tmp_path / "台账.xlsx")
    assert (second.created, second.updated, second.unchanged) == (0, 0, 123)
    assert second.open_tasks == 6
    assert second.warnings == first.warnings
    assert events(village_session) == before


def test_a_dry_run_says_the_same_and_writes_nothing(village_session: Session, tmp_path: Path) -> None:
    before = events(village_session)
    content = township_book()
    dry = take(village_session, tmp_path, content, dry_run=True)
    assert events(village_session) == before
    assert homes(village_session) == []
    wet = take(village_session, tmp_path, content)
    assert {**dry.as_json(), "dry_run": False} == wet.as_json()


def test_strict_leaves_out_float_and_misspelt_ids_and_keeps_the_blank(village_session: Session, tmp_path: Path) -> None:
    report = take(village_session, tmp_path, township_book(), strict=True)
    assert len(report.rejected) == 5
    assert {issue.code for issue in report.rejected} == {"XL-W11", "XL-W12"}
    assert {issue.code for issue in report.warnings} == {"XL-W13", "XL-W14", "XL-W16"}
    assert (report.rows, report.persons, report.created, report.open_tasks) == (123, 118, 118, 1)


def test_the_json_has_the_keys_others_rely_on(village_session: Session, tmp_path: Path) -> None:
    body = take(village_session, tmp_path, township_book()).as_json()
    assert list(body)[:9] == ["rows", "households", "persons", "created", "updated", "unchanged", "rejected", "warnings", "open_tasks"]
    assert all({"row", "column", "code", "what"} <= set(one) for one in body["warnings"])
    text = json.dumps(body, ensure_ascii=False)
    assert "999999" not in text


@pytest.mark.skipif(not SHARED.exists(), reason="the shared roster is not on this machine")
def test_the_shared_roster_imports_as_its_truth_says_and_again_without_change(village_session: Session) -> None:
    first = import_roster(village_session, SHARED)
    assert (first.rows, first.households, first.persons, first.created, len(first.rejected), first.open_tasks) == (123, 62, 123, 123, 0, 6)
    assert sorted(issue.code for issue in first.warnings) == ["XL-W11"] * 3 + ["XL-W12"] * 2 + ["XL-W13"] + ["XL-W14"] + ["XL-W16"] * 2
    second = import_roster(village_session, SHARED)
    assert (second.created, second.updated, second.unchanged) == (0, 0, 123)


def test_damaged_ids_leave_the_family_whole_and_the_person_pending(village_session: Session, tmp_path: Path) -> None:
    wrong = ID_B[:17] + ("0" if ID_B[17] != "0" else "1")
    content = book(family(A, ("刘小翠", "配偶", "女", wrong), ("王小河", "长子", "男", 9.99999199007081e17), ("王小溪", "女儿", "女", "")))
    report = take(village_session, tmp_path, content)
    (home,) = homes(village_session)
    assert home.size == 4
    found = people(village_session)
    assert (found["王大山"].id_no, found["王大山"].id_state, found["王大山"].birth, found["王大山"].sex) == (ID_A, "ok", "1960-03-04", "male")
    assert (found["刘小翠"].id_no, found["刘小翠"].id_state) == (wrong, "pending")
    assert (found["王小河"].id_no, found["王小河"].id_state) == ("", "pending")
    assert (found["王小溪"].id_no, found["王小溪"].id_state) == ("", "pending")
    assert report.open_tasks == 3


def test_a_corrected_id_finds_the_pending_person_and_closes_the_task(village_session: Session, tmp_path: Path) -> None:
    take(village_session, tmp_path, book(family(A, ("刘小翠", "配偶", "女", ""))))
    report = take(village_session, tmp_path, book(family(A, B)), "二.xlsx")
    assert (report.created, report.updated, report.unchanged, report.open_tasks) == (0, 1, 1, 0)
    found = people(village_session)["刘小翠"]
    assert (found.id_no, found.id_state, found.birth) == (ID_B, "ok", "1962-05-06")
    worse = take(village_session, tmp_path, book(family(A, ("刘小翠", "配偶", "女", ID_B[:17] + "7" if ID_B[17] != "7" else ID_B[:17] + "8"))), "三.xlsx")
    assert (worse.updated, worse.open_tasks) == (0, 0)
    assert people(village_session)["刘小翠"].id_no == ID_B


def test_a_changed_value_is_a_claim_that_replaces_the_heads_it_saw(village_session: Session, tmp_path: Path) -> None:
    take(village_session, tmp_path, book(family(A, B, 联系电话="10000001111")))
    report = take(village_session, tmp_path, book(family(A, B, 联系电话="10000002222", category="特困")), "二.xlsx")
    assert (report.created, report.updated, report.households_updated) == (0, 2, 1)
    (home,) = homes(village_session)
    assert home.category == "tekun"
    assert people(village_session)["王大山"].phone == "10000002222"
    with village_session.reading() as tx:
        assert queries.conflicts(tx) == []
        claims = [event for event in journal.events_of_household(tx, home.id) if event.t in ("person.claimed", "household.claimed")]
    assert all(len(event.d["replaces"]) == 1 and event.d["source"] == "台账" and event.d["as_of"] == "2026-12-01" for event in claims)
    assert {tuple(event.d["fields"]) for event in claims} == {("phone",), ("category",)}


def test_what_somebody_corrected_since_is_not_put_back_by_the_same_file(village_session: Session, tmp_path: Path) -> None:
    take(village_session, tmp_path, book(family(A, B, 联系电话="10000001111")))
    who = people(village_session)["王大山"]
    (home,) = homes(village_session)
    households.set_person(village_session, who.id, {"phone": "10000009999"}, "本人说换了号")
    households.set_household(village_session, home.id, {"group": "五组"}, "搬了")
    before = events(village_session)
    report = import_roster(village_session, tmp_path / "台账.xlsx")
    assert (report.updated, report.households_updated, events(village_session)) == (0, 0, before)
    assert people(village_session)["王大山"].phone == "10000009999"
    assert [(one.row, one.label, one.take) for one in report.changes] == [(4, "小组", "keep"), (4, "电话", "keep")]


def test_a_blank_cell_takes_nothing_away(village_session: Session, tmp_path: Path) -> None:
    take(village_session, tmp_path, book(family(A, 联系电话="10000001111", 健康状况="慢性病")))
    report = take(village_session, tmp_path, book(family(A, category="", 村民小组="")), "二.xlsx")
    assert (report.updated, report.households_updated) == (0, 0)
    (home,) = homes(village_session)
    assert (home.category, home.fields["group"]) == ("dibao", "三组")
    assert people(village_session)["王大山"].fields["health"] == "chronic"


def test_groups_and_numbers_that_only_look_different_are_the_same(village_session: Session, tmp_path: Path) -> None:
    take(village_session, tmp_path, book(family(A, B, number="007")))
    content = book(family(A, B, number="7", 村民小组="3组"))
    report = take(village_session, tmp_path, content, "二.xlsx")
    assert (report.created, report.updated, report.households_created, report.households_updated) == (0, 0, 0, 0)


def test_a_member_of_another_category_carries_it_alone(village_session: Session, tmp_path: Path) -> None:
    rows_ = family(A, B, C)
    rows_[2][CATEGORY] = "特困"
    take(village_session, tmp_path, book(rows_))
    (home,) = homes(village_session)
    found = people(village_session)
    assert home.category == "dibao"
    assert (found["王小河"].category, found["刘小翠"].category) == ("tekun", "")
    rows_[2][CATEGORY] = "低保"
    report = take(village_session, tmp_path, book(rows_), "二.xlsx")
    assert (report.updated, people(village_session)["王小河"].category) == (1, "dibao")
    assert import_roster(village_session, tmp_path / "二.xlsx").updated == 0


def test_new_members_join_and_a_relation_is_corrected_not_overwritten(village_session: Session, tmp_path: Path) -> None:
    take(village_session, tmp_path, book(family(A, B)))
    report = take(village_session, tmp_path, book(family(A, ("刘小翠", "儿媳", "女", ID_B), C)), "二.xlsx")
    assert (report.created, report.updated, report.unchanged) == (1, 1, 1)
    (home,) = homes(village_session)
    assert {member.name: member.relation for member in members(village_session, home.id)} == {"王大山": "02", "刘小翠": "38", "王小河": "22"}
    with village_session.reading() as tx:
        assert len([event for event in journal.events_of_household(tx, home.id) if event.t == "fact.corrected"]) == 1
    assert import_roster(village_session, tmp_path / "二.xlsx").updated == 0


def test_a_person_listed_in_another_household_moves_there(village_session: Session, tmp_path: Path) -> None:
    take(village_session, tmp_path, book(family(A, B, C)))
    split = book(family(A, B), family(("王小河", "户主", "男", ID_C), number="002"))
    report = take(village_session, tmp_path, split, "二.xlsx")
    assert (report.created, report.updated, report.households_created) == (0, 1, 1)
    sizes = {home.fields["number"]: home.size for home in homes(village_session)}
    assert sizes == {"001": 2, "002": 1}
    again = import_roster(village_session, tmp_path / "二.xlsx")
    assert (again.created, again.updated, again.households_created) == (0, 0, 0)


def test_one_id_at_two_names_identifies_nobody_twice(village_session: Session, tmp_path: Path) -> None:
    content = book(family(A, ("刘小翠", "配偶", "女", ID_A)), family(("陈别户", "户主", "男", ID_A), number="002"))
    report = take(village_session, tmp_path, content)
    assert report.persons == 3
    found = people(village_session)
    assert [found[name].id_state for name in ("王大山", "刘小翠", "陈别户")] == ["ok", "pending", "pending"]
    assert sorted((note.row, note.code) for note in report.notes) == [(5, "XL-V03"), (5, "XL-V11"), (6, "XL-V03")]
    before = events(village_session)
    again = import_roster(village_session, tmp_path / "台账.xlsx")
    assert (again.created, again.updated, events(village_session)) == (0, 0, before)
    third = take(village_session, tmp_path, book(family(("另一个", "户主", "男", ID_A), number="003")), "三.xlsx")
    assert (third.created, people(village_session)["另一个"].id_state) == (1, "pending")
    assert import_roster(village_session, tmp_path / "三.xlsx").created == 0


def test_the_same_person_twice_in_a_file_is_one_person(village_session: Session, tmp_path: Path) -> None:
    report = take(village_session, tmp_path, book(family(A, B, B)))
    assert (report.rows, report.persons, report.created) == (3, 2, 2)
    assert import_roster(village_session, tmp_path / "台账.xlsx").created == 0


def test_two_people_of_one_name_without_ids_stay_two(village_session: Session, tmp_path: Path) -> None:
    twins = family(A, ("王小", "长子", "男", ""), ("王小", "次子", "男", ""))
    first = take(village_session, tmp_path, book(twins))
    assert first.created == 3
    again = import_roster(village_session, tmp_path / "台账.xlsx")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)


def test_without_numbers_households_are_known_by_head_and_address(village_session: Session, tmp_path: Path) -> None:
    heads = ("序号", "户主姓名", "姓名", "与户主关系", "性别", "身份证号", "家庭住址")

    def rows_of(address: str) -> list[list[object]]:
        return [[1, "王大山", "王大山", "户主", "男", ID_A, address], [2, "王大山", "刘小翠", "配偶", "女", ID_B, address], [3, "王大山", "王大山", "户主", "男", ID_C, "石桥村 8 号"]]

    path = write_book(tmp_path / "a.xlsx", Book(rows_of("石桥村 3 号")), heads=heads)
    first = import_roster(village_session, path)
    assert (first.households, first.persons) == (2, 3)
    second = import_roster(village_session, write_book(tmp_path / "b.xlsx", Book(rows_of("石桥村3号")), heads=heads))
    assert (second.created, second.updated, second.households_created, second.households_updated) == (0, 0, 0, 0)


def test_a_number_given_to_an_entirely_different_family_is_a_new_household_and_said(village_session: Session, tmp_path: Path) -> None:
    take(village_session, tmp_path, book(family(A, B)))
    other = book(family(("陈新来", "户主", "男", ID_C)))
    report = take(village_session, tmp_path, other, "二.xlsx")
    assert (report.households_created, report.created) == (1, 1)
    assert [note.row for note in report.notes] == [4]
    again = import_roster(village_session, tmp_path / "二.xlsx")
    assert (again.households_created, again.created, again.updated) == (0, 0, 0)


def test_a_renumbered_family_stays_the_same_household(village_session: Session, tmp_path: Path) -> None:
    take(village_session, tmp_path, book(family(A, B)))
    report = take(village_session, tmp_path, book(family(A, B, number="031")), "二.xlsx")
    assert (report.households_created, report.households_updated, report.created) == (0, 1, 0)
    (home,) = homes(village_session)
    assert home.fields["number"] == "031"


def test_rows_of_a_village_that_is_not_ours_are_rejected_with_their_reason(village_session: Session, tmp_path: Path) -> None:
    heads = ("序号", "所在村", "姓名", "与户主关系", "身份证号")
    path = write_book(tmp_path / "a.xlsx", Book([[1, "石桥村", "王大山", "户主", ID_A], [2, "远山村", "刘小翠", "户主", ID_B]]), heads=heads)
    report = import_roster(village_session, path)
    assert [(issue.row, issue.column, issue.code) for issue in report.rejected] == [(5, "所在村", "XL-S01")]
    assert report.created == 1


def test_the_error_workbook_goes_out_even_in_a_dry_run_and_a_bad_target_stops_the_import(village_session: Session, tmp_path: Path) -> None:
    content = township_book()
    report = take(village_session, tmp_path, content, dry_run=True, errors_out=tmp_path / "错误.xlsx")
    assert report.error_rows == 9
    assert (tmp_path / "错误.xlsx").stat().st_mode & 0o777 == 0o600
    with village_session.reading() as tx:
        (said,) = [event.d for event in journal.events_of_type(tx, "audit.exported")]
    assert (said["what"], said["rows"], said["full"]) == ("roster_errors", 9, True)
    before = events(village_session)
    with pytest.raises(Refused) as caught:
        take(village_session, tmp_path, content, errors_out=tmp_path / "没有" / "x.xlsx")
    assert caught.value.code == "XL-F03"
    assert events(village_session) == before


@pytest.mark.parametrize(("make", "code"), [("folder", "XL-F01"), ("missing", "XL-F05"), ("text", "XL-W02"), ("headless", "XL-W01"), ("mapping", "XL-W05")])
def test_bad_input_ends_in_its_code_and_records_nothing(village_session: Session, tmp_path: Path, make: str, code: str) -> None:
    path, mapping = tmp_path / "x.xlsx", None
    if make == "folder":
        path.mkdir()
    elif make == "text":
        path.write_text("姓名,身份证号\n", encoding="utf-8")
    elif make == "headless":
        write_book(path, Book([[1, 2, 3]]), heads=("甲", "乙", "丙"))
    elif make == "mapping":
        write_book(path, book(family(A)))
        mapping = tmp_path / "m.toml"
        mapping.write_text("[columns]\nnothing = 'x'\n", encoding="utf-8")
    before = events(village_session)
    with pytest.raises((Refused, NotFound)) as caught:
        import_roster(village_session, path, mapping=mapping)
    assert caught.value.code == code
    assert events(village_session) == before


def test_a_crash_in_the_middle_leaves_nothing(village_session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = events(village_session)
    real = journal.append

    def dies(*args: object, **kwargs: object) -> object:
        real(*args, **kwargs)  # type: ignore[arg-type]
        raise RuntimeError("power")

    monkeypatch.setattr(journal, "append", dies)
    with pytest.raises(RuntimeError, match="power"):
        take(village_session, tmp_path, book(family(A, B)))
    monkeypatch.undo()
    assert events(village_session) == before
    assert homes(village_session) == []


def test_names_of_the_roster_are_found_by_initials_and_fifteen_digits_by_their_new_number(village_session: Session, tmp_path: Path, clock: FixedClock) -> None:
    content = book(family(("单桂芳", "户主", "女", "999999540811996")))
    report = take(village_session, tmp_path, content)
    assert [issue.code for issue in report.warnings] == ["XL-W14"]
    assert people(village_session)["单桂芳"].id_no == "999999195408119963"
    assert [row.head for row in households.list_households(village_session, "sgf")] == ["单桂芳"]


def test_whom_an_entity_names_is_found_by_its_index_and_not_by_reading_every_mention_of_the_county(village_session: Session) -> None:
    with village_session.reading() as tx:
        [plan] = tx.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {stubs._WHOM}", ("999999", "person", "x")).all()
    assert "ix_mention_source (county_code=? AND topic=? AND entity=?)" in plan[3]
