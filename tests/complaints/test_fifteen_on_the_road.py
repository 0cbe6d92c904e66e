"""What field workers elsewhere complain of most, each a test by its name: the complaints of the road (C1-C6, C12-C14, and the desk put back from a copy).

The complaints and where they are told are in the reading (field systems, section 2). Here each is played on the real engine through the verbs people use.
"""

from __future__ import annotations

import itertools
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from desk_office import PASSPHRASE, ROOT_PASSPHRASE, Office
from people_kit import NEXT, down, laptop, settle, up
from pydantic import create_model

import xieli_tui
from xieli_sync import container
from xieli_sync.event import ZERO, chain_hash, make_line
from xieli_sync.ports import ChainLine
from xieli_tui.casework import backup, exchange, households, record_visit
from xieli_tui.casework.session import Session, open_session
from xieli_tui.desk import intake, matters, quarantine, revocation, send
from xieli_tui.domain.clock import millis
from xieli_tui.domain.events import EVENTS
from xieli_tui.domain.events.work import VisitRecorded
from xieli_tui.errors import REGISTRY, Damaged
from xieli_tui.store import chains, journal, queries, verdict
from xieli_tui.store import rebuild as rebuilding
from xieli_tui.store.rebuild import digests, rebuild

ID_NO = "999999194410021012"
VECTORS = Path(__file__).resolve().parents[2] / "sync" / "vectors"


def visit(session: Session, home: str, note: str) -> str:
    return record_visit.record_visit(session, record_visit.RecordVisit(home, "self", note=note)).id


def notes(session: Session, home: str | None = None) -> set[str]:
    with session.reading() as tx:
        return {one.note for one in queries.visits(tx, home)}


def lay(office: Office, session: Session, *, keep: bool = False) -> list[Path]:
    """An export; where `keep`, into a folder of its own, so that no later one is mistaken for it."""
    office.clock.tick(minutes=1)
    folder = office.stick / f"day{len(list(office.stick.iterdir()))}" if keep else office.stick
    folder.mkdir(exist_ok=True)
    return [Path(file.path) for file in exchange.export(session, folder, with_backup=False).files]


def own_lines(session: Session) -> dict[tuple[str, int], str]:
    with session.reading() as tx:
        return {(event.ep, event.seq): event.hash for event in journal.load(tx, dev=session.dev)}


def a_county_of_its_own(office: Office, name: str) -> Session:
    """A copy of the county's folder as it is now, opened beside it."""
    target = office.stick.parent / name
    shutil.copytree(office.county.workspace, target)
    session = open_session(target, PASSPHRASE, clock=office.clock, where="cli")
    office.sessions.append(session)
    return session


def rows(session: Session) -> dict[str, str]:
    with session.reading() as tx:
        return digests(tx)


# -- C1 ----------------------------------------------------------------------------------------------------------------------------------------


def test_c01_a_household_moved_to_another_worker_loses_no_later_report(office: Office) -> None:
    """cht-core#5701, #11306: after a move the old worker's reports silently never arrive and still count on her screen."""
    home = office.household("石守田")
    old, new = office.village, laptop(office, "next", "柳小叶", (NEXT,))
    settle(office, old, new)
    visit(old, home, "转走以前记的，没有报送")
    matters.transfer_household(office.county, home, NEXT)
    visit(old, home, "不知道转走，又去了一回")
    waiting = exchange.status(old).unconfirmed
    assert waiting >= 2
    assert {(one.status, one.quarantined) for one in up(office, old)} == {("imported", 0)}, "received, and none of it put aside"
    assert exchange.status(old).unconfirmed == waiting, "nothing is called received before the county's receipt is here"
    settle(office, old, new)
    told = {"转走以前记的，没有报送", "不知道转走，又去了一回"}
    for session in (office.county, new, old):
        assert notes(session, home) == told
    assert exchange.status(old).unconfirmed == 0
    assert [one[0] for one in exchange.status(old).moved] == [home], "she is told where the family went"
    visit(old, home, "收到通知以后在路上听说的")
    settle(office, old, new)
    assert notes(new, home) == {*told, "收到通知以后在路上听说的"}, "what she still learns is heard by who works for them now"


