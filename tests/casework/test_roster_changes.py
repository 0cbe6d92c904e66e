"""A later list: every field it would change is shown with both days; a newer claim of ours stands; what a person must decide waits for one, once."""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path

import pytest
from roster_storm import storm

from rosterkit import HEADS, Book, id_number, write_book
from xieli_tui.casework import families, households
from xieli_tui.casework.roster import RosterReport, import_roster
from xieli_tui.casework.roster_changes import Change, Decisions, Held, judge
from xieli_tui.casework.session import Session
from xieli_tui.cli import roster_changes
from xieli_tui.domain.clock import FixedClock
from xieli_tui.errors import Refused
from xieli_tui.store import journal, queries
from xieli_tui.store.rebuild import rebuild

ID_A, ID_B, ID_C, ID_D = (id_number(dt.date(*day), order) for day, order in (((1960, 3, 4), 121), ((1962, 5, 6), 122), ((1990, 7, 8), 123), ((2015, 1, 2), 124)))
A, B, C, D = ("王大山", "户主", "男", ID_A), ("刘小翠", "配偶", "女", ID_B), ("王小河", "长子", "男", ID_C), ("王小溪", "孙女", "女", ID_D)
DAY = "2026年{}月{}日"


def rows(*people: tuple[str, str, str, object], number: str = "001", category: str = "低保", **cells: object) -> list[list[object]]:
    """Rows of one family; `cells` stand in its first row alone."""
    out: list[list[object]] = []
    for at, (name, relation, sex, given) in enumerate(people, 1):
        row: list[object] = [at, number, "三组", people[0][0], name, relation, sex, given, "", "", category, "", "", "", ""]
        if at == 1:
            for head, value in cells.items():
                row[HEADS.index(head)] = value
        out.append(row)
    return out


class Village:
    """A village that gets one list after another."""

    def __init__(self, session: Session, folder: Path, clock: FixedClock) -> None:
        self.session, self.folder, self.clock, self.count = session, folder, clock, 0
        self.last = folder / "none"

    def takes(self, month: int, *families_: list[list[object]], day: int = 1, dated: bool = True, **more: object) -> RosterReport:
        """A list filled in on a day of 2026 (or without one), imported."""
        self.count += 1
        content = Book([list(row) for one in families_ for row in one])
        self.last = write_book(self.folder / f"{self.count}.xlsx", content, filled=DAY.format(month, day) if dated else "")
        return import_roster(self.session, self.last, **more)  # type: ignore[arg-type]

    def again(self, **more: object) -> RosterReport:
        """The same file once more."""
        return import_roster(self.session, self.last, **more)  # type: ignore[arg-type]

    @property
    def events(self) -> int:
        with self.session.reading() as tx:
            return journal.count(tx)

    def person(self, name: str) -> queries.rows.Person:
        with self.session.reading() as tx:
            return next(one for one in queries.persons(tx) if one.name == name)

    def homes(self) -> dict[str, list[str]]:
        """Head -> names of the family, families without people left out."""
        with self.session.reading() as tx:
            people = queries.all_members(tx)
            return {home.head_name: sorted(one.name for one in people[home.id]) for home in queries.households(tx) if home.id in people}

    def ours(self, name: str, on: str | None = None, **fields: object) -> None:
        """She writes something herself."""
        households.set_person(self.session, self.person(name).id, fields, "问过本人", as_of=on)


@pytest.fixture
def village(village_session: Session, tmp_path: Path, clock: FixedClock) -> Village:
    return Village(village_session, tmp_path, clock)


def said(report: RosterReport) -> list[tuple[int, str, str, str]]:
    return [(one.row, one.label, one.take, one.why) for one in report.changes]


def about(report: RosterReport, label: str) -> Change:
    (found,) = [one for one in report.changes if one.label == label]
    return found


