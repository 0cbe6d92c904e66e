"""The chain of a family and of a person, one entry whole, what to tell a caller, who left; mounted on `xieli household` and `xieli person`; `xieli entry`."""

from __future__ import annotations

from typing import Annotated

import typer

from xieli_tui.cli.common import Json, PassFile, Workspace, emit, opened, plain

Household = Annotated[str, typer.Argument(help="户的编号。")]
ROAD = {"local": "本机", "exported": "待签收", "township": "镇已签收", "county": "县已签收", "quarantined": "待人工核对"}


def chain(
    household: Household,
    person: Annotated[str, typer.Option("--person", help="只看这个人的；人的编号。")] = "",
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """救助链：一户的，或一个人的；同一种救助有两笔的排在最前。"""
    from xieli_tui.casework.chain import show

    with opened(w, passphrase_file) as session:
        found = show(session, household, person)
    emit(
        json, found,
        lambda: [f"! {one.words}  {one.cite}\n    {one.records[0]}\n    {one.records[1]}" for one in found.twice]
        + [f"{one.on}  {one.word}  {one.summary}  {ROAD[one.state]}" for one in found.entries],
    )


def answer(household: Household, w: Workspace = None, passphrase_file: PassFile = None, json: Json = False) -> None:
    """来电查询：照着念的话。到哪一步，在谁手里，从哪天起，下一步，还能问谁。"""
    from xieli_tui.casework.phone_answer import answer as told

    with opened(w, passphrase_file) as session:
        found = told(session, household)
    emit(json, found, lambda: [*found.said, *([found.phone] if found.phone else [])])


def left(household: Household, w: Workspace = None, passphrase_file: PassFile = None, json: Json = False) -> None:
    """离开这一家的人：去世、迁出、婚嫁，哪天走的；档案都在。"""
    from xieli_tui.casework.family_view import look

    with opened(w, passphrase_file) as session:
        found = look(session, household).gone
    emit(json, {"left": found}, lambda: [f"{one.name}  {one.relation_label}  {one.on} {one.why_label}  {one.person}" for one in found] or ["没有。"])


def come(
    household: Household,
    how: Annotated[str, typer.Option("--how", help="birth 出生 move_in 迁入 marriage 婚入 back 返乡 other 其他。")],
    relation: Annotated[str, typer.Option("--relation", help="和户主的关系。")],
    name: Annotated[str, typer.Option("--name", help="姓名；档案已经在的不用写。")] = "",
    person: Annotated[str | None, typer.Option("--person", help="档案已经在的人，编号。")] = None,
    id_no: Annotated[str | None, typer.Option("--id-no", help="身份证号。")] = None,
    birth: Annotated[str | None, typer.Option("--birth", help="出生日期。")] = None,
    on: Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")] = None,
    apart: Annotated[str | None, typer.Option("--apart", help="不共同生活的，写原因。")] = None,
    w: Workspace = None,
    passphrase_file: PassFile = None,
    json: Json = False,
) -> None:
    """加人：出生、迁入、婚入、返乡。变化一起报上去。"""
    from xieli_tui.casework.families import Join, join

    fields = {key: value for key, value in (("id_no", id_no), ("birth", birth)) if value}
    with opened(w, passphrase_file) as session:
        saved = join(session, Join(household, relation, how, name=name, fields=fields, person=person, on=on, living=apart is None, living_reason=apart))
    emit(json, {"id": saved.id, "seq": saved.seq}, [f"已保存(第{saved.seq}条)  {saved.id}"])


def entry(
    ref: Annotated[str, typer.Argument(help="哪一条记录，xieli timeline --json 里的 ref。")], w: Workspace = None, passphrase_file: PassFile = None, json: Json = False,
) -> None:
    """一条记录的全文：写了什么，谁写的，到了哪里，改过没有。"""
    from xieli_tui.casework.entry_view import show

    with opened(w, passphrase_file) as session:
        found = show(session, ref)
    body = {name: value for name, value in plain(found).items() if name != "d"}  # the payload itself carries numbers in full
    emit(
        json, body,
        lambda: [f"{found.on}  {found.word}  {found.who}  {ROAD[found.state]}  {found.struck}".rstrip()]
        + [f"  {one.word}：{one.value}" + (f"（原来写的 {one.first}）" if one.first else "") for one in found.fields]
        + [f"  {one.on} {one.word}  {one.who}  {'；'.join(f'{word}：{old} 改成 {new}' for word, old, new in one.changes)}  原因：{one.reason}" for one in found.mends],
    )


def mount(household_app: typer.Typer, person_app: typer.Typer) -> None:
    """Put these commands on `xieli household` and `xieli person`."""
    for name, command in (("chain", chain), ("answer", answer), ("left", left)):
        household_app.command(name)(command)
    person_app.command("come")(come)
