"""预警: what the county asks the village to look at; verified by a visit, then one of the ways its class leaves open.

Rules kept here
- 先走访，后处置: an alert no visit answers yet opens the visit, one that is verified opens its disposition (003:(七));
- a line that matched nobody stays on the list as 未匹配 with the families it may mean; nobody is matched by guess, `3` lets a person say who it is;
- a list comes in (or goes out, at a desk) by `1`, its answers go back by `2`;
- what a way asks for and what follows from it stand beside it before anything is saved;
- at a desk the page is a list to read: villages answer, the desk's own word is given from its queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events, on
from textual.app import ComposeResult

from xieli_tui.casework import alerts as verb
from xieli_tui.casework.alerts import AlertView
from xieli_tui.casework.views import HouseholdRow, Saved
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Offer, Page
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block, row, say, under
from xieli_tui.ui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Mapping

ASKED = {"kind": ("apply", "told", "refer"), "answer": ("told",), "reason": ("told",), "department": ("refer",), "note": ("note", "refer")}
"""Entry of the disposition form -> the things a way may ask that need it."""


class AlertsPage(Page):
    """Alerts, open ones by their day, then those disposed of."""

    NAME = "预警"
    GUIDE = Help(
        "县里比对出来、请村里去看看的。先走访核实，再写怎么处置。",
        (("Enter", "走访，或者写处置"), ("1", "收名单"), ("2", "反馈表"), ("3", "认人"), ("F4", "走访"), ("F2", "今日"), ("Esc", "返回")),
        (("先走访", "没有见到人的走访不算核实。"), ("未匹配", "名单上的人没有对上。按 3 认是哪一家，或者写情况不实。"),
         ("可能不再符合", "只核实情况。停不停由镇、县按规定定，不会自动停。"), ("处置", "每一类只有规定的几种写法，选好后自动带出下一步。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.found: tuple[AlertView, ...] = ()

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: isinstance(item, AlertView), key=lambda item: getattr(item, "id", None) or id(item), id="alerts")
        yield self.rows

    def reload(self) -> None:
        self.found = tuple(self.attempt(lambda: verb.list_alerts(self.xapp.session)) or ())
        self._lay()
        self.rows.focus()
        left = sum(1 for one in self.found if not one.answered)
        self.stand(f"{left} 条还没有处置。" if left else "没有要处置的预警。", "先走访核实，再写处置。" if left else "")

    def _lay(self) -> None:
        still = [one for one in self.found if not one.answered]
        done = sorted((one for one in self.found if one.answered), key=lambda one: (one.answered_on, one.id), reverse=True)
        items: list[Any] = [head(f"待处置  {len(still)} 条" if still else "待处置", "离期限近的在上"), *self.air(), *still]
        if not still:
            items.append(line("  ", ("没有。县里发来的会自己到这里。", "$ink-2")))
        if done:
            items += [blank(), *self.air(), head(f"已处置  {len(done)} 条"), *self.air(), *done]
        self.rows.show(items)

    def refresh_body(self) -> None:
        if self.is_mounted:
            self._lay()

    # -- drawing ----------------------------------------------------------------------------------
    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        if not isinstance(item, AlertView):
            return (item,)
        when, style = words.due_word(item.due, "overdue" if item.overdue else "", self.xapp.today()) if not item.answered else (words.short_day(item.answered_on, self.xapp.today()), "$ink-2")
        who = item.head or item.given or "未匹配"
        text = item.text if item.head else f"未匹配，{item.text}"
        act = item.answered_label if item.answered else self._act(item)[1]
        lines = [row(
            cell(who, 10, "bold" if on else "" if item.head else "$warning"), cell(item.cls_label, 15), cell(when or "没有期限", 15, style), cell(words.gist(text, 21), 21, "" if on else "$ink-2"),
            " ", cell(act, 12, "bold $primary" if on and not item.answered else "$ink-2"), on=on,
        )]
        if on and not self.big:
            person = f"{item.who}：" if item.who and item.who != item.head else ""
            lines.append(under(f"{person}{item.text}{_money(item)}", 4))
            if item.note:
                lines.append(under(f"处置时写的：{item.note}", 4))
            if item.source == "list":
                lines.append(under(f"村里自己收的名单{f'，{item.number}' if item.number else ''}", 4))
        return lines

    @staticmethod
    def _act(item: AlertView) -> tuple[str, str]:
        """(what Enter does, its word): visit | dispose."""
        if not item.head:
            return "dispose", "认人、处置"
        if item.visit:
            return "dispose", "写处置"
        return "visit", "走访核实"

    def rail(self) -> Sequence[Line]:
        item = self.rows.item if self.is_mounted else None
        if not isinstance(item, AlertView):
            return [line(("预警", "bold")), line(), *say("没有要处置的。")]
        out = [line((item.head or "未匹配", "bold"), (f"  {item.who or item.given}" if (item.who or item.given) not in ("", item.head) else "", "$ink-3")), line(), *rail_block(item.cls_label, f"{item.text}{_money(item)}")]
        if item.source == "list":
            out += rail_block("名单", "村里自己收的", item.number)
        out += rail_block("哪天来的", words.short_day(item.on, self.xapp.today()))
        if item.answered:
            return [*out, *rail_block("已处置", item.answered_label, item.note)]
        if not item.head:
            near = self.attempt(lambda: verb.likely(self.xapp.session, item.id)) or ()
            out += rail_block("可能是", *[f"{one.head} {words.group_word(one.group)} {one.birth_year}" for one in near[:4]] or ["名单里没有像的"])
        out.append(line(("可以怎么处置", "$ink-3")))
        for _, word, follows in item.ways:
            out += [line((word, "bold")), *say(follows, "$ink-2", indent="  ")]
        return out

    @on(RowList.Moved)
    def _moved(self) -> None:
        self.query_one("#rail-text", Paint).show(lambda _width: self._rail_lines())
        self.query_one("#keys", Paint).show(self._keys)  # an unmatched row has a key of its own

    def foot(self) -> Sequence[Key]:
        if self.xapp.session.role != "village":
            return (("Enter", "开户档"), ("1", "发名单"), ("2", "反馈表"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))
        item = self.rows.item if self.is_mounted else None
        unmatched = isinstance(item, AlertView) and not item.head and not item.answered
        return (("Enter", "办这条"), ("1", "收名单"), ("2", "反馈表"), ("3", "认人") if unmatched else ("F4", "走访"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    # -- acting -----------------------------------------------------------------------------------
    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        if digit in (1, 2, 3):
            event.stop()
            self.way(digit)

    def way(self, digit: int) -> None:
        """1 a list, 2 its feedback, 3 whose an unmatched row is."""
        from xieli_tui.ui.screens import alert_lists

        item = self.rows.item
        if digit == 1:
            self.xapp.open(alert_lists.AlertListPage() if self.xapp.session.role == "village" else alert_lists.IssueListPage())
        elif digit == 2:
            self.xapp.open(alert_lists.AlertFeedbackPage())
        elif self.xapp.session.role != "village":
            self.say("名单上的人是哪一家，由村里来认。")
        elif isinstance(item, AlertView) and not item.answered and (not item.head or item.source == "list"):
            alert_lists.open_match(self.xapp, item.id)
        else:
            self.say("先选一条未匹配的。")

    def commands(self) -> Sequence[Offer]:
        """A desk issues from here; a village answers."""
        lists = (("收名单" if self.xapp.session.role == "village" else "发名单", "预警、疑点名单(Excel)，先看一遍", lambda _app: self.way(1), "1"), ("反馈表", "核查结果填回来表", lambda _app: self.way(2), "2"))
        if self.xapp.session.role == "village":
            return (*lists, ("认人", "未匹配的一条是哪一家", lambda _app: self.way(3), "3"))
        from xieli_tui.ui import desk_ways

        household = self.about()
        again = (("再发一条", "请村里再去看这一家", lambda app: desk_ways.open_alert_issue(app, household), ""),) if household else ()
        return (*lists, *again, ("按指标看一遍", "哪几家要请村里走访", desk_ways.open_list("scan"), ""))

    def about(self) -> str | None:
        item = self.rows.item
        return item.household or None if isinstance(item, AlertView) else None

    def go_here(self, place: str) -> bool:
        from xieli_tui.ui import places

        item = self.rows.item
        if place == "visit" and isinstance(item, AlertView) and item.household and not item.answered:
            places.open_visit(self.xapp, item.household, "alert_answer", item.id)
            return True
        return place == "alerts"

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        from xieli_tui.ui import places

        item = event.item
        if not isinstance(item, AlertView):
            return
        if item.answered or self.xapp.session.role != "village":
            if item.household:
                places.open_dossier(self.xapp, item.household)
            else:
                self.say("名单上的人没有对上哪一户。")
        elif self._act(item)[0] == "visit":
            places.open_visit(self.xapp, item.household, "alert_answer", item.id)
        else:
            self.xapp.open(DisposePage(item))


class DisposePage(FormPage):
    """How one alert was disposed of.

    Args:
        alert: the alert, verified by a visit or matched to nobody.
    """

    NAME = "处置"
    FORM = "dispose"
    doing = "alert"
    FIELDS: ClassVar[Mapping[str, str]] = {"kind": "kind", "disposition": "disposition", "visit": "disposition"}
    QUIET = "按数字选一种处置。"
    GUIDE = Help(
        "核实以后写怎么处置。选好一种，要填的几格自己出来，下一步的单子一起做好。",
        (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("Ctrl+N", "丢掉草稿"), ("F1", "帮助"), ("Esc", "返回")),
        (("落实政策", "起草申请，协助填写。"), ("告知", "记下本人愿意不愿意；不愿申请要写原因。"), ("转介", "每个部门一张转介单，等反馈。")),
    )

    def __init__(self, alert: AlertView) -> None:
        super().__init__(alert.id)
        self.alert = alert
        self.subject = alert.head or "未匹配"
        self.near: tuple[HouseholdRow, ...] = ()

    def body(self) -> ComposeResult:
        alert = self.alert
        if not alert.household:
            self.near = tuple(self.attempt(lambda: verb.likely(self.xapp.session, alert.id)) or ())[:4]
        yield Paint(lambda _width: (head(alert.cls_label, f"{words.short_day(alert.on, self.xapp.today())} 来的"), *[line("  ", piece) for piece in _wrapped(alert.text)], blank()))
        yield FormRow(Field("怎么处置", self.choice("disposition", [(ident, word) for ident, word, _ in alert.ways], width=64)))
        yield Paint(self._follows, id="follows")
        if not alert.household:
            options = [(one.id, f"{one.head} {words.group_word(one.group)} {one.birth_year}") for one in self.near]
            yield FormRow(Field("哪一户", self.choice("household", options, width=64)), id="row-household") if options else Paint(
                (line("  ", ("名单里没有像的。人确实在村里，先 F3 建户档；不在，就写情况不实。", "$ink-2")),))
        yield FormRow(Field("哪种救助", self.listed("kind", codes.choices("kind_name"), hint="数字、拼音头字母或汉字"), width=40), id="row-kind")
        yield FormRow(Field("本人说", self.choice("answer", codes.choices("answer"), width=64)), id="row-answer")
        yield FormRow(Field("原因", self.text("reason", hint="本人不愿申请时要写"), width=64), id="row-reason")
        yield FormRow(Field("转给谁", self.listed("department", [(ident, word) for ident, word in codes.choices("department") if ident not in verb.NOT_ASKED], vocab="department", hint="数字、拼音头字母或汉字"), width=40), id="row-department")
        yield FormRow(Field("看到什么", self.text("note"), width=64), id="row-note")

    def on_mount(self) -> None:
        super().on_mount()
        self._show()

    def changed(self) -> None:
        self._show()

    def _way(self) -> verb.Way | None:
        chosen = self.value("disposition")
        return next((way for way in verb.WAYS.get(self.alert.cls, ()) if way.disposition == chosen), None)

    def _show(self) -> None:
        """Only what the chosen way asks for."""
        way = self._way()
        for name, asked in ASKED.items():
            self.query_one(f"#row-{name}").display = way is not None and bool(way.asks & set(asked))
        self.query_one("#follows", Paint).show(self._follows)

    def _follows(self, _width: int) -> Sequence[Line]:
        way = self._way()
        return (line(" " * 12, (f"接下来：{way.follows}" if way else "选好以后，要填的几格会出来", "$ink-3")), blank())

    def rail(self) -> Sequence[Line]:
        out = [line((self.alert.cls_label, "bold")), line(), *say(self.alert.text), line()]
        for _, word, follows in self.alert.ways:
            out += [line((word, "bold")), *say(follows, "$ink-2", indent="  ")]
        return out

    def foot(self) -> Sequence[Key]:
        return (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.alert.household or None

    def store(self) -> Saved:
        way = self._way()
        asks: frozenset[str] = way.asks if way else frozenset()

        def given(name: str) -> str:
            return self.value(name) if asks & set(ASKED[name]) else ""

        return verb.answer(self.xapp.session, verb.AnswerAlert(
            alert=self.alert.id, disposition=self.value("disposition"), note=given("note") or None, kinds=(given("kind"),) if given("kind") else (), answer=given("answer") or None,
            reason=given("reason") or None, departments=(given("department"),) if given("department") else (),
            household=(self.value("household") or None) if "household" in self.entries else None,
        ))

    def stored(self, result: Saved) -> None:
        made = result.more.get("follow", ())
        tail = "，下一步的单子已做好" if made else ""
        self.xapp.back(f"已保存(第{result.seq}条){tail}", tone="done")


def _money(item: AlertView) -> str:
    return f"，{format_fen(item.amount)} 元" if item.amount is not None else ""


def _wrapped(text: str) -> list[str]:
    from xieli_tui.ui.widgets.paint import wrap

    return wrap(text, 72)[:3]