# -- C2 ----------------------------------------------------------------------------------------------------------------------------------------


def test_c02_a_stopped_laptops_unsent_work_is_held_with_author_time_and_reason_and_released_by_a_person(office: Office) -> None:
    """Survey Solutions: relinking a tablet discards everything collected since the last synchronisation."""
    home = office.household("石守田")
    office.up()
    office.down()
    visit(office.village, home, "丢电脑以前没来得及报的")
    revocation.revoke(office.county, office.village.dev[:8], reason="电脑丢了")
    replacement = laptop(office, "replacement", "陈秀兰")
    (late,) = intake.import_files(office.county, lay(office, office.village))
    assert (late.status, late.code) == ("quarantined", "XL-S04")
    assert notes(office.county) == set()
    held = [one for one in quarantine.list_held(office.county) if one.code == "XL-S04" and one.liftable]
    visits = [one for one in held if one.type == "visit.recorded"]
    assert [(one.household, one.head) for one in visits] == [(home, "石守田")]
    assert all(one.author and one.on and one.why and one.village_name for one in visits), "who, when, where and why"
    quarantine.release(office.county, [one.event for one in held], "当面核对过，是本人记的")
    down(office, replacement)
    for session in (office.county, replacement):
        assert notes(session) == {"丢电脑以前没来得及报的"}


def test_c02_a_dead_laptop_costs_at_most_what_came_after_its_last_export(office: Office) -> None:
    """Survey Solutions: unsynchronised data of a damaged tablet are lost."""
    home = office.household("石守田")
    visit(office.village, home, "报送那天记的")
    exchange.export(office.village, office.stick)
    (copy, *_) = backup.list_copies(office.village)
    assert (copy.good, copy.checked[:10]) == (True, office.clock.now().date().isoformat()) or backup.verify(office.village, copy.name).good
    carried = office.stick.parent / "from-copy"
    shutil.copytree(office.village.workspace / "backups" / copy.name, carried)
    with open_session(carried, PASSPHRASE, clock=office.clock) as again:
        assert notes(again, home) == {"报送那天记的"}


# -- C3 ----------------------------------------------------------------------------------------------------------------------------------------


def test_c03_an_export_shows_nobody_on_the_stick_and_takes_nothing_away_at_home(office: Office) -> None:
    """CommCare: the dump to a card is plain, and the phone is wiped before the server has it."""
    home = office.household("欧阳石守田")
    person = households.show(office.village, home).members[0].person
    households.set_person(office.village, person, {"id_no": ID_NO, "phone": "10000001234"})
    visit(office.village, home, "老人血压药按时吃")
    before = own_lines(office.village)
    (path,) = lay(office, office.village)
    laid = path.name.encode() + path.read_bytes()
    for secret in ("欧阳石守田", ID_NO, "10000001234", "老人血压药", "999999001001", home, person):
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert secret.encode(encoding) not in laid, secret
    assert own_lines(office.village) == before
    intake.import_files(office.county, [path])
    office.down()
    kept = own_lines(office.village)
    assert {key: kept.get(key) for key in before} == before, "a receipt takes nothing away either"
    assert notes(office.village, home) == {"老人血压药按时吃"}


# -- C4 ----------------------------------------------------------------------------------------------------------------------------------------


def test_c04_two_values_for_one_field_are_both_kept_and_seen_whatever_came_first(office: Office) -> None:
    """primero#508, Tangerine#2484, #2722: the last one to synchronise wins and nobody sees it."""
    home = office.household("石守田")
    office.up()
    first, second = office.village, laptop(office, "second", "吴小青")
    down(office, first, second)
    office.clock.tick(minutes=1)
    households.set_household(first, home, {"phone": "10000000001", "address": "村东头"})
    office.clock.tick(minutes=1)
    households.set_household(second, home, {"phone": "10000000002", "nickname": "守田家"})
    files = [*lay(office, first), *lay(office, second)]
    seen = []
    for at, order in enumerate(itertools.permutations(files)):
        county = a_county_of_its_own(office, f"county{at}")
        assert {one.status for one in intake.import_files(county, order)} == {"imported"}
        (clash,) = exchange.conflicts(county)
        assert {(text, who) for text, who, _ in clash.values} == {("10000000001", "村 陈秀兰"), ("10000000002", "村 吴小青")}
        fields = households.show(county, home).fields
        assert (fields["address"], fields["nickname"]) == ("村东头", "守田家"), "fields only one of them changed are no conflict"
        seen.append(rows(county))
    assert all(one == seen[0] for one in seen), "the order of import changes no row"


