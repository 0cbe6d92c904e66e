"""What of people's text may reach a terminal, a page or a cell: nothing that acts, nothing that hides, everything that can be read."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st
from rich.markup import render
from rich.text import Text

from xieli_tui.domain.text import safe

VISIBLE = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
"""Signs of Arabic, Syriac and Kaithi numbers: format characters by their class, and drawn."""
ACTS = st.sampled_from([
    "\x1b[2J", "\x1b[6n", "\x1b]52;c;QUFB\x07", "\x1b]8;;http://x\x1b\\", "\x9b31m", "\x9d0;t\x9c", "\x1bP1$r\x1b\\", "\x1b_G\x1b\\", "\u202e", "\u2066", "\u2069", "\u200b", "\u061c", "\ufeff", "\t", "\n", "\r", "\x85",
    "\u2028", "\x00", "\x7f", "\U000e0041", "\u3164", "[red]", "[/]", "[@click=app.quit]", "[link=x]", "\\[", "欧", "阳", "𠮷", "\ue000", "a", " ",
])


def test_of_all_characters_none_that_acts_or_hides_is_left() -> None:
    for number in range(0x110000):
        char = chr(number)
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and number not in VISIBLE:
            assert safe(char) in ("", " ", "?"), hex(number)


def test_what_people_write_in_stays() -> None:
    for text in ("欧阳锦瑟", "𠮷㐂䶮", "买买提·艾力", "3-2-1 号（后院）", "[red]红[/]", "\ue000", "Ⅳ级，¥800.00", "ས", "한글", "خلیل"):
        assert safe(text) == text


@given(st.lists(ACTS | st.characters(), max_size=40).map("".join))
@example("\x1b]52;c;QUFB\x07")
@example("\u202e欧\u202c")
def test_whatever_is_put_together_it_obeys_nothing_stays_on_its_line_and_is_safe_at_once(text: str) -> None:
    shown = safe(text)
    assert safe(shown) == shown
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", shown)
    assert shown.splitlines() in ([shown], [])
    assert not any(unicodedata.bidirectional(char) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI") for char in shown)
    shown.encode()


def test_markup_is_text_where_it_is_shown_and_would_act_where_it_is_not() -> None:
    """The counter-proof: the library would obey it, had it been asked to read it as markup."""
    assert render("[link=file:///x]链[/link]").spans
    assert not Text(safe("[link=file:///x]链[/link]")).spans
