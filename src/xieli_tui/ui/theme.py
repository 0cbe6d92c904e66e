"""Three themes and the palette that turns style tokens into terminal styles.

Rules kept here
- colour comes from theme variables only; every coloured word is also a word or a mark, so the screens read the same in grey;
- contrast of every ink on paper is at least 6:1 by day and by night (design/pictures/NOTES.md §3; a test measures it);
- 素框 draws nothing outside ASCII except words, for consoles whose fonts make box lines two cells wide.
"""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.theme import Theme

DAY = Theme(
    name="日间", dark=False, primary="#1B4B78", secondary="#4A5058", accent="#1B4B78", foreground="#1C2024", background="#FBF9F4",
    surface="#FBF9F4", panel="#ECE7DB", error="#A3231A", warning="#7D5200", success="#276239",
    variables={"ink-2": "#474D55", "ink-3": "#5B6068", "line": "#CDC6B6", "entry": "#F0ECE1", "entry-on": "#D6E4F0", "mark": "#E2EBF3",
               "band": "#A3231A", "on-band": "#FFFFFF", "caret": "#1B4B78", "on-caret": "#FFFFFF"},
)
NIGHT = Theme(
    name="夜间", dark=True, primary="#93C4EC", secondary="#B9BBBC", accent="#93C4EC", foreground="#EDEAE2", background="#14181D",
    surface="#14181D", panel="#20272F", error="#FF9A8C", warning="#EAC06E", success="#93CFA1",
    variables={"ink-2": "#BDBFC0", "ink-3": "#A7ACB2", "line": "#3A434D", "entry": "#1F262E", "entry-on": "#264661", "mark": "#20364B",
               "band": "#B0342A", "on-band": "#FFFFFF", "caret": "#93C4EC", "on-caret": "#14181D"},
)
PLAIN = Theme(
    name="素框", dark=True, primary="#FFFFFF", secondary="#C0C0C0", accent="#FFFFFF", foreground="#FFFFFF", background="#000000",
    surface="#000000", panel="#000080", error="#FFFF00", warning="#FFFF00", success="#FFFFFF",
    variables={"ink-2": "#C0C0C0", "ink-3": "#C0C0C0", "line": "#808080", "entry": "#000000", "entry-on": "#000080", "mark": "#000080",
               "band": "#800000", "on-band": "#FFFFFF", "caret": "#FFFFFF", "on-caret": "#000000"},
)
THEMES: dict[str, Theme] = {theme.name: theme for theme in (DAY, NIGHT, PLAIN)}
ASCII_THEMES = frozenset({"素框"})

_TOKENS = ("primary", "secondary", "accent", "foreground", "background", "surface", "panel", "error", "warning", "success")


def tokens(theme: Theme) -> dict[str, str]:
    """Token name -> #RRGGBB of one theme."""
    out = {name: str(getattr(theme, name)) for name in _TOKENS}
    out.update(theme.variables)
    return out


@lru_cache(maxsize=512)
def style_of(theme: str, style: str, ground: str = "") -> Style:
    """A terminal style from words like `bold $primary on $mark`; `ground` is the row's own ground when the words name none."""
    table = tokens(THEMES[theme])
    fore, back, bold, under = "foreground", ground or "background", False, False
    words = style.split()
    for place, word in enumerate(words):
        if word == "bold":
            bold = True
        elif word == "underline":
            under = True
        elif word.startswith("$"):
            if place and words[place - 1] == "on":
                back = word[1:]
            else:
                fore = word[1:]
        elif word != "on":
            raise ValueError(f"unknown style word: {word}")
    return Style(color=table[fore], bgcolor=table[back], bold=bold, underline=under)
