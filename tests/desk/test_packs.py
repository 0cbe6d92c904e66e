"""A county's pack from the file to the village: pieces, the day it starts, what is wrong with it, and what it never disables."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import json
import random
from pathlib import Path

import pytest
from desk_office import Office

from xieli_sample import source
from xieli_tui.casework import exchange, hints, packs
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.desk import packs as desk
from xieli_tui.desk import parameters, send
from xieli_tui.domain.events.road import BlobPart, PackInstalled
from xieli_tui.errors import NotFound, Refused
from xieli_tui.policy import ask
from xieli_tui.policy.holidays import HolidayError
from xieli_tui.policy.loader import PackSet, shipped
from xieli_tui.policy.pack_text import PackError
from xieli_tui.store import journal, projector

TEXT = source.pack_text()
VISITED = {"op": "due", "region": "999999001001", "asof": "2026-12-28", "given": {"hh": {"status": "dibao", "grant_date": "2025-12-01"}, "visits": [{"date": "2026-09-01"}]}}
YEAR = 'year = 2027\ncalendar_version = "2027.1"\nsource = "测试"\n[[holiday]]\nname = "元旦"\noff = ["2027-01-01", "2027-01-02", "2027-01-03"]\nwork = ["2027-01-09"]\n'


def held(session: Session) -> PackSet:
    with session.reading() as tx:
        return packs.of(tx)


def said(session: Session) -> list[str]:
    with session.reading() as tx:
        return [one.sentence() for one in packs.problems(tx)]


def written(folder: Path, text: str = TEXT, name: str = "pack.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def carry(office: Office) -> None:
    """The county's return to the village, taken in."""
    office.up()
    office.down()


def visit_duty(session: Session, asof: str = "2026-12-28") -> dict[str, object] | None:
    answers = ask({**VISITED, "asof": asof}, held(session))["answers"]
    return next((one for one in answers if one["task"] == "visit_quarter"), None)


def large(seed: int = 3) -> str:
    """The pack with more text than one piece carries (seed printed)."""
    print(f"seed={seed}")
    noise = random.Random(seed)
    return TEXT + "\n".join("# " + "".join(chr(noise.randint(0x4E00, 0x9FA5)) for _ in range(60)) for _ in range(600)) + "\n"


