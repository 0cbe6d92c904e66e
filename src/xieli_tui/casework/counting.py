"""报个数: one sentence with the numbers somebody asks for by telephone, to be copied or read out (design 07 F8, 08 Out).

Rules kept here
- numbers and the place alone: no name, no number of anybody, nothing that was written freely;
- what happened is counted by its own day, from and up to the days that are said in the sentence, so that the same days give the same numbers for the same
  records; families and people are counted as they are registered today, and no other day is claimed for them;
- 在册 and 村台账登记 are told apart, 未遇 is no meeting, and a family that moved away is its new village's to count.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from xieli_tui.casework import about, values
from xieli_tui.domain import codes
from xieli_tui.domain.money import format_fen
from xieli_tui.errors import Refused
from xieli_tui.store import queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xieli_tui.casework.session import Session
    from xieli_tui.store.queries import rows
    from xieli_tui.store.store import Tx


@dataclass(frozen=True, slots=True)
class Counted:
    """The sentence and its numbers. `since` "" for what is counted as it stands today."""

    id: str
    sentence: str
    since: str
    asof: str
    numbers: dict[str, int]


@dataclass
class _Source:
    tx: Tx
    since: str
    asof: str

    @cached_property
    def homes(self) -> dict[str, rows.Household]:
        gone = queries.moved_away(self.tx)
        return {home.id: home for home in queries.households(self.tx) if home.known and home.id not in gone}

    @cached_property
    def people(self) -> dict[str, list[rows.Member]]:
        found = queries.all_members(self.tx)
        return {home: [one for one in found.get(home, ()) if not one.ended and not one.died_on] for home in self.homes}

    def within(self, found: Iterable[Any], day: Callable[[Any], str], outsiders: bool = False) -> list[Any]:
        """Those of the own families between the days."""
        return [
            one for one in found
            if self.since <= day(one) <= self.asof and getattr(one, "known", True) and (one.household in self.homes or (outsiders and not one.household))
        ]


Numbers = dict[str, int]
_Made = tuple[str, Numbers]


def _by(words: Sequence[tuple[str, str]], found: Counter[str], unit: str) -> str:
    return "，".join(f"{word} {found[ident]} {unit}" for ident, word in words if found[ident])


def _households(it: _Source) -> _Made:
    homes, people = it.homes.values(), it.people
    groups = Counter(home.category for home in homes if home.category not in ("", "none"))
    heads = Counter({ident: sum(len(people[home.id]) for home in homes if home.category == ident) for ident in groups})
    ruled = sum(1 for home in homes if home.category not in ("", "none") and home.category_rank == "ruling")
    numbers = {"households": len(it.homes), "persons": sum(map(len, people.values())), "on_roll": ruled, **{f"{ident}_households": many for ident, many in sorted(groups.items())}}
    named = "，".join(f"{word} {groups[ident]} 户 {heads[ident]} 人" for ident, word in codes.choices("category") if groups[ident])
    tail = f"；{named}；其中在册 {ruled} 户，村台账登记 {sum(groups.values()) - ruled} 户" if named else ""
    return f"登记 {numbers['households']} 户 {numbers['persons']} 人{tail}", numbers


def _ids(it: _Source) -> _Made:
    everybody = [one for members in it.people.values() for one in members]
    whole = sum(1 for one in everybody if one.id_no and one.id_state in ("", "ok"))
    return f"登记 {len(everybody)} 人，身份证号齐的 {whole} 人，要补的 {len(everybody) - whole} 人", {"persons": len(everybody), "with_id": whole, "to_add": len(everybody) - whole}


def _visits(it: _Source) -> _Made:
    found = it.within(queries.visits(it.tx), lambda one: one.on)
    met = [one for one in found if one.met != "none"]
    kinds = _by(codes.choices("visit_kind"), Counter(one.kind for one in found), "次")
    numbers = {"visits": len(found), "met": len(met), "not_met": len(found) - len(met), "households": len({one.household for one in met})}
    return f"走访 {len(found)} 次，见到人 {len(met)} 次、{numbers['households']} 户，未遇 {numbers['not_met']} 次{f'；{kinds}' if kinds else ''}", numbers


def _flags(it: _Source) -> _Made:
    found = it.within(queries.flags(it.tx), lambda one: one.on, outsiders=True)
    settled = sum(1 for one in found if one.settled_on and one.settled_on <= it.asof)
    outside = sum(1 for one in found if not one.household)
    kinds = _by(codes.choices("urgency"), Counter(one.urgency for one in found), "件")
    return f"发现困难 {len(found)} 件{f'（{kinds}）' if kinds else ''}，已了结 {settled} 件，没了结 {len(found) - settled} 件，不在册的人 {outside} 件", {
        "flags": len(found), "settled": settled, "open": len(found) - settled, "outsiders": outside,
    }


def _applications(it: _Source) -> _Made:
    found = it.within(queries.applications(it.tx), lambda one: one.started)
    handed = sum(1 for one in found if one.handed_over and one.handed_over <= it.asof)
    mine = {one.id for one in found}
    told = Counter(one.result for one in queries.decisions(it.tx) if one.application in mine and one.on <= it.asof and not one.concurrent)
    return f"开始的申请 {len(found)} 件，已转交 {handed} 件；有结果 {sum(told.values())} 项，其中同意 {told['granted']} 项，不同意 {told['rejected']} 项", {
        "applications": len(found), "handed_over": handed, "decided": sum(told.values()), "granted": told["granted"], "rejected": told["rejected"],
    }


def _aid(it: _Source) -> _Made:
    found = it.within(queries.aids(it.tx), lambda one: one.on)
    record = [one for one in found if one.rank == "ruling"]
    once = sum(one.amount or 0 for one in record if one.period in ("", "once"))
    return f"在册的救助 {len(record)} 笔，其中一次性的共 {format_fen(once)} 元；村里给的实物和服务 {len(found) - len(record)} 笔", {
        "on_record": len(record), "once_fen": once, "by_village": len(found) - len(record),
    }


def _referrals(it: _Source) -> _Made:
    found = it.within(queries.referrals(it.tx), lambda one: one.on, outsiders=True)
    answered = sum(1 for one in found if one.result and one.answered_on <= it.asof)
    return f"转介 {len(found)} 件，有回音 {answered} 件，还没有回音 {len(found) - answered} 件", {"referrals": len(found), "answered": answered, "open": len(found) - answered}


def _alerts(it: _Source) -> _Made:
    found = it.within(queries.alerts(it.tx), lambda one: one.on)
    answered = sum(1 for one in found if one.answered and one.answered_on <= it.asof)
    return f"收到预警 {len(found)} 件，已核查 {answered} 件，没核查 {len(found) - answered} 件", {"alerts": len(found), "answered": answered, "open": len(found) - answered}


class Sentence(NamedTuple):
    """One thing that is asked for: what it is called, whether it is of a stretch of days, how it is made."""

    title: str
    dated: bool
    make: Callable[[_Source], _Made]


SENTENCES: dict[str, Sentence] = {
    "households": Sentence("多少户、多少人、各类多少", False, _households), "ids": Sentence("身份证号齐不齐", False, _ids), "visits": Sentence("走访了多少", True, _visits),
    "flags": Sentence("发现了多少困难", True, _flags), "applications": Sentence("申请和结果", True, _applications), "aid": Sentence("给了多少救助", True, _aid),
    "referrals": Sentence("转介和回音", True, _referrals), "alerts": Sentence("预警核查", True, _alerts),
}


def count(session: Session, sentence: str, since: str | None = None, asof: str | None = None) -> Counted:
    """One sentence.

    Args:
        sentence: a key of SENTENCES.
        since, asof: first and last day; blank: the month of the last day until today.

    Raises:
        Refused: XL-V08 no such sentence; XL-V11 days for what is counted as of today; XL-V01, XL-V02, XL-V13.
    """
    ident = values.choice(sentence, SENTENCES, "sentence")
    chosen = SENTENCES[ident]
    if not chosen.dated and (since or asof):
        raise Refused("XL-V11", "户和人按今天的登记报，不能报以前的", field="asof" if asof else "since")
    last = values.day(asof, session.today, "asof")
    first = values.day(since, session.today, "since") if since else dt.date.fromisoformat(last).replace(day=1).isoformat()
    if first > last:
        raise Refused("XL-V02", "开始晚于截止", field="since")
    with session.reading() as tx, queries.read.together(tx):
        said, numbers = chosen.make(_Source(tx, first, last))
    when = f"{first} 至 {last}" if chosen.dated else f"截至 {last}"
    return Counted(ident, f"{when}，{about.place(session)}{said}。", first if chosen.dated else "", last, numbers)
