"""Every key of the app in one table: its id, its Chinese label, what it does.

Rules kept here
- app keys are priority bindings, and none equals an editing key of a field (a test types each one inside every field);
- every F-key has a twin that needs no Fn key: Esc and a digit of the main menu, or a Ctrl key;
- no bare letter is the only way to anything: an input method eats letters.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from textual import events
from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class AppKey:
    """One app-wide key. `keys` as Textual names them, `shown` as people read them."""

    id: str
    keys: str
    shown: str
    label: str
    action: str


APP_KEYS: tuple[AppKey, ...] = (
    AppKey("help", "f1,ctrl+o", "F1", "帮助", "help"),
    AppKey("today", "f2", "F2", "今日", "go('today')"),
    AppKey("households", "f3", "F3", "住户", "go('households')"),
    AppKey("visit", "f4", "F4", "走访", "go('visit')"),
    AppKey("flag", "f5", "F5", "困难", "go('flag')"),
    AppKey("apply", "f6", "F6", "申请", "go('apply')"),
    AppKey("alerts", "f7", "F7", "预警", "go('alerts')"),
    AppKey("reports", "f8", "F8", "报表", "go('reports')"),
    AppKey("send", "f9", "F9", "报送", "go('send')"),
    AppKey("find", "ctrl+f", "Ctrl+F", "找人", "go('find')"),
    AppKey("commands", "ctrl+g", "Ctrl+G", "命令", "commands"),
    AppKey("print", "ctrl+p", "Ctrl+P", "打印", "print"),
    AppKey("reveal", "ctrl+r", "Ctrl+R", "看全号", "reveal"),
    AppKey("lock", "ctrl+l", "Ctrl+L", "锁屏", "lock"),
    AppKey("save", "ctrl+s", "Ctrl+S", "保存", "save"),
    AppKey("theme", "ctrl+t", "Ctrl+T", "换色", "turn_theme"),
    AppKey("quit", "ctrl+q", "Ctrl+Q", "退出", "ask_quit"),
    AppKey("back", "escape", "Esc", "返回", "back"),
)


def app_bindings() -> list[BindingType]:
    """The table as Textual bindings."""
    return [Binding(key.keys, key.action, key.label, show=False, priority=True, id=key.id) for key in APP_KEYS]


def digit_of(event: events.Key) -> int | None:
    """0-9 for a digit key, half- or full-width; None for any other key."""
    char = event.character or ""
    if len(char) == 1 and char.isdigit():
        plain = unicodedata.normalize("NFKC", char)
        return int(plain) if plain in "0123456789" and plain else None
    return None
