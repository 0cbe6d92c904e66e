"""The entries that know what they ask for, and the one form pattern they stand in: nothing typed is lost, what is wrong is said at its own place."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any, ClassVar

import pytest
from rich.cells import cell_len
from stillness import until
from test_kit import Bench
from textual import events
from textual.app import ComposeResult

from xieli_tui.casework import drafts, households
from xieli_tui.casework.lookup import Known, who_has
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import Saved
from xieli_tui.domain.text import safe
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.fields import CodeField, IdField, MoneyField
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.han_input import HanInput
from xieli_tui.ui.widgets.paint import plainly

HEAD_ID = "999999195103070425"
"""A number that fits its check digit, in the region of invented persons."""
TODAY = dt.date(2026, 12, 28)
RELATIONS = (("22", "长子"), ("32", "长女"), ("10", "配偶"), ("52", "母亲"))


async def left(field: HanInput, typed: str) -> str:
    """What stands in a field after it was typed into and left."""
    other = HanInput()
    async with Bench(field, other).run_test() as pilot:
        field.focus()
        field.post_message(events.Paste(typed))
        await pilot.pause()
        other.focus()
        await pilot.pause()
        return field.value


@pytest.mark.parametrize(
    ("typed", "stands", "fen"),
    [("800", "800.00", 80000), ("１，２００．５", "1200.50", 120050), ("1.2万", "12000.00", 1200000), ("800元", "800.00", 80000), ("", "", None)],
)
async def test_a_sum_is_read_as_people_write_it(typed: str, stands: str, fen: int | None) -> None:
    field = MoneyField()
    assert await left(field, typed) == stands
    assert field.fen() == fen


async def test_a_sum_that_cannot_be_read_stays_as_typed_and_says_so() -> None:
    field = MoneyField(id="amount")
    assert await left(field, "几百块") == "几百块"
    error = field.problem()
    assert error is not None
    assert (error.code, error.field) == ("XL-V04", "amount")


async def test_an_identity_number_tells_birth_and_sex_and_the_small_x_becomes_large() -> None:
    field = IdField(today=TODAY)
    assert await left(field, "９９９９９９ 19510307 0425") == HEAD_ID
    assert field.note() == ("1951-03-07 生，女", "")
    assert field.problem() is None


async def test_a_wrong_check_digit_is_said_and_a_short_number_only_counts() -> None:
    field = IdField(today=TODAY, id="id_no")
    async with Bench(field).run_test():
        field.value = HEAD_ID[:-1] + "6"
        assert field.note()[1] == "wrong"
        assert field.problem() is not None
        field.value = HEAD_ID[:10]
        assert field.note() == ("10 位，要 18 位", "")
        field.value = ""
        assert field.note() == ("", "")
        assert field.problem() is None


async def test_a_region_not_known_here_warns_and_never_refuses() -> None:
    field = IdField(today=TODAY)
    async with Bench(field).run_test():
        field.value = "0" * 6 + HEAD_ID[6:17]
        from xieli_tui.domain.idnum import check_digit

        field.value += check_digit(field.value)
        assert "不在已知地区" in field.note()[0]
        assert field.problem() is None


async def test_a_number_somebody_has_already_names_the_family_and_not_the_number() -> None:
    field = IdField(today=TODAY, owner=lambda number: Known("h", "p", "本村 2组 王秀英") if number == HEAD_ID else None)
    async with Bench(field).run_test():
        field.value = HEAD_ID
        said, tone = field.note()
        assert said.startswith("本村 2组 王秀英就是这个号")
        assert tone == "look"
        assert HEAD_ID not in said
        own = IdField(today=TODAY, owner=lambda _number: Known("h", "p", "x"), person="p")
        own.value = HEAD_ID
        assert own.taken is None


@pytest.mark.parametrize(("typed", "code"), [("1", "22"), ("４", "52"), ("po", "10"), ("ＰＯ", "10"), ("长女", "32"), ("女", "32"), ("52", ""), ("cz", "22"), ("长", ""), ("外星人", "")])
def test_a_word_of_a_list_is_meant_by_number_initials_or_itself(typed: str, code: str) -> None:
    found = CodeField(RELATIONS).meant(typed)
    assert (found[0] if len(found) == 1 else "") == code


async def test_leaving_a_list_field_writes_the_word_out_and_what_is_not_meant_stays() -> None:
    assert await left(CodeField(RELATIONS), "PO") == "配偶"
    field = CodeField(RELATIONS, id="relation")
    assert await left(field, "长") == "长"
    assert field.note()[0] == "1长子  2长女"
    error = field.problem()
    assert error is not None
    assert error.code == "XL-V08"


def test_further_words_of_a_vocabulary_are_understood() -> None:
    assert CodeField(RELATIONS, find={"大儿子": "22"}.get).meant("大儿子") == ["22"]


# -- what must not be lost --------------------------------------------------------------------------

STRANGE = {
    "rare names": "𠮷𬭎 㐂 葛\U000e0100飾",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467 看过 ❤\ufe0f",
    "direction": "abc \u202e321\u202c 王\u2066秀\u2069英\u200f",
    "escape": "\x1b[31m红\x1b[0m \x1b]0;题\x07 \x9b2J",
    "half a character": "前\ud83d后",
}


@pytest.mark.parametrize("name", list(STRANGE))
async def test_strange_text_is_kept_readable_and_can_move_nothing(name: str) -> None:
    field = HanInput()
    kept = await left(field, STRANGE[name])
    words = [char for char in STRANGE[name] if "\u4e00" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff" or "\U0001f300" <= char <= "\U0001faff"]
    assert [char for char in kept if char in words] == words
    assert safe(kept) == kept
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 or 0xD800 <= ord(char) < 0xE000 for char in kept)
    assert not set(kept) & set("\u202e\u202c\u2066\u2069\u200f\u200d\ufe0f")


def test_the_variant_mark_of_a_rare_name_is_kept() -> None:
    assert safe("葛\U000e0100") == "葛\U000e0100"


async def test_a_hundred_thousand_pasted_characters_all_stand_in_the_field_and_typing_goes_on() -> None:
    text = "水" * 99_999 + "末"
    field = HanInput()
    async with Bench(field).run_test() as pilot:
        field.focus()
        field.post_message(events.Paste(text))
        await pilot.pause()
        assert field.value == text
        await pilot.press("x")
        assert field.value == text + "x"


# -- the form ---------------------------------------------------------------------------------------


class TrialPage(FormPage):
    """A form with one entry of each kind."""

    NAME = "试填"
    FORM = "trial"
    NEEDED: ClassVar[tuple[str, ...]] = ("who",)

    def body(self) -> ComposeResult:
        yield FormRow(Field("姓名", self.text("who"), width=20, needed=True))
        yield FormRow(Field("证件号", self.id_no("id_no"), width=24))
        yield FormRow(Field("关系", self.listed("relation", RELATIONS), width=20))
        yield FormRow(Field("金额", self.money("amount"), width=14))
        yield FormRow(Field("哪天", self.day("on"), width=14))
        yield FormRow(Field("见到谁", self.choice("met", (("self", "本人"), ("none", "未遇")))))
        yield FormRow(Field("一句话", self.text("note"), width=60))

    def store(self) -> Saved:
        self.told = {name: self.value(name) for name in self.entries}
        return Saved("x", 1)


def beneath(hand: Any, field: str) -> str:
    """The line under a field's row."""
    entry = hand.page.entries[field]
    return str(hand.lines()[entry.region.y + 1])


