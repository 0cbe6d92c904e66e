"""A laptop is stolen: it is stopped at a line, what came and comes beyond it is held without effect, and what was honest is released."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_office import Office, lay, notes, visit

from basekit import FullDisk
from xieli_tui.casework import exchange, households, setup
from xieli_tui.casework.session import Session
from xieli_tui.desk import enrolment, intake, quarantine, revocation, send
from xieli_tui.domain.events.household import OperatorAdded
from xieli_tui.domain.events.road import DeviceRevoked, QuarantineReleased, RulingAnnulled
from xieli_tui.errors import NotFound, Refused
from xieli_tui.store import journal, queries, rebuild


def told(office: Office, session: Session | None = None) -> None:
    """A return for one device by name, taken in."""
    to = session or office.village
    files = [Path(f.path) for f in send.send(office.county, office.stick, device=to.dev)]
    assert files
    assert all(o.status == "imported" for o in exchange.take_in(to, files))


def stolen(office: Office) -> tuple[str, int]:
    """A family and a visit at the county; (family, last line the county holds)."""
    home = office.household()
    visit(office.village, home, "好的")
    office.up()
    with office.county.reading() as tx:
        return home, journal.head(tx, office.village.dev, office.village.ep)[0]


# -- the cut -----------------------------------------------------------------------------------------------------------------------------------


def test_without_a_word_everything_the_county_signed_for_stays_and_later_lines_are_held_back(office: Office) -> None:
    home, last = stolen(office)
    office.down()
    done = revocation.revoke(office.county, office.village.dev[:8], reason="电脑丢了")
    assert (done.dev, done.cut, done.after) == (office.village.dev, {office.village.ep: last}, 0)
    assert notes(office.county) == ["好的"]
    visit(office.village, home, "贼写的")
    [result] = intake.import_files(office.county, lay(office.village, office.stick))
    assert (result.status, result.code) == ("quarantined", "XL-S04")
    assert notes(office.county) == ["好的"]


def test_a_last_good_line_takes_back_what_came_after_it_and_a_higher_one_waits_for_what_the_township_holds(office: Office) -> None:
    home = office.household()
    good = visit(office.village, home, "好的")
    visit(office.village, home, "贼写的")
    office.up()
    assert notes(office.county) == ["好的", "贼写的"]
    done = revocation.revoke(office.county, office.village.dev, str(good))
    assert (done.cut, done.after) == ({office.village.ep: good}, 1)
    assert notes(office.county) == ["好的"]
    later = revocation.look(office.county, office.village.dev, f"{office.village.ep[:4]}:{good + 40}")
    assert later.cut == {office.village.ep: good + 40}
    assert "".join(later.words).startswith(f"写到第 {good} 条的算数"), "of several revocations the lowest cut"


def test_an_epoch_that_is_not_named_is_cut_from_its_first_line_on(office: Office, tmp_path: Path) -> None:
    from xieli_tui.casework import epochs

    _home, last = stolen(office)
    first = office.village.ep
    epochs.open_new(office.village, "mark_missing")
    home = office.household("石二")
    second = visit(office.village, home, "新段")
    office.up()
    assert revocation.look(office.county, office.village.dev).cut == {first: last, office.village.ep: second}
    assert revocation.look(office.county, office.village.dev, str(second - 1)).cut == {first: last, office.village.ep: second - 1}
    done = revocation.revoke(office.county, office.village.dev, f"{first}:{last}")
    assert done.cut == {first: last}
    assert notes(office.county) == ["好的"]


def test_a_mistaken_revocation_is_annulled_and_everything_counts_again(office: Office) -> None:
    home, _ = stolen(office)
    done = revocation.revoke(office.county, office.village.dev, "0")
    assert done.cut == {}
    assert notes(office.county) == []
    office.county.record(RulingAnnulled(of=done.event, reason="弄错了"))
    assert notes(office.county) == ["好的"]
    assert not enrolment.devices(office.county)[0].revoked
    visit(office.village, home, "接着写")
    office.up()
    assert notes(office.county) == ["好的", "接着写"]


def test_the_lowest_cut_counts_whichever_came_first(office: Office) -> None:
    _home, last = stolen(office)
    low = revocation.revoke(office.county, office.village.dev, str(last - 1))
    revocation.revoke(office.county, office.village.dev, str(last))
    assert notes(office.county) == []
    office.county.record(RulingAnnulled(of=low.event, reason="弄错了"))
    assert notes(office.county) == ["好的"]


@pytest.mark.parametrize(("dev", "last_good", "code"), [
    ("00000000", None, "XL-V44"), ("abc", None, "XL-V44"), ("VILLAGE", "x", "XL-V11"), ("VILLAGE", "-3", "XL-V11"), ("VILLAGE", "ffff:3", "XL-V45"),
    ("COUNTY", None, "XL-P03"),
])
def test_what_cannot_be_revoked_is_refused_and_nothing_is_written(office: Office, dev: str, last_good: str | None, code: str) -> None:
    stolen(office)
    before = exchange.status(office.county).events
    given = {"VILLAGE": office.village.dev, "COUNTY": office.county.dev}.get(dev, dev)
    with pytest.raises((Refused, NotFound)) as caught:
        revocation.revoke(office.county, given, last_good)
    assert caught.value.code == code
    assert exchange.status(office.county).events == before


def test_only_the_county_revokes_and_a_townships_line_has_no_effect(office: Office) -> None:
    stolen(office)
    for session, code in ((office.township, "XL-P03"), (office.village, "XL-P07")):
        with pytest.raises(Refused) as caught:
            revocation.revoke(session, office.village.dev)
        assert caught.value.code == code
    office.township.record(DeviceRevoked(dev=office.village.dev, cut={}))
    [file] = lay(office.township, office.stick)
    assert intake.import_files(office.county, [file])[0].status == "imported"
    assert notes(office.county) == ["好的"]
    assert {one.code for one in quarantine.list_held(office.county)} == {"XL-S03"}


# -- release and keep ----------------------------------------------------------------------------------------------------------------------------


def held_back(office: Office) -> tuple[str, list[quarantine.Held]]:
    """A revoked laptop's later file: an honest visit and one nobody believes, both held back at the county."""
    home, _ = stolen(office)
    revocation.revoke(office.county, office.village.dev)
    visit(office.village, home, "老实的")
    visit(office.village, home, "不信的")
    intake.import_files(office.county, lay(office.village, office.stick))
    return home, [one for one in quarantine.list_held(office.county) if one.type == "visit.recorded"]


