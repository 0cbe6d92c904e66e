"""One entry of the chain, whole; Enter on a line corrects it, 1 withdraws the entry. The record itself stays and stays readable (Law 6).

Rules kept here
- only what this desk may mend can be chosen; why not stands in words where it may not;
- one field is corrected at a time, with its reason; both values stay;
- a withdrawn entry keeps its words, struck is said, not drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, get_args

from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget

from xieli_tui.casework import corrections, entry_view, entry_words, values
from xieli_tui.casework.entry_view import Entry, Field, Mend
from xieli_tui.casework.views import HouseholdCard, Saved
from xieli_tui.domain import codes
from xieli_tui.domain.events import EVENTS
from xieli_tui.domain.money import format_fen, parse_fen
from xieli_tui.errors import Refused
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.joining import HINT
from xieli_tui.ui.screens.leaving import KEYS
from xieli_tui.ui.screens.section_form import YES
from xieli_tui.ui.widgets import form
from xieli_tui.ui.widgets.choice import MarkRow
from xieli_tui.ui.widgets.form import FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, Part, blank, cell, head, line, rail_block, row, split, under, wrap
from xieli_tui.ui.widgets.row_list import RowList

OUTSIDER = "outsider"
"""Begins the key of a draft about an entry of somebody who is on no list."""
NUMBERS = ("hours", "quantity")
FEW = 9
"""Options that stand on one line by digit; a longer list is typed."""


def kind_of(t: str, name: str) -> str:
    """How a field of a fact is corrected: choice | list | several | day | money | yes | marks | number | text | person | outsider; "" = not by itself."""
    model = EVENTS[t, 1].model
    if name in entry_words.HIDDEN or name not in entry_words.WORDS or name not in model.model_fields or name == entry_words.entity_of(t):
        return ""
    vocab = entry_words.CODES.get(t, {}).get(name)
    if name in ("marks", "levels"):
        return "marks"
    if name == "outsider":
        return "outsider"
    if name == "person":
        return "" if t.startswith("membership.") else "person"
    if vocab is not None:
        many = "list" in str(model.model_fields[name].annotation)
        return "several" if many else "choice" if len(codes.ids(vocab)) <= FEW else "list"
    if name in entry_words.VOCAB and t in entry_words.VOCAB[name]:
        return "choice"
    if name in corrections.DAYS:
        return "day"
    if name in entry_words.MONEY:
        return "money"
    plain = str(model.model_fields[name].annotation)
    if name in NUMBERS:
        return "number"
    if "bool" in plain and "dict" not in plain:
        return "yes"
    return "" if "list" in plain or "dict" in plain or any(part in plain for part in ("Promise", "Outsider", "Literal")) or name == "at" else "text"


def options_of(t: str, name: str) -> tuple[tuple[str, str], ...]:
    """What may stand in a field of a closed list; only what its model takes."""
    vocab = entry_words.CODES.get(t, {}).get(name)
    listed = codes.choices(vocab) if vocab is not None else tuple(entry_words.VOCAB[name][t].items())
    allowed = {one for part in (get_args(EVENTS[t, 1].model.model_fields[name].annotation) or ()) for one in (get_args(part) or (part,)) if isinstance(one, str)}
    return tuple((ident, word) for ident, word in listed if not allowed or ident in allowed)


class EntryPage(Page):
    """One entry."""

    NAME = "这一条"
    doing = "entry"
    GUIDE = Help(
        "这一条写了什么，谁写的，到了哪里。写错了在这里更正，原记录保留。",
        (("Enter", "更正这一项"), ("1", "撤回这一条"), ("2", "打开那件申请"), ("上下", "选"), ("F1", "帮助"), ("Esc", "返回")),
        (("更正", "两个都留着：原来写的，和现在算数的，谁改的，为什么。"), ("撤回", "写重了、写错了家。撤回的还看得到，只是不算数。"), ("镇里、县里写的", "由他们更正，村里只看。")),
    )

    def __init__(self, card: HouseholdCard | None, ref: str, who: str = "") -> None:
        super().__init__()
        self.card, self.ref, self.who = card, ref, card.row.head if card is not None else who
        self.entry: Entry | None = None

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: isinstance(item, Field), key=lambda item: item.name if isinstance(item, Field) else id(item), id="entry")
        yield self.rows

    def reload(self) -> None:
        self.entry = self.attempt(lambda: entry_view.show(self.xapp.session, self.ref))
        if self.entry is None:
            return
        self.subject = f"{self.entry.word}  {self.who}".rstrip()
        self._lay()
        self.rows.focus()
        if not self._said[0]:
            if self.entry.closed:
                self.say("只看。", f"{self.entry.closed}。")
            else:
                self.say("写错了，停在那一行按 Enter。", "1 撤回这一条。")

    def refresh_body(self) -> None:
        if self.entry is not None:
            self._lay()

    def _lay(self) -> None:
        one = self.entry
        assert one is not None
        left: list[Part] = [(one.word, "bold"), (f"  {one.on}", ""), ("  补录" if one.late else "", "$warning")]
        right: list[Part] = [(one.struck, "bold $warning")] if one.struck else [(words.ROAD.get(one.state, ""), "$success" if one.state == "county" else "$ink-2")]
        items: list[Any] = [split(left, right), line("  ", (f"{one.typed.replace('T', ' ')}  {one.who}记", "$ink-3")), *self.air(), *one.fields]
        empty = [Field(name, entry_words.word(one.type, name), "") for name in self._blank(one)]
        if empty:
            items += [blank(), head("没有写的", "补写也算更正"), *empty]
        if one.mends:
            items += [blank(), head("改过的", "原记录保留")]
            for mend in one.mends:
                items += self._mend(mend)
        self.rows.show(items)

    @staticmethod
    def _blank(one: Entry) -> list[str]:
        """Fields a correction may fill in; only of an entry that may be mended here."""
        if one.closed:
            return []
        there = {field.name for field in one.fields}
        return [name for name in EVENTS[one.type, 1].model.model_fields if name not in there and kind_of(one.type, name)]

    def _mend(self, mend: Mend) -> list[Line]:
        day = self.xapp.today()
        mark = "" if mend.counts else "（没有起作用）"
        out = [line("  ", cell(words.short_day(mend.on, day), 9, "$ink-3"), cell(f"{mend.word}{mark}", 18, "bold"), (f"{mend.who}  {words.ROAD.get(mend.state, '')}", "$ink-3"))]
        for word, before, after in mend.changes:
            out += [line(" " * 11, (piece, "")) for piece in wrap(f"{word}：原来 {before}，改成 {after}", MAIN - 12)]
        return [*out, *(line(" " * 11, (piece, "$ink-2")) for piece in wrap(f"原因：{mend.reason}", MAIN - 12))]

    def _draw(self, item: Any, on_: bool) -> Sequence[Line]:
        if not isinstance(item, Field):
            return (item,)
        one = self.entry
        may = one is not None and not one.closed and kind_of(one.type, item.name)
        pieces = wrap(item.value or "（空）", MAIN - 32)
        lines = [row(cell(item.word, 12, "$ink-3"), cell(pieces[0] + (" .." if len(pieces) > 1 and not on_ else ""), MAIN - 28, "bold" if on_ else "" if item.value else "$ink-3"),
                     ("Enter 更正", "bold $primary") if on_ and may else "", on=on_)]
        if on_:
            lines += [under(piece, 14, "") for piece in pieces[1:6]]
            if item.first:
                lines += [under(piece, 14) for piece in wrap(f"原来写的：{item.first}", MAIN - 16)[:3]]
        return lines

    def rail(self) -> Sequence[Line]:
        one = self.entry
        if one is None:
            return ()
        out = [line((one.word, "bold")), line(), *rail_block("谁写的", f"{one.who}，{one.typed.replace('T', ' ')}"), *rail_block("到哪里", words.ROAD.get(one.state, ""))]
        return [*out, *(rail_block("为什么不能改", f"{one.closed}。") if one.closed else rail_block("更正", "原来写的和改成的都留着，谁改的、为什么也写着。"))]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "更正这一项"), ("1", "撤回"), ("上下", "选"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.card.row.id if self.card is not None else None

    # -- acting -----------------------------------------------------------------------------------
    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit not in (1, 2) or self.entry is None:
            return
        event.stop()
        if digit == 1:
            if self.entry.closed:
                self.say(f"{self.entry.closed}。")
            else:
                self.xapp.open(StrikePage(self.card, self.entry, self.who))
        elif self.entry.application:
            from xieli_tui.ui import places

            places.open_application(self.xapp, self.entry.application)
        else:
            self.say("这一条不是申请里的。")

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        one, item = self.entry, event.item
        if one is None or not isinstance(item, Field):
            return
        if one.closed:
            self.say(f"{one.closed}。")
        elif not kind_of(one.type, item.name):
            self.say(f"{item.word}不能单独改。", "写错了按 1 撤回，再记一条。")
        else:
            self.xapp.open(CorrectPage(self.card, one, item, self.who))


class EntryForm(FormPage):
    """A form about one entry, of a family (`card`) or about somebody who is on no list (`who`)."""

    def __init__(self, card: HouseholdCard | None, part: str, who: str) -> None:
        super().__init__(f"{card.row.id if card is not None else OUTSIDER}:{part}")
        self.card = card
        self.subject = f"{card.row.head} {words.group_word(card.row.group)}".strip() if card is not None else who

    def about(self) -> str | None:
        return self.card.row.id if self.card is not None else None

    def foot(self) -> Sequence[Key]:
        return (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))


class CorrectPage(EntryForm):
    """更正 one field of one entry."""

    NAME = "更正"
    FORM = "correct"
    doing = "entry"
    NEEDED = ("reason",)
    QUIET = "原记录保留，两个都看得到。"
    GUIDE = Help("改这一项，写一句为什么。原来写的不会没有。", KEYS, (("原因", "如 记错了日子、家里后来说清楚了。"), ("全写错了", "回去按 1 撤回，再记一条。")))

    def __init__(self, card: HouseholdCard | None, entry: Entry, field: Field, who: str = "") -> None:
        super().__init__(card, f"{entry.ref}#{field.name}", who)
        self.entry, self.field = entry, field
        self.kind = kind_of(entry.type, field.name)

    @property
    def FIELDS(self) -> Mapping[str, str]:  # type: ignore[override]  # noqa: N802 - the name the pattern reads
        return {self.field.name: "value"}

    def body(self) -> ComposeResult:
        t, name, held = self.entry.type, self.field.name, self.entry.d.get(self.field.name)
        yield Paint((head(f"更正  {self.entry.word}", f"{self.entry.on}  {self.field.word}"), *self.air(), line("  ", cell("原来写的", 10, "$ink-3"), (self.field.value or "（空）", "$ink-2")), blank()))
        yield FormRow(form.Field("改成", self._entry(t, name, held), width=0 if self.kind in ("choice", "yes", "several", "person", "marks") else 24 if self.kind != "text" else 64))
        if self.kind == "outsider":
            yield FormRow(form.Field("人在哪里", self.text("place", str((held or {}).get("place", ""))), width=44))
        if self.kind == "marks":
            yield Paint((line(" " * 12, *[cell(" " + word, 11, "$ink-3") for _, word in codes.choices("dimension")]),))
        yield FormRow(form.Field("为什么改", self.text("reason", hint="如 记错了日子"), width=64, needed=True))

    def _entry(self, t: str, name: str, held: Any) -> Widget:
        if self.kind in ("choice", "several"):
            chosen = tuple(held) if isinstance(held, list) else (str(held),) if held else ()
            return self.choice("value", options_of(t, name), multi=self.kind == "several", gap=0, chosen=chosen, width=64)
        if self.kind == "list":
            return self.listed("value", options_of(t, name), str(held or ""), vocab=entry_words.CODES[t][name], hint=HINT)
        if self.kind == "person":
            return self.choice("value", [(one.person, one.name) for one in (self.card.members if self.card is not None else ())], gap=0, chosen=(str(held),) if held else (), width=64)
        if self.kind == "yes":
            return self.choice("value", YES, chosen=("yes" if held else "no",) if isinstance(held, bool) else ())
        if self.kind == "marks":
            marks = MarkRow([ident for ident, _ in codes.choices("dimension")], id="value")
            marks.marks = dict(held or {})
            self.entries["value"] = marks
            return marks
        if self.kind == "outsider":
            return self.text("value", str((held or {}).get("name", "")))
        if self.kind == "day":
            return self.day("value", str(held or ""))
        if self.kind == "money":
            return self.money("value", format_fen(held) if isinstance(held, int) else "")
        return self.text("value", str(held or ""))

    def rail(self) -> Sequence[Line]:
        return [line(("更正", "bold")), line(), *rail_block("原来写的", self.field.value or "（空）"), *rail_block("原记录保留", "现在算数的是改成的，原来写的在这一条里一直看得到。")]

    def _value(self) -> Any:
        entry = self.entries["value"]
        if isinstance(entry, MarkRow):
            return dict(entry.marks)
        if self.kind == "several":
            return list(self.many("value"))
        if self.kind == "list" and self.value("value") == "" and str(getattr(entry, "value", "")).strip():
            raise Refused("XL-V08", field="value")
        plain = self.value("value")
        if self.kind == "outsider":
            return {**self.entry.d.get("outsider", {}), "name": values.needed(values.name(plain, "value"), "value"), "place": values.needed(values.text(self.value("place"), "place"), "place")}
        if self.kind == "yes":
            return plain == "yes" if plain else ""
        if self.kind == "money":
            return parse_fen(plain) if plain else ""
        if self.kind == "number":
            if plain and not (plain.isascii() and plain.isdigit()):
                raise Refused("XL-V11", "写整数", field="value")
            return int(plain) if plain else ""
        return plain

    def store(self) -> Saved:
        value = self._value()
        if value == "" and self.kind in ("day", "choice", "list", "person"):
            raise Refused("XL-V06", field="value")
        return corrections.correct(self.xapp.session, self.entry.ref, {self.field.name: value}, self.value("reason"))


class StrikePage(EntryForm):
    """撤回 one entry: it stays readable and no longer counts."""

    NAME = "撤回"
    FORM = "strike"
    doing = "entry"
    NEEDED: ClassVar[tuple[str, ...]] = ("reason",)
    QUIET = "撤回的还看得到，只是不算数。"
    GUIDE = Help("写重了、写错了家，就撤回这一条。写一句为什么。", KEYS, (("撤回以后", "还在救助链里，写着已撤回，谁撤的，为什么。"), ("只错一项", "回去停在那一行按 Enter 更正。")))

    def __init__(self, card: HouseholdCard | None, entry: Entry, who: str = "") -> None:
        super().__init__(card, entry.ref, who)
        self.entry = entry

    def body(self) -> ComposeResult:
        one = self.entry
        shown = [line("  ", cell(field.word, 12, "$ink-3"), (wrap(field.value, MAIN - 16)[0] if field.value else "", "$ink-2")) for field in one.fields[:6]]
        yield Paint((head(f"撤回  {one.word}", one.on), *self.air(), *shown, blank()))
        yield FormRow(form.Field("为什么撤", self.text("reason", hint="如 记重了、记错了家"), width=64, needed=True))

    def store(self) -> Saved:
        return corrections.withdraw(self.xapp.session, self.entry.ref, self.value("reason"))


__all__ = ["CorrectPage", "EntryPage", "StrikePage", "kind_of", "options_of"]