async def test_an_error_is_said_when_the_field_is_left_and_goes_when_it_is_mended(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        hand.app.open(TrialPage("k"))
        await hand.settle()
        hand.page.entries["amount"].focus()
        await hand.type("几百")
        assert "金额看不懂" not in hand.text()
        await hand.press("tab")
        assert hand.app.focused.id == "on"
        assert "! 金额看不懂" in beneath(hand, "amount")
        hand.page.entries["amount"].focus()
        await hand.press("backspace", "backspace", "8", "0", "0", "tab")
        assert "金额看不懂" not in hand.text()
        assert hand.page.entries["amount"].value == "800.00"


class PairPage(TrialPage):
    """Two entries in one row."""

    NEEDED: ClassVar[tuple[str, ...]] = ()

    def body(self) -> ComposeResult:
        yield FormRow(Field("姓名", self.text("who"), width=14), Field("金额", self.money("amount"), width=14, before=3))


async def test_an_error_stays_while_its_neighbour_in_the_row_is_changed(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        hand.app.open(PairPage("k"))
        await hand.settle()
        hand.page.entries["amount"].focus()
        await hand.type("几百")
        await hand.press("tab")
        assert "! 金额看不懂" in beneath(hand, "amount")
        hand.page.entries["who"].focus()
        await hand.type("王")
        assert "! 金额看不懂" in beneath(hand, "amount")
        hand.page.entries["amount"].focus()
        await hand.press("backspace", "backspace", "8", "tab")
        assert "金额看不懂" not in hand.text()


async def test_the_upper_wrong_field_gets_the_focus_and_required_ones_are_marked(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        hand.app.open(TrialPage("k"))
        await hand.settle()
        assert hand.shows("姓名*")
        hand.page.entries["on"].focus()
        await hand.type("2026-02-30")
        await hand.press("ctrl+s")
        assert hand.app.focused.id == "who"
        assert "! 这一格不能空" in beneath(hand, "who")
        await hand.type("石满仓")
        await hand.press("ctrl+s")
        assert hand.app.focused.id == "on"
        assert "! 日期不可能" in beneath(hand, "on")


async def test_a_saved_form_hands_over_ids_of_lists_and_texts_of_the_rest(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        page = TrialPage("k")
        hand.app.open(page)
        await hand.settle()
        await hand.type("石满仓")
        await hand.press("tab", "tab")
        await hand.type("cz")
        assert "1长子" in beneath(hand, "relation")
        await hand.press("tab", "1", "2", "tab")
        await hand.type("昨天")
        await hand.press("tab", "１", "ctrl+s")
        assert page.told == {"who": "石满仓", "id_no": "", "relation": "22", "amount": "12.00", "on": "2026-12-27", "met": "self", "note": ""}


async def test_the_number_of_a_neighbour_offers_that_file(village: Session, open_app: Any) -> None:
    home = households.add_household(village, households.AddHousehold("石满仓", {"group": "四组"}, {"id_no": HEAD_ID})).id
    async with open_app(village) as hand:
        hand.app.open(TrialPage("k"))
        await hand.settle()
        await hand.press("tab")
        await hand.type(HEAD_ID)
        assert "本村 4组 石满仓就是这个号。Ctrl+F 打开那一户" in beneath(hand, "id_no")
        await hand.press("tab")
        assert hand.shows("就是这个号")
        await hand.press("ctrl+f")
        assert type(hand.page).__name__ == "DossierPage"
        assert hand.page.household == home
        await hand.press("escape")
        assert hand.page.entries["id_no"].value == HEAD_ID
        # a quick machine comes here before the quarter of a second after the last key has passed: what its clock brings is waited for
        assert await until(hand, lambda: drafts.load_draft(village, "trial", "k") is not None)


def test_who_has_a_number_is_asked_of_the_store_and_never_says_it(village: Session) -> None:
    assert who_has(village, HEAD_ID) is None
    home = households.add_household(village, households.AddHousehold("石满仓", {"group": "四组"}, {"id_no": HEAD_ID})).id
    known = who_has(village, HEAD_ID)
    assert known is not None
    assert known.household == home
    assert HEAD_ID not in known.words


async def test_a_pasted_hundred_thousand_characters_are_in_the_draft_and_refused_only_when_saved(village: Session, open_app: Any) -> None:
    home = next(row.id for row in households.list_households(village, "李建军"))
    text = "雨" * 100_000
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4", "1")
        note = hand.page.entries["note"]
        note.focus()
        note.post_message(events.Paste(text))
        await hand.pilot.pause()
        await hand.press("ctrl+s")
        assert hand.shows("XL-V07")
        assert hand.app.focused.id == "note"
        await hand.press("escape")
    draft = drafts.load_draft(village, "visit", home)
    assert draft is not None
    assert draft.data["note"] == text


# -- old consoles -----------------------------------------------------------------------------------

QUOTED = "他说“等等…”——③楼·东，38.5℃ ≥ 三天 → 医院 αβ 𠮷"


def test_the_plain_theme_shows_what_people_wrote_cell_for_cell_without_a_glyph_of_two_widths() -> None:
    shown = plainly(QUOTED)
    assert len(shown) == len(QUOTED)
    assert cell_len(shown) == cell_len(QUOTED)
    assert not [char for char in shown if unicodedata.east_asian_width(char) == "A"]
    assert shown.startswith('他说"等等."--3楼.东')


async def test_an_entry_of_the_plain_theme_shows_it_so_and_keeps_it_as_typed() -> None:
    field = HanInput()
    bench = Bench(field, name="素框")
    async with bench.run_test() as pilot:
        field.focus()
        field.post_message(events.Paste(QUOTED))
        await pilot.pause()
        assert field.value == QUOTED
        shown = "".join(segment.text for strip in bench.screen._compositor.render_strips() for segment in strip)
        assert '"等等."' in shown
        assert not [char for char in shown if unicodedata.east_asian_width(char) == "A"]


async def test_somebody_in_trouble_is_written_down_with_a_number_that_is_none(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("ctrl+g", "1", "3", "enter")
        assert hand.shows("谁*")
        await hand.type("过路人")
        await hand.press("tab")
        await hand.type("1234567890123456789")
        assert hand.shows("号码不对，请核对原件")
        await hand.press("tab", "tab", "2", "tab", "tab", "tab")
        await hand.type("村口")
        await hand.press("ctrl+s")
        assert hand.shows("已保存(第")


async def test_the_help_of_a_form_says_what_the_star_means(village: Session, open_app: Any) -> None:
    async with open_app(village) as hand:
        await hand.press("f3", "l", "j", "j", "f4")
        assert hand.shows("见到谁*")
        await hand.press("f1")
        assert hand.shows("必须填，别的能空就空着")
