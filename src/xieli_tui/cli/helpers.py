"""`xieli household pair`, `household unpair`, `household pairs` and `xieli group`: who stands by a family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said, group, plain
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

group_app = group("困难群众救助帮扶小组。")


def pair(
    session: Session,
    household: Annotated[str, typer.Argument(help="户的编号。")],
    name: Annotated[str, typer.Option("--name", help="帮扶人姓名。")],
    since: Annotated[str | None, typer.Option("--since", help="从哪天起；不写就是今天。")] = None,
    post: Annotated[str | None, typer.Option("--post", help="职务。")] = None,
    party: Annotated[bool | None, typer.Option("--party/--not-party", help="是不是党员；没问就不写。")] = None,
    until: Annotated[str | None, typer.Option("--until", help="到哪天。")] = None,
) -> Said:
    """记一个结对帮扶人。"""
    from xieli_tui.casework.helpers import AssignPair, assign_pair

    saved = assign_pair(session, AssignPair(household, name, since, post, party, until))
    return Said({"id": saved.id, "seq": saved.seq}, [row(f"已保存(第{saved.seq}条)", ident(saved.id))])


def unpair(
    session: Session,
    pair_id: Annotated[str, typer.Argument(help="结对的编号，xieli household pairs 列出来。", metavar="PAIR")],
    on: Annotated[str | None, typer.Option("--on", help="最后一天；不写就是今天。")] = None,
) -> Said:
    """结对结束；谁帮过的记录还在。"""
    from xieli_tui.casework.helpers import end_pair

    saved = end_pair(session, pair_id, on)
    return Said({"id": saved.id, "seq": saved.seq}, [f"已保存(第{saved.seq}条)"])


def pairs(session: Session, household: Annotated[str | None, typer.Argument(help="户的编号；不写就是全部。")] = None) -> Said:
    """看结对帮扶。"""
    from xieli_tui.casework.helpers import list_pairs

    rows = list_pairs(session, household)
    words = {True: "党员", False: "", None: "是不是党员没问"}
    return Said(
        {"pairs": [plain(r) for r in rows]},
        lambda: [row(r.head, r.name, r.post, words[r.party], f"{r.since} 起{(' ' + r.until + ' 止') if r.until else ''}", ident(r.id)) for r in rows] or ["还没有结对。"],
    )


@group_app.callback()
def _group() -> None:
    """困难群众救助帮扶小组。"""


@group_app.work("set")
def group_set(
    session: Session,
    name: Annotated[str, typer.Option("--name", help="小组名。")],
    member: Annotated[list[str], typer.Option("--member", help="组员姓名，可以写几个。")],
    household: Annotated[list[str] | None, typer.Option("--household", help="帮哪几户，户的编号。")] = None,
    village: Annotated[str | None, typer.Option("--village", help="村代码；只有一个村可以不写。")] = None,
    group_id: Annotated[str | None, typer.Option("--group", help="改已有的一个，写它的编号。")] = None,
) -> Said:
    """登记或更改一个帮扶小组。"""
    from xieli_tui.casework.helpers import SetGroup, set_group

    saved = set_group(session, SetGroup(name, tuple(member), tuple(household or ()), village, group_id))
    return Said({"id": saved.id, "seq": saved.seq}, [row(f"已保存(第{saved.seq}条)", ident(saved.id))])


@group_app.work("list")
def group_list(session: Session) -> Said:
    """看帮扶小组。"""
    from xieli_tui.casework.helpers import list_groups

    rows = list_groups(session)
    return Said(
        {"groups": [plain(r) for r in rows]},
        lambda: [row(r.name, '、'.join(r.members), f"帮 {'、'.join(r.homes) or '还没写哪几户'}", "两处写的不一样" if r.conflict else "", ident(r.id)) for r in rows] or ["还没有帮扶小组。"],
    )


def mount(household: App) -> None:
    """Hang the pairs under `xieli household`."""
    for name, command in (("pair", pair), ("unpair", unpair), ("pairs", pairs)):
        household.work(name)(command)
