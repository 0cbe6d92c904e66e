"""`xieli household`, `person`, `timeline`: looking up and keeping up the families.

Identity numbers and phones are masked unless `--full --reason` is given; that is recorded (Law 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from xieli_tui.cli import chain, family, helpers
from xieli_tui.cli.common import Full, Reason, Said, group, in_workspace, plain
from xieli_tui.cli.field_help import HouseholdFields, PersonFields
from xieli_tui.cli.statement import income, statement_app
from xieli_tui.cli.words import covered, field_word, ident, kinds, row, tail
from xieli_tui.domain.codes import label, labels
from xieli_tui.domain.text import group_word

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session
    from xieli_tui.casework.views import HouseholdRow, TimelineEntry

app = group("住户：查找、看户档、记变动。")
person_app = group("人：加人、改资料。")
app.work("income")(income)
app.add_typer(statement_app, name="statement")

Fields = Annotated[list[str] | None, typer.Option("--set", help="栏目=值，可以写几个，例如 phone=10000001234。")]


def _label(row: dict[str, Any], full: bool) -> dict[str, Any]:
    from xieli_tui.domain.idnum import mask_id
    from xieli_tui.domain.text import mask_phone

    if not full:
        for name in ("id_no", "household_id_no"):
            if row.get(name):
                row[name] = mask_id(row[name])
        if row.get("phone"):
            row["phone"] = mask_phone(row["phone"])
    return row


def _category(row: dict[str, Any]) -> str:
    """The category in words, and whose word it is."""
    from xieli_tui.domain.codes import label

    if not row["category"]:
        return "没有登记类别"
    return f"{label('category', row['category'])}（{'在册' if row['category_rank'] == 'ruling' else '村台账登记'}）"


def _entry(entry: TimelineEntry) -> str:
    """One entry of the chain: the day, what happened, the detail, and whether it was taken back."""
    gone = "已撤回" if entry.struck else "更正过" if entry.corrected else ""
    return row(entry.on, f"{entry.word}：{entry.summary}" if entry.summary else entry.word, gone)


def _row(item: HouseholdRow, full: bool) -> dict[str, Any]:
    return _label(plain(item), full)


def _pairs(fields: list[str] | None) -> dict[str, str]:
    out: dict[str, str] = {}
    for text in fields or []:
        name, sep, value = text.partition("=")
        if not sep:
            raise typer.BadParameter("要写成 栏目=值", param_hint="--set")
        out[name.strip()] = value
    return out


@app.work("list")
def list_(
    session: Session,
    query: Annotated[str, typer.Option("--query", help="姓名、小名、拼音头字母、证件尾号、电话尾号、几组。")] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="最多几户。")] = None,
    full: Full = False,
    reason: Reason = None,
) -> Said:
    """查找住户。"""
    from xieli_tui.casework import households
    from xieli_tui.casework.reveal import require_reason

    rows = households.list_households(session, query, limit)
    if full:
        require_reason(session, "household_list", reason, len(rows))
    body = {"households": [_row(r, full) for r in rows]}
    return Said(
        body,
        lambda: [
            row(
                r["head"] or "(尚未收到)", group_word(r["group"]), f"{r['birth_year']} 年生" if r["birth_year"] else "", f"{r['size']} 口人", _category(r),
                tail("证件", r["id_no"], full), ident(r["id"]),
            )
            for r in body["households"]
        ] or ["没有找到。"],
    )


@app.work("show")
def show(
    session: Session,
    household: Annotated[str, typer.Argument(help="户的编号。")],
    full: Full = False,
    reason: Reason = None,
) -> Said:
    """看一户的户档。"""
    from xieli_tui.casework import households
    from xieli_tui.casework.reveal import require_reason

    card = households.show(session, household)
    if full:
        require_reason(session, "household_show", reason, 1, household)
    body = plain(card)
    body.pop("heads")  # what a form replaces; read afresh by every command
    body["row"] = _label(body["row"], full)
    _label(body["fields"], full)
    for member in body["members"]:
        member["relation_code"], member["relation"] = member["relation"], member["relation_label"]
        _label(member, full)
        _label(member["fields"], full)
        if not full:
            for name in ("disability_cert", "bank", "guardian"):
                if name in member["fields"]:
                    member["fields"][name] = "*" * 6
    for conflict in () if full else body["conflicts"]:
        conflict["values"] = [[covered(conflict["field"], text), who, ref] for text, who, ref in conflict["values"]]
    body = {"id": household, **body["row"], **body}

    def lines() -> list[str]:
        out = [row(f"{body['head'] or '户主没有登记'}家", group_word(body["group"]), f"{body['size']} 口人"), f"类别：{_category(body)}"]
        out += [
            "成员：" + row(
                m["name"], m["relation"], f"{m['age']} 岁" if m["age"] is not None else "", tail("证件", m["id_no"], full) or "证件待补", tail("电话", m["phone"], full), ident(m["person"]),
            )
            for m in body["members"]
        ]
        out += ["申请：" + row(kinds(a.kinds), a.state_label, f"{a.started} 起", ident(a.id)) for a in card.applications]
        out += ["困难：" + row(f.on, labels("cause", f.causes), "在跟" if not f.settled else label("flag_outcome", f.settled), ident(f.id)) for f in card.flags]
        out += [f"答应的事：{row(text, on)}" for text, on in card.promises]
        out += [f"两处写的不一样：{row(field_word(c['field']), *(f'{text}（{who}）' for text, who, _ in c['values']))}" for c in body["conflicts"]]
        if card.next_step:
            out.append(f"下一步：{card.next_step}")
        out.append(f"救助链，近的在前，{len(card.timeline)} 条：")
        return out + [_entry(t) for t in card.timeline]

    return Said(body, lines)


@in_workspace
def timeline(
    session: Session,
    household: Annotated[str, typer.Argument(help="户的编号。")],
    refs: Annotated[bool, typer.Option("--refs", help="每条下面印出记录编号，更正、撤回、看全文要用。")] = False,
) -> Said:
    """一户的救助链，近的在上。"""
    from xieli_tui.casework import households

    entries = households.timeline(session, household)

    def lines() -> list[str]:
        out: list[str] = []
        for e in entries:
            out.append(row(_entry(e), chain.ROAD[e.state]))
            if refs:
                out.append(f"  记录编号 {e.ref}")
        return out or ["还没有记录。"]

    return Said({"entries": entries}, lines)


@app.work("add")
def add(
    session: Session,
    head: Annotated[str, typer.Option("--head", help="户主姓名。")],
    village: Annotated[str | None, typer.Option("--village", help="村代码；只有一个村可以不写。")] = None,
    fields: Fields = None,
    head_fields: Annotated[list[str] | None, typer.Option("--head-set", help="户主的栏目=值。")] = None,
) -> Said:
    """新加一户。"""
    from xieli_tui.casework.households import AddHousehold, add_household

    saved = add_household(session, AddHousehold(head, _pairs(fields), _pairs(head_fields), village))
    return Said(saved, [row(f"已保存(第{saved.seq}条)", ident(saved.id))])


@app.work("set", cls=HouseholdFields)
def set_(
    session: Session,
    household: Annotated[str, typer.Argument(help="户的编号。")],
    fields: Fields = None,
    reason: Annotated[str | None, typer.Option("--reason", help="为什么改。")] = None,
) -> Said:
    """更正一户的资料(原记录保留)。"""
    from xieli_tui.casework.households import set_household

    saved = set_household(session, household, _pairs(fields), reason)
    return Said(saved, [f"已保存(第{saved.seq}条)"])


@app.work("move-out")
def move_out(
    session: Session,
    household: Annotated[str, typer.Argument(help="户的编号。")],
    person: Annotated[str | None, typer.Option("--person", help="谁，人的编号；不写就是全家迁出。")] = None,
    why: Annotated[str, typer.Option("--why", help="怎么走的：{membership_end}。")] = "moved_out",
    new_head: Annotated[str | None, typer.Option("--new-head", help="户主走了，谁当户主，人的编号。")] = None,
    on: Annotated[str | None, typer.Option("--on", help="哪天。")] = None,
    note: Annotated[str | None, typer.Option("--note", help="一句话。")] = None,
) -> Said:
    """家里少了一个人，或者全家迁出；户档留着。"""
    from xieli_tui.casework.families import move_away
    from xieli_tui.casework.family_view import still_open
    from xieli_tui.casework.households import EndMembership, end_membership

    if person is None:
        saved = move_away(session, household, why, on, note)
    else:
        saved = end_membership(session, EndMembership(household, person, why, on, note, new_head))
    return Said(saved, [f"已保存(第{saved.seq}条)", *(f"还没有完：{one}" for one in still_open(session, household))])


@person_app.work("add")
def person_add(
    session: Session,
    household: Annotated[str, typer.Option("--household", help="户的编号。")],
    name: Annotated[str, typer.Option("--name", help="姓名。")],
    relation: Annotated[str, typer.Option("--relation", help="和户主的关系，例如 长子。")],
    fields: Fields = None,
    on: Annotated[str | None, typer.Option("--on", help="哪天起。")] = None,
) -> Said:
    """家里添一个人。"""
    from xieli_tui.casework.households import AddPerson, add_person

    saved = add_person(session, AddPerson(household, name, relation, _pairs(fields), on))
    return Said(saved, [row(f"已保存(第{saved.seq}条)", ident(saved.id))])


@person_app.work("set", cls=PersonFields)
def person_set(
    session: Session,
    person: Annotated[str, typer.Argument(help="人的编号。")],
    fields: Fields = None,
    reason: Annotated[str | None, typer.Option("--reason", help="为什么改。")] = None,
) -> Said:
    """更正一个人的资料(原记录保留)。"""
    from xieli_tui.casework.households import set_person

    saved = set_person(session, person, _pairs(fields), reason)
    return Said(saved, [f"已保存(第{saved.seq}条)"])


family.mount(app, person_app)
chain.mount(app, person_app)
helpers.mount(app)