def test_the_list_says_who_when_where_why_and_shows_no_number(office: Office) -> None:
    _home, held = held_back(office)
    assert [(one.summary.endswith(note), one.code, one.village_name, one.author, one.head, one.on, one.liftable) for one, note in zip(held, ("不信的", "老实的"), strict=True)] == [
        (True, "XL-S04", "石桥村", "陈秀兰", "石守田", "2026-12-28", True)] * 2
    assert held[0].why == "这台电脑停用之后写的"


def test_what_was_honest_is_released_and_counts_on_both_sides(office: Office) -> None:
    _home, held = held_back(office)
    told(office)
    assert notes(office.village) == ["好的"], "the laptop goes by the county's word"
    assert exchange.status(office.village).quarantined >= 2
    [done] = quarantine.release(office.county, [held[1].id], "电话问过，是她写的")
    assert done.state == "released"
    assert notes(office.county) == ["好的", "老实的"]
    told(office)
    assert notes(office.village) == ["好的", "老实的"]
    with office.village.reading() as tx:
        assert queries.entry_states(tx, [held[1].event, held[0].event]) == {held[1].event: "county", held[0].event: "quarantined"}
    for session in (office.county, office.village):
        assert rebuild.rebuild(session.store)["equal"]


def test_what_was_looked_at_and_kept_stands_last_with_its_reason(office: Office) -> None:
    _home, held = held_back(office)
    quarantine.keep(office.county, [held[0].event], "她说没有写过")
    rows = quarantine.list_held(office.county, office.village.dev[:8])
    assert rows[-1].event == held[0].event
    assert rows[-1].kept == "她说没有写过"
    assert not rows[0].kept
    assert notes(office.county) == ["好的"]


