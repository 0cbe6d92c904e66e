"""What a computer hands over, what a county merges and settles, a township's way up and a village's over the network: by keys, and what stands there after."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from desk_office import VILLAGE, Office
from people_kit import handing, laptop, settle
from test_forks_and_clocks import forked
from test_layout import check_page

from xieli_tui.casework import drafts, exchange, handover, households, push, record_visit, setup
from xieli_tui.desk import enrolment, forks, handovers, intake, rulings
from xieli_tui.domain.idnum import check_digit
from xieli_tui.errors import Refused

sys.path.append(str(Path(__file__).parent.parent / "carrier"))
from road_door import door

NUMBER = "99999919500101001" + check_digit("99999919500101001")
"""Invented: no county has this code."""


async def command(hand: Any, digits: str) -> None:
    await hand.press("ctrl+g")
    await hand.type(digits)
    await hand.press("enter")


def fill(hand: Any, entry: str, value: object) -> None:
    """A path or a code is pasted, not typed."""
    hand.page.query_one(f"#{entry}").value = str(value)


def checked(hand: Any) -> None:
    check_page(hand, type(hand.page).__name__)


async def test_what_is_not_reported_goes_from_one_computer_to_the_next_by_two_pages(office: Office, open_app: Any) -> None:
    successor, home = handing(office)
    office.clock.tick(minutes=1)
    record_visit.record_visit(office.village, record_visit.RecordVisit(home, "self", note="没报送的"))
    drafts.save_draft(office.village, "visit", home, {"note": "写到一半"}, version=3)
    async with open_app(office.village) as hand:
        await command(hand, "64")
        assert hand.shows("交给 吴小青"), hand.text()
        assert hand.shows("还没写")
        checked(hand)
        await hand.press("enter")
        assert hand.page.NAME == "写交接文件"
        checked(hand)
        fill(hand, "out", office.stick)
        await hand.press("ctrl+s")
        assert hand.page.NAME == "交接"
        assert hand.shows("写好了，核对码"), hand.text()
        assert hand.shows("草稿 1 份"), hand.text()
        assert hand.shows("写过一份")
    file = max(office.stick.glob("*.xieli"), key=lambda path: path.stat().st_mtime_ns)
    async with open_app(successor) as hand:
        await command(hand, "64")
        assert hand.shows("陈秀兰 交来"), hand.text()
        await hand.press("2")
        checked(hand)
        fill(hand, "file", file)
        await hand.press("ctrl+s")
        assert hand.shows("收下了，草稿 1 份"), hand.text()
        assert hand.shows("收下一份")
        await hand.press("2")
        fill(hand, "file", file)
        await hand.press("ctrl+s")
        assert hand.shows("已导入过"), hand.text()
    assert [one.note for one in households.show(successor, home).visits] == ["没报送的"]
    assert {(one.form, one.key) for one in drafts.list_drafts(successor)} == {("visit", home)}, "a form about files of the first computer does not travel"


async def test_a_file_that_was_not_sealed_for_this_computer_says_so_under_its_field(office: Office, open_app: Any) -> None:
    handing(office)
    third = laptop(office, "third", "钱小红")
    office.clock.tick(minutes=1)
    drafts.save_draft(office.village, "flag", "", {"outsider": "过路的老人"})
    done = handover.seal_for(office.village, handover.allowances(office.village)[0].to, office.stick)
    async with open_app(third) as hand:
        await command(hand, "64")
        assert hand.shows("请镇里或县里准许"), hand.text()
        await hand.press("1")
        assert hand.page.NAME == "交接"
        assert hand.shows("回传以后再写"), hand.text()
        await hand.press("2")
        fill(hand, "file", done.file)
        await hand.press("ctrl+s")
        assert hand.page.NAME == "打开交接文件"
        assert hand.shows("XL-"), hand.text()
    async with open_app(office.village) as hand:
        await command(hand, "64")
        await hand.press("2")
        fill(hand, "file", done.file)
        await hand.press("ctrl+s")
        assert hand.page.NAME == "交接"
        assert hand.shows("自己以前写的"), hand.text()


async def test_a_county_allows_a_hand_over_and_sees_how_far_it_came(office: Office, open_app: Any) -> None:
    office.household()
    office.up()
    successor = laptop(office, "next", "吴小青")
    settle(office, office.village, successor)
    async with open_app(office.county) as hand:
        await command(hand, "54")
        assert hand.shows("有人调走、换电脑，按 1 准许"), hand.text()
        await hand.press("1")
        checked(hand)
        await hand.type("陈秀兰")
        await hand.press("tab")
        await hand.type("吴小青")
        await hand.press("ctrl+s")
        assert hand.page.NAME == "准许交接", hand.text()
        assert hand.shows("陈秀兰 交给 吴小青"), hand.text()
        assert hand.shows("两台电脑都回传一次")
        checked(hand)
        await hand.press("1")
        await hand.type("陈秀兰")
        await hand.press("tab")
        await hand.type("陈秀兰")
        await hand.press("ctrl+s")
        assert hand.shows("同一台电脑"), hand.text()
    assert [(one.dev, one.to) for one in handovers.listed(office.county)] == [(office.village.dev, successor.dev)]


async def test_two_files_of_one_person_become_one_and_two_again(office: Office, open_app: Any) -> None:
    county = office.county
    homes = [
        households.add_household(county, households.AddHousehold(name, {"group": "一组"}, {"id_no": number, "birth": "1950-01-01", "sex": "male"}, village=VILLAGE)).id
        for name, number in (("石守田", NUMBER), ("石首田", ""))
    ]
    one, two = (households.show(county, home).members[0].person for home in homes)
    async with open_app(county) as hand:
        await command(hand, "55")
        checked(hand)
        await hand.press("1")
        await hand.type("石守田")
        await hand.press("enter", "1")
        await hand.type("石首田")
        await hand.press("enter", "1")
        assert hand.page.NAME == "合并两份档案", hand.text()
        assert hand.shows("1950 年生"), hand.text()
        assert not hand.shows(NUMBER)
        checked(hand)
        await hand.press("2", "tab")
        await hand.type("名字写错了一个字")
        await hand.press("ctrl+s")
        assert hand.shows("没有合并"), hand.text()
        hand.page.query_one("#sure").choose("yes")
        await hand.press("ctrl+s")
        assert hand.page.NAME == "合并档案"
        assert hand.shows("名字写错了一个字"), hand.text()
        assert len(rulings.merges(county)) == 1
        await hand.press("enter")
        assert hand.page.NAME == "撤回合并"
        checked(hand)
        await hand.type("不是一个人")
        await hand.press("ctrl+s")
        assert hand.page.NAME == "合并档案"
        assert hand.shows("还没有合并过"), hand.text()
    assert rulings.merges(county) == []
    assert {one, two} == {members.members[0].person for members in (households.show(county, home) for home in homes)}


def test_the_same_number_in_two_files_is_a_question_until_somebody_answers_it(office: Office) -> None:
    """A number that two villages wrote down, each before the other's file came."""
    from xieli_tui.domain.events.household import HouseholdOpened, MembershipStarted, PersonAdded

    def came(village: str, name: str) -> str:
        home, person = office.county.new_id(), office.county.new_id()
        office.county.record(
            HouseholdOpened(village=village, household=home, fields={"group": "一组", "head": person}),
            PersonAdded(village=village, household=home, person=person, fields={"name": name, "id_no": NUMBER, "id_state": "ok"}),
            MembershipStarted(village=village, household=home, person=person, membership=office.county.new_id(), relation="01"),
        )
        return person

    one, two = came(VILLAGE, "石守田"), came("999999001002", "石守田")
    [found] = rulings.doubles(office.county)
    assert {found.person, found.other} == {one, two}
    assert {found.village, found.other_village} == {VILLAGE, "999999001002"}
    assert NUMBER not in repr(rulings.file_of(office.county, one))
    rulings.merge(office.county, one, two, "看过身份证")
    assert rulings.doubles(office.county) == []
    with pytest.raises(Refused):
        rulings.doubles(office.village)


