"""One hint, whole: what it says, why, by which clause and pack, from which facts, and each missing fact as a line that leads to its entry.

Rules kept here
- it is a hint and says so; the packs' version and the day stand with it, so that it can be looked at again (X-06);
- Enter on a missing fact opens the form on that field; coming back, the hint is asked anew;
- what other packs say about the same kind stands beneath with its own clause (X-02).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import on
from textual.app import ComposeResult

from xieli_tui.casework import hints
from xieli_tui.casework.hints import Lacking, Look
from xieli_tui.casework.views import PolicyHint
from xieli_tui.ui import words
from xieli_tui.ui.screens import policy_tab
from xieli_tui.ui.screens.base import Help, Key, Page
from xieli_tui.ui.widgets.paint import MAIN, Line, blank, cell, head, line, rail_block, row, say, wrap
from xieli_tui.ui.widgets.row_list import RowList

USED = 8
"""Facts listed; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Apply:
    """The row that goes on: tell the family, and help them where they want it."""

    kind: str


def _version(text: str) -> str:
    """A digest in groups of four, as it is read aloud; a version with a name of its own stays."""
    code = text.upper()
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4)) if code.isalnum() and len(code) == 16 else text


class HintPage(Page):
    """One kind of aid for one family (or one of its members)."""

    NAME = "政策提示"
    GUIDE = Help(
        "一种救助，按已登记的情况看到哪一步。只是提示，以镇(街道)、县级为准。",
        (("上下", "选"), ("Enter", "去填这一样"), ("F6", "协助申请"), ("Esc", "返回")),
        (("还缺", "在哪一行按 Enter，就到填它的那一格；存了回来，这里重新看。"), ("县里还没有给出", "标准是县里定的，没有给就不能看，不会替县里编。"),
         ("条款", "政策包是哪一版、哪一天看的都写着，以后可以照原样再看。")),
    )

    def __init__(self, household: str, subject: str, kind: policy_tab.Kind, look: Look) -> None:
        super().__init__()
        self.household, self.hint, self.found = household, kind.first, look
        self.persons = {one.person for one in kind.hints}
        self.subject = f"{subject}  {kind.first.label}"
        self._fresh = True

    def body(self) -> ComposeResult:
        self.rows = RowList(self._draw, (), chosen=lambda item: not isinstance(item, Line), key=policy_tab.key, id="hint")
        yield self.rows

    def reload(self) -> None:
        if not self._fresh:
            found = self.attempt(lambda: hints.look(self.xapp.session, self.household))
            if found is not None:
                self.found = found
                same = [one for one in found.page.hints if one.kind == self.hint.kind and one.person in self.persons and one.reason == self.hint.reason]
                same.sort(key=lambda one: (one.pack != self.hint.pack, one.person != self.hint.person))
                self.hint = same[0] if same else self.hint
        self._fresh = False
        self.rows.show(self._items())
        self.rows.focus()
        self.stand(f"{self.hint.words}。" if not self.hint.missing else "Enter 去填这一样，存了回来重新看。")

    def _missing(self) -> list[Lacking]:
        """What this kind waits for, of every member it is asked about."""
        same = [one for one in self.found.page.hints if (one.kind, one.pack, one.reason) == (self.hint.kind, self.hint.pack, self.hint.reason) and one.person in self.persons]
        facts = {(fact.name, fact.person): fact for one in same for fact in hints.lacking(self.found.page, one, self.found.names)}
        return sorted(facts.values(), key=lambda one: (not one.place.hers, one.place.form == "county"))

    def _items(self) -> list[Any]:
        hint = self.hint
        out: list[Any] = [line((hint.who + "  " if hint.who else "", "bold"), (policy_tab.short(hint) if hint.verdict != "needs_info" else "还缺资料才能看",
                                "bold " + policy_tab.STYLE[hint.verdict]), ("   按已登记情况，只是提示，以镇(街道)、县级为准", "$ink-3")), blank()]
        missing = self._missing()
        if missing:
            out += [head("还缺", "Enter 去填"), *missing, blank()]
        if hint.verdict in ("meets", "discretion") and self.xapp.session.role == "village":
            out += [Apply(hint.kind), blank()]
        if hint.because:
            out += [head("因为"), *self._say("、".join(hint.because)), blank()]
        if hint.used:
            out.append(head("看的是这些"))
            out += [line("  ", (words.wide(text), "$ink-2")) for text in hint.used[:USED]]
            out += [line("  ", (f"还有 {len(hint.used) - USED} 样", "$ink-3"))] if len(hint.used) > USED else []
            out.append(blank())
        out.append(head("依据"))
        title = next((name for ident, name, _, _ in self.found.page.packs if ident == hint.pack), "")
        for text in (
            f"{hint.cite}  {hint.doc_no}".strip(), title, f"{hint.adopted_label} {hint.adopted_cite}" if hint.adopted else "",
            f"政策包版本 {_version(hint.pack_version)}，{self.found.page.asof} 看的，是否现行没有核对" if hint.pack_version else "", f"主管 {hint.department}" if hint.department else "",
        ):
            out += self._say(text)
        others = [one for one in self.found.page.hints if one.kind == hint.kind and one is not hint and one.verdict != "not_in_pack"]
        if others:
            out += [blank(), head("同一种，别的人、别的条款", "两份文件说法不同，都列着" if hint.conflict else "")]
            out += others
        return out

    @staticmethod
    def _say(text: str) -> list[Line]:
        return [line("  ", piece) for piece in wrap(words.wide(text), MAIN - 4)] if text else []

    def _draw(self, item: Any, on: bool) -> Sequence[Line]:
        if isinstance(item, Line):
            return (item,)
        if isinstance(item, Lacking):
            first = policy_tab.draw_lacking(item, on)
            return [*first, line("    ", (item.says, "$ink-2"))] if on and item.says else first
        if isinstance(item, PolicyHint):
            return policy_tab.draw(item, on)
        if isinstance(item, Apply):
            return (row(cell("告诉家里，愿意的协助填申请", 44, "bold $primary" if on else "bold"), ("Enter ", "bold $primary"), ("填申请", "$ink-2"), on=on),)
        return (row(str(item), on=on),)

    def rail(self) -> Sequence[Line]:
        out = [line(("怎么看", "bold")), line(), *say("按已登记的情况，拿条款一样一样对。缺哪样写哪样，补上就能看。")]
        return [*out, line(), *rail_block("可能符合以后", "告诉家里，愿意的按 F6 协助申请。受理和决定是镇里、县里的事。"),
                *rail_block("县里还没有给出", "标准、比例由县里定，请问县民政局。")]

    def foot(self) -> Sequence[Key]:
        return (("Enter", "去填" if self.hint.missing else "打开"), ("上下", "选"), ("F4", "走访"), ("F6", "申请"), ("F1", "帮助"), ("Esc", "返回"))

    def about(self) -> str | None:
        return self.household

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        from xieli_tui.ui import fact_ways, places

        if isinstance(event.item, Apply):
            places.open_start(self.xapp, self.household)
        elif isinstance(event.item, Lacking):
            fact_ways.open_fact(self.xapp, self.household, event.item)
        elif isinstance(event.item, PolicyHint):
            self.hint = event.item
            self.rows.show(self._items(), keep=False)