def test_a_release_lifts_scope_and_cut_and_never_form_or_right(office: Office) -> None:
    home, _ = stolen(office)
    office.village.record(OperatorAdded(operator="9", name="生人", role="village"))
    elsewhere = journal_line(office, home)
    bad = [one for one in quarantine.list_held(office.county) if one.code in ("XL-S02", "XL-S03", "XL-S05")]
    assert {one.code for one in bad} == {"XL-S02", "XL-S03", "XL-S05"}
    assert not any(one.liftable for one in bad)
    for one in bad:
        with pytest.raises(Refused) as caught:
            quarantine.release(office.county, [one.event], "放")
        assert caught.value.code == "XL-P10"
        office.county.record(QuarantineReleased(of=one.event, reason="硬放"))
    assert {one.event for one in quarantine.list_held(office.county) if one.code != "XL-S01"} == {one.event for one in bad}, "not even a release written past the verb"
    [outside] = [one for one in quarantine.list_held(office.county) if one.code == "XL-S01"]
    assert outside.event == elsewhere
    quarantine.release(office.county, [outside.id], "他们帮邻村走的")
    assert "邻村的" in notes(office.county)


def journal_line(office: Office, home: str) -> str:
    """A file of lines no verb writes: another village's visit, a visit of no valid form, a ruling by a laptop, an unknown type; the first one's reference."""
    from xieli_sync.event import make_line, parse_line

    village = office.village
    with village.reading() as tx:
        seq, head = journal.head(tx, village.dev, village.ep)
        model = next(e for e in journal.load(tx, t="visit.recorded") if e.dev == village.dev)
    d = parse_line(model.line).d
    other = {**d, "village": "999999002001", "visit": village.new_id(), "note": "邻村的"}
    bodies = [
        ("visit.recorded", other), ("visit.recorded", {**d, "visit": village.new_id(), "colour": "blue"}),
        ("household.transferred", {"village": d["village"], "household": home, "to": "999999001002", "on": "2026-12-28"}), ("from.future", {"x": 1}),
    ]
    from xieli_sync import certs, identity, outbox, seal
    from xieli_sync.event import chain_hash, ref_text
    from xieli_tui.casework import road

    with village.reading() as tx:
        grant = road.require_grant(village, tx)
    lines, prev, refs = [], head, []
    for at, (t, body) in enumerate(bodies, seq + 1):
        line = make_line(by="1", d=body, dev=village.dev, ep=village.ep, hlc=(1_798_500_000_000, at), seq=at, t=t, v=1).raw
        prev = chain_hash(prev, line)
        refs.append(ref_text(village.dev, village.ep, at, prev))
        lines.append(line)
    assert certs.verify_chain(list(grant.certs), grant.root).dev == village.dev == identity.dev_id(village.keys.sign_pub, village.keys.enc_pub)
    first, point = 1, "0" * 64
    with village.reading() as tx:
        before = [one.line for one in journal.lines(tx, village.dev, village.ep, 1, seq)]
    core = {
        "net": grant.net, "kind": "changes", "bid": village.rand(16).hex(), "dev": village.dev, "ep": village.ep, "first": first, "last": seq + len(lines),
        "prev": point, "head": prev, "cert": [dict(cert) for cert in grant.certs],
    }
    data = seal.seal(core, [*before, *lines], village.keys, grant.recipients, village.rand)
    path = outbox.write_bundle(office.stick, outbox.file_name(core), data).path
    assert intake.import_files(office.county, [path])[0].status == "imported"
    return refs[0]


@pytest.mark.parametrize(("event", "reason", "code"), [("0" * 8, "放", "XL-V45"), ("HELD", " ", "XL-V06")])
def test_a_release_without_a_line_or_a_reason_is_refused(office: Office, event: str, reason: str, code: str) -> None:
    _home, held = held_back(office)
    for verb in (quarantine.release, quarantine.keep):
        with pytest.raises((Refused, NotFound)) as caught:
            verb(office.county, [held[0].event if event == "HELD" else event], reason)
        assert caught.value.code == code
    with pytest.raises(Refused) as refused:
        quarantine.release(office.county, [], "放")
    assert refused.value.code == "XL-V06"


def test_a_township_keeps_what_lies_in_its_area_and_releases_nothing(office: Office) -> None:
    held_back(office)
    outcomes = intake.import_files(office.township, [Path(f) for f in office.stick.glob("*.xieli")])
    assert outcomes
    told(office, office.township)
    mine = [one for one in quarantine.list_held(office.township) if one.code == "XL-S04"]
    assert mine
    assert quarantine.keep(office.township, [mine[0].event], "问过村里")[0].state == "kept"
    with pytest.raises(Refused) as caught:
        quarantine.release(office.township, [mine[0].event], "放")
    assert caught.value.code == "XL-P03"


# -- the township that holds more, and the laptop that is told -----------------------------------------------------------------------------------


