"""交接: what one coordinator had not finished is gone on with on another computer; nothing is stranded, nothing goes where it may not."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_office import VILLAGE, Office
from people_kit import NEXT, down, handing, laptop, settle

from xieli_sync import inbox
from xieli_tui.casework import drafts, exchange, handover, households, record_visit, unfinished
from xieli_tui.casework.session import Session
from xieli_tui.desk import handovers, intake, rulings
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import carried, journal
from xieli_tui.store.importing import StoreDesk
from xieli_tui.store.rebuild import rebuild


@pytest.fixture
def two(office: Office) -> tuple[Session, Session, str]:
    """(the one who leaves, her successor, a family both hold); the county allowed the hand-over and both know."""
    return office.village, *handing(office)


def sealed(office: Office, first: Session, second: Session, name: str = "h.xieli") -> Path:
    office.clock.tick(minutes=1)
    return Path(handover.seal_for(first, second.dev, office.stick.parent / name).file)


def unsent(office: Office, first: Session, home: str) -> None:
    office.clock.tick(minutes=3)
    record_visit.record_visit(first, record_visit.RecordVisit(home, "self", note="没报送的走访", promise="问低保的事", promise_on="2027-01-10"))
    drafts.save_draft(first, "visit", home, {"note": "写到一半的走访", "met": "family"}, version=3)
    drafts.save_draft(first, "flag", "", {"outsider": "过路的老人"})


def test_the_successor_goes_on_with_the_drafts_and_has_what_was_never_delivered(office: Office, two: tuple[Session, Session, str]) -> None:
    first, second, home = two
    unsent(office, first, home)
    office.clock.tick(minutes=1)
    done = handover.seal_for(first, second.dev[:8], office.stick.parent / "h.xieli")
    assert (done.drafts, done.bundles, done.left) == (2, 1, 0)
    assert done.events >= 1
    opened = handover.open_file(second, done.file)
    assert (opened.result.status, opened.drafts) == ("imported", 2)
    card = households.show(second, home)
    assert [one.note for one in card.visits] == ["没报送的走访"]
    assert card.promises == (("问低保的事", "2027-01-10"),)
    found = drafts.load_draft(second, "visit", home)
    assert found is not None
    assert (dict(found.data), found.version) == ({"note": "写到一半的走访", "met": "family"}, 3)
    assert {(one.form, one.who) for one in unfinished.listed(second)} == {("visit", "石守田"), ("flag", "过路的老人")}
    assert len(drafts.list_drafts(first)) == 2, "hers stay where they are"
    assert rebuild(second.store)["equal"] is True


def test_nothing_is_stranded_when_the_first_computer_never_exports_again(office: Office, two: tuple[Session, Session, str]) -> None:
    first, second, home = two
    unsent(office, first, home)
    handover.open_file(second, sealed(office, first, second))
    before = journal_size(office.county, first.dev)
    laid = exchange.export(second, office.stick, with_backup=False).files
    assert any(one.carried for one in laid), "her bundle rides with the successor's"
    outcomes = intake.import_files(office.county, [Path(one.path) for one in laid])
    assert {one.status for one in outcomes} == {"imported"}
    assert journal_size(office.county, first.dev) > before
    assert [one.note for one in households.show(office.county, home).visits] == ["没报送的走访"]
    down(office, second)
    with second.reading() as tx:
        assert carried.owed_up(tx) == [], "signed for: carried no more"
    settle(office, second)
    row = handovers.listed(office.county)[0]
    assert (row.who, row.to_who, row.opened) == ("陈秀兰", "吴小青", "2026-12-28")
    settle(office, first, second)
    assert handovers.listed(office.county)[0].sealed == "2026-12-28"


def journal_size(session: Session, dev: str) -> int:
    with session.reading() as tx:
        return len(journal.load(tx, dev=dev))


def test_a_second_hand_over_adds_what_came_since_and_the_first_one_again_changes_nothing(office: Office, two: tuple[Session, Session, str]) -> None:
    first, second, home = two
    unsent(office, first, home)
    one = sealed(office, first, second, "one.xieli")
    drafts.save_draft(first, "visit", home, {"note": "又写了一些", "met": "family"}, version=3)
    record_visit.record_visit(first, record_visit.RecordVisit(home, "family", note="第二次"))
    two_ = sealed(office, first, second, "two.xieli")
    handover.open_file(second, one)
    handover.open_file(second, two_)
    assert {v.note for v in households.show(second, home).visits} == {"没报送的走访", "第二次"}
    found = drafts.load_draft(second, "visit", home)
    assert found is not None
    assert found.data["note"] == "又写了一些", "untouched here since it came: the newer one takes its place"
    for again in (one, two_):
        assert handover.open_file(second, again).result.status == "duplicate"
    assert len(drafts.list_drafts(second)) == 2
    third = sealed(office, first, second, "three.xieli")
    assert handover.open_file(second, third).result.status == "duplicate", "nothing new inside"


def test_a_draft_of_the_successors_own_is_never_written_over(office: Office, two: tuple[Session, Session, str]) -> None:
    first, second, home = two
    unsent(office, first, home)
    drafts.save_draft(second, "visit", home, {"note": "接手的人自己写的"})
    handover.open_file(second, sealed(office, first, second))
    kept = drafts.load_draft(second, "visit", home)
    beside = drafts.load_draft(second, "handed.visit", home)
    assert kept is not None
    assert beside is not None
    assert (kept.data["note"], beside.data["note"]) == ("接手的人自己写的", "写到一半的走访")
    assert {one.word for one in unfinished.listed(second)} >= {"走访", "走访（交接来的）"}
    assert drafts.take_up(second, "handed.visit", home) == "", "hers first"
    drafts.drop_draft(second, "visit", home)
    assert drafts.take_up(second, "handed.visit", home) == "visit"
    taken = drafts.load_draft(second, "visit", home)
    assert taken is not None
    assert taken.data["note"] == "写到一半的走访"


def test_without_a_desk_nobody_seals_and_nobody_opens(office: Office) -> None:
    home = office.household("石守田")
    office.up()
    second = laptop(office, "next", "吴小青")
    settle(office, office.village, second)
    unsent(office, office.village, home)
    with pytest.raises(Refused) as refused:
        handover.seal_for(office.village, second.dev, office.stick.parent / "h.xieli")
    assert refused.value.code == "XL-P11"
    ruling = handovers.allow(office.county, office.village.dev, second.dev).id
    down(office, office.village)
    file = sealed(office, office.village, second)
    early = handover.open_file(second, file).result
    assert (early.status, early.code) == ("refused", "XL-P11"), "the ruling has not come home yet"
    assert drafts.list_drafts(second) == []
    rulings.annul(office.county, ruling, "不交了")
    settle(office, office.village, second)
    assert handover.open_file(second, file).result.code == "XL-P11"
    with pytest.raises(Refused) as again:
        handover.seal_for(office.village, second.dev, office.stick.parent / "h2.xieli")
    assert again.value.code == "XL-P11"
    handovers.allow(office.county, office.village.dev, second.dev)
    settle(office, office.village, second)
    assert handover.open_file(second, file).result.status == "imported", "the file itself was never at fault"


def test_only_what_both_computers_work_for_travels_and_only_the_successor_can_open_it(office: Office) -> None:
    first = laptop(office, "both", "马跑腿", (VILLAGE, NEXT))
    here = households.add_household(first, households.AddHousehold("石守田", village=VILLAGE)).id
    there = households.add_household(first, households.AddHousehold("柳大树", village=NEXT)).id
    second, other = laptop(office, "next", "吴小青"), laptop(office, "other", "别的人")
    settle(office, first, second, other)
    handovers.allow(office.county, first.dev, second.dev)
    settle(office, first, second, other)
    office.clock.tick(minutes=1)
    for home, note in ((here, "石桥村的"), (there, "柳林村的")):
        record_visit.record_visit(first, record_visit.RecordVisit(home, "self", note=note))
        drafts.save_draft(first, "visit", home, {"note": f"草稿{note}"})
    file = sealed(office, first, second)
    data = file.read_bytes()
    for secret in ("石桥村", "柳林村", "石守田"):
        assert secret.encode() not in data
    assert handover.open_file(other, file).result.code == "XL-K05"
    assert inbox.import_bundle(data, StoreDesk(office.county.store, office.county.vault.decrypt_keys())).code == "XL-K05"
    handover.open_file(second, file)
    assert [one.data["note"] for one in drafts.list_drafts(second)] == ["草稿石桥村的"]
    with second.reading() as tx:
        assert {e.d["note"] for e in journal.events_of_type(tx, "visit.recorded")} == {"石桥村的"}
        (row,) = carried.owed_up(tx)
        assert b"\xe6\x9f\xb3" not in carried.data_of(tx, row), "the rest of her chain goes by, sealed for the desks"


def test_who_may_allow_and_between_whom(office: Office) -> None:
    near, far = laptop(office, "near", "吴小青"), laptop(office, "far", "柳小叶", (NEXT,))
    dev = office.village.dev
    for build, code in (
        (lambda: handovers.allow(office.village, dev, near.dev), "XL-P07"), (lambda: handovers.allow(office.county, dev, dev), "XL-V11"),
        (lambda: handovers.allow(office.county, dev, far.dev), "XL-V11"), (lambda: handovers.allow(office.county, dev, office.township.dev), "XL-V11"),
    ):
        with pytest.raises(Refused) as refused:
            build()
        assert refused.value.code == code
    with pytest.raises(NotFound) as unknown:
        handovers.allow(office.county, dev, "f" * 32)
    assert unknown.value.code == "XL-V44"
    handovers.allow(office.county, dev, near.dev)
    with pytest.raises(Refused) as twice:
        handovers.allow(office.county, dev, near.dev)
    assert twice.value.code == "XL-P05"


def test_a_file_altered_on_the_way_is_refused_and_another_kind_is_not_opened(office: Office, two: tuple[Session, Session, str]) -> None:
    first, second, home = two
    unsent(office, first, home)
    file = sealed(office, first, second)
    good = file.read_bytes()
    for place in (10, len(good) // 3, len(good) - 60):
        bad = bytearray(good)
        bad[place] ^= 1
        file.write_bytes(bytes(bad))
        assert handover.open_file(second, file).result.status == "refused"
    assert drafts.list_drafts(second) == []
    record_visit.record_visit(second, record_visit.RecordVisit(home, "self", note="别的"))
    changes = Path(exchange.export(second, office.stick, with_backup=False).files[0].path)
    assert handover.open_file(first, changes).result.code == "XL-K03"
    file.write_bytes(good)
    assert handover.open_file(second, file).result.status == "imported"


def test_what_was_too_much_for_one_file_is_not_in_the_next_hand_over(
    office: Office, two: tuple[Session, Session, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, home = two
    unsent(office, first, home)
    with monkeypatch.context() as small:
        small.setattr("xieli_sync.container.FILE_LIMIT", 3000)
        with pytest.raises(Refused) as caught:
            sealed(office, first, second)
        assert caught.value.code == "XL-B01"
    office.up()
    office.down()
    assert exchange.status(first).unconfirmed == 0
    again = handover.seal_for(first, second.dev, office.stick.parent / "h.xieli")
    assert (again.events, again.drafts) == (0, 2), "the county signed for the rest meanwhile"
