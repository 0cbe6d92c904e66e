"""`county work`: rows of the inbox through the very importer of a stick, side by side, one after the other, again where it failed."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest
from desk_office import PASSPHRASE, VILLAGE, Made, Office, seeded
from desk_office import _open as open_desk
from road_door import door, hand_in, visit

from xieli_sync import container
from xieli_tui.casework import exchange, rebuild
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.desk import importers, intake, send
from xieli_tui.errors import Refused


def test_by_stick_or_by_network_the_county_has_the_same_rows(office: Office, tmp_path: Path, made: Made) -> None:
    office.application("temp_emergency", emergency=True)
    with door(office, tmp_path) as here:
        hand_in(office, here.url)
        (data,) = here.whole()
        shutil.copytree(office.county.workspace, tmp_path / "by-stick")
        stick = tmp_path / "one.xieli"
        stick.write_bytes(data)
        other = open_desk(tmp_path / "by-stick", made.vaults["county"], office.clock, seeded(99))
        try:
            assert importers.work(office.county, here.spool, once=True)[0].new == intake.import_files(other, [stick])[0].new
            assert rebuild.rebuild(office.county).after == rebuild.rebuild(other).after
            assert intake.import_files(office.county, [stick])[0].code == "XL-D01", "the same bytes once more, by stick"
        finally:
            other.close()


def test_a_township_hands_in_its_own_and_the_villages_bundles_byte_for_byte_and_no_return(office: Office, tmp_path: Path) -> None:
    app = office.application("temp_emergency", emergency=True)
    (file,) = office.up(to=office.township)
    assert app
    send.send(office.county, office.stick)
    exchange.take_in(office.township, [office.stick])
    with door(office, tmp_path) as here:
        done = hand_in(office, here.url, office.township)
        assert file.read_bytes() in here.whole()
        kinds = {container.parse(data).core["kind"] for data in here.whole()}
        assert kinds == {"changes"}
        assert len(done.files) == len(here.whole())
        results = importers.work(office.county, here.spool, once=True)
        assert {r.status for r in results} == {"imported"}
        assert office.village.dev in {r.dev for r in results}
        hand_in(office, here.url, office.township)
        assert all(r.code == "XL-D01" or r.status == "imported" for r in importers.work(office.county, here.spool, once=True))


def test_files_out_of_order_wait_and_drain_as_from_a_stick(office: Office, tmp_path: Path) -> None:
    home = office.household()
    visit(office, home)
    with door(office, tmp_path) as here:
        hand_in(office, here.url)
        (first,) = (here.spool / "whole").glob("*.xieli")
        held = first.read_bytes()
        visit(office, home)
        hand_in(office, here.url)
        first.unlink()
        (late,) = importers.work(office.county, here.spool, once=True)
        assert late.status == "parked"
        assert hand_in(office, here.url, again=True).files[0].first == 1
        assert {r.status for r in importers.work(office.county, here.spool, once=True)} == {"imported"}
        assert held not in here.whole()


def test_a_bad_file_stops_no_other_and_one_that_could_not_be_written_comes_again(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = office.household()
    true = intake.import_files
    with door(office, tmp_path) as here:
        for _ in range(3):
            visit(office, home)
            hand_in(office, here.url)
        second = sorted((here.spool / "whole").glob("*.xieli"))[1].name

        def failing(session: Session, paths: Any, **more: Any) -> Any:
            (path,) = paths
            done = true(session, paths, **more) if path.name != second else true(session, paths, dry_run=True)
            if path.name == second:
                from dataclasses import replace

                return [replace(done[0], status="failed", code="XL-A01")]
            return done

        monkeypatch.setattr(intake, "import_files", failing)
        results = importers.work(office.county, here.spool, once=True)
        assert sorted(r.status for r in results).count("failed") == 1
        assert len(results) == 3
        monkeypatch.undo()
        (again,) = importers.work(office.county, here.spool, once=True)
        assert (again.file, again.status) == (second, "imported")


def test_four_importers_on_one_store_and_overlapping_files_give_the_rows_of_one_stick(office: Office, tmp_path: Path, made: Made) -> None:
    """Slices that overlap, lie in the inbox in an order nobody chose, and are taken by four at a time; beside a county that gets the last one alone."""
    home = office.household()
    shutil.copytree(office.county.workspace, tmp_path / "by-stick")
    with door(office, tmp_path) as here:
        for number in range(8):
            visit(office, home)
            (last,) = hand_in(office, here.url, again=number % 3 != 0).files
        data = next(one for one in here.whole() if container.parse(one).core["bid"] == last.bid)
        hand_in(office, here.url, again=True)
        whole = next(one for one in here.whole() if container.parse(one).core["first"] == 1 and container.parse(one).core["last"] >= container.parse(data).core["last"])
        (tmp_path / "one.xieli").write_bytes(whole)
        folder = office.county.workspace
        sessions = [office.county, *(open_desk(folder, made.vaults["county"], office.clock, seeded(70 + n)) for n in range(3))]
        results: list[Any] = []
        failed: list[BaseException] = []

        def work(session: Session) -> None:
            try:
                results.extend(importers.work(session, here.spool, once=True))
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=work, args=(session,)) for session in sessions]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
        assert not failed
        for session in sessions[1:]:
            session.close()
        assert len(results) == len({r.file for r in results}) == 9
        assert {r.status for r in results} <= {"imported", "parked"}
        alone = open_desk(tmp_path / "by-stick", made.vaults["county"], office.clock, seeded(99))
        assert intake.import_files(alone, [tmp_path / "one.xieli"])[0].status == "imported"
        mine = rebuild.rebuild(office.county)
        assert mine.equal
        assert mine.after == rebuild.rebuild(alone).after
        alone.close()
        office.down()
        assert exchange.status(office.village).unconfirmed == 0


def test_an_importer_goes_on_until_it_is_told_to_stop(office: Office, tmp_path: Path) -> None:
    home = office.household()
    with door(office, tmp_path) as here:
        seen: list[Any] = []
        visit(office, home)
        hand_in(office, here.url)
        rounds = iter([False] * 3)

        def stop() -> bool:
            if len(seen) == 1:
                visit(office, home)
                hand_in(office, here.url)
            return len(seen) >= 2 or next(rounds, None) is None

        assert importers.work(office.county, here.spool, tell=seen.append, stop=stop, pause=0.01) == []
        assert [one.status for one in seen] == ["imported", "imported"]


def test_a_village_imports_nothing_and_a_missing_inbox_is_said(office: Office, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        importers.work(office.village, once=True)
    assert refused.value.code == "XL-P07"
    assert importers.work(office.county, once=True) == []


def call(*args: object, code: int = 0) -> Any:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        got = main([*(str(a) for a in args), "--json"])
    assert got == code, (args, got, out.getvalue()[-1000:], err.getvalue()[-1000:])
    return json.loads(out.getvalue())


def test_the_commands_say_what_happened_in_one_document_each(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("XIELI_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("XIELI_NOW", office.clock.now().isoformat())
    visit(office, office.household())
    village, county = office.village.workspace, office.county.workspace
    assert call("sync", "push", "-w", village, "--url", "http://192.0.2.1:8443", code=4)["error"]["code"] == "XL-F16"
    assert call("sync", "push", "-w", village, "--url", "nothing", code=4)["error"]["code"] == "XL-F15"
    assert call("county", "work", "-w", county, "--once", "--spool", tmp_path / "none", code=5)["error"]["code"] == "XL-F05"
    assert call("county", "serve", "--listen", "0.0.0.0:8443", "--trust", tmp_path / "none", "--spool", tmp_path / "s", code=5)["error"]["code"] == "XL-F05"
    with door(office, tmp_path) as here:
        assert call("county", "serve", "--listen", "0.0.0.0:8443", "--trust", here.trust, "--spool", tmp_path / "s", code=4)["error"]["code"] == "XL-F16"
        assert call("county", "serve", "--listen", "127.0.0.1:0", "--trust", here.trust, "--spool", here.spool, code=4)["error"]["code"] == "XL-F09"
        (tmp_path / "bad.json").write_text("{}")
        assert call("county", "serve", "--listen", "127.0.0.1:0", "--trust", tmp_path / "bad.json", "--spool", tmp_path / "s", code=4)["error"]["code"] == "XL-F18"
        done = call("sync", "push", "-w", village, "--url", here.url)
        assert set(done["files"][0]) >= {"file", "bid", "ep", "first", "last", "events", "bytes", "resumed"}
        capsys.readouterr()
        assert main(["sync", "push", "-w", str(village), "--url", here.url, "--again"]) == 0
        said = capsys.readouterr().out
        assert "已交到收件处，待签收" in said
        assert "成功" not in said
        results = call("county", "work", "-w", county, "--spool", here.spool, "--once")["results"]
        assert [(r["status"], r["new"] > 0) for r in results] == [("imported", True), ("imported", False)]
        log = here.spool.rglob("*")
        assert all(VILLAGE not in str(path) and "石守田" not in str(path) for path in log)
