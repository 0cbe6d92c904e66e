"""What the packs have to say in one region on one day: stacked and looked up once, used by every question about that day.

Rules kept here
- the stack is every active pack, lowest level first, then newest (X-01); a rule that two packs speak is asked once, by the lower level;
- nothing of a household is in a plan: an answer never depends on which question made it;
- a plan belongs to one set of packs; a new set (a pack was installed) makes new plans.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from xieli_tui.policy import registry
from xieli_tui.policy.answer import plain
from xieli_tui.policy.loader import PackSet
from xieli_tui.policy.pack import KindRow, Pack, RuleRow
from xieli_tui.policy.registry import ENGINE_WIDE, RuleFunction

KEPT_SETS = 8
"""Sets of packs whose plans are kept: one is in use, others are comparisons and tests."""
KEPT_DAYS = 256
"""(region, day) kept of one set."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One rule as one pack speaks it: its own, or adopted from `source`."""

    pack: Pack
    source: Pack
    row: RuleRow
    adopted: str = ""
    kinds: tuple[str, ...] = ()
    """The kinds of aid an adoption is limited to; () = every one."""
    stamps: dict[str | None, dict[str, Any]] = field(default_factory=dict, compare=False, repr=False)
    """What never changes of an answer of this voice, by the clause it names itself."""

    def about(self, kind: str | None) -> bool:
        """Whether it speaks about a kind of aid; about one not said it does."""
        return not self.kinds or kind is None or kind in self.kinds

    def cite(self, own: str | None = None) -> str:
        """The clause; an adopted rule cites the adopting clause and the original."""
        original = own or self.row.cite
        return f"{self.pack.cite(self.adopted)}; {self.source.cite(original)}" if self.adopted else self.source.cite(original)


def stack(packs: PackSet, region: str, asof: dt.date) -> list[Pack]:
    """The active packs, lowest level first, then newest; the external one last."""
    return sorted((one for one in packs.packs.values() if one.active(region, asof)[0]), key=lambda one: one.order)


def voices_of(pack: Pack, packs: PackSet) -> Iterator[Voice]:
    """The rules a pack speaks: adopted ones first, then its own."""
    for one in pack.adopt.values():
        source = packs.packs.get(one.source)
        if source is not None and one.rule in source.rules:
            yield Voice(pack, source, source.rules[one.rule], one.cite, one.kinds)
    for row in pack.rules.values():
        if row.where == "engine" and row.id not in pack.adopt:
            yield Voice(pack, pack, row)