def test_a_pack_of_several_pieces_reaches_the_village_with_the_return_and_is_used_there(office: Office, tmp_path: Path) -> None:
    text = large()
    done = desk.install(office.county, written(tmp_path, text), "2026-01-01")
    assert (done.new, done.parts, done.adopted) == (True, -(-len(text.encode()) // desk.PIECE), 19)
    assert done.parts >= 3
    assert visit_duty(office.village) is None
    carry(office)
    duty = visit_duty(office.village)
    assert duty is not None
    assert (duty["cite"], duty["pack"], duty["pack_version"]) == ("999999:第五条; 001:8", "999999", hashlib.sha256(text.encode()).hexdigest()[:16])
    assert duty["adopted"]["label"] == "演示采用"  # type: ignore[index]
    assert said(office.village) == []
    for session in (office.county, office.village):
        assert projector.rebuild(session.store)["equal"]
        assert visit_duty(session) == duty


def test_a_township_takes_the_pack_in_too(office: Office, tmp_path: Path) -> None:
    desk.install(office.county, written(tmp_path), "2026-01-01")
    exchange.take_in(office.township, [Path(f.path) for f in send.send(office.county, office.stick, device=office.township.dev)])
    assert "999999" in held(office.township).packs


def test_every_hint_under_the_adopted_rules_says_so_and_carries_the_version_x06(office: Office, tmp_path: Path) -> None:
    home = office.household()
    done = desk.install(office.county, written(tmp_path), "2026-01-01")
    carry(office)
    page = hints.screen(office.village, home)
    edge = next(one for one in page.hints if one.kind == "dibao_edge")
    assert edge.adopted
    assert edge.cite == "999999:第二条; 003:(一)"
    answer = next(one for one in ask(page.question, held(office.village))["answers"] if one.get("kind") == "dibao_edge")
    assert (answer["pack_version"], answer["adopted"]["label"]) == (done.version, "演示采用")


def test_the_newest_start_not_after_the_day_counts_and_taking_one_back_brings_the_earlier_back(office: Office, tmp_path: Path) -> None:
    newer = TEXT.replace('cite = "第五条"', 'cite = "第五十条"')
    first = desk.install(office.county, written(tmp_path), "2026-01-01")
    second = desk.install(office.county, written(tmp_path, newer), "2026-06-01")
    assert first.version != second.version
    spring, autumn, before = (visit_duty(office.county, day) for day in ("2026-05-31", "2026-10-01", "2025-12-31"))
    assert spring is not None
    assert spring["cite"] == "999999:第五条; 001:8"
    assert autumn is not None
    assert autumn["cite"] == "999999:第五十条; 001:8"
    assert before is None
    assert [(one.state, one.start) for one in desk.list_packs(office.county)] == [("replaced", "2026-01-01"), ("in_force", "2026-06-01")]
    carry(office)
    desk.withdraw(office.county, desk.list_packs(office.county)[1].ref, "发错了")
    carry(office)
    for session in (office.county, office.village):
        duty = visit_duty(session, "2026-10-01")
        assert duty is not None
        assert duty["cite"] == "999999:第五条; 001:8"
        assert projector.rebuild(session.store)["equal"]


def test_a_pack_that_does_not_read_is_refused_with_file_and_line_and_nothing_is_written(office: Office, tmp_path: Path) -> None:
    broken = TEXT.replace('currency = "unverified"', 'currency = 1.5')
    with office.county.reading() as tx:
        before = journal.head(tx, tx.dev, tx.ep)
    with pytest.raises(PackError) as refused:
        desk.install(office.county, written(tmp_path, broken), "2026-01-01")
    line = broken.splitlines().index("currency = 1.5") + 1
    assert refused.value.code == "XL-Q08"
    assert refused.value.field == f"pack.toml:{line}"
    for bad, where in (
        (TEXT.replace('region_code = "999999"', 'region_code = "500112"'), "不管本县"),
        (TEXT.replace('"GX-10"', '"GX-99"'), "没有规则 GX-99"),
        (TEXT.replace('id = "999999"', 'id = "004"', 1), "只有一个相同"),
        (TEXT.replace('["GX-10"], from = "001"', '["GX-10"], from = "777"'), "没有政策包 777"),
    ):
        with pytest.raises(PackError) as refused:
            desk.install(office.county, written(tmp_path, bad), "2026-01-01")
        assert where in refused.value.sentence()
    with office.county.reading() as tx:
        assert journal.head(tx, tx.dev, tx.ep) == before


def test_the_same_file_for_the_same_day_is_one_act_and_for_another_day_its_pieces_are_not_sent_again(office: Office, tmp_path: Path) -> None:
    path = written(tmp_path, large())
    assert desk.install(office.county, path, "2026-01-01").new
    assert not desk.install(office.county, path, "2026-01-01").new
    with office.county.reading() as tx:
        before = len(journal.events_of_type(tx, "blob.part"))
    assert desk.install(office.county, path, "2026-07-01").new
    with office.county.reading() as tx:
        assert len(journal.events_of_type(tx, "blob.part")) == before


def pieces(text: str, size: int) -> list[BlobPart]:
    data = text.encode()
    cut = [data[at : at + size] for at in range(0, len(data), size)]
    digest = hashlib.sha256(data).hexdigest()
    return [
        BlobPart(digest=digest, part=number, of=len(cut), kind="pack", name="pack.toml", data=base64.b64encode(one).decode()) for number, one in enumerate(cut, 1)
    ]


def test_a_file_with_a_piece_missing_or_wrong_is_never_used_and_is_named(office: Office) -> None:
    first, second, third = pieces(TEXT, 1000)[:2], pieces(TEXT, 1000)[2:3], pieces(TEXT, 1000)[3:]
    ruling = PackInstalled(pack="999999", digest=first[0].digest, start="2026-01-01")
    office.county.record(*first, *third, ruling)
    assert held(office.county).packs.keys() == shipped().packs.keys()
    total = len(first) + 1 + len(third)
    assert said(office.county) == [f"pack.toml 还没有收齐（{total - 1}/{total} 片），没有使用"]
    spoiled = second[0].model_copy(update={"data": base64.b64encode(b"x" * 1000).decode()})
    office.county.record(spoiled)
    assert said(office.county) == ["pack.toml 收到的内容和县里的不一样，没有使用"]
    assert held(office.county).packs.keys() == shipped().packs.keys()
    office.county.record(second[0])
    assert said(office.county) == []
    assert "999999" in held(office.county).packs
    assert projector.rebuild(office.county.store)["equal"]


def test_a_pack_of_a_newer_form_disables_nothing_and_the_edition_before_stays(office: Office, tmp_path: Path) -> None:
    desk.install(office.county, written(tmp_path), "2026-01-01")
    strange = TEXT.replace('id = "999999"', 'id = "999999"\nform = "2"', 1)
    parts = pieces(strange, desk.PIECE)
    office.county.record(*parts, PackInstalled(pack="999999", digest=parts[0].digest, start="2026-06-01"))
    carry(office)
    for session in (office.county, office.village):
        assert visit_duty(session) is not None
        assert shipped().packs.keys() < held(session).packs.keys()
        assert any("不认识 form" in one for one in said(session))
        answer = ask({"op": "packs", "region": "999999001001", "asof": "2026-12-28"}, held(session))
        assert any("没有使用" in row["reason"] for row in answer["packs"])
    assert [one.state for one in desk.list_packs(office.county)] == ["in_force", "unreadable"]


def test_what_a_village_writes_is_never_put_together(office: Office) -> None:
    parts = pieces(TEXT, desk.PIECE)
    office.village.record(*parts)
    office.up()
    office.county.record(PackInstalled(pack="999999", digest=parts[0].digest, start="2026-01-01"))
    assert "999999" not in held(office.county).packs
    assert said(office.county) == ["999999 还没有收齐（0/? 片），没有使用"]
    with pytest.raises(Refused) as refused:
        office.village.record(PackInstalled(pack="999999", digest=parts[0].digest, start="2026-01-01"))
    assert refused.value.code == "XL-P02"


def test_only_the_county_installs(office: Office, tmp_path: Path) -> None:
    path = written(tmp_path)
    for session, code in ((office.township, "XL-P03"), (office.village, "XL-P07")):
        with pytest.raises(Refused) as refused:
            desk.install(session, path, "2026-01-01")
        assert refused.value.code == code
    with pytest.raises(NotFound) as missing:
        desk.withdraw(office.county, "0" * 32, "无")
    assert missing.value.code == "XL-V45"


def test_a_newer_edition_of_a_document_the_program_carries_takes_its_place_from_its_day(office: Office, tmp_path: Path) -> None:
    carried = shipped().packs["004"]
    from importlib import resources

    text = (resources.files("xieli_tui.policy") / "packs" / carried.file).read_text("utf-8")
    done = desk.install(office.county, written(tmp_path, text + "\n# 再版\n", carried.file), "2026-03-01")
    now, then = held(office.county).on(dt.date(2026, 12, 28)), held(office.county).on(dt.date(2026, 2, 1))
    assert (now.packs["004"].version, then.packs["004"].version) == (done.version, carried.version)


def test_a_years_arrangement_of_the_county_makes_an_estimate_exact_everywhere(office: Office, tmp_path: Path) -> None:
    parameters.set_local(office.county, parameters.SetLocal("notice_days", '{"days": 5, "unit": "working"}', "2026-01-01"))
    day = dt.date(2026, 12, 30)

    def ends(session: Session) -> tuple[str, str]:
        with session.reading() as tx:
            found = parameters.notice_rule(tx, "2026-12-30").ends(day)
        return found.state, found.day.isoformat()

    assert ends(office.county)[0] == "estimated"
    done = desk.install_holidays(office.county, written(tmp_path, YEAR, "2027.toml"))
    assert (done.pack, done.version, done.new) == ("holidays-2027", "2027.1", True)
    assert ends(office.county) == ("exact", "2027-01-06")
    carry(office)
    assert ends(office.village) == ("exact", "2027-01-06")
    with pytest.raises(HolidayError):
        desk.install_holidays(office.county, written(tmp_path, YEAR.replace('"2027-01-03"', '"2027-01-04"'), "2027.toml"))
    with pytest.raises(HolidayError) as refused:
        desk.install_holidays(office.county, written(tmp_path, YEAR.replace("元旦", "元旦\"\"", 1), "2027.toml"))
    assert refused.value.code == "XL-Q09"
    assert refused.value.field == "2027.toml:5"
    assert not desk.install_holidays(office.county, written(tmp_path, YEAR, "2027.toml")).new
    assert projector.rebuild(office.county.store)["equal"]


def test_the_command_line_installs_lists_and_asks_with_the_workspace(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIELI_PASSPHRASE", "1111 2222 3333 4444")
    place = str(office.county.workspace)
    path = written(tmp_path)
    assert main(["county", "pack", "install", str(path), "--from", "2026-01-01", "-w", place, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pack"] == "999999"
    assert main(["policy", "list", "-w", place, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert "999999" in {row["id"] for row in listed["packs"]}
    assert listed["installed"][0]["start"] == "2026-01-01"
    assert main(["policy", "list", "--json"]) == 0
    assert "999999" not in {row["id"] for row in json.loads(capsys.readouterr().out)["packs"]}
    question = tmp_path / "q.json"
    question.write_text(json.dumps(VISITED), "utf-8")
    assert main(["policy", "ask", str(question), "-w", place, "--json"]) == 0
    assert any(one["cite"] == "999999:第五条; 001:8" for one in json.loads(capsys.readouterr().out)["answers"])
    assert main(["county", "pack", "list", "-w", place, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["packs"]
    assert row["state"] == "in_force"
    assert main(["county", "pack", "withdraw", row["ref"], "--reason", "试一试", "-w", place, "--json"]) == 0
    capsys.readouterr()
    assert main(["county", "pack", "list", "-w", place]) == 0
    assert "还没有装过" in capsys.readouterr().out


def test_what_was_read_once_is_read_once(office: Office, tmp_path: Path) -> None:
    desk.install(office.county, written(tmp_path), "2026-01-01")
    assert held(office.county) is held(office.county)
    assert held(office.county).on(dt.date(2026, 5, 1)) is held(office.county).on(dt.date(2026, 9, 1))
    assert dataclasses.is_dataclass(held(office.county))


def test_an_adoption_limited_to_kinds_speaks_of_no_other_jm06(office: Office, tmp_path: Path) -> None:
    desk.install(office.county, written(tmp_path), "2026-01-01")

    def answer(kind: str) -> dict[str, object]:
        question = {"op": "check", "region": "999999001001", "asof": "2026-12-28", "given": {"app": {"kind": kind, "publicity": []}}, "actions": [
            {"action": "county.decide", "args": {"kind": kind, "amount": "3500.00"}}]}
        (found,) = ask(question, held(office.county))["answers"]
        return found

    assert (answer("dibao")["result"], answer("dibao")["cite"]) == ("block", "999999:第九条; 002:三(二)3")
    assert answer("temp_emergency")["result"] == "allow"
    unsaid = ask({"op": "check", "region": "999999001001", "asof": "2026-12-28", "actions": [{"action": "county.decide"}]}, held(office.county))["answers"]
    assert unsaid[0]["result"] != "allow"
    for bad, where in (('kinds = ["dibao",', "kinds = [\"dibau\","), ('from = "001", cite = "第五条"', 'from = "001", cite = "第五条", kinds = ["dibao"]')):
        with pytest.raises(PackError) as refused:
            desk.install(office.county, written(tmp_path, TEXT.replace(bad, where)), "2026-02-01")
        assert refused.value.field == f"pack.toml:{TEXT[: TEXT.index('adopt = [')].count(chr(10)) + 1}"


@pytest.mark.parametrize(("amount", "who"), [("3000.00", "allow"), ("3000.01", "block")])
def test_the_adopted_delegation_lets_the_township_confirm_up_to_3000_gx19(office: Office, tmp_path: Path, amount: str, who: str) -> None:
    desk.install(office.county, written(tmp_path), "2026-01-01")
    question = {
        "op": "check", "region": "999999001001", "asof": "2026-12-28",
        "local": {"delegations": [{"kind": "temp_emergency", "max_amount": "3000.00", "township": "999999001", "from": "2026-01-01"}]},
        "given": {"app": {"kind": "temp_emergency"}}, "actions": [{"action": "township.decide", "args": {"kind": "temp_emergency", "amount": amount}}],
    }
    (found,) = ask(question, held(office.county))["answers"]
    assert (found["result"], found["cite"]) == (who, "999999:第八条; 001:三(二)")
