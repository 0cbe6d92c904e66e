"""当地规定: what the county set and what holds today; at the county desk also what is not set yet, and the form to set it.

Rules kept here
- a village and a township read; only the county sets, checked by the verb and never by the screen;
- what nobody set says so and stays unset: no amount is ever proposed;
- a row is never overwritten: a later day takes over, the same day only with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult

from xieli_tui.casework import local_words
from xieli_tui.casework.local_words import LocalWord
from xieli_tui.casework.views import Saved
from xieli_tui.desk import lint as desk_lint
from xieli_tui.desk import local_check
from xieli_tui.desk.parameters import SetLocal, set_local
from xieli_tui.errors import XieliError
from xieli_tui.policy import facts, local, local_needs
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, head, line, rail_block, row, say, under, wrap
from xieli_tui.ui.widgets.row_list import RowList

REGISTERS = frozenset({"village", "service_bodies"})
"""Keys that have forms of their own."""
HINTS = {
    "money": "元，例如 735 或 735.50", "ratio": "例如 0.6", "count": "写数字", "flag": "写 是 或 否", "spec": "例如 10 天，或 10 个工作日",
    "specs": "例如 10 天；分类别定的，照文件粘贴", "words": "几项用顿号分开",
}
"""Type of a parameter -> how it is written."""
EXAMPLES = {
    "hotline": "例如 12349", "phones": "一个电话；分镇、分部门的，照文件粘贴", "notice_days": "例如 7 天，或 5 个工作日", "dibao_mode": "写 差额 或 分档",
    "half_year_condition": "写 任一 或 同时",
}
TABLE = "一张表，照写好的文件粘贴"


@dataclass(frozen=True, slots=True)
class Unset:
    """A parameter nobody set: its key, what it is, the rules that wait for it."""

    key: str
    word: str
    rules: tuple[str, ...]


def hint_of(key: str) -> str:
    """How the value of a parameter is written."""
    return EXAMPLES.get(key) or HINTS.get(facts.FIELDS["local"].get(key, "any"), TABLE)


class LocalPage(Page):
    """The list: what is in force, then, at the county, what is not set."""

    NAME = "当地规定"
    GUIDE = Help(
        "县里定的标准、上限、时限和电话。没有定的，谁也不能替县里定。",
        (("Enter", "县里：定这一个"), ("上下", "选"), ("F2", "回首页"), ("F1", "帮助"), ("Esc", "返回")),
        (("哪天起", "新的一行到那天就接上，旧的留在记录里。"), ("城市、农村", "分开定的分开列。"), ("没有定", "用得着它的规则会说还缺，不会猜一个。")),
    )

    def __init__(self) -> None:
        super().__init__()
        self.set: tuple[LocalWord, ...] = ()
        self.unset: tuple[Unset, ...] = ()

    def body(self) -> ComposeResult:
        self.rows = RowList(
            self._draw, (), chosen=lambda item: isinstance(item, (LocalWord, Unset)),
            key=lambda item: (item.key, getattr(item, "scope", "")) if isinstance(item, (LocalWord, Unset)) else id(item), id="local",
        )
        yield self.rows

    @property
    def county(self) -> bool:
        return self.xapp.session.role == "county"

    def reload(self) -> None:
        self.set = tuple(self.attempt(lambda: local_words.in_force(self.xapp.session)) or ())
        held = {one.key for one in self.set}
        waiting = (self.attempt(lambda: desk_lint.waiting(self.xapp.session)) or {}) if self.county else {}
        self.unset = tuple(
            Unset(key, word.partition(" ")[0], waiting.get(key, ())) for key, word, _ in local.CATALOGUE
            if key not in held and key not in REGISTERS and key not in local_words.QUIET | {"reserve_balance"}
        ) if self.county else ()
        self._lay()
        self.rows.focus()
        self.stand(f"今天在用的 {len(self.set)} 项。", "Enter 定一个。" if self.county else "县里定的，这里只看。")

    def _lay(self) -> None:
        items: list[Any] = [head(f"今天在用  {len(self.set)} 项", "" if self.county else "县里定的，只看"), *self.air(), *self.set]
        if not self.set:
            items.append(line("  ", ("县里还没有给出当地的标准、期限和电话。", "$ink-2")))
        if self.unset:
            items += [blank(), *self.air(), head(f"还没有定  {len(self.unset)} 项", "没有定就没有，不会猜"), *self.air(), *self.unset]
        self.rows.show(items)

    def refresh_body(self) -> None:
        if self.is_mounted:
            self._lay()

    def _draw(self, item: Any, on_: bool) -> Sequence[Line]:
        if isinstance(item, Unset):
            return (row(cell(item.word, 34, "bold" if on_ else "$ink-2"), cell(f"等着用：{'、'.join(item.rules[:4])}" if item.rules else "", 40, "$ink-3"), on=on_),)
        if not isinstance(item, LocalWord):
            return (item,)
        name = f"{item.word}({item.scope})" if item.scope else item.word
        pieces = wrap(item.text, 32) or [""]
        lines = [row(cell(name, 28, "bold" if on_ else ""), cell(pieces[0], 33), cell(f"{item.since} 起", 13, "$ink-3"), on=on_)]
        return [*lines, *[under(piece, 28) for piece in pieces[1:]]] if on_ else lines

    def rail(self) -> Sequence[Line]:
        item = self.rows.item if self.is_mounted else None
        if isinstance(item, Unset):
            return [line((item.word, "bold")), line(), *say("还没有定。没有定就没有，不会猜一个。"), line(), *rail_block("等着用的规则", "、".join(item.rules) or "没有")]
        if isinstance(item, LocalWord):
            rules = local_needs.READ_BY.get(item.key, ()) + local_needs.BESIDE.get(item.key, ())
            return [line((item.word, "bold")), line(), *say(item.text), line(), *rail_block("从哪天", item.since), *rail_block("管哪里", item.scope or "都管"),
                    *rail_block("用它的规则", "、".join(rules) or "没有")]
        return []

    @on(RowList.Moved)
    def _moved(self) -> None:
        self.query_one("#rail-text", Paint).show(lambda _width: self._rail_lines())

    def foot(self) -> Sequence[Key]:
        act = ("Enter", "定这一个") if self.county else ("F3", "收件" if self.xapp.session.role == "township" else "住户")
        return (act, ("上下", "选"), ("F9", "报送" if self.xapp.session.role == "village" else "回传"), ("F2", "今日" if self.xapp.session.role == "village" else "队列"), ("F1", "帮助"), ("Esc", "返回"))

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        if not isinstance(event.item, (LocalWord, Unset)):
            return
        if self.county:
            self.xapp.open(LocalSetPage(event.item.key))
        else:
            self.say("县里定的，这里只看。")


class LocalSetPage(FormPage):
    """One parameter: value, from when, where.

    Args:
        key: the parameter.
    """

    NAME = "定参数"
    FORM = "desk.local"
    NEEDED: ClassVar[tuple[str, ...]] = ("value", "start")
    FIELDS: ClassVar[Mapping[str, str]] = {"value": "value", "start": "start", "end": "end", "area": "area", "reason": "reason"}
    QUIET = "按文件上的数填，不要估。"
    GUIDE = Help(
        "一项一项定，哪天起、管哪里写清楚。",
        (("Tab", "下一格"), ("数字", "选"), ("Ctrl+S", "保存"), ("Ctrl+N", "丢掉草稿"), ("F1", "帮助"), ("Esc", "返回")),
        (("同一天", "同一天起已经有一行，要改写就选改写，写明原因；原来的留在记录里。"), ("到哪天", "不写就到下一次改为止。"), ("回传", "定好以后 F9 回传，村里才看得到。")),
    )

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.subject = local_check.WORDS.get(key, key).partition(" ")[0]

    def body(self) -> ComposeResult:
        unit = local_check.UNITS.get(self.key, "")
        yield Paint((head(self.subject, "只按文件上的数"), *self.air()))
        yield FormRow(Field("值", self.text("value"), width=56, after=f" {unit}" if unit else "", needed=True))
        yield Paint((line(" " * 12, (hint_of(self.key), "$ink-3")),))
        yield FormRow(
            Field("从哪天", self.day("start"), width=14, needed=True), Field("到哪天", self.day("end", hint="可以不写"), width=14, room=8, before=3),
        )
        yield FormRow(Field("管哪里", self.choice("scope", (("all", "全县"), ("urban", "城市"), ("rural", "农村"), ("code", "一个镇或村")), chosen=("all",))))
        yield FormRow(Field("代码", self.text("area", fold=True, hint="一个镇 9 位，一个村 12 位"), width=30))
        yield FormRow(Field("同一天", self.choice("replace", (("no", "另起一行"), ("yes", "改写那一行")), chosen=("no",))))
        yield FormRow(Field("原因", self.text("reason", hint="改写才要写"), width=56))
        yield Paint((blank(), *[line("  ", cell("现在" if not at else "", 10, "$ink-3"), (piece, "$ink-2")) for at, piece in enumerate(self._now())]))

    def _now(self) -> list[str]:
        held = [one for one in local_words.in_force(self.xapp.session) if one.key == self.key]
        return [piece for one in held for piece in wrap(f"{one.scope or '全县'} {one.text}，{one.since} 起", MAIN - 14)][:3] or ["还没有定"]

    def rail(self) -> Sequence[Line]:
        rules = local_needs.READ_BY.get(self.key, ()) + local_needs.BESIDE.get(self.key, ())
        return [line((self.subject, "bold")), line(), *rail_block("用它的规则", "、".join(rules) or "没有"), *rail_block("怎么写", hint_of(self.key) or "按文件写")]

    def foot(self) -> Sequence[Key]:
        return (("Tab", "下一格"), ("数字", "选"), ("Ctrl+S", "保存"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))

    def store(self) -> Saved:
        scope = self.value("scope")
        return set_local(self.xapp.session, SetLocal(
            self.key, self.value("value"), self.value("start"), self.value("end") or None,
            self.value("area") if scope == "code" else scope if scope in local_check.AREA_WORDS else None,
            self.value("replace") == "yes", self.value("reason") or None,
        ))

    def refuse(self, error: XieliError) -> None:
        """A wrong value is named by the path inside it; on the page that is the value's own entry."""
        if error.field and error.field.startswith("local."):
            error.field = "start" if (error.code == "XL-Q06" and "重叠" in error.what) or "同一天" in error.what else "value"
        super().refuse(error)

    def stored(self, result: Saved) -> None:
        self.xapp.back(f"已保存(第{result.seq}条)", "F9 回传以后村里才看得到。", "done")
