"""一人一档: the files of a family, one person at a time; what is there, what is not, and by digits what can be done for this person.

Rules kept here
- missing is a list of what is not recorded, with the clause that wants it; no mark, no percentage;
- a category says whose word it is, since when and why;
- two aids of one kind and period stand on top with both records, and nothing is concluded from them;
- the dead and the gone keep their file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import events, on
from textual.app import ComposeResult

from xieli_tui.casework import family_view, overlaps, person_file
from xieli_tui.casework.overlaps import Overlap
from xieli_tui.casework.person_file import FileItem, PersonFile
from xieli_tui.casework.views import HouseholdCard
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.digit_menu import Way
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, head, line, row, under, wrap
from xieli_tui.ui.widgets.row_list import RowList

MARK = {"there": ("  有", "$ink-3"), "missing": ("! 缺", "bold $error"), "queried": ("  查", "$ink-3")}


class PersonFilePage(Page):
    """The file of a person; left and right turn to the others of the family. Opened for `person`, else for the head."""

    NAME = "一人一档"
    doing = "person_file"
    GUIDE = Help(
        "每个人一份档：证件、材料、决定、核对、走访、公示，享受过什么，转给过谁，类别怎么变的。",
        (("左右", "换一个人"), ("数字", "能办的"), ("Enter", "去补缺的"), ("Ctrl+R", "看全号"), ("F1", "帮助"), ("Esc", "返回")),
        (("缺", "按本地政策包的材料清单和一人一档的规定列出来，不是催交。"), ("查", "县里能在共享平台查到，不用交。"),
         ("同一种有两笔", "两笔都写出来，是不是重了由镇里、县里定。"), ("走了的人", "去世、迁出的，档案都在。")),
    )

    def __init__(self, card: HouseholdCard, person: str = "") -> None:
        super().__init__()
        self.card, self.person = card, person
        self.files: list[PersonFile] = []
        self.at = 0
        self.twice: tuple[Overlap, ...] = ()

    def body(self) -> ComposeResult:
        yield Paint((), id="who")
        self.rows = RowList(self._draw, (), id="file")
        yield self.rows

    def reload(self) -> None:
        session, home = self.xapp.session, self.card.row.id
        files = self.attempt(lambda: person_file.of_household(session, home)) or []
        family = self.attempt(lambda: family_view.look(session, home))
        for gone in family.gone if family is not None else ():
            one = self.attempt(lambda person=gone.person: person_file.show_file(session, person))  # type: ignore[misc]
            if one is not None:
                files.append(one)
        self.files = files
        self.at = next((place for place, one in enumerate(files) if one.person == self.person), min(self.at, max(0, len(files) - 1)))
        self.twice = self.attempt(lambda: overlaps.of_household(session, home)) or ()
        self._lay()
        self.rows.focus()

    def refresh_body(self) -> None:
        if self.is_mounted and self.files:
            self._lay()

    # -- rows -------------------------------------------------------------------------------------
    def _lay(self) -> None:
        if not self.files:
            return
        one = self.files[self.at]
        self.person, self.subject = one.person, one.name
        full = self.card.row.id in self.xapp.revealed
        number = words.masked_id(one.id_no if one.id_state == "ok" else "", full=full)
        age = f"{one.age} 岁" if one.age is not None else ""
        rank = {"claim": "村台账登记", "ruling": "在册"}.get(one.category_rank, "")
        gone = f"! {one.died_on} 去世" if one.died_on else f"! {one.left}" if one.left else ""
        self.query_one("#who", Paint).show((
            line((one.name, "bold"), (f"  {one.relation_label}  {age}  {number}", "$ink-2"), (f"  {gone}" if gone else "", "bold $warning")),
            line((f"{one.category_label or '没有登记类别'}  {rank}  {'、'.join(one.labels)}".rstrip(), "$ink-2")), *self.air(),
        ))
        items: list[Any] = [*self._pairs(one), head("档里", f"还缺 {len(one.missing)} 样" if one.missing else "不缺"), *one.items]
        for title, found in (
            ("类别", [(day, what, f"{why} {who}".strip()) for day, what, why, who in one.categories]), ("享受", list(one.aids)), ("申请", list(one.applications)),
            ("转介", list(one.referrals)),
        ):
            if found:
                items += [blank(), head(title), *[self._plain(*each) for each in found]]
        self.rows.show(items)
        self.stand(f"第 {self.at + 1} 个人，共 {len(self.files)} 个。", "左右键换人，0 看能办什么。" if len(self.files) > 1 else "0 看能办什么。")

    def _pairs(self, one: PersonFile) -> list[Line]:
        out: list[Line] = []
        for pair in self.twice:
            if pair.person in ("", one.person):
                out += [line(("! ", "bold $warning"), (pair.words, "bold $warning"), (f"  {pair.cite}" if pair.cite else "", "$ink-3"))]
                out += [line("    ", record) for record in pair.records]
        return [*out, blank()] if out else []

    def _plain(self, on_: str, what: str, tail: str) -> Line:
        return line("  ", cell(words.short_day(on_, self.xapp.today()) if on_ else "", 10, "$ink-3"), cell(what, 40), (tail, "$ink-2"))

    def _draw(self, item: Any, on_: bool) -> Sequence[Line]:
        if not isinstance(item, FileItem):
            return (item,)
        mark, style = MARK[item.state]
        where = f"{words.short_day(item.on, self.xapp.today()) if item.on else ''} {item.where}".strip() or ("县里查，不用交" if item.state == "queried" else "")
        lines = [row(cell(mark, 6, style), cell(item.section, 7, "$ink-3"), cell(item.label, 26, "bold" if item.state == "missing" else ""), cell(where, 22, "$ink-2"), cell(item.cite, 13, "$ink-3"), on=on_)]
        if on_ and item.state == "missing":
            lines += [under(piece, 15) for piece in wrap(f"Enter 去补。{f'文件：{item.cite}' if item.cite else ''}", MAIN - 16)[:2]]
        return lines

    def rail(self) -> Sequence[Line]:
        out = [line(("这一家的人", "bold")), line()]
        for place, one in enumerate(self.files):
            left = "  走了" if one.left or one.died_on else f"  缺 {len(one.missing)} 样" if one.missing else "  不缺"
            out.append(line((("> " if place == self.at else "  ") + one.name, "bold" if place == self.at else ""), (left, "$ink-3")))
        out += [line(), line(("能办的", "bold"))]
        for at, way in enumerate(self.ways(), 1):
            out.append(line(cell(str(at % 10), 3, "bold $primary"), (way.word, "$ink-3" if way.closed else "")))
        return out

    def foot(self) -> Sequence[Key]:
        return (("左右", "换人"), ("0", "能办的"), ("Enter", "去补"), ("Ctrl+R", "看全号"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.card.row.id

    # -- acting -----------------------------------------------------------------------------------
    def ways(self) -> list[Way]:
        """What can be done for this person."""
        from xieli_tui.ui import family_ways

        one = self.files[self.at] if self.files else None
        return family_ways.of_person(self.card.row.id, one.person, gone=bool(one.left or one.died_on), dead=bool(one.died_on), name=one.name) if one is not None else []

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if event.key in ("left", "right") and len(self.files) > 1:
            event.stop()
            self.at = (self.at + (1 if event.key == "right" else -1)) % len(self.files)
            self._lay()
            self.redraw()
        elif digit == 0:
            from xieli_tui.ui.screens.digit_menu import DigitMenuPage

            event.stop()
            self.xapp.open(DigitMenuPage(self.files[self.at].name if self.files else "", self.subject, self.ways(), self.card.row.id))
        elif digit is not None:
            event.stop()
            ways = self.ways()
            if digit <= len(ways):
                way = ways[digit - 1]
                self.say(f"{way.word}：{way.closed}。") if way.closed else way.do(self.xapp)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        from xieli_tui.ui import family_ways

        item = event.item
        if not isinstance(item, FileItem):
            return
        if item.state == "missing":
            family_ways.open_missing(self.xapp, self.card, self.person, item)
        else:
            self.say(f"{item.label}：有了。" if item.state == "there" else f"{item.label}：平台能查到，不用家里交。")
