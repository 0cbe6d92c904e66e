"""困难 as it is followed: one finding with its 急难信息档案, its clocks and its steps; settling it; the list of all, people not on the list included.

Rules kept here
- what is recorded elsewhere is read from there; the page asks for nothing twice;
- a step, the telephone report, an application, a referral, the settling: each is one digit;
- settled is a record of its own with how; the finding stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.widget import Widget

from xieli_tui.casework import emergencies, findings, referrals
from xieli_tui.casework import flag_hardship as verb
from xieli_tui.casework.findings import Finding
from xieli_tui.casework.referrals import ReferralRow
from xieli_tui.casework.views import Saved
from xieli_tui.domain import codes
from xieli_tui.ui import words
from xieli_tui.ui.keys import digit_of
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.screens.digit_menu import Way
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.screens.joining import HINT
from xieli_tui.ui.screens.leaving import KEYS
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import MAIN, Line, Paint, Part, blank, cell, head, line, rail_block, row, say, split, under, wrap
from xieli_tui.ui.widgets.row_list import RowList

OUTSIDER = "outsider"


def state_of(one: Finding) -> tuple[str, str]:
    """Where a finding stands, in a word, with its style."""
    if one.settled_on:
        return f"{one.settled_on[5:]} {one.settled}", "$ink-2"
    if one.urgency != "emergency":
        return "在跟", ""
    return (f"{one.reported_at[5:16].replace('T', ' ')} 已电话报告", "$success") if one.reported_at else ("! 还没电话报告", "bold $error")


class FindingsPage(Page):
    """Every finding of the village."""

    NAME = "发现名单"
    GUIDE = Help("登记过的困难，一件一行。名单外的人也在这里。", (("Enter", "打开这件"), ("上下", "选"), ("F5", "登记困难"), ("Esc", "返回")),
                 (("急难", "没有电话报告的在最上面。"), ("了结", "打开以后按 5。了结的还看得到。")))

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: isinstance(item, Finding), key=lambda item: getattr(item, "id", None) or id(item), id="findings")
        yield self.rows

    def reload(self) -> None:
        found = self.attempt(lambda: findings.list_findings(self.xapp.session)) or []
        still = [one for one in found if not one.settled_on]
        done = [one for one in found if one.settled_on]
        heads = line("  ", cell("日期", 9, "$ink-3"), cell("谁", 13, "$ink-3"), cell("缓急", 7, "$ink-3"), cell("什么事", 20, "$ink-3"), ("到哪一步", "$ink-3"))
        items: list[Any] = [head(f"在跟的  {len(still)} 件" if still else "在跟的", "急难在前"), heads, *still]
        if not still:
            items.append(line("  ", ("没有。", "$ink-2")))
        if done:
            items += [blank(), head(f"了结的  {len(done)} 件"), *done]
        self.rows.show(items)
        self.rows.focus()
        self.stand(f"{len(still)} 件在跟。")

    def _draw(self, item: Any, on_: bool) -> Sequence[Line]:
        if not isinstance(item, Finding):
            return (item,)
        state, style = state_of(item)
        who = f"{item.who}(外)" if item.outsider else item.who
        lines = [row(cell(words.short_day(item.on, self.xapp.today()), 9, "$ink-3"), cell(who, 12, "bold" if on_ else ""), " ", cell(item.urgency_label, 7, "bold $error" if item.urgency == "emergency" else ""),
                     cell(item.causes, 20, "$ink-2"), cell(state, 26, style), on=on_)]
        rest = "，".join(part for part in (item.place, item.situation or item.note) if part)
        return [*lines, under(rest, 11)] if on_ and rest else lines

    def rail(self) -> Sequence[Line]:
        return rail_block("名单外的人", "外来的、户口不在这里的，登记了也在这里，一样跟到底。")

    def foot(self) -> Sequence[Key]:
        return (("Enter", "打开"), ("上下", "选"), ("F5", "登记"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        item = self.rows.item
        return item.household or None if isinstance(item, Finding) else None

    def go_here(self, place: str) -> bool:
        if place == "flag":
            from xieli_tui.ui import places

            places.pick(self.xapp, "flag")
            return True
        return False

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self.xapp.open(FindingPage(event.item.id))


class FindingPage(Page):
    """One finding, and for an emergency its file."""

    NAME = "困难"
    doing = "flag"
    GUIDE = Help(
        "这件难处从发现到了结：报告了没有，走到哪一步，还欠什么手续。",
        (("数字", "办"), ("上下", "看"), ("F4", "走访"), ("F6", "申请"), ("F1", "帮助"), ("Esc", "返回")),
        (("急难信息档案", "自己建好的。走访、申请、转介、决定记在别处的，会自己到这里。"), ("补手续", "先行救助以后补材料还是补说明，看本地文件。"), ("了结", "写怎么了结的。登记的还在。")),
    )

    def __init__(self, flag: str) -> None:
        super().__init__()
        self.flag = flag
        self.found: Finding | None = None

    def body(self) -> ComposeResult:
        self.rows = RowList(lambda item, _on: (item,), (), chosen=lambda _item: False, id="finding")
        yield self.rows

    def reload(self) -> None:
        before = self.found
        self.found = self.attempt(lambda: findings.show(self.xapp.session, self.flag))
        if self.found is None:
            if before is not None:  # withdrawn a moment ago, from here
                self.rows.show([line("  ", (f"{before.who} 这件登记撤回了，不再算数。", "$ink-2"))])
                self.say("这件登记撤回了。", "写的还在，只是不算数。")
            return
        self.subject = f"{self.found.who}  {self.found.urgency_label}"
        self._lay()
        self.rows.focus()
        if not self._said[0]:
            self.say("数字就办。", "" if self.found.settled_on else "办完了按 5 了结。")

    def refresh_body(self) -> None:
        if self.found is not None:
            self._lay()

    def _lay(self) -> None:
        one, day = self.found, self.xapp.today()
        assert one is not None
        state, style = state_of(one)
        left: list[Part] = [(one.who, "bold"), (f"  {words.short_day(one.on, day)}  {one.causes}", "$ink-2")]
        items: list[Line] = [split(left, [(f"{one.urgency_label}  ", "bold $error" if one.urgency == "emergency" else "$ink-2"), (state, style or "bold")])]
        if not self.big:
            items.append(line("  ", *self._keys_line()))
        items += self.air()
        pairs = [("在哪里", one.place), ("现在", one.situation), ("急需", one.needs), ("一句话", one.note), ("怎么知道的", f"{one.channel}，{one.found_by}发现"),
                 ("区划", "，".join(f"{word} {code}" for word, code in one.regions)), ("谁接的", one.answered_by), ("怎么了结", f"{one.settled} {one.settled_note}".strip())]
        for word, value in pairs:
            if value:
                pieces = wrap(value, MAIN - 14)
                items += [line("  ", cell(word if not at else "", 12, "$ink-3"), piece) for at, piece in enumerate(pieces[:3])]
        items += self._clocks(one)
        items += self._sent(one)
        items += self._course(one)
        self.rows.show(items)

    def _keys_line(self) -> list[Part]:
        parts: list[Part] = []
        for at, way in enumerate(self.ways(), 1):
            parts += [(str(at), "bold $primary"), (f"{way.word}  ", "$ink-3" if way.closed else "$ink-2")]
        return parts

    def _clocks(self, one: Finding) -> list[Line]:
        day = self.xapp.today()
        out: list[Line] = []
        for owed in one.owed:
            when, style = words.due_word(owed.due, owed.state, day) if owed.due else ("没有期限", "$ink-2")
            out.append(line("  ", cell(owed.word, 12, "bold"), cell(when, 16, style), (words.gist(owed.why, 30), "$ink-2"), (f"  {owed.cite}", "$ink-3")))
        return [blank(), head("还要办的", "照本地文件"), *out] if out else []

    def _course(self, one: Finding) -> list[Line]:
        file, day = one.file, self.xapp.today()
        if file is None:
            return [blank(), line("  ", ("没有急难档案。按 1 记一步，档案就建好。", "$ink-2"))] if one.urgency == "emergency" else []
        out = [blank(), head(f"急难信息档案  {file.kind_label}", f"{file.opened_at[5:16].replace('T', ' ')} 建档")]
        for each in file.entries:
            at = each.at[11:16] if len(each.at) > 10 else ""
            pieces = wrap(each.what, MAIN - 28)
            out += [line("  ", cell(words.short_day(each.at[:10], day) if not place else "", 7, "$ink-3"), cell(at if not place else "", 7, "$ink-3"),
                         cell(each.label if not place else "", 10, "bold"), piece) for place, piece in enumerate(pieces[:3])]
        if file.open_stages:
            out.append(line("  ", cell("还没有", 14, "$ink-3"), ("、".join(file.open_stages), "$ink-2")))
        return out

    def _sent(self, one: Finding) -> list[Line]:
        """Referrals of somebody who is on no list."""
        day = self.xapp.today()
        out: list[Line] = [blank(), head(f"转介  {len(one.referrals)} 件")] if one.referrals else []
        for each in one.referrals:
            state = each.result or (f"已过期限 {each.days_over} 天" if each.overdue else f"{words.short_day(each.due, day)} 前要回音" if each.due else "在办")
            out.append(line("  ", cell(words.short_day(each.on, day), 7, "$ink-3"), cell(each.department_name, 22, "bold"), cell(each.kind_label, 20, "$ink-2"),
                            (state, "bold $warning" if each.overdue else "")))
        return out

    def rail(self) -> Sequence[Line]:
        out = [line(("能办的", "bold")), line()]
        for at, way in enumerate(self.ways(), 1):
            out.append(line(cell(str(at), 3, "bold $primary"), (way.word, "$ink-3" if way.closed else "bold")))
            out += say(way.closed or way.what, "$ink-2", indent="   ")
        return out

    def foot(self) -> Sequence[Key]:
        return (("数字", "办"), ("上下", "看"), ("F4", "走访"), ("F6", "申请"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.found.household or None if self.found is not None else None

    # -- acting -----------------------------------------------------------------------------------
    def ways(self) -> list[Way]:
        """What can be done about it, by digit."""
        from xieli_tui.ui import finding_ways

        return finding_ways.of_finding(self.found) if self.found is not None else []

    def go_here(self, place: str) -> bool:
        if place == "apply" and self.found is not None and self.found.household:
            from xieli_tui.ui import places

            places.open_start(self.xapp, self.found.household, emergency=self.found.urgency == "emergency", flag=self.found.id)
            return True
        return False

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event)
        ways = self.ways()
        if digit is None or not 1 <= digit <= len(ways):
            return
        event.stop()
        way = ways[digit - 1]
        if way.closed:
            self.say(f"{way.word}：{way.closed}。")
        else:
            way.do(self.xapp)


class FindingForm(FormPage):
    """A form about one finding."""

    def __init__(self, found: Finding, part: str = "") -> None:
        super().__init__(f"{found.household or OUTSIDER}:{part or found.id}")
        self.found = found
        self.subject = f"{found.who}  {found.urgency_label}"

    def about(self) -> str | None:
        return self.found.household or None

    def foot(self) -> Sequence[Key]:
        return (("数字", "选"), ("Tab", "下一格"), ("Ctrl+S", "保存"), ("F2", "今日"), ("F1", "帮助"), ("Esc", "返回"))


class SettlePage(FindingForm):
    """了结 of a finding."""

    NAME = "了结"
    FORM = "settle"
    doing = "flag"
    NEEDED = ("how",)
    QUIET = "怎么了结的，照实选。"
    GUIDE = Help("这件难处办到头了。写怎么了结的，登记的还在。", KEYS, (("查无此情", "看过了，不是那回事，也写一句。"), ("已协助申请", "申请在办的，困难也可以了结，申请照跟。")))

    def body(self) -> ComposeResult:
        one = self.found
        yield Paint((head("了结", f"{words.short_day(one.on, self.xapp.today())} 登记"), *self.air(), line("  ", cell("什么事", 10, "$ink-3"), one.causes), blank()))
        yield FormRow(Field("怎么了结", self.choice("how", codes.choices("flag_outcome"), gap=0, width=64), needed=True))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        yield FormRow(Field("一句话", self.text("note"), width=64))
        open_ones = one.file.open_stages if one.file is not None else ()
        if open_ones:
            yield Paint((blank(), line("  ", ("急难档案里还没有记录：" + "、".join(open_ones), "$ink-2"))))

    def first_entry(self) -> Widget | None:
        return self.entries["how"]

    def store(self) -> Saved:
        return verb.settle_flag(self.xapp.session, self.found.id, self.value("how"), self.value("note") or None, self.value("on"))


class FindingStepPage(FindingForm):
    """One step of an emergency, for a family or for somebody who is not on the list."""

    NAME = "急难步骤"
    FORM = "finding_step"
    doing = "emergency"
    NEEDED = ("step",)
    QUIET = "做了哪一步记哪一步，时间照实写。"
    GUIDE = Help("急难信息档案：看到、报告、上门、帮助、先行救助、补手续，做了就记。", KEYS, (("不用重填", "电话报告、申请、走访、决定记在别处的，档案自己带过来。"),))

    def body(self) -> ComposeResult:
        yield Paint((head("记一步", self.found.who), *self.air()))
        yield FormRow(Field("哪一步", self.choice("step", codes.choices("emergency_step"), gap=0, width=64), needed=True))
        yield FormRow(Field("几点", self.text("at", fold=False, hint="如 14:05，不写就是现在"), width=24))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def store(self) -> Saved:
        return emergencies.add_step(self.xapp.session, self.found.file.id if self.found.file is not None else self.found.id, self.value("step"), self.value("at") or None, self.value("note") or None)


class ReferOutPage(FindingForm):
    """转介 of somebody who is on no list: to whom, what is asked for, by when."""

    NAME = "转介"
    FORM = "refer_out"
    doing = "refer"
    NEEDED = ("department", "kind")
    QUIET = "户口不在这里的照样转，首问人一直跟到有回音。"
    GUIDE = Help("难处归哪个部门，就转给哪个部门，跟到有回音。", KEYS,
                 (("转给谁", "打几个字就找：救助站、公安、残联、医保。"), ("期限", "写明哪天前要回音。不写就没有期限，请自己记着问。")))

    def body(self) -> ComposeResult:
        names = self.attempt(lambda: referrals.departments(self.xapp.session)) or []
        yield Paint((head("转介", f"{self.found.who}，名单外的人"), *self.air()))
        yield FormRow(Field("转给谁", self.listed("department", names, vocab="department", hint=HINT), width=44, needed=True))
        yield FormRow(Field("办什么", self.listed("kind", codes.choices("kind_name"), vocab="kind", hint=HINT), width=44, needed=True))
        yield FormRow(Field("哪天转的", self.day("on", self.xapp.today().isoformat()), width=14), Field("要回音", self.day("due"), width=14, room=8, before=3))
        yield FormRow(Field("首问人", self.text("first_receiver", self.xapp.operator_name), width=14))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def store(self) -> Saved:
        return referrals.send_referral(self.xapp.session, referrals.SendReferral(
            "", self.value("department"), self.value("kind"), on=self.value("on"), due=self.value("due") or None,
            first_receiver=self.value("first_receiver") or None, note=self.value("note") or None, flag=self.found.id,
        ))


class HeardPage(FindingForm):
    """What was heard of such a referral."""

    NAME = "转介回音"
    FORM = "refer_heard"
    doing = "refer"
    NEEDED = ("result",)
    QUIET = "办理中、转下一单位的接着跟。"
    FIELDS: ClassVar[Mapping[str, str]] = {"referral": "result"}
    GUIDE = Help("对方怎么说的，记一笔。有了结果这件转介就放下。", KEYS, (("转下一单位", "写上转到了哪里、谁接的，接着跟。"),))

    def __init__(self, found: Finding, sent: ReferralRow) -> None:
        super().__init__(found)
        self.sent = sent

    def body(self) -> ComposeResult:
        sent, names = self.sent, self.attempt(lambda: referrals.departments(self.xapp.session)) or []
        yield Paint((head("转介回音", f"{sent.department_name}  {sent.kind_label}  {words.short_day(sent.on, self.xapp.today())} 转"), *self.air()))
        yield FormRow(Field("怎么说", self.choice("result", codes.choices("referral_result"), gap=0, width=64), needed=True))
        yield FormRow(Field("哪天", self.day("on", self.xapp.today().isoformat()), width=14))
        yield FormRow(Field("转到哪里", self.listed("department", names, vocab="department", hint=HINT), width=44))
        yield FormRow(Field("谁接的", self.text("first_receiver"), width=14), Field("要回音", self.day("due"), width=14, room=8, before=3))
        yield FormRow(Field("一句话", self.text("note"), width=64))

    def store(self) -> Saved:
        return referrals.answer_referral(self.xapp.session, referrals.AnswerReferral(
            self.sent.id, self.value("result"), self.value("on"), self.value("note") or None, self.value("department") or None,
            self.value("first_receiver") or None, self.value("due") or None,
        ))
