"""网上收件处: the address the county gave, written down at this computer; 报送 shows it beside the sticks.

Rules kept here
- a setting of this computer, no event; it holds no account and no passphrase;
- an address that another machine could listen to needs a certificate: what the carrier refuses is refused here, before anything is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from xieli_tui.casework import push
from xieli_tui.casework.push import Receiver
from xieli_tui.casework.views import Saved
from xieli_tui.errors import XieliError
from xieli_tui.ui.screens.base import Help, Key
from xieli_tui.ui.screens.form_page import FormPage
from xieli_tui.ui.widgets.form import Field, FormRow
from xieli_tui.ui.widgets.paint import Line, Paint, head, line, rail_block

KEYS: tuple[Key, ...] = (("Tab", "下一格"), ("Ctrl+S", "保存"), ("F9", "报送"), ("F1", "帮助"), ("Esc", "返回"))


class ReceiverPage(FormPage):
    """Where this computer hands in over the network."""

    NAME = "网上收件处"
    FORM = "receiver"
    FIELDS: ClassVar[dict[str, str]] = {"url": "url", "ca": "ca"}
    QUIET = "地址由县里给。空着保存，就是不用。"
    GUIDE = Help(
        "县里开了网上收件处的，把地址写在这里。报送那一页就多一行，从网上交。", KEYS,
        (("地址", "县里给的那一串，照着打，一个字符不差。"), ("证书", "县里另给了证书文件的，写它在哪里；没有就空着。"), ("签收", "交到收件处不是签收。县里签收了，回传里有签收单。"), ("断了", "再按一次，接着传。")),
    )

    def __init__(self) -> None:
        super().__init__("new")
        self.subject = "县里给的地址"

    def body(self) -> ComposeResult:
        held = self.attempt(lambda: push.receiver(self.xapp.session)) or Receiver()
        yield Paint((head("网上收件处", "空着就是不用"), *self.air()))
        yield FormRow(Field("地址", self.text("url", held.url, fold=True, hint="县里给的那一串，照着打"), width=60))
        yield FormRow(Field("证书", self.text("ca", held.ca, hint="县里给的证书文件，没有就空着"), width=60))

    def rail(self) -> Sequence[Line]:
        return [line(("网上收件处", "bold")), line(), *rail_block("加密", "和写到U盘上的一样，只有县里打得开。"), *rail_block("没有网", "照旧用U盘。")]

    def foot(self) -> Sequence[Key]:
        return KEYS

    def refuse(self, error: XieliError) -> None:
        error.field = error.field or "url"
        super().refuse(error)

    def store(self) -> Saved:
        kept = push.keep_receiver(self.xapp.session, self.value("url"), self.value("ca"))
        return Saved(kept.place, 0, "kept")

    def stored(self, result: Saved) -> None:
        self.xapp.back("记下了。" if result.id else "不用网上收件处了。", "F9 报送那一页，多一行从网上交。" if result.id else "", "done")
