"""Text that wants to be something else than text, told again by every command of the village; a paste of 100,000 characters in every kind of entry;
somebody else's number; the death of the head; leaving half way. What the app shows of such text on every page is in test_bad_input.py."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import time
from pathlib import Path
from typing import Any

import pytest
from test_flows_village import first
from textual import events

from basekit import PASSPHRASE, Template, reopened
from xieli_tui.casework import application, drafts, family_view, helpers, households, record_visit, start_application
from xieli_tui.casework.session import Session
from xieli_tui.cli.main import main
from xieli_tui.domain.clock import FixedClock
from xieli_tui.domain.text import group_key, han_number, safe, whole
from xieli_tui.errors import Refused
from xieli_tui.store import journal
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.joining import JoinPage, NewHouseholdPage
from xieli_tui.ui.screens.leaving import LeavePage
from xieli_tui.ui.screens.person_form import PersonFormPage
from xieli_tui.ui.widgets.han_input import LIMIT, HanInput

HEAD_ID = "999999195103070425"
OTHER_ID = "99999919780505001"
STRANGE = "[red]红[/]\\[x[/] 𠮷㐂䶮\ue000 买买提·艾力 👨\u200d👩\u200d👧\u200b"
"""What the command line may keep: rare and private characters, markup, joined emoji, marks without a cell."""
FORGED = "第一行\n2026-12-28  决定  低保 已审核确认"
"""A note of two lines whose second looks like an entry of the chain."""
LONG = 100_000


# -- told again by commands ---------------------------------------------------------------------------


@pytest.fixture
def shell(village: Session, workspace: Path, village_template: Template, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`shell(args…) -> (exit code, stdout, stderr)` over the village, which is closed."""
    seeds = itertools.count(20261228)

    def quickly(folder: Path, *_given: object, **_more: object) -> Session:
        with contextlib.redirect_stdout(io.StringIO()):
            return reopened(village_template, folder, clock, next(seeds))

    monkeypatch.setattr("xieli_tui.casework.session.open_session", quickly)
    for name, value in (("PASSPHRASE", PASSPHRASE), ("NOW", "2026-12-28T09:00:00+08:00"), ("WORKSPACE", str(workspace))):
        monkeypatch.setenv(f"XIELI_{name}", value)

    def call(*args: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(list(args))
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


def test_every_command_that_tells_it_again_prints_strange_text_harmless_on_one_line_and_json_keeps_it_exactly(village: Session, shell: Any) -> None:
    home = first(village)
    record_visit.record_visit(village, record_visit.RecordVisit(home, "self", note=STRANGE + FORGED, promise=STRANGE, promise_on="2026-12-30"))
    households.set_household(village, home, {"nickname": STRANGE, "address": STRANGE + FORGED})
    helpers.assign_pair(village, helpers.AssignPair(home, STRANGE))
    [visit] = households.show(village, home).visits
    with village.reading() as tx:
        assert any(event.d.get("note") == STRANGE + FORGED for event in journal.events_of_household(tx, home)), "the journal holds what was typed"
    refs = [one.ref for one in households.timeline(village, home)]
    village.close()
    commands = [
        ("today",), ("household", "list"), ("household", "show", home), ("household", "chain", home), ("household", "pairs"), ("timeline", home), ("visit", "plan"), ("change", "list"),
        *(("entry", ref) for ref in refs[:4]),
    ]
    for command in commands:
        code, out, _ = shell(*command)
        assert code == 0, command
        for line in out.split("\n"):
            assert safe(line) == line, command
            assert not line.startswith("2026-12-28  决定"), (command, "a note forged an entry of its own")
        code, out, _ = shell(*command, "--json")
        assert (code, out.count("\n"), safe(out[:-1])) == (0, 1, out[:-1]), command
        json.loads(out)
    told = json.loads(shell("household", "show", home, "--json")[1])
    assert any(one["note"] == visit.note == STRANGE + FORGED for one in told["visits"])


@pytest.mark.parametrize("bad", ["\x1b[2J红", "a\u202eb", "前\ud83d后", "\x00"])
def test_what_a_terminal_would_obey_is_refused_by_commands_with_a_code_and_never_echoed(village: Session, shell: Any, bad: str) -> None:
    home = first(village)
    village.close()
    code, out, err = shell("visit", "add", "--household", home, "--met", "self", "--note", bad)
    assert (code, out) == (4, "")
    assert err.startswith("错误 XL-V10：")
    assert bad not in err


@pytest.mark.parametrize(
    ("field", "typed"), [("on", "2099-01-01"), ("on", "随便"), ("on", "九" * 5_000 + "月"), ("on", "8" * 5_000), ("mark", "economy=" + "8" * 5_000), ("note", "雨" * LONG)],
)
def test_nonsense_and_a_day_to_come_end_a_command_with_exit_four_and_write_nothing(village: Session, shell: Any, field: str, typed: str) -> None:
    home = first(village)
    village.close()
    code, out, err = shell("visit", "add", "--household", home, "--met", "self", f"--{field}", typed, "--json")
    assert code == 4
    assert json.loads(out)["error"]["field"] == field
    assert typed not in err
    assert json.loads(shell("household", "show", home, "--json")[1])["visits"] == []


def test_a_number_of_thousands_of_digits_is_text_and_no_number() -> None:
    for text in ("8" * 5_000, "九" * 5_000, "❶", "1" * 16):
        assert whole(text) is None
        assert han_number(text) is None
        assert group_key(text)
    assert (whole("１２"), whole(" 007 "), whole("-1"), whole("")) == (12, 7, None, None)
    assert group_key("第3村民小组") == group_key("三组") == "3"


# -- a paste of 100,000 characters --------------------------------------------------------------------

PASTES = {"han": "雨" * LONG, "digits": "8" * LONG, "lines": "第一行\n第二行\r\n" * (LONG // 8)}


async def test_a_hundred_thousand_characters_stay_quick_in_every_kind_of_entry_and_what_is_too_long_says_how_much(village: Session, open_app: Any) -> None:
    card = households.show(village, first(village))
    async with open_app(village) as hand:
        page = NewHouseholdPage()
        hand.app.open(page)
        await hand.settle()
        join = JoinPage(card)
        for kind, name in (("han", "head"), ("lines", "head"), ("han", "id_no"), ("digits", "birth")):
            entry = page.entries[name]
            assert isinstance(entry, HanInput)
            await pasted(hand, entry, PASTES[kind])
            assert len(entry.value) >= LONG * 0.7, (kind, name)
            if name == "head":
                shown = hand.text().replace("\n", "").replace(" ", "")
                assert f"有{len(entry.value):,}个字，一格最多10,000个" in shown, kind
            entry.value = ""
        hand.app.back()
        hand.app.open(join)
        await hand.settle()
        relation = join.entries["relation"]
        assert isinstance(relation, HanInput)
        await pasted(hand, relation, PASTES["han"])
        assert relation.problem() is not None
        relation.value = ""
        hand.app.back()
        await hand.press("f3")
        await pasted(hand, hand.page.search, PASTES["digits"])
        assert hand.shows("没有找到")
        await hand.press("escape", "ctrl+g")
        await pasted(hand, hand.page.search, PASTES["han"])
        assert hand.shows("没有这样的命令")


async def pasted(hand: Any, entry: HanInput, text: str) -> None:
    """Paste, then three keys: none of them may take long. The limit is ten times what a key costs here, so that a loaded machine does not fail it."""
    entry.focus()
    await hand.pilot.pause()
    entry.post_message(events.Paste(text))
    await hand.settle()
    assert safe(entry.value) == entry.value
    begun = time.process_time()
    await hand.press("x", "left", "backspace")
    assert time.process_time() - begun < 2.0


async def test_the_part_of_a_long_text_that_is_seen_is_drawn_as_a_short_one_is(village: Session, open_app: Any) -> None:
    text = "".join(f"第{n}句。" for n in range(700))
    assert len(text) > 1_000
    async with open_app(village) as hand:
        page = NewHouseholdPage()
        hand.app.open(page)
        await hand.settle()
        entry = page.entries["address"]
        assert isinstance(entry, HanInput)
        await pasted(hand, entry, text)
        assert "第699句" in hand.text()
        entry.action_home()
        await hand.pilot.pause()
        assert "第0句。第1句。" in hand.text()
        entry.cursor_position = text.index("第350句")
        await hand.pilot.pause()
        assert any(f"第{n}句" in hand.text() for n in range(340, 352))


async def test_what_a_paste_cannot_keep_is_said_and_a_paste_beside_every_entry_too(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        page = NewHouseholdPage()
        hand.app.open(page)
        await hand.settle()
        note = page.entries["note"]
        note.focus()
        note.post_message(events.Paste("一\n二\u202e\u200b\x1b"))
        await hand.settle()
        assert hand.shows("2 行接成了一行，去掉了 3 个看不见的符号")
        await hand.press("x")
        assert not hand.shows("接成了一行")
        page.entries["sex"].focus()
        page.entries["sex"].post_message(events.Paste("男"))
        await hand.settle()
        assert hand.shows("没有粘上，这里不是写字的格子")


async def test_a_covered_value_behind_an_empty_entry_is_shown_safely() -> None:
    from test_kit import Bench

    field = HanInput(hint="100****\x1b[2J\u202e1234")
    async with Bench(field).run_test() as pilot:
        await pilot.pause()
        assert field.placeholder == "100**** [2J1234"
    assert LIMIT == 10_000


# -- somebody else's number ---------------------------------------------------------------------------


async def test_in_every_form_that_asks_for_it_a_neighbours_number_opens_that_file_by_one_key_and_loses_nothing(village: Session, open_app: Any) -> None:
    from xieli_tui.ui.screens.flag import FlagPage

    other = households.add_household(village, households.AddHousehold("石满仓", {"group": "四组"}, {"id_no": HEAD_ID})).id
    card = households.show(village, first(village))
    pages: list[tuple[FormPage, str, str]] = [
        (JoinPage(card), "id_no", "name"), (NewHouseholdPage(), "id_no", "head"), (PersonFormPage(card, card.members[0].person), "id_no", "nickname"), (FlagPage(None), "outsider_id_no", "outsider"),
    ]
    async with open_app(village) as hand:
        for page, number, text in pages:
            hand.app.open(page)
            await hand.settle()
            page.entries[text].focus()
            await hand.type("写了一半")
            page.entries[number].focus()
            await hand.type(HEAD_ID)
            assert hand.shows("本村 4组 石满仓就是这个号。Ctrl+F 打开那一户"), page.NAME
            await hand.press("ctrl+f")
            assert (type(hand.page).__name__, hand.page.household) == ("DossierPage", other), page.NAME
            await hand.press("escape")
            assert hand.page is page
            assert page.value(number) == HEAD_ID, page.NAME
            assert "写了一半" in page.value(text), page.NAME
            hand.app.back()
            await hand.settle()
        assert {one.form for one in drafts.list_drafts(village)} >= {"join", "new_household", "person", "flag"}


async def test_a_number_somebody_has_makes_no_second_file_and_is_kept_of_a_known_person_only_at_the_second_press(village: Session, open_app: Any) -> None:
    other = households.add_household(village, households.AddHousehold("石满仓", {"group": "四组"}, {"id_no": HEAD_ID})).id
    home = first(village)
    card = households.show(village, home)
    for call in (
        lambda: households.add_household(village, households.AddHousehold("石满仓", {}, {"id_no": HEAD_ID})),
        lambda: households.add_person(village, households.AddPerson(home, "石满仓", "其他", {"id_no": HEAD_ID})),
        lambda: households.set_person(village, card.members[0].person, {"id_no": HEAD_ID}),
    ):
        with pytest.raises(Refused) as caught:
            call()
        assert (caught.value.code, caught.value.field, caught.value.extra["household"]) == ("XL-V14", "id_no", other)
        assert HEAD_ID not in str(caught.value)
        assert "石满仓" not in str(caught.value)
    assert len(households.list_households(village, "石满仓")) == 1
    async with open_app(village) as hand:
        page = PersonFormPage(card, card.members[0].person)
        hand.app.open(page)
        await hand.settle()
        page.entries["id_no"].focus()
        await hand.type(HEAD_ID)
        await hand.press("ctrl+s")
        assert hand.shows("再按一次 Ctrl+S 照存")
        assert hand.page is page
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")
        hand.app.open(NewHouseholdPage())
        await hand.settle()
        await hand.type("石满仓")
        hand.page.entries["id_no"].focus()
        await hand.type(HEAD_ID)
        await hand.press("ctrl+s")
        assert hand.shows("就是这个号。Ctrl+F 打开那一户")
        assert hand.shows("XL-V14，草稿还在")


# -- the death of the head ----------------------------------------------------------------------------


async def test_when_the_head_dies_the_form_asks_who_follows_and_names_what_is_still_open(village: Session, open_app: Any) -> None:
    home = first(village)
    card = households.show(village, home)
    app = start_application.start_application(village, start_application.StartApplication(home, ["dibao"])).id
    application.entrust(village, application.Entrust(app, card.row.head))
    helpers.assign_pair(village, helpers.AssignPair(home, "石党员"))
    async with open_app(village) as hand:
        page = LeavePage(card, card.members[0].person)
        hand.app.open(page)
        await hand.settle()
        assert hand.shows("还没有完：1 件申请（低保）；结对 石党员")
        await hand.press("tab", "1", "ctrl+s")
        assert hand.shows("户主走了，问清谁当户主"), "nobody is chosen for them"
        page.entries["new_head"].focus()
        await hand.press("1", "ctrl+s")
        assert hand.shows("已保存(第")
    after = households.show(village, home)
    assert (after.row.head, after.row.size) == ("李建军", len(card.members) - 1)
    assert family_view.still_open(village, home) == ("1 件申请（低保）", "结对 石党员")


async def test_a_family_left_without_a_head_or_without_anybody_keeps_its_name_on_every_list(village: Session, open_app: Any, shell: Any) -> None:
    from xieli_tui.casework import families, today

    home = first(village)
    alone = households.list_households(village, "何秀珍")[0].id
    start_application.start_application(village, start_application.StartApplication(alone, ["dibao"]))
    for one in (home, alone):
        families.leave(village, families.Leave(households.show(village, one).members[0].person, "death", on="12-20"))
    assert {row.id: (row.head, row.size) for row in households.list_households(village) if row.id in (home, alone)} == {home: ("王秀英", 2), alone: ("何秀珍", 0)}
    assert all(task.who for task in today.everything(village) if task.household in (home, alone))
    assert family_view.still_open(village, home)[0] == "户主走了，问清谁当户主"
    async with open_app(village) as hand:
        from xieli_tui.ui import places

        places.open_dossier(hand.app, home)
        await hand.settle()
        assert hand.page.rows.item.text == "户主走了，问清谁当户主"
        await hand.press("enter")
        assert type(hand.page).__name__ == "HeadPage"
        await hand.press("1", "ctrl+s")
        assert hand.shows("已保存(第")
        places.open_dossier(hand.app, alone)
        await hand.settle()
        assert hand.shows("何秀珍")
        await hand.press("2")
        assert hand.shows("这一户已经没有人了")
    assert households.show(village, home).row.head == "李建军"
    village.close()
    assert "何秀珍" in shell("household", "list")[1]


# -- leaving half way ---------------------------------------------------------------------------------


async def half_way(hand: Any) -> NewHouseholdPage:
    """A form with something readable and something unreadable in it."""
    page = NewHouseholdPage()
    hand.app.open(page)
    await hand.settle()
    page.entries["head"].focus()
    await hand.type("石满仓[/]𠮷")
    page.entries["birth"].focus()
    await hand.type("不是日子")
    return page


def kept(session: Session) -> tuple[Any, Any]:
    """What the draft holds."""
    found = drafts.load_draft(session, "new_household", "new")
    assert found is not None
    return found.data["head"], found.data["birth"]


async def test_who_leaves_half_way_by_any_key_finds_the_form_as_it_was_and_is_told_so(
    village: Session, workspace: Path, village_template: Template, clock: FixedClock, open_app: Any
) -> None:
    typed = ("石满仓[/]𠮷", "不是日子")
    async with open_app(village) as hand:
        for key in ("escape", "f2", "f3", "f9"):
            page = await half_way(hand)
            await hand.press(key)
            assert hand.page is not page, key
            page = NewHouseholdPage()
            hand.app.back_home()
            await hand.settle()
            assert kept(village) == typed, key
            hand.app.open(page)
            await hand.settle()
            assert hand.shows("草稿在"), key
            assert (page.value("head"), page.value("birth")) == typed, key
            await hand.press("ctrl+n", "ctrl+n", "escape")
        await half_way(hand)
        await hand.press("ctrl+l")
        assert hand.shows("没写完的都在草稿里")
    again = reopened(village_template, workspace, clock)
    assert kept(again) == typed
    drafts.drop_draft(again, "new_household", "new")
    async with open_app(again) as hand:
        await half_way(hand)
        await hand.press("ctrl+q")
        assert hand.shows("真要退出")
        await hand.press("ctrl+q")
    last = reopened(village_template, workspace, clock)
    assert kept(last) == typed
    last.close()
