"""`xieli service`, `aid`, `loss`, `encounter`, `fraud`: what was given, lost or met with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from xieli_tui.cli.common import Said, group
from xieli_tui.cli.told import told
from xieli_tui.cli.words import ident, row

if TYPE_CHECKING:
    from xieli_tui.casework.session import Session

service_app = group("服务：岗位信息、职业指导、培训信息、照料、探访、送医陪护，给过什么。")
aid_app = group("村里给的实物和服务。")
loss_app = group("受灾：家里损失了什么。")
encounter_app = group("生活无着、离家在外遇困的人：在哪里遇到，怎么帮的。")
fraud_app = group("疑点：只报县级，村里不下结论。")

Household = Annotated[str, typer.Option("--household", help="户的编号。")]
Person = Annotated[str | None, typer.Option("--person", help="谁，人的编号。")]
On = Annotated[str | None, typer.Option("--on", help="哪天；不写就是今天。")]
Note = Annotated[str | None, typer.Option("--note", help="一句话。")]


@service_app.work("add")
def service_add(
    session: Session,
    household: Household,
    kind: Annotated[str, typer.Option("--kind", help="哪种服务：{service}。")],
    person: Person = None,
    provider: Annotated[str | None, typer.Option("--provider", help="哪个单位或谁。")] = None,
    hours: Annotated[str | None, typer.Option("--hours", help="几个小时，整数。")] = None,
    on: On = None,
    note: Note = None,
) -> Said:
    """记一次服务。"""
    from xieli_tui.casework.services import GiveService, give_service

    saved = give_service(session, GiveService(household, kind, person, on, provider, hours, note))
    return Said(saved, [row(f"已保存(第{saved.seq}条)", ident(saved.id))])


@service_app.work("list")
def service_list(
    session: Session,
    household: Annotated[str | None, typer.Option("--household", help="只看一户。")] = None,
) -> Said:
    """给过的服务和实物，近的在前。"""
    from xieli_tui.casework.services import list_given

    rows = list_given(session, household)
    return Said({"given": rows}, lambda: [row(r.on, r.who, r.what, r.by, r.note) for r in rows] or ["没有记过。"])


@aid_app.work("give")
def aid_give(
    session: Session,
    household: Household,
    item: Annotated[str, typer.Option("--item", help="给的什么，例如 棉被。")],
    quantity: Annotated[str | None, typer.Option("--quantity", help="多少，整数。")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="单位，例如 床。")] = None,
    form: Annotated[str, typer.Option("--form", help="in_kind 实物，service 服务。")] = "in_kind",
    kind: Annotated[str, typer.Option("--kind", help="算哪种救助，例如 in_kind 实物救助。")] = "in_kind",
    person: Person = None,
    by: Annotated[str | None, typer.Option("--by", help="谁给的。")] = None,
    on: On = None,
) -> Said:
    """记村里给的实物或服务。"""
    from xieli_tui.casework.services import GiveAid, give_aid

    saved = give_aid(session, GiveAid(household, item, kind, form, person, quantity, unit, on, by))
    return told(saved, saved.id)


@aid_app.callback()
def _aid() -> None:
    """村里给的实物和服务。"""


@loss_app.work("add")
def loss_add(
    session: Session,
    household: Household,
    kind: Annotated[str, typer.Option("--kind", help="怎么损失的：{cause}。")] = "disaster",
    amount: Annotated[str | None, typer.Option("--amount", help="家里说损失多少，元。")] = None,
    event: Annotated[str | None, typer.Option("--event", help="属于哪次突发事件，编号。")] = None,
    on: On = None,
    note: Note = None,
) -> Said:
    """记一户的损失。"""
    from xieli_tui.casework.services import RecordLoss, record_loss

    saved = record_loss(session, RecordLoss(household, kind, amount, event, on, note))
    return Said(saved, [row(f"已保存(第{saved.seq}条)", ident(saved.id))])


@loss_app.callback()
def _loss() -> None:
    """受灾：家里损失了什么。"""


@encounter_app.work("add")
def encounter_add(
    session: Session,
    place: Annotated[str, typer.Option("--place", help="在哪里遇到。")],
    action: Annotated[str, typer.Option("--action", help="怎么帮的：{encounter_action}。")],
    name: Annotated[str | None, typer.Option("--name", help="姓名，知道才写。")] = None,
    village: Annotated[str | None, typer.Option("--village", help="村代码；只有一个村可以不写。")] = None,
    on: On = None,
    note: Note = None,
) -> Said:
    """记一次遇到，不问户籍。"""
    from xieli_tui.casework.services import RecordEncounter, record_encounter

    saved = record_encounter(session, RecordEncounter(place, action, name, on, note, village))
    return Said(saved, [row(f"已保存(第{saved.seq}条)", ident(saved.id))])


@encounter_app.work("list")
def encounter_list(session: Session) -> Said:
    """遇到过的，近的在前。"""
    from xieli_tui.casework.services import list_encounters

    rows = list_encounters(session)
    return Said({"encounters": rows}, lambda: [row(r.on, r.place, r.name or '没有问到姓名', r.action_label, r.note) for r in rows] or ["没有记过。"])


@fraud_app.work("add")
def fraud_add(
    session: Session,
    household: Household,
    text: Annotated[str, typer.Option("--text", help="看到、听到什么，原话记。")],
    on: On = None,
) -> Said:
    """记一条疑点，只有县级能看，不影响这一家现在的救助。"""
    from xieli_tui.casework.frauds import Suspect, suspect

    saved = suspect(session, Suspect(household, text, on))
    return Said(saved, [f"已保存(第{saved.seq}条)", "只报县级，由县级查。"])


@fraud_app.callback()
def _fraud() -> None:
    """疑点：只报县级，村里不下结论。"""
