"""`xieli demo`: the invented county in a folder, to be opened, or walked once from end to end.

`prepare` opens what lies there already, with everything done in it since; `walk` wants a folder of its own and never goes over somebody's work.
`practice` is the same village on the practice network, for `xieli practice`.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from xieli_sample.builder import build
from xieli_sample.scene import Demo, load_marker
from xieli_sample.walk import Step, as_json, road
from xieli_tui.domain.clock import Rand
from xieli_tui.errors import Refused
from xieli_tui.store.workspace import load_profile


@dataclass(frozen=True, slots=True)
class Walked:
    """A demo and the stations walked on it."""

    demo: Demo
    steps: tuple[Step, ...]

    @property
    def ok(self) -> bool:
        """Every station was reached and held."""
        return bool(self.as_json()["ok"])

    @property
    def village_dir(self) -> Path:
        return self.demo.village_dir

    @property
    def township_dir(self) -> Path:
        return self.demo.township_dir

    @property
    def county_dir(self) -> Path:
        return self.demo.county_dir

    @property
    def passphrase(self) -> str:
        return self.demo.passphrase

    def as_json(self) -> dict[str, Any]:
        """The document of design 08."""
        return as_json(self.demo, list(self.steps))


def prepare(folder: Path | str, rand: Rand = os.urandom, *, kdf: Literal["auto", "floor"] = "floor") -> Demo:
    """The demo of a folder; laid down when there is none.

    Raises:
        Refused: XL-L03 half a demo or another workspace lies there.
    """
    home = Path(folder).absolute()
    return load_marker(home) or build(home, rand=rand, kdf=kdf)


def walk(folder: Path | str, rand: Rand = os.urandom, *, kdf: Literal["auto", "floor"] = "floor") -> Walked:
    """Lay a demo down and walk the whole road on it.

    Raises:
        Refused: XL-L03 a demo lies there already.
    """
    demo = build(folder, rand=rand, kdf=kdf)
    return Walked(demo, tuple(road(demo)))


def practice(folder: Path | str, rand: Rand = os.urandom, *, again: bool = False) -> Demo:
    """The practice village of a folder: found with everything done in it since, else laid down.

    Args:
        again: take away the practice that lies there and begin anew.

    Raises:
        Refused: XL-L03 something else than a practice lies there; it is not touched.
    """
    home = Path(folder).absolute()
    found = load_marker(home)
    if found is None:
        if home.exists() and any(home.iterdir()):
            raise Refused("XL-L03", "练习要用自己的空文件夹")
        return build(home, rand=rand, practice=True)
    if not load_profile(found.village_dir).practice:
        raise Refused("XL-L03", "那里是演示，不是练习")
    if not again:
        return found
    shutil.rmtree(home)
    return build(home, rand=rand, practice=True)