def test_c04_the_word_of_a_desk_outranks_a_village_by_rule_and_not_by_arrival(office: Office) -> None:
    home = office.household("石守田")
    office.up()
    office.down()
    households.set_household(office.county, home, {"phone": "10000000009"}, "县里核对过")
    office.clock.tick(hours=2)
    households.set_household(office.village, home, {"phone": "10000000001"})
    office.up()
    office.down()
    office.up()
    for session in (office.county, office.village):
        assert households.show(session, home).fields["phone"] == "10000000009"
        (clash,) = exchange.conflicts(session)
        assert "10000000001" in {text for text, _, _ in clash.values}, "the village's word stays where it can be seen"


# -- C5 ----------------------------------------------------------------------------------------------------------------------------------------


def test_c05_received_is_said_only_of_what_a_receipt_of_the_county_covers(office: Office) -> None:
    """cht-core#8303: the screen says that everything is synchronised when it failed."""
    home = office.household("石守田")
    visit(office.village, home, "第一回")
    lost = lay(office, office.village)
    for path in lost:
        path.unlink()
    status = exchange.status(office.village)
    assert (status.confirmed, status.unconfirmed) == (0, status.events)
    assert [county for _, _, _, _, county in status.bundles] == ["待签收"]
    office.up(to=office.township)
    back = [Path(file.path) for file in send.send(office.township, office.stick, device=office.village.dev)]
    exchange.take_in(office.village, back)
    half = exchange.status(office.village)
    assert half.confirmed == 0, "what the township signed for is not what the county signed for"
    assert {(town, county) for _, _, _, town, county in half.bundles} == {("镇已签收", "待签收")}
    office.up()
    office.down()
    done = exchange.status(office.village)
    assert (done.unconfirmed, done.confirmed) == (0, done.events)
    assert {county for _, _, _, _, county in done.bundles} == {"县已签收"}
    assert all("成功" not in entry.what + entry.next_step for entry in REGISTRY.values())


