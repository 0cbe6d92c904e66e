"""Lists a village looks things up in: 长期公示名单, 遇到过的人, 政策文件.

Rules kept here
- 长期公示 is made from who stands in the register today: what must come down stands first, and no number, phone or illness is on it (JM-08);
- who was met in the street stands without a name where none was given, and is never asked for a 户口 (M-64);
- of a document the page says where it speaks and since when; whether it is still current nobody looked up, and it says so (X-12).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xieli_tui.casework import notices, policy_files, services
from xieli_tui.ui import words
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.given import EncounterPage
from xieli_tui.ui.screens.list_page import ListPage, Section
from xieli_tui.ui.widgets.paint import Line, cell, line, rail_block, row


class LongTermPage(ListPage):
    """Whose names hang for as long as they stand in the register."""

    NAME = "长期公示名单"
    WAYS = (("1", "印长期公示", "在册的全部，按今天的情况"),)
    GUIDE = Help(
        "在册的低保、特困长期公示。按今天的在册情况算好：该取下的、该公示的、正贴着的。",
        (("Enter", "开这一家的公示"), ("1", "印长期公示"), ("上下", "选"), ("F3", "住户"), ("F2", "回首页"), ("F1", "帮助"), ("Esc", "返回")),
        (("公示什么", "姓名、组、类别、从哪年哪月起。没有证件号、电话、病情。"), ("该取下", "已经不在册的，名字取下来。"), ("县里定的", "在册是镇里、县里定的，村台账登记的不在这里。")),
    )

    @staticmethod
    def key_of(item: Any) -> Any:
        return item if isinstance(item, Line) else item.household

    def sections(self) -> Sequence[Section]:
        found = notices.long_term(self.xapp.session)
        parts = {state: [one for one in found if one.state == state] for state in ("remove", "owed", "hanging")}
        return (
            Section(f"该取下  {len(parts['remove'])} 户", parts["remove"], "已经不在册"),
            Section(f"该公示  {len(parts['owed'])} 户", parts["owed"], "在册，还没有贴"),
            Section(f"正贴着  {len(parts['hanging'])} 户" if parts["hanging"] else "长期公示", parts["hanging"], "", "" if found else "没有在册的低保、特困。"),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        down, owed = len(sections[0].items), len(sections[1].items)
        said = "，".join(part for part in (f"{down} 户该取下" if down else "", f"{owed} 户该公示" if owed else "") if part)
        return (f"{said}。", "Enter 打开那一家的公示。") if said else ("和在册的一样，不用动。", "")

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        return (row(
            cell(item.head, 12, "bold" if on else ""), cell(words.group_word(item.group), 8, "$ink-2"), cell(item.category_label, 14), cell(f"{item.since[:7]} 起" if item.since else "", 14, "$ink-2"),
            cell("、".join(item.places), 14, "$ink-2"), cell(item.state_label, 12, "$warning" if item.state != "hanging" else "$ink-3"), on=on,
        ),)

    def chosen(self, item: Any) -> None:
        from xieli_tui.ui.screens.notices import NoticesPage

        self.xapp.open(NoticesPage(household=item.household))

    def way(self, digit: int) -> None:
        from xieli_tui.ui.screens.notice_sheets import NoticeSheetPage

        self.xapp.open(NoticeSheetPage("long_term:"))

    def rail(self) -> Sequence[Line]:
        return [line(("长期公示", "bold")), line(), *rail_block("公示什么", "姓名、组、类别、从哪年哪月起。"), *rail_block("没有", "证件号、电话、银行号、病情。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "开公示"), ("1", "印长期公示"), ("F3", "住户"), ("F2", "今日" if self.xapp.session.role == "village" else "队列"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        item = self.rows.item
        return item.household if item is not None else None


class EncountersPage(ListPage):
    """People met without a living, away from home."""

    NAME = "遇到过的人"
    WAYS = (("1", "记一次", "在哪里遇到，做了什么"),)
    GUIDE = Help(
        "生活无着、流浪走失的人，遇到过的都在这里，近的在上。",
        (("1", "记一次"), ("F5", "登记困难"), ("上下", "选"), ("F2", "回首页"), ("F1", "帮助"), ("Esc", "返回")),
        (("没有名字的", "人家没有说，不用补。"), ("要跟下去的", "按 F5 登记困难，选名单外的人。")),
    )

    def sections(self) -> Sequence[Section]:
        found = services.list_encounters(self.xapp.session)
        return (Section(f"遇到过的  {len(found)} 次" if found else "遇到过的", found, "近的在上", "没有记过。按 1 记一次。"),)

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return "1 记一次。", "要跟下去的按 F5 登记困难。"

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        lines = [row(cell(words.short_day(item.on, self.xapp.today()), 9, "$ink-3"), cell(item.name or "没有问到", 12, "bold" if on else ""), cell(item.place, 30, "" if on else "$ink-2"), cell(item.action_label, 23), on=on)]
        return [*lines, *self.opened("  ".join(part for part in (item.place, item.note) if part))] if on else lines

    def chosen(self, item: Any) -> None:
        self.say(f"{item.action_label}。", "要跟下去的按 F5 登记困难。")

    def way(self, digit: int) -> None:
        self.xapp.open(EncounterPage())

    def go_here(self, place: str) -> bool:
        if place == "flag" and self.xapp.session.role == "village":
            from xieli_tui.ui import places

            item = self.rows.item
            places.open_flag(self.xapp, name=item.name if item is not None else "")
            return True
        return False

    def rail(self) -> Sequence[Line]:
        return [line(("遇到过的人", "bold")), line(), *rail_block("不问户口", "生活无着的，遇到就帮，帮了记一笔。"), *rail_block("要跟下去", "按 F5 登记困难，选名单外的人。")]

    def foot(self) -> Sequence[Key]:
        return (("1", "记一次"), ("上下", "选"), ("F5", "登记困难"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))


class PolicyFilesPage(ListPage):
    """The documents behind the hints."""

    NAME = "政策文件"
    GUIDE = Help(
        "政策提示是照哪些文件说的。管这里的在上面，镇、县的文件在前，国家的在后。",
        (("上下", "选"), ("Enter", "念一遍文号"), ("F3", "住户"), ("F2", "回首页"), ("F1", "帮助"), ("Esc", "返回")),
        (("推定", "文件没有写施行日，按印发日算。"), ("是否现行", "没有逐件核对过。拿不准的问镇里、县里。"), ("不管这里的", "别的地方的文件，只用来比一比，这里的提示不照它说。")),
    )

    def sections(self) -> Sequence[Section]:
        found = policy_files.listed(self.xapp.session)
        here, elsewhere = [one for one in found if one.here], [one for one in found if not one.here]
        return (
            Section(f"管这里的  {len(here)} 份" if here else "管这里的", here, "是否现行，没有核对", "没有。请县里装本地的文件。"),
            Section(f"不管这里的  {len(elsewhere)} 份", elsewhere, "只用来比一比"),
        )

    def standing(self, sections: Sequence[Section]) -> tuple[str, str]:
        return f"管这里的 {len(sections[0].items)} 份。", "拿不准是不是现行，问镇里、县里。"

    def draw(self, item: Any, on: bool) -> Sequence[Line]:
        since = f"{item.since}{'推定' if item.assumed else ''}"
        lines = [row(cell(words.wide(item.title), 50, "bold" if on else "" if item.here else "$ink-2"), " ", cell(since, 15, "$ink-2"), cell("县里装的" if item.county else "", 8, "$ink-3"), on=on)]
        if on:
            lines += self.opened(words.wide(item.title)) if len(item.title) > 24 else []
            lines += self.opened("  ".join(part for part in (words.wide(item.doc_no), "、".join(item.issuers[:3])) if part))
            lines += self.opened(words.wide(item.why))
        return lines

    def chosen(self, item: Any) -> None:
        self.say(words.wide(item.doc_no or item.title))

    def rail(self) -> Sequence[Line]:
        return [line(("政策文件", "bold")), line(), *rail_block("是否现行", "没有逐件核对过。拿不准的问镇里、县里。"), *rail_block("推定", "文件没有写施行日，按印发日算。")]

    def foot(self) -> Sequence[Key]:
        village = self.xapp.session.role == "village"
        return (("上下", "选"), ("Enter", "念文号"), ("F3", "住户" if village else "收件"), ("F2", "今日" if village else "队列"), ("F1", "帮助"), ("Esc", "返回"))