@pytest.mark.parametrize(("held", "on", "person", "fate"), [
    (Held(), "2026-11-01", False, "take"), (Held(), "", False, "take"),
    (Held("x", "2026-10-01"), "2026-11-01", False, "take"), (Held("x", "2026-12-01"), "2026-11-01", False, "keep"), (Held("x", "2026-11-01"), "2026-11-01", False, "ask"),
    (Held("x", "2026-10-01", listed=True), "", False, "take"), (Held("x", "2026-10-01"), "", False, "keep"),
    (Held(None, "2026-12-01"), "2026-11-01", False, "keep"), (Held(None, "2026-10-01"), "2026-11-01", False, "take"),
    (Held("x", "2026-10-01", locked=True), "2026-11-01", False, "ask"), (Held("x", "2026-10-01", ruled=True), "2026-11-01", False, "ask"),
    (Held("x", "2026-10-01", clash=True), "2026-11-01", False, "ask"), (Held("x", "2026-10-01", replaced=True), "2026-11-01", False, "keep"),
    (Held("x", "2026-10-01"), "2026-11-01", True, "ask"), (Held("x", "2026-12-01"), "2026-11-01", True, "ask"),
])
def test_which_value_stands_goes_by_the_two_days_and_what_only_a_person_may_decide_waits(held: Held, on: str, person: bool, fate: str) -> None:
    assert judge(held, on, person=person)[0] == fate


def test_ours_stays_where_it_is_newer_the_lists_comes_where_it_is_newer_and_one_day_is_asked(village: Village) -> None:
    village.takes(6, rows(A, B, 联系电话="10000001111", 健康状况="健康"))
    village.ours("王大山", "2026-10-01", phone="10000002222")
    village.ours("王大山", "2026-11-20", health="chronic")
    village.ours("刘小翠", "2026-11-01", nation="汉族")
    later = rows(A, B, 联系电话="10000003333", 健康状况="大病", category="特困")
    dry = village.takes(11, later, dry_run=True)
    assert said(dry) == [(4, "类别", "take", "表里的新"), (4, "电话", "take", "表里的新"), (4, "健康", "keep", "我们的新")]
    one = about(dry, "电话")
    assert (one.ours_on, one.ours_source, one.theirs_on, one.column, one.head, one.name) == ("2026-10-01", "", "2026-11-01", "联系电话", "王大山", "王大山")
    assert one.ours.endswith("2222")
    assert "10000002222" not in json.dumps(dry.as_json(), ensure_ascii=False), "numbers stay covered"
    assert set(dry.as_json()["changes"][0]) >= {"row", "column", "household", "person", "field", "ours", "ours_on", "theirs", "theirs_on", "take"}
    village.again()
    assert (village.person("王大山").phone, village.person("王大山").fields["health"]) == ("10000003333", "chronic")
    before = village.events
    assert [one.take for one in village.again().changes] == ["keep"]
    assert village.events == before
    village.ours("王大山", "2026-12-01", phone="10000004444")
    same_day = village.takes(12, rows(A, B, 联系电话="10000005555", category="特困"))
    assert said(same_day) == [(4, "电话", "ask", "同一天写的")]
    assert village.person("王大山").phone == "10000004444", "what waits for a person stays as it is here"
    assert [one.take for one in village.again().changes] == ["ask"], "and is asked again"


