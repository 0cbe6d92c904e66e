"""The packs together: the shipped ones of the package, a county's from a folder. The only place of the engine that opens a file.

Rules kept here
- a pack with a problem is not used, every other pack is;
- an adopted rule must exist in the pack it is taken from, with a function; that is checked when all packs are read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path

from xieli_tui.errors import Refused
from xieli_tui.policy.pack import Pack
from xieli_tui.policy.pack_text import PackError, Problem
from xieli_tui.policy.read_pack import read_pack


@dataclass(frozen=True, slots=True)
class Version:
    """A pack the county put in force from `start` on; it takes the place of an earlier one of its id."""

    start: dt.date
    pack: Pack


@dataclass(frozen=True, slots=True)
class PackSet:
    """Packs by id, and what was wrong with the others. `damaged` names the files that are not used.

    `versions` (by start) are packs in force from a day on; `packs` holds the newest of each id, whenever it starts. A question is asked with
    `on(its day)`, so that an old question still meets the pack of its day.
    """

    packs: dict[str, Pack]
    problems: tuple[Problem, ...] = ()
    damaged: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    base: dict[str, Pack] = field(default_factory=dict)
    """What holds where no version has started yet."""
    _days: dict[tuple[str, ...], PackSet] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: dt.date) -> PackSet:
        """The packs in force on a day; the same object for all days of one state."""
        if not self.versions:
            return self
        started = {one.pack.id: one.pack for one in self.versions if one.start <= day}
        mark = tuple(f"{ident}:{pack.version}" for ident, pack in sorted(started.items()))
        found = self._days.get(mark)
        if found is None:
            found = self._days[mark] = PackSet(dict(sorted({**self.base, **started}.items())), self.problems, self.damaged)
        return found


def gather(files: Iterable[tuple[str, bytes]], base: PackSet | None = None) -> PackSet:
    """Packs out of files; what is wrong with one is a problem of that one."""
    packs = dict(base.packs) if base else {}
    ground = dict(base.base) if base else {}
    problems = list(base.problems) if base else []
    damaged = list(base.damaged) if base else []
    for name, data in files:
        try:
            pack = read_pack(name, data, rule_ids(packs))
        except PackError as err:
            problems += err.problems
            damaged.append(name)
            continue
        twin = next((one for one in packs.values() if one.id == pack.id or one.pack_id == pack.pack_id), None)
        if twin is not None:
            problems.append(Problem(name, 1, f"和 {twin.file} 的 id 或 pack_id 相同"))
            damaged.append(name)
            continue
        packs[pack.id] = ground[pack.id] = pack
    problems += adoptions(packs)
    return PackSet(dict(sorted(packs.items())), tuple(dict.fromkeys(problems)), tuple(damaged), base.versions if base else (), ground)


def rule_ids(packs: Mapping[str, Pack]) -> frozenset[str]:
    """Every rule of these packs."""
    return frozenset(ident for pack in packs.values() for ident in pack.rules)


def adoptions(packs: Mapping[str, Pack]) -> list[Problem]:
    """Adopted rules whose pack, or whose rule in it, is not there."""
    found: list[Problem] = []
    for pack in packs.values():
        for one in pack.adopt.values():
            source = packs.get(one.source)
            if source is None or one.rule not in source.rules:
                what = f"没有政策包 {one.source}" if source is None else f"政策包 {one.source} 里没有规则 {one.rule}"
                found.append(Problem(pack.file, 0, f"采用的规则 {one.rule}：{what}，这一条不起作用"))
    return found


@cache
def shipped() -> PackSet:
    """The packs inside the program."""
    folder = resources.files("xieli_tui.policy") / "packs"
    return gather((item.name, item.read_bytes()) for item in sorted(folder.iterdir(), key=lambda one: one.name) if item.name.endswith(".toml"))


def load(folders: Iterable[Path] = (), *, use_shipped: bool = True, base: PackSet | None = None) -> PackSet:
    """The shipped packs and those of folders (every *.toml in it), or of single files.

    Args:
        base: packs of a workspace, to stand in the place of the shipped ones.

    Raises:
        Refused: XL-F05 for a folder or file that is not there.
    """
    files: list[tuple[str, bytes]] = []
    for place in folders:
        if not place.exists():
            raise Refused("XL-F05", field="packs")
        files += [(one.name, one.read_bytes()) for one in (sorted(place.glob("*.toml")) if place.is_dir() else [place])]
    base = base or (shipped() if use_shipped else None)
    return gather(files, base) if files or base is None else base
