"""The chain of a family and of a person, one entry whole, what to tell a caller, who left; mounted on `xieli household` and `xieli person`; `xieli entry`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Said, in_workspace, plain
from xieli_tui.cli.words import ident, row

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
        lambda: [text for one in found.twice for text in (f"留意：{row(one.words, one.cite)}", *(f"  其中一笔：{record}" for record in one.records))]
        + [row(one.on, f"{one.word}：{one.summary}" if one.summary else one.word, ROAD[one.state]) for one in found.entries],
    )


def answer(session: Session, household: Household) -> Said:
    """来电查询：照着念的话。到哪一步，在谁手里，从哪天起，下一步，还能问谁。"""
    from xieli_tui.casework.phone_answer import answer as told

    found = told(session, household)
    return Said(found, lambda: [*found.said, *([found.phone] if found.phone else [])])


def duties(session: Session, household: Household) -> Said:
    """这一家要办的事，往后的也在：做什么，哪天前，为什么，依据哪一条，缺什么。"""
    from xieli_tui.casework.fact_words import word
    from xieli_tui.casework.hints import look
    from xieli_tui.domain.codes import label

    seen = look(session, household)
    found = seen.duties

    def lines() -> list[str]:
        out = []
        for one in found:
            day = {"suspended": "暂停", "needs_info": "还算不出来"}.get(one.state) or (f"{one.due} 前" if one.due else "")
            out.append(row(label("task", one.task), seen.names.get(one.person, ""), day, "已过期限" if one.state == "overdue" else "", "暂估" if one.estimated else "", one.why, f"还缺 {'、'.join(word(name) for name in one.missing)}" if one.missing else ""))
            if one.cite:
                out.append(f"  依据：{one.cite}")
        return out or ["没有要办的。"]

    return Said({"duties": found}, lines)


def left(session: Session, household: Household) -> Said:
    """离开这一家的人：去世、迁出、婚嫁，哪天走的；档案都在。"""
    from xieli_tui.casework.family_view import look

    found = look(session, household).gone
    return Said({"left": found}, lambda: [row(one.name, one.relation_label, f"{one.on} {one.why_label}", ident(one.person)) for one in found] or ["没有。"])


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
    return Said({"id": saved.id, "seq": saved.seq}, [row(f"已保存(第{saved.seq}条)", ident(saved.id))])


@in_workspace
def entry(session: Session, ref: Annotated[str, typer.Argument(help="哪一条记录，编号在 xieli timeline 每条的末尾。")]) -> Said:
    """一条记录的全文：写了什么，谁写的，到了哪里，改过没有。"""
    from xieli_tui.casework.entry_view import show

    found = show(session, ref)
    body = {name: value for name, value in plain(found).items() if name != "d"}  # the payload itself carries numbers in full
    return Said(
        body,
        lambda: [row(found.on, found.word, found.who, ROAD[found.state], found.struck)]
        + [f"  {one.word}：{one.value}" + (f"（原来写的 {one.first}）" if one.first else "") for one in found.fields]
        + [row(f"{one.on} {one.word}", one.who, f"{'；'.join(f'{word}：{old} 改成 {new}' for word, old, new in one.changes)}", f"原因：{one.reason}") for one in found.mends],
    )


def mount(household_app: App, person_app: App) -> None:
    """Put these commands on `xieli household` and `xieli person`."""
    for name, command in (("chain", chain), ("answer", answer), ("duties", duties), ("left", left)):
        household_app.work(name)(command)
    person_app.work("come")(come)