def test_a_decision_is_taken_at_its_place_and_a_refusal_is_remembered_for_this_value_of_this_list(village: Village) -> None:
    village.takes(6, rows(A, B, 联系电话="10000001111", 健康状况="健康"))
    village.ours("王大山", "2026-12-01", phone="10000002222")
    village.ours("王大山", "2026-12-01", health="chronic")
    other = rows(A, B, 联系电话="10000003333", 健康状况="大病")
    asked = village.takes(12, other, dry_run=True)
    assert [one.take for one in asked.changes] == ["ask", "ask"]
    chosen = Decisions(take=frozenset({"4:联系电话"}), keep=frozenset({f"{asked.changes[0].sheet}!4:健康状况"}))
    done = village.again(decisions=chosen)
    assert {(one.label, one.take, one.why) for one in done.changes} == {("电话", "take", "您定的"), ("健康", "keep", "您定的")}
    assert (village.person("王大山").phone, village.person("王大山").fields["health"]) == ("10000003333", "chronic")
    before = village.events
    assert said(village.again()) == [(4, "健康", "keep", "上次定的")]
    assert village.again(decisions=chosen).updated == 0
    assert village.events == before, "the same file changes nothing, decided or not"
    third = village.takes(12, rows(A, B, 健康状况="大病"), day=15)
    assert said(third) == [(4, "健康", "take", "表里的新")], "a later list is another list"
    with pytest.raises(Refused) as caught:
        village.again(decisions=Decisions(take=frozenset({"99:联系电话"})))
    assert caught.value.code == "XL-V08"
    village.ours("王大山", "2026-12-20", phone="10000006666")
    village.takes(12, rows(A, B, 联系电话="10000007777"), day=20, decisions=Decisions(rest="take"))
    assert village.person("王大山").phone == "10000007777", "one word for whatever waits"


def test_a_list_without_a_day_fills_what_is_empty_and_replaces_older_lists_alone(village: Village) -> None:
    village.takes(6, rows(A, B, 联系电话="10000001111"))
    village.ours("王大山", health="chronic")
    undated = village.takes(1, rows(A, B, 联系电话="10000002222", 健康状况="大病", 备注="独居"), dated=False)
    assert {(one.label, one.take) for one in undated.changes} == {("电话", "take"), ("健康", "keep"), ("备注", "take")}
    who = village.person("王大山")
    assert (who.phone, who.fields["health"], who.fields["note"]) == ("10000002222", "chronic", "独居")
    village.takes(1, rows(A, B, 联系电话="10000003333"), dated=False)
    back = village.takes(1, rows(A, B, 联系电话="10000002222"), dated=False)
    assert said(back) == [(4, "电话", "keep", "上次导入以后改过")], "two lists without a day do not take turns"


def test_numbers_names_and_the_dead_are_never_changed_by_a_list_alone(village: Village) -> None:
    village.takes(6, rows(A, B, C, D))
    renumbered = id_number(dt.date(1962, 5, 6), 922)
    rewritten = id_number(dt.date(1990, 8, 8), 123)
    families.leave(village.session, families.Leave(village.person("王小溪").id, "death", "2026-10-10"))
    people = (("王大川", "户主", "男", ID_A), (*B[:3], renumbered), (*C[:3], rewritten), D)
    report = village.takes(11, rows(*people))
    assert [(one.row, one.label, one.take) for one in report.changes] == [(4, "姓名", "ask"), (5, "身份证号", "ask"), (6, "身份证号", "ask"), (7, "家里的人", "ask")]
    assert (report.created, report.updated, village.homes()) == (0, 0, {"王大山": ["刘小翠", "王大山", "王小河"]})
    assert ID_B not in json.dumps(report.as_json(), ensure_ascii=False)
    assert renumbered not in json.dumps(report.as_json(), ensure_ascii=False)
    older = village.takes(9, rows(A, B, C, D))
    assert said(older) == [(7, "家里的人", "keep", "我们的新")], "a list from before a death asks nothing"
    chosen = frozenset({"4:姓名", "5:公民身份号码", "7:姓名"})
    village.takes(11, rows(*people), decisions=Decisions(take=chosen))
    assert village.person("王大川").id_no == ID_A
    assert (village.person("刘小翠").id_no, village.person("王小河").id_no) == (renumbered, ID_C)
    assert village.homes() == {"王大川": ["刘小翠", "王大川", "王小河", "王小溪"]}
    assert "died_on" not in village.person("王小溪").fields
    before = village.events
    assert [one.label for one in village.again().changes] == ["身份证号"]
    assert village.events == before
    with village.session.reading() as tx:
        assert queries.conflicts(tx) == []
    assert rebuild(village.session.store)["equal"] is True


