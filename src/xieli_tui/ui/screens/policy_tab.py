"""The 政策 page of a dossier: what may fit, what one answer would settle, then the rest folded away.

Rules kept here
- a hint says 可能符合, 可酌情, 暂看不符合 or 还缺什么才能看, never that something was decided;
- first what may fit, then the few facts many kinds wait for, then the kinds that lack one or two; what cannot move today is folded and counted;
- the clause stands in the row; Enter opens the whole of it; meaning never by colour alone: the words say it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len

from xieli_tui.casework import hints
from xieli_tui.casework.duty import Duty
from xieli_tui.casework.hints import Lacking, Look
from xieli_tui.casework.views import PolicyHint
from xieli_tui.domain import codes
from xieli_tui.ui import words
from xieli_tui.ui.widgets.paint import MAIN, Line, blank, cell, head, line, row, under, wrap

STYLE = {"meets": "$success", "discretion": "$success", "needs_info": "$ink-2", "fails": "$ink-3", "not_in_pack": "$ink-3"}
WAITING = "正在按政策包看这一家，稍等。"
FEW = 2
"""A kind that lacks at most so many facts of hers stands open."""
ASKED = 3
DUTIES = 4


@dataclass(frozen=True, slots=True)
class Fold:
    """Kinds folded into one line; Enter opens and closes it."""

    name: str
    word: str
    count: int
    open: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty of the family in a row."""

    duty: Duty
    who: str


