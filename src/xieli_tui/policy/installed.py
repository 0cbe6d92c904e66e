"""Packs a county put in force, laid over those of the program.

Rules kept here
- a pack is in force from its `start`; of one id the newest start not after the day of the question counts, of one start the one sent last;
- a county may send a newer edition of a document the program carries (same `id` and `pack_id`); only one of the two equal is somebody else's
  name and is refused, and the external base tests (EXT) stay those of the program;
- what is wrong with one is a problem of that one: an earlier edition, and every other pack, stays in force.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from xieli_tui.policy.loader import PackSet, Version, adoptions, rule_ids
from xieli_tui.policy.pack import Pack
from xieli_tui.policy.pack_text import PackError, Problem
from xieli_tui.policy.read_pack import read_pack
from xieli_tui.policy.registry import ENGINE_WIDE


@dataclass(frozen=True, slots=True)
class Sent:
    """A pack file as it came: `ident` is the id it was put in force under."""

    ident: str
    start: dt.date
    name: str
    data: bytes


def lay_over(base: PackSet, sent: Iterable[Sent], problems: Iterable[Problem] = ()) -> PackSet:
    """The set with the county's packs in it, after those it holds already; `problems` are those known before reading (a file not whole yet)."""
    told, damaged = [*base.problems, *problems], list(base.damaged)
    ground = base.base if base.versions else base.packs
    versions: list[Version] = list(base.versions)
    for one in sorted(sent, key=lambda item: item.start):
        try:
            pack = read_pack(one.name, one.data, rule_ids(ground))
            _require_own_name(pack, one, (*ground.values(), *(held.pack for held in versions)))
        except PackError as err:
            told += err.problems
            damaged.append(one.name)
            continue
        versions.append(Version(one.start, pack))
    versions.sort(key=lambda item: item.start)
    packs = dict(sorted({**ground, **{one.pack.id: one.pack for one in versions}}.items()))
    told += adoptions(packs)
    return PackSet(packs, tuple(dict.fromkeys(told)), tuple(dict.fromkeys(damaged)), tuple(versions), ground)


def _require_own_name(pack: Pack, sent: Sent, held: Iterable[Pack]) -> None:
    """Raises PackError for a name that is another's."""
    if pack.id != sent.ident:
        raise PackError([Problem(sent.name, 1, f"是按 {sent.ident} 装的，文件里写的是 {pack.id}")])
    if pack.level == "external" or pack.id == ENGINE_WIDE:
        raise PackError([Problem(sent.name, 1, "外部标准随程序，不能另装")])
    for other in held:
        if (other.id == pack.id) != (other.pack_id == pack.pack_id):
            raise PackError([Problem(sent.name, 1, f"和 {other.file} 的 id 或 pack_id 只有一个相同：同一文件的新版两个都要相同，另一个文件两个都要不同")])