def test_a_good_number_takes_the_place_of_a_damaged_one_and_closes_the_task_whatever_the_days(village: Village) -> None:
    wrong = ID_B[:17] + ("0" if ID_B[17] != "0" else "1")
    assert village.takes(6, rows(A, (*B[:3], wrong), (*C[:3], ""))).open_tasks == 2
    report = village.takes(5, rows(A, B, (*C[:3], ID_C[:6] + ID_C[8:17])))
    assert [(one.row, one.label, one.take) for one in report.changes] == [(5, "身份证号", "take"), (6, "身份证号", "take")]
    assert report.open_tasks == 0
    assert (village.person("刘小翠").id_no, village.person("王小河").id_no) == (ID_B, ID_C), "fifteen digits are the same person's eighteen"
    again = village.again()
    assert (again.changes, again.created, again.updated) == ((), 0, 0)
    worse = village.takes(11, rows(A, (*B[:3], wrong), (*C[:3], "")))
    assert (worse.changes, worse.updated) == ((), 0)


def test_families_split_and_merge_by_a_later_list_and_not_by_an_older_one(village: Village) -> None:
    old = ("陈有福", "户主", "男", id_number(dt.date(1950, 1, 1), 301))
    wife = ("周水莲", "配偶", "女", id_number(dt.date(1952, 1, 1), 302))
    village.takes(6, rows(A, B, C), rows(old, wife, number="002"))
    split = [rows(A, B), rows(("王小河", "户主", "男", ID_C), number="003"), rows(old, wife, number="002")]
    stale = village.takes(5, *split)
    assert said(stale) == [(6, "所在户", "keep", "我们的新")]
    assert (stale.households_created, len(village.homes())) == (0, 2), "no household is opened for people who stay where they are"
    assert village.takes(6, *split).fated("ask") == 1
    done = village.takes(7, *split)
    assert [(one.label, one.take, one.ours, one.theirs) for one in done.changes] == [("所在户", "take", "王大山户", "王小河户")]
    assert village.homes() == {"王大山": ["刘小翠", "王大山"], "王小河": ["王小河"], "陈有福": ["周水莲", "陈有福"]}
    merged = village.takes(8, rows(("王小河", "户主", "男", ID_C), (*A[:1], "父亲", *A[2:]), number="003"))
    assert village.homes()["王小河"] == ["王大山", "王小河"]
    assert village.homes()["刘小翠"] == ["刘小翠"], "the one who is left heads the family"
    assert [(one.head, one.name) for one in merged.missing] == [("陈有福", "")], "a family the list leaves out is told, never ended"
    before = village.events
    assert village.again().updated == 0
    assert village.events == before
    assert rebuild(village.session.store)["equal"] is True


def test_who_is_missing_is_told_and_a_relation_she_put_right_is_not_turned_back(village: Village) -> None:
    village.takes(6, rows(A, B, (*C[:1], "次子", *C[2:])))
    with village.session.reading() as tx:
        (member,) = [one for home in queries.all_members(tx).values() for one in home if one.name == "王小河"]
    from xieli_tui.domain.events.road import FactCorrected

    village.session.record(FactCorrected(village="999999001001", household=member.household, of=member.ref, fields={"relation": "22"}, reason="问过本人"))
    again = village.again()
    assert said(again) == [(6, "与户主关系", "keep", "上次导入以后改过")]
    assert again.missing == ()
    report = village.takes(7, rows(A, C))
    assert [(one.head, one.name) for one in report.missing] == [("王大山", "刘小翠")]
    assert village.homes() == {"王大山": ["刘小翠", "王大山", "王小河"]}
    assert report.fated("take") == 0
    village.clock.tick(days=40)
    newer = village.takes(12, rows(A, (*C[:1], "次子", *C[2:])), day=30)
    assert said(newer) == [(5, "与户主关系", "take", "表里的新")]
    assert village.again().updated == 0


