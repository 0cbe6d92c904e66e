"""今日: at most nine lines that must be done, each with who, when and why; then one line per bulk duty. Enter acts.

Rules kept here
- what is listed and why comes from casework; nothing is counted, ranked or judged here;
- a promise, a draft or a decision is one key away from being dealt with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from textual import events, on, work
from textual.app import ComposeResult
from textual.worker import get_current_worker

from xieli_tui.casework import duties, households
from xieli_tui.casework import today as verb
from xieli_tui.casework.session import Session
from xieli_tui.casework.views import BulkDuty, HouseholdCard, Today, TodayTask
from xieli_tui.domain import codes
from xieli_tui.errors import XieliError
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.paint import MAIN, Line, blank, cell, head, line, rail_block, row, say, under, wrap
from xieli_tui.ui.widgets.row_list import RowList

NEXT = {
    "visit": ("F4", "走访"), "flag": ("F5", "困难"), "apply": ("F6", "补材料"), "told": ("Enter", "告知"), "send": ("F9", "报送"),
    "dossier": ("Enter", "户档"), "follow": ("Enter", "接着办"), "draft": ("Enter", "接着写"), "start": ("F6", "协助"), "inform": ("Enter", "告知"),
    "notice": ("Enter", "公示"), "drill": ("Enter", "演练"),
}
PLAIN = frozenset({"visit_quarter", "visit_routine", "review", "review_minor_18", "taper_end", "exit_review", "help_apply", "inform", "start_application",
                   "supplement_materials", "supplement_statement", "referral_followup"})
"""Duties whose reason is the clause itself: their name says it in a row."""


class TodayPage(Page):
    """The first page of a village."""

    NAME = "今日"
    GUIDE = Help(
        "今天要办的最多九件，先急难，再看期限。每一件都写着为什么。",
        (("Enter", "办这件"), ("1-9", "跳到这件"), ("上下", "选"), ("F3", "住户"), ("F9", "报送"), ("Ctrl+P", "印路线单"), ("Esc", "主菜单")),
        (("一趟办完的", "很多户都要做的事只占一行，按 Enter 看名单。"), ("已过期限", "照样能办，写清下一步就行。"), ("没写完的", "草稿都在这里，接着写。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.seen: Today | None = None
        self.due_room = 15
        """Cells of the due column: what its longest word needs, so that the reasons get the rest."""
        self.card: HouseholdCard | None = None

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: isinstance(item, (TodayTask, BulkDuty)), key=self._key, id="today")
        yield self.rows

    @staticmethod
    def _key(item: Any) -> Any:
        if isinstance(item, TodayTask):
            return (item.task, item.household, item.person, item.target)
        return (item.task, item.fact) if isinstance(item, BulkDuty) else id(item)

    def reload(self) -> None:
        """At once where little happened since the last look; else in a thread: a new day asks the packs about every family."""
        self.rows.focus()
        session = self.xapp.session
        if duties.quick(session):
            self._show(self.attempt(lambda: verb.today(session)))
            return
        if self.seen is None:
            self.stand("正在看今天要办的，稍等。", "别的页照样能开。")
            self._lay()
        self.look(session)

    @work(thread=True, exclusive=True, exit_on_error=False, group="today")
    def look(self, session: Session) -> None:
        """Ask, away from the keys."""
        try:
            seen = verb.today(session)
        except XieliError as error:
            if self.xapp.open_session is session:
                self.app.call_from_thread(self.complain, error)
            return
        if self.xapp.open_session is session and not get_current_worker().is_cancelled:
            self.app.call_from_thread(lambda: self._show(seen) if self.is_attached else None)

    def _show(self, seen: Today | None) -> None:
        if seen is None:
            return
        self.seen = seen
        self._lay()
        self._say_done()

    def _say_done(self) -> None:
        seen = self.seen
        if seen is None:
            return
        day = self.xapp.today()
        sent = words.short_day(seen.last_export, day)
        kept = words.short_day(seen.last_backup, day)
        tail = "，".join(part for part in (f"上次报送 {sent}" if sent else "还没有报送过", f"备份 {kept}" if kept else "还没有备份") if part)
        self.stand(f"今天已办 {seen.done_today} 件。", f"{tail}。")

    def _lay(self) -> None:
        seen = self.seen
        items: list[Any] = []
        if seen is not None:
            count = len(seen.tasks)
            self.due_room = max([8, *(cell_len(self._when(task)[0]) for task in seen.tasks)]) + 2
            items.append(head(f"今天要办  {count} 件" if count else "今天要办", "先急难，再看期限"))
            items += self.air()
            if not count:
                items += [line("  ", ("今天没有必须办的。", "$ink-2")), line("  ", ("F3 找一户看看，或者 F4 记一次走访。", "$ink-3"))]
            before = ""
            for task in seen.tasks:
                band = self._band_of(task)
                if self.tall and before and band != before:
                    items.append(blank())
                items.append(task)
                before = band
            if seen.bulk:
                items += [blank(), *self.air(), head("一趟办完的"), *self.air(), *seen.bulk]
        self.rows.show(items)

    def _band_of(self, task: TodayTask) -> str:
        """Past, today and tomorrow, later, waiting: an empty row between them on a tall terminal."""
        if task.state == "overdue":
            return "past"
        if not task.due:
            return "waiting"
        left = (words.dt.date.fromisoformat(task.due[:10]) - self.xapp.today()).days
        return "past" if left < 0 else "now" if left == 0 else "later"

    def refresh_body(self) -> None:
        if self.seen is not None:
            self._lay()

    # -- drawing ----------------------------------------------------------------------------------
    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, Line):
            return (item,)
        if isinstance(item, BulkDuty):
            label = codes.label("task", item.task)
            lines = [row(
                cell(label, 12, "bold"), cell(words.gist(item.why.removeprefix(label), 50), 50), cell("Enter 名单", 12, "bold $primary" if on else "$ink-2"), on=on,
            )]
            if on and not self.big and cell_len(item.why) > 50:
                lines += [under(piece, 4) for piece in wrap(item.why, MAIN - 4)]
            return lines
        assert isinstance(item, TodayTask)
        number = self._number(item)
        when, style = self._when(item)
        key, act = NEXT.get(item.action, ("Enter", "打开"))
        lines = [row(
            cell(number, 2, "$ink-3"), cell(words.short_place(item.who), 8, "bold" if on else ""), cell(words.group_word(item.group), 5, "$ink-2"), cell(when, self.due_room, style),
            cell(words.gist(self._short(item, 46 - self.due_room), 46 - self.due_room), 46 - self.due_room), " ", cell(f"{key} {act}", 12, "bold $primary" if on else "$ink-2"), on=on,
        )]
        if on and not self.big:
            whole = f"{item.why}（{item.cite}）" if item.cite else item.why
            told = [whole] if cell_len(whole) <= MAIN - 4 else [*wrap(item.why, MAIN - 4), *wrap(f"依据 {item.cite}", MAIN - 4)]
            lines += [under(piece, 4) for piece in told]
        return lines

    @staticmethod
    def _short(item: TodayTask, width: int) -> str:
        """The reason as a row has room for it: a clause that is longer is told by the name of the duty, whole where the cursor is."""
        why = item.why.partition("（暂估")[0]
        if cell_len(why) <= width or not (item.short or item.task in PLAIN):
            return why
        return item.short if item.short and cell_len(item.short) <= width else codes.label("task", item.task)

    def _when(self, item: TodayTask) -> tuple[str, str]:
        if item.urgent:
            return item.detail, "bold $error"
        if "暂估" in item.why and item.due:
            when, style = words.due_word(item.due, item.state, self.xapp.today())
            return f"{when} 暂估", style
        if item.action == "send" and item.due:
            return f"等了 {(self.xapp.today() - words.dt.date.fromisoformat(item.due)).days} 天", "$ink-2"
        return words.due_word(item.due, item.state, self.xapp.today())

    def _number(self, item: TodayTask) -> str:
        tasks = self.seen.tasks if self.seen else ()
        return str(tasks.index(item) + 1) if item in tasks else ""

    # -- rail -------------------------------------------------------------------------------------
    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        item = event.item
        self.card = None
        if self.big and isinstance(item, TodayTask) and item.household:
            self.card = self.attempt(lambda: households.show(self.xapp.session, item.household))
        self.query_one("#rail-text").refresh(layout=True)
        self._repaint_rail()

    def _repaint_rail(self) -> None:
        from xieli_tui.ui.widgets.paint import Paint

        self.query_one("#rail-text", Paint).show(lambda _width: self._rail_lines())
        self.query_one("#keys", Paint).show(self._keys)

    def rail(self) -> Sequence[Line]:
        item = self.rows.item if self.is_mounted else None
        if isinstance(item, BulkDuty) and item.task == "draft_open":
            return [line((codes.label("task", item.task), "bold")), line(), *rail_block("还有", item.why), *rail_block("怎么办", "Enter 列出这些草稿，接着写，或者不要了。")]
        if isinstance(item, BulkDuty):
            how = "Enter 列出这些户，按组走，走一户记一户。" if item.task.startswith(("visit", "never")) else "Enter 列出这些户，一户一户地办。"
            if item.fact:
                how = "县里定了以后自己会算，不用做什么。" if item.fact.startswith("local") else "Enter 列出这些户，问到了就补上，补了就会算。"
            cites = rail_block("依据", item.cite) if item.cite else []
            return [line((codes.label("task", item.task), "bold")), line(), *rail_block("还有", item.why), *cites, *rail_block("怎么办", how)]
        if not isinstance(item, TodayTask):
            return [line(("今天", "bold")), line(), *say("没有必须办的事。走到哪家，按 F3 找到他，按 F4 记一笔。")]
        out = [line((words.short_place(item.who), "bold"), ("  " + words.group_word(item.group) if item.group else "", "$ink-3"))]
        card = self.card
        if card is not None:
            phone = words.masked_phone(card.row.phone, full=card.row.id in self.xapp.revealed)
            out.append(line(("  ".join(part for part in (words.category_word(card.row.category), f"{card.row.size} 口人", phone) if part), "$ink-2")))
        out.append(line())
        out += rail_block("为什么", item.why)
        if item.cite:
            out += rail_block("依据", item.cite)
        if card is not None and card.visits:
            last = card.visits[0]
            note = f"。{last.note}" if last.note else ""
            out += rail_block("上次走访", f"{words.short_day(last.on, self.xapp.today())} {words.MET.get(last.met, last.met)}{note}")
        if card is not None and card.promises:
            text, day = card.promises[0]
            out += rail_block("答应过的", f"{words.short_day(day, self.xapp.today())} {text}".strip())
        key, act = NEXT.get(item.action, ("Enter", "打开"))
        return [*out, line(("下一步", "$ink-3")), line((key, "bold $primary"), f" {act}")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "办这件"), ("F3", "住户"), ("F4", "走访"), ("F5", "困难"), ("F9", "报送"), ("Esc", "主菜单"))

    # -- acting -----------------------------------------------------------------------------------
    def about(self) -> str | None:
        item = self.rows.item
        return item.household or None if isinstance(item, TodayTask) else None

    def go_here(self, place: str) -> bool:
        """The key a row shows as its next step does that step: F6 补材料 opens the application that lacks them, not a new one."""
        from xieli_tui.ui import places

        item = self.rows.item
        if isinstance(item, TodayTask) and (item.action == place or (item.action, place) == ("start", "apply")) and place in ("visit", "flag", "apply"):
            places.act(self.xapp, item)
            return True
        return False

    def back(self) -> None:
        if self.helping:
            super().back()
        else:
            self.xapp.action_go("menu")

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit and self.seen is not None and digit <= len(self.seen.tasks):
            event.stop()
            wanted = self.seen.tasks[digit - 1]
            self.rows.move_to(lambda item: item is wanted)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        from xieli_tui.ui import places

        item = event.item
        app = self.xapp
        if isinstance(item, BulkDuty) and (item.task.startswith("visit") or item.task == "never_visited"):
            places.open_trip(app, item.households)
        elif isinstance(item, BulkDuty) and item.task == "draft_open":
            app.action_go("drafts")
        elif isinstance(item, BulkDuty):
            from xieli_tui.ui.screens.households import HouseholdsPage

            app.open(HouseholdsPage(only=item.households, title=codes.label("task", item.task)))
        elif isinstance(item, TodayTask):
            places.act(app, item)
