"""成员: who is in the family, what must be minded of each, and who has left. Enter opens the person's file, 2 again the menu of the family.

Rules kept here
- the dead and the gone stay in the list, beneath, with the day and the way they went;
- identity numbers and phones stay masked; a note never carries one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from xieli_tui.casework.family_view import Family, Gone
from xieli_tui.casework.views import HouseholdCard, MemberRow
from xieli_tui.domain import codes
from xieli_tui.ui import words
from xieli_tui.ui.screens.digit_menu import Way
from xieli_tui.ui.widgets.paint import MAIN, Line, blank, cell, head, line, row, under, wrap

if TYPE_CHECKING:
    from xieli_tui.ui.app import XieliApp

NO_FAMILY = "这一户已经没有人了"


def page(card: HouseholdCard, family: Family | None) -> list[Any]:
    """Rows of the tab."""
    out: list[Any] = [line("  ", cell("姓名", 9, "$ink-3"), cell("关系", 9, "$ink-3"), cell("性别", 5, "$ink-3"), cell("年龄", 6, "$ink-3"),
                           cell("身份证号", 20, "$ink-3"), cell("电话", 13, "$ink-3"), ("情况", "$ink-3"))]
    out += card.members or [line("  ", (f"{NO_FAMILY}。按 2 看能办什么。", "$ink-2"))]
    if family is not None and family.gone:
        out += [blank(), head("离开的", f"{len(family.gone)} 人，档案都在"), *family.gone]
    return out


def draw(item: MemberRow, on: bool, family: Family | None, full: bool) -> Sequence[Line]:
    """A member; the cursor row says what to mind."""
    notes = family.notes.get(item.person, ()) if family is not None else ()
    open_ = any(note.urgent for note in notes)
    age = f"{item.age} 岁" if item.age is not None else ""
    facts = "、".join(part for part in ("! 要办" if open_ else "", "外出" if item.away else "", "在校" if item.in_school else "", "" if item.living else "不一起", *item.labels) if part)
    lines = [row(
        cell(item.name, 9, "bold" if on else ""), cell(item.relation_label, 9, "$ink-2"), cell(codes.label("sex", item.sex) if item.sex else "", 5, "$ink-2"), cell(age, 6, "$ink-2"),
        cell(words.masked_id(item.id_no if item.id_state == "ok" else "", full=full), 20, "$ink-2" if item.id_state == "ok" else "$warning"),
        cell(words.masked_phone(item.phone, full=full), 13, "$ink-2"), cell(facts, 12, "bold $warning" if open_ else "$ink-2"), on=on,
    )]
    if on:
        quiet = "，".join(note.text for note in notes if not note.urgent)
        lines += [under(piece, 11) for piece in wrap(quiet, MAIN - 12)[:2]] if quiet else []
        for note in notes:
            if note.urgent:
                lines += [under(piece, 11, "$warning") for piece in wrap(note.text, MAIN - 12)[:2]]
    return lines


def draw_gone(item: Gone, on: bool) -> Sequence[Line]:
    """Somebody who left."""
    age = f"{item.age} 岁时" if item.age is not None else ""
    return (row(cell(item.name, 9, "$ink-2"), cell(item.relation_label, 9, "$ink-3"), cell(f"{item.on} {item.why_label}", 26, "$ink-2"), cell(age, 10, "$ink-3"),
                ("Enter 看档案", "bold $primary") if on else "", on=on),)


def ways(card: HouseholdCard, item: object) -> list[Way]:
    """The menu of 2, 2; the form about one person starts with the one under the cursor."""
    from xieli_tui.ui import fact_ways, family_ways

    home = card.row.id
    here = item.person if isinstance(item, MemberRow) else ""
    name = item.name if isinstance(item, MemberRow) else ""
    empty = "" if card.members else NO_FAMILY
    alone = "只有一个人，用 整户迁出" if len(card.members) < 2 else ""

    def person(app: XieliApp) -> None:
        fact_ways.open_person(app, home, here)

    return [
        Way("改资料", f"{name}的情况：残疾、上学、就业、义务人" if name else "先选一个人", person, "" if here else "先选一个人，再按 2"),
        Way("加人", "出生、迁入、婚入、返乡", lambda app: family_ways.open_join(app, home)),
        Way("离开", "去世、迁出、婚嫁", lambda app: family_ways.open_leave(app, home, here), empty),
        Way("分户", "几个人另立一户", lambda app: family_ways.open_split(app, home), empty or alone),
        Way("共同生活", "一起生活、不一起，从哪天起", lambda app: family_ways.open_living(app, home, here), empty),
        Way("换户主", f"现在是 {card.row.head}" if card.row.head else "还没有户主", lambda app: family_ways.open_head(app, home), empty),
        Way("整户迁出", "全家都走，户档留着", lambda app: family_ways.open_move_away(app, home), empty),
        Way("从别家转来", "人在村里另一户，转到这一户", lambda app: family_ways.open_come_over(app, home)),
        Way("结对帮扶", "谁和这一家结对，帮扶小组", lambda app: family_ways.open_pairs(app, home)),
    ]
