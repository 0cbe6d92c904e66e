"""The chain of a family and of a person, one entry whole, what to tell a caller, who left; mounted on `xieli household` and `xieli person`; `xieli entry`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said, in_workspace, plain

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

Household = Annotated[str, typer.Argument(help="户的编号。")]
ROAD = {"local": "本机", "exported": "待签收", "township": "镇已签收", "county": "县已签收", "quarantined": "待人工核对"}


def chain(
    session: Session,
    household: Household,
    person: Annotated[str, typer.Option("--person", help="只看这个人的；人的编号。")] = "",
) -> Said:
    """救助链：一户的，或一个人的；同一种救助有两笔的排在最前。"""
    from xieli_tui.casework.chain import show

    found = show(session, household, person)
    return Said(
        found,
        lambda: [row for one in found.twice for row in (f"! {one.words}  {one.cite}", f"    {one.records[0]}", f"    {one.records[1]}")]
        + [f"{one.on}  {one.word}  {one.summary}  {ROAD[one.state]}" for one in found.entries],
    )


def answer(session: Session, household: Household) -> Said:
    """来电查询：照着念的话。到哪一步，在谁手里，从哪天起，下一步，还能问谁。"""
    from xieli_tui.casework.phone_answer import answer as told

    found = told(session, household)
    return Said(found, lambda: [*found.said, *([found.phone] if found.phone else [])])


def left(session: Session, household: Household) -> Said:
    """离开这一家的人：去世、迁出、婚嫁，哪天走的；档案都在。"""
    from xieli_tui.casework.family_view import look

    found = look(session, household).gone
    return Said({"left": found}, lambda: [f"{one.name}  {one.relation_label}  {one.on} {one.why_label}  {one.person}" for one in found] or ["没有。"])


def come(
    session: Session,
    household: Household,
    how: Annotated[str, typer.Option("--how", help="怎么来的：birth 出生、move_in 迁入、marriage 婚入、back 返乡、other 其他。")],
    relation: Annotated[str, typer.Option("--relation", help="和户主的关系。")],
    name: Annotated[str, typer.Option("--name", help="姓名；档案已经在的不用写。")] = "",
    person: Annotated[str | None, typer.Option("--person", help="档案已经在的人，编号。")] = None,
    id_no: Annotated[str | None, typer.Option("--id-no", help="身份证号。")] = None,
    birth: Annotated[str | None, typer.Option("--birth", help="出生日期。")] = None,
    on: Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")] = None,
    apart: Annotated[str | None, typer.Option("--apart", help="不共同生活的，写原因。")] = None,
) -> Said:
    """加人：出生、迁入、婚入、返乡。变化一起报上去。"""
    from xieli_tui.casework.families import Join, join

    fields = {key: value for key, value in (("id_no", id_no), ("birth", birth)) if value}
    saved = join(session, Join(household, relation, how, name=name, fields=fields, person=person, on=on, living=apart is None, living_reason=apart))
    return Said({"id": saved.id, "seq": saved.seq}, [f"已保存(第{saved.seq}条)  {saved.id}"])


@in_workspace
def entry(session: Session, ref: Annotated[str, typer.Argument(help="哪一条记录，编号在 xieli timeline 每条的末尾。")]) -> Said:
    """一条记录的全文：写了什么，谁写的，到了哪里，改过没有。"""
    from xieli_tui.casework.entry_view import show

    found = show(session, ref)
    body = {name: value for name, value in plain(found).items() if name != "d"}  # the payload itself carries numbers in full
    return Said(
        body,
        lambda: [f"{found.on}  {found.word}  {found.who}  {ROAD[found.state]}  {found.struck}".rstrip()]
        + [f"  {one.word}：{one.value}" + (f"（原来写的 {one.first}）" if one.first else "") for one in found.fields]
        + [f"  {one.on} {one.word}  {one.who}  {'；'.join(f'{word}：{old} 改成 {new}' for word, old, new in one.changes)}  原因：{one.reason}" for one in found.mends],
    )


def mount(household_app: App, person_app: App) -> None:
    """Put these commands on `xieli household` and `xieli person`."""
    for name, command in (("chain", chain), ("answer", answer), ("left", left)):
        household_app.work(name)(command)
    person_app.work("come")(come)