def test_what_only_the_township_had_signed_for_is_held_back_by_the_default_cut_until_it_is_released(office: Office) -> None:
    home, last = stolen(office)
    visit(office.village, home, "镇里收了的")
    files = lay(office.village, office.stick)
    assert intake.import_files(office.township, files)[0].status == "imported"
    assert "镇里收了的" in notes(office.township)
    assert revocation.revoke(office.county, office.village.dev).cut == {office.village.ep: last}
    told(office, office.township)
    assert "镇里收了的" not in notes(office.township), "the county's word stands above the township's own"
    intake.import_files(office.county, files)
    [held] = [one for one in quarantine.list_held(office.county) if one.type == "visit.recorded"]
    quarantine.release(office.county, [held.id], "镇里先收到的")
    told(office, office.township)
    assert "镇里收了的" in notes(office.county)
    assert "镇里收了的" in notes(office.township)


def test_a_stopped_laptop_is_told_when_it_is_named_loses_nothing_and_says_so(office: Office) -> None:
    home, _ = stolen(office)
    revocation.revoke(office.county, office.village.dev, reason="电脑丢了")
    other = households.add_household(office.county, households.AddHousehold("石二", {"group": "一组"}, village=office.village.profile.villages[0])).id
    assert send.send(office.county, office.stick) == [] or all(f.path for f in send.send(office.county, office.stick))
    before = exchange.status(office.village)
    assert not before.stopped
    told(office)
    after = exchange.status(office.village)
    assert after.stopped
    assert "停用" in after.notes[0]
    assert notes(office.village) == ["好的"]
    with office.village.reading() as tx:
        assert queries.household(tx, other) is None, "a stopped computer is told that it is stopped, and nobody's file"
    visit(office.village, home, "还写得下来")
    assert "还写得下来" in notes(office.village)
    assert lay(office.village, office.stick), "what it writes still leaves, and is looked at by a person"


def test_what_was_made_ready_for_a_laptop_and_never_laid_down_is_not_told_it_once_it_is_stopped(office: Office) -> None:
    """The stick was full, then the laptop was stolen: the file that tells it so carries nothing that no file carried before."""
    stolen(office)
    office.down()
    ready = households.add_household(office.county, households.AddHousehold("石四", {"group": "一组"}, village=office.village.profile.villages[0])).id
    with pytest.raises(Refused):
        send.send(office.county, office.stick, device=office.village.dev, fs=FullDisk())
    with office.county.reading() as tx:
        assert ready in {household for (household,) in tx.ask("SELECT household FROM delivery_out WHERE to_dev=?", (office.village.dev,))}
    revocation.revoke(office.county, office.village.dev, reason="电脑丢了")
    told(office)
    with office.village.reading() as tx:
        assert queries.household(tx, ready) is None
    assert exchange.status(office.village).stopped
    with office.county.reading() as tx:
        assert ready not in {household for (household,) in tx.ask("SELECT household FROM delivery_out WHERE to_dev=?", (office.village.dev,))}
    assert send.send(office.county, office.stick), "this desk does not think its database was put back: the township is told as ever"


def test_a_stopped_township_is_named_in_no_new_grant_and_its_laptops_wrap_for_it_no_more(office: Office) -> None:
    with office.village.reading() as tx:
        from xieli_tui.casework import road

        assert len(road.require_grant(office.village, tx).recipients) == 2
    revocation.revoke(office.county, office.township.dev)
    told(office)
    with office.village.reading() as tx:
        assert len(road.require_grant(office.village, tx).recipients) == 1
    done = enrolment.enrol_device(office.county, enrolment.EnrolDevice(
        setup.device_code(office.village).code, (office.village.profile.villages[0],), "陈秀兰", office.stick / "again.xieli"))
    setup.enrol(office.village, Path(done.file), office.root_fingerprint)
    with office.village.reading() as tx:
        assert [desk["role"] for desk in road.require_grant(office.village, tx).desks] == ["county"]


def test_a_revocation_that_comes_before_the_lines_it_is_about_judges_them_the_same(office: Office) -> None:
    home = office.household()
    good = visit(office.village, home, "好的")
    visit(office.village, home, "贼写的")
    files = lay(office.village, office.stick)
    office.county.record(DeviceRevoked(dev=office.village.dev, cut={office.village.ep: good}))
    assert intake.import_files(office.county, files)[0].status == "imported"
    assert notes(office.county) == ["好的"]
    assert rebuild.rebuild(office.county.store)["equal"]