async def test_two_histories_of_one_computer_stand_side_by_side_and_one_is_said_to_count(office: Office, open_app: Any, tmp_path: Path) -> None:
    forked(office, tmp_path)
    async with open_app(office.county) as hand:
        await command(hand, "56")
        assert hand.shows("等县里定"), hand.text()
        assert hand.shows("第 1 份"), hand.text()
        checked(hand)
        await hand.press("enter")
        assert hand.page.NAME == "定哪一份算数"
        assert hand.shows("第 2 份算数"), hand.text()
        checked(hand)
        await hand.press("2", "tab")
        await hand.type("本机才是真在用的")
        await hand.press("ctrl+s")
        assert hand.page.NAME == "两份历史", hand.text()
        assert hand.shows("定了的"), hand.text()
    [fork] = forks.list_forks(office.county)
    assert fork.state == "settled"
    assert [one.kept > 0 for one in fork.branches] == [False, True]
    async with open_app(office.township) as hand:
        await command(hand, "56")
        await hand.press("enter")
        assert hand.page.NAME == "两份历史"


async def test_a_township_writes_for_the_county_what_it_and_its_villages_have(office: Office, open_app: Any) -> None:
    office.household("石守田")
    office.clock.tick(minutes=1)
    files = [Path(one.path) for one in exchange.export(office.village, office.stick, with_backup=False).files]
    assert {one.status for one in intake.import_files(office.township, files)} == {"imported"}
    up = office.stick.parent / "up"
    up.mkdir()
    async with open_app(office.township) as hand:
        await command(hand, "57")
        assert hand.page.NAME == "报送县里"
        assert hand.shows("各村 1 个包"), hand.text()
        checked(hand)
        fill(hand, "folder", up)
        await hand.press("enter")
        await hand.settle()
        assert hand.shows("各村的"), hand.text()
        assert hand.shows("已导出，待签收"), hand.text()
    assert {one.status for one in intake.import_files(office.county, [up])} == {"imported"}


