"""The invented village 石桥村: readable source, a builder that walks a year through the product's own verbs, and the whole road once.

`build(folder) -> Demo`, `road(demo) -> list[Step]`, `as_json(demo, steps)`, `load_marker(folder) -> Demo | None`.
Nothing here is real: region 999999, phones 1000000xxxx, invented people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xieli_sample.builder import build
    from xieli_sample.scene import Demo, load_marker
    from xieli_sample.walk import Step, as_json, road

__all__ = ["Demo", "Step", "as_json", "build", "load_marker", "road"]

_WHERE = {"build": "builder", "road": "walk", "Step": "walk", "as_json": "walk", "Demo": "scene", "load_marker": "scene"}


def __getattr__(name: str) -> Any:
    """Loaded when used: importing the package costs nothing."""
    if name not in _WHERE:
        raise AttributeError(name)
    from importlib import import_module

    return getattr(import_module(f"xieli_sample.{_WHERE[name]}"), name)
