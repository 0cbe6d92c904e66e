"""Forms of the county's registers: 协理员和经办人员, 服务站(点), 村登记.

Rules kept here
- a person in office is one row per village; a coordinator is who has a source;
- what is left blank in the village's row stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult

from xieli_tui.casework.views import Saved
from xieli_tui.desk import registers as desk
from xieli_tui.desk.registers import AddStaff, SetStation, SetVillage
from xieli_tui.domain.text import whole
from xieli_tui.errors import Refused
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, blank, cell, head, line, rail_block

KEYS: tuple[Key, ...] = (("Tab", "下一格"), ("数字", "选"), ("Ctrl+S", "保存"), ("F2", "队列"), ("F1", "帮助"), ("Esc", "返回"))

OFFICER = "officer"
"""The choice of who is no coordinator."""


class RegisterForm(FormPage):
    """A row of a register."""

    NAME = "名册"
    GUIDE = Help("名册一人一条、一村一条，离任和改动都另起一行，原来的留着。", KEYS, (("回传", "登记好以后 F9 回传，村里只看得到自己的。"),))

    def foot(self) -> Sequence[Key]:
        return KEYS

    def stored(self, result: Saved) -> None:
        self.xapp.back(f"已保存(第{result.seq}条)", "F9 回传以后村里才看得到。", "done")


class StaffPage(RegisterForm):
    """A coordinator or an officer.

    Args:
        village: the village it was opened for, "" when none.
    """

    FORM = "desk.staff"
    NEEDED: ClassVar[tuple[str, ...]] = ("name",)
    FIELDS: ClassVar[Mapping[str, str]] = {"village": "village", "device": "device", "operator": "operator", "since": "since", "until": "until"}
    QUIET = "协理员从哪里来要写，经办人员不写。"

    def __init__(self, village: str = "") -> None:
        super().__init__(village or "new")
        self.village = village
        self.subject = "登记协理员、经办人员"

    def body(self) -> ComposeResult:
        yield Paint((head("登记协理员、经办人员", "一个村一条"), *self.air()))
        yield FormRow(Field("姓名", self.text("name"), width=20, needed=True))
        yield FormRow(Field("管哪村", self.text("village", self.village, fold=True, hint="12 位代码，几个村用顿号分开"), width=50))
        yield FormRow(Field("来源", self.choice("source", (*desk.SOURCES, (OFFICER, "不是协理员")), width=64)))
        yield FormRow(Field("职务", self.text("post", hint="经办人员要写"), width=24), Field("单位", self.text("area", fold=True, hint="不管村的写镇 9 位"), width=24, room=6, before=2))
        yield FormRow(Field("从哪天", self.day("since", self.xapp.today().isoformat()), width=14), Field("到哪天", self.day("until", hint="可以不写"), width=14, room=8, before=3))
        yield FormRow(Field("电话", self.text("phone", fold=True), width=20))
        yield FormRow(Field("电脑", self.text("device", fold=True, hint="登记电脑前八位"), width=20), Field("账号", self.text("operator", fold=True, hint="例如 1"), width=10, room=6, before=2))
        yield Paint((blank(), *[line("  ", cell("已有" if not at else "", 10, "$ink-3"), (one, "$ink-2")) for at, one in enumerate(self._there())]))

    def _there(self) -> list[str]:
        if not self.village:
            return []
        rows = [one for one in desk.list_staff(self.xapp.session, village=self.village) if one.serves]
        return [f"{one.name}  {one.post}  {one.source_word}  {one.since} 起" for one in rows[:3]] or ["这个村还没有登记人"]

    def rail(self) -> Sequence[Line]:
        return [line(("名册", "bold")), line(), *rail_block("这个村", *self._there() or ["先写是哪个村"])]

    def store(self) -> Saved:
        villages = [part for part in re.split(r"[、，,\s]+", self.value("village")) if part]
        source = self.value("source")
        if not source:
            raise Refused("XL-V06", "协理员选一个来源，经办人员选不是协理员", field="source")
        made = desk.add_staff(self.xapp.session, AddStaff(
            self.value("name"), villages, self.value("area") or None, self.value("post") or None, None if source == OFFICER else source, self.value("since") or None,
            self.value("until") or None, self.value("phone") or None, self.value("device") or None, self.value("operator") or None,
        ))
        return made[-1]


class StationPage(RegisterForm):
    """A service station of a village; `station` names one that is there already."""

    FORM = "desk.station"
    NEEDED: ClassVar[tuple[str, ...]] = ("village", "name")

    def __init__(self, village: str = "", station: str = "") -> None:
        super().__init__(f"{village}:{station}" if station else village or "new")
        self.village, self.station = village, station
        self.subject = "改服务站(点)" if station else "登记服务站(点)"

    def body(self) -> ComposeResult:
        held = self.attempt(lambda: desk.list_stations(self.xapp.session, self.village)) or [] if self.station else []
        one = next((each for each in held if each.id == self.station), None)
        name, since, until, phone = (one.name, one.since, one.until, one.phone) if one is not None else ("", self.xapp.today().isoformat(), "", "")
        yield Paint((head("社会救助服务站(点)", "不办了写到哪天" if one is not None else ""), *self.air()))
        yield FormRow(Field("哪个村", self.text("village", self.village, fold=True, hint="12 位代码"), width=20, needed=True))
        yield FormRow(Field("站名", self.text("name", name), width=30, needed=True))
        yield FormRow(Field("从哪天", self.day("since", since), width=14), Field("到哪天", self.day("until", until, hint="可以不写"), width=14, room=8, before=3))
        yield FormRow(Field("电话", self.text("phone", phone, fold=True), width=20))

    def store(self) -> Saved:
        return desk.set_station(self.xapp.session, SetStation(
            self.value("village"), self.value("name"), self.value("since") or None, self.value("until") or None, self.value("phone") or None, self.station or None))


class VillagePage(RegisterForm):
    """What the county says of a village."""

    FORM = "desk.village"
    NEEDED: ClassVar[tuple[str, ...]] = ("village",)
    FIELDS: ClassVar[Mapping[str, str]] = {"start": "start", "local.village.phone": "phone"}
    QUIET = "没写的栏目照旧。"

    def __init__(self, village: str = "") -> None:
        super().__init__(village or "new")
        self.village = village
        self.subject = "登记村(社区)"

    def body(self) -> ComposeResult:
        yield Paint((head("登记村(社区)", "没写的照旧"), *self.air()))
        yield FormRow(Field("代码", self.text("village", self.village, fold=True, hint="12 位"), width=20, needed=True))
        yield FormRow(Field("村名", self.text("name", hint="第一次要写"), width=24))
        yield FormRow(Field("公示栏", self.text("boards", hint="在哪里，几处用顿号分开"), width=50))
        yield FormRow(Field("电话", self.text("phone", fold=True), width=20), Field("救助对象", self.text("recipients", fold=True, hint="不写按在册的数"), width=18, room=10, before=2, after=" 人"))
        yield FormRow(Field("从哪天", self.day("start", self.xapp.today().isoformat()), width=14))

    def store(self) -> Saved:
        boards = [part for part in re.split(r"[、，,]+", self.value("boards")) if part.strip()]
        count = whole(self.value("recipients"))
        if count is None and self.value("recipients"):
            raise Refused("XL-V11", "写人数", field="recipients")
        return desk.set_village(self.xapp.session, SetVillage(
            self.value("village"), self.value("start") or None, self.value("name") or None, boards or None, self.value("phone") or None, count))
