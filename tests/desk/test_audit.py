"""`audit verify`: an edit under the key is found at its seq, on every desk; files and returns are compared with what is held."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from desk_office import PASSPHRASE, Office

from xieli_sync import container, delivery
from xieli_sync.event import chain_hash
from xieli_tui.casework import audit, exchange
from xieli_tui.casework.evidence import evidence
from xieli_tui.casework.households import AddHousehold, add_household
from xieli_tui.casework.record_visit import RecordVisit, record_visit
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.desk import intake, send
from xieli_tui.errors import Locked, NotFound, Refused
from xieli_tui.store import journal


def worked(office: Office, visits: int = 4) -> None:
    """A family with visits, at the county and signed for; a decision-less return home."""
    home = office.household()
    for _ in range(visits):
        office.clock.tick(minutes=1)
        record_visit(office.village, RecordVisit(home, "self", note="屋顶漏雨"))
    office.up()
    office.down()


def own_seq(session: Session, t: str = "visit.recorded", number: int = 1) -> int:
    """Seq of the n-th own event of a type."""
    with session.reading() as tx:
        return [e.seq for e in journal.events_of_type(tx, t) if e.dev == session.dev][number]


def edit(session: Session, sql: str, *values: Any) -> None:
    """Somebody who has the key edits the database."""
    with session.writing() as tx:
        assert tx.conn.exec_driver_sql(sql, values).rowcount


def line_at(session: Session, dev: str, seq: int) -> tuple[bytes, str, str]:
    with session.reading() as tx:
        line, prev, digest = tx.ask("SELECT line, prev, hash FROM journal WHERE dev=? AND seq=? ORDER BY rowid DESC", (dev, seq))[0]
    return bytes(line), str(prev), str(digest)


def test_every_desk_that_nobody_touched_is_whole(office: Office) -> None:
    worked(office)
    exchange.take_in(office.township, [Path(f.path) for f in send.send(office.county, office.stick, device=office.township.dev)])
    for session in office.sessions or (office.village, office.township, office.county):
        done = audit.verify(session)
        assert (done.ok, done.first_bad, done.bad) == (True, None, ()), done.bad
        with session.reading() as tx:
            assert done.events == journal.count(tx) > 3
            assert sorted((x.dev, x.ep) for x in done.devices) == journal.chains(tx)
            own = next(x for x in done.devices if x.dev == session.dev)
            assert (own.first, own.last, own.head) == (1, *journal.head(tx, session.dev, session.ep))


EDITS = {
    "the line alone": "line",
    "the hash alone": "hash",
    "line and hash": "both",
    "the hash before it": "prev",
    "a column beside it": "column",
    "the row deleted": "delete",
    "line and every hash behind it": "rewrite",
}


@pytest.mark.parametrize("how", EDITS, ids=[x.replace(" ", "-") for x in EDITS])
@pytest.mark.parametrize("desk", ["village", "county"])
def test_an_edit_under_the_key_is_found_at_its_seq(office: Office, desk: str, how: str) -> None:
    worked(office)
    session, dev = getattr(office, desk), office.village.dev
    seq = own_seq(office.village)
    line, prev, _ = line_at(session, dev, seq)
    forged = line.replace("屋顶".encode(), "墙面".encode())
    assert forged != line
    what, since = EDITS[how], 0
    if what == "line":
        edit(session, "UPDATE journal SET line=? WHERE dev=? AND seq=?", forged, dev, seq)
    elif what == "hash":
        edit(session, "UPDATE journal SET hash=? WHERE dev=? AND seq=?", "a" * 64, dev, seq)
    elif what == "both":
        edit(session, "UPDATE journal SET line=?, hash=? WHERE dev=? AND seq=?", forged, chain_hash(prev, forged), dev, seq)
    elif what == "prev":
        edit(session, "UPDATE journal SET prev=? WHERE dev=? AND seq=?", "", dev, seq)
        edit(session, "UPDATE journal SET line=? WHERE dev=? AND seq=?", forged, dev, seq)
    elif what == "column":
        edit(session, "UPDATE journal SET household=? WHERE dev=? AND seq=?", "0" * 36, dev, seq)
    elif what == "delete":
        edit(session, "DELETE FROM journal WHERE dev=? AND seq=?", dev, seq)
    else:
        seq, since = rewrite(session, dev, seq, forged)
    found = audit.verify(session)
    assert (found.ok, found.first_bad) == (False, seq), found.bad
    assert {(x.dev, x.seq) for x in found.bad} == {(dev, seq)}
    assert found.bad[0].since == since or what != "rewrite"
    assert not found.refused


def rewrite(session: Session, dev: str, seq: int, forged: bytes) -> tuple[int, int]:
    """A careful forger: every hash from `seq` on follows again, and where the chain stands says so; (the first place where that was said otherwise, 0)."""
    with session.writing() as tx:
        rows = tx.ask("SELECT rowid, seq, line, prev FROM journal WHERE dev=? AND seq>=? ORDER BY seq", (dev, seq))
        digest = str(rows[0][3])
        for rowid, at, line, _ in rows:
            prev, raw = digest, forged if at == seq else bytes(line)
            digest = chain_hash(prev, raw)
            tx.conn.exec_driver_sql("UPDATE journal SET line=?, prev=?, hash=? WHERE rowid=?", (raw, prev, digest, rowid))
        tx.conn.exec_driver_sql("UPDATE device_head SET hash=? WHERE dev=?", (digest, dev))
        said = [int(x[0]) for x in tx.ask("SELECT seq FROM receipt WHERE dev=? AND seq>=? UNION SELECT json_extract(core, '$.last') FROM bundle_seen"
                " WHERE dev=? AND json_extract(core, '$.kind')='changes'", (dev, seq, dev))]
    return min(said), 0


def test_lines_cut_off_at_the_end_are_missed(office: Office) -> None:
    worked(office)
    with office.village.reading() as tx:
        seq, _ = journal.head(tx, office.village.dev, office.village.ep)
    edit(office.village, "DELETE FROM journal WHERE dev=? AND seq>?", office.village.dev, seq - 2)
    assert audit.verify(office.village).first_bad == seq - 1


def test_a_line_the_county_sent_home_is_found_when_it_is_altered_or_gone(office: Office) -> None:
    worked(office)
    with office.village.reading() as tx:
        sent = next(e for e in journal.events_of_type(tx, "device.enrolled") if e.dev == office.county.dev)
    edit(office.village, "UPDATE journal SET line=? WHERE rowid=?", sent.line.replace("石桥村".encode(), "石板村".encode()), sent.rowid)
    found = audit.verify(office.village)
    assert (found.first_bad, found.bad[0].dev, found.bad[0].what) == (sent.seq, office.county.dev, "line")


def test_a_delivery_line_that_was_altered_is_found_at_its_number(office: Office) -> None:
    worked(office)
    with office.village.reading() as tx:
        signed, line = tx.ask("SELECT r, line FROM delivery_in WHERE k='receipt' ORDER BY r LIMIT 1")[0]
    edit(office.village, "UPDATE delivery_in SET line=? WHERE r=?", bytes(line).replace(b'"seq":', b'"seq":1'), signed)
    edit(office.county, "UPDATE delivery_out SET hash=? WHERE r=? AND to_dev=?", "b" * 64, 2, office.village.dev)
    for session, r, about in ((office.village, signed, office.county.dev), (office.county, 2, office.village.dev)):
        found = audit.verify(session)
        assert (found.ok, found.first_bad, found.bad[0].what, found.bad[0].dev) == (False, r, "delivery", about)


def test_whoever_rewrites_a_decision_and_everything_around_it_cannot_make_the_signature_of_its_desk(office: Office) -> None:
    worked(office)
    dev = office.county.dev
    with office.village.writing() as tx:
        assert tx.conn.exec_driver_sql("UPDATE envelope SET core=? WHERE issuer=?", (bytes(tx.ask("SELECT core FROM envelope")[0][0]) + b" ", dev)).rowcount
    found = audit.verify(office.village)
    assert (found.ok, {x.what for x in found.bad}, found.bad[0].dev) == (False, {"signed"}, dev)
    with office.county.writing() as tx:  # at the county: what the laptop signed
        tx.conn.exec_driver_sql("UPDATE envelope SET sigs=replace(sigs, '0', '1')")
    assert audit.verify(office.county).bad[0].what == "signed"


# -- against a return ------------------------------------------------------------------------------------------------------------------


def test_a_return_agrees_with_the_laptop_it_was_sent_to_and_with_the_desk_that_wrote_it(office: Office) -> None:
    worked(office)
    office.clock.tick(minutes=1)
    home = office.household("石有余")
    record_visit(office.village, RecordVisit(home, "self"))
    office.up()
    (paper,) = office.down()
    for session in (office.village, office.county):
        assert audit.against(session, paper).ok
    with pytest.raises(Refused, match="XL-K05"):
        audit.against(office.township, paper)


def test_a_laptop_that_lost_what_the_county_signed_for_is_told_by_the_return(office: Office) -> None:
    worked(office)
    office.household("石有余")
    office.up()
    (paper,) = office.down(lose=True)
    with office.village.reading() as tx:
        before, _ = journal.head(tx, office.village.dev, office.village.ep)
    with office.village.writing() as tx:  # the whole end of the chain is gone, and nothing here remembers it
        tx.conn.exec_driver_sql("DELETE FROM journal WHERE dev=? AND seq>=?", (office.village.dev, before))
        digest = tx.ask("SELECT hash FROM journal WHERE dev=? AND seq=?", (office.village.dev, before - 1))[0][0]
        tx.conn.exec_driver_sql("UPDATE device_head SET seq=?, hash=? WHERE dev=?", (before - 1, digest, office.village.dev))
    found = audit.against(office.village, paper)
    assert (found.ok, found.first_bad, [x.what for x in found.bad if x.by == "return"]) == (False, before, ["receipt"])


def test_a_county_that_rewrote_what_it_sent_is_caught_by_the_return_it_sent(office: Office) -> None:
    worked(office)
    paper = max(p for p in office.stick.iterdir() if json.loads(core_of(p))["kind"] == "return" and json.loads(core_of(p))["to"] == office.village.dev)
    core = json.loads(core_of(paper))
    with office.county.writing() as tx:  # a careful hand: the chain of its delivery lines follows again
        prev = core["prev"]
        for r, line in tx.ask("SELECT r, line FROM delivery_out WHERE to_dev=? AND r>=? ORDER BY r", (office.village.dev, core["first"])):
            forged = bytes(line).replace(b'"not_ok":[]', b'"not_ok":[[1,1,"ok",""]]')
            prev = delivery.delivery_hash(prev, forged)
            tx.conn.exec_driver_sql("UPDATE delivery_out SET line=?, hash=? WHERE to_dev=? AND r=?", (forged, prev, office.village.dev, r))
    assert audit.verify(office.county).ok
    found = audit.against(office.county, paper)
    assert (found.ok, found.first_bad, [x.what for x in found.bad]) == (False, core["last"], ["return"])


def core_of(path: Path) -> bytes:
    return container.parse(path.read_bytes()).core_bytes


# -- files -----------------------------------------------------------------------------------------------------------------------------


def test_bundles_on_a_stick_are_checked_without_a_workspace_and_their_ends_must_join(office: Office) -> None:
    worked(office)
    office.household("石有余")
    office.up()
    laid = [p for p in office.stick.iterdir() if json.loads(core_of(p))["kind"] == "changes"]
    assert len(laid) == 2
    done = audit.verify_files(laid)
    assert (done.ok, done.first_bad, [x.opened for x in done.files]) == (True, None, [False, False])
    (chain,) = done.devices
    with office.village.reading() as tx:
        assert (chain.dev, chain.ep, chain.first, (chain.last, chain.head)) == (office.village.dev, office.village.ep, 1, journal.head(tx, office.village.dev, office.village.ep))
    at_the_desk = audit.verify_files(laid, office.county)
    assert (at_the_desk.ok, [x.opened for x in at_the_desk.files]) == (True, [True, True])


def test_a_damaged_bundle_is_named_with_its_code_and_is_no_fault_of_what_is_held(office: Office) -> None:
    worked(office)
    good = next(p for p in office.stick.iterdir() if json.loads(core_of(p))["kind"] == "changes")
    bad = office.stick / "bad.xieli"
    data = bytearray(good.read_bytes())
    data[-200] ^= 1
    bad.write_bytes(bytes(data))
    done = audit.verify_files([good, bad], office.county)
    assert (done.ok, done.refused, done.first_bad, sorted(x.code for x in done.files)) == (False, True, None, ["", "XL-B04"])
    with pytest.raises(NotFound):
        audit.verify_files([office.stick / "none.xieli"])


def test_a_bundle_that_says_another_history_than_the_desk_holds_is_found_at_the_line(office: Office) -> None:
    worked(office)
    laid = next(p for p in office.stick.iterdir() if json.loads(core_of(p))["kind"] == "changes")
    seq = own_seq(office.village)
    edit(office.county, "UPDATE journal SET hash=? WHERE dev=? AND seq=?", "e" * 64, office.village.dev, seq)
    done = audit.verify_files([laid], office.county)
    assert (done.ok, done.refused, done.first_bad, done.bad[0].what) == (False, False, seq, "file")


def test_importing_the_same_work_leaves_the_county_whole(office: Office) -> None:
    worked(office)
    office.household("石有余")
    first = office.up()
    office.clock.tick(minutes=1)
    assert [o.status for o in intake.import_files(office.county, first)] == ["duplicate"]
    assert audit.verify(office.county).ok


# -- the commands ----------------------------------------------------------------------------------------------------------------------


def call(capsys: pytest.CaptureFixture[str], *args: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(x) for x in args])
    done = capsys.readouterr()
    return code, done.out, done.err


def test_the_commands_say_in_chinese_what_they_found_and_end_with_the_exit_code_of_it(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", office.clock.now().isoformat())
    worked(office)
    village, county = office.village.workspace, office.county.workspace
    laid = next(p for p in office.stick.iterdir() if json.loads(core_of(p))["kind"] == "changes")
    paper = next(p for p in office.stick.iterdir() if json.loads(core_of(p)).get("to") == office.village.dev)
    code, out, _ = call(capsys, "audit", "verify", "-w", village)
    assert (code, "前后相接，没有改动。" in out) == (0, True)
    code, out, _ = call(capsys, "audit", "verify", "-w", county, "--against", paper, "--json")
    assert (code, json.loads(out)["ok"], set(json.loads(out)) >= {"ok", "events", "devices", "first_bad"}) == (0, True, True)
    assert set(json.loads(out)["devices"][0]) >= {"dev", "ep", "first", "last", "head"}
    assert call(capsys, "audit", "verify", laid)[0] == 0  # no workspace and no passphrase asked for
    code, out, _ = call(capsys, "audit", "verify", tmp_path / "none.xieli", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (5, "XL-F05")
    assert call(capsys, "audit", "verify", laid, "--against", paper)[0] == 4
    damaged = tmp_path / "damaged.xieli"
    damaged.write_bytes(laid.read_bytes()[:-50])
    code, out, _ = call(capsys, "audit", "verify", damaged)
    assert (code, "XL-B03" in out) == (4, True)
    with office.village.reading() as tx:
        home = str(tx.ask("SELECT min(household) FROM household")[0][0])
    code, out, _ = call(capsys, "evidence", home, "-w", village, "--out", tmp_path / "F.zip", "--json")
    shown = json.loads(out)
    assert (code, shown["kind"], shown["id"], "石守田" in out) == (0, "household", home, False)
    code, out, _ = call(capsys, "evidence", "no-such-id", "-w", village, "--out", tmp_path / "G.zip", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (5, "XL-V45")
    seq = own_seq(office.village)
    edit(office.village, "UPDATE journal SET hash=? WHERE dev=? AND seq=?", "a" * 64, office.village.dev, seq)
    code, out, _ = call(capsys, "audit", "verify", "-w", village)
    assert (code, f"第 {seq} 条" in out, "XL-C03" in out) == (6, True, True)
    code, out, _ = call(capsys, "audit", "verify", "-w", village, "--json")
    assert (code, json.loads(out)["ok"], json.loads(out)["first_bad"]) == (6, False, seq)


def test_before_enrolment_no_evidence_leaves(village_session: Session, tmp_path: Path) -> None:
    home = add_household(village_session, AddHousehold("石守田", {"group": "一组"})).id
    with pytest.raises(Locked, match="XL-K10"):
        evidence(village_session, home, tmp_path / "F.zip")
    assert list(tmp_path.glob("*.zip")) == []
    assert audit.verify(village_session).ok
