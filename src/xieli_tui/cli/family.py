"""Commands of family upkeep, assessment and files, mounted on `xieli household` and `xieli person`; `xieli correct`, `xieli withdraw`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import App, Full, Reason, Said, in_workspace, plain
from xieli_tui.cli.words import row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

Household = Annotated[str, typer.Argument(help="户的编号。")]
Person = Annotated[str, typer.Argument(help="人的编号。")]
On = Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")]
Note = Annotated[str | None, typer.Option("--note", help="一句话。")]


def _pairs(given: list[str] | None, hint: str) -> dict[str, str]:
    out: dict[str, str] = {}
    for text in given or []:
        name, sep, value = text.partition("=")
        if not sep:
            raise typer.BadParameter("要写成 名=值", param_hint=hint)
        out[name.strip()] = value.strip()
    return out


def assess(
    session: Session,
    household: Household,
    mark: Annotated[list[str] | None, typer.Option("--mark", help="六方面：{dimension}；1 正常，2 留意，3 有困难，例如 economy=2。不写就是看。")] = None,
    note: Annotated[list[str] | None, typer.Option("--note", help="哪一方面=一句话，例如 health=高血压。")] = None,
    on: On = None,
) -> Said:
    """六方面评估：记一次，或看缺哪几方面，旁边是核对和入户调查的结果。没有分数。"""
    from xieli_tui.casework.assessments import MakeAssessment, make_assessment, show_assessment

    saved = make_assessment(session, MakeAssessment(household, _pairs(mark, "--mark"), _pairs(note, "--note"), on)) if mark else None
    found = show_assessment(session, household)
    body = {**({"id": saved.id, "seq": saved.seq, "state": saved.state} if saved else {}), **plain(found)}
    return Said(
        body,
        lambda: ([f"已保存(第{saved.seq}条)"] if saved else [])
        + [row(d.label, d.level_label or '没有看', d.note, f"{d.seen_on} 走访：{d.seen_label}" if d.seen_label else "") for d in found.dimensions]
        + [f"  核对：{found.check}", f"  入户：{found.survey}"] + ([f"  还要：{'、'.join(found.lacking)}"] if found.lacking else []),
    )


def category(session: Session, household: Household) -> Said:
    """六类：这一家和每个人算哪一类，谁定的，从哪天起，为什么；政策包看到什么。"""
    from xieli_tui.casework.categories import show

    found = show(session, household)
    return Said(
        found,
        lambda: [row(u.who, u.label or '没有登记类别', u.rank, f"{f'{u.since} 起' if u.since else ''}", u.reason, '、'.join(u.labels)) for u in found.units]
        + [row(h.label, h.who, h.words, h.cite) for h in found.six]
        + [row(f"在监测：{why}", cite) for why, cite in found.monitor_reasons] + ([f"  监测到 {found.monitor_until}"] if found.monitor_until else []),
    )


def follow(session: Session, household: Household) -> Said:
    """这一家按登记的情况可以接着办的：房屋隐患、失学、零就业、留守儿童。只是提醒，不自己转出去。"""
    from xieli_tui.casework.matters import offers

    rows = offers(session, household)
    return Said({"offers": rows}, lambda: [row(r.who, f"{r.what}：{r.why}", r.cite) for r in rows] or ["没有要提醒的。"])


def split(
    session: Session,
    household: Household,
    head: Annotated[str, typer.Option("--head", help="新户的户主，人的编号。")],
    person: Annotated[list[str] | None, typer.Option("--person", help="一起分出去的人：编号=和新户主的关系，可以写几个。")] = None,
    new_head: Annotated[str | None, typer.Option("--new-head", help="老户主也走时，留下的人谁当户主。")] = None,
    fields: Annotated[list[str] | None, typer.Option("--set", help="新户的栏目=值。")] = None,
    on: On = None,
    note: Note = None,
) -> Said:
    """分户：一部分人另立一户，原来的户档留着。"""
    from xieli_tui.casework.families import SplitHousehold
    from xieli_tui.casework.families import split as part

    with_ = _pairs(person, "--person")
    saved = part(session, SplitHousehold(household, head, tuple(with_), with_, new_head, _pairs(fields, "--set"), on, note))
    return Said(saved, [row(f"已保存(第{saved.seq}条)", f"新户 {saved.id}")])


def move_in(
    session: Session,
    household: Household,
    person: Annotated[str, typer.Option("--person", help="谁，人的编号；档案里没有的用 xieli person add。")],
    relation: Annotated[str, typer.Option("--relation", help="和户主的关系，例如 儿媳。")],
    apart: Annotated[bool, typer.Option("--apart", help="不共同生活，要写原因。")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="不共同生活的原因。")] = None,
    why: Annotated[str, typer.Option("--why", help="从原来那一户怎么走的：{membership_end}。")] = "moved_out",
    on: On = None,
) -> Said:
    """档案里的一个人住进这一家；在别的户里的同时离开。"""
    from xieli_tui.casework.families import MoveIn
    from xieli_tui.casework.families import move_in as join

    saved = join(session, MoveIn(household, person, relation, on, not apart, reason, why))
    return Said(saved, [f"已保存(第{saved.seq}条)"])


def head(
    session: Session,
    household: Household,
    person: Annotated[str, typer.Option("--person", help="新户主，人的编号。")],
    reason: Annotated[str | None, typer.Option("--reason", help="为什么换。")] = None,
) -> Said:
    """换户主。"""
    from xieli_tui.casework.families import name_head

    saved = name_head(session, household, person, reason)
    return Said(saved, [f"已保存(第{saved.seq}条)"])


def transfer(
    session: Session,
    household: Household,
    to: Annotated[str, typer.Option("--to", help="转到哪个村，12 位代码。")],
    on: On = None,
) -> Said:
    """把一户转到本单位辖区的另一个村(工作台)，户档跟着走。"""
    from xieli_tui.desk.matters import transfer_household

    saved = transfer_household(session, household, to, on)
    return Said(saved, [row(f"已保存(第{saved.seq}条)", "两边的村下次收回传时都会知道")])


def end(
    session: Session,
    person: Person,
    why: Annotated[str, typer.Option("--why", help="怎么走的：{membership_end}。")],
    new_head: Annotated[str | None, typer.Option("--new-head", help="户主走了，谁当户主。")] = None,
    on: On = None,
    note: Note = None,
) -> Said:
    """一个人离开这一家，档案留着。"""
    from xieli_tui.casework.families import Leave, leave
    from xieli_tui.casework.family_view import still_open

    saved = leave(session, Leave(person, why, on, note, new_head))
    rest = still_open(session, saved.state)
    return Said({"id": saved.id, "seq": saved.seq, "household": saved.state, "open": rest}, [f"已保存(第{saved.seq}条)", *(f"还没有完：{one}" for one in rest)])


def living(
    session: Session,
    person: Person,
    together: Annotated[bool, typer.Option("--together/--apart", help="共同生活，或不共同生活。")],
    reason: Annotated[str | None, typer.Option("--reason", help="不共同生活的原因，必写。")] = None,
    on: On = None,
) -> Said:
    """共同生活情况变了：从哪天起，为什么。"""
    from xieli_tui.casework.families import set_living

    saved = set_living(session, person, together, reason, on)
    return Said(saved, [f"已保存(第{saved.seq}条)"])


def file(
    session: Session,
    person: Person,
    missing: Annotated[bool, typer.Option("--missing", help="只看还缺什么。")] = False,
    full: Full = False,
    reason: Reason = None,
) -> Said:
    """一人一档：有什么，缺什么，享受过什么，转给过谁，类别怎么变的。"""
    from xieli_tui.casework.person_file import show_file
    from xieli_tui.casework.reveal import require_reason
    from xieli_tui.domain.idnum import mask_id

    found = show_file(session, person)
    if full:
        require_reason(session, "person_file", reason, 1, found.household)
    body = plain(found)
    if not full:
        body["id_no"] = mask_id(found.id_no) if found.id_no else ""
    if missing:
        body = {"person": found.person, "name": found.name, "missing": list(found.missing)}
    word = {"there": "有", "missing": "缺", "queried": "县里查"}

    def lines() -> list[str]:
        if missing:
            return [f"缺：{one}" for one in found.missing] or ["不缺。"]
        out = [row(found.name, found.relation_label, found.category_label or '没有登记类别', body['id_no'] or '待补')]
        out += [row(word[i.state], i.section, i.label, i.on, i.where, i.cite) for i in found.items]
        out += [row("类别", on, what, why, who) for on, what, why, who in found.categories]
        out += [row("享受", on, what, how) for on, what, how in found.aids]
        out += [row("申请", on, what, state) for on, what, state in found.applications]
        return out + [row("转介", on, what, answer) for on, what, answer in found.referrals]

    return Said(body, lines)


@in_workspace
def correct(
    session: Session,
    ref: Annotated[str, typer.Argument(help="哪一条记录，编号在 xieli timeline 每条的末尾。")],
    fields: Annotated[list[str], typer.Option("--set", help="哪一项=新的值，可以写几个。")],
    reason: Annotated[str, typer.Option("--reason", help="为什么改，必写。")],
) -> Said:
    """更正一条记录，原来的留着。"""
    from xieli_tui.casework.corrections import correct as mend

    saved = mend(session, ref, _pairs(fields, "--set"), reason)
    return Said(saved, [f"已保存(第{saved.seq}条)，原记录保留"])


@in_workspace
def withdraw(
    session: Session,
    ref: Annotated[str, typer.Argument(help="哪一条记录，编号在 xieli timeline 每条的末尾。")],
    reason: Annotated[str, typer.Option("--reason", help="为什么撤回，必写。")],
) -> Said:
    """撤回一条记录，原来的留着，划去。"""
    from xieli_tui.casework.corrections import withdraw as strike

    saved = strike(session, ref, reason)
    return Said(saved, [f"已保存(第{saved.seq}条)，原记录保留"])


def mount(household_app: App, person_app: App) -> None:
    """Put these commands on `xieli household` and `xieli person`."""
    for name, command in (("assess", assess), ("category", category), ("follow", follow), ("split", split), ("move-in", move_in), ("head", head), ("transfer", transfer)):
        household_app.work(name)(command)
    person_app.work("end")(end)
    person_app.work("living")(living)
    person_app.work("file")(file)
