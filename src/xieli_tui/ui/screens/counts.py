"""报个数 and 统计: one sentence of numbers for who asks by telephone, the families each number is made of, and at a desk the numbers of every village.

Rules kept here
- the sentence has no name in it; the families stand on the page behind it, to check oneself, and are no part of what is copied, kept or printed;
- the days stand over the numbers and are changed by one digit; of a desk the numbers are those of that day for ever, and it says so;
- villages stand by their codes: no rate, no order of merit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import ComposeResult

from xieli_tui.casework import about, counting
from xieli_tui.casework.counting import Counted, Number
from xieli_tui.domain.dates import quarter_of
from xieli_tui.errors import XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.filed import Filed, FiledPage, offered
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.quiet_form import QuietForm
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, cell, fit, head, line, rail_block, row, wrap

if TYPE_CHECKING:
    from xieli_tui.desk.statistics import Statistics, VillageNumbers

SPANS: tuple[tuple[str, str], ...] = (("1", "本月"), ("2", "上月"), ("3", "本季"), ("4", "今年"), ("5", "写日子"))


def span_of(digit: int, today: dt.date) -> tuple[str, str]:
    """(first, last) day of a stretch by its digit."""
    month = today.replace(day=1)
    before = month - dt.timedelta(days=1)
    first, last = {1: (month, today), 2: (before.replace(day=1), before), 3: (quarter_of(today).first, today), 4: (today.replace(month=1, day=1), today)}[digit]
    return first.isoformat(), last.isoformat()


class _Numbers(ListPage):
    """Numbers of a stretch of days, counted in a thread."""

    WAYS = tuple((digit, word, "换日子") for digit, word in SPANS)

    def __init__(self, since: str = "", asof: str = "") -> None:
        super().__init__()
        self.since, self.asof = since, asof
        self.busy = False
        self.counted: Any = None

    def count(self) -> Any:
        """What is counted, in a thread. Raises XieliError."""
        raise NotImplementedError

    def days(self) -> tuple[str, str]:
        """The days; this month until the last one is written."""
        return (self.since, self.asof) if self.asof else span_of(1, self.xapp.today())

    def reload(self) -> None:
        if self.counted is not None or not hasattr(self, "found"):
            super().reload()
        if self.counted is None:
            self._begin()  # the numbers of before stand until the new ones are there, and the cursor with them

    def _begin(self) -> None:
        if not self.busy:
            self.busy = True
            self.say("正在数，稍等。")
            self._count()

    @work(thread=True, exclusive=True, exit_on_error=False, group="count")
    def _count(self) -> None:
        try:
            found = self.count()
        except XieliError as error:
            self.app.call_from_thread(self._failed, error)
            return
        self.app.call_from_thread(self._counted, found)

    def _failed(self, error: XieliError) -> None:
        self.busy = False
        if self.is_attached:
            self.complain(error)

    def _counted(self, found: Any) -> None:
        self.busy, self.counted = False, found
        if self.is_attached:
            self.say("")
            super().reload()

    def way(self, digit: int) -> None:
        if digit == 5:
            self.xapp.open(DaysPage(self))
        else:
            self.turn(*span_of(digit, self.xapp.today()))

    def turn(self, since: str, asof: str) -> None:
        """Other days."""
        self.since, self.asof, self.counted = since, asof, None
        self._begin()

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        first, last = self.days()
        return (f"{first} 至 {last}。", "1 本月，2 上月，3 本季，4 今年，5 写日子。") if self.counted is not None else ("正在数，稍等。", "")

    def sentence_rows(self, item: Counted, on: bool) -> Sequence[Line]:
        """A sentence: its title, and where the cursor is all of it."""
        title = counting.SENTENCES[item.id].title
        short = item.sentence.partition("，")[2].removeprefix(about.place(self.xapp.session))
        lines = [row(cell(title, 26, "bold" if on else ""), (fit(short, MAIN - 30).rstrip() if not on else "", "$ink-2"), on=on)]
        return [*lines, *self.opened(item.sentence, most=4)] if on else lines


class CountPage(_Numbers):
    """Every sentence of the days."""

    NAME = "报个数"
    GUIDE = Help(
        "有人来电话要个数，照着念。只有数，没有姓名；Enter 看这个数是哪几户，拷走、存成文件、打印。",
        (("Enter", "是哪几户"), ("1", "本月"), ("2", "上月"), ("3", "本季"), ("4", "今年"), ("5", "写日子"), ("F8", "报表"), ("F1", "帮助"), ("Esc", "返回")),
        (("户和人", "截止那天登记在这里的，往后再数还是这个数。"), ("走访这些", "按走访的那天算，后来补记的也算在那个月。"), ("在册", "镇里、县里定的；村台账登记的另外说。"), ("未遇", "不算见到人。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else item.id

    def count(self) -> list[Counted]:
        return counting.all_of(self.xapp.session, *self.days())

    def sections(self) -> Sequence[Section]:
        first, last = self.days()
        return (Section("报个数", self.counted or (), f"{first} 至 {last}", "正在数，稍等。"),)

    def draw(self, item: Counted, on: bool) -> Sequence[Line]:
        return self.sentence_rows(item, on)

    def chosen(self, item: Counted) -> None:
        self.xapp.open(CountedPage(item))

    def rail(self) -> Sequence[Line]:
        return [line(("报个数", "bold")), line(), *rail_block("照着念", "只有数，没有姓名。"), *rail_block("哪几户", "Enter 看每个数是哪几户，自己核对用。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "哪几户"), ("1-4", "换日子"), ("5", "写日子"), ("F8", "报表"), ("F1", "帮助"), ("Esc", "返回"))


class StatisticsPage(_Numbers):
    """The numbers of a desk: all of it, and every village."""

    NAME = "统计"
    GUIDE = Help(
        "各村和合计的数。按截止那天收到的数据包数，往后再数还是这个数；只看有没有落下，不分先后。",
        (("Enter", "打开"), ("1", "本月"), ("2", "上月"), ("3", "本季"), ("4", "今年"), ("5", "写日子"), ("6", "存成表"), ("F1", "帮助"), ("Esc", "返回")),
        (("一样的数", "截止今天的，今天过完才定下来。那天以后才收到的、改过的、撤回的都不算进去，报出去的数往后对得上。"), ("后来收到的", "命令 xieli county stats --now 照今天手里有的再数一遍。"), ("顺序", "按村的代码，不比谁多谁少。")),
    )
    WAYS = (*_Numbers.WAYS, ("6", "存成表", "各村一行，合计一行"))

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else getattr(item, "village", None) or item.id

    def count(self) -> Statistics:
        from xieli_tui.desk import statistics

        return statistics.statistics(self.xapp.session, *self.days())

    def sections(self) -> Sequence[Section]:
        first, last = self.days()
        found: Statistics | None = self.counted
        columns = line("  ", cell("村", 14, "$ink-3"), *(cell(word, 10, "$ink-3", "r") for word in ("户", "人", "走访", "困难", "申请", "同意")))
        return (
            Section("合计", found.sentences if found is not None else (), f"{first} 至 {last}，{'照到现在收到的，今天还会变' if last == self.xapp.today().isoformat() else '照那天收到的'}", "正在数，稍等。"),
            Section(f"各村  {len(found.villages)} 个" if found is not None else "各村", found.villages if found is not None else (), "按村代码排", "还没有登记村。" if found is not None else "", columns),
        )

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, Counted):
            return self.sentence_rows(item, on)
        return self._village(item, on)

    def _village(self, item: VillageNumbers, on: bool) -> Sequence[Line]:
        many = item.numbers
        shown = (many["households"]["households"], many["households"]["persons"], many["visits"]["visits"], many["flags"]["flags"], many["applications"]["applications"], many["applications"]["granted"])
        lines = [row(cell(words.short_place(item.name), 14, "bold" if on else ""), *(cell(str(number) if number else "", 10, "", "r") for number in shown), on=on)]
        return [*lines, *self.opened(f"{item.village}  未遇 {many['visits']['not_met']} 次，没了结的困难 {many['flags']['open']} 件，没核查的预警 {many['alerts']['open']} 件")] if on else lines

    def chosen(self, item: Any) -> None:
        if isinstance(item, Counted):
            self.xapp.open(CountedPage(item))
        else:
            self.say(f"{words.short_place(item.name)}  {item.village}", "各村的数只在这里看，不分先后。")

    def way(self, digit: int) -> None:
        if digit != 6:
            super().way(digit)
        elif self.counted is None:
            self.say("正在数，稍等。")
        else:
            found: Statistics = self.counted
            self.xapp.open(KeepPage("统计", "xlsx", lambda place: self._keep(found, place)))

    def _keep(self, found: Statistics, place: Path) -> Filed:
        from xieli_tui.desk import statistics

        done = statistics.write(self.xapp.session, found, place)
        return Filed("统计", done.file, (f"{found.since} 至 {found.asof}，{done.rows} 行，最后一行是合计。已记一笔。",))

    def rail(self) -> Sequence[Line]:
        return [line(("统计", "bold")), line(), *rail_block("一样的数", "照截止那天收到的数，往后再数还是这个数。"), *rail_block("顺序", "按村的代码排，不比谁多谁少。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "哪几户"), ("1-5", "换日子"), ("6", "存成表"), ("F8", "报表"), ("F1", "帮助"), ("Esc", "返回"))


class CountedPage(ListPage):
    """One sentence, and the families of each of its numbers."""

    NAME = "这个数"
    WAYS = (("1", "拷走", "整句拷走，贴到别处"), ("2", "存成文件", "只有这一句"), ("3", "打印", "只有这一句"))
    GUIDE = Help(
        "上面是整句，照着念；下面是每个数是哪几户，自己核对用，不要念出去。",
        (("Enter", "开户档"), ("1", "拷走"), ("2", "存成文件"), ("3", "打印"), ("F8", "报表"), ("F1", "帮助"), ("Esc", "返回")),
        (("拷走", "有的窗口拷不走，照着念，或者存成文件。"), ("哪几户", "只列这台电脑上有的户；不在册的人没有户档，不在这里。")),
    )

    def __init__(self, counted: Counted) -> None:
        super().__init__()
        self.counted = counted
        self.subject = counting.SENTENCES[counted.id].title

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else (item[0].key, item[1].id)

    def sections(self) -> Sequence[Section]:
        from xieli_tui.casework import households

        rows = {one.id: one for one in households.list_households(self.xapp.session)}
        said = [line("  ", (piece, "bold")) for piece in wrap(self.counted.sentence, MAIN - 4)]
        parts = [
            Section(f"{one.word}  {one.many}", [(one, rows[home]) for home in one.families if home in rows], f"{len(one.families)} 户") for one in self.counted.parts if one.families
        ]
        return (Section("照着念", said), *parts)

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return "1 拷走，2 存成文件，3 打印。", "下面是哪几户，自己核对用。"

    def draw(self, item: tuple[Number, Any], on: bool) -> Sequence[Line]:
        _, home = item
        return (row(cell(home.head, 12, "bold" if on else ""), cell(words.group_word(home.group), 10, "$ink-2"), cell(words.category_word(home.category), 18, "$ink-2"), cell(f"{home.size} 人", 8, "$ink-2"), on=on),)

    def chosen(self, item: tuple[Number, Any]) -> None:
        from xieli_tui.ui import places

        places.open_dossier(self.xapp, item[1].id)

    def about(self) -> str | None:
        item = self.rows.item
        return item[1].id if isinstance(item, tuple) else None

    def way(self, digit: int) -> None:
        if digit == 1:
            self.app.copy_to_clipboard(self.counted.sentence)
            self.say("拷走了。", "贴不出来就照着念，或者按 2 存成文件。", "done")
        elif digit == 2:
            self.xapp.open(KeepPage("报个数", "txt", self._keep))
        else:
            self.say("正在送到打印机，稍等。")
            self._print()

    def _text(self) -> bytes:
        return f"{self.counted.sentence}\r\n".encode("utf-8-sig")

    def _keep(self, place: Path) -> Filed:
        from xieli_tui.casework import out_file

        done = out_file.write(out_file.free(place), self._text())
        return Filed(self.subject, str(done), (self.counted.sentence,))

    @work(thread=True, exclusive=True, exit_on_error=False, group="print")
    def _print(self) -> None:
        from xieli_tui.casework import papers, printing

        try:
            printing.hand(papers.of(self.xapp.session).write("count", "txt", self._text()), "print")
        except XieliError as error:
            self.app.call_from_thread(self.complain, error)
            return
        self.app.call_from_thread(self.say, "送到打印机了。", "只有这一句。", "done")

    def rail(self) -> Sequence[Line]:
        return [line(("这个数", "bold")), line(), *rail_block("照着念", "上面的整句，没有姓名。"), *rail_block("哪几户", "自己核对用，不要念出去。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "开户档"), ("1", "拷走"), ("2", "存成文件"), ("3", "打印"), ("F1", "帮助"), ("Esc", "返回"))


class DaysPage(QuietForm):
    """The days of the numbers, typed."""

    NAME = "写日子"
    NEEDED: ClassVar[tuple[str, ...]] = ("asof",)
    GUIDE = Help("从哪天起，到哪天止。今年的不用写年份。", (("Ctrl+S", "就数这些天"), ("Tab", "下一格"), ("Esc", "返回")), (("从哪天", "不写就是截止那个月的一号。"),))

    def __init__(self, numbers: _Numbers) -> None:
        super().__init__()
        self.numbers = numbers

    def body(self) -> ComposeResult:
        since, asof = self.numbers.days()
        yield Paint((head("写日子", "从哪天到哪天"),))
        yield FormRow(Field("从哪天", self.text("since", since, hint="不写就是那个月一号"), width=24))
        yield FormRow(Field("到哪天", self.text("asof", asof, hint="例如 12-28"), width=24, needed=True))

    def store(self) -> None:
        self.need("asof")
        first, last = counting.span(self.xapp.session, self.value("since") or None, self.value("asof"))
        self.xapp.back()
        self.numbers.turn(first, last)

    def rail(self) -> Sequence[Line]:
        return [line(("写日子", "bold")), line(), *rail_block("从哪天", "不写就是截止那个月的一号。")]


class KeepPage(QuietForm):
    """Where something is kept as a file."""

    NAME = "存到哪里"
    NEEDED: ClassVar[tuple[str, ...]] = ("out",)
    GUIDE = Help("写到哪个文件，名字自己定。已经有的不覆盖。", (("Ctrl+S", "存"), ("Tab", "下一格"), ("Esc", "返回")), (("收好", "文件不加密，用完收好。"),))

    def __init__(self, title: str, ending: str, keep: Callable[[Path], Filed]) -> None:
        super().__init__()
        self.title_word, self.ending, self.keep = title, ending, keep
        self.subject = title

    def body(self) -> ComposeResult:
        yield Paint((head("存到哪里", self.title_word),))
        yield FormRow(Field("存到", self.text("out", offered(self.xapp, self.title_word, self.ending), hint="哪个文件"), width=60, needed=True))

    def store(self) -> None:
        place, keep = self.place("out"), self.keep
        self.begin("存", lambda: keep(place), self._kept)

    def _kept(self, filed: Filed) -> None:
        self.xapp.back()
        self.xapp.open(FiledPage(filed))

    def rail(self) -> Sequence[Line]:
        return [line(("存到哪里", "bold")), line(), *rail_block("收好", "文件不加密，用完收好。")]
