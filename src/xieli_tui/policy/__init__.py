"""Policy packs and the engine: documents as data, rules as small functions, questions in, explained answers out.

Pure: no clock, no store, no network; only `loader` opens files. `docs/policy-authoring.md` says how a pack and a rule are written.
"""

from __future__ import annotations

from xieli_tui.policy.engine import ask, ask_text
from xieli_tui.policy.loader import PackSet, load, shipped

__all__ = ["PackSet", "ask", "ask_text", "load", "shipped"]