class Plan:
    """The packs that speak together: the same wherever and whenever the same ones are active.

    Attributes:
        stack: active packs in order. voices: what each speaks.
    """

    def __init__(self, packs: PackSet, active: list[Pack]) -> None:
        self.packs = packs
        self.stack = active
        self.voices: dict[str, list[Voice]] = {pack.id: list(voices_of(pack, packs)) for pack in self.stack}
        self._once: dict[registry.Op, list[tuple[Voice, RuleFunction]]] = {}
        self._kinds: dict[str, dict[str, KindRow]] = {}
        self._screens: dict[str, dict[str, list[tuple[Voice, RuleFunction]]]] = {}
        self._speakers: dict[tuple[str, str, str], Voice | None] = {}
        self.known_kinds = dict.fromkeys(kind for pack in sorted(packs.packs.values(), key=lambda one: one.order, reverse=True) for kind in pack.kinds)

    def once(self, op: registry.Op) -> list[tuple[Voice, RuleFunction]]:
        """Every function of an op with the voice that asks it; a rule two packs speak is asked by the lower level only."""
        found = self._once.get(op)
        if found is None:
            found = []
            seen: set[str] = set()
            for pack in self.stack:
                for voice in self.voices[pack.id]:
                    if voice.row.id not in seen:
                        found += [(voice, fn) for fn in registry.functions(voice.row.id, op)]
                seen.update(voice.row.id for voice in self.voices[pack.id])
            self._once[op] = found
        return found

    def screens(self, pack: str, kind: str) -> list[tuple[Voice, RuleFunction]]:
        """The screening functions of a pack about a kind."""
        found = self._screens.get(pack)
        if found is None:
            found = self._screens[pack] = {}
            for voice in self.voices[pack]:
                for fn in registry.functions(voice.row.id, "screen"):
                    for key in fn.keys:
                        if voice.about(key):
                            found.setdefault(key, []).append((voice, fn))
        return found.get(kind, [])

    def kinds(self, pack: Pack) -> dict[str, KindRow]:
        """A pack's kinds: its own rows, and those an adopted rule speaks about, taken over from where the rule comes from."""
        out = self._kinds.get(pack.id)
        if out is None:
            out = dict(pack.kinds)
            for voice in self.voices.get(pack.id, []):
                if voice.adopted:
                    for fn in registry.functions(voice.row.id, "screen"):
                        for key in fn.keys:
                            if key not in out and key in voice.source.kinds and voice.about(key):
                                out[key] = replace(voice.source.kinds[key], document_only=False)
            self._kinds[pack.id] = out
        return out

    def speaker(self, rule_id: str, pack: Pack, source: Pack) -> Voice | None:
        """Who speaks a rule that another rule asks: the same pack, its source, the external one, then any; None where no pack has it."""
        key = (rule_id, pack.id, source.id)
        if key not in self._speakers:
            self._speakers[key] = self._find_speaker(rule_id, pack, source)
        return self._speakers[key]

    def _find_speaker(self, rule_id: str, pack: Pack, source: Pack) -> Voice | None:
        for one in (pack, source, self.packs.packs.get(ENGINE_WIDE), *self.stack, *self.packs.packs.values()):
            if one is None:
                continue
            if rule_id in one.adopt:
                return next((voice for voice in voices_of(one, self.packs) if voice.row.id == rule_id), None)
            if rule_id in one.rules:
                return Voice(one, one, one.rules[rule_id])
        return None


def listed(packs: PackSet, region: str, asof: dt.date) -> list[dict[str, Any]]:
    """Every pack with whether and why it speaks; damaged files at the end."""
    rows: list[dict[str, Any]] = []
    for pack in sorted(packs.packs.values(), key=lambda one: one.order):
        active, reason = pack.active(region, asof)
        rows.append({
            "id": pack.id, "pack_id": pack.pack_id, "active": active, "reason": reason, "title": pack.title, "doc_no": pack.doc_no, "level": pack.level,
            "region_code": pack.region_code, "effective_from": plain(pack.effective_from), "effective_to": plain(pack.effective_to), "assumed": pack.assumed,
            "currency": pack.currency, "version": pack.version,
        })
    for name in packs.damaged:
        what = next((one.sentence() for one in packs.problems if one.file == name), name)
        rows.append({"id": None, "pack_id": name, "active": False, "reason": f"政策包损坏，没有使用：{what}"})
    return sorted(rows, key=lambda row: not row["active"])


@dataclass(frozen=True, slots=True)
class _Held:
    """One set of packs with its plans: by the packs that are active, and found again by region and day."""

    packs: PackSet
    plans: dict[tuple[str, ...], Plan] = field(default_factory=dict)
    days: dict[tuple[str, dt.date], Plan] = field(default_factory=dict)


_PLANS: dict[int, _Held] = {}


def plan(packs: PackSet, region: str, asof: dt.date) -> Plan:
    """The plan of a set of packs for a region and a day; made once for the packs that are active together."""
    held = _PLANS.get(id(packs))
    if held is None or held.packs is not packs:  # the set is kept beside its id, so an id is never another set's
        while len(_PLANS) >= KEPT_SETS:
            _PLANS.pop(next(iter(_PLANS)), None)
        held = _PLANS[id(packs)] = _Held(packs)
    found = held.days.get((region, asof))
    if found is None:
        if len(held.days) >= KEPT_DAYS:
            held.days.clear()
        active = stack(packs, region, asof)
        key = tuple(pack.id for pack in active)
        found = held.plans.get(key)
        if found is None:
            found = held.plans[key] = Plan(packs, active)
        held.days[region, asof] = found
    return found
