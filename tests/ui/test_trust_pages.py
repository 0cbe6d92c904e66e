"""A computer is stopped and what it wrote afterwards is looked at, by keys; and what the laptop itself says about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desk_office import Office

from xieli_tui.casework import exchange, record_visit
from xieli_tui.desk import intake, quarantine, revocation, send
from xieli_tui.store import queries


async def command(hand: Any, digits: str) -> None:
    await hand.press("ctrl+g")
    await hand.type(digits)
    await hand.press("enter")


def visit(office: Office, home: str, note: str) -> None:
    record_visit.record_visit(office.village, record_visit.RecordVisit(home, "self", note=note))
    office.clock.tick(minutes=1)
    files = [Path(f.path) for f in exchange.export(office.village, office.stick, with_backup=False).files]
    intake.import_files(office.county, files)


def notes(office: Office) -> list[str]:
    with office.county.reading() as tx:
        return sorted(one.note for one in queries.visits(tx))


async def test_a_stolen_computer_is_stopped_after_two_questions_and_its_honest_entry_released(office: Office, open_app: Any) -> None:
    home = office.household("石守田")
    visit(office, home, "好的")
    async with open_app(office.county) as hand:
        await command(hand, "38")
        await hand.press("2")
        assert hand.page.NAME == "停用一台电脑"
        assert hand.shows("写到第 7 条的算数"), hand.text()
        await hand.press("tab", "1", "tab")
        await hand.type("电脑丢了")
        await hand.press("ctrl+s")
        assert hand.shows("没有停"), hand.text()
        assert not revocation.look(office.county, office.village.dev).after
        hand.page.query_one("#sure").choose("yes")
        await hand.press("ctrl+s")
        assert hand.shows("真的停用 石桥村 陈秀兰"), hand.text()
        assert hand.page.NAME == "停用一台电脑"
        await hand.press("ctrl+s")
        assert hand.page.NAME == "登记电脑"
        assert hand.shows("已停用 石桥村 陈秀兰"), hand.text()
        await hand.press("2")
        assert hand.shows("这一台停用过了"), hand.text()
        visit(office, home, "老实的")
        assert notes(office) == ["好的"]
        await command(hand, "52")
        assert hand.shows("等人看的"), hand.text()
        await hand.press("enter")
        assert hand.page.NAME == "放行或留着"
        await hand.press("1", "tab")
        await hand.type("打电话问过")
        await hand.press("ctrl+s")
        assert hand.page.NAME == "转人工核对"
    assert notes(office) == ["好的", "老实的"]
    assert quarantine.list_held(office.county) == []


async def test_what_no_release_lifts_is_only_kept(office: Office, open_app: Any) -> None:
    home = office.household("石守田")
    visit(office, home, "好的")
    office.township.record(revocation.DeviceRevoked(dev=office.village.dev))
    intake.import_files(office.county, [Path(f.path) for f in exchange.export(office.township, office.stick, with_backup=False).files])
    async with open_app(office.county) as hand:
        await command(hand, "52")
        assert hand.shows("无权写这种记录"), hand.text()
        assert not hand.shows("可放行"), hand.text()
        await hand.press("enter")
        assert not hand.shows("放行，起作用"), hand.text()
        await hand.press("tab")
        await hand.type("镇里不能停用")
        await hand.press("ctrl+s")
        assert hand.shows("看过、留着的  1 条"), hand.text()
        assert hand.shows("没有要看的"), hand.text()
    assert quarantine.list_held(office.county)[0].kept == "镇里不能停用"


async def test_a_stopped_laptop_says_so_on_today_and_on_the_page_of_sending(office: Office, open_app: Any) -> None:
    home = office.household("石守田")
    visit(office, home, "好的")
    revocation.revoke(office.county, office.village.dev, reason="电脑丢了")
    exchange.take_in(office.village, [Path(f.path) for f in send.send(office.county, office.stick, device=office.village.dev)])
    async with open_app(office.village) as hand:
        assert hand.shows("停用了这台电脑"), hand.text()
        await hand.press("f9")
        assert hand.shows("县里 12-28 停用了这台电脑"), hand.text()
        assert hand.shows("写过的都在"), hand.text()
