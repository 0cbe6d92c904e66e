"""The invented village as written in `shiqiao.toml`, read into plain values.

Rules kept here
- nothing real: region 999999, phones 1000000xxxx, identity numbers made from birth and sex with a valid check digit under 999999;
- what a family looks like is said once, in the TOML; numbers that nobody wants to write by hand (ID, phone) follow from the place in it,
  so the same source always gives the same village;
- a damaged identity number is damaged on paper only: `on_paper` is what the township's sheet shows, `true_id` what the card would say.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Literal

REGION = "999999"
PACK = "pack-999999.toml"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_MARKS = "10X98765432"
IdTrouble = Literal["", "blank", "float", "bad", "old15"]


@dataclass(frozen=True, slots=True)
class Soul:
    """One person as the source tells of them."""

    relation: str
    name: str
    male: bool
    birth: dt.date
    true_id: str
    trouble: IdTrouble
    phone: str
    health: str = ""
    disability: str = ""
    school: str = ""
    away: str = ""
    work: str = ""
    nickname: str = ""
    guardian: str = ""
    care: bool = False
    died: str = ""

    @property
    def on_paper(self) -> str:
        """The identity number as the township's sheet has it; a float cell is written as a number by the workbook."""
        if self.trouble == "blank":
            return ""
        if self.trouble == "bad":
            last = self.true_id[-1]
            return self.true_id[:17] + ("0" if last != "0" else "1")
        if self.trouble == "old15":
            return self.true_id[:6] + self.true_id[8:17]
        return self.true_id


@dataclass(frozen=True, slots=True)
class Family:
    """One household: its number, group, house, category word of the sheet, and its people, the head first."""

    no: int
    group: str
    house: str
    category: str
    since: str
    about: str
    people: tuple[Soul, ...]

    @property
    def number(self) -> str:
        """户编号 as the sheet prints it."""
        return f"{self.no:03d}"

    @property
    def head(self) -> Soul:
        return self.people[0]


@dataclass(frozen=True, slots=True)
class Village:
    """A village: code, name, its coordinator and families."""

    code: str
    name: str
    coordinator: str
    families: tuple[Family, ...]

    def family(self, head: str, group: str | None = None) -> Family:
        """The family of a head; the group tells two of one name apart."""
        found = [f for f in self.families if f.head.name == head and (group is None or f.group == group)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} families of that head")
        return found[0]


@dataclass(frozen=True, slots=True)
class Source:
    """The whole invented county as far as the demo needs it."""

    village: Village
    neighbour: Village
    town: str
    town_code: str
    county: str
    county_name: str
    officer: str
    second_officer: str
    county_officer: str
    demo_day: dt.date
    raw: Mapping[str, Any] = field(repr=False)


def identity(birth: dt.date, male: bool, place: int) -> str:
    """An 18-digit number of region 999999 (GB 11643): order code from `place`, odd for men, check digit valid."""
    order = (place % 499) * 2 + (1 if male else 2)
    digits = f"{REGION}{birth:%Y%m%d}{order:03d}"
    return digits + _MARKS[sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11]


def load() -> Source:
    """Read the TOML beside this module."""
    raw = tomllib.loads(files("xieli_sample").joinpath("shiqiao.toml").read_text("utf-8"))
    families = tuple(_family(h, 0) for h in raw["household"])
    by_number = {f.no: f for f in families}
    next_door = raw["neighbour"]
    return Source(
        village=Village(raw["village"], raw["village_name"], raw["coordinator"], families),
        neighbour=Village(
            next_door["village"], next_door["village_name"], next_door["coordinator"],
            tuple(_family(h, 400, by_number) for h in next_door["household"]),
        ),
        town=raw["town"], town_code=raw["town_code"], county=raw["county"], county_name=raw["county_name"],
        officer=raw["officer"], second_officer=raw["second_officer"], county_officer=raw["county_officer"],
        demo_day=raw["demo_day"], raw=raw,
    )


def _family(h: Mapping[str, Any], base: int, twins: Mapping[int, Family] | None = None) -> Family:
    people = tuple(_soul(line, base + int(h["no"]), at, twins or {}) for at, line in enumerate(h["people"]))
    return Family(int(h["no"]), h["group"], h["house"], h["category"], h.get("since", ""), h["about"], people)


def _soul(line: str, household: int, at: int, twins: Mapping[int, Family]) -> Soul:
    relation, name, sex, birth_text, *marks = line.split()
    said = dict(m.split("=", 1) for m in marks if "=" in m)
    bare = {m for m in marks if "=" not in m}
    birth, male = dt.date.fromisoformat(birth_text), sex == "男"
    number = identity(birth, male, household * 7 + at)
    if "same" in said:
        number = _twin(twins[int(said["same"])].people, name).true_id
    known = {"same", "id", "health", "dis", "school", "away", "work", "nick", "guardian", "died"}
    if said.keys() - known or bare - {"tel", "care"}:
        raise ValueError("shiqiao.toml: a mark nobody reads")
    trouble = said.get("id", "")
    if trouble not in ("", "blank", "float", "bad", "old15"):
        raise ValueError("shiqiao.toml: id=")
    return Soul(
        relation, name, male, birth, number, trouble,  # type: ignore[arg-type]
        phone=f"1000000{household:03d}{at}" if "tel" in bare else "",
        health=said.get("health", ""), disability=said.get("dis", ""), school=said.get("school", ""), away=said.get("away", ""),
        work=said.get("work", ""), nickname=said.get("nick", ""), guardian=said.get("guardian", ""), care="care" in bare, died=said.get("died", ""),
    )


def _twin(people: Sequence[Soul], name: str) -> Soul:
    return next(p for p in people if p.name == name)


def pack_text() -> str:
    """The invented county's pack, as its file says it."""
    return files("xieli_sample").joinpath(PACK).read_text("utf-8")


def pack_file() -> AbstractContextManager[Path]:
    """The same as a file, to be installed."""
    return as_file(files("xieli_sample").joinpath(PACK))
