"""打印: which sheet, and how (design 10): a digit prints it the way it was done last; left and right change the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from xieli_tui.casework import printing
from xieli_tui.errors import XieliError
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.quiet_form import QuietForm, found_stick
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, cell, head, line, rail_block, row, say
from xieli_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from xieli_tui.casework.forms import Printed

DONE = {"print": "送到打印机了", "show": "打开了", "file": "存好了"}


class PrintPage(Page):
    """Sheets that can be printed of what was in front.

    Args:
        subject: for the title line. household, application: what is in front. work: the sheets of the work itself first.
        households: several families at once, each with sheets of its own.
    """

    NAME = "打印"
    GUIDE = Help(
        "选一张，按数字就印。左右换打印的办法：直接打印、打开查看、存成文件，上次用的记着。",
        (("0-9", "印这一张"), ("左右", "换办法"), ("空格", "几户一起印"), ("Enter", "印"), ("Esc", "返回")),
        (("里面有什么", "填过的都在，没填的空着手写。证件号是完整的，印一次记一笔。"), ("看完就收", "直接打印、打开查看用的文件，锁屏、退出就没了。存成文件的要自己收好。"), ("先看再印", "头一次先打开查看，看着对再印。"), ("几户一起", "空格，勾上几户，同一张表一户一份。")),
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("left", "turn(-1)", show=False), Binding("right", "turn(1)", show=False)]

    def __init__(self, subject: str = "", household: str = "", application: str = "", work: bool = False, households: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.subject, self.household, self.application, self.work, self.households = subject, household, application, work, households
        self.sheets: tuple[printing.Offer, ...] = ()
        self.way, self.busy = "show", False

    def body(self) -> ComposeResult:
        yield Paint((), id="ways")
        self.rows = RowList(self._draw, (), key=lambda offer: f"{offer.form}:{offer.subject}", id="sheets")
        yield self.rows

    def reload(self) -> None:
        session = self.xapp.session
        many = self.households
        self.sheets = tuple(self.attempt(lambda: printing.offers_of_many(session, many) if many else printing.offers(session, self.household, self.application, self.work)) or ())
        self.way = self.attempt(lambda: printing.last_way(session)) or "show"
        self.rows.show(self.sheets)
        self._show_way()

    def on_mount(self) -> None:
        super().on_mount()
        self.rows.focus()
        self.say("按数字就印。", f"现在是{dict(printing.WAYS)[self.way]}，左右换。")

    def _show_way(self) -> None:
        parts: list[Any] = [cell("怎么印", 8, "$ink-2")]
        for name, word in printing.WAYS:
            parts += [(f"[{word}]" if name == self.way else f" {word} ", "bold $primary" if name == self.way else "$ink-2"), "  "]
        self.query_one("#ways", Paint).show((head("打印", "左右换办法"), line(*parts), *self.air()))

    def refresh_body(self) -> None:
        self._show_way()

    def _draw(self, offer: printing.Offer, on: bool) -> Sequence[Line]:
        at = self.sheets.index(offer)
        digit = str((at + 1) % 10) if at < 10 else ""
        return (row(cell(digit, 4, "bold $primary"), cell(offer.title, 36, "bold"), cell(offer.which, 34, "$ink-2"), on=on),)

    def rail(self) -> Sequence[Line]:
        return [line(("打印", "bold")), line(), *rail_block("直接打印", "送到这台电脑的打印机"), *rail_block("打开查看", "看着对再印"), *rail_block("存成文件", "存到U盘或文件夹"), line(),
                *say("证件号是完整的，印一次记一笔。锁屏、退出，看过的就没了。", "$ink-2")]

    def foot(self) -> Sequence[Key]:
        return (("0-9", "印"), ("左右", "换办法"), *(() if self.households else (("空格", "几户一起"),)), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.household or None

    def action_turn(self, by: int) -> None:
        names = [name for name, _ in printing.WAYS]
        self.way = names[(names.index(self.way) + by) % len(names)]
        self._show_way()
        self.say(f"{dict(printing.WAYS)[self.way]}。")

    def on_key(self, event: events.Key) -> None:
        if event.key == "space" and not self.households:
            from xieli_tui.ui.screens.print_many import PrintManyPage

            event.stop()
            self.xapp.open(PrintManyPage())
            return
        digit = digit_of(event)
        if digit is None:
            return
        event.stop()
        at = (digit - 1) % 10
        if at < len(self.sheets):
            self._print(self.sheets[at])

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self._print(event.item)

    def _print(self, offer: printing.Offer) -> None:
        if self.busy:
            return
        if self.way == "file":
            self.xapp.open(KeepSheetPage(offer))
            return
        self.busy = True
        self.say(f"正在印{offer.title}，稍等。")
        self._go(offer, self.way)

    @work(thread=True, exclusive=True, exit_on_error=False, group="print")
    def _go(self, offer: printing.Offer, way: str) -> None:
        session = self.xapp.session
        try:
            made = printing.go(session, offer, way)
        except XieliError as error:
            self.app.call_from_thread(self._failed, error)
            return
        self.app.call_from_thread(self._done, made, way)

    def _failed(self, error: XieliError) -> None:
        self.busy = False
        if self.xapp.page is not None:
            self.xapp.page.complain(error)

    def _done(self, made: Printed, way: str) -> None:
        self.busy = False
        if self.xapp.page is not None:
            self.xapp.page.say(f"{made.title}，{DONE[way]}。", "、".join(made.numbers) if len(made.numbers) < 3 else f"{len(made.numbers)} 份。", "done")


class KeepSheetPage(QuietForm):
    """Where a sheet is kept as a file."""

    NAME = "存成文件"
    NEEDED: ClassVar[tuple[str, ...]] = ("out",)
    GUIDE = Help(
        "这一张存成一个文件，名字自己定，以 .PDF 或 .DOCX 结尾。",
        (("Ctrl+S", "存"), ("Tab", "下一格"), ("Esc", "返回")),
        ((".PDF", "印出来和看见的一样。"), (".DOCX", "还要改几个字的，用 WPS 打开。"), ("收好", "文件不加密，里面有姓名和证件号，用完收好。")),
    )

    def __init__(self, offer: printing.Offer) -> None:
        super().__init__()
        self.offer, self.subject = offer, offer.title

    def body(self) -> ComposeResult:
        folder = Path(found_stick(self.xapp) or Path.home())
        today: dt.date = self.xapp.today()
        yield Paint((head("存成文件", self.offer.title),))
        yield FormRow(Field("存到", self.text("out", str(folder / f"{printing.mark(self.offer)}-{today:%Y%m%d}.PDF"), hint="哪个文件"), width=60, needed=True))

    def on_mount(self) -> None:
        super().on_mount()
        self.say("名字里不要写姓名。Ctrl+S 存。")

    def rail(self) -> Sequence[Line]:
        return [line(("存成文件", "bold")), line(), *rail_block(".PDF", "印出来和看见的一样"), *rail_block(".DOCX", "还要改字的"), line(), *say("文件不加密，用完收好。", "$ink-2")]

    def store(self) -> None:
        path, session, offer = self.place("out"), self.xapp.session, self.offer
        self.begin("存", lambda: printing.keep(session, offer, path), self._kept)

    def _kept(self, made: Printed) -> None:
        more = f"注意：{'、'.join(made.lacking)} 打开看看在不在。" if made.lacking else "文件不加密，用完收好。"
        self.xapp.back(f"{made.title}，存到 {made.file}", more, "done")