def key(item: Any) -> Any:
    """Identity of a row, so that the cursor finds it again after the answer was renewed."""
    if isinstance(item, PolicyHint):
        return ("hint", item.kind, item.person, item.pack, item.reason)
    if isinstance(item, Kind):
        return key(item.first)
    if isinstance(item, Lacking):
        return ("fact", item.name, item.person)
    return ("fold", item.name) if isinstance(item, Fold) else item


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind in a row: the same answer for one or several members (or for the family)."""

    hints: tuple[PolicyHint, ...]

    @property
    def first(self) -> PolicyHint:
        return self.hints[0]

    def who(self, width: int = 99) -> str:
        """The members by name; how many there are where the names do not fit."""
        named = "、".join(one.who for one in self.hints if one.who)
        return named if cell_len(named) <= width else f"{len(self.hints)} 人"


def grouped(found: Iterable[PolicyHint]) -> list[Kind]:
    """Hints that say the same of several members in one row, in the order they came."""
    groups: dict[tuple[Any, ...], list[PolicyHint]] = {}
    for one in found:
        groups.setdefault((one.kind, one.verdict, one.missing, one.cite, one.because, one.reason, one.pack), []).append(one)
    return [Kind(tuple(group)) for group in groups.values()]


def short(hint: PolicyHint) -> str:
    """The verdict in the row."""
    if hint.verdict == "needs_info":
        first = hint.missing_words[:1]
        return f"还缺 {first[0]}" if len(hint.missing_words) == 1 else f"还缺 {len(hint.missing_words) or 1} 样才能看"
    return "可能符合" if hint.verdict == "meets" else "可酌情，由镇、县定" if hint.verdict == "discretion" else hint.words


def page(look: Look | None, opened: Collection[str], *, tall: bool = False) -> list[Any]:
    """Rows of the tab; a tall terminal gets air between the groups."""
    if look is None:
        return [blank(), line("  ", (WAITING, "$ink-2"))]
    found = look.page
    active = "、".join(ident for ident, _, on, _ in found.packs if on)
    out: list[Any] = [line("  ", ("只是提示，以镇(街道)、县级为准。", "$ink-2"), (f"在用 {active}，是否现行没有核对。", "$ink-3"))]
    warnings = [line(("! ", "bold $warning"), (words.gist(one, MAIN - 4), "$warning")) for one in found.problems[:2]]
    out += warnings
    good = [one for one in found.hints if one.verdict in ("meets", "discretion")]
    hers, few, many = _waiting(look)
    fails = grouped(one for one in found.hints if one.verdict == "fails")
    silent = grouped(one for one in found.hints if one.verdict == "not_in_pack")
    asked = hints.most_asked(found, look.names, ASKED)
    if good:
        out += [head("可能符合", "按已登记情况"), *grouped(good)]
    if asked:
        out += [head("问清这几样，就能多看几种", "Enter 去填"), *asked]
    if few:
        out += [head("只差一两样"), *few]
    folds = (("many", "种还缺三样以上", many), ("county", "种等县里、镇里给标准", hers), ("fails", "种暂看不符合", fails), ("silent", "种本地政策包里没有", silent))
    if any(group for _, _, group in folds):
        out.append(head("其余的", "Enter 展开"))
    for name, word, group in folds:
        if group:
            out.append(Fold(name, word, len({one.first.kind for one in group}), name in opened))
            out += group if name in opened else []
    if not found.hints:
        out.append(line("  ", ("这个地区现有的政策包没有可看的种类。", "$ink-2")))
    owed = [Owed(one, look.names.get(one.person, "")) for one in look.duties if one.state != "needs_info"][:DUTIES]
    if owed:
        out += [head("这一家接下来"), *owed]
    return [piece for one in out for piece in ((blank(), one) if tall and isinstance(one, Line) and one is not out[0] and one not in warnings else (one,))]


def _waiting(look: Look) -> tuple[list[Kind], list[Kind], list[Kind]]:
    """needs_info apart: nothing she can answer, a few of hers, many of hers; the fewest first."""
    county: list[Kind] = []
    few: list[tuple[int, Kind]] = []
    many: list[tuple[int, Kind]] = []
    for one in grouped(hint for hint in look.page.hints if hint.verdict == "needs_info"):
        mine = len({fact.name for fact in hints.lacking(look.page, one.first, look.names) if fact.place.hers})
        (few if mine <= FEW else many).append((mine, one)) if mine else county.append(one)
    return county, [one for _, one in sorted(few, key=lambda pair: pair[0])], [one for _, one in sorted(many, key=lambda pair: pair[0])]


def draw(found: PolicyHint | Kind, on: bool) -> Sequence[Line]:
    """One kind; under the cursor for whom, why and what is missing."""
    kind = found if isinstance(found, Kind) else Kind((found,))
    hint, who = kind.first, kind.who(8)
    mark = {"meets": "+ ", "discretion": "+ "}.get(hint.verdict, "  ")
    first = row(
        cell(mark + hint.label, 24, "bold" if on or hint.verdict in ("meets", "discretion") else ""), cell(who, 9, "$ink-2"),
        cell(short(hint), 25, STYLE[hint.verdict]), cell(hint.cite.partition(";")[0], 14, "$ink-3"), on=on,
    )
    if not on:
        return [first]
    said = [kind.who()] if who != kind.who() else []
    if hint.verdict == "needs_info":
        said.append(hint.words)
    if hint.because:
        said.append("因为 " + "、".join(hint.because))
    more = [hint.adopted_label and f"{hint.adopted_label} {hint.adopted_cite}", "两份文件说法不同，都列着" if hint.conflict else "", hint.reason]
    said.append("  ".join(part for part in more if part))
    return [first, *[under(piece, 4) for text in said if text for piece in wrap(words.wide(text), MAIN - 6)[:3]]]


def draw_lacking(one: Lacking, on: bool) -> Sequence[Line]:
    """One fact to ask for."""
    count = f"{one.count} 种在等" if one.count > 1 else ""
    tail = ("Enter ", "bold $primary"), ("去填" if one.place.hers else "看看", "$ink-2")
    return [row(cell("? " + one.word, 30, "bold" if on else ""), cell(one.who + (f" 等 {one.others + 1} 人" if one.others else ""), 17, "$ink-2"), cell(count, 12, "$ink-3"), *tail, on=on)]


def draw_fold(one: Fold, on: bool) -> Sequence[Line]:
    """A folded group."""
    return [row(cell(f"{'-' if one.open else '+'} {one.count} {one.word}", 44, "bold" if on else "$ink-2"), ("收起" if one.open else "展开", "$ink-3"), on=on)]


def draw_owed(one: Owed, on: bool, today: Any) -> Sequence[Line]:
    """A duty: what, when, why."""
    word, style = words.due_word(one.duty.due, one.duty.state, today)
    first = row(
        cell("  " + codes.label("task", one.duty.task), 16, "bold" if on else ""), cell(one.who, 9, "$ink-2"), cell(word + ("，暂估" if one.duty.estimated else ""), 18, style),
        cell(words.gist(words.wide(one.duty.why), 29), 29, "$ink-2"), on=on,
    )
    return [first, *[under(piece, 4) for piece in wrap(words.wide(f"{one.duty.why}  {one.duty.cite}"), MAIN - 6)[:3]]] if on else [first]


@dataclass(frozen=True, slots=True)
class Brief:
    """A hint on the first page of the dossier."""

    kind: Kind


def overview(look: Look | None, rows: int) -> list[Any]:
    """政策提示 on the first page: the promising ones, the fact most kinds wait for, and how many wait."""
    out: list[Any] = [head("政策提示", "只是提示，以镇、县为准")]
    if look is None:
        return [*out, line("  ", (WAITING, "$ink-3"))]
    good = [one for one in look.page.hints if one.verdict in ("meets", "discretion")]
    waiting = len({one.kind for one in look.page.hints if one.verdict == "needs_info"})
    together = grouped(good)
    out += [Brief(one) for one in together[:rows]]
    asked = hints.most_asked(look.page, look.names, 1)
    if asked and len(together) < rows + 1:
        out += asked
    first = f"另有 {len(together) - rows} 种可能符合；" if len(together) > rows else "" if good else "还没有看得出可能符合的；"
    out.append(line("  ", (f"{first}{f'{waiting} 种还缺资料才能看，' if waiting else ''}按 9 看全部。", "$ink-2")))
    return out


def draw_brief(one: Brief, on: bool) -> Sequence[Line]:
    """A promising hint in one line."""
    hint, who = one.kind.first, one.kind.who(8)
    return [row(
        cell("+ " + hint.label + (f" {who}" if who else ""), 26, "bold"), cell(hint.words, 32, STYLE[hint.verdict]), cell(hint.cite.partition(";")[0], 14, "$ink-3"), on=on,
    )]