def test_c05_a_receipt_that_was_altered_signs_for_nothing(office: Office) -> None:
    office.household("石守田")
    office.up()
    (path,) = [Path(file.path) for file in send.send(office.county, office.stick, device=office.village.dev)]
    good = path.read_bytes()
    for at in range(0, len(good), max(1, len(good) // 40)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
        (taken,) = exchange.take_in(office.village, [path])
        assert (taken.status, taken.receipts) == ("refused", 0)
    assert exchange.status(office.village).confirmed == 0
    path.write_bytes(good)
    assert [one.status for one in exchange.take_in(office.village, [path])] == ["imported"]
    assert exchange.status(office.village).unconfirmed == 0


# -- C6 ----------------------------------------------------------------------------------------------------------------------------------------


def test_c06_one_bad_record_holds_up_neither_the_others_nor_the_next_file(office: Office) -> None:
    """commcare-android#1823: one broken form blocks the queue; ODK Collect#1939: a thousand hopeless ones are tried for ever."""
    home = office.household("石守田")
    visit(office.village, home, "前一回")
    office.village.record(VisitRecorded(village=NEXT, household=office.village.new_id(), visit=office.village.new_id(), on="2026-12-28", met="self", note="记到别村去了"))
    visit(office.village, home, "后一回")
    (first,) = intake.import_files(office.county, lay(office, office.village))
    assert (first.status, first.quarantined) == ("imported", 1)
    assert notes(office.county) == {"前一回", "后一回"}
    (held,) = quarantine.list_held(office.county)
    assert (held.code, held.why != "", REGISTRY[held.code].next_step != "") == ("XL-S01", True, True)
    office.down()
    assert exchange.status(office.village).quarantined == 1, "she sees it too"
    visit(office.village, home, "第二天")
    (second,) = intake.import_files(office.county, lay(office, office.village))
    assert (second.status, second.quarantined) == ("imported", 0), "the next file is not held up, and the bad one not sent again"
    assert notes(office.county) == {"前一回", "后一回", "第二天"}


# -- C12 ---------------------------------------------------------------------------------------------------------------------------------------


def test_c12_ten_copies_of_a_submission_are_one_however_they_came(office: Office) -> None:
    """kobo kpi#5047, formhub#678: the same submission is stored two or ten times."""
    home = office.household("石守田")
    visit(office.village, home, "只去了一回")
    files = [path for _ in range(5) for path in lay(office, office.village, keep=True)]
    assert len({path.read_bytes() for path in files}) == 5, "five exports without a receipt between them: the same lines, sealed anew"
    intake.import_files(office.county, files[:1])
    once = rows(office.county)
    for path in [*files, *files]:
        (taken,) = intake.import_files(office.county, [path])
        assert (taken.status, taken.new) in {("imported", 0), ("duplicate", 0)}
    assert rows(office.county) == once
    assert notes(office.county) == {"只去了一回"}


def test_c12_one_person_written_down_twice_is_said_at_once_in_a_village_and_mended_and_unmended_at_the_desk(office: Office) -> None:
    """cht-core#6363, SORMAS#1080: the same person several times, and a merge cannot be undone."""
    from xieli_tui.casework import lookup
    from xieli_tui.desk import rulings
    from xieli_tui.errors import Refused

    here = office.household("石守田")
    person = households.show(office.village, here).members[0].person
    households.set_person(office.village, person, {"id_no": ID_NO})
    with pytest.raises(Refused) as refused:
        households.add_person(office.village, households.AddPerson(here, "石守天", "20", {"id_no": ID_NO}))
    assert (refused.value.code, refused.value.extra["person"]) == ("XL-V14", person)
    known = lookup.who_has(office.village, ID_NO)
    assert known is not None
    assert known.person == person
    other = laptop(office, "next", "柳小叶", (NEXT,))
    there = households.add_household(other, households.AddHousehold("石守田")).id
    twin = households.show(other, there).members[0].person
    households.set_person(other, twin, {"id_no": ID_NO})
    settle(office, office.village, other)
    with office.county.reading() as tx:
        assert {one.id for one in queries.persons_by_id_no(tx, ID_NO)} == {person, twin}
    before = {name: digest for name, digest in rows(office.county).items() if name in ("person", "membership", "person_merge")}
    merged = rulings.merge(office.county, person, twin, "同一个人，两村都登了")
    assert merged.id == min(person, twin)
    settle(office, office.village, other)
    rulings.annul(office.county, merged.more["event"], "核对过，不是一个人")
    settle(office, office.village, other)
    assert {name: digest for name, digest in rows(office.county).items() if name in before} == before
    for session in (office.county, office.village, other):
        assert rebuild(session.store)["equal"] is True


# -- C13 ---------------------------------------------------------------------------------------------------------------------------------------


def of_a_newer_program(session: Session, home: str) -> ChainLine:
    """A visit as a later version of the program writes it: a higher version of the type, a field nobody here has heard of."""
    with session.writing() as tx:
        seq, head = journal.head(tx, session.dev, session.ep)
        ms = millis(session.clock.now())
        d = {"village": "999999001001", "household": home, "visit": session.new_id(), "on": "2026-12-28", "met": "self", "note": "新版记的", "weather": "雨"}
        line = make_line(by=session.operator, d=d, dev=session.dev, ep=session.ep, hlc=(ms, 1), seq=seq + 1, t="visit.recorded", v=2).raw
        made = ChainLine(session.dev, session.ep, seq + 1, chain_hash(head if seq else ZERO, line), line)
        chains.ingest(tx, [made], ms)
    return made


def test_c13_what_a_newer_field_program_writes_is_kept_signed_for_and_passed_on_byte_for_byte(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """SORMAS#5568, #3436: after an upgrade on one side the other stops synchronising; fields it does not know are dropped."""
    home = office.household("石守田")
    second = laptop(office, "second", "吴小青")
    office.clock.tick(minutes=1)
    line = of_a_newer_program(office.village, home)
    visit(office.village, home, "旧版也懂的")
    (taken,) = intake.import_files(office.county, lay(office, office.village))
    assert taken.status == "imported"
    assert notes(office.county) == {"旧版也懂的"}, "the line that is not understood stops nothing behind it"
    office.down()
    assert exchange.status(office.village).unconfirmed == 0, "it is signed for"
    intake.import_files(office.township, [Path(file.path) for file in send.send(office.county, office.stick, device=office.township.dev)])
    for session in (office.county, office.township):
        with session.reading() as tx:
            assert journal.lines(tx, line.dev, line.ep, line.seq, line.seq)[0].line == line.line, "unknown fields and all"
            assert [one.code for one in queries.quarantined(tx) if one.seq == line.seq] == ["XL-S05"]
    down(office, second)
    with second.reading() as tx:
        assert journal.lines(tx, line.dev, line.ep, line.seq, line.seq) == [], "whom it is about is not known, so no other laptop is shown it"
    # the day the programs are upgraded
    known = EVENTS["visit.recorded", 1]
    monkeypatch.setitem(EVENTS, ("visit.recorded", 2), replace(known, v=2, model=create_model("VisitRecorded2", __base__=known.model, weather=(str | None, None))))
    for cached in (verdict, journal):
        for name in dir(cached):
            getattr(getattr(cached, name), "cache_clear", lambda: None)()
    monkeypatch.setattr(rebuilding, "VERSION", rebuilding.VERSION + 1)
    monkeypatch.setattr(rebuilding, "shape", lambda: "upgraded")
    assert rebuilding.renew(office.county.store)
    assert notes(office.county) == {"旧版也懂的", "新版记的"}
    down(office, second)
    assert notes(second) == {"旧版也懂的", "新版记的"}


def test_c13_a_file_of_a_newer_format_says_upgrade_and_is_taken_by_none(office: Office) -> None:
    office.household("石守田")
    (path,) = lay(office, office.village)
    bundle = container.parse(path.read_bytes())
    newer = bundle.core_bytes.replace(b'"v":1}', b'"v":9}')
    assert newer != bundle.core_bytes
    path.with_name("newer.xieli").write_bytes(container.build(newer, bundle.wraps_bytes, bundle.sigs_bytes, bundle.body))
    (refused,) = intake.import_files(office.county, [path.with_name("newer.xieli")])
    assert (refused.status, refused.code) == ("refused", "XL-U01")
    assert "升级" in REGISTRY["XL-U01"].what
    assert "留着" in REGISTRY["XL-U01"].next_step
    assert [one.status for one in intake.import_files(office.county, [path])] == ["imported"]


def test_c13_every_bundle_of_an_earlier_program_is_still_read() -> None:
    """The corpus: what a program once wrote and published. A released version adds its files; none is ever taken out."""
    corpus = sorted(VECTORS.glob("*.xieli"))
    assert {path.stem for path in corpus} >= {"changes", "grant", "return"}
    for path in corpus:
        bundle = container.parse(path.read_bytes())
        container.check_version(bundle.core)
        container.check_limits(bundle.core)
        assert bundle.trailer_ok


# -- C14 ---------------------------------------------------------------------------------------------------------------------------------------


def test_c14_out_of_order_waits_names_what_is_missing_asks_for_it_and_nothing_unsigned_can_be_lost(office: Office) -> None:
    """getodk/central#669, collect#6125, #6164: entities silently not updated; forms deleted before they arrived."""
    home = office.household("石守田")
    visit(office.village, home, "第一天")
    for desk in (office.township, office.county):
        office.up(to=desk)
    office.down()
    visit(office.village, home, "第二天")
    second = office.up()  # straight to the county: the township never sees this stick
    office.down()
    visit(office.village, home, "第三天")
    (third,) = lay(office, office.village, keep=True)
    (early,) = intake.import_files(office.township, [third])
    assert (early.status, early.code) == ("parked", "XL-G01")
    assert f"缺少第 {container.parse(second[0].read_bytes()).core['first']} 至" in early.what, "it names what is missing"
    assert notes(office.township) == {"第一天"}
    assert send.send(office.township, office.stick, device=office.village.dev)
    with office.township.reading() as tx:
        assert tx.ask("SELECT count(*) FROM delivery_out WHERE to_dev=? AND k='resend'", (office.village.dev,))[0][0] == 1, "the return asks for the missing piece"
    (again,) = intake.import_files(office.township, [third])
    assert again.status == "parked", "parked stays parked, once"
    assert [one.status for one in intake.import_files(office.township, second)] == ["imported"]
    assert notes(office.township) == {"第一天", "第二天", "第三天"}, "what waited goes through by itself"
    assert [one.status for one in intake.import_files(office.township, [third])] == ["duplicate"]


def test_c14_no_command_takes_a_record_out_of_the_journal(office: Office) -> None:
    """collect#6125: finalised and queued forms can be deleted. Here there is no such verb: the journal has an insert and nothing else."""
    touched = re.compile(r"(?:delete from|drop table(?: if exists)?) journal\b|update journal set (?!(?:role|entity)=)", re.IGNORECASE)
    said = [
        f"{path.name}:{number}" for path in Path(xieli_tui.__file__).parent.rglob("*.py") for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if touched.search(line)
    ]
    assert said == [], "of a line stored nothing is ever written again but what is derived from it: its author's role, the thing it is about"
    home = office.household("石守田")
    made = visit(office.village, home, "记错了的")
    before = own_lines(office.village)
    with office.village.reading() as tx:
        ref = next(event.ref for event in journal.events_of_type(tx, "visit.recorded") if event.d["visit"] == made)
    from xieli_tui.casework import corrections

    corrections.withdraw(office.village, ref, "记到别家去了")
    after = own_lines(office.village)
    assert {key: after.get(key) for key in before} == before
    assert len(after) == len(before) + 1


# -- the desk put back from a copy -----------------------------------------------------------------------------------------------------------------


def test_a_desk_put_back_from_yesterdays_copy_gets_back_what_it_lost_and_sends_nothing_before(office: Office) -> None:
    """cht-core#8093: after a restore of the server the clients do not send again what the copy had lost."""
    from xieli_tui.desk import reopen

    home = office.household("石守田")
    visit(office.village, home, "昨天的")
    office.up()
    office.down()
    yesterday = a_county_of_its_own(office, "yesterday")
    office.clock.tick(days=1)
    visit(office.village, home, "今天的")
    office.up()
    office.down()
    assert exchange.status(office.village).unconfirmed == 0
    office.clock.tick(hours=1)
    with pytest.raises(Damaged) as behind:
        send.send(yesterday, office.stick)
    assert behind.value.code == "XL-C03"
    reopen.reopen(yesterday, office.root_dir, ROOT_PASSPHRASE)
    for _ in range(4):
        office.clock.tick(minutes=1)
        back = [Path(file.path) for file in send.send(yesterday, office.stick, device=office.village.dev)]
        taken = exchange.take_in(office.village, back)
        assert all(one.status in ("imported", "duplicate") for one in taken), taken
        went = [Path(file.path) for file in exchange.export(office.village, office.stick, with_backup=False).files]
        came = intake.import_files(yesterday, went)
        assert all(one.status in ("imported", "duplicate") for one in came), came
        if not back and not went:
            break
    assert notes(yesterday) == {"昨天的", "今天的"}
    assert exchange.status(office.village).unconfirmed == 0
    assert rebuild(yesterday.store)["equal"] is True


def test_a_desk_put_back_from_a_copy_of_the_same_day_is_noticed_though_it_had_written_nothing_itself(office: Office) -> None:
    """What was lost is receipts alone: the desk's own chain says nothing of it, and the same number would go out for another line."""
    home = office.household("石守田")
    visit(office.village, home, "早上的")
    office.up()
    office.down()
    morning = a_county_of_its_own(office, "morning")
    visit(office.village, home, "中午的")
    office.up()
    office.down()
    visit(office.village, home, "下午的")
    intake.import_files(morning, lay(office, office.village))
    with pytest.raises(Damaged) as behind:
        send.send(morning, office.stick, device=office.village.dev)
    assert (behind.value.code, "county reopen" in behind.value.next_step) == ("XL-C03", True)
