"""登记电脑: the computers of the villages and townships, and how a new one is registered (design 05, 09).

Rules kept here
- the 20 digits of the new computer stand alone on a page after it was registered: they are read aloud and compared, nobody has to catch them in passing;
- the passphrase of the root key never reaches a draft;
- until its first bundle a computer is 待首次上报; Enter says whom to telephone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult

from xieli_tui.casework import contacts
from xieli_tui.casework.views import Saved
from xieli_tui.desk import enrolment, people
from xieli_tui.desk.enrolment import Enrolled
from xieli_tui.errors import Refused, XieliError
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.desk_form import KEYS, SPLIT, DeskForm
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.screens.stop_device import StopPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, blank, cell, head, line, rail_block, row, say, wrap

OF_CODE: Mapping[str, str] = {"XL-K08": "code", "XL-K09": "root", "XL-K11": "passphrase", "XL-L08": "root", "XL-F05": "out", "XL-F07": "out", "XL-F08": "out", "XL-F02": "out", "XL-F03": "out"}
"""Errors that name no field -> the entry they are about."""


class DevicesPage(ListPage):
    """Registered computers."""

    NAME = "登记电脑"
    WAYS = (("1", "登记一台", "对方给登记码，这里写出登记文件"), ("2", "停用", "光标上的那一台，丢了、坏了、不该再用"))
    GUIDE = Help(
        "登记过的电脑：哪个村的，谁在用，最近一包哪天到的。",
        (("Enter", "打电话"), ("1", "登记一台"), ("2", "停用"), ("上下", "选"), ("F1", "帮助"), ("Esc", "返回")),
        (("待首次上报", "登记了还没来过数据包。问一问登记文件导入了没有。"), ("丢了、坏了", "马上按 2 停用那一台，问两遍才停。"), ("两份历史", "同一台电脑有两份记录，停收的由信息人员定哪一份。"), ("换电脑", "新的一台另登记，旧的写停用。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else item.dev

    def sections(self) -> Sequence[Section]:
        found = enrolment.devices(self.xapp.session)
        self.names = people.villages(self.xapp.session)
        villages = [one for one in found if one.role != "township"]
        towns = [one for one in found if one.role == "township"]
        return (
            Section(f"村里的  {len(villages)} 台" if villages else "村里的", villages, "", "还没有登记。按 1 登记。"),
            Section(f"镇(街道)的  {len(towns)} 台", towns),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        quiet = sum(1 for part in sections for one in part.items if not one.heard and not one.revoked)
        return (f"{quiet} 台还没来过数据包。", "Enter 看电话，问一问。") if quiet else ("都来过数据包。", "")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        day = self.xapp.today()
        where = "、".join(words.short_place(name) for name in item.names) or f"镇 {item.area}"
        state, style = ("停用", "$error") if item.revoked else ("两份历史，停收", "$error") if item.frozen else ("待首次上报", "$warning") if not item.heard else (f"最近一包 {words.short_day(item.last_bundle, day)}", "$ink-2")
        lines = [row(cell(where, 24, "bold" if on else ""), cell("、".join(item.operators), 16, "$ink-2"), cell(f"{words.short_day(item.enrolled, day)} 登记", 14, "$ink-3"), cell(state, 20, style), on=on)]
        return [*lines, *self.opened(f"电脑编号 {item.dev[:4].upper()} {item.dev[4:8].upper()}  {'、'.join(item.villages)}")] if on else lines

    def chosen(self, item: Any) -> None:
        village = item.villages[0] if item.villages else item.area
        found = self.attempt(lambda: contacts.look(self.xapp.session, village))
        number = (found.office or found.urgent) if found is not None else ""
        self.say(f"{'、'.join(item.operators)}  {number}" if number else "没有登记这里的电话。", "" if number else "在名册、当地规定里写上。")

    def way(self, digit: int) -> None:
        if self.xapp.session.role != "county":
            self.say("由县级登记、停用，镇里只看。")
        elif digit == 1:
            self.xapp.open(EnrolPage())
        elif self.rows.item is None or isinstance(self.rows.item, Line):
            self.say("先把光标移到那一台上。")
        elif self.rows.item.revoked:
            self.say("这一台停用过了。", "要改停在哪一条，告诉信息人员。")
        else:
            self.xapp.open(StopPage(self.rows.item.dev))

    def rail(self) -> Sequence[Line]:
        return [line(("登记电脑", "bold")), line(), *rail_block("丢了、坏了", "马上按 2 停用那一台。"), *rail_block("待首次上报", "问一问登记文件导入了没有。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "电话"), ("1", "登记一台"), ("2", "停用"), ("上下", "选"), ("F1", "帮助"), ("Esc", "返回"))


class EnrolPage(DeskForm):
    """A computer registered, its file written."""

    NAME = "登记一台电脑"
    FORM = "desk.enrol"
    NEEDED: ClassVar[tuple[str, ...]] = ("code", "operator", "role", "out")
    FIELDS: ClassVar[dict[str, str]] = {"code": "code", "village": "village", "area": "area", "operator": "operator", "out": "out", "role": "role"}
    QUIET = "登记码在对方电脑上看得到，也可以是他给的文件。"
    GUIDE = Help(
        "对方在自己电脑上看到登记码。这里写上登记码、哪个村、谁用，写出登记文件，带回去导入。", KEYS,
        (("当面", "看清是谁，登记完把 20 位数字和他的屏幕念一遍，一样才行。"), ("村", "写 代码=村名，几个村用顿号分开，如 999999001001=石桥村。"),
         ("镇(街道)", "要插上保管根密码的盘，输入它的口令。村里的不用。"), ("写到哪里", "U盘上的文件夹。"), ("换过钥匙", "只对换过的电脑问。从旧备份恢复、新钥匙没有了的，选新的没有了，先看清是谁。")),
    )

    def __init__(self) -> None:
        super().__init__("new")

    def body(self) -> ComposeResult:
        yield Paint((head("登记一台电脑", "先看清是谁"), *self.air()))
        yield FormRow(Field("登记码", self.text("code", hint="XE1- 开头的一串，或者存着它的文件"), width=64, needed=True))
        yield FormRow(Field("谁用", self.text("operator", hint="姓名"), width=20, needed=True))
        yield FormRow(Field("哪里的", self.choice("role", (("village", "村"), ("township", "镇(街道)")), gap=2, chosen=("village",)), needed=True))
        yield FormRow(Field("哪个村", self.text("village", hint="代码=村名，几个用顿号分开"), width=60), id="row-village")
        yield FormRow(Field("哪个镇", self.text("area", fold=True, hint="9 位代码"), width=20), id="row-area")
        yield FormRow(Field("写到哪里", self.text("out", hint="U盘上的文件夹"), width=60, needed=True))
        yield FormRow(Field("换过钥匙", self.choice("key", (("keep", "还用最新的"), ("lost", "新的没有了")), gap=2, chosen=("keep",))), id="row-key")
        yield FormRow(Field("根密码盘", self.text("root", hint="在哪个文件夹"), width=30), Field("口令", self.text("passphrase", secret=True), width=20, room=6, before=2), id="row-root")

    def on_mount(self) -> None:
        super().on_mount()
        self._show()

    def changed(self) -> None:
        self._show()

    def _show(self) -> None:
        town = self.value("role") == "township"
        newer = not town and enrolment.has_newer_key(self.xapp.session, self.value("code"))
        for name, shown in (("village", not town), ("area", town), ("root", town), ("key", newer)):
            self.query_one(f"#row-{name}").display = shown

    def values(self) -> dict[str, Any]:
        """What a draft may keep: everything but the passphrase."""
        kept = super().values()
        kept.pop("passphrase", None)
        return kept

    def refuse(self, error: XieliError) -> None:
        error.field = error.field or OF_CODE.get(error.code)
        super().refuse(error)

    def rail(self) -> Sequence[Line]:
        return [line(("登记电脑", "bold")), line(), *rail_block("当面", "看清是谁，登记完把 20 位数字和他的屏幕念一遍。"), *rail_block("镇(街道)", "要插上保管根密码的盘。村里的不用。")]

    def store(self) -> Saved:
        names: dict[str, str] = {}
        codes: list[str] = []
        town = self.value("role") == "township"
        for part in SPLIT.split(self.value("village")) if not town else ():
            number, _, called = part.partition("=")
            if number:
                codes.append(number)
                names.update({number: called} if called else {})
        if not town and not codes:
            raise Refused("XL-V06", field="village")
        root = self.value("root") if town else ""
        if town and not root:
            raise Refused("XL-V06", "镇(街道)的要插上保管根密码的盘", field="root")
        made = enrolment.enrol_device(self.xapp.session, enrolment.EnrolDevice(
            self.value("code"), tuple(codes), self.value("operator"), Path(self.value("out")).expanduser(), role=self.value("role"), area=self.value("area") or None if town else None,
            root=Path(root).expanduser() if root else None, names=names, key_lost=not town and self.value("key") == "lost",
        ), root_passphrase=self.value("passphrase") or None)
        return Saved(made.dev, 0, "enrolled", more={"made": made})

    def stored(self, result: Saved) -> None:
        app, made = self.xapp, result.more["made"]
        app.back("登记好了。", "20 位数字和对方核对。", tone="done")
        app.call_after_refresh(app.open, EnrolledPage(made))


class EnrolledPage(Page):
    """The 20 digits to read aloud, and where the file lies."""

    NAME = "核对 20 位数字"
    GUIDE = Help("把这 20 位数字和对方的屏幕念一遍，一样才把登记文件给他。", (("Esc", "返回"),), (("不一样", "文件不要给，找信息人员。"), ("文件", "给他带回去，在报送那一页导入。")))

    def __init__(self, made: Enrolled) -> None:
        super().__init__()
        self.made = made
        self.subject = "登记好了"

    def body(self) -> ComposeResult:
        yield Paint((
            head("和对方的屏幕念一遍，一样才行"), blank(), line("      ", (self.made.fingerprint, "bold $primary")), blank(), head("登记文件写在这里"), blank(),
            *[line("  ", piece) for piece in wrap(self.made.file, MAIN - 4)], blank(), line("  ", ("带回去，在报送那一页导入，就能报送了。", "$ink-2")),
            *([line("  ", ("这台电脑换过钥匙，登记的是最新的那把。", "$ink-2"))] if self.made.newer else []),
        ))

    def on_mount(self) -> None:
        super().on_mount()
        self.say("念一遍，一样才把文件给他。")

    def rail(self) -> Sequence[Line]:
        return [line(("不一样", "bold")), line(), *say("文件不要给，找信息人员。")]

    def foot(self) -> Sequence[Key]:
        return (("F2", "队列"), ("F9", "回传"), ("F3", "收件"), ("Ctrl+L", "锁屏"), ("F1", "帮助"), ("Esc", "返回"))
