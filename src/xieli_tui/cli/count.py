"""`xieli count`: 报个数, one sentence of numbers without a name, to copy or to read out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, in_workspace
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


@in_workspace
def count(
    session: Session,
    sentence: Annotated[str | None, typer.Argument(help="报哪个数；不写就列出能报的。", metavar="SENTENCE-ID")] = None,
    since: Annotated[str | None, typer.Option("--since", help="从哪天起；不写就是当月一号。")] = None,
    asof: Annotated[str | None, typer.Option("--asof", help="到哪天止；不写就是今天。")] = None,
) -> Said:
    """报个数：一句话，只有数，没有姓名，可以照着念、整句拷走。"""
    from xieli_tui.casework import counting

    if sentence is None:
        listed = [{"id": ident, "title": one.title, "dated": one.dated} for ident, one in counting.SENTENCES.items()]
        return Said({"sentences": listed}, [row(one["title"], f"xieli count {one['id']}") for one in listed])
    found = counting.count(session, sentence, since, asof)
    return Said(found, [found.sentence])