def test_columns_in_another_order_are_the_same_list(village: Village) -> None:
    village.takes(6, rows(A, B, C, 联系电话="10000001111"))
    order = list(range(len(HEADS)))
    random.Random(7).shuffle(order)
    print("seed=7")
    path = write_book(village.folder / "other.xlsx", Book([[row[at] for at in order] for row in rows(A, B, C, 联系电话="10000001111")]), heads=tuple(HEADS[at] for at in order))
    before = village.events
    report = import_roster(village.session, path)
    assert (report.created, report.updated, report.changes, village.events) == (0, 0, (), before)


def test_the_workbook_of_changes_is_covered_and_never_written_over_anything(village: Village) -> None:
    from xieli_tui.paper.workbook import sheets

    village.takes(6, rows(A, B, 联系电话="10000001111"))
    out = village.folder / "改动.xlsx"
    village.takes(7, rows(A, 联系电话="10000002222"), dry_run=True, changes_out=out)
    (sheet,) = sheets(out)
    assert [row[4] for row in sheet.rows] == ["哪一格", "电话", "表里没有这个人"]
    assert not any("1000000" in str(cell) for row in sheet.rows for cell in row)
    before = village.events
    with pytest.raises(Refused) as caught:
        village.again(changes_out=out)
    assert (caught.value.code, village.events) == ("XL-F08", before)


@pytest.mark.parametrize("seed", [0, 3])
def test_whatever_lists_and_hands_write_in_turn_a_newer_claim_stands_and_the_same_file_changes_nothing(village_session: Session, tmp_path: Path, seed: int) -> None:
    """In full: `python tests/casework/roster_storm.py 40 25`."""
    found = storm(village_session, tmp_path, seed, 7)
    assert {fate for _label, fate in found.seen} == {"take", "keep", "ask"}, "the storm meets every fate"


@pytest.mark.parametrize(("take", "keep"), [(("4",), ()), (("电话:4",), ()), (("4:",), ()), (("表!x:电话",), ()), (("4:电话",), ("4:电话",))])
def test_a_decision_that_names_no_place_or_says_both_is_refused(take: tuple[str, ...], keep: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as caught:
        roster_changes.decisions(take, keep)
    assert (caught.value.code, caught.value.field) == ("XL-V11", "take")


def test_the_command_says_first_what_waits_for_a_person_and_how_to_answer(village: Village) -> None:
    village.takes(6, rows(A, B, 联系电话="10000001111"))
    village.ours("王大山", "2026-12-01", phone="10000002222")
    told = roster_changes.lines(village.takes(12, rows(A, 联系电话="10000003333", 健康状况="大病"), dry_run=True))
    assert told[0] == "要您定 1 处："
    assert told[1].startswith("第 4 行，联系电话，王大山，电话，我们的 100****2222（2026-12-01），表里的 100****3333（2026-12-01）")
    assert any("--take 行号:栏目" in one for one in told)
    assert told[-1] == "王大山户，刘小翠"
    both = roster_changes.decisions(("4:联系电话", "all"), ())
    assert (both.take, both.rest) == (frozenset({"4:联系电话"}), "take")


def test_a_day_of_birth_beside_the_covered_number_of_the_same_person_is_shown_by_its_month(village: Village) -> None:
    people = rows(A, ("刘小翠", "配偶", "女", ""))
    village.takes(6, people)
    people[1][HEADS.index("公民身份号码")] = ID_B[:17] + ("0" if ID_B[17] != "0" else "1")
    people[1][HEADS.index("出生日期")] = "1962-05-06"
    report = village.takes(7, people, dry_run=True)
    assert {one.label: one.theirs for one in report.changes}["出生"] == "1962-05"
    assert "1962-05-06" not in json.dumps(report.as_json(), ensure_ascii=False)
