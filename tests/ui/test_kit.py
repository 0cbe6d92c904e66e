"""The widgets by themselves: nothing typed is lost, nothing wide breaks the grid, nothing large is slow."""

from __future__ import annotations

import datetime as dt
import time
import unicodedata
from collections.abc import Sequence
from typing import Any

import pytest
from rich.cells import cell_len
from textual import events
from textual.app import App, ComposeResult
from textual.widget import Widget

from xieli_tui.domain.text import safe
from xieli_tui.ui import theme
from xieli_tui.ui.widgets.choice import Choice, MarkRow
from xieli_tui.ui.widgets.han_input import DateField, HanInput, one_line
from xieli_tui.ui.widgets.paint import Line, cell, fit, head, line, row, split, wrap
from xieli_tui.ui.widgets.row_list import RowList

TODAY = dt.date(2026, 12, 28)


class Bench(App[None]):
    """A few widgets under one theme."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *widgets: Widget, name: str = "日间") -> None:
        super().__init__()
        self.widgets = widgets
        for one in theme.THEMES.values():
            self.register_theme(one)
        self.theme = name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(theme.DAY.variables)

    def compose(self) -> ComposeResult:
        yield from self.widgets


# -- text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["山东省临沂市\n沂水县", "一\r\n二\r三", "前\t后"])
async def test_a_pasted_text_is_kept_whole_on_one_line(text: str) -> None:
    field = HanInput()
    async with Bench(field).run_test() as pilot:
        field.focus()
        field.post_message(events.Paste(text))
        await pilot.pause()
        assert field.value == " ".join(text.split())


async def test_the_first_key_after_focus_replaces_nothing() -> None:
    field, other = HanInput(), HanInput()
    async with Bench(other, field).run_test() as pilot:
        field.value = "原值"
        await pilot.press("tab")
        await pilot.press("新")
        assert field.value == "原值新"


async def test_full_width_is_folded_in_codes_and_kept_in_notes() -> None:
    code, note = HanInput(fold=True), HanInput()
    async with Bench(code, note).run_test() as pilot:
        code.focus()
        code.post_message(events.Paste("１２３４５６－Ｘ"))
        note.focus()
        note.post_message(events.Paste("１２楼，（急）"))
        await pilot.pause()
        assert code.value == "123456-X"
        assert note.value == "１２楼，（急）"


def test_controls_and_direction_marks_never_reach_the_terminal() -> None:
    assert safe("a\x1b[31mb\u202ec\u200bd\x07") == "a [31mbcd "
    assert one_line("一\n\n 二\t三\x00") == "一 二 三 "


@pytest.mark.parametrize(
    ("typed", "day"),
    [("2026.11.20", "2026-11-20"), ("20261120", "2026-11-20"), ("11-20", "2026-11-20"), ("昨天", "2026-12-27"), ("２０２６－１２－０１", "2026-12-01"), ("", "")],
)
async def test_a_day_is_read_as_people_write_it(typed: str, day: str) -> None:
    field, other = DateField(today=TODAY), HanInput()
    async with Bench(field, other).run_test() as pilot:
        field.value = typed
        field.focus()
        await pilot.pause()
        other.focus()
        await pilot.pause()
        assert field.value == day


async def test_a_day_that_cannot_be_read_stays_as_typed() -> None:
    field, other = DateField(today=TODAY), HanInput()
    async with Bench(field, other).run_test() as pilot:
        field.value = "腊月"
        field.focus()
        await pilot.pause()
        other.focus()
        await pilot.pause()
        assert field.value == "腊月"


# -- choices ----------------------------------------------------------------------------------------

MET = (("self", "本人"), ("family", "家属"), ("none", "未遇"))


async def test_choosing_moves_nothing_and_brackets_say_it() -> None:
    choice = Choice(MET)
    async with Bench(choice).run_test() as pilot:
        before = choice.line_at(0)
        choice.focus()
        await pilot.press("2")
        after = choice.line_at(0)
        assert choice.value == "family"
        assert after.text == " 1本人  [2家属]  3未遇 "
        assert cell_len(before.text) == cell_len(after.text)
        await pilot.press("backspace")
        assert choice.value == ""


async def test_full_width_digits_and_arrows_choose_too() -> None:
    choice = Choice(MET, multi=True)
    async with Bench(choice).run_test() as pilot:
        choice.focus()
        choice.post_message(events.Key("fullwidth_digit_three", "３"))
        await pilot.press("left", "space")
        assert choice.chosen == ("none", "family")
        await pilot.press("3")
        assert choice.chosen == ("family",)


async def test_options_past_the_tenth_are_reached_by_arrows_and_wrap_on_the_grid() -> None:
    options = [(f"o{at}", f"选项{at}") for at in range(15)]
    choice = Choice(options, multi=True, width=64)
    async with Bench(choice).run_test(size=(80, 24)) as pilot:
        choice.focus()
        await pilot.press(*["right"] * 15, "space")
        assert choice.chosen == ("o14",)
        assert choice.size.width <= 64
        assert choice.size.height > 1


async def test_a_mark_is_blank_until_it_was_asked_and_space_turns_it() -> None:
    marks = MarkRow(["economy", "health", "education"])
    async with Bench(marks).run_test() as pilot:
        marks.focus()
        assert marks.marks == {}
        await pilot.press("space", "space", "right", "3")
        assert marks.marks == {"economy": 2, "health": 3}
        await pilot.press("left", "backspace")
        assert marks.marks == {"economy": 2}


# -- lists ------------------------------------------------------------------------------------------


def draw(item: Any, on: bool) -> Sequence[Line]:
    lines = [row(cell(f"户{item}", 12), on=on)]
    return [*lines, line("  开着")] if on else lines


async def test_a_hundred_thousand_rows_are_shown_and_walked_at_once() -> None:
    rows = RowList(draw)
    async with Bench(rows).run_test(size=(80, 24)) as pilot:
        rows.focus()
        start = time.perf_counter()
        rows.show(range(100_000))
        await pilot.pause()
        shown = time.perf_counter() - start
        await pilot.press("end")
        assert rows.item == 99_999
        assert any("户99999" in text for text in screen(pilot.app))
        await pilot.press("home", "pagedown")
        assert rows.item == 22
        assert shown < 1.0


async def test_only_the_cursor_row_opens_up_and_heads_are_passed_over() -> None:
    rows = RowList(lambda item, on: (item,) if isinstance(item, Line) else draw(item, on), (head("甲"), 1, head("乙"), 2), chosen=lambda item: isinstance(item, int))
    async with Bench(rows).run_test(size=(80, 24)) as pilot:
        rows.focus()
        assert rows.item == 1
        assert [text for text in screen(pilot.app) if "开着" in text] == ["  开着"]
        await pilot.press("down")
        assert rows.item == 2
        await pilot.press("up", "up")
        assert rows.item == 1


async def test_the_cursor_finds_its_row_again_after_the_rows_changed() -> None:
    rows = RowList(draw, [1, 2, 3])
    async with Bench(rows).run_test() as pilot:
        rows.focus()
        await pilot.press("down", "down")
        rows.show([0, 3, 4])
        await pilot.pause()
        assert rows.item == 3


async def test_what_stands_below_the_last_choice_is_reached_by_the_same_key() -> None:
    items = [1, *[line(f"读{at}") for at in range(60)]]
    rows = RowList(lambda item, on: (item,) if isinstance(item, Line) else draw(item, on), items, chosen=lambda item: isinstance(item, int))
    async with Bench(rows).run_test(size=(80, 24)) as pilot:
        rows.focus()
        await pilot.press(*["down"] * 45)
        assert any("读59" in text for text in screen(pilot.app))


def screen(app: App[Any]) -> list[str]:
    return ["".join(segment.text for segment in strip).rstrip() for strip in app.screen._compositor.render_strips()]


# -- the grid ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", range(1, 24))
def test_a_cut_is_exact_in_cells_and_says_that_it_cut(width: int) -> None:
    text = fit("王秀英 1951 年生 二组", width)
    assert cell_len(text) == width
    if 3 <= width < 20:
        assert text.rstrip().endswith(".")


def test_wrapping_keeps_numbers_whole_and_opens_no_line_with_a_comma() -> None:
    pieces = wrap("医疗自费 12,600.00 元，过了本县的 10,000.00 元。看了单子再选。", 20)
    assert all(cell_len(piece) <= 20 for piece in pieces)
    assert any("12,600.00" in piece for piece in pieces)
    assert not any(piece.startswith(("，", "。")) for piece in pieces)


def test_the_two_ends_of_a_line_never_overlap() -> None:
    for width in (20, 40, 76):
        content = split([("一个很长很长的名字和住址", "bold")], [("12-28 周一", "")], width)
        assert content.cells == width
        assert content.text.endswith("12-28 周一")


def luminance(color: str) -> float:
    parts = [int(color[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", list(theme.THEMES))
def test_every_ink_stands_off_its_ground(name: str) -> None:
    table = theme.tokens(theme.THEMES[name])
    for ink in ("foreground", "ink-2", "ink-3", "primary", "error", "warning", "success"):
        for ground in ("background", "mark", "entry", "panel"):
            assert contrast(table[ink], table[ground]) >= 4.5, (ink, ground)
        assert contrast(table[ink], table["background"]) >= 6.0, ink
    assert contrast(table["on-band"], table["band"]) >= 4.5


def test_the_rules_of_the_plain_theme_are_ascii() -> None:
    from xieli_tui.ui.widgets.paint import strip_of

    text = "".join(segment.text for segment in strip_of(head("今天要办", "先急难"), 76, "素框"))
    assert all(unicodedata.east_asian_width(char) != "A" for char in text)
    assert "----" in text