async def test_a_village_with_an_address_hands_in_over_the_network_from_the_page_of_sticks(office: Office, open_app: Any, tmp_path: Path) -> None:
    office.household("石守田")
    with door(office, tmp_path) as there:
        office.clock.tick(minutes=1)
        async with open_app(office.village) as hand:
            await command(hand, "65")
            checked(hand)
            await hand.type("http://县里")
            await hand.press("ctrl+s")
            assert hand.shows("XL-F15"), hand.text()
            fill(hand, "url", there.url)
            await hand.press("ctrl+s")
            assert hand.shows("记下了"), hand.text()
            await hand.press("f9")
            assert hand.shows("从网上"), hand.text()
            assert hand.shows(there.url.partition("//")[2])
            checked(hand)
            await hand.press("enter")
            for _ in range(100):
                if not hand.page.busy:
                    break
                await hand.pilot.pause(0.05)
            await hand.settle()
            assert hand.shows("已交到收件处"), hand.text()
            assert hand.shows("等县里签收"), hand.text()
            checked(hand)
        assert len(there.whole()) == 1
    push.keep_receiver(office.village, "")
    assert push.receiver(office.village) == push.Receiver()


async def test_a_computer_that_was_seen_with_a_new_key_is_asked_about_when_it_is_registered_again(office: Office, open_app: Any) -> None:
    from xieli_tui.casework import own_keys

    office.household()
    office.up()
    own_keys.rotate(office.village)
    office.clock.tick(minutes=1)
    office.up()
    code = setup.device_code(office.village).code
    assert enrolment.has_newer_key(office.county, code)
    async with open_app(office.county) as hand:
        await command(hand, "38")
        await hand.press("1")
        assert not hand.shows("换过钥匙")
        fill(hand, "code", code)
        await hand.settle()
        assert hand.shows("换过钥匙"), hand.text()
        checked(hand)
