"""`xieli count`: 报个数, one sentence of numbers without a name, to copy or to read out; with `--who` the families a number is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from xieli_tui.cli.common import Said, in_workspace
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session


@in_workspace
def count(
    session: Session,
    sentence: Annotated[str | None, typer.Argument(help="报哪个数；不写就列出能报的。", metavar="SENTENCE-ID")] = None,
    since: Annotated[str | None, typer.Option("--since", help="从哪天起；不写就是当月一号。")] = None,
    asof: Annotated[str | None, typer.Option("--asof", help="到哪天止；不写就是今天。")] = None,
    who: Annotated[bool, typer.Option("--who", help="每个数是哪几户，列在下面，自己核对用；不要念出去。")] = False,
) -> Said:
    """报个数：一句话，只有数，没有姓名，可以照着念、整句拷走。"""
    from xieli_tui.casework import counting, households

    if sentence is None:
        listed = [{"id": ident_, "title": one.title, "dated": one.dated} for ident_, one in counting.SENTENCES.items()]
        return Said({"sentences": listed}, [row(one["title"], f"xieli count {one['id']}") for one in listed])
    found = counting.count(session, sentence, since, asof)
    body: dict[str, Any] = {"id": found.id, "sentence": found.sentence, "since": found.since, "asof": found.asof, "numbers": found.numbers}
    if not who:
        return Said(body, [found.sentence])
    body["who"] = {one.key: one.families for one in found.parts}
    heads = {one.id: one.head for one in households.list_households(session)}
    return Said(body, lambda: [
        found.sentence, *(row(f"{one.word} {one.many}", "、".join(f"{heads.get(home, '')} {ident(home)}".strip() for home in one.families)) for one in found.parts if one.families),
    ])
